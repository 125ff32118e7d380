"""Let a partner's app see a type of one's data (向合作应用授权数据), until the consent is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.consents import ConsentRecords, refused
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import client_grants, consents, events, persons
from domain.store.consents import NewConsent
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import NATION, DataType, Id


@dataclass(frozen=True, slots=True)
class ConsentOrder:
    """`actor` is 0 where no citizen is signed in, `client_id` where the client named no app that can be read."""

    actor: Id
    key: str
    cause: str
    client_id: Id
    data_type: DataType
    mutation: str = "consentToPartner"


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The consent from now on."""

    consent_id: Id


async def consent_to_partners(
    connection: Connection, orders: Sequence[ConsentOrder], setting: Setting
) -> list[ConsentGiven | Refusal]:
    """One answer to each order, in order. All that is new is written; nothing is for a refusal but the answer."""
    # Gather.
    actors = [order.actor for order in orders]
    await persons.hold(connection, actors)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    owners = await persons.holders(connection, actors)
    granted = await client_grants.granted_types(connection, [order.client_id for order in orders])
    in_force = await consents.active(connection, [(one.actor, one.client_id, one.data_type) for one in orders])
    lasts = setting.policy.fact("partner_consent.lasts", area=NATION, on=setting.on)

    # Decide, each order after those before it.
    answers = Answers(ConsentGiven, setting.now)
    begun: list[NewConsent] = []
    log: list[NewEvent] = []

    def answered(order: ConsentOrder) -> ConsentGiven | Refusal:
        owner = owners.get(order.actor)
        if owner is None:
            return NotSignedIn()
        asked = (owner.id, order.client_id, order.data_type)
        records = ConsentRecords(granted.get(order.client_id, set()), in_force.get(asked))
        refusal = refused(order.data_type, records, lasts)
        if refusal is not None:
            return refusal
        consent = NewConsent(setting.ids.new(owner.region), *asked, setting.now)
        begun.append(consent)
        in_force[asked] = consent.id
        log.append(
            NewEvent(
                id=setting.ids.new(owner.region),
                type=EventType.CONSENT_GIVEN,
                region=owner.region,
                occurred_at=setting.now,
                actor_id=owner.id,
                subject_id=owner.id,
                cause=Cause.of(order),
                payload={
                    "consent_id": consent.id,
                    "client_id": consent.client_id,
                    "data_type": consent.data_type.name,
                },
            )
        )
        return ConsentGiven(consent.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await consents.give(connection, begun)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results
