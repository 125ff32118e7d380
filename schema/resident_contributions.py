"""Resident contributions (城乡居民医保个人缴费): quoting, submitting, paying and finishing them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

import strawberry

from domain.vocabulary import Fen, Instant, RegionCode
from schema.arguments import EXPECTED_WHEN_PAYING, EXPECTED_WHEN_SUBMITTING, GRADE, IDEMPOTENCY_KEY, REPAIR_YEARS
from schema.declarations import declared
from schema.enrolments import Enrolment
from schema.enums import ContributionStatus, PaymentChannel, PaymentKind, ResidentContributionOrder
from schema.filters import ContributionStatusFilter, DateFilter, IntFilter, PaymentChannelFilter, RegionFilter
from schema.personal_accounts import AccountEntry, PersonalAccount
from schema.persons import Person
from schema.policy import PolicyFact
from schema.refusals import (
    AccountFrozen,
    AlreadyPaid,
    AlreadyRefunded,
    AmountChanged,
    BalanceTooLow,
    ChannelNotOffered,
    CollectionPaused,
    CollectionWindowClosed,
    CollectionWindowNotOpen,
    ContributionNotFound,
    CoverageYearTooShort,
    EnrolledElsewhere,
    IdempotencyKeyReused,
    InputNotAcceptable,
    NoPersonalAccount,
    NotEnrolled,
    NotSignedIn,
    NotThePayer,
    NotYetAtTaxBureau,
    NotYetPaid,
    PaidByAnother,
    PartyDoesNotAnswer,
    PaymentInProgress,
    PersonDeceased,
    PolicyNotStated,
    RelationNotCovered,
    SpecialPaymentRequired,
)
from schema.regions import Region
from schema.relay import After, Before, Connection, Edge, First, Last, Node
from schema.units import Unit

if TYPE_CHECKING:
    from schema.receipts import Receipt
    from schema.refunds import RefundConnection

MOST_ORDERS: Final = 100
"""How many contributions one request may pay."""


@strawberry.type(
    description="城乡居民医保个人缴费：为一个人的一个参保年度缴的一笔费用。"
    "付款人、被参保人、代收单位经办人员、本地区经办人员和运维可见。\n"
    "Resident contribution: one payment for one person and one year of cover. "
    "Seen by payer, insured person, the officer of the unit that collects it, clerks of the region and operators."
)
class ResidentContribution(Node):
    person: Person = strawberry.field(description="被参保人，由此获得待遇。\nThe person insured by it.")
    payer: Person = strawberry.field(
        description="付款人；单位代收的为其经办人员。\nThe person who pays, or the officer of the collecting unit."
    )
    collected_by: Unit | None = strawberry.field(
        description="代收单位（学校、村或社区）；非代收的为 null。\n"
        "The school or village that collects it; null where none does."
    )
    enrolment: Enrolment | None = strawberry.field(
        description="所缴的居民医保参保关系；访问者无权看到时为 null，例如为没有绑定的人缴费的付款人。\n"
        "The resident enrolment that it is paid for; null when the viewer may not see it, as one who has paid for "
        "somebody not bound to them."
    )
    region: Region = strawberry.field(
        description="参保地；其政策决定金额、征缴期和等待期。\n"
        "Place of enrolment, whose policy decides amount, window and waiting period."
    )
    coverage_year: int = strawberry.field(
        description="参保年度，公历年，例如 2025；不一定是缴费当年。\n"
        "Year of cover, such as 2025; not always the year of payment."
    )
    status: ContributionStatus = strawberry.field(description="缴费状态。\nState of the contribution.")
    channel: PaymentChannel = strawberry.field(description="缴费渠道。\nChannel of payment.")
    kind: PaymentKind = strawberry.field(description="缴费入口。\nPayment entrance.")
    amount: Fen = strawberry.field(
        description="金额，元；支付前为提交当日的应缴额，支付后为实付额。\n"
        "Amount in yuan: what was due on the day of submission until it is paid, what was paid from then on."
    )
    assistance: Fen = strawberry.field(
        description="医疗救助资助参保的金额，元，不含在 amount 内；没有资助时为 0.00。\n"
        "What medical assistance bears, in yuan, and no part of the amount; 0.00 where it bears nothing."
    )
    grade: int = strawberry.field(
        description="缴费档次；只设一档的地方为 1。\nGrade of contribution; 1 where a place has one only."
    )
    repair_years: int = strawberry.field(
        description="随本年度一并补缴的断保年数。\nHow many missed years are paid for besides the year of cover."
    )
    repair_amount: Fen = strawberry.field(
        description="金额（amount）中用于补缴断保年度的部分，元。\nHow much of the amount is for missed years, in yuan."
    )
    submitted_at: Instant = strawberry.field(description="提交时刻。\nWhen it was submitted.")
    paid_at: Instant | None = strawberry.field(
        description="支付时刻；未支付时为 null。\nWhen it was paid; null until then."
    )
    paid_on: date | None = strawberry.field(
        description="支付的业务日期（北京时间）；未支付时为 null。\n"
        "Business day of payment, Asia/Shanghai; null until paid."
    )
    coverage_from: date | None = strawberry.field(
        description="可享受待遇的首日，等待期已计算在内；未支付时为 null。\n"
        "First day on which benefits are payable, any waiting period over; null until paid."
    )
    coverage_until: date | None = strawberry.field(
        description="待遇享受末日，含当日；未支付时为 null。\nLast day of cover; null until paid."
    )
    waiting_until: date | None = strawberry.field(
        description="等待期末日，含当日；没有等待期或未支付时为 null。\n"
        "Last day of the waiting period; null when there is none, and until paid."
    )
    record_visible_at: Instant | None = strawberry.field(
        description="代缴记录可供查询的起始时刻（世界时间）；未支付时为 null。\n"
        "From when the payment record can be looked up, in world time; null until paid."
    )
    finished_at: Instant | None = strawberry.field(
        description="办结时刻；未办结时为 null。\nWhen it was finished; null until then."
    )
    receipt: Annotated[Receipt, strawberry.lazy("schema.receipts")] | None = strawberry.field(
        description="缴费凭证；未支付，或当地要求办结而尚未办结时为 null。\n"
        "The slip; null until paid, and until finished where the place asks for it."
    )

    @declared("此笔缴费的退费，按标识排序。\nRefunds of this contribution, by id.")
    def refunds(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Annotated[RefundConnection, strawberry.lazy("schema.refunds")]: ...


@strawberry.type(description="居民缴费列表中的一项。\nOne resident contribution of a list.")
class ResidentContributionEdge(Edge):
    node: ResidentContribution = strawberry.field(description="此项的居民缴费。\nThe contribution of this item.")


@strawberry.type(description="一页居民缴费。\nA page of resident contributions.")
class ResidentContributionConnection(Connection):
    edges: list[ResidentContributionEdge] = strawberry.field(
        description="本页各项，按列表顺序。\nItems of this page, in list order."
    )


@strawberry.input(
    description="居民缴费的筛选条件，须同时满足。\nConditions on resident contributions; all that are given must hold."
)
class ResidentContributionWhere:
    region: RegionFilter | None = strawberry.field(
        default=strawberry.UNSET, description="参保地。\nPlace of enrolment."
    )
    status: ContributionStatusFilter | None = strawberry.field(
        default=strawberry.UNSET, description="缴费状态。\nState of the contribution."
    )
    channel: PaymentChannelFilter | None = strawberry.field(
        default=strawberry.UNSET, description="缴费渠道。\nChannel of payment."
    )
    coverage_year: IntFilter | None = strawberry.field(
        default=strawberry.UNSET, description="参保年度。\nYear of cover."
    )
    paid_on: DateFilter | None = strawberry.field(
        default=strawberry.UNSET,
        description="支付的业务日期；给出时不含未支付的。\n"
        "Business day of payment; when given, unpaid ones are left out.",
    )


OrderResidentContributions = Annotated[
    list[ResidentContributionOrder] | None,
    strawberry.argument(
        description="排序，先列者优先；其后按标识升序，不给则只按标识。\n"
        "Order, most significant first, then by id; by id alone when absent."
    ),
]


@strawberry.type(description="测算中用到的一条政策事实及其作用。\nA policy fact that a quote rests on, and what for.")
class QuotedFact:
    role: str = strawberry.field(
        description="此事实决定了什么：relations、payerArea、enrolmentElsewhere、specialPayment、newborn、window、openDays、"
        "grade、amount、assistance、subsidy、financing、coverage、waitingPeriod、repair、recordVisibility 或 finish；"
        "同一作用可有几条。\n"
        "What it decided: relations, payerArea, enrolmentElsewhere, specialPayment, newborn, window, openDays, grade, "
        "amount, assistance, subsidy, financing, coverage, waitingPeriod, repair, recordVisibility or finish; "
        "several may share one role."
    )
    fact: PolicyFact = strawberry.field(description="政策事实及其依据。\nThe fact, with its source.")


@strawberry.type(
    description="断保年度的补缴：每补缴一年，变动待遇等待期缩短一段。\n"
    "Repair of missed years: paying for each of them shortens the variable part of the wait."
)
class ContributionRepair:
    missed_years: int = strawberry.field(
        description="本参保年度之前连续断保的年数。\nHow many years in a row were missed before this year of cover."
    )
    repairable_years: int = strawberry.field(
        description="补缴后可缩短等待期的年数，0 为补缴不缩短。\n"
        "For how many of them paying shortens the wait; 0 where it shortens nothing."
    )
    repaired_years: int = strawberry.field(
        description="本次测算补缴的年数，由近及远。\nFor how many of them this quote pays, the latest first."
    )
    amount: Fen = strawberry.field(
        description="补缴这些年度的金额，元，已含在应缴金额内。\n"
        "What paying for those years costs, in yuan; part of the amount due."
    )
    whole_amount: Fen | None = strawberry.field(
        description="补缴全部可缩短等待期的年度的金额，元；其中有年度没有文件写明标准时为 null。\n"
        "What paying for all the repairable years costs, in yuan; null where no document states the amount of one."
    )
    unrepaired_until: date = strawberry.field(
        description="一年都不补缴时的等待期末日，含当日。\nLast day of the wait when none is paid for."
    )
    repaired_until: date = strawberry.field(
        description="全部补缴时的等待期末日，含当日。\nLast day of the wait when all the repairable years are paid for."
    )


@strawberry.type(
    description="缴费测算：假如今天（世界时间）为此人缴此年度，应缴多少、何时生效。不产生任何记录。\n"
    "Quote: what would be due for this person and year if paid today in world time, and what it would buy. "
    "Nothing is recorded."
)
class ContributionQuote:
    person: Person = strawberry.field(description="被参保人。\nThe person to be insured.")
    region: RegionCode = strawberry.field(description="参保地，其政策适用。\nPlace of enrolment, whose policy applies.")
    coverage_year: int = strawberry.field(description="参保年度。\nYear of cover.")
    amount: Fen = strawberry.field(
        description="今天缴的应缴金额，元：已减去资助，已加上补缴。\n"
        "Amount due if paid today, in yuan: less assistance, and with what repairs missed years."
    )
    assistance: Fen = strawberry.field(
        description="医疗救助资助参保的金额，元；没有资助时为 0.00。\n"
        "What medical assistance bears, in yuan; 0.00 where it bears nothing."
    )
    grade: int = strawberry.field(
        description="所测算的缴费档次；只设一档的地方为 1。\n"
        "The grade of contribution that is quoted; 1 where a place has one only."
    )
    subsidy: Fen | None = strawberry.field(
        description="财政补助标准（不低于），元；没有文件写明时为 null。\n"
        "Fiscal subsidy per person, at least, in yuan; null where no document states it."
    )
    financing: Fen | None = strawberry.field(
        description="筹资标准（不低于），元；没有文件写明时为 null。\n"
        "Financing per person, at least, in yuan; null where no document states it."
    )
    kind: PaymentKind = strawberry.field(
        description="此人须用的缴费入口。\nThe payment entrance that this person must use."
    )
    in_window: bool = strawberry.field(
        description="今天是否在集中征缴期内，首尾两日都算在内。\n"
        "Whether today lies in the collection window, both its days included."
    )
    window_from: date = strawberry.field(description="集中征缴期首日，含当日。\nFirst day of the collection window.")
    window_until: date = strawberry.field(description="集中征缴期末日，含当日。\nLast day of the collection window.")
    coverage_from: date = strawberry.field(
        description="可享受待遇的首日，等待期已计算在内。\n"
        "First day on which benefits are payable, any waiting period over."
    )
    coverage_until: date = strawberry.field(description="待遇享受末日，含当日。\nLast day of cover.")
    waiting_days: int = strawberry.field(
        description="等待期的天数（日历天），0 为没有等待期。\n"
        "Length of the waiting period in calendar days; 0 for none."
    )
    waiting_until: date | None = strawberry.field(
        description="等待期末日，含当日；没有等待期时为 null。\n"
        "Last day of the waiting period; null when there is none."
    )
    repair: ContributionRepair | None = strawberry.field(
        description="断保年度及其补缴；没有因断保而等待时为 null。\n"
        "Missed years and their repair; null where nobody waits for missed years."
    )
    record_visible_after_hours: int = strawberry.field(
        description="支付后多少小时可以查询代缴记录（世界时间），0 为立即。\n"
        "How many hours of world time after payment the record can be looked up; 0 for at once."
    )
    finish_required: bool = strawberry.field(
        description="支付后是否还须办结才开具凭证；为 false 时凭证随支付开具。\n"
        "Whether it must be finished after payment for the slip to be issued; when false the payment issues it."
    )
    facts: list[QuotedFact] = strawberry.field(
        description="以上各项所依据的政策事实，最多 50 条。\nThe policy facts behind all this, at most 50."
    )


ContributionQuoteResult = Annotated[
    ContributionQuote
    | NotSignedIn
    | InputNotAcceptable
    | PersonDeceased
    | RelationNotCovered
    | NotThePayer
    | NotEnrolled
    | EnrolledElsewhere
    | AlreadyPaid
    | PaidByAnother
    | PaymentInProgress
    | ChannelNotOffered
    | NotYetAtTaxBureau
    | CollectionWindowNotOpen
    | CollectionWindowClosed
    | CollectionPaused
    | CoverageYearTooShort
    | PolicyNotStated
    | PartyDoesNotAnswer,
    strawberry.union(
        "ContributionQuoteResult",
        description="测算，或不能缴费的理由。\nThe quote, or why the contribution could not be paid.",
    ),
]


@strawberry.input(description="提交居民缴费申请的输入。\nInput of submitting a resident contribution.")
class SubmitResidentContributionInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    person_id: strawberry.ID = strawberry.field(
        description="被参保人的标识（per_…），须为本人或本人已绑定的家庭成员。\n"
        "Id of the person to be insured (per_…): the applicant, or a family member whom the applicant has bound."
    )
    coverage_year: int = strawberry.field(description="参保年度，例如 2025。\nYear of cover, such as 2025.")
    kind: PaymentKind = strawberry.field(
        default=PaymentKind.ORDINARY, description="缴费入口，默认日常缴费。\nPayment entrance, ordinary by default."
    )
    channel: PaymentChannel = strawberry.field(
        default=PaymentChannel.PERSONAL_ACCOUNT,
        description="缴费渠道，默认医保个人账户；其他渠道提交后用 startPayment 支付。\n"
        "Channel of payment, the personal account by default; others are then paid through startPayment.",
    )
    expected_amount: Fen | None = strawberry.field(default=strawberry.UNSET, description=EXPECTED_WHEN_SUBMITTING)
    grade: int = strawberry.field(default=1, description=GRADE)
    repair_years: int = strawberry.field(default=0, description=REPAIR_YEARS)


@strawberry.type(
    description="缴费申请已提交，尚未扣款；由医疗救助全额资助的，提交即为已缴费。\n"
    "The contribution is submitted and no money has moved; one that medical assistance bears whole counts as paid."
)
class ResidentContributionSubmitted:
    contribution: ResidentContribution = strawberry.field(
        description="所提交的居民缴费；本人已有同样的待缴申请时，就是那一笔。\n"
        "The contribution that was submitted; the one that the applicant has open already, if it is the same."
    )


SubmitResidentContributionResult = Annotated[
    ResidentContributionSubmitted
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PersonDeceased
    | RelationNotCovered
    | NotThePayer
    | NotEnrolled
    | EnrolledElsewhere
    | AlreadyPaid
    | PaidByAnother
    | SpecialPaymentRequired
    | PaymentInProgress
    | ChannelNotOffered
    | NotYetAtTaxBureau
    | CollectionWindowNotOpen
    | CollectionWindowClosed
    | CollectionPaused
    | CoverageYearTooShort
    | PolicyNotStated
    | NoPersonalAccount
    | AmountChanged
    | PartyDoesNotAnswer,
    strawberry.union(
        "SubmitResidentContributionResult",
        description="提交的结果，或拒绝的理由。\nThe outcome of submitting, or why it is refused.",
    ),
]


@strawberry.input(
    description="用个人账户支付居民缴费的输入。\nInput of paying a resident contribution from the personal account."
)
class PayResidentContributionInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    contribution_id: strawberry.ID = strawberry.field(
        description="要支付的居民缴费的标识（con_…），须由本人提交。\n"
        "Id of the contribution to pay (con_…), which the applicant must have submitted."
    )
    expected_amount: Fen | None = strawberry.field(default=strawberry.UNSET, description=EXPECTED_WHEN_PAYING)


@strawberry.type(
    description="居民缴费已从申请人的个人账户支付。\nThe contribution is paid from the applicant's personal account."
)
class ResidentContributionPaid:
    contribution: ResidentContribution = strawberry.field(
        description="已支付的居民缴费。\nThe contribution that was paid."
    )
    entry: AccountEntry = strawberry.field(
        description="这笔支付的账户明细，金额为负。\nThe account entry of this payment; its amount is negative."
    )
    account: PersonalAccount = strawberry.field(
        description="支付后的个人账户。\nThe personal account after the payment."
    )


PayResidentContributionResult = Annotated[
    ResidentContributionPaid
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | PersonDeceased
    | RelationNotCovered
    | NotThePayer
    | NotEnrolled
    | EnrolledElsewhere
    | ContributionNotFound
    | AlreadyPaid
    | PaidByAnother
    | AlreadyRefunded
    | SpecialPaymentRequired
    | PaymentInProgress
    | ChannelNotOffered
    | CollectionWindowNotOpen
    | CollectionWindowClosed
    | CollectionPaused
    | CoverageYearTooShort
    | PolicyNotStated
    | NoPersonalAccount
    | AccountFrozen
    | AmountChanged
    | BalanceTooLow,
    strawberry.union(
        "PayResidentContributionResult",
        description="支付的结果，或拒绝的理由；拒绝时没有扣款。\n"
        "The outcome of paying, or why it is refused; no money moves then.",
    ),
]


@strawberry.input(description="批量支付中的一笔。\nOne order among many to pay.")
class ResidentContributionOrderInput:
    contribution_id: strawberry.ID = strawberry.field(
        description="要支付的居民缴费的标识（con_…），须由本人提交。\n"
        "Id of the contribution to pay (con_…), which the applicant must have submitted."
    )
    expected_amount: Fen | None = strawberry.field(default=strawberry.UNSET, description=EXPECTED_WHEN_PAYING)


@strawberry.input(description="批量支付居民缴费的输入。\nInput of paying several resident contributions.")
class PayResidentContributionsInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    orders: list[ResidentContributionOrderInput] = strawberry.field(
        description=f"要支付的各笔，1 至 {MOST_ORDERS} 笔，按此顺序办理。\n"
        f"What to pay, 1 to {MOST_ORDERS} orders, dealt with in this order."
    )


@strawberry.type(
    description="批量支付的各笔都已答复；一笔被拒绝不影响其他各笔。\n"
    "Every order has its answer; the refusal of one does not stop another."
)
class ResidentContributionsAnswered:
    results: list[PayResidentContributionResult] = strawberry.field(
        description=f"各笔的答复，与 orders 逐项对应，最多 {MOST_ORDERS} 项。\n"
        f"The answers, one for each of the orders and in their order, at most {MOST_ORDERS}."
    )


PayResidentContributionsResult = Annotated[
    ResidentContributionsAnswered | NotSignedIn | IdempotencyKeyReused | InputNotAcceptable,
    strawberry.union(
        "PayResidentContributionsResult",
        description="各笔的答复，或整批被拒绝的理由。\nThe answers to all orders, or why the whole request is refused.",
    ),
]


@strawberry.input(description="办结居民缴费的输入。\nInput of finishing a resident contribution.")
class FinishResidentContributionInput:
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)
    contribution_id: strawberry.ID = strawberry.field(
        description="要办结的居民缴费的标识（con_…），须由本人支付；单位代收的由单位经办人员办结。\n"
        "Id of the contribution to finish (con_…), which the applicant must have paid; what a unit collected, its "
        "officer finishes."
    )


@strawberry.type(
    description="居民缴费已办结，凭证已开具：支付时没有开具的，此时开具；再次办结得到同一张凭证。\n"
    "The contribution is finished and has its slip, issued now unless the payment did; "
    "finishing it again gives the same slip."
)
class ResidentContributionFinished:
    contribution: ResidentContribution = strawberry.field(
        description="已办结的居民缴费。\nThe contribution that was finished."
    )
    receipt: Annotated[Receipt, strawberry.lazy("schema.receipts")] = strawberry.field(
        description="缴费凭证。\nThe slip."
    )


FinishResidentContributionResult = Annotated[
    ResidentContributionFinished
    | NotSignedIn
    | IdempotencyKeyReused
    | InputNotAcceptable
    | ContributionNotFound
    | AlreadyRefunded
    | NotYetPaid,
    strawberry.union(
        "FinishResidentContributionResult",
        description="办结的结果，或拒绝的理由。\nThe outcome of finishing, or why it is refused.",
    ),
]
