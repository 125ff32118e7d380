"""How much a server process takes on (承载能力): it refuses what it could only answer late.

Everything that became ready together is worked on in one turn of the event loop. What comes after the first `at_once`
of a turn, or is reached when the turn has lasted for `late_seconds` and a `few` were taken on, would wait for all that
is before it, and its client may be gone by then: it is refused at a fraction of its price, and the client is told when
to come back. So the longest wait does not grow with the number of clients, and refusing leaves room for answering.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from resolvers.service import Answer, ErrorCode, error_answer
from resolvers.transport.headers import ANSWER
from resolvers.transport.limits import TransportLimits

_RETRY_AFTER_SECONDS: Final = 1
_LONGEST_HEAD: Final = 4_096
"""A longer one is read as any request is."""
_LONGEST_LENGTH: Final = 9
OVERLOADED: Final = error_answer(
    ErrorCode.UNAVAILABLE,
    "服务器繁忙，本请求未执行，请按 Retry-After 稍后重试。"
    " The server is overloaded, and this was not executed: try again after Retry-After.",
    retry_after_seconds=_RETRY_AFTER_SECONDS,
)

_ASKS_GRAPHQL: Final = re.compile(rb"POST (?:/graphql|/worlds/[a-z0-9-]{1,40}/graphql) HTTP/1\.1")
_ANOTHER_WAY: Final = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"origin", b"connection"})
"""Fields of a request whose refusal needs more than a status and a body."""
_AS_GRAPHQL, _AS_JSON = b"application/graphql-response+json", b"application/json"


def _plain(head: bytes) -> tuple[int, bytes] | None:
    """The length of the body and the media type of the answer, for the head of a plain request to GraphQL.

    None too for what another program on its way may have read otherwise. It is read for each of a crowd of clients, and
    no two heads are alike: a pattern over all fields would cost several times as much.
    """
    asks, *lines = head[:-4].split(b"\r\n")
    if _ASKS_GRAPHQL.fullmatch(asks) is None or not head.count(b"\n") == head.count(b"\r") == len(lines) + 2:
        return None
    length: bytes | None = None
    media = _AS_GRAPHQL
    for line in lines:
        name, colon, value = line.partition(b":")
        name = name.lower()
        if not colon or name in _ANOTHER_WAY or b" " in name or b"\t" in name:
            return None
        if name == b"content-length":
            if length is not None:
                return None
            length = value.strip(b" \t")
        elif name == b"accept":
            if b"event-stream" in value.lower():
                return None
            if value.strip(b" \t").lower() == _AS_JSON:
                media = _AS_JSON
    if length is None or not length.isdigit() or len(length) > _LONGEST_LENGTH:
        return None
    return int(length), media


class Capacity:
    """What one process takes on. `refused` is told of each refusal that nobody else sees, and of its request's id."""

    __slots__ = (
        "_at_once",
        "_clock",
        "_few",
        "_late_seconds",
        "_new_request_id",
        "_refused",
        "_taken",
        "_turn",
        "_turn_began",
        "leaving",
        "running",
    )

    def __init__(
        self,
        limits: TransportLimits,
        new_request_id: Callable[[], str],
        refused: Callable[[Answer, str], None],
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        self._late_seconds = limits.late_seconds
        self._at_once = limits.at_once
        self._new_request_id = new_request_id
        self._refused = refused
        self._clock = clock
        self._few = limits.few
        self._turn_began: float | None = None
        self._taken = 0
        self._turn: int | None = None
        self.running = 0
        """Operations that have been taken on and not been answered yet."""
        self.leaving = False
        """The server stops: every answer tells its client to connect anew, which takes a request that was read."""

    def takes_another(self) -> bool:
        """Whether the operation that has just been reached is to be worked on."""
        now = self._clock()
        if self._turn_began is None:
            self._turn_began = now
            self._taken = 0
            asyncio.get_running_loop().call_soon(self._worked_off)
        elif self._taken >= self._few and now - self._turn_began > self._late_seconds:
            return False
        self._taken += 1
        return self.running < self._at_once

    @contextmanager
    def taken(self) -> Iterator[None]:
        """An operation that is being worked on."""
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1

    def refusal_of(self, received: bytes) -> bytes | None:
        """The response to bytes that have just come on an idle connection and are not even to be looked into.

        None for what is to be read: there is room for it, or it is not one whole, plain request to GraphQL.
        """
        if self.leaving:
            return None
        if self._turn is None:
            self._turn = 0
            asyncio.get_running_loop().call_soon(self._read)
        self._turn += 1
        if self._turn + self.running <= self._at_once:
            return None
        end = received.find(b"\r\n\r\n", 0, _LONGEST_HEAD) + 4
        read = _plain(received[:end])
        if read is None or end + read[0] != len(received):
            return None
        request_id = self._new_request_id()
        self._refused(OVERLOADED, request_id)
        return _REFUSAL % (read[1], request_id.encode("ascii"))

    def _worked_off(self) -> None:
        """All that was ready has been reached."""
        self._turn_began = None

    def _read(self) -> None:
        """All that had come has been read."""
        self._turn = None


_REFUSAL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: %b; charset=utf-8\r\nx-request-id: %b\r\n"
    + b"".join(b"%b: %b\r\n" % (name, text.replace(b"%", b"%%")) for name, text in ANSWER)
    + b"content-length: %d\r\nretry-after: %d\r\n\r\n" % (len(OVERLOADED.body), _RETRY_AFTER_SECONDS)
    + OVERLOADED.body.replace(b"%", b"%%")
)
