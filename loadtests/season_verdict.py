"""What a run of a profile shows, and what speaks against it as a whole (整体结论): capacity, memory, arrivals."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from statistics import median
from typing import Any, Final

from loadtests.gauges import Sample
from loadtests.percentiles import Spread, three_digits
from loadtests.records import Record, between, busiest_share
from loadtests.schedule import GRACE_SECONDS
from loadtests.season_plan import SeasonErrand, SeasonPlan

ERRANDS: Final = frozenset(errand.value for errand in SeasonErrand)
MIB: Final = 2**20


def within(ascending: Sequence[tuple[float, Any]], since: float, until: float) -> Sequence[tuple[float, Any]]:
    """Those from a moment on and before another; `ascending` by their moments."""
    return ascending[bisect_left(ascending, since, key=_moment) : bisect_left(ascending, until, key=_moment)]


def _moment(one: tuple[float, Any]) -> float:
    return one[0]


def _requests(record: Record) -> list[tuple[float, float]]:
    """When each request was answered well, and what it took in milliseconds, ascending."""
    operations = record.measurements.by_operation
    return sorted(
        pair
        for name, one in operations.items()
        if name not in ERRANDS
        for pair in zip(one.answered, one.response, strict=True)
    )


CAPACITY_P95_MS: Final = 500.0
"""assumed: the p95 of all requests that a server which still carries its load keeps, as for a change."""
_CARRIED: Final = 0.97
"""assumed: of the requests of a step, those answered well, for the step to be carried."""


def capacity_of(plan: SeasonPlan, record: Record) -> dict[str, Any]:
    """What was carried step by step; the most that was, and whether a later step was too much.

    The first fifth of a step is left out: it is the end of the step before it.
    """
    requests = _requests(record)
    refused = sorted(
        at
        for one in record.measurements.by_operation.values()
        for at, kind in one.refused
        if kind.startswith(("HTTP", "no answer"))
    )
    steps: list[dict[str, Any]] = []
    began = 0.0
    for step in plan.profile.steps:
        lasts = step.share * plan.seconds
        since, until = began + lasts / 5, began + lasts
        began = until
        answered = [ms for _, ms in within(requests, since, until)]
        spread, turned_away = Spread.of(answered), between(refused, since, until)
        missed = between(record.missed, since, until)
        lost = turned_away + missed
        carried = (
            spread is not None
            and spread.p95 <= CAPACITY_P95_MS
            and len(answered) >= _CARRIED * (len(answered) + lost)
            and all(one["carried"] for one in steps)
        )
        steps.append(
            {
                "times": step.times,
                "payers_per_second": between(_payers(plan), since, until) / (until - since),
                "requests_per_second": len(answered) / (until - since),
                "contributions_per_second": between(record.paid, since, until) / (until - since),
                "p95_ms": None if spread is None else spread.p95,
                "turned_away": turned_away,
                "missed": missed,
                "carried": carried,
            }
        )
    best = [one for one in steps if one["carried"]]
    return {
        "steps": steps,
        "payers_per_second": best[-1]["payers_per_second"] if best else 0.0,
        "requests_per_second": best[-1]["requests_per_second"] if best else 0.0,
        "found": len(best) < len(steps),
    }


def _payers(plan: SeasonPlan) -> list[float]:
    paying = (SeasonErrand.PAY_FOR_MYSELF, SeasonErrand.PAY_FOR_A_RELATIVE)
    return [one.at_seconds for one in plan.coming if one.errand in paying]


RECOVERED: Final = 1.2
"""Of the p95 before an outage, what it may be again."""
RECOVERY_SECONDS: Final = 60.0
_WINDOW_SECONDS: Final = 10.0


def recovery_of(plan: SeasonPlan, record: Record) -> dict[str, Any] | None:
    """How long after an outage ended the p95 of ten seconds was within a fifth of what it was before; None without one.

    Counted from when the server was started again.
    """
    outage = plan.profile.outage
    if outage is None:
        return None
    requests = _requests(record)
    down = outage.at * plan.seconds
    up = down + outage.seconds
    before = Spread.of([ms for _, ms in within(requests, down / 5, down)])
    after: float | None = None
    moment = up
    while before is not None and after is None and moment + _WINDOW_SECONDS <= plan.seconds:
        window = Spread.of([ms for _, ms in within(requests, moment, moment + _WINDOW_SECONDS)])
        if window is not None and window.p95 <= before.p95 * RECOVERED:
            after = moment - up
        moment += 1
    return {
        "before_p95_ms": None if before is None else before.p95,
        "recovered_after_seconds": after,
        "interrupted": sum(record.interrupted.values()),
    }


def against(plan: SeasonPlan, record: Record) -> tuple[str, ...]:
    """What speaks against a run as a whole."""
    figures, coming = plan.figures, len(plan.coming)
    found = []
    if unfinished := coming - record.finished:
        found.append(f"{unfinished} errands had not ended {GRACE_SECONDS:g} seconds after the last arrival")
    if len(record.missed) > figures.missed_share * coming and not plan.profile.finds_capacity:
        found.append(f"{len(record.missed)} of {coming} who came could not be let in")
    share = busiest_share(record, plan.seconds / 10)
    if share > figures.generator_share:
        found.append(f"the load generator was saturated: {share:.0%} of a core; nothing can be said of the server")
    faults = (f"the load generator failed {times} times: {kind}" for kind, times in record.faults.items())
    return (*found, *faults)


def against_recovery(plan: SeasonPlan, record: Record) -> tuple[str, ...]:
    """What speaks against a server that died in the middle of a run; nothing where it is followed, not timed."""
    found = recovery_of(plan, record)
    if found is None or plan.profile.following:
        return ()
    after = found["recovered_after_seconds"]
    if after is None or after > RECOVERY_SECONDS:
        when = "not at all" if after is None else f"after {after:g} s"
        return (f"p95 was within a fifth of what it was before {when}; {RECOVERY_SECONDS:g} s are the most",)
    return ()


def memory_of(plan: SeasonPlan, samples: Sequence[Sample]) -> dict[str, float] | None:
    """The server's memory in the second fifth of a run and in the last, medians in MiB; None where it did not tell.

    In the first fifth its caches fill.
    """
    told = [(one.at_seconds, one.server.memory_bytes / MIB) for one in samples if one.server is not None]
    early = [mib for _, mib in within(told, plan.seconds / 5, plan.seconds * 2 / 5)]
    late = [mib for _, mib in within(told, plan.seconds * 4 / 5, plan.seconds)]
    if not early or not late:
        return None
    return {"early_mib": three_digits(median(early)), "late_mib": three_digits(median(late))}


def against_leaking(plan: SeasonPlan, samples: Sequence[Sample]) -> tuple[str, ...]:
    """What speaks against a server whose memory a profile watches."""
    may_grow = plan.profile.memory_may_grow
    if may_grow is None:
        return ()
    found = memory_of(plan, samples)
    if found is None:
        return ("the server did not tell its memory, which this profile watches",)
    if found["late_mib"] > found["early_mib"] * (1 + may_grow):
        return (
            f"the server's memory grew from {found['early_mib']:g} to {found['late_mib']:g} MiB;"
            f" {may_grow:.0%} are the most",
        )
    return ()
