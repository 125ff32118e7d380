"""That an enrolment began or changed (参保关系事件), as the log tells it."""

from __future__ import annotations

from domain.decisions.records import EnrolmentOnRecord
from domain.operations.answering import Actor
from domain.operations.setting import Setting
from domain.store.events import Cause, EventType, NewEvent
from domain.vocabulary import TerminationReason


def registered_event(order: Actor, enrolment: EnrolmentOnRecord, setting: Setting) -> NewEvent:
    """The enrolment has begun."""
    return NewEvent(
        id=setting.ids.new(enrolment.region),
        type=EventType.ENROLMENT_REGISTERED,
        region=enrolment.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=enrolment.person_id,
        cause=Cause.of(order),
        payload={
            "enrolment_id": enrolment.id,
            "person_id": enrolment.person_id,
            "scheme": enrolment.scheme.name,
            "person_type": enrolment.person_type.name,
            "unit_id": enrolment.unit_id,
            "visible_to_tax_at": enrolment.visible_to_tax_at,
        },
    )


def changed_event(
    order: Actor,
    event: EventType,
    after: EnrolmentOnRecord,
    setting: Setting,
    reason: TerminationReason | None = None,
) -> NewEvent:
    """The enrolment stands as `after` says; `reason` is why it is terminated, None where nobody said."""
    return NewEvent(
        id=setting.ids.new(after.region),
        type=event,
        region=after.region,
        occurred_at=setting.now,
        actor_id=order.actor,
        subject_id=after.person_id,
        cause=Cause.of(order),
        payload={
            "enrolment_id": after.id,
            "person_id": after.person_id,
            "scheme": after.scheme.name,
            "unit_id": after.unit_id,
            "status": after.status.name,
            "ended_on": None if after.ended_on is None else after.ended_on.isoformat(),
            "seen_elsewhere_at": after.suspension_visible_at,
            "reason": None if reason is None else reason.name,
        },
    )
