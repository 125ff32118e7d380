"""Real-name check of who is signed in (实名认证)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.arguments import IDEMPOTENCY_KEY, OWN_ID_NUMBER, OWN_ID_TYPE, OWN_NAME
from schema.enums import IdType
from schema.persons import Person
from schema.refusals import (
    IdempotencyKeyReused,
    IdentityMismatch,
    InputNotAcceptable,
    NotSignedIn,
    PartyDoesNotAnswer,
    PersonDeceased,
)
from schema.scalars import IdNumber


@strawberry.input(description="实名认证的输入。\nInput of verifying who one is.")
class VerifyIdentityInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    name: str = strawberry.field(description=OWN_NAME)
    id_type: IdType = strawberry.field(description=OWN_ID_TYPE)
    id_number: IdNumber = strawberry.field(description=OWN_ID_NUMBER)


@strawberry.type(description="已实名认证。\nThe person is who they say.")
class IdentityVerified:
    person: Person = strawberry.field(description="本人。\nThe person.")


VerifyIdentityResult = Annotated[
    IdentityVerified
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | IdentityMismatch
    | PersonDeceased
    | PartyDoesNotAnswer,
    strawberry.union(
        "VerifyIdentityResult",
        description="认证的结果，或不能认证的理由。\nThe outcome of the check, or why nothing is verified.",
    ),
]
