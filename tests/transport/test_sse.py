"""GraphQL over Server-Sent Events, distinct connections and single connection mode."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Any

import orjson
import pytest

from domain.vocabulary import Viewer
from resolvers.service import Answer, GraphQLRequest, ResponseStream, StreamItem
from resolvers.transport.endpoint import GraphQLEndpoint
from resolvers.transport.limits import TransportLimits
from resolvers.transport.sse import event
from tests.transport.asgi import Exchange, ask, eventually, http_scope, post, streaming
from tests.transport.standin import GOOD_TOKEN, SECRET, StandIn, endpoint

STREAM = {"content-type": "application/json", "accept": "text/event-stream"}
ENDLESS = "subscription { count(to: 1000000) }"


def body(query: str, **members: object) -> bytes:
    return orjson.dumps({"query": query, **members})


async def settled(service: StandIn) -> None:
    """Returns when no subscription is open any more."""
    await eventually(lambda: not service.root.subscriptions)


async def finished(app: GraphQLEndpoint, query: str, **headers: str) -> Exchange:
    async with streaming(app, "POST", "/graphql", {**STREAM, **headers}, body(query)) as exchange:
        await eventually(lambda: exchange.ended)
    return exchange


def test_an_event_has_lines_that_end_in_lf_and_one_line_of_data() -> None:
    assert event(b"next", b'{"a":\r\n1}', "c7") == b'id: c7\nevent: next\ndata: {"a":  1}\n\n'
    assert event(b"next", b"{}", "c\n7") == b"event: next\ndata: {}\n\n"


async def test_a_subscription_is_streamed_with_ids_and_completed() -> None:
    exchange = await finished(endpoint(), "subscription { count(to: 2) }")
    assert exchange.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert exchange.headers["cache-control"] == "no-cache, no-store"
    assert exchange.body == (
        b":\n\n"
        b'id: 1\nevent: next\ndata: {"data":{"count":1}}\n\n'
        b'id: 2\nevent: next\ndata: {"data":{"count":2}}\n\n'
        b"event: complete\ndata: \n\n"
    )


async def test_a_client_that_comes_back_is_given_what_follows_the_last_event_it_saw() -> None:
    exchange = await finished(endpoint(), "subscription { count(to: 3) }", **{"last-event-id": "2"})
    assert exchange.body.count(b"event: next") == 1
    assert b'"count":3' in exchange.body


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("{ hello }", b'"hello world"'),
        ("{ noSuchField }", b"GRAPHQL_VALIDATION_FAILED"),
        ("{", b"GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_what_has_one_response_is_a_stream_of_one_event(query: str, told: bytes) -> None:
    exchange = await finished(endpoint(), query)
    assert exchange.status == 200
    assert told in exchange.body
    assert exchange.body.count(b"event: next") == exchange.body.count(b"event: complete") == 1


async def test_a_browser_event_source_gets_by_url() -> None:
    answer = await ask(
        endpoint(), "GET", "/graphql?query=subscription%7Bcount(to:2)%7D", {"accept": "text/event-stream"}
    )
    assert answer.body.endswith(b"event: complete\ndata: \n\n")


async def test_a_bad_token_is_no_stream() -> None:
    answer = await post(endpoint(), {"query": ENDLESS}, accept="text/event-stream", authorization="Bearer bad")
    assert (answer.status, answer.media) == (401, "application/json")


async def test_a_client_that_leaves_closes_its_subscription() -> None:
    service = StandIn()
    async with streaming(endpoint(service), "POST", "/graphql", STREAM, body(ENDLESS)) as exchange:
        await exchange.until(b'"count":2')
        assert service.root.subscriptions == 1
    assert service.root.subscriptions == 0
    assert not exchange.ended


async def test_a_quiet_stream_is_kept_alive_by_comments() -> None:
    quiet = "subscription { count(to: 5, intervalMs: 100000) }"
    app = endpoint(limits=TransportLimits(heartbeat_seconds=0.01))
    async with streaming(app, "POST", "/graphql", STREAM, body(quiet)) as exchange:
        await exchange.until(b":\n\n:\n\n:\n\n")
    assert b"event" not in exchange.body


async def test_a_client_that_takes_nothing_is_given_up() -> None:
    service = StandIn()
    app = endpoint(service, TransportLimits(heartbeat_seconds=0.05, stalled_seconds=0.05))
    async with streaming(app, "POST", "/graphql", STREAM, body(ENDLESS)) as exchange:
        await exchange.until(b'"count":2')
        exchange.blocked = True
        await settled(service)
    assert not exchange.ended


async def test_a_heartbeat_that_does_not_get_through_ends_the_stream() -> None:
    service = StandIn()
    app = endpoint(service, TransportLimits(heartbeat_seconds=0.01, stalled_seconds=0.02))
    quiet = "subscription { count(to: 5, intervalMs: 100000) }"
    async with streaming(app, "POST", "/graphql", STREAM, body(quiet)) as exchange:
        await exchange.until(b":\n\n:\n\n")
        exchange.blocked = True
        await settled(service)


async def test_closing_the_server_ends_streams_without_complete() -> None:
    service = StandIn()
    app = endpoint(service)
    async with streaming(app, "POST", "/graphql", STREAM, body(ENDLESS)) as exchange:
        await exchange.until(b'"count":1')
        await app.close()
        await settled(service)
    assert exchange.ended
    assert b"complete" not in exchange.body


class FailingStream(StandIn):
    """A service that breaks its promise: its stream raises."""

    async def answer(
        self, request: GraphQLRequest, viewer: Viewer, request_id: str, *, read_only: bool = False
    ) -> Answer | ResponseStream:
        return self._failing()

    async def _failing(self) -> AsyncGenerator[StreamItem, None]:
        yield StreamItem(b'{"data":{"count":1}}', "1")
        raise RuntimeError(SECRET)


async def test_a_failure_inside_a_stream_is_told_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    exchange = await finished(endpoint(), "subscription { countThenFail }")
    assert b"INTERNAL" in exchange.body
    assert SECRET.encode() not in exchange.body
    with caplog.at_level(logging.ERROR, "canbao.transport"):
        exchange = await finished(endpoint(FailingStream()), ENDLESS)
    assert b"INTERNAL" in exchange.body
    assert SECRET.encode() not in exchange.body
    assert SECRET in caplog.text


class TestSingleConnection:
    async def reserved(self, app: GraphQLEndpoint, **headers: str) -> str:
        answer = await ask(app, "PUT", "/graphql", headers)
        assert answer.status == 201
        return answer.body.decode()

    def attached(self, app: GraphQLEndpoint, token: str) -> Any:
        headers = {"accept": "text/event-stream", "x-graphql-event-stream-token": token}
        return streaming(app, "GET", "/graphql", headers)

    async def start(self, app: GraphQLEndpoint, token: str, operation_id: object, query: str, **headers: str) -> int:
        answer = await post(
            app,
            {"query": query, "extensions": {"operationId": operation_id}},
            x_graphql_event_stream_token=token,
            **headers,
        )
        return answer.status

    async def test_operations_are_answered_on_the_stream_under_their_ids(self) -> None:
        app = endpoint()
        token = await self.reserved(app)
        async with self.attached(app, token) as exchange:
            assert await self.start(app, token, "a", "{ hello }") == 202
            assert await self.start(app, token, "b", "subscription { count(to: 2) }") == 202
            assert await self.start(app, token, "c", "{ noSuchField }") == 202
            assert await self.start(app, token, "d", "raise") == 202
            for operation_id in (b"a", b"b", b"c", b"d"):
                await exchange.until(b'event: complete\ndata: {"id":"%b"}\n\n' % operation_id)
        assert b'data: {"id":"a","payload":{"data":{"hello":"hello world"}}}\n\n' in exchange.body
        assert b'id: 2\nevent: next\ndata: {"id":"b","payload":{"data":{"count":2}}}\n\n' in exchange.body
        assert b'{"id":"c","payload":{"errors"' in exchange.body
        assert SECRET.encode() not in exchange.body

    async def test_an_operation_may_start_before_the_client_connects(self) -> None:
        app = endpoint()
        token = await self.reserved(app)
        assert await self.start(app, token, "a", "{ hello }") == 202
        async with self.attached(app, token) as exchange:
            await exchange.until(b'complete\ndata: {"id":"a"}')

    async def test_the_token_may_come_in_the_url(self) -> None:
        app = endpoint()
        token = await self.reserved(app)
        async with streaming(app, "GET", f"/graphql?token={token}", {"accept": "text/event-stream"}) as exchange:
            await exchange.until(b":\n\n")

    async def test_a_stream_has_one_connection(self) -> None:
        app = endpoint()
        token = await self.reserved(app)
        headers = {"accept": "text/event-stream", "x-graphql-event-stream-token": token}
        async with self.attached(app, token) as exchange:
            await exchange.until(b":\n\n")
            assert (await ask(app, "GET", "/graphql", headers)).status == 409
        assert (await ask(app, "GET", "/graphql", headers)).status == 404

    async def test_an_operation_needs_an_id_of_its_own(self) -> None:
        app = endpoint()
        token = await self.reserved(app)
        for operation_id, status in ((None, 400), (1, 400), ("", 400), ("a", 202), ("a", 409)):
            assert await self.start(app, token, operation_id, ENDLESS) == status
        assert (await post(app, {"query": ENDLESS}, x_graphql_event_stream_token=token)).status == 400
        await app.close()

    async def test_a_deleted_operation_stops_and_its_id_is_free(self) -> None:
        service = StandIn()
        app = endpoint(service)
        token = await self.reserved(app)
        headers = {"x-graphql-event-stream-token": token}
        async with self.attached(app, token) as exchange:
            await self.start(app, token, "a", ENDLESS)
            await exchange.until(b'"count":2')
            for _ in range(2):
                assert (await ask(app, "DELETE", "/graphql?operationId=a", headers)).status == 200
            await settled(service)
            assert await self.start(app, token, "a", "{ hello }") == 202
            await exchange.until(b'complete\ndata: {"id":"a"}')
        assert (await ask(app, "DELETE", "/graphql", headers)).status == 404
        assert (await ask(app, "DELETE", "/graphql?operationId=a")).status == 404

    async def test_delete_must_name_its_operation(self) -> None:
        app = endpoint()
        headers = {"x-graphql-event-stream-token": await self.reserved(app)}
        assert (await ask(app, "DELETE", "/graphql", headers)).status == 400
        assert (await ask(app, "DELETE", "/graphql?operationId=%ff", headers)).status == 400
        await app.close()

    async def test_a_client_that_leaves_ends_what_runs_on_its_stream(self) -> None:
        service = StandIn()
        app = endpoint(service)
        token = await self.reserved(app)
        async with self.attached(app, token) as exchange:
            await self.start(app, token, "a", ENDLESS)
            await exchange.until(b'"count":2')
        await settled(service)
        assert await self.start(app, token, "b", "{ hello }") == 404

    async def test_a_stream_serves_who_reserved_it_in_the_world_where_it_was_reserved(self) -> None:
        app = endpoint()
        token = await self.reserved(app, authorization=GOOD_TOKEN)
        assert await self.start(app, token, "a", "{ hello }") == 404
        assert await self.start(app, token, "a", "{ hello }", authorization=GOOD_TOKEN) == 202
        answer = await post(
            app,
            {"query": "{ hello }", "extensions": {"operationId": "b"}},
            "/worlds/demo/graphql",
            x_graphql_event_stream_token=token,
            authorization=GOOD_TOKEN,
        )
        assert answer.status == 404
        await app.close()

    async def test_a_reservation_that_nobody_connects_to_expires(self) -> None:
        app = endpoint(limits=TransportLimits(reservation_seconds=0.01))
        token = await self.reserved(app)
        await asyncio.sleep(0.05)
        assert await self.start(app, token, "a", "{ hello }") == 404

    async def test_reservations_and_operations_are_bounded(self) -> None:
        app = endpoint(limits=TransportLimits(reservations=1, operations_per_stream=1))
        token = await self.reserved(app)
        answer = await ask(app, "PUT", "/graphql")
        assert (answer.status, answer.code, answer.headers["retry-after"]) == (429, "RATE_LIMITED", "5")
        assert await self.start(app, token, "a", ENDLESS) == 202
        assert await self.start(app, token, "b", ENDLESS) == 429
        await app.close()

    async def test_a_bad_token_reserves_nothing(self) -> None:
        assert (await ask(endpoint(), "PUT", "/graphql", {"authorization": "Bearer bad"})).status == 401

    async def test_closing_the_server_ends_the_stream(self) -> None:
        app = endpoint()
        token = await self.reserved(app)
        async with self.attached(app, token) as exchange:
            await exchange.until(b":\n\n")
            await app.close()
            await eventually(lambda: exchange.ended)


async def test_a_response_cannot_begin_for_a_client_that_takes_nothing_at_all() -> None:
    service = StandIn()
    exchange = Exchange([body(ENDLESS)])
    exchange.blocked = True
    task = asyncio.create_task(
        endpoint(service)(http_scope("POST", "/graphql", STREAM), exchange.received.get, exchange.send)
    )
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert service.root.subscriptions == 0
