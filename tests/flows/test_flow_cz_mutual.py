"""FLOW-CZ-MUTUAL, 滁州: 门诊共济账户缴费 for a resident, with 完成 to be pressed for the slip."""

import pytest

from tests.flows.printing import printed
from tests.resolvers.opened import FINISH, PAY, QUOTE, SUBMIT, OpenedWorld

RECORD = """
{ contributionRecords(where: {coverageYear: {eq: 2025}}) { edges { node { id channel receipt { id kind } } } } }
"""


@pytest.fixture
async def in_chuzhou(opened: OpenedWorld) -> OpenedWorld:
    """The employee's mother lives and is insured in Langya, Chuzhou, and so is the employee with his account."""
    relative = opened.guide["employee"].relative
    assert relative is not None
    people = f"({opened.guide['employee'].person_id}, {relative.person_id})"
    await opened.change(f"UPDATE enrolments SET region_code = '341102' WHERE person_id IN {people}")
    await opened.change(f"UPDATE personal_accounts SET region_code = '341102' WHERE person_id IN {people}")
    await opened.change(
        "DELETE FROM receipts WHERE contribution_id IN"
        f" (SELECT id FROM resident_contributions WHERE person_id IN {people})"
    )
    await opened.change(f"DELETE FROM resident_contributions WHERE person_id IN {people}")
    return opened


async def test_an_account_pays_and_the_slip_comes_with_pressing_finish(in_chuzhou: OpenedWorld) -> None:
    opened = in_chuzhou
    # 1.–2. 点击缴费 → 服务 → 参保缴费 → 城乡居民(个人共济)缴费
    member = await opened.bound("employee")
    # 3. 参保人身份证号 → 下一步 → 确认参保人
    quote = (await opened.data(QUOTE, {"person": member, "year": 2025}, "employee"))["contributionQuote"]
    assert (quote["__typename"], quote["amount"]) == ("ContributionQuote", "400.00")
    submitted = await opened.mutate(SUBMIT, "employee", personId=member, coverageYear=2025, expectedAmount="400.00")
    contribution = submitted["contribution"]["id"]
    # 缴费渠道 医保个人账户共济 → 立即缴费
    paid = await opened.mutate(PAY, "employee", contributionId=contribution)
    assert (paid["contribution"]["status"], paid["account"]["balance"]) == ("PAID", "2280.00")
    [record] = (await opened.data(RECORD, persona="employee"))["contributionRecords"]["edges"]
    assert record["node"] == {"id": contribution, "channel": "PERSONAL_ACCOUNT", "receipt": None}
    finished = await opened.mutate(FINISH, "employee", contributionId=contribution)
    assert finished["contribution"] == {"id": contribution, "status": "FINISHED"}
    [record] = (await opened.data(RECORD, persona="employee"))["contributionRecords"]["edges"]
    assert record["node"]["receipt"] == {"id": finished["receipt"]["id"], "kind": "ACCOUNT_RECEIPT"}
    assert "电子缴费票据" in await printed(opened, "employee", f"/receipts/{finished['receipt']['id']}")
