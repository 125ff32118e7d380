"""Backups: a world at one moment, taken while people pay, and made into a world again, whole or not at all."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from domain.policy import PolicyBook
from domain.store import snapshots
from domain.store.statements import EngineKind
from resolvers.cli.backups import MANIFEST, back_up, restore
from resolvers.cli.failures import ExitCode
from resolvers.cli.keeping import create, drop
from resolvers.context import machine_clock
from resolvers.graphql import build_executor
from resolvers.plan.executor import Executor
from resolvers.service import Answer
from resolvers.settings import Settings
from simulator.auditor import audit
from tests.cli.conftest import PERSONS, SEED, Canbao
from tests.cli.test_worlds import held, names_in
from tests.databases import PostgresServer
from tests.resolvers.opened import BIND, PAY, UNBIND, MachineTime, OpenedWorld, open_at

LOG = "query L($after: Cursor) { events(first: 100, after: $after) { edges { cursor node { id type } } } }"
PAYERS = ("employee", "employee-2", "employee-3")
LATER = ("employee-4", "employee-5", "employee-6")
RESTLESS = ("employee-7", "employee-8")


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
def settings(engine_kind: str, request: pytest.FixtureRequest, home: Path) -> Settings:
    """Where the worlds of the test are, on each engine."""
    if engine_kind == "sqlite":
        return Settings(home=home)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return Settings(home=home, postgres_url=server.admin_url.rsplit("/", 1)[0])


@asynccontextmanager
async def worlds(settings: Settings) -> AsyncIterator[None]:
    """There is a world `demo`; none is left afterwards."""
    await create(settings, "demo", seed=SEED, persons=PERSONS, replace_old=True, progress=unheard)
    try:
        yield
    finally:
        for name in ("demo", "again"):
            await drop_if_there(settings, name)


async def drop_if_there(settings: Settings, name: str) -> None:
    from resolvers.cli.keeping import world_exists

    if await world_exists(settings, name):
        await drop(settings, name)


async def paid(world: OpenedWorld, persona: str) -> str:
    """The contribution that the persona has paid for the relative."""
    contribution = await world.submitted(persona)
    payload = await world.mutate(PAY, persona, contributionId=contribution)
    assert payload["__typename"] == "ResidentContributionPaid"
    return contribution


class Restless:
    """People who bind and unbind their relatives without end, and the payments among that."""

    def __init__(self, world: OpenedWorld) -> None:
        self._world = world
        self.written = 0
        self.begun = asyncio.Event()

    async def bind_and_unbind(self, persona: str) -> None:
        while True:
            bound = await self._world.mutate(BIND, persona, **self._world.member(persona))
            await self._world.mutate(UNBIND, persona, bindingId=bound["binding"]["id"])
            self.written += 2
            self.begun.set()

    async def pay(self) -> None:
        for persona in LATER:
            await paid(self._world, persona)
            self.written += 1


async def statuses(world: OpenedWorld) -> dict[str, str]:
    return {
        f"con_{number}": status for number, status in await world.rows("SELECT id, status FROM resident_contributions")
    }


async def test_what_was_answered_before_a_backup_began_is_in_it_and_the_rest_is_there_as_a_whole_or_not(
    settings: Settings, executor: Executor, book: PolicyBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A small world's file would be copied in one step, and nobody would write meanwhile.
    monkeypatch.setattr(snapshots, "_PAGES_AT_ONCE", 4)
    file = tmp_path / "demo.canbao"
    machine = MachineTime(machine_clock())
    async with worlds(settings):
        world = await open_at(settings.world_url("demo"), executor, book, machine)
        # A server whose transactions have far higher numbers than those of the one that it will be restored on.
        await world.change("UPDATE world SET transaction_offset = 1000000000")
        answered = [await paid(world, persona) for persona in PAYERS]
        await world.data("{ persons(first: 5) { edges { node { name } } } }", None, "clerk-anshun")
        assert await world.service.world.seal_trail() > 0
        token = await world.sign_in("employee")
        cursor = (await world.data(LOG, None, "operator"))["events"]["edges"][-1]["cursor"]
        restless = Restless(world)
        tasks = [asyncio.create_task(restless.bind_and_unbind(persona)) for persona in RESTLESS]
        tasks.append(asyncio.create_task(restless.pay()))
        await restless.begun.wait()
        before = restless.written
        manifest = await back_up(settings, "demo", file, replace=False, progress=unheard)
        during = restless.written - before
        await tasks.pop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert during > 0, "nobody wrote while the backup was taken"
        assert await audit(world.service.world.database) == []
        events = [row for (row,) in await world.rows("SELECT id FROM events ORDER BY transaction_id, position")]
        entries = set(await world.rows("SELECT id, amount_fen FROM account_entries"))
        await world.close()

        assert (manifest.world, manifest.seed, manifest.persons) == ("demo", SEED, PERSONS)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert names_in(tmp_path / "demo.canbao") == []

        await restore(settings, file, "again", replace=False, progress=unheard)
        again = await open_at(settings.world_url("again"), executor, book, machine)
        try:
            assert await audit(again.service.world.database) == []
            found = await statuses(again)
            assert {found[one] for one in answered} == {"PAID"}
            kept = [row for (row,) in await again.rows("SELECT id FROM events ORDER BY position")]
            assert 0 < len(kept) < len(events)
            assert set(kept) <= set(events)
            assert set(await again.rows("SELECT id, amount_fen FROM account_entries")) <= entries
            await lives_a_life_of_its_own(again, token, cursor)
        finally:
            await again.close()


async def lives_a_life_of_its_own(again: OpenedWorld, token: str, cursor: str) -> None:
    """A restored world goes on from the backup's moment; what its original gave out is good for nothing in it."""
    assert (await again.data("{ world { name now } }"))["world"]["name"] == "again"
    refused = again.service.authenticate(f"Bearer {token}")
    assert isinstance(refused, Answer)
    assert refused.status == 401
    response = await again.ask(LOG, {"after": cursor}, "operator")
    assert response["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    edges: list[Any] = []
    while page := (await again.data(LOG, {"after": edges[-1]["cursor"] if edges else None}, "operator"))["events"][
        "edges"
    ]:
        edges += page
    bound = await again.mutate(BIND, "employee-9", **again.member("employee-9"))
    assert bound["__typename"] == "FamilyMemberBound"
    # On PostgreSQL too, whose transactions have other numbers here, what is new comes after all that there was.
    new = (await again.data(LOG, {"after": edges[-1]["cursor"]}, "operator"))["events"]["edges"]
    assert [edge["node"]["type"] for edge in new] == ["FAMILY_MEMBER_BOUND"]
    # What was sealed before is sealed still, and the chain goes on.
    assert await again.service.world.seal_trail() > 0
    assert await audit(again.service.world.database) == []


async def test_the_clock_of_a_restored_world_stands_at_the_moment_of_the_backup_until_it_is_served(
    settings: Settings, executor: Executor, book: PolicyBook, tmp_path: Path
) -> None:
    file = tmp_path / "demo.canbao"
    machine = MachineTime(machine_clock())
    async with worlds(settings):
        world = await open_at(settings.world_url("demo"), executor, book, machine)
        await world.close()
        manifest = await back_up(settings, "demo", file, replace=False, progress=unheard)
        await restore(settings, file, "demo", replace=True, progress=unheard)
        machine.forward(days=40)
        restored = await open_at(settings.world_url("demo"), executor, book, machine)
        assert restored.service.world.clock.now() == manifest.taken_at
        assert restored.kind is (EngineKind.SQLITE if settings.postgres_url is None else EngineKind.POSTGRESQL)
        await restored.close()


# ---- on the command line --------------------------------------------------------------------------------------------


@pytest.fixture
def backup(demo: Path, canbao: Canbao, tmp_path: Path) -> Path:
    """A backup of the world `demo`."""
    file = tmp_path / "demo.canbao"
    result = canbao("world", "backup", "demo", str(file), "--json")
    assert result.exit_code == ExitCode.DONE, result.output
    told = json.loads(result.stdout)
    assert (told["world"], told["engine"], told["bytes"]) == ("demo", "sqlite", file.stat().st_size)
    return file


def test_a_backup_of_a_world_that_is_served_is_taken_and_one_in_its_place_is_not_put(
    canbao: Canbao, demo: Path, backup: Path
) -> None:
    with held(demo):
        assert canbao("world", "backup", "demo", str(backup), "--replace").exit_code == ExitCode.DONE
        result = canbao("world", "restore", str(backup), "demo", "--replace")
    assert result.exit_code == ExitCode.UNAVAILABLE
    assert "in use" in result.stderr
    assert [name for name in names_in(demo.parent) if not name.startswith("demo.sqlite3")] == []


def test_nothing_is_put_in_the_place_of_another_unasked(canbao: Canbao, demo: Path, backup: Path) -> None:
    file, world = backup.read_bytes(), demo.read_bytes()
    for arguments in (("backup", "demo", str(backup)), ("restore", str(backup), "demo")):
        result = canbao("world", *arguments)
        assert result.exit_code == ExitCode.REFUSED
        assert "--replace" in result.stderr
    assert (backup.read_bytes(), demo.read_bytes()) == (file, world)
    assert canbao("world", "restore", str(backup), "demo", "--replace").exit_code == ExitCode.DONE
    assert json.loads(canbao("world", "show", "demo", "--json").stdout)["persons"] == PERSONS


def test_a_world_or_a_file_that_is_not_there(canbao: Canbao, demo: Path, tmp_path: Path) -> None:
    assert canbao("world", "backup", "nowhere", str(tmp_path / "b")).exit_code == ExitCode.MISSING
    assert canbao("world", "restore", str(tmp_path / "b"), "two").exit_code == ExitCode.MISSING
    assert canbao("world", "restore", str(tmp_path / "b"), "../two").exit_code == ExitCode.BAD_INPUT
    assert canbao("world", "backup", "demo", str(tmp_path / "no" / "b")).exit_code == ExitCode.MISSING
    assert names_in(demo.parent) == ["demo.sqlite3"]


@pytest.mark.parametrize("part", ["begin", "middle", "end", "half", "another", "empty"])
def test_a_damaged_file_is_refused_and_leaves_nothing_behind(
    part: str, canbao: Canbao, demo: Path, backup: Path
) -> None:
    whole = bytearray(backup.read_bytes())
    if part in ("begin", "middle", "end"):
        whole[{"begin": 2, "middle": len(whole) // 2, "end": len(whole) - 6}[part]] ^= 0x55
    changed: bytes = {"half": bytes(whole[: len(whole) // 2]), "another": b"SQLite format 3\0" * 100, "empty": b""}.get(
        part, bytes(whole)
    )
    backup.write_bytes(changed)
    result = canbao("world", "restore", str(backup), "two")
    assert result.exit_code == ExitCode.BAD_INPUT
    assert "no backup that can be believed" in result.stderr
    assert names_in(demo.parent) == ["demo.sqlite3"]


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"version": "0003"}, ExitCode.REFUSED, "0003"),
        ({"version": "9999"}, ExitCode.REFUSED, "another version"),
        ({"form": 2}, ExitCode.REFUSED, "another version"),
        ({"engine": "postgresql"}, ExitCode.REFUSED, "another engine"),
        ({"members": {}}, ExitCode.BAD_INPUT, "members"),
        ({"members": 7}, ExitCode.BAD_INPUT, "no backup"),
        ({"members": {"world.sqlite3": {"sha256": "0", "bytes": 1, "rows": None}}}, ExitCode.BAD_INPUT, "checksum"),
    ],
    ids=str,
)
def test_a_backup_that_does_not_fit_here_is_refused(
    changes: dict[str, Any], code: ExitCode, said: str, canbao: Canbao, demo: Path, backup: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.canbao"
    with zipfile.ZipFile(backup) as before, zipfile.ZipFile(other, "w") as after:
        for name in before.namelist():
            with before.open(name) as source, after.open(name, "w", force_zip64=True) as into:
                if name == MANIFEST:
                    into.write(json.dumps(json.loads(source.read()) | changes).encode())
                else:
                    shutil.copyfileobj(source, into)
    result = canbao("world", "restore", str(other), "two")
    assert result.exit_code == code
    assert said in result.stderr
    assert names_in(demo.parent) == ["demo.sqlite3"]


def test_a_backup_that_fails_on_the_way_leaves_the_file_of_before(
    canbao: Canbao, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = backup.read_bytes()
    monkeypatch.setattr("resolvers.cli.backups._Writing.write", full)
    result = canbao("world", "backup", "demo", str(backup), "--replace")
    assert result.exit_code == ExitCode.UNAVAILABLE
    assert "No space left" in result.stderr
    assert backup.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [backup.name]
