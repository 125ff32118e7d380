"""What the book of policy said about payments of the past (历史缴费所依据的政策), for a world's history.

Where the book is silent for a year long gone, the amount comes from `data/population.yaml`; for the year that is
being collected now silence means that nobody there can have paid yet.
"""

from __future__ import annotations

from datetime import date

from domain.policy import PolicyBook, PolicyUnknown
from domain.vocabulary import RegionCode, Relation
from simulator.rates import RATES
from simulator.records import TODAY

COLLECTED_NOW = 2025


class Prices:
    """Answers by region and day (an ordinal), each looked up once."""

    __slots__ = ("_amounts", "_book", "_covered", "_hidden", "_opened", "_stated")

    def __init__(self, book: PolicyBook) -> None:
        self._book = book
        self._amounts: dict[tuple[str, int, bool], int] = {}
        self._covered: dict[tuple[str, int], frozenset[Relation]] = {}
        self._hidden: dict[tuple[str, int], int] = {}
        self._opened: dict[str, int | None] = {}
        self._stated: dict[str, bool] = {}

    def amount_fen(self, region: RegionCode, year: int, day: int, *, late: bool = False) -> int:
        """What a resident of that place paid for a year of cover."""
        key = region, year, late
        found = self._amounts.get(key)
        if found is None:
            name = "resident_contribution." + ("amount_after_window" if late else "amount_in_window")
            try:
                fact = self._book.fact(name, area=region, on=date.fromordinal(day), benefit_year=year)
                found = int(fact.fen)
            except PolicyUnknown:
                found = (RATES.late_amounts if late else RATES.amounts)[year]
            self._amounts[key] = found
        return found

    def opened(self, region: RegionCode) -> int | None:
        """From which day people there can have paid for the year collected now; None where no document says."""
        if region not in self._opened:
            on = date.fromordinal(TODAY)
            try:
                self._book.fact(
                    "resident_contribution.amount_in_window", area=region, on=on, benefit_year=COLLECTED_NOW
                )
                window = self._book.fact("collection_window.window", area=region, on=on, benefit_year=COLLECTED_NOW)
                self._opened[region] = window.window.first.toordinal()
            except PolicyUnknown:
                self._opened[region] = None
        return self._opened[region]

    def journey_stated(self, region: RegionCode) -> bool:
        """Whether documents say all that paying there now needs of anybody: amount, window, cover, and its wait."""
        if self.opened(region) is None:
            return False
        found = self._stated.get(region)
        if found is None:
            on = date.fromordinal(TODAY)
            try:
                # Whoever has missed a year waits, and where no document says from when, none is quoted a price.
                for name in ("in_window_starts_on", "in_window_ends_on", "in_window_waiting_start"):
                    self._book.fact(f"coverage.{name}", area=region, on=on, benefit_year=COLLECTED_NOW)
                found = True
            except PolicyUnknown:
                found = False
            self._stated[region] = found
        return found

    def covers(self, region: RegionCode, day: int, relation: Relation) -> bool:
        """Whether an account kept there could pay for such a relative on that day."""
        key = region, day
        found = self._covered.get(key)
        if found is None:
            try:
                fact = self._book.fact("family_mutual_aid.relations_covered", area=region, on=date.fromordinal(day))
                found = frozenset(fact.relations)
            except PolicyUnknown:
                found = frozenset()
            self._covered[key] = found
        return relation in found

    def hidden_hours(self, region: RegionCode, day: int) -> int:
        """How long the record of a payment made there on that day could not be looked up."""
        key = region, day
        found = self._hidden.get(key)
        if found is None:
            try:
                fact = self._book.fact(
                    "record_visibility.payment_record_delay_hours", area=region, on=date.fromordinal(day)
                )
                found = fact.hours
            except PolicyUnknown:
                found = 0
            self._hidden[key] = found
        return found
