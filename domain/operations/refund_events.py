"""What the log tells of a refund (退费事件), whoever asked for it and whichever way the money goes."""

from __future__ import annotations

from typing import Protocol

from domain.operations.setting import Setting
from domain.store.events import EventType, NewEvent
from domain.vocabulary import Fen, Id, RefundReason, RegionCode


class Told(Protocol):
    """A refund as far as its events tell of it."""

    @property
    def id(self) -> Id: ...
    @property
    def contribution_id(self) -> Id | None: ...
    @property
    def bill_id(self) -> Id | None: ...
    @property
    def region(self) -> RegionCode: ...
    @property
    def person_id(self) -> Id | None: ...
    @property
    def payer_id(self) -> Id: ...
    @property
    def reason(self) -> RefundReason: ...
    @property
    def amount_fen(self) -> Fen: ...


def refund_event(
    kind: EventType,
    refund: Told,
    setting: Setting,
    *,
    coverage_year: int | None,
    unit_id: Id | None,
    actor_id: Id,
    subject_id: Id,
    cause: str,
) -> NewEvent:
    """The event of that kind about a contribution's refund, now. `unit_id` is the unit that collected it, if any."""
    return NewEvent(
        id=setting.ids.new(refund.region),
        type=kind,
        region=refund.region,
        occurred_at=setting.now,
        actor_id=actor_id,
        subject_id=subject_id,
        cause=cause,
        payload={
            "refund_id": refund.id,
            "contribution_id": refund.contribution_id,
            "person_id": refund.person_id,
            "payer_id": refund.payer_id,
            "unit_id": unit_id,
            "reason": refund.reason.name,
            "amount_fen": refund.amount_fen,
            "coverage_year": coverage_year,
        },
    )


def bill_refund_event(
    kind: EventType, refund: Told, setting: Setting, *, month: int | None, unit_id: Id | None, cause: str
) -> NewEvent:
    """The event of that kind about a bill's refund, now: told to whoever paid. `unit_id` is the unit that owed it."""
    return NewEvent(
        id=setting.ids.new(refund.region),
        type=kind,
        region=refund.region,
        occurred_at=setting.now,
        actor_id=Id(0),
        subject_id=refund.payer_id,
        cause=cause,
        payload={
            "refund_id": refund.id,
            "bill_id": refund.bill_id,
            "payer_id": refund.payer_id,
            "unit_id": unit_id,
            "reason": refund.reason.name,
            "amount_fen": refund.amount_fen,
            "month": month,
        },
    )
