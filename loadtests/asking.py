"""Requests over connections that stay open (长连接客户端), made beforehand as bytes: the client must not be slow.

Each is sent at its moment, over a connection that nobody waits on, or over a new one while there is room for more.
Nothing is awaited for a request by itself: a task for each would cost more than what it asks.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, cast

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]{1,12})\r\n", re.IGNORECASE)
_TURNED_AWAY: Final = (b"503", b"429")


class Outcome(StrEnum):
    """What became of a request."""

    GOOD = "good"
    """200, and no errors in it."""
    TURNED_AWAY = "turned away"
    """503 or 429, with the time after which to try again."""
    FAILED = "failed"
    """Any other answer, a lost connection, or none in time."""


@dataclass(slots=True, eq=False)
class Asked:
    """One request: when it was meant to be sent and when it was answered, in seconds of the event loop."""

    meant_at: float
    answered_at: float = 0.0
    outcome: Outcome = Outcome.FAILED
    then: Callable[[], None] | None = None
    """Called once when it has been settled."""
    read: Callable[[bytes], None] | None = None
    """Called with the body of a good answer, before that."""

    @property
    def seconds(self) -> float:
        """From the moment when it was meant to be sent until its answer was read."""
        return self.answered_at - self.meant_at


class _Sent(NamedTuple):
    """A request, and what becomes of it."""

    request: bytes
    asked: Asked


class _Connection(asyncio.Protocol):
    """One connection; it works on one request at a time and asks for the next one by itself."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._received = b""
        self._sent: _Sent | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A transport of uvloop is none of asyncio's classes.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        sent, self._sent = self._sent, None
        self._asker.lost(self, sent)

    def send(self, sent: _Sent) -> None:
        """Sends a request, on a connection that is open and has no other."""
        self._sent = sent
        if self._transport is not None:
            self._transport.write(sent.request)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        end = received.find(b"\r\n\r\n")
        length = _LENGTH.search(received, 0, end + 2) if end >= 0 else None
        if length is None or len(received) < end + 4 + int(length[1]):
            self._received = received
            return
        self._received = b""
        sent, self._sent = self._sent, None
        if sent is not None:
            outcome = _outcome(received, end)
            if sent.asked.read is not None and outcome is Outcome.GOOD:
                sent.asked.read(received[end + 4 :])
            self._asker.answered(self, sent, outcome)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Asker:
    """Connections to one server, `most` of them together; whoever finds none free waits for one."""

    def __init__(self, host: str, port: int, *, most: int, patience_seconds: float) -> None:
        self._host = host
        self._port = port
        self._most = most
        self._patience_seconds = patience_seconds
        self._loop = asyncio.get_running_loop()
        self._all: set[_Connection] = set()
        self._free: list[_Connection] = []
        self._waiting: deque[_Sent] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._left = 0
        self._finished: asyncio.Future[None] | None = None

    def ask(self, request: bytes, meant_at: float) -> Asked:
        """What will have become of the request, which is sent now, when `finished` returns."""
        sent = _Sent(request, Asked(meant_at))
        self._left += 1
        if self._free:
            # The one that was used last: a server closes those that are idle for long.
            self._free.pop().send(sent)
            return sent.asked
        self._waiting.append(sent)
        if len(self._all) + len(self._opening) < self._most:
            task = self._loop.create_task(self._open())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)
        return sent.asked

    async def finished(self) -> None:
        """Returns when everybody has been answered, or has waited for as long as anybody has patience from now on."""
        if self._left:
            self._finished = self._loop.create_future()
            await asyncio.wait([self._finished], timeout=self._patience_seconds)
            self._finished = None
        if self._left:
            # Who is still waiting has failed, and an answer that comes later is nobody's.
            for connection in list(self._all):
                connection.close()
            self._waiting.clear()
            self._left = 0

    async def _open(self) -> None:
        try:
            _, made = await self._loop.create_connection(lambda: _Connection(self), self._host, self._port)
        except OSError:
            if self._waiting and not self._all:
                self._settle(self._waiting.popleft(), Outcome.FAILED)
            return
        self._all.add(made)
        self._go_on(made)

    def _go_on(self, connection: _Connection) -> None:
        if self._waiting:
            connection.send(self._waiting.popleft())
        else:
            self._free.append(connection)

    def answered(self, connection: _Connection, sent: _Sent, outcome: Outcome) -> None:
        """A connection has the answer to its request, and is ready for the next."""
        self._go_on(connection)
        self._settle(sent, outcome)

    def lost(self, connection: _Connection, sent: _Sent | None) -> None:
        """A connection is no more, and had no answer yet to a request, or none to wait for."""
        self._all.discard(connection)
        if connection in self._free:
            self._free.remove(connection)
        if sent is not None:
            self._settle(sent, Outcome.FAILED)

    def _settle(self, sent: _Sent, outcome: Outcome) -> None:
        sent.asked.answered_at = self._loop.time()
        sent.asked.outcome = outcome
        self._left -= 1
        if sent.asked.then is not None:
            sent.asked.then()
        if not self._left and self._finished is not None and not self._finished.done():
            self._finished.set_result(None)

    async def close(self) -> None:
        """Lets go of every connection."""
        if self._opening:
            await asyncio.wait(self._opening)
        for connection in list(self._all):
            connection.close()


def _outcome(answer: bytes, end: int) -> Outcome:
    status = answer[9:12]
    if status == b"200" and answer.find(b'"errors"', end) < 0:
        return Outcome.GOOD
    if status in _TURNED_AWAY and answer.lower().find(b"\r\nretry-after:", 0, end) >= 0:
        return Outcome.TURNED_AWAY
    return Outcome.FAILED
