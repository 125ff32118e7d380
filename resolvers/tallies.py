"""What a server process counts of one world (运行计数): plain numbers, raised where things happen and read by a scrape.

A metrics library's own counters would cost a short request several per cent; these cost it less than one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

from domain.ports import EventFault
from domain.vocabulary import AttemptOutcome
from resolvers.service import ErrorCode

NAMES: Final = 100
"""How many operations of one world are told apart by kind and name."""
OTHER: Final = "other"
"""What the operations beyond them are called, and those whose name might say something about somebody."""
SUBSCRIBERS: Final = 10_000
"""Of how many subscribers a process knows how often they came; whoever came least lately counts as new again."""
ANONYMOUS: Final = "anonymous"

SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
SIZES: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)


class Distribution:
    """Numbers that were seen, counted by the least bound that they do not exceed; `counts` ends with what is above."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def see(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


@dataclass(eq=False, slots=True)
class LogReader:
    """Somebody who follows the log of events: since when, by the process's clock, there may be more to read."""

    behind_since: float | None = None


class Attempts:
    """How often each subscriber has come to this process, so that what was lost is not lost each time."""

    def __init__(self, remembered: int = SUBSCRIBERS) -> None:
        self._remembered = remembered
        self._came: OrderedDict[tuple[str, str], int] = OrderedDict()

    def next(self, subscriber: str, seed: str) -> int:
        """The number of this attempt, from 0."""
        came = self._came.get((subscriber, seed), 0)
        self._came[subscriber, seed] = came + 1
        self._came.move_to_end((subscriber, seed))
        if len(self._came) > self._remembered:
            self._came.popitem(last=False)
        return came


@dataclass(eq=False, slots=True)
class Tailing:
    """What following the tail of the log has come to."""

    passes: int = 0
    """Looks at the tail."""
    statements: int = 0
    """Statements of these looks, and of the groups that were told of something."""
    fallbacks: int = 0
    """Subscriptions that did not take what came and went back to reading by themselves."""
    delays: Distribution = field(default_factory=lambda: Distribution(SECONDS))
    """Seconds from a commit until what it wrote was found."""


@dataclass(eq=False, slots=True)
class Tallies:
    """What one process has counted of one world since it opened it."""

    durations: dict[tuple[str, str], Distribution] = field(default_factory=dict)
    """Seconds of each operation, by kind and name."""
    errors: Counter[ErrorCode] = field(default_factory=Counter)
    """Answers that carried an error of that code."""
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Refusals by mutation and code, both of them the contract's own words."""
    oauth: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Requests to the paths of OAuth, by path and what came of them."""
    unregistered: int = 0
    """Requests whose document is not registered, where there is a register."""
    batch_sizes: Distribution = field(default_factory=lambda: Distribution(SIZES))
    record_sizes: Distribution = field(default_factory=lambda: Distribution(SIZES))
    """Access records of each transaction that wrote any."""
    webhook_attempts: Counter[AttemptOutcome] = field(default_factory=Counter)
    """Attempts to deliver to webhooks, by what became of them."""
    webhooks_held: int = 0
    """Webhooks that this process delivers to."""
    subscribers: int = 0
    subscriptions: Counter[Hashable] = field(default_factory=Counter)
    """Those of each client that can be told from others."""
    readers: set[LogReader] = field(default_factory=set)
    tailing: Tailing = field(default_factory=Tailing)
    faults: Counter[EventFault] = field(default_factory=Counter)
    """What befell events on their way, where that was asked for."""
    attempts: Attempts = field(default_factory=Attempts)

    def named(self, label: tuple[str, str]) -> tuple[str, str]:
        """The kind and name under which an operation counts: never more than `NAMES` different ones, and `OTHER`."""
        return label if label in self.durations or len(self.durations) < NAMES else (label[0], OTHER)

    def answered(self, label: tuple[str, str], seconds: float) -> None:
        """An operation was answered, or given up by its client."""
        found = self.durations.get(label)
        if found is None:
            found = self.durations.setdefault(self.named(label), Distribution(SECONDS))
        found.see(seconds)

    def failed(self, codes: tuple[ErrorCode, ...]) -> None:
        """An answer carried errors of these codes."""
        self.errors.update(codes)

    def refused(self, mutation: str, code: str) -> None:
        """A mutation was answered with a refusal."""
        self.refusals[mutation, code] += 1
