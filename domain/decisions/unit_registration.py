"""Registration of insured units (单位参保登记): new, changed, suspended, resumed, cancelled.

A unit's people are never suspended with it: whoever has active members is neither suspended nor cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.credit_codes import credit_code_problem
from domain.decisions.identity import (
    RegisteredIdentity,
    document_number,
    name_problem,
    number_problem,
    require_confirmed,
)
from domain.decisions.objections import noting
from domain.policy import PolicyBook
from domain.refusals import (
    InputNotAcceptable,
    InputProblem,
    OutsideYourRegion,
    PersonNotFound,
    Refusal,
    UnitAlreadyRegistered,
    UnitHasMembers,
    UnitInAnotherState,
    UnitNotFound,
    UnitOwesBills,
    first_told,
)
from domain.vocabulary import Fen, Id, IdType, RegionCode, UnitKind, UnitStatus, lies_in, pooling_area

LEADING_CHARACTERS = {
    UnitKind.ENTERPRISE: ("91", "92", "93"),
    UnitKind.ORGAN: ("11",),
    UnitKind.INSTITUTION: ("12",),
    UnitKind.SCHOOL: ("12", "52", "91"),
    UnitKind.VILLAGE: ("54", "55"),
    UnitKind.PRIVATE_NON_ENTERPRISE: ("52",),
    UnitKind.SOCIAL_ORGANISATION: ("51",),
}
"""What the credit code of each kind of unit begins with: registering department and category (GB 32100-2015).

Schools are public institutions, private non-enterprises or, run for profit, enterprises.
"""


@dataclass(frozen=True, slots=True)
class RegisteredUnit:
    """A unit as it is registered (参保单位). `officer_id` is the person who acts for it, 0 where nobody does."""

    id: Id
    region: RegionCode
    name: str
    kind: UnitKind
    credit_code: str
    status: UnitStatus
    officer_id: Id


@dataclass(frozen=True, slots=True)
class UnitForm:
    """What the registration is to say (参保信息登记表)."""

    name: str
    kind: UnitKind
    region: RegionCode


@dataclass(frozen=True, slots=True)
class OfficerForm:
    """Who is to act for the unit (经办人), as their identity document says."""

    name: str
    id_type: IdType
    id_number: str


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What the population register says of the officer's document: nothing, where `identity` is None."""

    identity: RegisteredIdentity | None


def registered(
    book: PolicyBook,
    on: date,
    clerk_region: RegionCode,
    form: UnitForm,
    credit_code: str,
    officer: OfficerForm,
    register: RegisterAnswer | None,
    *,
    is_county: bool,
    registered_as: Id | None,
    officer_id: Id | None,
) -> Id | Refusal:
    """The person who acts for the new unit. `register` is None while it does not answer.

    `registered_as` is the unit that has the credit code already, `officer_id` the person whom the platform holds under
    the officer's document.
    """
    objections: list[Refusal] = []
    for field, problem in (
        ("unitName", name_problem(form.name)),
        ("creditCode", credit_code_problem(credit_code)),
        ("officerName", name_problem(officer.name)),
        ("officerIdNumber", number_problem(officer.id_type, document_number(officer.id_number))),
    ):
        if problem is not None:
            objections.append(InputNotAcceptable(field=field, problem=problem))
    with noting(objections):
        _require_fitting(Consultation(book, on), form, credit_code, "creditCode", InputProblem.CREDIT_CODE_KIND)
    objections += _not_there(clerk_region, form.region, is_county=is_county)
    if registered_as is not None:
        objections.append(UnitAlreadyRegistered(unit_id=registered_as))
    with noting(objections):
        require_confirmed(
            on,
            None if register is None else register.identity,
            answers=register is not None,
            name=officer.name,
            path=("officerIdNumber",),
        )
        if officer_id is None:
            raise PersonNotFound(path=("officerIdNumber",))
    told = first_told(objections)
    if told is not None:
        return told
    assert officer_id is not None, "without a person the case was refused"
    return officer_id


def changed(
    book: PolicyBook,
    on: date,
    clerk_region: RegionCode,
    unit: RegisteredUnit | None,
    form: UnitForm,
    *,
    is_county: bool,
) -> Refusal | None:
    """Why the registration cannot say so, or None. The region may be another one of the same city."""
    if unit is None or not lies_in(unit.region, clerk_region):
        return UnitNotFound()
    objections: list[Refusal] = []
    problem = name_problem(form.name)
    if problem is not None:
        objections.append(InputNotAcceptable(field="unitName", problem=problem))
    with noting(objections):
        _require_fitting(Consultation(book, on), form, unit.credit_code, "unitKind", InputProblem.KIND_OF_CODE)
    if pooling_area(form.region) != pooling_area(unit.region):
        objections.append(InputNotAcceptable(field="region", problem=InputProblem.OTHER_CITY))
    objections += _not_there(clerk_region, form.region, is_county=is_county)
    if unit.status is UnitStatus.CANCELLED:
        objections.append(UnitInAnotherState(status=unit.status))
    return first_told(objections)


def moved_to(
    status: UnitStatus,
    clerk_region: RegionCode,
    unit: RegisteredUnit | None,
    *,
    members: int,
    bills: int,
    due_fen: Fen,
) -> Refusal | None:
    """Why the registration cannot come to that state, or None.

    `members` are the unit's active enrolments; `bills` are those that it has not paid, `due_fen` what they make.
    """
    if unit is None or not lies_in(unit.region, clerk_region):
        return UnitNotFound()
    if unit.status not in _FROM[status]:
        return UnitInAnotherState(status=unit.status)
    if status is UnitStatus.ACTIVE:
        return None
    if members:
        return UnitHasMembers(members=members)
    if status is UnitStatus.CANCELLED and bills:
        return UnitOwesBills(bills=bills, due_fen=due_fen)
    return None


_FROM = {
    UnitStatus.ACTIVE: (UnitStatus.SUSPENDED,),
    UnitStatus.SUSPENDED: (UnitStatus.ACTIVE,),
    UnitStatus.CANCELLED: (UnitStatus.ACTIVE, UnitStatus.SUSPENDED),
}


def _not_there(clerk_region: RegionCode, region: RegionCode, *, is_county: bool) -> list[Refusal]:
    if is_county and lies_in(region, clerk_region):
        return []
    return [OutsideYourRegion(region=clerk_region)]


def _require_fitting(
    consultation: Consultation, form: UnitForm, credit_code: str, field: str, problem: InputProblem
) -> None:
    """Raises InputNotAcceptable where the code is of another kind of unit, and that matters at the place."""
    must_fit = consultation.fact("codeFitsKind", form.region, "unit_registration.code_fits_kind")
    if must_fit.flag and not credit_code.startswith(LEADING_CHARACTERS[form.kind]):
        raise InputNotAcceptable(field=field, problem=problem, basis=must_fit.key)
