"""A run of a profile, with a verdict (按方案压测): `python -m loadtests.season --profile NAME --host URL …`.

Exit code 0: passed. 1: a wrong answer, a threshold or a limit that was not kept. 2: bad input, or nobody answers there.
With `--workers` it is Locust's master of so many processes like it, which ask in its place; with `--expect` of so many
that were started elsewhere with `--worker`.
"""

from __future__ import annotations

import locust

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import argparse
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from loadtests.crowds import Crowds, Spoilt
from loadtests.curves import CurveInvalid, read_curve
from loadtests.people import PeopleFileInvalid
from loadtests.profiles import profiles
from loadtests.reaching import BadInput, target_of, world_of
from loadtests.records import Record
from loadtests.report import complaints, write_report
from loadtests.run import carried_out
from loadtests.season_plan import SeasonPlan, plan_for, read_everybody
from loadtests.season_report import Circumstances, page_of, report_of, said_of, table_of
from loadtests.season_run import Lookout, SeasonRun
from loadtests.season_verdict import against, against_leaking, against_recovery
from loadtests.users import InsuredPerson
from loadtests.verdict import THRESHOLDS, Thresholds, ThresholdsInvalid, judged, read_thresholds
from loadtests.visits import Target

USERS: Final = 200
MASTER: Final = "127.0.0.1"


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
        target = target_of(options.host, options.world)
        thresholds = read_thresholds(options.thresholds)
        plan = planned(options.profile, options)
        _, fingerprint = world_of(target)
        if options.worker is not None:
            Crowds(plan, target, lambda: world_seconds(target)).work(options.worker)
            return ExitCode.PASSED
        lookout = Lookout(plan, target, lambda: world_seconds(target))
        looking = threading.Thread(target=lookout.look, daemon=True)
        looking.start()
        record = _record(options, plan, target, arguments)
        lookout.last()
        looking.join()
    except (BadInput, ThresholdsInvalid, PeopleFileInvalid, CurveInvalid, Spoilt) as error:
        errors.print(f"canbao load: {error}", markup=False)
        return ExitCode.BAD_INPUT
    except OSError as error:
        errors.print(f"canbao load: {error.filename}: {error.strerror}", markup=False)
        return ExitCode.BAD_INPUT
    against_the_run = (
        *against(plan, record),
        *against_recovery(plan, record),
        *against_leaking(plan, lookout.samples),
    )
    verdict = judged(record.measurements, limits_for(plan, thresholds), against_the_run)
    made = Circumstances(
        target,
        fingerprint,
        options.users,
        max(1, options.workers, options.expect),
        options.server_cores,
        lookout.samples[-1].at_seconds,
    )
    report = report_of(plan, record, lookout.samples, verdict, made)
    if options.report is not None:
        write_report(options.report, report)
    if options.html is not None:
        options.html.write_text(page_of(report), encoding="utf-8")
    if options.json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
        console.print(table_of(report))
        for line in said_of(report):
            console.print(line, markup=False)
        for reason in complaints(verdict):
            console.print(f"✗ {reason}", style="red", markup=False)
        said, style = ("PASS 通过", "bold green") if verdict.passed else ("FAIL 未通过", "bold red")
        console.print(said, style=style)
    return ExitCode.PASSED if verdict.passed else ExitCode.FAILED


def planned(name: str, options: Any) -> SeasonPlan:
    """The plan of that profile with these options. Raises BadInput, PeopleFileInvalid, CurveInvalid, OSError."""
    profile = profiles().get(name)
    if profile is None:
        raise BadInput(f"there is no profile {name}: there are {', '.join(profiles())}")
    curve = read_curve(options.curve)
    people = read_everybody(curve, options.residents, options.families, options.others)
    seconds = profile.seconds if options.seconds is None else options.seconds
    first = curve.first if options.first is None else options.first
    seed, times = options.seed, options.times
    return plan_for(profile, curve, people, first=first, rate=options.rate, seconds=seconds, times=times, seed=seed)


def limits_for(plan: SeasonPlan, thresholds: Thresholds) -> Thresholds:
    """The thresholds as they hold for a profile: what it must have seen, and how long answers may take."""
    planned = plan.planned()
    required = tuple(name for name in plan.figures.required if planned.get(name, 1))
    limits = {name: limit.times(plan.profile.limits_times) for name, limit in thresholds.limits.items()}
    return replace(thresholds, limits=limits, required=required)


def _record(options: Any, plan: SeasonPlan, target: Target, arguments: Sequence[str] | None) -> Record:
    """What happened, in this process or in those that work for it. Raises Spoilt."""
    if not options.workers and not options.expect:
        run = SeasonRun(plan, target, lambda: world_seconds(target))
        carried_out(run, InsuredPerson, options.users, lambda _: None)
        assert run.clock is not None
        return Record.together([run.record.written(run.clock.began)])
    crowds = Crowds(plan, target, lambda: world_seconds(target))
    given = sys.argv[1:] if arguments is None else list(arguments)
    with crowds.master(MASTER if options.workers else "*", options.port) as port:
        command = [sys.executable, "-m", "loadtests.season", *given, "--workers", "0", "--worker", f"{MASTER}:{port}"]
        workers = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(options.workers)]
        try:
            return crowds.directed(options.workers or options.expect, options.users)
        finally:
            for worker in workers:
                worker.terminate()
                worker.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.season",
        description="Let people come as a profile says, and judge every answer.",
        epilog="Exit code 0: passed; 1: wrong answers, thresholds or limits; 2: bad input. See docs/season.md.",
    )
    parser.add_argument("--profile", default="season", help="what the run is like: " + ", ".join(profiles()))
    parser.add_argument("--host", required=True, help="the server, such as http://127.0.0.1:8000")
    parser.add_argument("--world", default="", help="the world by name; the server's default world without it")
    parser.add_argument("--curve", type=Path, required=True, help="canbao-curve/1")
    parser.add_argument("--residents", type=Path, required=True, help="JSON lines, who pays for themselves")
    parser.add_argument("--families", type=Path, required=True, help="JSON lines, who pays for a relative")
    parser.add_argument("--others", type=Path, required=True, help="JSON lines, who comes for anything else")
    parser.add_argument(
        "--first", type=int, default=None, help="where the world's clock begins; the season's beginning"
    )
    parser.add_argument("--rate", type=int, default=1, help="how fast the world's clock runs (default 1)")
    parser.add_argument("--seconds", type=float, default=None, help="how long people keep coming, but in a season")
    parser.add_argument("--times", type=float, default=1.0, help="how many times as many come, but in a season")
    parser.add_argument("--users", type=int, default=USERS, help=f"errands at once at most (default {USERS})")
    parser.add_argument("--seed", type=int, default=1, help="of moments, habits and pauses (default 1)")
    parser.add_argument("--server-cores", type=int, default=1, help="cores that the server may use (default 1)")
    parser.add_argument("--thresholds", type=Path, default=THRESHOLDS, help="limits other than the project's own")
    parser.add_argument("--workers", type=int, default=0, help="processes of this machine that ask in its place")
    parser.add_argument("--expect", type=int, default=0, help="workers of other machines to wait for")
    parser.add_argument("--port", type=int, default=0, help="where workers find the master (default: a free one)")
    parser.add_argument("--worker", default=None, metavar="ADDRESS:PORT", help="ask for the master that is there")
    parser.add_argument("--report", type=Path, default=None, help="write the report to this file")
    parser.add_argument("--html", type=Path, default=None, help="draw the report into this page")
    parser.add_argument("--json", action="store_true", help="print the report instead of a table")
    return parser


def world_seconds(target: Target) -> int:
    """The world's time as the server tells it, in seconds since the epoch."""
    now, _ = world_of(target)
    return int(datetime.fromisoformat(now).timestamp())


if __name__ == "__main__":
    assert locust.__version__
    sys.exit(main())
