"""Pay bills back that were paid in cash (手工报销): a claim like any other, and the money to whoever had paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.decisions.filing_forms import ReimbursementForm
from domain.decisions.filings import Filing
from domain.decisions.previewing import InsuranceRecord
from domain.decisions.records import Account
from domain.decisions.settling import Claim, Settlement, settled
from domain.operations.answering import Order
from domain.operations.claim_books import ClaimBooks
from domain.operations.disburse import disburse, on_behalf
from domain.operations.insurance import insurance_records
from domain.operations.setting import Setting
from domain.refusals import InstitutionNotFound, Refusal
from domain.store import claims, entitlements, institutions, out_of_area_records, persons
from domain.store.disbursements import NewDisbursement
from domain.store.engine import Connection
from domain.store.standings import standings_to_quote
from domain.vocabulary import (
    ClaimOrigin,
    DisbursementAccount,
    DisbursementPurpose,
    Fen,
    Id,
    PaidInto,
    business_date,
)


@dataclass(frozen=True, slots=True)
class Bill:
    """What a bill comes to, the claims of the years around it, and the patient's account."""

    decision: Settlement | Refusal
    years: dict[Id, list[Claim]]
    account: Account | None


async def bill(connection: Connection, form: ReimbursementForm, asked_on: date, setting: Setting) -> Bill:
    """What the bill comes to where it was asked for on a day. A connection for reading is enough."""
    person_id, year = form.person_id, form.discharged_on.year
    people = await persons.on_record(connection, [person_id])
    [standing] = await standings_to_quote(connection, [(person_id, person_id, year)])
    years = await claims.of_persons(connection, [person_id], [year])
    records = await insurance_records(connection, [person_id])
    away = await out_of_area_records.in_force(connection, [person_id], [form.admitted_on])
    held = await entitlements.of_persons(connection, [person_id])
    found = await institutions.of_ids(connection, [form.institution_id])
    invoiced = await claims.invoiced(connection, [(form.institution_id, form.invoice)])
    institution, person = found.get(form.institution_id), people.get(person_id)
    decision: Settlement | Refusal = InstitutionNotFound()
    if institution is not None:
        decision = settled(
            setting.policy,
            setting.on,
            institution,
            form.claim,
            name="" if person is None else person.name,
            person=person,
            standing=standing,
            record=records.get(person_id, InsuranceRecord()),
            claims=years.get(person_id, ()),
            invoiced=bool(invoiced),
            origin=ClaimOrigin.MANUAL,
            asked_on=asked_on,
            away=away.get(person_id, ()),
            entitlements=held.get(person_id, ()),
        )
    return Bill(decision, years, None if standing is None else standing.holder.account)


async def reimburse(
    connection: Connection, filing: Filing, form: ReimbursementForm, order: Order, setting: Setting
) -> Id | Refusal:
    """The claim of the bill, paid to the account that was named, or why it is not.

    It is in time by the day on which the filing was submitted. What the funds pay nothing of is a claim all the same,
    since it counts for the year, and no money moves.
    """
    # Gather, and decide: the patient is held, so that a year changes once at a time.
    await persons.hold(connection, [form.person_id])
    found = await bill(connection, form, business_date(filing.filed_at), setting)
    if isinstance(found.decision, Refusal):
        return found.decision

    # Record.
    books = ClaimBooks(setting, found.years, {form.person_id: found.account})
    claim_id = books.put_in(on_behalf(filing, order), found.decision, form.items)
    await books.record(connection)
    amount, region = found.decision.claim.paid.funds_fen, found.decision.claim.patient.region
    if amount:
        paid = NewDisbursement(
            id=setting.ids.new(region),
            region=region,
            purpose=DisbursementPurpose.REIMBURSEMENT,
            filing_id=filing.id,
            paid_into=PaidInto.BANK_ACCOUNT,
            entries={DisbursementAccount.REIMBURSED: Fen(-amount), DisbursementAccount.PAYEE: amount},
            paid_at=setting.now,
            person_id=form.person_id,
            claim_id=claim_id,
            account_last_four=form.card_last_four,
        )
        await disburse(connection, order, paid, form.person_id, setting)
    return claim_id
