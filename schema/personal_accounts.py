"""Personal accounts (个人账户) of the employee scheme, and their entries (账户明细)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.vocabulary import Fen, Instant
from schema.declarations import declared
from schema.enums import AccountStatus, EntryKind
from schema.persons import Person
from schema.regions import Region
from schema.relay import After, Before, Connection, Edge, First, Last, Node

if TYPE_CHECKING:
    from schema.resident_contributions import ResidentContribution


@strawberry.type(
    description="个人账户一年的对账单，按业务日期汇总：期末余额等于期初余额加各项收入减各项支出。\n"
    "Statement of a personal account for one year, by the days that its entries count for: "
    "what it closes with is what it opens with and all that came, less all that went."
)
class AccountYear:
    year: int = strawberry.field(description="年度，例如 2024。\nThe calendar year, such as 2024.")
    opening: Fen = strawberry.field(
        description="期初余额，元，含当年记入的上年结转。\n"
        "Balance before its first day in yuan, with what was carried over in it."
    )
    credits: Fen = strawberry.field(
        description="划入合计，元，不含利息和退费。\nCredited in yuan, without interest and refunds."
    )
    interest: Fen = strawberry.field(description="利息，元。\nInterest in yuan.")
    refunds: Fen = strawberry.field(description="退回账户的缴费，元。\nContributions given back to it, in yuan.")
    payments: Fen = strawberry.field(
        description="支出合计，元，以正数表示。\nPaid from it in yuan, as a positive number."
    )
    closing: Fen = strawberry.field(
        description="期末余额，元；未结束的年度为截至目前的余额。\n"
        "Balance after its last day in yuan; up to now for a year that has not ended."
    )


@strawberry.type(
    description="职工医保个人账户，每人至多一个。只有本人、本地区经办人员和运维可见。\n"
    "Personal account of the employee scheme, at most one per person; "
    "seen by the person, clerks of the region and operators only."
)
class PersonalAccount(Node):
    person: Person = strawberry.field(description="账户所有人。\nThe account holder.")
    region: Region = strawberry.field(
        description="账户所在的统筹地区；其政策决定账户能为谁支付。\n"
        "Pooling area of the account, whose policy decides whom it may pay for."
    )
    status: AccountStatus = strawberry.field(description="账户状态。\nState of the account.")
    balance: Fen = strawberry.field(
        description="当前余额，元；永不为负，恒等于全部明细金额之和。\n"
        "Present balance in yuan; never negative, always the sum of all entries."
    )
    opened_on: date = strawberry.field(description="开户日期。\nDay the account was opened.")
    years: list[AccountYear] = strawberry.field(
        description="年度对账单：有收支的各年度，一年一张，最早的在前，最多 30 张。\n"
        "Yearly statements: one for each year in which anything moved, earliest first, at most 30."
    )

    @declared(
        "账户明细，按记账先后，最早的在前；明细只增不改。\n"
        "Entries in the order they were posted, earliest first; entries are added, never changed."
    )
    def entries(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> AccountEntryConnection: ...


@strawberry.type(
    description="个人账户的一笔明细，记下后不再改动。\nOne entry of a personal account; once posted it never changes."
)
class AccountEntry(Node):
    account: PersonalAccount = strawberry.field(description="所属账户。\nThe account it belongs to.")
    kind: EntryKind = strawberry.field(description="收支类型。\nWhat moved the money.")
    amount: Fen = strawberry.field(
        description="金额，元；收入为正，支出为负。\nAmount in yuan: positive into the account, negative out of it."
    )
    balance: Fen = strawberry.field(description="此笔之后的余额，元。\nBalance in yuan after this entry.")
    occurred_at: Instant = strawberry.field(description="记账时刻。\nWhen it was posted.")
    business_on: date = strawberry.field(
        description="所属的业务日期（北京时间）：划账、结息为应入账之日，其余为记账之日。\n"
        "Business day that it counts for, Asia/Shanghai: for credits and interest the day on which they fell due, "
        "else the day of posting."
    )
    contribution: Annotated[ResidentContribution, strawberry.lazy("schema.resident_contributions")] | None = (
        strawberry.field(
            description="此笔支付或退还的居民缴费；与缴费无关的明细为 null。\n"
            "The resident contribution that it paid or refunded; null for entries of other kinds."
        )
    )


@strawberry.type(description="账户明细列表中的一项。\nOne account entry of a list.")
class AccountEntryEdge(Edge):
    node: AccountEntry = strawberry.field(description="此项的明细。\nThe entry of this item.")


@strawberry.type(description="一页账户明细。\nA page of account entries.")
class AccountEntryConnection(Connection):
    edges: list[AccountEntryEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )
