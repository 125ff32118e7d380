"""What can be watched (订阅)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from domain.vocabulary import RegionCode
from schema.collection_progress import CollectionProgress
from schema.declarations import streamed
from schema.enums import LogStart
from schema.events import Event, EventRegions, EventSubjects, EventTypes
from schema.followed import AccountEntryPosted, ContributionProgress, FamilyBindingChanged, FilingProgress
from schema.scalars import Cursor
from schema.world import World

FirstEvents = Annotated[
    int | None,
    strawberry.argument(
        description="送出多少项后结束，至少 1；不给则一直持续，直到客户端离开。\n"
        "End after this many, at least 1; without it the stream lasts until the client leaves."
    ),
]

AfterPlace = Annotated[
    Cursor | None,
    strawberry.argument(
        description="从此游标之后开始，先补送已发生的；不给则由 startFrom 决定。\n"
        "Begin after this cursor, with what has already happened; without it, startFrom decides."
    ),
]
StartFrom = Annotated[
    LogStart,
    strawberry.argument(
        description="没有 after 时从哪里开始，默认只送从现在起发生的；给出 after 时不起作用。\n"
        "Where to begin without after, by default with what happens from now on; of no effect beside after."
    ),
]


@strawberry.type(description="可以持续观察的一切。\nAll that can be watched as it happens.")
class Subscription:
    @streamed(
        "事件，按发生先后逐个送达，不漏也不重；可见范围与 Query.events 相同。\n"
        "Events one by one in the order they came about, none missed and none twice; "
        "seen by the same people as Query.events."
    )
    async def events(
        self,
        after: AfterPlace = strawberry.UNSET,
        types: EventTypes = strawberry.UNSET,
        regions: EventRegions = strawberry.UNSET,
        subjects: EventSubjects = strawberry.UNSET,
        start_from: StartFrom = LogStart.NOW,
        first: FirstEvents = strawberry.UNSET,
    ) -> AsyncIterator[Event]: ...

    @streamed(
        "一笔居民缴费的进展：提交、支付、办结、申请退费、退回，逐步送达；没有这笔缴费或无权看到时拒绝。\n"
        "How a resident contribution goes on, step by step: submitted, paid, finished, refund asked for, refunded. "
        "Refused where there is none or the viewer may not see it."
    )
    async def contribution_progress(
        self,
        contribution: Annotated[
            strawberry.ID, strawberry.argument(description="居民缴费的标识（con_…）。\nId of the contribution (con_…).")
        ],
        after: AfterPlace = strawberry.UNSET,
        start_from: StartFrom = LogStart.NOW,
        first: FirstEvents = strawberry.UNSET,
    ) -> AsyncIterator[ContributionProgress]: ...

    @streamed(
        "个人账户的每一笔收支，入账时送达，无论由什么业务引起。"
        "参保人不给 account 时为本人账户；其他人不给时为其看得到的所有账户。\n"
        "Each entry of a personal account when it is posted, whatever moved the money. Without account it is one's own "
        "for citizens, and all that they may see for others."
    )
    async def account_entries(
        self,
        account: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="个人账户的标识（acc_…）；没有这个账户或无权看到时拒绝。\n"
                "Id of the account (acc_…); refused where there is none or the viewer may not see it."
            ),
        ] = strawberry.UNSET,
        after: AfterPlace = strawberry.UNSET,
        start_from: StartFrom = LogStart.NOW,
        first: FirstEvents = strawberry.UNSET,
    ) -> AsyncIterator[AccountEntryPosted]: ...

    @streamed("家庭绑定的建立与解除，绑定的双方都会收到。\nFamily bindings as they begin and end; both sides are told.")
    async def family_bindings(
        self,
        after: AfterPlace = strawberry.UNSET,
        start_from: StartFrom = LogStart.NOW,
        first: FirstEvents = strawberry.UNSET,
    ) -> AsyncIterator[FamilyBindingChanged]: ...

    @streamed(
        "一个办件的进展：每一步操作，以及超期；没有这个办件或无权看到时拒绝。\n"
        "How a filing goes on: every move, and that it is overdue. Refused where there is none or the viewer may not "
        "see it."
    )
    async def filing_progress(
        self,
        filing: Annotated[
            strawberry.ID, strawberry.argument(description="办件的标识（fil_…）。\nId of the filing (fil_…).")
        ],
        after: AfterPlace = strawberry.UNSET,
        start_from: StartFrom = LogStart.NOW,
        first: FirstEvents = strawberry.UNSET,
    ) -> AsyncIterator[FilingProgress]: ...

    @streamed(
        "一个地区居民医保集中征缴的实时进度，分区县：立即送出一次，此后有变化时送出。经办人员限本地区，运维和审计人员不限。\n"
        "How the collection of resident contributions goes on in a region, by county: at once, then whenever it has "
        "changed. Clerks are told of their own region, operators and auditors of any."
    )
    async def collection_progress(
        self,
        region: Annotated[
            RegionCode,
            strawberry.argument(description="省、市或区县的代码。\nCode of a province, city or county."),
        ],
        coverage_year: Annotated[int, strawberry.argument(description="参保年度。\nYear of cover.")],
        every_seconds: Annotated[
            int,
            strawberry.argument(
                description="两次之间至少间隔的真实秒数，1 至 3600，默认 1。\n"
                "Real seconds between two of them at least, 1 to 3600; 1 by default."
            ),
        ] = 1,
        first: FirstEvents = strawberry.UNSET,
    ) -> AsyncIterator[CollectionProgress]: ...

    @streamed(
        "世界时钟：立即送出一次，此后按固定间隔送出。\nThe world's clock: once at once, then at a fixed interval."
    )
    async def world_clock(
        self,
        every_seconds: Annotated[
            int,
            strawberry.argument(
                description="间隔的真实秒数，1 至 3600，默认 1。\nInterval in real seconds, 1 to 3600; 1 by default."
            ),
        ] = 1,
        first: FirstEvents = strawberry.UNSET,
    ) -> AsyncIterator[World]: ...
