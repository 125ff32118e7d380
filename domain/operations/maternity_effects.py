"""What completing a filing of a maternity benefit does (生育待遇的办结): it is paid, and how it came about is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from domain.decisions.filing_forms import MATERNITY_BENEFITS, MaternityExpensesForm
from domain.decisions.maternity import ExpensesPaid, expenses_paid
from domain.decisions.previewing import InsuranceRecord
from domain.operations.completing import Completion, Effect
from domain.operations.disburse import disburse
from domain.operations.insurance import insurance_records
from domain.operations.setting import Setting
from domain.refusals import InstitutionNotFound, Refusal
from domain.store import claims, institutions, maternity_benefits, persons
from domain.store.disbursements import NewDisbursement
from domain.store.engine import Connection
from domain.store.maternity_benefits import NewBenefit
from domain.vocabulary import (
    DisbursementAccount,
    DisbursementPurpose,
    Fen,
    MatterCode,
    PaidInto,
    Prefix,
    api_id,
    business_date,
)


async def benefit_of(
    connection: Connection, matter: MatterCode, form: MaternityExpensesForm, asked_on: date, setting: Setting
) -> ExpensesPaid | Refusal:
    """What is paid of the bill where it was asked for on a day, or why nothing is. Reading is enough."""
    people = await persons.on_record(connection, [form.person_id])
    records = await insurance_records(connection, [form.person_id])
    given = await maternity_benefits.of_persons(connection, [form.person_id])
    found = await institutions.of_ids(connection, [form.institution_id])
    invoiced = await claims.invoiced(connection, [(form.institution_id, form.invoice)])
    institution = found.get(form.institution_id)
    if institution is None:
        return InstitutionNotFound()
    return expenses_paid(
        setting.policy,
        setting.on,
        institution,
        MATERNITY_BENEFITS[matter],
        form.expenses,
        person=people.get(form.person_id),
        record=records.get(form.person_id, InsuranceRecord()),
        given=given.get(form.person_id, ()),
        invoiced=bool(invoiced),
        asked_on=asked_on,
    )


async def _expenses(done: Completion) -> str | Refusal:
    form, setting = done.form(MaternityExpensesForm), done.setting
    # The person is held, so that what was paid before is looked at once at a time.
    await persons.hold(done.connection, [form.person_id])
    asked_on = business_date(done.filing.filed_at)
    answer = await benefit_of(done.connection, done.filing.matter, form, asked_on, setting)
    if isinstance(answer, Refusal):
        return answer
    paid = NewDisbursement(
        id=setting.ids.new(answer.region),
        region=answer.region,
        purpose=DisbursementPurpose.MATERNITY_BENEFIT,
        filing_id=done.filing.id,
        paid_into=PaidInto.BANK_ACCOUNT,
        entries={
            DisbursementAccount.MATERNITY: Fen(-answer.amount_fen),
            DisbursementAccount.PAYEE: answer.amount_fen,
        },
        paid_at=setting.now,
        person_id=form.person_id,
        account_last_four=form.card_last_four,
    )
    await disburse(done.connection, done.order, paid, form.person_id, setting)
    await maternity_benefits.add(
        done.connection, NewBenefit(paid.id, form.person_id, form.institution_id, form.invoice, answer)
    )
    return api_id(Prefix.DISBURSEMENT, paid.id)


MATERNITY_EFFECTS: Final[Mapping[MatterCode, Effect]] = {
    MatterCode.MATERNITY_MEDICAL_PAYMENT: _expenses,
    MatterCode.FAMILY_PLANNING_PAYMENT: _expenses,
}
"""What each matter of maternity benefits pays."""
