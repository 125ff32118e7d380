"""The load (压测客户端): requests over connections that stay open, each sent when the one before it is answered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_ANSWER_SECONDS = 60.0


class UnexpectedAnswer(Exception):
    """An answer that is no success, or that HTTP keeps from being read."""


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._whole = 0
        self._answered: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(UnexpectedAnswer("the server closed the connection instead of answering"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._whole:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(self._received, 0, end)
            self._whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._received) >= self._whole and self._answered is not None:
            self._answered.set_result(bytes(self._received))
            self._received.clear()
            self._whole = 0

    async def ask(self, request: bytes) -> bytes:
        """The answer's body. Raises UnexpectedAnswer for any status but 200."""
        assert self._transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        answer = await asyncio.wait_for(self._answered, _ANSWER_SECONDS)
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            status = head.partition(b"\r\n")[0].decode("latin-1")
            raise UnexpectedAnswer(f"{status}: {body[:400].decode('utf-8', 'replace')}")
        return body

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Client:
    """Connections to one server, reused from one measurement to the next."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: list[_Connection] = []

    async def ask(self, requests: Sequence[bytes], at_once: int) -> list[bytes]:
        """The bodies of the answers, in the order of the requests, of which so many are on the way together."""
        wanted = min(at_once, len(requests))
        # A server closes connections that a case with fewer of them has left idle.
        self._open = [connection for connection in self._open if connection.is_open]
        while len(self._open) < wanted:
            _, connection = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", self._port)
            self._open.append(connection)
        answers = [b""] * len(requests)
        waiting = iter(enumerate(requests))
        await asyncio.gather(*[_work(connection, waiting, answers) for connection in self._open[:wanted]])
        return answers

    def close(self) -> None:
        for connection in self._open:
            connection.close()


async def _work(connection: _Connection, waiting: Iterator[tuple[int, bytes]], answers: list[bytes]) -> None:
    for position, request in waiting:
        answers[position] = await connection.ask(request)
