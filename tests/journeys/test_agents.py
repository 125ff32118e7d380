"""Agents (代办人), whom applicants name for a draft: they see that filing and file it, and nothing else is theirs."""

import json
from typing import Any

from tests.journeys.test_filings import (
    APPLICANT,
    CLERK,
    MOVES,
    OTHER,
    ask_materials,
    draft,
    handed,
    move,
    of,
    own_document,
    refused,
)
from tests.resolvers.opened import ADD_PAYEE, OpenedWorld

AGENT, STRANGER = OTHER, "nearly-retired"
SEEN = """query S($id: ID!) { filing(id: $id) {
  id status nextActions statedName statedIdNumber statedBirthDate cardLastFour
  agent { id name idNumber phone birthDate account { balance } }
  applicant { id name idNumber phone birthDate specialGroup realNameVerifiedAt
    account { balance } enrolments { edges { node { id } } } claims { edges { node { id } } } }
  person { id name idNumber }
  materials { number name needed way materialId }
} }"""
TOLD = """{ events(types: [FILING_MOVED, FILING_ENTRUSTED, FILING_AGENT_REVOKED]) { edges { node {
  type actor { id } subject { id }
  ... on FilingMovedEvent { move } ... on FilingEntrustedEvent { matter filing { id } }
  ... on FilingAgentRevokedEvent { matter filing { id } } } } } }"""
PERSON = "query P($id: ID!) { person(id: $id) { id } }"
RECORDS = "{ accessRecords { edges { node { reader fields } } } }"
OF_AN_AGENT = ["委托人及代理人身份证件原件", "委托人授权委托书"]


async def entrust(opened: OpenedWorld, filing: str, agent: str = AGENT, **changes: Any) -> dict[str, Any]:
    """The answer to the applicant's naming an agent."""
    named = await own_document(opened, agent) | changes
    return await opened.mutate(MOVES["entrustFiling"], APPLICANT, filingId=filing, **named)


async def seen(opened: OpenedWorld, filing: str, persona: str) -> Any:
    return (await opened.data(SEEN, {"id": filing}, persona))["filing"]


async def told(opened: OpenedWorld, persona: str) -> list[Any]:
    return [edge["node"] for edge in (await opened.data(TOLD, persona=persona))["events"]["edges"]]


async def test_an_agent_files_what_the_guide_wants_of_agents_is_asked_for_and_nothing_else_is_seen(
    opened: OpenedWorld,
) -> None:
    answer = await draft(opened, APPLICANT, "RELATION_TRANSFER", {"relationTransfer": {"fromRegion": "440300"}})
    identifier = answer["filing"]["id"]
    assert answer["filing"]["nextActions"] == ["SUBMIT", "WITHDRAW", "ENTRUST"]
    assert await seen(opened, identifier, AGENT) is None
    assert await refused(opened, AGENT, "submitFiling", identifier) == "FilingNotFound"

    # Once it is entrusted the agent sees it, and of the applicant what it shows.
    await opened.change(f"UPDATE persons SET phone = '15400001234' WHERE id = {opened.person(APPLICANT)[4:]}")
    key = opened.new_key()
    entrusted = await entrust(opened, identifier, idempotencyKey=key)
    assert entrusted["__typename"] == "FilingMoved", entrusted
    assert entrusted["filing"]["nextActions"] == ["SUBMIT", "WITHDRAW", "REVOKE"]
    assert await entrust(opened, identifier, idempotencyKey=key) == entrusted
    found = await seen(opened, identifier, AGENT)
    assert found["nextActions"] == ["SUBMIT", "WITHDRAW", "REVOKE"]
    assert [one["name"] for one in found["materials"] if one["needed"]][1:] == OF_AN_AGENT
    own = await own_document(opened, APPLICANT)
    applicant = found["applicant"]
    assert applicant["name"] == own["name"][0] + "*" * (len(own["name"]) - 1)
    assert applicant["idNumber"] == own["idNumber"][:3] + "*" * 11 + own["idNumber"][-4:]
    hidden = ("phone", "birthDate", "specialGroup", "realNameVerifiedAt", "account")
    assert [applicant[name] for name in hidden] == [None] * len(hidden)
    assert [applicant[name]["edges"] for name in ("enrolments", "claims")] == [[], []]
    assert found["agent"]["account"]["balance"] is not None, "which is the agent's own"
    by_applicant = await seen(opened, identifier, APPLICANT)
    assert by_applicant["agent"]["name"].endswith("*")
    assert by_applicant["agent"]["account"] is None
    assert await seen(opened, identifier, STRANGER) is None
    whose = {"id": opened.person(APPLICANT)}
    assert await opened.data(PERSON, whose, AGENT) == {"person": None}

    # The agent hands in, what is missing is told to both, and the agent supplements with own files alone.
    by_other = await handed(opened, APPLICANT, [1])
    assert await refused(opened, AGENT, "submitFiling", identifier, materials=by_other) == "InputNotAcceptable"
    submitted = await move(opened, AGENT, "submit", identifier, materials=await handed(opened, AGENT, [1]))
    assert [one["way"] for one in submitted["materials"]] == ["HANDED_IN", None, None]
    again = await opened.mutate(MOVES["entrustFiling"], AGENT, filingId=identifier, **own)
    assert again["__typename"] == "FilingNotFound"
    assert (await entrust(opened, identifier))["__typename"] == "FilingInAnotherState"
    await move(opened, CLERK, "claim", identifier)
    noticed = (await ask_materials(opened, CLERK, identifier))["filing"]
    assert [one["name"] for one in noticed["materials"] if one["toldAt"]] == OF_AN_AGENT
    for persona in (AGENT, APPLICANT):
        assert (await seen(opened, identifier, persona))["nextActions"] == ["SUPPLEMENT", "WITHDRAW", "REVOKE"]
    short = await handed(opened, AGENT, [2])
    assert await refused(opened, AGENT, "supplementFiling", identifier, materials=short) == "FilingMaterialsMissing"
    supplied = await move(opened, AGENT, "supplement", identifier, materials=await handed(opened, AGENT, [2, 3]))
    assert supplied["status"] == "SUBMITTED"
    assert (await seen(opened, identifier, CLERK))["agent"]["id"] == opened.person(AGENT)
    await move(opened, CLERK, "decline", identifier, reason="表单与参保记录不符")

    # The rating stays the applicant's.
    assert (await seen(opened, identifier, AGENT))["nextActions"] == []
    assert await refused(opened, AGENT, "rateFiling", identifier, rating="SATISFIED") == "FilingNotFound"
    assert await refused(opened, APPLICANT, "revokeFilingAgent", identifier) == "FilingInAnotherState"
    await move(opened, APPLICANT, "rate", identifier, rating="SATISFIED")

    # What an agent did is told to both, and what others did in it to the applicant alone.
    first = next(one for one in await told(opened, AGENT) if one["type"] == "FILING_ENTRUSTED")
    assert (first["actor"], first["subject"]) == (None, {"id": opened.person(AGENT)}), "nobody's whom one does not find"
    assert (first["matter"], first["filing"]) == ("RELATION_TRANSFER", {"id": identifier})
    moves = [one["move"] for one in await told(opened, APPLICANT) if one["type"] == "FILING_MOVED"]
    assert moves == ["DRAFT", "ENTRUST", "SUBMIT", "CLAIM", "REQUEST_MATERIALS", "SUPPLEMENT", "DECLINE", "RATE"]
    assert [one["move"] for one in await told(opened, AGENT) if one["type"] == "FILING_MOVED"] == [
        "SUBMIT",
        "SUPPLEMENT",
    ]

    # That an agent read about the applicant is on record, as of anybody else.
    await opened.service.world.seal_trail()
    records = (await opened.data(RECORDS, persona=APPLICANT))["accessRecords"]["edges"]
    read = [json.dumps(edge["node"]["fields"]) for edge in records if edge["node"]["reader"] != CLERK]
    assert any("Person.idNumber" in fields for fields in read)
    await _revoked(opened)


async def _revoked(opened: OpenedWorld) -> None:
    """By the applicant or the agent, who finds nothing of it from then on; then another may be named."""
    verified = "UPDATE persons SET real_name_verified_at = 1700000000 WHERE id = "
    await opened.change(verified + opened.person(APPLICANT)[4:])
    answer = await draft(opened, APPLICANT, "PERSON_ENQUIRY", of(opened, APPLICANT))
    identifier = answer["filing"]["id"]
    assert await refused(opened, APPLICANT, "revokeFilingAgent", identifier) == "FilingNotEntrusted"
    for agent, by in ((AGENT, APPLICANT), (STRANGER, STRANGER), (AGENT, AGENT)):
        named = await entrust(opened, identifier, agent)
        assert named["__typename"] == "FilingMoved", named
        # An enquiry asks an agent for documents alone, and is answered once they are there.
        needed = [one["name"] for one in named["filing"]["materials"] if one["needed"] and not one["way"]]
        assert needed == OF_AN_AGENT[:1]
        assert await refused(opened, agent, "submitFiling", identifier) == "FilingMaterialsMissing"
        assert (await entrust(opened, identifier, STRANGER))["__typename"] == "FilingEntrustedAlready"
        revoked = await opened.mutate(MOVES["revokeFilingAgent"], by, filingId=identifier)
        assert revoked["__typename"] == "FilingMoved"
        assert await seen(opened, identifier, agent) is None
        assert (await told(opened, agent))[-1]["type"] == "FILING_AGENT_REVOKED"
    await entrust(opened, identifier)
    number = (await seen(opened, identifier, AGENT))["materials"][-1]["number"]
    done = await move(opened, AGENT, "submit", identifier, materials=await handed(opened, AGENT, [number]))
    assert (done["status"], done["nextActions"]) == ("COMPLETED", [])


async def test_whom_one_means_is_not_found_by_trying_whichever_mutation_is_tried(on_sqlite: OpenedWorld) -> None:
    opened = on_sqlite
    answer = await draft(opened, APPLICANT, "PERSON_ENQUIRY", of(opened, APPLICANT))
    identifier = answer["filing"]["id"]
    known = await own_document(opened, AGENT)
    nobody = {"idType": "FOREIGN_PASSPORT", "idNumber": "E0000001"}
    told = [await entrust(opened, identifier, name="某某"), await entrust(opened, identifier, **nobody)]
    [payee] = [await opened.mutate(ADD_PAYEE, APPLICANT, **known | {"name": "某某"})]
    assert [one["__typename"] for one in (*told, payee)] == ["IdentityMismatch"] * 3
    assert [(one["zh"], one["path"]) for one in told] == [(payee["zh"], payee["path"])] * 2
    # Of a filing that is not one's own nothing is told, nor counted; nor does the work tell whether there is one.
    others = (await draft(opened, AGENT, "PERSON_ENQUIRY", of(opened, AGENT)))["filing"]["id"]
    spent = []
    for filing in (others, "fil_840000000000000001"):
        for changes in (known | {"name": "某某"}, known | nobody, known) * 2:
            before = opened.service.world.database.statements
            elsewhere = await opened.mutate(MOVES["entrustFiling"], APPLICANT, filingId=filing, **changes)
            spent.append(opened.service.world.database.statements - before)
            assert elsewhere["__typename"] == "FilingNotFound"
    assert len(set(spent)) == 1, spent
    for _ in range(7):
        await entrust(opened, identifier, name="某某")
    for changes in ({}, {"name": "某某"}, nobody):
        assert (await entrust(opened, identifier, **changes))["__typename"] == "TooManyAttempts"
    assert (await opened.mutate(ADD_PAYEE, APPLICANT, **known))["__typename"] == "TooManyAttempts"
    opened.machine.forward(days=1)
    dead = opened.document("mother-deceased")
    answer = await opened.mutate(MOVES["entrustFiling"], APPLICANT, filingId=identifier, **dead)
    assert (answer["__typename"], answer["path"]) == ("PersonDeceased", ["idNumber"])
    for persona in (CLERK, "officer-employer"):
        answer = await opened.mutate(MOVES["entrustFiling"], persona, filingId=identifier, **known)
        assert answer["__typename"] == "NotSignedIn"
    assert (await entrust(opened, identifier))["__typename"] == "FilingMoved"
