"""Hospitals and pharmacies (定点医药机构), and the days of their agreements."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from domain.decisions.settling import Institution
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import institutions
from domain.vocabulary import Id, InstitutionKind, InstitutionTier, RegionCode

_OF_IDS = Statement(
    select(
        institutions.c.id,
        institutions.c.region_code,
        institutions.c.tier,
        institutions.c.designated_from,
        institutions.c.designated_until,
        institutions.c.kind,
    ).where(among(institutions.c.id, "ids"))
)


async def of_ids(connection: Connection, ids: Iterable[Id]) -> dict[Id, Institution]:
    """Institutions by id; an id that is none's is left out."""
    rows = await connection.fetch_all(_OF_IDS, {"ids": sorted(set(ids))})
    return {
        Id(number): Institution(
            Id(number), RegionCode(region), InstitutionTier[tier], first, last, InstitutionKind[kind]
        )
        for number, region, tier, first, last, kind in rows
    }
