"""Figures about filings (办件统计): all of them to clerks of the region and auditors, else what is published."""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.filing_statistics import (
    LONGEST_PERIOD,
    FilingStatistics,
    MatterStatistics,
    Ratings,
    published,
)
from domain.policy import PolicyUnknown
from domain.store import filing_statistics, regions
from domain.vocabulary import FilingRating, Instant, MatterCode, RegionCode, Role, lies_in, start_of_business_date
from resolvers.context import Request
from resolvers.plan.arguments import bad_input
from resolvers.plan.sources import Arguments, Computed, ComputedSource, Form, Nested, NestedMany, Plain, QueryRoot

_DAY = 86_400


async def statistics(request: Request, arguments: Arguments) -> FilingStatistics | None:
    """The figures of a county in a period, None where there is no such county."""
    region, first, last = RegionCode(arguments["region"]), arguments["firstDay"], arguments["lastDay"]
    if not 0 <= (last - first).days < LONGEST_PERIOD:
        raise bad_input(
            f"lastDay 不得早于 firstDay，统计期最长 {LONGEST_PERIOD} 日。",
            f"lastDay is no earlier than firstDay, and the period has {LONGEST_PERIOD} days at most.",
        )
    least = None if _sees_all(request, region) else _least(request, region)
    begins, ends = start_of_business_date(first), Instant(start_of_business_date(last) + _DAY - 1)
    async with request.database.read() as connection:
        if region not in await regions.counties(connection, [region]):
            return None
        found = await filing_statistics.of_county(connection, region, begins, ends, request.now)
    return FilingStatistics(region, first, last, least, published(found, least))


def _sees_all(request: Request, region: RegionCode) -> bool:
    viewer = request.viewer
    return viewer.role is Role.AUDITOR or (viewer.role is Role.CLERK and lies_in(region, viewer.region))


def _least(request: Request, region: RegionCode) -> int:
    try:
        return request.world.policy.fact("rating.least_published", area=region, on=request.today).count
    except PolicyUnknown:
        raise bad_input("此地没有公开办件统计的规定。", "No rule says what is published of that place.") from None


def _given(rating: FilingRating) -> Plain:
    return Plain(lambda ratings, arguments: ratings.counts[rating], Form.INTEGER)


COMPUTED = (
    ComputedSource(
        "FilingStatistics",
        FilingStatistics,
        {
            "region": Plain(lambda found, arguments: found.region),
            "firstDay": Plain(lambda found, arguments: found.first_day, Form.DATE),
            "lastDay": Plain(lambda found, arguments: found.last_day, Form.DATE),
            "leastEnded": Plain(lambda found, arguments: found.least, Form.INTEGER),
            "matters": NestedMany(lambda found: found.matters, len(MatterCode)),
        },
    ),
    ComputedSource(
        "MatterStatistics",
        MatterStatistics,
        {
            "matter": Plain(lambda one, arguments: one.matter),
            "open": Plain(lambda one, arguments: one.open, Form.INTEGER),
            "openOverdue": Plain(lambda one, arguments: one.open_overdue, Form.INTEGER),
            "ended": Plain(lambda one, arguments: one.ended, Form.INTEGER),
            "onTime": Plain(lambda one, arguments: one.on_time, Form.INTEGER),
            "late": Plain(lambda one, arguments: one.late, Form.INTEGER),
            "medianWorkingDays": Plain(lambda one, arguments: one.median, Form.INTEGER),
            "ratings": Nested(lambda one: one.ratings),
        },
    ),
    ComputedSource(
        "RatingStatistics",
        Ratings,
        {
            "verySatisfied": _given(FilingRating.VERY_SATISFIED),
            "satisfied": _given(FilingRating.SATISFIED),
            "basicallySatisfied": _given(FilingRating.BASICALLY_SATISFIED),
            "dissatisfied": _given(FilingRating.DISSATISFIED),
            "veryDissatisfied": _given(FilingRating.VERY_DISSATISFIED),
            "rated": Plain(lambda ratings, arguments: ratings.rated, Form.INTEGER),
            "average": Plain(lambda ratings, arguments: ratings.average),
        },
    ),
)

QUERIES: Mapping[str, QueryRoot] = {"filingStatistics": Computed(statistics)}
