"""The first answers to idempotency keys (幂等应答). They are only ever inserted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import BigInteger, Text, insert, select

from domain.store.engine import Connection
from domain.store.given import given
from domain.store.statements import Statement
from domain.store.tables import answers
from domain.vocabulary import Id, Instant


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered first, as JSON, and the SHA-256 of the content that it answered."""

    content_hash: str
    answer: str


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer to be kept under its key, which is the actor's own within one mutation."""

    actor_id: Id
    mutation: str
    key: str
    content_hash: str
    answer: str
    answered_at: Instant


_asked = given({"actor_ids": BigInteger(), "mutations": Text(), "asked_keys": Text()}, "asked")
_FIRST = Statement(
    select(answers.c.actor_id, answers.c.mutation, answers.c.key, answers.c.content_hash, answers.c.answer).where(
        answers.c.actor_id == _asked.c.actor_ids,
        answers.c.mutation == _asked.c.mutations,
        answers.c.key == _asked.c.asked_keys,
    )
)

_APPEND = Statement(insert(answers).inline())


async def first_answers(
    connection: Connection, asked: Sequence[tuple[Id, str, str]]
) -> dict[tuple[Id, str, str], StoredAnswer]:
    """The answers there are, by (actor, mutation, key)."""
    wanted = sorted(set(asked))
    rows = await connection.fetch_all(
        _FIRST,
        {
            "actor_ids": [actor for actor, _, _ in wanted],
            "mutations": [mutation for _, mutation, _ in wanted],
            "asked_keys": [key for _, _, key in wanted],
        },
    )
    return {
        (Id(actor), mutation, key): StoredAnswer(content_hash, answer)
        for actor, mutation, key, content_hash, answer in rows
    }


async def append(connection: Connection, new: Iterable[NewAnswer]) -> None:
    """The answers are kept. The primary key refuses a second answer to one key."""
    rows = [asdict(one) for one in new]
    if rows:
        await connection.execute_many(_APPEND, rows)
