"""People who work flexibly insure themselves (灵活就业人员参保登记): at once, in the place that they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.employee_enrolments import Candidate, insured_as_flexible
from domain.operations.answering import Answers, question
from domain.operations.employee_enrolments import IDS_PER_START, Starts
from domain.operations.enrolled_elsewhere import asked_by_number
from domain.operations.kinship import document_of
from domain.operations.population_register import asked_register
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, PartyDoesNotAnswer, Refusal
from domain.store import answers as answer_store
from domain.store import enrolments, events, persons, regions
from domain.store.engine import Connection
from domain.vocabulary import Id, PersonType, RegionCode


@dataclass(frozen=True, slots=True)
class RegisterFlexibleOrder:
    """`actor` is 0 where no citizen is signed in."""

    actor: Id
    key: str
    cause: str
    region: RegionCode
    mutation: str = "registerFlexibleWorker"

    @property
    def ids(self) -> int:
        """How many ids it takes at most."""
        return IDS_PER_START


@dataclass(frozen=True, slots=True)
class FlexibleWorkerRegistered:
    """The enrolment in force from today on."""

    enrolment_id: Id


async def register_flexible_workers(
    connection: Connection, orders: Sequence[RegisterFlexibleOrder], setting: Setting
) -> list[FlexibleWorkerRegistered | Refusal]:
    """One answer to each order, in order."""
    # Gather: nobody else changes the same persons meanwhile.
    actors = [order.actor for order in orders]
    await persons.hold(connection, actors)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    people = await persons.on_record(connection, actors)
    starts = Starts(await enrolments.of_persons(connection, people), setting)
    places = await regions.counties(connection, [order.region for order in orders])
    registered = await asked_register(connection, [document_of(one) for one in people.values()], setting)
    national = await asked_by_number(connection, [one.id_number for one in people.values()], setting)

    # Decide, each order after those before it.
    answers = Answers(FlexibleWorkerRegistered, setting.now)

    def answered(order: RegisterFlexibleOrder) -> FlexibleWorkerRegistered | Refusal:
        person = people.get(order.actor)
        if person is None:
            return NotSignedIn()
        decision = insured_as_flexible(
            setting.policy,
            setting.now,
            order.region,
            Candidate(
                None if registered is None else registered.get(document_of(person)),
                person,
                starts.held.get(person.id, ()),
                national.seen(person.id_number),
            ),
            is_place=order.region in places,
            answers=registered is not None,
        )
        if isinstance(decision, Refusal):
            return decision
        if national.unanswered is not None:
            return PartyDoesNotAnswer(party=national.unanswered)
        enrolment_id = starts.begin(
            order,
            person.id,
            decision,
            order.region,
            person_type=PersonType.FLEXIBLE,
            unit_id=None,
        )
        return FlexibleWorkerRegistered(enrolment_id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await starts.record(connection)
    await events.append(connection, starts.log)
    await answer_store.append(connection, answers.kept)
    return results
