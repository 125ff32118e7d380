"""Worlds (世界的存放): found by name, made whole or not at all, dropped when nobody has them open."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from domain.store.databases import DatabaseServer, database_server, replace_file
from domain.store.engine import Database, open_database
from domain.store.versions import check_version
from domain.store.worlds import World, read_world
from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import Stages
from resolvers.settings import Settings
from resolvers.shelf import Shelf
from resolvers.worlds import WORLD_NAME

if TYPE_CHECKING:
    from resolvers.world import World as OpenWorld
    from simulator.worlds import WorldSummary

_PREFIX = "canbao_"


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
    if settings.postgres_url is not None:
        async with database_server(settings.postgres_url) as server:
            found = [name.removeprefix(_PREFIX).replace("_", "-") for name in await server.names(_PREFIX)]
    else:
        found = [path.name.removesuffix(".sqlite3") for path in settings.worlds.glob("*.sqlite3")]
    return sorted(name for name in found if WORLD_NAME.fullmatch(name))


async def world_exists(settings: Settings, name: str) -> bool:
    """Whether there is a world of that name."""
    if settings.postgres_url is None:
        return (settings.worlds / f"{name}.sqlite3").exists()
    return name in await world_names(settings)


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


def _database_name(name: str) -> str:
    return _PREFIX + name.replace("-", "_")


def refuse(name: str) -> CommandFailed:
    """There is a world of that name, and nobody said that it may go."""
    return CommandFailed(
        ExitCode.REFUSED,
        f"a world called {name} is there already",
        "it would be lost",
        "Give --replace to have a new one in its place, or choose another name",
    )


async def create(
    settings: Settings, name: str, *, seed: int, persons: int, replace_old: bool, progress: Stages
) -> WorldSummary:
    """A world of that seed under that name, whole, or nothing at all."""
    from simulator.worlds import FEWEST_PERSONS

    if persons < FEWEST_PERSONS:
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{persons} persons are too few",
            f"the personas and a few families in every county are {FEWEST_PERSONS}",
            f"Ask for {FEWEST_PERSONS} or more",
        )
    if not replace_old and await world_exists(settings, checked_name(name)):
        raise refuse(name)
    if settings.postgres_url is None:
        made = await _create_file(settings, name, seed, persons, replace_old, progress)
    else:
        async with database_server(settings.postgres_url) as server:
            made = await _create_database(server, settings, name, seed, persons, replace_old, progress)
    # Of a world in whose place this one is, or that was dropped halfway.
    await Shelf(settings).forget_snapshots(name)
    return made


async def _create_file(
    settings: Settings, name: str, seed: int, persons: int, replace_old: bool, progress: Stages
) -> WorldSummary:
    from simulator.loading import WorldExists
    from simulator.worlds import create_world

    path = settings.worlds / f"{name}.sqlite3"
    # A name that no world can have, in the same folder, so that giving it its own is one step.
    new = path.with_name(f".{name}.{os.getpid()}.new") if replace_old else path
    try:
        summary = await create_world(f"sqlite:///{new}", name=name, seed=seed, persons=persons, progress=progress)
        if replace_old:
            replace_file(path, new)
    except WorldExists as error:
        raise refuse(name) from error
    finally:
        if replace_old:
            new.unlink(missing_ok=True)
    return summary


async def _create_database(
    server: DatabaseServer,
    settings: Settings,
    name: str,
    seed: int,
    persons: int,
    replace_old: bool,
    progress: Stages,
) -> WorldSummary:
    from simulator.worlds import create_world

    async with new_database(server, settings, name, replace_old) as url:
        return await create_world(url, name=name, seed=seed, persons=persons, progress=progress)


@asynccontextmanager
async def new_database(server: DatabaseServer, settings: Settings, name: str, replace_old: bool) -> AsyncIterator[str]:
    """The URL of an empty database that has the world's name when the block ends, and is gone if it raises."""
    assert settings.postgres_url is not None
    final = _database_name(name)
    # A name that no world can have.
    unfinished = f"{final}.unfinished"
    async with server.claimed(unfinished):
        await server.drop(unfinished)
        await server.create(unfinished)
        try:
            yield f"{settings.postgres_url.rstrip('/')}/{quote(unfinished)}"
            if replace_old:
                await server.drop(final)
            elif final in await server.names(final):
                raise refuse(name)
            await server.rename(unfinished, final)
        finally:
            await server.drop(unfinished)


async def drop(settings: Settings, name: str) -> None:
    """There is no world of that name any more, nor a snapshot of it. It must exist, and nobody may have it open."""
    await require_world(settings, name)
    await Shelf(settings).drop(name)
