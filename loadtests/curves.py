"""The curve of a season as the simulator's side wrote it (征缴曲线文件), and its page.

`python -m loadtests.curves CURVE.json PAGE.html` draws it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from loadtests.drawing import Chart, Series, page

FORMAT: Final = "canbao-curve/1"
HOUR: Final = 3_600
DAY: Final = 86_400
SHANGHAI: Final = timezone(timedelta(hours=8))


class CurveInvalid(ValueError):
    """A file that is no curve; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of all payers in one hour: paying through a channel, paying from an account, coming in vain."""

    channel: float
    account: float
    knocking: float

    @property
    def paying(self) -> float:
        return self.channel + self.account


_NOBODY: Final = Rates(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Part:
    """Counties that collect alike. Moments are seconds since the epoch; `late_fen` is None where nobody may be late."""

    counties: tuple[str, ...]
    weight: float
    opens: int
    closes: int
    open_until: int
    price_fen: int
    late_fen: int | None
    wait_grows: bool
    """Whether somebody who has missed years may hear that they would wait until the year is over."""
    hours: tuple[Rates, ...]
    """Shares of this part's payers, hour by hour as the whole's."""

    def price_at(self, moment: float) -> int | None:
        """What an ordinary resident pays then, in fen; None where nobody can pay."""
        if moment < self.opens or local(moment).day > self.open_until:
            return None
        return self.price_fen if moment < self.closes else self.late_fen

    def refusal_at(self, moment: float) -> str | None:
        """The refusal that whoever comes then must hear, None where payments are taken."""
        if moment < self.opens:
            return "CollectionWindowNotOpen"
        if local(moment).day > self.open_until:
            return "CollectionPaused"
        return "CollectionWindowClosed" if self.price_at(moment) is None else None


@dataclass(frozen=True, slots=True)
class Curve:
    """A season. `hours` follow one another without a gap, the first of them from `first` on."""

    raw: Mapping[str, Any]
    payers: int
    first: int
    hours: tuple[Rates, ...]
    parts: tuple[Part, ...]
    marks: tuple[tuple[int, str], ...]

    @property
    def last(self) -> int:
        """When it is over."""
        return self.first + len(self.hours) * HOUR

    def at(self, moment: float) -> Rates:
        """The hour of that moment. IndexError outside the season."""
        place = int(moment - self.first) // HOUR
        if place < 0:
            raise IndexError(moment)
        return self.hours[place]

    def part_of(self, county: str) -> Part | None:
        """The part that a county belongs to, None where it belongs to none."""
        return next((part for part in self.parts if county in part.counties), None)

    def per_second(self, moment: float, payers: float) -> float:
        """How many of so many payers come in a second of the world then, to pay or in vain."""
        rates = self.at(moment)
        return payers * (rates.paying + rates.knocking) / HOUR


def local(moment: float) -> datetime:
    """The moment by the clocks of Shanghai."""
    return datetime.fromtimestamp(moment, SHANGHAI)


def read_curve(path: Path) -> Curve:
    """The curve in a file. Raises CurveInvalid, and OSError."""
    try:
        raw = json.loads(path.read_bytes())
        if raw["format"] != FORMAT:
            raise CurveInvalid(f"{path.name} is no {FORMAT}")
        hours = raw["hours"]
        starts = [int(hour[0]) for hour in hours]
        parts = tuple(
            Part(
                tuple(part["counties"]),
                float(part["weight"]),
                int(part["opens"]),
                int(part["closes"]),
                int(part["openUntilDay"]),
                int(part["priceFen"]),
                None if part["lateFen"] is None else int(part["lateFen"]),
                bool(part["waitGrows"]),
                _hours_of_part(part["hours"], starts),
            )
            for part in raw["parts"]
        )
        marks = tuple((int(mark["at"]), f"{mark['zh']} {mark['en']}") for mark in raw["marks"])
        rates = tuple(Rates(float(hour[1]), float(hour[2]), float(hour[3])) for hour in hours)
        payers = int(raw["payers"])
    except CurveInvalid:
        raise
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise CurveInvalid(f"{path.name} is no curve: {type(error).__name__}") from None
    if not starts or starts != list(range(starts[0], starts[0] + len(starts) * HOUR, HOUR)):
        raise CurveInvalid(f"{path.name}: the hours do not follow one another")
    return Curve(raw, payers, starts[0], rates, parts, marks)


def _hours_of_part(hours: Sequence[Sequence[float]], starts: Sequence[int]) -> tuple[Rates, ...]:
    """A part's hours, with nobody in the hours of the whole that it lacks."""
    found = {int(hour[0]): Rates(float(hour[1]), float(hour[2]), float(hour[3])) for hour in hours}
    return tuple(found.get(start, _NOBODY) for start in starts)


def months(first: int, last: int) -> list[tuple[float, str]]:
    """The first of each month in a span of the world, as ticks of an axis."""
    found = []
    for moment in range(first, last, DAY):
        day = local(moment)
        if day.day == 1:
            found.append((float(moment), f"{day:%Y-%m-%d}"))
    return found


def daily(curve: Curve) -> list[tuple[int, Rates]]:
    """The sums of each day, by its midnight."""
    found = []
    for place in range(0, len(curve.hours), 24):
        of_day = curve.hours[place : place + 24]
        sums = Rates(*(sum(getattr(rates, name) for rates in of_day) for name in ("channel", "account", "knocking")))
        found.append((curve.first + place * HOUR, sums))
    return found


def charts(curve: Curve) -> list[Chart]:
    """Days, the sum of them, and the hours of the busiest and of an ordinary day."""
    days = daily(curve)
    first, last = curve.first, curve.last
    ticks = months(first, last)
    per_day = [
        Series("渠道 by channel", [(at, rates.channel * 100) for at, rates in days], filled=True, stepped=True),
        Series("账户 from accounts", [(at, rates.account * 100) for at, rates in days], filled=True, stepped=True),
        Series("空跑 in vain", [(at, rates.knocking * 100) for at, rates in days], stepped=True),
    ]
    sums = list(accumulate(rates.paying * 100 for _, rates in days))
    whole = [
        Series("已缴 paid", [(days[0][0], 0.0), *((at + DAY, sum_) for (at, _), sum_ in zip(days, sums, strict=True))])
    ]
    busiest = max(range(len(days)), key=lambda place: days[place][1].paying)
    by_paying = sorted(range(len(days)), key=lambda place: days[place][1].paying)
    shown = {"最忙日 busiest day": busiest, "一般日 ordinary day": by_paying[len(days) // 2]}
    lines = [
        Series(
            f"{name} {local(days[place][0]):%m-%d}",
            [(hour, curve.payers * curve.hours[place * 24 + hour].paying / HOUR) for hour in range(24)],
            stepped=True,
        )
        for name, place in shown.items()
    ]
    accounts = Series(
        "其中账户 of them accounts",
        [(hour, curve.payers * curve.hours[busiest * 24 + hour].account / HOUR) for hour in range(24)],
        stepped=True,
    )
    return [
        Chart(
            "每日缴费占比 Share of all payers by day", "%", per_day, first, last, ticks, marks=curve.marks, height=320
        ),
        Chart("累计 Paid so far", "%", whole, first, last, ticks, marks=curve.marks, height=220),
        Chart(
            "每秒人数 Persons per second by hour",
            "人/s",
            [*lines, accounts],
            0,
            24,
            [(float(hour), f"{hour}:00") for hour in range(0, 25, 2)],
        ),
    ]


def peak_per_second(curve: Curve, payers: float) -> tuple[int, float]:
    """When the busiest hour begins, and how many of so many payers pay in a second of it."""
    place = max(range(len(curve.hours)), key=lambda place: curve.hours[place].paying)
    return curve.first + place * HOUR, payers * curve.hours[place].paying / HOUR


def page_of(curve: Curve) -> str:
    """The curve as a page."""
    raw = curve.raw
    at, peak = peak_per_second(curve, curve.payers)
    subtitle = (
        f"{curve.payers:,} 人缴费 payers · 最忙一小时 busiest hour {local(at):%Y-%m-%d %H}:00,"
        f" {peak:.3g} 人/s persons per second, 瞬时 bursts of {peak * float(raw['burst']):.3g}"
    )
    figures = [{"name": name, **figure} for name, figure in raw["parts"][0]["figures"].items()]
    for part in raw["parts"][1:]:
        figures += [
            {"name": f"{name} ({part['counties'][0][:4]}00)", **figure}
            for name, figure in part["figures"].items()
            if figure != raw["parts"][0]["figures"].get(name)
        ]
    return page(
        "curve",
        title=f"{raw['place']['name']} {raw['place']['nameEn']} · {raw['year']} 年度征缴季 collection season",
        subtitle=subtitle,
        charts=[chart.svg() for chart in charts(curve)],
        parts=[
            {
                "counties": ", ".join(part.counties),
                "weight": f"{part.weight:.1%}",
                "window": f"{local(part.opens):%Y-%m-%d} – {local(part.closes - 1):%Y-%m-%d}",
                "until": part.open_until,
                "price": part.price_fen // 100,
                "late": "—" if part.late_fen is None else part.late_fen // 100,
            }
            for part in curve.parts
        ],
        figures=figures,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the curve of the first argument into the second; the exit code."""
    source, target = (Path(one) for one in (sys.argv[1:] if arguments is None else arguments))
    target.write_text(page_of(read_curve(source)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
