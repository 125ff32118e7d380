"""Who works for offices and units (经办人员) that people come to in numbers: personas, each appointed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, select

from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import personas
from domain.vocabulary import Id, Prefix, RegionCode, Role, api_id
from simulator.people import CollectingUnit
from simulator.season_units import SeasonUnit

CLERKS: Final = 60
"""assumed: how many clerks of a place work on one queue."""

_APPOINTED = Statement(select(personas.c.name, personas.c.id).where(among(personas.c.name, "names")))
_APPOINT = Statement(insert(personas).inline())


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is appointed for: a clerk of a region, or whoever acts for a unit."""

    name: str
    role: Role
    region: RegionCode
    description_zh: str
    description_en: str
    person_id: int | None = None
    unit_id: int | None = None


def clerks_of(place: RegionCode) -> Sequence[Post]:
    """The clerks of a place, who see all filings there."""
    said = "医保经办人员", "clerk of an office"
    return [Post(f"clerk-{place}-{number:02d}", Role.CLERK, place, *said) for number in range(1, CLERKS + 1)]


def officer_of(unit: SeasonUnit | CollectingUnit) -> Post:
    """Whoever acts for a unit."""
    name, said = f"officer-{api_id(Prefix.UNIT, unit.unit_id)}", ("单位经办人员", "officer of a unit")
    return Post(name, Role.UNIT_OFFICER, unit.region, *said, person_id=unit.officer_id, unit_id=unit.unit_id)


async def appoint(
    connection: Connection, posts: Sequence[Post], new_id: Callable[[RegionCode], Id]
) -> Mapping[str, Id]:
    """The personas of these posts by name; who is not there yet is appointed."""
    rows = await connection.fetch_all(_APPOINTED, {"names": [post.name for post in posts]})
    found = {row[0]: Id(row[1]) for row in rows}
    new = [post for post in posts if post.name not in found]
    found |= {post.name: new_id(post.region) for post in new}
    await connection.execute_many(
        _APPOINT,
        [
            {
                "id": found[post.name],
                "name": post.name,
                "role": post.role.name,
                "person_id": post.person_id,
                "region_code": post.region,
                "description_zh": post.description_zh,
                "description_en": post.description_en,
                "unit_id": post.unit_id,
                "institution_id": None,
            }
            for post in new
        ],
    )
    return found
