"""Assistance, grades and missed years through the API, on both engines; the books are audited at the end."""

from __future__ import annotations

from typing import Any

from tests.resolvers.opened import FINISH, SUBMIT, OpenedWorld, mutation_telling, telling

CONTRIBUTION = "id status channel amount assistance grade repairYears repairAmount waitingUntil receipt { kind }"
SUBMIT_FULLY = mutation_telling(
    "submitResidentContribution", f"... on ResidentContributionSubmitted {{ contribution {{ {CONTRIBUTION} }} }}"
)
PAY_FULLY = mutation_telling(
    "payResidentContribution",
    f"... on ResidentContributionPaid {{ contribution {{ {CONTRIBUTION} }} account {{ balance }} }}",
)
QUOTE = (
    "query Q($person: ID!, $grade: Int!, $repair: Int!) {"
    " contributionQuote(personId: $person, coverageYear: 2025, grade: $grade, repairYears: $repair) { "
    + telling(
        "ContributionQuoteResult",
        "... on ContributionQuote { amount assistance grade waits: waitingUntil coverageFrom"
        " facts { role fact { name } }"
        " repair { missedYears repairableYears repairedYears amount wholeAmount unrepairedUntil repairedUntil } }",
    )
    + " } }"
)
BALANCE = "query B($person: ID!) { person(id: $person) { account { balance entries { totalCount } } } }"


async def quoted(world: OpenedWorld, persona: str, person: str, *, grade: int = 1, repair: int = 0) -> dict[str, Any]:
    data = await world.data(QUOTE, {"person": person, "grade": grade, "repair": repair}, persona)
    quote: dict[str, Any] = data["contributionQuote"]
    assert quote["__typename"] == "ContributionQuote", quote
    return quote


async def test_an_assisted_mother_pays_what_assistance_leaves(opened: OpenedWorld) -> None:
    mother = await opened.bound("mother-assisted")
    quote = await quoted(opened, "mother-assisted", mother)
    assert (quote["amount"], quote["assistance"]) == ("100.00", "300.00")
    assert {one["fact"]["name"] for one in quote["facts"] if one["role"] == "assistance"} >= {
        "contribution_assistance.granted_at_payment",
        "contribution_assistance.part_borne",
    }
    given = {"personId": mother, "coverageYear": 2025, "kind": "SPECIAL", "expectedAmount": "100.00"}
    submitted = (await opened.mutate(SUBMIT_FULLY, "mother-assisted", **given))["contribution"]
    assert (submitted["status"], submitted["amount"], submitted["assistance"]) == ("SUBMITTED", "100.00", "300.00")
    paid = await opened.mutate(PAY_FULLY, "mother-assisted", contributionId=submitted["id"])
    assert (paid["contribution"]["amount"], paid["contribution"]["assistance"]) == ("100.00", "300.00")
    assert paid["account"]["balance"] == "2580.00"


async def test_what_assistance_bears_whole_is_paid_by_being_submitted(opened: OpenedWorld) -> None:
    payer = "mother-borne-whole"
    mother = await opened.bound(payer)
    quote = await quoted(opened, payer, mother)
    assert (quote["amount"], quote["assistance"]) == ("0.00", "400.00")
    given = {"personId": mother, "coverageYear": 2025, "kind": "SPECIAL"}
    key = opened.new_key()
    answer = await opened.mutate(SUBMIT_FULLY, payer, idempotencyKey=key, **given)
    contribution = answer["contribution"]
    assert contribution["receipt"] == {"kind": "PAYMENT_SLIP"}
    assert (contribution["status"], contribution["channel"]) == ("PAID", "FISCAL")
    assert (contribution["amount"], contribution["assistance"]) == ("0.00", "400.00")
    account = (await opened.data(BALANCE, {"person": opened.person(payer)}, payer))["person"]["account"]
    assert account["balance"] == "2680.00"
    number = contribution["id"].removeprefix("con_")
    told = await opened.rows("SELECT type, payload FROM events ORDER BY position")
    about = [kind for kind, payload in told if number in str(payload)]
    assert about == ["RESIDENT_CONTRIBUTION_SUBMITTED", "RESIDENT_CONTRIBUTION_PAID"]
    assert await opened.mutate(SUBMIT_FULLY, payer, idempotencyKey=key, **given) == answer
    assert (await opened.mutate(SUBMIT, payer, **given))["__typename"] == "AlreadyPaid"
    finished = await opened.mutate(FINISH, payer, contributionId=contribution["id"])
    assert finished["__typename"] == "ResidentContributionFinished"


async def test_who_has_no_account_settles_what_assistance_bears_whole(opened: OpenedWorld) -> None:
    """Nothing is due, so no account is asked for; a second payer finds it settled."""
    payer = "mother-borne-whole"
    await opened.close_account(opened.guide[payer].person_id)
    given = {"personId": await opened.bound(payer), "coverageYear": 2025, "kind": "SPECIAL"}
    assert (await opened.mutate(SUBMIT_FULLY, payer, **given))["contribution"]["status"] == "PAID"
    await opened.bound("mother-assisted", payer)
    assert (await opened.mutate(SUBMIT, "mother-assisted", **given))["__typename"] == "PaidByAnother"


async def test_the_second_grade_is_quoted_submitted_and_paid(opened: OpenedWorld) -> None:
    mother = await opened.bound("two-grades")
    assert (await quoted(opened, "two-grades", mother))["amount"] == "400.00"
    second = await quoted(opened, "two-grades", mother, grade=2)
    assert (second["grade"], second["amount"]) == (2, "600.00")
    given = {"personId": mother, "coverageYear": 2025}
    first = (await opened.mutate(SUBMIT_FULLY, "two-grades", **given))["contribution"]
    other = (await opened.mutate(SUBMIT_FULLY, "two-grades", **given, grade=2))["contribution"]
    assert first["id"] != other["id"]
    assert (first["grade"], other["grade"]) == (1, 2)
    paid = await opened.mutate(PAY_FULLY, "two-grades", contributionId=other["id"])
    assert (paid["contribution"]["amount"], paid["contribution"]["grade"]) == ("600.00", 2)
    assert paid["account"]["balance"] == "2080.00"


async def test_missed_years_that_are_paid_for_shorten_the_wait(opened: OpenedWorld) -> None:
    mother = await opened.bound("repairable-gap")
    plain = await quoted(opened, "repairable-gap", mother)
    assert (plain["amount"], plain["waits"], plain["coverageFrom"]) == ("400.00", "2025-05-17", "2025-05-18")
    assert plain["repair"] == {
        "missedYears": 2,
        "repairableYears": 2,
        "repairedYears": 0,
        "amount": "0.00",
        "wholeAmount": "730.00",
        "unrepairedUntil": "2025-05-17",
        "repairedUntil": "2025-03-16",
    }
    latest = await quoted(opened, "repairable-gap", mother, repair=1)
    assert (latest["amount"], latest["repair"]["amount"], latest["waits"]) == ("780.00", "380.00", "2025-04-16")
    given = {"personId": mother, "coverageYear": 2025, "repairYears": 2, "expectedAmount": "1130.00"}
    submitted = (await opened.mutate(SUBMIT_FULLY, "repairable-gap", **given))["contribution"]
    paid = await opened.mutate(PAY_FULLY, "repairable-gap", contributionId=submitted["id"])
    contribution = paid["contribution"]
    assert (contribution["repairYears"], contribution["repairAmount"]) == (2, "730.00")
    assert (contribution["amount"], contribution["waitingUntil"]) == ("1130.00", "2025-03-16")
    assert paid["account"]["balance"] == "1550.00"


CONTINUITY = (
    "query C($person: ID!, $year: Int!) { insuranceContinuity(personId: $person, coverageYear: $year) { "
    + telling(
        "InsuranceContinuityResult",
        "... on InsuranceContinuity { person { id } consecutiveYears continuitySteps zeroClaimSteps increase cap"
        " raisedCap facts { role fact { name } } }",
    )
    + " } }"
)


async def test_a_year_that_is_paid_for_adds_to_the_years_in_a_row(opened: OpenedWorld) -> None:
    payer = "synthetic-employee"

    async def told(person: str, year: int) -> dict[str, Any]:
        data = await opened.data(CONTINUITY, {"person": person, "year": year}, payer)
        answer: dict[str, Any] = data["insuranceContinuity"]
        return answer

    assert (await told(opened.relative(payer), 2025))["__typename"] == "NotOfYourFamily"
    mother = await opened.bound(payer)
    before, now = await told(mother, 2024), await told(mother, 2025)
    assert (before["consecutiveYears"], before["increase"], before["raisedCap"]) == (3, "2000.00", "302000.00")
    assert (now["consecutiveYears"], now["zeroClaimSteps"], now["cap"]) == (0, 0, "300000.00")
    await opened.paid(payer, mother)
    paid = await told(mother, 2025)
    assert (paid["consecutiveYears"], paid["continuitySteps"], paid["raisedCap"]) == (4, 2, "304000.00")
    assert {"role": "step", "fact": {"name": "continuity_reward.step"}} in paid["facts"]
    nobody = await opened.data(CONTINUITY, {"person": mother, "year": 2025})
    assert nobody["insuranceContinuity"]["__typename"] == "NotSignedIn"
