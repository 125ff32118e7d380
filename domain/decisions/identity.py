"""Identity documents (证件): whether a number can be right, and whether a register confirms a person."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

from domain.refusals import InputProblem
from domain.vocabulary import IdType, Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

LONGEST_NAME = 50
"""Characters in a name; the longest that registers hold are of minorities and of foreigners."""

_SHAPES = {
    IdType.RESIDENT_ID_CARD: re.compile(r"[0-9]{17}[0-9X]"),
    # H or M, eight digits of the holder, two of the issue.
    IdType.HONG_KONG_PERMIT: re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    IdType.TAIWAN_PERMIT: re.compile(r"[0-9]{8}"),
    # The old card: country, five digits of the place, seven more. The card of 2023: 18 digits as a resident's.
    IdType.FOREIGN_PERMANENT_RESIDENCE: re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"),
    IdType.PASSPORT: re.compile(r"[A-Z0-9]{5,17}"),
}
_DOTS = re.compile(r"[·•・‧．.]")


class RegisteredIdentity(Protocol):
    """A person as a register knows them (登记的身份信息)."""

    @property
    def name(self) -> str: ...
    @property
    def sex(self) -> Sex: ...
    @property
    def birth_date(self) -> date: ...
    @property
    def died_on(self) -> date | None: ...


def check_character(body: str) -> str:
    """The 18th character to 17 digits of a citizen's number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return _CHECK_CHARACTERS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True)) % 11]


def document_number(text: str) -> str:
    """A document number as registers write it: no spaces, capital letters."""
    return "".join(text.split()).upper()


def number_problem(id_type: IdType, number: str) -> InputProblem | None:
    """Why a number can be none of that kind of document: shape, and date and check character where it has them."""
    if _SHAPES[id_type].fullmatch(number) is None:
        return InputProblem.NUMBER_SHAPE
    if len(number) != 18:
        return None
    if _date_within(number) is None:
        return InputProblem.NUMBER_DATE
    return None if check_character(number[:17]) == number[17] else InputProblem.CHECK_CHARACTER


def name_problem(name: str) -> InputProblem | None:
    """Why nobody can be called so: nothing but spaces, or beyond any name."""
    return None if 1 <= len(name.strip()) <= LONGEST_NAME else InputProblem.NAME_LENGTH


def birth_date_problem(number: str, birth_date: date, on: date) -> InputProblem | None:
    """Why nobody who holds a document of that number can have been born on that day."""
    if birth_date > on:
        return InputProblem.IN_THE_FUTURE
    told = _date_within(number) if len(number) == 18 else None
    return None if told in (None, birth_date) else InputProblem.NOT_OF_THE_NUMBER


def _date_within(number: str) -> date | None:
    """The day in a number of 18 characters, None where no calendar has it."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def confirms(registered: RegisteredIdentity, *, name: str, birth_date: date, sex: Sex) -> bool:
    """Whether the register knows the person by this name, birth date and sex."""
    return (
        _comparable(name) == _comparable(registered.name)
        and birth_date == registered.birth_date
        and sex is registered.sex
    )


def _comparable(name: str) -> str:
    # Registers and keyboards disagree on the dot inside the names of minorities (间隔号) and on spaces.
    return _DOTS.sub("·", "".join(name.split()))
