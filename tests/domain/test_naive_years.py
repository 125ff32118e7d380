"""Random years of care in 安顺, adjudicated by the product and by the naive adjudicator: no difference.

`CANBAO_RANDOM_YEARS` says how many; a few hundred are enough for every run, ten thousand for a change of the rules.
"""

from __future__ import annotations

import os
from datetime import date
from fractions import Fraction
from random import Random

from domain.decisions.adjudicating import Cost, YearSoFar, adjudicated
from domain.decisions.benefits import Benefits, Patient, benefits
from domain.decisions.consulting import Consultation
from domain.policy import PolicyBook
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
from tests.domain.naive_adjudicator import NaiveYear

YEARS = int(os.environ.get("CANBAO_RANDOM_YEARS", "400"))
DAY = date(2025, 6, 16)
KINDS = {
    "visit": CareKind.OUTPATIENT,
    "two diseases": CareKind.HYPERTENSION_DIABETES,
    "bump": CareKind.ANTENATAL,
    "chronic": CareKind.CHRONIC_DISEASE,
    "special": CareKind.SPECIAL_DISEASE,
    "ward": CareKind.INPATIENT,
}
MOST_YUAN = (3, 60, 900, 20_000, 150_000, 900_000)
GROUPS = (None, None, *SpecialGroup)
POOR = {SpecialGroup.EXTREME_POVERTY, SpecialGroup.MINIMUM_LIVING, SpecialGroup.MONITORED}


def test_no_random_year_is_worth_anything_else_to_the_naive_adjudicator() -> None:
    book = PolicyBook.load()
    rules: dict[tuple[Patient, CareKind, InstitutionTier], Benefits] = {}
    funds = [0, 0, 0]
    for seed in range(YEARS):
        chance = Random(seed)
        group = chance.choice(GROUPS)
        sugar, pressure = chance.choice([(True, True), (True, False), (False, True)])
        expecting = chance.random() < 0.3
        naive = NaiveYear(group in POOR, sugar, pressure)
        conditions = {RecognisedCondition.CHRONIC_DISEASE, RecognisedCondition.SPECIAL_DISEASE}
        conditions |= {RecognisedCondition.DIABETES} if sugar else set()
        conditions |= {RecognisedCondition.HYPERTENSION} if pressure else set()
        conditions |= {RecognisedCondition.PREGNANCY} if expecting else set()
        patient = Patient(Scheme.RESIDENT, None, RegionCode("520402"), group, frozenset(conditions))
        year = YearSoFar()
        for _ in range(chance.randint(1, 25)):
            care = chance.choice([kind for kind in KINDS if expecting or kind != "bump"])
            hospital = chance.randrange(4)
            cents = chance.randint(1, chance.choice(MOST_YUAN) * 100)
            key = patient, KINDS[care], list(InstitutionTier)[hospital]
            if key not in rules:
                rules[key] = benefits(Consultation(book, DAY, DAY.year), *key)
            told = adjudicated(rules[key], [Cost(CostClass.A, Fen(cents))], year)
            year = told.year
            said = naive.claim(care, hospital, Fraction(cents, 100))
            paid = (told.pooled_fen, told.critical_fen, told.assistance_at_most_fen)
            assert paid == tuple(int(amount * 100) for amount in said), (seed, care, hospital, cents)
            funds = [total + amount for total, amount in zip(funds, paid, strict=True)]
    assert all(funds), "every fund has paid something in some year"
