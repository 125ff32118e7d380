"""What the book of policy said about payments of the past (历史缴费所依据的政策), for a world's history.

Where the book is silent for a year long gone, the amount comes from `data/population.yaml` and nobody waits; for the
year that is being collected now silence means that nobody there can have paid yet.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from domain.policy import Fact, PolicyBook, PolicyUnknown
from domain.vocabulary import PaymentKind, RegionCode, Relation, SpecialGroup
from simulator.rates import RATES
from simulator.records import TODAY

COLLECTED_NOW = 2025

_NEWBORN_DAYS = RATES.fen("special_groups.newborn_days")


@dataclass(frozen=True, slots=True)
class Bought:
    """What somebody paid on a day and what for: fen, first day of cover, last day of a wait. Days are ordinals.

    `subsidy_fen` is what medical assistance bore, and no part of the amount.
    """

    amount_fen: int
    subsidy_fen: int
    covered_from: int
    waits_until: int | None


@dataclass(frozen=True, slots=True)
class Terms:
    """For how many hours the record of a payment could not be looked up, whether it had to be finished for its slip,
    and which groups paid through the entrance of special groups.
    """

    hidden_hours: int
    slip_waits: bool
    special: frozenset[SpecialGroup]

    def kind(self, group: SpecialGroup | None) -> PaymentKind:
        """Through which entrance somebody of that group paid."""
        return PaymentKind.SPECIAL if group in self.special else PaymentKind.ORDINARY


class Prices:
    """Answers by region and day (an ordinal), each looked up once."""

    __slots__ = ("_amounts", "_book", "_covered", "_editions", "_facts", "_opened", "_stated", "_terms")

    def __init__(self, book: PolicyBook) -> None:
        self._book = book
        self._amounts: dict[tuple[str, int, bool], int] = {}
        self._covered: dict[tuple[str, int], frozenset[Relation]] = {}
        self._editions: dict[int, int] = {}
        self._facts: dict[tuple[str, str, int, int | None], Fact | None] = {}
        self._opened: dict[str, int | None] = {}
        self._stated: dict[str, bool] = {}
        self._terms: dict[tuple[str, int], Terms] = {}

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
        key = region, self._edition(day)
        found = self._covered.get(key)
        if found is None:
            try:
                fact = self._book.fact("family_mutual_aid.relations_covered", area=region, on=date.fromordinal(day))
                found = frozenset(fact.relations)
            except PolicyUnknown:
                found = frozenset()
            self._covered[key] = found
        return relation in found

    def maternity(self, region: RegionCode) -> bool:
        """Whether who works for a unit there is in maternity insurance too, on the day on which a world begins."""
        fact = self._fact("enrolment.maternity_with_employment", region, TODAY)
        return fact is not None and fact.flag

    def _fact(self, name: str, region: RegionCode, day: int, year: int | None = None) -> Fact | None:
        """The fact in force there on that day, None where the book is silent."""
        key = name, region, self._edition(day), year
        if key not in self._facts:
            place = region if region in self._book.areas else RegionCode(region[:4] + "00")
            try:
                self._facts[key] = self._book.fact(name, area=place, on=date.fromordinal(day), benefit_year=year)
            except PolicyUnknown:
                self._facts[key] = None
        return self._facts[key]

    def _edition(self, day: int) -> int:
        """Which days are answered alike: people pay on thousands, and the book changes on a few hundred."""
        found = self._editions.get(day)
        if found is None:
            found = self._editions[day] = self._book.edition(date.fromordinal(day))
        return found

    def terms(self, region: RegionCode, day: int) -> Terms:
        """How a payment made there on that day was dealt with."""
        key = region, self._edition(day)
        found = self._terms.get(key)
        if found is None:
            hours = self._fact("record_visibility.payment_record_delay_hours", region, day)
            slip = self._fact("receipt.completion_required_for_slip", region, day)
            special = self._fact("special_payment.groups", region, day)
            found = self._terms[key] = Terms(
                0 if hours is None else hours.hours,
                slip is not None and slip.flag,
                frozenset() if special is None else frozenset(special.special_groups),
            )
        return found

    def bought(
        self,
        region: RegionCode,
        year: int,
        day: int,
        born: int,
        insured: int | None,
        *,
        group: SpecialGroup | None,
        late: bool,
    ) -> Bought | None:
        """What a payment there bought, `insured` being the last year of cover before; None where no document says."""
        newborn = day <= born + _NEWBORN_DAYS
        price = self.amount_fen(region, year, day, late=late and not newborn)
        subsidy = self._subsidy(region, year, day, price, group, late=late)
        amount = price - subsidy
        year_begins = date(year, 1, 1).toordinal()
        first = day if late else year_begins
        if newborn:
            from_birth = self._fact("newborn.covered_from_birth_days", region, day)
            if from_birth is not None and day <= born + from_birth.days:
                first = max(born, year_begins)
        gap = insured is not None and insured < year - 1
        applies = None
        if (late or gap) and not newborn:
            applies = self._fact("waiting_period.applies_to", region, day, year)
        if applies is None or not (
            (late and "OUTSIDE_WINDOW" in applies.rules) or (gap and "NOT_CONTINUOUS" in applies.rules)
        ):
            return Bought(amount, subsidy, first, None)
        if self._fact("coverage.in_window_waiting_start", region, day) is None:
            return None
        waits_until = self._waits_until(region, year, day, year - 1 - insured if insured is not None and gap else 0)
        return None if waits_until is None else Bought(amount, subsidy, max(first, waits_until + 1), waits_until)

    def _subsidy(
        self, region: RegionCode, year: int, day: int, price: int, group: SpecialGroup | None, *, late: bool
    ) -> int:
        """What medical assistance bore of a price."""
        granted = None if group is None else self._fact("contribution_assistance.granted_at_payment", region, day)
        if granted is None or not granted.flag:
            return 0
        after = self._fact("contribution_assistance.bears_after_window", region, day)
        if late and (after is None or not after.flag):
            return 0
        whole = self._fact("contribution_assistance.borne_whole_groups", region, day)
        if whole is not None and group in whole.special_groups:
            return price
        in_part = self._fact("contribution_assistance.borne_in_part_groups", region, day)
        part = self._fact("contribution_assistance.part_borne", region, day, year)
        if in_part is None or part is None or group not in in_part.special_groups:
            return 0
        return min(price, int(part.fen))

    def _waits_until(self, region: RegionCode, year: int, day: int, missed: int) -> int | None:
        """The last day of the wait of somebody who waits, after so many missed years; None where none is stated."""
        days = self._fact("waiting_period.fixed_days", region, day, year)
        months = self._fact("waiting_period.fixed_months", region, day, year)
        if days is None and months is None:
            return None
        added = 0 if days is not None or months is None else months.months
        least = day
        varies = self._fact("waiting_period.has_variable_part", region, day)
        if missed and varies is not None and varies.flag:
            first_counts = self._whole("first_broken_year_counts", region, day)
            added += (missed - 1 + first_counts) * self._whole("variable_months_per_broken_year", region, day)
            if missed >= self._whole("long_gap_years", region, day):
                least = _months_on(day, self._whole("long_gap_least_months", region, day))
        return max(least, _months_on(day, added) + (0 if days is None else days.days))

    def _whole(self, name: str, region: RegionCode, day: int) -> int:
        fact = self._fact(f"waiting_period.{name}", region, day)
        assert fact is not None, f"the book lengthens waits there and does not say {name}"
        assert isinstance(fact.value, int)
        return fact.value


def _months_on(day: int, months: int) -> int:
    """The same day of the month that many months on, or the last of a shorter month. Ordinals."""
    start = date.fromordinal(day)
    years, month = divmod(start.month - 1 + months, 12)
    last_of_month = monthrange(start.year + years, month + 1)[1]
    return date(start.year + years, month + 1, min(start.day, last_of_month)).toordinal()
