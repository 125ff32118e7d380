"""What maternity insurance pays (生育待遇): to whom, for what, once, and how that came about.

Expenses are paid up to a limit of what they were for, whichever is less. The allowance is the unit's average monthly
wage divided by the days of a month, for each day of leave; both amounts are rounded by `to_the_fen`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from domain.decisions.agreements import Institution
from domain.decisions.consulting import Consultation
from domain.decisions.employee_rates import first_day, month_of, to_the_fen
from domain.decisions.objections import noting
from domain.decisions.previewing import InsuranceRecord
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.decisions.retiring import is_working, months_in_arrears
from domain.decisions.settling import ClaimForm, classified, require_in_time, unacceptable
from domain.decisions.tracing import Step
from domain.policy import Fact, PolicyBook
from domain.refusals import (
    InArrears,
    InputNotAcceptable,
    InputProblem,
    InstitutionNotDesignated,
    InvoiceAlreadySettled,
    MaternityBenefitPaid,
    MaternityMonthsShort,
    NothingToPay,
    NotInsuredForMaternity,
    PersonNotFound,
    Refusal,
    UnitWagesNotOnRecord,
    first_told,
)
from domain.vocabulary import (
    CareKind,
    ClaimRule,
    CostClass,
    EnrolmentStatus,
    Fen,
    Id,
    MaternityBenefitKind,
    MaternityOccasion,
    RegionCode,
    Scheme,
    Sex,
)

ENDS_OF_PREGNANCIES: Final = frozenset(
    {
        MaternityOccasion.VAGINAL_BIRTH,
        MaternityOccasion.ASSISTED_BIRTH,
        MaternityOccasion.CAESAREAN,
        MaternityOccasion.EARLY_MISCARRIAGE,
        MaternityOccasion.LATE_MISCARRIAGE,
        MaternityOccasion.TERMINATION,
    }
)
"""What ends a pregnancy: for each there is one of them."""
OF_WOMEN: Final = ENDS_OF_PREGNANCIES | {
    MaternityOccasion.ANTENATAL_EXAMINATIONS,
    MaternityOccasion.DEVICE_INSERTION,
    MaternityOccasion.DEVICE_REMOVAL,
}
"""What happens to women alone."""

FAMILY_PLANNING: Final = frozenset(
    {
        MaternityOccasion.DEVICE_INSERTION,
        MaternityOccasion.DEVICE_REMOVAL,
        MaternityOccasion.TERMINATION,
        MaternityOccasion.STERILISATION,
        MaternityOccasion.REVERSAL,
    }
)
"""What is done for family planning."""
BIRTHS_AND_MISCARRIAGES: Final = ENDS_OF_PREGNANCIES - FAMILY_PLANNING

_MISCARRIAGES: Final = frozenset({MaternityOccasion.EARLY_MISCARRIAGE, MaternityOccasion.LATE_MISCARRIAGE})
MOST_CHILDREN: Final = 9
"""No birth brings more."""

_LIMITS: Final[Mapping[MaternityOccasion, str]] = {
    MaternityOccasion.VAGINAL_BIRTH: "maternity_benefit.limit_vaginal_birth",
    MaternityOccasion.ASSISTED_BIRTH: "maternity_benefit.limit_assisted_birth",
    MaternityOccasion.CAESAREAN: "maternity_benefit.limit_caesarean",
    MaternityOccasion.EARLY_MISCARRIAGE: "maternity_benefit.limit_early_miscarriage",
    MaternityOccasion.LATE_MISCARRIAGE: "maternity_benefit.limit_late_miscarriage",
    MaternityOccasion.DEVICE_INSERTION: "maternity_benefit.limit_device_insertion",
    MaternityOccasion.DEVICE_REMOVAL: "maternity_benefit.limit_device_removal",
    MaternityOccasion.TERMINATION: "maternity_benefit.limit_termination",
    MaternityOccasion.STERILISATION: "maternity_benefit.limit_sterilisation",
    MaternityOccasion.REVERSAL: "maternity_benefit.limit_reversal",
    MaternityOccasion.ANTENATAL_EXAMINATIONS: "maternity_benefit.limit_antenatal_examinations",
}


@dataclass(frozen=True, slots=True)
class Expenses:
    """A bill that was paid in cash (生育费用票据): what it was for, on which day of the care, and its items."""

    occasion: MaternityOccasion
    occurred_on: date
    admitted_on: date
    discharged_on: date
    invoice: str
    items: tuple[tuple[str, Fen], ...]

    @property
    def claim(self) -> ClaimForm:
        """The same care as a claim has it; a visit is a stay of one day."""
        return ClaimForm(
            CareKind.INPATIENT, self.admitted_on, self.discharged_on, self.invoice, self.items, frozenset()
        )


@dataclass(frozen=True, slots=True)
class BenefitGiven:
    """A benefit that somebody has been paid, and for what."""

    kind: MaternityBenefitKind
    occasion: MaternityOccasion
    occurred_on: date


@dataclass(frozen=True, slots=True)
class ExpensesPaid:
    """What is paid of a bill. `region` is the place of enrolment, whose fund pays; `trace` is how it came about."""

    region: RegionCode
    given: BenefitGiven
    cost_fen: Fen
    eligible_fen: Fen
    amount_fen: Fen
    trace: Step


def expenses_paid(
    book: PolicyBook,
    today: date,
    institution: Institution,
    kind: MaternityBenefitKind,
    expenses: Expenses,
    *,
    person: PersonOnRecord | None,
    record: InsuranceRecord,
    given: Sequence[BenefitGiven],
    invoiced: bool,
    asked_on: date,
) -> ExpensesPaid | Refusal:
    """What is paid of the bill to whom it names, or why nothing is.

    `given` are the benefits that the person has been paid, `invoiced` says that the invoice is paid already, and
    `asked_on` is the day by which it is in time.
    """
    wrong = _wrong(today, expenses)
    if wrong:
        return _told(wrong)
    if person is None:
        return PersonNotFound()
    objections: list[Refusal] = []
    on, form = expenses.occurred_on, expenses.claim
    if expenses.occasion in OF_WOMEN and person.sex is not Sex.FEMALE:
        objections.append(InputNotAcceptable(field="occasion", problem=InputProblem.NOT_OF_THE_SEX))
    if invoiced:
        objections.append(InvoiceAlreadySettled())
    if not institution.designated(form.admitted_on, form.discharged_on):
        objections.append(InstitutionNotDesignated(path=("admittedOn",)))
    with noting(objections):
        require_in_time(Consultation(book, asked_on), institution.region, form.discharged_on, asked_on)
    classes: tuple[CostClass, ...] = ()
    consultation = Consultation(book, on)
    with noting(objections):
        classes = classified(consultation, institution.region, form, frozenset())
    wanted = BenefitGiven(kind, expenses.occasion, on)
    with noting(objections):
        insured = require_insured(consultation, record, on, today)
        with noting(objections):
            require_not_given(consultation, insured.region, wanted, given)
        costs = zip(classes, expenses.items if classes else (), strict=True)
        trace = _expenses(
            consultation, insured.region, expenses.occasion, [(of_class, amount) for of_class, (_, amount) in costs]
        )
        if not trace.out_fen and not objections:
            objections.append(NothingToPay())
        if not objections:
            return ExpensesPaid(insured.region, wanted, trace.in_fen, trace.parts[0].out_fen, trace.out_fen, trace)
    return _told(objections)


@dataclass(frozen=True, slots=True)
class Leave:
    """What a unit asks the allowance for: a birth or a miscarriage, its day, and how many children were born."""

    occasion: MaternityOccasion
    occurred_on: date
    children: int

    @property
    def acceptable(self) -> bool:
        """Whether so many children can be born of it."""
        return self.children == 0 if self.occasion in _MISCARRIAGES else 1 <= self.children <= MOST_CHILDREN


@dataclass(frozen=True, slots=True)
class WagesOfMonth:
    """What a unit has declared of a month, written year × 100 + month: the wages of so many persons together."""

    month: int
    total_fen: Fen
    persons: int


@dataclass(frozen=True, slots=True)
class AllowancePaid:
    """What is paid to a unit, for so many days of leave at that average wage. `trace` is how it came about."""

    region: RegionCode
    given: BenefitGiven
    leave_days: int
    monthly_wage_fen: Fen
    amount_fen: Fen
    trace: Step


def allowance_paid(
    book: PolicyBook,
    today: date,
    unit_id: Id,
    leave: Leave,
    *,
    person: PersonOnRecord | None,
    record: InsuranceRecord,
    given: Sequence[BenefitGiven],
    wages: Sequence[WagesOfMonth],
    asked_on: date,
) -> AllowancePaid | Refusal:
    """What is paid to the unit for the leave of somebody whom it employs, or why nothing is.

    `given` are the benefits that the person has been paid, `wages` what the unit has declared, and `asked_on` is the
    day by which it is in time.
    """
    on = leave.occurred_on
    if on > today:
        return InputNotAcceptable(field="occurredOn", problem=InputProblem.IN_THE_FUTURE)
    if person is None:
        return PersonNotFound()
    objections: list[Refusal] = []
    if person.sex is not Sex.FEMALE:
        objections.append(InputNotAcceptable(field="occasion", problem=InputProblem.NOT_OF_THE_SEX))
    consultation = Consultation(book, on)
    wanted = BenefitGiven(MaternityBenefitKind.ALLOWANCE, leave.occasion, on)
    with noting(objections):
        insured = require_insured(consultation, record, on, today)
        if insured.unit_id != unit_id:
            objections.append(NotInsuredForMaternity(on=on))
        with noting(objections):
            require_in_time(Consultation(book, asked_on), insured.region, on, asked_on, path=("occurredOn",))
        with noting(objections):
            require_not_given(consultation, insured.region, wanted, given)
        trace = _allowance(consultation, insured.region, leave, wages)
        if not objections:
            assert trace.count is not None, "an allowance is for days"
            return AllowancePaid(insured.region, wanted, trace.count, trace.in_fen, trace.out_fen, trace)
    return _told(objections)


def _allowance(consultation: Consultation, region: RegionCode, leave: Leave, wages: Sequence[WagesOfMonth]) -> Step:
    """The allowance, whose one part is the average wage. Raises UnitWagesNotOnRecord and PolicyUnknown."""
    days, facts = _leave_days(consultation, region, leave)
    month = consultation.fact("month", region, "maternity_benefit.days_of_a_month")
    rounding = consultation.fact("rounding", region, "maternity_benefit.allowance_rounding")
    assert rounding.rule == "HALF_UP_WAGE_AND_PAYMENT", rounding.rule
    average = _average_wage(consultation, region, leave.occurred_on, wages)
    amount = to_the_fen(Decimal(average.out_fen * days) / month.days)
    return Step(
        ClaimRule.MATERNITY_ALLOWANCE,
        average.out_fen,
        amount,
        facts=(*facts, month, rounding),
        parts=(average,),
        count=days,
    )


def _leave_days(consultation: Consultation, region: RegionCode, leave: Leave) -> tuple[int, tuple[Fact, ...]]:
    if leave.occasion is MaternityOccasion.EARLY_MISCARRIAGE:
        found = consultation.fact("leave", region, "maternity_benefit.leave_days_early_miscarriage")
        return found.days, (found,)
    if leave.occasion is MaternityOccasion.LATE_MISCARRIAGE:
        found = consultation.fact("leave", region, "maternity_benefit.leave_days_late_miscarriage")
        return found.days, (found,)
    found = consultation.fact("leave", region, "maternity_benefit.leave_days_birth")
    days, facts = found.days, [found]
    if leave.occasion is not MaternityOccasion.VAGINAL_BIRTH:
        more = consultation.fact("leave", region, "maternity_benefit.leave_days_difficult_birth")
        days, facts = days + more.days, [*facts, more]
    if leave.children > 1:
        each = consultation.fact("leave", region, "maternity_benefit.leave_days_each_further_child")
        days, facts = days + each.days * (leave.children - 1), [*facts, each]
    return days, tuple(facts)


def _average_wage(consultation: Consultation, region: RegionCode, on: date, wages: Sequence[WagesOfMonth]) -> Step:
    """The average of the wages of the year before the day; of the year itself where none are declared of that."""
    by_law = consultation.fact("wage", region, "maternity_benefit.allowance_wage")
    assert by_law.rule == "UNIT_AVERAGE_OF_THE_YEAR_BEFORE", by_law.rule
    counted = [one for one in wages if one.month // 100 == on.year - 1]
    facts: tuple[Fact, ...] = (by_law,)
    if not counted:
        otherwise = consultation.fact("wage", region, "maternity_benefit.allowance_wage_unrecorded")
        assert otherwise.rule == "UNIT_AVERAGE_OF_THE_YEAR", otherwise.rule
        counted = [one for one in wages if one.month // 100 == on.year and one.month <= month_of(on)]
        facts = (by_law, otherwise)
    if not counted:
        raise UnitWagesNotOnRecord(year=on.year - 1, basis=by_law.key)
    total = Fen(sum(one.total_fen for one in counted))
    persons = sum(one.persons for one in counted)
    return Step(ClaimRule.AVERAGE_WAGE, total, to_the_fen(Decimal(total) / persons), facts=facts, count=persons)


def require_insured(consultation: Consultation, record: InsuranceRecord, on: date, today: date) -> EnrolmentOnRecord:
    """The enrolment in maternity insurance on the day, of somebody who works that day and owes no contributions.

    Raises NotInsuredForMaternity, MaternityMonthsShort, InArrears, and PolicyUnknown where the book is silent.
    """
    maternity = _on_day(record.enrolments, Scheme.MATERNITY, on)
    employee = _on_day(record.enrolments, Scheme.EMPLOYEE, on)
    if maternity is None or employee is None:
        raise NotInsuredForMaternity(on=on)
    required = consultation.fact("months", maternity.region, "maternity_benefit.months_required")
    months = _months_in_a_row(record.enrolments, on)
    if months < required.months:
        raise MaternityMonthsShort(months=months, required=required.months, basis=required.key)
    if is_working(employee):
        owed = months_in_arrears(Consultation(consultation.book, min(today, on)), employee, record.billed)
        if owed:
            raise InArrears(month=owed[0].month, months=len(owed), basis=required.key, path=("occurredOn",))
    return maternity


def require_not_given(
    consultation: Consultation, region: RegionCode, wanted: BenefitGiven, given: Sequence[BenefitGiven]
) -> None:
    """Raises MaternityBenefitPaid where the benefit was paid for the same. Raises PolicyUnknown.

    The same is the same pregnancy, whatever ended it and by whichever name its expenses were paid; for examinations
    the same pregnancy too, which lasts no longer than the place says and ends with what was paid as its end; and
    otherwise the same on the same day. The allowance and the expenses of one pregnancy are both paid.
    """
    apart = consultation.fact("apart", region, "maternity_benefit.days_between_pregnancies")
    ends = [one.occurred_on for one in given if one.occasion in ENDS_OF_PREGNANCIES]
    allowance = MaternityBenefitKind.ALLOWANCE
    for one in given:
        if (one.kind is allowance) != (wanted.kind is allowance):
            continue
        basis = apart.key
        if {one.occasion, wanted.occasion} <= ENDS_OF_PREGNANCIES:
            same = abs((one.occurred_on - wanted.occurred_on).days) < apart.days
        elif one.occasion is wanted.occasion is MaternityOccasion.ANTENATAL_EXAMINATIONS:
            lasts = consultation.fact("pregnancy", region, "maternity_benefit.days_of_a_pregnancy")
            earlier, later = sorted((one.occurred_on, wanted.occurred_on))
            ended = any(earlier <= end and (later - end).days >= apart.days for end in ends)
            same, basis = (later - earlier).days < lasts.days and not ended, lasts.key
        else:
            same = (one.occasion, one.occurred_on) == (wanted.occasion, wanted.occurred_on)
        if same:
            raise MaternityBenefitPaid(benefit=one.kind, occurred_on=one.occurred_on, basis=basis)


def _wrong(today: date, expenses: Expenses) -> list[Refusal]:
    """What of a bill cannot be right, whoever it is about."""
    found = unacceptable(today, expenses.claim)
    if not expenses.admitted_on <= expenses.occurred_on <= expenses.discharged_on:
        found.append(InputNotAcceptable(field="occurredOn", problem=InputProblem.NOT_DURING_CARE))
    return found


def _expenses(
    consultation: Consultation,
    region: RegionCode,
    occasion: MaternityOccasion,
    costs: Sequence[tuple[CostClass, Fen]],
) -> Step:
    """The bill, whose first part is what of it counts. Raises PolicyUnknown."""
    counted = consultation.fact("classes", region, "maternity_benefit.cost_classes")
    limit = consultation.fact("limit", region, _LIMITS[occasion])
    parts = []
    for cost_class, rule in _BY_CLASS.items():
        of_class = Fen(sum(amount for one, amount in costs if one is cost_class))
        counts = cost_class.name in counted.rules
        if of_class:
            share = Decimal(0 if counts else 1) if cost_class is CostClass.B else None
            parts.append(Step(rule, of_class, of_class if counts else Fen(0), share=share, facts=(counted,)))
    cost = Fen(sum(one.in_fen for one in parts))
    eligible = Fen(sum(one.out_fen for one in parts))
    scope = Step(ClaimRule.SCOPE, cost, eligible, parts=tuple(parts))
    paid = min(eligible, limit.fen)
    held = Step(ClaimRule.MATERNITY_LIMIT, eligible, paid, limit_fen=limit.fen, facts=(limit,))
    return Step(ClaimRule.MATERNITY_EXPENSES, cost, paid, parts=(scope, held))


_BY_CLASS: Final[Mapping[CostClass, ClaimRule]] = {
    CostClass.A: ClaimRule.CLASS_A,
    CostClass.B: ClaimRule.CLASS_B,
    CostClass.C: ClaimRule.CLASS_C,
}


def _on_day(enrolments: Sequence[EnrolmentOnRecord], scheme: Scheme, on: date) -> EnrolmentOnRecord | None:
    """The enrolment in a scheme that covers the day, the latest where there are several; None where none does."""
    found = [
        one
        for one in enrolments
        if one.scheme is scheme
        and one.started_on <= on
        and (one.status is EnrolmentStatus.ACTIVE if one.ended_on is None else on <= one.ended_on)
    ]
    return found[-1] if found else None


def _months_in_a_row(enrolments: Sequence[EnrolmentOnRecord], on: date) -> int:
    """How many months up to that of the day, in a row, hold a day under maternity insurance."""
    spans = [
        (month_of(one.started_on), month_of(min(one.ended_on or on, on)))
        for one in enrolments
        if one.scheme is Scheme.MATERNITY
        and one.started_on <= on
        and (one.ended_on is not None or one.status is EnrolmentStatus.ACTIVE)
    ]
    month, months = month_of(on), 0
    while any(first <= month <= last for first, last in spans):
        months += 1
        month = month_of(first_day(month) - timedelta(days=1))
    return months


def _told(objections: Sequence[Refusal]) -> Refusal:
    told = first_told(objections)
    assert told is not None, "what is not paid was refused"
    return told
