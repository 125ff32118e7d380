"""Months that count for retirement, what is short, and what is in arrears."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.decisions.retiring import (
    Assessment,
    BilledMonths,
    Retirement,
    RetirementMatter,
    assessed,
    in_arrears,
    retired,
    settled_at_once,
)
from domain.policy import PolicyBook
from domain.refusals import NothingShort, NotInsuredAsWorking, NotOfAge, PolicyNotStated, YearsShort
from domain.vocabulary import (
    EmployeeBillStatus,
    EmployeeContributionKind,
    EnrolmentStatus,
    Fen,
    Id,
    IdType,
    PersonType,
    Scheme,
    Sex,
)
from tests.domain.cases import ANSHUN, ENROLMENT, PAYER, book_that_says_no, granted

BOOK = PolicyBook.load()
ON = date(2025, 3, 1)
WORKS = EnrolmentOnRecord(
    id=ENROLMENT,
    person_id=PAYER,
    scheme=Scheme.EMPLOYEE,
    person_type=PersonType.EMPLOYED,
    region=ANSHUN,
    unit_id=None,
    status=EnrolmentStatus.ACTIVE,
    started_on=date(2005, 1, 31),
)
PERSON = PersonOnRecord(
    id=PAYER,
    region=ANSHUN,
    id_type=IdType.RESIDENT_ID_CARD,
    id_number="x",
    name="某",
    sex=Sex.FEMALE,
    birth_date=date(1968, 2, 29),
    died_on=None,
    e_certificate_at=None,
)
REGULAR, LUMP = EmployeeContributionKind.REGULAR, EmployeeContributionKind.LUMP_SUM
PAID, DUE = EmployeeBillStatus.PAID, EmployeeBillStatus.DUE


def matter(*billed: BilledMonths, **changes: object) -> RetirementMatter:
    enrolment = replace(WORKS, **changes)  # type: ignore[arg-type]
    return RetirementMatter(enrolment, PERSON, [enrolment], billed)


def billed(
    month: int, status: EmployeeBillStatus = PAID, kind: EmployeeContributionKind = REGULAR, months: int = 1
) -> BilledMonths:
    return BilledMonths(Id(6), Id(7), kind, month, months, status, ANSHUN)


@pytest.mark.parametrize(
    ("of", "contributed", "short"),
    [
        # January 2005 to November 2024 are 239 months; nothing is recorded as paid from December 2024 on.
        (matter(), 239, 1),
        (matter(billed(202412)), 240, 0),
        (matter(billed(202412, DUE)), 239, 1),
        (matter(billed(202411, DUE)), 238, 2),
        (matter(billed(202411), billed(202501)), 240, 0),
        (matter(billed(202412, PAID, EmployeeContributionKind.CORRECTION)), 239, 1),
        (matter(billed(202503, PAID, LUMP, 1)), 239, 0),
        (matter(billed(202503, DUE, LUMP, 1)), 239, 1),
        (matter(started_on=date(2015, 3, 1)), 117, 123),
        (matter(person_type=PersonType.FLEXIBLE), 239, 1),
        # What a transfer brought along.
        (matter(months_carried=1), 240, 0),
        (matter(started_on=date(2015, 3, 1), months_carried=100), 217, 23),
    ],
)
def test_months_of_work_count_until_they_are_recorded_and_then_those_paid(
    book: PolicyBook, of: RetirementMatter, contributed: int, short: int
) -> None:
    found = assessed(book, ON, of)
    assert isinstance(found, Assessment)
    assert (found.months_contributed, found.months_short) == (contributed, short)
    # 6,800.00 × 6 % a month.
    assert found.lump_sum_fen == short * 40_800


def test_overlapping_and_ended_enrolments_count_each_month_once(book: PolicyBook) -> None:
    earlier = replace(
        WORKS, id=Id(8), started_on=date(2000, 1, 1), ended_on=date(2005, 2, 1), status=EnrolmentStatus.TERMINATED
    )
    resident = replace(WORKS, id=Id(9), scheme=Scheme.RESIDENT, started_on=date(1990, 1, 1))
    found = assessed(book, ON, RetirementMatter(WORKS, PERSON, [WORKS, earlier, resident], []))
    assert isinstance(found, Assessment)
    assert found.months_contributed == 239 + 60


@pytest.mark.parametrize(
    ("sex", "born", "on", "of_age", "required"),
    [
        (Sex.FEMALE, date(1970, 3, 1), date(2025, 2, 28), False, 240),
        (Sex.FEMALE, date(1970, 3, 1), date(2025, 3, 1), True, 240),
        (Sex.FEMALE, date(1968, 2, 29), date(2023, 2, 27), False, 240),
        (Sex.FEMALE, date(1968, 2, 29), date(2023, 2, 28), True, 240),
        (Sex.MALE, date(1965, 3, 1), date(2025, 2, 28), False, 300),
        (Sex.MALE, date(1965, 3, 1), date(2025, 3, 1), True, 300),
    ],
)
def test_retirement_age_is_reached_on_a_birthday(
    book: PolicyBook, sex: Sex, born: date, on: date, of_age: bool, required: int
) -> None:
    person = replace(PERSON, sex=sex, birth_date=born)
    found = assessed(book, on, RetirementMatter(WORKS, person, [WORKS], []))
    assert isinstance(found, Assessment)
    assert (found.of_age, found.months_required) == (of_age, required)


def test_who_retires_is_of_age_and_short_of_nothing(book: PolicyBook) -> None:
    complete = matter(billed(202412))
    after = retired(book, ON, complete)
    assert after == Retirement(replace(WORKS, person_type=PersonType.RETIRED), ())
    assert isinstance(settled_at_once(book, ON, complete), NothingShort)
    short = retired(book, ON, matter())
    assert isinstance(short, YearsShort)
    assert (short.months, short.due_fen) == (1, Fen(40_800))
    young = replace(complete, person=replace(PERSON, birth_date=date(1980, 1, 1)))
    assert isinstance(retired(book, ON, young), NotOfAge)
    assert isinstance(settled_at_once(book, ON, young), NotOfAge)
    assert isinstance(settled_at_once(book, ON, young, retired_early=True), NothingShort)
    early = replace(matter(), person=young.person)
    assert settled_at_once(book, ON, early, retired_early=True) == assessed(book, ON, early)


def test_maternity_insurance_ends_with_retirement_where_the_book_says_so(book: PolicyBook) -> None:
    """What is suspended already, and what is not maternity insurance, stays as it is."""
    maternity = replace(WORKS, id=Id(8), scheme=Scheme.MATERNITY)
    suspended = replace(maternity, id=Id(9), status=EnrolmentStatus.SUSPENDED)
    complete = matter(billed(202412))
    complete = replace(complete, enrolments=[*complete.enrolments, maternity, suspended])
    after = granted(retired(book, ON, complete))
    assert after.ended == ((maternity, replace(maternity, status=EnrolmentStatus.TERMINATED, ended_on=ON)),)
    elsewhere = book_that_says_no("enrolment.maternity_ends_at_retirement")
    assert granted(retired(elsewhere, ON, complete)).ended == ()


@pytest.mark.parametrize(
    "of",
    [
        None,
        matter(person_type=PersonType.RETIRED),
        matter(status=EnrolmentStatus.SUSPENDED),
        matter(scheme=Scheme.RESIDENT),
    ],
)
def test_only_active_enrolments_of_work_are_assessed(book: PolicyBook, of: RetirementMatter | None) -> None:
    for decide in (assessed, settled_at_once, retired, in_arrears):
        assert isinstance(decide(book, ON, of), NotInsuredAsWorking)


def test_where_no_document_speaks_nothing_is_guessed(book: PolicyBook) -> None:
    for decide in (assessed, in_arrears):
        assert isinstance(decide(book, date(2019, 1, 1), matter()), PolicyNotStated)


@pytest.mark.parametrize(
    ("on", "billed_months", "months"),
    [
        (date(2025, 1, 15), (), []),
        (date(2025, 1, 16), (), [202412]),
        (date(2025, 2, 16), (), [202412, 202501]),
        (date(2025, 2, 16), (billed(202412),), [202501]),
        (date(2025, 2, 16), (billed(202412, DUE), billed(202410, DUE)), [202410, 202412, 202501]),
        (date(2025, 2, 16), (billed(202502, PAID, LUMP, 240),), [202412, 202501]),
    ],
)
def test_months_are_in_arrears_once_their_due_day_is_over(
    book: PolicyBook, on: date, billed_months: tuple[BilledMonths, ...], months: list[int]
) -> None:
    found = in_arrears(book, on, matter(*billed_months))
    assert isinstance(found, tuple)
    assert [one.month for one in found] == months


@given(st.sets(st.integers(0, 60), max_size=40), st.integers(0, 40))
def test_another_paid_month_never_makes_more_months_short(paid: set[int], one_more: int) -> None:
    def short(positions: set[int]) -> int:
        months = [billed((2020 + at // 12) * 100 + at % 12 + 1) for at in positions]
        found = assessed(BOOK, ON, matter(*months))
        assert isinstance(found, Assessment)
        return found.months_short

    assert short(paid | {one_more}) <= short(paid)
