"""Whether a submitted contribution is paid (缴费): from an account at once, or through a channel that collects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from domain.decisions.channels import channel_objections
from domain.decisions.consulting import Consultation
from domain.decisions.objections import noting
from domain.decisions.quoting import Quote, assessed
from domain.decisions.records import Account, Holder, Standing, Submitted
from domain.policy import PolicyBook
from domain.refusals import (
    AccountFrozen,
    AlreadyPaid,
    AlreadyRefunded,
    AmountChanged,
    BalanceTooLow,
    ContributionNotFound,
    NoPersonalAccount,
    OutsideParty,
    PartyDoesNotAnswer,
    Refusal,
    first_told,
)
from domain.vocabulary import AccountStatus, ContributionStatus, Fen, Instant, PaymentChannel, business_date

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it is recorded (缴费结果). `account` stands as it is afterwards; amounts in fen."""

    quote: Quote
    account: Account
    paid_on: date
    record_visible_at: Instant


def require_account(holder: Holder) -> Account:
    """The holder's account in use. Raises NoPersonalAccount."""
    if holder.account is None or holder.account.status is AccountStatus.CLOSED:
        raise NoPersonalAccount()
    return holder.account


def debited(account: Account, amount_fen: Fen, *, basis: str | None = None) -> Account:
    """The account after one more entry that takes the whole amount. Raises AccountFrozen, BalanceTooLow.

    `basis` is the key of the fact that an account which holds too little pays nothing.
    """
    if account.status is AccountStatus.FROZEN:
        raise AccountFrozen()
    if account.balance_fen < amount_fen:
        raise BalanceTooLow(balance_fen=account.balance_fen, due_fen=amount_fen, basis=basis)
    return replace(account, balance_fen=Fen(account.balance_fen - amount_fen), entry_count=account.entry_count + 1)


def paid(
    book: PolicyBook,
    now: Instant,
    standing: Standing,
    contribution: Submitted | None,
    *,
    expected_fen: Fen | None,
) -> Payment | Refusal:
    """The payment at the price of the day of payment, whole or not at all.

    Charged is what is due on that day, if the client expects exactly that, or without a word from the client if it is
    what was submitted.
    """
    on = business_date(now)
    if (
        contribution is None
        or contribution.payer_id != standing.holder.id
        or contribution.channel is not PaymentChannel.PERSONAL_ACCOUNT
        or contribution.for_unit
    ):
        return ContributionNotFound()
    objections: list[Refusal] = []
    quote = _due_now(book, now, standing, contribution, objections, expected_fen=expected_fen)
    account: Account | None = None
    with noting(objections):
        whole_or_nothing = Consultation(book, on).basis(standing.holder.area, "family_mutual_aid.balance_too_low")
        due = Fen(0) if quote is None else quote.amount_fen
        account = debited(require_account(standing.holder), due, basis=whole_or_nothing)
    told = _first_told(objections)
    if told is not None:
        return told
    assert quote is not None
    assert account is not None
    return Payment(quote, account, on, Instant(now + quote.record_visible_after_hours * HOUR))


def started(
    book: PolicyBook,
    now: Instant,
    standing: Standing,
    contribution: Submitted | None,
    *,
    expected_fen: Fen | None,
    unanswered: OutsideParty | None = None,
) -> Quote | Refusal:
    """What a channel is told to collect, and what that buys if it does: as of the day on which it is told.

    `unanswered` is the outside party that did not answer, if any.
    """
    if (
        contribution is None
        or contribution.payer_id != standing.holder.id
        or contribution.channel is PaymentChannel.PERSONAL_ACCOUNT
        or contribution.status is ContributionStatus.VOIDED
        or contribution.for_unit
    ):
        return ContributionNotFound()
    objections: list[Refusal] = []
    quote = _due_now(book, now, standing, contribution, objections, expected_fen=expected_fen)
    if unanswered is not None:
        objections.append(PartyDoesNotAnswer(party=unanswered))
    told = _first_told(objections)
    if told is not None:
        return told
    assert quote is not None
    return quote


def _due_now(
    book: PolicyBook,
    now: Instant,
    standing: Standing,
    contribution: Submitted,
    objections: list[Refusal],
    *,
    expected_fen: Fen | None,
) -> Quote | None:
    """What is due for a submitted contribution at that moment; what stands against it is added to `objections`."""
    match contribution.status:
        case ContributionStatus.SUBMITTED | ContributionStatus.PAYING:
            pass
        case ContributionStatus.REFUNDED:
            objections.append(AlreadyRefunded())
        case _:
            objections.append(AlreadyPaid(contribution_id=contribution.id))
    if standing.enrolment is not None and standing.enrolment.id != contribution.enrolment_id:
        # The place of enrolment has changed since: what was submitted there is no longer owed there.
        standing = replace(standing, enrolment=None)
    objections += channel_objections(book, now, standing, contribution.channel)
    quote = assessed(
        book,
        business_date(now),
        standing,
        objections,
        kind=contribution.kind,
        grade=contribution.grade,
        repair_years=contribution.repair_years,
        channel=contribution.channel,
    )
    if quote is not None:
        expected = contribution.amount_fen if expected_fen is None else expected_fen
        # What assistance has come to bear whole leaves nothing to pay: it is submitted anew.
        if expected != quote.amount_fen or not quote.amount_fen:
            objections.append(AmountChanged(expected_fen=expected, due_fen=quote.amount_fen, basis=quote.amount_basis))
    return quote


def _first_told(objections: list[Refusal]) -> Refusal | None:
    """The refusal to be told. Its field is the contribution, which stands for all that was submitted with it."""
    told = first_told(objections)
    if told is not None and told.path and not isinstance(told, AmountChanged):
        told.path = ("contributionId",)
    return told
