"""Conditions of `where:` (筛选条件). All that are given must hold; one that is absent or null asks nothing."""

from __future__ import annotations

from datetime import date
from typing import Final

import strawberry

from domain.vocabulary import Instant, RegionCode
from schema.enums import (
    AccessKind,
    AgencyKind,
    BindingStatus,
    ClaimStatus,
    ContributionStatus,
    EmployeeContributionKind,
    EnrolmentStatus,
    FilingStatus,
    MatterCategory,
    MatterCode,
    PaymentChannel,
    PaymentOrderStatus,
    RefundReason,
    RefundStatus,
    RegionLevel,
    Relation,
    RequestEnding,
    Role,
    Scheme,
    Sex,
    UnitKind,
    UnitStatus,
)

MOST_VALUES: Final = 100
"""How many values `in` may list."""

_EQ: Final = "等于此值。\nEquals this value."
_IN: Final = (
    f"是其中之一，最多 {MOST_VALUES} 个；空列表不匹配任何项。\n"
    f"Is one of these, at most {MOST_VALUES}; an empty list matches nothing."
)


@strawberry.input(description="按地区筛选。\nCondition on a region.")
class RegionFilter:
    eq: RegionCode | None = strawberry.field(
        default=strawberry.UNSET,
        description="正是此地区，不含下级。\nExactly this region, without what lies inside it.",
    )
    in_: list[RegionCode] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)
    within: RegionCode | None = strawberry.field(
        default=strawberry.UNSET,
        description='此地区及其所有下级；"000000" 为全国。\n'
        'This region and everything inside it; "000000" is the nation.',
    )


@strawberry.input(description="按日期筛选，起止两日都含在内。\nCondition on a date; both days are included.")
class DateFilter:
    from_: date | None = strawberry.field(
        name="from", default=strawberry.UNSET, description="当日或之后。\nOn this day or later."
    )
    until: date | None = strawberry.field(default=strawberry.UNSET, description="当日或之前。\nOn this day or earlier.")


@strawberry.input(description="按时刻筛选，起止两刻都含在内。\nCondition on a moment; both are included.")
class InstantFilter:
    from_: Instant | None = strawberry.field(
        name="from", default=strawberry.UNSET, description="此刻或之后。\nAt this moment or later."
    )
    until: Instant | None = strawberry.field(
        default=strawberry.UNSET, description="此刻或之前。\nAt this moment or earlier."
    )


@strawberry.input(description="按访问方式筛选。\nCondition on how data was looked at.")
class AccessKindFilter:
    eq: AccessKind | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[AccessKind] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按请求的结局筛选。\nCondition on how a request ended.")
class RequestEndingFilter:
    eq: RequestEnding | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[RequestEnding] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按访问身份筛选。\nCondition on the capacity in which somebody asked.")
class RoleFilter:
    eq: Role | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[Role] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按文本筛选，区分大小写。\nCondition on a text, case-sensitive.")
class StringFilter:
    eq: str | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[str] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按整数筛选。\nCondition on an integer.")
class IntFilter:
    eq: int | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[int] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按费用结算的状态筛选。\nCondition on the state of a claim.")
class ClaimStatusFilter:
    eq: ClaimStatus | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[ClaimStatus] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按险种筛选。\nCondition on an insurance scheme.")
class SchemeFilter:
    eq: Scheme | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[Scheme] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按参保状态筛选。\nCondition on the state of an enrolment.")
class EnrolmentStatusFilter:
    eq: EnrolmentStatus | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[EnrolmentStatus] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按性别筛选。\nCondition on sex.")
class SexFilter:
    eq: Sex | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[Sex] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按与账户所有人的关系筛选。\nCondition on what the member is to the holder.")
class RelationFilter:
    eq: Relation | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[Relation] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按绑定状态筛选。\nCondition on the state of a family binding.")
class BindingStatusFilter:
    eq: BindingStatus | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[BindingStatus] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按缴费状态筛选。\nCondition on the state of a resident contribution.")
class ContributionStatusFilter:
    eq: ContributionStatus | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[ContributionStatus] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按缴费渠道筛选。\nCondition on the channel of payment.")
class PaymentChannelFilter:
    eq: PaymentChannel | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[PaymentChannel] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按退费情形筛选。\nCondition on why a contribution is given back.")
class RefundReasonFilter:
    eq: RefundReason | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[RefundReason] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按退费进度筛选。\nCondition on how far a refund has come.")
class RefundStatusFilter:
    eq: RefundStatus | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[RefundStatus] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按支付订单状态筛选。\nCondition on the state of a payment order.")
class PaymentOrderStatusFilter:
    eq: PaymentOrderStatus | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[PaymentOrderStatus] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按职工医保缴费类型筛选。\nCondition on what an employee contribution is for.")
class EmployeeContributionKindFilter:
    eq: EmployeeContributionKind | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[EmployeeContributionKind] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按单位类型筛选。\nCondition on the kind of unit.")
class UnitKindFilter:
    eq: UnitKind | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[UnitKind] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按单位参保状态筛选。\nCondition on the state of a unit's registration.")
class UnitStatusFilter:
    eq: UnitStatus | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[UnitStatus] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按区划级别筛选。\nCondition on the level of a region.")
class RegionLevelFilter:
    eq: RegionLevel | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[RegionLevel] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按机构类型筛选。\nCondition on the kind of agency.")
class AgencyKindFilter:
    eq: AgencyKind | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[AgencyKind] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按事项代码筛选。\nCondition on the code of a service matter.")
class MatterCodeFilter:
    eq: MatterCode | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[MatterCode] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按办件状态筛选。\nCondition on where a filing stands.")
class FilingStatusFilter:
    eq: FilingStatus | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[FilingStatus] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)


@strawberry.input(description="按事项类别筛选。\nCondition on the category of a service matter.")
class MatterCategoryFilter:
    eq: MatterCategory | None = strawberry.field(default=strawberry.UNSET, description=_EQ)
    in_: list[MatterCategory] | None = strawberry.field(name="in", default=strawberry.UNSET, description=_IN)
