"""What always holds of money that channels collect for bills, however they behave: it pays its bill or goes back."""

from __future__ import annotations

import asyncio
from collections import Counter as Times
from datetime import date

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.operations.pay_employee_bill import PayBillOrder, pay_bills
from domain.operations.settle_payments import CheckOrder, VoidOrder, check_payments, void_payments
from domain.store import tables
from domain.vocabulary import Id, PaymentChannel, UnitKind
from tests.operations.test_every_fen import WAITS, Books, Played, Step, play_through
from tests.operations.tiny_world import Counter, Somebody, TinyWorld

CHANNELS = (PaymentChannel.TAX_SYSTEM, PaymentChannel.COUNTER, PaymentChannel.BANK_BATCH)
FAILING = 1

STEPS = st.builds(
    Step,
    st.sampled_from(["pay", "pay", "pay", "pay", "wait", "check", "void", "second thoughts", "second thoughts"]),
    st.integers(0, 1),
    st.integers(0, 7),
    st.integers(0, 7),
)
REPAID = [
    Step("pay", 0, 1, FAILING),
    Step("wait", 0, 0, 5),
    Step("pay", 0, 1, 0),
    Step("second thoughts", 0, 0, 0),
    Step("wait", 0, 0, 1),
]
"""An order fails, another one pays a day and a late fee later, and the channel has the first one's money after all."""


class PlayedBills(Played):
    """A unit and a person who pay alone, and everything that was asked so far."""

    channels = CHANNELS

    def __init__(self, world: TinyWorld, counter: Counter, owing: dict[Id, Somebody], unit_bills: set[Id]) -> None:
        super().__init__(world, counter, [], [])
        self.owing, self.unit_bills = owing, unit_bills

    async def do(self, step: Step) -> None:
        """The step: mostly something that can be so, and now and then anything."""
        key = f"key-{next(self._keys):05d}"
        match step.kind:
            case "pay":
                bill = list(self.owing)[step.which % len(self.owing)]
                channel = CHANNELS[step.who if step.which else 2]
                await self._temper(channel, step.more)
                payer, for_unit = self.owing[bill].id, bill in self.unit_bills
                await self.ask(pay_bills, PayBillOrder(payer, key, "r", bill, channel, for_unit))
                await self._wait(0)
            case "wait":
                await self._wait(WAITS[step.more % len(WAITS)])
            case "second thoughts":
                await self._think_again(step.which)
            case "check" | "void":
                found = tables.payment_orders.c
                orders = await self.counter.rows(found.id, found.payer_id, found.unit_id, found.status)
                orders = [one for one in orders if one[3] in ("QUEUED", "SENT", "UNKNOWN")] or orders
                if orders:
                    order, payer, unit, _ = orders[step.which % len(orders)]
                    kind, operation = (
                        (CheckOrder, check_payments) if step.kind == "check" else (VoidOrder, void_payments)
                    )
                    await self.ask(operation, kind(Id(payer), key, "r", Id(order), unit is not None))

    async def books(self) -> dict[int, Books]:
        """By order."""
        orders, bills, back = tables.payment_orders.c, tables.employee_bills.c, tables.refunds.c
        taken, rows = tables.channel_collections.c, self.counter.rows
        found = {row[0]: Books(row[1], row[2]) for row in await rows(orders.id, orders.status, orders.amount_fen)}
        for reference, amount, collected, given_back in await rows(
            taken.reference, taken.amount_fen, taken.collected, taken.given_back_fen
        ):
            found[reference].collected = amount if collected else 0
            found[reference].given_back = given_back
        for order, *shares, paid_at in await rows(
            bills.payment_order_id, bills.unit_fen, bills.personal_fen, bills.maternity_fen, bills.late_fee_fen,
            bills.paid_at,
        ):  # fmt: skip
            if paid_at is not None:
                found[order].paid = found[order].standing = sum(shares)
        for order, amount, status in await rows(back.payment_order_id, back.amount_fen, back.status):
            found[order].asked += amount
            found[order].returned.append(amount)
            found[order].told += amount if status == "REFUNDED" else 0
        return found

    async def assert_nothing_is_paid_twice(self) -> None:
        """At any moment: a bill is paid once, credits each of its lines once, and each refund is told of once."""
        bills, lines, log = tables.employee_bills.c, tables.employee_contributions.c, tables.events.c
        paid = {row[0] for row in await self.counter.rows(bills.id, bills.status) if row[1] == "PAID"}
        for _, bill, entry in await self.counter.rows(lines.id, lines.bill_id, lines.entry_id):
            assert (entry is not None) is (bill in paid)
        told = Times(row[1] for row in await self.counter.rows(log.position, log.type))
        progress = Times(row[1] for row in await self.counter.rows(tables.refunds.c.id, tables.refunds.c.status))
        assert told["EMPLOYEE_BILL_PAID"] == len(paid)
        assert told["EMPLOYEE_BILL_REFUND_REQUESTED"] == progress.total()
        assert told["EMPLOYEE_BILL_REFUNDED"] == progress["REFUNDED"]


async def _played(url: str, steps: list[Step]) -> None:
    world = TinyWorld()
    unit_id, officer = world.unit(UnitKind.ENTERPRISE)
    people = [world.person(birth_date=date(1990, 1, day)) for day in (1, 2)]
    alone = world.person(birth_date=date(1985, 4, 5))
    world.account(people[0], 10_000)
    unit_bill = world.bill(people, unit_id)
    owing = {unit_bill: officer, world.bill([alone]): alone}
    await play_through(url, world, lambda counter: PlayedBills(world, counter, owing, {unit_bill}), steps)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=12, max_size=24))
@example(REPAID)
def test_every_fen_that_a_channel_collected_for_a_bill_pays_it_or_goes_back(tables_url: str, steps: list[Step]) -> None:
    asyncio.run(_played(tables_url, steps))
