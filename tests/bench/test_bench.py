"""The measurement itself: rows of the promised shape, contenders that answer alike, and no word about how fast."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from domain.store.statements import EngineKind
from resolvers.bench import COLUMNS, BenchFailed, BenchRow, Effort, comparisons, run_bench
from resolvers.bench.cases import Case, Contender, Question
from resolvers.bench.client import Client
from resolvers.bench.cluster import TEST_SERVER
from resolvers.bench.cpu import can_measure, process_ns
from resolvers.bench.measuring import BENCH_SERVER
from resolvers.bench.preparing import People, kept_world, people_of, world_digest

PERSONS = 4_000
A_HANDFUL = Effort(
    2,
    {case: (8, 4) if case.reads else (4, 2) if case.pays else (1, 0) for case in Case},
    warm_up=(8, 4),
)

pytestmark = pytest.mark.skipif(not can_measure(), reason="CPU time of other processes is known on Linux only")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the small world is kept from one test to the next."""
    return tmp_path_factory.mktemp("canbao-home")


def measured(home: Path, engine: EngineKind, tell: Callable[[str], None]) -> list[BenchRow]:
    return run_bench(
        quick=True,
        engines=[engine],
        progress=lambda stage, done, total: None,
        home=home,
        tell=tell,
        persons=PERSONS,
        effort=A_HANDFUL,
    )


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(EngineKind.SQLITE, marks=pytest.mark.sqlite),
        pytest.param(EngineKind.POSTGRESQL, marks=[pytest.mark.postgresql, pytest.mark.slow]),
    ],
)
def test_all_contenders_answer_alike_and_each_case_has_a_row_for_each(
    engine: EngineKind, home: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine is EngineKind.POSTGRESQL:
        # The tests' own server, whether it was started here or is named by the environment.
        server = request.getfixturevalue("postgres_server")
        monkeypatch.delenv(BENCH_SERVER, raising=False)
        monkeypatch.setenv(TEST_SERVER, server.admin_url)
    told: list[str] = []
    rows = measured(home, engine, told.append)

    assert [(row.case, row.contender) for row in rows] == [
        (case.key, contender.value) for case in Case for contender in case.value.contenders
    ]
    for row in rows:
        printed = row.as_json()
        assert printed.keys() >= {"case", "engine", "contender", "server_us", "database_us"}
        assert printed["engine"] == engine.value
        assert row.server_us > 0
        assert row.server_us_least <= row.server_us <= row.server_us_most
        assert row.persons == PERSONS
        if engine is EngineKind.SQLITE:
            assert row.database_us == 0
        else:
            assert row.database_us is not None
            assert row.database_us > 0 or row.case == Case.CATALOGUE.key

    side_by_side = comparisons(rows)
    assert [comparison.case for comparison in side_by_side] == list(Case)
    assert all(len(comparison.cells()) == len(COLUMNS) for comparison in side_by_side)
    assert [comparison.met is None for comparison in side_by_side] == [
        not (case.reads or case.submits) for case in Case
    ]
    assert [entry.name for entry in (home / "bench").iterdir() if entry.is_dir()] == [], "nothing is left behind"


def test_the_world_is_made_once_and_never_written_in(home: Path) -> None:
    def stages(stage: str, done: int, total: int) -> None:
        asked.append(stage)

    asked: list[str] = []
    folder = home / "bench"
    kept = kept_world(folder, persons=PERSONS, seed=7, progress=stages)
    asked.clear()
    assert kept_world(folder, persons=PERSONS, seed=7, progress=stages) == kept
    assert asked == []
    assert world_digest() in kept.name
    with closing(sqlite3.connect(f"{kept.as_uri()}?mode=ro", uri=True)) as world:
        assert world.execute("SELECT count(*) FROM persons").fetchone() == (PERSONS,)
        assert world.execute("SELECT count(*) FROM answers").fetchone() == (0,)


def test_a_world_of_other_sources_is_thrown_away(tmp_path: Path) -> None:
    stale = tmp_path / "world-500-7-0123456789abcdef.sqlite3"
    stale.touch()
    kept = kept_world(tmp_path, persons=500, seed=7, progress=lambda stage, done, total: None)
    assert not stale.exists()
    assert kept.exists()


def test_where_no_postgresql_is_installed_it_says_so_and_measures_sqlite(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in (BENCH_SERVER, TEST_SERVER):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("resolvers.bench.cluster.programs_folder", lambda: None)
    told: list[str] = []
    assert measured(home, EngineKind.POSTGRESQL, told.append) == []
    assert [line for line in told if "NOT MEASURED ON POSTGRESQL" in line and BENCH_SERVER in line]


def test_a_world_where_nobody_can_pay_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_payers(kept: Path) -> People:
        return replace(people_of(kept), payers=())

    monkeypatch.setattr("resolvers.bench.measuring.people_of", without_payers)
    with pytest.raises(BenchFailed, match="larger"):
        measured(home, EngineKind.SQLITE, lambda line: None)


def test_what_a_killed_measurement_left_is_removed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolvers.bench.cluster.programs_folder", lambda: None)
    for variable in (BENCH_SERVER, TEST_SERVER):
        monkeypatch.delenv(variable, raising=False)
    abandoned = home / "bench" / f"run-{2**22 + 1}-abandoned"
    abandoned.mkdir(parents=True)
    measured(home, EngineKind.POSTGRESQL, lambda line: None)
    assert not abandoned.exists()


def test_a_question_is_the_same_to_plan_and_stock_and_bare_values_to_the_floor() -> None:
    question = Question(Case.PERSON, "token", {"id": "per_510000000000000001"})
    assert question.request(Contender.PLAN) == question.request(Contender.STOCK)
    head, _, body = question.request(Contender.FLOOR).partition(b"\r\n\r\n")
    assert head.startswith(b"POST /person HTTP/1.1\r\n")
    assert body == b'{"id":"per_510000000000000001"}'


def test_cpu_time_of_a_process_grows_and_of_none_is_an_error() -> None:

    before = process_ns(os.getpid())
    sum(number * number for number in range(100_000))
    assert process_ns(os.getpid()) > before
    with pytest.raises(ProcessLookupError):
        process_ns(2**22 + 1)


async def test_a_connection_that_the_server_has_closed_is_not_used_again() -> None:
    served: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(writer)
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    client = Client(server.sockets[0].getsockname()[1])
    request = b"GET / HTTP/1.1\r\n\r\n"
    assert await client.ask([request] * 3, at_once=3) == [b"ok"] * 3
    assert len(served) == 3
    served[2].close()
    await served[2].wait_closed()
    assert await client.ask([request] * 4, at_once=2) == [b"ok"] * 4
    assert await client.ask([request] * 3, at_once=3) == [b"ok"] * 3
    assert len(served) == 4
    client.close()
    for writer in served:
        writer.close()
        await writer.wait_closed()
    server.close()
    await server.wait_closed()
