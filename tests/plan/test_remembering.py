"""What is remembered between requests: no value of any, not more than so much, and what is in use the longest."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from types import FrameType, FunctionType, ModuleType, TracebackType
from typing import Any

import pytest
from graphql import GraphQLID, GraphQLInputType, GraphQLList, GraphQLSchema, GraphQLString

from domain.policy import PolicyBook
from domain.vocabulary import ANONYMOUS, Prefix
from resolvers.fields.sources import MUTATIONS, SUBSCRIPTIONS, field_sources
from resolvers.graphql import build_executor
from resolvers.plan.arguments import neutral_of, shape_of
from resolvers.plan.documents import DocumentLimits, Operation
from resolvers.plan.executor import CostLimits, Executor
from resolvers.service import Answer, GraphQLRequest
from schema.contract import build_schema
from tests.plan.asking import AskedWorld

MARKER = "24010219560315002X"
SCHEMA: GraphQLSchema = build_schema()._schema


def executor_of(*, documents: DocumentLimits | None = None, costs: CostLimits | None = None) -> Executor:
    """An executor of the product with other limits."""
    sources = field_sources(PolicyBook.load())
    return Executor(SCHEMA, sources, MUTATIONS, SUBSCRIPTIONS, documents=documents, costs=costs)


@pytest.fixture
def fresh() -> Iterator[Executor]:
    """An executor that remembers nothing yet."""
    with closing(build_executor(PolicyBook.load())) as executor:
        yield executor


def held(root: object) -> Iterator[object]:
    """Everything that can be reached from an object, without what belongs to modules and classes."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, ModuleType | type | GraphQLSchema):
            continue
        seen.add(id(found))
        yield found
        if isinstance(found, FrameType):
            waiting += found.f_locals.values()
        elif isinstance(found, TracebackType):
            waiting += [found.tb_frame, found.tb_next]
        elif isinstance(found, FunctionType):
            waiting += [cell.cell_contents for cell in found.__closure__ or ()]
            waiting += [found.__defaults__, found.__kwdefaults__]
        else:
            waiting += gc.get_referents(found)


BIND = """mutation($input: BindFamilyMemberInput!, $after: Cursor, $n: Int) { bindFamilyMember(input: $input) {
    __typename ... on FamilyMemberBound { binding { id
        member { enrolments(first: $n, after: $after) { totalCount } } } } } }"""
QUERY = """query($id: ID!, $where: PersonWhere, $born: DateFilter, $region: RegionCode, $code: RegionCode!,
        $fact: String!, $facts: [String!], $n: Int, $order: [PersonOrder!]) {
    node(id: $id) { id } person(id: $id) { name } region(code: $code) { name }
    persons(first: $n, where: $where, orderBy: $order) { totalCount edges { cursor } }
    other: persons(where: {bornOn: $born, region: {within: $region, in: [$code]}}) { totalCount }
    policyFact(name: $fact, region: $code) { __typename }
    policyFacts(where: {name: {in: $facts}}) { totalCount } }"""
PROBLEM = """query($id: ID!, $l: Language) { person(id: $id) { name region { name(language: $l) } } }"""
SENT: dict[str, tuple[str, dict[str, Any]]] = {
    "a form": (
        BIND,
        {
            "input": {
                "idempotencyKey": MARKER,
                "name": MARKER,
                "idType": "RESIDENT_ID_CARD",
                "idNumber": MARKER,
                "birthDate": "1956-03-15",
                "sex": "MALE",
                "relation": "PARENT",
                "pledgeAccepted": True,
            },
            "after": MARKER,
            "n": 7,
        },
    ),
    "a query that cannot be answered": (PROBLEM, {"id": f"per_{MARKER}", "l": None}),
    "a query": (
        QUERY,
        {
            "id": f"per_{MARKER}",
            "where": {"region": {"in": ["240102"], "within": "240102"}, "bornOn": {"from": "1956-03-15"}},
            "born": {"until": "1956-03-15"},
            "region": "240102",
            "code": "240102",
            "fact": MARKER,
            "facts": [MARKER],
            "n": 77_777,
            "order": ["BIRTH_DATE_DESC"],
        },
    ),
}


COLLECT = """mutation($input: CollectResidentContributionsInput!, $told: Boolean!) {
    collectResidentContributions(input: $input) { __typename
        ... on CollectionStarted { order @include(if: $told) { id } } } }"""


def test_what_only_a_mutations_own_field_is_given_needs_no_variant_of_its_own(
    asked: AskedWorld, fresh: Executor
) -> None:
    for told in (True, False, True):
        for size in (1, 2, 30):
            lines = [{"personId": f"per_{number}"} for number in range(size)]
            given = {
                "unitId": "uni_1",
                "coverageYear": 2025,
                "channel": "COUNTER",
                "idempotencyKey": f"of-{size}-{told}",
                "lines": lines,
            }
            asked.answer(COLLECT, {"input": given, "told": told}, ANONYMOUS, executor=fresh)
    [operation] = fresh._documents._known.values()
    assert isinstance(operation, Operation)
    assert len(operation.variants) == 2


PREVIEW = """query($care: CareInput!, $first: Int) {
    claimPreview(personId: "per_840000000000000001", care: $care) { __typename
        ... on ClaimPreview { person { enrolments(first: $first) { totalCount } } } } }"""


def test_what_is_decided_beside_the_plan_needs_no_variant_of_its_own(asked: AskedWorld, fresh: Executor) -> None:
    for classes in ("A", "AB", "CCB"):
        costs = [{"costClass": each, "amount": "10.00"} for each in classes]
        care = {"kind": "OUTPATIENT", "tier": "LEVEL_1", "admittedOn": "2025-03-01", "costs": costs}
        answer = asked.answer(PREVIEW, {"care": care, "first": 3}, ANONYMOUS, executor=fresh)
        assert b"NotSignedIn" in answer.body
    [operation] = fresh._documents._known.values()
    assert isinstance(operation, Operation)
    assert len(operation.variants) == 1


FRAGMENT = """mutation($key: String!, $n: Int!) { ...Bound }
    fragment Bound on Mutation { unbindFamilyMember(input: {bindingId: "fam_1", idempotencyKey: $key}) { __typename
        ... on FamilyMemberUnbound { binding { member { enrolments(first: $n) { totalCount } } } } } }"""


def test_a_variable_inside_a_mutations_fragment_is_bound_anew_for_each_request(
    asked: AskedWorld, fresh: Executor
) -> None:
    for number in (1, 2, 101):
        answer = asked.answer(FRAGMENT, {"key": f"unbind-{number}", "n": number}, ANONYMOUS, executor=fresh)
        assert (b"errors" in answer.body) is (number > 100)
    [operation] = fresh._documents._known.values()
    assert isinstance(operation, Operation)
    assert len(operation.variants) == 1


@pytest.mark.parametrize("what", SENT)
def test_a_variant_holds_nothing_of_the_values_that_it_was_compiled_with(
    asked: AskedWorld, fresh: Executor, what: str
) -> None:
    document, values = SENT[what]
    for viewer in (ANONYMOUS, asked.viewers["clerk-xixiu"], asked.viewers["operator"]):
        for _ in range(2):
            asked.answer(document, values, viewer, executor=fresh)
    [operation] = fresh._documents._known.values()
    assert isinstance(operation, Operation)
    assert len(operation.variants) == 3
    told = [each for each in held(operation) if isinstance(each, str | int | date | Decimal)]
    assert len(told) > 50
    assert not [each for each in told if isinstance(each, str) and (MARKER in each or "240102" in each)]
    assert date(1956, 3, 15) not in told
    assert 77_777 not in told


def of(name: str) -> GraphQLInputType:
    """An input type of the contract."""
    found: Any = SCHEMA.type_map[name]
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        (GraphQLID, [None, "", "per_1", "reg_520402", "pers_1", "24010219", "con_"]),
        (of("RegionCode"), [None, "520402", "520400", "520000", "000000"]),
        (GraphQLList(GraphQLString), [None, [], ["a"], ["a", None]]),
        (of("Date"), [None, date(1956, 3, 15)]),
        (of("Boolean"), [None, True, False]),
        (
            of("PersonWhere"),
            [
                None,
                {},
                {"region": None},
                {"region": {"within": "520402", "in": ["520402"]}},
                {"region": {"within": "520400"}},
                {"region": {"within": None}, "bornOn": {"from": date(1956, 3, 15)}},
            ],
        ),
    ],
)
def test_a_neutral_value_has_the_shape_of_the_value(type_: GraphQLInputType, values: list[Any]) -> None:
    shape, neutral = shape_of(type_), neutral_of(type_)
    for value in values:
        assert shape(neutral(value)) == shape(value)
        assert neutral(neutral(value)) == neutral(value)


def test_the_shape_of_an_id_is_a_known_prefix_or_nothing_of_it() -> None:
    shape = shape_of(GraphQLID)
    assert {shape(f"{prefix.value}_1") for prefix in Prefix} == {f"{prefix.value}_" for prefix in Prefix}
    assert {shape(text) for text in ("2401", "xyz_1", "per", "", "PER_1")} == {""}


def test_the_variant_that_was_used_longest_ago_is_forgotten_first(sqlite_world: AskedWorld) -> None:
    document = """query($o: [PersonOrder!], $b: Boolean!) {
        persons(orderBy: $o) { totalCount @include(if: $b) __typename } }"""
    with closing(executor_of(costs=CostLimits(variants=3))) as executor:

        def ask(order: str, counted: bool) -> None:
            sqlite_world.answer(document, {"o": [order], "b": counted}, executor=executor)

        ask("ID_ASC", True)
        [operation] = executor._documents._known.values()
        assert isinstance(operation, Operation)
        [first] = operation.variants.values()
        ask("ID_ASC", False)
        ask("ID_DESC", True)
        ask("ID_ASC", True)
        ask("ID_DESC", False)
        assert first in operation.variants.values()
        assert len(operation.variants) == 3


def test_documents_and_their_statements_are_remembered_up_to_so_much_text(sqlite_world: AskedWorld) -> None:
    limits = DocumentLimits(text_bytes=12_000)
    with closing(executor_of(documents=limits)) as executor:
        documents = executor._documents
        for number in range(60):
            text = f"{{ p{number}: persons {{ edges {{ node {{ id name }} }} }} }}"
            sqlite_world.answer(text, executor=executor)
            assert documents._text_bytes == sum(documents._sizes.values()) <= limits.text_bytes
            assert documents._sizes.keys() == documents._known.keys()
        assert 1 < len(documents._known) < 60
        assert (text, None) in documents._known
        # A document counts for its SQL too, and again for every variant of it.
        before = documents._sizes[text, None]
        assert before > 2 * len(text)
        sqlite_world.answer(text, None, sqlite_world.viewers["operator"], executor=executor)
        assert documents._sizes[text, None] > before


def test_a_document_with_more_statements_than_there_is_room_for_is_answered(sqlite_world: AskedWorld) -> None:
    with closing(executor_of(documents=DocumentLimits(text_bytes=100))) as executor:
        answer = sqlite_world.answer("{ persons { edges { node { id } } } }", executor=executor)
        assert b'"errors"' not in answer.body
        assert not executor._documents._known
        assert executor._documents._text_bytes == 0


def test_large_documents_wait_in_a_queue_that_has_an_end(sqlite_world: AskedWorld) -> None:
    limit = DocumentLimits().waiting
    with closing(executor_of()) as executor:
        held_up = threading.Event()

        async def crowd() -> list[Answer]:
            executor._documents._beside.submit(held_up.wait)
            request = sqlite_world.request(ANONYMOUS)

            async def one(number: int) -> Answer:
                text = f"{{ a{number}: world {{ name }} }}" + " " * 5_000
                found = await executor.answer(GraphQLRequest(text), request)
                assert isinstance(found, Answer)
                return found

            waiting = [asyncio.create_task(one(number)) for number in range(limit + 4)]
            # Those for which there is no room are told so while the others wait.
            await asyncio.wait(waiting, timeout=5, return_when=asyncio.FIRST_COMPLETED)
            held_up.set()
            return await asyncio.gather(*waiting)

        answers = sqlite_world.run(crowd())
        refused = [answer for answer in answers if answer.status != 200]
        assert len(refused) == 3
        for answer in refused:
            assert answer.retry_after_seconds == 1
            assert json.loads(answer.body)["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        again = sqlite_world.answer("{ z: world { name } }" + " " * 5_000, executor=executor)
        assert again.status == 200
