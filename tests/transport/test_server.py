"""The transports behind uvicorn: clients that do not read, and the end of the server."""

import http.client
import json
import socket
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from resolvers.transport.limits import TransportLimits
from tests.transport.asgi import PATIENCE_SECONDS
from tests.transport.conftest import running
from tests.transport.standin import StandIn, endpoint

WIDE = "subscription { padded(size: 200000) }"
QUIET = "subscription { count(to: 2, intervalMs: 100000) }"


def settled(service: StandIn, number: int) -> None:
    """Returns when that many subscriptions are open."""
    until = time.monotonic() + PATIENCE_SECONDS
    while service.root.subscriptions != number:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_socket_that_is_not_read_ends_its_subscriptions() -> None:
    service = StandIn()
    app = endpoint(service, TransportLimits(stalled_seconds=0.2))
    with (
        running(app) as server,
        connect(
            server.socket_url, subprotocols=[Subprotocol("graphql-transport-ws")], compression=None, proxy=None
        ) as client,
    ):
        client.send('{"type":"connection_init"}')
        client.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": WIDE}}))
        settled(service, 1)
        # The client's queue holds 16 messages; then it leaves the connection full.
        settled(service, 0)
        client.socket.shutdown(socket.SHUT_RDWR)


def test_a_stream_that_is_not_read_ends_its_subscription() -> None:
    service = StandIn()
    app = endpoint(service, TransportLimits(heartbeat_seconds=0.1, stalled_seconds=0.2))
    with running(app) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        headers = {"content-type": "application/json", "accept": "text/event-stream"}
        connection.request("POST", "/graphql", json.dumps({"query": WIDE}), headers)
        settled(service, 1)
        settled(service, 0)
        connection.close()


def test_a_server_that_stops_tells_sockets_that_it_goes_away_and_ends_streams() -> None:
    service = StandIn()
    app = endpoint(service)
    with running(app, app.close) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        headers = {"content-type": "application/json", "accept": "text/event-stream"}
        connection.request("POST", "/graphql", json.dumps({"query": QUIET}), headers)
        client = connect(server.socket_url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None, legacy=True)
        client.send('{"type":"connection_init"}')
        client.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": QUIET}}))
        client.recv(PATIENCE_SECONDS)
        settled(service, 2)
    with pytest.raises(ConnectionClosed) as closed:
        client.recv(PATIENCE_SECONDS)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1001, "Going away")
    assert b"complete" not in connection.getresponse().read()
    connection.close()
    client.close()
