"""What a bill of the employee scheme costs on a day (职工医保缴费单应缴金额), and whether it can be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.decisions.consulting import Consultation
from domain.decisions.employee_rates import to_the_fen
from domain.policy import Fact, PolicyBook, PolicyUnknown
from domain.refusals import (
    AmountChanged,
    ChannelNotOffered,
    EmployeeBillNotDue,
    EmployeeBillNotFound,
    PolicyNotStated,
    Refusal,
)
from domain.vocabulary import EmployeeBillStatus, EmployeeContributionKind, Fen, Id, PaymentChannel, RegionCode


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as it stands. It is owed by a unit or by one person; `shares_fen` is what its lines sum up to."""

    id: Id
    unit_id: Id | None
    person_id: Id | None
    region: RegionCode
    kind: EmployeeContributionKind
    month: int
    persons: int
    status: EmployeeBillStatus
    shares_fen: Fen
    due_on: date


@dataclass(frozen=True, slots=True)
class BillQuote:
    """What paying a bill costs on a day: its shares, and the late fee (滞纳金) for the days since it was due."""

    bill_id: Id
    shares_fen: Fen
    days_late: int
    late_fee_fen: Fen

    @property
    def amount_fen(self) -> Fen:
        return Fen(self.shares_fen + self.late_fee_fen)


def bill_quoted(book: PolicyBook, on: date, bill: Bill | None) -> BillQuote | Refusal:
    """What a bill costs that day. `bill` is None where the applicant owes none such.

    A unit is late from the day after the due day on; a person who pays alone is charged no late fee.
    """
    if bill is None:
        return EmployeeBillNotFound()
    if bill.status is not EmployeeBillStatus.DUE:
        return EmployeeBillNotDue(status=bill.status)
    days = 0 if bill.unit_id is None else max((on - bill.due_on).days, 0)
    if not days:
        return BillQuote(bill.id, bill.shares_fen, 0, Fen(0))
    try:
        rate = Consultation(book, on).fact("lateFee", bill.region, "employee_contribution.late_fee_rate_per_day").ratio
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year)
    return BillQuote(bill.id, bill.shares_fen, days, to_the_fen(bill.shares_fen * rate * days))


def _channels(consultation: Consultation, bill: Bill) -> Fact:
    if bill.unit_id is None:
        return consultation.fact("channel", bill.region, "employee_contribution.flexible_channels")
    return consultation.fact("channel", bill.region, "employee_contribution.unit_channels")


def bill_started(
    book: PolicyBook, on: date, bill: Bill | None, channel: PaymentChannel, *, expected_fen: Fen | None
) -> BillQuote | Refusal:
    """What a channel is told to collect for a bill that day. The late fee is that of the day, whenever it collects."""
    if bill is None:
        return EmployeeBillNotFound()
    if bill.status is not EmployeeBillStatus.DUE:
        return EmployeeBillNotDue(status=bill.status)
    try:
        offered = _channels(Consultation(book, on), bill)
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year)
    if channel.name not in offered.rules:
        return ChannelNotOffered(
            channel=channel,
            offered=tuple(PaymentChannel.named(name) for name in offered.rules),
            region=bill.region,
            basis=offered.key,
        )
    quote = bill_quoted(book, on, bill)
    if isinstance(quote, BillQuote) and expected_fen is not None and expected_fen != quote.amount_fen:
        return AmountChanged(expected_fen=expected_fen, due_fen=quote.amount_fen)
    return quote
