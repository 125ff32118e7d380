"""docs/operating.md says what the commands are: neither forgets nor invents a command, option, setting or code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from resolvers.cli.failures import ExitCode
from resolvers.settings import described_settings
from tests.cli.test_commands import EVERY_COMMAND

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split())
GROUPS = [
    path
    for path, command in EVERY_COMMAND.items()
    if hasattr(command, "commands") and not getattr(command, "invoke_without_command", False)
]
"""Commands that do nothing without another one behind them."""
LEAVES = [path for path in EVERY_COMMAND if path not in GROUPS]
EVERYWHERE = {"--help", "-h", "--json", "--version"}


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_the_page_names_the_command_and_its_options(path: tuple[str, ...]) -> None:
    assert f"`canbao {' '.join(path)}" in FLAT
    options = {name for option in EVERY_COMMAND[path].params for name in option.opts if name.startswith("-")}
    assert [name for name in sorted(options - EVERYWHERE) if not re.search(rf"(?<![\w-]){name}(?![\w-])", PAGE)] == []


def test_the_page_invents_no_command() -> None:
    named = {tuple(re.findall(r"[a-z]+", words)) for words in re.findall(r"canbao((?: [a-z]+)+)\b", FLAT)}
    unknown = [words for words in named if not any(words[: len(path)] == path for path in LEAVES)]
    assert unknown == []


def test_the_page_invents_no_option() -> None:
    options = {name for command in EVERY_COMMAND.values() for option in command.params for name in option.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE)) - options - EVERYWHERE == set()


def test_the_page_has_every_setting_as_it_says_of_itself_and_no_other() -> None:
    shown = re.findall(r"^(\| `CANBAO_[A-Z_]+` \|.*)$", PAGE, flags=re.MULTILINE)
    assert shown == [
        f"| `{each.variable}` | {f'`{each.default}`' if each.default else 'none'} | {each.says} |"
        for _, each in described_settings()
    ]


def test_the_page_has_every_exit_code_and_no_other() -> None:
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, flags=re.MULTILINE)] == [int(c) for c in ExitCode]
