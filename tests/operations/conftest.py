"""A tiny world in a database of each engine; its tables are made once and copied."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from domain.store.engine import Database, open_database
from tests.databases import PostgresServer, copied, create_tables, sqlite_url
from tests.operations.tiny_world import Counter, TinyWorld

Opening = Callable[[TinyWorld], Awaitable[Counter]]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables of a world, empty, that nobody opens."""
    path = tmp_path_factory.mktemp("template") / "tables.sqlite3"
    asyncio.run(create_tables(sqlite_url(path)))
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database that nobody opens, with the same tables."""
    url = postgres_server.create_database()
    asyncio.run(create_tables(url))
    yield url.rpartition("/")[2]
    postgres_server.drop_database(url)


@pytest.fixture
def tables_url(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of that engine with all tables of a world, empty."""
    with copied(engine_kind, request, tmp_path) as url:
        yield url


@pytest.fixture
async def opened(tables_url: str) -> AsyncIterator[Opening]:
    """Opens a counter at a world; the first call also writes the world into the database."""
    databases: list[Database] = []

    async def opening(world: TinyWorld) -> Counter:
        database = open_database(tables_url)
        if not databases:
            await world.write(database)
        databases.append(database)
        return Counter(world, database)

    yield opening
    for database in databases:
        await database.close()
