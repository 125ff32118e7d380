"""Entitlements (待遇认定): which diseases and drugs are recognised of a person, and from when to when."""

from __future__ import annotations

from datetime import date

import strawberry

from schema.enums import EntitlementKind
from schema.persons import Person
from schema.regions import Region
from schema.relay import Connection, Edge, Node


@strawberry.type(
    description="待遇认定：由办件认定的一个病种或药品，自首日至末日有效，结算时据此支付。"
    "本人和绑定其的账户所有人、本地区经办人员、运维和审计人员可见。\n"
    "Entitlement: one disease or drug that a filing has had recognised, in force from the first day to the last, by "
    "which claims are paid. Seen by the person and whoever has that person bound, clerks of the region, operators and "
    "auditors."
)
class Entitlement(Node):
    person: Person = strawberry.field(description="参保人。\nWhose it is.")
    region: Region = strawberry.field(description="办理认定的地区。\nWhere it was recognised.")
    kind: EntitlementKind = strawberry.field(description="认定的类别。\nWhat kind of thing is recognised.")
    code: str = strawberry.field(description="病种或药品的代码。\nCode of the disease or drug.")
    name: str = strawberry.field(
        description="认定时病种或药品的名称。\nChinese name of the disease or drug when it was recognised."
    )
    first_day: date = strawberry.field(description="首日，即办结当日。\nFirst day, that of completion.")
    last_day: date = strawberry.field(description="末日，其后须重新认定。\nLast day, after which it is filed anew.")


@strawberry.type(description="待遇认定列表中的一项。\nOne entitlement of a list.")
class EntitlementEdge(Edge):
    node: Entitlement = strawberry.field(description="此项的认定。\nThe entitlement of this item.")


@strawberry.type(description="一页待遇认定。\nA page of entitlements.")
class EntitlementConnection(Connection):
    edges: list[EntitlementEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )
