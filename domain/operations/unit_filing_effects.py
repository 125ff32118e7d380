"""What completing a unit's filing does (单位办件的效果): the clerk who completes it changes the registration."""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.filing_forms import UnitChangeForm, UnitEnrolmentForm
from domain.operations.change_unit import ChangeUnitOrder, change_units
from domain.operations.completing import MUTATION, Completion, Effect
from domain.operations.move_unit import MoveUnitOrder, cancel_units, suspend_units
from domain.operations.register_unit import RegisterUnitOrder, register_units
from domain.refusals import Refusal
from domain.store import persons, units
from domain.vocabulary import Id, MatterAction, MatterCode, Prefix, api_id


def _unit(done: Completion) -> Id:
    assert done.filing.unit_id is not None, "a unit files what becomes of it"
    return done.filing.unit_id


async def _enrolment(done: Completion) -> str | Refusal:
    form, clerk, cause = done.form(UnitEnrolmentForm), done.order.actor, done.order.cause
    if form.action is MatterAction.NEW:
        return await _registered(done, form)
    moved = MoveUnitOrder(clerk, done.key, cause, _unit(done), MUTATION)
    moves = cancel_units if form.action is MatterAction.DEREGISTER else suspend_units
    [answer] = await moves(done.connection, [moved], done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.UNIT, answer.unit_id)


async def _registered(done: Completion, form: UnitEnrolmentForm) -> str | Refusal:
    assert form.name is not None, "a form of a new unit is whole"
    assert form.kind is not None, "a form of a new unit is whole"
    assert form.credit_code is not None, "a form of a new unit is whole"
    assert form.region is not None, "a form of a new unit is whole"
    officer = (await persons.on_record(done.connection, [done.applicant]))[done.applicant]
    wanted = RegisterUnitOrder(
        actor=done.order.actor,
        key=done.key,
        cause=done.order.cause,
        name=form.name,
        kind=form.kind,
        credit_code=form.credit_code,
        region=form.region,
        officer_name=officer.name,
        officer_id_type=officer.id_type,
        officer_id_number=officer.id_number,
        mutation=MUTATION,
    )
    [answer] = await register_units(done.connection, [wanted], done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.UNIT, answer.unit_id)


async def _change(done: Completion) -> str | Refusal:
    form, unit_id = done.form(UnitChangeForm), _unit(done)
    before = (await units.by_id(done.connection, [unit_id]))[unit_id]
    wanted = ChangeUnitOrder(
        actor=done.order.actor,
        key=done.key,
        cause=done.order.cause,
        unit_id=unit_id,
        name=form.name or before.name,
        kind=form.kind or before.kind,
        region=form.region or before.region,
        mutation=MUTATION,
    )
    [answer] = await change_units(done.connection, [wanted], done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.UNIT, answer.unit_id)


UNIT_EFFECTS: Mapping[MatterCode, Effect] = {
    MatterCode.UNIT_ENROLMENT: _enrolment,
    MatterCode.UNIT_INFORMATION_CHANGE: _change,
}
"""What each matter of units changes."""
