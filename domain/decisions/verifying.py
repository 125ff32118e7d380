"""Whether somebody who is signed in is who they say (实名认证): by their own document and the name registered."""

from __future__ import annotations

from datetime import date

from domain.decisions.identity import (
    RegisteredIdentity,
    document_number,
    name_problem,
    number_problem,
    require_confirmed,
)
from domain.decisions.objections import noting
from domain.decisions.records import PersonOnRecord
from domain.refusals import IdentityMismatch, InputNotAcceptable, Refusal, first_told
from domain.vocabulary import IdType


def objection_to(
    on: date,
    person: PersonOnRecord,
    registered: RegisteredIdentity | None,
    *,
    name: str,
    id_type: IdType,
    id_number: str,
    answers: bool,
) -> Refusal | None:
    """What stands against the person being who they say, None where nothing does.

    `registered` is whom the register holds under the document, `answers` false while it is silent. Another's document
    is told like one that nobody has: this is no way to ask about other people.
    """
    objections: list[Refusal] = []
    number = document_number(id_number)
    for field, problem in (("idNumber", number_problem(id_type, number)), ("name", name_problem(name))):
        if problem is not None:
            objections.append(InputNotAcceptable(field=field, problem=problem))
    if (id_type, number) != (person.id_type, person.id_number):
        objections.append(IdentityMismatch())
        return first_told(objections)
    with noting(objections):
        require_confirmed(on, registered, answers=answers, name=name)
    return first_told(objections)
