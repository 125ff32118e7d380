"""What the funds pay of a claim (待遇核算): basic insurance, then critical illness insurance, then assistance.

Pure arithmetic on the rules that `benefits` has read: whole fen in and out, shares exact, and every rounding by
`to_the_fen`, where the book says: basic insurance and assistance once a claim, critical illness insurance on the
running total of the year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.decisions.benefits import AssistanceBenefit, BasicBenefit, Benefits, Bracket, CriticalBenefit, Limit
from domain.decisions.employee_rates import to_the_fen
from domain.decisions.tracing import Step
from domain.policy import Fact
from domain.vocabulary import BenefitCap, CareKind, ClaimRule, CostClass, Fen, TreatmentPlace

NOTHING = Fen(0)
MOST_CAPS = 4
"""No claim meets more yearly limits: two of basic insurance, one of each of the others."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost of the claim, by class of the catalogue (费用明细)."""

    cost_class: CostClass
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """What the year has had before a claim (年度累计): paid by each fund, the critical illness base, and stays.

    `pooled_fen` is what basic insurance has paid, by kind of care; a kind that is not there has had nothing.
    """

    pooled_fen: Mapping[CareKind, Fen] = field(default_factory=dict)
    critical_base_fen: Fen = NOTHING
    critical_fen: Fen = NOTHING
    assistance_fen: Fen = NOTHING
    stays: int = 0

    def pooled(self, kinds: Iterable[CareKind]) -> Fen:
        """What basic insurance has paid for these kinds of care together."""
        return Fen(sum(self.pooled_fen.get(kind, 0) for kind in kinds))


NEW_YEAR = YearSoFar()


@dataclass(frozen=True, slots=True)
class CapState:
    """How far a limit is used after a claim. `limit_fen` is None for whom no limit holds."""

    kind: BenefitCap
    limit_fen: Fen | None
    paid_fen: Fen

    @property
    def left_fen(self) -> Fen | None:
        """What is left of it; None where no limit holds."""
        return None if self.limit_fen is None else Fen(max(0, self.limit_fen - self.paid_fen))


@dataclass(frozen=True, slots=True)
class Adjudication:
    """Who pays what of a claim (核算结果), and how that came about.

    The five payers together pay `cost_fen`. `assistance_at_most_fen` is what assistance may come to where its share is
    not stated, and `assistance_fen` otherwise. `year` is the year with the claim in it.
    """

    cost_fen: Fen
    eligible_fen: Fen
    first_share_fen: Fen
    excluded_fen: Fen
    pooled_fen: Fen
    critical_fen: Fen
    assistance_fen: Fen
    assistance_at_most_fen: Fen
    account_fen: Fen
    cash_fen: Fen
    caps: tuple[CapState, ...]
    year: YearSoFar
    trace: Step


def adjudicated(
    found: Benefits, costs: Sequence[Cost], year: YearSoFar = NEW_YEAR, account_fen: Fen | None = None
) -> Adjudication:
    """The claim as the rules have it. `account_fen` is what an account holds for the person's share, None for none."""
    scope, first_share_fen, excluded_fen = _scope(found, costs)
    cost_fen, eligible_fen = scope.in_fen, scope.out_fen
    basic, by_ratio_fen = _basic(found.basic, eligible_fen, year)
    pooled_fen = basic.out_fen
    left_fen = Fen(eligible_fen - pooled_fen)
    critical, base_fen = _critical(found, left_fen, Fen(eligible_fen - by_ratio_fen), year)
    critical_fen = critical.out_fen
    left_fen = Fen(left_fen - critical_fen)
    assistance, at_most_fen = _assistance(found, left_fen, year)
    assistance_fen = assistance.out_fen
    funds_fen = Fen(pooled_fen + critical_fen + assistance_fen)
    personal, from_account_fen = _personal(found, cost_fen, Fen(cost_fen - funds_fen), account_fen)
    pooled = dict(year.pooled_fen)
    pooled[found.care] = Fen(pooled.get(found.care, 0) + pooled_fen)
    after = YearSoFar(
        pooled_fen=pooled,
        critical_base_fen=base_fen,
        critical_fen=Fen(year.critical_fen + critical_fen),
        assistance_fen=Fen(year.assistance_fen + assistance_fen),
        stays=year.stays + (found.care is CareKind.INPATIENT),
    )
    return Adjudication(
        cost_fen=cost_fen,
        eligible_fen=eligible_fen,
        first_share_fen=first_share_fen,
        excluded_fen=excluded_fen,
        pooled_fen=pooled_fen,
        critical_fen=critical_fen,
        assistance_fen=assistance_fen,
        assistance_at_most_fen=at_most_fen,
        account_fen=from_account_fen,
        cash_fen=Fen(cost_fen - funds_fen - from_account_fen),
        caps=_caps(found, after),
        year=after,
        trace=Step(ClaimRule.CLAIM, cost_fen, funds_fen, parts=(scope, basic, critical, assistance, personal)),
    )


def _scope(found: Benefits, costs: Iterable[Cost]) -> tuple[Step, Fen, Fen]:
    """The eligible cost, what of class B the person bears first, and what lies outside the catalogue."""
    whole, shared, excluded = 0, 0, 0
    for cost in costs:
        if cost.cost_class is CostClass.A:
            whole += cost.amount_fen
        elif cost.cost_class is CostClass.B:
            shared += cost.amount_fen
        else:
            excluded += cost.amount_fen
    parts: list[Step] = []
    first_share = NOTHING
    if whole:
        parts.append(Step(ClaimRule.CLASS_A, Fen(whole), Fen(whole)))
    if shared:
        assert found.class_b_share is not None, "the rules were read without the share of class B"
        first_share = to_the_fen(shared * found.class_b_share)
        parts.append(
            Step(
                ClaimRule.CLASS_B,
                Fen(shared),
                Fen(shared - first_share),
                share=found.class_b_share,
                facts=found.class_b_facts,
            )
        )
    if excluded:
        parts.append(Step(ClaimRule.CLASS_C, Fen(excluded), NOTHING))
    step = Step(
        ClaimRule.SCOPE,
        Fen(whole + shared + excluded),
        Fen(whole + shared - first_share),
        parts=tuple(parts),
    )
    return step, first_share, Fen(excluded)


def _basic(benefit: BasicBenefit, eligible_fen: Fen, year: YearSoFar) -> tuple[Step, Fen]:
    """What basic insurance pays, and what it would pay without limits."""
    deductible_fen = benefit.deductible.of_stay(year.stays)
    above_fen = Fen(max(0, eligible_fen - deductible_fen))
    by_ratio_fen = to_the_fen(above_fen * benefit.ratio)
    parts = [
        Step(
            ClaimRule.DEDUCTIBLE,
            eligible_fen,
            above_fen,
            limit_fen=deductible_fen,
            facts=benefit.deductible.facts,
        ),
        *_place(benefit, above_fen),
        Step(ClaimRule.RATIO, above_fen, by_ratio_fen, share=benefit.ratio, facts=benefit.ratio_facts),
    ]
    paid_fen = by_ratio_fen
    for limit in benefit.limits:
        step = _held(paid_fen, limit, year)
        parts.append(step)
        paid_fen = step.out_fen
    return Step(ClaimRule.BASIC, eligible_fen, paid_fen, facts=benefit.facts, parts=tuple(parts)), by_ratio_fen


def _place(benefit: BasicBenefit, above_fen: Fen) -> tuple[Step, ...]:
    """What care away from home does to the share that comes next; nothing to say of care at home."""
    if benefit.place is TreatmentPlace.HOME:
        return ()
    rule = ClaimRule.RECORDED_ELSEWHERE if benefit.less is None else ClaimRule.ELSEWHERE
    return (Step(rule, above_fen, above_fen, share=benefit.less),)


def _held(amount_fen: Fen, limit: Limit, year: YearSoFar) -> Step:
    before_fen = year.pooled(limit.over)
    return _capped(amount_fen, limit.amount_fen, before_fen, limit.facts)


def _capped(amount_fen: Fen, limit_fen: Fen, before_fen: Fen, facts: tuple[Fact, ...]) -> Step:
    out_fen = min(amount_fen, Fen(max(0, limit_fen - before_fen)))
    return Step(ClaimRule.CAP, amount_fen, out_fen, before_fen=before_fen, limit_fen=limit_fen, facts=facts)


def _critical(found: Benefits, left_fen: Fen, left_below_cap_fen: Fen, year: YearSoFar) -> tuple[Step, Fen]:
    """What critical illness insurance pays, and the base of the year after the claim.

    `left_below_cap_fen` is what basic insurance would leave if it had no limit.
    """
    benefit = found.critical
    if benefit is None:
        step = Step(ClaimRule.CRITICAL_NOT_COUNTED, left_fen, NOTHING, facts=found.critical_facts)
        return step, year.critical_base_fen
    counted_fen = left_fen if benefit.counts_above_cap else left_below_cap_fen
    before_fen = year.critical_base_fen
    base_fen = Fen(before_fen + counted_fen)
    brackets, due_fen = _bracketed(benefit.brackets, base_fen)
    earlier_fen = to_the_fen(sum((one.held(before_fen) * one.ratio for one in benefit.brackets), Decimal(0)))
    added = Step(ClaimRule.CRITICAL_ADDED, due_fen, Fen(due_fen - earlier_fen), before_fen=earlier_fen)
    base = Step(ClaimRule.CRITICAL_BASE, counted_fen, base_fen, before_fen=before_fen, facts=benefit.base_facts)
    parts = [base, *brackets, added]
    paid_fen = added.out_fen
    if benefit.cap_fen is not None:
        step = _capped(paid_fen, benefit.cap_fen, year.critical_fen, benefit.cap_facts)
        parts.append(step)
        paid_fen = step.out_fen
    return Step(ClaimRule.CRITICAL_ILLNESS, left_fen, paid_fen, facts=_uncapped(benefit), parts=tuple(parts)), base_fen


def _uncapped(benefit: CriticalBenefit) -> tuple[Fact, ...]:
    return benefit.cap_facts if benefit.cap_fen is None else ()


def _bracketed(brackets: Iterable[Bracket], base_fen: Fen) -> tuple[list[Step], Fen]:
    """Each bracket's part of what a base comes to, and all of it: the running sum is rounded, so that they add up."""
    exact, so_far = Decimal(0), NOTHING
    steps: list[Step] = []
    for one in brackets:
        held_fen = one.held(base_fen)
        exact += held_fen * one.ratio
        rounded = to_the_fen(exact)
        if held_fen or not steps:
            out_fen = Fen(rounded - so_far)
            steps.append(Step(ClaimRule.CRITICAL_BRACKET, held_fen, out_fen, share=one.ratio, facts=one.facts))
        so_far = rounded
    return steps, so_far


def _assistance(found: Benefits, left_fen: Fen, year: YearSoFar) -> tuple[Step, Fen]:
    """What assistance pays, and what it comes to at most."""
    benefit = found.assistance
    if benefit is None:
        step = Step(ClaimRule.ASSISTANCE_NOT_GIVEN, left_fen, NOTHING, facts=found.assistance_facts)
        return step, NOTHING
    if benefit.ratio is None:
        return _not_stated(benefit, left_fen, year)
    by_ratio_fen = to_the_fen(left_fen * benefit.ratio)
    ratio = Step(ClaimRule.RATIO, left_fen, by_ratio_fen, share=benefit.ratio, facts=benefit.ratio_facts)
    cap = _capped(by_ratio_fen, benefit.cap_fen, year.assistance_fen, benefit.cap_facts)
    step = Step(ClaimRule.ASSISTANCE, left_fen, cap.out_fen, facts=found.assistance_facts, parts=(ratio, cap))
    return step, cap.out_fen


def _not_stated(benefit: AssistanceBenefit, left_fen: Fen, year: YearSoFar) -> tuple[Step, Fen]:
    most = _capped(left_fen, benefit.cap_fen, year.assistance_fen, benefit.cap_facts)
    step = Step(
        ClaimRule.ASSISTANCE_NOT_STATED,
        left_fen,
        NOTHING,
        before_fen=year.assistance_fen,
        limit_fen=benefit.cap_fen,
        facts=benefit.cap_facts,
    )
    return step, most.out_fen


def _personal(found: Benefits, cost_fen: Fen, share_fen: Fen, account_fen: Fen | None) -> tuple[Step, Fen]:
    """What the person bears, and how much of it an account pays."""
    from_account_fen = NOTHING if account_fen is None else min(account_fen, share_fen)
    cash_fen = Fen(share_fen - from_account_fen)
    parts = [Step(ClaimRule.CASH, cash_fen, cash_fen)]
    if account_fen is not None:
        account = Step(ClaimRule.ACCOUNT, share_fen, from_account_fen, limit_fen=account_fen, facts=found.account_facts)
        parts.insert(0, account)
    return Step(ClaimRule.PERSONAL, cost_fen, share_fen, parts=tuple(parts)), from_account_fen


def _caps(found: Benefits, year: YearSoFar) -> tuple[CapState, ...]:
    states = [CapState(one.kind, one.amount_fen, year.pooled(one.over)) for one in found.basic.limits]
    if found.critical is not None:
        states.append(CapState(BenefitCap.CRITICAL_ILLNESS, found.critical.cap_fen, year.critical_fen))
    if found.assistance is not None:
        states.append(CapState(BenefitCap.ASSISTANCE, found.assistance.cap_fen, year.assistance_fen))
    return tuple(states)
