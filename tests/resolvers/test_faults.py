"""Faults on the way to a subscriber: read from what a client asks for, done to its stream, and refused elsewhere."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from domain.ports import EventFault, FaultyDelivery
from resolvers.app import create_app
from resolvers.faults import LONGEST_TEXT, asked_faults, delivered
from resolvers.plan.arguments import FieldProblem
from resolvers.service import Answer, ConnectionCut, ErrorCode, GraphQLRequest, StreamItem
from resolvers.settings import Settings
from resolvers.tallies import Attempts
from tests.resolvers.opened import OpenedWorld
from tests.resolvers.served import Client, Socket
from tests.resolvers.test_subscriptions import FOLLOW, JOURNEY, kinds, log_of
from tests.transport.conftest import running

FATES = st.lists(st.frozensets(st.sampled_from([each for each in EventFault if each is not EventFault.CUT])))
CURSORS = "subscription F($after: Cursor, $first: Int) { events(after: $after, first: $first) { __typename cursor } }"

# ---- what a client may ask for --------------------------------------------------------------------------------------


def test_faults_are_read_from_their_shares() -> None:
    text = (
        "event-lost=0.1, event-duplicate=0.25,event-reordered=1 ,event-delayed=0.3:250ms, connection-cut=0, seed=run-7"
    )
    assert asked_faults(text) == FaultyDelivery(
        {
            EventFault.LOST: 0.1,
            EventFault.DUPLICATE: 0.25,
            EventFault.REORDERED: 1.0,
            EventFault.DELAYED: 0.3,
            EventFault.CUT: 0.0,
        },
        0.25,
        "run-7",
    )
    assert asked_faults("event-delayed=1:60s").delay_seconds == 60


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "event-lost",
        "event-lost=",
        "event-lost=1.1",
        "event-lost=-0.1",
        "event-lost=1e-3",
        "event-lost=nan",
        "event-lost=٠.١",
        "event-lost=0.1:2s",
        "event-lost=0.1,",
        "event-lost=0.1, event-lost=0.2",
        "event-lost=0.1; event-duplicate=0.2",
        "event-delayed=0.1",
        "event-delayed=0.1:0s",
        "event-delayed=0.1:61s",
        "event-delayed=0.1:2m",
        "event-delayed=0.1:99999ms",
        "event-eaten=0.1",
        "EVENT-LOST=0.1",
        "seed=run-7",
        "seed=a, seed=b, event-lost=0.1",
        "event-lost=0.1, seed=",
        "event-lost=0.1, seed=a b",
        f"event-lost=0.1, seed={'a' * 65}",
        "event-lost=0.1" + " " * LONGEST_TEXT,
    ],
)
def test_what_cannot_be_used_is_refused_with_what_may_be_said(text: str) -> None:
    with pytest.raises(FieldProblem) as refused:
        asked_faults(text)
    assert refused.value.code is ErrorCode.BAD_USER_INPUT
    for fault in EventFault:
        assert fault.value in refused.value.message


@given(text=st.text(st.sampled_from("evnt-losducpaird=0.15:ms, "), max_size=60) | st.text(max_size=400))
def test_whatever_is_asked_for_is_read_or_refused(text: str) -> None:
    try:
        found = asked_faults(text)
    except FieldProblem:
        return
    assert found.shares
    assert all(0 <= share <= 1 for share in found.shares.values())


def test_how_often_subscribers_came_is_remembered_of_a_bounded_number() -> None:
    attempts = Attempts(remembered=2)
    assert [attempts.next("a", ""), attempts.next("a", ""), attempts.next("a", "seed")] == [0, 1, 0]
    assert [attempts.next("b", ""), attempts.next("a", "seed"), attempts.next("a", "")] == [0, 1, 0]


# ---- what becomes of a stream ---------------------------------------------------------------------------------------


async def told(count: int) -> AsyncGenerator[StreamItem, None]:
    for number in range(count):
        yield StreamItem(b"%d" % number, str(number))


def through(
    fates: Sequence[frozenset[EventFault]], delay_seconds: float = 0.0, counted: Counter[EventFault] | None = None
) -> AsyncGenerator[StreamItem, None]:
    return delivered(
        told(len(fates)), lambda event: fates[int(event)], delay_seconds, Counter() if counted is None else counted, 20
    )


async def arrived(items: AsyncGenerator[StreamItem, None]) -> list[int]:
    """The numbers of the items that come, until the stream ends or is cut."""
    found: list[int] = []
    async with aclosing(items):
        try:
            async for item in items:
                found.append(int(item.body))  # noqa: PERF401 - what came before the cut counts
        except ConnectionCut:
            found.append(-1)
    return found


@given(fates=FATES)
def test_every_event_appears_as_the_faults_say_and_none_is_further_from_its_place_than_one(
    fates: list[frozenset[EventFault]],
) -> None:
    counted: Counter[EventFault] = Counter()
    came = asyncio.run(arrived(through(fates, counted=counted)))
    survivors = [number for number, fate in enumerate(fates) if EventFault.LOST not in fate]
    assert Counter(came) == {number: 2 if EventFault.DUPLICATE in fates[number] else 1 for number in survivors}
    once = list(dict.fromkeys(came))
    place = swaps = 0
    while place < len(survivors):
        if once[place] == survivors[place]:
            # It was not to change places, or there was none to change places with.
            assert EventFault.REORDERED not in fates[survivors[place]] or place == len(survivors) - 1
            place += 1
            continue
        assert once[place : place + 2] == survivors[place : place + 2][::-1]
        assert EventFault.REORDERED in fates[survivors[place]]
        place += 2
        swaps += 1
    # Copies come one behind the other.
    assert [number for number, _ in groupby(came)] == once
    assert counted[EventFault.LOST] == len(fates) - len(survivors)
    assert counted[EventFault.DUPLICATE] == len(came) - len(once)
    assert counted[EventFault.REORDERED] - swaps in (0, 1)


@given(before=FATES)
def test_a_cut_ends_the_stream_and_of_what_came_before_it_lacks_one_at_most(
    before: list[frozenset[EventFault]],
) -> None:
    whole = asyncio.run(arrived(through(before)))
    cut = asyncio.run(arrived(through([*before, frozenset({EventFault.CUT}), frozenset()])))
    assert cut.pop() == -1
    assert cut == whole[: len(cut)]
    assert len(set(whole) - set(cut)) <= 1


async def test_a_delay_holds_the_stream_up_for_as_long_as_was_asked_for() -> None:
    begun = perf_counter()
    assert await arrived(through([frozenset({EventFault.DELAYED}), frozenset()] * 2, 0.05)) == [0, 1, 2, 3]
    assert 0.1 <= perf_counter() - begun < 5


async def test_an_event_that_nothing_follows_is_not_held_back_for_ever_and_nothing_is_left_running() -> None:
    closed = asyncio.Event()

    async def quiet() -> AsyncGenerator[StreamItem, None]:
        try:
            yield StreamItem(b"0", "0")
            await asyncio.Event().wait()
        finally:
            closed.set()

    stream = delivered(quiet(), lambda _: frozenset({EventFault.REORDERED}), 0.0, Counter(), 0.01)
    async with aclosing(stream), asyncio.timeout(20):
        assert (await anext(stream)).body == b"0"
    assert closed.is_set()
    assert len(asyncio.all_tasks()) == 1


@pytest.fixture(scope="module")
def on_a_wire(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Client]:
    """A client of a whole server over a copy of the small world."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), sandbox=True, default_world="small", graphiql=False)
    settings.worlds.mkdir()
    (settings.worlds / "small.sqlite3").write_bytes(sqlite_template.read_bytes())
    app = create_app(settings)
    with running(app, app.close) as server:
        yield Client(server.port)


# ---- in a world -----------------------------------------------------------------------------------------------------


async def responses(world: OpenedWorld, fault: str | None, persona: str = "operator", /, **given: Any) -> list[Any]:
    """What comes of a subscription under faults; `None` at the end where it was cut."""
    asked = GraphQLRequest(CURSORS, given, fault=fault)
    stream = await world.service.answer(asked, await world.viewer(persona), "the-stream")
    assert not isinstance(stream, Answer), stream.body
    found: list[Any] = []
    async with asyncio.timeout(20):
        try:
            async for item in stream:
                found.append(json.loads(item.body))  # noqa: PERF401 - what came before the cut counts
        except ConnectionCut:
            found.append(None)
    return found


async def test_each_response_says_what_it_follows(opened: OpenedWorld) -> None:
    await opened.receipt("employee")
    cursors = [event["cursor"] for event in await log_of(opened, "employee")]
    found = await responses(opened, None, "employee", after=cursors[0], first=3)
    assert [response["extensions"] for response in found] == [
        {"cursor": cursor, "follows": before} for before, cursor in pairwise(cursors)
    ]


async def test_a_subscriber_who_asks_for_it_gets_each_fault_and_it_is_counted(opened: OpenedWorld) -> None:
    await opened.receipt("employee")
    await opened.receipt("employee-2")
    start, *cursors = [event["cursor"] for event in await log_of(opened, "operator")]
    given = {"after": start, "first": len(cursors)}

    async def came(fault: str) -> list[str | None]:
        found = await responses(opened, fault, **given)
        return [response and response["data"]["events"]["cursor"] for response in found]

    assert await came("event-lost=1") == []
    assert await came("event-lost=0") == cursors
    assert await came("event-duplicate=1") == [cursor for cursor in cursors for _ in range(2)]
    assert await came("event-reordered=1") == [*[cursors[place ^ 1] for place in range(6)], cursors[6]]
    assert await came("event-delayed=1:1ms") == cursors
    assert await came("connection-cut=1") == [None]
    assert opened.service.world.tallies.faults == {
        EventFault.LOST: 7,
        EventFault.DUPLICATE: 7,
        EventFault.REORDERED: 4,
        EventFault.DELAYED: 7,
        EventFault.CUT: 1,
    }
    # Nobody else notices.
    assert [response["data"]["events"]["cursor"] for response in await responses(opened, None, **given)] == cursors


async def test_what_is_lost_comes_through_at_a_later_attempt_and_a_run_can_be_repeated(opened: OpenedWorld) -> None:
    await opened.receipt("employee")
    start, *cursors = [event["cursor"] for event in await log_of(opened, "employee")]

    async def run(seed: str) -> list[list[Any]]:
        fault = f"event-lost=0.5, event-duplicate=0.5, seed={seed}"
        return [await responses(opened, fault, "employee", after=start, first=3) for _ in range(12)]

    first = await run("a")
    opened.service.world.tallies.attempts = Attempts()
    assert await run("a") == first
    assert await run("b") != first
    seen = {response["data"]["events"]["cursor"] for attempt in first for response in attempt}
    assert seen == set(cursors)
    assert any(len(attempt) < len(cursors) for attempt in first)


async def test_a_world_clock_that_is_lost_is_told_at_its_next_interval(on_sqlite: OpenedWorld) -> None:
    document = "subscription { worldClock(everySeconds: 1, first: 1) { now } }"
    for fault, expected in (("event-lost=1", 0), ("event-duplicate=1", 2)):
        stream = await on_sqlite.service.answer(
            GraphQLRequest(document, fault=fault), await on_sqlite.viewer(None), "r"
        )
        assert not isinstance(stream, Answer)
        assert len([item async for item in stream]) == expected


def refused(answer: Any) -> Mapping[str, Any]:
    """The only error of an answer that was refused whole."""
    assert isinstance(answer, Answer)
    [error] = json.loads(answer.body)["errors"]
    assert isinstance(error, dict)
    return error


async def test_what_cannot_be_had_is_refused_in_words(on_sqlite: OpenedWorld) -> None:
    service, viewer = on_sqlite.service, await on_sqlite.viewer("employee")
    error = refused(await service.answer(GraphQLRequest(FOLLOW, fault="event-eaten=1"), viewer, "r"))
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "event-reordered" in error["message"]
    error = refused(await service.answer(GraphQLRequest("{ world { name } }", fault="event-lost=1"), viewer, "r"))
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "subscriptions and mutations only" in error["message"]
    service = replace(service, world=replace(service.world, sandbox=False))
    for fault in ("event-lost=0.1", "event-eaten=1", ""):
        error = refused(await service.answer(GraphQLRequest(FOLLOW, fault=fault), viewer, "r"))
        assert error["extensions"]["code"] == "FORBIDDEN"
        assert "sandbox only" in error["message"]


@pytest.mark.parametrize("by_header", [True, False])
def test_on_the_wire_a_cut_is_an_end_without_a_word(by_header: bool, on_a_wire: Client) -> None:
    """Nobody can tell it from a network that fails: no close frame, no `complete`, no end of the body."""
    asked = {"query": "subscription { worldClock { now } }"}
    fault = "connection-cut=1"
    named = {"canbao-fault": fault} if by_header else {}
    body = asked if by_header else {**asked, "extensions": {"fault": fault}}
    streamed = {"content-type": "application/json", "accept": "text/event-stream", **named}
    with pytest.raises(http.client.IncompleteRead):
        on_a_wire.send("POST", "/graphql", streamed, json.dumps(body).encode())
    with connect(
        f"ws://127.0.0.1:{on_a_wire.port}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        additional_headers=named,
        proxy=None,
    ) as connection:
        socket = Socket(connection, None).initialised()
        socket.say(type="subscribe", id="1", payload=body)
        with pytest.raises(ConnectionClosed) as told:
            socket.hear()
    assert told.value.rcvd is None


async def test_a_sign_in_that_ends_is_not_outlived_by_a_delay(opened: OpenedWorld) -> None:
    """Whoever is signed out hears of it at once, and not of the events that are still on their way."""
    await opened.receipt("employee")
    [start, *_] = [event["cursor"] for event in await log_of(opened, "employee")]
    viewer = await opened.viewer("employee")
    asked = GraphQLRequest(CURSORS, {"after": start}, fault="event-delayed=1:60s")
    stream = await opened.service.answer(asked, viewer, "the-stream")
    assert not isinstance(stream, Answer)
    coming = asyncio.ensure_future(anext(aiter(stream)))
    await asyncio.sleep(0.2)
    assert not coming.done()
    signed_out = 'mutation { signOut(input: {idempotencyKey: "signing-out"}) { __typename } }'
    assert (await opened.data(signed_out, persona="employee"))["signOut"]["__typename"] == "SignedOut"
    async with asyncio.timeout(20):
        assert b"UNAUTHENTICATED" in (await coming).body
    await stream.aclose()
    assert kinds(await log_of(opened, "operator")) == JOURNEY
