"""Timers (定时事项): what is to be done at a moment of the world's clock, each once.

A timer is a row. Whoever takes it deletes it in the transaction in which its work is done, so that it is done once,
whatever ends in between; several processes take different ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sqlalchemy import BigInteger, Date, bindparam, case, delete, func, insert, literal_column, select, update

from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import timers
from domain.vocabulary import Id, Instant


class TimerKind(Enum):
    """What is done when a timer is due. Its `subject_id` says about what."""

    ASK_CHANNEL = "a payment order is put to its channel"
    QUERY_CHANNEL = "a channel that did not answer is asked what became of a payment order"
    CHANNEL_CONFIRMS = "a channel confirms a payment order of its own accord"
    GIVE_BACK = "a channel is told to give back what a refund returns"
    PAY_INTEREST = "personal accounts after this one receive the interest of a year"
    CREDIT_PENSIONERS = "pensioners' accounts after this one receive the credit of a month"
    SEND_TRANSFER_FORM = "the old place sends the form of a transfer"
    COMPLETE_TRANSFER = "the new place completes a transfer"
    FILING_OVERDUE = "a filing that is not done by then is overdue"
    NOTICE_OVERDUE = "what a filing lacks is not told by then"
    RECTIFICATION_OVERDUE = "a low rating that is not put right by then is overdue"


@dataclass(frozen=True, slots=True)
class NewTimer:
    """Something to be done from `due_at` on. `subject_id` is what it is about, by its kind.

    `for_day` is the day that it is about, which stays the same however late it is done; None where it is about none.
    """

    due_at: Instant
    kind: TimerKind
    subject_id: Id
    for_day: date | None = None


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer that is due, held by whoever is to do it."""

    id: int
    due_at: Instant
    kind: TimerKind
    subject_id: Id
    for_day: date | None


_SET = Statement(
    insert(timers)
    .values(
        due_at=bindparam("due_at"),
        kind=bindparam("kind"),
        subject_id=bindparam("subject_id"),
        for_day=bindparam("for_day"),
    )
    .inline()
)

_DUE = Statement(
    select(timers.c.id, timers.c.due_at, timers.c.kind, timers.c.subject_id, timers.c.for_day)
    .where(timers.c.due_at <= bindparam("now", type_=BigInteger()))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("most", type_=BigInteger()))
    .with_for_update(skip_locked=True)
)

_TAKEN = Statement(delete(timers).where(among(timers.c.id, "ids")))

_first = select(timers.c.id).order_by(timers.c.due_at, timers.c.id).limit(literal_column("1")).scalar_subquery()
_POSTPONE = Statement(update(timers).values(due_at=bindparam("until", type_=BigInteger())).where(timers.c.id == _first))

_WAITING = Statement(
    select(timers.c.id)
    .where(timers.c.kind == bindparam("kind"), timers.c.for_day <= bindparam("until", type_=Date()))
    .limit(literal_column("1"))
)

_COUNT = Statement(
    select(
        func.count(),
        func.coalesce(func.sum(case((timers.c.due_at <= bindparam("now", type_=BigInteger()), 1), else_=0)), 0),
    ).select_from(timers)
)

_NEXT = Statement(select(func.min(timers.c.due_at)))


@dataclass(frozen=True, slots=True)
class TimerCount:
    """How many timers there are, and how many of them are due."""

    waiting: int
    overdue: int


async def count_timers(connection: Connection, now: Instant) -> TimerCount:
    """The timers as they are at a moment."""
    row = await connection.fetch_one(_COUNT, {"now": now})
    assert row is not None
    return TimerCount(int(row[0]), int(row[1]))


async def set_timers(connection: Connection, new: Sequence[NewTimer]) -> None:
    """The timers are set, those of one moment in this order."""
    if new:
        await connection.execute_many(
            _SET,
            [
                {
                    "due_at": one.due_at,
                    "kind": one.kind.name,
                    "subject_id": one.subject_id,
                    "for_day": one.for_day,
                }
                for one in new
            ],
        )


async def hold_due(connection: Connection, now: Instant, most: int) -> list[DueTimer]:
    """At most so many timers that are due, the earliest first; nobody else has them until the transaction ends."""
    rows = await connection.fetch_all(_DUE, {"now": now, "most": most})
    return [
        DueTimer(number, Instant(due_at), TimerKind[kind], Id(subject), for_day)
        for number, due_at, kind, subject, for_day in rows
    ]


async def take(connection: Connection, due: Sequence[DueTimer]) -> None:
    """The timers are gone when the transaction is committed, and due again when it is not."""
    if due:
        await connection.execute(_TAKEN, {"ids": [one.id for one in due]})


async def is_waiting(connection: Connection, kind: TimerKind, until: date) -> bool:
    """Whether something of that kind about that day or an earlier one is not done yet, whoever may be at it."""
    return await connection.fetch_one(_WAITING, {"kind": kind.name, "until": until}) is not None


async def postpone_first(connection: Connection, until: Instant) -> None:
    """The timer that is due first is due later, so that it holds up no other."""
    await connection.execute(_POSTPONE, {"until": until})


async def next_due(connection: Connection) -> Instant | None:
    """When the next timer is due; None where there is none."""
    row = await connection.fetch_one(_NEXT, {})
    return None if row is None or row[0] is None else Instant(row[0])
