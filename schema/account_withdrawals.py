"""Drawing a personal account in one sum (个人账户一次性支取), by its holder or by an heir."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Fen, Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.enums import WithdrawalMaterial, WithdrawalReason
from schema.personal_accounts import AccountEntry, PersonalAccount
from schema.persons import Person
from schema.refusals import (
    AccountClosed,
    AccountFrozen,
    IdempotencyKeyReused,
    InputNotAcceptable,
    InterestBeingSettled,
    MaterialsMissing,
    NoPersonalAccount,
    NotEntitledToWithdraw,
    NothingToWithdraw,
    NotSignedIn,
    PartyDoesNotAnswer,
    PolicyNotStated,
    StillInsuredAsEmployee,
    WithdrawalReasonNotConfirmed,
)
from schema.regions import Region
from schema.relay import Connection, Edge, Node


@strawberry.type(
    description="个人账户一次性支取：账户连同利息全部付给申请人并销户；账户所有人、申请人、本地区经办人员和运维可见。\n"
    "Withdrawal of a personal account in one sum: everything in it, with interest, goes to the applicant, and it is "
    "closed; seen by holder and applicant, clerks of the region and operators."
)
class AccountWithdrawal(Node):
    account: PersonalAccount | None = strawberry.field(
        description="所支取的账户；访问者无权看到时为 null。\nThe account; null when the viewer may not see it."
    )
    person: Person = strawberry.field(description="账户所有人。\nThe account holder.")
    applicant: Person = strawberry.field(
        description="申请人，款项付给此人：本人或继承人。\nWho asked for it and is paid: the holder or an heir."
    )
    region: Region = strawberry.field(description="账户所在的统筹地区。\nPooling area of the account.")
    reason: WithdrawalReason = strawberry.field(description="支取原因。\nWhy it was drawn.")
    card_last_four: str = strawberry.field(
        description="收款银行卡号的后四位；平台不保存完整卡号。\n"
        "Last four digits of the bank card that receives the money; the full number is not kept."
    )
    amount: Fen = strawberry.field(description="支取金额，元，含利息。\nAmount in yuan, interest included.")
    withdrawn_at: Instant = strawberry.field(description="办理时刻。\nWhen it was done.")
    payable_by: date = strawberry.field(
        description="款项最迟到账日，按工作日计算。\nDay by which the money is at the bank, counted in working days."
    )
    entry: AccountEntry | None = strawberry.field(
        description="支取的账户明细；访问者无权看到账户时为 null。\n"
        "The entry that took it out; null for whoever may not see the account."
    )


@strawberry.type(description="一次性支取列表中的一项。\nOne withdrawal of a list.")
class AccountWithdrawalEdge(Edge):
    node: AccountWithdrawal = strawberry.field(description="此项的支取。\nThe withdrawal of this item.")


@strawberry.type(description="一页一次性支取。\nA page of withdrawals.")
class AccountWithdrawalConnection(Connection):
    edges: list[AccountWithdrawalEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(description="一次性支取个人账户的输入。\nInput of drawing a personal account in one sum.")
class WithdrawAccountInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    person_id: strawberry.ID = strawberry.field(
        description="账户所有人的标识（per_…）：本人，或人口信息库登记为亲属的死亡人员。\n"
        "Id of the account holder (per_…): oneself, or a deceased person whom the population register records as kin."
    )
    reason: WithdrawalReason = strawberry.field(
        description="支取原因；死亡以人口信息库登记为准，其余由本人声明。\n"
        "Why it is drawn; death is as the population register records it, the rest as the holder states."
    )
    materials: list[WithdrawalMaterial] = strawberry.field(
        description="所交的材料，因原因而异；缺少的一次性告知。\n"
        "What is handed in, which depends on the reason; all that is missing is told at once."
    )
    card_last_four: str = strawberry.field(
        description="申请人收款银行卡号的后四位。\nLast four digits of the applicant's bank card."
    )


@strawberry.type(description="个人账户已一次性支取并销户。\nThe account was drawn in one sum and is closed.")
class AccountWithdrawn:
    withdrawal: AccountWithdrawal = strawberry.field(description="该笔支取。\nThe withdrawal.")


WithdrawAccountResult = Annotated[
    AccountWithdrawn
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | NotEntitledToWithdraw
    | PolicyNotStated
    | NoPersonalAccount
    | AccountClosed
    | AccountFrozen
    | StillInsuredAsEmployee
    | WithdrawalReasonNotConfirmed
    | MaterialsMissing
    | NothingToWithdraw
    | InterestBeingSettled
    | PartyDoesNotAnswer,
    strawberry.union(
        "WithdrawAccountResult",
        description="支取的结果，或拒绝的理由。\nThe outcome of drawing it, or why it is refused.",
    ),
]
