"""Each key is answered once (幂等): the same request gets its first answer again, another one under the key is refused.

A key belongs to an actor and a mutation. An answer that may be retried is not kept, and neither is one to nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Generic, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from domain.refusals import PRECEDENCE, IdempotencyKeyReused, NotSignedIn, Refusal
from domain.store.answers import NewAnswer, StoredAnswer
from domain.vocabulary import Id, Instant, Word

_ENVELOPE = frozenset({"actor", "key", "cause", "mutation"})
_NEVER_KEPT = (NotSignedIn, IdempotencyKeyReused)

_O = TypeVar("_O")
_OrderT = TypeVar("_OrderT", bound="Order")


class Actor(Protocol):
    """Who acts, under which key, and in which request."""

    @property
    def actor(self) -> Id: ...
    @property
    def key(self) -> str: ...
    @property
    def cause(self) -> str: ...


class Order(Actor, Protocol):
    """What every order says beside its content."""

    @property
    def mutation(self) -> str: ...


def question(order: Order) -> tuple[Id, str, str]:
    """What an answer is kept under."""
    return order.actor, order.mutation, order.key


def content_hash(order: Order) -> str:
    """SHA-256, in hexadecimal, of everything in an order but its envelope.

    A field that has its default is left out, so that an order hashes as it did before it could say more: a new field
    needs a default, and a default never changes.
    """
    content = {
        one.name: _plain(value)
        for one in fields(cast("Any", order))
        if one.name not in _ENVELOPE and (value := getattr(order, one.name)) != one.default
    }
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Answers(Generic[_O]):
    """The answers of one batch. `kept` are the new ones, to be recorded with what they report."""

    def __init__(self, outcome: type[_O], now: Instant) -> None:
        self._outcome = outcome
        self._now = now
        self._given: dict[tuple[Id, str, str], tuple[str, _O | Refusal]] = {}
        self.kept: list[NewAnswer] = []

    def first(self, order: Order, stored: StoredAnswer | None) -> _O | Refusal | None:
        """The answer that the order's key has had, in this batch or before (`stored`); None for a new key."""
        given = self._given.get(question(order))
        if given is not None:
            answered_hash, answer = given
            return answer if answered_hash == content_hash(order) else IdempotencyKeyReused()
        if stored is not None:
            if stored.content_hash != content_hash(order):
                return IdempotencyKeyReused()
            return decoded(stored.answer, self._outcome)
        return None

    def each(
        self,
        orders: Sequence[_OrderT],
        stored: Mapping[tuple[Id, str, str], StoredAnswer],
        answered: Callable[[_OrderT], _O | Refusal],
    ) -> list[_O | Refusal]:
        """One answer to each order, in order: the one that its key has had, else what is decided now."""
        results = []
        for order in orders:
            answer = self.first(order, stored.get(question(order)))
            results.append(self.give(order, answered(order)) if answer is None else answer)
        return results

    def give(self, order: Order, answer: _O | Refusal) -> _O | Refusal:
        """The same answer, kept unless it must not be."""
        if isinstance(answer, _NEVER_KEPT) or (isinstance(answer, Refusal) and answer.retryable):
            return answer
        answered_hash = content_hash(order)
        self._given[question(order)] = answered_hash, answer
        self.kept.append(NewAnswer(order.actor, order.mutation, order.key, answered_hash, encoded(answer), self._now))
        return answer


def encoded(answer: object) -> str:
    """An outcome or a refusal as JSON: its type's name and its fields."""
    return orjson.dumps(_plain(answer)).decode()


def decoded(text: str, outcome: type[_O]) -> _O | Refusal:
    """What `encoded` wrote of that outcome or of any refusal. KeyError for another type."""
    return _made(orjson.loads(text), outcome)


def _made(content: dict[str, Any], outcome: type[_O]) -> _O | Refusal:
    types: dict[str, Callable[..., _O | Refusal]] = {outcome.__name__: outcome, **_REFUSALS}
    found = types[content.pop("type")]
    readers = _readers(found)
    return found(**{name: readers[name](value) for name, value in content.items()})


_REFUSALS: dict[str, type[Refusal]] = {refusal.__name__: refusal for refusal in PRECEDENCE}


@cache
def _names(of: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(of))


def _plain(value: Any) -> Any:
    if isinstance(value, int | str | None):
        return value
    if isinstance(value, Word):
        return value.name
    if is_dataclass(value):
        of: Any = type(value)
        return {"type": of.__name__, **{name: _plain(getattr(value, name)) for name in _names(of)}}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


@cache
def _readers(of: Any) -> dict[str, Callable[[Any], Any]]:
    hints = get_type_hints(of)
    return {name: _reader(hints[name]) for name in _names(of)}


def _reader(hint: Any) -> Callable[[Any], Any]:
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) in (Union, UnionType) and Refusal in get_args(hint):
        (outcome,) = (one for one in get_args(hint) if one is not Refusal)
        return lambda content: _made(content, outcome)
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (_reader(one) for one in get_args(hint) if one is not NoneType)
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        each = _reader(get_args(hint)[0])
        return lambda values: tuple(each(value) for value in values)
    if isinstance(hint, type) and issubclass(hint, Word):
        return hint.named
    if hint is date:
        return date.fromisoformat
    assert hint in (int, str, bool), hint
    return lambda value: value
