"""The simulated population register (公安人口库), kept in the world's own tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select

from domain.ports import Identity, PartyUnavailable
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import registry_identities, registry_kinships
from domain.vocabulary import FaultKind, FaultOperation, IdType, Instant, Relation, Sex, business_date
from simulator.faults import Case, Met, StandingFaults

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

    def __init__(self, faults: StandingFaults) -> None:
        self._faults = faults

    async def identities(
        self, connection: Connection, documents: Sequence[tuple[IdType, str]], *, now: Instant
    ) -> dict[tuple[IdType, str], Identity]:
        """What the register holds, by kind and number of document; a document it does not know is left out.

        Where an earlier state is told, who has died since lives.
        """
        if not documents:
            return {}
        cases = {number: Case(id_number=number) for _, number in documents}
        met = self._met(FaultOperation.IDENTITIES, now, cases.values())
        asked = set(documents)
        values = {
            "types": sorted({id_type.name for id_type, _ in documents}),
            "numbers": sorted({number for _, number in documents}),
        }
        found: dict[tuple[IdType, str], Identity] = {}
        for kind, number, name, sex, *facts in await connection.fetch_all(_IDENTITIES, values):
            document = IdType[kind], number
            if document in asked:
                found[document] = Identity(*document, name, Sex[sex], *facts)
        stale = met.get(FaultKind.STALE_READ)
        if stale is not None:
            then = business_date(Instant(now - stale.seconds))
            for document, one in found.items():
                if one.died_on is not None and one.died_on > then and cases[document[1]].is_of(stale.fault):
                    found[document] = replace(one, died_on=None)
        return found

    async def kinships(
        self, connection: Connection, pairs: Sequence[tuple[str, str]], *, now: Instant
    ) -> dict[tuple[str, str], Relation]:
        """What the second is to the first, for pairs of document numbers; unrecorded kinship is left out."""
        if not pairs:
            return {}
        self._met(FaultOperation.KINSHIPS, now, [Case(id_number=number) for pair in pairs for number in pair])
        asked = set(pairs)
        values = {"firsts": sorted({first for first, _ in pairs}), "seconds": sorted({second for _, second in pairs})}
        rows = await connection.fetch_all(_KINSHIPS, values)
        return {(first, second): Relation[relation] for first, second, relation in rows if (first, second) in asked}

    def _met(self, operation: FaultOperation, now: Instant, cases: Iterable[Case]) -> Met:
        met = self._faults.met(operation, now, cases)
        if FaultKind.OUTAGE in met:
            raise PartyUnavailable("population register")
        return met
