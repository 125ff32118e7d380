"""Every command of `canbao`, gathered (命令一览)."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from resolvers.cli import (
    clients,
    configured,
    contract,
    documents,
    grants,
    load,
    measuring,
    policy,
    query,
    scenarios,
    serving,
    worlds,
)
from resolvers.cli.failures import ExitCode, failure_of


class Commands(TyperGroup):
    """The commands, any of which may fail in words rather than in a stack trace."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            typer.echo(f"canbao: {failure}", err=True)
            raise typer.Exit(failure.code) from error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="参保 Canbao: China's public basic medical insurance in GraphQL, over a simulated national platform.",
    epilog="Example: canbao demo",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(version("canbao"))
        raise typer.Exit


@app.callback()
def canbao(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Settings come from the environment; docs/operating.md lists them."""


serving.add_to(app)
configured.add_to(app)
worlds.add_to(app)
grants.add_to(app)
clients.add_to(app)
query.add_to(app)
scenarios.add_to(app)
policy.add_to(app)
contract.add_to(app)
documents.add_to(app)
measuring.add_to(app)
load.add_to(app)
