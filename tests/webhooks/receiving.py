"""A partner's receiver on a real socket, which does as it is told, and checks signatures by its own code."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

PATIENCE_SECONDS = 20

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def payload(self) -> Any:
        return json.loads(self.body)

    @property
    def signatures(self) -> list[str]:
        return self.headers["webhook-signature"].split(" ")

    def is_signed_with(self, secret: str) -> bool:
        """As the specification says it: HMAC-SHA256 of id, timestamp and body, joined by dots, in base64."""
        key = base64.b64decode(secret.split("_", 1)[1])
        signed = b".".join((self.event_id.encode(), self.headers["webhook-timestamp"].encode(), self.body))
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return any(hmac.compare_digest(expected, given) for given in self.signatures)


Answering = Callable[[Delivery, asyncio.StreamWriter], Awaitable[None]]


def status(code: int, *headers: str) -> Answering:
    """An answer of that status, with a short body."""

    async def answer(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {code} So", "content-length: 2", *headers]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\nok")

    return answer


def always(answering: Answering) -> Callable[[Delivery], Answering]:
    """Every delivery is answered so."""
    return lambda delivery: answering


@dataclass(slots=True)
class Receiver:
    """Where a webhook points to. `answers` is asked how each delivery is answered."""

    port: int
    answers: Callable[[Delivery], Answering] = field(default=lambda delivery: status(204))
    deliveries: list[Delivery] = field(default_factory=list)
    cut_off: int = 0
    """How many of its answers were not read to their end."""
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hooks?app=1"

    @property
    def event_ids(self) -> list[str]:
        return [one.event_id for one in self.deliveries]

    async def has(self, number: int) -> Sequence[Delivery]:
        """The deliveries, once there are so many."""
        await until(lambda: len(self.deliveries) >= number, f"{number} deliveries, not {len(self.deliveries)}")
        return self.deliveries

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers["content-length"]))
            delivery = Delivery(head[0].split(" ")[1], headers, body)
            self.deliveries.append(delivery)
            await self.answers(delivery)(delivery, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.cut_off += 1
        finally:
            writer.transport.abort() if writer.is_closing() else writer.close()


@asynccontextmanager
async def receiver(trust: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver that listens for as long as the block lasts."""
    found = Receiver(0, scheme="http" if trust is None else "https")
    server = await asyncio.start_server(found._served, "127.0.0.1", 0, ssl=trust)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()


async def until(holds: Callable[[], object], what: str = "what was waited for") -> None:
    """Returns when it holds."""
    await eventually(_said(holds), what)


def _said(holds: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    async def said() -> object:
        return holds()

    return said


async def eventually(found: Callable[[], Awaitable[Found]], what: str = "what was waited for") -> Found:
    """What it gives, as soon as that is something."""
    for _ in range(PATIENCE_SECONDS * 100):
        answer = await found()
        if answer:
            return answer
        await asyncio.sleep(0.01)
    raise AssertionError(what)
