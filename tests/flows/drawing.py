"""Chance that draws one thing as a test needs it, and everything else as the world does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator.chance import SimulatedChance
from tests.resolvers.opened import OpenedWorld


@dataclass(frozen=True, slots=True)
class _Drawing:
    stream: str
    highest: bool

    def between(self, seed: int, stream: str, case: int, first: int, last: int) -> int:
        if stream == self.stream:
            return last if self.highest else first
        return SimulatedChance().between(seed, stream, case, first, last)


def draw(world: OpenedWorld, stream: str, *, highest: bool) -> None:
    """From now on the draws of that stream are the highest or the lowest that can be."""
    served = world.service.world
    served.outside = replace(served.outside, chance=_Drawing(stream, highest))
