"""How the collection of resident contributions goes on (征缴进度)."""

from __future__ import annotations

import strawberry

from domain.vocabulary import Fen, Instant, RegionCode
from schema.scalars import Ratio

REGION = "区划代码。\nCode of the region."
NAME = "区划名称。\nName of the region in Chinese."
INSURED = (
    "现为居民医保在保状态的参保人数，约每十分钟重新统计一次。\n"
    "How many persons are insured as residents at present; counted anew about every ten minutes."
)
PAID = "该参保年度已缴费（未退回）的人数。\nHow many have paid for that year of cover and have not got it back."
AMOUNT = "已缴金额合计，元。\nWhat they have paid, in yuan."
SHARE = (
    "已缴人数占现参保人数的比例；假设现参保的人都应为该年度缴费，中途参保或停保会使其偏离。没有参保人时为 null。\n"
    "How many of the insured have paid, assuming that whoever is insured now is to pay for that year; null where nobody"
    " is."
)
PER_MINUTE = (
    "最近一分钟（世界时间）的缴费人数，自有人开始观察时起计。\n"
    "How many have paid in the last minute of the world's time, as far back as somebody has been following."
)


@strawberry.type(description="一个区县的征缴进度。\nHow collection goes on in one county.")
class CountyCollectionProgress:
    region: RegionCode = strawberry.field(description=REGION)
    name: str = strawberry.field(description=NAME)
    insured: int = strawberry.field(description=INSURED)
    paid: int = strawberry.field(description=PAID)
    amount: Fen = strawberry.field(description=AMOUNT)
    share: Ratio | None = strawberry.field(description=SHARE)
    per_minute: int = strawberry.field(description=PER_MINUTE)


@strawberry.type(description="一个地区的征缴进度，分区县。\nHow collection goes on in a region, by county.")
class CollectionProgress:
    region: RegionCode = strawberry.field(description=REGION)
    name: str = strawberry.field(description=NAME)
    coverage_year: int = strawberry.field(description="参保年度。\nYear of cover.")
    at: Instant = strawberry.field(description="统计时刻（世界时间）。\nMoment of the counters, in world time.")
    insured: int = strawberry.field(description=INSURED)
    paid: int = strawberry.field(description=PAID)
    amount: Fen = strawberry.field(description=AMOUNT)
    share: Ratio | None = strawberry.field(description=SHARE)
    per_minute: int = strawberry.field(description=PER_MINUTE)
    counties: list[CountyCollectionProgress] = strawberry.field(
        description="其中有参保人或已有人缴费的区县，按代码，至多 400 个。\n"
        "The counties in it where somebody is insured or has paid, by code, at most 400."
    )
