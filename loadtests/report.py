"""What every run leaves behind (压测报告): a file of JSON, and why it failed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadtests.verdict import Verdict

LATE_MS: Final = 20.0
WAITED_MS: Final = 50.0


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write the report, whole or not at all. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def complaints(verdict: Verdict, most: int = 12) -> Sequence[str]:
    """Why the run failed, at most that many lines."""
    found = [
        *verdict.reasons,
        *(f"{judgement.operation}: {reason}" for judgement in verdict.operations for reason in judgement.reasons),
    ]
    return found if len(found) <= most else [*found[: most - 1], f"… and {len(found) - most + 1} more"]
