"""Connections: nobody gets another's transaction, nothing is left half done, and long reads step aside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy import bindparam, insert, select, update

from domain.store import engine
from domain.store.engine import Database, OutOfTime, StoreUnavailable, TableMissing, open_database
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
# About a hundred million steps of SQLite's machine; seconds, if nothing stops it.
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) SELECT max(i) FROM n"
LONG = ENDLESS.replace("30000000", "300000")


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


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
async def test_a_read_without_end_is_stopped_and_others_are_answered(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_LOOKS_APART", 20)
    statement = Rendered(ENDLESS, (), (), {}, ())
    with pytest.raises(OutOfTime):
        async with database.read() as connection:
            await connection.fetch_rendered(statement, [])
    assert await names(database) == []


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
async def test_too_many_long_reads_are_refused_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_WAITING_APART", 1)
    statement = Rendered(LONG, (), (), {}, ())

    async def read() -> object:
        return await database.fetch_apart(statement, [])

    answers = await asyncio.gather(*(read() for _ in range(4)), return_exceptions=True)
    assert (300_000,) in answers
    assert any(isinstance(answer, StoreUnavailable) for answer in answers)
