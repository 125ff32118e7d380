"""The network between the platform and who subscribes to its events (网络): it loses what it is asked to lose."""

from __future__ import annotations

from domain.ports import EventFault, FaultyDelivery
from simulator.draws import Draws


class SimulatedNetwork:
    """Implements `domain.ports.Network`."""

    def befalling(
        self, faults: FaultyDelivery, *, seed: int, subscriber: str, attempt: int, event: str
    ) -> frozenset[EventFault]:
        """What befalls one event: each fault is drawn by itself, by SHA-256 of all that is named here."""
        return frozenset(
            fault
            for fault, share in faults.shares.items()
            if Draws(seed, f"deliveries/{fault.value}/{faults.seed}/{subscriber}/{event}", attempt).chance(share)
        )
