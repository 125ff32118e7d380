"""Input that cannot be right, asked of both engines in process: the same typed error from each, and no fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.resolvers.opened import ADD_PAYEE, BIND, PAY, REMOVE_PAYEE, SIGN_IN, SUBMIT, VERIFY, OpenedWorld, codes
from tests.transport.conftest import Documents, small_documents
from tests.transport.test_abuse import DOCUMENTS

pytestmark = pytest.mark.asyncio(loop_scope="module")

FACT = "query F($name: String!, $region: RegionCode!) { policyFact(name: $name, region: $region) { __typename } }"
PERSONS = (
    "query P($first: Int, $last: Int, $after: Cursor, $before: Cursor, $where: PersonWhere) {"
    " persons(first: $first, last: $last, after: $after, before: $before, where: $where) { totalCount } }"
)
NODE = "query N($id: ID!) { node(id: $id) { id } }"


async def the_codes(
    world: OpenedWorld, document: str, variables: dict[str, Any], persona: str | None = "employee"
) -> set[str]:
    """The codes of the errors; the answer is none of the server's faults."""
    answer = await world.answer(document, variables, persona)
    assert answer.status < 500, answer.body
    assert b"INTERNAL" not in answer.body
    return set(codes(json.loads(answer.body)))


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (FACT, {"name": "a\x00b", "region": "520402"}),
        (FACT, {"name": "\x00", "region": "520402"}),
        (FACT, {"name": "a", "region": "52040\x00"}),
        (NODE, {"id": "per_1\x00"}),
        (NODE, {"id": "\x00"}),
        ('{ node(id: "per_\\u0000") { id } }', {}),
        ('{ node(id: "per_\\u{0}") { id } }', {}),
        ('{ node(id: "per_\\u{0000000}") { id } }', {}),
        ('{ node(id: "per_\x00") { id } }', {}),
        ('{ node(id: """per_\x00""") { id } }', {}),
        (PERSONS, {"after": "\x00"}),
        (PERSONS, {"where": {"region": {"in": ["520402", "\x00"]}}}),
        (SIGN_IN, {"input": {"idempotencyKey": "12345678\x00", "persona": "employee"}}),
        (SIGN_IN, {"input": {"idempotencyKey": "12345678", "persona": "employee\x00"}}),
        (PAY, {"input": {"idempotencyKey": "\x00" * 8, "contributionId": "con_1"}}),
        (SUBMIT, {"input": {"idempotencyKey": "12345678", "personId": "per_\x00", "coverageYear": 2025}}),
        (ADD_PAYEE, {"input": {"idempotencyKey": "12345678", "name": "王\x00", "idType": "OTHER", "idNumber": "0012"}}),
        (VERIFY, {"input": {"idempotencyKey": "12345678", "name": "王", "idType": "OTHER", "idNumber": "0012\x00"}}),
        (ADD_PAYEE, {"input": {"idempotencyKey": "12345678", "name": "王", "idType": "LIBRARY", "idNumber": "0012"}}),
        (REMOVE_PAYEE, {"input": {"idempotencyKey": "12345678", "payeeId": "pye_1\x00"}}),
    ],
    ids=lambda value: repr(value)[:60],
)
async def test_the_character_nul_is_refused(document: str, variables: dict[str, Any], shared: OpenedWorld) -> None:
    before = await shared.written()
    assert await the_codes(shared, document, variables) <= {"BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED"}
    assert await shared.written() == before


async def test_names_with_nul_bind_nobody(shared: OpenedWorld) -> None:
    for field in ("name", "idNumber", "birthDate", "idempotencyKey"):
        form = shared.member("employee") | {"idempotencyKey": "a-good-key"}
        form[field] = form[field][:-1] + "\x00"
        assert await the_codes(shared, BIND, {"input": form}) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    "text", ["\\ud800", "\ud800", "\\ud83d\\u0041", "\\u{d800}", "\\u{110000}", "\\uzzzz"], ids=ascii
)
async def test_half_a_character_in_a_document_is_refused(text: str, shared: OpenedWorld) -> None:
    """In variables it does not come this far: no JSON that holds one is read."""
    assert await the_codes(shared, f'{{ node(id: "{text}") {{ id }} }}', {}) == {"GRAPHQL_PARSE_FAILED"}


@pytest.mark.parametrize("number", [101, 2_147_483_647, -1, -2_147_483_648, 2**31, -(2**31) - 1, 2**63, 10**4000])
@pytest.mark.parametrize("name", ["first", "last"])
async def test_a_page_out_of_range_is_refused(name: str, number: int, shared: OpenedWorld) -> None:
    assert await the_codes(shared, PERSONS, {name: number}) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("value", [1.5, 1e308, "1", True, [], [1], {}, {"a": 1}, float(2**53)], ids=repr)
async def test_a_page_that_is_no_integer_is_refused(value: object, shared: OpenedWorld) -> None:
    assert await the_codes(shared, PERSONS, {"first": value}) == {"BAD_USER_INPUT"}


async def test_a_whole_number_written_with_a_point_is_one(shared: OpenedWorld) -> None:
    """As graphql-js takes it."""
    assert "errors" not in await shared.ask(PERSONS, {"first": 1.0}, "employee")


@pytest.mark.parametrize("value", [1.5, -0.5, True, [], {}, None, [["per_1"]]], ids=repr)
async def test_what_is_no_id_is_refused(value: object, shared: OpenedWorld) -> None:
    assert await the_codes(shared, NODE, {"id": value}) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    "value",
    ["", "per", "per_", "per_-1", "per_+1", "per_1.0", "per_1e5", "per_ 1", "per_1 ", "per_０１", "per_" + "9" * 5000,
     "PER_1", "per-1", "xyz_1", "reg_", "reg_999999", "reg_9999999999", "pol_", "pol_' OR 1=1",
     "per_1; DROP TABLE persons", 0, -1, 10**18, 10**40],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
async def test_an_id_of_nothing_is_null(value: object, shared: OpenedWorld) -> None:
    for persona in ("employee", "operator"):
        assert (await shared.ask(NODE, {"id": value}, persona)) == {"data": {"node": None}}


async def test_cursors_of_other_lists_filters_and_makers_are_refused(shared: OpenedWorld) -> None:
    pages = await shared.data(
        "{ persons(first: 1) { pageInfo { endCursor } } regions(first: 1) { pageInfo { endCursor } }"
        " units(first: 1) { pageInfo { endCursor } }"
        " men: persons(first: 1, where: {sex: {eq: MALE}}) { pageInfo { endCursor } }"
        " young: persons(first: 1, orderBy: [BIRTH_DATE_DESC]) { pageInfo { endCursor } } }",
        persona="clerk-anshun",
    )
    good = pages["persons"]["pageInfo"]["endCursor"]
    forged = [page["pageInfo"]["endCursor"] for name, page in pages.items() if name != "persons"]
    forged += [
        good[:-1],
        good + "0",
        good.upper(),
        good[::-1],
        good[:12] + "00" * 200,
        "0" * 64,
        "",
        "null",
        "%00",
        "é",
    ]
    forged += ["A" * 100_000, "[1]", good[:12] + b"[9223372036854775808]".hex(), good[:12] + b"[1.5]".hex()]
    forged += [
        good[:12] + content.hex()
        for content in (b"[]", b"{}", b"[null]", b'["1"]', b"[1,1]", b"[[1]]", b"[true]", b"x")
    ]
    assert good not in forged
    for cursor in forged:
        for name in ("after", "before"):
            assert await the_codes(shared, PERSONS, {name: cursor}, "clerk-anshun") == {"BAD_USER_INPUT"}, cursor[:80]


@pytest.mark.parametrize("year", [0, -1, 1899, 9999, 10_000, 2_147_483_647, -2_147_483_648])
async def test_a_year_that_cannot_be_is_a_refusal_and_no_fault(year: int, shared: OpenedWorld) -> None:
    member = shared.relative("already-bound")
    for payload in (
        await shared.quote("already-bound", member, year),
        await shared.mutate(SUBMIT, "already-bound", personId=member, coverageYear=year),
    ):
        assert payload["__typename"] in ("PolicyNotStated", "InputNotAcceptable")


@pytest.mark.parametrize(
    "amount",
    ["", "x", "1.234", "-1", "1e3", "NaN", "Infinity", "0x10", " 400.00", "400.00 ", "４００", "9" * 30, "9" * 5000,
     400, 400.5, True, [], "92233720368547758.08"],
    ids=lambda amount: repr(amount)[:40],
)  # fmt: skip
async def test_an_amount_that_is_no_money_is_refused(amount: object, shared: OpenedWorld) -> None:
    given = {"input": {"idempotencyKey": "12345678", "contributionId": "con_1", "expectedAmount": amount}}
    answer = await shared.answer(PAY, given, "employee")
    body = json.loads(answer.body)
    if "errors" in body:
        assert codes(body) == ["BAD_USER_INPUT"]
    else:
        assert body["data"]["payResidentContribution"]["__typename"] == "ContributionNotFound"


@pytest.mark.parametrize(
    "day", ["", "2025-13-01", "2025-02-29", "0000-01-01", "10000-01-01", "2025-1-1", "20250101", 7, "2025-01-01T00:00"]
)
async def test_a_date_that_is_none_is_refused(day: object, shared: OpenedWorld) -> None:
    where = {"where": {"bornOn": {"from": day}}}
    assert await the_codes(shared, PERSONS, where, "operator") == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("code", ["", "5204", "52040२", "5204021", "ABCDEF", "-20402", 520402, "' OR "])
async def test_a_region_code_that_is_none_is_refused(code: object, shared: OpenedWorld) -> None:
    assert await the_codes(shared, FACT, {"name": "x", "region": code}) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "contribution.resident"}, "policyFacts lists them all"),
        ({"name": "collection_window.window"}, "give benefitYear"),
    ],
)
async def test_a_question_that_no_book_could_answer_says_what_is_missing(
    given: dict[str, Any], told: str, shared: OpenedWorld
) -> None:
    [error] = (await shared.ask(FACT, given | {"region": "520402"}))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert told in error["message"]


async def test_words_of_sql_are_words(shared: OpenedWorld) -> None:
    texts = ("'", "''; DROP TABLE persons; --", '"', "\\", "%", "_", "$1", ":a", "?1", "{0}", "%s", "/*", "${x}")
    for number, text in enumerate(texts, start=2):
        # One after another, because nobody may describe others wrongly so often.
        persona = f"employee-{number}"
        assert await the_codes(shared, FACT, {"name": text, "region": "520402"}) == {"BAD_USER_INPUT"}
        assert await shared.data(NODE, {"id": text}) == {"node": None}
        bound = await shared.mutate(BIND, persona, **shared.member(persona, name=text))
        assert bound["__typename"] == "IdentityMismatch"


@pytest.mark.parametrize("length", [0, 51, 5_000, 500_000])
async def test_a_name_without_bounds_is_no_fault(length: int, shared: OpenedWorld) -> None:
    answer = await shared.answer(
        BIND, {"input": shared.member("employee", name="王" * length, idempotencyKey="12345678")}, "employee"
    )
    assert answer.status < 500
    assert b"INTERNAL" not in answer.body
    assert "王王王王".encode() not in answer.body or length == 51


async def test_a_list_of_filters_is_bounded(shared: OpenedWorld) -> None:
    for size, told in (
        (100, set()),
        (101, {"BAD_USER_INPUT"}),
        (2_000, {"BAD_USER_INPUT"}),
        (2_001, {"COST_LIMIT_EXCEEDED"}),
    ):
        given = {"where": {"region": {"in": ["520402"] * size}}}
        answer = await shared.ask(PERSONS, given, "operator")
        assert set(codes(answer) if "errors" in answer else []) == told


@pytest.mark.parametrize("made", DOCUMENTS, ids=lambda made: made.__name__)
@pytest.mark.parametrize("persona", ["employee", "operator", None])
async def test_a_document_that_nobody_should_send_is_no_fault(
    made: Callable[[Documents], str], persona: str | None, shared: OpenedWorld
) -> None:
    answer = await shared.answer(made(small_documents()), {}, persona)
    assert answer.status in (200, 400)
    assert b"INTERNAL" not in answer.body
