"""Each persona is in the situation that its description claims: driven from binding to the receipt."""

from dataclasses import dataclass

import pytest

from domain.vocabulary import Role
from tests.resolvers.opened import BIND, FINISH, PAY, SUBMIT, OpenedWorld

HISTORY = """
query History($person: ID!) {
  person(id: $person) {
    account { balance status }
    residentContributions(orderBy: [COVERAGE_YEAR_ASC]) { edges { node { coverageYear status amount receipt { id } } } }
  }
}
"""
PAID = "ResidentContributionPaid"


@dataclass(frozen=True, slots=True)
class Situation:
    """The type that each step answers with, None for one that is not reached. `amount` and `waits` are the quote's."""

    binds: str
    quotes: str
    submits: str
    pays: str | None = None
    amount: str | None = None
    waits: int = 0


PAYS = Situation("FamilyMemberBound", "ContributionQuote", "ResidentContributionSubmitted", PAID, "400.00")
NOT_BOUND = "NotThePayer"

SITUATIONS = {
    "employee": PAYS,
    "suining-employee": PAYS,
    "synthetic-employee": PAYS,
    "newborn-parent": PAYS,
    "retired-payer": PAYS,
    "late-payer": PAYS,
    "poor-employee": Situation(
        "FamilyMemberBound", "ContributionQuote", "ResidentContributionSubmitted", "BalanceTooLow", "400.00"
    ),
    "frozen-employee": Situation(
        "FamilyMemberBound", "ContributionQuote", "ResidentContributionSubmitted", "AccountFrozen", "400.00"
    ),
    "mother-gap": Situation(
        "FamilyMemberBound", "ContributionQuote", "ResidentContributionSubmitted", PAID, "400.00", 90
    ),
    "already-bound": Situation("AlreadyBound", "ContributionQuote", "ResidentContributionSubmitted", PAID, "400.00"),
    "already-paid": Situation("AlreadyBound", "AlreadyPaid", "AlreadyPaid"),
    "mianyang-employee": Situation("FamilyMemberBound", "PolicyNotStated", "PolicyNotStated"),
    "xuancheng-parent": PAYS,
    "chuzhou-resident": Situation("FamilyMemberBound", "ContributionQuote", "NoPersonalAccount", None, "400.00"),
    "mother-already-paid": Situation("FamilyMemberBound", "PaidByAnother", "PaidByAnother"),
    "sibling-paid": Situation("FamilyMemberBound", "PaidByAnother", "PaidByAnother"),
    "mother-not-enrolled": Situation("FamilyMemberBound", "NotEnrolled", "NotEnrolled"),
    "mother-just-registered": PAYS,
    "moved-worker": PAYS,
    "mother-employed-elsewhere": Situation("FamilyMemberBound", "EnrolledElsewhere", "EnrolledElsewhere"),
    "mother-special-group": Situation(
        "FamilyMemberBound", "ContributionQuote", "SpecialPaymentRequired", None, "400.00"
    ),
    "two-grades": PAYS,
    "repairable-gap": Situation(
        "FamilyMemberBound", "ContributionQuote", "ResidentContributionSubmitted", PAID, "400.00", 152
    ),
    "mother-assisted": Situation("FamilyMemberBound", "ContributionQuote", "SpecialPaymentRequired", None, "100.00"),
    "mother-borne-whole": Situation("FamilyMemberBound", "ContributionQuote", "SpecialPaymentRequired", None, "0.00"),
    "xuancheng-freshman": Situation("FamilyMemberBound", "EnrolledElsewhere", "EnrolledElsewhere"),
    # Until she moves, he may pay for her where she is enrolled: accounts pay throughout the province there.
    "freshman-father": PAYS,
    "xuancheng-freshman-outside": Situation(
        "FamilyMemberBound", "ContributionQuote", "NoPersonalAccount", None, "400.00"
    ),
    "chuzhou-newcomer": Situation("PersonNotFound", NOT_BOUND, NOT_BOUND),
    "no-account": Situation("FamilyMemberBound", "ContributionQuote", "NoPersonalAccount", None, "400.00"),
    "rare-name": Situation("IdentityMismatch", NOT_BOUND, NOT_BOUND),
    "uncle": Situation("RelationNotCovered", NOT_BOUND, NOT_BOUND),
    "mother-deceased": Situation("PersonDeceased", NOT_BOUND, NOT_BOUND),
    **{f"employee-{number}": PAYS for number in range(2, 21)},
}
ALONE = {
    "flexible-worker", "nearly-retired", "retired-inpatient", "employee-inpatient", "resident-inpatient",
    "waiting-patient", "chronic-patient", "treated-twice", "paid-late-patient", "filer",
}  # fmt: skip
"""Whose situation is about nobody but themselves."""
BALANCES = {
    "employee": "2680.00",
    "poor-employee": "149.20",
    "frozen-employee": "2680.00",
    "retired-payer": "1980.00",
    "no-account": None,
    "chuzhou-resident": None,
}

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_no_persona_is_without_a_situation(shared: OpenedWorld) -> None:
    citizens = {name for name, persona in shared.guide.items() if persona.role is Role.CITIZEN}
    assert citizens == {*SITUATIONS, *ALONE}


@pytest.mark.parametrize("name", BALANCES)
async def test_the_account_is_as_described(name: str, shared: OpenedWorld) -> None:
    found = (await shared.data(HISTORY, {"person": shared.person(name)}, name))["person"]["account"]
    assert (found and found["balance"]) == BALANCES[name]
    if found is not None:
        assert found["status"] == ("FROZEN" if name == "frozen-employee" else "OPEN")


@pytest.mark.parametrize("name", SITUATIONS)
async def test_the_situation_is_as_described(name: str, shared: OpenedWorld) -> None:
    situation = SITUATIONS[name]
    bound = await shared.mutate(BIND, name, **shared.member(name))
    assert bound["__typename"] == situation.binds
    member = shared.relative(name)
    quote = await shared.quote(name, member)
    assert quote["__typename"] == situation.quotes
    if situation.amount is not None:
        assert (quote["amount"], quote["waitingDays"]) == (situation.amount, situation.waits)
    submitted = await shared.mutate(SUBMIT, name, personId=member, coverageYear=2025)
    assert submitted["__typename"] == situation.submits
    if situation.pays is None:
        return
    contribution = submitted["contribution"]["id"]
    paid = await shared.mutate(PAY, name, contributionId=contribution)
    assert paid["__typename"] == situation.pays
    finished = await shared.mutate(FINISH, name, contributionId=contribution)
    assert finished["__typename"] == ("ResidentContributionFinished" if situation.pays == PAID else "NotYetPaid")


async def test_the_mother_of_late_payer_missed_a_year_and_paid_late(shared: OpenedWorld) -> None:
    found = await shared.data(HISTORY, {"person": shared.relative("late-payer")}, "operator")
    years = {
        edge["node"]["coverageYear"]: edge["node"]["amount"]
        for edge in found["person"]["residentContributions"]["edges"]
    }
    assert 2023 not in years
    assert years[2024] == "1020.00"


async def test_the_resident_of_chuzhou_finished_one_year_and_not_the_other(shared: OpenedWorld) -> None:
    found = await shared.data(HISTORY, {"person": shared.person("chuzhou-resident")}, "chuzhou-resident")
    paid = [edge["node"] for edge in found["person"]["residentContributions"]["edges"]]
    assert [(one["coverageYear"], one["status"], one["receipt"] is None) for one in paid] == [
        (2023, "FINISHED", False),
        (2024, "PAID", True),
    ]


async def test_the_daughter_in_xuancheng_was_paid_for_at_380_yuan(shared: OpenedWorld) -> None:
    found = await shared.data(HISTORY, {"person": shared.relative("xuancheng-parent")}, "operator")
    paid = [edge["node"] for edge in found["person"]["residentContributions"]["edges"]]
    assert [one["amount"] for one in paid if one["coverageYear"] == 2024] == ["380.00"]


async def test_values_are_shown_as_people_read_them(shared: OpenedWorld) -> None:
    asked = """query($name: String!, $year: Int) { policyFact(name: $name, region: "520402", benefitYear: $year) {
        ... on PolicyFact { zh: display en: display(language: EN) remark } } }"""
    window = (await shared.data(asked, {"name": "collection_window.window", "year": 2025}))["policyFact"]
    assert (window["zh"], window["en"]) == ("2024-09-23至2025-02-28", "2024-09-23 to 2025-02-28")
    assert window["remark"].startswith("The late price holds")
    groups = (await shared.data(asked, {"name": "special_payment.groups"}))["policyFact"]
    assert groups == {"zh": "无", "en": "none", "remark": None}


async def test_contributions_are_found_by_their_channel(shared: OpenedWorld) -> None:
    asked = """query($channel: PaymentChannel!) {
        residentContributions(first: 5, where: { channel: { eq: $channel } }) { edges { node { channel } } } }"""
    for channel in ("PERSONAL_ACCOUNT", "TAX_SYSTEM"):
        found = (await shared.data(asked, {"channel": channel}, "operator"))["residentContributions"]["edges"]
        assert [edge["node"]["channel"] for edge in found] == [channel] * 5


@pytest.mark.parametrize("name", ["clerk-xixiu", "clerk-anshun", "clerk-synthetic", "operator", "auditor"])
async def test_staff_sign_in_and_are_no_person(name: str, shared: OpenedWorld) -> None:
    found = (await shared.data("{ viewer { role name region person { id } } }", persona=name))["viewer"]
    region = shared.guide[name].region
    assert found == {
        "role": {"operator": "OPERATOR", "auditor": "AUDITOR"}.get(name, "CLERK"),
        "name": name,
        "region": region,
        "person": None,
    }
