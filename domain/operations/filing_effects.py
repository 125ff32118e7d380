"""What completing a filing changes elsewhere (办结的效果): each is done by the operation that does it for a mutation.

It acts as the applicant, in the transaction that completes the filing. What it answers is kept under the clerk's key,
so that another attempt, once its cause is gone, is another one.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.filing_forms import LumpSumForm, PersonForm, ResidentEnrolmentForm, TransferForm, WithdrawalForm
from domain.operations.activate_certificates import ActivateOrder, activate_certificates
from domain.operations.apply_for_transfer import TransferOrder, apply_for_transfers
from domain.operations.away_effects import AWAY_EFFECTS
from domain.operations.care_effects import CARE_EFFECTS
from domain.operations.change_enrolments import (
    EnrolmentResumed,
    EnrolmentSuspended,
    EnrolmentTerminated,
    ResumeOrder,
    SuspendOrder,
    TerminateOrder,
    resume_enrolments,
    suspend_enrolments,
    terminate_enrolments,
)
from domain.operations.completing import MUTATION, Completion, Effect
from domain.operations.employee_effects import EMPLOYEE_EFFECTS
from domain.operations.maternity_effects import MATERNITY_EFFECTS
from domain.operations.paying_effects import PAYING_EFFECTS
from domain.operations.person_effects import PERSON_EFFECTS
from domain.operations.register_enrolments import RegisterOrder, ResidentEnrolmentRegistered, register_enrolments
from domain.operations.retire import LumpSumOrder, declare_lump_sums
from domain.operations.unit_filing_effects import UNIT_EFFECTS
from domain.operations.withdraw_account import WithdrawOrder, withdraw_accounts
from domain.refusals import Refusal
from domain.store import enrolments
from domain.store.engine import Connection
from domain.vocabulary import (
    EnrolmentStatus,
    Id,
    MatterAction,
    MatterCode,
    Prefix,
    Scheme,
    WithdrawalMaterial,
    api_id,
)


async def _certificate(done: Completion) -> str | Refusal:
    form = done.form(PersonForm)
    wanted = ActivateOrder(done.applicant, done.key, done.order.cause, form.person_id, MUTATION)
    [answer] = await activate_certificates(done.connection, [wanted], done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.PERSON, answer.person_id)


async def _transfer(done: Completion) -> str | Refusal:
    form = done.form(TransferForm)
    wanted = TransferOrder(done.applicant, done.key, done.order.cause, form.from_region, MUTATION)
    [answer] = await apply_for_transfers(done.connection, [wanted], done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.TRANSFER, answer.transfer_id)


async def _withdrawal(done: Completion) -> str | Refusal:
    form = done.form(WithdrawalForm)
    wanted = WithdrawOrder(
        actor=done.applicant,
        key=done.key,
        cause=done.order.cause,
        person_id=form.person_id,
        reason=form.reason,
        # What the guide asks for was there when the filing was accepted, and so was the proof of a death that no
        # register tells of.
        materials=tuple(WithdrawalMaterial),
        death_proved=True,
        card_last_four=form.card_last_four,
        mutation=MUTATION,
    )
    [answer] = await withdraw_accounts(done.connection, [wanted], done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.ACCOUNT_WITHDRAWAL, answer.withdrawal_id)


async def _lump_sum(done: Completion) -> str | Refusal:
    form = done.form(LumpSumForm)
    wanted = LumpSumOrder(
        actor=done.applicant,
        key=done.key,
        cause=done.order.cause,
        enrolment_id=await _enrolled(done.connection, form.person_id, Scheme.EMPLOYEE),
        for_unit=False,
        mutation=MUTATION,
        retired_early=form.retired_early,
    )
    [answer] = await declare_lump_sums(done.connection, [wanted], done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.EMPLOYEE_BILL, answer.bill_id)


async def _enrolment(done: Completion) -> str | Refusal:
    answer = await _changed(done, done.form(ResidentEnrolmentForm))
    return answer if isinstance(answer, Refusal) else api_id(Prefix.ENROLMENT, answer.enrolment_id)


async def _changed(
    done: Completion, form: ResidentEnrolmentForm
) -> ResidentEnrolmentRegistered | EnrolmentSuspended | EnrolmentResumed | EnrolmentTerminated | Refusal:
    actor, key, cause = done.applicant, done.key, done.order.cause
    connection, setting = done.connection, done.setting
    if form.action is MatterAction.NEW:
        new = RegisterOrder(actor, key, cause, form.person_id, done.filing.region, form.person_type, mutation=MUTATION)
        return (await register_enrolments(connection, [new], setting))[0]
    enrolment = await _enrolled(connection, form.person_id, Scheme.RESIDENT)
    if form.action is MatterAction.SUSPEND:
        suspended = SuspendOrder(actor, key, cause, enrolment, True, MUTATION)
        return (await suspend_enrolments(connection, [suspended], setting))[0]
    if form.action is MatterAction.RESUME:
        resumed = ResumeOrder(actor, key, cause, enrolment, MUTATION)
        return (await resume_enrolments(connection, [resumed], setting))[0]
    assert form.reason is not None, "a form that ends an enrolment says why"
    ended = TerminateOrder(actor, key, cause, enrolment, form.reason, MUTATION)
    return (await terminate_enrolments(connection, [ended], setting))[0]


async def _enrolled(connection: Connection, person_id: Id, scheme: Scheme) -> Id:
    """The person's latest enrolment in a scheme that is not at its end, 0 where there is none."""
    found = (await enrolments.of_persons(connection, [person_id])).get(person_id, [])
    open_ones = [one.id for one in found if one.scheme is scheme and one.status is not EnrolmentStatus.TERMINATED]
    return open_ones[-1] if open_ones else Id(0)


EFFECTS: Mapping[MatterCode, Effect] = {
    **PAYING_EFFECTS,
    **MATERNITY_EFFECTS,
    MatterCode.RESIDENT_ENROLMENT: _enrolment,
    MatterCode.ELECTRONIC_CERTIFICATE: _certificate,
    MatterCode.ACCOUNT_WITHDRAWAL: _withdrawal,
    MatterCode.RELATION_TRANSFER: _transfer,
    MatterCode.LUMP_SUM_SETTLEMENT: _lump_sum,
    **UNIT_EFFECTS,
    **EMPLOYEE_EFFECTS,
    **PERSON_EFFECTS,
    **AWAY_EFFECTS,
    **CARE_EFFECTS,
}
"""What each matter changes; one that is answered at once changes nothing."""
