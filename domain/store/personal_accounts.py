"""Personal accounts as ledgers (个人账户账本): entries that are only ever inserted, and the balance that sums them.

Whoever posts holds the row of the account's owner (`persons.hold`); the position of an entry is unique within its
account and a balance is only changed where no entry came in between, so two writers that forgot to would not both
succeed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import BigInteger, ColumnElement, Date, and_, bindparam, insert, literal_column, or_, select, update

from domain.decisions.records import Account
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement, among
from domain.store.tables import account_entries, enrolments, personal_accounts, persons
from domain.vocabulary import (
    AccountStatus,
    EnrolmentStatus,
    EntryKind,
    Fen,
    Id,
    Instant,
    PersonType,
    RegionCode,
    Scheme,
)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry at its position; `amount_fen` is negative out of the account, `balance_fen` what it leaves there.

    What it is for is the contribution that it pays, or the entry that it gives back.
    """

    id: Id
    account_id: Id
    position: int
    kind: EntryKind
    amount_fen: Fen
    balance_fen: Fen
    occurred_at: Instant
    business_on: date
    contribution_id: Id | None = None
    reverses_id: Id | None = None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be opened for somebody who has none, in the place of their enrolment."""

    id: Id
    person_id: Id
    region: RegionCode
    opened_on: date


@dataclass(frozen=True, slots=True)
class OwnedAccount:
    """An account and whose it is."""

    account: Account
    person_id: Id


@dataclass(frozen=True, slots=True)
class AccountSince:
    """An account, whose it is, its balance before a day, and what moved in it since: (day it counts for, amount)."""

    account: Account
    person_id: Id
    opening_fen: Fen
    movements: tuple[tuple[date, Fen], ...]


_OPEN = Statement(
    insert(personal_accounts)
    .values(
        id=bindparam("id"),
        person_id=bindparam("person_id"),
        region_code=bindparam("region"),
        status=written(AccountStatus.OPEN),
        balance_fen=literal_column("0"),
        entry_count=literal_column("0"),
        opened_on=bindparam("opened_on"),
    )
    .inline()
)


_POST = Statement(insert(account_entries).inline())

_BALANCE = Statement(
    update(personal_accounts)
    .values(balance_fen=bindparam("balance"), entry_count=bindparam("entries"))
    .where(
        personal_accounts.c.id == bindparam("account"), personal_accounts.c.entry_count == bindparam("entries_before")
    )
    .returning(personal_accounts.c.id)
)


async def open_accounts(connection: Connection, new: Sequence[NewAccount]) -> None:
    """The accounts are open and empty. A unique index refuses a second one for the same person."""
    if new:
        await connection.execute_many(
            _OPEN,
            [
                {"id": one.id, "person_id": one.person_id, "region": one.region, "opened_on": one.opened_on}
                for one in new
            ],
        )


_CLOSE = Statement(
    update(personal_accounts)
    .values(status=written(AccountStatus.CLOSED))
    .where(
        personal_accounts.c.id == bindparam("account"),
        personal_accounts.c.status != written(AccountStatus.CLOSED),
        personal_accounts.c.balance_fen == literal_column("0"),
    )
    .returning(personal_accounts.c.id)
)

_ACCOUNT = (
    personal_accounts.c.id,
    personal_accounts.c.region_code,
    personal_accounts.c.status,
    personal_accounts.c.balance_fen,
    personal_accounts.c.entry_count,
    personal_accounts.c.person_id,
)
_is_kept = personal_accounts.c.status != written(AccountStatus.CLOSED)
_in_turn = personal_accounts.c.id > bindparam("after", type_=BigInteger())
_most = bindparam("most", type_=BigInteger())

_KEPT_AFTER = Statement(
    select(personal_accounts.c.id, personal_accounts.c.person_id)
    .where(_in_turn, _is_kept)
    .order_by(personal_accounts.c.id)
    .limit(_most)
)

_SINCE = Statement(
    select(*_ACCOUNT, account_entries.c.business_on, account_entries.c.amount_fen)
    .select_from(
        personal_accounts.outerjoin(
            account_entries,
            and_(
                account_entries.c.account_id == personal_accounts.c.id,
                account_entries.c.business_on >= bindparam("first", type_=Date()),
            ),
        )
    )
    .where(among(personal_accounts.c.id, "ids"), _is_kept)
    .order_by(personal_accounts.c.id, account_entries.c.position)
)

_of_pensioners = (
    personal_accounts.join(persons, persons.c.id == personal_accounts.c.person_id)
    .join(
        enrolments,
        and_(
            enrolments.c.person_id == persons.c.id,
            enrolments.c.scheme == written(Scheme.EMPLOYEE),
            enrolments.c.person_type == written(PersonType.RETIRED),
            enrolments.c.status == written(EnrolmentStatus.ACTIVE),
        ),
    )
)  # fmt: skip


def _is_a_pensioners() -> ColumnElement[bool]:
    day = bindparam("day", type_=Date())
    return and_(_is_kept, enrolments.c.started_on <= day, or_(persons.c.died_on.is_(None), persons.c.died_on > day))


_PENSIONERS_AFTER = Statement(
    select(personal_accounts.c.id, personal_accounts.c.person_id)
    .select_from(_of_pensioners)
    .where(_in_turn, _is_a_pensioners())
    .order_by(personal_accounts.c.id)
    .limit(_most)
)

_PENSIONERS = Statement(
    select(*_ACCOUNT)
    .select_from(_of_pensioners)
    .where(among(personal_accounts.c.id, "ids"), _is_a_pensioners())
    .order_by(personal_accounts.c.id)
)


async def close(connection: Connection, ids: Sequence[Id]) -> None:
    """The accounts, which are empty, are closed. Raises `BooksMoved` where one is not as it should be."""
    if ids:
        await change(connection, _CLOSE, [{"account": one} for one in ids])


async def kept_after(connection: Connection, after: Id, most: int) -> list[tuple[Id, Id]]:
    """(account, owner) of so many accounts that are not closed, at most, by id, from the one after `after` on."""
    rows = await connection.fetch_all(_KEPT_AFTER, {"after": after, "most": most})
    return [(Id(account_id), Id(person_id)) for account_id, person_id in rows]


async def since(connection: Connection, ids: Sequence[Id], first: date) -> list[AccountSince]:
    """Those of the accounts that are not closed, by id, with what moved in them from `first` on."""
    rows = await connection.fetch_all(_SINCE, {"ids": list(ids), "first": first})
    found = []
    for head, group in groupby(rows, key=lambda row: row[:6]):
        movements = tuple((row[6], Fen(row[7])) for row in group if row[6] is not None)
        account = _account(*head[:5])
        opening = Fen(account.balance_fen - sum(amount for _, amount in movements))
        found.append(AccountSince(account, Id(head[5]), opening, movements))
    return found


async def pensioners_after(connection: Connection, after: Id, day: date, most: int) -> list[tuple[Id, Id]]:
    """As `kept_after`, of those only whose owners live and are insured as pensioners on that day."""
    rows = await connection.fetch_all(_PENSIONERS_AFTER, {"after": after, "day": day, "most": most})
    return [(Id(account_id), Id(person_id)) for account_id, person_id in rows]


async def pensioners(connection: Connection, ids: Sequence[Id], day: date) -> list[OwnedAccount]:
    """Those of the accounts whose owners live and are insured as pensioners on that day, by id."""
    rows = await connection.fetch_all(_PENSIONERS, {"ids": list(ids), "day": day})
    return [OwnedAccount(_account(*row[:5]), Id(row[5])) for row in rows]


def _account(account_id: int, region: str, status: str, balance_fen: int, entry_count: int) -> Account:
    return Account(Id(account_id), RegionCode(region), AccountStatus[status], Fen(balance_fen), entry_count)


_MOVE = Statement(
    update(personal_accounts)
    .values(region_code=bindparam("region"))
    .where(
        personal_accounts.c.id == bindparam("account"), personal_accounts.c.region_code == bindparam("region_before")
    )
    .returning(personal_accounts.c.id)
)


async def move(connection: Connection, moved: Sequence[tuple[Account, RegionCode]]) -> None:
    """Each account is kept in its new place, with all that it holds. `BooksMoved` where one was not where it was."""
    if moved:
        await change(
            connection,
            _MOVE,
            [{"account": one.id, "region": region, "region_before": one.region} for one, region in moved],
        )


async def post(
    connection: Connection, entries: Sequence[NewEntry], accounts: Sequence[tuple[Account, Account]]
) -> None:
    """The entries are posted; `accounts` are (before, after) for every account that they touch, each once.

    Raises `BooksMoved` where an account is not as it was before.
    """
    if not entries:
        return
    await connection.execute_many(
        _POST,
        [
            {
                "id": one.id,
                "account_id": one.account_id,
                "position": one.position,
                "kind": one.kind.name,
                "amount_fen": one.amount_fen,
                "balance_fen": one.balance_fen,
                "occurred_at": one.occurred_at,
                "business_on": one.business_on,
                "contribution_id": one.contribution_id,
                "reverses_id": one.reverses_id,
            }
            for one in entries
        ],
    )
    await change(
        connection,
        _BALANCE,
        [
            {
                "account": after.id,
                "balance": after.balance_fen,
                "entries": after.entry_count,
                "entries_before": before.entry_count,
            }
            for before, after in accounts
        ],
    )
