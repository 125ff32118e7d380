"""Records of whoever is treated away from the place of enrolment (异地就医备案): added, never changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, select

from domain.decisions.away import OutOfAreaRecord
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import out_of_area_records
from domain.vocabulary import Id, RegionCode

_records = out_of_area_records.c
_OF_PERSONS = Statement(
    select(_records.person_id, _records.region_code, _records.first_day, _records.last_day)
    .where(among(_records.person_id, "ids"))
    .order_by(_records.filing_id)
)
_ADD = Statement(insert(out_of_area_records).inline())


async def of_persons(connection: Connection, people: Iterable[Id]) -> dict[Id, list[OutOfAreaRecord]]:
    """The records of these people, by person; who has none is left out."""
    found: dict[Id, list[OutOfAreaRecord]] = {}
    for person, region, first, last in await connection.fetch_all(_OF_PERSONS, {"ids": sorted(set(people))}):
        found.setdefault(Id(person), []).append(OutOfAreaRecord(RegionCode(region), first, last))
    return found


async def add(connection: Connection, filing_id: Id, person_id: Id, record: OutOfAreaRecord) -> None:
    """The person has the record, by the filing."""
    await connection.execute_many(
        _ADD,
        [
            {
                "filing_id": filing_id,
                "person_id": person_id,
                "region_code": record.region,
                "first_day": record.first_day,
                "last_day": record.last_day,
            }
        ],
    )
