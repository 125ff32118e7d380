"""What subscriptions over the log tell (日志订阅): one matter each, drawn from the events that tell of it."""

from __future__ import annotations

import strawberry

from domain.vocabulary import Instant
from schema.enums import BindingChange, ContributionStatus, ContributionStep, FilingMove, FilingStatus, Relation
from schema.family_bindings import FamilyBinding
from schema.filings import Filing
from schema.personal_accounts import AccountEntry, PersonalAccount
from schema.resident_contributions import ResidentContribution
from schema.scalars import Cursor

EVENT_ID = "讲述此事的事件的标识（evt_…）。\nId of the event that tells of it (evt_…)."
CURSOR = (
    "事件在日志中的位置；重新连接时传给 after，不漏也不重。\n"
    "Place of the event in the log; give it to after when reconnecting, and nothing is missed or seen twice."
)
OCCURRED_AT = "发生时刻（世界时间）。\nWhen it came about, in world time."


@strawberry.type(
    description="一笔居民缴费走了一步。凡看得到该笔缴费的人都看得到。\n"
    "A resident contribution went a step further. Seen by whoever sees the contribution."
)
class ContributionProgress:
    event_id: strawberry.ID = strawberry.field(description=EVENT_ID)
    cursor: Cursor = strawberry.field(description=CURSOR)
    occurred_at: Instant = strawberry.field(description=OCCURRED_AT)
    step: ContributionStep = strawberry.field(description="走了哪一步。\nWhich step.")
    status: ContributionStatus | None = strawberry.field(
        description="这一步使其到达的状态；不改变状态的一步（申请退费、退回重复款项）为 null。\n"
        "State that the step led to; null for one that leaves the state as it is: a refund that was asked for, or of "
        "what was paid twice."
    )
    contribution: ResidentContribution = strawberry.field(
        description="该笔缴费现在的样子。\nThe contribution as it is now."
    )


@strawberry.type(
    description="个人账户入账了一笔收支，无论由什么业务引起。凡看得到该账户的人都看得到。\n"
    "An entry was posted to a personal account, whatever moved the money. Seen by whoever sees the account."
)
class AccountEntryPosted:
    event_id: strawberry.ID = strawberry.field(description=EVENT_ID)
    cursor: Cursor = strawberry.field(description=CURSOR)
    occurred_at: Instant = strawberry.field(description=OCCURRED_AT)
    entry: AccountEntry = strawberry.field(description="该笔明细。\nThe entry.")
    account: PersonalAccount = strawberry.field(description="账户现在的样子。\nThe account as it is now.")


@strawberry.type(
    description="家庭绑定已建立或解除；绑定的双方和看得到该绑定的人都看得到。\n"
    "A family binding began or ended. Seen by both sides, and by whoever else sees the binding."
)
class FamilyBindingChanged:
    event_id: strawberry.ID = strawberry.field(description=EVENT_ID)
    cursor: Cursor = strawberry.field(description=CURSOR)
    occurred_at: Instant = strawberry.field(description=OCCURRED_AT)
    change: BindingChange = strawberry.field(description="建立还是解除。\nWhether it began or ended.")
    relation: Relation = strawberry.field(
        description="成员是账户所有人的什么人。\nWhat the member is to the account holder."
    )
    binding: FamilyBinding = strawberry.field(description="该绑定现在的样子。\nThe binding as it is now.")


@strawberry.type(
    description="办件流转了一步，或已超期。凡看得到该办件的人都看得到。\n"
    "A filing was moved, or is overdue. Seen by whoever sees the filing."
)
class FilingProgress:
    event_id: strawberry.ID = strawberry.field(description=EVENT_ID)
    cursor: Cursor = strawberry.field(description=CURSOR)
    occurred_at: Instant = strawberry.field(description=OCCURRED_AT)
    move: FilingMove | None = strawberry.field(
        description="所进行的操作；超期不由人进行，为 null。\n"
        "What was done to it; null where it is overdue, which nobody does."
    )
    status: FilingStatus = strawberry.field(description="其后的状态。\nWhere it stood after that.")
    filing: Filing = strawberry.field(description="该办件现在的样子。\nThe filing as it is now.")
