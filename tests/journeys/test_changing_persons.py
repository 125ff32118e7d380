"""What is on record of people is changed by filings (参保信息变更登记), by themselves and by their unit."""

from dataclasses import replace
from typing import Any

from domain.decisions.identity import check_character
from domain.ports import PartyUnavailable
from domain.vocabulary import NATION, Id, Instant, Role, Viewer
from tests.journeys.test_filings import APPLICANT, CLERK, MOVES, OTHER, draft, filed, move
from tests.resolvers.opened import OpenedWorld

EMPLOYEE, RESIDENT = "EMPLOYEE_INFORMATION_CHANGE", "RESIDENT_INFORMATION_CHANGE"
STATED = "statedName statedIdType statedIdNumber statedSex statedBirthDate statedPhone"
FILING = f"query F($id: ID!) {{ filing(id: $id) {{ status effectId {STATED} }} }}"
PERSON = "query P($id: ID!) { person(id: $id) { name idNumber birthDate sex phone } }"
EVENTS = (
    "query E { events(types: [PERSON_INFORMATION_CHANGED], first: 20) { edges { node {"
    " ... on PersonInformationChangedEvent { changed person { id } actor { id } } } } } }"
)


def change(person: str, **stated: str) -> dict[str, Any]:
    return {"personChange": {"personId": person, **stated}}


def number_like(number: str) -> str:
    """Another number of somebody who was born on the same day."""
    body = number[:14] + f"{(int(number[14:17]) + 2) % 1000:03d}"
    return body + check_character(body)


async def approved(opened: OpenedWorld, persona: str, matter: str, form: dict[str, Any], *numbers: int) -> str:
    """The id of a filing that waits to be completed."""
    filing = await filed(opened, persona, matter, form, numbers)
    for name in ("claim", "accept", "approve"):
        await move(opened, CLERK, name, filing)
    return filing


async def completed(opened: OpenedWorld, filing: str) -> dict[str, Any]:
    return await opened.mutate(MOVES["completeFiling"], CLERK, filingId=filing)


async def employer(opened: OpenedWorld, person: str, officer: str) -> None:
    """The unit that insures a person has an officer, who asks as `its-officer`."""
    [(unit,)] = await opened.rows(
        f"SELECT unit_id FROM enrolments WHERE scheme = 'EMPLOYEE' AND person_id = {person[4:]}"
    )
    await opened.change(
        f"UPDATE units SET region_code = '840102' WHERE id = {unit};"
        f"UPDATE enrolments SET region_code = '840102' WHERE unit_id = {unit};"
        "INSERT INTO personas (id, name, role, person_id, region_code, unit_id, description_zh, description_en)"
        f" VALUES (990002, 'its-officer', 'UNIT_OFFICER', {officer[4:]}, '840102', {unit}, '', '')"
    )
    opened._viewers["its-officer"] = Viewer(
        Role.UNIT_OFFICER, Id(int(officer[4:])), NATION, "its-officer", unit_id=Id(unit)
    )


async def test_people_and_their_unit_change_what_is_on_record_and_what_it_was_is_kept(opened: OpenedWorld) -> None:
    himself, mother = opened.person(APPLICANT), opened.relative(APPLICANT)
    opened.let_ask("mother", mother)
    await opened.change(f"UPDATE persons SET real_name_verified_at = 1700000000 WHERE id = {mother[4:]}")
    await employer(opened, himself, opened.person(OTHER))
    by = "UPDATE enrolments SET person_type = '{}' WHERE scheme = 'EMPLOYEE' AND person_id = " + himself[4:]
    phones = {"EMPLOYED": "15412345670", "FLEXIBLE": "15412345671", "RETIRED": "15412345672"}
    for kind, phone in phones.items():
        await opened.change(by.format(kind))
        filing = await approved(opened, APPLICANT, EMPLOYEE, change(himself, phone=phone), 1)
        assert (await completed(opened, filing))["filing"]["effectId"] == himself
        assert (await opened.data(PERSON, {"id": himself}, APPLICANT))["person"]["phone"] == phone
    filing = await approved(opened, "its-officer", EMPLOYEE, change(himself, phone="0816-2224302"), 1)
    assert (await completed(opened, filing))["filing"]["effectId"] == himself

    # The household register has another name and number for the mother, and the platform is told.
    [(number, born, sex)] = await opened.rows(f"SELECT id_number, birth_date, sex FROM persons WHERE id = {mother[4:]}")
    new = number_like(number)
    registered = f"UPDATE registry_identities SET name = '{{}}', id_number = '{new}' WHERE id_number = '{{}}'"
    await opened.change(registered.format("模拟新名", number))
    stated = change(
        mother, name="模拟 新名", idType="RESIDENT_ID_CARD", idNumber=new.lower(), birthDate=str(born), sex=sex
    )
    filing = await approved(opened, "mother", RESIDENT, stated, 3)
    masked = f"{new[:3]}***********{new[-4:]}"
    for viewer, name, birthday in (
        ("mother", "模拟 新名", str(born)),
        (CLERK, "模拟 新名", str(born)),
        ("auditor", "模****", None),
    ):
        seen = (await opened.data(FILING, {"id": filing}, viewer))["filing"]
        assert (seen["statedName"], seen["statedIdNumber"].upper(), seen["statedBirthDate"]) == (name, masked, birthday)
        assert (seen["statedSex"], seen["statedPhone"]) == (sex, None)

    # What the register says when it is completed counts.
    await opened.change(registered.format("模拟旧名", new))
    answer = await completed(opened, filing)
    assert (answer["__typename"], answer["refused"]) == ("FilingNotCompleted", "IDENTITY_MISMATCH")
    await opened.change(registered.format("模拟新名", new))
    assert (await completed(opened, filing))["filing"]["effectId"] == mother
    found = (await opened.data(PERSON, {"id": mother}, "mother"))["person"]
    assert (found["name"], found["idNumber"], found["birthDate"]) == ("模拟新名", new, str(born))

    kept = await opened.rows("SELECT details, id_number, phone FROM person_changes ORDER BY id")
    assert [row[0] for row in kept] == ['["PHONE"]'] * 4 + ['["NAME","DOCUMENT"]']
    assert [row[2] for row in kept[1:4]] == list(phones.values())
    assert kept[4][1] == number
    told = [edge["node"] for edge in (await opened.data(EVENTS, persona="auditor"))["events"]["edges"]]
    assert [each["changed"] for each in told] == [["PHONE"]] * 4 + [["NAME", "DOCUMENT"]]
    assert [each["person"]["id"] for each in told] == [himself] * 4 + [mother]
    # Neither the log nor what was answered holds a number.
    for text in ("SELECT payload FROM events", "SELECT answer FROM answers", "SELECT effect_id FROM filings"):
        written = str(await opened.rows(text))
        assert not any(one in written for one in (number, new, new.lower(), *phones.values()))


async def test_what_cannot_be_on_record_is_refused_when_it_is_drafted(opened: OpenedWorld) -> None:
    himself = opened.person(APPLICANT)

    async def answer(persona: str = APPLICANT, matter: str = EMPLOYEE, **stated: str) -> tuple[str, Any]:
        said = await draft(opened, persona, matter, change(stated.pop("person", himself), **stated))
        return said["__typename"], said.get("path")

    [(number, name, sex, phone)] = await opened.rows(
        f"SELECT id_number, name, sex, phone FROM persons WHERE id = {himself[4:]}"
    )
    card = {"idType": "RESIDENT_ID_CARD", "idNumber": number_like(number)}
    form = ["form", "personChange"]
    assert await answer(name=name, phone=phone) == ("NothingChanges", form)
    assert await answer(phone="1") == ("InputNotAcceptable", [*form, "phone"])
    assert await answer(**{**card, "idNumber": number[:17]}) == ("InputNotAcceptable", [*form, "idNumber"])
    assert await answer(birthDate="1901-01-01") == ("InputNotAcceptable", [*form, "birthDate"])
    assert (await answer(idType="RESIDENT_ID_CARD"))[0] == "InputNotAcceptable"
    assert (await answer())[0] == "InputNotAcceptable"
    assert (await answer(matter=RESIDENT, phone="15400000001"))[0] == "MayNotFile"
    assert await answer(OTHER, phone="15400000001") == ("PersonNotFound", ["form", "personId"])
    before = await opened.written()
    assert await answer(name="模拟他名") == ("IdentityMismatch", form)
    assert await answer(**card) == ("IdentityMismatch", form)
    # The register gives the number of somebody else who is on the platform.
    [(theirs,)] = await opened.rows(f"SELECT id_number FROM persons WHERE id = {opened.person(OTHER)[4:]}")
    await opened.change(f"UPDATE registry_identities SET name = '{name}', sex = '{sex}' WHERE id_number = '{theirs}'")
    born = f"{theirs[6:10]}-{theirs[10:12]}-{theirs[12:14]}"
    assert await answer(idType="RESIDENT_ID_CARD", idNumber=theirs, birthDate=born) == (
        "DocumentOfAnother",
        [*form, "idNumber"],
    )
    speaking = opened.service.world.outside
    opened.service.world.outside = replace(speaking, registry=_Silent())
    assert (await answer(name="模拟他名"))[0] == "PartyDoesNotAnswer"
    assert (await answer(phone="15400000001"))[0] == "FilingMoved"
    opened.service.world.outside = speaking
    while (told := (await answer(name="模拟他名"))[0]) == "IdentityMismatch":
        pass
    assert told == "TooManyAttempts"
    after = await opened.written()
    assert {table for table, rows in after.items() if rows != before[table]} == {
        "filings",
        "filing_materials",
        "events",
        "answers",
    }


class _Silent:
    """A register that does not answer."""

    async def identities(self, *_: object, now: Instant) -> dict[Any, Any]:
        raise PartyUnavailable("population register")

    async def kinships(self, *_: object, now: Instant) -> dict[Any, Any]:
        raise PartyUnavailable("population register")
