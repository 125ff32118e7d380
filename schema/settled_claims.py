"""Claims (费用结算): what institutions have settled, who paid it, and what a year has had."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Fen, Instant
from schema.arguments import IDEMPOTENCY_KEY
from schema.claims import BenefitCapState, ClaimStep
from schema.enums import (
    CareKind,
    ClaimOrigin,
    ClaimPayer,
    ClaimPosting,
    ClaimStatus,
    CostClass,
    IdType,
    InstitutionTier,
    RecognisedCondition,
    Scheme,
    TreatmentPlace,
)
from schema.filters import ClaimStatusFilter, IntFilter, RegionFilter
from schema.institutions import Institution
from schema.persons import Person
from schema.refusals import (
    AssistancePaidAlready,
    ClaimAlreadyReversed,
    ClaimNotFound,
    ClaimTooOld,
    IdempotencyKeyReused,
    InArrears,
    InputNotAcceptable,
    InstitutionNotDesignated,
    InvoiceAlreadySettled,
    InWaitingPeriod,
    ItemNotInCatalogue,
    NotCovered,
    NotEntitledToCare,
    NotOfYourFamily,
    NotSignedIn,
    PersonDeceased,
    PersonNotFound,
    PolicyNotStated,
    StaysOverlap,
)
from schema.regions import Region
from schema.relay import Connection, Edge, Node
from schema.scalars import IdNumber


@strawberry.type(description="一项费用明细。\nOne cost of a claim.")
class ClaimCost:
    item: str = strawberry.field(description="目录编码。\nCode of the catalogue.")
    cost_class: CostClass = strawberry.field(description="目录类别。\nClass in the catalogue.")
    amount: Fen = strawberry.field(description="金额，元。\nAmount in yuan.")


@strawberry.type(
    description="一笔结算的一项记账；同一次记账各项之和为零。\n"
    "One entry of a claim; the entries of one posting sum to zero."
)
class ClaimEntry:
    posting: int = strawberry.field(description="第几次记账，从 1 起。\nWhich posting of the claim it is, from 1 on.")
    kind: ClaimPosting = strawberry.field(description="记账原因。\nWhy it was posted.")
    payer: ClaimPayer = strawberry.field(description="支付方，或收款的机构。\nWho pays, or the institution.")
    amount: Fen = strawberry.field(
        description="金额，元；付出为负，收入为正。\nAmount in yuan: negative out of the account, positive into it."
    )
    business_on: date = strawberry.field(description="业务日期。\nDay that it counts for.")
    occurred_at: Instant = strawberry.field(description="记账时刻。\nWhen it was posted.")


@strawberry.type(
    description="定点医药机构直接结算的一笔费用：pooled、criticalIllness、assistance、account、cash 合计即 cost；"
    "本人、绑定其的账户所有人、结算的机构、参保地经办人员、经本人授权的合作应用、运维和审计人员可见。\n"
    "A claim that an institution has settled: pooled, criticalIllness, assistance, account and cash together are cost. "
    "Seen by the patient, by whoever has the patient bound, by the institution, by clerks of the place of enrolment, "
    "by apps that the patient lets see it, by operators and auditors."
)
class Claim(Node):
    person: Person = strawberry.field(description="就医人。\nThe patient.")
    institution: Institution = strawberry.field(description="结算的机构。\nThe institution that settled it.")
    region: Region = strawberry.field(description="参保地，其政策适用。\nPlace of enrolment, whose policy applies.")
    scheme: Scheme = strawberry.field(description="报销的险种。\nThe scheme that pays.")
    status: ClaimStatus = strawberry.field(description="状态。\nIts state.")
    origin: ClaimOrigin = strawberry.field(
        description="由谁提出：机构联网结算，或本人付费后手工报销。\n"
        "Who brought it: the institution, or the person, who had paid in cash."
    )
    treated: TreatmentPlace = strawberry.field(
        description="就医地；在参保地以外且没有备案的，支付比例下调。\n"
        "Where it was; elsewhere without a record a smaller share is paid."
    )
    care: CareKind = strawberry.field(description="医疗类别。\nKind of care.")
    tier: InstitutionTier = strawberry.field(
        description="结算时的机构等级。\nTier of the institution when it was settled."
    )
    year: int = strawberry.field(
        description="计入其限额的年度，即出院年度。\nThe year whose limits it counts for: that of discharge."
    )
    admitted_on: date = strawberry.field(description="就诊日或入院日。\nDay of the visit or admission.")
    discharged_on: date = strawberry.field(description="就诊日或出院日。\nDay of the visit or discharge.")
    invoice: str = strawberry.field(description="票据号码。\nNumber of the invoice.")
    settled_at: Instant = strawberry.field(description="结算时刻。\nWhen it was settled.")
    reversed_at: Instant | None = strawberry.field(
        description="冲正时刻；未冲正时为 null。\nWhen it was reversed; null where it was not."
    )
    cost: Fen = strawberry.field(description="费用合计，元。\nThe whole cost, in yuan.")
    eligible: Fen = strawberry.field(description="政策范围内费用，元。\nEligible cost, in yuan.")
    first_share: Fen = strawberry.field(
        description="乙类先行自付，元。\nWhat of class B the person bears first, in yuan."
    )
    excluded: Fen = strawberry.field(description="目录外自费，元。\nCost outside the catalogue, in yuan.")
    pooled: Fen = strawberry.field(description="基本医保统筹基金支付，元。\nPaid by basic insurance, in yuan.")
    critical_illness: Fen = strawberry.field(
        description="大病保险支付，元。\nPaid by critical illness insurance, in yuan."
    )
    assistance: Fen = strawberry.field(
        description="医疗救助支付，元；比例未明确时为 0.00。\n"
        "Paid by medical assistance, in yuan; 0.00 where its share is not stated."
    )
    assistance_at_most: Fen = strawberry.field(
        description="医疗救助最多可能支付，元；比例已明确时与 assistance 相同。\n"
        "The most that assistance may come to, in yuan; the same as assistance where its share is stated."
    )
    account: Fen = strawberry.field(description="个人账户支付，元。\nPaid from the personal account, in yuan.")
    cash: Fen = strawberry.field(description="个人现金支付，元。\nPaid in cash, in yuan.")
    outstanding: Fen = strawberry.field(
        description="本人应收而未付的报销款，元：记账的报销应付款减去已拨付的；为负的是多付、应由本人退回（追回）的金额。\n"
        "What the funds still owe the person by this claim, in yuan: what is posted as owed less what was paid out. "
        "Below zero it was paid too much, and the person owes it back."
    )
    postings: int = strawberry.field(description="记账次数。\nHow often entries were posted for it.")
    costs: list[ClaimCost] = strawberry.field(
        description="费用明细，按上传顺序，最多 500 项。\nThe costs, in the order in which they came, at most 500."
    )
    entries: list[ClaimEntry] = strawberry.field(
        description="记账明细，按记账先后，最多 200 项，即约前 50 次记账；共几次见 postings。\n"
        "The entries, the first posted first, at most 200, which are those of the first 50 postings or so; postings "
        "says how many there are."
    )


@strawberry.type(description="结算列表中的一项。\nOne claim of a list.")
class ClaimEdge(Edge):
    node: Claim = strawberry.field(description="此项的结算。\nThe claim of this item.")


@strawberry.type(description="一页结算。\nA page of claims.")
class ClaimConnection(Connection):
    edges: list[ClaimEdge] = strawberry.field(description="本页各项，按列表顺序。\nItems of this page, in list order.")


@strawberry.input(description="结算的筛选条件，须同时满足。\nConditions on claims; all that are given must hold.")
class ClaimWhere:
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="参保地。\nPlace of enrolment."
    )
    status: ClaimStatusFilter | None = strawberry.field(default=strawberry.UNSET, description="状态。\nTheir state.")
    year: IntFilter | None = strawberry.field(
        default=strawberry.UNSET, description="计入其限额的年度。\nThe year whose limits they count for."
    )


@strawberry.type(
    description="一笔结算的核算过程，结算或重新核算时记下。\n"
    "How a claim came about, as kept when it was settled or adjudicated again."
)
class ClaimTrace:
    claim: Claim | None = strawberry.field(description="该笔结算。\nThe claim.")
    steps: list[ClaimStep] = strawberry.field(
        description="逐步列出，最多 24 步；上级步骤在前。\nStep by step, at most 24; a step stands after the one that "
        "it is part of."
    )


@strawberry.type(
    description="一类医疗本年度已支付的金额。\nWhat basic insurance has paid in the year for a kind of care."
)
class CarePaid:
    care: CareKind = strawberry.field(description="医疗类别。\nKind of care.")
    claims: int = strawberry.field(description="结算笔数。\nHow many claims there are.")
    pooled: Fen = strawberry.field(description="基本医保已支付，元。\nPaid by basic insurance, in yuan.")


@strawberry.type(
    description="一个年度的累计：由未冲正的结算相加得出。\n"
    "A year so far, added up from its claims that are not reversed."
)
class BenefitYear:
    person: Person = strawberry.field(description="参保人。\nThe insured person.")
    year: int = strawberry.field(description="年度。\nThe year.")
    care: list[CarePaid] = strawberry.field(
        description="各类医疗已支付的，最多 6 项。\nWhat was paid by kind of care, at most 6."
    )
    stays: int = strawberry.field(description="住院次数。\nStays in hospital.")
    cost: Fen = strawberry.field(description="费用合计，元。\nThe whole cost, in yuan.")
    critical_illness_base: Fen = strawberry.field(
        description="大病保险累计基数，元。\nBase of critical illness insurance, in yuan."
    )
    critical_illness: Fen = strawberry.field(
        description="大病保险已支付，元。\nPaid by critical illness insurance, in yuan."
    )
    assistance: Fen = strawberry.field(description="医疗救助已支付，元。\nPaid by medical assistance, in yuan.")
    account: Fen = strawberry.field(description="个人账户已支付，元。\nPaid from the personal account, in yuan.")
    cash: Fen = strawberry.field(description="个人现金已支付，元。\nPaid in cash, in yuan.")
    caps: list[BenefitCapState] = strawberry.field(
        description="各项年度限额的使用情况，最多 8 项；未参保或政策未明确的不列。\n"
        "How far each yearly limit is used, at most 8; those that hold for nobody uninsured, or are not stated, are "
        "left out."
    )


BenefitYearResult = Annotated[
    BenefitYear | NotSignedIn | InputNotAcceptable | NotOfYourFamily,
    strawberry.union(
        "BenefitYearResult", description="年度累计，或不能告知的理由。\nThe year so far, or why that is not told."
    ),
]


@strawberry.input(description="上传的一项费用明细。\nOne cost that is sent.")
class ClaimCostInput:
    item: str = strawberry.field(
        description="目录编码，见政策事实 claim.class_a、claim.class_b、claim.class_c。\n"
        "Code of the catalogue, as the policy facts claim.class_a, claim.class_b and claim.class_c list them."
    )
    amount: Fen = strawberry.field(
        description="金额，元，大于零，最多 10000000.00。\nAmount in yuan, above zero, 10,000,000.00 at most."
    )


@strawberry.input(description="结算的输入。\nInput of settling a claim.")
class SettleClaimInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    name: str = strawberry.field(description="就医人姓名。\nThe patient's name.")
    id_type: IdType = strawberry.field(description="就医人的证件类型。\nKind of the patient's document.")
    id_number: IdNumber = strawberry.field(description="就医人的证件号码。\nNumber of the patient's document.")
    care: CareKind = strawberry.field(description="医疗类别。\nKind of care.")
    admitted_on: date = strawberry.field(description="就诊日或入院日。\nDay of the visit or admission.")
    discharged_on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="出院日，仅住院填写，默认与入院同日。\n"
        "Day of discharge, for stays only, the day of admission by default.",
    )
    invoice: str = strawberry.field(
        description="票据号码，本机构内唯一，1 至 40 个字母、数字或连字符。\n"
        "Number of the invoice, which the institution gives once: 1 to 40 letters, digits or hyphens."
    )
    costs: list[ClaimCostInput] = strawberry.field(description="费用明细，1 至 500 项。\nThe costs, 1 to 500 of them.")
    conditions: list[RecognisedCondition] = strawberry.field(
        default_factory=list,
        description="已认定的病种或情形，由机构负责核实，默认没有；慢性病和特殊病以待遇认定的记录为准，不看此项。\n"
        "What is recognised of the patient, as the institution has made sure; nothing by default. Chronic and special "
        "diseases are those on record, whatever is said here.",
    )


@strawberry.input(
    description="预结算的输入，与结算相同。\nInput of asking what settling would come to: that of settling."
)
class PreSettleClaimInput(SettleClaimInput):
    pass


@strawberry.type(description="已结算。\nThe claim is settled.")
class ClaimSettled:
    claim: Claim = strawberry.field(description="该笔结算。\nThe claim.")
    readjudicated: int = strawberry.field(
        description="本年度因此重新核算、金额有变的其后结算笔数。\n"
        "How many later claims of the year are worth something else by it."
    )


@strawberry.type(
    description="预结算：现在结算将得出的金额；不写入任何内容。\nWhat settling would come to now. Nothing is recorded."
)
class ClaimPreSettled:
    scheme: Scheme = strawberry.field(description="报销的险种。\nThe scheme that would pay.")
    year: int = strawberry.field(description="计入其限额的年度。\nThe year whose limits it would count for.")
    cost: Fen = strawberry.field(description="费用合计，元。\nThe whole cost, in yuan.")
    eligible: Fen = strawberry.field(description="政策范围内费用，元。\nEligible cost, in yuan.")
    pooled: Fen = strawberry.field(description="基本医保统筹基金支付，元。\nPaid by basic insurance, in yuan.")
    critical_illness: Fen = strawberry.field(
        description="大病保险支付，元。\nPaid by critical illness insurance, in yuan."
    )
    assistance: Fen = strawberry.field(description="医疗救助支付，元。\nPaid by medical assistance, in yuan.")
    account: Fen = strawberry.field(description="个人账户支付，元。\nPaid from the personal account, in yuan.")
    cash: Fen = strawberry.field(description="个人现金支付，元。\nPaid in cash, in yuan.")
    readjudicated: int = strawberry.field(
        description="本年度其后将随之变化的结算笔数。\nHow many later claims of the year would be worth something else."
    )
    steps: list[ClaimStep] = strawberry.field(
        description="核算过程，最多 24 步；上级步骤在前。\nHow it comes about, at most 24 steps; a step stands after "
        "the one that it is part of."
    )


SettleClaimResult = Annotated[
    ClaimSettled
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PersonDeceased
    | PersonNotFound
    | ItemNotInCatalogue
    | InvoiceAlreadySettled
    | ClaimTooOld
    | StaysOverlap
    | NotCovered
    | InWaitingPeriod
    | InArrears
    | InstitutionNotDesignated
    | NotEntitledToCare
    | PolicyNotStated,
    strawberry.union(
        "SettleClaimResult", description="结算的结果，或拒绝的理由。\nThe outcome of settling, or why it is refused."
    ),
]
PreSettleClaimResult = Annotated[
    ClaimPreSettled
    | NotSignedIn
    | InputNotAcceptable
    | PersonDeceased
    | PersonNotFound
    | ItemNotInCatalogue
    | InvoiceAlreadySettled
    | ClaimTooOld
    | StaysOverlap
    | NotCovered
    | InWaitingPeriod
    | InArrears
    | InstitutionNotDesignated
    | NotEntitledToCare
    | PolicyNotStated,
    strawberry.union(
        "PreSettleClaimResult",
        description="预结算的结果，或拒绝的理由。\nWhat settling would come to, or why it would be refused.",
    ),
]


@strawberry.input(description="冲正一笔结算的输入。\nInput of reversing a claim.")
class ReverseClaimInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    claim_id: strawberry.ID = strawberry.field(
        description="结算的标识（clm_…），须由本机构结算。\n"
        "Id of the claim (clm_…), which the institution must have settled."
    )


@strawberry.type(description="已冲正。\nThe claim is reversed.")
class ClaimReversed:
    claim: Claim = strawberry.field(description="该笔结算。\nThe claim.")
    readjudicated: int = strawberry.field(
        description="本年度因此重新核算、金额有变的其后结算笔数。\n"
        "How many later claims of the year are worth something else without it."
    )


ReverseClaimResult = Annotated[
    ClaimReversed
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | ClaimNotFound
    | ClaimAlreadyReversed
    | AssistancePaidAlready,
    strawberry.union(
        "ReverseClaimResult", description="冲正的结果，或拒绝的理由。\nThe outcome of reversing, or why it is refused."
    ),
]
