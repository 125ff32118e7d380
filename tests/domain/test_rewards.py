"""Years in a row and years without a claim: what they are worth, and where the count begins anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.rewards import Continuity, continuity, in_a_row
from domain.policy import PolicyBook
from domain.refusals import InputNotAcceptable, NotEnrolled, NotOfYourFamily, PolicyNotStated, Refusal
from domain.vocabulary import Fen, RegionCode, SpecialGroup
from tests.domain.cases import ANSHUN, IN_WINDOW, MIANYANG, PAYER, SIMULATED, granted, standing

BOOK = PolicyBook.load()


def told(
    years: set[int],
    *,
    year: int = 2025,
    region: RegionCode = SIMULATED,
    on: date = IN_WINDOW,
    group: SpecialGroup | None = None,
    paid: Mapping[int, Fen] | None = None,
) -> Continuity | Refusal:
    case = standing(region, coverage_year=year, group=group)
    return continuity(BOOK, on, case, years, paid=paid or {})


@pytest.mark.parametrize(
    ("years", "in_row", "steps"),
    [
        (set(), 0, 0),
        ({2025}, 1, 0),
        ({2024, 2025}, 2, 0),
        ({2023, 2024, 2025}, 3, 1),
        ({2021, 2022, 2023, 2024, 2025}, 5, 3),
        ({2019, 2020, 2021, 2022, 2023, 2024, 2025}, 5, 3),
        ({2021, 2022, 2023, 2025}, 1, 1),
        ({2021, 2022, 2023, 2024}, 0, 2),
        ({2023, 2024, 2025, 2026}, 3, 1),
    ],
)
def test_each_year_after_the_full_ones_is_a_step_and_a_gap_restarts_the_count_only(
    years: set[int], in_row: int, steps: int
) -> None:
    """In the simulated province two years must be full, counted from 2021."""
    answer = granted(told(years))
    assert (answer.consecutive_years, answer.continuity_steps) == (in_row, steps)
    assert answer.zero_claim_steps == 0
    assert answer.cap_fen == 30_000_000
    assert answer.raised_cap_fen == 30_000_000 + steps * 200_000


@pytest.mark.parametrize(("year", "steps"), [(2025, 0), (2026, 0)])
def test_in_anshun_the_first_reward_waits_for_four_full_years_from_2025(year: int, steps: int) -> None:
    """The cap is stated for 2025 only; long insurance before 2025 earns nothing."""
    answer = told(set(range(2010, year + 1)), year=year, region=ANSHUN)
    if year == 2025:
        quote = granted(answer)
        assert (quote.consecutive_years, quote.continuity_steps, quote.raise_fen) == (1, steps, 0)
    else:
        assert isinstance(answer, PolicyNotStated)
        assert answer.name == "critical_illness.annual_cap"


A_LITTLE = Fen(0)
THE_CAP = Fen(30_000_000)
ABOVE_IT = Fen(30_000_001)


@pytest.mark.parametrize(
    ("year", "on", "paid", "steps"),
    [
        (2025, IN_WINDOW, {}, 0),
        (2025, date(2025, 1, 1), {}, 1),
        (2025, date(2025, 1, 1), {2024: A_LITTLE}, 0),
        (2025, date(2025, 1, 1), {2025: A_LITTLE}, 1),
        (2026, date(2025, 12, 31), {}, 1),
        (2026, date(2026, 1, 1), {}, 2),
        (2026, date(2026, 1, 1), {2024: A_LITTLE}, 1),
        (2026, date(2026, 1, 1), {2025: THE_CAP}, 1),
        (2026, date(2026, 1, 1), {2025: ABOVE_IT}, 0),
        (2026, date(2026, 1, 1), {2024: ABOVE_IT}, 1),
    ],
)
def test_a_year_that_is_over_and_had_nothing_paid_counts_until_a_reward_is_used(
    year: int, on: date, paid: dict[int, Fen], steps: int
) -> None:
    """In the simulated province claims are known from 2024; who passes the cap of 300,000 yuan uses what raised it."""
    answer = granted(told(set(range(2022, year + 1)), year=year, on=on, paid=paid))
    assert answer.zero_claim_steps == steps
    assert answer.raise_fen == (answer.continuity_steps + steps) * 200_000


def test_what_is_used_leaves_the_rewards_for_years_in_a_row() -> None:
    used = granted(told(set(range(2022, 2027)), year=2026, on=date(2026, 1, 1), paid={2025: ABOVE_IT}))
    assert (used.continuity_steps, used.zero_claim_steps) == (3, 0)
    assert "continuity_reward.use_clears_zero_claim" in {one.fact.name for one in used.facts}


def test_nobody_has_a_year_without_a_claim_that_was_not_paid_for() -> None:
    assert granted(told({2022, 2023, 2025}, on=date(2025, 1, 1))).zero_claim_steps == 0


@pytest.mark.parametrize(
    ("group", "capped"),
    [(SpecialGroup.MINIMUM_LIVING, False), (SpecialGroup.ORPHAN, True), (None, True)],
)
def test_for_whom_the_letter_lifts_the_cap_there_is_none_to_raise(group: SpecialGroup | None, capped: bool) -> None:
    answer = granted(told({2025}, region=ANSHUN, group=group))
    assert answer.raised_cap_fen == (30_000_000 if capped else None)
    assert answer.raise_fen == 0


def test_what_no_document_states_is_not_told() -> None:
    answer = told({2024, 2025}, region=MIANYANG)
    assert isinstance(answer, PolicyNotStated)
    assert answer.name == "critical_illness.annual_cap"


def test_nothing_is_told_of_strangers_nor_of_years_that_cannot_be() -> None:
    stranger = standing(SIMULATED, relation=None)
    assert isinstance(continuity(BOOK, IN_WINDOW, stranger, {2025}, paid={}), NotOfYourFamily)
    unknown = replace(stranger, insured=None)
    assert isinstance(continuity(BOOK, IN_WINDOW, unknown, {2025}, paid={}), NotOfYourFamily)
    assert stranger.insured is not None
    own = replace(stranger, insured=replace(stranger.insured, id=PAYER))
    assert granted(continuity(BOOK, IN_WINDOW, own, {2025}, paid={})).consecutive_years == 1
    nowhere = replace(standing(SIMULATED), enrolment=None)
    assert isinstance(continuity(BOOK, IN_WINDOW, nowhere, {2025}, paid={}), NotEnrolled)
    assert isinstance(told({2025}, year=1999), InputNotAcceptable)


def test_stretches_are_years_without_a_gap() -> None:
    assert in_a_row([2025, 2021, 2022, 2021]) == [range(2021, 2023), range(2025, 2026)]


@given(
    years=st.sets(st.integers(2015, 2026)),
    paid=st.dictionaries(st.integers(2015, 2026), st.sampled_from([A_LITTLE, THE_CAP, ABOVE_IT])),
    more=st.integers(2021, 2025),
)
def test_a_raise_stays_within_its_share_and_another_year_never_lowers_it(
    years: set[int], paid: dict[int, Fen], more: int
) -> None:
    answer, longer = (
        granted(told(each, year=2026, on=date(2026, 1, 1), paid=paid)) for each in (years, years | {more})
    )
    assert 0 <= answer.raise_fen <= longer.raise_fen <= 6_000_000
