"""When people come and how long they think (到达时刻与思考时间), drawn from one seed before the first comes.

People do not wait for each other: the moments at which they mean to begin are a Poisson process, whatever the server
does. Whoever begins late because the server or the load generator was busy has been waiting since that moment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Final

MOST_ARRIVALS: Final = 200_000
"""Longer schedules are refused: every answer's latency is kept until the end of the run."""
GRACE_SECONDS: Final = 20.0
"""How long after the last arrival the last errand may end."""


class ScheduleInvalid(ValueError):
    """A rate or duration that makes no schedule; the message says why."""


@dataclass(frozen=True, slots=True)
class Mix:
    """What people do beside the journey itself: shares of them, and mean pauses. `season.yaml` says how many."""

    watching: float
    """Who has the app's live view open (a WebSocket subscription) meanwhile."""
    tapping_twice: float
    """Who sends a request a second time, with the same idempotency key."""
    asking_again: float
    """Who asks once more for what is done, and is told that it is."""
    reading_seconds: float
    typing_seconds: float


@dataclass(frozen=True, slots=True)
class Habits:
    """How one person goes about the journey."""

    watches: bool
    taps_twice: bool
    asks_again: bool


def child_seed(seed: int, stream: str, index: int) -> int:
    """The seed of one part of the schedule: SHA-256 of seed, stream and index."""
    return int.from_bytes(sha256(f"{seed}/{stream}/{index}".encode()).digest(), "big")


def _exponential(unit: float, mean: float) -> float:
    """An exponential draw from one in [0, 1): only `Random.random` keeps its sequence in every version of Python."""
    return -mean * math.log(1.0 - unit)


def poisson(seed: int, stream: str, per_second: float, seconds: float) -> tuple[float, ...]:
    """Ascending moments in [0, seconds) of a Poisson process. Raises ScheduleInvalid."""
    if not 0 <= per_second < float("inf") or not 0 < seconds < float("inf"):
        raise ScheduleInvalid("the rate is a number from 0 up, the duration a number of seconds above 0")
    if per_second * seconds > MOST_ARRIVALS:
        raise ScheduleInvalid(f"more than {MOST_ARRIVALS} arrivals: lower the rate or the duration")
    if per_second == 0:
        return ()
    unit = Random(child_seed(seed, stream, 0)).random
    moments: list[float] = []
    moment = _exponential(unit(), 1 / per_second)
    while moment < seconds:
        moments.append(moment)
        moment += _exponential(unit(), 1 / per_second)
    return tuple(moments)


def habits(seed: int, index: int, mix: Mix) -> Habits:
    """What the person with that index does beside the journey."""
    unit = Random(child_seed(seed, "habits", index)).random
    return Habits(
        watches=unit() < mix.watching, taps_twice=unit() < mix.tapping_twice, asks_again=unit() < mix.asking_again
    )


class Thinking:
    """The pauses of one visit, exponential and at most five times their mean."""

    __slots__ = ("_mix", "_unit")

    def __init__(self, seed: int, kind: str, index: int, mix: Mix) -> None:
        self._unit = Random(child_seed(seed, f"thinking/{kind}", index)).random
        self._mix = mix

    def reading(self) -> float:
        """Seconds before the next step, after an answer was read."""
        return self._pause(self._mix.reading_seconds)

    def typing(self) -> float:
        """Seconds before the next step, after a form was filled in."""
        return self._pause(self._mix.typing_seconds)

    def _pause(self, mean: float) -> float:
        return min(_exponential(self._unit(), mean), 5 * mean)
