"""Forms of filings that pay, and of those of institutions (手工报销、定点协议、月结的表单)."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.vocabulary import Fen
from schema.enums import CareKind, InjuryLiability, InstitutionTier, MatterAction, RecognisedCondition
from schema.settled_claims import ClaimCostInput


@strawberry.input(
    description="手工报销的表单：已由个人现金支付的一张票据。\n"
    "Form of a reimbursement: one invoice that was paid in cash."
)
class ReimbursementFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="就医人的标识（per_…）：本人或已绑定的家庭成员。\n"
        "Id of the patient (per_…): oneself or a family member whom one has bound."
    )
    institution_id: strawberry.ID = strawberry.field(
        description="就医的医药机构的标识（ins_…），本地或异地。\n"
        "Id of the hospital or pharmacy (ins_…), here or elsewhere."
    )
    care: CareKind = strawberry.field(
        description="医疗类别；住院费用报销为住院，门诊费用报销为门诊。\n"
        "Kind of care: INPATIENT for inpatient expenses, one of an outpatient for others."
    )
    admitted_on: date = strawberry.field(description="就诊日或入院日。\nDay of the visit or admission.")
    discharged_on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="出院日，仅住院填写，默认与入院同日。\n"
        "Day of discharge, for stays only, the day of admission by default.",
    )
    invoice: str = strawberry.field(
        description="票据号码，1 至 40 个字母、数字或连字符；一张票据只报销一次。\n"
        "Number of the invoice, 1 to 40 letters, digits or hyphens; it is paid once."
    )
    costs: list[ClaimCostInput] = strawberry.field(description="费用明细，1 至 500 项。\nThe costs, 1 to 500 of them.")
    conditions: list[RecognisedCondition] = strawberry.field(
        default_factory=list,
        description="已认定的病种或情形，由经办人员核实，默认没有；慢性病和特殊病以待遇认定的记录为准，不看此项。\n"
        "What is recognised of the patient, of which the clerk makes sure; nothing by default. Chronic and special "
        "diseases are those on record, whatever is said here.",
    )
    card_last_four: str = strawberry.field(
        description="参保人收款银行账号的后四位。\nLast four digits of the insured person's bank account."
    )
    injury: InjuryLiability | None = strawberry.field(
        default=strawberry.UNSET,
        description="意外伤害就医的，有无第三方责任人，填无的即承诺没有；不是意外伤害的不填。\n"
        "For an accidental injury, whether a third party is liable; who says NO_THIRD_PARTY pledges that none is. "
        "Absent where there was no accident.",
    )


@strawberry.input(description="申请定点协议管理的表单。\nForm of applying for an agreement.")
class DesignationFilingForm:
    tier: InstitutionTier = strawberry.field(
        description="机构等级，照执业许可证照。\nTier of the institution, as its licence says."
    )


@strawberry.input(
    description="定点医药机构信息变更的表单，至少填一项。\nForm of changing what is on record, of which one is given."
)
class InstitutionChangeFilingForm:
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="新名称，2 至 120 个字符。\nNew name in Chinese, 2 to 120 characters."
    )
    name_en: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="新的英文名称，2 至 120 个字符。\nNew name in English, 2 to 120 characters.",
    )
    tier: InstitutionTier | None = strawberry.field(default=strawberry.UNSET, description="新等级。\nNew tier.")


@strawberry.input(description="中止或终止协议管理的表单。\nForm of suspending or ending an agreement.")
class AgreementSuspensionFilingForm:
    action: MatterAction = strawberry.field(description="中止或终止。\nSUSPEND or TERMINATE.")


@strawberry.input(description="恢复协议管理的表单。\nForm of resuming an agreement.")
class AgreementResumptionFilingForm:
    licence_changed: bool = strawberry.field(
        description="中止期间证照信息是否变更；变更的须提交证照。\n"
        "Whether the licence has changed meanwhile, in which case it is handed in."
    )


@strawberry.input(description="月结申请中的一笔费用。\nOne claim of a monthly statement.")
class StatementLineInput:
    claim_id: strawberry.ID = strawberry.field(description="结算的标识（clm_…）。\nId of the claim (clm_…).")
    amount: Fen = strawberry.field(
        description="应付金额，元：截至当月末尚未支付的基金和个人账户支付之和，冲正和重新核算可使其为负。\n"
        "What is due for it in yuan: what funds and account pay by postings up to the end of the month that are not "
        "paid yet, less than zero where a reversal or another adjudication makes it so."
    )


@strawberry.input(
    description="费用结算的表单：截至当月末尚未支付的全部费用。\n"
    "Form of a monthly settlement: everything up to the end of the month that is not paid yet."
)
class InstitutionStatementInput:
    month: int = strawberry.field(
        description="结算月份，例如 202412，须已结束。\nThe month, such as 202412, which must be over."
    )
    claims: int = strawberry.field(description="费用笔数。\nHow many claims there are.")
    total: Fen = strawberry.field(description="应付合计，元。\nWhat is due for all of them, in yuan.")
    lines: list[StatementLineInput] = strawberry.field(
        description="逐笔费用，最多 2000 项。\nThe claims, at most 2,000."
    )
