"""One POST to a webhook's target (向目标发送): to an address that was checked, and bounded in time and bytes.

There is no proxy, no redirect, no cookie and no second connection: the name is looked up, an address that may be
delivered to is connected to, the request is written, and of the answer its status counts. What comes behind that is
read to a small bound, so that a target is not cut off in the middle of a short answer, and then the connection is
dropped. Nothing of it is kept.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httptools

from domain.decisions.webhook_targets import Address, Targets, literal, port_of
from domain.vocabulary import AttemptOutcome

log = logging.getLogger("canbao.webhooks")

SEND_SECONDS: Final = 10.0
"""How long an attempt may take in all: looking up, connecting, sending, and the answer."""
ANSWER_BYTES: Final = 4 * 1024
"""How much is read of an answer's body."""
HEAD_BYTES: Final = 16 * 1024
"""How much is read until an answer's head is complete."""
_READ_BYTES: Final = 4 * 1024
USER_AGENT: Final = "canbao-webhooks"

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
"""The addresses that a name has now. OSError where it has none."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one sending; `http_status` is None where no answer came."""

    outcome: AttemptOutcome
    http_status: int | None
    seconds: float


class _NotAllowed(Exception):
    """The target has no address that may be delivered to."""


class _NotHttp(Exception):
    """What came back is no HTTP, or its head has no end."""


async def looked_up(host: str, port: int) -> Sequence[Address]:
    """The addresses of a name, as this machine's resolver tells them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = (literal(str(place[0])) for _, _, _, _, place in found)
    return [address for address in dict.fromkeys(addresses) if address is not None]


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends to the targets that this server delivers to. `trust` is None for the machine's certificate authorities."""

    targets: Targets
    resolve: Resolve = looked_up
    seconds: float = SEND_SECONDS
    trust: ssl.SSLContext | None = None

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Sent:
        """Sends once. Never raises for anything that a target does."""
        begun = perf_counter()
        status: int | None = None
        try:
            async with asyncio.timeout(self.seconds):
                status = await self._status(url, headers, body)
            outcome = _outcome(status)
        except TimeoutError:
            outcome = AttemptOutcome.TIMED_OUT
        except _NotAllowed:
            outcome = AttemptOutcome.NOT_ALLOWED
        except _NotHttp:
            outcome = AttemptOutcome.NOT_HTTP
        except ssl.SSLError:
            outcome = AttemptOutcome.TLS_FAILED
        except OSError:
            outcome = AttemptOutcome.UNREACHABLE
        return Sent(outcome, status, perf_counter() - begun)

    async def _status(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        if self.targets.objection(url) is not None:
            raise _NotAllowed
        parts = urlsplit(url)
        reader, writer = await self._connected(parts)
        try:
            writer.write(_request(parts, headers, body))
            await writer.drain()
            return await _answered(reader)
        finally:
            writer.transport.abort()

    async def _connected(self, parts: SplitResult) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to one of the target's addresses, all of which may be delivered to."""
        host, port = parts.hostname or "", port_of(parts)
        written = literal(host)
        addresses = [written] if written is not None else await self.resolve(host, port)
        if not addresses or not all(map(self.targets.allows, addresses)):
            raise _NotAllowed
        trust = None
        if parts.scheme == "https":
            trust = self.trust or _machine_trust()
        refused: OSError | None = None
        for address in addresses:
            try:
                return await asyncio.open_connection(
                    str(address), port, ssl=trust, server_hostname=host if trust is not None else None
                )
            except ssl.SSLError:
                raise
            except OSError as error:
                refused = error
        assert refused is not None
        raise refused


_TRUST: list[ssl.SSLContext] = []


def _machine_trust() -> ssl.SSLContext:
    """The machine's certificate authorities, read once."""
    if not _TRUST:
        _TRUST.append(ssl.create_default_context())
    return _TRUST[0]


def _outcome(status: int) -> AttemptOutcome:
    if 200 <= status < 300:
        return AttemptOutcome.DELIVERED
    if status == 410:
        return AttemptOutcome.GONE
    return AttemptOutcome.REDIRECTED if 300 <= status < 400 else AttemptOutcome.HTTP_ERROR


def _request(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {path} HTTP/1.1",
        f"host: {parts.netloc}",
        f"user-agent: {USER_AGENT}",
        "content-type: application/json",
        f"content-length: {len(body)}",
        "accept: */*",
        "connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


@dataclass(slots=True)
class _Answer:
    """What the parser tells of an answer."""

    parser: httptools.HttpResponseParser = field(init=False)
    headed: bool = False
    complete: bool = False
    body_bytes: int = 0
    status: int = 0

    def __post_init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()
        # An interim answer (100 to 199) announces another.
        self.headed = self.status >= 200

    def on_body(self, body: bytes) -> None:
        self.body_bytes += len(body)

    def on_message_complete(self) -> None:
        self.complete = self.headed


async def _answered(reader: asyncio.StreamReader) -> int:
    """The status of an answer. Raises _NotHttp."""
    answer, read = _Answer(), 0
    while not answer.complete and answer.body_bytes < ANSWER_BYTES:
        try:
            part = await reader.read(_READ_BYTES)
        except OSError:
            if answer.headed:
                break
            raise
        if not part:
            break
        read += len(part)
        try:
            answer.parser.feed_data(part)
        except httptools.HttpParserError as error:
            if not answer.headed:
                raise _NotHttp from error
            break
        if not answer.headed and read > HEAD_BYTES:
            raise _NotHttp
    if not answer.headed:
        raise _NotHttp
    return answer.status
