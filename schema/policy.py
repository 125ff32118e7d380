"""Policy facts (政策事实): every value that a document can change, with where, when, and who says so."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import RegionCode
from schema.arguments import InLanguage
from schema.declarations import declared
from schema.enums import Language, PolicySourceKind
from schema.filters import RegionFilter, StringFilter
from schema.refusals import PolicyNotStated
from schema.relay import Connection, Edge, Node


@strawberry.type(description="一个政策取值的依据。\nWhat one policy value rests on.")
class PolicySource:
    kind: PolicySourceKind = strawberry.field(description="依据类型。\nWhat kind of source it is.")
    document: str | None = strawberry.field(
        description="文件标题，有文号的附文号；没有文件时为 null。\n"
        "Title of the document, with its number where it has one; null when there is no document."
    )
    issuer: str | None = strawberry.field(
        description="发文单位；没有文件时为 null。\nWho issued the document; null when there is no document."
    )
    published_on: date | None = strawberry.field(
        description="发布日期；没有文件，或文件上没有日期时为 null。\n"
        "Day of publication; null when there is no document or it bears no day."
    )
    paragraph: str | None = strawberry.field(
        description="原文在文件中的位置，例如 四、1；未注明时为 null。\n"
        "Where in the document the words stand, such as 四、1; null when that is not told."
    )
    quote: str | None = strawberry.field(
        description="取值所依据的原文；没有文件时为 null。\n"
        "The document's words that the value rests on; null when there is no document."
    )
    assumption: str | None = strawberry.field(
        description="为何如此假设或如此合成；依据就是文件原文时为 null。\n"
        "Why it is assumed, or made up, so; null when the document itself states the value."
    )


@strawberry.type(
    description="政策事实：一个地区自某日起生效的一个政策取值。任何人可见。\n"
    "Policy fact: one value in force in one region from one day on. Everybody may see it."
)
class PolicyFact(Node):
    name: str = strawberry.field(
        description="事实的名称，例如 collection_window.window；各地各期同名。\n"
        "Name of the fact, such as collection_window.window; the same in every region and period."
    )
    unit: str = strawberry.field(
        description="取值的单位或形式，小写英文，例如 yuan、days、date_window、relations。\n"
        "What the value is stated in, in lower case: yuan, days, date_window, relations and others."
    )
    region: RegionCode = strawberry.field(
        description="给出此取值的地区；对其下级同样有效，除非下级另有规定。\n"
        "Region it is given for; it holds for those below too, unless they have one of their own."
    )
    benefit_year: int | None = strawberry.field(
        description="缴费所换取待遇的年度；与年度无关的事实为 null。\n"
        "Year of cover that a contribution buys; null for facts that do not depend on it."
    )
    value: str = strawberry.field(
        description="取值的文本形式，例如 400.00、90、2024-09-23/2025-02-28、SPOUSE PARENT CHILD；形式由 unit 决定。\n"
        "The value as text, such as 400.00, 90, 2024-09-23/2025-02-28 or SPOUSE PARENT CHILD; unit says how to read it."
    )
    valid_from: date = strawberry.field(description="生效首日，含当日。\nFirst day in force.")
    valid_until: date | None = strawberry.field(
        description="生效末日，含当日；没有终止日时为 null。\nLast day in force; null when none is set."
    )
    source: PolicySource = strawberry.field(description="此取值的依据。\nWhat this value rests on.")
    remark: str | None = strawberry.field(
        description="关于此取值的说明（英文）；没有时为 null。\nWhat is to be known about this value; null for nothing."
    )

    @declared("取值，写给人看，例如 400.00元、90天、2024-09-23至2025-02-28、无。\nThe value as people read it.")
    def display(self, language: InLanguage = Language.ZH) -> str: ...

    @declared("此事实的术语。\nTerm of the field for this fact.")
    def term(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(description="政策事实列表中的一项。\nOne policy fact of a list.")
class PolicyFactEdge(Edge):
    node: PolicyFact = strawberry.field(description="此项的政策事实。\nThe fact of this item.")


@strawberry.type(description="一页政策事实。\nA page of policy facts.")
class PolicyFactConnection(Connection):
    edges: list[PolicyFactEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(
    description="政策事实的筛选条件，须同时满足。\nConditions on policy facts; all that are given must hold."
)
class PolicyFactWhere:
    name: StringFilter | None = strawberry.field(
        default=strawberry.UNSET, description="事实的名称。\nName of the fact."
    )
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="给出取值的地区。\nRegion the value is given for."
    )
    on: date | None = strawberry.field(default=strawberry.UNSET, description="在此日生效。\nIn force on this day.")
    assumed: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="true 只取假设的，false 只取非假设的。\nTrue for assumptions only, false for everything else.",
    )


PolicyFactResult = Annotated[
    PolicyFact | PolicyNotStated,
    strawberry.union(
        "PolicyFactResult",
        description="该地该日生效的政策事实，或政策未明确。\n"
        "The policy fact in force there and then, or that no document states one.",
    ),
]
