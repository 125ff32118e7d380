"""Row rules of money on its way: orders, refunds, certificates, bills. What is not yours is as if it were not there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.resolvers.opened import CERTIFY, DECLARE, REFUND, START, OpenedWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")

NODE = "query N($id: ID!) { node(id: $id) { __typename id } }"
BY_ID = {
    "payment order": "query O($id: ID!) { paymentOrder(id: $id) { id amount payer { name } } }",
    "refund": "query R($id: ID!) { refund(id: $id) { id amount person { name } payer { name } } }",
    "refund by channel": "query R($id: ID!) { refund(id: $id) { id amount person { name } payer { name } } }",
    "certificate": "query C($id: ID!) { paymentCertificate(id: $id) { id number person { name } } }",
    "bill": "query B($id: ID!) { employeeBill(id: $id) { id total contributions { totalCount } } }",
}
LISTS = """
{
  paymentOrders { totalCount edges { node { id } } }
  refunds { totalCount edges { node { id } } }
  paymentCertificates { totalCount edges { node { id } } }
  employeeBills { totalCount edges { node { id } } }
}
"""
LOG = """
{ events(types: [PAYMENT_STARTED, CONTRIBUTION_REFUND_REQUESTED, RESIDENT_CONTRIBUTION_REFUNDED,
    PAYMENT_CERTIFICATE_ISSUED, WAGES_DECLARED]) { totalCount edges { node { __typename } } } }
"""
MEMBERS = """
{ viewer { unit { id members(where: {scheme: {eq: EMPLOYEE}, status: {eq: ACTIVE}}) { edges { node {
    person { id } } } } } } }
"""
UNKNOWN = 520_000_999_999_999_999
STRANGERS = ["employee-2", "clerk-synthetic", "officer-school", "officer-village", None]


@dataclass(frozen=True, slots=True)
class Owed:
    """One row of each kind, by API id, and who may see it besides clerks of Anshun and the operator."""

    world: OpenedWorld
    ids: dict[str, str]


OWNERS = {
    "payment order": "employee",
    "refund": "employee-3",
    "refund by channel": "employee",
    "certificate": "employee",
    "bill": "officer-employer",
    "line": "officer-employer",
}
TABLES = {
    "payment order": "payment_orders",
    "refund": "refunds",
    "refund by channel": "refunds",
    "certificate": "payment_certificates",
    "bill": "employee_bills",
    "line": "employee_contributions",
}
THINGS = list(OWNERS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def owed(shared: OpenedWorld) -> AsyncIterator[Owed]:
    """Two employees have paid, by channel and from an account, and got it back; an enterprise has declared wages."""
    contribution = await shared.submitted("employee", channel="WECHAT")
    started = await shared.mutate(START, "employee", contributionId=contribution)
    await shared.service.world.fire_due()
    asked = "query P($id: ID!) { residentContribution(id: $id) { person { id } } }"
    mother = (await shared.data(asked, {"id": contribution}, "employee"))["residentContribution"]["person"]["id"]
    certified = await shared.mutate(CERTIFY, "employee", personId=mother, firstYear=2020, lastYear=2025)
    assert certified["__typename"] == "PaymentCertificateIssued", certified
    await shared.insured_elsewhere("employee", "EMPLOYEE")
    by_channel = await shared.mutate(REFUND, "employee", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")
    paid = await shared.paid("employee-3")
    await shared.insured_elsewhere("employee-3", "EMPLOYEE")
    by_account = await shared.mutate(REFUND, "employee-3", contributionId=paid, reason="MOVED_TO_EMPLOYEE")
    unit = (await shared.data(MEMBERS, persona="officer-employer"))["viewer"]["unit"]
    lines = [{"personId": edge["node"]["person"]["id"], "wage": "6500.00"} for edge in unit["members"]["edges"]]
    declared = await shared.mutate(DECLARE, "officer-employer", unitId=unit["id"], month=202412, lines=lines)
    yield Owed(
        shared,
        {
            "payment order": started["order"]["id"],
            "refund": by_account["refund"]["id"],
            "refund by channel": by_channel["refund"]["id"],
            "certificate": certified["certificate"]["id"],
            "bill": declared["bill"]["id"],
            "line": declared["lines"][1]["contribution"]["id"],
        },
    )


@pytest.mark.parametrize("thing", THINGS)
async def test_who_may_see_it_finds_it(thing: str, owed: Owed) -> None:
    for viewer in (OWNERS[thing], "clerk-anshun", "operator"):
        found = (await owed.world.data(NODE, {"id": owed.ids[thing]}, viewer))["node"]
        assert found is not None, viewer
        assert found["id"] == owed.ids[thing]


@pytest.mark.parametrize("thing", THINGS)
async def test_a_countys_clerk_sees_what_lies_in_the_county(thing: str, owed: Owed) -> None:
    table = TABLES[thing]
    [(region,)] = await owed.world.rows(f"SELECT region_code FROM {table} WHERE id = {owed.ids[thing][4:]}")
    found = (await owed.world.data(NODE, {"id": owed.ids[thing]}, "clerk-xixiu"))["node"]
    assert (found is not None) is (region == "520402")


@pytest.mark.parametrize("thing", THINGS)
async def test_for_others_it_is_as_if_it_were_not_there(thing: str, owed: Owed) -> None:
    known = owed.ids[thing]
    unknown = f"{known[:4]}{UNKNOWN}"
    others = {*STRANGERS, *OWNERS.values()} - {OWNERS[thing]}
    for viewer in others:
        for document in (NODE, *([BY_ID[thing]] if thing in BY_ID else [])):
            answers = [await owed.world.answer(document, {"id": each}, viewer) for each in (known, unknown)]
            assert answers[0] == answers[1], viewer
            assert b"errors" not in answers[0].body


@pytest.mark.parametrize("viewer", STRANGERS)
async def test_no_list_and_no_log_tells_a_stranger_of_it(viewer: str | None, owed: Owed) -> None:
    for name, page in (await owed.world.data(LISTS, persona=viewer)).items():
        assert page == {"totalCount": 0, "edges": []}, name
    told = (await owed.world.data(LOG, persona=viewer))["events"]
    assert told == {"totalCount": 0, "edges": []}


async def test_lists_hold_what_the_viewer_may_see(owed: Owed) -> None:
    ids = owed.ids
    expected: dict[str, dict[str, set[str]]] = {
        "employee": {
            "paymentOrders": {ids["payment order"]},
            "refunds": {ids["refund by channel"]},
            "paymentCertificates": {ids["certificate"]},
            "employeeBills": set(),
        },
        "employee-3": {
            "paymentOrders": set(),
            "refunds": {ids["refund"]},
            "paymentCertificates": set(),
            "employeeBills": set(),
        },
        "officer-employer": {
            "paymentOrders": set(),
            "refunds": set(),
            "paymentCertificates": set(),
            "employeeBills": {ids["bill"]},
        },
    }
    for viewer, lists in expected.items():
        found: dict[str, Any] = await owed.world.data(LISTS, persona=viewer)
        for name, there in lists.items():
            assert {edge["node"]["id"] for edge in found[name]["edges"]} == there, (viewer, name)


async def test_an_officer_sees_what_is_declared_for_a_worker_and_nothing_that_the_worker_pays(owed: Owed) -> None:
    """One of the unit's workers is the officer, who signs in for the unit and not as a person."""
    document = (
        "query L($id: ID!) { node(id: $id) { ... on EmployeeContribution { wage person { name account { id } } } } }"
    )
    seen = (await owed.world.data(document, {"id": owed.ids["line"]}, "officer-employer"))["node"]
    assert seen["wage"] == "6500.00"
    assert "*" not in seen["person"]["name"]
    assert seen["person"]["account"] is None


async def test_who_pays_hears_of_it_and_the_log_names_no_more_than_the_row(owed: Owed) -> None:
    told = [edge["node"]["__typename"] for edge in (await owed.world.data(LOG, persona="employee"))["events"]["edges"]]
    assert told == ["PaymentStartedEvent", "PaymentCertificateIssuedEvent", "ContributionRefundRequestedEvent"]
    own = [edge["node"]["__typename"] for edge in (await owed.world.data(LOG, persona="employee-3"))["events"]["edges"]]
    assert own == ["ContributionRefundRequestedEvent", "ResidentContributionRefundedEvent"]
