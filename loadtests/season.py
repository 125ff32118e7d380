"""A season by the curve, with a verdict (征缴季压测): `python -m loadtests.season --host URL --curve FILE …`.

Exit code 0: passed. 1: a wrong answer, a threshold or a limit that was not kept. 2: bad input, or nobody answers there.
"""

from __future__ import annotations

import locust

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from loadtests.curves import CurveInvalid, read_curve
from loadtests.people import PeopleFileInvalid
from loadtests.plan import BadInput
from loadtests.report import complaints, write_report
from loadtests.run import carried_out
from loadtests.season_plan import SeasonPlan, read_figures, season_plan
from loadtests.season_report import page_of, report_of, table_of
from loadtests.season_run import SeasonRun
from loadtests.smoke import ExitCode, world_of
from loadtests.users import InsuredPerson
from loadtests.verdict import THRESHOLDS, ThresholdsInvalid, judged, read_thresholds
from loadtests.visits import Target

USERS: Final = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with these command line arguments; the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    errors = Console(stderr=True, highlight=False)
    target = Target(options.host.rstrip("/"), options.world)
    try:
        thresholds = read_thresholds(options.thresholds)
        curve = read_curve(options.curve)
        plan = season_plan(
            curve,
            options.residents,
            options.families,
            rate=options.rate,
            seed=options.seed,
            figures=read_figures(),
        )
        _, fingerprint = world_of(target)
    except (BadInput, ThresholdsInvalid, PeopleFileInvalid, CurveInvalid) as error:
        errors.print(f"canbao load: {error}", markup=False)
        return ExitCode.BAD_INPUT
    except OSError as error:
        errors.print(f"canbao load: {error.filename}: {error.strerror}", markup=False)
        return ExitCode.BAD_INPUT
    run = SeasonRun(plan, target, lambda: _world_seconds(target))
    carried_out(run, InsuredPerson, options.users, lambda run: _tell(run, plan, errors, quiet=options.quiet))
    verdict = judged(run.measurements, replace(thresholds, required=plan.figures.required), run.against())
    report = report_of(run, verdict, fingerprint, options.users, options.server_cores)
    if options.report is not None:
        write_report(options.report, report)
    if options.html is not None:
        options.html.write_text(page_of(report), encoding="utf-8")
    if options.json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        console = Console(highlight=False)
        console.print(table_of(report))
        for reason in complaints(verdict):
            console.print(f"✗ {reason}", style="red", markup=False)
        said, style = ("PASS 通过", "bold green") if verdict.passed else ("FAIL 未通过", "bold red")
        console.print(said, style=style)
    return ExitCode.PASSED if verdict.passed else ExitCode.FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.season",
        description="Let people come while the world's clock runs through a season, and judge every answer.",
        epilog="Exit code 0: passed; 1: wrong answers, thresholds or limits; 2: bad input. See docs/season.md.",
    )
    parser.add_argument("--host", required=True, help="the server, such as http://127.0.0.1:8000")
    parser.add_argument("--world", default="", help="the world by name; the server's default world without it")
    parser.add_argument("--curve", type=Path, required=True, help="canbao-curve/1")
    parser.add_argument("--residents", type=Path, required=True, help="JSON lines, who pays for themselves")
    parser.add_argument("--families", type=Path, required=True, help="JSON lines, who pays for a relative")
    parser.add_argument(
        "--rate",
        type=int,
        required=True,
        help="how fast the world's clock runs, which begins at the curve's first hour",
    )
    parser.add_argument("--users", type=int, default=USERS, help=f"errands at once at most (default {USERS})")
    parser.add_argument("--seed", type=int, default=1, help="of moments, habits and pauses (default 1)")
    parser.add_argument("--server-cores", type=int, default=1, help="cores that the server may use (default 1)")
    parser.add_argument("--thresholds", type=Path, default=THRESHOLDS, help="limits other than the project's own")
    parser.add_argument("--report", type=Path, default=None, help="write the report to this file")
    parser.add_argument("--html", type=Path, default=None, help="draw the report into this page")
    parser.add_argument("--json", action="store_true", help="print the report instead of a table")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def _world_seconds(target: Target) -> int:
    now, _ = world_of(target)
    return int(datetime.fromisoformat(now).timestamp())


def _tell(run: SeasonRun, plan: SeasonPlan, console: Console, *, quiet: bool) -> None:
    if quiet or not console.is_terminal or run.clock is None or not run.samples:
        return
    console.print(f"{run.finished} of {len(plan.coming)} errands, {run.failed} failed", end="\r", markup=False)


if __name__ == "__main__":
    assert locust.__version__
    sys.exit(main())
