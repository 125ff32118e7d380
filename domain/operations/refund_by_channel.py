"""Have channels give back what refunds return (原渠道退款): each is told until it says that it has.

A contribution stands until then; a bill was paid by another order and stays so. A channel is told by its own reference
and the whole that it owes under it, so that telling it again gives nothing back twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.decisions.ordering import asked_again_at
from domain.operations.refund_events import bill_refund_event, refund_event
from domain.operations.setting import Setting
from domain.ports import Collected
from domain.store import events, persons, refunds, resident_contributions, timers
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.store.refunds import SentRefund
from domain.store.timers import DueTimer, NewTimer, TimerKind


async def return_refunds(connection: Connection, due: Sequence[DueTimer], setting: Setting) -> None:
    """What channels have given back is refunded; those that have not said so are told again later."""
    ids = [timer.subject_id for timer in due]
    await persons.hold(connection, await refunds.parties(connection, ids))
    waiting = await refunds.sent(connection, ids)
    owed = await refunds.owed(connection, [one.order_id for one in waiting])
    answers = await setting.outside.channels.give_back(connection, owed, now=setting.now)
    back = [one for one in waiting if answers[one.order_id] is Collected.YES]
    later = [
        NewTimer(asked_again_at(setting.policy, setting.now, one.sent_at, one.region), TimerKind.GIVE_BACK, one.id)
        for one in waiting
        if one not in back
    ]
    await refunds.complete(connection, [one.id for one in back], setting.now)
    await resident_contributions.give_back(connection, [one.returned for one in back if one.returned is not None])
    await timers.set_timers(connection, later)
    await events.append(connection, [_told(one, setting) for one in back])


def _told(one: SentRefund, setting: Setting) -> NewEvent:
    """Whoever paid is told that the money is back."""
    cause = Cause.due(TimerKind.GIVE_BACK)
    if one.bill_id is not None:
        return bill_refund_event(
            EventType.EMPLOYEE_BILL_REFUNDED, one, setting, month=one.month, unit_id=one.unit_id, cause=cause
        )
    return refund_event(
        EventType.RESIDENT_CONTRIBUTION_REFUNDED,
        one,
        setting,
        coverage_year=one.coverage_year,
        unit_id=one.unit_id,
        actor_id=one.payer_id,
        subject_id=one.subject_id,
        cause=cause,
        gives_back=one.returned is not None,
    )
