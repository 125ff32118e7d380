"""Backups (备份与恢复): a world at one moment as one file, and a world that is made of such a file.

The file is a ZIP archive: `manifest.json` says what world it is and the SHA-256 of every other member. Those are the
SQLite file, or each table of PostgreSQL as COPY gives it in its binary format.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final, Literal

from sqlalchemy.engine import make_url

from domain.store.engine import open_database
from domain.store.snapshots import copy_file, database_snapshot, tables_in_order
from domain.store.versions import NEWEST, check_version
from domain.store.worlds import World, begin_again, read_world
from domain.vocabulary import Instant, iso_instant
from resolvers.cli import keeping
from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import Stages
from resolvers.context import machine_clock, new_secret
from resolvers.settings import Settings
from resolvers.shelf import Shelf, world_there
from resolvers.world import WorldClock

FORM: Final = 1
"""The form of the archive; another is refused."""
MANIFEST: Final = "manifest.json"
LONGEST_MANIFEST: Final = 1 << 20
SQLITE_MEMBER: Final = "world.sqlite3"
_PART_BYTES: Final = 1 << 20
_COMPRESSION: Final = 1
"""The least: rows shrink to a fifth, and more takes several times as long for little."""

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What reading an archive raises that was cut off, changed, or is none."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a backup. `rows` is None for a database as a whole."""

    sha256: str
    bytes: int
    rows: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of. `taken_at` is the world's time."""

    form: int
    engine: Literal["sqlite", "postgresql"]
    version: str
    world: str
    seed: int
    persons: int
    fingerprint: str
    taken_at: int
    members: dict[str, Member]

    def told(self) -> dict[str, Any]:
        """The manifest as JSON carries it."""
        told = asdict(self)
        seconds = told.pop("taken_at")
        return told | {"takenAt": iso_instant(Instant(seconds)), "takenAtSeconds": seconds}


class _Damaged(Exception):
    """A member is not what the manifest says."""


class _Writing:
    """A member of an archive while it is written."""

    def __init__(self, into: IO[bytes]) -> None:
        self._into = into
        self._digest = hashlib.sha256()
        self._bytes = 0

    def write(self, part: bytes) -> None:
        self._into.write(part)
        self._digest.update(part)
        self._bytes += len(part)

    async def sink(self, part: bytes) -> None:
        """`write`, for who awaits it."""
        self.write(part)

    def member(self, rows: int | None = None) -> Member:
        return Member(self._digest.hexdigest(), self._bytes, rows)


# ---- taking one -----------------------------------------------------------------------------------------------------


async def back_up(settings: Settings, name: str, file: Path, *, replace: bool, progress: Stages) -> Manifest:
    """The file is a backup of the world, whole, or is what it was before. Servers go on meanwhile."""
    if not replace:
        _refuse_another(file)
    async with keeping.opened(settings, name):
        pass
    with _new_file(file) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as to:
        if settings.postgres_url is None:
            manifest = await _back_up_file(settings, name, file, to, progress)
        else:
            manifest = await _back_up_database(settings, name, to, progress)
        to.writestr(MANIFEST, json.dumps(manifest.told(), indent=1))
    return manifest


def _refuse_another(file: Path) -> None:
    if not file.exists():
        return
    raise CommandFailed(
        ExitCode.REFUSED,
        f"{file} is there already",
        "it would be lost",
        "Give --replace to have the backup in its place, or name another file",
    )


@contextmanager
def _new_file(file: Path) -> Iterator[IO[bytes]]:
    """What is written is the file when the block ends, on the disk, for its owner alone; nothing if it raises."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as writing:
            yield writing
            writing.flush()
            os.fsync(writing.fileno())
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)


async def _back_up_file(settings: Settings, name: str, file: Path, to: zipfile.ZipFile, progress: Stages) -> Manifest:
    path = settings.worlds / f"{name}.sqlite3"
    copy = file.with_name(f".{file.name}.{os.getpid()}.copy")
    try:
        os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        taken = await copy_file(path, copy, machine_clock, lambda done, total: progress("pages", done, total))
        database = open_database(f"sqlite:///{copy}")
        try:
            async with database.read() as connection:
                await check_version(connection)
                record = await read_world(connection)
        finally:
            await database.close()
        total = copy.stat().st_size
        with to.open(SQLITE_MEMBER, "w", force_zip64=True) as into, copy.open("rb") as source:
            writing = _Writing(into)
            while part := source.read(_PART_BYTES):
                writing.write(part)
                progress("packing", source.tell(), total)
        return _manifest("sqlite", record, taken, {SQLITE_MEMBER: writing.member()})
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)


async def _back_up_database(settings: Settings, name: str, to: zipfile.ZipFile, progress: Stages) -> Manifest:
    members: dict[str, Member] = {}
    tables = tables_in_order()
    async with database_snapshot(settings.world_url(name)) as snapshot:
        taken = machine_clock()
        record = await snapshot.world()
        for number, table in enumerate(tables):
            progress(table.name, number, len(tables))
            with to.open(_member_of(table.name), "w", force_zip64=True) as into:
                writing = _Writing(into)
                rows = await snapshot.copy_out(table, writing.sink)
            members[_member_of(table.name)] = writing.member(rows)
    return _manifest("postgresql", record, taken, members)


def _member_of(table: str) -> str:
    return f"tables/{table}"


def _manifest(
    engine: Literal["sqlite", "postgresql"], record: World, taken: float, members: dict[str, Member]
) -> Manifest:
    at = WorldClock(record, lambda: taken).now()
    return Manifest(FORM, engine, NEWEST, record.name, record.seed, record.persons, record.fingerprint, at, members)


# ---- making a world of one ------------------------------------------------------------------------------------------


async def restore(settings: Settings, file: Path, name: str, *, replace: bool, progress: Stages) -> Manifest:
    """There is a world of that name with every row of the backup, whole, or all is as it was before.

    Nobody may have the world open in whose place it is put.
    """
    shelf = Shelf(settings)
    if not replace and await shelf.has(keeping.checked_name(name)):
        raise world_there(name)
    with file.open("rb") as held:
        try:
            archive = zipfile.ZipFile(held)
            manifest = _read_manifest(archive)
        except _DAMAGED as error:
            raise _damaged(file, str(error)) from error
        with archive:
            _refuse_unfit(settings, file, manifest)
            try:
                _check(archive, manifest, progress)
            except (*_DAMAGED, _Damaged) as error:
                raise _damaged(file, str(error)) from error
            async with shelf.making(name, replace=replace) as made:
                await made.begin_empty()
                if settings.postgres_url is None:
                    _unpack(archive, manifest, made.url, progress)
                else:
                    await _load(archive, manifest, made.url, progress)
                await _begin(made.url, manifest, name)
    # Of a world in whose place this one is.
    await shelf.forget_snapshots(name)
    return manifest


def _damaged(file: Path, why: str) -> CommandFailed:
    return CommandFailed(
        ExitCode.BAD_INPUT,
        f"{file} is no backup that can be believed",
        f"it was cut off or changed, or is another kind of file ({why})",
        "Nothing was changed; use another copy of it",
    )


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
        raise ValueError("the manifest is too long")
    read = json.loads(archive.read(MANIFEST))
    members = {name: Member(**member) for name, member in read["members"].items()}
    taken_at = int(read["takenAtSeconds"])
    known = {key: read[key] for key in ("form", "engine", "version", "world", "seed", "persons", "fingerprint")}
    return Manifest(**known, taken_at=taken_at, members=members)


def _refuse_unfit(settings: Settings, file: Path, manifest: Manifest) -> None:
    if manifest.form != FORM or manifest.version != NEWEST:
        raise CommandFailed(
            ExitCode.REFUSED,
            f"{file} is of another version",
            f"its tables are of version {manifest.version}, and this program works with {NEWEST}",
            "Restore it with the program that made it, then migrate that world with: canbao world migrate NAME",
        )
    engine = "sqlite" if settings.postgres_url is None else "postgresql"
    if manifest.engine != engine:
        raise CommandFailed(
            ExitCode.REFUSED,
            f"{file} is of another engine",
            f"it was taken of a world on {manifest.engine}, and worlds are on {engine} here",
            "Set or leave out CANBAO_POSTGRES_URL",
        )
    expected = {SQLITE_MEMBER} if engine == "sqlite" else {_member_of(table.name) for table in tables_in_order()}
    if set(manifest.members) != expected:
        raise _damaged(file, "it has not the members that it should have")


def _check(archive: zipfile.ZipFile, manifest: Manifest, progress: Stages) -> None:
    total, done = sum(member.bytes for member in manifest.members.values()), 0
    for name, member in manifest.members.items():
        digest = hashlib.sha256()
        with archive.open(name) as source:
            while part := source.read(_PART_BYTES):
                digest.update(part)
                done += len(part)
                progress("checking", done, total)
        if digest.hexdigest() != member.sha256:
            raise _Damaged(f"{name} has another checksum")


def _unpack(archive: zipfile.ZipFile, manifest: Manifest, url: str, progress: Stages) -> None:
    path = make_url(url).database
    assert path is not None
    done, total = 0, manifest.members[SQLITE_MEMBER].bytes
    with archive.open(SQLITE_MEMBER) as source, Path(path).open("xb") as into:
        while part := source.read(_PART_BYTES):
            into.write(part)
            done += len(part)
            progress("unpacking", done, total)
        into.flush()
        os.fsync(into.fileno())


async def _load(archive: zipfile.ZipFile, manifest: Manifest, url: str, progress: Stages) -> None:
    from simulator.loading import postgresql_loading

    tables = tables_in_order()
    async with postgresql_loading(make_url(url)) as loading:
        for number, table in enumerate(tables):
            progress(table.name, number, len(tables))
            with archive.open(_member_of(table.name)) as source:
                rows = await loading.copy(table, _parts(source))
            if rows != manifest.members[_member_of(table.name)].rows:
                raise AssertionError(f"{table.name} has {rows} rows")
        progress("indexes", len(tables), len(tables))
        await loading.finish()


async def _parts(source: IO[bytes]) -> AsyncIterator[bytes]:
    while part := source.read(_PART_BYTES):
        yield part


async def _begin(url: str, manifest: Manifest, name: str) -> None:
    database = open_database(url, connections=1)
    try:
        async with database.write() as connection:
            await check_version(connection)
            record = await read_world(connection)
            assert (record.seed, record.fingerprint) == (manifest.seed, manifest.fingerprint)
            await begin_again(connection, name, Instant(manifest.taken_at), new_secret())
    finally:
        await database.close()
