"""Working days as anybody may ask for them (工作日)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.decisions.working_days import WorkingDay, working_days_after
from resolvers.context import Request
from resolvers.plan.arguments import bad_input
from resolvers.plan.sources import Arguments, Computed, ComputedSource, Form, Plain, QueryRoot

MOST_WORKING_DAYS: Final = 250

WORKING_DAY = ComputedSource(
    "WorkingDay",
    WorkingDay,
    {
        "day": Plain(lambda found, arguments: found.day, Form.DATE),
        "calendar": Plain(lambda found, arguments: found.calendar),
    },
)


async def last_working_day(request: Request, arguments: Arguments) -> WorkingDay:
    """The last day of a period in working days. Raises FieldProblem for a period that no time limit has."""
    count = arguments["count"]
    if not 0 <= count <= MOST_WORKING_DAYS:
        raise bad_input(f"count 须在 0 至 {MOST_WORKING_DAYS} 之间。", f"count is from 0 to {MOST_WORKING_DAYS}.")
    try:
        return working_days_after(arguments["after"], count)
    except OverflowError:
        raise bad_input("after 之后没有那么多日子。", "after is too close to the last day there is.") from None


QUERIES: Mapping[str, QueryRoot] = {"workingDay": Computed(last_working_day)}
