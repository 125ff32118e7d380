"""A partner's app sees what it was granted of those who let it, and nothing once they no longer do."""

import asyncio
import json
from typing import Any

from domain.vocabulary import Role
from tests.resolvers.opened import CONSENT, PAY, REVERSE, SETTLE, WITHDRAW_CONSENT, OpenedWorld

APP = 71
GUIZHOU = "520000"
ALL = ("ENROLMENTS", "CONTRIBUTIONS", "ACCOUNT")
SEEN = """
{ persons { totalCount edges { node { id name idNumber phone birthDate sex realNameVerifiedAt specialGroup
    account { balance entries { totalCount } } enrolments { totalCount } residentContributions { totalCount }
    familyBindings { totalCount } consents { totalCount } } } }
  events { totalCount edges { node { __typename id } } }
  consents { edges { node { id clientId dataType givenAt endedAt person { id } } } } }
"""
FOLLOW = "subscription F($after: Cursor) { events(after: $after, first: 1) { __typename id region } }"


async def partner(world: OpenedWorld, *types: str) -> None:
    await world.enter("partner", Role.PARTNER, APP, *((of, GUIZHOU) for of in types or ALL))


async def seen(world: OpenedWorld) -> Any:
    return await world.data(SEEN, persona="partner")


async def test_an_app_sees_the_type_of_data_that_a_person_lets_it_see_until_that_is_withdrawn(
    opened: OpenedWorld,
) -> None:
    await partner(opened)
    nobody = await seen(opened)
    assert nobody["persons"]["totalCount"] == nobody["events"]["totalCount"] == 0
    given = await opened.mutate(CONSENT, "employee", clientId=f"cli_{APP}", dataType="ACCOUNT")
    consent = given["consent"]
    assert consent == {
        "id": consent["id"],
        "clientId": f"cli_{APP}",
        "dataType": "ACCOUNT",
        "givenAt": "2024-12-16T09:00:00+08:00",
        "endedAt": None,
        "person": {"id": opened.person("employee")},
    }
    [found] = [edge["node"] for edge in (await seen(opened))["persons"]["edges"]]
    assert found["id"] == opened.person("employee")
    assert set(found["name"][1:]) == {"*"}
    assert "*" * 11 in found["idNumber"]
    assert found["phone"] is None or "****" in found["phone"]
    for unknown in ("birthDate", "realNameVerifiedAt", "specialGroup"):
        assert found[unknown] is None
    assert found["account"]["entries"]["totalCount"] > 0
    assert found["consents"]["totalCount"] == 1
    for other in ("enrolments", "residentContributions", "familyBindings"):
        assert found[other]["totalCount"] == 0
    await opened.consents("employee", APP, "ENROLMENTS")
    [found] = [edge["node"] for edge in (await seen(opened))["persons"]["edges"]]
    assert found["enrolments"]["totalCount"] > 0
    for one in (await seen(opened))["consents"]["edges"]:
        ended = await opened.mutate(WITHDRAW_CONSENT, "employee", consentId=one["node"]["id"])
        assert ended["__typename"] == "ConsentWithdrawn", ended
    after = await seen(opened)
    assert {**after, "consents": None} == {**nobody, "consents": None}
    # What is left is that the consents were, and that they have ended; not whose they were.
    left = [edge["node"] for edge in after["consents"]["edges"]]
    assert [(one["dataType"], one["endedAt"] is None, one["person"]) for one in left] == [
        ("ACCOUNT", False, None),
        ("ENROLMENTS", False, None),
    ]


async def test_a_grant_that_is_taken_back_shows_nothing_and_the_consent_stays(opened: OpenedWorld) -> None:
    await partner(opened)
    await opened.consents("employee", APP, "ACCOUNT")
    assert (await seen(opened))["persons"]["totalCount"] == 1
    await opened.change("DELETE FROM client_grants WHERE data_type = 'ACCOUNT'")
    assert (await seen(opened))["persons"]["totalCount"] == 0
    mine = await opened.data("{ viewer { person { consents { edges { node { endedAt } } } } } }", persona="employee")
    assert mine["viewer"]["person"]["consents"]["edges"] == [{"node": {"endedAt": None}}]


async def test_a_contribution_is_seen_where_payer_and_insured_have_both_consented(opened: OpenedWorld) -> None:
    await partner(opened)
    mother = await opened.bound("employee")
    opened.let_ask("mother", mother)
    contribution = await opened.paid("employee", mother)
    asked = f'{{ node(id: "{contribution}") {{ id ... on ResidentContribution {{ payer {{ name }} }} }} }}'
    await opened.consents("mother", APP, "CONTRIBUTIONS")
    assert (await opened.data(asked, persona="partner"))["node"] is None
    await opened.consents("employee", APP, "CONTRIBUTIONS")
    found = (await opened.data(asked, persona="partner"))["node"]
    assert found["id"] == contribution
    assert set(found["payer"]["name"][1:]) == {"*"}


async def test_an_app_follows_the_events_of_those_who_let_it_and_no_others(opened: OpenedWorld) -> None:
    await partner(opened, "CONTRIBUTIONS")
    mother = await opened.bound("employee")
    opened.let_ask("mother", mother)
    contribution = await opened.submitted("employee", mother)
    unseen = await opened.submitted("employee-2")
    consent = await opened.consents("mother", APP, "CONTRIBUTIONS")
    stream = await opened.stream(FOLLOW, persona="partner")
    following = asyncio.ensure_future(anext(aiter(stream)))
    await asyncio.sleep(0)
    for persona, one in (("employee-2", unseen), ("employee", contribution)):
        paid = await opened.mutate(PAY, persona, contributionId=one)
        assert paid["__typename"] == "ResidentContributionPaid", paid
    told = json.loads((await asyncio.wait_for(following, 20)).body)["data"]["events"]
    assert told["__typename"] == "ResidentContributionPaidEvent"
    log = await seen(opened)
    assert [edge["node"]["__typename"] for edge in log["events"]["edges"]] == [
        "ResidentContributionSubmittedEvent",
        "ResidentContributionPaidEvent",
    ]
    await opened.mutate(WITHDRAW_CONSENT, "mother", consentId=consent)
    assert (await seen(opened))["events"]["totalCount"] == 0


async def test_an_app_sees_the_claims_of_who_lets_it_and_is_told_of_them_until_that_ends(opened: OpenedWorld) -> None:
    mother = await opened.bound("synthetic-employee")
    opened.let_ask("mother", mother)
    form = {"care": "OUTPATIENT", "admittedOn": "2024-12-02", "costs": [{"item": "S0001", "amount": "120.00"}]}
    form |= opened.document("synthetic-employee")
    claims = [
        (await opened.mutate(SETTLE, "hospital-synthetic", **form, invoice=invoice))["claim"]["id"]
        for invoice in ("P-1", "P-2")
    ]
    await opened.mutate(REVERSE, "hospital-synthetic", claimId=claims[1])
    asked = """query C($id: ID!) {
      node(id: $id) { id } claim(id: $id) { cost costs { amount } entries { payer } person { id } }
      claims { totalCount } claimTrace(claimId: $id) { steps { rule } } events { edges { node { __typename } } }
    }"""
    nothing: dict[str, Any] = {
        "node": None,
        "claim": None,
        "claims": {"totalCount": 0},
        "claimTrace": None,
        "events": {"edges": []},
    }
    await opened.enter("partner", Role.PARTNER, APP, ("ENROLMENTS", "840000"), ("CLAIMS", GUIZHOU))
    consent = await opened.consents("mother", APP, "CLAIMS")
    assert await opened.data(asked, {"id": claims[0]}, "partner") == nothing, "granted in another province"
    await opened.enter("partner", Role.PARTNER, APP, ("CLAIMS", "840000"))
    seen = await opened.data(asked, {"id": claims[0]}, "partner")
    assert seen["node"] == {"id": claims[0]}
    assert seen["claims"] == {"totalCount": 2}
    assert (seen["claim"]["cost"], seen["claim"]["person"]) == ("120.00", {"id": mother})
    assert seen["claim"]["costs"] == [{"amount": "120.00"}]
    assert {"payer": "INSTITUTION"} in seen["claim"]["entries"]
    assert seen["claimTrace"] is None
    told = [edge["node"]["__typename"] for edge in seen["events"]["edges"]]
    assert told == ["ClaimSettledEvent", "ClaimSettledEvent", "ClaimReversedEvent"]
    await opened.mutate(WITHDRAW_CONSENT, "mother", consentId=consent)
    assert await opened.data(asked, {"id": claims[0]}, "partner") == nothing


async def test_an_app_consents_to_nothing_and_nobody_withdraws_what_another_gave(opened: OpenedWorld) -> None:
    await partner(opened)
    consent = await opened.consents("employee", APP, "ACCOUNT")
    for persona in ("partner", "clerk-xixiu", "operator", None):
        for document, given in (
            (CONSENT, {"clientId": f"cli_{APP}", "dataType": "ACCOUNT"}),
            (WITHDRAW_CONSENT, {"consentId": consent}),
        ):
            assert (await opened.mutate(document, persona, **given))["__typename"] == "NotSignedIn"
    for other in (consent, "cst_529999999999999999", "per_1", ""):
        refused = await opened.mutate(WITHDRAW_CONSENT, "employee-2", consentId=other)
        assert refused["__typename"] == "ConsentNotFound"
    assert (await seen(opened))["persons"]["totalCount"] == 1
