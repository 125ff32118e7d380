"""`canbao bench`: what is measured elsewhere is printed here, for people and for machines; following the log, small."""

from __future__ import annotations

import json
from typing import Any

import pytest

import resolvers.bench
from resolvers.bench import BenchFailed, BenchRow, events
from resolvers.bench.cluster import TEST_SERVER, PostgresServer
from resolvers.bench.cpu import can_measure
from resolvers.bench.events import EventsEffort
from resolvers.cli.failures import ExitCode
from tests.cli.conftest import Canbao

ROWS = [
    BenchRow("person", "sqlite", contender, server_us, database_us, 1.0, 2.0, 10, 3, 500)
    for contender, server_us, database_us in (("plan", 110.0, 0.0), ("floor", 100.0, 0.0), ("stock", 3000.0, None))
]


def test_rows_are_printed_with_what_they_cost_beside_the_floor(canbao: Canbao, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def measured(*, quick: bool, **_: Any) -> list[BenchRow]:
        asked.append(quick)
        return ROWS

    monkeypatch.setattr(resolvers.bench, "run_bench", measured)
    rows = json.loads(canbao("bench", "--quick", "--json").stdout)
    assert [(row["case"], row["engine"], row["contender"]) for row in rows] == [
        (row.case, row.engine, row.contender) for row in ROWS
    ]
    assert all({"server_us", "database_us"} <= row.keys() for row in rows)
    table = canbao("bench").stdout
    assert "1.10" in table
    assert "NOT MET" not in table
    assert asked == [True, False]


def test_a_measurement_without_a_result_ends_with_1(canbao: Canbao, monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(**_: Any) -> list[BenchRow]:
        raise BenchFailed("the contenders do not answer alike")

    monkeypatch.setattr(resolvers.bench, "run_bench", failed)
    result = canbao("bench")
    assert result.exit_code == ExitCode.REFUSED
    assert "do not answer alike" in result.stderr


needs_cpu_times = pytest.mark.skipif(not can_measure(), reason="Linux only tells the CPU time of other processes")
A_HANDFUL = EventsEffort(
    delays=(12,), shared=4, per_second=20, seconds=1, idle=20, fan_out=3, storm=20, replay=300, persons=1_500
)
CASES = [
    "memory of each",
    "p99 of the delay at 20 events/s",
    "deliveries a second of a core",
    "all cut, until all are told",
    "replay of 300 by WebSocket",
    "replay of 300 by SSE",
]


def _measured(canbao: Canbao, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "QUICK_EVENTS", A_HANDFUL)
    result = canbao("bench", "events", "--quick", "--engine", engine, "--json")
    assert result.exit_code == ExitCode.DONE, result.output
    rows = json.loads(result.stdout)
    assert [row["case"] for row in rows] == CASES
    for row in rows:
        assert row["engine"] == engine
        assert row["value"] is not None, row
        assert row["value"] >= 0
    delay, fan_out = rows[1]["told"], rows[2]["told"]
    # A writer is a subscriber of its own, and the others see everything.
    assert delay["deliveries"] == delay["expected"] >= 20 * 4
    assert delay["late_ms"]["p50"] <= delay["since_sent_ms"]["p50"]
    assert fan_out["deliveries"] == 20 * 3


@pytest.mark.slow
@needs_cpu_times
@pytest.mark.sqlite
def test_every_figure_is_measured_on_sqlite(canbao: Canbao, monkeypatch: pytest.MonkeyPatch) -> None:
    _measured(canbao, "sqlite", monkeypatch)


@pytest.mark.slow
@needs_cpu_times
@pytest.mark.postgresql
def test_every_figure_is_measured_on_postgresql(
    postgres_server: PostgresServer, canbao: Canbao, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TEST_SERVER, postgres_server.admin_url)
    _measured(canbao, "postgresql", monkeypatch)
