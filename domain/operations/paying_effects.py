"""What completing the filings of payments and of institutions changes (报销、定点协议、月结的办结)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.decisions.agreements import Details, agreement_objection
from domain.decisions.filing_forms import (
    AgreementResumptionForm,
    AgreementSuspensionForm,
    AssistanceForm,
    DesignationForm,
    EntitlementForm,
    FilingForm,
    InstitutionChangeForm,
    MaternityAllowanceForm,
    MaternityExpensesForm,
    OutOfAreaForm,
    ReimbursementForm,
    StatementForm,
    SubsidyForm,
)
from domain.operations.assist import assistance_of
from domain.operations.away_effects import objection_to_record
from domain.operations.care_effects import entitlement_of
from domain.operations.change_agreement import change_agreement
from domain.operations.completing import Completion, Effect
from domain.operations.maternity_effects import allowance_of, benefit_of
from domain.operations.reimburse import bill, reimburse
from domain.operations.setting import Setting
from domain.operations.settle_institution import objection_to, settle_month
from domain.operations.subsidise import subsidy_of
from domain.refusals import MayNotFile, Refusal
from domain.store import institutions
from domain.store.engine import Connection
from domain.vocabulary import AgreementMove, Id, MatterAction, MatterCode, Prefix, api_id


async def _reimbursement(done: Completion) -> str | Refusal:
    form = done.form(ReimbursementForm)
    answer = await reimburse(done.connection, done.filing, form, done.order, done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.CLAIM, answer)


async def _agreement(done: Completion, move: AgreementMove, details: Details) -> str | Refusal:
    institution = done.filing.institution_id
    assert institution is not None, "an institution files it"
    answer = await change_agreement(done.connection, institution, move, details, done.order, done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.INSTITUTION, answer.id)


async def _designation(done: Completion) -> str | Refusal:
    form = done.form(DesignationForm)
    return await _agreement(done, agreement_move(form), Details(tier=form.tier))


async def _institution_change(done: Completion) -> str | Refusal:
    form = done.form(InstitutionChangeForm)
    return await _agreement(done, agreement_move(form), Details(form.name, form.name_en, form.tier))


async def _suspension(done: Completion) -> str | Refusal:
    return await _agreement(done, agreement_move(done.form(AgreementSuspensionForm)), Details())


async def _resumption(done: Completion) -> str | Refusal:
    return await _agreement(done, agreement_move(done.form(AgreementResumptionForm)), Details())


async def _settlement(done: Completion) -> str | Refusal:
    institution, statement = done.filing.institution_id, done.form(StatementForm).statement
    assert institution is not None, "an institution files it"
    answer = await settle_month(done.connection, done.filing, institution, statement, done.order, done.setting)
    return answer if isinstance(answer, Refusal) else api_id(Prefix.DISBURSEMENT, answer)


PAYING_EFFECTS: Final[Mapping[MatterCode, Effect]] = {
    MatterCode.OUTPATIENT_REIMBURSEMENT: _reimbursement,
    MatterCode.INPATIENT_REIMBURSEMENT: _reimbursement,
    MatterCode.HOSPITAL_DESIGNATION: _designation,
    MatterCode.PHARMACY_DESIGNATION: _designation,
    MatterCode.INSTITUTION_INFORMATION_CHANGE: _institution_change,
    MatterCode.AGREEMENT_SUSPENSION: _suspension,
    MatterCode.AGREEMENT_RESUMPTION: _resumption,
    MatterCode.HOSPITAL_SETTLEMENT: _settlement,
    MatterCode.PHARMACY_SETTLEMENT: _settlement,
}


def agreement_move(form: FilingForm) -> AgreementMove:
    """What the form asks to be done to an agreement."""
    match form:
        case DesignationForm():
            return AgreementMove.SIGN
        case InstitutionChangeForm():
            return AgreementMove.CHANGE
        case AgreementSuspensionForm(action=MatterAction.SUSPEND):
            return AgreementMove.SUSPEND
        case AgreementSuspensionForm():
            return AgreementMove.TERMINATE
    return AgreementMove.RESUME


def _in_form(member: str, refusal: Refusal) -> Refusal:
    """The same, its path as the draft has it."""
    if not isinstance(refusal, MayNotFile):
        refusal.path = ("form", member, *refusal.path)
    return refusal


async def objection_to_draft(
    connection: Connection,
    matter: MatterCode,
    form: FilingForm,
    institution_id: Id | None,
    unit_id: Id | None,
    setting: Setting,
) -> Refusal | None:
    """Why completing a filing with that form would be refused today, or None. It is asked before anybody has work."""
    match form:
        case ReimbursementForm():
            decision = (await bill(connection, form, setting.on, setting)).decision
            return _in_form("reimbursement", decision) if isinstance(decision, Refusal) else None
        case MaternityExpensesForm():
            benefit = await benefit_of(connection, matter, form, setting.on, setting)
            return _in_form("maternityExpenses", benefit) if isinstance(benefit, Refusal) else None
        case MaternityAllowanceForm() if unit_id is not None:
            allowance = await allowance_of(connection, unit_id, form, setting.on, setting)
            return _in_form("maternityAllowance", allowance) if isinstance(allowance, Refusal) else None
        case OutOfAreaForm():
            objection = await objection_to_record(connection, matter, form, setting.on, setting)
            return None if objection is None else _in_form("outOfArea", objection)
        case EntitlementForm():
            entitled = await entitlement_of(connection, matter, form, setting.on, setting)
            return _in_form("entitlement", entitled) if isinstance(entitled, Refusal) else None
        case AssistanceForm():
            assisted, _ = await assistance_of(connection, form, setting.on, setting)
            return _in_form("assistance", assisted) if isinstance(assisted, Refusal) else None
        case SubsidyForm():
            amount, _ = await subsidy_of(connection, form, setting)
            return _in_form("contributionSubsidy", amount) if isinstance(amount, Refusal) else None
        case StatementForm() if institution_id is not None:
            objection = await objection_to(connection, institution_id, form.statement, setting)
            return None if objection is None else _in_form("institutionStatement", objection)
        case DesignationForm() | InstitutionChangeForm() | AgreementSuspensionForm() | AgreementResumptionForm():
            found = await institutions.of_ids(connection, [institution_id or Id(0)])
            institution = found.get(institution_id or Id(0))
            return None if institution is None else agreement_objection(institution, agreement_move(form), setting.on)
    return None
