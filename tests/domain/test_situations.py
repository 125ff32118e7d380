"""What a filing needs is what the guide asks for in the situation that the form states or the records tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.decisions.enrolling import Kin
from domain.decisions.filing_forms import EmployeeEnrolmentForm, FilingForm, ReimbursementForm, WithdrawalForm
from domain.decisions.filings import Draft, Filer, Filing, drafted
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.decisions.registering import Applicant
from domain.decisions.unit_registration import RegisteredUnit
from domain.policy import PolicyBook
from domain.vocabulary import (
    CareKind,
    EnrolmentStatus,
    Id,
    IdType,
    InjuryLiability,
    Instant,
    MatterAction,
    MatterCode,
    PersonType,
    RegionCode,
    Relation,
    Scheme,
    Sex,
    TerminationReason,
    UnitKind,
    UnitStatus,
    WithdrawalReason,
)
from tests.domain.test_family_binding import DEAD, Registered

NOW = Instant(1_734_310_800)
PLACE = RegionCode("840102")
DIED = date(2024, 12, 1)
HIMSELF, ANOTHER = Id(1), Id(2)
DEATH = "死亡证明或法院宣告死亡的生效文书"
PERMIT, LABOUR = "港澳居民来往内地通行证或港澳台居民居住证", "建立劳动关系的证明"
FOREIGN = "就业证件和外国人居留证件，或外国人永久居留证"
ESTABLISHMENT, RETIREMENT, ABROAD = "编制部门审批盖章的人员变动申报凭证", "退休审批手续", "护照或永久居留证"
UNHARMED = "《外伤无第三方责任承诺书》"
HARMED = "交警事故认定书或法院判决书或调解协议书等公检法部门出具的相关证明材料复印件"

SUSPENDS = EmployeeEnrolmentForm(MatterAction.SUSPEND, HIMSELF, None, None, None, None, None)
RETIRES = replace(SUSPENDS, action=MatterAction.RETIRE)
ENDS = replace(SUSPENDS, action=MatterAction.TERMINATE)
DIES, LEAVES = replace(ENDS, reason=TerminationReason.DECEASED), replace(ENDS, reason=TerminationReason.MOVED_ABROAD)
GIVES_UP = replace(ENDS, reason=TerminationReason.GIVEN_UP)
ALONE = replace(SUSPENDS, action=MatterAction.ADD, region=PLACE)
BILL = ReimbursementForm(HIMSELF, Id(3), CareKind.OUTPATIENT, DIED, DIED, "B-1", (), (), "4321")
DRAWS = WithdrawalForm(ANOTHER, WithdrawalReason.DECEASED, "4321")


def adds(id_type: IdType) -> EmployeeEnrolmentForm:
    return EmployeeEnrolmentForm(MatterAction.ADD, None, "张三", id_type, "E12345678", None, None)


def person(id_: Id = HIMSELF, id_type: IdType = IdType.RESIDENT_ID_CARD, died_on: date | None = None) -> PersonOnRecord:
    verified = Instant(0)
    return PersonOnRecord(id_, PLACE, id_type, "1", "张三", Sex.MALE, date(1980, 1, 1), died_on, None, verified)


def wanted(
    book: PolicyBook,
    matter: MatterCode,
    form: FilingForm,
    *,
    unit: UnitKind | None = None,
    about: PersonOnRecord | None = None,
    registered: Registered | None = Registered(),  # noqa: B008 - frozen
) -> list[str]:
    """What has to be handed in beyond what every filing of the matter needs, by name."""
    files = None if unit is None else RegisteredUnit(Id(7), PLACE, "单位", unit, "", UnitStatus.ACTIVE, HIMSELF)
    kin = None if registered is None else Kin(Relation.CHILD, registered)
    person_type = PersonType.FLEXIBLE if unit is None else PersonType.EMPLOYED
    insured = EnrolmentOnRecord(
        Id(9), HIMSELF, Scheme.EMPLOYEE, person_type, PLACE, Id(7), EnrolmentStatus.ACTIVE, date(2020, 1, 1)
    )
    found = drafted(
        book,
        NOW,
        Filer(person(), files),
        Applicant(HIMSELF, None if form.about is None else about or person(), False, kin),
        [insured],
        Draft(matter, form, ()),
        form="{}",
    )
    assert isinstance(found, Filing), found
    of_all = {one.name for one in book.matters.by_key(f"{found.edition}~{matter.name}").materials if not one.when}  # type: ignore[union-attr]
    return [one.name.zh for one in found.materials if one.needed and one.name not in of_all]


@pytest.mark.parametrize(
    ("unit", "form", "about", "registered", "named"),
    [
        (UnitKind.ENTERPRISE, SUSPENDS, None, None, []),
        (UnitKind.ENTERPRISE, adds(IdType.RESIDENT_ID_CARD), None, None, []),
        (UnitKind.ENTERPRISE, adds(IdType.TAIWAN_PERMIT), None, None, [PERMIT, LABOUR]),
        (UnitKind.ENTERPRISE, adds(IdType.HONG_KONG_MACAO_TAIWAN_RESIDENCE), None, None, [PERMIT, LABOUR]),
        (UnitKind.ENTERPRISE, adds(IdType.FOREIGN_PASSPORT), None, None, [FOREIGN]),
        # Who works flexibly enrols alone, and is from Hong Kong without a unit.
        (None, ALONE, person(id_type=IdType.HONG_KONG_PERMIT), None, []),
        (None, ALONE, person(id_type=IdType.FOREIGN_PERMANENT_RESIDENCE), None, [FOREIGN]),
        (None, SUSPENDS, person(id_type=IdType.FOREIGN_PERMANENT_RESIDENCE), None, []),
        # Public finance pays an organ's people, unless the organ says otherwise.
        (UnitKind.ORGAN, SUSPENDS, None, None, [ESTABLISHMENT]),
        (UnitKind.ORGAN, replace(SUSPENDS, outside_public_payroll=True), None, None, []),
        (UnitKind.INSTITUTION, adds(IdType.FOREIGN_PASSPORT), None, None, [FOREIGN, ESTABLISHMENT]),
        (UnitKind.SCHOOL, SUSPENDS, None, None, []),
        (UnitKind.ENTERPRISE, RETIRES, None, None, [RETIREMENT]),
        (None, RETIRES, None, None, [RETIREMENT]),
        (UnitKind.ENTERPRISE, LEAVES, None, None, [ABROAD]),
        (None, GIVES_UP, None, None, []),
        # A death that the platform or the register knows of is not to be proved; a silent register knows nothing.
        (UnitKind.ENTERPRISE, DIES, person(died_on=DIED), None, []),
        (UnitKind.ENTERPRISE, DIES, None, DEAD, []),
        (UnitKind.ENTERPRISE, DIES, None, Registered(), [DEATH]),
        (UnitKind.ENTERPRISE, DIES, None, None, [DEATH]),
    ],
)
def test_an_enrolment_asks_for_what_the_guide_asks_for_in_its_situation(
    book: PolicyBook,
    unit: UnitKind | None,
    form: FilingForm,
    about: PersonOnRecord | None,
    registered: Registered | None,
    named: list[str],
) -> None:
    found = wanted(book, MatterCode.EMPLOYEE_ENROLMENT, form, unit=unit, about=about, registered=registered)
    assert sorted(found) == sorted(named)


def test_a_bill_of_an_injury_asks_for_what_the_guide_asks_for_by_who_is_liable(book: PolicyBook) -> None:
    for injury, named in (
        (None, []),
        (InjuryLiability.NO_THIRD_PARTY, [UNHARMED]),
        (InjuryLiability.THIRD_PARTY, [HARMED]),
    ):
        assert wanted(book, MatterCode.OUTPATIENT_REIMBURSEMENT, replace(BILL, injury=injury)) == named


def test_heirs_prove_a_death_that_nobody_knows_of(book: PolicyBook) -> None:
    heirs = ["继承人身份证", "银行卡账户信息"]
    for registered, named in ((DEAD, heirs), (Registered(), [*heirs, DEATH])):
        found = wanted(book, MatterCode.ACCOUNT_WITHDRAWAL, DRAWS, about=person(ANOTHER), registered=registered)
        assert found == named
