"""When handling must be done (办理时限): so many working days from the day after acceptance, without those on which the
applicant supplements.

The guide does not say what stops the clock. It stands from the notice of what is missing until that is handed in,
neither day counted. A matter that is done at once is due on the day of acceptance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.decisions.working_days import calendar_of, working_days_after, working_days_between
from domain.vocabulary import DayCalendar

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """While the applicant supplements (补正期间): both days belong to it. `supplied_on` is None where that lasts."""

    noticed_on: date
    supplied_on: date | None

    def __post_init__(self) -> None:
        if self.supplied_on is not None and self.supplied_on < self.noticed_on:
            raise ValueError("what is missing is handed in after it was told")

    def holds(self, day: date) -> bool:
        """Whether the clock stands on that day."""
        return self.noticed_on <= day and (self.supplied_on is None or day <= self.supplied_on)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit counted out, as it stands on the day `on`.

    `last_day` is None while a pause lasts that began in time. `remaining` and `late` are working days: those left after
    the day `on`, and those since the last day. `calendar` is by what all of them were counted.
    """

    counted_from: date
    working_days: int
    on: date
    last_day: date | None
    remaining: int
    late: int
    paused: bool
    calendar: DayCalendar

    @property
    def overdue(self) -> bool:
        """Whether the last day has passed."""
        return self.last_day is not None and self.last_day < self.on


def deadline(counted_from: date, working_days: int, pauses: Iterable[Pause], on: date) -> Deadline:
    """The time limit of `working_days` that begins on a day, which does not count itself.

    Raises OverflowError where the calendar ends before it does.
    """
    stops = _united(pauses)
    last_day = _last_day(counted_from, working_days, stops)
    used = _used(counted_from, on, stops)
    return Deadline(
        counted_from=counted_from,
        working_days=working_days,
        on=on,
        last_day=last_day,
        remaining=max(0, working_days - used),
        late=0 if last_day is None else working_days_between(last_day, on),
        paused=any(pause.holds(on) for pause in stops),
        calendar=calendar_of(counted_from, max(counted_from, on, last_day or on)),
    )


def _united(pauses: Iterable[Pause]) -> list[Pause]:
    """The same days as pauses that do not touch, in order."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.noticed_on):
        if found and found[-1].holds(pause.noticed_on):
            found[-1] = Pause(found[-1].noticed_on, _later(found[-1].supplied_on, pause.supplied_on))
        else:
            found.append(pause)
    return found


def _later(one: date | None, other: date | None) -> date | None:
    """The later end of two pauses, None where one of them lasts."""
    return None if one is None or other is None else max(one, other)


def _last_day(counted_from: date, working_days: int, stops: Sequence[Pause]) -> date | None:
    day, left = counted_from, working_days
    for pause in stops:
        if pause.supplied_on is not None and pause.supplied_on < day:
            continue
        before = working_days_between(day, pause.noticed_on - _ONE_DAY)
        if before >= left and not (left == 0 and pause.holds(day)):
            break
        if pause.supplied_on is None:
            return None
        # What is done at once is done on the first working day on which the clock goes again.
        day, left = pause.supplied_on, max(1, left - before)
    return working_days_after(day, left).day


def _used(counted_from: date, on: date, stops: Sequence[Pause]) -> int:
    """Working days after the beginning, up to and with the day, on which the clock went."""
    used = working_days_between(counted_from, on)
    for pause in stops:
        first = max(pause.noticed_on - _ONE_DAY, counted_from)
        used -= working_days_between(first, on if pause.supplied_on is None else min(on, pause.supplied_on))
    return used
