"""Advancing a world's clock and setting how fast it runs (世界时钟的推进与快慢)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.enums import EventType
from schema.refusals import (
    ClockIsAdvancing,
    ClockNeverGoesBack,
    IdempotencyKeyReused,
    InputNotAcceptable,
    NotSignedIn,
)
from schema.scalars import Int64
from schema.world import World


@strawberry.type(description="某一类型的事件数。\nHow many events of one type.")
class EventCount:
    type: EventType = strawberry.field(description="事件类型。\nType of the events.")
    count: Int64 = strawberry.field(description="事件数。\nHow many there were.")


@strawberry.type(
    description="世界时钟的一次推进：逐个到达有事项到期的时刻，办完再走。\n"
    "An advance of the world's clock: it goes from one moment at which something is due to the next, and does that."
)
class ClockAdvance:
    from_at: Instant = strawberry.field(description="推进开始时的时刻。\nWhat the clock showed when it began.")
    to_at: Instant = strawberry.field(description="推进的目标时刻。\nThe moment that it goes to.")
    reached_at: Instant = strawberry.field(
        description="已经到达的时刻。\nHow far it has come.",
    )
    is_over: bool = strawberry.field(
        description="是否已经结束。未结束时，用同一幂等键再次请求即继续等待。\n"
        "Whether it is over. While it is not, the same request with the same key waits on."
    )
    timers: Int64 = strawberry.field(description="已办的到期事项数。\nHow many things that fell due were done so far.")
    happened: list[EventCount] = strawberry.field(
        description="推进开始以来发生的事件，每个类型至多一项，按类型排列；结束之前为空。\n"
        "The events since it began, one item for each type at most, in order of type; empty before it is over."
    )


@strawberry.input(description="推进世界时钟的输入。\nInput of advancing the world's clock.")
class AdvanceClockInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    to: Instant = strawberry.field(
        description="目标时刻，晚于世界时钟的当前时刻，早于 2100 年。\n"
        "The moment to go to, later than what the clock shows and before the year 2100."
    )


@strawberry.type(
    description="世界时钟已推进，或仍在推进中：至多等待 20 秒。\n"
    "The world's clock was advanced, or still is: the answer comes after 20 seconds at the latest."
)
class ClockAdvanced:
    advance: ClockAdvance = strawberry.field(description="此次推进。\nThe advance.")
    world: World = strawberry.field(description="此世界。\nThe world.")


AdvanceClockResult = Annotated[
    ClockAdvanced | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | ClockIsAdvancing | ClockNeverGoesBack,
    strawberry.union(
        "AdvanceClockResult",
        description="推进时钟的结果，或拒绝的理由。\nThe outcome of advancing the clock, or why it is refused.",
    ),
]


@strawberry.input(description="设置世界时钟快慢的输入。\nInput of setting how fast the world's clock runs.")
class SetClockInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    rate: int = strawberry.field(
        description="真实时间每秒，世界时钟走多少秒：0 静止，1 实时，86400 每秒一天。\n"
        "How many seconds the clock runs in a real second: 0 stands still, 1 is real time, 86400 is a day a second."
    )


@strawberry.type(description="世界时钟的快慢已设置。\nHow fast the world's clock runs was set.")
class ClockSet:
    world: World = strawberry.field(description="此世界。\nThe world.")


SetClockResult = Annotated[
    ClockSet | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable,
    strawberry.union(
        "SetClockResult",
        description="设置时钟的结果，或拒绝的理由。\nThe outcome of setting the clock, or why it is refused.",
    ),
]
