"""Reconciling a month with an institution (月结对账): what the books say, and where a statement differs."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Fen
from schema.refusals import InputNotAcceptable, NotSignedIn
from schema.settled_claims import Claim


@strawberry.type(description="对账中不一致的一笔费用。\nA claim on which statement and books differ.")
class StatementDifference:
    claim: Claim | None = strawberry.field(
        description="该笔费用；没有，或访问者无权看到时为 null。\n"
        "The claim; null where there is none or the viewer may not see it."
    )
    stated: Fen | None = strawberry.field(
        description="申请所列金额，元；没有列出时为 null。\nWhat is stated, in yuan; null where it is not."
    )
    due: Fen | None = strawberry.field(
        description="账上应付金额，元；没有应付时为 null。\nWhat is due, in yuan; null where nothing is."
    )


@strawberry.type(
    description="月结对账：先对总额，再逐笔核对；不写入任何内容。\n"
    "A month reconciled, by total and then claim by claim. Nothing is recorded."
)
class InstitutionReconciliation:
    month: int = strawberry.field(description="结算月份。\nThe month.")
    claims: int = strawberry.field(description="账上的费用笔数。\nHow many claims the books have.")
    total: Fen = strawberry.field(description="账上的应付合计，元。\nWhat the books say is due, in yuan.")
    totals_agree: bool = strawberry.field(description="笔数和合计是否一致。\nWhether number and total agree.")
    agrees: bool = strawberry.field(description="是否全部一致。\nWhether nothing differs.")
    difference_count: int = strawberry.field(description="不一致的笔数。\nHow many claims differ.")
    differences: list[StatementDifference] = strawberry.field(
        description="不一致的费用，按标识，最多列 100 笔。\nThose that differ, by id, the first 100 of them."
    )


InstitutionReconciliationResult = Annotated[
    InstitutionReconciliation | NotSignedIn | InputNotAcceptable,
    strawberry.union(
        "InstitutionReconciliationResult",
        description="对账的结果，或不能对账的理由。\nWhat reconciling gives, or why it is not done.",
    ),
]
