"""The journey of an employee who pays for his mother, with the very operations that GraphiQL offers."""

import json
from typing import Any

import pytest

from tests.resolvers.opened import BIND, PAY, SHIPPED, SUBMIT, UNBIND, OpenedWorld, shipped

EVENTS = """
query Events($after: Cursor) {
  events(after: $after) {
    edges {
      cursor
      node {
        __typename id cursor occurredAt region actor { id }
        ... on FamilyMemberBoundEvent { relation binding { id member { id } } }
        ... on ResidentContributionSubmittedEvent { amount coverageYear contribution { id } }
        ... on ResidentContributionPaidEvent { amount coverageYear contribution { id status } }
        ... on ResidentContributionFinishedEvent { receiptNumber contribution { id } }
      }
    }
  }
}
"""
RECORDS = "{ contributionRecords { totalCount edges { node { id recordVisibleAt person { id } } } } world { now } }"
LEDGER = """
query Ledger($account: ID!) {
  node(id: $account) {
    ... on PersonalAccount {
      balance
      entries(last: 2) { totalCount edges { node { kind amount balance occurredAt businessOn contribution { id } } } }
    }
  }
}
"""

FAMILY = "journeys/1-family"


def variables(name: str, **kept: object) -> dict[str, Any]:
    """The variables that GraphiQL offers with an operation, what it keeps from earlier answers filled in."""
    text = (SHIPPED / FAMILY / f"{name}.variables.json").read_text("utf-8")
    for placeholder, value in kept.items():
        text = text.replace("{{" + placeholder + "}}", str(value))
    given: dict[str, Any] = json.loads(text)
    return given


async def test_an_employee_binds_and_pays_for_his_mother(opened: OpenedWorld) -> None:
    personas = await opened.data(shipped("page/personas"))
    first = personas["personas"]["edges"][0]["node"]
    assert (first["name"], first["role"]) == ("employee", "CITIZEN")
    assert (await opened.data(shipped("page/world")))["world"] == {
        "name": "small",
        "now": "2024-12-16T09:00:00+08:00",
    }
    relative = opened.guide["employee"].relative
    assert relative is not None

    async def said(name: str, given: dict[str, Any] | None = None) -> Any:
        return await opened.data(shipped(f"{FAMILY}/{name}"), given, "employee")

    family = (await said("01-my-family"))["viewer"]
    assert family["role"] == "CITIZEN"
    assert family["person"]["region"]["code"] == "520402"
    assert family["person"]["account"]["status"] == "OPEN"
    assert family["person"]["account"]["balance"] == "2680.00"
    assert family["person"]["enrolments"]["edges"][0]["node"]["scheme"] == "EMPLOYEE"
    assert family["person"]["familyBindings"] == {"edges": []}
    assert len(family["person"]["idNumber"]) == 18
    assert "*" not in family["person"]["idNumber"] + family["person"]["name"]

    given = variables("02-bind-family-member", newKey=opened.new_key())
    given["input"] |= opened.member("employee")
    binding = (await said("02-bind-family-member", given))["bindFamilyMember"]["binding"]
    assert (binding["relation"], binding["status"]) == ("PARENT", "ACTIVE")
    assert binding["member"] == {
        "id": opened.relative("employee"),
        "name": relative.name[0] + "*" * (len(relative.name) - 1),
    }
    member = binding["member"]["id"]

    quote = (await said("03-quote", variables("03-quote", member=member)))["contributionQuote"]
    facts = quote.pop("facts")
    assert quote == {
        "__typename": "ContributionQuote",
        "amount": "400.00",
        "kind": "ORDINARY",
        "inWindow": True,
        "windowFrom": "2024-09-23",
        "windowUntil": "2025-02-28",
        "coverageFrom": "2025-01-01",
        "coverageUntil": "2025-12-31",
        "waitingDays": 0,
        "waitingUntil": None,
        "recordVisibleAfterHours": 24,
    }
    by_role = {fact["role"]: fact["fact"] for fact in facts}
    assert by_role["amount"]["value"] == "400.00"
    assert by_role["window"]["value"] == "2024-09-23/2025-02-28"
    assert by_role["recordVisibility"]["value"] == "24"
    for role in ("amount", "window", "recordVisibility"):
        assert by_role[role]["source"]["kind"] == "DOCUMENT"
        assert "安顺市医疗保障局" in by_role[role]["source"]["document"]
        assert by_role[role]["source"]["quote"]
    for fact in facts:
        source = fact["fact"]["source"]
        assert source["document"] if source["kind"] == "DOCUMENT" else source["assumption"]

    given = variables("04-submit", newKey=opened.new_key(), member=member)
    contribution = (await said("04-submit", given))["submitResidentContribution"]["contribution"]
    assert (contribution["status"], contribution["amount"]) == ("SUBMITTED", "400.00")

    given = variables("05-pay", newKey=opened.new_key(), contribution=contribution["id"])
    paid = (await said("05-pay", given))["payResidentContribution"]
    assert paid["contribution"] == {"id": contribution["id"], "status": "PAID", "amount": "400.00"}
    assert paid["account"] == {"id": family["person"]["account"]["id"], "balance": "2280.00"}
    assert (paid["entry"]["kind"], paid["entry"]["amount"]) == ("PROXY_CONTRIBUTION", "-400.00")

    given = variables("06-finish", newKey=opened.new_key(), contribution=contribution["id"])
    finished = (await said("06-finish", given))["finishResidentContribution"]
    assert finished["contribution"] == {"id": contribution["id"], "status": "FINISHED"}

    receipt = (await said("07-receipt", variables("07-receipt", receipt=finished["receipt"]["id"])))["node"]
    assert receipt["number"] == finished["receipt"]["number"]
    assert receipt["number"].startswith("52042025")
    assert receipt["contribution"]["amount"] == "400.00"
    assert receipt["printableUrl"] == f"/worlds/small/receipts/{receipt['id']}"

    events = [edge["node"] for edge in (await opened.data(EVENTS, {}, "employee"))["events"]["edges"]]
    assert [event["__typename"] for event in events] == [
        "FamilyMemberBoundEvent",
        "ResidentContributionSubmittedEvent",
        "ResidentContributionPaidEvent",
        "ResidentContributionFinishedEvent",
    ]
    assert {event["actor"]["id"] for event in events} == {opened.person("employee")}
    assert {event["region"] for event in events} == {"520402"}
    assert {event["occurredAt"] for event in events} == {"2024-12-16T09:00:00+08:00"}
    assert events[0]["binding"] == {"id": binding["id"], "member": {"id": member}}
    assert events[2]["contribution"] == {"id": contribution["id"], "status": "FINISHED"}
    assert events[3]["receiptNumber"] == receipt["number"]


async def test_the_record_is_visible_24_hours_after_the_payment_and_not_before(opened: OpenedWorld) -> None:
    contribution = await opened.paid("employee")

    async def records() -> list[str]:
        found = (await opened.data(RECORDS, persona="employee"))["contributionRecords"]
        assert found["totalCount"] == len(found["edges"])
        return [edge["node"]["id"] for edge in found["edges"]]

    assert await records() == []
    opened.machine.forward(hours=24, seconds=-1)
    assert await records() == []
    opened.machine.forward(seconds=1)
    assert await records() == [contribution]
    answer = await opened.data(RECORDS, persona="employee")
    assert answer["world"]["now"] == "2024-12-17T09:00:00+08:00"
    [edge] = answer["contributionRecords"]["edges"]
    assert edge["node"]["recordVisibleAt"] == "2024-12-17T09:00:00+08:00"


async def test_the_record_is_visible_at_once_where_the_city_names_no_delay(opened: OpenedWorld) -> None:
    contribution = await opened.paid("synthetic-employee")
    found = await opened.data(RECORDS, persona="synthetic-employee")
    assert [edge["node"]["id"] for edge in found["contributionRecords"]["edges"]] == [contribution]


async def test_the_ledger_holds_one_entry_for_the_payment_and_its_balance(opened: OpenedWorld) -> None:
    family = await opened.data(shipped(f"{FAMILY}/01-my-family"), persona="employee")
    account = family["viewer"]["person"]["account"]["id"]
    before = (await opened.data(LEDGER, {"account": account}, "employee"))["node"]
    opened.machine.forward(days=3, hours=2)
    contribution = await opened.paid("employee")
    after = (await opened.data(LEDGER, {"account": account}, "employee"))["node"]
    assert (before["balance"], after["balance"]) == ("2680.00", "2280.00")
    assert after["entries"]["totalCount"] == before["entries"]["totalCount"] + 1
    assert after["entries"]["edges"][0] == before["entries"]["edges"][-1]
    assert after["entries"]["edges"][1]["node"] == {
        "kind": "PROXY_CONTRIBUTION",
        "amount": "-400.00",
        "balance": "2280.00",
        "occurredAt": "2024-12-19T11:00:00+08:00",
        "businessOn": "2024-12-19",
        "contribution": {"id": contribution},
    }


@pytest.mark.parametrize(
    ("hours", "day", "amount", "waits"),
    [
        (0, "2024-12-16", "400.00", 0),
        (24 * 74 + 14.999, "2025-02-28", "400.00", 0),
        (24 * 74 + 15, "2025-03-01", "1070.00", 90),
    ],
)
async def test_the_price_is_that_of_the_day(
    opened: OpenedWorld, hours: float, day: str, amount: str, waits: int
) -> None:
    member = await opened.bound("employee")
    opened.machine.forward(hours=hours)
    assert (await opened.data("{ world { today } }"))["world"]["today"] == day
    quote = await opened.quote("employee", member)
    assert (quote["amount"], quote["waitingDays"]) == (amount, waits)


async def test_what_was_submitted_in_the_window_is_not_paid_dearer_without_a_word(opened: OpenedWorld) -> None:
    contribution = await opened.submitted("employee")
    opened.machine.forward(days=80)
    before = await opened.written()
    payload = await opened.mutate(PAY, "employee", contributionId=contribution)
    assert payload["__typename"] == "AmountChanged"
    assert (payload["expected"], payload["due"]) == ("400.00", "1070.00")
    after = await opened.written()
    assert {table for table in after if after[table] != before[table]} == {"answers"}
    payload = await opened.mutate(PAY, "employee", contributionId=contribution, expectedAmount="1070.00")
    assert payload["contribution"]["amount"] == "1070.00"
    assert payload["account"]["balance"] == "1610.00"


async def test_a_family_member_who_is_unbound_is_no_longer_seen_or_paid_for(opened: OpenedWorld) -> None:
    binding = (await opened.mutate(BIND, "employee", **opened.member("employee")))["binding"]
    member = binding["member"]["id"]
    seen = "query P($id: ID!) { person(id: $id) { id } }"
    assert (await opened.data(seen, {"id": member}, "employee"))["person"] == {"id": member}
    payload = await opened.mutate(UNBIND, "employee", bindingId=binding["id"])
    assert payload["binding"] == {"id": binding["id"], "status": "ENDED"}
    assert (await opened.data(seen, {"id": member}, "employee"))["person"] is None
    payload = await opened.mutate(SUBMIT, "employee", personId=member, coverageYear=2025)
    assert payload["__typename"] == "NotThePayer"
    assert (await opened.mutate(UNBIND, "employee", bindingId=binding["id"]))["__typename"] == "BindingNotFound"
    assert await opened.bound("employee") == member


@pytest.mark.sqlite
async def test_a_quote_says_what_the_treasury_adds_and_an_event_its_type(on_sqlite: OpenedWorld) -> None:
    asked = """query($person: ID!) { contributionQuote(personId: $person, coverageYear: 2025) {
        ... on ContributionQuote { subsidy financing facts { role } } }
        events(first: 1) { edges { node { __typename type } } } }"""
    found = await on_sqlite.data(asked, {"person": await on_sqlite.bound("employee")}, "employee")
    quote = found["contributionQuote"]
    assert (quote["subsidy"], quote["financing"]) == ("670.00", "1070.00")
    assert {"subsidy", "financing"} <= {fact["role"] for fact in quote["facts"]}
    [event] = found["events"]["edges"]
    assert event["node"] == {"__typename": "FamilyMemberBoundEvent", "type": "FAMILY_MEMBER_BOUND"}
