"""A client that speaks ASGI to an application in the same event loop, without a socket between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import ASGIApp, Message

PATIENCE_SECONDS = 10
CLIENT = ("10.0.0.9", 50_000)
"""Where requests come from."""


async def eventually(condition: Callable[[], object]) -> None:
    """Returns when the condition holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for is inside the application, which signals nobody
            await asyncio.sleep(0.001)


def _begun(work: Any) -> asyncio.Task[None]:
    """The application's call as a task: an ASGI application is typed as awaitable, and is a coroutine function."""
    coroutine: Coroutine[Any, Any, None] = work
    return asyncio.create_task(coroutine)


@dataclass(frozen=True, slots=True)
class Response:
    """A finished HTTP response; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        return self.headers["content-type"].partition(";")[0]

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def code(self) -> str:
        """The code of its only error."""
        (error,) = self.json["errors"]
        code: str = error["extensions"]["code"]
        return code


class Exchange:
    """One HTTP request: what the client sends by and by, and what it has been answered so far."""

    def __init__(self, chunks: Sequence[bytes], *, ends: bool = True) -> None:
        self.received: asyncio.Queue[Message] = asyncio.Queue()
        for place, chunk in enumerate(chunks):
            more = not ends or place < len(chunks) - 1
            self.received.put_nowait({"type": "http.request", "body": chunk, "more_body": more})
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.ended = False
        self.blocked = False
        self._grown = asyncio.Event()

    def disconnect(self) -> None:
        self.received.put_nowait({"type": "http.disconnect"})

    async def send(self, message: Message) -> None:
        if self.blocked:
            await asyncio.Event().wait()
        if message["type"] == "http.response.start":
            assert not self.status
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            assert self.status
            assert not self.ended
            self.body += message.get("body", b"")
            self.ended = not message.get("more_body", False)
        self._grown.set()

    async def until(self, text: bytes) -> None:
        """Returns when the body so far contains `text`."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while text not in self.body:
                self._grown.clear()
                await self._grown.wait()


def http_scope(method: str, path: str, headers: Mapping[str, str] | Sequence[tuple[str, str]]) -> dict[str, Any]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    path, _, query = path.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": path,
        "client": CLIENT,
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
    }


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = {},
    chunks: Sequence[bytes] = (b"",),
) -> Response:
    """The response to one request, body in these chunks."""
    exchange = Exchange(chunks)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await app(http_scope(method, path, headers), exchange.received.get, exchange.send)
    assert exchange.ended
    return Response(exchange.status, exchange.headers, exchange.body)


async def post(app: ASGIApp, value: object, path: str = "/graphql", **headers: str) -> Response:
    """The response to a POST of JSON; header names with underscores for hyphens."""
    body = value if isinstance(value, bytes) else orjson.dumps(value)
    named = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
    return await ask(app, "POST", path, named, (body,))


@asynccontextmanager
async def streaming(
    app: ASGIApp, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
) -> AsyncIterator[Exchange]:
    """An exchange whose response is not finished yet; the client disconnects at the end, and the app must return."""
    exchange = Exchange([body])
    task = _begun(app(http_scope(method, path, headers), exchange.received.get, exchange.send))
    try:
        yield exchange
    finally:
        exchange.disconnect()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await task


class Socket:
    """A WebSocket client. `code` and `reason` are set when the application closes."""

    def __init__(self, app: ASGIApp, path: str, headers: Mapping[str, str], subprotocols: Sequence[str]) -> None:
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        self.subprotocol: str | None = None
        self.code: int | None = None
        self.reason = ""
        self.blocked = False
        self._scope = {
            "type": "websocket",
            "path": path,
            "client": CLIENT,
            "root_path": "",
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": list(subprotocols),
            "extensions": {"websocket.http.response": {}},
        }
        self._app = app

    async def _send(self, message: Message) -> None:
        if self.blocked and message["type"] == "websocket.send":
            await asyncio.Event().wait()
        if message["type"] == "websocket.close":
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": message.get("code", 1000)})
        self._from_app.put_nowait(message)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Socket]:
        self._to_app.put_nowait({"type": "websocket.connect"})
        task = _begun(self._app(self._scope, self._to_app.get, self._send))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self.opening = await self._from_app.get()
            self.subprotocol = self.opening.get("subprotocol")
            yield self
        finally:
            self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1005})
            async with asyncio.timeout(PATIENCE_SECONDS):
                await task

    def say(self, message: object) -> None:
        if isinstance(message, bytes):
            self._to_app.put_nowait({"type": "websocket.receive", "bytes": message})
        else:
            text = message if isinstance(message, str) else orjson.dumps(message).decode()
            self._to_app.put_nowait({"type": "websocket.receive", "text": text})

    async def hear(self) -> Any:
        """The next message, or None when the application closed the socket."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await self._from_app.get()
        if message["type"] == "websocket.close":
            self.code, self.reason = message.get("code", 1000), message.get("reason", "")
            return None
        return orjson.loads(message["text"])

    async def hear_until(self, **members: str) -> Any:
        """The first message that has these members, or None when the socket is closed first."""
        while (message := await self.hear()) is not None:
            if members.items() <= message.items():
                return message
        return None

    async def initialised(self, payload: object = None) -> Socket:
        self.say({"type": "connection_init", "payload": payload})
        assert await self.hear() == {"type": "connection_ack"}
        return self

    def subscribe(self, name: str, query: str, **payload: object) -> None:
        self.say({"type": "subscribe", "id": name, "payload": {"query": query, **payload}})


@asynccontextmanager
async def socket(
    app: ASGIApp,
    path: str = "/graphql",
    headers: Mapping[str, str] = {},
    subprotocols: Sequence[str] = ("graphql-transport-ws",),
) -> AsyncIterator[Socket]:
    """A socket whose handshake is answered."""
    async with Socket(app, path, headers, subprotocols).connected() as client:
        yield client
