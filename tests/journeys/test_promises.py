"""What each persona is promised is what the API answers, word for word, on both engines."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from graphql import parse, validate

from simulator.expecting import difference, filled, remembered
from simulator.promises import PER_PERSONA, promises_told
from tests.resolvers.opened import CONTRACT, OpenedWorld

PROMISED = list(promises_told())
EVERYBODY = """
query Personas($after: Cursor) {
  personas(first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { name promises { zh: text en: text(language: EN) document variables outcome refusal expected } } }
  }
}
"""


async def catalogue(world: OpenedWorld) -> dict[str, list[dict[str, Any]]]:
    """What every persona of a world is promised, as whoever has not signed in reads it."""
    found: dict[str, list[dict[str, Any]]] = {}
    after = None
    while True:
        page = (await world.data(EVERYBODY, {"after": after}))["personas"]
        found |= {edge["node"]["name"]: edge["node"]["promises"] for edge in page["edges"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


@pytest.mark.asyncio(loop_scope="module")
async def test_more_than_forty_personas_are_promised_something_in_both_languages(shared: OpenedWorld) -> None:
    found = await catalogue(shared)
    promised = {name: promises for name, promises in found.items() if promises}
    assert list(promised) == [name for name in found if name in set(PROMISED)]
    assert promised.keys() == set(PROMISED)
    assert len(promised) >= 40
    for promises in promised.values():
        assert len(promises) <= PER_PERSONA
        for one in promises:
            assert re.search("[一-鿿]", one["zh"])
            assert not re.search("[一-鿿]", one["en"])
            assert validate(CONTRACT, parse(one["document"])) == []
            assert one["refusal"] is None or one["refusal"] in CONTRACT.type_map["RefusalCode"].values  # type: ignore[attr-defined]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", PROMISED)
async def test_what_a_persona_is_promised_is_kept(name: str, shared: OpenedWorld) -> None:
    known: dict[str, Any] = {}
    for promise in (await catalogue(shared))[name]:
        variables = filled(json.loads(promise["variables"]), known, shared.new_key)
        answer = await shared.data(promise["document"], variables, name)
        found = difference(json.loads(promise["expected"]), answer)
        assert found is None, f"{promise['en']} {found}"
        [payload] = answer.values()
        assert (payload["__typename"], payload.get("code")) == (promise["outcome"], promise["refusal"])
        known |= remembered(promise["document"], answer)
