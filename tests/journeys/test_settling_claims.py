"""Claims are settled and reversed by the institutions that send them, and a year is a matter of its claims."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.docs.test_front_end import ROOT, differs, exchanges
from tests.resolvers.opened import ADVANCE_CLOCK, PRE_SETTLE, REVERSE, SETTLE, OpenedWorld

HOSPITAL, PHARMACY, OTHER = "hospital-synthetic", "pharmacy-synthetic", "hospital-anshun"
EMPLOYEE = "synthetic-employee"
SEEN = """
query S($id: ID!) {
  claim(id: $id) { id cash }
  node(id: $id) { id }
  claimTrace(claimId: $id) { claim { id } steps { rule amountOut limit sentence facts { name } } }
  claims { totalCount edges { node { id } } }
}
"""
YEAR = """
query Y($person: ID!, $year: Int!) { benefitYear(personId: $person, year: $year) {
  __typename
  ... on BenefitYear {
    stays cost criticalIllnessBase criticalIllness assistance account cash
    care { care claims pooled } caps { kind limit paid left }
  }
  ... on Refusal { path }
} }
"""
LOG = """
{ events(types: [CLAIM_SETTLED, CLAIM_READJUDICATED, CLAIM_REVERSED]) { edges { node {
  __typename
  ... on ClaimSettledEvent { claim { id } pooled cash }
  ... on ClaimReadjudicatedEvent { claim { id } pooled cash }
  ... on ClaimReversedEvent { claim { id } pooled cash }
} } } }
"""
TREATED = "{ claims { edges { node { id status pooled criticalIllness account cash person { phone birthDate } } } } }"


def stay(world: OpenedWorld, invoice: str, first: str, last: str, *amounts: str, **given: Any) -> dict[str, Any]:
    """A stay of the employee's mother, of class A."""
    form = {
        **world.document(EMPLOYEE),
        "care": "INPATIENT",
        "admittedOn": first,
        "dischargedOn": last,
        "invoice": invoice,
        "costs": [{"item": "S0004", "amount": amount} for amount in amounts],
    }
    return form | given


async def settled(world: OpenedWorld, persona: str, form: dict[str, Any]) -> dict[str, Any]:
    answer = await world.mutate(SETTLE, persona, **form)
    assert answer["__typename"] == "ClaimSettled", answer
    return answer


async def test_the_page_shows_what_is_answered(opened: OpenedWorld) -> None:
    document = opened.document(EMPLOYEE)
    people = {"mother": await opened.bound(EMPLOYEE), "name": document["name"], "idNumber": document["idNumber"]}
    shown = exchanges(ROOT / "docs" / "claims.md")
    assert len(shown) >= 4
    for exchange in shown:
        variables = {name: people.get(name, value) for name, value in exchange.variables.items()}
        answer = await opened.data(exchange.document.text, variables, exchange.persona)
        difference = differs(exchange.data, answer)
        assert difference is None, f"{exchange.document.where} shows another answer than is given: {difference}"
        settled_now = answer.get("settleClaim", {}).get("claim", {})
        people |= {"claim": settled_now["id"]} if "id" in settled_now else {}


def balanced(claim: dict[str, Any]) -> bool:
    postings: dict[int, Decimal] = {}
    for entry in claim["entries"]:
        postings[entry["posting"]] = postings.get(entry["posting"], Decimal(0)) + Decimal(entry["amount"])
    return bool(postings) and not any(postings.values())


async def listed(opened: OpenedWorld, persona: str) -> int:
    """How many claims the persona sees."""
    return int((await opened.data("{ claims { totalCount } }", persona=persona))["claims"]["totalCount"])


async def test_a_claim_is_settled_once_seen_by_those_whom_it_concerns_and_added_to_its_year(
    opened: OpenedWorld,
) -> None:
    form = stay(opened, "A-1", "2024-12-02", "2024-12-09", "12000.00", "8000.00")
    before = await opened.written()
    seeing = (HOSPITAL, PHARMACY, "clerk-synthetic", "operator", "auditor")
    past = {persona: await listed(opened, persona) for persona in seeing}
    told = await opened.mutate(PRE_SETTLE, HOSPITAL, **form)
    assert (told["__typename"], told["pooled"], told["cash"]) == ("ClaimPreSettled", "11400.00", "8600.00"), told
    assert await opened.written() == before
    key = opened.new_key()
    first = await opened.mutate(SETTLE, HOSPITAL, idempotencyKey=key, **form)
    assert (first["__typename"], first["claim"]["pooled"], first["claim"]["cash"]) == (
        "ClaimSettled", "11400.00", "8600.00",
    ), first  # fmt: skip
    assert await opened.mutate(SETTLE, HOSPITAL, idempotencyKey=key, **form) == first
    other = await opened.mutate(SETTLE, HOSPITAL, idempotencyKey=key, **form | {"invoice": "A-2"})
    assert other["__typename"] == "IdempotencyKeyReused"
    claim = first["claim"]
    assert balanced(claim)
    assert {entry["payer"]: entry["amount"] for entry in claim["entries"]} == {
        "POOLED_FUND": "-11400.00",
        "CASH": "-8600.00",
        "INSTITUTION": "20000.00",
    }

    unseen = {"claim": None, "node": None, "claimTrace": None, "claims": {"totalCount": 0, "edges": []}}
    for stranger in (None, EMPLOYEE, "employee", PHARMACY, OTHER, "clerk-anshun"):
        seen = await opened.data(SEEN, {"id": claim["id"]}, stranger)
        if stranger == PHARMACY:
            # It sees what it has settled in the past, and nothing else.
            assert seen.pop("claims")["totalCount"] == past[PHARMACY]
        assert seen == {field: unseen[field] for field in seen}, stranger
    mother = await opened.bound(EMPLOYEE)
    for persona in (EMPLOYEE, HOSPITAL, "clerk-synthetic", "operator", "auditor"):
        seen = await opened.data(SEEN, {"id": claim["id"]}, persona)
        new = seen["claims"]["totalCount"] - past.get(persona, 0)
        assert (seen["claim"]["cash"], new) == ("8600.00", 1), persona
        trace = seen["claimTrace"]
        assert [step["rule"] for step in trace["steps"]] == [step["rule"] for step in told["steps"]]
        assert any(step["facts"] for step in trace["steps"])

    year = (await opened.data(YEAR, {"person": mother, "year": 2024}, EMPLOYEE))["benefitYear"]
    assert (year["__typename"], year["stays"], year["cost"]) == ("BenefitYear", 1, "20000.00")
    assert year["care"] == [{"care": "INPATIENT", "claims": 1, "pooled": "11400.00"}]
    [limit] = [cap for cap in year["caps"] if cap["kind"] == "INPATIENT"]
    assert Decimal(limit["limit"]) - Decimal("11400.00") == Decimal(limit["left"])
    for persona, person in (("employee", mother), (EMPLOYEE, "per_849999999999999999")):
        told_nothing = (await opened.data(YEAR, {"person": person, "year": 2024}, persona))["benefitYear"]
        assert told_nothing == {"__typename": "NotOfYourFamily", "path": ["personId"]}
    # A second stay of the year has another deductible, and a preview knows of the first.
    preview = await opened.preview(EMPLOYEE, mother, "2024-12-10")
    assert preview["pooled"] != "11400.00"


REWARDS = """
query R($person: ID!) { insuranceContinuity(personId: $person, coverageYear: 2025) {
  ... on InsuranceContinuity { zeroClaimSteps facts { role fact { name } } }
} }
"""


async def test_a_year_for_which_the_funds_paid_nothing_is_rewarded_once_it_is_over(opened: OpenedWorld) -> None:
    mother = await opened.bound(EMPLOYEE)

    async def steps() -> int:
        told = (await opened.data(REWARDS, {"person": mother}, EMPLOYEE))["insuranceContinuity"]
        found: int = told["zeroClaimSteps"]
        return found

    assert await steps() == 0, "the year is not over"
    await opened.mutate(ADVANCE_CLOCK, "operator", to="2025-01-02T09:00:00+08:00")
    assert await steps() == 1
    claim = (await settled(opened, HOSPITAL, stay(opened, "Z-1", "2024-12-02", "2024-12-09", "9000.00")))["claim"]
    assert await steps() == 0
    gone = await opened.mutate(REVERSE, HOSPITAL, claimId=claim["id"])
    assert gone["__typename"] == "ClaimReversed"
    assert await steps() == 1


async def test_what_comes_or_goes_has_the_later_claims_of_its_year_adjudicated_again(opened: OpenedWorld) -> None:
    mother = await opened.bound(EMPLOYEE)
    late = (await settled(opened, HOSPITAL, stay(opened, "B-2", "2024-11-20", "2024-11-28", "9000.00")))["claim"]
    visit = {"care": "OUTPATIENT", "admittedOn": "2024-11-30", "invoice": "B-3"}
    form = stay(opened, "", "", "", "300.00") | visit
    del form["dischargedOn"]
    await settled(opened, PHARMACY, form)
    early_form = stay(opened, "B-1", "2024-11-01", "2024-11-10", "30000.00")
    early = await settled(opened, HOSPITAL, early_form)
    # The stay of late November was the first of the year, and is the second now.
    assert early["readjudicated"] == 1
    claims = {
        edge["node"]["id"]: edge["node"] for edge in (await opened.data(TREATED, persona=HOSPITAL))["claims"]["edges"]
    }
    assert claims[late["id"]]["pooled"] != late["pooled"]
    assert claims[late["id"]]["person"]["birthDate"] is None
    with_it = (await opened.data(YEAR, {"person": mother, "year": 2024}, EMPLOYEE))["benefitYear"]

    for persona in (PHARMACY, OTHER):
        refused = await opened.mutate(REVERSE, persona, claimId=early["claim"]["id"])
        missing = await opened.mutate(REVERSE, persona, claimId="clm_849999999999999999")
        assert refused == missing
        assert refused["__typename"] == "ClaimNotFound"
    key = opened.new_key()
    gone = await opened.mutate(REVERSE, HOSPITAL, idempotencyKey=key, claimId=early["claim"]["id"])
    assert (gone["__typename"], gone["readjudicated"], gone["claim"]["status"]) == ("ClaimReversed", 1, "REVERSED")
    assert await opened.mutate(REVERSE, HOSPITAL, idempotencyKey=key, claimId=early["claim"]["id"]) == gone
    assert balanced(gone["claim"])
    again = await opened.mutate(REVERSE, HOSPITAL, claimId=early["claim"]["id"])
    assert again["__typename"] == "ClaimAlreadyReversed"
    seen = {
        edge["node"]["id"]: edge["node"] for edge in (await opened.data(TREATED, persona=HOSPITAL))["claims"]["edges"]
    }
    assert seen[late["id"]]["pooled"] == late["pooled"]

    back = await settled(opened, HOSPITAL, early_form)
    assert back["readjudicated"] == 1
    assert (await opened.data(YEAR, {"person": mother, "year": 2024}, EMPLOYEE))["benefitYear"] == with_it
    events = [edge["node"] for edge in (await opened.data(LOG, persona="operator"))["events"]["edges"]]
    assert [event["__typename"] for event in events] == [
        *["ClaimSettledEvent"] * 3,
        "ClaimReadjudicatedEvent",
        "ClaimReversedEvent",
        "ClaimReadjudicatedEvent",
        "ClaimSettledEvent",
        "ClaimReadjudicatedEvent",
    ]


async def test_the_patient_s_account_pays_and_gets_back_what_it_paid(opened: OpenedWorld) -> None:
    me = (await opened.data("{ viewer { person { id name idNumber account { balance } } } }", persona=EMPLOYEE))[
        "viewer"
    ]["person"]
    form = stay(opened, "C-1", "2024-12-02", "2024-12-09", "20000.00", name=me["name"], idNumber=me["idNumber"])
    claim = (await settled(opened, HOSPITAL, form))["claim"]
    paid = Decimal(claim["account"])
    assert paid > 0
    balance = "{ viewer { person { account { balance entries(last: 1) { edges { node { kind amount } } } } } } }"
    account = (await opened.data(balance, persona=EMPLOYEE))["viewer"]["person"]["account"]
    assert Decimal(account["balance"]) == Decimal(me["account"]["balance"]) - paid
    assert account["entries"]["edges"][0]["node"] == {"kind": "CARE", "amount": f"-{claim['account']}"}
    # What the account held is nobody's business: the trace says what it paid.
    trace = (await opened.data(SEEN, {"id": claim["id"]}, HOSPITAL))["claimTrace"]["steps"]
    assert [step["limit"] for step in trace if step["rule"] == "FROM_ACCOUNT"] == [None]
    await opened.mutate(REVERSE, HOSPITAL, claimId=claim["id"])
    account = (await opened.data(balance, persona=EMPLOYEE))["viewer"]["person"]["account"]
    assert account["balance"] == me["account"]["balance"]
    assert account["entries"]["edges"][0]["node"] == {"kind": "CARE_RETURNED", "amount": claim["account"]}
