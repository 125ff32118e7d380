"""A unit pays a bill: the channel's word makes it paid, once, and puts everybody's share into their account."""

import asyncio
from typing import Any

import pytest

from domain.vocabulary import PaymentChannel
from simulator.auditor import audit
from tests.faulty import write_behaviour
from tests.journeys.test_declaring_wages import declare, unit_of
from tests.resolvers.opened import CHECK, PAY_BILL, VOID, OpenedWorld, telling

OFFICER = "officer-employer"
QUOTE = (
    "query Q($bill: ID!) { employeeBillQuote(billId: $bill) {"
    f" {telling('EmployeeBillQuoteResult', '... on EmployeeBillQuote { shares daysLate lateFee amount bill { id } }')}"
    " } }"
)
SEEN = """
query S($bill: ID!) {
  employeeBill(id: $bill) { status total lateFee paidOn paidAt order { id status } contributions {
    edges { node { status accountCredit person { id } } } } }
  paymentOrders { edges { node { id status amount bill { id } unit { id } } } }
  events(types: [EMPLOYEE_BILL_PAID, PAYMENT_STARTED, PAYMENT_FAILED, PAYMENT_VOIDED]) { edges { node { type
    ... on EmployeeBillPaidEvent { month persons amount lateFee paidOn bill { id } order { id } }
    ... on PaymentStartedEvent { coverageYear amount order { id } } } } }
}
"""
ENTRIES = """
  SELECT l.person_id, e.amount_fen, e.balance_fen - a.balance_fen, e.kind FROM employee_contributions l
  JOIN account_entries e ON e.id = l.entry_id JOIN personal_accounts a ON a.id = e.account_id
  WHERE a.person_id = l.person_id ORDER BY l.person_id, e.position"""


async def billed(world: OpenedWorld, month: int = 202412) -> str:
    """The id of a bill over the six employees of a unit: 3,315.18 yuan, of which 780.06 go to their accounts."""
    unit, people = await unit_of(world)
    bill: str = (await declare(world, unit, people, month))["bill"]["id"]
    return bill


async def pay(world: OpenedWorld, bill: str, persona: str | None = OFFICER, /, **given: Any) -> dict[str, Any]:
    return await world.mutate(PAY_BILL, persona, billId=bill, **({"channel": "TAX_SYSTEM"} | given))


async def quote(world: OpenedWorld, bill: str, persona: str | None = OFFICER) -> dict[str, Any]:
    found: dict[str, Any] = (await world.data(QUOTE, {"bill": bill}, persona))["employeeBillQuote"]
    return found


async def seen(world: OpenedWorld, bill: str, persona: str = OFFICER) -> dict[str, Any]:
    found: dict[str, Any] = await world.data(SEEN, {"bill": bill}, persona)
    return found


async def behaving(world: OpenedWorld, **habits: Any) -> None:
    async with world.service.world.database.write() as connection:
        await write_behaviour(connection, PaymentChannel.TAX_SYSTEM, **habits)
    await world.service.world.read_clock()


async def books_are_right(world: OpenedWorld) -> None:
    assert await audit(world.service.world.database) == []


async def test_a_paid_bill_credits_everybody_once(opened: OpenedWorld) -> None:
    bill = await billed(opened)
    assert (await quote(opened, bill)) | {"bill": None} == {
        "__typename": "EmployeeBillQuote",
        "shares": "3315.18",
        "daysLate": 0,
        "lateFee": "0.00",
        "amount": "3315.18",
        "bill": None,
    }
    started = await pay(opened, bill, expectedAmount="3315.18")
    assert (started["bill"]["status"], started["order"]["status"]) == ("PAYING", "SENT")
    assert (await quote(opened, bill))["__typename"] == "EmployeeBillNotDue"
    await opened.service.world.fire_due()

    found = await seen(opened, bill)
    paid = found["employeeBill"]
    assert (paid["status"], paid["paidOn"], paid["order"]["status"]) == ("PAID", "2024-12-16", "CONFIRMED")
    assert {edge["node"]["status"] for edge in paid["contributions"]["edges"]} == {"PAID"}
    [order] = [edge["node"] for edge in found["paymentOrders"]["edges"]]
    assert (order["amount"], order["bill"]["id"]) == ("3315.18", bill)
    start, done = [edge["node"] for edge in found["events"]["edges"]]
    assert (start["type"], start["coverageYear"], start["order"]["id"]) == ("PAYMENT_STARTED", None, order["id"])
    assert (done["amount"], done["persons"], done["lateFee"], done["bill"]["id"]) == ("3315.18", 6, "0.00", bill)
    rows = await opened.rows(ENTRIES)
    assert [row[1:] for row in rows] == [(13_001, 0, "MONTHLY_CREDIT")] * 6
    assert len({row[0] for row in rows}) == 6
    credited = (
        "{ events(types: [ACCOUNT_CREDITED]) { edges { node { ... on AccountCreditedEvent { amount kind } } } } }"
    )
    events = (await opened.data(credited, persona="operator"))["events"]["edges"]
    assert [edge["node"] for edge in events] == [{"amount": "130.01", "kind": "MONTHLY_CREDIT"}] * 6
    await books_are_right(opened)


async def test_the_same_key_pays_once_and_another_key_is_refused(opened: OpenedWorld) -> None:
    bill, key = await billed(opened), opened.new_key()
    first = await pay(opened, bill, idempotencyKey=key)
    await opened.service.world.fire_due()
    written = await opened.written()
    again = await pay(opened, bill, idempotencyKey=key)
    assert (again["order"]["id"], again["order"]["status"]) == (first["order"]["id"], "CONFIRMED")
    assert (await pay(opened, bill, idempotencyKey=key, channel="COUNTER"))["__typename"] == "IdempotencyKeyReused"
    assert await opened.written() == written
    other = await pay(opened, bill)
    assert (other["code"], other["status"]) == ("EMPLOYEE_BILL_NOT_DUE", "PAID")
    assert await opened.rows("SELECT count(*) FROM payment_orders") == [(1,)]


async def test_payments_at_once_make_one_order(opened: OpenedWorld) -> None:
    bill = await billed(opened)
    answers = await asyncio.gather(*(pay(opened, bill) for _ in range(5)))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["EmployeeBillNotDue"] * 4 + ["EmployeeBillPaymentStarted"]
    await opened.service.world.fire_due()
    assert len(await opened.rows(ENTRIES)) == 6


async def test_what_failed_is_due_again_with_the_late_fee_of_the_day_it_is_paid(opened: OpenedWorld) -> None:
    bill = await billed(opened, 202411)
    # Due on the fifteenth: one day late, 5 of 10,000 of 3,315.18.
    assert (await quote(opened, bill))["lateFee"] == "1.66"
    await behaving(opened, failing_per_mille=1000)
    started = await pay(opened, bill)
    assert (started["bill"]["lateFee"], started["order"]["amount"]) == ("1.66", "3316.84")
    await opened.service.world.fire_due()
    failed = (await seen(opened, bill))["employeeBill"]
    assert (failed["status"], failed["lateFee"], failed["order"]["status"]) == ("DUE", "0.00", "FAILED")
    assert await opened.rows(ENTRIES) == []

    opened.machine.forward(days=9)
    await behaving(opened)
    assert (await quote(opened, bill))["daysLate"] == 10
    changed = await pay(opened, bill, expectedAmount="3316.84")
    assert (changed["code"], changed["due"]) == ("AMOUNT_CHANGED", "3331.76")
    await pay(opened, bill, expectedAmount="3331.76")
    await opened.service.world.fire_due()
    paid = (await seen(opened, bill))["employeeBill"]
    assert (paid["status"], paid["lateFee"], paid["total"], paid["paidOn"]) == (
        "PAID",
        "16.58",
        "3315.18",
        "2024-12-25",
    )
    assert len(await opened.rows(ENTRIES)) == 6
    await books_are_right(opened)


async def test_a_channel_that_said_no_and_confirms_all_the_same_pays_at_the_fee_of_its_order(
    opened: OpenedWorld,
) -> None:
    bill = await billed(opened, 202411)
    await behaving(opened, failing_per_mille=1000)
    order = (await pay(opened, bill))["order"]["id"]
    await opened.service.world.fire_due()
    assert (await seen(opened, bill))["employeeBill"]["status"] == "DUE"
    opened.machine.forward(days=3)
    await confirms_after_all(opened, order)
    paid = (await seen(opened, bill))["employeeBill"]
    assert (paid["status"], paid["paidOn"], paid["lateFee"]) == ("PAID", "2024-12-16", "1.66")
    assert len(await opened.rows(ENTRIES)) == 6
    await books_are_right(opened)


GIVEN_BACK = """
query G($bill: ID!) {
  employeeBill(id: $bill) { status order { id } refunds { edges { node { id } } } }
  refunds { edges { node { id status reason channel amount requestedAt sentAt completedAt entry { id }
    contribution { id } person { id } payer { id } bill { id status } order { id status amount bill { id } } } } }
  events(types: [EMPLOYEE_BILL_REFUND_REQUESTED, EMPLOYEE_BILL_REFUNDED]) { edges { node { type actor { id }
    ... on EmployeeBillRefundRequestedEvent { amount reason month bill { id } refund { id } }
    ... on EmployeeBillRefundedEvent { amount reason month bill { id } refund { id } } } } }
}
"""


async def given_back(world: OpenedWorld, bill: str, persona: str = OFFICER) -> dict[str, Any]:
    found: dict[str, Any] = await world.data(GIVEN_BACK, {"bill": bill}, persona)
    return found


async def confirms_after_all(world: OpenedWorld, order: str) -> None:
    """The channel has the money of an order that it said it had not, and says so."""
    await world.change(
        f"UPDATE channel_collections SET collected = (1 = 1), failure = NULL WHERE reference = {order[4:]};"
        f"INSERT INTO timers (due_at, kind, subject_id) VALUES (0, 'CHANNEL_CONFIRMS', {order[4:]})"
    )
    await world.service.world.fire_due()


async def test_what_a_channel_collected_twice_for_a_bill_goes_back_to_the_unit(opened: OpenedWorld) -> None:
    bill = await billed(opened, 202411)
    await behaving(opened, failing_per_mille=1000)
    first = (await pay(opened, bill))["order"]["id"]
    await opened.service.world.fire_due()
    opened.machine.forward(days=9)
    await behaving(opened)
    second = (await pay(opened, bill))["order"]["id"]
    await opened.service.world.fire_due()
    assert (await given_back(opened, bill))["refunds"]["edges"] == []

    await behaving(opened, out=True)
    await confirms_after_all(opened, first)
    found = await given_back(opened, bill)
    [refund] = [edge["node"] for edge in found["refunds"]["edges"]]
    under_way = {
        "id": refund["id"],
        "status": "SENT",
        "reason": "DUPLICATE",
        "channel": "TAX_SYSTEM",
        # The first order's whole amount, with the late fee of its own day.
        "amount": "3316.84",
        "requestedAt": "2024-12-25T09:00:00+08:00",
        "sentAt": "2024-12-25T09:00:00+08:00",
        "completedAt": None,
        "entry": None,
        "contribution": None,
        "person": None,
        "payer": refund["payer"],
        "bill": {"id": bill, "status": "PAID"},
        "order": {"id": first, "status": "CONFIRMED", "amount": "3316.84", "bill": None},
    }
    assert refund == under_way
    assert found["employeeBill"] == {
        "status": "PAID",
        "order": {"id": second},
        "refunds": {"edges": [{"node": {"id": refund["id"]}}]},
    }
    await books_are_right(opened)

    opened.machine.forward(hours=1)
    await behaving(opened)
    await opened.service.world.fire_due()
    found = await given_back(opened, bill)
    assert [edge["node"] for edge in found["refunds"]["edges"]] == [
        under_way | {"status": "REFUNDED", "completedAt": "2024-12-25T10:00:00+08:00"}
    ]
    told: dict[str, Any] = {
        "actor": None,
        "amount": "3316.84",
        "reason": "DUPLICATE",
        "month": 202411,
        "bill": {"id": bill},
        "refund": {"id": refund["id"]},
    }
    assert [edge["node"] for edge in found["events"]["edges"]] == [
        {"type": kind} | told for kind in ("EMPLOYEE_BILL_REFUND_REQUESTED", "EMPLOYEE_BILL_REFUNDED")
    ]
    assert found["employeeBill"]["status"] == "PAID"
    assert len(await opened.rows(ENTRIES)) == 6
    await books_are_right(opened)


async def test_the_refund_of_a_units_bill_is_seen_by_its_unit_its_region_and_nobody_else(opened: OpenedWorld) -> None:
    bill = await billed(opened)
    await behaving(opened, failing_per_mille=1000)
    first = (await pay(opened, bill))["order"]["id"]
    await opened.service.world.fire_due()
    await behaving(opened)
    await pay(opened, bill)
    await confirms_after_all(opened, first)
    [(number, payer)] = await opened.rows("SELECT id, payer_id FROM refunds")
    asked = (
        "query R($id: ID!) { refund(id: $id) { bill { id } } node(id: $id) { id } refunds { totalCount }"
        " events(types: [EMPLOYEE_BILL_REFUND_REQUESTED]) { totalCount } }"
    )
    for persona in (OFFICER, "clerk-anshun", "operator"):
        seen = await opened.data(asked, {"id": f"ref_{number}"}, persona)
        assert (seen["refund"], seen["refunds"]) == ({"bill": {"id": bill}}, {"totalCount": 1}), persona
        assert seen["events"] == {"totalCount": 1}, persona
    nothing = {"refund": None, "node": None, "refunds": {"totalCount": 0}, "events": {"totalCount": 0}}
    for stranger in ("employee", "officer-school", "clerk-synthetic", None):
        assert await opened.data(asked, {"id": f"ref_{number}"}, stranger) == nothing, stranger
    # Whoever pays for a unit sees nothing of it when signed in as a person.
    await opened.change(f"UPDATE refunds SET payer_id = {opened.guide['employee'].person_id}")
    assert await opened.data(asked, {"id": f"ref_{number}"}, "employee") == nothing
    await opened.change(f"UPDATE refunds SET payer_id = {payer}")


async def test_a_silent_channel_that_confirms_late_and_twice_pays_at_the_fee_of_the_first_day(
    opened: OpenedWorld,
) -> None:
    bill = await billed(opened, 202411)
    await behaving(opened, silent_per_mille=1000, twice_per_mille=1000, slow_per_mille=1000, slow_seconds=90_000)
    started = await pay(opened, bill)
    order = started["order"]["id"]
    await opened.service.world.fire_due()
    assert (await seen(opened, bill))["employeeBill"]["status"] == "PAYING"
    opened.machine.forward(hours=2)
    void = await opened.mutate(VOID, OFFICER, orderId=order)
    assert (void["code"], void["status"], void["voidableAt"]) == ("PAYMENT_NOT_VOIDABLE", "UNKNOWN", None)
    opened.machine.forward(days=2)
    await opened.service.world.fire_due()
    paid = (await seen(opened, bill))["employeeBill"]
    assert (paid["status"], paid["paidOn"], paid["lateFee"]) == ("PAID", "2024-12-16", "1.66")
    assert paid["paidAt"] > "2024-12-17"
    assert len(await opened.rows(ENTRIES)) == 6
    [(confirmations,)] = await opened.rows("SELECT confirmations FROM payment_orders")
    assert confirmations >= 2
    assert (await opened.rows("SELECT count(*) FROM events WHERE type = 'EMPLOYEE_BILL_PAID'")) == [(1,)]
    await books_are_right(opened)


async def test_checking_settles_it_and_is_the_officers_alone(opened: OpenedWorld) -> None:
    bill = await billed(opened)
    order = (await pay(opened, bill))["order"]["id"]
    for persona in ("employee", "officer-school"):
        refused = await opened.mutate(CHECK, persona, orderId=order)
        assert refused["__typename"] == "PaymentOrderNotFound"
    checked = await opened.mutate(CHECK, OFFICER, orderId=order)
    assert checked["order"]["status"] == "CONFIRMED"
    assert len(await opened.rows(ENTRIES)) == 6


async def test_what_the_bank_has_not_taken_can_be_given_up_and_is_due_again(opened: OpenedWorld) -> None:
    bill = await billed(opened)
    started = await pay(opened, bill, channel="BANK_BATCH")
    assert started["order"]["status"] == "QUEUED"
    voided = await opened.mutate(VOID, OFFICER, orderId=started["order"]["id"])
    assert voided["order"]["status"] == "VOIDED"
    opened.machine.forward(days=1)
    await opened.service.world.fire_due()
    assert (await seen(opened, bill))["employeeBill"]["status"] == "DUE"
    await pay(opened, bill, channel="BANK_BATCH")
    opened.machine.forward(days=1)
    await opened.service.world.fire_due()
    assert (await seen(opened, bill))["employeeBill"]["status"] == "PAID"
    assert len(await opened.rows(ENTRIES)) == 6


async def test_who_has_no_account_gets_one_and_a_closed_one_takes_nothing(opened: OpenedWorld) -> None:
    bill = await billed(opened)
    first, second, *_ = [row[0] for row in await opened.rows("SELECT person_id FROM employee_contributions ORDER BY 1")]
    await opened.change(
        f"DELETE FROM account_entries WHERE account_id IN (SELECT id FROM personal_accounts WHERE person_id = {first});"
        f"DELETE FROM personal_accounts WHERE person_id = {first}"
    )
    await opened.close_account(second)
    await pay(opened, bill)
    await opened.service.world.fire_due()
    opened_now = f"SELECT balance_fen, entry_count, status FROM personal_accounts WHERE person_id = {first}"
    assert await opened.rows(opened_now) == [(13_001, 1, "OPEN")]
    rows = await opened.rows(ENTRIES)
    assert len(rows) == 5
    assert second not in {row[0] for row in rows}
    await books_are_right(opened)


async def test_two_months_paid_together_add_up_in_each_account(opened: OpenedWorld) -> None:
    bills = [await billed(opened, month) for month in (202411, 202412)]
    for bill in bills:
        await pay(opened, bill)
    await opened.service.world.fire_due()
    assert len(await opened.rows(ENTRIES)) == 12
    await books_are_right(opened)


@pytest.mark.parametrize(
    ("persona", "expected"),
    [
        (None, "NotSignedIn"),
        ("operator", "NotSignedIn"),
        ("clerk-xixiu", "NotSignedIn"),
        ("employee", "EmployeeBillNotFound"),
        ("officer-school", "EmployeeBillNotFound"),
    ],
)
async def test_only_the_officer_of_the_unit_pays(opened: OpenedWorld, persona: str | None, expected: str) -> None:
    bill = await billed(opened)
    assert (await pay(opened, bill, persona))["__typename"] == expected
    assert (await quote(opened, bill, persona))["__typename"] == expected


async def test_bad_input_is_refused(opened: OpenedWorld) -> None:
    bill = await billed(opened)
    assert (await pay(opened, "per_1"))["__typename"] == "EmployeeBillNotFound"
    assert (await pay(opened, "bil_529999999999999999"))["__typename"] == "EmployeeBillNotFound"
    refused = await pay(opened, bill, channel="WECHAT")
    assert (refused["code"], refused["offered"]) == ("CHANNEL_NOT_OFFERED", ["TAX_SYSTEM", "BANK_BATCH", "COUNTER"])
    assert (await pay(opened, bill, idempotencyKey="short"))["__typename"] == "InputNotAcceptable"
    assert await opened.rows("SELECT count(*) FROM payment_orders") == [(0,)]


async def test_an_order_for_a_bill_is_seen_by_its_unit_its_region_and_nobody_else(opened: OpenedWorld) -> None:
    bill = await billed(opened)
    order = (await pay(opened, bill))["order"]["id"]
    asked = "query O($id: ID!) { paymentOrder(id: $id) { bill { id } } node(id: $id) { id } }"
    for persona in ("employee", "officer-school", "clerk-synthetic", None):
        assert await opened.data(asked, {"id": order}, persona) == {"paymentOrder": None, "node": None}
    for persona in (OFFICER, "clerk-anshun", "operator"):
        assert (await opened.data(asked, {"id": order}, persona))["paymentOrder"]["bill"]["id"] == bill
