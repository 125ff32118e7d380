"""Whom a unit enrols and whom it stops (职工参保登记：新增、暂停、终止), and who is insured as a flexible worker.

In the employee scheme an enrolment that stops has its last day and is not resumed: whoever is insured again has a new
enrolment, and the months of both count. A resident enrolment of the same city gives way to it where the place says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.enrolling import (
    BASIC,
    Ended,
    Seen,
    SeenElsewhere,
    age,
    require_free,
    seen_elsewhere,
    suspension_seen,
)
from domain.decisions.identity import (
    RegisteredIdentity,
    described_problem,
    document_number,
    require_attempts_left,
    require_confirmed,
)
from domain.decisions.objections import by_line, noting
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.decisions.unit_registration import RegisteredUnit
from domain.policy import PolicyBook
from domain.refusals import (
    AlreadyInsuredAsEmployee,
    EnrolledElsewhere,
    IdentityMismatch,
    InputNotAcceptable,
    InputProblem,
    ListedTwice,
    NotAMember,
    NotInsuredAsWorking,
    NotOfWorkingAge,
    PersonDeceased,
    Refusal,
    TerminationReasonNotConfirmed,
    UnitInAnotherState,
    UnitNotFound,
    first_told,
)
from domain.vocabulary import (
    EnrolmentStatus,
    Id,
    IdType,
    Instant,
    LeavingReason,
    PersonType,
    RegionCode,
    Scheme,
    TerminationReason,
    UnitStatus,
    business_date,
    pooling_area,
)

_TERMINATES = {
    LeavingReason.SETTLED_ABROAD: TerminationReason.MOVED_ABROAD,
    LeavingReason.DECEASED: TerminationReason.DECEASED,
}


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody whom a unit enrols, as their identity document says (新增人员)."""

    name: str
    id_type: IdType
    id_number: str

    @property
    def document(self) -> tuple[IdType, str]:
        """Kind and number of the document, as registers write it."""
        return self.id_type, document_number(self.id_number)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of whoever is to be enrolled: by the register, by this platform, and by other provinces.

    `identity` is None where the register holds nothing, `person` for somebody who is not on the platform.
    """

    identity: RegisteredIdentity | None
    person: PersonOnRecord | None
    enrolments: Sequence[EnrolmentOnRecord]
    outside: SeenElsewhere | None


@dataclass(frozen=True, slots=True)
class Start:
    """An enrolment in the employee scheme that begins today, when the tax bureau learns of it, and what it ends.

    `schemes` are those that begin together, the employee scheme first.
    `gives_way` are resident enrolments, suspended now; `taken_over` are earlier ones of the employee scheme in the
    same pooling area that were suspended, terminated now.
    """

    schemes: tuple[Scheme, ...]
    known_to_tax: Seen
    gives_way: tuple[Ended, ...]
    taken_over: tuple[EnrolmentOnRecord, ...]


def acting_unit(unit: RegisteredUnit | None) -> RegisteredUnit | Refusal:
    """The unit that enrols and stops people, or what stands against it. `unit` is the one that the actor acts for."""
    if unit is None:
        return UnitNotFound()
    return unit if unit.status is UnitStatus.ACTIVE else UnitInAnotherState(status=unit.status)


def joined(
    book: PolicyBook,
    now: Instant,
    unit: RegisteredUnit,
    lines: Sequence[tuple[MemberLine, Candidate]],
    *,
    mismatches: int,
) -> list[Start | Refusal]:
    """What becomes of each line, in order. `mismatches` is how often today the register did not confirm the unit's."""
    listed: set[tuple[IdType, str]] = set()
    unconfirmed = mismatches

    def answered(line: MemberLine, candidate: Candidate) -> Start | Refusal:
        nonlocal unconfirmed
        problem = described_problem(line.name, *line.document)
        if problem is not None:
            return problem
        if line.document in listed:
            return ListedTwice()
        listed.add(line.document)
        consultation = Consultation(book, business_date(now))
        objections: list[Refusal] = []
        with noting(objections):
            require_attempts_left(
                consultation, unit.region, unconfirmed, limit="identity.most_mismatches_a_day_of_units"
            )
            require_confirmed(consultation.on, candidate.identity, answers=True, name=line.name)
            assert candidate.identity is not None, "whom the register does not hold is not confirmed"
            with noting(objections):
                _require_working_age(consultation, unit.region, candidate.identity.birth_date)
            start = _start(consultation, now, unit.region, candidate, by=unit.id)
        told = first_told(objections)
        unconfirmed += isinstance(told, IdentityMismatch)
        return told or start

    return by_line("lines", [answered(*one) for one in lines])


def insured_as_flexible(
    book: PolicyBook, now: Instant, region: RegionCode, candidate: Candidate, *, is_place: bool, answers: bool
) -> Start | Refusal:
    """The enrolment of somebody who works flexibly (灵活就业人员), by themselves.

    `candidate.person` is who asks; `answers` is false while the register is silent.
    """
    person = candidate.person
    assert person is not None, "who asks is on the platform"
    consultation = Consultation(book, business_date(now))
    objections: list[Refusal] = []
    if not is_place:
        objections.append(InputNotAcceptable(field="region", problem=InputProblem.PLACE))
    if person.died_on is not None:
        objections.append(PersonDeceased(path=()))
    with noting(objections):
        require_confirmed(
            consultation.on,
            candidate.identity,
            answers=answers,
            name=person.name,
            birth_date=person.birth_date,
            sex=person.sex,
            path=(),
        )
    with noting(objections):
        _require_working_age(consultation, region, person.birth_date)
    with noting(objections):
        start = _start(consultation, now, region, candidate, by=None)
    return first_told(objections) or start


def stopped(
    book: PolicyBook,
    now: Instant,
    unit: RegisteredUnit,
    lines: Sequence[tuple[Id, LeavingReason]],
    *,
    members: Mapping[Id, Sequence[EnrolmentOnRecord]],
    deaths: Mapping[Id, date],
) -> list[tuple[Ended, ...] | Refusal]:
    """What ends for each line, in order: the employee enrolment first.

    `members` are the unit's enrolments in force beside those of residents, by person; `deaths` is on which day the
    register says that a person died.
    """
    on = business_date(now)
    listed: set[Id] = set()

    def answered(person_id: Id, reason: LeavingReason) -> tuple[Ended, ...] | Refusal:
        if person_id in listed:
            return ListedTwice()
        listed.add(person_id)
        held = sorted(members.get(person_id, ()), key=lambda one: one.scheme is not Scheme.EMPLOYEE)
        if not held or held[0].scheme is not Scheme.EMPLOYEE:
            return NotAMember()
        if reason is LeavingReason.LEFT and held[0].person_type is not PersonType.EMPLOYED:
            return NotInsuredAsWorking(path=("personId",))
        last_day = on
        if reason is LeavingReason.DECEASED:
            if person_id not in deaths or deaths[person_id] > on:
                return TerminationReasonNotConfirmed(reason=TerminationReason.DECEASED)
            last_day = deaths[person_id]
        objections: list[Refusal] = []
        with noting(objections):
            seen = suspension_seen(Consultation(book, on), now, unit.region)
        status = EnrolmentStatus.TERMINATED if reason in _TERMINATES else EnrolmentStatus.SUSPENDED
        told = first_told(objections)
        return told or tuple(
            Ended(replace(one, status=status, ended_on=max(last_day, one.started_on)), seen) for one in held
        )

    return by_line("lines", [answered(*one) for one in lines])


def termination_reason(reason: LeavingReason) -> TerminationReason | None:
    """Why an enrolment is terminated by that, None where it is suspended."""
    return _TERMINATES.get(reason)


def _require_working_age(consultation: Consultation, area: RegionCode, born: date) -> None:
    """Raises NotOfWorkingAge for children."""
    rule = consultation.fact("workingAge", area, "enrolment.working_from_years")
    if age(born, consultation.on) < rule.years:
        raise NotOfWorkingAge(years=rule.years, basis=rule.key)


def _start(
    consultation: Consultation, now: Instant, region: RegionCode, candidate: Candidate, *, by: Id | None
) -> Start:
    """The enrolment that begins. Raises what stands against it; `by` is the unit, None for flexible workers."""
    area = pooling_area(region)
    here = [one for one in candidate.enrolments if pooling_area(one.region) == area]
    residents = [one for one in _active(here) if one.scheme is Scheme.RESIDENT]
    for one in _active(here):
        if one.scheme is Scheme.EMPLOYEE and by in (None, one.unit_id):
            raise AlreadyInsuredAsEmployee(enrolment_id=one.id)
        if one.scheme is Scheme.EMPLOYEE:
            raise EnrolledElsewhere(region=one.region, scheme=one.scheme, path=())
    if residents:
        rule = consultation.fact("givesWay", region, "enrolment.resident_gives_way_to_employee")
        if not rule.flag:
            raise EnrolledElsewhere(region=residents[0].region, scheme=Scheme.RESIDENT, basis=rule.key, path=())
    away = [one for one in candidate.enrolments if pooling_area(one.region) != area]
    seen = seen_elsewhere(away, now, region) + ([] if candidate.outside is None else [candidate.outside])
    require_free(consultation, region, seen, path=())
    hours = consultation.fact("known", region, "record_visibility.registration_to_tax_delay_hours").hours
    return Start(
        schemes=_schemes(consultation, region, works_for_unit=by is not None),
        known_to_tax=Seen(now, Instant(now + hours * 3600)),
        gives_way=tuple(
            Ended(replace(one, status=EnrolmentStatus.SUSPENDED), suspension_seen(consultation, now, one.region))
            for one in residents
        ),
        taken_over=tuple(
            replace(one, status=EnrolmentStatus.TERMINATED, ended_on=one.ended_on or consultation.on)
            for one in here
            if one.scheme is not Scheme.RESIDENT and one.status is EnrolmentStatus.SUSPENDED
        ),
    )


def _schemes(consultation: Consultation, region: RegionCode, *, works_for_unit: bool) -> tuple[Scheme, ...]:
    """In what somebody is insured who begins to work (生育保险和职工基本医疗保险合并实施)."""
    if works_for_unit and consultation.fact("maternity", region, "enrolment.maternity_with_employment").flag:
        return Scheme.EMPLOYEE, Scheme.MATERNITY
    return (Scheme.EMPLOYEE,)


def _active(enrolments: Iterable[EnrolmentOnRecord]) -> list[EnrolmentOnRecord]:
    return [one for one in enrolments if one.status is EnrolmentStatus.ACTIVE and one.scheme in BASIC]
