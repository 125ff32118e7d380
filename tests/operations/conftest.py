"""A tiny world in an empty database of each engine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from domain.store.engine import Database, open_database
from tests.operations.tiny_world import Counter, TinyWorld, create_tables

Opening = Callable[[TinyWorld], Awaitable[Counter]]


@pytest.fixture
async def opened(database_url: str) -> AsyncIterator[Opening]:
    """Opens a counter at a world; the first call also writes the world into the database."""
    databases: list[Database] = []

    async def opening(world: TinyWorld) -> Counter:
        if not databases:
            await create_tables(database_url)
        database = open_database(database_url)
        if not databases:
            await world.write(database)
        databases.append(database)
        return Counter(world, database)

    yield opening
    for database in databases:
        await database.close()


@pytest.fixture
def empty(database_url: str) -> str:
    """All tables, and nothing in them, for a test that runs an event loop of its own."""
    asyncio.run(create_tables(database_url))
    return database_url
