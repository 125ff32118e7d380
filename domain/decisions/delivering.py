"""When an event goes out to a webhook (事件推送的次序与重试): what is next, when it is tried again and given up.

Events of one person go out one after another: the next one when the one before is delivered or given up. Those of
different persons go out beside each other. A target that fails again and again is asked less and less often, one event
at a time, and nothing is lost meanwhile. No document sets these numbers: they are ours, and docs/webhooks.md says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.vocabulary import AttemptOutcome, Id

ATTEMPTS: Final = 12
"""How often an event is tried before it is given up: within about three days."""
FIRST_PAUSE: Final = 6
PAUSE_GROWS: Final = 3
LONGEST_PAUSE: Final = 28 * 3_600
JITTER: Final = 0.2
"""By which part a pause is shorter or longer, so that what failed together does not come back together."""

AT_ONCE: Final = 8
"""How many events of one webhook are on their way at once."""
MOST_UNFINISHED: Final = 200
"""How many events of one webhook wait at most; the log is read on when there is room."""

BREAKER_AFTER: Final = 10
"""After so many failures in a row a target is asked one event at a time."""
FIRST_PROBE: Final = 5
LONGEST_PROBE: Final = 300


def drawn(seed: int, *what: int) -> float:
    """A number from 0 up to 1 that the world's seed decides for a case."""
    text = ":".join(map(str, (seed, *what)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64


def pause_after(attempts: int, chance: float) -> int | None:
    """Seconds until an event is tried again of which so many attempts have failed; None where it is given up."""
    if attempts >= ATTEMPTS:
        return None
    plain: int = min(FIRST_PAUSE * PAUSE_GROWS ** (attempts - 1), LONGEST_PAUSE)
    return round(plain * (1 + JITTER * (2 * chance - 1)))


@dataclass(frozen=True, slots=True)
class Breaker:
    """How a target has answered of late: failures in a row, and when it may be asked again once these are many."""

    failures: int = 0
    probe_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the target is asked one event at a time, with pauses."""
        return self.probe_at is not None

    def room(self, now: int, in_flight: int) -> int:
        """How many events may go out now, beside those that are on their way."""
        if self.probe_at is None:
            return max(AT_ONCE - in_flight, 0)
        return 1 if now >= self.probe_at and not in_flight else 0

    def after(self, outcome: AttemptOutcome, now: int) -> Breaker:
        """The same after one more answer."""
        if outcome is AttemptOutcome.DELIVERED:
            return Breaker()
        failures = self.failures + 1
        if failures < BREAKER_AFTER:
            return Breaker(failures)
        return Breaker(failures, now + min(FIRST_PROBE * 2 ** min(failures - BREAKER_AFTER, 20), LONGEST_PROBE))


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that is to be delivered; `place` orders those of one webhook as the log does.

    `due_at` is a second of the webhook's own clock.
    """

    id: int
    place: tuple[int, int]
    event_id: Id
    subject_id: Id
    attempts: int
    due_at: int


def first_of_each(waiting: Sequence[Waiting]) -> list[Waiting]:
    """The earliest event of each person, in the order of the log: nothing else may be on its way."""
    found: dict[Id, Waiting] = {}
    for one in sorted(waiting, key=lambda one: one.place):
        found.setdefault(one.subject_id, one)
    return list(found.values())


def next_out(waiting: Sequence[Waiting], in_flight: Collection[int], room: int, now: int) -> list[Waiting]:
    """What goes out now: of each person the first, those that were tried least before the others."""
    due = [one for one in first_of_each(waiting) if one.due_at <= now and one.id not in in_flight]
    return sorted(due, key=lambda one: (one.attempts, one.place))[:room]


def after_failure(one: Waiting, now: int, seed: int, webhook_id: Id) -> Waiting | None:
    """The event as it waits after one more attempt that failed; None where it is given up."""
    attempts = one.attempts + 1
    pause = pause_after(attempts, drawn(seed, webhook_id, one.event_id, attempts))
    return None if pause is None else replace(one, attempts=attempts, due_at=now + pause)
