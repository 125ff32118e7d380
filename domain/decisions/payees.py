"""Whether somebody may be added to those one pays for through channels (为他人缴费的缴费对象)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.describing import is_of, objections_to
from domain.decisions.identity import Description, RegisteredIdentity
from domain.decisions.objections import noting
from domain.decisions.records import Holder
from domain.policy import PolicyBook
from domain.refusals import AlreadyPayee, CannotAddSelf, Refusal, TooManyPayees, first_told
from domain.vocabulary import Id


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
    form: Description,
    registered: RegisteredIdentity | None,
    records: PayeeRecords,
    *,
    answers: bool,
) -> Id | Refusal:
    """The person who is added. `registered` is None for a document that the register does not know.

    `form` is what the payer filled in. `answers` is false while the register does not answer.
    """
    consultation = Consultation(book, on)
    objections = objections_to(
        book, on, owner, form, registered, records.person_id, records.mismatches, answers=answers
    )
    if is_of(form, owner):
        objections.append(CannotAddSelf())
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
