"""The event log (事件日志): one row per state change, written in the transaction that made it true.

The database numbers the rows. On PostgreSQL numbers become visible out of order, so each row also carries its
transaction's id, by which a reader tells what may still be missing before it; on SQLite writers take turns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Protocol

import orjson
from sqlalchemy import BigInteger, bindparam, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.store.tables import events
from domain.store.timers import TimerKind
from domain.vocabulary import Id, Instant, RegionCode

VERSION = 2
"""The shape of the payloads written here. From 2 on they say more of their cause, name every entry that was posted, and
say whether a refund leaves its contribution as it was.
"""


class EventType(Enum):
    """What happened (事件类型)."""

    FAMILY_MEMBER_BOUND = "FAMILY_MEMBER_BOUND"
    FAMILY_MEMBER_UNBOUND = "FAMILY_MEMBER_UNBOUND"
    ENROLMENT_REGISTERED = "ENROLMENT_REGISTERED"
    ELECTRONIC_CERTIFICATE_ACTIVATED = "ELECTRONIC_CERTIFICATE_ACTIVATED"
    OUTSIDE_ENROLMENT_SUSPENDED = "OUTSIDE_ENROLMENT_SUSPENDED"
    ENROLMENT_SUSPENDED = "ENROLMENT_SUSPENDED"
    ENROLMENT_RESUMED = "ENROLMENT_RESUMED"
    ENROLMENT_TERMINATED = "ENROLMENT_TERMINATED"
    IDENTITY_VERIFIED = "IDENTITY_VERIFIED"
    IDENTITY_REVEALED = "IDENTITY_REVEALED"
    PERSON_INFORMATION_CHANGED = "PERSON_INFORMATION_CHANGED"
    PAYEE_ADDED = "PAYEE_ADDED"
    PAYEE_REMOVED = "PAYEE_REMOVED"
    UNIT_REGISTERED = "UNIT_REGISTERED"
    UNIT_CHANGED = "UNIT_CHANGED"
    UNIT_SUSPENDED = "UNIT_SUSPENDED"
    UNIT_RESUMED = "UNIT_RESUMED"
    UNIT_CANCELLED = "UNIT_CANCELLED"
    WAGES_DECLARED = "WAGES_DECLARED"
    WAGES_CORRECTED = "WAGES_CORRECTED"
    OWN_MONTHS_DECLARED = "OWN_MONTHS_DECLARED"
    LUMP_SUM_DECLARED = "LUMP_SUM_DECLARED"
    RETIRED = "RETIRED"
    EMPLOYEE_BILL_PAID = "EMPLOYEE_BILL_PAID"
    EMPLOYEE_BILL_REFUND_REQUESTED = "EMPLOYEE_BILL_REFUND_REQUESTED"
    EMPLOYEE_BILL_REFUNDED = "EMPLOYEE_BILL_REFUNDED"
    ACCOUNT_CREDITED = "ACCOUNT_CREDITED"
    RESIDENT_CONTRIBUTION_SUBMITTED = "RESIDENT_CONTRIBUTION_SUBMITTED"
    RESIDENT_CONTRIBUTION_PAID = "RESIDENT_CONTRIBUTION_PAID"
    RESIDENT_CONTRIBUTION_FINISHED = "RESIDENT_CONTRIBUTION_FINISHED"
    PAYMENT_STARTED = "PAYMENT_STARTED"
    PAYMENT_UNANSWERED = "PAYMENT_UNANSWERED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    PAYMENT_VOIDED = "PAYMENT_VOIDED"
    CONTRIBUTION_REFUND_REQUESTED = "CONTRIBUTION_REFUND_REQUESTED"
    RESIDENT_CONTRIBUTION_REFUNDED = "RESIDENT_CONTRIBUTION_REFUNDED"
    PAYMENT_CERTIFICATE_ISSUED = "PAYMENT_CERTIFICATE_ISSUED"
    INTEREST_PAID = "INTEREST_PAID"
    ACCOUNT_WITHDRAWN = "ACCOUNT_WITHDRAWN"
    TRANSFER_APPLIED = "TRANSFER_APPLIED"
    TRANSFER_FORM_SENT = "TRANSFER_FORM_SENT"
    TRANSFER_COMPLETED = "TRANSFER_COMPLETED"
    TRANSFER_WITHDRAWN = "TRANSFER_WITHDRAWN"
    FILING_MOVED = "FILING_MOVED"
    FILING_OVERDUE = "FILING_OVERDUE"
    FILING_ENTRUSTED = "FILING_ENTRUSTED"
    FILING_AGENT_REVOKED = "FILING_AGENT_REVOKED"
    NOTICE_OVERDUE = "NOTICE_OVERDUE"
    RECTIFICATION_OVERDUE = "RECTIFICATION_OVERDUE"
    CONSENT_GIVEN = "CONSENT_GIVEN"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    CLAIM_SETTLED = "CLAIM_SETTLED"
    CLAIM_READJUDICATED = "CLAIM_READJUDICATED"
    CLAIM_REVERSED = "CLAIM_REVERSED"
    DISBURSED = "DISBURSED"
    AGREEMENT_MOVED = "AGREEMENT_MOVED"


class Caused(Protocol):
    """An order, as far as its events say what brought them about."""

    @property
    def cause(self) -> str: ...
    @property
    def key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Cause:
    """What brought an event about (起因): a request, with the idempotency key of its mutation, or a timer that was due.

    `request_id` is empty where a timer did, and `timer` is None where a request did.
    """

    request_id: str
    key: str | None = None
    timer: TimerKind | None = None

    @classmethod
    def of(cls, order: Caused) -> Cause:
        """The order."""
        return cls(order.cause, order.key)

    @classmethod
    def due(cls, timer: TimerKind) -> Cause:
        """A timer of that kind."""
        return cls("", timer=timer)


KEY_MEMBER: Final = "cause_key"
TIMER_MEMBER: Final = "cause_timer"
"""Members of every payload that say more of the cause than the request's id, each where there is something to say."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event as it is written. `payload` is a snapshot: ids as integers, amounts in fen, no identity number."""

    id: Id
    type: EventType
    region: RegionCode
    occurred_at: Instant
    actor_id: Id
    subject_id: Id
    cause: Cause
    payload: Mapping[str, int | str | None]

    def stored_payload(self) -> Mapping[str, int | str | None]:
        """The payload, with what its reserved members say of the cause."""
        told: dict[str, int | str | None] = dict(self.payload)
        if self.cause.key is not None:
            told[KEY_MEMBER] = self.cause.key
        if self.cause.timer is not None:
            told[TIMER_MEMBER] = self.cause.timer.name
        return told


_OFFSET: Final = "coalesce((SELECT transaction_offset FROM world), 0)"

FIRST_UNSETTLED: Final = (
    "(SELECT coalesce(min(running.xid::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
    f" + {_OFFSET}"
    " FROM pg_snapshot_xip(pg_current_snapshot()) AS running (xid)"
    " WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity elsewhere"
    " WHERE elsewhere.backend_xid = running.xid::xid AND elsewhere.datname <> current_database()))"
)
"""PostgreSQL: the oldest transaction of this database that may still be running. Behind it nothing can become visible.

Those that run are in the statement's own snapshot, or begin at its `xmax`. The snapshot is that of the whole server, so
its oldest transaction (`xmin`) may be one of another database, such as the making of a world, which takes minutes and
writes nothing here: those that the server lists as another database's are left out. A transaction is listed for as long
as it runs; one that has ended since the snapshot, or was prepared, is not, and counts as running here.

Ids of transactions are the server's, and another server's may be lower: a world that was restored adds its offset.
"""


class first_unsettled(FunctionElement[int]):
    """Rows of transactions before this one have settled; every row has where writers take turns."""

    inherit_cache = True
    type = BigInteger()


@compiles(first_unsettled, "postgresql")
def _first_unsettled_postgresql(element: first_unsettled, compiler: SQLCompiler, **kw: Any) -> str:
    return FIRST_UNSETTLED


@compiles(first_unsettled, "sqlite")
def _first_unsettled_sqlite(element: first_unsettled, compiler: SQLCompiler, **kw: Any) -> str:
    return str(2**63 - 1)


class current_transaction(FunctionElement[int]):
    """The id of the transaction that writes; 0 where writers take turns."""

    inherit_cache = True
    name = "current_transaction"
    type = BigInteger()


@compiles(current_transaction, "postgresql")
def _current_transaction_postgresql(element: current_transaction, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(pg_current_xact_id()::text::bigint + {_OFFSET})"


@compiles(current_transaction, "sqlite")
def _current_transaction_sqlite(element: current_transaction, compiler: SQLCompiler, **kw: Any) -> str:
    return "0"


_APPEND = Statement(
    insert(events)
    .values(
        transaction_id=current_transaction(),
        id=bindparam("id"),
        type=bindparam("type"),
        version=bindparam("version"),
        region_code=bindparam("region"),
        occurred_at=bindparam("occurred_at"),
        actor_id=bindparam("actor_id"),
        subject_id=bindparam("subject_id"),
        cause=bindparam("cause"),
        payload=bindparam("payload"),
    )
    .inline()
)


async def append(connection: Connection, new: Sequence[NewEvent]) -> None:
    """The events stand in the log, in this order."""
    if new:
        await connection.execute_many(
            _APPEND,
            [
                {
                    "id": one.id,
                    "type": one.type.name,
                    "version": VERSION,
                    "region": one.region,
                    "occurred_at": one.occurred_at,
                    "actor_id": one.actor_id,
                    "subject_id": one.subject_id,
                    "cause": one.cause.request_id,
                    "payload": orjson.dumps(one.stored_payload()).decode(),
                }
                for one in new
            ],
        )
