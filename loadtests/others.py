"""Who comes for anything but their own contribution or a relative's (其他来办事的人), from a file of JSON lines.

Each line says in `errand` for what: the errand's name in reports. Identity numbers are treated as those of people are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loadtests.people import (
    PeopleFileInvalid,
    Person,
    Relative,
    ids_in,
    lines_of,
    person_in,
    text_in,
    token_in,
    year_in,
)


@dataclass(frozen=True, slots=True)
class Clerk:
    """A clerk (经办人员) and the region whose filings they work on."""

    token: str = field(repr=False)
    region: str


@dataclass(frozen=True, slots=True)
class Employer:
    """Who acts for a unit (单位经办人员): `uni_…`, where it lies, and everybody who works there, `per_…`."""

    token: str = field(repr=False)
    region: str
    unit_id: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collector:
    """A village cadre, or who acts for a school (村干部、学校经办人员), and whom they pay for, who are not paid for.

    `stranger` is none of the unit's people.
    """

    token: str = field(repr=False)
    region: str
    unit_id: str
    members: tuple[str, ...]
    stranger: str
    coverage_year: int


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent with an account, and a newborn who is not on the platform yet: what covering the child costs."""

    person: Person
    amount_fen: int

    @property
    def token(self) -> str:
        """The parent's."""
        return self.person.token

    @property
    def person_id(self) -> str:
        """The parent's."""
        return self.person.person_id

    @property
    def region(self) -> str:
        """Where the child is to be insured."""
        return self.person.region

    @property
    def member(self) -> Relative:
        """The child."""
        return self.person.member

    @property
    def coverage_year(self) -> int:
        """The year of birth."""
        return self.person.coverage_year


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody who is insured at home and studies at a school in another region, `uni_…`."""

    token: str = field(repr=False)
    person_id: str
    home: str
    region: str
    school_unit_id: str
    coverage_year: int


Other = Clerk | Employer | Collector | Parent | Student


def _clerk(line: Mapping[str, Any], number: int) -> Clerk:
    return Clerk(token_in(line, number), text_in(line, "region", number))


def _employer(line: Mapping[str, Any], number: int) -> Employer:
    unit = text_in(line, "unitId", number)
    return Employer(token_in(line, number), text_in(line, "region", number), unit, ids_in(line, "members", number))


def _collector(line: Mapping[str, Any], number: int) -> Collector:
    return Collector(
        token_in(line, number),
        text_in(line, "region", number),
        text_in(line, "unitId", number),
        ids_in(line, "members", number),
        text_in(line, "stranger", number),
        year_in(line, number),
    )


def _parent(line: Mapping[str, Any], number: int) -> Parent:
    amount = line.get("amountFen")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        raise PeopleFileInvalid(f"line {number}: amountFen is no number of fen above 0")
    return Parent(person_in(line, number), amount)


def _student(line: Mapping[str, Any], number: int) -> Student:
    return Student(
        token_in(line, number),
        text_in(line, "personId", number),
        text_in(line, "home", number),
        text_in(line, "region", number),
        text_in(line, "schoolUnitId", number),
        year_in(line, number),
    )


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any], int], Other]]] = {
    "WorkTheQueue": _clerk,
    "PayForEmployees": _employer,
    "CollectForMany": _collector,
    "EnrolANewborn": _parent,
    "StudyElsewhere": _student,
}


def read_others(path: Path) -> Mapping[str, Sequence[Other]]:
    """Everybody in the file by errand, in its order. Raises PeopleFileInvalid, and OSError."""
    found: dict[str, list[Other]] = {}
    for number, line in lines_of(path):
        errand = text_in(line, "errand", number)
        reader = _READERS.get(errand)
        if reader is None:
            raise PeopleFileInvalid(f"line {number}: errand is none that anybody comes for")
        found.setdefault(errand, []).append(reader(line, number))
    return found
