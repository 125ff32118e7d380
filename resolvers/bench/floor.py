"""The floor (手写下限): what an endpoint written by hand costs at least, with the same SQL on the raw driver.

The catalogue of a place is kept as it was written first, for as long as its edition is in force.

A Starlette route reads the token and the values, runs the statement that the plan compiled, prepared once per
connection, and sends its bytes, once it is on record whose data they show to somebody else. A payment is the fewest
statements that leave the same rows behind, without the receipt; it decides nothing but that the contribution waits and
the balance suffices. A filing is submitted once its key is seen to be new and the filing a draft of who asks. A list of
a village is the fewest statements that leave its rows behind, events as they are read and the receipts among them; it
decides nothing but that the officer acts for the unit and that the unit enrols each person, who lives, is insured
nowhere else and has not paid, and of the order over it that it waits. What care costs is decided by the insurance
itself, whoever asks (`resolvers.bench.care`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
from typing import Any, Final, Protocol

import apsw
import asyncpg
import orjson
from sqlalchemy.engine import make_url
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from domain.decisions.working_days import working_day_number
from domain.policy import PolicyBook
from domain.store.engine import Connection, Connections, Database, open_database
from domain.store.statements import EngineKind, Rendered
from domain.vocabulary import (
    Fen,
    Id,
    Instant,
    Prefix,
    RegionCode,
    Role,
    Viewer,
    api_id,
    business_date,
    iso_instant,
    parsed_api_id,
    yuan,
)
from resolvers.bench.care import Answered, benefit_year, previewing_stay, settling_claim
from resolvers.bench.cases import Case
from resolvers.context import Request, machine_clock
from resolvers.graphql import build_executor
from resolvers.plan.marks import unmarked
from resolvers.service import Answer, GraphQLRequest
from resolvers.world import World, open_world
from simulator.outside import outside

FIRST_NUMBER: Final = 2 * 10**12
"""From here on the floor numbers what it writes: far from what the world's own blocks reach."""

DAY_SECONDS: Final = 86_400

_ID: Final = Id(51_0000_0000_0009_9991)
_VIEWER: Final = Id(51_0000_0000_0009_9993)
_REGION: Final = RegionCode("519997")
_CLERKS_REGION: Final = RegionCode("519995")
_NOW: Final = Instant(4_102_444_800)
_WORKING_DAY: Final = working_day_number(business_date(_NOW))


@dataclass(frozen=True, slots=True)
class _Read:
    """A statement, and which its arguments are of (id, viewer, region, viewer's, now, working day, *constants)."""

    sql: str
    arguments: Callable[[tuple[Any, ...]], Sequence[Any]]
    constants: tuple[Any, ...]


class _Recording:
    """A database that keeps the statement it is asked to run, and finds nothing."""

    def __init__(self, kind: EngineKind) -> None:
        self.kind = kind
        self.statements = 0
        self.statement_seconds = 0.0
        self.asked: list[tuple[Rendered, Sequence[Any]]] = []

    def connections(self) -> Connections:
        return Connections(0, 0)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        yield self  # type: ignore[misc]

    def write(self) -> AbstractAsyncContextManager[Connection]:
        raise AssertionError("a read does not write")

    async def fetch_rendered(self, rendered: Rendered, arguments: Sequence[Any]) -> None:
        self.asked.append((rendered, arguments))

    async def fetch_apart(self, rendered: Rendered, arguments: Sequence[Any]) -> None:
        self.asked.append((rendered, arguments))

    async def close(self) -> None:
        return


async def _compiled(world: World, case: Case) -> _Read:
    """The very statement of the plan, with the values of one request told apart from what never changes."""
    recording = _Recording(world.database.kind)
    clerk = case.is_by_clerk
    viewer = (
        Viewer(Role.CLERK, Id(0), _CLERKS_REGION, "")
        if clerk
        else Viewer(Role.CITIZEN, _VIEWER, RegionCode("000000"), "")
    )
    variables = {"region": _REGION} if clerk else {"id": api_id(Prefix.PERSON, _ID)}
    executor = build_executor(world.policy)
    asked = Request(replace(world, database=recording), viewer, "", _NOW)
    await executor.answer(GraphQLRequest(case.value.document, variables), asked)
    executor.close()
    [(rendered, arguments)] = recording.asked
    known: dict[object, int] = {_ID: 0, _VIEWER: 1, _REGION: 2, _CLERKS_REGION: 3, _NOW: 4, _WORKING_DAY: 5}
    constants = tuple(value for value in arguments if value not in known)
    left = iter(range(len(known), len(known) + len(constants)))
    positions = [known[value] if value in known else next(left) for value in arguments]
    pick = itemgetter(*positions)
    return _Read(rendered.sql, pick if len(positions) > 1 else lambda values: (pick(values),), constants)


class _Store(Protocol):
    """The raw driver of one engine."""

    async def first(self, case: Case, arguments: Sequence[Any]) -> str | None:
        """The text of a read's only row."""
        ...

    async def record(self, access: tuple[Any, ...], shown: Sequence[int]) -> None:
        """It is on disk who was shown whom."""
        ...

    async def pay(self, payment: _Payment) -> bytes | None:
        """The answer's members, or None where the contribution cannot be paid. On disk when it returns."""
        ...

    async def submit(self, submission: _Submission) -> bytes | None:
        """The answer's members, or None where there is no such draft. On disk when it returns."""
        ...

    async def collect(self, collection: _Collection) -> bytes | None:
        """The answer's members, or None where somebody cannot be paid for. On disk when it returns."""
        ...

    async def settle(self, settlement: _Settlement) -> bytes | None:
        """The answer's members, or None where the order does not wait for its channel. On disk when it returns."""
        ...


@dataclass(frozen=True, slots=True)
class _Payment:
    contribution_id: int
    payer_id: int
    key: str
    entry_id: int
    event_id: int
    now: int
    today: Any


def _answer(payment: _Payment, entry_fen: int, balance_fen: int) -> bytes:
    return orjson.dumps(
        {
            "__typename": "ResidentContributionPaid",
            "contribution": {
                "id": api_id(Prefix.RESIDENT_CONTRIBUTION, payment.contribution_id),
                "status": "PAID",
                "amount": yuan(Fen(-entry_fen)),
                "paidOn": str(payment.today),
            },
            "entry": {"amount": yuan(Fen(entry_fen)), "balance": yuan(Fen(balance_fen))},
            "account": {"balance": yuan(Fen(balance_fen))},
        }
    )


_RECORD = """
INSERT INTO access_records (transaction_id, kind, occurred_at, recorded_at, role, person_id, persona_id, client_id,
                            unit_id, region_code, reader, operation_kind, operation, fields, transport, request_id,
                            persons, subjects)
VALUES ({transaction}, 'READ', $1, $1, $2, $3, 0, 0, 0, $4, '', 'query', $5, '[]', 'HTTP', '', $6, $7)"""
_TO_PAY = """
SELECT c.status, c.amount_fen, c.person_id, c.coverage_year, c.region_code,
       a.id, a.balance_fen, a.entry_count, a.status
FROM resident_contributions c JOIN personal_accounts a ON a.person_id = c.payer_id
WHERE c.id = $1 AND c.payer_id = $2"""
_PAY = """
UPDATE resident_contributions SET status = 'PAID', account_id = $2, paid_at = $3, paid_on = $4,
       coverage_from = $5, coverage_until = $6, record_visible_at = $7
WHERE id = $1"""
_DEBIT = "UPDATE personal_accounts SET balance_fen = $2, entry_count = $3 WHERE id = $1"
_POST = """
INSERT INTO account_entries (id, account_id, position, kind, amount_fen, balance_fen, occurred_at, business_on,
                             contribution_id)
VALUES ($1, $2, $3, 'PROXY_CONTRIBUTION', $4, $5, $6, $7, $8)"""
_LOG = """
INSERT INTO events (transaction_id, id, type, version, region_code, occurred_at, actor_id, subject_id, cause, payload)
VALUES ({transaction}, $1, 'RESIDENT_CONTRIBUTION_PAID', 1, $2, $3, $4, $5, '', $6)"""
_KEEP = """
INSERT INTO answers (actor_id, mutation, key, content_hash, answer, answered_at)
VALUES ($1, 'payResidentContribution', $2, '', $3, $4)"""


def _written(
    payment: _Payment, found: Sequence[Any], day: Callable[[int, int, int], Any]
) -> tuple[bytes, list[tuple[str, tuple[Any, ...]]]] | None:
    """The answer, and the statements that record it; None where the contribution cannot be paid."""
    status, amount, person, year, region, account, balance, entries, account_status = found
    if status != "SUBMITTED" or account_status != "OPEN" or balance < amount:
        return None
    left, position = balance - amount, entries + 1
    payload = orjson.dumps({"contribution_id": payment.contribution_id, "entry_id": payment.entry_id}).decode()
    answer = _answer(payment, -amount, left)
    return answer, [
        (
            _PAY,
            (
                payment.contribution_id,
                account,
                payment.now,
                payment.today,
                day(year, 1, 1),
                day(year, 12, 31),
                payment.now + DAY_SECONDS,
            ),
        ),
        (_DEBIT, (account, left, position)),
        (
            _POST,
            (
                payment.entry_id,
                account,
                position,
                -amount,
                left,
                payment.now,
                payment.today,
                payment.contribution_id,
            ),
        ),
        (_LOG, (payment.event_id, region, payment.now, payment.payer_id, person, payload)),
        (_KEEP, (payment.payer_id, payment.key, answer.decode(), payment.now)),
    ]


@dataclass(frozen=True, slots=True)
class _Submission:
    filing_id: int
    applicant_id: int
    key: str
    event_id: int
    now: int


@dataclass(frozen=True, slots=True)
class _Collection:
    unit_id: int
    officer_id: int
    key: str
    persons: tuple[int, ...]
    new_id: Callable[[int], int]
    now: int


@dataclass(frozen=True, slots=True)
class _Settlement:
    order_id: int
    officer_id: int
    key: str
    new_id: Callable[[int], int]
    now: int
    today: Any


_Day = Callable[[int, int, int], Any]
_Asked = Callable[..., Awaitable[Sequence[Sequence[Any]]]]
"""The rows of a statement, inside the transaction."""
_Writes = list[tuple[str, list[tuple[Any, ...]]]]
"""Statements, each with the rows that it is run for."""

_PRICE_FEN: Final = 40_000
_FIRST_ANSWER = "SELECT answer FROM answers WHERE actor_id = $1 AND mutation = $2 AND key = $3"
_ACTS = "SELECT 1 FROM personas WHERE unit_id = $1 AND person_id = $2 AND role = 'UNIT_OFFICER'"
_MEMBERS = """
SELECT p.id, e.id, e.region_code, p.id_number, (
  SELECT c.id FROM resident_contributions c
  WHERE c.person_id = p.id AND c.coverage_year = 2025 AND c.status IN ('PAYING', 'PAID', 'FINISHED')
)
FROM enrolments e JOIN persons p ON p.id = e.person_id
WHERE e.unit_id = $1 AND e.status = 'ACTIVE' AND p.died_on IS NULL
ORDER BY p.id"""
_ELSEWHERE = "SELECT id_number FROM outside_enrolments WHERE active_until IS NULL AND id_number {among}"
_ORDER = """
INSERT INTO payment_orders (id, payer_id, region_code, channel, status, amount_fen, ordered_at, confirmations, unit_id)
VALUES ($1, $2, $3, 'BANK_BATCH', 'QUEUED', $4, $5, 0, $6)"""
_CONTRIBUTE = """
INSERT INTO resident_contributions (id, person_id, enrolment_id, region_code, coverage_year, status, channel, kind,
       amount_fen, payer_id, submitted_at, subsidy_fen, payment_order_id, grade, repair_years, repair_fen, unit_id,
       coverage_from, coverage_until)
VALUES ($1, $2, $3, $4, 2025, 'PAYING', 'BANK_BATCH', 'ORDINARY', $5, $6, $7, 0, $8, 1, 0, 0, $9, $10, $11)"""
_ORDER_LINE = "INSERT INTO payment_order_lines (order_id, contribution_id, amount_fen) VALUES ($1, $2, $3)"
_LIST_LOG = """
INSERT INTO events (transaction_id, id, type, version, region_code, occurred_at, actor_id, subject_id, cause, payload)
VALUES ({transaction}, $1, $2, 1, $3, $4, $5, $6, '', $7)"""
_TIMER = "INSERT INTO timers (due_at, kind, subject_id) VALUES ($1, 'ASK_CHANNEL', $2)"
_KEEP_LIST = """
INSERT INTO answers (actor_id, mutation, key, content_hash, answer, answered_at) VALUES ($1, $2, $3, '', $4, $5)"""


async def _collecting(read: _Asked, collection: _Collection, day: _Day) -> tuple[bytes, _Writes] | None:
    """The answer, and what records it: nothing where the key has had it before. None where it cannot be done."""
    officer, unit = collection.officer_id, collection.unit_id
    kept = await read(_FIRST_ANSWER, officer, Case.COLLECTING_UNIT_OF_500.value.root, collection.key)
    if kept:
        return kept[0][0].encode(), []
    if not await read(_ACTS, unit, officer):
        return None
    members = {person: tuple(of_person) for person, *of_person in await read(_MEMBERS, unit)}
    if await read(_ELSEWHERE, [members[person][2] for person in collection.persons if person in members]):
        return None
    return _collected(collection, members, day)


async def _settling(read: _Asked, settlement: _Settlement) -> tuple[bytes, _Writes] | None:
    """As `_collecting`, for an order of which the channel was not told yet."""
    order, officer = settlement.order_id, settlement.officer_id
    kept = await read(_FIRST_ANSWER, officer, Case.SETTLING_500.value.root, settlement.key)
    if kept:
        return kept[0][0].encode(), []
    found = await read(_TO_SETTLE, order, officer)
    return None if await read(_KNOWN, order) else _settled(settlement, found)


_TO_SUBMIT = "SELECT status, matter, region_code FROM filings f WHERE id = $1 AND applicant_id = $2"
_SUBMIT = "UPDATE filings SET status = 'SUBMITTED', filed_at = $2 WHERE id = $1"


async def _submitting(read: _Asked, submission: _Submission) -> tuple[bytes, _Writes] | None:
    """As `_collecting`, for a filing that its applicant drafted."""
    filing, applicant, now = submission.filing_id, submission.applicant_id, submission.now
    mutation = Case.SUBMITTING_FILING.value.root
    kept = await read(_FIRST_ANSWER, applicant, mutation, submission.key)
    if kept:
        return kept[0][0].encode(), []
    found = await read(_TO_SUBMIT, filing, applicant)
    if not found or found[0][0] != "DRAFT":
        return None
    _, matter, region = found[0]
    moved = {"id": api_id(Prefix.FILING, Id(filing)), "status": "SUBMITTED", "filedAt": iso_instant(Instant(now))}
    answer = orjson.dumps({"__typename": "FilingMoved", "filing": moved})
    payload = {"filing_id": filing, "matter": matter, "move": "SUBMIT", "status": "SUBMITTED"}
    event = submission.event_id, "FILING_MOVED", region, now, applicant, applicant, orjson.dumps(payload).decode()
    return answer, [
        (_SUBMIT, [(filing, now)]),
        (_LIST_LOG, [event]),
        (_KEEP_LIST, [(applicant, mutation, submission.key, answer.decode(), now)]),
    ]


def _collected(
    collection: _Collection, members: Mapping[int, Sequence[Any]], day: _Day
) -> tuple[bytes, _Writes] | None:
    """The answer, and what records it; None where somebody is not of the unit, or has paid."""
    if any(person not in members or members[person][3] is not None for person in collection.persons):
        return None
    now, officer, unit = collection.now, collection.officer_id, collection.unit_id
    order, total = collection.new_id(unit), _PRICE_FEN * len(collection.persons)
    first, last = day(2025, 1, 1), day(2025, 12, 31)
    contributions, lines, log, told = [], [], [], []
    for person in collection.persons:
        enrolment, region, _, _ = members[person]
        number = collection.new_id(person)
        contributions.append((number, person, enrolment, region, _PRICE_FEN, officer, now, order, unit, first, last))
        lines.append((order, number, _PRICE_FEN))
        both = {
            "contribution_id": number,
            "person_id": person,
            "payer_id": officer,
            "unit_id": unit,
            "coverage_year": 2025,
            "amount_fen": _PRICE_FEN,
        }
        submitted = orjson.dumps({**both, "enrolment_id": enrolment, "kind": "ORDINARY"}).decode()
        started = orjson.dumps({**both, "order_id": order, "channel": "BANK_BATCH"}).decode()
        log += [
            (collection.new_id(person), kind, region, now, officer, person, payload)
            for kind, payload in (("RESIDENT_CONTRIBUTION_SUBMITTED", submitted), ("PAYMENT_STARTED", started))
        ]
        contribution_id = api_id(Prefix.RESIDENT_CONTRIBUTION, number)
        told.append({"contribution": {"id": contribution_id, "status": "PAYING", "amount": yuan(Fen(_PRICE_FEN))}})
    answer = orjson.dumps(
        {
            "__typename": "CollectionStarted",
            "order": {"id": api_id(Prefix.PAYMENT_ORDER, order), "amount": yuan(Fen(total)), "status": "QUEUED"},
            "lines": told,
        }
    )
    region = members[collection.persons[0]][1]
    return answer, [
        (_ORDER, [(order, officer, region, total, now, unit)]),
        (_CONTRIBUTE, contributions),
        (_ORDER_LINE, lines),
        (_LIST_LOG, log),
        (_TIMER, [(now + DAY_SECONDS, order)]),
        (_KEEP_LIST, [(officer, Case.COLLECTING_UNIT_OF_500.value.root, collection.key, answer.decode(), now)]),
    ]


_TO_SETTLE = """
SELECT o.status, o.amount_fen, o.unit_id, c.id, c.person_id, c.coverage_year, c.region_code, c.status, l.amount_fen,
       c.coverage_from, c.coverage_until
FROM payment_orders o
JOIN payment_order_lines l ON l.order_id = o.id
JOIN resident_contributions c ON c.id = l.contribution_id
JOIN persons p ON p.id = c.person_id
WHERE o.id = $1 AND o.payer_id = $2
ORDER BY p.id"""
_KNOWN = "SELECT 1 FROM channel_collections WHERE reference = $1"
_TAKE = """
INSERT INTO channel_collections (reference, channel, amount_fen, asked_at, decided_at, collected, silent,
       given_back_fen)
VALUES ($1, 'TAX_SYSTEM', $2, $3, $3, TRUE, FALSE, 0)"""
_CONFIRM = "UPDATE payment_orders SET status = 'CONFIRMED', answered_at = $2, confirmations = 1 WHERE id = $1"
_SETTLE = """
UPDATE resident_contributions SET status = 'PAID', paid_at = $2, paid_on = $3, record_visible_at = $4 WHERE id = $1"""
_SLIP = """
INSERT INTO receipts (id, contribution_id, number, issued_at, kind) VALUES ($1, $2, $3, $4, 'PAYMENT_SLIP')"""


def _settled(settlement: _Settlement, found: Sequence[Sequence[Any]]) -> tuple[bytes, _Writes] | None:
    """The answer, and what records it; None where the order does not wait, or somebody's contribution."""
    if not found or found[0][0] != "SENT" or any(row[7] != "PAYING" for row in found):
        return None
    order, officer, now, today = settlement.order_id, settlement.officer_id, settlement.now, settlement.today
    total, unit = found[0][1:3]
    paid, slips, log = [], [], []
    for _, _, _, number, person, year, region, _, amount, first, last in found:
        slip = settlement.new_id(person)
        paid.append((number, now, today, now + DAY_SECONDS))
        slips.append((slip, number, f"{region[:4]}{year}{slip % 10**16:012d}", now))
        payload = {
            "contribution_id": number,
            "person_id": person,
            "payer_id": officer,
            "unit_id": unit,
            "account_id": None,
            "entry_id": None,
            "order_id": order,
            "coverage_year": year,
            "amount_fen": amount,
            "paid_on": str(today),
            "coverage_from": str(first),
            "coverage_until": str(last),
            "waiting_until": None,
        }
        event = settlement.new_id(person), "RESIDENT_CONTRIBUTION_PAID", region, now, officer, person
        log.append((*event, orjson.dumps(payload).decode()))
    told = {"id": api_id(Prefix.PAYMENT_ORDER, order), "amount": yuan(Fen(total)), "status": "CONFIRMED"}
    answer = orjson.dumps({"__typename": "PaymentChecked", "order": told})
    return answer, [
        (_TAKE, [(order, total, now)]),
        (_CONFIRM, [(order, now)]),
        (_SETTLE, paid),
        (_SLIP, slips),
        (_LIST_LOG, log),
        (_KEEP_LIST, [(officer, Case.SETTLING_500.value.root, settlement.key, answer.decode(), now)]),
    ]


class _SqliteStore:
    def __init__(self, path: str, reads: Mapping[Case, _Read]) -> None:
        self._reads = {case: read.sql for case, read in reads.items()}
        self._reader = self._connected(path)
        self._writer = self._connected(path)

    def _connected(self, path: str) -> apsw.Connection:
        driver = apsw.Connection(path, statementcachesize=128)
        driver.set_busy_timeout(5000)
        for name, value in (
            ("journal_mode", "wal"),
            ("synchronous", "full"),
            ("foreign_keys", True),
            ("cache_size", -65536),
            ("mmap_size", 1073741824),
        ):
            driver.pragma(name, value)
        driver.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        return driver

    async def first(self, case: Case, arguments: Sequence[Any]) -> str | None:
        row = self._reader.execute(self._reads[case], arguments).fetchone()
        return None if row is None else row[0]

    async def pay(self, payment: _Payment) -> bytes | None:
        driver = self._writer
        payment = replace(payment, today=payment.today.isoformat())
        driver.execute("BEGIN IMMEDIATE")
        try:
            found = driver.execute(_SQLITE_TEXT[_TO_PAY], (payment.contribution_id, payment.payer_id)).fetchone()
            written = None if found is None else _written(payment, found, lambda y, m, d: f"{y:04}-{m:02}-{d:02}")
            if written is None:
                driver.execute("ROLLBACK")
                return None
            answer, statements = written
            for sql, arguments in statements:
                driver.execute(_SQLITE_TEXT[sql], arguments)
        except BaseException:
            driver.execute("ROLLBACK")
            raise
        driver.execute("COMMIT")
        return answer

    async def record(self, access: tuple[Any, ...], shown: Sequence[int]) -> None:
        driver = self._writer
        driver.execute("BEGIN IMMEDIATE")
        try:
            driver.execute(_SQLITE_TEXT[_RECORD], (*access, orjson.dumps(shown).decode()))
        except BaseException:
            driver.execute("ROLLBACK")
            raise
        driver.execute("COMMIT")

    async def submit(self, submission: _Submission) -> bytes | None:
        return await self._recorded(_submitting(self._read, submission))

    async def collect(self, collection: _Collection) -> bytes | None:
        return await self._recorded(_collecting(self._read, collection, lambda y, m, d: f"{y:04}-{m:02}-{d:02}"))

    async def settle(self, settlement: _Settlement) -> bytes | None:
        return await self._recorded(_settling(self._read, replace(settlement, today=settlement.today.isoformat())))

    async def _read(self, sql: str, *arguments: Any) -> Sequence[Sequence[Any]]:
        plain = [orjson.dumps(one).decode() if isinstance(one, list) else one for one in arguments]
        return self._writer.execute(_SQLITE_TEXT[sql], plain).fetchall()

    async def _recorded(self, work: Awaitable[tuple[bytes, _Writes] | None]) -> bytes | None:
        driver = self._writer
        driver.execute("BEGIN IMMEDIATE")
        try:
            written = await work
            for sql, many in () if written is None else written[1]:
                driver.executemany(_SQLITE_TEXT[sql], many)
        except BaseException:
            driver.execute("ROLLBACK")
            raise
        driver.execute("COMMIT")
        return None if written is None else written[0]


_OF_LISTS: Final = (
    _ORDER,
    _CONTRIBUTE,
    _ORDER_LINE,
    _TAKE,
    _CONFIRM,
    _SETTLE,
    _SLIP,
    _SUBMIT,
    _LIST_LOG,
    _TIMER,
    _KEEP_LIST,
)
_READ_FOR_LISTS: Final = (_FIRST_ANSWER, _ACTS, _MEMBERS, _ELSEWHERE, _TO_SETTLE, _KNOWN, _TO_SUBMIT)
_WRITES: Final = (_PAY, _DEBIT, _POST, _LOG, _KEEP, _RECORD)
_SQLITE_TEXT: Final = {
    sql: sql.format(transaction="0", among="IN (SELECT value FROM json_each($1))").replace("$", "?")
    for sql in (_TO_PAY, *_WRITES, *_READ_FOR_LISTS, *_OF_LISTS)
}
_HELD: Final = {
    _MEMBERS: " FOR NO KEY UPDATE OF p",
    _TO_SETTLE: " FOR NO KEY UPDATE OF p, o",
    _TO_SUBMIT: " FOR NO KEY UPDATE OF f",
}
_POSTGRESQL_TEXT: Final = {
    sql: sql.format(transaction="pg_current_xact_id()::text::bigint", among="= ANY ($1)") + _HELD.get(sql, "")
    for sql in (*_WRITES, *_READ_FOR_LISTS, *_OF_LISTS)
}


@dataclass(eq=False, slots=True)
class _Prepared:
    driver: asyncpg.Connection[Any]
    reads: dict[Case, Any]
    to_pay: Any
    others: dict[str, Any]


class _PostgresqlStore:
    def __init__(self, url: str, reads: Mapping[Case, _Read], connections: int) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._reads = reads
        self._free: list[_Prepared] = []
        self._room = asyncio.Semaphore(connections)

    async def _borrowed(self) -> _Prepared:
        if self._free:
            return self._free.pop()
        driver = await asyncpg.connect(self._url, server_settings={"jit": "off", "timezone": "UTC"})
        return _Prepared(
            driver,
            {case: await driver.prepare(read.sql) for case, read in self._reads.items()},
            await driver.prepare(f"{_TO_PAY} FOR NO KEY UPDATE"),
            {sql: await driver.prepare(text) for sql, text in _POSTGRESQL_TEXT.items()},
        )

    async def first(self, case: Case, arguments: Sequence[Any]) -> str | None:
        async with self._room:
            connection = await self._borrowed()
            row = await connection.reads[case].fetchrow(*arguments)
            self._free.append(connection)
        return None if row is None else row[0]

    async def pay(self, payment: _Payment) -> bytes | None:
        async with self._room:
            connection = await self._borrowed()
            answer = None
            async with connection.driver.transaction():
                found = await connection.to_pay.fetchrow(payment.contribution_id, payment.payer_id)
                written = None if found is None else _written(payment, found, date)
                if written is not None:
                    answer, statements = written
                    for sql, arguments in statements:
                        await connection.others[sql].fetch(*arguments)
            self._free.append(connection)
        return answer

    async def record(self, access: tuple[Any, ...], shown: Sequence[int]) -> None:
        async with self._room:
            connection = await self._borrowed()
            await connection.others[_RECORD].fetch(*access, shown)
            self._free.append(connection)

    async def submit(self, submission: _Submission) -> bytes | None:
        return await self._recorded(lambda read: _submitting(read, submission))

    async def collect(self, collection: _Collection) -> bytes | None:
        return await self._recorded(lambda read: _collecting(read, collection, date))

    async def settle(self, settlement: _Settlement) -> bytes | None:
        return await self._recorded(lambda read: _settling(read, settlement))

    async def _recorded(self, work: Callable[[_Asked], Awaitable[tuple[bytes, _Writes] | None]]) -> bytes | None:
        async with self._room:
            connection = await self._borrowed()

            async def read(sql: str, *arguments: Any) -> Sequence[Sequence[Any]]:
                rows: Sequence[Sequence[Any]] = await connection.others[sql].fetch(*arguments)
                return rows

            async with connection.driver.transaction():
                written = await work(read)
                for sql, many in () if written is None else written[1]:
                    await connection.others[sql].executemany(many)
            self._free.append(connection)
        return None if written is None else written[0]


@dataclass(eq=False, slots=True)
class _Ready:
    """What the first request makes: the world, its clock and tokens, the statements, the driver's connections."""

    world: World
    store: _Store
    reads: Mapping[Case, _Read]
    number: int = FIRST_NUMBER

    def new_id(self, like: int) -> int:
        self.number += 1
        return like // 10**16 * 10**16 + self.number


async def _ready(url: str, connections: int) -> _Ready:
    database: Database = open_database(url)
    world = await open_world(database, policy=PolicyBook.load(), outside=outside(), machine=machine_clock, sandbox=True)
    reads = {case: await _compiled(world, case) for case in Case if case.is_one_statement}
    store: _Store
    if database.kind is EngineKind.SQLITE:
        path = make_url(url).database
        assert path is not None
        store = _SqliteStore(path, reads)
    else:
        store = _PostgresqlStore(url, reads, connections)
    return _Ready(world, store, reads)


def floor_app(url: str, connections: int) -> Starlette:
    """One route per case over the world at a URL."""
    opening = asyncio.Lock()
    opened: list[_Ready] = []

    async def ready() -> _Ready:
        async with opening:
            if not opened:
                opened.append(await _ready(url, connections))
        return opened[0]

    def viewer_of(here: _Ready, request: HttpRequest) -> Viewer | None:
        viewer = here.world.tokens.viewer(request.headers.get("authorization"))
        return None if isinstance(viewer, Answer) else viewer

    def reading(case: Case) -> Callable[[HttpRequest], Any]:
        opening_bytes = b'{"data":{"' + case.value.root.encode() + b'":'

        async def read(request: HttpRequest) -> Response:
            here = opened[0] if opened else await ready()
            viewer = viewer_of(here, request)
            if viewer is None:
                return Response(status_code=401)
            given = await request.json()
            number = parsed_api_id(given["id"], Prefix.PERSON) if "id" in given else 0
            statement = here.reads[case]
            now = here.world.clock.now()
            working_day = working_day_number(business_date(now))
            of_request = number, viewer.person_id, given.get("region"), viewer.region, now, working_day
            values = (*of_request, *statement.constants)
            text = await here.store.first(case, statement.arguments(values))
            body, shown = unmarked(b"null" if text is None else text.encode(), [viewer.person_id])
            if shown:
                access = (now, viewer.role.name, viewer.person_id, viewer.region, case.key, len(shown))
                await here.store.record(access, shown)
            return Response(opening_bytes + body + b"}}", media_type="application/json")

        return read

    catalogues: dict[str, bytes] = {}

    async def catalogue(request: HttpRequest) -> Response:
        here = opened[0] if opened else await ready()
        viewer = viewer_of(here, request)
        if viewer is None:
            return Response(status_code=401)
        given = await request.json()
        world = here.world
        edition = world.policy.matters.edition(area=given["place"], on=business_date(world.clock.now()))
        body = catalogues.get(edition.key)
        if body is None:
            executor = build_executor(world.policy)
            asked = GraphQLRequest(Case.CATALOGUE.value.document, given)
            answer = await executor.answer(asked, Request(world, viewer, "", world.clock.now()))
            executor.close()
            assert isinstance(answer, Answer)
            body = catalogues[edition.key] = answer.body
        return Response(body, media_type="application/json")

    async def pay(request: HttpRequest) -> Response:
        here = opened[0] if opened else await ready()
        viewer = viewer_of(here, request)
        if viewer is None:
            return Response(status_code=401)
        given = await request.json()
        contribution = parsed_api_id(given["contribution"], Prefix.RESIDENT_CONTRIBUTION) or 0
        now = here.world.clock.now()
        payment = _Payment(
            contribution,
            viewer.person_id,
            given["key"],
            here.new_id(contribution),
            here.new_id(contribution),
            now,
            business_date(now),
        )
        answer = await here.store.pay(payment)
        if answer is None:
            return Response(status_code=409)
        return Response(b'{"data":{"payResidentContribution":' + answer + b"}}", media_type="application/json")

    def of_care(answered: Answered) -> Callable[[HttpRequest], Any]:
        async def answer(request: HttpRequest) -> Response:
            here = opened[0] if opened else await ready()
            viewer = viewer_of(here, request)
            if viewer is None:
                return Response(status_code=401)
            now = here.world.clock.now()
            data, shown = await answered(here.world, viewer, await request.json(), now)
            if shown and shown != viewer.person_id:
                access = (now, viewer.role.name, viewer.person_id, viewer.region, "care", 1)
                await here.store.record(access, [shown])
            return Response(orjson.dumps({"data": data}), media_type="application/json")

        return answer

    async def submit(request: HttpRequest) -> Response:
        here = opened[0] if opened else await ready()
        viewer = viewer_of(here, request)
        if viewer is None:
            return Response(status_code=401)
        given = await request.json()
        filing = parsed_api_id(given["filing"], Prefix.FILING) or 0
        now = here.world.clock.now()
        answer = await here.store.submit(_Submission(filing, viewer.person_id, given["key"], here.new_id(filing), now))
        if answer is None:
            return Response(status_code=409)
        return Response(b'{"data":{"submitFiling":' + answer + b"}}", media_type="application/json")

    async def collect(request: HttpRequest) -> Response:
        here = opened[0] if opened else await ready()
        viewer = viewer_of(here, request)
        if viewer is None:
            return Response(status_code=401)
        given = await request.json()
        collection = _Collection(
            parsed_api_id(given["unit"], Prefix.UNIT) or 0,
            viewer.person_id,
            given["key"],
            tuple(parsed_api_id(line["personId"], Prefix.PERSON) or 0 for line in given["lines"]),
            here.new_id,
            here.world.clock.now(),
        )
        answer = await here.store.collect(collection)
        if answer is None:
            return Response(status_code=409)
        return Response(b'{"data":{"collectResidentContributions":' + answer + b"}}", media_type="application/json")

    async def settle(request: HttpRequest) -> Response:
        here = opened[0] if opened else await ready()
        viewer = viewer_of(here, request)
        if viewer is None:
            return Response(status_code=401)
        given = await request.json()
        now = here.world.clock.now()
        settlement = _Settlement(
            parsed_api_id(given["order"], Prefix.PAYMENT_ORDER) or 0,
            viewer.person_id,
            given["key"],
            here.new_id,
            now,
            business_date(now),
        )
        answer = await here.store.settle(settlement)
        if answer is None:
            return Response(status_code=409)
        return Response(b'{"data":{"checkPayment":' + answer + b"}}", media_type="application/json")

    routes = [Route(f"/{case.key}", reading(case), methods=["POST"]) for case in Case if case.is_one_statement]
    routes += [
        Route(f"/{case.key}", answer, methods=["POST"])
        for case, answer in (
            (Case.CATALOGUE, catalogue),
            (Case.PREVIEWING_STAY, of_care(previewing_stay)),
            (Case.YEAR_OF_200_CLAIMS, of_care(benefit_year)),
            (Case.SETTLING_CLAIM, of_care(settling_claim)),
            (Case.SUBMITTING_FILING, submit),
            (Case.PAYMENT, pay),
            (Case.COLLECTING_UNIT_OF_500, collect),
            (Case.SETTLING_500, settle),
        )
    ]
    return Starlette(routes=routes)
