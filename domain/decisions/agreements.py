"""Institutions and their agreements with insurance (定点协议): signed, suspended, resumed and ended, by the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.refusals import AgreementInAnotherState, Refusal
from domain.vocabulary import AgreementMove, AgreementStatus, Id, InstitutionKind, InstitutionTier, RegionCode

_DAY = timedelta(days=1)
_MADE_IN = {
    AgreementMove.SIGN: frozenset({AgreementStatus.NONE, AgreementStatus.ENDED}),
    AgreementMove.CHANGE: frozenset({AgreementStatus.ACTIVE, AgreementStatus.SUSPENDED}),
    AgreementMove.SUSPEND: frozenset({AgreementStatus.ACTIVE}),
    AgreementMove.RESUME: frozenset({AgreementStatus.SUSPENDED}),
    AgreementMove.TERMINATE: frozenset({AgreementStatus.ACTIVE, AgreementStatus.SUSPENDED}),
}
"""The states in which each move is made."""


@dataclass(frozen=True, slots=True)
class Institution:
    """A hospital or pharmacy, and the days of its agreement, both included (定点医药机构).

    `suspended_on` is the first day of a suspension that lasts; `earlier` are the spans of days that lie behind the
    last signing or resumption, in order.
    """

    id: Id
    region: RegionCode
    tier: InstitutionTier
    designated_from: date | None
    designated_until: date | None
    kind: InstitutionKind = InstitutionKind.HOSPITAL
    name: str = ""
    name_en: str = ""
    suspended_on: date | None = None
    earlier: tuple[tuple[date, date], ...] = ()

    def designated(self, first: date, last: date) -> bool:
        """Whether it is designated from the first day to the last."""
        spans = [*self.earlier]
        if self.designated_from is not None:
            spans.append((self.designated_from, self.designated_until or date.max))
        missing = first
        for begun, ended in spans:
            if begun <= missing <= ended:
                if last <= ended:
                    return True
                missing = ended + _DAY
        return False

    def agreement(self, on: date) -> AgreementStatus:
        """The state of its agreement on a day."""
        if self.suspended_on is not None:
            return AgreementStatus.SUSPENDED
        if self.designated_from is None:
            return AgreementStatus.NONE
        ended = self.designated_until is not None and self.designated_until < on
        return AgreementStatus.ENDED if ended else AgreementStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Details:
    """What is changed of an institution, None for what stays."""

    name: str | None = None
    name_en: str | None = None
    tier: InstitutionTier | None = None


def agreement_objection(institution: Institution, move: AgreementMove, on: date) -> AgreementInAnotherState | None:
    """Why the move is not made on a day, or None."""
    status = institution.agreement(on)
    return None if status in _MADE_IN[move] else AgreementInAnotherState(status=status)


def agreement_moved(institution: Institution, move: AgreementMove, on: date, details: Details) -> Institution | Refusal:
    """The institution after a move that counts from the day on, or why it is not made.

    The day on which an agreement is suspended or ended is no day of it any more.
    """
    refused = agreement_objection(institution, move, on)
    if refused is not None:
        return refused
    after = replace(
        institution,
        name=details.name or institution.name,
        name_en=details.name_en or institution.name_en,
        tier=details.tier or institution.tier,
    )
    match move:
        case AgreementMove.SUSPEND:
            return replace(after, designated_until=on - _DAY, suspended_on=on)
        case AgreementMove.TERMINATE:
            last = on - _DAY if institution.suspended_on is None else institution.designated_until
            return replace(after, designated_until=last, suspended_on=None)
        case AgreementMove.SIGN | AgreementMove.RESUME:
            earlier = (*institution.earlier, *_behind(institution))
            return replace(after, designated_from=on, designated_until=None, suspended_on=None, earlier=earlier)
    return after


def _behind(institution: Institution) -> tuple[tuple[date, date], ...]:
    """The days of an agreement that is over, as one span; nothing where there is no such day."""
    first, last = institution.designated_from, institution.designated_until
    return () if first is None or last is None or last < first else ((first, last),)
