"""The one row that says which world a database is."""

import pytest
from sqlalchemy import insert

from domain.store import tables
from domain.store.statements import Statement
from domain.store.worlds import World, read_world
from tests.operations.conftest import Opening
from tests.operations.tiny_world import TinyWorld


async def test_a_world_is_read_as_it_was_written(opened: Opening) -> None:
    counter = await opened(TinyWorld())
    async with counter.database.read() as connection:
        with pytest.raises(LookupError):
            await read_world(connection)
    written = {
        "name": "demo",
        "seed": 7,
        "persons": 12,
        "fingerprint": "f",
        "clock_base": 1_734_660_000,
        "clock_real_base": None,
        "clock_rate": 1,
        "signing_key": "k",
    }
    async with counter.database.write() as connection:
        await connection.execute(Statement(insert(tables.world).inline()), written)
    async with counter.database.read() as connection:
        assert await read_world(connection) == World(**written)  # type: ignore[arg-type]
