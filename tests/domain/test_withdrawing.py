"""Who draws a personal account in one sum, for what reason, with what, and how much that is."""

from dataclasses import replace
from datetime import date

import pytest

from domain.decisions.enrolling import Kin
from domain.decisions.records import Account, PersonOnRecord
from domain.decisions.withdrawing import MATERIALS, Withdrawal, WithdrawalMatter, present_year_of_interest, withdrawn
from domain.policy import PolicyBook
from domain.ports import Identity
from domain.refusals import (
    AccountClosed,
    AccountFrozen,
    InterestBeingSettled,
    MaterialsMissing,
    NoPersonalAccount,
    NotEntitledToWithdraw,
    NothingToWithdraw,
    PartyDoesNotAnswer,
    Refusal,
    StillInsuredAsEmployee,
    WithdrawalReasonNotConfirmed,
)
from domain.vocabulary import (
    AccountStatus,
    Fen,
    Id,
    IdType,
    RegionCode,
    Relation,
    Sex,
    WithdrawalMaterial,
    WithdrawalReason,
)

ON = date(2024, 12, 16)
HOLDER, HEIR = Id(520000000000000001), Id(520000000000000002)
AREA = RegionCode("520402")
ACCOUNT = Account(Id(520000000000000003), AREA, AccountStatus.OPEN, Fen(100_000), 14)
PERSON = PersonOnRecord(
    id=HOLDER,
    region=AREA,
    id_type=IdType.RESIDENT_ID_CARD,
    id_number="240000199001010000",
    name="张三",
    sex=Sex.MALE,
    birth_date=date(1960, 1, 1),
    died_on=None,
    e_certificate_at=None,
)
DEAD = replace(PERSON, died_on=date(2024, 11, 1))
MATTER = WithdrawalMatter(PERSON, ACCOUNT, Fen(100_000), (), insured=False)
ALL = tuple(WithdrawalMaterial)
ABROAD, GIVEN_UP, DECEASED = (
    WithdrawalReason.SETTLED_ABROAD,
    WithdrawalReason.GIVEN_UP,
    WithdrawalReason.DECEASED,
)
REGISTERED = Identity(PERSON.id_type, PERSON.id_number, PERSON.name, PERSON.sex, PERSON.birth_date, date(2024, 12, 1))
CHILD = Kin(Relation.PARENT, None)
EMPTY = replace(MATTER, account=replace(ACCOUNT, balance_fen=Fen(0)), opening_fen=Fen(0))
FROZEN = replace(ACCOUNT, status=AccountStatus.FROZEN)


def drawn(
    book: PolicyBook,
    matter: WithdrawalMatter | None = MATTER,
    reason: WithdrawalReason = GIVEN_UP,
    *,
    actor: Id = HOLDER,
    materials: tuple[WithdrawalMaterial, ...] = ALL,
    kin: Kin | None = None,
    settling: bool = False,
    on: date = ON,
) -> Withdrawal | Refusal:
    return withdrawn(book, on, actor, matter, reason=reason, materials=materials, kin=kin, settling=settling)


@pytest.mark.parametrize("reason", [ABROAD, GIVEN_UP])
def test_the_holder_draws_everything_with_the_interest_until_the_day_before(
    book: PolicyBook, reason: WithdrawalReason
) -> None:
    found = drawn(book, reason=reason)
    assert isinstance(found, Withdrawal)
    # 350 days of 1,000.00 yuan: 340.28 fen
    assert (found.interest_fen, found.amount_fen) == (340, 100_340)
    assert (found.with_interest.balance_fen, found.with_interest.entry_count) == (100_340, 15)
    assert (found.closed.status, found.closed.balance_fen, found.closed.entry_count) == (AccountStatus.CLOSED, 0, 16)


def test_on_the_first_day_of_the_year_there_is_no_interest_yet(book: PolicyBook) -> None:
    found = drawn(book, on=date(2025, 1, 1))
    assert isinstance(found, Withdrawal)
    assert (found.interest_fen, found.amount_fen, found.closed.entry_count) == (0, 100_000, 15)
    assert present_year_of_interest(book, date(2025, 1, 1)) == date(2025, 1, 1)
    assert present_year_of_interest(book, date(2024, 12, 31)) == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("on", "payable_by"),
    [
        # New Year's Day is a holiday, and so is the Spring Festival from 28 January until 4 February; the Sunday before
        # and the Saturday after, 8 February, are worked.
        (date(2024, 12, 16), date(2025, 1, 7)),
        (date(2025, 1, 13), date(2025, 2, 8)),
    ],
)
def test_the_money_is_at_the_bank_within_fifteen_working_days(book: PolicyBook, on: date, payable_by: date) -> None:
    found = drawn(book, on=on)
    assert isinstance(found, Withdrawal)
    assert found.payable_by == payable_by


@pytest.mark.parametrize(
    "holder",
    [
        pytest.param((DEAD, CHILD), id="the platform knows"),
        pytest.param(
            (PERSON, Kin(Relation.PARENT, REGISTERED)),
            id="the register knows",
        ),
    ],
)
def test_a_relative_draws_the_account_of_the_dead_though_it_is_frozen(
    book: PolicyBook, holder: tuple[PersonOnRecord, Kin]
) -> None:
    matter = replace(MATTER, holder=holder[0], account=FROZEN, insured=True)
    assert isinstance(drawn(book, matter, DECEASED, actor=HEIR, kin=holder[1]), Withdrawal)


@pytest.mark.parametrize(
    ("refusal", "matter", "reason", "given"),
    [
        (NotEntitledToWithdraw, None, GIVEN_UP, {}),
        (NotEntitledToWithdraw, MATTER, GIVEN_UP, {"actor": HEIR, "kin": CHILD}),
        (NotEntitledToWithdraw, replace(MATTER, holder=DEAD), DECEASED, {"actor": HEIR, "kin": Kin(None, None)}),
        (PartyDoesNotAnswer, replace(MATTER, holder=DEAD), DECEASED, {"actor": HEIR}),
        (WithdrawalReasonNotConfirmed, MATTER, DECEASED, {}),
        (WithdrawalReasonNotConfirmed, MATTER, DECEASED, {"actor": HEIR, "kin": CHILD}),
        (NoPersonalAccount, replace(MATTER, account=None), GIVEN_UP, {}),
        (AccountClosed, replace(MATTER, account=replace(ACCOUNT, status=AccountStatus.CLOSED)), GIVEN_UP, {}),
        (AccountFrozen, replace(MATTER, account=FROZEN), GIVEN_UP, {}),
        (StillInsuredAsEmployee, replace(MATTER, insured=True), GIVEN_UP, {}),
        (StillInsuredAsEmployee, replace(MATTER, insured=True), ABROAD, {"materials": ()}),
        (MaterialsMissing, MATTER, GIVEN_UP, {"materials": ()}),
        (NothingToWithdraw, EMPTY, GIVEN_UP, {}),
        (InterestBeingSettled, MATTER, GIVEN_UP, {"settling": True}),
        (MaterialsMissing, MATTER, GIVEN_UP, {"settling": True, "materials": ()}),
    ],
)  # fmt: skip
def test_a_withdrawal_is_refused(
    book: PolicyBook,
    refusal: type[Refusal],
    matter: WithdrawalMatter | None,
    reason: WithdrawalReason,
    given: dict[str, object],
) -> None:
    assert isinstance(drawn(book, matter, reason, **given), refusal)  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", WithdrawalReason)
def test_everything_that_is_missing_is_told_at_once(book: PolicyBook, reason: WithdrawalReason) -> None:
    matter, kin, actor = (MATTER, None, HOLDER)
    if reason is DECEASED:
        matter, kin, actor = (replace(MATTER, holder=DEAD), CHILD, HEIR)
    wanted = [WithdrawalMaterial.named(one) for one in book.fact(MATERIALS[reason], area=AREA, on=ON).rules]
    nothing = drawn(book, matter, reason, actor=actor, kin=kin, materials=())
    assert isinstance(nothing, MaterialsMissing)
    assert nothing.missing == tuple(wanted)
    last = drawn(book, matter, reason, actor=actor, kin=kin, materials=tuple(wanted[:-1]))
    assert isinstance(last, MaterialsMissing)
    assert last.missing == (wanted[-1],)
    assert isinstance(drawn(book, matter, reason, actor=actor, kin=kin, materials=tuple(wanted)), Withdrawal)
