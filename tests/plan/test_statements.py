"""One statement per root field, whatever the page; nothing counted that nobody asked for; indexes carry the reads."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, OperationType, parse

import resolvers.graphiql
from domain.policy import PolicyBook
from domain.store.statements import EngineKind
from domain.vocabulary import Viewer
from resolvers.graphql import build_executor
from resolvers.plan.arguments import list_tag, made_cursor
from resolvers.plan.rows import Compiled, Cost, RowCompiler
from resolvers.service import GraphQLRequest
from tests.plan.asking import AskedWorld

OPERATIONS = Path(resolvers.graphiql.__file__).with_name("operations")
QUOTE = 2
"""Statements of a quote for a bound family member; a link out of it, such as the person, is one more."""

PREVIEW = 8
RECORDED = 3
"""Statements of the record that somebody else's data was shown: begin, the record, whom it shows, commit."""

PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }"
BY_ROOT: Mapping[str, int] = {
    "{ world { name now } }": 0,
    "{ viewer { role name } }": 0,
    "{ viewer { person { id name account { balance } } } }": 1,
    '{ node(id: "per_PERSON") { id ... on Person { name } } }': 1,
    '{ node(id: "nothing") { id } }': 0,
    '{ person(id: "per_PERSON") { name region { name } enrolments { edges { node { unit { name } } } } } }': 1,
    '{ unit(id: "uni_1") { name } }': 1,
    '{ region(code: "520402") { name parent { name } agencies { edges { node { phones { number } } } } } }': 1,
    '{ residentContribution(id: "con_1") { amount } }': 1,
    '{ receipt(id: "rec_1") { number } }': 1,
    f"{{ personas {{ totalCount {PAGE} }} }}": 1,
    f"{{ persons(first: SIZE) {{ totalCount {PAGE} }} }}": 1,
    f"{{ units(last: SIZE) {{ totalCount {PAGE} }} }}": 1,
    f"{{ regions(first: SIZE) {{ {PAGE} }} }}": 1,
    f"{{ agencies(first: SIZE) {{ {PAGE} }} }}": 1,
    f"{{ residentContributions(first: SIZE) {{ {PAGE} edges {{ node {{ payer {{ name }} }} }} }} }}": 1,
    f"{{ contributionRecords(first: SIZE) {{ {PAGE} }} }}": 1,
    f"{{ events(first: SIZE) {{ {PAGE} edges {{ node {{ actor {{ name }} }} }} }} }}": 1,
    f"{{ policyFacts(first: SIZE) {{ {PAGE} }} }}": 0,
    '{ policyFact(name: "coverage.late_start", region: "000000") { __typename } }': 0,
    "{ a: personas { totalCount } b: regions { totalCount } world { now } }": 2,
}


def spent(asked: AskedWorld, document: str, viewer: Viewer, variables: Mapping[str, Any] | None = None) -> int:
    """How many statements a document costs when it has been asked before."""
    asked.data(document, variables, viewer)
    before = asked.world.database.statements
    asked.data(document, variables, viewer)
    return asked.world.database.statements - before


@pytest.mark.parametrize("document", BY_ROOT)
def test_a_root_field_is_one_statement_whatever_the_page_size(asked: AskedWorld, document: str) -> None:
    for name in ("anonymous", "employee", "clerk-anshun", "operator"):
        viewer = asked.viewers[name]
        person = asked.viewers["employee"].person_id
        for size in (0, 1, 7, 100) if "SIZE" in document else (0,):
            text = document.replace("PERSON", str(person)).replace("SIZE", str(size))
            wanted = BY_ROOT[document]
            more = spent(asked, text, viewer) - wanted
            # The employee's lists hold what he paid for his mother; what he asks of himself is recorded nowhere.
            recorded = shows_persons(document) and name != "anonymous" and (name != "employee" or "SIZE" in document)
            assert more == 0 or (recorded and more == RECORDED), (name, size)
            if recorded and "person(" in document:
                assert more == RECORDED


def shows_persons(document: str) -> bool:
    return any(root in document for root in ("per_PERSON", "persons(", "residentC", "contributionRecords", "events("))


def test_every_query_that_the_product_ships_is_one_statement_per_root_field(asked: AskedWorld) -> None:
    viewer = asked.viewers["employee"]
    [(receipt,)] = asked.rows(
        "SELECT r.id FROM receipts r JOIN resident_contributions c ON c.id = r.contribution_id"
        f" WHERE c.payer_id = {viewer.person_id}"
    )
    # Of what is not there, a root field is one statement too.
    known: dict[str, Any] = {
        "receipt": f"rec_{receipt}",
        "year": 2025,
        "channel": "WECHAT",
        "order": "pmt_520000000000000001",
        "unit": "uni_520000000000000001",
        "patient": f"per_{viewer.person_id}",
    }
    met, recorded = 0, set[str]()
    for path in sorted(OPERATIONS.rglob("*.graphql")):
        text = path.read_text(encoding="utf-8")
        [operation] = [each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode)]
        if operation.operation is not OperationType.QUERY:
            continue
        met += 1
        declared = [each.variable.name.value for each in operation.variable_definitions or ()]
        roots = [each.name.value for each in operation.selection_set.selections]  # type: ignore[attr-defined]
        wanted = sum(
            {"contributionQuote": QUOTE, "claimPreview": PREVIEW, "world": 0, "echo": 0}.get(root, 1) for root in roots
        )
        asks = viewer
        if not {"member", "me"}.isdisjoint(declared):
            # One whose quote is no refusal: bound, and not yet paid for.
            asks = asked.viewers["already-bound"]
            [(member,)] = asked.rows(f"SELECT member_id FROM family_bindings WHERE holder_id = {asks.person_id}")
            known["member"] = known["me"] = f"per_{member}"
        beside = path.with_suffix(".variables.json")
        given = {**(json.loads(beside.read_bytes()) if beside.exists() else {}), **known}
        more = spent(asked, text, asks, {name: given[name] for name in declared if name in given}) - wanted
        assert more in (0, RECORDED), path.name
        recorded |= {path.name} if more else set()
    assert met >= 3
    assert {"03-quote.graphql", "02-quote-by-channel.graphql"} <= recorded


def test_the_links_of_a_quote_are_one_statement_together(asked: AskedWorld) -> None:
    viewer = asked.viewers["already-bound"]
    [(member,)] = asked.rows(f"SELECT member_id FROM family_bindings WHERE holder_id = {viewer.person_id}")
    document = f"""{{ contributionQuote(personId: "per_{member}", coverageYear: 2025) {{ __typename
        ... on ContributionQuote {{ amount LINK facts {{ fact {{ name }} }} }} }} }}"""
    answer = asked.data(document.replace("LINK", ""), None, viewer)
    assert answer["contributionQuote"]["__typename"] == "ContributionQuote"
    assert spent(asked, document.replace("LINK", ""), viewer) == QUOTE + RECORDED
    link = "person { name enrolments { edges { node { unit { name } } } } } p: person { region { name } }"
    assert spent(asked, document.replace("LINK", link), viewer) == QUOTE + 1 + RECORDED


# ---- what the statements say ---------------------------------------------------------------------------------------


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Compiled]:
    """Every statement that is compiled while the test runs."""
    found: list[Compiled] = []
    finished = RowCompiler.finished

    def noted(self: RowCompiler, sql: str, cost: Cost) -> Compiled:
        result = finished(self, sql, cost)
        found.append(result)
        return result

    monkeypatch.setattr(RowCompiler, "finished", noted)
    return found


def read(asked: AskedWorld, compiled: list[Compiled], document: str, viewer: Viewer) -> Compiled:
    """The one statement of a document, compiled afresh."""
    compiled.clear()
    executor = build_executor(PolicyBook.load())
    answer = asked.answer(document, None, viewer, executor=executor)
    executor.close()
    assert b'"errors"' not in answer.body, answer.body
    [statement] = compiled
    return statement


def test_a_total_is_counted_only_when_it_is_asked_for(asked: AskedWorld, compiled: list[Compiled]) -> None:
    viewer = asked.viewers["operator"]
    counting = re.compile(r"\(SELECT count\(\*\) FROM persons")
    without = read(asked, compiled, f"{{ persons {{ {PAGE} }} }}", viewer)
    assert not counting.search(without.rendered.sql)
    with_total = read(asked, compiled, "{ persons { totalCount edges { node { id } } } }", viewer)
    assert len(counting.findall(with_total.rendered.sql)) == 1
    alone = read(asked, compiled, "{ persons { totalCount } }", viewer)
    assert "ORDER BY" not in alone.rendered.sql
    assert with_total.cost.total({}, asked.request(viewer)) > without.cost.total({}, asked.request(viewer))


def test_a_plain_page_neither_counts_nor_numbers_its_rows(asked: AskedWorld, compiled: list[Compiled]) -> None:
    page = read(asked, compiled, "{ persons { edges { node { name } } } }", asked.viewers["operator"])
    assert "row_number" not in page.rendered.sql
    assert "count(" not in page.rendered.sql
    assert "hex(" not in page.rendered.sql


def plan_of(asked: AskedWorld, statement: Compiled, viewer: Viewer, variables: Mapping[str, Any] | None = None) -> str:
    """How the engine would run a statement, small tables notwithstanding."""
    arguments = statement.arguments(variables or {}, asked.request(viewer))
    if asked.kind is EngineKind.SQLITE:
        with closing(asked.serving_sqlite()) as connection:
            rows = list(connection.execute(f"EXPLAIN QUERY PLAN {statement.rendered.sql}", arguments))
        return "\n".join(str(row[3]) for row in rows)

    async def explained() -> str:
        driver: Any = asked.plain
        async with driver.transaction():
            await driver.execute("SET LOCAL enable_seqscan = off")
            await driver.execute("SET LOCAL enable_sort = off")
            rows = await driver.fetch(f"EXPLAIN {statement.rendered.sql}", *arguments)
        return "\n".join(str(row[0]) for row in rows)

    return asked.run(explained())


def test_a_person_is_found_by_the_primary_key(asked: AskedWorld, compiled: list[Compiled]) -> None:
    viewer = asked.viewers["operator"]
    person = asked.viewers["employee"].person_id
    statement = read(asked, compiled, f'{{ person(id: "per_{person}") {{ name sex birthDate }} }}', viewer)
    plan = plan_of(asked, statement, viewer)
    assert "USING INTEGER PRIMARY KEY" in plan if asked.kind is EngineKind.SQLITE else "pk_persons" in plan
    assert "SCAN persons" not in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("where", ['where: {region: {eq: "520402"}}', 'where: {region: {within: "520402"}}', ""])
def test_a_clerk_reads_the_persons_of_a_county_through_an_index(
    asked: AskedWorld, compiled: list[Compiled], where: str
) -> None:
    viewer = asked.viewers["clerk-xixiu"]
    document = f"{{ persons(first: 50 {where}) {{ edges {{ node {{ name }} }} }} }}"
    plan = plan_of(asked, read(asked, compiled, document, viewer), viewer)
    assert "Seq Scan" not in plan
    if asked.kind is EngineKind.SQLITE:
        assert "USING INDEX ix_persons_region_code_id" in plan, plan
    # The county's index is in the order of the list: fifty rows are read, however many live there.
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan


@pytest.mark.parametrize("name", ["operator", "clerk-anshun"])
@pytest.mark.parametrize("given", ["literal", "leaf", "filter", "condition"])
def test_a_county_is_read_in_the_order_of_its_index_however_the_filter_is_given(
    asked: AskedWorld, compiled: list[Compiled], name: str, given: str
) -> None:
    viewer = asked.viewers[name]
    texts = {
        "literal": '{ persons(where: {region: {within: "520402"}}) PAGE }',
        "leaf": "query($v: RegionCode) { persons(where: {region: {within: $v}}) PAGE }",
        "filter": "query($v: RegionFilter) { persons(where: {region: $v}) PAGE }",
        "condition": "query($v: PersonWhere) { persons(where: $v) PAGE }",
    }
    text = texts[given].replace("PAGE", "{ totalCount edges { node { name } } }")
    county: Any = "520402"
    city: Any = "520400"
    for wrap in {"literal": [], "leaf": [], "filter": ["within"], "condition": ["within", "region"]}[given]:
        county, city = {wrap: county}, {wrap: city}
    compiled.clear()
    executor = build_executor(PolicyBook.load())
    answers = [
        asked.answer(text.replace("520402", code), {"v": value}, viewer, executor=executor)
        for code, value in (("520402", county), ("520400", city), ("520402", county))
    ]
    executor.close()
    in_county, in_city = compiled
    assert answers[0].body == answers[2].body != answers[1].body
    assert b'"errors"' not in answers[0].body
    plan = plan_of(asked, in_county, viewer, {"v": county})
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan
    assert "BETWEEN" not in in_county.rendered.sql or name != "operator"
    assert "BETWEEN" in in_city.rendered.sql


def test_a_clerk_of_a_city_reads_it_as_a_range(asked: AskedWorld, compiled: list[Compiled]) -> None:
    document = "{ persons(first: 50) { edges { node { id } } } }"
    assert "BETWEEN" in read(asked, compiled, document, asked.viewers["clerk-anshun"]).rendered.sql
    assert "BETWEEN" not in read(asked, compiled, document, asked.viewers["clerk-xixiu"]).rendered.sql


def test_contributions_of_a_person_are_read_through_the_persons_index(
    asked: AskedWorld, compiled: list[Compiled]
) -> None:
    viewer = asked.viewers["operator"]
    person = asked.viewers["employee"].person_id
    document = f"""{{ person(id: "per_{person}") {{
        residentContributions(first: 5, orderBy: [COVERAGE_YEAR_DESC]) {{ edges {{ node {{ id amount }} }} }} }} }}"""
    plan = plan_of(asked, read(asked, compiled, document, viewer), viewer)
    assert re.search(r"(ix|uq)_resident_contributions_(person_id_coverage_year_id|paid)", plan), plan
    assert "Seq Scan" not in plan


def test_events_after_a_cursor_are_read_in_the_order_of_their_index(
    asked: AskedWorld, compiled: list[Compiled]
) -> None:
    viewer = asked.viewers["operator"]
    [place] = asked.rows(
        "SELECT transaction_id, position FROM events ORDER BY transaction_id, position LIMIT 1 OFFSET 2"
    )
    cursor = made_cursor(list_tag(asked.world.fingerprint, "events", None), place)
    statement = read(
        asked, compiled, f'{{ events(first: 10, after: "{cursor}") {{ edges {{ node {{ id }} }} }} }}', viewer
    )
    plan = plan_of(asked, statement, viewer)
    assert "uq_events_order" in plan, plan
    assert "TEMP B-TREE" not in plan
    if asked.kind is EngineKind.POSTGRESQL:
        # What still runs is looked up once, and bounds the index; not once for every event.
        assert "InitPlan" in plan, plan
        assert "SubPlan" not in plan.partition("uq_events_order")[2], plan
        assert re.search(r"Index Cond: .*transaction_id < ", plan), plan


def test_several_totals_of_root_lists_are_read_beside_the_loop_and_one_is_not(
    asked: AskedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart: list[str] = []
    database = asked.world.database
    fetch_apart = database.fetch_apart

    async def noted(rendered: Any, arguments: Any) -> Any:
        apart.append(rendered.sql)
        return await fetch_apart(rendered, arguments)

    monkeypatch.setattr(type(database), "fetch_apart", lambda self, *given: noted(*given))
    viewer = asked.viewers["operator"]
    asked.data("{ persons { totalCount edges { node { name } } } }", None, viewer)
    assert apart == []
    asked.data("{ " + " ".join(f"a{n}: persons {{ totalCount }}" for n in range(6)) + " }", None, viewer)
    assert len(apart) == 6


def test_others_have_their_turn_between_many_root_fields(asked: AskedWorld) -> None:
    viewer = asked.viewers["operator"]
    document = "{ " + " ".join(f"a{n}: regions(first: 1) {{ edges {{ cursor }} }}" for n in range(30)) + " }"
    turns = 0

    async def turned() -> None:
        nonlocal turns
        answering = asyncio.ensure_future(asked.executor.answer(GraphQLRequest(document), asked.request(viewer)))
        while not answering.done():
            turns += 1
            await asyncio.sleep(0)

    asked.run(turned())
    assert turns >= 30
