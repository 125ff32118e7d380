"""Worlds: the same people, places and payments for the same seed, on any day, machine and engine (模拟世界).

A world is made county by county. What one county draws does not depend on what another drew, and no more than a few
thousand people are held in memory at a time.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

import orjson

from domain.policy import PolicyBook
from domain.store.ids import BLOCK_NAME
from domain.store.tables import metadata
from domain.store.timers import TimerKind
from domain.vocabulary import (
    NATION,
    InstitutionKind,
    InstitutionTier,
    RegionCode,
    RegionLevel,
    UnitKind,
    instant,
    start_of_business_date,
)
from simulator.care import Care
from simulator.draws import Draws
from simulator.families import County, Workplaces, add_unit, workplaces
from simulator.identity import IdentityNumbers
from simulator.loading import Loading, loading
from simulator.personas import Cast, People
from simulator.places import (
    DESIGNATED_FROM,
    Agency,
    Place,
    institutions_of,
    places_of,
    printed_agencies,
    simulated_agencies,
)
from simulator.prices import Prices
from simulator.rates import RATES
from simulator.records import START, TODAY, Records, Row

Progress = Callable[[str, int, int], None]
"""Told of each stage by name, with how much of it is done and how much there is."""

FEWEST_PERSONS = 500
"""The smallest world: room for the personas and a few families in every county."""

_BATCH = 2_000
_SELDOM = 200_000, 10, 100
"""After how many new objects Python looks for cycles while a world is made. Rows are in none, and looking for them as
often as usual was a twelfth of the work."""


@dataclass(frozen=True, slots=True)
class WorldSummary:
    """What was made. `fingerprint` is 64 hexadecimal digits; `counts` are rows by table."""

    name: str
    seed: int
    persons: int
    fingerprint: str
    counts: Mapping[str, int]


class _Fingerprint:
    """SHA-256 over rows as JSON, one after another in the order they were made, table by table."""

    def __init__(self) -> None:
        self._tables = {name: sha256() for name in metadata.tables}
        self.counts = dict.fromkeys(sorted(metadata.tables), 0)

    def add(self, rows: Mapping[str, Sequence[Row]]) -> None:
        for name, found in rows.items():
            # Without the list's brackets the text does not tell where one batch ended and the next began.
            self._tables[name].update(orjson.dumps(found)[1:-1] + b",")
            self.counts[name] += len(found)

    def digest(self) -> str:
        whole = sha256()
        for name in sorted(self._tables):
            whole.update(f"{name}:{self._tables[name].hexdigest()}\n".encode())
        return whole.hexdigest()


class _Growing:
    """A world on its way into a database."""

    def __init__(self, target: Loading, seed: int, book: PolicyBook, prices: Prices) -> None:
        self._target = target
        self.records = Records(prices.maternity)
        self.fingerprint = _Fingerprint()
        self.care = Care(self.records, seed, book)

    async def flush(self) -> None:
        self.care.settle()
        rows = self.records.take()
        self.fingerprint.add(rows)
        await self._target.insert(rows)


def _add_places(records: Records, places: Sequence[Place], agencies: Sequence[Agency]) -> None:
    for place in places:
        records.add("regions", place.code, place.name, place.name_en, place.level.name, place.parent, place.synthetic)
    for agency in agencies:
        number = records.new_id("agencies", agency.region)
        records.add(
            "agencies",
            number,
            agency.region,
            agency.name,
            agency.name_en,
            agency.kind.name,
            agency.hours,
            agency.source,
        )
        for position, phone in enumerate(agency.phones, start=1):
            records.add("agency_phones", number, position, phone.number, phone.e164, phone.kind.name, phone.note)


def _add_institutions(
    growing: _Growing, places: Sequence[Place]
) -> dict[tuple[str, InstitutionKind, InstitutionTier], int]:
    """The first that is designated of each kind and tier, by the first four digits of its city's code."""
    records = growing.records
    first: dict[tuple[str, InstitutionKind, InstitutionTier], int] = {}
    for one in institutions_of(places):
        number = records.new_id("institutions", one.region)
        if one.until is None:
            first.setdefault((one.region[:4], one.kind, one.tier), number)
            if one.kind is InstitutionKind.HOSPITAL:
                for place in (one.region, one.region[:4]):
                    growing.care.hospitals.setdefault((place, one.tier), number)
        records.add(
            "institutions",
            number,
            one.region,
            one.name,
            one.name_en,
            one.kind.name,
            one.tier.name,
            DESIGNATED_FROM.isoformat(),
            None if one.until is None else one.until.isoformat(),
            None,
        )
    return first


def _add_timers(records: Records, book: PolicyBook) -> None:
    """What the calendar brings first to personal accounts; each sets the next of its kind."""
    today = date.fromordinal(TODAY)
    settled_on = today.replace(month=12, day=book.fact("personal_account.settlement_day", area=NATION, on=today).days)
    if settled_on < today:
        settled_on = settled_on.replace(year=today.year + 1)
    credited_on = today.replace(day=book.fact("personal_account.pensioner_credit_day", area=NATION, on=today).days)
    if credited_on < today:
        credited_on = (credited_on.replace(day=1) + timedelta(days=31)).replace(day=credited_on.day)
    for number, kind, due_on, day in (
        (1, TimerKind.PAY_INTEREST, settled_on + timedelta(days=1), settled_on),
        (2, TimerKind.CREDIT_PENSIONERS, credited_on, credited_on),
    ):
        records.add("timers", number, start_of_business_date(due_on), kind.name, 0, day.isoformat())


def _shares(places: Sequence[Place], persons: int) -> dict[RegionCode, int]:
    """How many of the persons live in each county: each city's share by weight, remainders to the largest county."""
    found: dict[RegionCode, int] = {}
    for city, share in RATES.city_shares.items():
        counties = [place for place in places if place.weight and place.code[:4] == city[:4]]
        weight = sum(place.weight for place in counties)
        for place in counties:
            found[place.code] = int(persons * share * place.weight / weight)
    largest = max(found, key=lambda code: found[code])
    found[largest] += persons - sum(found.values())
    return found


def _universities(records: Records, seed: int, places: Sequence[Place]) -> dict[str, tuple[int, RegionCode]]:
    """A university in the first district of each city, by the first four digits of the city's code."""
    found: dict[str, tuple[int, RegionCode]] = {}
    names = {place.code: place.name for place in places}
    for place in places:
        if place.level is RegionLevel.COUNTY and place.weight and place.code[:4] not in found:
            city = names[RegionCode(place.code[:4] + "00")].removesuffix("市")
            draws = Draws(seed, "university", int(place.code))
            unit = add_unit(records, draws, UnitKind.SCHOOL, place, 0, f"{city}模拟大学")
            found[place.code[:4]] = unit, place.code
    return found


@contextmanager
def _seldom_collected() -> Iterator[None]:
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


async def create_world(url: str, *, name: str, seed: int, persons: int = 20_000, progress: Progress) -> WorldSummary:
    """Make the world of that seed in the empty database at a URL, personas included, exactly `persons` people.

    When it fails nothing is left behind. Raises ValueError for fewer persons than `FEWEST_PERSONS`, `WorldExists`
    where a world is already.
    """
    if persons < FEWEST_PERSONS:
        raise ValueError(f"a world has at least {FEWEST_PERSONS} persons, not {persons}")
    progress("schema", 0, 1)
    with _seldom_collected():
        return await _created(url, name, seed, persons, progress)


async def _created(url: str, name: str, seed: int, persons: int, progress: Progress) -> WorldSummary:
    async with loading(url) as target:
        book = PolicyBook.load()
        prices = Prices(book)
        growing = _Growing(target, seed, book, prices)
        records = growing.records
        progress("schema", 1, 1)
        places = places_of(seed)
        _add_timers(records, book)
        _add_places(records, places, [*printed_agencies(), *simulated_agencies(seed, places)])
        institutions = _add_institutions(growing, places)
        universities = _universities(records, seed, places)
        numbers = {
            place.code: IdentityNumbers(place.code, Draws(seed, "identity", int(place.code)))
            for place in places
            if place.weight
        }
        by_code = {place.code: place for place in places}
        cast = Cast(People(records, seed, by_code, numbers, universities, prices, institutions))
        cast.add_personas()
        await growing.flush()
        made = cast.persons
        progress("people", made, persons)
        for code, wanted in _shares(places, persons - made).items():
            place = by_code[code]
            units = Draws(seed, "units", int(code))
            work = workplaces(records, units, place, wanted, *universities[code[:4]])
            made += await _people(growing, seed, place, wanted, numbers[code], work, prices, made, persons, progress)
            del numbers[code]
        progress("indexes", 0, 1)
        fingerprint = growing.fingerprint.digest()
        counts = dict(growing.fingerprint.counts)
        records.add("id_blocks", BLOCK_NAME, records.next_number)
        records.add(
            "world",
            name,
            seed,
            made,
            fingerprint,
            instant(START),
            None,
            1,
            None,
            0,
            0,
            0,
            0,
            None,
            None,
            None,
            records.next_number,
            0,
            None,
        )
        await target.insert(records.take())
        await target.finish()
        progress("indexes", 1, 1)
    return WorldSummary(name, seed, made, fingerprint, counts | {"id_blocks": 1, "world": 1})


async def _people(
    growing: _Growing,
    seed: int,
    place: Place,
    wanted: int,
    numbers: IdentityNumbers,
    work: Workplaces,
    prices: Prices,
    before: int,
    total: int,
    progress: Progress,
) -> int:
    made = 0
    for batch in range(0, wanted, _BATCH):
        draws = Draws(seed, f"people {place.code}", batch // _BATCH)
        papers = Draws(seed, f"papers {place.code}", batch // _BATCH)
        county = County(growing.records, draws, papers, place, numbers, work, prices, growing.care)
        until = min(wanted, batch + _BATCH)
        while made < until:
            made += county.add_family(until - made)
        await growing.flush()
        progress("people", before + made, total)
    if not wanted:
        await growing.flush()
    return made
