"""Parts of a world made by several processes at a time (多进程造数).

Each process puts what it has made aside; whoever asked takes it in, in the order of the parts, so that the database is
the same however many there are.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import Final

from domain.policy import PolicyBook
from simulator.loading import Spool
from simulator.parts import Fingerprint, Ground, Maker, Part, seldom_collected

FEWEST_PERSONS_EACH: Final = 25_000
"""For fewer persons the start of a process costs more than it saves."""

_AHEAD = 2
"""How many parts a process has been asked for, so that it never waits for the next."""
_LOOK_SECONDS = 0.5
_END_SECONDS = 5.0


_Context = ForkServerContext | SpawnContext


class MakerLost(Exception):
    """A process that made a part of a world has ended before it was done."""


@dataclass(frozen=True, slots=True)
class Made:
    """A part that is put aside: the fingerprint of its rows, and how many they are by table."""

    position: int
    fingerprint: str
    counts: Mapping[str, int]


def processes_for(persons: int) -> int:
    """How many processes a world of that size is best made by here: at most one for each core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, persons // FEWEST_PERSONS_EACH))


def _make(orders: Connection, ground: Ground, spool: Spool) -> None:
    # Ctrl-C in a terminal reaches every process; the one that asked ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    maker = Maker(ground, PolicyBook.load())
    # Whoever asked may be gone.
    with suppress(EOFError, ConnectionError), seldom_collected():
        while True:
            position, part = orders.recv()
            fingerprint = Fingerprint()
            with spool.opened(position) as put_aside:
                for persons, rows in maker.rows(part):
                    fingerprint.add(rows)
                    put_aside(rows)
                    orders.send(persons)
            orders.send(Made(position, fingerprint.digest(), fingerprint.counts))


def _context() -> _Context:
    """Processes begin without what this one holds open; where the system can, with what they need imported once."""
    if "forkserver" in get_all_start_methods():
        forking = get_context("forkserver")
        forking.set_forkserver_preload([__name__])
        return forking
    return get_context("spawn")


class _Process:
    """One of those that make parts."""

    def __init__(self, context: _Context, ground: Ground, spool: Spool) -> None:
        self.connection, orders = context.Pipe()
        self.asked = 0
        self._process = context.Process(target=_make, args=(orders, ground, spool), daemon=True)
        self._process.start()
        orders.close()

    def ask(self, position: int, part: Part) -> None:
        self.asked += 1
        try:
            self.connection.send((position, part))
        except ConnectionError:
            raise self._lost() from None

    def heard(self) -> int | Made:
        """Of how many more persons the rows are made, or that a part is. Raises `MakerLost`."""
        try:
            told: int | Made = self.connection.recv()
        except (EOFError, ConnectionError):
            raise self._lost() from None
        if isinstance(told, Made):
            self.asked -= 1
        return told

    def _lost(self) -> MakerLost:
        self._process.join(_END_SECONDS)
        return MakerLost(f"a process that made people has ended with exit code {self._process.exitcode}")

    def end(self) -> None:
        """The process is no more."""
        self._process.terminate()
        self._process.join(_END_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self.connection.close()


async def make_apart(
    ground: Ground,
    parts: Sequence[Part],
    spool: Spool,
    processes: int,
    *,
    told: Callable[[int], None],
    take: Callable[[Made], Awaitable[None]],
) -> None:
    """Every part has been made by one of so many processes and taken, one after the other in their order.

    `told` hears how many more persons there are. At most a few parts for each process are put aside at a time. Raises
    `MakerLost`; the processes are no more, however it ends.
    """
    context = _context()
    team: list[_Process] = []
    made: dict[int, Made] = {}
    asked = taken = 0
    try:
        team.extend(_Process(context, ground, spool) for _ in range(min(processes, len(parts))))
        of = {one.connection: one for one in team}
        while taken < len(parts):
            until = min(len(parts), taken + (_AHEAD + 1) * len(team))
            for depth in range(_AHEAD):
                for one in team:
                    if one.asked <= depth and asked < until:
                        one.ask(asked, parts[asked])
                        asked += 1
            for connection in await asyncio.to_thread(wait, list(of), _LOOK_SECONDS):
                assert isinstance(connection, Connection)
                heard = of[connection].heard()
                if isinstance(heard, Made):
                    made[heard.position] = heard
                else:
                    told(heard)
            while taken in made:
                await take(made.pop(taken))
                taken += 1
    finally:
        for one in team:
            one.end()
