"""What a resident contribution costs and buys on a day (缴费测算): amount, window, cover and wait, each from policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.policy import DateWindow, Fact
from domain.vocabulary import Fen, Id, PaymentKind, RegionCode


@dataclass(frozen=True, slots=True)
class QuotedFact:
    """A policy fact and what it decided: amount, window, coverage, waitingPeriod, relations, recordVisibility …"""

    role: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Quote:
    """What a payment on that day would cost and buy (测算结果).

    `waiting_until` is the last waiting day, None without a wait; `region` is the place of enrolment.
    """

    person_id: Id
    region: RegionCode
    coverage_year: int
    amount_fen: Fen
    kind: PaymentKind
    window: DateWindow
    in_window: bool
    coverage_from: date
    coverage_until: date
    waiting_days: int
    waiting_until: date | None
    record_visible_after_hours: int
    finish_required: bool
    facts: tuple[QuotedFact, ...]
