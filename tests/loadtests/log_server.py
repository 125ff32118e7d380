"""A log of events with faults (有缺陷的事件日志): `python -m tests.loadtests.log_server FAULT --fd 3`.

Not the product: a small server of its own, with a log in memory, which speaks what the torture test speaks. It answers
the changes that its writers make, pages of its log, and subscriptions over WebSocket and event streams.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from hashlib import sha1
from typing import Any, Final

_EVERY: Final = 7
"""Each so many events of a subscription meet the fault."""
_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CHANGED: Final = {"bindFamilyMember": "FamilyMemberBound", "unbindFamilyMember": "FamilyMemberUnbound"}

Event = dict[str, Any]


class Log:
    """What has happened, and what was answered under which key."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.events: list[Event] = []
        self.answers: dict[str, Any] = {}
        self.grown = asyncio.Condition()

    async def change(self, field: str, key: str, cause: str) -> Mapping[str, Any] | None:
        """The answer to a change, which is made once under its key; each so many are not answered the first time."""
        if field not in _CHANGED:
            return {field: {"__typename": "CollectionWindowClosed"}}
        is_new, number = key not in self.answers, len(self.answers)
        is_met = is_new and number % _EVERY == _EVERY - 1
        if is_new:
            binding = {"id": f"fam_{number}", "member": {"id": f"per_{number}"}}
            self.answers[key] = {"__typename": _CHANGED[field], "binding": binding}
        if (is_new and not (is_met and self.fault == "keeps-silent")) or self.fault == "forgets-keys":
            await self.append(cause)
        return None if is_met else {field: self.answers[key]}

    async def append(self, cause: str) -> None:
        number = len(self.events)
        async with self.grown:
            self.events.append({"id": f"evt_{number}", "cursor": f"c{number}", "cause": cause})
            self.grown.notify_all()

    def page(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Events of the log, the first so many after a place, or the last."""
        after = self.place(variables.get("after"))
        found = self.events[-variables["last"] :] if variables.get("last") else self.events[after:]
        page = found[: variables.get("first") or len(found)]
        moved = "-moved" if self.fault == "moves-cursors" else ""
        return {
            "events": {
                "edges": [{"node": {**event, "cursor": event["cursor"] + moved}} for event in page],
                "pageInfo": {
                    "hasNextPage": len(page) < len(found),
                    "endCursor": page[-1]["cursor"] if page else None,
                },
            }
        }

    @staticmethod
    def place(cursor: str | None) -> int:
        return 0 if cursor is None else int(cursor.removesuffix("-moved")[1:]) + 1

    async def followed(self, after: str | None) -> AsyncIterator[tuple[str, Event]]:
        """What a subscription tells, each event with the cursor of what it follows."""
        place = len(self.events) if after is None else self.place(after)
        before = after
        async for event in self._with_fault(place):
            follows = "c-1" if self.fault == "breaks-chains" and self.place(event["cursor"]) % _EVERY == 0 else before
            yield follows or "", event
            before = event["cursor"]

    async def _with_fault(self, place: int) -> AsyncIterator[Event]:
        held: Event | None = None
        async for number, event in self._from(place):
            is_met = number % _EVERY == _EVERY - 1
            if is_met and self.fault == "loses":
                continue
            if is_met and self.fault == "reorders":
                held = event
                continue
            yield event
            if is_met and self.fault == "repeats":
                yield event
            if is_met and self.fault == "tells-others":
                yield {**event, "id": f"evt_of_others_{number}"}
            if held is not None:
                yield held
                held = None

    async def _from(self, place: int) -> AsyncIterator[tuple[int, Event]]:
        while True:
            async with self.grown:
                while len(self.events) <= place:
                    await self.grown.wait()
            yield place, self.events[place]
            place += 1


async def _served(log: Log, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        if "sec-websocket-key" in headers:
            await _socket(log, headers["sec-websocket-key"], reader, writer)
            return
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        request = json.loads(body) if body else {}
        if headers.get("accept") == "text/event-stream":
            await _stream(log, headers.get("last-event-id") or request["variables"].get("after"), writer)
            return
        answer: Mapping[str, Any] = {}
        if "mutation" in request.get("query", ""):
            name = request["query"].partition("mutation ")[2].partition("(")[0]
            key = request["variables"]["input"]["idempotencyKey"]
            changed = await log.change(name[0].lower() + name[1:], key, headers["x-request-id"])
            if changed is None:
                return
            answer = changed
        elif request:
            answer = log.page(request["variables"])
        said = json.dumps({"data": answer}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))


def _response(follows: str, event: Event) -> bytes:
    extensions = {"cursor": event["cursor"], "follows": follows}
    return json.dumps({"data": {"events": event}, "extensions": extensions}).encode()


async def _stream(log: Log, after: str | None, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    async for follows, event in log.followed(after):
        text = f"id: {event['cursor']}\nevent: next\ndata: ".encode() + _response(follows, event) + b"\n\n"
        writer.write(b"%x\r\n%b\r\n" % (len(text), text))
        await writer.drain()


async def _socket(log: Log, key: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    accepted = b64encode(sha1((key + _GUID).encode(), usedforsecurity=False).digest()).decode()
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Accept: %b\r\n\r\n" % accepted.encode()
    )
    message: Mapping[str, Any] = {}
    while message.get("type") != "subscribe":
        message = json.loads(await _frame(reader))
        if message["type"] == "connection_init":
            _send(writer, b'{"type":"connection_ack"}')
    _send(writer, b'{"type":"ping"}')
    async for follows, event in log.followed(message["payload"]["variables"].get("after")):
        _send(writer, b'{"id":"1","type":"next","payload":' + _response(follows, event) + b"}")
        await writer.drain()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    _, length = await reader.readexactly(2)
    length &= 0x7F
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    mask = await reader.readexactly(4)
    content = await reader.readexactly(length)
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(content))


def _send(writer: asyncio.StreamWriter, content: bytes) -> None:
    length = len(content)
    head = bytes((0x81, length)) if length < 126 else bytes((0x81, 126)) + length.to_bytes(2, "big")
    writer.write(head + content)


async def _main(fault: str, fd: int) -> None:
    log = Log(fault)

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await _served(log, reader, writer)
        writer.close()

    server = await asyncio.start_server(quietly, sock=socket.socket(fileno=fd))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[3])))
