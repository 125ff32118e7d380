"""Change what a unit's registration says (单位参保登记变更): name, kind, and the county within its city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.decisions.unit_registration import RegisteredUnit, UnitForm, changed
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, regions, units
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import Id, RegionCode, UnitKind


@dataclass(frozen=True, slots=True)
class ChangeUnitOrder:
    """`actor` is the clerk, 0 where none is signed in. The rest is what the registration is to say."""

    actor: Id
    key: str
    cause: str
    unit_id: Id
    name: str
    kind: UnitKind
    region: RegionCode
    mutation: str = "changeUnit"


@dataclass(frozen=True, slots=True)
class UnitChanged:
    """The unit, and how many enrolments went with it to another place."""

    unit_id: Id
    moved_enrolments: int


async def change_units(
    connection: Connection, orders: Sequence[ChangeUnitOrder], setting: Setting
) -> list[UnitChanged | Refusal]:
    """One answer to each order, in order; each finds a unit as those before it left it."""
    # Gather: the units are held, so that what is done to one takes turns.
    await units.hold(connection, [order.unit_id for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    clerks = await units.clerks(connection, [order.actor for order in orders])
    counties = await regions.counties(connection, [order.region for order in orders])
    found = await units.by_id(connection, [order.unit_id for order in orders])

    # Decide each, and record it before the next: how many enrolments move is known when they have.
    answers = Answers(UnitChanged, setting.now)
    log: list[NewEvent] = []

    async def answered(order: ChangeUnitOrder) -> UnitChanged | Refusal:
        clerk_region = clerks.get(order.actor)
        if clerk_region is None:
            return NotSignedIn()
        unit = found.get(order.unit_id)
        form = UnitForm(order.name, order.kind, order.region)
        refusal = changed(setting.policy, setting.on, clerk_region, unit, form, is_county=order.region in counties)
        if refusal is not None:
            return refusal
        assert unit is not None, "without a unit the case was refused"
        after = replace(unit, name=order.name.strip(), kind=order.kind, region=order.region)
        await units.change_registration(connection, after)
        moved = 0
        if after.region != unit.region:
            moved = await units.move_members(connection, unit.id, unit.region, after.region)
        found[unit.id] = after
        log.append(_event(order, after, moved, setting))
        return UnitChanged(unit.id, moved)

    results = []
    for order in orders:
        answer = answers.first(order, first_answers.get(question(order)))
        results.append(answers.give(order, await answered(order)) if answer is None else answer)

    # Record.
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _event(order: ChangeUnitOrder, unit: RegisteredUnit, moved: int, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(unit.region),
        type=EventType.UNIT_CHANGED,
        region=unit.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=unit.officer_id,
        cause=Cause.of(order),
        payload={"unit_id": unit.id, "name": unit.name, "kind": unit.kind.name, "moved_enrolments": moved},
    )
