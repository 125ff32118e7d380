"""The simulated national query for enrolments in other provinces (全国参保查询), kept in the world's own tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, or_, select

from domain.ports import OutsideEnrolment
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import outside_enrolments
from domain.vocabulary import RegionCode, Scheme

_ACTIVE = Statement(
    select(outside_enrolments.c.id_number, outside_enrolments.c.region_code, outside_enrolments.c.scheme)
    .where(
        among(outside_enrolments.c.id_number, "id_numbers"),
        outside_enrolments.c.active_from <= bindparam("on", type_=outside_enrolments.c.active_from.type),
        or_(
            outside_enrolments.c.active_until.is_(None),
            outside_enrolments.c.active_until >= bindparam("on", type_=outside_enrolments.c.active_until.type),
        ),
    )
    .order_by(outside_enrolments.c.id_number, outside_enrolments.c.region_code.desc())
)


class SimulatedOtherProvinces:
    """Implements `domain.ports.OtherProvinces`; one statement answers any number of questions."""

    async def active_enrolments(
        self, connection: Connection, id_numbers: Sequence[str], on: date
    ) -> dict[str, OutsideEnrolment]:
        """Who is insured elsewhere on that day, by identity number; of several places the first by code."""
        if not id_numbers:
            return {}
        rows = await connection.fetch_all(_ACTIVE, {"id_numbers": sorted(set(id_numbers)), "on": on})
        return {number: OutsideEnrolment(number, RegionCode(region), Scheme[scheme]) for number, region, scheme in rows}
