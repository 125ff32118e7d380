"""What a personal account bears in a year (个人账户年度结息): the balances of its days, rounded once.

An entry counts from the day that it counts for, whenever it was posted, so that a late posting costs nobody anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from domain.decisions.employee_rates import to_the_fen
from domain.policy import PolicyBook
from domain.vocabulary import NATION, Fen, RegionCode


@dataclass(frozen=True, slots=True)
class InterestTerms:
    """The yearly rate, and by how many days a year it makes a daily one."""

    rate: Decimal
    days_of_year: int


def interest_terms(book: PolicyBook, area: RegionCode, settled_on: date) -> InterestTerms:
    """The terms of a place on the day of settlement, which hold for the whole year. Raises PolicyUnknown."""
    method = book.fact("personal_account.interest_method", area=area, on=settled_on)
    assert method.rule == "DAILY_BALANCE", method.rule
    return InterestTerms(
        rate=book.fact("personal_account.interest_rate", area=area, on=settled_on).ratio,
        days_of_year=book.fact("personal_account.interest_days_of_year", area=area, on=settled_on).days,
    )


def settlement_day(book: PolicyBook, year: int) -> date:
    """The day on which that year of interest ends (年度结息日). Raises PolicyUnknown."""
    last = date(year, 12, 31)
    return last.replace(day=book.fact("personal_account.settlement_day", area=NATION, on=last).days)


def first_day_of_interest(book: PolicyBook, settled_on: date) -> date:
    """The first day of the year of interest that ends on that day. Raises PolicyUnknown."""
    return settlement_day(book, settled_on.year - 1) + timedelta(days=1)


def interest(
    first: date, last: date, opening_fen: Fen, movements: Sequence[tuple[date, Fen]], terms: InterestTerms
) -> Fen:
    """What the balances at the end of each day from `first` to `last`, both included, bear together, half a fen up.

    `opening_fen` is the balance before `first`; movements are (day, amount), in any order, later ones left out.
    """
    days = (last - first).days + 1
    fen_days = opening_fen * days + sum(amount * ((last - day).days + 1) for day, amount in movements if day <= last)
    return to_the_fen(fen_days * terms.rate / terms.days_of_year)
