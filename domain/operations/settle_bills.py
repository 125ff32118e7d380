"""What a channel's word about a bill of the employee scheme does (缴费单支付结果): paid and credited, or due again.

The late fee was fixed when the payment was started: a word that comes later changes neither it nor the day of payment.
What a channel collects under an order after another one was started goes back the way it came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from domain.decisions.billing import Bill
from domain.decisions.records import Account
from domain.decisions.refunding import credited
from domain.operations.posting import posted, posting_event
from domain.operations.refund_events import bill_refund_event
from domain.operations.setting import Setting
from domain.store import employee_bills, events, personal_accounts, persons, refunds, timers
from domain.store.employee_bills import BilledLine, OrderedBill
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.payment_orders import NewPaymentOrder, PaymentOrder
from domain.store.personal_accounts import NewAccount, NewEntry
from domain.store.refunds import NewRefund
from domain.store.timers import NewTimer, TimerKind
from domain.vocabulary import (
    AccountStatus,
    EmployeeBillStatus,
    EntryKind,
    Fen,
    Id,
    RefundReason,
    RefundStatus,
    RegionCode,
    business_date,
)

IDS_PER_BILL = 2
"""Its refund, and the event that tells of the bill or of that."""
IDS_PER_LINE = 3
"""The entry, its event, and an account where there is none."""


@dataclass(frozen=True, slots=True)
class _Paid:
    bill: OrderedBill
    order: PaymentOrder
    cause: Cause


@dataclass(slots=True)
class SettlingBills:
    """Bills as their orders are settled, by order, and what is to be recorded of it.

    Whoever opened them holds them, and everybody on their lines.
    """

    bills: dict[Id, OrderedBill]
    _paid: list[_Paid] = field(default_factory=list)
    _stopped: list[Id] = field(default_factory=list)
    _returned: list[NewRefund] = field(default_factory=list)
    _log: list[NewEvent] = field(default_factory=list)

    def people(self) -> Iterator[Id]:
        """Everybody who is on a line."""
        return (line.person_id for one in self.bills.values() for line in one.lines)

    def confirm(self, order: PaymentOrder, cause: Cause, setting: Setting) -> None:
        """The channel has collected the order, even if it had said no.

        It pays its bill where no other order has been started for that since; otherwise the money goes back.
        """
        one = self.bills.get(order.id)
        if one is None:
            return
        if one.current:
            self._paid.append(_Paid(one, order, cause))
        else:
            self._give_back(one.bill, order, cause, setting)

    def _give_back(self, bill: Bill, order: PaymentOrder, cause: Cause, setting: Setting) -> None:
        refund = NewRefund(
            id=setting.ids.new(bill.region),
            contribution_id=None,
            bill_id=bill.id,
            region=bill.region,
            person_id=bill.person_id,
            payer_id=order.payer_id,
            reason=RefundReason.DUPLICATE,
            status=RefundStatus.SENT,
            channel=order.channel,
            amount_fen=order.amount_fen,
            requested_at=setting.now,
            completed_at=None,
            entry_id=None,
            payment_order_id=order.id,
            sent_at=setting.now,
        )
        self._returned.append(refund)
        self._log.append(
            bill_refund_event(
                EventType.EMPLOYEE_BILL_REFUND_REQUESTED,
                refund,
                setting,
                month=bill.month,
                unit_id=bill.unit_id,
                cause=cause,
            )
        )

    def stop(self, order: PaymentOrder, event: EventType, cause: Cause, setting: Setting) -> None:
        """The order collects nothing: its bill waits for another one."""
        one = self.bills.get(order.id)
        if one is None:
            return
        if one.bill.status is EmployeeBillStatus.PAYING:
            self._stopped.append(one.bill.id)
            self.bills[order.id] = replace(one, bill=replace(one.bill, status=EmployeeBillStatus.DUE))
        actor = order.payer_id if event is EventType.PAYMENT_VOIDED else Id(0)
        new_id = setting.ids.new(one.bill.region)
        self._log.append(bill_event(new_id, event, one.bill, order, actor, cause, setting))

    def unanswered(self, order: PaymentOrder, cause: Cause, setting: Setting) -> None:
        """What became of the order is unknown; the bill stays as it is."""
        one = self.bills.get(order.id)
        if one is not None:
            new_id, event = setting.ids.new(one.bill.region), EventType.PAYMENT_UNANSWERED
            self._log.append(bill_event(new_id, event, one.bill, order, Id(0), cause, setting))

    async def record(self, connection: Connection, setting: Setting) -> None:
        """All of it is written. Every credit is one entry in its person's account, which is opened where need be."""
        await employee_bills.stop(connection, self._stopped)
        await refunds.ask(connection, self._returned)
        await timers.set_timers(
            connection, [NewTimer(setting.now, TimerKind.GIVE_BACK, one.id) for one in self._returned]
        )
        await events.append(connection, self._log)
        if self._paid:
            await self._record_paid(connection, setting)

    async def _record_paid(self, connection: Connection, setting: Setting) -> None:
        lines = [(paid, line) for paid in self._paid for line in paid.bill.lines]
        holders = await persons.holders(connection, [line.person_id for _, line in lines])
        ledger = _Ledger(
            {number: holder.account for number, holder in holders.items() if holder.account is not None}, setting
        )
        for paid in self._paid:
            order, region = paid.order, paid.bill.bill.region
            ledger.log.append(
                bill_event(
                    setting.ids.new(region),
                    EventType.EMPLOYEE_BILL_PAID,
                    paid.bill.bill,
                    order,
                    order.payer_id,
                    paid.cause,
                    setting,
                )
            )
            for line in paid.bill.lines:
                if line.credit_fen:
                    ledger.credit(line, region, paid)
        await employee_bills.collected(
            connection,
            [
                (one.bill, late_fee_of(one.order, one.bill.bill), business_date(one.order.ordered_at))
                for one in self._paid
            ],
            at=setting.now,
        )
        await ledger.record(connection)


class _Ledger:
    """The accounts of everybody on the bills, as one line after the other is credited."""

    def __init__(self, accounts: dict[Id, Account], setting: Setting) -> None:
        self._before = dict(accounts)
        self._accounts = accounts
        self._setting = setting
        self._touched: dict[Id, None] = {}
        self._opened: list[NewAccount] = []
        self._entries: list[NewEntry] = []
        self._credited: list[tuple[Id, Id]] = []
        self.log: list[NewEvent] = []

    def credit(self, line: BilledLine, region: RegionCode, paid: _Paid) -> None:
        """One entry for the line. An account that was closed takes nothing, and the line shows none."""
        account = self._accounts.get(line.person_id) or self._open(line.person_id, region)
        if account.status is AccountStatus.CLOSED:
            return
        after = credited(account, line.credit_fen)
        self._accounts[line.person_id] = after
        self._touched[line.person_id] = None
        entry = posted(after, EntryKind.MONTHLY_CREDIT, line.credit_fen, self._setting)
        self._entries.append(entry)
        self._credited.append((line.id, entry.id))
        self.log.append(
            posting_event(EventType.ACCOUNT_CREDITED, region, line.person_id, entry, self._setting, cause=paid.cause)
        )

    def _open(self, person_id: Id, region: RegionCode) -> Account:
        account = Account(self._setting.ids.new(region), region, AccountStatus.OPEN, Fen(0), 0)
        self._opened.append(NewAccount(account.id, person_id, region, self._setting.on))
        self._before[person_id] = account
        return account

    async def record(self, connection: Connection) -> None:
        await personal_accounts.open_accounts(connection, self._opened)
        await personal_accounts.post(
            connection,
            self._entries,
            [(self._before[person], self._accounts[person]) for person in self._touched],
        )
        await employee_bills.credited(connection, self._credited)
        await events.append(connection, self.log)


def late_fee_of(order: PaymentOrder | NewPaymentOrder, bill: Bill) -> Fen:
    """What the order pays beyond the shares: the late fee of the day on which it was made."""
    return Fen(order.amount_fen - bill.shares_fen)


def bill_event(
    event_id: Id,
    event: EventType,
    bill: Bill,
    order: PaymentOrder | NewPaymentOrder,
    actor: Id,
    cause: Cause,
    setting: Setting,
) -> NewEvent:
    """What is told of a bill's payment: to whoever pays it, and to the unit."""
    return NewEvent(
        id=event_id,
        type=event,
        region=bill.region,
        occurred_at=setting.now,
        actor_id=actor,
        subject_id=order.payer_id,
        cause=cause,
        payload={
            "order_id": order.id,
            "bill_id": bill.id,
            "unit_id": bill.unit_id,
            "payer_id": order.payer_id,
            "channel": order.channel.name,
            "month": bill.month,
            "persons": bill.persons,
            "amount_fen": order.amount_fen,
            "late_fee_fen": late_fee_of(order, bill),
            "paid_on": business_date(order.ordered_at).isoformat(),
        },
    )
