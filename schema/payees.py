"""Payees (缴费对象): whom somebody pays for through channels, without a family binding."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.enums import IdType
from schema.refusals import (
    AlreadyPayee,
    CannotAddSelf,
    IdempotencyKeyReused,
    IdentityMismatch,
    InputNotAcceptable,
    NotSignedIn,
    PartyDoesNotAnswer,
    PayeeNotFound,
    PersonDeceased,
    PersonNotFound,
    PolicyNotStated,
    TooManyAttempts,
    TooManyPayees,
)
from schema.relay import Connection, Edge, Node
from schema.scalars import IdNumber


@strawberry.type(
    description="缴费对象：凭姓名和证件号码添加的一人，可通过税务、微信、支付宝等渠道为其缴费，不需要家庭绑定；"
    "个人账户仍只为已绑定的家庭成员支付。只有添加的人和运维可见。\n"
    "Payee: somebody added by name and document number, to be paid for through a channel without a family binding; "
    "personal accounts still pay for bound family members only. Seen by whoever added them and by operators."
)
class Payee(Node):
    person_id: strawberry.ID = strawberry.field(
        description="此人的标识（per_…），用于测算和提交缴费；此人的其他信息不因此可见。\n"
        "Id of the person (per_…), for quotes and submissions; nothing else of the person can be seen by it."
    )
    name: str = strawberry.field(
        description="姓名，首字加星号。\nName: the first character and asterisks, such as 张*."
    )
    id_type: IdType = strawberry.field(
        description="添加时所填证件的类型。\nKind of the document that the payee was added by."
    )
    id_number: IdNumber = strawberry.field(
        description="添加时所填的证件号码，只有前三位和后四位。\n"
        "Number of that document: the first three and last four characters."
    )
    added_at: Instant = strawberry.field(description="添加的时刻。\nWhen the payee was added.")
    removed_at: Instant | None = strawberry.field(
        description="移除的时刻；未移除时为 null。\nWhen the payee was removed; null until then."
    )


@strawberry.type(description="缴费对象列表中的一项。\nOne payee of a list.")
class PayeeEdge(Edge):
    node: Payee = strawberry.field(description="此项的缴费对象。\nThe payee of this item.")


@strawberry.type(description="一页缴费对象。\nA page of payees.")
class PayeeConnection(Connection):
    edges: list[PayeeEdge] = strawberry.field(description="本页各项，按列表顺序。\nItems of this page, in list order.")


@strawberry.input(description="添加缴费对象的输入。\nInput of adding a payee.")
class AddPayeeInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    name: str = strawberry.field(
        description="姓名，与证件一致，1 至 50 个字符。\nName as on the document, 1 to 50 characters."
    )
    id_type: IdType = strawberry.field(description="证件类型。\nKind of identity document.")
    id_number: IdNumber = strawberry.field(
        description="完整的证件号码；居民身份证须通过校验位检查。\n"
        "Identity number in full; that of a resident identity card must pass its check digit."
    )


@strawberry.type(description="缴费对象已添加。\nThe payee was added.")
class PayeeAdded:
    payee: Payee = strawberry.field(description="新的缴费对象。\nThe new payee.")


AddPayeeResult = Annotated[
    PayeeAdded
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | CannotAddSelf
    | TooManyAttempts
    | IdentityMismatch
    | PersonDeceased
    | AlreadyPayee
    | TooManyPayees
    | PersonNotFound
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "AddPayeeResult",
        description="添加的结果，或拒绝的理由。\nThe outcome of adding, or why it is refused.",
    ),
]


@strawberry.input(description="移除缴费对象的输入。\nInput of removing a payee.")
class RemovePayeeInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    payee_id: strawberry.ID = strawberry.field(
        description="缴费对象的标识（pye_…），须由本人添加。\nId of the payee (pye_…), whom the applicant has added."
    )


@strawberry.type(description="缴费对象已移除；已缴的费用不受影响。\nThe payee was removed; what was paid stays paid.")
class PayeeRemoved:
    payee: Payee = strawberry.field(description="已移除的缴费对象。\nThe payee that was removed.")


RemovePayeeResult = Annotated[
    PayeeRemoved | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | PayeeNotFound,
    strawberry.union(
        "RemovePayeeResult",
        description="移除的结果，或拒绝的理由。\nThe outcome of removing, or why it is refused.",
    ),
]
