"""Service matters (政务服务事项): the guides of the places, and whom to call, whether it is open, what to bring."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import strawberry

from domain.vocabulary import Instant, RegionCode
from schema.agencies import Agency, AgencyPhone
from schema.arguments import InLanguage
from schema.declarations import declared
from schema.enums import (
    ApplicantKind,
    DayCalendar,
    Language,
    MaterialForm,
    MaterialNeed,
    MatterAction,
    MatterCategory,
    MatterChannel,
    MatterCode,
    MatterStep,
    RemarkKind,
    TimeLimitKind,
    TransferPhase,
)
from schema.filters import MatterCategoryFilter, MatterCodeFilter, RegionFilter
from schema.policy import PolicySource
from schema.refusals import PolicyNotStated
from schema.relay import Connection, Edge, Node

MOST_PAUSES: Final = 10

MATTER: Final = "事项。\nThe matter."
PLACE: Final = (
    "所问的县（区）、功能区或市本级；依次取县、市、省所适用的版本。\n"
    "The county, zone or municipal level asked about; the edition is that of the county, else the city, else the "
    "province."
)
ON: Final = "所问的日期，默认为世界的今天。\nThe day asked about, today in the world by default."
STARTED_AT: Final = (
    "起算的时刻（受理、收到信息表或收到材料），默认为现在；非工作日或下班后视为下一工作日。\n"
    "The moment from which it counts (acceptance, or receipt of the form or the materials), now by default; on a day "
    "off or after hours it counts as the next working day."
)
PAUSES: Final = (
    f"申请人补正的各段时间，最多 {MOST_PAUSES} 段；其间不计时限。\n"
    f"While the applicant supplements, {MOST_PAUSES} times at most; these days do not count."
)


@strawberry.input(
    description="一段补正期间，首尾两日都不计入时限。\nWhile the applicant supplements; neither of both days counts."
)
class PauseInput:
    noticed_on: date = strawberry.field(description="一次性告知之日。\nThe day on which all that is missing was told.")
    supplied_on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="补齐之日，不早于告知之日；不给表示尚未补齐。\n"
        "The day on which it was handed in, no earlier than the notice; absent while it has not been.",
    )


Pauses = Annotated[list[PauseInput] | None, strawberry.argument(description=PAUSES)]


@strawberry.type(
    description="一个时限的推算结果：自起算日的次日起按工作日计算。\n"
    "A time limit counted out in working days, from the day after it begins."
)
class MatterDeadline:
    counted_from: date = strawberry.field(
        description="起算日，当日不计入。\nThe day from which it counts, which does not count itself."
    )
    working_days: int = strawberry.field(
        description="时限的工作日数，即时办结为 0。\nHow many working days it has; 0 for what is done at once."
    )
    last_day: date | None = strawberry.field(
        description="截止日，含当日；补正尚未结束而无法推算时为 null。\n"
        "The last day, itself included; null while the applicant still supplements and it cannot be told."
    )
    remaining_working_days: int = strawberry.field(
        description="今天之后还剩几个工作日，截止日当天和逾期后为 0。\n"
        "Working days left after today; 0 on the last day and later."
    )
    overdue: bool = strawberry.field(description="截止日是否已过。\nWhether the last day has passed.")
    overdue_working_days: int = strawberry.field(
        description="截止日之后已过几个工作日，未逾期为 0。\nWorking days since the last day; 0 when it has not passed."
    )
    paused: bool = strawberry.field(
        description="今天是否因补正而停计。\nWhether the clock stands today because the applicant supplements."
    )
    today: date = strawberry.field(
        description="推算所依据的今天。\nThe day in the world on which this was counted out."
    )
    calendar: DayCalendar = strawberry.field(
        description="推算依据；节假日安排未公布的年份只按周一至周五推算，届时可能变化。\n"
        "By what days were counted; in a year whose holidays are not announced yet it may still change."
    )


@strawberry.type(
    description="办事指南的一版：一个地区自某日起适用的全部事项。任何人可见。\n"
    "An edition of a guide: all matters of one region from one day on. Everybody may see it."
)
class MatterEdition:
    region: RegionCode = strawberry.field(
        description="此版所属地区，对其下级同样适用。\nRegion that it is of; it holds for those below too."
    )
    valid_from: date = strawberry.field(description="适用首日，含当日。\nFirst day in force.")
    valid_until: date | None = strawberry.field(
        description="适用末日，含当日；没有终止日时为 null。\nLast day in force; null when none is set."
    )
    confirmed_on: date | None = strawberry.field(
        description="最近一次核对之日；有终止日时为 null。\nWhen it was last checked; null when it has a last day."
    )
    synthetic: bool = strawberry.field(
        description="是否为虚构地区编造。\nWhether it was made up for a synthetic region."
    )
    source: PolicySource = strawberry.field(description="此版的依据。\nWhat it rests on.")
    remark: str | None = strawberry.field(
        description="关于此版的说明（英文）；没有时为 null。\nWhat is to be known about it; null for nothing."
    )

    @declared(
        "原文中涉及多个事项的异常之处，最多 6 条；没有时为空。\n"
        "What is odd in the document across matters, at most 6; empty for nothing."
    )
    def anomalies(self, language: InLanguage = Language.ZH) -> list[str]: ...


@strawberry.type(description="一个办理渠道。\nOne channel for filing.")
class FilingChannel:
    channel: MatterChannel = strawberry.field(description="渠道。\nThe channel.")
    online: bool = strawberry.field(description="是否属于线上办理，按原文归类。\nWhether the guide lists it as online.")
    text: str = strawberry.field(description="渠道名称，照文件原文。\nName of the channel in the document's own words.")
    applicants: list[ApplicantKind] = strawberry.field(
        description="仅限的申请人类型，不限时为空；每类至多一次。\n"
        "Applicants whom it is limited to, each kind once at most; empty for all."
    )

    @declared("关于原文写法的说明；没有时为 null。\nWhat is to be known about the wording; null for nothing.")
    def note(self, language: InLanguage = Language.ZH) -> str | None: ...


@strawberry.type(description="一项办理材料。\nOne material to hand in.")
class MatterMaterial:
    need: MaterialNeed = strawberry.field(description="材料要求。\nWhen it is handed in.")
    applicants: list[ApplicantKind] = strawberry.field(
        description="须提供此材料的申请人类型，不限时为空；每类至多一次。\n"
        "Applicants who hand it in, each kind once at most; empty for all."
    )
    one_of: list[str] = strawberry.field(
        description="可任选其一的材料，照文件原文，最多 6 项；没有选择时为空。\n"
        "Alternatives of which one is enough, in the document's words, at most 6; empty where there is no choice."
    )
    form: bool = strawberry.field(description="是否为须填写的表单或承诺书。\nWhether it is a form to fill in.")
    sealed: bool = strawberry.field(description="是否须加盖单位公章。\nWhether it bears the seal of the unit.")
    copies: MaterialForm | None = strawberry.field(
        description="材料形式；文件没有说明时为 null。\nIn what form; null where the document does not say."
    )

    @declared("材料名称；中文照文件原文。\nName of the material; the Chinese is the document's own.")
    def name(self, language: InLanguage = Language.ZH) -> str: ...

    @declared(
        "何种情形下提供；总是须提供且无限定时为 null。\n"
        "On what condition it is handed in; null where it always is, without one."
    )
    def condition(self, language: InLanguage = Language.ZH) -> str | None: ...

    @declared("说明；没有时为 null。\nWhat is to be known about it; null for nothing.")
    def note(self, language: InLanguage = Language.ZH) -> str | None: ...


@strawberry.type(
    description="特殊人群或特殊情形，及其另须提供的材料。\nSpecial people or occasion, and what they hand in besides."
)
class MatterSituation:
    materials: list[MatterMaterial] = strawberry.field(
        description="另须提供的材料，最多 3 项。\nWhat is handed in besides, at most 3."
    )

    @declared("人群或情形；中文照文件原文。\nWho, or on what occasion; the Chinese is the document's own.")
    def name(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(description="一个办理时限。\nOne time limit of handling.")
class MatterTimeLimit:
    kind: TimeLimitKind = strawberry.field(description="时限类型。\nKind of limit.")
    working_days: int = strawberry.field(
        description="最多几个工作日，即时办结为 0。\nWorking days at most; 0 for what is done at once."
    )
    applicants: list[ApplicantKind] = strawberry.field(
        description="适用的申请人类型，不限时为空；每类至多一次。\n"
        "Applicants for whom it holds, each kind once at most; empty for all."
    )
    phase: TransferPhase | None = strawberry.field(
        description="转移接续的阶段；其他事项为 null。\nHalf of a transfer; null for other matters."
    )

    @declared(
        "自某时刻起算的截止日；转入阶段自收到信息表起算。\n"
        "The limit counted out from a moment; of the second half of a transfer, from receipt of the form."
    )
    def deadline(
        self,
        started_at: Annotated[Instant | None, strawberry.argument(description=STARTED_AT)] = strawberry.UNSET,
        pauses: Pauses = strawberry.UNSET,
    ) -> MatterDeadline: ...


@strawberry.type(description="材料不全时一次性告知的时限。\nWithin how long all that is missing is told, once.")
class FullNotice:
    working_days: int = strawberry.field(
        description="自收到材料起的工作日数。\nWorking days from receipt of the materials."
    )

    @declared("原文；英文为译述。\nThe document's words; the English tells them.")
    def text(self, language: InLanguage = Language.ZH) -> str: ...

    @declared("自收到材料起算的截止日。\nThe limit counted out from receipt of the materials.")
    def deadline(
        self, started_at: Annotated[Instant | None, strawberry.argument(description=STARTED_AT)] = strawberry.UNSET
    ) -> MatterDeadline: ...


@strawberry.type(description="一项告知义务及其时限。\nA duty to tell the agency, and its time limit.")
class MatterDuty:
    working_days: int = strawberry.field(description="工作日数。\nWorking days.")
    who: str = strawberry.field(description="义务人，照文件原文。\nWhose duty it is, in the document's words.")

    @declared("须做什么。\nWhat must be done.")
    def duty(self, language: InLanguage = Language.ZH) -> str: ...

    @declared("自何时起算。\nFrom when it counts.")
    def counted_from(self, language: InLanguage = Language.ZH) -> str: ...

    @declared("自某日起算的截止日，当日不计入。\nThe limit counted out from a day, which does not count itself.")
    def deadline(
        self,
        occurred_on: Annotated[
            date | None,
            strawberry.argument(
                description="情形发生或批准之日，默认为世界的今天。\n"
                "The day on which it came about or was approved, today in the world by default."
            ),
        ] = strawberry.UNSET,
    ) -> MatterDeadline: ...


@strawberry.type(description="办理流程中的一步。\nOne step of handling.")
class HandlingStep:
    step: MatterStep = strawberry.field(description="环节。\nThe step.")
    text: str = strawberry.field(
        description="此步做什么，照文件原文。\nWhat happens in it, in the document's own words."
    )


@strawberry.type(description="事项办结时拨付的款项。\nWhat a matter pays when it is completed.")
class MatterPayment:
    what: str = strawberry.field(description="款项，照文件原文。\nWhat is paid, in the document's own words.")

    @declared("收款人。\nWho is paid.")
    def payee(self, language: InLanguage = Language.ZH) -> str: ...

    @declared("划入的账户。\nInto which account.")
    def account(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(description="一条备注。\nOne remark.")
class MatterRemark:
    kind: RemarkKind = strawberry.field(description="备注类型。\nKind of remark.")
    text: str = strawberry.field(description="备注，照文件原文。\nThe remark in the document's own words.")
    number: int = strawberry.field(
        description="印有此备注的事项序号；先前事项的备注可对其后事项同样适用（下同）。\n"
        "Number of the matter that prints it; a remark of an earlier matter may hold for later ones too."
    )


@strawberry.type(
    description="一地的经办机构及其对某事项的咨询电话。\nThe office of one place, and its telephones for a matter."
)
class MatterOffice:
    region: RegionCode = strawberry.field(
        description="所在县（区）、功能区或市本级的代码。\nCode of the county, zone or municipal level."
    )
    phones: list[AgencyPhone] = strawberry.field(
        description="咨询电话，按文件中的顺序，最多 3 个。\nTelephones in the document's order, at most 3."
    )

    @declared("地方名称；中文照文件原文。\nName of the place; the Chinese is the document's own.")
    def name(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(description="工作日中的一段办公时间。\nOne part of a working day on which offices are open.")
class OfficeSession:
    opens: str = strawberry.field(description="开始时刻，例如 09:00。\nWhen it begins, such as 09:00.")
    closes: str = strawberry.field(description="结束时刻，例如 12:00。\nWhen it ends, such as 12:00.")


@strawberry.type(description="办理时间。\nOffice hours.")
class OfficeHours:
    text: str = strawberry.field(description="办理时间，照文件原文。\nThe hours in the document's own words.")
    sessions: list[OfficeSession] = strawberry.field(
        description="工作日的各段办公时间，最多 2 段。\nThe parts of a working day, at most 2."
    )


@strawberry.type(
    description="政务服务事项：一地一版办事指南中的一项。任何人可见。\n"
    "Service matter: one matter as one edition of a region's guide has it. Everybody may see it."
)
class ServiceMatter(Node):
    code: MatterCode = strawberry.field(
        description="事项代码，各地各版相同。\nCode of the matter, the same everywhere."
    )
    number: int = strawberry.field(description="在此版指南中的序号。\nNumber in this edition of the guide.")
    category: MatterCategory = strawberry.field(
        description="事项类别，由本平台归类。\nCategory, as this platform sorts them."
    )
    edition: MatterEdition = strawberry.field(description="所属的一版指南。\nThe edition that it is of.")
    first_line: int | None = strawberry.field(
        description="文件全文中此事项的首行；虚构地区为 null。\n"
        "First line of the matter in the document's text; null for a synthetic region."
    )
    last_line: int | None = strawberry.field(
        description="文件全文中此事项的末行；虚构地区为 null。\n"
        "Last line of the matter in the document's text; null for a synthetic region."
    )
    applicants: list[ApplicantKind] = strawberry.field(
        description="申请人类型，由本平台据服务对象归类；每类至多一次。\n"
        "Who may file, as this platform reads the service object; each kind once at most."
    )
    actions: list[MatterAction] = strawberry.field(
        description="此事项所含的办理情形，没有区分时为空；每种至多一次。\n"
        "What can be done under it, each once at most; empty where it is one thing."
    )
    channels: list[FilingChannel] = strawberry.field(
        description="三、办理渠道，最多 12 个，先线下后线上。\nSection 3, channels, at most 12, those online last."
    )
    channel_lines: list[str] = strawberry.field(
        description="三、办理渠道的原文，最多 2 行。\nSection 3 in the document's own words, at most 2 lines."
    )
    materials: list[MatterMaterial] = strawberry.field(
        description="四、办理材料，最多 12 项，含备注规定的；不须材料时为空。\n"
        "Section 4, materials, at most 12, those of the remarks included; empty where none is wanted."
    )
    material_line: str | None = strawberry.field(
        description="四、办理材料中不属于任何一项的原文；没有时为 null。\n"
        "Words of section 4 that are of no single material; null for none."
    )
    situations: list[MatterSituation] = strawberry.field(
        description="特殊人群或情形另须提供的材料，最多 6 种。\n"
        "What special people or occasions hand in besides, at most 6."
    )
    time_limit_line: str = strawberry.field(
        description="五、办理时限的原文。\nSection 5, the time limit, in the document's own words."
    )
    time_limits: list[MatterTimeLimit] = strawberry.field(
        description="五、办理时限，最多 3 个：按申请人类型或阶段可能不同。\n"
        "Section 5, time limits, at most 3: they may differ by applicant or phase."
    )
    includes: list[str] = strawberry.field(
        description="时限内所含的程序，照文件原文，最多 5 项；没有说明时为空。\n"
        "What the limit takes in, in the document's words, at most 5; empty where it does not say."
    )
    notice: FullNotice | None = strawberry.field(
        description="一次性告知的时限；文件没有规定时为 null。\n"
        "Within how long all that is missing is told; null where the document sets no limit."
    )
    steps: list[HandlingStep] = strawberry.field(
        description="六、办理流程，最多 5 步。\nSection 6, steps of handling, at most 5."
    )
    payment: MatterPayment | None = strawberry.field(
        description="办结时拨付的款项；不拨付的事项为 null。\nWhat it pays; null for a matter that pays nothing."
    )
    progress: str | None = strawberry.field(
        description="七、办理进度和结果查询的原文；文件没有此节时为 null。\n"
        "Section 7, asking for progress, in the document's words; null where there is no such section."
    )
    rating: str | None = strawberry.field(
        description="八、服务评价渠道的原文；文件没有此节时为 null。\n"
        "Section 8, rating, in the document's words; null where there is no such section."
    )
    remarks: list[MatterRemark] = strawberry.field(
        description="九、备注，最多 6 条；没有时为空。\nSection 9, remarks, at most 6; empty for none."
    )
    general_remarks: list[MatterRemark] = strawberry.field(
        description="先前事项中注明“下同”、对此事项同样适用的备注，最多 6 条。\n"
        "Remarks of earlier matters that hold for this one too, at most 6."
    )
    duties: list[MatterDuty] = strawberry.field(
        description="备注规定的告知义务，最多 6 项；没有时为空。\n"
        "Duties to tell the agency, from the remarks, at most 6; empty for none."
    )
    handled_at: str = strawberry.field(
        description="办理地点，照文件原文。\nWhere it is handled, in the document's own words."
    )
    at_agency: bool = strawberry.field(description="经办机构是否办理。\nWhether the agency handles it.")
    at_township_centre: bool = strawberry.field(
        description="乡镇（街道）便民服务中心是否办理。\nWhether the service centre of the township handles it."
    )
    hours: OfficeHours = strawberry.field(description="办理时间。\nOffice hours.")
    offices: list[MatterOffice] = strawberry.field(
        description="各地经办机构对此事项的咨询电话，最多 16 处；虚构地区没有印出，为空。\n"
        "The offices with their telephones for this matter, at most 16; a synthetic region prints none."
    )
    complaints: AgencyPhone | None = strawberry.field(
        description="投诉电话；没有印出时为 null。\nTelephone for complaints; null where none is printed."
    )

    @declared("一、事项名称；中文照文件原文。\nSection 1, name of the matter; the Chinese is the document's own.")
    def name(self, language: InLanguage = Language.ZH) -> str: ...

    @declared("二、服务对象；中文照文件原文。\nSection 2, whom it serves; the Chinese is the document's own.")
    def service_object(self, language: InLanguage = Language.ZH) -> str: ...

    @declared("原文的异常之处，最多 6 条；没有时为空。\nWhat is odd in the document, at most 6; empty for nothing.")
    def anomalies(self, language: InLanguage = Language.ZH) -> list[str]: ...


@strawberry.type(description="事项列表中的一项。\nOne matter of a list.")
class ServiceMatterEdge(Edge):
    node: ServiceMatter = strawberry.field(description="此项的事项。\nThe matter of this item.")


@strawberry.type(description="一页事项。\nA page of matters.")
class ServiceMatterConnection(Connection):
    edges: list[ServiceMatterEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(
    description="事项的筛选条件，须同时满足。\nConditions on service matters; all that are given must hold."
)
class ServiceMatterWhere:
    place: RegionCode | None = strawberry.field(default=strawberry.UNSET, description=PLACE)
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="指南所属的地区。\nRegion that the edition is of."
    )
    on: date | None = strawberry.field(default=strawberry.UNSET, description=ON)
    code: MatterCodeFilter | None = strawberry.field(
        default=strawberry.UNSET, description="事项代码。\nCode of the matter."
    )
    category: MatterCategoryFilter | None = strawberry.field(
        default=strawberry.UNSET, description="事项类别。\nCategory of the matter."
    )
    applicant: ApplicantKind | None = strawberry.field(
        default=strawberry.UNSET, description="可由此类申请人办理。\nThis kind of applicant may file it."
    )
    channel: MatterChannel | None = strawberry.field(
        default=strawberry.UNSET, description="可经此渠道办理。\nIt can be filed through this channel."
    )
    pays: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="true 只取拨付款项的，false 只取不拨付的。\nTrue for matters that pay, false for the others.",
    )


@strawberry.type(
    description="到哪里办、打什么电话、是否在办公、要带什么。任何人可问。\n"
    "Where to file: whom to call, whether it is open, what to bring. Everybody may ask."
)
class WhereToFile:
    at: Instant = strawberry.field(description="所问的时刻。\nThe moment asked about.")
    region: RegionCode = strawberry.field(description="所问的地方。\nThe place asked about.")
    matter: ServiceMatter = strawberry.field(
        description="当地当日适用的事项。\nThe matter, as it holds there and then."
    )
    agency: Agency | None = strawberry.field(
        description="当地的经办机构；此世界没有登记时为 null。\n"
        "The agency of the place; null where this world has none."
    )
    phones: list[AgencyPhone] = strawberry.field(
        description="该机构对此事项的咨询电话，最多 3 个。\nIts telephones for this matter, at most 3."
    )
    open: bool = strawberry.field(description="该时刻是否在办公时间内。\nWhether it is open at that moment.")
    closes_at: Instant | None = strawberry.field(
        description="本段办公时间何时结束；不在办公时为 null。\nWhen it closes; null when it is closed."
    )
    opens_at: Instant = strawberry.field(
        description="该时刻之后下一次开始办公的时刻。\nWhen it opens next after that moment."
    )
    calendar: DayCalendar = strawberry.field(
        description="工作日的推算依据；节假日安排未公布的年份只按周一至周五推算。\n"
        "By what working days were told; in a year whose holidays are not announced, Monday to Friday."
    )
    may_file: bool | None = strawberry.field(
        description="此类申请人能否办理；未说明申请人时为 null。\n"
        "Whether this kind of applicant may file it; null when none was named."
    )
    channels: list[FilingChannel] = strawberry.field(
        description="此类申请人可用的渠道，最多 12 个；不能办理时为空。\n"
        "Channels for this kind of applicant, at most 12; empty for who may not file."
    )
    materials: list[MatterMaterial] = strawberry.field(
        description="此类申请人要带的材料，最多 12 项；不能办理时为空。\n"
        "What this kind of applicant brings, at most 12; empty for who may not file."
    )
    time_limits: list[MatterTimeLimit] = strawberry.field(
        description="对此类申请人的办理时限，最多 3 个；不能办理时为空。\n"
        "Time limits for this kind of applicant, at most 3; empty for who may not file."
    )


ServiceMatterResult = Annotated[
    ServiceMatter | PolicyNotStated,
    strawberry.union(
        "ServiceMatterResult",
        description="当地当日适用的事项，或当地没有可依据的指南。\n"
        "The matter as it holds there and then, or that no guide of the place states it.",
    ),
]

WhereToFileResult = Annotated[
    WhereToFile | PolicyNotStated,
    strawberry.union(
        "WhereToFileResult",
        description="到哪里办，或当地没有可依据的指南或机构。\n"
        "Where to file, or that no guide of the place states the matter or its office.",
    ),
]
