"""What a subscription to the log tells (订阅的内容): its statements, and its responses with their places in the log."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from domain.store.engine import Spent
from domain.store.log import Place
from domain.vocabulary import Instant
from resolvers.context import Request
from resolvers.plan.arguments import Variables, made_cursor
from resolvers.plan.marks import unmarked
from resolvers.plan.rows import Compiled
from resolvers.recording import record
from resolvers.service import Batch, StreamItem

AFTER: Final = "~after"
UNTIL: Final = "~until"
MOST: Final = "~most"
"""Where the statements find what they read, among the values of variables: no variable can have such a name."""


TOGETHER_BYTES: Final = 32 * 1024
"""From how many bytes on responses are handed over."""


class Told(NamedTuple):
    """Events as the statement told them, in order, and the place of each."""

    places: Sequence[Place]
    events: Sequence[bytes]

    def first(self, count: int) -> Told:
        """So many of them, from the beginning."""
        return Told(self.places[:count], self.events[:count])


@dataclass(frozen=True, slots=True)
class Statements:
    """What comes after a place, as far as it is settled (`on`) or up to another (`between`), at most so much."""

    on: Compiled
    between: Compiled


@dataclass(frozen=True, slots=True)
class Telling:
    """How a subscription tells events: what it selects of them, with its values, and as whose.

    `key` is the same for subscriptions that are told the same of the same events.
    """

    statements: Statements
    variables: Variables
    request: Request
    head: bytes
    tag: str
    key: Hashable

    @property
    def values(self) -> int:
        """How many JSON values one event can come to."""
        return max(self.statements.on.cost.total(self.variables, self.request), 1)

    @classmethod
    def of(cls, statements: Statements, variables: Variables, request: Request, response_key: str, tag: str) -> Telling:
        """The telling of a request."""
        neutral = {**variables, AFTER: (0, 0), UNTIL: (0, 0), MOST: 0}
        values = statements.between.arguments(neutral, replace(request, now=Instant(0)))
        viewer, operation = request.viewer, request.trace.operation
        key = (
            statements.between.rendered.sql,
            tuple(tuple(each) if isinstance(each, list) else each for each in values),
            response_key,
            (viewer.role, viewer.person_id, viewer.persona_id, viewer.client_id, viewer.unit_id, viewer.institution_id),
            (viewer.region, viewer.name),
            (request.purpose, request.transport, None if operation is None else operation.label),
        )
        head = b'{"data":{"' + response_key.encode() + b'":'
        return cls(statements, variables, request, head, tag, key)

    async def on(self, after: Place, most: int) -> Told:
        """What follows a place and is settled, at most so much."""
        return await self._read(self.statements.on, {**self.variables, AFTER: after, MOST: most})

    async def between(self, after: Place, until: Place, most: int) -> Told:
        """What follows a place, up to another one and with it, at most so much."""
        return await self._read(self.statements.between, {**self.variables, AFTER: after, UNTIL: until, MOST: most})

    async def _read(self, compiled: Compiled, values: Variables) -> Told:
        world = self.request.world
        arguments: Sequence[Any] = compiled.arguments(values, replace(self.request, now=world.clock.now()))
        async with world.database.read() as connection:
            rows = await connection.fetch_all_rendered(compiled.rendered, arguments)
        return Told([Place(row[0], row[1]) for row in rows], [row[2].encode() for row in rows])

    async def shown(self, told: Told, request: Request) -> list[bytes]:
        """The events as they are sent, once it is on disk that the request was shown whom they are about."""
        return await shown(request, told.events, self.statements.on.shown)

    def responses(self, told: Told, events: Sequence[bytes], follows: str | None) -> list[StreamItem]:
        """A response for each event, which says what it follows on the subscription."""
        head, before = self.head, _tail(follows)
        items = []
        for place, event in zip(told.places, events, strict=True):
            cursor = self.cursor(place)
            named = cursor.encode()
            items.append(StreamItem(b"%b%b%b%b%b" % (head, event, _MIDDLE, named, before), cursor))
            before = _FOLLOWS % named
        return items

    def cursor(self, place: Place) -> str:
        """A place as clients name it."""
        return made_cursor(self.tag, place)


_MIDDLE: Final = b'},"extensions":{"cursor":"'
_FOLLOWS: Final = b'","follows":"%b"}}'


def _tail(follows: str | None) -> bytes:
    return b'","follows":null}}' if follows is None else _FOLLOWS % follows.encode()


def following_another(item: StreamItem, follows: str | None, instead: str | None) -> StreamItem:
    """The response that follows `follows`, where it follows something else."""
    return StreamItem(item.body.removesuffix(_tail(follows)) + _tail(instead), item.id)


_APART: Final = b"\x1e"
"""No JSON text has it: in strings it is written as an escape, and it is no white space."""


async def shown(request: Request, events: Sequence[bytes], fields: Collection[str]) -> list[bytes]:
    """Events as they are sent, once it is recorded whom they show together."""
    if not events:
        return []
    # All in one go: of a long past, that is half of what an event costs.
    text, subjects = unmarked(_APART.join(events), (request.viewer.person_id,))
    if subjects:
        world = request.world
        await record(replace(request, now=world.clock.now()), subjects, sorted(fields))
    return text.split(_APART)


@dataclass(eq=False, slots=True)
class Shown:
    """A batch that a group was shown: where its events lie, and what the first of them follows."""

    batch: Batch
    places: Sequence[Place]
    follows: str | None
    size: int

    @property
    def last(self) -> str | None:
        """The cursor of its last event."""
        return self.batch.items[-1].id


def divided(
    items: Sequence[StreamItem], places: Sequence[Place], follows: str | None, spent: Spent | None = None
) -> Iterator[Shown]:
    """Responses, each of one place, in batches that go out together. What was spent the first of them says."""
    begin = size = 0
    for end, item in enumerate(items, 1):
        size += len(item.body)
        if size >= TOGETHER_BYTES or end == len(items):
            yield Shown(Batch(items[begin:end], spent), places[begin:end], follows, size)
            begin, size, follows, spent = end, 0, item.id, None
