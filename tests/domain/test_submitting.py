"""Submitting: the entrance, the account and the expected amount."""

from dataclasses import replace
from functools import partial

import pytest

from domain.decisions.records import Account
from domain.decisions.submitting import submitted
from domain.policy import PolicyBook
from domain.refusals import (
    AmountChanged,
    InputNotAcceptable,
    NoPersonalAccount,
    NotEnrolled,
    OutsideParty,
    PartyDoesNotAnswer,
    SpecialPaymentRequired,
)
from domain.vocabulary import AccountStatus, Fen, PaymentChannel, PaymentKind, SpecialGroup, start_of_business_date
from tests.domain.cases import CHUZHOU, ENROLMENT, IN_WINDOW, SIMULATED, account, granted, standing, with_account

NOW = start_of_business_date(IN_WINDOW)

ordinary = partial(submitted, channel=PaymentChannel.PERSONAL_ACCOUNT, kind=PaymentKind.ORDINARY, expected_fen=None)
special = partial(submitted, channel=PaymentChannel.PERSONAL_ACCOUNT, kind=PaymentKind.SPECIAL, expected_fen=None)


def test_an_application_carries_price_enrolment_and_account(book: PolicyBook) -> None:
    application = granted(ordinary(book, NOW, standing(balance=0)))
    assert application.quote.amount_fen == 40_000
    assert application.enrolment_id == ENROLMENT
    assert application.account is not None
    assert application.account.balance_fen == 0


def test_an_assisted_person_pays_by_the_special_entrance_where_there_is_one(book: PolicyBook) -> None:
    case = standing(SIMULATED, group=SpecialGroup.ORPHAN)
    answer = ordinary(book, NOW, case)
    assert isinstance(answer, SpecialPaymentRequired)
    assert answer.group is SpecialGroup.ORPHAN
    assert answer.basis is not None
    assert granted(special(book, NOW, case)).quote.kind is PaymentKind.SPECIAL


def test_the_special_entrance_is_for_nobody_else(book: PolicyBook) -> None:
    for case in (standing(SIMULATED), standing(group=SpecialGroup.ORPHAN)):
        answer = special(book, NOW, case)
        assert isinstance(answer, InputNotAcceptable)
        assert answer.path == ("kind",)


def test_chuzhou_takes_assisted_persons_at_the_special_entrance_only(book: PolicyBook) -> None:
    case = standing(CHUZHOU, group=SpecialGroup.EXTREME_POVERTY)
    assert isinstance(ordinary(book, NOW, case), SpecialPaymentRequired)
    assert granted(special(book, NOW, case)).quote.amount_fen == 40_000


@pytest.mark.parametrize("kept", [None, account(status=AccountStatus.CLOSED)])
def test_without_an_account_in_use_nothing_is_submitted(book: PolicyBook, kept: Account | None) -> None:
    assert isinstance(ordinary(book, NOW, with_account(standing(), kept)), NoPersonalAccount)


@pytest.mark.parametrize(("expected", "accepted"), [(39_999, False), (40_000, True), (40_001, False)])
def test_another_amount_than_expected_is_told(book: PolicyBook, expected: int, accepted: bool) -> None:
    answer = submitted(
        book,
        NOW,
        standing(),
        channel=PaymentChannel.PERSONAL_ACCOUNT,
        kind=PaymentKind.ORDINARY,
        expected_fen=Fen(expected),
        unanswered=None if accepted else OutsideParty.OTHER_PROVINCES,
    )
    if accepted:
        assert granted(answer).quote.amount_fen == expected
    else:
        assert isinstance(answer, AmountChanged)
        assert (answer.expected_fen, answer.due_fen) == (expected, 40_000)


def test_a_silent_national_query_is_asked_again_later(book: PolicyBook) -> None:
    answer = ordinary(book, NOW, standing(), unanswered=OutsideParty.OTHER_PROVINCES)
    assert isinstance(answer, PartyDoesNotAnswer)


def test_what_is_said_of_the_person_comes_before_what_is_said_of_the_account(book: PolicyBook) -> None:
    case = replace(with_account(standing(), None), enrolment=None)
    assert isinstance(ordinary(book, NOW, case), NotEnrolled)
