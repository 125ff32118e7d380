"""Whether a family member may be bound to an account (家庭成员绑定)."""

from __future__ import annotations

from dataclasses import dataclass
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
)
from domain.decisions.objections import noting
from domain.decisions.records import Holder
from domain.policy import PolicyBook
from domain.refusals import (
    AlreadyBound,
    CannotBindSelf,
    InputNotAcceptable,
    PersonNotFound,
    PledgeNotAccepted,
    Refusal,
    RelationMismatch,
    RelationNotCovered,
    TooManyBindings,
    first_told,
)
from domain.vocabulary import Id, IdType, RegionCode, Relation, Sex


@dataclass(frozen=True, slots=True)
class BindingForm:
    """What the holder filled in (绑定信息). `relation` is what the family member is to the holder."""

    name: str
    id_type: IdType
    id_number: str
    birth_date: date
    sex: Sex
    relation: Relation
    pledge_accepted: bool


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What the population register says of the form's document: nothing, where `identity` is None.

    `kinship` is what it records the family member to be to the holder, None where it records nothing; `knows_holder`
    says whether it could have recorded any.
    """

    identity: RegisteredIdentity | None
    kinship: Relation | None
    knows_holder: bool = True


def require_relation_covered(
    consultation: Consultation, area: RegionCode, relation: Relation, *, path: tuple[str, ...]
) -> None:
    """Raises RelationNotCovered where accounts of the area do not pay for that relation on the day."""
    covered = consultation.fact("relations", area, "family_mutual_aid.relations_covered")
    if relation not in covered.relations:
        raise RelationNotCovered(
            relation=relation, covered=covered.relations, region=area, basis=covered.key, path=path
        )


def bound(
    book: PolicyBook,
    on: date,
    holder: Holder,
    form: BindingForm,
    register: RegisterAnswer | None,
    *,
    member_id: Id | None,
    binding_id: Id | None,
    bound_members: int,
    mismatches: int,
) -> Id | Refusal:
    """The person who is bound. `register` is None while it does not answer.

    `member_id` is the person whom the platform holds under the document, `binding_id` the binding already in force,
    `bound_members` how many the holder has bound, `mismatches` how often this day the register did not confirm whom the
    holder described.
    """
    consultation = Consultation(book, on)
    objections: list[Refusal] = []
    number = document_number(form.id_number)
    for field, problem in (
        ("idNumber", number_problem(form.id_type, number)),
        ("name", name_problem(form.name)),
        ("birthDate", birth_date_problem(form.id_type, number, form.birth_date, on)),
    ):
        if problem is not None:
            objections.append(InputNotAcceptable(field=field, problem=problem))
    with noting(objections):
        pledge = consultation.fact("pledge", holder.area, "binding.pledge_required")
        if pledge.flag and not form.pledge_accepted:
            raise PledgeNotAccepted(basis=pledge.key)
    if form.id_type is holder.id_type and number == holder.id_number:
        objections.append(CannotBindSelf())
    with noting(objections):
        require_attempts_left(consultation, holder.area, mismatches)
    with noting(objections):
        require_relation_covered(consultation, holder.area, form.relation, path=("relation",))
    if binding_id is not None:
        objections.append(AlreadyBound(binding_id=binding_id))
    with noting(objections):
        most = consultation.fact("most", holder.area, "binding.most_members")
        if bound_members >= most.count:
            raise TooManyBindings(most=most.count, basis=most.key)
    with noting(objections):
        require_confirmed(
            on,
            None if register is None else register.identity,
            answers=register is not None,
            name=form.name,
            birth_date=form.birth_date,
            sex=form.sex,
        )
        if register is not None:
            _require_kinship(consultation, holder.area, form.relation, register)
        if member_id is None:
            raise PersonNotFound()
    told = first_told(objections)
    if told is not None:
        return told
    assert member_id is not None, "without a person the case was refused"
    return member_id


def _require_kinship(
    consultation: Consultation, area: RegionCode, relation: Relation, register: RegisterAnswer
) -> None:
    """Raises RelationMismatch, with the same basis whether another kinship is recorded or none."""
    if register.kinship is relation:
        return
    must_be_recorded = consultation.fact("kinship", area, "binding.kinship_must_be_recorded")
    # Whoever is no relative by any name is told that the relation is not covered, not that it is unrecorded.
    if register.kinship is None and (
        relation is Relation.OTHER or not register.knows_holder or not must_be_recorded.flag
    ):
        return
    raise RelationMismatch(basis=must_be_recorded.key)
