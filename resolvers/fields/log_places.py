"""Places in the log (日志中的位置): where a reader begins, and what is wrong with a cursor that leads nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from domain.store.horizon import stands
from domain.store.log import BEGINNING
from domain.vocabulary import iso_instant
from resolvers.context import Request
from resolvers.plan.arguments import FieldProblem, bad_input, list_tag, made_cursor
from resolvers.plan.sources import Log
from resolvers.service import ErrorCode

if TYPE_CHECKING:
    from resolvers.world import World

NAME: Final = "events"


def log_tag(world: World) -> str:
    """What every cursor of the world's log begins with."""
    return _tag_of(world.fingerprint)


@lru_cache(maxsize=64)
def _tag_of(fingerprint: str) -> str:
    return list_tag(fingerprint, NAME, None)


async def check_place(request: Request, place: Sequence[int]) -> None:
    """A cursor's place is that of an event, or the beginning, and what follows it is still told. Raises FieldProblem.

    Whether an event stands there is asked of the log itself: the place up to which nothing can appear any more may
    move back, so that comparing with it would refuse cursors that were given.
    """
    transaction_id, position = place
    if (transaction_id, position) != BEGINNING:
        async with request.database.read() as connection:
            known = await stands(connection, transaction_id, position)
        if not known:
            raise bad_input(
                "日志中没有这个位置：游标是伪造的，或来自尚未发生的将来；请使用收到过的游标，或从头开始。",
                "The log has no such place: the cursor is forged or of the future; use one that you were given, or "
                "start over.",
                reason="CURSOR_UNKNOWN",
            )
    check_horizon(request.world, place)


def check_horizon(world: World, place: Sequence[int]) -> None:
    """What follows a place is still told. Raises FieldProblem, which says from where on."""
    if tuple(place) < world.record.horizon:
        raise expired(world)


def expired(world: World) -> FieldProblem:
    """What follows a place is told no more: where to start again, and from which moment on nothing is missing."""
    oldest = iso_instant(world.record.horizon_at)
    start_after = made_cursor(log_tag(world), world.record.horizon)
    return FieldProblem(
        ErrorCode.CURSOR_EXPIRED,
        f"游标之后的部分事件已超过保留期，不再提供；请以 startAfter 重新开始（{oldest} 起的事件俱全），更早的请查列表。"
        f" Some of what followed the cursor is told no more: start again after startAfter, from {oldest} on nothing is"
        " missing, and compare what was before with the lists of how things are now.",
        {"startAfter": start_after, "oldest": oldest},
    )


LOG: Final = Log(NAME, check_place)
