"""Worlds: the same people, places and payments for the same seed, on any day, machine and engine (模拟世界).

A world is its opening, with places, institutions and personas, and then parts that do not know of one another: made
one after the other, or by several processes at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

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
from simulator.draws import Draws
from simulator.families import add_unit
from simulator.identity import IdentityNumbers
from simulator.loading import Loading, loading
from simulator.making import Made, make_apart
from simulator.parts import (
    FIRST_OF_PARTS,
    Fingerprint,
    Ground,
    Maker,
    Taken,
    beyond_all,
    parts_of,
    seldom_collected,
)
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


@dataclass(frozen=True, slots=True)
class WorldSummary:
    """What was made. `fingerprint` is 64 hexadecimal digits; `counts` are rows by table."""

    name: str
    seed: int
    persons: int
    fingerprint: str
    counts: Mapping[str, int]


class _Opened(NamedTuple):
    """What the opening leaves: its rows are inserted."""

    records: Records
    places: Mapping[RegionCode, Place]
    ground: Ground
    taken: Mapping[RegionCode, Taken]
    persons: int


class _Prints:
    """The fingerprints of a world's parts, in their order, and the rows that they are of."""

    def __init__(self) -> None:
        self._whole = sha256()
        self.counts = dict.fromkeys(sorted(metadata.tables), 0)

    def add(self, fingerprint: str, counts: Mapping[str, int]) -> None:
        self._whole.update(f"{fingerprint}\n".encode())
        for name, count in counts.items():
            self.counts[name] += count

    def digest(self) -> str:
        return self._whole.hexdigest()


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
    records: Records, places: Sequence[Place], nearest: dict[tuple[str, InstitutionKind, InstitutionTier], int]
) -> dict[tuple[str, InstitutionKind, InstitutionTier], int]:
    """The first that is designated of each kind and tier, by the first four digits of its city's code; those where
    people go are added to `nearest`, by county too."""
    first: dict[tuple[str, InstitutionKind, InstitutionTier], int] = {}
    for one in institutions_of(places):
        number = records.new_id("institutions", one.region)
        if one.until is None:
            first.setdefault((one.region[:4], one.kind, one.tier), number)
            for place in (one.region, one.region[:4]):
                nearest.setdefault((place, one.kind, one.tier), number)
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


async def create_world(
    url: str, *, name: str, seed: int, persons: int = 20_000, processes: int = 1, progress: Progress
) -> WorldSummary:
    """Make the world of that seed in the empty database at a URL, personas included, exactly `persons` people.

    It is the same by however many processes it is made. When it fails nothing is left behind. Raises ValueError for
    fewer persons than `FEWEST_PERSONS`, `WorldExists` where a world is already, `MakerLost`.
    """
    if persons < FEWEST_PERSONS:
        raise ValueError(f"a world has at least {FEWEST_PERSONS} persons, not {persons}")
    progress("schema", 0, 1)
    with seldom_collected():
        async with loading(url) as target:
            progress("schema", 1, 1)
            return await _fill(target, name, seed, persons, processes, progress)


async def _fill(
    target: Loading, name: str, seed: int, persons: int, processes: int, progress: Progress
) -> WorldSummary:
    book = PolicyBook.load()
    prints = _Prints()
    opened = _open(seed, book)
    made = opened.persons
    opening = Fingerprint()
    rows = opened.records.take()
    opening.add(rows)
    prints.add(opening.digest(), opening.counts)
    await target.insert(rows)
    progress("people", made, persons)
    parts = parts_of(opened.places, _shares(list(opened.places.values()), persons - made), opened.taken)

    def told(more: int) -> None:
        nonlocal made
        made += more
        progress("people", made, persons)

    async def take(one: Made) -> None:
        prints.add(one.fingerprint, one.counts)
        await target.take_in(one.position)

    if processes > 1:
        await make_apart(opened.ground, parts, target.spool(), processes, told=told, take=take)
    else:
        maker = Maker(opened.ground, book)
        for part in parts:
            fingerprint = Fingerprint()
            for more, rows in maker.rows(part):
                fingerprint.add(rows)
                await target.insert(rows)
                told(more)
            prints.add(fingerprint.digest(), fingerprint.counts)
    progress("indexes", 0, 1)
    beyond = beyond_all(parts)
    await target.insert(_about(name, seed, made, prints.digest(), beyond))
    await target.finish()
    progress("indexes", 1, 1)
    return WorldSummary(name, seed, made, prints.digest(), prints.counts | {"id_blocks": 1, "world": 1})


def _open(seed: int, book: PolicyBook) -> _Opened:
    """What comes before the parts of a world, whatever its size."""
    prices = Prices(book)
    records = Records(prices.maternity)
    places = places_of(seed)
    _add_timers(records, book)
    _add_places(records, places, [*printed_agencies(), *simulated_agencies(seed, places)])
    nearest: dict[tuple[str, InstitutionKind, InstitutionTier], int] = {}
    institutions = _add_institutions(records, places, nearest)
    universities = _universities(records, seed, places)
    numbers = {
        place.code: IdentityNumbers(place.code, Draws(seed, "identity", int(place.code)))
        for place in places
        if place.weight
    }
    by_code = {place.code: place for place in places}
    cast = Cast(People(records, seed, by_code, numbers, universities, prices, institutions))
    cast.add_personas()
    assert records.next_number() <= FIRST_OF_PARTS, "the parts' numbers begin beyond those of the opening"
    taken = {code: frozenset(of.given) for code, of in numbers.items()}
    return _Opened(records, by_code, Ground(seed, nearest, universities), taken, cast.persons)


def _about(name: str, seed: int, persons: int, fingerprint: str, beyond: int) -> dict[str, list[Row]]:
    """The rows that say what the world is, and from which number on it gives out new ones."""
    return {
        "id_blocks": [(BLOCK_NAME, beyond)],
        "world": [
            (
                name,
                seed,
                persons,
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
                beyond,
                0,
                None,
            )
        ],
    }
