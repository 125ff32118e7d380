"""`canbao schema …` (契约的打印与核对)."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from resolvers.cli.failures import ExitCode
from resolvers.cli.output import JsonOption, print_json


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    schema = typer.Typer(no_args_is_help=True, help="Print the GraphQL contract, or compare it with its printed form.")
    schema.command(name="print", epilog="Example: canbao schema print > schema/schema.graphql")(print_schema)
    schema.command(epilog="Example: canbao schema check")(check)
    app.add_typer(schema, name="schema", epilog="Example: canbao schema check")


def print_schema(
    write: Annotated[
        bool, typer.Option("--write", help="Write it to where it is kept, not to standard output.")
    ] = False,
) -> None:
    """Print the contract in the schema definition language."""
    from schema.contract import PRINTED_AT, printed

    if write:
        PRINTED_AT.write_text(printed(), encoding="utf-8")
    else:
        sys.stdout.write(printed())


def check(as_json: JsonOption = False) -> None:
    """Compare the contract with schema/schema.graphql. The exit code is 1 where they differ."""
    import difflib

    from schema.contract import PRINTED_AT, printed

    kept = PRINTED_AT.read_text(encoding="utf-8") if PRINTED_AT.exists() else ""
    lines = list(
        difflib.unified_diff(
            kept.splitlines(), printed().splitlines(), "schema/schema.graphql", "the contract", lineterm="", n=2
        )
    )
    if as_json:
        print_json({"same": not lines, "difference": lines})
    elif lines:
        typer.echo("\n".join(lines))
        typer.echo(
            "schema/schema.graphql is not what the contract says. Write it with: canbao schema print --write", err=True
        )
    else:
        typer.echo("schema/schema.graphql is the contract")
    if lines:
        raise typer.Exit(ExitCode.REFUSED)
