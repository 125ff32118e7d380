"""The parts of a world, which do not know of one another (世界的分块): people of one county who are made together.

Each has a stretch of numbers and of identity numbers of its own, and draws from sequences of its own. So it is the same
whoever makes it, and whatever else is made; only the opening, with places, institutions and personas, comes before.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import orjson

from domain.policy import PolicyBook
from domain.store.tables import metadata
from domain.vocabulary import InstitutionKind, InstitutionTier, RegionCode
from simulator.care import Care
from simulator.draws import Draws
from simulator.families import County, Workplaces, workplaces
from simulator.identity import SEQUENCES, IdentityNumbers
from simulator.places import Place
from simulator.prices import Prices
from simulator.records import Records, Row

Taken = frozenset[tuple[int, int]]
"""Identity numbers of a county that somebody has, by day of birth and sequence."""

BATCH: Final = 2_000
"""How many persons are held in memory at a time."""

FIRST_OF_PARTS: Final = 100_000
"""Numbers below are for what comes before the parts: the same whatever the size of the world."""

_PART = 20_000
_MOST_PARTS = 16
_MOST_INHABITANTS = 16_000_000
"""A county has at most so many parts, and fewer the more of these live there: each needs identity numbers enough for
every day of birth."""
_NUMBERS_PER_PERSON = 32
"""More than anybody has rows in any table: an account has at most 24 entries and those of four contributions."""
_SPARE_NUMBERS = 64
"""For the units that a county has however few live there."""


_SELDOM = 200_000, 10, 100
"""After how many new objects Python looks for cycles while a world is made. Rows are in none, and looking for them as
often as usual was a twelfth of the work."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Python looks for cycles seldom in the block."""
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class Fingerprint:
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


@dataclass(frozen=True, slots=True)
class Part:
    """Persons `begins` up to `ends` of a county's inhabitants.

    `county_number` is the first number of the county and `number` that of the part; `sequences` are those of its
    identity numbers.
    """

    place: Place
    inhabitants: int
    begins: int
    ends: int
    county_number: int
    sequences: range
    taken: Taken

    @property
    def number(self) -> int:
        return self.county_number + self.begins * _NUMBERS_PER_PERSON

    @property
    def beyond(self) -> int:
        """A number beyond every number of the part, its county's units excepted."""
        return self.county_number + _numbers(self.ends)


def _numbers(persons: int) -> int:
    return persons * _NUMBERS_PER_PERSON + _SPARE_NUMBERS


def parts_of(
    places: Mapping[RegionCode, Place], inhabitants: Mapping[RegionCode, int], taken: Mapping[RegionCode, Taken]
) -> list[Part]:
    """The parts of the counties in which so many are to live, in the order of the world's rows.

    A county's numbers follow those of the counties of its own province that come before it.
    """
    found = []
    beyond: dict[str, int] = {}
    for code, persons in inhabitants.items():
        number = beyond.setdefault(code[:2], FIRST_OF_PARTS)
        beyond[code[:2]] = number + _numbers(persons)
        most = max(1, min(_MOST_PARTS, _MOST_INHABITANTS // max(persons, 1)))
        size = max(_PART, -(-persons // (most * BATCH)) * BATCH)
        begins = range(0, max(persons, 1), size)
        share = SEQUENCES // len(begins)
        found += [
            Part(
                places[code],
                persons,
                first,
                min(persons, first + size),
                number,
                range(position * share, (position + 1) * share),
                taken[code],
            )
            for position, first in enumerate(begins)
        ]
    return found


def beyond_all(parts: Sequence[Part]) -> int:
    """A number beyond every number of the parts, and of what came before them."""
    return max((part.beyond for part in parts), default=FIRST_OF_PARTS)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the opening of a world leaves to its parts: where people are cared for, and where they study."""

    seed: int
    institutions: Mapping[tuple[str, InstitutionKind, InstitutionTier], int]
    universities: Mapping[str, tuple[int, RegionCode]]


class Maker:
    """Makes parts of one world, one after the other."""

    def __init__(self, ground: Ground, book: PolicyBook) -> None:
        self._ground = ground
        self._prices = Prices(book)
        self._records = Records(self._prices.maternity)
        self._care = Care(self._records, ground.seed, book, ground.institutions)
        self._county: tuple[RegionCode, Workplaces] | None = None

    def rows(self, part: Part) -> Iterator[tuple[int, dict[str, list[Row]]]]:
        """The rows of a part, batch by batch, and of how many persons they are."""
        seed, place, records = self._ground.seed, part.place, self._records
        work = self._work(part)
        numbers = IdentityNumbers(
            place.code, Draws(seed, f"identity {place.code}", part.begins), part.sequences, part.taken
        )
        for begins in range(part.begins, max(part.ends, part.begins + 1), BATCH):
            draws = Draws(seed, f"people {place.code}", begins // BATCH)
            papers = Draws(seed, f"papers {place.code}", begins // BATCH)
            county = County(records, draws, papers, place, numbers, work, self._prices, self._care)
            wanted = min(part.ends, begins + BATCH) - begins
            made = 0
            while made < wanted:
                made += county.add_family(wanted - made)
            self._care.settle()
            yield made, records.take()
        assert records.next_number("units") <= part.beyond, "a part has numbers enough"

    def _work(self, part: Part) -> Workplaces:
        """The workplaces of the part's county, whose rows come with its first part."""
        seed, place, records = self._ground.seed, part.place, self._records
        if self._county is None or self._county[0] != part.place.code or not part.begins:
            records.number_from(part.county_number)
            draws = Draws(seed, "units", int(place.code))
            university = self._ground.universities[place.code[:4]]
            self._county = place.code, workplaces(records, draws, place, part.inhabitants, *university)
        if part.begins:
            records.take()
            records.number_from(part.number)
        return self._county[1]
