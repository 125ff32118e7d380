"""Verify that who is signed in is who they say (实名认证), by name and number of their own document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.identity import document_number
from domain.decisions.records import PersonOnRecord
from domain.decisions.verifying import objection_to
from domain.operations.answering import Answers, question
from domain.operations.kinship import document_of
from domain.operations.population_register import asked_register
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import Id, IdType


@dataclass(frozen=True, slots=True)
class VerifyIdentityOrder:
    """`actor` is 0 where no citizen is signed in."""

    actor: Id
    key: str
    cause: str
    name: str
    id_type: IdType
    id_number: str
    mutation: str = "verifyIdentity"


@dataclass(frozen=True, slots=True)
class IdentityVerified:
    """The person who is who they say."""

    person_id: Id


async def verify_identities(
    connection: Connection, orders: Sequence[VerifyIdentityOrder], setting: Setting
) -> list[IdentityVerified | Refusal]:
    """One answer to each order, in order. Who is verified already stays so since then."""
    # Gather.
    actors = [order.actor for order in orders]
    await persons.hold(connection, actors)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    people = await persons.on_record(connection, actors)
    # The register is asked about the person who is signed in, whatever was sent.
    registered = await asked_register(connection, [document_of(person) for person in people.values()], setting)

    # Decide, each order after those before it.
    answers = Answers(IdentityVerified, setting.now)
    verified: dict[Id, None] = {}
    log: list[NewEvent] = []

    def answered(order: VerifyIdentityOrder) -> IdentityVerified | Refusal:
        person = people.get(order.actor)
        if person is None:
            return NotSignedIn()
        objection = objection_to(
            setting.on,
            person,
            None if registered is None else registered.get((order.id_type, document_number(order.id_number))),
            name=order.name,
            id_type=order.id_type,
            id_number=order.id_number,
            answers=registered is not None,
        )
        if objection is not None:
            return objection
        if person.real_name_verified_at is None and person.id not in verified:
            verified[person.id] = None
            log.append(identity_verified(person, Cause.of(order), setting))
        return IdentityVerified(person.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await persons.set_verified(connection, list(verified), setting.now)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def identity_verified(person: PersonOnRecord, cause: Cause, setting: Setting) -> NewEvent:
    """The event of a person's being verified for the first time."""
    return NewEvent(
        id=setting.ids.new(person.region),
        type=EventType.IDENTITY_VERIFIED,
        region=person.region,
        occurred_at=setting.now,
        actor_id=person.id,
        subject_id=person.id,
        cause=cause,
        payload={"person_id": person.id},
    )
