"""Connections: nobody gets another's transaction, nothing is left half done, and long reads step aside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from time import perf_counter

import pytest
from sqlalchemy import bindparam, insert, select, update

from domain.store import engine
from domain.store.engine import (
    DEADLINE,
    SPENT,
    Database,
    OutOfTime,
    Spent,
    StoreUnavailable,
    TableMissing,
    open_database,
)
from domain.store.statements import EngineKind, Rendered, Statement
from domain.store.tables import id_blocks

ADD = Statement(insert(id_blocks).inline())
ALL = Statement(select(id_blocks.c.name).order_by(id_blocks.c.name))
RAISE = Statement(
    update(id_blocks)
    .values(next_number=id_blocks.c.next_number + 1)
    .where(id_blocks.c.name == bindparam("wanted"))
    .returning(id_blocks.c.name, id_blocks.c.next_number)
)
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n"
FOREVER = Rendered(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 - i FROM n) SELECT i FROM n WHERE i > 1", (), (), {}, ()
)
PATIENCE_SECONDS = 30


@pytest.fixture
async def database(tables_url: str) -> AsyncIterator[Database]:
    opened = open_database(tables_url)
    yield opened
    await opened.close()


async def names(database: Database) -> list[str]:
    async with database.read() as connection:
        return [name for (name,) in await connection.fetch_all(ALL, {})]


async def test_a_writer_who_is_cancelled_leaves_nothing_to_the_next(database: Database) -> None:
    """Whenever it happens: before, inside or at the end of the transaction."""

    async def write(number: int) -> None:
        async with database.write() as connection:
            await connection.execute(ADD, {"name": f"{number:03}", "next_number": 1})
            await asyncio.sleep(0)

    for number in range(60):
        writer = asyncio.create_task(write(number))
        for _ in range(number % 12):
            await asyncio.sleep(0)
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer
        before = await names(database)
        assert await names(database) == before
    async with database.write() as connection:
        await connection.execute(ADD, {"name": "last", "next_number": 1})
    assert (await names(database))[-1] == "last"


async def test_a_writer_who_is_cancelled_at_the_commit_has_committed_or_not_when_the_next_begins(
    database: Database,
) -> None:
    async def write() -> None:
        async with database.write() as connection:
            await connection.execute(ADD, {"name": "one", "next_number": 1})

    first = asyncio.create_task(write())
    while not (await names(database)) and not first.done():
        await asyncio.sleep(0)
        if first.done():
            break
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    async with database.write() as connection:
        await connection.execute(ADD, {"name": "two", "next_number": 1})
    assert await names(database) in (["one", "two"], ["two"])


async def test_readers_who_are_cancelled_give_their_connections_back(database: Database) -> None:
    async def read() -> None:
        await names(database)

    for turns in range(40):
        reader = asyncio.create_task(read())
        for _ in range(turns % 5):
            await asyncio.sleep(0)
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
    await asyncio.gather(*(read() for _ in range(20)))


async def test_what_many_changes_return_comes_back_together(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute_many(ADD, [{"name": name, "next_number": 1} for name in "abc"])
        assert await connection.fetch_many(RAISE, [{"wanted": "a"}, {"wanted": "nobody"}, {"wanted": "c"}]) == [
            ("a", 2),
            ("c", 2),
        ]


async def test_a_table_that_is_not_there_is_told_apart(database: Database) -> None:
    missing = Rendered("SELECT 1 FROM nowhere", (), (), {}, ())
    with pytest.raises(TableMissing):
        async with database.read() as connection:
            await connection.fetch_rendered(missing, [])


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
async def test_a_long_read_goes_on_beside_the_event_loop(database: Database) -> None:
    assert database.kind is EngineKind.SQLITE
    statement = Rendered(LONG, (), (), {}, ())
    turns = 0

    async def elsewhere() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(elsewhere())
    async with database.read() as connection:
        row = await connection.fetch_rendered(statement, [])
    other.cancel()
    assert row == (300_000,)
    assert turns > 0


async def test_a_read_without_end_is_stopped_and_others_are_answered(tables_url: str) -> None:
    database = open_database(tables_url, connections=1, statement_seconds=0.2)
    with pytest.raises(OutOfTime):
        async with database.read() as connection:
            await connection.fetch_rendered(FOREVER, [])
    assert await names(database) == []
    await database.close()


async def running_forever(database: Database) -> int:
    """How many statements without an end PostgreSQL runs."""
    count = Rendered(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'WITH RECURSIVE%'", (), (), {}, ()
    )
    async with database.read() as connection:
        row = await connection.fetch_rendered(count, [])
    assert row is not None
    return int(row[0])


async def again_and_again(database: Database, sql: str) -> None:
    async with database.read() as connection:
        while True:
            await connection.fetch_all_rendered(Rendered(sql, (), (), {}, ()), [])


async def test_the_statements_of_an_operation_are_stopped_together(tables_url: str) -> None:
    """Each of them is short; the one that is running when the time has passed is cancelled in the database."""
    database = open_database(tables_url, connections=1)
    for sql in (LONG, FOREVER.sql):
        ran = database.statements
        until = DEADLINE.set(perf_counter() + 0.3)
        try:
            with pytest.raises(OutOfTime):
                await again_and_again(database, sql)
        finally:
            DEADLINE.reset(until)
        assert database.statements > ran
    async with asyncio.timeout(PATIENCE_SECONDS):
        while database.kind is EngineKind.POSTGRESQL and await running_forever(database):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await names(database) == []
    await database.close()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
async def test_a_long_read_that_nobody_waits_for_any_more_is_stopped(tables_url: str) -> None:
    database = open_database(tables_url, statement_seconds=1_000_000)
    for _ in range(3):
        readers = [asyncio.create_task(database.fetch_apart(FOREVER, [])) for _ in range(2)]
        await asyncio.sleep(0.05)
        for reader in readers:
            reader.cancel()
        await asyncio.wait(readers)
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await database.fetch_apart(Rendered(LONG, (), (), {}, ()), []) == (300_000,)
    await database.close()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
async def test_a_long_read_for_which_no_thread_is_free_in_time_is_refused(tables_url: str) -> None:
    database = open_database(tables_url, statement_seconds=0.3)

    async def read(seconds: float) -> object:
        DEADLINE.set(perf_counter() + seconds)
        return await database.fetch_apart(FOREVER, [])

    readers = [asyncio.create_task(read(seconds)) for seconds in (0.3, 0.3, 0.1)]
    answers = await asyncio.gather(*readers, return_exceptions=True)
    assert [type(answer) for answer in answers] == [OutOfTime, OutOfTime, StoreUnavailable]
    await database.close()


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
async def test_a_connection_that_is_not_free_in_time_is_not_waited_for(tables_url: str) -> None:
    database = open_database(tables_url, connections=1)

    async def wait() -> None:
        DEADLINE.set(perf_counter() + 0.05)
        await names(database)

    async with database.read():
        with pytest.raises(StoreUnavailable) as refused:
            await asyncio.create_task(wait())
    assert not isinstance(refused.value, OutOfTime)
    assert await names(database) == []
    await database.close()


async def test_rows_and_statements_are_counted_where_somebody_asks(database: Database) -> None:
    spent = Spent()
    asking = SPENT.set(spent)
    async with database.write() as connection:
        await connection.fetch_many(RAISE, [{"wanted": "nobody"}])
        await connection.execute_many(ADD, [{"name": name, "next_number": 1} for name in "abc"])
        await connection.fetch_many(RAISE, [{"wanted": name} for name in "ab"])
    assert len(await names(database)) == 3
    SPENT.reset(asking)
    await names(database)
    # Begin and commit are statements too.
    assert (spent.statements, spent.rows) == (6, 5)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
async def test_too_many_long_reads_are_refused_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_WAITING_APART", 1)
    statement = Rendered(LONG, (), (), {}, ())

    async def read() -> object:
        return await database.fetch_apart(statement, [])

    answers = await asyncio.gather(*(read() for _ in range(4)), return_exceptions=True)
    assert (300_000,) in answers
    assert any(isinstance(answer, StoreUnavailable) for answer in answers)
