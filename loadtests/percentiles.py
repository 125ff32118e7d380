"""Percentiles that are values somebody really waited (分位数): nearest rank over all values, none rounded into bins.

A smoke run has some thousands of values, so all are kept; Locust's own percentiles are rounded to two digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


def nearest_rank(ascending: Sequence[float], per_cent: int) -> float:
    """The smallest value that at least `per_cent` (1 to 100) of all values do not exceed. Needs one value at least."""
    rank = -(-per_cent * len(ascending) // 100)
    return ascending[max(rank, 1) - 1]


def three_digits(value: float) -> float:
    """The value to three significant digits: 12.345 is 12.3, 1234.5 is 1230."""
    return float(f"{value:.3g}")


@dataclass(frozen=True, slots=True)
class Spread:
    """How long things took, in milliseconds to three significant digits."""

    p50: float
    p95: float
    p99: float
    max: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Self | None:
        """The spread of these values, None of no values."""
        if not milliseconds:
            return None
        ascending = sorted(milliseconds)
        p50, p95, p99 = (three_digits(nearest_rank(ascending, per_cent)) for per_cent in (50, 95, 99))
        return cls(p50, p95, p99, three_digits(ascending[-1]))
