"""FLOW-CZ-ALIPAY: paying through the tax bureau's mini program in Alipay (支付宝缴费)."""

from tests.resolvers.opened import ADD_PAYEE, CHECK, FINISH, START, SUBMIT, OpenedWorld

PAYER = "chuzhou-resident"


async def test_flow_cz_alipay(opened: OpenedWorld) -> None:
    # 1–2. 支付宝 → 安徽税务 → 社保缴纳 → 社保缴费办理, 本人
    person = opened.person(PAYER)
    # 3–4. 日常缴费, 缴费年度, 应缴费额, 提交
    submitted = await opened.mutate(SUBMIT, PAYER, personId=person, coverageYear=2025, channel="ALIPAY")
    assert submitted["__typename"] == "ResidentContributionSubmitted"
    contribution = submitted["contribution"]["id"]
    assert submitted["contribution"]["amount"] == "400.00"
    started = await opened.mutate(START, PAYER, contributionId=contribution, expectedAmount="400.00")
    assert started["order"]["status"] == "SENT"
    [edge] = started["order"]["contributions"]["edges"]
    assert edge["node"] == {"id": contribution, "status": "PAYING", "coverageFrom": None, "receipt": None}
    assert await opened.service.world.fire_due() == 1
    # 5. 支付成功页面: without 完成 there is no slip.
    checked = await opened.mutate(CHECK, PAYER, orderId=started["order"]["id"])
    assert checked["order"]["status"] == "CONFIRMED"
    [edge] = checked["order"]["contributions"]["edges"]
    assert edge["node"] == {"id": contribution, "status": "PAID", "coverageFrom": "2025-01-01", "receipt": None}
    finished = await opened.mutate(FINISH, PAYER, contributionId=contribution)
    assert finished["contribution"]["status"] == "FINISHED"
    slip = await opened.data(
        "query R($id: ID!) { receipt(id: $id) { kind } }", {"id": finished["receipt"]["id"]}, PAYER
    )
    assert slip["receipt"]["kind"] == "PAYMENT_SLIP"


async def test_the_first_time_for_others_name_and_number_are_filled_in(opened: OpenedWorld) -> None:
    person = await opened.added(PAYER)
    mine = await opened.data("{ payees { edges { node { personId } } } }", persona=PAYER)
    assert [edge["node"]["personId"] for edge in mine["payees"]["edges"]] == [person]
    # 3–5. 提交, 支付成功, 完成
    contribution = await opened.submitted(PAYER, person, channel="ALIPAY")
    started = await opened.mutate(START, PAYER, contributionId=contribution, expectedAmount="400.00")
    assert started["__typename"] == "PaymentStarted"
    await opened.service.world.fire_due()
    finished = await opened.mutate(FINISH, PAYER, contributionId=contribution)
    assert finished["contribution"]["status"] == "FINISHED"
    # The next time 他人 is chosen from the list.
    again = await opened.mutate(ADD_PAYEE, PAYER, **opened.document(PAYER))
    assert (again["__typename"], len(mine["payees"]["edges"])) == ("AlreadyPayee", 1)
