"""A month's statement of an institution against the books (月结对账): by total, and then claim by claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.refusals import InputNotAcceptable, InputProblem
from domain.vocabulary import Fen, Id

MOST_STATED: Final = 2_000
"""How many claims one month's list names at most."""
MOST_DIFFERENCES: Final = 100
"""How many differences are listed."""


@dataclass(frozen=True, slots=True)
class DuePosting:
    """What the funds and accounts owe an institution by one posting of a claim; negative where it has had too much."""

    claim_id: Id
    posting: int
    amount_fen: Fen


StatedLine = tuple[Id, Fen]
"""A claim, and what is stated to be due for it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What an institution says: the month (yyyymm), how many claims, what is due for all, and for each of them."""

    month: int
    claims: int
    total_fen: Fen
    lines: tuple[StatedLine, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A claim on which the two do not agree: what is stated, and what is due; None where it is not there."""

    claim_id: Id
    stated_fen: Fen | None
    due_fen: Fen | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What the books say of a month, and where a statement says otherwise."""

    month: int
    claims: int
    total_fen: Fen
    totals_agree: bool
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return self.totals_agree and not self.differences

    @property
    def listed(self) -> tuple[Difference, ...]:
        """The first of the differences."""
        return self.differences[:MOST_DIFFERENCES]


def last_day_of(month: int) -> date | None:
    """The last day of a month (yyyymm), None for what is no month."""
    year, number = divmod(month, 100)
    if not (2000 <= year < 9999 and 1 <= number <= 12):
        return None
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def wrong_statement(statement: Statement, today: date) -> InputNotAcceptable | None:
    """What of a statement cannot be right, whatever the books say."""
    last = last_day_of(statement.month)
    if last is None:
        return InputNotAcceptable(field="month", problem=InputProblem.MONTH)
    if last >= today:
        return InputNotAcceptable(field="month", problem=InputProblem.IN_THE_FUTURE)
    named = [claim_id for claim_id, _ in statement.lines]
    if len(named) > MOST_STATED or len(set(named)) < len(named):
        return InputNotAcceptable(field="lines", problem=InputProblem.STATED_LINES)
    return None


def reconciled(statement: Statement, due: Iterable[DuePosting]) -> Reconciliation:
    """The statement against what is due: the totals, and each claim that either of them names, by id."""
    sums: dict[Id, Fen] = {}
    for one in due:
        sums[one.claim_id] = Fen(sums.get(one.claim_id, 0) + one.amount_fen)
    stated = dict(statement.lines)
    total = Fen(sum(sums.values()))
    differences = tuple(
        Difference(claim_id, stated.get(claim_id), sums.get(claim_id))
        for claim_id in sorted(sums.keys() | stated.keys())
        if stated.get(claim_id) != sums.get(claim_id)
    )
    return Reconciliation(
        month=statement.month,
        claims=len(sums),
        total_fen=total,
        totals_agree=(statement.claims, statement.total_fen) == (len(sums), total),
        differences=differences,
    )
