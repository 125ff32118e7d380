"""Failures to sign in under an identity (登录失败记录), kept for as long as they count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import bindparam, delete, insert, select

from domain.store.engine import Connection
from domain.store.statements import Statement, among
from domain.store.tables import sign_in_failures
from domain.vocabulary import IdType, Instant

_failures = sign_in_failures.c
_OF = Statement(
    select(_failures.identity_digest, _failures.number, _failures.failed_at)
    .where(among(_failures.identity_digest, "identities"))
    .order_by(_failures.identity_digest, _failures.number)
)
_ADD = Statement(insert(sign_in_failures).inline())
_FORGET_OLD = Statement(delete(sign_in_failures).where(_failures.failed_at <= bindparam("before")))
_FORGET = Statement(delete(sign_in_failures).where(among(_failures.identity_digest, "identities")))


def identity_digest(id_type: IdType, id_number: str) -> str:
    """What stands for a claimed document where failures are counted; the number itself is not kept of strangers."""
    return sha256(f"{id_type.name}/{id_number}".encode()).hexdigest()


async def failures_of(connection: Connection, identities: Iterable[str]) -> dict[str, list[tuple[int, Instant]]]:
    """Number and time of each failure that is kept, oldest first, by identity; who has none is left out."""
    found: dict[str, list[tuple[int, Instant]]] = {}
    for identity, number, failed_at in await connection.fetch_all(_OF, {"identities": sorted(set(identities))}):
        found.setdefault(identity, []).append((number, Instant(failed_at)))
    return found


async def change(
    connection: Connection,
    failed: Mapping[str, Sequence[tuple[int, Instant]]],
    forgotten: Iterable[str],
    *,
    before: Instant,
) -> None:
    """Of the forgotten identities no failure is kept that was there, nor any until `before`; these are kept besides."""
    if cleared := sorted(set(forgotten)):
        await connection.execute(_FORGET, {"identities": cleared})
    rows = [
        {"identity_digest": identity, "number": number, "failed_at": failed_at}
        for identity, failures in failed.items()
        for number, failed_at in failures
    ]
    if rows:
        await connection.execute(_FORGET_OLD, {"before": before})
        await connection.execute_many(_ADD, rows)
