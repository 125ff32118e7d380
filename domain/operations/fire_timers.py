"""Do what is due by the world's clock (到期处理): timers in the order of their moments, each once.

What a kind of timer does is a function over all timers of that kind that are due together; it decides and records as
every operation does, inside the transaction that takes the timers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import groupby

from domain.operations.refund_by_channel import return_refunds
from domain.operations.setting import Setting
from domain.operations.settle_payments import ask_channels, hear_channels
from domain.store.engine import Connection
from domain.store.timers import DueTimer, TimerKind, take_due

Handler = Callable[[Connection, Sequence[DueTimer], Setting], Awaitable[None]]

HANDLERS: Mapping[TimerKind, Handler] = {
    TimerKind.ASK_CHANNEL: ask_channels,
    TimerKind.QUERY_CHANNEL: ask_channels,
    TimerKind.CHANNEL_CONFIRMS: hear_channels,
    TimerKind.GIVE_BACK: return_refunds,
}
"""What each kind of timer does."""

IDS_PER_TIMER = 6
"""The most ids that one timer of any kind takes."""
TIMERS_AT_ONCE = 100
"""How many timers one transaction takes."""


async def fire_timers(connection: Connection, setting: Setting, most: int = TIMERS_AT_ONCE) -> int:
    """How many timers were due and are done, at most `most`. What they change happens now.

    The caller has reserved `IDS_PER_TIMER` ids for each.
    """
    due = await take_due(connection, setting.now, most)
    for kind, together in groupby(due, key=lambda timer: timer.kind):
        await HANDLERS[kind](connection, list(together), setting)
    return len(due)
