"""Following the log (跟随事件日志): a subscription that tells of each event once and in order, from any place on.

On PostgreSQL a position can become visible after a later one. The log is therefore read in the order of transactions,
and only up to the oldest transaction of this database that may still be running (`settled`); so nothing ever appears
behind a reader. How it is read for many subscriptions at once: `resolvers.following`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from domain.store.events import FIRST_UNSETTLED
from domain.store.log import Place
from domain.store.places import Side, beside_sql
from domain.store.statements import EngineKind
from domain.store.tables import events
from resolvers.context import Request
from resolvers.fields.log_places import check_place, log_tag
from resolvers.following.interest import Interest
from resolvers.following.reader import Reader
from resolvers.following.telling import AFTER, MOST, UNTIL, Statements, Telling
from resolvers.plan.arguments import bad_input, cursor_keys
from resolvers.plan.executor import Follower, SubscriptionSource
from resolvers.plan.rows import RowCompiler
from resolvers.plan.sources import Alias, Arguments, RowSource, Scope, VariedSource
from schema.enums import LogStart

KEY: Final = ("transaction_id", "position")

Restrict = Callable[[Alias, RowCompiler, Arguments], Sequence[str]]
"""Which events a subscription tells of, as SQL over a row of the log, by the field's arguments."""

Interested = Callable[[Request, Arguments, Follower], Awaitable[Interest]]
"""What may concern a subscription: at least all that its source's rule and its restriction can let through.

It is asked before the subscription begins, and raises FieldProblem for one that may not.
"""


def settled(row: Alias, scope: Scope) -> str | None:
    """Behind this event nothing can become visible any more.

    On PostgreSQL: every transaction with a lower id has ended (`FIRST_UNSETTLED`). An event may wait for the next look,
    and none is passed over.
    """
    if scope.kind is EngineKind.SQLITE:
        return None
    # A subquery of its own is evaluated once, not once for each row.
    return f"{row.transaction_id} < {FIRST_UNSETTLED}"


def followed(source: RowSource | VariedSource, restrict: Restrict, interested: Interested) -> SubscriptionSource:
    """A subscription over the log. `source` is a row of the log as the type that the subscription gives; its rule is
    asked of each event when it is told. `interested` saves those a statement whom an event cannot concern.
    """

    def follow(request: Request, arguments: Arguments, follower: Follower) -> Reader:
        tag = log_tag(request.world)
        after: str | None = arguments.get("after")
        statements = _statements(source, restrict, follower, arguments)
        place: Place | None = None
        if after is not None:
            place = Place(*cursor_keys(after, tag, [int, int]))
        elif arguments["startFrom"] is LogStart.BEGINNING:
            place = Place(*request.world.record.horizon)

        async def begin() -> Interest:
            if after is not None and place != request.world.hub.tail:
                assert place is not None
                await check_place(request, place)
            return await interested(request, arguments, follower)

        return Reader(
            request,
            Telling.of(statements, follower.variables, request, follower.key, tag),
            begin,
            place,
            after,
            remaining(arguments),
        )

    return SubscriptionSource(follow)


def remaining(arguments: Arguments) -> int | None:
    """How many items the client wants before the end, None for no end. Raises FieldProblem below one."""
    first = arguments.get("first")
    if first is not None and first < 1:
        raise bad_input("first 至少为 1。", "first is at least 1.")
    count: int | None = first
    return count


_WHERE_IT_BEGINS_AND_ENDS: Final = frozenset({"after", "first", "startFrom"})
"""Arguments that no statement depends on."""


def _statements(
    source: RowSource | VariedSource, restrict: Restrict, follower: Follower, arguments: Arguments
) -> Statements:
    """The statements of a subscription, made once for all that ask the same."""
    given = [(name, value) for name, value in sorted(arguments.items()) if name not in _WHERE_IT_BEGINS_AND_ENDS]
    return follower.remembered(repr(given), lambda: _compiled(source, restrict, follower, arguments))


def _compiled(
    source: RowSource | VariedSource, restrict: Restrict, follower: Follower, arguments: Arguments
) -> Statements:
    rows = follower.rows()
    row, name = rows.alias(source)
    told, cost = rows.row_text(source, row, follower.nodes)
    allowed = (source.rule(row, rows.scope), *restrict(row, rows, arguments))
    past = _beside(row, rows, ">", AFTER, leads=rows.scope.place_leads)
    after, until = _beside(row, rows, ">", AFTER), _beside(row, rows, "<=", UNTIL)
    most = rows.bind(int, lambda variables, request: variables[MOST])

    def sql(*conditions: str | None) -> str:
        where = " AND ".join(f"({condition})" for condition in (*conditions, *allowed) if condition)
        return (
            f"SELECT {row.transaction_id}, {row.position}, {told} FROM {events.name} {name}"
            f" WHERE {where} ORDER BY {row.transaction_id}, {row.position} LIMIT {most}"
        )

    return Statements(
        on=rows.finished(sql(past, settled(row, rows.scope)), cost),
        between=rows.finished(sql(after, until), cost),
    )


def _beside(row: Alias, rows: RowCompiler, side: Side, name: str, *, leads: bool = True) -> str:
    """The row lies on that side of the place that is found under this name."""
    transaction_id = rows.bind(int, lambda variables, request: variables[name][0])
    position = rows.bind(int, lambda variables, request: variables[name][1])
    return beside_sql(rows.kind, (row.transaction_id, row.position), side, (transaction_id, position), leads=leads)
