"""Insured units (参保单位): employers, schools, villages that enrol their people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.declarations import declared
from schema.enums import UnitKind, UnitStatus
from schema.filters import RegionFilter, StringFilter, UnitKindFilter, UnitStatusFilter
from schema.regions import Region
from schema.relay import After, Before, Connection, Edge, First, Last, Node

if TYPE_CHECKING:
    from schema.employee_contributions import EmployeeBillConnection, EmployeeBillWhere
    from schema.enrolments import EnrolmentConnection, EnrolmentWhere


@strawberry.type(
    description="参保单位：为其人员办理参保的企业、机关、学校、村（社区）等。\n"
    "Insured unit: the employer, organ, school or village that enrols its people."
)
class Unit(Node):
    name: str = strawberry.field(description="单位登记名称。\nRegistered name of the unit.")
    kind: UnitKind = strawberry.field(description="单位类型。\nKind of unit.")
    credit_code: str = strawberry.field(
        description="统一社会信用代码，18 位（GB 32100-2015）；模拟单位使用从未分配的区划，不会与真实单位相同。\n"
        "Unified social credit code of 18 characters (GB 32100-2015); "
        "simulated units use division codes never assigned, so none is a real unit's."
    )
    status: UnitStatus = strawberry.field(description="参保状态。\nState of the unit's registration.")
    registered_on: date = strawberry.field(
        description="参保登记的业务日期。\nBusiness day on which it was registered for insurance."
    )
    region: Region = strawberry.field(
        description="单位参保登记的地区。\nRegion where the unit is registered for insurance."
    )

    @declared(
        "由此单位参保的参保关系，含已停保的，按标识排序；只列出访问者可见的（单位经办人员看到本单位的）。\n"
        "Enrolments by this unit, ended ones included, by id; only those that the viewer may see, "
        "which for an officer of the unit is all of them."
    )
    def members(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[
            Annotated[EnrolmentWhere, strawberry.lazy("schema.enrolments")] | None,
            strawberry.argument(description="筛选条件。\nConditions."),
        ] = strawberry.UNSET,
    ) -> Annotated[EnrolmentConnection, strawberry.lazy("schema.enrolments")]: ...

    @declared(
        "此单位的职工医保缴费单，按标识排序；无权看到者为空。\n"
        "Bills of the employee scheme of this unit, by id; empty to those who may not see them."
    )
    def bills(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[
            Annotated[EmployeeBillWhere, strawberry.lazy("schema.employee_contributions")] | None,
            strawberry.argument(description="筛选条件。\nConditions."),
        ] = strawberry.UNSET,
    ) -> Annotated[EmployeeBillConnection, strawberry.lazy("schema.employee_contributions")]: ...


@strawberry.type(description="参保单位列表中的一项。\nOne insured unit of a list.")
class UnitEdge(Edge):
    node: Unit = strawberry.field(description="此项的参保单位。\nThe unit of this item.")


@strawberry.type(description="一页参保单位。\nA page of insured units.")
class UnitConnection(Connection):
    edges: list[UnitEdge] = strawberry.field(description="本页各项，按列表顺序。\nItems of this page, in list order.")


@strawberry.input(description="参保单位的筛选条件，须同时满足。\nConditions on units; all that are given must hold.")
class UnitWhere:
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET,
        description="单位参保登记的地区。\nRegion where the unit is registered for insurance.",
    )
    kind: UnitKindFilter | None = strawberry.field(default=strawberry.UNSET, description="单位类型。\nKind of unit.")
    status: UnitStatusFilter | None = strawberry.field(
        default=strawberry.UNSET, description="参保状态。\nState of the unit's registration."
    )
    credit_code: StringFilter | None = strawberry.field(
        default=strawberry.UNSET, description="统一社会信用代码。\nUnified social credit code."
    )
