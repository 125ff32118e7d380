"""What subscribers get wrong, over WebSocket and Server-Sent Events: told in words, bounded and logged."""

from __future__ import annotations

import json
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from resolvers.app import create_app
from resolvers.settings import Settings
from resolvers.transport.limits import TransportLimits
from tests.resolvers.served import PATIENCE_SECONDS, Client
from tests.resolvers.test_served import FOLLOW, LOG, forms
from tests.transport.conftest import running

LIMITS = TransportLimits(operations_per_stream=40, stalled_seconds=2.0)
GREEDY = LIMITS.operations_per_socket
"""How many subscriptions to all of the log somebody has who reads nothing; each has some 700 kB to tell."""
CLOCK = "subscription Clock { worldClock(everySeconds: 3600) { now } }"
WIDE = "subscription Wide($after: Cursor) { events(after: $after) { __typename cursor %s } }" % " ".join(  # noqa: UP031
    f"{letter * 1_000}{number}: id" for letter in "abc" for number in range(10)
)
TOO_DEAR = (
    "subscription Dear { events { ... on FamilyMemberBoundEvent { binding { member {"
    " residentContributions(first: 100) { edges { node { payer { residentContributions(first: 100) { edges { node {"
    " payer { residentContributions(first: 100) { edges { node { id } } } } } } } } } } } } } } } }"
)
BOTH_LANGUAGES = re.compile(r"[\u4e00-\u9fff].* [A-Za-z]", re.DOTALL)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Client]:
    """A client of a server with small limits, over a copy of the small world in which somebody has paid."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), sandbox=True, default_world="small", graphiql=False)
    settings.worlds.mkdir()
    (settings.worlds / "small.sqlite3").write_bytes(sqlite_template.read_bytes())
    app = create_app(settings, limits=LIMITS)
    with running(app, app.close) as server:
        client = Client(server.port)
        everybody = forms(client)
        for number in range(2, 8):
            client.signed_in(f"employee-{number}").lived(everybody[f"employee-{number}"])
        yield client


@pytest.fixture
def operator(client: Client) -> Client:
    """Who sees the whole log."""
    return client.signed_in("operator")


def metric(client: Client, name: str, **labels: str) -> float:
    """The sum of a metric's samples that have these labels."""
    page = client.send("GET", "/metrics", {}).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def until(true: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(20 * PATIENCE_SECONDS):
        if true():
            return
        waiting.wait(0.05)
    raise AssertionError


def over_socket(client: Client, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The only error of a subscription over WebSocket, after which its socket is as good as before."""
    with client.socket() as socket:
        socket.initialised()
        socket.subscribe("bad", document, **variables)
        message = socket.hear()
        if message["type"] == "next":
            assert not message["payload"]["data"]
            [error] = message["payload"]["errors"]
            assert socket.hear() == {"id": "bad", "type": "complete"}
        else:
            assert message["type"] == "error", message
            [error] = message["payload"]
        socket.subscribe("good", "{ world { name } }")
        assert socket.hear()["payload"] == {"data": {"world": {"name": "small"}}}
        assert socket.hear() == {"id": "good", "type": "complete"}
    assert isinstance(error, dict)
    return error


def over_events(client: Client, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The only error of a subscription over Server-Sent Events, after which the stream is complete."""
    with client.events(document, variables) as stream:
        assert stream.response.status == 200
        told = stream.event()
        assert told["event"] == "next"
        assert "id" not in told
        response = json.loads(told["data"])
        assert not response.get("data")
        [error] = response["errors"]
        assert stream.event()["event"] == "complete"
        assert stream.response.read() == b""
    assert isinstance(error, dict)
    return error


TRANSPORTS = {"websocket": over_socket, "server-sent events": over_events}


@pytest.fixture(params=TRANSPORTS)
def refused(request: pytest.FixtureRequest) -> Callable[[Client, str, Mapping[str, Any]], dict[str, Any]]:
    """How a subscription is refused in one of the transports."""
    return TRANSPORTS[request.param]


Refused = Callable[[Client, str, Mapping[str, Any]], dict[str, Any]]


@contextmanager
def logged(caplog: pytest.LogCaptureFixture, code: str) -> Iterator[None]:
    """What happens inside is logged with that code, and neither as a fault nor with what the client sent."""
    with caplog.at_level(logging.INFO, "canbao.request"):
        yield
        until(lambda: any(getattr(each, "told", {}).get("code") == code for each in caplog.records))
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert not [each for each in caplog.records if "forged" in str(each.__dict__)]


# ---- arguments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "variables", "names"),
    [
        ("subscription($first: Int) { events(first: $first) { id } }", {"first": 0}, "first"),
        ("subscription($first: Int) { events(first: $first) { id } }", {"first": -1}, "first"),
        ("subscription($first: Int) { events(first: $first) { id } }", {"first": 2**31}, "first"),
        ("subscription($first: Int) { events(first: $first) { id } }", {"first": "forged"}, "first"),
        ("subscription($first: Int) { worldClock(first: $first) { now } }", {"first": 0}, "first"),
        ("subscription($every: Int!) { worldClock(everySeconds: $every) { now } }", {"every": 0}, "everySeconds"),
        ("subscription($every: Int!) { worldClock(everySeconds: $every) { now } }", {"every": 3601}, "everySeconds"),
        ("subscription($every: Int!) { worldClock(everySeconds: $every) { now } }", {"every": None}, "every"),
        ("subscription($types: [EventType!]) { events(types: $types) { id } }", {"types": ["FORGED"]}, "types"),
        ("subscription($after: Cursor) { events(after: $after) { id } }", {"after": 7}, "after"),
        ("subscription($after: Cursor) { events(after: $after) { id } }", {"after": "a\0b"}, "U+0000"),
    ],
)
def test_arguments_that_cannot_be_used_are_named(
    document: str,
    variables: dict[str, Any],
    names: str,
    refused: Refused,
    operator: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with logged(caplog, "BAD_USER_INPUT"):
        error = refused(operator, document, variables)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert names in error["message"]


def test_a_selection_that_is_too_dear_is_refused_before_anything_is_read(
    refused: Refused, operator: Client, caplog: pytest.LogCaptureFixture
) -> None:
    before = metric(operator, "canbao_subscribers")
    with logged(caplog, "COST_LIMIT_EXCEEDED"):
        error = refused(operator, TOO_DEAR, {})
    assert error["extensions"]["code"] == "COST_LIMIT_EXCEEDED"
    assert error["extensions"]["cost"] > error["extensions"]["limit"] == 80_000
    assert BOTH_LANGUAGES.search(error["message"])
    assert metric(operator, "canbao_subscribers") == before


@pytest.mark.parametrize("fault", ["event-eaten=0.1", "event-lost=2", "event-delayed=0.1", ""])
def test_faults_that_there_are_not_are_refused_with_those_that_there_are(
    fault: str, operator: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with logged(caplog, "BAD_USER_INPUT"), operator.socket() as socket:
        socket.initialised().say(type="subscribe", id="1", payload={"query": CLOCK, "extensions": {"fault": fault}})
        message = socket.hear()
    assert message["type"] == "error"
    [error] = message["payload"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "event-reordered=0.1" in error["message"]
    answer = operator.send(
        "POST",
        "/graphql",
        {"content-type": "application/json", "accept": "text/event-stream", "canbao-fault": fault or " "},
        json.dumps({"query": CLOCK}).encode(),
    )
    assert "event-reordered=0.1" in answer.text
    assert "event: complete" in answer.text


# ---- too many, too slow, gone ---------------------------------------------------------------------------------------


def test_of_thousands_of_subscriptions_on_a_socket_some_are_open_and_the_rest_is_refused(
    operator: Client, caplog: pytest.LogCaptureFixture
) -> None:
    many, most = 2_000, LIMITS.operations_per_socket
    before = metric(operator, "canbao_subscribers")
    turned_away = metric(operator, "canbao_errors_total", code="RATE_LIMITED")
    with logged(caplog, "RATE_LIMITED"), operator.socket() as socket:
        socket.initialised()
        heard: dict[str, str] = {}

        def hear() -> None:
            while len(heard) < many:
                message = socket.hear()
                heard[message["id"]] = message["type"]
                if message["type"] == "error":
                    [error] = message["payload"]
                    assert error["extensions"]["code"] == "RATE_LIMITED"

        reading = threading.Thread(target=hear)
        reading.start()
        for number in range(many):
            socket.subscribe(str(number), CLOCK)
        reading.join(PATIENCE_SECONDS)
        assert sorted(heard.values()) == ["error"] * (many - most) + ["next"] * most
        assert metric(operator, "canbao_subscribers") == before + most
        assert metric(operator, "canbao_errors_total", code="RATE_LIMITED") == turned_away + many - most
        # One that is over makes room for another one.
        socket.say(type="complete", id=next(name for name, kind in heard.items() if kind == "next"))
        socket.subscribe("another", CLOCK)
        assert socket.hear()["type"] == "next"
    until(lambda: metric(operator, "canbao_subscribers") == before)


def test_of_thousands_of_subscriptions_on_an_event_stream_some_are_open_and_the_rest_is_refused(
    operator: Client,
) -> None:
    before = metric(operator, "canbao_subscribers")
    token = operator.send("PUT", "/graphql", {}).text
    named = {"content-type": "application/json", "x-graphql-event-stream-token": token}
    statuses = []
    for number in range(LIMITS.operations_per_stream + 10):
        body = {"query": CLOCK, "extensions": {"operationId": str(number)}}
        answer = operator.send("POST", "/graphql", named, json.dumps(body).encode())
        statuses.append(answer.status)
        if answer.status == 429:
            assert answer.codes == ["RATE_LIMITED"]
            assert answer.headers["retry-after"] == "1"
    assert statuses == [202] * LIMITS.operations_per_stream + [429] * 10
    with operator.events("", {}) as attached:
        assert attached.response.status in (200, 400)
    for number in range(LIMITS.operations_per_stream):
        assert operator.send("DELETE", f"/graphql?operationId={number}", named).status == 200
    until(lambda: metric(operator, "canbao_subscribers") == before)


def memory() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_a_subscriber_who_never_reads_is_given_up_and_costs_little_and_others_get_their_events(
    client: Client, operator: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """It asks for more than a connection holds, and takes nothing of it."""
    log = operator.data(LOG)["events"]["edges"]
    start = log[0]["node"]["cursor"]
    # What the server makes of the document is made once.
    with operator.events(WIDE, {"after": start}) as stream:
        taken = stream.taken(len(log) - 1)
    assert GREEDY * sum(len(json.dumps(event)) for _, event in taken) > 125_000_000
    payer, form = client.signed_in("employee-9"), forms(client)["employee-9"]
    before, closed = memory(), metric(operator, "canbao_socket_closes_total", code="4008")
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect(("127.0.0.1", client.port))
    slow = connect(
        f"ws://127.0.0.1:{client.port}/graphql",
        sock=small,
        subprotocols=[Subprotocol("graphql-transport-ws")],
        proxy=None,
        compression=None,
        max_queue=1,
        ping_interval=None,
    )
    with slow, operator.events(FOLLOW, {"after": log[-1]["node"]["cursor"]}) as others:
        slow.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {operator.token}"}}))
        assert json.loads(slow.recv(PATIENCE_SECONDS)) == {"type": "connection_ack"}
        for number in range(GREEDY):
            payload = {"query": WIDE, "variables": {"after": start}}
            slow.send(json.dumps({"type": "subscribe", "id": str(number), "payload": payload}))
        payer.lived(form)
        assert len(others.taken(4)) == 4
        until(lambda: metric(operator, "canbao_socket_closes_total", code="4008") == closed + 1)
        assert memory() - before < 100_000_000
        code = None
        try:
            while True:
                slow.recv(PATIENCE_SECONDS)
        except ConnectionClosed as ended:
            code = ended.rcvd and ended.rcvd.code
    # What it is told last may not get through: it took nothing for so long.
    assert code in (None, 4008)
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


@pytest.mark.parametrize("protocol", ["event stream", "socket"])
def test_a_client_that_half_closes_has_gone(protocol: str, operator: Client) -> None:
    """It says that it sends nothing more, which is how its end looks from here; what it followed ends at once."""
    before = metric(operator, "canbao_subscribers")
    body = json.dumps({"query": CLOCK}).encode()
    if protocol == "event stream":
        with closing(socket.create_connection(("127.0.0.1", operator.port), PATIENCE_SECONDS)) as wire:
            head = (
                "POST /graphql HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n"
                f"accept: text/event-stream\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            wire.sendall(head.encode() + body)
            until(lambda: metric(operator, "canbao_subscribers") == before + 1)
            wire.shutdown(socket.SHUT_WR)
            until(lambda: metric(operator, "canbao_subscribers") == before)
            while wire.recv(65_536):
                continue
        return
    with operator.socket() as client:
        client.initialised().subscribe("1", CLOCK)
        assert client.hear()["type"] == "next"
        assert metric(operator, "canbao_subscribers") == before + 1
        client.connection.socket.shutdown(socket.SHUT_WR)
        until(lambda: metric(operator, "canbao_subscribers") == before)
        with pytest.raises(ConnectionClosed):
            client.hear()
