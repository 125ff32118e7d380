"""The officer of a unit declares wages: each line has its answer, and what is recorded makes one bill."""

import asyncio
from typing import Any

import pytest

from tests.resolvers.opened import DECLARE, OpenedWorld

UNIT = """
{ viewer { unit { id members(where: {scheme: {eq: EMPLOYEE}, status: {eq: ACTIVE}}) { edges { node {
    person { id } } } } } } }
"""
BILLS = """
query B($unit: ID!, $month: Int!) {
  unit(id: $unit) { bills(where: {month: {eq: $month}}) { edges { node { id contributions { totalCount } } } } }
  employeeBills { totalCount }
  events(types: [WAGES_DECLARED]) { edges { node { ... on WagesDeclaredEvent {
    month persons amount kind unit { id } bill { id } } } } }
}
"""
OWN = "query O($id: ID!) { person(id: $id) { employeeContributions { edges { node { month wage bill { id } } } } } }"


async def unit_of(world: OpenedWorld, persona: str = "officer-employer") -> tuple[str, list[str]]:
    """The officer's unit and its members."""
    unit = (await world.data(UNIT, persona=persona))["viewer"]["unit"]
    return unit["id"], [edge["node"]["person"]["id"] for edge in unit["members"]["edges"]]


async def declare(world: OpenedWorld, unit: str, people: list[str], month: int = 202412, **given: Any) -> Any:
    lines = [{"personId": person, "wage": "6500.25"} for person in people]
    return await world.mutate(DECLARE, "officer-employer", unitId=unit, month=month, lines=lines, **given)


async def test_a_month_becomes_one_bill_that_is_the_sum_of_its_lines(opened: OpenedWorld) -> None:
    unit, people = await unit_of(opened)
    answer = await declare(opened, unit, people)
    assert [line["outcome"] for line in answer["lines"]] == ["RECORDED"] * 6
    assert [line["personId"] for line in answer["lines"]] == people
    assert answer["lines"][0]["contribution"] | {"id": ""} == {
        "id": "",
        "wage": "6500.25",
        "base": "6500.25",
        "unitShare": "390.02",
        "personalShare": "130.01",
        "maternityShare": "32.50",
        "accountCredit": "130.01",
    }
    bill = answer["bill"]
    assert (bill["kind"], bill["status"], bill["persons"], bill["dueOn"]) == ("REGULAR", "DUE", 6, "2025-01-15")
    assert (bill["unitShare"], bill["personalShare"], bill["maternityShare"]) == ("2340.12", "780.06", "195.00")
    assert bill["total"] == "3315.18"

    seen = await opened.data(BILLS, {"unit": unit, "month": 202412}, "officer-employer")
    [found] = [edge["node"] for edge in seen["unit"]["bills"]["edges"]]
    assert (found["id"], found["contributions"]["totalCount"]) == (bill["id"], 6)
    [event] = [edge["node"] for edge in seen["events"]["edges"]]
    assert event == {
        "month": 202412,
        "persons": 6,
        "amount": "3315.18",
        "kind": "REGULAR",
        "unit": {"id": unit},
        "bill": {"id": bill["id"]},
    }


async def test_each_line_has_its_answer_and_a_month_is_declared_once(opened: OpenedWorld) -> None:
    unit, people = await unit_of(opened)
    stranger = opened.person("employee")
    first = await declare(opened, unit, [people[0], stranger, people[0], "per_529999999999999999"])
    assert [line["outcome"] for line in first["lines"]] == [
        "RECORDED",
        "NOT_A_MEMBER",
        "LISTED_TWICE",
        "NOT_A_MEMBER",
    ]
    assert first["bill"]["persons"] == 1
    again = await declare(opened, unit, people[:2])
    assert [line["outcome"] for line in again["lines"]] == ["ALREADY_DECLARED", "RECORDED"]
    nothing = await declare(opened, unit, people[:2])
    assert nothing["bill"] is None
    assert [line["contribution"] for line in nothing["lines"]] == [None, None]
    late = await declare(opened, unit, people[:1], month=202411)
    assert (late["bill"]["kind"], late["bill"]["dueOn"]) == ("BACK_PAYMENT", "2024-12-15")


async def test_the_same_key_declares_once(opened: OpenedWorld) -> None:
    unit, people = await unit_of(opened)
    key = opened.new_key()
    first = await declare(opened, unit, people, idempotencyKey=key)
    written = await opened.written()
    assert await declare(opened, unit, people, idempotencyKey=key) == first
    assert await opened.written() == written
    other = await declare(opened, unit, people[:1], idempotencyKey=key)
    assert other["__typename"] == "IdempotencyKeyReused"


async def test_declarations_at_once_record_everybody_once(opened: OpenedWorld) -> None:
    unit, people = await unit_of(opened)
    answers = await asyncio.gather(*(declare(opened, unit, people[at:] + people[:at]) for at in range(6)))
    outcomes = [line["outcome"] for answer in answers for line in answer["lines"]]
    assert (outcomes.count("RECORDED"), outcomes.count("ALREADY_DECLARED")) == (6, 30)
    assert await opened.rows("SELECT count(*), count(DISTINCT person_id) FROM employee_contributions") == [(6, 6)]


async def test_a_bill_is_seen_by_its_officer_its_region_and_nobody_else(opened: OpenedWorld) -> None:
    unit, people = await unit_of(opened)
    bill = (await declare(opened, unit, people))["bill"]["id"]
    seen = await opened.data(OWN, {"id": people[0]}, "clerk-xixiu")
    [edge] = seen["person"]["employeeContributions"]["edges"]
    assert edge["node"] == {"month": 202412, "wage": "6500.25", "bill": {"id": bill}}
    asked = "query B($id: ID!) { employeeBill(id: $id) { total } node(id: $id) { id } }"
    for persona in ("employee", "officer-school", "clerk-synthetic", None):
        assert await opened.data(asked, {"id": bill}, persona) == {"employeeBill": None, "node": None}
        lists = await opened.data("{ employeeBills { totalCount } }", persona=persona)
        assert lists["employeeBills"]["totalCount"] == 0
    for persona in ("officer-employer", "clerk-anshun", "operator"):
        assert (await opened.data(asked, {"id": bill}, persona))["employeeBill"]["total"] == "3315.18"


@pytest.mark.parametrize("persona", ["employee", "clerk-xixiu", "operator", None])
async def test_only_an_officer_declares(opened: OpenedWorld, persona: str | None) -> None:
    unit, people = await unit_of(opened)
    lines = [{"personId": people[0], "wage": "6500.00"}]
    answer = await opened.mutate(DECLARE, persona, unitId=unit, month=202412, lines=lines)
    assert answer["__typename"] == "NotSignedIn"
