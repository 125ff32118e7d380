"""Units in a season (征缴季的单位): employers with everybody who works there, and units that pay for their people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from sqlalchemy import bindparam, or_, select

from domain.store.engine import Database
from domain.store.statements import Statement
from domain.store.tables import enrolments, outside_enrolments, persons, resident_contributions, units
from domain.vocabulary import EnrolmentStatus, PersonType, RegionCode, Scheme, UnitKind, UnitStatus, region_span
from simulator.people import employed

FEWEST_EMPLOYEES: Final = 2
FEWEST_LISTED: Final = 5
MOST_EMPLOYEES: Final = 40
MOST_LISTED: Final = 300
"""assumed: how many people a cadre pays for in one list at most."""
OF_EACH_KIND: Final = 2
"""How many villages and how many schools collect, those with the most people first."""

_UNITS_THERE = units.c.region_code.between(bindparam("first_region"), bindparam("last_region"))
_EMPLOYERS = Statement(
    select(units.c.id, units.c.region_code, persons.c.id)
    .select_from(
        units.join(enrolments, enrolments.c.unit_id == units.c.id).join(persons, persons.c.id == enrolments.c.person_id)
    )
    .where(
        units.c.kind == UnitKind.ENTERPRISE.name,
        units.c.status == UnitStatus.ACTIVE.name,
        enrolments.c.scheme == Scheme.EMPLOYEE.name,
        enrolments.c.status == EnrolmentStatus.ACTIVE.name,
        enrolments.c.person_type == PersonType.EMPLOYED.name,
        persons.c.died_on.is_(None),
        _UNITS_THERE,
    )
    .order_by(units.c.id, persons.c.id)
)
_PEOPLE = Statement(
    select(units.c.id, enrolments.c.region_code, units.c.kind, persons.c.id, persons.c.birth_date)
    .select_from(
        units.join(enrolments, enrolments.c.unit_id == units.c.id).join(persons, persons.c.id == enrolments.c.person_id)
    )
    .where(
        or_(units.c.kind == UnitKind.SCHOOL.name, units.c.kind == UnitKind.VILLAGE.name),
        units.c.status == UnitStatus.ACTIVE.name,
        enrolments.c.scheme == Scheme.RESIDENT.name,
        enrolments.c.status == EnrolmentStatus.ACTIVE.name,
        enrolments.c.visible_to_tax_at.is_(None),
        persons.c.died_on.is_(None),
        persons.c.special_group.is_(None),
        ~employed(persons.c.id),
        ~select(outside_enrolments.c.id_number).where(outside_enrolments.c.id_number == persons.c.id_number).exists(),
        ~select(resident_contributions.c.id)
        .where(
            resident_contributions.c.person_id == persons.c.id,
            resident_contributions.c.coverage_year == bindparam("year"),
        )
        .exists(),
        _UNITS_THERE,
    )
    .order_by(units.c.id, persons.c.id)
)
_UNIVERSITIES = Statement(
    select(units.c.id, units.c.region_code)
    .where(
        units.c.status == UnitStatus.ACTIVE.name,
        select(enrolments.c.id)
        .where(enrolments.c.unit_id == units.c.id, enrolments.c.person_type == PersonType.STUDENT.name)
        .exists(),
        _UNITS_THERE,
    )
    .order_by(units.c.id)
)


@dataclass(frozen=True, slots=True)
class SeasonUnit:
    """A unit, where its people are insured, who acts for it, and its people."""

    unit_id: int
    region: RegionCode
    officer_id: int
    members: tuple[int, ...]


async def employers(database: Database, region: RegionCode) -> Sequence[SeasonUnit]:
    """The firms of a region in which a few work and not too many; one of them acts for it."""
    first, last = region_span(region)
    async with database.read() as connection:
        rows = await connection.fetch_all(_EMPLOYERS, {"first_region": first, "last_region": last})
    found = []
    for (unit, place), of in groupby(rows, key=lambda row: (row[0], row[1])):
        members = tuple(row[2] for row in of)
        if FEWEST_EMPLOYEES <= len(members) <= MOST_EMPLOYEES:
            found.append(SeasonUnit(unit, RegionCode(place), members[0], members))
    return found


async def universities(database: Database, region: RegionCode) -> Sequence[tuple[int, RegionCode]]:
    """The units of a region at which somebody studies, and where they lie."""
    first, last = region_span(region)
    async with database.read() as connection:
        rows = await connection.fetch_all(_UNIVERSITIES, {"first_region": first, "last_region": last})
    return [(row[0], RegionCode(row[1])) for row in rows]


async def collectors(
    database: Database, region: RegionCode, *, counties: Collection[str], year: int, on: date, apart: Collection[int]
) -> Sequence[SeasonUnit]:
    """Villages and schools that pay for their people, some of each, those with the most first; nobody of `apart`.

    A grown-up acts for each: of its own people, or of another's where it has none.
    """
    first, last = region_span(region)
    async with database.read() as connection:
        rows = await connection.fetch_all(_PEOPLE, {"first_region": first, "last_region": last, "year": year})
    grown_up = date(on.year - 18, 1, 1)
    adults = [row[3] for row in rows if row[4] < grown_up]
    found: dict[str, list[SeasonUnit]] = {}
    for (unit, place, kind), of in groupby(rows, key=lambda row: (row[0], row[1], row[2])):
        people = list(of)
        members = tuple(row[3] for row in people if row[3] not in apart)[:MOST_LISTED]
        if place in counties and len(members) >= FEWEST_LISTED and adults:
            officer = next((row[3] for row in people if row[4] < grown_up), adults[0])
            found.setdefault(kind, []).append(SeasonUnit(unit, RegionCode(place), officer, members))
    return list(_most(found.values()))


def _most(of_kinds: Iterable[list[SeasonUnit]]) -> Iterable[SeasonUnit]:
    for of_kind in of_kinds:
        yield from sorted(of_kind, key=lambda one: (-len(one.members), one.unit_id))[:OF_EACH_KIND]
