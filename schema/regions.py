"""Regions (行政区划、统筹地区): nation, province, city, county, and the platform's own zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.vocabulary import RegionCode
from schema.arguments import InLanguage
from schema.declarations import declared
from schema.enums import Language, RegionLevel
from schema.filters import RegionLevelFilter
from schema.relay import After, Before, Connection, Edge, First, Last, Node

if TYPE_CHECKING:
    from schema.agencies import AgencyConnection


@strawberry.type(
    description="地区：行政区划或医保平台自设的功能区；其代码即其键。\n"
    "Region: an administrative division or a zone of the insurance platform's own; its code is its key."
)
class Region(Node):
    code: RegionCode = strawberry.field(description="六位区划代码。\nSix-digit region code.")
    level: RegionLevel = strawberry.field(description="区划级别。\nLevel of the region.")
    synthetic: bool = strawberry.field(
        description="是否为模拟器虚构的地区；虚构地区使用从未分配过的区划代码。\n"
        "Whether the simulator made this region up; such regions have codes that were never assigned."
    )
    parent: Region | None = strawberry.field(
        description="直接上级地区；全国没有上级，为 null。\nThe region directly above; null for the nation."
    )

    @declared("地区名称，不含上级名称。\nName of the region, without those above it.")
    def name(self, language: InLanguage = Language.ZH) -> str: ...

    @declared("直接下级地区，按代码排序。\nRegions directly below, by code.")
    def children(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> RegionConnection: ...

    @declared(
        "设在本地区的经办机构，不含下级地区的，按标识排序。\n"
        "Agencies of this very region, not of those below it, by id."
    )
    def agencies(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Annotated[AgencyConnection, strawberry.lazy("schema.agencies")]: ...


@strawberry.type(description="地区列表中的一项。\nOne region of a list.")
class RegionEdge(Edge):
    node: Region = strawberry.field(description="此项的地区。\nThe region of this item.")


@strawberry.type(description="一页地区。\nA page of regions.")
class RegionConnection(Connection):
    edges: list[RegionEdge] = strawberry.field(description="本页各项，按列表顺序。\nItems of this page, in list order.")


@strawberry.input(description="地区的筛选条件，须同时满足。\nConditions on regions; all that are given must hold.")
class RegionWhere:
    level: RegionLevelFilter | None = strawberry.field(
        default=strawberry.UNSET, description="区划级别。\nLevel of the region."
    )
    parent: RegionCode | None = strawberry.field(
        default=strawberry.UNSET,
        description="直接上级地区的代码。\nCode of the region directly above.",
    )
