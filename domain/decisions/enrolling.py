"""Whether an enrolment may be suspended, resumed or terminated (暂停、恢复、终止参保), and who else sees it when.

A place learns of what happened at another one only once that has uploaded it; until then the person counts as
enrolled there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.identity import RegisteredIdentity
from domain.decisions.objections import noting
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.policy import PolicyBook
from domain.refusals import (
    ConsentNotGiven,
    EnrolledElsewhere,
    EnrolmentInAnotherState,
    EnrolmentNotFound,
    OutsideParty,
    PartyDoesNotAnswer,
    PersonDeceased,
    Refusal,
    SuspensionNotYetSeen,
    TerminationReasonNotConfirmed,
    first_told,
)
from domain.vocabulary import (
    EnrolmentStatus,
    Id,
    Instant,
    PersonType,
    RegionCode,
    Relation,
    Scheme,
    TerminationReason,
    business_date,
)

BASIC = (Scheme.EMPLOYEE, Scheme.RESIDENT)
"""The schemes of which nobody is in two at once (基本医疗保险)."""


@dataclass(frozen=True, slots=True)
class Kin:
    """What the population register says of a person whom somebody acts for.

    `relation` is what it records the person to be to whoever acts, `identity` who they are; None where it records
    nothing.
    """

    relation: Relation | None
    identity: RegisteredIdentity | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody asks for a change of an enrolment (参保变更申请).

    `enrolment` and `person` are None where there is no such enrolment, `kin` while the register does not answer and
    for people who act for themselves.
    """

    actor: Id
    enrolment: EnrolmentOnRecord | None
    person: PersonOnRecord | None
    kin: Kin | None


@dataclass(frozen=True, slots=True)
class SeenElsewhere:
    """A basic enrolment that other places see at this moment. `until` is when they see it end, None for none in sight.

    What is suspended already is seen for a while yet.
    """

    region: RegionCode
    scheme: Scheme
    until: Instant | None


@dataclass(frozen=True, slots=True)
class Seen:
    """When something becomes visible: a moment from `first` to `last`, both included."""

    first: Instant
    last: Instant


@dataclass(frozen=True, slots=True)
class Ended:
    """An enrolment as it stands once it is suspended or terminated, and when others see that; None for before."""

    enrolment: EnrolmentOnRecord
    seen: Seen | None


def is_of_age(consultation: Consultation, area: RegionCode, birth_date: date) -> bool:
    """Whether somebody decides for themselves on the day (成年)."""
    from_years = consultation.fact("ofAge", area, "enrolment.adult_from_years").years
    return age(birth_date, consultation.on) >= from_years


def age(birth_date: date, on: date) -> int:
    """Full years of age (周岁)."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def seen_elsewhere(enrolments: Iterable[EnrolmentOnRecord], now: Instant, region: RegionCode) -> list[SeenElsewhere]:
    """What a region sees of a person's enrolments at that moment; its own suspensions it sees at once."""
    found = []
    for one in enrolments:
        if one.scheme not in BASIC:
            continue
        at = one.suspension_visible_at
        if one.status is EnrolmentStatus.ACTIVE:
            found.append(SeenElsewhere(one.region, one.scheme, None))
        elif at is not None and now < at and one.region != region:
            found.append(SeenElsewhere(one.region, one.scheme, at))
    return found


def require_free(
    consultation: Consultation, region: RegionCode, seen: Sequence[SeenElsewhere], *, path: tuple[str, ...]
) -> None:
    """Raises what stands against being enrolled at the region now: EnrolledElsewhere before SuspensionNotYetSeen."""
    if not seen:
        return
    rule = consultation.fact("enrolmentElsewhere", region, "enrolment.elsewhere_must_be_suspended")
    for one in seen:
        if one.until is None:
            raise EnrolledElsewhere(region=one.region, scheme=one.scheme, basis=rule.key, path=path)
    last = max(seen, key=lambda one: one.until or 0)
    assert last.until is not None, "what has no end was refused"
    most = consultation.fact("uploaded", last.region, "record_visibility.suspension_delay_most_minutes")
    raise SuspensionNotYetSeen(region=last.region, visible_at=last.until, basis=most.key, path=path)


def suspension_seen(consultation: Consultation, now: Instant, region: RegionCode) -> Seen:
    """When others see what is suspended there now."""
    least = consultation.fact("uploaded", region, "record_visibility.suspension_delay_least_minutes").minutes
    most = consultation.fact("uploaded", region, "record_visibility.suspension_delay_most_minutes").minutes
    return Seen(Instant(now + least * 60), Instant(now + most * 60))


def suspended(book: PolicyBook, now: Instant, claim: Claim, *, agreed: bool) -> Ended | Refusal:
    """The enrolment suspended, where the person agrees to it. One of a flexible worker has its last day by that."""
    consultation = Consultation(book, business_date(now))
    objections: list[Refusal] = []
    with noting(objections):
        enrolment = _acted_on(consultation, claim)
        with noting(objections):
            rule = consultation.fact("consent", enrolment.region, "enrolment.suspension_needs_consent")
            if rule.flag and not agreed:
                raise ConsentNotGiven(region=enrolment.region, basis=rule.key)
        if enrolment.status is not EnrolmentStatus.ACTIVE:
            raise EnrolmentInAnotherState(status=enrolment.status)
        seen = suspension_seen(consultation, now, enrolment.region)
        last_day = consultation.on if enrolment.scheme is Scheme.EMPLOYEE else None
    told = first_told(objections)
    return told or Ended(replace(enrolment, status=EnrolmentStatus.SUSPENDED, ended_on=last_day), seen)


def suspended_outside(
    book: PolicyBook,
    now: Instant,
    actor: Id,
    person: PersonOnRecord | None,
    kin: Kin | None,
    outside: SeenElsewhere | None,
    *,
    region: RegionCode,
    agreed: bool,
    unanswered: OutsideParty | None = None,
) -> Seen | Refusal:
    """When it is seen that another province has suspended what it holds of the person, who agrees to it.

    `person` is None where there is none, `outside` where no province holds an enrolment, `unanswered` who could not be
    asked for that.
    """
    consultation = Consultation(book, business_date(now))
    objections: list[Refusal] = []
    with noting(objections):
        if person is None or not may_change(consultation, actor, person, kin, person.region):
            raise EnrolmentNotFound(path=("personId",))
        if unanswered is not None:
            raise PartyDoesNotAnswer(party=unanswered)
        if outside is None or outside.region != region or outside.scheme is not Scheme.RESIDENT:
            raise EnrolmentNotFound(path=("region",))
        if outside.until is not None:
            raise EnrolmentInAnotherState(status=EnrolmentStatus.SUSPENDED, path=("region",))
        with noting(objections):
            rule = consultation.fact("consent", region, "enrolment.suspension_needs_consent")
            if rule.flag and not agreed:
                raise ConsentNotGiven(region=region, basis=rule.key)
        seen = suspension_seen(consultation, now, region)
    return first_told(objections) or seen


def resumed(
    book: PolicyBook,
    now: Instant,
    claim: Claim,
    *,
    others: Sequence[EnrolmentOnRecord],
    outside: SeenElsewhere | None,
    unanswered: OutsideParty | None = None,
) -> EnrolmentOnRecord | Refusal:
    """The resident enrolment active again, where the person is in no other basic scheme.

    In the employee scheme nothing is resumed: whoever is insured again begins anew, and no month between counts.
    `others` are the person's other enrolments, `outside` is what another province holds, `unanswered` who could not
    be asked for that.
    """
    consultation = Consultation(book, business_date(now))
    objections: list[Refusal] = []
    with noting(objections):
        enrolment = _acted_on(consultation, claim)
        if enrolment.scheme is not Scheme.RESIDENT:
            raise EnrolmentNotFound()
        if claim.person is not None and claim.person.died_on is not None:
            objections.append(PersonDeceased(path=("enrolmentId",)))
        with noting(objections):
            seen = seen_elsewhere(others, now, enrolment.region)
            seen += [] if outside is None else [outside]
            require_free(consultation, enrolment.region, seen, path=("enrolmentId",))
        if unanswered is not None:
            objections.append(PartyDoesNotAnswer(party=unanswered))
        if enrolment.status is not EnrolmentStatus.SUSPENDED:
            raise EnrolmentInAnotherState(status=enrolment.status)
    told = first_told(objections)
    return told or replace(enrolment, status=EnrolmentStatus.ACTIVE, suspension_visible_at=None)


def terminated(book: PolicyBook, now: Instant, claim: Claim, *, reason: TerminationReason) -> Ended | Refusal:
    """The enrolment terminated: today, or on the day on which the register says that the person died.

    One that has its last day already, as a flexible worker's that was suspended, keeps it.
    """
    consultation = Consultation(book, business_date(now))
    objections: list[Refusal] = []
    with noting(objections):
        by_death = reason is TerminationReason.DECEASED
        enrolment = _acted_on(consultation, claim, by_death=by_death)
        ended_on = consultation.on
        if by_death:
            died_on = None if claim.kin is None or claim.kin.identity is None else claim.kin.identity.died_on
            if died_on is None or died_on > consultation.on:
                raise TerminationReasonNotConfirmed(reason=reason)
            ended_on = max(died_on, enrolment.started_on)
        if enrolment.status is EnrolmentStatus.TERMINATED:
            raise EnrolmentInAnotherState(status=enrolment.status)
        was_active = enrolment.status is EnrolmentStatus.ACTIVE
        seen = suspension_seen(consultation, now, enrolment.region) if was_active else None
        last_day = enrolment.ended_on or ended_on
    told = first_told(objections)
    return told or Ended(replace(enrolment, status=EnrolmentStatus.TERMINATED, ended_on=last_day), seen)


def _acted_on(consultation: Consultation, claim: Claim, *, by_death: bool = False) -> EnrolmentOnRecord:
    """The enrolment that is the actor's to change: EnrolmentNotFound where it is not, or is not there.

    Residents and flexible workers act on their own; for employees and pensioners their unit does.
    """
    enrolment, person = claim.enrolment, claim.person
    if enrolment is None or person is None:
        raise EnrolmentNotFound()
    if enrolment.scheme is not Scheme.RESIDENT and enrolment.person_type is not PersonType.FLEXIBLE:
        raise EnrolmentNotFound()
    kin = None if claim.actor == person.id else claim.kin
    if by_death and kin is not None and kin.relation not in (None, Relation.OTHER):
        return enrolment
    if not may_change(consultation, claim.actor, person, claim.kin, enrolment.region):
        raise EnrolmentNotFound()
    return enrolment


def may_change(
    consultation: Consultation, actor: Id, person: PersonOnRecord, kin: Kin | None, area: RegionCode
) -> bool:
    """Whether somebody acts for themselves, or for a registered child under age."""
    if actor == person.id:
        return True
    if kin is None:
        raise PartyDoesNotAnswer(party=OutsideParty.IDENTITY_REGISTRY)
    return kin.relation is Relation.CHILD and not is_of_age(consultation, area, person.birth_date)
