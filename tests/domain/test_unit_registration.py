"""Registering, changing, suspending, resuming and cancelling units: every refusal, and who is heard first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

import domain.policy
from domain.decisions.credit_codes import credit_check_character
from domain.decisions.unit_registration import (
    LEADING_CHARACTERS,
    OfficerForm,
    RegisterAnswer,
    RegisteredUnit,
    UnitForm,
    changed,
    moved_to,
    registered,
)
from domain.policy import PolicyBook
from domain.refusals import (
    IdentityMismatch,
    InputNotAcceptable,
    InputProblem,
    OutsideYourRegion,
    PartyDoesNotAnswer,
    PersonDeceased,
    PersonNotFound,
    PolicyNotStated,
    Refusal,
    UnitAlreadyRegistered,
    UnitHasMembers,
    UnitInAnotherState,
    UnitNotFound,
    UnitOwesBills,
)
from domain.vocabulary import NATION, Fen, Id, IdType, RegionCode, Sex, UnitKind, UnitStatus
from simulator.names import DEPARTMENTS
from tests.domain.cases import ANSHUN, IN_WINDOW, MOTHER, SUINING, granted

CITY = RegionCode("520400")
NEXT_COUNTY = RegionCode("520403")
UNIT = Id(520000000000000011)


@dataclass(frozen=True)
class Registered:
    name: str = "王秀英"
    sex: Sex = Sex.FEMALE
    birth_date: date = date(1949, 12, 31)
    died_on: date | None = None
    also_written: str | None = None


def code_of(department: str) -> str:
    body = f"{department}272402123456780"
    return body + credit_check_character(body)


FORM = UnitForm("西秀模拟机械厂", UnitKind.ENTERPRISE, ANSHUN)
OFFICER = OfficerForm("王秀英", IdType.RESIDENT_ID_CARD, "11010519491231002X")
KNOWN = RegisterAnswer(Registered())
HELD = RegisteredUnit(UNIT, ANSHUN, "西秀模拟机械厂", UnitKind.SCHOOL, code_of("12"), UnitStatus.ACTIVE, MOTHER)


def asked(
    book: PolicyBook,
    form: UnitForm = FORM,
    *,
    code: str = code_of("91"),
    officer: OfficerForm = OFFICER,
    register: RegisterAnswer | None = KNOWN,
    clerk: RegionCode = ANSHUN,
    is_county: bool = True,
    registered_as: Id | None = None,
    officer_id: Id | None = MOTHER,
) -> Id | Refusal:
    return registered(
        book,
        IN_WINDOW,
        clerk,
        form,
        code,
        officer,
        register,
        is_county=is_county,
        registered_as=registered_as,
        officer_id=officer_id,
    )


def told(answer: Id | Refusal | None, kind: type[Refusal]) -> Refusal:
    assert isinstance(answer, kind), answer
    return answer


@pytest.mark.parametrize("clerk", [ANSHUN, CITY, RegionCode("520000"), NATION])
def test_a_unit_is_registered_in_a_county_of_the_clerks_region(book: PolicyBook, clerk: RegionCode) -> None:
    assert granted(asked(book, clerk=clerk)) == MOTHER


@pytest.mark.parametrize("kind", list(UnitKind))
def test_the_codes_of_a_kind_fit_it_and_no_other_characters_do(book: PolicyBook, kind: UnitKind) -> None:
    everything = {one for leading in LEADING_CHARACTERS.values() for one in leading} | {"Y1", "21"}
    fitting = {
        leading for leading in everything if asked(book, replace(FORM, kind=kind), code=code_of(leading)) == MOTHER
    }
    assert fitting == set(LEADING_CHARACTERS[kind])
    assert DEPARTMENTS[kind] in fitting


@pytest.mark.parametrize(
    ("answer", "field", "problem"),
    [
        (lambda book: asked(book, replace(FORM, name=" ")), "unitName", InputProblem.NAME_LENGTH),
        (lambda book: asked(book, replace(FORM, name="厂" * 51)), "unitName", InputProblem.NAME_LENGTH),
        (lambda book: asked(book, code="91"), "creditCode", InputProblem.CREDIT_CODE_SHAPE),
        (lambda book: asked(book, code=code_of("91")[:17] + "Z"), "creditCode", InputProblem.CREDIT_CODE_SHAPE),
        (lambda book: asked(book, code="91350100M000100Y44"), "creditCode", InputProblem.CHECK_CHARACTER),
        (lambda book: asked(book, code=code_of("12")), "creditCode", InputProblem.CREDIT_CODE_KIND),
        (lambda book: asked(book, officer=replace(OFFICER, name="")), "officerName", InputProblem.NAME_LENGTH),
        (
            lambda book: asked(book, officer=replace(OFFICER, id_number="110105194912310021")),
            "officerIdNumber",
            InputProblem.CHECK_CHARACTER,
        ),
        (
            lambda book: asked(book, officer=replace(OFFICER, id_type=IdType.CHINESE_PASSPORT, id_number="护照")),
            "officerIdNumber",
            InputProblem.NUMBER_SHAPE,
        ),
    ],
)
def test_what_cannot_be_right_is_told_first(
    book: PolicyBook, answer: Callable[[PolicyBook], Id | Refusal], field: str, problem: InputProblem
) -> None:
    refusal = told(answer(book), InputNotAcceptable)
    assert isinstance(refusal, InputNotAcceptable)
    assert (refusal.field, refusal.problem) == (field, problem)


@pytest.mark.parametrize(
    ("clerk", "region", "is_county"),
    [(ANSHUN, NEXT_COUNTY, True), (CITY, SUINING, True), (CITY, CITY, False), (ANSHUN, RegionCode("990102"), False)],
)
def test_a_place_that_is_no_county_of_the_clerk_is_refused(
    book: PolicyBook, clerk: RegionCode, region: RegionCode, is_county: bool
) -> None:
    answer = asked(book, replace(FORM, region=region), clerk=clerk, is_county=is_county)
    refusal = told(answer, OutsideYourRegion)
    assert isinstance(refusal, OutsideYourRegion)
    assert refusal.region == clerk


def test_a_credit_code_is_registered_once(book: PolicyBook) -> None:
    assert told(asked(book, registered_as=UNIT), UnitAlreadyRegistered).path == ("creditCode",)
    told(asked(book, registered_as=UNIT, register=None), UnitAlreadyRegistered)
    told(asked(book, registered_as=UNIT, clerk=SUINING), OutsideYourRegion)


def test_the_officer_is_whom_the_register_knows_by_that_name(book: PolicyBook) -> None:
    told(asked(book, register=RegisterAnswer(None)), IdentityMismatch)
    told(asked(book, register=RegisterAnswer(Registered(name="王秀瑛"))), IdentityMismatch)
    told(asked(book, register=RegisterAnswer(Registered(died_on=IN_WINDOW))), PersonDeceased)
    assert asked(book, register=RegisterAnswer(Registered(died_on=date(2024, 12, 21)))) == MOTHER
    told(asked(book, officer_id=None), PersonNotFound)
    told(asked(book, register=None), PartyDoesNotAnswer)


def test_where_the_characters_do_not_matter_any_kind_may_have_them(book: PolicyBook, tmp_path: Path) -> None:
    path = tmp_path / "unit_registration.yaml"
    for one in Path(domain.policy.__file__).parent.glob("*.yaml"):
        (tmp_path / one.name).write_text(one.read_text(encoding="utf-8"), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("value: true", "value: false"), encoding="utf-8")
    assert asked(PolicyBook.load(tmp_path), code=code_of("12")) == MOTHER
    path.write_text(path.read_text(encoding="utf-8").replace("from: 2020-01-01", "from: 2024-12-30"), encoding="utf-8")
    told(asked(PolicyBook.load(tmp_path)), PolicyNotStated)


def test_a_change_keeps_the_city_and_fits_the_code(book: PolicyBook) -> None:
    def answer(
        form: UnitForm, unit: RegisteredUnit | None = HELD, clerk: RegionCode = CITY, *, is_county: bool = True
    ) -> Refusal | None:
        return changed(book, IN_WINDOW, clerk, unit, form, is_county=is_county)

    school = UnitForm("西秀第二小学", UnitKind.SCHOOL, NEXT_COUNTY)
    assert answer(school) is None
    assert answer(replace(school, kind=UnitKind.INSTITUTION)) is None
    assert answer(school, replace(HELD, status=UnitStatus.SUSPENDED)) is None
    told(answer(school, None), UnitNotFound)
    told(answer(school, HELD, SUINING), UnitNotFound)
    for form, field, problem in (
        (replace(school, name=""), "unitName", InputProblem.NAME_LENGTH),
        (replace(school, kind=UnitKind.ENTERPRISE), "unitKind", InputProblem.KIND_OF_CODE),
        (replace(school, region=SUINING), "region", InputProblem.OTHER_CITY),
    ):
        refusal = told(answer(form), InputNotAcceptable)
        assert isinstance(refusal, InputNotAcceptable)
        assert (refusal.field, refusal.problem) == (field, problem)
    told(answer(school, clerk=ANSHUN), OutsideYourRegion)
    told(answer(replace(school, region=RegionCode("520499")), is_county=False), OutsideYourRegion)
    cancelled = told(answer(school, replace(HELD, status=UnitStatus.CANCELLED)), UnitInAnotherState)
    assert isinstance(cancelled, UnitInAnotherState)
    assert cancelled.status is UnitStatus.CANCELLED


S, A, C = UnitStatus.SUSPENDED, UnitStatus.ACTIVE, UnitStatus.CANCELLED


@pytest.mark.parametrize(
    ("present", "to", "members", "bills", "refusal"),
    [
        (A, S, 0, 0, None),
        (A, S, 0, 1, None),
        (A, S, 1, 0, UnitHasMembers),
        (S, S, 0, 0, UnitInAnotherState),
        (S, S, 1, 0, UnitInAnotherState),
        (C, S, 0, 0, UnitInAnotherState),
        (S, A, 0, 0, None),
        (S, A, 5, 5, None),
        (A, A, 0, 0, UnitInAnotherState),
        (C, A, 0, 0, UnitInAnotherState),
        (A, C, 0, 0, None),
        (S, C, 0, 0, None),
        (A, C, 2, 3, UnitHasMembers),
        (A, C, 0, 3, UnitOwesBills),
        (S, C, 0, 3, UnitOwesBills),
        (C, C, 0, 0, UnitInAnotherState),
    ],
)
def test_a_unit_comes_to_a_state_only_from_some_and_never_with_people_in_it(
    present: UnitStatus, to: UnitStatus, members: int, bills: int, refusal: type[Refusal] | None
) -> None:
    unit = replace(HELD, status=present)
    answer = moved_to(to, ANSHUN, unit, members=members, bills=bills, due_fen=Fen(bills * 100))
    assert answer is None if refusal is None else type(answer) is refusal


def test_only_clerks_of_the_region_find_the_unit() -> None:
    for clerk, unit in ((SUINING, HELD), (NEXT_COUNTY, HELD), (CITY, None)):
        told(moved_to(S, clerk, unit, members=9, bills=0, due_fen=Fen(0)), UnitNotFound)
