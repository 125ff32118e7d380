"""The people of a load test (压测人群), read from files of JSON lines that the simulator's side wrote.

Identity numbers are simulated and treated as if they were not: they go into request bodies and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

LONGEST_LINE: Final = 16_384
_COVERAGE_YEARS: Final = range(1998, 2200)


class PeopleFileInvalid(ValueError):
    """A people file that cannot be used; the message names line and field, never a value."""


@dataclass(frozen=True, slots=True)
class Relative:
    """Whom a person binds and pays for, as the person fills in the form."""

    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)
    birth_date: str = field(repr=False)
    sex: str
    relation: str

    def form(self) -> dict[str, str]:
        """The fields of the form that name the relative."""
        return {
            "name": self.name,
            "idType": self.id_type,
            "idNumber": self.id_number,
            "birthDate": self.birth_date,
            "sex": self.sex,
            "relation": self.relation,
        }


@dataclass(frozen=True, slots=True)
class Person:
    """An insured person and one relative to pay for. `person_id` is `per_…`; `token` is empty where there is none."""

    token: str = field(repr=False)
    person_id: str
    region: str
    member: Relative
    coverage_year: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A school or village that collects (代收单位), with its officer's token. All others are `per_…`.

    `members` are unpaid; `stranger` is nobody of the unit's, and `paid` one of its people who is paid for, if any.
    """

    token: str = field(repr=False)
    unit_id: str
    members: tuple[str, ...]
    stranger: str
    paid: str | None
    coverage_year: int


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the log: a token, and in what capacity."""

    token: str = field(repr=False)
    about: str


def read_viewers(path: Path) -> tuple[Viewer, ...]:
    """All viewers of the file. Raises PeopleFileInvalid, and OSError."""
    return tuple(Viewer(_token(line, number), _text(line, "about", number)) for number, line in _lines(path))


def read_people(path: Path, limit: int) -> tuple[Person, ...]:
    """The first `limit` people of the file, each of them once. Raises PeopleFileInvalid, and OSError."""
    found: dict[str, Person] = {}
    for number, line in islice(_lines(path), limit):
        person = _person(line, number)
        if found.setdefault(person.person_id, person) is not person:
            raise PeopleFileInvalid(f"line {number}: this personId has come before; nobody may come twice")
    return tuple(found.values())


def read_units(path: Path, limit: int) -> tuple[Unit, ...]:
    """The first `limit` units of the file, nobody the member of two. Raises PeopleFileInvalid, and OSError."""
    found: list[Unit] = []
    met: set[str] = set()
    for number, line in islice(_lines(path), limit):
        unit = _unit(line, number)
        if not met.isdisjoint(unit.members) or len(set(unit.members)) < len(unit.members):
            raise PeopleFileInvalid(f"line {number}: one of the members has come before; nobody may come twice")
        met.update(unit.members)
        found.append(unit)
    return tuple(found)


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each line that is not empty, with its number. Raises PeopleFileInvalid."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                raise PeopleFileInvalid(f"line {number} is longer than {LONGEST_LINE} bytes")
            if not line.strip():
                continue
            try:
                read = json.loads(line)
            except (ValueError, RecursionError):
                # Neither the text nor the parser's message, which quotes it, may be shown.
                raise PeopleFileInvalid(f"line {number} is no JSON in UTF-8") from None
            yield number, _object(read, number, "the line")


def _unit(whole: Mapping[str, Any], number: int) -> Unit:
    members = whole.get("members")
    if not isinstance(members, list) or not members or not all(isinstance(one, str) and one for one in members):
        raise PeopleFileInvalid(f"line {number}: members is no list of ids")
    return Unit(
        token=_token(whole, number),
        unit_id=_text(whole, "unitId", number),
        members=tuple(members),
        stranger=_text(whole, "stranger", number),
        paid=None if whole.get("paid") is None else _text(whole, "paid", number),
        coverage_year=_year(whole, number),
    )


def _year(record: Mapping[str, Any], number: int) -> int:
    year = record.get("coverageYear")
    if not isinstance(year, int) or isinstance(year, bool) or year not in _COVERAGE_YEARS:
        raise PeopleFileInvalid(f"line {number}: coverageYear is not a year")
    return year


def _person(whole: Mapping[str, Any], number: int) -> Person:
    member = _object(whole.get("member"), number, "member")
    return Person(
        token=_token(whole, number) if "token" in whole else "",
        person_id=_text(whole, "personId", number),
        region=_text(whole, "region", number),
        member=Relative(
            name=_text(member, "name", number, "member."),
            id_type=_text(member, "idType", number, "member."),
            id_number=_text(member, "idNumber", number, "member."),
            birth_date=_text(member, "birthDate", number, "member."),
            sex=_text(member, "sex", number, "member."),
            relation=_text(member, "relation", number, "member."),
        ),
        coverage_year=_year(whole, number),
    )


def _object(value: object, number: int, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise PeopleFileInvalid(f"line {number}: {where} is no JSON object")
    return value


def _text(record: Mapping[str, Any], key: str, number: int, prefix: str = "") -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value:
        raise PeopleFileInvalid(f"line {number}: {prefix}{key} is missing or no text")
    return value


def _token(record: Mapping[str, Any], number: int) -> str:
    token = _text(record, "token", number)
    if not token.isascii() or not token.isprintable() or " " in token:
        # It becomes a header: a line break in it would become another one.
        raise PeopleFileInvalid(f"line {number}: token is no bearer token")
    return token
