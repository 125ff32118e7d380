"""How an `Answer` leaves as an HTTP response (应答): its status, its headers, and the answers to our own mistakes."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.types import Send

from resolvers.service import Answer, internal
from resolvers.transport.headers import ANSWER, GUARD, Header
from resolvers.transport.negotiation import Media

logger = logging.getLogger("canbao.transport")

_CONTENT_TYPE: dict[Media, Header] = {
    Media.JSON: (b"content-type", b"application/json; charset=utf-8"),
    Media.GRAPHQL_RESPONSE: (b"content-type", b"application/graphql-response+json; charset=utf-8"),
}

# In application/json a client takes any other status than 200 for a proxy's, so a request that was read, and then
# refused by GraphQL, is answered with 200; what concerns the exchange rather than the document keeps its status.
_REFUSED_BY_GRAPHQL = frozenset({400, 403, 410})

# A client's mistake does not bring an identity number into the log.
_SANE_REQUEST_ID = re.compile(rb"(?![0-9]{17}[0-9Xx]\Z)[A-Za-z0-9._-]{1,64}")


def request_id_of(sent: bytes | None, new_request_id: Callable[[], str]) -> str:
    """The client's own X-Request-Id where it is 1 to 64 of A-Z a-z 0-9 . _ -, a new one otherwise.

    One in the form of an identity number is not taken.
    """
    if sent is not None and _SANE_REQUEST_ID.fullmatch(sent):
        return sent.decode("ascii")
    return new_request_id()


def fault(request_id: str) -> Answer:
    """Logs the exception being handled in full, and gives what the client is told of it."""
    logger.exception("request %s failed", request_id, extra={"request_id": request_id})
    return internal(request_id)


async def respond(send: Send, answer: Answer, media: Media, request_id: str, more: Sequence[Header] = ()) -> None:
    """What GraphQL answered, as `media`: JSON or GRAPHQL_RESPONSE."""
    status = answer.status
    if media is Media.JSON and status in _REFUSED_BY_GRAPHQL:
        status = 200
    await _write(send, answer, status, media, request_id, more)


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """What the transports answer without a world: `noted` is told of each, and of the request's id."""

    noted: Callable[[Answer, str], None]

    def fault(self, request_id: str) -> Answer:
        """As `fault`, noted."""
        answer = fault(request_id)
        self.noted(answer, request_id)
        return answer

    async def refuse(
        self, send: Send, answer: Answer, media: Media, request_id: str, more: Sequence[Header] = ()
    ) -> None:
        """The answer as `media`, with its status whatever the media type."""
        self.noted(answer, request_id)
        await _write(send, answer, answer.status, media, request_id, (*GUARD, *more))


async def _write(
    send: Send, answer: Answer, status: int, media: Media, request_id: str, more: Sequence[Header]
) -> None:
    headers = [
        _CONTENT_TYPE[media],
        (b"content-length", b"%d" % len(answer.body)),
        *ANSWER,
        (b"x-request-id", request_id.encode("ascii")),
        *more,
    ]
    if answer.retry_after_seconds is not None:
        headers.append((b"retry-after", b"%d" % answer.retry_after_seconds))
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def respond_empty(send: Send, status: int, request_id: str, more: Sequence[Header] = ()) -> None:
    """A response without a body."""
    headers = [*ANSWER, *GUARD, (b"x-request-id", request_id.encode("ascii")), *more]
    if status != 204:
        headers.append((b"content-length", b"0"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def respond_text(send: Send, status: int, text: str, request_id: str) -> None:
    """A response of plain text."""
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        *ANSWER,
        *GUARD,
        (b"x-request-id", request_id.encode("ascii")),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
