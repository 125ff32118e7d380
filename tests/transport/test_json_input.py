"""Which JSON is a GraphQL request, and that nothing else than MalformedRequest comes of what is not."""

from typing import Any
from urllib.parse import quote, urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.service import GraphQLRequest
from resolvers.transport.http import purpose_of
from resolvers.transport.json_input import (
    MalformedRequest,
    json_value,
    members_of_query_string,
    request_of,
)
from resolvers.transport.limits import TransportLimits

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
REQUEST_LIKE = st.dictionaries(
    st.sampled_from(["query", "variables", "operationName", "extensions", "id", "type"]), JSON_VALUES, max_size=6
)

LIMITS = TransportLimits()


def read(body: bytes) -> GraphQLRequest:
    return request_of(json_value(body, LIMITS, "请求体", "The request body"))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_malformed(body: bytes) -> None:
    try:
        read(body)
    except MalformedRequest:
        return


@given(JSON_VALUES | REQUEST_LIKE)
def test_any_json_is_a_request_with_checked_members_or_malformed(value: Any) -> None:
    try:
        request = read(orjson.dumps(value))
    except MalformedRequest:
        return
    assert type(request.query) is str
    assert type(request.variables) is dict
    assert request.operation_name is None or type(request.operation_name) is str


@given(st.dictionaries(st.text(), JSON_VALUES, max_size=3), st.text())
def test_what_is_sent_by_get_is_what_is_read(variables: dict[str, Any], query: str) -> None:
    sent = urlencode({"query": query, "variables": orjson.dumps(variables)})
    members = members_of_query_string(sent.encode(), LIMITS)
    assert members.get("query", "") == query
    assert members["variables"] == variables


@given(st.binary(max_size=300))
def test_any_query_string_is_a_request_or_malformed(query_string: bytes) -> None:
    try:
        request_of(members_of_query_string(query_string, LIMITS))
    except MalformedRequest:
        return


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"1",
        b'"query"',
        b"true",
        b"[]",
        b"{}",
        b'{"query":1}',
        b'{"query":null}',
        b'{"query":["{ x }"]}',
        b'{"query":"{ x }","variables":[]}',
        b'{"query":"{ x }","variables":"{}"}',
        b'{"query":"{ x }","variables":0}',
        b'{"query":"{ x }","operationName":1}',
        b'{"query":"{ x }","extensions":[]}',
        b'{"query":"\xff"}',
        b'{"query":"\\ud800"}',
        b'\xef\xbb\xbf{"query":"{ x }"}',
        '{"query":"{ x }"}'.encode("utf-16"),
        '{"query":"{ x }"}'.encode("utf-32"),
        '{"query":"{ 姓名 }"}'.encode("gbk"),
        b'{"query":"{ x }","variables":{"n":NaN}}',
        b'{"query":"{ x }","variables":{"n":Infinity}}',
        b'{"query":"{ x }","variables":{"n":' + b"9" * 5000 + b"}}",
        b'{"query":"{ x }","variables":{"n":-' + b"9" * 5000 + b".5e5000}}",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"query":"{ x }","variables":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        b'{"query":"{ x }","variables":' + b'{"a":' * 64 + b"1" + b"}" * 65,
        b'{"query":"{ x }","variables":{"n":[' + b"[]," * 300_000 + b"0]}}",
        b'{"query":"{ x }","variables":{"n":[' + b"0," * 300_000 + b"0]}}",
        b'{"query":"{ x }","extensions":' + b'{"a":' * 900 + b"1" + b"}" * 901,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_is_no_request_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedRequest):
        read(body)


def test_null_members_and_unknown_ones_are_as_if_they_were_not_there() -> None:
    sent = {"query": "{ x }", "variables": None, "operationName": None, "extensions": None, "trace": 1}
    assert read(orjson.dumps(sent)) == GraphQLRequest("{ x }")


def test_extensions_say_why_in_the_headers_place() -> None:
    sent: dict[str, object] = {"query": "{ x }", "extensions": {"purpose": "核对案卷"}}
    assert read(orjson.dumps(sent)).purpose == "核对案卷"
    assert request_of(sent, purpose="of the header").purpose == "核对案卷"
    assert (
        request_of({"query": "{ x }", "extensions": {"trace": 1}}, purpose="of the header").purpose == "of the header"
    )
    with pytest.raises(MalformedRequest):
        request_of({"query": "{ x }", "extensions": {"purpose": 7}})


@pytest.mark.parametrize(
    ("sent", "purpose"),
    [
        (None, None),
        (b"", None),
        (b"checking file 7", "checking file 7"),
        ("核对案卷".encode(), "核对案卷"),
        (b"%E6%A0%B8%E5%AF%B9", "核对"),
        (b"\xff", "\ufffd"),
    ],
)
def test_a_purpose_is_sent_in_utf_8_or_percent_encoded(sent: bytes | None, purpose: str | None) -> None:
    assert purpose_of(sent) == purpose


def test_a_nest_as_deep_as_is_allowed_is_read() -> None:
    assert read(b'{"query":"{ x }","variables":' + b'{"a":' * 62 + b"{}" + b"}" * 63).query == "{ x }"


def test_many_shallow_brackets_are_no_depth() -> None:
    assert read(orjson.dumps({"query": "{" * 500, "variables": {"list": [[]] * 500}})).query == "{" * 500


def test_brackets_and_commas_in_a_string_are_no_values() -> None:
    query = '{[,"\\' * 100_000
    assert read(orjson.dumps({"query": query})).query == query


def test_a_megabyte_of_escaped_quotes_without_an_end_is_malformed() -> None:
    with pytest.raises(MalformedRequest):
        read(b'{"query":"' + b',\\"' * 250_000)


def test_a_batch_is_refused_by_name() -> None:
    with pytest.raises(MalformedRequest, match="Batches"):
        read(b'[{"query":"{ x }"}]')


def test_a_document_can_be_named_instead_of_sent() -> None:
    persisted = read(b'{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}')
    assert persisted == GraphQLRequest("", persisted_hash="abc")
    assert read(b'{"extensions":{"persistedQuery":7}}') == GraphQLRequest("", persisted_hash="")
    assert read(b'{"documentId":"sha256:0","variables":{"a":1},"operationName":"Q"}') == GraphQLRequest(
        "", {"a": 1}, "Q", document_id="sha256:0"
    )
    # With the text the hash says nothing: nothing is ever registered by a request.
    sent = read(b'{"query":"{ x }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"abc"}}}')
    assert sent == GraphQLRequest("{ x }")


@pytest.mark.parametrize("text", [b'{"documentId":7}', b'{"query":"{ x }","documentId":"sha256:0"}'])
def test_a_document_is_named_or_sent_and_by_a_string(text: bytes) -> None:
    with pytest.raises(MalformedRequest, match="documentId"):
        read(text)


@pytest.mark.parametrize(
    "query_string",
    [
        b"query=%ff",
        b"query=\xff",
        b"query=%ED%A0%80",
        b"query={x}&variables={",
        b"query={x}&variables=[]",
        b"query={x}&variables=%7B%22n%22:" + b"9" * 5000 + b"%7D",
        b"query={x}&variables=" + b"[" * 100_000,
        b"query={x}&extensions=1",
        b"&".join(b"a%d=1" % number for number in range(40)),
        b"",
    ],
    ids=lambda query_string: repr(query_string[:40]),
)
def test_a_query_string_that_is_no_request_is_malformed(query_string: bytes) -> None:
    with pytest.raises(MalformedRequest):
        request_of(members_of_query_string(query_string, LIMITS))


def test_empty_parameters_are_absent() -> None:
    members = members_of_query_string(
        b"query=" + quote("{ x }").encode() + b"&variables=&operationName=&extensions=", LIMITS
    )
    assert request_of(members) == GraphQLRequest("{ x }")
