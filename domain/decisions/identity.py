"""Identity documents (证件): whether a number can be right, and whether a register confirms a person.

A standard's rules are those of the resident identity card (GB 11643-1999: division, birth date, sequence, check
character by ISO 7064 MOD 11-2), which the residence permit for Hong Kong, Macao and Taiwan and the permanent residence
card of 2023 share; the divisions 810000, 820000 and 830000 of the residence permit are those of GB/T 2260. That a
certificate of disability is the holder's identity number with a digit each for kind and grade is the issuer's rule.
The other shapes are what such documents look like, assumed: they keep out what can be no number of that kind, and say
nothing of whether it was issued.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.decisions.consulting import Consultation
from domain.refusals import (
    IdentityMismatch,
    InputNotAcceptable,
    InputProblem,
    OutsideParty,
    PartyDoesNotAnswer,
    PersonDeceased,
    TooManyAttempts,
)
from domain.vocabulary import IdType, RegionCode, Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

LONGEST_NAME = 50
"""Characters in a name; the longest that registers hold are of minorities and of foreigners."""

_CHINESE_CARD = re.compile(r"[一-鿿]{0,4}[0-9]{6,8}号?")
_OF_AN_OFFICE = re.compile(r"[A-Z0-9一-鿿()-]{4,30}")
_SHAPES = {
    IdType.RESIDENT_ID_CARD: re.compile(r"[0-9]{17}[0-9X]"),
    # 南字第 and the like, then the number.
    IdType.MILITARY_OFFICER_CARD: _CHINESE_CARD,
    IdType.ARMED_POLICE_OFFICER_CARD: _CHINESE_CARD,
    # The permit: H or M, eight digits of the holder, two of the issue. The passports: one or two letters.
    IdType.HONG_KONG_PERMIT: re.compile(r"H[0-9]{8}(?:[0-9]{2})?|K[0-9]{8}|[HK][A-Z][0-9]{7}"),
    IdType.MACAO_PERMIT: re.compile(r"M[0-9]{8}(?:[0-9]{2})?|M[A-Z][0-9]{7}"),
    IdType.TAIWAN_PERMIT: re.compile(r"[0-9]{8}"),
    # The old card: country, five digits of the place, seven more. The card of 2023: 18 digits as a resident's.
    IdType.FOREIGN_PERMANENT_RESIDENCE: re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"),
    IdType.FOREIGN_PASSPORT: re.compile(r"[A-Z0-9]{5,17}"),
    IdType.DISABILITY_CERTIFICATE: re.compile(r"[0-9]{17}[0-9X][1-7][1-4](?:B[1-9])?"),
    IdType.MILITARY_FAMILY_CERTIFICATE: _OF_AN_OFFICE,
    IdType.FOREIGN_WORK_PERMIT: _OF_AN_OFFICE,
    IdType.FOREIGN_EXPERT_CARD: _OF_AN_OFFICE,
    IdType.FOREIGN_CORRESPONDENT_CARD: _OF_AN_OFFICE,
    IdType.HONG_KONG_MACAO_TAIWAN_WORK_PERMIT: _OF_AN_OFFICE,
    IdType.SETTLED_EXPERT_CARD: _OF_AN_OFFICE,
    IdType.CHINESE_PASSPORT: re.compile(r"[A-Z][A-Z0-9]?[0-9]{7,8}"),
    IdType.HONG_KONG_MACAO_TAIWAN_RESIDENCE: re.compile(r"8[123]0000[0-9]{11}[0-9X]"),
    # The card's own letter and eight digits, or the holder's identity number.
    IdType.SOCIAL_SECURITY_CARD: re.compile(r"[A-Z0-9][0-9]{8}|[0-9]{17}[0-9X]"),
    IdType.OTHER: _OF_AN_OFFICE,
}
_WITH_CITIZENS_NUMBER = {
    IdType.RESIDENT_ID_CARD,
    IdType.FOREIGN_PERMANENT_RESIDENCE,
    IdType.DISABILITY_CERTIFICATE,
    IdType.HONG_KONG_MACAO_TAIWAN_RESIDENCE,
    IdType.SOCIAL_SECURITY_CARD,
}
_CITIZENS_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_OLD_NUMBER = re.compile(r"[0-9]{15}")
_DOTS = re.compile(r"[·•・‧．.]")


class RegisteredIdentity(Protocol):
    """A person as a register knows them (登记的身份信息)."""

    @property
    def name(self) -> str: ...
    @property
    def also_written(self) -> str | None: ...
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
    if id_type is IdType.RESIDENT_ID_CARD and _OLD_NUMBER.fullmatch(number):
        return InputProblem.OLD_NUMBER
    if _SHAPES[id_type].fullmatch(number) is None:
        return InputProblem.NUMBER_SHAPE
    citizens = _citizens_number(id_type, number)
    if citizens is None:
        return None
    if _date_within(citizens) is None:
        return InputProblem.NUMBER_DATE
    return None if check_character(citizens[:17]) == citizens[17] else InputProblem.CHECK_CHARACTER


def name_problem(name: str) -> InputProblem | None:
    """Why nobody can be called so: nothing but spaces, or beyond any name."""
    return None if 1 <= len(name.strip()) <= LONGEST_NAME else InputProblem.NAME_LENGTH


def described_problem(name: str, id_type: IdType, number: str) -> InputNotAcceptable | None:
    """Why nobody can have that name and document, None where somebody can: what is wrong with the name comes first."""
    for field, problem in (("name", name_problem(name)), ("idNumber", number_problem(id_type, number))):
        if problem is not None:
            return InputNotAcceptable(field=field, problem=problem)
    return None


def birth_date_problem(id_type: IdType, number: str, birth_date: date, on: date) -> InputProblem | None:
    """Why nobody who holds a document of that number can have been born on that day."""
    if birth_date > on:
        return InputProblem.IN_THE_FUTURE
    citizens = _citizens_number(id_type, number)
    told = None if citizens is None else _date_within(citizens)
    return None if told in (None, birth_date) else InputProblem.NOT_OF_THE_NUMBER


def _citizens_number(id_type: IdType, number: str) -> str | None:
    """The number by the rule of GB 11643 that a document's number is or begins with, None where it has none."""
    found = _CITIZENS_NUMBER.match(number) if id_type in _WITH_CITIZENS_NUMBER else None
    return None if found is None else found[0]


def _date_within(number: str) -> date | None:
    """The day in a number of 18 characters, None where no calendar has it."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Description:
    """Somebody as another person describes them: by name and document (姓名和证件)."""

    name: str
    id_type: IdType
    id_number: str


def require_attempts_left(
    consultation: Consultation, area: RegionCode, mismatches: int, *, limit: str = "identity.most_mismatches_a_day"
) -> None:
    """Raises TooManyAttempts for who has described others wrongly as often as may be in a day, by that fact."""
    most = consultation.fact("mismatches", area, limit)
    if mismatches >= most.count:
        raise TooManyAttempts(most=most.count, basis=most.key)


def require_confirmed(
    on: date,
    registered: RegisteredIdentity | None,
    *,
    answers: bool,
    name: str,
    birth_date: date | None = None,
    sex: Sex | None = None,
    path: tuple[str, ...] = ("idNumber",),
) -> None:
    """Raises the first of what the register holds against a person as they were described.

    `registered` is None for a document that it does not know, `answers` false while it is silent. Whether there is
    such a document, and what differs, is never told; whether its holder lives only to who knows the rest. `path` is
    the input field of the number.
    """
    if not answers:
        raise PartyDoesNotAnswer(party=OutsideParty.IDENTITY_REGISTRY)
    if registered is None or not confirms(registered, name=name, birth_date=birth_date, sex=sex):
        raise IdentityMismatch()
    if registered.died_on is not None and registered.died_on <= on:
        raise PersonDeceased(path=path)


def confirms(
    registered: RegisteredIdentity, *, name: str, birth_date: date | None = None, sex: Sex | None = None
) -> bool:
    """Whether the register knows the person by this name, and by birth date and sex where they are stated.

    A name may be in either form that the register takes for the same; an asterisk in one stands for itself alone.
    """
    forms = {_comparable(form) for form in (registered.name, registered.also_written) if form is not None}
    return _comparable(name) in forms and birth_date in (None, registered.birth_date) and sex in (None, registered.sex)


def same_name(one: str, other: str) -> bool:
    """Whether two ways of writing a name are of the same name."""
    return _comparable(one) == _comparable(other)


def _comparable(name: str) -> str:
    # Registers and keyboards disagree on the dot inside the names of minorities (间隔号), on spaces and on capitals.
    return _DOTS.sub("·", "".join(name.split())).casefold()
