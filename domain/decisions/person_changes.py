"""Whether what is on record of a person may be changed (参保人员信息变更), and what it says then.

Name, sex, birth date and document are key information (关键信息): they are what the population register says of the
document as it will be on record. A telephone number is the person's own to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.identity import (
    RegisteredIdentity,
    birth_date_problem,
    document_number,
    name_problem,
    number_problem,
    require_attempts_left,
    require_confirmed,
    same_name,
)
from domain.decisions.objections import noting
from domain.policy import PolicyBook
from domain.refusals import (
    DocumentOfAnother,
    InputNotAcceptable,
    InputProblem,
    NothingChanges,
    PersonDeceased,
    Refusal,
    first_told,
)
from domain.vocabulary import Id, IdType, PersonDetail, RegionCode, Sex

_PHONE = re.compile(r"1[0-9]{10}|0[0-9]{2,3}-[0-9]{7,8}")


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What may be changed of a person."""

    name: str
    id_type: IdType
    id_number: str
    sex: Sex
    birth_date: date
    phone: str | None

    @property
    def document(self) -> tuple[IdType, str]:
        """Kind and number of the document."""
        return self.id_type, self.id_number

    @property
    def identity(self) -> tuple[object, ...]:
        """The key information."""
        return self.name, self.id_type, self.id_number, self.sex, self.birth_date


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What is to be on record; None of what stays. Kind and number of a document come together."""

    name: str | None = None
    id_type: IdType | None = None
    id_number: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    phone: str | None = None

    @property
    def of_identity(self) -> bool:
        """Whether it states key information."""
        return any(one is not None for one in (self.name, self.id_type, self.id_number, self.sex, self.birth_date))

    def of(self, before: PersonDetails) -> PersonDetails:
        """What is on record after it, as registers write numbers; another way of writing the same name changes none."""
        said = {one.name: value for one in fields(self) if (value := getattr(self, one.name)) is not None}
        after = replace(before, **said)
        name = before.name if same_name(after.name, before.name) else after.name.strip()
        return replace(after, name=name, id_number=document_number(after.id_number))


@dataclass(frozen=True, slots=True)
class ChangeablePerson:
    """A person as far as a change goes."""

    id: Id
    region: RegionCode
    died_on: date | None
    details: PersonDetails


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out before a change.

    `registered` is whom the register holds under the document as it will be, `answers` false while it is silent;
    `holder` is who is on the platform with that document, None where nobody is. `mismatches` is how often whoever
    asks has been told today that the register holds something else.
    """

    registered: RegisteredIdentity | None
    answers: bool
    holder: Id | None
    mismatches: int


def person_changed(
    book: PolicyBook, on: date, person: ChangeablePerson, change: PersonChange, checked: Checked, *, knows: bool
) -> PersonDetails | Refusal:
    """What is on record after the change, or why there is none.

    `knows` says that whoever is answered may know it all: others never learn by asking which telephone is on record.
    """
    before, after = person.details, change.of(person.details)
    objections: list[Refusal] = [*_unacceptable(change, after, on)]
    if after == before and (knows or change.phone is None):
        objections.append(NothingChanges())
    if person.died_on is not None:
        objections.append(PersonDeceased())
    if after.identity != before.identity:
        with noting(objections):
            require_attempts_left(Consultation(book, on), person.region, checked.mismatches)
        with noting(objections):
            require_confirmed(
                on,
                checked.registered,
                answers=checked.answers,
                name=after.name,
                birth_date=after.birth_date,
                sex=after.sex,
            )
        if checked.holder not in (None, person.id):
            objections.append(DocumentOfAnother())
    return first_told(objections) or _as_registered(after, checked.registered)


def _as_registered(after: PersonDetails, registered: RegisteredIdentity | None) -> PersonDetails:
    """The same with the name in that form of the register's of which it is another way of writing."""
    forms = () if registered is None else (registered.name, registered.also_written)
    return replace(after, name=next((form for form in forms if form and same_name(form, after.name)), after.name))


def _unacceptable(change: PersonChange, after: PersonDetails, on: date) -> Iterator[InputNotAcceptable]:
    problems = (
        ("name", None if change.name is None else name_problem(after.name)),
        ("idNumber", None if change.id_number is None else number_problem(after.id_type, after.id_number)),
        ("birthDate", birth_date_problem(after.id_type, after.id_number, after.birth_date, on)),
        ("phone", None if change.phone is None else phone_problem(after.phone)),
    )
    for field, problem in problems:
        if problem is not None:
            yield InputNotAcceptable(field=field, problem=problem)


def phone_problem(phone: str | None) -> InputProblem | None:
    """Why a text can be no telephone number: 11 digits of a mobile one, or a landline with its area code."""
    return None if phone is not None and _PHONE.fullmatch(phone) else InputProblem.PHONE


def details_changed(before: PersonDetails, after: PersonDetails) -> tuple[PersonDetail, ...]:
    """What differs; a document of another kind or number is another document."""
    differs = {
        PersonDetail.NAME: before.name != after.name,
        PersonDetail.DOCUMENT: before.document != after.document,
        PersonDetail.SEX: before.sex is not after.sex,
        PersonDetail.BIRTH_DATE: before.birth_date != after.birth_date,
        PersonDetail.PHONE: before.phone != after.phone,
    }
    return tuple(detail for detail, other in differs.items() if other)
