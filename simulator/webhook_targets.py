"""The targets of partners' webhooks (推送目标): what the world's faults say of deliveries to them."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from domain.vocabulary import FaultKind, FaultOperation, Id, Instant
from simulator.faults import Case, StandingFaults


@dataclass(frozen=True, slots=True)
class SimulatedWebhookTargets:
    """Implements `domain.ports.WebhookTargets`."""

    _faults: StandingFaults

    def befalling(self, person_id: Id, now: Instant) -> Set[FaultKind]:
        """The kinds of the faults that strike this delivery, which counts as one call."""
        return self._faults.met(FaultOperation.DELIVER, now, [Case(person_id=person_id)]).keys()
