"""Who looked at whose data (访问留痕): one row per operation, which names the persons whom its answer showed.

They are only ever inserted, and the database refuses anything else. By whom a record is found is written when it is
sealed (`domain.store.seals`), some seconds later, so that an answer waits for one row alone. What changed somebody's
data stands in the log of events; together they are the audit trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import bindparam, func, insert, literal_column, select

from domain.store.engine import Connection
from domain.store.events import current_transaction
from domain.store.statements import Statement
from domain.store.tables import access_records, personas
from domain.vocabulary import AccessKind, Id, Instant, RevealReason, Transport, Viewer


@dataclass(frozen=True, slots=True)
class Access:
    """An operation that showed somebody's data to somebody else.

    `fields` are what was shown of persons, as Type.field; `purpose` is in the reader's own words. Nothing in it may
    hold an identity number.
    """

    viewer: Viewer
    occurred_at: Instant
    recorded_at: int
    operation: tuple[str, str]
    fields: Sequence[str]
    transport: Transport
    request_id: str
    subjects: Sequence[int]
    purpose: str | None = None
    kind: AccessKind = AccessKind.READ
    reason: RevealReason | None = None


_APPEND = Statement(
    insert(access_records)
    .values(
        transaction_id=current_transaction(),
        **{
            name: bindparam(name)
            for name in access_records.c.keys()  # noqa: SIM118 - the keys of a collection of columns
            if name not in ("position", "transaction_id")
        },
    )
    .inline()
)
_REVEALED = Statement(
    select(func.coalesce(func.sum(access_records.c.persons), 0)).where(
        access_records.c.persona_id == bindparam("reader_id"),
        access_records.c.kind == literal_column(f"'{AccessKind.REVEAL.name}'"),
        access_records.c.recorded_at > bindparam("since"),
    )
)
_HOLD_READER = Statement(select(personas.c.id).where(personas.c.id == bindparam("reader_id")).with_for_update())


async def append(connection: Connection, new: Sequence[Access]) -> None:
    """The records are kept, in this order."""
    await connection.execute_many(_APPEND, [_values(one) for one in new])


def _values(one: Access) -> dict[str, int | str | list[int] | None]:
    viewer = one.viewer
    return {
        "kind": one.kind.name,
        "occurred_at": one.occurred_at,
        "recorded_at": one.recorded_at,
        "role": viewer.role.name,
        "person_id": viewer.person_id,
        "persona_id": viewer.persona_id,
        "client_id": viewer.client_id,
        "unit_id": viewer.unit_id,
        "region_code": viewer.region,
        # A citizen's own name is nobody's business: it is shown by the person's row, masked.
        "reader": "" if viewer.person_id and not viewer.unit_id else viewer.name,
        "operation_kind": one.operation[0],
        "operation": one.operation[1],
        "fields": orjson.dumps(one.fields).decode(),
        "transport": one.transport.name,
        "request_id": one.request_id,
        "reason": None if one.reason is None else one.reason.name,
        "purpose": one.purpose,
        "persons": len(one.subjects),
        "subjects": sorted(one.subjects),
    }


async def hold_reader(connection: Connection, persona_id: Id) -> None:
    """Nobody else reads as this persona, where they hold it too, until the transaction ends."""
    await connection.fetch_one(_HOLD_READER, {"reader_id": persona_id})


async def revealed_since(connection: Connection, persona_id: Id, since: int) -> int:
    """Of how many persons a clerk has had full values after that second of the machine, each reveal counted."""
    row = await connection.fetch_one(_REVEALED, {"reader_id": persona_id, "since": since})
    assert row is not None
    return int(row[0])
