"""Family bindings (家庭共济绑定): whom an account may pay for, and making and ending such a binding."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Fen, Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.enums import BindingStatus, IdType, Relation, Sex
from schema.filters import BindingStatusFilter, RelationFilter
from schema.persons import Person
from schema.refusals import (
    AlreadyBound,
    BindingNotFound,
    CannotBindSelf,
    IdempotencyKeyReused,
    IdentityMismatch,
    InputNotAcceptable,
    NotSignedIn,
    PartyDoesNotAnswer,
    PersonDeceased,
    PersonNotFound,
    PledgeNotAccepted,
    PolicyNotStated,
    RelationMismatch,
    RelationNotCovered,
    TooManyAttempts,
    TooManyBindings,
)
from schema.relay import Connection, Edge, Node
from schema.scalars import IdNumber


@strawberry.type(
    description="家庭绑定：账户所有人为使用个人账户代缴而绑定的一位家庭成员。持有人、本地区经办人员和运维可见。\n"
    "Family binding: a family member for whom the account holder may pay from their personal account. "
    "Seen by the holder, clerks of the region and operators."
)
class FamilyBinding(Node):
    holder: Person = strawberry.field(description="账户所有人，由其账户支付。\nThe account holder, whose account pays.")
    member: Person = strawberry.field(description="被绑定的家庭成员。\nThe family member who is bound.")
    relation: Relation = strawberry.field(
        description="成员是账户所有人的什么人。\nWhat the member is to the account holder."
    )
    status: BindingStatus = strawberry.field(description="绑定状态。\nState of the binding.")
    pledged_at: Instant = strawberry.field(
        description="账户所有人同意个人承诺书的时刻。\nWhen the holder accepted the personal pledge."
    )
    bound_at: Instant = strawberry.field(description="绑定生效的时刻。\nWhen the binding took effect.")
    ended_at: Instant | None = strawberry.field(
        description="解除绑定的时刻；仍有效时为 null。\nWhen the binding was ended; null while it is in force."
    )
    paid: Fen = strawberry.field(
        description="绑定有效期间由该账户为此成员缴纳的居民医保费合计，元，不含已退的。\n"
        "What the account has paid for the member while the binding was in force, in yuan, without what was given back."
    )


@strawberry.type(description="家庭绑定列表中的一项。\nOne family binding of a list.")
class FamilyBindingEdge(Edge):
    node: FamilyBinding = strawberry.field(description="此项的家庭绑定。\nThe binding of this item.")


@strawberry.type(description="一页家庭绑定。\nA page of family bindings.")
class FamilyBindingConnection(Connection):
    edges: list[FamilyBindingEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(
    description="家庭绑定的筛选条件，须同时满足。\nConditions on family bindings; all that are given must hold."
)
class FamilyBindingWhere:
    status: BindingStatusFilter | None = strawberry.field(
        default=strawberry.UNSET, description="绑定状态。\nState of the binding."
    )
    relation: RelationFilter | None = strawberry.field(
        default=strawberry.UNSET,
        description="成员是账户所有人的什么人。\nWhat the member is to the account holder.",
    )


@strawberry.input(description="绑定家庭成员的输入。\nInput of binding a family member.")
class BindFamilyMemberInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    name: str = strawberry.field(
        description="成员姓名，与证件一致，1 至 50 个字符。\nThe member's name as on the document, 1 to 50 characters."
    )
    id_type: IdType = strawberry.field(description="成员的证件类型。\nKind of the member's identity document.")
    id_number: IdNumber = strawberry.field(
        description="成员的完整证件号码；居民身份证须通过校验位检查。\n"
        "The member's identity number in full; that of a resident identity card must pass its check digit."
    )
    birth_date: date = strawberry.field(
        description="成员的出生日期，与证件一致。\nThe member's date of birth as on the document."
    )
    sex: Sex = strawberry.field(description="成员的性别，与证件一致。\nThe member's sex as on the document.")
    relation: Relation = strawberry.field(
        description="成员是本人的什么人；须与登记的亲属关系一致，并在账户所在地当日的共济范围内。\n"
        "What the member is to the applicant; it must agree with the register and be covered by the region of the "
        "account on that day."
    )
    pledge_accepted: bool = strawberry.field(
        description="是否已阅读并同意个人承诺书；不为 true 则拒绝。\n"
        "Whether the personal pledge was read and accepted; refused unless true."
    )


@strawberry.type(description="家庭成员已绑定。\nThe family member is bound.")
class FamilyMemberBound:
    binding: FamilyBinding = strawberry.field(description="新的绑定。\nThe new binding.")


BindFamilyMemberResult = Annotated[
    FamilyMemberBound
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PledgeNotAccepted
    | CannotBindSelf
    | TooManyAttempts
    | IdentityMismatch
    | PersonDeceased
    | RelationMismatch
    | RelationNotCovered
    | AlreadyBound
    | TooManyBindings
    | PersonNotFound
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "BindFamilyMemberResult",
        description="绑定的结果，或拒绝的理由。\nThe outcome of binding, or why it is refused.",
    ),
]


@strawberry.input(description="解除家庭绑定的输入。\nInput of ending a family binding.")
class UnbindFamilyMemberInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    binding_id: strawberry.ID = strawberry.field(
        description="要解除的绑定的标识（fam_…），须由本人持有。\n"
        "Id of the binding to end (fam_…), which the applicant must hold."
    )


@strawberry.type(
    description="家庭成员已解绑；已缴的费用不受影响。\nThe family member is unbound; what was paid stays paid."
)
class FamilyMemberUnbound:
    binding: FamilyBinding = strawberry.field(description="已解除的绑定。\nThe binding that was ended.")


UnbindFamilyMemberResult = Annotated[
    FamilyMemberUnbound | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | BindingNotFound,
    strawberry.union(
        "UnbindFamilyMemberResult",
        description="解绑的结果，或拒绝的理由。\nThe outcome of unbinding, or why it is refused.",
    ),
]
