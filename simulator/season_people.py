"""People for a season (征缴季人群): who pays for themselves by a channel, and who for a relative from an account."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, select

from domain.store.engine import Database
from domain.store.statements import Statement
from domain.store.tables import (
    enrolments,
    family_bindings,
    outside_enrolments,
    personas,
    persons,
    registry_identities,
    resident_contributions,
)
from domain.vocabulary import BindingStatus, EnrolmentStatus, IdType, RegionCode, Scheme, region_span
from simulator.people import Payer, payers

_ADULT_YEARS: Final = 18
_employed = enrolments.alias("employed")

_ALONE = Statement(
    select(persons.c.id, enrolments.c.region_code, enrolments.c.id, persons.c.birth_date)
    .select_from(
        persons.join(enrolments, enrolments.c.person_id == persons.c.id).join(
            registry_identities,
            (registry_identities.c.id_type == persons.c.id_type)
            & (registry_identities.c.id_number == persons.c.id_number)
            & (registry_identities.c.name == persons.c.name),
        )
    )
    .where(
        persons.c.id_type == IdType.RESIDENT_ID_CARD.name,
        persons.c.died_on.is_(None),
        persons.c.special_group.is_(None),
        persons.c.birth_date < bindparam("born_before", type_=persons.c.birth_date.type),
        enrolments.c.scheme == Scheme.RESIDENT.name,
        enrolments.c.status == EnrolmentStatus.ACTIVE.name,
        enrolments.c.visible_to_tax_at.is_(None),
        enrolments.c.region_code.between(bindparam("first_region"), bindparam("last_region")),
        ~select(_employed.c.id)
        .where(
            _employed.c.person_id == persons.c.id,
            _employed.c.scheme == Scheme.EMPLOYEE.name,
            _employed.c.status == EnrolmentStatus.ACTIVE.name,
        )
        .exists(),
        ~select(outside_enrolments.c.id_number).where(outside_enrolments.c.id_number == persons.c.id_number).exists(),
        ~select(resident_contributions.c.id)
        .where(
            resident_contributions.c.person_id == persons.c.id,
            resident_contributions.c.coverage_year == bindparam("year"),
        )
        .exists(),
        ~select(family_bindings.c.id)
        .where(family_bindings.c.member_id == persons.c.id, family_bindings.c.status == BindingStatus.ACTIVE.name)
        .exists(),
        ~select(personas.c.id).where(personas.c.person_id == persons.c.id).exists(),
    )
    .order_by(persons.c.id)
)


@dataclass(frozen=True, slots=True)
class SelfPayer:
    """A grown-up resident who has not paid for the year, and the enrolment by which they are insured somewhere."""

    person_id: int
    region: str
    enrolment_id: int
    born: date


async def season_people(
    database: Database, *, region: RegionCode, counties: Collection[str], year: int, on: date, most: int
) -> tuple[Sequence[SelfPayer], Sequence[Payer]]:
    """Up to `most` of each kind, in order of id: who pays for themselves, and who pays for a relative of theirs.

    All are insured in one of these counties, and nobody is paid for by two.
    """
    for_relatives = [
        payer
        for payer in await payers(database, 2 * most, region=region, year=year, day=on.toordinal())
        if payer.relatives[0].region in counties
    ][:most]
    paid_for = {relative.person_id for payer in for_relatives for relative in payer.relatives}
    first, last = region_span(region)
    asked = {
        "born_before": on.replace(year=on.year - _ADULT_YEARS, day=1),
        "first_region": first,
        "last_region": last,
        "year": year,
    }
    async with database.read() as connection:
        rows = await connection.fetch_all(_ALONE, asked)
    alone = [SelfPayer(*row) for row in rows if row[1] in counties and row[0] not in paid_for]
    return alone[:most], for_relatives
