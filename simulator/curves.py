"""The curve of a whole place: the seasons of its counties, each with as many payers as live there (一地的征缴曲线).

`as_json` is how whoever draws it or lets people come by it gets it, `canbao-curve/1`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from domain.policy import PolicyBook, PolicyUnknown
from domain.vocabulary import RegionCode, region_span, start_of_business_date
from simulator.places import Place
from simulator.rates import RATES
from simulator.season import Hour, Season, Shape, holiday_of, hours, together

FORMAT: Final = "canbao-curve/1"


@dataclass(frozen=True, slots=True)
class Part:
    """Counties that collect alike, and their part of the place's payers."""

    counties: tuple[RegionCode, ...]
    weight: float
    season: Season
    shape: Shape


@dataclass(frozen=True, slots=True)
class Curve:
    """The season of a place. `silent` are its counties for which no document states window and price."""

    place: Place
    year: int
    parts: tuple[Part, ...]
    silent: tuple[RegionCode, ...]
    hours: tuple[Hour, ...]

    @property
    def payers_per_person(self) -> float:
        """How many of a place's inhabitants pay as residents."""
        return self.parts[0].shape.number("persons_paying_share")

    def marks(self) -> list[tuple[int, str, str]]:
        """The moments that people plan by: instant, and what it is in Chinese and English."""
        found: dict[date, tuple[str, str]] = {}
        for part in self.parts:
            season = part.season
            found.setdefault(season.first, ("征缴开始", "opening"))
            if season.late_fen is None:
                found.setdefault(season.last + timedelta(days=1), ("征缴结束", "closed"))
            else:
                step = f"{season.price_fen // 100}→{season.late_fen // 100}"
                found.setdefault(season.last + timedelta(days=1), (f"{step} 元", "price steps"))
            cover = date(season.year, 1, 1)
            if season.first < cover <= season.last:
                found.setdefault(cover, ("待遇开始", "cover begins"))
                festival = [day for day in season.days() if day >= cover and holiday_of(day) == "Spring Festival"]
                if festival:
                    found.setdefault(festival[0], ("春节", "Spring Festival"))
        return [(start_of_business_date(day), *names) for day, names in sorted(found.items())]

    def as_json(self, payers: int) -> dict[str, Any]:
        """The curve for so many payers."""
        return {
            "format": FORMAT,
            "place": {"code": self.place.code, "name": self.place.name, "nameEn": self.place.name_en},
            "year": self.year,
            "payers": payers,
            "burst": self.parts[0].shape.number("burst_factor"),
            "parts": [_part(part) for part in self.parts],
            "silent": list(self.silent),
            "marks": [{"at": at, "zh": zh, "en": en} for at, zh, en in self.marks()],
            "hours": _hours(self.hours),
        }


def _hours(found: Sequence[Hour]) -> list[list[float]]:
    return [[hour.at, hour.channel, hour.account, hour.knocking] for hour in found]


def _told(value: Any) -> Any:
    """A figure as JSON has it, whose keys are texts."""
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else value


def _part(part: Part) -> dict[str, Any]:
    season = part.season
    return {
        "counties": list(part.counties),
        "weight": part.weight,
        "opens": start_of_business_date(season.first),
        "closes": start_of_business_date(season.last + timedelta(days=1)),
        "openUntilDay": season.open_until,
        "priceFen": season.price_fen,
        "lateFen": season.late_fen,
        "waitGrows": season.wait_grows,
        "hours": _hours(hours(part.shape, season)),
        "figures": {
            name: {"value": _told(rate.value), "source": rate.source, "assumed": rate.assumed}
            for name, rate in part.shape.figures.items()
        },
    }


def curve_of(book: PolicyBook, places: Sequence[Place], region: RegionCode, year: int) -> Curve:
    """The curve of a region among these places. KeyError where it is none of them, PolicyUnknown where no document
    states window and price for any of its counties.
    """
    place = next((one for one in places if one.code == region), None)
    if place is None:
        raise KeyError(region)
    first, last = region_span(region)
    cities: dict[str, int] = defaultdict(int)
    for one in places:
        cities[one.code[:4]] += one.weight
    alike: dict[tuple[Any, ...], list[tuple[RegionCode, float, Season, Shape]]] = {}
    silent = []
    unknown: PolicyUnknown | None = None
    for one in places:
        if not one.weight or not first <= one.code <= last:
            continue
        try:
            season = Season.of(book, one.code, year)
        except PolicyUnknown as error:
            unknown = error
            silent.append(one.code)
            continue
        shape = Shape.of(one.code)
        weight = RATES.city_shares[one.code[:4] + "00"] * one.weight / cities[one.code[:4]]
        key = (replace(season, region=region), repr(shape))
        alike.setdefault(key, []).append((one.code, weight, season, shape))
    if not alike:
        assert unknown is not None, "a region has counties where people live"
        raise unknown
    whole = sum(weight for found in alike.values() for _, weight, _, _ in found)
    parts = tuple(
        Part(tuple(one[0] for one in found), sum(one[1] for one in found) / whole, found[0][2], found[0][3])
        for found in alike.values()
    )
    return Curve(
        place, year, parts, tuple(silent), together([(part.weight, hours(part.shape, part.season)) for part in parts])
    )
