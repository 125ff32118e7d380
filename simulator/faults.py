"""What the outside parties get wrong (外部故障): faults of the world's own, kept in the process and drawn by call.

Whether a fault befalls a call is drawn from the world's seed, the fault and the number of the call among those that it
could have befallen. Several processes count beside each other, each from what had been counted when it read the faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.store import faults as store
from domain.store.engine import Connection
from domain.store.faults import Fault
from domain.vocabulary import (
    DelayShape,
    FaultKind,
    FaultOperation,
    FaultParty,
    Id,
    Instant,
    PaymentChannel,
    RegionCode,
    business_hour,
    lies_in,
)
from simulator.draws import Draws


@dataclass(frozen=True, slots=True)
class Case:
    """What a call is about, as far as a fault may be restricted to it."""

    channel: PaymentChannel | None = None
    id_number: str | None = None
    person_id: Id | None = None
    region: RegionCode | None = None

    def is_of(self, fault: Fault) -> bool:
        """The fault's restrictions hold of it."""
        what = fault.what
        if what.channel is not None and what.channel is not self.channel:
            return False
        if what.person_id is not None and (
            self.person_id != what.person_id and (self.id_number is None or self.id_number != fault.id_number)
        ):
            return False
        return what.region is None or (self.region is not None and lies_in(self.region, what.region))


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that befalls a call, with what else is drawn for it."""

    fault: Fault
    draws: Draws

    @property
    def seconds(self) -> int:
        """For how long: of many that have a long tail, most are near the least."""
        delay = self.fault.what.delay
        assert delay is not None, "a fault of this kind says for how long"
        share = self.draws.unit()
        if delay.shape is DelayShape.LONG_TAIL:
            share = share * share * share * share
        return delay.least + int(share * (delay.most - delay.least + 1))


Met = Mapping[FaultKind, Struck]
"""What befalls one call, by kind; of several faults of a kind the first."""

_NOTHING: Met = {}


@dataclass(slots=True)
class StandingFaults:
    """Implements `domain.ports.Faults` for one world, in one process."""

    _seed: int = 0
    _standing: Sequence[Fault] = ()
    _calls: dict[Id, int] = field(default_factory=dict)
    """The number of the next call, by fault."""
    _minutes: dict[Id, tuple[int, int]] = field(default_factory=dict)
    """The minute of the last call, and how many there were in it, of those faults that spare some."""
    _counted: dict[Id, tuple[int, int]] = field(default_factory=dict)

    async def read(self, connection: Connection, seed: int) -> None:
        """The faults are those that the world has now."""
        self._seed = seed
        self._standing = await store.faults(connection)
        self._calls = {one.id: max(one.calls, self._calls.get(one.id, 0)) for one in self._standing}

    @property
    def has_counted(self) -> bool:
        return bool(self._counted)

    async def keep_counts(self, connection: Connection) -> None:
        """What was counted since the last time stands in the world's rows."""
        counted, self._counted = self._counted, {}
        await store.count(connection, counted)

    def of(self, party: FaultParty) -> bool:
        """Whether that party has any fault."""
        return any(one.what.party is party for one in self._standing)

    def met(self, operation: FaultOperation, now: Instant, cases: Iterable[Case]) -> Met:
        """What befalls a call about these cases: a fault could befall it that is of one of them."""
        if not self._standing:
            return _NOTHING
        about = list(cases)
        found: dict[FaultKind, Struck] = {}
        for fault in self._standing:
            if not _stands(fault, operation, now) or not any(one.is_of(fault) for one in about):
                continue
            number = self._calls[fault.id]
            self._calls[fault.id] = number + 1
            draws = Draws(self._seed, f"fault {fault.id}", number)
            strikes = draws.below(1000) < fault.what.per_mille and not self._spares(fault, now)
            calls, hits = self._counted.get(fault.id, (0, 0))
            self._counted[fault.id] = calls + 1, hits + strikes
            if strikes:
                found.setdefault(fault.what.kind, Struck(fault, draws))
        return found

    def _spares(self, fault: Fault, now: Instant) -> bool:
        """Whether the call is still one of those of its minute that the party manages."""
        managed = fault.what.above_per_minute
        if managed is None:
            return False
        minute, calls = self._minutes.get(fault.id, (0, 0))
        calls = calls + 1 if minute == now // 60 else 1
        self._minutes[fault.id] = now // 60, calls
        return calls <= managed


def _stands(fault: Fault, operation: FaultOperation, now: Instant) -> bool:
    what = fault.what
    if operation not in fault.befalls:
        return False
    if what.begins_at is not None and now < what.begins_at:
        return False
    if what.hours is not None and not what.hours.hold(business_hour(now)):
        return False
    return what.ends_at is None or now < what.ends_at
