"""The small world of each engine and the executor of all of them: made once in a process, whichever folders ask."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.policy import PolicyBook
from resolvers.graphql import build_executor
from resolvers.plan.executor import Executor
from simulator.worlds import create_world
from tests.databases import PostgresServer, sqlite_url

SEED = 11
PERSONS = 600


def unheard(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""


@pytest.fixture(scope="session")
def small_worlds_executor() -> Iterator[Executor]:
    """An executor with the product's own book."""
    executor = build_executor(PolicyBook.load())
    yield executor
    executor.close()


@pytest.fixture(scope="session")
def small_world_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the world."""
    path = tmp_path_factory.mktemp("template") / "small.sqlite3"
    asyncio.run(create_world(sqlite_url(path), name="small", seed=SEED, persons=PERSONS, progress=unheard))
    return path


@pytest.fixture(scope="session")
def small_world_on_postgresql(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database with the same world."""
    url = postgres_server.create_database()
    asyncio.run(create_world(url, name="small", seed=SEED, persons=PERSONS, progress=unheard))
    yield url.rpartition("/")[2]
    postgres_server.drop_database(url)
