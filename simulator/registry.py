"""The simulated population register (公安人口库), kept in the world's own tables."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from domain.ports import Identity
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import registry_identities, registry_kinships
from domain.vocabulary import IdType, Relation, Sex

_IDENTITIES = Statement(
    select(
        registry_identities.c.id_type,
        registry_identities.c.id_number,
        registry_identities.c.name,
        registry_identities.c.sex,
        registry_identities.c.birth_date,
        registry_identities.c.died_on,
        registry_identities.c.also_written,
    ).where(among(registry_identities.c.id_type, "types"), among(registry_identities.c.id_number, "numbers"))
)
_KINSHIPS = Statement(
    select(registry_kinships.c.id_number, registry_kinships.c.relative_id_number, registry_kinships.c.relation).where(
        among(registry_kinships.c.id_number, "firsts"), among(registry_kinships.c.relative_id_number, "seconds")
    )
)


class SimulatedRegistry:
    """Implements `domain.ports.IdentityRegistry`; one statement answers any number of questions."""

    async def identities(
        self, connection: Connection, documents: Sequence[tuple[IdType, str]]
    ) -> dict[tuple[IdType, str], Identity]:
        """What the register holds, by kind and number of document; a document it does not know is left out."""
        if not documents:
            return {}
        asked = set(documents)
        values = {
            "types": sorted({id_type.name for id_type, _ in documents}),
            "numbers": sorted({number for _, number in documents}),
        }
        found = {}
        for kind, number, name, sex, *facts in await connection.fetch_all(_IDENTITIES, values):
            document = IdType[kind], number
            if document in asked:
                found[document] = Identity(*document, name, Sex[sex], *facts)
        return found

    async def kinships(
        self, connection: Connection, pairs: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], Relation]:
        """What the second is to the first, for pairs of document numbers; unrecorded kinship is left out."""
        if not pairs:
            return {}
        asked = set(pairs)
        values = {"firsts": sorted({first for first, _ in pairs}), "seconds": sorted({second for _, second in pairs})}
        rows = await connection.fetch_all(_KINSHIPS, values)
        return {(first, second): Relation[relation] for first, second, relation in rows if (first, second) in asked}
