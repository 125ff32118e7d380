"""The journal of requests, as operators of a sandbox read it (请求日志)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.store.tables import persons, request_journal
from domain.vocabulary import Prefix, Role
from resolvers.fields.rules import by_role, masked_name
from resolvers.plan.sources import (
    Alias,
    Identifier,
    Many,
    QueryRoot,
    RowSource,
    Scope,
    integer,
    moment,
    of_persons,
    text,
)
from resolvers.tallies import ANONYMOUS, OTHER


def _asker(row: Alias, scope: Scope) -> str:
    """The name under which staff signed in; of a citizen the masked one."""
    person = masked_name(Alias(persons, "asked"), scope)
    return (
        f"CASE WHEN {row.role} = '{Role.CITIZEN.name}'"
        f" THEN coalesce((SELECT {person} FROM persons asked WHERE asked.id = {row.person_id}), '')"
        f" ELSE {row.asker} END"
    )


def _operation(row: Alias, scope: Scope) -> str:
    name = f"CASE WHEN {row.operation} IN ('{ANONYMOUS}', '{OTHER}') THEN {row.fields} ELSE {row.operation} END"
    return f"{row.operation_kind} || ' ' || {name}"


JOURNALLED = RowSource(
    "JournalledRequest",
    request_journal,
    key=("number",),
    prefix=Prefix.JOURNALLED_REQUEST,
    identity="number",
    rule=by_role({Role.OPERATOR: lambda row, scope: f"1 = {scope.sandbox}"}),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.JOURNALLED_REQUEST, lambda row, scope: row.number),
        "number": integer("number"),
        "askedAt": moment("asked_at"),
        "recordedAt": moment("recorded_at"),
        "role": text("role"),
        "asker": text(_asker),
        "operation": text(_operation),
        "document": text("document"),
        "variables": text("variables"),
        "transport": text("transport"),
        "requestId": text("request_id"),
        "ending": text("ending"),
        "outcome": text("outcome"),
        "cost": integer("cost", nullable=True),
        "microseconds": integer("duration_us"),
        "statements": integer("statements"),
        "answerBytes": integer("answer_bytes"),
        "firstEvent": integer("first_event", nullable=True),
        "lastEvent": integer("last_event", nullable=True),
    },
)

QUERIES: Mapping[str, QueryRoot] = {
    "requestJournal": Many(
        "JournalledRequest",
        where={"ending": "ending", "askedAt": "asked_at", "requestId": "request_id"},
        order=(("number", True),),
    ),
}
