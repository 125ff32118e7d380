"""Give back what assistance bears of a contribution that was paid in full (救助对象个人缴费补贴)."""

from __future__ import annotations

from domain.decisions.filing_forms import SubsidyForm
from domain.decisions.filings import Filing
from domain.decisions.subsidising import PaidInFull, subsidy
from domain.operations.answering import Order
from domain.operations.disburse import disburse
from domain.operations.setting import Setting
from domain.refusals import Refusal
from domain.store import persons, subsidies
from domain.store.disbursements import NewDisbursement
from domain.store.engine import Connection
from domain.vocabulary import DisbursementAccount, DisbursementPurpose, Fen, Id, PaidInto


async def subsidy_of(
    connection: Connection, form: SubsidyForm, setting: Setting
) -> tuple[Fen | Refusal, PaidInFull | None]:
    """What is given back, or why nothing, and the contribution. A connection for reading is enough."""
    paid = await subsidies.paid_in_full(connection, form.person_id, form.coverage_year)
    groups = await persons.special_groups(connection, [form.person_id])
    return subsidy(setting.policy, paid, groups.get(form.person_id)), paid


async def subsidise(
    connection: Connection, filing: Filing, form: SubsidyForm, order: Order, setting: Setting
) -> Id | Refusal:
    """The payment into the account of the person's card, or why there is none."""
    # Gather, and decide: the person is held, so that a subsidy and a refund take turns.
    await persons.hold(connection, [form.person_id])
    amount, paid = await subsidy_of(connection, form, setting)
    if isinstance(amount, Refusal):
        return amount
    assert paid is not None, "what is given back was paid"

    # Record.
    new = NewDisbursement(
        id=setting.ids.new(paid.region),
        region=paid.region,
        purpose=DisbursementPurpose.CONTRIBUTION_SUBSIDY,
        filing_id=filing.id,
        paid_into=PaidInto.SOCIAL_SECURITY_CARD,
        entries={DisbursementAccount.ASSISTANCE_FUND: Fen(-amount), DisbursementAccount.PAYEE: amount},
        paid_at=setting.now,
        person_id=form.person_id,
        contribution_id=paid.id,
    )
    await disburse(connection, order, new, form.person_id, setting)
    return new.id
