"""Consents to partners' apps (数据授权): given, withdrawn, and who sees them."""

from __future__ import annotations

from collections.abc import Mapping

from domain.operations.consent_to_partner import ConsentGiven, ConsentOrder, consent_to_partners
from domain.operations.withdraw_consent import ConsentWithdrawn, WithdrawConsentOrder, withdraw_consents
from domain.store.tables import consents
from domain.vocabulary import Id, Prefix, Role
from resolvers.fields.journey import batched, named
from resolvers.fields.rules import by_role, of_own_client, own
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import (
    Arguments,
    ComputedSource,
    Identifier,
    Many,
    QueryRoot,
    RowSource,
    ToRow,
    by_key,
    moment,
    of_persons,
    text,
)

CONSENT = RowSource(
    "Consent",
    consents,
    key=("id",),
    prefix=Prefix.CONSENT,
    rule=by_role({Role.CITIZEN: own("person_id"), Role.PARTNER: of_own_client(), Role.OPERATOR: None}),
    subjects=of_persons("person_id", own_for={Role.CITIZEN}),
    fields={
        "id": Identifier(Prefix.CONSENT, lambda row, scope: row.id),
        "person": by_key("Person", "person_id"),
        "clientId": Identifier(Prefix.CLIENT, lambda row, scope: row.client_id),
        "dataType": text("data_type"),
        "givenAt": moment("given_at"),
        "endedAt": moment("ended_at", nullable=True),
    },
)

OUTCOMES = tuple(
    ComputedSource(kind.__name__, kind, {"consent": ToRow("Consent", lambda outcome: outcome.consent_id)})
    for kind in (ConsentGiven, ConsentWithdrawn)
)

QUERIES: Mapping[str, QueryRoot] = {"consents": Many("Consent")}


def _consent(actor_id: Id, key: str, cause: str, given: Arguments) -> ConsentOrder:
    return ConsentOrder(actor_id, key, cause, named(given, "clientId", Prefix.CLIENT), given["dataType"])


def _withdraw(actor_id: Id, key: str, cause: str, given: Arguments) -> WithdrawConsentOrder:
    return WithdrawConsentOrder(actor_id, key, cause, named(given, "consentId", Prefix.CONSENT))


MUTATIONS: Mapping[str, MutationSource] = {
    "consentToPartner": batched(consent_to_partners, _consent),
    "withdrawConsent": batched(withdraw_consents, _withdraw),
}
