"""However many people a world has, no root list and no row is found by reading a table that grows with them.

Asked of every root list, forwards and backwards and counted, and of every root field that takes an id, in every role,
as the engine plans them: none reads a growing table from end to end, unless the viewer may see all of it, and then in
the order of the list, from the place where the page begins. `CANBAO_EXPLAIN_PERSONS=1000000` asks in a world of a
million persons, where engines plan as they do at that size; without it the world is small.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type

from domain.policy import PolicyBook
from domain.store import filing_statistics
from domain.store.statements import EngineKind
from domain.vocabulary import Prefix, Role, Viewer
from resolvers.fields.sources import field_sources
from resolvers.plan.check import scope_of
from resolvers.plan.rows import Compiled, RowCompiler
from resolvers.plan.sources import NOBODY, Alias, Many, NodeById, OneByKey
from tests.databases import PostgresServer, sqlite_url
from tests.plan.asking import AskedWorld
from tests.plan.peopled import GROWING, PERSONS, peopled_world
from tests.resolvers.opened import CONTRACT

SMALL = 10_000
"""In a world of fewer persons PostgreSQL would rather read a small table than search it."""
SOURCES = field_sources(PolicyBook.load())
LISTS = {name: root for name, root in SOURCES.queries.items() if isinstance(root, Many)}
BY_ID = {name: root for name, root in SOURCES.queries.items() if isinstance(root, OneByKey | NodeById)}
VIEWERS = (
    "anonymous",
    "employee",
    "clerk-xixiu",
    "clerk-anshun",
    "officer-employer",
    "operator",
    "partner",
    "hospital",
)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ],
)
def peopled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedWorld]:
    """The world on one engine, gone with the module's tests."""
    if request.param == "sqlite":
        path: Path = tmp_path_factory.mktemp("peopled") / "peopled.sqlite3"
        with closing(peopled_world(sqlite_url(path))) as asked:
            yield asked
        path.unlink()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    with closing(peopled_world(url)) as asked:
        yield asked
    server.drop_database(url)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Compiled]:
    """Every statement that is compiled while the test runs."""
    found: list[Compiled] = []
    finished = RowCompiler.finished

    def noted(self: RowCompiler, sql: str, cost: Any) -> Compiled:
        result = finished(self, sql, cost)
        found.append(result)
        return result

    monkeypatch.setattr(RowCompiler, "finished", noted)
    return found


@dataclass(frozen=True, slots=True)
class Read:
    """A table that a statement reads from end to end, and under which name."""

    table: str
    alias: str
    how: str


def whole_reads(asked: AskedWorld, statement: Compiled, viewer: Viewer, *, counting: bool = False) -> list[Read]:
    """What the engine would read from end to end of tables that grow with the population.

    A count reads all that it counts, and where that is a good part of a table PostgreSQL reads the table in a row, as
    it may. Of counting it is asked whether an index leads to the rows.
    """
    return reads_of(asked, statement.rendered.sql, statement.arguments({}, asked.request(viewer)), counting=counting)


def reads_of(asked: AskedWorld, sql: str, arguments: list[Any], *, counting: bool) -> list[Read]:
    """The same of a statement as its engine takes it."""
    if asked.kind is EngineKind.SQLITE:
        names = {alias: table for table, alias in re.findall(r"\b(?:FROM|JOIN) (\w+) (\w+)", sql)}
        with closing(asked.serving_sqlite()) as connection:
            lines = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", arguments)]
        scanned = [(line.split()[1], line) for line in lines if line.startswith("SCAN ")]
        reads = [Read(names.get(alias, alias), alias, line) for alias, line in scanned]
    else:
        reads = list(_postgresql_reads(_postgresql_plan(asked, sql, arguments, counting)))
    return [read for read in reads if read.table in GROWING]


def _postgresql_plan(asked: AskedWorld, sql: str, arguments: list[Any], counting: bool) -> dict[str, Any]:
    async def explained() -> str:
        driver: Any = asked.plain
        async with driver.transaction():
            if counting or PERSONS < SMALL:
                await driver.execute("SET LOCAL enable_seqscan = off")
            [row] = await driver.fetch(f"EXPLAIN (FORMAT JSON) {sql}", *arguments)
        return str(row[0])

    plan: dict[str, Any] = json.loads(asked.run(explained()))[0]["Plan"]
    return plan


def _postgresql_reads(node: dict[str, Any]) -> Iterator[Read]:
    kind = node["Node Type"]
    if kind == "Seq Scan" or (
        kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node and PERSONS >= SMALL
    ):
        yield Read(node["Relation Name"], node["Alias"], f"{kind} {node.get('Index Name', '')} {node.get('Filter')}")
    for below in node.get("Plans", ()):
        yield from _postgresql_reads(below)


def sees_all(asked: AskedWorld, target: str, role: Role) -> bool:
    """Nothing bounds what the role may see of a type."""
    return _rule(asked, target, role) is None


def sees_none(asked: AskedWorld, target: str, role: Role) -> bool:
    """What bounds it names no column: an engine looks at that once, and at no row."""
    return _rule(asked, target, role) == NOBODY


def _rule(asked: AskedWorld, target: str, role: Role) -> str | None:
    source = SOURCES.rows[target]
    return source.rule(Alias(source.table, "a"), scope_of(asked.kind, role))


def statement_of(asked: AskedWorld, compiled: list[Compiled], document: str, viewer: Viewer) -> Compiled:
    """The one statement of a document."""
    compiled.clear()
    answer = asked.answer(document, None, viewer)
    assert b'"errors"' not in answer.body, answer.body
    [statement] = compiled
    return statement


@pytest.mark.parametrize("name", LISTS)
def test_no_root_list_reads_everybody(peopled: AskedWorld, compiled: list[Compiled], name: str) -> None:
    target = LISTS[name].target
    whole = {f"{end}: 20" for end in ("first", "last")}
    for persona in VIEWERS:
        viewer = peopled.viewers[persona]
        if sees_none(peopled, target, viewer.role):
            continue
        everything = sees_all(peopled, target, viewer.role)
        for page in sorted(whole):
            document = f"query {persona.replace('-', '_')} {{ {name}({page}) {{ edges {{ node {{ id }} }} }} }}"
            reads = whole_reads(peopled, statement_of(peopled, compiled, document, viewer), viewer)
            # A page of what one may see all of begins at one end of the table's own order.
            beyond = [read for read in reads if not (everything and read.table == SOURCES.rows[target].table.name)]
            assert not beyond, (persona, page, beyond)
        if not everything:
            document = f"query {persona.replace('-', '_')} {{ {name} {{ totalCount }} }}"
            reads = whole_reads(peopled, statement_of(peopled, compiled, document, viewer), viewer, counting=True)
            assert not reads, (persona, "totalCount", reads)


FILTERS = (
    'regions: ["520402", "510000"]',
    'subjects: ["per_520000000000000001", "per_1"]',
    'types: [INTEREST_PAID], regions: ["520000"], subjects: ["per_520000000000000001"]',
)


@pytest.mark.parametrize("filters", FILTERS)
def test_a_filtered_log_is_read_through_an_index(peopled: AskedWorld, compiled: list[Compiled], filters: str) -> None:
    for persona in VIEWERS:
        viewer = peopled.viewers[persona]
        if sees_none(peopled, "Event", viewer.role):
            continue
        for page in ("first: 20", "last: 20"):
            document = f"{{ events({page}, {filters}) {{ edges {{ node {{ id }} }} }} }}"
            reads = whole_reads(peopled, statement_of(peopled, compiled, document, viewer), viewer)
            beyond = [
                read for read in reads if not (sees_all(peopled, "Event", viewer.role) and read.table == "events")
            ]
            assert not beyond, (persona, page, beyond)


@pytest.mark.parametrize("order", ["FILED_AT_ASC", "FILED_AT_DESC", "LATE_FROM_ASC"])
@pytest.mark.parametrize("persona", ["clerk-xixiu", "clerk-anshun", "clerk-guizhou"])
def test_a_queue_is_read_in_the_order_of_an_index_by_clerks_of_a_county_a_city_and_a_province(
    peopled: AskedWorld, compiled: list[Compiled], persona: str, order: str
) -> None:
    viewer = peopled.viewers[persona]
    name = persona.replace("-", "_")
    document = f"query {name} {{ filingQueue(first: 50, orderBy: [{order}]) {{ edges {{ node {{ id }} }} }} }}"
    statement = statement_of(peopled, compiled, document, viewer)
    assert not whole_reads(peopled, statement, viewer)
    arguments = statement.arguments({}, peopled.request(viewer))
    if peopled.kind is EngineKind.SQLITE:
        with closing(peopled.serving_sqlite()) as connection:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {statement.rendered.sql}", arguments)
            plan = " ".join(str(row[3]) for row in rows)
    else:
        plan = json.dumps(_postgresql_plan(peopled, statement.rendered.sql, arguments, counting=False))
    # Where few filings are open PostgreSQL may rather sort them.
    if peopled.kind is EngineKind.SQLITE or PERSONS >= SMALL:
        assert "TEMP B-TREE" not in plan, plan
        assert '"Sort"' not in plan, plan
        assert re.search(r"ix_filings_open(_in_province)?_(filed_at|late_from)", plan), plan


def test_figures_of_a_county_are_added_up_from_its_own_filings(peopled: AskedWorld) -> None:
    values = {"region": "520402", "begins": 0, "ends": 1, "now": 1}
    for statement in (filing_statistics.ENDED, filing_statistics.OPEN):
        rendered = statement.rendered(peopled.kind)
        assert not reads_of(peopled, rendered.sql, rendered.arguments(values), counting=True)


def test_no_row_is_found_by_reading_others(peopled: AskedWorld, compiled: list[Compiled]) -> None:
    asked = 0
    for prefix, target in SOURCES.nodes.items():
        source = SOURCES.rows[target]
        if source.table.name not in GROWING or prefix is Prefix.EVENT:
            condition = f" WHERE {source.identity} IS NOT NULL"
        else:
            condition = ""
        found = peopled.rows(f"SELECT min({source.identity}) FROM {source.table.name}{condition}")
        fields = [
            name
            for name, root in BY_ID.items()
            if isinstance(root, NodeById) or (root.target, root.argument) == (target, "id")
        ]
        for persona in VIEWERS:
            viewer = peopled.viewers[persona]
            for name in fields:
                label = f"{persona.replace('-', '_')}_{prefix.value}"
                document = f'query {label} {{ {name}(id: "{prefix.value}_{found[0][0]}") {{ id }} }}'
                reads = whole_reads(peopled, statement_of(peopled, compiled, document, viewer), viewer)
                assert not reads, (persona, name, target, reads)
                asked += 1
    assert asked >= len(SOURCES.nodes) * len(VIEWERS)


def test_an_app_reads_no_more_events_than_there_are_of_who_has_consented(
    peopled: AskedWorld, compiled: list[Compiled]
) -> None:
    """The same of the lists below what an app finds."""
    viewer = peopled.viewers["partner"]
    person = CONTRACT.type_map["Person"]
    assert isinstance(person, GraphQLObjectType)
    lists = [name for name, field in person.fields.items() if get_named_type(field.type).name.endswith("Connection")]
    below = " ".join(f"{name} {{ totalCount edges {{ node {{ id }} }} }}" for name in lists)
    account = "account { years { year } entries { totalCount edges { node { id contribution { receipt { id } } } } } }"
    document = f"{{ persons(first: 5) {{ edges {{ node {{ id {account} {below} }} }} }} }}"
    reads = whole_reads(peopled, statement_of(peopled, compiled, document, viewer), viewer)
    assert not reads, reads
    assert len(lists) >= 6
