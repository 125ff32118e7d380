"""Uvicorn as this project runs it (服务器): one write for an answer, and nobody's operation cut off at the end."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from resolvers.transport.capacity import Capacity
from resolvers.transport.limits import TransportLimits


class _JoinedWrites:
    """A transport that sends what is written in one turn of the event loop together: an answer's head and body."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def _flush(self) -> None:
        if self._parts:
            parts, self._parts = self._parts, []
            self._transport.write(parts[0] if len(parts) == 1 else b"".join(parts))

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._flush()
        self._transport.set_protocol(protocol)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class OneWriteProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol over joined writes: the system call is the dearest part of a short answer.

    With a `capacity`, what is beyond it is refused before it is parsed.
    """

    def __init__(self, *arguments: Any, capacity: Capacity | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._capacity = capacity
        self._between_requests = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_JoinedWrites(transport, self.loop))  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        if (
            self._capacity is not None
            and self._between_requests
            and (self.cycle is None or self.cycle.response_complete)
        ):
            refusal = self._capacity.refusal_of(data)
            if refusal is not None:
                self.transport.write(refusal)
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._between_requests = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._between_requests = True
        super().on_message_complete()


def server_config(
    app: ASGIApp,
    limits: TransportLimits,
    *,
    capacity: Capacity | None = None,
    loop: Literal["auto", "uvloop"] = "auto",
    lifespan: Literal["on", "off"] = "on",
) -> uvicorn.Config:
    """How uvicorn serves the application. Its own log stays shut: it would print URLs, and they carry variables."""
    return uvicorn.Config(
        app,
        loop=loop,
        lifespan=lifespan,
        http=cast("type[OneWriteProtocol]", partial(OneWriteProtocol, capacity=capacity)),
        ws="websockets-sansio",
        ws_max_size=limits.message,
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=int(limits.shutdown_seconds) + 1,
    )


_LOOK_SECONDS = 0.02


class Server(uvicorn.Server):
    """A uvicorn server that awaits `close` once it is to stop, while its connections are still open.

    Uvicorn on its own closes WebSockets with 1012 before the application hears that the server stops, and connections
    that are quiet at that moment, even where their client is just about to ask. These get `linger_seconds` for one
    more request, whose answer tells them to connect anew.
    """

    def __init__(
        self, config: uvicorn.Config, close: Callable[[], Awaitable[None]], *, linger_seconds: float = 0.0
    ) -> None:
        super().__init__(config)
        self._close = close
        self._linger_seconds = linger_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What there is now, schema and sources among it, stays: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        gc.enable()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        self.server_state.default_headers.append((b"connection", b"close"))
        await asyncio.gather(self._close(), self._linger())
        await super().shutdown(sockets)

    async def _linger(self) -> None:
        """Returns when no connection is quiet, or its time is over."""
        for _ in range(round(self._linger_seconds / _LOOK_SECONDS)):
            if not any(map(_is_quiet, self.server_state.connections)):
                return
            await asyncio.sleep(_LOOK_SECONDS)


def _is_quiet(connection: object) -> bool:
    """Whether a connection waits for its client to ask."""
    return isinstance(connection, HttpToolsProtocol) and (
        connection.cycle is None or connection.cycle.response_complete
    )
