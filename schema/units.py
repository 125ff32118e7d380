"""Insured units (参保单位): employers, schools, villages that enrol their people."""

from __future__ import annotations

from datetime import date

import strawberry

from schema.enums import UnitKind, UnitStatus
from schema.filters import RegionFilter, UnitKindFilter
from schema.regions import Region
from schema.relay import Connection, Edge, Node


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
