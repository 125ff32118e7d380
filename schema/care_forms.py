"""Forms of the matters of care (待遇认定、医疗救助的表单)."""

from __future__ import annotations

import strawberry


@strawberry.input(
    description="待遇认定的表单：门诊慢特病，或单行支付药品、高值药品。\n"
    "Form of having a chronic or special disease recognised, or a drug paid apart or of high value."
)
class EntitlementFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="患者的标识：申请人本人或其家庭成员，须在参保状态。\n"
        "The patient, who must be insured: the applicant, or a family member."
    )
    code: str = strawberry.field(
        description="病种代码，见政策 entitlement.chronic_diseases 和 entitlement.special_diseases；"
        "或药品代码，见 entitlement.special_drugs。\n"
        "Code of the disease, listed by the facts entitlement.chronic_diseases and entitlement.special_diseases, or of "
        "the drug, listed by entitlement.special_drugs."
    )


@strawberry.input(
    description="医疗救助手工报销的表单：已结算而没有支付医疗救助的一笔费用。\n"
    "Form of assistance: a claim that was settled without it."
)
class AssistanceFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="救助对象的标识：申请人本人或其家庭成员，须已经认定。\n"
        "Who is assisted, and recognised before: the applicant, or a family member."
    )
    claim_id: strawberry.ID = strawberry.field(
        description="所报销的结算的标识（clm_…）。\nId of the claim (clm_…) of which assistance is to pay."
    )


@strawberry.input(
    description="救助对象个人缴费补贴的表单：已全额缴纳的一个年度。\n"
    "Form of a subsidy: a year whose contribution was paid in full."
)
class ContributionSubsidyFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="救助对象的标识：申请人本人或其家庭成员，须已经认定。\n"
        "Who is assisted, and recognised before: the applicant, or a family member."
    )
    coverage_year: int = strawberry.field(description="参保年度。\nYear of cover.")
