"""A database that is locked, full or cut off: UNAVAILABLE with a time to try again, and nothing half-written."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from domain.policy import PolicyBook
from domain.store import engine
from domain.store.engine import SqliteDatabase
from domain.vocabulary import Viewer
from resolvers.bench.cluster import programs_folder
from resolvers.plan.executor import Executor
from resolvers.service import Answer
from resolvers.settings import Settings
from resolvers.worlds import OpenWorlds
from simulator.auditor import audit
from simulator.outside import outside
from simulator.worlds import create_world
from tests.databases import NOT_INSTALLED, TEST_SETTINGS, PostgresServer, PostgresUnavailable
from tests.resolvers.made import PERSONS, SEED, unheard
from tests.resolvers.opened import FINISH, PAY, SUBMIT, MachineTime, OpenedWorld, open_at
from tests.resolvers.test_subscriptions import following, kinds, taken

HOLDING = """
import sqlite3, sys
holder = sqlite3.connect(sys.argv[1], isolation_level=None)
holder.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def unavailable(answer: Answer) -> bool:
    """True for the answer that says: not now, and nothing about why."""
    assert answer.status == 503, answer.body
    assert answer.retry_after_seconds
    [error] = json.loads(answer.body)["errors"]
    assert error["extensions"]["code"] == "UNAVAILABLE"
    text = answer.body.lower()
    for inside in (b"sqlite", b"postgres", b"locked", b"full", b"terminat", b"busy", b"asyncpg", b"disk"):
        assert inside not in text
    return True


def is_paid(answer: Answer) -> bool:
    """Whether the payment is the answer."""
    payload = json.loads(answer.body)["data"]["payResidentContribution"]
    return bool(payload["__typename"] == "ResidentContributionPaid")


@contextmanager
def locked_by_another_process(url: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, urlsplit(url).path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.stdin.close()


async def pay(world: OpenedWorld, contribution: str, key: str = "through-thick-and-thin") -> Answer:
    return await world.answer(PAY, {"input": {"idempotencyKey": key, "contributionId": contribution}}, "employee")


@pytest.mark.sqlite
async def test_a_file_that_another_process_has_locked(on_sqlite: OpenedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    contribution = await on_sqlite.submitted("employee")
    before = await on_sqlite.written()
    with locked_by_another_process(on_sqlite.url):
        answers = await asyncio.gather(*(pay(on_sqlite, contribution) for _ in range(3)))
        assert all(unavailable(answer) for answer in answers)
        # Readers are served all the while.
        assert (await on_sqlite.data("{ world { name } personas { totalCount } }"))["world"] == {"name": "small"}
    assert await on_sqlite.written() == before
    assert is_paid(await pay(on_sqlite, contribution))
    assert await audit(on_sqlite.service.world.database) == []


@pytest.mark.sqlite
async def test_a_lock_that_is_let_go_in_time_is_waited_for(on_sqlite: OpenedWorld) -> None:
    contribution = await on_sqlite.submitted("employee")
    with locked_by_another_process(on_sqlite.url):
        waiting = asyncio.create_task(pay(on_sqlite, contribution))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        # The loop serves others meanwhile.
        assert await on_sqlite.data("{ __typename }") == {"__typename": "Query"}
    assert is_paid(await waiting)


@pytest.mark.sqlite
async def test_a_disk_that_is_full(on_sqlite: OpenedWorld) -> None:
    member = await on_sqlite.bound("employee")
    database = on_sqlite.service.world.database
    assert isinstance(database, SqliteDatabase)
    assert database._writer is not None
    [(pages,)] = await on_sqlite.rows("PRAGMA page_count")
    database._writer.pragma("max_page_count", pages)
    given = {"personId": member, "coverageYear": 2025}
    kept = 0
    while True:
        before = await on_sqlite.written()
        key = f"until-nothing-fits-{kept}"
        answer = await on_sqlite.answer(SUBMIT, {"input": {"idempotencyKey": key, **given}}, "employee")
        if answer.status != 200:
            break
        kept += 1
    assert unavailable(answer)
    assert await on_sqlite.written() == before
    assert unavailable(await on_sqlite.answer(SUBMIT, {"input": {"idempotencyKey": key, **given}}, "employee"))
    assert (await on_sqlite.data("{ world { name } }"))["world"] == {"name": "small"}
    database._writer.pragma("max_page_count", 1_000_000)
    submitted = await on_sqlite.mutate(SUBMIT, "employee", idempotencyKey=key, **given)
    assert submitted["__typename"] == "ResidentContributionSubmitted"
    assert await audit(database) == []


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """As on a disk or under a quota with no more room: the system refuses what this process writes beyond the size.

    No privilege is needed for a process's own limit, and Python ignores the signal that comes with it.
    """
    resource = pytest.importorskip("resource")
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


@pytest.mark.sqlite
async def test_a_log_that_the_system_lets_grow_no_more_when_a_payment_is_committed(on_sqlite: OpenedWorld) -> None:
    kept = await on_sqlite.paid("employee-2")
    contribution = await on_sqlite.submitted("employee")
    before = await on_sqlite.written()
    log = f"{urlsplit(on_sqlite.url).path}-wal"
    with no_file_grows_beyond(os.stat(log).st_size + 4096):
        answers = [await pay(on_sqlite, contribution) for _ in range(3)]
        assert (await on_sqlite.data("{ world { name } }"))["world"] == {"name": "small"}
    assert all(unavailable(answer) for answer in answers)
    assert await on_sqlite.written() == before
    assert is_paid(await pay(on_sqlite, contribution))
    assert await audit(on_sqlite.service.world.database) == []
    assert await on_sqlite.rows(f"SELECT status FROM resident_contributions WHERE id = {kept[4:]}") == [("PAID",)]


TERMINATE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> ALL($1::int[])
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def terminate(url: str, *spared: int) -> None:
    """Every connection to the database is ended, but those of these backends."""
    killer = await asyncpg.connect(url)
    try:
        await killer.execute(TERMINATE, [killer.get_server_pid(), *spared])
    finally:
        await killer.close()


@pytest.mark.postgresql
async def test_a_backend_that_is_terminated_in_the_middle_of_a_payment(on_postgresql: OpenedWorld) -> None:
    world = on_postgresql
    contribution = await world.submitted("employee")
    before = await world.written()
    blocker = await asyncpg.connect(world.url)
    transaction = blocker.transaction()
    await transaction.start()
    person = world.guide["employee"].person_id
    await blocker.execute(f"SELECT 1 FROM persons WHERE id = {person} FOR UPDATE")
    waiting = [asyncio.create_task(pay(world, contribution)) for _ in range(2)]
    async with asyncio.timeout(10):
        while await blocker.fetchval(WAITING) == 0:
            await blocker.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.02)")
    await terminate(world.url, blocker.get_server_pid())
    answers = await asyncio.gather(*waiting)
    assert all(unavailable(answer) for answer in answers)
    await transaction.rollback()
    await blocker.close()
    assert await world.written() == before
    assert is_paid(await pay(world, contribution))
    assert await audit(world.service.world.database) == []


@pytest.mark.postgresql
async def test_idle_backends_that_are_terminated_are_replaced(on_postgresql: OpenedWorld) -> None:
    world = on_postgresql
    contribution = await world.submitted("employee")
    for number in range(3):
        await asyncio.gather(*(world.data("{ world { now } regions(first: 1) { totalCount } }") for _ in range(8)))
        await terminate(world.url)
        answers = [await world.answer("{ regions(first: 1) { totalCount } }") for _ in range(10)]
        assert all(answer.status == 200 or unavailable(answer) for answer in answers)
        assert answers[-1].status == 200, f"still not served after {number + 1} losses"
    assert is_paid(await pay(world, contribution))
    payload = await world.mutate(FINISH, "employee", contributionId=contribution)
    assert payload["__typename"] == "ResidentContributionFinished"


@pytest.mark.postgresql
async def test_a_row_that_another_client_holds_too_long(
    on_postgresql: OpenedWorld,
    executor: Executor,
    book: PolicyBook,
    machine: MachineTime,
) -> None:
    contribution = await on_postgresql.submitted("employee")
    impatient = await open_at(on_postgresql.url, executor, book, machine, statement_seconds=0.3)
    before = await on_postgresql.written()
    blocker = await asyncpg.connect(on_postgresql.url)
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute(f"SELECT 1 FROM persons WHERE id = {impatient.guide['employee'].person_id} FOR UPDATE")
    answer = await pay(impatient, contribution)
    assert (answer.status, answer.retry_after_seconds) == (503, None)
    assert json.loads(answer.body)["errors"][0]["extensions"]["code"] == "OPERATION_TIMEOUT"
    await transaction.rollback()
    await blocker.close()
    assert await on_postgresql.written() == before
    assert is_paid(await pay(impatient, contribution))
    await impatient.close()


class Postmaster:
    """The database server itself, as who runs the machine stops and starts it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._owner = data.stat().st_uid if os.geteuid() == 0 else None
        self._started_with = shlex.split((data / "postmaster.opts").read_text())[1:]

    def _run(self, *arguments: str) -> None:
        programs = programs_folder()
        assert programs is not None
        command = [str(programs / "pg_ctl"), f"--pgdata={self._data}", "--silent", "--wait", *arguments]
        subprocess.run(command, user=self._owner, cwd=self._data, check=True, stdout=subprocess.DEVNULL)

    def stop(self, mode: str) -> None:
        self._run(f"--mode={mode}", "stop")

    def start(self) -> None:
        options = shlex.join(one for one in self._started_with if one != "-D" and one != str(self._data))
        self._run(f"--log={self._data.parent / 'log'}", f"--options={options}", "start")


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that no other test uses."""
    if programs_folder() is None:
        pytest.skip(NOT_INSTALLED)
    try:
        server = PostgresServer.start(named_by=(), settings=TEST_SETTINGS)
    except PostgresUnavailable as missing:
        pytest.skip(str(missing))
    with server:
        yield server


@pytest.mark.postgresql
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_database_server_that_is_stopped_and_started_while_people_pay(
    mode: str, own_server: PostgresServer, executor: Executor, book: PolicyBook, machine: MachineTime
) -> None:
    """`immediate` is a crash: what was answered is in the log, and found again when it starts."""
    url = own_server.create_database()
    await create_world(url, name="small", seed=SEED, persons=PERSONS, progress=unheard)
    world = await open_at(url, executor, book, machine)
    [(folder,)] = await world.rows("SHOW data_directory")
    postmaster = Postmaster(Path(folder))
    kept = [await world.paid("employee-2"), await world.paid("employee-3")]
    contribution = await world.submitted("employee")
    before = await world.written()
    postmaster.stop(mode)
    answers = [
        *[await pay(world, contribution) for _ in range(2)],
        *await asyncio.gather(*(world.answer("{ regions(first: 1) { totalCount } }") for _ in range(10))),
    ]
    assert all(unavailable(answer) for answer in answers)
    postmaster.start()
    assert await world.written() == before
    assert is_paid(await pay(world, contribution))
    paid = {f"con_{id_}" for (id_,) in await world.rows("SELECT id FROM resident_contributions WHERE status = 'PAID'")}
    assert {*kept, contribution} <= paid
    assert await world.service.world.fire_due() >= 0
    assert await audit(world.service.world.database) == []
    await world.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_who_follows_the_log_goes_on_after_the_database_server_was_stopped_and_started(
    mode: str, own_server: PostgresServer, executor: Executor, book: PolicyBook, machine: MachineTime
) -> None:
    url = own_server.create_database()
    await create_world(url, name="small", seed=SEED, persons=PERSONS, progress=unheard)
    world = await open_at(url, executor, book, machine)
    [(folder,)] = await world.rows("SHOW data_directory")
    postmaster = Postmaster(Path(folder))
    await world.bound("employee")
    async with following(world, "operator") as items, following(world, "employee-3") as own:
        waiting = [asyncio.ensure_future(taken(each, number)) for each, number in ((items, 2), (own, 1))]
        await asyncio.sleep(0.2)
        await world.bound("employee-2")
        await asyncio.sleep(0.2)
        postmaster.stop(mode)
        await asyncio.sleep(1.5)
        assert not any(each.done() for each in waiting)
        # Who comes meanwhile is told why there is nothing, and to come again.
        async with following(world, "operator") as turned_away:
            [error] = json.loads((await anext(turned_away)).body)["errors"]
            assert error["extensions"]["code"] == "UNAVAILABLE"
        postmaster.start()
        await world.bound("employee-3")
        assert [kinds(events) for events in await asyncio.gather(*waiting)] == [
            ["FamilyMemberBound"] * 2,
            ["FamilyMemberBound"],
        ]
    await world.close()


async def test_a_machine_whose_clock_jumps_a_day_forward_and_two_back(opened: OpenedWorld) -> None:
    """Tokens end with the machine's time; the world's own goes on from its latest moment and never back."""
    kept = [await opened.paid("employee-2")]
    contribution = await opened.submitted("employee")
    now = "{ world { now } }"
    before = (await opened.data(now))["world"]["now"]
    token = await opened.sign_in("employee")
    opened.machine.forward(days=1)
    refused = opened.service.authenticate(f"Bearer {token}")
    assert isinstance(refused, Answer)
    assert json.loads(refused.body)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await opened.service.world.fire_due()
    tomorrow = (await opened.data(now))["world"]["now"]
    assert tomorrow > before
    assert is_paid(await pay(opened, contribution))
    opened.machine.forward(days=-2)
    assert (await opened.data(now))["world"]["now"] == tomorrow
    kept.append(await opened.paid("employee-3"))
    assert isinstance(opened.service.authenticate(f"Bearer {await opened.sign_in('employee')}"), Viewer)
    moments = await opened.rows("SELECT occurred_at FROM events ORDER BY transaction_id, position")
    assert moments == sorted(moments)
    opened.machine.forward(days=1)
    await opened.service.world.fire_due()
    paid = {f"con_{id_}" for (id_,) in await opened.rows("SELECT id FROM resident_contributions WHERE status = 'PAID'")}
    assert {*kept, contribution} <= paid
    assert await audit(opened.service.world.database) == []


async def test_a_world_that_was_not_there_is_looked_for_again_though_the_clock_jumped_back(
    tmp_path: Path, sqlite_template: Path, executor: Executor, book: PolicyBook, machine: MachineTime
) -> None:
    (tmp_path / "worlds").mkdir()
    worlds = OpenWorlds(Settings(home=tmp_path), executor=executor, policy=book, outside=outside, machine=machine)
    assert isinstance(await worlds.service("late"), Answer)
    shutil.copyfile(sqlite_template, tmp_path / "worlds" / "late.sqlite3")
    machine.forward(days=-1)
    found = await worlds.service("late")
    assert not isinstance(found, Answer)
    await asyncio.gather(*(world.close() for world in worlds.worlds()))
    for task in [*worlds._timekeepers.values(), worlds._clocks]:
        assert task is not None
        task.cancel()
