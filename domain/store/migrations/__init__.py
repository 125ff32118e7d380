"""From one version of the tables to the next (数据库迁移), with Alembic: all steps in one transaction, or none.

A new step is a file in `versions/` beside the first one, named after the version that it leads to; that version is
added to `domain.store.versions.VERSIONS`, and the tests compare what the steps make with `domain.store.tables`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from domain.store.engine import BUSY_SECONDS, StoreUnavailable
from domain.store.versions import NEWEST, SchemaTooNew, alembic_version, mismatch

_TURN = 7206354018
"""The advisory lock under which a PostgreSQL database gets or changes its tables."""


async def upgrade(url: str) -> tuple[str | None, str]:
    """The database at a URL is of this program's version; the versions before and after.

    An empty database gets its tables. Raises `SchemaTooNew`, and `StoreUnavailable` where it is locked, full or
    unreachable; then nothing was changed. FileNotFoundError for a SQLite file that is not there.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _upgrade_file(parsed)
    server = create_async_engine(parsed.set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        async with server.begin() as held:
            await held.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(BUSY_SECONDS * 1000)}ms'")
            await held.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
            return await held.run_sync(_upgraded)
    except DBAPIError as error:
        raise StoreUnavailable(f"postgresql: {error.orig}") from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise StoreUnavailable(f"postgresql: {error}") from error
    finally:
        await server.dispose()


def _upgrade_file(url: sqlalchemy.URL) -> tuple[str | None, str]:
    assert url.database
    if not Path(url.database).exists():
        raise FileNotFoundError(url.database)
    engine = sqlalchemy.create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin_writing)
    try:
        with engine.begin() as connection:
            versions = _upgraded(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                raise StoreUnavailable(f"sqlite: a row of {broken[0]} refers to one of {broken[2]} that is not there")
        return versions
    except DBAPIError as error:
        raise StoreUnavailable(f"sqlite: {error.orig}") from error
    except sqlite3.DatabaseError as error:
        raise StoreUnavailable(f"sqlite: {error}") from error
    finally:
        engine.dispose()


def _leave_transactions_to_us(driver: sqlite3.Connection, record: Any) -> None:
    # Python's module would otherwise end the transaction before each statement that changes a table.
    driver.isolation_level = None


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgraded(connection: Connection) -> tuple[str | None, str]:
    before = None
    if sqlalchemy.inspect(connection).has_table(alembic_version.name):
        before = connection.execute(select(alembic_version.c.version_num)).scalar()
    wrong = mismatch(before)
    if isinstance(wrong, SchemaTooNew):
        raise wrong
    if wrong is not None:
        if before is None and sqlalchemy.inspect(connection).get_table_names():
            raise StoreUnavailable("there are tables of unknown version; make the world anew")
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before, NEWEST
