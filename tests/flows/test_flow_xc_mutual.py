"""FLOW-XC-MUTUAL, 宣城: a student's contribution out of a parent's account."""

from tests.flows.printing import printed
from tests.resolvers.opened import PAY, QUOTE, SUBMIT, OpenedWorld

CONFIRM = """
query Confirm($person: ID!) {
  person(id: $person) {
    name idNumber
    enrolments(where: {scheme: {eq: RESIDENT}, status: {eq: ACTIVE}}) { edges { node { personType region { code } } } }
  }
}
"""
RECORD = "{ contributionRecords(where: {coverageYear: {eq: 2025}}) { edges { node { id receipt { id kind } } } } }"


async def test_a_parent_pays_for_a_student(opened: OpenedWorld) -> None:
    # 1. 参保缴费 → 城乡居民(个人共济账户)缴费 → 年度参保缴费 → 下一步
    student = await opened.bound("xuancheng-parent")
    # 2. 参保人身份证号码; 3. 参保人信息确认
    person = (await opened.data(CONFIRM, {"person": student}, "xuancheng-parent"))["person"]
    assert person["enrolments"] == {"edges": [{"node": {"personType": "STUDENT", "region": {"code": "341802"}}}]}
    quote = (await opened.data(QUOTE, {"person": student, "year": 2025}, "xuancheng-parent"))["contributionQuote"]
    assert (quote["__typename"], quote["amount"], quote["kind"]) == ("ContributionQuote", "400.00", "ORDINARY")
    # 立即缴费
    submitted = await opened.mutate(
        SUBMIT, "xuancheng-parent", personId=student, coverageYear=2025, expectedAmount="400.00"
    )
    paid = await opened.mutate(PAY, "xuancheng-parent", contributionId=submitted["contribution"]["id"])
    assert paid["contribution"]["status"] == "PAID"
    assert (paid["entry"]["amount"], paid["account"]["balance"]) == ("-400.00", "3160.00")
    # 缴费记录 → 电子缴费票据, at once: the page of this city names no delay.
    [record] = (await opened.data(RECORD, persona="xuancheng-parent"))["contributionRecords"]["edges"]
    assert record["node"]["id"] == submitted["contribution"]["id"]
    assert record["node"]["receipt"]["kind"] == "ACCOUNT_RECEIPT"
    assert "电子缴费票据" in await printed(opened, "xuancheng-parent", f"/receipts/{record['node']['receipt']['id']}")
