"""Figures about the filings of a county (办件统计), added up where they lie: one row for each matter."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, func, or_, select, text

from domain.decisions.filing_statistics import MatterStatistics, Ratings
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement
from domain.store.tables import OPEN_FILING, filings
from domain.vocabulary import FilingRating, FilingStatus, Instant, MatterCode, RegionCode

_filings = filings.c


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_IN_PERIOD = (
    select(
        _filings.matter,
        _filings.worked_days,
        _filings.accepted_on,
        _filings.rating,
        or_(_filings.overdue_at.is_not(None), func.coalesce(_filings.worked_days, 0) > _filings.working_days).label(
            "late"
        ),
        func.row_number()
        .over(partition_by=_filings.matter, order_by=(_filings.worked_days.is_(None), _filings.worked_days))
        .label("place"),
        func.count(_filings.worked_days).over(partition_by=_filings.matter).label("counted"),
    )
    .where(
        _filings.region_code == bindparam("region"),
        _filings.ended_at.between(bindparam("begins", type_=BigInteger()), bindparam("ends", type_=BigInteger())),
        _filings.status != written(FilingStatus.WITHDRAWN),
    )
    .subquery("ended")
)
_ended = _IN_PERIOD.c

ENDED: Final = Statement(
    select(
        _ended.matter,
        func.count(),
        _count(and_(_ended.accepted_on.is_not(None), ~_ended.late)),
        _count(and_(_ended.accepted_on.is_not(None), _ended.late)),
        func.max(case((_ended.place == (_ended.counted + 1) // 2, _ended.worked_days))),
        *(_count(_ended.rating == written(rating)) for rating in FilingRating),
    ).group_by(_ended.matter)
)
"""What has ended in the period, but for what was withdrawn."""
OPEN: Final = Statement(
    select(_filings.matter, func.count(), _count(_filings.late_from <= bindparam("now", type_=BigInteger())))
    .where(_filings.region_code == bindparam("region"), text(OPEN_FILING))
    .group_by(_filings.matter)
)
"""What is open, and how much of it is overdue."""


async def of_county(
    connection: Connection, region: RegionCode, begins: Instant, ends: Instant, now: Instant
) -> list[MatterStatistics]:
    """The matters of which a filing is open now or has ended from one moment to the other, both among them."""
    open_now: dict[str, tuple[int, int]] = {
        matter: (count, late)
        for matter, count, late in await connection.fetch_all(OPEN, {"region": region, "now": now})
    }
    ended: dict[str, list[Any]] = {
        matter: figures
        for matter, *figures in await connection.fetch_all(ENDED, {"region": region, "begins": begins, "ends": ends})
    }
    found = []
    for matter in sorted(open_now.keys() | ended.keys()):
        count, on_time, late, median, *ratings = ended.get(matter, [0, 0, 0, None, *[0] * len(FilingRating)])
        found.append(
            MatterStatistics(
                MatterCode[matter],
                *open_now.get(matter, (0, 0)),
                ended=count,
                on_time=on_time,
                late=late,
                median=median,
                ratings=Ratings(dict(zip(FilingRating, ratings, strict=True))),
            )
        )
    return found
