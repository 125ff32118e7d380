"""Enumerations of the contract (枚举): the vocabulary's words, published with their display texts.

The GraphQL name of a value is its Python name; its description is its text in Chinese, then in English. Modules of
this package take their enumerations from here, so that no word is used before it is published.
"""

from __future__ import annotations

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from domain.vocabulary import (
    AccessKind,
    AccountStatus,
    AgencyKind,
    AgreementMove,
    AgreementStatus,
    ApplicantKind,
    AttemptKind,
    AttemptOutcome,
    BenefitCap,
    BindingStatus,
    CareKind,
    ChannelFailure,
    ClaimOrigin,
    ClaimPayer,
    ClaimPosting,
    ClaimRule,
    ClaimStatus,
    ContributionStatus,
    CostClass,
    DataType,
    DayCalendar,
    DelayShape,
    DeliveryStatus,
    DisbursementAccount,
    DisbursementPurpose,
    EmployeeBillStatus,
    EmployeeContributionKind,
    EnrolmentStatus,
    EntitlementKind,
    EntryKind,
    FaceFailure,
    FaultKind,
    FaultOperation,
    FaultParty,
    FaultRefusal,
    FilingMove,
    FilingRating,
    FilingsMove,
    FilingStatus,
    IdType,
    InjuryLiability,
    InstitutionKind,
    InstitutionTier,
    LeavingReason,
    MaterialForm,
    MaterialMedia,
    MaterialNeed,
    MaterialWay,
    MaternityBenefitKind,
    MaternityOccasion,
    MatterAction,
    MatterCategory,
    MatterChannel,
    MatterCode,
    MatterStep,
    PaidInto,
    PaymentChannel,
    PaymentKind,
    PaymentOrderStatus,
    PersonDetail,
    PersonType,
    PhoneKind,
    ReceiptKind,
    RecognisedCondition,
    RefundReason,
    RefundStatus,
    RegionLevel,
    Relation,
    RemarkKind,
    RequestEnding,
    RetryClock,
    RevealField,
    RevealReason,
    Role,
    Scheme,
    Sex,
    SpecialGroup,
    TerminationReason,
    TimeLimitKind,
    TransferPhase,
    TransferStatus,
    Transport,
    TreatmentPlace,
    UnitKind,
    UnitStatus,
    WageLineOutcome,
    WebhookStatus,
    WebhookStop,
    WebhookUrlProblem,
    WithdrawalMaterial,
    WithdrawalReason,
    Word,
)


class Language(Word):
    """Language of a text (语言)."""

    ZH = "中文", "Chinese"
    EN = "英文", "English"


class PolicySourceKind(Word):
    """What a policy value rests on (政策依据类型)."""

    DOCUMENT = "文件原文", "a published document states it"
    ASSUMPTION = "假设", "assumed by this project, because no document was found"
    SYNTHETIC = "合成", "made up for a synthetic region"


class EventType(Word):
    """Kind of event (事件类型)."""

    FAMILY_MEMBER_BOUND = "家庭成员已绑定", "family member bound"
    FAMILY_MEMBER_UNBOUND = "家庭成员已解绑", "family member unbound"
    ENROLMENT_REGISTERED = "居民参保已登记", "resident enrolment registered"
    ELECTRONIC_CERTIFICATE_ACTIVATED = "医保电子凭证已激活", "electronic certificate activated"
    OUTSIDE_ENROLMENT_SUSPENDED = "外省参保已暂停", "enrolment in another province suspended"
    ENROLMENT_SUSPENDED = "参保已暂停", "enrolment suspended"
    ENROLMENT_RESUMED = "参保已恢复", "enrolment resumed"
    ENROLMENT_TERMINATED = "参保已终止", "enrolment terminated"
    IDENTITY_VERIFIED = "已实名认证", "identity verified"
    PERSON_INFORMATION_CHANGED = "人员信息已变更", "what is on record of a person was changed"
    IDENTITY_REVEALED = "完整信息已被调取", "full values of a person revealed to a clerk"
    PAYEE_ADDED = "缴费对象已添加", "payee added"
    PAYEE_REMOVED = "缴费对象已移除", "payee removed"
    UNIT_REGISTERED = "单位已参保登记", "unit registered"
    UNIT_CHANGED = "单位参保登记已变更", "registration of a unit changed"
    UNIT_SUSPENDED = "单位已暂停参保", "unit suspended"
    UNIT_RESUMED = "单位已恢复参保", "unit resumed"
    UNIT_CANCELLED = "单位参保登记已注销", "unit cancelled"
    WAGES_DECLARED = "单位已申报缴费工资", "wages declared by a unit"
    WAGES_CORRECTED = "单位已补差", "wages corrected by a unit"
    OWN_MONTHS_DECLARED = "灵活就业人员已申报缴费", "months declared by a flexible worker"
    LUMP_SUM_DECLARED = "已申报趸缴", "months short at retirement settled at once"
    RETIRED = "已转为退休人员", "insured as a pensioner from now on"
    EMPLOYEE_BILL_PAID = "职工医保缴费单已缴费", "bill of the employee scheme paid"
    EMPLOYEE_BILL_REFUND_REQUESTED = (
        "职工医保缴费单重复缴纳的款项正在退回",
        "money paid twice for a bill on its way back",
    )
    EMPLOYEE_BILL_REFUNDED = "职工医保缴费单重复缴纳的款项已退回", "money paid twice for a bill back with its payer"
    ACCOUNT_CREDITED = "个人账户已划账", "personal account credited"
    RESIDENT_CONTRIBUTION_SUBMITTED = "居民缴费申请已提交", "resident contribution submitted"
    RESIDENT_CONTRIBUTION_PAID = "居民缴费已支付", "resident contribution paid"
    RESIDENT_CONTRIBUTION_FINISHED = "居民缴费已办结", "resident contribution finished"
    PAYMENT_STARTED = "支付已发起", "payment started"
    PAYMENT_UNANSWERED = "支付结果未知", "channel has not said what became of a payment"
    PAYMENT_FAILED = "支付失败", "payment failed"
    PAYMENT_VOIDED = "支付订单已作废", "payment order given up"
    CONTRIBUTION_REFUND_REQUESTED = "居民缴费退费已申请", "refund of a resident contribution requested"
    RESIDENT_CONTRIBUTION_REFUNDED = "居民缴费已退费", "resident contribution refunded"
    PAYMENT_CERTIFICATE_ISSUED = "缴费证明已开具", "payment certificate issued"
    INTEREST_PAID = "个人账户已结息", "interest paid into a personal account"
    ACCOUNT_WITHDRAWN = "个人账户已一次性支取", "personal account drawn in one sum"
    TRANSFER_APPLIED = "转移接续已申请", "transfer of the insurance relation applied for"
    TRANSFER_FORM_SENT = "转出地已寄出信息表", "form of a transfer sent by the old place"
    TRANSFER_COMPLETED = "转移接续已办结", "transfer of the insurance relation completed"
    TRANSFER_WITHDRAWN = "转移接续已撤销", "transfer of the insurance relation withdrawn"
    FILING_MOVED = "办件流转", "filing moved"
    FILING_OVERDUE = "办件超期", "filing overdue"
    FILING_ENTRUSTED = "办件已委托", "filing entrusted to an agent"
    FILING_AGENT_REVOKED = "办件委托已撤销", "agent of a filing revoked"
    NOTICE_OVERDUE = "一次性告知超期", "what a filing lacks not told in time"
    RECTIFICATION_OVERDUE = "差评整改超期", "low rating of a filing not put right in time"
    CONSENT_GIVEN = "已向合作应用授权", "consent given to a partner's app"
    CONSENT_WITHDRAWN = "已撤回对合作应用的授权", "consent to a partner's app withdrawn"
    CLAIM_SETTLED = "费用已结算", "claim settled"
    CLAIM_READJUDICATED = "结算已重新核算", "claim adjudicated again"
    CLAIM_REVERSED = "结算已冲正", "claim reversed"
    DISBURSED = "款项已拨付", "money paid out"
    AGREEMENT_MOVED = "定点协议已变化", "agreement of an institution moved"


class LogStart(Word):
    """Where a subscription to the log begins (事件起点)."""

    NOW = "从现在起", "from now on"
    BEGINNING = "从保留期内最早的事件起", "with the oldest event that is still told"


class ContributionStep(Word):
    """A step of a resident contribution (缴费步骤)."""

    SUBMITTED = "已提交", "it was submitted"
    PAID = "已支付", "it was paid"
    FINISHED = "已办结", "it was finished and has its slip"
    REFUND_REQUESTED = "已申请退费", "its refund was asked for"
    REFUNDED = "款项已退回", "money was given back"


class BindingChange(Word):
    """What became of a family binding (绑定变化)."""

    BOUND = "已绑定", "it began"
    UNBOUND = "已解绑", "it ended"


class TimerKind(Word):
    """What was done because it was due (到期事项)."""

    ASK_CHANNEL = "向缴费渠道发起收款", "a payment order was put to its channel"
    QUERY_CHANNEL = "向未答复的缴费渠道查询", "a channel that had not answered was asked again"
    CHANNEL_CONFIRMS = "缴费渠道主动告知已收款", "a channel confirmed a payment order of its own accord"
    GIVE_BACK = "通知缴费渠道退回款项", "a channel was told to give back what a refund returns"
    PAY_INTEREST = "个人账户年度结息", "personal accounts received the interest of a year"
    CREDIT_PENSIONERS = "退休人员个人账户月度划账", "pensioners' accounts received the credit of a month"
    SEND_TRANSFER_FORM = "转出地寄出转移接续信息表", "the old place sent the form of a transfer"
    COMPLETE_TRANSFER = "转入地办结转移接续", "the new place completed a transfer"
    FILING_OVERDUE = "办件到期未办结", "a filing was not done by its last day"
    NOTICE_OVERDUE = "到期未一次性告知", "what a filing lacked was not told by the last day for it"
    RECTIFICATION_OVERDUE = "差评到期未整改", "a low rating was not put right by its last day"


class PersonOrder(Word):
    """Order of persons (参保人排序)."""

    ID_ASC = "按标识升序", "by id, ascending"
    ID_DESC = "按标识降序", "by id, descending"
    BIRTH_DATE_ASC = "按出生日期，年长者在前", "by date of birth, eldest first"
    BIRTH_DATE_DESC = "按出生日期，年幼者在前", "by date of birth, youngest first"


class ResidentContributionOrder(Word):
    """Order of resident contributions (居民缴费排序)."""

    ID_ASC = "按标识升序", "by id, ascending"
    ID_DESC = "按标识降序", "by id, descending"
    COVERAGE_YEAR_ASC = "按参保年度升序", "by coverage year, earliest first"
    COVERAGE_YEAR_DESC = "按参保年度降序", "by coverage year, latest first"
    SUBMITTED_AT_ASC = "按提交时间升序", "by time of submission, earliest first"
    SUBMITTED_AT_DESC = "按提交时间降序", "by time of submission, latest first"


class FilingOrder(Word):
    """Order of a list of filings (办件排序)."""

    FILED_AT_ASC = "按提交时间升序", "by time of submission, earliest first"
    FILED_AT_DESC = "按提交时间降序", "by time of submission, latest first"
    LATE_FROM_ASC = (
        "按办理期限，最早到期在前，没有期限的在后",
        "by last day, earliest first; those without one come last",
    )


def publish(words: type[Word], description: str) -> None:
    """The words become a GraphQL enumeration of the same name, each value described by its own texts."""
    strawberry.enum(words, description=description)
    definition: StrawberryEnumDefinition = vars(words)["__strawberry_definition__"]
    for value in definition.values:
        word = words.named(value.name)
        value.description = f"{word.zh}。\n{word.en[0].upper()}{word.en[1:]}."


publish(Scheme, "险种。\nInsurance scheme.")
publish(PersonType, "参保人员类别，随参保关系而定。\nPerson type; it belongs to an enrolment, not to the person.")
publish(EnrolmentStatus, "参保关系的状态。\nState of an enrolment.")
publish(TerminationReason, "终止参保的原因。\nWhy an enrolment is terminated.")
publish(LeavingReason, "单位为何不再为某人参保。\nWhy a unit enrols somebody no longer.")
publish(IdType, "身份证件类型。\nKind of identity document.")
publish(Sex, "身份证件上登记的性别。\nSex as the identity document states it.")
publish(Relation, "家庭成员是账户所有人的什么人。\nWhat the family member is to the account holder.")
publish(
    SpecialGroup,
    "经认定、适用专门缴费规则的群体。\nRecognised group with contribution rules of its own.",
)
publish(BindingStatus, "家庭绑定的状态。\nState of a family binding.")
publish(AccountStatus, "个人账户的状态，只有“正常”可以支付。\nState of a personal account; only an open one can pay.")
publish(EntryKind, "个人账户收支类型。\nWhat moved money in a personal account.")
publish(ContributionStatus, "居民缴费的状态，只会向后推进。\nState of a resident contribution; it only moves forward.")
publish(FaultParty, "外部故障是哪一方的。\nWhose fault it is: an outside party that the platform asks.")
publish(FaultOperation, "故障方被要求做什么。\nWhat the party was asked for.")
publish(FaultKind, "故障时发生什么。\nWhat happens to a call.")
publish(FaultRefusal, "故障方以何理由拒绝。\nWith which reason a party refuses.")
publish(DelayShape, "时长的分布。\nHow lengths of time are spread.")
publish(PaymentChannel, "缴费渠道。\nChannel through which a contribution is paid.")
publish(
    PaymentKind,
    "缴费入口：特殊群体须走特殊缴费。\nPayment entrance; members of a special group must use the special one.",
)
publish(
    EmployeeContributionKind,
    "职工医保缴费的类型：按期申报、逾期补缴、补差，或退休趸缴。\nWhat a contribution to the employee scheme is for.",
)
publish(EmployeeBillStatus, "职工医保缴费单及其明细的状态。\nState of a bill of the employee scheme and of its lines.")
publish(WageLineOutcome, "逐人申报的结果。\nWhat became of one line of a declaration of wages.")
publish(CareKind, "医疗类别。\nKind of care.")
publish(InstitutionTier, "医疗机构等级，决定支付比例和起付线。\nTier of an institution; share and deductible go by it.")
publish(CostClass, "药品和诊疗项目的目录类别。\nClass of a drug or service in the insurance catalogue.")
publish(RecognisedCondition, "认定的病种或情形。\nWhat is recognised of a person's health.")
publish(EntitlementKind, "认定的类别。\nWhat kind of thing is recognised.")
publish(BenefitCap, "年度支付限额的种类。\nWhich yearly limit it is.")
publish(ClaimRule, "核算步骤的种类。\nWhich step of adjudicating a claim it is.")
publish(InstitutionKind, "定点医药机构类型。\nKind of designated institution.")
publish(ClaimStatus, "费用结算的状态。\nState of a claim.")
publish(ClaimPayer, "一笔结算的支付方，或收款的机构。\nWho pays a claim, or the institution, which is paid.")
publish(ClaimPosting, "一笔结算为何记账。\nWhy entries of a claim were posted.")
publish(AgreementMove, "定点协议的变化。\nWhat is done to an institution's agreement.")
publish(AgreementStatus, "定点协议的状态。\nState of an institution's agreement.")
publish(ClaimOrigin, "由谁提出结算。\nWho brings a claim.")
publish(TreatmentPlace, "就医地，相对参保地而言。\nWhere somebody was treated, as seen from the place of enrolment.")
publish(DisbursementPurpose, "为何拨付。\nWhy money is paid out.")
publish(MaternityBenefitKind, "生育待遇项目。\nWhat maternity insurance pays.")
publish(InjuryLiability, "意外伤害的第三方责任。\nWhether somebody else is liable for an accidental injury.")
publish(MaternityOccasion, "生育情形。\nWhat maternity insurance pays for.")
publish(DisbursementAccount, "拨付的记账科目。\nAccount of the ledger that money paid out leaves or reaches.")
publish(PaidInto, "收款账户，照办事指南。\nAccount that is paid, as the guide names it.")
publish(UnitStatus, "参保单位的状态。\nState of an insured unit.")
publish(ReceiptKind, "缴费凭证的类型。\nKind of receipt.")
publish(RefundReason, "退费情形，须经记录核实。\nWhy money is given back; the records must show it.")
publish(RefundStatus, "退费进度。\nHow far a refund has come.")
publish(UnitKind, "参保单位类型。\nKind of insured unit.")
publish(RegionLevel, "行政区划级别。\nLevel of a region.")
publish(Role, "以何种身份访问；决定能看到什么。\nIn what capacity somebody asks; it decides what they may see.")
publish(
    DataType,
    "授权数据类型：合作应用可获准、本人可授权的一类数据。\n"
    "Type of data that a partner's app may be granted, and that a person may let it see.",
)
publish(AccessKind, "查看参保人数据的方式。\nHow somebody's data was looked at.")
publish(RequestEnding, "请求的结局。\nHow a request ended.")
publish(Transport, "请求的途径。\nBy what a request came.")
publish(RevealField, "可调取的完整信息。\nWhat can be revealed of a person.")
publish(RevealReason, "调取完整信息的理由，记入访问留痕。\nWhy full values are asked for; it is recorded.")
publish(PhoneKind, "电话类型。\nKind of telephone number.")
publish(TransferStatus, "转移接续的办理状态。\nHow far a transfer of the insurance relation has come.")
publish(DayCalendar, "推算工作日的依据。\nBy what working days were counted.")
publish(AgencyKind, "机构类型；高校医保咨询点不是经办机构。\nKind of agency; a campus contact is no insurance agency.")
publish(Language, "文本的语言。\nLanguage of a text.")
publish(PolicySourceKind, "政策取值的依据类型。\nWhat a policy value rests on.")
publish(PaymentOrderStatus, "支付订单的状态。\nState of a payment order.")
publish(ChannelFailure, "缴费渠道未收款的原因。\nWhy a channel did not collect.")
publish(FaceFailure, "人脸核验未通过的原因。\nWhy a face check did not confirm somebody.")
publish(WithdrawalReason, "一次性支取个人账户的原因。\nWhy a personal account is drawn in one sum.")
publish(WithdrawalMaterial, "一次性支取所交的材料。\nWhat is handed in for drawing an account in one sum.")
publish(WebhookStatus, "事件推送的状态。\nWhether events are delivered to a webhook.")
publish(WebhookStop, "事件推送为何停止。\nWhy a webhook is not active.")
publish(RetryClock, "推送失败后按哪个时钟重试。\nBy which clock a delivery that failed is tried again.")
publish(DeliveryStatus, "尚未送达的事件的状态。\nWhat becomes of an event that is not delivered yet.")
publish(AttemptKind, "推送的种类。\nWhat an event was sent for.")
publish(AttemptOutcome, "一次推送尝试的结果。\nWhat became of an attempt to deliver.")
publish(WebhookUrlProblem, "事件推送地址为何不能使用。\nWhy a webhook's URL cannot be used.")
publish(MatterCode, "政务服务事项。\nService matter of the agencies.")
publish(MatterCategory, "事项类别。\nWhat a service matter is about.")
publish(ApplicantKind, "申请人类型。\nWho files a matter.")
publish(MatterChannel, "办理渠道。\nWhere a matter is filed.")
publish(MaterialNeed, "材料要求。\nWhen a material is handed in.")
publish(MaterialForm, "材料形式。\nIn what form a material is handed in.")
publish(MatterStep, "办理环节。\nStep of handling a matter.")
publish(MatterAction, "办理情形。\nWhat can be done under one matter.")
publish(RemarkKind, "备注类型。\nWhat a remark of a guide is about.")
publish(TimeLimitKind, "办理时限类型。\nKind of time limit.")
publish(TransferPhase, "转移接续的阶段，各有时限。\nHalf of a transfer, with a time limit of its own.")
publish(FilingStatus, "办件状态。\nWhere a filing stands.")
publish(FilingMove, "对办件的操作。\nWhat is done to a filing.")
publish(FilingsMove, "对多件办件的同一操作。\nWhat is done to many filings at once.")
publish(FilingRating, "对办件的评价（好差评）。\nHow content whoever applied is with a filing.")
publish(MaterialWay, "材料的来源。\nHow a material is there.")
publish(PersonDetail, "可变更的人员信息。\nWhat is on record of a person and may be changed.")
publish(MaterialMedia, "材料文件的类型。\nKind of file that a material is handed in as.")
publish(FilingOrder, "办件列表的排序。\nOrder of a list of filings.")
publish(EventType, "事件类型，与事件的 GraphQL 类型一一对应。\nKind of event; one for each GraphQL type of event.")
publish(LogStart, "订阅日志的起点。\nWhere a subscription to the log begins.")
publish(ContributionStep, "居民缴费的一步。\nA step of a resident contribution.")
publish(BindingChange, "家庭绑定的变化。\nWhat became of a family binding.")
publish(TimerKind, "到期自动办理的事项。\nWhat the platform does of itself when it is due.")
publish(PersonOrder, "参保人列表的排序。\nOrder of a list of persons.")
publish(ResidentContributionOrder, "居民缴费列表的排序。\nOrder of a list of resident contributions.")

__all__ = [
    "AccessKind",
    "AccountStatus",
    "AgencyKind",
    "AgreementMove",
    "AgreementStatus",
    "ApplicantKind",
    "AttemptKind",
    "AttemptOutcome",
    "BenefitCap",
    "BindingChange",
    "BindingStatus",
    "CareKind",
    "ChannelFailure",
    "ClaimOrigin",
    "ClaimPayer",
    "ClaimPosting",
    "ClaimRule",
    "ClaimStatus",
    "ContributionStatus",
    "ContributionStep",
    "CostClass",
    "DataType",
    "DayCalendar",
    "DelayShape",
    "DeliveryStatus",
    "DisbursementAccount",
    "DisbursementPurpose",
    "EmployeeBillStatus",
    "EmployeeContributionKind",
    "EnrolmentStatus",
    "EntitlementKind",
    "EntryKind",
    "EventType",
    "FaultKind",
    "FaultOperation",
    "FaultParty",
    "FaultRefusal",
    "FilingMove",
    "FilingOrder",
    "FilingRating",
    "FilingStatus",
    "FilingsMove",
    "IdType",
    "InjuryLiability",
    "InstitutionKind",
    "InstitutionTier",
    "Language",
    "LeavingReason",
    "LogStart",
    "MaterialForm",
    "MaterialMedia",
    "MaterialNeed",
    "MaterialWay",
    "MaternityBenefitKind",
    "MaternityOccasion",
    "MatterAction",
    "MatterCategory",
    "MatterChannel",
    "MatterCode",
    "MatterStep",
    "PaidInto",
    "PaymentChannel",
    "PaymentKind",
    "PaymentOrderStatus",
    "PersonDetail",
    "PersonOrder",
    "PersonType",
    "PhoneKind",
    "PolicySourceKind",
    "ReceiptKind",
    "RecognisedCondition",
    "RefundReason",
    "RefundStatus",
    "RegionLevel",
    "Relation",
    "RemarkKind",
    "RequestEnding",
    "ResidentContributionOrder",
    "RetryClock",
    "RevealField",
    "RevealReason",
    "Role",
    "Scheme",
    "Sex",
    "SpecialGroup",
    "TerminationReason",
    "TimeLimitKind",
    "TimerKind",
    "TransferPhase",
    "TransferStatus",
    "Transport",
    "TreatmentPlace",
    "UnitKind",
    "UnitStatus",
    "WageLineOutcome",
    "WebhookStatus",
    "WebhookStop",
    "WebhookUrlProblem",
    "WithdrawalMaterial",
    "WithdrawalReason",
    "publish",
]
