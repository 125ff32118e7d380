"""Anybody may ask when a period in working days ends."""

import pytest

from tests.resolvers.opened import OpenedWorld

ENDS = "query Ends($after: Date!, $count: Int!) { workingDay(after: $after, count: $count) { day calendar } }"


@pytest.mark.parametrize(
    ("after", "count", "day", "calendar"),
    [("2026-02-13", 2, "2026-02-24", "OFFICIAL"), ("2099-12-31", 2, "2100-01-04", "WEEKDAYS_ONLY")],
)
async def test_a_period_ends_and_says_by_what_it_was_counted(
    shared: OpenedWorld, after: str, count: int, day: str, calendar: str
) -> None:
    answer = await shared.data(ENDS, {"after": after, "count": count})
    assert answer == {"workingDay": {"day": day, "calendar": calendar}}


@pytest.mark.parametrize(("after", "count"), [("2025-03-03", -1), ("2025-03-03", 251), ("9999-12-31", 1)])
async def test_a_period_that_no_time_limit_has_is_bad_input(shared: OpenedWorld, after: str, count: int) -> None:
    answer = await shared.ask(ENDS, {"after": after, "count": count})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
