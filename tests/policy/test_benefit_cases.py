"""The cases of `benefit_cases.yaml`: worked out again by hand's arithmetic, and adjudicated by the book."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.decisions.adjudicating import Adjudication, Cost, YearSoFar, adjudicated
from domain.decisions.benefits import Patient, benefits
from domain.decisions.consulting import Consultation
from domain.policy import Fact, PolicyBook
from domain.refusals import Refusal
from domain.vocabulary import (
    CareKind,
    CostClass,
    Fen,
    InstitutionTier,
    RecognisedCondition,
    RegionCode,
    Scheme,
    SpecialGroup,
)
from tests.policy.workings import fen, result

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "benefit_cases.yaml").read_text(encoding="utf-8"))
XIXIU = RegionCode("520402")
DAY = date(2025, 6, 16)
FUNDS = ("basic", "critical", "assistance_at_most")
BENEFIT_FILES = ("resident_benefit", "critical_illness", "medical_assistance")
NOT_OF_A_CLAIM = {"resident_benefit.days_that_decide"}
"""Which day decides is no matter of a claim on one day; previews tell it."""


def _fen(yuan: str) -> Fen:
    return Fen(fen(Fraction(yuan)))


def _year(before: dict[str, Any]) -> YearSoFar:
    return YearSoFar(
        pooled_fen={kind: _fen(before[kind.name.lower()]) for kind in CareKind if kind.name.lower() in before},
        critical_base_fen=_fen(before.get("critical_illness_base", "0")),
        critical_fen=_fen(before.get("critical_illness", "0")),
        assistance_fen=_fen(before.get("assistance", "0")),
        stays=int(before.get("stays", 0)),
    )


def _adjudicated(book: PolicyBook, case: dict[str, Any]) -> Adjudication | Refusal:
    patient = Patient(
        scheme=Scheme.RESIDENT,
        person_type=None,
        region=XIXIU,
        group=SpecialGroup[case["group"]] if "group" in case else None,
        conditions=frozenset(RecognisedCondition[name] for name in case.get("conditions", ())),
    )
    year = _year(case.get("before", {}))
    try:
        found = benefits(
            Consultation(book, DAY, DAY.year),
            patient,
            CareKind[case["care"]],
            InstitutionTier[case["tier"]],
            designated=case.get("designated", True),
            later_stay=year.stays > 0,
        )
    except Refusal as refusal:
        return refusal
    return adjudicated(found, [Cost(CostClass.A, _fen(case["cost"]))], year)


def _cited(book: PolicyBook, name: str) -> Fact:
    return book.fact(name, area=XIXIU, on=DAY, benefit_year=DAY.year)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']}_{case['care']}".replace(" ", "_"))
def test_a_claim_is_paid_as_the_letter_works_out(case: dict[str, Any], book: PolicyBook) -> None:
    answer = _adjudicated(book, case)
    if "refused" in case:
        assert type(answer).__name__ == case["refused"]
        assert isinstance(answer, Refusal)
        assert answer.basis == _cited(book, case["cites"]).key
        return
    assert isinstance(answer, Adjudication), answer
    told = answer.pooled_fen, answer.critical_fen, answer.assistance_at_most_fen
    assert told == tuple(result(case[fund]) if fund in case else 0 for fund in FUNDS)


def test_the_cases_are_many_and_no_two_say_the_same() -> None:
    said = Counter(str({name: value for name, value in case.items() if name != "case"}) for case in CASES)
    assert len(CASES) >= 200
    assert [one for one, times in said.items() if times > 1] == []


def test_every_cell_of_the_benefits_is_cited(book: PolicyBook, capsys: pytest.CaptureFixture[str]) -> None:
    """A cell is one fact that the letter, or a reading of it, states about care in 安顺."""
    cells = {
        fact.name
        for fact in book.facts(area="520400", on=DAY)
        if fact.name.split(".")[0] in BENEFIT_FILES and fact.benefit_year in (None, DAY.year)
    } - NOT_OF_A_CLAIM
    cited = {case["cites"] for case in CASES}
    with capsys.disabled():
        sys.stdout.write(
            f"\nbenefits of 安顺: {len(cells & cited)} of {len(cells)} cells covered by {len(CASES)} cases\n"
        )
    assert cited == cells


def test_every_tier_of_every_kind_of_care_has_a_case() -> None:
    asked = {(case["care"], case["tier"]) for case in CASES if "refused" not in case}
    assert asked == {(kind.name, tier.name) for kind in CareKind for tier in InstitutionTier}


def test_every_limit_deductible_and_bracket_has_a_case_on_both_sides_and_on_it(book: PolicyBook) -> None:
    sides: dict[str, set[str]] = {}
    for case in CASES:
        if "side" in case:
            sides.setdefault(case["cites"], set()).add(case["side"])
    amounts = {
        fact.name
        for fact in book.facts(area="520400", on=DAY)
        if fact.name.split(".")[0] in BENEFIT_FILES and fact.benefit_year == DAY.year and fact.unit.name == "FEN"
    }
    nothing = {name for name in amounts if not _cited(book, name).fen}
    whole_only = {"resident_benefit.special_and_inpatient_cap"}
    assert {name for name in amounts - nothing - whole_only if sides.get(name) != {"below", "at", "above"}} == set()
    assert sides["critical_illness.hardship_edges"] == {"below", "at", "above"}
    assert sides["critical_illness.hardship_deductible_cut"] == {"below", "at", "above"}
