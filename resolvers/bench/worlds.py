"""What a world costs (世界的测量): to make, to keep, to fork and to reset, by how many persons live in it.

Each is made by `canbao world create` in a process of its own. Its processor time is what the system says of it when it
has ended, that of the processes that it starts what it was when it was last looked at, and that of PostgreSQL's counts
too. Its start is in the figures.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from math import log10
from typing import Any, Final

from resolvers.bench.cpu import Descendants
from resolvers.bench.measuring import BenchFailed
from resolvers.settings import Settings
from resolvers.shelf import Shelf

WHOLE_SIZES: Final = (2_000, 20_000, 100_000, 1_000_000)
QUICK_SIZES: Final = (2_000, 20_000, 100_000)
REPEATS: Final = 3
"""How often a world is forked and reset; the middle one counts."""
FORK_TARGET: Final = (100_000, 1.0)
"""The largest world that is forked on SQLite in so many seconds."""

WORLDS_TITLE: Final = "What a world costs"
WORLDS_COLUMNS: Final = (
    "engine",
    "persons",
    "made in s",
    "persons/s of a core",
    "peak MiB",
    "bytes a person",
    "fork s",
    "snapshot s",
    "reset s",
    "expected",
)

Progress = Callable[[str, int, int], None]
_SNAPSHOT: Final = "measured"
_LOOK_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class WorldRow:
    """One size on one engine. `core_seconds` is processor time of the process and of the database's together."""

    engine: str
    persons: int
    seconds: float
    core_seconds: float
    peak_mib: float
    bytes_per_person: float
    fork_seconds: float
    snapshot_seconds: float
    reset_seconds: float

    @property
    def persons_per_core_second(self) -> float:
        return self.persons / self.core_seconds

    @property
    def met(self) -> bool | None:
        """Whether it is forked as fast as expected; None where nothing is."""
        most, seconds = FORK_TARGET
        return None if self.engine != "sqlite" or self.persons > most else self.fork_seconds < seconds

    def as_json(self) -> dict[str, Any]:
        """The row as `canbao bench world --json` prints it."""
        return {**asdict(self), "persons_per_core_second": self.persons_per_core_second, "met": self.met}

    def cells(self) -> tuple[str, ...]:
        """The row as a line under `WORLDS_COLUMNS`."""
        return (
            self.engine,
            f"{self.persons:,}",
            f"{self.seconds:.1f}",
            f"{self.persons_per_core_second:,.0f}",
            f"{self.peak_mib:,.0f}",
            f"{self.bytes_per_person:,.0f}",
            f"{self.fork_seconds:.2f}",
            f"{self.snapshot_seconds:.2f}",
            f"{self.reset_seconds:.2f}",
            {True: "met", False: "NOT MET", None: "—"}[self.met],
        )


def measured_world(
    settings: Settings,
    persons: int,
    *,
    seed: int,
    environment: Mapping[str, str],
    database_ns: Callable[[], int],
    progress: Progress,
) -> WorldRow:
    """The figures of one size where the settings have their worlds; nothing of it is left.

    `database_ns` is the processor time of the database's processes so far, 0 where it has none.
    """
    engine = "sqlite" if settings.postgres_url is None else "postgresql"
    name = f"bench-{os.getpid()}"
    progress(f"{engine}: {persons:,} persons", 0, REPEATS + 1)
    busy, began = database_ns(), time.perf_counter()
    command = ["world", "create", name, "--persons", str(persons), "--seed", str(seed), "--json"]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "resolvers.cli", *command],
            env=dict(environment),
            stdout=subprocess.DEVNULL,
            stderr=said,
            text=True,
        )
        started = Descendants(process.pid)
        while True:
            time.sleep(_LOOK_SECONDS)
            started.look()
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        if process.returncode:
            said.seek(0)
            raise BenchFailed(f"a world of {persons:,} persons was not made: {said.read().strip()}")
    core_seconds = used.ru_utime + used.ru_stime + (started.ns + database_ns() - busy) / 1e9
    shelf = Shelf(settings)
    try:
        size = asyncio.run(shelf.size(name))
        forks, snapshots, resets = [], [], []
        for number in range(REPEATS):
            progress(f"{engine}: {persons:,} persons", number + 1, REPEATS + 1)
            forks.append(_seconds(shelf.fork(name, f"{name}-fork", replace=True, progress=_unheard)))
            snapshots.append(_seconds(shelf.take_snapshot(name, _SNAPSHOT, replace=True, progress=_unheard)))
            resets.append(_seconds(shelf.reset(name, _SNAPSHOT, progress=_unheard)))
    finally:
        for each in (name, f"{name}-fork"):
            asyncio.run(shelf.drop(each))
    return WorldRow(
        engine,
        persons,
        seconds,
        core_seconds,
        max(used.ru_maxrss * 1024, started.peak_bytes) / 2**20,
        size / persons,
        statistics.median(forks),
        statistics.median(snapshots),
        statistics.median(resets),
    )


def _unheard(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches a copy."""


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    asyncio.run(work)
    return time.perf_counter() - began


# ---- as a page ------------------------------------------------------------------------------------------------------

_WIDTH: Final = 460
_HEIGHT: Final = 260
_LEFT: Final = 70
_BOTTOM: Final = 40
_COLOURS: Final = {"sqlite": "#1b6ca8", "postgresql": "#b3541e"}
_CHARTS: Final[tuple[tuple[str, Callable[[WorldRow], float]], ...]] = (
    ("persons a second of a core", lambda row: row.persons_per_core_second),
    ("peak memory, MiB", lambda row: row.peak_mib),
    ("bytes a person", lambda row: row.bytes_per_person),
    ("fork, s", lambda row: row.fork_seconds),
    ("snapshot, s", lambda row: row.snapshot_seconds),
    ("reset to a snapshot, s", lambda row: row.reset_seconds),
)


def drawn(rows: Sequence[WorldRow]) -> str:
    """The rows as a page of curves over the number of persons, both axes in powers of ten, and the table below."""
    head = "".join(f"<th>{escape(column)}</th>" for column in WORLDS_COLUMNS)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row.cells())}</tr>" for row in rows)
    charts = "".join(_chart(title, figure, rows) for title, figure in _CHARTS)
    key = " ".join(f'<span style="color:{colour}">■ {engine}</span>' for engine, colour in _COLOURS.items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{WORLDS_TITLE}</title><style>'
        "body{font:14px sans-serif;margin:2em}svg{margin:0 1em 1em 0}td,th{padding:.2em .8em;text-align:right}"
        f"</style></head><body><h1>{WORLDS_TITLE}</h1><p>{key}</p>{charts}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></body></html>\n"
    )


def _chart(title: str, figure: Callable[[WorldRow], float], rows: Sequence[WorldRow]) -> str:
    across = _scale([row.persons for row in rows], _LEFT, _WIDTH - 20)
    up = _scale([figure(row) for row in rows], _HEIGHT - _BOTTOM, 30)
    parts = [f'<text x="{_LEFT}" y="18" font-weight="bold">{escape(title)}</text>']
    for persons in sorted({row.persons for row in rows}):
        x = across(persons)
        parts.append(f'<text x="{x:.0f}" y="{_HEIGHT - 15}" text-anchor="middle" font-size="11">{persons:,}</text>')
        parts.append(f'<line x1="{x:.0f}" x2="{x:.0f}" y1="30" y2="{_HEIGHT - _BOTTOM}" stroke="#ddd"/>')
    for engine, colour in _COLOURS.items():
        points = [(across(row.persons), up(figure(row)), figure(row)) for row in rows if row.engine == engine]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y, value in points:
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
            told = f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
            parts.append(f'<text x="{x:.1f}" y="{y - 7:.1f}" font-size="11" text-anchor="middle">{told}</text>')
    return f'<svg width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif">{"".join(parts)}</svg>'


def _scale(values: Sequence[float], first: float, last: float) -> Callable[[float], float]:
    """Where a value lies between two places, by its power of ten."""
    logs = [log10(max(value, 1e-9)) for value in values]
    least, most = min(logs), max(logs)
    # A figure that hardly changes is a line in the middle, not noise from top to bottom.
    if most - least < 1:
        least, most = (least + most - 1) / 2, (least + most + 1) / 2
    return lambda value: first + (log10(max(value, 1e-9)) - least) / (most - least) * (last - first)
