"""A whole server on a real socket over a small world, and a client that knows nothing but the network."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.resolvers.opened import BIND, FINISH, PAY, SIGN_IN, SUBMIT

PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Response:
    """A finished response; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in json.loads(self.text)["errors"]]


@dataclass(slots=True)
class Client:
    """Asks a server at a port of this machine, signed in as a persona or not."""

    port: int
    token: str | None = None
    endpoint: str = "/graphql"
    _keys: count[int] = field(default_factory=lambda: count(1))

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Response:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        own = {} if self.token is None else {"authorization": f"Bearer {self.token}"}
        try:
            connection.request(method, path, body, {**own, **headers})
            found = connection.getresponse()
            names = {name.lower(): value for name, value in found.getheaders()}
            return Response(found.status, names, found.read().decode())
        finally:
            connection.close()

    def post(self, document: str, variables: Mapping[str, Any] | None = None, **headers: str) -> Response:
        body = json.dumps({"query": document, "variables": variables or {}}).encode()
        named = {"content-type": "application/json", "accept": "application/graphql-response+json"}
        return self.send("POST", self.endpoint, named | headers, body)

    def data(self, document: str, variables: Mapping[str, Any] | None = None) -> Any:
        response = self.post(document, variables)
        assert response.status == 200, response
        found = json.loads(response.text)
        assert "errors" not in found, found
        return found["data"]

    def mutate(self, document: str, /, **given: Any) -> dict[str, Any]:
        """The payload of a mutation of one `input`."""
        key = f"{threading.get_ident()}-{next(self._keys)}-{(self.token or 'nobody')[-20:]}"
        [payload] = self.data(document, {"input": {"idempotencyKey": key, **given}}).values()
        assert isinstance(payload, dict)
        return payload

    def signed_in(self, persona: str) -> Client:
        """The same client as a persona."""
        return Client(self.port, self.mutate(SIGN_IN, persona=persona)["token"], self.endpoint)

    def at(self, endpoint: str) -> Client:
        """A client of another endpoint of the server, not signed in."""
        return Client(self.port, endpoint=endpoint)

    def lived(self, form: Mapping[str, Any]) -> dict[str, str]:
        """The whole journey for the family member of a form: the ids that it leaves."""
        bound = self.mutate(BIND, **form)
        member = bound["binding"]["member"]["id"]
        contribution = self.mutate(SUBMIT, personId=member, coverageYear=2025)["contribution"]["id"]
        assert self.mutate(PAY, contributionId=contribution)["__typename"] == "ResidentContributionPaid"
        receipt = self.mutate(FINISH, contributionId=contribution)["receipt"]["id"]
        return {"member": member, "contribution": contribution, "receipt": receipt}

    @contextmanager
    def events(self, document: str, variables: Mapping[str, Any], last: str | None = None) -> Iterator[EventStream]:
        """A subscription over Server-Sent Events."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        headers = {"content-type": "application/json", "accept": "text/event-stream"}
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token}"
        if last is not None:
            headers["last-event-id"] = last
        connection.request("POST", "/graphql", json.dumps({"query": document, "variables": variables}), headers)
        response = connection.getresponse()
        try:
            yield EventStream(response)
        finally:
            # The response keeps the socket open beyond the connection.
            response.close()
            connection.close()

    @contextmanager
    def socket(self) -> Iterator[Socket]:
        """A WebSocket whose handshake is done and which is not initialised."""
        with connect(
            f"ws://127.0.0.1:{self.port}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            open_timeout=PATIENCE_SECONDS,
            proxy=None,
        ) as connection:
            yield Socket(connection, self.token)


@dataclass(slots=True)
class EventStream:
    """What a server sends by and by: each event's fields."""

    response: http.client.HTTPResponse

    def event(self) -> dict[str, str]:
        """The next event, comments skipped."""
        fields: dict[str, str] = {}
        while True:
            line = self.response.readline().decode().rstrip("\n")
            if line:
                name, _, value = line.partition(":")
                if name:
                    fields[name] = value.removeprefix(" ")
            elif fields:
                return fields

    def taken(self, number: int) -> list[tuple[str, dict[str, Any]]]:
        """The ids and payloads of the next events."""
        found = []
        for _ in range(number):
            event = self.event()
            assert event["event"] == "next", event
            found.append((event["id"], json.loads(event["data"])["data"]["events"]))
        return found


@dataclass(slots=True)
class Socket:
    """A client of graphql-transport-ws."""

    connection: ClientConnection
    token: str | None

    def say(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.connection.recv(PATIENCE_SECONDS))
        return message

    def initialised(self) -> Self:
        payload = None if self.token is None else {"authorization": f"Bearer {self.token}"}
        self.say(type="connection_init", payload=payload)
        assert self.hear() == {"type": "connection_ack"}
        return self

    def subscribe(self, name: str, document: str, **variables: Any) -> None:
        self.say(type="subscribe", id=name, payload={"query": document, "variables": variables})

    def taken(self, number: int) -> list[dict[str, Any]]:
        """The next events of the only subscription."""
        found = []
        for _ in range(number):
            message = self.hear()
            assert message["type"] == "next", message
            found.append(message["payload"]["data"]["events"])
        return found
