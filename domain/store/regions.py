"""Regions that a world holds (行政区划), among codes that somebody has named."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import regions
from domain.vocabulary import RegionCode, RegionLevel

_NAMED = select(regions.c.code).where(among(regions.c.code, "codes"))
_HERE = Statement(_NAMED)
_COUNTIES = Statement(_NAMED.where(regions.c.level == written(RegionLevel.COUNTY)))


async def here(connection: Connection, codes: Iterable[RegionCode]) -> set[RegionCode]:
    """Those of these codes that are a region's."""
    return await _found(connection, _HERE, codes)


async def counties(connection: Connection, codes: Iterable[RegionCode]) -> set[RegionCode]:
    """Of these codes, those of counties and of the platform's own zones."""
    return await _found(connection, _COUNTIES, codes)


async def _found(connection: Connection, named: Statement, codes: Iterable[RegionCode]) -> set[RegionCode]:
    rows = await connection.fetch_all(named, {"codes": sorted(set(codes))})
    return {RegionCode(code) for (code,) in rows}
