"""What a unit's declaration of wages makes it owe (单位缴费申报): each line is answered on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.decisions.consulting import Consultation
from domain.decisions.employee_rates import (
    Rates,
    Shares,
    first_day,
    flexible_shares,
    less,
    month_of,
    rates,
    shares,
)
from domain.decisions.records import EnrolmentOnRecord
from domain.policy import PolicyBook, PolicyUnknown
from domain.refusals import (
    InputNotAcceptable,
    InputProblem,
    MonthAlreadyDeclared,
    NotFlexiblyEmployed,
    NotYetAtTaxBureau,
    PolicyNotStated,
    Refusal,
)
from domain.vocabulary import (
    EmployeeContributionKind,
    EnrolmentStatus,
    Fen,
    Id,
    Instant,
    PersonType,
    RegionCode,
    Scheme,
    WageLineOutcome,
    business_date,
)

FIRST_MONTH = 202001
MOST_MONTHS = 12
"""How many months a flexible worker declares at once."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody's enrolment by the unit in the employee scheme: since when, and its last day, None where it goes on.

    The tax bureau, which collects, knows of it from `visible_to_tax_at` on, None where it does already.
    """

    enrolment_id: Id
    started_on: date
    ended_on: date | None
    visible_to_tax_at: Instant | None = None

    def covers(self, month: int) -> bool:
        """Whether it is in force on some day of the month."""
        return month_of(self.started_on) <= month and (self.ended_on is None or month <= month_of(self.ended_on))


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What became of a line. `shares` and `enrolment_id` are there where it is recorded."""

    outcome: WageLineOutcome
    shares: Shares | None = None
    enrolment_id: Id | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """A month as it is declared: the answer to each line, and by when it is, or was, to be paid."""

    kind: EmployeeContributionKind
    due_on: date
    lines: tuple[LineAnswer, ...]


def declared(
    book: PolicyBook,
    now: Instant,
    area: RegionCode,
    month: int,
    lines: Sequence[tuple[Id, Fen]],
    *,
    members: Mapping[Id, Sequence[Membership]],
    declared_before: frozenset[Id],
) -> Declaration | Refusal:
    """A month of wages by the rates of that month; after the day on which it was due it is paid in arrears (补缴).

    Whoever left the unit is declared for the months until then. `declared_before` are the persons for whom the month
    stands declared already, by whatever unit.
    """
    on = business_date(now)
    ruled = _ruled(book, on, area, month)
    if isinstance(ruled, Refusal):
        return ruled
    found, due_on = ruled
    listed: set[Id] = set()

    def answered(person_id: Id, wage_fen: Fen) -> LineAnswer:
        if person_id in listed:
            return LineAnswer(WageLineOutcome.LISTED_TWICE)
        listed.add(person_id)
        membership = next((one for one in members.get(person_id, ()) if one.covers(month)), None)
        if membership is None:
            return LineAnswer(WageLineOutcome.NOT_A_MEMBER)
        if person_id in declared_before:
            return LineAnswer(WageLineOutcome.ALREADY_DECLARED)
        if membership.visible_to_tax_at is not None and now < membership.visible_to_tax_at:
            return LineAnswer(WageLineOutcome.NOT_YET_AT_TAX_BUREAU)
        return LineAnswer(WageLineOutcome.RECORDED, shares(found, wage_fen), membership.enrolment_id)

    kind = EmployeeContributionKind.REGULAR if on <= due_on else EmployeeContributionKind.BACK_PAYMENT
    return Declaration(kind, due_on, tuple(answered(*line) for line in lines))


@dataclass(frozen=True, slots=True)
class DeclaredMonth:
    """What stands declared of somebody's month by a unit, corrections included, and under which enrolment."""

    enrolment_id: Id
    shares: Shares


def corrected(
    book: PolicyBook,
    on: date,
    area: RegionCode,
    month: int,
    lines: Sequence[tuple[Id, Fen]],
    *,
    standing: Mapping[Id, DeclaredMonth],
) -> Declaration | Refusal:
    """What wages that were declared too low fall short by (补差), by the rates of their month.

    It was due with the month, so a unit is late with it from that day on. A lower wage is not corrected here.
    """
    ruled = _ruled(book, on, area, month)
    if isinstance(ruled, Refusal):
        return ruled
    found, due_on = ruled
    listed: set[Id] = set()

    def answered(person_id: Id, wage_fen: Fen) -> LineAnswer:
        if person_id in listed:
            return LineAnswer(WageLineOutcome.LISTED_TWICE)
        listed.add(person_id)
        declared_month = standing.get(person_id)
        if declared_month is None:
            return LineAnswer(WageLineOutcome.NOT_DECLARED)
        short = less(shares(found, wage_fen), declared_month.shares)
        if short.unit_fen + short.personal_fen + short.maternity_fen <= 0:
            return LineAnswer(WageLineOutcome.NOT_HIGHER)
        return LineAnswer(WageLineOutcome.RECORDED, short, declared_month.enrolment_id)

    return Declaration(EmployeeContributionKind.CORRECTION, due_on, tuple(answered(*line) for line in lines))


@dataclass(frozen=True, slots=True)
class OwnMonths:
    """Months that a flexible worker declares at once: what each costs, and by when they are to be paid."""

    kind: EmployeeContributionKind
    due_on: date
    months: tuple[tuple[int, Shares], ...]


def own_months(
    book: PolicyBook,
    now: Instant,
    enrolment: EnrolmentOnRecord | None,
    first_month: int,
    count: int,
    chosen_fen: Fen,
    *,
    declared_before: frozenset[int],
) -> OwnMonths | Refusal:
    """So many months from the first on, on one base, by the rates of each month; paid ahead until December at most.

    `enrolment` is the applicant's own, None where it is none. Months are in arrears once the first of them is.
    """
    on = business_date(now)
    if not 1 <= first_month % 100 <= 12:
        return InputNotAcceptable(field="firstMonth", problem=InputProblem.OWN_MONTHS)
    months = tuple(months_from(first_month, count))
    if months[-1] > on.year * 100 + 12:
        return InputNotAcceptable(field="firstMonth", problem=InputProblem.OWN_MONTHS)
    if (
        enrolment is None
        or enrolment.scheme is not Scheme.EMPLOYEE
        or enrolment.person_type is not PersonType.FLEXIBLE
        or enrolment.status is not EnrolmentStatus.ACTIVE
    ):
        return NotFlexiblyEmployed()
    if first_month < month_of(enrolment.started_on):
        return InputNotAcceptable(field="firstMonth", problem=InputProblem.OWN_MONTHS)
    taken = next((month for month in months if month in declared_before), None)
    if taken is not None:
        return MonthAlreadyDeclared(month=taken)
    if enrolment.visible_to_tax_at is not None and now < enrolment.visible_to_tax_at:
        return NotYetAtTaxBureau(visible_at=enrolment.visible_to_tax_at, path=("enrolmentId",))
    try:
        costs = tuple(
            (month, flexible_shares(Consultation(book, first_day(month)), enrolment.region, chosen_fen))
            for month in months
        )
        first_due, last_due = (
            _due_on(Consultation(book, first_day(each)), enrolment.region, each) for each in (months[0], months[-1])
        )
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year)
    kind = EmployeeContributionKind.REGULAR if on <= first_due else EmployeeContributionKind.BACK_PAYMENT
    return OwnMonths(kind, last_due, costs)


def months_from(first: int, count: int) -> Iterator[int]:
    """So many months in a row, written year × 100 + month."""
    for position in range(first // 100 * 12 + first % 100 - 1, first // 100 * 12 + first % 100 - 1 + count):
        yield position // 12 * 100 + position % 12 + 1


def _ruled(book: PolicyBook, on: date, area: RegionCode, month: int) -> tuple[Rates, date] | Refusal:
    """The rates of a month that a unit can declare, and by when it is, or was, to be paid."""
    if not (FIRST_MONTH <= month <= month_of(on) and 1 <= month % 100 <= 12):
        return InputNotAcceptable(field="month", problem=InputProblem.MONTH)
    consultation = Consultation(book, first_day(month))
    try:
        return rates(consultation, area), _due_on(consultation, area, month)
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year)


def _due_on(consultation: Consultation, area: RegionCode, month: int) -> date:
    next_month = (first_day(month) + timedelta(days=31)).replace(day=1)
    return next_month.replace(day=consultation.fact("due", area, "employee_contribution.due_day_of_next_month").days)
