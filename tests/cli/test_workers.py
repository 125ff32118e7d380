"""Several processes that serve one world from one socket: they are watched, replaced, counted and ended together."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed

from resolvers.cli.failures import ExitCode
from tests.cli.conftest import PERSONS, Canbao
from tests.cli.test_serving import asked, started
from tests.databases import PostgresServer
from tests.resolvers.served import Client, Socket
from tests.resolvers.test_served import forms

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="workers share a socket as Windows does not")

SERVE = ("serve", "--workers", "2")
PATIENCE_SECONDS = 120
"""Several servers start in each of these tests, beside whatever else the machine does."""


@pytest.fixture(autouse=True)
def a_sandbox_without_graphiql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_GRAPHIQL", "0")
    monkeypatch.setenv("CANBAO_SANDBOX", "1")


@pytest.fixture
def served_world(engine_kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """There is a world `demo` to serve, on each engine."""
    if engine_kind == "sqlite":
        request.getfixturevalue("demo")
        yield
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    canbao: Canbao = request.getfixturevalue("canbao")
    monkeypatch.setenv("CANBAO_POSTGRES_URL", server.admin_url.rsplit("/", 1)[0])
    assert canbao("world", "create", "demo", "--persons", str(PERSONS), "--replace").exit_code == 0
    yield
    assert canbao("world", "drop", "demo", "--yes").exit_code == 0


def page(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def counted(port: int, name: str) -> dict[str, float]:
    """What a scrape of whichever worker answers shows of each worker."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(page(port, "/metrics")[1]):
        for sample in family.samples:
            if sample.name == name:
                found[sample.labels["worker"]] = found.get(sample.labels["worker"], 0) + sample.value
    return found


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The processes that a supervisor has started and that live, in no order."""
    children = subprocess.run(
        ["ps", "-o", "pid=,stat=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False
    ).stdout.split("\n")
    return [int(line.split()[0]) for line in children if line.strip() and "Z" not in line.split()[1]]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Crowd:
    """Asks without a pause over several connections of each kind, and keeps whatever went wrong."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._stop = threading.Event()
        self.answered = 0
        self.trouble: list[str] = []
        self._threads = [threading.Thread(target=self._ask, args=(again,)) for again in (True, True, False, False)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, again: bool) -> None:
        """`again`: over one connection for as long as the server lets it live, as a pool of connections does."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        body = json.dumps({"query": "{ world { name } }"})
        try:
            while not self._stop.is_set():
                connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                text = answer.read()
                if answer.status != 200 or b'"demo"' not in text:
                    self.trouble.append(f"{answer.status} {text!r}")
                self.answered += 1
                time.sleep(0.005)
                if not again:
                    connection.close()
        except (OSError, http.client.HTTPException) as error:
            self.trouble.append(repr(error))
        finally:
            connection.close()


@pytest.mark.usefixtures("served_world")
def test_a_scrape_of_one_worker_shows_what_all_have_counted() -> None:
    with started(*SERVE) as (process, port, _):
        with Crowd(port) as crowd:
            until(lambda: crowd.answered >= 200)
        assert crowd.trouble == []
        shown = counted(port, "canbao_operation_seconds_count")
        assert counted(port, "canbao_worker_up") == {"0": 1, "1": 1}
        assert set(shown) <= {"0", "1"}
        assert sum(shown.values()) == crowd.answered
        assert page(port, "/readyz")[0] == 200
        process.send_signal(signal.SIGTERM)
        remarks = process.communicate(timeout=PATIENCE_SECONDS)[1]
    assert process.returncode == ExitCode.DONE
    assert "Traceback" not in remarks


@pytest.mark.usefixtures("served_world")
def test_replacing_all_workers_refuses_nobody() -> None:
    with started(*SERVE) as (process, port, _):
        before = set(workers_of(process))
        assert len(before) == 2
        with Crowd(port) as crowd:
            until(lambda: crowd.answered >= 50)
            process.send_signal(signal.SIGHUP)
            until(lambda: not before & set(workers_of(process)) and len(workers_of(process)) == 2)
            seen = crowd.answered
            until(lambda: crowd.answered >= seen + 50)
        assert crowd.trouble == []
        process.send_signal(signal.SIGTERM)
        assert "2 workers were replaced" in process.communicate(timeout=PATIENCE_SECONDS)[1]


def test_a_worker_that_is_killed_is_replaced(demo: Path) -> None:
    with started(*SERVE) as (process, port, _):
        victim, other = workers_of(process)
        os.kill(victim, signal.SIGKILL)
        # Whoever is left takes what comes.
        assert asked(port, "{ world { name } }")[0] == 200
        until(lambda: counted(port, "canbao_worker_up") == {"0": 1, "1": 1} and len(workers_of(process)) == 2)
        assert victim not in workers_of(process)
        assert other in workers_of(process)
        process.send_signal(signal.SIGTERM)
        remarks = process.communicate(timeout=PATIENCE_SECONDS)[1]
    assert f"(process {victim}) was ended by SIGKILL" in remarks


def test_workers_do_not_outlive_a_supervisor_that_is_killed(demo: Path) -> None:
    with started(*SERVE) as (process, _, _):
        workers = workers_of(process)
        process.kill()
        process.wait()
        until(lambda: not any(map(_lives, workers)))


def _lives(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_workers_that_cannot_serve_end_the_server_with_what_they_say(canbao: Canbao, home: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        ended = subprocess.run(
            [sys.executable, "-m", "resolvers.cli", *SERVE, "--fd", str(listener.fileno())],
            pass_fds=[listener.fileno()],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    assert ended.returncode == ExitCode.MISSING
    assert ended.stderr.count("canbao world create demo") == 1


def test_a_server_whose_workers_die_and_do_not_start_again_gives_up(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with started(*SERVE) as (process, port, _):
        demo.rename(demo.with_name("elsewhere.sqlite3"))
        for worker in workers_of(process):
            os.kill(worker, signal.SIGKILL)
        remarks = process.communicate(timeout=PATIENCE_SECONDS)[1]
    assert process.returncode == ExitCode.MISSING
    assert "the server gives up" in remarks
    assert "no world is called demo" in remarks
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0


def test_new_workers_that_do_not_start_leave_the_old_ones_serving(demo: Path) -> None:
    with started(*SERVE) as (process, port, _):
        before = set(workers_of(process))
        moved = demo.rename(demo.with_name("elsewhere.sqlite3"))
        process.send_signal(signal.SIGHUP)
        assert process.stderr is not None
        while "the old ones from there on stay" not in (line := process.stderr.readline()):
            assert line
        moved.rename(demo)
        assert set(workers_of(process)) == before
        assert asked(port, "{ world { name } }")[0] == 200


def test_reserving_an_event_stream_is_refused_where_another_process_would_get_its_client(demo: Path) -> None:
    with started(*SERVE) as (_, port, _):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        with closing(connection):
            connection.request("PUT", "/graphql")
            answer = connection.getresponse()
            refused = json.loads(answer.read())
            connection.request("OPTIONS", "/graphql")
            options = connection.getresponse()
            options.read()
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
        assert options.headers["allow"] == answer.headers["allow"]
        assert refused["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


FOLLOW = """
subscription Follow($after: Cursor) {
  events(after: $after) { cursor ... on ResidentContributionPaidEvent { contribution { id } } }
}
"""
END = "{ events(last: 1) { edges { cursor } } }"


def paid_in(socket: Socket, number: int) -> tuple[list[str], str]:
    """The contributions that the next payments in the log are of, and the cursor of the last."""
    found: list[str] = []
    while len(found) < number:
        heard = socket.hear()
        assert heard["type"] == "next", heard
        event = heard["payload"]["data"]["events"]
        if "contribution" in event:
            found.append(event["contribution"]["id"])
    return found, event["cursor"]


def heard_to_the_end(socket: Socket) -> None:
    while True:
        socket.connection.recv(PATIENCE_SECONDS)


@pytest.mark.usefixtures("served_world")
def test_whoever_follows_the_log_hears_each_payment_once_whichever_worker_it_came_through() -> None:
    with started(*SERVE) as (process, port, _), ExitStack() as stack:
        client = Client(port)
        known = forms(client)
        operator = client.signed_in("operator")
        client.signed_in("employee-4").lived(known["employee-4"])
        end = operator.data(END)["events"]["edges"][0]["cursor"]
        sockets = [stack.enter_context(operator.socket()).initialised() for _ in range(6)]
        for socket in sockets:
            socket.subscribe("1", FOLLOW, after=end)
        # Each request is a connection of its own, which either worker may take; a token of one is good for the other.
        paid = [client.signed_in(name).lived(known[name])["contribution"] for name in ("employee", "employee-2")]
        heard = [paid_in(socket, 2) for socket in sockets]
        assert [contributions for contributions, _ in heard] == [paid] * len(sockets)
        process.send_signal(signal.SIGHUP)
        for socket in sockets:
            with pytest.raises(ConnectionClosed) as closed:
                heard_to_the_end(socket)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001
        with operator.socket() as again:
            again.initialised().subscribe("1", FOLLOW, after=heard[0][1])
            later = client.signed_in("employee-3").lived(known["employee-3"])["contribution"]
            assert paid_in(again, 1)[0] == [later]
