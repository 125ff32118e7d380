"""What is recorded when somebody is insured in the employee scheme (职工参保登记): what begins, and what ends by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.decisions.employee_enrolments import Start
from domain.decisions.records import EnrolmentOnRecord
from domain.operations.answering import Actor
from domain.operations.enrolment_events import changed_event, registered_event
from domain.operations.setting import Setting
from domain.operations.uploading import known_to_tax_at, uploaded
from domain.store import enrolments
from domain.store.engine import Connection
from domain.store.events import EventType, NewEvent
from domain.vocabulary import EnrolmentStatus, Id, PersonType, RegionCode, Scheme

IDS_PER_START: Final = 9
"""The most ids of one start: a person, two enrolments, and the events of these and of what ends by them."""


class Starts:
    """The enrolments that a batch begins, and what else stands otherwise because of them.

    `held` are the enrolments of whom it is about, by person, kept as they stand after each start.
    """

    def __init__(self, held: Mapping[Id, list[EnrolmentOnRecord]], setting: Setting) -> None:
        self._setting = setting
        self._begun: list[EnrolmentOnRecord] = []
        self._moved: list[tuple[EnrolmentOnRecord, EnrolmentOnRecord]] = []
        self.held = dict(held)
        self.log: list[NewEvent] = []

    def begin(
        self,
        order: Actor,
        person_id: Id,
        start: Start,
        region: RegionCode,
        *,
        person_type: PersonType,
        unit_id: Id | None,
    ) -> Id:
        """The enrolment in the first of the start's schemes; those in the others begin with it."""
        ended = [
            *((EventType.ENROLMENT_SUSPENDED, uploaded(one, self._setting)) for one in start.gives_way),
            *((EventType.ENROLMENT_TERMINATED, one) for one in start.taken_over),
        ]
        for event, after in ended:
            self._replace(after)
            self.log.append(changed_event(order, event, after, self._setting))
        made = [self._new(person_id, scheme, start, region, person_type, unit_id) for scheme in start.schemes]
        for one in made:
            self._begun.append(one)
            self.held.setdefault(person_id, []).append(one)
            self.log.append(registered_event(order, one, self._setting))
        return made[0].id

    def _new(
        self,
        person_id: Id,
        scheme: Scheme,
        start: Start,
        region: RegionCode,
        person_type: PersonType,
        unit_id: Id | None,
    ) -> EnrolmentOnRecord:
        enrolment_id = self._setting.ids.new(region)
        return EnrolmentOnRecord(
            id=enrolment_id,
            person_id=person_id,
            scheme=scheme,
            person_type=person_type,
            region=region,
            unit_id=unit_id,
            status=EnrolmentStatus.ACTIVE,
            started_on=self._setting.on,
            visible_to_tax_at=known_to_tax_at(enrolment_id, start.known_to_tax, self._setting),
        )

    def _replace(self, after: EnrolmentOnRecord) -> None:
        others = self.held[after.person_id]
        place = next(at for at, one in enumerate(others) if one.id == after.id)
        self._moved.append((others[place], after))
        others[place] = after

    async def record(self, connection: Connection) -> None:
        """What ends is written before what begins: a person is in one basic scheme at any moment."""
        await enrolments.move(connection, self._moved)
        await enrolments.begin(connection, self._begun)
