"""Worlds: made whole or not at all, listed, advanced, migrated, audited, and dropped when nobody has them open."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from resolvers.cli.failures import ExitCode
from resolvers.cli.keeping import open_alone
from resolvers.settings import Settings, settings_from
from tests.cli.conftest import PERSONS, SEED, Canbao
from tests.databases import PostgresServer

NO_NAMES = ["", "../w", "/w", "W", "1w", "w/x", "w.sqlite3", "w_x", "-w", "世界", "w" * 41, "w\n", "w x"]


HOLDING = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA journal_mode = WAL")
held.execute(sys.argv[2]).fetchall()
print("held", flush=True)
sys.stdin.read()
held.close()
"""


@contextmanager
def held(path: Path, sql: str = "SELECT count(*) FROM persons") -> Iterator[None]:
    """Another process has the file open, as a server has, and has run that."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path), sql], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        yield
        other.communicate()


def changed(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as driver, driver:
        driver.execute(sql)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_a_world_is_made_and_described(canbao: Canbao, home: Path) -> None:
    result = canbao("world", "create", "anshun-2", "--persons", str(PERSONS), "--seed", str(SEED), "--json")
    assert result.exit_code == ExitCode.DONE
    made = json.loads(result.stdout)
    assert (made["name"], made["seed"], made["persons"]) == ("anshun-2", SEED, PERSONS)
    shown = json.loads(canbao("world", "show", "anshun-2", "--json").stdout)
    assert shown["fingerprint"] == made["fingerprint"]
    assert not shown["served"]
    assert names_in(home / "worlds") == ["anshun-2.sqlite3"]
    listed = json.loads(canbao("world", "list", "--json").stdout)
    assert [world["name"] for world in listed] == ["anshun-2"]


@pytest.mark.parametrize("name", NO_NAMES)
@pytest.mark.parametrize("command", ["create", "show", "drop", "migrate", "audit"])
def test_a_name_that_could_lead_elsewhere_is_refused(command: str, name: str, canbao: Canbao, tmp_path: Path) -> None:
    result = canbao("world", command, "--", name)
    assert result.exit_code == ExitCode.BAD_INPUT
    assert "no name for a world" in result.stderr
    assert names_in(tmp_path) == []


def test_too_few_persons_for_the_personas_are_refused(canbao: Canbao, tmp_path: Path) -> None:
    result = canbao("world", "create", "w", "--persons", "499")
    assert result.exit_code == ExitCode.BAD_INPUT
    assert "500" in result.stderr
    assert names_in(tmp_path) == []


def test_a_world_is_not_made_over_another(canbao: Canbao, demo: Path) -> None:
    before = demo.read_bytes()
    result = canbao("world", "create", "demo", "--persons", "500")
    assert result.exit_code == ExitCode.REFUSED
    assert "--replace" in result.stderr
    assert demo.read_bytes() == before


def test_a_world_takes_anothers_place_when_asked_to(canbao: Canbao, demo: Path) -> None:
    result = canbao("world", "create", "demo", "--persons", "500", "--replace")
    assert result.exit_code == ExitCode.DONE, result.output
    assert json.loads(canbao("world", "show", "demo", "--json").stdout)["persons"] == 500
    assert names_in(demo.parent) == ["demo.sqlite3"]


def test_a_world_that_is_served_is_neither_replaced_nor_dropped(canbao: Canbao, demo: Path) -> None:
    with held(demo):
        for arguments in (["create", "demo", "--persons", "500", "--replace"], ["drop", "demo", "--yes"]):
            result = canbao("world", *arguments)
            assert result.exit_code == ExitCode.UNAVAILABLE
            assert "in use" in result.stderr
    assert json.loads(canbao("world", "show", "demo", "--json").stdout)["persons"] == PERSONS
    assert [name for name in names_in(demo.parent) if not name.startswith("demo.sqlite3")] == []


def test_a_failure_on_the_way_leaves_nothing_behind(
    canbao: Canbao, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(self: Any, rows: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simulator.loading._SqliteLoading.insert", full)
    result = canbao("world", "create", "w", "--persons", "500")
    assert result.exit_code == ExitCode.UNAVAILABLE
    assert "No space left" in result.stderr
    assert names_in(home / "worlds") == []


def test_a_dropped_world_is_gone(canbao: Canbao, demo: Path) -> None:
    assert canbao("world", "drop", "demo", text="n\n").exit_code == ExitCode.REFUSED
    assert demo.exists()
    assert canbao("world", "drop", "demo", text="y\n").exit_code == ExitCode.DONE
    assert names_in(demo.parent) == []
    result = canbao("world", "drop", "demo", "--yes")
    assert result.exit_code == ExitCode.MISSING
    assert "canbao world create demo" in result.stderr


@pytest.mark.parametrize("arguments", [["show"], ["advance", "--by", "1d"], ["migrate"], ["audit"]], ids=lambda a: a[0])
def test_what_is_not_there_ends_with_3_and_names_what_is(arguments: list[str], canbao: Canbao, demo: Path) -> None:
    result = canbao("world", arguments[0], "nowhere", *arguments[1:])
    assert result.exit_code == ExitCode.MISSING
    assert "demo" in result.stderr


def test_the_clock_goes_forward_only(canbao: Canbao, demo: Path) -> None:
    def advanced(*arguments: str) -> dict[str, str]:
        result = canbao("world", "advance", "demo", *arguments, "--json")
        assert result.exit_code == ExitCode.DONE, result.output
        found: dict[str, str] = json.loads(result.stdout)
        return found

    start = json.loads(canbao("world", "show", "demo", "--json").stdout)["now"]
    assert advanced("--by", "24h") == {
        "name": "demo",
        "before": start,
        "now": start.replace("-16T", "-17T"),
        "timers": 0,
        "happened": {},
    }
    assert advanced("--to", "2024-12-20")["now"] == "2024-12-20T00:00:00+08:00"
    assert advanced("--to", "2024-12-20T16:00:00Z")["now"] == "2024-12-21T00:00:00+08:00"
    result = canbao("world", "advance", "demo", "--to", "2024-12-20")
    assert result.exit_code == ExitCode.REFUSED
    assert "never goes back" in result.stderr


def test_a_whole_season_is_crossed_in_one_call(canbao: Canbao, demo: Path) -> None:
    result = canbao("world", "advance", "demo", "--to", "2025-03-01", "--json")
    assert result.exit_code == ExitCode.DONE, result.output
    told = json.loads(result.stdout)
    assert told["now"] == "2025-03-01T00:00:00+08:00"
    assert told["timers"] >= 3, "the interest of a year and the credits of two months"
    assert told["happened"]["INTEREST_PAID"] > 0
    with closing(sqlite3.connect(demo)) as driver:
        months = driver.execute(
            "SELECT DISTINCT strftime('%Y-%m', occurred_at, 'unixepoch', '+8 hours') FROM account_entries"
            " WHERE kind = 'PENSIONER_CREDIT' AND occurred_at > 1734310800 ORDER BY 1"
        ).fetchall()
    assert months == [("2025-01",), ("2025-02",)], "each in its own month"
    assert canbao("world", "audit", "demo").exit_code == ExitCode.DONE


def test_a_clock_stands_still_runs_or_runs_fast(canbao: Canbao, demo: Path) -> None:
    def told(*arguments: str) -> dict[str, Any]:
        result = canbao("world", "clock", "demo", *arguments, "--json")
        assert result.exit_code == ExitCode.DONE, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    start = told()
    assert (start["rate"], start["served"], start["advancingTo"]) == (1, False, None)
    assert told("--rate", "86400") == {**start, "rate": 86400}, "nobody has served it: it stands still"
    canbao("world", "advance", "demo", "--by", "1s")
    fast = told("--rate", "0")
    assert (fast["served"], fast["now"] > start["now"]) == (True, True)
    assert told() == fast
    assert canbao("world", "clock", "demo", "--rate", "86401").exit_code == ExitCode.BAD_INPUT
    assert canbao("world", "clock", "demo", "--rate", "-1").exit_code == ExitCode.BAD_INPUT


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--to", "2025-01-01", "--by", "1d"],
        ["--to", "tomorrow"],
        ["--to", "2024-02-30"],
        ["--to", "9999-12-31T23:59:59Z"],
        ["--by", "1"],
        ["--by", "-1d"],
        ["--by", "0s"],
        ["--by", "999999999d"],
    ],
    ids=" ".join,
)
def test_a_time_that_is_none_is_bad_input(arguments: list[str], canbao: Canbao, demo: Path) -> None:
    result = canbao("world", "advance", "demo", *arguments)
    assert result.exit_code == ExitCode.BAD_INPUT
    assert "Traceback" not in result.output


def test_a_world_of_this_version_needs_no_migration(canbao: Canbao, demo: Path) -> None:
    result = canbao("world", "migrate", "demo", "--json")
    assert result.exit_code == ExitCode.DONE
    told = json.loads(result.stdout)
    assert told["before"] == told["version"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["world", "migrate", "demo"],
        ["world", "audit", "demo"],
        ["query", "{ world { name } }"],
        ["serve", "--port", "0"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_newer_world_is_refused_and_left_alone(arguments: list[str], canbao: Canbao, demo: Path) -> None:
    changed(demo, "UPDATE alembic_version SET version_num = '9999'")
    result = canbao(*arguments)
    assert result.exit_code == ExitCode.REFUSED
    assert "newer than this program" in result.stderr
    assert "9999" in result.stderr


def test_a_locked_world_is_unavailable(canbao: Canbao, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.store.engine.BUSY_SECONDS", 0.05)
    with held(demo, "BEGIN IMMEDIATE"):
        result = canbao("world", "advance", "demo", "--by", "1d")
    assert result.exit_code == ExitCode.UNAVAILABLE
    assert "locked" in result.stderr


def test_worlds_that_do_not_open_are_listed_with_their_trouble(canbao: Canbao, demo: Path) -> None:
    (demo.parent / "letter.sqlite3").write_text("This is a letter." * 400)
    (demo.parent / "empty.sqlite3").touch()
    (demo.parent / "No Name.sqlite3").touch()
    listed = {world["name"]: world for world in json.loads(canbao("world", "list", "--json").stdout)}
    assert sorted(listed) == ["demo", "empty", "letter"]
    assert "trouble" not in listed["demo"]
    assert "not a database" in listed["letter"]["trouble"]
    assert "holds no world" in listed["empty"]["trouble"]
    result = canbao("world", "list")
    assert result.exit_code == ExitCode.DONE
    assert "letter" in result.stdout
    assert canbao("world", "show", "letter").exit_code == ExitCode.REFUSED
    assert canbao("query", "{ world { name } }", "--world", "letter").exit_code == ExitCode.UNAVAILABLE
    assert canbao("query", "{ world { name } }", "--world", "empty").exit_code == ExitCode.MISSING


def test_no_worlds_at_all_are_an_empty_list(canbao: Canbao) -> None:
    assert json.loads(canbao("world", "list", "--json").stdout) == []
    assert "none" in canbao("world", "list").stdout


def test_books_that_are_right_pass_the_audit_and_books_that_are_not_fail_it(canbao: Canbao, demo: Path) -> None:
    result = canbao("world", "audit", "demo", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (ExitCode.DONE, [])
    changed(
        demo,
        "UPDATE personal_accounts SET balance_fen = balance_fen + 1 WHERE id = (SELECT min(id) FROM personal_accounts)",
    )
    result = canbao("world", "audit", "demo", "--json")
    assert result.exit_code == ExitCode.REFUSED
    assert len(json.loads(result.stdout)) >= 1
    assert canbao("world", "audit", "demo").exit_code == ExitCode.REFUSED


def test_people_for_a_load_are_their_owners_alone(canbao: Canbao, demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "people.jsonl"
    result = canbao("people", "demo", "--out", str(out), "--limit", "5", "--json")
    assert result.exit_code == ExitCode.DONE, result.output
    lines = out.read_text().splitlines()
    assert json.loads(result.stdout)["people"] == len(lines) == 5
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    for line in lines:
        assert json.loads(line)["relatives"][0]["idNumber"] not in result.output


@pytest.mark.postgresql
def test_worlds_are_databases_of_a_postgresql_server(
    canbao: Canbao, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    server = postgres_server.admin_url.rsplit("/", 1)[0]
    monkeypatch.setenv("CANBAO_POSTGRES_URL", server)
    name = "on-server"

    def listed() -> list[str]:
        """The worlds of the server, without what other tests have made on it."""
        names = [world["name"] for world in json.loads(canbao("world", "list", "--json").stdout)]
        return [each for each in names if not each.startswith("test-")]

    try:
        result = canbao("world", "create", name, "--persons", "500")
        assert result.exit_code == ExitCode.DONE, result.output
        assert canbao("world", "create", name, "--persons", "500").exit_code == ExitCode.REFUSED
        result = canbao("world", "create", name, "--persons", "510", "--replace", "--json")
        assert json.loads(result.stdout)["persons"] == 510
        assert listed() == [name]
        shown = json.loads(canbao("world", "show", name, "--json").stdout)
        assert (shown["engine"], shown["persons"]) == ("postgresql", 510)
        assert canbao("world", "advance", name, "--by", "2d").exit_code == ExitCode.DONE
        assert canbao("world", "migrate", name).exit_code == ExitCode.DONE
        assert canbao("world", "audit", name).exit_code == ExitCode.DONE
        assert not asyncio.run(_left_when_alone(settings_from(), name))
        result = canbao("query", "{ world { name persons } }", "--world", name)
        assert json.loads(result.stdout) == {"data": {"world": {"name": name, "persons": 510}}}
        assert canbao("query", "{ world { name } }", "--world", "nowhere").exit_code == ExitCode.MISSING
        with postgres_connection(f"{server}/canbao_on_server"):
            for arguments in (["create", name, "--persons", "500", "--replace"], ["drop", name, "--yes"]):
                result = canbao("world", *arguments)
                assert result.exit_code == ExitCode.UNAVAILABLE
                assert "in use" in result.stderr
    finally:
        assert canbao("world", "drop", name, "--yes").exit_code == ExitCode.DONE
    assert listed() == []
    assert not home.exists()


async def _left_when_alone(settings: Settings, name: str) -> set[asyncio.Task[object]]:
    """What still goes on when a world that has just committed is let go of."""
    before = asyncio.all_tasks()
    async with open_alone(settings, name) as world:
        world.commits.happened()
    return asyncio.all_tasks() - before


@contextmanager
def postgres_connection(url: str) -> Iterator[None]:
    """Somebody is connected to the database."""
    import asyncpg

    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url))
        try:
            yield
        finally:
            runner.run(connection.close())


def test_a_server_that_is_not_there_is_unavailable(canbao: Canbao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANBAO_POSTGRES_URL", "postgresql://canbao:secret@127.0.0.1:1")
    result = canbao("world", "list")
    assert result.exit_code == ExitCode.UNAVAILABLE
    assert "secret" not in result.output
