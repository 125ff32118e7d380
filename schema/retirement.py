"""Retirement in the employee scheme (在职转退休): assessed, months short settled at once, and what is in arrears."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Fen
from schema.arguments import IDEMPOTENCY_KEY
from schema.employee_contributions import EmployeeBill, EmployeeContribution
from schema.enrolments import Enrolment
from schema.refusals import (
    IdempotencyKeyReused,
    InputNotAcceptable,
    NothingShort,
    NotInsuredAsWorking,
    NotOfAge,
    NotSignedIn,
    PolicyNotStated,
    YearsShort,
)

ENROLMENT_ID = (
    "在职或灵活就业参保关系的标识（enr_…），须为本人的，或由登录者经办的单位参保的。\n"
    "Id of an enrolment of somebody who works (enr_…): one's own, or by the unit that the officer acts for."
)


@strawberry.type(
    description="退休时职工医保缴费年限的测算，以今天为准；不写入任何内容。\n"
    "Assessment of the months that retiring in the employee scheme takes, as of today; nothing is recorded."
)
class RetirementAssessment:
    enrolment: Enrolment | None = strawberry.field(
        description="参保关系；访问者无权看到时为 null。\nThe enrolment; null when the viewer may not see it."
    )
    retires_on: date = strawberry.field(
        description="达到退休年龄的日期。\nDay on which the person reaches retirement age."
    )
    of_age: bool = strawberry.field(
        description="今天是否已达退休年龄。\nWhether the person is of retirement age today."
    )
    months_required: int = strawberry.field(
        description="规定的累计缴费月数。\nMonths of contribution that retiring insured takes."
    )
    months_contributed: int = strawberry.field(
        description="已缴月数；平台有缴费记录以前的，在职参保即视为已缴。\n"
        "Months contributed; before contributions were recorded here, months of working enrolment count as paid."
    )
    months_settled: int = strawberry.field(description="已趸缴的月数。\nMonths that were settled at once and paid.")
    months_short: int = strawberry.field(description="还差的月数。\nMonths that are short.")
    base: Fen = strawberry.field(description="趸缴的月基数，元。\nBase of a month that is settled, in yuan.")
    lump_sum: Fen = strawberry.field(
        description="今天趸缴的金额，元；不差时为 0.00。\n"
        "What settling the months short costs today, in yuan; 0.00 where none is."
    )


RetirementAssessmentResult = Annotated[
    RetirementAssessment | NotSignedIn | NotInsuredAsWorking | PolicyNotStated,
    strawberry.union(
        "RetirementAssessmentResult",
        description="测算的结果，或不能测算的理由。\nThe assessment, or why there is none.",
    ),
]


@strawberry.type(description="欠缴的一个月。\nOne month that is in arrears.")
class MonthInArrears:
    month: int = strawberry.field(description="年月，例如 202412。\nThe month, such as 202412.")
    contribution: EmployeeContribution | None = strawberry.field(
        description="已申报未缴的缴费明细；未申报的为 null。\n"
        "The contribution that is declared and not paid; null where the month is not declared."
    )


@strawberry.type(
    description="一条在职参保关系的欠缴月份，以今天为准。\nMonths of a working enrolment that are in arrears today."
)
class EmployeeArrears:
    enrolment: Enrolment | None = strawberry.field(
        description="参保关系；访问者无权看到时为 null。\nThe enrolment; null when the viewer may not see it."
    )
    months: list[MonthInArrears] = strawberry.field(
        description="截止日已过而未缴的月份，由早到晚，最多 120 个月。\n"
        "Months whose due day is over and that are not paid, the earliest first, 120 at most."
    )


EmployeeArrearsResult = Annotated[
    EmployeeArrears | NotSignedIn | NotInsuredAsWorking | PolicyNotStated,
    strawberry.union(
        "EmployeeArrearsResult",
        description="欠缴的月份，或不能查询的理由。\nThe months in arrears, or why they are not told.",
    ),
]


@strawberry.input(description="申报趸缴的输入。\nInput of settling the months that are short at retirement at once.")
class DeclareLumpSumInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    enrolment_id: strawberry.ID = strawberry.field(description=ENROLMENT_ID)


@strawberry.type(
    description="趸缴的缴费单，由本人用 payEmployeeBill 支付；已有未缴的趸缴缴费单时即为该单。\n"
    "The bill over the months short, which the person pays with payEmployeeBill; "
    "where one waits for payment already, that one."
)
class LumpSumDeclared:
    bill: EmployeeBill = strawberry.field(description="缴费单。\nThe bill.")


DeclareLumpSumResult = Annotated[
    LumpSumDeclared
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | NotInsuredAsWorking
    | NotOfAge
    | NothingShort
    | PolicyNotStated,
    strawberry.union(
        "DeclareLumpSumResult",
        description="申报趸缴的结果，或拒绝的理由。\nThe outcome of settling, or why it is refused.",
    ),
]


@strawberry.input(description="办理在职转退休的输入。\nInput of retiring in the employee scheme.")
class RetireInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    enrolment_id: strawberry.ID = strawberry.field(description=ENROLMENT_ID)


@strawberry.type(
    description="已转为退休人员，此后不再缴费。\nThe person is insured as a pensioner, who contributes no more."
)
class Retired:
    enrolment: Enrolment = strawberry.field(description="参保关系。\nThe enrolment.")


RetireResult = Annotated[
    Retired
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | NotInsuredAsWorking
    | NotOfAge
    | YearsShort
    | PolicyNotStated,
    strawberry.union(
        "RetireResult",
        description="在职转退休的结果，或拒绝的理由。\nThe outcome of retiring, or why it is refused.",
    ),
]
