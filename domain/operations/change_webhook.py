"""Change a webhook (变更事件推送): update it, pause it, let it go on, give it another secret, remove it.

The app changes its own; an operator may disable and resume any.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from domain.decisions.webhook_signing import OLD_SECRET_SIGNS_SECONDS, SHOWN_CHARACTERS, secret_of
from domain.decisions.webhooks import disabling_refused, pausing_refused, resuming_refused, update_refused
from domain.operations.answering import Answers, Order, question
from domain.operations.register_webhook import WebhookSecretDrawn
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal, WebhookNotFound
from domain.store import answers as answer_store
from domain.store import webhooks
from domain.store.engine import Connection
from domain.store.webhooks import Webhook
from domain.vocabulary import Id, RegionCode, RetryClock, WebhookStatus, WebhookStop


class WebhookOrder(Order, Protocol):
    """What every order about a webhook says; `by_operator` is whether an operator asks, for any app's webhook."""

    @property
    def webhook_id(self) -> Id: ...
    @property
    def by_operator(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class UpdateWebhookOrder:
    """What is None stays as it is; `every_type` and `every_region` take a filter away.

    `objection` is what the compiler has against the selection.
    """

    actor: Id
    key: str
    cause: str
    webhook_id: Id
    url: str | None = None
    types: tuple[str, ...] | None = None
    every_type: bool = False
    regions: tuple[RegionCode, ...] | None = None
    every_region: bool = False
    selection: str | None = None
    retry_clock: RetryClock | None = None
    objection: Refusal | None = None
    by_operator: bool = False
    mutation: str = "updateWebhook"


@dataclass(frozen=True, slots=True)
class PauseWebhookOrder:
    actor: Id
    key: str
    cause: str
    webhook_id: Id
    by_operator: bool = False
    mutation: str = "pauseWebhook"


@dataclass(frozen=True, slots=True)
class ResumeWebhookOrder:
    actor: Id
    key: str
    cause: str
    webhook_id: Id
    by_operator: bool = False
    mutation: str = "resumeWebhook"


@dataclass(frozen=True, slots=True)
class RemoveWebhookOrder:
    actor: Id
    key: str
    cause: str
    webhook_id: Id
    by_operator: bool = False
    mutation: str = "removeWebhook"


@dataclass(frozen=True, slots=True)
class RotateWebhookSecretOrder:
    actor: Id
    key: str
    cause: str
    webhook_id: Id
    by_operator: bool = False
    mutation: str = "rotateWebhookSecret"


@dataclass(frozen=True, slots=True)
class WebhookUpdated:
    webhook_id: Id


@dataclass(frozen=True, slots=True)
class WebhookPaused:
    webhook_id: Id


@dataclass(frozen=True, slots=True)
class WebhookResumed:
    webhook_id: Id


@dataclass(frozen=True, slots=True)
class WebhookRemoved:
    webhook_id: Id


@dataclass(frozen=True, slots=True)
class WebhookSecretRotated:
    """The new secret, which is told in this answer alone."""

    webhook_id: Id
    secret: str


_OrderT = TypeVar("_OrderT", bound=WebhookOrder)
_OutcomeT = TypeVar("_OutcomeT")


async def _changed(
    connection: Connection,
    orders: Sequence[_OrderT],
    setting: Setting,
    outcome: type[_OutcomeT],
    change: Callable[[_OrderT, Webhook], Awaitable[_OutcomeT | Refusal]],
) -> list[Any]:
    """One answer to each order, in order; `change` changes a webhook that is the actor's to change."""
    # Gather: the webhooks are held until all is written.
    await webhooks.hold(connection, [order.webhook_id for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    answers = Answers(outcome, setting.now)
    results: list[Any] = []
    for order in orders:
        # Each finds the webhook as those before it have left it.
        found = (await webhooks.by_id(connection, [order.webhook_id])).get(order.webhook_id)
        answer: Any = answers.first(order, first_answers.get(question(order)))
        if answer is None:
            decided: Any
            if not order.actor:
                decided = NotSignedIn()
            elif found is None or not (order.by_operator or found.client_id == order.actor):
                decided = WebhookNotFound()
            else:
                decided = await change(order, found)
            answer = answers.give(order, decided)
        results.append(answer)
    await answer_store.append(connection, answers.kept)
    return results


async def update_webhooks(
    connection: Connection, orders: Sequence[UpdateWebhookOrder], setting: Setting
) -> list[WebhookUpdated | Refusal]:
    """What waits is delivered by what the webhook says when it goes out."""

    async def change(order: UpdateWebhookOrder, found: Webhook) -> WebhookUpdated | Refusal:
        refusal = update_refused(order.url, order.regions or (), order.objection, setting.targets)
        if refusal is not None:
            return refusal
        changed = replace(
            found,
            url=order.url or found.url,
            types=None if order.every_type else found.types if order.types is None else order.types,
            regions=None if order.every_region else found.regions if order.regions is None else order.regions,
            selection=order.selection or found.selection,
            retry_clock=order.retry_clock or found.retry_clock,
        )
        await webhooks.put(connection, changed)
        return WebhookUpdated(found.id)

    return await _changed(connection, orders, setting, WebhookUpdated, change)


async def pause_webhooks(
    connection: Connection, orders: Sequence[PauseWebhookOrder], setting: Setting
) -> list[WebhookPaused | Refusal]:
    """Nothing more goes out, and the place in the log is kept; an operator disables, so that only one resumes."""

    async def change(order: PauseWebhookOrder, found: Webhook) -> WebhookPaused | Refusal:
        if order.by_operator:
            refusal = disabling_refused(found.stop, found.status)
            status, stop = WebhookStatus.DISABLED, WebhookStop.BY_AN_OPERATOR
        else:
            refusal = pausing_refused(found.status)
            status, stop = WebhookStatus.PAUSED, WebhookStop.BY_THE_APP
        if refusal is not None:
            return refusal
        await webhooks.set_status(connection, found.id, status, stop)
        return WebhookPaused(found.id)

    return await _changed(connection, orders, setting, WebhookPaused, change)


async def resume_webhooks(
    connection: Connection, orders: Sequence[ResumeWebhookOrder], setting: Setting
) -> list[WebhookResumed | Refusal]:
    """It goes on where it stood: everything that has come about meanwhile is delivered."""

    async def change(order: ResumeWebhookOrder, found: Webhook) -> WebhookResumed | Refusal:
        refusal = resuming_refused(found.status, found.stop, by_operator=order.by_operator)
        if refusal is not None:
            return refusal
        await webhooks.set_status(connection, found.id, WebhookStatus.ACTIVE)
        return WebhookResumed(found.id)

    return await _changed(connection, orders, setting, WebhookResumed, change)


async def remove_webhooks(
    connection: Connection, orders: Sequence[RemoveWebhookOrder], setting: Setting
) -> list[WebhookRemoved | Refusal]:
    """It is gone, with what waited for it."""

    async def change(order: RemoveWebhookOrder, found: Webhook) -> WebhookRemoved | Refusal:
        await webhooks.remove(connection, found.id)
        return WebhookRemoved(found.id)

    return await _changed(connection, orders, setting, WebhookRemoved, change)


async def rotate_webhook_secrets(
    connection: Connection, orders: Sequence[RotateWebhookSecretOrder], setting: Setting
) -> list[WebhookSecretRotated | Refusal]:
    """Another secret signs from now on, and for a day the one before beside it, by the machine's clock."""
    key = await webhooks.key_or_new(connection, setting.secret() + setting.secret())

    async def change(order: RotateWebhookSecretOrder, found: Webhook) -> WebhookSecretDrawn | Refusal:
        shown = secret_of(key, found.id, found.generation + 1)[:SHOWN_CHARACTERS]
        await webhooks.rotate(connection, found.id, shown, setting.machine_now + OLD_SECRET_SIGNS_SECONDS)
        return WebhookSecretDrawn(found.id, found.generation + 1)

    results = await _changed(connection, orders, setting, WebhookSecretDrawn, change)
    return [
        WebhookSecretRotated(one.webhook_id, secret_of(key, one.webhook_id, one.generation))
        if isinstance(one, WebhookSecretDrawn)
        else one
        for one in results
    ]
