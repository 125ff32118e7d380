"""What people were cared for in the year before (历史就医), where documents state what was paid of it.

Each person's care is drawn from a sequence of that person's own, so that nothing else of a world depends on it, but for
the accounts: an open one has paid its owner's share as far as it went. A resident who has kept an account of earlier
work has no care on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from domain.policy import PolicyBook, PolicyUnknown
from domain.store.claim_history import ClaimHistory, PastClaim
from domain.vocabulary import (
    NATION,
    AccountStatus,
    CareKind,
    CostClass,
    InstitutionKind,
    InstitutionTier,
    PersonType,
    RecognisedCondition,
    RegionCode,
    Scheme,
    SpecialGroup,
)
from simulator.draws import Draws
from simulator.rates import RATES
from simulator.records import TODAY, Account, CareShare, Records, moment

YEAR: Final = 2024
"""The year of cover whose care is on record."""

_YEAR_ENDS = date(YEAR, 12, 31).toordinal()
_APART = 20
"""Days that each visit or stay has to itself."""

_STATED = {
    Scheme.RESIDENT: ("resident_benefit.inpatient_ratio_level_1", "resident_benefit.first_share_of_class_b"),
    Scheme.EMPLOYEE: ("employee_benefit.inpatient_ratio_level_1", "employee_benefit.first_share_of_class_b"),
}
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
_AT_PHARMACY = RATES.share("care.employees_visits_at_pharmacy")


@dataclass(frozen=True, slots=True)
class Insured:
    """Whoever may have been cared for, as insured by a scheme. `born` is an ordinal, `account` that of an employee."""

    person_id: int
    born: int
    group: SpecialGroup | None
    region: RegionCode
    scheme: Scheme = Scheme.RESIDENT
    person_type: PersonType | None = None
    account: Account | None = None


class Care:
    """Makes the claims of the past, and settles them batch by batch."""

    __slots__ = ("_book", "_history", "_institutions", "_items", "_past", "_records", "_seed", "_stated")

    def __init__(
        self,
        records: Records,
        seed: int,
        book: PolicyBook,
        institutions: Mapping[tuple[str, InstitutionKind, InstitutionTier], int],
    ) -> None:
        """`institutions` are where people go, by place, kind and tier: in their county, or by the first four digits of
        their city's code."""
        self._records = records
        self._seed = seed
        self._book = book
        self._institutions = institutions
        self._history = ClaimHistory(book)
        self._past: list[tuple[PastClaim, CareShare | None]] = []
        self._stated: dict[tuple[str, Scheme], bool] = {}
        on = date(YEAR, 1, 1)
        self._items = {one: book.fact(name, area=NATION, on=on).rules for one, name in _CLASSES.items()}

    def stated(self, region: RegionCode, scheme: Scheme = Scheme.RESIDENT) -> bool:
        """Whether documents say what a scheme paid of care there."""
        found = self._stated.get((region, scheme))
        if found is None:
            on = date(YEAR, 1, 1)
            try:
                for name in _STATED[scheme]:
                    self._book.fact(name, area=region, on=on, benefit_year=YEAR)
                found = True
            except PolicyUnknown:
                found = False
            self._stated[region, scheme] = found
        return found

    def add(self, one: Insured, first: int, last: int) -> None:
        """Add what an insured person was cared for between two days, both ordinals.

        What an open account is to pay of it is added to the account, which is settled after this and before `settle`.
        """
        draws = Draws(self._seed, "care", one.person_id)
        age = (TODAY - one.born) * 4 // 1461
        stays = draws.weighted(_STAYS[age >= 60])
        events = stays + draws.weighted(_VISITS)
        last = min(last, _YEAR_ENDS, TODAY - 1)
        events = min(events, (last - first) // _APART)
        if events <= 0:
            return
        ill = one.scheme is Scheme.RESIDENT and age >= 50 and draws.chance(_HYPERTENSIVE)
        found: list[PastClaim] = []
        room = (last - first) // events
        for place in range(events):
            day = first + place * room + draws.below(room - _STAY_DAYS[1])
            if draws.unit() * (events - place) < stays:
                stays -= 1
                found.append(self._stay(draws, one, day))
            else:
                found.append(self._visit(draws, one, day, ill))
        shares: list[CareShare | None] = [None] * len(found)
        if one.account is not None and one.account.status is AccountStatus.OPEN:
            shares = [
                CareShare(claim.settled_at, claim.discharged_on.toordinal(), share)
                for claim, share in zip(found, self._history.own_shares(found), strict=True)
            ]
            one.account.care += [share for share in shares if share is not None]
        self._past += zip(found, shares, strict=True)

    def _stay(self, draws: Draws, one: Insured, day: int) -> PastClaim:
        level = draws.weighted(_STAY_TIERS)
        least, most = _STAY_FEN[level]
        # A Pareto tail of exponent one: most stays cost little, a few cost a fortune.
        cost = min(most, int(least / (1 - draws.unit())))
        until = day + draws.between(*_STAY_DAYS)
        return self._claim(draws, one, CareKind.INPATIENT, _TIERS[level], day, until, cost, _NOTHING)

    def _visit(self, draws: Draws, one: Insured, day: int, ill: bool) -> PastClaim:
        tier = InstitutionTier.LEVEL_2 if draws.chance(_VISIT_LEVEL_2) else InstitutionTier.LEVEL_1
        cost = draws.between(*_VISIT_FEN)
        care, conditions = CareKind.OUTPATIENT, _NOTHING
        if ill:
            care, conditions = CareKind.HYPERTENSION_DIABETES, _HYPERTENSION
        kind = InstitutionKind.HOSPITAL
        if one.scheme is Scheme.EMPLOYEE and draws.chance(_AT_PHARMACY):
            kind, tier = InstitutionKind.PHARMACY, InstitutionTier.LEVEL_1
        return self._claim(draws, one, care, tier, day, day, cost, conditions, kind)

    def _nearest(self, region: RegionCode, kind: InstitutionKind, tier: InstitutionTier) -> int:
        return self._institutions.get((region, kind, tier)) or self._institutions[region[:4], kind, tier]

    def _claim(
        self,
        draws: Draws,
        one: Insured,
        care: CareKind,
        tier: InstitutionTier,
        first: int,
        last: int,
        cost: int,
        conditions: frozenset[RecognisedCondition],
        kind: InstitutionKind = InstitutionKind.HOSPITAL,
    ) -> PastClaim:
        number = self._records.new_id("claims", one.region)
        return PastClaim(
            id=number,
            person_id=one.person_id,
            institution_id=self._nearest(one.region, kind, tier),
            region=one.region,
            group=one.group,
            conditions=conditions,
            care=care,
            tier=tier,
            admitted_on=date.fromordinal(first),
            discharged_on=date.fromordinal(last),
            invoice=f"H{YEAR}-{number}",
            settled_at=moment(last, 9 * 3600 + draws.below(8 * 3600)),
            items=self._costs(draws, cost),
            scheme=one.scheme,
            person_type=one.person_type,
        )

    def _costs(self, draws: Draws, cost: int) -> tuple[tuple[str, CostClass, int], ...]:
        shared = cost * draws.between(*_CLASS_B_PERCENT) // 100 if draws.chance(_CLASS_B) else 0
        outside = cost * _CLASS_C_PERCENT // 100 if draws.chance(_CLASS_C) else 0
        amounts = {CostClass.A: cost - shared - outside, CostClass.B: shared, CostClass.C: outside}
        return tuple((draws.pick(self._items[one]), one, amount) for one, amount in amounts.items() if amount)

    def settle(self) -> None:
        """What was added since is among the records, settled."""
        past = (
            claim if share is None else replace(claim, account_fen=share.paid_fen, account_entry_id=share.entry_id)
            for claim, share in self._past
        )
        for table, rows in self._history.rows(past).items():
            add = self._records.adder(table)
            for row in rows:
                add(row)
        self._past.clear()
