"""A process takes on what it can answer in time, and refuses the rest before it costs much."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.service import Answer, ErrorCode, GraphQLRequest, ResponseStream
from resolvers.transport.capacity import OVERLOADED, Capacity
from resolvers.transport.endpoint import GraphQLEndpoint
from resolvers.transport.headers import ANSWER, PAGE
from resolvers.transport.limits import TransportLimits
from resolvers.transport.server import Server, server_config
from tests.transport.standin import OneWorld, StandIn

BODY = b'{"query":"{ __typename }"}'


def asked(fields: bytes = b"", body: bytes = BODY, line: bytes = b"POST /graphql HTTP/1.1") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return line + b"\r\nHost: x\r\nContent-Type: application/json\r\n" + length + fields + b"\r\n" + body


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Told:
    """What was refused without anybody else seeing it."""

    answers: list[Answer] = field(default_factory=list)

    def __call__(self, answer: Answer, request_id: str) -> None:
        assert request_id == "an-id"
        self.answers.append(answer)


def capacity(
    *, at_once: int = 2, late_seconds: float = 0.25, few: int = 1, clock: Clock | None = None, told: Told | None = None
) -> Capacity:
    limits = TransportLimits(at_once=at_once, late_seconds=late_seconds, few=few)
    return Capacity(limits, lambda: "an-id", told or Told(), clock or Clock())


async def test_what_is_reached_late_in_a_turn_is_refused_and_the_next_turn_begins_anew() -> None:
    clock = Clock()
    found = capacity(clock=clock)
    assert found.takes_another()
    clock.now = 0.2
    assert found.takes_another()
    clock.now = 0.26
    assert not found.takes_another()
    await asyncio.sleep(0)
    assert found.takes_another()


async def test_a_few_are_worked_on_however_long_the_turn_lasts() -> None:
    clock = Clock()
    found = capacity(clock=clock, few=3)
    for _ in range(3):
        assert found.takes_another()
        clock.now += 1
    assert not found.takes_another()


async def test_no_more_than_so_many_run_together_however_they_end() -> None:
    found = capacity(at_once=2)
    with found.taken(), found.taken():
        assert found.running == 2
        assert not found.takes_another()
        assert found.refusal_of(asked()) is not None
    with pytest.raises(ZeroDivisionError), found.taken():
        raise ZeroDivisionError
    assert found.running == 0
    await asyncio.sleep(0)
    assert found.takes_another()


async def test_beyond_so_many_a_turn_a_request_is_refused_unread() -> None:
    told = Told()
    found = capacity(at_once=3, told=told)
    assert [found.refusal_of(asked()) for _ in range(3)] == [None] * 3
    refusal = found.refusal_of(asked())
    assert refusal is not None
    head, _, body = refusal.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert head.startswith(b"HTTP/1.1 503 ")
    assert fields == {
        "content-type": "application/graphql-response+json; charset=utf-8",
        "content-length": str(len(body)),
        **{name.decode(): text.decode() for name, text in ANSWER},
        "x-request-id": "an-id",
        "retry-after": "1",
    }
    assert json.loads(body)["errors"][0]["extensions"]["code"] == ErrorCode.UNAVAILABLE.name
    assert told.answers == [OVERLOADED]
    await asyncio.sleep(0)
    assert found.refusal_of(asked()) is None


def test_operations_that_share_connections_are_fewer() -> None:
    limits = TransportLimits()
    assert [limits.over(number).at_once for number in (1, 8, 16, 1_000)] == [25, 200, 256, 256]
    assert TransportLimits(few=50).over(1).at_once == 50


async def test_a_server_that_stops_reads_what_it_refuses() -> None:
    """The long way tells the client to connect anew."""
    found = capacity(at_once=0)
    found.leaving = True
    assert found.refusal_of(asked()) is None


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: %d\r\n" % len(BODY),
        b"Content-Length: 1\r\n",
        b"Content-Length : %d\r\n" % len(BODY),
        b" folded: x\r\n",
        b"\tfolded: x\r\n",
        b"X: a\nb\r\n",
        b"X: a\rb\r\n",
    ],
)
async def test_a_head_that_can_be_read_in_two_ways_is_left_to_the_parser(fields: bytes) -> None:
    assert capacity(at_once=0).refusal_of(asked(fields)) is None


async def test_a_client_that_reads_json_only_is_told_in_json() -> None:
    found = capacity(at_once=0)
    refusal = found.refusal_of(asked(b"Accept: application/json\r\n"))
    assert refusal is not None
    assert b"content-type: application/json; charset=utf-8\r\n" in refusal


@pytest.mark.parametrize(
    "received",
    [
        asked()[:-1],
        asked() + b"P",
        asked() + asked(),
        asked(b"Transfer-Encoding: chunked\r\n"),
        asked(b"transfer-encoding : chunked\r\n"),
        asked(b"Origin: http://localhost:5173\r\n"),
        asked(b"Expect: 100-continue\r\n"),
        asked(b"Connection: close\r\n"),
        asked(b"X-Long: " + b"x" * 5_000 + b"\r\n"),
        asked(b"Accept: text/event-stream\r\n"),
        asked().replace(b"Length: %d" % len(BODY), b"Length: 1"),
        asked(line=b"GET /graphql HTTP/1.1"),
        asked(line=b"POST /graphql HTTP/1.0"),
        asked(line=b"POST /healthz HTTP/1.1"),
        asked(line=b"POST /worlds/../graphql HTTP/1.1"),
        b"POST /graphql HTTP/1.1\r\nHost: x\r\n\r\n",
        BODY,
        b"",
    ],
    ids=lambda received: repr(received[:60]),
)
async def test_what_is_not_one_whole_plain_request_is_read_first(received: bytes) -> None:
    assert capacity(at_once=0).refusal_of(received) is None


@given(st.binary(max_size=200), st.integers(0, 300))
def test_never_a_refusal_for_a_part_of_a_request(more: bytes, cut: int) -> None:
    whole = asked(body=BODY + more)

    async def refused(received: bytes) -> bool:
        return capacity(at_once=0).refusal_of(received) is not None

    assert asyncio.run(refused(whole))
    if cut < len(whole):
        assert not asyncio.run(refused(whole[:cut]))


class Slow(StandIn):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()
        self.three = asyncio.Event()
        self.came = 0

    async def answer(
        self, request: GraphQLRequest, viewer: object, request_id: str, *, read_only: bool = False
    ) -> Answer | ResponseStream:
        self.came += 1
        if self.came == 3:
            self.three.set()
        await self.go_on.wait()
        return Answer(b'{"data":{"__typename":"Query"}}')


@pytest.fixture
async def crowded() -> AsyncIterator[tuple[Slow, int, GraphQLEndpoint]]:
    """A server that takes on three operations at once, and answers none of them yet."""
    service = Slow()
    limits = TransportLimits(at_once=3)

    async def nothing_else(scope: object, receive: object, send: object) -> None:
        raise AssertionError("only GraphQL is asked here")

    endpoint = GraphQLEndpoint(
        OneWorld(service),
        otherwise=nothing_else,
        new_request_id=lambda: "an-id",
        new_token=lambda: "a-token",
        limits=limits,
    )
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = server_config(endpoint, limits, capacity=endpoint.capacity, loop="auto", lifespan="off")
        server = Server(config, endpoint.close)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield service, listener.getsockname()[1], endpoint
        service.go_on.set()
        server.should_exit = True
        await serving


async def exchanged(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    body = await reader.readexactly(length)
    writer.close()
    return head + body


@pytest.mark.parametrize("split", [False, True], ids=["in one piece", "head and body apart"])
async def test_a_full_server_refuses_at_once_and_goes_on_with_what_it_took_on(
    split: bool, crowded: tuple[Slow, int, GraphQLEndpoint]
) -> None:
    service, port, endpoint = crowded
    waiting = [asyncio.create_task(exchanged(port, asked())) for _ in range(3)]
    await service.three.wait()
    request = asked(b"Accept: application/json\r\n")
    if split:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request[: -len(BODY)])
        await asyncio.sleep(0.05)
        writer.write(BODY)
        refused = await reader.readuntil(b"\r\n\r\n")
        writer.close()
    else:
        refused = await exchanged(port, request)
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 1" in refused.lower()
    assert service.came == 3
    service.go_on.set()
    assert all(answer.startswith(b"HTTP/1.1 200 ") for answer in await asyncio.gather(*waiting))
    assert (await exchanged(port, asked())).startswith(b"HTTP/1.1 200 ")
    assert endpoint.capacity.running == 0


async def test_a_body_that_looks_like_a_request_is_a_body(crowded: tuple[Slow, int, GraphQLEndpoint]) -> None:
    """Whoever sends on after a refusal is not answered twice: another's answer would be read for it behind a proxy."""
    service, port, _ = crowded
    for _ in range(3):
        asyncio.create_task(exchanged(port, asked()))  # noqa: RUF006 - ends with the server
    await service.three.wait()
    inner = asked()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(inner)
    writer.write(head)
    first = await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(int(first.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
    writer.write(inner)
    with pytest.raises((TimeoutError, asyncio.IncompleteReadError)):
        async with asyncio.timeout(0.3):
            await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def test_what_is_no_http_is_answered_with_the_headers_of_a_page(
    crowded: tuple[Slow, int, GraphQLEndpoint],
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", crowded[1])
    writer.write(b"nothing of the kind\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status, *lines = head.split(b"\r\n")
    fields = [(name, text) for name, _, text in (line.partition(b": ") for line in lines)]
    assert status == b"HTTP/1.1 400 Bad Request"
    assert set(PAGE) < set(fields)
    assert (b"content-length", b"%d" % len(body)) in fields
    assert (b"connection", b"close") in fields
    assert len(dict(fields)) == len(fields)
