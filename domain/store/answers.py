"""The first answers to idempotency keys (幂等应答). They are only ever inserted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, func, insert, literal_column, select

from domain.store.engine import Connection
from domain.store.given import given
from domain.store.statements import Statement, among
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


def first_answer(
    actor_id: ColumnElement[int], mutation: ColumnElement[str], key: ColumnElement[str]
) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """The columns of a `StoredAnswer` for one key, null where it has none.

    Looked up by themselves rather than joined: a world begins without answers, and a plan that was made then must not
    read all of them later.
    """
    same = answers.c.actor_id == actor_id, answers.c.mutation == mutation, answers.c.key == key
    return (
        select(answers.c.content_hash).where(*same).scalar_subquery(),
        select(answers.c.answer).where(*same).scalar_subquery(),
    )


_FIRST = Statement(
    select(
        _asked.c.actor_ids,
        _asked.c.mutations,
        _asked.c.asked_keys,
        *first_answer(_asked.c.actor_ids, _asked.c.mutations, _asked.c.asked_keys),
    )
)

_told = bindparam("told", type_=Text())
_REFUSED = Statement(
    select(
        answers.c.actor_id,
        func.sum(
            (func.length(answers.c.answer) - func.length(func.replace(answers.c.answer, _told, literal_column("''"))))
            / func.length(_told)
        ),
    )
    .where(
        among(answers.c.actor_id, "actors"),
        among(answers.c.mutation, "mutations"),
        answers.c.answered_at >= bindparam("since"),
    )
    .group_by(answers.c.actor_id)
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
        if content_hash is not None
    }


async def refused(
    connection: Connection, actors: Iterable[Id], mutations: Sequence[str], refusal: str, since: Instant
) -> dict[Id, int]:
    """How often each actor has had that refusal from the mutations since then, line by line where an answer has lines.

    Who had no answer at all is left out.
    """
    rows = await connection.fetch_all(
        _REFUSED,
        {
            "actors": sorted(set(actors)),
            "mutations": mutations,
            "since": since,
            "told": f'"type":"{refusal}"',
        },
    )
    return {Id(actor): int(number) for actor, number in rows}


async def append(connection: Connection, new: Sequence[NewAnswer]) -> None:
    """The answers are kept. The primary key refuses a second answer to one key."""
    if new:
        await connection.execute_many(
            _APPEND,
            [
                {
                    "actor_id": one.actor_id,
                    "mutation": one.mutation,
                    "key": one.key,
                    "content_hash": one.content_hash,
                    "answer": one.answer,
                    "answered_at": one.answered_at,
                }
                for one in new
            ],
        )
