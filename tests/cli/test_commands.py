"""Every command says what it does, with an example; bad usage and faults end as they should."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from resolvers.buckets import Rate
from resolvers.cli import commands
from resolvers.cli.failures import ExitCode
from resolvers.settings import SettingsInvalid, settings_from
from tests.cli.conftest import Canbao

ROOT = Path(__file__).resolve().parents[2]
SLOW_TO_IMPORT = (
    "sqlalchemy",
    "strawberry",
    "graphql",
    "starlette",
    "uvicorn",
    "simulator",
    "alembic",
    "locust",
    "yaml",
)


def walked(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group by its words."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from walked(inner, (*path, name))


EVERY_COMMAND = dict(walked(typer.main.get_command(commands.app)))


@pytest.mark.parametrize("path", list(EVERY_COMMAND), ids=" ".join)
def test_help_says_what_the_command_does_and_shows_an_example(path: tuple[str, ...], canbao: Canbao) -> None:
    result = canbao(*path, "--help")
    assert result.exit_code == ExitCode.DONE
    assert re.search(rf"Example: (?:[A-Z_]+=\S+ )*canbao {' '.join(path)}", " ".join(result.output.split()))
    assert EVERY_COMMAND[path].help


@pytest.mark.parametrize("path", list(EVERY_COMMAND), ids=" ".join)
def test_every_option_says_what_it_is_for(path: tuple[str, ...]) -> None:
    assert [option.name for option in EVERY_COMMAND[path].params if not getattr(option, "help", "")] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("world", "nonsense"),
        ("world", "create"),
        ("query",),
        ("world", "create", "w", "--persons", "many"),
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_2_and_says_what_was_wrong(arguments: tuple[str, ...], canbao: Canbao) -> None:
    result = canbao(*arguments)
    assert result.exit_code == ExitCode.BAD_INPUT
    assert "Usage: canbao" in result.stderr or "Usage: root" in result.stderr
    assert "Traceback" not in result.output


def test_the_version_is_the_packages(canbao: Canbao) -> None:
    assert canbao("--version").stdout.strip() == version("canbao")


def test_help_imports_nothing_that_is_slow_to_import() -> None:
    code = f"import sys, resolvers.cli.commands; print([name for name in {SLOW_TO_IMPORT} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "setting",
    [
        ("CANBAO_SANDBOX", "yes"),
        ("CANBAO_GRAPHIQL", "off"),
        ("CANBAO_GRAPHIQL", "1"),
        ("CANBAO_POSTGRES_URL", "mysql://somewhere"),
        ("CANBAO_POSTGRES_URL", "postgresql://somebody@127.0.0.1:5432/postgres"),
        ("CANBAO_POSTGRES_CONNECTIONS", "many"),
        ("CANBAO_ORIGINS", "localhost:5173"),
        ("CANBAO_METRICS", "1"),
        ("CANBAO_LOG", "xml"),
        ("CANBAO_COST", "999"),
        ("CANBAO_OPERATION_SECONDS", "0"),
        ("CANBAO_OPERATION_SECONDS", "0.5"),
        ("CANBAO_RATE", "-1"),
        ("CANBAO_BURST", "59999"),
        ("CANBAO_COST", "120001"),
    ],
    ids=lambda setting: str(setting[0]),
)
def test_a_setting_that_cannot_be_used_is_named(
    setting: tuple[str, str], canbao: Canbao, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*setting)
    result = canbao("world", "list")
    assert result.exit_code == ExitCode.BAD_INPUT
    assert setting[0] in result.stderr


@pytest.mark.parametrize(
    ("given", "bucket"),
    [
        ({}, Rate(120_000, 2_000)),
        ({"CANBAO_SANDBOX": "1"}, None),
        ({"CANBAO_SANDBOX": "1", "CANBAO_RATE": "10"}, Rate(120_000, 10)),
        ({"CANBAO_RATE": "0"}, None),
        ({"CANBAO_RATE": "0", "CANBAO_BURST": "1000"}, None),
        ({"CANBAO_BURST": "1000", "CANBAO_COST": "1000"}, Rate(1_000, 2_000)),
    ],
)
def test_clients_are_bounded_outside_a_sandbox_and_where_a_setting_says_so(
    given: dict[str, str], bucket: Rate | None
) -> None:
    assert settings_from(given).bucket == bucket


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("CANBAO_WORDL", "CANBAO_WORLD"), ("CANBAO_POSTGRES", "CANBAO_POSTGRES_URL"), ("CANBAO_", "CANBAO_")],
)
def test_a_setting_that_there_is_not_is_refused_with_the_nearest(
    name: str, nearest: str, canbao: Canbao, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    result = canbao("world", "list")
    assert result.exit_code == ExitCode.BAD_INPUT
    assert f"{name} is no setting" in " ".join(result.stderr.split())
    assert f"the nearest is {nearest}" in " ".join(result.stderr.split())


def test_what_our_tools_read_from_the_environment_is_no_unknown_setting() -> None:
    files = [*ROOT.glob("[a-z]*/**/*.py"), ROOT / ".ci" / "run"]
    named = {name for file in files for name in re.findall(r"(?<!\w)CANBAO_[A-Z_]*[A-Z]\b", file.read_text("utf-8"))}
    ours = {"CANBAO_TEST_POSTGRES_URL", "CANBAO_BENCH_POSTGRES_URL", "CANBAO_CI_WORKERS", "CANBAO_CONFORMANCE"}
    assert ours <= named
    invented = {"CANBAO_WORDL", "CANBAO_POSTGRES"}
    refused = set()
    for name in named:
        try:
            settings_from({name: ""})
        except SettingsInvalid as error:
            if "is no setting" in str(error):
                refused.add(name)
    assert refused == invented


def test_ctrl_c_ends_with_130_and_without_a_trace(canbao: Canbao, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("resolvers.settings.settings_from", interrupted)
    result = canbao("world", "list")
    assert result.exit_code == ExitCode.INTERRUPTED
    assert "Traceback" not in result.output


def test_a_fault_of_ours_is_not_swallowed(canbao: Canbao, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("resolvers.settings.settings_from", broken)
    with pytest.raises(RuntimeError, match="a fault"):
        canbao("world", "list")


def test_a_folder_that_may_not_be_used_is_named(canbao: Canbao, home: Any) -> None:
    home.write_text("a file where the folder of worlds should be")
    result = canbao("world", "create", "w", "--persons", "500")
    assert result.exit_code == ExitCode.UNAVAILABLE
    assert str(home) in result.stderr
    assert "Traceback" not in result.output
