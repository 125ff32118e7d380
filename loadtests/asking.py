"""Requests over connections that stay open (长连接客户端), made beforehand as bytes: the client must not be slow.

Each is sent at its moment, over a connection that nobody waits on, or over a new one while there is room for more.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, cast

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


@dataclass(slots=True)
class Asked:
    """One request: when it was meant to be sent and when it was answered, in seconds of the event loop."""

    meant_at: float
    answered_at: float = 0.0
    outcome: Outcome = Outcome.FAILED

    @property
    def seconds(self) -> float:
        """From the moment when it was meant to be sent until its answer was read."""
        return self.answered_at - self.meant_at


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._received = bytearray()
        self._answered: asyncio.Future[tuple[bytes, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A transport of uvloop is none of asyncio's classes.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionError("closed instead of answered"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        length = _LENGTH.search(self._received, 0, end + 2) if end >= 0 else None
        if length is None or len(self._received) < end + 4 + int(length[1]):
            return
        head, body = bytes(self._received[:end]), bytes(self._received[end + 4 :])
        self._received.clear()
        if self._answered is not None and not self._answered.done():
            self._answered.set_result((head, body))

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> tuple[bytes, bytes]:
        """Head and body of the answer. Raises OSError."""
        if self._transport is None:
            raise ConnectionError("closed")
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Asker:
    """Connections to one server, `most` of them together; whoever finds none free waits for one."""

    def __init__(self, host: str, port: int, *, most: int, patience_seconds: float) -> None:
        self._host = host
        self._port = port
        self._patience_seconds = patience_seconds
        self._room = asyncio.Semaphore(most)
        self._free: deque[_Connection] = deque()

    async def ask(self, request: bytes, meant_at: float) -> Asked:
        """What became of a request, which is sent now."""
        asked = Asked(meant_at)
        try:
            async with asyncio.timeout(self._patience_seconds), self._room:
                connection = await self._connection()
                try:
                    asked.outcome = _outcome(*await connection.ask(request))
                    self._free.append(connection)
                except BaseException:
                    connection.close()
                    raise
        except (OSError, TimeoutError):
            asked.outcome = Outcome.FAILED
        asked.answered_at = asyncio.get_running_loop().time()
        return asked

    async def _connection(self) -> _Connection:
        while self._free:
            # The one that was used last: a server closes those that are idle for long.
            found = self._free.pop()
            if found.is_open:
                return found
        _, made = await asyncio.get_running_loop().create_connection(_Connection, self._host, self._port)
        return made

    def close(self) -> None:
        """Lets go of every connection."""
        while self._free:
            self._free.pop().close()


def _outcome(head: bytes, body: bytes) -> Outcome:
    status = head[9:12]
    if status == b"200" and b'"errors"' not in body:
        return Outcome.GOOD
    if status in _TURNED_AWAY and b"\r\nretry-after:" in head.lower():
        return Outcome.TURNED_AWAY
    return Outcome.FAILED
