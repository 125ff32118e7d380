"""The book of policy (政策库): dated facts with their sources, and the one way to look them up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from domain.policy.facts import Area, Assumption, Document, Fact, FactDefinition, FactNameUndefined, PolicyUnknown
from domain.policy.matters.book import MatterBook
from domain.policy.reading import Library, read_library
from domain.policy.report import (
    FACTS_BEHIND,
    JOURNEY_FACTS,
    SOURCE_CITIES,
    STALE_AFTER_DAYS,
    AssumedFact,
    Gap,
    LapsingFact,
    PolicyReport,
    StaleFact,
    year_collected_on,
)
from domain.vocabulary import NATION, PROVINCES, RegionCode, RegionLevel, region_chain


@dataclass(frozen=True, slots=True)
class _Row:
    """The facts of one name, area and benefit year, oldest first; no two are in force on one day."""

    firsts: tuple[date, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """All rows of one name."""

    per_benefit_year: bool
    rows: Mapping[tuple[str, int | None], _Row]


_DAY: Final = timedelta(days=1)
_REMEMBERED: Final = 16_384
"""How many answers a book remembers, the latest that were asked for: a list of people asks the same of it for each."""


class PolicyBook:
    """Every policy fact the product knows. Immutable: a changed policy is a new book.

    The composition root loads it and passes it on.
    """

    __slots__ = ("_by_key", "_facts", "_in_force", "_shelves", "_turns", "areas", "definitions", "documents", "matters")

    areas: Mapping[RegionCode, Area]
    """The places that facts are given for."""
    definitions: Mapping[str, FactDefinition]
    """What each fact name means."""
    documents: Mapping[str, Document]
    """The documents cited, without quotes."""
    matters: MatterBook
    """The guides to service matters."""

    def __init__(self, library: Library) -> None:
        self.areas = MappingProxyType(dict(library.areas))
        self.definitions = MappingProxyType(dict(sorted(library.definitions.items())))
        self.documents = MappingProxyType(dict(library.documents))
        self.matters = MatterBook(library.matters)
        self._facts = library.facts
        self._by_key = {fact.key: fact for fact in library.facts}
        self._shelves = _shelved(self.definitions.values(), library.facts)
        self._in_force = lru_cache(_REMEMBERED)(self._looked_up)
        ends = (fact.valid_until for fact in library.facts if fact.valid_until is not None)
        self._turns = sorted({fact.valid_from for fact in library.facts} | {day + _DAY for day in ends})

    @staticmethod
    def load(folder: Path | None = None) -> PolicyBook:
        """The book as the files of a folder say it; where none is given, the product's own, read once in a process.

        Raises PolicyFileInvalid, which names file, fact and line, when a file cannot be believed.
        """
        return _shipped() if folder is None else PolicyBook(read_library(folder))

    def fact(self, name: str, *, area: RegionCode | str, on: date, benefit_year: int | None = None) -> Fact:
        """The fact in force on that day: of the county, else the city, else the province, else the nation.

        A fact stated per year of cover answers only for the `benefit_year` asked; any other ignores the year.
        Raises PolicyUnknown on a gap, FactNameUndefined for a name no file defines, ValueError for an `area` that
        is not six digits.
        """
        return self.first_fact((name,), area=area, on=on, benefit_year=benefit_year)

    def first_fact(
        self, names: Sequence[str], *, area: RegionCode | str, on: date, benefit_year: int | None = None
    ) -> Fact:
        """The fact of the first of several names that speaks there and then, for rules stated in different units.

        Raises PolicyUnknown for the first name when none of them speaks, ValueError when none is given.
        """
        for name in names:
            found = self._in_force(name, area, on, benefit_year)
            if found is not None:
                return found
        if not names:
            raise ValueError("name at least one fact")
        year = benefit_year if self._shelves[names[0]].per_benefit_year else None
        raise PolicyUnknown(names[0], RegionCode(area), on, year)

    def _looked_up(self, name: str, area: str, on: date, benefit_year: int | None) -> Fact | None:
        """As `fact`, but None on a gap."""
        shelf = self._shelves.get(name)
        if shelf is None:
            raise FactNameUndefined(name)
        if len(area) != 6 or not area.isdecimal():
            raise ValueError(f"an area is six digits, not {area!r}")
        year = benefit_year if shelf.per_benefit_year else None
        rows = shelf.rows
        for place in region_chain(RegionCode(area)):
            row = rows.get((place, year))
            if row is not None:
                position = bisect_right(row.firsts, on)
                if position:
                    found = row.facts[position - 1]
                    if found.valid_until is None or on <= found.valid_until:
                        return found
        return None

    def edition(self, on: date) -> int:
        """Which of the stretches between the days on which facts begin and cease: all its days are answered alike."""
        return bisect_right(self._turns, on)

    def by_key(self, key: str) -> Fact | None:
        """The fact of that key (`name~area~from[~benefit_year]`), or None where there is none."""
        return self._by_key.get(key)

    def place(self, code: RegionCode) -> tuple[str, str]:
        """What messages call a place: the nearest area that the book knows, else its province, else its code."""
        for area in map(self.areas.get, region_chain(code)):
            if area is not None and area.level is not RegionLevel.NATION:
                return area.name_zh, area.name_en
        if code == NATION:
            return self.areas[NATION].name_zh, self.areas[NATION].name_en
        return PROVINCES.get(code[:2], (code, code))

    def term(self, name: str) -> tuple[str, str]:
        """The term of a fact, or of what a guide says, in Chinese and English; the name where no file defines it."""
        found = self.definitions.get(name)
        if found is None:
            return self.matters.term(name) or (name, name)
        return found.term_zh, found.term_en

    def names(self) -> tuple[str, ...]:
        """Every fact name, in alphabetical order."""
        return tuple(self.definitions)

    def facts(
        self,
        *,
        name: str | None = None,
        area: RegionCode | str | None = None,
        on: date | None = None,
        benefit_year: int | None = None,
    ) -> tuple[Fact, ...]:
        """The facts given for exactly that name, area, day and year of cover, ordered by name, area, year and start."""
        return tuple(
            fact
            for fact in self._facts
            if (name is None or fact.name == name)
            and (area is None or fact.area == area)
            and (on is None or fact.in_force(on))
            and (benefit_year is None or fact.benefit_year == benefit_year)
        )

    def check(self, on: date, *, within_days: int = 90) -> PolicyReport:
        """What the book lacks, assumes and is about to lose on that day (政策核对)."""
        benefit_year = year_collected_on(on)
        in_force = self.facts(on=on)
        return PolicyReport(
            on=on,
            benefit_year=benefit_year,
            within_days=within_days,
            facts=len(self._facts),
            in_force=len(in_force),
            documents=len(self.documents),
            gaps=tuple(self._gaps(on, benefit_year)),
            assumptions=tuple(
                AssumedFact(fact, fact.source.why, fact.in_force(on))
                for fact in self._facts
                if isinstance(fact.source, Assumption)
            ),
            lapsing=tuple(
                LapsingFact(fact, (fact.valid_until - on).days)
                for fact in in_force
                if fact.valid_until is not None and (fact.valid_until - on).days <= within_days
            ),
            stale=tuple(
                StaleFact(fact, (on - fact.confirmed_on).days)
                for fact in in_force
                if fact.confirmed_on is not None and (on - fact.confirmed_on).days > STALE_AFTER_DAYS
            ),
        )

    def _gaps(self, on: date, benefit_year: int) -> Iterable[Gap]:
        for city in SOURCE_CITIES:
            asked = list(JOURNEY_FACTS)
            for names in asked:
                try:
                    found = self.first_fact(names, area=city, on=on, benefit_year=benefit_year)
                    if found.name in FACTS_BEHIND and found.value:
                        asked += [(name,) for name in FACTS_BEHIND[found.name]]
                except PolicyUnknown:
                    definition = self.definitions[names[0]]
                    yield Gap(
                        names=names,
                        term_zh=definition.term_zh,
                        term_en=definition.term_en,
                        area=city,
                        area_zh=self.areas[city].name_zh,
                        on=on,
                        benefit_year=benefit_year,
                    )


@cache
def _shipped() -> PolicyBook:
    return PolicyBook(read_library(Path(__file__).parent))


def _shelved(definitions: Iterable[FactDefinition], facts: Iterable[Fact]) -> dict[str, _Shelf]:
    gathered: dict[str, dict[tuple[str, int | None], list[Fact]]] = {one.name: {} for one in definitions}
    for fact in facts:
        gathered[fact.name].setdefault((fact.area, fact.benefit_year), []).append(fact)
    return {
        one.name: _Shelf(
            per_benefit_year=one.per_benefit_year,
            rows={
                place: _Row(tuple(fact.valid_from for fact in row), tuple(row))
                for place, row in gathered[one.name].items()
            },
        )
        for one in definitions
    }
