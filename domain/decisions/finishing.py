"""Whether a contribution may be finished (点击完成), and the number of its slip."""

from __future__ import annotations

from typing import Protocol

from domain.refusals import AlreadyRefunded, ContributionNotFound, NotYetPaid, Refusal
from domain.vocabulary import (
    NUMBERS_PER_PROVINCE,
    ContributionStatus,
    Id,
    PaymentChannel,
    ReceiptKind,
    RegionCode,
)


class Contribution(Protocol):
    """A contribution as far as finishing looks at it."""

    @property
    def payer_id(self) -> Id: ...
    @property
    def unit_id(self) -> Id | None: ...
    @property
    def status(self) -> ContributionStatus: ...


def finishable(actor: Id, contribution: Contribution | None, *, for_unit: bool = False) -> Refusal | None:
    """What stands against finishing, None where nothing does. A finished contribution may be finished again.

    `for_unit`: the actor is a unit's officer, who finishes what was collected for the unit, and nothing of their own.
    """
    if contribution is None or contribution.payer_id != actor or (contribution.unit_id is not None) != for_unit:
        return ContributionNotFound()
    match contribution.status:
        case ContributionStatus.PAID | ContributionStatus.FINISHED:
            return None
        case ContributionStatus.REFUNDED:
            return AlreadyRefunded()
        case _:
            return NotYetPaid()


def receipt_number(region: RegionCode, coverage_year: int, receipt_id: Id) -> str:
    """The number on the slip (电子缴款单号): city, year of cover, and the receipt's own number.

    Assumed: the documents show slips without their numbers. Four digits, four digits, at least twelve.
    """
    return f"{region[:4]}{coverage_year:04d}{receipt_id % NUMBERS_PER_PROVINCE:012d}"


def receipt_kind(channel: PaymentChannel) -> ReceiptKind:
    """What a payment through the channel is documented by (RC-1, RC-2, RC-3)."""
    if channel is PaymentChannel.PERSONAL_ACCOUNT:
        return ReceiptKind.ACCOUNT_RECEIPT
    return ReceiptKind.PAYMENT_SLIP
