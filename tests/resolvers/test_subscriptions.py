"""Following the log: history, then what happens, each event once and in order, and only what one may see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from resolvers.service import Answer, GraphQLRequest, StreamItem
from tests.resolvers.opened import FINISH, PAY, OpenedWorld

FOLLOW = """
subscription Follow($after: Cursor, $types: [EventType!], $first: Int) {
  events(after: $after, types: $types, first: $first) { __typename id cursor region }
}
"""
LOG = "{ events(first: 100) { edges { cursor node { __typename id cursor region } } } }"
PATIENCE_SECONDS = 20
SILENCE_SECONDS = 0.3


@asynccontextmanager
async def following(
    world: OpenedWorld, persona: str | None, last_event_id: str | None = None, /, **given: Any
) -> AsyncIterator[AsyncIterator[StreamItem]]:
    """The responses of a subscription, closed at the end."""
    stream = await world.stream(FOLLOW, given, persona, last_event_id)
    try:
        yield aiter(stream)
    finally:
        await stream.aclose()


async def taken(items: AsyncIterator[StreamItem], number: int) -> list[dict[str, Any]]:
    """The next events; each response carries its event's cursor as its id."""
    events = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(number):
            item = await anext(items)
            event = json.loads(item.body)["data"]["events"]
            assert item.id == event["cursor"]
            events.append(event)
    return events


async def silent(items: AsyncIterator[StreamItem]) -> bool:
    """True when nothing comes."""
    waiting = asyncio.ensure_future(anext(items))
    done, _ = await asyncio.wait([waiting], timeout=SILENCE_SECONDS)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    return not done


async def log_of(world: OpenedWorld, persona: str) -> list[dict[str, Any]]:
    found = await world.data(LOG, persona=persona)
    return [edge["node"] for edge in found["events"]["edges"]]


def kinds(events: Sequence[dict[str, Any]]) -> list[str]:
    return [event["__typename"].removesuffix("Event") for event in events]


JOURNEY = [
    "FamilyMemberBound",
    "ResidentContributionSubmitted",
    "ResidentContributionPaid",
    "ResidentContributionFinished",
]


async def test_history_then_what_happens_without_a_gap(opened: OpenedWorld) -> None:
    """Writers go on all the while; several readers begin at several places, and all see one log."""
    await opened.paid("employee")
    history = await log_of(opened, "operator")
    assert kinds(history) == JOURNEY[:3]

    async def write(persona: str) -> None:
        receipt = await opened.receipt(persona)
        assert receipt

    async def read(after: str) -> list[dict[str, Any]]:
        async with following(opened, "operator", after=after) as items:
            return await taken(items, 6 * 4 + len(history) - 1)

    readers = [asyncio.create_task(read(history[0]["cursor"])) for _ in range(3)]
    await asyncio.gather(*(write(f"employee-{number}") for number in range(2, 8)))
    seen = await asyncio.gather(*readers)
    log = await log_of(opened, "operator")
    assert len(log) == 6 * 4 + 3
    for events in seen:
        assert events == log[1:]


async def test_without_a_cursor_only_what_happens_from_now_on(opened: OpenedWorld) -> None:
    contribution = await opened.paid("employee")
    async with following(opened, "employee") as items:
        waiting = asyncio.create_task(taken(items, 1))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await opened.mutate(FINISH, "employee", contributionId=contribution)
        assert kinds(await waiting) == ["ResidentContributionFinished"]


async def test_a_reader_that_comes_back_continues_where_it_was(opened: OpenedWorld) -> None:
    await opened.receipt("employee")
    log = await log_of(opened, "employee")
    for place, event in enumerate(log[:-1]):
        async with following(opened, "employee", after=event["cursor"]) as items:
            assert await taken(items, len(log) - place - 1) == log[place + 1 :]
        # What an event source says it saw last counts before the cursor in the document.
        async with following(opened, "employee", event["cursor"], after=log[0]["cursor"]) as items:
            assert await taken(items, len(log) - place - 1) == log[place + 1 :]


async def test_only_the_types_that_are_asked_for(opened: OpenedWorld) -> None:
    first = await opened.paid("employee")
    start = (await log_of(opened, "employee"))[0]["cursor"]
    types = ["RESIDENT_CONTRIBUTION_FINISHED", "RESIDENT_CONTRIBUTION_SUBMITTED"]
    async with following(opened, "employee", after=start, types=types) as items:
        assert kinds(await taken(items, 1)) == ["ResidentContributionSubmitted"]
        await opened.mutate(FINISH, "employee", contributionId=first)
        assert kinds(await taken(items, 1)) == ["ResidentContributionFinished"]
    async with following(opened, "employee", after=start, types=[]) as items:
        assert await silent(items)


@pytest.mark.parametrize("first", [1, 3])
async def test_it_ends_after_as_many_as_were_asked_for(first: int, opened: OpenedWorld) -> None:
    await opened.receipt("employee")
    start = (await log_of(opened, "employee"))[0]["cursor"]
    async with following(opened, "employee", after=start, first=first) as items:
        assert kinds(await taken(items, first)) == JOURNEY[1 : 1 + first]
        async with asyncio.timeout(PATIENCE_SECONDS):
            with pytest.raises(StopAsyncIteration):
                await anext(items)


async def test_each_sees_their_own(opened: OpenedWorld) -> None:
    names = ["employee", "synthetic-employee", "clerk-xixiu", "clerk-synthetic", "operator", None]
    streams = {name: await opened.stream(FOLLOW, {}, name) for name in names}
    waiting = {name: asyncio.ensure_future(anext(aiter(stream))) for name, stream in streams.items()}
    await asyncio.sleep(0.1)
    for name in ("employee", "synthetic-employee"):
        await opened.receipt(name)
    seen: dict[str | None, list[str]] = {}
    expected = {"operator": 8, None: 0}
    for viewer, stream in streams.items():
        events = []
        for _ in range(expected.get(viewer, 4)):
            async with asyncio.timeout(PATIENCE_SECONDS):
                item = await waiting[viewer]
            events.append(json.loads(item.body)["data"]["events"])
            waiting[viewer] = asyncio.ensure_future(anext(aiter(stream)))
        seen[viewer] = [event["region"] for event in events]
    await asyncio.wait(waiting.values(), timeout=SILENCE_SECONDS)
    assert not any(task.done() for task in waiting.values()), "nobody sees more than their own"
    for task in waiting.values():
        task.cancel()
    await asyncio.gather(*waiting.values(), return_exceptions=True)
    for stream in streams.values():
        await stream.aclose()
    assert set(seen["employee"]) == set(seen["clerk-xixiu"]) == {"520402"}
    assert set(seen["synthetic-employee"]) == set(seen["clerk-synthetic"]) == {"840102"}
    assert seen[None] == []


async def test_a_refusal_and_a_replay_are_no_events(opened: OpenedWorld) -> None:
    contribution = await opened.paid("employee")
    async with following(opened, "operator") as items:
        waiting = asyncio.create_task(taken(items, 1))
        await asyncio.sleep(0.05)
        for _ in range(2):
            await opened.mutate(PAY, "employee", contributionId=contribution, idempotencyKey="once-and-again")
        await asyncio.sleep(SILENCE_SECONDS)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_what_cannot_be_followed_is_told_and_ends(opened: OpenedWorld, other_world: OpenedWorld) -> None:
    await opened.paid("employee")
    await other_world.paid("employee")
    foreign = (await log_of(other_world, "employee"))[0]["cursor"]
    persons = await opened.data("{ persons(first: 1) { pageInfo { endCursor } } }", persona="employee")
    own = (await log_of(opened, "employee"))[0]["cursor"]
    for given in (
        {"after": "forged"},
        {"after": ""},
        {"after": own[:-2]},
        {"after": foreign},
        {"after": persons["persons"]["pageInfo"]["endCursor"]},
        {"first": 0},
        {"first": -1},
        {"first": 2**31},
        {"types": ["NO_SUCH_TYPE"]},
    ):
        asked = GraphQLRequest(FOLLOW, given)
        answer = await opened.service.answer(asked, await opened.viewer("employee"), "r")
        if isinstance(answer, Answer):
            told = json.loads(answer.body)
            assert answer.status == 400
        else:
            items = [item async for item in answer]
            [told] = [json.loads(item.body) for item in items]
        assert [error["extensions"]["code"] for error in told["errors"]] == ["BAD_USER_INPUT"], given
    # Nor does a forged id of an event source pass.
    answer = await opened.service.answer(
        GraphQLRequest(FOLLOW, last_event_id="forged"), await opened.viewer("employee"), "r"
    )
    body = answer.body if isinstance(answer, Answer) else (await anext(aiter(answer))).body
    assert b"BAD_USER_INPUT" in body


async def test_the_worlds_clock_is_told_at_once_and_then_at_its_interval(on_sqlite: OpenedWorld) -> None:
    stream = aiter(await on_sqlite.stream("subscription { worldClock(everySeconds: 1, first: 2) { now } }"))
    told = []
    async for item in stream:
        told.append(json.loads(item.body)["data"]["worldClock"]["now"])
        on_sqlite.machine.forward(hours=3)
    assert told == ["2024-12-16T09:00:00+08:00", "2024-12-16T12:00:00+08:00"]


@pytest.mark.parametrize("every", [0, -1, 3601, 2**31 - 1])
async def test_an_interval_out_of_range_is_refused(every: int, on_sqlite: OpenedWorld) -> None:
    document = "subscription { worldClock(everySeconds: %d) { now } }" % every  # noqa: UP031 - braces of GraphQL
    answer = await on_sqlite.service.answer(GraphQLRequest(document), await on_sqlite.viewer(None), "r")
    body = answer.body if isinstance(answer, Answer) else (await anext(aiter(answer))).body
    assert b"BAD_USER_INPUT" in body
