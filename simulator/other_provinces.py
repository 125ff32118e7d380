"""The simulated national query for enrolments in other provinces (全国参保查询), kept in the world's own tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, Text, and_, bindparam, or_, select, update

from domain.ports import OutsideEmployment, OutsideEnrolment, PartyUnavailable
from domain.store.engine import Connection
from domain.store.given import given
from domain.store.statements import Statement, among
from domain.store.tables import outside_enrolments
from domain.vocabulary import FaultKind, FaultOperation, Fen, Instant, RegionCode, Scheme, business_date
from simulator.draws import Draws
from simulator.faults import Case, Met, StandingFaults

_kept = outside_enrolments.c
_ACTIVE = Statement(
    select(_kept.id_number, _kept.region_code, _kept.scheme, _kept.seen_until, _kept.active_until)
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
_NAME = "platforms of other provinces"
_LEFT_OF_A_MONTH = (1_000, 9_000)
"""What is left in the account of a month's credit, in fen; assumed."""


class SimulatedOtherProvinces:
    """Implements `domain.ports.OtherProvinces`; one statement answers any number of questions."""

    def __init__(self, faults: StandingFaults) -> None:
        self._faults = faults

    async def active_enrolments(
        self, connection: Connection, id_numbers: Sequence[str], now: Instant
    ) -> dict[str, OutsideEnrolment]:
        """Who is insured elsewhere, by identity number; of several places the first by code that is not suspended.

        A province is asked about those whom it insures: one that answers nothing is met by nobody else.
        """
        if not id_numbers:
            return {}
        numbers = sorted(set(id_numbers))
        found = await self._shown(connection, numbers, now)
        cases = {
            number: Case(id_number=number, region=found[number].region if number in found else None)
            for number in numbers
        }
        stale = self._met(FaultOperation.ACTIVE_ENROLMENTS, now, cases.values()).get(FaultKind.STALE_READ)
        if stale is not None:
            asked = [number for number in numbers if cases[number].is_of(stale.fault)]
            earlier = await self._shown(connection, asked, Instant(now - stale.seconds))
            found = {number: one for number, one in found.items() if number not in asked} | earlier
        return found

    async def _shown(
        self, connection: Connection, id_numbers: Sequence[str], now: Instant
    ) -> dict[str, OutsideEnrolment]:
        """What is shown at that moment; who is suspended since is not."""
        on = business_date(now)
        rows = await connection.fetch_all(_ACTIVE, {"id_numbers": id_numbers, "on": on, "now": now})
        return {
            number: OutsideEnrolment(
                number,
                RegionCode(region),
                Scheme[scheme],
                None if seen_until is None or until > on else Instant(seen_until),
            )
            for number, region, scheme, seen_until, until in rows
        }

    async def suspend(self, connection: Connection, enrolment: OutsideEnrolment, *, now: Instant) -> None:
        """The enrolment ends today; one that is suspended already stays as it is."""
        case = Case(id_number=enrolment.id_number, region=enrolment.region)
        met = self._met(FaultOperation.SUSPEND, now, [case])
        await connection.execute(
            _SUSPEND,
            {
                "until": business_date(now),
                "shown_until": enrolment.seen_until,
                "number": enrolment.id_number,
                "place": enrolment.region,
            },
        )
        if FaultKind.TIMEOUT_AFTER_EFFECT in met:
            raise PartyUnavailable(_NAME)

    async def employments(
        self, connection: Connection, asked: Sequence[tuple[str, RegionCode]], *, now: Instant, seed: int
    ) -> dict[tuple[str, RegionCode], OutsideEmployment]:
        """Who was or is insured as an employee in these cities; the balance grows with the months."""
        if not asked:
            return {}
        wanted = sorted(set(asked))
        cases = [Case(id_number=number, region=place) for number, place in wanted]
        stale = self._met(FaultOperation.EMPLOYMENTS, now, cases).get(FaultKind.STALE_READ)
        on = business_date(now)
        then = on if stale is None else business_date(Instant(now - stale.seconds))
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
            is_stale = stale is not None and Case(id_number=number, region=RegionCode(place)).is_of(stale.fault)
            at = then if is_stale else on
            if first > at:
                continue
            last = until if until is not None and until < at else None
            months = ((last or at) - first).days // 30 + 1
            each = Draws(seed, f"balance of {number} in {place}").between(*_LEFT_OF_A_MONTH)
            found[number, RegionCode(place)] = OutsideEmployment(first, last, Fen(months * each))
        return found

    def _met(self, operation: FaultOperation, now: Instant, cases: Iterable[Case]) -> Met:
        met = self._faults.met(operation, now, cases)
        if FaultKind.OUTAGE in met or FaultKind.TIMEOUT_BEFORE_EFFECT in met:
            raise PartyUnavailable(_NAME)
        return met
