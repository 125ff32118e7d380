"""Receipts (缴费凭证): the slip that is issued with a payment or, where a city asks for it, when it is finished."""

from __future__ import annotations

import strawberry

from domain.vocabulary import Instant
from schema.enums import ReceiptKind
from schema.relay import Node
from schema.resident_contributions import ResidentContribution


@strawberry.type(
    description="缴费凭证，每笔居民缴费一张：支付时即开具，当地要求办结的在办结后开具；缴费人、被参保人、经办人员和运维可见。\n"
    "Slip of a resident contribution, one each: issued with the payment, or once finished where the place asks for it; "
    "seen by payer and insured person, clerks of the region and operators."
)
class Receipt(Node):
    number: str = strawberry.field(description="凭证号，在一个世界内唯一。\nNumber of the slip, unique within a world.")
    kind: ReceiptKind = strawberry.field(
        description="凭证类型，随缴费渠道而定。\nKind of slip; it follows the channel of payment."
    )
    issued_at: Instant = strawberry.field(description="开具时刻。\nWhen it was issued.")
    contribution: ResidentContribution = strawberry.field(
        description="所证明的居民缴费。\nThe resident contribution that it attests."
    )
    printable_url: str = strawberry.field(
        description="可打印页面在服务器上的路径，例如 /worlds/demo/receipts/rec_510000000000000001；"
        "打开它同样需要登录。\n"
        "Path of the printable page on the server, such as /worlds/demo/receipts/rec_510000000000000001; "
        "opening it needs the same sign-in."
    )
