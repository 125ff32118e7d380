"""Events (事件): what has happened, in order, each written in the transaction that made it true."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Fen, Instant, RegionCode
from schema.account_withdrawals import AccountWithdrawal
from schema.consents import Consent
from schema.disbursements import Disbursement
from schema.employee_contributions import EmployeeBill
from schema.enrolments import Enrolment
from schema.enums import (
    AgreementMove,
    AgreementStatus,
    CareKind,
    DataType,
    DisbursementPurpose,
    EmployeeContributionKind,
    EntryKind,
    EventType,
    FilingMove,
    FilingStatus,
    MatterCode,
    PaymentChannel,
    PersonDetail,
    PersonType,
    RefundReason,
    Relation,
    RevealReason,
    Scheme,
    TerminationReason,
    TimerKind,
    UnitKind,
    WithdrawalReason,
)
from schema.family_bindings import FamilyBinding
from schema.filings import Filing
from schema.institutions import Institution
from schema.payees import Payee
from schema.payment_certificates import PaymentCertificate
from schema.payment_orders import PaymentOrder
from schema.personal_accounts import AccountEntry, PersonalAccount
from schema.persons import Person
from schema.refunds import Refund
from schema.relay import Connection, Edge, Node
from schema.resident_contributions import ResidentContribution
from schema.scalars import Cursor
from schema.settled_claims import Claim
from schema.transfers import EnrolmentTransfer
from schema.units import Unit

EventRegions = Annotated[
    list[RegionCode] | None,
    strawberry.argument(
        description="只取这些地区的事件，省、市的代码含其下所有地区，至多 100 个；不给则取全部，空列表不取任何事件。\n"
        "Only events of these regions, at most 100; the code of a province or city stands for all within it. "
        "All when absent, none for an empty list."
    ),
]
EventSubjects = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(
        description="只取关系到这些人的事件（per_…），至多 100 人；访问者看不到的人没有事件。"
        "不给则取全部，空列表不取任何事件。\n"
        "Only events that are about these persons (per_…), at most 100; there are none of whom the viewer may not see. "
        "All when absent, none for an empty list."
    ),
]
EventTypes = Annotated[
    list[EventType] | None,
    strawberry.argument(
        description="只取这些类型的事件；不给则取全部，空列表不取任何事件。\n"
        "Only events of these types; all when absent, none for an empty list."
    ),
]


@strawberry.interface(
    description="事件：已经发生的事实。自身的值是写下时的快照，指向的对象则是现在的样子。"
    "本人可见与自己有关的，经办人员可见本地区的，合作应用可见其获准且本人授权的，运维和审计人员可见全部。\n"
    "Event: a fact that has come about. Its own values are a snapshot of what was written; the objects it links to are "
    "as they are now. Citizens see what concerns them, clerks their region, partners' apps what they were granted of "
    "who has consented, operators and auditors everything."
)
class Event(Node):
    cursor: Cursor = strawberry.field(
        description="事件在日志中的位置；重新连接时传给 after，不漏也不重。\n"
        "Place of the event in the log; give it to after when reconnecting, and nothing is missed or seen twice."
    )
    type: EventType = strawberry.field(description="事件类型。\nKind of event.")
    occurred_at: Instant = strawberry.field(description="发生时刻（世界时间）。\nWhen it came about, in world time.")
    region: RegionCode = strawberry.field(description="事件所属地区。\nRegion that the event belongs to.")
    actor: Person | None = strawberry.field(
        description="办理人；由平台自身或经办人员办理，或访问者无权看到此人时为 null。\n"
        "Who acted; null when the platform itself or a clerk did, or when the viewer may not see that person."
    )
    subject: Person | None = strawberry.field(
        description="事件所关系的人；与个人无关，或访问者无权看到此人时为 null。\n"
        "Whose matter it is; null when it is nobody's, or when the viewer may not see that person."
    )
    cause: str = strawberry.field(
        description="起因：请求编号，与答复的 X-Request-Id 相同；到期自动办理的为空，见 timer。\n"
        "What brought it about: the request's id, as in the answer's X-Request-Id; empty for what the platform did "
        "because it was due, see timer."
    )
    version: int = strawberry.field(
        description="写下此事件时所用的格式版本；同一类型的字段含义不因版本而变，较早的版本可能缺少后来才记的内容。\n"
        "Version of the form in which the event was written. Fields mean the same in all; an earlier one may lack what "
        "was only written later."
    )
    province: RegionCode = strawberry.field(description="事件所属省份。\nProvince that the event belongs to.")
    idempotency_key: str | None = strawberry.field(
        description="引起此事件的操作的幂等键；只有办理人本人、运维和审计人员可见，到期自动办理的为 null。\n"
        "Idempotency key of the mutation that brought it about; seen by whoever acted, operators and auditors alone, "
        "null for what the platform did because it was due."
    )
    timer: TimerKind | None = strawberry.field(
        description="到期自动办理的事项；由请求引起的为 null。\n"
        "What the platform did because it was due; null where a request brought it about."
    )


@strawberry.type(description="家庭成员已绑定。\nA family member was bound.")
class FamilyMemberBoundEvent(Event):
    binding: FamilyBinding | None = strawberry.field(
        description="该绑定；访问者无权看到时为 null。\nThe binding; null when the viewer may not see it."
    )
    relation: Relation = strawberry.field(
        description="成员是账户所有人的什么人。\nWhat the member is to the account holder."
    )


@strawberry.type(description="家庭成员已解绑。\nA family member was unbound.")
class FamilyMemberUnboundEvent(Event):
    binding: FamilyBinding | None = strawberry.field(
        description="该绑定；访问者无权看到时为 null。\nThe binding; null when the viewer may not see it."
    )
    relation: Relation = strawberry.field(
        description="成员是账户所有人的什么人。\nWhat the member is to the account holder."
    )


@strawberry.type(description="已实名认证。\nSomebody was verified to be who they say.")
class IdentityVerifiedEvent(Event):
    person: Person | None = strawberry.field(
        description="本人；访问者无权看到时为 null。\nThe person; null when the viewer may not see them."
    )


@strawberry.type(
    description="某人的完整信息已被经办人员调取；由谁调取见访问留痕。\n"
    "A person's full values were revealed to a clerk; the audit trail says to whom."
)
class IdentityRevealedEvent(Event):
    person: Person | None = strawberry.field(
        description="本人；访问者无权看到时为 null。\nThe person; null when the viewer may not see them."
    )
    reason: RevealReason = strawberry.field(description="调取的理由。\nWhy they were asked for.")


@strawberry.type(
    description="某人登记的信息已变更；只说明变更了哪些，不说明变更前后的内容。\n"
    "What is on record of a person was changed; which details is told, and neither what they were nor what they are."
)
class PersonInformationChangedEvent(Event):
    person: Person | None = strawberry.field(
        description="本人；访问者无权看到时为 null。\nThe person; null when the viewer may not see them."
    )
    changed: list[PersonDetail] = strawberry.field(description="变更的各项，最多 5 项。\nWhat was changed, at most 5.")


@strawberry.type(description="缴费对象已添加。\nA payee was added.")
class PayeeAddedEvent(Event):
    payee: Payee | None = strawberry.field(
        description="该缴费对象；访问者无权看到时为 null。\nThe payee; null when the viewer may not see them."
    )


@strawberry.type(description="缴费对象已移除。\nA payee was removed.")
class PayeeRemovedEvent(Event):
    payee: Payee | None = strawberry.field(
        description="该缴费对象；访问者无权看到时为 null。\nThe payee; null when the viewer may not see them."
    )


@strawberry.type(description="已向合作应用授权。\nA consent was given to a partner's app.")
class ConsentGivenEvent(Event):
    consent: Consent | None = strawberry.field(
        description="该授权；访问者无权看到时为 null。\nThe consent; null when the viewer may not see it."
    )
    data_type: DataType = strawberry.field(description="授权的数据类型。\nType of data that may be seen.")


@strawberry.type(description="已撤回对合作应用的授权。\nA consent to a partner's app was withdrawn.")
class ConsentWithdrawnEvent(Event):
    consent: Consent | None = strawberry.field(
        description="该授权；访问者无权看到时为 null。\nThe consent; null when the viewer may not see it."
    )
    data_type: DataType = strawberry.field(description="曾授权的数据类型。\nType of data that might be seen.")


@strawberry.type(description="居民缴费申请已提交。\nA resident contribution was submitted.")
class ResidentContributionSubmittedEvent(Event):
    contribution: ResidentContribution | None = strawberry.field(
        description="该笔居民缴费；访问者无权看到时为 null。\nThe contribution; null when the viewer may not see it."
    )
    amount: Fen = strawberry.field(
        description="提交当日的应缴金额，元。\nAmount due on the day of submission, in yuan."
    )
    coverage_year: int = strawberry.field(description="参保年度。\nYear of cover.")


@strawberry.type(description="居民缴费已支付。\nA resident contribution was paid.")
class ResidentContributionPaidEvent(Event):
    contribution: ResidentContribution | None = strawberry.field(
        description="该笔居民缴费；访问者无权看到时为 null。\nThe contribution; null when the viewer may not see it."
    )
    amount: Fen = strawberry.field(description="实付金额，元。\nAmount paid, in yuan.")
    coverage_year: int = strawberry.field(description="参保年度。\nYear of cover.")


@strawberry.type(description="居民缴费已办结，凭证已开具。\nA resident contribution was finished and has its slip.")
class ResidentContributionFinishedEvent(Event):
    contribution: ResidentContribution | None = strawberry.field(
        description="该笔居民缴费；访问者无权看到时为 null。\nThe contribution; null when the viewer may not see it."
    )
    receipt_number: str = strawberry.field(description="凭证号。\nNumber of the slip.")


@strawberry.type(description="支付已发起，渠道将收款。\nA payment was started; its channel is to collect.")
class PaymentStartedEvent(Event):
    order: PaymentOrder | None = strawberry.field(
        description="支付订单；访问者无权看到时为 null。\nThe payment order; null when the viewer may not see it."
    )
    channel: PaymentChannel = strawberry.field(description="缴费渠道。\nChannel of payment.")
    amount: Fen = strawberry.field(description="金额，元。\nAmount in yuan.")
    coverage_year: int | None = strawberry.field(
        description="居民缴费的参保年度；支付职工医保缴费单时为 null。\n"
        "Year of cover of a resident contribution; null where a bill of the employee scheme is paid."
    )


@strawberry.type(
    description="支付结果未知，渠道没有答复；平台会再查询。\n"
    "What became of a payment is unknown: its channel does not answer, and is asked again."
)
class PaymentUnansweredEvent(Event):
    order: PaymentOrder | None = strawberry.field(
        description="支付订单；访问者无权看到时为 null。\nThe payment order; null when the viewer may not see it."
    )
    channel: PaymentChannel = strawberry.field(description="缴费渠道。\nChannel of payment.")
    amount: Fen = strawberry.field(description="金额，元。\nAmount in yuan.")
    coverage_year: int | None = strawberry.field(
        description="居民缴费的参保年度；支付职工医保缴费单时为 null。\n"
        "Year of cover of a resident contribution; null where a bill of the employee scheme is paid."
    )


@strawberry.type(description="支付失败，渠道没有收款。\nA payment failed; its channel did not collect.")
class PaymentFailedEvent(Event):
    order: PaymentOrder | None = strawberry.field(
        description="支付订单；访问者无权看到时为 null。\nThe payment order; null when the viewer may not see it."
    )
    channel: PaymentChannel = strawberry.field(description="缴费渠道。\nChannel of payment.")
    amount: Fen = strawberry.field(description="金额，元。\nAmount in yuan.")
    coverage_year: int | None = strawberry.field(
        description="居民缴费的参保年度；支付职工医保缴费单时为 null。\n"
        "Year of cover of a resident contribution; null where a bill of the employee scheme is paid."
    )


@strawberry.type(description="付款人已作废支付订单。\nThe payer gave a payment order up.")
class PaymentVoidedEvent(Event):
    order: PaymentOrder | None = strawberry.field(
        description="支付订单；访问者无权看到时为 null。\nThe payment order; null when the viewer may not see it."
    )
    channel: PaymentChannel = strawberry.field(description="缴费渠道。\nChannel of payment.")
    amount: Fen = strawberry.field(description="金额，元。\nAmount in yuan.")
    coverage_year: int | None = strawberry.field(
        description="居民缴费的参保年度；支付职工医保缴费单时为 null。\n"
        "Year of cover of a resident contribution; null where a bill of the employee scheme is paid."
    )


@strawberry.type(description="居民缴费的退费已申请。\nA refund of a resident contribution was asked for.")
class ContributionRefundRequestedEvent(Event):
    refund: Refund | None = strawberry.field(
        description="该退费；访问者无权看到时为 null。\nThe refund; null when the viewer may not see it."
    )
    reason: RefundReason = strawberry.field(description="退费情形。\nWhy it is given back.")
    amount: Fen = strawberry.field(description="退费金额，元。\nAmount to be given back, in yuan.")
    coverage_year: int = strawberry.field(description="参保年度。\nYear of cover.")


@strawberry.type(description="居民缴费已退费，款项已退回。\nA resident contribution was refunded; the money is back.")
class ResidentContributionRefundedEvent(Event):
    refund: Refund | None = strawberry.field(
        description="该退费；访问者无权看到时为 null。\nThe refund; null when the viewer may not see it."
    )
    reason: RefundReason = strawberry.field(description="退费情形。\nWhy it was given back.")
    amount: Fen = strawberry.field(description="退回的金额，元。\nAmount given back, in yuan.")
    coverage_year: int = strawberry.field(description="参保年度。\nYear of cover.")


@strawberry.type(description="缴费证明已开具。\nA payment certificate was issued.")
class PaymentCertificateIssuedEvent(Event):
    certificate: PaymentCertificate | None = strawberry.field(
        description="该证明；访问者无权看到时为 null。\nThe certificate; null when the viewer may not see it."
    )
    first_year: int = strawberry.field(description="起始参保年度，含。\nFirst year of cover, included.")
    last_year: int = strawberry.field(description="截止参保年度，含。\nLast year of cover, included.")


@strawberry.type(description="居民参保已登记。\nA resident was registered.")
class EnrolmentRegisteredEvent(Event):
    enrolment: Enrolment | None = strawberry.field(
        description="参保关系；访问者无权看到时为 null。\nThe enrolment; null when the viewer may not see it."
    )
    scheme: Scheme = strawberry.field(description="险种。\nInsurance scheme.")
    person_type: PersonType = strawberry.field(description="人员类别。\nPerson type.")
    visible_to_tax_at: Instant | None = strawberry.field(
        description="税务部门自何时起查得到（世界时间）；立即可查的为 null。\n"
        "From when the tax bureau sees it, in world time; null where it does at once."
    )


@strawberry.type(description="医保电子凭证已激活。\nAn electronic certificate was activated.")
class ElectronicCertificateActivatedEvent(Event):
    person: Person | None = strawberry.field(
        description="凭证的持有人；访问者无权看到时为 null。\nWhose it is; null when the viewer may not see them."
    )


@strawberry.type(description="其他省已暂停参保。\nAnother province has suspended an enrolment.")
class OutsideEnrolmentSuspendedEvent(Event):
    person: Person | None = strawberry.field(
        description="参保人；访问者无权看到时为 null。\nThe person; null when the viewer may not see them."
    )
    place: RegionCode = strawberry.field(description="原参保地。\nPlace of origin.")
    visible_at: Instant = strawberry.field(
        description="自何时起查得到（世界时间）。\nFrom when it is seen, in world time."
    )


@strawberry.type(description="参保已暂停。\nAn enrolment was suspended.")
class EnrolmentSuspendedEvent(Event):
    enrolment: Enrolment | None = strawberry.field(
        description="参保关系；访问者无权看到时为 null。\nThe enrolment; null when the viewer may not see it."
    )
    scheme: Scheme = strawberry.field(description="险种。\nInsurance scheme.")
    visible_at: Instant | None = strawberry.field(
        description="外地自何时起查得到（世界时间）；立即可查的为 null。\n"
        "From when other places see it, in world time; null where they do at once."
    )


@strawberry.type(description="参保已恢复。\nAn enrolment was resumed.")
class EnrolmentResumedEvent(Event):
    enrolment: Enrolment | None = strawberry.field(
        description="参保关系；访问者无权看到时为 null。\nThe enrolment; null when the viewer may not see it."
    )
    scheme: Scheme = strawberry.field(description="险种。\nInsurance scheme.")


@strawberry.type(description="参保已终止。\nAn enrolment was terminated.")
class EnrolmentTerminatedEvent(Event):
    enrolment: Enrolment | None = strawberry.field(
        description="参保关系；访问者无权看到时为 null。\nThe enrolment; null when the viewer may not see it."
    )
    scheme: Scheme = strawberry.field(description="险种。\nInsurance scheme.")
    reason: TerminationReason | None = strawberry.field(
        description="终止的原因；不是由个人申请终止的为 null。\nWhy it was terminated; null where nobody asked for it."
    )


@strawberry.type(description="个人账户已划入一笔款。\nMoney was credited to a personal account.")
class AccountCreditedEvent(Event):
    account: PersonalAccount | None = strawberry.field(
        description="该账户；访问者无权看到时为 null。\nThe account; null when the viewer may not see it."
    )
    entry: AccountEntry | None = strawberry.field(
        description="该笔明细；访问者无权看到时为 null。\nIts entry; null when the viewer may not see it."
    )
    kind: EntryKind = strawberry.field(description="收支类型。\nWhat moved the money.")
    amount: Fen = strawberry.field(description="划入金额，元。\nAmount credited, in yuan.")
    balance: Fen = strawberry.field(description="此笔之后的余额，元。\nBalance after it, in yuan.")
    business_on: date = strawberry.field(description="该笔所属的业务日期。\nDay that it counts for.")


@strawberry.type(description="个人账户已一次性支取并销户。\nA personal account was drawn in one sum and closed.")
class AccountWithdrawnEvent(Event):
    withdrawal: AccountWithdrawal | None = strawberry.field(
        description="该笔支取；访问者无权看到时为 null。\nThe withdrawal; null when the viewer may not see it."
    )
    reason: WithdrawalReason = strawberry.field(description="支取原因。\nWhy it was drawn.")
    amount: Fen = strawberry.field(description="支取金额，元，含利息。\nAmount in yuan, interest included.")
    payable_by: date = strawberry.field(description="款项最迟到账日。\nDay by which the money is at the bank.")


@strawberry.type(description="个人账户一年的利息已入账。\nThe interest of a year was paid into a personal account.")
class InterestPaidEvent(Event):
    account: PersonalAccount | None = strawberry.field(
        description="该账户；访问者无权看到时为 null。\nThe account; null when the viewer may not see it."
    )
    entry: AccountEntry | None = strawberry.field(
        description="该笔明细；访问者无权看到时为 null。\nIts entry; null when the viewer may not see it."
    )
    amount: Fen = strawberry.field(description="利息，元。\nInterest, in yuan.")
    balance: Fen = strawberry.field(description="此笔之后的余额，元。\nBalance after it, in yuan.")
    business_on: date = strawberry.field(description="计息年度的最后一日。\nLast day of the year of interest.")


@strawberry.type(description="一笔费用已结算。\nA claim was settled.")
class ClaimSettledEvent(Event):
    claim: Claim | None = strawberry.field(
        description="该笔结算；访问者无权看到时为 null。\nThe claim; null when the viewer may not see it."
    )
    care: CareKind = strawberry.field(description="医疗类别。\nKind of care.")
    pooled: Fen = strawberry.field(description="基本医保统筹基金支付，元。\nPaid by basic insurance, in yuan.")
    critical_illness: Fen = strawberry.field(
        description="大病保险支付，元。\nPaid by critical illness insurance, in yuan."
    )
    assistance: Fen = strawberry.field(description="医疗救助支付，元。\nPaid by medical assistance, in yuan.")
    account: Fen = strawberry.field(description="个人账户支付，元。\nPaid from the personal account, in yuan.")
    cash: Fen = strawberry.field(description="个人现金支付，元。\nPaid in cash, in yuan.")


@strawberry.type(
    description="一笔结算因同年其他结算的增减而重新核算；金额为差额。\n"
    "A claim was adjudicated again because another of its year came or went; amounts are the differences."
)
class ClaimReadjudicatedEvent(Event):
    claim: Claim | None = strawberry.field(
        description="该笔结算；访问者无权看到时为 null。\nThe claim; null when the viewer may not see it."
    )
    care: CareKind = strawberry.field(description="医疗类别。\nKind of care.")
    pooled: Fen = strawberry.field(description="基本医保统筹基金支付，元。\nPaid by basic insurance, in yuan.")
    critical_illness: Fen = strawberry.field(
        description="大病保险支付，元。\nPaid by critical illness insurance, in yuan."
    )
    assistance: Fen = strawberry.field(description="医疗救助支付，元。\nPaid by medical assistance, in yuan.")
    account: Fen = strawberry.field(description="个人账户支付，元。\nPaid from the personal account, in yuan.")
    cash: Fen = strawberry.field(description="个人现金支付，元。\nPaid in cash, in yuan.")


@strawberry.type(
    description="一笔结算已冲正；金额为退回，故为负。\n"
    "A claim was reversed; amounts are what goes back, and so negative."
)
class ClaimReversedEvent(Event):
    claim: Claim | None = strawberry.field(
        description="该笔结算；访问者无权看到时为 null。\nThe claim; null when the viewer may not see it."
    )
    care: CareKind = strawberry.field(description="医疗类别。\nKind of care.")
    pooled: Fen = strawberry.field(description="基本医保统筹基金支付，元。\nPaid by basic insurance, in yuan.")
    critical_illness: Fen = strawberry.field(
        description="大病保险支付，元。\nPaid by critical illness insurance, in yuan."
    )
    assistance: Fen = strawberry.field(description="医疗救助支付，元。\nPaid by medical assistance, in yuan.")
    account: Fen = strawberry.field(description="个人账户支付，元。\nPaid from the personal account, in yuan.")
    cash: Fen = strawberry.field(description="个人现金支付，元。\nPaid in cash, in yuan.")


@strawberry.type(
    description="一家医药机构的定点协议已签订、变更、中止、恢复或终止。\n"
    "The agreement of an institution was signed, changed, suspended, resumed or ended."
)
class AgreementMovedEvent(Event):
    institution: Institution | None = strawberry.field(description="该机构。\nThe institution.")
    move: AgreementMove = strawberry.field(description="所发生的变化。\nWhat was done.")
    status: AgreementStatus = strawberry.field(description="之后的状态。\nIts state after it.")
    counts_from: date = strawberry.field(description="自何日起生效。\nThe day from which it counts.")


@strawberry.type(description="一笔款项已拨付。\nMoney was paid out.")
class DisbursedEvent(Event):
    disbursement: Disbursement | None = strawberry.field(
        description="该笔拨付；访问者无权看到时为 null。\nThe payment; null when the viewer may not see it."
    )
    purpose: DisbursementPurpose = strawberry.field(description="为何拨付。\nWhy it was paid.")
    amount: Fen = strawberry.field(description="金额，元。\nAmount in yuan.")


@strawberry.type(description="单位已参保登记。\nA unit was registered.")
class UnitRegisteredEvent(Event):
    unit: Unit | None = strawberry.field(description="该单位。\nThe unit.")
    name: str = strawberry.field(description="登记的名称。\nName as registered.")
    kind: UnitKind = strawberry.field(description="登记的单位类型。\nKind of unit as registered.")


@strawberry.type(description="单位参保登记已变更。\nThe registration of a unit was changed.")
class UnitChangedEvent(Event):
    unit: Unit | None = strawberry.field(description="该单位。\nThe unit.")
    name: str = strawberry.field(description="变更后的名称。\nName after the change.")
    kind: UnitKind = strawberry.field(description="变更后的单位类型。\nKind of unit after the change.")
    moved_enrolments: int = strawberry.field(
        description="随单位转到新地区的参保关系条数。\nHow many enrolments went with the unit to its new place."
    )


@strawberry.type(description="单位已暂停参保。\nA unit was suspended.")
class UnitSuspendedEvent(Event):
    unit: Unit | None = strawberry.field(description="该单位。\nThe unit.")
    name: str = strawberry.field(description="当时的单位名称。\nName of the unit then.")


@strawberry.type(description="单位已恢复参保。\nA unit was resumed.")
class UnitResumedEvent(Event):
    unit: Unit | None = strawberry.field(description="该单位。\nThe unit.")
    name: str = strawberry.field(description="当时的单位名称。\nName of the unit then.")


@strawberry.type(description="单位参保登记已注销。\nA unit was cancelled.")
class UnitCancelledEvent(Event):
    unit: Unit | None = strawberry.field(description="该单位。\nThe unit.")
    name: str = strawberry.field(description="当时的单位名称。\nName of the unit then.")


@strawberry.type(description="单位已申报一个月的缴费工资。\nA unit has declared the wages of a month.")
class WagesDeclaredEvent(Event):
    bill: EmployeeBill | None = strawberry.field(
        description="形成的缴费单；访问者无权看到时为 null。\nThe bill; null when the viewer may not see it."
    )
    unit: Unit | None = strawberry.field(description="申报的单位。\nThe unit that declared.")
    kind: EmployeeContributionKind = strawberry.field(description="缴费类型。\nWhat the contributions are for.")
    month: int = strawberry.field(description="申报的年月，例如 202412。\nMonth that was declared, such as 202412.")
    persons: int = strawberry.field(description="申报的人数。\nHow many persons were declared.")
    amount: Fen = strawberry.field(description="应缴合计，元。\nAmount due altogether, in yuan.")


@strawberry.type(
    description="单位已更正一个月的缴费工资，差额待缴。\n"
    "A unit has corrected the wages of a month; the difference is due."
)
class WagesCorrectedEvent(Event):
    bill: EmployeeBill | None = strawberry.field(
        description="补差的缴费单；访问者无权看到时为 null。\n"
        "The bill over the difference; null when the viewer may not see it."
    )
    unit: Unit | None = strawberry.field(description="更正的单位。\nThe unit that corrected them.")
    month: int = strawberry.field(description="更正的年月，例如 202412。\nMonth that was corrected, such as 202412.")
    persons: int = strawberry.field(description="更正的人数。\nHow many persons were corrected.")
    amount: Fen = strawberry.field(description="差额合计，元。\nDifference altogether, in yuan.")


@strawberry.type(description="灵活就业人员已申报本人的缴费月份。\nA flexible worker has declared months of their own.")
class OwnMonthsDeclaredEvent(Event):
    bill: EmployeeBill | None = strawberry.field(
        description="形成的缴费单；访问者无权看到时为 null。\nThe bill; null when the viewer may not see it."
    )
    month: int = strawberry.field(description="最后一个月，例如 202412。\nThe last month, such as 202412.")
    months: int = strawberry.field(description="月数。\nHow many months.")
    amount: Fen = strawberry.field(description="应缴合计，元。\nAmount due altogether, in yuan.")


@strawberry.type(
    description="退休时所差月数的趸缴已申报。\nThe months that are short at retirement are to be settled at once."
)
class LumpSumDeclaredEvent(Event):
    bill: EmployeeBill | None = strawberry.field(
        description="形成的缴费单；访问者无权看到时为 null。\nThe bill; null when the viewer may not see it."
    )
    months: int = strawberry.field(description="月数。\nHow many months.")
    amount: Fen = strawberry.field(description="趸缴金额，元。\nThe lump sum, in yuan.")


@strawberry.type(description="已由在职转为退休人员。\nSomebody who worked is insured as a pensioner now.")
class RetiredEvent(Event):
    enrolment: Enrolment | None = strawberry.field(
        description="参保关系；访问者无权看到时为 null。\nThe enrolment; null when the viewer may not see it."
    )


@strawberry.type(description="职工医保缴费单已缴费。\nA bill of the employee scheme was paid.")
class EmployeeBillPaidEvent(Event):
    bill: EmployeeBill | None = strawberry.field(
        description="该缴费单；访问者无权看到时为 null。\nThe bill; null when the viewer may not see it."
    )
    order: PaymentOrder | None = strawberry.field(
        description="支付订单；访问者无权看到时为 null。\nThe payment order; null when the viewer may not see it."
    )
    month: int = strawberry.field(description="所属年月，例如 202412。\nMonth it is for, such as 202412.")
    persons: int = strawberry.field(description="人数。\nHow many persons it is for.")
    amount: Fen = strawberry.field(description="实缴金额，元，含滞纳金。\nAmount paid, late fee included, in yuan.")
    late_fee: Fen = strawberry.field(description="其中滞纳金，元。\nLate fee in it, in yuan.")
    paid_on: date = strawberry.field(
        description="缴费的业务日期，即发起支付的当日。\nBusiness day of the payment: that on which it was started."
    )


@strawberry.type(
    description="职工医保缴费单重复缴纳的款项已转缴费渠道退回：渠道先答复未收款，改由其他订单支付后又确认收款。\n"
    "What was paid twice for a bill of the employee scheme is on its way back: its channel had said that it did not "
    "collect, and confirmed it after another order had been started."
)
class EmployeeBillRefundRequestedEvent(Event):
    refund: Refund | None = strawberry.field(
        description="该退费；访问者无权看到时为 null。\nThe refund; null when the viewer may not see it."
    )
    bill: EmployeeBill | None = strawberry.field(
        description="该缴费单；访问者无权看到时为 null。\nThe bill; null when the viewer may not see it."
    )
    reason: RefundReason = strawberry.field(description="退费情形。\nWhy it is given back.")
    amount: Fen = strawberry.field(description="退费金额，元。\nAmount to be given back, in yuan.")
    month: int = strawberry.field(description="所属年月，例如 202412。\nMonth the bill is for, such as 202412.")


@strawberry.type(
    description="职工医保缴费单重复缴纳的款项已退回付款人。\n"
    "What was paid twice for a bill of the employee scheme is back with its payer."
)
class EmployeeBillRefundedEvent(Event):
    refund: Refund | None = strawberry.field(
        description="该退费；访问者无权看到时为 null。\nThe refund; null when the viewer may not see it."
    )
    bill: EmployeeBill | None = strawberry.field(
        description="该缴费单；访问者无权看到时为 null。\nThe bill; null when the viewer may not see it."
    )
    reason: RefundReason = strawberry.field(description="退费情形。\nWhy it was given back.")
    amount: Fen = strawberry.field(description="退回的金额，元。\nAmount given back, in yuan.")
    month: int = strawberry.field(description="所属年月，例如 202412。\nMonth the bill is for, such as 202412.")


@strawberry.type(description="转移接续已申请。\nA transfer of the insurance relation was applied for.")
class TransferAppliedEvent(Event):
    transfer: EnrolmentTransfer | None = strawberry.field(
        description="该笔转移接续；访问者无权看到时为 null。\nThe transfer; null when the viewer may not see it."
    )
    from_region: RegionCode = strawberry.field(description="转出地（市）。\nThe city that is left.")


@strawberry.type(description="转出地已寄出信息表。\nThe old place has sent its form.")
class TransferFormSentEvent(Event):
    transfer: EnrolmentTransfer | None = strawberry.field(
        description="该笔转移接续；访问者无权看到时为 null。\nThe transfer; null when the viewer may not see it."
    )
    from_region: RegionCode = strawberry.field(description="转出地（市）。\nThe city that is left.")
    months: int = strawberry.field(description="信息表所载缴费月数。\nMonths that the form states.")


@strawberry.type(description="转移接续已办结。\nA transfer of the insurance relation is done.")
class TransferCompletedEvent(Event):
    transfer: EnrolmentTransfer | None = strawberry.field(
        description="该笔转移接续；访问者无权看到时为 null。\nThe transfer; null when the viewer may not see it."
    )
    from_region: RegionCode = strawberry.field(description="转出地（市）。\nThe city that is left.")
    months_carried: int = strawberry.field(description="转入的月数。\nMonths carried over.")


@strawberry.type(description="转移接续已撤销。\nA transfer of the insurance relation was withdrawn.")
class TransferWithdrawnEvent(Event):
    transfer: EnrolmentTransfer | None = strawberry.field(
        description="该笔转移接续；访问者无权看到时为 null。\nThe transfer; null when the viewer may not see it."
    )
    from_region: RegionCode = strawberry.field(description="转出地（市）。\nThe city that is left.")


@strawberry.type(description="办件流转了一步。\nA filing was moved.")
class FilingMovedEvent(Event):
    filing: Filing | None = strawberry.field(
        description="该办件；访问者无权看到时为 null。\nThe filing; null when the viewer may not see it."
    )
    matter: MatterCode = strawberry.field(description="事项代码。\nCode of the matter.")
    move: FilingMove = strawberry.field(description="所进行的操作。\nWhat was done to it.")
    status: FilingStatus = strawberry.field(description="操作之后的状态。\nWhere it stood after that.")


@strawberry.type(description="办件超期：最后一日已过而未结束。\nA filing is overdue: its last day has passed.")
class FilingOverdueEvent(Event):
    filing: Filing | None = strawberry.field(
        description="该办件；访问者无权看到时为 null。\nThe filing; null when the viewer may not see it."
    )
    matter: MatterCode = strawberry.field(description="事项代码。\nCode of the matter.")
    status: FilingStatus = strawberry.field(description="当时的状态。\nWhere it stood then.")
    due_on: date = strawberry.field(description="已过的最后一日。\nThe last day that has passed.")


@strawberry.type(description="办件已委托代办人，告知代办人。\nA filing was entrusted to an agent, who is told so.")
class FilingEntrustedEvent(Event):
    filing: Filing | None = strawberry.field(
        description="该办件；访问者无权看到时为 null。\nThe filing; null when the viewer may not see it."
    )
    matter: MatterCode = strawberry.field(description="事项代码。\nCode of the matter.")
    status: FilingStatus = strawberry.field(description="当时的状态。\nWhere it stood then.")


@strawberry.type(
    description="办件的委托已撤销，或代办人已辞去，告知代办人。\n"
    "A filing has its agent no more, revoked or by the agent's own wish; the agent is told so."
)
class FilingAgentRevokedEvent(Event):
    filing: Filing | None = strawberry.field(
        description="该办件；访问者无权看到时为 null。\nThe filing; null when the viewer may not see it."
    )
    matter: MatterCode = strawberry.field(description="事项代码。\nCode of the matter.")
    status: FilingStatus = strawberry.field(description="当时的状态。\nWhere it stood then.")


@strawberry.type(
    description="一次性告知超期：材料不全，而告知的最后一日已过。\n"
    "What a filing lacks is not told: the last day for it has passed."
)
class NoticeOverdueEvent(Event):
    filing: Filing | None = strawberry.field(
        description="该办件；访问者无权看到时为 null。\nThe filing; null when the viewer may not see it."
    )
    matter: MatterCode = strawberry.field(description="事项代码。\nCode of the matter.")
    status: FilingStatus = strawberry.field(description="当时的状态。\nWhere it stood then.")
    notice_by: date = strawberry.field(description="已过的最后一日。\nThe last day that has passed.")


@strawberry.type(
    description="差评整改超期：最后一日已过而未整改。\n"
    "A low rating of a filing is not put right: the last day for it has passed."
)
class RectificationOverdueEvent(Event):
    filing: Filing | None = strawberry.field(
        description="该办件；访问者无权看到时为 null。\nThe filing; null when the viewer may not see it."
    )
    matter: MatterCode = strawberry.field(description="事项代码。\nCode of the matter.")
    status: FilingStatus = strawberry.field(description="当时的状态。\nWhere it stood then.")
    rectify_by: date = strawberry.field(description="已过的最后一日。\nThe last day that has passed.")


@strawberry.type(description="事件列表中的一项。\nOne event of a list.")
class EventEdge(Edge):
    node: Event = strawberry.field(description="此项的事件。\nThe event of this item.")


@strawberry.type(description="一页事件。\nA page of events.")
class EventConnection(Connection):
    edges: list[EventEdge] = strawberry.field(
        description="本页各项，按发生先后。\nItems of this page, in the order they came about."
    )
