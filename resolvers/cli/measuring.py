"""`canbao bench` and `canbao load` (性能测量与压测)."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
