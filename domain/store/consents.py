"""Consents (数据授权): whom a person lets see which of their data; rows that end and are never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, bindparam, insert, select, update

from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.given import given
from domain.store.statements import Statement, among
from domain.store.tables import consents, persons
from domain.vocabulary import DataType, Id, Instant, RegionCode

Question = tuple[Id, Id, DataType]
"""Whose data, which app, and which type."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent in force. `region` is the person's county."""

    id: Id
    person_id: Id
    client_id: Id
    data_type: DataType
    region: RegionCode


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent that is given now."""

    id: Id
    person_id: Id
    client_id: Id
    data_type: DataType
    given_at: Instant


_asked = given({"person_ids": BigInteger(), "client_ids": BigInteger(), "data_types": Text()}, "asked")
_ACTIVE = Statement(
    select(consents.c.person_id, consents.c.client_id, consents.c.data_type, consents.c.id).where(
        consents.c.person_id == _asked.c.person_ids,
        consents.c.client_id == _asked.c.client_ids,
        consents.c.data_type == _asked.c.data_types,
        consents.c.ended_at.is_(None),
    )
)

_BY_ID = Statement(
    select(
        consents.c.id,
        consents.c.person_id,
        consents.c.client_id,
        consents.c.data_type,
        persons.c.region_code,
    )
    .join_from(consents, persons, persons.c.id == consents.c.person_id)
    .where(among(consents.c.id, "ids"), consents.c.ended_at.is_(None))
)

_INSERT = Statement(
    insert(consents)
    .values(
        id=bindparam("id"),
        person_id=bindparam("person_id"),
        client_id=bindparam("client_id"),
        data_type=bindparam("data_type"),
        given_at=bindparam("given_at"),
    )
    .inline()
)

_END = Statement(
    update(consents)
    .values(ended_at=bindparam("at"))
    .where(consents.c.id == bindparam("consent_id"), consents.c.ended_at.is_(None))
    .returning(consents.c.id)
)


async def active(connection: Connection, asked: Iterable[Question]) -> dict[Question, Id]:
    """The consents in force, by person, app and type."""
    wanted = sorted(set(asked), key=lambda one: (one[0], one[1], one[2].name))
    values = {
        "person_ids": [person for person, _, _ in wanted],
        "client_ids": [client for _, client, _ in wanted],
        "data_types": [data_type.name for _, _, data_type in wanted],
    }
    return {
        (Id(person), Id(client), DataType.named(data_type)): Id(consent)
        for person, client, data_type, consent in await connection.fetch_all(_ACTIVE, values)
    }


async def by_id(connection: Connection, ids: Iterable[Id]) -> dict[Id, Consent]:
    """The consents in force; an id of one that has ended, or of none, is left out."""
    return {
        Id(key): Consent(Id(key), Id(person), Id(client), DataType.named(data_type), RegionCode(region))
        for key, person, client, data_type, region in await connection.fetch_all(_BY_ID, {"ids": sorted(set(ids))})
    }


async def give(connection: Connection, new: Sequence[NewConsent]) -> None:
    """The consents are in force. A unique index refuses a second one of the same person, app and type."""
    if new:
        await connection.execute_many(
            _INSERT,
            [
                {
                    "id": one.id,
                    "person_id": one.person_id,
                    "client_id": one.client_id,
                    "data_type": one.data_type.name,
                    "given_at": one.given_at,
                }
                for one in new
            ],
        )


async def end(connection: Connection, ids: Sequence[Id], at: Instant) -> None:
    """The consents are in force no longer. Raises `BooksMoved` where one was not."""
    if ids:
        await change(connection, _END, [{"consent_id": one, "at": at} for one in ids])
