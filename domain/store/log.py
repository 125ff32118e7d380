"""The tail of the log of events, as it is followed (日志的尾部): where it ends, and whom each new event concerns."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, select

from domain.store.engine import Connection
from domain.store.events import first_unsettled
from domain.store.places import beside
from domain.store.statements import Statement
from domain.store.tables import events


class Place(NamedTuple):
    """A place in the log: behind the event of that transaction and position."""

    transaction_id: int
    position: int


BEGINNING: Final = Place(0, 0)
"""The place before the first event of a world."""


class Header(NamedTuple):
    """An event, as far as it decides whom it may concern. One that is not settled may not be told of yet."""

    place: Place
    type: str
    subject_id: int
    actor_id: int
    region: str
    settled: bool


_SETTLED: Final[ColumnElement[bool]] = events.c.transaction_id < first_unsettled()

_END = Statement(
    select(events.c.transaction_id, events.c.position)
    .where(_SETTLED)
    .order_by(events.c.transaction_id.desc(), events.c.position.desc())
    .limit(1)
)
_AFTER = Statement(
    select(
        events.c.transaction_id,
        events.c.position,
        events.c.type,
        events.c.subject_id,
        events.c.actor_id,
        events.c.region_code,
        _SETTLED.label("settled"),
    )
    .where(beside(events, ">", bindparam("transaction_id", type_=BigInteger), bindparam("position", type_=BigInteger)))
    .order_by(events.c.transaction_id, events.c.position)
    .limit(bindparam("most", type_=BigInteger))
)


async def end_of_log(connection: Connection) -> Place:
    """The place behind the last event that nothing can appear before any more."""
    row = await connection.fetch_one(_END, {})
    return BEGINNING if row is None else Place(*row)


async def headers_after(connection: Connection, place: Place, most: int) -> list[Header]:
    """What follows a place, in order, at most so many; those that are settled come first."""
    rows = await connection.fetch_all(
        _AFTER, {"transaction_id": place.transaction_id, "position": place.position, "most": most}
    )
    return [
        Header(Place(transaction_id, position), type_, subject_id, actor_id, region, bool(settled))
        for transaction_id, position, type_, subject_id, actor_id, region, settled in rows
    ]


_HAPPENED = Statement(
    select(events.c.type, func.count())
    .where(beside(events, ">", bindparam("transaction_id", type_=BigInteger), bindparam("position", type_=BigInteger)))
    .group_by(events.c.type)
    .order_by(events.c.type)
)


async def happened_since(connection: Connection, place: Place) -> dict[str, int]:
    """How many events of each type stand behind a place in the log."""
    rows = await connection.fetch_all(_HAPPENED, {"transaction_id": place.transaction_id, "position": place.position})
    return {kind: int(count) for kind, count in rows}
