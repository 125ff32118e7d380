"""What a client may vary without a new statement (参数与绑定).

An argument's leaf values are bound; its shape (which filters are there, which order, which end of a list) decides the
SQL. `Reader` gives both for one field: the value as it is now, to decide the shape, and a `Getter` that fetches the
leaf again from the variables of every later request of the same shape.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_argument_values

from domain.vocabulary import NATION, Prefix, RegionCode, region_span
from resolvers.context import Request
from resolvers.plan.coercing import arguments_reader, has_variable
from resolvers.plan.objections import argument_objection
from resolvers.service import ErrorCode

Variables = Mapping[str, Any]
Getter = Callable[[Variables, Request], Any]

PAGE_DEFAULT = 20
PAGE_LIMIT = 100


@dataclass(eq=False)
class FieldProblem(Exception):
    """A field cannot be answered as asked. The message is for the client; `path` is filled in by the executor.

    `extensions` are said beside the code.
    """

    code: ErrorCode
    message: str
    extensions: Mapping[str, Any] = field(default_factory=dict)

    def anew(self) -> FieldProblem:
        """The same without where it was raised: a traceback holds the values of the request that met it."""
        return FieldProblem(self.code, self.message, self.extensions)


def bad_input(zh: str, en: str, **extensions: Any) -> FieldProblem:
    return FieldProblem(ErrorCode.BAD_USER_INPUT, f"{zh} {en}", extensions)


class Reader:
    """The arguments of one field: values now, and getters for later."""

    def __init__(self, definition: GraphQLField, node: FieldNode, variables: VariableValues) -> None:
        """Raises FieldProblem where a variable is null or absent for an argument that needs a value."""
        try:
            self.values: Mapping[str, Any] = get_argument_values(definition, node, variables)
        except GraphQLError as error:
            raise FieldProblem(ErrorCode.BAD_USER_INPUT, argument_objection(error)) from None
        self._nodes = {argument.name.value: argument.value for argument in node.arguments or ()}

    def value(self, *path: str) -> Any:
        """The value at a path of argument and input field names, None where any part is absent or null."""
        found: Any = self.values
        for name in path:
            if found is None:
                return None
            found = found.get(name)
        return found

    def getter(self, *path: str) -> Getter:
        """Fetches the value at that path from the variables of a request of the same shape."""
        node = self._nodes.get(path[0])
        if node is None:
            return _constant(self.value(*path))
        return _getter(node, path[1:], self.value(*path))


def arguments_of(definition: GraphQLField, node: FieldNode) -> Callable[[VariableValues], Mapping[str, Any]]:
    """What a field's arguments are with a request's variables, read as `Reader` does, and refused as it does."""
    read = arguments_reader(definition, node)

    def arguments(variables: VariableValues) -> Mapping[str, Any]:
        try:
            return read(variables.coerced)
        except Exception:
            return Reader(definition, node, variables).values

    return arguments


def _constant(value: Any) -> Getter:
    return lambda variables, request: value


def _getter(node: ValueNode, path: Sequence[str], now: Any) -> Getter:
    """`now` is the coerced value at the end of the path, used wherever no variable stands."""
    if isinstance(node, VariableNode):
        name = node.name.value
        if not path:
            # An absent variable leaves the argument's default in force.
            return lambda variables, request: variables.get(name, now)
        return lambda variables, request: _descend(variables.get(name), path)
    if isinstance(node, ObjectValueNode) and path:
        member = next((member for member in node.fields if member.name.value == path[0]), None)
        return _constant(now) if member is None else _getter(member.value, path[1:], now)
    if isinstance(node, ListValueNode) and not path and has_variable(node):
        getters = [_getter(item, (), value) for item, value in zip(node.values, now, strict=True)]
        return lambda variables, request: [getter(variables, request) for getter in getters]
    if isinstance(node, ObjectValueNode) and not path and has_variable(node):
        members = {member.name.value: member.value for member in node.fields}
        parts = {
            key: _getter(members[key], (), value) if key in members else _constant(value) for key, value in now.items()
        }
        return lambda variables, request: {key: getter(variables, request) for key, getter in parts.items()}
    return _constant(now)


def length_getter(field: FieldNode, *path: str, most: int) -> Getter:
    """How many values the list at that path of a field's arguments has, `most` of them counted.

    Read from the document alone, without the values of any request.
    """
    node: ValueNode | None = next((each.value for each in field.arguments or () if each.name.value == path[0]), None)
    for place, name in enumerate(path[1:], 1):
        if isinstance(node, VariableNode):
            return _length_of(node.name.value, path[place:], most)
        members = node.fields if isinstance(node, ObjectValueNode) else ()
        node = next((each.value for each in members if each.name.value == name), None)
    if isinstance(node, VariableNode):
        return _length_of(node.name.value, (), most)
    # A single value stands for a list of one.
    return _constant(min(len(node.values), most) if isinstance(node, ListValueNode) else 1)


def _length_of(variable: str, path: Sequence[str], most: int) -> Getter:
    def length(variables: Variables, request: Request) -> int:
        found = _descend(variables.get(variable), path)
        return min(len(found), most) if isinstance(found, list) else 1

    return length


def _descend(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        if value is None:
            return None
        value = value.get(name)
    return value


# ---- shape ----------------------------------------------------------------------------------------------------------

Shape = Callable[[Any], Any]


def shape_of(type_: GraphQLInputType) -> Shape:
    """What of a variable's value decides SQL, as something that can be a dictionary key."""
    if isinstance(type_, GraphQLNonNull):
        return shape_of(type_.of_type)
    if isinstance(type_, GraphQLList):
        if isinstance(_named(type_), GraphQLEnumType):
            return lambda value: (
                tuple(None if item is None else item.name for item in value) if value is not None else None
            )
        inner = _named(type_)
        if isinstance(inner, GraphQLInputObjectType):
            each = shape_of(inner)
            return lambda value: tuple(each(item) for item in value) if value is not None else None
        return lambda value: None if value is None else len(value) if None in value else True
    if isinstance(type_, GraphQLInputObjectType):
        return _object_shape
    if isinstance(type_, GraphQLEnumType):
        return lambda value: None if value is None else value.name
    if type_ is GraphQLID:
        return lambda value: None if value is None else id_prefix(value)
    match getattr(type_, "name", ""):
        case "Boolean":
            return lambda value: value
        case "RegionCode":
            return lambda value: None if value is None else is_county(value)
    return lambda value: value is not None


def _object_shape(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(
            (key, is_county(item) if key == WITHIN and isinstance(item, str) else _object_shape(item))
            for key, item in value.items()
        )
    if isinstance(value, list):
        return (
            tuple(_object_shape(item) for item in value)
            if any(isinstance(item, Enum | Mapping) for item in value)
            else True
        )
    if isinstance(value, Enum):
        return value.name
    return value is not None


def _named(type_: GraphQLInputType) -> Any:
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = type_.of_type
    return type_


WITHIN = "within"
"""The operator of a filter whose value decides SQL: a county is compared, any larger region is a range."""


def is_county(code: str) -> bool:
    """Whether the region's code is the only one inside it."""
    low, high = region_span(RegionCode(code))
    return low == high


def id_prefix(text: str) -> str:
    """The prefix of an id with its underscore, "" where it is none of the known ones."""
    return next((each for each in _PREFIXES if text.startswith(each)), "")


_PREFIXES = tuple(f"{prefix.value}_" for prefix in Prefix)


def neutral_of(type_: GraphQLInputType) -> Callable[[Any], Any]:
    """A value of the same shape that holds nothing of what was sent: plans are compiled with it and keep it."""
    if isinstance(type_, GraphQLNonNull):
        return neutral_of(type_.of_type)
    if type_ is GraphQLID:
        return lambda value: None if value is None else id_prefix(value)
    if getattr(type_, "name", "") == "RegionCode":
        return lambda value: None if value is None else _neutral_region(value)
    return _neutral


def _neutral(value: Any) -> Any:
    match value:
        case None | bool() | Enum():
            return value
        case str():
            return ""
        case int():
            return 0
        case date():
            return _NEUTRAL_DAY
        case Decimal():
            return _NEUTRAL_RATIO
        case Mapping():
            return {
                key: _neutral_region(item) if key == WITHIN and isinstance(item, str) else _neutral(item)
                for key, item in value.items()
            }
        case list():
            structured = any(item is None or isinstance(item, Enum | Mapping) for item in value)
            return [_neutral(item) for item in value] if structured else []
    raise TypeError(type(value).__name__)


def _neutral_region(code: str) -> str:
    return _NEUTRAL_COUNTY if is_county(code) else NATION


_NEUTRAL_DAY = date(2000, 1, 1)
_NEUTRAL_RATIO = Decimal(0)
_NEUTRAL_COUNTY = "010101"


# ---- paging ---------------------------------------------------------------------------------------------------------


def checked_page(size: Any) -> int:
    """A page size within bounds. Raises FieldProblem."""
    if not 0 <= size <= PAGE_LIMIT:
        raise bad_input(
            f"每页条数须在 0 至 {PAGE_LIMIT} 之间，请调整 first 或 last。",
            f"A page holds 0 to {PAGE_LIMIT} items; change first or last.",
        )
    return int(size)


def check_lists(condition: Any) -> None:
    """Every list in a filter is short enough. Raises FieldProblem."""
    if isinstance(condition, Mapping):
        for part in condition.values():
            check_lists(part)
    elif isinstance(condition, list) and len(condition) > PAGE_LIMIT:
        raise bad_input(f"筛选列表最多 {PAGE_LIMIT} 项。", f"A list in a filter holds at most {PAGE_LIMIT} values.")


def _checked_direction(first: Any, after: Any, last: Any, before: Any) -> bool:
    """Whether a page is counted from the back. Raises FieldProblem where the arguments contradict one another."""
    if first is not None and last is not None:
        raise bad_input("first 与 last 只能给出一个。", "Give either first or last, not both.")
    forward, backward = (first is not None or after is not None), (last is not None or before is not None)
    if forward and backward:
        raise bad_input(
            "first 与 after 搭配，last 与 before 搭配。", "first goes with after, and last goes with before."
        )
    return backward


@dataclass(frozen=True, slots=True)
class PageEnds:
    """Which arguments say what a page is: its size, and the cursor that it begins behind or ends before."""

    backward: bool
    size: str | None
    """None where the page has the default size."""
    cursor: str | None


def page_ends(value: Callable[[str], Any]) -> PageEnds:
    """The ends that a list's arguments name. Raises FieldProblem where they contradict one another."""
    backward = _checked_direction(value("first"), value("after"), value("last"), value("before"))
    size, cursor = ("last", "before") if backward else ("first", "after")
    return PageEnds(backward, size if value(size) is not None else None, cursor if value(cursor) is not None else None)


_HEX = re.compile(r"(?:[0-9a-f]{2}){7,256}")
TAG_LENGTH = 12


def list_tag(world: str, place: str, arguments: Any) -> str:
    """What a cursor belongs to: the world, the list, and the filter and order it was made under."""
    canonical = orjson.dumps([world, place, arguments], default=_canonical, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2s(canonical, digest_size=TAG_LENGTH // 2).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    raise TypeError(type(value).__name__)


def cursor_keys(cursor: str, tag: str, types: Sequence[type]) -> list[Any]:
    """The key values inside a cursor of the list that `tag` names. Raises FieldProblem for any other cursor."""
    if not _HEX.fullmatch(cursor):
        raise _malformed()
    if cursor[:TAG_LENGTH] != tag:
        raise bad_input(
            "游标属于另一个世界、另一个列表或另一筛选条件；请使用同一列表、同一筛选条件返回的游标，或从头开始。",
            "The cursor is of another world, another list or another filter; use one that the same list with the same"
            " filter gave, or start over.",
            reason="CURSOR_OF_ANOTHER_LIST",
        )
    try:
        parts = bytes.fromhex(cursor[TAG_LENGTH:]).decode().split("\x1f")
        keys = [_key(part, type_) for part, type_ in zip(parts, types, strict=True)]
    except ValueError:
        raise _malformed() from None
    return keys


def _malformed() -> FieldProblem:
    return bad_input(
        "这不是本服务给出的游标，可能被截断或改动；请原样使用收到的游标，或从头开始。",
        "This is no cursor that was given here, or it was cut or changed on the way; use one as it came, or start"
        " over.",
        reason="CURSOR_MALFORMED",
    )


def _key(text: str, type_: type) -> Any:
    if type_ is int:
        if not re.fullmatch(r"-?[0-9]{1,19}", text) or not -(2**63) <= int(text) < 2**63:
            raise ValueError
        return int(text)
    if type_ is date:
        return date.fromisoformat(text)
    return text


def made_cursor(tag: str, keys: Sequence[Any]) -> str:
    """The cursor that SQL prints for the same keys."""
    return tag + "\x1f".join(map(str, keys)).encode().hex()
