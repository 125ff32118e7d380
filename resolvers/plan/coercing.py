"""Input values (输入值的读取): what a type or a document says about reading them, compiled once.

graphql-core asks a type anew what it is for each value of each request. What is compiled here reads the same from
everything that is of its type, and gives up on whatever it does not expect: that is left to graphql-core, which says
what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    ListValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    type_from_ast,
)
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

Read = Callable[[Any], Any]
"""Reads a value of JSON that is not null; raises anything for one that is not of its type."""
Given = Callable[[Mapping[str, Any]], Any]
"""Finds out, from a request's variables, what a literal stands for; raises anything where that is no value."""

_NEEDED: Final = object()
"""Stands for the default of what has to be given."""


class NotRead(Exception):
    """A value that what was compiled does not read."""


# ---- values of JSON -------------------------------------------------------------------------------------------------


def is_nullable(type_: GraphQLInputType) -> bool:
    """Whether null is of the type."""
    return not isinstance(type_, GraphQLNonNull)


class Readers:
    """The readers of a schema's input types, none of which holds itself."""

    def __init__(self) -> None:
        self._named: dict[str, Read] = {}

    def of(self, type_: GraphQLInputType) -> Read:
        """Reads values of a type."""
        if isinstance(type_, GraphQLNonNull):
            return self.of(type_.of_type)
        if isinstance(type_, GraphQLList):
            return _list_reader(self.of(type_.of_type), nullable=is_nullable(type_.of_type))
        found = self._named.get(type_.name)
        if found is None:
            found = self._named[type_.name] = self._named_reader(type_)
        return found

    def _named_reader(self, type_: GraphQLScalarType | GraphQLEnumType | GraphQLInputObjectType) -> Read:
        if isinstance(type_, GraphQLScalarType):
            return type_.coerce_input_value
        if isinstance(type_, GraphQLEnumType):
            return {name: type_.coerce_input_value(name) for name in type_.values}.__getitem__
        fields = [
            (name, each.out_name or name, self.of(each.type), is_nullable(each.type), _default(each))
            for name, each in type_.fields.items()
        ]
        read, made = _object_reader(fields), type_.out_type
        return lambda value: made(read(value))

    def of_variables(self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]) -> Read:
        """Reads what is sent for an operation's variables. Whatever else is sent beside them is passed over."""
        fields = []
        for definition in definitions:
            type_: Any = type_from_ast(schema, definition.type)
            default: Any = Undefined if is_nullable(type_) else _NEEDED
            if definition.default_value is not None:
                found = _constant(definition.default_value, type_)
                default = _NEEDED if found is Undefined else found
            name = definition.variable.name.value
            fields.append((name, name, self.of(type_), is_nullable(type_), default))
        return _object_reader(fields, closed=False)


def _list_reader(read: Read, *, nullable: bool) -> Read:
    def read_list(value: Any) -> Any:
        if type(value) is not list:
            # A single value stands for a list of one.
            return [read(value)]
        if None not in value:
            return [read(item) for item in value]
        if not nullable:
            raise NotRead
        return [None if item is None else read(item) for item in value]

    return read_list


def _object_reader(fields: Sequence[tuple[str, str, Read, bool, Any]], *, closed: bool = True) -> Read:
    """`fields` are a name, the name that it goes by here, a reader, whether null is taken, and a default.

    A closed object has no others.
    """

    def read_object(value: Any) -> Any:
        if type(value) is not dict:
            raise NotRead
        found = {}
        known = 0
        for name, out, read, nullable, default in fields:
            if name in value:
                known += 1
                given = value[name]
                if given is not None:
                    found[out] = read(given)
                elif nullable:
                    found[out] = None
                else:
                    raise NotRead
            elif default is _NEEDED:
                raise NotRead
            elif default is not Undefined:
                found[out] = default
        if closed and known != len(value):
            raise NotRead
        return found

    return read_object


def _default(member: GraphQLArgument | GraphQLInputField) -> Any:
    """What stands where nothing is given: a value, Undefined for nothing, or `_NEEDED`."""
    found = coerce_default_value(member)
    return _NEEDED if found is Undefined and isinstance(member.type, GraphQLNonNull) else found


# ---- literals -------------------------------------------------------------------------------------------------------


def has_variable(node: ValueNode) -> bool:
    """Whether a variable stands anywhere in it."""
    if isinstance(node, VariableNode):
        return True
    if isinstance(node, ListValueNode):
        return any(has_variable(item) for item in node.values)
    if isinstance(node, ObjectValueNode):
        return any(has_variable(member.value) for member in node.fields)
    return False


def arguments_reader(definition: GraphQLField, node: FieldNode) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Reads the arguments of a field from a request's variables; raises anything where one has no value."""
    return _members_reader(definition.args, node.arguments or ())


def _members_reader(
    definitions: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
    nodes: Sequence[ArgumentNode] | Sequence[ObjectFieldNode],
) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    given = {node.name.value: node.value for node in nodes}
    members = [_Member.of(name, definition, given.get(name)) for name, definition in definitions.items()]

    def read_members(variables: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for member in members:
            if member.read is not None and (member.variable is None or member.variable in variables):
                found[member.out] = member.read(variables)
            elif member.default is _NEEDED:
                raise NotRead
            elif member.default is not Undefined:
                found[member.out] = member.default
        return found

    return read_members


@dataclass(frozen=True, slots=True)
class _Member:
    """An argument, or a field of an input object: how what is given is read, and what stands where nothing is.

    `variable` is the one that alone is given; where it is absent, nothing is.
    """

    out: str
    variable: str | None
    read: Given | None
    default: Any

    @classmethod
    def of(cls, name: str, definition: GraphQLArgument | GraphQLInputField, node: ValueNode | None) -> _Member:
        variable = node.name.value if isinstance(node, VariableNode) else None
        read = None if node is None else _literal_reader(node, definition.type)
        return cls(definition.out_name or name, variable, read, _default(definition))


def _literal_reader(node: ValueNode, type_: GraphQLInputType) -> Given:
    if isinstance(node, VariableNode):
        return _variable_reader(node.name.value, nullable=is_nullable(type_))
    if not has_variable(node):
        value = _constant(node, type_)
        return _nothing if value is Undefined else lambda variables: value
    if isinstance(type_, GraphQLNonNull):
        return _literal_reader(node, type_.of_type)
    if isinstance(type_, GraphQLList):
        of_one = type_.of_type
        items = [
            (each.name.value if isinstance(each, VariableNode) and is_nullable(of_one) else None, read)
            for each, read in (
                (each, _literal_reader(each, of_one))
                for each in (node.values if isinstance(node, ListValueNode) else (node,))
            )
        ]
        # A variable that is absent is null in a list.
        return lambda variables: [
            read(variables) if variable is None or variable in variables else None for variable, read in items
        ]
    if isinstance(type_, GraphQLInputObjectType) and isinstance(node, ObjectValueNode) and not type_.is_one_of:
        read_members = _members_reader(type_.fields, node.fields)
        made = type_.out_type
        return lambda variables: made(read_members(variables))
    return _nothing


def _constant(node: ValueNode, type_: GraphQLInputType) -> Any:
    """What a literal without variables stands for, Undefined where it is no value of the type."""
    try:
        return coerce_input_literal(node, type_)
    except GraphQLError:
        # Strawberry's own check that exactly one member is given.
        return Undefined


def _variable_reader(name: str, *, nullable: bool) -> Given:
    if nullable:
        return lambda variables: variables[name]

    def read_variable(variables: Mapping[str, Any]) -> Any:
        value = variables[name]
        if value is None:
            raise NotRead
        return value

    return read_variable


def _nothing(variables: Mapping[str, Any]) -> Any:
    raise NotRead
