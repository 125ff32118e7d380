"""What clients send: cursors from elsewhere, pages out of bounds, documents too large, values that do not fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import FieldNode, OperationDefinitionNode, execute_sync, get_introspection_query, parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers.plan.arguments import length_getter, list_tag, made_cursor
from tests.plan.asking import SUBMIT, AskedWorld

BAD = "BAD_USER_INPUT"
LIST = "residentContributions"


def objected(
    asked: AskedWorld, document: str, variables: Mapping[str, Any] | None = None, name: str = "operator"
) -> Any:
    """The codes and paths of what is wrong with a document."""
    body = asked.ask(document, variables, asked.viewers[name])
    return [(error["extensions"]["code"], error.get("path")) for error in body.get("errors", ())]


def refused(asked: AskedWorld, document: str, variables: Mapping[str, Any] | None = None) -> tuple[int, str]:
    """Status and code of a document that is not executed at all."""
    answer = asked.answer(document, variables, asked.viewers["operator"])
    body = json.loads(answer.body)
    assert "data" not in body
    codes = {error["extensions"]["code"] for error in body["errors"]}
    assert len(codes) == 1
    return answer.status, codes.pop()


# ---- cursors --------------------------------------------------------------------------------------------------------


def cursors(asked: AskedWorld, list_: str) -> list[str]:
    """Cursors of a page."""
    data = asked.data(f"{{ list: {list_} {{ edges {{ cursor }} }} }}", None, asked.viewers["operator"])
    return [edge["cursor"] for edge in data["list"]["edges"]]


@pytest.mark.parametrize(
    "list_",
    [
        f"{LIST}(first: SIZE, MARK)",
        f"{LIST}(first: SIZE, MARK, orderBy: [COVERAGE_YEAR_DESC, ID_ASC])",
        f"{LIST}(first: SIZE, MARK, where: {{status: {{eq: FINISHED}}}})",
        "persons(first: SIZE, MARK, orderBy: [BIRTH_DATE_DESC])",
        "regions(first: SIZE, MARK)",
        "events(first: SIZE, MARK)",
        "policyFacts(first: SIZE, MARK)",
    ],
)
def test_pages_forward_and_backward_are_the_whole_list_without_gap_or_repeat(asked: AskedWorld, list_: str) -> None:
    viewer = asked.viewers["operator"]
    whole: list[str] = []
    for size, steps in ((100, 15), (37, 40)):
        gone: list[str] = []
        after = None
        for _ in range(steps):
            mark = f"after: {json.dumps(after)}"
            text = list_.replace("SIZE", str(size)).replace("MARK", mark)
            page = asked.data(
                f"{{ l: {text} {{ pageInfo {{ hasNextPage endCursor }} edges {{ node {{ id }} }} }} }}", None, viewer
            )["l"]
            gone += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        whole = whole or gone
        assert gone == whole
        assert len(set(gone)) == len(gone)
    back: list[str] = []
    before = None
    for _ in range(15):
        text = list_.replace("first: SIZE", "last: 100").replace("MARK", f"before: {json.dumps(before)}")
        page = asked.data(
            f"{{ l: {text} {{ pageInfo {{ hasPreviousPage startCursor }} edges {{ node {{ id }} }} }} }}", None, viewer
        )["l"]
        back = [edge["node"]["id"] for edge in page["edges"]] + back
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert back == whole


def test_a_cursor_of_another_list_filter_order_or_world_is_refused(asked: AskedWorld) -> None:
    [own, *_] = cursors(asked, f"{LIST}(first: 1)")
    assert objected(asked, f'{{ {LIST}(after: "{own}") {{ totalCount }} }}') == []
    strangers = [
        cursors(asked, "persons(first: 1)")[0],
        cursors(asked, f"{LIST}(first: 1, where: {{status: {{eq: FINISHED}}}})")[0],
        cursors(asked, f"{LIST}(first: 1, orderBy: [ID_DESC])")[0],
        cursors(asked, "contributionRecords(first: 1)")[:1] or "00",
        made_cursor(list_tag("another world's fingerprint", f"Query.{LIST}", [None, []]), [1]),
    ]
    for cursor in strangers:
        for selection in ("totalCount", "edges { node { id } }", "pageInfo { hasNextPage }", "__typename"):
            document = f"query($c: Cursor) {{ {LIST}(after: $c) {{ {selection} }} }}"
            sent = cursor if isinstance(cursor, str) else cursor[0]
            assert objected(asked, document, {"c": sent}) == [(BAD, [LIST])], (cursor, selection)


def test_a_forged_cursor_is_refused_whatever_is_in_it(asked: AskedWorld) -> None:
    tag = list_tag(asked.world.fingerprint, f"Query.{LIST}", [None, []])
    forged = [
        "",
        "00",
        tag,
        tag + "zz",
        tag.upper() + "31",
        tag + "3",
        tag + "31" * 300,
        tag + "ff",
        made_cursor(tag, ["x"]),
        made_cursor(tag, [1, 2]),
        made_cursor(tag, [2**63]),
        made_cursor(tag, ["1' OR '1'='1"]),
        made_cursor(tag, ["１"]),
    ]
    for cursor in forged:
        found = objected(asked, f"query($c: Cursor) {{ {LIST}(before: $c) {{ edges {{ cursor }} }} }}", {"c": cursor})
        assert [code for code, _ in found] == [BAD], cursor


def test_a_cursor_of_one_persons_list_is_a_place_in_everybodys(asked: AskedWorld) -> None:
    viewer = asked.viewers["operator"]
    document = """query($id: ID!, $after: Cursor) { person(id: $id) {
        residentContributions(first: 1, after: $after) { edges { cursor node { id } } } } }"""
    people = asked.rows("SELECT person_id FROM resident_contributions GROUP BY person_id HAVING count(*) > 1 LIMIT 2")
    (one,), (other,) = people
    first = asked.data(document, {"id": f"per_{one}"}, viewer)["person"]["residentContributions"]["edges"][0]
    again = asked.data(document, {"id": f"per_{other}", "after": first["cursor"]}, viewer)
    assert "person" in again


# ---- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("list_", ["persons", LIST, "events", "policyFacts", "personas"])
@pytest.mark.parametrize("selection", ["totalCount", "edges { cursor }", "pageInfo { hasPreviousPage }", "__typename"])
def test_a_page_holds_nought_to_a_hundred_items(asked: AskedWorld, list_: str, selection: str) -> None:
    for end in ("first", "last"):
        for size, good in ((0, True), (1, True), (100, True), (101, False), (-1, False), (2**31 - 1, False)):
            literal = f"{{ {list_}({end}: {size}) {{ {selection} }} }}"
            variable = f"query($n: Int!) {{ {list_}({end}: $n) {{ {selection} }} }}"
            expected = [] if good else [(BAD, [list_])]
            assert objected(asked, literal) == expected, (end, size)
            assert objected(asked, variable, {"n": size}) == expected, (end, size)


@pytest.mark.parametrize(
    "arguments",
    ["first: 1, last: 1", 'first: 1, before: "C"', 'last: 1, after: "C"', 'after: "C", before: "C"'],
)
@pytest.mark.parametrize("list_", [LIST, "policyFacts"])
def test_both_ends_of_a_list_at_once_are_refused(asked: AskedWorld, list_: str, arguments: str) -> None:
    [cursor] = cursors(asked, f"{list_}(first: 1)")
    text = arguments.replace('"C"', f'"{cursor}"')
    assert objected(asked, f"{{ {list_}({text}) {{ edges {{ cursor }} }} }}") == [(BAD, [list_])]


def test_a_filter_lists_at_most_a_hundred_values(asked: AskedWorld) -> None:
    document = "query($in: [RegionCode!]) { persons(where: {region: {in: $in}}) { SELECTION } }"
    for selection in ("totalCount", "__typename", "edges { cursor }"):
        text = document.replace("SELECTION", selection)
        assert objected(asked, text, {"in": ["520402"] * 100}) == []
        assert objected(asked, text, {"in": ["520402"] * 101}) == [(BAD, ["persons"])]
    facts = "query($in: [String!]) { policyFacts(where: {name: {in: $in}}) { totalCount } }"
    assert objected(asked, facts, {"in": ["x"] * 101}) == [(BAD, ["policyFacts"])]
    types = "query($in: [EventType!]) { events(types: $in) { totalCount } }"
    assert objected(asked, types, {"in": ["FAMILY_MEMBER_BOUND"] * 101}) == [(BAD, ["events"])]


def test_an_error_of_one_nullable_root_field_leaves_the_others(asked: AskedWorld) -> None:
    person = asked.viewers["employee"].person_id
    body = asked.ask(
        f'{{ person(id: "per_{person}") {{ enrolments(first: 101) {{ totalCount }} }} world {{ name }} }}',
        None,
        asked.viewers["operator"],
    )
    assert body["data"] == {"person": None, "world": {"name": "asked"}}
    assert [error["path"] for error in body["errors"]] == [["person"]]


# ---- documents too large ---------------------------------------------------------------------------------------------


def pages(levels: int, size: str = "100") -> str:
    """Bindings of bindings, each page as large as it can be."""
    text = "id"
    for _ in range(levels):
        text = f"familyBindings(first: {size}) {{ edges {{ node {{ holder {{ {text} }} }} }} }}"
    return text


def test_what_could_answer_too_much_is_not_begun(asked: AskedWorld) -> None:
    person = asked.viewers["employee"].person_id
    assert objected(asked, f'{{ person(id: "per_{person}") {{ {pages(1)} }} }}') == []
    for document in (
        f'{{ person(id: "per_{person}") {{ {pages(3)} }} }}',
        f'{{ node(id: "per_{person}") {{ ... on Person {{ {pages(3)} }} }} }}',
        f"{{ viewer {{ person {{ {pages(3)} }} }} }}",
        f'{{ contributionQuote(personId: "per_1", coverageYear: 2025) {{ ... on ContributionQuote'
        f" {{ person {{ {pages(3)} }} }} }} }}",
        f"{{ events {{ edges {{ node {{ ... on FamilyMemberBoundEvent {{ actor {{ {pages(2)} }} }} }} }} }} }}",
    ):
        before = asked.world.database.statements
        answer = asked.answer(document, None, asked.viewers["employee"])
        [error] = json.loads(answer.body)["errors"]
        assert error["extensions"]["code"] == "COST_LIMIT_EXCEEDED", document
        assert error["extensions"]["cost"] > error["extensions"]["limit"]
        assert asked.world.database.statements == before
    variable = f'query($n: Int!) {{ person(id: "per_{person}") {{ {pages(3, "$n")} }} }}'
    assert objected(asked, variable, {"n": 2}) == []
    assert refused(asked, variable, {"n": 100}) == (400, "COST_LIMIT_EXCEEDED")


def test_a_mutation_that_asks_for_too_much_writes_nothing(asked: AskedWorld) -> None:
    viewer = asked.viewers["employee"]
    [(contributions,)] = asked.rows("SELECT count(*) FROM resident_contributions")
    payload = f"... on ResidentContributionSubmitted {{ contribution {{ person {{ {pages(3)} }} }} }}"
    body = asked.ask(
        SUBMIT.replace("__typename", payload, 1),
        {"input": {"idempotencyKey": "too-dear-to-run", "personId": f"per_{viewer.person_id}", "coverageYear": 2025}},
        viewer,
    )
    assert [error["extensions"]["code"] for error in body["errors"]] == ["COST_LIMIT_EXCEEDED"]
    assert asked.rows("SELECT count(*) FROM resident_contributions") == [(contributions,)]
    assert asked.rows("SELECT count(*) FROM answers WHERE key = 'too-dear-to-run'") == [(0,)]


def _chain(levels: int) -> str:
    return '{ region(code: "520402") { ' + "parent { " * levels + "id" + " }" * levels + " } }"


FAN = " ".join(f"fragment F{n} on Region {{ ...F{n + 1} ...F{n + 1} a{n}: id }}" for n in range(30))
DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "depth": (_chain(30), "COST_LIMIT_EXCEEDED"),
    "depth through fragments": (
        '{ region(code: "520402") { ...F0 } } '
        + " ".join(f"fragment F{n} on Region {{ parent {{ ...F{n + 1} }} }}" for n in range(30))
        + " fragment F30 on Region { id }",
        "COST_LIMIT_EXCEEDED",
    ),
    "repeats": ("{ world { " + "name " * 101 + "} }", "COST_LIMIT_EXCEEDED"),
    "root fields": ("{ " + " ".join(f"a{n}: world {{ name }}" for n in range(1000)) + " }", "COST_LIMIT_EXCEEDED"),
    "fields": ("{ world { " + " ".join(f"a{n}: name" for n in range(1001)) + " } }", "COST_LIMIT_EXCEEDED"),
    "operations": (" ".join(f"query Q{n} {{ world {{ name }} }}" for n in range(51)), "COST_LIMIT_EXCEEDED"),
    "tokens": ("{ world { " + "name, " * 16_000 + "} }", "GRAPHQL_PARSE_FAILED"),
    "a cycle of fragments": (
        "{ world { ...A } } fragment A on World { ...B } fragment B on World { ...A name }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a fragment of itself": ("{ world { ...A } } fragment A on World { ...A }", "GRAPHQL_VALIDATION_FAILED"),
    "a fan of fragments": (
        f'{{ region(code: "520402") {{ ...F0 }} }} {FAN} fragment F30 on Region {{ id }}',
        "COST_LIMIT_EXCEEDED",
    ),
    "brackets": ("{" * 5_000, "GRAPHQL_PARSE_FAILED"),
    "a deep list": ("{ persons(where: " + "[" * 5_000 + "]" * 5_000 + ") { totalCount } }", "GRAPHQL_PARSE_FAILED"),
    "deep introspection": (
        "{ __schema { types { " + "fields { type { " * 8 + "name" + " } }" * 8 + " } } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "nothing": ("", "GRAPHQL_PARSE_FAILED"),
    "no operation": ("fragment A on World { name }", "GRAPHQL_VALIDATION_FAILED"),
}


@pytest.mark.parametrize("what", DOCUMENTS)
def test_a_document_beyond_the_limits_is_refused_with_its_code(sqlite_world: AskedWorld, what: str) -> None:
    document, code = DOCUMENTS[what]
    status, found = refused(sqlite_world, document)
    assert found == code or (what == "brackets" and found == "COST_LIMIT_EXCEEDED")
    assert status == 400


def test_a_document_within_the_limits_is_answered(asked: AskedWorld) -> None:
    assert objected(asked, _chain(20)) == []
    assert objected(asked, "{ world { " + "name " * 100 + "} }") == []
    assert objected(asked, "{ " + " ".join(f"a{n}: world {{ name }}" for n in range(100)) + " }") == []


# ---- values that do not fit, and what is told of them ----------------------------------------------------------------

BIND = "mutation B($input: BindFamilyMemberInput!) { bindFamilyMember(input: $input) { __typename } }"
WHERE = "query W($where: PersonWhere, $n: Int, $id: ID!, $order: [PersonOrder!]) {\
 person(id: $id) { id } persons(where: $where, first: $n, orderBy: $order) { totalCount } }"
MARKER = "24010219560315002X"


@pytest.mark.parametrize(
    ("document", "variables", "said"),
    [
        (BIND, {}, "$input of type BindFamilyMemberInput! is required."),
        (BIND, {"input": None}, "$input: expected BindFamilyMemberInput!, not null."),
        (BIND, {"input": MARKER}, "$input: expected BindFamilyMemberInput!."),
        (BIND, {"input": {"idNumber": MARKER}}, "$input: the required field idempotencyKey is missing."),
        (BIND, {"input": {"idNumber": MARKER, MARKER: 1}}, "$input: unknown field; BindFamilyMemberInput has "),
        (BIND, {"input": {"idNumber": [MARKER]}}, "$input.idNumber: expected IdNumber!. 证件号码无法读取"),
        (BIND, {"input": {"birthDate": MARKER}}, "$input.birthDate: expected Date!. 日期无法读取"),
        (BIND, {"input": {"sex": MARKER}}, "$input.sex: expected Sex!, one of MALE, FEMALE."),
        (BIND, {"input": {"pledgeAccepted": MARKER}}, "$input.pledgeAccepted: expected Boolean!."),
        (WHERE, {"id": 1.5}, "$id: expected ID!."),
        (WHERE, {"id": "x", "n": 2**31}, "$n: expected Int."),
        (WHERE, {"id": "x", "n": MARKER}, "$n: expected Int."),
        (WHERE, {"id": "x", "n": True}, "$n: expected Int."),
        (WHERE, {"id": "x", "order": ["ID_ASC", MARKER]}, "$order[1]: expected PersonOrder!, one of ID_ASC"),
        (
            WHERE,
            {"id": "x", "where": {"region": {"in": ["520402", None]}}},
            "$where.region.in[1]: expected RegionCode!, ",
        ),
        (WHERE, {"id": "x", "where": {"region": {"eq": MARKER}}}, "$where.region.eq: expected RegionCode."),
    ],
)
def test_a_variable_that_does_not_fit_is_named_with_its_path_and_type(
    sqlite_world: AskedWorld, document: str, variables: Mapping[str, Any], said: str
) -> None:
    answer = sqlite_world.answer(document, variables)
    body = json.loads(answer.body)
    assert answer.status == 400
    assert {error["extensions"]["code"] for error in body["errors"]} == {BAD}
    assert any(said in error["message"] for error in body["errors"]), body
    assert MARKER.encode() not in answer.body


def test_variables_nested_without_end_are_an_error_of_the_client(sqlite_world: AskedWorld) -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert refused(sqlite_world, WHERE, {"id": "x", "order": deep}) == (400, BAD)


MARK = "Zq7Marker24010219560315002X"
json_values = st.recursive(
    st.one_of(
        st.just(MARK), st.just(f"per_{MARK}"), st.just(f"{MARK}\n'; \""), st.integers(), st.none(), st.booleans()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["idNumber", "sex", "eq", "in", MARK]), inner)
    ),
    max_leaves=6,
)
LITERALS = (
    f'"{MARK}"',
    f'"""{MARK}"""',
    MARK,
    f"[{MARK}]",
    f'["{MARK}", 1]',
    f"{{{MARK}: 1}}",
    f'{{eq: "{MARK}"}}',
    f"{{sex: {{eq: {MARK}}}}}",
    f'{{bornOn: {{from: "{MARK}"}}, region: {{in: ["{MARK}"]}}}}',
    f'"{MARK}" "{MARK}"',
    f"240102195603150021234567{MARK}",
    f'"\\u{MARK}"',
    f'"\\q{MARK}"',
    f'"{MARK}',
    f".{MARK}",
    f'$v = "{MARK}"',
)


def test_no_error_repeats_what_a_variable_held(sqlite_world: AskedWorld) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.dictionaries(st.sampled_from(["input", "where", "n", "id", "order"]), json_values),
        st.sampled_from([BIND, WHERE]),
    )
    def silent(variables: dict[str, Any], document: str) -> None:
        body = json.loads(sqlite_world.answer(document, variables).body)
        assert "Zq7Marker" not in json.dumps(body.get("errors", []), ensure_ascii=False)

    silent()


def test_no_error_repeats_what_a_literal_held(sqlite_world: AskedWorld) -> None:
    places = [
        "{ persons(where: LITERAL) { totalCount } }",
        "{ persons(first: LITERAL) { totalCount } }",
        "{ persons(orderBy: LITERAL) { totalCount } }",
        "{ persons(after: LITERAL) { totalCount } }",
        "{ persons(where: {region: {eq: LITERAL}}) { totalCount } }",
        "{ persons(where: {sex: LITERAL, bornOn: LITERAL}) { totalCount } }",
        "{ world @include(if: LITERAL) { name } }",
        "{ region(code: LITERAL) { name(language: LITERAL) } }",
        "mutation { bindFamilyMember(input: {idNumber: LITERAL}) { __typename } }",
        "mutation { bindFamilyMember(input: {idNumber LITERAL}) { __typename } }",
        'mutation { signInAsPersona(input: {idempotencyKey: "12345678", persona: LITERAL}) { __typename } }',
        "query($v: PersonWhere = LITERAL) { persons(where: $v) { totalCount } }",
        "query($v: Int = LITERAL) { persons(first: $v) { totalCount } }",
        "{ person(id: LITERAL) { id } } LITERAL",
        "query(LITERAL) { world { name } }",
    ]
    for place in places:
        for literal in LITERALS:
            body = json.loads(sqlite_world.answer(place.replace("LITERAL", literal)).body)
            told = json.dumps(body.get("errors", []), ensure_ascii=False)
            # A name that stands where names stand is not a value: a field or a type that does not exist may be named.
            assert "24010219560315002" not in told or literal == f"{{{MARK}: 1}}", (place, literal, told)


def test_a_null_for_an_argument_with_a_default_is_an_error_of_the_root_field(asked: AskedWorld) -> None:
    for document, root in (
        ('query($l: Language) { region(code: "520402") { name(language: $l) } }', "region"),
        ("query($l: Language) { policyFacts(first: 1) { edges { node { term(language: $l) } } } }", "policyFacts"),
        (
            "query($l: Language) {"
            ' policyFact(name: "coverage.late_start", region: "000000") { ... on Refusal { message(language: $l) } } }',
            "policyFact",
        ),
    ):
        assert objected(asked, document, {"l": None}) == [(BAD, [root])]
        assert objected(asked, document, {}) == []
        assert objected(asked, document, {"l": "EN"}) == []


# ---- introspection --------------------------------------------------------------------------------------------------


def test_introspection_is_what_graphql_core_says_of_the_schema(sqlite_world: AskedWorld) -> None:
    query = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True)
    expected = execute_sync(sqlite_world.executor.schema, parse(query))
    assert expected.errors is None
    assert sqlite_world.data(query) == expected.data


def test_the_roots_know_their_names(sqlite_world: AskedWorld) -> None:
    assert sqlite_world.data("{ __typename a: __typename }") == {"__typename": "Query", "a": "Query"}
    assert sqlite_world.data("mutation { __typename }") == {"__typename": "Mutation"}


def test_types_are_asked_for_by_variable_beside_other_fields(sqlite_world: AskedWorld) -> None:
    document = """query($n: String!, $d: Boolean = true, $on: Date!, $w: PersonWhere, $with: Boolean!) {
        __type(name: $n) { name kind fields(includeDeprecated: $d) { name } }
        none: __type(name: "Nothing") { name }
        __schema @include(if: $with) { queryType { name } }
        persons(where: $w) { totalCount }
        policyFact(name: "coverage.late_start", region: "000000", on: $on) { __typename } }"""
    values = {"on": "2025-01-01", "w": {"bornOn": {"from": "1990-01-01"}}, "with": False}
    for name in ("Unit", "Node", "Sex", "Nowhere"):
        data = sqlite_world.data(document, {"n": name, **values})
        found = execute_sync(
            sqlite_world.executor.schema,
            parse("query($n: String!) { __type(name: $n) { name kind fields(includeDeprecated: true) { name } } }"),
            variable_values={"n": name},
        )
        assert found.data is not None
        assert data["__type"] == found.data["__type"]
        assert data["none"] is None
        assert "__schema" not in data
    with_schema = sqlite_world.data(document, {"n": "Unit", **values, "with": True})
    assert with_schema["__schema"] == {"queryType": {"name": "Query"}}


@pytest.mark.parametrize(
    ("argument", "variables", "length"),
    [
        ("$input", {"input": {"lines": [1, 2, 3]}}, 3),
        ("$input", {"input": {"lines": [0] * 9}}, 5),
        ("$input", {}, 1),
        ('{unitId: "x", lines: $lines}', {"lines": [1, 2]}, 2),
        ('{unitId: "x", lines: $lines}', {"lines": None}, 1),
        ("{lines: [{a: 1}, $line]}", {"line": 7}, 2),
        ("{lines: {a: 1}}", {}, 1),
        ('{unitId: "x"}', {}, 1),
    ],
)
def test_how_long_a_list_of_an_input_is(argument: str, variables: dict[str, Any], length: int) -> None:
    [operation] = parse(f"mutation {{ collect(input: {argument}) {{ lines {{ id }} }} }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    [field] = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    request: Any = None
    assert length_getter(field, "input", "lines", most=5)(variables, request) == length
