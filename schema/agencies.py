"""Agencies (医保经办机构): where they are, when they are open, and how to reach them."""

from __future__ import annotations

import strawberry

from schema.arguments import InLanguage
from schema.declarations import declared
from schema.enums import AgencyKind, Language, PhoneKind
from schema.filters import AgencyKindFilter, RegionFilter
from schema.regions import Region
from schema.relay import Connection, Edge, Node


@strawberry.type(description="经办机构的一个电话。\nOne telephone of an agency.")
class AgencyPhone:
    number: str = strawberry.field(
        description="文件上印刷的号码，原样照录。\nThe number exactly as the document prints it."
    )
    e164: str | None = strawberry.field(
        description="E.164 国际格式；短号热线和虚构号码没有，为 null。\n"
        "International form (E.164); null for short hotlines and made-up numbers, which have none."
    )
    kind: PhoneKind = strawberry.field(description="电话类型。\nKind of telephone.")
    note: str | None = strawberry.field(
        description="文件限定的受理事项；不限事项时为 null。\n"
        "Which matters it serves, where the document restricts it; null when it does not."
    )


@strawberry.type(
    description="医保经办机构；真实城市的取自公开文件，虚构地区的由模拟器生成。任何人可见。\n"
    "Medical insurance agency, from public documents for real cities and from the simulator for synthetic regions. "
    "Everybody may see it."
)
class Agency(Node):
    kind: AgencyKind = strawberry.field(description="机构类型。\nKind of agency.")
    region: Region = strawberry.field(description="机构所在并服务的地区。\nRegion where it is and which it serves.")
    hours: str | None = strawberry.field(
        description="办公时间，照文件原文；文件没有印出时为 null。\n"
        "Office hours in the document's own words; null where it prints none."
    )
    source: str = strawberry.field(
        description="信息出处：文件名称，或生成它的世界种子。\n"
        "Where this comes from: the document, or the seed of the world that made it up."
    )
    phones: list[AgencyPhone] = strawberry.field(
        description="电话，按文件中的顺序，最多 20 个；文件没有印出时为空。\n"
        "Telephones in the document's order, at most 20; empty where it prints none."
    )

    @declared("机构名称。\nName of the agency.")
    def name(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(description="经办机构列表中的一项。\nOne agency of a list.")
class AgencyEdge(Edge):
    node: Agency = strawberry.field(description="此项的经办机构。\nThe agency of this item.")


@strawberry.type(description="一页经办机构。\nA page of agencies.")
class AgencyConnection(Connection):
    edges: list[AgencyEdge] = strawberry.field(description="本页各项，按列表顺序。\nItems of this page, in list order.")


@strawberry.input(description="经办机构的筛选条件，须同时满足。\nConditions on agencies; all that are given must hold.")
class AgencyWhere:
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="机构所在地区。\nRegion of the agency."
    )
    kind: AgencyKindFilter | None = strawberry.field(
        default=strawberry.UNSET, description="机构类型。\nKind of agency."
    )
