"""Register residents (居民参保登记): people on the platform, and people who come to it by this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.decisions.identity import document_number
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.decisions.registering import Form, NewPerson, Registration, Situation, registered
from domain.operations.answering import Answers, question
from domain.operations.applying import Applicants, applicants
from domain.operations.enrolled_elsewhere import asked_by_number
from domain.operations.enrolment_events import registered_event
from domain.operations.kinship import Document
from domain.operations.setting import Setting
from domain.operations.uploading import known_to_tax_at
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import enrolments, events, persons, regions
from domain.store.engine import Connection
from domain.store.events import NewEvent
from domain.vocabulary import EnrolmentStatus, Id, IdType, PersonType, RegionCode, Relation, Scheme, Sex

CERTIFICATE_STREAM = "electronic certificate demanded"
"""The draws of whom a place asks for the electronic certificate, one for each person."""


@dataclass(frozen=True, slots=True)
class RegisterOrder:
    """Either `person_id`, or what describes somebody who may not be on the platform yet: then all of it is there.

    Ids are 0 where the client named none that can be read; `school_id` is None where it named no school.
    """

    actor: Id
    key: str
    cause: str
    person_id: Id
    region: RegionCode
    person_type: PersonType | None = None
    school_id: Id | None = None
    name: str | None = None
    id_type: IdType | None = None
    id_number: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    relation: Relation | None = None
    mutation: str = "registerResidentEnrolment"

    @property
    def described(self) -> NewPerson | None:
        """Whom the order describes, None for one that names an id."""
        if self.id_number is None:
            return None
        assert self.name is not None
        assert self.id_type is not None
        assert self.birth_date is not None
        assert self.sex is not None
        assert self.relation is not None
        return NewPerson(self.name, self.id_type, self.id_number, self.birth_date, self.sex, self.relation)

    @property
    def document(self) -> Document | None:
        """The document described, as registers write it."""
        if self.id_type is None or self.id_number is None:
            return None
        return self.id_type, document_number(self.id_number)


@dataclass(frozen=True, slots=True)
class ResidentEnrolmentRegistered:
    """The enrolment in force from today on."""

    enrolment_id: Id


async def register_enrolments(
    connection: Connection, orders: Sequence[RegisterOrder], setting: Setting
) -> list[ResidentEnrolmentRegistered | Refusal]:
    """One answer to each order, in order; whom one order brings to the platform is on it for those after it."""
    # Gather: nobody else registers the same documents or changes the same persons meanwhile.
    described = [order.document for order in orders if order.document is not None]
    await persons.hold_documents(connection, [number for _, number in described])
    known = await persons.by_document(connection, described)
    await persons.hold(
        connection,
        [order.actor for order in orders] + [order.person_id for order in orders] + list(known.values()),
    )
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    new = [order for order in orders if question(order) not in first_answers]
    wanted = [(order.actor, _named(order, known), order.document) for order in new]
    people = await applicants(connection, wanted, setting)
    held = await enrolments.of_persons(connection, people.people)
    national = await asked_by_number(connection, _numbers(new, known, people), setting)
    places = await regions.counties(connection, [order.region for order in new])
    schools = await enrolments.schools(connection, [order.school_id for order in new if order.school_id])

    # Decide, each order after those before it.
    answers = Answers(ResidentEnrolmentRegistered, setting.now)
    begun: list[EnrolmentOnRecord] = []
    came: list[tuple[PersonOnRecord, Id]] = []
    log: list[NewEvent] = []

    def answered(order: RegisterOrder) -> ResidentEnrolmentRegistered | Refusal:
        if order.actor not in people.people:
            return NotSignedIn()
        person_id = _named(order, known)
        document = order.document
        applicant = people.applicant(order.actor, person_id, document)
        number = applicant.person.id_number if applicant.person is not None else document[1] if document else ""
        decision = registered(
            setting.policy,
            setting.now,
            Form(order.region, order.person_type, order.school_id, order.described),
            applicant,
            Situation(
                is_place=order.region in places,
                school_region=schools.get(order.school_id or Id(0)),
                enrolments=held.get(person_id, []),
                outside=national.seen(number),
                unanswered=national.unanswered,
                lot=setting.drawn(CERTIFICATE_STREAM, person_id, 1, 100),
            ),
        )
        if isinstance(decision, Refusal):
            return decision
        if applicant.person is None:
            newcomer = _newcomer(order, setting)
            came.append((newcomer, order.actor))
            person_id = known[newcomer.id_type, newcomer.id_number] = newcomer.id
        enrolment = _enrolment(order, person_id, decision, setting)
        begun.append(enrolment)
        held.setdefault(person_id, []).append(enrolment)
        log.append(registered_event(order, enrolment, setting))
        return ResidentEnrolmentRegistered(enrolment.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await persons.come(connection, came)
    await enrolments.begin(connection, begun)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _named(order: RegisterOrder, known: dict[Document, Id]) -> Id:
    """The person whom the order is about, 0 for somebody who is not on the platform."""
    return order.person_id if order.document is None else known.get(order.document, Id(0))


def _numbers(orders: Sequence[RegisterOrder], known: dict[Document, Id], people: Applicants) -> list[str]:
    """The identity numbers of whom other provinces are asked about: whoever names nobody is asked about themselves."""
    found = []
    for order in orders:
        person = people.people.get(_named(order, known))
        if order.actor in people.people and person is None and order.document is not None:
            found.append(order.document[1])
        elif order.actor in people.people:
            found.append((person or people.people[order.actor]).id_number)
    return found


def _newcomer(order: RegisterOrder, setting: Setting) -> PersonOnRecord:
    """Who comes to the platform, as the register has confirmed them."""
    described, document = order.described, order.document
    assert described is not None, "who is registered and not on the platform was described"
    assert document is not None
    return PersonOnRecord(
        id=setting.ids.new(order.region),
        region=order.region,
        id_type=described.id_type,
        id_number=document[1],
        name=described.name.strip(),
        sex=described.sex,
        birth_date=described.birth_date,
        died_on=None,
        e_certificate_at=None,
    )


def _enrolment(order: RegisterOrder, person_id: Id, registration: Registration, setting: Setting) -> EnrolmentOnRecord:
    enrolment_id = setting.ids.new(order.region)
    return EnrolmentOnRecord(
        id=enrolment_id,
        person_id=person_id,
        scheme=Scheme.RESIDENT,
        person_type=registration.person_type,
        region=order.region,
        unit_id=registration.school_id,
        status=EnrolmentStatus.ACTIVE,
        started_on=setting.on,
        visible_to_tax_at=known_to_tax_at(enrolment_id, registration.known_to_tax, setting),
    )
