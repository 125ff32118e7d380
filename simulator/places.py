"""The places of a world and the agencies that serve them (行政区划、医保经办机构), real ones from data files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from domain.vocabulary import (
    NATION,
    AgencyKind,
    InstitutionKind,
    InstitutionTier,
    PhoneKind,
    RegionCode,
    RegionLevel,
)
from simulator.draws import Draws
from simulator.identity import landline
from simulator.names import invented_places
from simulator.rates import DATA, RATES


@dataclass(frozen=True, slots=True)
class Place:
    """A region of the world. `weight` is its share of its city's people, 0 where nobody lives."""

    code: RegionCode
    name: str
    name_en: str
    level: RegionLevel
    synthetic: bool
    weight: int

    @property
    def parent(self) -> RegionCode | None:
        """The region that contains it; None for the nation."""
        if self.level is RegionLevel.NATION:
            return None
        if self.level is RegionLevel.PROVINCE:
            return NATION
        if self.level is RegionLevel.CITY:
            return RegionCode(self.code[:2] + "0000")
        return RegionCode(self.code[:4] + "00")

    @property
    def urban(self) -> bool:
        """Whether most of its people live in town: districts of a city and development zones."""
        return self.name.endswith("区")


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone of an agency. `note` says which matters it serves, None for all."""

    number: str
    e164: str | None
    kind: PhoneKind
    note: str | None


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency as a document prints it, or as the world's seed made it."""

    region: RegionCode
    name: str
    name_en: str
    kind: AgencyKind
    hours: str | None
    source: str
    phones: tuple[Phone, ...]


@dataclass(frozen=True, slots=True)
class MedicalInstitution:
    """A hospital or pharmacy that the simulator makes up. `until` is the last day of its agreement, if it has one."""

    region: RegionCode
    name: str
    name_en: str
    kind: InstitutionKind
    tier: InstitutionTier
    until: date | None


def _level(code: str) -> RegionLevel:
    if code == NATION:
        return RegionLevel.NATION
    if code.endswith("0000"):
        return RegionLevel.PROVINCE
    return RegionLevel.CITY if code.endswith("00") else RegionLevel.COUNTY


def _place(entry: dict[str, Any], synthetic: bool) -> Place:
    code = RegionCode(entry["code"])
    return Place(code, entry["name"], entry["name_en"], _level(code), synthetic, entry.get("weight", 0))


def _invented(city: RegionCode, numbers: dict[str, int], draws: Draws) -> list[Place]:
    names = invented_places(draws, numbers["districts"] + numbers["counties"])
    places = []
    for position, name in enumerate(names):
        if position < numbers["districts"]:
            suffix, full, english, weight = 2 + position, name + "区", "District", 30
        else:
            suffix, full, english, weight = 21 + position - numbers["districts"], name + "县", "County", 16
        code = RegionCode(f"{city[:4]}{suffix:02d}")
        places.append(Place(code, full, f"Simulated {english} {code}", RegionLevel.COUNTY, True, weight))
    return places


def places_of(seed: int) -> list[Place]:
    """Every region of the world of that seed, in order of code: a region stands after what contains it."""
    found: list[Place] = []
    for entry in yaml.safe_load((DATA / "regions.yaml").read_text("utf-8")):
        synthetic = bool(entry.get("synthetic", False))
        found.append(_place(entry, synthetic))
        found += [_place(inner, False) for inner in entry.get("places", ())]
        if "invented" in entry:
            city = found[-1]
            found += _invented(city.code, entry["invented"], Draws(seed, "places", int(city.code)))
            found.append(
                Place(
                    RegionCode(city.code[:4] + "99"),
                    city.name + "本级",
                    city.name_en + " municipal level",
                    RegionLevel.COUNTY,
                    True,
                    0,
                )
            )
    return sorted(found, key=lambda place: place.code)


def printed_agencies() -> list[Agency]:
    """The agencies of the source documents, in order of region."""
    found = [
        Agency(
            region=RegionCode(entry["region"]),
            name=entry["name"],
            name_en=entry["name_en"],
            kind=AgencyKind[entry["kind"]],
            hours=document["hours"],
            source=document["document"],
            phones=tuple(
                Phone(phone["number"], phone.get("e164"), PhoneKind[phone["kind"]], phone.get("note"))
                for phone in entry["phones"]
            ),
        )
        for document in yaml.safe_load((DATA / "agencies.yaml").read_text("utf-8"))
        for entry in document["agencies"]
    ]
    return sorted(found, key=lambda agency: agency.region)


def simulated_agencies(seed: int, places: list[Place]) -> list[Agency]:
    """One agency for each simulated county and municipal level."""
    names = {place.code: place for place in places}
    found = []
    for place in places:
        if not place.synthetic or place.level is not RegionLevel.COUNTY:
            continue
        draws = Draws(seed, "agencies", int(place.code))
        municipal = place.code.endswith("99")
        city = names[RegionCode(place.code[:4] + "00")]
        found.append(
            Agency(
                region=place.code,
                name=city.name + ("医疗保险基金管理中心" if municipal else place.name + "医疗保障局"),
                name_en=place.name_en + (" insurance fund centre" if municipal else " healthcare security bureau"),
                kind=AgencyKind.CITY_CENTRE if municipal else AgencyKind.COUNTY_BUREAU,
                hours=RATES.office_hours,
                source=f"seed {seed}",
                phones=(
                    Phone(landline(draws), None, PhoneKind.LANDLINE, None),
                    Phone(landline(draws), None, PhoneKind.LANDLINE, "居民参保登记与缴费"),
                ),
            )
        )
    return found


DESIGNATED_FROM = date(2020, 1, 1)
"""The first day of every agreement."""


def institutions_of(places: Sequence[Place]) -> list[MedicalInstitution]:
    """Where people are cared for, in order of place: a clinic in each county, and larger ones in each city's first."""
    found: list[MedicalInstitution] = []
    cities: set[str] = set()
    for place in places:
        if place.level is not RegionLevel.COUNTY or not place.weight:
            continue
        kinds: list[tuple[str, str, InstitutionKind, InstitutionTier, date | None]] = [
            ("模拟卫生院", "health centre", InstitutionKind.HOSPITAL, InstitutionTier.LEVEL_1, None)
        ]
        if place.code[:4] not in cities:
            cities.add(place.code[:4])
            kinds += [
                ("模拟第三医院", "hospital of level 3", InstitutionKind.HOSPITAL, InstitutionTier.LEVEL_3, None),
                ("模拟第二医院", "hospital of level 2", InstitutionKind.HOSPITAL, InstitutionTier.LEVEL_2, None),
                ("模拟村卫生室", "village clinic", InstitutionKind.HOSPITAL, InstitutionTier.VILLAGE, None),
                ("模拟药店", "pharmacy", InstitutionKind.PHARMACY, InstitutionTier.LEVEL_1, None),
                (
                    "模拟原定点医院",
                    "hospital, formerly designated",
                    InstitutionKind.HOSPITAL,
                    InstitutionTier.LEVEL_2,
                    date(2023, 12, 31),
                ),
            ]
        found += [
            MedicalInstitution(place.code, place.name + zh, f"{place.name_en} simulated {en}", kind, tier, until)
            for zh, en, kind, tier, until in kinds
        ]
    return found
