"""Forks, snapshots and resets: whole or not at all, and from there each world goes its own way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from domain.decisions.keeping_worlds import CREATION
from domain.policy import PolicyBook
from domain.store.databases import DatabaseInUse
from domain.store.versions import NEWEST
from resolvers import shelf as shelves
from resolvers.cli.failures import ExitCode
from resolvers.cli.keeping import create, drop, world_names
from resolvers.context import machine_clock
from resolvers.graphql import build_executor
from resolvers.plan.executor import Executor
from resolvers.settings import Settings
from resolvers.shelf import (
    CreationLost,
    NameUnfit,
    Shelf,
    SnapshotMissing,
    SnapshotThere,
    WorldMissing,
    WorldThere,
)
from simulator.auditor import audit
from tests.cli.conftest import PERSONS, SEED, Canbao
from tests.cli.test_backups import lives_a_life_of_its_own, paid
from tests.cli.test_worlds import changed, held, names_in
from tests.databases import PostgresServer
from tests.resolvers.opened import BIND, MachineTime, OpenedWorld, open_at

LOG = "{ events(first: 100) { edges { cursor } } }"
ORIGIN = "{ world { name now forkedFrom forkedAt } }"
WORLDS = ("base", "again", "third")


def unheard(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""


@pytest.fixture(scope="module")
def book() -> PolicyBook:
    return PolicyBook.load()


@pytest.fixture(scope="module")
def executor(book: PolicyBook) -> Iterator[Executor]:
    executor = build_executor(book)
    yield executor
    executor.close()


@pytest.fixture
async def settings(engine_kind: str, request: pytest.FixtureRequest, home: Path) -> AsyncIterator[Settings]:
    """Where the worlds of the test are, on each engine; `base` is there, and none is left."""
    settings = Settings(home=home)
    if engine_kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        settings = Settings(home=home, postgres_url=server.admin_url.rsplit("/", 1)[0])
    await create(settings, "base", seed=SEED, persons=PERSONS, replace_old=True, progress=unheard)
    yield settings
    for name in await world_names(settings):
        if name in WORLDS:
            await drop(settings, name)
            assert await Shelf(settings).snapshots(name) == []


async def test_worlds_are_forked_kept_and_set_back(settings: Settings, executor: Executor, book: PolicyBook) -> None:
    shelf, machine = Shelf(settings), MachineTime(machine_clock())

    @asynccontextmanager
    async def opened(name: str) -> AsyncIterator[OpenedWorld]:
        world = await open_at(settings.world_url(name), executor, book, machine)
        try:
            yield world
        finally:
            await world.close()

    async def statuses(world: OpenedWorld, contribution: str) -> list[Any]:
        found: list[Any] = await world.rows(
            f"SELECT status FROM resident_contributions WHERE id = {contribution.removeprefix('con_')}"
        )
        return found

    # Of a world that is served, with its rows, keys of idempotency and clock.
    async with opened("base") as base:
        before = await paid(base, "employee")
        await base.service.world.seal_trail()
        token = await base.sign_in("employee")
        cursor = (await base.data(LOG, None, "operator"))["events"]["edges"][-1]["cursor"]
        machine.forward(days=1)
        record = await shelf.fork("base", "again", replace=False, progress=unheard)
        assert (record.name, record.origin, record.fingerprint) == (
            "again",
            "base",
            base.service.world.record.fingerprint,
        )
        after = await paid(base, "employee-2")
        # What the copy is of is not what it was read with: the machine's clock is another.
        assert record.origin_at == record.clock_base

        async with opened("again") as again:
            assert await audit(again.service.world.database) == []
            assert await statuses(again, before) == [("PAID",)]
            assert await statuses(again, after) == []
            told = (await again.data(ORIGIN))["world"]
            assert (told["name"], told["forkedFrom"]) == ("again", "base")
            await lives_a_life_of_its_own(again, token, cursor)
            later = await paid(again, "employee-3")
            refused = again.service.authenticate(f"Bearer {token}")
            assert getattr(refused, "status", None) == 401
            with pytest.raises(DatabaseInUse):
                await shelf.reset("again", None, progress=unheard)
            kept = await shelf.take_snapshot("again", "paid", replace=False, progress=unheard)
            own_token = await again.sign_in("employee")
            await paid(again, "employee-4")
        assert (await base.data(ORIGIN))["world"]["forkedFrom"] is None
        assert await statuses(base, later) == []

    assert [one.name for one in await shelf.snapshots("again")] == [CREATION, "paid"]
    assert await shelf.snapshots("base") == []
    with pytest.raises(SnapshotThere):
        await shelf.take_snapshot("again", "paid", replace=False, progress=unheard)
    for name in (CREATION, "../up", "", "A", "a" * 16):
        with pytest.raises(NameUnfit):
            await shelf.take_snapshot("again", name, replace=True, progress=unheard)
    for name in ("nothing", "../base", "paid.sqlite3"):
        with pytest.raises(SnapshotMissing):
            await shelf.reset("again", name, progress=unheard)
    for name in ("nowhere", "../base", ""):
        with pytest.raises(WorldMissing):
            await shelf.fork(name, "third", replace=False, progress=unheard)
    for new in ("../third", "Third", ""):
        with pytest.raises(NameUnfit):
            await shelf.fork("base", new, replace=True, progress=unheard)
    for new in ("again", "base"):
        with pytest.raises(WorldThere):
            await shelf.fork("base", new, replace=False, progress=unheard)

    # To what was kept, as often as one likes.
    for _ in range(2):
        assert (await shelf.reset("again", "paid", progress=unheard)).clock_base == kept.taken_at
        async with opened("again") as again:
            assert await statuses(again, later) == [("PAID",)]
            refused = again.service.authenticate(f"Bearer {own_token}")
            assert getattr(refused, "status", None) == 401
            await paid(again, "employee-4")
            assert await audit(again.service.world.database) == []
            assert (await again.data(ORIGIN))["world"]["forkedFrom"] == "base"

    # To the moment of the fork, and a fork of a fork.
    assert (await shelf.reset("again", None, progress=unheard)).clock_base == record.clock_base
    assert (await shelf.fork("again", "third", replace=False, progress=unheard)).origin == "again"
    async with opened("third") as third:
        assert await statuses(third, before) == [("PAID",)]
        assert await statuses(third, later) == []
        assert (await third.mutate(BIND, "employee-9", **third.member("employee-9")))[
            "__typename"
        ] == "FamilyMemberBound"
    await shelf.forget_snapshot("third", CREATION)
    with pytest.raises(CreationLost):
        await shelf.reset("third", None, progress=unheard)

    # One that was made of a seed is made of it again.
    made = await shelf.reset("base", None, progress=unheard)
    assert (made.fingerprint, made.origin) == (record.fingerprint, None)
    async with opened("base") as base:
        assert await statuses(base, before) == []
        refused_page = await base.ask(LOG.replace("100", f'100, after: "{cursor}"'), None, "operator")
        assert refused_page["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


# ---- on the command line --------------------------------------------------------------------------------------------


def test_the_command_forks_keeps_and_resets(canbao: Canbao, demo: Path) -> None:
    def told(*arguments: str) -> Any:
        result = canbao("world", *arguments, "--json")
        assert result.exit_code == ExitCode.DONE, result.output
        return json.loads(result.stdout)

    with held(demo):
        made = told("fork", "demo", "team-a")
    start = made["now"]
    assert (made["name"], made["forkedFrom"], made["forkedAt"]) == ("team-a", "demo", start)
    assert told("show", "team-a")["forkedFrom"] == "demo"
    assert told("show", "demo")["forkedFrom"] is None
    assert names_in(demo.parent) == ["creation.sqlite3", "demo.sqlite3", "team-a.snapshots", "team-a.sqlite3"]
    assert told("advance", "team-a", "--by", "1d")["before"] == start
    assert told("snapshot", "team-a", "tomorrow")["name"] == "tomorrow"
    assert told("advance", "team-a", "--by", "1d")["timers"] == 0
    assert [one["name"] for one in told("snapshots", "team-a")] == ["creation", "tomorrow"]
    assert told("reset", "team-a", "--to", "tomorrow", "--yes")["now"] == told("snapshots", "team-a")[1]["takenAt"]
    assert told("reset", "team-a", "--yes")["now"] == start
    assert told("snapshot", "team-a", "tomorrow", "--forget") == {"name": "tomorrow", "forgotten": True}
    result = canbao("world", "fork", "demo", "team-a")
    assert (result.exit_code, "--replace" in result.stderr) == (ExitCode.REFUSED, True)
    with held(demo.with_name("team-a.sqlite3")):
        for arguments in (["fork", "demo", "team-a", "--replace"], ["reset", "team-a", "--yes"]):
            result = canbao("world", *arguments)
            assert (result.exit_code, "in use" in result.stderr) == (ExitCode.UNAVAILABLE, True)
    told("fork", "demo", "team-a", "--replace")
    assert canbao("world", "reset", "team-a", text="n\n").exit_code == ExitCode.REFUSED
    assert canbao("world", "reset", "team-a", "--to", "tomorrow", "--yes").exit_code == ExitCode.MISSING
    assert canbao("world", "fork", "nowhere", "team-b").exit_code == ExitCode.MISSING
    for command in (
        ["fork", "demo", "../up"],
        ["fork", "../demo", "up"],
        ["reset", "../demo"],
        ["snapshots", "../demo"],
    ):
        assert canbao("world", *command).exit_code == ExitCode.BAD_INPUT
    told("drop", "team-a", "--yes")
    assert names_in(demo.parent) == ["demo.sqlite3"]


def test_what_fails_on_the_way_leaves_worlds_and_snapshots_as_they_were(
    canbao: Canbao, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    assert canbao("world", "fork", "demo", "two").exit_code == ExitCode.DONE
    names, shown = names_in(demo.parent), canbao("world", "show", "two", "--json").stdout
    for place in ("copy_lone_file", "replace_file"):
        with monkeypatch.context() as patch:
            patch.setattr(shelves, place, full)
            assert canbao("world", "reset", "two", "--yes").exit_code == ExitCode.UNAVAILABLE
            assert canbao("world", "fork", "demo", "two", "--replace").exit_code == ExitCode.UNAVAILABLE
        assert (names_in(demo.parent), canbao("world", "show", "two", "--json").stdout) == (names, shown)


def test_a_snapshot_of_an_older_program_is_brought_to_this_version(
    canbao: Canbao, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert canbao("world", "snapshot", "demo", "old").exit_code == ExitCode.DONE
    migrated = []

    async def upgrade(url: str) -> None:
        migrated.append(url)
        changed(Path(url.removeprefix("sqlite:///")), f"UPDATE alembic_version SET version_num = '{NEWEST}'")

    changed(demo.parent / "demo.snapshots" / "old.sqlite3", "UPDATE alembic_version SET version_num = '0001'")
    monkeypatch.setattr("domain.store.migrations.upgrade", upgrade)
    result = canbao("world", "reset", "demo", "--to", "old", "--yes")
    assert result.exit_code == ExitCode.DONE, result.output
    assert len(migrated) == 1
