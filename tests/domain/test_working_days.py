"""Which days offices are open, and when a period in working days ends."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.working_days import WorkingDay, counted_from, is_working_day, working_days_after
from domain.vocabulary import SHANGHAI, DayCalendar, instant

OFFICIAL, WEEKDAYS_ONLY = DayCalendar.OFFICIAL, DayCalendar.WEEKDAYS_ONLY
CLOSES = time(17)
DAYS = st.dates(date(2003, 1, 1), date(2040, 12, 31))

WORKED_WEEKENDS = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


def days(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_were_announced(year: int, count: int) -> None:
    assert sum(map(is_working_day, days(date(year, 1, 1), date(year, 12, 31)))) == count


@pytest.mark.parametrize(("year", "announced"), WORKED_WEEKENDS.items())
def test_the_weekends_worked_are_those_announced(year: int, announced: str) -> None:
    worked = [day for day in days(date(year, 1, 1), date(year, 12, 31)) if day.weekday() >= 5 and is_working_day(day)]
    assert " ".join(f"{day:%m-%d}" for day in worked) == announced


def test_the_collection_season_of_anshun_has_107_working_days() -> None:
    assert sum(map(is_working_day, days(date(2024, 9, 23), date(2025, 2, 28)))) == 107


@pytest.mark.parametrize(
    ("day", "count", "last", "calendar"),
    [
        pytest.param("2024-10-08", 5, "2024-10-14", OFFICIAL, id="over a Saturday that is worked"),
        pytest.param("2024-09-30", 1, "2024-10-08", OFFICIAL, id="over the national holiday"),
        pytest.param("2024-12-31", 1, "2025-01-02", OFFICIAL, id="into a year that is announced as well"),
        pytest.param("2025-03-03", 10, "2025-03-17", OFFICIAL, id="two plain weeks"),
        pytest.param("2025-03-01", 1, "2025-03-03", OFFICIAL, id="from a Saturday"),
        pytest.param("2025-03-03", 0, "2025-03-03", OFFICIAL, id="no day at all"),
        pytest.param("2099-12-31", 2, "2100-01-04", WEEKDAYS_ONLY, id="New Year's Day counts where nothing is known"),
        pytest.param("2003-12-31", 1, "2004-01-02", WEEKDAYS_ONLY, id="from before the first year that is known"),
    ],
)
def test_a_period_ends(day: str, count: int, last: str, calendar: DayCalendar) -> None:
    assert working_days_after(date.fromisoformat(day), count) == WorkingDay(date.fromisoformat(last), calendar)


@pytest.mark.parametrize(
    ("at", "counted"),
    [
        pytest.param("2025-03-03 08:00", "2025-03-03", id="before the office opens"),
        pytest.param("2025-03-03 12:30", "2025-03-03", id="during the midday break"),
        pytest.param("2025-03-03 16:59", "2025-03-03", id="in the last minute"),
        pytest.param("2025-03-03 17:00", "2025-03-04", id="when it has closed"),
        pytest.param("2025-02-08 10:00", "2025-02-08", id="on a Saturday that is worked"),
        pytest.param("2025-03-01 10:00", "2025-03-03", id="on a Saturday that is not"),
        pytest.param("2025-10-01 10:00", "2025-10-09", id="on the first day of a long holiday"),
    ],
)
def test_what_is_handed_in_counts_from(at: str, counted: str) -> None:
    moment = instant(datetime.fromisoformat(at).replace(tzinfo=SHANGHAI))
    assert counted_from(moment, CLOSES) == WorkingDay(date.fromisoformat(counted), OFFICIAL)


def test_what_is_handed_in_in_a_year_that_is_not_announced_says_so() -> None:
    moment = instant(datetime(2100, 1, 1, 10, tzinfo=SHANGHAI))
    assert counted_from(moment, CLOSES) == WorkingDay(date(2100, 1, 1), WEEKDAYS_ONLY)


@given(day=DAYS, count=st.integers(1, 40))
def test_a_period_has_as_many_working_days_as_it_says_and_ends_on_one(day: date, count: int) -> None:
    last = working_days_after(day, count).day
    assert is_working_day(last)
    assert sum(map(is_working_day, days(day + timedelta(days=1), last))) == count


@given(day=DAYS, count=st.integers(0, 20), more=st.integers(0, 20))
def test_periods_add_up(day: date, count: int, more: int) -> None:
    assert working_days_after(working_days_after(day, count).day, more).day == working_days_after(day, count + more).day
