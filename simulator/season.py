"""A season of collection as a curve: which share of a place's payers comes on which day, in which hour (征缴季曲线).

Windows, prices and closed days are the book of policy's; the shape between them is `data/season.yaml`. Nothing is
drawn: the same place and year give the same curve.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import ceil, fsum, log
from types import MappingProxyType
from typing import Any, Final

import yaml
from chinese_calendar import holidays, workdays

from domain.policy import PolicyBook, PolicyUnknown
from domain.vocabulary import RegionCode, region_chain, start_of_business_date
from simulator.rates import DATA, Rate

HOUR: Final = 3_600
HOURS: Final = 24
QUARTER: Final = 900
_DAY: Final = timedelta(days=1)
_LAST_DAYS: Final = 10
_LAST_TWO: Final = 2
_MORNING: Final = range(8, 12)
_EVENING: Final = range(20, 24)
_SPRING_FESTIVAL: Final = "Spring Festival"
_DECEMBER: Final = 12
_SATURDAY: Final = 5
_ALMOST_NONE: Final = 0.01
"""The part of those whom an outage turned away that is left when the storm is over."""


@cache
def _written() -> Mapping[str, Mapping[str, Mapping[str, Rate]]]:
    read = yaml.safe_load((DATA / "season.yaml").read_text("utf-8"))

    def figures(node: Mapping[str, Any]) -> Mapping[str, Rate]:
        return {name: Rate(one["value"], one.get("source"), one.get("assumed")) for name, one in node.items()}

    places = {str(code): figures(node) for code, node in read["places"].items()}
    return MappingProxyType({"everywhere": {"": figures(read["everywhere"])}, "places": places})


@dataclass(frozen=True, slots=True)
class Shape:
    """The figures of one place: those of everywhere, or its county's, city's or province's own."""

    figures: Mapping[str, Rate]

    @classmethod
    def of(cls, region: RegionCode) -> Shape:
        """The figures of a region."""
        found = dict(_written()["everywhere"][""])
        for code in reversed(list(region_chain(region))):
            found |= _written()["places"].get(code, {})
        return cls(MappingProxyType(found))

    def number(self, name: str) -> float:
        """A figure that is one number. KeyError for a name that the file does not hold."""
        return float(self.figures[name].value)

    def numbers(self, name: str) -> tuple[float, ...]:
        return tuple(float(one) for one in self.figures[name].value)


@dataclass(frozen=True, slots=True)
class Season:
    """When and for how much a place collects for a year of cover. Both days of the window are included.

    `open_until` is the last day of each month on which payments are taken; `late_fen` is None where no document states
    a price after the window, so that nobody can pay then.
    """

    region: RegionCode
    year: int
    first: date
    last: date
    open_until: int
    price_fen: int
    late_fen: int | None
    wait_grows: bool = False
    """Whether each missed year lengthens the wait, so that it may outlast the year that is paid for."""

    @classmethod
    def of(cls, book: PolicyBook, region: RegionCode, year: int) -> Season:
        """The season of a place. Raises PolicyUnknown where no document states its window or its price."""
        on = date(year - 1, _DECEMBER, 1)
        window = book.fact("collection_window.window", area=region, on=on, benefit_year=year).window
        open_until = book.fact("collection_window.last_open_day_of_month", area=region, on=on).count
        price = book.fact("resident_contribution.amount_in_window", area=region, on=on, benefit_year=year).fen
        try:
            fact = book.fact("resident_contribution.amount_after_window", area=region, on=on, benefit_year=year)
            late = int(fact.fen)
        except PolicyUnknown:
            late = None
        try:
            grows = book.fact("waiting_period.has_variable_part", area=region, on=on).flag
        except PolicyUnknown:
            grows = False
        return cls(region, year, window.first, window.last, open_until, int(price), late, grows)

    def is_open(self, day: date) -> bool:
        """Whether a payment is taken on that day."""
        in_time = self.first <= day and (day <= self.last or self.late_fen is not None)
        return in_time and day.day <= self.open_until

    def closing(self, day: date) -> date:
        """The last day of that day's month on which the window takes payments."""
        end = min(monthrange(day.year, day.month)[1], self.open_until)
        return min(day.replace(day=end), self.last)

    @property
    def deadline(self) -> date:
        """The last day of the window on which payments are taken."""
        closing = self.closing(self.last)
        return closing if closing >= self.first else self.last

    def days(self) -> Iterator[date]:
        """The days of the window."""
        for ahead in range((self.last - self.first).days + 1):
            yield self.first + ahead * _DAY


def holiday_of(day: date) -> str | None:
    """The public holiday that a day is off for, None on other days; those of a year are published late in the one
    before, so that none is known of later years.
    """
    return holidays.get(day)


def is_workday(day: date) -> bool:
    """Whether offices work: weekends on which holidays are worked for among them."""
    return day in workdays or (day.weekday() < _SATURDAY and day not in holidays)


@cache
def _is_near_spring_festival(day: date, days: int) -> bool:
    return any(holiday_of(day + ahead * _DAY) == _SPRING_FESTIVAL for ahead in range(-days, days + 1))


def _calendar_factor(shape: Shape, day: date) -> float:
    holiday = holiday_of(day)
    if holiday is not None:
        return shape.number("spring_festival_factor" if holiday == _SPRING_FESTIVAL else "holiday_factor")
    weekdays = shape.numbers("weekday_factors")
    weekday = day.weekday()
    factor = weekdays[0] if weekday >= _SATURDAY and is_workday(day) else weekdays[weekday]
    if _is_near_spring_festival(day, int(shape.number("around_spring_festival_days"))):
        factor *= shape.number("around_spring_festival_factor")
    return factor


def _campaign_factor(shape: Shape, season: Season, day: date) -> float:
    """What opening, ends of months and the December rush add to a day."""
    opened = (day - season.first).days
    factor = 1 + (shape.number("opening_factor") - 1) * shape.number("opening_fading") ** opened
    left_of_month = (season.closing(day) - day).days
    if day.month == _DECEMBER:
        if left_of_month < shape.number("december_rush_days"):
            factor *= shape.number("december_rush_factor")
    elif left_of_month < shape.number("month_end_days") and (season.deadline - day).days >= _LAST_DAYS:
        factor *= shape.number("month_end_factor")
    return factor


def _scaled(weights: Mapping[date, float], total: float) -> dict[date, float]:
    whole = fsum(weights.values())
    if not whole:
        return {}
    return {day: total * weight / whole for day, weight in weights.items()}


def _in_window(shape: Shape, season: Season) -> dict[date, float]:
    """Shares of the window's days, which sum to one. Closed days are left out."""
    months = {int(month): float(part) for month, part in shape.figures["months"].value.items()}
    ordinary = fsum(months.values()) / len(months)
    weights: dict[tuple[int, int], dict[date, float]] = {}
    in_window: Counter[tuple[int, int]] = Counter()
    for day in season.days():
        in_window[day.year, day.month] += 1
        if season.is_open(day):
            weight = _calendar_factor(shape, day) * _campaign_factor(shape, season, day)
            if (season.deadline - day).days < _LAST_TWO:
                weight *= shape.number("last_two_days_factor")
            weights.setdefault((day.year, day.month), {})[day] = weight
    found: dict[date, float] = {}
    for (year, month), of_month in weights.items():
        # A month that the window holds in part takes as much less.
        part = in_window[year, month] / monthrange(year, month)[1]
        found |= _with_deadline(shape, season, _scaled(of_month, months.get(month, ordinary) * part))
    return _scaled(found, 1.0)


def _with_deadline(shape: Shape, season: Season, of_month: dict[date, float]) -> dict[date, float]:
    """The days of a month, where it is the window's last one the last ten days at least as busy as people say."""
    final = {day: share for day, share in of_month.items() if (season.deadline - day).days < _LAST_DAYS}
    before = {day: share for day, share in of_month.items() if day not in final}
    if not final or not before or season.deadline.month == _DECEMBER or max(of_month) != max(final):
        return of_month
    whole = fsum(of_month.values())
    share = shape.number("last_ten_days_share")
    if fsum(final.values()) >= share * whole:
        return of_month
    return {**_scaled(before, (1 - share) * whole), **_scaled(final, share * whole)}


def day_shares(shape: Shape, season: Season) -> dict[date, float]:
    """The share of all payers on each day on which anybody can pay, in order; they sum to one."""
    late: dict[date, float] = {}
    if season.late_fen is not None:
        fading, count = shape.number("late_fading"), int(shape.number("late_days"))
        late = {season.last + ahead * _DAY: fading**ahead for ahead in range(1, count + 1)}
        late = {day: weight * _calendar_factor(shape, day) for day, weight in late.items() if season.is_open(day)}
    share = shape.number("late_share") if late else 0.0
    return {**_scaled(_in_window(shape, season), 1 - share), **_scaled(late, share)}


def _month_of(day: date) -> Iterator[date]:
    for ahead in range(monthrange(day.year, day.month)[1]):
        yield day.replace(day=1) + ahead * _DAY


def knocking_shares(shape: Shape, season: Season) -> dict[date, float]:
    """How many come in vain on each day on which nobody can pay, as a share of all payers."""
    shares = day_shares(shape, season)
    found = {season.first - _DAY: shape.number("early_share")}
    for day in season.days():
        if not season.is_open(day):
            of_month = [shares[other] for other in _month_of(day) if other in shares]
            # A month without an open day in the window has nobody who could have come on another one.
            ordinary = fsum(of_month) / len(of_month) if of_month else 0.0
            found[day] = ordinary * shape.number("knocking_share") * _calendar_factor(shape, day)
    if season.late_fen is None:
        found[season.last + _DAY] = shape.number("early_share")
    return found


def hour_shares(shape: Shape, season: Season, day: date, *, transfers: bool) -> tuple[float, ...]:
    """The share of a day's payments in each of its 24 hours; of transfers between accounts none while those rest."""
    weights = list(shape.numbers("hours"))
    if day == season.first:
        for hour in _MORNING:
            weights[hour] *= shape.number("opening_hours_factor")
    if day == season.deadline:
        for hour in _EVENING:
            weights[hour] *= shape.number("last_evening_factor")
    if transfers:
        closes, opens = (int(hour) for hour in shape.numbers("transfers_closed"))
        weights = [weight if opens <= hour < closes else 0.0 for hour, weight in enumerate(weights)]
    whole = fsum(weights)
    return tuple(weight / whole for weight in weights)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a season, from an instant on: shares of all payers who pay through a channel, who pay from an
    account, and who come in vain.
    """

    at: int
    channel: float
    account: float
    knocking: float


def hours(shape: Shape, season: Season) -> tuple[Hour, ...]:
    """Every hour from the day before the window to the last on which latecomers are looked at, in order."""
    paying, knocking = day_shares(shape, season), knocking_shares(shape, season)
    transferred = shape.number("transfer_share")
    found = []
    first, last = min(knocking), max(*paying, *knocking)
    for ahead in range((last - first).days + 1):
        day = first + ahead * _DAY
        midnight = start_of_business_date(day)
        by_channel = hour_shares(shape, season, day, transfers=False)
        by_account = hour_shares(shape, season, day, transfers=True)
        pays, knocks = paying.get(day, 0.0), knocking.get(day, 0.0)
        found += [
            Hour(
                midnight + hour * HOUR,
                pays * (1 - transferred) * by_channel[hour],
                pays * transferred * by_account[hour],
                knocks * by_channel[hour],
            )
            for hour in range(HOURS)
        ]
    return tuple(found)


def together(places: Sequence[tuple[float, Sequence[Hour]]]) -> tuple[Hour, ...]:
    """The hours of several places as one, each weighed by its payers."""
    whole = fsum(payers for payers, _ in places)
    sums: dict[int, list[list[float]]] = {}
    for payers, of_place in places:
        for hour in of_place:
            parts = sums.setdefault(hour.at, [[], [], []])
            for part, share in zip(parts, (hour.channel, hour.account, hour.knocking), strict=True):
                part.append(share * payers / whole)
    return tuple(Hour(at, *(fsum(part) for part in sums[at])) for at in sorted(sums))


def storm(shape: Shape, turned_away: float) -> tuple[float, ...]:
    """How many attempts come in each quarter of an hour after an outage that turned so many away.

    All of them come back, and try several times each; the quarters end when a hundredth of them is left.
    """
    fading, tries = shape.number("storm_fading"), shape.number("storm_tries")
    quarters = ceil(log(_ALMOST_NONE) / log(1 - fading))
    parts = [fading * (1 - fading) ** quarter for quarter in range(quarters)]
    parts[-1] += (1 - fading) ** quarters
    return tuple(turned_away * tries * part for part in parts)
