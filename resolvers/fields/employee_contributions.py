"""Bills and contributions of the employee scheme, and declaring wages (职工医保缴费、单位缴费申报)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.decisions.billing import BillQuote
from domain.decisions.declaring import FIRST_MONTH, MOST_MONTHS
from domain.operations.correct_wages import CorrectOrder, WagesCorrected, correct_wages
from domain.operations.declare_own_months import OwnMonthsDeclared, OwnMonthsOrder, declare_own_months
from domain.operations.declare_wages import DeclareOrder, LinesAnswered, WagesDeclared, declare_wages
from domain.operations.pay_employee_bill import EmployeeBillPaymentStarted, PayBillOrder, pay_bills, quote_bill
from domain.refusals import InputNotAcceptable, InputProblem, Refusal
from domain.store.tables import employee_bills, employee_contributions
from domain.vocabulary import DataType, Id, Prefix, Role, WageLineOutcome, api_id
from resolvers.context import Request
from resolvers.fields.journey import MOST_LINES, batched, by_capacity, citizen, named, officer, too_many_lines_or_none
from resolvers.fields.rules import by_role, consented, in_clerks_region, listed_in_clerks_region, of_own_unit, own
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import (
    Alias,
    Arguments,
    Computed,
    ComputedSource,
    Form,
    Identifier,
    Many,
    NestedMany,
    Plain,
    QueryRoot,
    RowSource,
    Scope,
    ToRow,
    by_key,
    day,
    integer,
    moment,
    of_persons,
    text,
    yuan,
)

LAST_MONTH: Final = 999912
BILL_WHERE = {"region": "region_code", "month": "month", "kind": "kind"}


def _consented(row: Alias, scope: Scope) -> str:
    """It shows the enrolment that it was paid for, which has a consent of its own."""
    of_both = (consented(of, "person_id")(row, scope) for of in (DataType.CONTRIBUTIONS, DataType.ENROLMENTS))
    return " AND ".join(of_both)


BILL = RowSource(
    "EmployeeBill",
    employee_bills,
    key=("id",),
    prefix=Prefix.EMPLOYEE_BILL,
    rule=by_role(
        {
            Role.CITIZEN: own("person_id"),
            Role.UNIT_OFFICER: of_own_unit(),
            Role.CLERK: listed_in_clerks_region,
            Role.OPERATOR: None,
        }
    ),
    subjects=of_persons("person_id", own_for={Role.CITIZEN}),
    fields={
        "id": Identifier(Prefix.EMPLOYEE_BILL, lambda row, scope: row.id),
        "unit": by_key("Unit", "unit_id"),
        "person": by_key("Person", "person_id"),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "kind": text("kind"),
        "month": integer("month"),
        "months": integer("months"),
        "persons": integer("persons"),
        "status": text("status"),
        "unitShare": yuan("unit_fen"),
        "personalShare": yuan("personal_fen"),
        "maternityShare": yuan("maternity_fen"),
        "lateFee": yuan("late_fee_fen"),
        "total": yuan(lambda row, scope: f"({row.unit_fen} + {row.personal_fen} + {row.maternity_fen})"),
        "declaredAt": moment("declared_at"),
        "dueOn": day("due_on"),
        "paidAt": moment("paid_at", nullable=True),
        "paidOn": day("paid_on", nullable=True),
        "order": by_key("PaymentOrder", "payment_order_id"),
        "contributions": Many("EmployeeContribution", lambda row, other, scope: f"{other.bill_id} = {row.id}"),
        "refunds": Many("Refund", lambda row, other, scope: f"{other.bill_id} = {row.id}"),
    },
)

CONTRIBUTION = RowSource(
    "EmployeeContribution",
    employee_contributions,
    key=("id",),
    prefix=Prefix.EMPLOYEE_CONTRIBUTION,
    rule=by_role(
        {
            Role.CITIZEN: own("person_id"),
            Role.UNIT_OFFICER: lambda row, scope: (
                f"{row.bill_id} IN (SELECT id FROM employee_bills WHERE unit_id = {scope.unit_id})"
            ),
            Role.CLERK: in_clerks_region(),
            Role.PARTNER: _consented,
            Role.OPERATOR: None,
        }
    ),
    subjects=of_persons("person_id", own_for={Role.CITIZEN}),
    fields={
        "id": Identifier(Prefix.EMPLOYEE_CONTRIBUTION, lambda row, scope: row.id),
        "bill": by_key("EmployeeBill", "bill_id"),
        "person": by_key("Person", "person_id", through=True, nullable=False),
        "enrolment": by_key("Enrolment", "enrolment_id", through=True, nullable=False),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "kind": text("kind"),
        "month": integer("month"),
        "status": text(lambda row, scope: f"(SELECT status FROM employee_bills WHERE id = {row.bill_id})"),
        "wage": yuan("wage_fen"),
        "base": yuan("base_fen"),
        "unitShare": yuan("unit_fen"),
        "personalShare": yuan("personal_fen"),
        "maternityShare": yuan("maternity_fen"),
        "accountCredit": yuan("credit_fen"),
        "entry": by_key("AccountEntry", "entry_id"),
    },
)


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """The answer to one line of a declaration; `contribution_id` is None where it was not recorded."""

    person_id: Id
    outcome: WageLineOutcome
    contribution_id: Id | None


def _lines(declared: LinesAnswered) -> list[LineAnswer]:
    return [
        LineAnswer(person_id, outcome, contribution_id or None)
        for person_id, outcome, contribution_id in zip(
            declared.persons, declared.outcomes, declared.contributions, strict=True
        )
    ]


OUTCOMES = (
    ComputedSource(
        "WageLineAnswer",
        LineAnswer,
        {
            "personId": Plain(lambda line, arguments: api_id(Prefix.PERSON, line.person_id)),
            "outcome": Plain(lambda line, arguments: line.outcome),
            "contribution": ToRow("EmployeeContribution", lambda line: line.contribution_id),
        },
        # A line that is refused says back what was sent, which may be nobody's id.
        subject=lambda line: line.person_id if line.contribution_id is not None else None,
    ),
    *(
        ComputedSource(
            kind.__name__,
            kind,
            {
                "bill": ToRow("EmployeeBill", lambda outcome: outcome.bill_id),
                "lines": NestedMany(_lines, MOST_LINES, "lines"),
            },
        )
        for kind in (WagesDeclared, WagesCorrected)
    ),
    ComputedSource(
        "OwnMonthsDeclared", OwnMonthsDeclared, {"bill": ToRow("EmployeeBill", lambda outcome: outcome.bill_id)}
    ),
    ComputedSource(
        "EmployeeBillPaymentStarted",
        EmployeeBillPaymentStarted,
        {
            "order": ToRow("PaymentOrder", lambda outcome: outcome.order_id),
            "bill": ToRow("EmployeeBill", lambda outcome: outcome.bill_id),
        },
    ),
    ComputedSource(
        "EmployeeBillQuote",
        BillQuote,
        {
            "bill": ToRow("EmployeeBill", lambda quote: quote.bill_id),
            "shares": Plain(lambda quote, arguments: quote.shares_fen, Form.YUAN),
            "daysLate": Plain(lambda quote, arguments: quote.days_late, Form.INTEGER),
            "lateFee": Plain(lambda quote, arguments: quote.late_fee_fen, Form.YUAN),
            "amount": Plain(lambda quote, arguments: quote.amount_fen, Form.YUAN),
        },
    ),
)


async def bill_quote(request: Request, arguments: Arguments) -> BillQuote | Refusal:
    """What a bill would cost now, or why it cannot be paid."""
    world, for_unit = request.world, request.viewer.role is Role.UNIT_OFFICER
    actor = officer(request) if for_unit else citizen(request)
    bill_id = named(arguments, "billId", Prefix.EMPLOYEE_BILL)
    async with world.database.read() as connection:
        return await quote_bill(connection, actor, bill_id, world.setting(request.now), for_unit=for_unit)


QUERIES: Mapping[str, QueryRoot] = {
    "employeeBills": Many("EmployeeBill", where=BILL_WHERE),
    "employeeBillQuote": Computed(bill_quote),
}


def _unacceptable(given: Arguments) -> InputNotAcceptable | None:
    miscounted = too_many_lines_or_none(given)
    if miscounted is None and any(line["wage"] <= 0 for line in given["lines"]):
        return InputNotAcceptable(field="lines", problem=InputProblem.WAGE)
    return miscounted


def _declare(actor_id: Id, key: str, cause: str, given: Arguments) -> DeclareOrder:
    lines = tuple((named(line, "personId", Prefix.PERSON), line["wage"]) for line in given["lines"])
    return DeclareOrder(actor_id, key, cause, named(given, "unitId", Prefix.UNIT), given["month"], lines)


def _correct(actor_id: Id, key: str, cause: str, given: Arguments) -> CorrectOrder:
    lines = tuple((named(line, "personId", Prefix.PERSON), line["wage"]) for line in given["lines"])
    return CorrectOrder(actor_id, key, cause, named(given, "unitId", Prefix.UNIT), given["month"], lines)


def _no_months(given: Arguments) -> InputNotAcceptable | None:
    if not 1 <= given["months"] <= MOST_MONTHS:
        return InputNotAcceptable(field="months", problem=InputProblem.OWN_MONTHS)
    if not FIRST_MONTH <= given["firstMonth"] <= LAST_MONTH:
        return InputNotAcceptable(field="firstMonth", problem=InputProblem.OWN_MONTHS)
    if given["base"] <= 0:
        return InputNotAcceptable(field="base", problem=InputProblem.BASE)
    return None


def _own_months(actor_id: Id, key: str, cause: str, given: Arguments) -> OwnMonthsOrder:
    enrolment_id = named(given, "enrolmentId", Prefix.ENROLMENT)
    return OwnMonthsOrder(actor_id, key, cause, enrolment_id, given["firstMonth"], given["months"], given["base"])


def _pay(actor_id: Id, key: str, cause: str, given: Arguments, *, for_unit: bool) -> PayBillOrder:
    bill_id = named(given, "billId", Prefix.EMPLOYEE_BILL)
    return PayBillOrder(actor_id, key, cause, bill_id, given["channel"], for_unit, given.get("expectedAmount"))


MUTATIONS: Mapping[str, MutationSource] = {
    "declareWages": batched(
        declare_wages, _declare, actor=officer, objection=_unacceptable, ids=lambda order: order.ids
    ),
    "correctWages": batched(
        correct_wages, _correct, actor=officer, objection=_unacceptable, ids=lambda order: order.ids
    ),
    "declareOwnMonths": batched(declare_own_months, _own_months, objection=_no_months, ids=lambda order: order.ids),
    "payEmployeeBill": by_capacity(pay_bills, _pay, sets_timers=True),
}
