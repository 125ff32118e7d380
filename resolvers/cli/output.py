"""What a command shows (输出): tables and progress for people on a terminal, JSON for machines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value, for machines.")]

Stages = Callable[[str, int, int], None]
"""Told of each stage by name, with how much of it is done and how much there is."""


@cache
def notices() -> Console:
    """Where progress and remarks go: standard error, so that standard output holds the answer alone."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """The value on standard output, indented for a terminal and on one line for a pipe."""
    import orjson

    option = orjson.OPT_INDENT_2 if sys.stdout.isatty() else 0
    typer.echo(orjson.dumps(value, option=option))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on standard output; one that says so when there are no rows."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), title_justify="left", box=box.SIMPLE_HEAD, show_header=bool(rows))
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    if not rows:
        table.add_row("none", *[""] * (len(columns) - 1))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@contextmanager
def progress_of(what: str, *, quiet: bool) -> Iterator[Stages]:
    """Takes the stages of long work; a bar on a terminal, two lines elsewhere, nothing when `quiet`."""
    if quiet:
        yield lambda stage, done, total: None
        return
    console = notices()
    if not console.is_terminal:
        console.print(f"{what} …", markup=False)
        yield lambda stage, done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda stage, done, total: bar.update(
            task, description=f"{what}: {stage}", completed=done, total=total or None
        )
