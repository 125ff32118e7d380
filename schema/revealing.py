"""Full values of a person, told to a clerk with a reason (调取完整信息)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.enums import RevealField, RevealReason
from schema.persons import Person
from schema.refusals import InputNotAcceptable, NotSignedIn, PersonNotFound, TooManyReveals
from schema.scalars import IdNumber


@strawberry.input(description="调取完整信息的输入。\nInput of asking for full values.")
class RevealIdentityInput:
    idempotency_key: str = strawberry.field(
        description="幂等键，8 至 64 个字符，与其他变更的输入一致；"
        "应答含完整信息，因此不保存，同一键再次提交会再次调取并再次留痕。\n"
        "Key of 8 to 64 characters, as in every mutation's input; the answer holds full values and is not kept, so the "
        "same key reveals again, and is recorded again."
    )
    person_id: strawberry.ID = strawberry.field(
        description="参保人的标识（per_…），须居住在经办的地区。\n"
        "Id of the person (per_…), who lives in the clerk's region."
    )
    fields: list[RevealField] = strawberry.field(
        description="要调取的信息，至少一项；只调取办事所需的。\n"
        "What to reveal, one at least; no more than the matter needs."
    )
    reason: RevealReason = strawberry.field(description="调取理由。\nWhy it is asked for.")
    explanation: str = strawberry.field(
        description="对理由的说明，6 至 200 个字符，不得含证件号码等长号码；与留痕一同保存，本人可见。\n"
        "Explanation of the reason, 6 to 200 characters without any long number; kept with the record, and seen by the "
        "person."
    )


@strawberry.type(
    description="已调取，并已留痕；本人可在 accessRecords 中看到。\n"
    "The values were revealed and that was recorded; the person sees it in accessRecords."
)
class IdentityRevealed:
    person: Person = strawberry.field(description="参保人。\nThe person.")
    name: str | None = strawberry.field(description="姓名；没有调取时为 null。\nName; null where it was not asked for.")
    id_number: IdNumber | None = strawberry.field(
        description="完整证件号码；没有调取时为 null。\nIdentity number in full; null where it was not asked for."
    )
    phone: str | None = strawberry.field(
        description="完整手机号码；没有调取，或没有登记时为 null。\n"
        "Telephone number in full; null where it was not asked for, or none is registered."
    )


RevealIdentityResult = Annotated[
    IdentityRevealed | NotSignedIn | InputNotAcceptable | TooManyReveals | PersonNotFound,
    strawberry.union(
        "RevealIdentityResult",
        description="调取的结果，或拒绝的理由。\nThe full values, or why they are not told.",
    ),
]
