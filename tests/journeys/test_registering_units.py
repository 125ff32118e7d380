"""A clerk registers a unit, changes, suspends, resumes and cancels it; its officer signs in and acts for it."""

import asyncio
from typing import Any

import pytest

from tests.resolvers.opened import (
    CANCEL_UNIT,
    CHANGE_UNIT,
    DECLARE,
    REGISTER_UNIT,
    RESUME_UNIT,
    SUSPEND_UNIT,
    OpenedWorld,
)

VIEWER = "{ viewer { role name person { id } unit { id name members { totalCount } } } }"
LOG = """
{ events(types: [UNIT_REGISTERED, UNIT_CHANGED, UNIT_SUSPENDED, UNIT_RESUMED, UNIT_CANCELLED]) { edges { node {
    type region actor { id }
    ... on UnitRegisteredEvent { unit { id } name kind }
    ... on UnitChangedEvent { unit { id } name kind movedEnrolments }
    ... on UnitSuspendedEvent { unit { id } name } ... on UnitResumedEvent { unit { id } name }
    ... on UnitCancelledEvent { unit { id } name } } } } }
"""
FOUND = "query U($where: UnitWhere) { units(where: $where) { totalCount edges { node { id status } } } }"
PLACES = """
query P($id: ID!) { unit(id: $id) { region { code } members { edges { node { status region { code } } } } } }
"""


async def moved(world: OpenedWorld, document: str, unit: str, persona: str = "clerk-xixiu", **given: Any) -> Any:
    return await world.mutate(document, persona, unitId=unit, **given)


async def types(world: OpenedWorld, persona: str | None) -> list[Any]:
    return [edge["node"] for edge in (await world.data(LOG, persona=persona))["events"]["edges"]]


async def test_a_unit_from_its_registration_to_its_end(opened: OpenedWorld) -> None:
    form = opened.unit_form(1)
    answer = await opened.mutate(REGISTER_UNIT, "clerk-xixiu", **form)
    unit = answer["unit"]
    assert unit == {
        "id": unit["id"],
        "name": form["unitName"],
        "kind": "ENTERPRISE",
        "status": "ACTIVE",
        "creditCode": form["creditCode"],
        "registeredOn": "2024-12-16",
        "region": {"code": "520402"},
    }
    officer = answer["officer"]
    assert officer["role"] == "UNIT_OFFICER"
    seen = (await opened.data(VIEWER, persona=officer["name"]))["viewer"]
    assert seen["unit"] == {"id": unit["id"], "name": form["unitName"], "members": {"totalCount": 0}}

    told = {"unitName": "西秀机械集团", "unitKind": "ENTERPRISE", "region": "520403"}
    changed = await moved(opened, CHANGE_UNIT, unit["id"], "clerk-anshun", **told)
    assert (changed["unit"]["name"], changed["unit"]["region"]) == ("西秀机械集团", {"code": "520403"})
    assert changed["movedEnrolments"] == 0
    for document, name, status in (
        (SUSPEND_UNIT, "UnitSuspended", "SUSPENDED"),
        (RESUME_UNIT, "UnitResumed", "ACTIVE"),
        (SUSPEND_UNIT, "UnitSuspended", "SUSPENDED"),
        (CANCEL_UNIT, "UnitCancelled", "CANCELLED"),
    ):
        answer = await moved(opened, document, unit["id"], "clerk-anshun")
        assert (answer["__typename"], answer["unit"]["status"]) == (name, status)

    log = await types(opened, "clerk-anshun")
    assert [event["type"] for event in log] == [
        "UNIT_REGISTERED", "UNIT_CHANGED", "UNIT_SUSPENDED", "UNIT_RESUMED", "UNIT_SUSPENDED", "UNIT_CANCELLED",
    ]  # fmt: skip
    assert [event["region"] for event in log] == ["520402"] + ["520403"] * 5
    assert {event["unit"]["id"] for event in log} == {unit["id"]}
    assert [event["name"] for event in log] == [form["unitName"]] + ["西秀机械集团"] * 5
    assert all(event["actor"] is None for event in log)
    assert await types(opened, officer["name"]) == log
    assert await types(opened, "operator") == log
    assert [event["type"] for event in await types(opened, "clerk-xixiu")] == ["UNIT_REGISTERED"]
    for persona in ("officer-employer", "employee", "clerk-synthetic", None):
        assert await types(opened, persona) == []


async def test_a_unit_is_found_by_its_code_and_its_state(opened: OpenedWorld) -> None:
    unit, _ = await opened.registered_unit(2)
    code = {"creditCode": {"eq": opened.unit_form(2)["creditCode"]}}
    assert (await opened.data(FOUND, {"where": code}))["units"]["edges"] == [{"node": {"id": unit, "status": "ACTIVE"}}]
    suspended = {"status": {"eq": "SUSPENDED"}}
    assert (await opened.data(FOUND, {"where": suspended}))["units"]["totalCount"] == 0
    await moved(opened, SUSPEND_UNIT, unit)
    assert (await opened.data(FOUND, {"where": suspended}))["units"]["edges"] == [
        {"node": {"id": unit, "status": "SUSPENDED"}}
    ]
    assert (await opened.data(FOUND, {"where": code | {"status": {"in": ["ACTIVE"]}}}))["units"]["totalCount"] == 0


async def test_every_step_is_done_once_under_its_key(opened: OpenedWorld) -> None:
    form = opened.unit_form(3, idempotencyKey="register-it-once")
    first = await opened.mutate(REGISTER_UNIT, "clerk-xixiu", **form)
    unit = first["unit"]["id"]
    told = {"unitName": "西秀三厂", "unitKind": "ENTERPRISE", "region": "520402"}
    steps: list[tuple[str, dict[str, Any]]] = [
        (CHANGE_UNIT, {"unitId": unit, **told}),
        (SUSPEND_UNIT, {"unitId": unit}),
        (RESUME_UNIT, {"unitId": unit}),
        (CANCEL_UNIT, {"unitId": unit}),
    ]
    answers = [
        await opened.mutate(document, "clerk-xixiu", idempotencyKey=f"step-number-{at}", **given)
        for at, (document, given) in enumerate(steps)
    ]
    written = await opened.written()
    again = await opened.mutate(REGISTER_UNIT, "clerk-xixiu", **form)
    assert (again["__typename"], again["unit"]["id"], again["officer"]) == (
        "UnitRegistered", unit, first["officer"]
    )  # fmt: skip
    for at, (document, given) in enumerate(steps):
        replayed = await opened.mutate(document, "clerk-xixiu", idempotencyKey=f"step-number-{at}", **given)
        assert replayed["__typename"] == answers[at]["__typename"]
    assert await opened.written() == written
    other = await opened.mutate(REGISTER_UNIT, "clerk-xixiu", **(form | {"unitName": "别的厂"}))
    assert other["__typename"] == "IdempotencyKeyReused"
    # A key is the clerk's own.
    another = await opened.mutate(REGISTER_UNIT, "clerk-anshun", **form)
    assert (another["__typename"], another["unit"]) == ("UnitAlreadyRegistered", {"id": unit})


async def test_a_code_is_registered_once_whoever_asks_at_once(opened: OpenedWorld) -> None:
    form = opened.unit_form(4)
    clerks = ["clerk-xixiu", "clerk-anshun"] * 4
    answers = await asyncio.gather(*(opened.mutate(REGISTER_UNIT, clerk, **form) for clerk in clerks))
    names = sorted(answer["__typename"] for answer in answers)
    assert names == ["UnitAlreadyRegistered"] * 7 + ["UnitRegistered"]
    assert len({answer["unit"]["id"] for answer in answers}) == 1


async def test_who_is_insured_by_a_unit_keeps_it_from_ending_and_moves_with_it(opened: OpenedWorld) -> None:
    unit = (await opened.data(VIEWER, persona="officer-employer"))["viewer"]["unit"]["id"]
    for document in (SUSPEND_UNIT, CANCEL_UNIT):
        answer = await moved(opened, document, unit)
        assert (answer["__typename"], answer["members"]) == ("UnitHasMembers", 6)
    told = {"unitName": "平坝机械厂", "unitKind": "ENTERPRISE", "region": "520403"}
    changed = await moved(opened, CHANGE_UNIT, unit, "clerk-anshun", **told)
    assert changed["movedEnrolments"] == 12, "six people in two schemes each"
    seen = (await opened.data(PLACES, {"id": unit}, "officer-employer"))["unit"]
    places = [edge["node"]["region"]["code"] for edge in seen["members"]["edges"]]
    assert (seen["region"]["code"], places) == ("520403", ["520403"] * 12)


async def test_who_owes_is_not_cancelled_and_who_is_suspended_declares_nothing(opened: OpenedWorld) -> None:
    viewer = (await opened.data(VIEWER, persona="officer-employer"))["viewer"]
    unit, lines = viewer["unit"]["id"], [{"personId": opened.person("officer-employer"), "wage": "6500.00"}]
    declared = await opened.mutate(DECLARE, "officer-employer", unitId=unit, month=202412, lines=lines)
    assert declared["__typename"] == "WagesDeclared"
    await opened.change(f"UPDATE enrolments SET status = 'SUSPENDED' WHERE unit_id = {unit.removeprefix('uni_')}")
    refused = await moved(opened, CANCEL_UNIT, unit)
    assert (refused["__typename"], refused["bills"], refused["due"]) == ("UnitOwesBills", 1, "552.50")
    assert (await moved(opened, SUSPEND_UNIT, unit))["__typename"] == "UnitSuspended"
    refused = await opened.mutate(DECLARE, "officer-employer", unitId=unit, month=202411, lines=lines)
    assert (refused["__typename"], refused["status"]) == ("UnitInAnotherState", "SUSPENDED")
    impossible = await opened.mutate(DECLARE, "officer-employer", unitId=unit, month=202501, lines=lines)
    assert impossible["__typename"] == "InputNotAcceptable"


@pytest.mark.parametrize("persona", ["employee", "officer-employer", "operator", None])
async def test_only_a_clerk_registers(opened: OpenedWorld, persona: str | None) -> None:
    unit, _ = await opened.registered_unit(5)
    told = {"unitName": "西秀五厂", "unitKind": "ENTERPRISE", "region": "520402"}
    before = await opened.written()
    answers = [
        await opened.mutate(REGISTER_UNIT, persona, **opened.unit_form(6)),
        await opened.mutate(CHANGE_UNIT, persona, unitId=unit, **told),
        *[await opened.mutate(document, persona, unitId=unit) for document in (SUSPEND_UNIT, RESUME_UNIT, CANCEL_UNIT)],
    ]
    assert {answer["__typename"] for answer in answers} == {"NotSignedIn"}
    assert await opened.written() == before


async def test_a_clerk_of_another_region_finds_no_such_unit(opened: OpenedWorld) -> None:
    unit, _ = await opened.registered_unit(7)
    told = {"unitName": "别处的厂", "unitKind": "ENTERPRISE", "region": "840102"}
    answers = [
        await opened.mutate(CHANGE_UNIT, "clerk-synthetic", unitId=unit, **told),
        *[await moved(opened, document, unit, "clerk-synthetic") for document in (SUSPEND_UNIT, RESUME_UNIT)],
        await moved(opened, CANCEL_UNIT, "uni_1"),
        await moved(opened, CANCEL_UNIT, "per_520000000000000001"),
    ]
    assert {answer["__typename"] for answer in answers} == {"UnitNotFound"}
