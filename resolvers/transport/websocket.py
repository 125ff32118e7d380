"""The graphql-transport-ws protocol (WebSocket 传输), as its PROTOCOL document states it, over bare ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from time import perf_counter
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from domain.vocabulary import Transport
from resolvers.service import (
    Answer,
    Batch,
    ConnectionCut,
    ErrorCode,
    GraphQLRequest,
    ResponseStream,
    Service,
    Worlds,
    batched,
    error_answer,
)
from resolvers.transport.capacity import OVERLOADED, Capacity
from resolvers.transport.direct import Direct, direct
from resolvers.transport.headers import ANSWER, GUARD
from resolvers.transport.json_input import FAULT, MalformedRequest, fault_of, json_value, request_of
from resolvers.transport.limits import TransportLimits
from resolvers.transport.responses import OwnAnswers

PROTOCOL = "graphql-transport-ws"

# A close frame holds 125 bytes, two of them the code.
_REASON_BYTES = 123
# An id comes back in every message about its operation.
_ID_LENGTH = 1024
# So many messages are read before others get a turn.
_READ_AT_ONCE = 16
_CLOSE_SECONDS = 1.0
# For so many names of operations the frames of a batch are kept: clients count theirs from one, or draw them.
_NAMES_SHARED = 4

_TOO_MANY_OPERATIONS = error_answer(
    ErrorCode.RATE_LIMITED,
    "此连接上的操作过多，请先结束一个。 Too many operations run on this socket: complete one first.",
    retry_after_seconds=1,
)
_FOREIGN = error_answer(
    ErrorCode.FORBIDDEN,
    "不接受来自该网站页面的连接，请将其来源列入 CANBAO_ORIGINS。"
    " Pages of this origin may not connect: list it in CANBAO_ORIGINS.",
)


class _Close(Exception):
    """The socket is to be closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__()
        self.code = code
        self.reason = reason


class _ClientGone(Exception):
    """The client went away while it was being told something."""


class WebSocketTransport:
    """GraphQL over WebSocket for the worlds of one server."""

    def __init__(
        self,
        worlds: Worlds,
        own: OwnAnswers,
        capacity: Capacity,
        *,
        limits: TransportLimits,
        new_request_id: Callable[[], str],
        origins: Sequence[str],
        closed: Callable[[int, bool, float], None],
    ) -> None:
        """Pages of this server's own origin may connect, and those of `origins`."""
        self._origins = frozenset(origin.encode() for origin in origins)
        self._worlds = worlds
        self._own = own
        self._capacity = capacity
        self._limits = limits
        self._new_request_id = new_request_id
        self._closed = closed
        self._sockets: set[_Socket] = set()
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, world: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one socket to the world of that name, or to the default world, until either side closes it."""
        if (await receive())["type"] != "websocket.connect":
            return
        headers = dict(scope["headers"])
        if not self._welcomes(headers):
            self._own.noted(_FOREIGN, self._new_request_id())
            await _deny(scope, send, _FOREIGN)
            return
        try:
            service = await self._worlds.service(world)
        except Exception:
            service = self._own.fault(self._new_request_id())
        else:
            if isinstance(service, Answer):
                self._own.noted(service, self._new_request_id())
        if isinstance(service, Answer):
            await _deny(scope, send, service)
            return
        if PROTOCOL not in scope["subprotocols"]:
            # Closed after the handshake: browsers hide why a handshake was refused.
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": 4406, "reason": "Subprotocol not acceptable"})
            self._closed(4406, False, 0.0)
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        authorization = headers.get(b"authorization")
        sent = None if authorization is None else authorization.decode("latin-1")
        fault = fault_of(headers.get(FAULT))
        client = scope.get("client")
        peer = None if client is None else client[0]
        connection = direct(scope)
        # A socket lives long, and is one of many: what its handshake said besides is let go.
        scope.clear()
        del headers, client
        socket = _Socket(
            service,
            self._own,
            self._capacity,
            receive,
            send,
            connection,
            self._limits,
            self._new_request_id,
            sent,
            peer,
            fault,
        )
        self._sockets.add(socket)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        begun = perf_counter()
        try:
            await socket.serve()
        finally:
            self._sockets.discard(socket)
            self._closed(socket.code, socket.by_client, perf_counter() - begun)

    def _welcomes(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether the page that connects may; whatever is no browser says of no origin."""
        origin = headers.get(b"origin")
        if origin is None or origin in self._origins:
            return True
        scheme, _, host = origin.lower().partition(b"://")
        return scheme in (b"http", b"https") and host != b"" and host == headers.get(b"host", b"").lower()

    async def _watch(self) -> None:
        """Gives up the clients whose connections have been full for `stalled_seconds`, while there are any."""
        while self._sockets:
            await asyncio.sleep(self._limits.stalled_seconds / 2)
            for socket in list(self._sockets):
                socket.give_up_if_stalled()

    async def close(self) -> None:
        """Closes every socket with 1001 once its queries and mutations have finished, within `shutdown_seconds`.

        Subscriptions end without a `complete`, so that clients subscribe again elsewhere, from their last cursor.
        """
        await asyncio.gather(*(socket.leave() for socket in list(self._sockets)))
        if self._watching is not None:
            self._watching.cancel()


async def _deny(scope: Scope, send: Send, answer: Answer) -> None:
    """Refuses a handshake, with the answer as the HTTP response where the server can send one."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", b"%d" % len(answer.body)),
        *ANSWER,
        *GUARD,
    ]
    await send({"type": "websocket.http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": answer.body})


class _Socket:
    """One socket: the operations that run on it, and who its client said it speaks for."""

    __slots__ = (
        "_asgi_send",
        "_authorization",
        "_capacity",
        "_closed",
        "_connection",
        "_cut",
        "_fault",
        "_initialised",
        "_leaving",
        "_limits",
        "_loop",
        "_new_request_id",
        "_operations",
        "_own",
        "_peer",
        "_progress_at",
        "_receive",
        "_sending",
        "_service",
        "_serving",
        "_stalled",
        "_tasks",
        "by_client",
        "code",
    )

    def __init__(
        self,
        service: Service,
        own: OwnAnswers,
        capacity: Capacity,
        receive: Receive,
        send: Send,
        connection: Direct | None,
        limits: TransportLimits,
        new_request_id: Callable[[], str],
        authorization: str | None,
        peer: str | None,
        fault: str | None,
    ) -> None:
        self._service = service
        self._own = own
        self._capacity = capacity
        self._receive = receive
        self._asgi_send = send
        self._connection = connection
        self._limits = limits
        self._new_request_id = new_request_id
        self._authorization = authorization
        self._peer = peer
        self._fault = fault
        self._loop = asyncio.get_running_loop()
        self._serving: asyncio.Task[Any] | None = None
        self._initialised = False
        self._leaving = False
        self._closed = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: dict[asyncio.Task[None], bool] = {}
        """Its operations until all is said of them, and which of them are subscriptions that go on."""
        self._sending = 0
        self._progress_at = self._loop.time()
        self._stalled = False
        self._cut = False
        # Of a connection that is cut off nobody says a code.
        self.code = 1006
        self.by_client = True

    async def serve(self) -> None:
        """Reads and answers messages until the socket is closed; nothing of it runs on afterwards."""
        self._serving = asyncio.current_task()
        try:
            await self._read()
        except _Close as closing:
            await self._close(closing.code, closing.reason)
        except _ClientGone:
            self._closed = True
        except asyncio.CancelledError:
            ended_by_us = self._stalled or self._cut
            if not ended_by_us or self._serving is None or self._serving.uncancel() > 0:
                raise
            if self._stalled:
                await self._close(4008, "Too slow: resume from your last cursor")
        finally:
            self._closed = True
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)

    async def leave(self) -> None:
        """Closes the socket with 1001 when its queries and mutations are done, or have had their time."""
        self._leaving = True
        for task, is_streaming in self._tasks.items():
            if is_streaming:
                task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._limits.shutdown_seconds)
        await self._close(1001, "Going away")

    # Reading

    async def _read(self) -> None:
        deadline = self._loop.time() + self._limits.init_seconds
        count = 0
        while True:
            if self._initialised:
                message = await self._receive()
            else:
                try:
                    async with asyncio.timeout_at(deadline):
                        message = await self._receive()
                except TimeoutError:
                    raise _Close(4408, "Connection initialisation timeout") from None
            if message["type"] != "websocket.receive":
                if not self._closed:
                    self.code = message.get("code", 1005)
                return
            text = message.get("text")
            if text is None:
                raise _Close(4400, "Messages are JSON in text frames")
            if len(text) > self._limits.message:
                raise _Close(1009, f"A message may have at most {self._limits.message} characters")
            try:
                await self._take(json_value(text, self._limits, "消息", "The message"))
            except MalformedRequest as error:
                raise _Close(4400, error.english) from None
            # Until the next one comes, this one would be kept.
            del message, text
            count += 1
            if count % _READ_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _take(self, message: Any) -> None:
        kind = message.get("type") if isinstance(message, dict) else None
        if kind == "subscribe":
            await self._subscribe(message)
        elif kind == "complete":
            operation = self._operations.pop(_id_of(message), None)
            if operation is not None:
                operation.cancel()
        elif kind == "ping":
            _payload_of(message)
            await self._send('{"type":"pong"}')
        elif kind == "pong":
            _payload_of(message)
        elif kind == "connection_init":
            await self._initialise(_payload_of(message))
        else:
            raise MalformedRequest("The message has no type that a client sends.")

    async def _initialise(self, payload: dict[str, Any]) -> None:
        if self._initialised:
            raise _Close(4429, "Too many initialisation requests")
        authorization = _authorization_in(payload)
        if authorization is not None:
            if not isinstance(authorization, str):
                raise _Close(4403, "Forbidden")
            self._authorization = authorization
        if isinstance(self._service.authenticate(self._authorization), Answer):
            raise _Close(4403, "Forbidden")
        self._initialised = True
        await self._send('{"type":"connection_ack"}')

    async def _subscribe(self, message: dict[str, Any]) -> None:
        operation_id = _id_of(message)
        if not self._initialised:
            raise _Close(4401, "Unauthorized")
        if operation_id in self._operations:
            raise _Close(4409, f"Subscriber for {operation_id} already exists")
        request = request_of(message.get("payload"), transport=Transport.WEBSOCKET, peer=self._peer, fault=self._fault)
        if self._leaving:
            return
        if len(self._operations) >= self._limits.operations_per_socket:
            await self._turn_away(operation_id, _TOO_MANY_OPERATIONS)
            return
        if not self._capacity.takes_another():
            await self._turn_away(operation_id, OVERLOADED)
            return
        task = asyncio.create_task(self._operate(operation_id, request))
        self._operations[operation_id] = task
        self._tasks[task] = False
        task.add_done_callback(self._tasks.pop)

    # Answering

    async def _operate(self, operation_id: str, request: GraphQLRequest) -> None:
        request_id = self._new_request_id()
        task = asyncio.current_task()
        assert task is not None
        try:
            # Asked again for each operation, so that a token which has expired meanwhile stops counting.
            viewer = self._service.authenticate(self._authorization)
            if isinstance(viewer, Answer):
                answer: Answer | ResponseStream = viewer
                self._own.noted(viewer, request_id)
            else:
                with self._capacity.taken():
                    answer = await self._service.answer(request, viewer, request_id)
            # What was asked may be long, and a subscription lasts.
            del request
            if not isinstance(answer, Answer):
                self._tasks[task] = True
                if self._leaving:
                    task.cancel()
                name = _quoted(operation_id)
                responses = batched(answer)
                async with aclosing(responses):
                    if self._connection is not None:
                        responses.push(partial(self._take_at_once, self._connection, name))
                    while (batch := await responses.batch()) is not None:
                        await self._send_batch(name, batch)
                self._release(operation_id, task)
                await self._send(f'{{"id":{name},"type":"complete"}}')
                return
        except _ClientGone:
            return
        except ConnectionCut:
            self._be_cut()
            return
        except Exception:
            answer = self._own.fault(request_id)
        finally:
            self._tasks[task] = False
            self._release(operation_id, task)
        try:
            await self._tell(operation_id, answer)
        except _ClientGone:
            return

    def _be_cut(self) -> None:
        """Ends the socket without a close frame: the server lets go of a connection whose application has returned."""
        if self._serving is not None and not self._cut and not self._stalled:
            self._cut, self.by_client = True, False
            self._serving.cancel()

    def _release(self, operation_id: str, task: asyncio.Task[None]) -> None:
        """The id is free for the client to use again, unless it already does."""
        if self._operations.get(operation_id) is task:
            del self._operations[operation_id]

    async def _turn_away(self, operation_id: str, answer: Answer) -> None:
        """The errors of a request that no world was asked."""
        self._own.noted(answer, self._new_request_id())
        await self._tell(operation_id, answer)

    async def _tell(self, operation_id: str, answer: Answer) -> None:
        """An execution's only response, or the errors of a request that was not executed."""
        name = _quoted(operation_id)
        if answer.status != 200:
            response = orjson.loads(answer.body)
            if "data" not in response:
                errors = orjson.dumps(response["errors"]).decode()
                await self._send(f'{{"id":{name},"type":"error","payload":{errors}}}')
                return
        await self._send(f'{{"id":{name},"type":"next","payload":{answer.body.decode()}}}')
        await self._send(f'{{"id":{name},"type":"complete"}}')

    async def _send(self, text: str) -> None:
        """Sends a message, once the connection has room for it: a slow client slows its own operations down."""
        await self._sent(partial(self._asgi_send, {"type": "websocket.send", "text": text}))

    async def _send_batch(self, name: str, batch: Batch) -> None:
        """Sends the responses of a batch, once the connection has room for them."""
        if self._connection is not None:
            await self._sent(partial(_write, self._connection, _frames(name, batch)))
            return
        for item in batch.items:
            await self._send(f'{{"id":{name},"type":"next","payload":{item.body.decode()}}}')

    def _take_at_once(self, connection: Direct, name: str, batch: Batch) -> bool:
        """Writes a batch where there is room for it and nothing else waits to be sent."""
        return not self._sending and not self._closed and connection.offer(_frames(name, batch))

    async def _sent(self, send: Callable[[], Awaitable[None]]) -> None:
        """Waits until it is sent, and takes note of how long the connection is full."""
        if self._closed:
            raise _ClientGone
        if not self._sending:
            self._progress_at = self._loop.time()
        self._sending += 1
        try:
            await send()
        except OSError:
            raise _ClientGone from None
        finally:
            self._sending -= 1
            self._progress_at = self._loop.time()

    def give_up_if_stalled(self) -> None:
        """Gives the client up where its connection has been full for `stalled_seconds`."""
        full = self._sending and self._loop.time() - self._progress_at >= self._limits.stalled_seconds
        if full and not self._stalled and self._serving is not None:
            self._stalled = True
            self._serving.cancel()

    async def _close(self, code: int, reason: str) -> None:
        """Closes the socket once. A client that takes nothing any more does not hear of it."""
        if self._closed:
            return
        self._closed = True
        self.code, self.by_client = code, False
        for task in self._tasks:
            task.cancel()
        clipped = reason.encode()[:_REASON_BYTES].decode("utf-8", "ignore")
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._asgi_send({"type": "websocket.close", "code": code, "reason": clipped})
        except (TimeoutError, OSError):
            return


async def _write(connection: Direct, frames: bytes) -> None:
    """Returns when the connection has had room for the frames. Raises OSError where it takes none any more."""
    while not connection.offer(frames):
        await connection.room()


def _frames(name: str, batch: Batch) -> bytes:
    """The responses of a batch as frames for an operation of that name."""
    frames = batch.framed.get(name)
    if frames is None:
        head = b'{"id":' + name.encode() + b',"type":"next","payload":'
        around = len(head) + 1
        parts: list[bytes] = []
        for item in batch.items:
            parts += (_frame_head(around + len(item.body)), head, item.body, b"}")
        frames = b"".join(parts)
        if len(batch.framed) < _NAMES_SHARED:
            batch.framed[name] = frames
    return frames


def _frame_head(size: int) -> bytes:
    """What begins a frame of a server that is a whole message of so many bytes (RFC 6455, 5.2): text, not masked."""
    if size < 126:
        return bytes((0x81, size))
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big")
    return b"\x81\x7f" + size.to_bytes(8, "big")


def _quoted(operation_id: str) -> str:
    return orjson.dumps(operation_id).decode()


def _id_of(message: dict[str, Any]) -> str:
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not 1 <= len(operation_id) <= _ID_LENGTH:
        raise MalformedRequest(f"`id` must be a string of 1 to {_ID_LENGTH} characters.")
    return operation_id


def _payload_of(message: dict[str, Any]) -> dict[str, Any]:
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise MalformedRequest("`payload` must be an object or null.")
    return payload


def _authorization_in(payload: dict[str, Any]) -> object:
    """The value of an Authorization header in a `connection_init` payload, itself or under `headers`; None without."""
    headers = payload.get("headers")
    for members in (payload, headers if isinstance(headers, dict) else {}):
        for name in ("authorization", "Authorization"):
            if members.get(name) is not None:
                value: object = members[name]
                return value
    return None
