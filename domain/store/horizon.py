"""How far back the log is told (事件保留期): a place in it that only moves forward.

The rows before it stay, because they are the audit trail; no list and no subscription tells them. The place stands in
the world's row, so that it is the same for every process.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from sqlalchemy import BigInteger, and_, bindparam, select, tuple_, update

from domain.store.engine import Connection, Database
from domain.store.events import first_unsettled
from domain.store.places import beside
from domain.store.statements import Statement
from domain.store.tables import events, world
from domain.vocabulary import Instant

AT_ONCE: Final = 1_000
"""How many events one step looks at."""

_horizon = tuple_(world.c.horizon_transaction_id, world.c.horizon_position)
_given = tuple_(bindparam("transaction_id", type_=BigInteger), bindparam("after", type_=BigInteger))

_NEXT = Statement(
    select(events.c.transaction_id, events.c.position, events.c.occurred_at)
    .where(
        beside(
            events,
            ">",
            select(world.c.horizon_transaction_id).scalar_subquery(),
            select(world.c.horizon_position).scalar_subquery(),
        ),
        events.c.transaction_id < first_unsettled(),
    )
    .order_by(events.c.transaction_id, events.c.position)
    .limit(AT_ONCE)
)
_MOVE = Statement(
    update(world)
    .values(
        horizon_transaction_id=bindparam("transaction_id", type_=BigInteger),
        horizon_position=bindparam("after", type_=BigInteger),
        horizon_at=bindparam("at", type_=BigInteger),
    )
    .where(_horizon < _given)
)
_EVENT_AT = Statement(
    select(events.c.position).where(
        and_(
            events.c.transaction_id == bindparam("transaction_id", type_=BigInteger),
            events.c.position == bindparam("after", type_=BigInteger),
        )
    )
)


async def move_horizon(database: Database, before: Instant) -> bool:
    """One step: what happened before that moment is told no more, as far as nothing later stands before it in the log.

    Whether there may be more to do. Of several processes that step together, each leaves the horizon no further back.
    """
    async with database.read() as connection:
        ahead = await connection.fetch_all(_NEXT, {})
    passed = list(takewhile(lambda row: row[2] < before, ahead))
    if not passed:
        return False
    transaction_id, position, _ = passed[-1]
    async with database.write() as connection:
        await connection.execute(_MOVE, {"transaction_id": transaction_id, "after": position, "at": before})
    return len(passed) == AT_ONCE


async def stands(connection: Connection, transaction_id: int, position: int) -> bool:
    """Whether an event has that place."""
    return await connection.fetch_one(_EVENT_AT, {"transaction_id": transaction_id, "after": position}) is not None
