"""Receipts (电子缴款单): one for a paid contribution, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert

from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.store.tables import receipts
from domain.vocabulary import Id, Instant, ReceiptKind


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """A receipt that is issued now."""

    id: Id
    contribution_id: Id
    number: str
    issued_at: Instant
    kind: ReceiptKind


_ISSUE = Statement(insert(receipts).inline())


async def issue(connection: Connection, new: Sequence[NewReceipt]) -> None:
    """The receipts are issued. A unique index refuses a second one for a contribution."""
    if new:
        await connection.execute_many(
            _ISSUE,
            [
                {
                    "id": one.id,
                    "contribution_id": one.contribution_id,
                    "number": one.number,
                    "issued_at": one.issued_at,
                    "kind": one.kind.name,
                }
                for one in new
            ],
        )
