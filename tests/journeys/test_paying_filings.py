"""Filings that pay, and those of institutions: what completing them does to the books, and that it is done once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.journeys.test_filings import CLERK, MOVES, ask_materials, draft, filed, move, second_clerk
from tests.resolvers.opened import REVERSE, SETTLE, OpenedWorld

EMPLOYEE, HOSPITAL, PHARMACY, AWAY = "synthetic-employee", "hospital-synthetic", "pharmacy-synthetic", "hospital-anshun"
CLAIM = """
query C($id: ID!) { claim(id: $id) {
  status origin treated postings cost pooled criticalIllness assistance account cash outstanding
  entries { posting kind payer amount }
} }
"""
PAID = """
{ disbursements { edges { node {
  id purpose paidInto accountLastFour amount month person { id } institution { id } claim { id }
  entries { account amount }
} } } }
"""
OF_PLACE = "query T($id: ID!) { claim(id: $id) { pooled } claimTrace(claimId: $id) { steps { rule } } }"
INSTITUTION = "query I($id: ID!) { node(id: $id) { ... on Institution { tier name designatedUntil suspendedOn } } }"
RECONCILED = """
query R($statement: InstitutionStatementInput!) { institutionReconciliation(statement: $statement) {
  __typename
  ... on InstitutionReconciliation {
    month claims total totalsAgree agrees differenceCount differences { claim { id } stated due }
  }
  ... on InputNotAcceptable { field }
} }
"""


UNNOTICED = (
    "{ events(types: [NOTICE_OVERDUE]) { edges { node { timer ... on NoticeOverdueEvent { status noticeBy } } } } }"
)


async def institution(opened: OpenedWorld, persona: str) -> str:
    """The id of the institution for which a persona acts."""
    return str((await opened.data("{ viewer { institution { id } } }", persona=persona))["viewer"]["institution"]["id"])


async def completed(opened: OpenedWorld, filing: str, *, second: str | None = None) -> dict[str, Any]:
    """The answer to completing a filing that is submitted; by a second clerk, who pays, where there is one."""
    for name in ("claim", "accept", "approve"):
        await move(opened, CLERK, name, filing)
    if second is None:
        return await opened.mutate(MOVES["completeFiling"], CLERK, filingId=filing)
    await move(opened, CLERK, "handOver", filing, clerkId=second)
    return await opened.mutate(MOVES["disburseFiling"], "clerk-second", filingId=filing)


async def paid(opened: OpenedWorld, persona: str = "auditor") -> list[dict[str, Any]]:
    return [edge["node"] for edge in (await opened.data(PAID, persona=persona))["disbursements"]["edges"]]


async def bill(opened: OpenedWorld, invoice: str, **given: Any) -> dict[str, Any]:
    """A stay of the employee's mother, whom the employee has bound, that was paid in cash."""
    form = {
        "personId": opened.relative(EMPLOYEE),
        "institutionId": await institution(opened, HOSPITAL),
        "care": "INPATIENT",
        "admittedOn": "2024-12-02",
        "dischargedOn": "2024-12-09",
        "invoice": invoice,
        "costs": [{"item": "S0004", "amount": "12000.00"}, {"item": "S2002", "amount": "500.00"}],
        "cardLastFour": "4321",
    }
    return {"reimbursement": form | given}


async def test_a_bill_that_was_paid_in_cash_is_a_claim_and_its_share_is_paid_to_the_account_that_was_named(
    opened: OpenedWorld,
) -> None:
    await opened.bound(EMPLOYEE)
    form = await bill(opened, "R-1")
    filing = await filed(opened, EMPLOYEE, "INPATIENT_REIMBURSEMENT", form, (1, 2, 3, 4))
    answer = await completed(opened, filing, second=await second_clerk(opened, "840000"))
    assert answer["__typename"] == "FilingMoved", answer
    claim = (await opened.data(CLAIM, {"id": answer["filing"]["effectId"]}, EMPLOYEE))["claim"]
    assert (claim["origin"], claim["treated"], claim["cost"]) == ("MANUAL", "HOME", "12500.00")
    assert claim["outstanding"] == "0.00"
    pooled = claim["pooled"]
    assert claim["entries"] == [
        {"posting": 1, "kind": "SETTLEMENT", "payer": "POOLED_FUND", "amount": f"-{pooled}"},
        {"posting": 1, "kind": "SETTLEMENT", "payer": "REIMBURSED", "amount": pooled},
    ]
    [one] = await paid(opened)
    assert (one["purpose"], one["accountLastFour"], one["amount"]) == ("REIMBURSEMENT", "4321", pooled)
    assert one["entries"] == [{"account": "PAYEE", "amount": pooled}, {"account": "REIMBURSED", "amount": f"-{pooled}"}]
    for persona, count in ((EMPLOYEE, 1), (CLERK, 1), ("clerk-xixiu", 0), (HOSPITAL, 0), ("operator", 1)):
        assert len(await paid(opened, persona)) == count, persona

    # The same invoice is paid once, whoever brings it; and a hospital reverses what it has settled alone.
    again = await draft(opened, EMPLOYEE, "INPATIENT_REIMBURSEMENT", form)
    assert (again["__typename"], again["path"]) == (
        "InvoiceAlreadySettled",
        ["form", "reimbursement", "invoice"],
    )
    direct = {**opened.document(EMPLOYEE), **form["reimbursement"]}
    for name in ("personId", "institutionId", "cardLastFour"):
        del direct[name]
    assert (await opened.mutate(SETTLE, HOSPITAL, **direct))["__typename"] == "InvoiceAlreadySettled"
    reverse = await opened.mutate(REVERSE, HOSPITAL, claimId=answer["filing"]["effectId"])
    assert reverse["__typename"] == "ClaimNotFound"

    # Who says of an injury that somebody else is liable hands in the proof of it, or a pledge in its place.
    stay = {"admittedOn": "2024-12-10", "dischargedOn": "2024-12-12", "injury": "THIRD_PARTY"}
    hurt = await draft(opened, EMPLOYEE, "INPATIENT_REIMBURSEMENT", await bill(opened, "R-9", **stay))
    [proof, *_] = [one for one in hurt["filing"]["materials"] if "法院判决书" in one["name"]]
    assert (proof["needed"], proof["way"]) == (True, None)
    said = "query I($id: ID!) { filing(id: $id) { injury materials { number standsFor } } }"
    told = (await opened.data(said, {"id": hurt["filing"]["id"]}, EMPLOYEE))["filing"]
    assert told["injury"] == "THIRD_PARTY"
    assert {"number": proof["number"] + 1, "standsFor": proof["number"]} in told["materials"]

    # A claim that is settled late has it adjudicated again: what the funds owe changes with it, and balances.
    early = {**direct, "invoice": "R-0", "admittedOn": "2024-11-04", "dischargedOn": "2024-11-11"}
    settled = await opened.mutate(SETTLE, HOSPITAL, **early)
    assert (settled["__typename"], settled["readjudicated"]) == ("ClaimSettled", 1), settled
    claim = (await opened.data(CLAIM, {"id": answer["filing"]["effectId"]}, EMPLOYEE))["claim"]
    owed = sum(Decimal(entry["amount"]) for entry in claim["entries"] if entry["payer"] == "REIMBURSED")
    assert str(owed) == claim["pooled"] != pooled
    assert claim["outstanding"] == str(owed - Decimal(pooled))


async def test_a_resident_s_antenatal_care_that_was_paid_in_cash_is_a_claim_like_other_outpatient_care(
    opened: OpenedWorld,
) -> None:
    await opened.bound(EMPLOYEE)
    second = await second_clerk(opened, "840000")
    costs = [{"item": "S0003", "amount": "300.00"}]
    given: dict[str, Any] = {"care": "ANTENATAL", "dischargedOn": "2024-12-02", "costs": costs}
    stranger = await draft(opened, EMPLOYEE, "OUTPATIENT_REIMBURSEMENT", await bill(opened, "R-7", **given))
    assert stranger["__typename"] == "NotEntitledToCare"
    form = await bill(opened, "R-7", **given, conditions=["PREGNANCY"])
    filing = await filed(opened, EMPLOYEE, "OUTPATIENT_REIMBURSEMENT", form, (1, 2, 3, 4))
    answer = await completed(opened, filing, second=second)
    assert answer["__typename"] == "FilingMoved", answer
    [one] = await paid(opened)
    # (300 - 10) × 50 %.
    assert (one["purpose"], one["amount"]) == ("REIMBURSEMENT", "145.00")
    # What is paid in cash has the limit of what is settled: 500 yuan a year.
    dearer = {**given, "costs": [{"item": "S0003", "amount": "9000.00"}], "conditions": ["PREGNANCY"]}
    filing = await filed(
        opened, EMPLOYEE, "OUTPATIENT_REIMBURSEMENT", await bill(opened, "R-8", **dearer), (1, 2, 3, 4)
    )
    await completed(opened, filing, second=second)
    assert sum(Decimal(each["amount"]) for each in await paid(opened)) == 500
    # What is settled late and stands before them has the limit first: what was paid in cash is owed back.
    visit = {"care": "ANTENATAL", "admittedOn": "2024-12-01", "costs": costs, "conditions": ["PREGNANCY"]}
    await opened.mutate(SETTLE, HOSPITAL, **opened.document(EMPLOYEE), **visit, invoice="R-6")
    claims = [(await opened.data(CLAIM, {"id": each["claim"]["id"]}, EMPLOYEE))["claim"] for each in await paid(opened)]
    assert [claim["outstanding"] for claim in claims] == ["0.00", "-145.00"]


async def test_what_cannot_be_paid_is_refused_when_it_is_drafted_and_elsewhere_a_smaller_share_is_paid(
    opened: OpenedWorld,
) -> None:
    await opened.bound(EMPLOYEE)
    refusals = {
        "InstitutionNotFound": await bill(opened, "R-2", institutionId="ins_849999999999999999"),
        "ItemNotInCatalogue": await bill(opened, "R-2", costs=[{"item": "X", "amount": "1.00"}]),
        "ClaimTooOld": await bill(opened, "R-2", admittedOn="2023-11-01", dischargedOn="2023-11-09"),
        "NotEntitledToCare": await bill(opened, "R-2", care="CHRONIC_DISEASE", dischargedOn="2024-12-02"),
        "PersonNotFound": await bill(opened, "R-2", personId=opened.person("two-grades")),
    }
    for expected, form in refusals.items():
        matter = "OUTPATIENT_REIMBURSEMENT" if "Entitled" in expected else "INPATIENT_REIMBURSEMENT"
        answer = await draft(opened, EMPLOYEE, matter, form)
        assert answer["__typename"] == expected, answer
    wrong = await draft(opened, EMPLOYEE, "OUTPATIENT_REIMBURSEMENT", await bill(opened, "R-2"))
    assert wrong["__typename"] == "InputNotAcceptable"
    [(here,)] = await opened.rows(
        "SELECT min(id) FROM institutions"
        " WHERE tier = 'LEVEL_2' AND region_code LIKE '8401%' AND designated_until IS NULL"
    )
    shares, second = {}, await second_clerk(opened, "840000")
    for number, at in enumerate((f"ins_{here}", await institution(opened, AWAY))):
        days = {"admittedOn": "2024-12-02", "dischargedOn": "2024-12-02"}
        costs = [{"item": "S0004", "amount": "100.00"}]
        form = await bill(opened, f"V-{number}", institutionId=at, care="OUTPATIENT", costs=costs, **days)
        filing = await filed(opened, EMPLOYEE, "OUTPATIENT_REIMBURSEMENT", form, (1, 2, 3, 4))
        effect = (await completed(opened, filing, second=second))["filing"]["effectId"]
        found = (await opened.data(CLAIM, {"id": effect}, EMPLOYEE))["claim"]
        shares[found["treated"]] = Decimal(found["pooled"])
    # 20 points are taken off what lies above the deductible.
    assert shares == {"HOME": Decimal(45), "ELSEWHERE": Decimal(27)}


async def test_a_record_of_treatment_elsewhere_has_care_there_paid_as_at_home_from_its_first_day_to_its_last(
    opened: OpenedWorld,
) -> None:
    await opened.bound(EMPLOYEE)
    patient = opened.relative(EMPLOYEE)

    async def asked(matter: str, **given: Any) -> dict[str, Any]:
        form = {"personId": patient, "region": "520000", "firstDay": "2024-12-17", **given}
        return await draft(opened, EMPLOYEE, matter, {"outOfArea": form})

    wrong: list[tuple[str, str, dict[str, Any]]] = [
        ("LONG_TERM_RESIDENT_RECORD", "region", {"region": "840103"}),
        ("LONG_TERM_RESIDENT_RECORD", "region", {"region": "999999"}),
        ("LONG_TERM_RESIDENT_RECORD", "firstDay", {"firstDay": "2023-12-16"}),
        ("LONG_TERM_RESIDENT_RECORD", "lastDay", {"lastDay": "2024-12-16"}),
        ("TEMPORARY_TREATMENT_RECORD", "lastDay", {}),
        ("TEMPORARY_TREATMENT_RECORD", "lastDay", {"lastDay": "2025-06-18"}),
    ]
    for matter, field, given in wrong:
        answer = await asked(matter, **given)
        assert answer["__typename"] == "InputNotAcceptable", (answer, given)
        assert answer["path"] == ["form", "outOfArea", field]

    # What was settled before the record was completed stays as it was, and the filing says so.
    visit = {"care": "OUTPATIENT", "costs": [{"item": "S0004", "amount": "100.00"}]}
    document = opened.document(EMPLOYEE)
    early = await opened.mutate(SETTLE, AWAY, **document, **visit, admittedOn="2024-12-16", invoice="W-early")
    opened.machine.forward(days=1)
    late = {"personId": patient, "region": "520000", "firstDay": "2024-12-16", "lastDay": "2024-12-16"}
    filing = await filed(opened, EMPLOYEE, "TEMPORARY_TREATMENT_RECORD", {"outOfArea": late}, [1])
    unsettled = "query S($id: ID!) { filing(id: $id) { claimsAsSettled } }"
    assert (await opened.data(unsettled, {"id": filing}, EMPLOYEE))["filing"] == {"claimsAsSettled": None}
    for supposed, place in ((False, "ELSEWHERE"), (True, "RECORDED")):
        suppose = {"outOfAreaRecord": supposed}
        told = await opened.preview(EMPLOYEE, patient, "2024-12-16", region="520402", suppose=suppose)
        assert (told["treated"], told["recordSupposed"]) == (place, supposed)
    answer = await completed(opened, filing)
    assert answer["filing"]["effectId"] == patient, answer
    assert (await opened.data(unsettled, {"id": filing}, EMPLOYEE))["filing"] == {"claimsAsSettled": 1}
    told = await opened.preview(EMPLOYEE, patient, "2024-12-16", region="520402", suppose={"outOfAreaRecord": True})
    assert (told["treated"], told["recordSupposed"]) == ("RECORDED", False)
    rules, pooled = {}, {}
    same = await opened.mutate(SETTLE, AWAY, **document, **visit, admittedOn="2024-12-16", invoice="W-late")
    for number, claim in enumerate((early["claim"]["id"], same["claim"]["id"])):
        found = await opened.data(OF_PLACE, {"id": claim}, EMPLOYEE)
        pooled[number] = Decimal(found["claim"]["pooled"])
        rules[number] = {step["rule"] for step in found["claimTrace"]["steps"]} & {"ELSEWHERE", "RECORDED_ELSEWHERE"}
    assert rules == {0: {"ELSEWHERE"}, 1: {"RECORDED_ELSEWHERE"}}
    assert pooled[0] < pooled[1]

    # A record is in force from its first day to its last.
    form = {"personId": patient, "region": "520000", "firstDay": "2024-12-18", "lastDay": "2024-12-18"}
    filing = await filed(opened, EMPLOYEE, "TEMPORARY_TREATMENT_RECORD", {"outOfArea": form}, [1])
    answer = await completed(opened, filing)
    assert answer["filing"]["effectId"] == patient, answer
    opened.machine.forward(days=2)
    treated = {}
    for number, day in enumerate(("2024-12-17", "2024-12-18", "2024-12-19")):
        told = await opened.mutate(SETTLE, AWAY, **document, **visit, admittedOn=day, invoice=f"W-{number}")
        assert told["__typename"] == "ClaimSettled", told
        found = (await opened.data(CLAIM, {"id": told["claim"]["id"]}, AWAY))["claim"]
        treated[day] = (found["treated"], Decimal(found["pooled"]))
    assert [place for place, _ in treated.values()] == ["ELSEWHERE", "RECORDED", "ELSEWHERE"]
    assert treated["2024-12-18"][1] > treated["2024-12-19"][1]


async def test_an_agreement_is_suspended_resumed_changed_and_ended_and_settling_follows_it_by_the_day(
    opened: OpenedWorld,
) -> None:
    number = await institution(opened, HOSPITAL)

    async def walked(matter: str, form: dict[str, Any], numbers: tuple[int, ...] = ()) -> dict[str, Any]:
        answer = await completed(opened, await filed(opened, HOSPITAL, matter, form, numbers))
        assert answer["__typename"] == "FilingMoved", answer
        assert answer["filing"]["effectId"] == number
        found: dict[str, Any] = (await opened.data(INSTITUTION, {"id": number}))["node"]
        return found

    async def settled(invoice: str, day: str) -> str:
        visit = {"care": "OUTPATIENT", "admittedOn": day, "costs": [{"item": "S0002", "amount": "50.00"}]}
        answer = await opened.mutate(SETTLE, HOSPITAL, **opened.document(EMPLOYEE), invoice=invoice, **visit)
        return str(answer["__typename"])

    assert await settled("A-1", "2024-12-16") == "ClaimSettled"
    resumption = {"agreementResumption": {"licenceChanged": True}}
    early = await draft(opened, HOSPITAL, "AGREEMENT_RESUMPTION", resumption)
    assert early["__typename"] == "AgreementInAnotherState"
    suspended = await walked("AGREEMENT_SUSPENSION", {"agreementSuspension": {"action": "SUSPEND"}})
    assert (suspended["designatedUntil"], suspended["suspendedOn"]) == ("2024-12-15", "2024-12-16")
    assert await settled("A-2", "2024-12-16") == "InstitutionNotDesignated"
    assert await settled("A-3", "2024-12-15") == "ClaimSettled"
    opened.machine.forward(days=2)
    resumed = await walked("AGREEMENT_RESUMPTION", resumption, (2,))
    assert (resumed["designatedUntil"], resumed["suspendedOn"]) == (None, None)
    days = {"A-4": "2024-12-18", "A-5": "2024-12-17", "A-6": "2024-12-15"}
    outcomes = [await settled(invoice, day) for invoice, day in days.items()]
    assert outcomes == ["ClaimSettled", "InstitutionNotDesignated", "ClaimSettled"]
    changed = await walked(
        "INSTITUTION_INFORMATION_CHANGE", {"institutionChange": {"name": "模拟新名医院", "tier": "LEVEL_3"}}, (1,)
    )
    assert (changed["name"], changed["tier"]) == ("模拟新名医院", "LEVEL_3")
    ended = await walked("AGREEMENT_SUSPENSION", {"agreementSuspension": {"action": "TERMINATE"}})
    assert (ended["designatedUntil"], ended["suspendedOn"]) == ("2024-12-17", None)
    assert await settled("A-7", "2024-12-18") == "InstitutionNotDesignated"
    signed = await walked("HOSPITAL_DESIGNATION", {"designation": {"tier": "LEVEL_2"}}, (2, 3, 4, 5))
    assert (signed["tier"], signed["designatedUntil"]) == ("LEVEL_2", None)
    assert await settled("A-8", "2024-12-18") == "ClaimSettled"
    await walked("AGREEMENT_SUSPENSION", {"agreementSuspension": {"action": "TERMINATE"}})
    await _told_late(opened)
    # A pharmacy files for its own agreement, and no citizen files for one.
    other = await draft(opened, PHARMACY, "HOSPITAL_DESIGNATION", {"designation": {"tier": "LEVEL_2"}})
    assert other["__typename"] == "MayNotFile"
    nobody = await draft(opened, EMPLOYEE, "PHARMACY_DESIGNATION", {"designation": {"tier": "LEVEL_2"}})
    assert nobody["__typename"] == "MayNotFile"


async def _told_late(opened: OpenedWorld) -> None:
    """What is missing of a designation is to be told within five working days, of which Christmas is the last."""
    given = {"designation": {"tier": "LEVEL_2"}}
    # One that lacks nothing is not told of.
    _, lacking = [
        await filed(opened, HOSPITAL, "HOSPITAL_DESIGNATION", given, numbers) for numbers in ((2, 3, 4, 5), (2,))
    ]
    query = "query N($id: ID!) { filing(id: $id) { noticeBy } }"
    assert (await opened.data(query, {"id": lacking}, HOSPITAL))["filing"] == {"noticeBy": "2024-12-25"}
    for days, told in ((7, 0), (1, 1), (1, 1)):
        opened.machine.forward(days=days)
        await opened.service.world.fire_due()
        edges = (await opened.data(UNNOTICED, persona="operator"))["events"]["edges"]
        assert len(edges) == told
    assert edges[0]["node"] == {"timer": "NOTICE_OVERDUE", "status": "SUBMITTED", "noticeBy": "2024-12-25"}
    await move(opened, CLERK, "claim", lacking)
    assert (await ask_materials(opened, CLERK, lacking))["__typename"] == "FilingMoved"


async def test_a_month_is_reconciled_and_paid_once_and_what_is_reversed_later_comes_off_the_next(
    opened: OpenedWorld,
) -> None:
    # What the hospital had settled before the world began was never paid either.
    before = await opened.rows(
        "SELECT c.id, c.cost_fen - c.cash_fen FROM claims c JOIN personas p ON p.institution_id = c.institution_id"
        f" WHERE p.name = '{HOSPITAL}'"
    )
    due = {f"clm_{claim}": Decimal(fen) / 100 for claim, fen in before}

    async def settle(invoice: str, amount: str) -> str:
        stay = {"care": "INPATIENT", "admittedOn": f"2024-12-{invoice}", "dischargedOn": f"2024-12-{invoice}"}
        costs = [{"item": "S0004", "amount": amount}]
        answer = await opened.mutate(
            SETTLE, HOSPITAL, **opened.document(EMPLOYEE), invoice=invoice, costs=costs, **stay
        )
        claim = answer["claim"]
        due[claim["id"]] = Decimal(claim["cost"]) - Decimal(claim["cash"])
        return str(claim["id"])

    def stated(month: int, lines: dict[str, Decimal], **given: Any) -> dict[str, Any]:
        total = {"claims": len(lines), "total": str(sum(lines.values(), Decimal("0.00")))}
        listed = [{"claimId": claim, "amount": str(amount)} for claim, amount in lines.items()]
        return {"month": month, **total, "lines": listed, **given}

    async def reconciled(statement: dict[str, Any], persona: str | None = HOSPITAL) -> dict[str, Any]:
        answer = await opened.data(RECONCILED, {"statement": statement}, persona)
        found: dict[str, Any] = answer["institutionReconciliation"]
        return found

    first, second = await settle("02", "4000.00"), await settle("03", "9000.00")
    assert (await reconciled(stated(202412, due)))["field"] == "month"
    opened.machine.forward(days=20)
    assert (await reconciled(stated(202412, due), None))["__typename"] == "NotSignedIn"
    found = await reconciled(stated(202412, due | {first: due[first] + 1}))
    assert (found["totalsAgree"], found["agrees"], found["differenceCount"]) == (False, False, 1)
    [differs] = found["differences"]
    assert (differs["claim"]["id"], Decimal(differs["due"])) == (first, due[first])
    assert (await reconciled(stated(202412, due)))["agrees"]
    wrong = await draft(opened, HOSPITAL, "HOSPITAL_SETTLEMENT", {"institutionStatement": stated(202412, {})})
    assert (wrong["__typename"], wrong["differences"]) == ("StatementDiffers", len(due))

    form = {"institutionStatement": stated(202412, due)}
    filings = [await filed(opened, HOSPITAL, "HOSPITAL_SETTLEMENT", form) for _ in range(2)]
    payer = await second_clerk(opened, "840000")
    answer = await completed(opened, filings[0], second=payer)
    assert answer["__typename"] == "FilingMoved", answer
    [one] = await paid(opened)
    total = sum(due.values())
    assert (one["id"], one["month"], Decimal(one["amount"])) == (answer["filing"]["effectId"], 202412, total)
    assert one["institution"]["id"] == await institution(opened, HOSPITAL)
    assert len(await paid(opened, HOSPITAL)) == 1
    assert await paid(opened, PHARMACY) == []
    # What was filed twice is paid once.
    twice = await completed(opened, filings[1], second=payer)
    assert (twice["__typename"], twice["refused"]) == ("FilingNotCompleted", "STATEMENT_DIFFERS")
    assert (await reconciled(stated(202412, {})))["total"] == "0.00"
    none = await draft(opened, HOSPITAL, "HOSPITAL_SETTLEMENT", {"institutionStatement": stated(202412, {})})
    assert none["__typename"] == "NothingToPay"
    # What is reversed once it is paid is owed back, and comes off a later month.
    await opened.mutate(REVERSE, HOSPITAL, claimId=first)
    opened.machine.forward(days=31)
    back = await reconciled(stated(202501, {}))
    amounts = {each["claim"]["id"]: Decimal(each["due"]) for each in back["differences"]}
    assert amounts[first] == -due[first]
    assert set(amounts) <= {first, second}
    owing = await draft(opened, HOSPITAL, "HOSPITAL_SETTLEMENT", {"institutionStatement": stated(202501, amounts)})
    assert owing["__typename"] == "NothingToPay"
