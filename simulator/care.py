"""What residents were cared for in the year before (历史就医), where documents state what was paid of it.

Each person's care is drawn from a sequence of that person's own, so that nothing else of a world depends on it. Whoever
has a personal account has none: the account would have paid, and its history is another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from domain.policy import PolicyBook, PolicyUnknown
from domain.store.claim_history import ClaimHistory, PastClaim
from domain.vocabulary import (
    NATION,
    CareKind,
    CostClass,
    InstitutionTier,
    RecognisedCondition,
    RegionCode,
    SpecialGroup,
)
from simulator.draws import Draws
from simulator.rates import RATES
from simulator.records import TODAY, Records, moment

YEAR: Final = 2024
"""The year of cover whose care is on record."""

_YEAR_ENDS = date(YEAR, 12, 31).toordinal()
_APART = 20
"""Days that each visit or stay has to itself."""

_STATED = ("resident_benefit.inpatient_ratio_level_1", "resident_benefit.first_share_of_class_b")
_CLASSES = {CostClass.A: "claim.class_a", CostClass.B: "claim.class_b", CostClass.C: "claim.class_c"}
_TIERS = (InstitutionTier.LEVEL_1, InstitutionTier.LEVEL_2, InstitutionTier.LEVEL_3)
_NOTHING: Final[frozenset[RecognisedCondition]] = frozenset()
_HYPERTENSION: Final = frozenset({RecognisedCondition.HYPERTENSION})

_STAYS = {False: RATES.list("care.stays"), True: RATES.list("care.stays_from_60")}
_VISITS = RATES.list("care.visits")
_STAY_TIERS = RATES.list("care.stay_tiers")
_STAY_FEN: list[tuple[int, int]] = [tuple(pair) for pair in RATES.list("care.stay_fen")]
_STAY_DAYS: tuple[int, int] = tuple(RATES.list("care.stay_days"))
_VISIT_FEN: tuple[int, int] = tuple(RATES.list("care.visit_fen"))
_VISIT_LEVEL_2 = RATES.share("care.visits_at_level_2")
_CLASS_B_PERCENT: tuple[int, int] = tuple(RATES.list("care.class_b_percent"))
_CLASS_B = RATES.share("care.with_class_b")
_CLASS_C = RATES.share("care.with_class_c")
_CLASS_C_PERCENT = RATES.fen("care.class_c_percent")
_HYPERTENSIVE = RATES.share("care.hypertension_from_50")


class Care:
    """Makes the claims of the past, and settles them batch by batch."""

    __slots__ = ("_book", "_history", "_hospitals", "_items", "_past", "_records", "_seed", "_stated")

    def __init__(
        self, records: Records, seed: int, book: PolicyBook, hospitals: Mapping[tuple[str, InstitutionTier], int]
    ) -> None:
        """`hospitals` are where people go, by place and tier: in their county, or by the first four digits of their
        city's code."""
        self._records = records
        self._seed = seed
        self._book = book
        self._hospitals = hospitals
        self._history = ClaimHistory(book)
        self._past: list[PastClaim] = []
        self._stated: dict[str, bool] = {}
        on = date(YEAR, 1, 1)
        self._items = {one: book.fact(name, area=NATION, on=on).rules for one, name in _CLASSES.items()}

    def stated(self, region: RegionCode) -> bool:
        """Whether documents say what was paid of care there."""
        found = self._stated.get(region)
        if found is None:
            on = date(YEAR, 1, 1)
            try:
                for name in _STATED:
                    self._book.fact(name, area=region, on=on, benefit_year=YEAR)
                found = True
            except PolicyUnknown:
                found = False
            self._stated[region] = found
        return found

    def add(
        self, person_id: int, born: int, group: SpecialGroup | None, region: RegionCode, first: int, last: int
    ) -> None:
        """Add what a person who is insured there as a resident was cared for between two days, both ordinals."""
        draws = Draws(self._seed, "care", person_id)
        age = (TODAY - born) * 4 // 1461
        stays = draws.weighted(_STAYS[age >= 60])
        events = stays + draws.weighted(_VISITS)
        last = min(last, _YEAR_ENDS, TODAY - 1)
        events = min(events, (last - first) // _APART)
        if events <= 0:
            return
        ill = age >= 50 and draws.chance(_HYPERTENSIVE)
        room = (last - first) // events
        for place in range(events):
            day = first + place * room + draws.below(room - _STAY_DAYS[1])
            if draws.unit() * (events - place) < stays:
                stays -= 1
                self._stay(draws, person_id, group, region, day)
            else:
                self._visit(draws, person_id, group, region, day, ill)

    def _stay(self, draws: Draws, person_id: int, group: SpecialGroup | None, region: RegionCode, day: int) -> None:
        level = draws.weighted(_STAY_TIERS)
        least, most = _STAY_FEN[level]
        # A Pareto tail of exponent one: most stays cost little, a few cost a fortune.
        cost = min(most, int(least / (1 - draws.unit())))
        until = day + draws.between(*_STAY_DAYS)
        self._claim(draws, person_id, group, region, CareKind.INPATIENT, _TIERS[level], day, until, cost, _NOTHING)

    def _visit(
        self, draws: Draws, person_id: int, group: SpecialGroup | None, region: RegionCode, day: int, ill: bool
    ) -> None:
        tier = InstitutionTier.LEVEL_2 if draws.chance(_VISIT_LEVEL_2) else InstitutionTier.LEVEL_1
        cost = draws.between(*_VISIT_FEN)
        care, conditions = CareKind.OUTPATIENT, _NOTHING
        if ill:
            care, conditions = CareKind.HYPERTENSION_DIABETES, _HYPERTENSION
        self._claim(draws, person_id, group, region, care, tier, day, day, cost, conditions)

    def _claim(
        self,
        draws: Draws,
        person_id: int,
        group: SpecialGroup | None,
        region: RegionCode,
        care: CareKind,
        tier: InstitutionTier,
        first: int,
        last: int,
        cost: int,
        conditions: frozenset[RecognisedCondition],
    ) -> None:
        number = self._records.new_id("claims", region)
        institution = self._hospitals.get((region, tier)) or self._hospitals[region[:4], tier]
        self._past.append(
            PastClaim(
                id=number,
                person_id=person_id,
                institution_id=institution,
                region=region,
                group=group,
                conditions=conditions,
                care=care,
                tier=tier,
                admitted_on=date.fromordinal(first),
                discharged_on=date.fromordinal(last),
                invoice=f"H{YEAR}-{number}",
                settled_at=moment(last, 9 * 3600 + draws.below(8 * 3600)),
                items=self._costs(draws, cost),
            )
        )

    def _costs(self, draws: Draws, cost: int) -> tuple[tuple[str, CostClass, int], ...]:
        shared = cost * draws.between(*_CLASS_B_PERCENT) // 100 if draws.chance(_CLASS_B) else 0
        outside = cost * _CLASS_C_PERCENT // 100 if draws.chance(_CLASS_C) else 0
        amounts = {CostClass.A: cost - shared - outside, CostClass.B: shared, CostClass.C: outside}
        return tuple((draws.pick(self._items[one]), one, amount) for one, amount in amounts.items() if amount)

    def settle(self) -> None:
        """What was added since is among the records, settled."""
        for table, rows in self._history.rows(self._past).items():
            add = self._records.adder(table)
            for row in rows:
                add(row)
        self._past.clear()
