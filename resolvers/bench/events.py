"""What following the log costs (事件测量): how late, how much memory, how many deliveries a core, how soon back again.

A server under measurement, a process of subscribers that is told what to do, and this one, which looks at the server's
processor time and memory. See `docs/benchmarks.md`.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, insert, select

from domain.store import events
from domain.store.engine import Database, open_database
from domain.store.events import Cause, EventType, NewEvent
from domain.store.statements import EngineKind, Statement
from domain.store.tables import events as table
from domain.vocabulary import NUMBERS_PER_PROVINCE, Id, Instant, RegionCode
from resolvers.bench.cpu import Cluster, process_ns
from resolvers.bench.measuring import BenchFailed
from resolvers.bench.preparing import Stages
from resolvers.bench.processes import end, pipe

LATEST_MS: Final = 150.0
"""p99 from the commit to the receipt, at `JUDGED_AT` subscribers."""
JUDGED_AT: Final = 5_000
MOST_KIB: Final = 20.0
"""Of memory for each subscriber."""
FAN_OUT: Final = 20_000
"""Deliveries a second of a core, of one document that all share."""
BACK_SECONDS: Final = 10.0
"""Until `JUDGED_AT` whose connections were all cut have been told what they missed."""
REPLAY: Final = 50_000
"""Events a second of a core, from far back, to one subscriber."""

_BUSY: Final = 0.85
"""From this share of a core on, the subscribers' process may have been what was slow."""
_PATIENCE_SECONDS: Final = 120.0
_CALM_SECONDS: Final = 60.0
_FILLED_AT_ONCE: Final = 10_000
_BEYOND: Final = NUMBERS_PER_PROVINCE * 9 // 10
"""No id that a server gives out is so high."""
_COPIED: Final = NUMBERS_PER_PROVINCE // 100
"""By so much more are the ids of events that are copies of others."""
_FILES_BESIDE: Final = 200
"""Files that a process has open beside its connections."""


_COPIED_COLUMNS: Final = [column.name for column in table.columns if column.name != "position"]
_COPY: Final = Statement(
    insert(table).from_select(
        _COPIED_COLUMNS,
        select(
            *(
                {"id": table.c.id + bindparam("shift"), "transaction_id": events.current_transaction()}.get(
                    name, table.c[name]
                )
                for name in _COPIED_COLUMNS
            )
        )
        .where(table.c.id.between(bindparam("first"), bindparam("last")))
        .order_by(table.c.id),
    )
)


@dataclass(frozen=True, slots=True)
class EventsEffort:
    """How many subscribers, how long, and how long a log. `shared` of the subscribers see everything."""

    delays: tuple[int, ...]
    shared: int
    per_second: float
    seconds: float
    idle: int
    fan_out: int
    storm: int
    replay: int
    persons: int = 20_000
    """How many the world has, and as many as may follow what is theirs at most."""


WHOLE_EVENTS: Final = EventsEffort((1_000, 5_000, 10_000), 100, 100, 10, 5_000, 100, 5_000, 1_000_000)
QUICK_EVENTS: Final = EventsEffort((200, 1_000), 50, 100, 4, 1_000, 50, 1_000, 100_000)


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A server that is ready: where it listens, and its process."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A world to measure on. `persons` are those of the tokens in `own`, in order."""

    engine: EngineKind
    url: str
    people: Path
    own: Path
    shared: Path
    operator: str
    """A token that sees the whole log."""
    persons: Sequence[Id]
    region: RegionCode
    now: Instant
    serving: Callable[[], AbstractContextManager[ServerProcess]]
    processes: Cluster | None
    """Those of the database, where they run here."""


@dataclass(frozen=True, slots=True)
class EventsRow:
    """One figure. `value` is None where not everything was told in time; `told` has what else was seen."""

    case: str
    engine: str
    subscribers: int
    value: float | None
    unit: str
    target: str | None
    met: bool | None
    client_share: float
    told: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The row as `canbao bench events --json` prints it."""
        return asdict(self)

    def cells(self) -> tuple[str, ...]:
        """The row as a line under `EVENTS_COLUMNS`."""
        digits = ",.0f" if (self.value or 0) >= 1_000 else ".3g"
        value = "not all told" if self.value is None else f"{self.value:{digits}} {self.unit}"
        remarks = list(self.told.get("remarks", ()))
        if self.client_share > _BUSY:
            remarks.append(f"the subscribers' process used {self.client_share:.0%} of a core")
        return (
            self.case,
            self.engine,
            f"{self.subscribers:,}",
            value,
            self.target or "—",
            {True: "met", False: "NOT MET", None: "—"}[self.met],
            "; ".join(remarks),
        )


EVENTS_TITLE: Final = "Following the log"
EVENTS_COLUMNS: Final = ("case", "engine", "subscribers", "measured", "target", "", "remarks")


class Subscribers:
    """The process of subscribers, which does one thing after another. Use it as a context manager."""

    def __init__(self, prepared: Prepared) -> None:
        files = ("--people", str(prepared.people), "--own", str(prepared.own), "--shared", str(prepared.shared))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "loadtests.subscribers", *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, what: str, **told: Any) -> dict[str, Any]:
        """What it answers when it has done so. Raises BenchFailed where it has ended instead."""
        stdin, stdout = pipe(self._process.stdin), pipe(self._process.stdout)
        stdin.write(json.dumps({"do": what, **told}) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise BenchFailed(f"the subscribers' process ended in the middle of {what}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Subscribers:
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)


@contextmanager
def room_for(connections: int) -> Iterator[None]:
    """Processes that are started in the block may have so many connections. Raises BenchFailed where they may not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _FILES_BESIDE
    if hard not in (resource.RLIM_INFINITY,) and hard < wanted:
        raise BenchFailed(f"a process may have {hard} files open here, and {wanted} are needed: raise ulimit -Hn")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def resident_bytes(pid: int) -> int:
    """The memory that a process has now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


class EventsMeasurement:
    """One engine: a server, and everything that is measured of it."""

    def __init__(
        self, prepared: Prepared, effort: EventsEffort, progress: Stages, tell: Callable[[EventsRow], None]
    ) -> None:
        """`tell` is told of each figure as soon as it is known."""
        self._tell = tell
        self._prepared = prepared
        self._effort = effort
        self._progress = progress
        self._engine = prepared.engine.value
        self._numbers = iter(range(1, 1 << 40))

    def rows(self) -> list[EventsRow]:
        """Every figure. Raises BenchFailed, ServerNotStarted."""
        effort = self._effort
        most = max(*effort.delays, effort.idle, effort.storm)
        steps: list[Callable[[ServerProcess, Subscribers], list[EventsRow]]] = [
            self._memory,
            *(partial(self._delay, size=size) for size in effort.delays),
            self._fan_out,
            self._storm,
            self._replays,
        ]
        found: list[EventsRow] = []
        # The log has an end, from which everybody can begin.
        asyncio.run(self._append([self._event(self._prepared.persons[0])]))
        with room_for(most), ExitStack() as stack:
            server = stack.enter_context(self._prepared.serving())
            crowd = stack.enter_context(Subscribers(self._prepared))
            for done, step in enumerate(steps):
                self._progress(f"{self._engine}: events", done, len(steps))
                found += step(server, crowd)
                crowd.do("leave")
                self._calm(server)
        self._progress(f"{self._engine}: events", len(steps), len(steps))
        return found

    # ---- each figure ----------------------------------------------------------------------------------------------

    def _memory(self, server: ServerProcess, crowd: Subscribers) -> list[EventsRow]:
        wanted = self._effort.idle
        # What the first subscriber costs is no other's.
        self._connected(server, crowd, own=min(100, wanted), shared=0)
        crowd.do("leave")
        self._calm(server)
        before = resident_bytes(server.pid)
        told = self._connected(server, crowd, own=wanted, shared=0)
        self._calm(server)
        each = (resident_bytes(server.pid) - before) / wanted / 1024
        is_whole = told["connected"] == wanted
        row = self._row(
            "memory of each", wanted, each if is_whole else None, "KiB", f"< {MOST_KIB:g}", each < MOST_KIB, told
        )
        return [row]

    def _delay(self, server: ServerProcess, crowd: Subscribers, size: int) -> list[EventsRow]:
        effort = self._effort
        shared = min(effort.shared, size)
        self._connected(server, crowd, own=size - shared, shared=shared)
        self._calm(server)
        told, busy = self._written(server, server, crowd)
        late = told["late_ms"] or {}
        is_whole = told["deliveries"] == told["expected"] and told["made"] == told["changes"]
        value = late.get("p99") if is_whole else None
        remarks = [] if not late else [f"p50 {late['p50']:g}", f"since sent p99 {told['since_sent_ms']['p99']:g}"]
        remarks.append(f"server {busy / told['seconds'] / 1e9:.0%} of a core")
        if not is_whole:
            remarks.append(f"{told['made']} of {told['changes']} changes made {told['outcomes']}, {_told_of(told)}")
        is_judged = size == JUDGED_AT
        row = self._row(
            f"p99 of the delay at {effort.per_second:g} events/s",
            size,
            value,
            "ms",
            f"< {LATEST_MS:g}" if is_judged else None,
            (value is not None and value < LATEST_MS) if is_judged else None,
            {**told, "remarks": remarks},
        )
        return [row]

    def _fan_out(self, server: ServerProcess, crowd: Subscribers) -> list[EventsRow]:
        """The changes are made at another server, so that this one has only to tell of them."""
        size = self._effort.fan_out
        with self._prepared.serving() as other:
            self._connected(server, crowd, own=0, shared=size)
            self._calm(server)
            told, busy = self._written(server, other, crowd)
        is_whole = told["deliveries"] == told["expected"] > 0
        rate = told["deliveries"] / (busy / 1e9)
        # Whoever is told late is told of many events at once, which is cheaper.
        remarks = [f"p50 of the delay {told['late_ms']['p50']:g} ms"] if is_whole else [_told_of(told)]
        row = self._row(
            "deliveries a second of a core",
            size,
            rate if is_whole else None,
            "/s",
            f">= {FAN_OUT:,}",
            rate >= FAN_OUT,
            {**told, "remarks": remarks},
        )
        return [row]

    def _storm(self, server: ServerProcess, crowd: Subscribers) -> list[EventsRow]:
        effort = self._effort
        shared = effort.shared // 10
        own = effort.storm - shared
        self._connected(server, crowd, own=own, shared=shared)
        # Everybody has a last cursor of their own.
        asyncio.run(self._append([self._event(person) for person in self._prepared.persons[:own]]))
        first = crowd.do("settle", deliveries=own + own * shared, seconds=_PATIENCE_SECONDS)
        crowd.do("cut")
        self._calm(server)
        asyncio.run(self._append([self._event(person) for person in self._prepared.persons[:own]]))
        expected = own + own * shared
        busy = process_ns(server.pid)
        told = crowd.do("resume", deliveries=expected, seconds=_PATIENCE_SECONDS)
        busy = process_ns(server.pid) - busy
        is_whole = first["deliveries"] == told["deliveries"] == expected
        remarks = [f"server {busy / 1e9:.1f} s of a core"]
        if not is_whole:
            remarks.append(_told_of({**told, "expected": expected}))
        is_judged = effort.storm == JUDGED_AT
        row = self._row(
            "all cut, until all are told",
            effort.storm,
            told["seconds"] if is_whole else None,
            "s",
            f"<= {BACK_SECONDS:g}" if is_judged else None,
            (is_whole and told["seconds"] <= BACK_SECONDS) if is_judged else None,
            {**told, "remarks": remarks},
        )
        return [row]

    def _replays(self, server: ServerProcess, crowd: Subscribers) -> list[EventsRow]:
        after = self._end_of_log(server)
        asyncio.run(self._filled(self._effort.replay))
        return [self._replay(server, crowd, after, event_stream) for event_stream in (False, True)]

    def _replay(self, server: ServerProcess, crowd: Subscribers, after: str, event_stream: bool) -> EventsRow:
        wanted = self._effort.replay
        self._calm(server)
        busy, database = process_ns(server.pid), self._database_ns()
        told = crowd.do(
            "replay",
            port=server.port,
            after=after,
            deliveries=wanted,
            seconds=max(_PATIENCE_SECONDS, wanted / 1_000),
            event_stream=event_stream,
        )
        busy, database = process_ns(server.pid) - busy, self._database_ns() - database
        is_whole = told["deliveries"] == wanted
        rate = told["deliveries"] / (busy / 1e9)
        remarks = [f"{told['deliveries'] / told['seconds']:,.0f} a second of time"]
        if self._prepared.processes is not None:
            remarks.append(f"database {database / 1e9:.1f} s of a core beside {busy / 1e9:.1f}")
        if not is_whole:
            remarks.append(_told_of({**told, "expected": wanted}))
        return self._row(
            f"replay of {wanted:,} by {'SSE' if event_stream else 'WebSocket'}",
            1,
            rate if is_whole else None,
            "/s of a core",
            f">= {REPLAY:,}",
            rate >= REPLAY,
            {**told, "remarks": remarks},
        )

    # ---- how ------------------------------------------------------------------------------------------------------

    def _row(
        self,
        case: str,
        size: int,
        value: float | None,
        unit: str,
        target: str | None,
        met: bool | None,
        told: Mapping[str, Any],
    ) -> EventsRow:
        is_met = met if target is None else bool(met) and value is not None
        row = EventsRow(case, self._engine, size, value, unit, target, is_met, told["cpu_share"], told)
        self._tell(row)
        return row

    def _connected(self, server: ServerProcess, crowd: Subscribers, *, own: int, shared: int) -> dict[str, Any]:
        return crowd.do(
            "connect",
            port=server.port,
            own=own,
            shared=shared,
            after=self._end_of_log(server),
            seconds=_PATIENCE_SECONDS,
        )

    def _written(
        self, server: ServerProcess, written_at: ServerProcess, crowd: Subscribers
    ) -> tuple[dict[str, Any], int]:
        """What the subscribers of a server say of changes, and the server's processor time in nanoseconds."""
        busy = process_ns(server.pid)
        told = crowd.do("write", port=written_at.port, per_second=self._effort.per_second, seconds=self._effort.seconds)
        return told, process_ns(server.pid) - busy

    def _calm(self, server: ServerProcess) -> None:
        """The server has nothing to do any more, or has had its time."""
        until = time.perf_counter() + _CALM_SECONDS
        while time.perf_counter() < until:
            busy = process_ns(server.pid)
            time.sleep(0.5)
            if process_ns(server.pid) - busy < 25_000_000:
                return

    def _database_ns(self) -> int:
        return 0 if self._prepared.processes is None else self._prepared.processes.ns()

    def _end_of_log(self, server: ServerProcess) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{server.port}/graphql",
            json.dumps({"query": "{ events(last: 1) { pageInfo { endCursor } } }"}).encode(),
            {"Authorization": f"Bearer {self._prepared.operator}", "Content-Type": "application/json"},
        )
        # The environment's proxies are for other hosts than this one.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=_PATIENCE_SECONDS) as answer:
            found = json.loads(answer.read())
        return str(found["data"]["events"]["pageInfo"]["endCursor"])

    def _event(self, person: Id) -> NewEvent:
        number = next(self._numbers)
        return NewEvent(
            id=Id(int(self._prepared.region[:2]) * NUMBERS_PER_PROVINCE + _BEYOND + number),
            type=EventType.IDENTITY_VERIFIED,
            region=self._prepared.region,
            occurred_at=self._prepared.now,
            actor_id=Id(0),
            subject_id=person,
            cause=Cause(f"measuring-{number}"),
            payload={"person_id": person},
        )

    async def _append(self, new: Sequence[NewEvent]) -> None:
        async with _opened(self._prepared.url) as database, database.write() as connection:
            await events.append(connection, new)

    async def _filled(self, count: int) -> None:
        """So many more events stand in the log, of some hundreds of persons: some that are written, and copies."""
        persons = self._prepared.persons[:500]
        written = [self._event(persons[number % len(persons)]) for number in range(min(count, _FILLED_AT_ONCE))]
        await self._append(written)
        async with _opened(self._prepared.url) as database:
            for start in range(len(written), count, len(written)):
                self._progress(f"{self._engine}: filling the log", start, count)
                last = written[min(count - start, len(written)) - 1].id
                async with database.write() as connection:
                    await connection.execute(_COPY, {"first": written[0].id, "last": last, "shift": _COPIED + start})


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        await database.close()


def _told_of(told: Mapping[str, Any]) -> str:
    return f"{told['deliveries']:,} of {told['expected']:,} told"
