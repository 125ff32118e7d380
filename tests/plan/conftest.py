"""One small world per engine for the whole session, read by every test of the plan and changed by none."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases import PostgresServer, sqlite_url
from tests.plan.asking import AskedWorld, asked_world, live_through

ACTIVE = ("employee", "employee-2", "employee-3", "employee-4")


@pytest.fixture(scope="session")
def sqlite_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedWorld]:
    """The world in a SQLite file."""
    path: Path = tmp_path_factory.mktemp("plan") / "asked.sqlite3"
    with closing(asked_world(sqlite_url(path))) as asked:
        live_through(asked, ACTIVE)
        yield asked


@pytest.fixture(scope="session")
def postgresql_world(postgres_server: PostgresServer) -> Iterator[AskedWorld]:
    """The same world in a PostgreSQL database."""
    url = postgres_server.create_database()
    with closing(asked_world(url)) as asked:
        live_through(asked, ACTIVE)
        yield asked
    postgres_server.drop_database(url)


@pytest.fixture
def asked(engine_kind: str, request: pytest.FixtureRequest) -> AskedWorld:
    """The world of the engine under test."""
    found: AskedWorld = request.getfixturevalue(f"{engine_kind}_world")
    return found
