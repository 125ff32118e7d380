"""A folder of worlds for each test, and `canbao` in this process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from resolvers.cli.commands import app

Canbao = Callable[..., Result]
PERSONS = 600
SEED = 7


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """CANBAO_HOME, empty; no other setting is given."""
    for name in [name for name in os.environ if name.startswith("CANBAO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CANBAO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: str, text: str | None = None) -> Result:
    """How `canbao` ends with these arguments and that standard input. A fault of ours is raised."""
    result = CliRunner().invoke(app, list(arguments), input=text)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def canbao() -> Canbao:
    return run


@pytest.fixture(scope="session")
def made_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world's file, made once."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANBAO_HOME", str(folder))
        result = run("world", "create", "demo", "--persons", str(PERSONS), "--seed", str(SEED))
        assert result.exit_code == 0, result.output
    return folder / "worlds" / "demo.sqlite3"


@pytest.fixture
def demo(made_world: Path, home: Path) -> Path:
    """The file of a small world `demo` of the test's own."""
    (home / "worlds").mkdir(parents=True)
    return Path(shutil.copy(made_world, home / "worlds" / "demo.sqlite3"))
