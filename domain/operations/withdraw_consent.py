"""Withdraw a consent (撤回数据授权). From the next statement on the partner's app sees nothing by it, past or new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.consents import withdrawal_refused
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import consents, events, persons
from domain.store.consents import Consent
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import NATION, Id


@dataclass(frozen=True, slots=True)
class WithdrawConsentOrder:
    """`consent_id` is 0 where the client named no consent that can be read."""

    actor: Id
    key: str
    cause: str
    consent_id: Id
    mutation: str = "withdrawConsent"


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """The consent that was."""

    consent_id: Id


async def withdraw_consents(
    connection: Connection, orders: Sequence[WithdrawConsentOrder], setting: Setting
) -> list[ConsentWithdrawn | Refusal]:
    """One answer to each order, in order."""
    # Gather.
    actors = [order.actor for order in orders]
    await persons.hold(connection, actors)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    owners = await persons.holders(connection, actors)
    found = await consents.by_id(connection, [order.consent_id for order in orders])
    given_by = setting.policy.fact("partner_consent.given_by", area=NATION, on=setting.on)

    # Decide, each order after those before it.
    answers = Answers(ConsentWithdrawn, setting.now)
    ended: dict[Id, None] = {}
    log: list[NewEvent] = []

    def answered(order: WithdrawConsentOrder) -> ConsentWithdrawn | Refusal:
        if order.actor not in owners:
            return NotSignedIn()
        consent = found.get(order.consent_id)
        holder = None if consent is None or consent.id in ended else consent.person_id
        refusal = withdrawal_refused(order.actor, holder, given_by)
        if refusal is not None:
            return refusal
        assert consent is not None, "whose consent is withdrawn has one"
        ended[consent.id] = None
        log.append(_event(order, consent, setting))
        return ConsentWithdrawn(consent.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await consents.end(connection, list(ended), setting.now)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _event(order: WithdrawConsentOrder, consent: Consent, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(consent.region),
        type=EventType.CONSENT_WITHDRAWN,
        region=consent.region,
        occurred_at=setting.now,
        actor_id=consent.person_id,
        subject_id=consent.person_id,
        cause=Cause.of(order),
        payload={"consent_id": consent.id, "client_id": consent.client_id, "data_type": consent.data_type.name},
    )
