"""Clients (接入方): apps of partners, designated institutions and load generators, with credentials of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from domain.store.engine import Connection
from domain.store.statements import Statement
from domain.store.tables import clients
from domain.vocabulary import Id, Role, Scope


@dataclass(frozen=True, slots=True)
class Client:
    """A client, by seconds of the machine. Its secret is nowhere; `secret_digest` is its SHA-256."""

    id: Id
    name: str
    role: Role
    secret_digest: str
    scopes: frozenset[Scope]
    created_at: int
    secret_drawn_at: int
    disabled_at: int | None = None
    institution_id: Id | None = None
    """The hospital or pharmacy that it acts for."""


_COLUMNS = (
    clients.c.id,
    clients.c.name,
    clients.c.role,
    clients.c.secret_digest,
    clients.c.scopes,
    clients.c.created_at,
    clients.c.secret_drawn_at,
    clients.c.disabled_at,
    clients.c.institution_id,
)
_BY_NAME = Statement(select(*_COLUMNS).where(clients.c.name == bindparam("asked_for")))
_ALL = Statement(select(*_COLUMNS).order_by(clients.c.name))
_DISABLED = Statement(select(clients.c.name).where(clients.c.disabled_at.is_not(None)))
_ADD = Statement(insert(clients).inline())
_SET_SECRET = Statement(
    update(clients)
    .values(secret_digest=bindparam("digest"), secret_drawn_at=bindparam("at"))
    .where(clients.c.name == bindparam("of_client"), clients.c.disabled_at.is_(None))
    .returning(clients.c.id)
)
_DISABLE = Statement(
    update(clients)
    .values(disabled_at=bindparam("at"))
    .where(clients.c.name == bindparam("of_client"), clients.c.disabled_at.is_(None))
    .returning(clients.c.id)
)


def scopes_text(scopes: Iterable[Scope]) -> str:
    """Scopes as OAuth writes them, in the order in which they are declared."""
    wanted = frozenset(scopes)
    return " ".join(scope.text for scope in Scope if scope in wanted)


def scopes_of(text: str) -> frozenset[Scope]:
    """The scopes in a text. KeyError for one that there is not."""
    return frozenset(_SCOPES[word] for word in text.split())


_SCOPES = {scope.text: scope for scope in Scope}


def _client(row: tuple[object, ...]) -> Client:
    number, name, role, digest, scopes, *times = row
    return Client(Id(number), name, Role.named(str(role)), digest, scopes_of(str(scopes)), *times)  # type: ignore[arg-type]


async def by_name(connection: Connection, name: str) -> Client | None:
    """The client of that name, disabled or not; None where there is none."""
    row = await connection.fetch_one(_BY_NAME, {"asked_for": name})
    return None if row is None else _client(row)


async def every_client(connection: Connection) -> list[Client]:
    """Every client of the world, by name."""
    return [_client(row) for row in await connection.fetch_all(_ALL, {})]


async def disabled(connection: Connection) -> frozenset[str]:
    """The names of the clients that are disabled."""
    return frozenset(name for (name,) in await connection.fetch_all(_DISABLED, {}))


async def add(connection: Connection, client: Client) -> None:
    """The client is there. A unique index refuses a second one of that name."""
    await connection.execute(
        _ADD,
        {
            "id": client.id,
            "name": client.name,
            "role": client.role.name,
            "secret_digest": client.secret_digest,
            "scopes": scopes_text(client.scopes),
            "created_at": client.created_at,
            "secret_drawn_at": client.secret_drawn_at,
            "disabled_at": client.disabled_at,
            "institution_id": client.institution_id,
        },
    )


async def set_secret(connection: Connection, name: str, digest: str, at: int) -> bool:
    """The client has another secret, and the one before is good for nothing; False where no such client is enabled."""
    return await connection.fetch_one(_SET_SECRET, {"of_client": name, "digest": digest, "at": at}) is not None


async def disable(connection: Connection, name: str, at: int) -> bool:
    """The client is disabled for good; False where no such client is enabled."""
    return await connection.fetch_one(_DISABLE, {"of_client": name, "at": at}) is not None
