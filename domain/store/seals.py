"""Seals over the audit trail (留痕封存): a chain of digests over access records and events, in the order of the log.

Writers know nothing of it. A seal covers what has settled since the one before it (see `domain.store.events`), so many
rows of each kind at most, and takes in that one's digest. With it is written by whom its records are found: what is
sealed is in that index and what is not is not. Whoever keeps the newest digest elsewhere can tell that
nothing before it was changed. How rows become bytes is in docs/audit-trail.md; the auditor of the simulator reads it
there and not here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Table, bindparam, insert, select, true

from domain.store.engine import Connection, Database
from domain.store.events import first_unsettled
from domain.store.lists import each_of
from domain.store.places import beside
from domain.store.statements import Statement
from domain.store.tables import access_records, access_subjects, audit_seals, events, world

RECORDS_AT_ONCE: Final = 250
PERSONS_AT_ONCE: Final = 20_000
"""Persons of the records of one seal, unless its first shows more: where writers take turns, all wait for it."""
EVENTS_AT_ONCE: Final = 1_000
FIRST_PREVIOUS: Final = "0" * 64
"""What the first seal has for the digest of the one before it."""
_JSON: Final = ("fields", "payload", "subjects")


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain: the last access record and event that it covers, how many of each, and the digests."""

    position: int
    records_transaction_id: int
    records_position: int
    records: int
    events_transaction_id: int
    events_position: int
    events: int
    rows_digest: str
    previous_digest: str
    digest: str
    sealed_at: int


_BEFORE_ALL = Seal(0, -1, 0, 0, -1, 0, 0, "", "", FIRST_PREVIOUS, 0)


def _at(transaction: str, position: str) -> tuple[Any, Any]:
    return bindparam(transaction, type_=BigInteger), bindparam(position, type_=BigInteger)


def _unsealed(table: Table, at_once: int) -> Statement:
    return Statement(
        select(*table.c)
        .where(
            beside(table, ">", *_at("transaction_id", "after")),
            table.c.transaction_id < first_unsettled(),
        )
        .order_by(table.c.transaction_id, table.c.position)
        .limit(at_once)
    )


_LAST = Statement(select(*audit_seals.c).order_by(audit_seals.c.position.desc()).limit(1))
_RECORDS, _EVENTS = _unsealed(access_records, RECORDS_AT_ONCE), _unsealed(events, EVENTS_AT_ONCE)
_shown = each_of(access_records.c.subjects, "shown")
_FIND_BY_PERSON = Statement(
    insert(access_subjects).from_select(
        ["person_id", "record_position"],
        select(_shown.c.value, access_records.c.position)
        .select_from(access_records.join(_shown, true()))
        .where(
            beside(access_records, ">", *_at("after_transaction_id", "after_position")),
            beside(access_records, "<=", *_at("until_transaction_id", "until_position")),
        )
        .order_by(_shown.c.value, access_records.c.position),
    )
)
_HOLD = Statement(select(world.c.name).with_for_update())
_APPEND = Statement(insert(audit_seals).inline())


async def last_seal(connection: Connection) -> Seal | None:
    """The newest seal."""
    row = await connection.fetch_one(_LAST, {})
    return None if row is None else Seal(*row)


async def seal(database: Database, machine_now: int) -> Seal | None:
    """A new seal over what has settled since the last one, or None where nothing has, or another process was first.

    From then on the persons find the records that it covers.
    What is to be covered is read and digested before anything is held: it cannot change. One seals at a time.
    """
    async with database.read() as connection:
        before = await last_seal(connection) or _BEFORE_ALL
        after = {"transaction_id": before.records_transaction_id, "after": before.records_position}
        records = _together(_named(access_records, await connection.fetch_all(_RECORDS, after)))
        after = {"transaction_id": before.events_transaction_id, "after": before.events_position}
        happened = _named(events, await connection.fetch_all(_EVENTS, after))
        if not records and not happened:
            return None
    digest = hashlib.sha256()
    for one in (*records, *happened):
        digest.update(_canonical(one))
    last_record, last_event = records[-1] if records else None, happened[-1] if happened else None
    content: dict[str, Any] = {
        "position": before.position + 1,
        "records_transaction_id": before.records_transaction_id
        if last_record is None
        else last_record["transaction_id"],
        "records_position": before.records_position if last_record is None else last_record["position"],
        "records": len(records),
        "events_transaction_id": before.events_transaction_id if last_event is None else last_event["transaction_id"],
        "events_position": before.events_position if last_event is None else last_event["position"],
        "events": len(happened),
        "rows_digest": digest.hexdigest(),
        "previous_digest": before.digest,
        "sealed_at": machine_now,
    }
    new = Seal(**content, digest=hashlib.sha256(_canonical(content)).hexdigest())
    async with database.write() as connection:
        await connection.fetch_one(_HOLD, {})
        if (await last_seal(connection) or _BEFORE_ALL) != before:
            return None
        await connection.execute(_APPEND, asdict(new))
        if any(record["persons"] for record in records):
            await connection.execute(
                _FIND_BY_PERSON,
                {
                    "after_transaction_id": before.records_transaction_id,
                    "after_position": before.records_position,
                    "until_transaction_id": new.records_transaction_id,
                    "until_position": new.records_position,
                },
            )
    return new


def _together(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many of the first records as one seal covers."""
    persons = 0
    for place, record in enumerate(records):
        persons += record["persons"]
        if place and persons > PERSONS_AT_ONCE:
            return records[:place]
    return records


def _named(table: Table, rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    names = [str(name) for name in table.c.keys()]  # noqa: SIM118 - the keys of a collection of columns
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        for name in _JSON:
            if isinstance(row.get(name), str):
                row[name] = orjson.loads(row[name])
    return found


def _canonical(row: Mapping[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
