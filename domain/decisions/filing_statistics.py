"""What filings of a county come to (办件统计): by matter, in a period, and what of it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from domain.vocabulary import FilingRating, MatterCode, RegionCode

LONGEST_PERIOD: Final = 366
"""Days of a period at most."""

_POINTS: Final[Mapping[FilingRating, int]] = {
    rating: points for points, rating in enumerate(reversed(FilingRating), start=1)
}


@dataclass(frozen=True, slots=True)
class Ratings:
    """How often each rating was given."""

    counts: Mapping[FilingRating, int]

    @property
    def rated(self) -> int:
        return sum(self.counts.values())

    @property
    def average(self) -> str | None:
        """From 1 for the lowest to 5 for the highest, with two decimals; None where nothing was rated."""
        if not self.rated:
            return None
        points = sum(_POINTS[rating] * count for rating, count in self.counts.items())
        return f"{Decimal(points) / Decimal(self.rated):.2f}"


@dataclass(frozen=True, slots=True)
class MatterStatistics:
    """`open` and `open_overdue` are of the moment, everything else of what has ended in the period.

    `on_time` and `late` are those of it that were accepted; `median` is the working days that they took.
    """

    matter: MatterCode
    open: int
    open_overdue: int
    ended: int
    on_time: int
    late: int
    median: int | None
    ratings: Ratings


@dataclass(frozen=True, slots=True)
class FilingStatistics:
    """The filings of a county. `least` is how many of a matter must have ended to be told, None where all is told."""

    region: RegionCode
    first_day: date
    last_day: date
    least: int | None
    matters: tuple[MatterStatistics, ...]


def published(matters: Sequence[MatterStatistics], least: int | None) -> tuple[MatterStatistics, ...]:
    """The matters of which at least so many filings have ended, in the order of the guide."""
    shown = [one for one in matters if least is None or one.ended >= least]
    order = list(MatterCode)
    return tuple(sorted(shown, key=lambda one: order.index(one.matter)))
