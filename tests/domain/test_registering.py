"""Who may be registered as a resident, in which person type, and who is asked for the electronic certificate."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.decisions.enrolling import Kin, Seen, SeenElsewhere
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.decisions.registering import (
    Applicant,
    Form,
    NewPerson,
    Registration,
    Situation,
    activated,
    registered,
)
from domain.policy import PolicyBook
from domain.ports import Identity
from domain.refusals import (
    AlreadyEnrolled,
    CertificateAlreadyActive,
    CertificateRequired,
    EnrolledElsewhere,
    IdentityMismatch,
    InputNotAcceptable,
    InputProblem,
    NotOfYourFamily,
    OutsideParty,
    PartyDoesNotAnswer,
    PersonDeceased,
    Refusal,
    RelationMismatch,
    SuspensionNotYetSeen,
)
from domain.vocabulary import (
    EnrolmentStatus,
    Id,
    IdType,
    Instant,
    PersonType,
    RegionCode,
    Relation,
    Scheme,
    Sex,
)
from tests.domain.cases import ANSHUN, CHUZHOU, ENROLMENT, MOTHER, PAYER, XUANCHENG, at, granted

NOW, TODAY = at(2024, 12, 20), date(2024, 12, 20)
NUMBER = "270101196005010001"
CARD = IdType.RESIDENT_ID_CARD
SCHOOL = Id(340000000000000009)
FREE = Situation(True, None, [], None, None, 100)
ADULT, MINOR, NEWBORN = date(1990, 5, 1), date(2012, 5, 1), date(2024, 12, 1)


def years_ago(years: int, days: int = 0) -> date:
    return TODAY.replace(year=TODAY.year - years) + timedelta(days=days)


def person(born: date = ADULT, *, died_on: date | None = None, certificate: Instant | None = None) -> PersonOnRecord:
    return PersonOnRecord(MOTHER, CHUZHOU, CARD, NUMBER, "王秀英", Sex.FEMALE, born, died_on, certificate)


def kin(born: date = ADULT, relation: Relation | None = None, *, died_on: date | None = None) -> Kin:
    return Kin(relation, Identity(CARD, NUMBER, "王秀英", Sex.FEMALE, born, died_on))


def oneself(born: date = ADULT, certificate: Instant | None = None) -> Applicant:
    return Applicant(MOTHER, person(born, certificate=certificate), False, kin(born))


def form(region: RegionCode = XUANCHENG, person_type: PersonType | None = None, school: Id | None = None) -> Form:
    return Form(region, person_type, school, None)


def asked(
    book: PolicyBook, wanted: Form | None = None, applicant: Applicant | None = None, situation: Situation = FREE
) -> Registration | Refusal:
    return registered(book, NOW, wanted or form(), applicant or oneself(), situation)


TYPES = [
    # born, at a school, chosen, granted or None for a refusal
    (TODAY, False, None, PersonType.NEWBORN),
    (TODAY - timedelta(days=90), False, None, PersonType.NEWBORN),
    (TODAY - timedelta(days=91), False, None, PersonType.RESIDENT_MINOR),
    (TODAY - timedelta(days=91), False, PersonType.NEWBORN, None),
    (TODAY, False, PersonType.RESIDENT_MINOR, None),
    (years_ago(18, 1), False, None, PersonType.RESIDENT_MINOR),
    (years_ago(18), False, None, PersonType.RESIDENT_ADULT),
    (years_ago(60, 1), False, None, PersonType.RESIDENT_ADULT),
    (years_ago(60), False, None, PersonType.RESIDENT_SENIOR),
    (years_ago(18), True, None, PersonType.STUDENT),
    (years_ago(18), True, PersonType.STUDENT, PersonType.STUDENT),
    (years_ago(18), False, PersonType.STUDENT, None),
    (years_ago(18), True, PersonType.RESIDENT_ADULT, None),
    (years_ago(16), True, None, PersonType.RESIDENT_MINOR),
    (years_ago(16), True, PersonType.STUDENT, PersonType.STUDENT),
    (years_ago(16, 1), True, PersonType.STUDENT, None),
    (years_ago(30), False, PersonType.EMPLOYED, None),
    (years_ago(30), False, PersonType.RETIRED, None),
]


@pytest.mark.parametrize(("born", "at_school", "chosen", "found"), TYPES)
def test_the_person_type_follows_from_age_and_school(
    born: date, at_school: bool, chosen: PersonType | None, found: PersonType | None, book: PolicyBook
) -> None:
    wanted = form(ANSHUN, chosen, SCHOOL if at_school else None)
    answer = asked(book, wanted, oneself(born), replace(FREE, school_region=ANSHUN if at_school else None))
    if found is None:
        assert isinstance(answer, InputNotAcceptable)
    else:
        assert granted(answer).person_type is found
        assert granted(answer).school_id == (SCHOOL if at_school else None)


@pytest.mark.parametrize("school_region", [None, ANSHUN])
def test_the_school_is_one_of_the_place(school_region: RegionCode | None, book: PolicyBook) -> None:
    answer = asked(book, form(school=SCHOOL), situation=replace(FREE, school_region=school_region))
    assert isinstance(answer, InputNotAcceptable)
    assert (answer.field, answer.problem) == ("schoolUnitId", InputProblem.SCHOOL)


def test_a_registration_reaches_the_tax_bureau_within_a_day(book: PolicyBook) -> None:
    for region in (XUANCHENG, CHUZHOU, ANSHUN, RegionCode("840102")):
        assert granted(asked(book, form(region))).known_to_tax == Seen(NOW, Instant(NOW + 24 * 3600))


def test_only_a_county_or_district_enrols(book: PolicyBook) -> None:
    answer = asked(book, situation=replace(FREE, is_place=False))
    assert isinstance(answer, InputNotAcceptable)
    assert (answer.field, answer.problem) == ("region", InputProblem.PLACE)


WHO: list[tuple[Applicant, type]] = [
    (oneself(), Registration),
    (Applicant(PAYER, person(), True, kin()), Registration),
    (Applicant(PAYER, person(MINOR), False, kin(MINOR, Relation.CHILD)), Registration),
    (Applicant(PAYER, person(), False, kin(relation=Relation.CHILD)), NotOfYourFamily),
    (Applicant(PAYER, person(), False, kin(relation=Relation.PARENT)), NotOfYourFamily),
    (Applicant(PAYER, person(), False, kin()), NotOfYourFamily),
    (Applicant(PAYER, None, False, None), NotOfYourFamily),
    (Applicant(PAYER, person(), False, None), PartyDoesNotAnswer),
    (Applicant(MOTHER, person(), False, None), PartyDoesNotAnswer),
    (Applicant(MOTHER, person(), False, Kin(None, None)), IdentityMismatch),
    (Applicant(MOTHER, person(), False, kin(MINOR)), IdentityMismatch),
    (Applicant(MOTHER, person(died_on=date(2024, 1, 1)), False, kin()), PersonDeceased),
    (Applicant(MOTHER, person(), False, kin(died_on=TODAY)), PersonDeceased),
]


@pytest.mark.parametrize(("applicant", "answer"), WHO)
def test_one_registers_oneself_whom_one_has_bound_and_ones_children(
    applicant: Applicant, answer: type, book: PolicyBook
) -> None:
    assert type(asked(book, applicant=applicant)) is answer


@pytest.mark.parametrize(("applicant", "answer"), WHO)
def test_whoever_may_be_registered_by_somebody_may_have_the_certificate_activated(
    applicant: Applicant, answer: type, book: PolicyBook
) -> None:
    found = activated(book, NOW, applicant)
    assert type(found) is (PersonOnRecord if answer is Registration else answer)


def test_a_certificate_is_activated_once(book: PolicyBook) -> None:
    answer = activated(book, NOW, oneself(certificate=Instant(NOW - 1)))
    assert isinstance(answer, CertificateAlreadyActive)
    assert answer.activated_at == NOW - 1


CHILD = NewPerson("王秀英", CARD, "270101202412010000", NEWBORN, Sex.FEMALE, Relation.CHILD)
DESCRIBED: list[tuple[NewPerson, Kin | None, type]] = [
    (CHILD, kin(NEWBORN, Relation.CHILD), Registration),
    (CHILD, None, PartyDoesNotAnswer),
    (CHILD, Kin(Relation.CHILD, None), IdentityMismatch),
    (replace(CHILD, name="王秀"), kin(NEWBORN, Relation.CHILD), IdentityMismatch),
    (replace(CHILD, sex=Sex.MALE), kin(NEWBORN, Relation.CHILD), IdentityMismatch),
    (replace(CHILD, relation=Relation.PARENT), kin(NEWBORN, Relation.CHILD), RelationMismatch),
    (replace(CHILD, relation=Relation.OTHER), kin(NEWBORN, Relation.OTHER), RelationMismatch),
    (CHILD, kin(NEWBORN), RelationMismatch),
    (CHILD, kin(NEWBORN, Relation.CHILD, died_on=TODAY), PersonDeceased),
    (replace(CHILD, id_number="270101202412010001"), kin(NEWBORN, Relation.CHILD), InputNotAcceptable),
    (replace(CHILD, birth_date=date(2024, 12, 2)), kin(NEWBORN, Relation.CHILD), InputNotAcceptable),
    (replace(CHILD, name=" "), kin(NEWBORN, Relation.CHILD), InputNotAcceptable),
]


@pytest.mark.parametrize(("described", "found", "answer"), DESCRIBED)
def test_the_register_confirms_every_word_of_who_comes_to_the_platform(
    described: NewPerson, found: Kin | None, answer: type, book: PolicyBook
) -> None:
    wanted = Form(CHUZHOU, None, None, described)
    told = asked(book, wanted, Applicant(PAYER, None, False, found))
    assert type(told) is answer
    if isinstance(told, InputNotAcceptable | RelationMismatch | PersonDeceased):
        assert told.path[0] == "newPerson"


def enrolled(
    region: RegionCode = XUANCHENG,
    status: EnrolmentStatus = EnrolmentStatus.ACTIVE,
    scheme: Scheme = Scheme.RESIDENT,
    seen_at: Instant | None = None,
) -> EnrolmentOnRecord:
    return EnrolmentOnRecord(
        ENROLMENT, MOTHER, scheme, PersonType.RESIDENT_ADULT, region, None, status, date(2012, 1, 1),
        suspension_visible_at=seen_at,
    )  # fmt: skip


LATER = Instant(NOW + 1)
SUSPENDED, TERMINATED = EnrolmentStatus.SUSPENDED, EnrolmentStatus.TERMINATED
INSURED: list[tuple[Situation, type]] = [
    (replace(FREE, enrolments=[enrolled()]), AlreadyEnrolled),
    (replace(FREE, enrolments=[enrolled(status=SUSPENDED)]), AlreadyEnrolled),
    (replace(FREE, enrolments=[enrolled(status=TERMINATED)]), Registration),
    (replace(FREE, enrolments=[enrolled(CHUZHOU)]), EnrolledElsewhere),
    (replace(FREE, enrolments=[enrolled(scheme=Scheme.EMPLOYEE)]), EnrolledElsewhere),
    (replace(FREE, enrolments=[enrolled(scheme=Scheme.MATERNITY)]), Registration),
    (replace(FREE, enrolments=[enrolled(CHUZHOU, SUSPENDED)]), Registration),
    (replace(FREE, enrolments=[enrolled(CHUZHOU, SUSPENDED, seen_at=LATER)]), SuspensionNotYetSeen),
    (replace(FREE, enrolments=[enrolled(CHUZHOU, TERMINATED, seen_at=LATER)]), SuspensionNotYetSeen),
    (replace(FREE, enrolments=[enrolled(CHUZHOU, SUSPENDED, seen_at=NOW)]), Registration),
    (replace(FREE, outside=SeenElsewhere(RegionCode("440300"), Scheme.RESIDENT, None)), EnrolledElsewhere),
    (replace(FREE, outside=SeenElsewhere(RegionCode("440300"), Scheme.RESIDENT, LATER)), SuspensionNotYetSeen),
    (replace(FREE, unanswered=OutsideParty.OTHER_PROVINCES), PartyDoesNotAnswer),
]


@pytest.mark.parametrize(("situation", "answer"), INSURED)
def test_nobody_is_registered_twice_in_this_world_or_outside_it(
    situation: Situation, answer: type, book: PolicyBook
) -> None:
    assert type(asked(book, situation=situation)) is answer


CERTIFICATES = [
    # region, lot, certificate, enrolled before, asked for it
    (XUANCHENG, 1, None, None, True),
    (XUANCHENG, 50, None, None, True),
    (XUANCHENG, 51, None, None, False),
    (XUANCHENG, 1, Instant(NOW - 1), None, False),
    (XUANCHENG, 1, None, enrolled(RegionCode("341823"), TERMINATED), False),
    (XUANCHENG, 1, None, enrolled(CHUZHOU, TERMINATED), True),
    (CHUZHOU, 1, None, None, False),
]


@pytest.mark.parametrize(("region", "lot", "certificate", "before", "demanded"), CERTIFICATES)
def test_some_students_who_come_to_xuancheng_are_asked_for_the_certificate(
    region: RegionCode,
    lot: int,
    certificate: Instant | None,
    before: EnrolmentOnRecord | None,
    demanded: bool,
    book: PolicyBook,
) -> None:
    situation = replace(FREE, lot=lot, school_region=region, enrolments=[] if before is None else [before])
    answer = asked(book, form(region, school=SCHOOL), oneself(certificate=certificate), situation)
    assert type(answer) is (CertificateRequired if demanded else Registration)


def test_nobody_but_a_student_is_asked_for_the_certificate(book: PolicyBook) -> None:
    assert isinstance(asked(book, situation=replace(FREE, lot=1)), Registration)
