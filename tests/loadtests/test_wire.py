"""Answers as bytes of HTTP: whole, in pieces, in chunks, over a connection that was closed meanwhile, or none."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from loadtests.wire import Reply, Wire

ROOT = Path(__file__).resolve().parents[2]
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@contextmanager
def _answering(*connections: Sequence[Sequence[bytes]]) -> Iterator[str]:
    """A server that answers each question of each connection with pieces, and closes it after the last."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            for answers in connections:
                connection, _ = listener.accept()
                with connection:
                    for pieces in answers:
                        connection.recv(65_536)
                        for piece in pieces:
                            connection.sendall(piece)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(10)


@pytest.mark.parametrize(
    ("pieces", "reply"),
    [
        ([WHOLE], Reply(200, b"hello")),
        ([WHOLE[:9], WHOLE[9:30], WHOLE[30:42], WHOLE[42:]], Reply(200, b"hello")),
        ([b"HTTP/1.1 503 x\r\ncontent-length:0\r\n\r\n"], Reply(503, b"")),
        (
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2", b";x=y\r\nlo\r\n0\r\n", b"\r\n"],
            Reply(200, b"hello"),
        ),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"], Reply(0, b"", "no answer: NoAnswer")),
        ([b"HTTP/1.1 200 OK\r\n\r\n"], Reply(0, b"", "no answer: NoAnswer")),
        ([b"SSH-2.0-x\r\n\r\n"], Reply(0, b"", "no answer: NoAnswer")),
        ([WHOLE[:-1]], Reply(0, b"", "no answer: ConnectionResetError")),
        ([], Reply(0, b"", "no answer: ConnectionResetError")),
    ],
)
def test_an_answer_is_read_to_its_end_or_is_none(pieces: list[bytes], reply: Reply) -> None:
    with _answering([pieces]) as host:
        wire = Wire(host, 10)
        assert wire.exchange(REQUEST) == reply
        wire.close()


def test_one_connection_serves_a_visit_and_another_the_one_after_it_was_closed() -> None:
    closing = WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with _answering([[WHOLE], [WHOLE], [closing]], [[WHOLE]]) as host:
        wire = Wire(host, 10)
        assert [wire.exchange(REQUEST).body for _ in range(4)] == [b"hello"] * 4
        wire.close()
        wire.close()


def test_a_connection_that_a_server_closed_while_it_was_idle_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loadtests.wire._IDLE_SECONDS", 0.0)
    with _answering([[WHOLE], [WHOLE]], [[WHOLE]]) as host:
        wire = Wire(host, 10)
        assert [wire.exchange(REQUEST).status for _ in range(2)] == [200, 200]
        # The end of the first connection has come once it can be read.
        wire._socket.recv(1, socket.MSG_PEEK)
        assert wire.exchange(REQUEST) == Reply(200, b"hello")
        wire.close()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert Wire(f"http://127.0.0.1:{port}", 10).exchange(REQUEST).failed == "no answer: ConnectionRefusedError"


def test_the_pace_of_the_load_generator_is_measured_with_right_answers_only() -> None:
    command = [sys.executable, "-m", "loadtests.pace", "--payers", "20", "--rounds", "1", "--users", "8", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (told["format"], told["rounds"][0]["failed"], told["rounds"][0]["errands"]) == ("canbao-pace/1", 0, 74)
    assert told["requests_per_cpu_second"] > 0
