"""Uvicorn as this project runs it (服务器): one write for an answer, and nobody's operation cut off at the end."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Literal, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request as WebSocketRequest
from websockets.protocol import OPEN

from resolvers.transport.capacity import Capacity
from resolvers.transport.direct import DIRECT
from resolvers.transport.headers import PAGE
from resolvers.transport.limits import TransportLimits

log = logging.getLogger("canbao.server")


_DEAR_TO_JOIN = 32_768
"""From so many bytes on a copy takes longer than handing several buffers to one system call."""


class _JoinedWrites:
    """A transport that sends what is written in one turn of the event loop together: an answer's head and body."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = self.bare = transport
        self._loop = loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def write_now(self, data: bytes) -> None:
        """What is the whole of an answer goes out at once, after what was written before it."""
        self._flush()
        self._transport.write(data)

    def _flush(self) -> None:
        if self._parts:
            parts, self._parts = self._parts, []
            if sum(map(len, parts)) < _DEAR_TO_JOIN:
                self._transport.write(parts[0] if len(parts) == 1 else b"".join(parts))
            else:
                self._transport.writelines(parts)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._flush()
        self._transport.set_protocol(protocol)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

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
        self._joined = _JoinedWrites(transport, self.loop)
        super().connection_made(self._joined)  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        if (
            self._capacity is not None
            and self._between_requests
            and (self.cycle is None or self.cycle.response_complete)
        ):
            refusal = self._capacity.refusal_of(data)
            if refusal is not None:
                self._joined.write_now(refusal)
                return
        super().data_received(data)

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        # The connection is another protocol's now. Parser, scope and protocol hold one another.
        self.__dict__.clear()

    def send_400_response(self, msg: str) -> None:
        """Uvicorn's answer to what is no HTTP, with the headers of every page."""
        fields = (*self.server_state.default_headers, *PAGE, (b"content-type", b"text/plain; charset=utf-8"))
        head = b"".join(b"%b: %b\r\n" % field for field in fields if field[0] != b"connection")
        length = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(msg)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head + length + msg.encode("ascii"))
        self.transport.close()

    def on_message_begin(self) -> None:
        self._between_requests = False
        super().on_message_begin()
        self.scope["extensions"] = cast("Any", {DIRECT: self})

    def offer(self, data: bytes) -> bool:
        """See `Direct`: a part of the body of the response that is under way."""
        if self.flow.write_paused or not self.cycle.chunked_encoding or self.cycle.disconnected:
            return False
        self.transport.write(b"%x\r\n%b\r\n" % (len(data), data))
        return True

    async def room(self) -> None:
        """See `Direct`."""
        await self.flow.drain()
        if self.cycle.disconnected:
            raise ClientDisconnected

    def on_message_complete(self) -> None:
        self._between_requests = True
        super().on_message_complete()


class _Messages:
    """What a socket's client has said and nobody has read yet: a queue for one reader, small while it is empty."""

    __slots__ = ("_reader", "_said")

    def __init__(self) -> None:
        self._said: list[Any] = []
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, message: object) -> None:
        self._said.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def empty(self) -> bool:
        return not self._said

    async def get(self) -> Any:
        while not self._said:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._said.pop(0)


class _Gate:
    """Whether there is room in a connection: as an `asyncio.Event`, small while nobody waits."""

    __slots__ = ("_closed",)

    def __init__(self) -> None:
        self._closed: asyncio.Future[None] | None = None

    def is_set(self) -> bool:
        return self._closed is None

    def set(self) -> None:
        if self._closed is not None:
            self._closed.set_result(None)
            self._closed = None

    def clear(self) -> None:
        if self._closed is None:
            self._closed = asyncio.get_running_loop().create_future()

    async def wait(self) -> None:
        while self._closed is not None:
            # Several may wait, and one of them may be given up.
            await asyncio.wait([self._closed])


class FramesProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's WebSocket protocol, which also takes frames that are made already: one text for many sockets.

    Thousands of sockets are quiet nearly always: it lets go of what it needs for the handshake alone.
    """

    # An instance's dictionary of so many attributes is larger than all of them.
    __slots__ = (
        "app",
        "app_state",
        "asgi_version",
        "client",
        "close_sent",
        "close_timeout",
        "close_timer",
        "config",
        "conn",
        "connections",
        "curr_msg_data_type",
        "default_headers",
        "disconnected",
        "frames",
        "handshake_complete",
        "handshake_initiated",
        "initial_response",
        "last_ping_rtt",
        "logger",
        "loop",
        "pending_ping_payload",
        "ping_interval",
        "ping_sent_at",
        "ping_timeout",
        "ping_timer",
        "pong_timer",
        "queue",
        "read_paused",
        "request",
        "response",
        "root_path",
        "scheme",
        "scope",
        "server",
        "tasks",
        "transport",
        "writable",
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.queue = cast("Any", _Messages())
        self.writable = cast("Any", _Gate())

    def start_keepalive(self) -> None:
        # The handshake is over. Its headers are held by the parser too.
        self.request.headers.clear()
        self.request = self.response = cast("Any", None)
        super().start_keepalive()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A socket's messages are whole writes; there is nothing to join.
        super().connection_made(transport.bare if isinstance(transport, _JoinedWrites) else transport)

    def handle_connect(self, event: WebSocketRequest) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            # The application begins in the next turn.
            extensions: dict[str, object] = self.scope["extensions"]  # type: ignore[assignment]
            extensions[DIRECT] = self

    def offer(self, data: bytes) -> bool:
        """See `Direct`: whole frames."""
        if not self.writable.is_set() or not self._takes_frames():
            return False
        self.transport.write(data)
        return True

    async def room(self) -> None:
        """See `Direct`."""
        await self.writable.wait()
        if not self._takes_frames():
            raise ClientDisconnected

    def _takes_frames(self) -> bool:
        return self.conn.state is OPEN and not self.disconnected and not self.transport.is_closing()


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
        ws=cast("Any", FramesProtocol),
        ws_max_size=limits.message,
        # What is compressed for one socket cannot be sent to another, and a compressor holds more than all else of one.
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=int(limits.shutdown_seconds) + 1,
    )


_YOUNG_OBJECTS = 20_000
"""Some hundred operations at once hold as many: looked through after each 700, they are still all in use."""
_LOOK_SECONDS = 0.02
_ACCEPTED_AT_ONCE = 256
_ACCEPT_AGAIN_SECONDS = 1.0


class _Acceptor:
    """Takes the connections that wait at a listening socket, many in one turn of the event loop.

    uvloop on its own takes one in a turn. While turns are long, that lets clients wait for seconds before anything of
    them is read, and a server that refuses what it cannot do could not even tell them.
    """

    def __init__(self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._listener = listener
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._arriving: set[asyncio.Task[Any]] = set()
        self._later: asyncio.TimerHandle | None = None
        listener.setblocking(False)
        self._loop.add_reader(listener, self._accept)

    def _accept(self) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                connection, _address = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError, InterruptedError):
                return
            except OSError as error:
                # No file descriptor is left, for one. Whoever waits is taken when there is.
                log.warning("no connection is taken for a moment: %s", error.strerror)
                self._loop.remove_reader(self._listener)
                self._later = self._loop.call_later(_ACCEPT_AGAIN_SECONDS, self._go_on)
                return
            connection.setblocking(False)
            task = self._loop.create_task(self._connected(connection))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    async def _connected(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:
            # It has gone again already.
            connection.close()

    def _go_on(self) -> None:
        self._later = None
        self._loop.add_reader(self._listener, self._accept)

    def close(self) -> None:
        """Nobody is taken any more; who waits at the socket may be taken by another process."""
        if self._later is not None:
            self._later.cancel()
        self._loop.remove_reader(self._listener)


class Server(uvicorn.Server):
    """A uvicorn server that awaits `close` once it is to stop, while its connections are still open.

    Uvicorn on its own closes WebSockets with 1012 before the application hears that the server stops, and connections
    that are quiet at that moment, even where their client is just about to ask. These get `linger_seconds` for one
    more request, whose answer tells them to connect anew. It serves the listening sockets that it is given.
    """

    def __init__(
        self, config: uvicorn.Config, close: Callable[[], Awaitable[None]], *, linger_seconds: float = 0.0
    ) -> None:
        super().__init__(config)
        self._close = close
        self._linger_seconds = linger_seconds
        self._acceptors: Sequence[_Acceptor] = ()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        self._acceptors = [_Acceptor(listener, self._protocol) for listener in sockets or ()]
        # What there is now, schema and sources among it, stays: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG_OBJECTS, 10, 10)
        gc.enable()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for acceptor in self._acceptors:
            acceptor.close()
        self.server_state.default_headers.append((b"connection", b"close"))
        await asyncio.gather(self._close(), self._linger())
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        config = self.config
        made: asyncio.Protocol = config.http_protocol_class(  # type: ignore[call-arg]
            config=config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

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
