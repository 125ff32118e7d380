"""The cases of `contribution_cases.yaml` decided by the book, and what holds of every payment day and repair."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.quoting import Quote, quoted
from domain.decisions.records import PaidYear, Standing
from domain.policy import PolicyBook
from domain.refusals import CoverageYearTooShort, PolicyNotStated, Refusal
from domain.vocabulary import RegionCode, Relation, SpecialGroup
from tests.domain.cases import granted, standing

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "contribution_cases.yaml").read_text(encoding="utf-8")
)
BOOK = PolicyBook.load()
WINDOWED = RegionCode("840102")
REPAIRABLE = RegionCode("840302")


def _standing(case: dict[str, Any]) -> Standing:
    """Who the case is about: bound to a payer of the same place, enrolled there, and not paid for yet."""
    insured = None if case["insured"] == "never" else case["insured"]
    sound = standing(
        RegionCode(case["where"]),
        relation=Relation[case.get("relation", "PARENT")],
        coverage_year=case["year"],
        birth_date=case.get("born", date(1960, 5, 1)),
        group=SpecialGroup[case["group"]] if "group" in case else None,
        last_insured_year=insured,
        employed_until=case.get("employed"),
    )
    return replace(sound, last_paid=PaidYear(insured, case["paid_on"])) if "paid_on" in case and insured else sound


def _decided(book: PolicyBook, case: dict[str, Any]) -> Quote | Refusal:
    return quoted(book, case["day"], _standing(case), grade=case.get("grade", 1), repair_years=case.get("repair", 0))


def _told(quote: Quote, case: dict[str, Any]) -> dict[str, Any]:
    """What the quote says of the things that every case or this one speaks of."""
    told: dict[str, Any] = {
        "amount": quote.amount_fen,
        "covers": [quote.coverage_from, quote.coverage_until],
        "waits_until": quote.waiting_until,
    }
    more = {"assistance": quote.assistance_fen, "entrance": quote.kind.name}
    return told | {name: value for name, value in more.items() if name in case}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']}_{case['day']}".replace(" ", "_"))
def test_the_book_decides_as_the_case_says(case: dict[str, Any], book: PolicyBook) -> None:
    answer = _decided(book, case)
    if "silent" in case:
        assert isinstance(answer, PolicyNotStated), answer
        assert answer.name == case["silent"]
        return
    assert book.by_key(case["cites"]) is not None
    if "refused" in case:
        assert type(answer).__name__ == case["refused"], answer
        assert isinstance(answer, Refusal)
        assert answer.basis == case["cites"]
        return
    quote = granted(answer)
    expected = {"amount": case["amount"] * 100, "covers": case["covers"], "waits_until": case.get("waits_until")}
    if "assistance" in case:
        expected["assistance"] = case["assistance"] * 100
    if "entrance" in case:
        expected["entrance"] = case["entrance"]
    assert _told(quote, case) == expected
    assert case["cites"] in {one.fact.key for one in quote.facts}


def test_the_cases_are_many_and_no_two_say_the_same() -> None:
    said = Counter(str({name: value for name, value in case.items() if name != "case"}) for case in CASES)
    assert len(CASES) >= 150
    assert [one for one, times in said.items() if times > 1] == []


def test_every_fact_about_contributions_and_cover_of_2025_is_cited(book: PolicyBook) -> None:
    """A figure for which no case speaks is one that nobody has looked at."""
    cited = {case["cites"] for case in CASES if "cites" in case}
    figures = [
        fact.key
        for fact in book.facts(benefit_year=2025)
        if fact.name.split(".")[0] in ("resident_contribution", "collection_window", "contribution_assistance")
        and not fact.name.endswith(("_floor", "advised_by"))
    ]
    assert [key for key in figures if key not in cited] == []


_DAYS = st.dates(date(2024, 9, 1), date(2025, 12, 31))
_GAPS = st.one_of(st.none(), st.integers(2012, 2024))


def _covered_from(answer: Quote | Refusal) -> date:
    """The first day of cover, and a day after the year where there is none."""
    if isinstance(answer, CoverageYearTooShort):
        return date(2026, 1, 1)
    return granted(answer).coverage_from


@given(day=_DAYS, later=st.integers(1, 200), insured=_GAPS, region=st.sampled_from([WINDOWED, REPAIRABLE]))
def test_a_later_payment_never_covers_earlier(day: date, later: int, insured: int | None, region: RegionCode) -> None:
    case = standing(region, last_insured_year=insured)
    then = min(day + timedelta(days=later), date(2025, 12, 31))
    assert _covered_from(quoted(BOOK, day, case)) <= _covered_from(quoted(BOOK, then, case))


@given(day=_DAYS, insured=st.integers(2012, 2023))
def test_a_longer_gap_never_waits_less(day: date, insured: int) -> None:
    longer, shorter = (
        quoted(BOOK, day, standing(REPAIRABLE, last_insured_year=year)) for year in (insured, insured + 1)
    )
    assert _covered_from(longer) >= _covered_from(shorter)


@given(day=st.dates(date(2024, 9, 1), date(2025, 2, 28)), insured=st.integers(2020, 2023), years=st.integers(0, 3))
def test_more_repair_costs_more_and_never_waits_longer(day: date, insured: int, years: int) -> None:
    case = standing(REPAIRABLE, last_insured_year=insured)
    plain = granted(quoted(BOOK, day, case))
    assert plain.repair is not None
    assert plain.repair.missed_years == 2024 - insured
    most = plain.repair.repairable_years
    some, more = (granted(quoted(BOOK, day, case, repair_years=min(most, count))) for count in (years, years + 1))
    assert some.waiting_until is not None
    assert more.waiting_until is not None
    assert more.waiting_until <= some.waiting_until <= plain.repair.unrepaired_until
    assert more.waiting_until >= plain.repair.repaired_until
    if years < most:
        assert more.amount_fen > some.amount_fen
        assert more.waiting_until < some.waiting_until


@given(
    day=_DAYS,
    group=st.one_of(st.none(), st.sampled_from(SpecialGroup)),
    insured=_GAPS,
    region=st.sampled_from([WINDOWED, REPAIRABLE]),
)
def test_what_is_borne_and_what_is_paid_are_together_what_is_due(
    day: date, group: SpecialGroup | None, insured: int | None, region: RegionCode
) -> None:
    """Assistance never changes from when somebody is covered, and never gives money out."""
    case = standing(region, group=group, last_insured_year=insured)
    answer, unassisted = quoted(BOOK, day, case), quoted(BOOK, day, standing(region, last_insured_year=insured))
    if isinstance(unassisted, Refusal):
        assert type(answer) is type(unassisted)
        return
    quote = granted(answer)
    assert quote.amount_fen >= 0
    assert quote.amount_fen + quote.assistance_fen == unassisted.amount_fen
    assert quote.coverage_from == unassisted.coverage_from
