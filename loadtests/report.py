"""What a run leaves behind (压测报告): JSON for machines, a table for people. `docs/load.md` states the form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from loadtests.percentiles import Spread
from loadtests.verdict import Judgement, Verdict

FORMAT: Final = "canbao-load-report/1"

LATE_MS: Final = 20.0
WAITED_MS: Final = 50.0
BUSY: Final = 0.85


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the run was, and how the load generator fared. `cpu_share` is of one core."""

    host: str
    world: str
    world_fingerprint: str
    world_now: str
    seed: int
    journeys_per_second: float
    seconds: float
    users: int
    planned: Mapping[str, int]
    started: int
    finished: int
    failed: int
    elapsed_seconds: float
    late_ms: Spread | None
    waited_for_a_user_ms: Spread | None
    cpu_share: float

    def warnings(self) -> tuple[str, ...]:
        """What makes the times larger than the server made them: the load generator was short of something."""
        found: list[str] = []
        if self.late_ms is not None and self.late_ms.p99 > LATE_MS:
            found.append(f"the load generator let people in late: p99 {self.late_ms.p99:g} ms")
        if self.waited_for_a_user_ms is not None and self.waited_for_a_user_ms.p99 > WAITED_MS:
            waited = self.waited_for_a_user_ms.p99
            found.append(f"too few users: people waited for one, p99 {waited:g} ms; raise --users")
        if self.cpu_share > BUSY:
            found.append(f"the load generator used {self.cpu_share:.0%} of a core: its own times are in the figures")
        return tuple(found)


def report_of(circumstances: Circumstances, verdict: Verdict) -> dict[str, Any]:
    """The report as JSON takes it."""
    run = asdict(circumstances)
    generator = {name: run.pop(name) for name in ("late_ms", "waited_for_a_user_ms", "cpu_share")}
    return {
        "format": FORMAT,
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
        "warnings": list(circumstances.warnings()),
        "run": run,
        "generator": generator,
        "operations": [
            {**asdict(judgement), "passed": judgement.passed, "reasons": list(judgement.reasons)}
            for judgement in verdict.operations
        ],
    }


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write the report, whole or not at all. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


COLUMNS: Final = ("operation", "count", "refused", "failed", "p50", "p95", "p99", "max", "")


def rows(verdict: Verdict) -> list[tuple[str, ...]]:
    """The table's rows, in the order of COLUMNS; refused are those that had to be."""
    return [_row(judgement) for judgement in verdict.operations]


def _row(judgement: Judgement) -> tuple[str, ...]:
    spread = judgement.response_ms
    times = (
        ("–",) * 4 if spread is None else tuple(f"{ms:g}" for ms in (spread.p50, spread.p95, spread.p99, spread.max))
    )
    outcomes = (judgement.unexpected_refusals, judgement.errors, judgement.wrong)
    return (
        judgement.operation,
        str(judgement.count),
        str(sum(judgement.expected_refusals.values())),
        str(sum(sum(outcome.values()) for outcome in outcomes)),
        *times,
        "pass" if judgement.passed else "FAIL",
    )


def complaints(verdict: Verdict, most: int = 12) -> Sequence[str]:
    """Why the run failed, at most that many lines."""
    found = [
        *verdict.reasons,
        *(f"{judgement.operation}: {reason}" for judgement in verdict.operations for reason in judgement.reasons),
    ]
    return found if len(found) <= most else [*found[: most - 1], f"… and {len(found) - most + 1} more"]
