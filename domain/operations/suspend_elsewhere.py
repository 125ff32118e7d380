"""Have another province suspend an enrolment that it holds (外省停保): what that province says counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.decisions.enrolling import Kin, suspended_outside
from domain.decisions.records import PersonOnRecord
from domain.operations.answering import Answers, question
from domain.operations.enrolled_elsewhere import asked_by_number
from domain.operations.kinship import Document, asked_of_kin, document_of
from domain.operations.setting import Setting
from domain.ports import PartyUnavailable
from domain.refusals import NotSignedIn, OutsideParty, PartyDoesNotAnswer, Refusal
from domain.store import answers as answer_store
from domain.store import events, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import Id, Instant, RegionCode, Relation

OUTSIDE_STREAM = "suspension seen outside"
"""The draws of when a suspension in another province is seen, one for each person."""


@dataclass(frozen=True, slots=True)
class SuspendOutsideOrder:
    """`person_id` is 0 where the client named nobody that can be read; `region` is where the person is enrolled."""

    actor: Id
    key: str
    cause: str
    person_id: Id
    region: RegionCode
    agreed: bool
    mutation: str = "suspendEnrolmentElsewhere"


@dataclass(frozen=True, slots=True)
class EnrolmentElsewhereSuspended:
    """Whose enrolment another province has suspended, where, and from when that is seen."""

    person_id: Id
    region: RegionCode
    visible_at: Instant


async def suspend_elsewhere(
    connection: Connection, orders: Sequence[SuspendOutsideOrder], setting: Setting
) -> list[EnrolmentElsewhereSuspended | Refusal]:
    """One answer to each order, in order."""
    # Gather.
    concerned = [one for order in orders for one in (order.actor, order.person_id)]
    await persons.hold(connection, concerned)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    people = await persons.on_record(connection, concerned)
    new = [order for order in orders if question(order) not in first_answers]
    # For whoever is not there the register is asked as well, so that nothing differs: about the actor.
    pairs = [
        (people[order.actor], people.get(order.person_id, people[order.actor]))
        for order in new
        if order.actor in people
    ]
    kin = await asked_of_kin(connection, [(actor, document_of(person)) for actor, person in pairs], setting)
    acted_for = [
        people[order.person_id]
        for order in new
        if order.actor in people
        and order.person_id in people
        and (order.actor == order.person_id or _is_child(kin, order.actor, people[order.person_id]))
    ]
    national = await asked_by_number(connection, [person.id_number for person in acted_for], setting)

    # Decide, each order after those before it.
    answers = Answers(EnrolmentElsewhereSuspended, setting.now)
    log: list[NewEvent] = []

    async def answered(order: SuspendOutsideOrder) -> EnrolmentElsewhereSuspended | Refusal:
        if order.actor not in people:
            return NotSignedIn()
        person = people.get(order.person_id)
        decision = suspended_outside(
            setting.policy,
            setting.now,
            order.actor,
            person,
            None if kin is None or person is None else kin.get((order.actor, document_of(person))),
            None if person is None else national.seen(person.id_number),
            region=order.region,
            agreed=order.agreed,
            unanswered=national.unanswered,
        )
        if isinstance(decision, Refusal):
            return decision
        assert person is not None, "whose enrolment is suspended was found"
        seen_at = Instant(setting.drawn(OUTSIDE_STREAM, person.id, decision.first, decision.last))
        suspended = replace(national.enrolments[person.id_number], seen_until=seen_at)
        try:
            await setting.outside.other_provinces.suspend(connection, suspended, now=setting.now)
        except PartyUnavailable:
            return PartyDoesNotAnswer(party=OutsideParty.OTHER_PROVINCES)
        national.enrolments[person.id_number] = suspended
        log.append(
            NewEvent(
                id=setting.ids.new(person.region),
                type=EventType.OUTSIDE_ENROLMENT_SUSPENDED,
                region=person.region,
                occurred_at=setting.now,
                actor_id=order.actor,
                subject_id=person.id,
                cause=Cause.of(order),
                payload={"person_id": person.id, "region": order.region, "seen_elsewhere_at": seen_at},
            )
        )
        return EnrolmentElsewhereSuspended(person.id, order.region, seen_at)

    results = []
    for order in orders:
        answer = answers.first(order, first_answers.get(question(order)))
        results.append(answers.give(order, await answered(order)) if answer is None else answer)

    # Record.
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _is_child(kin: Mapping[tuple[Id, Document], Kin] | None, actor: Id, person: PersonOnRecord) -> bool:
    """The register records the person as a child of the actor's."""
    return kin is not None and kin[actor, document_of(person)].relation is Relation.CHILD
