"""Deliver an event once more (重新推送事件), and send one for trial outside of the order (试推送)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.webhooks import TESTS_A_MINUTE
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import EventNotFound, NotSignedIn, Refusal, TooManyWebhookTests, WebhookNotFound
from domain.store import answers as answer_store
from domain.store import webhooks
from domain.store.engine import Connection
from domain.store.webhooks import Attempt, TakenIn
from domain.vocabulary import Id, RetryClock


@dataclass(frozen=True, slots=True)
class RedeliverOrder:
    """`actor` is the app, 0 where none asks."""

    actor: Id
    key: str
    cause: str
    webhook_id: Id
    event_id: Id
    mutation: str = "redeliverEvent"


@dataclass(frozen=True, slots=True)
class EventRedelivered:
    """The event waits again."""

    webhook_id: Id
    event_id: Id


@dataclass(frozen=True, slots=True)
class TestWebhookOrder:
    """`event_id` is None for a sample, 0 where the client named no event that can be read."""

    actor: Id
    key: str
    cause: str
    webhook_id: Id
    event_id: Id | None
    mutation: str = "testWebhook"


@dataclass(frozen=True, slots=True)
class WebhookTested:
    """What became of the trial. What was sent is told once, and is no part of the answer that is kept."""

    webhook_id: Id
    attempt_id: Id
    sent: str | None = None


async def redeliver_event(
    connection: Connection, order: RedeliverOrder, event: TakenIn | None, setting: Setting
) -> EventRedelivered | Refusal:
    """The event waits at its own place in the order of its person, whatever became of it before."""
    # Gather.
    await webhooks.hold(connection, [order.webhook_id])
    first_answers = await answer_store.first_answers(connection, [question(order)])
    found = (await webhooks.by_id(connection, [order.webhook_id])).get(order.webhook_id)

    # Decide.
    def answered(order: RedeliverOrder) -> EventRedelivered | Refusal:
        if not order.actor:
            return NotSignedIn()
        if found is None or found.client_id != order.actor:
            return WebhookNotFound()
        return EventNotFound() if event is None else EventRedelivered(found.id, event.event_id)

    answers = Answers(EventRedelivered, setting.now)
    [result] = answers.each([order], first_answers, answered)

    # Record.
    if answers.kept and isinstance(result, EventRedelivered):
        assert found is not None
        assert event is not None
        now = setting.now if found.retry_clock is RetryClock.WORLD else setting.machine_now
        await webhooks.queue_again(connection, found.id, event, now)
    await answer_store.append(connection, answers.kept)
    return result


async def trial_answered(
    connection: Connection, order: TestWebhookOrder, setting: Setting
) -> WebhookTested | Refusal | None:
    """The answer to a trial that is not sent: it was answered before, or cannot be; None where it is to be sent."""
    first_answers = await answer_store.first_answers(connection, [question(order)])
    found = (await webhooks.by_id(connection, [order.webhook_id])).get(order.webhook_id)
    known = Answers(WebhookTested, setting.now).first(order, first_answers.get(question(order)))
    if known is not None:
        return known
    if not order.actor:
        return NotSignedIn()
    if found is None or found.client_id != order.actor:
        return WebhookNotFound()
    if await webhooks.tests_since(connection, found.id, setting.machine_now - 60) >= TESTS_A_MINUTE:
        return TooManyWebhookTests(most=TESTS_A_MINUTE)
    return None


async def trial_ended(
    connection: Connection, order: TestWebhookOrder, attempt: Attempt, setting: Setting
) -> WebhookTested | Refusal:
    """The trial is listed, and answered under its key: the first of several that were sent at once."""
    await webhooks.hold(connection, [order.webhook_id])
    stored = await answer_store.first_answers(connection, [question(order)])
    answers = Answers(WebhookTested, setting.now)
    known = answers.first(order, stored.get(question(order)))
    if known is not None:
        return known
    [attempt_id] = await webhooks.record(connection, order.webhook_id, [attempt])
    answer = answers.give(order, WebhookTested(order.webhook_id, Id(attempt_id)))
    await answer_store.append(connection, answers.kept)
    return answer
