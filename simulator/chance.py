"""Chance in the outside world (随机事件): one draw for each case, from the world's seed."""

from __future__ import annotations

from simulator.draws import Draws


class SimulatedChance:
    """Implements `domain.ports.Chance`."""

    def between(self, seed: int, stream: str, case: int, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included, that (seed, stream, case) alone decide."""
        return Draws(seed, stream, case).between(first, last)
