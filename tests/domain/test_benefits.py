"""The other readings of the letter's open points: each is a choice of a rule, and changes what is paid as it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import domain.policy
from domain.decisions.adjudicating import Adjudication, Cost, YearSoFar, adjudicated
from domain.decisions.benefits import Patient, benefits
from domain.decisions.consulting import Consultation
from domain.policy import PolicyBook
from domain.policy.facts import FactValue
from domain.policy.reading import Library, read_library
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

DAY = date(2025, 6, 16)
Reading = Callable[[str, FactValue], PolicyBook]


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(Path(domain.policy.__path__[0]))


@pytest.fixture
def read_as(library: Library) -> Reading:
    """The book with one fact of 安顺 read otherwise."""

    def reading(name: str, value: FactValue) -> PolicyBook:
        facts = tuple(
            replace(fact, value=value) if (fact.name, fact.area) == (name, "520400") else fact for fact in library.facts
        )
        assert facts != library.facts
        return PolicyBook(replace(library, facts=facts))

    return reading


def claimed(
    book: PolicyBook,
    care: CareKind,
    yuan: int,
    *,
    tier: InstitutionTier = InstitutionTier.LEVEL_3,
    group: SpecialGroup | None = None,
    conditions: frozenset[RecognisedCondition] = frozenset(RecognisedCondition)
    - {RecognisedCondition.TARGET_ORGAN_DAMAGE},
    year: YearSoFar | None = None,
) -> Adjudication:
    patient = Patient(Scheme.RESIDENT, None, RegionCode("520402"), group, conditions)
    found = benefits(Consultation(book, DAY, DAY.year), patient, care, tier)
    return adjudicated(found, [Cost(CostClass.A, Fen(yuan * 100))], year or YearSoFar())


def test_brackets_that_keep_their_widths_move_with_the_deductible(book: PolicyBook, read_as: Reading) -> None:
    """90,000 yuan are left: 27,500 + 30,000 + 30,000 above 2,500, or 25,000 + 30,000 + 32,500."""
    poor = SpecialGroup.MINIMUM_LIVING
    stay, moved = (
        claimed(one, CareKind.INPATIENT, 300_000, group=poor)
        for one in (book, read_as("critical_illness.hardship_edges", "MOVE"))
    )
    assert stay.critical_fen == 27_500 * 75 + 30_000 * 80 + 30_000 * 85
    assert moved.critical_fen == 25_000 * 75 + 30_000 * 80 + 32_500 * 85
    untilted = claimed(read_as("critical_illness.hardship_edges", "MOVE"), CareKind.INPATIENT, 300_000)
    assert untilted.critical_fen == 25_000 * 70 + 30_000 * 75 + 30_000 * 80


def test_basic_insurance_alone_may_pay_550_000(book: PolicyBook, read_as: Reading) -> None:
    alone = read_as("resident_benefit.special_and_inpatient_limit", "BASIC_ALONE")
    for care in (CareKind.SPECIAL_DISEASE, CareKind.INPATIENT):
        assert claimed(book, care, 700_000).pooled_fen == 25_000_000
        assert claimed(alone, care, 700_000).pooled_fen == 49_000_000
        assert claimed(alone, care, 900_000).pooled_fen == 55_000_000


def test_antenatal_care_may_be_paid_whole(book: PolicyBook, read_as: Reading) -> None:
    whole = read_as("resident_benefit.antenatal_ratio", "WHOLE")
    assert [claimed(one, CareKind.ANTENATAL, 500).pooled_fen for one in (book, whole)] == [30_000, 50_000]
    assert [claimed(one, CareKind.ANTENATAL, 5_000).pooled_fen for one in (book, whole)] == [60_000, 60_000]


@pytest.mark.parametrize(
    ("care", "apart", "pooled"), [(CareKind.ANTENATAL, 60_000, 110_000), (CareKind.OUTPATIENT, 50_000, 110_000)]
)
def test_antenatal_and_general_care_may_share_one_pool(
    book: PolicyBook, read_as: Reading, care: CareKind, apart: int, pooled: int
) -> None:
    one_pool = read_as("resident_benefit.antenatal_limit", "ONE_POOL")
    tier = InstitutionTier.LEVEL_1
    assert [claimed(one, care, 3_000, tier=tier).pooled_fen for one in (book, one_pool)] == [apart, pooled]
    used = YearSoFar({CareKind.ANTENATAL: Fen(70_000), CareKind.OUTPATIENT: Fen(20_000)})
    assert claimed(one_pool, care, 3_000, tier=tier, year=used).pooled_fen == 20_000
    never = claimed(one_pool, CareKind.OUTPATIENT, 3_000, tier=tier, conditions=frozenset())
    assert never.pooled_fen == 50_000


def test_what_a_limit_cuts_off_may_count_for_nothing_else(book: PolicyBook, read_as: Reading) -> None:
    """Of 20,000 yuan of chronic care at level 2, 16,000 would be paid and 10,000 are: 10,000 are left, or 4,000."""
    low = read_as("critical_illness.counts_above_basic_cap", False)
    chronic = {"care": CareKind.CHRONIC_DISEASE, "yuan": 20_000, "tier": InstitutionTier.LEVEL_2}
    assert claimed(book, **chronic).critical_fen == 5_000 * 70  # type: ignore[arg-type]
    assert claimed(low, **chronic).critical_fen == 0  # type: ignore[arg-type]


def test_a_later_stay_has_the_share_of_the_deductible_that_the_place_states(book: PolicyBook) -> None:
    patient = Patient(Scheme.RESIDENT, None, RegionCode("840101"), None, frozenset())
    consultation = Consultation(book, DAY, DAY.year)
    first, later = (
        benefits(consultation, patient, CareKind.INPATIENT, InstitutionTier.LEVEL_3, later_stay=late)
        for late in (False, True)
    )
    costs = [Cost(CostClass.A, Fen(1_000_000))]
    assert adjudicated(first, costs).pooled_fen == (1_000_000 - 100_000) * 60 // 100
    assert adjudicated(later, costs, YearSoFar(stays=1)).pooled_fen == (1_000_000 - 50_000) * 60 // 100


def test_class_b_counts_after_its_first_share_and_class_c_not_at_all(book: PolicyBook) -> None:
    patient = Patient(Scheme.RESIDENT, None, RegionCode("840301"), None, frozenset())
    found = benefits(
        Consultation(book, DAY, DAY.year),
        patient,
        CareKind.INPATIENT,
        InstitutionTier.LEVEL_2,
        classes=list(CostClass),
    )
    lines = [Cost(CostClass.A, Fen(500_000)), Cost(CostClass.B, Fen(100_001)), Cost(CostClass.C, Fen(70_000))]
    told = adjudicated(found, lines)
    assert (told.cost_fen, told.first_share_fen, told.excluded_fen) == (670_001, 15_000, 70_000)
    assert told.eligible_fen == 585_001
    # 75 % of what lies above 500 yuan: 401,250.75 fen.
    assert told.pooled_fen == 401_251
    together = [Cost(CostClass.B, Fen(100_000)), Cost(CostClass.C, Fen(70_000)), *lines[:1], Cost(CostClass.B, Fen(1))]
    assert adjudicated(found, together) == told


def test_assistance_pays_its_share_where_it_is_stated(book: PolicyBook) -> None:
    patient = Patient(Scheme.RESIDENT, None, RegionCode("840101"), SpecialGroup.ORPHAN, frozenset())
    found = benefits(Consultation(book, DAY, DAY.year), patient, CareKind.INPATIENT, InstitutionTier.LEVEL_2)
    told = adjudicated(found, [Cost(CostClass.A, Fen(1_050_000))])
    assert told.pooled_fen == 750_000
    assert told.assistance_fen == told.assistance_at_most_fen == 300_000 * 70 // 100
    nearly = adjudicated(found, [Cost(CostClass.A, Fen(1_050_000))], YearSoFar(assistance_fen=Fen(2_900_000)))
    assert nearly.assistance_fen == 100_000
