"""Money that agencies pay out (拨付), and its entries."""

from __future__ import annotations

from collections.abc import Mapping

from domain.decisions.tracing import MOST_STEPS
from domain.operations.tell_disbursements import DisbursementTrace, tell_disbursement_trace
from domain.store.tables import disbursement_entries, disbursements, maternity_benefits
from domain.vocabulary import DisbursementAccount, Id, Prefix, Role, parsed_api_id
from resolvers.context import Request
from resolvers.fields.rules import by_role, in_own_circle, listed_in_clerks_region, of_own_unit
from resolvers.plan.sources import (
    Arguments,
    Computed,
    ComputedSource,
    Identifier,
    Many,
    NestedMany,
    QueryRoot,
    RowSource,
    Some,
    ToRow,
    by_key,
    day,
    integer,
    moment,
    of_nobody,
    of_persons,
    text,
    yuan,
)

DISBURSEMENT = RowSource(
    "Disbursement",
    disbursements,
    key=("id",),
    prefix=Prefix.DISBURSEMENT,
    rule=by_role(
        {
            Role.CITIZEN: in_own_circle("person_id"),
            Role.UNIT_OFFICER: of_own_unit(),
            Role.HOSPITAL: lambda row, scope: f"{row.institution_id} = {scope.institution_id}",
            Role.CLERK: listed_in_clerks_region,
            Role.OPERATOR: None,
            Role.AUDITOR: None,
        }
    ),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.DISBURSEMENT, lambda row, scope: row.id),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "purpose": text("purpose"),
        "person": by_key("Person", "person_id", through=True),
        "institution": by_key("Institution", "institution_id", through=True),
        "unit": by_key("Unit", "unit_id", through=True),
        "month": integer("month", nullable=True),
        "claim": by_key("Claim", "claim_id"),
        "contribution": by_key("ResidentContribution", "contribution_id"),
        "maternity": by_key("MaternityBenefit", "id", key="disbursement_id", through=True),
        "paidInto": text("paid_into"),
        "accountLastFour": text("account_last_four", nullable=True),
        "amount": yuan("amount_fen"),
        "paidAt": moment("paid_at"),
        "entries": Some(
            "DisbursementEntry",
            lambda row, other, scope: f"{other.disbursement_id} = {row.id}",
            order=("account",),
            limit=len(DisbursementAccount),
        ),
    },
)

DISBURSEMENT_ENTRY = RowSource(
    "DisbursementEntry",
    disbursement_entries,
    key=("disbursement_id", "account"),
    rule=by_role(
        dict.fromkeys((Role.CITIZEN, Role.UNIT_OFFICER, Role.HOSPITAL, Role.CLERK, Role.OPERATOR, Role.AUDITOR))
    ),
    subjects=of_nobody,
    fields={"account": text("account"), "amount": yuan("amount_fen")},
)

MATERNITY_BENEFIT = RowSource(
    "MaternityBenefit",
    maternity_benefits,
    key=("disbursement_id",),
    rule=by_role(dict.fromkeys((Role.CITIZEN, Role.UNIT_OFFICER, Role.CLERK, Role.OPERATOR, Role.AUDITOR))),
    subjects=of_nobody,
    fields={
        "benefit": text("benefit"),
        "occasion": text("occasion"),
        "occurredOn": day("occurred_on"),
        "invoice": text("invoice", nullable=True),
        "cost": yuan("cost_fen", nullable=True),
        "eligible": yuan("eligible_fen", nullable=True),
        "children": integer("children", nullable=True),
        "leaveDays": integer("leave_days", nullable=True),
        "monthlyWage": yuan("monthly_wage_fen", nullable=True),
    },
)

ROWS = (DISBURSEMENT, DISBURSEMENT_ENTRY, MATERNITY_BENEFIT)

TRACE = ComputedSource(
    "DisbursementTrace",
    DisbursementTrace,
    {
        "disbursement": ToRow("Disbursement", lambda trace: trace.disbursement_id),
        "steps": NestedMany(lambda trace: trace.steps, MOST_STEPS),
    },
    subject=lambda trace: trace.person_id,
)


async def disbursement_trace(request: Request, arguments: Arguments) -> DisbursementTrace | None:
    """How the amount of the payment came about; None for whoever may not see it."""
    disbursement_id = parsed_api_id(arguments["disbursementId"], Prefix.DISBURSEMENT) or Id(0)
    async with request.database.read() as connection:
        return await tell_disbursement_trace(
            connection, request.viewer, disbursement_id, request.world.setting(request.now)
        )


QUERIES: Mapping[str, QueryRoot] = {
    "disbursements": Many("Disbursement"),
    "disbursementTrace": Computed(disbursement_trace),
}
