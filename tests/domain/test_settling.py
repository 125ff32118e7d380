"""A year is a matter of its claims: whatever the order in which they come and go, each is worth the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decisions.benefits import Patient, ReadBenefits, benefits
from domain.decisions.consulting import Consultation
from domain.decisions.settling import Claim, Paid, readjudicated, settled_in_order, unpaid, without, year_of
from domain.policy import PolicyBook
from domain.vocabulary import (
    CareKind,
    ClaimOrigin,
    ClaimPayer,
    CostClass,
    Fen,
    Id,
    InstitutionTier,
    RecognisedCondition,
    RegionCode,
    Scheme,
    SpecialGroup,
    TreatmentPlace,
)

BOOK = PolicyBook.load()
NOTHING = Fen(0)
CONDITIONS = frozenset({RecognisedCondition.CHRONIC_DISEASE, RecognisedCondition.SPECIAL_DISEASE})
KINDS = (CareKind.OUTPATIENT, CareKind.CHRONIC_DISEASE, CareKind.SPECIAL_DISEASE, CareKind.INPATIENT)


@st.composite
def years(draw: st.DrawFn) -> list[Claim]:
    """Claims of one patient in 2025, in the order in which they come."""
    region = draw(st.sampled_from((RegionCode("520402"), RegionCode("840201"))))
    group = draw(st.sampled_from((None, SpecialGroup.MINIMUM_LIVING)))
    patient = Patient(Scheme.RESIDENT, None, region, group, CONDITIONS)
    claims = []
    for number in range(draw(st.integers(2, 6))):
        last = date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 300)))
        kind = draw(st.sampled_from(KINDS))
        tier = draw(st.sampled_from((InstitutionTier.LEVEL_1, InstitutionTier.LEVEL_2)))
        cost = draw(st.integers(1, 2_000)) * draw(st.sampled_from((100, 9_973, 20_011)))
        paid = unpaid([(CostClass.A, Fen(cost)), (CostClass.C, Fen(draw(st.sampled_from((0, 5_001)))))])
        bill = Claim(Id(number), Id(1), Id(2), patient, NOTHING, kind, tier, last, last, f"B-{number}", paid, 1)
        origin = draw(st.sampled_from(ClaimOrigin))
        claims.append(replace(bill, origin=origin, treated=draw(st.sampled_from(TreatmentPlace))))
    return claims


def put_in(year: Iterable[Claim], new: Claim) -> list[Claim]:
    """The year with the claim in it, as it is settled."""
    before = [one for one in year if one.place < new.place]
    after = [one for one in year if one.place > new.place]
    for one in readjudicated(BOOK, before, [new]):
        new = replace(one.after, postings=1)
    changed = {one.after.id: one.after for one in readjudicated(BOOK, [*before, new], after)}
    return [*before, new, *(changed.get(one.id, one) for one in after)]


@settings(max_examples=25)
@given(st.lists(years(), min_size=1, max_size=4))
def test_a_batch_is_worth_what_its_claims_are_one_by_one(lives: list[list[Claim]]) -> None:
    people = [[replace(one, person_id=Id(person)) for one in claims] for person, claims in enumerate(lives)]
    in_order = [one for claims in people for one in sorted(claims, key=lambda claim: claim.place)]
    for (claim, trace), unpaid_one in zip(settled_in_order(ReadBenefits(BOOK), in_order), in_order, strict=True):
        year: list[Claim] = []
        for one in people[claim.person_id]:
            year = put_in(year, one)
        assert claim.paid == next(one.paid for one in year if one.place == claim.place)
        for alone in readjudicated(BOOK, [one for one in year if one.place < claim.place], [unpaid_one]):
            assert alone.trace == trace


def test_rules_that_were_read_for_an_edition_are_those_of_each_of_its_days() -> None:
    read = ReadBenefits(BOOK)
    patient = Patient(Scheme.RESIDENT, None, RegionCode("840201"), SpecialGroup.MINIMUM_LIVING, CONDITIONS)
    care, tier = CareKind.INPATIENT, InstitutionTier.LEVEL_2
    for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 16), date(2025, 12, 31), date(2026, 1, 1)):
        for class_b in (False, True):
            classes = (CostClass.A, CostClass.B) if class_b else (CostClass.A,)
            fresh = benefits(Consultation(BOOK, day, day.year), patient, care, tier, classes=classes, later_stay=True)
            for _ in range(2):
                assert read.of(day, patient, care, tier, class_b=class_b, later_stay=True) == fresh


def paid_by_id(year: Iterable[Claim]) -> dict[Id, Paid]:
    return {one.id: one.paid for one in year}


@settings(max_examples=25)
@given(years(), st.randoms(use_true_random=False))
def test_a_year_is_the_same_in_whatever_order_its_claims_come_and_after_one_has_gone_and_come_back(
    claims: list[Claim], chance: Random
) -> None:
    year: list[Claim] = []
    for claim in claims:
        year = put_in(year, claim)
    other: list[Claim] = []
    for claim in sorted(claims, key=lambda one: chance.random()):
        other = put_in(other, claim)
    assert paid_by_id(year) == paid_by_id(other)

    gone = chance.choice(claims)
    left = [one for one in year if one.id != gone.id]
    changed = {one.after.id: one.after for one in without(BOOK, next(one for one in year if one.id == gone.id), left)}
    without_it = [changed.get(one.id, one) for one in left]
    never: list[Claim] = []
    for claim in claims:
        never = never if claim.id == gone.id else put_in(never, claim)
    assert paid_by_id(without_it) == paid_by_id(never)
    back = put_in(without_it, gone)
    assert paid_by_id(back) == paid_by_id(year)
    assert year_of(back) == year_of(year)
    for one in back:
        amounts = one.by_payer()
        assert sum(amounts.values()) == 0
        paid = {payer for payer in ClaimPayer if amounts[payer] > 0}
        direct = one.origin is ClaimOrigin.DIRECT
        assert paid <= {ClaimPayer.INSTITUTION if direct else ClaimPayer.REIMBURSED}
        assert amounts[ClaimPayer.REIMBURSED] == (0 if direct else one.paid.funds_fen)
        assert one.paid.funds_fen + one.paid.account_fen + one.paid.cash_fen == one.paid.cost_fen
