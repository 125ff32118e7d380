"""Readers of the log who come and go (事件读者), and what each must have been told in the end.

A reader resumes from the cursor of the last event that it was told of. Everything that it was told over all its
connections, one after the other, must be exactly the log by its filter: nothing lost, nothing twice, nothing out of
order.
"""

from __future__ import annotations

import asyncio
import math
import sys
import time
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import orjson

from loadtests.following import Asking, Connection, EventStream, Socket
from loadtests.people import Viewer

DOCUMENTS: Final = ("FollowEvents", "FollowEventsBriefly", "FollowEventsWithSubjects")
SOME_TYPES: Final = ("RESIDENT_CONTRIBUTION_PAID", "FAMILY_MEMBER_UNBOUND")
LIFE_SECONDS: Final = 8.0
"""assumed: how long a connection lasts on average before its reader cuts it."""
AWAY_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 4.0
LONG_PAUSE_SECONDS: Final = 25.0
"""assumed: for how long a slow reader reads nothing, on average; and now and then, longer than a server waits."""
ASKED_WITHIN_SECONDS: Final = 30.0
"""How long a connection may take to a server that has just been started again."""
_SHOWN: Final = 5
_NEVER: Final = ("INTERNAL", "BAD_USER_INPUT", "FORBIDDEN", "UNAUTHENTICATED", "CURSOR_EXPIRED", "HTTP 4", "HTTP 500")
"""What no reader here may be told, whatever is killed: all resume from a place that they were given."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the log: what the viewer may see, of these types; all types for none."""

    viewer: Viewer
    types: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody reads."""

    document: str
    event_stream: bool
    by_last_event_id: bool
    """Whether an event stream is resumed by its header alone, the variables staying those of the first time."""
    from_now: bool
    slow: bool

    @classmethod
    def drawn(cls, unit: Callable[[], float]) -> Habits:
        """Habits for a reader; the shares are assumed."""
        event_stream = unit() < 0.4
        return cls(
            document=DOCUMENTS[int(unit() * len(DOCUMENTS))],
            event_stream=event_stream,
            by_last_event_id=unit() < 0.5 and event_stream,
            from_now=unit() < 0.1,
            slow=unit() < 0.1,
        )


@dataclass(slots=True)
class Comparison:
    """What a reader was told beside what it should have been: counts, and the first examples as ids of events."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    not_its_own: list[str] = field(default_factory=list)

    def counts(self) -> Mapping[str, int]:
        """How many of each kind."""
        return {name: len(getattr(self, name)) for name in KINDS}

    def told(self) -> list[str]:
        """The kinds that there are, with the first examples."""
        found = {name: getattr(self, name) for name in KINDS}
        return [
            f"{len(ids)} {name.replace('_', ' ')}: {', '.join(ids[:_SHOWN])}{' …' if len(ids) > _SHOWN else ''}"
            for name, ids in found.items()
            if ids
        ]


KINDS: Final = ("lost", "duplicated", "out_of_order", "not_its_own")


def compared(expected: Sequence[str], needed: int, received: Sequence[str], *, from_now: bool) -> Comparison:
    """What is wrong with what a reader received, when it should have been `expected`, at least the first `needed`.

    Whoever began somewhere in the log, at its end of then, should have been told of everything from the first on.
    """
    place = {one: number for number, one in enumerate(expected)}
    found = Comparison()
    seen: set[str] = set()
    furthest = -1
    for one in received:
        number = place.get(one)
        if number is None:
            found.not_its_own.append(one)
        elif one in seen:
            found.duplicated.append(one)
        else:
            seen.add(one)
            if number < furthest:
                found.out_of_order.append(one)
            furthest = max(furthest, number)
    first = 0
    if from_now:
        first = min((place[one] for one in seen), default=len(expected))
    found.lost = [one for one in expected[first : max(needed, furthest + 1)] if one not in seen]
    return found


class Reader:
    """Somebody who follows the log over one connection after another."""

    def __init__(
        self, name: str, wanted: Filter, habits: Habits, query: str, start: str, cursors: dict[str, str], random: Random
    ) -> None:
        """`start` is the place in the log that everybody begins at, but for those who begin at its end.

        `cursors` holds the cursor of each event as whoever was told of it first was told; all readers share it.
        """
        self.name = name
        self.wanted = wanted
        self.habits = habits
        self.ids: list[str] = []
        self.received_at = array("d")
        self.asked_at = array("d")
        """For each event, since when the subscription was there that told of it."""
        self.cursor: str | None = None if habits.from_now else start
        self.findings: list[str] = []
        self.endings: Counter[str] = Counter()
        self.connections = 0
        self.chained = 0
        """Responses that said what they follow, and were right."""
        self._query = query
        self._start = self.cursor
        self.cursors = cursors
        self._unit = random.random
        self._connection: Connection | None = None
        self._ended: asyncio.Future[None] | None = None
        self._asked = asyncio.Event()
        self._asked_at = 0.0
        self._before: str | None = None

    # ---- what a connection tells ----------------------------------------------------------------------------------

    def asked(self) -> None:
        self._asked_at = time.perf_counter()
        self._asked.set()

    def responded(self, response: bytes, event_id: bytes | None) -> None:
        now = time.perf_counter()
        answer = orjson.loads(response)
        event = (answer.get("data") or {}).get("events")
        if answer.get("errors") or event is None:
            self._note(f"told: {_code(answer)}")
            return
        cursor, one = event["cursor"], sys.intern(event["id"])
        self.ids.append(one)
        self.received_at.append(now)
        self.asked_at.append(self._asked_at)
        if self.cursors.setdefault(one, cursor) != cursor:
            self._find(f"{one} has another cursor than elsewhere")
        if event_id is not None and event_id.decode() != cursor:
            self._find(f"{one} came under another id than its cursor")
        extensions = answer.get("extensions") or {}
        if extensions.get("cursor", cursor) != cursor:
            self._find(f"{one} has another cursor in its extensions")
        if "follows" in extensions and self._before is not None:
            if extensions["follows"] == self._before:
                self.chained += 1
            else:
                self._find(f"{one} does not follow what came before it")
        self._before = cursor
        self.cursor = cursor

    def ended(self, reason: str) -> None:
        self._note(reason)
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    def _note(self, reason: str) -> None:
        self.endings[reason] += 1
        if any(word in reason for word in _NEVER):
            self._find(f"it was told {reason}")

    def _find(self, what: str) -> None:
        self.findings.append(f"{self.name}: {what}")

    # ---- how it comes and goes ------------------------------------------------------------------------------------

    async def read(self, port: Callable[[Random], int], settling: asyncio.Event) -> None:
        """Reads until cancelled, at one server after the other. Once `settling`, it leaves no connection by itself."""
        random = Random(int(self._unit() * 2**53))
        while True:
            try:
                await self._one_connection(port(random), settling)
            except OSError:
                self._note("no connection")
            finally:
                if self._connection is not None:
                    self._connection.cut()
                    self._connection = None
            await asyncio.sleep(self._exponential(AWAY_SECONDS))

    async def _one_connection(self, port: int, settling: asyncio.Event) -> None:
        """Reads until the connection has ended, or the reader has had enough of it. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._ended = ended = loop.create_future()
        self._asked.clear()
        self._before = self.cursor
        kind = EventStream if self.habits.event_stream else Socket
        asking = self._asking()
        _, connection = await loop.create_connection(lambda: kind(asking, self), "127.0.0.1", port)
        self._connection = connection
        self.connections += 1
        if self.habits.slow:
            connection.narrow()
        asked = loop.create_task(self._asked.wait())
        await asyncio.wait((asked, ended), timeout=ASKED_WITHIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not self._asked.is_set():
            self._note(f"not answered in time, {'accepted' if connection.is_open else 'not accepted'}")
            return
        over = loop.create_task(settling.wait())
        try:
            until = loop.time() + self._exponential(LIFE_SECONDS)
            while not (ended.done() or settling.is_set() or loop.time() > until):
                if self.habits.slow:
                    connection.pause()
                    await asyncio.wait((over,), timeout=self._pause())
                    connection.resume()
                waiting = min(until - loop.time(), PAUSE_SECONDS) if self.habits.slow else until - loop.time()
                await asyncio.wait((ended, over), timeout=max(waiting, 0.0), return_when=asyncio.FIRST_COMPLETED)
            if settling.is_set():
                await ended
        finally:
            over.cancel()
        if self._unit() < 0.3:
            connection.leave()
            self._connection = None

    def _asking(self) -> Asking:
        types = None if self.wanted.types is None else list(self.wanted.types)
        if self.habits.by_last_event_id and self.cursor is not None:
            return Asking(
                self.wanted.viewer.token, self._query, {"after": self._start, "types": types}, last_event_id=self.cursor
            )
        return Asking(self.wanted.viewer.token, self._query, {"after": self.cursor, "types": types})

    def _pause(self) -> float:
        return LONG_PAUSE_SECONDS if self._unit() < 0.15 else self._exponential(PAUSE_SECONDS)

    def _exponential(self, mean: float) -> float:
        return -mean * math.log(1.0 - self._unit())


def _code(answer: Mapping[str, Any]) -> str:
    errors = answer.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        return str((errors[0].get("extensions") or {}).get("code", "without a code"))
    return "nothing"
