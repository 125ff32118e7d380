"""What completing a filing of a maternity benefit does (生育待遇的办结): it is paid, and how it came about is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from domain.decisions.filing_forms import MATERNITY_BENEFITS, MaternityAllowanceForm, MaternityExpensesForm
from domain.decisions.maternity import AllowancePaid, ExpensesPaid, allowance_paid, expenses_paid
from domain.decisions.previewing import InsuranceRecord
from domain.operations.completing import Completion, Effect
from domain.operations.disburse import disburse
from domain.operations.insurance import insurance_records
from domain.operations.setting import Setting
from domain.refusals import InstitutionNotFound, Refusal
from domain.store import claims, employee_bills, institutions, maternity_benefits, persons
from domain.store.disbursements import NewDisbursement
from domain.store.engine import Connection
from domain.store.maternity_benefits import NewBenefit
from domain.vocabulary import (
    DisbursementAccount,
    DisbursementPurpose,
    Fen,
    Id,
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


def _payment(
    done: Completion,
    answer: ExpensesPaid | AllowancePaid,
    paid_into: PaidInto,
    *,
    person_id: Id | None = None,
    unit_id: Id | None = None,
    account_last_four: str | None = None,
) -> NewDisbursement:
    """The money, out of maternity insurance."""
    amount = answer.amount_fen
    return NewDisbursement(
        id=done.setting.ids.new(answer.region),
        region=answer.region,
        purpose=DisbursementPurpose.MATERNITY_BENEFIT,
        filing_id=done.filing.id,
        paid_into=paid_into,
        entries={DisbursementAccount.MATERNITY: Fen(-amount), DisbursementAccount.PAYEE: amount},
        paid_at=done.setting.now,
        person_id=person_id,
        unit_id=unit_id,
        account_last_four=account_last_four,
    )


async def _expenses(done: Completion) -> str | Refusal:
    form, setting = done.form(MaternityExpensesForm), done.setting
    # The person is held, so that what was paid before is looked at once at a time.
    await persons.hold(done.connection, [form.person_id])
    asked_on = business_date(done.filing.filed_at)
    answer = await benefit_of(done.connection, done.filing.matter, form, asked_on, setting)
    if isinstance(answer, Refusal):
        return answer
    paid = _payment(
        done, answer, PaidInto.BANK_ACCOUNT, person_id=form.person_id, account_last_four=form.card_last_four
    )
    await disburse(done.connection, done.order, paid, form.person_id, setting)
    await maternity_benefits.add(
        done.connection,
        NewBenefit(paid.id, form.person_id, answer, institution_id=form.institution_id, invoice=form.invoice),
    )
    return api_id(Prefix.DISBURSEMENT, paid.id)


async def allowance_of(
    connection: Connection, unit_id: Id, form: MaternityAllowanceForm, asked_on: date, setting: Setting
) -> AllowancePaid | Refusal:
    """What is paid to the unit where it was asked for on a day, or why nothing is. Reading is enough."""
    people = await persons.on_record(connection, [form.person_id])
    records = await insurance_records(connection, [form.person_id])
    given = await maternity_benefits.of_persons(connection, [form.person_id])
    year = form.occurred_on.year
    wages = await employee_bills.wages(connection, unit_id, (year - 1) * 100 + 1, year * 100 + 12)
    return allowance_paid(
        setting.policy,
        setting.on,
        unit_id,
        form.leave,
        person=people.get(form.person_id),
        record=records.get(form.person_id, InsuranceRecord()),
        given=given.get(form.person_id, ()),
        wages=wages,
        asked_on=asked_on,
    )


async def _allowance(done: Completion) -> str | Refusal:
    form, setting, unit_id = done.form(MaternityAllowanceForm), done.setting, done.filing.unit_id
    assert unit_id is not None, "a unit files it"
    await persons.hold(done.connection, [form.person_id])
    answer = await allowance_of(done.connection, unit_id, form, business_date(done.filing.filed_at), setting)
    if isinstance(answer, Refusal):
        return answer
    paid = _payment(done, answer, PaidInto.UNIT_ACCOUNT, unit_id=unit_id)
    # Whose leave it is hears that her unit was paid.
    await disburse(done.connection, done.order, paid, form.person_id, setting)
    await maternity_benefits.add(done.connection, NewBenefit(paid.id, form.person_id, answer, children=form.children))
    return api_id(Prefix.DISBURSEMENT, paid.id)


MATERNITY_EFFECTS: Final[Mapping[MatterCode, Effect]] = {
    MatterCode.ANTENATAL_PAYMENT: _expenses,
    MatterCode.MATERNITY_MEDICAL_PAYMENT: _expenses,
    MatterCode.FAMILY_PLANNING_PAYMENT: _expenses,
    MatterCode.MATERNITY_ALLOWANCE: _allowance,
}
"""What each matter of maternity benefits pays."""
