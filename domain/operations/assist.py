"""Pay assistance of a settled claim to whoever has been recognised since (医疗救助手工报销)."""

from __future__ import annotations

from datetime import date

from domain.decisions.assisting import Assisted, assisted
from domain.decisions.filing_forms import AssistanceForm
from domain.decisions.filings import Filing
from domain.decisions.settling import Claim
from domain.operations.answering import Order
from domain.operations.claim_books import ClaimBooks
from domain.operations.disburse import disburse, on_behalf
from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store import claims, persons
from domain.store.disbursements import NewDisbursement
from domain.store.engine import Connection
from domain.vocabulary import (
    DisbursementAccount,
    DisbursementPurpose,
    Fen,
    Id,
    PaidInto,
    business_date,
)


async def assistance_of(
    connection: Connection, form: AssistanceForm, asked_on: date, setting: Setting
) -> tuple[Assisted | Refusal, dict[Id, list[Claim]]]:
    """What assistance pays of the claim, or why not, and the person's year. A connection for reading is enough."""
    found = (await claims.of_ids(connection, [form.claim_id])).get(form.claim_id)
    claim = None if found is None or found.reversed_at is not None else found.claim
    if claim is not None and claim.person_id != form.person_id:
        claim = None
    years = await claims.of_persons(connection, [form.person_id], [] if claim is None else [claim.year])
    year = [] if claim is None else [one for one in years.get(form.person_id, ()) if one.year == claim.year]
    groups = await persons.special_groups(connection, [form.person_id])
    return assisted(setting.policy, asked_on, claim, year, groups.get(form.person_id)), years


async def assist(
    connection: Connection, filing: Filing, form: AssistanceForm, order: Order, setting: Setting
) -> Id | Refusal:
    """The claim with assistance in it, paid into the account of the person's card, or why it is not."""
    # Gather, and decide: the patient is held, so that a year changes once at a time.
    await persons.hold(connection, [form.person_id])
    decision, years = await assistance_of(connection, form, business_date(filing.filed_at), setting)
    if isinstance(decision, Refusal):
        return decision

    # Record.
    holders = await persons.holders(connection, [form.person_id])
    books = ClaimBooks(setting, years, {form.person_id: holders[form.person_id].account})
    books.assist(on_behalf(filing, order), decision.claim, decision.later)
    await books.record(connection)
    amount, region = decision.amount_fen, decision.claim.after.patient.region
    if amount:
        paid = NewDisbursement(
            id=setting.ids.new(region),
            region=region,
            purpose=DisbursementPurpose.ASSISTANCE,
            filing_id=filing.id,
            paid_into=PaidInto.SOCIAL_SECURITY_CARD,
            entries={DisbursementAccount.REIMBURSED: Fen(-amount), DisbursementAccount.PAYEE: amount},
            paid_at=setting.now,
            person_id=form.person_id,
            claim_id=form.claim_id,
        )
        await disburse(connection, order, paid, form.person_id, setting)
    return form.claim_id
