"""A short run with a verdict (冒烟压测): `python -m loadtests.smoke --host URL --people FILE`.

Exit code 0: passed. 1: a wrong answer, or a threshold that was not kept. 2: bad input, or nobody answers there.
"""

from __future__ import annotations

import locust

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import argparse
import json
import logging
import math
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from loadtests.answers import NotAnswered, Wrong, at, data_of
from loadtests.documents import documents
from loadtests.people import PeopleFileInvalid
from loadtests.percentiles import Spread, three_digits
from loadtests.plan import BadInput, plan_of
from loadtests.report import COLUMNS, Circumstances, complaints, report_of, rows, write_report
from loadtests.run import Run, carried_out
from loadtests.schedule import ErrandKind, Mix, ScheduleInvalid
from loadtests.tokens import SECRET, signed_in
from loadtests.users import InsuredPerson
from loadtests.verdict import THRESHOLDS, ThresholdsInvalid, judged, read_thresholds
from loadtests.visits import ANSWER_SECONDS, Target

MOST_USERS: Final = 5_000
_ERRAND_SECONDS: Final = 8.0
"""A long errand, most of it thinking: what the pool of users is sized by."""


class ExitCode(IntEnum):
    """How a run ends."""

    PASSED = 0
    FAILED = 1
    BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with these command line arguments; the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    errors = Console(stderr=True, highlight=False)
    try:
        thresholds = read_thresholds(options.thresholds)
        _require_pool(options.users)
        plan = plan_of(
            options.host, options.world, options.people, rate=options.rate, seconds=options.seconds, seed=options.seed
        )
        _require_folder(options.report)
        now, fingerprint = world_of(plan.target)
        plan = signed_in(plan, options.client)
    except (BadInput, ThresholdsInvalid, PeopleFileInvalid, ScheduleInvalid) as error:
        errors.print(f"canbao load: {error}", markup=False)
        return ExitCode.BAD_INPUT
    except OSError as error:
        errors.print(f"canbao load: {error.filename}: {error.strerror}", markup=False)
        return ExitCode.BAD_INPUT
    users = options.users or _pool(options.rate, plan.mix)
    run = Run(plan)
    cpu_seconds = _watched(run, users, errors, quiet=options.quiet)
    elapsed = run.ended - run.began
    verdict = judged(run.measurements, thresholds, run.against())
    circumstances = Circumstances(
        host=options.host,
        world=options.world,
        world_fingerprint=fingerprint,
        world_now=now,
        seed=options.seed,
        journeys_per_second=options.rate,
        seconds=options.seconds,
        users=users,
        planned=plan.planned(),
        started=run.started,
        finished=run.finished,
        failed=run.failed,
        elapsed_seconds=three_digits(elapsed),
        late_ms=Spread.of(run.late),
        waited_for_a_user_ms=Spread.of(run.waited),
        cpu_share=three_digits(cpu_seconds / elapsed),
    )
    report = report_of(circumstances, verdict)
    if options.report is not None:
        write_report(options.report, report)
    if options.json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        _show(Console(highlight=False), circumstances, rows(verdict), complaints(verdict), passed=verdict.passed)
    return ExitCode.PASSED if verdict.passed else ExitCode.FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.smoke",
        description="Let people bind a relative, pay, finish and look at the log for a while, and judge every answer.",
        epilog="Exit code 0: passed; 1: wrong answers or thresholds not kept; 2: bad input. See docs/load.md.",
    )
    parser.add_argument("--host", required=True, help="the server, such as http://127.0.0.1:8000")
    parser.add_argument("--world", default="", help="the world by name; the server's default world without it")
    parser.add_argument("--people", type=Path, required=True, help="JSON lines, one person each")
    parser.add_argument(
        "--client", default=None, help=f"gets a token for everybody who has none in the file; its secret is in {SECRET}"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="how long people keep coming (default 20)")
    parser.add_argument("--rate", type=float, default=5.0, help="journeys that begin per second (default 5)")
    parser.add_argument("--users", type=int, default=None, help="errands at once at most (default: by the rate)")
    parser.add_argument("--seed", type=int, default=1, help="of arrivals, habits and pauses (default 1)")
    parser.add_argument("--thresholds", type=Path, default=THRESHOLDS, help="limits other than the project's own")
    parser.add_argument("--report", type=Path, default=None, help="write the report to this file")
    parser.add_argument("--json", action="store_true", help="print the report instead of a table")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def _pool(rate: float, mix: Mix) -> int:
    at_once = rate * (1 + mix.look_ups_per_journey) * _ERRAND_SECONDS
    return min(MOST_USERS, 10 + math.ceil(at_once))


def _require_pool(users: int | None) -> None:
    if users is not None and not 1 <= users <= MOST_USERS:
        raise BadInput(f"--users is a number from 1 to {MOST_USERS}")


def _require_folder(report: Path | None) -> None:
    if report is not None and (report.is_dir() or not report.parent.is_dir()):
        raise BadInput("--report is a file in a folder that exists")


def world_of(target: Target) -> tuple[str, str]:
    """The instant and the fingerprint of the world, from a server that answers. Raises BadInput."""
    asked = json.dumps({"query": documents()["WorldNow"]}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    request = urllib.request.Request(f"{target.host}{target.path}", asked, headers)
    # The environment's proxies are for other hosts than a server under test.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            data = data_of(answer.status, answer.read())
            return str(at(data, "world.now")), str(at(data, "world.fingerprint"))
    except urllib.error.HTTPError as error:
        with error:
            raise BadInput(f"{target.path} answers HTTP {error.code}: is there such a world?") from None
    except (OSError, ValueError, NotAnswered, Wrong) as error:
        raise BadInput(f"no Canbao server answers at {target.host}{target.path} ({type(error).__name__})") from None


def _watched(run: Run, users: int, console: Console, *, quiet: bool) -> float:
    """Carry out the run with a bar that moves; the processor seconds that the load generator used."""
    if quiet:
        return carried_out(run, InsuredPerson, users, lambda _: None)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("errands, {task.fields[failed]} failed"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        task = progress.add_task("办事 errands", total=len(run.plan.coming), failed=0)

        def look(run: Run) -> None:
            progress.update(task, completed=run.finished, failed=run.failed, refresh=True)

        return carried_out(run, InsuredPerson, users, look)


def _show(
    console: Console, run: Circumstances, table_rows: Sequence[Sequence[str]], reasons: Sequence[str], *, passed: bool
) -> None:
    journeys = run.planned[ErrandKind.PAY_FOR_A_RELATIVE.value]
    table = Table(
        title=f"{journeys} journeys in {run.seconds:g} s, {run.journeys_per_second:g} a second meant",
        caption="times in ms from the moment people meant to ask, of right answers",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=0,
    )
    for name in COLUMNS:
        table.add_column(name, justify="left" if name in ("operation", "") else "right", no_wrap=True)
    for row in table_rows:
        table.add_row(*row, style=None if row[-1] == "pass" else "red")
    console.print(table)
    for warning in run.warnings():
        console.print(f"! {warning}", style="yellow", markup=False)
    for reason in reasons:
        console.print(f"✗ {reason}", style="red", markup=False)
    console.print("PASS 通过" if passed else "FAIL 未通过", style="bold green" if passed else "bold red")


if __name__ == "__main__":
    assert locust.__version__
    sys.exit(main())
