"""Where a world's chance comes from: independent sequences that depend on the seed alone (随机数列).

Everything is made from `Random.random`, the one method whose sequence Python promises to keep, and from exact
arithmetic, so that a world is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


def child_seed(seed: int, stream: str, index: int) -> int:
    """The seed of one part of a world: SHA-256 of world seed, stream and index."""
    return int.from_bytes(sha256(f"{seed}/{stream}/{index}".encode()).digest(), "big")


class Draws:
    """One sequence of draws. The same (seed, stream, index) gives the same sequence, whatever else was drawn."""

    __slots__ = ("unit",)

    def __init__(self, seed: int, stream: str, index: int = 0) -> None:
        self.unit = Random(child_seed(seed, stream, index)).random
        """A number in [0, 1)."""

    def below(self, count: int) -> int:
        """A whole number from 0 up to, not including, `count`."""
        return int(self.unit() * count)

    def between(self, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included."""
        return first + int(self.unit() * (last - first + 1))

    def chance(self, share: float) -> bool:
        return self.unit() < share

    def pick(self, items: Sequence[Item]) -> Item:
        return items[int(self.unit() * len(items))]

    def weighted(self, weights: Sequence[float]) -> int:
        """The position of one of the weights, which sum to one; the last takes what rounding leaves."""
        left = self.unit()
        for position, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return position
        return len(weights) - 1
