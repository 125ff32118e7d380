"""Real-name check of who is signed in (实名认证)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.arguments import IDEMPOTENCY_KEY
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
    name: str = strawberry.field(
        description="本人姓名，与证件一致，1 至 50 个字符；登记的另一写法（生僻字、异体字）视为同名。\n"
        "One's own name as on the document, 1 to 50 characters; another form that the register takes for the same is "
        "the same name."
    )
    id_type: IdType = strawberry.field(description="本人证件类型。\nKind of one's own identity document.")
    id_number: IdNumber = strawberry.field(
        description="本人的完整证件号码；居民身份证须通过校验位检查。\n"
        "One's own identity number in full; that of a resident identity card must pass its check digit."
    )


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
