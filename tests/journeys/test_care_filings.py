"""Filings of care (待遇认定、医疗救助): claims are paid by what is recognised, and assistance is paid once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.journeys.test_filings import draft, filed, second_clerk
from tests.journeys.test_paying_filings import CLAIM as OF_CLAIM
from tests.journeys.test_paying_filings import completed, paid
from tests.resolvers.opened import PAY, REFUND, REVERSE, SETTLE, SUBMIT, OpenedWorld

EMPLOYEE, FLEXIBLE, HOSPITAL = "synthetic-employee", "two-grades", "hospital-synthetic"
HELD = """
query H($id: ID!) { person(id: $id) { entitlements { totalCount edges { node {
  id kind code name firstDay lastDay person { id } region { code }
} } } } }
"""
FILED = "query F($id: ID!) { filing(id: $id) { applicantKind entitlementCode claimId coverageYear person { id } } }"
GIVEN_BACK = "{ disbursements { edges { node { contribution { id } } } } }"
CLAIM = "query C($id: ID!) { claim(id: $id) { pooled firstShare excluded costs { costClass } } }"
DISEASE, DRUG = "CHRONIC_DISEASE_ENTITLEMENT", "SPECIAL_DRUG_ENTITLEMENT"
CHRONIC: dict[str, Any] = {
    "kind": "CHRONIC_DISEASE",
    "costs": [{"item": "D0002", "amount": "1000.00"}],
    "conditions": ["CHRONIC_DISEASE", "SPECIAL_DISEASE"],
}
"""A visit that is asked about, with more said of the patient than is on record."""
ASSISTANCE, SUBSIDY = "ASSISTANCE_REIMBURSEMENT", "ASSISTED_CONTRIBUTION_SUBSIDY"


def asking(person: str, code: str) -> dict[str, Any]:
    return {"entitlement": {"personId": person, "code": code}}


async def held(opened: OpenedWorld, persona: str, person: str) -> list[dict[str, Any]]:
    found = (await opened.data(HELD, {"id": person}, persona))["person"]
    return [edge["node"] for edge in found["entitlements"]["edges"]] if found else []


async def visit(opened: OpenedWorld, invoice: str, item: str, care: str, day: str = "2024-12-16") -> dict[str, Any]:
    """The mother's claim, or what is said instead; her hospital states that everything is recognised."""
    answer = await opened.mutate(
        SETTLE,
        HOSPITAL,
        **opened.document(EMPLOYEE),
        invoice=invoice,
        care=care,
        admittedOn=day,
        costs=[{"item": item, "amount": "1000.00"}],
        conditions=["CHRONIC_DISEASE", "SPECIAL_DISEASE"],
    )
    if answer["__typename"] != "ClaimSettled":
        return answer
    claim: dict[str, Any] = (await opened.data(CLAIM, {"id": answer["claim"]["id"]}, HOSPITAL))["claim"]
    return claim


async def test_a_disease_or_drug_is_recognised_once_and_paid_for_from_that_day_on(
    opened: OpenedWorld,
) -> None:
    mother = await opened.bound(EMPLOYEE)
    stated = await visit(opened, "E-1", "D0002", "CHRONIC_DISEASE")
    assert (stated["__typename"], stated["path"]) == ("NotEntitledToCare", ["conditions"]), stated
    outside = await visit(opened, "E-2", "D3001", "INPATIENT")
    assert (outside["excluded"], outside["pooled"], outside["costs"]) == ("1000.00", "0.00", [{"costClass": "C"}])

    told = await opened.preview(EMPLOYEE, mother, "2024-12-16", **CHRONIC)
    assert told["__typename"] == "NotEntitledToCare"

    # Submitted twice, it is recognised once.
    twice = await filed(opened, EMPLOYEE, DISEASE, asking(mother, "M01600"), [1, 3])
    for code, matter in (("M01600", DISEASE), ("D3001", DRUG)):
        filing = await filed(opened, EMPLOYEE, matter, asking(mother, code), [1, 3])
        seen = (await opened.data(FILED, {"id": filing}, EMPLOYEE))["filing"]
        assert seen == {
            "applicantKind": "RESIDENT",
            "entitlementCode": code,
            "claimId": None,
            "coverageYear": None,
            "person": {"id": mother},
        }
        answer = await completed(opened, filing)
        assert answer["__typename"] == "FilingMoved", answer
        one = (await held(opened, EMPLOYEE, mother))[-1]
        assert (one["id"], one["person"]["id"]) == (answer["filing"]["effectId"], mother)
        assert (one["code"], one["firstDay"]) == (code, "2024-12-16")
    again = await completed(opened, twice)
    assert (again["__typename"], again["refused"]) == ("FilingNotCompleted", "ENTITLED_ALREADY")
    first, second = await held(opened, EMPLOYEE, mother)
    assert (first["kind"], first["name"], first["lastDay"]) == ("CHRONIC_DISEASE", "糖尿病", "2026-12-15")
    assert (second["kind"], second["lastDay"]) == ("SPECIAL_DRUG", "2025-12-15")
    for persona, count in (("clerk-synthetic", 2), ("clerk-xixiu", 0), ("auditor", 2), ("operator", 2), (FLEXIBLE, 0)):
        assert len(await held(opened, persona, mother)) == count, persona

    refusals: list[tuple[str, str, str, list[str]]] = [
        (DISEASE, "M01600", "EntitledAlready", ["form", "entitlement", "code"]),
        (DRUG, "D3001", "EntitledAlready", ["form", "entitlement", "code"]),
        (DISEASE, "D3002", "InputNotAcceptable", ["form", "entitlement", "code"]),
        (DRUG, "M07800", "InputNotAcceptable", ["form", "entitlement", "code"]),
    ]
    for matter, code, expected, path in refusals:
        refused = await draft(opened, EMPLOYEE, matter, asking(mother, code))
        assert (refused["__typename"], refused["path"]) == (expected, path), refused

    # In its last sixty days it is renewed, once, from the day after its end.
    await opened.change("UPDATE entitlements SET last_day = '2025-02-14' WHERE code = 'M01600'")
    early = await draft(opened, EMPLOYEE, DISEASE, asking(mother, "M01600"))
    assert (early["lastDay"], early["renewableFrom"]) == ("2025-02-14", "2024-12-17")
    await opened.change("UPDATE entitlements SET last_day = '2025-02-13' WHERE code = 'M01600'")
    assert (await completed(opened, await filed(opened, EMPLOYEE, DISEASE, asking(mother, "M01600"), [1, 3])))["filing"]
    *_, renewed = await held(opened, EMPLOYEE, mother)
    assert (renewed["firstDay"], renewed["lastDay"]) == ("2025-02-14", "2027-02-13")
    twice_more = await draft(opened, EMPLOYEE, DISEASE, asking(mother, "M01600"))
    assert (twice_more["__typename"], twice_more["lastDay"]) == ("EntitledAlready", "2027-02-13")

    # What is recognised pays from that day on, for what it is.
    chronic = await visit(opened, "E-3", "D0002", "CHRONIC_DISEASE")
    assert Decimal(chronic["pooled"]) > 0
    special = await visit(opened, "E-4", "D0002", "SPECIAL_DISEASE")
    assert special["__typename"] == "NotEntitledToCare"
    earlier = await visit(opened, "E-5", "D0002", "CHRONIC_DISEASE", "2024-12-15")
    assert earlier["__typename"] == "NotEntitledToCare"
    # What is on record is what a preview goes by, and what is supposed beside it is said to be.
    supposing: dict[str, tuple[list[str], list[str]]] = {
        "D0002": ([], []),
        "D3001": (["CHRONIC_DISEASE", "SPECIAL_DRUG"], []),
        "D3002": (["SPECIAL_DRUG"], ["SPECIAL_DRUG"]),
    }
    previews = {}
    for item, (supposed, named) in supposing.items():
        given = {"costs": [{"item": item, "amount": "1000.00"}], "suppose": {"entitlements": supposed}}
        told = await opened.preview(EMPLOYEE, mother, "2024-12-16", **CHRONIC | given)
        assert told["__typename"] == "ClaimPreview", (item, told)
        assert (told["supposed"], told["conditions"], told["treated"]) == (named, ["CHRONIC_DISEASE"], "HOME"), item
        previews[item] = told
    assert previews["D3001"]["firstShare"] == previews["D3002"]["firstShare"] != "0.00"
    before = await opened.preview(EMPLOYEE, mother, "2024-12-15", **CHRONIC)
    assert before["__typename"] == "NotEntitledToCare"
    for cost in ({"amount": "1.00"}, {"item": "D0002", "costClass": "A", "amount": "1.00"}):
        told = await opened.preview(EMPLOYEE, mother, "2024-12-16", **CHRONIC | {"costs": [cost]})
        assert (told["__typename"], told["problem"]) == ("InputNotAcceptable", "COST_NAMED")

    drug = await visit(opened, "E-6", "D3001", "CHRONIC_DISEASE")
    assert (drug["costs"], drug["excluded"]) == ([{"costClass": "B"}], "0.00")
    assert Decimal(drug["firstShare"]) > 0
    other = await visit(opened, "E-7", "D3002", "CHRONIC_DISEASE")
    assert other["costs"] == [{"costClass": "C"}]

    # Whoever is not insured any more is entitled to nothing.
    waiting = await filed(opened, EMPLOYEE, DISEASE, asking(mother, "M07800"), [1, 3])
    await opened.change(
        f"UPDATE enrolments SET status = 'TERMINATED', ended_on = '2024-12-16' WHERE person_id = {mother[4:]}"
    )
    ended = await draft(opened, EMPLOYEE, DISEASE, asking(mother, "M00500"))
    assert (ended["__typename"], ended["path"]) == ("MayNotFile", ["matter"])
    ended = await completed(opened, waiting)
    assert (ended["__typename"], ended["refused"]) == ("FilingNotCompleted", "MAY_NOT_FILE")


async def test_who_is_recognised_after_a_stay_is_paid_assistance_of_it_once_by_two_clerks(opened: OpenedWorld) -> None:
    mother = await opened.bound(EMPLOYEE)
    payer = await second_clerk(opened, "840000")

    async def stay(invoice: str, day: int, cost: str) -> str:
        answer = await opened.mutate(
            SETTLE,
            HOSPITAL,
            **opened.document(EMPLOYEE),
            invoice=invoice,
            care="INPATIENT",
            admittedOn=f"2024-12-{day:02}",
            dischargedOn=f"2024-12-{day + 1:02}",
            costs=[{"item": "S0004", "amount": cost}],
        )
        assert answer["__typename"] == "ClaimSettled", answer
        return str(answer["claim"]["id"])

    def asked(claim: str, person: str = mother) -> dict[str, Any]:
        return {"assistance": {"personId": person, "claimId": claim}}

    async def told(claim: str, form: dict[str, Any] | None = None) -> dict[str, Any]:
        return await draft(opened, EMPLOYEE, ASSISTANCE, form or asked(claim))

    first = await stay("H-1", 3, "20000.00")
    # Nobody pays who is not recognised, nor of what is somebody else's.
    nobody = await told(first)
    assert (nobody["__typename"], nobody["applicants"]) == ("MayNotFile", ["ASSISTED_PERSON"])
    await opened.change(f"UPDATE persons SET special_group = 'MINIMUM_LIVING' WHERE id = {mother[4:]}")
    visit_claim = (
        await opened.mutate(
            SETTLE,
            HOSPITAL,
            **opened.document(EMPLOYEE),
            invoice="H-3",
            care="OUTPATIENT",
            admittedOn="2024-12-09",
            costs=[{"item": "S0002", "amount": "90.00"}],
        )
    )["claim"]["id"]
    refusals: list[tuple[str, dict[str, Any]]] = [
        ("ClaimNotFound", asked("clm_1")),
        ("ClaimNotFound", asked(first, opened.person(EMPLOYEE))),
        ("NotEntitledToCare", asked(visit_claim)),
    ]
    for expected, form in refusals:
        answer = await told(first, form)
        assert (answer["__typename"], answer["path"]) == (expected, ["form", "assistance", "claimId"]), answer

    before = (await opened.data(OF_CLAIM, {"id": first}, EMPLOYEE))["claim"]
    filings = [await filed(opened, EMPLOYEE, ASSISTANCE, asked(first), [1, 2]) for _ in range(2)]
    seen = (await opened.data(FILED, {"id": filings[0]}, EMPLOYEE))["filing"]
    assert (seen["applicantKind"], seen["claimId"]) == ("ASSISTED_PERSON", first)
    answer = await completed(opened, filings[0], second=payer)
    assert (answer["__typename"], answer["filing"]["effectId"]) == ("FilingMoved", first), answer
    after = (await opened.data(OF_CLAIM, {"id": first}, EMPLOYEE))["claim"]
    given = Decimal(after["assistance"])
    # In 2024 assistance pays 65 % of what the other funds leave.
    assert given == (Decimal(before["cash"]) * 65 / 100).quantize(Decimal("0.01"))
    assert Decimal(before["cash"]) - Decimal(after["cash"]) == given
    assert [one for one in after["entries"] if one["posting"] == 2] == [
        {"posting": 2, "kind": "ASSISTANCE", "payer": "ASSISTANCE_FUND", "amount": f"-{given}"},
        {"posting": 2, "kind": "ASSISTANCE", "payer": "REIMBURSED", "amount": str(given)},
    ]
    [one] = await paid(opened)
    assert (one["purpose"], one["paidInto"], one["accountLastFour"]) == ("ASSISTANCE", "SOCIAL_SECURITY_CARD", None)
    assert (one["person"]["id"], one["claim"]["id"], Decimal(one["amount"])) == (mother, first, given)
    again = await completed(opened, filings[1], second=payer)
    assert (again["__typename"], again["refused"]) == ("FilingNotCompleted", "ASSISTANCE_PAID_ALREADY")
    twice = await told(first)
    assert (twice["__typename"], Decimal(twice["amount"])) == ("AssistancePaidAlready", given)
    reversing = await opened.mutate(REVERSE, HOSPITAL, claimId=first)
    assert reversing["__typename"] == "AssistancePaidAlready"

    # What is settled late before it has it adjudicated again, with the hospital as ever; what was paid back stays.
    await stay("H-0", 1, "3000.00")
    late = (await opened.data(OF_CLAIM, {"id": first}, EMPLOYEE))["claim"]
    back = sum(Decimal(entry["amount"]) for entry in late["entries"] if entry["payer"] == "REIMBURSED")
    assert back == given
    assert sum(Decimal(entry["amount"]) for entry in late["entries"]) == 0
    # Contributions are audited by the group that somebody is of now.
    await opened.change(f"UPDATE persons SET special_group = NULL WHERE id = {mother[4:]}")


async def test_what_was_paid_in_full_for_who_is_assisted_is_given_back_once_by_two_clerks(opened: OpenedWorld) -> None:
    mother = await opened.bound(EMPLOYEE)
    payer = await second_clerk(opened, "840000")

    async def told(persona: str, person: str) -> tuple[str, list[str]]:
        answer = await draft(opened, persona, SUBSIDY, asked(person))
        return answer["__typename"], answer.get("path", [])

    def asked(person: str) -> dict[str, Any]:
        return {"contributionSubsidy": {"personId": person, "coverageYear": 2025}}

    of_year = ["form", "contributionSubsidy", "coverageYear"]
    assert await told(EMPLOYEE, mother) == ("NotYetPaid", of_year)
    contribution = await opened.paid(EMPLOYEE, mother)
    assert await told(EMPLOYEE, mother) == ("MayNotFile", ["matter"])
    # What assistance bore when it was paid is borne.
    other = await opened.bound("mother-assisted")
    special = {"kind": "SPECIAL", "expectedAmount": "100.00"}
    submitted = await opened.mutate(SUBMIT, "mother-assisted", personId=other, coverageYear=2025, **special)
    await opened.mutate(PAY, "mother-assisted", contributionId=submitted["contribution"]["id"])
    assert await told("mother-assisted", other) == ("NothingToPay", of_year)
    # Nor is given back what a channel is giving back.
    collected = await opened.collected(FLEXIBLE, "WECHAT")
    await opened.insured_elsewhere(FLEXIBLE, "EMPLOYEE")
    moved = {"reason": "MOVED_TO_EMPLOYEE"}
    refund = await opened.mutate(REFUND, FLEXIBLE, contributionId=collected, **moved)
    assert refund["refund"]["status"] == "SENT"
    assert await told(FLEXIBLE, opened.relative(FLEXIBLE)) == ("RefundUnderWay", of_year)

    await opened.change(f"UPDATE persons SET special_group = 'MINIMUM_LIVING' WHERE id = {mother[4:]}")
    filings = [await filed(opened, EMPLOYEE, SUBSIDY, asked(mother), [1, 2]) for _ in range(2)]
    seen = (await opened.data(FILED, {"id": filings[0]}, EMPLOYEE))["filing"]
    assert (seen["applicantKind"], seen["coverageYear"], seen["person"]) == ("ASSISTED_PERSON", 2025, {"id": mother})
    answer = await completed(opened, filings[0], second=payer)
    assert answer["__typename"] == "FilingMoved", answer
    [one] = await paid(opened)
    assert (one["id"], one["person"]["id"]) == (answer["filing"]["effectId"], mother)
    assert (one["purpose"], one["paidInto"], one["accountLastFour"]) == (
        "CONTRIBUTION_SUBSIDY",
        "SOCIAL_SECURITY_CARD",
        None,
    )
    assert one["entries"] == [
        {"account": "ASSISTANCE_FUND", "amount": "-300.00"},
        {"account": "PAYEE", "amount": "300.00"},
    ]
    for persona, seen in (
        (EMPLOYEE, {"id": contribution}),
        ("clerk-synthetic", {"id": contribution}),
        ("auditor", None),
    ):
        [edge] = (await opened.data(GIVEN_BACK, persona=persona))["disbursements"]["edges"]
        assert edge["node"]["contribution"] == seen, persona
    again = await completed(opened, filings[1], second=payer)
    assert (again["__typename"], again["refused"]) == ("FilingNotCompleted", "CONTRIBUTION_SUBSIDISED")
    twice = await draft(opened, EMPLOYEE, SUBSIDY, asked(mother))
    assert (twice["__typename"], twice["path"], twice["amount"]) == ("ContributionSubsidised", of_year, "300.00")
    back = await opened.mutate(REFUND, EMPLOYEE, contributionId=contribution, **moved)
    assert (back["__typename"], back["path"]) == ("ContributionSubsidised", ["contributionId"])
    # Contributions are audited by the group that somebody is of now.
    await opened.change(f"UPDATE persons SET special_group = NULL WHERE id = {mother[4:]}")
