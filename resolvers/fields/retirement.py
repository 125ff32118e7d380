"""Retirement in the employee scheme, and months in arrears (在职转退休、趸缴、欠缴)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.retiring import MOST_MONTHS_TOLD, Assessment, MonthInArrears
from domain.operations.retire import (
    Arrears,
    LumpSumDeclared,
    LumpSumOrder,
    Retired,
    RetirementQuestion,
    RetireOrder,
    assess_retirement,
    declare_lump_sums,
    retire,
    tell_arrears,
)
from domain.refusals import Refusal
from domain.vocabulary import Id, Prefix, Role
from resolvers.context import Request
from resolvers.fields.journey import by_capacity, citizen, named, officer
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import (
    Arguments,
    Computed,
    ComputedSource,
    Form,
    NestedMany,
    OfRow,
    Plain,
    QueryRoot,
    ToRow,
)

OUTCOMES = (
    ComputedSource(
        "RetirementAssessment",
        Assessment,
        {
            "enrolment": ToRow("Enrolment", lambda found: found.enrolment_id),
            "retiresOn": Plain(lambda found, arguments: found.retires_on, Form.DATE),
            "ofAge": Plain(lambda found, arguments: found.of_age, Form.BOOLEAN),
            "monthsRequired": Plain(lambda found, arguments: found.months_required, Form.INTEGER),
            "monthsContributed": Plain(lambda found, arguments: found.months_contributed, Form.INTEGER),
            "monthsSettled": Plain(lambda found, arguments: found.months_settled, Form.INTEGER),
            "monthsShort": Plain(lambda found, arguments: found.months_short, Form.INTEGER),
            "base": Plain(lambda found, arguments: found.base_fen, Form.YUAN),
            "lumpSum": Plain(lambda found, arguments: found.lump_sum_fen, Form.YUAN),
        },
        subject=OfRow("Enrolment", lambda found: found.enrolment_id, {Role.UNIT_OFFICER}),
    ),
    ComputedSource(
        "MonthInArrears",
        MonthInArrears,
        {
            "month": Plain(lambda one, arguments: one.month, Form.INTEGER),
            "contribution": ToRow("EmployeeContribution", lambda one: one.contribution_id),
        },
    ),
    ComputedSource(
        "EmployeeArrears",
        Arrears,
        {
            "enrolment": ToRow("Enrolment", lambda found: found.enrolment_id),
            "months": NestedMany(lambda found: found.months, MOST_MONTHS_TOLD),
        },
        subject=OfRow("Enrolment", lambda found: found.enrolment_id, {Role.UNIT_OFFICER}),
    ),
    ComputedSource("LumpSumDeclared", LumpSumDeclared, {"bill": ToRow("EmployeeBill", lambda found: found.bill_id)}),
    ComputedSource("Retired", Retired, {"enrolment": ToRow("Enrolment", lambda found: found.enrolment_id)}),
)


def _asked(request: Request, arguments: Arguments) -> RetirementQuestion:
    for_unit = request.viewer.role is Role.UNIT_OFFICER
    actor = officer(request) if for_unit else citizen(request)
    return RetirementQuestion(actor, named(arguments, "enrolmentId", Prefix.ENROLMENT), for_unit)


async def retirement_assessment(request: Request, arguments: Arguments) -> Assessment | Refusal:
    """How many months are short today, or why that is not told."""
    async with request.world.database.read() as connection:
        return await assess_retirement(connection, _asked(request, arguments), request.world.setting(request.now))


async def employee_arrears(request: Request, arguments: Arguments) -> Arrears | Refusal:
    """The months in arrears today, or why they are not told."""
    async with request.world.database.read() as connection:
        return await tell_arrears(connection, _asked(request, arguments), request.world.setting(request.now))


QUERIES: Mapping[str, QueryRoot] = {
    "retirementAssessment": Computed(retirement_assessment),
    "employeeArrears": Computed(employee_arrears),
}


def _lump_sum(actor_id: Id, key: str, cause: str, given: Arguments, *, for_unit: bool) -> LumpSumOrder:
    return LumpSumOrder(actor_id, key, cause, named(given, "enrolmentId", Prefix.ENROLMENT), for_unit)


def _retire(actor_id: Id, key: str, cause: str, given: Arguments, *, for_unit: bool) -> RetireOrder:
    return RetireOrder(actor_id, key, cause, named(given, "enrolmentId", Prefix.ENROLMENT), for_unit)


MUTATIONS: Mapping[str, MutationSource] = {
    "declareLumpSum": by_capacity(declare_lump_sums, _lump_sum),
    "retire": by_capacity(retire, _retire),
}
