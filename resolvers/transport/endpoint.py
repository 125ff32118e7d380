"""The one endpoint of GraphQL (端点): /graphql for the default world, /worlds/{name}/graphql for one by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from resolvers.service import Answer, Worlds
from resolvers.transport.capacity import Capacity
from resolvers.transport.headers import PAGE, WithHeaders, strict_transport
from resolvers.transport.http import HttpTransport
from resolvers.transport.limits import TransportLimits
from resolvers.transport.responses import OwnAnswers
from resolvers.transport.sse import STREAM_TOKEN, EventStreams
from resolvers.transport.websocket import WebSocketTransport


def _unnoted(answer: Answer, request_id: str) -> None:
    """Nobody counts."""


def _uncounted(code: int, by_client: bool, seconds: float) -> None:
    """Nobody counts."""


class GraphQLEndpoint:
    """An ASGI application that answers GraphQL in every transport, and hands any other path to `otherwise`.

    `new_request_id` and `new_token` are called for a fresh text of A-Z a-z 0-9 . _ -; nobody may be able to guess a
    token. `page` answers a browser that navigates to the endpoint. Pages of `origins` may ask from elsewhere. For
    `hsts_seconds` browsers are told to come by HTTPS only.
    `turned_away` is told of each request that is answered without a world, and of its id. `reserves_streams` says
    whether the single connection mode of event streams is offered. `closed` is told of each WebSocket that has ended:
    its code, whether the client closed it, and for how long it was open. `around` puts something between the server and
    all of it. `close` belongs before the server stops.
    """

    def __init__(
        self,
        worlds: Worlds,
        *,
        otherwise: ASGIApp,
        new_request_id: Callable[[], str],
        new_token: Callable[[], str],
        limits: TransportLimits | None = None,
        page: ASGIApp | None = None,
        origins: Sequence[str] = (),
        hsts_seconds: int = 0,
        turned_away: Callable[[Answer, str], None] = _unnoted,
        reserves_streams: bool = True,
        closed: Callable[[int, bool, float], None] = _uncounted,
        around: Callable[[ASGIApp], ASGIApp] | None = None,
    ) -> None:
        limits = TransportLimits() if limits is None else limits
        self._otherwise = WithHeaders(otherwise, PAGE)
        page = None if page is None else WithHeaders(page, PAGE)
        own = OwnAnswers(turned_away)
        self.capacity = capacity = Capacity(limits, new_request_id, turned_away)
        self._streams = EventStreams(limits, new_token, own, capacity, reserves=reserves_streams)
        self._http = HttpTransport(
            worlds, self._streams, own, capacity, limits=limits, new_request_id=new_request_id, page=page
        )
        self._sockets = WebSocketTransport(
            worlds, own, capacity, limits=limits, new_request_id=new_request_id, origins=origins, closed=closed
        )
        self.is_leaving = False
        self._answered: ASGIApp = self._answer
        if origins:
            self._answered = CORSMiddleware(
                self._answer,
                allow_origins=origins,
                allow_methods=["GET", "POST", "PUT", "DELETE"],
                allow_headers=[
                    "Authorization",
                    "Canbao-Cost",
                    "Canbao-Fault",
                    "Canbao-Purpose",
                    "Content-Type",
                    "Last-Event-ID",
                    "X-Request-Id",
                    STREAM_TOKEN.decode(),
                ],
                expose_headers=["X-Request-Id", "Retry-After"],
                max_age=600,
            )
        if hsts_seconds:
            self._answered = WithHeaders(self._answered, (strict_transport(hsts_seconds),))
        if around is not None:
            self._answered = around(self._answered)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answered(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan":
            await self._otherwise(scope, receive, send)
            return
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        if path == "/graphql":
            world = None
        elif path.startswith("/worlds/") and path.endswith("/graphql") and path.count("/") == 3:
            world = path[8:-8]
        else:
            await self._otherwise(scope, receive, send)
            return
        if kind == "http":
            await self._http(world, scope, receive, send)
        else:
            await self._sockets(world, scope, receive, send)

    async def close(self) -> None:
        """Ends every subscription so that its client comes back, after what queries and mutations need to finish."""
        self.is_leaving = self.capacity.leaving = True
        await self._streams.close()
        await self._sockets.close()
