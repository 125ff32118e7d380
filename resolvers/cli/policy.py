"""`canbao policy check` (政策核对)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table

if TYPE_CHECKING:
    from domain.policy import Fact, PolicyReport


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    policy = typer.Typer(no_args_is_help=True, help="Look after the book of policy.")
    policy.callback()(_policy)
    policy.command(epilog="Example: canbao policy check --on 2025-02-28 --strict")(check)
    app.add_typer(policy, name="policy", epilog="Example: canbao policy check")


def _policy() -> None:
    """Look after the book of policy."""


def check(
    on: Annotated[
        str | None, typer.Option(help="Day to check for, in ISO 8601; today in Asia/Shanghai without it.")
    ] = None,
    within: Annotated[
        int, typer.Option(min=0, max=3650, help="Facts count as lapsing that end within so many days.")
    ] = 90,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 when something is missing on that day.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Read these policy files, not the product's own.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List what the book of policy does not know, assumes, and is about to lose.

    The exit code is 2 when a file cannot be believed.
    """
    from domain.policy import PolicyBook

    report = PolicyBook.load(folder).check(_day(on), within_days=within)
    if as_json:
        print_json(report.as_plain())
    else:
        _show(report)
    if strict and report.gaps:
        raise typer.Exit(ExitCode.REFUSED)


def _day(text: str | None) -> date:
    from domain.vocabulary import SHANGHAI

    if text is None:
        return datetime.now(SHANGHAI).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandFailed(ExitCode.BAD_INPUT, f"{text!r} is no day", str(error), "Write it as 2025-02-28") from error


def _show(report: PolicyReport) -> None:
    print_table(
        f"Gaps on {report.on}, year of cover {report.benefit_year}: questions of the journey without an answer",
        ("area", "question", "name"),
        [[f"{gap.area_zh} {gap.area}", f"{gap.term_zh} {gap.term_en}", " or ".join(gap.names)] for gap in report.gaps],
    )
    print_table(
        f"Lapsing within {report.within_days} days",
        ("last day", "days left", "area", "fact"),
        [
            [str(one.fact.valid_until), str(one.days_left), one.fact.area, _named(one.fact)]
            for one in sorted(report.lapsing, key=lambda one: one.days_left)
        ],
    )
    print_table(
        "Not confirmed for more than a year",
        ("days", "area", "fact"),
        [[str(one.days_since_confirmed), one.fact.area, _named(one.fact)] for one in report.stale],
    )
    print_table(
        "Assumptions: no document says so",
        ("in force", "area", "fact", "why"),
        [["yes" if one.in_force else "no", one.fact.area, _named(one.fact), one.why] for one in report.assumptions],
    )
    typer.echo(
        f"{report.on}: {report.facts} facts from {report.documents} documents, {report.in_force} in force; "
        f"{len(report.gaps)} gaps, {len(report.assumptions)} assumptions, {len(report.lapsing)} lapsing, "
        f"{len(report.stale)} unconfirmed"
    )


def _named(fact: Fact) -> str:
    year = f", {fact.benefit_year}" if fact.benefit_year is not None else ""
    return f"{fact.term_zh} {fact.name}{year}"
