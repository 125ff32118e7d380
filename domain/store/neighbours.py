"""Hearing that another process has committed to the same world (其他进程的提交): a hint, which may come late or never.

On SQLite a connection is asked whether the file has changed. On PostgreSQL each process that follows listens, on a
connection of its own, and is told after commits: never inside of a transaction that writes, where a notification would
make all commits of the server wait for one another, and only while somebody else listens.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from math import inf
from time import perf_counter
from typing import Any, Final, Protocol

import asyncpg

from domain.store.engine import Database, PostgresqlDatabase, SqliteDatabase, StoreUnavailable

LOOK_SECONDS: Final = 0.02
"""How often a SQLite file is looked at, while somebody waits."""
TELL_SECONDS: Final = 0.004
"""How long commits are collected before the others are told of them."""
NEIGHBOURS_SECONDS: Final = 1.0
"""How often a process that commits looks whether anybody else listens; and tries again when the connection is lost."""

_CONNECT_SECONDS: Final = 5.0
_CLOSE_SECONDS: Final = 1.0
_CHANNEL: Final = "canbao_commits"
_NAME: Final = "canbao follower"
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity"
    f" WHERE datname = current_database() AND application_name = '{_NAME}' AND pid <> pg_backend_pid()"
)
_LOST: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class Neighbours(Protocol):
    """The other processes that have the world open."""

    async def committed(self) -> None:
        """Returns when one of them may have committed; for as long as it is awaited, it is heard of."""
        ...

    def tell(self) -> None:
        """This process has committed."""
        ...

    async def rest(self) -> None:
        """Nobody wants to hear of them for the time being."""
        ...

    async def close(self) -> None: ...


class _SqliteNeighbours:
    """Every commit changes what the file's version is for another connection, those of this process too."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._version: int | None = None

    async def committed(self) -> None:
        while not self._has_changed():  # noqa: ASYNC110 - another process changes it, which signals nobody
            await asyncio.sleep(LOOK_SECONDS)

    def _has_changed(self) -> bool:
        """Whether the file is another than it was at the last look."""
        before = self._version
        with suppress(StoreUnavailable):
            self._version = self._database.version()
        return before is not None and self._version != before

    def tell(self) -> None:
        # The others look for themselves; here it is known already.
        self._has_changed()

    async def rest(self) -> None:
        """Nothing goes on while nobody waits."""

    async def close(self) -> None:
        """Nothing was opened."""


class _PostgresqlNeighbours:
    """One connection of its own, opened when it is first needed, on which this process listens and tells."""

    def __init__(self, database: PostgresqlDatabase) -> None:
        self._url = database.url
        self._connection: asyncpg.Connection[Any] | None = None
        self._using = asyncio.Lock()
        self._listens = False
        self._heard = asyncio.Event()
        self._told = True
        self._teller: asyncio.Task[None] | None = None
        self._others = 0
        self._counted_at = -inf

    async def committed(self) -> None:
        if not self._listens or self._connection is None or self._connection.is_closed():
            try:
                async with self._using:
                    await self._listen(await self._connected())
            except _LOST:
                await asyncio.sleep(NEIGHBOURS_SECONDS)
            # What was committed before it listened nobody has told it.
            return
        await self._heard.wait()
        self._heard.clear()

    async def rest(self) -> None:
        if self._connection is not None and self._listens:
            self._listens = False
            with suppress(*_LOST):
                async with self._using:
                    await self._connection.close(timeout=_CLOSE_SECONDS)

    def tell(self) -> None:
        self._told = False
        if self._teller is None or self._teller.done():
            self._teller = asyncio.get_running_loop().create_task(self._tell())

    async def close(self) -> None:
        if self._teller is not None:
            self._teller.cancel()
            await asyncio.gather(self._teller, return_exceptions=True)
        if self._connection is not None:
            with suppress(*_LOST):
                await self._connection.close(timeout=_CLOSE_SECONDS)

    async def _connected(self) -> asyncpg.Connection[Any]:
        if self._connection is None or self._connection.is_closed():
            self._listens = False
            self._connection = await asyncpg.connect(self._url, timeout=_CONNECT_SECONDS, command_timeout=5)
        return self._connection

    async def _listen(self, connection: asyncpg.Connection[Any]) -> None:
        await connection.execute(f"SET application_name = '{_NAME}'")
        await connection.add_listener(_CHANNEL, self._hear)
        connection.add_termination_listener(self._lose)
        self._heard.clear()
        self._listens = True

    def _hear(self, connection: object, process: int, _channel: str, _payload: object) -> None:
        # What it has told itself it knows.
        if self._connection is not None and process != self._connection.get_server_pid():
            self._heard.set()

    def _lose(self, _connection: object) -> None:
        self._heard.set()

    async def _tell(self) -> None:
        while not self._told:
            await asyncio.sleep(TELL_SECONDS)
            self._told = True
            try:
                async with self._using:
                    await self._tell_others()
            except _LOST:
                self._counted_at = perf_counter()
                self._others = 0

    async def _tell_others(self) -> None:
        now = perf_counter()
        if now - self._counted_at >= NEIGHBOURS_SECONDS:
            self._others = await (await self._connected()).fetchval(_OTHERS)
            self._counted_at = now
        if self._others:
            await (await self._connected()).execute(f"NOTIFY {_CHANNEL}")


def neighbours_of(database: Database) -> Neighbours:
    """The other processes that have a database open."""
    if isinstance(database, SqliteDatabase):
        return _SqliteNeighbours(database)
    assert isinstance(database, PostgresqlDatabase)
    return _PostgresqlNeighbours(database)
