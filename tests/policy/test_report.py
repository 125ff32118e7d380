"""What the book says about itself: gaps, assumptions, and facts about to lapse or long unconfirmed."""

from __future__ import annotations

import ast
import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import domain.decisions
import domain.policy
from domain.policy import (
    FACTS_BEHIND,
    JOURNEY_FACTS,
    SOURCE_CITIES,
    Assumption,
    PolicyBook,
    SourceKind,
    year_collected_on,
)
from domain.policy.reading import read_library

ASSUMPTIONS = 199
"""Facts that rest on a reading of ours. A change of this number is a change of policy: say why in the commit."""


def test_the_number_of_assumptions_is_known(book: PolicyBook) -> None:
    """An assumption is added or removed on purpose."""
    assumed = [fact for fact in book.facts() if isinstance(fact.source, Assumption)]
    assert len(assumed) == ASSUMPTIONS
    report = book.check(date(2024, 11, 15))
    assert [one.fact for one in report.assumptions] == assumed
    assert all(one.why and one.in_force == one.fact.in_force(report.on) for one in report.assumptions)


def test_every_fact_has_one_of_three_sources(book: PolicyBook) -> None:
    """Real areas cite or assume; what is made up belongs to the simulated province."""
    kinds = Counter(fact.source.kind for fact in book.facts())
    assert sum(kinds.values()) == len(book.facts())
    for fact in book.facts():
        assert (fact.source.kind is SourceKind.SYNTHETIC) == fact.area.startswith("84")


OPEN_IN_ANSHUN = {
    "resident_benefit.first_share_of_class_b",
    "medical_assistance.ratio",
    "employee_benefit.care_kinds",
    "maternity_benefit.cost_classes",
}
"""What the letter of 安顺 leaves open about care, and nobody guesses."""


def test_anshun_has_no_other_gap_while_it_collects_for_2025(book: PolicyBook) -> None:
    """The journey can be made there from the opening of the window until the year of cover ends."""
    for on in (date(2024, 9, 23), date(2025, 2, 28), date(2025, 3, 1), date(2025, 8, 31)):
        gaps = {name for gap in book.check(on).gaps if gap.area == "520400" for name in gap.names}
        assert gaps == OPEN_IN_ANSHUN


def test_the_simulated_province_answers_every_question_of_the_journey(book: PolicyBook) -> None:
    """From 2020 to the year of cover 2026, in each of its cities, whatever the day."""
    for city in ("840100", "840200", "840300", "840101"):
        for on in (date(2021, 9, 1), date(2024, 2, 29), date(2024, 9, 1), date(2025, 3, 1), date(2026, 8, 31)):
            for names in JOURNEY_FACTS:
                assert book.first_fact(names, area=city, on=on, benefit_year=year_collected_on(on))


def test_the_simulated_province_states_its_benefits_whole_from_2024_to_2026(book: PolicyBook) -> None:
    stated = [*FACTS_BEHIND["resident_benefit.care_kinds"], *FACTS_BEHIND["employee_benefit.care_kinds"]]
    stated += FACTS_BEHIND["resident_benefit.inpatient_deductible_level_1"]
    stated += FACTS_BEHIND["employee_benefit.inpatient_deductible_level_1"]
    for city in ("840100", "840200", "840300", "840101"):
        for on in (date(2024, 1, 1), date(2025, 6, 30), date(2026, 12, 31)):
            for name in stated:
                assert book.fact(name, area=city, on=on, benefit_year=on.year)


def test_the_gaps_are_those_that_the_documents_leave(book: PolicyBook) -> None:
    """Mianyang states neither amount nor window for 2025; Suining and the cities of Anhui state no late price."""
    report = book.check(date(2024, 11, 15))
    assert report.benefit_year == 2025
    gaps = {(gap.area, name) for gap in report.gaps for name in gap.names}
    assert ("510700", "collection_window.window") in gaps
    assert ("510700", "resident_contribution.amount_in_window") in gaps
    for city in ("341100", "341800", "510900"):
        assert (city, "resident_contribution.amount_in_window") not in gaps
        assert (city, "resident_contribution.amount_after_window") in gaps
    assert {name for area, name in gaps if area == "520400"} == OPEN_IN_ANSHUN


def test_suining_falls_silent_with_the_new_year(book: PolicyBook) -> None:
    """On 1 January the amount and the window become gaps."""
    before, after = (
        {name for gap in book.check(on).gaps if gap.area == "510900" for name in gap.names}
        for on in (date(2024, 12, 31), date(2025, 1, 1))
    )
    assert after - before == {
        "collection_window.window",
        "resident_contribution.amount_in_window",
        "coverage.in_window_starts_on",
        "coverage.in_window_ends_on",
    }


def test_a_fact_is_about_to_lapse_within_the_days_asked(book: PolicyBook) -> None:
    """The last day itself is zero days away; one day too far is not listed."""
    window = "collection_window.window~510900~2024-01-01~2025"
    last = date(2024, 12, 31)

    def days_left(on: date, within: int) -> list[int]:
        return [one.days_left for one in book.check(on, within_days=within).lapsing if one.fact.key == window]

    assert days_left(last, 0) == [0]
    assert days_left(last - timedelta(days=30), 30) == [30]
    assert days_left(last - timedelta(days=31), 30) == []
    assert days_left(last + timedelta(days=1), 30) == []


def test_a_fact_without_an_end_grows_stale_after_a_year(book: PolicyBook) -> None:
    """Chuzhou's page was read on 22 September 2023."""
    key = "receipt.completion_required_for_slip~341100~2023-09-22"

    def age(on: date) -> list[int]:
        return [one.days_since_confirmed for one in book.check(on).stale if one.fact.key == key]

    assert age(date(2023, 9, 22) + timedelta(days=365)) == []
    assert age(date(2023, 9, 22) + timedelta(days=366)) == [366]


def test_the_report_is_plain_json_and_the_same_every_time(book: PolicyBook) -> None:
    """What the command line prints for machines."""
    plain = book.check(date(2024, 11, 15)).as_plain()
    text = json.dumps(plain, ensure_ascii=False)
    assert json.loads(text) == plain
    assert text == json.dumps(PolicyBook.load().check(date(2024, 11, 15)).as_plain(), ensure_ascii=False)
    assert plain["facts"] == len(book.facts())
    assert plain["inForce"] == len(book.facts(on=date(2024, 11, 15)))
    assert set(plain) == {
        "on",
        "benefitYear",
        "withinDays",
        "facts",
        "inForce",
        "documents",
        "gaps",
        "assumptions",
        "lapsing",
        "stale",
    }


@pytest.mark.parametrize(
    ("on", "year"),
    [(date(2024, 8, 31), 2024), (date(2024, 9, 1), 2025), (date(2024, 12, 31), 2025), (date(2025, 1, 1), 2025)],
)
def test_the_year_collected_changes_on_the_first_of_september(on: date, year: int) -> None:
    """Collection for the next year of cover begins in autumn."""
    assert year_collected_on(on) == year


def test_the_report_asks_for_every_fact_that_a_decision_asks_for(book: PolicyBook) -> None:
    """Decisions name facts in full, so that their text tells which they can ever ask for."""
    named = {
        node.value
        for module in Path(domain.decisions.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in set(book.names())
    }
    known = {name for names in JOURNEY_FACTS for name in names}
    behind = {name for names in FACTS_BEHIND.values() for name in names}
    told_where_stated = {
        "newborn.registers_as_first_time",
        "resident_contribution.subsidy_floor",
        "resident_contribution.financing_floor",
    }
    assert len(named) > 30
    assert named - known - behind == told_where_stated
    assert behind <= named
    assert set(FACTS_BEHIND) <= known | behind


def test_a_variable_wait_leaves_gaps_only_where_there_is_one(book: PolicyBook) -> None:
    """In 安顺 the wait has one part; 绵阳 follows the national opinion, and could not be answered without the rest."""
    behind = FACTS_BEHIND["waiting_period.has_variable_part"]
    library = read_library(Path(domain.policy.__path__[0]))
    without = PolicyBook(replace(library, facts=tuple(fact for fact in library.facts if fact.name not in behind)))
    gaps = {(gap.area, name) for gap in without.check(date(2024, 11, 15)).gaps for name in gap.names}
    assert {("510700", name) for name in behind} <= gaps
    assert not any(("520400", name) in gaps for name in behind)
    assert not any(name in behind for gap in book.check(date(2024, 11, 15)).gaps for name in gap.names)


def test_the_journey_asks_for_facts_that_exist_in_the_five_cities(book: PolicyBook) -> None:
    """The questions of the report are about defined names and listed cities."""
    assert {name for names in JOURNEY_FACTS for name in names} <= set(book.names())
    assert set(SOURCE_CITIES) <= set(book.areas)
    assert [book.areas[city].name_zh for city in SOURCE_CITIES] == ["滁州市", "宣城市", "绵阳市", "遂宁市", "安顺市"]
