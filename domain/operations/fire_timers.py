"""Do what is due by the world's clock (到期处理): timers in the order of their moments, each once.

What a kind of timer does is a function over all timers of that kind that are due together; it decides and records as
every operation does, inside the transaction that takes the timers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import accumulate, groupby

from domain.operations.credit_accounts import credit_pensioners, ids_to_credit, pay_interest
from domain.operations.move_filings import tell_overdue, tell_unnoticed, tell_unrectified
from domain.operations.refund_by_channel import return_refunds
from domain.operations.setting import Setting
from domain.operations.settle_payments import ask_channels, hear_channels, ids_to_settle
from domain.operations.transfer_steps import complete_transfers, send_transfer_forms
from domain.store import clock_advances, timers
from domain.store.engine import Connection, Database
from domain.store.timers import DueTimer, TimerKind
from domain.vocabulary import Id

Handler = Callable[[Connection, Sequence[DueTimer], Setting], Awaitable[None]]
Needs = Callable[[Connection, Sequence[Id]], Awaitable[Mapping[Id, int]]]

HANDLERS: Mapping[TimerKind, Handler] = {
    TimerKind.ASK_CHANNEL: ask_channels,
    TimerKind.QUERY_CHANNEL: ask_channels,
    TimerKind.CHANNEL_CONFIRMS: hear_channels,
    TimerKind.GIVE_BACK: return_refunds,
    TimerKind.PAY_INTEREST: pay_interest,
    TimerKind.CREDIT_PENSIONERS: credit_pensioners,
    TimerKind.SEND_TRANSFER_FORM: send_transfer_forms,
    TimerKind.COMPLETE_TRANSFER: complete_transfers,
    TimerKind.FILING_OVERDUE: tell_overdue,
    TimerKind.NOTICE_OVERDUE: tell_unnoticed,
    TimerKind.RECTIFICATION_OVERDUE: tell_unrectified,
}
"""What each kind of timer does."""

NEEDS: Mapping[TimerKind, Needs] = {
    TimerKind.ASK_CHANNEL: ids_to_settle,
    TimerKind.QUERY_CHANNEL: ids_to_settle,
    TimerKind.CHANNEL_CONFIRMS: ids_to_settle,
    TimerKind.PAY_INTEREST: ids_to_credit,
    TimerKind.CREDIT_PENSIONERS: ids_to_credit,
}
"""The most ids that timers take by their subjects, where they may take more than `IDS_PER_TIMER`."""

IDS_PER_TIMER = 6
"""The most ids that one timer of any other kind takes."""
TIMERS_AT_ONCE = 100
"""How many timers one transaction takes at most."""
IDS_AT_ONCE = 3000
"""How many ids one transaction takes at most, unless its first timer alone takes more."""


async def fire_timers(database: Database, setting: Setting, most: int = TIMERS_AT_ONCE) -> int:
    """How many timers were due and are done, at most `most`. What they change happens now.

    How many ids they take is known once they are held, and reserving more writes in a transaction of its own: where
    the usual number is too few, the timers are let go of and held again.
    """
    reserved = 0
    wanted = IDS_PER_TIMER * most
    while True:
        await setting.ids.reserve(wanted - reserved)
        reserved = wanted
        async with database.write() as connection:
            due, wanted = await _due_together(connection, setting, most)
            if wanted <= reserved:
                await timers.take(connection, due)
                for kind, together in groupby(due, key=lambda timer: timer.kind):
                    await HANDLERS[kind](connection, list(together), setting)
                if due:
                    await clock_advances.count_timers(connection, len(due))
                return len(due)


async def _due_together(connection: Connection, setting: Setting, most: int) -> tuple[list[DueTimer], int]:
    """The timers that one transaction takes, and the most ids that they take."""
    due = await timers.hold_due(connection, setting.now, most)
    kinds = {timer.kind for timer in due} & NEEDS.keys()
    by_kind = {
        kind: await NEEDS[kind](connection, [timer.subject_id for timer in due if timer.kind is kind]) for kind in kinds
    }
    needs = [by_kind[one.kind][one.subject_id] if one.kind in by_kind else IDS_PER_TIMER for one in due]
    sums = list(accumulate(needs))
    count = max(1, sum(total <= IDS_AT_ONCE for total in sums))
    return due[:count], sum(needs[:count])
