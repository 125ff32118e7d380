"""Where worlds are kept (世界的存放): forked, kept as they are under a name, and set back to what was kept.

A world is a SQLite file, or a database of a PostgreSQL server. Its snapshots are others beside it, which no server
opens and which go when it goes. Whatever is made here is made under a name that no world can have, and gets its own in
one step: it is whole or not there.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import ClassVar, Final
from urllib.parse import quote

from sqlalchemy.engine import make_url

from domain.decisions.keeping_worlds import CREATION, SNAPSHOT_NAME, WORLD_NAME
from domain.store.databases import (
    DatabaseInUse,
    DatabaseServer,
    add_file,
    copy_lone_file,
    database_server,
    drop_file,
    release_file,
    replace_file,
)
from domain.store.engine import Database, open_database
from domain.store.snapshots import copy_file, copy_rows
from domain.store.versions import SchemaMismatch, SchemaTooOld, check_version, read_version
from domain.store.worlds import World, begin_again, close_until, read_clock_base, read_world, set_origin
from domain.vocabulary import Instant
from resolvers.context import machine_clock, new_secret
from resolvers.settings import DATABASE_PREFIX, Settings, database_of
from resolvers.world import WorldClock

Progress = Callable[[str, int, int], None]
"""Told of each stage by name, with how much of it is done and how much there is."""

CLOSED_SECONDS: Final = 120
"""For how long a world is open to nobody at most, where whoever closed it did not come to say that it is over."""
FREED_SECONDS: Final = 10.0
"""How long is waited for everybody to let go of a world that was closed; a server looks each second."""
_LOOK_SECONDS: Final = 0.05
_KEEPING: Final = ".keeping"


@dataclass(eq=False)
class ShelfRefusal(Exception):
    """What cannot be done with a world as a whole: what, why, and what to do about it."""

    what: str
    why: str
    remedy: str
    is_missing: ClassVar[bool] = False

    def __str__(self) -> str:
        return f"{self.what}: {self.why}. {self.remedy}."


class WorldMissing(ShelfRefusal):
    """There is no world of that name (没有这个世界)."""

    is_missing = True


class WorldThere(ShelfRefusal):
    """There is a world of that name, and nobody said that it may go (同名世界已存在)."""


class SnapshotMissing(ShelfRefusal):
    """The world has no snapshot of that name (没有这个快照)."""

    is_missing = True


class SnapshotThere(ShelfRefusal):
    """The world has a snapshot of that name, and nobody said that it may go (同名快照已存在)."""


class NameUnfit(ShelfRefusal):
    """Not a name that a world or a snapshot may have (名称不合规)."""


class CreationLost(ShelfRefusal):
    """What the world was when it was made cannot be made again (无法恢复到创建时)."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A world as it was at a moment of its own time, kept under a name."""

    name: str
    taken_at: Instant
    bytes: int


def _world_missing(name: str) -> WorldMissing:
    return WorldMissing(f"no world is called {name}", "it was never made, or was dropped", "Look at: canbao world list")


def world_there(name: str) -> WorldThere:
    """There is a world of that name, and nobody said that it may go."""
    return WorldThere(
        f"a world called {name} is there already",
        "it would be lost",
        "Give --replace to have a new one in its place, or choose another name",
    )


def checked_snapshot(name: str) -> str:
    """The name of a snapshot that somebody takes. Raises `NameUnfit`."""
    if name == CREATION:
        raise NameUnfit(f"{name!r} is taken", "it is what a world was when it was made", "Choose another name")
    if not SNAPSHOT_NAME.fullmatch(name):
        raise NameUnfit(
            f"{name!r} is no name for a snapshot",
            "a name begins with a letter a-z and goes on with at most 14 of a-z, 0-9 and -",
            "Choose another name",
        )
    return name


class Shelf:
    """The worlds that the settings name, and their snapshots."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: _Files | _Databases = (
            _Files(settings.worlds) if settings.postgres_url is None else _Databases(settings.postgres_url)
        )

    async def has(self, name: str) -> bool:
        """Whether there is a world of that name."""
        return await self._kept.has(name)

    async def names(self) -> list[str]:
        """The names of all worlds, in alphabetical order."""
        return sorted(name for name in await self._kept.names() if WORLD_NAME.fullmatch(name))

    async def read(self, name: str) -> World | None:
        """What a world says of itself; None where its tables are of another version. Raises `WorldMissing`."""
        if not await self._kept.has(name):
            raise _world_missing(name)
        try:
            async with _alone(self._kept.url(name)) as database, database.read() as connection:
                await check_version(connection)
                return await read_world(connection)
        except SchemaMismatch:
            return None
        except LookupError:
            raise _world_missing(name) from None

    async def version(self, name: str) -> str | None:
        """Of which version the tables of a world are; None where they bear none."""
        async with _alone(self._kept.url(name)) as database, database.read() as connection:
            return await read_version(connection)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Nobody else who asks works on these worlds meanwhile. Raises `DatabaseInUse`."""
        async with self._kept.alone():
            yield

    @asynccontextmanager
    async def closed(self, name: str) -> AsyncIterator[None]:
        """Nobody has the world open, on whatever machine, and nobody opens it before the block ends.

        Servers let go when they are told through its own row. Raises `DatabaseInUse` where somebody does not.
        """
        told = await self._close_until(name, int(machine_clock()) + CLOSED_SECONDS)
        try:
            await self._freed(name)
            yield
        except BaseException:
            if told:
                await self._close_until(name, None)
            raise

    async def _freed(self, name: str) -> None:
        begun = perf_counter()
        while await self._kept.is_open(name):
            if perf_counter() - begun > FREED_SECONDS:
                raise DatabaseInUse(name)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _close_until(self, name: str, until: int | None) -> bool:
        """Whether the world could be told; one of another version is open to no server."""
        try:
            async with _alone(self._kept.url(name)) as database, database.write() as connection:
                await check_version(connection)
                await close_until(connection, until)
        except (SchemaMismatch, LookupError):
            return False
        return True

    @asynccontextmanager
    async def making(self, name: str, *, replace: bool) -> AsyncIterator[NewWorld]:
        """Where a world is made that has that name when the block ends, whole, and is gone if it raises.

        Raises `WorldThere` where there is one and it is not to be replaced, `DatabaseInUse` where somebody has it open.
        """
        async with self._kept.making(name, replace=replace) as made:
            yield made

    async def size(self, name: str) -> int:
        """How many bytes a world takes on the disk, its log and its snapshots not counted."""
        return await self._kept.size(name)

    async def drop(self, name: str) -> None:
        """There is no world of that name any more, nor a snapshot of it.

        Raises `WorldMissing`, `DatabaseInUse` where somebody has it open.
        """
        if not await self._kept.has(name):
            raise _world_missing(name)
        await self._kept.drop(name)
        await self.forget_snapshots(name)

    async def fork(
        self, name: str, new: str, *, replace: bool, progress: Progress, snapshot: str | None = None
    ) -> World:
        """There is a world `new` with all that the world holds, or that its snapshot does, which goes its own way from
        here: it has keys, cursors and webhooks of its own. It also has a snapshot of that moment.

        Servers go on meanwhile. Raises `WorldMissing`, `SnapshotMissing`, `WorldThere`, `DatabaseInUse` where somebody
        has the world open whose place it is to take.
        """
        if not WORLD_NAME.fullmatch(new):
            raise NameUnfit(
                f"{new!r} is no name for a world",
                "a name begins with a letter a-z and goes on with at most 39 of a-z, 0-9 and -",
                "Choose another name",
            )
        if not await self._kept.has(name):
            raise _world_missing(name)
        if new == name or (not replace and await self._kept.has(new)):
            raise world_there(new)
        if snapshot is not None:
            await self._require_snapshot(name, snapshot)
        async with self._kept.making(new, replace=replace) as made:
            taken: float | None = None
            if snapshot is None:
                taken = await made.copy_world(name, progress)
            else:
                await made.copy_snapshot(name, snapshot)
                await _upgraded(made.url)
            record = await _begun(made.url, new, taken, origin=name)
            progress("keeping", 0, 1)
            await made.keep_creation()
            progress("keeping", 1, 1)
        return record

    async def take_snapshot(self, name: str, snapshot: str, *, replace: bool, progress: Progress) -> Snapshot:
        """The world as it is now is kept under that name, while servers go on.

        Raises `WorldMissing`, `NameUnfit`, `SnapshotThere`.
        """
        checked_snapshot(snapshot)
        if not await self._kept.has(name):
            raise _world_missing(name)
        if not replace and snapshot in await self._kept.snapshot_names(name):
            raise SnapshotThere(
                f"{name} has a snapshot called {snapshot}",
                "it would be lost",
                "Give --replace to have a new one in its place, or choose another name",
            )
        async with self._kept.making_snapshot(name, snapshot) as made:
            taken = await made.copy_world(name, progress)
            await _begun(made.url, name, taken, origin=None)
        [found] = [one for one in await self.snapshots(name) if one.name == snapshot]
        return found

    async def snapshots(self, name: str) -> list[Snapshot]:
        """What was kept of a world, the oldest moment first."""
        found = []
        for snapshot in await self._kept.snapshot_names(name):
            async with _alone(self._kept.snapshot_url(name, snapshot)) as database, database.read() as connection:
                taken_at = await read_clock_base(connection)
            found.append(Snapshot(snapshot, taken_at, await self._kept.snapshot_size(name, snapshot)))
        return sorted(found, key=lambda one: (one.taken_at, one.name))

    async def forget_snapshot(self, name: str, snapshot: str) -> None:
        """The world has no snapshot of that name any more. Raises `SnapshotMissing`."""
        await self._require_snapshot(name, snapshot)
        await self._kept.forget_snapshot(name, snapshot)

    async def forget_snapshots(self, name: str) -> None:
        """Nothing is kept of a world of that name."""
        for snapshot in await self._kept.snapshot_names(name):
            await self._kept.forget_snapshot(name, snapshot)

    async def reset(self, name: str, snapshot: str | None, *, progress: Progress) -> World:
        """The world is what the snapshot is; without one what it was when it was made or forked.

        It keeps its snapshots, and shares no token and no cursor with what it was before.

        Raises `WorldMissing`, `SnapshotMissing`, `CreationLost`, `DatabaseInUse` where somebody has it open.
        """
        if not await self._kept.has(name):
            raise _world_missing(name)
        kept = await self._kept.snapshot_names(name)
        if snapshot is None and CREATION in kept:
            snapshot = CREATION
        if snapshot is not None:
            await self._require_snapshot(name, snapshot)
        async with self._kept.making(name, replace=True) as made:
            if snapshot is None:
                await made.begin_empty()
                await self._make_again(name, made.url, progress)
            else:
                await made.copy_snapshot(name, snapshot)
                await _upgraded(made.url)
            record = await _begun(made.url, name, None, origin=None)
        return record

    async def _require_snapshot(self, name: str, snapshot: str) -> None:
        kept = await self._kept.snapshot_names(name)
        if snapshot not in kept:
            why = f"there {'is' if len(kept) == 1 else 'are'} {', '.join(kept[:10])}" if kept else "it has none at all"
            remedy = f"Take one with: canbao world snapshot {name} NAME"
            raise SnapshotMissing(f"{name} has no snapshot called {snapshot}", why, remedy)

    async def _make_again(self, name: str, url: str, progress: Progress) -> None:
        from simulator.worlds import create_world

        async with _alone(self._kept.url(name)) as database, database.read() as connection:
            await check_version(connection)
            record = await read_world(connection)
        if record.origin is not None:
            raise CreationLost(
                f"what {name} was when it was forked is not kept",
                "its snapshot of that moment is gone",
                f"Fork it anew with: canbao world fork {record.origin} {name} --replace",
            )
        made = await create_world(url, name=name, seed=record.seed, persons=record.persons, progress=progress)
        if made.fingerprint != record.fingerprint:
            raise CreationLost(
                f"what {name} was when it was made cannot be made again",
                "this program makes another world of its seed",
                f"Reset it to a snapshot, or make it anew with: canbao world create {name} --replace",
            )


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[Database]:
    database = open_database(url, connections=1)
    try:
        yield database
    finally:
        await database.close()


async def _upgraded(url: str) -> None:
    """The database at a URL is of this program's version. Raises `SchemaTooNew`, `StoreUnavailable`."""
    try:
        async with _alone(url) as database, database.read() as connection:
            await check_version(connection)
    except SchemaTooOld:
        from domain.store.migrations import upgrade

        await upgrade(url)


async def _begun(url: str, name: str, taken: float | None, *, origin: str | None) -> World:
    """The world of a copy as it begins: its clock stands at the machine's moment `taken` of the world that it is of, or
    where it stood. `origin` is the world that it was forked from; None leaves what it says of that.
    """
    async with _alone(url) as database, database.write() as connection:
        await check_version(connection)
        record = await read_world(connection)
        # A machine's clock that was set back sets no world's back.
        now = record.clock_base if taken is None else max(record.clock_base, WorldClock(record, lambda: taken).now())
        await begin_again(connection, name, now, new_secret())
        if origin is not None:
            await set_origin(connection, origin, now)
        return await read_world(connection)


# ---- SQLite -----------------------------------------------------------------------------------------------------


class _Files:
    """Worlds as files of one folder. The snapshots of NAME are in NAME.snapshots."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite3"

    def url(self, name: str) -> str:
        return f"sqlite:///{self.path(name)}"

    def snapshots(self, name: str) -> Path:
        return self.folder / f"{name}.snapshots"

    def snapshot(self, name: str, snapshot: str) -> Path:
        return self.snapshots(name) / f"{snapshot}.sqlite3"

    def snapshot_url(self, name: str, snapshot: str) -> str:
        return f"sqlite:///{self.snapshot(name, snapshot)}"

    async def has(self, name: str) -> bool:
        return WORLD_NAME.fullmatch(name) is not None and self.path(name).exists()

    async def names(self) -> list[str]:
        return [path.name.removesuffix(".sqlite3") for path in self.folder.glob("*.sqlite3")]

    async def is_open(self, name: str) -> bool:
        try:
            release_file(self.path(name))
        except DatabaseInUse:
            return True
        return False

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / _KEEPING).open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise DatabaseInUse(str(self.folder)) from error
            yield

    async def size(self, name: str) -> int:
        return self.path(name).stat().st_size

    async def drop(self, name: str) -> None:
        drop_file(self.path(name))

    async def snapshot_names(self, name: str) -> list[str]:
        found = (path.name.removesuffix(".sqlite3") for path in self.snapshots(name).glob("*.sqlite3"))
        return sorted(one for one in found if SNAPSHOT_NAME.fullmatch(one))

    async def snapshot_size(self, name: str, snapshot: str) -> int:
        return self.snapshot(name, snapshot).stat().st_size

    async def forget_snapshot(self, name: str, snapshot: str) -> None:
        self.snapshot(name, snapshot).unlink()
        if not any(self.snapshots(name).iterdir()):
            self.snapshots(name).rmdir()

    @asynccontextmanager
    async def making(self, name: str, *, replace: bool) -> AsyncIterator[_NewFile]:
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _unfinished(path) as new:
            made = _NewFile(self, new)
            yield made
            if replace and path.exists():
                release_file(path)
            if made.creation.exists():
                self._replace_snapshots(name, made.creation)
            if replace:
                replace_file(path, new)
                return
            try:
                add_file(path, new)
            except FileExistsError:
                raise world_there(name) from None

    def _replace_snapshots(self, name: str, creation: Path) -> None:
        shutil.rmtree(self.snapshots(name), ignore_errors=True)
        self.snapshots(name).mkdir(mode=0o700)
        os.replace(creation, self.snapshot(name, CREATION))

    @asynccontextmanager
    async def making_snapshot(self, name: str, snapshot: str) -> AsyncIterator[_NewFile]:
        path = self.snapshot(name, snapshot)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with _unfinished(path) as new:
            yield _NewFile(self, new)
            os.replace(new, path)


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """A file beside `path` whose name nothing that is whole can have; gone when the block ends."""
    new = path.with_name(f".{path.stem}.{os.getpid()}.new")
    try:
        yield new
    finally:
        for beside in ("", "-wal", "-shm", "-journal", ".creation"):
            new.with_name(new.name + beside).unlink(missing_ok=True)


class _NewFile:
    """A world's file while it is made."""

    def __init__(self, files: _Files, path: Path) -> None:
        self._files = files
        self._path = path
        self.creation = path.with_name(path.name + ".creation")

    @property
    def url(self) -> str:
        return f"sqlite:///{self._path}"

    async def begin_empty(self) -> None:
        """It can be filled."""

    async def copy_world(self, name: str, progress: Progress) -> float:
        """It holds what the world holds at the machine's moment that is given back."""
        path = self._files.path(name)
        return await copy_file(path, self._path, machine_clock, lambda done, total: progress("pages", done, total))

    async def copy_snapshot(self, name: str, snapshot: str) -> None:
        """It holds what the snapshot holds."""
        await asyncio.to_thread(copy_lone_file, self._files.snapshot(name, snapshot), self._path)

    async def keep_creation(self) -> None:
        """What it holds is kept beside it."""
        await asyncio.to_thread(copy_lone_file, self._path, self.creation)


# ---- PostgreSQL -------------------------------------------------------------------------------------------------


class _Databases:
    """Worlds as databases of one server. The snapshot SNAP of a world is the database `canbao_world@SNAP`."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url

    def snapshot(self, name: str, snapshot: str) -> str:
        return f"{database_of(name)}@{snapshot}"

    def at(self, database: str) -> str:
        """The URL of a database."""
        return f"{self.server_url.rstrip('/')}/{quote(database)}"

    def url(self, name: str) -> str:
        return self.at(database_of(name))

    def snapshot_url(self, name: str, snapshot: str) -> str:
        return self.at(self.snapshot(name, snapshot))

    async def has(self, name: str) -> bool:
        if not WORLD_NAME.fullmatch(name):
            return False
        async with database_server(self.server_url) as server:
            return database_of(name) in await server.names(database_of(name))

    async def names(self) -> list[str]:
        async with database_server(self.server_url) as server:
            return [
                name.removeprefix(DATABASE_PREFIX).replace("_", "-") for name in await server.names(DATABASE_PREFIX)
            ]

    async def is_open(self, name: str) -> bool:
        async with database_server(self.server_url) as server:
            return await server.is_open(database_of(name))

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        async with database_server(self.server_url) as server, server.claimed(DATABASE_PREFIX + _KEEPING):
            yield

    async def size(self, name: str) -> int:
        async with database_server(self.server_url) as server:
            return await server.size(database_of(name))

    async def drop(self, name: str) -> None:
        async with database_server(self.server_url) as server:
            await server.drop(database_of(name))

    async def snapshot_names(self, name: str) -> list[str]:
        prefix = self.snapshot(name, "")
        async with database_server(self.server_url) as server:
            found = [one.removeprefix(prefix) for one in await server.names(prefix)]
        return [one for one in found if SNAPSHOT_NAME.fullmatch(one)]

    async def snapshot_size(self, name: str, snapshot: str) -> int:
        async with database_server(self.server_url) as server:
            return await server.size(self.snapshot(name, snapshot))

    async def forget_snapshot(self, name: str, snapshot: str) -> None:
        async with database_server(self.server_url) as server:
            await server.drop(self.snapshot(name, snapshot))

    @asynccontextmanager
    async def making(self, name: str, *, replace: bool) -> AsyncIterator[_NewDatabase]:
        final = database_of(name)
        async with database_server(self.server_url) as server, self._unfinished(server, name) as made:
            yield made
            if replace:
                await server.drop(final)
            elif final in await server.names(final):
                raise world_there(name)
            if made.creation is not None:
                for snapshot in await server.names(self.snapshot(name, "")):
                    if snapshot != made.creation:
                        await server.drop(snapshot)
                await server.rename(made.creation, self.snapshot(name, CREATION))
            await server.rename(made.name, final)

    @asynccontextmanager
    async def making_snapshot(self, name: str, snapshot: str) -> AsyncIterator[_NewDatabase]:
        async with database_server(self.server_url) as server, self._unfinished(server, name) as made:
            yield made
            await server.drop(self.snapshot(name, snapshot))
            await server.rename(made.name, self.snapshot(name, snapshot))

    @asynccontextmanager
    async def _unfinished(self, server: DatabaseServer, name: str) -> AsyncIterator[_NewDatabase]:
        unfinished = f"{database_of(name)}.unfinished"
        async with server.claimed(unfinished):
            made = _NewDatabase(self, server, unfinished)
            await made.drop()
            try:
                yield made
            finally:
                await made.drop()


class _NewDatabase:
    """A world's database while it is made."""

    def __init__(self, databases: _Databases, server: DatabaseServer, name: str) -> None:
        self._databases = databases
        self._server = server
        self.name = name
        self.creation: str | None = None

    @property
    def url(self) -> str:
        return self._databases.at(self.name)

    async def begin_empty(self) -> None:
        """It can be filled."""
        await self._server.create(self.name)

    async def copy_world(self, name: str, progress: Progress) -> float:
        """It holds what the world holds at the machine's moment that is given back.

        A server copies a database that nobody has open in one command; of one that somebody has, the rows are copied.
        """
        source = database_of(name)
        progress("database", 0, 1)
        taken = machine_clock()
        if await self._server.is_open(source):
            from simulator.loading import postgresql_loading

            await self.begin_empty()
            async with postgresql_loading(make_url(self.url)) as loading:
                taken = await copy_rows(self._databases.at(source), loading, machine_clock, progress)
                await loading.finish()
        else:
            await self._server.copy(self.name, source)
        progress("database", 1, 1)
        return taken

    async def copy_snapshot(self, name: str, snapshot: str) -> None:
        """It holds what the snapshot holds."""
        await self._server.copy(self.name, self._databases.snapshot(name, snapshot))

    async def keep_creation(self) -> None:
        """What it holds is kept beside it."""
        self.creation = f"{self.name}@"
        await self._server.copy(self.creation, self.name)

    async def drop(self) -> None:
        """There is nothing of it."""
        await self._server.drop(self.name)
        await self._server.drop(f"{self.name}@")


NewWorld = _NewFile | _NewDatabase
"""A world while it is made: whoever fills it finds it empty at its URL, once it can be filled."""
