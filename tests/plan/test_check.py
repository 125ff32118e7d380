"""What a source lacks is told when the server starts, every problem by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from typing import Any

import pytest

from domain.policy import PolicyBook
from domain.store.statements import EngineKind
from domain.vocabulary import Prefix
from resolvers.fields.rules import everybody
from resolvers.fields.sources import MUTATIONS, SUBSCRIPTIONS, field_sources
from resolvers.plan.check import SourcesIncomplete, check, compile_all
from resolvers.plan.sources import (
    Form,
    Identifier,
    Link,
    Many,
    OneByKey,
    Plain,
    RowSource,
    Sources,
    Value,
    VariedSource,
    boolean,
    by_key,
    day,
    text,
    yuan,
)
from schema.contract import build_schema
from tests.plan.asking import AskedWorld

SCHEMA = build_schema()._schema
SOURCES = field_sources(PolicyBook.load())
Change = Callable[[Sources], Sources]
LONG = 1_000_000
"""From so many characters on a statement is one of the longest."""


def test_the_sources_of_the_product_are_complete() -> None:
    check(SCHEMA, SOURCES, MUTATIONS, SUBSCRIPTIONS)


@pytest.fixture(scope="module")
def statements() -> Mapping[EngineKind, Collection[str]]:
    """What everything that can be asked compiles to, for each engine."""
    found: dict[EngineKind, dict[str, None]] = {kind: {} for kind in EngineKind}
    compile_all(SCHEMA, SOURCES, lambda kind, sql: found[kind].setdefault(sql))
    return found


def test_everything_that_can_be_asked_compiles_to_sql_that_the_engine_takes(
    asked: AskedWorld, statements: Mapping[EngineKind, Collection[str]]
) -> None:
    found = statements[asked.kind]
    # The longest join what the others hold, for one role each: an engine needs seconds for each, and reads one of them.
    for sql in [*(each for each in found if len(each) < LONG), max(found, key=len)]:
        asked.accepts(sql)
    assert sum(len(each) < LONG for each in found) > 300


def _row(type_name: str, /, **fields: Any) -> Change:
    """That row source with other fields; None takes one away."""

    def changed(sources: Sources) -> Sources:
        source = sources.rows[type_name]
        assert isinstance(source, RowSource)
        every = {key: value for key, value in {**source.fields, **fields}.items() if value is not None}
        return dataclasses.replace(sources, rows={**sources.rows, type_name: dataclasses.replace(source, fields=every)})

    return changed


def _many(name: str, list_: str, **changes: Any) -> Change:
    source = SOURCES.rows[name]
    assert isinstance(source, RowSource)
    many = source.fields[list_]
    assert isinstance(many, Many)
    return _row(name, **{list_: dataclasses.replace(many, **changes)})


def _query(name: str, source: Any) -> Change:
    def changed(sources: Sources) -> Sources:
        queries: Mapping[str, Any] = {**sources.queries, name: source}
        return dataclasses.replace(sources, queries={key: value for key, value in queries.items() if value is not None})

    return changed


def _without_computed(name: str) -> Change:
    return lambda sources: dataclasses.replace(
        sources, computed=[source for source in sources.computed if source.type_name != name]
    )


def _computed(type_name: str, /, **fields: Any) -> Change:
    return lambda sources: dataclasses.replace(
        sources,
        computed=[
            dataclasses.replace(source, fields={**source.fields, **fields}) if source.type_name == type_name else source
            for source in sources.computed
        ],
    )


def _events(**changes: Any) -> Change:
    def changed(sources: Sources) -> Sources:
        event = sources.rows["Event"]
        assert isinstance(event, VariedSource)
        return dataclasses.replace(sources, rows={**sources.rows, "Event": dataclasses.replace(event, **changes)})

    return changed


def _members_but_the_first() -> dict[str, RowSource]:
    event = SOURCES.rows["Event"]
    assert isinstance(event, VariedSource)
    return dict(list(event.members.items())[1:])


BROKEN: Mapping[str, tuple[Change, str]] = {
    "a field without source": (_row("Unit", creditCode=None), "Unit.creditCode: no source for the field"),
    "a source without field": (_row("Unit", motto=text("name")), "Unit.motto: a source, but no such field"),
    "a column that is not there": (_row("Unit", name=text("nickname")), "Unit.name: no column nickname"),
    "non-null over a nullable column": (
        _row("Person", name=text("phone")),
        "Person.name: non-null, but column phone can be null",
    ),
    "non-null over a nullable source": (
        _row("Person", name=text("name", nullable=True)),
        "Person.name: non-null, but its source can be null",
    ),
    "money where text is promised": (_row("Unit", name=yuan("id")), "Unit.name: String, but its source gives yuan"),
    "text where a day is promised": (
        _row("Person", birthDate=text("name")),
        "Person.birthDate: Date, but its source gives text",
    ),
    "a day over a column of text": (
        _row("Person", birthDate=day("name")),
        "Person.birthDate: date over a column of str",
    ),
    "a Boolean over a column of text": (
        _row("Region", synthetic=boolean("name")),
        "Region.synthetic: boolean over a column of str",
    ),
    "another kind's prefix": (
        _row("Unit", id=Identifier(Prefix.PERSON, lambda row, scope: row.id)),
        "Unit.id: its prefix is not per",
    ),
    "a link to another type": (
        _row("Unit", region=by_key("Unit", "id", through=True, nullable=False)),
        "Unit.region: Region, but its source leads to Unit",
    ),
    "a non-null link to what can be hidden": (
        _row("Unit", region=by_key("Region", "region_code", key="code", nullable=False)),
        "Unit.region: non-null, but the row that it links to can be hidden",
    ),
    "a non-null link over a nullable column": (
        _row(
            "ResidentContribution",
            region=Link("Region", lambda row, other, scope: f"{other.code} = {row.paid_on}", True, False),
        ),
        "ResidentContribution.region: non-null, but column paid_on can be null",
    ),
    "a link over a column that is not there": (
        _row("Unit", region=by_key("Region", "province", key="code", through=True, nullable=False)),
        "Unit.region: no column province",
    ),
    "a condition without source": (
        _many("Person", "enrolments", where={"scheme": "scheme", "status": "status"}),
        "Person.enrolments(where).region: no source for the condition",
    ),
    "a condition over the wrong column": (
        _many("Person", "enrolments", where={"scheme": "id", "status": "status", "region": "region_code"}),
        "Person.enrolments(where.scheme): Scheme over a column of int",
    ),
    "an order without source": (
        _many("Person", "residentContributions", orders={"ID_ASC": (("id", False),)}),
        "Person.residentContributions(orderBy).ID_DESC: no source for the order",
    ),
    "an order over a nullable column": (
        _many("Region", "children", order=(("parent_code", False),)),
        "Region.children: the order's column parent_code can be null",
    ),
    "a guard of a column that is not there": (
        _many("Person", "enrolments", guarded={"birth_date": everybody}),
        "Person.enrolments: no column birth_date to guard",
    ),
    "an event type without member": (
        _events(members=_members_but_the_first()),
        "Query.events(types).FAMILY_MEMBER_BOUND: no source for the value",
    ),
    "a member of the union without source": (
        _without_computed("PolicyNotStated"),
        "Query.policyFact: no computed source for PolicyNotStated",
    ),
    "a field of a computed type of another form": (
        _computed("World", seed=Plain(lambda at, arguments: "7")),
        "World.seed: Int64, but its source gives text",
    ),
    "a root field without source": (_query("unit", None), "Query.unit: no source for the root field"),
    "a root source without field": (_query("units2", OneByKey("Unit", "id")), "Query.units2: a source, but no such"),
    "a root that leads elsewhere": (
        _query("unit", OneByKey("Person", "id")),
        "Query.unit: Unit, but its source leads to Person",
    ),
    "an argument that is not there": (
        _query("unit", OneByKey("Unit", "number")),
        "Query.unit: the one argument must be number",
    ),
    "a prefix that names nothing": (
        lambda sources: dataclasses.replace(
            sources, nodes={key: name for key, name in sources.nodes.items() if key is not Prefix.UNIT}
        ),
        "node(uni_…): the prefix names no type",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_a_source_is_named(name: str) -> None:
    change, problem = BROKEN[name]
    with pytest.raises(SourcesIncomplete) as told:
        check(SCHEMA, change(SOURCES), MUTATIONS, SUBSCRIPTIONS)
    assert any(each.startswith(problem) for each in told.value.problems), told.value.problems


def test_every_problem_is_listed_at_once() -> None:
    broken = _row("Unit", creditCode=None)(_query("region", None)(SOURCES))
    with pytest.raises(SourcesIncomplete) as told:
        check(SCHEMA, broken, MUTATIONS, SUBSCRIPTIONS)
    assert set(told.value.problems) == {
        "Unit.creditCode: no source for the field",
        "Query.region: no source for the root field",
    }


def test_a_mutation_or_subscription_without_source_is_named() -> None:
    with pytest.raises(SourcesIncomplete) as told:
        check(SCHEMA, SOURCES, [name for name in MUTATIONS if name != "payResidentContribution"], ["events", "rates"])
    assert set(told.value.problems) == {
        "Mutation.payResidentContribution: no source for the root field",
        *(f"Subscription.{name}: no source for the root field" for name in SUBSCRIPTIONS if name != "events"),
        "Subscription.rates: a source, but no such root field in the schema",
    }


def test_a_scalar_whose_argument_does_not_decide_the_plan_is_refused() -> None:
    schema = build_schema()._schema
    schema.type_map["Unit"].fields["name"].args["prefix"] = schema.query_type.fields["policyFact"].args["name"]  # type: ignore[attr-defined, union-attr]
    with pytest.raises(SourcesIncomplete, match=r"Unit\.name\(prefix\): an argument of a scalar must be"):
        check(schema, SOURCES, MUTATIONS, SUBSCRIPTIONS)


def test_sql_that_fails_to_compile_is_named_with_role_and_engine() -> None:
    rows = dataclasses.replace(SOURCES, computed=[], queries={})
    broken = _row("Unit", name=Value(Form.TEXT, lambda row, scope, arguments: row.nickname))(rows)
    with pytest.raises(SourcesIncomplete, match=r"Unit for CLERK on postgresql: .*no column nickname"):
        compile_all(SCHEMA, broken)
