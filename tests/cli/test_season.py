"""`canbao load curve`, `season` and `compare`: a place's season told, drawn, run and held against another."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

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


@pytest.mark.slow
def test_a_season_runs_in_seconds_and_every_answer_is_what_must_be_true(
    canbao: Canbao, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    report, page = tmp_path / "season.json", tmp_path / "season.html"
    given = ("--seconds", "4", "--persons", "1000", "--payers", "30", "--report", str(report), "--html", str(page))
    result = canbao("load", "season", *given, "--json")
    told = json.loads(result.stdout)
    assert json.loads(report.read_bytes()) == told
    assert told["audit"] == []
    run = told["run"]
    assert run["finished"] == sum(run["planned"].values()) > 50
    # How fast it was, and whether everybody was let in, is this machine's affair; whether answers were right is not.
    failures = ("unexpected_refusals", "errors", "wrong")
    wrong = {one["operation"]: [one[kind] for kind in failures] for one in told["operations"]}
    assert {name: found for name, found in wrong.items() if any(found)} == {}
    assert run["failed"] == 0
    assert run["contributions"] > 0
    assert told["stretches"]
    assert told["cost"]["cpu_ms_per_contribution"] > 0
    assert result.exit_code == (ExitCode.DONE if told["passed"] else ExitCode.REFUSED)
    assert page.read_text(encoding="utf-8").count("<svg") == 7
    assert canbao("load", "compare", str(report), str(report)).exit_code == ExitCode.DONE
    assert not home.exists()
    assert list(folder.iterdir()) == []


def test_a_season_that_cannot_be_run_or_compared_is_refused(canbao: Canbao, tmp_path: Path) -> None:
    assert canbao("load", "season", "--seconds", "1").exit_code == ExitCode.BAD_INPUT
    nowhere = str(tmp_path / "none.json")
    assert canbao("load", "compare", nowhere, nowhere).exit_code == ExitCode.MISSING
