"""The graphql-transport-ws protocol, message by message."""

import asyncio
import logging
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.transport.endpoint import GraphQLEndpoint
from resolvers.transport.limits import TransportLimits
from tests.transport.asgi import Socket, eventually, socket
from tests.transport.standin import GOOD_TOKEN, SECRET, StandIn, endpoint
from tests.transport.test_json_input import JSON_VALUES

ENDLESS = "subscription { count(to: 1000000) }"
QUIET = "subscription { count(to: 5, intervalMs: 100000) }"


async def closed(client: Socket) -> tuple[int | None, str]:
    while await client.hear() is not None:
        continue
    assert len(client.reason.encode()) <= 123
    return client.code, client.reason


async def alive(client: Socket) -> None:
    client.subscribe("still-alive", "{ hello }")
    assert (await client.hear_until(id="still-alive"))["payload"] == {"data": {"hello": "hello world"}}
    assert (await client.hear_until(id="still-alive"))["type"] == "complete"


class TestOpening:
    async def test_the_subprotocol_is_echoed(self) -> None:
        async with socket(endpoint(), subprotocols=("chat", "graphql-transport-ws")) as client:
            assert client.subprotocol == "graphql-transport-ws"

    @pytest.mark.parametrize("offered", [(), ("graphql-ws",), ("chat",)])
    async def test_other_subprotocols_and_the_legacy_one_are_4406(self, offered: tuple[str, ...]) -> None:
        async with socket(endpoint(), subprotocols=offered) as client:
            assert client.subprotocol is None
            assert await closed(client) == (4406, "Subprotocol not acceptable")

    @pytest.mark.parametrize(("path", "status"), [("/worlds/other/graphql", 404), ("/worlds/broken/graphql", 500)])
    async def test_a_world_that_there_is_not_refuses_the_handshake(self, path: str, status: int) -> None:
        async with socket(endpoint(), path) as client:
            assert client.opening["type"] == "websocket.http.response.start"
            assert client.opening["status"] == status

    @pytest.mark.parametrize("message", [{}, {"payload": None}, {"payload": {}}, {"payload": {"trace": 1}}])
    async def test_it_is_acknowledged_with_any_payload_or_none(self, message: dict[str, Any]) -> None:
        async with socket(endpoint(), "/worlds/demo/graphql") as client:
            client.say({"type": "connection_init", **message})
            assert await client.hear() == {"type": "connection_ack"}
            await alive(client)

    @pytest.mark.parametrize(
        ("payload", "headers", "name"),
        [
            ({"authorization": GOOD_TOKEN}, {}, "citizen"),
            ({"Authorization": GOOD_TOKEN}, {}, "citizen"),
            ({"headers": {"Authorization": GOOD_TOKEN}}, {}, "citizen"),
            ({"headers": {"authorization": GOOD_TOKEN}}, {}, "citizen"),
            ({"authorization": GOOD_TOKEN}, {"authorization": "Bearer bad"}, "citizen"),
            ({}, {"authorization": GOOD_TOKEN}, "citizen"),
            ({"authorization": None, "headers": []}, {}, "anonymous"),
        ],
    )
    async def test_who_asks_is_told_by_the_payload_or_by_the_handshake(
        self, payload: dict[str, Any], headers: dict[str, str], name: str
    ) -> None:
        async with socket(endpoint(), headers=headers) as client:
            await client.initialised(payload)
            client.subscribe("1", "{ whoami }")
            assert (await client.hear())["payload"] == {"data": {"whoami": name}}

    @pytest.mark.parametrize("payload", [{"authorization": "Bearer bad"}, {"authorization": 7}, {"Authorization": []}])
    async def test_a_bad_token_is_4403(self, payload: dict[str, Any]) -> None:
        async with socket(endpoint()) as client:
            client.say({"type": "connection_init", "payload": payload})
            assert await closed(client) == (4403, "Forbidden")

    async def test_a_token_that_expires_meanwhile_is_refused_for_new_operations(self) -> None:
        service = StandIn()
        async with socket(endpoint(service)) as client:
            await client.initialised({"authorization": GOOD_TOKEN})
            service.expired = True
            client.subscribe("1", "{ whoami }")
            assert (await client.hear())["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"

    async def test_a_second_init_is_4429(self) -> None:
        async with socket(endpoint()) as client:
            client.say({"type": "connection_init"})
            client.say({"type": "connection_init"})
            assert await closed(client) == (4429, "Too many initialisation requests")

    async def test_no_init_is_4408_whatever_else_is_said(self) -> None:
        async with socket(endpoint(limits=TransportLimits(init_seconds=0.02))) as client:
            client.say({"type": "ping"})
            assert await closed(client) == (4408, "Connection initialisation timeout")

    async def test_subscribing_before_init_is_4401(self) -> None:
        async with socket(endpoint()) as client:
            client.subscribe("1", "{ hello }")
            assert await closed(client) == (4401, "Unauthorized")


class TestMessages:
    @pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {"a": 1}}])
    async def test_pings_are_answered_and_pongs_accepted_at_any_time(self, payload: dict[str, Any]) -> None:
        async with socket(endpoint()) as client:
            client.say({"type": "pong", **payload})
            client.say({"type": "ping", **payload})
            assert await client.hear() == {"type": "pong"}
            await client.initialised()
            client.say({"type": "ping", **payload})
            assert await client.hear() == {"type": "pong"}

    @pytest.mark.parametrize(
        "message",
        [
            "nonsense",
            "",
            "null",
            "1",
            '"ping"',
            "[]",
            "{}",
            '{"type":1}',
            '{"type":"start"}',
            '{"type":"connection_ack"}',
            '{"type":"next","id":"1","payload":{}}',
            '{"type":"ping","payload":"x"}',
            '{"type":"pong","payload":[]}',
            '{"type":"connection_init","payload":"x"}',
            '{"type":"subscribe","payload":{"query":"{ hello }"}}',
            '{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}',
            '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}',
            '{"type":"subscribe","id":"%s","payload":{"query":"{ hello }"}}' % ("i" * 1025),
            '{"type":"subscribe","id":"1"}',
            '{"type":"subscribe","id":"1","payload":[]}',
            '{"type":"subscribe","id":"1","payload":{"query":null}}',
            '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}',
            '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","operationName":1}}',
            '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","extensions":"x"}}',
            '{"type":"complete"}',
            '{"type":"complete","id":[]}',
            '{"type":"%s"}' % ("x" * 5000),
            '{"type":"%s"}' % ("\U0001f353" * 60),
            "[" * 100_000,
            '{"type":"ping","payload":' + '{"a":' * 100_000 + "1" + "}" * 100_001,
            '{"type":"ping","payload":{"n":%s}}' % ("9" * 5000),
            b"\x01\x02\x03",
        ],
        ids=lambda message: repr(message[:70]),
    )
    async def test_what_is_no_message_of_a_client_is_4400(self, message: str | bytes) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            client.say(message)
            assert (await closed(client))[0] == 4400

    async def test_a_message_that_is_too_long_is_1009(self) -> None:
        async with socket(endpoint(limits=TransportLimits(message=100))) as client:
            client.say({"type": "ping", "payload": {"a": "x" * 100}})
            assert (await closed(client))[0] == 1009

    @settings(deadline=None)
    @given(
        st.text()
        | st.binary()
        | JSON_VALUES
        | st.fixed_dictionaries(
            {"type": st.sampled_from(["subscribe", "complete", "ping", "pong", "connection_init"])},
            optional={
                "id": st.sampled_from(["1", "", "姓名"]) | JSON_VALUES,
                "payload": st.fixed_dictionaries({"query": st.sampled_from(["{ hello }", "{"])}) | JSON_VALUES,
            },
        )
    )
    async def test_any_message_is_answered_or_closes_with_a_code_of_the_protocol(self, message: Any) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            client.say(message)
            client.say({"type": "connection_init"})
            assert (await closed(client))[0] in (4400, 4429)


class TestOperations:
    async def test_a_query_is_one_next_and_a_complete(self) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            client.subscribe("q", "{ hello }", variables=None, operationName=None, extensions=None)
            assert await client.hear() == {"id": "q", "type": "next", "payload": {"data": {"hello": "hello world"}}}
            assert await client.hear() == {"id": "q", "type": "complete"}

    async def test_a_subscription_is_told_in_order(self) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            client.subscribe('"姓名\n', "subscription { count(to: 3) }")
            told = [await client.hear() for _ in range(4)]
            assert [message.get("payload") for message in told] == [
                {"data": {"count": 1}},
                {"data": {"count": 2}},
                {"data": {"count": 3}},
                None,
            ]
            assert {message["id"] for message in told} == {'"姓名\n'}

    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            ({"query": "{ unclosed"}, "GRAPHQL_PARSE_FAILED"),
            ({"query": "{ noSuchField }"}, "GRAPHQL_VALIDATION_FAILED"),
            ({"query": "{ hello }", "operationName": "x"}, "BAD_USER_INPUT"),
            ({"query": "query Q($n: Int!) { books(first: $n) { id } }"}, "BAD_USER_INPUT"),
            ({"query": f'{{ a " {"z" * 4000}'}, "GRAPHQL_PARSE_FAILED"),
            ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}}, "BAD_USER_INPUT"),
        ],
    )
    async def test_a_refused_request_is_an_error_message_and_the_socket_lives(
        self, payload: dict[str, Any], code: str
    ) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            for _ in range(2):
                client.say({"type": "subscribe", "id": "1", "payload": payload})
                message = await client.hear()
                assert message["type"] == "error"
                assert message["payload"][0]["extensions"]["code"] == code
            await alive(client)

    async def test_a_field_that_fails_is_in_a_next_message(self) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            client.subscribe("1", "{ boom }")
            message = await client.hear()
            assert message["payload"]["errors"][0]["path"] == ["boom"]
            assert SECRET not in str(message)
            assert (await client.hear())["type"] == "complete"

    async def test_a_failing_stream_is_told_and_the_socket_lives(self) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            client.subscribe("1", "subscription { countThenFail }")
            assert (await client.hear())["payload"] == {"data": {"countThenFail": 1}}
            told = await client.hear()
            assert told["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
            assert SECRET not in str(told)
            await alive(client)

    async def test_a_fault_is_an_error_message_and_logged_in_full(self, caplog: pytest.LogCaptureFixture) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            with caplog.at_level(logging.ERROR, "canbao.transport"):
                client.subscribe("1", "raise")
                message = await client.hear()
            assert message["type"] == "error"
            assert message["payload"][0]["extensions"] == {"code": "INTERNAL", "requestId": "req-1"}
            assert SECRET not in str(message)
            assert SECRET in caplog.text
            await alive(client)

    @pytest.mark.parametrize("query", [ENDLESS, "{ hello }"])
    async def test_an_id_in_use_is_4409(self, query: str) -> None:
        service = StandIn()
        async with socket(endpoint(service)) as client:
            await client.initialised()
            client.subscribe("same", QUIET)
            await eventually(lambda: service.root.subscriptions == 1)
            client.subscribe("same", query)
            assert await closed(client) == (4409, "Subscriber for same already exists")
        assert service.root.subscriptions == 0

    async def test_a_close_reason_is_cut_between_characters(self) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            for _ in range(2):
                client.subscribe("险" * 300, QUIET)
            code, reason = await closed(client)
            assert (code, len(reason.encode()) > 118) == (4409, True)

    async def test_a_completed_operation_stops_and_its_id_is_free(self) -> None:
        service = StandIn()
        async with socket(endpoint(service)) as client:
            await client.initialised()
            client.subscribe("1", ENDLESS)
            await client.hear_until(id="1", type="next")
            client.say({"type": "complete", "id": "1"})
            client.say({"type": "complete", "id": "never-seen"})
            client.subscribe("1", "{ hello }")
            while (message := await client.hear())["payload"] != {"data": {"hello": "hello world"}}:
                assert message["type"] == "next"
            assert (await client.hear())["type"] == "complete"
            assert service.root.subscriptions == 0

    async def test_a_query_overtakes_a_slow_one(self) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            client.subscribe("slow", "{ forever }")
            await alive(client)

    async def test_operations_are_bounded_and_the_socket_lives(self) -> None:
        async with socket(endpoint(limits=TransportLimits(operations_per_socket=2))) as client:
            await client.initialised()
            for name in ("a", "b", "c"):
                client.subscribe(name, QUIET)
            message = await client.hear()
            assert (message["id"], message["type"]) == ("c", "error")
            assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
            client.say({"type": "complete", "id": "a"})
            await alive(client)

    async def test_a_hundred_operations_in_one_burst_are_all_answered(self) -> None:
        async with socket(endpoint()) as client:
            await client.initialised()
            for number in range(100):
                client.subscribe(str(number), "{ hello }")
            told = [await client.hear() for _ in range(200)]
            assert sum(message["type"] == "complete" for message in told) == 100


class TestEnding:
    async def test_a_client_that_leaves_closes_its_subscriptions(self) -> None:
        service = StandIn()
        async with socket(endpoint(service)) as client:
            await client.initialised()
            for name in ("a", "b"):
                client.subscribe(name, QUIET)
            client.subscribe("c", "{ forever }")
            await eventually(lambda: service.root.subscriptions == 2)
        assert service.root.subscriptions == 0

    async def test_a_client_that_takes_nothing_is_closed_with_4008(self) -> None:
        service = StandIn()
        async with socket(endpoint(service, TransportLimits(stalled_seconds=0.02))) as client:
            await client.initialised()
            client.subscribe("1", ENDLESS)
            await client.hear_until(id="1", type="next")
            client.blocked = True
            assert await closed(client) == (4008, "Too slow: resume from your last cursor")
        assert service.root.subscriptions == 0

    async def test_a_socket_with_nothing_to_say_is_not_too_slow(self) -> None:
        async with socket(endpoint(limits=TransportLimits(stalled_seconds=0.01))) as client:
            await client.initialised()
            client.subscribe("1", QUIET)
            await asyncio.sleep(0.05)
            await alive(client)

    async def test_closing_the_server_finishes_queries_and_leaves_subscriptions_to_be_resumed(self) -> None:
        service = StandIn()
        app = endpoint(service)
        async with socket(app) as client:
            await client.initialised()
            client.subscribe("s", QUIET)
            await eventually(lambda: service.root.subscriptions == 1)
            client.subscribe("q", "{ soon }")
            await eventually(lambda: service.root.soon_asked == 1)
            await app.close()
            assert (await client.hear())["payload"] == {"data": {"soon": "now"}}
            assert await client.hear() == {"id": "q", "type": "complete"}
            assert await client.hear() is None
            assert (client.code, client.reason) == (1001, "Going away")
        assert service.root.subscriptions == 0

    async def test_closing_the_server_does_not_wait_for_ever(self) -> None:
        app = endpoint(limits=TransportLimits(shutdown_seconds=0.02))
        async with socket(app) as client:
            await client.initialised()
            client.subscribe("q", "{ forever }")
            await asyncio.sleep(0.01)
            await app.close()
            assert await closed(client) == (1001, "Going away")

    async def test_an_operation_that_starts_while_the_server_closes_is_not_run(self) -> None:
        app: GraphQLEndpoint = endpoint(limits=TransportLimits(shutdown_seconds=0.05))
        async with socket(app) as client:
            await client.initialised()
            client.subscribe("q", "{ forever }")
            await asyncio.sleep(0.01)
            closing = asyncio.create_task(app.close())
            await asyncio.sleep(0)
            client.subscribe("late", "{ hello }")
            assert await closed(client) == (1001, "Going away")
            await closing
