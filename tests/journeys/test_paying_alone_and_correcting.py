"""Flexible workers declare and pay their own months, and a unit corrects a wage that it declared too low."""

import asyncio
from typing import Any

import pytest

from tests.journeys.test_declaring_wages import declare, unit_of
from tests.journeys.test_paying_a_bill import (
    ENTRIES,
    behaving,
    books_are_right,
    confirms_after_all,
    given_back,
    pay,
    quote,
)
from tests.resolvers.opened import CORRECT, DECLARE_OWN, OpenedWorld

WORKER = "flexible-worker"
OFFICER = "officer-employer"


async def own(world: OpenedWorld, persona: str | None = WORKER, /, **given: Any) -> dict[str, Any]:
    number = world.guide[WORKER].person_id
    [(enrolment,)] = await world.rows(f"SELECT id FROM enrolments WHERE person_id = {number} AND scheme = 'EMPLOYEE'")
    asked = {"enrolmentId": f"enr_{enrolment}", "firstMonth": 202412, "base": "6500.00"}
    return await world.mutate(DECLARE_OWN, persona, **(asked | given))


async def correct(world: OpenedWorld, unit: str, people: list[str], wage: str = "7000.25", **given: Any) -> Any:
    lines = [{"personId": person, "wage": wage} for person in people]
    return await world.mutate(CORRECT, OFFICER, **({"unitId": unit, "month": 202412, "lines": lines} | given))


async def test_a_flexible_worker_declares_and_pays_months_alone(opened: OpenedWorld) -> None:
    bill = (await own(opened, firstMonth=202410, months=3))["bill"]
    assert (bill["kind"], bill["month"], bill["months"], bill["persons"]) == ("BACK_PAYMENT", 202412, 3, 1)
    # 6,500.00 × 8 % a month, of which 2 % go to the account.
    assert (bill["personalShare"], bill["total"], bill["dueOn"]) == ("1560.00", "1560.00", "2025-01-15")
    assert bill["person"]["id"] == opened.person(WORKER)
    lines = [edge["node"] for edge in bill["contributions"]["edges"]]
    assert [(line["month"], line["personalShare"], line["accountCredit"]) for line in lines] == [
        (month, "520.00", "130.00") for month in (202410, 202411, 202412)
    ]
    opened.machine.forward(days=60)
    cost = await quote(opened, bill["id"], WORKER)
    assert (cost["amount"], cost["daysLate"]) == ("1560.00", 0)
    assert (await pay(opened, bill["id"], OFFICER, channel="WECHAT"))["__typename"] == "EmployeeBillNotFound"
    assert (await pay(opened, bill["id"], WORKER, channel="WECHAT"))["__typename"] == "EmployeeBillPaymentStarted"
    await opened.service.world.fire_due()
    assert [row[1:] for row in await opened.rows(ENTRIES)] == [
        (13_000, step, "MONTHLY_CREDIT") for step in (-26_000, -13_000, 0)
    ]
    await books_are_right(opened)


async def test_what_a_channel_collected_twice_for_a_flexible_worker_goes_back_to_them(opened: OpenedWorld) -> None:
    bill = (await own(opened))["bill"]["id"]
    await behaving(opened, failing_per_mille=1000)
    first = (await pay(opened, bill, WORKER))["order"]["id"]
    await opened.service.world.fire_due()
    await behaving(opened)
    await pay(opened, bill, WORKER, channel="WECHAT")
    await opened.service.world.fire_due()
    await confirms_after_all(opened, first)
    found = await given_back(opened, bill, WORKER)
    [refund] = [edge["node"] for edge in found["refunds"]["edges"]]
    me = {"id": opened.person(WORKER)}
    assert (refund["status"], refund["amount"], refund["channel"]) == ("REFUNDED", "520.00", "TAX_SYSTEM")
    assert (refund["person"], refund["payer"], refund["bill"]["id"], refund["order"]["id"]) == (me, me, bill, first)
    told = [edge["node"]["type"] for edge in found["events"]["edges"]]
    assert told == ["EMPLOYEE_BILL_REFUND_REQUESTED", "EMPLOYEE_BILL_REFUNDED"]
    for stranger in ("employee", OFFICER, "clerk-synthetic"):
        assert (await given_back(opened, bill, stranger))["refunds"]["edges"] == []
    assert len(await opened.rows(ENTRIES)) == 1
    await books_are_right(opened)


async def test_the_base_is_held_and_months_may_be_paid_ahead_to_december(opened: OpenedWorld) -> None:
    opened.machine.forward(days=31)
    low = (await own(opened, firstMonth=202501, months=11, base="1.00"))["bill"]
    # The floor of 2025: 60 % of 6,800.00, and 8 % of it.
    assert (low["kind"], low["month"], low["total"]) == ("REGULAR", 202511, "3590.40")
    high = (await own(opened, firstMonth=202512, base="99999999.00"))["bill"]
    assert high["contributions"]["edges"][0]["node"]["base"] == "20400.00"
    assert (await own(opened, firstMonth=202601))["problem"] == "OWN_MONTHS"


@pytest.mark.parametrize(
    "given",
    [
        {"months": 0}, {"months": 13}, {"months": 2}, {"firstMonth": 202413}, {"firstMonth": 2147483647},
        {"firstMonth": -1}, {"base": "0.00"}, {"firstMonth": 201906},
    ],
)  # fmt: skip
async def test_months_that_cannot_be_declared_are_refused(opened: OpenedWorld, given: dict[str, Any]) -> None:
    assert (await own(opened, **given))["__typename"] == "InputNotAcceptable"
    assert await opened.rows("SELECT count(*) FROM employee_bills") == [(0,)]


async def test_a_month_is_declared_once_under_one_key_and_under_several(opened: OpenedWorld) -> None:
    key = opened.new_key()
    first = await own(opened, idempotencyKey=key)
    written = await opened.written()
    assert await own(opened, idempotencyKey=key) == first
    assert await opened.written() == written
    assert (await own(opened, idempotencyKey=key, months=2))["__typename"] == "IdempotencyKeyReused"
    again = await asyncio.gather(*(own(opened) for _ in range(4)))
    assert {answer["__typename"] for answer in again} == {"MonthAlreadyDeclared"}


@pytest.mark.parametrize(
    ("persona", "told"),
    [(None, "NotSignedIn"), (OFFICER, "NotSignedIn"), ("employee", "NotFlexiblyEmployed")],
)
async def test_nobody_declares_for_a_flexible_worker(opened: OpenedWorld, persona: str | None, told: str) -> None:
    assert (await own(opened, persona))["__typename"] == told


async def test_a_flexible_workers_bill_is_their_own(opened: OpenedWorld) -> None:
    bill = (await own(opened))["bill"]["id"]
    asked = "query B($id: ID!) { employeeBill(id: $id) { total } node(id: $id) { id } employeeBills { totalCount } }"
    for persona in ("employee", OFFICER, "clerk-synthetic", None):
        nothing = {"employeeBill": None, "node": None, "employeeBills": {"totalCount": 0}}
        assert await opened.data(asked, {"id": bill}, persona) == nothing
    for persona in (WORKER, "clerk-xixiu", "operator"):
        assert (await opened.data(asked, {"id": bill}, persona))["employeeBill"]["total"] == "520.00"


async def test_a_wage_that_was_too_low_makes_a_bill_over_the_difference(opened: OpenedWorld) -> None:
    unit, people = await unit_of(opened)
    await declare(opened, unit, people[:2])
    answer = await correct(opened, unit, [people[0], people[2], people[0]])
    assert [line["outcome"] for line in answer["lines"]] == ["RECORDED", "NOT_DECLARED", "LISTED_TWICE"]
    bill = answer["bill"]
    assert (bill["kind"], bill["persons"], bill["dueOn"]) == ("CORRECTION", 1, "2025-01-15")
    # 7,000.25: 420.02 + 140.01 + 35.00; declared were 390.02 + 130.01 + 32.50.
    assert (bill["unitShare"], bill["personalShare"], bill["maternityShare"], bill["total"]) == (
        "30.00", "10.00", "2.50", "42.50",
    )  # fmt: skip
    more = await correct(opened, unit, [people[0]], "8000.25")
    assert more["bill"]["total"] == "85.00"
    lower = await correct(opened, unit, people[:2], "6500.25")
    assert lower["bill"] is None
    assert [line["outcome"] for line in lower["lines"]] == ["NOT_HIGHER", "NOT_HIGHER"]
    await pay(opened, bill["id"])
    await pay(opened, more["bill"]["id"])
    await opened.service.world.fire_due()
    assert sorted(row[1] for row in await opened.rows(ENTRIES)) == [1_000, 2_000]
    events = "{ events(types: [WAGES_CORRECTED]) { edges { node { ... on WagesCorrectedEvent { month amount } } } } }"
    told = (await opened.data(events, persona=OFFICER))["events"]["edges"]
    assert [edge["node"]["amount"] for edge in told] == ["42.50", "85.00"]
    await books_are_right(opened)


async def test_corrections_at_once_and_again_charge_the_difference_once(opened: OpenedWorld) -> None:
    unit, people = await unit_of(opened)
    await declare(opened, unit, people)
    answers = await asyncio.gather(*(correct(opened, unit, people) for _ in range(4)))
    outcomes = [line["outcome"] for answer in answers for line in answer["lines"]]
    assert (outcomes.count("RECORDED"), outcomes.count("NOT_HIGHER")) == (6, 18)
    key = opened.new_key()
    first = await correct(opened, unit, people, "9000.00", idempotencyKey=key)
    written = await opened.written()
    assert await correct(opened, unit, people, "9000.00", idempotencyKey=key) == first
    assert await opened.written() == written


async def test_a_correction_of_a_month_gone_by_is_late_from_the_day_on_which_it_was_due(opened: OpenedWorld) -> None:
    unit, people = await unit_of(opened)
    await declare(opened, unit, people[:1], month=202411)
    bill = (await correct(opened, unit, people[:1], "19000.00", month=202411))["bill"]["id"]
    assert (await quote(opened, bill))["daysLate"] == 1
    assert (await correct(opened, unit, people[:1], month=202501))["problem"] == "MONTH"
