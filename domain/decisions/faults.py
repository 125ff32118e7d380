"""Which faults there can be (外部故障的可行组合): what each party is asked for, and what can befall that."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

from domain.refusals import FaultNotPossible, FaultProblem, Refusal, TooManyFaults
from domain.vocabulary import (
    DelayShape,
    FaultKind,
    FaultOperation,
    FaultParty,
    FaultRefusal,
    Id,
    Instant,
    PaymentChannel,
    RegionCode,
)

LONGEST_DELAY: Final = 90 * 86_400
"""In seconds of the world."""

_Op, _Kind = FaultOperation, FaultKind
OPERATIONS: Final[Mapping[FaultParty, Mapping[FaultOperation, Set[FaultKind]]]] = {
    FaultParty.POPULATION_REGISTER: {
        _Op.IDENTITIES: {_Kind.OUTAGE, _Kind.STALE_READ},
        _Op.KINSHIPS: {_Kind.OUTAGE},
    },
    FaultParty.OTHER_PROVINCES: {
        _Op.ACTIVE_ENROLMENTS: {_Kind.OUTAGE, _Kind.STALE_READ},
        _Op.EMPLOYMENTS: {_Kind.OUTAGE, _Kind.STALE_READ},
        _Op.SUSPEND: {_Kind.OUTAGE, _Kind.TIMEOUT_BEFORE_EFFECT, _Kind.TIMEOUT_AFTER_EFFECT},
    },
    FaultParty.FACE_CHECK: {_Op.COMPARE_FACES: {_Kind.OUTAGE, _Kind.REFUSAL}},
    FaultParty.PAYMENT_CHANNEL: {
        _Op.COLLECT: {
            _Kind.OUTAGE,
            _Kind.TIMEOUT_BEFORE_EFFECT,
            _Kind.TIMEOUT_AFTER_EFFECT,
            _Kind.DELAY,
            _Kind.REFUSAL,
            _Kind.DUPLICATE_CONFIRMATION,
            _Kind.LATE_CONFIRMATION,
            _Kind.REORDERED_CONFIRMATION,
            _Kind.LOST_CONFIRMATION,
        },
        _Op.OUTCOMES: {_Kind.OUTAGE, _Kind.STALE_READ},
        _Op.GIVE_BACK: {_Kind.OUTAGE, _Kind.TIMEOUT_BEFORE_EFFECT, _Kind.TIMEOUT_AFTER_EFFECT},
    },
    FaultParty.WEBHOOK_TARGET: {
        _Op.DELIVER: {
            _Kind.OUTAGE,
            _Kind.TIMEOUT_BEFORE_EFFECT,
            _Kind.TIMEOUT_AFTER_EFFECT,
            _Kind.DUPLICATE_CONFIRMATION,
            _Kind.LOST_CONFIRMATION,
        }
    },
}
"""What can befall which operation of which party. A question has no effect, so that it has no time-out."""

_FOR_A_WHILE = {_Kind.DELAY, _Kind.LATE_CONFIRMATION, _Kind.REORDERED_CONFIRMATION, _Kind.STALE_READ}
"""What needs to be told for how long."""
_OURS = (PaymentChannel.PERSONAL_ACCOUNT, PaymentChannel.FISCAL)
OUTSIDE_CHANNELS: Final = tuple(one for one in PaymentChannel if one not in _OURS)
"""The channels that are outside parties."""
REASONS: Final[Mapping[FaultParty, Set[FaultRefusal]]] = {
    FaultParty.PAYMENT_CHANNEL: {FaultRefusal.NO_MONEY, FaultRefusal.CARD_FROZEN, FaultRefusal.NOT_AUTHORISED},
    FaultParty.FACE_CHECK: {FaultRefusal.WRONG_PERSON, FaultRefusal.NOT_LIVE, FaultRefusal.UNREADABLE},
}
"""Why each party may refuse; one that is not told why takes any of them."""


@dataclass(frozen=True, slots=True)
class Delay:
    """For how long, in seconds of the world."""

    least: int
    most: int
    shape: DelayShape = DelayShape.EVEN


@dataclass(frozen=True, slots=True)
class Hours:
    """Every day from one hour to another, over midnight where `until` is not later; 24 is the end of the day."""

    since: int
    until: int

    def hold(self, hour: int) -> bool:
        """Whether the hour of the day that begins then lies in them."""
        if self.since < self.until:
            return self.since <= hour < self.until
        return hour >= self.since or hour < self.until


@dataclass(frozen=True, slots=True)
class NewFault:
    """What happens to which calls. What is None restricts nothing; it is over at `ends_at`.

    Of each minute of the world, calls up to `above_per_minute` are spared: what is more than the party manages.
    """

    party: FaultParty
    kind: FaultKind
    operation: FaultOperation | None = None
    channel: PaymentChannel | None = None
    person_id: Id | None = None
    region: RegionCode | None = None
    per_mille: int = 1000
    begins_at: Instant | None = None
    ends_at: Instant | None = None
    delay: Delay | None = None
    refusal: FaultRefusal | None = None
    hours: Hours | None = None
    above_per_minute: int | None = None

    @property
    def befalls(self) -> frozenset[FaultOperation]:
        """The operations that it befalls; none where there can be no such fault."""
        return frozenset(
            operation
            for operation, kinds in OPERATIONS[self.party].items()
            if self.kind in kinds and self.operation in (None, operation)
        )


def fault_refused(wanted: NewFault, *, held: int, most: int, is_somebody: bool) -> Refusal | None:
    """Why a world that has `held` faults cannot have that one too, or None. `is_somebody`: the person is there."""
    problem = _problem(wanted, is_somebody=is_somebody)
    if problem is not None:
        return FaultNotPossible(path=(problem[0],), fault_problem=problem[1])
    return TooManyFaults(most=most) if held >= most else None


def _problem(wanted: NewFault, *, is_somebody: bool) -> tuple[str, FaultProblem] | None:
    begins_at, ends_at = wanted.begins_at, wanted.ends_at
    if wanted.operation is not None and wanted.operation not in OPERATIONS[wanted.party]:
        return "operation", FaultProblem.OPERATION
    if not wanted.befalls:
        return "kind", FaultProblem.KIND
    if wanted.channel is not None and (
        wanted.party is not FaultParty.PAYMENT_CHANNEL or wanted.channel not in OUTSIDE_CHANNELS
    ):
        return "channel", FaultProblem.CHANNEL
    if wanted.region is not None and wanted.party not in (FaultParty.PAYMENT_CHANNEL, FaultParty.OTHER_PROVINCES):
        return "region", FaultProblem.REGION
    if wanted.person_id is not None and not is_somebody:
        return "personId", FaultProblem.PERSON
    if not 1 <= wanted.per_mille <= 1000:
        return "perMille", FaultProblem.SHARE
    if begins_at is not None and ends_at is not None and ends_at <= begins_at:
        return "endsAt", FaultProblem.PERIOD
    if wanted.hours is not None and not (0 <= wanted.hours.since < 24 and 1 <= wanted.hours.until <= 24):
        return "hours", FaultProblem.HOURS
    if wanted.above_per_minute is not None and wanted.above_per_minute < 0:
        return "abovePerMinute", FaultProblem.THROUGHPUT
    if not _delay_fits(wanted.kind, wanted.delay):
        return "delay", FaultProblem.DELAY
    if wanted.refusal is not None and (
        wanted.kind is not FaultKind.REFUSAL or wanted.refusal not in REASONS[wanted.party]
    ):
        return "refusal", FaultProblem.REASON
    return None


def _delay_fits(kind: FaultKind, delay: Delay | None) -> bool:
    if delay is None:
        return kind not in _FOR_A_WHILE
    return kind in _FOR_A_WHILE and 1 <= delay.least <= delay.most <= LONGEST_DELAY
