"""Headers that keep an answer from being taken for something else, or into somebody else's page (安全响应头).

What only a script of an allowed origin can get, the answer to a POST of JSON, carries the least; what a browser could
be led to, frame or embed carries all. Each header is a per cent of a short answer's processor time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Header = tuple[bytes, bytes]

NO_GUESSING: Final[Header] = (b"x-content-type-options", b"nosniff")
"""The body is what its Content-Type says."""

ANSWER: Final[tuple[Header, ...]] = (
    (b"vary", b"Accept"),
    (b"cache-control", b"no-store"),
    NO_GUESSING,
)
"""On every answer of GraphQL."""

GUARD: Final[tuple[Header, ...]] = (
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)
"""On whatever a browser can be led to besides."""

PAGE: Final[tuple[Header, ...]] = (
    (b"cache-control", b"no-store"),
    NO_GUESSING,
    (b"cross-origin-opener-policy", b"same-origin"),
    *GUARD,
)
"""On every page that is not GraphQL's, unless it says otherwise of itself."""


def strict_transport(seconds: int) -> Header:
    """Tells browsers to come by HTTPS only, for so long."""
    return b"strict-transport-security", b"max-age=%d" % seconds


class WithHeaders:
    """An application whose HTTP responses have these headers too, but for those that they have already."""

    def __init__(self, app: ASGIApp, headers: Sequence[Header]) -> None:
        self._app = app
        self._headers = tuple(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                missing = [header for header in self._headers if header[0] not in present]
                message = {**message, "headers": [*message["headers"], *missing]}
            await send(message)

        await self._app(scope, receive, send_with_headers)
