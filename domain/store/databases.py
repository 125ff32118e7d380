"""Databases as a whole (数据库的创建与删除): made, named, put in another's place, dropped.

A world is made under a name that is no world's, and given its own in one step when it is complete.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import asyncpg

from domain.store.engine import StoreUnavailable

MAINTENANCE_DATABASE = "postgres"


@dataclass(eq=False)
class DatabaseInUse(Exception):
    """A database that cannot be taken away from those who have it open."""

    name: str

    def __str__(self) -> str:
        return f"{self.name} is in use"


# ---- SQLite -----------------------------------------------------------------------------------------------------


def release_file(path: Path) -> None:
    """The SQLite file stands alone, its log folded into it, and nobody has it open. Raises `DatabaseInUse`."""
    try:
        driver = apsw.Connection(str(path))
        try:
            mode = driver.pragma("journal_mode", "delete")
        finally:
            driver.close()
    except apsw.BusyError as error:
        raise DatabaseInUse(path.name) from error
    except (apsw.NotADBError, apsw.CorruptError):
        # Nobody can have it open as a database.
        return
    except apsw.Error as error:
        raise StoreUnavailable(f"sqlite: {error}") from error
    if mode == "wal":
        raise DatabaseInUse(path.name)


def drop_file(path: Path) -> None:
    """The SQLite file is gone. Raises `DatabaseInUse`, FileNotFoundError."""
    if not path.exists():
        raise FileNotFoundError(path)
    release_file(path)
    path.unlink()
    _forget_log(path)


def replace_file(path: Path, new: Path) -> None:
    """`new` stands in the place of `path`, whether there was one or not.

    Raises `DatabaseInUse`; then nothing has changed.
    """
    if path.exists():
        release_file(path)
        _forget_log(path)
    os.replace(new, path)


def add_file(path: Path, new: Path) -> None:
    """`new` has the name `path` too, which nobody has. Raises FileExistsError; then nothing has changed."""
    os.link(new, path)


def copy_lone_file(path: Path, target: Path) -> None:
    """`target` is the bytes of a file that nobody writes to, on the disk; shared with it where the file system can."""
    with path.open("rb") as source, target.open("xb") as into:
        left = os.fstat(source.fileno()).st_size
        try:
            while left and (copied := os.copy_file_range(source.fileno(), into.fileno(), left)):
                left -= copied
        except (OSError, AttributeError):
            source.seek(0)
            into.seek(0)
            shutil.copyfileobj(source, into)
        into.flush()
        os.fsync(into.fileno())


def _forget_log(path: Path) -> None:
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


# ---- PostgreSQL -------------------------------------------------------------------------------------------------


class DatabaseServer:
    """A PostgreSQL server, as one who may create databases sees it."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection

    async def names(self, prefix: str) -> list[str]:
        """The databases whose name begins so, in alphabetical order."""
        rows = await self._connection.fetch(
            "SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY datname", prefix
        )
        return [row[0] for row in rows]

    async def size(self, name: str) -> int:
        """How many bytes a database takes on the disk."""
        found: int = await self._connection.fetchval("SELECT pg_database_size($1::name)", name)
        return found

    @asynccontextmanager
    async def claimed(self, name: str) -> AsyncIterator[None]:
        """Nobody else who asks may make or drop that database meanwhile. Raises `DatabaseInUse`."""
        if not await self._connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name):
            raise DatabaseInUse(name)
        try:
            yield
        finally:
            await self._connection.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", name)

    async def create(self, name: str) -> None:
        """An empty database of that name. Raises `StoreUnavailable` where the account may not."""
        await self._command(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'", name)

    async def is_open(self, name: str) -> bool:
        """Whether anybody is connected to a database."""
        found: bool = await self._connection.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend')", name
        )
        return found

    async def copy(self, name: str, source: str) -> None:
        """A database of that name with all that `source` holds. Raises `DatabaseInUse` where somebody has that open."""
        await self._command(f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(source)}", source)

    async def drop(self, name: str) -> None:
        """No database of that name, whether there was one or not. Raises `DatabaseInUse`."""
        await self._command(f"DROP DATABASE IF EXISTS {_quoted(name)}", name)

    async def rename(self, name: str, new: str) -> None:
        """The database has another name. Raises `DatabaseInUse`."""
        await self._command(f"ALTER DATABASE {_quoted(name)} RENAME TO {_quoted(new)}", name)

    async def _command(self, sql: str, name: str) -> None:
        try:
            await self._connection.execute(sql)
        except asyncpg.ObjectInUseError as error:
            raise DatabaseInUse(name) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@asynccontextmanager
async def database_server(url: str) -> AsyncIterator[DatabaseServer]:
    """The server at postgresql://user@host:port. Raises `StoreUnavailable` where it does not let us in or fails."""
    try:
        connection = await asyncpg.connect(f"{url.rstrip('/')}/{MAINTENANCE_DATABASE}", timeout=10)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        raise StoreUnavailable(f"postgresql: {error}") from error
    try:
        yield DatabaseServer(connection)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StoreUnavailable(f"postgresql: {error}") from error
    finally:
        await connection.close()
