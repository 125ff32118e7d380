"""The one row that says which world a database is."""

import pytest
from sqlalchemy import insert, select

from domain.store import tables
from domain.store.statements import Statement
from domain.store.worlds import World, begin_again, begin_serving, read_world
from domain.vocabulary import Instant
from tests.operations.conftest import Opening
from tests.operations.tiny_world import TinyWorld

WRITTEN = {
    "name": "demo",
    "seed": 7,
    "persons": 12,
    "fingerprint": "f",
    "clock_base": 1_734_660_000,
    "clock_real_base": None,
    "clock_rate": 1,
    "history": None,
    "transaction_offset": 0,
    "horizon_transaction_id": 0,
    "horizon_position": 0,
    "horizon_at": 0,
    "origin": None,
    "origin_at": None,
    "clock_until": None,
    "first_number": None,
    "fault_changes": 0,
    "closed_until": None,
}


async def test_a_world_is_read_as_it_was_written(opened: Opening) -> None:
    counter = await opened(TinyWorld())
    async with counter.database.read() as connection:
        with pytest.raises(LookupError):
            await read_world(connection)
    async with counter.database.write() as connection:
        await connection.execute(Statement(insert(tables.world).inline()), WRITTEN)
    async with counter.database.read() as connection:
        assert await read_world(connection) == World(**WRITTEN)  # type: ignore[arg-type]


@pytest.mark.parametrize(("before", "clock_real_base"), [({}, 500), ({"clock_real_base": 400}, 400)])
async def test_the_clock_begins_to_run_once(opened: Opening, before: dict[str, object], clock_real_base: int) -> None:
    counter = await opened(TinyWorld())
    async with counter.database.write() as connection:
        await connection.execute(Statement(insert(tables.world).inline()), WRITTEN | before)
        await begin_serving(connection, 500)
    async with counter.database.write() as connection:
        await begin_serving(connection, 900)
        begun = await read_world(connection)
    assert begun.clock_real_base == clock_real_base


async def test_a_world_that_begins_again_stands_still_and_shares_no_key_with_the_one_it_was(opened: Opening) -> None:
    counter = await opened(TinyWorld())
    async with counter.database.write() as connection:
        await connection.execute(Statement(insert(tables.world).inline()), WRITTEN)
        await begin_serving(connection, 500)
        await connection.execute(
            Statement(insert(tables.signing_keys).inline()),
            {"kid": "k", "secret": "s", "sandbox": True, "created_at": 1, "retired_at": None, "verifies_until": None},
        )
        await begin_again(connection, "another", Instant(1_734_660_900), "after-the-fire")
        again = await read_world(connection)
        keys = await connection.fetch_all(Statement(select(tables.signing_keys.c.kid)), {})
    changed = {"name": "another", "clock_base": 1_734_660_900, "history": "after-the-fire"}
    assert again == World(**WRITTEN | changed)  # type: ignore[arg-type]
    assert keys == []
