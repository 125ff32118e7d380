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
    """An insured person and one relative to pay for. `person_id` is `per_…`."""

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
    return tuple(Viewer(token_in(line, number), text_in(line, "about", number)) for number, line in lines_of(path))


def read_people(path: Path, limit: int) -> tuple[Person, ...]:
    """The first `limit` people of the file, each of them once. Raises PeopleFileInvalid, and OSError."""
    found: dict[str, Person] = {}
    for number, line in islice(lines_of(path), limit):
        person = person_in(line, number)
        if found.setdefault(person.person_id, person) is not person:
            raise PeopleFileInvalid(f"line {number}: this personId has come before; nobody may come twice")
    return tuple(found.values())


def read_units(path: Path, limit: int) -> tuple[Unit, ...]:
    """The first `limit` units of the file, nobody the member of two. Raises PeopleFileInvalid, and OSError."""
    found: list[Unit] = []
    met: set[str] = set()
    for number, line in islice(lines_of(path), limit):
        unit = _unit(line, number)
        if not met.isdisjoint(unit.members) or len(set(unit.members)) < len(unit.members):
            raise PeopleFileInvalid(f"line {number}: one of the members has come before; nobody may come twice")
        met.update(unit.members)
        found.append(unit)
    return tuple(found)


def lines_of(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each line that is not empty, with its number. Raises PeopleFileInvalid, and OSError."""
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
            yield number, object_in(read, number, "the line")


def _unit(whole: Mapping[str, Any], number: int) -> Unit:
    return Unit(
        token=token_in(whole, number),
        unit_id=text_in(whole, "unitId", number),
        members=ids_in(whole, "members", number),
        stranger=text_in(whole, "stranger", number),
        paid=None if whole.get("paid") is None else text_in(whole, "paid", number),
        coverage_year=year_in(whole, number),
    )


def ids_in(record: Mapping[str, Any], key: str, number: int) -> tuple[str, ...]:
    """The ids of a line, at least one. Raises PeopleFileInvalid."""
    found = record.get(key)
    if not isinstance(found, list) or not found or not all(isinstance(one, str) and one for one in found):
        raise PeopleFileInvalid(f"line {number}: {key} is no list of ids")
    return tuple(found)


def year_in(record: Mapping[str, Any], number: int) -> int:
    """The year of cover of a line. Raises PeopleFileInvalid."""
    year = record.get("coverageYear")
    if not isinstance(year, int) or isinstance(year, bool) or year not in _COVERAGE_YEARS:
        raise PeopleFileInvalid(f"line {number}: coverageYear is not a year")
    return year


def person_in(whole: Mapping[str, Any], number: int) -> Person:
    """The person of a line. Raises PeopleFileInvalid."""
    member = object_in(whole.get("member"), number, "member")
    return Person(
        token=token_in(whole, number),
        person_id=text_in(whole, "personId", number),
        region=text_in(whole, "region", number),
        member=Relative(
            name=text_in(member, "name", number, "member."),
            id_type=text_in(member, "idType", number, "member."),
            id_number=text_in(member, "idNumber", number, "member."),
            birth_date=text_in(member, "birthDate", number, "member."),
            sex=text_in(member, "sex", number, "member."),
            relation=text_in(member, "relation", number, "member."),
        ),
        coverage_year=year_in(whole, number),
    )


def object_in(value: object, number: int, where: str) -> Mapping[str, Any]:
    """What must be an object of a line. Raises PeopleFileInvalid."""
    if not isinstance(value, dict):
        raise PeopleFileInvalid(f"line {number}: {where} is no JSON object")
    return value


def text_in(record: Mapping[str, Any], key: str, number: int, prefix: str = "") -> str:
    """A text of a line that is not empty. Raises PeopleFileInvalid."""
    value = record.get(key)
    if not isinstance(value, str) or not value:
        raise PeopleFileInvalid(f"line {number}: {prefix}{key} is missing or no text")
    return value


def token_in(record: Mapping[str, Any], number: int) -> str:
    """The token of a line. Raises PeopleFileInvalid."""
    token = text_in(record, "token", number)
    if not token.isascii() or not token.isprintable() or " " in token:
        # It becomes a header: a line break in it would become another one.
        raise PeopleFileInvalid(f"line {number}: token is no bearer token")
    return token
