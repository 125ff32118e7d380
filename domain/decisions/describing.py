"""What stands against somebody whom another person describes by name and document alone (凭姓名和证件指明他人).

Nobody learns by trying whether a number is somebody's or how somebody is called: attempts are counted, and one refusal
stands for all that differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.identity import (
    Description,
    RegisteredIdentity,
    document_number,
    name_problem,
    number_problem,
    require_attempts_left,
    require_confirmed,
)
from domain.decisions.objections import noting
from domain.decisions.records import Holder
from domain.policy import PolicyBook
from domain.refusals import InputNotAcceptable, PersonNotFound, Refusal
from domain.vocabulary import Id


def is_of(described: Description, holder: Holder) -> bool:
    """Whether somebody describes the document that is their own."""
    own = holder.id_type, holder.id_number
    return own == (described.id_type, document_number(described.id_number))


def objections_to(
    book: PolicyBook,
    on: date,
    actor: Holder,
    described: Description,
    registered: RegisteredIdentity | None,
    person_id: Id | None,
    mismatches: int,
    *,
    answers: bool,
) -> list[Refusal]:
    """All that stands against it; nothing where `person_id` is whom the actor means.

    `registered` is None for a document that the register does not know, `answers` false while it is silent.
    `person_id` is who is on record with the document, `mismatches` how often this day the register did not confirm
    whom the actor described.
    """
    objections: list[Refusal] = list(_unlike_any(described))
    with noting(objections):
        require_attempts_left(Consultation(book, on), actor.area, mismatches)
    with noting(objections):
        require_confirmed(on, registered, answers=answers, name=described.name)
        if person_id is None:
            raise PersonNotFound()
    return objections


def _unlike_any(described: Description) -> Iterator[InputNotAcceptable]:
    number = number_problem(described.id_type, document_number(described.id_number))
    for field, problem in (("idNumber", number), ("name", name_problem(described.name))):
        if problem is not None:
            yield InputNotAcceptable(field=field, problem=problem)
