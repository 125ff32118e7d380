"""What is recognised of people's illnesses (待遇认定): added by a filing, never changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, select

from domain.decisions.entitlements import Entitlement
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import entitlements
from domain.vocabulary import EntitlementKind, Id, RegionCode

_entitlements = entitlements.c
_OF_PERSONS = Statement(
    select(
        _entitlements.person_id,
        _entitlements.kind,
        _entitlements.code,
        _entitlements.name,
        _entitlements.first_day,
        _entitlements.last_day,
    )
    .where(among(_entitlements.person_id, "ids"))
    .order_by(_entitlements.id)
)
_ADD = Statement(insert(entitlements).inline())


async def of_persons(connection: Connection, people: Iterable[Id]) -> dict[Id, list[Entitlement]]:
    """What is recognised of these people, by person, in force or not; who has nothing is left out."""
    found: dict[Id, list[Entitlement]] = {}
    for person, kind, *rest in await connection.fetch_all(_OF_PERSONS, {"ids": sorted(set(people))}):
        found.setdefault(Id(person), []).append(Entitlement(EntitlementKind[kind], *rest))
    return found


async def add(
    connection: Connection, number: Id, filing_id: Id, person_id: Id, region: RegionCode, one: Entitlement
) -> None:
    """It is recognised of the person, by the filing, in the region that handled it."""
    await connection.execute_many(
        _ADD,
        [
            {
                "id": number,
                "filing_id": filing_id,
                "person_id": person_id,
                "region_code": region,
                "kind": one.kind.name,
                "code": one.code,
                "name": one.name,
                "first_day": one.first_day,
                "last_day": one.last_day,
            }
        ],
    )
