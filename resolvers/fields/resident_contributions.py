"""Resident contributions, their records and receipts (居民缴费、代缴记录、缴费凭证)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.store.tables import receipts, resident_contributions
from domain.vocabulary import DataType, Prefix, Role
from resolvers.fields.persons import CONTRIBUTION_ORDERS, CONTRIBUTION_WHERE
from resolvers.fields.rules import by_role, consented, in_own_circle, listed_in_clerks_region, of_own_unit
from resolvers.plan.sources import (
    Alias,
    Identifier,
    Link,
    Many,
    QueryRoot,
    RowSource,
    Scope,
    Sql,
    by_key,
    day,
    integer,
    moment,
    of_persons,
    text,
    yuan,
)


def paid_or_insured_by(row: Alias, scope: Scope) -> str:
    """The viewer pays it alone, and not for a unit, or it insures the viewer or a bound family member."""
    paid = f"{row.payer_id} = {scope.viewer_id} AND {row.unit_id} IS NULL"
    return f"({paid}) OR {in_own_circle('person_id')(row, scope)}"


def record_of_viewer(row: Alias, scope: Scope) -> str:
    """The viewer paid it for anybody, or anybody for the viewer, and its record can be looked up by now."""
    return (
        f"({row.payer_id} = {scope.viewer_id} OR {row.person_id} = {scope.viewer_id})"
        f" AND {row.record_visible_at} <= {scope.now}"
    )


def once_paid(column: str) -> Sql:
    """What the payment buys, told once there is one: it stands from when a channel is told to collect."""
    return lambda row, scope: f"CASE WHEN {row.paid_at} IS NOT NULL THEN {row[column]} END"


RESIDENT_CONTRIBUTION = RowSource(
    "ResidentContribution",
    resident_contributions,
    key=("id",),
    prefix=Prefix.RESIDENT_CONTRIBUTION,
    rule=by_role(
        {
            Role.CITIZEN: paid_or_insured_by,
            Role.UNIT_OFFICER: of_own_unit(),
            Role.CLERK: listed_in_clerks_region,
            # It shows who paid: of whoever has not consented nothing is told, not even that.
            Role.PARTNER: consented(DataType.CONTRIBUTIONS, "person_id", "payer_id"),
            Role.OPERATOR: None,
        }
    ),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.RESIDENT_CONTRIBUTION, lambda row, scope: row.id),
        "person": by_key("Person", "person_id", through=True, nullable=False),
        "payer": by_key("Person", "payer_id", through=True, nullable=False),
        "collectedBy": by_key("Unit", "unit_id"),
        "enrolment": by_key("Enrolment", "enrolment_id"),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "coverageYear": integer("coverage_year"),
        "status": text("status"),
        "channel": text("channel"),
        "kind": text("kind"),
        "amount": yuan("amount_fen"),
        "assistance": yuan("subsidy_fen"),
        "grade": integer("grade"),
        "repairYears": integer("repair_years"),
        "repairAmount": yuan("repair_fen"),
        "submittedAt": moment("submitted_at"),
        "paidAt": moment("paid_at", nullable=True),
        "paidOn": day("paid_on", nullable=True),
        "coverageFrom": day(once_paid("coverage_from"), nullable=True),
        "coverageUntil": day(once_paid("coverage_until"), nullable=True),
        "waitingUntil": day(once_paid("waiting_until"), nullable=True),
        "recordVisibleAt": moment("record_visible_at", nullable=True),
        "finishedAt": moment("finished_at", nullable=True),
        "receipt": Link("Receipt", lambda row, other, scope: f"{other.contribution_id} = {row.id}"),
        "refunds": Many("Refund", lambda row, other, scope: f"{other.contribution_id} = {row.id}"),
    },
)


def receipt_of_visible(row: Alias, scope: Scope) -> str:
    """The receipt's contribution may be seen."""
    inner = Alias(resident_contributions, "paid")
    visible = RESIDENT_CONTRIBUTION.rule(inner, scope)
    return f"EXISTS (SELECT 1 FROM resident_contributions paid WHERE paid.id = {row.contribution_id} AND ({visible}))"


def _insured_by_the_contribution(row: Alias, scope: Scope) -> Sequence[str]:
    return [f"(SELECT paid.person_id FROM resident_contributions paid WHERE paid.id = {row.contribution_id})"]


RECEIPT = RowSource(
    "Receipt",
    receipts,
    key=("id",),
    prefix=Prefix.RECEIPT,
    rule=by_role(
        {
            Role.CITIZEN: receipt_of_visible,
            Role.UNIT_OFFICER: receipt_of_visible,
            Role.CLERK: receipt_of_visible,
            Role.PARTNER: receipt_of_visible,
            Role.OPERATOR: None,
        }
    ),
    subjects=_insured_by_the_contribution,
    fields={
        "id": Identifier(Prefix.RECEIPT, lambda row, scope: row.id),
        "number": text("number"),
        "kind": text("kind"),
        "issuedAt": moment("issued_at"),
        "contribution": by_key("ResidentContribution", "contribution_id", through=True, nullable=False),
        "printableUrl": text(
            lambda row, scope: f"'/worlds/' || {scope.world} || '/receipts/{Prefix.RECEIPT.value}_' || {row.id}"
        ),
    },
)

CONTRIBUTIONS = (RESIDENT_CONTRIBUTION, RECEIPT)

QUERIES: Mapping[str, QueryRoot] = {
    "residentContributions": Many("ResidentContribution", where=CONTRIBUTION_WHERE, orders=CONTRIBUTION_ORDERS),
    "contributionRecords": Many("ResidentContribution", where=CONTRIBUTION_WHERE, restrict=record_of_viewer),
}
