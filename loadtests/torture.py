"""The log while its servers are killed (事件日志的折磨测试): `python -m loadtests.torture … -- SERVER --fd {fd}`.

Several servers serve one world. Writers change things at any of them, readers follow the log at any of them, cut their
connections at random and resume from their last cursor, and servers are killed at random and started again. When all
is quiet, everybody's log is read from the beginning, page by page, and compared with what each reader was told.

Exit code 0: every reader was told exactly the log by its filter. 1: something was lost, told twice, out of order or to
the wrong reader, or a change and its events do not agree. 2: bad input, or no server.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import count, cycle
from pathlib import Path
from random import Random
from typing import Any, Final

import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from loadtests.answers import NotAnswered, Wrong, at, nodes
from loadtests.crash import ExitCode, Server, ServerFailed, listening
from loadtests.documents import documents
from loadtests.payments import Client, may_be_sent_again
from loadtests.people import PeopleFileInvalid, Viewer, read_people, read_units, read_viewers
from loadtests.percentiles import Spread
from loadtests.readers import KINDS, SOME_TYPES, Filter, Habits, Reader, compared
from loadtests.report import write_report
from loadtests.schedule import child_seed
from loadtests.writers import Writers

FORMAT: Final = "canbao-torture/1"
KILL_SECONDS: Final = 6.0
"""assumed: how long until the next server is killed, on average."""
DOWN_SECONDS: Final = 0.5
QUIET_SECONDS: Final = 60.0
"""How long readers may take to be told of everything once nobody writes and no server dies."""
LINGER_SECONDS: Final = 2.0
"""Whatever is told twice in the end is told by then."""
_CITIZENS: Final = 0.3
"""assumed: the share of readers who are citizens and follow what is theirs."""
_SOME_TYPES: Final = 0.25
_PAGE: Final = 100
_SHOWN: Final = 40
_MOST_PEOPLE: Final = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything."""

    seconds: float
    readers: int
    writers: int
    per_second: float | None
    kill_seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An event as a page of the log has it."""

    id: str
    cursor: str
    cause: str


@dataclass(slots=True)
class Fleet:
    """The servers of a world; those that are down are asked nothing until they are ready again."""

    servers: Sequence[Server]
    kills: int = 0
    down: set[int] = field(default_factory=set)

    def port(self, random: Random) -> int:
        """A server that runs, as far as is known."""
        up = [server.port for number, server in enumerate(self.servers) if number not in self.down]
        ports = up or [server.port for server in self.servers]
        return ports[int(random.random() * len(ports))]

    async def killed_at_random(
        self, seed: int, mean_seconds: float, over: asyncio.Event, told: Callable[[], None]
    ) -> None:
        """Servers are killed and started again, one in so many seconds, several at once among them, until it is over.

        Then all run. Raises ServerFailed.
        """
        each = mean_seconds * len(self.servers)
        async with asyncio.TaskGroup() as killing:
            for number in range(len(self.servers)):
                random = Random(child_seed(seed, "torture/kills", number))
                killing.create_task(self._killed_at_random(number, random, each, over, told))

    async def _killed_at_random(
        self, number: int, random: Random, mean_seconds: float, over: asyncio.Event, told: Callable[[], None]
    ) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), -mean_seconds * math.log(1.0 - random.random()))
                return
            self.down.add(number)
            await asyncio.to_thread(self.servers[number].kill)
            self.kills += 1
            told()
            await asyncio.sleep(random.random() * DOWN_SECONDS)
            await asyncio.to_thread(self.servers[number].start)
            self.down.discard(number)


def log_of(port: int, wanted: Filter, after: str | None) -> list[LogEvent]:
    """The log by a filter, from a place on to its end, page by page. Raises NotAnswered, Wrong."""
    found: list[LogEvent] = []
    variables: dict[str, Any] = {"first": _PAGE, "types": None if wanted.types is None else list(wanted.types)}
    with closing(Client(port)) as client:
        while True:
            data = client.ask(wanted.viewer, "EventsInOrder", {**variables, "after": after})
            page = nodes(data, "events")
            found += [LogEvent(event["id"], event["cursor"], event["cause"]) for event in page]
            if not at(data, "events.pageInfo.hasNextPage"):
                return found
            after = str(at(data, "events.pageInfo.endCursor"))


def end_of_log(port: int, viewer: Viewer) -> str:
    """The cursor of the last event that a viewer sees. Raises NotAnswered, Wrong."""
    with closing(Client(port)) as client:
        data = client.ask(viewer, "EventsInOrder", {"last": 1})
        return str(at(data, "events.pageInfo.endCursor"))


def made_readers(plan: Plan, viewers: Sequence[Viewer], citizens: Sequence[Viewer], start: str) -> list[Reader]:
    """Readers of all kinds, drawn from the seed: who they are, what they follow, and how they read."""
    texts = documents()
    cursors: dict[str, str] = {}
    own, shared = cycle(citizens), cycle(viewers)
    found = []
    for number in range(plan.readers):
        random = Random(child_seed(plan.seed, "torture/reader", number))
        viewer = next(own) if random.random() < _CITIZENS else next(shared)
        wanted = Filter(viewer, SOME_TYPES if random.random() < _SOME_TYPES else None)
        habits = Habits.drawn(random.random)
        name = f"reader {number} ({viewer.about}, {'SSE' if habits.event_stream else 'WebSocket'})"
        found.append(Reader(name, wanted, habits, texts[habits.document], start, cursors, random))
    return found


# ---- a run ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a run tells how far it is."""

    passed: Callable[[float, int], None]
    """Seconds since the beginning, and what all readers together have been told."""
    kill: Callable[[], None]
    says: Callable[[str], None]


async def carried_out(
    fleet: Fleet, plan: Plan, writers: Writers, viewers: Sequence[Viewer], citizens: Sequence[Viewer], told: Told
) -> dict[str, Any]:
    """Everything, and the report of it. Raises ServerFailed, NotAnswered, Wrong.

    The first of the viewers sees the whole log.
    """
    random = Random(child_seed(plan.seed, "torture/pages", 0))
    everything = Filter(viewers[0], None)
    await asyncio.gather(*(asyncio.to_thread(server.start) for server in fleet.servers))
    await asyncio.to_thread(writers.first_change)
    start = await asyncio.to_thread(end_of_log, fleet.port(random), everything.viewer)
    readers = made_readers(plan, viewers, citizens, start)
    filters = {everything, *(reader.wanted for reader in readers)}
    over, settling = asyncio.Event(), asyncio.Event()
    reading = [asyncio.create_task(reader.read(fleet.port, settling)) for reader in readers]
    killing = asyncio.create_task(fleet.killed_at_random(plan.seed, plan.kill_seconds, over, told.kill))
    try:
        writers.start(plan.writers, plan.per_second)
        until = time.perf_counter() + plan.seconds
        while (left := until - time.perf_counter()) > 0 and not any(task.done() for task in (killing, *reading)):
            told.passed(plan.seconds - left, sum(len(reader.ids) for reader in readers))
            await asyncio.sleep(min(0.5, left))
        over.set()
        try:
            await killing
        except* ServerFailed as failed:
            raise failed.exceptions[0] from None
        told.says("the last answers")
        await asyncio.to_thread(writers.stop)
        settling.set()
        told.says("the last events")
        needed = await _all_told(fleet.port(random), filters, readers, start)
        await asyncio.sleep(LINGER_SECONDS)
        # What has fallen due meanwhile stands in the log as well, and some have been told of it.
        logs = await asyncio.to_thread(_logs, fleet.port(random), filters, start)
        for task in reading:
            if task.done():
                task.result()
    finally:
        await asyncio.to_thread(writers.stop)
        for task in (killing, *reading):
            task.cancel()
        await asyncio.gather(killing, *reading, return_exceptions=True)
    return _report(plan, fleet, readers, writers, needed, logs, logs[everything])


async def _all_told(port: int, filters: set[Filter], readers: Sequence[Reader], start: str) -> Mapping[Filter, int]:
    """How many events of each log must have been told, once every reader has been told, or has had its time."""
    until = time.perf_counter() + QUIET_SECONDS
    logs = await asyncio.to_thread(_logs, port, filters, start)
    while time.perf_counter() < until:
        last = {wanted: log[-1].id for wanted, log in logs.items() if log}
        if all(last.get(reader.wanted) in (None, *reader.ids[-_PAGE:]) for reader in readers):
            break
        await asyncio.sleep(0.5)
    return {wanted: len(log) for wanted, log in logs.items()}


def _logs(port: int, filters: set[Filter], start: str) -> Mapping[Filter, Sequence[LogEvent]]:
    """The log by each filter, as soon as the server that is asked has come to itself."""
    until = time.perf_counter() + QUIET_SECONDS
    while True:
        try:
            return {wanted: log_of(port, wanted, start) for wanted in filters}
        except NotAnswered as reason:
            if not may_be_sent_again(reason) or time.perf_counter() > until:
                raise
            time.sleep(0.5)


# ---- the verdict ----------------------------------------------------------------------------------------------------


def _report(
    plan: Plan,
    fleet: Fleet,
    readers: Sequence[Reader],
    writers: Writers,
    needed: Mapping[Filter, int],
    logs: Mapping[Filter, Sequence[LogEvent]],
    log: Sequence[LogEvent],
) -> dict[str, Any]:
    findings: list[str] = []
    counts: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    ids = {wanted: [event.id for event in its_log] for wanted, its_log in logs.items()}
    for reader in readers:
        wanted = reader.wanted
        found = compared(ids[wanted], needed[wanted], reader.ids, from_now=reader.habits.from_now)
        findings += [f"{reader.name}: {what}" for what in found.told()]
        counts.update(found.counts())
        kinds[wanted.viewer.about].update({"readers": 1, "deliveries": len(reader.ids), **found.counts()})
    causes = Counter(event.cause for event in log)
    wrong = [what for change in writers.changes if (what := change.wrong(causes))]
    cursors = readers[0].cursors if readers else {}
    moved = [event.id for event in log if cursors.get(event.id, event.cursor) != event.cursor]
    told = [what for reader in readers for what in reader.findings]
    findings += [*wrong, *writers.findings, *told, *(f"{one} has another cursor in a page" for one in moved)]
    late = _late_ms(readers, writers, log)
    return {
        "format": FORMAT,
        "passed": not findings,
        **{name: counts[name] for name in KINDS},
        "run": {**asdict(plan), "servers": len(fleet.servers)},
        "kills": fleet.kills,
        "connections": sum(reader.connections for reader in readers),
        "reconnects": sum(max(reader.connections - 1, 0) for reader in readers),
        "endings": dict(sum((reader.endings for reader in readers), Counter()).most_common()),
        "events": len(log),
        "deliveries": sum(len(reader.ids) for reader in readers),
        "chained": sum(reader.chained for reader in readers),
        "changes": dict(writers.totals()),
        "refused": dict(writers.refused()),
        "sent_again": writers.sent_again(),
        "late_ms": None if (spread := Spread.of(late)) is None else asdict(spread),
        "kinds": {kind: dict(kinds[kind]) for kind in sorted(kinds)},
        "wrong_changes": len(wrong),
        "findings_in_all": len(findings),
        "findings": findings[:_SHOWN],
    }


def _late_ms(readers: Sequence[Reader], writers: Writers, log: Sequence[LogEvent]) -> list[float]:
    """How long after a change was answered those were told of it who were following before it was sent.

    Readers who pause are left out. A change counts that was answered at once, so that its answer tells the commit.
    """
    made = {change.requests[0]: change for change in writers.changes if change.is_made and len(change.requests) == 1}
    of_event = {event.id: made[event.cause] for event in log if event.cause in made}
    found = []
    for reader in readers:
        if reader.habits.slow:
            continue
        for one, received_at, asked_at in zip(reader.ids, reader.received_at, reader.asked_at, strict=True):
            change = of_event.get(one)
            if change is not None and asked_at < change.sent_at:
                found.append(max(received_at - change.answered_at, 0.0) * 1000)
    return found


# ---- the command ----------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.torture",
        description="Follow the log while servers are killed, and see that every reader was told exactly the log.",
        epilog="Exit code 0: passed; 1: lost, doubled, out of order; 2: bad input. See docs/load.md.",
    )
    parser.add_argument("--people", type=Path, required=True, help="JSON lines, one person with a token each")
    parser.add_argument("--units", type=Path, required=True, help="JSON lines, one collecting unit each, with a token")
    parser.add_argument("--viewers", type=Path, required=True, help="JSON lines; the first sees the whole log")
    parser.add_argument("--seconds", type=float, default=300.0, help="how long people write (default 300)")
    parser.add_argument("--servers", type=int, default=4, help="how many serve the world (default 4)")
    parser.add_argument("--writers", type=int, default=16, help="how many write at once (default 16)")
    parser.add_argument("--readers", type=int, default=200, help="how many follow the log (default 200)")
    parser.add_argument("--per-second", type=float, default=None, help="changes a second at most; as many as may be")
    parser.add_argument("--kill-seconds", type=float, default=KILL_SECONDS, help="between kills, on average")
    parser.add_argument("--seed", type=int, default=1, help="of the readers and of the kills (default 1)")
    parser.add_argument("--report", type=Path, required=True, help="write the report to this file")
    parser.add_argument("--log", type=Path, required=True, help="where the servers' standard error goes")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.add_argument("server", nargs="+", help="the command that serves on the open socket {fd}")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with these command line arguments; the exit code."""
    options = _parser().parse_args(arguments)
    errors = Console(stderr=True, highlight=False)
    plan = Plan(
        options.seconds, options.readers, options.writers, options.per_second, options.kill_seconds, options.seed
    )
    try:
        people = read_people(options.people, _MOST_PEOPLE)
        units = read_units(options.units, _MOST_PEOPLE)
        viewers = read_viewers(options.viewers)
        if not people or not viewers:
            raise PeopleFileInvalid("nobody is in the file of people, or in that of viewers")
        citizens = [Viewer(person.token, "citizen") for person in people]
        with ExitStack() as stack:
            listeners = [stack.enter_context(listening()) for _ in range(options.servers)]
            servers = [Server(options.server, listener, options.log) for listener in listeners]
            for server in servers:
                stack.callback(server.stop)
            fleet = Fleet(servers)
            writers = Writers(people, units, plan.seed, fleet.port)
            told = stack.enter_context(_told(errors, plan, quiet=options.quiet))
            report = uvloop.run(carried_out(fleet, plan, writers, viewers, citizens, told))
    except (PeopleFileInvalid, ServerFailed, NotAnswered, Wrong, OSError) as error:
        errors.print(f"canbao load torture: {error}", markup=False)
        return ExitCode.BAD_INPUT
    write_report(options.report, report)
    return ExitCode.PASSED if report["passed"] else ExitCode.FAILED


@contextmanager
def _told(console: Console, plan: Plan, *, quiet: bool) -> Iterator[Told]:
    """A bar that moves with the time, and says how many events were told and how many servers killed."""
    if quiet:
        yield Told(lambda seconds, deliveries: None, lambda: None, lambda what: None)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[deliveries]:,} told, {task.fields[kills]} killed"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("读者 readers", total=plan.seconds, deliveries=0, kills=0)
        kills = count(1)
        yield Told(
            lambda seconds, deliveries: progress.update(task, completed=seconds, deliveries=deliveries),
            lambda: progress.update(task, kills=next(kills)),
            lambda what: progress.update(task, description=what),
        )


if __name__ == "__main__":
    sys.exit(main())
