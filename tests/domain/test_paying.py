"""Paying: the price of the day, the account, and who is heard first when several refusals apply."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.decisions.paying import Payment, paid
from domain.decisions.records import PaidContribution, PlaceOfEnrolment, Standing, Submitted
from domain.policy import PolicyBook
from domain.refusals import (
    PRECEDENCE,
    AccountFrozen,
    AlreadyPaid,
    AmountChanged,
    BalanceTooLow,
    CollectionWindowNotOpen,
    ContributionNotFound,
    EnrolledElsewhere,
    NoPersonalAccount,
    NotEnrolled,
    NotThePayer,
    PaidByAnother,
    PersonDeceased,
    PolicyNotStated,
    Refusal,
    RelationNotCovered,
    SpecialPaymentRequired,
)
from domain.vocabulary import (
    AccountStatus,
    ContributionStatus,
    Fen,
    Id,
    Instant,
    PaymentChannel,
    PaymentKind,
    Relation,
    Scheme,
    SpecialGroup,
)
from tests.domain.cases import (
    SIMULATED,
    SOMEBODY_ELSE,
    at,
    granted,
    standing,
    submitted,
    with_account,
)

NOW = at(2024, 12, 20)
LAST_SECOND = at(2025, 2, 28, 23, 59, 59)
FIRST_SECOND_AFTER = at(2025, 3, 1, 0, 0, 0)
BOOK = PolicyBook.load()


def asked(
    book: PolicyBook,
    case: Standing | None = None,
    contribution: Submitted | None = None,
    *,
    now: Instant = NOW,
    expected: int | None = None,
) -> Payment | Refusal:
    return paid(
        book,
        now,
        case or standing(),
        contribution or submitted(),
        expected_fen=None if expected is None else Fen(expected),
    )


def test_a_payment_takes_the_whole_amount_in_one_entry(book: PolicyBook) -> None:
    payment = granted(asked(book, standing(balance=40_001)))
    assert payment.account.balance_fen == 1
    assert payment.account.entry_count == 4
    assert payment.paid_on == date(2024, 12, 20)
    assert payment.record_visible_at == NOW + 24 * 3600


def test_the_first_second_after_the_window_costs_the_late_price(book: PolicyBook) -> None:
    assert LAST_SECOND + 1 == FIRST_SECOND_AFTER
    assert granted(asked(book, now=LAST_SECOND)).quote.amount_fen == 40_000
    changed = asked(book, now=FIRST_SECOND_AFTER)
    assert isinstance(changed, AmountChanged)
    assert (changed.expected_fen, changed.due_fen) == (40_000, 107_000)


@pytest.mark.parametrize(
    ("now", "expected", "charged"),
    [
        (LAST_SECOND, None, 40_000),
        (LAST_SECOND, 40_000, 40_000),
        (LAST_SECOND, 107_000, None),
        (FIRST_SECOND_AFTER, None, None),
        (FIRST_SECOND_AFTER, 40_000, None),
        (FIRST_SECOND_AFTER, 107_000, 107_000),
    ],
)
def test_charged_is_what_is_due_if_that_is_what_the_client_expects(
    book: PolicyBook, now: Instant, expected: int | None, charged: int | None
) -> None:
    answer = asked(book, now=now, expected=expected)
    if charged is None:
        assert isinstance(answer, AmountChanged)
        assert answer.path == ("expectedAmount",)
    else:
        assert granted(answer).quote.amount_fen == charged


@pytest.mark.parametrize("expected", [None, 0])
def test_what_assistance_has_come_to_bear_whole_is_not_paid_from_an_account(
    book: PolicyBook, expected: int | None
) -> None:
    case = standing(SIMULATED, group=SpecialGroup.ORPHAN)
    waiting = replace(submitted(), kind=PaymentKind.SPECIAL, amount_fen=Fen(10_000))
    answer = asked(book, case, waiting, expected=expected)
    assert isinstance(answer, AmountChanged)
    assert answer.due_fen == 0


@pytest.mark.parametrize(("balance", "enough"), [(39_999, False), (40_000, True)])
def test_an_account_pays_whole_or_not_at_all(book: PolicyBook, balance: int, enough: bool) -> None:
    answer = asked(book, standing(balance=balance))
    if enough:
        assert granted(answer).account.balance_fen == 0
    else:
        assert isinstance(answer, BalanceTooLow)
        assert (answer.balance_fen, answer.due_fen) == (39_999, 40_000)


@pytest.mark.parametrize(
    "contribution",
    [replace(submitted(), payer_id=SOMEBODY_ELSE), replace(submitted(), channel=PaymentChannel.TAX_SYSTEM)],
)
def test_what_is_not_the_payers_to_pay_from_the_account_is_not_found(book: PolicyBook, contribution: Submitted) -> None:
    assert isinstance(asked(book, contribution=contribution), ContributionNotFound)
    assert isinstance(paid(book, NOW, standing(), None, expected_fen=None), ContributionNotFound)


def test_a_contribution_of_another_enrolment_is_no_longer_owed(book: PolicyBook) -> None:
    assert isinstance(asked(book, contribution=replace(submitted(), enrolment_id=Id(9))), NotEnrolled)


def test_a_binding_that_has_ended_no_longer_pays(book: PolicyBook) -> None:
    answer = asked(book, standing(relation=None))
    assert isinstance(answer, NotThePayer)
    assert answer.path == ("contributionId",)


@dataclass(frozen=True)
class Case:
    """All that a payment is decided on; sound until a fault is put into it."""

    standing: Standing
    contribution: Submitted
    now: Instant

    def with_insured(self, **changes: Any) -> "Case":
        assert self.standing.insured is not None
        return self.with_standing(insured=replace(self.standing.insured, **changes))

    def with_standing(self, **changes: Any) -> "Case":
        return replace(self, standing=replace(self.standing, **changes))

    def with_contribution(self, **changes: Any) -> "Case":
        return replace(self, contribution=replace(self.contribution, **changes))

    def with_account(self, **changes: Any) -> "Case":
        assert self.standing.holder.account is not None
        return replace(self, standing=with_account(self.standing, replace(self.standing.holder.account, **changes)))


ELSEWHERE = PlaceOfEnrolment(None, SIMULATED, Scheme.EMPLOYEE)
PAID_BY_ANOTHER = PaidContribution(Id(8), SOMEBODY_ELSE)

FAULTS: dict[type[Refusal], Callable[[Case], Case]] = {
    PersonDeceased: lambda case: case.with_insured(died_on=date(2024, 8, 1)),
    RelationNotCovered: lambda case: case.with_standing(relation=Relation.OTHER),
    NotEnrolled: lambda case: case.with_standing(enrolment=None),
    EnrolledElsewhere: lambda case: case.with_standing(elsewhere=ELSEWHERE),
    ContributionNotFound: lambda case: case.with_contribution(payer_id=SOMEBODY_ELSE),
    AlreadyPaid: lambda case: case.with_contribution(status=ContributionStatus.PAID),
    PaidByAnother: lambda case: case.with_standing(paid=PAID_BY_ANOTHER),
    SpecialPaymentRequired: lambda case: case.with_insured(special_group=SpecialGroup.ORPHAN),
    CollectionWindowNotOpen: lambda case: replace(case, now=at(2024, 8, 31)),
    PolicyNotStated: lambda case: case.with_standing(coverage_year=2026),
    NoPersonalAccount: lambda case: case.with_account(status=AccountStatus.CLOSED),
    AccountFrozen: lambda case: case.with_account(status=AccountStatus.FROZEN),
    AmountChanged: lambda case: case.with_contribution(amount_fen=Fen(38_000)),
    BalanceTooLow: lambda case: case.with_account(balance_fen=Fen(100)),
}

# One replaces the other's circumstance, so they cannot both hold: no window to be too early for, one status.
EXCLUSIVE: list[set[type[Refusal]]] = [
    {CollectionWindowNotOpen, PolicyNotStated},
    {NoPersonalAccount, AccountFrozen},
    # Whoever is insured elsewhere hears of that, enrolled as a resident or not.
    {NotEnrolled, EnrolledElsewhere},
]

# Whose contribution it is comes before everything that would tell of it.
HIDES_THE_REST = ContributionNotFound


def decided(book: PolicyBook, faults: Iterable[type[Refusal]]) -> type[object]:
    case = Case(standing(SIMULATED), submitted(), NOW)
    for fault in faults:
        case = FAULTS[fault](case)
    return type(paid(book, case.now, case.standing, case.contribution, expected_fen=None))


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_refused_on_its_own(book: PolicyBook, fault: type[Refusal]) -> None:
    assert decided(book, [fault]) is fault


@given(st.sets(st.sampled_from(list(FAULTS)), min_size=2))
def test_of_all_that_applies_the_first_in_order_is_told(faults: set[type[Refusal]]) -> None:
    assume(not any(both <= faults for both in EXCLUSIVE))
    first = min(faults, key=PRECEDENCE.index)
    told = decided(BOOK, sorted(faults, key=PRECEDENCE.index))
    assert told is (HIDES_THE_REST if HIDES_THE_REST in faults else first)


@pytest.mark.parametrize("other", sorted(set(FAULTS) - {ContributionNotFound}, key=PRECEDENCE.index))
def test_without_a_binding_nothing_else_is_told(book: PolicyBook, other: type[Refusal]) -> None:
    case = FAULTS[other](Case(standing(SIMULATED), submitted(), NOW)).with_standing(relation=None)
    answer = paid(book, case.now, case.standing, case.contribution, expected_fen=None)
    assert isinstance(answer, NotThePayer)
