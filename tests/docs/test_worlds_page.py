"""docs/worlds.md shows commands that work, and says of forks, snapshots and resets what is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.decisions.keeping_worlds import CREATION
from resolvers.cli.commands import app

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "worlds.md").read_text(encoding="utf-8")


def test_the_commands_of_the_page_work_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_HOME", str(tmp_path))
    monkeypatch.delenv("CANBAO_POSTGRES_URL", raising=False)
    lines = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL) for line in block.splitlines()]
    assert len(lines) >= 6
    for line in lines:
        program, *arguments = shlex.split(line.replace("--persons 20000", "--persons 500"))
        assert program == "canbao"
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, (line, result.output)
    assert [path.name for path in (tmp_path / "worlds").iterdir()] == ["base.sqlite3"]


def test_the_page_names_what_a_fork_keeps() -> None:
    assert f"`{CREATION}`" in PAGE
