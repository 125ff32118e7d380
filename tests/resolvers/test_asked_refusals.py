"""In a sandbox a mutation is told the refusal that is asked for: in the contract's shape, and without effect."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLUnionType, get_named_type

from domain.refusals import PRECEDENCE
from resolvers.service import Answer, GraphQLRequest
from tests.resolvers.access.paths import filled
from tests.resolvers.opened import ACTIVATE, ADVANCE_CLOCK, CONTRACT, PAY, OpenedWorld, mutation_telling

PAGE = (Path(__file__).parents[2] / "docs" / "front-end.md").read_text("utf-8")
OF_LINES = {"ListedTwice", "NotAMember"}
"""Refusals that no mutation answers as a whole."""
SHARED = {"code", "path", "retryable", "basis", "__typename", "zh", "en"}


async def told(world: OpenedWorld, document: str, fault: str, persona: str | None, /, **given: Any) -> Any:
    asked = GraphQLRequest(document, {"input": {"idempotencyKey": "asked-for-1", **given}}, fault=fault)
    answer = await world.service.answer(asked, await world.viewer(persona), "the-request")
    assert isinstance(answer, Answer)
    return json.loads(answer.body)


@pytest.mark.sqlite
async def test_every_mutation_is_told_every_refusal_of_its_result_that_links_to_no_row(on_sqlite: OpenedWorld) -> None:
    assert CONTRACT.mutation_type is not None
    before = await on_sqlite.written()
    met = set()
    linked = {one.__name__ for one in PRECEDENCE if any(name.endswith("_id") for name in one.__dataclass_fields__)}
    for name, field in CONTRACT.mutation_type.fields.items():
        result = get_named_type(field.type)
        assert isinstance(result, GraphQLUnionType)
        possible = {one.name for one in result.types}
        document = mutation_telling(name)
        ids: dict[str, str] = defaultdict(lambda: "per_1")
        given = filled(get_named_type(field.args["input"].type), ids)
        stranger = next(one for one in PRECEDENCE if one.__name__ not in possible)
        for refusal in (stranger, *(one for one in PRECEDENCE if one.__name__ in possible)):
            answer = await told(on_sqlite, document, f"refusal={refusal.code.name}", None, **given)
            if refusal is stranger or refusal.__name__ in linked:
                [error] = answer["errors"]
                assert error["extensions"]["code"] == "BAD_USER_INPUT"
                assert f" {refusal.code.name}," not in error["message"]
                continue
            payload = answer["data"][name]
            assert (payload["__typename"], payload["code"]) == (refusal.__name__, refusal.code.name)
            assert payload["zh"] != payload["en"]
            assert payload["basis"] is None
            assert all(value is not None for key, value in payload.items() if key not in SHARED)
            met.add(refusal.__name__)
    assert {one.__name__ for one in PRECEDENCE} - linked - met == OF_LINES
    assert await on_sqlite.written() == before


@pytest.mark.sqlite
async def test_it_is_for_one_request_of_a_sandbox(on_sqlite: OpenedWorld) -> None:
    for fault in ("refusal", "refusal=", "refusal=NO_SUCH_CODE", "event-lost=1", "refusal=BALANCE_TOO_LOW, seed=1"):
        [error] = (await told(on_sqlite, PAY, fault, "employee", contributionId="con_1"))["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert "refusal=BALANCE_TOO_LOW" in error["message"]
    # No key is taken: the request is what it is without the header.
    given = {"to": "2024-12-17T09:00:00+08:00"}
    asked = await told(on_sqlite, ADVANCE_CLOCK, "refusal=CLOCK_IS_ADVANCING", "operator", **given)
    assert asked["data"]["advanceClock"]["retryable"] is True
    done = await on_sqlite.mutate(ADVANCE_CLOCK, "operator", idempotencyKey="asked-for-1", **given)
    assert done["__typename"] == "ClockAdvanced"

    on_sqlite.service.world.sandbox = False
    [error] = (await told(on_sqlite, ACTIVATE, "refusal=PERSON_DECEASED", None, personId="per_1"))["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.sqlite
async def test_the_page_for_front_end_teams_shows_what_is_answered(on_sqlite: OpenedWorld) -> None:
    section = PAGE[PAGE.index("## One refusal on the screen") : PAGE.index("## Errors")]
    [fault] = re.findall(r"^ {4}Canbao-Fault: (.*)$", section, re.MULTILINE)
    body, data = (json.loads(text) for text in re.findall(r"^ {4}\{.*?(?=\n\n)", section, re.MULTILINE | re.DOTALL))
    answer = await told(on_sqlite, body["query"], fault, "employee", **body["variables"]["input"])
    assert answer == {"data": data}
