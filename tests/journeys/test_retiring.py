"""From work to retirement: the months short are told, settled at once and paid, and nothing is contributed after."""

import asyncio
from typing import Any

import pytest

from tests.journeys.test_declaring_wages import declare
from tests.journeys.test_paying_a_bill import ENTRIES, books_are_right, pay
from tests.resolvers.opened import LUMP_SUM, RETIRE, OpenedWorld, telling

PERSON = "nearly-retired"
OFFICER = "officer-employer"
MEMBERS = "{ viewer { unit { id members(where: {scheme: {eq: EMPLOYEE}}) { edges { node { id person { id } } } } } } }"
_FACTS = "retiresOn ofAge monthsRequired monthsContributed monthsSettled monthsShort base lumpSum enrolment { id }"
ASSESS = (
    "query A($id: ID!) { retirementAssessment(enrolmentId: $id) {"
    f" {telling('RetirementAssessmentResult', f'... on RetirementAssessment {{ {_FACTS} }}')} }} }}"
)
_MONTHS = "months { month contribution { bill { id } } }"
ARREARS = (
    "query A($id: ID!) { employeeArrears(enrolmentId: $id) {"
    f" {telling('EmployeeArrearsResult', f'... on EmployeeArrears {{ {_MONTHS} }}')} }} }}"
)


async def enrolment_of(world: OpenedWorld, persona: str = PERSON) -> str:
    number = world.guide[persona].person_id
    [(found,)] = await world.rows(f"SELECT id FROM enrolments WHERE person_id = {number} AND scheme = 'EMPLOYEE'")
    return f"enr_{found}"


async def assess(world: OpenedWorld, enrolment: str, persona: str | None = PERSON) -> dict[str, Any]:
    found: dict[str, Any] = (await world.data(ASSESS, {"id": enrolment}, persona))["retirementAssessment"]
    return found


async def arrears(world: OpenedWorld, enrolment: str, persona: str | None = OFFICER) -> dict[str, Any]:
    found: dict[str, Any] = (await world.data(ARREARS, {"id": enrolment}, persona))["employeeArrears"]
    return found


async def test_the_months_short_are_settled_and_the_person_retires(opened: OpenedWorld) -> None:
    enrolment = await enrolment_of(opened)
    found = await assess(opened, enrolment)
    # March 2015 to November 2024 are 117 months; December is not paid. 123 × 6,500.00 × 6 %.
    assert (found["ofAge"], found["monthsRequired"], found["monthsContributed"]) == (True, 240, 117)
    assert (found["monthsShort"], found["monthsSettled"], found["base"]) == (123, 0, "6500.00")
    assert found["lumpSum"] == "47970.00"
    short = await opened.mutate(RETIRE, PERSON, enrolmentId=enrolment)
    assert (short["code"], short["months"], short["due"]) == ("YEARS_SHORT", 123, "47970.00")

    bill = (await opened.mutate(LUMP_SUM, PERSON, enrolmentId=enrolment))["bill"]
    assert (bill["kind"], bill["months"], bill["persons"], bill["total"]) == ("LUMP_SUM", 123, 1, "47970.00")
    again = (await opened.mutate(LUMP_SUM, PERSON, enrolmentId=enrolment))["bill"]
    assert again["id"] == bill["id"]
    assert (await opened.mutate(RETIRE, PERSON, enrolmentId=enrolment))["code"] == "YEARS_SHORT"
    opened.machine.forward(days=10)
    started = await pay(opened, bill["id"], PERSON, expectedAmount="47970.00")
    assert started["__typename"] == "EmployeeBillPaymentStarted", started
    await opened.service.world.fire_due()
    assert await opened.rows(ENTRIES) == []
    found = await assess(opened, enrolment)
    assert (found["monthsSettled"], found["monthsShort"], found["lumpSum"]) == (123, 0, "0.00")
    assert (await opened.mutate(LUMP_SUM, PERSON, enrolmentId=enrolment))["code"] == "NOTHING_SHORT"

    key = opened.new_key()
    retired = await opened.mutate(RETIRE, PERSON, enrolmentId=enrolment, idempotencyKey=key)
    assert retired["enrolment"] == {"id": enrolment, "personType": "RETIRED", "status": "ACTIVE"}
    written = await opened.written()
    assert await opened.mutate(RETIRE, PERSON, enrolmentId=enrolment, idempotencyKey=key) == retired
    assert await opened.written() == written
    assert (await opened.mutate(RETIRE, PERSON, enrolmentId=enrolment))["code"] == "NOT_INSURED_AS_WORKING"
    assert (await assess(opened, enrolment))["code"] == "NOT_INSURED_AS_WORKING"
    events = "{ events(types: [RETIRED, LUMP_SUM_DECLARED]) { edges { node { type } } } }"
    told = (await opened.data(events, persona=PERSON))["events"]["edges"]
    assert [edge["node"]["type"] for edge in told] == ["LUMP_SUM_DECLARED", "RETIRED"]
    await books_are_right(opened)


async def test_declaring_and_retiring_at_once_happen_once(opened: OpenedWorld) -> None:
    enrolment = await enrolment_of(opened)
    answers = await asyncio.gather(*(opened.mutate(LUMP_SUM, PERSON, enrolmentId=enrolment) for _ in range(4)))
    [bill] = {answer["bill"]["id"] for answer in answers}
    await pay(opened, bill, PERSON)
    await opened.service.world.fire_due()
    answers = await asyncio.gather(*(opened.mutate(RETIRE, PERSON, enrolmentId=enrolment) for _ in range(4)))
    assert sorted(answer["__typename"] for answer in answers) == ["NotInsuredAsWorking"] * 3 + ["Retired"]


async def test_the_officer_of_the_unit_may_act_and_others_may_not(opened: OpenedWorld) -> None:
    unit = (await opened.data(MEMBERS, persona=OFFICER))["viewer"]["unit"]
    member = unit["members"]["edges"][0]["node"]["id"]
    assert (await opened.mutate(RETIRE, OFFICER, enrolmentId=member))["code"] == "NOT_OF_AGE"
    assert (await opened.mutate(LUMP_SUM, OFFICER, enrolmentId=member))["code"] == "NOT_OF_AGE"
    assert (await assess(opened, member, OFFICER))["ofAge"] is False
    for persona, code in (
        ("officer-school", "NOT_INSURED_AS_WORKING"),
        ("employee", "NOT_INSURED_AS_WORKING"),
        (None, "NOT_SIGNED_IN"),
        ("operator", "NOT_SIGNED_IN"),
    ):
        assert (await opened.mutate(RETIRE, persona, enrolmentId=member))["code"] == code
        assert (await opened.mutate(LUMP_SUM, persona, enrolmentId=member))["code"] == code
        assert (await assess(opened, member, persona))["code"] == code
        assert (await arrears(opened, member, persona))["code"] == code


async def test_a_lump_sum_that_a_unit_declares_is_the_persons_to_pay(opened: OpenedWorld) -> None:
    unit = (await opened.data(MEMBERS, persona=OFFICER))["viewer"]["unit"]
    member = unit["members"]["edges"][1]["node"]
    await opened.change(f"UPDATE persons SET birth_date = '1960-02-29' WHERE id = {member['person']['id'][4:]}")
    declared = await opened.mutate(LUMP_SUM, OFFICER, enrolmentId=member["id"])
    assert declared["bill"]["person"]["id"] == member["person"]["id"]
    assert (await pay(opened, declared["bill"]["id"], OFFICER))["code"] == "EMPLOYEE_BILL_NOT_FOUND"
    owner = await opened.rows("SELECT person_id, unit_id FROM employee_bills")
    assert owner == [(int(member["person"]["id"][4:]), None)]
    assert (await assess(opened, member["id"], OFFICER))["retiresOn"] in ("2015-02-28", "2020-02-29")


async def test_a_month_is_in_arrears_from_the_day_after_it_was_due_until_it_is_paid(opened: OpenedWorld) -> None:
    unit = (await opened.data(MEMBERS, persona=OFFICER))["viewer"]["unit"]
    member = unit["members"]["edges"][0]["node"]
    opened.machine.forward(days=30)
    assert (await arrears(opened, member["id"]))["months"] == []
    opened.machine.forward(days=1)
    assert (await arrears(opened, member["id"]))["months"] == [{"month": 202412, "contribution": None}]
    bill = (await declare(opened, unit["id"], [member["person"]["id"]]))["bill"]["id"]
    declared = {"month": 202412, "contribution": {"bill": {"id": bill}}}
    assert (await arrears(opened, member["id"]))["months"] == [declared]
    await pay(opened, bill)
    await opened.service.world.fire_due()
    assert (await arrears(opened, member["id"]))["months"] == []
    assert (await assess(opened, member["id"], OFFICER))["monthsContributed"] == 118


@pytest.mark.parametrize("given", ["per_1", "enr_1", "enr_529999999999999999", "nothing"])
async def test_what_is_no_enrolment_is_refused(opened: OpenedWorld, given: str) -> None:
    for document in (RETIRE, LUMP_SUM):
        assert (await opened.mutate(document, PERSON, enrolmentId=given))["code"] == "NOT_INSURED_AS_WORKING"
