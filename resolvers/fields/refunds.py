"""Refunds and how far they have come (退费、退费进度)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.operations.refund_contribution import (
    IDS_PER_REFUND,
    ContributionRefundRequested,
    RefundOrder,
    request_contribution_refunds,
)
from domain.store.tables import refunds
from domain.vocabulary import Id, Prefix, Role
from resolvers.fields.journey import by_capacity, named
from resolvers.fields.rules import by_role, in_own_circle, listed_in_clerks_region
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import (
    Alias,
    Arguments,
    ComputedSource,
    Identifier,
    Many,
    QueryRoot,
    RowSource,
    Scope,
    ToRow,
    by_key,
    moment,
    of_persons,
    text,
    yuan,
)


def _of_citizen(row: Alias, scope: Scope) -> str:
    """Of a contribution that the viewer paid alone or is insured by, or of the viewer's own bill."""
    collected = f"SELECT 1 FROM resident_contributions WHERE id = {row.contribution_id} AND unit_id IS NOT NULL"
    paid = f"{row.payer_id} = {scope.viewer_id} AND NOT EXISTS ({collected})"
    return (
        f"(({paid}) OR {in_own_circle('person_id')(row, scope)})"
        f" AND ({row.bill_id} IS NULL OR {row.person_id} = {scope.viewer_id})"
    )


def _of_unit(row: Alias, scope: Scope) -> str:
    """Of a contribution that the viewer's unit collected, or of the unit's bill."""
    contributions = f"SELECT id FROM resident_contributions WHERE unit_id = {scope.unit_id}"
    bills = f"SELECT id FROM employee_bills WHERE unit_id = {scope.unit_id}"
    return f"{scope.one_of(row.contribution_id, contributions)} OR {scope.one_of(row.bill_id, bills)}"


REFUND = RowSource(
    "Refund",
    refunds,
    key=("id",),
    prefix=Prefix.REFUND,
    rule=by_role(
        {
            Role.CITIZEN: _of_citizen,
            Role.UNIT_OFFICER: _of_unit,
            Role.CLERK: listed_in_clerks_region,
            Role.OPERATOR: None,
        }
    ),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.REFUND, lambda row, scope: row.id),
        "contribution": by_key("ResidentContribution", "contribution_id", through=True),
        "bill": by_key("EmployeeBill", "bill_id", through=True),
        "order": by_key("PaymentOrder", "payment_order_id"),
        "person": by_key("Person", "person_id", through=True),
        "payer": by_key("Person", "payer_id", through=True, nullable=False),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "reason": text("reason"),
        "status": text("status"),
        "channel": text("channel"),
        "amount": yuan("amount_fen"),
        "requestedAt": moment("requested_at"),
        "sentAt": moment("sent_at", nullable=True),
        "completedAt": moment("completed_at", nullable=True),
        "entry": by_key("AccountEntry", "entry_id"),
    },
)

OUTCOME = ComputedSource(
    "ContributionRefundRequested",
    ContributionRefundRequested,
    {"refund": ToRow("Refund", lambda outcome: outcome.refund_id)},
)

QUERIES: Mapping[str, QueryRoot] = {
    "refunds": Many("Refund", where={"region": "region_code", "status": "status", "reason": "reason"}),
}


def _refund(actor_id: Id, key: str, cause: str, given: Arguments, *, for_unit: bool) -> RefundOrder:
    contribution = named(given, "contributionId", Prefix.RESIDENT_CONTRIBUTION)
    return RefundOrder(actor_id, key, cause, contribution, given["reason"], for_unit)


MUTATIONS: Mapping[str, MutationSource] = {
    "requestContributionRefund": by_capacity(
        request_contribution_refunds, _refund, ids=lambda order: IDS_PER_REFUND, sets_timers=True
    ),
}
