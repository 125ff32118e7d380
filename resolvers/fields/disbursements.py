"""Money that agencies pay out (拨付), and its entries."""

from __future__ import annotations

from collections.abc import Mapping

from domain.store.tables import disbursement_entries, disbursements
from domain.vocabulary import DisbursementAccount, Prefix, Role
from resolvers.fields.rules import by_role, in_own_circle, listed_in_clerks_region
from resolvers.plan.sources import (
    Identifier,
    Many,
    QueryRoot,
    RowSource,
    Some,
    by_key,
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
        "month": integer("month", nullable=True),
        "claim": by_key("Claim", "claim_id"),
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
    rule=by_role(dict.fromkeys((Role.CITIZEN, Role.HOSPITAL, Role.CLERK, Role.OPERATOR, Role.AUDITOR))),
    subjects=of_nobody,
    fields={"account": text("account"), "amount": yuan("amount_fen")},
)

ROWS = (DISBURSEMENT, DISBURSEMENT_ENTRY)

QUERIES: Mapping[str, QueryRoot] = {"disbursements": Many("Disbursement")}
