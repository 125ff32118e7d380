"""Who can retire, and what the years they are short of cost (在职转退休、趸缴): months counted, nothing recorded."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from domain.decisions.consulting import Consultation
from domain.decisions.declaring import months_from
from domain.decisions.employee_rates import first_day, month_of, to_the_fen
from domain.decisions.records import EnrolmentOnRecord, PersonOnRecord
from domain.policy import PolicyBook, PolicyUnknown
from domain.refusals import NothingShort, NotInsuredAsWorking, NotOfAge, PolicyNotStated, Refusal, YearsShort
from domain.vocabulary import (
    EmployeeBillStatus,
    EmployeeContributionKind,
    EnrolmentStatus,
    Fen,
    Id,
    PersonType,
    RegionCode,
    Scheme,
    Sex,
)

WORKING = (PersonType.EMPLOYED, PersonType.FLEXIBLE)
MOST_MONTHS_TOLD = 120
"""How many months in arrears are told at once, the earliest first."""


@dataclass(frozen=True, slots=True)
class BilledMonths:
    """What a bill is for, of one person: a month, or so many months that are settled at once (趸缴)."""

    contribution_id: Id
    bill_id: Id
    kind: EmployeeContributionKind
    month: int
    months: int
    status: EmployeeBillStatus
    region: RegionCode


@dataclass(frozen=True, slots=True)
class RetirementMatter:
    """Somebody's enrolments in one pooling area and what was billed there. `enrolment` is to become a pensioner's."""

    enrolment: EnrolmentOnRecord
    person: PersonOnRecord
    enrolments: Sequence[EnrolmentOnRecord]
    billed: Sequence[BilledMonths]

    @property
    def settlement(self) -> BilledMonths | None:
        """The bill over the months short that waits for payment, None without one."""
        return next((one for one in self.billed if _settles(one) and one.status is not EmployeeBillStatus.PAID), None)


@dataclass(frozen=True, slots=True)
class Assessment:
    """How many months count, how many are short on that day, and what settling them costs."""

    enrolment_id: Id
    retires_on: date
    of_age: bool
    months_required: int
    months_contributed: int
    months_settled: int
    months_short: int
    base_fen: Fen
    lump_sum_fen: Fen


@dataclass(frozen=True, slots=True)
class Retirement:
    """The enrolment as a pensioner's, and what ends on that day, as it stood and as it stands."""

    enrolment: EnrolmentOnRecord
    ended: tuple[tuple[EnrolmentOnRecord, EnrolmentOnRecord], ...]


@dataclass(frozen=True, slots=True)
class MonthInArrears:
    """A month that was due and is not paid, and the contribution as it is declared, None where it is not."""

    month: int
    contribution_id: Id | None


def assessed(book: PolicyBook, on: date, matter: RetirementMatter | None) -> Assessment | Refusal:
    """The months that count on that day. `matter` is None where the applicant has no such enrolment to act on.

    Months of working enrolment count; from the month on from which contributions are recorded here, only those that
    are paid. What came along from other places, and what was settled at once, counts besides.
    """
    if matter is None or not is_working(matter.enrolment):
        return NotInsuredAsWorking()
    area = matter.enrolment.region
    consultation = Consultation(book, on)
    male = matter.person.sex is Sex.MALE
    try:
        if male:
            age = consultation.fact("age", area, "employee_contribution.retirement_age_men").count
            required = consultation.fact("months", area, "employee_contribution.months_required_men").count
        else:
            age = consultation.fact("age", area, "employee_contribution.retirement_age_women").count
            required = consultation.fact("months", area, "employee_contribution.months_required_women").count
        average = consultation.fact("base", area, "employee_contribution.average_wage").fen
        percent = consultation.fact("base", area, "employee_contribution.lump_sum_base_percent").count
        rate = consultation.fact("rate", area, "employee_contribution.lump_sum_rate").ratio
        recorded_from = _recorded_from(consultation, area)
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year)
    contributed = _contributed(matter, on, recorded_from)
    settled = sum(one.months for one in matter.billed if _settles(one) and one.status is EmployeeBillStatus.PAID)
    short = max(required - contributed - settled, 0)
    base = to_the_fen(Decimal(average) * percent / 100)
    retires_on = _birthday(matter.person.birth_date, age)
    return Assessment(
        enrolment_id=matter.enrolment.id,
        retires_on=retires_on,
        of_age=on >= retires_on,
        months_required=required,
        months_contributed=contributed,
        months_settled=settled,
        months_short=short,
        base_fen=base,
        lump_sum_fen=to_the_fen(base * rate * short),
    )


def settled_at_once(
    book: PolicyBook, on: date, matter: RetirementMatter | None, *, retired_early: bool = False
) -> Assessment | Refusal:
    """What a lump sum is for, where somebody is short of months who is of age or was let retire before."""
    found = assessed(book, on, matter)
    if isinstance(found, Refusal):
        return found
    if not (found.of_age or retired_early):
        return NotOfAge(retires_on=found.retires_on)
    return found if found.months_short else NothingShort()


def retired(book: PolicyBook, on: date, matter: RetirementMatter | None) -> Retirement | Refusal:
    """The enrolment as a pensioner's: of age, and no month short. Maternity insurance ends with it where it does so."""
    found = assessed(book, on, matter)
    if isinstance(found, Refusal):
        return found
    if not found.of_age:
        return NotOfAge(retires_on=found.retires_on)
    if found.months_short:
        return YearsShort(months=found.months_short, due_fen=found.lump_sum_fen)
    assert matter is not None, "who is assessed is enrolled"
    area = matter.enrolment.region
    try:
        rule = Consultation(book, on).fact("maternity", area, "enrolment.maternity_ends_at_retirement")
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year)
    return Retirement(
        replace(matter.enrolment, person_type=PersonType.RETIRED),
        tuple(
            (one, replace(one, status=EnrolmentStatus.TERMINATED, ended_on=max(on, one.started_on)))
            for one in matter.enrolments
            if rule.flag and one.scheme is Scheme.MATERNITY and one.status is EnrolmentStatus.ACTIVE
        ),
    )


def in_arrears(book: PolicyBook, on: date, matter: RetirementMatter | None) -> tuple[MonthInArrears, ...] | Refusal:
    """Months of working enrolment that were due before that day and are not paid, the earliest first."""
    if matter is None or not is_working(matter.enrolment):
        return NotInsuredAsWorking()
    try:
        return months_in_arrears(Consultation(book, on), matter.enrolment, matter.billed)
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year)


def months_in_arrears(
    consultation: Consultation, enrolment: EnrolmentOnRecord, billed: Sequence[BilledMonths]
) -> tuple[MonthInArrears, ...]:
    """Months of a working enrolment that were due before the day and are not paid. Raises PolicyUnknown."""
    on, area = consultation.on, enrolment.region
    recorded_from = _recorded_from(consultation, area)
    due_day = consultation.fact("due", area, "employee_contribution.due_day_of_next_month").days
    paid, waiting = _paid(billed), _waiting(billed)
    recorded = {month for month in _enrolled([enrolment], on) if month >= recorded_from}
    found = sorted(
        month
        for month in recorded | waiting.keys()
        if month not in paid and _next_month(month).replace(day=due_day) < on
    )
    return tuple(MonthInArrears(month, waiting.get(month)) for month in found[:MOST_MONTHS_TOLD])


def is_working(enrolment: EnrolmentOnRecord) -> bool:
    """An enrolment in force of somebody who works."""
    return (
        enrolment.scheme is Scheme.EMPLOYEE
        and enrolment.person_type in WORKING
        and enrolment.status is EnrolmentStatus.ACTIVE
    )


def _settles(one: BilledMonths) -> bool:
    return one.kind is EmployeeContributionKind.LUMP_SUM


def _recorded_from(consultation: Consultation, area: RegionCode) -> int:
    return consultation.fact("recorded", area, "employee_contribution.recorded_from_month").count


def _contributed(matter: RetirementMatter, on: date, recorded_from: int) -> int:
    waiting, paid = _waiting(matter.billed), _paid(matter.billed)
    before = {
        month
        for month in _enrolled(matter.enrolments, on)
        if month < recorded_from and (month in paid or month not in waiting)
    }
    carried = sum(one.months_carried for one in matter.enrolments)
    return carried + len(before | {month for month in paid if month >= recorded_from})


def _enrolled(enrolments: Iterable[EnrolmentOnRecord], on: date) -> Iterator[int]:
    """The months of working enrolments in the employee scheme, the one of that day included."""
    for one in enrolments:
        if one.scheme is Scheme.EMPLOYEE and one.person_type in WORKING:
            until = min(one.ended_on or on, on)
            first, last = month_of(one.started_on), month_of(until)
            yield from months_from(first, (last // 100 - first // 100) * 12 + last % 100 - first % 100 + 1)


def _monthly(billed: Sequence[BilledMonths]) -> Iterator[BilledMonths]:
    """Months that were declared; a correction says nothing of whether its month is."""
    declared = EmployeeContributionKind.REGULAR, EmployeeContributionKind.BACK_PAYMENT
    return (one for one in billed if one.kind in declared)


def _paid(billed: Sequence[BilledMonths]) -> set[int]:
    return {one.month for one in _monthly(billed) if one.status is EmployeeBillStatus.PAID}


def _waiting(billed: Sequence[BilledMonths]) -> dict[int, Id]:
    return {one.month: one.contribution_id for one in _monthly(billed) if one.status is not EmployeeBillStatus.PAID}


def _next_month(month: int) -> date:
    return (first_day(month) + timedelta(days=31)).replace(day=1)


def _birthday(born: date, age: int) -> date:
    year = born.year + age
    return date(year, born.month, min(born.day, monthrange(year, born.month)[1]))
