"""Events reach a real receiver: signed, in order, again when it fails, and to nobody who may not know."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.decisions.delivering import ATTEMPTS, LONGEST_PROBE
from domain.store.events import EventType
from domain.vocabulary import FaultKind, Id
from tests.resolvers.opened import ADD_FAULT, REMOVE_FAULT
from tests.webhooks.apps import REDELIVER, UPDATE, App
from tests.webhooks.receiving import Delivery, Receiver, status, until


def tried(times: int) -> Callable[[dict[str, Any]], bool]:
    """So many attempts are listed."""
    return lambda found: bool(found["attempts"]["totalCount"] == times)


async def test_an_event_is_delivered_as_the_selection_asks_and_signed(app: App, target: Receiver) -> None:
    webhook, secret = await app.registers(
        target.url, selection="{ __typename id subject { id name } ... on ResidentContributionPaidEvent { amount } }"
    )
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    [person] = await app.persons(1)
    [event] = await app.happens([person])
    app.delivers()
    [delivery] = await target.has(1)
    assert delivery.path == "/hooks?app=1"
    assert delivery.event_id == event
    assert delivery.headers["webhook-timestamp"] == str(int(app.world.machine.seconds))
    assert delivery.headers["content-type"] == "application/json"
    assert delivery.is_signed_with(secret)
    assert not delivery.is_signed_with(secret[:-4] + "AAA=")
    payload = delivery.payload
    subject = payload["data"].pop("subject")
    assert subject["id"] == f"per_{person}"
    assert set(subject["name"][1:]) == {"*"}
    assert payload == {
        "id": event,
        "cursor": payload["cursor"],
        "type": "RESIDENT_CONTRIBUTION_PAID",
        "timestamp": "2024-12-16T09:00:00+08:00",
        "data": {"__typename": "ResidentContributionPaidEvent", "id": event, "amount": "400.00"},
    }
    seen = await app.sees(webhook, lambda found: found["attempts"]["totalCount"])
    assert seen["deliveries"]["totalCount"] == seen["waiting"] == 0
    [attempt] = [edge["node"] for edge in seen["attempts"]["edges"]]
    assert (attempt["eventId"], attempt["outcome"], attempt["httpStatus"]) == (event, "DELIVERED", 204)
    assert seen["secretStart"] == secret[:10]


async def test_what_fails_is_tried_again_later_and_later_until_it_arrives(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url)
    [person] = await app.persons(1)
    target.answers = lambda delivery: status(500 if len(target.deliveries) < 4 else 200)
    [event] = await app.happens([person])
    app.delivers()
    pauses = []
    for number in range(1, 4):
        seen = await app.sees(webhook, tried(number))
        [waits] = [edge["node"] for edge in seen["deliveries"]["edges"]]
        assert (waits["eventId"], waits["status"], waits["attempts"]) == (event, "WAITING", number)
        attempt = seen["attempts"]["edges"][0]["node"]
        assert (attempt["number"], attempt["outcome"], attempt["httpStatus"]) == (number, "HTTP_ERROR", 500)
        assert attempt["nextAt"] == waits["dueAt"]
        due = datetime.fromisoformat(waits["dueAt"]).timestamp()
        pauses.append(due - app.world.machine.seconds)
        app.passes(due - app.world.machine.seconds)
    assert [4.8 <= pauses[0] <= 7.2, 14.4 <= pauses[1] <= 21.6, 43 <= pauses[2] <= 65] == [True] * 3
    seen = await app.sees(webhook, lambda found: found["deliveries"]["totalCount"] == 0)
    assert target.event_ids == [event] * 4
    assert [edge["node"]["number"] for edge in seen["attempts"]["edges"]] == [4, 3, 2, 1]
    assert seen["failures"] == 0


async def test_what_never_arrives_is_given_up_listed_and_delivered_when_asked_for(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url, retryClock="WORLD")
    [person] = await app.persons(1)
    target.answers = lambda delivery: status(503)
    [event] = await app.happens([person])
    app.delivers()
    for number in range(1, ATTEMPTS + 1):
        await app.sees(webhook, tried(number))
        app.passes(40 * 3_600)
    [waits] = [edge["node"] for edge in (await app.looks(webhook))["deliveries"]["edges"]]
    assert (waits["status"], waits["attempts"]) == ("GIVEN_UP", ATTEMPTS)
    # Nobody is held up by it any more.
    target.answers = lambda delivery: status(200)
    app.passes(LONGEST_PROBE)
    [later] = await app.happens([person])
    await target.has(ATTEMPTS + 1)
    assert target.event_ids[-1] == later
    again = await app.does(REDELIVER, webhook, eventId=event)
    assert again["__typename"] == "EventRedelivered", again
    await target.has(ATTEMPTS + 2)
    assert target.event_ids[-1] == event
    await app.sees(webhook, lambda found: found["deliveries"]["totalCount"] == 0)


async def test_events_of_one_person_wait_for_one_another_and_those_of_others_do_not(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url)
    slow, quick = await app.persons(2)
    first, second, third, other = await app.happens([slow, slow, slow, quick])
    target.answers = lambda delivery: status(500 if delivery.event_id == first and len(target.deliveries) < 3 else 200)
    app.delivers()
    await target.has(2)
    await app.sees(webhook, lambda found: found["attempts"]["totalCount"] == 2)
    assert sorted(target.event_ids) == sorted([first, other])
    app.passes(60)
    await target.has(5)
    assert [one for one in target.event_ids if one != other] == [first, first, second, third]


async def test_who_withdraws_consent_is_told_of_no_more_even_what_already_waits(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url)
    gone, stays = await app.persons(2)
    target.answers = lambda delivery: status(500)
    await app.happens([gone, gone])
    app.delivers()
    await app.sees(webhook, lambda found: found["attempts"]["totalCount"] == 1)
    await app.withdraws(gone)
    target.answers = lambda delivery: status(200)
    await app.happens([gone])
    [seen] = await app.happens([stays])
    app.passes(60)
    await target.has(2)
    await app.sees(webhook, lambda found: found["deliveries"]["totalCount"] == 0)
    assert target.event_ids[1:] == [seen]


async def test_only_what_the_webhook_asks_for_is_delivered(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url, types=["RESIDENT_CONTRIBUTION_PAID"], regions=["520400", "520103"])
    [person] = await app.persons(1)
    await app.happens([person], kind=EventType.RESIDENT_CONTRIBUTION_FINISHED)
    await app.happens([person], region="520302")
    wanted = [*await app.happens([person], region="520423"), *await app.happens([person], region="520103")]
    app.delivers()
    await target.has(2)
    await app.sees(webhook, lambda found: found["deliveries"]["totalCount"] == 0)
    assert target.event_ids == wanted
    await app.does(UPDATE, webhook, types=None, regions=None)
    [all_else] = await app.happens([person], region="520302")
    await target.has(3)
    assert target.event_ids == [*wanted, all_else]


async def test_nothing_leaves_before_it_is_recorded_whom_it_shows(app: App, target: Receiver) -> None:
    await app.registers(target.url)
    [person] = await app.persons(1)
    recorded: list[list[tuple[object, ...]]] = []

    async def answer(delivery: Delivery, writer: asyncio.StreamWriter) -> None:
        rows = await app.world.rows("SELECT transport, operation, persons, subjects FROM access_records")
        recorded.append([(*told, json.loads(who) if isinstance(who, str) else who) for *told, who in rows])
        await status(200)(delivery, writer)

    target.answers = lambda delivery: answer
    await app.happens([person])
    app.delivers()
    await until(lambda: recorded)
    assert recorded[0] == [("WEBHOOK", "Webhook", 1, [person])]


async def test_faults_of_the_world_lose_hold_up_and_double_deliveries(app: App, target: Receiver) -> None:
    lost, late, twice, again = await app.persons(4)
    webhook, _ = await app.registers(target.url)

    async def befalls(person: Id, kind: FaultKind) -> str:
        given = {"party": "WEBHOOK_TARGET", "kind": kind.name, "personId": f"per_{person}"}
        added = await app.world.mutate(ADD_FAULT, "operator", **given)
        assert added["__typename"] == "FaultAdded", added
        return str(added["fault"]["id"])

    await befalls(lost, FaultKind.LOST_CONFIRMATION)
    await befalls(twice, FaultKind.DUPLICATE_CONFIRMATION)
    passing = [await befalls(late, FaultKind.OUTAGE), await befalls(again, FaultKind.TIMEOUT_AFTER_EFFECT)]
    never, later, doubled, repeated = await app.happens([lost, late, twice, again])
    app.delivers()
    seen = await app.sees(webhook, tried(4))
    assert sorted(target.event_ids) == sorted([doubled, doubled, repeated])
    attempts = {one["node"]["eventId"]: one["node"] for one in seen["attempts"]["edges"]}
    assert {event: (one["outcome"], one["httpStatus"]) for event, one in attempts.items()} == {
        never: ("DELIVERED", 202),
        later: ("UNREACHABLE", None),
        doubled: ("DELIVERED", 204),
        repeated: ("TIMED_OUT", None),
    }
    for fault in passing:
        assert (await app.world.mutate(REMOVE_FAULT, "operator", faultId=fault))["__typename"] == "FaultRemoved"
    app.passes(10)
    await target.has(5)
    await app.sees(webhook, lambda found: found["deliveries"]["totalCount"] == 0)
    assert sorted(target.event_ids) == sorted([doubled, doubled, repeated, repeated, later])
