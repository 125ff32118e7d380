"""A server on a real socket for the abuse suite. Point `app` and `documents` elsewhere, and it abuses that."""

from __future__ import annotations

import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from starlette.types import ASGIApp

from resolvers.transport.limits import TransportLimits
from resolvers.transport.server import Server
from tests.transport.standin import SECRET, endpoint


@dataclass(frozen=True, slots=True)
class Documents:
    """What the application under abuse understands.

    `listed` is a query with `$first: Int` and `$after: String`, of a list that allows 100 at most; `recursive` is a
    field that can be selected inside itself, with `recursive_root` around it; `subscription` never ends by itself.
    `secrets` are texts that no answer may contain, beside traces and paths.
    """

    listed: str
    recursive_root: str
    recursive: str
    scalar: str
    subscription: str
    mutation: str
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that listens on this port of 127.0.0.1 until the tests are over."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"


@pytest.fixture(scope="session")
def app() -> ASGIApp:
    """The application under abuse."""
    return endpoint(limits=TransportLimits(body_seconds=2))


@pytest.fixture(scope="session")
def documents() -> Documents:
    """What that application understands."""
    return Documents(
        listed="query L($first: Int, $after: String) { books(first: $first, after: $after) { id } }",
        recursive_root="books",
        recursive="sequel",
        scalar="title",
        subscription="subscription { count(to: 1000000, intervalMs: 100) }",
        mutation='mutation { addBook(title: "x") { id } }',
        secrets=(SECRET,),
    )


async def _nothing() -> None:
    """What an application without open ends has to do before it stops."""


@contextmanager
def running(app: ASGIApp, close: Callable[[], Awaitable[None]] = _nothing) -> Iterator[RunningServer]:
    """The application behind uvicorn in a thread of its own, which awaits `close` before it stops."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="critical", access_log=False, ws_max_size=4 << 20)
        server = Server(config, close)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        port: int = listener.getsockname()[1]
        listener.listen()
        thread.start()
        try:
            yield RunningServer(port)
        finally:
            server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture(scope="session")
def server(app: ASGIApp) -> Iterator[RunningServer]:
    """The application under abuse, on a real socket."""
    with running(app) as server:
        yield server
