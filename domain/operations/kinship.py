"""Ask the population register about somebody for whom another acts (代办人与参保人的关系)."""

from __future__ import annotations

from collections.abc import Iterable

from domain.decisions.enrolling import Kin
from domain.decisions.records import PersonOnRecord
from domain.operations.setting import Setting
from domain.ports import PartyUnavailable
from domain.store.engine import Connection
from domain.vocabulary import Id


async def asked_of_kin(
    connection: Connection, pairs: Iterable[tuple[PersonOnRecord, PersonOnRecord]], setting: Setting
) -> dict[tuple[Id, Id], Kin] | None:
    """What the second is to the first, by their ids; None while the register does not answer.

    Nobody is asked about those who act for themselves.
    """
    wanted = [(actor, person) for actor, person in pairs if actor.id != person.id]
    if not wanted:
        return {}
    registry = setting.outside.registry
    try:
        identities = await registry.identities(connection, [(person.id_type, person.id_number) for _, person in wanted])
        kinships = await registry.kinships(
            connection, [(actor.id_number, person.id_number) for actor, person in wanted]
        )
    except PartyUnavailable:
        return None
    return {
        (actor.id, person.id): Kin(
            kinships.get((actor.id_number, person.id_number)), identities.get((person.id_type, person.id_number))
        )
        for actor, person in wanted
    }
