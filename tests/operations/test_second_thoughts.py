"""A channel that said no and took the money all the same: it pays what it was for, or goes back, whatever came."""

from datetime import date

import pytest
from sqlalchemy import bindparam, update

from domain.operations.pay_employee_bill import EmployeeBillPaymentStarted, PayBillOrder, pay_bills
from domain.operations.pay_resident_contribution import PayOrder, ResidentContributionPaid, pay_resident_contributions
from domain.operations.settle_payments import PaymentVoided, VoidOrder, void_payments
from domain.store import tables
from domain.store.statements import Statement
from domain.store.timers import NewTimer, TimerKind, set_timers
from domain.vocabulary import Id, Instant, PaymentChannel, UnitKind
from simulator.auditor import RULES
from tests.operations.conftest import Opening
from tests.operations.test_channels import event_types, fire, make, order_status, started, status
from tests.operations.tiny_world import IN_WINDOW, Counter, TinyWorld

WECHAT, COUNTER = PaymentChannel.WECHAT, PaymentChannel.COUNTER
DAY = 86_400
SOON, LATER = Instant(IN_WINDOW + 60), Instant(IN_WINDOW + 8 * 3_600)
_TAKES_AFTER_ALL = Statement(
    update(tables.channel_collections)
    .values(collected=True, failure=None)
    .where(tables.channel_collections.c.reference == bindparam("order"))
)


async def takes_after_all(counter: Counter, order: Id, at: Instant) -> None:
    """The channel has the money of an order that it said it had not, and says so at that moment."""
    async with counter.database.write() as connection:
        await connection.execute(_TAKES_AFTER_ALL, {"order": order})
        await set_timers(connection, [NewTimer(at, TimerKind.CHANNEL_CONFIRMS, order)])


@pytest.mark.parametrize(
    ("meanwhile", "standing", "given_back"),
    [
        ("nothing", "PAID", 0),
        ("another order has paid", "PAID", 40_000),
        ("another order is on its way", "PAYING", 40_000),
        ("another order has failed too", "SUBMITTED", 40_000),
        ("an account has paid", "SUBMITTED", 40_000),
    ],
)
async def test_what_was_called_failed_and_is_confirmed_pays_or_goes_back(
    opened: Opening, meanwhile: str, standing: str, given_back: int
) -> None:
    world = TinyWorld()
    payer, mother, enrolment_id = world.insured_family()
    contribution = world.contribution(mother, payer, enrolment_id, channel=WECHAT)
    by_account = world.contribution(mother, payer, enrolment_id)
    counter = await opened(world)
    await make(counter, failing_per_mille=1000)
    first = (await started(counter, payer, contribution)).order_id
    await fire(counter, IN_WINDOW)
    assert await order_status(counter, first) == ("FAILED", 0)
    if meanwhile == "an account has paid":
        [paid] = await counter.run(pay_resident_contributions, PayOrder(payer.id, "pay-00001", "r", by_account))
        assert isinstance(paid, ResidentContributionPaid)
    elif meanwhile != "nothing":
        habits = {"another order has paid": {}, "another order is on its way": {"out": True}}
        await make(counter, **habits.get(meanwhile, {"failing_per_mille": 1000}))
        await started(counter, payer, contribution, "start-0002")
        await fire(counter, IN_WINDOW)
    await takes_after_all(counter, first, SOON)
    await fire(counter, Instant(SOON - 1))
    await make(counter, out=meanwhile == "another order is on its way")
    await fire(counter, SOON)
    assert await order_status(counter, first) == ("CONFIRMED", 1)
    assert await status(counter, contribution) == standing
    await make(counter)
    await fire(counter, LATER)
    book = tables.channel_collections.c
    assert (first, given_back) in await counter.rows(book.reference, book.given_back_fen)
    refunds = await counter.rows(tables.refunds.c.payment_order_id, tables.refunds.c.reason, tables.refunds.c.status)
    assert refunds == ([(first, "DUPLICATE", "REFUNDED")] if given_back else [])
    assert await status(counter, contribution) == ("PAID" if standing == "PAYING" else standing)
    by_somebody = 1 if standing in ("PAID", "PAYING") or meanwhile == "an account has paid" else 0
    assert (await event_types(counter)).count("RESIDENT_CONTRIBUTION_PAID") == by_somebody


@pytest.mark.parametrize("alone", [False, True], ids=["a unit's bill", "a person's bill"])
@pytest.mark.parametrize(
    ("meanwhile", "standing", "goes_back"),
    [
        ("nothing", "PAID", False),
        ("another order has paid", "PAID", True),
        ("another order is on its way", "PAYING", True),
        ("another order has failed too", "DUE", True),
        ("another order was given up", "DUE", True),
    ],
)
async def test_what_was_called_failed_for_a_bill_and_is_confirmed_pays_it_or_goes_back(
    opened: Opening, meanwhile: str, standing: str, goes_back: bool, alone: bool
) -> None:
    world = TinyWorld()
    unit_id, payer = world.unit(UnitKind.ENTERPRISE)
    people = [world.person(birth_date=date(1990, 1, day)) for day in (1, 2)]
    if alone:
        payer = people[0]
    bill = world.bill(people[:1]) if alone else world.bill(people, unit_id)
    counter = await opened(world)

    async def pay(key: str, channel: PaymentChannel = COUNTER) -> Id:
        asked = PayBillOrder(payer.id, key, "r", bill, channel, not alone)
        [answer] = await counter.run(pay_bills, asked, now=Instant(IN_WINDOW + DAY * (key != "first-001")))
        assert isinstance(answer, EmployeeBillPaymentStarted), answer
        return answer.order_id

    await make(counter, COUNTER, failing_per_mille=1000)
    first = await pay("first-001")
    await fire(counter, IN_WINDOW)
    assert await order_status(counter, first) == ("FAILED", 0)
    tomorrow = Instant(IN_WINDOW + DAY)
    if meanwhile == "another order was given up":
        void = VoidOrder(payer.id, "void-0001", "r", await pay("second-01", PaymentChannel.BANK_BATCH), not alone)
        [answer] = await counter.run(void_payments, void, now=tomorrow)
        assert isinstance(answer, PaymentVoided), answer
    elif meanwhile != "nothing":
        habits = {"another order has paid": {}, "another order is on its way": {"out": True}}
        await make(counter, COUNTER, **habits.get(meanwhile, {"failing_per_mille": 1000}))
        await pay("second-01")
        await fire(counter, tomorrow)
    await takes_after_all(counter, first, Instant(tomorrow + 60))
    await make(counter, COUNTER, out=meanwhile == "another order is on its way")
    await fire(counter, Instant(tomorrow + 60))
    assert await order_status(counter, first) == ("CONFIRMED", 1)
    bills = tables.employee_bills.c
    assert [row[0] for row in await counter.rows(bills.status)] == [standing]
    # Five days late for a unit when it was first paid; nobody who pays alone is charged for that.
    amount = 100_000 if alone else 200_500
    found = tables.refunds.c
    whose = payer.id if alone else None
    asked = await counter.rows(
        found.bill_id, found.payment_order_id, found.person_id, found.payer_id, found.amount_fen, found.reason
    )
    assert asked == ([(bill, first, whose, payer.id, amount, "DUPLICATE")] if goes_back else [])

    await make(counter, COUNTER)
    await takes_after_all(counter, first, Instant(tomorrow + 120))
    await fire(counter, Instant(tomorrow + 8 * 3_600))
    assert await order_status(counter, first) == ("CONFIRMED", 2)
    assert [row[0] for row in await counter.rows(bills.status)] == ["PAID" if standing == "PAYING" else standing]
    book = tables.channel_collections.c
    assert (first, amount if goes_back else 0) in await counter.rows(book.reference, book.given_back_fen)
    assert [row[0] for row in await counter.rows(found.status)] == ["REFUNDED"] * goes_back
    log = tables.events.c
    told = [row[1:] for row in await counter.rows(log.position, log.type, log.subject_id) if "REFUND" in row[1]]
    kinds = ("EMPLOYEE_BILL_REFUND_REQUESTED", "EMPLOYEE_BILL_REFUNDED")
    assert told == [(kind, payer.id) for kind in kinds if goes_back]
    async with counter.database.read() as connection:
        for rule, statement in RULES.items():
            if "channel" in rule or "confirmed" in rule or "for a bill" in rule:
                assert await connection.fetch_all(statement, {"most": 9, "since": 0}) == [], rule
