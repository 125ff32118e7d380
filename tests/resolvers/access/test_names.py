"""The table names every field of the contract, once, and nothing that the contract lacks."""

from __future__ import annotations

from collections import Counter

import pytest
from graphql import GraphQLInputObjectType, get_named_type, is_leaf_type, parse
from graphql.utilities import extend_schema

from domain.vocabulary import DataType
from tests.resolvers.access.matrix import DATA_TYPES, Matrix, matrix, objects, persons_of
from tests.resolvers.access.page import PAGE, rendered
from tests.resolvers.access.paths import NAMELESS
from tests.resolvers.opened import CONTRACT


def unnamed(table: Matrix, contract: object = CONTRACT) -> dict[str, set[str]]:
    """Fields of a contract that the table does not name, by type."""
    assert isinstance(contract, type(CONTRACT))
    named = table.named(contract)
    missing = {type_.name: set(type_.fields) - set(named.get(type_.name, ())) for type_ in objects(contract)}
    return {name: fields for name, fields in missing.items() if fields}


def test_every_field_of_the_contract_is_named() -> None:
    assert unnamed(matrix()) == {}


@pytest.mark.parametrize(
    ("added", "missing"),
    [
        ("extend type Person { bloodGroup: String }", {"Person": {"bloodGroup"}}),
        ("extend type ResidentContributionPaidEvent { note: String }", {"ResidentContributionPaidEvent": {"note"}}),
        (
            "extend type Query { referrals: [Referral!]! } type Referral { id: ID! }",
            {"Query": {"referrals"}, "Referral": {"id"}},
        ),
        (
            "type ReferralConnection { totalCount: Int! } type ReferralEdge { cursor: String! }",
            {"ReferralConnection": {"totalCount"}, "ReferralEdge": {"cursor"}},
        ),
    ],
)
def test_what_later_work_adds_is_not_named(added: str, missing: dict[str, set[str]]) -> None:
    assert unnamed(matrix(), extend_schema(CONTRACT, parse(added))) == missing


def test_nothing_is_named_twice_or_that_is_not_there() -> None:
    for name, fields in matrix().named(CONTRACT).items():
        there = getattr(CONTRACT.type_map[name], "fields", {})
        assert set(fields) <= set(there), name
        assert max(Counter(fields).values(), default=1) == 1, name


def test_links_are_links_and_what_is_told_are_values() -> None:
    """A row below a computed type or a row is never merely `told`: the table says who reaches it."""
    table = matrix()
    for name, row in table.rows.items():
        there = getattr(CONTRACT.type_map[name], "fields", {})
        for field in (*row.told, *row.ruled):
            assert is_leaf_type(get_named_type(there[field].type)), (name, field)
        for field in (*row.shown, *row.where_found):
            assert not is_leaf_type(get_named_type(there[field].type)), (name, field)
        assert set(row.truth) == set(row.ruled), name
    for name, how in table.computed().items():
        there = getattr(CONTRACT.type_map[name], "fields", {})
        for field in how.get("told", ()):
            assert get_named_type(there[field].type).name not in table.rows, (name, field)


def test_a_mutation_names_rows_where_its_input_has_an_id() -> None:
    def has_id(type_: object, depth: int = 0) -> bool:
        assert isinstance(type_, GraphQLInputObjectType)
        members = [get_named_type(member.type) for name, member in type_.fields.items() if name not in NAMELESS]
        return any(
            member.name == "ID" or (isinstance(member, GraphQLInputObjectType) and has_id(member, depth + 1))
            for member in members
        )

    assert CONTRACT.mutation_type is not None
    groups = matrix().stated["roots"]["Mutation"]
    for name, field in CONTRACT.mutation_type.fields.items():
        assert (name in groups["names rows"]) is has_id(get_named_type(field.args["input"].type)), name


def test_standings_are_of_the_words_that_the_table_explains() -> None:
    of_persons = ("is oneself", "is bound", "binds", "is a payee", "was paid for", "has paid")
    others = {
        "stranger",
        "outside",
        "own unit",
        "own unit, own act",
        "other unit",
        "operator",
        "auditor",
        "anonymous",
        "hospital",
        "own institution",
        "own client",
        "partner with consent",
        "partner without consent",
        "partner outside the granted province",
        "everybody",
    }
    for row in matrix().rows.values():
        persons = persons_of(row.standing)
        known = {f"{name} {how}" for name in persons for how in of_persons} | others
        known |= {f"in {name}" for name in row.standing if name.startswith("region")}
        used = set(row.found).union(*(cells.full | cells.masked for cells in row.ruled.values()))
        assert used <= known, (row.name, used - known)
        assert row.shared <= set(DATA_TYPES) == {one.name for one in DataType}, row.name
        assert bool(row.shared) is ("partner with consent" in row.found) or row.prefix == "evt", row.name
        assert row.consenting <= set(persons), row.name


def test_the_page_is_the_one_that_the_table_makes() -> None:
    assert PAGE.read_text("utf-8") == rendered(matrix()), "python -m tests.resolvers.access.page"
