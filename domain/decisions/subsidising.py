"""What assistance gives back of a contribution that was paid in full (救助对象个人缴费补贴)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.objections import noting
from domain.policy import PolicyBook
from domain.refusals import (
    ContributionSubsidised,
    MayNotFile,
    NothingToPay,
    NotYetPaid,
    RefundUnderWay,
    Refusal,
    first_told,
)
from domain.vocabulary import ApplicantKind, Fen, Id, RegionCode, SpecialGroup


@dataclass(frozen=True, slots=True)
class PaidInFull:
    """A contribution that is paid: how much for the year itself, and what assistance bore when it was.

    `subsidised_fen` is what a filing has given back since, None where none has; `under_way` the refund that the
    channel has not confirmed.
    """

    id: Id
    region: RegionCode
    coverage_year: int
    amount_fen: Fen
    borne_fen: Fen
    paid_on: date
    subsidised_fen: Fen | None
    under_way: Id | None


def subsidy(book: PolicyBook, paid: PaidInFull | None, group: SpecialGroup | None) -> Fen | Refusal:
    """How much a person who is now of the group gets, by the policy of the day of payment, or why nothing."""
    if paid is None:
        return NotYetPaid(path=("coverageYear",))
    if paid.subsidised_fen is not None:
        return ContributionSubsidised(amount_fen=paid.subsidised_fen, path=("coverageYear",))
    if paid.under_way is not None:
        return RefundUnderWay(refund_id=paid.under_way, path=("coverageYear",))
    if paid.borne_fen:
        return NothingToPay(path=("coverageYear",))
    objections: list[Refusal] = []
    with noting(objections):
        return _borne(Consultation(book, paid.paid_on, paid.coverage_year), paid, group)
    told = first_told(objections)
    assert told is not None, "what is not given back was refused"
    return told


def _borne(consultation: Consultation, paid: PaidInFull, group: SpecialGroup | None) -> Fen:
    """Raises MayNotFile for a group that is not assisted, NothingToPay for what is paid after the window in vain."""
    whole = consultation.fact("assistance", paid.region, "contribution_assistance.borne_whole_groups")
    in_part = consultation.fact("assistance", paid.region, "contribution_assistance.borne_in_part_groups")
    if group is None or group not in (*whole.special_groups, *in_part.special_groups):
        raise MayNotFile(applicants=(ApplicantKind.ASSISTED_PERSON,), basis=whole.key)
    window = consultation.fact("window", paid.region, "collection_window.window")
    if paid.paid_on not in window.window:
        late = consultation.fact("assistance", paid.region, "contribution_assistance.bears_after_window")
        if not late.flag:
            raise NothingToPay(basis=late.key, path=("coverageYear",))
    if group in whole.special_groups:
        return paid.amount_fen
    part = consultation.fact("assistance", paid.region, "contribution_assistance.part_borne")
    return min(paid.amount_fen, part.fen)
