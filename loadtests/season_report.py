"""What a season's run leaves behind (征缴季压测报告), `canbao-season/1`: JSON, a table, and a self-contained page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final

from rich import box
from rich.table import Table

from loadtests.curves import HOUR, Curve, local, months, peak_per_second
from loadtests.drawing import Chart, Series, page
from loadtests.gauges import Sample
from loadtests.histograms import Histogram
from loadtests.percentiles import Spread, three_digits
from loadtests.records import Record, between, busiest_share
from loadtests.report import LATE_MS, WAITED_MS
from loadtests.season_plan import SeasonPlan
from loadtests.season_verdict import ERRANDS, MIB, capacity_of, memory_of, recovery_of, within
from loadtests.verdict import Verdict
from loadtests.visits import Target

FORMAT: Final = "canbao-season/1"
INHABITANTS: Final = {"一座城市 a city": 3_000_000, "一个省 a province": 60_000_000, "全国 the nation": 1_408_280_000}
"""Of a city and a province as the estimate of peaks takes them, and of the nation at the end of 2024."""
_REFUSALS: Final = 5
"""How many kinds are drawn, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """With what a run was made: users of all load generators together, and the cores that the server may use."""

    target: Target
    fingerprint: str
    users: int
    workers: int
    cores: int
    elapsed_seconds: float


def report_of(
    plan: SeasonPlan, record: Record, samples: Sequence[Sample], verdict: Verdict, made: Circumstances
) -> dict[str, Any]:
    """The report as JSON takes it."""
    late, waited = Spread.of(record.late), Spread.of(record.waited)
    found = stretches(plan, record, samples)
    return {
        "format": FORMAT,
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
        "warnings": list(_warnings(late, waited)),
        "run": {
            "profile": plan.profile.name,
            "host": made.target.host,
            "world": made.target.world,
            "world_fingerprint": made.fingerprint,
            "place": plan.curve.raw["place"],
            "year": plan.curve.raw["year"],
            "seed": plan.seed,
            "seconds": three_digits(plan.seconds),
            "rate": plan.rate,
            "first": plan.first,
            "last": plan.first + round(plan.seconds * plan.rate),
            "users": made.users,
            "workers": made.workers,
            "payers": plan.payers,
            "planned": plan.planned(),
            "started": len(record.started),
            "finished": record.finished,
            "failed": record.failed,
            "missed": len(record.missed),
            "sent_away": dict(record.sent_away),
            "interrupted": dict(record.interrupted),
            "contributions": len(record.paid),
            "elapsed_seconds": three_digits(made.elapsed_seconds),
        },
        "generator": {
            "late_ms": None if late is None else asdict(late),
            "waited_for_a_user_ms": None if waited is None else asdict(waited),
            "busiest_share": three_digits(busiest_share(record, plan.seconds / 10)),
            "requests_per_cpu_second": _pace(record),
        },
        "operations": [
            {
                **asdict(judgement),
                "passed": judgement.passed,
                "reasons": list(judgement.reasons),
                "response_histogram": Histogram.of(record.measurements.of(judgement.operation).response).written(),
            }
            for judgement in verdict.operations
        ],
        "cost": cost_of(samples, len(record.paid), plan.curve, plan.figures.server_share, made.cores),
        "capacity": capacity_of(plan, record) if plan.profile.finds_capacity else None,
        "recovery": recovery_of(plan, record),
        "memory": memory_of(plan, samples),
        "marks": [{"at": at, "name": name} for at, name in marks_of(plan)],
        "stretches": found,
    }


def marks_of(plan: SeasonPlan) -> list[tuple[float, str]]:
    """What is worth a line over the run, by the world's time: deadlines, steps, the server's end and beginning."""
    if plan.profile.by_curve:
        return [(float(at), name) for at, name in plan.curve.marks]
    found, at = [], 0.0
    for step in plan.profile.steps:
        if len(plan.profile.steps) > 1:
            found.append((plan.first + at * plan.rate, f"×{step.times:g}"))
        at += step.share * plan.seconds
    outage = plan.profile.outage
    if outage is not None:
        found.append((plan.first + outage.at * plan.seconds, "服务端中断 server dies"))
    return found


def _pace(record: Record) -> float | None:
    """How many requests the load generator made in a second of its processor; None where it was hardly used."""
    used = record.processor_seconds()
    asked = sum(one.count for name, one in record.measurements.by_operation.items() if name not in ERRANDS)
    return three_digits(asked / used) if used > 0 else None


def _warnings(late: Spread | None, waited: Spread | None) -> list[str]:
    found: list[str] = []
    if late is not None and late.p99 > LATE_MS:
        found.append(f"the load generator let people in late: p99 {late.p99:g} ms")
    if waited is not None and waited.p99 > WAITED_MS:
        found.append(f"too few users: people waited for one, p99 {waited.p99:g} ms")
    return found


def cost_of(
    samples: Sequence[Sample], contributions: int, curve: Curve, share: float, cores: int
) -> dict[str, Any] | None:
    """What a contribution cost the server, with all that was asked around it, and how many people it could serve.

    The season's busiest second is held against the processor: nobody ran it at that pace. None where the server did
    not tell, or nobody paid.
    """
    told = [one.server for one in samples if one.server is not None]
    if len(told) < 2 or not contributions:
        return None
    seconds = sum(_grown(*each) for each in pairwise(one.processor_seconds for one in told))
    statements = sum(_grown(*each) for each in pairwise(one.statements for one in told))
    each = seconds / contributions
    _, per_payer = peak_per_second(curve, 1.0)
    burst = float(curve.raw["burst"])
    payers = cores * share / (each * per_payer * burst) if each > 0 else 0.0
    paying = float(curve.raw["parts"][0]["figures"]["persons_paying_share"]["value"])
    return {
        "server_cpu_seconds": three_digits(seconds),
        "cpu_ms_per_contribution": three_digits(each * 1000),
        "statements_per_contribution": three_digits(statements / contributions),
        "cores": cores,
        "share_of_them": share,
        "busiest_second_per_payer": per_payer * burst,
        "payers": round(three_digits(payers)),
        "inhabitants": round(three_digits(payers / paying)),
    }


def stretches(plan: SeasonPlan, record: Record, samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """The run between each two samples: rates of a second, times of right answers, refusals, the server's figures."""
    asked = [one.at_seconds for one in plan.coming]
    answers = {
        name: sorted(zip(measured.answered, measured.response, strict=True))
        for name, measured in record.measurements.by_operation.items()
    }
    refused = sorted(
        (at, kind) for measured in record.measurements.by_operation.values() for at, kind in measured.refused
    )
    found = []
    for before, after in pairwise(samples):
        since, until = before.at_seconds, after.at_seconds
        elapsed = until - since
        if elapsed <= 0 or since >= plan.seconds:
            continue
        times = {name: [ms for _, ms in within(values, since, until)] for name, values in answers.items()}
        spread = Spread.of([ms for name, values in times.items() if name not in ERRANDS for ms in values])
        found.append(
            {
                "at": round(min(until, plan.seconds), 2),
                "asked": between(asked, since, until) / elapsed,
                "delivered": between(record.started, since, until) / elapsed,
                "missed": between(record.missed, since, until),
                "contributions": between(record.paid, since, until) / elapsed,
                "response_ms": None if spread is None else asdict(spread),
                "p95_ms": {
                    name: of_name.p95 for name, values in times.items() if (of_name := Spread.of(values)) is not None
                },
                "refusals": dict(Counter(kind for _, kind in within(refused, since, until))),
                "client_share": record.shares(since - elapsed, until + elapsed),
                **_served(before, after, elapsed),
            }
        )
    return found


def _grown(before: float, after: float) -> float:
    """By how much a figure has grown that begins anew with the server."""
    return after - before if after >= before else after


def _served(before: Sample, after: Sample, elapsed: float) -> dict[str, float | None]:
    if before.server is None or after.server is None:
        return dict.fromkeys(
            ("server_cores", "statements", "event_delay_ms", "connections_in_use", "server_memory_mib")
        )
    delays = _grown(before.server.delays, after.server.delays)
    delayed = _grown(before.server.delay_seconds, after.server.delay_seconds)
    return {
        "server_cores": _grown(before.server.processor_seconds, after.server.processor_seconds) / elapsed,
        "statements": _grown(before.server.statements, after.server.statements) / elapsed,
        "event_delay_ms": delayed / delays * 1000 if delays else None,
        "connections_in_use": after.server.in_use,
        "server_memory_mib": after.server.memory_bytes / MIB,
    }


_SERVED: Final = ("server_cores", "statements", "event_delay_ms", "connections_in_use", "server_memory_mib")
_COLUMNS: Final = ("operation", "count", "refused", "failed", "p50", "p95", "p99", "raw p50", "raw p99", "")


def rows_of(report: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The operations as rows: times from when people meant to ask, and raw beside them."""
    found: list[tuple[str, ...]] = []
    for one in report["operations"]:
        response, service = one["response_ms"], one["service_ms"]
        failures = ("unexpected_refusals", "errors", "wrong")
        times: tuple[str, ...] = ("–",) * 5
        if response is not None:
            corrected = (response["p50"], response["p95"], response["p99"])
            times = tuple(f"{value:g}" for value in (*corrected, service["p50"], service["p99"]))
        found.append(
            (
                one["operation"],
                str(one["count"]),
                str(sum(one["expected_refusals"].values())),
                str(sum(sum(one[kind].values()) for kind in failures)),
                *times,
                "pass" if one["passed"] else "FAIL",
            )
        )
    return found


def table_of(report: Mapping[str, Any]) -> Table:
    """The operations for a terminal."""
    run = report["run"]
    table = Table(
        title=f"{run['profile']}: {run['payers']} payers in {run['seconds']:g} s, the clock {run['rate']} times faster",
        caption="times in ms of right answers, from the moment people meant to ask; raw: from the moment it was sent",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=0,
    )
    for name in _COLUMNS:
        table.add_column(name, justify="left" if name in ("operation", "") else "right", no_wrap=True)
    for row in rows_of(report):
        table.add_row(*row, style=None if row[-1] == "pass" else "red")
    return table


def charts(report: Mapping[str, Any]) -> list[Chart]:
    """The run over the season: who was asked to come and came, how long it took, refusals, and the server beside."""
    run, found = report["run"], report["stretches"]
    first, last, rate = int(run["first"]), int(run["last"]), int(run["rate"])
    ticks = months(first, last)
    above = [(at, f"{(at - first) / rate:.0f} s") for at, _ in ticks]
    if not ticks:
        # Less than a month of the world: the machine's seconds say where one is.
        ticks = [(first + part * (last - first) / 6, f"{part * run['seconds'] / 6:.0f} s") for part in range(7)]
    marks = [(float(mark["at"]), str(mark["name"])) for mark in report["marks"]]

    def over(name: str, value: Any, **looks: bool) -> Series:
        return Series(name, [(first + one["at"] * rate, value(one)) for one in found], **looks)

    def drawn(title: str, unit: str, *series: Series) -> Chart:
        return Chart(title, unit, series, first, last, ticks, above, marks)

    kinds: dict[str, int] = {}
    for one in found:
        for kind, count in one["refusals"].items():
            kinds[kind] = kinds.get(kind, 0) + count
    shown = sorted(kinds, key=lambda kind: -kinds[kind])[:_REFUSALS]
    return [
        drawn(
            "来办事的人 People who came",
            "人/s",
            over("计划 asked", lambda one: one["asked"], filled=True),
            over("实际 delivered", lambda one: one["delivered"]),
            over("缴费 contributions", lambda one: one["contributions"]),
        ),
        drawn(
            "响应时间 Response times",
            "ms",
            *(
                over(part, lambda one, part=part: one["response_ms"] and one["response_ms"][part])
                for part in ("p50", "p95", "p99")
            ),
        ),
        drawn(
            "各操作 p95 By operation, p95",
            "ms",
            *(
                over(name, lambda one, name=name: one["p95_ms"].get(name))
                for name in (
                    "QuoteThroughChannel",
                    "SubmitResidentContribution",
                    "StartPayment",
                    "PayResidentContribution",
                )
            ),
        ),
        drawn(
            "应有的拒绝 Refusals that had to come",
            "次",
            *(over(kind, lambda one, kind=kind: one["refusals"].get(kind, 0), stepped=True) for kind in shown),
        ),
        drawn(
            "处理器 Processor",
            "cores",
            over("服务端 server", lambda one: one["server_cores"], filled=True),
            over("压测端 load generator", lambda one: one["client_share"]),
        ),
        drawn("语句 Statements", "1/s", over("statements", lambda one: one["statements"], filled=True)),
        drawn("事件延迟 Event delay", "ms", over("event delay", lambda one: one["event_delay_ms"])),
        drawn(
            "连接池 Connections in use", "个", over("connections", lambda one: one["connections_in_use"], stepped=True)
        ),
        drawn("内存 Memory of the server", "MiB", over("memory", lambda one: one["server_memory_mib"], filled=True)),
    ]


def _steps_of(report: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The steps of a run that looks for what the server carries, as rows."""
    return [
        (
            f"×{one['times']:g}",
            *(f"{one[name]:.3g}" for name in ("payers_per_second", "requests_per_second", "contributions_per_second")),
            "–" if one["p95_ms"] is None else f"{one['p95_ms']:g}",
            str(one["turned_away"]),
            str(one["missed"]),
            "✓" if one["carried"] else "✗",
        )
        for one in (report["capacity"] or {"steps": []})["steps"]
    ]


def said_of(report: Mapping[str, Any]) -> list[str]:
    """What a run says of the server beside its times: what it carries, and how it came back."""
    found = []
    capacity, recovery, memory, cost = report["capacity"], report["recovery"], report["memory"], report["cost"]
    if capacity is not None:
        more = "more was too much" if capacity["found"] else "no step was too much"
        found.append(
            f"carried {capacity['payers_per_second']:.3g} payers and {capacity['requests_per_second']:.3g} requests a"
            f" second; {more}"
        )
    if recovery is not None:
        after = recovery["recovered_after_seconds"]
        when = "was not itself again" if after is None else f"was itself again after {after:g} s"
        found.append(f"died and {when}; {recovery['interrupted']} requests were sent again")
    if memory is not None:
        found.append(f"memory of {memory['early_mib']:g} MiB early and {memory['late_mib']:g} MiB late in the run")
    if cost is not None:
        found.append(
            f"{cost['cpu_ms_per_contribution']:g} ms of processor a contribution: {cost['cores']} cores carry the"
            f" busiest second of a place of {cost['inhabitants']:,} inhabitants"
        )
    return found


def page_of(report: Mapping[str, Any]) -> str:
    """The report as a page."""
    run, cost = report["run"], report["cost"]
    carries = []
    if cost is not None:
        for name, inhabitants in INHABITANTS.items():
            times = cost["inhabitants"] / inhabitants
            cores = cost["cores"] / times if times else 0.0
            carries.append((name, f"{inhabitants:,}", f"{times:.3g}", f"{cores:.3g}"))
    return page(
        "season",
        title=f"{run['place']['name']} {run['place']['nameEn']} · {run['year']} 年度征缴季压测 {run['profile']}",
        said=said_of(report),
        span=f"{local(run['first']):%Y-%m-%d} – {local(run['last'] - HOUR):%Y-%m-%d}",
        report=report,
        columns=_COLUMNS,
        rows=rows_of(report),
        charts=[chart.svg() for chart in charts(report)],
        carries=carries,
        steps=_steps_of(report),
        audit=report.get("audit"),
    )
