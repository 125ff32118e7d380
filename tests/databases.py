"""Databases for tests: SQLite files, and databases of a PostgreSQL that lives as long as the test run.

A PostgreSQL is taken from `CANBAO_TEST_POSTGRES_URL` or started from the installed programs on a free loopback port.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from domain.store import versions
from resolvers.bench.cluster import SETTINGS, TEST_SERVER, PostgresServer, PostgresUnavailable, not_installed

__all__ = [
    "NOT_INSTALLED",
    "TEST_SETTINGS",
    "PostgresServer",
    "PostgresUnavailable",
    "copied",
    "create_tables",
    "sqlite_url",
]

NOT_INSTALLED = not_installed(TEST_SERVER)

TEST_SETTINGS: Mapping[str, str] = MappingProxyType(
    {**SETTINGS, "fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}
)
"""Tests kill processes and never the machine, and what a process has written outlives it without fsync too.

Nothing is replicated either, and no block is torn: databases are copied and dropped four times as fast.
"""


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite database in a file that need not exist yet."""
    return f"sqlite:///{path}"


async def create_tables(url: str) -> None:
    """All tables of a world, empty, in the database at the URL, and their version."""
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.begin() as held:
            held.exec_driver_sql("BEGIN")
            versions.create_tables(held)
        engine.dispose()
        return
    server = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with server.begin() as connection:
        await connection.run_sync(versions.create_tables)
    await server.dispose()


@contextmanager
def copied(engine: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The URL of a copy of what the fixture `sqlite_template` or `postgresql_template` made."""
    if engine == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield sqlite_url(shutil.copyfile(template, folder / template.name))
        return
    name: str = request.getfixturevalue("postgresql_template")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(template=name)
    yield url
    server.drop_database(url)
