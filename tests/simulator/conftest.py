"""One small world on SQLite that every test of this room may read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.store.engine import Database, open_database
from simulator.worlds import WorldSummary, create_world
from tests.databases import sqlite_url

SEED = 7
PERSONS = 1_500


def unheard(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WorldSummary]:
    """The file of a small world, not to be changed, and what was made."""
    path = tmp_path_factory.mktemp("worlds") / "small.sqlite3"
    summary = asyncio.run(create_world(sqlite_url(path), name="small", seed=SEED, persons=PERSONS, progress=unheard))
    return path, summary


@pytest.fixture
async def small(small_world: tuple[Path, WorldSummary]) -> AsyncIterator[Database]:
    """The small world, open."""
    database = open_database(sqlite_url(small_world[0]))
    yield database
    await database.close()
