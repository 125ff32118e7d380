"""End a family binding (解除家庭成员绑定). What was paid under it stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import BindingNotFound, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, family_bindings, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.family_bindings import Binding
from domain.vocabulary import BindingStatus, Id


@dataclass(frozen=True, slots=True)
class UnbindOrder:
    """`binding_id` is 0 where the client named no binding that can be read."""

    actor: Id
    key: str
    cause: str
    binding_id: Id
    mutation: str = "unbindFamilyMember"


@dataclass(frozen=True, slots=True)
class FamilyMemberUnbound:
    """The binding that is ended."""

    binding_id: Id


async def unbind_family_members(
    connection: Connection, orders: Sequence[UnbindOrder], setting: Setting
) -> list[FamilyMemberUnbound | Refusal]:
    """One answer to each order, in order."""
    # Gather.
    await persons.hold(connection, [order.actor for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    holders = await persons.holders(connection, [order.actor for order in orders])
    bindings = await family_bindings.by_id(connection, [order.binding_id for order in orders])

    # Decide, each order after those before it.
    answers = Answers(FamilyMemberUnbound, setting.now)
    ended: dict[Id, None] = {}
    log: list[NewEvent] = []

    def answered(order: UnbindOrder) -> FamilyMemberUnbound | Refusal:
        if order.actor not in holders:
            return NotSignedIn()
        binding = bindings.get(order.binding_id)
        if (
            binding is None
            or binding.holder_id != order.actor
            or binding.status is not BindingStatus.ACTIVE
            or binding.id in ended
        ):
            return BindingNotFound()
        ended[binding.id] = None
        log.append(_event(order, binding, setting))
        return FamilyMemberUnbound(binding.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await family_bindings.end(connection, list(ended), setting.now)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _event(order: UnbindOrder, binding: Binding, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(binding.region),
        type=EventType.FAMILY_MEMBER_UNBOUND,
        region=binding.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=binding.member_id,
        cause=Cause.of(order),
        payload={
            "binding_id": binding.id,
            "holder_id": binding.holder_id,
            "member_id": binding.member_id,
            "relation": binding.relation.name,
        },
    )
