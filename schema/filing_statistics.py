"""Figures about filings (办件统计)."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.vocabulary import RegionCode
from schema.enums import MatterCode
from schema.scalars import Ratio

REGION = "县（区）的区划代码。\nCode of the county."
FIRST_DAY = "统计期的首日。\nFirst day of the period."
LAST_DAY = "统计期的末日，与首日相距不超过 366 日。\nLast day of the period, of at most 366 days."


@strawberry.type(description="各档评价的次数。\nHow often each rating was given.")
class RatingStatistics:
    very_satisfied: int = strawberry.field(description="非常满意。\nVery satisfied.")
    satisfied: int = strawberry.field(description="满意。\nSatisfied.")
    basically_satisfied: int = strawberry.field(description="基本满意。\nBasically satisfied.")
    dissatisfied: int = strawberry.field(description="不满意。\nDissatisfied.")
    very_dissatisfied: int = strawberry.field(description="非常不满意。\nVery dissatisfied.")
    rated: int = strawberry.field(description="评价总数。\nAll of them.")
    average: Ratio | None = strawberry.field(
        description="平均分，两位小数：非常满意为 5 分，非常不满意为 1 分；没有评价时为 null。\n"
        "Average with two decimals, from 1 for very dissatisfied to 5 for very satisfied; null where nothing was rated."
    )


@strawberry.type(description="一个事项的办件统计。\nFigures about the filings of one matter.")
class MatterStatistics:
    matter: MatterCode = strawberry.field(description="事项代码。\nCode of the matter.")
    open: int = strawberry.field(description="此刻在办的件数。\nHow many are open now.")
    open_overdue: int = strawberry.field(description="其中此刻已超期的。\nHow many of those are overdue now.")
    ended: int = strawberry.field(
        description="统计期内结束的件数，不含撤回的。\nHow many have ended in the period, but for those withdrawn."
    )
    on_time: int = strawberry.field(
        description="其中受理后按期结束的。\nHow many of those were accepted and ended in time."
    )
    late: int = strawberry.field(description="其中受理后超期结束的。\nHow many were accepted and ended late.")
    median_working_days: int | None = strawberry.field(
        description="自受理至结束所用工作日的中位数（较小者），补正期间不计；没有受理的为 null。\n"
        "The median of the working days from acceptance to the end, the lower of two, without the time that applicants "
        "supplemented; null where none was accepted."
    )
    ratings: RatingStatistics = strawberry.field(
        description="对统计期内结束的办件的评价。\nHow those that have ended in the period were rated."
    )


@strawberry.type(description="一个县（区）的办件统计，分事项。\nFigures about the filings of a county, by matter.")
class FilingStatistics:
    region: RegionCode = strawberry.field(description=REGION)
    first_day: date = strawberry.field(description=FIRST_DAY)
    last_day: date = strawberry.field(description=LAST_DAY)
    least_ended: int | None = strawberry.field(
        description="统计期内结束不足此数的事项不列出；全部列出时为 null。\n"
        "Matters of which fewer have ended in the period are left out; null where none is."
    )
    matters: list[MatterStatistics] = strawberry.field(
        description="有办件的事项，按指南的次序，至多 34 个。\nMatters with filings in the guide's order, at most 34."
    )
