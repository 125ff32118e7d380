"""Suspend, resume and terminate resident enrolments (暂停、恢复、终止居民参保)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.decisions.enrolling import Claim, Kin, resumed, suspended, terminated
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.operations.answering import Answers, question
from domain.operations.enrolled_elsewhere import asked_by_number
from domain.operations.enrolment_events import changed_event
from domain.operations.kinship import Document, asked_of_kin, document_of
from domain.operations.setting import Setting
from domain.operations.uploading import uploaded
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import enrolments, events, persons
from domain.store.answers import StoredAnswer
from domain.store.engine import Connection
from domain.store.events import EventType, NewEvent
from domain.vocabulary import Id, TerminationReason


@dataclass(frozen=True, slots=True)
class SuspendOrder:
    """`enrolment_id` is 0 where the client named none that can be read. `agreed` to the suspension."""

    actor: Id
    key: str
    cause: str
    enrolment_id: Id
    agreed: bool
    mutation: str = "suspendEnrolment"


@dataclass(frozen=True, slots=True)
class ResumeOrder:
    """`enrolment_id` is 0 where the client named none that can be read."""

    actor: Id
    key: str
    cause: str
    enrolment_id: Id
    mutation: str = "resumeEnrolment"


@dataclass(frozen=True, slots=True)
class TerminateOrder:
    """`enrolment_id` is 0 where the client named none that can be read."""

    actor: Id
    key: str
    cause: str
    enrolment_id: Id
    reason: TerminationReason
    mutation: str = "terminateEnrolment"


Order = SuspendOrder | ResumeOrder | TerminateOrder


@dataclass(frozen=True, slots=True)
class _Changed:
    """The enrolment that was changed."""

    enrolment_id: Id


@dataclass(frozen=True, slots=True)
class EnrolmentSuspended(_Changed):
    """The enrolment that is suspended."""


@dataclass(frozen=True, slots=True)
class EnrolmentResumed(_Changed):
    """The enrolment that is active again."""


@dataclass(frozen=True, slots=True)
class EnrolmentTerminated(_Changed):
    """The enrolment that is terminated."""


_OrderT = TypeVar("_OrderT", SuspendOrder, ResumeOrder, TerminateOrder)
_ChangedT = TypeVar("_ChangedT", bound=_Changed)


async def suspend_enrolments(
    connection: Connection, orders: Sequence[SuspendOrder], setting: Setting
) -> list[EnrolmentSuspended | Refusal]:
    """One answer to each order, in order."""
    matters = await _gathered(connection, orders, setting)

    def decided(order: SuspendOrder, claim: Claim) -> EnrolmentOnRecord | Refusal:
        decision = suspended(setting.policy, setting.now, claim, agreed=order.agreed)
        return decision if isinstance(decision, Refusal) else uploaded(decision, setting)

    event = EventType.ENROLMENT_SUSPENDED
    return await _answered(connection, orders, matters, setting, EnrolmentSuspended, event, decided)


async def resume_enrolments(
    connection: Connection, orders: Sequence[ResumeOrder], setting: Setting
) -> list[EnrolmentResumed | Refusal]:
    """One answer to each order, in order: of a person's enrolments that are suspended, one is resumed."""
    matters = await _gathered(connection, orders, setting)
    national = await asked_by_number(connection, matters.numbers(orders), setting)

    def decided(order: ResumeOrder, claim: Claim) -> EnrolmentOnRecord | Refusal:
        return resumed(
            setting.policy,
            setting.now,
            claim,
            others=[one for one in matters.of(order).values() if one.id != order.enrolment_id],
            outside=None if claim.person is None else national.seen(claim.person.id_number),
            unanswered=national.unanswered,
        )

    event = EventType.ENROLMENT_RESUMED
    return await _answered(connection, orders, matters, setting, EnrolmentResumed, event, decided)


async def terminate_enrolments(
    connection: Connection, orders: Sequence[TerminateOrder], setting: Setting
) -> list[EnrolmentTerminated | Refusal]:
    """One answer to each order, in order."""
    matters = await _gathered(connection, orders, setting)

    def decided(order: TerminateOrder, claim: Claim) -> EnrolmentOnRecord | Refusal:
        decision = terminated(setting.policy, setting.now, claim, reason=order.reason)
        return decision if isinstance(decision, Refusal) else uploaded(decision, setting)

    event = EventType.ENROLMENT_TERMINATED
    return await _answered(connection, orders, matters, setting, EnrolmentTerminated, event, decided)


@dataclass(frozen=True, slots=True)
class _Matters:
    """What the orders are about. `held` are all enrolments of whom they concern, by person and id, as they stand.

    `kin` is what the register says of a person to whoever acts for them, None while it does not answer.
    """

    first_answers: Mapping[tuple[Id, str, str], StoredAnswer]
    people: Mapping[Id, PersonOnRecord]
    person_of: Mapping[Id, Id]
    held: dict[Id, dict[Id, EnrolmentOnRecord]]
    kin: Mapping[tuple[Id, Document], Kin] | None

    def of(self, order: Order) -> Mapping[Id, EnrolmentOnRecord]:
        """The enrolments of whom the order concerns, nothing where it names no enrolment."""
        return self.held.get(self.person_of.get(order.enrolment_id, Id(0)), {})

    def claim(self, order: Order) -> Claim:
        person = self.people.get(self.person_of.get(order.enrolment_id, Id(0)))
        kin = None if self.kin is None or person is None else self.kin.get((order.actor, document_of(person)))
        return Claim(
            actor=order.actor,
            enrolment=self.of(order).get(order.enrolment_id),
            person=person,
            kin=kin,
        )

    def numbers(self, orders: Sequence[Order]) -> list[str]:
        """The identity numbers of whom those orders concern that have had no answer yet.

        Of whoever names no enrolment it is their own, so that it takes as long as a stranger's does.
        """
        asked = [order for order in orders if question(order) not in self.first_answers and order.actor in self.people]
        return [(self.claim(order).person or self.people[order.actor]).id_number for order in asked]


async def _gathered(connection: Connection, orders: Sequence[Order], setting: Setting) -> _Matters:
    """The persons are held; the register is asked where somebody acts for another, or names no enrolment at all."""
    named = await enrolments.by_id(connection, [order.enrolment_id for order in orders])
    person_of = {one.id: one.person_id for one in named.values()}
    concerned = [order.actor for order in orders] + list(person_of.values())
    await persons.hold(connection, concerned)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    people = await persons.on_record(connection, concerned)
    held = await enrolments.of_persons(connection, person_of.values())
    pairs = [
        (people[order.actor], document_of(people[person_of.get(order.enrolment_id, order.actor)]))
        for order in orders
        if order.actor in people
        and person_of.get(order.enrolment_id) != order.actor
        and question(order) not in first_answers
    ]
    return _Matters(
        first_answers=first_answers,
        people=people,
        person_of=person_of,
        held={person_id: {one.id: one for one in found} for person_id, found in held.items()},
        kin=await asked_of_kin(connection, pairs, setting),
    )


async def _answered(
    connection: Connection,
    orders: Sequence[_OrderT],
    matters: _Matters,
    setting: Setting,
    outcome: type[_ChangedT],
    event: EventType,
    decided: Callable[[_OrderT, Claim], EnrolmentOnRecord | Refusal],
) -> list[_ChangedT | Refusal]:
    """Each order decided after those before it, and what follows recorded."""
    answers = Answers(outcome, setting.now)
    moved: list[tuple[EnrolmentOnRecord, EnrolmentOnRecord]] = []
    log: list[NewEvent] = []

    def answered(order: _OrderT) -> _ChangedT | Refusal:
        if order.actor not in matters.people:
            return NotSignedIn()
        claim = matters.claim(order)
        after = decided(order, claim)
        if isinstance(after, Refusal):
            return after
        assert claim.enrolment is not None, "what is changed was found"
        moved.append((claim.enrolment, after))
        matters.held[after.person_id][after.id] = after
        reason = order.reason if isinstance(order, TerminateOrder) else None
        log.append(changed_event(order, event, after, setting, reason))
        return outcome(after.id)

    results = answers.each(orders, matters.first_answers, answered)

    await enrolments.move(connection, moved)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results
