"""FLOW-XC-RENEW: a student who renews pays through the tax system (宣城大学生续保)."""

from tests.resolvers.opened import START, OpenedWorld

PARENT = "xuancheng-parent"
CONFIRMATION = """
query Confirmation($person: ID!) {
  person(id: $person) {
    enrolments(where: {scheme: {eq: RESIDENT}, status: {eq: ACTIVE}}) { edges { node { personType region { code } } } }
  }
  contributionQuote(personId: $person, coverageYear: 2025, channel: TAX_SYSTEM) {
    ... on ContributionQuote { amount kind inWindow }
  }
}
"""


async def test_flow_xc_renew(opened: OpenedWorld) -> None:
    # 1–4. 宣城专区 → 城乡居民(税务系统)缴费 → 身份信息填写: the parent pays for the daughter, a student there.
    student = await opened.bound(PARENT)
    # 5. 参保信息确认
    seen = await opened.data(CONFIRMATION, {"person": student}, PARENT)
    assert [edge["node"] for edge in seen["person"]["enrolments"]["edges"]] == [
        {"personType": "STUDENT", "region": {"code": "341802"}}
    ]
    assert seen["contributionQuote"] == {"amount": "400.00", "kind": "ORDINARY", "inWindow": True}
    # 6. 缴费信息提交: 日常缴费, 2025, 应缴费额
    contribution = await opened.submitted(PARENT, student, channel="TAX_SYSTEM", expectedAmount="400.00")
    started = await opened.mutate(START, PARENT, contributionId=contribution)
    assert started["__typename"] == "PaymentStarted"
    await opened.service.world.fire_due()
    records = await opened.data(
        "{ residentContributions(where: {coverageYear: {eq: 2025}}) { edges { node { id status channel } } } }",
        persona=PARENT,
    )
    assert {"id": contribution, "status": "PAID", "channel": "TAX_SYSTEM"} in [
        edge["node"] for edge in records["residentContributions"]["edges"]
    ]
