"""Thousands of subscribers in one process (大量订阅者), told on standard input what to do, line by line.

Each line is a JSON object, and so is each answer on standard output. Whoever measures a server starts this beside it,
tells it what to do next, and looks at the server's processor time and memory meanwhile. Every answer says which share
of a core this process used: a client that is short of it measures itself.

    {"do": "connect", "port": 8000, "own": 4900, "shared": 100, "after": "…", "seconds": 120}
    {"do": "write", "port": 8000, "per_second": 100, "seconds": 10}
    {"do": "settle", "deliveries": 500, "seconds": 30}
    {"do": "cut"}
    {"do": "resume", "deliveries": 5000, "seconds": 60}
    {"do": "replay", "port": 8000, "after": "…", "deliveries": 1000000, "seconds": 600, "event_stream": false}
    {"do": "leave"}
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import re
import sys
import time
from array import array
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import uvloop

from loadtests.asking import Asked, Asker
from loadtests.documents import documents
from loadtests.following import Asking, Connection, EventStream, Socket
from loadtests.people import PeopleFileInvalid, Person, Viewer, read_people, read_viewers
from loadtests.percentiles import Spread

DOCUMENT: Final = "FollowEvents"
AT_ONCE: Final = 256
"""How many connections are opened together: more would wait in the server's queue, and be refused there."""
PATIENCE_SECONDS: Final = 30.0
_AGAIN_SECONDS: Final = 0.25
"""How long until somebody who was refused comes again, and each time as much longer."""
_CAUSE: Final = b'"bench-'
"""How the id of a request begins here, which is the cause of its event."""
_CURSOR: Final = re.compile(rb'"cursor" ?: ?"([^"]+)"')
_BINDING: Final = re.compile(rb'"id" ?: ?"(fam_[0-9]+)"')
_MOST_PEOPLE: Final = 1_000_000


class Subscriber:
    """Somebody who follows the log, over one connection after another."""

    __slots__ = ("_crowd", "connection", "is_asked", "last", "tries", "viewer")

    def __init__(self, crowd: Crowd, viewer: Viewer) -> None:
        self.viewer = viewer
        self.connection: Connection | None = None
        self.last = b""
        """The last response."""
        self.tries = 0
        self.is_asked: asyncio.Future[bool] | None = None
        self._crowd = crowd

    def asked(self) -> None:
        if self.is_asked is not None and not self.is_asked.done():
            self.is_asked.set_result(True)

    def responded(self, response: bytes, event_id: bytes | None) -> None:
        self.last = response
        self._crowd.delivered(response)

    def ended(self, reason: str) -> None:
        self._crowd.endings[reason] += 1
        if self.is_asked is not None and not self.is_asked.done():
            self.is_asked.set_result(False)
        else:
            self._crowd.come_again(self)


@dataclass(slots=True, eq=False)
class _Family:
    """Somebody with a relative who is bound and unbound in turn."""

    person: Person
    binding: str | None = None


@dataclass(slots=True)
class _Change:
    """A change that was sent, and when it was answered; 0 where it was not, or not as it should."""

    sent_at: float
    is_of_a_subscriber: bool
    answered_at: float = 0.0


class Crowd:
    """All subscribers of one process, and the writers beside them."""

    def __init__(self, people: Sequence[Person], own: Sequence[Viewer], shared: Sequence[Viewer]) -> None:
        self.endings: Counter[str] = Counter()
        self._families = deque(_Family(person) for person in people)
        self._own = own
        self._shared = shared
        self._own_tokens: set[str] = set()
        self._query = documents()[DOCUMENT]
        self._texts = documents()
        self._subscribers: list[Subscriber] = []
        self._changes: list[_Change] = []
        self._numbers = array("q")
        self._received_at = array("d")
        self._is_timed = False
        self._deliveries = 0
        self._connected_at = 0
        """How many deliveries there had been when these subscribers connected."""
        self._awaited = 0
        self._arrived = asyncio.Event()
        self._port = 0
        self._after = ""
        self._event_stream = False
        self._is_open = False
        self._coming: set[asyncio.Task[None]] = set()

    # ---- what subscribers tell ------------------------------------------------------------------------------------

    def delivered(self, response: bytes) -> None:
        self._deliveries += 1
        if self._is_timed:
            place = response.find(_CAUSE)
            if place >= 0:
                place += len(_CAUSE)
                self._numbers.append(int(response[place : response.index(b'"', place)]))
                self._received_at.append(time.perf_counter())
        if self._deliveries == self._awaited:
            self._arrived.set()

    def come_again(self, subscriber: Subscriber) -> None:
        """A subscriber whose connection has ended comes again in a while, from where it was."""
        if self._is_open:
            task = asyncio.get_running_loop().create_task(self._connected([subscriber], wait=True))
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)

    # ---- what it is told to do ------------------------------------------------------------------------------------

    async def connect(self, port: int, own: int, shared: int, after: str, seconds: float) -> dict[str, Any]:
        """Everybody follows the log from one place on: `own` citizens, and `shared` who see all of it."""
        self.leave()
        self._port, self._after, self._event_stream = port, after, False
        viewers = [*self._own[:own], *(self._shared[number % len(self._shared)] for number in range(shared))]
        self._own_tokens = {viewer.token for viewer in self._own[:own]}
        self._subscribers = [Subscriber(self, viewer) for viewer in viewers]
        self._connected_at = self._deliveries
        began = time.perf_counter()
        self._is_open = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._connected(self._subscribers), seconds)
        is_there = [one.is_asked is not None and one.is_asked.done() for one in self._subscribers]
        return {"seconds": time.perf_counter() - began, "connected": sum(is_there)}

    async def write(self, port: int, per_second: float, seconds: float) -> dict[str, Any]:
        """Changes at an even pace, and how long after each its subscribers were told of it."""
        asker = Asker("127.0.0.1", port, most=64, patience_seconds=PATIENCE_SECONDS)
        loop = asyncio.get_running_loop()
        first, before = len(self._changes), self._deliveries
        self._is_timed = True
        began = time.perf_counter()
        sending = 0.0
        asked: list[Asked] = []
        for number in range(int(per_second * seconds)):
            due = began + number / per_second
            if (left := due - time.perf_counter()) > 0:
                await asyncio.sleep(left)
            sending = max(sending, time.perf_counter() - due)
            asked.append(self._ask(asker, loop.time()))
        await asker.finished()
        made = [change for change in self._changes[first:] if change.answered_at]
        expected = sum(len(self._subscribers) - len(self._own_tokens) + one.is_of_a_subscriber for one in made)
        await self._all(before + expected, PATIENCE_SECONDS)
        self._is_timed = False
        await asker.close()
        return {
            "changes": len(self._changes) - first,
            "made": len(made),
            "expected": expected,
            "deliveries": self._deliveries - before,
            "seconds": time.perf_counter() - began,
            "outcomes": Counter(one.outcome.value for one in asked),
            "sent_late_ms": sending * 1000,
            **self._late(first),
        }

    async def settle(self, deliveries: int, seconds: float) -> dict[str, Any]:
        """So many deliveries have come since they connected, or the time is over."""
        began = time.perf_counter()
        await self._all(self._connected_at + deliveries, seconds)
        return {"seconds": time.perf_counter() - began, "deliveries": self._deliveries - self._connected_at}

    def cut(self) -> dict[str, Any]:
        """All connections are gone."""
        self._is_open = False
        for subscriber in self._subscribers:
            if subscriber.connection is not None:
                subscriber.connection.cut()
                subscriber.connection = None
            subscriber.tries = 0
        return {}

    async def resume(self, deliveries: int, seconds: float) -> dict[str, Any]:
        """Everybody comes back at once, each from the last cursor, until so many deliveries have come."""
        began, before = time.perf_counter(), self._deliveries
        self._is_open = True
        self._awaited = before + deliveries
        self._arrived.clear()
        coming = asyncio.get_running_loop().create_task(self._connected(self._subscribers))
        try:
            await asyncio.wait_for(self._arrived.wait(), seconds)
        except TimeoutError:
            coming.cancel()
        await asyncio.wait([coming])
        return {"seconds": time.perf_counter() - began, "deliveries": self._deliveries - before}

    async def replay(
        self, port: int, after: str, deliveries: int, seconds: float, event_stream: bool
    ) -> dict[str, Any]:
        """One subscriber, from a place far back to the end."""
        self.leave()
        self._port, self._after, self._event_stream = port, after, event_stream
        self._own_tokens = set()
        self._subscribers = [Subscriber(self, self._shared[0])]
        began, before = time.perf_counter(), self._deliveries
        self._awaited = before + deliveries
        self._arrived.clear()
        self._is_open = True
        await self._connected(self._subscribers)
        await self._all(before + deliveries, seconds)
        told = {"seconds": time.perf_counter() - began, "deliveries": self._deliveries - before}
        self.leave()
        return told

    def leave(self) -> dict[str, Any]:
        """Nobody follows the log any more."""
        self.cut()
        self._subscribers = []
        return {}

    # ---- how it is done -------------------------------------------------------------------------------------------

    async def _all(self, deliveries: int, seconds: float) -> None:
        """Returns when there have been so many deliveries in all, or after so many seconds."""
        self._awaited = deliveries
        self._arrived.clear()
        if self._deliveries < deliveries:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), seconds)

    async def _connected(self, subscribers: Sequence[Subscriber], *, wait: bool = False) -> None:
        waiting = deque(subscribers)

        async def each() -> None:
            while waiting and self._is_open:
                await self._connect(waiting.popleft(), wait=wait)

        await asyncio.gather(*(each() for _ in range(min(AT_ONCE, len(waiting)))))

    async def _connect(self, subscriber: Subscriber, *, wait: bool) -> None:
        loop = asyncio.get_running_loop()
        while self._is_open:
            if wait:
                subscriber.tries += 1
                await asyncio.sleep(_AGAIN_SECONDS * subscriber.tries)
            wait = True
            found = _CURSOR.search(subscriber.last)
            after = self._after if found is None else found[1].decode()
            asking = Asking(subscriber.viewer.token, self._query, {"after": after})
            made = partial(EventStream if self._event_stream else Socket, asking, subscriber)
            subscriber.is_asked = loop.create_future()
            try:
                _, subscriber.connection = await loop.create_connection(made, "127.0.0.1", self._port)
            except OSError as error:
                self.endings[f"no connection: {error.strerror}"] += 1
                continue
            try:
                if await asyncio.wait_for(subscriber.is_asked, PATIENCE_SECONDS):
                    return
            except TimeoutError:
                self.endings["not answered in time"] += 1
            subscriber.connection.cut()

    def _ask(self, asker: Asker, meant_at: float) -> Asked:
        family = self._families.popleft()
        number = len(self._changes)
        change = _Change(time.perf_counter(), family.person.token in self._own_tokens)
        self._changes.append(change)
        asked = asker.ask(_request(self._texts, family, number), meant_at)

        def read(body: bytes) -> None:
            if (found := _BINDING.search(body)) is not None:
                change.answered_at = time.perf_counter()
                family.binding = found[1].decode() if family.binding is None else None
                self._families.append(family)

        asked.read = read
        return asked

    def _late(self, first: int) -> dict[str, Any]:
        """From the answer to a change until it was told, and from its sending, in milliseconds."""
        answered, sent = [], []
        for number, received_at in zip(self._numbers, self._received_at, strict=True):
            change = self._changes[number]
            if number >= first and change.answered_at:
                answered.append(max(received_at - change.answered_at, 0.0) * 1000)
                sent.append((received_at - change.sent_at) * 1000)
        del self._numbers[:], self._received_at[:]
        writing = [(one.answered_at - one.sent_at) * 1000 for one in self._changes[first:] if one.answered_at]
        told = {"late_ms": answered, "since_sent_ms": sent, "answer_ms": writing}
        return {name: None if (spread := Spread.of(of)) is None else asdict(spread) for name, of in told.items()}


def _request(texts: Mapping[str, str], family: _Family, number: int) -> bytes:
    """The change that is a family's turn, as bytes of HTTP/1.1."""
    key = f"bench-{number:08}"
    if family.binding is not None:
        name = "UnbindFamilyMember"
        form: dict[str, Any] = {"idempotencyKey": key, "bindingId": family.binding}
    else:
        name = "BindFamilyMember"
        form = {"idempotencyKey": key, "pledgeAccepted": True, **family.person.member.form()}
    body = json.dumps({"query": texts[name], "variables": {"input": form}})
    head = (
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/graphql-response+json\r\n"
        f"Content-Type: application/json\r\nAuthorization: Bearer {family.person.token}\r\n"
        f"X-Request-Id: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


async def _obeyed(crowd: Crowd) -> None:
    """Does what each line of standard input says, until there is none."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        told = json.loads(line)
        do = getattr(crowd, told.pop("do"))
        began, busy = time.perf_counter(), time.process_time()
        crowd.endings.clear()
        result = do(**told)
        found = result if isinstance(result, dict) else await result
        share = (time.process_time() - busy) / max(time.perf_counter() - began, 1e-9)
        answer = {**found, "cpu_share": share, "endings": dict(crowd.endings)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    crowd.leave()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with these command line arguments; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m loadtests.subscribers", description="Follow the log, as told.")
    parser.add_argument("--people", type=Path, required=True, help="JSON lines: who binds relatives, with a token each")
    parser.add_argument("--own", type=Path, required=True, help="JSON lines: citizens who follow what is theirs")
    parser.add_argument("--shared", type=Path, required=True, help="JSON lines: who follow the whole log")
    options = parser.parse_args(arguments)

    try:
        people = read_people(options.people, _MOST_PEOPLE)
        own, shared = read_viewers(options.own), read_viewers(options.shared)
    except (PeopleFileInvalid, OSError) as error:
        sys.stderr.write(f"loadtests.subscribers: {error}\n")
        return 2

    # A look at ten thousand connections for garbage would be measured as the server's delay.
    gc.disable()

    async def run() -> None:
        await _obeyed(Crowd(people, own, shared))

    uvloop.run(run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
