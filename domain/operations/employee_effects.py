"""What completing an enrolment of an employee does (职工参保登记的办结): a unit's of one person, or one's own.

In the employee scheme nothing is resumed: whoever is insured again has a new enrolment, by the unit that had enrolled
them or alone where they were insured alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.decisions.employee_enrolments import MemberLine
from domain.decisions.filing_forms import EmployeeEnrolmentForm
from domain.operations.add_unit_members import AddMembersOrder, add_unit_members
from domain.operations.change_enrolments import SuspendOrder, TerminateOrder, suspend_enrolments, terminate_enrolments
from domain.operations.completing import MUTATION, Completion, Effect
from domain.operations.register_flexible_workers import RegisterFlexibleOrder, register_flexible_workers
from domain.operations.retire import RetireOrder, retire
from domain.operations.stop_unit_members import StopMembersOrder, stop_unit_members
from domain.refusals import EnrolmentNotFound, Refusal
from domain.store import enrolments, persons
from domain.vocabulary import (
    EnrolmentStatus,
    Id,
    LeavingReason,
    MatterAction,
    MatterCode,
    Prefix,
    RegionCode,
    Scheme,
    TerminationReason,
    api_id,
)

_LEAVING: Final[Mapping[TerminationReason | None, LeavingReason]] = {
    None: LeavingReason.LEFT,
    TerminationReason.MOVED_ABROAD: LeavingReason.SETTLED_ABROAD,
    TerminationReason.DECEASED: LeavingReason.DECEASED,
}
"""Why a unit enrols somebody no longer, by the reason in its form; one that only suspends gives none."""


async def _enrolment(done: Completion) -> str | Refusal:
    form = done.form(EmployeeEnrolmentForm)
    if form.action is MatterAction.RETIRE:
        answer = await _retired(done)
    elif done.filing.unit_id is not None:
        answer = await _of_unit(done, form, done.filing.unit_id)
    else:
        answer = await _alone(done, form)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.ENROLMENT, answer)


async def _of_unit(done: Completion, form: EmployeeEnrolmentForm, unit_id: Id) -> Id | Refusal:
    if form.action in (MatterAction.ADD, MatterAction.RESUME):
        joins = AddMembersOrder(
            done.applicant, done.key, done.order.cause, unit_id, (await _member(done, form),), MUTATION
        )
        [added] = await add_unit_members(done.connection, [joins], done.setting)
        [joined] = [added] if isinstance(added, Refusal) else added.lines
        return joined if isinstance(joined, Refusal) else joined.enrolment_id
    leaves = StopMembersOrder(
        done.applicant, done.key, done.order.cause, unit_id, ((done.person, _LEAVING[form.reason]),), MUTATION
    )
    [answer] = await stop_unit_members(done.connection, [leaves], done.setting)
    [stopped] = [answer] if isinstance(answer, Refusal) else answer.lines
    return stopped if isinstance(stopped, Refusal) else stopped.enrolment_id


async def _member(done: Completion, form: EmployeeEnrolmentForm) -> MemberLine:
    """Whom the unit enrols: as it describes them, or as the platform knows whom it enrolled before."""
    if form.described is not None:
        return form.described
    person = (await persons.on_record(done.connection, [done.person]))[done.person]
    return MemberLine(person.name, person.id_type, person.id_number)


async def _alone(done: Completion, form: EmployeeEnrolmentForm) -> Id | Refusal:
    actor, key, cause, setting = done.applicant, done.key, done.order.cause, done.setting
    enrolment, region = await _last(done)
    if form.action in (MatterAction.ADD, MatterAction.RESUME):
        place = form.region or region
        if place is None:
            return EnrolmentNotFound()
        begins = RegisterFlexibleOrder(actor, key, cause, place, MUTATION)
        [begun] = await register_flexible_workers(done.connection, [begins], setting)
        return begun if isinstance(begun, Refusal) else begun.enrolment_id
    if form.action is MatterAction.SUSPEND:
        stops = SuspendOrder(actor, key, cause, enrolment, True, MUTATION)
        [suspended] = await suspend_enrolments(done.connection, [stops], setting)
        return suspended if isinstance(suspended, Refusal) else suspended.enrolment_id
    assert form.reason is not None, "a form that ends an enrolment says why"
    ends = TerminateOrder(actor, key, cause, enrolment, form.reason, MUTATION)
    [ended] = await terminate_enrolments(done.connection, [ends], setting)
    return ended if isinstance(ended, Refusal) else ended.enrolment_id


async def _retired(done: Completion) -> Id | Refusal:
    enrolment, _ = await _last(done)
    for_unit = done.filing.unit_id is not None
    wanted = RetireOrder(done.applicant, done.key, done.order.cause, enrolment, for_unit, MUTATION)
    [answer] = await retire(done.connection, [wanted], done.setting)
    return answer if isinstance(answer, Refusal) else answer.enrolment_id


async def _last(done: Completion) -> tuple[Id, RegionCode | None]:
    """The latest enrolment in the employee scheme of whom it is about that is not at its end, and its place."""
    held = (await enrolments.of_persons(done.connection, [done.person])).get(done.person, [])
    last = [one for one in held if one.scheme is Scheme.EMPLOYEE and one.status is not EnrolmentStatus.TERMINATED][-1:]
    return (last[0].id, last[0].region) if last else (Id(0), None)


EMPLOYEE_EFFECTS: Final[Mapping[MatterCode, Effect]] = {MatterCode.EMPLOYEE_ENROLMENT: _enrolment}
"""What an enrolment of an employee changes."""
