"""Records of whoever is treated away from the place of enrolment (异地就医备案): added, never changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Date, bindparam, func, insert, or_, select

from domain.decisions.away import OutOfAreaRecord
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import out_of_area_records
from domain.vocabulary import Id, RegionCode

_records = out_of_area_records.c
MOST_RECORDS = 50
"""How many records of a person are read, the newest of those that are in force on any of the days in question."""

_in_force = (
    select(
        _records.person_id,
        _records.filing_id,
        _records.region_code,
        _records.first_day,
        _records.last_day,
        func.row_number().over(partition_by=_records.person_id, order_by=_records.filing_id.desc()).label("place"),
    )
    .where(
        among(_records.person_id, "ids"),
        _records.first_day <= bindparam("last", type_=Date),
        or_(_records.last_day.is_(None), _records.last_day >= bindparam("first", type_=Date)),
    )
    .subquery()
    .c
)
_IN_FORCE = Statement(
    select(_in_force.person_id, _in_force.region_code, _in_force.first_day, _in_force.last_day)
    .where(_in_force.place <= MOST_RECORDS)
    .order_by(_in_force.filing_id)
)
_ADD = Statement(insert(out_of_area_records).inline())


async def in_force(
    connection: Connection, people: Iterable[Id], days: Iterable[date]
) -> dict[Id, list[OutOfAreaRecord]]:
    """The records of these people that may be in force on any of these days, by person; who has none is left out."""
    asked = sorted(days)
    if not asked:
        return {}
    found: dict[Id, list[OutOfAreaRecord]] = {}
    given = {"ids": sorted(set(people)), "first": asked[0], "last": asked[-1]}
    for person, region, first, last in await connection.fetch_all(_IN_FORCE, given):
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
