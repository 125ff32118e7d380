"""The world that a database is (世界): one row."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.store.tables import world
from domain.vocabulary import Instant


@dataclass(frozen=True, slots=True)
class World:
    """Name, seed, contents and clock. `clock_real_base` is None until the world is first served."""

    name: str
    seed: int
    persons: int
    fingerprint: str
    clock_base: Instant
    clock_real_base: int | None
    clock_rate: int
    signing_key: str


_WORLD = Statement(
    select(
        world.c.name,
        world.c.seed,
        world.c.persons,
        world.c.fingerprint,
        world.c.clock_base,
        world.c.clock_real_base,
        world.c.clock_rate,
        world.c.signing_key,
    )
)


async def read_world(connection: Connection) -> World:
    """The world of this database. LookupError where none has been created in it."""
    row = await connection.fetch_one(_WORLD, {})
    if row is None:
        raise LookupError("no world has been created in this database")
    return World(*row)


_START_CLOCK = Statement(
    update(world).values(clock_real_base=bindparam("machine_now")).where(world.c.clock_real_base.is_(None))
)
_SET_CLOCK = Statement(update(world).values(clock_base=bindparam("now"), clock_real_base=bindparam("machine_now")))


async def start_clock(connection: Connection, machine_now: int) -> None:
    """The clock runs from its base at this second of the machine, unless it runs already."""
    await connection.execute(_START_CLOCK, {"machine_now": machine_now})


async def set_clock(connection: Connection, now: Instant, machine_now: int) -> None:
    """The clock shows `now` at this second of the machine, and runs on from there at its rate."""
    await connection.execute(_SET_CLOCK, {"now": now, "machine_now": machine_now})
