"""What was asked for (选择集): fragments spread, directives decided, fields of one response key together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution.values import VariableValues, get_directive_values

from domain.store.statements import EngineKind
from domain.vocabulary import Role

Fields = dict[str, list[FieldNode]]


class Selector:
    """Collects fields as the specification's CollectFields does, for one set of directive values."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: VariableValues
    ) -> None:
        self.schema = schema
        self.variables = variables
        self._fragments = fragments

    def fields(self, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode | None]) -> Fields:
        """Response keys in order, each with every field node that asks for it on that object type."""
        found: Fields = {}
        spread: set[str] = set()
        for selection_set in sets:
            if selection_set is not None:
                self._collect(type_, selection_set.selections, found, spread)
        return found

    def below(self, type_: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Fields:
        """The fields asked for below all the nodes of one response key."""
        return self.fields(type_, (node.selection_set for node in nodes))

    def _collect(
        self, type_: GraphQLObjectType, selections: Iterable[SelectionNode], found: Fields, spread: set[str]
    ) -> None:
        for selection in selections:
            if not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                found.setdefault(key, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                if condition is None or self._applies(type_, condition.name.value):
                    self._collect(type_, selection.selection_set.selections, found, spread)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in spread:
                    continue
                spread.add(name)
                fragment = self._fragments[name]
                if self._applies(type_, fragment.type_condition.name.value):
                    self._collect(type_, fragment.selection_set.selections, found, spread)

    def _included(self, selection: SelectionNode) -> bool:
        if not selection.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, selection, self.variables)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, selection, self.variables)
        return include is None or bool(include["if"])

    def _applies(self, type_: GraphQLObjectType, condition: str) -> bool:
        if condition == type_.name:
            return True
        conditional = self.schema.type_map[condition]
        return is_abstract_type(conditional) and self.schema.is_sub_type(conditional, type_)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is compiled, and for whom (编译条件): all that decides SQL besides the field sources."""

    selector: Selector
    kind: EngineKind
    role: Role
    county: bool = False
    """The viewer is bound to a region that holds no other: one code, where it would be a range."""
