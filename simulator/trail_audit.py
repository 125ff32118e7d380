"""An independent check of the audit trail (留痕稽核): the chain of seals, from the rows alone.

How rows become bytes is stated in docs/audit-trail.md. Nothing here is taken from what seals them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import BigInteger, Integer, Table, and_, bindparam, func, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.store.engine import Connection, Database
from domain.store.lists import each_of
from domain.store.places import beside
from domain.store.statements import Statement
from domain.store.tables import access_records, access_subjects, audit_seals, events

AT_ONCE: Final = 1_000

BROKEN_ORDER: Final = "the seals are numbered 1, 2, 3 … and each covers what comes after the one before it"
BROKEN_CHAIN: Final = "a seal takes in the digest of the one before it"
BROKEN_SEAL: Final = "a seal's digest is that of what it says"
BROKEN_ROWS: Final = "what a seal covers is as it was sealed"
BROKEN_COUNT: Final = "an access record shows as many persons as it says"
BROKEN_INDEX: Final = "a person finds the sealed records that showed them, and no others"
RULES: Final = (BROKEN_ORDER, BROKEN_CHAIN, BROKEN_SEAL, BROKEN_ROWS, BROKEN_COUNT, BROKEN_INDEX)

Place = tuple[int, int]
_BEFORE_ALL: Final[Place] = (-1, 0)


@dataclass(slots=True)
class Broken:
    """Where the trail is not as it was: by rule, the first seal, or the first record, that shows it."""

    found: dict[str, int] = field(default_factory=dict)

    def unless(self, holds: bool, rule: str, number: int) -> None:
        if not holds:
            self.found.setdefault(rule, number)


class _length_of(FunctionElement[int]):
    """How many ids a list in a row holds."""

    inherit_cache = True
    type = Integer()


@compiles(_length_of, "postgresql")
def _length_of_postgresql(element: _length_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"cardinality({compiler.process(element.clauses, **kw)})"


@compiles(_length_of, "sqlite")
def _length_of_sqlite(element: _length_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_array_length({compiler.process(element.clauses, **kw)})"


def _canonical(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _columns(table: Table) -> list[str]:
    return [str(column.name) for column in table.columns]


def _bound(which: str) -> tuple[Any, Any]:
    return bindparam(f"{which}_transaction", type_=BigInteger), bindparam(f"{which}_position", type_=BigInteger)


def _between(table: Table) -> Statement:
    return Statement(
        select(*table.columns)
        .where(beside(table, ">", *_bound("after")), beside(table, "<=", *_bound("until")))
        .order_by(table.c.transaction_id, table.c.position)
        .limit(AT_ONCE)
    )


_SEALS = Statement(
    select(*audit_seals.columns)
    .where(audit_seals.c.position > bindparam("after"))
    .order_by(audit_seals.c.position)
    .limit(AT_ONCE)
)
_ROWS = {access_records.name: _between(access_records), events.name: _between(events)}
_MISCOUNTED = Statement(
    select(access_records.c.position)
    .where(access_records.c.persons != _length_of(access_records.c.subjects))
    .order_by(access_records.c.position)
    .limit(1)
)
_shown = each_of(access_records.c.subjects, "shown")
_sealed = (
    select(_shown.c.value.label("person_id"), access_records.c.position.label("record_position"))
    .select_from(access_records.join(_shown, true()))
    .where(beside(access_records, "<=", *_bound("until")))
    .subquery()
)
_PLACE = func.coalesce(_sealed.c.record_position, access_subjects.c.record_position)
_MISSED = Statement(
    select(_PLACE)
    .select_from(
        _sealed.join(
            access_subjects,
            and_(
                access_subjects.c.person_id == _sealed.c.person_id,
                access_subjects.c.record_position == _sealed.c.record_position,
            ),
            full=True,
        )
    )
    .where(or_(_sealed.c.record_position.is_(None), access_subjects.c.record_position.is_(None)))
    .order_by(_PLACE)
    .limit(1)
)


async def broken_trail(database: Database) -> dict[str, int]:
    """The rules that the audit trail breaks, each with the first seal, or record, where it does."""
    broken = Broken()
    async with database.read() as connection:
        places: dict[str, Place] = {access_records.name: _BEFORE_ALL, events.name: _BEFORE_ALL}
        before: dict[str, Any] = {"position": 0, "digest": "0" * 64, "sealed_at": 0}
        async for seal in _seals(connection):
            number = seal["position"]
            ends = {
                name: (seal[f"{kind}_transaction_id"], seal[f"{kind}_position"])
                for name, kind in ((access_records.name, "records"), (events.name, "events"))
            }
            in_turn = number == before["position"] + 1 and seal["sealed_at"] >= before["sealed_at"]
            broken.unless(in_turn and all(ends[name] >= places[name] for name in ends), BROKEN_ORDER, number)
            broken.unless(seal["previous_digest"] == before["digest"], BROKEN_CHAIN, number)
            said = {name: value for name, value in seal.items() if name != "digest"}
            broken.unless(hashlib.sha256(_canonical(said)).hexdigest() == seal["digest"], BROKEN_SEAL, number)
            digest = hashlib.sha256()
            counts = [
                await _digested(connection, digest, table, places[table.name], ends[table.name])
                for table in (access_records, events)
            ]
            as_sealed = digest.hexdigest() == seal["rows_digest"] and counts == [seal["records"], seal["events"]]
            broken.unless(as_sealed, BROKEN_ROWS, number)
            places, before = ends, seal
        for row in await connection.fetch_all(_MISCOUNTED, {}):
            broken.unless(False, BROKEN_COUNT, int(row[0]))
        transaction, position = places[access_records.name]
        until = {"until_transaction": transaction, "until_position": position}
        for row in await connection.fetch_all(_MISSED, until):
            broken.unless(False, BROKEN_INDEX, int(row[0]))
    return broken.found


async def _seals(connection: Connection) -> AsyncIterator[dict[str, Any]]:
    after = 0
    while rows := await connection.fetch_all(_SEALS, {"after": after}):
        for row in rows:
            yield dict(zip(_columns(audit_seals), row, strict=True))
        after = rows[-1][0]


async def _digested(connection: Connection, digest: Any, table: Table, after: Place, until: Place) -> int:
    """How many rows of the table lie behind one place and up to another; each is taken into the digest."""
    count = 0
    while True:
        rows = await connection.fetch_all(
            _ROWS[table.name],
            {
                "after_transaction": after[0],
                "after_position": after[1],
                "until_transaction": until[0],
                "until_position": until[1],
            },
        )
        named = [_read(table, row) for row in rows]
        for row in named:
            digest.update(_canonical(row))
        count += len(rows)
        if len(rows) < AT_ONCE:
            return count
        after = (named[-1]["transaction_id"], named[-1]["position"])


def _read(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    named = dict(zip(_columns(table), row, strict=True))
    for name in ("fields", "payload", "subjects"):
        if isinstance(named.get(name), str):
            try:
                named[name] = json.loads(named[name])
            except ValueError:
                continue  # No longer what was sealed: its text is in no digest.
    return named
