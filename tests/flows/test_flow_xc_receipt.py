"""FLOW-XC-RECEIPT, 宣城：电子缴款单 of the tax system, 电子缴费票据 of an account, and 缴费证明开具 beside them."""

import re
from typing import Any

from tests.flows.printing import printed
from tests.resolvers.opened import CERTIFY, REFUND, OpenedWorld

RECORDS = """
query Records($channel: PaymentChannelFilter) {
  contributionRecords(where: {channel: $channel}) {
    edges { node { id coverageYear receipt { id kind number printableUrl } } }
  }
}
"""
VERIFY = """
query Verify($number: String!) {
  verifyPaymentCertificate(number: $number) {
    number name firstYear lastYear issuedAt
    payments { region { code } coverageYear channel kind amount paidOn coverageFrom coverageUntil refundedSince }
  }
}
"""
CERTIFICATES = "{ paymentCertificates { edges { node { id number firstYear lastYear person { id } } } } }"
ISSUED = """
{ events(types: [PAYMENT_CERTIFICATE_ISSUED]) { edges { node {
  ... on PaymentCertificateIssuedEvent { certificate { id } firstYear lastYear }
} } } }
"""


async def records(opened: OpenedWorld, persona: str, channel: str) -> list[dict[str, Any]]:
    found = await opened.data(RECORDS, {"channel": {"eq": channel}}, persona)
    return [edge["node"] for edge in found["contributionRecords"]["edges"]]


async def test_what_the_tax_system_took_has_a_payment_slip(opened: OpenedWorld) -> None:
    # 1. 宣城专区 → 城乡居民(税务系统)缴费 → 常用业务 → 社保费电子缴款单
    by_tax = await records(opened, "xuancheng-parent", "TAX_SYSTEM")
    assert [one["coverageYear"] for one in by_tax] == [2023, 2024]
    for one in by_tax:
        assert one["receipt"]["kind"] == "PAYMENT_SLIP"
        page = await printed(opened, "xuancheng-parent", f"/receipts/{one['receipt']['id']}")
        assert "<h1>电子缴款单<" in page
        assert "税务系统缴费" in page
        assert one["receipt"]["number"] in page


async def test_what_an_account_paid_has_an_electronic_receipt(opened: OpenedWorld) -> None:
    # 2. 参保缴费 → 城乡居民参保查询 → 缴费记录 → 下载电子缴费票据
    contribution = await opened.paid("employee")
    opened.machine.forward(hours=24)
    [record] = await records(opened, "employee", "PERSONAL_ACCOUNT")
    assert record["id"] == contribution
    assert record["receipt"]["kind"] == "ACCOUNT_RECEIPT"
    page = await printed(opened, "employee", f"/receipts/{record['receipt']['id']}")
    assert "<h1>电子缴费票据<" in page
    assert "医保个人账户共济" in page
    assert "电子缴款单" not in page


async def test_a_certificate_is_verified_by_whoever_is_shown_its_number(opened: OpenedWorld) -> None:
    # 缴费证明开具: 支持本人缴费证明开具
    asked = {"personId": opened.person("chuzhou-resident"), "firstYear": 2022, "lastYear": 2024}
    key = opened.new_key()
    issued = await opened.mutate(CERTIFY, "chuzhou-resident", **asked, idempotencyKey=key)
    certificate = issued["certificate"]
    assert re.fullmatch(r"3411022024[0-9A-HJKMNP-TV-Z]{12}", certificate["number"])
    assert await opened.mutate(CERTIFY, "chuzhou-resident", **asked, idempotencyKey=key) == issued
    another = await opened.mutate(CERTIFY, "chuzhou-resident", **asked)
    assert another["certificate"]["number"] != certificate["number"]

    shown = (await opened.data(VERIFY, {"number": certificate["number"].lower()}))["verifyPaymentCertificate"]
    name = (await opened.data("{ viewer { person { name } } }", persona="chuzhou-resident"))["viewer"]["person"]["name"]
    payments = shown.pop("payments")
    assert shown == {
        "number": certificate["number"],
        "name": name[0] + "*" * (len(name) - 1),
        "firstYear": 2022,
        "lastYear": 2024,
        "issuedAt": "2024-12-16T09:00:00+08:00",
    }
    assert [(one["coverageYear"], one["paidOn"], one["channel"], one["refundedSince"]) for one in payments] == [
        (2023, "2022-11-20", "TAX_SYSTEM", False),
        (2024, "2023-10-25", "TAX_SYSTEM", False),
    ]
    assert (await opened.data(VERIFY, {"number": certificate["number"][:-1]}))["verifyPaymentCertificate"] is None
    assert certificate["verificationUrl"] == f"/worlds/small/certificates/{certificate['number']}"
    page = await printed(opened, None, f"/certificates/{certificate['number']}")
    assert all(told in page for told in (certificate["number"], name[0] + "*", "2022-11-20", "安徽省滁州市", "380.00"))
    assert name not in page

    own = (await opened.data(CERTIFICATES, persona="chuzhou-resident"))["paymentCertificates"]["edges"]
    assert [edge["node"]["number"] for edge in own] == [certificate["number"], another["certificate"]["number"]]
    for stranger in ("employee", "clerk-xixiu", None):
        assert (await opened.data(CERTIFICATES, persona=stranger))["paymentCertificates"]["edges"] == []
    told = [edge["node"] for edge in (await opened.data(ISSUED, persona="chuzhou-resident"))["events"]["edges"]]
    assert told[0] == {"certificate": {"id": certificate["id"]}, "firstYear": 2022, "lastYear": 2024}


async def test_a_certificate_is_given_for_a_bound_family_member_once_the_record_can_be_seen(
    opened: OpenedWorld,
) -> None:
    member = await opened.bound("employee")
    await opened.paid("employee", member)
    asked = {"personId": member, "firstYear": 2025, "lastYear": 2025}
    assert (await opened.mutate(CERTIFY, "employee", **asked))["__typename"] == "NoPaymentToCertify"
    opened.machine.forward(hours=24)
    issued = await opened.mutate(CERTIFY, "employee", **asked)
    assert issued["certificate"]["person"] == {"id": member}
    assert (await opened.mutate(CERTIFY, "employee-2", **asked))["__typename"] == "NotOfYourFamily"


async def test_a_certificate_says_what_was_given_back_since(opened: OpenedWorld) -> None:
    member = await opened.bound("synthetic-employee")
    contribution = await opened.paid("synthetic-employee", member)
    asked = {"personId": member, "firstYear": 2025, "lastYear": 2025}
    certificate = (await opened.mutate(CERTIFY, "synthetic-employee", **asked))["certificate"]
    await opened.insured_elsewhere("synthetic-employee", "EMPLOYEE")
    await opened.mutate(REFUND, "synthetic-employee", contributionId=contribution, reason="MOVED_TO_EMPLOYEE")
    shown = (await opened.data(VERIFY, {"number": certificate["number"]}))["verifyPaymentCertificate"]
    [payment] = shown["payments"]
    assert (payment["amount"], payment["refundedSince"]) == ("400.00", True)
    assert "已退费" in await printed(opened, None, f"/certificates/{certificate['number']}")
    again = await opened.mutate(CERTIFY, "synthetic-employee", **asked)
    assert again["__typename"] == "NoPaymentToCertify"
