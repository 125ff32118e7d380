"""Persons as payers and family members (人员), and the lock that everything done for one person takes turns by.

Whoever changes what belongs to a person, the entries of their account above all, holds that person's row first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Select, Text, bindparam, func, insert, literal_column, select, union, update

from domain.decisions.records import Account, Holder, PersonOnRecord
from domain.store.changing import change
from domain.store.engine import Connection, Row
from domain.store.given import given
from domain.store.statements import EngineKind, Statement, among
from domain.store.tables import personal_accounts, persons, resident_contributions
from domain.vocabulary import AccountStatus, Fen, Id, IdType, Instant, RegionCode, Sex, SpecialGroup


@dataclass(frozen=True, slots=True)
class FullValues:
    """What is masked to everybody but the person, and where the person lives."""

    region: RegionCode
    name: str
    id_number: str
    phone: str | None


def _in_turn(query: Select[tuple[int]]) -> Statement:
    # NO KEY UPDATE: rows that merely refer to the person can still be inserted by others.
    return Statement(query.order_by(persons.c.id).with_for_update(key_share=True))


_HOLD = _in_turn(select(persons.c.id).where(among(persons.c.id, "ids")))

_payers = given({"payers": BigInteger()}, "payers")
_HOLD_TO_PAY = _in_turn(
    select(persons.c.id).where(
        persons.c.id.in_(
            union(
                select(_payers.c.payers),
                select(resident_contributions.c.person_id).where(among(resident_contributions.c.id, "contributions")),
            )
        )
    )
)

_numbers = given({"numbers": Text()}, "numbers")
_HOLD_DOCUMENTS = Statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(_numbers.c.numbers, literal_column("0")))).select_from(
        _numbers
    )
)

HOLDER_COLUMNS = (
    persons.c.id,
    persons.c.region_code,
    persons.c.id_type,
    persons.c.id_number,
    personal_accounts.c.id,
    personal_accounts.c.region_code,
    personal_accounts.c.status,
    personal_accounts.c.balance_fen,
    personal_accounts.c.entry_count,
)

_HOLDERS = Statement(
    select(*HOLDER_COLUMNS)
    .select_from(persons.outerjoin(personal_accounts, personal_accounts.c.person_id == persons.c.id))
    .where(among(persons.c.id, "ids"))
)

_GROUPS = Statement(
    select(persons.c.id, persons.c.special_group).where(
        among(persons.c.id, "ids"), persons.c.special_group.is_not(None)
    )
)
_ON_RECORD = Statement(
    select(
        persons.c.id,
        persons.c.region_code,
        persons.c.id_type,
        persons.c.id_number,
        persons.c.name,
        persons.c.sex,
        persons.c.birth_date,
        persons.c.died_on,
        persons.c.e_certificate_at,
        persons.c.real_name_verified_at,
    ).where(among(persons.c.id, "ids"))
)

_FULL_VALUES = Statement(
    select(persons.c.region_code, persons.c.name, persons.c.id_number, persons.c.phone).where(
        persons.c.id == bindparam("person_id")
    )
)

_SET_VERIFIED = Statement(
    update(persons)
    .values(real_name_verified_at=bindparam("at"))
    .where(persons.c.id == bindparam("verified_id"), persons.c.real_name_verified_at.is_(None))
    .returning(persons.c.id)
)

_documents = given({"id_types": Text(), "id_numbers": Text()}, "documents")
_BY_DOCUMENT = Statement(
    select(persons.c.id_type, persons.c.id_number, persons.c.id).where(
        persons.c.id_type == _documents.c.id_types, persons.c.id_number == _documents.c.id_numbers
    )
)


_applicant = persons.alias("applicant")
_COME = Statement(
    insert(persons)
    .values(
        id=bindparam("id"),
        region_code=bindparam("region"),
        household_id=func.coalesce(
            select(_applicant.c.household_id)
            .where(_applicant.c.id == bindparam("applicant_id", type_=BigInteger()))
            .scalar_subquery(),
            bindparam("id", type_=BigInteger()),
        ),
        name=bindparam("name"),
        id_type=bindparam("id_type"),
        id_number=bindparam("id_number"),
        birth_date=bindparam("birth_date"),
        sex=bindparam("sex"),
    )
    .inline()
)

_ACTIVATE = Statement(
    update(persons)
    .values(e_certificate_at=bindparam("activated_at"))
    .where(persons.c.id == bindparam("person_id"), persons.c.e_certificate_at.is_(None))
    .returning(persons.c.id)
)


async def hold_documents(connection: Connection, numbers: Iterable[str]) -> None:
    """Until the transaction ends, nobody else brings a holder of these documents to the platform."""
    if connection.kind is EngineKind.POSTGRESQL:
        await connection.fetch_all(_HOLD_DOCUMENTS, {"numbers": sorted(set(numbers))})


async def hold(connection: Connection, ids: Iterable[Id]) -> None:
    """Until the transaction ends, nobody else holds any of these persons. Taken in the order of ids: no deadlock."""
    if connection.kind is EngineKind.POSTGRESQL:
        await connection.fetch_all(_HOLD, {"ids": sorted(set(ids))})


async def hold_to_pay(connection: Connection, payers: Iterable[Id], contributions: Iterable[Id]) -> None:
    """As `hold`, for the payers and for everybody whom the contributions insure."""
    if connection.kind is EngineKind.POSTGRESQL:
        await connection.fetch_all(
            _HOLD_TO_PAY, {"payers": sorted(set(payers)), "contributions": sorted(set(contributions))}
        )


def holder(row: Row) -> Holder:
    """The holder in a row of `HOLDER_COLUMNS`."""
    person_id, region, id_type, id_number, account_id, account_region, status, balance_fen, entry_count = row
    account = None
    if account_id is not None:
        account = Account(
            Id(account_id), RegionCode(account_region), AccountStatus[status], Fen(balance_fen), entry_count
        )
    return Holder(Id(person_id), RegionCode(region), IdType[id_type], id_number, account)


async def holders(connection: Connection, ids: Iterable[Id]) -> dict[Id, Holder]:
    """Persons with their accounts, by id; an id that is nobody's is left out."""
    rows = await connection.fetch_all(_HOLDERS, {"ids": sorted(set(ids))})
    return {found.id: found for found in map(holder, rows)}


async def special_groups(connection: Connection, ids: Iterable[Id]) -> dict[Id, SpecialGroup]:
    """The recognised group of each of these persons; who is of none is left out."""
    rows = await connection.fetch_all(_GROUPS, {"ids": sorted(set(ids))})
    return {Id(person): SpecialGroup[group] for person, group in rows}


async def on_record(connection: Connection, ids: Iterable[Id]) -> dict[Id, PersonOnRecord]:
    """Persons as the platform holds them, by id; an id that is nobody's is left out."""
    rows = await connection.fetch_all(_ON_RECORD, {"ids": sorted(set(ids))})
    return {
        Id(person_id): PersonOnRecord(
            id=Id(person_id),
            region=RegionCode(region),
            id_type=IdType[id_type],
            id_number=id_number,
            name=name,
            sex=Sex[sex],
            birth_date=birth_date,
            died_on=died_on,
            e_certificate_at=None if activated_at is None else Instant(activated_at),
            real_name_verified_at=None if verified_at is None else Instant(verified_at),
        )
        for (
            person_id,
            region,
            id_type,
            id_number,
            name,
            sex,
            birth_date,
            died_on,
            activated_at,
            verified_at,
        ) in rows
    }


async def set_verified(connection: Connection, ids: Sequence[Id], at: Instant) -> None:
    """The register has confirmed their real names. Raises `BooksMoved` where it had done so before."""
    if ids:
        await change(connection, _SET_VERIFIED, [{"verified_id": one, "at": at} for one in ids])


async def by_document(connection: Connection, documents: Sequence[tuple[IdType, str]]) -> dict[tuple[IdType, str], Id]:
    """Persons by kind and number of their document; a document that is nobody's is left out."""
    wanted = sorted({(id_type.name, number) for id_type, number in documents})
    rows = await connection.fetch_all(
        _BY_DOCUMENT, {"id_types": [one for one, _ in wanted], "id_numbers": [number for _, number in wanted]}
    )
    return {(IdType[id_type], number): Id(person_id) for id_type, number, person_id in rows}


async def come(connection: Connection, new: Sequence[tuple[PersonOnRecord, Id | None]]) -> None:
    """The persons are on the platform, each in the household of the relative who registers them.

    Whoever comes by a unit, with None, is a household of their own.
    """
    if new:
        await connection.execute_many(
            _COME,
            [
                {
                    "id": one.id,
                    "region": one.region,
                    "applicant_id": applicant_id,
                    "name": one.name,
                    "id_type": one.id_type.name,
                    "id_number": one.id_number,
                    "birth_date": one.birth_date,
                    "sex": one.sex.name,
                }
                for one, applicant_id in new
            ],
        )


async def activate(connection: Connection, ids: Sequence[Id], activated_at: Instant) -> None:
    """Their electronic certificates are active. Raises `BooksMoved` where one was already."""
    if ids:
        await change(connection, _ACTIVATE, [{"person_id": one, "activated_at": activated_at} for one in ids])


async def full_values(connection: Connection, person_id: Id) -> FullValues | None:
    """The person's values in full, for an operation that records to whom it tells them; None where there is nobody."""
    row = await connection.fetch_one(_FULL_VALUES, {"person_id": person_id})
    return None if row is None else FullValues(*row)
