"""Payment certificates: to whom, of which years, and the number."""

from dataclasses import replace
from datetime import date

import pytest

from domain.decisions.certifying import MOST_YEARS, CertifiedPayment, certificate_number, certified
from domain.refusals import InputNotAcceptable, NoPaymentToCertify, NotOfYourFamily, Refusal
from domain.vocabulary import Fen, PaymentChannel, PaymentKind
from tests.domain.cases import ANSHUN, CONTRIBUTION, IN_WINDOW, granted

PAYMENT = CertifiedPayment(
    CONTRIBUTION,
    ANSHUN,
    2024,
    PaymentChannel.TAX_SYSTEM,
    PaymentKind.ORDINARY,
    Fen(38_000),
    date(2023, 11, 5),
    date(2024, 1, 1),
    date(2024, 12, 31),
)
PAYMENTS = [replace(PAYMENT, coverage_year=year) for year in (2022, 2023, 2025)]


def asked(first: int, last: int, *, own: bool = True, bound: bool = False) -> tuple[CertifiedPayment, ...] | Refusal:
    return certified(IN_WINDOW, own=own, bound=bound, first_year=first, last_year=last, payments=PAYMENTS)


@pytest.mark.parametrize(
    ("first", "last", "years"), [(2022, 2025, [2022, 2023, 2025]), (2023, 2024, [2023]), (2025, 2025, [2025])]
)
def test_both_years_are_included(first: int, last: int, years: list[int]) -> None:
    assert [one.coverage_year for one in granted(asked(first, last))] == years
    assert granted(asked(first, last, own=False, bound=True)) == granted(asked(first, last))


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (1999, 2024, "firstYear"),
        (2027, 2027, "firstYear"),
        (2024, 2023, "lastYear"),
        (2005, 2005 + MOST_YEARS, "lastYear"),
    ],
)
def test_years_that_cannot_be_right(first: int, last: int, field: str) -> None:
    answer = asked(first, last)
    assert isinstance(answer, InputNotAcceptable)
    assert answer.field == field
    assert not isinstance(asked(2005, 2004 + MOST_YEARS), InputNotAcceptable)


def test_of_somebody_else_nothing_is_said_not_even_that_nothing_was_paid() -> None:
    assert isinstance(asked(2024, 2024), NoPaymentToCertify)
    assert isinstance(asked(2024, 2024, own=False), NotOfYourFamily)
    assert isinstance(asked(2022, 2025, own=False), NotOfYourFamily)


def test_a_number_tells_county_and_year_and_nothing_that_can_be_guessed() -> None:
    numbers = {certificate_number(ANSHUN, IN_WINDOW, f"secret-{each}") for each in range(1_000)}
    assert len(numbers) == 1_000
    assert {(len(number), number[:10]) for number in numbers} == {(22, "5204022024")}
    drawn = "".join(number[10:] for number in numbers)
    assert not set(drawn) & set("ILOU")
    assert len(set(drawn)) == 32
