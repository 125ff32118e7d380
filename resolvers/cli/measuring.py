"""`canbao bench` (性能测量)."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
