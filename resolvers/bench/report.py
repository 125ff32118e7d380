"""What came out, for people (测量结果): a line per case and engine, and what was expected of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from resolvers.bench.cases import Case, Contender
from resolvers.bench.measuring import BenchRow

MOST_OVER_FLOOR: Final = 1.25
"""How many times the hand-written endpoint's server time a read may take."""
LEAST_UNDER_STOCK: Final = 20.0
"""How many times cheaper than the stock way a read must be, server and database together."""

TITLE: Final = "CPU microseconds per request, server + database"
COLUMNS: Final = ("case", "engine", "plan", "floor", "stock", "plan/floor", "stock/plan", "expected")
FOOTNOTE: Final = (
    f"Expected of reads, and of submitting: plan at most {MOST_OVER_FLOOR} × floor (server time alone, the stricter "
    f"reading), and {LEAST_UNDER_STOCK:g} × cheaper than stock (server and database together). "
    "Differences under 20 % are noise. SQLite runs inside the server."
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The contenders in one case on one engine; `stock` is None where it is not measured."""

    case: Case
    plan: BenchRow
    floor: BenchRow
    stock: BenchRow | None

    @property
    def over_floor(self) -> float:
        return self.plan.server_us / self.floor.server_us

    @property
    def under_stock(self) -> float | None:
        return None if self.stock is None else self.stock.total_us / self.plan.total_us

    @property
    def met(self) -> bool | None:
        """Whether it is as expected; None where nothing was."""
        if not (self.case.reads or self.case.submits):
            return None
        under_stock = self.under_stock is None or self.under_stock >= LEAST_UNDER_STOCK
        return self.over_floor <= MOST_OVER_FLOOR and under_stock

    def cells(self) -> tuple[str, ...]:
        """The comparison as a line under `COLUMNS`."""
        return (
            self.case.value.title,
            self.plan.engine,
            _cost(self.plan),
            _cost(self.floor),
            "—" if self.stock is None else _cost(self.stock),
            f"{self.over_floor:.2f}",
            "—" if self.under_stock is None else f"{self.under_stock:.0f}",
            {True: "met", False: "NOT MET", None: "—"}[self.met],
        )


def comparisons(rows: Sequence[BenchRow]) -> list[Comparison]:
    """The rows side by side, in the order in which they were measured."""
    found: dict[tuple[str, str], dict[str, BenchRow]] = {}
    for row in rows:
        found.setdefault((row.engine, row.case), {})[row.contender] = row
    return [_comparison(case, by_contender) for (_, case), by_contender in found.items()]


def _comparison(case: str, rows: Mapping[str, BenchRow]) -> Comparison:
    return Comparison(
        Case[case.upper()],
        rows[Contender.PLAN.value],
        rows[Contender.FLOOR.value],
        rows.get(Contender.STOCK.value),
    )


def _cost(row: BenchRow) -> str:
    if row.engine == "sqlite":
        return f"{row.server_us:,.0f}"
    return f"{row.server_us:,.0f} + {'?' if row.database_us is None else f'{row.database_us:,.0f}'}"
