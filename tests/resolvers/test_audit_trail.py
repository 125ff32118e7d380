"""Whoever is shown somebody else's data leaves a record, before the answer leaves; and who finds the records."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.revealing import holds_a_number
from domain.policy import PolicyBook
from domain.store.engine import StoreUnavailable
from domain.vocabulary import Prefix as Kind
from domain.vocabulary import Role, Transport, api_id
from resolvers.fields.sources import field_sources
from resolvers.plan.marks import MARK, unmarked
from resolvers.plan.sources import Plain
from resolvers.recording import LONGEST_PURPOSE, purpose_objection
from resolvers.service import Answer, GraphQLRequest
from simulator.trail_audit import broken_trail
from tests.resolvers.access.asking import selection
from tests.resolvers.access.matrix import matrix
from tests.resolvers.access.story import told_on
from tests.resolvers.access.walk import Walk, walked
from tests.resolvers.opened import BIND, PAY, SUBMIT, OpenedWorld

NAMES = "{ persons(first: 2) { edges { node { id name } } } }"
ONESELF = "{ viewer { person { id name idNumber account { balance } enrolments { edges { node { id } } } } } }"
RECORDS = """{ accessRecords { totalCount edges { node {
    id kind role reader operation fields transport requestId purpose reason persons
    readerRegion { code } readerUnit { id } subjects { totalCount edges { node { id name } } } } } } }"""


async def shown(world: OpenedWorld, after: int = 0) -> list[tuple[int, set[int]]]:
    """The records behind a place, and whom each shows."""
    rows = await world.rows(f"SELECT position, subjects FROM access_records WHERE position > {after} ORDER BY 1")
    return [(place, set(json.loads(persons) if isinstance(persons, str) else persons)) for place, persons in rows]


async def end(world: OpenedWorld) -> int:
    [(last,)] = await world.rows("SELECT coalesce(max(position), 0) FROM access_records")
    return int(last)


# ---- every type says whose data it is --------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(shared: OpenedWorld) -> Walk:
    story = await told_on(shared)
    return await walked(story.world, matrix())


@pytest.mark.asyncio(loop_scope="module")
async def test_whoever_reaches_a_row_is_recorded_for_those_whose_data_it_is(walk: Walk) -> None:
    """The rows' columns say whose data they are, by the table of who sees what; the records must say the same."""
    reached = recorded = 0
    before = await end(walk.world)
    for persona in walk.viewers:
        viewer = walk.viewers[persona]
        for type_name, type_ in walk.matrix.rows.items():
            for row in walk.samples(persona, type_name, each=1):
                [answer] = await walk.nodes(persona, [row], "id")
                found = await shown(walk.world, before)
                before = max([before, *(place for place, _ in found)])
                members = dict(zip(type_.members, zip(*walk.columns[row], strict=True), strict=True))
                about = {person for name in type_.subjects for person in members[name]}
                wanted = set() if answer is None else about - {None, 0, viewer.person_id}
                # A citizen's own acts are told by their events, and found by nobody else's.
                if viewer.role is Role.CITIZEN and type_.prefix == "evt":
                    wanted = set()
                at_all = bool(wanted) or viewer.role is Role.AUDITOR
                assert [persons for _, persons in found] == ([wanted] if at_all else []), (persona, row)
                reached += answer is not None
                recorded += bool(wanted)
    assert reached > 500 if walk.whole else reached > 100
    assert recorded > 200 if walk.whole else recorded > 50


@pytest.mark.asyncio(loop_scope="module")
async def test_whoever_a_nested_answer_shows_is_recorded_and_nobody_else(walk: Walk) -> None:
    """Every row that an answer names, however it was reached, against the rows' own columns."""
    compared = 0
    several = {"employee", "employee-10", "clerk-anshun", "officer-school", "operator", "auditor"}
    for persona in sorted(several & {one for one in walk.viewers if one is not None}):
        viewer = walk.viewers[persona]
        for type_name in walk.matrix.rows:
            for row in walk.samples(persona, type_name, each=1)[:2]:
                before = await end(walk.world)
                [answer] = await walk.nodes(persona, [row], selection(type_name, 1))
                wanted: set[Any] = set()
                for named in named_in(answer):
                    type_ = walk.matrix.rows[named[0]]
                    if viewer.role is Role.CITIZEN and type_.prefix == "evt":
                        continue
                    members = dict(zip(type_.members, zip(*walk.columns[named], strict=True), strict=True))
                    wanted |= {person for name in type_.subjects for person in members[name]}
                wanted -= {None, 0, viewer.person_id}
                found = await shown(walk.world, before)
                assert set().union(*(persons for _, persons in found)) == wanted, (persona, row)
                compared += len(wanted)
    assert compared > (200 if walk.whole else 60)


def named_in(answer: Any) -> set[tuple[str, str]]:
    """Every row that an answer names: its type, and its id."""
    if isinstance(answer, list):
        return {row for one in answer for row in named_in(one)}
    if not isinstance(answer, dict):
        return set()
    below = {row for value in answer.values() for row in named_in(value)}
    here = {(answer["__typename"], answer["id"])} if {"__typename", "id"} <= answer.keys() else set()
    return below | {row for row in here if row[0] in matrix().rows}


def test_every_computed_type_says_whose_data_it_tells_or_that_it_tells_nobodys(book: PolicyBook) -> None:
    nobodys = set(matrix().stated["about nobody"])
    refusals = set(matrix().stated["refusals"]["types"])
    sources = field_sources(book).computed
    telling = {one.type_name for one in sources if any(isinstance(value, Plain) for value in one.fields.values())}
    said = {one.type_name for one in sources if one.subject is not None}
    assert telling - refusals - said == nobodys
    assert not said & nobodys


# ---- the marks -------------------------------------------------------------------------------------------------------

KEYS = st.from_regex(r"\A[_A-Za-z][_0-9A-Za-z]{0,5}\Z")
TEXTS = st.text(max_size=6) | st.sampled_from(['"~":1,', "~", '\\"~":2', '~":3', '"~"', '{"~":4}', '"~" : 5, '])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_nothing_that_a_client_or_a_row_says_is_taken_for_a_mark(value: Any) -> None:
    for body in (orjson.dumps(value), json.dumps(value).encode(), json.dumps(value, ensure_ascii=False).encode()):
        assert unmarked(body, ()) == (body, [])


@given(VALUES, st.sampled_from([(",", ":"), (", ", " : ")]))
def test_what_was_marked_is_sent_as_if_it_had_not_been(value: Any, separators: tuple[str, str]) -> None:
    """Compact as SQLite writes it, and with PostgreSQL's blanks."""
    persons: set[int] = set()

    def marked(one: Any) -> Any:
        if isinstance(one, list):
            return [marked(each) for each in one]
        if isinstance(one, dict):
            persons.add(len(persons) + 1)
            return {MARK: len(persons), **{key: marked(each) for key, each in one.items()}}
        return one

    body = json.dumps(marked(value), separators=separators).encode()
    sent, found = unmarked(body, [2])
    assert json.loads(sent) == value
    assert found == sorted(persons - {2})


@pytest.mark.asyncio(loop_scope="module")
async def test_aliases_and_empty_selections_leave_no_mark(shared: OpenedWorld) -> None:
    document = """query($no: Boolean!) { persons(first: 3) { edges { node { id @include(if: $no) } } }
        a: persons(first: 1) { edges { node { __typename b: name } } } }"""
    answer = await shared.answer(document, {"no": False}, "operator")
    assert MARK.encode() not in answer.body
    assert [edge["node"] for edge in json.loads(answer.body)["data"]["persons"]["edges"]] == [{}, {}, {}]


# ---- what is recorded ------------------------------------------------------------------------------------------------


async def test_a_clerks_reading_is_recorded_with_who_what_when_and_why(opened: OpenedWorld) -> None:
    asked = GraphQLRequest(
        "query PersonsOfCounty { persons(first: 2) { edges { node { id name } } } }",
        transport=Transport.WEBSOCKET,
        purpose="核对 2025-00123 号案卷",
    )
    viewer = await opened.viewer("clerk-xixiu")
    answer = await opened.service.answer(asked, viewer, "the-id")
    assert isinstance(answer, Answer)
    persons = [int(edge["node"]["id"][4:]) for edge in json.loads(answer.body)["data"]["persons"]["edges"]]
    assert await shown(opened) == [(1, set(persons))]
    found = await opened.data(RECORDS, persona="auditor")
    [record] = [edge["node"] for edge in found["accessRecords"]["edges"]]
    subjects = record.pop("subjects")
    assert record == {
        "id": "acr_1",
        "kind": "READ",
        "role": "CLERK",
        "reader": "clerk-xixiu",
        "operation": "query PersonsOfCounty",
        "fields": ["Person.id", "Person.name"],
        "transport": "WEBSOCKET",
        "requestId": "the-id",
        "purpose": "核对 2025-00123 号案卷",
        "reason": None,
        "persons": 2,
        "readerRegion": {"code": "520402"},
        "readerUnit": None,
    }
    assert [edge["node"]["id"] for edge in subjects["edges"]] == [api_id(Kind.PERSON, one) for one in persons]
    assert all(edge["node"]["name"].endswith("*") for edge in subjects["edges"])


async def test_a_citizen_who_reads_only_oneself_leaves_no_record(opened: OpenedWorld) -> None:
    before = opened.service.world.database.statements
    await opened.data(ONESELF, persona="employee")
    await opened.data(ONESELF, persona="employee")
    assert await end(opened) == 0
    assert opened.service.world.database.statements - before <= 5, "two of them signed in"


async def test_a_citizen_who_reads_a_bound_family_member_is_recorded_and_named_to_them_by_a_mask(
    opened: OpenedWorld,
) -> None:
    bound = await opened.mutate(BIND, "employee", **opened.member("employee"))
    assert await end(opened) == 0, "what a citizen does, the event tells"
    member = bound["binding"]["member"]["id"]
    await opened.data("query($id: ID!) { person(id: $id) { name } }", {"id": member}, "employee")
    assert await shown(opened) == [(1, {int(member[4:])})]
    [(role, reader, person)] = await opened.rows("SELECT role, reader, person_id FROM access_records")
    assert (role, reader, person) == ("CITIZEN", "", opened.guide["employee"].person_id)
    [name] = [
        edge["node"]["reader"] for edge in (await opened.data(RECORDS, persona="auditor"))["accessRecords"]["edges"]
    ]
    assert len(name) > 1
    assert set(name[1:]) == {"*"}
    assert {person, int(member[4:])} in [persons for _, persons in await shown(opened, 1)], "the auditor saw both"


async def test_what_a_refusal_shows_of_somebody_else_is_recorded(opened: OpenedWorld) -> None:
    bound = await opened.mutate(BIND, "employee", **opened.member("employee"))
    again = await opened.mutate(BIND, "employee", **opened.member("employee"))
    assert again["__typename"] == "AlreadyBound"
    assert await shown(opened) == [(1, {int(bound["binding"]["member"]["id"][4:])})]
    submitted = await opened.mutate(SUBMIT, "employee", personId=bound["binding"]["member"]["id"], coverageYear=2025)
    await opened.mutate(PAY, "employee", contributionId=submitted["contribution"]["id"])
    assert await end(opened) == 1


async def test_an_answer_whose_record_cannot_be_written_does_not_leave(
    on_sqlite: OpenedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    await on_sqlite.viewer("clerk-xixiu")

    @asynccontextmanager
    async def nobody_writes() -> AsyncIterator[Any]:
        raise StoreUnavailable("the disk is full")
        yield

    monkeypatch.setattr(on_sqlite.service.world.database, "write", nobody_writes)
    answer = await on_sqlite.answer(NAMES, persona="clerk-xixiu")
    assert answer.status == 503
    assert json.loads(answer.body)["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert b'"data"' not in answer.body
    assert "errors" not in await on_sqlite.ask(ONESELF, persona="employee")
    assert (await on_sqlite.answer("{ persons(first: 5) { totalCount } }", persona="clerk-xixiu")).status == 200


async def test_reads_that_come_together_share_a_transaction(opened: OpenedWorld) -> None:
    await opened.viewer("operator")
    await asyncio.gather(*(opened.data(NAMES, persona="operator") for _ in range(40)))
    sizes = opened.service.world.tallies.record_sizes
    assert sizes.total == 40
    assert sum(sizes.counts) < 20
    assert len(await shown(opened)) == 40


async def test_each_batch_of_a_followed_log_is_recorded_before_it_is_sent(opened: OpenedWorld) -> None:
    bound = await opened.mutate(BIND, "employee", **opened.member("employee"))
    await opened.mutate(SUBMIT, "employee", personId=bound["binding"]["member"]["id"], coverageYear=2025)
    first = await opened.data("{ events(first: 1) { edges { cursor } } }", persona="operator")
    cursor = first["events"]["edges"][0]["cursor"]
    before = await end(opened)
    document = "subscription S($after: Cursor) { events(after: $after, first: 1) { id actor { name } } }"
    stream: Any = await opened.stream(document, {"after": cursor}, "operator")
    item = await anext(stream)
    assert MARK.encode() not in item.body
    found = await shown(opened, before)
    member, payer = int(bound["binding"]["member"]["id"][4:]), opened.guide["employee"].person_id
    assert [persons for _, persons in found] == [{member, payer}]
    await stream.aclose()


async def test_an_auditor_is_recorded_even_where_nobody_is_shown(opened: OpenedWorld) -> None:
    await opened.data("{ auditSeals { totalCount } }", persona="auditor")
    assert await shown(opened) == [(1, set())]
    [(role, reader)] = await opened.rows("SELECT role, reader FROM access_records")
    assert (role, reader) == ("AUDITOR", "auditor")


# ---- why -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("核对案卷 2025-00123", False),
        ("560402199001063535", True),
        ("号码 5604 0219 9001 0635 3X", True),
        ("５６０４０２１９９００１０６３５３５", True),
        ("call 138-1234-5678", True),
        ("1234567890", False),
        ("12345678901", True),
        ("12 月 16 日至 12 月 17 日", False),
    ],
)
def test_a_purpose_that_holds_a_long_number_is_known(text: str, holds: bool) -> None:
    assert holds_a_number(text) is holds


@pytest.mark.parametrize("purpose", ["", "  ", "x" * (LONGEST_PURPOSE + 1), "a\nb", "为 560402199001063535 核对"])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_purpose_that_cannot_be_one_is_refused_and_not_quoted(purpose: str, shared: OpenedWorld) -> None:
    assert purpose_objection(purpose) is not None
    asked = GraphQLRequest("{ viewer { role } }", purpose=purpose)
    answer = await shared.service.answer(asked, await shared.viewer("clerk-xixiu"), "r")
    assert isinstance(answer, Answer)
    [error] = json.loads(answer.body)["errors"]
    assert (answer.status, error["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    assert "560402" not in answer.body.decode()


# ---- who finds the records -------------------------------------------------------------------------------------------


async def test_whoever_was_read_finds_it_and_sees_nobody_else_in_it(opened: OpenedWorld) -> None:
    payer = opened.guide["employee"].person_id
    mother = await opened.mutate(BIND, "employee", **opened.member("employee"))
    both = "query($a: ID!, $b: ID!) { a: person(id: $a) { name } b: person(id: $b) { name } }"
    ids = {"a": api_id(Kind.PERSON, payer), "b": mother["binding"]["member"]["id"]}
    await opened.data(both, ids, "clerk-xixiu")
    await opened.data("query($a: ID!) { person(id: $a) { name } }", {"a": ids["b"]}, "clerk-xixiu")
    assert (await opened.data(RECORDS, persona="employee"))["accessRecords"]["totalCount"] == 0
    await opened.service.world.seal_trail()
    found = (await opened.data(RECORDS, persona="employee"))["accessRecords"]
    assert found["totalCount"] == 1
    [record] = [edge["node"] for edge in found["edges"]]
    assert (record["reader"], record["persons"]) == ("clerk-xixiu", 2)
    assert [edge["node"]["id"] for edge in record["subjects"]["edges"]] == [ids["a"]]
    below = """query($id: ID!) { viewer { person { accessRecords { totalCount } } }
        person(id: $id) { accessRecords { totalCount edges { node { id } } } } }"""
    own = await opened.data(below, {"id": ids["b"]}, "employee")
    assert own["viewer"]["person"]["accessRecords"]["totalCount"] == 1
    assert own["person"]["accessRecords"] == {"totalCount": 0, "edges": []}, "bound, but not oneself"


async def test_nobody_else_finds_a_record_or_a_seal(opened: OpenedWorld) -> None:
    await opened.data(NAMES, persona="clerk-xixiu")
    await opened.service.world.seal_trail()
    document = """{ accessRecords { totalCount edges { node { id } } } auditSeals { totalCount edges { node { id } } }
        accessRecord(id: "acr_1") { id } a: node(id: "acr_1") { id } s: node(id: "sea_1") { id } }"""
    nothing: Mapping[str, Any] = {"totalCount": 0, "edges": []}
    for persona in (None, "employee-2", "operator", "clerk-xixiu", "clerk-anshun", "officer-employer"):
        found = await opened.data(document, persona=persona)
        assert found == {"accessRecords": nothing, "auditSeals": nothing, "accessRecord": None, "a": None, "s": None}
    found = await opened.data(document, persona="auditor")
    assert found["accessRecords"]["totalCount"] == 1
    assert found["auditSeals"]["totalCount"] == 1
    assert {found["accessRecord"]["id"], found["a"]["id"], found["s"]["id"]} == {"acr_1", "sea_1"}


async def test_records_are_listed_latest_first_and_narrowed(opened: OpenedWorld) -> None:
    for persona in ("clerk-xixiu", "operator", "clerk-xixiu"):
        await opened.data(NAMES, persona=persona)
    page = "totalCount pageInfo { hasNextPage endCursor } edges { node { id reader } }"
    arguments = "first: 2, after: $after, where: $where"
    document = f"query($where: AccessRecordWhere, $after: Cursor) {{ accessRecords({arguments}) {{ {page} }} }}"

    async def asked(**given: Any) -> Any:
        return (await opened.data(document, given, "auditor"))["accessRecords"]

    first = await asked()
    assert [edge["node"]["id"] for edge in first["edges"]] == ["acr_3", "acr_2"]
    rest = await asked(where={"role": {"eq": "CLERK"}})
    assert [edge["node"]["id"] for edge in rest["edges"]] == ["acr_3", "acr_1"]
    assert (await asked(where={"reader": {"eq": "operator"}}))["totalCount"] == 1
    assert (await asked(where={"kind": {"eq": "REVEAL"}}))["totalCount"] == 0
    now = "2024-12-16T09:00:00+08:00"
    assert (await asked(where={"occurredAt": {"from": now, "until": now}, "role": {"eq": "CLERK"}}))["totalCount"] == 2
    assert (await asked(where={"occurredAt": {"until": "2024-12-16T08:59:59+08:00"}}))["totalCount"] == 0


async def test_what_was_changed_says_whose_matter_it_is_and_by_which_request(opened: OpenedWorld) -> None:
    bound = await opened.mutate(BIND, "employee", **opened.member("employee"))
    document = "{ events { edges { node { type cause actor { id name } subject { id name } } } } }"
    found = (await opened.data(document, persona="auditor"))["events"]["edges"]
    [event] = [edge["node"] for edge in found if edge["node"]["type"] == "FAMILY_MEMBER_BOUND"]
    assert event["cause"] == "the-request"
    assert event["actor"]["id"] == api_id(Kind.PERSON, opened.guide["employee"].person_id)
    assert event["subject"]["id"] in (event["actor"]["id"], bound["binding"]["member"]["id"])
    assert event["actor"]["name"].endswith("*")


async def test_the_trail_of_a_lived_world_is_sealed_and_right(opened: OpenedWorld) -> None:
    await opened.mutate(BIND, "employee", **opened.member("employee"))
    await opened.data(NAMES, persona="clerk-xixiu")
    assert await opened.service.world.seal_trail() == 1
    assert await opened.service.world.seal_trail() == 0
    assert await broken_trail(opened.service.world.database) == {}
