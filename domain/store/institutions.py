"""Hospitals and pharmacies (定点医药机构), and the days of their agreements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, insert, select, update

from domain.decisions.agreements import Institution
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.statements import EngineKind, Statement, among
from domain.store.tables import agreement_periods, institutions
from domain.vocabulary import Id, InstitutionKind, InstitutionTier, RegionCode

_periods = agreement_periods.c
_OF_IDS = Statement(
    select(
        institutions.c.id,
        institutions.c.region_code,
        institutions.c.tier,
        institutions.c.designated_from,
        institutions.c.designated_until,
        institutions.c.kind,
        institutions.c.name,
        institutions.c.name_en,
        institutions.c.suspended_on,
        _periods.first_on,
        _periods.last_on,
    )
    .select_from(institutions.outerjoin(agreement_periods, _periods.institution_id == institutions.c.id))
    .where(among(institutions.c.id, "ids"))
    .order_by(institutions.c.id, _periods.number)
)
_HOLD = Statement(select(institutions.c.id).where(institutions.c.id == bindparam("id")).with_for_update(key_share=True))
_MOVED = ("tier", "designated_from", "designated_until", "name", "name_en", "suspended_on")
_MOVE = Statement(
    update(institutions)
    .values({institutions.c[name]: bindparam(f"new_{name}", type_=institutions.c[name].type) for name in _MOVED})
    .where(institutions.c.id == bindparam("institution"))
    .returning(institutions.c.id)
)
_LEAVE_BEHIND = Statement(insert(agreement_periods).inline())


async def hold(connection: Connection, institution_id: Id) -> None:
    """Nobody else changes the institution until the transaction ends. Where writers take turns nobody does anyway."""
    if connection.kind is EngineKind.POSTGRESQL:
        await connection.fetch_all(_HOLD, {"id": institution_id})


async def of_ids(connection: Connection, ids: Iterable[Id]) -> dict[Id, Institution]:
    """Institutions by id; an id that is none's is left out."""
    found: dict[Id, Institution] = {}
    for row in await connection.fetch_all(_OF_IDS, {"ids": sorted(set(ids))}):
        number, region, tier, first, last, kind, name, name_en, suspended_on, begun, ended = row
        before = found.get(Id(number))
        behind = () if before is None else before.earlier
        found[Id(number)] = Institution(
            Id(number),
            RegionCode(region),
            InstitutionTier[tier],
            first,
            last,
            InstitutionKind[kind],
            name,
            name_en,
            suspended_on,
            behind if begun is None else (*behind, (begun, ended)),
        )
    return found


async def move(connection: Connection, before: Institution, after: Institution) -> None:
    """The institution stands as it does after a move, and the days that lie behind by it are kept."""
    await change(
        connection,
        _MOVE,
        [
            {
                "institution": after.id,
                "new_tier": after.tier.name,
                "new_designated_from": after.designated_from,
                "new_designated_until": after.designated_until,
                "new_name": after.name,
                "new_name_en": after.name_en,
                "new_suspended_on": after.suspended_on,
            }
        ],
    )
    behind: Sequence[tuple[int, object, object]] = [
        (number, first, last)
        for number, (first, last) in enumerate(after.earlier, start=1)
        if number > len(before.earlier)
    ]
    if behind:
        await connection.execute_many(
            _LEAVE_BEHIND,
            [
                {"institution_id": after.id, "number": number, "first_on": first, "last_on": last}
                for number, first, last in behind
            ],
        )
