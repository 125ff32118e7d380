"""Whether somebody may be added to those one pays for through channels (为他人缴费的缴费对象)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.identity import (
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
from domain.refusals import (
    AlreadyPayee,
    CannotAddSelf,
    InputNotAcceptable,
    PersonNotFound,
    Refusal,
    TooManyPayees,
    first_told,
)
from domain.vocabulary import Id, IdType


@dataclass(frozen=True, slots=True)
class PayeeForm:
    """What the payer filled in (缴费对象信息)."""

    name: str
    id_type: IdType
    id_number: str


@dataclass(frozen=True, slots=True)
class PayeeRecords:
    """What the platform holds: the person of the document, who is the payee already, how many there are.

    `mismatches` is how often this day the register did not confirm whom the payer described.
    """

    person_id: Id | None
    payee_id: Id | None
    payees: int
    mismatches: int


def added(
    book: PolicyBook,
    on: date,
    owner: Holder,
    form: PayeeForm,
    registered: RegisteredIdentity | None,
    records: PayeeRecords,
    *,
    answers: bool,
) -> Id | Refusal:
    """The person who is added. `registered` is None for a document that the register does not know.

    `answers` is false while it does not answer.
    """
    consultation = Consultation(book, on)
    objections: list[Refusal] = []
    number = document_number(form.id_number)
    for field, problem in (("idNumber", number_problem(form.id_type, number)), ("name", name_problem(form.name))):
        if problem is not None:
            objections.append(InputNotAcceptable(field=field, problem=problem))
    if (form.id_type, number) == (owner.id_type, owner.id_number):
        objections.append(CannotAddSelf())
    with noting(objections):
        require_attempts_left(consultation, owner.area, records.mismatches)
    with noting(objections):
        require_confirmed(on, registered, answers=answers, name=form.name)
        if records.person_id is None:
            raise PersonNotFound()
    if records.payee_id is not None:
        objections.append(AlreadyPayee(payee_id=records.payee_id))
    with noting(objections):
        most = consultation.fact("most", owner.area, "payee.most_payees")
        if records.payees >= most.count:
            raise TooManyPayees(most=most.count, basis=most.key)
    told = first_told(objections)
    if told is not None:
        return told
    assert records.person_id is not None, "without a person the case was refused"
    return records.person_id
