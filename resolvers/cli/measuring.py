"""`canbao bench` (性能测量)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resolvers.cli.output import JsonOption, notices, print_json, print_table, progress_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resolvers.bench import BenchRow


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
    from resolvers.bench import run_bench
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
        _show(rows)


def _show(rows: Sequence[BenchRow]) -> None:
    floor = {(row.case, row.engine): row.total_us for row in rows if row.contender == "floor"}
    print_table(
        "CPU microseconds per request",
        ("case", "engine", "contender", "server", "database", "× floor"),
        [
            [
                row.case,
                row.engine,
                row.contender,
                f"{row.server_us:,.1f}",
                "unknown" if row.database_us is None else f"{row.database_us:,.1f}",
                f"{row.total_us / floor[row.case, row.engine]:.2f}",
            ]
            for row in rows
        ],
    )
