"""The officer of a school or village pays for its people in one call, and each of them has an answer."""

from typing import Any

import pytest

from simulator.auditor import audit
from tests.resolvers.opened import CHECK, COLLECT, FINISH, REFUND, VOID, OpenedWorld

MEMBERS = """
query M { viewer { unit { id members(where: {status: {eq: ACTIVE}}) { edges { node { person { id name } } } } } } }
"""
ORDERS = """
query O {
  paymentOrders { edges { node {
    id status amount unit { kind } payer { id }
    contributions(first: 3) { totalCount edges { node {
      id status coverageYear amount collectedBy { id } person { id name } receipt { number }
    } } }
  } } }
  residentContributions { totalCount }
}
"""
SEEN = """
query S($order: ID!, $contribution: ID!) {
  paymentOrder(id: $order) { id }
  residentContribution(id: $contribution) { id }
  order: node(id: $order) { id }
  contribution: node(id: $contribution) { id }
}
"""
EVENTS = """
query E { events(types: [RESIDENT_CONTRIBUTION_PAID, PAYMENT_STARTED, RESIDENT_CONTRIBUTION_REFUNDED]) {
  edges { node { type } } } }
"""
TAMPERED = """
mutation T($input: CollectResidentContributionsInput!) { collectResidentContributions(input: $input) { __typename } }
"""


async def unit_of(world: OpenedWorld, persona: str) -> tuple[str, list[dict[str, str]]]:
    """The officer's unit and its members."""
    unit = (await world.data(MEMBERS, persona=persona))["viewer"]["unit"]
    return unit["id"], [edge["node"]["person"] for edge in unit["members"]["edges"]]


async def collect(world: OpenedWorld, persona: str, people: list[str], **given: Any) -> dict[str, Any]:
    unit, _ = await unit_of(world, persona)
    lines = [{"personId": person} for person in people]
    asked = {"unitId": unit, "coverageYear": 2025, "channel": "TAX_SYSTEM", "lines": lines} | given
    return await world.mutate(COLLECT, persona, **asked)


async def test_the_answers_to_a_list_cost_as_many_statements_for_three_as_for_one(opened: OpenedWorld) -> None:
    database = opened.service.world.database
    _, members = await unit_of(opened, "officer-village")
    spent = []
    # The first list takes a block of ids for the others too.
    for people in (members[:1], members[1:2], members[2:]):
        before = database.statements
        answer = await collect(opened, "officer-village", [member["id"] for member in people])
        spent.append(database.statements - before)
        assert [line["__typename"] for line in answer["lines"]] == ["LineAccepted"] * len(people)
    assert spent[1] == spent[2]


async def test_each_line_has_its_own_answer_whatever_stands_between(opened: OpenedWorld) -> None:
    _, members = await unit_of(opened, "officer-school")
    first, second, third, _ = (member["id"] for member in members)
    listed = [third, "per_1", first, first, second]
    lines = (await collect(opened, "officer-school", listed))["lines"]
    told = ["LineAccepted", "NotAMember", "LineAccepted", "ListedTwice", "LineAccepted"]
    assert [line["__typename"] for line in lines] == told
    assert [line["path"] for line in lines if "path" in line] == [["lines", "1"], ["lines", "3"]]
    for person, line in zip(listed, lines, strict=True):
        if line["__typename"] == "LineAccepted":
            asked = "query P($id: ID!) { residentContribution(id: $id) { person { id } } }"
            found = await opened.data(asked, {"id": line["contribution"]["id"]}, persona="officer-school")
            assert found["residentContribution"]["person"]["id"] == person


@pytest.mark.parametrize(
    ("persona", "kind", "size"), [("officer-school", "SCHOOL", 4), ("officer-village", "VILLAGE", 5)]
)
async def test_one_call_pays_for_everybody(opened: OpenedWorld, persona: str, kind: str, size: int) -> None:
    unit, members = await unit_of(opened, persona)
    answer = await collect(opened, persona, [member["id"] for member in members])
    assert [line["__typename"] for line in answer["lines"]] == ["LineAccepted"] * size
    assert {(line["contribution"]["amount"], line["contribution"]["status"]) for line in answer["lines"]} == {
        ("400.00", "PAYING")
    }
    order = answer["order"]
    assert (order["status"], order["amount"], order["unit"]) == ("SENT", f"{400 * size}.00", {"id": unit})
    checked = await opened.mutate(CHECK, persona, orderId=order["id"])
    assert checked["order"]["status"] == "CONFIRMED"
    seen = await opened.data(ORDERS, persona=persona)
    [edge] = seen["paymentOrders"]["edges"]
    assert (edge["node"]["status"], edge["node"]["unit"]) == ("CONFIRMED", {"kind": kind})
    contributions = edge["node"]["contributions"]
    assert (contributions["totalCount"], seen["residentContributions"]["totalCount"]) == (size, size)
    for found in contributions["edges"]:
        contribution = found["node"]
        assert (contribution["status"], contribution["collectedBy"]) == ("PAID", {"id": unit})
        assert contribution["receipt"]["number"].startswith("52042025")
        assert contribution["person"] in members
    told = [edge["node"]["type"] for edge in (await opened.data(EVENTS, persona=persona))["events"]["edges"]]
    assert sorted(told) == ["PAYMENT_STARTED"] * size + ["RESIDENT_CONTRIBUTION_PAID"] * size
    assert await audit(opened.service.world.database) == []


async def test_what_is_wrong_with_one_line_stops_no_other_and_the_key_answers_again(opened: OpenedWorld) -> None:
    _, members = await unit_of(opened, "officer-village")
    stranger = opened.person("employee")
    [(name, number)] = await opened.rows(f"SELECT name, id_number FROM persons WHERE id = {members[1]['id'][4:]}")
    lines: list[dict[str, Any]] = [
        {"personId": members[0]["id"], "expectedAmount": "400.00"},
        {"name": name, "idNumber": number},
        {"personId": members[0]["id"]},
        {"personId": stranger},
        {"personId": members[2]["id"], "name": name},
        {"personId": members[3]["id"], "expectedAmount": "380.00"},
        {"personId": members[4]["id"], "kind": "SPECIAL"},
        {"personId": "nobody"},
    ]
    given = {"lines": lines, "idempotencyKey": "one-key-for-all"}
    first = await collect(opened, "officer-village", [], **given)
    assert [line["__typename"] for line in first["lines"]] == [
        "LineAccepted", "LineAccepted", "ListedTwice", "NotAMember", "InputNotAcceptable", "AmountChanged",
        "InputNotAcceptable", "NotAMember",
    ]  # fmt: skip
    assert [line["path"] for line in first["lines"][2:]] == [
        ["lines", "2"], ["lines", "3"], ["lines", "4"], ["lines", "5", "expectedAmount"], ["lines", "6", "kind"],
        ["lines", "7"],
    ]  # fmt: skip
    assert first["order"]["amount"] == "800.00"
    written = await opened.written()
    assert await collect(opened, "officer-village", [], **given) == first
    assert await opened.written() == written
    other = await collect(opened, "officer-village", [], **(given | {"lines": lines[:1]}))
    assert other["__typename"] == "IdempotencyKeyReused"


async def test_nobody_says_what_is_owed(opened: OpenedWorld) -> None:
    unit, members = await unit_of(opened, "officer-village")
    line = {"personId": members[0]["id"], "amount": "1.00"}
    given = {"idempotencyKey": "a-key-that-is-long", "unitId": unit, "coverageYear": 2025, "channel": "COUNTER"}
    response = await opened.ask(TAMPERED, {"input": {**given, "lines": [line]}}, "officer-village")
    assert "errors" in response
    assert await opened.rows("SELECT count(*) FROM payment_orders") == [(0,)]


@pytest.mark.parametrize("persona", ["employee", "clerk-xixiu", "operator", None])
async def test_only_an_officer_collects(opened: OpenedWorld, persona: str | None) -> None:
    unit, members = await unit_of(opened, "officer-school")
    given = {"unitId": unit, "coverageYear": 2025, "channel": "COUNTER", "lines": [{"personId": members[0]["id"]}]}
    assert (await opened.mutate(COLLECT, persona, **given))["__typename"] == "NotSignedIn"


async def test_what_is_collected_is_seen_by_its_officer_its_region_and_nobody_else(opened: OpenedWorld) -> None:
    _, members = await unit_of(opened, "officer-school")
    answer = await collect(opened, "officer-school", [members[0]["id"]])
    given = {"order": answer["order"]["id"], "contribution": answer["lines"][0]["contribution"]["id"]}
    for persona in ("employee", "officer-village", "officer-employer", "clerk-synthetic", None):
        assert await opened.data(SEEN, given, persona) == dict.fromkeys(
            ("paymentOrder", "residentContribution", "order", "contribution")
        )
    for persona in ("officer-school", "clerk-xixiu", "operator"):
        seen = await opened.data(SEEN, given, persona)
        assert (seen["paymentOrder"]["id"], seen["residentContribution"]["id"]) == tuple(given.values())


async def test_a_list_waits_for_the_banks_batch_and_may_be_given_up_before(opened: OpenedWorld) -> None:
    _, members = await unit_of(opened, "officer-school")
    people = [member["id"] for member in members]
    first = await collect(opened, "officer-school", people, channel="BANK_BATCH")
    assert first["order"]["status"] == "QUEUED"
    assert (await collect(opened, "officer-school", people))["lines"][0]["__typename"] == "PaymentInProgress"
    voided = await opened.mutate(VOID, "officer-school", orderId=first["order"]["id"])
    assert voided["order"]["status"] == "VOIDED"
    other = await opened.mutate(CHECK, "officer-village", orderId=first["order"]["id"])
    assert other["__typename"] == "PaymentOrderNotFound"
    again = await collect(opened, "officer-school", people, channel="BANK_BATCH")
    assert [line["contribution"]["id"] for line in again["lines"]] == [
        line["contribution"]["id"] for line in first["lines"]
    ]
    opened.machine.forward(hours=12)
    assert await opened.service.world.fire_due()
    seen = await opened.data(ORDERS, persona="officer-school")
    assert {edge["node"]["status"] for edge in seen["paymentOrders"]["edges"]} == {"VOIDED", "CONFIRMED"}
    assert await audit(opened.service.world.database) == []


async def test_the_officer_finishes_what_the_unit_has_collected(opened: OpenedWorld) -> None:
    _, members = await unit_of(opened, "officer-school")
    answer = await collect(opened, "officer-school", [member["id"] for member in members[:2]])
    await opened.service.world.fire_due()
    # As where the payer must finish, by the rule of Chuzhou: the payment has issued no slip.
    contribution = answer["lines"][0]["contribution"]["id"]
    await opened.change(f"DELETE FROM receipts WHERE contribution_id = {contribution[4:]}")
    for persona in ("officer-village", "employee"):
        assert (await opened.mutate(FINISH, persona, contributionId=contribution))["code"] == "CONTRIBUTION_NOT_FOUND"
    finished = await opened.mutate(FINISH, "officer-school", contributionId=contribution)
    assert (finished["contribution"], finished["__typename"]) == (
        {"id": contribution, "status": "FINISHED"}, "ResidentContributionFinished",
    )  # fmt: skip
    again = await opened.mutate(FINISH, "officer-school", contributionId=contribution)
    assert again["receipt"] == finished["receipt"]
    seen = await opened.data(
        "{ events(types: [RESIDENT_CONTRIBUTION_FINISHED]) { totalCount } }", persona="officer-school"
    )
    assert seen["events"]["totalCount"] == 1


async def test_the_officer_asks_for_one_persons_part_back(opened: OpenedWorld) -> None:
    _, members = await unit_of(opened, "officer-school")
    answer = await collect(opened, "officer-school", [member["id"] for member in members])
    await opened.service.world.fire_due()
    await opened.change(f"UPDATE persons SET died_on = '2024-12-15' WHERE id = {members[1]['id'][4:]}")
    contribution = answer["lines"][1]["contribution"]["id"]
    given = {"contributionId": contribution, "reason": "DIED_BEFORE_COVER"}
    assert (await opened.mutate(REFUND, "officer-village", **given))["__typename"] == "ContributionNotFound"
    asked = await opened.mutate(REFUND, "officer-school", **given)
    assert (asked["refund"]["amount"], asked["refund"]["status"]) == ("400.00", "SENT")
    await opened.service.world.fire_due()
    seen = await opened.data("{ refunds { edges { node { status amount } } } }", persona="officer-school")
    assert [edge["node"] for edge in seen["refunds"]["edges"]] == [{"status": "REFUNDED", "amount": "400.00"}]
    assert await opened.rows("SELECT given_back_fen, amount_fen FROM channel_collections") == [(40_000, 160_000)]
    assert await audit(opened.service.world.database) == []
