"""`canbao settings` (查看配置)."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any, Final

import typer

from resolvers.cli.output import JsonOption, print_json, print_table

_PASSWORD: Final = re.compile(r"(?<=:)[^:/@]+(?=@)")


def add_to(app: typer.Typer) -> None:
    """The command of this module."""
    app.command(epilog="Example: canbao settings")(settings)


def settings(as_json: JsonOption = False) -> None:
    """List every setting, what it is here and now, and what it means."""
    from resolvers.settings import described_settings, settings_from

    present = settings_from()
    rows = [(each.variable, _shown(getattr(present, name)), each.says) for name, each in described_settings()]
    if as_json:
        print_json([{"name": name, "value": value, "says": says} for name, value, says in rows])
    else:
        print_table("Settings", ("setting", "here", "what it is"), rows)


def _shown(value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(value)
    return _PASSWORD.sub("***", str(value.value if isinstance(value, Enum) else value))
