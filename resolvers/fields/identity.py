"""The real-name check of who is signed in (实名认证)."""

from __future__ import annotations

from collections.abc import Mapping

from domain.operations.verify_identity import IdentityVerified, VerifyIdentityOrder, verify_identities
from domain.vocabulary import Id
from resolvers.fields.journey import batched
from resolvers.plan.executor import MutationSource
from resolvers.plan.sources import Arguments, ComputedSource, ToRow

OUTCOME = ComputedSource(
    "IdentityVerified", IdentityVerified, {"person": ToRow("Person", lambda outcome: outcome.person_id)}
)


def _verify(actor_id: Id, key: str, cause: str, given: Arguments) -> VerifyIdentityOrder:
    return VerifyIdentityOrder(actor_id, key, cause, given["name"], given["idType"], given["idNumber"])


MUTATIONS: Mapping[str, MutationSource] = {"verifyIdentity": batched(verify_identities, _verify)}
