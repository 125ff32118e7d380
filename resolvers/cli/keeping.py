"""Worlds (世界的存放): found by name, made whole or not at all, dropped when nobody has them open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from domain.decisions.keeping_worlds import WORLD_NAME
from domain.store.engine import Database, open_database
from domain.store.versions import check_version
from domain.store.worlds import World, read_world
from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import Stages
from resolvers.settings import Settings
from resolvers.shelf import Shelf, world_there

if TYPE_CHECKING:
    from resolvers.world import World as OpenWorld
    from simulator.worlds import WorldSummary


def checked_name(name: str) -> str:
    """The name of a world, which cannot lead out of the folder of worlds."""
    if not WORLD_NAME.fullmatch(name):
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{name!r} is no name for a world",
            "a name begins with a letter a-z and goes on with at most 39 of a-z, 0-9 and -",
            "Choose another name",
        )
    return name


def no_world(name: str, known: list[str]) -> CommandFailed:
    """There is no such world; which there are, and how to make it."""
    why = f"there {'is' if len(known) == 1 else 'are'} {', '.join(known[:10])}" if known else "there is none at all"
    return CommandFailed(
        ExitCode.MISSING, f"no world is called {name}", why, f"Make it with: canbao world create {name}"
    )


async def world_names(settings: Settings) -> list[str]:
    """The names of all worlds, in alphabetical order."""
    return await Shelf(settings).names()


async def world_exists(settings: Settings, name: str) -> bool:
    """Whether there is a world of that name."""
    return await Shelf(settings).has(name)


async def require_world(settings: Settings, name: str) -> None:
    """There is a world of that name, or the command ends and says which there are."""
    if not await world_exists(settings, checked_name(name)):
        raise no_world(name, await world_names(settings))


@asynccontextmanager
async def opened(settings: Settings, name: str) -> AsyncIterator[tuple[Database, World]]:
    """The database of a world, of this program's version, and what the world is."""
    await require_world(settings, name)
    database = open_database(settings.world_url(name))
    try:
        try:
            async with database.read() as connection:
                await check_version(connection)
                record = await read_world(connection)
        except LookupError as error:
            remedy = f"Make it with: canbao world create {name} --replace"
            raise CommandFailed(ExitCode.MISSING, f"{name} holds no world", str(error), remedy) from error
        yield database, record
    finally:
        await database.close()


@asynccontextmanager
async def open_alone(settings: Settings, name: str) -> AsyncIterator[OpenWorld]:
    """A world of this program's version, open in this process without a server; who has its files needs no password."""
    from domain.policy import PolicyBook
    from resolvers.context import machine_clock
    from resolvers.world import open_world
    from simulator.outside import outside

    async with opened(settings, name) as (database, _):
        world = await open_world(
            database,
            policy=PolicyBook.load(),
            outside=outside(),
            machine=machine_clock,
            sandbox=True,
            token_seconds=settings.token_minutes * 60,
        )
        try:
            yield world
        finally:
            # Not the database alone: what was committed here may still be being told to the world's other processes.
            await world.close()


async def create(
    settings: Settings,
    name: str,
    *,
    seed: int,
    persons: int,
    processes: int | None = None,
    replace_old: bool,
    progress: Stages,
) -> WorldSummary:
    """A world of that seed under that name, whole, or nothing at all; made by as many processes as are best here where
    nobody says how many."""
    from simulator.making import processes_for
    from simulator.worlds import FEWEST_PERSONS, create_world

    if persons < FEWEST_PERSONS:
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{persons} persons are too few",
            f"the personas and a few families in every county are {FEWEST_PERSONS}",
            f"Ask for {FEWEST_PERSONS} or more",
        )
    shelf = Shelf(settings)
    if not replace_old and await shelf.has(checked_name(name)):
        raise world_there(name)
    async with shelf.making(name, replace=replace_old) as made:
        await made.begin_empty()
        summary = await create_world(
            made.url,
            name=name,
            seed=seed,
            persons=persons,
            processes=processes or processes_for(persons),
            progress=progress,
        )
    # Of a world in whose place this one is, or that was dropped halfway.
    await shelf.forget_snapshots(name)
    return summary


async def drop(settings: Settings, name: str) -> None:
    """There is no world of that name any more, nor a snapshot of it. It must exist, and nobody may have it open."""
    await require_world(settings, name)
    await Shelf(settings).drop(name)
