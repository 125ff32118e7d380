"""Versions of the tables: the steps make what the tables say, and a database of another version is told apart."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import asyncpg
import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from domain.decisions.faults import Delay
from domain.store import migrations
from domain.store.engine import StoreUnavailable, open_database
from domain.store.faults import faults
from domain.store.migrations import upgrade
from domain.store.seals import seal
from domain.store.statements import Statement
from domain.store.tables import access_subjects, id_blocks, metadata, payment_order_bills, refunds, signing_keys
from domain.store.versions import (
    NEWEST,
    VERSIONS,
    SchemaTooNew,
    SchemaTooOld,
    alembic_version,
    check_version,
    mismatch,
)
from domain.store.worlds import read_world
from domain.vocabulary import FaultKind, PaymentChannel
from simulator.trail_audit import broken_trail
from tests.databases import create_tables

CATALOGUE = {
    "sqlite": ["SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"],
    "postgresql": [
        "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity "
        "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT objoid::regclass::text, attname, description FROM pg_description d "
        "JOIN pg_class c ON c.oid = d.objoid LEFT JOIN pg_attribute a ON a.attrelid = objoid AND a.attnum = objsubid "
        "WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT sequencename, data_type FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    ],
}


async def in_database(url: str, work: Any) -> Any:
    """What `work` finds with a connection to the database, which it may also write to."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sqlalchemy.create_engine(parsed, poolclass=NullPool)
        with engine.begin() as connection:
            return work(connection)
    server = create_async_engine(parsed.set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    async with server.begin() as held:
        return await held.run_sync(work)


def catalogue(connection: Connection) -> list[list[tuple[Any, ...]]]:
    """Everything that the database says about its tables, layout of the text apart."""
    found = []
    for sql in CATALOGUE[connection.dialect.name]:
        rows = [tuple(row) for row in connection.execute(text(sql))]
        if connection.dialect.name == "sqlite":
            # The order of columns and of their constraints is the table's; that of its other constraints says nothing.
            rows = [(*row[:3], None if row[3] is None else sorted(_lines(row[3]))) for row in rows]
        found.append(rows)
    return found


def _lines(sql: str) -> list[str]:
    # SQLite writes a renamed table's name in quotation marks.
    return [line.strip().rstrip(",").replace('"', "") for line in sql.splitlines()]


def tables(connection: Connection) -> list[str]:
    return sqlalchemy.inspect(connection).get_table_names()


def bear(version: str | None) -> Any:
    """Work that makes the database bear another version."""

    def work(connection: Connection) -> None:
        connection.execute(alembic_version.delete())
        if version is not None:
            connection.execute(insert(alembic_version).values(version_num=version))

    return work


async def checked(url: str) -> None:
    database = open_database(url)
    try:
        async with database.read() as connection:
            await check_version(connection)
    finally:
        await database.close()


def empty(url: str) -> str:
    """The URL of a database that is there, and empty."""
    if url.startswith("sqlite"):
        Path(make_url(url).database or "").touch()
    return url


def test_every_version_has_its_step_and_no_step_is_left_out() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_heads() == [NEWEST]
    assert tuple(step.revision for step in script.walk_revisions())[::-1] == VERSIONS


async def test_what_the_steps_make_is_what_the_tables_say(database_url: str) -> None:
    assert await upgrade(empty(database_url)) == (None, NEWEST)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    assert await in_database(database_url, differences) == []
    migrated = await in_database(database_url, catalogue)

    def drop_everything(connection: Connection) -> None:
        metadata.drop_all(connection)
        alembic_version.drop(connection)

    await in_database(database_url, drop_everything)
    await create_tables(database_url)
    assert await in_database(database_url, catalogue) == migrated


OWED_IN_0002 = """
INSERT INTO regions VALUES ('520402', '西秀区', 'Xixiu', 'COUNTY', NULL, true);
INSERT INTO persons (id, region_code, household_id, name, id_type, id_number, birth_date, sex)
  VALUES (1, '520402', 1, '张伟', 'RESIDENT_ID_CARD', '270101198806060011', '1988-06-06', 'MALE');
INSERT INTO payment_orders (id, payer_id, region_code, channel, status, amount_fen, ordered_at, confirmations)
  VALUES (7, 1, '520402', 'COUNTER', 'FAILED', 52000, 1, 0);
INSERT INTO employee_bills SELECT id, NULL, 1, '520402', 'REGULAR', month, 1, 1, 'DUE', 0, 52000, 0, 0, 1, 1,
  '2024-12-15', NULL, NULL, order_id FROM (SELECT 4 AS id, 202411 AS month, 7 AS order_id
  UNION ALL SELECT 5, 202412, CAST(NULL AS BIGINT)) owed
"""


async def test_an_order_of_version_0002_keeps_the_bill_that_it_is_to_pay(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, revision: step(config, "0002"))
    await upgrade(empty(database_url))
    monkeypatch.undo()

    def owe(connection: Connection) -> None:
        for sql in OWED_IN_0002.split(";"):
            connection.execute(text(sql))

    await in_database(database_url, owe)
    assert await upgrade(database_url) == ("0002", NEWEST)
    kept = await in_database(database_url, lambda connection: connection.execute(select(payment_order_bills)).all())
    assert kept == [(7, 4)]


@pytest.mark.parametrize("key", [None, "a-secret"])
async def test_a_world_of_version_0003_keeps_its_key_as_its_first(
    key: str | None, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, revision: step(config, "0003"))
    await upgrade(empty(database_url))
    monkeypatch.undo()
    values = f"'demo', 7, 12, 'f', 100, {'NULL' if key is None else 200}, 1, {'NULL' if key is None else repr(key)}"
    await in_database(database_url, lambda connection: connection.execute(text(f"INSERT INTO world VALUES ({values})")))
    assert await upgrade(database_url) == ("0003", NEWEST)
    kept = await in_database(database_url, lambda connection: connection.execute(select(signing_keys)).all())
    assert kept == ([] if key is None else [("first", key, True, 200, None, None)])
    database = open_database(database_url)
    async with database.read() as connection:
        assert (await read_world(connection)).clock_base == 100
    await database.close()


LIVED_IN_0006 = """
INSERT INTO world (name, seed, persons, fingerprint, clock_base, clock_rate) VALUES ('demo', 7, 12, 'f', 100, 1);
INSERT INTO channel_habits VALUES ('ALIPAY', 0, 30, 0, 0, 0, false);
INSERT INTO channel_habits VALUES ('COUNTER', 250, 45, 0, 10, 0, false);
INSERT INTO channel_habits VALUES ('WECHAT', 0, 30, 100, 0, 5, true)
"""


async def test_how_channels_behaved_in_version_0006_is_faults_of_theirs(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, revision: step(config, "0006"))
    await upgrade(empty(database_url))
    monkeypatch.undo()

    def live(connection: Connection) -> None:
        for sql in LIVED_IN_0006.split(";"):
            connection.execute(text(sql))

    await in_database(database_url, live)
    assert await upgrade(database_url) == ("0006", NEWEST)
    database = open_database(database_url)
    async with database.read() as connection:
        kept = await faults(connection)
        assert (await read_world(connection)).fault_changes == 1
    await database.close()
    assert [one.id for one in kept] == [1, 2, 3, 4, 5]
    assert [(one.what.channel, one.what.kind, one.what.per_mille) for one in kept] == [
        (PaymentChannel.WECHAT, FaultKind.OUTAGE, 1000),
        (PaymentChannel.COUNTER, FaultKind.DELAY, 250),
        (PaymentChannel.WECHAT, FaultKind.REFUSAL, 100),
        (PaymentChannel.COUNTER, FaultKind.TIMEOUT_AFTER_EFFECT, 10),
        (PaymentChannel.WECHAT, FaultKind.DUPLICATE_CONFIRMATION, 5),
    ]
    assert [one.what.delay for one in kept] == [None, Delay(45, 45), None, None, None]


SEALED_IN_0004 = """
INSERT INTO world VALUES ('demo', 7, 2, 'f', 100, 200, 1, NULL, 0);
INSERT INTO regions VALUES ('520402', '西秀区', 'Xixiu', 'COUNTY', NULL, true);
INSERT INTO persons (id, region_code, household_id, name, id_type, id_number, birth_date, sex)
  VALUES (1, '520402', 1, '张伟', 'RESIDENT_ID_CARD', '270101198806060011', '1988-06-06', 'MALE');
INSERT INTO persons (id, region_code, household_id, name, id_type, id_number, birth_date, sex)
  VALUES (2, '520402', 1, '王芳', 'RESIDENT_ID_CARD', '270101198806060038', '1988-06-06', 'FEMALE');
INSERT INTO access_records ({columns}) SELECT {transaction}, 'READ', 6, 7, 'CLERK', 0, 9, 0, 0, '520402', 'clerk',
  'query', 'Q', '["Person.name"]', 'HTTP', 'r', NULL, '核对', 2 - number / 2 FROM (SELECT 0 AS number UNION ALL SELECT 1
  UNION ALL SELECT 2) three;
INSERT INTO access_subjects (record_position, person_id) SELECT position, persons.id FROM access_records, persons
  WHERE persons.id <= access_records.persons
"""
COLUMNS_OF_0004 = (
    "transaction_id, kind, occurred_at, recorded_at, role, person_id, persona_id, client_id, unit_id, region_code,"
    " reader, operation_kind, operation, fields, transport, request_id, reason, purpose, persons"
)


def digest_of(*rows: dict[str, Any]) -> str:
    """As docs/audit-trail.md says that rows become a digest."""
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n" for row in rows)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


async def test_a_trail_that_version_0004_sealed_is_right_and_goes_on(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two records are sealed and the third is not; each is found by whom it showed, once it is."""
    step = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, revision: step(config, "0004"))
    await upgrade(empty(database_url))
    monkeypatch.undo()
    names = ["position", *COLUMNS_OF_0004.split(", ")]

    def live(connection: Connection) -> None:
        # Where writers take turns there are no other transactions.
        alone = connection.dialect.name == "sqlite"
        transaction, last = ("0", 0) if alone else ("5 + number", 6)
        for sql in SEALED_IN_0004.format(columns=COLUMNS_OF_0004, transaction=transaction).split(";"):
            connection.exec_driver_sql(sql)
        rows = connection.execute(text(f"SELECT {', '.join(names)} FROM access_records ORDER BY position LIMIT 2"))
        records = [dict(zip(names, row, strict=True)) | {"fields": ["Person.name"], "subjects": [1, 2]} for row in rows]
        first = {
            "position": 1, "records_transaction_id": last, "records_position": 2, "records": 2,
            "events_transaction_id": -1, "events_position": 0, "events": 0, "rows_digest": digest_of(*records),
            "previous_digest": "0" * 64, "sealed_at": 8,
        }  # fmt: skip
        values = [*first.values(), digest_of(first)]
        marks = ", ".join(repr(value) for value in values)
        connection.exec_driver_sql(f"INSERT INTO audit_seals ({', '.join(first)}, digest) VALUES ({marks})")

    await in_database(database_url, live)
    assert await upgrade(database_url) == ("0004", NEWEST)

    def found(connection: Connection) -> list[tuple[Any, ...]]:
        rows = connection.execute(select(access_subjects).order_by(access_subjects.c.record_position))
        return sorted(tuple(row) for row in rows)

    assert await in_database(database_url, found) == [(1, 1), (1, 2), (2, 1), (2, 2)]
    database = open_database(database_url)
    assert await broken_trail(database) == {}
    made = await seal(database, 9)
    assert made is not None
    assert (made.position, made.records, made.events) == (2, 1, 0)
    assert await broken_trail(database) == {}
    await database.close()
    assert await in_database(database_url, found) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]
    for name in ("access_records", "access_subjects"):
        with pytest.raises(DBAPIError, match="append-only"):
            await in_database(
                database_url, lambda connection, name=name: connection.execute(text(f"DELETE FROM {name}"))
            )


REFUND = {
    "id": 1, "region_code": "520402", "payer_id": 1, "reason": "DUPLICATE", "status": "SENT", "channel": "COUNTER",
    "amount_fen": 52_000, "requested_at": 1,
}  # fmt: skip


@pytest.mark.parametrize("of", [{}, {"contribution_id": 1, "bill_id": 4}])
async def test_a_refund_is_of_a_contribution_or_of_a_bill(database_url: str, of: dict[str, int]) -> None:
    await create_tables(database_url)
    with pytest.raises(IntegrityError, match="of_one"):
        await in_database(
            database_url, lambda connection: connection.execute(insert(refunds).values(**REFUND, **of)).all()
        )


async def test_tables_that_were_made_at_once_bear_the_newest_version_and_need_no_step(database_url: str) -> None:
    await create_tables(database_url)
    await checked(database_url)
    assert await upgrade(database_url) == (NEWEST, NEWEST)


async def test_a_database_of_a_newer_program_is_told_apart_and_left_alone(database_url: str) -> None:
    await create_tables(database_url)
    await in_database(database_url, bear("9999"))
    before = await in_database(database_url, catalogue)
    with pytest.raises(SchemaTooNew) as refused:
        await checked(database_url)
    assert refused.value.found == "9999"
    with pytest.raises(SchemaTooNew):
        await upgrade(database_url)
    assert await in_database(database_url, catalogue) == before


def test_a_database_of_an_older_program_is_told_apart_and_its_command_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.store.versions.VERSIONS", ("0000", *VERSIONS))
    wrong = mismatch("0000")
    assert isinstance(wrong, SchemaTooOld)
    assert "canbao world migrate" in wrong.remedy
    assert NEWEST in wrong.why


async def test_a_database_without_a_version_holds_no_world(database_url: str) -> None:
    empty(database_url)
    with pytest.raises(LookupError):
        await checked(database_url)
    await create_tables(database_url)
    await in_database(database_url, bear(None))
    with pytest.raises(LookupError):
        await checked(database_url)


async def test_tables_that_bear_no_version_are_not_migrated(database_url: str) -> None:
    await create_tables(database_url)
    await in_database(database_url, bear(None))
    before = await in_database(database_url, catalogue)
    with pytest.raises(StoreUnavailable):
        await upgrade(database_url)
    assert await in_database(database_url, catalogue) == before


async def test_a_step_that_fails_leaves_nothing_behind(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    empty(database_url)
    create_index = "alembic.operations.base.Operations.create_index"

    def fail(self: Any, name: str, *_: Any, **__: Any) -> None:
        raise asyncio.CancelledError(f"at {name}, after several tables")

    monkeypatch.setattr(create_index, fail)
    with pytest.raises(asyncio.CancelledError):
        await upgrade(database_url)
    assert await in_database(database_url, tables) == []
    monkeypatch.undo()
    await upgrade(database_url)
    await checked(database_url)


async def test_there_is_nothing_to_migrate_where_no_file_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await upgrade(f"sqlite:///{tmp_path / 'nowhere.sqlite3'}")
    assert os.listdir(tmp_path) == []


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another process holds the SQLite file's write lock."""
    held = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN EXCLUSIVE')"
    told = f"{held}; print('held', flush=True); sys.stdin.read(); c.execute('ROLLBACK'); c.close()"
    with subprocess.Popen(
        [sys.executable, "-c", told, make_url(url).database or ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        yield
        other.communicate()


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'world.sqlite3'}"


BLOCKS = Statement(select(id_blocks.c.next_number))
ADD_BLOCK = Statement(insert(id_blocks).inline())


async def test_a_locked_file_is_unavailable_and_is_not_migrated(file_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.store.migrations.BUSY_SECONDS", 0.05)
    empty(file_url)
    with locked(file_url), pytest.raises(StoreUnavailable, match="locked"):
        await upgrade(file_url)
    assert await in_database(file_url, tables) == []


async def test_a_locked_file_is_unavailable_to_writers_and_nothing_is_half_written(
    file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.store.engine.BUSY_SECONDS", 0.05)
    await create_tables(file_url)
    database = open_database(file_url)
    with locked(file_url), pytest.raises(StoreUnavailable, match="locked"):
        async with database.write():
            raise AssertionError("no transaction was opened")
    async with database.write() as connection:
        await connection.execute(ADD_BLOCK, {"name": "all", "next_number": 1})
    async with database.read() as connection:
        assert await connection.fetch_all(BLOCKS, {}) == [(1,)]
    await database.close()


async def test_a_file_that_is_locked_while_it_is_opened_is_unavailable(file_url: str) -> None:
    await create_tables(file_url)
    with locked(file_url), pytest.raises(StoreUnavailable, match="locked"):
        open_database(file_url)


async def test_a_full_database_is_unavailable_to_writers_and_nothing_is_half_written(file_url: str) -> None:
    await create_tables(file_url)
    database = open_database(file_url)
    async with database.write() as connection:
        driver: apsw.Connection = vars(connection)["driver"]
        driver.pragma("max_page_count", driver.pragma("page_count"))

    async def write_too_much() -> None:
        async with database.write() as connection:
            for number in range(2_000):
                await connection.execute(ADD_BLOCK, {"name": f"{number:0100}", "next_number": number})

    with pytest.raises(StoreUnavailable, match="full"):
        await write_too_much()
    async with database.read() as connection:
        assert await connection.fetch_all(BLOCKS, {}) == []
    async with database.write() as connection:
        await connection.execute(ADD_BLOCK, {"name": "all", "next_number": 1})
    async with database.read() as connection:
        assert await connection.fetch_all(BLOCKS, {}) == [(1,)]
    await database.close()


async def test_a_full_disk_leaves_a_migration_undone(file_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    empty(file_url)
    begin = migrations._begin_writing

    def begin_without_room(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 12")
        begin(connection)

    monkeypatch.setattr(migrations, "_begin_writing", begin_without_room)
    with pytest.raises(StoreUnavailable, match="full"):
        await upgrade(file_url)
    assert await in_database(file_url, tables) == []


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite3"
    path.write_text("Dear reader, this is a letter and not a database of SQLite." * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        open_database(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable, match="not a database"):
        await upgrade(f"sqlite:///{path}")


@pytest.mark.postgresql
async def test_a_server_without_the_database_or_without_a_door_is_told_apart(postgres_server: Any) -> None:
    url = make_url(postgres_server.admin_url)
    with pytest.raises(LookupError):
        await checked(url.set(database="canbao_nowhere").render_as_string(hide_password=False))
    with pytest.raises(StoreUnavailable):
        await checked("postgresql://canbao@127.0.0.1:1/world")
    with pytest.raises(StoreUnavailable):
        await upgrade("postgresql://canbao@127.0.0.1:1/world")


@pytest.mark.postgresql
async def test_a_table_that_is_locked_on_postgresql_leaves_a_migration_undone(
    postgres_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.store.migrations.BUSY_SECONDS", 0.05)
    url = postgres_server.create_database()
    await create_tables(url)
    await in_database(url, bear(None))
    other = await asyncpg.connect(url)
    try:
        async with other.transaction():
            await other.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StoreUnavailable, match="lock"):
                await upgrade(url)
    finally:
        await other.close()
        postgres_server.drop_database(url)
