"""Subscriptions by hand: whatever pieces the network makes of a stream, what comes out of it is the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.following import Asking, Connection, EventStream, Socket

ASKING = Asking("token", "subscription { events { id } }", {"after": "c1"})
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
STREAMED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
BODIES = [b'{"data":{"events":{"id":"%b"}}}' % (b"x" * length) for length in (1, 90, 120, 400, 70_000)]


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_gone = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.is_gone = True

    def abort(self) -> None:
        self.is_gone = True


class Heard:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.responses: list[tuple[bytes, bytes | None]] = []
        self.asked_times = 0
        self.reasons: list[str] = []

    def asked(self) -> None:
        self.asked_times += 1

    def responded(self, response: bytes, event_id: bytes | None) -> None:
        self.responses.append((response, event_id))

    def ended(self, reason: str) -> None:
        self.reasons.append(reason)


def frame(content: bytes, kind: int = 0x81) -> bytes:
    """A frame as a server sends it."""
    length = len(content)
    if length < 126:
        return bytes((kind, length)) + content
    if length < 1 << 16:
        return bytes((kind, 126)) + length.to_bytes(2, "big") + content
    return bytes((kind, 127)) + length.to_bytes(8, "big") + content


def unframed(sent: bytes) -> list[Any]:
    """The messages that a client has sent, behind its handshake."""
    found, rest = [], sent.partition(b"\r\n\r\n")[2]
    while rest:
        length, start = rest[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(rest[2:4], "big"), 4
        content = rest[start + 4 : start + 4 + length]
        found.append((rest[0], json.loads(content) if rest[0] == 0x81 else content))
        rest = rest[start + 4 + length :]
    return found


def heard(kind: type[Connection], stream: bytes, cuts: Sequence[int]) -> tuple[Heard, Transport]:
    """What a listener hears when the stream comes in pieces."""
    told, transport = Heard(), Transport()
    connection = kind(ASKING, told)
    connection.connection_made(transport)
    places = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    for begin, end in pairwise(places):
        if begin < end:
            connection.data_received(stream[begin:end])
    connection.connection_lost(None)
    return told, transport


def next_message(body: bytes) -> bytes:
    return frame(b'{"id":"1","type":"next","payload":' + body + b"}")


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


pieces = st.lists(st.integers(0, 200_000), max_size=12)


@given(pieces)
def test_a_socket_tells_each_response_whatever_pieces_come(cuts: list[int]) -> None:
    other_order = frame(b'{"type":"next","id":"1","payload":{"data":null}}')
    stream = UPGRADED + frame(b'{"type":"connection_ack"}') + frame(b"are you there", 0x89)
    stream += b"".join(map(next_message, BODIES)) + other_order + frame(b'{"type":"ping"}')
    stream += frame((1001).to_bytes(2, "big") + b"Going away", 0x88) + next_message(b"{}")
    told, transport = heard(Socket, stream, cuts)
    assert told.responses == [*((body, None) for body in BODIES), (b'{"data": null}', None)]
    assert (told.asked_times, told.reasons) == (1, ["closed: 1001"])
    sent = unframed(transport.written)
    assert sent[0] == (0x81, {"type": "connection_init", "payload": {"authorization": "Bearer token"}})
    assert sent[1][1]["payload"]["variables"] == {"after": "c1"}
    assert sent[2:] == [(0x8A, b"are you there"), (0x81, {"type": "pong"})]


@given(pieces)
def test_an_event_stream_tells_each_response_whatever_pieces_come(cuts: list[int]) -> None:
    events = b"".join(b"id: c%d\nevent: next\ndata: %b\n\n" % (number, body) for number, body in enumerate(BODIES))
    # Chunks end where they like; a comment is none of the events.
    stream = STREAMED + chunk(b":\n\n") + chunk(events[:5_000]) + chunk(events[5_000:]) + chunk(b":\n\n")
    stream += chunk(b"event: complete\ndata: \n\n") + b"0\r\n\r\n"
    told, transport = heard(EventStream, stream, cuts)
    assert told.responses == [(body, b"c%d" % number) for number, body in enumerate(BODIES)]
    assert (told.asked_times, told.reasons) == (1, ["complete"])
    assert b"Last-Event-ID" not in transport.written


@pytest.mark.parametrize(
    ("kind", "stream", "reason"),
    [
        (Socket, b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "refused: HTTP 503"),
        (EventStream, b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n", "refused: HTTP 401"),
        (EventStream, STREAMED + b"0\r\n\r\n", "the stream ended"),
        (Socket, b"", "connection lost"),
        (
            Socket,
            UPGRADED + frame(b'{"id":"1","type":"error","payload":[{"extensions":{"code":"UNAVAILABLE"}}]}'),
            "refused: UNAVAILABLE",
        ),
        (Socket, UPGRADED + frame(b"", 0x88), "closed: 1005"),
        (Socket, UPGRADED + frame(b'{"id":"1"', 0x01), "a frame of kind 0x1"),
    ],
)
def test_the_end_is_told_once_with_its_reason(kind: type[Connection], stream: bytes, reason: str) -> None:
    told, _ = heard(kind, stream, [])
    assert told.reasons == [reason]


def test_an_event_stream_is_resumed_by_its_header() -> None:
    told, transport = Heard(), Transport()
    connection = EventStream(Asking("token", "subscription { x }", {}, last_event_id="c7"), told)
    connection.connection_made(transport)
    assert b"\r\nLast-Event-ID: c7\r\n" in transport.written


def test_whoever_leaves_hears_nothing_more() -> None:
    told, transport = Heard(), Transport()
    connection = Socket(ASKING, told)
    connection.connection_made(transport)
    connection.data_received(UPGRADED + frame(b'{"type":"connection_ack"}'))
    connection.leave()
    connection.data_received(next_message(b"{}"))
    connection.connection_lost(None)
    assert (told.responses, told.reasons, transport.is_gone) == ([], [], True)
    assert [kind for kind, _ in unframed(transport.written)][-1] == 0x88
