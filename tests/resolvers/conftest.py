"""A small world of each engine, made once; every test that asks for one gets a copy of its own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from domain.policy import PolicyBook
from resolvers.plan.executor import Executor
from simulator.worlds import create_world
from tests.databases import copied, sqlite_url
from tests.resolvers.made import PERSONS, SEED, unheard
from tests.resolvers.opened import MachineTime, OpenedWorld, open_at


@pytest.fixture(scope="session")
def book() -> PolicyBook:
    """The book of policy, read once."""
    return PolicyBook.load()


@pytest.fixture(scope="session")
def executor(small_worlds_executor: Executor) -> Executor:
    """One executor for every world of these tests, as a server has."""
    return small_worlds_executor


@pytest.fixture(scope="session")
def sqlite_template(small_world_on_sqlite: Path) -> Path:
    """The file of a world that nobody opens."""
    return small_world_on_sqlite


@pytest.fixture(scope="session")
def postgresql_template(small_world_on_postgresql: str) -> str:
    """The name of a database that nobody opens, with the same world."""
    return small_world_on_postgresql


@pytest.fixture
def world_url(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a copy of the world that nobody has opened yet."""
    with copied(engine_kind, request, tmp_path) as url:
        yield url


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ],
)
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a copy of the world for all tests of a module."""
    with copied(request.param, request, tmp_path_factory.mktemp("shared")) as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(shared_url: str, executor: Executor, book: PolicyBook) -> AsyncIterator[OpenedWorld]:
    """A world for all tests of a module, each of which keeps to its own personas and leaves the clock alone."""
    opened = await open_at(shared_url, executor, book, MachineTime())
    yield opened
    await opened.close()


@pytest.fixture
def machine() -> MachineTime:
    """The machine's clock, which stands still until a test sets it."""
    return MachineTime()


@pytest.fixture
async def opened(
    world_url: str, executor: Executor, book: PolicyBook, machine: MachineTime
) -> AsyncIterator[OpenedWorld]:
    """A world of the test's own, on 16 December 2024, 9 o'clock, open."""
    opened = await open_at(world_url, executor, book, machine)
    yield opened
    await opened.close()


# The templates are made in event loops of their own, so that only fixtures outside of one may ask for them.


@pytest.fixture
def url_on_sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a copy of the world on SQLite that nobody has opened yet."""
    with copied("sqlite", request, tmp_path) as url:
        yield url


@pytest.fixture
def url_on_postgresql(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a copy of the world on PostgreSQL that nobody has opened yet."""
    with copied("postgresql", request, tmp_path) as url:
        yield url


@pytest.fixture
async def on_sqlite(
    url_on_sqlite: str, executor: Executor, book: PolicyBook, machine: MachineTime
) -> AsyncIterator[OpenedWorld]:
    """A world of the test's own on SQLite, for what knows no engine."""
    opened = await open_at(url_on_sqlite, executor, book, machine)
    yield opened
    await opened.close()


@pytest.fixture
async def on_postgresql(
    url_on_postgresql: str, executor: Executor, book: PolicyBook, machine: MachineTime
) -> AsyncIterator[OpenedWorld]:
    """A world of the test's own on PostgreSQL, for what only that engine has."""
    opened = await open_at(url_on_postgresql, executor, book, machine)
    yield opened
    await opened.close()


@pytest.fixture
async def other_world(
    tmp_path: Path, executor: Executor, book: PolicyBook, machine: MachineTime
) -> AsyncIterator[OpenedWorld]:
    """Another world of the same name, made from another seed."""
    url = sqlite_url(tmp_path / "other.sqlite3")
    await create_world(url, name="small", seed=SEED + 1, persons=PERSONS, progress=unheard)
    opened = await open_at(url, executor, book, machine)
    yield opened
    await opened.close()
