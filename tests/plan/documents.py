"""Random query documents over the contract, with everything the language has (随机查询文档).

`queries` draws a `Draft`. A draft may hold places for cursors, which can only be had from an answer: it is rendered
once without any, and again with cursors that the first answer gave, or with forged ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
    is_required_input_field,
)
from hypothesis import strategies as st

from domain.vocabulary import Prefix
from tests.plan.oracle import SCHEMA

DEEPEST = 5
MOST_FIELDS = 40
ABSENT = object()
ASKED_OF_PERSONS = ("contributionQuote", "insuranceContinuity", "claimPreview")
"""Roots that are asked about a person and are computed."""

ROOTS_WITH_ID = {
    "person": Prefix.PERSON,
    "unit": Prefix.UNIT,
    "residentContribution": Prefix.RESIDENT_CONTRIBUTION,
    "receipt": Prefix.RECEIPT,
}
FORGED = (
    "",
    "00",
    "zz",
    "0123456789ab",
    "0123456789ab31",
    "2421B2AA031A301F31",
    "不是游标",
    "\x00",
    "f" * 512,
    "f" * 513,
    "'; DROP TABLE persons; --",
)
AMOUNTS = ("0.01", "12.50", "3000.00", "480000.00", "0.00", "-1.00", "10000000.01")
YEARS = (2023, 2024, 2025, 2026, 0, -1)
INTEGERS = (0, 1, 2, 3, 5, 20, 50, 100)
ODD_INTEGERS = (-2, -1, 101, 105, 2**31 - 1, -(2**31))
DAYS = ("2024-02-29", "2024-12-01", "2025-02-28", "1960-01-01", "1999-12-31", "2025-01-01", "0001-01-01", "9999-12-31")
MOMENTS = (
    "2025-01-27T16:30:00+08:00",
    "2025-02-08T04:30:00Z",
    "2099-01-01T00:00:00+08:00",
    "0001-01-02T00:00:00Z",
    "9999-12-31T10:00:00Z",
)
FACT_NAMES = ("special_payment.groups", "newborn.status_days", "record_visibility.suspension_delay_least_minutes")
"""Of facts that need no year, so that the question is no error; of the last most places state nothing."""


@dataclass(frozen=True, slots=True)
class Pools:
    """What exists in the world: ids by prefix, region codes, names of policy facts."""

    ids: Mapping[Prefix, Sequence[str]]
    regions: Sequence[str]
    facts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place for a cursor: of which list by response key, and what to put there."""

    name: str
    key: str
    literal: bool
    pick: int
    forged: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document with places for cursors."""

    template: str
    declarations: Sequence[str]
    values: Mapping[str, Any]
    marks: Sequence[Mark]

    def rendered(self, cursors: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, Any]]:
        """Document and variables; `cursors` are those found per response key, none at first."""
        declarations = list(self.declarations)
        values = dict(self.values)
        text = self.template
        for mark in self.marks:
            found: str | None = None
            if cursors:
                here = cursors.get(mark.key) or ()
                others = [each for key, list_ in cursors.items() if key != mark.key for each in list_]
                if mark.forged == "other" and others:
                    found = others[mark.pick % len(others)]
                elif mark.forged == "tampered" and here:
                    found = here[mark.pick % len(here)]
                    found = found[:-1] + ("1" if found[-1] != "1" else "2")
                elif mark.forged is not None and mark.forged not in ("other", "tampered"):
                    found = mark.forged
                elif here:
                    found = here[mark.pick % len(here)]
            place = f"«{mark.name}»"
            if mark.literal:
                text = text.replace(place, json.dumps(found))
            else:
                text = text.replace(place, f"${mark.name}")
                declarations.append(f"${mark.name}: Cursor")
                values[mark.name] = found
        head = f"query Q({', '.join(declarations)}) " if declarations else ""
        return head + text, values


class Enumerated(str):
    """A value of an enumeration: a name in a document, a string in JSON."""


@st.composite
def queries(draw: st.DrawFn, pools: Pools) -> Draft:
    """Documents of one operation, nearly all of them valid."""
    return _Drafting(draw, pools).draft()


@dataclass(slots=True)
class _Drafting:
    draw: st.DrawFn
    pools: Pools
    declarations: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    by_type: dict[str, list[str]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    count: int = 0
    fields: int = 0

    def draft(self) -> Draft:
        assert SCHEMA.query_type is not None
        names = list(SCHEMA.query_type.fields)
        roots = [
            self.field(SCHEMA.query_type, self.draw(st.sampled_from(names)), 0, distinct=True)
            for _ in range(self.draw(st.integers(1, 3)))
        ]
        if self.chance(10):
            roots.append("__typename")
        text = " ".join(["{", *roots, "}", *self.fragments])
        return Draft(text, self.declarations, self.values, self.marks)

    # ---- chances ------------------------------------------------------------------------------------------------

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) >= 100 - percent

    def one_of(self, values: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(values))

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    # ---- selections ---------------------------------------------------------------------------------------------

    def selection(self, type_: GraphQLNamedType, depth: int, *, cursor: bool = False) -> str:
        """A selection set on a composite type."""
        parts: list[str] = []
        if isinstance(type_, GraphQLUnionType):
            parts += self.fragments_on(list(type_.types), depth)
            if self.chance(60):
                parts.append(self.fragment(SCHEMA.type_map["Refusal"], depth, typed=True))
            parts.append(self.typename())
        elif isinstance(type_, GraphQLInterfaceType):
            parts += [self.field(type_, name, depth) for name in self.some(list(type_.fields), 1, 3)]
            parts += self.fragments_on(list(SCHEMA.get_possible_types(type_)), depth)
        else:
            assert isinstance(type_, GraphQLObjectType)
            names = list(type_.fields)
            if depth >= DEEPEST or self.fields >= MOST_FIELDS:
                names = [name for name in names if is_leaf_type(get_named_type(type_.fields[name].type))]
            chosen = self.some(names, 1, 4) if names else []
            if "edges" in names and "edges" not in chosen and self.chance(80):
                chosen.append("edges")
            if "node" in names and "node" not in chosen and self.chance(80):
                chosen.append("node")
            parts += [self.field(type_, name, depth) for name in chosen]
            if cursor:
                parts.append("edges { cursor }")
            if self.chance(15):
                parts.append(self.fragment(type_, depth))
            if self.chance(15) or not parts:
                parts.append(self.typename())
        return "{ " + " ".join(parts) + " }"

    def some(self, names: Sequence[str], least: int, most: int) -> list[str]:
        count = min(len(names), self.draw(st.integers(least, most)))
        return [self.one_of(names) for _ in range(count)]

    def typename(self) -> str:
        return f"{self.fresh('t')}: __typename" if self.chance(30) else "__typename"

    def fragments_on(self, types: Sequence[GraphQLObjectType], depth: int) -> list[str]:
        count = self.draw(st.integers(1, 3))
        return [self.fragment(self.one_of(types), depth, distinct=True) for _ in range(count)]

    def fragment(self, type_: GraphQLNamedType, depth: int, *, distinct: bool = False, typed: bool = False) -> str:
        """An inline fragment or a spread of a named one; `distinct` gives its fields aliases of their own."""
        fields = getattr(type_, "fields", {})
        names = [
            name
            for name in fields
            if (depth < DEEPEST and self.fields < MOST_FIELDS) or is_leaf_type(get_named_type(fields[name].type))
        ]
        inner = " ".join(self.field(type_, name, depth, distinct=distinct) for name in self.some(names, 1, 3))
        body = "{ " + (inner or "__typename") + " }"
        directive = self.directive()
        if self.chance(40):
            name = self.fresh("F")
            self.fragments.append(f"fragment {name} on {type_.name} {body}")
            return f"...{name}{directive}"
        if not distinct and not typed and self.chance(30):
            return f"...{directive} {body}"
        return f"... on {type_.name}{directive} {body}"

    def directive(self) -> str:
        if not self.chance(12):
            return ""
        name = self.one_of(["skip", "include"])
        value = self.draw(st.booleans())
        if self.chance(50):
            return f" @{name}(if: {json.dumps(value)})"
        return f" @{name}(if: {self.variable('Boolean!', value, json.dumps)})"

    def field(self, type_: GraphQLNamedType, name: str, depth: int, *, distinct: bool = False) -> str:
        definition: GraphQLField = type_.fields[name]  # type: ignore[attr-defined]
        self.fields += 1
        composite = not is_leaf_type(get_named_type(definition.type))
        alias = ""
        if definition.args or distinct or self.chance(15):
            alias = self.fresh("a")
        paged = "first" in definition.args and "after" in definition.args
        marked: list[str] = []
        arguments = self.page(definition, name, alias, marked) if paged else {}
        for argument_name, argument in definition.args.items():
            if argument_name in ("first", "after", "last", "before") and paged:
                continue
            text = self.argument(argument_name, argument, name)
            if text is not None:
                arguments[argument_name] = text
        listed = f"({', '.join(f'{key}: {text}' for key, text in arguments.items())})" if arguments else ""
        head = f"{alias}: {name}" if alias else name
        below = ""
        if composite:
            below = " " + self.selection(get_named_type(definition.type), depth + 1, cursor=bool(marked))
        found = f"{head}{listed}{self.directive()}{below}"
        if composite and self.chance(5):
            # The same response key again, with more asked of it.
            found += f" {head}{listed} {self.selection(get_named_type(definition.type), depth + 1)}"
        return found

    # ---- arguments ----------------------------------------------------------------------------------------------

    def page(self, definition: GraphQLField, name: str, alias: str, marked: list[str]) -> dict[str, str]:
        """Arguments of a connection, nearly always ones that go together."""
        shape = self.draw(st.integers(0, 19))
        if shape < 4:
            return {}
        backward = shape % 2 == 1
        size, mark = ("last", "before") if backward else ("first", "after")
        found = {}
        if self.chance(90):
            found[size] = self.argument(size, definition.args[size], name) or "3"
        if self.chance(50):
            found[mark] = self.mark(alias, marked)
        if shape == 18 and self.chance(50):
            other = "first" if backward else "last"
            found[other] = "2"
        if shape == 19 and self.chance(50):
            found["after" if backward else "before"] = self.mark(alias, marked)
        return found

    def mark(self, alias: str, marked: list[str]) -> str:
        name = self.fresh("c")
        forged = None
        if self.chance(15):
            forged = self.one_of(["other", "tampered", *FORGED])
        self.marks.append(Mark(name, alias, self.draw(st.booleans()), self.draw(st.integers(0, 30)), forged))
        marked.append(name)
        return f"«{name}»"

    def argument(self, name: str, argument: GraphQLArgument, owner: str) -> str | None:
        """The text of one argument, None where it is left out."""
        type_ = argument.type
        required = isinstance(type_, GraphQLNonNull)
        if not required and self.chance(35) and name not in ("first", "last"):
            return None
        optional = required and argument.default_value is not Undefined
        if optional and self.chance(40):
            return None
        value = self.value(type_, name, owner)
        return self.text(type_, value, optional=optional)

    def text(self, type_: Any, value: Any, *, optional: bool = False) -> str:
        """A value in a document: as a literal, as a variable, or with variables inside."""
        if self.chance(40):
            named = str(type_.of_type) if optional and isinstance(type_, GraphQLNonNull) else str(type_)
            return self.variable(named, value, _literal)
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(value, dict):
            assert isinstance(inner, GraphQLInputObjectType)
            members = (f"{key}: {self.text(inner.fields[key].type, item)}" for key, item in value.items())
            return "{" + ", ".join(members) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.text(inner.of_type, item) for item in value) + "]"
        return _literal(value)

    def variable(self, type_: str, value: Any, literal: Callable[[Any], str]) -> str:
        """A declared variable that holds the value, by default or by request; or one that is null or absent."""
        known = self.by_type.setdefault(type_, [])
        if known and self.chance(15):
            return f"${self.one_of(known)}"
        name = self.fresh("v")
        known.append(name)
        declared = f"${name}: {type_}"
        required = type_.endswith("!")
        if not required and self.chance(8):
            value = None
        how = self.draw(st.integers(0, 9))
        if how == 0 and value is not None:
            self.declarations.append(f"{declared} = {literal(value)}")
            return f"${name}"
        if how == 1 and not required:
            self.declarations.append(declared)
            return f"${name}"
        if how == 2 and not required and value is not None:
            declared += f" = {literal(value)}"
        elif how == 3 and not required and value is not None:
            declared = f"${name}: {type_}!"
        self.declarations.append(declared)
        self.values[name] = value
        return f"${name}"

    def value(self, type_: Any, name: str, owner: str) -> Any:
        """A JSON value for an input type, mostly one that means something in this world."""
        if not isinstance(type_, GraphQLNonNull) and self.chance(4):
            return None
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        if isinstance(type_, GraphQLList):
            count = self.one_of([100, 101]) if self.chance(1) else self.draw(st.integers(0, 3))
            items = [self.value(type_.of_type, name, owner) for _ in range(min(count, 3))]
            return (items * (count // 3 + 1))[:count] if count > 3 else items
        if isinstance(type_, GraphQLEnumType):
            return Enumerated(self.one_of(list(type_.values)))
        if isinstance(type_, GraphQLInputObjectType):
            needed = [each for each, field in type_.fields.items() if is_required_input_field(field)]
            names = [*needed, *self.some(list(type_.fields), 0, 2)]
            return {each: self.value(type_.fields[each].type, each, owner) for each in dict.fromkeys(names)}
        return self.scalar(type_.name, name, owner)

    def scalar(self, type_: str, name: str, owner: str) -> Any:
        if type_ == "Int":
            if name in ("grade", "repairYears"):
                return self.one_of([0, 1, 2])
            if name in ("first", "last"):
                return self.one_of(ODD_INTEGERS if self.chance(5) else INTEGERS[:6])
            return self.one_of(YEARS if self.chance(85) else ODD_INTEGERS)
        if type_ == "ID":
            return self.id(ROOTS_WITH_ID.get(owner, Prefix.PERSON if owner in ASKED_OF_PERSONS else None))
        if type_ == "RegionCode":
            return self.one_of(["999999", "123456"] if self.chance(8) else self.pools.regions)
        if type_ == "Date":
            return self.one_of(DAYS)
        if type_ == "DateTime":
            return self.one_of(MOMENTS)
        if type_ == "Yuan":
            return self.one_of(AMOUNTS)
        if type_ == "Boolean":
            return self.draw(st.booleans())
        if type_ == "String":
            return self.one_of(FACT_NAMES if self.chance(25) else self.pools.facts)
        raise AssertionError(f"no values for {type_}")

    def id(self, prefix: Prefix | None) -> str:
        if self.chance(10):
            return str(
                self.one_of(
                    [
                        "",
                        "per_",
                        "per_0",
                        "per_1",
                        "xyz_1",
                        "per_-1",
                        "per_9223372036854775808",
                        "reg_0",
                        "reg_999999",
                        "pol_none",
                        "per_99999999999999999999",
                        "PER_1",
                        "evt_1",
                        "con_1",
                        "psa_0",
                        "reg_00000０",
                    ]
                )
            )
        if prefix is None or self.chance(8):
            prefix = self.one_of(list(self.pools.ids))
        return str(self.one_of(self.pools.ids[prefix]))


def _literal(value: Any) -> str:
    if isinstance(value, Enumerated):
        return str.__str__(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
