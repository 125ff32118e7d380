"""Family bindings (家庭成员绑定): rows that end and are never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, func, insert, select, update

from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.given import given
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import family_bindings, persons
from domain.vocabulary import BindingStatus, Id, Instant, RegionCode, Relation


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding as it stands. `region` is the holder's county."""

    id: Id
    holder_id: Id
    member_id: Id
    relation: Relation
    status: BindingStatus
    region: RegionCode


@dataclass(frozen=True, slots=True)
class NewBinding:
    """A binding that begins now."""

    id: Id
    holder_id: Id
    member_id: Id
    relation: Relation
    bound_at: Instant


_pairs = given({"holder_ids": BigInteger(), "member_ids": BigInteger()}, "pairs")
_ACTIVE = Statement(
    select(family_bindings.c.holder_id, family_bindings.c.member_id, family_bindings.c.id).where(
        family_bindings.c.holder_id == _pairs.c.holder_ids,
        family_bindings.c.member_id == _pairs.c.member_ids,
        family_bindings.c.status == written(BindingStatus.ACTIVE),
    )
)

_HELD = Statement(
    select(family_bindings.c.holder_id, func.count())
    .where(among(family_bindings.c.holder_id, "holder_ids"), family_bindings.c.status == written(BindingStatus.ACTIVE))
    .group_by(family_bindings.c.holder_id)
)

_BY_ID = Statement(
    select(
        family_bindings.c.id,
        family_bindings.c.holder_id,
        family_bindings.c.member_id,
        family_bindings.c.relation,
        family_bindings.c.status,
        persons.c.region_code,
    )
    .join_from(family_bindings, persons, persons.c.id == family_bindings.c.holder_id)
    .where(among(family_bindings.c.id, "ids"))
)

_INSERT = Statement(
    insert(family_bindings)
    .values(
        id=bindparam("id"),
        holder_id=bindparam("holder_id"),
        member_id=bindparam("member_id"),
        relation=bindparam("relation"),
        status=written(BindingStatus.ACTIVE),
        pledged_at=bindparam("bound_at"),
        bound_at=bindparam("bound_at"),
    )
    .inline()
)

_END = Statement(
    update(family_bindings)
    .values(status=written(BindingStatus.ENDED), ended_at=bindparam("ended_at"))
    .where(
        family_bindings.c.id == bindparam("binding_id"),
        family_bindings.c.status == written(BindingStatus.ACTIVE),
    )
    .returning(family_bindings.c.id)
)


async def active(connection: Connection, pairs: Iterable[tuple[Id, Id]]) -> dict[tuple[Id, Id], Id]:
    """The bindings in force between (holder, member)."""
    wanted = sorted(set(pairs))
    rows = await connection.fetch_all(
        _ACTIVE, {"holder_ids": [holder for holder, _ in wanted], "member_ids": [member for _, member in wanted]}
    )
    return {(Id(holder), Id(member)): Id(binding) for holder, member, binding in rows}


async def held(connection: Connection, holder_ids: Iterable[Id]) -> dict[Id, int]:
    """How many bindings in force each holder has; who has none is left out."""
    rows = await connection.fetch_all(_HELD, {"holder_ids": sorted(set(holder_ids))})
    return {Id(holder): number for holder, number in rows}


async def by_id(connection: Connection, ids: Iterable[Id]) -> dict[Id, Binding]:
    """Bindings in force or ended; an id that is no binding's is left out."""
    rows = await connection.fetch_all(_BY_ID, {"ids": sorted(set(ids))})
    return {
        Id(binding): Binding(
            Id(binding), Id(holder), Id(member), Relation[relation], BindingStatus[status], RegionCode(region)
        )
        for binding, holder, member, relation, status, region in rows
    }


async def begin(connection: Connection, new: Sequence[NewBinding]) -> None:
    """The bindings are in force. A unique index refuses a second one between the same two."""
    if new:
        await connection.execute_many(
            _INSERT,
            [
                {
                    "id": one.id,
                    "holder_id": one.holder_id,
                    "member_id": one.member_id,
                    "relation": one.relation.name,
                    "bound_at": one.bound_at,
                }
                for one in new
            ],
        )


async def end(connection: Connection, ids: Sequence[Id], ended_at: Instant) -> None:
    """The bindings are in force no longer. Raises `BooksMoved` where one was not."""
    if ids:
        await change(connection, _END, [{"binding_id": one, "ended_at": ended_at} for one in ids])
