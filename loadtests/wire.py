"""Requests as bytes over one connection (一条连接): a load generator must not be slower than what it measures.

Whoever asks makes the request beforehand, and the answer is read into status and body and nothing else. Written against
blocking sockets; the process that runs it has had them patched by Locust.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]{1,12})\r\n", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding: *chunked\r\n", re.IGNORECASE)
_CLOSES: Final = re.compile(rb"\r\nconnection: *close\r\n", re.IGNORECASE)
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([0-9]{3}) ")
_AT_ONCE: Final = 65_536
_IDLE_SECONDS: Final = 1.0
"""After that long a server may have closed a connection on which nobody asked anything."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, or the reason why there is none."""

    status: int
    body: bytes
    failed: str | None = None


class _NoAnswer(Exception):
    """Bytes that are no answer in HTTP/1.1."""


class Wire:
    """A connection to one host, opened when something is first sent over it, and again where it was closed."""

    __slots__ = ("_asked_at", "_host", "_patience", "_socket")

    def __init__(self, host: str, patience_seconds: float) -> None:
        """`host` is an address such as http://127.0.0.1:8000; no step of an exchange may take longer than that."""
        self._host = host
        self._patience = patience_seconds
        self._socket: Any = None
        self._asked_at = 0.0

    def exchange(self, request: bytes) -> Reply:
        """What is answered to that request, or why nothing is."""
        try:
            if self._socket is None or self._was_closed():
                self.close()
                self._socket = _connected(self._host, self._patience)
            self._socket.sendall(request)
            reply = self._read()
        except (OSError, _NoAnswer) as error:
            self.close()
            return Reply(0, b"", f"no answer: {type(error).__name__.lstrip('_')}")
        self._asked_at = time.perf_counter()
        return reply

    def close(self) -> None:
        """Let go of the connection; the next exchange opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _was_closed(self) -> bool:
        if time.perf_counter() - self._asked_at < _IDLE_SECONDS:
            return False
        self._socket.settimeout(0.0)
        try:
            # Nobody was asked anything: what can be read is the end, or something that belongs to no question.
            self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            self._socket.settimeout(self._patience)
        return True

    def _read(self) -> Reply:
        receive = self._socket.recv
        received = receive(_AT_ONCE)
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += _some(receive(_AT_ONCE))
        status = _STATUS.match(received)
        if status is None:
            raise _NoAnswer
        length = _LENGTH.search(received, 0, end + 2)
        body = received[end + 4 :]
        if length is not None:
            size = int(length[1])
            while len(body) < size:
                body += _some(receive(_AT_ONCE))
        elif _CHUNKED.search(received, 0, end + 2):
            body = _unchunked(body, receive)
        else:
            raise _NoAnswer
        if _CLOSES.search(received, 0, end + 2):
            self.close()
        return Reply(int(status[1]), body)


def _unchunked(received: bytes, receive: Any) -> bytes:
    """The body whose chunks have begun to come."""
    body = b""
    while True:
        while (end := received.find(b"\r\n")) < 0:
            received += _some(receive(_AT_ONCE))
        try:
            size = int(received[:end].partition(b";")[0], 16)
        except ValueError:
            raise _NoAnswer from None
        # A chunk ends with a line's end, and so does the last one, which is empty.
        whole = end + 2 + size + 2
        while len(received) < whole:
            received += _some(receive(_AT_ONCE))
        if not size:
            return body
        body += received[end + 2 : whole - 2]
        received = received[whole:]


def _some(received: bytes) -> bytes:
    if not received:
        raise ConnectionResetError
    return received


def _connected(host: str, patience: float) -> Any:
    family, kind, protocol, address, name = _address(host)
    connection = socket.socket(family, kind, protocol)
    try:
        connection.settimeout(patience)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.connect(address)
        return connection if name is None else _trust().wrap_socket(connection, server_hostname=name)
    except BaseException:
        connection.close()
        raise


@cache
def _address(host: str) -> tuple[Any, Any, int, Any, str | None]:
    """Where a host is, looked up once, and its name where it is to prove it."""
    parts = urlsplit(host)
    secure = parts.scheme == "https"
    family, kind, protocol, _, address = socket.getaddrinfo(
        parts.hostname, parts.port or (443 if secure else 80), type=socket.SOCK_STREAM
    )[0]
    return family, kind, protocol, address, parts.hostname if secure else None


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
