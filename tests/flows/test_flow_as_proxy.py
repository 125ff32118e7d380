"""FLOW-AS-PROXY, 安顺：个人账户代缴, with what its screens say when there is nothing to find."""

from typing import Any

from tests.resolvers.opened import BIND, PAY, SUBMIT, VERIFY, OpenedWorld

RECORDS = """
query Records($where: ResidentContributionWhere) {
  contributionRecords(where: $where) {
    totalCount edges { node { id coverageYear channel status amount payer { id } person { id } } }
  }
}
"""
APPLICATION = """
query Application($member: ID!) {
  viewer { person { region { code } account { balance region { code } } } }
  person(id: $member) { specialGroup region { code } }
  contributionQuote(personId: $member, coverageYear: 2025) {
    __typename
    ... on ContributionQuote { amount kind region }
    ... on Refusal { message }
  }
}
"""


async def records(opened: OpenedWorld, persona: str, **where: Any) -> list[dict[str, Any]]:
    found = (await opened.data(RECORDS, {"where": where}, persona))["contributionRecords"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def test_it_is_paid_and_the_record_is_there_after_24_hours(opened: OpenedWorld) -> None:
    # 1.–2. 便民服务 → 个人医保自助服务 → 个人账户代缴; 3. 登录并实名认证, 添加家庭成员
    own = (await opened.data("{ viewer { person { name idType idNumber } } }", persona="employee"))["viewer"]["person"]
    assert (await opened.mutate(VERIFY, "employee", **own))["__typename"] == "IdentityVerified"
    member = (await opened.mutate(BIND, "employee", **opened.member("employee")))["binding"]["member"]["id"]
    # 4. 授权人账户余额、代缴年度 2025、人员类型 普通人员、代缴金额 ¥400、参保地 安顺市西秀区
    shown = await opened.data(APPLICATION, {"member": member}, "employee")
    assert shown["viewer"]["person"]["account"] == {"balance": "2680.00", "region": {"code": "520402"}}
    assert shown["person"] == {"specialGroup": None, "region": {"code": "520402"}}
    assert shown["contributionQuote"] == {
        "__typename": "ContributionQuote",
        "amount": "400.00",
        "kind": "ORDINARY",
        "region": "520402",
    }
    # 提交申请
    submitted = await opened.mutate(SUBMIT, "employee", personId=member, coverageYear=2025, expectedAmount="400.00")
    contribution = submitted["contribution"]["id"]
    paid = await opened.mutate(PAY, "employee", contributionId=contribution)
    assert paid["account"]["balance"] == "2280.00"
    # 5. 24 小时后，查看代缴记录; 未查询到账户授权记录
    assert await records(opened, "employee", coverageYear={"eq": 2025}) == []
    opened.machine.forward(hours=24)
    assert await records(opened, "employee", coverageYear={"eq": 2025}) == [
        {
            "id": contribution,
            "coverageYear": 2025,
            "channel": "PERSONAL_ACCOUNT",
            "status": "PAID",
            "amount": "400.00",
            "payer": {"id": opened.person("employee")},
            "person": {"id": member},
        }
    ]


async def test_somebody_without_resident_insurance_is_not_found(opened: OpenedWorld) -> None:
    # 3. 提交申请: 未查询到居民医疗参保信息
    member = await opened.bound("mother-not-enrolled")
    shown = await opened.data(APPLICATION, {"member": member}, "mother-not-enrolled")
    assert shown["contributionQuote"]["__typename"] == "NotEnrolled"
    assert "未查询到居民医疗参保信息" in shown["contributionQuote"]["message"]
    refused = await opened.mutate(SUBMIT, "mother-not-enrolled", personId=member, coverageYear=2025)
    assert refused["__typename"] == "NotEnrolled"


async def test_a_balance_of_149_20_does_not_pay_400(opened: OpenedWorld) -> None:
    # 4. 授权人账户余额 ¥149.20, 代缴金额 ¥400
    contribution = await opened.submitted("poor-employee")
    refused = await opened.mutate(PAY, "poor-employee", contributionId=contribution)
    assert refused["__typename"] == "BalanceTooLow"
    assert (refused["balance"], refused["due"]) == ("149.20", "400.00")
    assert await records(opened, "poor-employee") == []


async def test_records_are_of_what_one_paid_and_of_what_was_paid_for_one_through_all_channels(
    opened: OpenedWorld,
) -> None:
    me = opened.person("chuzhou-resident")
    own = await records(opened, "chuzhou-resident")
    assert [(one["coverageYear"], one["channel"], one["payer"]["id"]) for one in own] == [
        (2023, "TAX_SYSTEM", me),
        (2024, "TAX_SYSTEM", me),
    ]
    assert {one["person"]["id"] for one in own} == {me}
    [finished] = await records(opened, "chuzhou-resident", status={"eq": "FINISHED"}, channel={"in": ["TAX_SYSTEM"]})
    assert finished["coverageYear"] == 2023
    assert await records(opened, "chuzhou-resident", channel={"eq": "WECHAT"}) == []
    paid_for_others = await records(opened, "xuancheng-parent")
    assert [(one["coverageYear"], one["payer"]["id"]) for one in paid_for_others] == [
        (2023, opened.person("xuancheng-parent")),
        (2024, opened.person("xuancheng-parent")),
    ]
    assert {one["person"]["id"] for one in paid_for_others} == {opened.relative("xuancheng-parent")}


async def test_who_was_paid_for_sees_the_record_too(opened: OpenedWorld) -> None:
    """The son has paid for his mother, who signs in for herself."""
    contribution = await opened.paid("employee")
    opened.machine.forward(hours=24)
    mother = opened.guide["employee"].relative
    assert mother is not None
    await opened.change(f"UPDATE personas SET person_id = {mother.person_id} WHERE name = 'employee-2'")
    assert contribution in [one["id"] for one in await records(opened, "employee-2")]
    assert await records(opened, "employee-3") == []
