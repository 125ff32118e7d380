"""What must be true at a moment of a season (征缴条件): the world's time, prices and refusals, by the curve's file.

A run is shorter than its season, so that a moment of waiting is hours of the world: whatever was true at any time
between question and answer may be the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from loadtests.curves import DAY, HOUR, Part, local

SLACK_SECONDS: Final = 0.25
"""How far off the generator's idea of the world's clock may be, in seconds of the machine."""
_LOCAL: Final = 8 * HOUR


@dataclass(frozen=True, slots=True)
class SeasonClock:
    """The world's time from the machine's: `began` is when the world showed `first`, and `rate` its seconds in one."""

    first: int
    rate: int
    began: float

    def world(self, moment: float) -> float:
        """The world's time at a moment of `time.perf_counter`."""
        return self.first + (moment - self.began) * self.rate

    def machine(self, world: float) -> float:
        """The moment of `time.perf_counter` at which the world shows that time."""
        return self.began + (world - self.first) / self.rate


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for whoever is insured in one part of the place."""

    part: Part
    clock: SeasonClock

    def prices(self, since: float, until: float) -> set[int]:
        """Every price in fen that was asked for between two moments of the machine."""
        found = {self.part.price_at(moment) for moment in self._moments(since, until)}
        return {price for price in found if price is not None}

    def refusals(self, began: float, since: float, until: float) -> set[str]:
        """Every refusal that whoever began at the first moment must expect of a question between the other two."""
        found = {self.part.refusal_at(moment) for moment in self._moments(since, until)}
        changed = {"AmountChanged"} if len(self.prices(began, until)) > 1 else set()
        too_short = {"CoverageYearTooShort"} if self.part.wait_grows else set()
        return {refusal for refusal in found if refusal is not None} | changed | too_short

    def last_day(self) -> date:
        """The last day of the window."""
        return local(self.part.closes - 1).date()

    def _moments(self, since: float, until: float) -> Iterator[float]:
        """Both ends and each beginning of a day between them, which is when anything changes."""
        first = self.clock.world(since - SLACK_SECONDS)
        last = self.clock.world(until + SLACK_SECONDS)
        yield first
        midnight = (int(first) + _LOCAL) // DAY * DAY + DAY - _LOCAL
        while midnight < last:
            yield float(midnight)
            midnight += DAY
        yield last


@dataclass(frozen=True, slots=True)
class Away:
    """When the server is known to be away, in seconds of `time.perf_counter`."""

    since: float
    until: float

    def touches(self, sent: float, answered: float) -> bool:
        """Whether some of what lies between two moments lies in it."""
        return answered >= self.since and sent <= self.until
