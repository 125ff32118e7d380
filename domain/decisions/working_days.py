"""Working days (工作日): which days offices are open, and when a period counted in working days ends.

The State Council announces the holidays and the weekends worked instead for one year at a time. Where a year is not
announced, Monday to Friday are counted, and the answer says so.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chinese_calendar import holidays, workdays

from domain.vocabulary import SHANGHAI, DayCalendar, Instant

_KNOWN_YEARS = range(min(holidays).year, max(holidays).year + 1)
_NEXT = timedelta(days=1)
_WORKED_WEEKENDS = sorted(day.toordinal() for day in workdays if day.weekday() >= 5)
_WEEKDAYS_OFF = sorted(day.toordinal() for day in holidays if day.weekday() < 5 and day not in workdays)


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A working day, and whether it was found by announced holidays only (`OFFICIAL`) or partly by weekdays alone."""

    day: date
    calendar: DayCalendar


def is_working_day(day: date) -> bool:
    """Whether offices are open: announced weekends included, announced holidays not; by weekday in other years."""
    return day in workdays or (day.weekday() < 5 and day not in holidays)


def working_days_after(day: date, count: int) -> WorkingDay:
    """The last day of a period of `count` working days that begins on `day`, which does not count itself.

    With a `count` of nothing it is the day itself, working day or not.
    """
    last = day
    while count:
        last += _NEXT
        count -= is_working_day(last)
    return WorkingDay(last, calendar_of(day, last))


def working_day_number(day: date) -> int:
    """How many working days there are up to and with a day; the number of two days tells how many lie between."""
    return _working_days_up_to(day.toordinal())


def working_days_between(after: date, last: date) -> int:
    """How many working days there are after one day, up to and with another; none where that is not later."""
    return max(0, _working_days_up_to(last.toordinal()) - _working_days_up_to(after.toordinal()))


def _working_days_up_to(ordinal: int) -> int:
    """Working days since the Monday on which the calendar begins."""
    weeks, days = divmod(ordinal, 7)
    weekdays = 5 * weeks + min(days, 5)
    return weekdays + bisect_right(_WORKED_WEEKENDS, ordinal) - bisect_right(_WEEKDAYS_OFF, ordinal)


def calendar_of(first: date, last: date) -> DayCalendar:
    """By what the working days from one day to another are counted."""
    known = first.year in _KNOWN_YEARS and last.year in _KNOWN_YEARS
    return DayCalendar.OFFICIAL if known else DayCalendar.WEEKDAYS_ONLY


def counted_from(at: Instant, office_closes: time) -> WorkingDay:
    """The day on which what is handed in at a moment counts as received: the same working day until the office closes,
    else the next one."""
    moment = datetime.fromtimestamp(at, tz=SHANGHAI)
    today = moment.date()
    if is_working_day(today) and moment.time() < office_closes:
        return WorkingDay(today, calendar_of(today, today))
    return working_days_after(today, 1)
