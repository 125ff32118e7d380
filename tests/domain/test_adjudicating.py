"""What always holds of adjudicated claims, wherever and whatever they are, and that a trace tells all of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decisions.adjudicating import MOST_CAPS, NOTHING, Adjudication, Cost, YearSoFar, adjudicated
from domain.decisions.benefits import Benefits, CapRaise, Patient, benefits
from domain.decisions.consulting import Consultation
from domain.decisions.tracing import MOST_FACTS, MOST_STEPS, Step, numbered
from domain.policy import PolicyBook
from domain.vocabulary import (
    BenefitCap,
    CareKind,
    ClaimRule,
    CostClass,
    Fen,
    InstitutionTier,
    PersonType,
    RecognisedCondition,
    RegionCode,
    Scheme,
    SpecialGroup,
)
from tests.policy.workings import fen

BOOK = PolicyBook.load()
ANSHUN = RegionCode("520402")
PLACES = (ANSHUN, RegionCode("840101"), RegionCode("840201"), RegionCode("840301"))
DAY = date(2025, 6, 16)
EVERYTHING = frozenset(RecognisedCondition) - {RecognisedCondition.TARGET_ORGAN_DAMAGE}
EMPLOYEE_CARE = (CareKind.OUTPATIENT, CareKind.CHRONIC_DISEASE, CareKind.SPECIAL_DISEASE, CareKind.INPATIENT)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the year of a patient."""

    care: CareKind
    tier: InstitutionTier
    costs: tuple[Cost, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """A patient and the claims of a year. `raised_fen` is what is added to the cap of critical illness insurance."""

    patient: Patient
    claims: tuple[Claim, ...]
    account_fen: Fen | None = None
    raised_fen: Fen = NOTHING
    rules: dict[tuple[CareKind, InstitutionTier, bool], Benefits] = field(default_factory=dict, compare=False)

    def found(self, claim: Claim, year: YearSoFar) -> Benefits:
        """The rules of a claim, read once for each kind of care."""
        key = claim.care, claim.tier, year.stays > 0
        if key not in self.rules:
            self.rules[key] = benefits(
                Consultation(BOOK, DAY, DAY.year),
                self.patient,
                claim.care,
                claim.tier,
                classes=(CostClass.A, CostClass.C) if self.patient.region == ANSHUN else list(CostClass),
                later_stay=year.stays > 0,
                cap_raise=CapRaise(self.raised_fen, ()),
            )
        return self.rules[key]

    def lived(self) -> list[Adjudication]:
        """The claims, one after the other."""
        told: list[Adjudication] = []
        year = YearSoFar()
        for claim in self.claims:
            told.append(adjudicated(self.found(claim, year), claim.costs, year, self.account_fen))
            year = told[-1].year
        return told


AMOUNTS = st.one_of(st.integers(1, 5_000), st.integers(1, 2_000_000), st.integers(1, 100_000_000)).map(Fen)


@st.composite
def lives(draw: st.DrawFn, most: int = 5) -> Life:
    region = draw(st.sampled_from(PLACES))
    employee = region != ANSHUN and draw(st.integers(0, 3)) == 0
    classes = [CostClass.A, CostClass.C] if region == ANSHUN else list(CostClass)
    costs = st.lists(st.builds(Cost, st.sampled_from(classes), AMOUNTS), min_size=1, max_size=4).map(tuple)
    kinds = st.sampled_from(EMPLOYEE_CARE if employee else tuple(CareKind))
    claims = st.lists(st.builds(Claim, kinds, st.sampled_from(InstitutionTier), costs), min_size=1, max_size=most)
    diseases = st.sampled_from(
        [
            EVERYTHING,
            EVERYTHING - {RecognisedCondition.DIABETES},
            EVERYTHING - {RecognisedCondition.HYPERTENSION},
        ]
    )
    return Life(
        patient=Patient(
            scheme=Scheme.EMPLOYEE if employee else Scheme.RESIDENT,
            person_type=draw(st.sampled_from([PersonType.EMPLOYED, PersonType.RETIRED])) if employee else None,
            region=region,
            group=draw(st.one_of(st.none(), st.sampled_from(SpecialGroup))),
            conditions=draw(diseases),
        ),
        claims=tuple(draw(claims)),
        account_fen=draw(st.one_of(st.none(), st.just(Fen(0)), AMOUNTS)),
        raised_fen=draw(st.sampled_from([Fen(0), Fen(400_000)])),
    )


@given(life=lives())
@settings(deadline=None)
def test_five_payers_pay_the_cost_to_the_fen_and_none_of_them_less_than_nothing(life: Life) -> None:
    for told in life.lived():
        parts = (told.pooled_fen, told.critical_fen, told.assistance_fen, told.account_fen, told.cash_fen)
        assert sum(parts) == told.cost_fen
        assert min(parts) >= 0
        assert told.pooled_fen + told.critical_fen + told.assistance_at_most_fen <= told.eligible_fen <= told.cost_fen
        assert told.eligible_fen + told.first_share_fen + told.excluded_fen == told.cost_fen
        assert told.assistance_fen <= told.assistance_at_most_fen


@given(life=lives(), more=AMOUNTS, cost_class=st.sampled_from(CostClass))
@settings(deadline=None)
def test_more_cost_is_never_paid_less(life: Life, more: Fen, cost_class: CostClass) -> None:
    """In the last claim of the year, by each fund that comes before the person and by all of them."""
    if life.patient.region == ANSHUN and cost_class is CostClass.B:
        cost_class = CostClass.A
    *before, last = life.claims
    dearer = replace(life, claims=(*before, replace(last, costs=(*last.costs, Cost(cost_class, more)))))
    less, paid = life.lived()[-1], dearer.lived()[-1]
    assert paid.cost_fen == less.cost_fen + more
    assert paid.pooled_fen >= less.pooled_fen
    assert _funds(paid) >= _funds(less)
    assert paid.cost_fen - _funds(paid) >= less.cost_fen - _funds(less)


def _funds(told: Adjudication) -> int:
    return told.pooled_fen + told.critical_fen + told.assistance_fen


@given(life=lives(most=8), order=st.randoms(use_true_random=False))
@settings(deadline=None)
def test_no_limit_is_exceeded_in_whatever_order_the_claims_come(life: Life, order: object) -> None:
    claims = list(life.claims)
    order.shuffle(claims)  # type: ignore[attr-defined]
    told = replace(life, claims=tuple(claims)).lived()
    for one in told:
        for cap in one.caps:
            if cap.limit_fen is None:
                assert cap.kind is BenefitCap.CRITICAL_ILLNESS
                continue
            assert cap.paid_fen <= cap.limit_fen
            assert cap.left_fen == cap.limit_fen - cap.paid_fen
    for earlier, later in pairwise(told):
        assert all(later.year.pooled([kind]) >= earlier.year.pooled([kind]) for kind in CareKind)
    last = told[-1].year
    assert last.critical_fen == sum(one.critical_fen for one in told)
    assert last.assistance_fen == sum(one.assistance_fen for one in told)
    assert last.pooled(CareKind) == sum(one.pooled_fen for one in told)


@given(life=lives(most=8))
@settings(deadline=None)
def test_a_year_without_stays_is_worth_the_same_backwards(life: Life) -> None:
    """Deductibles go by the number of stays; nothing else that insurance pays knows an order."""
    visits = tuple(claim for claim in life.claims if claim.care is not CareKind.INPATIENT)
    if not visits:
        return
    forwards, backwards = (replace(life, claims=order).lived()[-1].year for order in (visits, visits[::-1]))
    assert forwards.pooled(CareKind) == backwards.pooled(CareKind)
    assert forwards.critical_base_fen == backwards.critical_base_fen
    assert forwards.critical_fen == backwards.critical_fen


@given(life=lives())
@settings(deadline=None)
def test_a_trace_alone_tells_the_result(life: Life) -> None:
    for told in life.lived():
        assert replayed(told.trace) == (
            told.cost_fen,
            told.eligible_fen,
            told.pooled_fen,
            told.critical_fen,
            told.assistance_fen,
            told.assistance_at_most_fen,
            told.account_fen,
            told.cash_fen,
        )


@given(life=lives())
@settings(deadline=None)
def test_a_trace_is_as_long_as_the_contract_says_and_every_step_is_told(life: Life) -> None:
    for told in life.lived():
        assert len(told.caps) <= MOST_CAPS
        steps = numbered(told.trace)
        assert len(steps) <= MOST_STEPS
        assert [one.position for one in steps] == list(range(len(steps)))
        assert [one.parent for one in steps if one.position == 0] == [None]
        for one in steps[1:]:
            assert one.parent is not None
            assert one.parent < one.position
            assert one.step in steps[one.parent].step.parts
        for one in steps:
            assert len(one.step.facts) <= MOST_FACTS
            assert one.step.zh().endswith("。")
            assert one.step.en().endswith(".")
            assert "{" not in one.step.zh() + one.step.en()


def replayed(claim: Step) -> tuple[int, ...]:
    """What a trace comes to, from its amounts, shares and limits alone; every step must follow from them."""
    scope, basic, critical, assistance, personal = claim.parts
    for part in scope.parts:
        shares = {ClaimRule.CLASS_A: Fraction(0), ClaimRule.CLASS_C: Fraction(1)}
        share = shares[part.rule] if part.share is None else Fraction(part.share)
        assert part.out_fen == part.in_fen - _part(part.in_fen, share)
    assert scope.in_fen == sum(part.in_fen for part in scope.parts) == claim.in_fen
    eligible = sum(part.out_fen for part in scope.parts)
    pooled = _chained(basic, eligible)
    paid_critical = _critical(critical, eligible - pooled)
    left = eligible - pooled - paid_critical
    assert assistance.in_fen == left
    helped = most = _chained(assistance, left) if assistance.parts else 0
    if assistance.rule is ClaimRule.ASSISTANCE_NOT_STATED:
        most = min(left, _room(assistance))
    *accounts, cash = personal.parts
    burden = claim.in_fen - pooled - paid_critical - helped
    assert (personal.in_fen, personal.out_fen) == (claim.in_fen, burden)
    from_account = 0
    for account in accounts:
        assert account.in_fen == burden
        assert account.limit_fen is not None
        from_account = min(burden, account.limit_fen)
        assert account.out_fen == from_account
    assert cash.in_fen == cash.out_fen == burden - from_account
    assert claim.out_fen == pooled + paid_critical + helped
    return claim.in_fen, eligible, pooled, paid_critical, helped, most, from_account, burden - from_account


def _part(amount_fen: int, share: Fraction) -> int:
    return fen(Fraction(amount_fen, 100) * share)


def _room(step: Step) -> int:
    assert step.limit_fen is not None
    return max(0, step.limit_fen - (step.before_fen or 0))


def _chained(step: Step, amount: int) -> int:
    """Each part works on what the one before it leaves."""
    assert step.in_fen == amount
    for part in step.parts:
        assert part.in_fen == amount
        amount = _done(part)
        assert part.out_fen == amount
    assert step.out_fen == amount
    return amount


def _done(step: Step) -> int:
    if step.rule is ClaimRule.DEDUCTIBLE:
        return max(0, step.in_fen - (step.limit_fen or 0))
    if step.rule in (ClaimRule.ELSEWHERE, ClaimRule.RECORDED_ELSEWHERE):
        return step.in_fen
    if step.rule is ClaimRule.RATIO:
        assert step.share is not None
        return _part(step.in_fen, Fraction(step.share))
    assert step.rule is ClaimRule.CAP
    return min(step.in_fen, _room(step))


def _critical(step: Step, left: int) -> int:
    assert step.in_fen == left
    if step.rule is ClaimRule.CRITICAL_NOT_COUNTED:
        assert step.out_fen == 0
        return 0
    base, *others = step.parts
    brackets = [part for part in others if part.rule is ClaimRule.CRITICAL_BRACKET]
    added, *caps = others[len(brackets) :]
    assert base.before_fen is not None
    assert base.out_fen == base.before_fen + base.in_fen
    above = sum(part.in_fen for part in brackets)
    worth = _worth(brackets, above)
    assert added.in_fen == worth == sum(part.out_fen for part in brackets)
    earlier = _worth(brackets, max(0, above - base.in_fen))
    assert added.before_fen == earlier
    assert added.out_fen == worth - earlier
    paid = added.out_fen
    for cap in caps:
        assert cap.in_fen == paid
        paid = Fen(_done(cap))
        assert cap.out_fen == paid
    assert step.out_fen == paid
    return paid


def _worth(brackets: list[Step], above: int) -> int:
    """What so much of the base above the deductible is worth, filled in from the first bracket on."""
    worth = Fraction(0)
    for bracket in brackets:
        held = min(above, bracket.in_fen)
        assert bracket.share is not None
        worth += Fraction(held, 100) * Fraction(bracket.share)
        above -= held
    return fen(worth)
