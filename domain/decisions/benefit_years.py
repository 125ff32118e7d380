"""What a year has had by its claims, and what is left of its limits (年度累计与剩余额度)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.decisions.adjudicating import CapState, YearSoFar
from domain.decisions.benefits import Benefits, benefits
from domain.decisions.consulting import Consultation
from domain.decisions.objections import noting
from domain.decisions.previewing import InsuranceRecord, cap_raise, insured_throughout, patient
from domain.decisions.quoting import FIRST_COVERAGE_YEAR
from domain.decisions.records import Standing
from domain.decisions.settling import Claim, year_of
from domain.policy import PolicyBook
from domain.refusals import InputNotAcceptable, InputProblem, NotOfYourFamily, Refusal
from domain.vocabulary import BenefitCap, CareKind, Fen, Id, InstitutionTier, RecognisedCondition

_ALWAYS = (CareKind.OUTPATIENT, CareKind.INPATIENT)
"""Care that needs nothing to be recognised: its limits are told before there is a claim."""


@dataclass(frozen=True, slots=True)
class CarePaid:
    """What basic insurance has paid for a kind of care, in how many claims."""

    care: CareKind
    claims: int
    pooled_fen: Fen


@dataclass(frozen=True, slots=True)
class BenefitYear:
    """A year so far. Limits of whoever is not insured, and those that no document states, are left out."""

    person_id: Id
    year: int
    care: tuple[CarePaid, ...]
    so_far: YearSoFar
    cost_fen: Fen
    account_fen: Fen
    cash_fen: Fen
    caps: tuple[CapState, ...]


def benefit_year(
    book: PolicyBook,
    today: date,
    standing: Standing,
    record: InsuranceRecord,
    claims: Sequence[Claim],
    year: int,
) -> BenefitYear | Refusal:
    """The year of oneself or of a family member whom one has bound, from the claims that are settled."""
    if year not in range(FIRST_COVERAGE_YEAR, today.year + 3):
        return InputNotAcceptable(field="year", problem=InputProblem.YEAR)
    insured = standing.insured
    if insured is None or (standing.relation is None and insured.id != standing.holder.id):
        return NotOfYourFamily()
    own = [one for one in claims if one.year == year]
    so_far = year_of(own)
    counted = {kind: sum(one.kind is kind for one in own) for kind in CareKind}
    return BenefitYear(
        person_id=insured.id,
        year=year,
        care=tuple(CarePaid(kind, number, so_far.pooled_fen[kind]) for kind, number in counted.items() if number),
        so_far=so_far,
        cost_fen=Fen(sum(one.paid.cost_fen for one in own)),
        account_fen=Fen(sum(one.paid.account_fen for one in own)),
        cash_fen=Fen(sum(one.paid.cash_fen for one in own)),
        caps=_caps(book, _day_of(year, today), standing, record, own, so_far),
    )


def _day_of(year: int, today: date) -> date:
    """The day of the year that is nearest to today."""
    return min(max(today, date(year, 1, 1)), date(year, 12, 31))


def _caps(
    book: PolicyBook,
    day: date,
    standing: Standing,
    record: InsuranceRecord,
    claims: Sequence[Claim],
    so_far: YearSoFar,
) -> tuple[CapState, ...]:
    recognised: dict[CareKind, frozenset[RecognisedCondition]] = dict.fromkeys(_ALWAYS, frozenset())
    for one in claims:
        recognised[one.kind] = recognised.get(one.kind, frozenset()) | one.patient.conditions
    found: dict[BenefitCap, CapState] = {}
    left_out: list[Refusal] = []
    assert standing.insured is not None
    with noting(left_out):
        cover = insured_throughout(book, record, day, day)
        added = cap_raise(book, day, standing, record)
        for kind, conditions in recognised.items():
            with noting(left_out):
                rules = benefits(
                    Consultation(book, day, day.year),
                    patient(standing.insured, cover, conditions),
                    kind,
                    InstitutionTier.LEVEL_1,
                    designated=True,
                    classes=(),
                    later_stay=False,
                    cap_raise=added,
                )
                for state in _states(rules, so_far):
                    found.setdefault(state.kind, state)
    return tuple(sorted(found.values(), key=lambda state: _ORDER[state.kind]))


_ORDER = {kind: place for place, kind in enumerate(BenefitCap)}


def _states(rules: Benefits, so_far: YearSoFar) -> list[CapState]:
    states = [CapState(one.kind, one.amount_fen, so_far.pooled(one.over)) for one in rules.basic.limits]
    if rules.critical is not None:
        states.append(CapState(BenefitCap.CRITICAL_ILLNESS, rules.critical.cap_fen, so_far.critical_fen))
    if rules.assistance is not None:
        states.append(CapState(BenefitCap.ASSISTANCE, rules.assistance.cap_fen, so_far.assistance_fen))
    return states
