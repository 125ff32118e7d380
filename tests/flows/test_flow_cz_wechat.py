"""FLOW-CZ-WECHAT: paying for somebody else through the mini program in WeChat (微信缴费)."""

from tests.resolvers.opened import FINISH, START, VERIFY, OpenedWorld

PAYER = "chuzhou-resident"
ORDERS = (
    "{ paymentOrders(where: {channel: {eq: WECHAT}}) { edges { node { status amount"
    " contributions { edges { node { status } } } } } } }"
)


async def test_flow_cz_wechat(opened: OpenedWorld) -> None:
    # 1–2. 安徽税务社保缴费, 手机号码一键绑定 is signing in. 3. 人脸实名: 身份证件号码, 姓名; skipped when verified.
    own = (await opened.data("{ viewer { person { name idType idNumber realNameVerifiedAt } } }", persona=PAYER))[
        "viewer"
    ]["person"]
    assert own.pop("realNameVerifiedAt") is None
    verified = await opened.mutate(VERIFY, PAYER, **own)
    assert verified["person"]["realNameVerifiedAt"] is not None
    # 4–5. 我要缴费 → 他人: 身份证件类型, 身份证件号码, 姓名. Nobody is bound.
    person = await opened.added(PAYER)
    # 6. 参保信息确认: what is due, before anything is submitted.
    quote = await opened.data(
        "query Q($person: ID!) { contributionQuote(personId: $person, coverageYear: 2025, channel: WECHAT)"
        " { ... on ContributionQuote { amount kind finishRequired } } }",
        {"person": person},
        PAYER,
    )
    assert quote["contributionQuote"] == {"amount": "400.00", "kind": "ORDINARY", "finishRequired": True}
    # 7. 日常缴费, 缴费年度, 提交
    contribution = await opened.submitted(PAYER, person, channel="WECHAT")
    # 8. 确认缴费 → 确认并支付
    started = await opened.mutate(START, PAYER, contributionId=contribution)
    assert started["__typename"] == "PaymentStarted"
    await opened.service.world.fire_due()
    orders = (await opened.data(ORDERS, persona=PAYER))["paymentOrders"]["edges"]
    assert [edge["node"] for edge in orders] == [
        {"status": "CONFIRMED", "amount": "400.00", "contributions": {"edges": [{"node": {"status": "PAID"}}]}}
    ]
    # 9. 社保费电子缴款单
    finished = await opened.mutate(FINISH, PAYER, contributionId=contribution)
    assert finished["receipt"]["number"].startswith("34112025")
