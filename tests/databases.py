"""Databases for tests: SQLite files, and databases of a PostgreSQL that lives as long as the test run.

A PostgreSQL is taken from `CANBAO_TEST_POSTGRES_URL` or started from the installed programs on a free loopback port.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from resolvers.bench.cluster import SETTINGS, TEST_SERVER, PostgresServer, PostgresUnavailable, not_installed

__all__ = ["NOT_INSTALLED", "TEST_SETTINGS", "PostgresServer", "PostgresUnavailable", "copied", "sqlite_url"]

NOT_INSTALLED = not_installed(TEST_SERVER)

TEST_SETTINGS: Mapping[str, str] = MappingProxyType({**SETTINGS, "fsync": "off"})
"""Tests kill processes and never the machine, and what a process has written outlives it without fsync too."""


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite database in a file that need not exist yet."""
    return f"sqlite:///{path}"


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
