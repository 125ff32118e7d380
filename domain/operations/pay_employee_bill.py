"""Have a channel collect a bill of the employee scheme (支付职工医保缴费单): whole, with the late fee of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.decisions.billing import Bill, BillQuote, bill_quoted, bill_started
from domain.operations.answering import Answers, question
from domain.operations.setting import Setting
from domain.operations.settle_bills import bill_event
from domain.operations.start_payment import first_asked, new_order
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import employee_bills, events, payment_orders, timers, units
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.payment_orders import NewPaymentOrder
from domain.store.timers import NewTimer
from domain.vocabulary import EmployeeBillStatus, Fen, Id, PaymentChannel


@dataclass(frozen=True, slots=True)
class PayBillOrder:
    """`for_unit` says that the actor is signed in as a unit's officer. `expected_fen` is what the client was shown.

    `bill_id` is 0 where the client named no bill that can be read.
    """

    actor: Id
    key: str
    cause: str
    bill_id: Id
    channel: PaymentChannel
    for_unit: bool
    expected_fen: Fen | None = None
    mutation: str = "payEmployeeBill"


@dataclass(frozen=True, slots=True)
class EmployeeBillPaymentStarted:
    """The order, whose outcome only its channel tells, and the bill that it pays."""

    order_id: Id
    bill_id: Id


async def quote_bill(
    connection: Connection, actor: Id, bill_id: Id, setting: Setting, *, for_unit: bool
) -> BillQuote | Refusal:
    """What a bill costs today. Nothing is recorded."""
    if not actor:
        return NotSignedIn()
    bills = await _owed(connection, [(actor, bill_id, for_unit)], held=False)
    return bill_quoted(setting.policy, setting.on, bills.get((actor, bill_id, for_unit)))


async def pay_bills(
    connection: Connection, orders: Sequence[PayBillOrder], setting: Setting
) -> list[EmployeeBillPaymentStarted | Refusal]:
    """One answer to each order, in order. For one bill one payment is on its way at most."""
    # Gather.
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    bills = await _owed(connection, [(one.actor, one.bill_id, one.for_unit) for one in orders], held=True)

    # Decide, each order after those before it.
    answers = Answers(EmployeeBillPaymentStarted, setting.now)
    started: dict[Id, tuple[Id, Id, Fen]] = {}
    made: list[NewPaymentOrder] = []
    due: list[NewTimer] = []
    log: list[NewEvent] = []

    def answered(order: PayBillOrder) -> EmployeeBillPaymentStarted | Refusal:
        if not order.actor:
            return NotSignedIn()
        bill = bills.get((order.actor, order.bill_id, order.for_unit))
        if bill is not None and bill.id in started:
            bill = replace(bill, status=EmployeeBillStatus.PAYING)
        decision = bill_started(setting.policy, setting.on, bill, order.channel, expected_fen=order.expected_fen)
        if isinstance(decision, Refusal):
            return decision
        assert bill is not None, "what is paid was found"
        new = new_order(
            bill.region, order.channel, decision.amount_fen, setting, payer_id=order.actor, unit_id=bill.unit_id
        )
        made.append(new)
        due.append(first_asked(new, setting))
        event_id = setting.ids.new(bill.region)
        log.append(bill_event(event_id, EventType.PAYMENT_STARTED, bill, new, order.actor, Cause.of(order), setting))
        started[bill.id] = bill.id, new.id, decision.late_fee_fen
        return EmployeeBillPaymentStarted(new.id, bill.id)

    results = answers.each(orders, first_answers, answered)

    # Record.
    await payment_orders.order(connection, made)
    await employee_bills.start(connection, list(started.values()))
    await timers.set_timers(connection, due)
    await events.append(connection, log)
    await answer_store.append(connection, answers.kept)
    return results


async def _owed(
    connection: Connection, asked: Sequence[tuple[Id, Id, bool]], *, held: bool
) -> dict[tuple[Id, Id, bool], Bill]:
    """Of (actor, bill, for a unit), the bills that the actor is to pay in that capacity."""
    found = await employee_bills.by_id(connection, [bill for _, bill, _ in asked], held=held)
    owing = {bill.id: bill.unit_id for bill in found.values() if bill.unit_id is not None}
    acted_for = await units.acted_for(
        connection, [(actor, owing[bill]) for actor, bill, for_unit in asked if for_unit and bill in owing]
    )

    def owes(actor: Id, bill: Bill, for_unit: bool) -> bool:
        if not for_unit:
            return bill.person_id == actor
        return bill.unit_id is not None and (actor, bill.unit_id) in acted_for

    return {
        (actor, bill, for_unit): found[bill]
        for actor, bill, for_unit in asked
        if bill in found and owes(actor, found[bill], for_unit)
    }
