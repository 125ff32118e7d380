"""Personal accounts as ledgers (个人账户账本): entries that are only ever inserted, and the balance that sums them.

Whoever posts holds the row of the account's owner (`persons.hold`); the position of an entry is unique within its
account and a balance is only changed where no entry came in between, so two writers that forgot to would not both
succeed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, insert, literal_column, update

from domain.decisions.records import Account
from domain.store.changing import change
from domain.store.engine import Connection
from domain.store.literals import written
from domain.store.statements import Statement
from domain.store.tables import account_entries, personal_accounts
from domain.vocabulary import AccountStatus, EntryKind, Fen, Id, Instant, RegionCode


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
