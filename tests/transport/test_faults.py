"""What clients say of faults reaches the service, and a connection that is to be cut ends without a word."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from typing import Any

import orjson
import pytest

from domain.vocabulary import Viewer
from resolvers.service import Answer, ConnectionCut, GraphQLRequest, ResponseStream, StreamItem
from tests.transport.asgi import ask, eventually, post, socket, streaming
from tests.transport.standin import GOOD_TOKEN, StandIn, endpoint

STREAM = {"content-type": "application/json", "accept": "text/event-stream"}
BODY = orjson.dumps({"query": "subscription { count(to: 5) }"})
ASKED = "event-lost=0.1"
OTHER = "event-duplicate=0.2"


class Cut(StandIn):
    """A service whose streams are cut after their first response."""

    async def answer(
        self, request: GraphQLRequest, viewer: Viewer, request_id: str, *, read_only: bool = False
    ) -> Answer | ResponseStream:
        if "subscription" not in request.query:
            return await super().answer(request, viewer, request_id, read_only=read_only)
        return self._cut()

    async def _cut(self) -> AsyncGenerator[StreamItem, None]:
        self.root.subscriptions += 1
        try:
            yield StreamItem(b'{"data":{"count":1}}', "1")
            raise ConnectionCut
        finally:
            self.root.subscriptions -= 1


@pytest.mark.parametrize(
    ("header", "extensions", "heard"),
    [
        (None, None, None),
        (ASKED, None, ASKED),
        (None, {"fault": OTHER}, OTHER),
        (ASKED, {"fault": OTHER}, OTHER),
        (ASKED, {"fault": None}, ASKED),
        ("", None, ""),
    ],
)
async def test_faults_are_asked_for_by_header_or_extension(
    header: str | None, extensions: dict[str, Any] | None, heard: str | None
) -> None:
    headers = {} if header is None else {"canbao-fault": header}
    service = StandIn()
    await post(endpoint(service), {"query": "{ hello }", "extensions": extensions}, **headers)
    async with socket(endpoint(service), headers=headers) as client:
        await client.initialised()
        client.subscribe("1", "{ hello }", extensions=extensions)
        await client.hear_until(type="complete", id="1")
    assert [asked.fault for asked in service.asked] == [heard, heard]


async def test_what_is_no_text_is_no_request() -> None:
    answer = await post(endpoint(), {"query": "{ hello }", "extensions": {"fault": 0.1}})
    assert (answer.status, answer.code) == (400, "BAD_USER_INPUT")
    async with socket(endpoint()) as client:
        await client.initialised()
        client.subscribe("1", "{ hello }", extensions={"fault": ["event-lost=1"]})
        assert await client.hear() is None
        assert client.code == 4400


async def test_an_event_stream_is_cut_without_an_end() -> None:
    service = Cut()
    async with streaming(endpoint(service), "POST", "/graphql", STREAM, BODY) as exchange:
        await exchange.until(b'"count":1')
        await eventually(lambda: not service.root.subscriptions)
    assert not exchange.ended
    assert b"complete" not in exchange.body
    assert exchange.body.count(b"event: next") == 1


@pytest.mark.parametrize("early", [True, False], ids=["before the client connects", "afterwards"])
async def test_a_reserved_stream_is_cut_with_all_that_runs_on_it(early: bool) -> None:
    service = Cut()
    app = endpoint(service)
    own = {**STREAM, "authorization": GOOD_TOKEN}
    token = (await ask(app, "PUT", "/graphql", own)).body.decode()
    own["x-graphql-event-stream-token"] = token
    value = {"query": "subscription { count(to: 5) }", "extensions": {"operationId": "cut"}}

    async def start() -> None:
        assert (await ask(app, "POST", "/graphql", own, (orjson.dumps(value),))).status == 202

    if early:
        await start()
    async with streaming(app, "GET", "/graphql", own) as exchange:
        if not early:
            await exchange.until(b":\n\n")
            await start()
        await exchange.until(b'"count":1')
        await eventually(lambda: not service.root.subscriptions)
    assert not exchange.ended
    assert b"complete" not in exchange.body
    # Nothing is left of it.
    assert (await ask(app, "POST", "/graphql", own, (orjson.dumps(value),))).status == 404


async def test_a_socket_is_cut_without_a_close_frame_and_only_that_one(caplog: pytest.LogCaptureFixture) -> None:
    closed: list[tuple[int, bool]] = []
    service = Cut()
    app = endpoint(service, closed=lambda code, by_client, seconds: closed.append((code, by_client)))
    async with socket(app) as other:
        await other.initialised()
        async with socket(app) as client:
            await client.initialised()
            client.subscribe("cut", "subscription { count(to: 5) }")
            client.subscribe("cut too", "subscription { count(to: 5) }")
            assert (await client.hear())["type"] == "next"
            await eventually(lambda: closed)
        assert closed == [(1006, False)]
        assert client.code is None
        assert not service.root.subscriptions
        other.subscribe("1", "{ hello }")
        assert (await other.hear())["type"] == "next"
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
