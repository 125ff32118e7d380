"""Hospitals and pharmacies (定点医药机构): where they are, of which tier, and whether insurance pays there."""

from __future__ import annotations

from datetime import date

import strawberry

from schema.arguments import InLanguage
from schema.declarations import declared
from schema.enums import InstitutionKind, InstitutionTier, Language
from schema.filters import RegionFilter
from schema.regions import Region
from schema.relay import Connection, Edge, Node


@strawberry.type(
    description="医药机构，均由模拟器生成。任何人可见。\n"
    "Hospital or pharmacy; the simulator has made all of them up. Everybody may see it."
)
class Institution(Node):
    kind: InstitutionKind = strawberry.field(description="机构类型。\nKind of institution.")
    tier: InstitutionTier = strawberry.field(description="机构等级。\nIts tier.")
    region: Region = strawberry.field(description="所在地区。\nWhere it is.")
    designated_from: date | None = strawberry.field(
        description="定点协议自最近一次签订或恢复起的首日；从未签订时为 null。\n"
        "First day of its agreement since it was last signed or resumed; null where there has been none."
    )
    designated_until: date | None = strawberry.field(
        description="定点协议末日，含当日，其次日起中止或终止；没有期限时为 null。\n"
        "Last day of its agreement, after which it is suspended or ended; null where it has none."
    )

    suspended_on: date | None = strawberry.field(
        description="中止首日；没有中止时为 null。\nFirst day of its suspension; null where it is not suspended."
    )

    @declared("机构名称。\nName of the institution.")
    def name(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(description="医药机构列表中的一项。\nOne institution of a list.")
class InstitutionEdge(Edge):
    node: Institution = strawberry.field(description="此项的医药机构。\nThe institution of this item.")


@strawberry.type(description="一页医药机构。\nA page of institutions.")
class InstitutionConnection(Connection):
    edges: list[InstitutionEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(
    description="医药机构的筛选条件，须同时满足。\nConditions on institutions; all that are given must hold."
)
class InstitutionWhere:
    region: RegionFilter | None = strawberry.field(default=strawberry.UNSET, description="所在地区。\nWhere it is.")
