"""Who signs in is who they say: once, by their own document, whatever the register calls them."""

import asyncio
from typing import Any

import pytest

from tests.resolvers.opened import VERIFY, OpenedWorld

ME = "{ viewer { person { id name idType idNumber realNameVerifiedAt } } }"
EVENTS = (
    "{ events(types: [IDENTITY_VERIFIED]) { edges { node { type ... on IdentityVerifiedEvent { person { id } } } } } }"
)


async def me(opened: OpenedWorld, persona: str) -> dict[str, Any]:
    person: dict[str, Any] = (await opened.data(ME, persona=persona))["viewer"]["person"]
    return person


async def form(opened: OpenedWorld, persona: str, **changes: Any) -> dict[str, Any]:
    own = await me(opened, persona)
    return {name: own[name] for name in ("name", "idType", "idNumber")} | changes


async def test_it_is_verified_once_and_stays_so(opened: OpenedWorld) -> None:
    own = await me(opened, "employee")
    assert own["realNameVerifiedAt"] is None
    verified = await opened.mutate(VERIFY, "employee", **await form(opened, "employee"))
    assert verified["person"] == {"id": own["id"], "realNameVerifiedAt": "2024-12-16T09:00:00+08:00"}
    opened.machine.forward(days=1)
    before = await opened.written()
    again = await opened.mutate(VERIFY, "employee", **await form(opened, "employee"))
    assert again == verified
    assert {**await opened.written(), "answers": []} == {**before, "answers": []}
    told = (await opened.data(EVENTS, persona="employee"))["events"]["edges"]
    assert [edge["node"] for edge in told] == [{"type": "IDENTITY_VERIFIED", "person": {"id": own["id"]}}]
    assert (await opened.data(EVENTS, persona="employee-2"))["events"]["edges"] == []


async def test_two_requests_at_once_verify_once(opened: OpenedWorld) -> None:
    given = await form(opened, "employee")
    answers = await asyncio.gather(*(opened.mutate(VERIFY, "employee", **given) for _ in range(6)))
    assert {answer["__typename"] for answer in answers} == {"IdentityVerified"}
    assert len((await opened.data(EVENTS, persona="employee"))["events"]["edges"]) == 1


async def test_nobody_else_is_told_of(opened: OpenedWorld) -> None:
    """Another's document, rightly described, is answered like one that nobody has."""
    anothers = await form(opened, "employee-2")
    nobodys = {"name": "某某", "idType": "FOREIGN_PASSPORT", "idNumber": "E0000001"}
    heard = [await opened.mutate(VERIFY, "employee", **given) for given in (anothers, nobodys)]
    assert heard[0]["__typename"] == "IdentityMismatch"
    assert heard[0] == heard[1]
    assert (await me(opened, "employee"))["realNameVerifiedAt"] is None
    assert (await me(opened, "employee-2"))["realNameVerifiedAt"] is None


@pytest.mark.parametrize(
    ("changed", "told", "path"),
    [
        ("died_on = '2024-12-15'", "PersonDeceased", ["idNumber"]),
        ("name = '\ue863'", "IdentityMismatch", []),
        ("also_written = name, name = '\ue863'", "IdentityVerified", None),
    ],
)
async def test_what_the_register_holds_counts(
    changed: str, told: str, path: list[str] | None, opened: OpenedWorld
) -> None:
    given = await form(opened, "employee")
    await opened.change(f"UPDATE registry_identities SET {changed} WHERE id_number = '{given['idNumber']}'")
    answer = await opened.mutate(VERIFY, "employee", **given)
    assert (answer["__typename"], answer.get("path")) == (told, path)


async def test_what_cannot_be_right_and_who_is_nobody(opened: OpenedWorld) -> None:
    given = await form(opened, "employee", idNumber="240102560315002")
    refused = await opened.mutate(VERIFY, "employee", **given)
    assert (refused["__typename"], refused["field"], refused["problem"]) == (
        "InputNotAcceptable",
        "idNumber",
        "OLD_NUMBER",
    )
    for persona in ("clerk-anshun", "operator", None):
        answer = await opened.mutate(VERIFY, persona, **await form(opened, "employee"))
        assert answer["__typename"] == "NotSignedIn"


async def test_when_somebody_was_verified_is_told_to_that_person_alone(opened: OpenedWorld) -> None:
    await opened.mutate(VERIFY, "employee", **await form(opened, "employee"))
    document = "query P($id: ID!) { person(id: $id) { realNameVerifiedAt } }"
    for persona, told in (("employee", "2024-12-16T09:00:00+08:00"), ("clerk-anshun", None), ("operator", None)):
        found = await opened.data(document, {"id": opened.person("employee")}, persona)
        assert found["person"] == {"realNameVerifiedAt": told}
