"""All rows of a world at one moment, while others go on writing (世界的一致快照).

On SQLite a snapshot is the file, copied page by page inside one read transaction. On PostgreSQL it is every table as
COPY gives it, inside one REPEATABLE READ transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final, Protocol

import apsw
import asyncpg
from sqlalchemy import Table

from domain.store.engine import StoreUnavailable
from domain.store.tables import metadata, world
from domain.store.versions import NEWEST
from domain.store.worlds import World

Done = Callable[[int, int], None]
"""Told how much is done, and how much there is."""

_PAGES_AT_ONCE: Final = 1_000
_PAUSE_SECONDS: Final = 0.001
"""After so many pages the disk is left to those who serve."""
_MAPPED_BYTES: Final = 1 << 30
"""How much of the file is read where it lies: a quarter less work than reading it page by page."""
_BUSY_MILLISECONDS: Final = 5_000
_PARTS_WAITING: Final = 8


# ---- SQLite -----------------------------------------------------------------------------------------------------


async def copy_file(path: Path, target: Path, machine: Callable[[], float], done: Done) -> float:
    """`target` is the SQLite file as it was at the machine's moment that is given back, or shortly before it.

    The transaction that reads keeps the snapshot, so that a writer does not make the copy begin again. Writers are not
    held up; the write-ahead log grows meanwhile. Raises `StoreUnavailable`.
    """
    try:
        with (
            closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as source,
            closing(apsw.Connection(str(target))) as copy,
        ):
            source.set_busy_timeout(_BUSY_MILLISECONDS)
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchall()
            taken = machine()
            source.pragma("mmap_size", _MAPPED_BYTES)
            copy.pragma("synchronous", "off")
            with copy.backup("main", source, "main") as backup:
                while not backup.done:
                    backup.step(_PAGES_AT_ONCE)
                    done(backup.page_count - backup.remaining, backup.page_count)
                    await asyncio.sleep(_PAUSE_SECONDS)
            source.execute("COMMIT")
    except apsw.Error as error:
        raise StoreUnavailable(f"sqlite: {error}") from error
    return taken


# ---- PostgreSQL -------------------------------------------------------------------------------------------------

Sink = Callable[[bytes], Coroutine[Any, Any, None]]


class DatabaseSnapshot:
    """A PostgreSQL database as it was when this was opened."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection

    async def world(self) -> World:
        """The world as it was then."""
        columns = ", ".join(column.name for column in world.columns)
        row = await self._connection.fetchrow(f"SELECT {columns} FROM world")
        if row is None:
            raise LookupError("no world has been created in this database")
        return World(**row)

    async def copy_out(self, table: Table, sink: Sink) -> int:
        """All rows of a table go to the sink, in COPY's binary format; how many those are."""
        columns = ", ".join(column.name for column in table.columns)
        told: str = await self._connection.copy_from_query(
            f"SELECT {columns} FROM {table.name}", output=sink, format="binary"
        )
        return int(told.split()[-1])


def tables_in_order() -> list[Table]:
    """Every table of this version, each after those that it refers to."""
    return list(metadata.sorted_tables)


@asynccontextmanager
async def database_snapshot(url: str) -> AsyncIterator[DatabaseSnapshot]:
    """The PostgreSQL database at a URL as it is now. Raises `StoreUnavailable`."""
    try:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                # A snapshot is taken by the first statement.
                version = await connection.fetchval("SELECT version_num FROM alembic_version")
                if version != NEWEST:
                    raise StoreUnavailable("postgresql: the tables have been migrated meanwhile")
                yield DatabaseSnapshot(connection)
        finally:
            await connection.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise StoreUnavailable(f"postgresql: {error}") from error


class Target(Protocol):
    """An empty database that takes what COPY gives."""

    async def copy(self, table: Table, source: AsyncIterator[bytes]) -> int: ...


async def copy_rows(
    url: str, into: Target, machine: Callable[[], float], progress: Callable[[str, int, int], None]
) -> float:
    """Every row of the PostgreSQL database at a URL is in the other, as it was at the machine's moment that is given
    back. Raises `StoreUnavailable`.
    """
    tables = tables_in_order()
    async with database_snapshot(url) as snapshot:
        taken = machine()
        for number, table in enumerate(tables):
            progress(table.name, number, len(tables))
            parts: asyncio.Queue[bytes | None] = asyncio.Queue(_PARTS_WAITING)
            giving = asyncio.ensure_future(_give(snapshot, table, parts))
            try:
                await into.copy(table, _each(parts))
                await giving
            finally:
                giving.cancel()
    return taken


async def _give(snapshot: DatabaseSnapshot, table: Table, parts: asyncio.Queue[bytes | None]) -> None:
    try:
        await snapshot.copy_out(table, parts.put)
    finally:
        await parts.put(None)


async def _each(parts: asyncio.Queue[bytes | None]) -> AsyncIterator[bytes]:
    while (part := await parts.get()) is not None:
        yield part
