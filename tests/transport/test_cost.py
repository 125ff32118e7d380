"""Who asks for the cost of an operation, and where a request comes from, reach the service over every transport."""

import pytest

from resolvers.service import ErrorCode, error_answer
from tests.transport.asgi import ask, post, socket
from tests.transport.standin import StandIn, endpoint

HELLO = {"query": "{ hello }"}


@pytest.mark.parametrize(
    ("headers", "extensions", "wanted"),
    [
        ({}, None, False),
        ({"canbao_cost": "1"}, None, True),
        ({"canbao_cost": "0"}, None, False),
        ({}, {"cost": True}, True),
        ({}, {"cost": 1}, False),
        ({}, {"other": True}, False),
        ({"canbao_cost": "1"}, {"cost": False}, True),
    ],
)
async def test_over_http(headers: dict[str, str], extensions: object, wanted: bool) -> None:
    service = StandIn()
    assert (await post(endpoint(service), {**HELLO, "extensions": extensions}, **headers)).status == 200
    [asked] = service.asked
    assert (asked.wants_cost, asked.peer) == (wanted, "10.0.0.9")


async def test_over_http_get() -> None:
    service = StandIn()
    answer = await ask(endpoint(service), "GET", '/graphql?query=%7Bhello%7D&extensions=%7B"cost":true%7D')
    assert answer.status == 200
    assert [each.wants_cost for each in service.asked] == [True]


@pytest.mark.parametrize(("extensions", "wanted"), [(None, False), ({"cost": True}, True)])
async def test_over_a_socket(extensions: object, wanted: bool) -> None:
    service = StandIn()
    async with socket(endpoint(service)) as client:
        await client.initialised()
        client.say({"type": "subscribe", "id": "1", "payload": {**HELLO, "extensions": extensions}})
        await client.hear_until(id="1")
    [asked] = service.asked
    assert (asked.wants_cost, asked.peer) == (wanted, "10.0.0.9")


async def test_who_has_asked_too_much_is_told_when_to_come_back() -> None:
    service = StandIn()
    service.refusal = error_answer(ErrorCode.RATE_LIMITED, "too much", retry_after_seconds=7, retryAfterSeconds=7)
    app = endpoint(service)
    for accept in ("application/json", "application/graphql-response+json", "text/event-stream"):
        answer = await post(app, HELLO, accept=accept)
        assert (answer.status, answer.headers["retry-after"], answer.code) == (429, "7", "RATE_LIMITED")
    async with socket(app) as client:
        await client.initialised()
        client.say({"type": "subscribe", "id": "1", "payload": HELLO})
        told = await client.hear_until(id="1")
        service.refusal = None
        client.say({"type": "subscribe", "id": "1", "payload": HELLO})
        answered = await client.hear_until(id="1")
    assert told["type"] == "error"
    assert told["payload"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfterSeconds": 7}
    assert answered["type"] == "next"
