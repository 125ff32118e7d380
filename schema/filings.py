"""Filings of service matters (业务办理): from the draft to its completion, and what is said at each step."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import strawberry

from domain.vocabulary import Instant, RegionCode
from schema.arguments import IDEMPOTENCY_KEY, InLanguage
from schema.care_forms import AssistanceFilingForm, ContributionSubsidyFilingForm, EntitlementFilingForm
from schema.declarations import declared
from schema.enums import (
    ApplicantKind,
    CareKind,
    DayCalendar,
    FilingMove,
    FilingOrder,
    FilingRating,
    FilingsMove,
    FilingStatus,
    IdType,
    InjuryLiability,
    InstitutionTier,
    Language,
    MaterialMedia,
    MaterialWay,
    MaternityOccasion,
    MatterAction,
    MatterCode,
    PersonType,
    Sex,
    TerminationReason,
    UnitKind,
    WithdrawalReason,
)
from schema.filters import FilingStatusFilter, MatterCodeFilter, RegionFilter
from schema.institutions import Institution
from schema.maternity import MaternityAllowanceFilingForm, MaternityExpensesFilingForm
from schema.paying_forms import (
    AgreementResumptionFilingForm,
    AgreementSuspensionFilingForm,
    DesignationFilingForm,
    InstitutionChangeFilingForm,
    InstitutionStatementInput,
    ReimbursementFilingForm,
)
from schema.persons import Person
from schema.refusals import (
    AgreementInAnotherState,
    ApprovedByOneself,
    AssistancePaidAlready,
    CannotEntrustSelf,
    ClaimNotFound,
    ClaimTooOld,
    ContributionSubsidised,
    DocumentOfAnother,
    EntitledAlready,
    FilingEndsOtherwise,
    FilingEntrustedAlready,
    FilingInAnotherState,
    FilingMaterialsMissing,
    FilingNotCompleted,
    FilingNotEntrusted,
    FilingNotFound,
    FilingNotInHand,
    FilingRatedAlready,
    IdempotencyKeyReused,
    IdentityMismatch,
    InArrears,
    InputNotAcceptable,
    InstitutionNotDesignated,
    InstitutionNotFound,
    InvoiceAlreadySettled,
    InWaitingPeriod,
    ItemNotInCatalogue,
    MaterialsRequestedAlready,
    MaternityBenefitPaid,
    MaternityMonthsShort,
    MayNotFile,
    NotCovered,
    NotEntitledToCare,
    NothingChanges,
    NothingIsMissing,
    NothingToPay,
    NothingToRectify,
    NotInsuredForMaternity,
    NotSignedIn,
    NotYetPaid,
    PartyDoesNotAnswer,
    PersonaNotFound,
    PersonDeceased,
    PersonNotFound,
    PolicyNotStated,
    RefundUnderWay,
    StatementDiffers,
    StaysOverlap,
    TooManyAttempts,
    UnitNotFound,
    UnitWagesNotOnRecord,
)
from schema.regions import Region
from schema.relay import Connection, Edge, Node
from schema.scalars import IdNumber
from schema.units import Unit

MOST_FILINGS: Final = 50
FILING_ID = "办件的标识（fil_…）。\nId of the filing (fil_…)."
MATERIALS = (
    "所提交的材料，最多 16 项；已有的不必提交。\nWhat is handed in, at most 16; what is there already need not be."
)


@strawberry.type(
    description="办件的一项材料，名称照办事指南；文件本身不在此告知。\n"
    "A material of a filing, named as in the guide; the file itself is not told here."
)
class FilingMaterial:
    number: int = strawberry.field(description="在此办件中的序号，从 1 起。\nNumber within the filing, from 1.")
    needed: bool = strawberry.field(
        description="是否必须有；特定情形的材料在要求之前为 false。\n"
        "Whether it must be there; false for one of a condition until it is asked for."
    )
    pledgeable: bool = strawberry.field(
        description="指南是否允许以承诺书代替。\nWhether the guide takes a pledge in its place."
    )
    stands_for: int | None = strawberry.field(
        description="可以代替的材料的序号；不代替任何材料的为 null。\n"
        "Number of the material in whose place it is taken; null where it is taken for none."
    )
    way: MaterialWay | None = strawberry.field(
        description="来源；尚缺时为 null。\nHow it is there; null where it is not."
    )
    media: MaterialMedia | None = strawberry.field(
        description="文件类型；不是文件时为 null。\nKind of the file; null where it is none."
    )
    sha256: str | None = strawberry.field(
        description="文件的 SHA-256，小写十六进制；不是文件时为 null。\n"
        "SHA-256 of the file in lower-case hexadecimal; null where it is none."
    )
    material_id: strawberry.ID | None = strawberry.field(
        description="文件的标识（mat_…），可由 GET /materials/{id} 取得；不是上传的文件时为 null。\n"
        "Id of the file (mat_…), which GET /materials/{id} gives; null where none was uploaded."
    )
    provided_at: Instant | None = strawberry.field(
        description="何时具备；尚缺时为 null。\nSince when it is there; null where it is not."
    )
    told_at: Instant | None = strawberry.field(
        description="何时被一次性告知所缺；没有被告知时为 null。\nWhen it was told missing; null where it was not."
    )

    @declared("材料名称；中文照指南原文。\nName of the material; the Chinese is the guide's own.")
    def name(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(
    description="办件：办理一个政务服务事项；申请人（本人、所申请单位的经办人、所申请的医药机构）及其代办人、"
    "属地经办人员（提交之后）和审计人员可见。\n"
    "A filing: one service matter of a person, a unit or an institution. Seen by whoever applied and their agent, the "
    "officers of the unit or the institution for which it is filed, clerks of its region once it is submitted, and "
    "auditors."
)
class Filing(Node):
    matter: MatterCode = strawberry.field(description="事项代码。\nCode of the matter.")
    region: Region = strawberry.field(
        description="经办地：所涉人员的居住县（区），单位和医药机构办理的为其所在县（区）。\n"
        "Where it is handled: the county where the person lives, or where the unit or institution that files lies."
    )
    applicant: Person | None = strawberry.field(
        description="申请人，单位办理的为其经办人；医药机构办理的为 null。\n"
        "Who applies, for a unit its officer; null where an institution does."
    )
    agent: Person | None = strawberry.field(
        description="代办人；没有委托的为 null。\nWho files for the applicant, their agent; null for nobody."
    )
    unit: Unit | None = strawberry.field(
        description="申请的用人单位；不由单位办理的为 null。\nThe unit that files; null where none does."
    )
    institution: Institution | None = strawberry.field(
        description="申请的定点医药机构；不由医药机构办理的为 null。\nThe institution that files; null where none does."
    )
    person: Person | None = strawberry.field(
        description="所涉人员；只关系到单位或医药机构的为 null。\n"
        "Whom it is about; null where it is about the unit or the institution alone."
    )
    applicant_kind: ApplicantKind = strawberry.field(
        description="以何种身份申请，由参保记录得出。\nAs whom it is filed, as enrolments tell it."
    )
    status: FilingStatus = strawberry.field(description="办件状态。\nWhere it stands.")
    next_actions: list[FilingMove] = strawberry.field(
        description="访问者现在可以进行的操作，最多 8 个；没有时为空。\n"
        "What the viewer can do next, at most 8; empty for nothing."
    )
    drafted_at: Instant = strawberry.field(description="填写的时刻。\nWhen it was drafted.")
    filed_at: Instant = strawberry.field(
        description="提交的时刻；尚未提交时为填写的时刻。\nWhen it was submitted; until then, when it was drafted."
    )
    notice_by: date | None = strawberry.field(
        description="材料不全时一次性告知的最后一日；提交之前、指南没有规定的为 null。\n"
        "Last day for telling all that is missing; null until it is submitted, and where the guide says none."
    )
    noticed_at: Instant | None = strawberry.field(
        description="一次性告知的时刻；没有告知时为 null。\nWhen all that was missing was told; null where it was not."
    )
    supplied_at: Instant | None = strawberry.field(
        description="补正的时刻；没有补正时为 null。\nWhen that was handed in; null where it was not."
    )
    accepted_on: date | None = strawberry.field(
        description="受理日，时限自次日起算；尚未受理时为 null。\n"
        "Day of acceptance, after which the limit counts; null until then."
    )
    working_days: int = strawberry.field(
        description="办理时限，工作日；即时办结的为 0。\nTime limit in working days; 0 for what is done at once."
    )
    due_on: date | None = strawberry.field(
        description="办理期限的最后一日；受理前和补正期间为 null。\n"
        "Last day of the limit; null before acceptance and while the applicant supplements."
    )
    late_from: Instant = strawberry.field(
        description="自何时起超期；没有最后一日时为 9999-12-31T23:59:59+08:00。\n"
        "From when it is overdue; 9999-12-31T23:59:59+08:00 while there is no last day."
    )
    remaining_working_days: int | None = strawberry.field(
        description="今日之后还剩几个工作日，补正期间不减少；受理前和结束后为 null。\n"
        "Working days left after today, the same while the applicant supplements; null before "
        "acceptance and at the end."
    )
    calendar: DayCalendar | None = strawberry.field(
        description="工作日按什么推算；受理前为 null。\nBy what working days were counted; null before acceptance."
    )
    overdue: bool = strawberry.field(
        description="此刻是否超期；已结束的为 false。\nWhether it is overdue now; false once it has ended."
    )
    overdue_at: Instant | None = strawberry.field(
        description="何时记为超期；没有超期时为 null。\nWhen it was told overdue; null where it was not."
    )
    claimed: bool = strawberry.field(description="是否在一名经办人员手中。\nWhether a clerk holds it.")
    in_my_hands: bool = strawberry.field(
        description="是否在访问者（经办人员）手中。\nWhether the viewer, a clerk, holds it."
    )
    reason: str | None = strawberry.field(
        description="不予受理或审核不通过的理由；其他情形为 null。\nWhy it was declined or denied; null otherwise."
    )
    ended_at: Instant | None = strawberry.field(
        description="结束的时刻；未结束时为 null。\nWhen it ended; null until then."
    )
    effect_id: strawberry.ID | None = strawberry.field(
        description="办结所办成的对象的标识，可用 node(id:) 取得；没有时为 null。\n"
        "Id of what completing it made or changed, found by node(id:); null for nothing."
    )
    claims_as_settled: int | None = strawberry.field(
        description="异地就医备案：办结前已按未备案结算、就诊日在备案期内的费用笔数，备案不改变它们；"
        "未办结和其他事项为 null。\n"
        "Record of treatment elsewhere: how many claims of its place and days had been settled without one before it "
        "was completed, which it leaves as they are; null until then, and for other matters."
    )
    rating: FilingRating | None = strawberry.field(
        description="申请人的评价；没有评价时为 null。\nHow whoever applied has rated it; null where they have not."
    )
    rating_comment: str | None = strawberry.field(
        description="评价时的说明；没有时为 null。\nWhat they said along with it; null for nothing."
    )
    rated_at: Instant | None = strawberry.field(
        description="评价的时刻；没有评价时为 null。\nWhen it was rated; null where it was not."
    )
    rectify_by: date | None = strawberry.field(
        description="差评整改的最后一日；评价不低或没有评价时为 null。\n"
        "Last day for putting a low rating right; null where it is not rated low."
    )
    rectified_at: Instant | None = strawberry.field(
        description="整改的时刻；没有整改时为 null。\nWhen that was put right; null where it was not."
    )
    rectification: str | None = strawberry.field(
        description="如何整改；没有整改时为 null。\nWhat was done about it; null where it was not put right."
    )
    action: MatterAction | None = strawberry.field(
        description="表单：参保登记的情形；其他事项为 null。\n"
        "Form: what becomes of an enrolment or of a unit's registration; null for other matters."
    )
    person_type: PersonType | None = strawberry.field(
        description="表单：新参保的人员类别；其他情形为 null。\nForm: person type of a new enrolment; null otherwise."
    )
    termination_reason: TerminationReason | None = strawberry.field(
        description="表单：终止参保的原因；其他情形为 null。\nForm: why an enrolment ends; null otherwise."
    )
    withdrawal_reason: WithdrawalReason | None = strawberry.field(
        description="表单：支取个人账户的原因；其他事项为 null。\n"
        "Form: why the account is drawn; null for other matters."
    )
    card_last_four: str | None = strawberry.field(
        description="表单：收款银行卡号后四位；其他事项为 null。\n"
        "Form: last four digits of the card that is paid; null for other matters."
    )
    care: CareKind | None = strawberry.field(
        description="表单：所报销的医疗类别；其他事项为 null。\n"
        "Form: kind of care that is to be paid; null for other matters."
    )
    injury: InjuryLiability | None = strawberry.field(
        description="表单：意外伤害的第三方责任；不是意外伤害或其他事项为 null。\n"
        "Form: whether a third party is liable for an injury; null for none and for other matters."
    )
    invoice: str | None = strawberry.field(
        description="表单：所报销的票据号码；其他事项为 null。\n"
        "Form: number of the invoice that is to be paid; null for other matters."
    )
    admitted_on: date | None = strawberry.field(
        description="表单：就诊日或入院日；其他事项为 null。\n"
        "Form: day of the visit or admission; null for other matters."
    )
    discharged_on: date | None = strawberry.field(
        description="表单：就诊日或出院日；其他事项为 null。\n"
        "Form: day of the visit or discharge; null for other matters."
    )
    maternity_occasion: MaternityOccasion | None = strawberry.field(
        description="表单：生育情形；其他事项为 null。\n"
        "Form: what maternity insurance is to pay for; null for other matters."
    )
    occurred_on: date | None = strawberry.field(
        description="表单：分娩、流产或手术日期；其他事项为 null。\n"
        "Form: day of the birth, miscarriage or operation; null for other matters."
    )
    children: int | None = strawberry.field(
        description="表单：婴儿数；其他事项为 null。\nForm: how many children were born; null for other matters."
    )
    tier: InstitutionTier | None = strawberry.field(
        description="表单：医药机构的等级；其他事项为 null。\nForm: tier of the institution; null for other matters."
    )
    institution_name: str | None = strawberry.field(
        description="表单：医药机构的新名称；其他事项为 null。\n"
        "Form: new name of the institution; null for other matters."
    )
    from_region: RegionCode | None = strawberry.field(
        description="表单：转出地；其他事项为 null。\nForm: the place that is left; null for other matters."
    )
    unit_name: str | None = strawberry.field(
        description="表单：单位名称；其他事项或不变更的为 null。\n"
        "Form: name of the unit; null for other matters and where it stays."
    )
    unit_kind: UnitKind | None = strawberry.field(
        description="表单：单位类型；其他事项或不变更的为 null。\n"
        "Form: kind of unit; null for other matters and where it stays."
    )
    credit_code: str | None = strawberry.field(
        description="表单：新参保单位的统一社会信用代码；其他情形为 null。\n"
        "Form: unified social credit code of a new unit; null otherwise."
    )
    unit_region: RegionCode | None = strawberry.field(
        description="表单：单位所在县（区）；其他事项或不变更的为 null。\n"
        "Form: county of the unit; null for other matters and where it stays."
    )
    enrolment_region: RegionCode | None = strawberry.field(
        description="表单：灵活就业人员新增参保的县（区）；其他情形为 null。\n"
        "Form: county where a flexible worker is to be insured; null otherwise."
    )
    stated_name: str | None = strawberry.field(
        description="表单：所填姓名，对代办人和审计人员掩码；其他事项或不变更的为 null。\n"
        "Form: the name that is stated, masked to agents and auditors; null for other matters and where it stays."
    )
    stated_id_type: IdType | None = strawberry.field(
        description="表单：所填证件类型；其他事项或不变更的为 null。\n"
        "Form: the kind of document that is stated; null for other matters and where it stays."
    )
    stated_id_number: IdNumber | None = strawberry.field(
        description="表单：所填证件号码，对所有人掩码；其他事项或不变更的为 null。\n"
        "Form: the identity number that is stated, masked to everybody; null for other matters and where it stays."
    )
    stated_sex: Sex | None = strawberry.field(
        description="表单：所填性别；其他事项或不变更的为 null。\n"
        "Form: the sex that is stated; null for other matters and where it stays."
    )
    stated_birth_date: date | None = strawberry.field(
        description="表单：所填出生日期，对代办人和审计人员为 null；其他事项或不变更的为 null。\n"
        "Form: the date of birth that is stated; null to agents and auditors, for other matters and where it stays."
    )
    stated_phone: str | None = strawberry.field(
        description="表单：所填联系电话，对所有人掩码；其他事项或不变更的为 null。\n"
        "Form: the telephone that is stated, masked to everybody; null for other matters and where it stays."
    )
    treatment_region: RegionCode | None = strawberry.field(
        description="表单：备案的就医地；其他事项为 null。\n"
        "Form: the region where somebody is to be treated; null for other matters."
    )
    first_day: date | None = strawberry.field(
        description="表单：异地就医备案的首日，办结后自该日起有效；其他事项为 null。\n"
        "Form: first day of a record of treatment elsewhere, in force once it is completed; null for other matters."
    )
    claim_id: strawberry.ID | None = strawberry.field(
        description="表单：申请医疗救助的结算的标识；其他事项为 null。\n"
        "Form: id of the claim of which assistance is to pay; null for other matters."
    )
    coverage_year: int | None = strawberry.field(
        description="表单：申请补贴的参保年度；其他事项为 null。\n"
        "Form: year of cover whose contribution is to be given back; null for other matters."
    )
    entitlement_code: str | None = strawberry.field(
        description="表单：申请认定的病种或药品代码；其他事项为 null。\n"
        "Form: code of the disease or drug that is to be recognised; null for other matters."
    )
    last_day: date | None = strawberry.field(
        description="表单：异地就医备案的末日；没有末日的或其他事项为 null。\n"
        "Form: last day of a record of treatment elsewhere; null where it has none and for other matters."
    )
    materials: list[FilingMaterial] = strawberry.field(
        description="材料，按序号，最多 16 项。\nIts materials by number, at most 16."
    )


@strawberry.type(
    description="凭编号查到的办理进度，此外什么也不告知。\n"
    "How far a filing has come, as its number tells, and nothing else."
)
class TrackedFiling:
    status: FilingStatus = strawberry.field(description="办件状态。\nWhere it stands.")
    accepted_on: date | None = strawberry.field(
        description="受理日；尚未受理时为 null。\nDay of acceptance; null until then."
    )
    due_on: date | None = strawberry.field(
        description="办理期限的最后一日；受理前和补正期间为 null。\n"
        "Last day of the limit; null before acceptance and while the applicant supplements."
    )
    ended_at: Instant | None = strawberry.field(
        description="结束的时刻；未结束时为 null。\nWhen it ended; null until then."
    )


@strawberry.type(description="办件列表中的一项。\nOne filing of a list.")
class FilingEdge(Edge):
    node: Filing = strawberry.field(description="此项的办件。\nThe filing of this item.")


@strawberry.type(description="一页办件。\nA page of filings.")
class FilingConnection(Connection):
    edges: list[FilingEdge] = strawberry.field(description="本页各项，按列表顺序。\nItems of this page, in list order.")


@strawberry.input(description="办件的筛选条件，须同时满足。\nConditions on filings; all that are given must hold.")
class FilingWhere:
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="经办地。\nWhere it is handled."
    )
    matter: MatterCodeFilter | None = strawberry.field(default=strawberry.UNSET, description="事项。\nThe matter.")
    status: FilingStatusFilter | None = strawberry.field(
        default=strawberry.UNSET, description="办件状态。\nWhere it stands."
    )


OrderFilings = Annotated[
    list[FilingOrder] | None,
    strawberry.argument(
        description="排序，先列者优先；其后按标识升序，不给则只按标识。\n"
        "Order, most significant first, then by id; by id alone when absent."
    ),
]


@strawberry.input(description="只说明为谁办理的表单。\nA form that says nothing but whom it is about.")
class PersonFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="所涉人员的标识（per_…）：本人或已绑定的家庭成员。\n"
        "Id of the person (per_…): oneself or a family member whom one has bound."
    )


@strawberry.input(description="城乡居民参保登记的表单。\nForm of the enrolment of a resident.")
class ResidentEnrolmentFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="参保人的标识（per_…）：本人或已绑定的家庭成员。\n"
        "Id of the insured person (per_…): oneself or a family member whom one has bound."
    )
    action: MatterAction = strawberry.field(
        description="新参保、暂停、恢复或终止。\nNEW, SUSPEND, RESUME or TERMINATE."
    )
    person_type: PersonType | None = strawberry.field(
        default=strawberry.UNSET, description="人员类别，新参保时填写。\nPerson type, for a new enrolment."
    )
    reason: TerminationReason | None = strawberry.field(
        default=strawberry.UNSET, description="终止原因，终止时填写。\nWhy it ends, for one that does."
    )


@strawberry.input(description="个人账户一次性支取的表单。\nForm of drawing a personal account in one sum.")
class WithdrawalFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="账户所有人的标识（per_…）：本人，或登记为亲属的死亡人员。\n"
        "Id of the account holder (per_…): oneself, or a deceased person who is registered as kin."
    )
    reason: WithdrawalReason = strawberry.field(description="支取原因。\nWhy it is drawn.")
    card_last_four: str = strawberry.field(
        description="收款银行卡号的后四位。\nLast four digits of the bank card that is paid."
    )


@strawberry.input(
    description="医保关系转移接续的表单，为本人办理。\nForm of a transfer of one's own insurance relation."
)
class TransferFilingForm:
    from_region: RegionCode = strawberry.field(
        description="转出地的区划代码，市或其下的县（区）。\nCode of the place that is left, a city or a county in it."
    )


@strawberry.input(description="趸缴清算的表单，为本人办理。\nForm of settling one's own months short in one sum.")
class LumpSumFilingForm:
    person_id: strawberry.ID = strawberry.field(description="本人的标识（per_…）。\nId of oneself (per_…).")
    retired_early: bool = strawberry.field(
        default=False,
        description="是否未达到法定退休年龄而提前退休，默认否；是的须提交退休审批资料。\n"
        "Whether one has retired before the statutory age, in which case the approval is handed in; no by default.",
    )


@strawberry.input(
    description="单位参保登记的表单，新参保由今后的单位经办人填写，其余由单位经办人填写。\n"
    "Form of the registration of a unit: a new one by whoever will act for it, all else by its officer."
)
class UnitEnrolmentFilingForm:
    action: MatterAction = strawberry.field(description="新参保、暂停或注销登记。\nNEW, SUSPEND or DEREGISTER.")
    unit_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="单位名称，新参保时填写。\nName of the unit, for a new one."
    )
    unit_kind: UnitKind | None = strawberry.field(
        default=strawberry.UNSET, description="单位类型，新参保时填写。\nKind of unit, for a new one."
    )
    credit_code: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="统一社会信用代码，新参保时填写。\nUnified social credit code, for a new one.",
    )
    region: RegionCode | None = strawberry.field(
        default=strawberry.UNSET, description="所在县（区），新参保时填写。\nCounty of the unit, for a new one."
    )


@strawberry.input(
    description="单位参保信息变更登记的表单，只填变更的内容，至少一项。\n"
    "Form of a change of what is registered of a unit: what changes, at least one thing."
)
class UnitChangeFilingForm:
    unit_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="变更后的单位名称。\nName after the change."
    )
    unit_kind: UnitKind | None = strawberry.field(
        default=strawberry.UNSET, description="变更后的单位类型。\nKind after the change."
    )
    region: RegionCode | None = strawberry.field(
        default=strawberry.UNSET,
        description="变更后的所在县（区），须在同一城市。\nCounty after the change, within the same city.",
    )


@strawberry.input(description="参保单位参保信息查询的表单。\nForm of the enquiry of what is registered of a unit.")
class UnitEnquiryFilingForm:
    unit_id: strawberry.ID = strawberry.field(
        description="所经办单位的标识（uni_…）。\nId of the unit that one acts for (uni_…)."
    )


@strawberry.input(
    description="职工参保登记的表单：单位为一名职工填写，灵活就业人员为本人填写。\n"
    "Form of an enrolment in the employee scheme: by a unit for one person, by a flexible worker for themselves."
)
class EmployeeEnrolmentFilingForm:
    action: MatterAction = strawberry.field(
        description="新增、暂停、终止、恢复或在职转退休。\nADD, SUSPEND, TERMINATE, RESUME or RETIRE."
    )
    person_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="所涉人员的标识（per_…）：灵活就业人员为本人，单位为其参保或曾参保的人员；单位新增时不填。\n"
        "Id of the person (per_…): a flexible worker's own, or of whom the unit enrols or has enrolled; absent "
        "where a unit adds somebody.",
    )
    name: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="姓名，单位新增时填写，1 至 50 个字。\nName of whom a unit adds, 1 to 50 characters.",
    )
    id_type: IdType | None = strawberry.field(
        default=strawberry.UNSET, description="证件类型，单位新增时填写。\nKind of document of whom a unit adds."
    )
    id_number: str | None = strawberry.field(
        default=strawberry.UNSET, description="证件号码，单位新增时填写。\nIdentity number of whom a unit adds."
    )
    region: RegionCode | None = strawberry.field(
        default=strawberry.UNSET,
        description="参保的县（区），灵活就业人员新增时填写。\nCounty where a flexible worker is insured, for ADD.",
    )
    reason: TerminationReason | None = strawberry.field(
        default=strawberry.UNSET,
        description="终止原因，终止时填写；死亡的由单位办理，本人不再参保的由灵活就业人员办理。\n"
        "Why it ends, for TERMINATE; DECEASED is a unit's to file and GIVEN_UP a flexible worker's.",
    )
    outside_public_payroll: bool = strawberry.field(
        default=False,
        description="机关事业单位为其非财政供养人员办理，默认否；其他单位和本人办理不看此项。\n"
        "The filing of a government organ or public institution is about somebody whom public finance does not pay; no "
        "by default, and not looked at for others.",
    )


@strawberry.input(
    description="参保人员信息变更登记的表单，只填变更的内容，至少一项；姓名、证件、性别、出生日期须与人口信息库一致。\n"
    "Form of a change of what is on record of a person: what changes, at least one thing. Name, document, sex and date "
    "of birth are as the population register holds them."
)
class PersonChangeFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="所涉人员的标识（per_…）：本人、已绑定的家庭成员，或本单位的参保人员。\n"
        "Id of the person (per_…): oneself, a family member whom one has bound, or somebody whom the unit enrols."
    )
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="变更后的姓名，1 至 50 个字。\nName after the change, 1 to 50 characters."
    )
    id_type: IdType | None = strawberry.field(
        default=strawberry.UNSET,
        description="变更后的证件类型，与证件号码一并填写。\nKind of document after the change, along with its number.",
    )
    id_number: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="变更后的证件号码，与证件类型一并填写。\nIdentity number after the change, along with its kind.",
    )
    sex: Sex | None = strawberry.field(default=strawberry.UNSET, description="变更后的性别。\nSex after the change.")
    birth_date: date | None = strawberry.field(
        default=strawberry.UNSET, description="变更后的出生日期。\nDate of birth after the change."
    )
    phone: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="变更后的联系电话：11 位手机号码，或带区号的固定电话。\n"
        "Telephone after the change: a mobile number of 11 digits, or a landline with its area code.",
    )


@strawberry.input(
    description="异地就医备案的表单，五类备案相同。\n"
    "Form of a record of treatment elsewhere, the same for all five matters."
)
class OutOfAreaFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="备案人员的标识：申请人本人或其家庭成员。\nWhom it is about: the applicant, or a family member."
    )
    region: RegionCode = strawberry.field(
        description="就医地：参保统筹地区以外的省、市或县（区）。\n"
        "Where care is sought: a province, city or county outside the pooling area of enrolment."
    )
    first_day: date = strawberry.field(
        description="首日，可早于提交当日（补办），对尚未结算的费用有效。\n"
        "First day. One before the filing is submitted counts for care that is not settled yet."
    )
    last_day: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="末日；转诊和临时外出就医必填，其余可不填。\n"
        "Last day; needed for a referral and for treatment for a time, else there need be none.",
    )


@strawberry.input(
    one_of=True,
    description="表单，每种一个字段，填且只填事项的那一个。\n"
    "The form, one field for each kind: the one of the matter is given, and no other.",
)
class FilingFormInput:
    person: PersonFilingForm | None = strawberry.field(
        default=strawberry.UNSET,
        description="医保电子凭证申领、参保人员参保信息查询。\nELECTRONIC_CERTIFICATE and PERSON_ENQUIRY.",
    )
    resident_enrolment: ResidentEnrolmentFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="城乡居民参保登记。\nRESIDENT_ENROLMENT."
    )
    account_withdrawal: WithdrawalFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="参保人员个人账户一次性支取。\nACCOUNT_WITHDRAWAL."
    )
    reimbursement: ReimbursementFilingForm | None = strawberry.field(
        default=strawberry.UNSET,
        description="门诊、住院费用报销。\nOUTPATIENT_REIMBURSEMENT, INPATIENT_REIMBURSEMENT.",
    )
    maternity_expenses: MaternityExpensesFilingForm | None = strawberry.field(
        default=strawberry.UNSET,
        description="产前检查费、生育医疗费、计划生育医疗费支付。\n"
        "ANTENATAL_PAYMENT, MATERNITY_MEDICAL_PAYMENT, FAMILY_PLANNING_PAYMENT.",
    )
    maternity_allowance: MaternityAllowanceFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="生育津贴支付。\nMATERNITY_ALLOWANCE."
    )
    designation: DesignationFilingForm | None = strawberry.field(
        default=strawberry.UNSET,
        description="医疗机构、零售药店申请定点协议管理。\nHOSPITAL_DESIGNATION, PHARMACY_DESIGNATION.",
    )
    institution_change: InstitutionChangeFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="定点医药机构信息变更。\nINSTITUTION_INFORMATION_CHANGE."
    )
    agreement_suspension: AgreementSuspensionFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="中止或终止协议管理。\nAGREEMENT_SUSPENSION."
    )
    agreement_resumption: AgreementResumptionFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="恢复协议管理。\nAGREEMENT_RESUMPTION."
    )
    institution_statement: InstitutionStatementInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="定点医疗机构、零售药店费用结算。\nHOSPITAL_SETTLEMENT, PHARMACY_SETTLEMENT.",
    )
    relation_transfer: TransferFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="基本医疗保险关系转移接续。\nRELATION_TRANSFER."
    )
    lump_sum: LumpSumFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="职工基本医疗保险费趸缴清算。\nLUMP_SUM_SETTLEMENT."
    )
    unit_enrolment: UnitEnrolmentFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="单位参保登记。\nUNIT_ENROLMENT."
    )
    unit_change: UnitChangeFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="单位参保信息变更登记。\nUNIT_INFORMATION_CHANGE."
    )
    unit_enquiry: UnitEnquiryFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="参保单位参保信息查询。\nUNIT_ENQUIRY."
    )
    employee_enrolment: EmployeeEnrolmentFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="职工参保登记。\nEMPLOYEE_ENROLMENT."
    )
    person_change: PersonChangeFilingForm | None = strawberry.field(
        default=strawberry.UNSET,
        description="职工、城乡居民参保信息变更登记。\nEMPLOYEE_INFORMATION_CHANGE, RESIDENT_INFORMATION_CHANGE.",
    )
    out_of_area: OutOfAreaFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="异地就医备案的五个事项。\nThe five records of treatment elsewhere."
    )
    entitlement: EntitlementFilingForm | None = strawberry.field(
        default=strawberry.UNSET,
        description="待遇认定的两个事项。\nCHRONIC_DISEASE_ENTITLEMENT and SPECIAL_DRUG_ENTITLEMENT.",
    )
    assistance: AssistanceFilingForm | None = strawberry.field(
        default=strawberry.UNSET, description="医疗救助对象手工（零星）报销。\nASSISTANCE_REIMBURSEMENT."
    )
    contribution_subsidy: ContributionSubsidyFilingForm | None = strawberry.field(
        default=strawberry.UNSET,
        description="救助对象参加居民医保的个人缴费补贴。\nASSISTED_CONTRIBUTION_SUBSIDY.",
    )


@strawberry.input(
    description="所提交的一项材料：此前上传的文件，或以承诺书代替。\n"
    "A material as it is handed in: a file that was uploaded before, or a pledge in its place."
)
class FilingMaterialInput:
    number: int = strawberry.field(description="材料在此办件中的序号。\nNumber of the material within the filing.")
    material_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="操作者经 POST /materials 上传的文件的标识（mat_…）；以承诺书代替时不给。\n"
        "Id of a file (mat_…) that whoever hands it in has uploaded to /materials; absent for a pledge.",
    )
    pledged: bool = strawberry.field(
        default=False, description="以承诺书代替，默认否。\nA pledge stands in its place; no by default."
    )


@strawberry.type(description="办件已流转。\nThe filing was moved.")
class FilingMoved:
    filing: Filing = strawberry.field(description="流转之后的办件。\nThe filing as it stands after it.")


@strawberry.input(description="填写办件的输入。\nInput of drafting a filing.")
class DraftFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    matter: MatterCode = strawberry.field(description="事项代码。\nCode of the matter.")
    form: FilingFormInput = strawberry.field(description="事项的表单。\nThe form of the matter.")
    materials: list[FilingMaterialInput] = strawberry.field(default_factory=list, description=MATERIALS)


@strawberry.input(description="提交办件的输入。\nInput of submitting a filing.")
class SubmitFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)
    materials: list[FilingMaterialInput] = strawberry.field(default_factory=list, description=MATERIALS)


@strawberry.input(description="委托代办的输入。\nInput of entrusting a filing to an agent.")
class EntrustFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)
    name: str = strawberry.field(
        description="代办人的姓名，与证件一致，1 至 50 个字符。\n"
        "Name of the agent as on the document, 1 to 50 characters."
    )
    id_type: IdType = strawberry.field(description="代办人的证件类型。\nKind of the agent's identity document.")
    id_number: IdNumber = strawberry.field(
        description="代办人完整的证件号码；居民身份证须通过校验位检查。\n"
        "The agent's identity number in full; that of a resident identity card must pass its check digit."
    )


@strawberry.input(description="撤销委托的输入。\nInput of revoking the agent of a filing.")
class RevokeFilingAgentInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)


@strawberry.input(description="补正办件的输入。\nInput of supplementing a filing.")
class SupplementFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)
    materials: list[FilingMaterialInput] = strawberry.field(description=MATERIALS)


@strawberry.input(description="撤回办件的输入。\nInput of withdrawing a filing.")
class WithdrawFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)


@strawberry.input(description="领取办件的输入。\nInput of claiming a filing.")
class ClaimFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)


@strawberry.input(description="退回待领的输入。\nInput of returning a filing to the queue.")
class ReturnFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)


@strawberry.input(description="转交办件的输入。\nInput of handing a filing over.")
class HandOverFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)
    clerk_id: strawberry.ID = strawberry.field(
        description="接手的经办人员的标识（psa_…），须经办同一地区。\n"
        "Id of the clerk who takes it (psa_…), of the same region."
    )


@strawberry.input(description="一次性告知所缺材料的输入。\nInput of telling all that is missing.")
class RequestFilingMaterialsInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)
    numbers: list[int] = strawberry.field(
        default_factory=list,
        description="除必须的以外，因情形还须提交的材料的序号，最多 16 个。\n"
        "Numbers of materials that are needed besides, by the circumstances, at most 16.",
    )


@strawberry.input(description="受理办件的输入。\nInput of accepting a filing.")
class AcceptFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)


@strawberry.input(description="不予受理的输入。\nInput of declining a filing.")
class DeclineFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)
    reason: str = strawberry.field(
        description="理由，6 至 200 个字符，告知申请人；不得含证件号码等长号码。\n"
        "Why, 6 to 200 characters, told to the applicant; without identity numbers and the like."
    )


@strawberry.input(description="审核通过的输入。\nInput of approving a filing.")
class ApproveFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)


@strawberry.input(description="审核不通过的输入。\nInput of denying a filing.")
class DenyFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)
    reason: str = strawberry.field(
        description="理由，6 至 200 个字符，告知申请人；不得含证件号码等长号码。\n"
        "Why, 6 to 200 characters, told to the applicant; without identity numbers and the like."
    )


@strawberry.input(description="办结办件的输入。\nInput of completing a filing.")
class CompleteFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)


@strawberry.input(description="拨付办结的输入。\nInput of paying a filing out.")
class DisburseFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)


@strawberry.input(description="评价办件的输入。\nInput of rating a filing.")
class RateFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)
    rating: FilingRating = strawberry.field(description="评价。\nThe rating.")
    comment: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="说明，1 至 200 个字符；不得含证件号码等长号码。\n"
        "What is said along with it, 1 to 200 characters; without identity numbers and the like.",
    )


@strawberry.input(description="差评整改的输入。\nInput of putting a low rating right.")
class RectifyFilingInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    filing_id: strawberry.ID = strawberry.field(description=FILING_ID)
    text: str = strawberry.field(
        description="如何整改，6 至 200 个字符，告知申请人；不得含证件号码等长号码。\n"
        "What was done, 6 to 200 characters, told to the applicant; without identity numbers and the like."
    )


@strawberry.input(description="批量办理的输入。\nInput of making one move of many filings.")
class MoveFilingsInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    move: FilingsMove = strawberry.field(description="对每一件所进行的操作。\nWhat is done to each of them.")
    filing_ids: list[strawberry.ID] = strawberry.field(
        description=f"各办件的标识（fil_…），1 至 {MOST_FILINGS} 件，按此顺序办理。\n"
        f"Ids of the filings (fil_…), 1 to {MOST_FILINGS}, dealt with in this order."
    )
    reason: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="审核不通过（DENY）的理由，对各件相同，6 至 200 个字符；其他操作不看。\n"
        "Why they are denied (DENY), the same for all, 6 to 200 characters; not looked at for other moves.",
    )


FilingLineResult = Annotated[
    FilingMoved | FilingNotFound | FilingInAnotherState | FilingNotInHand | FilingMaterialsMissing,
    strawberry.union(
        "FilingLineResult",
        description="批量办理中一件的结果，或拒绝的理由。\nThe outcome for one filing of many, or why it is refused.",
    ),
]


@strawberry.type(
    description="批量办理的各件都已答复；一件被拒绝不影响其他各件。\n"
    "Every filing has its answer; the refusal of one does not stop another."
)
class FilingsAnswered:
    results: list[FilingLineResult] = strawberry.field(
        description=f"各件的答复，与 filingIds 逐项对应，最多 {MOST_FILINGS} 项。\n"
        f"The answers, one for each of the filings and in their order, at most {MOST_FILINGS}."
    )


MoveFilingsResult = Annotated[
    FilingsAnswered | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable,
    strawberry.union(
        "MoveFilingsResult",
        description="各件的答复，或整批被拒绝的理由。\n"
        "The answers to all filings, or why the whole request is refused.",
    ),
]

DraftFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | UnitNotFound
    | NothingChanges
    | TooManyAttempts
    | IdentityMismatch
    | PersonDeceased
    | DocumentOfAnother
    | PersonNotFound
    | InstitutionNotFound
    | AgreementInAnotherState
    | StatementDiffers
    | NothingToPay
    | ClaimNotFound
    | AssistancePaidAlready
    | ItemNotInCatalogue
    | InvoiceAlreadySettled
    | ClaimTooOld
    | StaysOverlap
    | NotCovered
    | InWaitingPeriod
    | InArrears
    | InstitutionNotDesignated
    | NotEntitledToCare
    | EntitledAlready
    | NotInsuredForMaternity
    | MaternityMonthsShort
    | MaternityBenefitPaid
    | UnitWagesNotOnRecord
    | ContributionSubsidised
    | RefundUnderWay
    | PolicyNotStated
    | NotYetPaid
    | MayNotFile
    | PartyDoesNotAnswer,
    strawberry.union(
        "DraftFilingResult",
        description="填写办件的结果，或拒绝的理由。\nThe outcome of drafting a filing, or why it is refused.",
    ),
]

SubmitFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingMaterialsMissing,
    strawberry.union(
        "SubmitFilingResult",
        description="提交办件的结果，或拒绝的理由。\nThe outcome of submitting a filing, or why it is refused.",
    ),
]

EntrustFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | CannotEntrustSelf
    | TooManyAttempts
    | IdentityMismatch
    | PersonDeceased
    | PersonNotFound
    | PolicyNotStated
    | FilingNotFound
    | FilingInAnotherState
    | FilingEntrustedAlready
    | PartyDoesNotAnswer,
    strawberry.union(
        "EntrustFilingResult",
        description="委托代办的结果，或拒绝的理由。\n"
        "The outcome of entrusting a filing to an agent, or why it is refused.",
    ),
]

RevokeFilingAgentResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotEntrusted,
    strawberry.union(
        "RevokeFilingAgentResult",
        description="撤销委托的结果，或拒绝的理由。\nThe outcome of revoking an agent, or why it is refused.",
    ),
]

SupplementFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingMaterialsMissing,
    strawberry.union(
        "SupplementFilingResult",
        description="补正办件的结果，或拒绝的理由。\nThe outcome of supplementing a filing, or why it is refused.",
    ),
]

WithdrawFilingResult = Annotated[
    FilingMoved | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable | FilingNotFound | FilingInAnotherState,
    strawberry.union(
        "WithdrawFilingResult",
        description="撤回办件的结果，或拒绝的理由。\nThe outcome of withdrawing a filing, or why it is refused.",
    ),
]

ClaimFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand,
    strawberry.union(
        "ClaimFilingResult",
        description="领取办件的结果，或拒绝的理由。\nThe outcome of claiming a filing, or why it is refused.",
    ),
]

ReturnFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand,
    strawberry.union(
        "ReturnFilingResult",
        description="退回待领的结果，或拒绝的理由。\n"
        "The outcome of returning a filing to the queue, or why it is refused.",
    ),
]

HandOverFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PersonaNotFound
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand,
    strawberry.union(
        "HandOverFilingResult",
        description="转交办件的结果，或拒绝的理由。\nThe outcome of handing a filing over, or why it is refused.",
    ),
]

RequestFilingMaterialsResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand
    | MaterialsRequestedAlready
    | NothingIsMissing,
    strawberry.union(
        "RequestFilingMaterialsResult",
        description="一次性告知所缺材料的结果，或拒绝的理由。\n"
        "The outcome of telling all that is missing, or why it is refused.",
    ),
]

AcceptFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PolicyNotStated
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand
    | FilingMaterialsMissing,
    strawberry.union(
        "AcceptFilingResult",
        description="受理办件的结果，或拒绝的理由。\nThe outcome of accepting a filing, or why it is refused.",
    ),
]

DeclineFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand,
    strawberry.union(
        "DeclineFilingResult",
        description="不予受理的结果，或拒绝的理由。\nThe outcome of declining a filing, or why it is refused.",
    ),
]

ApproveFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand
    | FilingMaterialsMissing,
    strawberry.union(
        "ApproveFilingResult",
        description="审核通过的结果，或拒绝的理由。\nThe outcome of approving a filing, or why it is refused.",
    ),
]

DenyFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand,
    strawberry.union(
        "DenyFilingResult",
        description="审核不通过的结果，或拒绝的理由。\nThe outcome of denying a filing, or why it is refused.",
    ),
]

CompleteFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand
    | FilingEndsOtherwise
    | FilingNotCompleted
    | PartyDoesNotAnswer,
    strawberry.union(
        "CompleteFilingResult",
        description="办结办件的结果，或拒绝的理由。\nThe outcome of completing a filing, or why it is refused.",
    ),
]

DisburseFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | FilingNotInHand
    | FilingEndsOtherwise
    | ApprovedByOneself
    | FilingNotCompleted
    | PartyDoesNotAnswer,
    strawberry.union(
        "DisburseFilingResult",
        description="拨付办结的结果，或拒绝的理由。\nThe outcome of paying a filing out, or why it is refused.",
    ),
]

RateFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PolicyNotStated
    | FilingNotFound
    | FilingInAnotherState
    | FilingRatedAlready,
    strawberry.union(
        "RateFilingResult",
        description="评价办件的结果，或拒绝的理由。\nThe outcome of rating a filing, or why it is refused.",
    ),
]

RectifyFilingResult = Annotated[
    FilingMoved
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | FilingNotFound
    | FilingInAnotherState
    | NothingToRectify,
    strawberry.union(
        "RectifyFilingResult",
        description="差评整改的结果，或拒绝的理由。\nThe outcome of putting a low rating right, or why it is refused.",
    ),
]
