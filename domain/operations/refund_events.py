"""What the log tells of a refund (退费事件), whoever asked for it and whichever way the money goes."""

from __future__ import annotations

from typing import Protocol

from domain.operations.setting import Setting
from domain.store.events import Cause, EventType, NewEvent
from domain.store.personal_accounts import NewEntry
from domain.vocabulary import ContributionStatus, Fen, Id, RefundReason, RegionCode


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
    cause: Cause,
    gives_back: bool = False,
    entry: NewEntry | None = None,
) -> NewEvent:
    """The event of that kind about a contribution's refund, now. `unit_id` is the unit that collected it, if any.

    `gives_back` says that the contribution stands no longer, and `entry` is what put the money into an account, None
    where none did.
    """
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
            "status": ContributionStatus.REFUNDED.name if gives_back else None,
            "account_id": None if entry is None else entry.account_id,
            "entry_id": None if entry is None else entry.id,
        },
    )


def bill_refund_event(
    kind: EventType, refund: Told, setting: Setting, *, month: int | None, unit_id: Id | None, cause: Cause
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
