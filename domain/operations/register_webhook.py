"""Register a webhook (登记事件推送): from now on an app's events are delivered to its URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.webhook_signing import SHOWN_CHARACTERS, secret_of
from domain.decisions.webhooks import registering_refused
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import webhooks
from domain.store.engine import Connection
from domain.store.log import end_of_log
from domain.store.webhooks import NewWebhook
from domain.vocabulary import NATION, Id, RegionCode, RetryClock


@dataclass(frozen=True, slots=True)
class RegisterWebhookOrder:
    """`actor` is the app, 0 where none asks. `types` and `regions` are None for all.

    `objection` is what the compiler has against the selection.
    """

    actor: Id
    key: str
    cause: str
    url: str
    types: tuple[str, ...] | None
    regions: tuple[RegionCode, ...] | None
    selection: str
    retry_clock: RetryClock
    objection: Refusal | None = None
    mutation: str = "registerWebhook"


@dataclass(frozen=True, slots=True)
class WebhookSecretDrawn:
    """A webhook that has this secret from now on, by its number: what is kept of the answer tells no secret."""

    webhook_id: Id
    generation: int


@dataclass(frozen=True, slots=True)
class WebhookRegistered:
    """The webhook, and its secret, which is told in this answer alone."""

    webhook_id: Id
    secret: str


async def register_webhooks(
    connection: Connection, orders: Sequence[RegisterWebhookOrder], setting: Setting
) -> list[WebhookRegistered | Refusal]:
    """One answer to each order, in order."""
    # Gather.
    apps = [order.actor for order in orders]
    await webhooks.hold_clients(connection, apps)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    held = await webhooks.numbers(connection, apps)
    place = await end_of_log(connection)
    key = await webhooks.key_or_new(connection, setting.secret() + setting.secret())

    # Decide, each order after those before it.
    answers = Answers(WebhookSecretDrawn, setting.now)
    begun: list[NewWebhook] = []

    def answered(order: RegisterWebhookOrder) -> WebhookSecretDrawn | Refusal:
        if not order.actor:
            return NotSignedIn()
        refusal = registering_refused(
            held.get(order.actor, 0), order.url, order.regions or (), order.objection, setting.targets
        )
        if refusal is not None:
            return refusal
        webhook_id = setting.ids.new(NATION)
        webhook = NewWebhook(
            id=webhook_id,
            client_id=order.actor,
            url=order.url,
            types=order.types,
            regions=order.regions,
            selection=order.selection,
            retry_clock=order.retry_clock,
            created_at=setting.now,
            secret_start=secret_of(key, webhook_id, 1)[:SHOWN_CHARACTERS],
            place=place,
        )
        begun.append(webhook)
        held[order.actor] = held.get(order.actor, 0) + 1
        return WebhookSecretDrawn(webhook.id, 1)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await webhooks.add(connection, begun)
    await answer_store.append(connection, answers.kept)
    return [
        WebhookRegistered(one.webhook_id, secret_of(key, one.webhook_id, one.generation))
        if isinstance(one, WebhookSecretDrawn)
        else one
        for one in results
    ]
