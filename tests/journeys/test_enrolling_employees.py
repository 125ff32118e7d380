"""A unit enrols people and stops them, line by line; who works flexibly is insured on their own."""

import asyncio
from typing import Any

import pytest

from domain.ports import PartyUnavailable
from simulator.outside import outside
from tests.resolvers.opened import (
    ADD_MEMBERS,
    CANCEL_UNIT,
    DECLARE,
    DECLARE_OWN,
    REGISTER_FLEXIBLE,
    RESUME,
    STOP_MEMBERS,
    SUSPEND,
    SUSPEND_UNIT,
    TERMINATE,
    OpenedWorld,
)

ENROLMENTS = """
query E($id: ID!) { person(id: $id) { enrolments { edges { node {
    id scheme personType status endedOn unit { id } region { code } } } } } }
"""
MEMBERS = """
query M($id: ID!) { unit(id: $id) { members { edges { node { id scheme status person { id name } } } } } }
"""
LOG = """
{ events(types: [ENROLMENT_REGISTERED, ENROLMENT_SUSPENDED, ENROLMENT_TERMINATED]) { edges { node { type
    ... on EnrolmentRegisteredEvent { enrolment { id } scheme personType }
    ... on EnrolmentSuspendedEvent { enrolment { id } }
    ... on EnrolmentTerminatedEvent { enrolment { id } reason } } } } }
"""


async def add(world: OpenedWorld, officer: str | None, unit: str, *lines: dict[str, Any], **given: Any) -> Any:
    return await world.mutate(ADD_MEMBERS, officer, unitId=unit, lines=list(lines), **given)


async def stop(world: OpenedWorld, officer: str | None, unit: str, *people: str, reason: str = "LEFT") -> Any:
    lines = [{"personId": person, "reason": reason} for person in people]
    return await world.mutate(STOP_MEMBERS, officer, unitId=unit, lines=lines)


async def enrolments(world: OpenedWorld, person: str) -> list[Any]:
    found = (await world.data(ENROLMENTS, {"id": person}, "operator"))["person"]["enrolments"]["edges"]
    return [edge["node"] for edge in found]


async def added(world: OpenedWorld, officer: str, unit: str, relative_of: str) -> str:
    """The id of the enrolment of somebody's relative, who is a member now."""
    answer = await add(world, officer, unit, world.document(relative_of))
    [line] = answer["lines"]
    assert line["__typename"] == "MemberAdded", line
    enrolment: str = line["enrolment"]["id"]
    return enrolment


async def test_a_resident_of_the_city_becomes_an_employee(opened: OpenedWorld) -> None:
    unit, officer = await opened.registered_unit(1)
    mother = opened.relative("poor-employee")
    [resident] = await enrolments(opened, mother)
    enrolment = await added(opened, officer, unit, "poor-employee")
    held = {one["id"]: one for one in await enrolments(opened, mother)}
    assert held[resident["id"]] == resident | {"status": "SUSPENDED"}
    mine = held[enrolment]
    assert (mine["scheme"], mine["personType"], mine["status"]) == ("EMPLOYEE", "EMPLOYED", "ACTIVE")
    assert (mine["unit"], mine["region"]) == ({"id": unit}, {"code": "520402"})
    [maternity] = [one for one in held.values() if one["scheme"] == "MATERNITY"]
    assert (maternity["status"], maternity["unit"]) == ("ACTIVE", {"id": unit})
    members = (await opened.data(MEMBERS, {"id": unit}, officer))["unit"]["members"]["edges"]
    assert {edge["node"]["person"]["id"] for edge in members} == {mother}
    assert {edge["node"]["scheme"] for edge in members} == {"EMPLOYEE", "MATERNITY"}
    log = [edge["node"] for edge in (await opened.data(LOG, persona=officer))["events"]["edges"]]
    assert [(event["type"], event.get("scheme")) for event in log] == [
        ("ENROLMENT_REGISTERED", "EMPLOYEE"), ("ENROLMENT_REGISTERED", "MATERNITY"),
    ]  # fmt: skip
    clerk = [edge["node"]["type"] for edge in (await opened.data(LOG, persona="clerk-xixiu"))["events"]["edges"]]
    assert clerk == ["ENROLMENT_SUSPENDED", "ENROLMENT_REGISTERED", "ENROLMENT_REGISTERED"]


async def test_what_is_wrong_with_one_line_stops_no_other_and_the_key_answers_again(opened: OpenedWorld) -> None:
    unit, officer = await opened.registered_unit(1)
    mother = opened.document("poor-employee")
    lines = [
        mother,
        opened.document("frozen-employee", name="张三"),
        mother,
        opened.document("mother-deceased"),
        opened.document("newborn-parent"),
        opened.document("suining-employee"),
        opened.document("mother-employed-elsewhere"),
        opened.document("already-bound", idNumber="520402198001011111"),
        opened.document("already-bound", name=" "),
        opened.document("mother-gap"),
    ]
    key = opened.new_key()
    answer = await add(opened, officer, unit, *lines, idempotencyKey=key)
    told = [
        "MemberAdded", "IdentityMismatch", "ListedTwice", "PersonDeceased", "NotOfWorkingAge", "EnrolledElsewhere",
        "EnrolledElsewhere", "InputNotAcceptable", "InputNotAcceptable", "MemberAdded",
    ]  # fmt: skip
    assert [line["__typename"] for line in answer["lines"]] == told
    paths = [line.get("path") for line in answer["lines"]]
    assert paths[1] == ["lines", "1"]
    assert paths[3] == ["lines", "3", "idNumber"]
    assert (paths[7], paths[8]) == (["lines", "7", "idNumber"], ["lines", "8", "name"])
    assert [(answer["lines"][at]["region"], answer["lines"][at]["scheme"]) for at in (5, 6)] == [
        ("510921", "RESIDENT"), ("440300", "EMPLOYEE"),
    ]  # fmt: skip
    written = await opened.written()
    assert await add(opened, officer, unit, *lines, idempotencyKey=key) == answer
    other = await add(opened, officer, unit, mother, idempotencyKey=key)
    assert other["__typename"] == "IdempotencyKeyReused"
    assert await opened.written() == written
    [again] = (await add(opened, officer, unit, mother))["lines"]
    assert again["__typename"] == "AlreadyInsuredAsEmployee"
    assert again["enrolment"]["id"] == answer["lines"][0]["enrolment"]["id"]


async def test_who_is_in_the_register_alone_comes_to_the_platform(opened: OpenedWorld) -> None:
    unit, officer = await opened.registered_unit(1)
    await opened.change(
        "INSERT INTO registry_identities (id_type, id_number, name, sex, birth_date)"
        " VALUES ('HONG_KONG_PERMIT', 'H1234567801', '陈大文', 'MALE', '1990-04-01')"
    )
    line = {"name": "陈大文", "idType": "HONG_KONG_PERMIT", "idNumber": "h1234567801"}
    first, second = await asyncio.gather(*(add(opened, officer, unit, line) for _ in range(2)))
    assert sorted(answer["lines"][0]["__typename"] for answer in (first, second)) == [
        "AlreadyInsuredAsEmployee", "MemberAdded",
    ]  # fmt: skip
    assert await opened.rows("SELECT name, sex, region_code FROM persons WHERE id_number = 'H1234567801'") == [
        ("陈大文", "MALE", "520402")
    ]


async def test_two_units_that_enrol_the_same_person_at_once_take_turns(opened: OpenedWorld) -> None:
    one, two = [await opened.registered_unit(number) for number in (1, 2)]
    line = opened.document("poor-employee")
    answers = await asyncio.gather(*(add(opened, officer, unit, line) for unit, officer in (one, two)))
    told = sorted(answer["lines"][0]["__typename"] for answer in answers)
    assert told == ["EnrolledElsewhere", "MemberAdded"]


async def test_who_leaves_is_declared_until_then_and_may_come_back(opened: OpenedWorld) -> None:
    unit, officer = await opened.registered_unit(1)
    mother = opened.relative("poor-employee")
    first = await added(opened, officer, unit, "poor-employee")
    stopped = await stop(opened, officer, unit, mother, mother)
    assert [line["__typename"] for line in stopped["lines"]] == ["MemberStopped", "ListedTwice"]
    left = stopped["lines"][0]["enrolment"]
    assert (left["id"], left["status"], left["endedOn"]) == (first, "SUSPENDED", "2024-12-16")
    assert left["suspensionVisibleAt"] is not None
    maternity = [one for one in await enrolments(opened, mother) if one["scheme"] == "MATERNITY"]
    assert [(one["status"], one["endedOn"]) for one in maternity] == [("SUSPENDED", "2024-12-16")]

    wages = [{"personId": mother, "wage": "6000.00"}]
    early = await opened.mutate(DECLARE, officer, unitId=unit, month=202412, lines=wages)
    assert [line["outcome"] for line in early["lines"]] == ["NOT_YET_AT_TAX_BUREAU"]
    opened.machine.forward(days=1)
    bill = await opened.mutate(DECLARE, officer, unitId=unit, month=202412, lines=wages)
    assert [line["outcome"] for line in bill["lines"]] == ["RECORDED"]

    [again] = (await stop(opened, officer, unit, mother))["lines"]
    assert again["__typename"] == "NotAMember"
    second = await added(opened, officer, unit, "poor-employee")
    assert second != first
    held = {one["id"]: one for one in await enrolments(opened, mother)}
    assert (held[first]["status"], held[first]["endedOn"]) == ("TERMINATED", "2024-12-16")
    assert (held[second]["status"], held[second]["endedOn"]) == ("ACTIVE", None)


async def test_a_unit_whose_members_are_stopped_can_be_cancelled(opened: OpenedWorld) -> None:
    unit, officer = await opened.registered_unit(1)
    await added(opened, officer, unit, "poor-employee")
    refused = await opened.mutate(CANCEL_UNIT, "clerk-anshun", unitId=unit)
    assert (refused["__typename"], refused["members"]) == ("UnitHasMembers", 1)
    await stop(opened, officer, unit, opened.relative("poor-employee"))
    assert (await opened.mutate(CANCEL_UNIT, "clerk-anshun", unitId=unit))["__typename"] == "UnitCancelled"


async def test_a_death_is_the_registers_to_say(opened: OpenedWorld) -> None:
    unit, officer = await opened.registered_unit(1)
    mother = opened.relative("poor-employee")
    await added(opened, officer, unit, "poor-employee")
    [refused] = (await stop(opened, officer, unit, mother, reason="DECEASED"))["lines"]
    assert (refused["__typename"], refused["reason"]) == ("TerminationReasonNotConfirmed", "DECEASED")
    number = opened.document("poor-employee")["idNumber"]
    await opened.change(f"UPDATE registry_identities SET died_on = '2024-12-15' WHERE id_number = '{number}'")
    [ended] = (await stop(opened, officer, unit, mother, reason="DECEASED"))["lines"]
    # Enrolled on the 16th by a register that knew nothing: an enrolment does not end before it began.
    assert (ended["enrolment"]["status"], ended["enrolment"]["endedOn"]) == ("TERMINATED", "2024-12-16")


async def test_a_pensioner_does_not_leave_and_a_resident_is_no_member(opened: OpenedWorld) -> None:
    pensioner = opened.person("retired-payer")
    [(unit,)] = await opened.rows(
        f"SELECT unit_id FROM enrolments WHERE person_id = {pensioner[4:]} AND scheme = 'EMPLOYEE'"
    )
    await opened.change(f"UPDATE personas SET unit_id = {unit} WHERE name = 'officer-employer'")
    answer = await stop(
        opened, "officer-employer", f"uni_{unit}", pensioner, opened.relative("poor-employee"), "per_1", "nobody"
    )
    told = ["NotInsuredAsWorking", "NotAMember", "NotAMember", "NotAMember"]
    assert [line["__typename"] for line in answer["lines"]] == told
    [gone] = (await stop(opened, "officer-employer", f"uni_{unit}", pensioner, reason="SETTLED_ABROAD"))["lines"]
    assert (gone["__typename"], gone["enrolment"]["status"]) == ("MemberStopped", "TERMINATED")


@pytest.mark.parametrize("persona", ["employee", "clerk-anshun", "operator", None])
async def test_only_an_officer_enrols_and_stops(opened: OpenedWorld, persona: str | None) -> None:
    unit, _ = await opened.registered_unit(1)
    written = await opened.written()
    line = opened.document("poor-employee")
    assert (await add(opened, persona, unit, line))["__typename"] == "NotSignedIn"
    assert (await stop(opened, persona, unit, opened.person("employee")))["__typename"] == "NotSignedIn"
    assert await opened.written() == written


async def test_an_officer_acts_for_the_own_unit_while_it_is_active(opened: OpenedWorld) -> None:
    unit, officer = await opened.registered_unit(1)
    other, _ = await opened.registered_unit(2)
    line = opened.document("poor-employee")
    assert (await add(opened, officer, "uni_1", line))["__typename"] == "UnitNotFound"
    assert (await add(opened, "officer-school", other, line))["__typename"] == "UnitNotFound"
    await opened.mutate(SUSPEND_UNIT, "clerk-anshun", unitId=unit)
    refused = await add(opened, officer, unit, line)
    assert (refused["__typename"], refused["status"]) == ("UnitInAnotherState", "SUSPENDED")


@pytest.mark.parametrize("size", [0, 501])
async def test_a_list_has_1_to_500_lines(opened: OpenedWorld, size: int) -> None:
    unit, officer = await opened.registered_unit(1)
    refused = await add(opened, officer, unit, *[opened.document("poor-employee")] * size)
    assert (refused["__typename"], refused["path"]) == ("InputNotAcceptable", ["lines"])
    refused = await stop(opened, officer, unit, *["per_1"] * size)
    assert (refused["__typename"], refused["path"]) == ("InputNotAcceptable", ["lines"])


async def test_no_name_is_found_by_trying(opened: OpenedWorld) -> None:
    unit, officer = await opened.registered_unit(1)
    documents = [f"H{number:08d}" for number in range(120)]
    guesses = [{"name": "李四", "idType": "HONG_KONG_PERMIT", "idNumber": document} for document in documents]
    answer = await add(opened, officer, unit, *guesses[:60])
    assert {line["__typename"] for line in answer["lines"]} == {"IdentityMismatch"}
    answer = await add(opened, officer, unit, *guesses[60:], opened.document("poor-employee"))
    told = [line["__typename"] for line in answer["lines"]]
    assert told == ["IdentityMismatch"] * 40 + ["TooManyAttempts"] * 21
    assert answer["lines"][-1]["most"] == 100
    opened.machine.forward(days=1)
    assert (await add(opened, officer, unit, opened.document("poor-employee")))["lines"][0][
        "__typename"
    ] == "MemberAdded"


@pytest.mark.parametrize("party", ["IDENTITY_REGISTRY", "OTHER_PROVINCES"])
async def test_while_a_party_is_silent_nobody_is_enrolled_and_the_key_stays_free(
    opened: OpenedWorld, monkeypatch: pytest.MonkeyPatch, party: str
) -> None:
    async def silent(*given: object, **named: object) -> None:
        raise PartyUnavailable(party)

    unit, officer = await opened.registered_unit(1)
    line, key = opened.document("poor-employee"), opened.new_key()
    written = await opened.written()
    with monkeypatch.context() as patched:
        if party == "IDENTITY_REGISTRY":
            patched.setattr(type(outside().registry), "identities", silent)
        else:
            patched.setattr(type(outside().other_provinces), "active_enrolments", silent)
        refused = await add(opened, officer, unit, line, idempotencyKey=key)
        assert (refused["__typename"], refused["party"], refused["retryable"]) == ("PartyDoesNotAnswer", party, True)
        flexible = await opened.mutate(REGISTER_FLEXIBLE, "chuzhou-resident", region="341102")
        assert (flexible["__typename"], flexible["party"]) == ("PartyDoesNotAnswer", party)
    assert await opened.written() == written
    assert (await add(opened, officer, unit, line, idempotencyKey=key))["lines"][0]["__typename"] == "MemberAdded"


async def test_a_flexible_worker_begins_stops_and_begins_anew(opened: OpenedWorld) -> None:
    persona, person = "chuzhou-resident", opened.person("chuzhou-resident")
    [resident] = await enrolments(opened, person)
    begun = await opened.mutate(REGISTER_FLEXIBLE, persona, region="341102")
    first = begun["enrolment"]
    assert (first["scheme"], first["personType"], first["unit"]) == ("EMPLOYEE", "FLEXIBLE", None)
    months = {"enrolmentId": first["id"], "firstMonth": 202412, "months": 1, "base": "6000.00"}
    early = await opened.mutate(DECLARE_OWN, persona, **months)
    assert (early["__typename"], early["path"]) == ("NotYetAtTaxBureau", ["enrolmentId"])
    held = {one["id"]: one["status"] for one in await enrolments(opened, person)}
    assert held == {resident["id"]: "SUSPENDED", first["id"]: "ACTIVE"}
    again = await opened.mutate(REGISTER_FLEXIBLE, persona, region="341102")
    assert (again["__typename"], again["enrolment"]["id"]) == ("AlreadyInsuredAsEmployee", first["id"])

    stopped = await opened.mutate(SUSPEND, persona, enrolmentId=first["id"], agreed=True)
    assert (stopped["enrolment"]["status"], stopped["enrolment"]["endedOn"]) == ("SUSPENDED", "2024-12-16")
    refused = await opened.mutate(RESUME, persona, enrolmentId=first["id"])
    assert refused["__typename"] == "EnrolmentNotFound"
    opened.machine.forward(days=1)
    second = (await opened.mutate(REGISTER_FLEXIBLE, persona, region="341102"))["enrolment"]
    ended = await opened.mutate(TERMINATE, persona, enrolmentId=second["id"], reason="GIVEN_UP")
    assert (ended["enrolment"]["status"], ended["enrolment"]["endedOn"]) == ("TERMINATED", "2024-12-17")
    held = {one["id"]: one["status"] for one in await enrolments(opened, person)}
    assert held == {resident["id"]: "SUSPENDED", first["id"]: "TERMINATED", second["id"]: "TERMINATED"}
    resumed = await opened.mutate(RESUME, persona, enrolmentId=resident["id"])
    assert resumed["__typename"] == "EnrolmentResumed"


@pytest.mark.parametrize(
    ("persona", "region", "told"),
    [
        ("employee", "520402", "AlreadyInsuredAsEmployee"),
        ("employee", "510903", "EnrolledElsewhere"),
        ("chuzhou-resident", "340000", "InputNotAcceptable"),
        ("officer-employer", "520402", "NotSignedIn"),
        (None, "520402", "NotSignedIn"),
    ],
)
async def test_who_cannot_be_insured_as_a_flexible_worker(
    opened: OpenedWorld, persona: str | None, region: str, told: str
) -> None:
    written = await opened.written()
    assert (await opened.mutate(REGISTER_FLEXIBLE, persona, region=region))["__typename"] == told
    tables = await opened.written()
    assert {table: tables[table] for table in tables if table != "answers"} == {
        table: written[table] for table in written if table != "answers"
    }
