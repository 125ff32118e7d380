"""The log's doors: what is asked for, where a reader begins, and what a cursor that leads nowhere hears."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from domain.store.events import VERSION
from domain.store.horizon import AT_ONCE, move_horizon
from domain.store.log import BEGINNING
from domain.store.timers import TimerKind
from domain.vocabulary import Instant, Role
from resolvers.fields.log_places import log_tag
from resolvers.following import reader
from resolvers.plan.arguments import made_cursor
from resolvers.service import Answer, GraphQLRequest
from schema.enums import TimerKind as PublishedTimerKind
from tests.resolvers.opened import CHECK, FINISH, START, OpenedWorld, codes
from tests.resolvers.test_subscriptions import SILENCE_SECONDS, following, kinds, log_of, silent, taken

FILTERED = """
query Log($regions: [RegionCode!], $subjects: [ID!], $types: [EventType!], $after: Cursor, $before: Cursor) {
  events(regions: $regions, subjects: $subjects, types: $types, after: $after, before: $before) {
    totalCount edges { cursor node { __typename id cursor region } }
  }
}
"""
FOLLOW = """
subscription Follow($regions: [RegionCode!], $subjects: [ID!], $after: Cursor, $from: LogStart! = NOW, $first: Int) {
  events(regions: $regions, subjects: $subjects, after: $after, startFrom: $from, first: $first) {
    __typename id cursor region
  }
}
"""
CAUSES = """
{ events(first: 100) { edges { node { type version province region cause idempotencyKey timer } } } }
"""


async def listed(world: OpenedWorld, persona: str | None = "operator", **given: Any) -> list[dict[str, Any]]:
    found = await world.data(FILTERED, given, persona)
    nodes = [edge["node"] for edge in found["events"]["edges"]]
    assert found["events"]["totalCount"] == len(nodes)
    return nodes


async def followed(world: OpenedWorld, number: int, persona: str = "operator", **given: Any) -> list[dict[str, Any]]:
    """The log from its beginning, as a subscription tells it."""
    stream = await world.stream(FOLLOW, {"from": "BEGINNING", "first": number, **given}, persona)
    return [json.loads(item.body)["data"]["events"] async for item in stream]


async def error_of(world: OpenedWorld, document: str, persona: str = "operator", **given: Any) -> dict[str, Any]:
    """The one error of an operation, wherever it is told."""
    answer = await world.service.answer(GraphQLRequest(document, given), await world.viewer(persona), "r")
    body = answer.body if isinstance(answer, Answer) else (await anext(aiter(answer))).body
    [error] = json.loads(body)["errors"]
    extensions: dict[str, Any] = error["extensions"]
    return extensions


async def test_the_log_is_asked_for_by_region_at_every_level(opened: OpenedWorld) -> None:
    for persona in ("employee", "synthetic-employee"):
        await opened.paid(persona)
    for regions, expected in (
        (["520402"], {"520402"}),
        (["520400"], {"520402"}),
        (["520000"], {"520402"}),
        (["840100", "520403"], {"840102"}),
        (["000000"], {"520402", "840102"}),
        (["520403"], set()),
        ([], set()),
    ):
        events = await listed(opened, regions=regions)
        assert {event["region"] for event in events} == expected, regions
        if events:
            assert await followed(opened, len(events), regions=regions) == events
        # A filter shows nobody more than they may see.
        for_clerk = await listed(opened, "clerk-xixiu", regions=regions)
        assert {event["region"] for event in for_clerk} == expected & {"520402"}


async def test_the_log_is_asked_for_by_subject(opened: OpenedWorld) -> None:
    await opened.paid("employee")
    await opened.paid("employee-2")
    mother = opened.relative("employee")
    events = await listed(opened, subjects=[mother])
    assert kinds(events) == ["FamilyMemberBound", "ResidentContributionSubmitted", "ResidentContributionPaid"]
    assert await followed(opened, 3, subjects=[mother]) == events
    assert await listed(opened, "employee", subjects=[mother]) == events
    # Of strangers, of what is no person and of nobody there is nothing.
    for subjects in ([opened.relative("employee-2")], ["con_520000000000000001"], ["x"], []):
        assert await listed(opened, "employee", subjects=subjects) == [], subjects


async def test_lists_of_filters_are_bounded(opened: OpenedWorld) -> None:
    for document in (FILTERED, FOLLOW):
        assert (await error_of(opened, document, regions=["520402"] * 101))["code"] == "BAD_USER_INPUT"
        assert (await error_of(opened, document, subjects=["per_1"] * 101))["code"] == "BAD_USER_INPUT"
    assert await listed(opened, regions=["520402"] * 100, subjects=["per_1"] * 100) == []


async def test_a_subscription_begins_with_the_first_event_or_now_and_after_goes_before(opened: OpenedWorld) -> None:
    contribution = await opened.paid("employee")
    log = await log_of(opened, "operator")
    assert await followed(opened, 3) == log
    assert await followed(opened, 2, after=log[0]["cursor"]) == log[1:]
    beginning = made_cursor(log_tag(opened.service.world), BEGINNING)
    assert await followed(opened, 3, after=beginning) == log
    stream = aiter(await opened.stream(FOLLOW, {"first": 1}, "operator"))
    assert await silent(stream)
    assert contribution


async def test_every_event_says_its_version_province_and_cause(opened: OpenedWorld) -> None:
    contribution = await opened.submitted("employee", channel="WECHAT")
    await opened.mutate(START, "employee", contributionId=contribution, idempotencyKey="start-it-once")
    await opened.service.world.fire_due()
    await opened.mutate(FINISH, "employee", contributionId=contribution, idempotencyKey="finish-it-once")

    async def told(persona: str) -> list[dict[str, Any]]:
        edges = (await opened.data(CAUSES, persona=persona))["events"]["edges"]
        return [edge["node"] for edge in edges]

    for persona in ("operator", "employee"):
        log = await told(persona)
        assert {(one["version"], one["province"], one["region"]) for one in log} == {(VERSION, "520000", "520402")}
        by_type = {one["type"]: one for one in log}
        assert by_type["PAYMENT_STARTED"]["idempotencyKey"] == "start-it-once"
        assert by_type["RESIDENT_CONTRIBUTION_FINISHED"]["idempotencyKey"] == "finish-it-once"
        assert all((one["cause"] == "") is (one["timer"] is not None) for one in log)
        paid = by_type["RESIDENT_CONTRIBUTION_PAID"]
        assert (paid["timer"], paid["idempotencyKey"]) == ("ASK_CHANNEL", None)
    # Whoever has not acted is not told the key, and is told everything else.
    for one, other in zip(await told("clerk-xixiu"), await told("operator"), strict=True):
        assert one == {**other, "idempotencyKey": None}


def test_every_kind_of_timer_is_published() -> None:
    assert [one.name for one in PublishedTimerKind] == [one.name for one in TimerKind]


async def test_a_cursor_that_leads_nowhere_hears_why(opened: OpenedWorld, other_world: OpenedWorld) -> None:
    await opened.paid("employee")
    await other_world.paid("employee")
    tag = log_tag(opened.service.world)
    cursors = {
        "CURSOR_OF_ANOTHER_LIST": [(await log_of(other_world, "operator"))[0]["cursor"]],
        "CURSOR_MALFORMED": ["", "forged", (await log_of(opened, "operator"))[0]["cursor"][:-1], f"{tag}zz"],
        # Nobody was given these: an event to come, and places between events.
        "CURSOR_UNKNOWN": [made_cursor(tag, place) for place in ((0, 10**9), (10**15, 1), (1, 0), (0, -1), (-1, 5))],
    }
    for reason, each in cursors.items():
        for cursor in each:
            for document in (FILTERED, FOLLOW):
                told = await error_of(opened, document, after=cursor)
                assert (told["code"], told["reason"]) == ("BAD_USER_INPUT", reason), (document, cursor)
            assert (await error_of(opened, FILTERED, before=cursor))["reason"] == reason


async def test_what_is_older_than_the_operator_keeps_is_told_no_more(opened: OpenedWorld) -> None:
    world = opened.service.world
    await opened.bound("employee")
    opened.machine.forward(days=10)
    await opened.enter("operator", Role.OPERATOR, 0)
    [before] = await log_of(opened, "operator")
    opened.let_ask("employee-2", opened.person("employee-2"))
    await opened.bound("employee-2")
    after = (await log_of(opened, "operator"))[-1]
    await world.forget_events(11)
    assert world.record.horizon == BEGINNING
    await world.forget_events(5)
    kept_from = world.record.horizon
    assert await log_of(opened, "operator") == [after]
    assert await followed(opened, 1) == [after]
    rows = await opened.rows("SELECT count(*) FROM events")
    assert rows == [(2,)], "the audit trail keeps all"

    beginning = made_cursor(log_tag(world), BEGINNING)
    for document in (FILTERED, FOLLOW):
        told = await error_of(opened, document, after=beginning)
        assert told["code"] == "CURSOR_EXPIRED"
        asked = GraphQLRequest(document, {"after": beginning})
        answer = await opened.service.answer(asked, await opened.viewer("operator"), "r")
        assert not isinstance(answer, Answer) or answer.status == 410
        assert told["oldest"] == "2024-12-21T09:00:00+08:00"
        assert await listed(opened, after=told["startAfter"]) == [after]
    assert await followed(opened, 1, after=told["startAfter"]) == [after]
    assert await followed(opened, 1, after=before["cursor"]) == [after], "that of the last that is told no more"
    # It never goes back, whatever is asked of it.
    await world.forget_events(100)
    assert world.record.horizon == kept_from


async def test_the_horizon_moves_in_steps_and_not_past_what_is_younger(opened: OpenedWorld) -> None:
    world = opened.service.world
    await opened.bound("employee")
    await opened.change(
        "INSERT INTO events (transaction_id, id, type, version, region_code, occurred_at, actor_id, subject_id, cause,"
        " payload) WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500)"
        " SELECT transaction_id, id + n, type, version, region_code, occurred_at + n, actor_id, subject_id, cause,"
        " payload FROM events CROSS JOIN numbers ORDER BY n"
    )
    [(first,)] = await opened.rows("SELECT min(occurred_at) FROM events")
    at = Instant(first + 2200)
    assert [await move_horizon(world.database, at) for _ in range(3)] == [True, True, False]
    await world.read_clock()
    [(passed,)] = await opened.rows(
        f"SELECT count(*) FROM events WHERE (transaction_id, position) <= {world.record.horizon}"
    )
    assert (passed, world.record.horizon_at) == (2200, at)
    assert AT_ONCE == 1000


async def test_a_reader_that_falls_behind_is_told_and_one_that_missed_nothing_goes_on(
    opened: OpenedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LEAST_PAGE", "FIRST_PAGE", "MOST_PAGE"):
        monkeypatch.setattr(reader, name, 1)
    world = opened.service.world
    await opened.bound("employee")
    await opened.bound("employee-2")
    [first, _] = await log_of(opened, "operator")
    async with (
        following(opened, "operator", after=made_cursor(log_tag(world), BEGINNING)) as slow,
        following(opened, "clerk-synthetic", after=made_cursor(log_tag(world), BEGINNING)) as of_elsewhere,
    ):
        assert await taken(slow, 1) == [first]
        waiting = asyncio.ensure_future(taken(of_elsewhere, 1))
        await asyncio.sleep(SILENCE_SECONDS)
        assert not waiting.done()
        # What it has not read yet is told no more.
        while await move_horizon(world.database, Instant(2**34)):
            pass
        await world.read_clock()
        assert codes(json.loads((await anext(slow)).body)) == ["CURSOR_EXPIRED"]
        # This one was told nothing, and missed nothing of what it may see.
        await opened.bound("synthetic-employee")
        assert kinds(await waiting) == ["FamilyMemberBound"]


async def test_checking_a_payment_names_its_own_key(opened: OpenedWorld) -> None:
    contribution = await opened.submitted("employee", channel="WECHAT")
    payload = await opened.mutate(START, "employee", contributionId=contribution)
    await opened.mutate(CHECK, "employee", orderId=payload["order"]["id"], idempotencyKey="check-it-once")
    rows = await opened.rows("SELECT payload FROM events WHERE type = 'RESIDENT_CONTRIBUTION_PAID'")
    [(told,)] = rows
    stored = json.loads(told) if isinstance(told, str) else told
    assert stored["cause_key"] == "check-it-once"
