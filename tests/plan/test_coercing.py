"""What is compiled to read input reads as graphql-core does, and gives up on what graphql-core refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    coerce_input_value,
    parse,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.policy import PolicyBook
from resolvers.graphql import build_executor
from resolvers.plan.coercing import Readers, arguments_reader, is_nullable

SAMPLES = {
    "ID": "prs_510703000000001",
    "String": "张三",
    "Yuan": "400.50",
    "Ratio": "0.85",
    "Date": "2025-02-28",
    "DateTime": "2025-02-28T09:00:00+08:00",
    "RegionCode": "520400",
    "IdNumber": "11010519491231002x",
    "Cursor": "0011",
    "Int": 7,
    "Int64": 2**40,
    "Boolean": True,
}
ODD: list[Any] = [None, True, 0, 1.5, 2.0, 2**31, 2**63, "", "1", "EQ", "2025-02-30", [], [None], {}, {"eq": None}]
"""Values that some types take and most do not."""


@pytest.fixture(scope="module")
def schema() -> Iterator[GraphQLSchema]:
    executor = build_executor(PolicyBook.load())
    yield executor.schema
    executor.close()


class Drawn:
    """Values of input types, of which one part in `odd` is something else."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data
        self._odd = data.draw(st.sampled_from([8, 80]))
        self.declared: dict[str, GraphQLInputType] = {}

    def one_in(self, times: int) -> bool:
        return self._data.draw(st.integers(1, times)) == times

    def of(self, type_: GraphQLInputType) -> Any:
        """A value of JSON."""
        if self.one_in(self._odd):
            return self._data.draw(st.sampled_from(ODD))
        if isinstance(type_, GraphQLNonNull):
            return self.of(type_.of_type)
        if isinstance(type_, GraphQLList):
            return self.of(type_.of_type) if self.one_in(4) else [self.of(type_.of_type)] * 2
        if isinstance(type_, GraphQLEnumType):
            return self._data.draw(st.sampled_from(sorted(type_.values)))
        if isinstance(type_, GraphQLInputObjectType):
            found = {name: self.of(each.type) for name, each in type_.fields.items() if self._has(each.type)}
            return {**found, "unknown": None} if self.one_in(self._odd) else found
        return SAMPLES[type_.name]

    def literal(self, type_: GraphQLInputType) -> str:
        """A literal in which variables stand, which are declared of the types that are expected there."""
        if self.one_in(3):
            name = f"v{len(self.declared)}"
            self.declared[name] = type_
            return f"${name}"
        if isinstance(type_, GraphQLNonNull):
            return self.literal(type_.of_type)
        if self.one_in(10):
            return "null"
        if isinstance(type_, GraphQLList):
            one, other = self.literal(type_.of_type), self.literal(type_.of_type)
            return one if self.one_in(4) else f"[{one}, {other}]"
        if isinstance(type_, GraphQLEnumType):
            return str(min(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            members = [
                f"{name}: {self.literal(each.type)}" for name, each in type_.fields.items() if self._has(each.type)
            ]
            return f"{{{', '.join(members)}}}"
        return json.dumps(SAMPLES[type_.name], ensure_ascii=False)

    def _has(self, type_: GraphQLInputType) -> bool:
        return isinstance(type_, GraphQLNonNull) or self.one_in(3)


def made(read: Callable[..., Any], *given: Any) -> str:
    """What was read, with its types and its order; "" where nothing was."""
    try:
        found = read(*given)
    except Exception:
        return ""
    return "" if found is Undefined else f"{found!r}"


def coerced_or_not(value: Any, type_: GraphQLInputType) -> Any:
    """What graphql-core makes of a value, Undefined where it refuses it in whichever way."""
    try:
        return coerce_input_value(value, type_)
    except GraphQLError:
        return Undefined


def in_brackets(parts: list[str]) -> str:
    return f"({' '.join(parts)})" if parts else ""


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_value_is_read_as_graphql_core_reads_it_or_not_at_all(schema: GraphQLSchema, data: st.DataObject) -> None:
    inputs = [each for each in schema.type_map.values() if isinstance(each, GraphQLInputObjectType)]
    type_ = data.draw(st.sampled_from(inputs))
    drawn = Drawn(data)
    for wrapped in (type_, GraphQLList(GraphQLNonNull(type_))):
        value = drawn.of(wrapped)
        if value is not None:
            assert made(Readers().of(wrapped), value) == made(coerce_input_value, value, wrapped)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_variables_and_arguments_are_read_as_graphql_core_reads_them_or_not_at_all(
    schema: GraphQLSchema, data: st.DataObject
) -> None:
    roots = [root for root in (schema.query_type, schema.mutation_type) if root is not None]
    fields = [(name, field) for root in roots for name, field in root.fields.items() if field.args]
    name, definition = data.draw(st.sampled_from(fields))
    drawn = Drawn(data)
    arguments = [f"{each}: {drawn.literal(one.type)}" for each, one in definition.args.items() if drawn.one_in(2)]
    declared = [
        f"${each}: {type_}{' = null' if is_nullable(type_) and drawn.one_in(4) else ''}"
        for each, type_ in drawn.declared.items()
    ]
    text = f"query {in_brackets(declared)} {{ {name} {in_brackets(arguments)} }}"
    [operation] = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    [node] = operation.selection_set.selections
    assert isinstance(node, FieldNode)
    sent = {each: drawn.of(type_) for each, type_ in drawn.declared.items() if not drawn.one_in(4)}
    definitions = operation.variable_definitions or ()

    def variables() -> dict[str, Any]:
        found = get_variable_values(schema, definitions, sent)
        assert isinstance(found, VariableValues)
        return found.coerced

    assert made(Readers().of_variables(schema, definitions), {**sent, "another": 1}) == made(variables)
    # Whatever the variables are, it is for the arguments to say whether they are enough.
    coerced = {
        each: found
        for each, value in sent.items()
        if (found := coerced_or_not(value, drawn.declared[each])) is not Undefined
    }
    values = VariableValues({}, coerced)
    assert made(arguments_reader(definition, node), coerced) == made(get_argument_values, definition, node, values)


@pytest.mark.parametrize("form", ["{}", "{ incomeLoss: null, another: null }"])
def test_a_literal_that_gives_not_exactly_one_member_is_left_to_graphql_core(schema: GraphQLSchema, form: str) -> None:
    [operation] = parse(f"mutation {{ draftFiling(input: {{ form: {form} }}) }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    [node] = operation.selection_set.selections
    assert isinstance(node, FieldNode)
    assert schema.mutation_type is not None
    assert made(arguments_reader(schema.mutation_type.fields["draftFiling"], node), {}) == ""
