"""Gather who applies for whom (申请人与参保人): for registering and for activating an electronic certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.decisions.enrolling import Kin
from domain.decisions.records import PersonOnRecord
from domain.decisions.registering import Applicant
from domain.operations.kinship import Document, asked_of_kin, document_of
from domain.operations.setting import Setting
from domain.store import family_bindings, persons
from domain.store.engine import Connection
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class Applicants:
    """The people on the platform by id, who has bound whom, and the register, None while it does not answer."""

    people: Mapping[Id, PersonOnRecord]
    bound: Mapping[tuple[Id, Id], Id]
    register: Mapping[tuple[Id, Document], Kin] | None

    def applicant(self, actor: Id, person_id: Id, document: Document | None = None) -> Applicant:
        """Who asks for a person of that id, or for the holder of that document."""
        person = self.people.get(person_id)
        asked = _document(person, document)
        kin = None if self.register is None or asked is None else self.register.get((actor, asked))
        return Applicant(actor, person, (actor, person_id) in self.bound, kin)


async def applicants(
    connection: Connection, wanted: Sequence[tuple[Id, Id, Document | None]], setting: Setting
) -> Applicants:
    """For each (actor, person, document described): the register is asked once for all of them.

    Who names nobody on the platform is asked about themselves, so that it takes as long as a stranger does.
    """
    people = await persons.on_record(connection, [one for actor, person, _ in wanted for one in (actor, person)])
    bound = await family_bindings.active(connection, [(actor, person) for actor, person, _ in wanted])
    asked: dict[tuple[Id, Document], PersonOnRecord] = {}
    for actor, person_id, described in wanted:
        if actor in people:
            document = _document(people.get(person_id), described) or document_of(people[actor])
            asked[actor, document] = people[actor]
    pairs = [(actor, document) for (_, document), actor in asked.items()]
    return Applicants(people, bound, await asked_of_kin(connection, pairs, setting))


def _document(person: PersonOnRecord | None, described: Document | None) -> Document | None:
    """What the register is asked about: the document described, else the one that the platform knows."""
    return described if described is not None or person is None else document_of(person)
