"""Refunds: who may ask, for what reason, until when, and where the money goes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.decisions.paying import paid
from domain.decisions.records import PlaceOfEnrolment
from domain.decisions.refunding import (
    AccountRefund,
    ChannelRefund,
    Evidence,
    InsuredNow,
    RefundMatter,
    refunded,
)
from domain.policy import PolicyBook
from domain.refusals import (
    AccountClosed,
    AlreadyRefunded,
    ContributionNotFound,
    CoverHasBegun,
    NothingToRefund,
    NotPaidThroughPlatform,
    NotYetPaid,
    OutsideParty,
    PartyDoesNotAnswer,
    RefundReasonNotConfirmed,
    RefundUnderWay,
    Refusal,
)
from domain.vocabulary import (
    AccountStatus,
    ContributionStatus,
    Fen,
    Id,
    IdType,
    PaymentChannel,
    PaymentKind,
    RefundReason,
    RegionCode,
    Scheme,
    SpecialGroup,
)
from tests.domain.cases import (
    ANSHUN,
    CHUZHOU,
    CONTRIBUTION,
    ENROLMENT,
    IN_WINDOW,
    MOTHER,
    PAYER,
    SOMEBODY_ELSE,
    account,
    at,
    granted,
    standing,
    submitted,
)

COVER = date(2025, 1, 1)
DEBIT = Id(520000000000000008)
HERE = PlaceOfEnrolment(ENROLMENT, ANSHUN, Scheme.RESIDENT)
OTHER_COUNTY = PlaceOfEnrolment(Id(520000000000000009), RegionCode("520403"), Scheme.RESIDENT)
SHENZHEN = PlaceOfEnrolment(None, RegionCode("440300"), Scheme.RESIDENT)
EMPLOYED_HERE = PlaceOfEnrolment(Id(520000000000000010), ANSHUN, Scheme.EMPLOYEE)
EMPLOYED_THERE = replace(SHENZHEN, scheme=Scheme.EMPLOYEE)
NOTHING = Evidence()

INSURED = InsuredNow(MOTHER, IdType.RESIDENT_ID_CARD, "270101196005010001", None, None, HERE, None)
MATTER = RefundMatter(
    id=CONTRIBUTION,
    payer_id=PAYER,
    region=ANSHUN,
    enrolment_id=ENROLMENT,
    coverage_year=2025,
    status=ContributionStatus.PAID,
    channel=PaymentChannel.PERSONAL_ACCOUNT,
    kind=PaymentKind.ORDINARY,
    amount_fen=Fen(40_000),
    coverage_from=COVER,
    insured=INSURED,
    account=account(balance=10_000),
    debit_id=DEBIT,
    order_id=None,
    under_way=None,
)
MOVED = Evidence(elsewhere=EMPLOYED_THERE)


def asked(
    book: PolicyBook,
    matter: RefundMatter | None,
    reason: RefundReason = RefundReason.MOVED_TO_EMPLOYEE,
    evidence: Evidence = MOVED,
    *,
    on: date = IN_WINDOW,
    actor: Id = PAYER,
) -> object:
    return refunded(book, on, actor, matter, reason=reason, evidence=evidence)


@pytest.mark.parametrize("status", [ContributionStatus.PAID, ContributionStatus.FINISHED])
def test_the_whole_amount_returns_to_the_account_and_reverses_what_took_it(
    book: PolicyBook, status: ContributionStatus
) -> None:
    matter = replace(MATTER, status=status)
    refund = granted(refunded(book, IN_WINDOW, PAYER, matter, reason=RefundReason.MOVED_TO_EMPLOYEE, evidence=MOVED))
    assert isinstance(refund, AccountRefund)
    assert matter.account is not None
    assert refund.account == replace(
        matter.account, balance_fen=Fen(50_000), entry_count=matter.account.entry_count + 1
    )
    assert refund.reverses_id == DEBIT


def test_what_a_channel_collected_returns_through_it(book: PolicyBook) -> None:
    by_channel = replace(MATTER, channel=PaymentChannel.WECHAT, account=None, debit_id=None, order_id=Id(11))
    assert asked(book, by_channel) == ChannelRefund(Id(11))


def test_a_frozen_account_takes_money_back(book: PolicyBook) -> None:
    frozen = replace(MATTER, account=account(status=AccountStatus.FROZEN))
    assert not isinstance(asked(book, frozen), Refusal)


@pytest.mark.parametrize(
    ("reason", "insured", "evidence", "shown"),
    [
        (RefundReason.MOVED_TO_EMPLOYEE, replace(INSURED, employee=EMPLOYED_HERE), NOTHING, True),
        (RefundReason.MOVED_TO_EMPLOYEE, INSURED, Evidence(elsewhere=EMPLOYED_THERE), True),
        (RefundReason.MOVED_TO_EMPLOYEE, INSURED, Evidence(elsewhere=SHENZHEN), False),
        (RefundReason.MOVED_TO_EMPLOYEE, INSURED, NOTHING, False),
        (RefundReason.MOVED_REGION, replace(INSURED, resident=OTHER_COUNTY), NOTHING, True),
        (RefundReason.MOVED_REGION, replace(INSURED, resident=None), Evidence(elsewhere=SHENZHEN), True),
        (RefundReason.MOVED_REGION, replace(INSURED, resident=None), NOTHING, False),
        (RefundReason.MOVED_REGION, INSURED, Evidence(elsewhere=EMPLOYED_THERE), False),
        (RefundReason.DUPLICATE, INSURED, Evidence(elsewhere=SHENZHEN), True),
        (RefundReason.DUPLICATE, replace(INSURED, resident=None), Evidence(elsewhere=SHENZHEN), False),
        (RefundReason.DUPLICATE, INSURED, NOTHING, False),
        (RefundReason.DIED_BEFORE_COVER, replace(INSURED, died_on=date(2024, 12, 31)), NOTHING, True),
        (RefundReason.DIED_BEFORE_COVER, INSURED, Evidence(died_on=date(2024, 12, 31)), True),
        (RefundReason.DIED_BEFORE_COVER, INSURED, Evidence(died_on=COVER), False),
        (RefundReason.DIED_BEFORE_COVER, INSURED, NOTHING, False),
    ],
)
def test_a_reason_is_one_that_the_records_show(
    book: PolicyBook, reason: RefundReason, insured: InsuredNow, evidence: Evidence, shown: bool
) -> None:
    answer = asked(book, replace(MATTER, insured=insured), reason, evidence)
    assert isinstance(answer, RefundReasonNotConfirmed) is not shown
    assert isinstance(answer, Refusal) is not shown


@pytest.mark.parametrize(
    ("region", "group", "kind", "shown"),
    [
        (CHUZHOU, SpecialGroup.MINIMUM_LIVING, PaymentKind.ORDINARY, True),
        (CHUZHOU, SpecialGroup.MINIMUM_LIVING, PaymentKind.SPECIAL, False),
        (CHUZHOU, None, PaymentKind.ORDINARY, False),
        # Where nobody pays by a special entrance, nobody is recognised for it later.
        (RegionCode("510703"), SpecialGroup.MINIMUM_LIVING, PaymentKind.ORDINARY, False),
    ],
)
def test_a_later_subsidy_counts_where_it_changes_the_entrance(
    book: PolicyBook, region: RegionCode, group: SpecialGroup | None, kind: PaymentKind, shown: bool
) -> None:
    matter = replace(MATTER, region=region, kind=kind, insured=replace(INSURED, special_group=group))
    answer = asked(book, matter, RefundReason.SUBSIDISED_LATER, NOTHING)
    assert isinstance(answer, RefundReasonNotConfirmed) is not shown


def test_once_cover_has_begun_only_who_never_lived_to_see_it_is_given_back(book: PolicyBook) -> None:
    assert not isinstance(asked(book, MATTER, on=COVER - timedelta(days=1)), Refusal)
    begun = asked(book, MATTER, on=COVER)
    assert isinstance(begun, CoverHasBegun)
    assert begun.coverage_from == COVER
    dead = replace(MATTER, insured=replace(INSURED, died_on=date(2024, 12, 31)))
    died = RefundReason.DIED_BEFORE_COVER
    assert not isinstance(asked(book, dead, died, NOTHING, on=COVER), Refusal)
    assert isinstance(asked(book, MATTER, died, NOTHING, on=COVER), RefundReasonNotConfirmed)


@pytest.mark.parametrize(
    ("matter", "told"),
    [
        (None, ContributionNotFound),
        (replace(MATTER, payer_id=SOMEBODY_ELSE), ContributionNotFound),
        (replace(MATTER, status=ContributionStatus.REFUNDED), AlreadyRefunded),
        (replace(MATTER, under_way=Id(7)), RefundUnderWay),
        (replace(MATTER, status=ContributionStatus.SUBMITTED, coverage_from=None), NotYetPaid),
        (replace(MATTER, status=ContributionStatus.PAYING, coverage_from=None), NotYetPaid),
        (replace(MATTER, channel=PaymentChannel.TAX_SYSTEM, account=None, debit_id=None), NotPaidThroughPlatform),
        (replace(MATTER, amount_fen=Fen(0)), NothingToRefund),
        (replace(MATTER, account=account(status=AccountStatus.CLOSED)), AccountClosed),
    ],
)
def test_what_is_not_given_back(book: PolicyBook, matter: RefundMatter | None, told: type[Refusal]) -> None:
    assert isinstance(asked(book, matter), told)


def test_the_person_insured_may_not_ask_for_the_payers_money(book: PolicyBook) -> None:
    assert isinstance(asked(book, MATTER, actor=MOTHER), ContributionNotFound)


def test_a_party_that_does_not_answer_stands_in_the_way_only_of_what_it_alone_knows(book: PolicyBook) -> None:
    silent = Evidence(unanswered=OutsideParty.OTHER_PROVINCES)
    answer = asked(book, MATTER, evidence=silent)
    assert isinstance(answer, PartyDoesNotAnswer)
    assert answer.party is OutsideParty.OTHER_PROVINCES
    employed_here = replace(MATTER, insured=replace(INSURED, employee=EMPLOYED_HERE))
    assert not isinstance(asked(book, employed_here, evidence=silent), Refusal)


def test_what_is_refunded_is_not_paid_again(book: PolicyBook) -> None:
    returned = replace(submitted(), status=ContributionStatus.REFUNDED)
    assert isinstance(paid(book, at(2024, 12, 20), standing(), returned, expected_fen=None), AlreadyRefunded)
