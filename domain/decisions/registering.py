"""Whether somebody may be registered as a resident (居民参保登记), in which person type, and by what unit.

Who is on the platform already is named by their id. Who comes to it now, a newborn above all, is described as their
document describes them, and the population register must confirm every word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.decisions.consulting import Consultation
from domain.decisions.enrolling import Kin, Seen, SeenElsewhere, age, may_change, require_free, seen_elsewhere
from domain.decisions.identity import (
    birth_date_problem,
    document_number,
    name_problem,
    number_problem,
    require_confirmed,
)
from domain.decisions.objections import noting
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.policy import PolicyBook
from domain.refusals import (
    AlreadyEnrolled,
    CertificateAlreadyActive,
    CertificateRequired,
    InputNotAcceptable,
    InputProblem,
    NotOfYourFamily,
    OutsideParty,
    PartyDoesNotAnswer,
    PersonDeceased,
    Refusal,
    RelationMismatch,
    first_told,
)
from domain.vocabulary import (
    EnrolmentStatus,
    Id,
    IdType,
    Instant,
    PersonType,
    RegionCode,
    Relation,
    Scheme,
    Sex,
    business_date,
    pooling_area,
)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who may not be on the platform yet, as the applicant describes them (首次登记人员信息).

    `relation` is what they are to the applicant.
    """

    name: str
    id_type: IdType
    id_number: str
    birth_date: date
    sex: Sex
    relation: Relation


@dataclass(frozen=True, slots=True)
class Form:
    """What the applicant filled in (参保登记信息). `person_type` is None where it follows from age and school."""

    region: RegionCode
    person_type: PersonType | None
    school_id: Id | None
    described: NewPerson | None


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks, and what that person is to the one in question: `bound`, or by what the register says.

    `person` is None for somebody who is not on the platform, `kin` while the register does not answer.
    """

    actor: Id
    person: PersonOnRecord | None
    bound: bool
    kin: Kin | None


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the person is insured, and what the place is (参保情况).

    `enrolments` are those that this world holds, `outside` is what another province holds, `unanswered` who could not
    be asked for that. `school_region` is where the unit named is a school, None where it is none. `lot` is from 1 to
    100: whom a place may ask for the electronic certificate is drawn by it.
    """

    is_place: bool
    school_region: RegionCode | None
    enrolments: Sequence[EnrolmentOnRecord]
    outside: SeenElsewhere | None
    unanswered: OutsideParty | None
    lot: int


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration that is granted, and when the tax bureau learns of it."""

    person_type: PersonType
    school_id: Id | None
    known_to_tax: Seen


def registered(
    book: PolicyBook, now: Instant, form: Form, applicant: Applicant, situation: Situation
) -> Registration | Refusal:
    """The registration from today on. Of somebody who is none of the applicant's nothing is told."""
    consultation = Consultation(book, business_date(now))
    objections: list[Refusal] = []
    if not situation.is_place:
        objections.append(InputNotAcceptable(field="region", problem=InputProblem.PLACE))
    if form.described is not None:
        objections += _document_objections(form.described, consultation.on)
    with noting(objections):
        born = _entitled(consultation, form, applicant)
        with noting(objections):
            found = _person_type(consultation, form, situation, born)
            _require_certificate(consultation, form, applicant, situation, found)
        here = [one for one in situation.enrolments if one.region == form.region and one.scheme is Scheme.RESIDENT]
        for one in here:
            if one.status is not EnrolmentStatus.TERMINATED:
                raise AlreadyEnrolled(enrolment_id=one.id)
        with noting(objections):
            seen = seen_elsewhere(situation.enrolments, now, form.region)
            seen += [] if situation.outside is None else [situation.outside]
            require_free(consultation, form.region, seen, path=("personId",))
        if situation.unanswered is not None:
            objections.append(PartyDoesNotAnswer(party=situation.unanswered))
        hours = consultation.fact("known", form.region, "record_visibility.registration_to_tax_delay_hours").hours
    told = first_told(objections)
    return told or Registration(found, form.school_id, Seen(now, Instant(now + hours * 3600)))


def activated(book: PolicyBook, now: Instant, applicant: Applicant) -> PersonOnRecord | Refusal:
    """The person whose electronic certificate is activated (医保电子凭证激活), by their real name."""
    consultation = Consultation(book, business_date(now))
    objections: list[Refusal] = []
    with noting(objections):
        person = _known(consultation, applicant)
        if person.e_certificate_at is not None:
            objections.append(CertificateAlreadyActive(activated_at=person.e_certificate_at))
        _require_alive_by_that_name(consultation, applicant, person)
    return first_told(objections) or person


def _document_objections(described: NewPerson, on: date) -> list[Refusal]:
    number = document_number(described.id_number)
    problems = (
        ("idNumber", number_problem(described.id_type, number)),
        ("name", name_problem(described.name)),
        ("birthDate", birth_date_problem(described.id_type, number, described.birth_date, on)),
    )
    return [
        InputNotAcceptable(field=field, problem=problem, path=("newPerson", field))
        for field, problem in problems
        if problem is not None
    ]


def _entitled(consultation: Consultation, form: Form, applicant: Applicant) -> date:
    """When the person was born. Raises what stands against the applicant's registering that person at all."""
    described = form.described
    if described is None:
        person = _known(consultation, applicant)
        _require_alive_by_that_name(consultation, applicant, person)
        return person.birth_date
    kin = applicant.kin
    require_confirmed(
        consultation.on,
        None if kin is None else kin.identity,
        answers=kin is not None,
        name=described.name,
        birth_date=described.birth_date,
        sex=described.sex,
        path=("newPerson", "idNumber"),
    )
    if kin is None or kin.relation is not described.relation or kin.relation is Relation.OTHER:
        raise RelationMismatch(path=("newPerson", "relation"))
    return described.birth_date


def _known(consultation: Consultation, applicant: Applicant) -> PersonOnRecord:
    """The person on the platform: the applicant, bound by the applicant, or a registered child under age."""
    person = applicant.person
    if person is None:
        raise NotOfYourFamily()
    if applicant.bound or may_change(consultation, applicant.actor, person, applicant.kin, person.region):
        return person
    raise NotOfYourFamily()


def _require_alive_by_that_name(consultation: Consultation, applicant: Applicant, person: PersonOnRecord) -> None:
    """Raises what the register holds against the person as the platform knows them."""
    if person.died_on is not None:
        raise PersonDeceased(path=("personId",))
    kin = applicant.kin
    require_confirmed(
        consultation.on,
        None if kin is None else kin.identity,
        answers=kin is not None,
        name=person.name,
        birth_date=person.birth_date,
        sex=person.sex,
        path=("personId",),
    )


def _person_type(consultation: Consultation, form: Form, situation: Situation, born: date) -> PersonType:
    """The type that was chosen, where age and school allow it; the one that follows from them where none was."""
    region, wanted = form.region, form.person_type
    years = age(born, consultation.on)
    at_school = form.school_id is not None
    if (at_school and situation.school_region != region) or (wanted is PersonType.STUDENT and not at_school):
        raise InputNotAcceptable(field="schoolUnitId", problem=InputProblem.SCHOOL)
    newborn = consultation.fact("newborn", region, "newborn.status_days")
    adult = consultation.fact("ofAge", region, "enrolment.adult_from_years").years
    allowed: list[PersonType] = []
    if consultation.on <= born + timedelta(days=newborn.days):
        allowed.append(PersonType.NEWBORN)
    elif years < adult:
        allowed.append(PersonType.RESIDENT_MINOR)
        student = consultation.fact("student", region, "enrolment.student_from_years").years
        allowed += [PersonType.STUDENT] if at_school and years >= student else []
    elif at_school:
        allowed.append(PersonType.STUDENT)
    elif years < consultation.fact("senior", region, "enrolment.senior_from_years").years:
        allowed.append(PersonType.RESIDENT_ADULT)
    else:
        allowed.append(PersonType.RESIDENT_SENIOR)
    if wanted is not None and wanted not in allowed:
        raise InputNotAcceptable(field="personType", problem=InputProblem.PERSON_TYPE)
    return wanted or allowed[0]


def _require_certificate(
    consultation: Consultation, form: Form, applicant: Applicant, situation: Situation, person_type: PersonType
) -> None:
    """Raises CertificateRequired for some students who come to a city for the first time.

    Who is not on the platform yet can have none, and is not asked.
    """
    person = applicant.person
    if person_type is not PersonType.STUDENT or person is None or person.e_certificate_at is not None:
        return
    if any(pooling_area(one.region) == pooling_area(form.region) for one in situation.enrolments):
        return
    rule = consultation.fact("certificate", form.region, "enrolment.e_certificate_may_be_demanded")
    if not rule.flag:
        return
    share = consultation.fact("certificate", form.region, "enrolment.e_certificate_demanded_share").ratio
    if situation.lot <= share * 100:
        raise CertificateRequired(region=form.region, basis=rule.key)
