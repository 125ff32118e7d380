"""Following the log (跟随事件日志): a subscription that tells of each event once and in order, from any place on.

On PostgreSQL a position can become visible after a later one. The log is therefore read in the order of transactions,
and only up to the oldest transaction of this database that may still be running (`settled`); so nothing ever appears
behind a reader.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from time import perf_counter
from typing import Final

from domain.store.engine import Connection
from domain.store.events import FIRST_UNSETTLED
from domain.store.statements import EngineKind
from domain.store.tables import events
from resolvers.context import Request
from resolvers.plan.arguments import bad_input, cursor_keys, list_tag, made_cursor
from resolvers.plan.executor import Follower, SubscriptionSource
from resolvers.plan.rows import Compiled, Cost, RowCompiler
from resolvers.plan.sources import Alias, Arguments, RowSource, Scope, VariedSource
from resolvers.service import StreamItem
from resolvers.tallies import LogReader

LOG: Final = "events"
KEY: Final = ("transaction_id", "position")
AT_ONCE: Final = 100
"""How many events one statement of a subscription reads."""
LOOK_SECONDS: Final = 1.0
"""How long a follower waits before it looks for what another process wrote."""

Restrict = Callable[[Alias, RowCompiler, Arguments], Sequence[str]]
"""Which events a subscription tells of, as SQL over a row of the log, by the field's arguments."""


def settled(row: Alias, scope: Scope) -> str | None:
    """Behind this event nothing can become visible any more.

    On PostgreSQL: every transaction with a lower id has ended (`FIRST_UNSETTLED`). An event may wait for the next look,
    and none is passed over.
    """
    if scope.kind is EngineKind.SQLITE:
        return None
    # A subquery of its own is evaluated once, not once for each row.
    return f"{row.transaction_id} < {FIRST_UNSETTLED}"


def followed(source: RowSource | VariedSource, restrict: Restrict) -> SubscriptionSource:
    """A subscription over the log. `source` is a row of the log as the type that the subscription gives; its rule is
    asked of each event when it is told.
    """

    def follow(request: Request, arguments: Arguments, follower: Follower) -> AsyncGenerator[StreamItem, None]:
        return _followed(source, restrict, request, arguments, follower)

    return SubscriptionSource(follow)


def remaining(arguments: Arguments) -> int | None:
    """How many items the client wants before the end, None for no end. Raises FieldProblem below one."""
    first = arguments.get("first")
    if first is not None and first < 1:
        raise bad_input("first 至少为 1。", "first is at least 1.")
    count: int | None = first
    return count


async def _followed(
    source: RowSource | VariedSource, restrict: Restrict, request: Request, arguments: Arguments, follower: Follower
) -> AsyncGenerator[StreamItem, None]:
    world = request.world
    tag = list_tag(world.fingerprint, LOG, None)
    left = remaining(arguments)
    after = arguments.get("after")
    if after is None:
        async with world.database.read() as connection:
            place = await _end_of_log(connection, source, follower)
    else:
        place = cursor_keys(after, tag, [int, int])
    compiled = _following(source, restrict, follower, arguments, place)
    reader = LogReader()
    world.tallies.readers.add(reader)
    try:
        while left is None or left > 0:
            if reader.behind_since is None:
                reader.behind_since = perf_counter()
            waiting = world.commits.waiting()
            async with world.database.read() as connection:
                found = await connection.fetch_all_rendered(
                    compiled.rendered, compiled.arguments(follower.variables, request)
                )
            items = await follower.shown([item.encode() for _, _, item in found[:left]], compiled.shown)
            for (transaction_id, position, _), item in zip(found[:left], items, strict=True):
                place[:] = [transaction_id, position]
                yield StreamItem(follower.framed(item), made_cursor(tag, place))
            if left is not None:
                left -= len(found)
            if len(found) < AT_ONCE and (left is None or left > 0):
                reader.behind_since = None
                await world.commits.wait(waiting, LOOK_SECONDS)
    finally:
        world.tallies.readers.discard(reader)


def _following(
    source: RowSource | VariedSource, restrict: Restrict, follower: Follower, arguments: Arguments, place: list[int]
) -> Compiled:
    """The statement that gives what comes after a place: position of each event, and the event as asked."""
    rows = follower.rows()
    row, name = rows.alias(source)
    value, cost = rows.row_json(source, row, follower.nodes)
    transaction_id = rows.bind(int, lambda variables, request: place[0])
    position = rows.bind(int, lambda variables, request: place[1])
    conditions = [f"({row.transaction_id}, {row.position}) > ({transaction_id}, {position})"]
    rules = (source.rule(row, rows.scope), settled(row, rows.scope), *restrict(row, rows, arguments))
    conditions += [f"({condition})" for condition in rules if condition]
    sql = (
        f"SELECT {row.transaction_id}, {row.position}, {rows.scope.json.as_text(value)} FROM {events.name} {name}"
        f" WHERE {' AND '.join(conditions)} ORDER BY {row.transaction_id}, {row.position} LIMIT {AT_ONCE}"
    )
    return rows.finished(sql, cost)


async def _end_of_log(connection: Connection, source: RowSource | VariedSource, follower: Follower) -> list[int]:
    """The place of the last event that nothing can appear before."""
    rows = follower.rows()
    row, name = rows.alias(source)
    condition = settled(row, rows.scope)
    sql = (
        f"SELECT {row.transaction_id}, {row.position} FROM {events.name} {name}"
        f"{f' WHERE {condition}' if condition else ''}"
        f" ORDER BY {row.transaction_id} DESC, {row.position} DESC LIMIT 1"
    )
    compiled = rows.finished(sql, Cost())
    found = await connection.fetch_rendered(compiled.rendered, compiled.arguments({}, follower.request))
    return [0, 0] if found is None else [found[0], found[1]]
