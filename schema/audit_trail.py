"""The audit trail (访问留痕): who looked at whose data, when, through what and why, and the seals over it."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Instant
from schema.declarations import declared
from schema.enums import AccessKind, RevealReason, Role, Transport
from schema.filters import AccessKindFilter, InstantFilter, RoleFilter, StringFilter
from schema.persons import PersonConnection
from schema.regions import Region
from schema.relay import After, Before, Connection, Edge, First, Last, Node
from schema.units import Unit


@strawberry.type(
    description="访问留痕：本人以外的人的一次操作，看到了某些人的数据。"
    "本人可见与自己有关的，审计人员可见全部；写入后不能更改或删除。\n"
    "Access record: one operation by which somebody was shown the data of others. Whoever was shown sees it, and "
    "auditors see all; once written it is never changed or deleted."
)
class AccessRecord(Node):
    kind: AccessKind = strawberry.field(description="访问方式。\nHow the data was looked at.")
    occurred_at: Instant = strawberry.field(description="发生时刻（世界时间）。\nWhen it came about, in world time.")
    recorded_at: Instant = strawberry.field(
        description="记录时刻，按真实时间，不是世界时间。\nWhen it was recorded, in real time, not in world time."
    )
    role: Role = strawberry.field(description="访问者的身份。\nIn what capacity the data was looked at.")
    reader: str = strawberry.field(
        description="访问者：机构人员和应用为其登录名；参保人为掩码姓名，例如“张*”；未登录者为空。\n"
        "Who looked: the name under which staff or an app signed in; of an insured person the masked name, such as "
        "张*; empty where nobody was signed in."
    )
    reader_region: Region | None = strawberry.field(
        description="访问者所属地区；对经办人员即其可见范围。\n"
        "Region of whoever looked; for a clerk, the bound of what may be seen."
    )
    reader_unit: Unit | None = strawberry.field(
        description="单位经办人所代表的单位；其他访问者为 null。\n"
        "The unit for which an officer looked; null for others."
    )
    operation: str = strawberry.field(
        description="操作的类型和名称，例如 query PersonsOfRegion。\n"
        "Kind and name of the operation, such as query PersonsOfRegion."
    )
    fields: list[str] = strawberry.field(
        description="该操作向参保人数据索取的字段，例如 Person.name，最多 101 项。\n"
        "What the operation asked of persons, such as Person.name; at most 101."
    )
    transport: Transport = strawberry.field(description="访问途径。\nBy what the request came.")
    request_id: str = strawberry.field(
        description="请求编号，与答复的 X-Request-Id 相同。\nId of the request, as in the answer's X-Request-Id."
    )
    reason: RevealReason | None = strawberry.field(
        description="调取完整信息的理由；其他访问为 null。\nWhy full values were asked for; null for other access."
    )
    purpose: str | None = strawberry.field(
        description="访问者自述的目的；没有说明时为 null。\n"
        "What it was for, in the reader's own words; null where none were given."
    )
    persons: int = strawberry.field(
        description="该操作共显示了多少人的数据。\nOf how many persons the operation showed data."
    )

    @declared(
        "该操作显示了其数据的人；本人只看到自己，审计人员看到全部，均为掩码。\n"
        "The persons whom the operation showed; one sees oneself, auditors see all of them, masked."
    )
    def subjects(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> PersonConnection: ...


@strawberry.type(description="访问留痕列表中的一项。\nOne access record of a list.")
class AccessRecordEdge(Edge):
    node: AccessRecord = strawberry.field(description="此项的访问留痕。\nThe access record of this item.")


@strawberry.type(description="一页访问留痕。\nA page of access records.")
class AccessRecordConnection(Connection):
    edges: list[AccessRecordEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(
    description="访问留痕的筛选条件，须同时满足。\nConditions on access records; all that are given must hold."
)
class AccessRecordWhere:
    kind: AccessKindFilter | None = strawberry.field(
        default=strawberry.UNSET, description="访问方式。\nHow the data was looked at."
    )
    role: RoleFilter | None = strawberry.field(
        default=strawberry.UNSET, description="访问者的身份。\nIn what capacity it was looked at."
    )
    reader: StringFilter | None = strawberry.field(
        default=strawberry.UNSET,
        description="机构人员或应用的登录名。\nThe name under which staff or an app had signed in.",
    )
    occurred_at: InstantFilter | None = strawberry.field(
        default=strawberry.UNSET, description="发生时刻（世界时间）。\nWhen it came about, in world time."
    )


@strawberry.type(
    description="封存：对上次封存以来的访问留痕和事件计算的摘要，并接续上一次封存；仅审计人员可见。\n"
    "Seal: a digest over the access records and events since the seal before it, chained to that one; seen by "
    "auditors alone."
)
class AuditSeal(Node):
    position: int = strawberry.field(
        description="序号，从 1 起连续。\nNumber of the seal, counted from 1 without a gap."
    )
    records: int = strawberry.field(description="所含访问留痕的条数。\nHow many access records it covers.")
    events: int = strawberry.field(description="所含事件的条数。\nHow many events it covers.")
    rows_digest: str = strawberry.field(
        description="所含各条的 SHA-256，十六进制。\nSHA-256 of what it covers, in hexadecimal."
    )
    previous_digest: str = strawberry.field(
        description="上一次封存的摘要；首次封存为 64 个 0。\nDigest of the seal before it; 64 zeros for the first."
    )
    digest: str = strawberry.field(
        description="此次封存的摘要；在别处保存最新的一个，即可发现此前的任何改动。\n"
        "Digest of this seal: whoever keeps the newest one elsewhere notices any change before it."
    )
    sealed_at: Instant = strawberry.field(
        description="封存时刻，按真实时间，不是世界时间。\nWhen it was sealed, in real time, not in world time."
    )


@strawberry.type(description="封存列表中的一项。\nOne seal of a list.")
class AuditSealEdge(Edge):
    node: AuditSeal = strawberry.field(description="此项的封存。\nThe seal of this item.")


@strawberry.type(description="一页封存。\nA page of seals.")
class AuditSealConnection(Connection):
    edges: list[AuditSealEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


RecordsWhere = Annotated[AccessRecordWhere | None, strawberry.argument(description="筛选条件。\nConditions.")]
