"""GraphQL over HTTP: statuses, headers, refusals, and what never leaves the server."""

import asyncio
import logging
from typing import Any
from urllib.parse import urlencode

import pytest

from resolvers.transport.endpoint import GraphQLEndpoint
from resolvers.transport.limits import TransportLimits
from tests.transport.asgi import Exchange, Response, ask, http_scope, post, streaming
from tests.transport.standin import GOOD_TOKEN, SECRET, StandIn, endpoint

HELLO = {"query": "{ hello }"}
JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


async def get(app: GraphQLEndpoint, accept: str = JSON, method: str = "GET", **parameters: str) -> Response:
    return await ask(app, method, f"/graphql?{urlencode(parameters)}", {"accept": accept})


async def test_a_query_is_answered_with_its_headers() -> None:
    answer = await post(endpoint(), HELLO, x_request_id="trace-1")
    assert (answer.status, answer.json) == (200, {"data": {"hello": "hello world"}})
    assert answer.headers == {
        "content-type": "application/json; charset=utf-8",
        "content-length": str(len(answer.body)),
        "vary": "Accept",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": "trace-1",
    }


@pytest.mark.parametrize(
    "sent", ["a" * 65, "a b", "a\r\nset-cookie: x", "", "姓名", "110101194912310021", "11010119491231002x"]
)
async def test_a_request_id_that_is_not_sane_is_replaced(sent: str) -> None:
    assert (await post(endpoint(), HELLO, x_request_id=sent)).headers["x-request-id"] == "req-1"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/graphql", 200),
        ("/worlds/demo/graphql", 200),
        ("/worlds/other/graphql", 404),
        ("/worlds//graphql", 404),
        ("/worlds/../graphql", 404),
    ],
)
async def test_a_world_is_found_by_its_path(path: str, status: int) -> None:
    answer = await post(endpoint(), HELLO, path)
    assert answer.status == status
    assert status == 200 or answer.code == "WORLD_NOT_FOUND"


@pytest.mark.parametrize("path", ["/", "/graphql/", "/worlds/demo", "/worlds/a/b/graphql", "/healthz"])
async def test_other_paths_go_elsewhere(path: str) -> None:
    assert (await ask(endpoint(), "GET", path)).body == b"elsewhere"


async def test_paths_are_those_below_the_root_path() -> None:
    exchange = Exchange([b'{"query":"{ hello }"}'])
    scope = {**http_scope("POST", "/api/graphql", {"content-type": JSON}), "root_path": "/api"}
    await endpoint()(scope, exchange.received.get, exchange.send)
    assert exchange.body == b'{"data":{"hello":"hello world"}}'


@pytest.mark.parametrize(
    ("request_body", "code"),
    [
        ({"query": "{ unclosed"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ noSuchField }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ hello }", "operationName": "x"}, "BAD_USER_INPUT"),
        ({"query": "query Q($n: Int!) { books(first: $n) { id } }"}, "BAD_USER_INPUT"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}}, "BAD_USER_INPUT"),
    ],
)
async def test_what_graphql_refuses_is_200_as_json_and_400_as_graphql_response(request_body: Any, code: str) -> None:
    for accept, status in ((JSON, 200), (GRAPHQL_RESPONSE, 400)):
        answer = await post(endpoint(), request_body, accept=accept)
        assert (answer.status, answer.media, answer.code) == (status, accept, code)
        assert "data" not in answer.json


@pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE])
async def test_a_field_that_fails_leaves_a_response_with_data(accept: str) -> None:
    answer = await post(endpoint(), {"query": "{ boom hello }"}, accept=accept)
    assert (answer.status, answer.media) == (200, accept)
    assert answer.json["data"] == {"boom": None, "hello": "hello world"}
    assert SECRET not in answer.body.decode()


@pytest.mark.parametrize("body", [b"{", b"", b"null", b"[]", b"7", b"{}", b'{"query":7}', b"\xff\xfe{"])
@pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE, "text/event-stream"])
async def test_what_is_no_request_is_400_and_a_graphql_answer(body: bytes, accept: str) -> None:
    answer = await post(endpoint(), body, accept=accept)
    assert (answer.status, answer.code) == (400, "BAD_USER_INPUT")
    assert answer.media == (GRAPHQL_RESPONSE if accept == GRAPHQL_RESPONSE else JSON)


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "application/json; charset=utf-16"},
        {"content_encoding": "gzip"},
        {"content_encoding": "br"},
        {"content_encoding": "nonsense"},
    ],
)
async def test_a_body_in_another_form_is_415(headers: dict[str, str]) -> None:
    answer = await post(endpoint(), HELLO, **headers)
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_body_without_content_type_is_415_and_not_executed() -> None:
    service = StandIn()
    answer = await ask(
        endpoint(service), "POST", "/graphql", {}, (b'{"query":"mutation { addBook(title: 1) { id } }"}',)
    )
    assert (answer.status, service.root.added) == (415, 0)


async def test_an_accept_that_nothing_meets_is_406() -> None:
    answer = await post(endpoint(), HELLO, accept="image/png")
    assert (answer.status, answer.media, answer.code) == (406, JSON, "NOT_ACCEPTABLE")


async def test_several_accept_headers_are_one() -> None:
    headers = [("content-type", JSON), ("accept", "image/png"), ("accept", GRAPHQL_RESPONSE)]
    assert (await ask(endpoint(), "POST", "/graphql", headers, (b'{"query":"{ hello }"}',))).media == GRAPHQL_RESPONSE


@pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE])
async def test_a_bad_token_is_401_whatever_the_media_type(accept: str) -> None:
    answer = await post(endpoint(), HELLO, accept=accept, authorization="Bearer bad")
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_good_token_says_who_asks() -> None:
    answer = await post(endpoint(), {"query": "{ whoami }"}, authorization=GOOD_TOKEN)
    assert answer.json == {"data": {"whoami": "citizen"}}


class TestBodies:
    LIMITS = TransportLimits(body=1000, body_seconds=0.05)

    async def test_a_body_in_chunks_is_put_together(self) -> None:
        body = b'{"query":"{ hello }"}'
        chunks = [body[place : place + 1] for place in range(len(body))]
        answer = await ask(endpoint(limits=self.LIMITS), "POST", "/graphql", {"content-type": JSON}, chunks)
        assert answer.json == {"data": {"hello": "hello world"}}

    async def test_a_body_that_announces_too_much_is_413_before_it_is_read(self) -> None:
        exchange = Exchange([], ends=False)
        for length in ("1001", "9" * 5000):
            scope = http_scope("POST", "/graphql", {"content-type": JSON, "content-length": length})
            exchange = Exchange([], ends=False)
            await endpoint(limits=self.LIMITS)(scope, exchange.received.get, exchange.send)
            assert (exchange.status, exchange.ended) == (413, True)

    @pytest.mark.parametrize("headers", [{}, {"content-length": "10"}, {"content-length": "many"}])
    async def test_a_body_that_turns_out_too_long_is_413_and_no_longer_read(self, headers: dict[str, str]) -> None:
        exchange = Exchange([b" " * 400] * 10)
        scope = http_scope("POST", "/graphql", {"content-type": JSON, **headers})
        await endpoint(limits=self.LIMITS)(scope, exchange.received.get, exchange.send)
        assert exchange.status == 413
        assert exchange.received.qsize() == 7

    async def test_a_body_of_exactly_the_limit_is_read(self) -> None:
        body = b'{"query":"{ hello }"}'.ljust(1000)
        answer = await ask(endpoint(limits=self.LIMITS), "POST", "/graphql", {"content-type": JSON}, (body,))
        assert answer.status == 200
        answer = await ask(endpoint(limits=self.LIMITS), "POST", "/graphql", {"content-type": JSON}, (body + b" ",))
        assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")

    @pytest.mark.parametrize("chunks", [[], [b'{"query":']])
    async def test_a_body_that_does_not_arrive_is_408_and_the_connection_is_closed(self, chunks: list[bytes]) -> None:
        exchange = Exchange(chunks, ends=False)
        scope = http_scope("POST", "/graphql", {"content-type": JSON, "content-length": "100"})
        await endpoint(limits=self.LIMITS)(scope, exchange.received.get, exchange.send)
        assert (exchange.status, exchange.headers["connection"]) == (408, "close")

    async def test_a_client_that_leaves_before_it_has_asked_is_not_answered(self) -> None:
        exchange = Exchange([b'{"query":'], ends=False)
        exchange.disconnect()
        scope = http_scope("POST", "/graphql", {"content-type": JSON})
        await endpoint()(scope, exchange.received.get, exchange.send)
        assert exchange.status == 0


class TestGet:
    async def test_a_query_with_variables_is_answered(self) -> None:
        answer = await get(
            endpoint(),
            query="query Q($s: String!) { hello(name: $s) }",
            variables='{"s": "a+b&c=d %☃"}',
            operationName="Q",
        )
        assert answer.json == {"data": {"hello": "hello a+b&c=d %☃"}}

    @pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE, "text/event-stream"])
    async def test_a_mutation_is_405_and_not_executed(self, accept: str) -> None:
        service = StandIn()
        answer = await get(endpoint(service), accept, query='mutation { addBook(title: "csrf") { id } }')
        assert (answer.status, answer.code, answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
        assert service.root.added == 0

    async def test_a_query_string_that_is_too_long_is_414(self) -> None:
        answer = await get(endpoint(), query="{ hello }", variables="[" * 100_000)
        assert (answer.status, answer.code) == (414, "PAYLOAD_TOO_LARGE")

    async def test_a_request_without_query_is_400(self) -> None:
        assert (await get(endpoint())).status == 400

    async def test_a_browser_is_given_the_page_and_a_server_without_one_gives_json(self) -> None:
        assert (await get(endpoint(), BROWSER)).body.startswith(b"<!doctype html>")
        assert (await get(endpoint(), BROWSER, query="{ hello }")).media == "text/html"
        assert (await get(endpoint(page=None), BROWSER, query="{ hello }")).media == JSON

    async def test_head_is_answered_as_get_is(self) -> None:
        answer = await get(endpoint(), method="HEAD", query="{ hello }")
        assert (answer.status, answer.headers["content-length"]) == (200, "32")

    async def test_head_never_opens_a_stream(self) -> None:
        assert (await get(endpoint(), "text/event-stream", method="HEAD", query="{ hello }")).status == 406


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "PROPFIND"])
async def test_other_methods_are_405_and_told_which_there_are(method: str) -> None:
    answer = await ask(endpoint(), method, "/graphql")
    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


async def test_options_tells_the_methods() -> None:
    answer = await ask(endpoint(), "OPTIONS", "/graphql")
    assert (answer.status, answer.body) == (204, b"")
    assert "POST" in answer.headers["allow"]


async def test_a_subscription_is_not_answered_as_json_and_does_not_stay_open() -> None:
    service = StandIn()
    answer = await post(endpoint(service), {"query": "subscription { count(to: 3) }"}, accept=JSON)
    assert (answer.status, answer.code) == (406, "NOT_ACCEPTABLE")
    assert service.root.subscriptions == 0


@pytest.mark.parametrize("path", ["/graphql", "/worlds/broken/graphql"])
async def test_a_fault_is_told_by_its_request_id_alone_and_logged_in_full(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "canbao.transport"):
        answer = await post(endpoint(), {"query": "raise"}, path, x_request_id="trace-9")
    assert (answer.status, answer.code) == (500, "INTERNAL")
    assert answer.json["errors"][0]["extensions"]["requestId"] == "trace-9"
    assert SECRET not in answer.body.decode()
    assert "trace-9" in caplog.text
    assert SECRET in caplog.text


async def test_a_query_is_answered_while_another_takes_its_time() -> None:
    app = endpoint()
    exchange = Exchange([b'{"query":"{ forever }"}'])
    slow = asyncio.create_task(
        app(http_scope("POST", "/graphql", {"content-type": JSON}), exchange.received.get, exchange.send)
    )
    await asyncio.sleep(0)
    assert (await post(app, HELLO)).status == 200
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_any_query_a_stream_could_answer_stays_json_when_json_comes_first() -> None:
    headers = {"content-type": JSON, "accept": "application/json, text/event-stream"}
    body = b'{"query":"subscription { count(to: 2) }"}'
    async with streaming(endpoint(), "POST", "/graphql", headers, body) as exchange:
        await exchange.until(b"event: complete")
        assert exchange.headers["content-type"].startswith("text/event-stream")
    assert (await post(endpoint(), HELLO, accept="application/json, text/event-stream")).media == JSON
