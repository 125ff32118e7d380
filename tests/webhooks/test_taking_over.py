"""One process delivers; when it is killed another goes on, and nothing is lost."""

import asyncio
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.decisions.delivering import AT_ONCE
from domain.store.worlds import begin_again
from domain.vocabulary import Id, Instant
from tests.webhooks.apps import RESUME, ROTATE, App
from tests.webhooks.receiving import Delivery, Receiver, status, until


@asynccontextmanager
async def process(url: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """Another process that delivers, and its name."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.webhooks.process", url, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert started.stdout is not None
        yield (await asyncio.wait_for(started.stdout.readline(), 60)).decode().strip(), started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def holder(app: App) -> str:
    [(name,)] = await app.world.rows("SELECT holder FROM webhooks")
    return str(name)


async def test_a_process_that_is_killed_is_replaced_and_nothing_is_lost(app: App, target: Receiver) -> None:
    await app.registers(target.url)
    persons = await app.persons(12)

    async def slowly(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.02)
        await status(200)(delivery, writer)

    target.answers = lambda delivery: slowly
    async with process(app.world.url) as (name, first), process(app.world.url) as (other, second):
        by_person: dict[Id, list[str]] = {person: [] for person in persons}
        for _ in range(20):
            for person, event in zip(persons, await app.happens(persons), strict=True):
                by_person[person].append(event)
        await target.has(40)
        held = await holder(app)
        assert held in (name, other)
        killed = first if held == name else second
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
        told = [event for events in by_person.values() for event in events]
        await until(lambda: set(target.event_ids) >= set(told), "every event")
        assert await holder(app) == (other if held == name else name)
    times = Counter(target.event_ids)
    assert set(times) == set(told)
    # What was on its way is repeated, and nothing else.
    assert sum(times.values()) - len(times) <= AT_ONCE
    first_times = list(dict.fromkeys(target.event_ids))
    for events in by_person.values():
        assert [event for event in first_times if event in events] == events


async def test_of_two_processes_one_delivers_and_the_other_when_it_leaves(app: App, target: Receiver) -> None:
    await app.registers(target.url)
    [person] = await app.persons(1)
    one, other = app.delivers(), app.delivers()
    await app.happens([person] * 5)
    await target.has(5)
    held = await holder(app)
    leaving, staying = (one, other) if held == one.name else (other, one)
    assert held == leaving.name
    await leaving.close()
    await app.happens([person] * 5)
    await target.has(10)
    assert await holder(app) == staying.name
    assert len(set(target.event_ids)) == len(target.event_ids) == 10


async def test_whatever_fails_each_person_is_told_of_in_order(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url)
    chance = random.Random(7)
    persons = await app.persons(5)
    target.answers = lambda delivery: status(chance.choice((200, 200, 500, 302, 404)))
    app.delivers()
    by_person: dict[Id, list[str]] = {person: [] for person in persons}
    for _ in range(8):
        some = chance.sample(persons, 3)
        for person, event in zip(some, await app.happens(some), strict=True):
            by_person[person].append(event)

    def time_passes(found: dict[str, object]) -> bool:
        app.passes(400)
        return not found["waiting"] and bool(found["attempts"]["totalCount"])  # type: ignore[index]

    seen = await app.sees(webhook, time_passes)
    given_up = {edge["node"]["eventId"] for edge in seen["deliveries"]["edges"]}
    last_times = list(dict.fromkeys(reversed(target.event_ids)))[::-1]
    for events in by_person.values():
        assert [event for event in last_times if event in events] == events
    assert {event for events in by_person.values() for event in events} == set(target.event_ids) | given_up


async def test_a_world_that_was_restored_delivers_nothing_before_its_app_says_so(app: App, target: Receiver) -> None:
    webhook, secret = await app.registers(target.url)
    [person] = await app.persons(1)
    world = app.world.service.world
    async with world.database.write() as connection:
        await begin_again(connection, "restored", Instant(world.clock.now()), "another-history")
    await app.happens([person])
    app.delivers()
    seen = await app.looks(webhook)
    assert (seen["status"], seen["stop"]) == ("PAUSED", "WORLD_RESTORED")
    assert target.deliveries == []
    rotated = await app.does(ROTATE, webhook)
    await app.does(RESUME, webhook)
    [delivery] = await target.has(1)
    assert delivery.is_signed_with(rotated["secret"])
    assert not delivery.is_signed_with(secret)


async def test_a_target_that_fails_is_asked_one_event_at_a_time_and_then_told_everything(
    app: App, target: Receiver
) -> None:
    webhook, _ = await app.registers(target.url)
    persons = await app.persons(12)
    target.answers = lambda delivery: status(500)
    told = await app.happens(persons)
    app.delivers()
    seen = await app.sees(webhook, lambda found: found["probeAt"])
    failed = seen["failures"]
    assert failed >= 10
    app.passes(30)
    await app.sees(webhook, lambda found: found["failures"] == failed + 1)
    target.answers = lambda delivery: status(200)
    app.passes(50)
    await app.sees(webhook, lambda found: not found["waiting"])
    delivered = [one.event_id for one in target.deliveries[failed + 1 :]]
    assert sorted(delivered) == sorted(told)
    assert (await app.looks(webhook))["probeAt"] is None


async def test_a_target_that_hangs_holds_nobody_else_back(app: App, target: Receiver) -> None:
    async def hang(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(600)

    slow, _ = await app.registers(f"{target.url}&slow=1")
    target.answers = lambda delivery: hang if "slow" in delivery.path else status(200)
    quick, _ = await app.registers(target.url)
    told = await app.happens(await app.persons(20))
    app.delivers()
    await app.sees(quick, lambda found: found["attempts"]["totalCount"] == 20)
    assert (await app.looks(slow))["waiting"] == 20
    assert sorted(one.event_id for one in target.deliveries if "slow" not in one.path) == sorted(told)
