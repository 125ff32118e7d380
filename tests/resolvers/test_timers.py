"""What is due by the world's clock is done: in order, once, and past what fails."""

import asyncio
import logging
from collections.abc import Sequence

import pytest

from domain.operations import fire_timers
from domain.operations.setting import Setting
from domain.store.engine import Connection, StoreUnavailable, open_database
from domain.store.timers import DueTimer, NewTimer, TimerKind, next_due, set_timers
from domain.store.worlds import set_rate, step_clock
from domain.vocabulary import Id, Instant, RegionCode
from resolvers.world import RETRY_SECONDS, World, open_world
from simulator.outside import outside
from tests.resolvers.opened import OpenedWorld

KIND = next(iter(TimerKind))


class Journal:
    """A handler that notes what it was given, and fails for those it was told to fail for."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.at: list[int] = []
        self.broken: set[int] = set()
        self.error: Exception = RuntimeError("this one cannot be done")
        self.follow: dict[int, tuple[int, int]] = {}
        """What one sets in its turn: the subject, and how many seconds later."""

    async def __call__(self, connection: Connection, timers: Sequence[DueTimer], setting: Setting) -> None:
        for timer in timers:
            if timer.subject_id in self.broken:
                raise self.error
        for timer in timers:
            if timer.subject_id in self.follow:
                subject, seconds = self.follow[timer.subject_id]
                await set_timers(connection, [NewTimer(Instant(setting.now + seconds), KIND, Id(subject))])
        self.done += [timer.subject_id for timer in timers]
        self.at += [setting.now for _ in timers]


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> Journal:
    """What stands in for the work of one kind of timer."""
    journal = Journal()
    monkeypatch.setitem(fire_timers.HANDLERS, KIND, journal)
    return journal


@pytest.fixture
async def world(opened: OpenedWorld) -> World:
    """A world in which nothing is due yet."""
    world = opened.service.world
    await world.fire_due()
    return world


async def timer(world: World, subject: int, *, after_seconds: int) -> None:
    async with world.database.write() as connection:
        await set_timers(connection, [NewTimer(Instant(world.clock.now() + after_seconds), KIND, Id(subject))])


async def test_timers_are_done_in_the_order_of_their_moments_and_those_of_one_moment_as_they_were_set(
    world: World, journal: Journal, opened: OpenedWorld
) -> None:
    for subject, seconds in ((1, 20), (2, 10), (3, 20), (4, 3_600)):
        await timer(world, subject, after_seconds=seconds)
    assert await world.fire_due() == 0
    opened.machine.forward(seconds=9)
    assert await world.fire_due() == 0
    opened.machine.forward(seconds=11)
    assert await world.fire_due() == 3
    assert journal.done == [2, 1, 3]
    assert await world.fire_due() == 0


async def test_more_than_one_transaction_takes_are_all_done(world: World, journal: Journal) -> None:
    many = fire_timers.TIMERS_AT_ONCE * 2 + 1
    async with world.database.write() as connection:
        await set_timers(connection, [NewTimer(world.clock.now(), KIND, Id(number)) for number in range(1, many + 1)])
    assert await world.fire_due() == many
    assert journal.done == list(range(1, many + 1))


async def test_one_that_fails_is_put_off_and_holds_up_no_other(
    world: World, journal: Journal, opened: OpenedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    for subject in (1, 2, 3):
        await timer(world, subject, after_seconds=0)
    journal.broken = {2}
    with caplog.at_level(logging.CRITICAL, "canbao.world"):
        assert await world.fire_due() == 2
    assert journal.done == [1, 3]
    journal.broken = set()
    opened.machine.forward(seconds=RETRY_SECONDS - 1)
    assert await world.fire_due() == 0
    opened.machine.forward(seconds=1)
    assert await world.fire_due() == 1
    assert journal.done == [1, 3, 2]


async def test_an_advance_does_each_at_its_own_moment_and_what_that_sets(
    world: World, journal: Journal, opened: OpenedWorld
) -> None:
    """A season: months apart, some at one moment, some set on the way; the machine's clock goes on meanwhile."""
    start, day = world.clock.now(), 86_400
    due = {1: 5 * day, 2: 40 * day, 3: 40 * day, 4: day, 5: 90 * day, 6: 181 * day, 7: 182 * day}
    for subject, seconds in due.items():
        await timer(world, subject, after_seconds=seconds)
    journal.follow = {1: (8, 3 * day), 8: (9, 60), 5: (10, 365 * day)}
    until = Instant(start + 181 * day)
    await world.advance(until)
    assert journal.done == [4, 1, 8, 9, 2, 3, 5, 6]
    assert [at - start for at in journal.at] == [
        day,
        5 * day,
        8 * day,
        8 * day + 60,
        40 * day,
        40 * day,
        90 * day,
        181 * day,
    ]
    assert (world.clock.now(), world.record.clock_until) == (until, None)
    opened.machine.forward(seconds=7)
    assert world.clock.now() == until + 7, "and runs on"

    # Never back: what is there already is no way to go.
    assert await world.advance(start) == 0
    assert (world.clock.now(), world.record.clock_until) == (until + 7, None)
    assert len(journal.done) == 8


async def test_an_advance_that_ends_halfway_is_brought_to_its_end_by_whoever_opens_the_world(
    world: World, journal: Journal, opened: OpenedWorld
) -> None:
    start = world.clock.now()
    for subject in range(1, 11):
        await timer(world, subject, after_seconds=subject * 1_000)
    journal.broken, journal.error = {6}, StoreUnavailable("the machine loses its current")
    until = Instant(start + 20_000)
    with pytest.raises(StoreUnavailable):
        await world.advance(until)
    assert journal.done == [1, 2, 3, 4, 5]
    opened.machine.forward(seconds=500)
    assert world.clock.now() == start + 6_000, "it stands still until somebody goes on"

    journal.broken = set()
    other = await open_world(
        open_database(opened.url), policy=world.policy, outside=outside(), machine=opened.machine, sandbox=True
    )
    try:
        assert other.clock.now() == start + 6_000
        # Two who go on at once do each once too.
        assert sum(await asyncio.gather(other.keep_up(), world.keep_up())) == 5
        assert journal.done == list(range(1, 11))
        assert [at - start for at in journal.at] == [subject * 1_000 for subject in range(1, 11)]
        for each in (world, other):
            await each.read_clock()
            assert (each.clock.now(), each.record.clock_until) == (until, None)
    finally:
        await other.close()


async def test_what_fails_on_the_way_is_put_off_to_the_end(
    world: World, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    for subject in (1, 2, 3):
        await timer(world, subject, after_seconds=subject * 1_000)
    journal.broken = {2}
    until = Instant(world.clock.now() + 90 * 86_400)
    with caplog.at_level(logging.CRITICAL, "canbao.world"):
        await world.advance(until)
    assert journal.done == [1, 3]
    assert world.clock.now() == until
    async with world.database.read() as connection:
        assert await next_due(connection) == until + RETRY_SECONDS


async def test_a_clock_runs_at_its_rate_and_never_goes_back(world: World, opened: OpenedWorld) -> None:
    async def at_rate(rate: int) -> None:
        async with world.database.write() as connection:
            await set_rate(connection, rate, world.clock.now(), int(opened.machine()))
        await world.read_clock()

    start = world.clock.now()
    for rate, seconds, expected in ((0, 100, 0), (86_400, 3, 3 * 86_400), (1, 50, 3 * 86_400 + 50)):
        await at_rate(rate)
        opened.machine.forward(seconds=seconds)
        assert world.clock.now() == start + expected
    async with world.database.write() as connection:
        await set_rate(connection, 5, start, int(opened.machine()))
        await step_clock(connection, start, int(opened.machine()))
    await world.read_clock()
    assert (world.clock.now(), world.record.clock_rate) == (start + expected, 1)


async def test_two_servers_do_each_once(opened: OpenedWorld, world: World, journal: Journal) -> None:
    other = await open_world(
        open_database(opened.url), policy=world.policy, outside=outside(), machine=opened.machine, sandbox=True
    )
    try:
        for subject in range(1, 41):
            await timer(world, subject, after_seconds=0)
        fired = await asyncio.gather(*(each.fire_due() for each in (world, other) * 3))
        assert sum(fired) == 40
        assert sorted(journal.done) == list(range(1, 41))
        async with world.database.read() as connection:
            left = await next_due(connection)
        assert left is None or left > world.clock.now()
    finally:
        await other.close()


async def test_a_timer_has_as_many_ids_as_its_work_takes_and_no_transaction_takes_too_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    together: list[int] = []
    wanted = {Id(1): fire_timers.IDS_AT_ONCE, Id(2): 1, Id(3): fire_timers.IDS_AT_ONCE + 1, Id(4): 2, Id(5): 2}

    async def needs(connection: Connection, subjects: Sequence[Id]) -> dict[Id, int]:
        return {subject: wanted[subject] for subject in subjects}

    async def takes(connection: Connection, timers: Sequence[DueTimer], setting: Setting) -> None:
        together.append(len(timers))
        for timer in timers:
            assert all(setting.ids.new(RegionCode("520402")) for _ in range(wanted[timer.subject_id]))

    monkeypatch.setitem(fire_timers.NEEDS, KIND, needs)
    monkeypatch.setitem(fire_timers.HANDLERS, KIND, takes)
    for subject in wanted:
        await timer(world, subject, after_seconds=0)
    assert await world.fire_due() == len(wanted)
    assert together == [1, 1, 1, 2]
