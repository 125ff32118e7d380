"""Documents that ask for everything there is below a type, made from the contract."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.resolvers.opened import CONTRACT

PAGE = 8
"""How many rows of a list below a row are asked for."""

IN_FRAGMENT = "__of__"
"""Between the type of a fragment and the field, in a response key: two types may mean different things by one name."""


def is_page(type_: object) -> bool:
    return isinstance(type_, GraphQLObjectType) and type_.name.endswith("Connection")


def is_trail(type_: GraphQLType) -> bool:
    """A list of the audit trail: it would be another when it is asked for again."""
    return str(get_named_type(type_).name) == "AccessRecordConnection"


def row_of_page(type_: GraphQLObjectType) -> str:
    """The type whose rows a connection lists."""
    edge = get_named_type(type_.fields["edges"].type)
    assert isinstance(edge, GraphQLObjectType)
    return str(get_named_type(edge.fields["node"].type).name)


@cache
def selection(type_name: str, depth: int) -> str:
    """Every field of a type, and of what it links to for so many links. Of a list its first page and its count."""
    type_ = CONTRACT.type_map[type_name]
    if isinstance(type_, GraphQLUnionType | GraphQLInterfaceType):
        # What all members have means the same in each.
        common = type_.fields if isinstance(type_, GraphQLInterfaceType) else {}
        own = {
            member.name: _fields(member, depth, f"{member.name}{IN_FRAGMENT}", common)
            for member in CONTRACT.get_possible_types(type_)
        }
        fragments = " ".join(f"... on {name} {{ {fields} }}" for name, fields in own.items() if fields)
        shared = _fields(type_, depth) if isinstance(type_, GraphQLInterfaceType) else ""
        return f"__typename {shared} {fragments}"
    assert isinstance(type_, GraphQLObjectType)
    return f"__typename {_fields(type_, depth)}"


def _fields(
    type_: GraphQLObjectType | GraphQLInterfaceType, depth: int, alias: str = "", without: Collection[str] = ()
) -> str:
    found = []
    for name, field in type_.fields.items():
        if name in without or any(map(is_required_argument, field.args.values())) or is_trail(field.type):
            continue
        named, key = get_named_type(field.type), f"{alias}{name}: {name}" if alias else name
        if is_leaf_type(named):
            found.append(key)
        elif is_page(named):
            if depth:
                found.append(f"{key}(first: {PAGE}) {{ {page(named.name, depth - 1)} }}")
        elif not is_row(named.name):
            found.append(f"{key} {{ {selection(named.name, depth)} }}")
        elif depth:
            found.append(f"{key} {{ {selection(named.name, depth - 1)} }}")
    return " ".join(found)


def page(connection: str, depth: int) -> str:
    """Everything about a page: how many there are, where it ends, and every row."""
    type_ = CONTRACT.type_map[connection]
    assert isinstance(type_, GraphQLObjectType)
    row = row_of_page(type_)
    return (
        "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
        f" edges {{ cursor node {{ {selection(row, depth)} }} }}"
    )


def is_row(type_name: str) -> bool:
    """Objects of the type have ids: they are reached by links."""
    type_ = CONTRACT.type_map[type_name]
    return isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and "id" in type_.fields


def plain(answer: object) -> object:
    """An answer with the names of its fields, whichever fragment asked for them."""
    if isinstance(answer, dict):
        return {key.rpartition(IN_FRAGMENT)[2]: plain(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [plain(one) for one in answer]
    return answer
