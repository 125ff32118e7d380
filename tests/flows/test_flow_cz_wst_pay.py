"""FLOW-CZ-WST-PAY: paying in Wanshitong (皖事通缴费)."""

from tests.resolvers.opened import START, OpenedWorld

PAYER = "chuzhou-resident"


async def test_flow_cz_wst_pay(opened: OpenedWorld) -> None:
    # 1–2. 城乡居民两险缴费 → 选择人员 → 添加成员: 身份证号码, 姓名 → 保存
    member = await opened.added(PAYER)
    # 3. 险种、年度 → 查询
    query = (
        "query Q($person: ID!) { contributionQuote(personId: $person, coverageYear: 2025, channel: WANSHITONG)"
        " { ... on ContributionQuote { amount } } }"
    )
    assert (await opened.data(query, {"person": member}, PAYER))["contributionQuote"] == {"amount": "400.00"}
    # 4. 缴费 → 缴款方式 → 确认
    contribution = await opened.submitted(PAYER, member, channel="WANSHITONG")
    started = await opened.mutate(START, PAYER, contributionId=contribution)
    assert (started["order"]["channel"], started["order"]["amount"]) == ("WANSHITONG", "400.00")
    await opened.service.world.fire_due()
    paid = await opened.data(
        "query C($id: ID!) { residentContribution(id: $id) { status channel coverageFrom } }",
        {"id": contribution},
        PAYER,
    )
    assert paid["residentContribution"] == {
        "status": "PAID",
        "channel": "WANSHITONG",
        "coverageFrom": "2025-01-01",
    }
