"""What an app and an operator do with webhooks: register, change, pause, rotate, remove, try."""

import json
from typing import Any

import pytest

from domain.decisions.webhooks import DEFAULT_SELECTION, MOST_WEBHOOKS, TESTS_A_MINUTE
from domain.vocabulary import Role, Scope, Viewer
from tests.webhooks.apps import (
    OTHER_APP,
    PAUSE,
    REDELIVER,
    REGISTER,
    REMOVE,
    RESUME,
    ROTATE,
    TEST,
    UPDATE,
    App,
)
from tests.webhooks.receiving import Receiver, status

URL = "https://partner.example/hooks"
TOO_DEAR = (
    "{ subject { residentContributions(first: 100) { edges { node { person {"
    " enrolments(first: 100) { edges { node { id } } } } } } } } }"
)


async def test_the_same_key_gives_the_same_secret_which_is_kept_nowhere(app: App) -> None:
    given = {"url": URL, "idempotencyKey": "the-first-key"}
    first = await app.world.mutate(REGISTER, app.name, **given)
    again = await app.world.mutate(REGISTER, app.name, **given)
    assert first == again
    assert first["webhook"]["selection"] == DEFAULT_SELECTION
    secret = first["secret"].removeprefix("whsec_")
    for table in ("answers", "webhooks", "webhook_keys"):
        kept = json.dumps([list(map(str, row)) for row in await app.world.rows(f"SELECT * FROM {table}")])
        assert secret not in kept, table
    other = await app.world.mutate(REGISTER, app.name, url="https://other.example/", idempotencyKey="the-first-key")
    assert other["__typename"] == "IdempotencyKeyReused"


async def test_after_a_rotation_both_secrets_sign_for_a_day(app: App, target: Receiver) -> None:
    webhook, old = await app.registers(target.url)
    [person] = await app.persons(1)
    app.delivers()
    rotated = await app.does(ROTATE, webhook, idempotencyKey="rotate-once")
    new = rotated["secret"]
    assert new != old
    assert rotated["webhook"]["secretStart"] == new[:10]
    assert (await app.does(ROTATE, webhook, idempotencyKey="rotate-once"))["secret"] == new
    await app.happens([person])
    [both] = await target.has(1)
    assert len(both.signatures) == 2
    assert both.is_signed_with(new)
    assert both.is_signed_with(old)
    app.passes(86_400)
    await app.happens([person])
    alone = (await target.has(2))[1]
    assert alone.is_signed_with(new)
    assert not alone.is_signed_with(old)


async def test_a_webhook_that_was_paused_goes_on_where_it_stood(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url)
    [person] = await app.persons(1)
    app.delivers()
    before = await app.happens([person])
    await target.has(1)
    await app.sees(webhook, lambda found: found["attempts"]["totalCount"] == 1)
    paused = await app.does(PAUSE, webhook)
    assert (paused["webhook"]["status"], paused["webhook"]["stop"]) == ("PAUSED", "BY_THE_APP")
    assert (await app.does(PAUSE, webhook))["status"] == "PAUSED"
    meanwhile = await app.happens([person, person])
    tried = await app.does(TEST, webhook)
    assert tried["attempt"]["outcome"] == "DELIVERED"
    assert len(target.deliveries) == 2
    resumed = await app.does(RESUME, webhook)
    assert (resumed["webhook"]["status"], resumed["webhook"]["stop"]) == ("ACTIVE", None)
    await target.has(4)
    assert [target.event_ids[0], *target.event_ids[2:]] == [*before, *meanwhile]
    assert (await app.does(RESUME, webhook))["__typename"] == "WebhookInAnotherState"


async def test_what_an_operator_disables_an_operator_resumes(app: App) -> None:
    webhook, _ = await app.registers(URL)
    disabled = await app.world.mutate(PAUSE, "operator", webhookId=webhook)
    assert (disabled["webhook"]["status"], disabled["webhook"]["stop"]) == ("DISABLED", "BY_AN_OPERATOR")
    assert (await app.does(RESUME, webhook))["__typename"] == "WebhookInAnotherState"
    assert (await app.world.mutate(RESUME, "operator", webhookId=webhook))["webhook"]["status"] == "ACTIVE"
    listed = await app.world.data("{ webhooks { edges { node { id url } } } }", persona="operator")
    assert [edge["node"]["id"] for edge in listed["webhooks"]["edges"]] == [webhook]
    for document in (UPDATE, REMOVE, ROTATE, TEST):
        assert (await app.world.mutate(document, "operator", webhookId=webhook))["__typename"] == "NotSignedIn"


async def test_a_target_that_is_gone_is_delivered_nothing_more(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url)
    [person] = await app.persons(1)
    target.answers = lambda delivery: status(410)
    [event] = await app.happens([person])
    app.delivers()
    seen = await app.sees(webhook, lambda found: found["status"] == "DISABLED")
    assert seen["stop"] == "TARGET_GONE"
    assert [edge["node"]["status"] for edge in seen["deliveries"]["edges"]] == ["WAITING"]
    target.answers = lambda delivery: status(200)
    await app.does(RESUME, webhook)
    app.passes(60)
    await target.has(2)
    assert target.event_ids == [event, event]


async def test_a_webhook_that_was_removed_is_gone_with_all_that_waited(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url)
    [person] = await app.persons(1)
    target.answers = lambda delivery: status(500)
    await app.happens([person])
    app.delivers()
    await app.sees(webhook, lambda found: found["attempts"]["totalCount"])
    assert (await app.does(REMOVE, webhook))["webhook"]["status"] == "REMOVED"
    assert await app.world.rows("SELECT count(*) FROM webhook_deliveries") == [(0,)]
    for document in (UPDATE, PAUSE, RESUME, REMOVE, ROTATE, TEST):
        assert (await app.does(document, webhook))["__typename"] == "WebhookNotFound"
    found = await app.world.data("{ webhooks { totalCount } }", persona=app.name)
    assert found["webhooks"]["totalCount"] == 0


async def test_a_trial_says_what_was_sent_and_leaves_the_order_alone(app: App, target: Receiver) -> None:
    webhook, secret = await app.registers(target.url, selection="{ id }")
    [person] = await app.persons(1)
    [event] = await app.happens([person])
    given = {"eventId": event, "idempotencyKey": "a-trial-of-one"}
    tried = await app.does(TEST, webhook, **given)
    assert json.loads(tried["sent"])["data"] == {"id": event}
    assert tried["attempt"]["kind"] == "TEST"
    [delivery] = await target.has(1)
    assert delivery.body.decode() == tried["sent"]
    assert delivery.is_signed_with(secret)
    again = await app.does(TEST, webhook, **given)
    assert again == {**tried, "sent": None}
    assert len(target.deliveries) == 1
    kept = await app.world.rows("SELECT answer FROM answers WHERE mutation = 'testWebhook'")
    assert event not in str(kept)
    sample = await app.does(TEST, webhook)
    assert json.loads(sample["sent"])["type"] == "WEBHOOK_TEST"
    assert sample["attempt"]["eventId"] is None
    # It was registered before the event came about, which is still delivered.
    app.delivers()
    await target.has(3)
    assert target.event_ids[-1] == event
    for _ in range(TESTS_A_MINUTE - 2):
        assert (await app.does(TEST, webhook))["__typename"] == "WebhookTested"
    assert (await app.does(TEST, webhook))["__typename"] == "TooManyWebhookTests"
    app.passes(61)
    assert (await app.does(TEST, webhook))["__typename"] == "WebhookTested"


async def test_nobody_but_the_app_has_to_do_with_its_webhook(app: App) -> None:
    webhook, _ = await app.registers(URL)
    other = await App(app.world, "other", OTHER_APP).enter()
    for document in (UPDATE, PAUSE, RESUME, REMOVE, ROTATE, TEST):
        assert (await other.does(document, webhook))["__typename"] == "WebhookNotFound"
    assert (await other.does(REDELIVER, webhook, eventId="evt_1"))["__typename"] == "WebhookNotFound"
    assert await other.looks(webhook) is None
    for persona in ("employee", "clerk-xixiu", "auditor", "officer-employer", None):
        refused = await app.world.mutate(REGISTER, persona, url=URL)
        assert refused["__typename"] == "NotSignedIn"
        assert await app.world.data(f'{{ webhook(id: "{webhook}") {{ id }} }}', persona=persona) == {"webhook": None}


async def test_an_app_that_may_not_follow_events_gets_no_webhook(app_on_sqlite: App) -> None:
    app = app_on_sqlite
    whole = await app.world.viewer(app.name)
    app.world._viewers["reader"] = Viewer(
        Role.PARTNER,
        whole.person_id,
        whole.region,
        "reader",
        client_id=whole.client_id,
        scopes=frozenset({Scope.WRITE}),
    )
    assert (await app.world.mutate(REGISTER, "reader", url=URL))["__typename"] == "NotSignedIn"


async def test_a_client_that_is_disabled_is_delivered_nothing(app: App, target: Receiver) -> None:
    webhook, _ = await app.registers(target.url)
    [person] = await app.persons(1)
    app.delivers()
    await app.happens([person])
    await app.sees(webhook, lambda found: found["attempts"]["totalCount"] == 1)
    await app.world.change(f"UPDATE clients SET disabled_at = 1 WHERE id = {app.client_id}")
    await app.happens([person])
    other = await App(app.world, "other", OTHER_APP).enter()
    await other.registers(f"{target.url}&other=1")
    consents = "INSERT INTO consents (id, person_id, client_id, data_type, given_at)"
    await app.world.change(f"{consents} VALUES (9000, {person}, {OTHER_APP}, 'CONTRIBUTIONS', 0)")
    await app.happens([person])
    await target.has(2)
    assert ["other" in one.path for one in target.deliveries] == [False, True]


async def test_an_app_has_so_many_webhooks_and_no_more(app_on_sqlite: App) -> None:
    app = app_on_sqlite
    kept = [(await app.registers(f"{URL}/{number}"))[0] for number in range(MOST_WEBHOOKS)]
    refused = await app.world.mutate(REGISTER, app.name, url=URL)
    assert (refused["__typename"], refused["most"]) == ("TooManyWebhooks", MOST_WEBHOOKS)
    await app.does(REMOVE, kept[0])
    await app.registers(URL)


@pytest.mark.parametrize(
    ("given", "refusal", "facts"),
    [
        ({"url": "ftp://partner.example/"}, "WebhookUrlNotAllowed", {"urlProblem": "SCHEME"}),
        ({"url": "https://10.0.0.1/"}, "WebhookUrlNotAllowed", {"urlProblem": "ADDRESS"}),
        ({"selection": "id type"}, "WebhookSelectionNotValid", {}),
        ({"selection": "{ surname }"}, "WebhookSelectionNotValid", {}),
        ({"selection": "{ id } } query Q { viewer { role }"}, "WebhookSelectionNotValid", {}),
        ({"selection": "query { id }"}, "WebhookSelectionNotValid", {}),
        ({"selection": "{ id } fragment F on Event { id }"}, "WebhookSelectionNotValid", {}),
        ({"selection": "{ id @include(if: $x) }"}, "WebhookSelectionNotValid", {}),
        ({"selection": "{ id # }"}, "WebhookSelectionNotValid", {}),
        (
            {"selection": "{ subject { residentContributions(first: 101) { totalCount } } }"},
            "WebhookSelectionNotValid",
            {},
        ),
        (
            {"selection": TOO_DEAR},
            "WebhookSelectionTooDear",
            {"most": 80_000},
        ),
        ({"regions": list(map(str, range(520_000, 520_051)))}, "InputNotAcceptable", {"field": "regions"}),
        ({"url": "ftp://x/", "selection": "{ surname }"}, "WebhookUrlNotAllowed", {}),
    ],
    ids=str,
)
async def test_what_cannot_be_delivered_is_refused(
    app_on_sqlite: App, given: dict[str, Any], refusal: str, facts: dict[str, Any]
) -> None:
    app = app_on_sqlite
    refused = await app.world.mutate(REGISTER, app.name, **({"url": URL} | given))
    assert refused["__typename"] == refusal, refused
    assert {name: refused[name] for name in facts} == facts
    webhook, _ = await app.registers(URL)
    changed = await app.does(UPDATE, webhook, **given)
    assert changed["__typename"] == refusal, changed


async def test_only_an_event_that_the_app_sees_is_redelivered(app_on_sqlite: App) -> None:
    app = app_on_sqlite
    webhook, _ = await app.registers(URL)
    [person] = await app.persons(1)
    [event] = await app.happens([person])
    await app.withdraws(person)
    for unseen in (event, "evt_529999999999999999", "per_1", ""):
        for document in (REDELIVER, TEST):
            assert (await app.does(document, webhook, eventId=unseen))["__typename"] == "EventNotFound"
