"""The chain over the audit trail: right as it is sealed, and broken by whatever is changed, added or taken away."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Integer, Table, delete, func, select, update

from domain.store.access_records import Access
from domain.store.access_records import append as append_records
from domain.store.engine import Database, open_database
from domain.store.events import Cause, EventType, NewEvent
from domain.store.events import append as append_events
from domain.store.seals import seal
from domain.store.statements import Statement
from domain.store.tables import access_records, access_subjects, audit_seals, events, metadata, persons
from domain.vocabulary import AccessKind, Id, Instant, RegionCode, RevealReason, Role, Transport, Viewer
from simulator.trail_audit import (
    BROKEN_CHAIN,
    BROKEN_COUNT,
    BROKEN_INDEX,
    BROKEN_ROWS,
    BROKEN_SEAL,
    RULES,
    broken_trail,
)
from simulator.worlds import create_world
from tests.databases import sqlite_url
from tests.simulator.conftest import SEED, unheard

_PEOPLE: Final = Statement(select(persons.c.id).order_by(persons.c.id).limit(10))
_SEALS: Final = Statement(select(func.count()).select_from(audit_seals))
COUNTY: Final = RegionCode("520402")
CLERK: Final = Viewer(Role.CLERK, Id(0), COUNTY, "clerk", persona_id=Id(7))


def access(number: int, subjects: list[int]) -> Access:
    kind = AccessKind.REVEAL if number % 2 else AccessKind.READ
    return Access(
        viewer=CLERK,
        occurred_at=Instant(1_734_310_800 + number),
        recorded_at=1_750_000_000 + number,
        operation=("query", f"Persons{number}"),
        fields=["Person.name", "Person.idNumber"],
        transport=Transport.HTTP,
        request_id=f"request-{number}",
        subjects=subjects,
        purpose="为申请人核对身份",
        kind=kind,
        reason=RevealReason.CORRECTION if kind is AccessKind.REVEAL else None,
    )


def happened(number: int, person: int) -> NewEvent:
    payload: dict[str, int | str | None] = {"person_id": person, "note": "一"}
    return NewEvent(
        Id(number),
        EventType.IDENTITY_VERIFIED,
        COUNTY,
        Instant(number),
        Id(0),
        Id(person),
        Cause(f"cause-{number}"),
        payload,
    )


async def live(database: Database, rounds: int = 3) -> None:
    """Records and events, sealed after each round; what came last is not sealed yet."""
    async with database.read() as connection:
        people = [row[0] for row in await connection.fetch_all(_PEOPLE, {})]
    for number in range(1, rounds + 1):
        async with database.write() as connection:
            await append_records(connection, [access(number, people[:number]), access(number + 100, [])])
            await append_events(connection, [happened(number, people[0]), happened(number + 1000, people[1])])
        if number < rounds:
            made = await seal(database, 1_750_000_000 + number)
            assert made is not None
            assert made.position == number


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a world whose audit trail is sealed but for its end, not to be changed."""
    path = tmp_path_factory.mktemp("trail") / "sealed.sqlite3"

    async def make() -> None:
        await create_world(sqlite_url(path), name="sealed", seed=SEED, persons=500, progress=unheard)
        database = open_database(sqlite_url(path))
        await live(database)
        await database.close()

    asyncio.run(make())
    return path


async def found_after(path: Path, change: str) -> dict[str, int]:
    """What the auditor finds once somebody who can do anything to the file has changed it so."""
    connection = sqlite3.connect(path)
    for table in (access_records, access_subjects, audit_seals):
        for what in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table.name}_no_{what}")
    connection.executescript(f"PRAGMA ignore_check_constraints = 1; {change}")
    assert connection.total_changes
    connection.commit()
    connection.close()
    database = open_database(sqlite_url(path))
    broken = await broken_trail(database)
    await database.close()
    return broken


@pytest.fixture
def copy(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(sealed, tmp_path / "spoilt.sqlite3"))


async def test_a_sealed_trail_is_right_on_both_engines(database_url: str) -> None:
    await create_world(database_url, name="w", seed=SEED, persons=500, progress=unheard)
    database = open_database(database_url)
    assert await broken_trail(database) == {}
    assert await seal(database, 0) is None
    await live(database)
    assert await broken_trail(database) == {}
    assert await seal(database, 1_750_000_010) is not None
    assert await seal(database, 1_750_000_011) is None
    assert await broken_trail(database) == {}
    await database.close()


_JSON: Final = {"fields": "'$[0]', 'x'", "payload": "'$.note', '二'", "subjects": "'$[0]', 7"}


def _other(table: Table, column: str) -> str:
    number = isinstance(table.c[column].type, Integer)
    if column in _JSON:
        return f"json_set({column}, {_JSON[column]})"
    return f"{column} + 1000000" if number else f"coalesce({column}, '') || 'x'"


COLUMNS = [
    (table, str(column.name)) for table in (access_records, access_subjects, audit_seals, events) for column in table.c
]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table.name}.{column}" for table, column in COLUMNS])
async def test_whatever_is_changed_is_found(table: Table, column: str, copy: Path) -> None:
    key = f"({', '.join(one.name for one in table.primary_key)})"
    first = f"SELECT {key[1:-1]} FROM {table.name} ORDER BY {key[1:-1]} LIMIT 1"
    broken = await found_after(
        copy, f"UPDATE {table.name} SET {column} = {_other(table, column)} WHERE {key} = ({first})"
    )
    assert broken
    assert set(broken) <= set(RULES)
    of_records = {BROKEN_COUNT, BROKEN_INDEX}
    assert {number for rule, number in broken.items() if rule not in of_records} <= {1, 2, 1_000_001}
    assert min(number for number in broken.values()) == 1 or column == "position"


@pytest.mark.parametrize(
    ("change", "rule", "number"),
    [
        ("DELETE FROM access_records WHERE position = 3", BROKEN_ROWS, 2),
        ("UPDATE access_records SET subjects = '[]' WHERE position = 3", BROKEN_ROWS, 2),
        ("UPDATE access_records SET subjects = '[]' WHERE position = 3", BROKEN_COUNT, 3),
        ("UPDATE access_records SET subjects = '[]', persons = 0 WHERE position = 3", BROKEN_INDEX, 3),
        ("UPDATE access_records SET persons = persons + 1 WHERE position = 5", BROKEN_COUNT, 5),
        ("DELETE FROM access_subjects WHERE record_position = 3", BROKEN_INDEX, 3),
        ("INSERT INTO access_subjects SELECT person_id, 2 FROM access_subjects LIMIT 1", BROKEN_INDEX, 2),
        ("INSERT INTO access_subjects SELECT person_id, 5 FROM access_subjects LIMIT 1", BROKEN_INDEX, 5),
        ("INSERT INTO access_subjects SELECT person_id, 99 FROM access_subjects LIMIT 1", BROKEN_INDEX, 99),
        ("DELETE FROM events WHERE id = 2", BROKEN_ROWS, 2),
        ("DELETE FROM audit_seals WHERE position = 1", BROKEN_CHAIN, 2),
        ("UPDATE audit_seals SET digest = rows_digest WHERE position = 1", BROKEN_SEAL, 1),
        ("UPDATE audit_seals SET digest = rows_digest WHERE position = 1", BROKEN_CHAIN, 2),
        ("UPDATE events SET position = position + 100 WHERE id = 1", BROKEN_ROWS, 1),
    ],
)
async def test_what_is_added_or_taken_away_is_found_where_it_was(
    change: str, rule: str, number: int, copy: Path
) -> None:
    assert (await found_after(copy, change))[rule] == number


async def test_a_trail_longer_than_one_seal_takes_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sqlite_url(tmp_path / "long.sqlite3")
    await create_world(url, name="long", seed=SEED, persons=500, progress=unheard)
    database = open_database(url)
    async with database.write() as connection:
        await append_records(connection, [access(number, []) for number in range(1, 2_502)])
    seals = []
    while (made := await seal(database, 5)) is not None:
        seals.append(made.records)
    assert seals == [250] * 10 + [1]
    assert await broken_trail(database) == {}
    await database.close()


async def test_a_seal_covers_records_of_so_many_persons_or_one_of_more(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whom records are found is written with their seal, and writers wait for that."""
    monkeypatch.setattr("domain.store.seals.PERSONS_AT_ONCE", 4)
    await create_world(database_url, name="w", seed=SEED, persons=500, progress=unheard)
    database = open_database(database_url)
    async with database.read() as connection:
        people = [row[0] for row in await connection.fetch_all(_PEOPLE, {})]
    async with database.write() as connection:
        await append_records(connection, [access(number, people[:number]) for number in (1, 2, 1, 7, 0, 4, 3)])
    seals = []
    while (made := await seal(database, 5)) is not None:
        seals.append(made.records)
    assert seals == [3, 1, 2, 1]
    assert await broken_trail(database) == {}
    await database.close()


async def test_of_two_who_seal_at_once_one_does(database_url: str) -> None:
    await create_world(database_url, name="w", seed=SEED, persons=500, progress=unheard)
    first, second = open_database(database_url), open_database(database_url)
    await live(first, 1)
    made = await asyncio.gather(seal(first, 5), seal(second, 5))
    assert sorted(one is not None for one in made) in ([False, True], [True, True])
    async with first.read() as connection:
        rows = await connection.fetch_all(_SEALS, {})
    assert [row[0] for row in rows] == [1]
    assert await broken_trail(first) == {}
    await first.close()
    await second.close()


@pytest.mark.parametrize("table", ["access_records", "access_subjects", "audit_seals"])
async def test_the_database_refuses_to_change_or_delete(table: str, database_url: str) -> None:
    await create_world(database_url, name="w", seed=SEED, persons=500, progress=unheard)
    database = open_database(database_url)
    await live(database, 2)
    found = metadata.tables[table]
    column = found.primary_key.columns[0]
    for statement in (Statement(delete(found)), Statement(update(found).values({column: column}))):
        with pytest.raises(Exception, match="append-only"):
            async with database.write() as connection:
                await connection.execute(statement, {})
    assert await broken_trail(database) == {}
    await database.close()
