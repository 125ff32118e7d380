"""The world that a database is (世界): one row."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Integer, bindparam, case, delete, func, null, select, union_all, update

from domain.store import request_journal, webhooks
from domain.store.engine import Connection
from domain.store.events import current_transaction
from domain.store.statements import EngineKind, Statement
from domain.store.tables import access_records, clock_advances, events, signing_keys, world
from domain.vocabulary import Instant


@dataclass(frozen=True, slots=True)
class World:
    """Name, seed, contents and clock. `clock_real_base` is None until it is first served.

    `history` is None unless its rows come from another's, and another each time they do. `origin` is the world that it
    was forked from, at `origin_at` of the time that both had; None for one that was made of its seed.
    While the clock is being advanced to `clock_until` it stands at each moment at which something is due.
    `first_number` is the first of the numbers that ids were given since it was made; None where nobody knows.
    `fault_changes` is how often its faults were changed, by which every process sees that they were.
    Until the machine's second `closed_until` nobody opens it, and who has it open lets go; None where anybody may.
    """

    name: str
    seed: int
    persons: int
    fingerprint: str
    clock_base: Instant
    clock_real_base: int | None
    clock_rate: int
    history: str | None
    transaction_offset: int
    horizon_transaction_id: int
    horizon_position: int
    horizon_at: Instant
    origin: str | None
    origin_at: Instant | None
    clock_until: Instant | None
    first_number: int | None
    fault_changes: int
    closed_until: int | None

    @property
    def horizon(self) -> tuple[int, int]:
        """The place in the log up to which nothing is told any more; before all events where all are told."""
        return self.horizon_transaction_id, self.horizon_position


_WORLD = Statement(
    select(
        world.c.name,
        world.c.seed,
        world.c.persons,
        world.c.fingerprint,
        world.c.clock_base,
        world.c.clock_real_base,
        world.c.clock_rate,
        world.c.history,
        world.c.transaction_offset,
        world.c.horizon_transaction_id,
        world.c.horizon_position,
        world.c.horizon_at,
        world.c.origin,
        world.c.origin_at,
        world.c.clock_until,
        world.c.first_number,
        world.c.fault_changes,
        world.c.closed_until,
    )
)


async def read_world(connection: Connection) -> World:
    """The world of this database. LookupError where none has been created in it."""
    row = await connection.fetch_one(_WORLD, {})
    if row is None:
        raise LookupError("no world has been created in this database")
    return World(*row)


_HOLD = Statement(select(world.c.seed).with_for_update())


async def hold(connection: Connection) -> World:
    """The world of this database, whose clock nobody else sets until the transaction ends."""
    await connection.fetch_one(_HOLD, {})
    return await read_world(connection)


_CLOCK_BASE = Statement(select(world.c.clock_base))


async def read_clock_base(connection: Connection) -> Instant:
    """Where the clock of a world stands that nobody serves, whatever version its tables are of."""
    row = await connection.fetch_one(_CLOCK_BASE, {})
    if row is None:
        raise LookupError("no world has been created in this database")
    return Instant(row[0])


_BEGIN_SERVING = Statement(
    update(world).values(
        clock_real_base=func.coalesce(world.c.clock_real_base, bindparam("machine_now", type_=BigInteger))
    )
)
_now, _machine_now = bindparam("now", type_=BigInteger), bindparam("machine_now", type_=BigInteger)
_is_not_back = world.c.clock_base <= _now
_AIM = Statement(
    update(world)
    .values(clock_until=bindparam("until", type_=BigInteger))
    .where(func.coalesce(world.c.clock_until, 0) < bindparam("until", type_=BigInteger))
)
_STEP = Statement(
    update(world)
    .values(
        clock_base=_now,
        clock_real_base=_machine_now,
        clock_until=case((world.c.clock_until <= _now, null()), else_=world.c.clock_until),
    )
    .where(_is_not_back)
)
_SET_RATE = Statement(
    update(world)
    .values(
        clock_base=_now,
        clock_real_base=case((world.c.clock_real_base.is_not(None), _machine_now), else_=null()),
        clock_rate=bindparam("rate", type_=Integer),
    )
    .where(_is_not_back)
)

_BEGIN_AGAIN = Statement(
    update(world).values(
        name=bindparam("new_name"),
        clock_base=bindparam("now"),
        clock_real_base=null(),
        clock_until=null(),
        closed_until=null(),
        history=bindparam("drawn"),
        transaction_offset=0,
    )
)
_place = union_all(select(events.c.transaction_id), select(access_records.c.transaction_id)).subquery()
_GO_ON = Statement(
    update(world).values(
        transaction_offset=func.greatest(
            0, select(func.coalesce(func.max(_place.c.transaction_id), 0) + 1).scalar_subquery() - current_transaction()
        )
    )
)
_SET_ORIGIN = Statement(update(world).values(origin=bindparam("forked_from"), origin_at=bindparam("forked_at")))
_CLOSE = Statement(update(world).values(closed_until=bindparam("until", type_=BigInteger)))
_FORGET_KEYS = Statement(delete(signing_keys))
_LEAVE_ADVANCE = Statement(
    update(clock_advances)
    .values(reached_at=bindparam("reached", type_=BigInteger()))
    .where(clock_advances.c.reached_at.is_(None))
)


async def begin_serving(connection: Connection, machine_now: int) -> None:
    """The clock runs from its base at this second of the machine, unless it runs already.

    Until the transaction ends, nobody else begins to serve the world.
    """
    await connection.execute(_BEGIN_SERVING, {"machine_now": machine_now})


async def begin_again(connection: Connection, name: str, now: Instant, history: str) -> None:
    """The world has this name, stands still at that moment until it is served, and shares no token and no cursor with
    the world that its rows come from. Its log goes on behind what it holds, whatever server it is on now. Webhooks are
    paused: what they delivered since their rows were copied is not known here. An advance of the clock that was under
    way has come no further. Nobody has asked it anything: its journal of requests is empty.
    """
    await connection.execute(_BEGIN_AGAIN, {"new_name": name, "now": now, "drawn": history})
    if connection.kind is EngineKind.POSTGRESQL:
        await connection.execute(_GO_ON, {})
    await connection.execute(_FORGET_KEYS, {})
    await connection.execute(_LEAVE_ADVANCE, {"reached": now})
    await webhooks.begin_again(connection)
    await request_journal.forget_all(connection)


async def close_until(connection: Connection, until: int | None) -> None:
    """Nobody opens the world before that second of the machine, and who has it open lets go; None ends that."""
    await connection.execute(_CLOSE, {"until": until})


async def set_origin(connection: Connection, origin: str, at: Instant) -> None:
    """The world says that it was forked from that one, at that moment."""
    await connection.execute(_SET_ORIGIN, {"forked_from": origin, "forked_at": at})


async def aim_clock(connection: Connection, until: Instant) -> None:
    """The clock is being advanced to that moment, or to a later one that was aimed at before."""
    await connection.execute(_AIM, {"until": until})


async def step_clock(connection: Connection, now: Instant, machine_now: int) -> None:
    """The clock shows `now`, and runs on from there once it has come to what it was aimed at; it never goes back."""
    await connection.execute(_STEP, {"now": now, "machine_now": machine_now})


async def set_rate(connection: Connection, rate: int, now: Instant, machine_now: int) -> None:
    """From `now` on the clock runs so many seconds in one of the machine's: 1 is real time, at 0 it stands still.

    One that was never served stands still until it is, and any where that second of the machine is still to come.
    """
    await connection.execute(_SET_RATE, {"rate": rate, "now": now, "machine_now": machine_now})
