"""`__schema` and `__type` (内省), answered by graphql-core beside the event loop and remembered."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    execute_sync,
    get_named_type,
    is_leaf_type,
)

from resolvers.plan.arguments import FieldProblem, Variables
from resolvers.plan.documents import Documents, Operation
from resolvers.plan.rows import Cost
from resolvers.plan.selection import Selector
from resolvers.service import ErrorCode

MOST: Final[Mapping[str, int]] = {"__schema": 1, "__type": 10}
"""How many of each introspection field one operation may select."""
REMEMBERED_BYTES: Final = 16 * 1024 * 1024
"""How much of what introspection answered is remembered, for all operations together."""


@dataclass(eq=False, frozen=True, slots=True)
class Introspected:
    """The introspection fields of one variant of an operation, as an operation of their own."""

    document: DocumentNode
    variables: tuple[str, ...]
    """The variables that occur in it: text and Booleans."""
    token: object
    """Under which its answers are remembered, when the operation itself is long forgotten."""


def introspected(operation: Operation, nodes: Sequence[Sequence[FieldNode]]) -> Introspected:
    """The introspection fields of an operation, by response key. Raises FieldProblem where they are too many."""
    for name, most in MOST.items():
        if sum(each[0].name.value == name for each in nodes) > most:
            raise FieldProblem(
                ErrorCode.COST_LIMIT_EXCEEDED,
                f"一次操作最多选择 {most} 个 {name}，请分开查询。"
                f" One operation selects at most {most} of {name}: ask in several operations.",
            )
    selected = tuple(node for each in nodes for node in each)
    occurring = {name for node in selected for name in _variables(node, operation.fragments, set())}
    only = OperationDefinitionNode(
        operation=OperationType.QUERY,
        selection_set=SelectionSetNode(selections=selected),
        variable_definitions=tuple(
            definition
            for definition in operation.node.variable_definitions or ()
            if definition.variable.name.value in occurring
        ),
        directives=(),
    )
    document = DocumentNode(definitions=(only, *operation.fragments.values()))
    return Introspected(document, tuple(sorted(occurring)), object())


def _variables(node: Node, fragments: Mapping[str, FragmentDefinitionNode], spread: set[str]) -> Iterator[str]:
    if isinstance(node, VariableNode):
        yield node.name.value
    elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
        spread.add(node.name.value)
        yield from _variables(fragments[node.name.value], fragments, spread)
    for key in node.keys:
        below = getattr(node, key, None)
        for each in below if isinstance(below, list | tuple) else [below]:
            if isinstance(each, Node):
                yield from _variables(each, fragments, spread)


class Introspection:
    """What introspection of one schema answers, and what it can come to."""

    def __init__(self, schema: GraphQLSchema, documents: Documents, remembered_bytes: int = REMEMBERED_BYTES) -> None:
        self._schema = schema
        self._documents = documents
        self._remembered_bytes = remembered_bytes
        self._known: OrderedDict[tuple[object, bytes], tuple[Mapping[str, bytes], int]] = OrderedDict()
        self._bytes = 0
        self._lengths = _lengths(schema)

    async def answer(self, asked: Introspected, variables: Variables) -> Mapping[str, bytes]:
        """Each introspection field as JSON, by response key. Raises Crowded."""
        values = {name: variables[name] for name in asked.variables if name in variables}
        # A digest, because a client may send anything as the name of a type.
        key = (asked.token, hashlib.blake2s(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).digest())
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known[0]
        found = await self._documents.beside_the_loop(self._executed, asked.document, values)
        size = sum(map(len, found.values()))
        if size <= self._remembered_bytes and key not in self._known:
            self._known[key] = (found, size)
            self._bytes += size
            while self._bytes > self._remembered_bytes:
                _, (_, forgotten) = self._known.popitem(last=False)
                self._bytes -= forgotten
        return found

    def _executed(self, document: DocumentNode, values: dict[str, Any]) -> Mapping[str, bytes]:
        result = execute_sync(self._schema, document, variable_values=values)
        assert result.data is not None
        return {name: orjson.dumps(value) for name, value in result.data.items()}

    def cost(self, selector: Selector, nodes: Sequence[FieldNode]) -> Cost:
        """How many values an introspection field comes to in this schema, about."""
        type_name = "__Schema" if nodes[0].name.value == "__schema" else "__Type"
        return Cost(int(self._values(selector, type_name, nodes)))

    def _values(self, selector: Selector, type_name: str, nodes: Sequence[FieldNode]) -> float:
        type_ = self._schema.type_map[type_name]
        assert isinstance(type_, GraphQLObjectType)
        total = 1.0
        for each in selector.below(type_, nodes).values():
            name = each[0].name.value
            below = get_named_type(type_.fields[name].type) if name in type_.fields else None
            if below is None or is_leaf_type(below):
                total += 1
            else:
                total += self._lengths.get((type_name, name), 1.0) * self._values(selector, below.name, each)
        return total


def _lengths(schema: GraphQLSchema) -> Mapping[tuple[str, str], float]:
    """How long the lists of introspection are: those of the schema exactly, those of a type or field on average."""
    types = list(schema.type_map.values())
    objects = [each for each in types if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for each in objects for field in each.fields.values()]
    inputs = sum(len(each.fields) for each in types if isinstance(each, GraphQLInputObjectType))
    values = sum(len(getattr(each, "values", ())) for each in types)
    interfaces = sum(len(each.interfaces) for each in objects)
    return {
        ("__Schema", "types"): len(types),
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): len(fields) / len(types),
        ("__Type", "inputFields"): inputs / len(types),
        ("__Type", "enumValues"): values / len(types),
        ("__Type", "interfaces"): interfaces / len(types),
        ("__Type", "possibleTypes"): interfaces / len(types),
        # Most types are wrapped once at most.
        ("__Type", "ofType"): 0.5,
        ("__Field", "args"): sum(len(field.args) for field in fields) / max(1, len(fields)),
        ("__Directive", "args"): sum(len(each.args) for each in schema.directives) / max(1, len(schema.directives)),
    }
