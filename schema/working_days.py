"""Working days (工作日), by which offices count their time limits."""

from __future__ import annotations

from datetime import date

import strawberry

from schema.enums import DayCalendar


@strawberry.type(description="工作日，及其推算依据。\nWorking day, and by what it was counted.")
class WorkingDay:
    day: date = strawberry.field(description="日期。\nThe day.")
    calendar: DayCalendar = strawberry.field(
        description="推算依据；节假日安排尚未公布的年份只能按周一至周五推算，届时可能变化。\n"
        "By what it was counted; in a year whose holidays are not announced yet it may still change."
    )
