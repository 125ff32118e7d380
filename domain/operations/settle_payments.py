"""Settle payment orders by their channels' words (支付结果处理): collected, not collected, or still unknown.

Nothing is guessed: what a channel has not answered stays unknown until it does, or until the payer gives up. What it
confirms after that, or after it had said no, is still the payer's: it pays what it was for where nothing else has or is
to, and goes back otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from domain.decisions.finishing import receipt_kind, receipt_number
from domain.decisions.ordering import asked_again_at, voidable
from domain.decisions.paying import HOUR
from domain.operations.answering import Answers, question
from domain.operations.refund_events import refund_event
from domain.operations.setting import Setting
from domain.operations.settle_bills import IDS_PER_BILL, IDS_PER_LINE, SettlingBills
from domain.ports import ChannelAnswer, Collected, Collection
from domain.refusals import NotSignedIn, PaymentOrderNotFound, Refusal
from domain.store import answers as answer_store
from domain.store import (
    employee_bills,
    events,
    payment_orders,
    persons,
    receipts,
    refunds,
    resident_contributions,
    timers,
)
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.payment_orders import OrderedContribution, PaymentOrder
from domain.store.receipts import NewReceipt
from domain.store.refunds import NewRefund
from domain.store.timers import DueTimer, NewTimer, TimerKind
from domain.vocabulary import (
    ChannelFailure,
    ContributionStatus,
    Id,
    Instant,
    PaymentOrderStatus,
    RefundReason,
    RefundStatus,
    business_date,
)

IDS_PER_PAYMENT = 2
"""For each contribution of an order: its slip or its refund, and the event that tells of it."""

_OPEN = (PaymentOrderStatus.QUEUED, PaymentOrderStatus.SENT, PaymentOrderStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """`order_id` is 0 where the client named no order that can be read. `for_unit`: the actor is a unit's officer."""

    actor: Id
    key: str
    cause: str
    order_id: Id
    for_unit: bool = False
    mutation: str = "checkPayment"


@dataclass(frozen=True, slots=True)
class VoidOrder:
    """`order_id` is 0 where the client named no order that can be read. `for_unit`: the actor is a unit's officer."""

    actor: Id
    key: str
    cause: str
    order_id: Id
    for_unit: bool = False
    mutation: str = "voidPayment"


@dataclass(frozen=True, slots=True)
class PaymentChecked:
    """The order, as far as its channel has told."""

    order_id: Id


@dataclass(frozen=True, slots=True)
class PaymentVoided:
    """The order that was given up."""

    order_id: Id


async def ids_to_settle(connection: Connection, order_ids: Sequence[Id]) -> dict[Id, int]:
    """The most ids that settling each order takes."""
    sizes = await payment_orders.sizes(connection, order_ids)
    lines = await employee_bills.sizes(connection, [order_id for order_id, size in sizes.items() if not size])
    bills = {order_id: IDS_PER_BILL + IDS_PER_LINE * size for order_id, size in lines.items()}
    return {order_id: IDS_PER_PAYMENT * size + bills.get(order_id, 0) for order_id, size in sizes.items()}


async def own_orders(connection: Connection, orders: Sequence[CheckOrder | VoidOrder]) -> list[Id]:
    """The payment orders that whoever asks has started in the same capacity: others' are looked at no further."""
    starters = await payment_orders.starters(connection, [order.order_id for order in orders])
    return [one.order_id for one in orders if one.actor and starters.get(one.order_id) == (one.actor, one.for_unit)]


async def check_payments(
    connection: Connection, orders: Sequence[CheckOrder], setting: Setting
) -> list[PaymentChecked | Refusal]:
    """One answer to each order, in order. A channel that was never told is told now."""
    book = await _opened(connection, await own_orders(connection, orders))
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    answers = Answers(PaymentChecked, setting.now)
    results: list[PaymentChecked | Refusal] = []
    asked: dict[Id, Cause] = {}
    for order in orders:
        answer = answers.first(order, first_answers.get(question(order)))
        if answer is None:
            found = book.started_by(order)
            if not order.actor:
                answer = NotSignedIn()
            elif found is None:
                answer = answers.give(order, PaymentOrderNotFound())
            else:
                if found.status in (PaymentOrderStatus.SENT, PaymentOrderStatus.UNKNOWN):
                    asked.setdefault(found.id, Cause.of(order))
                answer = answers.give(order, PaymentChecked(found.id))
        results.append(answer)
    await _ask(connection, book, list(asked), setting, causes=asked)
    await book.record(connection, setting)
    await answer_store.append(connection, answers.kept)
    return results


async def void_payments(
    connection: Connection, orders: Sequence[VoidOrder], setting: Setting
) -> list[PaymentVoided | Refusal]:
    """One answer to each order, in order.

    What a bank had not taken yet waits for payment again. What a silent channel may have taken does not: to pay
    nonetheless, its payer submits anew.
    """
    book = await _opened(connection, await own_orders(connection, orders))
    first_answers = await answer_store.first_answers(connection, [question(order) for order in orders])
    answers = Answers(PaymentVoided, setting.now)

    def answered(order: VoidOrder) -> PaymentVoided | Refusal:
        if not order.actor:
            return NotSignedIn()
        found = book.started_by(order)
        refusal = voidable(setting.policy, setting.now, found, pays_a_bill=order.order_id in book.bills.bills)
        if refusal is not None:
            return refusal
        assert found is not None, "what is given up was found"
        book.void(found, Cause.of(order), setting)
        return PaymentVoided(found.id)

    results = answers.each(orders, first_answers, answered)
    await book.record(connection, setting)
    await answer_store.append(connection, answers.kept)
    return results


async def ask_channels(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """The channels of the orders that are due are told, or asked what became of them; what they say is recorded."""
    book = await _opened(connection, [timer.subject_id for timer in due])
    waiting = [timer.subject_id for timer in due if book.orders[timer.subject_id].status in _OPEN]
    causes = {timer.subject_id: Cause.due(timer.kind) for timer in due}
    await _ask(connection, book, waiting, setting, causes=causes)
    # Only the timer sets the next one: an order is asked about by one chain of them, however often a payer checks it.
    for order in (book.orders[number] for number in dict.fromkeys(waiting)):
        if order.status is PaymentOrderStatus.UNKNOWN:
            again = asked_again_at(setting.policy, setting.now, order.ordered_at, order.region)
            book.timers.append(NewTimer(again, TimerKind.QUERY_CHANNEL, order.id))
    await book.record(connection, setting)


async def hear_channels(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """What channels confirm of their own accord is recorded, however late or often they do."""
    book = await _opened(connection, [timer.subject_id for timer in due])
    for timer in due:
        book.heard(timer.subject_id, ChannelAnswer(Collected.YES), Cause.due(timer.kind), setting)
    await book.record(connection, setting)


async def _opened(connection: Connection, order_ids: Iterable[Id]) -> _Settling:
    """The orders and what they pay; everybody whom they insure is held until the transaction ends."""
    wanted = sorted(set(order_ids))
    insured = await payment_orders.people(connection, wanted)
    # What pays contributions pays no bill.
    others = [order_id for order_id in wanted if order_id not in insured]
    bills = SettlingBills(await employee_bills.ordered(connection, others))
    await persons.hold(connection, [*chain.from_iterable(insured.values()), *bills.people()])
    # Read again: what another transaction did before it let go of the persons.
    pays = await payment_orders.contributions(connection, wanted)
    bills = SettlingBills(await employee_bills.ordered(connection, others, held=True))
    taken = await resident_contributions.years_taken(
        connection, [(one.person_id, one.coverage_year) for several in pays.values() for one in several]
    )
    return _Settling(await payment_orders.by_id(connection, wanted), pays, taken, bills)


async def _ask(
    connection: Connection, book: _Settling, order_ids: Sequence[Id], setting: Setting, *, causes: Mapping[Id, Cause]
) -> None:
    orders = [book.orders[number] for number in dict.fromkeys(order_ids)]
    channels = setting.outside.channels
    known = await channels.outcomes(connection, [one.id for one in orders], now=setting.now)
    new = [one for one in orders if known[one.id].collected is Collected.NEVER_ASKED]
    told = await channels.collect(
        connection,
        [Collection(one.id, one.channel, one.amount_fen) for one in new],
        seed=setting.seed,
        now=setting.now,
    )
    for one in orders:
        book.heard(one.id, told.get(one.id) or known[one.id], causes[one.id], setting)


@dataclass(slots=True)
class _Settling:
    """Orders as they are settled, and what is to be recorded of it. `taken` is who has paid for (person, year)."""

    orders: dict[Id, PaymentOrder]
    pays: Mapping[Id, Sequence[OrderedContribution]]
    taken: dict[tuple[Id, int], Id]
    bills: SettlingBills
    before: dict[Id, PaymentOrder] = field(default_factory=dict)
    failures: dict[Id, ChannelFailure] = field(default_factory=dict)
    stopped: list[Id] = field(default_factory=list)
    given_up: list[Id] = field(default_factory=list)
    paid: list[tuple[OrderedContribution, PaymentOrder, Instant]] = field(default_factory=list)
    slips: list[NewReceipt] = field(default_factory=list)
    returned: list[NewRefund] = field(default_factory=list)
    timers: list[NewTimer] = field(default_factory=list)
    log: list[NewEvent] = field(default_factory=list)

    def started_by(self, order: CheckOrder | VoidOrder) -> PaymentOrder | None:
        """The order that is asked about, where the actor has started it in the same capacity."""
        found = self.orders.get(order.order_id)
        if found is None or found.payer_id != order.actor or (found.unit_id is not None) != order.for_unit:
            return None
        return found

    def heard(self, order_id: Id, answer: ChannelAnswer, cause: Cause, setting: Setting) -> None:
        """What follows from a channel's word about an order."""
        order = self.orders[order_id]
        match answer.collected:
            case Collected.YES:
                self._confirmed(order, cause, setting)
            case Collected.NO if order.status in _OPEN:
                assert answer.failure is not None, "a channel that says no says why"
                self.failures[order.id] = answer.failure
                self._changed(order, PaymentOrderStatus.FAILED)
                self._stop(order, EventType.PAYMENT_FAILED, cause, setting, again=True)
            case Collected.NO_ANSWER if order.status in _OPEN:
                if order.status is not PaymentOrderStatus.UNKNOWN:
                    self._changed(order, PaymentOrderStatus.UNKNOWN)
                    self._unanswered(order, cause, setting)
            case _:
                pass

    def void(self, order: PaymentOrder, cause: Cause, setting: Setting) -> None:
        """The payer has given the order up.

        What the channel may have collected is given up with it: under another order, a late word about this one would
        find nothing that it pays.
        """
        if order.status is not PaymentOrderStatus.VOIDED:
            waits = order.status is PaymentOrderStatus.QUEUED
            self._changed(order, PaymentOrderStatus.VOIDED)
            self._stop(order, EventType.PAYMENT_VOIDED, cause, setting, again=waits)

    def _changed(self, order: PaymentOrder, status: PaymentOrderStatus, confirmations: int | None = None) -> None:
        self.before.setdefault(order.id, order)
        count = order.confirmations if confirmations is None else confirmations
        self.orders[order.id] = replace(order, status=status, confirmations=count)

    def _stop(self, order: PaymentOrder, event: EventType, cause: Cause, setting: Setting, *, again: bool) -> None:
        """What the order was to pay is on its way no longer. `again`: it waits for another order."""
        for one in self.pays.get(order.id, ()):
            if one.current and one.status is ContributionStatus.PAYING:
                (self.stopped if again else self.given_up).append(one.id)
                self.taken.pop((one.person_id, one.coverage_year), None)
            self.log.append(self._event(event, order, one, cause, setting))
        self.bills.stop(order, event, cause, setting)

    def _unanswered(self, order: PaymentOrder, cause: Cause, setting: Setting) -> None:
        """What became of the order is unknown; nothing that it was to pay changes."""
        event = EventType.PAYMENT_UNANSWERED
        self.log += [self._event(event, order, one, cause, setting) for one in self.pays.get(order.id, ())]
        self.bills.unanswered(order, cause, setting)

    def _confirmed(self, order: PaymentOrder, cause: Cause, setting: Setting) -> None:
        first = order.confirmations == 0
        self._changed(order, PaymentOrderStatus.CONFIRMED, order.confirmations + 1)
        if not first:
            return
        self.bills.confirm(order, cause, setting)
        for one in self.pays.get(order.id, ()):
            if one.current and self.taken.get((one.person_id, one.coverage_year), one.id) == one.id:
                self._pay(order, one, cause, setting)
            else:
                self._give_back(order, one, cause, setting)

    def _pay(self, order: PaymentOrder, one: OrderedContribution, cause: Cause, setting: Setting) -> None:
        on, policy = business_date(order.ordered_at), setting.policy
        hours = policy.fact("record_visibility.payment_record_delay_hours", area=one.region, on=on).hours
        self.taken[one.person_id, one.coverage_year] = one.id
        self.paid.append((one, order, Instant(setting.now + hours * HOUR)))
        if not policy.fact("receipt.completion_required_for_slip", area=one.region, on=on).flag:
            receipt_id = setting.ids.new(one.region)
            number = receipt_number(one.region, one.coverage_year, receipt_id)
            kind = receipt_kind(order.channel)
            self.slips.append(NewReceipt(receipt_id, one.id, number, setting.now, kind))
        self.log.append(
            NewEvent(
                id=setting.ids.new(one.region),
                type=EventType.RESIDENT_CONTRIBUTION_PAID,
                region=one.region,
                occurred_at=setting.now,
                actor_id=one.payer_id,
                subject_id=one.person_id,
                cause=cause,
                payload={
                    "contribution_id": one.id,
                    "person_id": one.person_id,
                    "payer_id": one.payer_id,
                    "unit_id": one.unit_id,
                    "account_id": None,
                    "entry_id": None,
                    "order_id": order.id,
                    "coverage_year": one.coverage_year,
                    "amount_fen": one.amount_fen,
                    "paid_on": on.isoformat(),
                    "coverage_from": one.coverage_from.isoformat(),
                    "coverage_until": one.coverage_until.isoformat(),
                    "waiting_until": None if one.waiting_until is None else one.waiting_until.isoformat(),
                },
            )
        )

    def _give_back(self, order: PaymentOrder, one: OrderedContribution, cause: Cause, setting: Setting) -> None:
        """Something else has paid meanwhile, or is to: the money is the payer's, and its way back is a refund."""
        refund = NewRefund(
            id=setting.ids.new(one.region),
            contribution_id=one.id,
            region=one.region,
            person_id=one.person_id,
            payer_id=one.payer_id,
            reason=RefundReason.DUPLICATE,
            status=RefundStatus.SENT,
            channel=order.channel,
            amount_fen=one.amount_fen,
            requested_at=setting.now,
            completed_at=None,
            entry_id=None,
            payment_order_id=order.id,
            sent_at=setting.now,
        )
        self.timers.append(NewTimer(setting.now, TimerKind.GIVE_BACK, refund.id))
        self.returned.append(refund)
        self.log.append(
            refund_event(
                EventType.CONTRIBUTION_REFUND_REQUESTED,
                refund,
                setting,
                coverage_year=one.coverage_year,
                unit_id=one.unit_id,
                actor_id=Id(0),
                subject_id=one.payer_id,
                cause=cause,
            )
        )

    def _event(
        self, event: EventType, order: PaymentOrder, one: OrderedContribution, cause: Cause, setting: Setting
    ) -> NewEvent:
        return NewEvent(
            id=setting.ids.new(one.region),
            type=event,
            region=one.region,
            occurred_at=setting.now,
            # Whoever pays is told, also of what the channel did.
            actor_id=order.payer_id,
            subject_id=one.person_id,
            cause=cause,
            payload={
                "order_id": order.id,
                "contribution_id": one.id,
                "person_id": one.person_id,
                "payer_id": one.payer_id,
                "unit_id": one.unit_id,
                "channel": order.channel.name,
                "coverage_year": one.coverage_year,
                "amount_fen": one.amount_fen,
            },
        )

    async def record(self, connection: Connection, setting: Setting) -> None:
        """All of it is written."""
        await payment_orders.settle(
            connection,
            [(before, self.orders[number]) for number, before in self.before.items()],
            at=setting.now,
            failures=self.failures,
        )
        await payment_orders.stop(connection, self.stopped)
        await payment_orders.give_up(connection, self.given_up)
        await payment_orders.collected(
            connection,
            [(one, business_date(order.ordered_at), visible_at) for one, order, visible_at in self.paid],
            at=setting.now,
        )
        await receipts.issue(connection, self.slips)
        await refunds.ask(connection, self.returned)
        await timers.set_timers(connection, self.timers)
        await events.append(connection, self.log)
        await self.bills.record(connection, setting)
