"""Ask the population register about somebody for whom another acts (代办人与参保人的关系)."""

from __future__ import annotations

from collections.abc import Iterable

from domain.decisions.enrolling import Kin
from domain.decisions.records import PersonOnRecord
from domain.operations.setting import Setting
from domain.ports import PartyUnavailable
from domain.store.engine import Connection
from domain.vocabulary import Id, IdType

Document = tuple[IdType, str]
"""Kind and number of an identity document, as registers write it."""


def document_of(person: PersonOnRecord) -> Document:
    """The document that the platform knows the person by."""
    return person.id_type, person.id_number


async def asked_of_kin(
    connection: Connection, pairs: Iterable[tuple[PersonOnRecord, Document]], setting: Setting
) -> dict[tuple[Id, Document], Kin] | None:
    """What the holder of each document is to whoever acts, and who they are; None while the register is silent."""
    wanted = list(pairs)
    if not wanted:
        return {}
    registry = setting.outside.registry
    try:
        identities = await registry.identities(connection, [document for _, document in wanted], now=setting.now)
        kinships = await registry.kinships(
            connection, [(actor.id_number, number) for actor, (_, number) in wanted], now=setting.now
        )
    except PartyUnavailable:
        return None
    return {
        (actor.id, document): Kin(kinships.get((actor.id_number, document[1])), identities.get(document))
        for actor, document in wanted
    }
