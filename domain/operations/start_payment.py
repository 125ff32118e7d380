"""Have a channel collect a submitted contribution (发起支付): an order stands before the channel is told.

The channel is told by a timer, in a transaction of its own: what was ordered is on disk before anybody takes money, and
is asked for again under the same reference when the answer was lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.decisions.ordering import first_asked_at
from domain.decisions.paying import started
from domain.decisions.quoting import Quote
from domain.decisions.records import Standing, Submitted
from domain.operations.answering import Answers, question
from domain.operations.enrolled_elsewhere import asked_nationally
from domain.operations.setting import Setting
from domain.refusals import NotSignedIn, Refusal
from domain.store import answers as answer_store
from domain.store import events, payment_orders, persons, timers
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.payment_orders import NewPaymentOrder, Ordered
from domain.store.standings import Matter, matters_to_pay
from domain.store.timers import NewTimer, TimerKind
from domain.vocabulary import Fen, Id, PaymentChannel, PaymentOrderStatus, RegionCode


@dataclass(frozen=True, slots=True)
class StartPaymentOrder:
    """`expected_fen` is the amount the client was shown, None where it does not say."""

    actor: Id
    key: str
    cause: str
    contribution_id: Id
    expected_fen: Fen | None = None
    mutation: str = "startPayment"


@dataclass(frozen=True, slots=True)
class PaymentStarted:
    """The order, whose outcome only its channel tells."""

    order_id: Id


async def start_payments(
    connection: Connection, orders: Sequence[StartPaymentOrder], setting: Setting
) -> list[PaymentStarted | Refusal]:
    """One answer to each order, in order. For one person and year one payment is on its way at most."""
    # Gather.
    contributions = [order.contribution_id for order in orders]
    await persons.hold_to_pay(connection, [order.actor for order in orders], contributions)
    matters = await matters_to_pay(connection, [question(order) for order in orders], contributions)
    national = await asked_nationally(
        connection, [matter.standing for matter in matters if matter.first_answer is None], setting
    )

    # Decide, each order after those before it.
    answers = Answers(PaymentStarted, setting.now)
    batch = _Batch(setting)

    def answered(order: StartPaymentOrder, matter: Matter) -> PaymentStarted | Refusal:
        if matter.standing is None:
            return NotSignedIn()
        standing = batch.now(national.added_to(matter.standing), matter.contribution)
        decision = started(
            setting.policy,
            setting.now,
            standing,
            matter.contribution,
            expected_fen=order.expected_fen,
            unanswered=national.unanswered,
        )
        if isinstance(decision, Refusal):
            return decision
        assert matter.contribution is not None, "what is started was found"
        return batch.started(order, matter.contribution, decision)

    results = []
    for order, matter in zip(orders, matters, strict=True):
        answer = answers.first(order, matter.first_answer)
        results.append(answers.give(order, answered(order, matter)) if answer is None else answer)

    # Record.
    await payment_orders.order(connection, batch.orders)
    await payment_orders.pay_contributions(connection, batch.pays)
    await timers.set_timers(connection, batch.timers)
    await events.append(connection, batch.log)
    await answer_store.append(connection, answers.kept)
    return results


class _Batch:
    """What the orders of one batch have started, and what is to be recorded of it."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._on_their_way: set[tuple[Id, int]] = set()
        self.orders: list[NewPaymentOrder] = []
        self.pays: list[Ordered] = []
        self.timers: list[NewTimer] = []
        self.log: list[NewEvent] = []

    def now(self, standing: Standing, contribution: Submitted | None) -> Standing:
        """The standing as the orders before this one have left it."""
        if contribution is None:
            return standing
        about = contribution.person_id, contribution.coverage_year
        return replace(standing, paying=standing.paying or about in self._on_their_way)

    def started(self, order: StartPaymentOrder, contribution: Submitted, quote: Quote) -> PaymentStarted:
        setting = self._setting
        made = new_order(quote.region, contribution.channel, quote.amount_fen, setting, payer_id=order.actor)
        self._on_their_way.add((contribution.person_id, contribution.coverage_year))
        self.orders.append(made)
        self.pays.append(ordered(made, contribution.id, quote))
        self.timers.append(first_asked(made, setting))
        self.log.append(started_event(made, contribution.id, quote, Cause.of(order), setting))
        return PaymentStarted(made.id)


def new_order(
    region: RegionCode,
    channel: PaymentChannel,
    amount_fen: Fen,
    setting: Setting,
    *,
    payer_id: Id,
    unit_id: Id | None = None,
) -> NewPaymentOrder:
    """An order for what is due now. `unit_id` is the unit that the payer pays for, if any."""
    by_batch = channel is PaymentChannel.BANK_BATCH
    return NewPaymentOrder(
        id=setting.ids.new(region),
        payer_id=payer_id,
        region=region,
        channel=channel,
        status=PaymentOrderStatus.QUEUED if by_batch else PaymentOrderStatus.SENT,
        amount_fen=amount_fen,
        ordered_at=setting.now,
        unit_id=unit_id,
    )


def ordered(order: NewPaymentOrder, contribution_id: Id, quote: Quote, *, submitted_with: bool = False) -> Ordered:
    """A contribution as the order is to pay it."""
    return Ordered(
        order_id=order.id,
        contribution_id=contribution_id,
        amount_fen=quote.amount_fen,
        subsidy_fen=quote.assistance_fen,
        repair_fen=quote.repair_fen,
        coverage_from=quote.coverage_from,
        coverage_until=quote.coverage_until,
        waiting_until=quote.waiting_until,
        submitted_with=submitted_with,
    )


def first_asked(order: NewPaymentOrder, setting: Setting) -> NewTimer:
    """The timer by which the order's channel is told."""
    asked_at = first_asked_at(setting.policy, setting.now, order.region, order.channel)
    return NewTimer(asked_at, TimerKind.ASK_CHANNEL, order.id)


def started_event(
    order: NewPaymentOrder, contribution_id: Id, quote: Quote, cause: Cause, setting: Setting
) -> NewEvent:
    """A contribution's payment is on its way."""
    return NewEvent(
        id=setting.ids.new(quote.region),
        type=EventType.PAYMENT_STARTED,
        region=quote.region,
        occurred_at=setting.now,
        actor_id=order.payer_id,
        subject_id=quote.person_id,
        cause=cause,
        payload={
            "order_id": order.id,
            "contribution_id": contribution_id,
            "person_id": quote.person_id,
            "payer_id": order.payer_id,
            "unit_id": order.unit_id,
            "channel": order.channel.name,
            "coverage_year": quote.coverage_year,
            "amount_fen": quote.amount_fen,
        },
    )
