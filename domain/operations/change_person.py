"""Change what is on record of somebody (参保人员信息变更): as the population register says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson

from domain.decisions.identity import document_number
from domain.decisions.person_changes import (
    ChangeablePerson,
    Checked,
    PersonChange,
    PersonDetails,
    details_changed,
    person_changed,
)
from domain.operations.answering import Answers, question
from domain.operations.population_register import asked_register
from domain.operations.setting import Setting
from domain.refusals import PersonNotFound, Refusal
from domain.store import answers as answer_store
from domain.store import events, person_changes, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.person_changes import PersonChanged
from domain.vocabulary import Id, IdType

_NOBODYS: Final = (IdType.RESIDENT_ID_CARD, "")


@dataclass(frozen=True, slots=True)
class ChangePersonOrder:
    """`actor` is who applied; `unit_id` is the unit for which they did, None for nobody but themselves."""

    actor: Id
    key: str
    cause: str
    person_id: Id
    change: PersonChange
    unit_id: Id | None
    mutation: str


@dataclass(frozen=True, slots=True)
class InformationChanged:
    """The person of whom something else is on record."""

    person_id: Id


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A person, None where there is nobody, and what was found out of the document that is to be on record."""

    person: ChangeablePerson | None
    checked: Checked


async def inquire(
    connection: Connection, person_id: Id, change: PersonChange, setting: Setting, *, mismatches: int = 0
) -> Inquiry:
    """What a change needs: the register is asked where what it knows is stated, of nobody where there is nobody."""
    person = (await person_changes.changeable(connection, [person_id])).get(person_id)
    documents = []
    if change.of_identity:
        documents.append(_NOBODYS if person is None else change.of(person.details).document)
    registered = await asked_register(connection, documents, setting)
    holders = await persons.by_document(connection, documents)
    return Inquiry(
        person,
        Checked(
            next(iter((registered or {}).values()), None),
            registered is not None,
            next(iter(holders.values()), None),
            mismatches,
        ),
    )


async def change_person(
    connection: Connection, order: ChangePersonOrder, setting: Setting
) -> InformationChanged | Refusal:
    """The answer to an order; the first one again to a key that was answered."""
    # Gather: nobody else brings a holder of this document to the platform or changes the same person meanwhile.
    if order.change.id_number is not None:
        await persons.hold_documents(connection, [document_number(order.change.id_number)])
    await persons.hold(connection, [order.actor, order.person_id])
    first_answers = await answer_store.first_answers(connection, [question(order)])
    found = await inquire(connection, order.person_id, order.change, setting)

    # Decide.
    answers = Answers(InformationChanged, setting.now)
    changed: list[PersonChanged] = []

    def answered(order: ChangePersonOrder) -> InformationChanged | Refusal:
        person = found.person
        if person is None:
            return PersonNotFound()
        after = person_changed(setting.policy, setting.on, person, order.change, found.checked, knows=True)
        if isinstance(after, Refusal):
            return after
        changed.append(_kept(person, after, setting))
        return InformationChanged(person.id)

    [answer] = answers.each([order], first_answers, answered)

    # Record.
    await person_changes.record(connection, changed)
    await events.append(connection, [_event(order, one, setting) for one in changed])
    await answer_store.append(connection, answers.kept)
    return answer


def _kept(person: ChangeablePerson, after: PersonDetails, setting: Setting) -> PersonChanged:
    details = details_changed(person.details, after)
    return PersonChanged(
        setting.ids.new(person.region), person.id, person.region, setting.now, details, person.details, after
    )


def _event(order: ChangePersonOrder, changed: PersonChanged, setting: Setting) -> NewEvent:
    """What was changed, and neither from what nor to what."""
    return NewEvent(
        id=setting.ids.new(changed.region),
        type=EventType.PERSON_INFORMATION_CHANGED,
        region=changed.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=changed.person_id,
        cause=Cause.of(order),
        payload={
            "person_id": changed.person_id,
            "unit_id": order.unit_id,
            "change_id": changed.id,
            "changed": orjson.dumps([detail.name for detail in changed.details]).decode(),
        },
    )
