"""A server as its operator meets it: what it says when it starts, how it answers, and how it ends."""

from __future__ import annotations

import http.client
import json
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from resolvers.cli.failures import ExitCode
from resolvers.cli.serving import cautions
from resolvers.settings import Metrics, Settings
from tests.cli.conftest import PERSONS, Canbao

PATIENCE_SECONDS = 30


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    """`canbao` as a process that listens on a port of this machine, which is found out by what it says; and that."""
    process = subprocess.Popen(
        [sys.executable, "-m", "resolvers.cli", *arguments, "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if "Ctrl-C" in line:
                break
        else:
            raise AssertionError(f"it ended: {said}")
        yield process, int(said.split("127.0.0.1:")[1].split("/")[0]), said
    finally:
        process.kill()
        process.communicate()


@contextmanager
def killed(process: subprocess.Popen[str]) -> Iterator[None]:
    """The process does not outlive the block, however that ends: waiting for the work that it does may take minutes."""
    try:
        yield
    finally:
        process.kill()


def asked(port: int, query: str, path: str = "/graphql") -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    with closing(connection):
        connection.request("POST", path, json.dumps({"query": query}), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.fixture(autouse=True)
def without_graphiql(monkeypatch: pytest.MonkeyPatch) -> None:
    """No build of GraphiQL begins beside these tests."""
    monkeypatch.setenv("CANBAO_GRAPHIQL", "0")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Whoever is started now hears Ctrl-C, even where the shell that began the tests in the background does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("command", "number", "code"),
    [("demo", signal.SIGINT, ExitCode.INTERRUPTED), ("serve", signal.SIGTERM, ExitCode.DONE)],
)
def test_a_server_answers_until_it_is_told_to_end(
    command: str, number: signal.Signals, code: ExitCode, demo: Path
) -> None:
    with started(command) as (process, port, said):
        assert asked(port, "{ world { name persons } }") == (
            200,
            {"data": {"world": {"name": "demo", "persons": PERSONS}}},
        )
        assert asked(port, "{ world { name } }", "/worlds/nowhere/graphql")[0] == 404
        process.send_signal(number)
        remarks = process.communicate(timeout=PATIENCE_SECONDS)[1]
    # What clients may ask for is said at the start.
    assert ("CANBAO_RATE=0 lifts it" in said) is (command == "serve")
    assert process.returncode == code
    assert "Traceback" not in remarks
    assert not demo.with_name("demo.sqlite3-wal").exists()


def work_until_answered(command: str) -> float:
    """Seconds of processor time that a server takes from its start to the end of its first answer."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with started(command) as (_, port, _):
        assert asked(port, "{ world { name } }")[0] == 200
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_the_second_start_of_a_demo_is_not_twice_the_work_of_serving_what_is_there(demo: Path) -> None:
    again, served = (min(work_until_answered(command) for _ in range(2)) for command in ("demo", "serve"))
    assert again < 2 * served


def test_a_demo_world_is_made_where_there_is_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_WORLD", "another")
    with started("demo") as (_, port, _):
        answer = asked(port, "{ world { name seed persons } }")
    assert answer == (200, {"data": {"world": {"name": "demo", "seed": 7, "persons": 20_000}}})
    assert (home / "worlds" / "demo.sqlite3").exists()


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)]
)
def test_a_world_that_is_not_complete_when_the_command_is_ended_is_not_there(
    number: signal.Signals, code: ExitCode, home: Path
) -> None:
    command = [sys.executable, "-m", "resolvers.cli", "world", "create", "large", "--persons", "1000000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process, killed(process):
        until = time.monotonic() + PATIENCE_SECONDS
        while not (home / "worlds").exists() or not list((home / "worlds").iterdir()):
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(number)
        remarks = process.communicate(timeout=PATIENCE_SECONDS)[1]
    assert process.returncode == code
    assert "Traceback" not in remarks
    assert list((home / "worlds").iterdir()) == []


def test_a_running_server_follows_a_clock_that_is_advanced(canbao: Canbao, demo: Path) -> None:
    with started("serve") as (_, port, _):
        assert asked(port, "{ world { today } }")[1] == {"data": {"world": {"today": "2024-12-16"}}}
        assert canbao("world", "advance", "demo", "--to", "2025-02-01").exit_code == ExitCode.DONE
        until = time.monotonic() + PATIENCE_SECONDS
        while asked(port, "{ world { today } }")[1] != {"data": {"world": {"today": "2025-02-01"}}}:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_another_world_of_a_newer_program_is_unavailable_and_the_server_goes_on(demo: Path) -> None:
    newer = demo.with_name("newer.sqlite3")
    newer.write_bytes(demo.read_bytes())
    with closing(sqlite3.connect(newer)) as driver, driver:
        driver.execute("UPDATE alembic_version SET version_num = '9999'")
    with started("serve") as (_, port, _):
        status, answer = asked(port, "{ world { name } }", "/worlds/newer/graphql")
        assert (status, "9999" in json.dumps(answer)) == (503, False)
        assert asked(port, "{ world { name } }")[0] == 200


def test_nothing_is_served_without_a_world(canbao: Canbao, home: Path) -> None:
    result = canbao("serve", "--port", "0")
    assert result.exit_code == ExitCode.MISSING
    assert "canbao world create demo" in result.stderr
    assert not home.exists()


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_told_before_anything_is_made(command: str, canbao: Canbao, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = canbao(command, "--port", str(port))
    assert result.exit_code == ExitCode.UNAVAILABLE
    assert f"127.0.0.1:{port}" in result.stderr
    assert "--port" in result.stderr
    assert not home.exists()


@pytest.mark.parametrize(
    "arguments", [("--port", "65536"), ("--port", "-1"), ("--host", "nowhere"), ("--fd", "999")], ids=" ".join
)
def test_an_address_that_is_none_is_bad_input(
    arguments: tuple[str, str], canbao: Canbao, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert canbao("serve", *arguments).exit_code == ExitCode.BAD_INPUT


@pytest.mark.parametrize(
    ("settings", "host", "of"),
    [
        (Settings(), "127.0.0.1", []),
        (Settings(), "::1", []),
        (Settings(sandbox=True, metrics=Metrics.ON), "127.0.0.1", []),
        (Settings(sandbox=True), "0.0.0.0", ["CANBAO_SANDBOX"]),
        (Settings(), "0.0.0.0", ["TLS"]),
        (Settings(), "::", ["TLS"]),
        (Settings(metrics=Metrics.ON), "10.0.0.1", ["TLS", "CANBAO_METRICS"]),
        (Settings(sandbox=True, metrics=Metrics.ON), "10.0.0.1", ["CANBAO_SANDBOX", "CANBAO_METRICS"]),
        (Settings(origins=("http://localhost:5173", "https://app.example")), "127.0.0.1", []),
        (Settings(origins=("http://app.example",)), "127.0.0.1", ["http://app.example"]),
        (Settings(origins=("http://app.example",), sandbox=True), "127.0.0.1", []),
        (Settings(telemetry="http://127.0.0.1:4318"), "127.0.0.1", []),
        (Settings(telemetry="http://traces.example:4318"), "127.0.0.1", ["traces.example"]),
        (Settings(telemetry="https://traces.example"), "127.0.0.1", []),
    ],
)
def test_what_is_unsafe_is_said_at_the_start(settings: Settings, host: str, of: list[str]) -> None:
    said = cautions(settings, host)
    assert len(said) == len(of)
    assert all(word in caution for word, caution in zip(of, said, strict=True))


def test_a_server_says_at_its_start_what_is_unsafe(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_ORIGINS", "http://app.example")
    with started("serve") as (_, _, said):
        assert "! pages of http://app.example" in said
