"""A server that is asked too much (过载测试): `python -m loadtests.overload --host URL --people FILE`.

First the server shows what it can do at most; then people come three times as fast as that, whatever it answers; then
half as fast; and in the end it shows once more what it can do, since a machine is not at all times equally fast. Every
wait is measured from the moment when somebody meant to ask.

Whoever asks stands for other machines, so the load generator keeps to a core of its own where there are two. What
neighbours of the server took of its processor is not the server's fault: with `--server-pid` its goodput is taken for
each second of processor that it and its database were given, as long as they did not leave the processor idle.

Exit code 0: it kept its goodput, its answers did not come late, its memory did not grow, and it was itself again soon.
1: it did not. 2: bad input, or nobody answers there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from itertools import count, cycle, islice
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

import uvloop
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from loadtests.asking import Asked, Asker, Outcome
from loadtests.documents import documents
from loadtests.people import PeopleFileInvalid, Person, read_people
from loadtests.percentiles import Spread
from loadtests.processor import Spent, Watch
from loadtests.report import LATE_MS, write_report
from loadtests.schedule import ScheduleInvalid, child_seed, poisson

FORMAT: Final = "canbao-overload/1"
AT_ONCE: Final = 128
"""How many ask together, each as soon as the last answer was read, when the most that a server can do is looked for."""
CONNECTIONS: Final = 2_000
"""How many ask together at most when they come by the clock."""
PATIENCE_SECONDS: Final = 30.0
CALM: Final = 0.5
"""Of its peak, what a server is asked before and after the overload."""
MOST_PEOPLE: Final = 10_000

LEAST_GOODPUT: Final = 0.8
"""assumed: of the peak, what must be answered well however many ask."""
LATEST_SECONDS: Final = 1.0
"""assumed: how long the slowest of a hundred who are answered may have waited."""
MOST_IDLE: Final = 0.1
"""assumed: of its processor, what a server that is asked too much may leave idle more than at its peak."""
RECOVERY_SECONDS: Final = 10
"""assumed: how long after the overload a server may take to be itself again."""
MOST_GROWTH_BYTES: Final = 128 * 2**20
"""assumed: what a thousand connections may take, their buffers among it. A queue without a bound takes more."""

_MIX: Final = (
    ("MyFamily", 0.35),
    ("QuoteResidentContribution", 0.2),
    ("AgenciesOfRegion", 0.1),
    ("PolicyOfRegion", 0.1),
    ("BindFamilyMember", 0.25),
)
"""assumed: what people ask on their way to paying. A quarter writes, where half of a whole journey would: each binding
is a transaction of its own, with its key."""
_MEMORY: Final = re.compile(rb"^process_resident_memory_bytes ([0-9.e+]+)$", re.MULTILINE)


class ExitCode(IntEnum):
    """How a run ends."""

    PASSED = 0
    FAILED = 1
    BAD_INPUT = 2


# ---- what is asked --------------------------------------------------------------------------------------------------


def requests(people: Sequence[Person], host: str, seed: int) -> Iterator[bytes]:
    """Requests without an end, each of somebody else, as bytes of HTTP/1.1."""
    texts = documents()
    unit = Random(child_seed(seed, "overload/mix", 0)).random
    for number, person in zip(count(), cycle(people)):
        name = _drawn(unit())
        body = json.dumps({"query": texts[name], "variables": _variables(name, person, f"overload-{seed}-{number}")})
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nAccept: application/graphql-response+json\r\n"
            f"Content-Type: application/json\r\nAuthorization: Bearer {person.token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        yield (head + body).encode()


def _variables(name: str, person: Person, key: str) -> dict[str, Any]:
    if name == "MyFamily":
        return {}
    if name == "QuoteResidentContribution":
        # Of oneself: who is insured as an employee hears so, after everything has been looked up.
        return {"person": person.person_id, "year": person.coverage_year}
    if name == "BindFamilyMember":
        member = person.member
        form = {
            "idempotencyKey": key,
            **member.form(),
            "pledgeAccepted": True,
        }
        return {"input": form}
    return {"region": person.region}


def _drawn(unit: float) -> str:
    for name, share in _MIX:
        if unit < share:
            return name
        unit -= share
    return _MIX[-1][0]


# ---- how it is asked ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phase:
    """Everybody who asked in one phase of a run, in the order in which they meant to, and for how long they came."""

    seconds: float
    asked: Sequence[Asked]
    began: float = 0.0
    late_ms: Spread | None = None
    """How late the load generator was in sending; what nobody meant to send at a moment is never late."""
    spent: Spent | None = None
    """Of the processor, while people came; None where the server's processes are not known."""

    def number(self, outcome: Outcome) -> int:
        """How many had that outcome."""
        return sum(one.outcome is outcome for one in self.asked)

    @property
    def goodput(self) -> float:
        """Good answers a second while people came."""
        until = self.began + self.seconds
        return sum(one.outcome is Outcome.GOOD and one.answered_at <= until for one in self.asked) / self.seconds

    @property
    def goodput_of_processor(self) -> float | None:
        """Good answers for each second of processor that the server's side was given; None where nobody knows."""
        return None if self.spent is None or not self.spent.server else self.goodput * self.seconds / self.spent.server

    def spread(self) -> Spread | None:
        """How long those waited who were answered well, in milliseconds."""
        return Spread.of([one.seconds * 1000 for one in self.asked if one.outcome is Outcome.GOOD])

    def well_from(self, latest_seconds: float) -> int | None:
        """From which whole second on everybody was answered well and in time; None where the last one was not."""
        bad = [
            int(one.meant_at - self.began)
            for one in self.asked
            if one.outcome is not Outcome.GOOD or one.seconds > latest_seconds
        ]
        found = max(bad, default=-1) + 1
        return found if found < self.seconds else None


async def as_fast_as_it_goes(
    asker: Asker, asking: Iterator[bytes], seconds: float, watch: Watch | None = None
) -> Phase:
    """`AT_ONCE` clients, each of whom asks again as soon as the last answer was read."""
    loop = asyncio.get_running_loop()
    before = None if watch is None else watch.look()
    began = loop.time()
    found: list[Asked] = []

    def again() -> None:
        if (now := loop.time()) < began + seconds:
            asked = asker.ask(next(asking), now)
            asked.then = again
            found.append(asked)

    for _ in range(AT_ONCE):
        again()
    await asyncio.sleep(seconds)
    spent = None if watch is None or before is None else watch.look() - before
    await asker.finished()
    return Phase(seconds, found, began, spent=spent)


async def by_the_clock(
    asker: Asker, asking: Iterator[bytes], moments: Sequence[float], seconds: float, watch: Watch | None = None
) -> Phase:
    """Everybody asks at the moment when they mean to, whatever became of the others."""
    made = deque(zip(moments, islice(asking, len(moments)), strict=True))
    loop = asyncio.get_running_loop()
    before = None if watch is None else watch.look()
    began = loop.time()
    found: list[Asked] = []
    late: list[float] = []
    while made:
        await asyncio.sleep(max(0.0, began + made[0][0] - loop.time()))
        now = loop.time()
        while made and began + made[0][0] <= now:
            moment, request = made.popleft()
            late.append(now - began - moment)
            found.append(asker.ask(request, began + moment))
    await asyncio.sleep(max(0.0, began + seconds - loop.time()))
    spent = None if watch is None or before is None else watch.look() - before
    await asker.finished()
    return Phase(seconds, found, began, Spread.of([one * 1000 for one in late]), spent)


# ---- the verdict ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """What a server did: calm, at its peak, asked too much, afterwards, at its peak again; and its memory, in bytes."""

    calm: Phase
    peak: Phase
    overload: Phase
    after: Phase
    peak_again: Phase
    memory_before: int
    memory_most: int

    @property
    def share_by_clock(self) -> float:
        """Of the goodput of both peaks, what was left under overload."""
        peaks = (self.peak.goodput + self.peak_again.goodput) / 2
        return self.overload.goodput / peaks if peaks else 0.0

    @property
    def share(self) -> float:
        """The same for each second of processor, where that is known: this is what the verdict goes by."""
        found = [one.goodput_of_processor for one in (self.overload, self.peak, self.peak_again)]
        if not all(found):
            return self.share_by_clock
        overload, *peaks = (one or 0.0 for one in found)
        return overload * len(peaks) / sum(peaks)

    @property
    def left_idle(self) -> float:
        """Of the server's processor, what was left idle under overload more than at the peak."""
        if self.peak.spent is None or self.overload.spent is None:
            return 0.0
        peak, overload = (one.idle / one.wall for one in (self.peak.spent, self.overload.spent))
        return max(0.0, overload - peak)

    def complaints(self) -> list[str]:
        """What is wrong with it."""
        found = []
        peaks = ("at its peak", self.peak), ("at its peak again", self.peak_again)
        for name, phase in (("before", self.calm), *peaks):
            if wrong := len(phase.asked) - phase.number(Outcome.GOOD):
                found.append(f"{name}, {wrong} of {len(phase.asked)} were not answered well")
        if self.share < LEAST_GOODPUT:
            found.append(
                f"asked too much, it did {self.share:.0%} of its peak, and {LEAST_GOODPUT:.0%} are asked of it"
            )
        if self.share_by_clock < LEAST_GOODPUT and self.left_idle > MOST_IDLE:
            found.append(f"asked too much, it left {self.left_idle:.0%} more of its processor idle than at its peak")
        if failed := self.overload.number(Outcome.FAILED):
            found.append(f"asked too much, it left {failed} without an answer, or answered them with an error")
        spread = self.overload.spread()
        if spread is None or spread.p99 > LATEST_SECONDS * 1000:
            late = "nobody was answered" if spread is None else f"p99 is {spread.p99:g} ms"
            found.append(f"asked too much, {late}, and {LATEST_SECONDS * 1000:g} ms are the most")
        if self.memory_most - self.memory_before > MOST_GROWTH_BYTES:
            grown = (self.memory_most - self.memory_before) // 2**20
            found.append(f"asked too much, it grew by {grown} MiB, and {MOST_GROWTH_BYTES // 2**20} are the most")
        recovered = self.after.well_from(LATEST_SECONDS)
        if recovered is None or recovered > RECOVERY_SECONDS:
            when = "not at all" if recovered is None else f"after {recovered} s"
            found.append(f"it was itself again {when}, and {RECOVERY_SECONDS} s are the most")
        return found

    def warnings(self) -> list[str]:
        """What makes the waits longer than the server made them: the load generator was short of the processor."""
        late = {"before": self.calm, "asked too much": self.overload, "afterwards": self.after}
        return [
            f"{name}, the load generator sent late: p99 {phase.late_ms.p99:g} ms"
            for name, phase in late.items()
            if phase.late_ms is not None and phase.late_ms.p99 > LATE_MS
        ]

    def report(self) -> dict[str, Any]:
        """The report as JSON takes it."""
        complaints = self.complaints()
        return {
            "format": FORMAT,
            "passed": not complaints,
            "reasons": complaints,
            "warnings": self.warnings(),
            "phases": {
                name: _told(phase)
                for name, phase in (
                    ("calm", self.calm),
                    ("peak", self.peak),
                    ("overload", self.overload),
                    ("after", self.after),
                    ("peak again", self.peak_again),
                )
            },
            "goodput_of_peak": round(self.share, 3),
            "goodput_of_peak_by_clock": round(self.share_by_clock, 3),
            "left_idle": round(self.left_idle, 3),
            "recovered_after_seconds": self.after.well_from(LATEST_SECONDS),
            "memory_before_bytes": self.memory_before,
            "memory_most_bytes": self.memory_most,
        }


def _told(phase: Phase) -> dict[str, Any]:
    spread = phase.spread()
    return {
        "seconds": phase.seconds,
        "asked": len(phase.asked),
        "asked_per_second": round(len(phase.asked) / phase.seconds, 1),
        "good_per_second": round(phase.goodput, 1),
        **{each.name.lower(): phase.number(each) for each in Outcome},
        "response_ms": None if spread is None else asdict(spread),
        "late_ms": None if phase.late_ms is None else asdict(phase.late_ms),
        "processor_seconds": None if phase.spent is None else asdict(phase.spent),
        "good_per_processor_second": phase.goodput_of_processor,
    }


# ---- a run ----------------------------------------------------------------------------------------------------------


class _Memory:
    """The most memory that the server was seen to have, by its own word, which is asked for each half second."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self.most = 0

    async def look(self) -> int:
        """What it has now. Raises OSError; ValueError where the server does not tell."""
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(f"GET /metrics HTTP/1.1\r\nHost: {self._host}\r\nConnection: close\r\n\r\n".encode())
            found = _MEMORY.search(await reader.read())
        finally:
            writer.close()
        if found is None:
            raise ValueError("/metrics does not tell the server's memory")
        self.most = max(self.most, int(float(found[1])))
        return int(float(found[1]))

    async def watch(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(0.5)


async def carried_out(
    host: str,
    port: int,
    people: Sequence[Person],
    *,
    seconds: float,
    times: float,
    seed: int,
    progress: Progress,
    watch: Watch | None = None,
) -> Run:
    """All phases. Raises OSError, ValueError where the server cannot be asked; ScheduleInvalid."""
    asking = requests(people, f"{host}:{port}", seed)
    asker = Asker(host, port, most=CONNECTIONS, patience_seconds=PATIENCE_SECONDS)
    memory = _Memory(host, port)
    task = progress.add_task("warm-up", total=6)
    try:
        warm_up = await as_fast_as_it_goes(asker, asking, min(2.0, seconds), watch)
        if not warm_up.number(Outcome.GOOD):
            raise ValueError("nobody was answered well: is that the server of this people file?")
        progress.update(task, advance=1, description="peak")
        peak = await as_fast_as_it_goes(asker, asking, seconds, watch)
        progress.update(task, advance=1, description="calm")
        calm = await by_the_clock(asker, asking, poisson(seed, "calm", peak.goodput * CALM, seconds), seconds, watch)
        before = await memory.look()
        progress.update(task, advance=1, description=f"{times:g} times the peak")
        watching = asyncio.create_task(memory.watch())
        moments = poisson(seed, "overload", peak.goodput * times, seconds)
        overload = await by_the_clock(asker, asking, moments, seconds, watch)
        progress.update(task, advance=1, description="afterwards")
        lasting = RECOVERY_SECONDS + 2.0
        after = await by_the_clock(asker, asking, poisson(seed, "after", peak.goodput * CALM, lasting), lasting, watch)
        watching.cancel()
        progress.update(task, advance=1, description="peak again")
        peak_again = await as_fast_as_it_goes(asker, asking, seconds, watch)
        progress.update(task, advance=1, description="done")
    finally:
        await asker.close()
    return Run(calm, peak, overload, after, peak_again, before, memory.most)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with these command line arguments; the exit code."""
    options = _parser().parse_args(arguments)
    errors = Console(stderr=True, highlight=False)
    address = urlsplit(options.host)
    watch = None
    if options.server_pid:
        watch = Watch(options.server_pid, sorted(os.sched_getaffinity(options.server_pid[0])))
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    try:
        people = read_people(options.people, MOST_PEOPLE)
        if address.scheme != "http" or not address.hostname or not people or not all(one.token for one in people):
            raise PeopleFileInvalid("--host is http://address:port, and the people file has somebody with a token")
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=errors,
            disable=options.quiet or not errors.is_terminal,
        ) as progress:
            run = uvloop.run(
                carried_out(
                    address.hostname,
                    address.port or 80,
                    people,
                    seconds=options.seconds,
                    times=options.times,
                    seed=options.seed,
                    progress=progress,
                    watch=watch,
                )
            )
    except (PeopleFileInvalid, ScheduleInvalid, ValueError, OSError) as error:
        errors.print(f"canbao load: {error}", markup=False)
        return ExitCode.BAD_INPUT
    report = run.report()
    if options.report is not None:
        write_report(options.report, report)
    if not options.quiet:
        _show(report)
    return ExitCode.PASSED if report["passed"] else ExitCode.FAILED


def _show(report: dict[str, Any]) -> None:
    table = Table(box=box.SIMPLE_HEAD, title="A server that is asked too much", title_justify="left")
    for column in (
        "phase",
        "asked/s",
        "good/s",
        "good",
        "turned away",
        "failed",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "max ms",
        "server CPU s",
        "client CPU s",
    ):
        table.add_column(column, justify="left" if column == "phase" else "right")
    for name, phase in report["phases"].items():
        spread = phase["response_ms"]
        times = ["–"] * 4 if spread is None else [f"{spread[key]:g}" for key in ("p50", "p95", "p99", "max")]
        numbers = [str(phase[key]) for key in ("asked_per_second", "good_per_second", "good", "turned_away", "failed")]
        spent = phase["processor_seconds"]
        used = ["–"] * 2 if spent is None else [f"{spent[key]:.1f}" for key in ("server", "client")]
        table.add_row(name, *numbers, *times, *used)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    share, recovered = report["goodput_of_peak"], report["recovered_after_seconds"]
    by_clock = report["goodput_of_peak_by_clock"]
    grown = (report["memory_most_bytes"] - report["memory_before_bytes"]) / 2**20
    console.print(
        f"goodput under overload: {share:.0%} of the peak's (by the clock {by_clock:.0%}); itself again after "
        f"{'–' if recovered is None else recovered} s; memory {grown:+.1f} MiB",
        markup=False,
    )
    for warning in report["warnings"]:
        console.print(f"! {warning}", markup=False)
    for reason in report["reasons"]:
        console.print(f"✗ {reason}", markup=False)
    console.print("PASS 通过" if report["passed"] else "FAIL 未通过")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m loadtests.overload", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--host", required=True, metavar="URL", help="server, such as http://127.0.0.1:8000")
    parser.add_argument("--people", required=True, type=Path, metavar="FILE", help="people file, see docs/load.md")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each phase lasts (10)")
    parser.add_argument("--times", type=float, default=3.0, help="how many times its peak the server is asked (3)")
    parser.add_argument("--seed", type=int, default=7, help="of the moments and of who asks what (7)")
    parser.add_argument(
        "--server-pid",
        type=int,
        action="append",
        metavar="PID",
        help="of the server, then of its database, on this machine: goodput is for each second of their processor",
    )
    parser.add_argument("--core", type=int, help="the core to which the load generator keeps")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report there, as JSON")
    parser.add_argument("--quiet", action="store_true", help="print nothing on standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
