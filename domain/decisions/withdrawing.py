"""Whether a personal account is drawn in one sum (个人账户一次性支取), and what that is: all of it, with interest.

Death is the population register's word, kinship too; that somebody settles abroad or gives the scheme up is their own,
once they are not insured in it any more. The account is closed with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.decisions.consulting import Consultation
from domain.decisions.enrolling import Kin
from domain.decisions.interest import first_day_of_interest, interest, interest_terms, settlement_day
from domain.decisions.objections import noting
from domain.decisions.records import Account, PersonOnRecord
from domain.decisions.refunding import credited
from domain.decisions.working_days import working_days_after
from domain.policy import PolicyBook
from domain.refusals import (
    AccountClosed,
    AccountFrozen,
    InterestBeingSettled,
    MaterialsMissing,
    NoPersonalAccount,
    NotEntitledToWithdraw,
    NothingToWithdraw,
    OutsideParty,
    PartyDoesNotAnswer,
    Refusal,
    StillInsuredAsEmployee,
    WithdrawalReasonNotConfirmed,
    first_told,
)
from domain.vocabulary import AccountStatus, Fen, Id, WithdrawalMaterial, WithdrawalReason

MATERIALS: Mapping[WithdrawalReason, str] = {
    WithdrawalReason.SETTLED_ABROAD: "personal_account.withdrawal_materials_abroad",
    WithdrawalReason.GIVEN_UP: "personal_account.withdrawal_materials_given_up",
    WithdrawalReason.DECEASED: "personal_account.withdrawal_materials_deceased",
}
"""Which fact tells what is handed in."""


@dataclass(frozen=True, slots=True)
class WithdrawalMatter:
    """An account that is to be drawn in one sum, and whose it is.

    `opening_fen` is its balance before the present year of interest, `movements` what moved in it since. `insured`
    says that the holder has an enrolment in the employee scheme that is not terminated.
    """

    holder: PersonOnRecord
    account: Account | None
    opening_fen: Fen
    movements: tuple[tuple[date, Fen], ...]
    insured: bool


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What is paid out, interest included, by when, and the account with the interest in it, and closed."""

    interest_fen: Fen
    amount_fen: Fen
    payable_by: date
    with_interest: Account
    closed: Account


def present_year_of_interest(book: PolicyBook, on: date) -> date:
    """The first day of the year of interest that the day lies in. Raises PolicyUnknown."""
    ends_on = settlement_day(book, on.year)
    return first_day_of_interest(book, ends_on if on <= ends_on else settlement_day(book, on.year + 1))


def withdrawn(
    book: PolicyBook,
    on: date,
    actor: Id,
    matter: WithdrawalMatter | None,
    *,
    reason: WithdrawalReason,
    materials: Sequence[WithdrawalMaterial],
    kin: Kin | None,
    settling: bool,
    death_proved: bool = False,
) -> Withdrawal | Refusal:
    """The whole of the account, or why not. `death_proved` where a clerk has seen what proves it.

    `kin` is None for the holder, and while the register does not answer. While last year's interest is being paid
    (`settling`), nobody knows what the whole is.
    """
    if matter is None:
        return NotEntitledToWithdraw()
    area = matter.holder.region if matter.account is None else matter.account.region
    consultation = Consultation(book, on)
    objections: list[Refusal] = []
    with noting(objections):
        _require_entitled(actor, matter.holder, reason, kin, death_proved=death_proved)
    account = matter.account
    if account is None:
        objections.append(NoPersonalAccount())
    elif account.status is AccountStatus.CLOSED:
        objections.append(AccountClosed())
    elif account.status is AccountStatus.FROZEN and reason is not WithdrawalReason.DECEASED:
        # The account of somebody who died is frozen because of it.
        objections.append(AccountFrozen())
    if matter.insured and reason is not WithdrawalReason.DECEASED:
        objections.append(StillInsuredAsEmployee())
    with noting(objections):
        wanted = consultation.fact("materials", area, MATERIALS[reason])
        missing = tuple(one for one in map(WithdrawalMaterial.named, wanted.rules) if one not in materials)
        if missing:
            raise MaterialsMissing(missing=missing, basis=wanted.key)
    if settling:
        objections.append(InterestBeingSettled())
    told = first_told(objections)
    if told is not None:
        return told
    assert account is not None, "without an account the case was refused"
    first, last = present_year_of_interest(book, on), on - timedelta(days=1)
    borne = interest(first, last, matter.opening_fen, matter.movements, interest_terms(book, account.region, on))
    with_interest = credited(account, borne) if borne else account
    if not with_interest.balance_fen:
        return NothingToWithdraw()
    within = consultation.fact("timeLimit", area, "personal_account.withdrawal_working_days").working_days
    return Withdrawal(
        interest_fen=borne,
        amount_fen=with_interest.balance_fen,
        payable_by=working_days_after(on, within).day,
        with_interest=with_interest,
        closed=replace(
            with_interest, status=AccountStatus.CLOSED, balance_fen=Fen(0), entry_count=with_interest.entry_count + 1
        ),
    )


def _require_entitled(
    actor: Id, holder: PersonOnRecord, reason: WithdrawalReason, kin: Kin | None, *, death_proved: bool
) -> None:
    """The living draw their own account; of the dead a relative does, as the register records, or proof shows."""
    if actor == holder.id:
        if reason is WithdrawalReason.DECEASED:
            raise WithdrawalReasonNotConfirmed(reason=reason)
        return
    if reason is not WithdrawalReason.DECEASED:
        raise NotEntitledToWithdraw()
    if kin is None:
        raise PartyDoesNotAnswer(party=OutsideParty.IDENTITY_REGISTRY)
    if kin.relation is None:
        raise NotEntitledToWithdraw()
    on_record = holder.died_on is not None or (kin.identity is not None and kin.identity.died_on is not None)
    if not (on_record or death_proved):
        raise WithdrawalReasonNotConfirmed(reason=reason)
