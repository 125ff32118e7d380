"""Entitlements (待遇认定): the rows, and who sees them."""

from __future__ import annotations

from domain.store.tables import entitlements
from domain.vocabulary import Prefix, Role
from resolvers.fields.rules import by_role, in_own_circle, listed_in_clerks_region
from resolvers.plan.sources import Identifier, RowSource, by_key, day, of_persons, text

ENTITLEMENT = RowSource(
    "Entitlement",
    entitlements,
    key=("id",),
    prefix=Prefix.ENTITLEMENT,
    rule=by_role(
        {
            Role.CITIZEN: in_own_circle("person_id"),
            Role.CLERK: listed_in_clerks_region,
            Role.OPERATOR: None,
            Role.AUDITOR: None,
        }
    ),
    subjects=of_persons("person_id"),
    fields={
        "id": Identifier(Prefix.ENTITLEMENT, lambda row, scope: row.id),
        "person": by_key("Person", "person_id", through=True, nullable=False),
        "region": by_key("Region", "region_code", key="code", through=True, nullable=False),
        "kind": text("kind"),
        "code": text("code"),
        "name": text("name"),
        "firstDay": day("first_day"),
        "lastDay": day("last_day"),
    },
)
