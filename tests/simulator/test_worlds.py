import multiprocessing
import os
import sqlite3
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest
import sqlalchemy
from sqlalchemy import Column, select

from domain.store.engine import open_database
from domain.store.signing_keys import every_key
from domain.store.statements import Statement
from domain.store.tables import Json, metadata
from domain.store.worlds import read_world
from domain.vocabulary import NUMBERS_PER_PROVINCE, iso_instant
from simulator.care import Care
from simulator.loading import WorldExists
from simulator.making import MakerLost
from simulator.worlds import FEWEST_PERSONS, Progress, WorldSummary, create_world
from tests.databases import PostgresServer, sqlite_url
from tests.simulator.conftest import PERSONS, SEED, unheard

PINNED = "cb99eaaeb097c384791f7551543771fa6b30ce580f36f45713fc4136e9ea50bf"
"""Of seed 7 and 1,500 persons. It changes when the data, the rates, the drawing or the book of policy changes."""


def test_a_seed_and_a_size_make_the_pinned_world(small_world: tuple[Path, WorldSummary]) -> None:
    assert small_world[1].fingerprint == PINNED
    assert small_world[1].persons == PERSONS
    assert small_world[1].counts["persons"] == PERSONS


_CLOCK = "import os, time; real = time.time; time.time = lambda: real() + int(os.environ['DAYS']) * 86400"
"""`date.today` asks `time.time`; nothing else that knows the machine's date may be asked (ruff says so)."""

_MAKE = """
import asyncio, sys
from simulator.worlds import create_world

if __name__ == "__main__":
    for url, processes in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        making = create_world(
            url, name="other", seed=7, persons=1500, processes=int(processes), progress=lambda *_: None
        )
        print(asyncio.run(making).fingerprint)
"""


@pytest.mark.parametrize(
    ("zone", "hash_seed", "days", "on_sqlite", "on_postgresql"),
    [
        ("America/Los_Angeles", "1", 0, 2, 1),
        ("Pacific/Kiritimati", "2", 2_000, 1, 3),
        ("Asia/Shanghai", "random", -9_000, 3, 2),
    ],
)
def test_time_zone_hash_seed_date_engine_and_number_of_processes_leave_the_world_as_it_is(
    zone: str,
    hash_seed: str,
    days: int,
    on_sqlite: int,
    on_postgresql: int,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    # Every process of Python reads this module when it begins, those that make parts of a world too.
    (tmp_path / "sitecustomize.py").write_text(_CLOCK)
    script = tmp_path / "make.py"
    script.write_text(_MAKE)
    worlds = [sqlite_url(tmp_path / "world.sqlite3"), str(on_sqlite)]
    server: PostgresServer | None = None
    # Where there is none, what holds on SQLite is looked at all the same.
    with suppress(pytest.skip.Exception):
        server = request.getfixturevalue("postgres_server")
    if server is not None:
        worlds += [server.create_database(), str(on_postgresql)]
    path = os.pathsep.join([str(tmp_path), *sys.path])
    told = subprocess.run(
        [sys.executable, script, *worlds],
        env=os.environ | {"TZ": zone, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path, "DAYS": str(days)},
        capture_output=True,
        text=True,
        check=False,
    )
    if server is not None:
        server.drop_database(worlds[2])
    assert told.stderr == ""
    assert told.stdout.split() == [PINNED] * (len(worlds) // 2)


async def test_another_seed_makes_another_world(tmp_path: Path) -> None:
    made = await create_world(
        sqlite_url(tmp_path / "w.sqlite3"), name="small", seed=SEED + 1, persons=PERSONS, progress=unheard
    )
    assert made.fingerprint != PINNED


def _parsed(value: Any, column: Column[Any]) -> Any:
    """The value; what a JSON text says, which engines space differently."""
    return orjson.loads(value) if column.type is Json and isinstance(value, str) else value


async def _contents(url: str) -> dict[str, str]:
    """A digest of every table's rows, in an order that both engines agree on."""
    database = open_database(url)
    digests = {}
    async with database.read() as connection:
        for name, table in metadata.tables.items():
            rows = await connection.fetch_all(Statement(select(*table.columns)), {})
            parsed = [
                [_parsed(value, column) for value, column in zip(row, table.columns, strict=True)] for row in rows
            ]
            digests[name] = sha256("\n".join(sorted(map(repr, parsed))).encode()).hexdigest()
    await database.close()
    return digests


async def test_what_people_were_cared_for_changes_nothing_else_of_a_world_but_what_accounts_have_paid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for name in ("with", "without"):
        await create_world(sqlite_url(tmp_path / name), name="w", seed=SEED, persons=FEWEST_PERSONS, progress=unheard)
        found.append(await _contents(sqlite_url(tmp_path / name)))
        monkeypatch.setattr(Care, "stated", lambda self, region, scheme=None: False)
    cared_for, others = found
    differs = {name for name in others if others[name] != cared_for[name]}
    made = {"claims", "claim_costs", "claim_entries", "account_entries", "personal_accounts"}
    assert differs == made | {"world"}


async def test_both_engines_hold_the_same_rows_by_however_many_processes(
    small_world: tuple[Path, WorldSummary], database_url: str
) -> None:
    made = await create_world(database_url, name="small", seed=SEED, persons=PERSONS, processes=3, progress=unheard)
    assert made == small_world[1]
    assert await _contents(database_url) == await _contents(sqlite_url(small_world[0]))


_KEYS = ("pk", "uq")


async def test_indexes_and_constraints_are_back_when_the_world_is_full(database_url: str) -> None:
    await create_world(database_url, name="w", seed=1, persons=FEWEST_PERSONS, progress=unheard)
    url = sqlalchemy.make_url(database_url)
    if url.get_backend_name() == "sqlite":
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            found = sqlalchemy.inspect(connection)
            names = {index["name"] for table in metadata.tables for index in found.get_indexes(table)}
            keys = sum(len(found.get_foreign_keys(table)) for table in metadata.tables)
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_stat1").scalar_one() > 0
        engine.dispose()
    else:
        connection_ = await asyncpg.connect(database_url)
        names = {
            row[0] for row in await connection_.fetch("SELECT indexname FROM pg_indexes WHERE schemaname='public'")
        }
        keys = await connection_.fetchval("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated")
        # Each primary key and each unique constraint is an index of its name.
        uniques = [one for table in metadata.tables.values() for one in table.constraints if str(one.name)[:2] in _KEYS]
        assert {str(one.name) for one in uniques} <= names
        await connection_.close()
    assert {str(index.name) for table in metadata.tables.values() for index in table.indexes} <= names
    assert keys == sum(len(table.foreign_key_constraints) for table in metadata.tables.values())


class Interrupted(Exception):
    pass


def _interrupt_at(stage: str, at: int) -> Progress:
    def progress(told: str, done: int, _total: int) -> None:
        if told == stage and done >= at:
            raise Interrupted

    return progress


def _kill_a_maker(told: str, done: int, _total: int) -> None:
    if told == "people" and done > 200:
        for process in multiprocessing.active_children():
            process.kill()


@pytest.mark.parametrize(
    ("progress", "processes", "raised"),
    [
        (_interrupt_at("schema", 1), 1, Interrupted),
        (_interrupt_at("people", 200), 1, Interrupted),
        (_interrupt_at("people", 200), 2, Interrupted),
        (_kill_a_maker, 2, MakerLost),
        (_interrupt_at("indexes", 1), 1, Interrupted),
    ],
    ids=["schema", "people", "people-apart", "maker-killed", "indexes"],
)
async def test_nothing_is_left_of_a_world_that_was_not_finished(
    progress: Progress, processes: int, raised: type[Exception], database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(raised):
        await create_world(database_url, name="w", seed=1, persons=600, processes=processes, progress=progress)
    assert multiprocessing.active_children() == []
    if database_url.startswith("sqlite"):
        assert os.listdir(tmp_path) == []
    made = await create_world(database_url, name="w", seed=1, persons=600, progress=unheard)
    assert made.persons == 600


async def test_a_database_that_holds_a_world_is_refused_and_left_alone(database_url: str) -> None:
    await create_world(database_url, name="first", seed=1, persons=FEWEST_PERSONS, progress=unheard)
    with pytest.raises(WorldExists):
        await create_world(database_url, name="second", seed=2, persons=FEWEST_PERSONS, progress=unheard)
    database = open_database(database_url)
    async with database.read() as connection:
        assert (await read_world(connection)).name == "first"
    await database.close()


async def test_fewer_persons_than_a_world_needs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=str(FEWEST_PERSONS)):
        await create_world(
            sqlite_url(tmp_path / "w.sqlite3"), name="w", seed=1, persons=FEWEST_PERSONS - 1, progress=unheard
        )
    assert os.listdir(tmp_path) == []


async def test_a_new_world_has_a_clock_inside_the_season_that_has_not_run_and_no_key_that_its_seed_would_tell(
    small_world: tuple[Path, WorldSummary],
) -> None:
    database = open_database(sqlite_url(small_world[0]))
    async with database.read() as connection:
        world = await read_world(connection)
        assert await every_key(connection) == []
    await database.close()
    assert iso_instant(world.clock_base) == "2024-12-16T09:00:00+08:00"
    assert (world.clock_real_base, world.clock_rate) == (None, 1)
    assert (world.seed, world.persons, world.fingerprint) == (SEED, PERSONS, PINNED)


def test_new_numbers_begin_beyond_every_number_of_the_world(small_world: tuple[Path, WorldSummary]) -> None:
    with sqlite3.connect(small_world[0]) as connection:
        (beyond,) = connection.execute("SELECT next_number FROM id_blocks WHERE name = 'all'").fetchone()
        for name, table in metadata.tables.items():
            if "id" in table.columns:
                (most,) = connection.execute(f"SELECT max(id % {NUMBERS_PER_PROVINCE}) FROM {name}").fetchone()
                assert (most or 0) < beyond
    connection.close()


async def test_progress_tells_of_every_stage_to_its_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    await create_world(
        sqlite_url(tmp_path / "w.sqlite3"),
        name="w",
        seed=1,
        persons=600,
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["schema", "people", "indexes"]
    assert ("people", 600, 600) in told
    assert told[-1] == ("indexes", 1, 1)
    people = [done for stage, done, _ in told if stage == "people"]
    assert people == sorted(people)
