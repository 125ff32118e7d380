"""What the officer of a unit sees: the unit's own people, and nothing of their health, accounts or relatives."""

from typing import Any

import pytest

from tests.resolvers.opened import OpenedWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMBERS = """
{ viewer { role person { id } unit { id kind members(
    where: {scheme: {in: [EMPLOYEE, RESIDENT]}, status: {eq: ACTIVE}}) { totalCount edges { node {
    scheme unit { id } person {
      id name idNumber phone birthDate specialGroup account { id }
      residentContributions { totalCount } familyBindings { totalCount } } } } } } }
  persons { totalCount } events { totalCount } residentContributions { totalCount } }
"""
THEIRS = "query U($id: ID!) { unit(id: $id) { name members { totalCount } } }"


async def seen(world: OpenedWorld, persona: str) -> Any:
    return await world.data(MEMBERS, persona=persona)


@pytest.mark.parametrize(
    ("persona", "kind", "scheme", "members"),
    [
        ("officer-employer", "ENTERPRISE", "EMPLOYEE", 6),
        ("officer-school", "SCHOOL", "RESIDENT", 4),
        ("officer-village", "VILLAGE", "RESIDENT", 5),
    ],
)
async def test_an_officer_sees_the_units_people_and_nothing_more_of_them(
    shared: OpenedWorld, persona: str, kind: str, scheme: str, members: int
) -> None:
    answer = await seen(shared, persona)
    viewer, unit = answer["viewer"], answer["viewer"]["unit"]
    assert (viewer["role"], viewer["person"], unit["kind"]) == ("UNIT_OFFICER", None, kind)
    assert unit["members"]["totalCount"] == answer["persons"]["totalCount"] == members
    assert answer["residentContributions"]["totalCount"] == 0
    for edge in unit["members"]["edges"]:
        assert (edge["node"]["scheme"], edge["node"]["unit"]["id"]) == (scheme, unit["id"])
        person = edge["node"]["person"]
        assert "*" not in person["name"]
        assert "*" * 11 in person["idNumber"]
        assert [person[name] for name in ("birthDate", "specialGroup", "account")] == [None] * 3
        assert person["residentContributions"]["totalCount"] == person["familyBindings"]["totalCount"] == 0


async def test_another_units_people_are_as_if_not_there(shared: OpenedWorld) -> None:
    theirs = (await seen(shared, "officer-village"))["viewer"]["unit"]["id"]
    asked = (await shared.data(THEIRS, {"id": theirs}, "officer-employer"))["unit"]
    assert asked["name"]
    assert asked["members"]["totalCount"] == 0
    assert (await shared.data(THEIRS, {"id": theirs}, "clerk-xixiu"))["unit"]["members"]["totalCount"] == 5
    assert (await shared.data(THEIRS, {"id": theirs}, None))["unit"]["members"]["totalCount"] == 0


async def test_nobody_else_acts_for_a_unit(shared: OpenedWorld) -> None:
    for persona in ("employee", "clerk-xixiu", "operator", None):
        assert (await shared.data("{ viewer { unit { id } } }", persona=persona))["viewer"]["unit"] is None
