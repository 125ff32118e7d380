"""Connections to a world's database (数据库连接): the raw driver's, on both engines.

Both engines are used the same way. `Database.read()` lends a connection for reading; `Database.write()` opens one
transaction, which ends committed, or rolled back when the block raises. On SQLite short statements run where they
are called and only the wait for the disk leaves the event loop; there is one writer at a time. On PostgreSQL every
statement is prepared once per connection.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import apsw
import asyncpg
import orjson
import sqlalchemy
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from domain.store.statements import EngineKind, Rendered, Statement, Values

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Row = tuple[Any, ...]

BUSY_SECONDS = 5.0
"""How long a writer waits for another process to let go of a SQLite file."""

STATEMENT_SECONDS = 10.0
"""How long one statement may run, where a database is opened without a word about it."""


@dataclass(eq=False)
class StoreUnavailable(Exception):
    """The database cannot serve now: locked, full, unreachable or out of time.

    `reason` is for the log, not for clients: of what a driver says the first line, since the others may hold values.
    """

    reason: str

    def __post_init__(self) -> None:
        self.reason = self.reason.partition("\n")[0]

    def __str__(self) -> str:
        return self.reason


class OutOfTime(StoreUnavailable):
    """A statement took longer than one may, or its operation longer than all of them may, and was stopped."""


class TableMissing(LookupError):
    """The database has no table of that name: no world was created in it, or by another program."""


@dataclass(slots=True)
class Spent:
    """Statements that were run, the seconds that they took, waiting for the database included, and their rows.

    `begun` and `ended` are the process's moments of the first and the last of them, where there was one.
    """

    statements: int = 0
    seconds: float = 0.0
    rows: int = 0
    """What they gave, not what they looked at."""
    begun: float = inf
    ended: float = 0.0

    def add(self, other: Spent) -> None:
        """What was spent elsewhere counts here too."""
        self.statements += other.statements
        self.seconds += other.seconds
        self.rows += other.rows
        self.begun = min(self.begun, other.begun)
        self.ended = max(self.ended, other.ended)

    def ran(self, seconds: float, statements: int, rows: int) -> None:
        """So many statements have just ended, and gave so many rows."""
        self.statements += statements
        self.seconds += seconds
        self.rows += rows
        self.ended = perf_counter()
        self.begun = min(self.begun, self.ended - seconds)


SPENT: ContextVar[Spent | None] = ContextVar("canbao_spent", default=None)
"""Where what the running task has run is counted, beside its database's own count; None where nobody asks."""

DEADLINE: ContextVar[float] = ContextVar("canbao_deadline", default=math.inf)
"""The second of `perf_counter` at which the running task's reading is stopped, whichever statement it has come to."""


class Connections(NamedTuple):
    """How many connections are open, and how many of them somebody is using."""

    open: int
    in_use: int


class Connection(Protocol):
    """One connection to a world's database; rows are tuples in the order of the statement's columns."""

    kind: EngineKind

    async def fetch_all(self, statement: Statement, values: Values) -> list[Row]: ...

    async def fetch_one(self, statement: Statement, values: Values) -> Row | None: ...

    async def execute(self, statement: Statement, values: Values) -> None: ...

    async def execute_many(self, statement: Statement, rows: Iterable[Values]) -> None: ...

    async def fetch_many(self, statement: Statement, rows: Iterable[Values]) -> list[Row]:
        """What a statement with RETURNING gives for each of the values, all together."""
        ...

    async def fetch_rendered(self, rendered: Rendered, arguments: Sequence[Any]) -> Sequence[Any] | None:
        """The first row of a statement that was rendered beforehand, its arguments in the driver's order."""
        ...

    async def fetch_all_rendered(self, rendered: Rendered, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]: ...


class Database(Protocol):
    """A world's database, open. `statements` counts what was run, `statement_seconds` how long that took."""

    kind: EngineKind
    statements: int
    statement_seconds: float

    def connections(self) -> Connections:
        """The connections as they are now."""
        ...

    def read(self) -> AbstractAsyncContextManager[Connection]: ...

    def write(self) -> AbstractAsyncContextManager[Connection]: ...

    async def fetch_apart(self, rendered: Rendered, arguments: Sequence[Any]) -> Sequence[Any] | None:
        """The first row of a statement that may take long, without holding up the event loop."""
        ...

    async def close(self) -> None: ...


async def _to_its_end(work: Awaitable[Any]) -> None:
    """Awaits work that must not be left half done: whoever is cancelled meanwhile is so only when it has ended."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


class _Counting:
    """The count of what a database's connections have run."""

    def __init__(self) -> None:
        self.statements = 0
        self.statement_seconds = 0.0

    def ran(self, seconds: float, rows: int = 0, statements: int = 1) -> None:
        """A statement has ended, well or not."""
        self.statements += statements
        self.statement_seconds += seconds
        spent = SPENT.get()
        if spent is not None:
            spent.ran(seconds, statements, rows)


# ---- SQLite -----------------------------------------------------------------------------------------------------

_SQLITE_UNAVAILABLE = (
    apsw.BusyError,
    apsw.LockedError,
    apsw.FullError,
    apsw.IOError,
    apsw.CantOpenError,
    apsw.NotADBError,
    apsw.CorruptError,
    apsw.NoMemError,
    apsw.ReadOnlyError,
)

_STEPS_A_LOOK = 50_000
"""SQLite's virtual machine steps between two looks at a statement that runs: about half a millisecond."""
_LOOKS_ON_THE_LOOP = 20
_LONG_READS = 2
"""How many long reads run at once, each in a thread."""
_WAITING_APART = 32
"""How many long reads may wait for one of the threads."""


class _SqliteConnection:
    kind = EngineKind.SQLITE

    def __init__(self, database: SqliteDatabase, driver: apsw.Connection) -> None:
        self._database = database
        self.driver = driver

    async def _fetch(self, sql: str, arguments: Sequence[Any]) -> list[Row]:
        """Every row of a statement, run here and now."""
        with _SqliteStatement(self._database) as statement:
            found: list[Row] = self.driver.execute(sql, arguments).fetchall()
            statement.rows = len(found)
        return found

    async def fetch_all(self, statement: Statement, values: Values) -> list[Row]:
        rendered = statement.rendered(EngineKind.SQLITE)
        return [rendered.row(row) for row in await self._fetch(rendered.sql, rendered.arguments(values))]

    async def fetch_one(self, statement: Statement, values: Values) -> Row | None:
        rows = await self.fetch_all(statement, values)
        return rows[0] if rows else None

    async def execute(self, statement: Statement, values: Values) -> None:
        rendered = statement.rendered(EngineKind.SQLITE)
        await self._fetch(rendered.sql, rendered.arguments(values))

    async def execute_many(self, statement: Statement, rows: Iterable[Values]) -> None:
        await self.fetch_many(statement, rows)

    async def fetch_many(self, statement: Statement, rows: Iterable[Values]) -> list[Row]:
        rendered = statement.rendered(EngineKind.SQLITE)
        with _SqliteStatement(self._database) as running:
            found = self.driver.executemany(rendered.sql, [rendered.arguments(values) for values in rows]).fetchall()
            running.rows = len(found)
        return [rendered.row(row) for row in found]

    async def fetch_rendered(self, rendered: Rendered, arguments: Sequence[Any]) -> Sequence[Any] | None:
        rows = await self._fetch(rendered.sql, arguments)
        return rows[0] if rows else None

    async def fetch_all_rendered(self, rendered: Rendered, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return await self._fetch(rendered.sql, arguments)


class _SqliteReader(_SqliteConnection):
    """Reads where it is called. A statement that turns out to be long is stopped and starts again in a thread."""

    def __init__(self, database: SqliteDatabase, driver: apsw.Connection) -> None:
        super().__init__(database, driver)
        self._looks_left = 0
        driver.set_progress_handler(self._is_long, _STEPS_A_LOOK)

    def _is_long(self) -> bool:
        self._looks_left -= 1
        return self._looks_left < 0

    async def _fetch(self, sql: str, arguments: Sequence[Any]) -> list[Row]:
        self._looks_left = _LOOKS_ON_THE_LOOP
        if perf_counter() > DEADLINE.get():
            raise OutOfTime("sqlite: the operation's time had passed before this statement")
        try:
            with _SqliteStatement(self._database) as statement:
                found: list[Row] = self.driver.execute(sql, arguments).fetchall()
                statement.rows = len(found)
            return found
        except OutOfTime:
            self._database.ran(0.0, statements=-1)
            return await self._database.fetch_all_apart(sql, arguments)


class _SqliteStatement:
    """A statement while it runs: counted, timed, and the driver's errors told as the store's own."""

    __slots__ = ("_begun", "_database", "rows")

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self.rows = 0

    def __enter__(self) -> _SqliteStatement:
        self._begun = perf_counter()
        return self

    def __exit__(self, _class: object, error: BaseException | None, _trace: object) -> None:
        self._database.ran(perf_counter() - self._begun, self.rows)
        if error is not None:
            _tell_sqlite(error)


@dataclass(slots=True)
class _LongRead:
    """A read in a thread, which is stopped at that second of `perf_counter`, or when nobody waits for it any more."""

    until: float
    queued: bool
    """Whether it had to wait for a thread."""

    def is_over(self) -> bool:
        return perf_counter() > self.until


def _tell_sqlite(error: BaseException) -> None:
    """Raises the store's own error for one of the driver's, where it has one."""
    if isinstance(error, _SQLITE_UNAVAILABLE):
        raise StoreUnavailable(f"sqlite: {error}") from error
    if isinstance(error, apsw.InterruptError):
        raise OutOfTime(f"sqlite: {error}") from error
    if isinstance(error, apsw.SQLError) and str(error).startswith("no such table"):
        raise TableMissing(str(error)) from error


class SqliteDatabase(_Counting):
    """A world in a SQLite file: write-ahead log, every commit on disk before it is answered.

    The driver is APSW, which carries its own, current SQLite: the one that Python was built with may be years old,
    and its parser gives up on deeply nested selections.
    """

    kind = EngineKind.SQLITE

    def __init__(self, path: Path, *, create: bool = False, statement_seconds: float = STATEMENT_SECONDS) -> None:
        """Open the file. FileNotFoundError where there is none and `create` is not asked for; `StoreUnavailable`."""
        if not create and not path.exists():
            raise FileNotFoundError(path)
        super().__init__()
        self.path = path
        self._statement_seconds = statement_seconds
        self._open: list[apsw.Connection] = []
        self._reader = _SqliteReader(self, self._connect(readonly=not create))
        self._reading: AbstractAsyncContextManager[Connection] = nullcontext(self._reader)
        self._writing = asyncio.Lock()
        self._writer: apsw.Connection | None = None
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="canbao-disk")
        self._apart = ThreadPoolExecutor(_LONG_READS, thread_name_prefix="canbao-long-read")
        self._apart_free: deque[apsw.Connection] = deque()
        self._waiting_apart = 0

    def _connect(self, *, readonly: bool) -> apsw.Connection:
        try:
            driver = apsw.Connection(str(self.path), statementcachesize=1024)
        except _SQLITE_UNAVAILABLE as error:
            raise StoreUnavailable(f"sqlite: {error}") from error
        try:
            driver.pragma("journal_mode", "wal")
            driver.pragma("synchronous", "full")
            driver.pragma("foreign_keys", True)
            driver.pragma("cache_size", -65536)
            driver.pragma("mmap_size", 1073741824)
            driver.pragma("query_only", readonly)
        except _SQLITE_UNAVAILABLE as error:
            driver.close()
            raise StoreUnavailable(f"sqlite: {error}") from error
        # Otherwise a statement with LIMIT ? is planned again whenever it is bound.
        driver.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        self._open.append(driver)
        return driver

    def read(self) -> AbstractAsyncContextManager[Connection]:
        return self._reading

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        async with self._writing:
            if self._writer is None:
                self._writer = self._connect(readonly=False)
            driver = self._writer
            await self._begin(driver)
            try:
                yield _SqliteConnection(self, driver)
            except BaseException:
                # On a full disk SQLite has rolled back by itself.
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
                raise
            begun = perf_counter()
            try:
                await _to_its_end(asyncio.get_running_loop().run_in_executor(self._disk, driver.execute, "COMMIT"))
            except _SQLITE_UNAVAILABLE as error:
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
                raise StoreUnavailable(f"sqlite: {error}") from error
            finally:
                self.ran(perf_counter() - begun)

    async def _begin(self, driver: apsw.Connection) -> None:
        """Take the file's write lock, waiting for other processes without holding up the event loop."""
        pause = 0.001
        waited = 0.0
        with _SqliteStatement(self):
            while True:
                try:
                    driver.execute("BEGIN IMMEDIATE")
                    return
                except apsw.BusyError:
                    if waited >= BUSY_SECONDS:
                        raise
                await asyncio.sleep(pause)
                waited += pause
                pause = min(pause * 2, 0.05)

    def version(self) -> int:
        """A number that is another one when the file was changed since, by whichever connection but the reader's."""
        try:
            found: int = self._reader.driver.pragma("data_version")
        except _SQLITE_UNAVAILABLE as error:
            raise StoreUnavailable(f"sqlite: {error}") from error
        return found

    async def fetch_apart(self, rendered: Rendered, arguments: Sequence[Any]) -> Sequence[Any] | None:
        rows = await self.fetch_all_apart(rendered.sql, arguments)
        return rows[0] if rows else None

    async def fetch_all_apart(self, sql: str, arguments: Sequence[Any]) -> list[Row]:
        """Every row of a statement that may take long, read in a thread."""
        if self._waiting_apart >= _WAITING_APART:
            raise StoreUnavailable("sqlite: too many long reads are waiting")
        until = min(DEADLINE.get(), perf_counter() + self._statement_seconds)
        reading = _LongRead(until, queued=self._waiting_apart >= _LONG_READS)
        self._waiting_apart += 1
        try:
            with _SqliteStatement(self) as statement:
                found = await asyncio.get_running_loop().run_in_executor(
                    self._apart, self._fetch_apart, sql, arguments, reading
                )
                statement.rows = len(found)
            return found
        finally:
            reading.until = 0.0
            self._waiting_apart -= 1

    def _fetch_apart(self, sql: str, arguments: Sequence[Any], reading: _LongRead) -> list[Row]:
        if reading.is_over():
            if reading.queued:
                raise StoreUnavailable("sqlite: no thread was free for a long read in time")
            raise OutOfTime("sqlite: the operation's time had passed before this statement")
        try:
            driver = self._apart_free.pop()
        except IndexError:
            driver = self._connect(readonly=True)
        driver.set_progress_handler(reading.is_over, _STEPS_A_LOOK)
        try:
            return driver.execute(sql, arguments).fetchall()
        finally:
            self._apart_free.append(driver)

    def connections(self) -> Connections:
        """The reader is used within one turn of the event loop, the writer by a transaction, others by long reads."""
        return Connections(len(self._open), self._writing.locked() + min(self._waiting_apart, _LONG_READS))

    async def close(self) -> None:
        self._disk.shutdown()
        self._apart.shutdown()
        for driver in self._open:
            driver.close()


# ---- PostgreSQL -------------------------------------------------------------------------------------------------

_UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    # What the driver says when the server has hung up between two statements, before it knows of it itself.
    asyncpg.InternalClientError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.ReadOnlySQLTransactionError,
    OSError,
    TimeoutError,
)


class _PostgresqlConnection:
    kind = EngineKind.POSTGRESQL

    def __init__(self, database: PostgresqlDatabase, held: AsyncConnection, driver: asyncpg.Connection[Any]) -> None:
        self.database = database
        self._prepared: dict[str, Any] = {}
        self.held = held
        self.driver = driver

    async def _statement(self, sql: str, seconds: float | None = None) -> Any:
        prepared = self._prepared.get(sql)
        if prepared is None:
            if len(self._prepared) >= 1024:
                self._prepared.clear()
            prepared = self._prepared[sql] = await self.driver.prepare(sql, timeout=seconds)
        return prepared

    async def fetch_all(self, statement: Statement, values: Values) -> list[Row]:
        rendered = statement.rendered(EngineKind.POSTGRESQL)
        return [tuple(row) for row in await self.fetch_all_rendered(rendered, rendered.arguments(values))]

    async def fetch_one(self, statement: Statement, values: Values) -> Row | None:
        rendered = statement.rendered(EngineKind.POSTGRESQL)
        row = await self.fetch_rendered(rendered, rendered.arguments(values))
        return None if row is None else tuple(row)

    async def execute(self, statement: Statement, values: Values) -> None:
        rendered = statement.rendered(EngineKind.POSTGRESQL)
        await self.fetch_all_rendered(rendered, rendered.arguments(values))

    async def execute_many(self, statement: Statement, rows: Iterable[Values]) -> None:
        rendered = statement.rendered(EngineKind.POSTGRESQL)
        with _PostgresqlStatement(self):
            await (await self._statement(rendered.sql)).executemany([rendered.arguments(values) for values in rows])

    async def fetch_many(self, statement: Statement, rows: Iterable[Values]) -> list[Row]:
        rendered = statement.rendered(EngineKind.POSTGRESQL)
        with _PostgresqlStatement(self) as running:
            prepared = await self._statement(rendered.sql)
            found = await prepared.fetchmany([rendered.arguments(values) for values in rows])
            running.rows = len(found)
        return [tuple(row) for row in found]

    async def fetch_rendered(self, rendered: Rendered, arguments: Sequence[Any]) -> Sequence[Any] | None:
        with _PostgresqlStatement(self) as running:
            left = running.seconds_left()
            prepared = await self._statement(rendered.sql, left)
            row: Sequence[Any] | None = await prepared.fetchrow(*arguments, timeout=left)
            running.rows = row is not None
        return row

    async def fetch_all_rendered(self, rendered: Rendered, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        with _PostgresqlStatement(self) as running:
            left = running.seconds_left()
            prepared = await self._statement(rendered.sql, left)
            rows: Sequence[Sequence[Any]] = await prepared.fetch(*arguments, timeout=left)
            running.rows = len(rows)
        return rows


class _PostgresqlStatement:
    """A statement while it runs: counted, timed, and the driver's errors told as the store's own."""

    __slots__ = ("_begun", "_connection", "_until", "rows")

    def __init__(self, connection: _PostgresqlConnection) -> None:
        self._connection = connection
        self.rows = 0

    def __enter__(self) -> _PostgresqlStatement:
        self._begun = perf_counter()
        self._until = DEADLINE.get()
        if self._begun > self._until:
            raise OutOfTime("postgresql: the operation's time had passed before this statement")
        return self

    def seconds_left(self) -> float | None:
        """After which the driver cancels the statement; None where the server's own limit is all there is."""
        return None if self._until == math.inf else self._until - self._begun

    def __exit__(self, _class: object, error: BaseException | None, _trace: object) -> None:
        ended = perf_counter()
        self._connection.database.ran(ended - self._begun, self.rows)
        if error is not None:
            # A timer may be a moment early. A network's own time-out is long before, or of nobody who has a deadline.
            if isinstance(error, TimeoutError) and ended > self._until - 0.05:
                raise OutOfTime("postgresql: the operation's time has passed") from error
            _tell_postgresql(error, self._connection.driver)


def _tell_postgresql(error: BaseException, driver: asyncpg.Connection[Any]) -> None:
    """Raises the store's own error for one of the driver's, where it has one.

    A connection that has lost its place is not used again.
    """
    if isinstance(error, asyncpg.QueryCanceledError):
        raise OutOfTime(f"postgresql: {error}") from error
    if isinstance(error, _UNAVAILABLE):
        if isinstance(error, asyncpg.InternalClientError):
            driver.terminate()
        raise StoreUnavailable(f"postgresql: {error}") from error
    # A closed connection; anything else that the driver's own interface says is a mistake of ours.
    if isinstance(error, asyncpg.InterfaceError) and driver.is_closed():
        raise StoreUnavailable(f"postgresql: {error}") from error
    if isinstance(error, asyncpg.UndefinedTableError):
        raise TableMissing(str(error)) from error


class _Lent(AbstractAsyncContextManager[Connection]):
    """A connection for the time of a block. A class, because one is made for every read."""

    __slots__ = ("_connection", "_database")

    def __init__(self, database: PostgresqlDatabase) -> None:
        self._database = database

    async def __aenter__(self) -> Connection:
        self._connection = await self._database.borrow()
        return self._connection

    async def __aexit__(self, *raised: object) -> None:
        self._database.give_back(self._connection)


_BEGIN = "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan"
"""What an operation gathers for one order is planned once for a connection: PostgreSQL takes the plan for lists of
unknown length to cost more than one for these very lists, and would spend more on planning each time than on all else.
"""


class PostgresqlDatabase(_Counting):
    """A world in a PostgreSQL database, over a fixed number of connections that stay open and keep their statements."""

    kind = EngineKind.POSTGRESQL

    def __init__(self, url: str, *, connections: int = 8, statement_seconds: float = STATEMENT_SECONDS) -> None:
        """`url` is postgresql://user@host:port/database; connections open when they are first needed."""
        # It brings SQLAlchemy's ORM along, which a world in a file has no use for.
        from sqlalchemy.ext.asyncio import create_async_engine

        super().__init__()
        self.url = url
        settings = {"jit": "off", "statement_timeout": str(int(statement_seconds * 1000)), "timezone": "UTC"}
        self._engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            poolclass=NullPool,
            json_deserializer=orjson.loads,
            connect_args={"server_settings": settings, "prepared_statement_cache_size": 0},
        )
        self._free: deque[_PostgresqlConnection] = deque()
        self._room = asyncio.Semaphore(connections)
        self._open: set[_PostgresqlConnection] = set()

    async def borrow(self) -> _PostgresqlConnection:
        """A connection that nobody else uses, until it is given back. Raises StoreUnavailable, LookupError."""
        await self._find_room()
        try:
            while self._free:
                found = self._free.pop()
                if not found.driver.is_closed():
                    return found
                self._open.discard(found)
                await found.held.invalidate()
                await found.held.close()
            connecting = asyncio.ensure_future(self._connected())
            try:
                return await asyncio.shield(connecting)
            except asyncio.CancelledError:
                # Half connected is nobody's: whoever asked is gone, the connection serves the next.
                await asyncio.wait([connecting])
                if not connecting.cancelled() and connecting.exception() is None:
                    self._free.append(connecting.result())
                raise
        except BaseException:
            self._room.release()
            raise

    async def _find_room(self) -> None:
        """Waits for one of the connections to be free, no longer than the operation may take."""
        until = DEADLINE.get()
        if until == math.inf or not self._room.locked():
            await self._room.acquire()
            return
        try:
            async with asyncio.timeout(until - perf_counter()):
                await self._room.acquire()
        except TimeoutError as error:
            raise StoreUnavailable("postgresql: no connection was free in time") from error

    async def _connected(self) -> _PostgresqlConnection:
        try:
            held = await self._engine.connect()
            driver = (await held.get_raw_connection()).driver_connection
        except sqlalchemy.exc.DBAPIError as error:
            # SQLAlchemy's own error, around that of its adapter, around the driver's.
            cause = error.orig.__cause__ if error.orig is not None else None
            if isinstance(cause, asyncpg.InvalidCatalogNameError):
                raise LookupError("no database of that name") from error
            raise StoreUnavailable(f"postgresql: {cause or error.orig}") from error
        except (*_UNAVAILABLE, asyncpg.InterfaceError, asyncpg.PostgresError) as error:
            raise StoreUnavailable(f"postgresql: {error}") from error
        assert driver is not None
        found = _PostgresqlConnection(self, held, driver)
        self._open.add(found)
        return found

    def give_back(self, connection: _PostgresqlConnection) -> None:
        """The connection may be lent again."""
        # Nobody is lent another's transaction: what did not end is cut off, and found closed by the next who borrows.
        if not connection.driver.is_closed() and connection.driver.is_in_transaction():
            connection.driver.terminate()
        self._free.append(connection)
        self._room.release()

    def read(self) -> AbstractAsyncContextManager[Connection]:
        return _Lent(self)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        connection = await self.borrow()
        try:
            await _to_its_end(self._command(connection, _BEGIN))
            try:
                yield connection
            except BaseException:
                if not connection.driver.is_closed():
                    await _to_its_end(self._command(connection, "ROLLBACK"))
                raise
            await _to_its_end(self._command(connection, "COMMIT"))
        finally:
            self.give_back(connection)

    async def _command(self, connection: _PostgresqlConnection, command: str) -> None:
        with _PostgresqlStatement(connection):
            await connection.driver.execute(command)

    async def fetch_apart(self, rendered: Rendered, arguments: Sequence[Any]) -> Sequence[Any] | None:
        async with self.read() as connection:
            return await connection.fetch_rendered(rendered, arguments)

    def connections(self) -> Connections:
        return Connections(len(self._open), len(self._open) - len(self._free))

    async def close(self) -> None:
        for connection in list(self._open):
            self._open.discard(connection)
            await connection.held.close()
        await self._engine.dispose()


def open_database(
    url: str, *, create: bool = False, connections: int = 8, statement_seconds: float = STATEMENT_SECONDS
) -> Database:
    """The database at a URL: sqlite:///path or postgresql://…, the latter over at most so many connections.

    FileNotFoundError for a SQLite file that is not there, `StoreUnavailable` for one that does not open. A PostgreSQL
    database is looked for when it is first used: LookupError where there is none.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        assert parsed.database
        return SqliteDatabase(Path(parsed.database), create=create, statement_seconds=statement_seconds)
    return PostgresqlDatabase(url, connections=connections, statement_seconds=statement_seconds)
