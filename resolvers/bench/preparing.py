"""What is measured on (测量用的世界): one world for both engines, made once and kept, and a copy of it to write in."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final

import asyncpg
import sqlalchemy
from sqlalchemy import Column, MetaData, String, Table, bindparam, delete, insert, or_, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from domain.decisions.collecting import CollectionLine
from domain.decisions.filings import NEVER
from domain.operations.collect_resident_contributions import (
    CollectionStarted,
    CollectOrder,
    collect_resident_contributions,
)
from domain.operations.setting import IDS_PER_ORDER
from domain.operations.submit_resident_contribution import (
    ResidentContributionSubmitted,
    SubmitOrder,
    submit_resident_contributions,
)
from domain.policy import PolicyBook
from domain.store import tables
from domain.store.engine import open_database
from domain.store.statements import Statement, among
from domain.store.tables import enrolments, metadata
from domain.store.versions import NEWEST
from domain.vocabulary import (
    NATION,
    EnrolmentStatus,
    FilingStatus,
    Id,
    PaymentChannel,
    Prefix,
    RegionCode,
    Role,
    Scheme,
    UnitKind,
    UnitStatus,
    Viewer,
    api_id,
)
from resolvers.bench.care_questions import questions_of_care
from resolvers.bench.cases import Case, Question
from resolvers.context import machine_clock
from resolvers.world import World, open_world
from simulator.outside import outside
from simulator.worlds import create_world

Stages = Callable[[str, int, int], None]
"""Told of each stage by name, with how much of it is done and how much there is."""

WORLD_NAME: Final = "bench"
READERS: Final = 400
"""How many persons are asked about, each by a token of their own."""
COUNTIES: Final = 16
COVERAGE_YEAR: Final = 2025
"""The year whose collection window the world's clock starts in."""

_MATTERS_OF: Final = RegionCode("510703")
"""Whose service matters are asked for."""

_SOURCES: Final = Path(__file__).resolve().parents[2]
_COPIED_AT_ONCE: Final = 20_000
_REGISTER: Final = "registry_"
"""The population register's own tables: no case asks it, and it is a third of a world's rows."""


# ---- one world, kept ------------------------------------------------------------------------------------------------


def world_digest() -> str:
    """What a world of a given seed depends on: the tables, and everything that draws it. Sixteen hexadecimal digits."""
    digest = sha256(NEWEST.encode())
    for table in metadata.sorted_tables:
        digest.update(str(CreateTable(table)).encode())
    for room in ("simulator", "domain/policy"):
        for path in sorted((_SOURCES / room).rglob("*")):
            if path.suffix in (".py", ".yaml", ".txt", ".csv"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def kept_world(folder: Path, *, persons: int, seed: int, progress: Stages) -> Path:
    """The SQLite file of a world that nobody writes in: made where there is none of these sources yet."""
    stem = f"world-{persons}-{seed}-"
    path = folder / f"{stem}{world_digest()}.sqlite3"
    if not path.exists():
        for old in folder.glob(f"{stem}*"):
            old.unlink()
        url = f"sqlite:///{path}"
        asyncio.run(create_world(url, name=WORLD_NAME, seed=seed, persons=persons, progress=progress))
    return path


def _opened(kept: Path) -> sqlite3.Connection:
    """The kept file, for reading."""
    return sqlite3.connect(f"{kept.resolve().as_uri()}?mode=ro", uri=True)


def copied_to_sqlite(kept: Path, target: Path) -> None:
    """A file of its own with the same rows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, target)


async def copied_to_postgresql(kept: Path, url: str, progress: Stages) -> None:
    """The same rows, the population register's excepted, in the empty PostgreSQL database at a URL, analysed."""
    tables = await asyncio.to_thread(_tables_of, kept)
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    try:
        async with engine.connect() as connection:
            await _copied(kept, tables, connection, progress)
    finally:
        await engine.dispose()


def _tables_of(kept: Path) -> list[Table]:
    """Every table of the file: the world's own, and what keeps its version."""
    found = MetaData()
    engine = sqlalchemy.create_engine(f"sqlite:///{kept}", poolclass=NullPool)
    try:
        found.reflect(engine, only=lambda name, _: name not in metadata.tables and not name.startswith("sqlite_"))
    finally:
        engine.dispose()
    return [*metadata.sorted_tables, *found.sorted_tables]


async def _copied(kept: Path, tables: Sequence[Table], connection: AsyncConnection, progress: Stages) -> None:
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, asyncpg.Connection)
    for done, table in enumerate(tables):
        progress("copy", done, len(tables))
        # Constraints between tables and indexes are cheaper to put on when the rows are there.
        await connection.execute(CreateTable(table, include_foreign_key_constraints=[]))
        if not table.name.startswith(_REGISTER):
            await _rows_copied(kept, table, driver)
    # What numbers itself goes on after the rows that were copied with their numbers.
    await connection.exec_driver_sql(
        "SELECT setval(pg_get_serial_sequence('timers', 'id'), max(id)) FROM timers HAVING max(id) IS NOT NULL"
    )
    await connection.exec_driver_sql("SET maintenance_work_mem = '256MB'")
    progress("indexes", 0, 1)
    for table in tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            await connection.execute(CreateIndex(index))
    for table in tables:
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            await connection.execute(AddConstraint(key, isolate_from_table=False))
    await connection.exec_driver_sql("VACUUM ANALYZE")
    progress("indexes", 1, 1)


async def _rows_copied(kept: Path, table: Table, driver: asyncpg.Connection[Any]) -> None:
    names = [column.name for column in table.columns]
    cells = " || char(9) || ".join(_as_copied(column) for column in table.columns)

    async def lines() -> AsyncIterator[bytes]:
        with closing(_opened(kept)) as source:
            rows = source.execute(f'SELECT {cells} || char(10) FROM "{table.name}"')
            while batch := rows.fetchmany(_COPIED_AT_ONCE):
                yield "".join([row[0] for row in batch]).encode()

    await driver.copy_to_table(table.name, source=lines(), columns=names)


def _as_copied(column: Column[Any]) -> str:
    """The column as PostgreSQL's COPY reads it from text, written by SQLite, which is faster at it than Python."""
    cell = column.name
    if isinstance(column.type, String):
        cell = rf"replace(replace(replace({cell}, '\', '\\'), char(9), '\t'), char(10), '\n')"
    return rf"coalesce({cell}, '\N')"


# ---- what is asked of it --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class People:
    """Who asks, and for whom is paid, by their numbers."""

    readers: tuple[Id, ...]
    counties: tuple[RegionCode, ...]
    payers: tuple[tuple[Id, Id], ...]
    """(payer, insured person), no person twice."""


# Half of those who read have a family binding, so that the nested case has something to nest.
_READERS: Final = """
SELECT id FROM (
  SELECT holder_id AS id FROM family_bindings WHERE status = 'ACTIVE' GROUP BY holder_id ORDER BY holder_id LIMIT :half
) UNION SELECT id FROM (SELECT id FROM persons WHERE died_on IS NULL ORDER BY id % 9973, id LIMIT :half)
"""
_COUNTIES: Final = """
SELECT region_code FROM persons GROUP BY region_code ORDER BY count(*) DESC, region_code LIMIT :n
"""
_PAYERS: Final = """
SELECT binding.holder_id, binding.member_id
FROM family_bindings binding
JOIN personal_accounts account
  ON account.person_id = binding.holder_id AND account.status = 'OPEN' AND account.balance_fen >= 150000
JOIN persons member ON member.id = binding.member_id AND member.died_on IS NULL AND member.special_group IS NULL
JOIN enrolments enrolment
  ON enrolment.person_id = member.id AND enrolment.scheme = 'RESIDENT' AND enrolment.status = 'ACTIVE'
WHERE binding.status = 'ACTIVE' AND NOT EXISTS (
  SELECT 1 FROM resident_contributions paid
  WHERE paid.person_id = member.id AND paid.coverage_year = :year AND paid.status IN ('PAYING', 'PAID', 'FINISHED')
)
ORDER BY binding.id
"""


def people_of(kept: Path) -> People:
    """The people of a world who are asked about and who pay; the same for both engines."""
    with closing(_opened(kept)) as source:
        readers = [row[0] for row in source.execute(_READERS, {"half": READERS // 2})]
        counties = [row[0] for row in source.execute(_COUNTIES, {"n": COUNTIES})]
        pairs = source.execute(_PAYERS, {"year": COVERAGE_YEAR}).fetchall()
    met: set[int] = set()
    payers = []
    for payer, member in pairs:
        if payer not in met and member not in met:
            met |= {payer, member}
            payers.append((Id(payer), Id(member)))
    return People(tuple(map(Id, readers)), tuple(map(RegionCode, counties)), tuple(payers))


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked, by case: reads to be asked again and again, payments, drafts, claims and lists once each."""

    reads: Mapping[Case, tuple[Question, ...]]
    payments: tuple[Question, ...]
    drafts: tuple[Question, ...]
    claims: tuple[Question, ...]
    lists: Mapping[Case, tuple[Question, ...]]


async def questions_of(
    url: str, people: People, *, payments: int, drafts: int, claims: int, lists: Mapping[Case, int]
) -> Questions:
    """Questions about the world at a URL, where as many contributions as can be paid, and are wanted, wait then.

    Two filings are open for each person who lives there, and as many are drafted as are wanted. Some have a year of 200
    claims. As many villages as
    lists are wanted enrol up to 500 people each then, for whom nothing is paid; of those whose orders are to be
    settled, everything is on its way.
    """
    world = await open_world(
        open_database(url), policy=PolicyBook.load(), outside=outside(), machine=machine_clock, sandbox=True
    )
    try:
        persons = [(_citizen_token(world, number), {"id": api_id(Prefix.PERSON, number)}) for number in people.readers]
        clerks = [
            (world.tokens.issued(Viewer(Role.CLERK, Id(0), county, "bench"))[0], {"region": county})
            for county in people.counties
        ]
        care = await questions_of_care(world, lambda number: _citizen_token(world, number), claims)
        return Questions(
            {
                Case.PERSON: tuple(Question(Case.PERSON, token, asked) for token, asked in persons),
                Case.NESTED: tuple(Question(Case.NESTED, token, asked) for token, asked in persons),
                Case.PAGE: tuple(Question(Case.PAGE, token, asked) for token, asked in clerks),
                Case.CATALOGUE: tuple(Question(Case.CATALOGUE, token, {"place": _MATTERS_OF}) for token, _ in persons),
                Case.FILING_QUEUE: tuple(Question(Case.FILING_QUEUE, token, {}) for token, _ in clerks),
                Case.PREVIEWING_STAY: care.stays,
                Case.YEAR_OF_200_CLAIMS: care.years,
            },
            await _submitted(world, people.payers, payments),
            await _filed(world, drafts),
            care.claims,
            await _lists(world, people, lists),
        )
    finally:
        await world.close()


def _citizen_token(world: World, number: Id) -> str:
    return world.tokens.issued(Viewer(Role.CITIZEN, number, NATION, "bench"))[0]


async def _submitted(world: World, payers: Sequence[tuple[Id, Id]], wanted: int) -> tuple[Question, ...]:
    """Contributions that wait for their payment, submitted as a payer would."""
    found: list[Question] = []
    for start in range(0, len(payers), 500):
        some = payers[start : start + 500]
        if len(found) >= wanted:
            break
        orders = [SubmitOrder(payer, f"bench-submit-{payer}", "bench", member, COVERAGE_YEAR) for payer, member in some]
        await world.ids.reserve(len(orders) * IDS_PER_ORDER)
        async with world.database.write() as connection:
            answers = await submit_resident_contributions(connection, orders, world.setting(world.clock.now()))
        found += [
            Question(
                Case.PAYMENT,
                _citizen_token(world, payer),
                {
                    "contribution": api_id(Prefix.RESIDENT_CONTRIBUTION, answer.contribution_id),
                    "key": f"bench-pay-{payer}",
                },
            )
            for (payer, _), answer in zip(some, answers, strict=True)
            if isinstance(answer, ResidentContributionSubmitted)
        ]
    return tuple(found[:wanted])


_OPEN: Final = 2
"""How many filings of each person are open."""
_NUMBERED: Final = 10**13
"""From where filings are numbered: the world's own blocks, and what the floor writes, are elsewhere."""
_FILE: Final = """
INSERT INTO filings (id, matter, edition, region_code, province_code, applicant_id, person_id, applicant, form, status,
                     drafted_at, filed_at, working_days, late_from)
SELECT id + {first}, 'ELECTRONIC_CERTIFICATE', '510000~2020-01-01', region_code, {province}, id, id, 'RESIDENT',
       '{form}', '{status}', {at}, {at}, 5, {never} FROM persons {some}
"""


async def _filed(world: World, wanted: int) -> tuple[Question, ...]:
    """The drafts that wait to be submitted, in a world where two filings of each person are open."""
    now = world.clock.now()
    common = {
        "form": '{"person_id": 0}',
        "never": NEVER,
        "province": "substr(region_code, 1, 2) || '0000'",
    }
    open_ones = [
        {"first": place * _NUMBERED, "status": FilingStatus.SUBMITTED.name, "at": f"{now} - id % 5000000", "some": ""}
        for place in range(1, 1 + _OPEN)
    ]
    drafts = {
        "first": (1 + _OPEN) * _NUMBERED,
        "status": FilingStatus.DRAFT.name,
        "at": str(now),
        "some": f"WHERE died_on IS NULL ORDER BY id LIMIT {wanted}",
    }
    async with world.database.write() as connection:
        for each in (*open_ones, drafts):
            await connection.execute(Statement(text(_FILE.format(**each, **common))), {})
        # As autovacuum and the file's own figures have it after a while.
        await connection.execute(Statement(text("ANALYZE filings")), {})
        found = await connection.fetch_all(_DRAFTS, {})
    return tuple(
        Question(
            Case.SUBMITTING_FILING,
            _citizen_token(world, Id(applicant)),
            {"filing": api_id(Prefix.FILING, Id(filing)), "key": f"bench-file-{filing}"},
        )
        for filing, applicant in found
    )


MOST_LINES: Final = 500
"""How many people a village pays for in one call."""
_OFFERING: Final = ("5204", "8401", "8402")
"""Cities whose policy states everything that a payment for 2025 asks for, and where nobody finishes it by hand."""

_member = enrolments.alias("member")
_UNPAID: Final = Statement(
    select(_member.c.id, _member.c.person_id)
    .select_from(_member.join(tables.persons, tables.persons.c.id == _member.c.person_id))
    .where(
        _member.c.scheme == Scheme.RESIDENT.name,
        _member.c.status == EnrolmentStatus.ACTIVE.name,
        _member.c.visible_to_tax_at.is_(None),
        tables.persons.c.died_on.is_(None),
        tables.persons.c.special_group.is_(None),
        or_(*(_member.c.region_code.like(f"{city}%") for city in _OFFERING)),
        ~select(tables.outside_enrolments.c.id_number)
        .where(tables.outside_enrolments.c.id_number == tables.persons.c.id_number)
        .exists(),
        ~select(tables.resident_contributions.c.id)
        .where(
            tables.resident_contributions.c.person_id == _member.c.person_id,
            tables.resident_contributions.c.coverage_year == COVERAGE_YEAR,
            tables.resident_contributions.c.status != "SUBMITTED",
        )
        .exists(),
    )
    .order_by(_member.c.id)
)
_DRAFTS: Final = Statement(
    select(tables.filings.c.id, tables.filings.c.applicant_id)
    .where(tables.filings.c.status == FilingStatus.DRAFT.name)
    .order_by(tables.filings.c.id)
)
_UNTIMED: Final = Statement(delete(tables.timers).where(among(tables.timers.c.subject_id, "orders")))
_FOUND: Final = Statement(insert(tables.units).inline())
_NAME: Final = Statement(insert(tables.personas).inline())
_MOVE: Final = Statement(
    update(enrolments).values(unit_id=bindparam("of_unit")).where(enrolments.c.id == bindparam("enrolment"))
)


@dataclass(frozen=True, slots=True)
class _Village:
    """A unit, its officer and whom it enrols."""

    unit_id: Id
    officer: Id
    name: str
    members: tuple[Id, ...]

    def question(self, world: World, case: Case, asked: Mapping[str, Any]) -> Question:
        """What its officer asks about its people."""
        viewer = Viewer(Role.UNIT_OFFICER, self.officer, _VILLAGES_REGION, "bench", unit_id=self.unit_id)
        token, _ = world.tokens.issued(viewer)
        return Question(case, token, {**asked, "key": f"{self.name}-{case.key}"}, len(self.members))


async def _lists(world: World, people: People, wanted: Mapping[Case, int]) -> Mapping[Case, tuple[Question, ...]]:
    villages = iter(await _villages(world, people, sum(wanted.values())))
    of_case = {case: list(islice(villages, count)) for case, count in wanted.items()}
    collecting = [
        village.question(
            world,
            Case.COLLECTING_UNIT_OF_500,
            {
                "unit": api_id(Prefix.UNIT, village.unit_id),
                "lines": [{"personId": api_id(Prefix.PERSON, member)} for member in village.members],
            },
        )
        for village in of_case[Case.COLLECTING_UNIT_OF_500]
    ]
    settling = [
        village.question(world, Case.SETTLING_500, {"order": api_id(Prefix.PAYMENT_ORDER, order_id)})
        for village, order_id in await _ordered(world, of_case[Case.SETTLING_500])
    ]
    return {Case.COLLECTING_UNIT_OF_500: tuple(collecting), Case.SETTLING_500: tuple(settling)}


async def _ordered(world: World, villages: Sequence[_Village]) -> list[tuple[_Village, Id]]:
    """The villages with the orders over what they collect, of which the tax bureau hears when somebody asks about them.

    Their timers are taken away, so that no server tells it meanwhile.
    """
    channel = PaymentChannel.TAX_SYSTEM
    orders = [
        CollectOrder(
            village.officer,
            village.name,
            "bench",
            village.unit_id,
            COVERAGE_YEAR,
            channel,
            tuple(map(CollectionLine, village.members)),
        )
        for village in villages
    ]
    await world.ids.reserve(sum(order.ids for order in orders))
    async with world.database.write() as connection:
        answers = await collect_resident_contributions(connection, orders, world.setting(world.clock.now()))
        made = [
            (village, answer.order_id)
            for village, answer in zip(villages, answers, strict=True)
            if isinstance(answer, CollectionStarted) and answer.order_id is not None
        ]
        await connection.execute(_UNTIMED, {"orders": [order_id for _, order_id in made]})
    return made


async def _villages(world: World, people: People, wanted: int) -> list[_Village]:
    """So many villages, each with a reader as its officer; they share the people there are."""
    await world.ids.reserve(2 * wanted)
    payees = {member for _, member in people.payers}
    async with world.database.write() as connection:
        unpaid = [row for row in await connection.fetch_all(_UNPAID, {}) if row[1] not in payees]
        size = min(MOST_LINES, len(unpaid) // wanted)
        found = []
        for place in range(wanted if size else 0):
            members = unpaid[place * size : (place + 1) * size]
            unit_id, officer = world.ids.new(_VILLAGES_REGION), people.readers[place]
            name = f"bench-village-{place}"
            await connection.execute(_FOUND, {**_VILLAGE, "id": unit_id, "name": name, "credit_code": name})
            officers = {"id": world.ids.new(_VILLAGES_REGION), "name": name, "person_id": officer, "unit_id": unit_id}
            await connection.execute(_NAME, {**_OFFICER, **officers})
            await connection.execute_many(_MOVE, [{"of_unit": unit_id, "enrolment": row[0]} for row in members])
            found.append(_Village(unit_id, officer, name, tuple(Id(row[1]) for row in members)))
    return found


_VILLAGES_REGION: Final = RegionCode("520402")
_VILLAGE: Final = {
    "region_code": _VILLAGES_REGION,
    "kind": UnitKind.VILLAGE.name,
    "status": UnitStatus.ACTIVE.name,
    "registered_on": date(2010, 1, 1),
}
_OFFICER: Final = {
    "institution_id": None,
    "role": Role.UNIT_OFFICER.name,
    "region_code": _VILLAGES_REGION,
    "description_zh": "经办人员",
    "description_en": "officer",
}
