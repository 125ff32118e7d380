"""When handling must be done, against working days read out of the State Council's notices, one day at a time.

Nothing here calls the code that is tested, or its library, to find what is expected.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.decisions.deadlines import Pause, deadline
from domain.vocabulary import DayCalendar

HOLIDAYS = """
    2023-12-30..2024-01-01 2024-02-10..2024-02-17 2024-04-04..2024-04-06 2024-05-01..2024-05-05 2024-06-10..2024-06-10
    2024-09-15..2024-09-17 2024-10-01..2024-10-07
    2025-01-01..2025-01-01 2025-01-28..2025-02-04 2025-04-04..2025-04-06 2025-05-01..2025-05-05 2025-05-31..2025-06-02
    2025-10-01..2025-10-08
    2026-01-01..2026-01-03 2026-02-15..2026-02-23 2026-04-04..2026-04-06 2026-05-01..2026-05-05 2026-06-19..2026-06-21
    2026-09-25..2026-09-27 2026-10-01..2026-10-07
"""
"""Days off, as 国办发明电〔2023〕7号, 〔2024〕12号 and 〔2025〕7号 announce them."""

WORKED = """
    2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
    2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
    2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""
"""Saturdays and Sundays on which the same notices have people work."""

ONE_DAY = timedelta(days=1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


OFF = {one for part in HOLIDAYS.split() for one in span(*map(day, part.split("..")))}
ON = set(map(day, WORKED.split()))


def is_worked(one: date) -> bool:
    return one in ON or (one.weekday() < 5 and one not in OFF)


def clock_goes(one: date, pauses: Sequence[Pause]) -> bool:
    return not any(
        pause.noticed_on <= one and (pause.supplied_on is None or one <= pause.supplied_on) for pause in pauses
    )


def walked(accepted: date, days: int, pauses: Sequence[Pause] = ()) -> date | None:
    """The last day, by walking; None where a pause without an end is come to first."""
    if days == 0 and clock_goes(accepted, pauses):
        return accepted
    left, at = max(days, 1), accepted
    while left:
        at += ONE_DAY
        if any(pause.supplied_on is None and pause.noticed_on <= at for pause in pauses):
            return None
        left -= is_worked(at) and clock_goes(at, pauses)
    return at


ACCEPTED = {
    "before Spring Festival 2024": "2024-02-05",
    "on a Sunday worked before Spring Festival 2024": "2024-02-04",
    "on the first Sunday worked after Spring Festival 2024": "2024-02-18",
    "before Tomb-Sweeping Day 2024": "2024-04-03",
    "before Labour Day 2024": "2024-04-26",
    "before Mid-Autumn 2024": "2024-09-13",
    "before National Day 2024": "2024-09-27",
    "after National Day 2024": "2024-10-08",
    "over the turn to 2025": "2024-12-27",
    "before Spring Festival 2025": "2025-01-22",
    "on a Sunday worked before Spring Festival 2025": "2025-01-26",
    "after Spring Festival 2025": "2025-02-05",
    "before Labour Day 2025": "2025-04-24",
    "before National Day 2025": "2025-09-26",
    "on a Sunday worked before National Day 2025": "2025-09-28",
    "after National Day 2025": "2025-10-09",
    "over the turn to 2026": "2025-12-30",
    "before Spring Festival 2026": "2026-02-11",
    "on a Saturday worked before Spring Festival 2026": "2026-02-14",
    "before Labour Day 2026": "2026-04-29",
    "before Mid-Autumn and National Day 2026": "2026-09-18",
}
LIMITS = (0, 1, 3, 5, 10, 15, 20, 30, 60)
"""Every limit of the guide."""


@pytest.mark.parametrize("days", LIMITS)
@pytest.mark.parametrize("accepted", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_limit_ends_where_the_notices_say(accepted: str, days: int) -> None:
    counted = deadline(day(accepted), days, (), day(accepted))
    assert counted.last_day == walked(day(accepted), days)
    assert (counted.remaining, counted.late, counted.overdue) == (days, 0, False)
    assert counted.calendar is DayCalendar.OFFICIAL


@pytest.mark.parametrize(
    ("accepted", "days", "last"),
    [
        pytest.param("2024-02-05", 5, "2024-02-18", id="four days until the festival, one Sunday worked after it"),
        pytest.param("2024-02-09", 1, "2024-02-18", id="the day after a festival is a Sunday that is worked"),
        pytest.param("2024-04-30", 6, "2024-05-11", id="Labour Day, with the Saturday worked for it"),
        pytest.param("2024-09-27", 3, "2024-10-08", id="a Sunday and a Monday, then National Day"),
        pytest.param("2024-12-31", 1, "2025-01-02", id="New Year"),
        pytest.param("2025-01-24", 15, "2025-02-20", id="a withdrawal over Spring Festival 2025"),
        pytest.param("2025-01-27", 5, "2025-02-10", id="the Saturday that is worked for Spring Festival 2025"),
        pytest.param("2025-09-30", 1, "2025-10-09", id="National Day and Mid-Autumn together"),
        pytest.param("2025-09-30", 3, "2025-10-11", id="the Saturday that is worked for National Day 2025"),
        pytest.param("2026-02-13", 1, "2026-02-14", id="the Saturday that is worked for Spring Festival 2026"),
        pytest.param("2026-02-13", 2, "2026-02-24", id="the longest Spring Festival there was"),
        pytest.param("2026-09-24", 3, "2026-09-30", id="Mid-Autumn 2026 has no weekend that is worked for it"),
        pytest.param("2026-09-30", 3, "2026-10-10", id="the Saturday that is worked for National Day 2026"),
    ],
)
def test_a_limit_ends_where_a_reader_of_the_calendar_finds_it(accepted: str, days: int, last: str) -> None:
    assert deadline(day(accepted), days, (), day(accepted)).last_day == day(last) == walked(day(accepted), days)


PAUSED = [
    pytest.param("2025-03-03", 5, ["2025-03-05..2025-03-07"], "2025-03-13", id="three days in the middle"),
    pytest.param("2025-03-03", 5, ["2025-03-04..2025-03-04"], "2025-03-11", id="told and handed in on one day"),
    pytest.param("2025-03-03", 5, ["2025-03-11..2025-03-20"], "2025-03-10", id="after the last day nothing stops"),
    pytest.param("2025-03-03", 5, ["2025-03-10..2025-03-12"], "2025-03-13", id="on the last day itself"),
    pytest.param("2025-03-03", 5, ["2025-03-08..2025-03-09"], "2025-03-10", id="over a weekend nothing is lost"),
    pytest.param("2025-01-24", 5, ["2025-01-26..2025-02-08"], "2025-02-14", id="all through Spring Festival"),
    pytest.param("2025-03-03", 5, ["2025-03-03..2025-03-05"], "2025-03-12", id="from the day of acceptance"),
    pytest.param("2025-03-03", 5, ["2025-02-24..2025-02-27"], "2025-03-10", id="before acceptance"),
    pytest.param("2025-03-03", 0, ["2025-03-03..2025-03-05"], "2025-03-06", id="what is done at once, after it"),
    pytest.param("2025-03-03", 0, ["2025-03-04..2025-03-05"], "2025-03-03", id="what is done at once, before it"),
    pytest.param(
        "2025-03-03", 5, ["2025-03-05..2025-03-07", "2025-03-06..2025-03-11"], "2025-03-17", id="two that overlap"
    ),
    pytest.param(
        "2025-03-03", 5, ["2025-03-11..2025-03-12", "2025-03-05..2025-03-06"], "2025-03-14", id="two, told out of order"
    ),
    pytest.param("2025-03-03", 5, ["2025-03-05.."], None, id="one that lasts"),
    pytest.param("2025-03-03", 5, ["2025-03-04..2025-03-05", "2025-03-05.."], None, id="one that lasts inside another"),
    pytest.param("2025-03-03", 5, ["2025-03-11.."], "2025-03-10", id="one that lasts and came too late"),
]


def pauses_of(texts: Sequence[str]) -> list[Pause]:
    ends = [text.split("..") for text in texts]
    return [Pause(day(first), day(last) if last else None) for first, last in ends]


@pytest.mark.parametrize(("accepted", "days", "stops", "last"), PAUSED)
def test_the_clock_stands_while_the_applicant_supplements(
    accepted: str, days: int, stops: list[str], last: str | None
) -> None:
    pauses = pauses_of(stops)
    found = deadline(day(accepted), days, pauses, day(accepted)).last_day
    assert found == walked(day(accepted), days, pauses) == (None if last is None else day(last))


@pytest.mark.parametrize(
    ("on", "remaining", "late", "overdue", "paused"),
    [
        pytest.param("2025-03-02", 5, 0, False, False, id="before acceptance"),
        pytest.param("2025-03-03", 5, 0, False, False, id="on the day of acceptance"),
        pytest.param("2025-03-04", 4, 0, False, False, id="one day later"),
        pytest.param("2025-03-06", 4, 0, False, True, id="while it stands"),
        pytest.param("2025-03-12", 1, 0, False, False, id="on the day before the last"),
        pytest.param("2025-03-13", 0, 0, False, False, id="on the last day"),
        pytest.param("2025-03-14", 0, 1, True, False, id="on the day after it"),
        pytest.param("2025-03-16", 0, 1, True, False, id="on the Sunday after it"),
        pytest.param("2025-03-17", 0, 2, True, False, id="on the Monday after it"),
    ],
)
def test_a_limit_stands_on_a_day(on: str, remaining: int, late: int, overdue: bool, paused: bool) -> None:
    counted = deadline(day("2025-03-03"), 5, pauses_of(["2025-03-05..2025-03-07"]), day(on))
    assert counted.last_day == day("2025-03-13")
    assert (counted.remaining, counted.late, counted.overdue, counted.paused) == (remaining, late, overdue, paused)


def test_while_a_pause_lasts_what_is_left_stays_and_nothing_is_late() -> None:
    for on in ("2025-03-05", "2025-03-31", "2026-03-05"):
        counted = deadline(day("2025-03-03"), 5, pauses_of(["2025-03-05.."]), day(on))
        assert (counted.last_day, counted.remaining, counted.late, counted.paused) == (None, 4, 0, True)


@pytest.mark.parametrize(
    ("accepted", "days", "on", "calendar"),
    [
        ("2026-12-30", 1, "2026-12-30", DayCalendar.OFFICIAL),
        ("2099-12-30", 1, "2099-12-30", DayCalendar.WEEKDAYS_ONLY),
        ("2026-12-30", 5, "2026-12-30", DayCalendar.WEEKDAYS_ONLY),
        ("2026-12-01", 1, "2099-01-05", DayCalendar.WEEKDAYS_ONLY),
    ],
)
def test_where_no_holidays_are_announced_the_answer_says_so(
    accepted: str, days: int, on: str, calendar: DayCalendar
) -> None:
    assert deadline(day(accepted), days, (), day(on)).calendar is calendar


def test_what_is_handed_in_before_it_was_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="after it was told"):
        Pause(day("2025-03-05"), day("2025-03-04"))


DAYS = st.dates(day("2024-01-02"), day("2025-12-31"))


@st.composite
def some_pauses(draw: st.DrawFn) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        first = draw(DAYS)
        lasts = draw(st.integers(0, 9)) == 0
        found.append(Pause(first, None if lasts else first + timedelta(days=draw(st.integers(0, 40)))))
    return found


@given(accepted=DAYS, days=st.integers(0, 60), pauses=some_pauses(), passed=st.integers(0, 150))
@example(accepted=day("2024-02-01"), days=0, pauses=pauses_of(["2024-01-02..2024-01-02", "2024-02-01.."]), passed=0)
def test_counting_and_walking_agree_whatever_stops_the_clock(
    accepted: date, days: int, pauses: list[Pause], passed: int
) -> None:
    on = accepted + timedelta(days=passed)
    counted = deadline(accepted, days, pauses, on)
    assert counted.last_day == walked(accepted, days, pauses)
    used = sum(is_worked(one) and clock_goes(one, pauses) for one in span(accepted + ONE_DAY, on))
    assert counted.remaining == max(0, days - used)
    if counted.last_day is not None and days:
        assert (counted.remaining == 0) == (counted.last_day <= on)
        assert is_worked(counted.last_day)
        assert clock_goes(counted.last_day, pauses)
    late = [] if counted.last_day is None else span(counted.last_day + ONE_DAY, on)
    assert counted.late == sum(map(is_worked, late))


@given(accepted=DAYS, out=st.integers(0, 20), into=st.integers(0, 20))
def test_the_halves_of_a_transfer_add_up(accepted: date, out: int, into: int) -> None:
    first = deadline(accepted, out, (), accepted).last_day
    assert first is not None
    assert deadline(first, into, (), accepted).last_day == deadline(accepted, out + into, (), accepted).last_day
