"""A unit enrols people no longer (单位职工参保减员): suspended where they left, terminated where nothing follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.employee_enrolments import acting_unit, stopped, termination_reason
from domain.decisions.enrolling import Ended
from domain.decisions.records import EnrolmentOnRecord
from domain.operations.answering import Answers, question
from domain.operations.enrolment_events import changed_event
from domain.operations.kinship import document_of
from domain.operations.population_register import asked_register
from domain.operations.setting import Setting
from domain.operations.uploading import uploaded
from domain.refusals import NotSignedIn, OutsideParty, PartyDoesNotAnswer, Refusal
from domain.store import answers as answer_store
from domain.store import enrolments, events, persons, units
from domain.store.engine import Connection
from domain.store.events import EventType, NewEvent
from domain.vocabulary import Id, LeavingReason

IDS_PER_LINE = 2
"""The events of a line: of the employee scheme and of maternity insurance."""


@dataclass(frozen=True, slots=True)
class StopMembersOrder:
    """`actor` is the unit's officer, 0 where none is signed in. `lines` are (person, reason), in their order."""

    actor: Id
    key: str
    cause: str
    unit_id: Id
    lines: tuple[tuple[Id, LeavingReason], ...]
    mutation: str = "stopUnitMembers"

    @property
    def ids(self) -> int:
        """How many ids it takes at most."""
        return IDS_PER_LINE * len(self.lines)


@dataclass(frozen=True, slots=True)
class MemberStopped:
    """The person's enrolment in the employee scheme, which has its last day."""

    enrolment_id: Id


@dataclass(frozen=True, slots=True)
class UnitMembersStopped:
    """The answer to each line, in order."""

    lines: tuple[MemberStopped | Refusal, ...]


async def stop_unit_members(
    connection: Connection, orders: Sequence[StopMembersOrder], setting: Setting
) -> list[UnitMembersStopped | Refusal]:
    """One answer to each order, in order; whom one order stops is a member no more for those after it."""
    # Gather: unit and persons are held, so that nobody is declared or retired meanwhile.
    named = [person for order in orders for person, _ in order.lines]
    await units.hold(connection, [order.unit_id for order in orders])
    await persons.hold(connection, [*(order.actor for order in orders), *named])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    new = [order for order in orders if question(order) not in first_answers]
    acted_for = await units.acted_for(connection, [(order.actor, order.unit_id) for order in orders])
    members = await enrolments.by_units(
        connection, [(order.unit_id, person) for order in new for person, _ in order.lines]
    )
    died = [person for order in new for person, reason in order.lines if reason is LeavingReason.DECEASED]
    people = await persons.on_record(connection, died)
    register = await asked_register(connection, [document_of(one) for one in people.values()], setting)
    deaths = {
        one.id: identity.died_on
        for one in people.values()
        if register is not None
        and (identity := register.get(document_of(one))) is not None
        and identity.died_on is not None
    }

    # Decide, each order after those before it.
    answers = Answers(UnitMembersStopped, setting.now)
    moved: list[tuple[EnrolmentOnRecord, EnrolmentOnRecord]] = []
    log: list[NewEvent] = []

    def ended(
        order: StopMembersOrder, reason: LeavingReason, decision: tuple[Ended, ...] | Refusal
    ) -> MemberStopped | Refusal:
        if isinstance(decision, Refusal):
            return decision
        why = termination_reason(reason)
        event = EventType.ENROLMENT_SUSPENDED if why is None else EventType.ENROLMENT_TERMINATED
        for one in decision:
            after = uploaded(one, setting)
            held = members[order.unit_id, after.person_id]
            before = next(each for each in held if each.id == after.id)
            held.remove(before)
            moved.append((before, after))
            log.append(changed_event(order, event, after, setting, why))
        return MemberStopped(decision[0].enrolment.id)

    def answered(order: StopMembersOrder) -> UnitMembersStopped | Refusal:
        if not order.actor:
            return NotSignedIn()
        unit = acting_unit(acted_for.get((order.actor, order.unit_id)))
        if isinstance(unit, Refusal):
            return unit
        if register is None and any(reason is LeavingReason.DECEASED for _, reason in order.lines):
            return PartyDoesNotAnswer(party=OutsideParty.IDENTITY_REGISTRY)
        decisions = stopped(
            setting.policy,
            setting.now,
            unit,
            order.lines,
            members={person: members.get((order.unit_id, person), []) for person, _ in order.lines},
            deaths=deaths,
        )
        return UnitMembersStopped(
            tuple(ended(order, reason, decision) for (_, reason), decision in zip(order.lines, decisions, strict=True))
        )

    results = answers.each(orders, first_answers, answered)

    # Record.
    await enrolments.move(connection, moved)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results
