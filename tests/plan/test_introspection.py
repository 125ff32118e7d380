"""Introspection: bounded in number and in what it comes to, answered beside the loop, remembered within one budget."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from graphql import execute_sync, get_introspection_query, parse

from domain.policy import PolicyBook
from resolvers.graphql import build_executor
from resolvers.plan.executor import Executor
from resolvers.plan.introspection import Introspection
from tests.plan.asking import AskedWorld

WHOLE = (
    "fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"
    " fragment F on __Schema { types { kind name description"
    " fields(includeDeprecated: true) { name description args { name description type { ...T } defaultValue }"
    " type { ...T } isDeprecated deprecationReason }"
    " inputFields { name description type { ...T } defaultValue } interfaces { ...T }"
    " enumValues(includeDeprecated: true) { name description isDeprecated } possibleTypes { ...T } }"
    " directives { name description locations args { name description type { ...T } defaultValue } } }"
)
TWENTY_TIMES = "{ " + " ".join(f"a{n}: __schema {{ ...F }}" for n in range(20)) + " } " + WHOLE
INSIDE_ONE = (
    "{ __schema { "
    + " ".join(f"a{n}: types {{ ...A }}" for n in range(20))
    + " } } fragment A on __Type { fields { name description args { name description type { ...T } } type { ...T } }"
    " inputFields { name description type { ...T } } enumValues { name description } possibleTypes { ...T } }"
    " fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"
)


@pytest.fixture
def fresh() -> Iterator[Executor]:
    """An executor that remembers nothing yet."""
    with closing(build_executor(PolicyBook.load())) as executor:
        yield executor


def refusal(asked: AskedWorld, document: str, executor: Executor) -> str:
    """The code with which a document is refused as a whole."""
    answer = asked.answer(document, executor=executor)
    body = json.loads(answer.body)
    assert "data" not in body
    assert answer.status == 400
    [error] = body["errors"]
    code: str = error["extensions"]["code"]
    return code


@pytest.mark.parametrize(
    "document",
    [
        TWENTY_TIMES,
        INSIDE_ONE,
        "{ a: __schema { queryType { name } } b: __schema { queryType { name } } }",
        "{ " + " ".join(f't{n}: __type(name: "Unit") {{ name }}' for n in range(11)) + " }",
    ],
    ids=["twenty whole schemas", "twenty lists of all types in one schema", "two schemas", "eleven types"],
)
def test_introspection_that_comes_to_too_much_is_refused(
    sqlite_world: AskedWorld, fresh: Executor, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("it was executed")

    monkeypatch.setattr(Introspection, "_executed", never)
    assert refusal(sqlite_world, document, fresh) == "COST_LIMIT_EXCEEDED"


def test_one_schema_and_ten_types_are_answered(sqlite_world: AskedWorld, fresh: Executor) -> None:
    document = "{ __schema { ...F } " + " ".join(f't{n}: __type(name: "Unit") {{ name }}' for n in range(10)) + " } "
    body = json.loads(sqlite_world.answer(document + WHOLE, executor=fresh).body)
    assert "errors" not in body
    assert len(body["data"]) == 11


@pytest.mark.parametrize("document", [get_introspection_query(), "{ __schema { ...F } } " + WHOLE])
def test_the_cost_of_a_whole_schema_is_about_what_it_comes_to(sqlite_world: AskedWorld, document: str) -> None:
    schema = sqlite_world.executor.schema
    result = execute_sync(schema, parse(document)).data

    def values(value: object) -> int:
        if isinstance(value, dict):
            return 1 + sum(map(values, value.values()))
        return sum(map(values, value)) if isinstance(value, list) else 1

    narrow = build_executor(PolicyBook.load())
    with closing(narrow):
        narrow.costs = type(narrow.costs)(values=1)
        [error] = json.loads(sqlite_world.answer(document, executor=narrow).body)["errors"]
    assert 0.5 < error["extensions"]["cost"] / values(result) < 2


def test_introspection_is_executed_once_whatever_other_variables_hold(
    sqlite_world: AskedWorld, fresh: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed = []
    original = Introspection._executed

    def counted(self: Introspection, document: object, values: dict[str, object]) -> object:
        executed.append(values)
        return original(self, document, values)  # type: ignore[arg-type]

    monkeypatch.setattr(Introspection, "_executed", counted)
    document = """query($n: String!, $id: ID!, $f: Boolean!) {
        __type(name: $n) { ...T } person(id: $id) { name } }
        fragment T on __Type { name fields(includeDeprecated: $f) { name } }"""
    for number in range(5):
        for name in ("Unit", "Node"):
            values = {"n": name, "id": f"per_{number}", "f": True}
            body = json.loads(sqlite_world.answer(document, values, executor=fresh).body)
            assert body["data"]["__type"]["name"] == name
    assert executed == [{"f": True, "n": "Unit"}, {"f": True, "n": "Node"}]


def test_what_introspection_answered_is_remembered_within_a_budget_and_under_no_value_that_was_sent(
    sqlite_world: AskedWorld, fresh: Executor
) -> None:
    introspection = fresh._introspection
    introspection._remembered_bytes = 2_000
    document = "query($n: String!) { __type(name: $n) { name fields { name } } }"
    for type_name in sorted(sqlite_world.executor.schema.type_map):
        sqlite_world.answer(document, {"n": type_name}, executor=fresh)
        assert introspection._bytes <= 2_000
    assert introspection._bytes == sum(size for _, size in introspection._known.values()) > 0
    assert "Unit" not in repr(introspection._known.keys())
    sqlite_world.answer(get_introspection_query(), executor=fresh)
    assert introspection._bytes <= 2_000
