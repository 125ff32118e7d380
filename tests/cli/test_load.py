"""`canbao load overload`, `crash` and `torture`: whole runs, small."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from resolvers.bench.cluster import TEST_SERVER, PostgresServer
from resolvers.cli import load
from resolvers.cli.crowds import audited
from resolvers.cli.failures import ExitCode
from resolvers.settings import Settings
from simulator.auditor import Finding
from tests.cli.conftest import Canbao


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.slow
def test_a_server_is_asked_too_much(canbao: Canbao, home: Path, own_temporary_folder: Path) -> None:
    result = canbao("load", "overload", "--seconds", "1", "--persons", "3000", "--engine", "sqlite", "--json")
    report = json.loads(result.stdout)
    [run] = report["engines"]
    # How much it did and how fast is this machine's affair.
    assert run["phases"]["peak"]["good"] > 0
    assert run["phases"]["overload"]["good"] > 0
    assert run["phases"]["overload"]["failed"] == 0
    assert result.exit_code == (ExitCode.DONE if report["passed"] else ExitCode.REFUSED)
    assert not home.exists()
    assert list(own_temporary_folder.iterdir()) == []


def _crashed(canbao: Canbao, engine: str, *options: str) -> dict[str, Any]:
    """The row of a crash test of three kills that passed."""
    given = ("--kills", "3", "--engine", engine, "--persons", "1500", *options)
    result = canbao("load", "crash", *given, "--json")
    report = json.loads(result.stdout)
    (row,) = report["engines"]
    assert (row["engine"], row["kills"], row["findings"], row["audit"]) == (engine, 3, [], [])
    assert row["asked_again"] >= row["payments"] > row["channel_payments"] > 0
    assert row["lines"] > 5 * row["lists"] > 0
    assert row["collected_fen"] - row["given_back_fen"] == row["booked_fen"] > 0
    assert report["passed"] is True
    assert result.exit_code == ExitCode.DONE
    found: dict[str, Any] = row
    return found


@pytest.mark.slow
@pytest.mark.sqlite
def test_nothing_is_lost_or_doubled_when_the_server_is_killed(canbao: Canbao, own_temporary_folder: Path) -> None:
    assert _crashed(canbao, "sqlite", "--servers", "2")["database_kills"] == 0
    assert list(own_temporary_folder.iterdir()) == []


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.usefixtures("postgres_server")
def test_nothing_is_lost_or_doubled_when_servers_and_the_database_are_killed(
    canbao: Canbao, monkeypatch: pytest.MonkeyPatch
) -> None:
    # PostgreSQL runs as an account of its own, which cannot enter the test's folder.
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert 0 < _crashed(canbao, "postgresql", "--servers", "2", "--kill-database")["database_kills"] < 3


@pytest.mark.slow
def test_books_that_the_auditor_finds_wrong_fail_the_crash_test(
    canbao: Canbao, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def of_spoilt_books(settings: Settings) -> list[Finding]:
        with closing(sqlite3.connect(settings.worlds / f"{settings.default_world}.sqlite3")) as books, books:
            books.execute("UPDATE personal_accounts SET balance_fen = balance_fen + 1 WHERE entry_count > 0")
        return await audited(settings)

    monkeypatch.setattr(load, "audited", of_spoilt_books)
    result = canbao("load", "crash", "--kills", "1", "--engine", "sqlite", "--persons", "1500", "--json")
    report = json.loads(result.stdout)
    (row,) = report["engines"]
    assert row["findings"] == []
    assert [finding for finding in row["audit"] if "the sum of its entries" in finding]
    assert report["passed"] is False
    assert result.exit_code == ExitCode.REFUSED


@pytest.mark.parametrize("arguments", [("--kills", "0"), ("--engine", "oracle"), ("--persons", "499")], ids=" ".join)
def test_a_crash_test_that_is_none_is_bad_input(arguments: tuple[str, str], canbao: Canbao) -> None:
    assert canbao("load", "crash", *arguments).exit_code == ExitCode.BAD_INPUT


def _tortured(canbao: Canbao, engine: str) -> None:
    """A torture test of some seconds passes, in which servers were killed and readers came back."""
    numbers = {"seconds": 8, "servers": 2, "writers": 6, "readers": 40, "kill-seconds": 2, "persons": 1_500}
    given = [word for name, number in numbers.items() for word in (f"--{name}", str(number))]
    result = canbao("load", "torture", "--engine", engine, *given, "--json")
    report = json.loads(result.stdout)
    (row,) = report["engines"]
    assert (row["engine"], row["findings"]) == (engine, [])
    assert (row["lost"], row["duplicated"], row["out_of_order"], row["not_its_own"]) == (0, 0, 0, 0)
    assert row["kills"] > 0
    assert row["reconnects"] > 0
    assert row["deliveries"] > row["events"] > 0
    assert row["kinds"].keys() == {"operator", "auditor", "clerk", "partner", "citizen"}
    assert report["passed"] is True
    assert result.exit_code == ExitCode.DONE


@pytest.mark.slow
@pytest.mark.sqlite
def test_every_reader_is_told_exactly_the_log_while_servers_are_killed(
    canbao: Canbao, own_temporary_folder: Path
) -> None:
    _tortured(canbao, "sqlite")
    assert list(own_temporary_folder.iterdir()) == []


@pytest.mark.slow
@pytest.mark.postgresql
def test_every_reader_on_postgresql_is_told_exactly_the_log_while_servers_are_killed(
    postgres_server: PostgresServer, canbao: Canbao, own_temporary_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TEST_SERVER, postgres_server.admin_url)
    _tortured(canbao, "postgresql")
    assert list(own_temporary_folder.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("--seconds", "0"), ("--readers", "0"), ("--servers", "0"), ("--engine", "oracle")], ids=" ".join
)
def test_a_torture_test_that_is_none_is_bad_input(arguments: tuple[str, str], canbao: Canbao) -> None:
    assert canbao("load", "torture", *arguments).exit_code == ExitCode.BAD_INPUT
