"""Paths to rows beside `node`: what lists are filtered and ordered by, and the inputs of mutations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from operator import eq
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)

from tests.resolvers.access.asking import is_page
from tests.resolvers.access.matrix import Cell
from tests.resolvers.access.walk import Row, Walk
from tests.resolvers.opened import CONTRACT

UNKNOWN = 520_000_999_999_999_999
"""A number that no row has."""

ABOUT = {
    "webhookId": "Webhook",
    "eventId": "ResidentContributionPaidEvent",
    "personId": "Person",
    "enrolmentId": "Enrolment",
    "unitId": "Unit",
    "schoolUnitId": "Unit",
    "bindingId": "FamilyBinding",
    "contributionId": "ResidentContribution",
    "orderId": "PaymentOrder",
    "payeeId": "Payee",
    "billId": "EmployeeBill",
    "transferId": "EnrolmentTransfer",
    "filingId": "Filing",
    "filingIds": "Filing",
    "consentId": "Consent",
    "claimId": "Claim",
    "disbursementId": "Disbursement",
    "faultId": "Fault",
    "institutionId": "Institution",
}
"""Which type's id a member of an input is."""

NAMELESS = {"clientId": "cli_71", "clerkId": "psa_999999", "materialId": "mat_999999"}
"""Members that are ids of what is no row of the API, and one such id."""

INPUT: Mapping[str, Any] = {
    "Yuan": "100.00",
    "Boolean": True,
    "Date": "2000-01-01",
    "RegionCode": "520402",
    "DateTime": "2025-01-01T00:00:00+08:00",
}
NUMBERS = {
    "coverageYear": 2025,
    "month": 202412,
    "firstMonth": 202412,
    "months": 1,
    "claims": 1,
    "children": 1,
    "firstYear": 2020,
    "lastYear": 2025,
}
CHOSEN = {"MatterCode": "PERSON_ENQUIRY"}
"""Values of enumerations that lead on to what an input names, where the first does not."""
TEXTS = {"cardLastFour": "4321", "invoice": "B-1"}
"""Texts of a form of their own, by the member that takes them."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A list narrowed by one argument: what is sent, which rows are meant, and by which field they are chosen."""

    argument: str
    type: str
    sent: Any
    field: str
    holds: Callable[[Any], bool]


def value_of(walk: Walk, row: Row, name: str) -> Any:
    """What a row's field is in truth; of a link to a place, the place's code."""
    if name in walk.matrix.rows[row[0]].ruled:
        return walk.raw[row][name]
    value = walk.truth[row][name]
    return value["id"].partition("_")[2] if isinstance(value, dict) else value


def connections(type_: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField]]:
    """Lists of rows below a type."""
    for name, field in type_.fields.items():
        if is_page(get_named_type(field.type)):
            yield name, field


def narrowings(walk: Walk, persona: str | None, field: GraphQLField, rows: list[Row]) -> Iterator[Narrowed]:
    """Every argument that chooses among some rows, with a value of a row that the viewer is told in full and of one
    that they are not."""
    for name, argument in field.args.items():
        if name == "where":
            where = get_named_type(argument.type)
            assert isinstance(where, GraphQLInputObjectType)
            for member, of in where.fields.items():
                filters = walk.matrix.rows[rows[0][0]].filters
                chosen = filters.get(member, member)
                for value in values(walk, persona, rows, chosen):
                    for sent, holds in filtered(get_named_type(of.type), value):
                        yield Narrowed("where", where.name, {member: sent}, chosen, holds)
        elif name == "types":
            for value in values(walk, persona, rows, "type"):
                yield Narrowed("types", "[EventType!]", [value], "type", partial(eq, value))


def filtered(type_: Any, value: Any) -> Iterator[tuple[Any, Callable[[Any], bool]]]:
    """Every way to choose a value by an input of a type, and whether another value is chosen with it."""
    if not isinstance(type_, GraphQLInputObjectType):
        yield value, lambda said: said == value
        return
    if "from" in type_.fields:
        yield {"from": value, "until": value}, lambda said: said == value
        yield {"from": value}, lambda said: said is not None and said >= value
        return
    yield {"eq": value}, lambda said: said == value
    yield {"in": [value]}, lambda said: said == value
    if "within" in type_.fields:
        yield {"within": f"{value[:4]}00"}, lambda said: said is not None and said[:4] == value[:4]


def values(walk: Walk, persona: str | None, rows: list[Row], name: str) -> list[Any]:
    """A value that the viewer is told and one that they are not, where there are such."""
    found: dict[bool, Any] = {}
    for row in rows:
        value = value_of(walk, row, name)
        if value is not None:
            found.setdefault(may_know(walk, persona, row, name) and walk.finds(persona, row), value)
        if len(found) == 2:
            break
    return list(found.values())


def may_know(walk: Walk, persona: str | None, row: Row, name: str) -> bool:
    """The field may be told to the viewer in full, so that a list may be narrowed or ordered by it."""
    return walk.matrix.rows[row[0]].cell(name, walk.standings(persona, row)) is Cell.FULL


def orders(field: GraphQLField) -> Iterator[tuple[str, str, bool]]:
    """Every order of a list: its name, the field that it is by, and whether it descends."""
    if "orderBy" not in field.args:
        return
    type_ = get_named_type(field.args["orderBy"].type)
    assert isinstance(type_, GraphQLEnumType)
    for name in type_.values:
        column, _, way = name.rpartition("_")
        first, *rest = column.lower().split("_")
        yield name, first + "".join(map(str.title, rest)), way == "DESC"


def filled(type_: Any, ids: Mapping[str, str], name: str = "") -> Any:
    """An input of a type, as small as it may be, with every id that it can take."""
    named = get_named_type(type_)
    if isinstance(named, GraphQLInputObjectType):
        value: Any = {
            member: filled(of.type, ids, member)
            for member, of in list(named.fields.items())[: 1 if named.is_one_of else None]
            if named.is_one_of or is_required_input_field(of) or member in ids or _has_id(of.type)
        }
    elif isinstance(named, GraphQLEnumType):
        value = CHOSEN.get(named.name) or next(iter(named.values))
    elif named.name == "ID":
        value = NAMELESS.get(name) or ids[name]
    elif named.name == "Int":
        value = NUMBERS.get(name, 1)
    elif named.name == "String" and name in TEXTS:
        value = TEXTS[name]
    else:
        value = INPUT.get(named.name, "某某某某某某某某")
    inner = type_.of_type if is_non_null_type(type_) else type_
    return [value] if is_list_type(inner) else value


def _has_id(type_: Any) -> bool:
    named = get_named_type(type_)
    return isinstance(named, GraphQLInputObjectType) and any(member in ABOUT for member in named.fields)


def id_members(type_: GraphQLInputObjectType) -> Iterator[str]:
    """Members that are ids, however deep."""
    for name, member in type_.fields.items():
        named = get_named_type(member.type)
        if named.name == "ID":
            if name not in NAMELESS:
                yield name
        elif isinstance(named, GraphQLInputObjectType):
            yield from id_members(named)


def root_fields() -> Mapping[str, GraphQLField]:
    assert CONTRACT.query_type is not None
    fields: Mapping[str, GraphQLField] = CONTRACT.query_type.fields
    return fields
