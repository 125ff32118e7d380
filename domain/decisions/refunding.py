"""Whether a paid contribution is given back (退费), and what that does to the account it came from.

The reason is checked against the records, never taken from whoever asks. Only who paid may ask, because the money is
theirs: the person insured has no claim to it, and a person who has died cannot ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.objections import noting
from domain.decisions.records import Account, PlaceOfEnrolment
from domain.policy import PolicyBook
from domain.refusals import (
    AccountClosed,
    AlreadyRefunded,
    ContributionNotFound,
    ContributionSubsidised,
    CoverHasBegun,
    NothingToRefund,
    NotPaidThroughPlatform,
    NotYetPaid,
    OutsideParty,
    PartyDoesNotAnswer,
    RefundReasonNotConfirmed,
    RefundUnderWay,
    Refusal,
    first_told,
)
from domain.vocabulary import (
    AccountStatus,
    ContributionStatus,
    Fen,
    Id,
    IdType,
    PaymentChannel,
    PaymentKind,
    RefundReason,
    RegionCode,
    Scheme,
    SpecialGroup,
)


@dataclass(frozen=True, slots=True)
class InsuredNow:
    """The person insured, as the platform records them on the day (被参保人现况)."""

    id: Id
    id_type: IdType
    id_number: str
    special_group: SpecialGroup | None
    died_on: date | None
    resident: PlaceOfEnrolment | None
    employee: PlaceOfEnrolment | None


@dataclass(frozen=True, slots=True)
class RefundMatter:
    """A contribution that is to be given back, whosever it is, and all that was recorded of it.

    `debit_id` is the entry that paid it and `account` where that entry is, both None where no account paid; `order_id`
    is the payment order by which a channel collected it. `under_way` is the refund of that payment which the channel
    has been told of and has not confirmed. `unit_id` is the unit that collected it, None where none did.
    `subsidised_fen` is what assistance has given back of it, None where nothing.
    """

    id: Id
    payer_id: Id
    region: RegionCode
    enrolment_id: Id
    coverage_year: int
    status: ContributionStatus
    channel: PaymentChannel
    kind: PaymentKind
    amount_fen: Fen
    coverage_from: date | None
    insured: InsuredNow
    account: Account | None
    debit_id: Id | None
    order_id: Id | None
    under_way: Id | None
    unit_id: Id | None = None
    subsidised_fen: Fen | None = None

    def is_of(self, actor: Id, *, for_unit: bool) -> bool:
        """Whether the actor has paid it, in the same capacity: as a unit's officer, or for themselves."""
        return self.payer_id == actor and (self.unit_id is not None) == for_unit


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the outside parties say of the person insured; `unanswered` names one that says nothing now."""

    elsewhere: PlaceOfEnrolment | None = None
    died_on: date | None = None
    unanswered: OutsideParty | None = None


ASKED: Mapping[RefundReason, OutsideParty] = {
    RefundReason.DUPLICATE: OutsideParty.OTHER_PROVINCES,
    RefundReason.MOVED_TO_EMPLOYEE: OutsideParty.OTHER_PROVINCES,
    RefundReason.MOVED_REGION: OutsideParty.OTHER_PROVINCES,
    RefundReason.DIED_BEFORE_COVER: OutsideParty.IDENTITY_REGISTRY,
}
"""Who else may know of a reason; of the others the platform's own records tell."""


@dataclass(frozen=True, slots=True)
class AccountRefund:
    """A refund into the account that paid (退回个人账户). `account` stands as it is afterwards."""

    account: Account
    reverses_id: Id


@dataclass(frozen=True, slots=True)
class ChannelRefund:
    """A refund through the channel that collected (原渠道退回): `order_id` is what the channel knows it by."""

    order_id: Id


def refunded(
    book: PolicyBook,
    on: date,
    actor: Id,
    matter: RefundMatter | None,
    *,
    reason: RefundReason,
    evidence: Evidence,
    for_unit: bool = False,
) -> AccountRefund | ChannelRefund | Refusal:
    """The whole amount, back the way it came, or why not. `for_unit`: the actor is a unit's officer."""
    if matter is None or not matter.is_of(actor, for_unit=for_unit):
        return ContributionNotFound()
    if matter.status is ContributionStatus.REFUNDED:
        return AlreadyRefunded()
    if matter.subsidised_fen is not None:
        return ContributionSubsidised(amount_fen=matter.subsidised_fen)
    if matter.under_way is not None:
        return RefundUnderWay(refund_id=matter.under_way)
    if matter.status not in (ContributionStatus.PAID, ContributionStatus.FINISHED):
        return NotYetPaid()
    assert matter.coverage_from is not None, "what is paid says from when it covers"
    objections: list[Refusal] = []
    consultation = Consultation(book, on)
    with noting(objections):
        _require_before_cover(consultation, matter, matter.coverage_from, reason)
    with noting(objections):
        _require_reason(consultation, matter, matter.coverage_from, reason, evidence)
    by_account = matter.channel is PaymentChannel.PERSONAL_ACCOUNT
    if not by_account and matter.order_id is None:
        objections.append(NotPaidThroughPlatform())
    if not matter.amount_fen:
        objections.append(NothingToRefund())
    if by_account and matter.account is not None and matter.account.status is AccountStatus.CLOSED:
        objections.append(AccountClosed())
    with noting(objections):
        returns = consultation.fact("refund", matter.region, "refund.returns_by")
        assert returns.rule == "ORIGINAL_CHANNEL", returns.rule
    told = first_told(objections)
    if told is not None:
        return told
    if not by_account:
        assert matter.order_id is not None
        return ChannelRefund(matter.order_id)
    assert matter.account is not None
    assert matter.debit_id is not None, "what an account paid has the entry that paid it"
    return AccountRefund(credited(matter.account, matter.amount_fen), matter.debit_id)


def credited(account: Account, amount_fen: Fen) -> Account:
    """The account after one more entry that puts the amount in. A frozen account takes money; it only pays none."""
    return replace(account, balance_fen=Fen(account.balance_fen + amount_fen), entry_count=account.entry_count + 1)


def _require_before_cover(
    consultation: Consultation, matter: RefundMatter, coverage_from: date, reason: RefundReason
) -> None:
    if consultation.on < coverage_from:
        return
    rule = consultation.fact("refund", matter.region, "refund.refused_once_cover_begins")
    spared = consultation.fact("refund", matter.region, "refund.reasons_after_cover_begins")
    if rule.flag and reason.name not in spared.rules:
        raise CoverHasBegun(coverage_from=coverage_from, basis=rule.key)


def _require_reason(
    consultation: Consultation, matter: RefundMatter, coverage_from: date, reason: RefundReason, evidence: Evidence
) -> None:
    allowed = consultation.fact("refund", matter.region, "refund.reasons")
    if reason.name in allowed.rules and _is_shown(consultation, matter, coverage_from, reason, evidence):
        return
    # Who did not answer might have confirmed it.
    if evidence.unanswered is not None and reason.name in allowed.rules:
        raise PartyDoesNotAnswer(party=evidence.unanswered)
    raise RefundReasonNotConfirmed(reason=reason, basis=allowed.key)


def _is_shown(
    consultation: Consultation, matter: RefundMatter, coverage_from: date, reason: RefundReason, evidence: Evidence
) -> bool:
    """Whether the records show the reason on the day."""
    insured = matter.insured
    elsewhere = None if evidence.elsewhere is None else evidence.elsewhere.scheme
    here = insured.resident is not None and insured.resident.id == matter.enrolment_id
    match reason:
        case RefundReason.MOVED_TO_EMPLOYEE:
            return insured.employee is not None or elsewhere is Scheme.EMPLOYEE
        case RefundReason.MOVED_REGION:
            return (insured.resident is not None and not here) or elsewhere is Scheme.RESIDENT
        case RefundReason.DUPLICATE:
            # Here a year is paid for once; what can be paid twice is the same year in another province.
            return here and elsewhere is Scheme.RESIDENT
        case RefundReason.DIED_BEFORE_COVER:
            died_on = insured.died_on or evidence.died_on
            return died_on is not None and died_on < coverage_from
        case RefundReason.SUBSIDISED_LATER:
            groups = consultation.fact("specialPayment", matter.region, "special_payment.groups").special_groups
            return matter.kind is PaymentKind.ORDINARY and insured.special_group in groups
