"""Suspend, resume and cancel a unit's registration (单位暂停参保、恢复参保、注销登记)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from domain.decisions.unit_registration import RegisteredUnit, moved_to
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, units
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.units import Owed
from domain.vocabulary import Fen, Id, UnitStatus

NOTHING_OWED = Owed(0, Fen(0))


@dataclass(frozen=True, slots=True)
class MoveUnitOrder:
    """`actor` is the clerk, 0 where none is signed in."""

    actor: Id
    key: str
    cause: str
    unit_id: Id
    mutation: str


@dataclass(frozen=True, slots=True)
class UnitSuspended:
    """The unit, which enrols and declares for nobody until it is resumed."""

    unit_id: Id


@dataclass(frozen=True, slots=True)
class UnitResumed:
    """The unit, which enrols and declares again."""

    unit_id: Id


@dataclass(frozen=True, slots=True)
class UnitCancelled:
    """The unit, for which nothing can be done any more."""

    unit_id: Id


_O = TypeVar("_O", UnitSuspended, UnitResumed, UnitCancelled)


async def suspend_units(
    connection: Connection, orders: Sequence[MoveUnitOrder], setting: Setting
) -> list[UnitSuspended | Refusal]:
    """One answer to each order, in order."""
    moving = (UnitStatus.SUSPENDED, EventType.UNIT_SUSPENDED)
    return await _moved(connection, orders, setting, UnitSuspended, *moving)


async def resume_units(
    connection: Connection, orders: Sequence[MoveUnitOrder], setting: Setting
) -> list[UnitResumed | Refusal]:
    """One answer to each order, in order."""
    return await _moved(connection, orders, setting, UnitResumed, UnitStatus.ACTIVE, EventType.UNIT_RESUMED)


async def cancel_units(
    connection: Connection, orders: Sequence[MoveUnitOrder], setting: Setting
) -> list[UnitCancelled | Refusal]:
    """One answer to each order, in order."""
    moving = (UnitStatus.CANCELLED, EventType.UNIT_CANCELLED)
    return await _moved(connection, orders, setting, UnitCancelled, *moving)


async def _moved(
    connection: Connection,
    orders: Sequence[MoveUnitOrder],
    setting: Setting,
    outcome: type[_O],
    status: UnitStatus,
    event: EventType,
) -> list[_O | Refusal]:
    # Gather: the units are held, so that nobody joins one, or declares for it, while it ends.
    unit_ids = [order.unit_id for order in orders]
    await units.hold(connection, unit_ids)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    clerks = await units.clerks(connection, [order.actor for order in orders])
    found = await units.by_id(connection, unit_ids)
    members = await units.members(connection, unit_ids)
    owed = await units.owed(connection, unit_ids)

    # Decide, each order after those before it.
    answers = Answers(outcome, setting.now)
    moves: list[tuple[Id, UnitStatus, UnitStatus]] = []
    log: list[NewEvent] = []

    def answered(order: MoveUnitOrder) -> _O | Refusal:
        clerk_region = clerks.get(order.actor)
        if clerk_region is None:
            return NotSignedIn()
        unit = found.get(order.unit_id)
        owes = owed.get(order.unit_id, NOTHING_OWED)
        refusal = moved_to(
            status,
            clerk_region,
            unit,
            members=members.get(order.unit_id, 0),
            bills=owes.bills,
            due_fen=owes.due_fen,
        )
        if refusal is not None:
            return refusal
        assert unit is not None, "without a unit the case was refused"
        moves.append((unit.id, unit.status, status))
        found[unit.id] = replace(unit, status=status)
        log.append(_event(order, unit, event, setting))
        return outcome(unit.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await units.set_status(connection, moves)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _event(order: MoveUnitOrder, unit: RegisteredUnit, event: EventType, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(unit.region),
        type=event,
        region=unit.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=unit.officer_id,
        cause=Cause.of(order),
        payload={"unit_id": unit.id, "name": unit.name},
    )
