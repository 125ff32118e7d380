"""What the processor was used for (处理器用时): by programs on this machine, as Linux tells it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM, _USER_OF_ENDED, _SYSTEM_OF_ENDED = 1, 11, 12, 13, 14
"""Places in /proc/PID/stat behind the name of the program."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor: of the server with its database, of the load generator, and of nobody on the server's side.

    `wall` are seconds by the clock, of each core.
    """

    server: float
    client: float
    idle: float
    wall: float

    def __sub__(self, before: Spent) -> Spent:
        return Spent(
            self.server - before.server, self.client - before.client, self.idle - before.idle, self.wall - before.wall
        )


class Watch:
    """Looks at the processes of a server: each with its children. `cores` are those on which they run."""

    def __init__(self, pids: Sequence[int], cores: Sequence[int]) -> None:
        self._pids = frozenset(pids)
        self._cores = frozenset(f"cpu{core}" for core in cores)

    def look(self) -> Spent:
        """What was spent until now, since whenever."""
        return Spent(self._of_server(), time.process_time(), self._idle(), time.monotonic() * max(1, len(self._cores)))

    def _of_server(self) -> float:
        ticks = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # It has just ended: its parent has its time.
            pid, parent = int(path.parent.name), int(fields[_PARENT])
            if pid in self._pids or parent in self._pids:
                ticks += int(fields[_USER]) + int(fields[_SYSTEM])
            if pid in self._pids:
                ticks += int(fields[_USER_OF_ENDED]) + int(fields[_SYSTEM_OF_ENDED])
        return ticks / _TICKS

    def _idle(self) -> float:
        found = 0
        for line in Path("/proc/stat").read_text().splitlines():
            name, *fields = line.split()
            if name in self._cores:
                found += int(fields[3]) + int(fields[4])
        return found / _TICKS
