"""Settle a month with an institution (定点医药机构月结): its statement against the books, and then the money."""

from __future__ import annotations

from domain.decisions.filings import Filing
from domain.decisions.reconciling import (
    DuePosting,
    Reconciliation,
    Statement,
    last_day_of,
    reconciled,
    wrong_statement,
)
from domain.operations.answering import Order
from domain.operations.disburse import disburse
from domain.operations.setting import Setting
from domain.refusals import NothingToPay, NotSignedIn, Refusal, StatementDiffers
from domain.store import disbursements, institutions
from domain.store.disbursements import NewDisbursement
from domain.store.engine import Connection
from domain.vocabulary import DisbursementAccount, DisbursementPurpose, Fen, Id, PaidInto


async def reconcile(
    connection: Connection, institution_id: Id, statement: Statement, setting: Setting
) -> Reconciliation | Refusal:
    """Where the statement differs from the books now. A connection for reading is enough."""
    found = await institutions.of_ids(connection, [institution_id])
    due = await _due(connection, institution_id, statement)
    if institution_id not in found:
        return NotSignedIn()
    return wrong_statement(statement, setting.on) or reconciled(statement, due)


async def objection_to(
    connection: Connection, institution_id: Id, statement: Statement, setting: Setting
) -> Refusal | None:
    """Why the statement would not be paid now, or None."""
    return wrong_statement(statement, setting.on) or _unpaid(
        reconciled(statement, await _due(connection, institution_id, statement))
    )


async def settle_month(
    connection: Connection, filing: Filing, institution_id: Id, statement: Statement, order: Order, setting: Setting
) -> Id | Refusal:
    """The payment of everything that is due up to the end of the month and not paid yet, or why it is not made.

    A statement that differs is not paid, in no part. What a month leaves owed by the institution goes into a later one.
    """
    # Gather: nobody else settles with the institution meanwhile.
    await institutions.hold(connection, institution_id)
    [institution] = (await institutions.of_ids(connection, [institution_id])).values()
    due = await _due(connection, institution_id, statement)

    # Decide.
    wrong = wrong_statement(statement, setting.on)
    if wrong is not None:
        return wrong
    found = reconciled(statement, due)
    refused = _unpaid(found)
    if refused is not None:
        return refused

    # Record.
    paid = NewDisbursement(
        id=setting.ids.new(institution.region),
        region=institution.region,
        purpose=DisbursementPurpose.INSTITUTION_SETTLEMENT,
        filing_id=filing.id,
        paid_into=PaidInto.INSTITUTION_ACCOUNT,
        entries={
            DisbursementAccount.INSTITUTION: Fen(-found.total_fen),
            DisbursementAccount.PAYEE: found.total_fen,
        },
        paid_at=setting.now,
        institution_id=institution_id,
        month=statement.month,
    )
    await disburse(connection, order, paid, Id(0), setting)
    await disbursements.settle_postings(connection, paid.id, due)
    return paid.id


def _unpaid(found: Reconciliation) -> Refusal | None:
    """Why nothing is paid by what was found."""
    if not found.agrees:
        return StatementDiffers(differences=len(found.differences))
    return NothingToPay() if found.total_fen <= 0 else None


async def _due(connection: Connection, institution_id: Id, statement: Statement) -> list[DuePosting]:
    last = last_day_of(statement.month)
    return [] if last is None else await disbursements.unpaid(connection, institution_id, last)
