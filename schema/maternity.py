"""Maternity benefits (生育待遇): the forms by which they are filed, and what was paid."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.vocabulary import Fen
from schema.enums import MaternityBenefitKind, MaternityOccasion
from schema.settled_claims import ClaimCostInput


@strawberry.input(
    description="生育费用的表单：未联网结算、已由个人现金支付的一张票据。\n"
    "Form of maternity expenses: one invoice that was paid in cash."
)
class MaternityExpensesFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="参加生育保险的人员的标识（per_…）：本人或已绑定的家庭成员。\n"
        "Id of the person under maternity insurance (per_…): oneself or a family member whom one has bound."
    )
    institution_id: strawberry.ID = strawberry.field(
        description="就医的医疗机构的标识（ins_…）。\nId of the hospital (ins_…)."
    )
    occasion: MaternityOccasion = strawberry.field(
        description="生育情形；产前检查费为产前检查，计划生育医疗费为节育、终止妊娠、绝育或复通手术，生育医疗费为其余。\n"
        "What it was for: antenatal examinations or an operation of family planning for their expenses, a birth or a "
        "miscarriage for others."
    )
    occurred_on: date = strawberry.field(
        description="分娩、流产、手术或末次产前检查日期，在就诊或入院日期与出院日期之间。\n"
        "Day of the birth, miscarriage, operation or last antenatal examination, between the visit or admission and "
        "the discharge."
    )
    admitted_on: date = strawberry.field(
        description="就诊日或入院日，产前检查为首次检查日。\n"
        "Day of the visit or admission, or of the first antenatal examination."
    )
    discharged_on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="出院日，产前检查为末次检查日，默认与就诊同日。\n"
        "Day of discharge or of the last antenatal examination, the day of the visit by default.",
    )
    invoice: str = strawberry.field(
        description="票据号码，1 至 40 个字母、数字或连字符；一张票据只支付一次。\n"
        "Number of the invoice, 1 to 40 letters, digits or hyphens; it is paid once."
    )
    costs: list[ClaimCostInput] = strawberry.field(description="费用明细，1 至 500 项。\nThe costs, 1 to 500 of them.")
    card_last_four: str = strawberry.field(
        description="参保人收款银行账号的后四位。\nLast four digits of the insured person's bank account."
    )


@strawberry.input(
    description="生育津贴的表单，由职工所在单位填写。\n"
    "Form of the maternity allowance, by the unit of whoever is on leave."
)
class MaternityAllowanceFilingForm:
    person_id: strawberry.ID = strawberry.field(
        description="生育职工的标识（per_…）。\nId of the employee who is on leave (per_…)."
    )
    occasion: MaternityOccasion = strawberry.field(
        description="生育情形：生育或流产。\nWhat the leave is for: a birth or a miscarriage."
    )
    occurred_on: date = strawberry.field(description="分娩或流产日期。\nDay of the birth or miscarriage.")
    children: int = strawberry.field(
        default=1,
        description="婴儿数，1 至 9，流产的为 0；默认 1。\n"
        "How many children were born, 1 to 9, and 0 for a miscarriage; 1 by default.",
    )
    outside_public_payroll: bool = strawberry.field(
        default=False,
        description="是否财政供养单位的非财政供养人员，是的须提交单位承诺书；默认否。\n"
        "Whether public finance pays the unit and not the employee, for which the unit gives a commitment; no by "
        "default.",
    )


@strawberry.type(
    description="已支付的一项生育待遇；每次生育只支付一次。\nA maternity benefit that was paid; it is paid once."
)
class MaternityBenefit:
    benefit: MaternityBenefitKind = strawberry.field(description="待遇项目。\nThe benefit.")
    occasion: MaternityOccasion = strawberry.field(description="生育情形。\nWhat it was paid for.")
    occurred_on: date = strawberry.field(
        description="分娩、流产、手术或末次产前检查日期。\n"
        "Day of the birth, miscarriage, operation or last antenatal examination."
    )
    invoice: str | None = strawberry.field(
        description="票据号码；津贴为 null。\nNumber of the invoice; null for an allowance."
    )
    cost: Fen | None = strawberry.field(
        description="费用合计，元；津贴为 null。\nThe whole cost, in yuan; null for an allowance."
    )
    eligible: Fen | None = strawberry.field(
        description="计入生育费用的金额，元；津贴为 null。\nWhat of the cost counts, in yuan; null for an allowance."
    )
    children: int | None = strawberry.field(
        description="婴儿数；不是津贴时为 null。\nHow many children were born; null for expenses."
    )
    leave_days: int | None = strawberry.field(
        description="产假天数；不是津贴时为 null。\nDays of leave; null for expenses."
    )
    monthly_wage: Fen | None = strawberry.field(
        description="单位月平均工资，元；不是津贴时为 null。\n"
        "Average monthly wage of the unit, in yuan; null for expenses."
    )
