"""Faults of the outside parties, as operators of a sandbox set them (外部故障的设置)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Instant, RegionCode
from schema.arguments import IDEMPOTENCY_KEY
from schema.enums import DelayShape, FaultKind, FaultOperation, FaultParty, FaultRefusal, PaymentChannel
from schema.persons import Person
from schema.refusals import (
    FaultNotFound,
    FaultNotPossible,
    IdempotencyKeyReused,
    InputNotAcceptable,
    NotSignedIn,
    TooManyFaults,
)
from schema.relay import Connection, Edge, Node
from schema.scalars import Int64

_OPERATION = (
    "只影响此操作；不给则影响该方会发生此故障的全部操作。\nThe operation that it befalls; each that it can when absent."
)
_CHANNEL = "只影响此渠道；不给则不限。\nThe channel that it befalls; every channel when absent."
_REGION = (
    "只影响此地区（含下级）：缴费渠道为支付订单的地区，其他省份为其参保地。\n"
    "The region that it befalls, with all inside of it: of a payment order, or where another province insures; "
    "everywhere when absent."
)
_PER_MILLE = (
    "每 1000 次调用中受影响的次数；由世界种子、故障和调用序号决定。\n"
    "Of 1000 calls, how many it befalls; the world's seed, the fault and the number of the call decide."
)
_BEGINS = "从此时刻（世界时间）开始；不给则已经开始。\nWhen it begins, in world time; it has begun when absent."
_ENDS = "到此时刻（世界时间）结束；不给则不结束。\nWhen it is over, in world time; never when absent."
_ABOVE = (
    "每分钟（世界时间）前若干次调用不受影响，即该方每分钟可承受的次数，由各进程分别计数；不给则全部可能受影响。\n"
    "How many calls of each minute of the world it spares, which is what the party manages; each process counts its "
    "own. None when absent."
)
_REFUSAL = (
    "以何理由拒绝，仅用于拒绝；不给则为该方的任一理由。\nWith which reason it refuses; any of the party's when absent."
)


@strawberry.type(
    description="外部故障：外部机构对哪些调用会怎样出错。\n"
    "Fault of an outside party: what happens to which of the calls that it gets."
)
class Fault(Node):
    party: FaultParty = strawberry.field(description="故障方。\nWhose fault it is.")
    kind: FaultKind = strawberry.field(description="会发生什么。\nWhat happens.")
    operation: FaultOperation | None = strawberry.field(description=_OPERATION)
    channel: PaymentChannel | None = strawberry.field(description=_CHANNEL)
    person: Person | None = strawberry.field(
        description="只影响此人；不给则不限。\nWhom it befalls; everybody when absent."
    )
    region: RegionCode | None = strawberry.field(description=_REGION)
    per_mille: int = strawberry.field(description=_PER_MILLE)
    begins_at: Instant | None = strawberry.field(description=_BEGINS)
    ends_at: Instant | None = strawberry.field(description=_ENDS)
    delay_least_seconds: int | None = strawberry.field(
        description="时长最短，秒；没有时长的为 null。\nThe least that it takes, in seconds; null for what takes none."
    )
    delay_most_seconds: int | None = strawberry.field(
        description="时长最长，秒；没有时长的为 null。\nThe most that it takes, in seconds; null for what takes none."
    )
    delay_shape: DelayShape | None = strawberry.field(
        description="时长的分布；没有时长的为 null。\nHow that is spread; null for what takes none."
    )
    refusal: FaultRefusal | None = strawberry.field(description=_REFUSAL)
    since_hour: int | None = strawberry.field(
        description="每日从几时（东八区）开始发生；全天则为 null。\n"
        "The hour of each day, UTC+8, from which it happens; null where it does at all hours."
    )
    until_hour: int | None = strawberry.field(
        description="每日到几时结束，不晚于开始则跨过午夜；全天则为 null。\n"
        "The hour until which it happens, over midnight where it is not later; null where it does at all hours."
    )
    above_per_minute: int | None = strawberry.field(description=_ABOVE)
    calls: Int64 = strawberry.field(
        description="至今可能受影响的调用次数，约每秒更新。\n"
        "How many calls it could have befallen so far; brought up to date about every second."
    )
    hits: Int64 = strawberry.field(description="其中受影响的次数。\nHow many of them it has befallen.")
    added_at: Instant = strawberry.field(description="添加的时刻，世界时间。\nWhen it was added, in world time.")


@strawberry.type(description="外部故障列表中的一项。\nOne fault of a list.")
class FaultEdge(Edge):
    node: Fault = strawberry.field(description="此项的故障。\nThe fault of this item.")


@strawberry.type(description="一页外部故障。\nA page of faults.")
class FaultConnection(Connection):
    edges: list[FaultEdge] = strawberry.field(description="本页各项，按列表顺序。\nItems of this page, in list order.")


@strawberry.input(description="外部故障的时长，按世界时间。\nHow long something takes, in world time.")
class FaultDelayInput:
    least_seconds: int = strawberry.field(description="最短，至少 1 秒。\nThe least: one second or more.")
    most_seconds: int | None = strawberry.field(
        default=None,
        description="最长，至多 7776000 秒（90 天）；不给则与最短相同。\n"
        "The most: 7776000 seconds, which are 90 days, or less; the least when absent.",
    )
    shape: DelayShape | None = strawberry.field(
        default=None, description="分布；不给则为均匀。\nHow it is spread in between; evenly when absent."
    )


@strawberry.input(
    description="每日的时段，东八区；结束不晚于开始的跨过午夜。\n"
    "Hours of each day, UTC+8; over midnight where they do not end later than they begin."
)
class FaultHoursInput:
    since: int = strawberry.field(description="从几时开始，0 至 23。\nThe hour at which they begin: 0 to 23.")
    until: int = strawberry.field(description="到几时结束，1 至 24。\nThe hour at which they end: 1 to 24.")


@strawberry.input(description="添加外部故障的输入。\nInput of adding a fault of an outside party.")
class AddFaultInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    party: FaultParty = strawberry.field(description="故障方。\nWhose fault it is.")
    kind: FaultKind = strawberry.field(description="会发生什么。\nWhat happens.")
    operation: FaultOperation | None = strawberry.field(default=None, description=_OPERATION)
    channel: PaymentChannel | None = strawberry.field(default=None, description=_CHANNEL)
    person_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="只影响此人：被查询的人，或支付订单的付款人；不给则不限。\n"
        "Whom it befalls: whoever is asked about, or who pays the order; everybody when absent.",
    )
    region: RegionCode | None = strawberry.field(default=None, description=_REGION)
    per_mille: int | None = strawberry.field(
        default=None,
        description=f"{_PER_MILLE.splitlines()[0]}不给则为 1000。\n{_PER_MILLE.splitlines()[1]} 1000 when absent.",
    )
    begins_at: Instant | None = strawberry.field(default=None, description=_BEGINS)
    ends_at: Instant | None = strawberry.field(default=None, description=_ENDS)
    delay: FaultDelayInput | None = strawberry.field(
        default=None,
        description="时长：延迟、迟到的确认、乱序的跨度、旧数据的时差必须给出，其他故障不给。\n"
        "How long: of a delay, a late confirmation, the span of reordered ones, the age of a stale read. Nothing else "
        "has one.",
    )
    refusal: FaultRefusal | None = strawberry.field(default=None, description=_REFUSAL)
    hours: FaultHoursInput | None = strawberry.field(
        default=None,
        description="只在每日此时段发生，例如该方下班之后；不给则全天。\n"
        "The hours of each day at which it happens, such as those when the party is closed; all when absent.",
    )
    above_per_minute: int | None = strawberry.field(default=None, description=_ABOVE)


@strawberry.type(description="外部故障已添加。\nThe fault was added.")
class FaultAdded:
    fault: Fault | None = strawberry.field(
        description="此故障；此后已被移除的为 null。\nThe fault; null when it was removed since."
    )


AddFaultResult = Annotated[
    FaultAdded | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | FaultNotPossible | TooManyFaults,
    strawberry.union(
        "AddFaultResult",
        description="添加故障的结果，或拒绝的理由。\nThe outcome of adding a fault, or why it is refused.",
    ),
]


@strawberry.input(description="移除外部故障的输入。\nInput of removing a fault of an outside party.")
class RemoveFaultInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    fault_id: strawberry.ID = strawberry.field(description="故障的标识（flt_…）。\nId of the fault (flt_…).")


@strawberry.type(description="外部故障已移除。\nThe fault was removed.")
class FaultRemoved:
    fault_id: strawberry.ID = strawberry.field(description="故障的标识。\nId of the fault.")


RemoveFaultResult = Annotated[
    FaultRemoved | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | FaultNotFound,
    strawberry.union(
        "RemoveFaultResult",
        description="移除故障的结果，或拒绝的理由。\nThe outcome of removing a fault, or why it is refused.",
    ),
]
