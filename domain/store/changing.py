"""Updates that hold only for rows as they were read (条件更新): one that finds its row otherwise stops everything."""

from __future__ import annotations

from collections.abc import Sequence

from domain.store.engine import Connection
from domain.store.statements import Statement, Values


class BooksMoved(RuntimeError):
    """A row is not as the decision found it: a lock was lost, or never taken. The transaction must not be committed."""


async def change(connection: Connection, statement: Statement, rows: Sequence[Values]) -> None:
    """The statement, an update with RETURNING that names one row, has changed a row for each of the values.

    Raises `BooksMoved` otherwise.
    """
    changed = await connection.fetch_many(statement, rows)
    if len(changed) != len(rows):
        raise BooksMoved(f"{len(rows)} rows were to change, {len(changed)} were as they had been read")
