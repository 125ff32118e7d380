"""What adjudicating costs (费用核算的测量): claims in bulk, and a year that is adjudicated again, without a database.

Figures are processor time of this process, the median of some rounds.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from domain.decisions.benefits import NO_RAISE, Patient, ReadBenefits
from domain.decisions.settling import Claim, settled_in_order, unpaid, without
from domain.policy import PolicyBook
from domain.store.claim_history import ClaimHistory, PastClaim
from domain.vocabulary import (
    CareKind,
    CostClass,
    Fen,
    Id,
    InstitutionTier,
    RegionCode,
    Scheme,
    SpecialGroup,
)

LEAST_A_SECOND: Final = 5_000
"""How many claims of ten lines a core is wanted to adjudicate in a second, each with its trace and its rows."""

CLAIMS_TITLE: Final = "What adjudicating costs"
CLAIMS_COLUMNS: Final = ("figure", "value", "unit", "target", "met")

_PLACE: Final = RegionCode("840101")
_YEAR: Final = 2025
_LINES: Final = 10
_YEAR_OF: Final = 200
_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class ClaimsRow:
    """One figure."""

    case: str
    value: float
    unit: str
    target: int | None

    @property
    def met(self) -> bool | None:
        """Whether it is as wanted; None where nothing is."""
        return None if self.target is None else self.value >= self.target

    def as_json(self) -> dict[str, Any]:
        """The row as `canbao bench claims --json` prints it."""
        return {**asdict(self), "met": self.met}

    def cells(self) -> tuple[str, ...]:
        """The row as a line under `CLAIMS_COLUMNS`."""
        target = "" if self.target is None else f">= {self.target:,}"
        met = {True: "met", False: "NOT MET", None: "—"}[self.met]
        return (self.case, f"{self.value:,.1f}", self.unit, target, met)


def measured_claims(*, quick: bool) -> list[ClaimsRow]:
    """Every figure. `quick` takes fewer claims."""
    book = PolicyBook.load()
    past = _past(2_000 if quick else 20_000)
    bulk = _cpu_seconds(lambda: ClaimHistory(book).rows(past))
    year = _year(book)
    again = _cpu_seconds(lambda: without(book, year[0], year[1:]))
    return [
        ClaimsRow(f"claims of {_LINES} lines in bulk", len(past) / bulk, "a second of a core", LEAST_A_SECOND),
        ClaimsRow(f"a year of {_YEAR_OF} claims after its first is reversed", again * 1000, "ms", None),
    ]


def _cpu_seconds(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return statistics.median(spent)


def _past(count: int) -> list[PastClaim]:
    """Stays of ten lines, twenty of each person in a year, of every class of cost."""
    classes = (CostClass.A, CostClass.A, CostClass.A, CostClass.B, CostClass.C)
    found = []
    for number in range(count):
        person, place = divmod(number, 20)
        day = date(_YEAR, 1, 1) + timedelta(days=place * 14)
        items = tuple((f"I{line}", classes[line % 5], 20_000 + 977 * (number % 89) * line) for line in range(_LINES))
        found.append(
            PastClaim(
                id=number,
                person_id=person,
                institution_id=1,
                region=_PLACE,
                group=SpecialGroup.MINIMUM_LIVING if person % 10 == 0 else None,
                conditions=frozenset(),
                care=CareKind.INPATIENT,
                tier=InstitutionTier.LEVEL_2,
                admitted_on=day,
                discharged_on=day + timedelta(days=7),
                invoice=str(number),
                settled_at=0,
                items=items,
            )
        )
    return found


def _year(book: PolicyBook) -> Sequence[Claim]:
    """A year of one person, one stay in twenty claims, settled."""
    patient = Patient(Scheme.RESIDENT, None, _PLACE, None, frozenset())
    claims = []
    for number in range(_YEAR_OF):
        day = date(_YEAR, 1, 1) + timedelta(days=number)
        stay = number % 20 == 0
        claims.append(
            Claim(
                id=Id(number),
                person_id=Id(1),
                institution_id=Id(1),
                patient=patient,
                raise_fen=NO_RAISE.amount_fen,
                kind=CareKind.INPATIENT if stay else CareKind.OUTPATIENT,
                tier=InstitutionTier.LEVEL_2,
                admitted_on=day,
                discharged_on=day,
                invoice=str(number),
                paid=unpaid([(CostClass.A, Fen(900_000 if stay else 12_345))]),
            )
        )
    return [claim for claim, _ in settled_in_order(ReadBenefits(book), claims)]
