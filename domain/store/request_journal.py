"""What was asked of a sandbox lately (请求日志): the last so many operations, the oldest of which make room.

What is kept of an operation is masked before it comes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy import Boolean, Text, bindparam, delete, func, insert, literal_column, not_, or_, select

from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import events, persons, request_journal
from domain.vocabulary import Id, IdType, Instant, RegionCode, RequestEnding, Role, Scope, Transport, Viewer

_kept = request_journal.c
_ID_TYPES: Final = [each.name for each in IdType]
"""All of them, so that the index over both is used."""


@dataclass(frozen=True, slots=True)
class Caused:
    """The events of one request: their first and last position in the log, and how many there are of each type."""

    first: int | None = None
    last: int | None = None
    types: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation that is over, or a subscription that was begun.

    `asked_at` is the world's moment, `recorded_at` the machine's second. `outcome` are the codes of its refusals or
    errors. `cost` is None where it did not come so far, `digest` where the answer was too long to compare.
    """

    asked_at: Instant
    recorded_at: int
    viewer: Viewer
    operation: tuple[str, str]
    fields: str
    document: str
    variables: str
    transport: Transport
    request_id: str
    ending: RequestEnding
    outcome: str
    cost: int | None
    duration_us: int
    statements: int
    answer_bytes: int
    digest: str | None
    caused: Caused


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the world as somebody may have named them in a request."""

    id: Id
    id_number: str
    name: str
    birth_date: date
    phone: str | None


_APPEND = Statement(
    insert(request_journal)
    .values({name: bindparam(name) for name in _kept.keys() if name != "number"})  # noqa: SIM118 - of columns
    .inline()
)
_NEWEST = Statement(select(func.max(_kept.number)))
_FORGET = Statement(delete(request_journal).where(_kept.number <= bindparam("through")))
_FORGET_ALL = Statement(delete(request_journal))
_LOG_END = Statement(select(func.max(events.c.position)))
_CAUSED = Statement(
    select(events.c.cause, events.c.type, func.count(), func.min(events.c.position), func.max(events.c.position))
    .where(events.c.position > bindparam("floor"), among(events.c.cause, "causes"))
    .group_by(events.c.cause, events.c.type)
)
_PERSONS = select(persons.c.id, persons.c.id_number, persons.c.name, persons.c.birth_date, persons.c.phone)
_KNOWN = Statement(_PERSONS.where(among(persons.c.id_type, "id_types"), among(persons.c.id_number, "numbers")))
_BY_ID = Statement(_PERSONS.where(among(persons.c.id, "ids")))
_wanted = bindparam("wanted", type_=Text())
_IS_TROUBLED = [
    _kept.ending == literal_column(f"'{each.name}'") for each in (RequestEnding.REFUSED, RequestEnding.FAILED)
]
_troubled = bindparam("troubled", type_=Boolean())
_LATEST = Statement(
    select(request_journal)
    .where(
        or_(_wanted == "", _kept.operation == _wanted, ("," + _kept.fields + ",").contains("," + _wanted + ",")),
        or_(
            not_(_troubled),
            *(
                _kept.ending == literal_column(f"'{each.name}'")
                for each in (RequestEnding.REFUSED, RequestEnding.FAILED)
            ),
        ),
    )
    .order_by(_kept.number.desc())
    .limit(bindparam("most"))
)
_ONE = Statement(select(request_journal).where(_kept.number == bindparam("asked_for")))


async def append(connection: Connection, new: Sequence[Entry], most: int) -> None:
    """These are the newest of the journal, in this order; of all that it holds `most` are left."""
    await connection.execute_many(_APPEND, [_values(one) for one in new])
    row = await connection.fetch_one(_NEWEST, {})
    assert row is not None
    await connection.execute(_FORGET, {"through": row[0] - most})


def _values(one: Entry) -> dict[str, int | str | None]:
    viewer = one.viewer
    return {
        "asked_at": one.asked_at,
        "recorded_at": one.recorded_at,
        "role": viewer.role.name,
        "person_id": viewer.person_id,
        "persona_id": viewer.persona_id,
        "client_id": viewer.client_id,
        "unit_id": viewer.unit_id,
        "institution_id": viewer.institution_id,
        "region_code": viewer.region,
        "scopes": " ".join(sorted(scope.name for scope in viewer.scopes)),
        # A citizen's own name is nobody's business: it is shown by the person's row, masked.
        "asker": "" if viewer.person_id and not viewer.unit_id else viewer.name,
        "operation_kind": one.operation[0],
        "operation": one.operation[1],
        "fields": one.fields,
        "document": one.document,
        "variables": one.variables,
        "transport": one.transport.name,
        "request_id": one.request_id,
        "ending": one.ending.name,
        "outcome": one.outcome,
        "cost": one.cost,
        "duration_us": one.duration_us,
        "statements": one.statements,
        "answer_bytes": one.answer_bytes,
        "answer_digest": one.digest,
        "first_event": one.caused.first,
        "last_event": one.caused.last,
        "events": orjson.dumps(one.caused.types or {}).decode(),
    }


_NAMES = [column.name for column in _kept]


def _read(row: Sequence[object]) -> tuple[int, Entry]:
    found: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    viewer = Viewer(
        Role[found["role"]],
        Id(found["person_id"]),
        RegionCode(found["region_code"]),
        found["asker"],
        unit_id=Id(found["unit_id"]),
        persona_id=Id(found["persona_id"]),
        client_id=Id(found["client_id"]),
        scopes=frozenset(Scope[name] for name in found["scopes"].split()),
        institution_id=Id(found["institution_id"]),
    )
    entry = Entry(
        asked_at=Instant(found["asked_at"]),
        recorded_at=found["recorded_at"],
        viewer=viewer,
        operation=(found["operation_kind"], found["operation"]),
        fields=found["fields"],
        document=found["document"],
        variables=found["variables"],
        transport=Transport[found["transport"]],
        request_id=found["request_id"],
        ending=RequestEnding[found["ending"]],
        outcome=found["outcome"],
        cost=found["cost"],
        duration_us=found["duration_us"],
        statements=found["statements"],
        answer_bytes=found["answer_bytes"],
        digest=found["answer_digest"],
        caused=Caused(found["first_event"], found["last_event"], orjson.loads(found["events"])),
    )
    return found["number"], entry


async def latest(
    connection: Connection, most: int, operation: str | None = None, *, troubled: bool = False
) -> list[tuple[int, Entry]]:
    """The newest entries by number, the newest first.

    Those of an operation of that name, or that selects that field at its root, where one is given; `troubled` are those
    that were refused or failed.
    """
    values = {"most": most, "wanted": operation or "", "troubled": troubled}
    return [_read(row) for row in await connection.fetch_all(_LATEST, values)]


async def by_number(connection: Connection, number: int) -> Entry | None:
    """The entry of that number; None where there is none, or no longer."""
    row = await connection.fetch_one(_ONE, {"asked_for": number})
    return None if row is None else _read(row)[1]


async def forget_all(connection: Connection) -> None:
    """Nothing is in the journal; numbers go on."""
    await connection.execute(_FORGET_ALL, {})


async def end_of_log(connection: Connection) -> int:
    """The position of the newest event; 0 where there is none. What happens from now on stands behind it."""
    row = await connection.fetch_one(_LOG_END, {})
    return 0 if row is None or row[0] is None else int(row[0])


async def caused_by(connection: Connection, requests: Iterable[str], floor: int) -> dict[str, Caused]:
    """The events that stand behind that position in the log and that these requests caused."""
    rows = await connection.fetch_all(_CAUSED, {"floor": floor, "causes": sorted(set(requests))})
    found: dict[str, Caused] = {}
    for cause, type_, count, first, last in rows:
        known = found.get(cause, Caused(first, last, {}))
        assert known.first is not None
        assert known.last is not None
        found[cause] = Caused(min(first, known.first), max(last, known.last), {**(known.types or {}), type_: count})
    return found


async def known_by_number(connection: Connection, numbers: Iterable[str]) -> list[Known]:
    """The persons of the world who have one of these identity numbers."""
    rows = await connection.fetch_all(_KNOWN, {"id_types": _ID_TYPES, "numbers": sorted(set(numbers))})
    return [Known(Id(id_), number, name, born, phone) for id_, number, name, born, phone in rows]


async def known_by_id(connection: Connection, ids: Iterable[int]) -> list[Known]:
    """The persons of the world who have one of these ids."""
    rows = await connection.fetch_all(_BY_ID, {"ids": sorted(set(ids))})
    return [Known(Id(id_), number, name, born, phone) for id_, number, name, born, phone in rows]
