"""Cases for decisions: a sound one, and how it is changed. In Anshun unless a case says otherwise."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from shutil import copy
from typing import TypeVar

import domain.policy
from domain.decisions.records import Account, Holder, Insured, PaidYear, PlaceOfEnrolment, Standing, Submitted
from domain.policy import PolicyBook
from domain.policy.reading import read_library
from domain.refusals import Refusal
from domain.vocabulary import (
    SHANGHAI,
    AccountStatus,
    ContributionStatus,
    Fen,
    Id,
    IdType,
    Instant,
    PaymentChannel,
    PaymentKind,
    RegionCode,
    Relation,
    Scheme,
    SpecialGroup,
    instant,
)

_T = TypeVar("_T")

ANSHUN = RegionCode("520402")
CHUZHOU = RegionCode("341102")
XUANCHENG = RegionCode("341802")
MIANYANG = RegionCode("510703")
SUINING = RegionCode("510903")
SIMULATED = RegionCode("840101")
SIMULATED_LATE_RECORDS = RegionCode("840201")
SIMULATED_FINISHING = RegionCode("840301")

PAYER = Id(520000000000000001)
MOTHER = Id(520000000000000002)
CONTRIBUTION = Id(520000000000000003)
ENROLMENT = Id(520000000000000004)
SOMEBODY_ELSE = Id(520000000000000005)

IN_WINDOW = date(2024, 12, 20)
"""A day inside the window for 2025 of every city that states one."""


def account(
    region: RegionCode = ANSHUN, *, balance: int = 500_000, status: AccountStatus = AccountStatus.OPEN
) -> Account:
    return Account(Id(520000000000000006), region, status, Fen(balance), 3)


def standing(
    region: RegionCode = ANSHUN,
    *,
    account_region: RegionCode | None = None,
    balance: int = 500_000,
    relation: Relation | None = Relation.PARENT,
    coverage_year: int = 2025,
    birth_date: date = date(1960, 5, 1),
    group: SpecialGroup | None = None,
    last_insured_year: int | None = 2024,
    employed_until: int | None = None,
) -> Standing:
    """An employee and a bound mother, insured without a gap, whom nobody has paid for."""
    kept_at = account_region or region
    return Standing(
        holder=Holder(PAYER, kept_at, IdType.RESIDENT_ID_CARD, "270101198806060009", account(kept_at, balance=balance)),
        insured=Insured(MOTHER, "270101196005010001", birth_date, group, None),
        coverage_year=coverage_year,
        relation=relation,
        enrolment=PlaceOfEnrolment(ENROLMENT, region, Scheme.RESIDENT),
        elsewhere=None,
        paid=None,
        last_paid=None
        if last_insured_year is None
        else PaidYear(last_insured_year, date(last_insured_year - 1, 11, 5)),
        last_year_employed=employed_until,
    )


def submitted(*, amount: int = 40_000, kind: PaymentKind = PaymentKind.ORDINARY) -> Submitted:
    return Submitted(
        id=CONTRIBUTION,
        person_id=MOTHER,
        payer_id=PAYER,
        enrolment_id=ENROLMENT,
        coverage_year=2025,
        status=ContributionStatus.SUBMITTED,
        channel=PaymentChannel.PERSONAL_ACCOUNT,
        kind=kind,
        amount_fen=Fen(amount),
        grade=1,
        repair_years=0,
        for_unit=False,
    )


def with_account(case: Standing, changed: Account | None) -> Standing:
    return replace(case, holder=replace(case.holder, account=changed))


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0, second: int = 0) -> Instant:
    """A moment by the clocks of Shanghai."""
    return instant(datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI))


def granted(answer: _T | Refusal) -> _T:
    """What was decided, where it was no refusal."""
    assert not isinstance(answer, Refusal), answer
    return answer


def book_that_says_no(name: str) -> PolicyBook:
    """The product's book, with no for an answer wherever it says yes under that name."""
    library = read_library(Path(domain.policy.__path__[0]))
    facts = tuple(replace(fact, value=False) if fact.name == name else fact for fact in library.facts)
    assert facts != library.facts
    return PolicyBook(replace(library, facts=facts))


def book_with_changed_simulated_province(folder: Path, change: Callable[[str, str], str | None]) -> PolicyBook:
    """The product's book, the facts of the simulated province changed name by name; None leaves a name out."""
    here = Path(domain.policy.__file__).parent
    for path in here.glob("*.yaml"):
        copy(path, folder)
    path = folder / "synthetic_840000.yaml"
    opening, *blocks = path.read_text(encoding="utf-8").split("\n\n")
    changed = []
    for block in blocks:
        found = change(block.partition(":")[0], block)
        if found is not None:
            changed.append(found)
    path.write_text("\n\n".join([opening, *changed]), encoding="utf-8")
    return PolicyBook.load(folder)
