"""`canbao load smoke`: a whole run, small."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from resolvers.cli.failures import ExitCode
from tests.cli.conftest import Canbao


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.slow
def test_a_crowd_is_served_and_judged_and_the_books_are_right(
    canbao: Canbao, home: Path, own_temporary_folder: Path
) -> None:
    result = canbao("load", "smoke", "--seconds", "2", "--rate", "2", "--persons", "3000", "--json")
    report = json.loads(result.stdout)
    assert report["operations"]
    assert report["audit"] == []
    # Whether it was fast enough is this machine's affair; whether the answers were right is not.
    assert [one["operation"] for one in report["operations"] if one["wrong"] or one["errors"]] == []
    assert result.exit_code == (ExitCode.DONE if report["passed"] else ExitCode.REFUSED)
    assert not home.exists()
    assert list(own_temporary_folder.iterdir()) == []


@pytest.mark.slow
def test_a_world_with_too_few_people_for_the_crowd_is_bad_input(canbao: Canbao, own_temporary_folder: Path) -> None:
    result = canbao("load", "smoke", "--seconds", "5", "--rate", "1000", "--persons", "500", "--json")
    assert result.exit_code == ExitCode.BAD_INPUT
    assert result.stdout == ""
    assert list(own_temporary_folder.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [("--seconds", "0"), ("--users", "0"), ("--rate", "0"), ("--persons", "499")], ids=" ".join
)
def test_a_run_that_is_none_is_bad_input(arguments: tuple[str, str], canbao: Canbao) -> None:
    assert canbao("load", "smoke", *arguments).exit_code == ExitCode.BAD_INPUT
