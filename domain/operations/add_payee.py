"""Add somebody to those one pays for through channels (添加缴费对象): known by name and document number alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.decisions.identity import Description, document_number
from domain.decisions.payees import PayeeRecords, added
from domain.decisions.records import Holder
from domain.operations.answering import Answers, question
from domain.operations.mismatches import mismatches_today
from domain.operations.population_register import asked_register
from domain.operations.setting import Setting
from domain.refusals import IdentityMismatch, NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, payees, persons
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.payees import NewPayee
from domain.vocabulary import Id, IdType


@dataclass(frozen=True, slots=True)
class AddPayeeOrder:
    """`actor` is 0 where no citizen is signed in."""

    actor: Id
    key: str
    cause: str
    name: str
    id_type: IdType
    id_number: str
    mutation: str = "addPayee"

    @property
    def document(self) -> tuple[IdType, str]:
        """Kind and number of the document, as registers write it."""
        return self.id_type, document_number(self.id_number)


@dataclass(frozen=True, slots=True)
class PayeeAdded:
    """The payee from now on."""

    payee_id: Id


async def add_payees(
    connection: Connection, orders: Sequence[AddPayeeOrder], setting: Setting
) -> list[PayeeAdded | Refusal]:
    """One answer to each order, in order. All that is new is written; nothing is for a refusal but the answer."""
    # Gather.
    actors = [order.actor for order in orders]
    await persons.hold(connection, actors)
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    owners = await persons.holders(connection, actors)
    registered = await asked_register(connection, [order.document for order in orders], setting)
    known = await persons.by_document(connection, [order.document for order in orders])
    in_force = await payees.active(
        connection, [(order.actor, known[order.document]) for order in orders if order.document in known]
    )
    held = Counter(await payees.held(connection, owners))
    mismatches = await mismatches_today(connection, owners, setting)

    # Decide, each order after those before it.
    answers = Answers(PayeeAdded, setting.now)
    begun: list[NewPayee] = []
    log: list[NewEvent] = []

    def answered(order: AddPayeeOrder) -> PayeeAdded | Refusal:
        owner = owners.get(order.actor)
        if owner is None:
            return NotSignedIn()
        person_id = known.get(order.document)
        decision = added(
            setting.policy,
            setting.on,
            owner,
            Description(order.name, order.id_type, order.id_number),
            None if registered is None else registered.get(order.document),
            PayeeRecords(
                person_id,
                None if person_id is None else in_force.get((owner.id, person_id)),
                held[owner.id],
                mismatches[owner.id],
            ),
            answers=registered is not None,
        )
        if isinstance(decision, Refusal):
            mismatches[owner.id] += isinstance(decision, IdentityMismatch)
            return decision
        payee = NewPayee(setting.ids.new(owner.region), owner.id, decision, setting.now)
        begun.append(payee)
        in_force[owner.id, decision] = payee.id
        held[owner.id] += 1
        log.append(_event(order, owner, payee, setting))
        return PayeeAdded(payee.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await payees.add(connection, begun)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _event(order: AddPayeeOrder, owner: Holder, payee: NewPayee, setting: Setting) -> NewEvent:
    # The owner's own matter: whom somebody would pay for is told to nobody else, not even to that person.
    return NewEvent(
        id=setting.ids.new(owner.region),
        type=EventType.PAYEE_ADDED,
        region=owner.region,
        occurred_at=setting.now,
        actor_id=owner.id,
        subject_id=owner.id,
        cause=Cause.of(order),
        payload={"payee_id": payee.id, "owner_id": owner.id, "person_id": payee.person_id},
    )
