"""Server-Sent Events (服务器推送事件): the two modes of the GraphQL over SSE protocol.

In the distinct connections mode each operation is one request and its response is the stream. In the single
connection mode a client reserves a stream (PUT), connects to it once (GET), and starts operations that are answered
on it (POST with the stream's token).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.types import Receive, Send

from domain.vocabulary import Viewer
from resolvers.service import (
    Answer,
    Batch,
    ConnectionCut,
    ErrorCode,
    GraphQLRequest,
    ResponseStream,
    Service,
    batched,
    error_answer,
)
from resolvers.transport.capacity import Capacity
from resolvers.transport.direct import Direct
from resolvers.transport.headers import GUARD, NO_GUESSING, Header
from resolvers.transport.limits import TransportLimits
from resolvers.transport.negotiation import Media
from resolvers.transport.responses import OwnAnswers, respond_empty, respond_text

STREAM_TOKEN = b"x-graphql-event-stream-token"

_COMPLETE = b"event: complete\ndata: \n\n"
ALLOWED_WITHOUT_RESERVING: Header = (b"allow", b"GET, HEAD, POST, OPTIONS")
# A line that starts with a colon is a comment, which event sources skip.
_HEARTBEAT = b":\n\n"
# No operation of a WebSocket has a name that is no JSON.
_FRAMED = "events"

_NO_SUCH_STREAM = replace(
    error_answer(ErrorCode.BAD_USER_INPUT, "此令牌没有预留事件流。 No event stream is reserved under this token."),
    status=404,
)
_OCCUPIED = replace(
    error_answer(ErrorCode.BAD_USER_INPUT, "此事件流已连接。 This event stream is connected already."), status=409
)
_NO_OPERATION_ID = error_answer(
    ErrorCode.BAD_USER_INPUT,
    "预留事件流上的操作须有字符串 extensions.operationId。"
    " An operation on a reserved stream needs a string `extensions.operationId`.",
)
_NO_OPERATION_TO_STOP = error_answer(
    ErrorCode.BAD_USER_INPUT, "请指明要停止的操作。 Name the operation to stop: `?operationId=`."
)
_SAME_OPERATION_ID = replace(
    error_answer(ErrorCode.BAD_USER_INPUT, "此事件流上已有同名操作。 An operation with this id runs already."),
    status=409,
)
_TOO_MANY_STREAMS = error_answer(
    ErrorCode.RATE_LIMITED,
    "当前预留的事件流过多，请稍后重试。 Too many event streams are reserved at present.",
    retry_after_seconds=5,
)
_NOT_RESERVED = error_answer(
    ErrorCode.METHOD_NOT_ALLOWED,
    "本服务以多个进程运行，不提供单连接模式，请每个操作各用一个事件流。"
    " This server is several processes and does not offer the single connection mode: "
    "ask for each operation's own event stream (the distinct connections mode).",
)
_TOO_MANY_OPERATIONS = error_answer(
    ErrorCode.RATE_LIMITED,
    "此事件流上的操作过多，请先结束一个。 Too many operations run on this event stream: stop one first.",
    retry_after_seconds=1,
)


def event(name: bytes, data: bytes, event_id: str | None = None) -> bytes:
    """One event as bytes, lines ended by LF. A line end inside JSON is white space, and cannot stay in a field."""
    if b"\n" in data or b"\r" in data:
        data = data.replace(b"\n", b" ").replace(b"\r", b" ")
    if event_id is None or not event_id.isprintable():
        return b"event: %b\ndata: %b\n\n" % (name, data)
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event_id.encode(), name, data)


def _events(batch: Batch) -> bytes:
    """The responses of a batch as events."""
    events = batch.framed.get(_FRAMED)
    if events is None:
        events = batch.framed[_FRAMED] = b"".join(event(b"next", item.body, item.id) for item in batch.items)
    return events


class _Connection:
    """One event stream that a client is connected to; says when it has gone, and when it takes nothing any more."""

    def __init__(self, receive: Receive, send: Send, limits: TransportLimits, connection: Direct | None = None) -> None:
        self._receive = receive
        self._send = send
        self._connection = connection
        self._limits = limits
        self._now = asyncio.get_running_loop().time
        self._sending = 0
        self._progress_at = self._now()

    async def open(self, request_id: str) -> None:
        await self._send({"type": "http.response.start", "status": 200, "headers": _headers(request_id)})
        # Something in the body at once: a proxy or a client may hold back headers that come alone.
        await self.write(_HEARTBEAT)

    async def write(self, chunk: bytes) -> None:
        if not self._sending:
            self._progress_at = self._now()
        self._sending += 1
        try:
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        finally:
            self._sending -= 1
            self._progress_at = self._now()

    def take_at_once(self, batch: Batch) -> bool:
        """Writes a batch where there is room for it and nothing else waits to be sent."""
        if self._connection is None or self._sending or not self._connection.offer(_events(batch)):
            return False
        self._progress_at = self._now()
        return True

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def outlasts(self, work: asyncio.Future[None]) -> bool:
        """True when `work` is done, False when the client has gone or stalled first. Keeps the line alive meanwhile."""
        gone = asyncio.ensure_future(self._gone())
        try:
            while not work.done():
                patience = self._limits.stalled_seconds if self._sending else self._limits.heartbeat_seconds
                left = self._progress_at + patience - self._now()
                if left > 0:
                    await asyncio.wait((work, gone), timeout=left, return_when=asyncio.FIRST_COMPLETED)
                    if gone.done():
                        return work.done()
                elif self._sending:
                    return False
                else:
                    async with asyncio.timeout(self._limits.stalled_seconds):
                        await self.write(_HEARTBEAT)
            return True
        except TimeoutError:
            return False
        finally:
            gone.cancel()

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue


def _was_cut(work: asyncio.Future[None]) -> bool:
    """Whether it ended as if the network had cut the connection: then nothing more is said, not even the end."""
    return work.done() and not work.cancelled() and isinstance(work.exception(), ConnectionCut)


def _headers(request_id: str) -> list[Header]:
    return [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-cache, no-store"),
        (b"vary", b"Accept"),
        NO_GUESSING,
        *GUARD,
        # Asks nginx, and those who follow it, not to collect the stream.
        (b"x-accel-buffering", b"no"),
        (b"x-request-id", request_id.encode("ascii")),
    ]


class _Reservation:
    """An event stream of the single connection mode, and the operations that are answered on it."""

    __slots__ = ("connected", "connection", "ended", "expiry", "operations", "viewer", "world")

    def __init__(self, world: str | None, viewer: Viewer, expiry: asyncio.TimerHandle) -> None:
        self.world = world
        self.viewer = viewer
        self.expiry = expiry
        # Operations that were started before the client connects wait for it.
        self.connected = asyncio.Event()
        self.connection: _Connection | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.operations: dict[str, asyncio.Task[None]] = {}

    async def write(self, chunk: bytes) -> None:
        await self.connected.wait()
        assert self.connection is not None
        await self.connection.write(chunk)


class EventStreams:
    """All event streams of one server. `new_token` gives a text that nobody can guess.

    Without `reserves` the single connection mode is refused: its requests would have to meet in one process.
    """

    def __init__(
        self,
        limits: TransportLimits,
        new_token: Callable[[], str],
        own: OwnAnswers,
        capacity: Capacity,
        *,
        reserves: bool = True,
    ) -> None:
        self._limits = limits
        self.reserves = reserves
        self._new_token = new_token
        self._own = own
        self._capacity = capacity
        self._reserved: dict[str, _Reservation] = {}
        self._work: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Ends every stream without a `complete`, so that clients come back with the id of their last event."""
        for token in list(self._reserved):
            self._drop(token)
        work = list(self._work)
        for task in work:
            task.cancel()
        if work:
            await asyncio.wait(work)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return task

    # Distinct connections mode

    async def serve(
        self, stream: ResponseStream, receive: Receive, send: Send, request_id: str, connected: Direct | None = None
    ) -> None:
        """The responses of a subscription as events, until it ends or the client goes. Always closes `stream`."""
        connection = _Connection(receive, send, self._limits, connected)
        try:
            await connection.open(request_id)
            work = self._begin(self._pump(stream, connection, request_id))
            try:
                finished = await connection.outlasts(work)
            finally:
                work.cancel()
                await asyncio.wait((work,))
        finally:
            await stream.aclose()
        if finished and not _was_cut(work):
            if not work.cancelled():
                await connection.write(_COMPLETE)
            await connection.end()

    async def _pump(self, stream: ResponseStream, connection: _Connection, request_id: str) -> None:
        responses = batched(stream)
        responses.push(connection.take_at_once)
        try:
            while (batch := await responses.batch()) is not None:
                await connection.write(_events(batch))
        except ConnectionCut:
            raise
        except Exception:
            await connection.write(event(b"next", self._own.fault(request_id).body))

    async def serve_one(self, answer: Answer, send: Send, request_id: str) -> None:
        """The only response of a query or mutation, or its refusal, as a stream of one event."""
        await send({"type": "http.response.start", "status": 200, "headers": _headers(request_id)})
        await send({"type": "http.response.body", "body": event(b"next", answer.body) + _COMPLETE})

    # Single connection mode

    def token_of(self, headers: Mapping[bytes, bytes], query_string: bytes) -> str | None:
        """The token of a reserved stream that a request names, in its header or, as a browser must, in its URL."""
        sent = headers.get(STREAM_TOKEN)
        if sent is not None:
            return sent.decode("latin-1")
        return _parameter(query_string, "token") if b"token=" in query_string else None

    async def reserve(self, world: str | None, viewer: Viewer, send: Send, request_id: str) -> None:
        """Answers PUT with the token of a new stream, which waits a while for its client to connect."""
        if not self.reserves:
            await self._own.refuse(send, _NOT_RESERVED, Media.JSON, request_id, (ALLOWED_WITHOUT_RESERVING,))
            return
        if len(self._reserved) >= self._limits.reservations:
            await self._own.refuse(send, _TOO_MANY_STREAMS, Media.JSON, request_id)
            return
        token = self._new_token()
        expiry = asyncio.get_running_loop().call_later(self._limits.reservation_seconds, self._drop, token)
        self._reserved[token] = _Reservation(world, viewer, expiry)
        await respond_text(send, 201, token, request_id)

    async def attach(
        self, token: str, world: str | None, receive: Receive, send: Send, media: Media, request_id: str
    ) -> None:
        """Answers GET with the stream itself. The token is enough: browsers' event sources send no other header."""
        reservation = self._reserved.get(token)
        if reservation is None or reservation.world != world:
            await self._own.refuse(send, _NO_SUCH_STREAM, media, request_id)
            return
        if reservation.connection is not None:
            await self._own.refuse(send, _OCCUPIED, media, request_id)
            return
        reservation.expiry.cancel()
        connection = reservation.connection = _Connection(receive, send, self._limits)
        try:
            await connection.open(request_id)
            reservation.connected.set()
            finished = await connection.outlasts(reservation.ended)
        finally:
            self._drop(token)
        if finished and not _was_cut(reservation.ended):
            await connection.end()

    def start(
        self,
        token: str,
        world: str | None,
        service: Service,
        request: GraphQLRequest,
        operation_id: object,
        viewer: Viewer,
        request_id: str,
        *,
        read_only: bool,
    ) -> Answer | None:
        """Starts an operation that is answered on a reserved stream; the refusal when it cannot be."""
        reservation = self._reserved.get(token)
        if reservation is None or reservation.world != world or reservation.viewer != viewer:
            return _NO_SUCH_STREAM
        if not isinstance(operation_id, str) or not operation_id:
            return _NO_OPERATION_ID
        if operation_id in reservation.operations:
            return _SAME_OPERATION_ID
        if len(reservation.operations) >= self._limits.operations_per_stream:
            return _TOO_MANY_OPERATIONS
        reservation.operations[operation_id] = self._begin(
            self._operate(reservation, operation_id, service, request, viewer, request_id, read_only)
        )
        return None

    async def _operate(
        self,
        reservation: _Reservation,
        operation_id: str,
        service: Service,
        request: GraphQLRequest,
        viewer: Viewer,
        request_id: str,
        read_only: bool,
    ) -> None:
        name = orjson.dumps(operation_id)
        try:
            try:
                with self._capacity.taken():
                    answer = await service.answer(request, viewer, request_id, read_only=read_only)
                if isinstance(answer, Answer):
                    await reservation.write(event(b"next", b'{"id":%b,"payload":%b}' % (name, answer.body)))
                else:
                    responses = batched(answer)
                    async with aclosing(responses):
                        while (batch := await responses.batch()) is not None:
                            for item in batch.items:
                                payload = b'{"id":%b,"payload":%b}' % (name, item.body)
                                await reservation.write(event(b"next", payload, item.id))
            except ConnectionCut as cut:
                await reservation.connected.wait()
                if not reservation.ended.done():
                    reservation.ended.set_exception(cut)
                return
            except Exception:
                payload = b'{"id":%b,"payload":%b}' % (name, self._own.fault(request_id).body)
                await reservation.write(event(b"next", payload))
            await reservation.write(event(b"complete", b'{"id":%b}' % name))
        finally:
            if reservation.operations.get(operation_id) is asyncio.current_task():
                del reservation.operations[operation_id]

    async def stop(
        self,
        headers: Mapping[bytes, bytes],
        query_string: bytes,
        world: str | None,
        viewer: Viewer,
        send: Send,
        request_id: str,
    ) -> None:
        """Answers DELETE by stopping one operation of a reserved stream; one that has ended already is no error."""
        token = self.token_of(headers, query_string)
        reservation = None if token is None else self._reserved.get(token)
        if reservation is None or reservation.world != world or reservation.viewer != viewer:
            await self._own.refuse(send, _NO_SUCH_STREAM, Media.JSON, request_id)
            return
        operation_id = _parameter(query_string, "operationId")
        if operation_id is None:
            await self._own.refuse(send, _NO_OPERATION_TO_STOP, Media.JSON, request_id)
            return
        operation = reservation.operations.pop(operation_id, None)
        if operation is not None:
            operation.cancel()
        await respond_empty(send, 200, request_id)

    def _drop(self, token: str) -> None:
        """Ends a reserved stream and what runs on it."""
        reservation = self._reserved.pop(token, None)
        if reservation is None:
            return
        reservation.expiry.cancel()
        for operation in list(reservation.operations.values()):
            operation.cancel()
        if not reservation.ended.done():
            reservation.ended.set_result(None)


def _parameter(query_string: bytes, name: str) -> str | None:
    """A parameter of the query string, None when it is absent, empty or cannot be read."""
    try:
        values = parse_qs(query_string.decode(), errors="strict", max_num_fields=32).get(name)
    except ValueError:
        return None
    return values[0] if values else None
