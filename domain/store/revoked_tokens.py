"""Tokens that were given back before their end (已注销的令牌): one row each, for as long as it would have been good."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text, bindparam, delete, insert, literal_column, select

from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.store.tables import revoked_tokens

_OF_LATE = Statement(
    select(revoked_tokens.c.jti, revoked_tokens.c.until).where(
        revoked_tokens.c.revoked_at >= bindparam("since"), revoked_tokens.c.until > bindparam("now")
    )
)
_new = bindparam("new_jti", type_=Text())
_REVOKE = Statement(
    insert(revoked_tokens).from_select(
        ["jti", "until", "revoked_at"],
        select(
            _new,
            bindparam("ends_at", type_=BigInteger()),
            bindparam("now", type_=BigInteger()),
        ).where(~select(literal_column("1")).where(revoked_tokens.c.jti == _new).exists()),
    )
)
_FORGET = Statement(delete(revoked_tokens).where(revoked_tokens.c.until <= bindparam("now")))


async def revoked_since(connection: Connection, since: int, now: int) -> dict[str, int]:
    """Tokens that were revoked then or later and would be good now: when each would have ended, by its id."""
    return dict(await connection.fetch_all(_OF_LATE, {"since": since, "now": now}))


async def revoke(connection: Connection, jti: str, until: int, now: int) -> None:
    """The token is good for nothing any more; revoked again, it stays so since then. Those that have ended are gone."""
    await connection.execute(_FORGET, {"now": now})
    await connection.execute(_REVOKE, {"new_jti": jti, "ends_at": until, "now": now})
