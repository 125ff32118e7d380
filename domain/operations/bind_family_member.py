"""Bind a family member to an account (家庭成员绑定): pledge, identity and relation are checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.decisions.family_binding import BindingForm, RegisterAnswer, bound
from domain.decisions.identity import document_number
from domain.decisions.records import Holder
from domain.operations.answering import Answers, question
from domain.operations.mismatches import mismatches_today
from domain.operations.setting import Setting
from domain.ports import PartyUnavailable
from domain.refusals import IdentityMismatch, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, family_bindings, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.family_bindings import NewBinding
from domain.vocabulary import Id, IdType, Relation, Sex


@dataclass(frozen=True, slots=True)
class BindOrder:
    """`relation` is what the family member is to the actor. `actor` is 0 where no citizen is signed in."""

    actor: Id
    key: str
    cause: str
    name: str
    id_type: IdType
    id_number: str
    birth_date: date
    sex: Sex
    relation: Relation
    pledge_accepted: bool
    mutation: str = "bindFamilyMember"

    @property
    def document(self) -> tuple[IdType, str]:
        """Kind and number of the member's document, as registers write it."""
        return self.id_type, document_number(self.id_number)


@dataclass(frozen=True, slots=True)
class FamilyMemberBound:
    """The binding in force from now on."""

    binding_id: Id


async def bind_family_members(
    connection: Connection, orders: Sequence[BindOrder], setting: Setting
) -> list[FamilyMemberBound | Refusal]:
    """One answer to each order, in order. All that is new is written; nothing is for a refusal but the answer."""
    # Gather.
    await persons.hold(connection, [order.actor for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    holders = await persons.holders(connection, [order.actor for order in orders])
    register = await _asked_register(connection, orders, holders, setting)
    members = await persons.by_document(connection, [order.document for order in orders])
    in_force = await family_bindings.active(
        connection,
        [(order.actor, members[order.document]) for order in orders if order.document in members],
    )
    held = Counter(await family_bindings.held(connection, holders))
    mismatches = await mismatches_today(connection, holders, setting)

    # Decide, each order after those before it.
    answers = Answers(FamilyMemberBound, setting.now)
    begun: list[NewBinding] = []
    log: list[NewEvent] = []

    def answered(order: BindOrder) -> FamilyMemberBound | Refusal:
        holder = holders.get(order.actor)
        if holder is None:
            return NotSignedIn()
        member_id = members.get(order.document)
        decision = bound(
            setting.policy,
            setting.on,
            holder,
            _form(order),
            None if register is None else register[holder.id_number, order.document],
            member_id=member_id,
            binding_id=None if member_id is None else in_force.get((holder.id, member_id)),
            bound_members=held[holder.id],
            mismatches=mismatches[holder.id],
        )
        if isinstance(decision, Refusal):
            mismatches[holder.id] += isinstance(decision, IdentityMismatch)
            return decision
        binding = NewBinding(setting.ids.new(holder.region), holder.id, decision, order.relation, setting.now)
        begun.append(binding)
        in_force[holder.id, decision] = binding.id
        held[holder.id] += 1
        log.append(_event(order, holder, binding, setting))
        return FamilyMemberBound(binding.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await family_bindings.begin(connection, begun)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


async def _asked_register(
    connection: Connection, orders: Sequence[BindOrder], holders: Mapping[Id, Holder], setting: Setting
) -> dict[tuple[str, tuple[IdType, str]], RegisterAnswer] | None:
    """What the population register says, by the holder's number and the member's document; None if it is silent."""
    cases = [(holders[order.actor], order.document) for order in orders if order.actor in holders]
    registry = setting.outside.registry
    documents = [document for holder, member in cases for document in ((holder.id_type, holder.id_number), member)]
    try:
        identities = await registry.identities(connection, documents, now=setting.now)
        kinships = await registry.kinships(
            connection, [(holder.id_number, number) for holder, (_, number) in cases], now=setting.now
        )
    except PartyUnavailable:
        return None
    answers = {}
    for holder, member in cases:
        answers[holder.id_number, member] = RegisterAnswer(
            identities.get(member),
            kinships.get((holder.id_number, member[1])),
            knows_holder=(holder.id_type, holder.id_number) in identities,
        )
    return answers


def _form(order: BindOrder) -> BindingForm:
    return BindingForm(
        name=order.name,
        id_type=order.id_type,
        id_number=order.id_number,
        birth_date=order.birth_date,
        sex=order.sex,
        relation=order.relation,
        pledge_accepted=order.pledge_accepted,
    )


def _event(order: BindOrder, holder: Holder, binding: NewBinding, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(holder.region),
        type=EventType.FAMILY_MEMBER_BOUND,
        region=holder.region,
        occurred_at=setting.now,
        actor_id=holder.id,
        subject_id=binding.member_id,
        cause=Cause.of(order),
        payload={
            "binding_id": binding.id,
            "holder_id": binding.holder_id,
            "member_id": binding.member_id,
            "relation": binding.relation.name,
        },
    )
