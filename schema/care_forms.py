"""Forms of the matters of care (待遇认定的表单)."""

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
