"""What a document may be: each limit from both sides; and a server that tells nobody what its contract has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from graphql import get_introspection_query

from domain.policy import PolicyBook
from resolvers.graphql import build_executor
from resolvers.plan.documents import DocumentLimits
from resolvers.plan.executor import Executor
from tests.plan.asking import AskedWorld

LIMITS = DocumentLimits()


def aliased(count: int) -> str:
    fields = " ".join(f"a{number}: code" for number in range(count))
    return f"{{ regions(first: 1) {{ edges {{ node {{ {fields} }} }} }} }}"


def directed(count: int, places: int) -> str:
    directives = "@include(if: true) " * count
    fields = " ".join(f"a{number}: code {directives}" for number in range(places))
    return f"{{ regions(first: 1) {{ edges {{ node {{ {fields} }} }} }} }}"


def nested(depth: int) -> str:
    inner = depth - 4
    return "{ regions(first: 1) { edges { node { " + "parent { " * inner + "code" + " }" * inner + " } } } }"


def listed(count: int) -> str:
    return "{ regions(where: {level: {in: [" + "COUNTY " * count + "]}}) { totalCount } }"


def repeated(count: int) -> str:
    return "{ world { " + "name " * count + "} }"


DOCUMENTS = {
    "aliases": (aliased, LIMITS.aliases),
    "directives": (lambda count: directed(1, count), LIMITS.directives),
    "depth": (nested, LIMITS.depth),
    "list_items": (listed, LIMITS.list_items),
    "repeats": (repeated, LIMITS.repeats),
    "operations": (
        lambda count: " ".join(f"query Q{n} {{ world {{ name }} }}" for n in range(count)),
        LIMITS.operations,
    ),
    "root_fields": (
        lambda count: "{ " + " ".join(f"a{n}: __typename" for n in range(count)) + " }",
        LIMITS.root_fields,
    ),
}


def told(asked: AskedWorld, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """The only error that a document is refused with as a whole; None where it is refused for nothing or another."""
    body = json.loads(asked.answer(document, variables, operation="Q0" if "query Q0" in document else None).body)
    if "data" in body:
        return None
    error: dict[str, Any] = body["errors"][0]
    return error if error["extensions"]["code"] == "COST_LIMIT_EXCEEDED" else None


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_may_have_that_much_and_no_more(sqlite_world: AskedWorld, name: str) -> None:
    document, most = DOCUMENTS[name]
    assert told(sqlite_world, document(most)) is None
    refused = told(sqlite_world, document(most + 1))
    assert refused is not None
    zh, _, en = refused["message"].partition("。 ")
    assert str(most) in zh
    assert re.search(rf"\b{most}\b.*(several|fewer|smaller)", en) or name == "root_fields"


def test_directives_in_one_place_are_bounded(sqlite_world: AskedWorld) -> None:
    most = LIMITS.directives_per_node
    # GraphQL itself takes no directive twice, unless it is repeatable.
    assert told(sqlite_world, directed(most, 1)) is None
    assert told(sqlite_world, directed(most + 1, 1)) is not None


def test_fields_are_counted_as_written_and_as_spread(sqlite_world: AskedWorld) -> None:
    many = " ".join(f"a{number}: name" for number in range(100))
    wide = " ".join(f"b{number}: world {{ ...F }}" for number in range(10))
    refused = told(sqlite_world, f"{{ {wide} }} fragment F on World {{ {many} }}")
    assert refused is not None
    assert str(LIMITS.fields) in refused["message"]


def test_lists_in_variables_are_bounded_too(sqlite_world: AskedWorld) -> None:
    document = "query Q0($levels: [RegionLevel!]) { regions(where: {level: {in: $levels}}) { totalCount } }"
    assert told(sqlite_world, document, {"levels": ["COUNTY"] * LIMITS.list_items}) is None
    refused = told(sqlite_world, document, {"levels": ["COUNTY"] * (LIMITS.list_items + 1)})
    assert refused is not None
    assert str(LIMITS.list_items) in refused["message"]


# ---- a server that tells nobody what its contract has ---------------------------------------------------------------


@pytest.fixture(scope="module")
def silent() -> Iterator[Executor]:
    """An executor without introspection."""
    with closing(build_executor(PolicyBook.load(), introspection=False)) as executor:
        yield executor


@pytest.mark.parametrize(
    "document",
    [
        get_introspection_query(),
        "{ __schema { queryType { name } } }",
        '{ a: __type(name: "Person") { name } }',
        "{ ...F } fragment F on Query { __schema { types { name } } }",
        '{ ... { world { name } } ... on Query { b: __type(name: "Unit") { fields { name } } } }',
        "query($yes: Boolean!) { world { name } __schema @include(if: $yes) { types { name } } }",
        "mutation { __schema { types { name } } }",
    ],
)
def test_introspection_is_refused(sqlite_world: AskedWorld, silent: Executor, document: str) -> None:
    answer = sqlite_world.answer(document, {"yes": True}, executor=silent)
    body = json.loads(answer.body)
    assert [error["extensions"]["code"] for error in body["errors"]] == ["INTROSPECTION_DISABLED"]
    assert "data" not in body
    assert answer.status == 400


def test_the_name_of_a_type_that_is_answered_is_told_all_the_same(sqlite_world: AskedWorld, silent: Executor) -> None:
    body = json.loads(sqlite_world.answer("{ __typename world { __typename name } }", executor=silent).body)
    assert body["data"] == {"__typename": "Query", "world": {"__typename": "World", "name": "asked"}}


MISSPELT: dict[str, tuple[str, Mapping[str, Any], set[str]]] = {
    "field": ("{ perso }", {}, {"person", "persons"}),
    "field below": ("{ regions { edge } }", {}, {"edges"}),
    "argument": ("{ regions(firs: 1) { totalCount } }", {}, {"first"}),
    "type": ('{ node(id: "x") { ... on Persn { name } } }', {}, {"Person", "Persona"}),
    "type of a variable": ("query($a: RegionCod) { regions { totalCount } }", {}, {"RegionCode"}),
    "field of an interface": ('{ node(id: "x") { birthDate } }', {}, {"Person"}),
    "directive's argument": ("{ world { name @include(iff: true) } }", {}, set()),
    "input field": ('{ regions(where: {regio: {eq: "520000"}}) { totalCount } }', {}, {"level", "parent"}),
    "enum value": ("{ regions(where: {level: {eq: COUNT}}) { totalCount } }", {}, {"COUNTY", "PROVINCE"}),
    "no selection": ("{ world }", {}, {"world {"}),
    "input field of a variable": (
        "query($w: RegionWhere) { regions(where: $w) { totalCount } }",
        {"w": {"regio": {}}},
        {"level", "parent"},
    ),
    "enum value of a variable": (
        "query($l: RegionLevel!) { regions(where: {level: {eq: $l}}) { totalCount } }",
        {"l": "COUNT"},
        {"COUNTY", "PROVINCE"},
    ),
}


@pytest.mark.parametrize("what", MISSPELT)
def test_what_is_misspelt_is_answered_with_nothing_that_would_fit(
    sqlite_world: AskedWorld, silent: Executor, what: str
) -> None:
    document, variables, fitting = MISSPELT[what]
    answer = sqlite_world.answer(document, variables, executor=silent)
    messages = " ".join(error["message"] for error in json.loads(answer.body)["errors"])
    assert answer.status == 400
    assert "Did you mean" not in messages
    assert not {name for name in fitting if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", messages)}
    # Where introspection is answered, the same mistake is answered with what would have fitted.
    helpful = " ".join(
        error["message"] for error in json.loads(sqlite_world.answer(document, variables).body)["errors"]
    )
    assert not fitting or any(name in helpful for name in fitting)
