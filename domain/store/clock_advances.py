"""Advances of a world's clock (时钟推进): where from and to, and what was done on the way. At most one is under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import BigInteger, Text, bindparam, func, insert, select, update

from domain.store.engine import Connection
from domain.store.log import Place
from domain.store.statements import Statement
from domain.store.tables import clock_advances
from domain.vocabulary import Instant

_kept = clock_advances.c


@dataclass(frozen=True, slots=True)
class ClockAdvance:
    """One advance, by number from 1. `reached_at` is None while it is under way.

    `timers` is how many were done so far; `happened` is how many events of each type it brought, once it is over.
    """

    number: int
    from_at: Instant
    to_at: Instant
    place: Place
    timers: int
    reached_at: Instant | None
    happened: Mapping[str, int]


_ADVANCES = select(
    _kept.number,
    _kept.from_at,
    _kept.to_at,
    _kept.place_transaction_id,
    _kept.place_position,
    _kept.timers,
    _kept.reached_at,
    _kept.happened,
)
_ONE = Statement(_ADVANCES.where(_kept.number == bindparam("asked_for")))
_UNDER_WAY = Statement(_ADVANCES.where(_kept.reached_at.is_(None)))
_BEGIN = Statement(insert(clock_advances).inline())
_NEWEST = Statement(select(func.max(_kept.number)))
_COUNT = Statement(
    update(clock_advances)
    .values(timers=_kept.timers + bindparam("done", type_=BigInteger()))
    .where(_kept.reached_at.is_(None))
)
_END = Statement(
    update(clock_advances)
    .values(reached_at=bindparam("reached", type_=BigInteger()), happened=bindparam("told", type_=Text()))
    .where(_kept.number == bindparam("asked_for"), _kept.reached_at.is_(None))
)


def _read(row: tuple[int, int, int, int, int, int, int | None, str | None]) -> ClockAdvance:
    number, from_at, to_at, transaction_id, position, timers, reached_at, happened = row
    return ClockAdvance(
        number,
        Instant(from_at),
        Instant(to_at),
        Place(transaction_id, position),
        timers,
        None if reached_at is None else Instant(reached_at),
        {} if happened is None else orjson.loads(happened),
    )


async def by_number(connection: Connection, number: int) -> ClockAdvance:
    """The advance of that number. LookupError where there is none."""
    row = await connection.fetch_one(_ONE, {"asked_for": number})
    if row is None:
        raise LookupError(f"no advance has the number {number}")
    return _read(row)


async def under_way(connection: Connection) -> ClockAdvance | None:
    """The advance that has not come to its end, if there is one."""
    row = await connection.fetch_one(_UNDER_WAY, {})
    return None if row is None else _read(row)


async def begin(connection: Connection, from_at: Instant, to_at: Instant, place: Place) -> int:
    """An advance is under way from here on; its number. Whoever begins one holds the clock."""
    row = await connection.fetch_one(_NEWEST, {})
    number = 1 + int(0 if row is None or row[0] is None else row[0])
    new = {
        "number": number,
        "from_at": from_at,
        "to_at": to_at,
        "place_transaction_id": place.transaction_id,
        "place_position": place.position,
        "timers": 0,
        "reached_at": None,
        "happened": None,
    }
    await connection.execute_many(_BEGIN, [new])
    return number


async def count_timers(connection: Connection, done: int) -> None:
    """So many timers more were done by the advance that is under way, if one is."""
    await connection.execute(_COUNT, {"done": done})


async def end(connection: Connection, number: int, reached: Instant, happened: Mapping[str, int]) -> None:
    """The advance is over, and the clock had come so far; nothing happens where it was over already."""
    told = orjson.dumps(dict(happened)).decode()
    await connection.execute(_END, {"asked_for": number, "reached": reached, "told": told})
