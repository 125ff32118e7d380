"""The simulated national query for enrolments in other provinces (全国参保查询), kept in the world's own tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BigInteger, Text, and_, bindparam, or_, select, update

from domain.ports import OutsideEmployment, OutsideEnrolment
from domain.store.engine import Connection
from domain.store.given import given
from domain.store.statements import Statement, among
from domain.store.tables import outside_enrolments
from domain.vocabulary import Fen, Instant, RegionCode, Scheme, business_date
from simulator.draws import Draws

_kept = outside_enrolments.c
_ACTIVE = Statement(
    select(_kept.id_number, _kept.region_code, _kept.scheme, _kept.seen_until)
    .where(
        among(_kept.id_number, "id_numbers"),
        _kept.active_from <= bindparam("on", type_=_kept.active_from.type),
        or_(
            _kept.seen_until > bindparam("now", type_=BigInteger()),
            and_(
                _kept.seen_until.is_(None),
                or_(_kept.active_until.is_(None), _kept.active_until >= bindparam("on", type_=_kept.active_until.type)),
            ),
        ),
    )
    .order_by(_kept.id_number, _kept.seen_until.is_(None), _kept.region_code.desc())
)

_SUSPEND = Statement(
    update(outside_enrolments)
    .values(active_until=bindparam("until"), seen_until=bindparam("shown_until"))
    .where(
        _kept.id_number == bindparam("number"),
        _kept.region_code == bindparam("place"),
        _kept.seen_until.is_(None),
    )
)


_asked = given({"id_numbers": Text(), "places": Text()}, "asked")
_EMPLOYED = Statement(
    select(
        outside_enrolments.c.id_number,
        outside_enrolments.c.region_code,
        outside_enrolments.c.active_from,
        outside_enrolments.c.active_until,
    ).where(
        outside_enrolments.c.id_number == _asked.c.id_numbers,
        outside_enrolments.c.region_code == _asked.c.places,
        outside_enrolments.c.scheme == bindparam("scheme"),
        outside_enrolments.c.active_from <= bindparam("on", type_=outside_enrolments.c.active_from.type),
    )
)
_LEFT_OF_A_MONTH = (1_000, 9_000)
"""What is left in the account of a month's credit, in fen; assumed."""


class SimulatedOtherProvinces:
    """Implements `domain.ports.OtherProvinces`; one statement answers any number of questions."""

    async def active_enrolments(
        self, connection: Connection, id_numbers: Sequence[str], now: Instant
    ) -> dict[str, OutsideEnrolment]:
        """Who is insured elsewhere, by identity number; of several places the first by code that is not suspended."""
        if not id_numbers:
            return {}
        asked = {"id_numbers": sorted(set(id_numbers)), "on": business_date(now), "now": now}
        return {
            number: OutsideEnrolment(
                number, RegionCode(region), Scheme[scheme], None if seen_until is None else Instant(seen_until)
            )
            for number, region, scheme, seen_until in await connection.fetch_all(_ACTIVE, asked)
        }

    async def suspend(self, connection: Connection, enrolment: OutsideEnrolment, *, now: Instant) -> None:
        """The enrolment ends today; one that is suspended already stays as it is."""
        await connection.execute(
            _SUSPEND,
            {
                "until": business_date(now),
                "shown_until": enrolment.seen_until,
                "number": enrolment.id_number,
                "place": enrolment.region,
            },
        )

    async def employments(
        self, connection: Connection, asked: Sequence[tuple[str, RegionCode]], on: date, *, seed: int
    ) -> dict[tuple[str, RegionCode], OutsideEmployment]:
        """Who was or is insured as an employee in these cities; the balance grows with the months."""
        if not asked:
            return {}
        wanted = sorted(set(asked))
        rows = await connection.fetch_all(
            _EMPLOYED,
            {
                "id_numbers": [number for number, _ in wanted],
                "places": [place for _, place in wanted],
                "scheme": Scheme.EMPLOYEE.name,
                "on": on,
            },
        )
        found = {}
        for number, place, first, until in rows:
            last = until if until is not None and until < on else None
            months = ((last or on) - first).days // 30 + 1
            each = Draws(seed, f"balance of {number} in {place}").between(*_LEFT_OF_A_MONTH)
            found[number, RegionCode(place)] = OutsideEmployment(first, last, Fen(months * each))
        return found
