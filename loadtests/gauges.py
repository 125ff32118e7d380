"""What a server tells of itself (服务端指标): the figures of its /metrics that a report shows beside the times."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{[^}]*\})? ([-+0-9.eE]+|NaN)$")
_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Gauges:
    """Sums over all worlds since the server began; the last three are of the moment."""

    processor_seconds: float
    statements: float
    delay_seconds: float
    delays: float
    in_use: float
    overdue: float
    memory_bytes: float
    """Resident, of all its processes."""


def gauges_of(text: str) -> Gauges:
    """The figures in a text of that form; 0 for those that it lacks."""
    sums: dict[str, float] = {}
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is not None:
            sums[found[1]] = sums.get(found[1], 0.0) + float(found[2])
    return _gauges(sums)


def _gauges(sums: Mapping[str, float]) -> Gauges:
    return Gauges(
        processor_seconds=sums.get("process_cpu_seconds_total", 0.0),
        statements=sums.get("canbao_statements_total", 0.0),
        delay_seconds=sums.get("canbao_log_delay_seconds_sum", 0.0),
        delays=sums.get("canbao_log_delay_seconds_count", 0.0),
        in_use=sums.get("canbao_connections_in_use", 0.0),
        overdue=sums.get("canbao_timers_overdue", 0.0),
        memory_bytes=sums.get("process_resident_memory_bytes", 0.0),
    )


def look(host: str) -> Gauges | None:
    """What the server tells now; None where it does not answer."""
    # The environment's proxies are for other hosts than a server under test.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{host}/metrics", timeout=_SECONDS) as answer:
            return gauges_of(answer.read().decode())
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class Sample:
    """What the server tells of itself at a moment, in seconds after the run's beginning."""

    at_seconds: float
    server: Gauges | None
