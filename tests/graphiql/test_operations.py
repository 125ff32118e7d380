"""The tabs' documents: all of them can be run against the contract, in the order they stand."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    build_schema,
    get_operation_ast,
    parse,
    type_from_ast,
    validate,
)
from graphql.utilities import coerce_input_value

ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "resolvers" / "graphiql" / "operations"
JOURNEYS = sorted((OPERATIONS / "journeys").iterdir())
TABS = sorted((OPERATIONS / "journeys").rglob("*.graphql"))
ALL = sorted(OPERATIONS.rglob("*.graphql"))


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema((ROOT / "schema" / "schema.graphql").read_text("utf-8"))


def only_operation(path: Path) -> OperationDefinitionNode:
    operation = get_operation_ast(parse(path.read_text("utf-8")))
    assert operation is not None, f"{path.name} holds more than one operation"
    return operation


def written_beside(path: Path) -> str:
    beside = path.with_suffix("").with_suffix(".variables.json")
    return beside.read_text("utf-8") if beside.exists() else "{}"


def variables_beside(path: Path) -> dict[str, Any]:
    """A tab's variables as they are sent by somebody whose relative is known."""
    known = {"relativeBirthDate": "1963-11-14", "relativeSex": "FEMALE", "relativeRelation": "PARENT"}
    filled = re.sub(r"\{\{(\w+)\}\}", lambda found: known.get(found[1], found[0]), written_beside(path))
    variables: dict[str, Any] = json.loads(filled.replace('"{{cursor?}}"', "null"))
    return variables


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_a_document_of_the_page_is_valid_against_the_contract(contract: GraphQLSchema, path: Path) -> None:
    assert validate(contract, parse(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("path", TABS, ids=lambda path: f"{path.parent.name} {path.stem}")
def test_a_tabs_variables_are_of_the_types_that_its_document_asks_for(contract: GraphQLSchema, path: Path) -> None:
    given = variables_beside(path)
    definitions = {one.variable.name.value: one for one in only_operation(path).variable_definitions or ()}
    assert set(given) <= set(definitions)
    for name, definition in definitions.items():
        kind = type_from_ast(contract, definition.type)
        assert kind is not None
        # Raises on a missing or unknown input field and on a word that is none of its enum's.
        assert coerce_input_value(given.get(name), kind) is not Undefined  # type: ignore[arg-type]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda path: path.name)
def test_a_value_is_kept_before_it_is_used(journey: Path) -> None:
    kept = {"newKey", *(f"relative{part}" for part in ("Name", "IdNumber", "BirthDate", "Sex", "Relation"))}
    for path in sorted(journey.glob("*.graphql")):
        used = set(re.findall(r"\{\{(\w+)\??\}\}", written_beside(path)))
        assert used <= kept, path.name
        kept |= set(re.findall(r"^# @remember (\w+) = [\w.]+$", path.read_text("utf-8"), re.MULTILINE))


def test_each_tab_has_a_name_of_its_own() -> None:
    names = [operation.name.value for path in TABS if (operation := only_operation(path)).name]
    assert len(set(names)) == len(TABS)
