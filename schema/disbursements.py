"""Money that an agency pays out (拨付): what a filing that pays has come to."""

from __future__ import annotations

import strawberry

from domain.vocabulary import Fen, Instant
from schema.claims import ClaimStep
from schema.enums import DisbursementAccount, DisbursementPurpose, PaidInto
from schema.institutions import Institution
from schema.maternity import MaternityBenefit
from schema.persons import Person
from schema.regions import Region
from schema.relay import Connection, Edge, Node
from schema.resident_contributions import ResidentContribution
from schema.settled_claims import Claim
from schema.units import Unit


@strawberry.type(
    description="一笔拨付的一项记账；各项之和为零。\nOne entry of a payment; the entries of a payment sum to zero."
)
class DisbursementEntry:
    account: DisbursementAccount = strawberry.field(description="记账科目。\nThe account of the ledger.")
    amount: Fen = strawberry.field(
        description="金额，元；转出为负，转入为正。\nAmount in yuan: negative out of the account, positive into it."
    )


@strawberry.type(
    description="经办机构的一笔拨付，由一件办件引起，只付一次；收款人及绑定其的账户所有人、收款的机构或单位的经办人、本地区经办人员、运维和审计人员可见。\n"
    "A payment by an agency, made once for the filing that brought it about; seen by whoever is paid and has that "
    "person bound, by the institution or the officers of the unit that is paid, clerks of the region, operators and "
    "auditors."
)
class Disbursement(Node):
    region: Region = strawberry.field(description="由哪个统筹地区的基金支付。\nWhose fund pays.")
    purpose: DisbursementPurpose = strawberry.field(description="为何拨付。\nWhy it was paid.")
    person: Person | None = strawberry.field(
        description="收款的个人；不付给个人时为 null。\nThe person paid; null for none."
    )
    institution: Institution | None = strawberry.field(
        description="收款的医药机构；不付给机构时为 null。\nThe institution that is paid; null where none is."
    )
    unit: Unit | None = strawberry.field(
        description="收款的用人单位；不付给单位时为 null。\nThe unit that is paid; null where none is."
    )
    month: int | None = strawberry.field(
        description="所结算的月份；不付给机构时为 null。\nThe month that is settled; null where no institution is paid."
    )
    claim: Claim | None = strawberry.field(
        description="所报销的费用；与费用无关，或访问者无权看到时为 null。\n"
        "The claim that it pays; null for none, or when the viewer may not see it."
    )
    maternity: MaternityBenefit | None = strawberry.field(
        description="所支付的生育待遇；不是生育待遇时为 null。\nThe maternity benefit that it pays; null for none."
    )
    contribution: ResidentContribution | None = strawberry.field(
        description="所补贴的缴费；与缴费无关，或访问者无权看到时为 null。\n"
        "The contribution of which it gives back; null for none, or when the viewer may not see it."
    )
    paid_into: PaidInto = strawberry.field(description="收款账户，照办事指南。\nThe account, as the guide names it.")
    account_last_four: str | None = strawberry.field(
        description="收款账户的后四位；机构或单位另有登记时为 null。平台不保存完整账号。\n"
        "Last four digits of the account; null where the agency has it on record. The full number is not kept."
    )
    amount: Fen = strawberry.field(description="金额，元。\nAmount in yuan.")
    paid_at: Instant = strawberry.field(description="拨付时刻。\nWhen it was paid.")
    entries: list[DisbursementEntry] = strawberry.field(description="记账明细，最多 4 项。\nIts entries, at most 4.")


@strawberry.type(
    description="一笔拨付的金额如何得出，拨付时记下。\n"
    "How the amount of a payment came about, as kept when it was paid."
)
class DisbursementTrace:
    disbursement: Disbursement | None = strawberry.field(description="该笔拨付。\nThe payment.")
    steps: list[ClaimStep] = strawberry.field(
        description="逐步列出，最多 24 步；上级步骤在前。\nStep by step, at most 24; a step stands after the one that "
        "it is part of."
    )


@strawberry.type(description="拨付列表中的一项。\nOne payment of a list.")
class DisbursementEdge(Edge):
    node: Disbursement = strawberry.field(description="此项的拨付。\nThe payment of this item.")


@strawberry.type(description="一页拨付。\nA page of payments.")
class DisbursementConnection(Connection):
    edges: list[DisbursementEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )
