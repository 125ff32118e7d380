"""Enrolments (参保关系): rows that change state and are never deleted.

Whoever begins or changes one holds the person first (`persons.hold`), so that nobody else does meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, bindparam, insert, select, update

from domain.decisions.records import EnrolmentOnRecord
from domain.store.changing import change
from domain.store.engine import Connection, Row
from domain.store.given import given
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import enrolments, units
from domain.vocabulary import (
    EnrolmentStatus,
    Id,
    Instant,
    PersonType,
    RegionCode,
    Scheme,
    UnitKind,
    UnitStatus,
)

_COLUMNS = (
    enrolments.c.id,
    enrolments.c.person_id,
    enrolments.c.scheme,
    enrolments.c.person_type,
    enrolments.c.region_code,
    enrolments.c.unit_id,
    enrolments.c.status,
    enrolments.c.started_on,
    enrolments.c.ended_on,
    enrolments.c.visible_to_tax_at,
    enrolments.c.suspension_visible_at,
    enrolments.c.months_carried,
)

_asked = given({"unit_ids": BigInteger(), "person_ids": BigInteger()}, "asked")

_BY_ID = Statement(select(*_COLUMNS).where(among(enrolments.c.id, "ids")))
_OF_PERSONS = Statement(
    select(*_COLUMNS)
    .where(among(enrolments.c.person_id, "person_ids"))
    .order_by(enrolments.c.person_id, enrolments.c.id)
)

_BY_UNITS = Statement(
    select(*_COLUMNS)
    .where(
        enrolments.c.unit_id == _asked.c.unit_ids,
        enrolments.c.person_id == _asked.c.person_ids,
        enrolments.c.scheme != written(Scheme.RESIDENT),
        enrolments.c.status == written(EnrolmentStatus.ACTIVE),
    )
    .order_by(enrolments.c.id)
)

_SCHOOLS = Statement(
    select(units.c.id, units.c.region_code).where(
        among(units.c.id, "ids"),
        units.c.kind == written(UnitKind.SCHOOL),
        units.c.status == written(UnitStatus.ACTIVE),
    )
)

_BEGIN = Statement(
    insert(enrolments)
    .values(
        id=bindparam("id"),
        person_id=bindparam("person_id"),
        scheme=bindparam("scheme"),
        person_type=bindparam("person_type"),
        region_code=bindparam("region"),
        unit_id=bindparam("unit_id"),
        status=bindparam("status"),
        started_on=bindparam("started_on"),
        visible_to_tax_at=bindparam("visible_to_tax_at"),
    )
    .inline()
)

_CHANGE = Statement(
    update(enrolments)
    .values(
        person_type=bindparam("person_type"),
        unit_id=bindparam("unit_id"),
        status=bindparam("status"),
        ended_on=bindparam("ended_on"),
        visible_to_tax_at=bindparam("visible_to_tax_at"),
        suspension_visible_at=bindparam("suspension_visible_at"),
    )
    .where(enrolments.c.id == bindparam("enrolment_id"), enrolments.c.status == bindparam("was"))
    .returning(enrolments.c.id)
)


async def by_id(connection: Connection, ids: Iterable[Id]) -> dict[Id, EnrolmentOnRecord]:
    """Enrolments by id, in whatever state; an id that is no enrolment's is left out."""
    rows = await connection.fetch_all(_BY_ID, {"ids": sorted(set(ids))})
    return {found.id: found for found in map(_enrolment, rows)}


async def of_persons(connection: Connection, person_ids: Iterable[Id]) -> dict[Id, list[EnrolmentOnRecord]]:
    """Every enrolment of these persons, by person, the earliest first; who never had one is left out."""
    found: dict[Id, list[EnrolmentOnRecord]] = {}
    for row in await connection.fetch_all(_OF_PERSONS, {"person_ids": sorted(set(person_ids))}):
        one = _enrolment(row)
        found.setdefault(one.person_id, []).append(one)
    return found


async def by_units(
    connection: Connection, pairs: Iterable[tuple[Id, Id]]
) -> dict[tuple[Id, Id], list[EnrolmentOnRecord]]:
    """Of (unit, person), the enrolments in force beside those of residents; where there is none it is left out."""
    wanted = sorted(set(pairs))
    rows = await connection.fetch_all(
        _BY_UNITS, {"unit_ids": [unit for unit, _ in wanted], "person_ids": [person for _, person in wanted]}
    )
    found: dict[tuple[Id, Id], list[EnrolmentOnRecord]] = {}
    for one in map(_enrolment, rows):
        assert one.unit_id is not None, "it was asked for by its unit"
        found.setdefault((one.unit_id, one.person_id), []).append(one)
    return found


async def schools(connection: Connection, ids: Iterable[Id]) -> dict[Id, RegionCode]:
    """Of the units, the schools that enrol people now, each with its region."""
    rows = await connection.fetch_all(_SCHOOLS, {"ids": sorted(set(ids))})
    return {Id(school): RegionCode(region) for school, region in rows}


async def begin(connection: Connection, new: Sequence[EnrolmentOnRecord]) -> None:
    """The enrolments stand. A unique index refuses a second active basic one of a person."""
    if new:
        await connection.execute_many(
            _BEGIN,
            [
                {
                    "id": one.id,
                    "person_id": one.person_id,
                    "scheme": one.scheme.name,
                    "person_type": one.person_type.name,
                    "region": one.region,
                    "unit_id": one.unit_id,
                    "status": one.status.name,
                    "started_on": one.started_on,
                    "visible_to_tax_at": one.visible_to_tax_at,
                }
                for one in new
            ],
        )


async def move(connection: Connection, changed: Sequence[tuple[EnrolmentOnRecord, EnrolmentOnRecord]]) -> None:
    """Each enrolment stands as its second says. Raises `BooksMoved` where one was not in the state of its first."""
    if changed:
        await change(
            connection,
            _CHANGE,
            [
                {
                    "enrolment_id": after.id,
                    "was": before.status.name,
                    "person_type": after.person_type.name,
                    "unit_id": after.unit_id,
                    "status": after.status.name,
                    "ended_on": after.ended_on,
                    "visible_to_tax_at": after.visible_to_tax_at,
                    "suspension_visible_at": after.suspension_visible_at,
                }
                for before, after in changed
            ],
        )


def _enrolment(row: Row) -> EnrolmentOnRecord:
    (
        enrolment_id,
        person_id,
        scheme,
        person_type,
        region,
        unit_id,
        status,
        started_on,
        ended_on,
        visible_to_tax_at,
        suspension_visible_at,
        months_carried,
    ) = row
    return EnrolmentOnRecord(
        id=Id(enrolment_id),
        person_id=Id(person_id),
        scheme=Scheme[scheme],
        person_type=PersonType[person_type],
        region=RegionCode(region),
        unit_id=None if unit_id is None else Id(unit_id),
        status=EnrolmentStatus[status],
        started_on=started_on,
        ended_on=ended_on,
        visible_to_tax_at=None if visible_to_tax_at is None else Instant(visible_to_tax_at),
        suspension_visible_at=None if suspension_visible_at is None else Instant(suspension_visible_at),
        months_carried=months_carried,
    )
