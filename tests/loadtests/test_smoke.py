"""The smoke run as a whole, in a process of its own, against a server over a small world."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from domain.store.engine import open_database
from loadtests.documents import documents
from loadtests.schedule import ErrandKind, Mix, arrivals, habits
from resolvers.cli.crowds import LOAD_GENERATOR, load_generator
from resolvers.settings import Settings
from simulator.auditor import Finding, audit
from tests.databases import sqlite_url
from tests.loadtests.furnished import furnished

ROOT = Path(__file__).resolve().parents[2]
RATE, SECONDS, SEED = 3.0, 4.0, 16
SERVER = [sys.executable, "-m", "uvicorn", "--factory", "resolvers.app:create_app", "--ws", "websockets-sansio"]
SERVER += ["--no-access-log", "--log-level", "warning"]
PAYMENTS = "SELECT count(*) FROM events WHERE type = 'RESIDENT_CONTRIBUTION_PAID'"
SLOW = """
limits:
  any: {p50_ms: 20000, p95_ms: 20000, p99_ms: 20000, failures: 0, source: "assumed; tests share the machine"}
operations: {%s}
required: [PayForARelative]
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A server over a world, with the people who may use it."""

    url: str
    database_url: str
    people: Path
    log: Path
    secret: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, sandbox=True)
    settings.worlds.mkdir(parents=True)
    url = sqlite_url(settings.worlds / "demo.sqlite3")
    people = home / "people.jsonl"
    people.write_text(asyncio.run(furnished(url, with_tokens=False)), encoding="utf-8")
    secret = asyncio.run(load_generator(settings, "demo"))
    log = home / "server.log"
    with socket.socket() as listener, log.open("wb") as written:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        server = subprocess.Popen(
            [*SERVER, "--fd", str(listener.fileno())],
            cwd=ROOT,
            env={
                **os.environ,
                "CANBAO_HOME": str(home),
                "CANBAO_WORLD": "demo",
                "CANBAO_SANDBOX": "1",
                "CANBAO_GRAPHIQL": "0",
            },
            pass_fds=[listener.fileno()],
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", server, log)
        yield Served(f"http://127.0.0.1:{port}", url, people, log, secret)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except OSError:
            assert time.monotonic() < until, log.read_text(encoding="utf-8")
        time.sleep(0.1)


def _smoke(*arguments: object, secret: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "loadtests.smoke", *(str(argument) for argument in arguments)]
    command += ["--client", LOAD_GENERATOR]
    environment = {**os.environ, "LOAD_CLIENT_SECRET": secret}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def run(served: Served, tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One run of some seconds, and its report."""
    folder = tmp_path_factory.mktemp("run")
    thresholds = folder / "thresholds.yaml"
    measured = [*(kind.value for kind in ErrandKind), *documents(), "ReceiptPage", "OpenWatch", "EventDelivered"]
    measured += ["PayResidentContributionAgain", "QuoteAfterPaying"]
    thresholds.write_text(SLOW % ", ".join(f"{name}: any" for name in measured), encoding="utf-8")
    report = folder / "report.json"
    finished = _smoke(
        *("--host", served.url, "--people", served.people, "--report", report, "--thresholds", thresholds),
        *("--seconds", SECONDS, "--rate", RATE, "--seed", SEED),
        secret=served.secret,
    )
    return finished, report


@pytest.fixture(scope="module")
def report(run: tuple[subprocess.CompletedProcess[str], Path]) -> dict[str, Any]:
    finished, path = run
    assert finished.returncode == 0, finished.stdout + finished.stderr
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _counts(report: dict[str, Any]) -> dict[str, int]:
    return {operation["operation"]: operation["count"] for operation in report["operations"]}


def test_a_server_that_answers_rightly_passes(report: dict[str, Any]) -> None:
    assert report["format"] == "canbao-load-report/1"
    assert report["passed"] is True
    assert report["reasons"] == []
    assert all(operation["passed"] for operation in report["operations"])


def test_the_report_counts_everybody_whom_the_schedule_let_come(report: dict[str, Any]) -> None:
    coming = arrivals(SEED, RATE, SECONDS, Mix())
    journeys = sum(arrival.kind is ErrandKind.PAY_FOR_A_RELATIVE for arrival in coming)
    look_ups = len(coming) - journeys
    everybody = [habits(SEED, index, Mix()) for index in range(journeys)]
    watching = sum(one.watches for one in everybody)
    expected = dict.fromkeys(
        [
            "PayForARelative",
            "MyFamily",
            "BindFamilyMember",
            "QuoteResidentContribution",
            "SubmitResidentContribution",
            "PayResidentContribution",
            "FinishResidentContribution",
            "Receipt",
            "ReceiptPage",
            "EventsSince",
        ],
        journeys,
    )
    expected |= dict.fromkeys(["LookSomethingUp", "AgenciesOfRegion", "PolicyOfRegion"], look_ups)
    expected |= {
        "OpenWatch": watching,
        "EventDelivered": watching,
        "PayResidentContributionAgain": sum(one.taps_twice for one in everybody),
        "QuoteAfterPaying": sum(one.asks_again for one in everybody),
    }
    assert min(watching, expected["PayResidentContributionAgain"], expected["QuoteAfterPaying"]) > 0
    assert _counts(report) == expected
    assert report["run"]["planned"] == {"PayForARelative": journeys, "LookSomethingUp": look_ups}
    assert report["run"]["finished"] == len(coming)


def test_response_times_contain_service_times(report: dict[str, Any]) -> None:
    for operation in report["operations"]:
        for part in ("p50", "max"):
            assert operation["response_ms"][part] >= operation["service_ms"][part] * 0.99


def test_the_refusal_that_had_to_come_is_no_failure(report: dict[str, Any]) -> None:
    by_name = {operation["operation"]: operation for operation in report["operations"]}
    asked_again = by_name["QuoteAfterPaying"]
    assert asked_again["expected_refusals"] == {"AlreadyPaid": asked_again["count"]}
    assert asked_again["succeeded"] == 0


def test_the_database_has_what_the_report_says_and_its_books_are_right(served: Served, report: dict[str, Any]) -> None:
    async def audited() -> list[Finding]:
        database = open_database(served.database_url)
        findings = await audit(database)
        await database.close()
        return findings

    assert asyncio.run(audited()) == []
    with closing(sqlite3.connect(urlsplit(served.database_url).path)) as database:
        (payments,) = database.execute(PAYMENTS).fetchone()
    assert payments == _counts(report)["PayResidentContribution"]


def test_nothing_that_was_printed_names_a_person(
    served: Served, run: tuple[subprocess.CompletedProcess[str], Path]
) -> None:
    finished, path = run
    printed = finished.stdout + finished.stderr + path.read_text(encoding="utf-8")
    printed += served.log.read_text(encoding="utf-8")
    for text in served.people.read_text(encoding="utf-8").splitlines():
        person = json.loads(text)
        assert person["member"]["idNumber"] not in printed
        assert "token" not in person
    assert served.secret not in printed
    assert "eyJ" not in printed, "the beginning of every token"


def test_the_table_says_that_it_passed(run: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    finished, _ = run
    assert "PayResidentContribution" in finished.stdout
    assert finished.stdout.rstrip().endswith("PASS 通过")


@pytest.mark.usefixtures("report")
def test_people_who_come_a_second_time_are_found_out(served: Served) -> None:
    finished = _smoke(
        "--host", served.url, "--people", served.people, "--seconds", 1, "--rate", RATE, "--json", secret=served.secret
    )
    report = json.loads(finished.stdout)
    assert finished.returncode == 1
    assert report["passed"] is False
    assert report["run"]["failed"] == report["run"]["planned"]["PayForARelative"] > 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--people": "nowhere.jsonl"}, "nowhere.jsonl"),
        ({"--rate": "50"}, "nobody comes twice"),
        ({"--world": "no-such-world"}, "HTTP 404"),
        ({"--host": "http://127.0.0.1:9"}, "no Canbao server answers"),
        ({"--report": "nowhere/report.json"}, "--report is a file in a folder that exists"),
    ],
    ids=lambda value: next(iter(value.items())) if isinstance(value, dict) else None,
)
def test_bad_input_ends_with_a_reason_before_anybody_comes(changes: dict[str, str], said: str, served: Served) -> None:
    given = {"--host": served.url, "--people": str(served.people), "--seconds": "4", **changes}
    finished = _smoke(*(word for pair in given.items() for word in pair))
    assert finished.returncode == 2, finished.stdout + finished.stderr
    assert said in finished.stderr.replace("\n", " ")
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(("secret", "said"), [("", "LOAD_CLIENT_SECRET"), ("another-secret", "HTTP 401")])
def test_without_a_client_that_may_nobody_gets_a_token(secret: str, said: str, served: Served) -> None:
    finished = _smoke("--host", served.url, "--people", served.people, "--seconds", 1, "--rate", RATE, secret=secret)
    assert finished.returncode == 2, finished.stdout + finished.stderr
    assert said in finished.stderr.replace("\n", " ")
    assert "Traceback" not in finished.stderr


def test_locusts_own_command_finds_the_same_people() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", "--list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert listed.returncode == 0, listed.stderr
    assert "InsuredPerson" in listed.stdout
