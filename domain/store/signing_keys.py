"""The keys that a world's tokens are signed with (签名密钥): one signs, those before it verify what they signed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, or_, select, update

from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.store.tables import signing_keys


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key, by seconds of the machine. `secret` is what the private key is derived from; nobody may see it."""

    kid: str
    secret: str
    sandbox: bool
    created_at: int
    retired_at: int | None = None
    verifies_until: int | None = None


_COLUMNS = (
    signing_keys.c.kid,
    signing_keys.c.secret,
    signing_keys.c.sandbox,
    signing_keys.c.created_at,
    signing_keys.c.retired_at,
    signing_keys.c.verifies_until,
)
_OLDEST_FIRST = signing_keys.c.created_at, signing_keys.c.kid
_ALL = Statement(select(*_COLUMNS).order_by(*_OLDEST_FIRST))
_VERIFYING = Statement(
    select(*_COLUMNS)
    .where(or_(signing_keys.c.verifies_until.is_(None), signing_keys.c.verifies_until > bindparam("now")))
    .order_by(*_OLDEST_FIRST)
)
_ADD = Statement(insert(signing_keys).inline())
_RETIRE = Statement(
    update(signing_keys)
    .values(retired_at=bindparam("at"), verifies_until=bindparam("last_token_ends_at"))
    .where(signing_keys.c.sandbox == bindparam("made_by_a_sandbox"), signing_keys.c.retired_at.is_(None))
)
_END = Statement(
    update(signing_keys)
    .values(verifies_until=bindparam("at"))
    .where(signing_keys.c.sandbox == bindparam("made_by_a_sandbox"), signing_keys.c.verifies_until > bindparam("at"))
)


async def every_key(connection: Connection) -> list[SigningKey]:
    """Every key that the world has had, oldest first."""
    return [SigningKey(*row) for row in await connection.fetch_all(_ALL, {})]


async def verifying(connection: Connection, now: int) -> list[SigningKey]:
    """The keys whose tokens may still be good, oldest first."""
    return [SigningKey(*row) for row in await connection.fetch_all(_VERIFYING, {"now": now})]


async def add(connection: Connection, key: SigningKey) -> None:
    """The key is there, and signs."""
    await connection.execute(
        _ADD,
        {
            "kid": key.kid,
            "secret": key.secret,
            "sandbox": key.sandbox,
            "created_at": key.created_at,
            "retired_at": key.retired_at,
            "verifies_until": key.verifies_until,
        },
    )


async def retire(connection: Connection, *, sandbox: bool, at: int, last_token_ends_at: int) -> None:
    """The key of that kind that signs does so no longer; what it has signed is good until its end."""
    await connection.execute(
        _RETIRE, {"made_by_a_sandbox": sandbox, "at": at, "last_token_ends_at": last_token_ends_at}
    )


async def end_retired(connection: Connection, *, sandbox: bool, at: int) -> None:
    """Nothing that a retired key of that kind has signed is good any more."""
    await connection.execute(_END, {"made_by_a_sandbox": sandbox, "at": at})
