"""Two runs of a season held against each other (两次压测的比较): what got better or worse beyond noise.

`python -m loadtests.comparing A.json B.json`. Exit code 0: nothing got worse. 1: something did. 2: no two reports.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from loadtests.histograms import Histogram

FORMAT: Final = "canbao-season/1"
LEAST_CHANGE: Final = 0.1
"""assumed: what differs by less than a tenth is not worth a word, however certain it is."""
LEAST_ANSWERS: Final = {0.5: 30, 0.95: 200, 0.99: 1_000}
"""How many answers a quantile needs in both runs before it is compared."""
_FAILURES: Final = ("unexpected_refusals", "errors", "wrong")


class ReportInvalid(ValueError):
    """A file that is no report of a season's run."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that differs beyond noise."""

    what: str
    before: float
    after: float
    worse: bool


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs, in the order of the operations."""
    found: list[Change] = []
    earlier = {one["operation"]: one for one in before["operations"]}
    for one in after["operations"]:
        name = one["operation"]
        if name not in earlier:
            continue
        failed = [sum(sum(run[kind].values()) for kind in _FAILURES) for run in (earlier[name], one)]
        if failed[0] != failed[1]:
            found.append(Change(f"{name} failed", failed[0], failed[1], failed[1] > failed[0]))
        ours, theirs = (Histogram.read(run["response_histogram"]) for run in (earlier[name], one))
        found += _times(name, ours, theirs)
    costs = [run["cost"] for run in (before, after)]
    if all(costs):
        was, is_ = (float(cost["cpu_ms_per_contribution"]) for cost in costs)
        if abs(is_ - was) > LEAST_CHANGE * was:
            found.append(Change("cpu_ms_per_contribution", was, is_, is_ > was))
    capacities = [run.get("capacity") for run in (before, after)]
    if all(capacities):
        was, is_ = (float(one["payers_per_second"]) for one in capacities if one is not None)
        if abs(is_ - was) > LEAST_CHANGE * was:
            found.append(Change("payers_per_second carried", was, is_, is_ < was))
    missed = [int(run["run"]["missed"]) for run in (before, after)]
    if missed[0] != missed[1]:
        found.append(Change("missed", missed[0], missed[1], missed[1] > missed[0]))
    return found


def _times(name: str, before: Histogram, after: Histogram) -> list[Change]:
    """The quantiles whose intervals do not meet, and that differ by a tenth at least."""
    found = []
    for part, least in LEAST_ANSWERS.items():
        if min(before.total, after.total) < least:
            continue
        was, is_ = before.quantile(part), after.quantile(part)
        low, high = before.interval(part)
        lower, higher = after.interval(part)
        if abs(is_ - was) > LEAST_CHANGE * was and (lower > high or higher < low):
            found.append(Change(f"{name} p{part * 100:.0f} ms", was, is_, is_ > was))
    return found


def read_report(path: Path) -> dict[str, Any]:
    """The report in a file. Raises ReportInvalid, and OSError."""
    try:
        read = json.loads(path.read_bytes())
        if read["format"] != FORMAT:
            raise ReportInvalid(f"{path.name} is no {FORMAT}")
    except ReportInvalid:
        raise
    except (ValueError, KeyError, TypeError):
        raise ReportInvalid(f"{path.name} is no report of a season") from None
    found: dict[str, Any] = read
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m loadtests.comparing", description="What got better or worse.")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    try:
        before, after = read_report(options.before), read_report(options.after)
    except ReportInvalid as error:
        Console(stderr=True, highlight=False).print(f"canbao load: {error}", markup=False)
        return 2
    found = changes(before, after)
    worse = any(one.worse for one in found)
    if options.json:
        told = {"format": "canbao-comparison/1", "worse": worse, "changes": [asdict(one) for one in found]}
        sys.stdout.write(json.dumps(told) + "\n")
        return int(worse)
    if before["run"]["planned"] != after["run"]["planned"] or before["run"]["rate"] != after["run"]["rate"]:
        sys.stdout.write("! the two runs were not asked the same: other people, or another pace\n")
    if not found:
        sys.stdout.write("nothing differs beyond noise\n")
        return 0
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for name in ("what", "before", "after", ""):
        table.add_column(name, justify="right" if name in ("before", "after") else "left")
    for one in found:
        row = (one.what, f"{one.before:g}", f"{one.after:g}", "worse" if one.worse else "better")
        table.add_row(*row, style="red" if one.worse else "green")
    Console(highlight=False, width=120).print(table)
    return int(worse)


if __name__ == "__main__":
    sys.exit(main())
