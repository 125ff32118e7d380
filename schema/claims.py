"""What care costs an insured person (费用核算): who pays how much of it, step by step, before anything is claimed."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Fen, RegionCode
from schema.arguments import InLanguage
from schema.declarations import declared
from schema.enums import (
    BenefitCap,
    CareKind,
    ClaimRule,
    CostClass,
    EntitlementKind,
    InstitutionTier,
    Language,
    RecognisedCondition,
    Scheme,
    TreatmentPlace,
)
from schema.persons import Person
from schema.policy import PolicyFact
from schema.refusals import (
    InArrears,
    InputNotAcceptable,
    InstitutionNotDesignated,
    InWaitingPeriod,
    ItemNotInCatalogue,
    NotCovered,
    NotEntitledToCare,
    NotOfYourFamily,
    NotSignedIn,
    PersonDeceased,
    PolicyNotStated,
)
from schema.scalars import Ratio


@strawberry.input(
    description="一项费用，或一类费用的合计；填写 costClass 或 item 之一。\n"
    "One cost, or all costs of a class together; costClass or item is given, one of the two."
)
class CareCostInput:
    cost_class: CostClass | None = strawberry.field(
        default=strawberry.UNSET, description="目录类别。\nClass in the catalogue."
    )
    item: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="目录编码，类别随之而定；须认定的药品，就诊或入院当日有认定的按乙类，否则为目录外。\n"
        "Code in the catalogue, which decides the class. A drug that is to be recognised is of class B where it is on "
        "the day of the visit or admission, and outside the catalogue where not.",
    )
    amount: Fen = strawberry.field(
        description="金额，元，大于零，最多 10000000.00。\nAmount in yuan, above zero, 10,000,000.00 at most."
    )


@strawberry.input(
    description="假定本年度此前已支付的金额，元，代替结算记录；未填的为零。\n"
    "What the year is supposed to have paid before, in yuan, instead of what its claims say; nothing where it is not "
    "given."
)
class YearSoFarInput:
    outpatient: Fen = strawberry.field(
        default=Fen(0), description="普通门诊已支付。\nPaid for general outpatient care."
    )
    hypertension_diabetes: Fen = strawberry.field(
        default=Fen(0), description="高血压、糖尿病门诊已支付。\nPaid for hypertension and diabetes."
    )
    chronic_disease: Fen = strawberry.field(
        default=Fen(0), description="慢性病门诊已支付。\nPaid for chronic diseases."
    )
    special_disease: Fen = strawberry.field(
        default=Fen(0), description="特殊病门诊已支付。\nPaid for special diseases."
    )
    antenatal: Fen = strawberry.field(default=Fen(0), description="产前检查已支付。\nPaid for antenatal care.")
    inpatient: Fen = strawberry.field(default=Fen(0), description="住院已支付。\nPaid for stays.")
    critical_illness_base: Fen = strawberry.field(
        default=Fen(0),
        description="基本医保报销后个人负担的政策范围内费用累计，大病保险由此计算。\n"
        "Eligible cost that basic insurance has left so far, on which critical illness insurance works.",
    )
    critical_illness: Fen = strawberry.field(
        default=Fen(0), description="大病保险已支付。\nPaid by critical illness insurance."
    )
    assistance: Fen = strawberry.field(default=Fen(0), description="医疗救助已支付。\nPaid by medical assistance.")
    stays: int = strawberry.field(default=0, description="已住院次数，0 至 365。\nStays in hospital so far, 0 to 365.")


@strawberry.input(
    description="在记录之外的假定；结果会标明哪些是假定的。\n"
    "What is supposed beyond what is on record; the answer says what of it is supposed."
)
class SuppositionInput:
    entitlements: list[EntitlementKind] = strawberry.field(
        default_factory=list,
        description="假定已有这些类别的待遇认定，默认没有。\n"
        "Entitlements of these kinds are supposed to be recognised; none by default.",
    )
    out_of_area_record: bool = strawberry.field(
        default=False,
        description="假定就医地已备案，默认否。\nA record of treatment in that region is supposed; no by default.",
    )


@strawberry.input(description="所问的就医情况。\nThe care that is asked about.")
class CareInput:
    kind: CareKind = strawberry.field(description="医疗类别。\nKind of care.")
    tier: InstitutionTier = strawberry.field(description="医疗机构等级。\nTier of the institution.")
    designated: bool = strawberry.field(
        default=True, description="是否医保定点医疗机构，默认是。\nWhether it is designated; yes by default."
    )
    admitted_on: date = strawberry.field(description="就诊日或入院日。\nDay of the visit or admission.")
    discharged_on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="出院日，仅住院填写，默认与入院同日；年度和比例以此日为准。\n"
        "Day of discharge, for stays only, the day of admission by default; year and shares go by it.",
    )
    costs: list[CareCostInput] = strawberry.field(
        description="费用明细或各类合计，1 至 500 项。\nCosts, one by one or by class, 1 to 500 of them."
    )
    conditions: list[RecognisedCondition] = strawberry.field(
        default_factory=list,
        description="就诊时由医疗机构填报的情形（高血压、糖尿病、靶器官损害、孕期），默认没有；"
        "慢性病、特殊病只看认定记录。\n"
        "What the institution will state of hypertension, diabetes, organ damage and pregnancy; nothing by default. "
        "Chronic and special diseases are what is on record, whatever is given here.",
    )
    region: RegionCode | None = strawberry.field(
        default=strawberry.UNSET,
        description="就医地，默认在参保地。\nWhere the institution lies; at home by default.",
    )
    suppose: SuppositionInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="在记录之外的假定，默认没有。\nWhat is supposed beyond the record; nothing by default.",
    )
    year_so_far: YearSoFarInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="假定本年度此前已支付的金额；不给则按本年度的结算记录。\n"
        "What the year is supposed to have paid before; what its claims say when absent.",
    )


@strawberry.type(
    description="核算的一步：规则、进出金额、依据，以及写给人看的一句话。\n"
    "One step: its rule, the amount that went in and came out, its sources, and a sentence for people."
)
class ClaimStep:
    position: int = strawberry.field(description="在核算过程中的位置，从 0 起。\nPlace in the trace, from 0 on.")
    parent: int | None = strawberry.field(
        description="所属步骤的位置；第一步为 null。\nPlace of the step that it is part of; null for the first."
    )
    rule: ClaimRule = strawberry.field(description="步骤的种类。\nWhich step it is.")
    amount_in: Fen = strawberry.field(description="进入此步的金额，元。\nAmount that went in, in yuan.")
    amount_out: Fen = strawberry.field(description="此步得出的金额，元。\nAmount that came out, in yuan.")
    before: Fen | None = strawberry.field(
        description="本年度此前的累计，元；与累计无关时为 null。\n"
        "What the year had before, in yuan; null where that does not matter."
    )
    limit: Fen | None = strawberry.field(
        description="起付线、限额或账户余额，元；此步没有时为 null。\n"
        "Deductible, limit or balance of the account, in yuan; null where the step knows none."
    )
    share: Ratio | None = strawberry.field(
        description="比例；此步没有时为 null。\nShare; null where the step knows none."
    )
    count: int | None = strawberry.field(
        description="天数或人月数；此步没有时为 null。\n"
        "How many days, or months of wages; null where the step knows none."
    )
    facts: list[PolicyFact] = strawberry.field(
        description="所依据的政策事实，最多 8 条。\nThe policy facts behind it, at most 8."
    )

    @declared("此步说了什么，可直接显示给用户。\nThe step in a sentence; fit to be shown to the user.")
    def sentence(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(description="一项年度限额及其使用情况。\nA yearly limit and how far it is used.")
class BenefitCapState:
    kind: BenefitCap = strawberry.field(description="限额的种类。\nWhich limit it is.")
    limit: Fen | None = strawberry.field(
        description="限额，元；不设封顶线时为 null。\nThe limit in yuan; null where none holds."
    )
    paid: Fen = strawberry.field(description="连同本次共支付，元。\nPaid in the year, this claim included, in yuan.")
    left: Fen | None = strawberry.field(
        description="剩余，元；不设封顶线时为 null。\nWhat is left, in yuan; null where no limit holds."
    )


@strawberry.type(
    description="费用测算：pooled、criticalIllness、assistance、account、cash 合计即 cost；不写入任何内容。\n"
    "What care would cost: pooled, criticalIllness, assistance, account and cash together are cost. "
    "Nothing is recorded."
)
class ClaimPreview:
    person: Person = strawberry.field(description="就医人。\nThe patient.")
    scheme: Scheme = strawberry.field(description="报销的险种。\nThe scheme that pays.")
    region: RegionCode = strawberry.field(description="参保地，其政策适用。\nPlace of enrolment, whose policy applies.")
    on: date = strawberry.field(description="按此日的政策测算。\nThe day whose policy was applied.")
    care: CareKind = strawberry.field(description="医疗类别。\nKind of care.")
    tier: InstitutionTier = strawberry.field(description="医疗机构等级。\nTier of the institution.")
    conditions: list[RecognisedCondition] = strawberry.field(
        description="所依据的病种或情形：填报的、有记录的和假定的，每种至多一次。\n"
        "Conditions that it goes by, stated, on record or supposed, each once at most."
    )
    treated: TreatmentPlace = strawberry.field(
        description="就医地，相对参保地而言。\nWhere the care is given, as seen from the place of enrolment."
    )
    supposed: list[EntitlementKind] = strawberry.field(
        description="就诊或入院当日没有记录、只是假定的待遇认定类别，每种至多一次；没有假定时为空。\n"
        "Kinds of entitlements that it goes by and that are supposed alone, not on record on the day of the visit or "
        "admission, each once at most; empty where nothing is."
    )
    record_supposed: bool = strawberry.field(
        description="就医地备案是否只是假定的。\n"
        "Whether the record of treatment elsewhere that it goes by is supposed alone."
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
    account: Fen = strawberry.field(
        description="本人的个人账户支付，元；为家庭成员测算时为 0.00。\n"
        "Paid from one's own personal account, in yuan; 0.00 when asked for a family member."
    )
    cash: Fen = strawberry.field(description="个人现金支付，元。\nPaid in cash, in yuan.")
    caps: list[BenefitCapState] = strawberry.field(
        description="所涉及的年度限额，最多 4 项。\nThe yearly limits that it meets, at most 4."
    )
    steps: list[ClaimStep] = strawberry.field(
        description="核算过程，逐步列出，最多 24 步；上级步骤在前。\n"
        "How it came about, step by step, at most 24; a step stands after the one that it is part of."
    )


ClaimPreviewResult = Annotated[
    ClaimPreview
    | NotSignedIn
    | InputNotAcceptable
    | PersonDeceased
    | NotOfYourFamily
    | ItemNotInCatalogue
    | NotCovered
    | InWaitingPeriod
    | InArrears
    | InstitutionNotDesignated
    | NotEntitledToCare
    | PolicyNotStated,
    strawberry.union(
        "ClaimPreviewResult",
        description="费用测算，或不能告知的理由。\nWhat the care would cost, or why that is not told.",
    ),
]
