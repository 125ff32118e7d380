"""Add a fault of an outside party to a world, or remove one (外部故障的设置)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.faults import NewFault, fault_refused
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import FaultNotFound, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import faults, worlds
from domain.store.engine import Connection
from domain.store.faults import MOST_FAULTS
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class AddFaultOrder:
    """`actor` is the operator of a sandbox, 0 where none asks."""

    actor: Id
    key: str
    cause: str
    fault: NewFault
    mutation: str = "addFault"


@dataclass(frozen=True, slots=True)
class FaultAdded:
    """The world has the fault."""

    fault_id: Id


@dataclass(frozen=True, slots=True)
class RemoveFaultOrder:
    """`actor` is the operator of a sandbox, 0 where none asks; `fault_id` 0 where the client named none."""

    actor: Id
    key: str
    cause: str
    fault_id: Id
    mutation: str = "removeFault"


@dataclass(frozen=True, slots=True)
class FaultRemoved:
    """The world has the fault no more."""

    fault_id: Id


async def add_fault(connection: Connection, order: AddFaultOrder, setting: Setting) -> FaultAdded | Refusal:
    """The outside party does so from now on, or from when the fault begins."""
    # Gather.
    await worlds.hold(connection)
    stored = await answer_store.first_answers(connection, [question(order)])
    answers = Answers(FaultAdded, setting.now)
    known = answers.first(order, stored.get(question(order)))
    if known is not None:
        return known
    if not order.actor:
        return NotSignedIn()
    person_id = order.fault.person_id
    is_somebody = person_id is None or await faults.is_somebody(connection, person_id)
    held = await faults.held(connection)

    # Decide and record.
    refusal = fault_refused(order.fault, held=held, most=MOST_FAULTS, is_somebody=is_somebody)
    answer: FaultAdded | Refusal = refusal or FaultAdded(await faults.add(connection, order.fault, setting.now))
    answers.give(order, answer)
    await answer_store.append(connection, answers.kept)
    return answer


async def remove_fault(connection: Connection, order: RemoveFaultOrder, setting: Setting) -> FaultRemoved | Refusal:
    """The outside party does so no more; what it has done stays as it was."""
    # Gather.
    await worlds.hold(connection)
    stored = await answer_store.first_answers(connection, [question(order)])
    answers = Answers(FaultRemoved, setting.now)
    known = answers.first(order, stored.get(question(order)))
    if known is not None:
        return known
    if not order.actor:
        return NotSignedIn()

    # Decide and record.
    answer: FaultRemoved | Refusal = FaultNotFound()
    if await faults.is_there(connection, order.fault_id):
        await faults.remove(connection, order.fault_id)
        answer = FaultRemoved(order.fault_id)
    answers.give(order, answer)
    await answer_store.append(connection, answers.kept)
    return answer
