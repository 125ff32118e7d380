"""On PostgreSQL transactions end in another order than they began: no reader of the log passes one by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.databases import PostgresServer
from tests.resolvers.opened import OpenedWorld
from tests.resolvers.test_subscriptions import SILENCE_SECONDS, following, kinds, log_of, taken

pytestmark = pytest.mark.postgresql

WRITTEN_BESIDE = """
INSERT INTO events
  (transaction_id, id, type, version, region_code, occurred_at, actor_id, subject_id, cause, payload)
SELECT pg_current_xact_id()::text::bigint, id + 1000000, 'FAMILY_MEMBER_UNBOUND', version, region_code, occurred_at,
  actor_id, subject_id, cause, payload
FROM events ORDER BY position LIMIT 1
"""


@pytest.fixture
def other_database(postgres_server: PostgresServer) -> Iterator[str]:
    """Another database of the server."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@asynccontextmanager
async def running(url: str, *statements: str) -> AsyncIterator[asyncpg.Connection]:
    """A transaction with an id that has run these statements and goes on; it is committed by hand or rolled back."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("BEGIN")
        await connection.execute("SELECT pg_current_xact_id()")
        for statement in statements:
            await connection.execute(statement)
        yield connection
    finally:
        await connection.close()


async def test_a_transaction_of_another_database_hides_nothing(on_postgresql: OpenedWorld, other_database: str) -> None:
    world = on_postgresql
    await world.bound("employee")
    [before] = await log_of(world, "operator")
    async with running(other_database), following(world, "operator", after=before["cursor"]) as items:
        await world.bound("employee-2")
        assert kinds(await log_of(world, "operator")) == ["FamilyMemberBound"] * 2
        assert kinds(await taken(items, 1)) == ["FamilyMemberBound"]


async def test_what_comes_after_a_transaction_that_runs_waits_for_it_and_comes_in_order(
    on_postgresql: OpenedWorld, other_database: str
) -> None:
    world = on_postgresql
    await world.bound("employee")
    [before] = await log_of(world, "operator")
    async with (
        running(other_database),
        running(world.url, WRITTEN_BESIDE) as earlier,
        following(world, "operator") as from_now_on,
        following(world, "operator", after=before["cursor"]) as since,
    ):
        readers = [asyncio.ensure_future(taken(items, 2)) for items in (from_now_on, since)]
        await asyncio.sleep(SILENCE_SECONDS)
        await world.bound("employee-2")
        done, _ = await asyncio.wait(readers, timeout=SILENCE_SECONDS)
        assert not done
        assert await log_of(world, "operator") == [before]
        await earlier.execute("COMMIT")
        expected = ["FamilyMemberUnbound", "FamilyMemberBound"]
        assert [kinds(each) for each in await asyncio.gather(*readers)] == [expected, expected]
    assert kinds(await log_of(world, "operator")) == ["FamilyMemberBound", *expected]


async def test_what_comes_after_a_transaction_that_is_rolled_back_is_there(on_postgresql: OpenedWorld) -> None:
    world = on_postgresql
    await world.bound("employee")
    [before] = await log_of(world, "operator")
    async with following(world, "operator", after=before["cursor"]) as items:
        reader = asyncio.ensure_future(taken(items, 1))
        async with running(world.url, WRITTEN_BESIDE):
            await world.bound("employee-2")
            done, _ = await asyncio.wait([reader], timeout=SILENCE_SECONDS)
            assert not done
        assert kinds(await reader) == ["FamilyMemberBound"]
    assert kinds(await log_of(world, "operator")) == ["FamilyMemberBound"] * 2


async def test_a_transaction_that_began_later_hides_nothing(on_postgresql: OpenedWorld) -> None:
    world = on_postgresql
    await world.bound("employee")
    async with running(world.url):
        assert kinds(await log_of(world, "operator")) == ["FamilyMemberBound"]
