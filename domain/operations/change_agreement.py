"""Sign, change, suspend, resume and end an institution's agreement (定点协议): for settling it counts from the day."""

from __future__ import annotations

from domain.decisions.agreements import Details, Institution, agreement_moved
from domain.operations.answering import Order
from domain.operations.setting import Setting
from domain.refusals import InstitutionNotFound, Refusal
from domain.store import events, institutions
from domain.store.engine import Connection
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import AgreementMove, Id


async def change_agreement(
    connection: Connection,
    institution_id: Id,
    move: AgreementMove,
    details: Details,
    order: Order,
    setting: Setting,
) -> Institution | Refusal:
    """The institution after the move, or why it is not made."""
    # Gather.
    await institutions.hold(connection, institution_id)
    before = (await institutions.of_ids(connection, [institution_id])).get(institution_id)

    # Decide.
    if before is None:
        return InstitutionNotFound()
    after = agreement_moved(before, move, setting.on, details)
    if isinstance(after, Refusal):
        return after

    # Record.
    await institutions.move(connection, before, after)
    told = NewEvent(
        id=setting.ids.new(after.region),
        type=EventType.AGREEMENT_MOVED,
        region=after.region,
        occurred_at=setting.now,
        actor_id=Id(0),
        subject_id=Id(0),
        cause=Cause.of(order),
        payload={
            "institution_id": after.id,
            "agreement_move": move.name,
            "agreement_status": after.agreement(setting.on).name,
            "counts_from": setting.on.isoformat(),
        },
    )
    await events.append(connection, [told])
    return after
