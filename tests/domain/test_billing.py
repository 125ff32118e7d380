"""What a bill costs on a day, and when it can be paid."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.billing import Bill, BillQuote, bill_quoted, bill_started
from domain.decisions.ordering import voidable
from domain.policy import PolicyBook
from domain.refusals import (
    AmountChanged,
    ChannelNotOffered,
    EmployeeBillNotDue,
    EmployeeBillNotFound,
    PaymentNotVoidable,
    PaymentOrderNotFound,
    PolicyNotStated,
)
from domain.store.payment_orders import PaymentOrder
from domain.vocabulary import (
    EmployeeBillStatus,
    EmployeeContributionKind,
    Fen,
    Id,
    Instant,
    PaymentChannel,
    PaymentOrderStatus,
    RegionCode,
)
from tests.domain.cases import ANSHUN, PAYER

BOOK = PolicyBook.load()
DUE = date(2024, 12, 15)
BILL = Bill(
    id=Id(520000000000000011),
    unit_id=Id(520000000000000012),
    person_id=None,
    region=ANSHUN,
    kind=EmployeeContributionKind.REGULAR,
    month=202411,
    persons=2,
    status=EmployeeBillStatus.DUE,
    shares_fen=Fen(331_518),
    due_on=DUE,
)
TAX = PaymentChannel.TAX_SYSTEM


@pytest.mark.parametrize(
    ("on", "days", "fee"),
    [
        (date(2024, 12, 1), 0, 0),
        (date(2024, 12, 15), 0, 0),
        # 331,518 × 0.0005 = 165.759 a day.
        (date(2024, 12, 16), 1, 166),
        (date(2024, 12, 17), 2, 332),
        (date(2025, 1, 14), 30, 4_973),
        (date(2025, 12, 15), 365, 60_502),
    ],
)
def test_a_unit_is_late_from_the_day_after_the_due_day(book: PolicyBook, on: date, days: int, fee: int) -> None:
    assert bill_quoted(book, on, BILL) == BillQuote(BILL.id, BILL.shares_fen, days, Fen(fee))


def test_the_fee_is_rounded_once_and_half_a_fen_goes_up(book: PolicyBook) -> None:
    quote = bill_quoted(book, date(2024, 12, 16), replace(BILL, shares_fen=Fen(1_000)))
    assert isinstance(quote, BillQuote)
    assert (quote.late_fee_fen, quote.amount_fen) == (1, 1_001)


def test_a_person_who_pays_alone_is_charged_no_late_fee(book: PolicyBook) -> None:
    quote = bill_quoted(book, date(2025, 6, 1), replace(BILL, unit_id=None, person_id=PAYER))
    assert quote == BillQuote(BILL.id, BILL.shares_fen, 0, Fen(0))


@given(st.integers(1, 10**9), st.integers(0, 4000))
def test_waiting_a_day_longer_never_costs_less(shares: int, days: int) -> None:
    bill = replace(BILL, shares_fen=Fen(shares))
    today, tomorrow = (bill_quoted(BOOK, DUE + timedelta(days=each), bill) for each in (days, days + 1))
    assert isinstance(today, BillQuote)
    assert isinstance(tomorrow, BillQuote)
    assert today.late_fee_fen <= tomorrow.late_fee_fen


@pytest.mark.parametrize("status", [EmployeeBillStatus.PAYING, EmployeeBillStatus.PAID])
def test_what_does_not_wait_is_not_paid(book: PolicyBook, status: EmployeeBillStatus) -> None:
    bill = replace(BILL, status=status)
    for told in (bill_quoted(book, DUE, bill), bill_started(book, DUE, bill, TAX, expected_fen=None)):
        assert isinstance(told, EmployeeBillNotDue)
        assert told.status is status


def test_a_bill_that_is_not_owed_is_not_there(book: PolicyBook) -> None:
    assert isinstance(bill_quoted(book, DUE, None), EmployeeBillNotFound)
    assert isinstance(bill_started(book, DUE, None, TAX, expected_fen=None), EmployeeBillNotFound)


def test_the_client_may_say_what_it_was_shown(book: PolicyBook) -> None:
    on = date(2024, 12, 16)
    assert isinstance(bill_started(book, on, BILL, TAX, expected_fen=Fen(331_684)), BillQuote)
    refused = bill_started(book, on, BILL, TAX, expected_fen=Fen(331_518))
    assert isinstance(refused, AmountChanged)
    assert (refused.expected_fen, refused.due_fen) == (331_518, 331_684)


@pytest.mark.parametrize("channel", [PaymentChannel.WECHAT, PaymentChannel.PERSONAL_ACCOUNT, PaymentChannel.FISCAL])
def test_a_unit_pays_through_its_own_channels(book: PolicyBook, channel: PaymentChannel) -> None:
    refused = bill_started(book, DUE, BILL, channel, expected_fen=Fen(1))
    assert isinstance(refused, ChannelNotOffered)
    assert TAX in refused.offered


def test_where_no_document_speaks_nothing_is_guessed(book: PolicyBook) -> None:
    on, bill = date(2019, 12, 31), replace(BILL, due_on=date(2019, 12, 1))
    assert isinstance(bill_quoted(book, on, bill), PolicyNotStated)
    assert isinstance(bill_started(book, on, bill, TAX, expected_fen=None), PolicyNotStated)


def _order(status: PaymentOrderStatus) -> PaymentOrder:
    return PaymentOrder(Id(1), PAYER, RegionCode("520402"), TAX, status, Fen(1), Instant(1_734_300_000), 0, None)


@pytest.mark.parametrize(
    ("status", "pays_a_bill", "given_up"),
    [
        (PaymentOrderStatus.QUEUED, True, True),
        (PaymentOrderStatus.VOIDED, True, True),
        (PaymentOrderStatus.SENT, True, False),
        (PaymentOrderStatus.UNKNOWN, True, False),
        (PaymentOrderStatus.CONFIRMED, True, False),
        (PaymentOrderStatus.FAILED, True, False),
        (PaymentOrderStatus.QUEUED, False, True),
        (PaymentOrderStatus.UNKNOWN, False, True),
    ],
)
def test_what_a_channel_may_have_collected_for_a_bill_is_never_given_up(
    book: PolicyBook, status: PaymentOrderStatus, pays_a_bill: bool, given_up: bool
) -> None:
    told = voidable(book, Instant(1_734_400_000), _order(status), pays_a_bill=pays_a_bill)
    assert (told is None) == given_up
    if told is not None:
        assert isinstance(told, PaymentNotVoidable)
        assert told.voidable_at is None


def test_an_order_that_the_applicant_has_not_started_is_not_there(book: PolicyBook) -> None:
    assert isinstance(voidable(book, Instant(0), None, pays_a_bill=False), PaymentOrderNotFound)
