"""Decisions about maternity benefits, without a database: both sides of every day and limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.decisions.agreements import Institution
from domain.decisions.maternity import (
    AllowancePaid,
    BenefitGiven,
    Expenses,
    ExpensesPaid,
    Leave,
    WagesOfMonth,
    allowance_paid,
    expenses_paid,
)
from domain.decisions.previewing import InsuranceRecord
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.policy import PolicyBook
from domain.refusals import Refusal
from domain.vocabulary import (
    EnrolmentStatus,
    Fen,
    Id,
    IdType,
    InstitutionTier,
    MaternityBenefitKind,
    MaternityOccasion,
    PersonType,
    RegionCode,
    Scheme,
    Sex,
)

HERE, TODAY = RegionCode("840102"), date(2024, 12, 16)
HOSPITAL = Institution(Id(5), HERE, InstitutionTier.LEVEL_3, date(2020, 1, 1), None)
MOTHER = PersonOnRecord(Id(7), HERE, IdType.RESIDENT_ID_CARD, "", "陈某", Sex.FEMALE, date(1996, 3, 1), None, None)
EMPLOYED = EnrolmentOnRecord(
    Id(1), Id(7), Scheme.EMPLOYEE, PersonType.EMPLOYED, HERE, Id(9), EnrolmentStatus.ACTIVE, date(2021, 3, 1)
)
INSURED = replace(EMPLOYED, id=Id(2), scheme=Scheme.MATERNITY)
BIRTH = Expenses(
    MaternityOccasion.VAGINAL_BIRTH,
    date(2024, 12, 5),
    date(2024, 12, 4),
    date(2024, 12, 8),
    "B-1",
    (("S0004", Fen(280_000)), ("D1001", Fen(20_000)), ("D2001", Fen(5_000))),
)


def answered(
    book: PolicyBook,
    expenses: Expenses = BIRTH,
    *enrolments: EnrolmentOnRecord,
    person: PersonOnRecord | None = MOTHER,
    given: tuple[BenefitGiven, ...] = (),
    **other: Any,
) -> Any:
    return expenses_paid(
        book,
        other.get("today", TODAY),
        other.get("institution", HOSPITAL),
        MaternityBenefitKind.MEDICAL,
        expenses,
        person=person,
        record=InsuranceRecord(enrolments=enrolments or (EMPLOYED, INSURED)),
        given=given,
        invoiced=other.get("invoiced", False),
        asked_on=other.get("asked_on", TODAY),
    )


@pytest.mark.parametrize(
    ("occasion", "costs", "paid"),
    [
        (MaternityOccasion.VAGINAL_BIRTH, (280_000, 20_000), 300_000),
        (MaternityOccasion.VAGINAL_BIRTH, (280_000, 19_999), 299_999),
        (MaternityOccasion.VAGINAL_BIRTH, (280_000, 20_001), 300_000),
        (MaternityOccasion.ASSISTED_BIRTH, (400_000, 1), 400_000),
        (MaternityOccasion.CAESAREAN, (550_000, 1), 550_000),
        (MaternityOccasion.EARLY_MISCARRIAGE, (80_000, 1), 80_000),
        (MaternityOccasion.LATE_MISCARRIAGE, (200_000, 1), 200_000),
        (MaternityOccasion.ANTENATAL_EXAMINATIONS, (99_999, 1), 100_000),
        (MaternityOccasion.ANTENATAL_EXAMINATIONS, (99_999, 2), 100_000),
    ],
)
def test_what_lies_in_the_catalogue_is_paid_up_to_the_limit(
    book: PolicyBook, occasion: MaternityOccasion, costs: tuple[int, int], paid: int
) -> None:
    items = (("S0004", Fen(costs[0])), ("D1001", Fen(costs[1])), ("D2001", Fen(5_000)))
    found = answered(book, replace(BIRTH, occasion=occasion, items=items))
    assert isinstance(found, ExpensesPaid)
    assert (found.cost_fen, found.eligible_fen, found.amount_fen) == (sum(costs) + 5_000, sum(costs), paid)
    assert found.trace.parts[1].limit_fen is not None


def months(first: date, *, until: date | None = None) -> EnrolmentOnRecord:
    status = EnrolmentStatus.ACTIVE if until is None else EnrolmentStatus.TERMINATED
    return replace(INSURED, started_on=first, ended_on=until, status=status)


OTHER, PLANNED = MaternityBenefitKind.MEDICAL, MaternityBenefitKind.FAMILY_PLANNING
EXAMINED = replace(BIRTH, occasion=MaternityOccasion.ANTENATAL_EXAMINATIONS)


def examined(on: date, *ended: date) -> dict[str, Any]:
    """Examinations, after others were paid for, and ends of pregnancies."""
    before = BenefitGiven(MaternityBenefitKind.ANTENATAL, MaternityOccasion.ANTENATAL_EXAMINATIONS, on)
    ends = [BenefitGiven(OTHER, MaternityOccasion.LATE_MISCARRIAGE, one) for one in ended]
    return {"expenses": EXAMINED, "given": (before, *ends)}


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "on the last day of the time limit": ("ExpensesPaid", {"asked_on": date(2025, 12, 8)}),
    "a day later": ("ClaimTooOld", {"asked_on": date(2025, 12, 9)}),
    "six months in a row": ("ExpensesPaid", {"enrolments": (EMPLOYED, months(date(2024, 7, 31)))}),
    "five months": ("MaternityMonthsShort", {"enrolments": (EMPLOYED, months(date(2024, 8, 1)))}),
    "six months with another unit in between": (
        "ExpensesPaid",
        {"enrolments": (EMPLOYED, months(date(2024, 1, 1), until=date(2024, 9, 30)), months(date(2024, 10, 20)))},
    ),
    "six months with a month in between": (
        "MaternityMonthsShort",
        {"enrolments": (EMPLOYED, months(date(2024, 1, 1), until=date(2024, 9, 30)), months(date(2024, 11, 1)))},
    ),
    "insured to the day": (
        "ExpensesPaid",
        {"enrolments": (EMPLOYED, months(date(2020, 1, 1), until=date(2024, 12, 5)))},
    ),
    "insured to the day before": (
        "NotInsuredForMaternity",
        {"enrolments": (EMPLOYED, months(date(2020, 1, 1), until=date(2024, 12, 4)))},
    ),
    "without work": ("NotInsuredForMaternity", {"enrolments": (INSURED,)}),
    "paid six weeks before": (
        "ExpensesPaid",
        {"given": (BenefitGiven(OTHER, MaternityOccasion.EARLY_MISCARRIAGE, date(2024, 10, 24)),)},
    ),
    "paid a day less before": (
        "MaternityBenefitPaid",
        {"given": (BenefitGiven(OTHER, MaternityOccasion.EARLY_MISCARRIAGE, date(2024, 10, 25)),)},
    ),
    "the same pregnancy, ended by an operation": (
        "MaternityBenefitPaid",
        {"given": (BenefitGiven(PLANNED, MaternityOccasion.TERMINATION, date(2024, 11, 30)),)},
    ),
    "another operation that day": (
        "ExpensesPaid",
        {"given": (BenefitGiven(PLANNED, MaternityOccasion.DEVICE_REMOVAL, date(2024, 12, 5)),)},
    ),
    "examinations forty weeks after others": ("ExpensesPaid", examined(date(2024, 2, 29))),
    "examinations a day sooner": ("MaternityBenefitPaid", examined(date(2024, 3, 1))),
    "examinations six weeks after the end of the pregnancy of others": (
        "ExpensesPaid",
        examined(date(2024, 10, 24), date(2024, 10, 24)),
    ),
    "examinations sooner after that end": ("MaternityBenefitPaid", examined(date(2024, 10, 24), date(2024, 10, 25))),
    "examinations after an end before the others": (
        "MaternityBenefitPaid",
        examined(date(2024, 10, 24), date(2024, 10, 23)),
    ),
    "a birth after its examinations": ("ExpensesPaid", {"given": examined(date(2024, 12, 5))["given"]}),
    "a man's examinations": ("InputNotAcceptable", {"expenses": EXAMINED, "person": replace(MOTHER, sex=Sex.MALE)}),
    "a man's operation": (
        "ExpensesPaid",
        {
            "expenses": replace(BIRTH, occasion=MaternityOccasion.STERILISATION),
            "person": replace(MOTHER, sex=Sex.MALE),
        },
    ),
    "months of this year that are not paid": (
        "InArrears",
        {
            "expenses": replace(
                BIRTH,
                occurred_on=date(2025, 1, 17),
                admitted_on=date(2025, 1, 17),
                discharged_on=date(2025, 1, 17),
            ),
            "today": date(2025, 1, 17),
        },
    ),
    "a man": ("InputNotAcceptable", {"person": replace(MOTHER, sex=Sex.MALE)}),
    "nobody": ("PersonNotFound", {"person": None}),
    "an invoice that is paid": ("InvoiceAlreadySettled", {"invoiced": True}),
    "a hospital without an agreement": (
        "InstitutionNotDesignated",
        {"institution": replace(HOSPITAL, designated_from=date(2024, 12, 5))},
    ),
    "born before the admission": (
        "InputNotAcceptable",
        {"expenses": replace(BIRTH, occurred_on=date(2024, 12, 3))},
    ),
    "outside the catalogue": ("NothingToPay", {"expenses": replace(BIRTH, items=(("D2001", Fen(5_000)),))}),
    "where no document states the limits": (
        "PolicyNotStated",
        {"enrolments": tuple(replace(one, region=RegionCode("510703")) for one in (EMPLOYED, INSURED))},
    ),
}


@pytest.mark.parametrize("case", REFUSED, ids=list(REFUSED))
def test_it_is_paid_or_refused_by_the_day(book: PolicyBook, case: str) -> None:
    expected, given = REFUSED[case]
    rest = dict(given)
    found = answered(book, rest.pop("expenses", BIRTH), *rest.pop("enrolments", ()), **rest)
    assert type(found).__name__ == expected, found


WAGES = (WagesOfMonth(202311, Fen(1_000_100), 2), WagesOfMonth(202312, Fen(500_001), 1))
LEAVE = Leave(MaternityOccasion.VAGINAL_BIRTH, date(2024, 12, 5), 1)


def allowed(
    book: PolicyBook, leave: Leave = LEAVE, wages: tuple[WagesOfMonth, ...] = WAGES, **given: Any
) -> AllowancePaid | Refusal:
    enrolments = given.pop("enrolments", (EMPLOYED, INSURED))
    return allowance_paid(
        book,
        TODAY,
        Id(9),
        leave,
        person=given.pop("person", MOTHER),
        record=InsuranceRecord(enrolments=enrolments),
        given=given.pop("given", ()),
        wages=wages,
        asked_on=given.pop("asked_on", TODAY),
    )


@pytest.mark.parametrize(
    ("occasion", "children", "days", "paid"),
    [
        # 15,001.01 / 3 = 5,000.34; an average of halves is rounded up, and so is what is paid.
        (MaternityOccasion.VAGINAL_BIRTH, 1, 98, 1_633_444),
        (MaternityOccasion.VAGINAL_BIRTH, 3, 128, 2_133_478),
        (MaternityOccasion.ASSISTED_BIRTH, 1, 113, 1_883_461),
        (MaternityOccasion.CAESAREAN, 2, 128, 2_133_478),
        (MaternityOccasion.EARLY_MISCARRIAGE, 0, 15, 250_017),
        (MaternityOccasion.LATE_MISCARRIAGE, 0, 42, 700_048),
    ],
)
def test_the_allowance_is_the_average_wage_of_the_year_before_for_each_day_of_leave(
    book: PolicyBook, occasion: MaternityOccasion, children: int, days: int, paid: int
) -> None:
    found = allowed(book, Leave(occasion, date(2024, 12, 5), children))
    assert isinstance(found, AllowancePaid)
    assert (found.leave_days, found.monthly_wage_fen, found.amount_fen) == (days, 500_034, paid)


MIANYANG = tuple(replace(one, region=RegionCode("510703")) for one in (EMPLOYED, INSURED))
NEXT = WagesOfMonth(202412, Fen(600_000), 1)
LEFT = replace(NEXT, month=202501)


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        ("AllowancePaid", {"enrolments": MIANYANG}),
        ("AllowancePaid", {"wages": (NEXT, LEFT)}),
        ("UnitWagesNotOnRecord", {"wages": (LEFT,)}),
        ("UnitWagesNotOnRecord", {"wages": ()}),
        ("NotInsuredForMaternity", {"enrolments": (EMPLOYED, replace(INSURED, unit_id=Id(8)))}),
        ("InputNotAcceptable", {"leave": replace(LEAVE, occurred_on=date(2024, 12, 17))}),
        ("AllowancePaid", {"leave": replace(LEAVE, occurred_on=TODAY)}),
        ("InputNotAcceptable", {"person": replace(MOTHER, sex=Sex.MALE)}),
        ("PersonNotFound", {"person": None}),
        ("AllowancePaid", {"asked_on": date(2025, 12, 5)}),
        ("ClaimTooOld", {"asked_on": date(2025, 12, 6)}),
        ("AllowancePaid", {"given": (BenefitGiven(OTHER, LEAVE.occasion, LEAVE.occurred_on),)}),
        (
            "MaternityBenefitPaid",
            {"given": (BenefitGiven(MaternityBenefitKind.ALLOWANCE, LEAVE.occasion, date(2024, 11, 30)),)},
        ),
    ],
)
def test_the_allowance_is_paid_or_refused_by_the_day(book: PolicyBook, expected: str, given: dict[str, Any]) -> None:
    assert type(allowed(book, **given)).__name__ == expected


def test_wages_of_the_year_itself_count_where_none_of_the_year_before_do(book: PolicyBook) -> None:
    found = allowed(book, wages=(NEXT, LEFT))
    assert isinstance(found, AllowancePaid)
    assert [fact.name for fact in found.trace.parts[0].facts] == [
        "maternity_benefit.allowance_wage",
        "maternity_benefit.allowance_wage_unrecorded",
    ]
    assert found.monthly_wage_fen == 600_000


@pytest.mark.parametrize(
    ("occasion", "children", "right"),
    [
        (MaternityOccasion.VAGINAL_BIRTH, 0, False),
        (MaternityOccasion.VAGINAL_BIRTH, 9, True),
        (MaternityOccasion.VAGINAL_BIRTH, 10, False),
        (MaternityOccasion.LATE_MISCARRIAGE, 0, True),
        (MaternityOccasion.LATE_MISCARRIAGE, 1, False),
    ],
)
def test_a_birth_brings_children_and_a_miscarriage_none(
    occasion: MaternityOccasion, children: int, right: bool
) -> None:
    assert Leave(occasion, TODAY, children).acceptable is right
