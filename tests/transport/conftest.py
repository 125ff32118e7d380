"""A server on a real socket for the abuse suite. Point `app` and `documents` elsewhere, and it abuses that."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp

from resolvers.app import create_app
from resolvers.settings import Settings
from resolvers.transport.endpoint import GraphQLEndpoint
from resolvers.transport.limits import TransportLimits
from resolvers.transport.server import Server
from simulator.worlds import create_world


@dataclass(frozen=True, slots=True)
class Documents:
    """What the application under abuse understands.

    `listed` is a query with `$first: Int` and `$after: Cursor`, of a list that allows 100 at most; `recursive` is a
    field that can be selected inside itself, with `around` before and after it; `subscription` never ends by itself.
    `secrets` are texts that no answer may contain, beside traces and paths.
    """

    listed: str
    around: tuple[str, str]
    recursive: str
    scalar: str
    subscription: str
    mutation: str
    secrets: tuple[str, ...] = ()

    def page(self, inside: str, first: str = "1") -> str:
        """A root field that gives a page of so many, with that selection."""
        return f"{self.around[0].replace('FIRST', first)}{inside}{self.around[1]}"


REGIONS = ("regions(first: FIRST) { edges { node { ", " } } }")


def small_documents(*secrets: str) -> Documents:
    """What the product understands."""
    return Documents(
        listed="query L($first: Int, $after: Cursor) "
        "{ regions(first: $first, after: $after) { totalCount edges { cursor node { code } } } }",
        around=REGIONS,
        recursive="parent",
        scalar="code",
        subscription="subscription { worldClock { now } }",
        mutation='mutation { signInAsPersona(input: {idempotencyKey: "12345678", persona: "x"}) { __typename } }',
        secrets=secrets,
    )


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


def unheard(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small world that is abused."""
    settings = Settings(home=tmp_path_factory.mktemp("abused"), sandbox=True, default_world="small", graphiql=False)
    settings.worlds.mkdir()
    asyncio.run(create_world(settings.world_url("small"), name="small", seed=13, persons=600, progress=unheard))
    return settings.home


@pytest.fixture(scope="session", params=[True, False], ids=["sandbox", "production"])
def sandbox(request: pytest.FixtureRequest) -> bool:
    """Whether the server under abuse is a sandbox."""
    return bool(request.param)


@pytest.fixture(scope="session")
def app(home: Path, sandbox: bool) -> GraphQLEndpoint:
    """The application under abuse: the product, and not a stand-in."""
    # All attacks come from one client, who would soon be told to wait.
    settings = Settings(home=home, sandbox=sandbox, default_world="small", graphiql=False, rate=0)
    return create_app(settings, limits=TransportLimits(body_seconds=2))


@pytest.fixture(scope="session")
def documents(home: Path) -> Documents:
    """What that application understands."""
    return small_documents(str(home), "small.sqlite3")


async def _nothing() -> None:
    """What an application without open ends has to do before it stops."""


def thread_of(port: int) -> str:
    """The name of the thread that serves a port."""
    return f"server at {port}"


@contextmanager
def running(app: ASGIApp, close: Callable[[], Awaitable[None]] = _nothing) -> Iterator[RunningServer]:
    """The application behind uvicorn in a thread of its own, which awaits `close` before it stops."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="critical", access_log=False, ws_max_size=4 << 20)
        server = Server(config, close)
        port: int = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, name=thread_of(port), kwargs={"sockets": [listener]})
        listener.listen()
        thread.start()
        try:
            yield RunningServer(port)
        finally:
            server.should_exit = True
            thread.join(timeout=20)


class _Faults(logging.Handler):
    """Keeps what is logged as an error; other tests make servers of their own fail."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[tuple[str | None, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append((record.threadName, self.format(record)))


@pytest.fixture(scope="session")
def server(app: GraphQLEndpoint, documents: Documents) -> Iterator[RunningServer]:
    """The application under abuse, on a real socket. In the end it must have logged no fault of its own."""
    faults = _Faults()
    loggers = [logging.getLogger(name) for name in ("canbao", "asyncio")]
    for logger in loggers:
        logger.addHandler(faults)
    with running(app, app.close) as server:
        yield server
    for logger in loggers:
        logger.removeHandler(faults)
    assert [told for thread, told in faults.told if thread == thread_of(server.port)] == []
