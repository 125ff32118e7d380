"""What a channel asks before it collects (缴费渠道): the place offers it, and the tax bureau knows the person."""

from __future__ import annotations

from domain.decisions.consulting import Consultation
from domain.decisions.objections import noting
from domain.decisions.records import Standing
from domain.policy import PolicyBook
from domain.refusals import ChannelNotOffered, NotYetAtTaxBureau, PaymentInProgress, Refusal
from domain.vocabulary import Instant, PaymentChannel, business_date


def channel_objections(book: PolicyBook, now: Instant, standing: Standing, channel: PaymentChannel) -> list[Refusal]:
    """What stands against paying by that channel at that moment, whatever is due."""
    objections: list[Refusal] = []
    if standing.paying:
        objections.append(PaymentInProgress())
    enrolment = standing.enrolment
    if enrolment is None:
        return objections
    with noting(objections):
        offered = Consultation(book, business_date(now)).fact("channel", enrolment.region, "payment_channel.channels")
        if channel.name not in offered.rules:
            raise ChannelNotOffered(
                channel=channel,
                offered=tuple(PaymentChannel.named(name) for name in offered.rules),
                region=enrolment.region,
                basis=offered.key,
            )
    seen_at = enrolment.visible_to_tax_at
    if channel is not PaymentChannel.PERSONAL_ACCOUNT and seen_at is not None and now < seen_at:
        objections.append(NotYetAtTaxBureau(visible_at=seen_at))
    return objections
