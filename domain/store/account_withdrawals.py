"""One-off withdrawals (个人账户一次性支取): each empties one account and closes it, and is never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import orjson
from sqlalchemy import Date, and_, bindparam, insert, select

from domain.decisions.records import Account
from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import account_entries, account_withdrawals, personal_accounts
from domain.vocabulary import AccountStatus, Fen, Id, Instant, RegionCode, WithdrawalMaterial, WithdrawalReason


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """Somebody's account, its balance before a day, and what moved in it since: (day it counts for, amount)."""

    account: Account
    opening_fen: Fen
    movements: tuple[tuple[date, Fen], ...]


@dataclass(frozen=True, slots=True)
class NewWithdrawal:
    """A withdrawal as it is made. Of the bank card nothing but its last four digits is kept."""

    id: Id
    account_id: Id
    person_id: Id
    applicant_id: Id
    region: RegionCode
    reason: WithdrawalReason
    materials: tuple[WithdrawalMaterial, ...]
    card_last_four: str
    amount_fen: Fen
    withdrawn_at: Instant
    payable_by: date
    entry_id: Id


_HELD = Statement(
    select(
        personal_accounts.c.person_id,
        personal_accounts.c.id,
        personal_accounts.c.region_code,
        personal_accounts.c.status,
        personal_accounts.c.balance_fen,
        personal_accounts.c.entry_count,
        account_entries.c.business_on,
        account_entries.c.amount_fen,
    )
    .select_from(
        personal_accounts.outerjoin(
            account_entries,
            and_(
                account_entries.c.account_id == personal_accounts.c.id,
                account_entries.c.business_on >= bindparam("first", type_=Date()),
            ),
        )
    )
    .where(among(personal_accounts.c.person_id, "person_ids"))
    .order_by(personal_accounts.c.person_id, account_entries.c.position)
)

_WITHDRAW = Statement(insert(account_withdrawals).inline())


async def held(connection: Connection, person_ids: Iterable[Id], first: date) -> dict[Id, HeldAccount]:
    """Accounts by whose they are, in whatever state, with what moved in them from `first` on."""
    rows = await connection.fetch_all(_HELD, {"person_ids": sorted(set(person_ids)), "first": first})
    found = {}
    for head, group in groupby(rows, key=lambda row: row[:6]):
        person_id, account_id, region, status, balance_fen, entry_count = head
        movements = tuple((row[6], Fen(row[7])) for row in group if row[6] is not None)
        found[Id(person_id)] = HeldAccount(
            Account(Id(account_id), RegionCode(region), AccountStatus[status], Fen(balance_fen), entry_count),
            Fen(balance_fen - sum(amount for _, amount in movements)),
            movements,
        )
    return found


async def withdraw(connection: Connection, new: Sequence[NewWithdrawal]) -> None:
    """The withdrawals are recorded."""
    if new:
        await connection.execute_many(
            _WITHDRAW,
            [
                {
                    "id": one.id,
                    "account_id": one.account_id,
                    "person_id": one.person_id,
                    "applicant_id": one.applicant_id,
                    "region_code": one.region,
                    "reason": one.reason.name,
                    "materials": orjson.dumps([material.name for material in one.materials]).decode(),
                    "card_last_four": one.card_last_four,
                    "amount_fen": one.amount_fen,
                    "withdrawn_at": one.withdrawn_at,
                    "payable_by": one.payable_by,
                    "entry_id": one.entry_id,
                }
                for one in new
            ],
        )
