"""Payees (缴费对象): whom somebody pays for through channels without a binding; rows that end and are never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, func, insert, select, update

from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.given import given
from domain.store.statements import Statement, among
from domain.store.tables import payees, persons
from domain.vocabulary import Id, Instant, RegionCode


@dataclass(frozen=True, slots=True)
class Payee:
    """A payee that is there. `region` is the owner's county."""

    id: Id
    owner_id: Id
    person_id: Id
    region: RegionCode


@dataclass(frozen=True, slots=True)
class NewPayee:
    """A payee that is added now."""

    id: Id
    owner_id: Id
    person_id: Id
    added_at: Instant


_pairs = given({"owner_ids": BigInteger(), "person_ids": BigInteger()}, "pairs")
_ACTIVE = Statement(
    select(payees.c.owner_id, payees.c.person_id, payees.c.id).where(
        payees.c.owner_id == _pairs.c.owner_ids,
        payees.c.person_id == _pairs.c.person_ids,
        payees.c.removed_at.is_(None),
    )
)

_HELD = Statement(
    select(payees.c.owner_id, func.count())
    .where(among(payees.c.owner_id, "owner_ids"), payees.c.removed_at.is_(None))
    .group_by(payees.c.owner_id)
)

_BY_ID = Statement(
    select(payees.c.id, payees.c.owner_id, payees.c.person_id, persons.c.region_code)
    .join_from(payees, persons, persons.c.id == payees.c.owner_id)
    .where(among(payees.c.id, "ids"), payees.c.removed_at.is_(None))
)

_INSERT = Statement(
    insert(payees)
    .values(
        id=bindparam("id"),
        owner_id=bindparam("owner_id"),
        person_id=bindparam("person_id"),
        added_at=bindparam("added_at"),
    )
    .inline()
)

_REMOVE = Statement(
    update(payees)
    .values(removed_at=bindparam("at"))
    .where(payees.c.id == bindparam("payee_id"), payees.c.removed_at.is_(None))
    .returning(payees.c.id)
)


async def active(connection: Connection, pairs: Iterable[tuple[Id, Id]]) -> dict[tuple[Id, Id], Id]:
    """The payees that are there, by (owner, person)."""
    wanted = sorted(set(pairs))
    rows = await connection.fetch_all(
        _ACTIVE, {"owner_ids": [owner for owner, _ in wanted], "person_ids": [person for _, person in wanted]}
    )
    return {(Id(owner), Id(person)): Id(payee) for owner, person, payee in rows}


async def held(connection: Connection, owner_ids: Iterable[Id]) -> dict[Id, int]:
    """How many payees each owner has; who has none is left out."""
    rows = await connection.fetch_all(_HELD, {"owner_ids": sorted(set(owner_ids))})
    return {Id(owner): number for owner, number in rows}


async def by_id(connection: Connection, ids: Iterable[Id]) -> dict[Id, Payee]:
    """The payees that are there; an id of one that was removed, or of none, is left out."""
    rows = await connection.fetch_all(_BY_ID, {"ids": sorted(set(ids))})
    return {
        Id(payee): Payee(Id(payee), Id(owner), Id(person), RegionCode(region)) for payee, owner, person, region in rows
    }


async def add(connection: Connection, new: Sequence[NewPayee]) -> None:
    """The payees are there. A unique index refuses a second one of the same two."""
    if new:
        await connection.execute_many(
            _INSERT,
            [
                {"id": one.id, "owner_id": one.owner_id, "person_id": one.person_id, "added_at": one.added_at}
                for one in new
            ],
        )


async def remove(connection: Connection, ids: Sequence[Id], at: Instant) -> None:
    """The payees are there no longer. Raises `BooksMoved` where one was not."""
    if ids:
        await change(connection, _REMOVE, [{"payee_id": one, "at": at} for one in ids])
