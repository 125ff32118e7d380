"""What an account bears in a year, to the fen, and the days on which accounts are credited."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.interest import InterestTerms, first_day_of_interest, interest, interest_terms, settlement_day
from domain.decisions.pensioner_credits import next_credit_day, pensioner_credit
from domain.policy import PolicyBook
from domain.vocabulary import Fen
from tests.domain.cases import ANSHUN

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
TERMS = InterestTerms(Decimal("0.0035"), 360)

Movements = Sequence[tuple[date, Fen]]


@pytest.mark.parametrize(
    ("first", "opening", "movements", "expected"),
    [
        # 365 days of 1,000.00 yuan: 100,000 × 365 × 0.0035 ÷ 360 = 354.86 fen
        (FIRST, 100_000, [], 355),
        # A leap year has 366 days: 355.83 fen
        (date(2024, 1, 1), 100_000, [], 356),
        (FIRST, 0, [], 0),
        # The day of an entry counts, the first and the last day too.
        (FIRST, 0, [(FIRST, 100_000)], 355),
        (FIRST, 0, [(LAST, 100_000_000)], 972),
        (FIRST, 100_000_000, [(LAST, -100_000_000)], 353_889),
        # What counts for a later day bears nothing yet.
        (FIRST, 100_000, [(date(2026, 1, 1), -100_000)], 355),
        # 360 days of 1.43 yuan bear 0.5005 fen, of 1.42 yuan 0.497: half a fen goes up.
        (date(2025, 1, 6), 143, [], 1),
        (date(2025, 1, 6), 142, [], 0),
    ],
)
def test_each_day_bears_by_its_closing_balance_and_the_sum_is_rounded_once(
    first: date, opening: int, movements: list[tuple[date, int]], expected: int
) -> None:
    last = LAST if first.year == 2025 else date(first.year, 12, 31)
    assert interest(first, last, Fen(opening), [(day, Fen(amount)) for day, amount in movements], TERMS) == expected


def day_by_day(opening: int, movements: Movements, terms: InterestTerms) -> int:
    """The same by walking through the year: the closing balance of each day, one three hundred and sixtieth each."""
    borne, balance, day = Fraction(0), opening, FIRST
    while day <= LAST:
        balance += sum(amount for on, amount in movements if on == day)
        borne += balance * Fraction(terms.rate) / terms.days_of_year
        day += timedelta(days=1)
    exact = Decimal(borne.numerator) / Decimal(borne.denominator)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@st.composite
def years(draw: st.DrawFn) -> tuple[int, list[tuple[date, Fen]]]:
    """What an account opens with, and entries that never take more than there is, some of them after the year."""
    opening = balance = draw(st.integers(0, 10_000_000))
    days = sorted(draw(st.lists(st.integers(0, 380), max_size=40)))
    movements = []
    for offset in days:
        amount = draw(st.integers(-balance, 1_000_000))
        balance += amount
        movements.append((FIRST + timedelta(days=offset), Fen(amount)))
    return opening, movements


@given(years(), st.sampled_from(["0", "0.0005", "0.0035", "0.015"]), st.sampled_from([360, 365]), st.randoms())
def test_any_years_interest_is_that_of_its_days_one_by_one(
    year: tuple[int, list[tuple[date, Fen]]], rate: str, days_of_year: int, shuffling: object
) -> None:
    opening, movements = year
    terms = InterestTerms(Decimal(rate), days_of_year)
    shuffled = list(movements)
    shuffling.shuffle(shuffled)  # type: ignore[attr-defined]
    found = interest(FIRST, LAST, Fen(opening), shuffled, terms)
    assert found == day_by_day(opening, movements, terms)
    assert found >= 0


def test_the_year_of_interest_follows_the_one_before_it_without_a_gap(book: PolicyBook) -> None:
    for year in (2024, 2025, 2030):
        settled_on = settlement_day(book, year)
        assert settled_on.year == year
        assert first_day_of_interest(book, settled_on) == settlement_day(book, year - 1) + timedelta(days=1)
    assert interest_terms(book, ANSHUN, LAST) == TERMS


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2024, 12, 15), date(2025, 1, 15)),
        (date(2025, 1, 15), date(2025, 2, 15)),
        (date(2025, 1, 31), date(2025, 2, 15)),
        (date(2025, 12, 31), date(2026, 1, 15)),
    ],
)
def test_pensioners_are_credited_every_month(book: PolicyBook, day: date, following: date) -> None:
    assert next_credit_day(book, day) == following


def test_a_new_year_brings_a_new_amount(book: PolicyBook) -> None:
    assert pensioner_credit(book, ANSHUN, date(2024, 12, 31)) == 7_800
    assert pensioner_credit(book, ANSHUN, date(2025, 1, 1)) == 8_000
