"""What the operator has granted to partners' apps (授予合作应用的数据范围): a type of data in a province each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, delete, insert, select

from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import client_grants, clients, regions
from domain.vocabulary import DataType, Id, Instant, RegionCode, RegionLevel


@dataclass(frozen=True, slots=True)
class Grant:
    """One type of data of one province."""

    client_id: Id
    data_type: DataType
    region: RegionCode


@dataclass(frozen=True, slots=True)
class StandingGrant:
    """A grant, the name of its app, and when it was made."""

    grant: Grant
    client: str
    granted_at: Instant


_GRANTED = Statement(
    select(client_grants.c.client_id, client_grants.c.data_type)
    .distinct()
    .where(among(client_grants.c.client_id, "client_ids"))
)

_LISTED = Statement(
    select(
        client_grants.c.client_id,
        clients.c.name,
        client_grants.c.data_type,
        client_grants.c.region_code,
        client_grants.c.granted_at,
    )
    .select_from(client_grants.join(clients))
    .order_by(clients.c.name, client_grants.c.region_code, client_grants.c.data_type)
)

_PROVINCES = Statement(
    select(regions.c.code).where(regions.c.level == RegionLevel.PROVINCE.name).order_by(regions.c.code)
)

_IS = (
    client_grants.c.client_id == bindparam("client_id", type_=BigInteger()),
    client_grants.c.data_type == bindparam("data_type"),
    client_grants.c.region_code == bindparam("region"),
)
_FIND = Statement(select(client_grants.c.granted_at).where(*_IS))

_INSERT = Statement(
    insert(client_grants)
    .values(
        client_id=bindparam("client_id"),
        data_type=bindparam("data_type"),
        region_code=bindparam("region"),
        granted_at=bindparam("at"),
    )
    .inline()
)

_DELETE = Statement(delete(client_grants).where(*_IS).returning(client_grants.c.client_id))


def _values(grant: Grant) -> dict[str, int | str]:
    return {"client_id": grant.client_id, "data_type": grant.data_type.name, "region": grant.region}


async def granted_types(connection: Connection, client_ids: Iterable[Id]) -> dict[Id, set[DataType]]:
    """The types of data that each app has been granted in any province; an app with none is left out."""
    found: defaultdict[Id, set[DataType]] = defaultdict(set)
    for client_id, data_type in await connection.fetch_all(_GRANTED, {"client_ids": sorted(set(client_ids))}):
        found[Id(client_id)].add(DataType.named(data_type))
    return dict(found)


async def listed(connection: Connection) -> list[StandingGrant]:
    """Every grant, by app, province and type."""
    return [
        StandingGrant(Grant(Id(client_id), DataType.named(data_type), RegionCode(region)), name, Instant(at))
        for client_id, name, data_type, region, at in await connection.fetch_all(_LISTED, {})
    ]


async def provinces(connection: Connection) -> list[RegionCode]:
    """The provinces of the world."""
    return [RegionCode(code) for (code,) in await connection.fetch_all(_PROVINCES, {})]


async def grant_once(connection: Connection, grant: Grant, at: Instant) -> bool:
    """The grant is there. Whether it is new."""
    if await connection.fetch_one(_FIND, _values(grant)) is not None:
        return False
    await connection.execute(_INSERT, {**_values(grant), "at": at})
    return True


async def ungrant(connection: Connection, grant: Grant) -> bool:
    """The grant is there no longer. Whether it was."""
    return await connection.fetch_one(_DELETE, _values(grant)) is not None
