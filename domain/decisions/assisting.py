"""Assistance that is claimed of a settled claim afterwards (医疗救助手工报销): what it pays, and to whom it goes.

Whoever was not yet recognised when the care was settled is recognised first. The claim is then adjudicated again with
assistance in it, and so are the claims of its year that stand after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.objections import noting
from domain.decisions.settling import Claim, Readjudicated, readjudicated, require_in_time
from domain.policy import PolicyBook
from domain.refusals import (
    AssistancePaidAlready,
    ClaimNotFound,
    MayNotFile,
    NotEntitledToCare,
    NothingToPay,
    Refusal,
    first_told,
)
from domain.vocabulary import ApplicantKind, ClaimOrigin, ClaimPayer, Fen, SpecialGroup


@dataclass(frozen=True, slots=True)
class Assisted:
    """A claim with assistance in it, what the person is paid, and the claims of its year that change with it."""

    claim: Readjudicated
    amount_fen: Fen
    later: tuple[Readjudicated, ...]


def assisted(
    book: PolicyBook,
    asked_on: date,
    claim: Claim | None,
    year: Sequence[Claim],
    group: SpecialGroup | None,
) -> Assisted | Refusal:
    """What assistance pays of the claim to a person who is now of the group, or why it pays nothing.

    `year` are the settled claims of the person and the year; `asked_on` is the day by which it is in time.
    """
    if claim is None:
        return ClaimNotFound()
    if claim.paid.assistance_fen or claim.assisted_as is not None:
        return AssistancePaidAlready(amount_fen=claim.paid.assistance_fen)
    objections: list[Refusal] = []
    region = claim.patient.region
    with noting(objections):
        require_in_time(Consultation(book, asked_on), region, claim.discharged_on, asked_on)
    with noting(objections):
        consultation = Consultation(book, claim.discharged_on, claim.year)
        groups = consultation.fact("groups", region, "medical_assistance.groups")
        if group is None or group not in groups.special_groups:
            raise MayNotFile(applicants=(ApplicantKind.ASSISTED_PERSON,), basis=groups.key)
        kinds = consultation.fact("care", region, "medical_assistance.care_kinds")
        if claim.kind.name not in kinds.rules:
            raise NotEntitledToCare(care=claim.kind, basis=kinds.key, path=("claimId",))
        consultation.fact("ratio", region, "medical_assistance.ratio")
    told = first_told(objections)
    if told is not None:
        return told
    before = [one for one in year if one.place < claim.place]
    after = [one for one in year if one.place > claim.place]
    changed = readjudicated(book, before, [replace(claim, assisted_as=group)])
    if not changed:
        return NothingToPay(path=("claimId",))
    [found] = changed
    given = found.after
    if given.origin is ClaimOrigin.DIRECT:
        given = replace(given, repaid_fen=Fen(claim.paid.cash_fen - given.paid.cash_fen))
    owed = given.by_payer()[ClaimPayer.REIMBURSED] - claim.by_payer()[ClaimPayer.REIMBURSED]
    later = readjudicated(book, [*before, given], after)
    return Assisted(Readjudicated(claim, given, found.trace), Fen(owed), later)
