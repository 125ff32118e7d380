"""A resident suspends, resumes and terminates an enrolment, through the API."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.ports import OutsideEnrolment, PartyUnavailable
from domain.store.engine import Connection
from domain.vocabulary import Instant
from simulator.faults import StandingFaults
from simulator.other_provinces import SimulatedOtherProvinces
from tests.resolvers.opened import (
    ACTIVATE,
    REGISTER,
    RESUME,
    SUSPEND,
    SUSPEND_ELSEWHERE,
    TERMINATE,
    OpenedWorld,
)

RESIDENT = "chuzhou-resident"
PARENT = "newborn-parent"
ENROLMENTS = """
query E($id: ID!) {
  person(id: $id) { enrolments(where: {scheme: {eq: RESIDENT}}) { edges { node { id status } } } }
}
"""
LOG = """
{ events(types: [ENROLMENT_SUSPENDED, ENROLMENT_RESUMED, ENROLMENT_TERMINATED]) { edges { node { __typename
  region actor { id }
  ... on EnrolmentSuspendedEvent { scheme visibleAt enrolment { id status } }
  ... on EnrolmentResumedEvent { scheme enrolment { id status } }
  ... on EnrolmentTerminatedEvent { scheme reason enrolment { id status } } } } } }
"""


async def enrolment_of(world: OpenedWorld, person: str) -> str:
    """The person's only resident enrolment."""
    number = person.removeprefix("per_")
    [(found,)] = await world.rows(f"SELECT id FROM enrolments WHERE person_id = {number} AND scheme = 'RESIDENT'")
    return f"enr_{found}"


async def suspend(world: OpenedWorld, persona: str, enrolment: str, **given: Any) -> dict[str, Any]:
    return await world.mutate(SUSPEND, persona, enrolmentId=enrolment, **({"agreed": True} | given))


def minutes_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() / 60


async def test_an_enrolment_is_suspended_resumed_and_terminated(opened: OpenedWorld) -> None:
    person = opened.person(RESIDENT)
    enrolment = await enrolment_of(opened, person)
    done = await suspend(opened, RESIDENT, enrolment)
    assert done["__typename"] == "EnrolmentSuspended"
    assert done["enrolment"]["status"] == "SUSPENDED"
    assert done["enrolment"]["endedOn"] is None
    seen_at = done["enrolment"]["suspensionVisibleAt"]
    assert 10 <= minutes_between("2024-12-16T09:00:00+08:00", seen_at) <= 30
    quote = await opened.quote(RESIDENT, person)
    assert quote["__typename"] == "NotEnrolled"

    again = await suspend(opened, RESIDENT, enrolment)
    assert (again["__typename"], again["status"]) == ("EnrolmentInAnotherState", "SUSPENDED")
    resumed = await opened.mutate(RESUME, RESIDENT, enrolmentId=enrolment)
    assert resumed["enrolment"]["status"] == "ACTIVE"
    assert resumed["enrolment"]["suspensionVisibleAt"] is None
    assert (await opened.quote(RESIDENT, person))["__typename"] == "ContributionQuote"

    ended = await opened.mutate(TERMINATE, RESIDENT, enrolmentId=enrolment, reason="MOVED_ABROAD")
    assert (ended["enrolment"]["status"], ended["enrolment"]["endedOn"]) == ("TERMINATED", "2024-12-16")
    late = await opened.mutate(RESUME, RESIDENT, enrolmentId=enrolment)
    assert (late["__typename"], late["status"]) == ("EnrolmentInAnotherState", "TERMINATED")

    log = [edge["node"] for edge in (await opened.data(LOG, persona=RESIDENT))["events"]["edges"]]
    about = {
        "scheme": "RESIDENT", "region": "341102", "actor": {"id": person},
        "enrolment": {"id": enrolment, "status": "TERMINATED"},
    }  # fmt: skip
    assert log == [
        {"__typename": "EnrolmentSuspendedEvent", "visibleAt": seen_at, **about},
        {"__typename": "EnrolmentResumedEvent", **about},
        {"__typename": "EnrolmentTerminatedEvent", "reason": "MOVED_ABROAD", **about},
    ]


async def test_a_parent_acts_for_a_child_under_age_whom_the_register_knows(opened: OpenedWorld) -> None:
    enrolment = await enrolment_of(opened, opened.relative(PARENT))
    for stranger in ("employee", RESIDENT):
        refused = await suspend(opened, stranger, enrolment)
        assert refused["__typename"] == "EnrolmentNotFound"
    done = await suspend(opened, PARENT, enrolment)
    assert done["enrolment"]["person"]["id"] == opened.relative(PARENT)


async def test_a_child_does_not_act_for_a_grown_parent_not_even_a_bound_one(opened: OpenedWorld) -> None:
    mother = await opened.bound("employee")
    refused = await suspend(opened, "employee", await enrolment_of(opened, mother))
    assert refused["__typename"] == "EnrolmentNotFound"


async def test_relatives_report_a_death_that_the_register_knows(opened: OpenedWorld) -> None:
    relative = opened.guide["employee"].relative
    assert relative is not None
    given = {"enrolmentId": await enrolment_of(opened, opened.relative("employee")), "reason": "DECEASED"}
    refused = await opened.mutate(TERMINATE, "employee", **given)
    assert (refused["__typename"], refused["reason"]) == ("TerminationReasonNotConfirmed", "DECEASED")
    await opened.change(
        f"UPDATE registry_identities SET died_on = '2024-12-10' WHERE id_number = '{relative.id_number}'"
    )
    ended = await opened.mutate(TERMINATE, "employee", **given)
    assert (ended["enrolment"]["status"], ended["enrolment"]["endedOn"]) == ("TERMINATED", "2024-12-10")


CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "suspend": (SUSPEND, {"agreed": True}),
    "resume": (RESUME, {}),
    "terminate": (TERMINATE, {"reason": "GIVEN_UP"}),
}


@pytest.mark.parametrize("step", CHANGES)
async def test_the_same_key_changes_an_enrolment_once(step: str, opened: OpenedWorld) -> None:
    enrolment = await enrolment_of(opened, opened.person(RESIDENT))
    document, more = CHANGES[step]
    if step == "resume":
        await suspend(opened, RESIDENT, enrolment)
    given = {"enrolmentId": enrolment, "idempotencyKey": "one-change-only", **more}
    first = await opened.mutate(document, RESIDENT, **given)
    assert "enrolment" in first
    after = await opened.written()
    opened.machine.forward(hours=2)
    assert await opened.mutate(document, RESIDENT, **given) == first
    other = await opened.mutate(document, RESIDENT, **(given | {"enrolmentId": "enr_1"}))
    assert other["__typename"] == "IdempotencyKeyReused"
    assert await opened.written() == after


async def test_of_many_at_once_one_suspends(opened: OpenedWorld) -> None:
    enrolment = await enrolment_of(opened, opened.person(RESIDENT))
    answers = await asyncio.gather(*(suspend(opened, RESIDENT, enrolment) for _ in range(6)))
    assert sorted(answer["__typename"] for answer in answers) == ["EnrolmentInAnotherState"] * 5 + [
        "EnrolmentSuspended"
    ]


async def certified(world: OpenedWorld, persona: str | None) -> Any:
    asked = "query P($id: ID!) { person(id: $id) { electronicCertificateAt } }"
    return (await world.data(asked, {"id": world.person(RESIDENT)}, persona))["person"]


async def test_when_a_certificate_was_activated_is_told_to_who_may_know_the_person(opened: OpenedWorld) -> None:
    assert await certified(opened, RESIDENT) == {"electronicCertificateAt": None}
    await opened.mutate(ACTIVATE, RESIDENT, personId=opened.person(RESIDENT))
    assert await certified(opened, RESIDENT) == {"electronicCertificateAt": "2024-12-16T09:00:00+08:00"}
    assert await certified(opened, "operator") == {"electronicCertificateAt": None}
    for stranger in ("employee", "clerk-xixiu", None):
        assert await certified(opened, stranger) is None


NEWCOMER, FRESHMAN = "chuzhou-newcomer", "xuancheng-freshman-outside"


@pytest.mark.parametrize("step", ["register", "register a newborn", "activate", "suspend elsewhere"])
async def test_the_same_key_does_the_same_once(step: str, opened: OpenedWorld) -> None:
    described = opened.member(NEWCOMER)
    del described["pledgeAccepted"]
    steps: dict[str, tuple[str, str, dict[str, Any]]] = {
        "register": (NEWCOMER, REGISTER, {"personId": opened.person(NEWCOMER), "region": "341102"}),
        "register a newborn": (NEWCOMER, REGISTER, {"newPerson": described, "region": "341102"}),
        "activate": (RESIDENT, ACTIVATE, {"personId": opened.person(RESIDENT)}),
        "suspend elsewhere": (
            FRESHMAN,
            SUSPEND_ELSEWHERE,
            {"personId": opened.person(FRESHMAN), "region": "411500", "agreed": True},
        ),
    }
    persona, document, given = steps[step]
    given["idempotencyKey"] = "this-and-no-other"
    before = await opened.written()
    first = await opened.mutate(document, persona, **given)
    assert "code" not in first
    after = await opened.written()
    assert after != before
    opened.machine.forward(hours=2)
    assert await opened.mutate(document, persona, **given) == first
    assert await opened.written() == after


async def test_a_silent_province_suspends_nothing(opened: OpenedWorld) -> None:
    class Deaf(SimulatedOtherProvinces):
        async def suspend(self, connection: Connection, enrolment: OutsideEnrolment, *, now: Instant) -> None:
            raise PartyUnavailable("another province")

    speaking = opened.service.world.outside
    opened.service.world.outside = replace(speaking, other_provinces=Deaf(StandingFaults()))
    given = {"personId": opened.person(FRESHMAN), "region": "411500", "agreed": True, "idempotencyKey": "once-or-later"}
    before = await opened.written()
    refused = await opened.mutate(SUSPEND_ELSEWHERE, FRESHMAN, **given)
    assert (refused["__typename"], refused["party"]) == ("PartyDoesNotAnswer", "OTHER_PROVINCES")
    assert await opened.written() == before
    opened.service.world.outside = speaking
    done = await opened.mutate(SUSPEND_ELSEWHERE, FRESHMAN, **given)
    assert done["__typename"] == "EnrolmentElsewhereSuspended"
