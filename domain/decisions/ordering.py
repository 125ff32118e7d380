"""What follows from a channel's words, and from its silence (支付订单的处理)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from domain.policy import PolicyBook
from domain.refusals import PaymentNotVoidable, PaymentOrderNotFound, Refusal
from domain.vocabulary import (
    SHANGHAI,
    Instant,
    PaymentChannel,
    PaymentOrderStatus,
    RegionCode,
    business_date,
    instant,
)


class Order(Protocol):
    """A payment order as far as giving it up looks at it."""

    @property
    def region(self) -> RegionCode: ...
    @property
    def status(self) -> PaymentOrderStatus: ...
    @property
    def ordered_at(self) -> Instant: ...


def first_asked_at(book: PolicyBook, now: Instant, region: RegionCode, channel: PaymentChannel) -> Instant:
    """When a channel is told of an order: at once, but for the bank, which deducts when its next batch begins."""
    if channel is not PaymentChannel.BANK_BATCH:
        return now
    hours = book.fact("payment_channel.bank_batch_hours", area=region, on=business_date(now)).clock_window
    begins = datetime.combine(business_date(now), hours.first, SHANGHAI)
    if instant(begins) <= now:
        begins += timedelta(days=1)
    return instant(begins)


def asked_again_at(book: PolicyBook, now: Instant, since: Instant, region: RegionCode) -> Instant:
    """When a channel that has not answered since then is asked next: the longer it has been silent, the later."""
    on = business_date(now)
    shortest = book.fact("payment_channel.shortest_pause_minutes", area=region, on=on).minutes * 60
    longest = book.fact("payment_channel.longest_pause_minutes", area=region, on=on).minutes * 60
    return Instant(now + min(max(now - since, shortest), longest))


def voidable(book: PolicyBook, now: Instant, order: Order | None, *, pays_a_bill: bool) -> Refusal | None:
    """What stands against giving an order up that the applicant has started, None where nothing does.

    One that the bank has not taken yet can always be given up; one whose outcome is unknown once its channel has had
    its time, unless it pays a bill of the employee scheme. One that was given up may be so again.
    """
    if order is None:
        return PaymentOrderNotFound()
    match order.status:
        case PaymentOrderStatus.QUEUED | PaymentOrderStatus.VOIDED:
            return None
        case PaymentOrderStatus.SENT | PaymentOrderStatus.UNKNOWN if pays_a_bill:
            return PaymentNotVoidable(status=order.status)
        case PaymentOrderStatus.SENT | PaymentOrderStatus.UNKNOWN:
            patience = book.fact("payment_channel.voidable_after_minutes", area=order.region, on=business_date(now))
            from_then = Instant(order.ordered_at + patience.minutes * 60)
            if order.status is PaymentOrderStatus.UNKNOWN and now >= from_then:
                return None
            return PaymentNotVoidable(status=order.status, voidable_at=from_then, basis=patience.key)
        case _:
            return PaymentNotVoidable(status=order.status)
