"""The journal of requests, as operators of a sandbox read it (请求日志)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Instant
from schema.enums import RequestEnding, Role, Transport
from schema.filters import InstantFilter, RequestEndingFilter, StringFilter
from schema.relay import Connection, Edge, Node
from schema.scalars import Int64

_MASKED = (
    "证件号码、姓名等一律以占位符代替。\nIdentity numbers, names and the like are replaced by what stands for them."
)


@strawberry.type(
    description="请求日志中的一次操作，仅沙箱的运维人员可见；只保留最近若干次。\n"
    "One operation of the journal of requests, for operators of a sandbox; the last so many are kept."
)
class JournalledRequest(Node):
    number: Int64 = strawberry.field(
        description="序号，按写入的先后。\nIts number, in the order that they were written."
    )
    asked_at: Instant = strawberry.field(description="请求时刻（世界时间）。\nWhen it was asked, in world time.")
    recorded_at: Instant = strawberry.field(
        description="结束时刻，按真实时间，不是世界时间。\nWhen it was over, in real time, not in world time."
    )
    role: Role = strawberry.field(description="请求者的身份。\nIn what capacity somebody asked.")
    asker: str = strawberry.field(
        description="请求者：机构人员和应用为其登录名；参保人为掩码姓名，例如“张*”。\n"
        "Who asked: the name under which staff or an app signed in; of an insured person the masked name, such as 张*."
    )
    operation: str = strawberry.field(
        description="操作的类型和名称，例如 query FamilyPage；无名的为其根字段。\n"
        "Kind and name of the operation, such as query FamilyPage; fields at its root where it has no name."
    )
    document: str = strawberry.field(description="操作的文本；" + _MASKED.replace("\n", "\nText of the operation. "))
    variables: str = strawberry.field(description="变量的 JSON；" + _MASKED.replace("\n", "\nIts variables as JSON. "))
    transport: Transport = strawberry.field(description="请求途径。\nBy what the request came.")
    request_id: str = strawberry.field(
        description="请求编号，与答复的 X-Request-Id 相同。\nId of the request, as in the answer's X-Request-Id."
    )
    ending: RequestEnding = strawberry.field(description="结局。\nHow it ended.")
    outcome: str = strawberry.field(
        description="拒绝或错误的代码，以逗号分隔；没有则为空。\n"
        "Codes of its refusals or errors, separated by commas; empty for none."
    )
    cost: Int64 | None = strawberry.field(
        description="答复至多含多少个值；未及计算的为 null。\n"
        "How many values its answer could hold; null where it did not come so far."
    )
    microseconds: Int64 = strawberry.field(description="用时，微秒。\nHow long it took, in microseconds.")
    statements: int = strawberry.field(description="数据库语句数。\nHow many statements it ran.")
    answer_bytes: Int64 = strawberry.field(description="答复的字节数。\nLength of its answer in bytes.")
    first_event: Int64 | None = strawberry.field(
        description="所引起的第一个事件在日志中的位置；没有则为 null。\n"
        "Position in the log of the first event that it caused; null for none."
    )
    last_event: Int64 | None = strawberry.field(
        description="所引起的最后一个事件的位置；没有则为 null。\nPosition of the last one; null for none."
    )


@strawberry.type(description="请求日志列表中的一项。\nOne request of a list.")
class JournalledRequestEdge(Edge):
    node: JournalledRequest = strawberry.field(description="此项的请求。\nThe request of this item.")


@strawberry.type(description="一页请求日志。\nA page of the journal of requests.")
class JournalledRequestConnection(Connection):
    edges: list[JournalledRequestEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(description="请求日志的筛选条件，须同时满足。\nConditions on requests; all that are given must hold.")
class JournalledRequestWhere:
    ending: RequestEndingFilter | None = strawberry.field(default=strawberry.UNSET, description="结局。\nHow it ended.")
    asked_at: InstantFilter | None = strawberry.field(
        default=strawberry.UNSET, description="请求时刻（世界时间）。\nWhen it was asked, in world time."
    )
    request_id: StringFilter | None = strawberry.field(
        default=strawberry.UNSET, description="请求编号。\nId of the request."
    )


RequestsWhere = Annotated[JournalledRequestWhere | None, strawberry.argument(description="筛选条件。\nConditions.")]
