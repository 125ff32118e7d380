"""What the book says of one kind of care at one tier (待遇规则): shares, deductibles and limits.

Everything that a claim of that kind can meet is looked up here, once for any number of claims, so that adjudicating
needs no book.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from domain.decisions.consulting import Consultation
from domain.decisions.employee_rates import to_the_fen
from domain.policy import Fact, PolicyBook, PolicyUnknown
from domain.refusals import InstitutionNotDesignated, NotEntitledToCare
from domain.vocabulary import (
    BenefitCap,
    CareKind,
    CostClass,
    Fen,
    InstitutionTier,
    PersonType,
    RecognisedCondition,
    RegionCode,
    Scheme,
    SpecialGroup,
    TreatmentPlace,
)

Facts = tuple[Fact, ...]

_ROLE = "benefit"
_INPATIENT_LIMIT = (CareKind.INPATIENT, CareKind.SPECIAL_DISEASE)


@dataclass(frozen=True, slots=True)
class Deductible:
    """What is taken off the eligible cost of a claim (起付线); `later_share` of it for later stays of a year.

    The share is None where the rules were read for a first stay alone.
    """

    first_fen: Fen
    later_share: Decimal | None
    facts: Facts

    def of_stay(self, earlier_stays: int) -> Fen:
        """The deductible of a stay after so many others."""
        if not earlier_stays:
            return self.first_fen
        assert self.later_share is not None, "the rules were read for a first stay"
        return to_the_fen(self.first_fen * self.later_share)


@dataclass(frozen=True, slots=True)
class Limit:
    """What the fund pays in a year for the kinds of care in `over`, together (年度支付限额)."""

    kind: BenefitCap
    amount_fen: Fen
    over: tuple[CareKind, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class BasicBenefit:
    """What basic insurance pays: a share of what lies above the deductible, within the limits.

    `less` has been taken off the share for care elsewhere, None where nothing was.
    """

    deductible: Deductible
    ratio: Decimal
    ratio_facts: Facts
    limits: tuple[Limit, ...]
    facts: Facts
    place: TreatmentPlace = TreatmentPlace.HOME
    less: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bracket:
    """A stretch of the year's base and the share paid of it (分段). `until_fen` is None for the last."""

    from_fen: Fen
    until_fen: Fen | None
    ratio: Decimal
    facts: Facts

    def held(self, base_fen: int) -> Fen:
        """How much of a base lies in it."""
        upper = base_fen if self.until_fen is None else min(base_fen, self.until_fen)
        return Fen(max(0, upper - self.from_fen))


@dataclass(frozen=True, slots=True)
class CriticalBenefit:
    """What critical illness insurance pays of the year's base. `cap_fen` is None for whom no limit holds."""

    brackets: tuple[Bracket, ...]
    cap_fen: Fen | None
    cap_facts: Facts
    counts_above_cap: bool
    base_facts: Facts


@dataclass(frozen=True, slots=True)
class AssistanceBenefit:
    """What assistance pays of what both insurances leave. `ratio` is None where no document states it."""

    ratio: Decimal | None
    ratio_facts: Facts
    cap_fen: Fen
    cap_facts: Facts


@dataclass(frozen=True, slots=True)
class CapRaise:
    """What years of insurance in a row add to the cap of critical illness insurance (连续参保激励)."""

    amount_fen: Fen
    facts: Facts


NO_RAISE = CapRaise(Fen(0), ())


@dataclass(frozen=True, slots=True)
class Patient:
    """What decides somebody's benefits: scheme and place, recognised groups and conditions (参保人员情况)."""

    scheme: Scheme
    person_type: PersonType | None
    region: RegionCode
    group: SpecialGroup | None
    conditions: frozenset[RecognisedCondition]


@dataclass(frozen=True, slots=True)
class Benefits:
    """The rules for one kind of care (待遇规则). Either of the last three benefits is None where it pays nothing.

    `class_b_share` is None where no cost of class B is asked about.
    """

    care: CareKind
    class_b_share: Decimal | None
    class_b_facts: Facts
    basic: BasicBenefit
    critical: CriticalBenefit | None
    critical_facts: Facts
    assistance: AssistanceBenefit | None
    assistance_facts: Facts
    account_facts: Facts


@dataclass(frozen=True, slots=True)
class _Names:
    """What the facts of a scheme are called."""

    care_kinds: str
    designated_only: str
    days_that_decide: str
    rounding: str
    limits_hold_for: str
    outpatient_ratios: Mapping[InstitutionTier, str]
    outpatient_deductible: str
    outpatient_cap: str
    chronic_special_ratio: str
    chronic_special_deductible: str
    chronic_cap: str
    inpatient_ratios: Mapping[InstitutionTier, str]
    inpatient_deductibles: Mapping[InstitutionTier, str]
    later_stays: str
    inpatient_cap: str
    class_b: str


_NAMES = {
    Scheme.RESIDENT: _Names(
        care_kinds="resident_benefit.care_kinds",
        designated_only="resident_benefit.designated_only",
        days_that_decide="resident_benefit.days_that_decide",
        rounding="resident_benefit.rounding",
        limits_hold_for="resident_benefit.limits_hold_for",
        outpatient_ratios={
            InstitutionTier.VILLAGE: "resident_benefit.outpatient_ratio_village",
            InstitutionTier.LEVEL_1: "resident_benefit.outpatient_ratio_level_1",
            InstitutionTier.LEVEL_2: "resident_benefit.outpatient_ratio_level_2",
            InstitutionTier.LEVEL_3: "resident_benefit.outpatient_ratio_level_3",
        },
        outpatient_deductible="resident_benefit.outpatient_deductible",
        outpatient_cap="resident_benefit.outpatient_annual_cap",
        chronic_special_ratio="resident_benefit.chronic_special_ratio",
        chronic_special_deductible="resident_benefit.chronic_special_deductible",
        chronic_cap="resident_benefit.chronic_annual_cap",
        inpatient_ratios={
            InstitutionTier.VILLAGE: "resident_benefit.inpatient_ratio_village",
            InstitutionTier.LEVEL_1: "resident_benefit.inpatient_ratio_level_1",
            InstitutionTier.LEVEL_2: "resident_benefit.inpatient_ratio_level_2",
            InstitutionTier.LEVEL_3: "resident_benefit.inpatient_ratio_level_3",
        },
        inpatient_deductibles={
            InstitutionTier.VILLAGE: "resident_benefit.inpatient_deductible_village",
            InstitutionTier.LEVEL_1: "resident_benefit.inpatient_deductible_level_1",
            InstitutionTier.LEVEL_2: "resident_benefit.inpatient_deductible_level_2",
            InstitutionTier.LEVEL_3: "resident_benefit.inpatient_deductible_level_3",
        },
        later_stays="resident_benefit.later_stay_deductible_share",
        inpatient_cap="resident_benefit.inpatient_annual_cap",
        class_b="resident_benefit.first_share_of_class_b",
    ),
    Scheme.EMPLOYEE: _Names(
        care_kinds="employee_benefit.care_kinds",
        designated_only="employee_benefit.designated_only",
        days_that_decide="employee_benefit.days_that_decide",
        rounding="employee_benefit.rounding",
        limits_hold_for="employee_benefit.limits_hold_for",
        outpatient_ratios={
            InstitutionTier.VILLAGE: "employee_benefit.outpatient_ratio_village",
            InstitutionTier.LEVEL_1: "employee_benefit.outpatient_ratio_level_1",
            InstitutionTier.LEVEL_2: "employee_benefit.outpatient_ratio_level_2",
            InstitutionTier.LEVEL_3: "employee_benefit.outpatient_ratio_level_3",
        },
        outpatient_deductible="employee_benefit.outpatient_deductible",
        outpatient_cap="employee_benefit.outpatient_annual_cap",
        chronic_special_ratio="employee_benefit.chronic_special_ratio",
        chronic_special_deductible="employee_benefit.chronic_special_deductible",
        chronic_cap="employee_benefit.chronic_annual_cap",
        inpatient_ratios={
            InstitutionTier.VILLAGE: "employee_benefit.inpatient_ratio_village",
            InstitutionTier.LEVEL_1: "employee_benefit.inpatient_ratio_level_1",
            InstitutionTier.LEVEL_2: "employee_benefit.inpatient_ratio_level_2",
            InstitutionTier.LEVEL_3: "employee_benefit.inpatient_ratio_level_3",
        },
        inpatient_deductibles={
            InstitutionTier.VILLAGE: "employee_benefit.inpatient_deductible_village",
            InstitutionTier.LEVEL_1: "employee_benefit.inpatient_deductible_level_1",
            InstitutionTier.LEVEL_2: "employee_benefit.inpatient_deductible_level_2",
            InstitutionTier.LEVEL_3: "employee_benefit.inpatient_deductible_level_3",
        },
        later_stays="employee_benefit.later_stay_deductible_share",
        inpatient_cap="employee_benefit.inpatient_annual_cap",
        class_b="employee_benefit.first_share_of_class_b",
    ),
}
"""Maternity insurance pays for no care here, so nobody is a patient of that scheme."""


class _Book:
    """The book as one patient's care asks it."""

    def __init__(self, consultation: Consultation, region: RegionCode) -> None:
        self._consultation = consultation
        self._region = region

    def __call__(self, name: str) -> Fact:
        return self._consultation.fact(_ROLE, self._region, name)

    def one_rule(self, name: str, rule: str) -> Fact:
        """The fact of a rule that can be read in one way only."""
        found = self(name)
        assert found.rule == rule, found.rule
        return found


def benefits(
    consultation: Consultation,
    patient: Patient,
    care: CareKind,
    tier: InstitutionTier,
    *,
    designated: bool = True,
    classes: Collection[CostClass] = (),
    later_stay: bool = False,
    cap_raise: CapRaise = NO_RAISE,
    place: TreatmentPlace = TreatmentPlace.HOME,
) -> Benefits:
    """The rules of the day for that care.

    Raises InstitutionNotDesignated, NotEntitledToCare, and PolicyUnknown where the book is silent: of the share of
    class B only if `classes` holds it, of the deductible of later stays only for one.
    """
    ask = _Book(consultation, patient.region)
    names = _NAMES[patient.scheme]
    if not designated:
        designated_only = ask(names.designated_only)
        if designated_only.flag:
            raise InstitutionNotDesignated(basis=designated_only.key)
    _require_entitled(ask, names, patient, care)
    basic = _reduced(ask, _basic(ask, names, patient, care, tier, later_stay=later_stay), place)
    class_b = ask(names.class_b) if CostClass.B in classes else None
    critical, critical_facts = _critical(ask, patient, care, cap_raise)
    assistance, assistance_facts = _assistance(ask, patient, care)
    account = ask("personal_account.pays_for_care")
    assert account.rule == "OWN_SHARE", account.rule
    return Benefits(
        care=care,
        class_b_share=None if class_b is None else class_b.ratio,
        class_b_facts=() if class_b is None else (class_b,),
        basic=basic,
        critical=critical,
        critical_facts=critical_facts,
        assistance=assistance,
        assistance_facts=assistance_facts,
        account_facts=(account,),
    )


class ReadBenefits:
    """What `benefits` says, every rule read once for all days of an edition of the book (待遇规则，按版本编译)."""

    __slots__ = ("_read", "book")

    def __init__(self, book: PolicyBook) -> None:
        self.book = book
        self._read: dict[tuple[object, ...], Benefits] = {}

    def of(
        self,
        on: date,
        patient: Patient,
        care: CareKind,
        tier: InstitutionTier,
        *,
        class_b: bool,
        later_stay: bool,
        cap_raise: CapRaise = NO_RAISE,
        place: TreatmentPlace = TreatmentPlace.HOME,
    ) -> Benefits:
        """The rules of the day at an institution that is designated. Raises as `benefits` does."""
        raised_by = tuple(fact.key for fact in cap_raise.facts)
        key = (
            self.book.edition(on),
            on.year,
            patient,
            care,
            tier,
            class_b,
            later_stay,
            cap_raise.amount_fen,
            raised_by,
            place,
        )
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = benefits(
                Consultation(self.book, on, on.year),
                patient,
                care,
                tier,
                classes=(CostClass.B,) if class_b else (),
                later_stay=later_stay,
                cap_raise=cap_raise,
                place=place,
            )
        return found


def _require_entitled(ask: _Book, names: _Names, patient: Patient, care: CareKind) -> None:
    """Raises NotEntitledToCare where the scheme pays for no such care, or what it is for is not recognised."""
    kinds = ask(names.care_kinds)
    if care.name not in kinds.rules:
        raise NotEntitledToCare(care=care, basis=kinds.key)
    if care is CareKind.HYPERTENSION_DIABETES:
        if patient.conditions.isdisjoint({RecognisedCondition.HYPERTENSION, RecognisedCondition.DIABETES}):
            raise NotEntitledToCare(care=care, basis=kinds.key, path=("care", "conditions"))
        if RecognisedCondition.TARGET_ORGAN_DAMAGE in patient.conditions:
            damage = ask.one_rule("resident_benefit.target_organ_damage", "NOT_OF_THIS_BENEFIT")
            raise NotEntitledToCare(care=care, basis=damage.key, path=("care", "conditions"))
    recognised = {
        CareKind.CHRONIC_DISEASE: RecognisedCondition.CHRONIC_DISEASE,
        CareKind.SPECIAL_DISEASE: RecognisedCondition.SPECIAL_DISEASE,
        CareKind.ANTENATAL: RecognisedCondition.PREGNANCY,
    }
    if care in recognised and recognised[care] not in patient.conditions:
        raise NotEntitledToCare(care=care, basis=kinds.key, path=("care", "conditions"))


def _basic(
    ask: _Book, names: _Names, patient: Patient, care: CareKind, tier: InstitutionTier, *, later_stay: bool
) -> BasicBenefit:
    deductible = _deductible(ask, names, care, tier, later_stay=later_stay)
    ratio, ratio_facts = _ratio(ask, names, care, tier)
    if patient.scheme is Scheme.EMPLOYEE and patient.person_type is PersonType.RETIRED:
        more = ask("employee_benefit.retired_ratio_increase")
        ratio, ratio_facts = min(ratio + more.ratio, Decimal(1)), (*ratio_facts, more)
    return BasicBenefit(
        deductible=deductible,
        ratio=ratio,
        ratio_facts=ratio_facts,
        limits=_limits(ask, names, patient, care),
        facts=(
            ask.one_rule(names.days_that_decide, "DISCHARGE"),
            ask.one_rule(names.rounding, "HALF_UP_PER_CLAIM_AND_YEAR"),
            ask.one_rule(names.limits_hold_for, "WHAT_THE_FUND_PAYS"),
        ),
    )


def _reduced(ask: _Book, basic: BasicBenefit, place: TreatmentPlace) -> BasicBenefit:
    """The same with the share that is paid of care there: points are taken off it without a record."""
    if place is not TreatmentPlace.ELSEWHERE:
        return replace(basic, place=place)
    less = ask("claim.reduction_elsewhere")
    ratio = max(Decimal(0), basic.ratio - less.ratio)
    return replace(basic, ratio=ratio, ratio_facts=(*basic.ratio_facts, less), place=place, less=less.ratio)


def _deductible(ask: _Book, names: _Names, care: CareKind, tier: InstitutionTier, *, later_stay: bool) -> Deductible:
    match care:
        case CareKind.INPATIENT:
            found = ask(names.inpatient_deductibles[tier])
            if found.fen and not later_stay:
                return Deductible(found.fen, None, (found,))
            if found.fen:
                share = ask(names.later_stays)
                return Deductible(found.fen, share.ratio, (found, share))
        case CareKind.CHRONIC_DISEASE | CareKind.SPECIAL_DISEASE:
            found = ask(names.chronic_special_deductible)
        case CareKind.HYPERTENSION_DIABETES:
            found = ask("resident_benefit.hypertension_diabetes_deductible")
        case CareKind.OUTPATIENT | CareKind.ANTENATAL:
            found = ask(names.outpatient_deductible)
    return Deductible(found.fen, Decimal(1), (found,))


_TWO_DISEASES = {
    InstitutionTier.VILLAGE: "resident_benefit.hypertension_diabetes_ratio_village",
    InstitutionTier.LEVEL_1: "resident_benefit.hypertension_diabetes_ratio_level_1",
    InstitutionTier.LEVEL_2: "resident_benefit.hypertension_diabetes_ratio_level_2",
    InstitutionTier.LEVEL_3: "resident_benefit.hypertension_diabetes_ratio_level_3",
}


def _ratio(ask: _Book, names: _Names, care: CareKind, tier: InstitutionTier) -> tuple[Decimal, Facts]:
    match care:
        case CareKind.OUTPATIENT:
            facts: Facts = (ask(names.outpatient_ratios[tier]),)
        case CareKind.HYPERTENSION_DIABETES:
            facts = (ask(_TWO_DISEASES[tier]),)
        case CareKind.INPATIENT:
            facts = (ask(names.inpatient_ratios[tier]),)
        case CareKind.CHRONIC_DISEASE | CareKind.SPECIAL_DISEASE:
            rule = ask.one_rule(names.chronic_special_ratio, "AS_INPATIENT")
            facts = (ask(names.inpatient_ratios[tier]), rule)
        case CareKind.ANTENATAL:
            rule = ask("resident_benefit.antenatal_ratio")
            if rule.rule == "WHOLE":
                return Decimal(1), (rule,)
            level_3 = tier is InstitutionTier.LEVEL_3
            ratio = ask("resident_benefit.antenatal_ratio_level_3" if level_3 else names.outpatient_ratios[tier])
            facts = (ratio, rule)
    return facts[0].ratio, facts


def _limits(ask: _Book, names: _Names, patient: Patient, care: CareKind) -> tuple[Limit, ...]:
    match care:
        case CareKind.HYPERTENSION_DIABETES:
            return (_two_diseases_limit(ask, patient),)
        case CareKind.CHRONIC_DISEASE:
            cap = ask(names.chronic_cap)
            facts: Facts = (cap,)
            if patient.scheme is Scheme.RESIDENT:
                alone = ask("resident_benefit.chronic_cap_for_one_disease")
                assert alone.flag, "a limit for one chronic disease of its own needs a fact of its own"
                facts = (cap, alone)
            return (Limit(BenefitCap.CHRONIC_DISEASE, cap.fen, (care,), facts),)
        case CareKind.INPATIENT | CareKind.SPECIAL_DISEASE:
            return (_inpatient_limit(ask, names, patient),)
        case CareKind.OUTPATIENT | CareKind.ANTENATAL:
            return _outpatient_limits(ask, names, patient, care)


def _two_diseases_limit(ask: _Book, patient: Patient) -> Limit:
    if patient.conditions >= {RecognisedCondition.HYPERTENSION, RecognisedCondition.DIABETES}:
        pool = ask.one_rule("resident_benefit.both_diseases_limit", "ONE_POOL")
        facts: Facts = (ask("resident_benefit.both_diseases_annual_cap"), pool)
    elif RecognisedCondition.DIABETES in patient.conditions:
        facts = (ask("resident_benefit.diabetes_annual_cap"),)
    else:
        facts = (ask("resident_benefit.hypertension_annual_cap"),)
    return Limit(BenefitCap.HYPERTENSION_DIABETES, facts[0].fen, (CareKind.HYPERTENSION_DIABETES,), facts)


def _inpatient_limit(ask: _Book, names: _Names, patient: Patient) -> Limit:
    cap = ask(names.inpatient_cap)
    facts: Facts = (cap,)
    if patient.scheme is Scheme.RESIDENT:
        outside = ask("resident_benefit.outside_inpatient_limit")
        assert {one.name for one in CareKind if one not in _INPATIENT_LIMIT} == set(outside.rules), outside.rules
        made_of = ask("resident_benefit.special_and_inpatient_limit")
        together = ask("resident_benefit.special_and_inpatient_cap")
        facts = (cap, together, made_of, outside)
        if made_of.rule == "BASIC_ALONE":
            cap, facts = together, (together, made_of, outside)
    return Limit(BenefitCap.INPATIENT, cap.fen, _INPATIENT_LIMIT, facts)


def _outpatient_limits(ask: _Book, names: _Names, patient: Patient, care: CareKind) -> tuple[Limit, ...]:
    """Pregnancy joins antenatal and general care: a limit of both together holds for either."""
    if patient.scheme is Scheme.RESIDENT and RecognisedCondition.PREGNANCY in patient.conditions:
        joined = ask("resident_benefit.antenatal_limit")
        both = ask("resident_benefit.antenatal_and_outpatient_cap")
        over = (CareKind.ANTENATAL, CareKind.OUTPATIENT)
        together = Limit(BenefitCap.ANTENATAL_AND_OUTPATIENT, both.fen, over, (both, joined))
        if joined.rule == "ONE_POOL":
            return (together,)
        own = ask("resident_benefit.antenatal_cap" if care is CareKind.ANTENATAL else names.outpatient_cap)
        kind = BenefitCap.ANTENATAL if care is CareKind.ANTENATAL else BenefitCap.OUTPATIENT
        return (Limit(kind, own.fen, (care,), (own,)), together)
    cap = ask(names.outpatient_cap)
    return (Limit(BenefitCap.OUTPATIENT, cap.fen, (CareKind.OUTPATIENT,), (cap,)),)


def _critical(
    ask: _Book, patient: Patient, care: CareKind, cap_raise: CapRaise
) -> tuple[CriticalBenefit | None, Facts]:
    """What critical illness insurance pays, None where the care does not count; it is for residents."""
    if patient.scheme is not Scheme.RESIDENT:
        return None, ()
    kinds = ask("critical_illness.care_kinds")
    if care.name not in kinds.rules:
        return None, (kinds,)
    above = ask("critical_illness.counts_above_basic_cap")
    base_facts = (
        ask.one_rule("critical_illness.base", "ELIGIBLE_COST_LEFT"),
        ask.one_rule("critical_illness.counted_over", "YEAR"),
        above,
        kinds,
    )
    uncapped = ask("critical_illness.uncapped_groups")
    cap_fen: Fen | None = None
    cap_facts: Facts = (uncapped,)
    if patient.group not in uncapped.special_groups:
        cap = ask("critical_illness.annual_cap")
        cap_fen, cap_facts = Fen(cap.fen + cap_raise.amount_fen), (cap, *cap_raise.facts)
    benefit = CriticalBenefit(
        brackets=_brackets(ask, patient),
        cap_fen=cap_fen,
        cap_facts=cap_facts,
        counts_above_cap=above.flag,
        base_facts=base_facts,
    )
    return benefit, (kinds,)


def _brackets(ask: _Book, patient: Patient) -> tuple[Bracket, ...]:
    deductible = ask("critical_illness.deductible")
    edges = [ask("critical_illness.first_edge"), ask("critical_illness.second_edge")]
    ratios = [
        ask("critical_illness.first_ratio"),
        ask("critical_illness.second_ratio"),
        ask("critical_illness.third_ratio"),
    ]
    cut_fen, moved_fen, more = Fen(0), Fen(0), Decimal(0)
    tilt: Facts = ()
    groups = ask("critical_illness.hardship_groups")
    if patient.group in groups.special_groups:
        cut_by = ask("critical_illness.hardship_deductible_cut")
        raised = ask("critical_illness.hardship_ratio_increase")
        where = ask("critical_illness.hardship_edges")
        cut_fen, more = to_the_fen(deductible.fen * cut_by.ratio), raised.ratio
        moved_fen = cut_fen if where.rule == "MOVE" else Fen(0)
        tilt = (raised, cut_by, groups, where)
    lower = [Fen(deductible.fen - cut_fen), *(Fen(edge.fen - moved_fen) for edge in edges)]
    upper = [*lower[1:], None]
    stated = [deductible, *edges]
    return tuple(
        Bracket(lower[place], upper[place], ratio.ratio + more, (ratio, *stated[place : place + 2], *tilt))
        for place, ratio in enumerate(ratios)
    )


def _assistance(ask: _Book, patient: Patient, care: CareKind) -> tuple[AssistanceBenefit | None, Facts]:
    """What assistance pays, None where the person or the care is outside it."""
    if patient.group is None:
        return None, ()
    groups, kinds = ask("medical_assistance.groups"), ask("medical_assistance.care_kinds")
    if patient.group not in groups.special_groups or care.name not in kinds.rules:
        return None, (groups, kinds)
    cap, period = ask("medical_assistance.cap"), ask.one_rule("medical_assistance.cap_holds_for", "YEAR")
    try:
        ratio = ask("medical_assistance.ratio")
    except PolicyUnknown:
        return AssistanceBenefit(None, (), cap.fen, (cap, period)), (groups, kinds)
    return AssistanceBenefit(ratio.ratio, (ratio,), cap.fen, (cap, period)), (groups, kinds)
