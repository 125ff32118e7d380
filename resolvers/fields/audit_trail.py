"""The audit trail as it is read (访问留痕的查阅): by those whose data was looked at, and by auditors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.store.statements import EngineKind
from domain.store.tables import access_records, audit_seals, persons
from domain.vocabulary import Prefix, Role
from resolvers.fields.rules import by_role, masked_name
from resolvers.plan.sources import (
    Alias,
    Identifier,
    Many,
    OneByKey,
    QueryRoot,
    RowSource,
    Scope,
    by_key,
    integer,
    moment,
    of_nobody,
    text,
)

_LATEST_FIRST = (("position", True),)


def _showed(position: str, person: str) -> str:
    """The record of that place showed that person, and is sealed: it is found from then on."""
    return f"{position} IN (SELECT record_position FROM access_subjects WHERE person_id = {person})"


def records_of(row: Alias, other: Alias, scope: Scope) -> str:
    """Records that showed the person of the row. Citizens read nobody's but their own."""
    own = f" AND {row.id} = {scope.viewer_id}" if scope.role is Role.CITIZEN else ""
    return _showed(other.position, row.id) + own


def _persons_of(row: Alias, other: Alias, scope: Scope) -> str:
    own = f" AND {other.id} = {scope.viewer_id}" if scope.role is Role.CITIZEN else ""
    if scope.kind is EngineKind.SQLITE:
        return f"{other.id} IN (SELECT value FROM json_each({row.subjects})){own}"
    return f"{other.id} = ANY ({row.subjects}){own}"


def _reader(row: Alias, scope: Scope) -> str:
    """The name under which staff signed in; of a citizen the masked one."""
    person = masked_name(Alias(persons, "looked"), scope)
    return (
        f"CASE WHEN {row.role} = '{Role.CITIZEN.name}'"
        f" THEN coalesce((SELECT {person} FROM persons looked WHERE looked.id = {row.person_id}), '')"
        f" ELSE {row.reader} END"
    )


def _reader_seen_by_auditors(row: Alias, scope: Scope) -> Sequence[str]:
    """An auditor is told of the reader too; whose data was read, of the subjects alone."""
    return [row.person_id] if scope.role is Role.AUDITOR else []


def _fields(row: Alias, scope: Scope) -> str:
    return f"json({row.fields})" if scope.kind is EngineKind.SQLITE else row.fields


ACCESS_RECORD = RowSource(
    "AccessRecord",
    access_records,
    key=("position",),
    prefix=Prefix.ACCESS_RECORD,
    identity="position",
    rule=by_role({Role.CITIZEN: lambda row, scope: _showed(row.position, scope.viewer_id), Role.AUDITOR: None}),
    subjects=_reader_seen_by_auditors,
    fields={
        "id": Identifier(Prefix.ACCESS_RECORD, lambda row, scope: row.position),
        "kind": text("kind"),
        "occurredAt": moment("occurred_at"),
        "recordedAt": moment("recorded_at"),
        "role": text("role"),
        "reader": text(_reader),
        "readerRegion": by_key("Region", "region_code", key="code"),
        "readerUnit": by_key("Unit", "unit_id"),
        "operation": text(lambda row, scope: f"{row.operation_kind} || ' ' || {row.operation}"),
        "fields": text(_fields),
        "transport": text("transport"),
        "requestId": text("request_id"),
        "reason": text("reason", nullable=True),
        "purpose": text("purpose", nullable=True),
        "persons": integer("persons"),
        "subjects": Many("Person", _persons_of),
    },
)

AUDIT_SEAL = RowSource(
    "AuditSeal",
    audit_seals,
    key=("position",),
    prefix=Prefix.AUDIT_SEAL,
    identity="position",
    rule=by_role({Role.AUDITOR: None}),
    subjects=of_nobody,
    fields={
        "id": Identifier(Prefix.AUDIT_SEAL, lambda row, scope: row.position),
        "position": integer("position"),
        "records": integer("records"),
        "events": integer("events"),
        "rowsDigest": text("rows_digest"),
        "previousDigest": text("previous_digest"),
        "digest": text("digest"),
        "sealedAt": moment("sealed_at"),
    },
)

TRAIL = (ACCESS_RECORD, AUDIT_SEAL)

QUERIES: Mapping[str, QueryRoot] = {
    "accessRecord": OneByKey("AccessRecord", "id"),
    "accessRecords": Many(
        "AccessRecord",
        where={"kind": "kind", "role": "role", "reader": "reader", "occurredAt": "occurred_at"},
        order=_LATEST_FIRST,
    ),
    "auditSeals": Many("AuditSeal", order=_LATEST_FIRST),
}
