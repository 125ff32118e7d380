"""Faults of the outside parties, as rows of the world that has them (外部故障)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, delete, func, insert, select, update

from domain.decisions.faults import Delay, Hours, NewFault
from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.store.tables import persons, world, world_faults
from domain.vocabulary import (
    DelayShape,
    FaultKind,
    FaultOperation,
    FaultParty,
    FaultRefusal,
    Id,
    Instant,
    PaymentChannel,
    RegionCode,
)

MOST_FAULTS = 50
"""How many one world has at most: each call looks at all of them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that a world has, and which operations it befalls. `id_number` is of whoever it is restricted to.

    `calls` is how many it could have befallen so far, `hits` how many it has.
    """

    id: Id
    what: NewFault
    befalls: frozenset[FaultOperation]
    id_number: str | None
    calls: int
    hits: int


_kept = world_faults.c
_FAULTS = Statement(
    select(
        _kept.id,
        _kept.party,
        _kept.kind,
        _kept.operation,
        _kept.channel,
        _kept.person_id,
        _kept.region_code,
        _kept.per_mille,
        _kept.begins_at,
        _kept.ends_at,
        _kept.delay_least,
        _kept.delay_most,
        _kept.delay_shape,
        _kept.refusal,
        _kept.since_hour,
        _kept.until_hour,
        _kept.above_per_minute,
        persons.c.id_number,
        _kept.calls,
        _kept.hits,
    )
    .select_from(world_faults.outerjoin(persons, persons.c.id == _kept.person_id))
    .order_by(_kept.id)
)
_HELD = Statement(select(func.count(), func.coalesce(func.max(_kept.id), 0)).select_from(world_faults))
_ADD = Statement(insert(world_faults).inline())
_REMOVE = Statement(delete(world_faults).where(_kept.id == bindparam("removed")))
_IS_THERE = Statement(select(_kept.id).where(_kept.id == bindparam("wanted")))
_SOMEBODY = Statement(select(persons.c.id).where(persons.c.id == bindparam("wanted")))
_COUNT = Statement(
    update(world_faults)
    .values(
        calls=_kept.calls + bindparam("more_calls", type_=BigInteger()),
        hits=_kept.hits + bindparam("more_hits", type_=BigInteger()),
    )
    .where(_kept.id == bindparam("counted"))
)
_CHANGED = Statement(update(world).values(fault_changes=world.c.fault_changes + 1))
_CHANGES = Statement(select(world.c.fault_changes))


async def faults(connection: Connection) -> list[Fault]:
    """All that the world has, in the order in which they were added."""
    return [_read(*row) for row in await connection.fetch_all(_FAULTS, {})]


def _read(
    number: int,
    party: str,
    kind: str,
    operation: str | None,
    channel: str | None,
    person_id: int | None,
    region: str | None,
    per_mille: int,
    begins_at: int | None,
    ends_at: int | None,
    least: int | None,
    most: int | None,
    shape: str | None,
    refusal: str | None,
    since_hour: int | None,
    until_hour: int | None,
    above_per_minute: int | None,
    id_number: str | None,
    calls: int,
    hits: int,
) -> Fault:
    what = NewFault(
        FaultParty[party],
        FaultKind[kind],
        None if operation is None else FaultOperation[operation],
        None if channel is None else PaymentChannel[channel],
        None if person_id is None else Id(person_id),
        None if region is None else RegionCode(region),
        per_mille,
        None if begins_at is None else Instant(begins_at),
        None if ends_at is None else Instant(ends_at),
        None if least is None or most is None or shape is None else Delay(least, most, DelayShape[shape]),
        None if refusal is None else FaultRefusal[refusal],
        None if since_hour is None or until_hour is None else Hours(since_hour, until_hour),
        above_per_minute,
    )
    return Fault(Id(number), what, what.befalls, id_number, calls, hits)


async def held(connection: Connection) -> int:
    """How many the world has."""
    row = await connection.fetch_one(_HELD, {})
    assert row is not None
    return int(row[0])


async def is_somebody(connection: Connection, person_id: Id) -> bool:
    """Whether a person has that id."""
    return await connection.fetch_one(_SOMEBODY, {"wanted": person_id}) is not None


async def is_there(connection: Connection, number: Id) -> bool:
    """Whether the world has the fault."""
    return await connection.fetch_one(_IS_THERE, {"wanted": number}) is not None


async def add(connection: Connection, new: NewFault, at: Instant) -> Id:
    """The world has the fault; its number, which no fault before it had."""
    changes = await connection.fetch_one(_CHANGES, {})
    row = await connection.fetch_one(_HELD, {})
    assert row is not None
    # One that was removed leaves its number to nobody: its calls were drawn by it.
    number = max(row[1], 0 if changes is None else changes[0]) + 1
    delay = new.delay
    await connection.execute_many(
        _ADD,
        [
            {
                "id": number,
                "party": new.party.name,
                "operation": None if new.operation is None else new.operation.name,
                "channel": None if new.channel is None else new.channel.name,
                "person_id": new.person_id,
                "region_code": new.region,
                "per_mille": new.per_mille,
                "begins_at": new.begins_at,
                "ends_at": new.ends_at,
                "kind": new.kind.name,
                "delay_least": None if delay is None else delay.least,
                "delay_most": None if delay is None else delay.most,
                "delay_shape": None if delay is None else delay.shape.name,
                "refusal": None if new.refusal is None else new.refusal.name,
                "calls": 0,
                "hits": 0,
                "added_at": at,
                "since_hour": None if new.hours is None else new.hours.since,
                "until_hour": None if new.hours is None else new.hours.until,
                "above_per_minute": new.above_per_minute,
            }
        ],
    )
    await connection.execute(_CHANGED, {})
    return Id(number)


async def remove(connection: Connection, number: Id) -> None:
    """The world has that fault no more."""
    await connection.execute(_REMOVE, {"removed": number})
    await connection.execute(_CHANGED, {})


async def count(connection: Connection, counted: Mapping[Id, tuple[int, int]]) -> None:
    """So many calls and hits more, by fault; those of one that is gone are gone with it."""
    await connection.execute_many(
        _COUNT,
        [
            {"counted": number, "more_calls": calls, "more_hits": hits}
            for number, (calls, hits) in sorted(counted.items())
        ],
    )
