"""The worlds of a server, as operators of its default one keep them (世界的管理).

It is what `canbao world` does, with the same shelf: what is copied is copied here, beside the requests, and what is
made of a seed by that command in a process of its own. One thing is done at a time, by whichever process of the server.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from domain.decisions.keeping_worlds import CREATION, Kept
from domain.refusals import (
    CreationNotKept,
    Refusal,
    SnapshotNameTaken,
    SnapshotNotFound,
    WorldInUse,
    WorldNameTaken,
    WorldNeedsUpgrade,
    WorldNotFound,
)
from domain.store.databases import DatabaseInUse
from domain.store.versions import SchemaMismatch
from domain.store.worlds import World
from domain.vocabulary import Instant
from resolvers.context import MachineClock
from resolvers.settings import Settings
from resolvers.shelf import (
    CreationLost,
    Shelf,
    ShelfRefusal,
    Snapshot,
    SnapshotMissing,
    SnapshotThere,
    WorldMissing,
    WorldThere,
)
from resolvers.world import WorldClock

_T = TypeVar("_T")

_REFUSALS: Final[dict[type[ShelfRefusal], type[Refusal]]] = {
    WorldMissing: WorldNotFound,
    WorldThere: WorldNameTaken,
    SnapshotMissing: SnapshotNotFound,
    SnapshotThere: SnapshotNameTaken,
    CreationLost: CreationNotKept,
}
_of_command: Final[dict[str, type[ShelfRefusal]]] = {"create": WorldThere, "reset": CreationLost}


@dataclass(frozen=True, slots=True)
class KeptWorld:
    """A world as it stands on the shelf. Of one of another version no more is known than name, size and snapshots."""

    name: str
    record: World | None
    now: Instant | None
    version: str | None
    bytes: int
    snapshots: list[Snapshot]


class WorldsOpen(Protocol):
    """The worlds that this process has open."""

    def aside(self, name: str) -> AbstractAsyncContextManager[None]: ...

    def made(self, name: str) -> None: ...


def _unheard(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""


class Keeper:
    """Makes, copies, keeps, sets back and drops worlds, one at a time."""

    def __init__(self, settings: Settings, worlds: WorldsOpen, machine: MachineClock) -> None:
        self.default = settings.default_world
        self._settings = settings
        self._shelf = Shelf(settings)
        self._worlds = worlds
        self._machine = machine
        self._working: set[asyncio.Task[Any]] = set()

    async def names(self) -> list[str]:
        """All worlds that there are, in alphabetical order."""
        return await self._shelf.names()

    async def kept(self, name: str) -> Kept | None:
        """What is to be known of a world before something is done with it; None where there is none."""
        shown = await self.shown(name)
        if shown is None:
            return None
        persons = None if shown.record is None else shown.record.persons
        return Kept(persons, frozenset(snapshot.name for snapshot in shown.snapshots))

    async def shown(self, name: str) -> KeptWorld | None:
        """A world as it stands there; None where there is none."""
        try:
            record = await self._shelf.read(name)
            version = await self._shelf.version(name)
            size, snapshots = await self._shelf.size(name), await self._shelf.snapshots(name)
        except (WorldMissing, FileNotFoundError, LookupError):
            return None
        now = None if record is None else WorldClock(record, self._machine).now()
        return KeptWorld(name, record, now, version, size, snapshots)

    async def has_made(self, name: str, seed: int, persons: int) -> bool:
        """Whether there is a world of that name, seed and size that is nobody's copy."""
        shown = await self.shown(name)
        record = None if shown is None else shown.record
        return record is not None and (record.seed, record.persons, record.origin) == (seed, persons, None)

    async def has_copied(self, name: str, new: str) -> bool:
        """Whether there is a world `new` that was copied from the other."""
        shown = await self.shown(new)
        return shown is not None and shown.record is not None and shown.record.origin == name

    async def to_its_end(self, work: Callable[[], Awaitable[_T]]) -> _T | Refusal:
        """What the work gives, which nothing else goes on beside. It is done whether or not anybody waits for it."""
        task: asyncio.Task[_T | Refusal] = asyncio.ensure_future(self._alone(work))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return await asyncio.shield(task)

    async def _alone(self, work: Callable[[], Awaitable[_T]]) -> _T | Refusal:
        try:
            async with self._shelf.alone():
                return await work()
        except DatabaseInUse:
            return WorldInUse()

    async def create(self, name: str, seed: int, persons: int) -> Refusal | None:
        """There is a world of that name, seed and size; or why there is not."""
        async with _refusing() as refused:
            await self._command("create", name, "--seed", str(seed), "--persons", str(persons))
        self._worlds.made(name)
        return refused.refusal

    async def fork(self, name: str, new: str) -> Refusal | None:
        """There is a world `new` with all that the world holds; or why there is not."""
        async with _refusing() as refused:
            await self._shelf.fork(name, new, replace=False, progress=_unheard)
        self._worlds.made(new)
        return refused.refusal

    async def snapshot(self, name: str, snapshot: str) -> Refusal | None:
        """The world is kept under that name as it is; or why it is not."""
        async with _refusing() as refused:
            await self._shelf.take_snapshot(name, snapshot, replace=False, progress=_unheard)
        return refused.refusal

    async def reset(self, name: str, snapshot: str | None) -> Refusal | None:
        """The world is what it was; or why it is not. Nobody had it open meanwhile."""
        async with _refusing() as refused:
            made_again = snapshot is None and CREATION not in {one.name for one in await self._shelf.snapshots(name)}
            async with self._nobody_has(name):
                if made_again:
                    await self._command("reset", name, "--yes")
                else:
                    await self._shelf.reset(name, snapshot, progress=_unheard)
        return refused.refusal

    async def drop(self, name: str) -> Refusal | None:
        """There is no such world any more; or why there is."""
        async with _refusing() as refused, self._nobody_has(name):
            await self._shelf.drop(name)
        return refused.refusal

    @asynccontextmanager
    async def _nobody_has(self, name: str) -> AsyncIterator[None]:
        async with self._worlds.aside(name), self._shelf.closed(name):
            yield

    async def _command(self, *words: str) -> None:
        """`canbao world` has done what the words say, in a process of its own, whose processor's time nobody waits for.

        Raises `ShelfRefusal`, `DatabaseInUse` as the command would.
        """
        from resolvers.cli.failures import ExitCode

        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "resolvers.cli", "world", *words, "--json"),
            env=self._environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.terminate()
        if process.returncode == ExitCode.REFUSED:
            raise _of_command[words[0]](said.decode(), "", "")
        if process.returncode == ExitCode.UNAVAILABLE:
            raise DatabaseInUse(words[1])
        if process.returncode:
            raise RuntimeError(f"canbao world {words[0]} ended with {process.returncode}: {said.decode()}")

    def _environment(self) -> dict[str, str]:
        settings = self._settings
        given = {name: value for name, value in os.environ.items() if not name.startswith("CANBAO_")}
        given["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        given["CANBAO_HOME"] = str(settings.home.absolute())
        if settings.postgres_url is not None:
            given["CANBAO_POSTGRES_URL"] = settings.postgres_url
        return given

    async def close(self) -> None:
        """Nothing is being done any more; what was is done whole or not at all."""
        for task in list(self._working):
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)


class _Told:
    refusal: Refusal | None = None


@asynccontextmanager
async def _refusing() -> AsyncIterator[_Told]:
    """What the shelf refuses, in the words of the API."""
    told = _Told()
    try:
        yield told
    except ShelfRefusal as error:
        told.refusal = _REFUSALS[type(error)]()
    except DatabaseInUse:
        told.refusal = WorldInUse()
    except SchemaMismatch:
        told.refusal = WorldNeedsUpgrade()
