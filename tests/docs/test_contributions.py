"""What the pages of a feature name is of the contract: their queries, operations, fields, values, events and people."""

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    parse,
    validate,
)

from domain.policy import PolicyBook

ROOT = Path(__file__).parents[2]
PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("contributions", "accounts")}
CONTRACT = build_schema((ROOT / "schema" / "schema.graphql").read_text("utf-8"))
DOCUMENTS = [
    document
    for page in PAGES.values()
    for document in re.findall(r"^```graphql\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
]
SPANS = {
    span
    for page in PAGES.values()
    for span in re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL))
}


def of_the_contract() -> set[str]:
    names: set[str] = set()
    for kind in CONTRACT.type_map.values():
        names.add(kind.name)
        if isinstance(kind, GraphQLEnumType):
            names.update(kind.values)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            names.update(kind.fields)
    return names


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_query_of_a_page_is_of_the_contract(document: str) -> None:
    assert validate(CONTRACT, parse(document)) == []


def test_a_name_that_a_page_gives_is_of_the_contract() -> None:
    given = {span for span in SPANS if re.fullmatch(r"[A-Za-z]+|[A-Z_]+", span)}
    assert given - of_the_contract() - {"employee"} == set()


def test_a_query_within_a_line_is_of_the_contract() -> None:
    within = [span for span in SPANS if "(" in span]
    assert within
    for span in within:
        assert validate(CONTRACT, parse(f"{{ {span} {{ edges {{ node {{ id }} }} }} }}")) == []


def test_a_fact_that_a_page_names_is_in_the_book() -> None:
    facts = {fact.name for fact in PolicyBook.load().facts()}
    named = {span for span in SPANS if re.fullmatch(r"[a-z_]+\.[a-z_]+", span)}
    assert named
    assert named <= facts


def test_a_persona_that_a_page_names_is_of_the_worlds() -> None:
    worlds = (ROOT / "docs" / "worlds.md").read_text("utf-8")
    personas = {span for span in SPANS if re.fullmatch(r"[a-z]+(-[a-z]+)+", span)}
    assert personas
    assert [one for one in personas if f"`{one}`" not in worlds] == []
