"""The agencies of a world (医保经办机构), by where they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from domain.policy.matters import Telephone
from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.store.tables import agencies, agency_phones
from domain.vocabulary import Id, PhoneKind, RegionCode


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency of one region, and its telephones that serve every matter, in order."""

    id: Id
    telephones: tuple[Telephone, ...]


_OF_REGION = Statement(
    select(agencies.c.id, agency_phones.c.number, agency_phones.c.kind, agency_phones.c.e164)
    .outerjoin(agency_phones, (agency_phones.c.agency_id == agencies.c.id) & agency_phones.c.note.is_(None))
    .where(agencies.c.region_code == bindparam("region"))
    .order_by(agencies.c.id, agency_phones.c.position)
)


async def agency_of(connection: Connection, region: RegionCode) -> Agency | None:
    """The agency in that very region, the first where there are several; None where there is none."""
    rows = await connection.fetch_all(_OF_REGION, {"region": region})
    if not rows:
        return None
    first = rows[0][0]
    telephones = tuple(
        Telephone(number, PhoneKind[kind], e164) for id_, number, kind, e164 in rows if id_ == first and number
    )
    return Agency(Id(first), telephones)
