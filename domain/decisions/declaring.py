"""What a unit's declaration of wages makes it owe (单位缴费申报): each line is answered on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.decisions.consulting import Consultation
from domain.decisions.employee_rates import Shares, first_day, month_of, rates, shares
from domain.policy import PolicyBook, PolicyUnknown
from domain.refusals import InputNotAcceptable, InputProblem, PolicyNotStated, Refusal
from domain.vocabulary import EmployeeContributionKind, Fen, Id, RegionCode, WageLineOutcome

FIRST_MONTH = 202001


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody's enrolment by the unit in the employee scheme, and since when."""

    enrolment_id: Id
    started_on: date


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
    on: date,
    area: RegionCode,
    month: int,
    lines: Sequence[tuple[Id, Fen]],
    *,
    members: Mapping[Id, Membership],
    declared_before: frozenset[Id],
) -> Declaration | Refusal:
    """A month of wages by the rates of that month; after the day on which it was due it is paid in arrears (补缴).

    `declared_before` are the persons for whom the month stands declared already, by whatever unit.
    """
    if not (FIRST_MONTH <= month <= month_of(on) and 1 <= month % 100 <= 12):
        return InputNotAcceptable(field="month", problem=InputProblem.MONTH)
    begins = first_day(month)
    next_month = (begins + timedelta(days=31)).replace(day=1)
    consultation = Consultation(book, begins)
    try:
        found = rates(consultation, area)
        due_day = consultation.fact("due", area, "employee_contribution.due_day_of_next_month").days
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=gap.benefit_year)
    due_on = next_month.replace(day=due_day)

    listed: set[Id] = set()

    def answered(person_id: Id, wage_fen: Fen) -> LineAnswer:
        if person_id in listed:
            return LineAnswer(WageLineOutcome.LISTED_TWICE)
        listed.add(person_id)
        membership = members.get(person_id)
        if membership is None or membership.started_on >= next_month:
            return LineAnswer(WageLineOutcome.NOT_A_MEMBER)
        if person_id in declared_before:
            return LineAnswer(WageLineOutcome.ALREADY_DECLARED)
        return LineAnswer(WageLineOutcome.RECORDED, shares(found, wage_fen), membership.enrolment_id)

    kind = EmployeeContributionKind.REGULAR if on <= due_on else EmployeeContributionKind.BACK_PAYMENT
    return Declaration(kind, due_on, tuple(answered(*line) for line in lines))
