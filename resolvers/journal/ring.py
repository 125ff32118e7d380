"""What was asked of a world lately, until it is written (请求日志的缓冲): a ring in memory, emptied once a second.

On a request's way it costs a reference to what is there anyway. Masking, looking up whose events they are and writing
are done for those that are still in the ring when it is emptied: no more than the journal holds, however many there
were.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Final, NamedTuple

from graphql import GraphQLSchema, OperationType

from domain.decisions.revealing import holds_a_number
from domain.store import request_journal as store
from domain.store.engine import Database, Spent
from domain.store.request_journal import Caused, Entry
from domain.vocabulary import RequestEnding
from resolvers.context import Request
from resolvers.journal.masking import (
    LONGEST,
    MASKED,
    Collecting,
    Hiding,
    Looked,
    masked_unread,
    printed,
    too_long,
)
from resolvers.service import Answer, GraphQLRequest, ResponseStream

JOURNAL_SECONDS: Final = 1.0
"""How often a running server writes what was asked; what a crash loses at most."""
LONGEST_COMPARED: Final = 65_536
"""Bytes of an answer from which no digest is kept of it."""
_REMEMBERED: Final = 256
_AT_ONCE: Final = 20
"""After so many that were masked others have their turn."""
_CURSORS: Final = re.compile(rb'"[0-9a-f]{26,}"')
_UNREAD: Final = ("unknown", "unknown")


class Asked(NamedTuple):
    """An operation that is over, as it came."""

    request: Request
    sent: GraphQLRequest
    answer: Answer | ResponseStream | None
    seconds: float
    spent: Spent
    floor: int
    ended_at: float


def digest_of(body: bytes) -> str | None:
    """What answers that say the same have in common, in whichever world; None of one that is too long."""
    if len(body) > LONGEST_COMPARED:
        return None
    return hashlib.blake2b(_CURSORS.sub(b'""', body), digest_size=16).hexdigest()


def ending_of(request: Request, answer: Answer | ResponseStream | None) -> tuple[RequestEnding, str]:
    """How an operation ended, and the codes of its refusals or errors."""
    if answer is None:
        return RequestEnding.GIVEN_UP, ""
    if not isinstance(answer, Answer):
        return RequestEnding.OPENED, ""
    if answer.codes:
        return RequestEnding.FAILED, ", ".join(code.name for code in answer.codes)
    if request.trace.refused:
        return RequestEnding.REFUSED, ", ".join(dict.fromkeys(request.trace.refused))
    return RequestEnding.ANSWERED, ""


class Journal:
    """The last so many operations that one process was asked in one world."""

    __slots__ = ("_looked", "_most", "_schema", "_waiting", "_writing", "floor")

    def __init__(self, schema: GraphQLSchema, most: int, floor: int) -> None:
        """`floor` is the end of the log of events when nothing has been asked yet."""
        self._schema = schema
        self._most = most
        self._waiting: deque[Asked] = deque(maxlen=most)
        self._looked: OrderedDict[tuple[str, str | None], Looked] = OrderedDict()
        self._writing: asyncio.Task[int] | None = None
        self.floor = floor
        """A position in the log that the events of whatever is asked from now on stand behind."""

    def note(self, asked: Asked) -> None:
        """It is written with the next batch, unless so many others come before that."""
        self._waiting.append(asked)

    async def write(self, database: Database) -> int:
        """What was asked since the last time is in the world's tables; how many operations that were.

        Where that fails they are not tried again. It goes on to its end, whether or not anybody waits for it.
        """
        if self._writing is not None and not self._writing.done():
            await asyncio.wait([self._writing])
        if not self._waiting:
            return 0
        self._writing = asyncio.create_task(self._write(database))
        return await asyncio.shield(self._writing)

    async def _write(self, database: Database) -> int:
        batch = list(self._waiting)
        self._waiting.clear()
        looked = [self._look(asked) for asked in batch]
        collecting = [self._numbers(asked, each) for asked, each in zip(batch, looked, strict=True)]
        numbers = set().union(*collecting)
        writing = [asked for asked in batch if _writes(asked)]
        async with database.read() as connection:
            known = await store.known_by_number(connection, numbers) if numbers else []
            caused = {}
            if writing:
                floor = min(asked.floor for asked in writing)
                caused = await store.caused_by(connection, [asked.request.request_id for asked in writing], floor)
                self.floor = await store.end_of_log(connection)
        by_number = {person.id_number: person for person in known}
        entries: list[Entry] = []
        for asked, each, found in zip(batch, looked, collecting, strict=True):
            if len(entries) % _AT_ONCE == 0:
                await asyncio.sleep(0)
            entries.append(_entry(asked, each, Hiding(by_number, found), caused))
        async with database.write() as connection:
            await store.append(connection, entries, self._most)
        return len(entries)

    def _look(self, asked: Asked) -> Looked | None:
        operation = asked.request.trace.operation
        if operation is None:
            return None
        found = self._looked.get(operation.key)
        if found is None:
            found = Looked(operation, self._schema)
            # Of a longer document no text is kept.
            if len(operation.key[0]) <= LONGEST:
                self._looked[operation.key] = found
            if len(self._looked) > _REMEMBERED:
                self._looked.popitem(last=False)
        return found

    def _numbers(self, asked: Asked, looked: Looked | None) -> set[str]:
        collecting = Collecting()
        if looked is not None:
            if not too_long(asked.sent.variables):
                looked.variables(asked.sent.variables, collecting)
            looked.literals(collecting)
        return collecting.found


def _writes(asked: Asked) -> bool:
    operation = asked.request.trace.operation
    return operation is not None and operation.kind is OperationType.MUTATION


def _entry(asked: Asked, looked: Looked | None, hiding: Hiding, caused: Mapping[str, Caused]) -> Entry:
    request, answer = asked.request, asked.answer
    operation = request.trace.operation
    if looked is None or operation is None:
        document = masked_unread(asked.sent.query[:LONGEST])
        variables = printed({MASKED: MASKED} if asked.sent.variables else {})
        fields = ""
    else:
        document, fields = looked.document(hiding), looked.fields
        # The names of variables are the client's own, as all of such a document.
        if document == MASKED or too_long(asked.sent.variables):
            variables = printed({MASKED: MASKED} if asked.sent.variables else {})
        else:
            variables = printed(looked.variables(asked.sent.variables, hiding))
    body = answer.body if isinstance(answer, Answer) else b""
    ending, outcome = ending_of(request, answer)
    return Entry(
        asked_at=request.now,
        recorded_at=int(asked.ended_at),
        viewer=request.viewer,
        operation=_UNREAD if operation is None else operation.label,
        fields=fields,
        document=document,
        variables=variables,
        transport=request.transport,
        request_id=MASKED if holds_a_number(request.request_id) else request.request_id,
        ending=ending,
        outcome=outcome,
        cost=request.trace.cost,
        duration_us=int(asked.seconds * 1_000_000),
        statements=asked.spent.statements,
        answer_bytes=len(body),
        digest=digest_of(body) if body else None,
        caused=caused.get(request.request_id, Caused()) if _writes(asked) else Caused(),
    )
