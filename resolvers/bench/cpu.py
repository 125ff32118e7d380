"""CPU time of other processes (处理器时间), to the nanosecond, as Linux keeps it."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def can_measure() -> bool:
    """Whether this machine tells the CPU time of other processes."""
    return sys.platform == "linux" and (_PROC / "self" / "stat").exists()


def process_ns(pid: int) -> int:
    """User and system time of all threads of a process, ended ones included. ProcessLookupError where it has ended."""
    # clock_getcpuclockid(3): the process, counted by the scheduler.
    try:
        return time.clock_gettime_ns((~pid << 3) | 2)
    except OSError as error:
        raise ProcessLookupError(pid) from error


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on: the name before them may hold anything."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def parent_of(pid: int) -> int:
    return int(_stat(pid)[1])


def is_postgres(pid: int) -> bool:
    """Whether a process of that number runs here and is a PostgreSQL."""
    try:
        return (_PROC / str(pid) / "comm").read_text().strip() == "postgres"
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    """Those that the process's first thread has started and that have not ended."""
    try:
        text = (_PROC / str(pid) / "task" / str(pid) / "children").read_text()
    except OSError:
        return []
    return [int(child) for child in text.split()]


class Descendants:
    """What the processes use that a process has started, and that these have, looked at now and then."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ns: dict[int, int] = {}
        self.peak_bytes = 0
        """The most that they and the process itself had in memory at once; what they share counts for each."""

    @property
    def ns(self) -> int:
        """CPU time of them all, up to the last look at each."""
        return sum(self._ns.values())

    def look(self) -> None:
        held = _resident(self._pid)
        met = _children(self._pid)
        while met:
            pid = met.pop()
            met += _children(pid)
            held += _resident(pid)
            try:
                self._ns[pid] = process_ns(pid)
            except ProcessLookupError:
                continue  # Ended since: what was seen of it counts.
        self.peak_bytes = max(self.peak_bytes, held)


def _resident(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    except OSError:
        return 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """All processes of one PostgreSQL: its postmaster, what that has started, and what of it has ended."""

    postmaster: int

    @classmethod
    def of_backend(cls, backend: int) -> Cluster | None:
        """The cluster whose connection has that process; None where it does not run on this machine."""
        if not is_postgres(backend):
            return None
        return cls(parent_of(backend))

    def ns(self) -> int:
        """CPU time so far. What has ended counts in ticks of the kernel, a hundredth of a second."""
        ended = sum(int(ticks) for ticks in _stat(self.postmaster)[13:15])
        total = process_ns(self.postmaster) + ended * (1_000_000_000 // _TICKS)
        for pid in _children(self.postmaster):
            try:
                total += process_ns(pid)
            except ProcessLookupError:
                continue  # Ended since: the next reading has it among the ended.
        return total
