"""FLOW-SN-PAY, 遂宁：个人账户代缴申请, and its three tabs 办理、查询/退费、退费进度查询."""

import pytest

from tests.flows.printing import printed
from tests.resolvers.opened import PAY, QUOTE, REFUND, SUBMIT, OpenedWorld

PAYER = """
{ viewer { person {
  name idType idNumber region { code }
  account { balance region { code } }
  familyBindings(where: {status: {eq: ACTIVE}}) { edges { node { member { id name idNumber
    enrolments(where: {scheme: {eq: RESIDENT}}) { edges { node { region { code } } } } } } } }
} } }
"""
TAB = """
query Tab($status: ContributionStatusFilter) {
  contributionRecords(where: {coverageYear: {eq: 2025}, status: $status}) {
    edges { node { id status amount channel receipt { id } refunds { edges { node { id status } } } } }
  }
}
"""
PROGRESS = """
query Progress($refund: ID!) {
  refund(id: $refund) {
    id status reason amount channel requestedAt sentAt completedAt
    contribution { id status } payer { id } person { id } region { code } entry { amount balance kind }
  }
  refunds(where: {status: {eq: REFUNDED}}) { totalCount edges { node { id } } }
}
"""
EVENTS = """
{ events(types: [CONTRIBUTION_REFUND_REQUESTED, RESIDENT_CONTRIBUTION_REFUNDED]) { edges { node {
  __typename occurredAt
  ... on ContributionRefundRequestedEvent { amount reason coverageYear refund { id } }
  ... on ResidentContributionRefundedEvent { amount reason coverageYear refund { id } }
} } } }
"""


async def test_the_application_is_made_and_paid(opened: OpenedWorld) -> None:
    # 1. 服务 → 医保业务办理 → 个人账户代缴申请
    member = await opened.bound("suining-employee")
    # 2. 代缴人信息：姓名、证件、参保区划（遂宁市船山区）
    payer = (await opened.data(PAYER, persona="suining-employee"))["viewer"]["person"]
    assert payer["idType"] == "RESIDENT_ID_CARD"
    assert payer["account"]["region"]["code"] == "510903"
    # 3. 被代缴人信息：选择已绑定人、参保区划（遂宁市蓬溪县）、缴费年度 2025
    [binding] = payer["familyBindings"]["edges"]
    assert binding["node"]["member"]["id"] == member
    [enrolment] = binding["node"]["member"]["enrolments"]["edges"]
    assert enrolment["node"]["region"]["code"] == "510921"
    # 4. 代缴信息校验
    quote = (await opened.data(QUOTE, {"person": member, "year": 2025}, "suining-employee"))["contributionQuote"]
    # 5. 险种档次信息：缴费金额 400
    assert quote["__typename"] == "ContributionQuote"
    assert (quote["amount"], quote["kind"]) == ("400.00", "ORDINARY")
    # 6. 代缴申请提交
    submitted = await opened.mutate(
        SUBMIT, "suining-employee", personId=member, coverageYear=2025, expectedAmount=quote["amount"]
    )
    # 7. 个人账户代缴申请成功提示 → 确认
    assert submitted["contribution"]["status"] == "SUBMITTED"
    paid = await opened.mutate(PAY, "suining-employee", contributionId=submitted["contribution"]["id"])
    assert paid["contribution"]["status"] == "PAID"
    assert paid["entry"]["amount"] == "-400.00"


async def test_what_was_paid_is_found_and_given_back_and_its_progress_followed(opened: OpenedWorld) -> None:
    contribution = await opened.paid("suining-employee")
    # 查询/退费
    [record] = (await opened.data(TAB, persona="suining-employee"))["contributionRecords"]["edges"]
    receipt = record["node"].pop("receipt")["id"]
    assert record["node"] == {
        "id": contribution,
        "status": "PAID",
        "amount": "400.00",
        "channel": "PERSONAL_ACCOUNT",
        "refunds": {"edges": []},
    }
    assert "已退费" not in await printed(opened, "suining-employee", f"/receipts/{receipt}")
    refused = await opened.mutate(REFUND, "suining-employee", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")
    assert refused["__typename"] == "RefundReasonNotConfirmed"
    opened.machine.forward(hours=5)
    await opened.insured_elsewhere("suining-employee", "EMPLOYEE")
    asked = await opened.mutate(REFUND, "suining-employee", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")
    refund = asked["refund"]
    assert refund["contribution"] == {"id": contribution, "status": "REFUNDED"}
    assert (refund["entry"]["kind"], refund["entry"]["amount"]) == ("REFUND", "400.00")

    # 退费进度查询
    progress = await opened.data(PROGRESS, {"refund": refund["id"]}, "suining-employee")
    assert progress["refund"] == {
        "id": refund["id"],
        "status": "REFUNDED",
        "reason": "MOVED_TO_EMPLOYEE",
        "amount": "400.00",
        "channel": "PERSONAL_ACCOUNT",
        "requestedAt": "2024-12-16T14:00:00+08:00",
        "sentAt": None,
        "completedAt": "2024-12-16T14:00:00+08:00",
        "contribution": {"id": contribution, "status": "REFUNDED"},
        "payer": {"id": opened.person("suining-employee")},
        "person": {"id": opened.relative("suining-employee")},
        "region": {"code": "510921"},
        "entry": {"kind": "REFUND", "amount": "400.00", "balance": refund["entry"]["balance"]},
    }
    assert progress["refunds"] == {"totalCount": 1, "edges": [{"node": {"id": refund["id"]}}]}
    [record] = (await opened.data(TAB, {"status": {"eq": "REFUNDED"}}, "suining-employee"))["contributionRecords"][
        "edges"
    ]
    assert record["node"]["refunds"] == {"edges": [{"node": {"id": refund["id"], "status": "REFUNDED"}}]}
    told = [edge["node"] for edge in (await opened.data(EVENTS, persona="suining-employee"))["events"]["edges"]]
    assert told == [
        {
            "__typename": name,
            "occurredAt": "2024-12-16T14:00:00+08:00",
            "amount": "400.00",
            "reason": "MOVED_TO_EMPLOYEE",
            "coverageYear": 2025,
            "refund": {"id": refund["id"]},
        }
        for name in ("ContributionRefundRequestedEvent", "ResidentContributionRefundedEvent")
    ]
    page = await printed(opened, "suining-employee", f"/receipts/{receipt}")
    assert "已退费" in page
    assert "2024-12-16 14:00:00" in page


@pytest.mark.parametrize("stranger", ["employee", "clerk-xixiu", "clerk-synthetic", None])
async def test_a_refund_is_nobodys_business_elsewhere(opened: OpenedWorld, stranger: str | None) -> None:
    contribution = await opened.paid("suining-employee")
    await opened.insured_elsewhere("suining-employee", "EMPLOYEE")
    asked = await opened.mutate(REFUND, "suining-employee", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")
    seen = await opened.data(
        "query R($refund: ID!) { refund(id: $refund) { id } node(id: $refund) { id } refunds { edges { cursor } } }",
        {"refund": asked["refund"]["id"]},
        stranger,
    )
    assert seen == {"refund": None, "node": None, "refunds": {"edges": []}}
