"""A process that delivers and does nothing else: `python -m tests.webhooks.process URL`. It prints its name."""

import asyncio
import sys

from domain.policy import PolicyBook
from domain.store.engine import open_database
from resolvers.context import machine_clock
from resolvers.graphql import build_executor
from resolvers.webhooks.couriers import Couriers
from resolvers.world import open_world
from simulator.outside import outside


async def deliver(url: str) -> None:
    """Until it is killed."""
    book = PolicyBook.load()
    database = open_database(url)
    world = await open_world(database, policy=book, outside=outside(), machine=machine_clock, sandbox=True)
    couriers = Couriers(world, build_executor(book))
    sys.stdout.write(f"{couriers.name}\n")
    sys.stdout.flush()
    couriers.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1]))
