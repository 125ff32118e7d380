"""Values counted to three significant digits (三位有效数字直方图): what is kept of times, so that two runs compare.

A quantile of it is off by half a per cent at most, however many values there were.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from loadtests.percentiles import three_digits

Z: Final = 2.576
"""Of the normal distribution, for intervals that hold the truth 99 times in a hundred."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often each value came, values ascending."""

    counts: Mapping[float, int]

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """The histogram of these values."""
        return cls(dict(sorted(Counter(map(three_digits, values)).items())))

    @classmethod
    def read(cls, written: Mapping[str, int]) -> Self:
        """The histogram that `written` was made of."""
        return cls(dict(sorted((float(value), int(count)) for value, count in written.items())))

    def written(self) -> dict[str, int]:
        """As JSON takes it."""
        return {f"{value:g}": count for value, count in self.counts.items()}

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def ranked(self, rank: int) -> float:
        """The value at that rank, from 1. Needs one value at least."""
        left = min(max(rank, 1), self.total)
        for value, count in self.counts.items():
            left -= count
            if left <= 0:
                return value
        raise ValueError("a histogram of nothing has no ranks")

    def quantile(self, part: float) -> float:
        """The smallest value that this part of all does not exceed."""
        return self.ranked(math.ceil(part * self.total))

    def interval(self, part: float) -> tuple[float, float]:
        """Between which values the quantile of what was sampled lies, 99 times in a hundred."""
        spread = Z * math.sqrt(self.total * part * (1 - part))
        middle = part * self.total
        return self.ranked(math.floor(middle - spread)), self.ranked(math.ceil(middle + spread) + 1)
