"""Filings of service matters (业务办理), from the draft to their end, as applicant, clerk and clock."""

import json
from collections.abc import Sequence
from typing import Any

from domain.vocabulary import Id, RegionCode, Role, Viewer
from resolvers.service import Answer, GraphQLRequest
from tests.resolvers.opened import OpenedWorld, codes, mutation_telling, telling

APPLICANT, OTHER, CLERK, STRANGER = "synthetic-employee", "two-grades", "clerk-synthetic", "clerk-xixiu"
FIELDS = """
id matter status nextActions claimed inMyHands applicantKind workingDays acceptedOn dueOn remainingWorkingDays calendar
overdue overdueAt noticedAt suppliedAt reason endedAt effectId rating ratingComment ratedAt rectifyBy rectifiedAt
rectification action withdrawalReason cardLastFour fromRegion
materials { number name needed way media sha256 materialId toldAt } applicant { id } person { id } region { code }
"""
MOVES = {
    name: mutation_telling(name, f"... on FilingMoved {{ filing {{ {FIELDS} }} }}")
    for name in (
        "draftFiling",
        "submitFiling",
        "supplementFiling",
        "withdrawFiling",
        "entrustFiling",
        "revokeFilingAgent",
        "claimFiling",
        "returnFiling",
        "handOverFiling",
        "requestFilingMaterials",
        "acceptFiling",
        "declineFiling",
        "approveFiling",
        "denyFiling",
        "completeFiling",
        "disburseFiling",
        "rateFiling",
        "rectifyFiling",
    )
}
TOGETHER = mutation_telling(
    "moveFilings",
    "... on FilingsAnswered { results { "
    + telling("FilingLineResult", f"... on FilingMoved {{ filing {{ {FIELDS} }} }}")
    + " } }",
)
FIGURES = """query Figures($lastDay: Date!) {
  filingStatistics(region: "840102", firstDay: "2024-12-01", lastDay: $lastDay) {
    leastEnded
    matters {
      matter open openOverdue ended onTime late medianWorkingDays
      ratings { rated satisfied veryDissatisfied average }
    }
  }
}"""
UNRECTIFIED = """{
  events(types: [RECTIFICATION_OVERDUE]) {
    edges { node { timer actor { id } ... on RectificationOverdueEvent { matter status rectifyBy filing { id } } } }
  }
}"""
FILING = f"query F($id: ID!) {{ filing(id: $id) {{ {FIELDS} }} node(id: $id) {{ id }} }}"
REASON = {"reason": "表单与参保记录不符"}


async def draft(opened: OpenedWorld, persona: str, matter: str, form: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The answer to drafting."""
    return await opened.mutate(MOVES["draftFiling"], persona, matter=matter, form=form, **given)


async def handed(opened: OpenedWorld, persona: str, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Files of the persona's for materials of these numbers."""
    return [{"number": one, "materialId": await opened.upload(persona)} for one in numbers]


async def move(opened: OpenedWorld, persona: str, name: str, filing: str, **given: Any) -> dict[str, Any]:
    """The filing as it stands after a move that is made."""
    answer = await opened.mutate(MOVES[f"{name}Filing"], persona, filingId=filing, **given)
    assert answer["__typename"] == "FilingMoved", answer
    found: dict[str, Any] = answer["filing"]
    return found


async def ask_materials(opened: OpenedWorld, persona: str, filing: str, **given: Any) -> dict[str, Any]:
    return await opened.mutate(MOVES["requestFilingMaterials"], persona, filingId=filing, **given)


async def together(opened: OpenedWorld, persona: str, move: str, filings: list[str], **given: Any) -> dict[str, Any]:
    """The answer to one move of many filings."""
    return await opened.mutate(TOGETHER, persona, move=move, filingIds=filings, **given)


async def refused(opened: OpenedWorld, persona: str, name: str, filing: str, **given: Any) -> str:
    """The type of the refusal of a move."""
    answer = await opened.mutate(MOVES[name], persona, filingId=filing, **given)
    assert "zh" in answer, answer
    said: str = answer["__typename"]
    return said


async def filed(
    opened: OpenedWorld, persona: str, matter: str, form: dict[str, Any], numbers: Sequence[int] = ()
) -> str:
    """The id of a filing that is submitted, with these materials."""
    answer = await draft(opened, persona, matter, form, materials=await handed(opened, persona, numbers))
    assert answer["__typename"] == "FilingMoved", answer
    assert answer["filing"]["status"] == "DRAFT"
    filing: str = answer["filing"]["id"]
    await move(opened, persona, "submit", filing)
    return filing


async def own_document(opened: OpenedWorld, persona: str) -> dict[str, Any]:
    """How somebody who knows a persona describes them."""
    asked = await opened.data("{ viewer { person { name idType idNumber } } }", persona=persona)
    found: dict[str, Any] = asked["viewer"]["person"]
    return found


def of(opened: OpenedWorld, persona: str) -> dict[str, Any]:
    return {"person": {"personId": opened.person(persona)}}


async def test_a_filing_goes_from_the_draft_to_its_effect_and_the_clock_stands_while_it_is_supplemented(
    opened: OpenedWorld,
) -> None:
    form = {"relationTransfer": {"fromRegion": "440300"}}
    answer = await draft(opened, APPLICANT, "RELATION_TRANSFER", form)
    filing = answer["filing"]
    assert filing["nextActions"] == ["SUBMIT", "WITHDRAW", "ENTRUST"]
    identifier = filing["id"]
    assert (await opened.data(FILING, {"id": identifier}, CLERK))["filing"] is None
    assert (await move(opened, APPLICANT, "submit", identifier))["nextActions"] == ["WITHDRAW"]
    assert (await opened.data(FILING, {"id": identifier}, CLERK))["filing"]["nextActions"] == ["CLAIM"]

    assert await refused(opened, CLERK, "acceptFiling", identifier) == "FilingNotInHand"
    assert (await move(opened, CLERK, "claim", identifier))["inMyHands"]
    assert await refused(opened, CLERK, "claimFiling", identifier) == "FilingNotInHand"
    assert await refused(opened, CLERK, "acceptFiling", identifier) == "FilingMaterialsMissing"
    noticed = (await ask_materials(opened, CLERK, identifier))["filing"]
    assert noticed["status"] == "SUPPLEMENTING"
    assert [one["number"] for one in noticed["materials"] if one["toldAt"]] == [1]
    assert await refused(opened, APPLICANT, "supplementFiling", identifier, materials=[]) == "FilingMaterialsMissing"
    supplied = await move(opened, APPLICANT, "supplement", identifier, materials=await handed(opened, APPLICANT, [1]))
    assert supplied["status"] == "SUBMITTED"
    again = await ask_materials(opened, CLERK, identifier)
    assert again["__typename"] == "MaterialsRequestedAlready"

    accepted = await move(opened, CLERK, "accept", identifier)
    assert (accepted["acceptedOn"], accepted["dueOn"]) == ("2024-12-16", "2025-01-07")
    assert (accepted["workingDays"], accepted["remainingWorkingDays"]) == (15, 15)
    opened.machine.forward(days=1)
    seen = (await opened.data(FILING, {"id": identifier}, APPLICANT))["filing"]
    assert seen["remainingWorkingDays"] == 14
    assert (await move(opened, CLERK, "approve", identifier))["nextActions"] == ["RETURN", "HAND_OVER", "COMPLETE"]
    # Nothing can be carried from there: the effect is refused, and the filing stays where it stands.
    answer = await opened.mutate(MOVES["completeFiling"], CLERK, filingId=identifier)
    assert (answer["__typename"], answer["refused"]) == ("FilingNotCompleted", "NOTHING_TO_TRANSFER")
    assert (await opened.data(FILING, {"id": identifier}, CLERK))["filing"]["status"] == "APPROVED"
    # Nor are months settled at once before one is of age, and of nobody but oneself.
    answer = await draft(opened, APPLICANT, "LUMP_SUM_SETTLEMENT", lump_sum(opened, OTHER))
    assert answer["__typename"] == "PersonNotFound"
    identifier = await filed(opened, APPLICANT, "LUMP_SUM_SETTLEMENT", lump_sum(opened, APPLICANT), [1])
    for name in ("claim", "accept", "approve"):
        await move(opened, CLERK, name, identifier)
    answer = await opened.mutate(MOVES["completeFiling"], CLERK, filingId=identifier)
    assert (answer["__typename"], answer["refused"]) == ("FilingNotCompleted", "NOT_OF_AGE")
    assert (await opened.data(FILING, {"id": identifier}, CLERK))["filing"]["status"] == "APPROVED"


def lump_sum(opened: OpenedWorld, persona: str) -> dict[str, Any]:
    return {"lumpSum": {"personId": opened.person(persona)}}


async def test_an_ended_filing_is_rated_once_and_a_low_rating_is_put_right_by_a_clerk_of_the_region(
    opened: OpenedWorld,
) -> None:
    good, bad = await certificate(opened, APPLICANT), await certificate(opened, OTHER)
    rating = {"rating": "SATISFIED"}
    assert await refused(opened, APPLICANT, "rateFiling", good, **rating) == "FilingInAnotherState"
    await _claimed_together(opened, good, bad)
    for filing in (good, bad):
        await move(opened, CLERK, "decline", filing, **REASON)
    assert await refused(opened, OTHER, "rateFiling", good, **rating) == "FilingNotFound"
    for comment in ("", " ", "好" * 201, "请致电 13800001234"):
        assert await refused(opened, APPLICANT, "rateFiling", good, **rating, comment=comment) == "InputNotAcceptable"
    rated = await move(opened, APPLICANT, "rate", good, **rating, comment=" 快 ")
    assert (rated["status"], rated["nextActions"], rated["rating"]) == ("DECLINED", [], "SATISFIED")
    assert (rated["ratingComment"], rated["ratedAt"], rated["rectifyBy"]) == ("快", rated["endedAt"], None)
    assert await refused(opened, APPLICANT, "rateFiling", good, rating="DISSATISFIED") == "FilingRatedAlready"
    done = {"text": "已致歉并增设窗口"}
    assert await refused(opened, CLERK, "rectifyFiling", good, **done) == "NothingToRectify"

    opened.machine.forward(days=1)
    rated = await move(opened, OTHER, "rate", bad, rating="VERY_DISSATISFIED")
    # New Year's day is none of the 15.
    assert (rated["rectifyBy"], rated["ratingComment"], rated["rectifiedAt"]) == ("2025-01-08", None, None)
    assert rated["endedAt"] < rated["ratedAt"]
    # What is not put right by then is told once.
    for days, times in ((22, 0), (1, 1), (1, 1)):
        opened.machine.forward(days=days)
        await opened.service.world.fire_due()
        edges = (await opened.data(UNRECTIFIED, persona=OTHER))["events"]["edges"]
        assert len(edges) == times
    late = {"timer": "RECTIFICATION_OVERDUE", "actor": None, "matter": "ELECTRONIC_CERTIFICATE", "status": "DECLINED"}
    assert edges[0]["node"] == {**late, "rectifyBy": "2025-01-08", "filing": {"id": bad}}
    await second_clerk(opened, "840000")
    assert (await opened.data(FILING, {"id": bad}, "clerk-second"))["filing"]["nextActions"] == ["RECTIFY"]
    assert await refused(opened, STRANGER, "rectifyFiling", bad, **done) == "FilingNotFound"
    assert await refused(opened, "clerk-second", "rectifyFiling", bad, text="已办") == "InputNotAcceptable"
    righted = await move(opened, "clerk-second", "rectify", bad, **done)
    assert (righted["rectification"], righted["nextActions"]) == (done["text"], [])
    assert righted["rectifiedAt"] >= rated["ratedAt"]
    assert await refused(opened, CLERK, "rectifyFiling", bad, **done) == "NothingToRectify"
    told = await opened.rows("SELECT count(*) FROM events WHERE type = 'FILING_MOVED'")
    assert told == [(4 + 4 + 2 + 1,)]
    await _told_in_figures(opened, bad)


async def _claimed_together(opened: OpenedWorld, one: str, other: str) -> None:
    """Each line of a list is answered by itself, and the key stands for the whole list."""
    listed: dict[str, Any] = {"filings": [one, "fil_1", other, one], "idempotencyKey": opened.new_key()}
    answer = await together(opened, CLERK, "CLAIM", **listed)
    said = ["FilingMoved", "FilingNotFound", "FilingMoved", "FilingNotInHand"]
    assert [each["__typename"] for each in answer["results"]] == said
    assert [each["filing"]["inMyHands"] for each in answer["results"][::2]] == [True, True]
    assert await together(opened, CLERK, "CLAIM", **listed) == answer
    answer = await together(opened, CLERK, "RETURN", **listed)
    assert answer["__typename"] == "IdempotencyKeyReused"
    for persona, told in ((STRANGER, "FilingNotFound"), (CLERK, "FilingInAnotherState")):
        answer = await together(opened, persona, "DENY", [one, other], **REASON)
        assert [each["__typename"] for each in answer["results"]] == [told, told]
    refusals: list[tuple[str, int, dict[str, Any], str]] = [
        (APPLICANT, 1, REASON, "NotSignedIn"),
        (CLERK, 1, {}, "InputNotAcceptable"),
        (CLERK, 0, REASON, "InputNotAcceptable"),
        (CLERK, 51, REASON, "InputNotAcceptable"),
    ]
    for persona, count, given, told in refusals:
        assert (await together(opened, persona, "DENY", [one] * count, **given))["__typename"] == told


async def _told_in_figures(opened: OpenedWorld, like: str) -> None:
    """Clerks read of the only filing that has ended; of many, of which six were accepted, everybody does."""
    days: dict[str, Any] = {"lastDay": "2024-12-31"}
    declined = {
        "matter": "ELECTRONIC_CERTIFICATE",
        **{"open": 0, "openOverdue": 0, "ended": 1, "onTime": 0, "late": 0, "medianWorkingDays": None},
        "ratings": {"rated": 1, "satisfied": 1, "veryDissatisfied": 0, "average": "4.00"},
    }
    for persona, least, matters in ((CLERK, None, [declined]), (STRANGER, 5, []), (None, 5, [])):
        found = (await opened.data(FIGURES, days, persona))["filingStatistics"]
        assert found == {"leastEnded": least, "matters": matters}
    copied = "matter, edition, province_code, applicant_id, person_id, applicant, form, status, drafted_at"
    took = " UNION ALL ".join(
        f"SELECT {number} AS number, {days} AS days, {told} AS told"
        for number, (days, told) in enumerate([(1, "NULL"), (2, 0), (3, "NULL"), (4, "NULL"), (4, 0), (5, "NULL")], 1)
    )
    await opened.change(
        f"INSERT INTO filings (id, region_code, {copied}, filed_at, working_days, late_from, ended_at, accepted_on,"
        f" worked_days, overdue_at) SELECT id + number, '840102', {copied}, filed_at, 4, late_from, ended_at,"
        f" rectify_by, days, told FROM filings CROSS JOIN ({took}) took WHERE id = {like[4:]}"
    )
    [told] = (await opened.data(FIGURES, days))["filingStatistics"]["matters"]
    assert told == declined | {"ended": 7, "onTime": 3, "late": 3, "medianWorkingDays": 3}
    assert (await opened.data(FIGURES, {"lastDay": "2024-12-02"}, CLERK))["filingStatistics"]["matters"] == []
    for day in ("2024-11-30", "2025-12-02"):
        assert codes(await opened.ask(FIGURES, {"lastDay": day}, CLERK)) == ["BAD_USER_INPUT"]
    elsewhere = FIGURES.replace("840102", "840100")
    assert (await opened.data(elsewhere, days, CLERK))["filingStatistics"] is None


async def certificate(opened: OpenedWorld, persona: str) -> str:
    """A submitted filing that needs no materials."""
    return await filed(opened, persona, "ELECTRONIC_CERTIFICATE", of(opened, persona))


async def second_clerk(opened: OpenedWorld, region: str = "840102") -> str:
    """Another clerk, of the county where the applicant lives or of a region around it, by a name to ask under."""
    await opened.change(
        "INSERT INTO personas (id, name, role, region_code, description_zh, description_en)"
        f" VALUES (990001, 'clerk-second', 'CLERK', '{region}', '', '')"
    )
    opened._viewers["clerk-second"] = Viewer(Role.CLERK, Id(0), RegionCode(region), "", persona_id=Id(990001))
    return "psa_990001"


async def test_what_pays_is_paid_by_two_clerks_and_what_is_a_units_is_filed_by_its_officer(
    on_sqlite: OpenedWorld,
) -> None:
    opened = on_sqlite
    await opened.left_employment(OTHER)
    drawn = {"personId": opened.person(OTHER), "reason": "GIVEN_UP", "cardLastFour": "4321"}
    await _paid_out(opened, await filed(opened, OTHER, "ACCOUNT_WITHDRAWAL", {"accountWithdrawal": drawn}, [1, 3]))
    [(unit,)] = await opened.rows("SELECT unit_id FROM personas WHERE name = 'officer-employer'")
    for stranger in (APPLICANT, "officer-school"):
        answer = await draft(opened, stranger, "UNIT_ENQUIRY", {"unitEnquiry": {"unitId": f"uni_{unit}"}})
        assert (answer["__typename"], answer["path"]) == ("UnitNotFound", ["form", "unitId"])
    for matter, form in (
        ("UNIT_INFORMATION_CHANGE", {"unitChange": {"unitKind": "ENTERPRISE"}}),
        ("UNIT_ENROLMENT", {"unitEnrolment": {"action": "SUSPEND"}}),
    ):
        assert (await draft(opened, APPLICANT, matter, form))["__typename"] == "MayNotFile"


async def _paid_out(opened: OpenedWorld, filing: str) -> None:
    """By two clerks: who approved does not pay, and nobody pays twice."""
    second = await second_clerk(opened, "840000")
    for name in ("claim", "accept"):
        await move(opened, CLERK, name, filing)
    assert await refused(opened, CLERK, "disburseFiling", filing) == "FilingInAnotherState"
    [approved] = (await together(opened, CLERK, "APPROVE", [filing]))["results"]
    assert approved["filing"]["nextActions"] == ["RETURN", "HAND_OVER"]
    assert await refused(opened, CLERK, "disburseFiling", filing) == "ApprovedByOneself"
    assert await refused(opened, CLERK, "completeFiling", filing) == "FilingEndsOtherwise"
    assert await refused(opened, "clerk-second", "disburseFiling", filing) == "FilingNotInHand"
    await move(opened, CLERK, "handOver", filing, clerkId=second)
    seen = (await opened.data(FILING, {"id": filing}, "clerk-second"))["filing"]
    assert seen["nextActions"] == ["RETURN", "HAND_OVER", "DISBURSE"]
    await move(opened, "clerk-second", "disburse", filing)
    assert await refused(opened, "clerk-second", "disburseFiling", filing) == "FilingInAnotherState"
    assert await opened.rows("SELECT count(*) FROM account_withdrawals") == [(1,)]


async def test_the_clock_stands_from_the_notice_to_the_supplement_and_then_says_once_that_it_is_overdue(
    opened: OpenedWorld,
) -> None:
    form = {"relationTransfer": {"fromRegion": "440300"}}
    filing = await filed(opened, APPLICANT, "RELATION_TRANSFER", form, [1])
    for name in ("claim", "accept"):
        await move(opened, CLERK, name, filing)
    opened.machine.forward(days=1)
    # The only material there is, and it is there.
    assert (await ask_materials(opened, CLERK, filing))["__typename"] == "NothingIsMissing"
    await opened.change(
        "UPDATE filing_materials SET way = NULL, media = NULL, sha256 = NULL, material_id = NULL, provided_at = NULL"
    )
    paused = (await ask_materials(opened, CLERK, filing))["filing"]
    assert (paused["status"], paused["dueOn"], paused["remainingWorkingDays"]) == ("SUPPLEMENTING_IN_REVIEW", None, 15)
    opened.machine.forward(days=30)
    await opened.service.world.fire_due()
    assert (await opened.data(FILING, {"id": filing}, APPLICANT))["filing"]["remainingWorkingDays"] == 15
    supplied = await move(opened, APPLICANT, "supplement", filing, materials=await handed(opened, APPLICANT, [1]))
    # Fifteen from 17 January on: 26 January and 8 February are worked, 28 January to 4 February is Spring Festival.
    assert (supplied["status"], supplied["dueOn"]) == ("ACCEPTED", "2025-02-12")
    assert supplied["remainingWorkingDays"] == 15
    for days, late in ((27, False), (1, True), (1, True)):
        opened.machine.forward(days=days)
        await opened.service.world.fire_due()
        seen = (await opened.data(FILING, {"id": filing}, CLERK))["filing"]
        assert (seen["overdue"], seen["overdueAt"] is not None) == (late, late)
    told = await opened.data(
        "{ events(types: [FILING_OVERDUE]) { edges { node { timer actor { id }"
        " ... on FilingOverdueEvent { matter status dueOn filing { id } } } } } }",
        persona=APPLICANT,
    )
    assert [edge["node"] for edge in told["events"]["edges"]] == [
        {
            "timer": "FILING_OVERDUE",
            "actor": None,
            "matter": "RELATION_TRANSFER",
            "status": "ACCEPTED",
            "dueOn": "2025-02-12",
            "filing": {"id": filing},
        }
    ]
    denied = await move(opened, CLERK, "deny", filing, **REASON)
    assert (denied["status"], denied["reason"], denied["overdue"]) == ("DENIED", REASON["reason"], False)


PROGRESS = """
subscription P($filing: ID!, $first: Int) {
  filingProgress(filing: $filing, startFrom: BEGINNING, first: $first) { move status filing { id status } }
}
"""
TRACKED = (
    "query T($number: String!, $four: String!) { trackedFiling(number: $number, idLastFour: $four) { status dueOn } }"
)


async def test_a_filing_is_followed_and_its_number_tells_how_far_it_has_come(opened: OpenedWorld) -> None:
    answer = await draft(opened, APPLICANT, "ELECTRONIC_CERTIFICATE", of(opened, APPLICANT))
    filing = answer["filing"]["id"]
    [(number,)] = await opened.rows(f"SELECT id_number FROM persons WHERE id = {opened.person(APPLICANT)[4:]}")
    given = {"number": filing, "four": number[-4:].lower()}
    assert (await opened.data(TRACKED, given))["trackedFiling"] is None
    await move(opened, APPLICANT, "submit", filing)
    for name in ("claim", "accept"):
        await move(opened, CLERK, name, filing)
    assert (await opened.data(TRACKED, given))["trackedFiling"] == {"status": "ACCEPTED", "dueOn": "2024-12-16"}
    assert (await opened.data(TRACKED, {**given, "four": "0000"}))["trackedFiling"] is None

    steps = [("DRAFT", "DRAFT"), ("SUBMIT", "SUBMITTED"), ("CLAIM", "SUBMITTED"), ("ACCEPT", "ACCEPTED")]
    for viewer in (APPLICANT, CLERK, "auditor"):
        stream = await opened.stream(PROGRESS, {"filing": filing, "first": 4}, viewer)
        said = [json.loads(item.body)["data"]["filingProgress"] async for item in stream]
        assert [(one["move"], one["status"]) for one in said] == steps
        assert {one["filing"]["status"] for one in said} == {"ACCEPTED"}
    for stranger in (OTHER, STRANGER, "operator", None):
        asked = GraphQLRequest(PROGRESS, {"filing": filing, "first": 1})
        told = await opened.service.answer(asked, await opened.viewer(stranger), "the-stream")
        body = told.body if isinstance(told, Answer) else (await anext(aiter(told))).body
        assert codes(json.loads(body)) == ["BAD_USER_INPUT"], stranger

    # Of whatever number, so that nobody can guess; of another one all are left.
    nothing = {"number": "fil_840000000099999999", "four": "0000"}
    for asked_about, left in ((given, 2), (nothing, 5)):
        for _ in range(left):
            assert "errors" not in await opened.ask(TRACKED, asked_about)
        assert codes(await opened.ask(TRACKED, asked_about)) == ["RATE_LIMITED"]


async def test_one_clerk_of_the_region_holds_a_filing_and_everybody_else_is_refused(on_sqlite: OpenedWorld) -> None:
    opened = on_sqlite
    second = await second_clerk(opened)
    filing = await certificate(opened, APPLICANT)
    queue = "{ filingQueue(orderBy: [FILED_AT_ASC], where: {matter: {eq: ELECTRONIC_CERTIFICATE}}) {"
    queue += " totalCount edges { node { id } } } filings { totalCount } }"
    for viewer, queued, seen in ((CLERK, 1, 1), ("clerk-second", 1, 1), ("auditor", 0, 1), (APPLICANT, 0, 1)):
        found = await opened.data(queue, persona=viewer)
        assert (found["filingQueue"]["totalCount"], found["filings"]["totalCount"]) == (queued, seen), viewer
    for persona in (STRANGER, OTHER, "operator", None):
        found = await opened.data(queue, persona=persona)
        assert (found["filingQueue"]["totalCount"], found["filings"]["totalCount"]) == (0, 0), persona
        assert (await opened.data(FILING, {"id": filing}, persona)) == {"filing": None, "node": None}
    assert await refused(opened, STRANGER, "claimFiling", filing) == "FilingNotFound"
    assert await refused(opened, OTHER, "withdrawFiling", filing) == "FilingNotFound"
    assert await refused(opened, APPLICANT, "claimFiling", filing) == "NotSignedIn"
    assert await refused(opened, CLERK, "withdrawFiling", filing) == "NotSignedIn"

    await move(opened, CLERK, "claim", filing)
    assert await refused(opened, "clerk-second", "claimFiling", filing) == "FilingNotInHand"
    assert await refused(opened, "clerk-second", "returnFiling", filing) == "FilingNotInHand"
    nobody = {"clerkId": "psa_1234567"}
    assert await refused(opened, CLERK, "handOverFiling", filing, **nobody) == "PersonaNotFound"
    assert not (await move(opened, CLERK, "handOver", filing, clerkId=second))["inMyHands"]
    assert await refused(opened, CLERK, "acceptFiling", filing) == "FilingNotInHand"
    assert not (await move(opened, "clerk-second", "return", filing))["claimed"]
    await move(opened, "clerk-second", "claim", filing)
    assert await refused(opened, "clerk-second", "approveFiling", filing) == "FilingInAnotherState"
    assert await refused(opened, "clerk-second", "declineFiling", filing, reason="不") == "InputNotAcceptable"
    number = {"reason": "证件号码 110101190001011234 有误"}
    assert await refused(opened, "clerk-second", "declineFiling", filing, **number) == "InputNotAcceptable"
    key = {"idempotencyKey": "declined-once"}
    declined = await move(opened, "clerk-second", "decline", filing, **REASON, **key)
    assert declined["status"] == "DECLINED"
    before = await opened.written()
    again = await opened.mutate(MOVES["declineFiling"], "clerk-second", filingId=filing, **REASON, **key)
    assert again["filing"]["id"] == filing
    assert await opened.written() == before
    assert (await opened.data(queue, persona=CLERK))["filingQueue"]["totalCount"] == 0
    assert await refused(opened, APPLICANT, "withdrawFiling", filing) == "FilingInAnotherState"


async def test_what_cannot_be_right_is_refused_when_it_is_drafted(on_sqlite: OpenedWorld) -> None:
    opened = on_sqlite
    certificate_of = of(opened, APPLICANT)

    async def answer(matter: str, form: dict[str, Any], persona: str = APPLICANT, **given: Any) -> tuple[str, Any]:
        said = await draft(opened, persona, matter, form, **given)
        return said["__typename"], said.get("problem") or said.get("path")

    wrong = "InputNotAcceptable", "FORM_OF_MATTER"
    assert await answer("RELATION_TRANSFER", certificate_of) == wrong
    himself = opened.person(APPLICANT)
    unsaid = {"residentEnrolment": {"personId": himself, "action": "NEW"}}
    assert await answer("RESIDENT_ENROLMENT", unsaid) == wrong
    said = {"residentEnrolment": {"personId": himself, "action": "SUSPEND"}}
    assert await answer("RESIDENT_ENROLMENT", said) == ("MayNotFile", ["matter"])
    drawn = {"personId": himself, "reason": "GIVEN_UP", "cardLastFour": "12"}
    assert await answer("ACCOUNT_WITHDRAWAL", {"accountWithdrawal": drawn}) == ("InputNotAcceptable", "CARD_DIGITS")
    # Nobody files for a stranger, and of the dead only who is registered as kin.
    assert await answer("PERSON_ENQUIRY", of(opened, OTHER)) == ("PersonNotFound", ["form", "personId"])
    drawn = {"personId": opened.person(OTHER), "reason": "DECEASED", "cardLastFour": "1234"}
    assert (await answer("ACCOUNT_WITHDRAWAL", {"accountWithdrawal": drawn}))[0] == "PersonNotFound"
    assert (await answer("PERSON_ENQUIRY", of(opened, "employee"), "employee"))[0] == "PolicyNotStated"
    transfer = {"relationTransfer": {"fromRegion": "440300"}}
    file, another = await opened.upload(APPLICANT), await opened.upload(OTHER)
    for material in (
        {"number": 2, "materialId": file},
        {"number": 1},
        {"number": 1, "pledged": True},
        {"number": 1, "pledged": True, "materialId": file},
        {"number": 1, "materialId": another},
        {"number": 1, "materialId": "mat_1"},
        {"number": 1, "materialId": file.replace("mat", "fil")},
    ):
        assert await answer("RELATION_TRANSFER", transfer, materials=[material]) == ("InputNotAcceptable", "MATERIAL")
    assert (await answer("RELATION_TRANSFER", transfer, materials=[{"number": 1, "materialId": file}] * 2))[
        1
    ] == "MATERIAL"
    two = {"relationTransfer": {"fromRegion": "440300"}, **certificate_of}
    document, given = (
        MOVES["draftFiling"],
        {"idempotencyKey": "two-forms-in-one", "matter": "PERSON_ENQUIRY", "form": two},
    )
    response = await opened.ask(document, {"input": given}, APPLICANT)
    assert response["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    incomplete = (await draft(opened, APPLICANT, "PERSON_ENQUIRY", certificate_of))["filing"]
    assert await refused(opened, APPLICANT, "submitFiling", incomplete["id"]) == "FilingMaterialsMissing"
    assert (await move(opened, APPLICANT, "withdraw", incomplete["id"]))["status"] == "WITHDRAWN"
