"""Employees are enrolled by filings (职工参保登记): by the unit that they work for, and by who works flexibly alone."""

from typing import Any

from domain.operations.employee_enrolments import IDS_PER_START
from domain.operations.move_filings import IDS_PER_COMPLETION
from tests.journeys.test_changing_persons import approved, completed, employer, number_like
from tests.journeys.test_filings import APPLICANT, OTHER, draft
from tests.resolvers.opened import OpenedWorld

MATTER = "EMPLOYEE_ENROLMENT"
FOUND = """
query E($id: ID!) { node(id: $id) { ... on Enrolment { id status personType scheme unit { id } region { code } } } }
"""
PLACE = "840102"


async def done(opened: OpenedWorld, persona: str, *numbers: int, **form: str) -> dict[str, Any]:
    """The enrolment that a filing has changed, as whoever filed it finds it."""
    filing = await approved(opened, persona, MATTER, {"employeeEnrolment": form}, *numbers)
    answer = await completed(opened, filing)
    assert answer["__typename"] == "FilingMoved", answer
    assert answer["filing"]["workingDays"] == (3 if persona == "its-officer" else 0)
    found: dict[str, Any] = (await opened.data(FOUND, {"id": answer["filing"]["effectId"]}, persona))["node"]
    return found


async def refusal(opened: OpenedWorld, persona: str, *numbers: int, **form: str) -> str:
    """Why a filing is not completed."""
    filing = await approved(opened, persona, MATTER, {"employeeEnrolment": form}, *numbers)
    answer = await completed(opened, filing)
    assert answer["__typename"] == "FilingNotCompleted", answer
    refused: str = answer["refused"]
    return refused


async def of_age(opened: OpenedWorld, person: str) -> None:
    """Somebody has been insured for longer than anybody need be, and is older than anybody who works."""
    number = f"(SELECT id_number FROM persons WHERE id = {person[4:]})"
    await opened.change(
        f"UPDATE enrolments SET months_carried = 480 WHERE scheme = 'EMPLOYEE' AND person_id = {person[4:]};"
        f"UPDATE registry_identities SET birth_date = '1950-01-01' WHERE id_number = {number};"
        f"UPDATE persons SET birth_date = '1950-01-01' WHERE id = {person[4:]}"
    )


def test_completing_reserves_the_ids_of_whoever_begins_and_of_the_move() -> None:
    assert IDS_PER_START + 1 <= IDS_PER_COMPLETION


async def test_a_unit_and_a_flexible_worker_begin_suspend_resume_end_and_retire(opened: OpenedWorld) -> None:
    himself, mother = opened.person(APPLICANT), opened.relative(APPLICANT)
    opened.let_ask("mother", mother)
    await opened.change(f"UPDATE persons SET real_name_verified_at = 1700000000 WHERE id = {mother[4:]}")
    await employer(opened, himself, opened.person(OTHER))
    officer, member = "its-officer", opened.document(APPLICANT)

    begun = await done(opened, officer, 1, action="ADD", **member)
    [(unit,)] = await opened.rows(f"SELECT unit_id FROM enrolments WHERE id = {begun['id'][4:]}")
    expected: dict[str, Any] = {
        "status": "ACTIVE",
        "personType": "EMPLOYED",
        "scheme": "EMPLOYEE",
        "unit": {"id": f"uni_{unit}"},
    }
    assert begun == {"id": begun["id"], "region": {"code": PLACE}, **expected}
    held = f"SELECT scheme, status FROM enrolments WHERE person_id = {mother[4:]} ORDER BY scheme, id"
    assert await opened.rows(held) == [("EMPLOYEE", "ACTIVE"), ("MATERNITY", "ACTIVE"), ("RESIDENT", "SUSPENDED")]
    assert await refusal(opened, officer, 1, action="ADD", **member) == "ALREADY_INSURED_AS_EMPLOYEE"
    stopped = await done(opened, officer, 1, action="SUSPEND", personId=mother)
    assert stopped == begun | {"status": "SUSPENDED"}
    assert await refusal(opened, officer, 1, action="SUSPEND", personId=mother) == "NOT_A_MEMBER"
    anew = await done(opened, officer, 1, action="RESUME", personId=mother)
    assert anew == begun | {"id": anew["id"]}
    ended = await done(opened, officer, 1, 5, action="TERMINATE", personId=mother, reason="MOVED_ABROAD")
    assert ended == anew | {"status": "TERMINATED"}
    assert await refusal(opened, officer, 1, 5, action="RETIRE", personId=himself) == "NOT_OF_AGE"
    await of_age(opened, himself)
    retired = await done(opened, officer, 1, 5, action="RETIRE", personId=himself)
    assert (retired["personType"], retired["status"]) == ("RETIRED", "ACTIVE")
    dead = {"action": "TERMINATE", "personId": himself, "reason": "DECEASED"}
    assert await refusal(opened, officer, 1, 5, **dead) == "TERMINATION_REASON_NOT_CONFIRMED"
    await opened.change(
        "UPDATE registry_identities SET died_on = '2024-12-15' WHERE id_number ="
        f" (SELECT id_number FROM persons WHERE id = {himself[4:]})"
    )
    assert (await done(opened, officer, 1, **dead)) == retired | {"status": "TERMINATED"}

    # What the unit has ended, the mother begins alone.
    alone = await done(opened, "mother", action="ADD", personId=mother, region=PLACE)
    expected = {"status": "ACTIVE", "personType": "FLEXIBLE", "scheme": "EMPLOYEE", "unit": None}
    assert alone == {"id": alone["id"], "region": {"code": PLACE}, **expected}
    assert await refusal(opened, "mother", action="RESUME", personId=mother) == "ALREADY_INSURED_AS_EMPLOYEE"
    stopped = await done(opened, "mother", action="SUSPEND", personId=mother)
    assert stopped == alone | {"status": "SUSPENDED"}
    again = await done(opened, "mother", action="RESUME", personId=mother)
    assert again == alone | {"id": again["id"]}
    ended = await done(opened, "mother", action="TERMINATE", personId=mother, reason="GIVEN_UP")
    assert ended == again | {"status": "TERMINATED"}
    none = {"RESUME": "ENROLMENT_NOT_FOUND", "SUSPEND": "ENROLMENT_NOT_FOUND", "RETIRE": "NOT_INSURED_AS_WORKING"}
    for action, told in none.items():
        numbers = [5] if action == "RETIRE" else []
        assert await refusal(opened, "mother", *numbers, action=action, personId=mother) == told
    last = await done(opened, "mother", action="ADD", personId=mother, region=PLACE)
    await of_age(opened, mother)
    assert (await done(opened, "mother", 5, action="RETIRE", personId=mother)) == last | {"personType": "RETIRED"}
    # No transfer has brought these months.
    await opened.change("UPDATE enrolments SET months_carried = 0")


async def test_who_may_not_file_it_and_what_cannot_be_right_is_told_when_it_is_drafted(
    on_sqlite: OpenedWorld,
) -> None:
    opened = on_sqlite
    himself, mother = opened.person(APPLICANT), opened.relative(APPLICANT)
    await employer(opened, himself, opened.person(OTHER))
    member = opened.document(APPLICANT)

    async def answer(persona: str, **form: str) -> tuple[str, Any]:
        said = await draft(opened, persona, MATTER, {"employeeEnrolment": form})
        return said["__typename"], said.get("applicants") or said.get("path")

    # A unit describes whom it adds; who files alone names themselves and a place.
    for persona in (APPLICANT, OTHER):
        assert await answer(persona, action="ADD", **member) == ("MayNotFile", ["UNIT"])
    assert (await answer(APPLICANT, action="SUSPEND", personId=himself))[0] == "MayNotFile"
    gives_up = {"action": "TERMINATE", "personId": himself, "reason": "GIVEN_UP"}
    assert await answer("its-officer", **gives_up) == ("MayNotFile", ["FLEXIBLE_WORKER"])
    for persona in ("its-officer", APPLICANT):
        strange = await answer(persona, action="SUSPEND", personId=mother)
        assert strange == ("PersonNotFound", ["form", "personId"])
    alone = {"action": "ADD", "personId": himself}
    assert await answer(APPLICANT, **alone, region="840000") == ("InputNotAcceptable", ["form", "region"])
    assert (await answer(APPLICANT, **alone, region=PLACE))[0] == "FilingMoved"
    wrong = number_like(member["idNumber"])[:-1] + "?"
    assert await answer("its-officer", action="ADD", **member | {"idNumber": wrong}) == (
        "InputNotAcceptable",
        ["form", "employeeEnrolment", "idNumber"],
    )
    for form in (
        {"action": "ADD"},
        {"action": "ADD", "name": member["name"]},
        {"action": "ADD", "personId": himself},
        {"action": "ADD", **member, "region": PLACE},
        {"action": "ADD", **member, "reason": "DECEASED"},
        {"action": "TERMINATE", "personId": himself},
        {"action": "SUSPEND", "personId": himself, "reason": "DECEASED"},
        {"action": "RESUME", **member},
        {"action": "NEW", "personId": himself},
    ):
        assert (await answer("its-officer", **form))[0] == "InputNotAcceptable", form
