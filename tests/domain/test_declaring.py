"""What a wage costs, and what a declaration makes of its lines."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.consulting import Consultation
from domain.decisions.declaring import (
    Declaration,
    DeclaredMonth,
    Membership,
    OwnMonths,
    corrected,
    declared,
    own_months,
)
from domain.decisions.employee_rates import Shares, more, rates, shares, to_the_fen
from domain.decisions.records import EnrolmentOnRecord
from domain.policy import PolicyBook
from domain.refusals import (
    InputNotAcceptable,
    InputProblem,
    MonthAlreadyDeclared,
    NotFlexiblyEmployed,
    NotYetAtTaxBureau,
    Refusal,
)
from domain.vocabulary import (
    EmployeeContributionKind,
    EnrolmentStatus,
    Fen,
    Id,
    Instant,
    PersonType,
    Scheme,
    WageLineOutcome,
    start_of_business_date,
)
from tests.domain.cases import ANSHUN, ENROLMENT, MOTHER, PAYER, SOMEBODY_ELSE, granted

AVERAGE = {2024: 650_000, 2025: 680_000}
OF = date(2024, 11, 1)
BOOK = PolicyBook.load()
MEMBER = Membership(ENROLMENT, date(2015, 3, 1), None)


@pytest.mark.parametrize(
    ("wage", "expected"),
    [
        # base, unit 6 %, personal 2 %, maternity 0.5 %, credit
        (1, (390_000, 23_400, 7_800, 1_950, 7_800)),
        (389_999, (390_000, 23_400, 7_800, 1_950, 7_800)),
        (390_000, (390_000, 23_400, 7_800, 1_950, 7_800)),
        (390_001, (390_001, 23_400, 7_800, 1_950, 7_800)),
        (650_000, (650_000, 39_000, 13_000, 3_250, 13_000)),
        # 650,025 × 2 % = 13,000.5 and × 6 % = 39,001.5: half a fen goes up; × 0.5 % = 3,250.125 goes down.
        (650_025, (650_025, 39_002, 13_001, 3_250, 13_001)),
        (1_950_000, (1_950_000, 117_000, 39_000, 9_750, 39_000)),
        (1_950_001, (1_950_000, 117_000, 39_000, 9_750, 39_000)),
    ],
)
def test_a_wage_is_held_between_floor_and_ceiling_and_each_share_rounded(
    book: PolicyBook, wage: int, expected: tuple[int, ...]
) -> None:
    assert shares(rates(Consultation(book, OF), ANSHUN), Fen(wage)) == Shares(*map(Fen, expected))


def test_the_rates_are_those_of_the_month(book: PolicyBook) -> None:
    for year, average in AVERAGE.items():
        found = rates(Consultation(book, date(year, 1, 1)), ANSHUN)
        assert (found.floor_fen, found.ceiling_fen) == (average * 60 // 100, average * 3)


@given(st.decimals(0, 10**9, places=4))
def test_rounding_moves_by_half_a_fen_at_most_and_halves_go_up(amount: Decimal) -> None:
    assert Decimal("-0.5") < to_the_fen(amount) - amount <= Decimal("0.5")


@given(st.integers(1, 10**8), st.integers(1, 10**8))
def test_whoever_earns_more_never_owes_less(one: int, other: int) -> None:
    found = rates(Consultation(BOOK, OF), ANSHUN)
    low, high = (shares(found, Fen(wage)) for wage in sorted((one, other)))
    assert low.unit_fen <= high.unit_fen
    assert low.personal_fen <= high.personal_fen
    assert found.floor_fen <= low.base_fen <= high.base_fen <= found.ceiling_fen


def declaration(
    book: PolicyBook,
    lines: list[tuple[Id, int]],
    *,
    on: date = date(2024, 12, 15),
    month: int = 202411,
    members: dict[Id, list[Membership]] | None = None,
    before: frozenset[Id] = frozenset(),
) -> Declaration:
    wages = [(person, Fen(wage)) for person, wage in lines]
    found = {PAYER: [MEMBER], MOTHER: [MEMBER]} if members is None else members
    now = start_of_business_date(on)
    return granted(declared(book, now, ANSHUN, month, wages, members=found, declared_before=before))


def outcomes(found: Declaration) -> list[WageLineOutcome]:
    return [line.outcome for line in found.lines]


def test_one_bad_line_never_stops_another(book: PolicyBook) -> None:
    lines = [(SOMEBODY_ELSE, 500_000), (PAYER, 500_000), (PAYER, 600_000), (MOTHER, 500_000)]
    found = declaration(book, lines, before=frozenset({MOTHER}))
    assert outcomes(found) == [
        WageLineOutcome.NOT_A_MEMBER,
        WageLineOutcome.RECORDED,
        WageLineOutcome.LISTED_TWICE,
        WageLineOutcome.ALREADY_DECLARED,
    ]
    assert [line.shares and line.shares.base_fen for line in found.lines] == [None, 500_000, None, None]


@pytest.mark.parametrize(
    ("started", "outcome"),
    [
        (date(2024, 11, 30), WageLineOutcome.RECORDED),
        (date(2024, 12, 1), WageLineOutcome.NOT_A_MEMBER),
    ],
)
def test_only_who_was_a_member_in_the_month_is_declared_for_it(
    book: PolicyBook, started: date, outcome: WageLineOutcome
) -> None:
    members = {PAYER: [Membership(ENROLMENT, started, None)]}
    assert outcomes(declaration(book, [(PAYER, 500_000)], members=members)) == [outcome]


@pytest.mark.parametrize(
    ("ended", "outcome"),
    [
        (date(2024, 10, 31), WageLineOutcome.NOT_A_MEMBER),
        (date(2024, 11, 1), WageLineOutcome.RECORDED),
    ],
)
def test_who_has_left_is_declared_for_the_months_until_then(
    book: PolicyBook, ended: date, outcome: WageLineOutcome
) -> None:
    members = {PAYER: [Membership(ENROLMENT, date(2015, 3, 1), ended)]}
    assert outcomes(declaration(book, [(PAYER, 500_000)], members=members)) == [outcome]


@pytest.mark.parametrize(
    ("visible_at", "outcome"),
    [
        (start_of_business_date(date(2024, 12, 15)) + 1, WageLineOutcome.NOT_YET_AT_TAX_BUREAU),
        (start_of_business_date(date(2024, 12, 15)), WageLineOutcome.RECORDED),
    ],
)
def test_who_has_just_been_enrolled_is_declared_once_the_tax_bureau_knows(
    book: PolicyBook, visible_at: int, outcome: WageLineOutcome
) -> None:
    members = {PAYER: [Membership(ENROLMENT, date(2024, 11, 30), None, Instant(visible_at))]}
    assert outcomes(declaration(book, [(PAYER, 500_000)], members=members)) == [outcome]


def test_who_came_back_is_declared_under_the_enrolment_of_the_month(book: PolicyBook) -> None:
    first, second = Id(ENROLMENT + 1), Id(ENROLMENT + 2)
    both = [
        Membership(second, date(2024, 11, 20), None),
        Membership(first, date(2015, 3, 1), date(2024, 10, 5)),
    ]
    for month, enrolment in ((202410, first), (202411, second)):
        found = declaration(book, [(PAYER, 500_000)], month=month, members={PAYER: both})
        assert [line.enrolment_id for line in found.lines] == [enrolment]


@pytest.mark.parametrize(
    ("on", "month", "kind", "due_on"),
    [
        (date(2024, 12, 15), 202411, EmployeeContributionKind.REGULAR, date(2024, 12, 15)),
        (date(2024, 12, 16), 202411, EmployeeContributionKind.BACK_PAYMENT, date(2024, 12, 15)),
        (date(2024, 12, 16), 202412, EmployeeContributionKind.REGULAR, date(2025, 1, 15)),
        (date(2024, 12, 16), 202001, EmployeeContributionKind.BACK_PAYMENT, date(2020, 2, 15)),
    ],
)
def test_a_month_is_due_on_the_fifteenth_of_the_next_and_paid_in_arrears_after_it(
    book: PolicyBook, on: date, month: int, kind: EmployeeContributionKind, due_on: date
) -> None:
    found = declaration(book, [(PAYER, 500_000)], on=on, month=month)
    assert (found.kind, found.due_on) == (kind, due_on)


@pytest.mark.parametrize("month", [0, 12, -202411, 201912, 202400, 202413, 202501, 20_241_101])
def test_no_month_to_come_and_none_that_the_calendar_lacks_is_declared(book: PolicyBook, month: int) -> None:
    lines = [(PAYER, Fen(500_000))]
    answer = declared(
        book,
        start_of_business_date(date(2024, 12, 16)),
        ANSHUN,
        month,
        lines,
        members={PAYER: [MEMBER]},
        declared_before=frozenset(),
    )
    assert isinstance(answer, InputNotAcceptable)
    assert (answer.field, answer.problem) == ("month", InputProblem.MONTH)


FLEXIBLE = EnrolmentOnRecord(
    id=ENROLMENT,
    person_id=PAYER,
    scheme=Scheme.EMPLOYEE,
    person_type=PersonType.FLEXIBLE,
    region=ANSHUN,
    unit_id=None,
    status=EnrolmentStatus.ACTIVE,
    started_on=date(2024, 9, 16),
)


@pytest.mark.parametrize(
    ("on", "first", "count", "kind", "last", "due"),
    [
        (date(2024, 12, 16), 202412, 1, "REGULAR", 202412, date(2025, 1, 15)),
        (date(2024, 12, 15), 202411, 1, "REGULAR", 202411, date(2024, 12, 15)),
        (date(2024, 12, 16), 202411, 1, "BACK_PAYMENT", 202411, date(2024, 12, 15)),
        (date(2024, 12, 16), 202409, 4, "BACK_PAYMENT", 202412, date(2025, 1, 15)),
        (date(2025, 1, 1), 202412, 12, "REGULAR", 202511, date(2025, 12, 15)),
    ],
)
def test_months_of_ones_own_are_in_arrears_once_the_first_is(
    book: PolicyBook, on: date, first: int, count: int, kind: str, last: int, due: date
) -> None:
    found = own_months(
        book, start_of_business_date(on), FLEXIBLE, first, count, Fen(650_000), declared_before=frozenset()
    )
    assert isinstance(found, OwnMonths)
    assert (found.kind.name, found.months[-1][0], found.due_on, len(found.months)) == (kind, last, due, count)


@pytest.mark.parametrize(
    ("enrolment", "first", "count", "told"),
    [
        (None, 202412, 1, NotFlexiblyEmployed),
        (replace(FLEXIBLE, person_type=PersonType.EMPLOYED), 202412, 1, NotFlexiblyEmployed),
        (replace(FLEXIBLE, person_type=PersonType.RETIRED), 202412, 1, NotFlexiblyEmployed),
        (replace(FLEXIBLE, status=EnrolmentStatus.SUSPENDED), 202412, 1, NotFlexiblyEmployed),
        (replace(FLEXIBLE, scheme=Scheme.RESIDENT), 202412, 1, NotFlexiblyEmployed),
        (FLEXIBLE, 202408, 1, InputNotAcceptable),
        (FLEXIBLE, 202412, 2, InputNotAcceptable),
        (FLEXIBLE, 202400, 1, InputNotAcceptable),
        (FLEXIBLE, 202413, 1, InputNotAcceptable),
        (FLEXIBLE, 202410, 2, MonthAlreadyDeclared),
        (replace(FLEXIBLE, visible_to_tax_at=Instant(2_000_000_000)), 202412, 1, NotYetAtTaxBureau),
    ],
)
def test_what_stands_against_months_of_ones_own(
    book: PolicyBook, enrolment: EnrolmentOnRecord | None, first: int, count: int, told: type[Refusal]
) -> None:
    now, taken = start_of_business_date(date(2024, 12, 16)), frozenset({202411})
    found = own_months(book, now, enrolment, first, count, Fen(650_000), declared_before=taken)
    assert isinstance(found, told)


@given(st.integers(1, 10**8), st.integers(1, 10**8), st.integers(1, 10**8))
def test_corrected_in_one_step_or_two_a_month_costs_what_its_last_wage_costs(
    first: int, second: int, third: int
) -> None:
    found = rates(Consultation(BOOK, OF), ANSHUN)
    total = shares(found, Fen(first))
    for wage in (second, third):
        answer = corrected(
            BOOK,
            date(2024, 12, 1),
            ANSHUN,
            202411,
            [(PAYER, Fen(wage))],
            standing={PAYER: DeclaredMonth(ENROLMENT, total)},
        )
        assert isinstance(answer, Declaration)
        [line] = answer.lines
        assert (line.shares is None) == (line.outcome is WageLineOutcome.NOT_HIGHER)
        if line.shares is not None:
            assert min(line.shares.unit_fen, line.shares.personal_fen, line.shares.maternity_fen) >= 0
            total = more(line.shares, total)
    highest = shares(found, Fen(max(first, second, third)))
    assert (total.unit_fen, total.personal_fen, total.maternity_fen) == (
        highest.unit_fen,
        highest.personal_fen,
        highest.maternity_fen,
    )
