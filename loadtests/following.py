"""Subscriptions over connections of one's own (订阅客户端): WebSocket and event streams, framed by hand as bytes.

Thousands of them in one process must cost little, or the client would measure itself. Each connection follows one
subscription and tells a `Listener` of every response, as the bytes that came.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

_SUBSCRIBED: Final = "1"
"""The id of the only operation on a socket."""
_NEXT: Final = b'{"id":"1","type":"next","payload":'
_TEXT, _CLOSE, _PING, _PONG = 0x81, 0x88, 0x89, 0x8A
_NO_MASK: Final = bytes(4)
"""Clients mask what they send; with zeros it stays what it is."""
_STATUS: Final = re.compile(rb"HTTP/1\.1 ([0-9]{3})")
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding: *chunked\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asking:
    """A subscription as it is asked; `last_event_id` is what an event stream is resumed from, without a variable."""

    token: str
    query: str
    variables: Mapping[str, Any]
    last_event_id: str | None = None

    def body(self) -> bytes:
        """The GraphQL request."""
        return json.dumps({"query": self.query, "variables": self.variables}).encode()


class Listener(Protocol):
    """Whoever is told what comes over a connection."""

    def asked(self) -> None:
        """The server knows who asks, and the subscription was sent."""

    def responded(self, response: bytes, event_id: bytes | None) -> None:
        """A response of the subscription, and the id that an event stream gave it."""

    def ended(self, reason: str) -> None:
        """Nothing comes any more. Told once."""


class Connection(asyncio.Protocol):
    """One connection that follows one subscription."""

    def __init__(self, asking: Asking, listener: Listener) -> None:
        self._asking = asking
        self._listener = listener
        self._rest = b""
        self._transport: asyncio.Transport | None = None
        self.is_open = False
        """Whether the server has accepted it."""
        self._over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A transport of uvloop is none of asyncio's classes.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._greeting())

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._end("connection lost")

    def data_received(self, data: bytes) -> None:
        received = self._rest + data if self._rest else data
        if self.is_open:
            self._rest = self._taken(received)
            return
        end = received.find(b"\r\n\r\n")
        if end < 0:
            self._rest = received
            return
        refused = self._refused(received[: end + 2])
        if refused is not None:
            self._end(refused)
            self.cut()
            return
        self.is_open = True
        self._opened()
        self._rest = self._taken(received[end + 4 :])

    def cut(self) -> None:
        """The connection is gone, without a word."""
        self._over = True
        if self._transport is not None:
            self._transport.abort()

    def leave(self) -> None:
        """The connection is closed as the protocol wants it; nothing is listened to any more."""
        self._over = True
        if self._transport is not None:
            self._farewell(self._transport)
            self._transport.close()

    def narrow(self) -> None:
        """The machine keeps little of what comes before it is read, so that whoever does not read is soon noticed."""
        if self._transport is not None:
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    def pause(self) -> None:
        """Nothing is read until `resume`: the server finds the connection full."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """What has come is read."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _end(self, reason: str) -> None:
        if not self._over:
            self._over = True
            self._listener.ended(reason)

    def _greeting(self) -> bytes:
        raise NotImplementedError

    def _refused(self, head: bytes) -> str | None:
        """Why nothing will come, by the head of the answer."""
        raise NotImplementedError

    def _opened(self) -> None:
        raise NotImplementedError

    def _taken(self, received: bytes) -> bytes:
        """What is left when everything that is whole has been told."""
        raise NotImplementedError

    def _farewell(self, transport: asyncio.Transport) -> None:
        raise NotImplementedError


class Socket(Connection):
    """graphql-transport-ws, one operation."""

    def _greeting(self) -> bytes:
        return (
            b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: Y2FuYmFvLWxvYWQtdGVzdA==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        )

    def _refused(self, head: bytes) -> str | None:
        status = _STATUS.match(head)
        return None if status is not None and status[1] == b"101" else f"refused: {_told_status(status)}"

    def _opened(self) -> None:
        authorization = f"Bearer {self._asking.token}"
        self._send({"type": "connection_init", "payload": {"authorization": authorization}})

    def _farewell(self, transport: asyncio.Transport) -> None:
        if self.is_open:
            transport.write(_framed(_TEXT, json.dumps({"id": _SUBSCRIBED, "type": "complete"}).encode()))
            transport.write(_framed(_CLOSE, (1000).to_bytes(2, "big")))

    def _send(self, message: Mapping[str, Any]) -> None:
        if self._transport is not None:
            self._transport.write(_framed(_TEXT, json.dumps(message).encode()))

    def _taken(self, received: bytes) -> bytes:
        place, end = 0, len(received)
        while end - place >= 2 and not self._over:
            length, start = received[place + 1], place + 2
            if length >= 126:
                start = place + (4 if length == 126 else 10)
                if start > end:
                    break
                length = int.from_bytes(received[place + 2 : start], "big")
            if start + length > end:
                break
            kind, content = received[place], received[start : start + length]
            place = start + length
            if kind == _TEXT:
                if content.startswith(_NEXT):
                    self._listener.responded(content[len(_NEXT) : -1], None)
                else:
                    self._message(json.loads(content))
            elif kind == _PING:
                if self._transport is not None:
                    self._transport.write(_framed(_PONG, content))
            elif kind == _CLOSE:
                code = int.from_bytes(content[:2], "big") if content else 1005
                self._end(f"closed: {code}")
            elif kind != _PONG:
                self._end(f"a frame of kind {kind:#x}")
        return received[place:]

    def _message(self, message: Mapping[str, Any]) -> None:
        match message.get("type"):
            case "connection_ack":
                payload = {"query": self._asking.query, "variables": self._asking.variables}
                self._send({"id": _SUBSCRIBED, "type": "subscribe", "payload": payload})
                self._listener.asked()
            case "next":
                self._listener.responded(json.dumps(message["payload"]).encode(), None)
            case "ping":
                self._send({"type": "pong"})
            case "complete":
                self._end("complete")
            case "error":
                self._end(f"refused: {_code(message.get('payload'))}")
            case other:
                self._end(f"a message of type {other}")


class EventStream(Connection):
    """Server-Sent Events, the distinct connections mode."""

    def __init__(self, asking: Asking, listener: Listener) -> None:
        super().__init__(asking, listener)
        self._text = b""

    def _greeting(self) -> bytes:
        body = self._asking.body()
        resumed = self._asking.last_event_id
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
            f"Content-Type: application/json\r\nAuthorization: Bearer {self._asking.token}\r\n"
            + (f"Last-Event-ID: {resumed}\r\n" if resumed is not None else "")
            + f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _refused(self, head: bytes) -> str | None:
        status = _STATUS.match(head)
        if status is not None and status[1] == b"200" and _CHUNKED.search(head):
            return None
        return f"refused: {_told_status(status)}"

    def _opened(self) -> None:
        self._listener.asked()

    def _farewell(self, transport: asyncio.Transport) -> None:
        """An event stream is left by closing it."""

    def _taken(self, received: bytes) -> bytes:
        place = 0
        while not self._over:
            line = received.find(b"\r\n", place)
            if line < 0:
                break
            size = int(received[place:line], 16)
            start = line + 2
            if start + size + 2 > len(received):
                break
            place = start + size + 2
            if size == 0:
                self._end("the stream ended")
            else:
                self._read(received[start : start + size])
        return received[place:]

    def _read(self, chunk: bytes) -> None:
        text = self._text + chunk if self._text else chunk
        *events, self._text = text.split(b"\n\n")
        for event in events:
            if self._over:
                return
            fields = dict(line.partition(b": ")[::2] for line in event.split(b"\n") if line[:1] != b":")
            name = fields.get(b"event")
            if name == b"next":
                self._listener.responded(fields[b"data"], fields.get(b"id"))
            elif name is not None:
                self._end(name.decode("ascii", "replace"))


def _framed(kind: int, content: bytes) -> bytes:
    length = len(content)
    if length < 126:
        return bytes((kind, 0x80 | length)) + _NO_MASK + content
    if length < 1 << 16:
        return bytes((kind, 0xFE)) + length.to_bytes(2, "big") + _NO_MASK + content
    return bytes((kind, 0xFF)) + length.to_bytes(8, "big") + _NO_MASK + content


def _told_status(status: re.Match[bytes] | None) -> str:
    return "no HTTP" if status is None else f"HTTP {status[1].decode('ascii')}"


def _code(errors: object) -> str:
    """The code of the first error of a list."""
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        extensions = errors[0].get("extensions")
        if isinstance(extensions, dict) and isinstance(extensions.get("code"), str):
            return str(extensions["code"])
    return "without a code"
