"""`canbao load curve`, `run`, `crowd` and `compare`: a place's season told, drawn, run and held against another."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from loadtests.curves import read_curve
from loadtests.season_plan import BY_OTHERS, SeasonErrand, read_everybody
from resolvers.cli.failures import ExitCode
from tests.cli.conftest import Canbao


def test_the_curve_of_a_place_is_told_and_drawn(canbao: Canbao, tmp_path: Path) -> None:
    page = tmp_path / "curve.html"
    result = canbao("load", "curve", "--region", "840000", "--persons", "60000000", "--html", str(page), "--json")
    told = json.loads(result.stdout)
    assert (told["format"], told["payers"]) == ("canbao-curve/1", 40_380_000)
    assert "<svg" in page.read_text(encoding="utf-8")
    said = canbao("load", "curve", "--region", "520000", "--year", "2025").stdout
    assert "price steps" in said


def test_a_season_that_is_not_stated_is_refused(canbao: Canbao, tmp_path: Path) -> None:
    assert canbao("load", "curve", "--region", "110000").exit_code == ExitCode.MISSING
    assert canbao("load", "curve", "--region", "510700").exit_code == ExitCode.REFUSED
    nowhere = tmp_path / "none" / "curve.png"
    # Without a browser it cannot be drawn anywhere.
    assert canbao("load", "curve", "--png", str(nowhere)).exit_code in (ExitCode.BAD_INPUT, ExitCode.UNAVAILABLE)


def _wrong(operation: dict[str, Any]) -> dict[str, int]:
    """What was answered to an operation and should not have been, but for the server's saying that it is too busy."""
    errors = {kind: times for kind, times in operation["errors"].items() if not kind.endswith("errors: UNAVAILABLE")}
    return {**operation["unexpected_refusals"], **operation["wrong"], **errors}


@pytest.mark.slow
def test_a_season_runs_in_seconds_and_every_answer_is_what_must_be_true(
    canbao: Canbao, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    report, page = tmp_path / "season.json", tmp_path / "season.html"
    # A server that must catch up with months in a second is busy with nothing else.
    given = (
        "--seconds",
        "8",
        "--persons",
        "1000",
        "--payers",
        "30",
        "--workers",
        "2",
        "--report",
        str(report),
        "--html",
        str(page),
    )
    result = canbao("load", "run", "season", *given, "--json")
    told = json.loads(result.stdout)
    assert json.loads(report.read_bytes()) == told
    assert told["audit"] == []
    run = told["run"]
    assert run["finished"] == sum(run["planned"].values()) > 50
    # How fast it was, whether everybody was let in, and whether the world could be read while months went by in a
    # second, is this machine's affair; whether answers were right is not.
    wrong = {one["operation"]: _wrong(one) for one in told["operations"]}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert (run["profile"], run["workers"]) == ("season", 2)
    assert run["contributions"] > 0
    assert told["stretches"]
    assert told["cost"]["cpu_ms_per_contribution"] > 0
    assert result.exit_code == (ExitCode.DONE if told["passed"] else ExitCode.REFUSED)
    assert page.read_text(encoding="utf-8").count("<svg") == 9
    assert canbao("load", "compare", str(report), str(report)).exit_code == ExitCode.DONE
    assert not home.exists()
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_everything_that_anybody_comes_for_is_done_in_a_smoke_run_and_nobody_is_named(
    canbao: Canbao, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    result = canbao("load", "run", "smoke", "--seconds", "4", "--persons", "3000", "--json")
    told = json.loads(result.stdout)
    assert told["audit"] == []
    run, operations = told["run"], {one["operation"]: one for one in told["operations"]}
    assert {name for name, one in operations.items() if _wrong(one)} == set()
    assert {name for name in BY_OTHERS if not run["planned"][name]} == set()
    assert run["finished"] == run["started"] == sum(run["planned"].values())
    for one in operations.values():
        if one["response_ms"] is not None:
            assert one["response_ms"]["max"] >= one["service_ms"]["max"] * 0.99
    assert operations["LineRefused"]["expected_refusals"] == {"NotAMember": 1, "ListedTwice": 1}
    assert "eyJ" not in result.output, "the beginning of every token"
    assert not re.search("(?<![0-9.])[0-9]{17}[0-9X](?![0-9])", result.output), "an identity number"
    assert not home.exists()
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_a_server_dies_in_the_middle_and_every_payment_happens_once(
    canbao: Canbao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    given = ("--seconds", "6", "--persons", "1000", "--times", "0.7", "--html", str(tmp_path / "recovery.html"))
    told = json.loads(canbao("load", "run", "reconnect", *given, "--json").stdout)
    assert told["audit"] == []
    operations = {one["operation"]: one for one in told["operations"]}
    assert {name for name, one in operations.items() if _wrong(one)} == set()
    # Everybody who followed the log lost the connection, came back and was told everything once.
    followers = operations["FollowTheLog"]["succeeded"]
    assert followers == operations["Reconnected"]["succeeded"] == operations["EventsToldOf"]["succeeded"] > 0
    assert told["recovery"] is not None


def test_the_files_that_a_load_generator_needs_are_written_for_a_world(
    canbao: Canbao, home: Path, tmp_path: Path
) -> None:
    assert canbao("world", "create", "crowded", "--persons", "3000").exit_code == ExitCode.DONE
    assert canbao("load", "crowd", "crowded", str(tmp_path / "crowd"), "--payers", "5").exit_code == ExitCode.DONE
    curve = read_curve(tmp_path / "crowd" / "curve.json")
    files = (tmp_path / "crowd" / f"{name}.jsonl" for name in ("residents", "families", "others"))
    people = read_everybody(curve, *files)
    assert (len(people.residents), len(people.families)) == (5, 5)
    assert len(people.others[SeasonErrand.WORK_THE_QUEUE]) == 60
    assert people.others.keys() == BY_OTHERS


def test_a_season_that_cannot_be_run_or_compared_is_refused(canbao: Canbao, tmp_path: Path) -> None:
    for given in (("--users", "0"), ("--times", "0"), ("--persons", "499")):
        assert canbao("load", "run", "smoke", *given).exit_code == ExitCode.BAD_INPUT
    assert canbao("load", "run", "season", "--seconds", "1").exit_code == ExitCode.BAD_INPUT
    nowhere = str(tmp_path / "none.json")
    assert canbao("load", "compare", nowhere, nowhere).exit_code == ExitCode.MISSING
