"""Rows into an empty database, fast, and all or nothing (批量装载).

Secondary indexes, and on PostgreSQL all keys, are taken off the empty tables and put back over the full ones,
where they are checked at once.
"""

from __future__ import annotations

import csv
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import apsw
import asyncpg
import sqlalchemy
from sqlalchemy import Date, Index, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import AddConstraint, CreateIndex, DropConstraint, DropIndex

from domain.store.tables import metadata
from domain.store.versions import create_tables
from simulator.records import Row


class WorldExists(Exception):
    """The database already holds a world; nothing was changed."""


Insert = Callable[[Mapping[str, Sequence[Row]]], None]
"""Takes rows, by table."""


class Spool(Protocol):
    """Where another process, to which it can be sent, puts parts of what a database is filled with."""

    def opened(self, part: int) -> AbstractContextManager[Insert]:
        """Takes the rows of a part, which are put aside when the block ends; they are gone if it raises."""
        ...


class Loading(Protocol):
    """A database being filled."""

    async def insert(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Add rows, by table."""
        ...

    def spool(self) -> Spool:
        """Where other processes put rows aside for `take_in`."""
        ...

    async def take_in(self, part: int) -> None:
        """Add the rows that were put aside as that part."""
        ...

    async def finish(self) -> None:
        """Put indexes and constraints on, have the database number further rows after those that are there, and gather
        statistics, so that the first query is planned on what is there."""
        ...


def _indexes() -> list[Index]:
    return sorted(
        (index for table in metadata.tables.values() for index in table.indexes), key=lambda index: str(index.name)
    )


def _keys(table: Table) -> list[PrimaryKeyConstraint | UniqueConstraint]:
    """What of a table's columns is there once: the primary key first."""
    uniques = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    return [table.primary_key, *sorted(uniques, key=lambda one: str(one.name))]


_UNJOURNALED = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536"
"""For a file that nobody else sees and that is thrown away on failure."""


def _make_tables(path: Path) -> None:
    """The file holds the tables of a world without their indexes."""
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", poolclass=NullPool)
    try:
        with engine.begin() as connection:
            create_tables(connection)
            for index in _indexes():
                connection.execute(DropIndex(index))
    finally:
        engine.dispose()


def _insert(driver: apsw.Connection, rows: Mapping[str, Sequence[Row]]) -> None:
    with driver:
        for name, found in rows.items():
            places = ",".join("?" * len(metadata.tables[name].columns))
            driver.executemany(f"INSERT INTO {name} VALUES ({places})", found)


@dataclass(frozen=True, slots=True)
class _SqliteSpool:
    """Files of the same tables: SQLite copies rows from one into another without looking into them."""

    beside: Path
    tables: tuple[str, ...]

    def file(self, part: int) -> Path:
        return self.beside.with_name(f"{self.beside.name}.{part}")

    @contextmanager
    def opened(self, part: int) -> Iterator[Insert]:
        file = self.file(part)
        try:
            with closing(apsw.Connection(str(file))) as driver:
                driver.execute(_UNJOURNALED)
                for table in self.tables:
                    driver.execute(table)
                yield partial(_insert, driver)
        except BaseException:
            file.unlink(missing_ok=True)
            raise


class _SqliteLoading:
    def __init__(self, path: Path, driver: apsw.Connection) -> None:
        self._driver = driver
        made = driver.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        self._spool = _SqliteSpool(path, tuple(sql for (sql,) in made))

    async def insert(self, rows: Mapping[str, Sequence[Row]]) -> None:
        _insert(self._driver, rows)

    def spool(self) -> Spool:
        return self._spool

    async def take_in(self, part: int) -> None:
        file = self._spool.file(part)
        self._driver.execute("ATTACH ? AS part", (str(file),))
        with self._driver:
            for table in metadata.sorted_tables:
                self._driver.execute(f"INSERT INTO main.{table.name} SELECT * FROM part.{table.name}")
        self._driver.execute("DETACH part")
        file.unlink()

    async def finish(self) -> None:
        dialect = sqlite.dialect()
        with self._driver:
            for index in _indexes():
                self._driver.execute(str(CreateIndex(index).compile(dialect=dialect)))
            self._driver.execute("ANALYZE")
            # Samples of the rows would hold identity numbers, and give each world plans of its own.
            self._driver.execute("DROP TABLE IF EXISTS sqlite_stat4")
            # The few claims of the past are no measure of those to come: SQLite would read all of them.
            self._driver.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'claims'")


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise WorldExists(path.name)


def _kept_on_disk(path: Path) -> None:
    # Windows flushes only what may be written.
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@asynccontextmanager
async def _sqlite(path: Path) -> AsyncIterator[Loading]:
    _refuse_existing(path)
    os.makedirs(path.parent, exist_ok=True)
    # In the same folder, so that giving it its name is one step that happens or does not.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        _make_tables(unfinished)
        with closing(apsw.Connection(str(unfinished))) as driver:
            driver.execute(_UNJOURNALED)
            yield _SqliteLoading(unfinished, driver)
            driver.execute("PRAGMA journal_mode = WAL")
        _kept_on_disk(unfinished)
        _refuse_existing(path)
        os.replace(unfinished, path)
    finally:
        for file in list(path.parent.iterdir()):
            if file.name.startswith(unfinished.name):
                file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _CsvSpool:
    """A file for each table, as COPY reads it. A text that is empty would be none; there is no such text in a world."""

    folder: Path

    def file(self, part: int, table: str) -> Path:
        return self.folder / f"{part}.{table}.csv"

    @contextmanager
    def opened(self, part: int) -> Iterator[Insert]:
        writers: dict[str, Callable[[Iterable[Row]], object]] = {}
        with ExitStack() as files:

            def insert(rows: Mapping[str, Sequence[Row]]) -> None:
                for name, found in rows.items():
                    if name not in writers:
                        path = self.file(part, name)
                        file = files.enter_context(path.open("w", encoding="utf-8", newline="", buffering=1 << 18))
                        writers[name] = csv.writer(file, lineterminator="\n").writerows
                    writers[name](found)

            yield insert


class PostgresqlLoading:
    """A PostgreSQL database being filled. What is put aside for it is in a folder that goes with it."""

    def __init__(self, connection: AsyncConnection, driver: asyncpg.Connection[Any], folder: Path) -> None:
        self._connection = connection
        self._driver = driver
        self._spool = _CsvSpool(folder)
        self._days: dict[str, date] = {}

    async def prepare(self) -> None:
        """Take off what is checked row by row."""
        for table in reversed(metadata.sorted_tables):
            for key in table.foreign_key_constraints:
                await self._connection.execute(DropConstraint(key))
        for table in metadata.sorted_tables:
            for unique in _keys(table):
                await self._connection.execute(DropConstraint(unique))
        for index in _indexes():
            await self._connection.execute(DropIndex(index))

    def _day(self, text: str | None) -> date | None:
        if text is None:
            return None
        day = self._days.get(text)
        if day is None:
            day = self._days[text] = date.fromisoformat(text)
        return day

    def _dated(self, table: Table, rows: Sequence[Row]) -> Sequence[Row]:
        dated = [position for position, column in enumerate(table.columns) if isinstance(column.type, Date)]
        if not dated:
            return rows
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for position in dated:
            columns[position] = [self._day(text) for text in columns[position]]
        return list(zip(*columns, strict=True))

    async def insert(self, rows: Mapping[str, Sequence[Row]]) -> None:
        for name, found in rows.items():
            table = metadata.tables[name]
            await self._driver.copy_records_to_table(
                name, records=self._dated(table, found), columns=[column.name for column in table.columns]
            )

    def spool(self) -> Spool:
        """Where other processes put rows aside for `take_in`."""
        return self._spool

    async def take_in(self, part: int) -> None:
        """The rows that were put aside as that part are in their tables."""
        for table in metadata.sorted_tables:
            file = self._spool.file(part, table.name)
            if file.exists():
                columns = [column.name for column in table.columns]
                await self._driver.copy_to_table(table.name, source=file, columns=columns, format="csv")
                file.unlink()

    async def copy(self, table: Table, source: AsyncIterator[bytes]) -> int:
        """The rows that COPY once gave of a table, in its binary format, are in it; how many those are."""
        columns = [column.name for column in table.columns]
        told: str = await self._driver.copy_to_table(table.name, source=source, columns=columns, format="binary")
        return int(told.split()[-1])

    async def finish(self) -> None:
        for table in metadata.sorted_tables:
            for unique in _keys(table):
                await self._connection.execute(AddConstraint(unique, isolate_from_table=False))
        for index in _indexes():
            await self._connection.execute(CreateIndex(index))
        for table in metadata.sorted_tables:
            for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
                await self._connection.execute(AddConstraint(key, isolate_from_table=False))
        for table in metadata.sorted_tables:
            numbered = table.autoincrement_column
            if numbered is not None:
                name, column = table.name, numbered.name
                await self._connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{name}', '{column}'), max({column})) FROM {name}"
                )
        await self._connection.exec_driver_sql("ANALYZE")


@asynccontextmanager
async def postgresql_loading(url: sqlalchemy.URL) -> AsyncIterator[PostgresqlLoading]:
    """`loading` of a PostgreSQL database, which also takes what COPY once gave."""
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '128MB'")
            # Two at once would otherwise both find the database empty.
            await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7206354018)")
            if await connection.run_sync(lambda inner: sqlalchemy.inspect(inner).has_table("world")):
                raise WorldExists(url.database)
            await connection.run_sync(create_tables)
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            with TemporaryDirectory(prefix="canbao-") as folder:
                loading = PostgresqlLoading(connection, driver, Path(folder))
                await loading.prepare()
                yield loading
    finally:
        await engine.dispose()


@asynccontextmanager
async def loading(url: str) -> AsyncIterator[Loading]:
    """The empty database at a URL, to be filled: it is there, full, when the block ends, and not at all if it raises.

    A SQLite file must not exist yet; a PostgreSQL database must, without tables of a world. Raises `WorldExists`.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        assert parsed.database
        async with _sqlite(Path(parsed.database)) as target:
            yield target
    else:
        async with postgresql_loading(parsed) as target:
            yield target
