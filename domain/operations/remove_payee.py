"""Take somebody off those one pays for through channels (移除缴费对象). What was paid stays paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, PayeeNotFound, Refusal
from domain.store import answers as answer_store
from domain.store import events, payees, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.payees import Payee
from domain.vocabulary import Id


@dataclass(frozen=True, slots=True)
class RemovePayeeOrder:
    """`payee_id` is 0 where the client named no payee that can be read."""

    actor: Id
    key: str
    cause: str
    payee_id: Id
    mutation: str = "removePayee"


@dataclass(frozen=True, slots=True)
class PayeeRemoved:
    """The payee that was."""

    payee_id: Id


async def remove_payees(
    connection: Connection, orders: Sequence[RemovePayeeOrder], setting: Setting
) -> list[PayeeRemoved | Refusal]:
    """One answer to each order, in order."""
    # Gather.
    actors = [order.actor for order in orders]
    await persons.hold(connection, actors)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    owners = await persons.holders(connection, actors)
    found = await payees.by_id(connection, [order.payee_id for order in orders])

    # Decide, each order after those before it.
    answers = Answers(PayeeRemoved, setting.now)
    removed: dict[Id, None] = {}
    log: list[NewEvent] = []

    def answered(order: RemovePayeeOrder) -> PayeeRemoved | Refusal:
        if order.actor not in owners:
            return NotSignedIn()
        payee = found.get(order.payee_id)
        if payee is None or payee.owner_id != order.actor or payee.id in removed:
            return PayeeNotFound()
        removed[payee.id] = None
        log.append(_event(order, payee, setting))
        return PayeeRemoved(payee.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await payees.remove(connection, list(removed), setting.now)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _event(order: RemovePayeeOrder, payee: Payee, setting: Setting) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(payee.region),
        type=EventType.PAYEE_REMOVED,
        region=payee.region,
        occurred_at=setting.now,
        actor_id=payee.owner_id,
        subject_id=payee.owner_id,
        cause=Cause.of(order),
        payload={"payee_id": payee.id, "owner_id": payee.owner_id, "person_id": payee.person_id},
    )
