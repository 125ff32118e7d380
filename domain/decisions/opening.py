"""Whether an office is open (办公时间): by the parts of its working day, on the days that are worked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.decisions.working_days import calendar_of, is_working_day, working_days_after
from domain.policy.matters import Session
from domain.vocabulary import SHANGHAI, DayCalendar, Instant, instant


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether an office is open at a moment, until when, and when it opens next.

    `closes_at` is None where it is closed; `opens_at` lies after the moment. `calendar` is by what days were told.
    """

    closes_at: Instant | None
    opens_at: Instant
    calendar: DayCalendar


def opening(at: Instant, sessions: Sequence[Session]) -> Opening:
    """How an office stands at a moment. Raises OverflowError where the calendar ends before it opens again."""
    moment = datetime.fromtimestamp(at, tz=SHANGHAI)
    today, clock = moment.date(), moment.time()
    worked = sessions if is_working_day(today) else ()
    closes_at = next((_moment(today, one.closes) for one in worked if one.opens <= clock < one.closes), None)
    later = next((one.opens for one in worked if clock < one.opens), None)
    day = today if later is not None else working_days_after(today, 1).day
    return Opening(closes_at, _moment(day, later or sessions[0].opens), calendar_of(today, day))


def _moment(day: date, clock: time) -> Instant:
    return instant(datetime.combine(day, clock, tzinfo=SHANGHAI))
