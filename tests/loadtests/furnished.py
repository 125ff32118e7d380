"""A small world for a crowd, and the crowd as a file has it."""

from __future__ import annotations

from domain.policy import PolicyBook
from domain.store.engine import open_database
from resolvers.cli.crowds import crowd_of
from resolvers.context import machine_clock
from resolvers.world import open_world
from simulator.outside import outside
from simulator.worlds import create_world


async def furnished(url: str) -> str:
    """Make a small world at that URL; its people as a file has them."""
    await create_world(url, name="demo", seed=7, persons=3_000, progress=lambda *_: None)
    world = await open_world(
        open_database(url), policy=PolicyBook.load(), outside=outside(), machine=machine_clock, sandbox=True
    )
    try:
        return await crowd_of(world, 100)
    finally:
        await world.close()
