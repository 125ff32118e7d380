"""`canbao bench`: what is measured elsewhere is printed here, for people and for machines."""

from __future__ import annotations

import json
from typing import Any

import pytest

import resolvers.bench
from resolvers.bench import BenchFailed, BenchRow
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
