"""What a season's run leaves behind (征缴季压测报告), `canbao-season/1`: JSON, a table, and a self-contained page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any, Final

from rich import box
from rich.table import Table

from loadtests.curves import HOUR, Curve, local, months, peak_per_second
from loadtests.drawing import Chart, Series, page
from loadtests.histograms import Histogram
from loadtests.percentiles import Spread, three_digits
from loadtests.report import LATE_MS, WAITED_MS
from loadtests.season_plan import SeasonErrand
from loadtests.season_run import Sample, SeasonRun, busiest_share
from loadtests.verdict import Verdict

FORMAT: Final = "canbao-season/1"
INHABITANTS: Final = {"一座城市 a city": 3_000_000, "一个省 a province": 60_000_000, "全国 the nation": 1_408_280_000}
"""Of a city and a province as the estimate of peaks takes them, and of the nation at the end of 2024."""
_REFUSALS: Final = 5
"""How many kinds are drawn, the most frequent first."""
_ERRANDS: Final = frozenset(errand.value for errand in SeasonErrand)


def report_of(run: SeasonRun, verdict: Verdict, fingerprint: str, users: int, cores: int) -> dict[str, Any]:
    """The report as JSON takes it."""
    plan = run.plan
    assert run.clock is not None
    late, waited = Spread.of(run.late), Spread.of(run.waited)
    spent = [(one.at_seconds, one.client_seconds) for one in run.samples]
    return {
        "format": FORMAT,
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
        "warnings": list(_warnings(late, waited)),
        "run": {
            "host": run.target.host,
            "world": run.target.world,
            "world_fingerprint": fingerprint,
            "place": plan.curve.raw["place"],
            "year": plan.curve.raw["year"],
            "seed": plan.seed,
            "seconds": three_digits(plan.seconds),
            "rate": plan.rate,
            "first": plan.curve.first,
            "last": plan.curve.last,
            "users": users,
            "payers": plan.payers,
            "planned": plan.planned(),
            "started": run.started,
            "finished": run.finished,
            "failed": run.failed,
            "missed": run.missed,
            "sent_away": dict(run.sent_away),
            "contributions": run.contributions,
            "elapsed_seconds": three_digits(run.ended - run.began),
        },
        "generator": {
            "late_ms": None if late is None else asdict(late),
            "waited_for_a_user_ms": None if waited is None else asdict(waited),
            "busiest_share": three_digits(busiest_share(spent, plan.seconds / 10)),
            "requests_per_cpu_second": _pace(run),
        },
        "operations": [
            {
                **asdict(judgement),
                "passed": judgement.passed,
                "reasons": list(judgement.reasons),
                "response_histogram": Histogram.of(run.measurements.of(judgement.operation).response).written(),
            }
            for judgement in verdict.operations
        ],
        "cost": cost_of(run.samples, run.contributions, plan.curve, plan.figures.server_share, cores),
        "marks": [{"at": at, "name": name} for at, name in plan.curve.marks],
        "stretches": stretches(run),
    }


def _pace(run: SeasonRun) -> float | None:
    """How many requests the load generator made in a second of its processor; None where it was hardly used."""
    used = run.samples[-1].client_seconds - run.samples[0].client_seconds
    asked = sum(measured.count for name, measured in run.measurements.by_operation.items() if name not in _ERRANDS)
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
    seconds = told[-1].processor_seconds - told[0].processor_seconds
    each = seconds / contributions
    _, per_payer = peak_per_second(curve, 1.0)
    burst = float(curve.raw["burst"])
    payers = cores * share / (each * per_payer * burst) if each > 0 else 0.0
    paying = float(curve.raw["parts"][0]["figures"]["persons_paying_share"]["value"])
    return {
        "server_cpu_seconds": three_digits(seconds),
        "cpu_ms_per_contribution": three_digits(each * 1000),
        "statements_per_contribution": three_digits((told[-1].statements - told[0].statements) / contributions),
        "cores": cores,
        "share_of_them": share,
        "busiest_second_per_payer": per_payer * burst,
        "payers": round(three_digits(payers)),
        "inhabitants": round(three_digits(payers / paying)),
    }


def stretches(run: SeasonRun) -> list[dict[str, Any]]:
    """The run between each two samples: rates of a second, times of right answers, refusals, the server's figures."""
    plan = run.plan
    asked = [one.at_seconds for one in plan.coming]
    found = []
    place = 0
    for before, after in pairwise(run.samples):
        elapsed = after.at_seconds - before.at_seconds
        if elapsed <= 0 or before.at_seconds >= plan.seconds:
            continue
        came = place
        while place < len(asked) and asked[place] < after.at_seconds:
            place += 1
        times = {
            name: run.measurements.of(name).response[before.answers.get(name, 0) : count]
            for name, count in after.answers.items()
        }
        everything = [value for name, values in times.items() if name not in _ERRANDS for value in values]
        spread = Spread.of(everything)
        found.append(
            {
                "at": round(min(after.at_seconds, plan.seconds), 2),
                "asked": (place - came) / elapsed,
                "delivered": (after.started - before.started) / elapsed,
                "missed": after.missed - before.missed,
                "contributions": (after.contributions - before.contributions) / elapsed,
                "response_ms": None if spread is None else asdict(spread),
                "p95_ms": {
                    name: of_name.p95 for name, values in times.items() if (of_name := Spread.of(values)) is not None
                },
                "refusals": {
                    kind: count - before.refusals.get(kind, 0)
                    for kind, count in after.refusals.items()
                    if count > before.refusals.get(kind, 0)
                },
                "client_share": (after.client_seconds - before.client_seconds) / elapsed,
                **_served(before, after, elapsed),
            }
        )
    return found


def _served(before: Sample, after: Sample, elapsed: float) -> dict[str, float | None]:
    if before.server is None or after.server is None:
        return dict.fromkeys(("server_cores", "statements", "event_delay_ms", "connections_in_use"))
    delays = after.server.delays - before.server.delays
    delayed = after.server.delay_seconds - before.server.delay_seconds
    return {
        "server_cores": (after.server.processor_seconds - before.server.processor_seconds) / elapsed,
        "statements": (after.server.statements - before.server.statements) / elapsed,
        "event_delay_ms": delayed / delays * 1000 if delays else None,
        "connections_in_use": after.server.in_use,
    }


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
        title=f"{run['payers']} payers in a season of {run['seconds']:g} s, the world {run['rate']} times as fast",
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
    ]


def page_of(report: Mapping[str, Any]) -> str:
    """The report as a page."""
    run, cost = report["run"], report["cost"]
    carries = []
    if cost is not None:
        for name, inhabitants in INHABITANTS.items():
            times = cost["inhabitants"] / inhabitants
            carries.append((name, f"{inhabitants:,}", f"{times:.3g}"))
    return page(
        "season",
        title=f"{run['place']['name']} {run['place']['nameEn']} · {run['year']} 年度征缴季压测 season under load",
        span=f"{local(run['first']):%Y-%m-%d} – {local(run['last'] - HOUR):%Y-%m-%d}",
        report=report,
        columns=_COLUMNS,
        rows=rows_of(report),
        charts=[chart.svg() for chart in charts(report)],
        carries=carries,
        audit=report.get("audit"),
    )
