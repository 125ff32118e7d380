"""The whole API, asked by everybody about everything, says what the table states.

Walked: every type by `node` and by its root field; from there every link and list, two links deep, so that each edge of
the contract is taken by every viewer who reaches a row with something at its end; every root list from its first page
to its last; every filter and every order of every list; every event by the log and by the subscription; every question
about a row and every mutation that names one, with a row that is not the viewer's and one that is not there; the
outcome of every mutation of the story, asked for again. Where the table says that somebody does not find a row, the
answer is the one for a row that is not there: by wording, code, shape, and the number of statements that it took.

Not walked: paths of more than two links (each further link is a first one from the row in between); what a
subscription says to those who are told of no event (silence has no end); filters of `policyFacts`, which is public;
refusals that the story does not meet; the printed pages beside the API.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from domain.policy import PolicyBook
from resolvers.graphql import build_executor
from resolvers.plan.executor import CostLimits
from resolvers.service import Answer
from tests.resolvers.access.asking import page, plain, selection
from tests.resolvers.access.matrix import matrix
from tests.resolvers.access.paths import (
    ABOUT,
    UNKNOWN,
    connections,
    filled,
    id_members,
    may_know,
    narrowings,
    orders,
    root_fields,
    value_of,
)
from tests.resolvers.access.story import Story, told_on
from tests.resolvers.access.walk import Row, Walk, nodes, walked
from tests.resolvers.opened import CONTRACT, OpenedWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHOLE = 100
IDS = "totalCount edges { node { __typename id } }"
FOLLOW = (
    "subscription F($after: Cursor, $first: Int) {"
    f" events(after: $after, first: $first) {{ {selection('Event', 0)} }} }}"
)
FIRST = "{ events(first: 1) { edges { cursor node { __typename id } } } }"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(shared: OpenedWorld, book: PolicyBook) -> AsyncIterator[Story]:
    # Every field of every outcome of every line is more than one operation may ask for elsewhere.
    with closing(build_executor(book, costs=CostLimits(values=1_000_000))) as executor:
        shared.service = replace(shared.service, executor=executor)
        yield await told_on(shared)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(story: Story) -> AsyncIterator[Walk]:
    yield await walked(story.world, matrix())


async def test_every_row_by_node_and_what_it_leads_to(walk: Walk) -> None:
    for persona in walk.viewers:
        for type_name in walk.matrix.rows:
            for row in walk.samples(persona, type_name):
                # Of a row that is not found nothing is told, however much of it is asked for.
                depth = 0 if not walk.finds(persona, row) else 2 if walk.whole else 1
                [answer] = await walk.nodes(persona, [row], selection(type_name, depth))
                assert (answer is not None) == walk.finds(persona, row), (persona, row, walk.standings(persona, row))
                if answer is not None:
                    walk.check(persona, type_name, answer, "node")
    assert sum(walk.cells.values()) >= (70_000 if walk.whole else 3_000)
    if not walk.whole:
        return
    compared = {(type_name, name) for type_name, name, _ in walk.cells}
    assert {(row.name, name) for row in walk.matrix.rows.values() for name in row.fields} <= compared
    edges = {
        (row.name, name) for row in walk.matrix.rows.values() for name in (*row.shown, *row.where_found, *row.parts)
    }
    assert {edge for edge in edges if not walk.edges[edge]} == set()


async def test_every_standing_is_somebodys(walk: Walk) -> None:
    """Each way to stand to a row by which the table lets it be found, or tells a field, is walked."""
    for type_ in walk.matrix.rows.values() if walk.whole else ():
        met = {
            one for persona in walk.viewers for row in walk.rows_of(type_.name) for one in walk.standings(persona, row)
        }
        named = set(type_.found).union(*(cells.full for cells in type_.ruled.values())) - {"everybody"}
        if type_.prefix != "evt":
            assert named <= met, (type_.name, named - met)
    everything = {
        one
        for persona in walk.viewers
        for type_name in walk.matrix.rows
        for row in walk.rows_of(type_name)
        for one in walk.standings(persona, row)
    }
    assert {"partner with consent", "partner without consent", "partner outside the granted province"} <= everything
    assert {"own client", "hospital", "own institution"} <= everything


async def test_every_row_by_its_root_field(walk: Walk) -> None:
    for name in walk.matrix.stated["roots"]["Query"]["by id"]:
        field = root_fields()[name]
        types = walk.matrix.rows if name == "node" else [get_named_type(field.type).name]
        [(argument, of)] = field.args.items()
        for type_name in types:
            asked = f"... on {type_name} {{ {selection(type_name, 0)} }}"
            document = f"query R($id: {of.type}) {{ {name}({argument}: $id) {{ {asked} }} }}"
            for persona in walk.viewers:
                missing = f"{walk.matrix.rows[type_name].prefix}_{UNKNOWN}"
                nothing = await told(walk, document, {"id": "999999" if argument == "code" else missing}, persona)
                for row in walk.samples(persona, type_name):
                    given = {"id": row[1][4:] if argument == "code" else row[1]}
                    if not walk.finds(persona, row):
                        assert await told(walk, document, given, persona) == nothing, (persona, row)
                        walk.cells[type_name, "as if it were not there", name] += 1
                        continue
                    found = (await walk.world.data(document, given, persona))[name]
                    walk.check(persona, type_name, found, name)


async def told(walk: Walk, document: str, given: dict[str, Any], persona: str | None) -> tuple[Answer, int]:
    """An answer, and how many statements it took: the fewer of two times, because one may fetch new ids as well."""
    database, counts = walk.world.service.world.database, []
    for _ in range(2):
        before = database.statements
        if "input" in given:
            given["input"]["idempotencyKey"] = walk.world.new_key()
        answer = await walk.world.answer(document, given, persona)
        counts.append(database.statements - before)
    return answer, min(counts)


def expected(walk: Walk, persona: str | None, name: str, of: set[str] | None) -> list[Row]:
    """The rows of a root list, by the table."""
    listed = walk.matrix.lists[name]
    field = root_fields()[name]
    connection = get_named_type(field.type)
    assert isinstance(connection, GraphQLObjectType)
    rows = []
    for row in walk.rows_of(connection.name.removesuffix("Connection")):
        standings = walk.standings(persona, row)
        through = walk.finds(persona, row) and (listed.found is None or bool(listed.found & standings))
        if through and (of is None or row[1][4:] in of):
            rows.append(row)
    return rows


async def restricted(walk: Walk, name: str) -> set[str] | None:
    """The keys of the rows that a root list is narrowed to, None where it is not."""
    sql = walk.matrix.lists[name].of
    if sql is None:
        return None
    now = walk.world.service.world.clock.now()
    return {str(key) for (key,) in await walk.world.rows(sql.format(now=now))}


async def test_every_root_list_from_its_first_page_to_its_last(walk: Walk) -> None:
    for name in walk.matrix.lists:
        connection = get_named_type(root_fields()[name].type).name
        size = 10 if name == "events" else WHOLE
        document = f"query L($after: Cursor) {{ {name}(first: {size}, after: $after) {{ {page(connection, 0)} }} }}"
        of = await restricted(walk, name)
        for persona in walk.viewers:
            rows, found, after, more = expected(walk, persona, name, of), set(), None, True
            while more:
                answer: Any = plain((await walk.world.data(document, {"after": after}, persona))[name])
                assert answer["totalCount"] == len(rows), (persona, name, answer["totalCount"], len(rows))
                for one in nodes(answer):
                    walk.check(persona, one["__typename"], one, name)
                    found.add((one["__typename"], one["id"]))
                after, more = answer["pageInfo"]["endCursor"], answer["pageInfo"]["hasNextPage"]
                if len(found) >= 3 * WHOLE:
                    break
            assert found == set(rows) if not more else found <= set(rows), (persona, name)


async def test_no_filter_tells_more_than_the_rows(walk: Walk) -> None:
    for name in walk.matrix.lists:
        field, of = root_fields()[name], await restricted(walk, name)
        every = walk.rows_of(get_named_type(field.type).name.removesuffix("Connection"))
        for persona in walk.viewers:
            rows = expected(walk, persona, name, of)
            for one in narrowings(walk, persona, field, every):
                document = f"query W($sent: {one.type}) {{ {name}({one.argument}: $sent, first: 100) {{ {IDS} }} }}"
                answer = (await walk.world.data(document, {"sent": one.sent}, persona))[name]
                wanted = {
                    row
                    for row in rows
                    if may_know(walk, persona, row, one.field) and one.holds(value_of(walk, row, one.field))
                }
                said = {(node["__typename"], node["id"]) for node in nodes(answer)}
                where = f"{persona}: {name}({one.argument}: {one.sent})"
                assert answer["totalCount"] == len(wanted), f"{where} counts {answer['totalCount']}, not {len(wanted)}"
                assert said == wanted if len(wanted) <= WHOLE else said <= wanted, where
                walk.cells[name, one.field, "filter"] += 1
    narrowed = {(name, field) for name, field, how in walk.cells if how == "filter"}
    assert {("persons", "birthDate"), ("units", "creditCode"), ("events", "type"), ("refunds", "reason")} <= narrowed
    assert len(narrowed) >= 25


async def test_no_filter_below_a_row_tells_more(walk: Walk) -> None:
    narrowed = set()
    for type_name in walk.matrix.rows:
        type_ = CONTRACT.type_map[type_name]
        assert isinstance(type_, GraphQLObjectType)
        for name, field in connections(type_):
            if "where" not in field.args:
                continue
            for persona in walk.viewers:
                for parent in walk.samples(persona, type_name, each=1):
                    there: list[Row] = [(node["__typename"], node["id"]) for node in nodes(walk.truth[parent][name])]
                    if not there or not walk.finds(persona, parent):
                        continue
                    for one in narrowings(walk, persona, field, there):
                        document = (
                            f"query W($id: ID!, $sent: {one.type}) {{ node(id: $id) {{ ... on {type_name} {{"
                            f" {name}({one.argument}: $sent) {{ totalCount edges {{ node {{ id }} }} }} }} }} }}"
                        )
                        answer = await walk.world.data(document, {"id": parent[1], "sent": one.sent}, persona)
                        wanted = [
                            row[1]
                            for row in there
                            if walk.finds(persona, row)
                            and may_know(walk, persona, row, one.field)
                            and one.holds(value_of(walk, row, one.field))
                        ]
                        said = answer["node"][name]
                        assert said["totalCount"] == len(wanted), (persona, parent, name, one.sent)
                        assert [node["id"] for node in nodes(said)] == wanted[:20], (persona, parent, name, one.sent)
                        narrowed.add((type_name, name, one.field))
    assert len(narrowed) >= 14


async def test_no_order_tells_more_than_the_rows(walk: Walk) -> None:
    for name in walk.matrix.lists:
        field = root_fields()[name]
        of = await restricted(walk, name)
        for order, by, descends in orders(field):
            document = f"{{ {name}(orderBy: [{order}], first: 100) {{ {IDS} }} }}"
            for persona in walk.viewers:
                rows = [row for row in expected(walk, persona, name, of) if may_know(walk, persona, row, by)]
                answer = (await walk.world.data(document, persona=persona))[name]
                said = [value_of(walk, (node["__typename"], node["id"]), by) for node in nodes(answer)]
                assert answer["totalCount"] == len(rows), (persona, name, order)
                assert said == sorted((value_of(walk, row, by) for row in rows), reverse=descends)[:100], (
                    persona,
                    order,
                )
                walk.cells[name, by, "order"] += 1
    ordered = {(name, field) for name, field, how in walk.cells if how == "order"}
    assert {("persons", "birthDate"), ("residentContributions", "submittedAt")} <= ordered


async def test_a_question_about_a_row_is_answered_to_whom_the_table_names(walk: Walk) -> None:
    for name, asked in walk.matrix.asked.items():
        result = get_named_type(root_fields()[name].type).name
        # By a channel: an account pays for a bound member alone.
        care = '{kind: INPATIENT, tier: LEVEL_2, admittedOn: "2024-12-10", costs: [{costClass: A, amount: "900.00"}]}'
        others = {"coverageYear": "2025", "year": "2024", "channel": "WECHAT", "care": care}
        given = "".join(f", {one}: {value}" for one, value in others.items() if one in root_fields()[name].args)
        document = f"query Q($id: ID!) {{ {name}({asked.by}: $id{given}) {{ {selection(result, 1)} }} }}"
        prefix, answered = walk.matrix.rows[asked.about].prefix, set[str]()
        for persona in walk.viewers:
            nothing = await told(walk, document, {"id": f"{prefix}_{UNKNOWN}"}, persona)
            for row in walk.samples(persona, asked.about, each=3):
                answer, statements = await told(walk, document, {"id": row[1]}, persona)
                of = asked.of & walk.standings(persona, row)
                if any(walk.truth[row][field] != value for field, value in asked.where.items()):
                    of = frozenset()
                where = f"{persona}: {name}({row[1]}) {sorted(walk.standings(persona, row))}"
                assert (answer == nothing[0]) is not bool(of), where
                assert of or statements == nothing[1], f"{where}: {statements} statements, not {nothing[1]}"
                answered |= of
                walk.check_computed(persona, plain(json.loads(answer.body)["data"][name]), name)
        assert answered == asked.of or not walk.whole, name


async def test_what_is_not_ones_own_is_to_no_mutation_there(walk: Walk) -> None:
    assert CONTRACT.mutation_type is not None
    for name in walk.matrix.stated["roots"]["Mutation"]["names rows"]:
        field = CONTRACT.mutation_type.fields[name]
        type_ = get_named_type(field.args["input"].type)
        assert isinstance(type_, GraphQLInputObjectType)
        result = selection(get_named_type(field.type).name, 0)
        document = f"mutation M($input: {field.args['input'].type}) {{ {name}(input: $input) {{ {result} }} }}"
        members = list(id_members(type_))
        for persona, viewer in walk.viewers.items():
            own = {member: f"{walk.matrix.rows[ABOUT[member]].prefix}_{UNKNOWN}" for member in members}
            own |= {member: f"uni_{viewer.unit_id or UNKNOWN}" for member in members if ABOUT[member] == "Unit"}
            for member in members:
                strange = [
                    row
                    for row in walk.samples(persona, ABOUT[member], each=1)
                    if not walk.finds(persona, row)
                    and "payee is oneself" not in walk.standings(persona, row)
                    and not any(one.endswith("is a payee") for one in walk.standings(persona, row))
                ]
                answers = []
                for known in (own[member], *(row[1] for row in strange)):
                    given = {"input": filled(type_, {**own, member: known})}
                    answer, statements = await told(walk, document, given, persona)
                    # A line is answered with the id that it was sent with.
                    body = answer.body.replace(known.encode(), b"this one")
                    answers.append((answer.status, answer.codes, body, statements))
                # A document that is no longer valid would be answered alike, and nothing would have been asked.
                assert answers[0][:2] == (200, ()), (persona, name, member, answers[0])
                assert all(answer == answers[0] for answer in answers), (persona, name, member, answers)
                walk.cells[name, member, "as if it were not there"] += len(strange)


async def test_a_subscription_says_what_the_log_says(walk: Walk) -> None:
    found = (await walk.world.data(FIRST, persona="operator"))["events"]
    after = found["edges"][0]["cursor"]
    first: Row = (found["edges"][0]["node"]["__typename"], found["edges"][0]["node"]["id"])
    for persona in walk.viewers:
        rows = {row for row in walk.rows_of("Event") if walk.finds(persona, row)} - {first}
        if not rows:
            continue
        stream = await walk.world.stream(FOLLOW, {"after": after, "first": len(rows)}, persona)
        told = set()
        async for item in stream:
            event: Any = plain(json.loads(item.body)["data"]["events"])
            walk.check(persona, event["__typename"], event, "subscription")
            told.add((event["__typename"], event["id"]))
        assert told == rows, persona


async def test_outcomes_show_the_actor_what_the_table_lets_them_see(walk: Walk, story: Story) -> None:
    for act in story.acts:
        if act.persona not in walk.viewers:
            continue
        answer = (await walk.world.data(act.document, {"input": act.given}, act.persona))[act.name]
        walk.check_computed(act.persona, plain(answer), act.name)
    assert len({act.name for act in story.acts}) >= 18


async def test_who_asks_is_told_who_they_are(walk: Walk) -> None:
    document = f"{{ viewer {{ {selection('Viewer', 1)} }} }}"
    for persona, viewer in walk.viewers.items():
        said = (await walk.world.data(document, persona=persona))["viewer"]
        walk.check_computed(persona, said, "viewer")
        person = f"per_{viewer.person_id}" if viewer.role.name == "CITIZEN" else None
        assert (said["person"] or {}).get("id") == person
        assert (said["unit"] or {}).get("id") == (f"uni_{viewer.unit_id}" if viewer.unit_id else None)


async def test_what_is_public_is_the_same_to_everybody(walk: Walk) -> None:
    (number, name), _ = await walk.world.rows(
        "SELECT c.number, p.name FROM payment_certificates c JOIN persons p ON p.id = c.person_id"
    )
    document = f"""query P($number: String!) {{
      world {{ {selection("World", 0)} }} workingDay(after: "2024-12-16", count: 3) {{ day calendar }}
      policyFacts(first: 3) {{ edges {{ node {{ {selection("PolicyFact", 0)} }} }} }} echo(text: "x")
      policyFact(name: "payee.most_payees", region: "520402") {{ {selection("PolicyFactResult", 0)} }}
      verifyPaymentCertificate(number: $number) {{ {selection("VerifiedPaymentCertificate", 1)} }} }}"""
    told = await walk.world.data(document, {"number": number}, "operator")
    assert told["verifyPaymentCertificate"]["name"] == name[0] + "*" * (len(name) - 1)
    for persona in walk.viewers:
        assert await walk.world.data(document, {"number": number}, persona) == told
