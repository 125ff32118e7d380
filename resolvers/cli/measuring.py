"""`canbao bench` (性能测量)."""

from __future__ import annotations

from typing import Annotated

import typer

from resolvers.cli.output import JsonOption, notices, print_json, print_table, progress_of


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    app.command(epilog="Example: canbao bench --quick --json")(bench)


def bench(
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer rounds: under 45 seconds once the world is made.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure what an answer costs: our plans, hand-written endpoints over the same SQL, and the usual way.

    CPU microseconds per request of server and database, on each engine, over 100,000 persons. The world is made the
    first time and kept under CANBAO_HOME/bench.
    """
    from resolvers.bench import COLUMNS, FOOTNOTE, TITLE, comparisons, run_bench
    from resolvers.settings import settings_from

    settings = settings_from()
    console = notices()
    with progress_of("Measuring", quiet=as_json) as progress:
        rows = run_bench(
            quick=quick, progress=progress, home=settings.home, tell=lambda line: console.print(line, markup=False)
        )
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        print_table(TITLE, COLUMNS, [comparison.cells() for comparison in comparisons(rows)])
        typer.echo(FOOTNOTE)
