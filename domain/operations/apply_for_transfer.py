"""Apply for the transfer of the insurance relation (申请医保关系转移接续), and withdraw the application.

The notice goes to the old place at once (T2101); what follows is done by the places, each within its working days
(`transfer_steps`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.decisions.transferring import Application, applied, late_from, step_at, withdrawn
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.operations.transfer_origins import left_places
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import enrolment_transfers, events, persons, timers
from domain.store.engine import Connection
from domain.store.enrolment_transfers import NewTransfer
from domain.store.events import Cause, EventType, NewEvent
from domain.store.timers import NewTimer, TimerKind
from domain.vocabulary import Id, RegionCode, TransferStatus, pooling_area


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """`from_region` is any place in the city that is left."""

    actor: Id
    key: str
    cause: str
    from_region: RegionCode
    mutation: str = "applyForTransfer"


@dataclass(frozen=True, slots=True)
class WithdrawTransferOrder:
    """`transfer_id` is 0 where the client named no transfer that can be read."""

    actor: Id
    key: str
    cause: str
    transfer_id: Id
    mutation: str = "withdrawTransfer"


@dataclass(frozen=True, slots=True)
class TransferApplied:
    """The transfer, which tells how far it has come."""

    transfer_id: Id


@dataclass(frozen=True, slots=True)
class TransferWithdrawn:
    """The transfer that was given up."""

    transfer_id: Id


async def apply_for_transfers(
    connection: Connection, orders: Sequence[TransferOrder], setting: Setting
) -> list[TransferApplied | Refusal]:
    """One answer to each order, in order. A person has one transfer under way at most."""
    # Gather: the persons are held, so that what is known of their enrolments and accounts stays so.
    await persons.hold(connection, [order.actor for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    candidates = await enrolment_transfers.candidates(connection, [order.actor for order in orders])
    asked = [
        (order.actor, candidates[order.actor].id_number, pooling_area(order.from_region))
        for order in orders
        if order.actor in candidates and question(order) not in first_answers
    ]
    places = await left_places(connection, asked, setting)

    # Decide.
    answers = Answers(TransferApplied, setting.now)
    new: list[NewTransfer] = []
    due: list[NewTimer] = []
    log: list[NewEvent] = []

    def answered(order: TransferOrder) -> TransferApplied | Refusal:
        candidate = candidates.get(order.actor)
        if candidate is None:
            return NotSignedIn()
        place = places[order.actor, pooling_area(order.from_region)]
        decision = applied(setting.policy, setting.now, candidate, place.origin)
        if isinstance(decision, Refusal):
            return decision
        transfer = _transfer(order, decision, place.outside, setting)
        new.append(transfer)
        candidates[order.actor] = replace(candidate, under_way=transfer.id)
        days = setting.drawn("transfer form", transfer.id, 1, decision.out_working_days)
        due.append(
            NewTimer(step_at(decision.accepted_on, days, setting.now), TimerKind.SEND_TRANSFER_FORM, transfer.id)
        )
        log.append(_applied(order, transfer, setting))
        return TransferApplied(transfer.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await enrolment_transfers.apply(connection, new)
    await timers.set_timers(connection, due)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


async def withdraw_transfers(
    connection: Connection, orders: Sequence[WithdrawTransferOrder], setting: Setting
) -> list[TransferWithdrawn | Refusal]:
    """One answer to each order, in order. What a place was about to do for the transfer it does not do any more."""
    # Gather.
    await persons.hold(connection, [order.actor for order in orders])
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    known = await persons.holders(connection, [order.actor for order in orders])
    transfers = await enrolment_transfers.by_id(connection, [order.transfer_id for order in orders])

    # Decide.
    answers = Answers(TransferWithdrawn, setting.now)
    given_up: list[Id] = []
    log: list[NewEvent] = []

    def answered(order: WithdrawTransferOrder) -> TransferWithdrawn | Refusal:
        if order.actor not in known:
            return NotSignedIn()
        transfer = transfers.get(order.transfer_id)
        refusal = withdrawn(order.actor, transfer)
        if refusal is not None:
            return refusal
        assert transfer is not None, "what is withdrawn was found"
        transfers[transfer.id] = replace(transfer, status=TransferStatus.WITHDRAWN)
        given_up.append(transfer.id)
        log.append(_event(EventType.TRANSFER_WITHDRAWN, order, transfer.id, transfer.region, transfer.origin, setting))
        return TransferWithdrawn(transfer.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await enrolment_transfers.withdraw(connection, given_up, setting.now)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


def _transfer(order: TransferOrder, application: Application, outside: bool, setting: Setting) -> NewTransfer:
    region = application.enrolment.region
    return NewTransfer(
        id=setting.ids.new(region),
        person_id=order.actor,
        enrolment_id=application.enrolment.id,
        region=region,
        origin=application.origin,
        outside=outside,
        applied_at=setting.now,
        accepted_on=application.accepted_on,
        form_due_on=application.form_due_on,
        due_on=application.due.day,
        calendar=application.due.calendar,
        late_from=late_from(application.form_due_on),
    )


def _applied(order: TransferOrder, transfer: NewTransfer, setting: Setting) -> NewEvent:
    return _event(EventType.TRANSFER_APPLIED, order, transfer.id, transfer.region, transfer.origin, setting)


def _event(
    kind: EventType,
    order: TransferOrder | WithdrawTransferOrder,
    transfer_id: Id,
    region: RegionCode,
    origin: RegionCode,
    setting: Setting,
) -> NewEvent:
    return NewEvent(
        id=setting.ids.new(region),
        type=kind,
        region=region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=order.actor,
        cause=Cause.of(order),
        payload={"transfer_id": transfer_id, "person_id": order.actor, "from_region": origin},
    )
