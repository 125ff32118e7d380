"""`canbao bench world`: what a world costs by its size, as figures and as a page."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from resolvers.bench.worlds import WORLDS_COLUMNS, WorldRow, drawn
from resolvers.cli.commands import app
from resolvers.cli.failures import ExitCode


def row(engine: str = "sqlite", persons: int = 20_000, fork_seconds: float = 0.2) -> WorldRow:
    return WorldRow(engine, persons, 2.0, 1.6, 118.0, 1_950.0, fork_seconds, 0.15, 0.1)


def test_a_row_says_what_it_is_and_whether_a_fork_is_as_fast_as_expected() -> None:
    assert len(row().cells()) == len(WORLDS_COLUMNS)
    assert row().cells()[:4] == ("sqlite", "20,000", "2.0", "12,500")
    assert [each.met for each in (row(), row(fork_seconds=1.0), row("postgresql"), row(persons=1_000_000))] == [
        True,
        False,
        None,
        None,
    ]


def test_the_page_draws_every_row() -> None:
    page = drawn([row(), row(persons=100_000, fork_seconds=0.9), row("postgresql")])
    root = ElementTree.fromstring(page.removeprefix("<!doctype html>").replace('<meta charset="utf-8">', ""))
    assert len(list(root.iter("svg"))) == 6
    assert len(list(root.iter("circle"))) == 6 * 3
    assert len(list(root.iter("tr"))) == 1 + 3


def test_a_small_world_is_measured_and_nothing_is_left_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_HOME", str(tmp_path / "home"))
    page = tmp_path / "worlds.html"
    arguments = ["bench", "world", "--engine", "sqlite", "--sizes", "500", "--page", str(page), "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == ExitCode.DONE, result.output
    [told] = json.loads(result.stdout)
    assert (told["engine"], told["persons"]) == ("sqlite", 500)
    assert all(told[figure] > 0 for figure in ("persons_per_core_second", "peak_mib", "bytes_per_person"))
    assert all(told[figure] > 0 for figure in ("fork_seconds", "snapshot_seconds", "reset_seconds"))
    assert page.read_text().count("<svg") == 6
    assert not (tmp_path / "home").exists()
    for sizes in ("", "499", "1,2", "500,", "x"):
        result = CliRunner().invoke(app, ["bench", "world", "--sizes", sizes])
        assert result.exit_code == ExitCode.BAD_INPUT, sizes
