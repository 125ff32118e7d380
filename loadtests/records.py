"""What happened in a run (压测记录): measured and counted by each process of the load generator, and put together."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from loadtests.measurements import Measurements

_SPREADS: Final = ("late", "waited")
_MOMENTS: Final = ("started", "missed", "paid")
_NUMBERS: Final = ("finished", "failed")
_COUNTERS: Final = ("sent_away", "interrupted", "faults")


@dataclass(slots=True)
class Record:
    """What one process saw, moments in seconds of `time.perf_counter`; or all together, in seconds of the run."""

    measurements: Measurements = field(default_factory=Measurements)
    late: list[float] = field(default_factory=list)
    """By how many milliseconds each was let in late: the load generator's own fault."""
    waited: list[float] = field(default_factory=list)
    """For how many milliseconds each, once let in, waited for a user of the pool to be free."""
    started: list[float] = field(default_factory=list)
    missed: list[float] = field(default_factory=list)
    """When somebody lost patience before being let in."""
    paid: list[float] = field(default_factory=list)
    """When a contribution was paid, once for each."""
    finished: int = 0
    failed: int = 0
    sent_away: Counter[str] = field(default_factory=Counter)
    interrupted: Counter[str] = field(default_factory=Counter)
    """Requests without an answer while the server was away, all of which were sent again."""
    faults: Counter[str] = field(default_factory=Counter)
    """Exceptions of the load generator itself, by type."""
    spent: list[tuple[float, float]] = field(default_factory=list)
    """Seconds of processor that this process had used by a moment."""
    of_each: list[list[tuple[float, float]]] = field(default_factory=list)
    """`spent` of each process, once they are put together."""

    def written(self, began: float) -> dict[str, Any]:
        """As another process reads it, moments in seconds after that one."""
        return {
            "measurements": self.measurements.written(began),
            **{name: getattr(self, name) for name in (*_SPREADS, *_NUMBERS)},
            **{name: [at - began for at in getattr(self, name)] for name in _MOMENTS},
            **{name: dict(getattr(self, name)) for name in _COUNTERS},
            "spent": [(at - began, used) for at, used in self.spent],
        }

    @classmethod
    def together(cls, written: Sequence[Mapping[str, Any]]) -> Self:
        """What several processes have written, as one record."""
        found = cls(Measurements.together(each["measurements"] for each in written))
        for each in written:
            for name in (*_SPREADS, *_MOMENTS):
                getattr(found, name).extend(each[name])
            for name in _NUMBERS:
                setattr(found, name, getattr(found, name) + each[name])
            for name in _COUNTERS:
                getattr(found, name).update(each[name])
            found.of_each.append([(at, used) for at, used in each["spent"]])
        for name in _MOMENTS:
            getattr(found, name).sort()
        return found

    def shares(self, since: float, until: float) -> float:
        """The most of a core that any process used between two moments of the run."""
        return max((_share(spent, since, until) for spent in self.of_each), default=0.0)

    def processor_seconds(self) -> float:
        """What all processes used in the run."""
        return sum(spent[-1][1] - spent[0][1] for spent in self.of_each if spent)


def between(moments: Sequence[float], since: float, until: float) -> int:
    """How many of ascending moments fall from one up to the other."""
    return bisect_left(moments, until) - bisect_left(moments, since)


def _share(spent: Sequence[tuple[float, float]], since: float, until: float) -> float:
    within = [one for one in spent if since <= one[0] <= until]
    if len(within) < 2 or within[-1][0] <= within[0][0]:
        return 0.0
    return (within[-1][1] - within[0][1]) / (within[-1][0] - within[0][0])


def busiest_share(record: Record, stretch: float) -> float:
    """The greatest part of a core that a process of the load generator used over any stretch of that length."""
    found = 0.0
    for spent in record.of_each:
        start = 0
        for end in range(1, len(spent)):
            while spent[end][0] - spent[start + 1][0] >= stretch and start + 1 < end:
                start += 1
            elapsed = spent[end][0] - spent[start][0]
            if elapsed >= min(stretch, spent[-1][0] - spent[0][0]) * 0.99 and elapsed > 0:
                found = max(found, (spent[end][1] - spent[start][1]) / elapsed)
    return found
