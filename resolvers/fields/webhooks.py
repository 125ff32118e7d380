"""Webhooks (事件推送): registered and changed by their app, tested, and looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from domain.decisions.webhooks import DEFAULT_SELECTION
from domain.operations.change_webhook import (
    PauseWebhookOrder,
    RemoveWebhookOrder,
    ResumeWebhookOrder,
    RotateWebhookSecretOrder,
    UpdateWebhookOrder,
    WebhookPaused,
    WebhookRemoved,
    WebhookResumed,
    WebhookSecretRotated,
    WebhookUpdated,
    pause_webhooks,
    remove_webhooks,
    resume_webhooks,
    rotate_webhook_secrets,
    update_webhooks,
)
from domain.operations.redeliver_event import (
    EventRedelivered,
    RedeliverOrder,
    TestWebhookOrder,
    WebhookTested,
    redeliver_event,
    trial_answered,
    trial_ended,
)
from domain.operations.register_webhook import RegisterWebhookOrder, WebhookRegistered, register_webhooks
from domain.refusals import EventNotFound, Refusal
from domain.store import webhooks as store
from domain.store.statements import EngineKind
from domain.store.tables import webhook_attempts, webhook_deliveries, webhooks
from domain.store.webhooks import Attempt, Webhook
from domain.vocabulary import (
    AttemptKind,
    DeliveryStatus,
    Id,
    Prefix,
    RegionCode,
    Role,
    Scope,
    WebhookStatus,
    api_id,
)
from resolvers.context import Request
from resolvers.fields.journey import batched, key_objection, named, shown, told
from resolvers.fields.log_places import LOG
from resolvers.fields.rules import by_role, of_own_client
from resolvers.plan import sources as plan
from resolvers.plan.executor import AnyMutationSource, Executor, MutationSource, SelectingMutationSource, WritePayload
from resolvers.plan.sources import (
    Alias,
    Arguments,
    ComputedField,
    ComputedSource,
    CursorOf,
    Identifier,
    Many,
    OneByKey,
    Plain,
    QueryRoot,
    RowSource,
    ToRow,
    Value,
    integer,
    moment,
    of_nobody,
    text,
)
from resolvers.webhooks.couriers import send, signing_key
from resolvers.webhooks.payloads import Payload, Payloads, compiled, request_of, sample, viewer_of

_LATEST_FIRST = (("id", True),)


def _listed(column: str) -> Value:
    """A list that a column holds as JSON."""

    def sql(row: Alias, scope: plan.Scope) -> str:
        return f"json({row[column]})" if scope.kind is EngineKind.SQLITE else f"CAST({row[column]} AS jsonb)"

    return text(sql, nullable=True)


def _of_own_webhook(row: Alias, scope: plan.Scope) -> str:
    return f"{row.webhook_id} IN (SELECT id FROM webhooks WHERE client_id = {scope.client_id})"


_WAITING = f"status = '{DeliveryStatus.WAITING.name}'"


def _waiting(what: str) -> plan.Sql:
    return lambda row, scope: f"(SELECT {what} FROM webhook_deliveries WHERE webhook_id = {row.id} AND {_WAITING})"


WEBHOOK = RowSource(
    "Webhook",
    webhooks,
    key=("id",),
    prefix=Prefix.WEBHOOK,
    rule=by_role({Role.PARTNER: of_own_client(), Role.OPERATOR: None}),
    subjects=of_nobody,
    fields={
        "id": Identifier(Prefix.WEBHOOK, lambda row, scope: row.id),
        "clientId": Identifier(Prefix.CLIENT, lambda row, scope: row.client_id),
        "url": text("url"),
        "types": _listed("types"),
        "regions": _listed("regions"),
        "selection": text("selection"),
        "retryClock": text("retry_clock"),
        "status": text("status"),
        "stop": text("stop", nullable=True),
        "createdAt": moment("created_at"),
        "secretStart": text("secret_start"),
        "oldSecretUntil": moment("old_secret_until", nullable=True),
        "cursor": CursorOf(LOG, ("transaction_id", "position")),
        "waiting": integer(_waiting("count(*)")),
        "lagSeconds": integer(
            lambda row, scope: f"{scope.now} - {_waiting('min(occurred_at)')(row, scope)}", nullable=True
        ),
        "failures": integer("failures"),
        "probeAt": moment("probe_at", nullable=True),
        "attempts": Many(
            "WebhookAttempt", lambda row, other, scope: f"{other.webhook_id} = {row.id}", order=_LATEST_FIRST
        ),
        "deliveries": Many("WebhookDelivery", lambda row, other, scope: f"{other.webhook_id} = {row.id}"),
    },
)

ATTEMPT = RowSource(
    "WebhookAttempt",
    webhook_attempts,
    key=("id",),
    prefix=Prefix.WEBHOOK_ATTEMPT,
    rule=by_role({Role.PARTNER: _of_own_webhook, Role.OPERATOR: None}),
    subjects=of_nobody,
    fields={
        "id": Identifier(Prefix.WEBHOOK_ATTEMPT, lambda row, scope: row.id),
        "eventId": text(lambda row, scope: f"'{Prefix.EVENT.value}_' || {row.event_id}", nullable=True),
        "kind": text("kind"),
        "number": integer("number"),
        "beganAt": moment("began_at"),
        "milliseconds": integer("milliseconds"),
        "outcome": text("outcome"),
        "httpStatus": integer("http_status", nullable=True),
        "nextAt": moment("next_at", nullable=True),
    },
)

DELIVERY = RowSource(
    "WebhookDelivery",
    webhook_deliveries,
    key=("id",),
    prefix=Prefix.WEBHOOK_DELIVERY,
    rule=by_role({Role.PARTNER: _of_own_webhook, Role.OPERATOR: None}),
    subjects=of_nobody,
    fields={
        "id": Identifier(Prefix.WEBHOOK_DELIVERY, lambda row, scope: row.id),
        "eventId": Identifier(Prefix.EVENT, lambda row, scope: row.event_id),
        "status": text("status"),
        "attempts": integer("attempts"),
        "occurredAt": moment("occurred_at"),
        "dueAt": moment("due_at"),
    },
)

WEBHOOKS = (WEBHOOK, ATTEMPT, DELIVERY)

_LINK: Mapping[str, ComputedField] = {"webhook": ToRow("Webhook", lambda outcome: outcome.webhook_id)}
_SECRET: Mapping[str, ComputedField] = {**_LINK, "secret": Plain(lambda outcome, arguments: outcome.secret)}
OUTCOMES = (
    *(ComputedSource(kind.__name__, kind, _SECRET) for kind in (WebhookRegistered, WebhookSecretRotated)),
    *(
        ComputedSource(kind.__name__, kind, _LINK)
        for kind in (WebhookUpdated, WebhookPaused, WebhookResumed, WebhookRemoved, EventRedelivered)
    ),
    ComputedSource(
        "WebhookTested",
        WebhookTested,
        {
            **_LINK,
            "attempt": ToRow("WebhookAttempt", lambda outcome: outcome.attempt_id),
            "sent": Plain(lambda outcome, arguments: outcome.sent),
        },
    ),
)

QUERIES: Mapping[str, QueryRoot] = {
    "webhook": OneByKey("Webhook", "id"),
    "webhooks": Many("Webhook", restrict=lambda row, scope: f"{row.status} <> '{WebhookStatus.REMOVED.name}'"),
}


# ---- who acts -------------------------------------------------------------------------------------------------------


def app(request: Request) -> Id:
    """The partner's app that acts, 0 where none does that may follow events."""
    viewer = request.viewer
    return viewer.client_id if viewer.role is Role.PARTNER and Scope.EVENTS in viewer.scopes else Id(0)


def app_or_operator(request: Request) -> Id:
    """The app that acts, or the operator."""
    viewer = request.viewer
    return viewer.client_id or viewer.persona_id if viewer.role is Role.OPERATOR else app(request)


# ---- registering and changing ---------------------------------------------------------------------------------------


def _types(given: Arguments) -> tuple[str, ...] | None:
    types = given.get("types")
    return None if types is None else tuple(dict.fromkeys(each.name for each in types))


def _regions(given: Arguments) -> tuple[RegionCode, ...] | None:
    regions = given.get("regions")
    return None if regions is None else tuple(dict.fromkeys(regions))


def _register(actor: Id, key: str, cause: str, given: Arguments) -> RegisterWebhookOrder:
    return RegisterWebhookOrder(
        actor=actor,
        key=key,
        cause=cause,
        url=given["url"],
        types=_types(given),
        regions=_regions(given),
        selection=given.get("selection") or DEFAULT_SELECTION,
        retry_clock=given["retryClock"],
        objection=given[_OBJECTION],
    )


def _update(actor: Id, key: str, cause: str, given: Arguments) -> UpdateWebhookOrder:
    return UpdateWebhookOrder(
        actor=actor,
        key=key,
        cause=cause,
        webhook_id=named(given, "webhookId", Prefix.WEBHOOK),
        url=given.get("url"),
        types=_types(given),
        every_type="types" in given and given["types"] is None,
        regions=_regions(given),
        every_region="regions" in given and given["regions"] is None,
        selection=given.get("selection"),
        retry_clock=given.get("retryClock"),
        objection=given[_OBJECTION],
    )


_OBJECTION = ""
"""No input field has an empty name: under it what the compiler says of the selection travels with the input."""


def _selecting(source: MutationSource) -> SelectingMutationSource:
    """A mutation whose order says what the compiler has against the selection in its input."""

    async def run(executor: Executor, request: Request, arguments: Arguments, write: WritePayload) -> bytes:
        given = arguments["input"]
        selection, objection = given.get("selection"), None
        if selection is not None and app(request):
            viewer = viewer_of(request.viewer.client_id, request.viewer.name)
            found = await compiled(executor, request_of(request.world, viewer, request.request_id), selection)
            objection = found if isinstance(found, Refusal) else None
        return await source.run(request, {"input": {**given, _OBJECTION: objection}}, write)

    return SelectingMutationSource(run)


def _about(kind: Any, actor: Id, key: str, cause: str, given: Arguments, **more: Any) -> Any:
    return kind(actor, key, cause, named(given, "webhookId", Prefix.WEBHOOK), **more)


def _by_either(operation: Any, kind: Any) -> MutationSource:
    """What an app does with its own webhook, and an operator with any."""
    by_app = batched(operation, partial(_about, kind), actor=app)
    by_operator = batched(operation, partial(_about, kind, by_operator=True), actor=app_or_operator)

    async def run(request: Request, arguments: Arguments, write: WritePayload) -> bytes:
        source = by_operator if request.viewer.role is Role.OPERATOR else by_app
        return await source.run(request, arguments, write)

    return MutationSource(run)


# ---- once more, and for trial ---------------------------------------------------------------------------------------


async def _seen(
    executor: Executor, request: Request, webhook_id: Id, event_ids: Sequence[Id]
) -> tuple[Webhook | None, dict[Id, Payload]]:
    """The app's webhook, and those of the events that the app sees, as they would be sent."""
    world = request.world
    async with world.database.read() as connection:
        webhook = (await store.by_id(connection, [webhook_id])).get(webhook_id)
    if webhook is None or webhook.client_id != app(request):
        return None, {}
    asked = request_of(world, viewer_of(webhook.client_id, webhook.client), request.request_id)
    follower = await compiled(executor, asked, webhook.selection)
    if isinstance(follower, Refusal):
        return webhook, {}
    return webhook, await Payloads(follower, webhook).written(asked, event_ids)


async def _redeliver(executor: Executor, request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given = arguments["input"]
    if (wrong := key_objection(given["idempotencyKey"])) is not None:
        return await shown(request, write, told(app(request), wrong))
    event_id = named(given, "eventId", Prefix.EVENT)
    order = RedeliverOrder(
        app(request),
        given["idempotencyKey"],
        request.request_id,
        named(given, "webhookId", Prefix.WEBHOOK),
        event_id,
    )
    _, seen = await _seen(executor, request, order.webhook_id, [event_id])
    world = request.world
    async with world.database.write() as connection:
        event = seen[event_id].event if event_id in seen else None
        payload = await write(connection, await redeliver_event(connection, order, event, world.setting(request.now)))
    world.commits.happened()
    return payload


async def _test(executor: Executor, request: Request, arguments: Arguments, write: WritePayload) -> bytes:
    given = arguments["input"]
    if (wrong := key_objection(given["idempotencyKey"])) is not None:
        return await shown(request, write, told(app(request), wrong))
    world = request.world
    event_id = named(given, "eventId", Prefix.EVENT) if given.get("eventId") is not None else None
    order = TestWebhookOrder(
        app(request),
        given["idempotencyKey"],
        request.request_id,
        named(given, "webhookId", Prefix.WEBHOOK),
        event_id,
    )
    async with world.database.read() as connection:
        known = await trial_answered(connection, order, world.setting(request.now))
    if known is not None:
        return await shown(request, write, known)
    webhook, seen = await _seen(executor, request, order.webhook_id, [] if event_id is None else [event_id])
    if webhook is None or (event_id is not None and event_id not in seen):
        return await shown(request, write, EventNotFound())
    began_at = int(world.clock.machine())
    message_id, body = f"{api_id(Prefix.WEBHOOK, webhook.id)}_test", sample(webhook.id, request.now)
    if event_id is not None:
        message_id, body = api_id(Prefix.EVENT, event_id), seen[event_id].body
    sent = await send(world, await signing_key(world), webhook, message_id, body)
    attempt = Attempt(
        event_id, AttemptKind.TEST, 1, began_at, round(sent.seconds * 1000), sent.outcome, sent.http_status
    )
    world.tallies.webhook_attempts[sent.outcome] += 1
    async with world.database.write() as connection:
        ended = await trial_ended(connection, order, attempt, world.setting(request.now))
        told_once = replace(ended, sent=body.decode()) if isinstance(ended, WebhookTested) else ended
        return await write(connection, told_once)


MUTATIONS: Mapping[str, AnyMutationSource] = {
    "registerWebhook": _selecting(batched(register_webhooks, _register, actor=app)),
    "updateWebhook": _selecting(batched(update_webhooks, _update, actor=app)),
    "pauseWebhook": _by_either(pause_webhooks, PauseWebhookOrder),
    "resumeWebhook": _by_either(resume_webhooks, ResumeWebhookOrder),
    "removeWebhook": batched(remove_webhooks, partial(_about, RemoveWebhookOrder), actor=app),
    "rotateWebhookSecret": batched(rotate_webhook_secrets, partial(_about, RotateWebhookSecretOrder), actor=app),
    "redeliverEvent": SelectingMutationSource(_redeliver),
    "testWebhook": SelectingMutationSource(_test),
}
