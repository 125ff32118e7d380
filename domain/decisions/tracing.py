"""The trace of an adjudicated claim (核算过程): a tree of steps, each of which says itself in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.policy import Fact
from domain.vocabulary import ClaimRule, Fen, yuan

MOST_STEPS = 24
"""No claim takes more: every class, two limits, three brackets, and each of the five payers."""

MOST_FACTS = 8
"""No step rests on more."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule made of an amount (核算步骤).

    `before_fen` is what the year had before the claim; `limit_fen` what the amount is held against: a deductible, a
    limit, what an account holds; `share` which share of it counts or is paid; `count` for how many days or months of
    wages it is. Each is None where the rule knows none.
    `parts` are the steps that it is made of, in order.
    """

    rule: ClaimRule
    in_fen: Fen
    out_fen: Fen
    before_fen: Fen | None = None
    limit_fen: Fen | None = None
    share: Decimal | None = None
    facts: tuple[Fact, ...] = ()
    parts: tuple[Step, ...] = ()
    count: int | None = None

    def zh(self) -> str:
        """The step as a Chinese reader is told it."""
        return _SAID[self.rule][0].format_map(self._words())

    def en(self) -> str:
        """The step as an English reader is told it."""
        return _SAID[self.rule][1].format_map(self._words())

    def _words(self) -> dict[str, str]:
        share = Decimal(0) if self.share is None else self.share
        return {
            "amount": yuan(self.in_fen),
            "result": yuan(self.out_fen),
            "before": yuan(self.before_fen or Fen(0)),
            "limit": yuan(self.limit_fen or Fen(0)),
            "count": str(self.count or 0),
            "share": f"{(share * 100).normalize():f}%",
            "points": f"{(share * 100).normalize():f}",
        }


@dataclass(frozen=True, slots=True)
class NumberedStep:
    """A step at its place in the trace, counted from 0; `parent` is the place of the step that it is part of."""

    position: int
    parent: int | None
    step: Step


def numbered(trace: Step) -> tuple[NumberedStep, ...]:
    """The trace as a list, every step after the one that it is part of."""
    listed: list[NumberedStep] = []
    waiting: list[tuple[int | None, Step]] = [(None, trace)]
    while waiting:
        parent, step = waiting.pop()
        position = len(listed)
        listed.append(NumberedStep(position, parent, step))
        waiting.extend((position, part) for part in reversed(step.parts))
    return tuple(listed)


_SAID = {
    ClaimRule.CLAIM: (
        "费用合计{amount}元，基金共支付{result}元。",
        "Of a cost of {amount} yuan, {result} are paid by the funds.",
    ),
    ClaimRule.SCOPE: (
        "费用{amount}元中，政策范围内的为{result}元。",
        "{result} of {amount} yuan are eligible cost.",
    ),
    ClaimRule.CLASS_A: (
        "甲类费用{amount}元，全部纳入政策范围。",
        "Costs of class A, {amount} yuan, count whole.",
    ),
    ClaimRule.CLASS_B: (
        "乙类费用{amount}元，个人先行自付{share}后，{result}元纳入政策范围。",
        "Of costs of class B, {amount} yuan, the person bears {share} first; {result} count.",
    ),
    ClaimRule.CLASS_C: (
        "丙类（目录外）费用{amount}元，由个人自费，不纳入政策范围。",
        "Costs of class C, {amount} yuan, lie outside the catalogue and are borne by the person.",
    ),
    ClaimRule.BASIC: (
        "政策范围内费用{amount}元，基本医疗保险支付{result}元。",
        "Of an eligible cost of {amount} yuan, basic insurance pays {result}.",
    ),
    ClaimRule.DEDUCTIBLE: (
        "{amount}元扣除起付线{limit}元，剩余{result}元。",
        "A deductible of {limit} yuan leaves {result} of {amount}.",
    ),
    ClaimRule.ELSEWHERE: (
        "就医地在参保统筹地区以外，就诊或入院当日没有备案，支付比例降低{points}个百分点，{result}元按降低后的比例支付；"
        "结算以后才办结的备案不改变已结算的费用。",
        "The care was outside the pooling area of enrolment, and no record was in force on its first day: {points} "
        "points are taken off the share of {result} yuan. A record that is completed after settlement changes nothing "
        "of it.",
    ),
    ClaimRule.RECORDED_ELSEWHERE: (
        "就医地在参保统筹地区以外，就诊或入院当日备案有效，{result}元按参保地的比例支付。",
        "The care was outside the pooling area of enrolment, and a record was in force on its first day: the share of "
        "{result} yuan is that at home.",
    ),
    ClaimRule.RATIO: (
        "{amount}元按{share}支付，为{result}元。",
        "{share} of {amount} yuan are {result}.",
    ),
    ClaimRule.CAP: (
        "年度限额{limit}元，本年已支付{before}元，{amount}元中支付{result}元。",
        "The limit of the year is {limit} yuan, of which {before} are used: {result} of {amount} are paid.",
    ),
    ClaimRule.CRITICAL_ILLNESS: (
        "基本医保报销后个人负担的政策范围内费用{amount}元，大病保险支付{result}元。",
        "Of {amount} yuan of eligible cost that basic insurance leaves, critical illness insurance pays {result}.",
    ),
    ClaimRule.CRITICAL_NOT_COUNTED: (
        "该类费用不计入大病保险，{amount}元中支付{result}元。",
        "This care does not count for critical illness insurance, which pays {result} of {amount} yuan.",
    ),
    ClaimRule.CRITICAL_BASE: (
        "本年累计基数{before}元，加本次{amount}元，为{result}元。",
        "The base of the year, {before} yuan, grows by {amount} to {result}.",
    ),
    ClaimRule.CRITICAL_BRACKET: (
        "累计基数落在本段的{amount}元，按{share}计{result}元。",
        "{amount} yuan of the base lie in this bracket; {share} of them are {result}.",
    ),
    ClaimRule.CRITICAL_ADDED: (
        "全年累计应支付{amount}元，此前已计{before}元，本次增加{result}元。",
        "The year comes to {amount} yuan, {before} of them before this claim, which adds {result}.",
    ),
    ClaimRule.ASSISTANCE: (
        "两项保险报销后个人负担的政策范围内费用{amount}元，医疗救助支付{result}元。",
        "Of {amount} yuan of eligible cost that both insurances leave, assistance pays {result}.",
    ),
    ClaimRule.ASSISTANCE_NOT_GIVEN: (
        "该人员或该类费用不享受医疗救助，{amount}元中支付{result}元。",
        "Assistance is not for this person or care and pays {result} of {amount} yuan.",
    ),
    ClaimRule.ASSISTANCE_NOT_STATED: (
        "没有文件写明救助比例：年度限额{limit}元，本年已支付{before}元，{amount}元中的救助金额无法测算，"
        "暂按{result}元计。",
        "No document states the share of assistance. Its limit is {limit} yuan a year, {before} are used, and what it "
        "pays of {amount} cannot be told; {result} are counted.",
    ),
    ClaimRule.PERSONAL: (
        "费用{amount}元中，个人负担{result}元。",
        "Of a cost of {amount} yuan, the person bears {result}.",
    ),
    ClaimRule.ACCOUNT: (
        "个人负担{amount}元，个人账户余额{limit}元，账户支付{result}元。",
        "Of {amount} yuan that the person bears, the personal account, which holds {limit}, pays {result}.",
    ),
    ClaimRule.FROM_ACCOUNT: (
        "个人负担{amount}元，个人账户支付{result}元。",
        "Of {amount} yuan that the person bears, the personal account pays {result}.",
    ),
    ClaimRule.MATERNITY_EXPENSES: (
        "生育费用{amount}元，生育保险支付{result}元。",
        "Of expenses of {amount} yuan, maternity insurance pays {result}.",
    ),
    ClaimRule.MATERNITY_LIMIT: (
        "本次生育情形的费用限额{limit}元，{amount}元中支付{result}元。",
        "The limit of what they were for is {limit} yuan: {result} of {amount} are paid.",
    ),
    ClaimRule.MATERNITY_ALLOWANCE: (
        "月平均工资{amount}元，按日折算，产假{count}天共支付{result}元。",
        "Of an average monthly wage of {amount} yuan, {result} are paid for {count} days of leave.",
    ),
    ClaimRule.AVERAGE_WAGE: (
        "单位申报的{count}人月工资合计{amount}元，月平均工资{result}元。",
        "{count} monthly wages that the unit has declared come to {amount} yuan, {result} on average.",
    ),
    ClaimRule.CASH: (
        "其余{amount}元，现金支付{result}元。",
        "Of the {amount} yuan that are left, {result} are paid in cash.",
    ),
}
