"""Whose data was shown to whom (访问留痕): recorded before the answer leaves, or the answer does not leave.

Records that come together share a transaction, as orders do. A citizen who reads nobody but oneself leaves none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from domain.decisions.revealing import holds_a_number
from domain.store.access_records import Access, append
from domain.store.engine import Connection
from resolvers.batching import Batches
from resolvers.context import Request

MOST_FIELDS: Final = 100
"""How many fields a record names; an operation that asks for more has the rest counted as one."""
LONGEST_PURPOSE: Final = 200


def purpose_objection(purpose: str) -> str | None:
    """Why a text cannot say what a reading is for, in both languages, or None."""
    if not purpose.strip() or len(purpose) > LONGEST_PURPOSE or not purpose.isprintable():
        return (
            f"查阅目的须为 1 至 {LONGEST_PURPOSE} 个可见字符。"
            f" A purpose has 1 to {LONGEST_PURPOSE} characters, all of them printable."
        )
    if holds_a_number(purpose):
        return (
            "查阅目的不得含证件号码、手机号码等长号码，请写明事由或案卷编号。"
            " A purpose must not hold an identity, telephone or card number: say what it is for, or name the file."
        )
    return None


async def record(request: Request, subjects: Sequence[int], fields: Sequence[str]) -> None:
    """It is on disk that the request was shown these persons. Raises StoreUnavailable where it is not."""
    operation = request.trace.operation
    assert operation is not None
    await record_as(request, request.world.tallies.named(operation.label), subjects, fields)


async def record_as(
    request: Request, operation: tuple[str, str], subjects: Sequence[int], fields: Sequence[str]
) -> None:
    """The same of a request that is no operation of GraphQL, by a kind and name of its own."""
    world = request.world
    found = world.batches.get(_append)
    if found is None:
        found = world.batches[_append] = Batches(
            world.database, _append, _nothing_to_reserve, _nothing_to_wake, world.tallies.record_sizes
        )
    kept = list(fields[:MOST_FIELDS])
    if len(fields) > MOST_FIELDS:
        kept.append(f"+{len(fields) - MOST_FIELDS}")
    await found.answer(
        Access(
            viewer=request.viewer,
            occurred_at=request.now,
            recorded_at=int(world.clock.machine()),
            operation=operation,
            fields=kept,
            transport=request.transport,
            request_id=request.request_id,
            subjects=subjects,
            purpose=request.purpose,
        ),
        _nothing_to_show,
    )


async def _append(connection: Connection, records: Sequence[Access]) -> Sequence[None]:
    await append(connection, records)
    return [None] * len(records)


async def _nothing_to_reserve(records: Sequence[Access]) -> None:
    """The database numbers them."""


def _nothing_to_wake() -> None:
    """Nobody follows them."""


async def _nothing_to_show(connection: Connection, outcome: Any) -> bytes:
    return b""
