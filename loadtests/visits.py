"""A visit over the network (一次网络访问): each step sent, timed from when it was meant, checked, and kept.

Written against blocking sockets; the process that runs it has had them patched by Locust.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit

import orjson
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from loadtests.answers import Data, Foreseen, NotAnswered, Refused, Wrong, at, data_in, data_of
from loadtests.errands.visit import ErrandEnded, SentAway
from loadtests.measurements import Measurements
from loadtests.wire import Reply

Found = TypeVar("Found")

ANSWER_SECONDS: Final = 10.0
"""Longer than this nobody waits: no answer."""
EVENT_SECONDS: Final = 5.0
"""Longer than this an event has not come."""
_SUBPROTOCOL: Final = "graphql-transport-ws"
_ON_THIS_SERVER: Final = re.compile(r"/(?:[!-.0-~][!-~]*)?")
"""A path and query without a host."""


class Interrupted(Exception):
    """No answer, while the server is known to be away; the argument is the reason."""


class Web(Protocol):
    """Sends a request, and lets the load generator's own statistics know what became of it."""

    def send(self, request: bytes) -> Reply: ...

    def report(self, name: str, response_ms: float, size: int, failure: str | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Target:
    """The server under load and the world in it; the default world where the name is empty."""

    host: str
    world: str

    @property
    def path(self) -> str:
        """Where GraphQL is asked."""
        return f"/worlds/{self.world}/graphql" if self.world else "/graphql"

    @property
    def token_path(self) -> str:
        """Where a client gets tokens."""
        return f"/worlds/{self.world}/oauth/token" if self.world else "/oauth/token"

    @property
    def socket_url(self) -> str:
        """Where a WebSocket is opened."""
        parts = urlsplit(self.host)
        scheme = "wss" if parts.scheme == "https" else "ws"
        return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}{self.path}"


class LiveView:
    """An open subscription: what came, and when."""

    def __init__(self, connection: ClientConnection) -> None:
        """Events are asked for already."""
        self._connection = connection
        self._events: list[Data] = []
        self._moments: dict[str, float] = {}
        self._changed = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            for message in self._connection:
                moment = time.perf_counter()
                read = json.loads(message)
                if read.get("type") == "ping":
                    self._connection.send('{"type":"pong"}')
                    continue
                if read.get("type") != "next":
                    break
                event = at(data_in(at(read, "payload")), "events")
                with self._changed:
                    self._events.append(event)
                    self._moments.setdefault(at(event, "cursor"), moment)
                    self._changed.notify_all()
        except (WebSocketException, ValueError, NotAnswered, Wrong):
            # Closed, or something that is no event: what had come by then is what counts.
            pass
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def received(self, done: Callable[[Sequence[Data]], bool]) -> Sequence[Data]:
        """The events so far, when they are what was waited for, the view has ended, or EVENT_SECONDS have passed."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or done(self._events), timeout=EVENT_SECONDS)
            return tuple(self._events)

    def arrived(self, event: Data) -> float:
        """When the event came; the first time, should it have come twice."""
        return self._moments[event["cursor"]]

    def close(self) -> None:
        """End the view; what is measured is measured before."""
        self._connection.close()
        self._reader.join()


class NetworkVisit:
    """One visit. `intended` is when it was meant to begin; everything it asks is measured from such a moment."""

    def __init__(
        self,
        web: Web,
        target: Target,
        texts: Mapping[str, bytes],
        measurements: Measurements,
        *,
        intended: float,
        token: str | None,
        key_seed: str,
    ) -> None:
        self._web = web
        self._target = target
        self._texts = texts
        self._measurements = measurements
        self._intended = intended
        self._began = intended
        self._thought = 0.0
        self._served = 0.0
        self._key_seed = key_seed
        self._token = token
        self._head = _head(target) + (b"" if token is None else f"Authorization: Bearer {token}\r\n".encode())

    def ask(
        self,
        operation: str,
        variables: Mapping[str, Any],
        check: Callable[[Data], Found],
        *,
        measured_as: str | None = None,
        refusal: str | None = None,
    ) -> Found:
        """See Visit."""
        body = b"%b%b}" % (self._texts[operation], orjson.dumps(variables))
        name = measured_as or operation
        request = b"%bContent-Length: %d\r\n\r\n%b" % (self._head, len(body), body)
        sent = time.perf_counter()
        reply = self._web.send(request)
        answered = time.perf_counter()

        def checked() -> Found:
            if reply.failed is not None:
                raise NotAnswered(reply.failed)
            return check(data_of(reply.status, reply.body))

        return self._kept(name, sent, answered, len(reply.body), checked, refusal)

    def open_page(self, path: str, check: Callable[[str], None], *, measured_as: str) -> None:
        """See Visit."""
        sent = time.perf_counter()
        if not _ON_THIS_SERVER.fullmatch(path):
            # A token must not follow a link to another server, nor a line's end become one of the request.
            self._kept(measured_as, sent, sent, 0, _elsewhere)
        reply = self._web.send(self._page_request(path))
        answered = time.perf_counter()

        def checked() -> None:
            if reply.failed is not None:
                raise NotAnswered(reply.failed)
            if reply.status != 200:
                raise NotAnswered(f"HTTP {reply.status}")
            check(reply.body.decode("utf-8", "replace"))

        self._kept(measured_as, sent, answered, len(reply.body), checked)

    @contextmanager
    def watch(self, after: str | None, *, measured_as: str) -> Iterator[LiveView]:
        """See Visit."""
        sent = time.perf_counter()
        failed: str | None = None
        connection: ClientConnection | None = None
        try:
            connection = self._subscribed(after)
        except NotAnswered as error:
            failed = str(error)
        answered = time.perf_counter()

        def checked() -> LiveView:
            if connection is None:
                raise NotAnswered(failed or "no answer")
            return LiveView(connection)

        view = self._kept(measured_as, sent, answered, 0, checked)
        try:
            yield view
        finally:
            view.close()

    def _subscribed(self, after: str | None) -> ClientConnection:
        """A connection that has been acknowledged and asked for the events after a place. Raises NotAnswered."""
        connection: ClientConnection | None = None
        try:
            connection = connect(
                self._target.socket_url,
                subprotocols=[Subprotocol(_SUBPROTOCOL)],
                open_timeout=ANSWER_SECONDS,
                close_timeout=1,
                ping_interval=None,
                proxy=None,
            )
            connection.send(json.dumps({"type": "connection_init", "payload": self._payload()}))
            acknowledged = json.loads(connection.recv(timeout=ANSWER_SECONDS))
            if acknowledged.get("type") != "connection_ack":
                connection.close()
                raise NotAnswered("not acknowledged")
            payload = b"%b%b}" % (self._texts["WatchEvents"], orjson.dumps({"after": after}))
            connection.send(f'{{"id":"1","type":"subscribe","payload":{payload.decode()}}}')
        except (OSError, ValueError, WebSocketException) as error:
            if connection is not None:
                connection.close()
            raise NotAnswered(f"no answer: {type(error).__name__}") from None
        return connection

    def observed(self, measured_as: str, since: float, until: float, check: Callable[[], None]) -> None:
        """See Visit. It is no step of the visit: the next one is meant to begin when it was."""
        intended, served = self._intended, self._served
        self._intended = since
        self._kept(measured_as, since, until, 0, check)
        self._intended, self._served = max(intended, until), served

    def _payload(self) -> dict[str, str]:
        return {} if self._token is None else {"Authorization": f"Bearer {self._token}"}

    def _page_request(self, path: str) -> bytes:
        authorization = "".join(f"{name}: {value}\r\n" for name, value in self._payload().items())
        host = urlsplit(self._target.host).netloc
        return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n{authorization}\r\n".encode()

    def think(self, seconds: float) -> None:
        """See Visit."""
        self._thought += seconds
        self._intended += seconds
        time.sleep(max(0.0, self._intended - time.perf_counter()))

    def now(self) -> float:
        """See Visit."""
        return time.perf_counter()

    def key(self, step: str) -> str:
        """See Visit. Made from the token: a file used twice is given the first answers again, and is found out."""
        return sha256(f"{self._key_seed}/{step}".encode()).hexdigest()[:32]

    def concluded(self, errand: str, failed: str | None) -> None:
        """Measure the whole errand: all the waiting since it was meant to begin, without the thinking."""
        measured = self._measurements.of(errand)
        response_ms = (self._intended - self._began - self._thought) * 1000
        if failed is None:
            measured.succeeded += 1
            measured.took(self._served * 1000, response_ms, self._intended)
        else:
            measured.errors[failed] += 1
        self._web.report(errand, response_ms, 0, failed)

    def _is_away(self, sent: float, answered: float) -> bool:
        """Whether the server is known to have been away between these moments."""
        return False

    def _is_turned_away(self, failure: str) -> bool:
        """Whether no more is asked of the server than to say so."""
        return False

    def _kept(
        self,
        name: str,
        sent: float,
        answered: float,
        size: int,
        checked: Callable[[], Found],
        refusal: str | None = None,
    ) -> Found:
        """What the answer says; measured, whatever it is. Raises ErrandEnded, and SentAway where it was foreseen."""
        measured = self._measurements.of(name)
        service_ms, response_ms = (answered - sent) * 1000, (answered - self._intended) * 1000
        intended = self._intended
        self._intended = answered
        self._served += answered - sent
        try:
            found = checked()
        except Foreseen as refused:
            measured.had_to_refuse(str(refused), answered)
            measured.took(service_ms, response_ms, answered)
            self._web.report(name, response_ms, size, None)
            raise SentAway(str(refused)) from None
        except NotAnswered as error:
            failure = str(error)
            if self._is_away(sent, answered):
                # It is asked again: whoever waits has been waiting since they first meant to ask.
                self._intended = intended
                raise Interrupted(failure) from None
            if self._is_turned_away(failure):
                measured.had_to_refuse(failure, answered)
                raise SentAway(failure) from None
            measured.errors[failure] += 1
        except Refused as refused:
            failure = str(refused)
            measured.unexpected_refusals[failure] += 1
        except Wrong as error:
            failure = str(error)
            measured.wrong[failure] += 1
        else:
            if refusal is None:
                measured.succeeded += 1
            else:
                measured.had_to_refuse(refusal, answered)
            measured.took(service_ms, response_ms, answered)
            self._web.report(name, response_ms, size, None)
            return found
        self._web.report(name, response_ms, size, failure)
        raise ErrandEnded(f"{name}: {failure}")


@cache
def _head(target: Target) -> bytes:
    """What every question to that world begins with."""
    return (
        f"POST {target.path} HTTP/1.1\r\nHost: {urlsplit(target.host).netloc}\r\n"
        "Content-Type: application/json\r\nAccept: application/graphql-response+json\r\n"
    ).encode()


def _elsewhere() -> None:
    raise Wrong("the page is on another server")
