"""Transfers of the insurance relation (医保关系转移接续): an employee's earlier months follow to the present place."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Fen, Instant, RegionCode
from schema.arguments import IDEMPOTENCY_KEY
from schema.enrolments import Enrolment
from schema.enums import DayCalendar, TransferStatus
from schema.personal_accounts import AccountEntry
from schema.persons import Person
from schema.refusals import (
    IdempotencyKeyReused,
    InputNotAcceptable,
    NotEnrolledAsEmployee,
    NothingToTransfer,
    NotSignedIn,
    PartyDoesNotAnswer,
    PolicyNotStated,
    StillEnrolledThere,
    TransferNotFound,
    TransferNotWithdrawable,
    TransferUnderWay,
)
from schema.regions import Region
from schema.relay import Connection, Edge, Node


@strawberry.type(
    description="缴费时段：起止年月，均含。\nPeriod of contributions: first and last month, both included."
)
class TransferredPeriod:
    first_month: int = strawberry.field(description="起始年月，例如 201907。\nFirst month, such as 201907.")
    last_month: int = strawberry.field(description="截止年月，例如 202310。\nLast month, such as 202310.")


@strawberry.type(
    description="医保关系转移接续：原参保地的职工医保缴费月数转入现参保地；本人、两地经办人员和运维可见。\n"
    "Transfer of the insurance relation: an employee's months at an earlier place are carried to the present one; "
    "seen by the person, clerks of both places and operators."
)
class EnrolmentTransfer(Node):
    person: Person = strawberry.field(description="参保人。\nThe insured person.")
    enrolment: Enrolment = strawberry.field(
        description="转入的职工或居民参保关系。\n"
        "The enrolment, as an employee or as a resident, to which the months are carried."
    )
    region: Region = strawberry.field(description="转入地。\nThe place that receives.")
    from_region: RegionCode = strawberry.field(
        description="转出地（市）的区划代码；可能是此世界以外的省份。\n"
        "Code of the city that is left; it may lie in a province that this world lacks."
    )
    status: TransferStatus = strawberry.field(description="办理状态。\nHow far it has come.")
    applied_at: Instant = strawberry.field(
        description="申请时刻，申请通知单（T2101）同时发出。\n"
        "When it was applied for; the notice (T2101) went out then."
    )
    accepted_on: date = strawberry.field(
        description="受理日；非工作时间申请的，为下一工作日。\n"
        "Day of acceptance; of what was applied for outside office hours, the next working day."
    )
    form_due_on: date = strawberry.field(
        description="转出地应寄出信息表的最后一日（受理后 10 个工作日）。\n"
        "Last day for the old place to send its form: ten working days after acceptance."
    )
    due_on: date = strawberry.field(
        description="全部办结的最后一日：收到信息表前为受理后 15 个工作日，收到后为其后 5 个工作日。\n"
        "Last day for all of it: 15 working days after acceptance until the form is there, then 5 after the form."
    )
    calendar: DayCalendar = strawberry.field(
        description="上述期限按什么推算。\nBy what working days these periods were counted."
    )
    overdue: bool = strawberry.field(
        description="应由一方完成的步骤现已超期；已办结或已撤销的为 false。\n"
        "Whether a step is overdue now; false once it is done or withdrawn."
    )
    form_received_at: Instant | None = strawberry.field(
        description="收到《参保人员基本医疗保险信息表》（T2102）的时刻；尚未收到时为 null。\n"
        "When the old place's form (T2102) came; null until then."
    )
    periods: list[TransferredPeriod] = strawberry.field(
        description="信息表所载缴费时段，按时间排序；尚未收到时为空。最多 100 段。\n"
        "Periods that the form states, in order, at most 100; empty until it has come."
    )
    months: int | None = strawberry.field(
        description="信息表所载缴费月数；尚未收到时为 null。\nMonths that the form states; null until it has come."
    )
    balance: Fen | None = strawberry.field(
        description="信息表所载个人账户余额，元；尚未收到时为 null。\n"
        "Balance of the personal account that the form states, in yuan; null until it has come."
    )
    completed_at: Instant | None = strawberry.field(
        description="办结（T2103）的时刻；尚未办结时为 null。\nWhen it was done (T2103); null until then."
    )
    months_carried: int | None = strawberry.field(
        description="转入的月数，两地同时缴费的月份不重复计算；尚未办结时为 null。\n"
        "Months carried over, each counted once where both places have it; null until it is done."
    )
    withdrawn_at: Instant | None = strawberry.field(
        description="撤销的时刻；没有撤销时为 null。\nWhen it was withdrawn; null where it was not."
    )
    entry: AccountEntry | None = strawberry.field(
        description="外省转入个人账户余额的明细；账户随人转移（省内及本平台各地）、没有账户，或无权看到时为 null。\n"
        "The entry of money that came from another province; null where the account moved along as it is, "
        "where there is none, and for whoever may not see it."
    )


@strawberry.type(description="转移接续列表中的一项。\nOne transfer of a list.")
class EnrolmentTransferEdge(Edge):
    node: EnrolmentTransfer = strawberry.field(description="此项的转移接续。\nThe transfer of this item.")


@strawberry.type(description="一页转移接续。\nA page of transfers.")
class EnrolmentTransferConnection(Connection):
    edges: list[EnrolmentTransferEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(description="申请转移接续的输入。\nInput of applying for a transfer.")
class ApplyForTransferInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    from_region: RegionCode = strawberry.field(
        description="转出地的区划代码，市或其下的县（区）；可以是此世界以外的省份，例如 440300。\n"
        "Code of the place that is left, a city or a county in it; it may lie in a province that this world lacks, "
        "such as 440300."
    )


@strawberry.input(description="撤销转移接续的输入。\nInput of withdrawing a transfer.")
class WithdrawTransferInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    transfer_id: strawberry.ID = strawberry.field(
        description="转移接续的标识（trf_…），须为本人申请。\nId of the transfer (trf_…), the applicant's own."
    )


@strawberry.type(description="转移接续已申请，待转出地处理。\nThe transfer is applied for; the old place is next.")
class TransferApplied:
    transfer: EnrolmentTransfer = strawberry.field(
        description="转移接续及其进度。\nThe transfer, and how far it has come."
    )


@strawberry.type(description="转移接续已撤销。\nThe transfer is withdrawn.")
class TransferWithdrawn:
    transfer: EnrolmentTransfer = strawberry.field(description="已撤销的转移接续。\nThe transfer.")


ApplyForTransferResult = Annotated[
    TransferApplied
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PolicyNotStated
    | NotEnrolledAsEmployee
    | TransferUnderWay
    | StillEnrolledThere
    | NothingToTransfer
    | PartyDoesNotAnswer,
    strawberry.union(
        "ApplyForTransferResult",
        description="申请转移接续的结果，或拒绝的理由。\nThe outcome of applying, or why it is refused.",
    ),
]

WithdrawTransferResult = Annotated[
    TransferWithdrawn
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | TransferNotFound
    | TransferNotWithdrawable,
    strawberry.union(
        "WithdrawTransferResult",
        description="撤销的结果，或拒绝的理由。\nThe outcome of withdrawing, or why it is refused.",
    ),
]
