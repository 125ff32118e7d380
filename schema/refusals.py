"""Refusals (不予办理的情形): what a mutation answers instead of an outcome.

Each class stands for the class of the same name in `domain.refusals`, with the same facts: amounts in yuan instead of
fen, objects instead of ids. They stand here in order of precedence; unions list theirs in the same order.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.refusals import FaultProblem, InputProblem, OutsideParty, RefusalCode
from domain.vocabulary import FaceFailure, Fen, Instant, RegionCode
from schema.arguments import InLanguage
from schema.declarations import declared
from schema.enums import (
    AgreementStatus,
    ApplicantKind,
    CareKind,
    DataType,
    EmployeeBillStatus,
    EnrolmentStatus,
    FilingMove,
    FilingStatus,
    Language,
    MaternityBenefitKind,
    PaymentChannel,
    PaymentOrderStatus,
    RefundReason,
    Relation,
    Scheme,
    SpecialGroup,
    TerminationReason,
    TransferStatus,
    UnitKind,
    UnitStatus,
    WebhookStatus,
    WebhookUrlProblem,
    WithdrawalMaterial,
    WithdrawalReason,
    publish,
)

if TYPE_CHECKING:
    from schema.consents import Consent
    from schema.enrolments import Enrolment
    from schema.family_bindings import FamilyBinding
    from schema.payees import Payee
    from schema.policy import PolicyFact
    from schema.refunds import Refund
    from schema.resident_contributions import ResidentContribution
    from schema.transfers import EnrolmentTransfer
    from schema.units import Unit

publish(
    RefusalCode, "拒绝的代码，封闭列表，按先后次序排列。\nCode of a refusal; a closed list, in order of precedence."
)
publish(InputProblem, "填写的内容为何不可能正确。\nWhy an input cannot be right.")
publish(FaultProblem, "为何没有这样的故障。\nWhy there can be no such fault.")
publish(OutsideParty, "平台办理时须查询的外部系统。\nOutside party that the platform must ask.")


@strawberry.interface(
    description="拒绝：预期之内的不予办理，什么都没有改变。数条同时成立时，总是告知次序最前的一条。\n"
    "Refusal: expected, and nothing was changed. When several apply, the first in order of precedence is told, always."
)
class Refusal:
    code: RefusalCode = strawberry.field(
        description="拒绝的代码，与类型一一对应。\nCode of the refusal; one for each type."
    )
    path: list[str] = strawberry.field(
        description="有问题的输入字段，从 input 之下写起；与输入无关时为空。\n"
        "The input field at fault, from below input on; empty when none is."
    )
    retryable: bool = strawberry.field(
        description="同一请求连同同一幂等键稍后重发是否可能办成。\n"
        "Whether the same request, sent again later with the same key, may succeed."
    )
    basis: Annotated[PolicyFact, strawberry.lazy("schema.policy")] | None = strawberry.field(
        description="所依据的政策事实；与政策无关时为 null。\n"
        "The policy fact behind it; null when policy has nothing to do with it."
    )

    @declared(
        "发生了什么、为什么、该怎么办，可直接显示给用户。\nWhat, why and what to do; fit to be shown to the user."
    )
    def message(self, language: InLanguage = Language.ZH) -> str: ...


@strawberry.type(
    description="未以可办理该业务的身份登录。\n"
    "Nobody is signed in, or somebody in another capacity than the matter needs."
)
class NotSignedIn(Refusal):
    pass


@strawberry.type(
    description="该幂等键已用于内容不同的请求。\nThe idempotency key already belongs to a request with other content."
)
class IdempotencyKeyReused(Refusal):
    pass


@strawberry.type(
    description="填写的内容无论何人提交都不可能正确，例如证件号码校验位错误。\n"
    "A value cannot be right whoever sends it, such as an identity number with a wrong check digit."
)
class InputNotAcceptable(Refusal):
    field: str = strawberry.field(description="不符合要求的输入字段。\nThe input field whose value cannot be right.")
    problem: InputProblem = strawberry.field(description="问题所在。\nWhat is wrong with it.")


@strawberry.type(description="此世界没有该名称的演示身份。\nThis world has no persona of that name.")
class PersonaNotFound(Refusal):
    pass


@strawberry.type(
    description="世界时钟正在推进，到达之前不能另行推进。\n"
    "The world's clock is being advanced, and is not sent elsewhere before it is there."
)
class ClockIsAdvancing(Refusal):
    until: Instant = strawberry.field(description="正在推进到的时刻。\nThe moment that it is on its way to.")


@strawberry.type(
    description="世界时钟已过该时刻，不能倒退。\nThe world's clock has passed that moment and never goes back."
)
class ClockNeverGoesBack(Refusal):
    now: Instant = strawberry.field(description="时钟的当前时刻。\nWhat the clock shows.")


@strawberry.type(description="世界只在服务器的默认世界中管理。\nThe server's worlds are kept from its default world.")
class WorldsKeptElsewhere(Refusal):
    pass


@strawberry.type(
    description="世界正在使用，或另一项管理操作尚未结束。\n"
    "The world is in use, or something else is being done with one."
)
class WorldInUse(Refusal):
    pass


@strawberry.type(
    description="默认世界在服务期间不能重置或删除。\n"
    "The server's default world is neither reset nor dropped while it is served."
)
class WorldIsDefault(Refusal):
    pass


@strawberry.type(description="已有该名称的世界。\nA world of that name is there.")
class WorldNameTaken(Refusal):
    pass


@strawberry.type(description="没有该名称的世界。\nThe server has no world of that name.")
class WorldNotFound(Refusal):
    pass


@strawberry.type(description="世界的表结构属于另一版本。\nThe world's tables are of another version.")
class WorldNeedsUpgrade(Refusal):
    pass


@strawberry.type(description="世界超过一次请求可办理的大小。\nThe world is larger than what is done within a request.")
class WorldTooLarge(Refusal):
    persons: int = strawberry.field(description="世界的人数。\nHow many persons the world has.")
    most: int = strawberry.field(description="一次请求最多办理的人数。\nHow many it may have at most.")


@strawberry.type(description="该世界已有此名称的快照。\nThe world has a snapshot of that name.")
class SnapshotNameTaken(Refusal):
    pass


@strawberry.type(description="该世界没有此名称的快照。\nThe world has no snapshot of that name.")
class SnapshotNotFound(Refusal):
    pass


@strawberry.type(description="世界或快照已达上限。\nThere are as many worlds or snapshots as may be.")
class ShelfFull(Refusal):
    most: int = strawberry.field(description="上限。\nHow many there may be.")


@strawberry.type(
    description="世界创建时的状态没有保留，也不能重新生成。\n"
    "What the world was when it was made is not kept and cannot be made again."
)
class CreationNotKept(Refusal):
    pass


@strawberry.type(
    description="没有这样的故障：该方不会这样出错，或设置自相矛盾。\n"
    "There can be no such fault: the party never fails so, or what is said of it does not go together."
)
class FaultNotPossible(Refusal):
    fault_problem: FaultProblem = strawberry.field(description="问题所在。\nWhat is wrong with it.")


@strawberry.type(
    description="此世界的外部故障已达上限。\nThis world's outside parties have as many faults as they may."
)
class TooManyFaults(Refusal):
    most: int = strawberry.field(description="至多几个。\nHow many there may be.")


@strawberry.type(description="此世界没有该标识的外部故障。\nThis world has no fault of that id.")
class FaultNotFound(Refusal):
    pass


@strawberry.type(
    description="不是该单位的经办人员，或该单位不在经办的地区。\n"
    "The applicant is no officer of such a unit, nor clerk of a region that has it."
)
class UnitNotFound(Refusal):
    pass


@strawberry.type(
    description="不是经办人员所在地区之内的县（区）。\nThe code is of no county in the region of the clerk."
)
class OutsideYourRegion(Refusal):
    region: RegionCode = strawberry.field(description="经办人员的地区。\nRegion of the clerk.")


@strawberry.type(description="该类单位不代收居民医保费。\nUnits of this kind collect no resident contributions.")
class NotACollectingUnit(Refusal):
    kind: UnitKind = strawberry.field(description="单位类型。\nKind of the unit.")


@strawberry.type(
    description="该统一社会信用代码的单位已登记，含已注销的。\n"
    "A unit of that credit code is registered, be it cancelled."
)
class UnitAlreadyRegistered(Refusal):
    unit: Annotated[Unit, strawberry.lazy("schema.units")] = strawberry.field(
        description="已登记的单位。\nThe unit that is registered."
    )


@strawberry.type(description="单位的参保状态不允许办理。\nWhat was asked for is not done in the unit's present state.")
class UnitInAnotherState(Refusal):
    status: UnitStatus = strawberry.field(description="单位的参保状态。\nState of the unit's registration.")


@strawberry.type(
    description="单位名下还有正常的参保关系，不会随单位暂停或注销。\n"
    "Enrolments by the unit are active, and none ends with the unit's registration."
)
class UnitHasMembers(Refusal):
    members: int = strawberry.field(description="正常的参保关系条数。\nHow many enrolments are active.")


@strawberry.type(description="单位有未缴的缴费单。\nThe unit owes contributions that it declared.")
class UnitOwesBills(Refusal):
    bills: int = strawberry.field(description="未缴的缴费单张数。\nHow many bills are not paid.")
    due: Fen = strawberry.field(description="未缴合计，元。\nWhat they make together, in yuan.")


@strawberry.type(description="未同意个人承诺书。\nThe personal pledge was not accepted.")
class PledgeNotAccepted(Refusal):
    pass


@strawberry.type(description="未同意暂停参保。\nThe consent to the suspension was not given.")
class ConsentNotGiven(Refusal):
    region: RegionCode = strawberry.field(description="参保地。\nPlace of enrolment.")


@strawberry.type(description="填写的是本人的证件。\nThe document is the holder's own.")
class CannotBindSelf(Refusal):
    pass


@strawberry.type(
    description="填写的是本人的证件，无需添加。\nThe document is the applicant's own, who need not be added."
)
class CannotAddSelf(Refusal):
    pass


@strawberry.type(description="所填内容与现登记的信息相同。\nAll that is to be on record is on record already.")
class NothingChanges(Refusal):
    pass


@strawberry.type(
    description="当日填写的信息与登记不符的次数已达上限，次日再核验。\n"
    "What the applicant described was not confirmed as often as may be in a day; nothing is checked until tomorrow."
)
class TooManyAttempts(Refusal):
    most: int = strawberry.field(description="一日允许的次数。\nHow often it may happen in a day.")


@strawberry.type(
    description="以该证件登录的失败次数过多，暂时锁定；证件是否存在不影响计数。\n"
    "Signing in under this document has failed too often and is locked, whether there is such a document or not."
)
class SignInLocked(Refusal):
    most: int = strawberry.field(description="锁定前可失败的次数。\nHow often it may fail before that.")
    until: Instant = strawberry.field(
        description="从何时起可以重试，按世界时间。\nFrom when it may be tried again, in world time."
    )


@strawberry.type(
    description="一小时内调取完整信息的次数已达上限。\n"
    "Full values were revealed to the clerk as often as may be within an hour."
)
class TooManyReveals(Refusal):
    most: int = strawberry.field(description="一小时允许的次数。\nHow often it may happen in an hour.")


@strawberry.type(
    description="人口信息库没有该证件，或登记内容与填写不一致；是哪一种、哪一项不一致，均不会透露。\n"
    "The register knows no such document or records something else; which, and what differs, is never told."
)
class IdentityMismatch(Refusal):
    pass


@strawberry.type(description="该人员登记为已死亡。\nThe person is recorded as deceased.")
class PersonDeceased(Refusal):
    pass


@strawberry.type(
    description="该证件已登记在他人名下，同一证件不登记两次。\n"
    "Somebody else is on record with the document, and none is recorded twice."
)
class DocumentOfAnother(Refusal):
    pass


@strawberry.type(description="人脸核验未通过。\nThe face check does not confirm that the person is there.")
class FaceCheckFailed(Refusal):
    failure: FaceFailure = strawberry.field(description="未通过的原因。\nWhy it does not.")


@strawberry.type(description="该人员未达就业年龄。\nThe person is too young to be employed.")
class NotOfWorkingAge(Refusal):
    years: int = strawberry.field(description="自几周岁起可以就业。\nAge from which somebody may be employed.")


@strawberry.type(
    description="人口信息库没有登记所填写的亲属关系：登记的是另一种关系，或没有登记关系；是哪一种不会透露。\n"
    "The register does not record the kinship stated: it records another or none; which is not told."
)
class RelationMismatch(Refusal):
    pass


@strawberry.type(
    description="付款人所在地的个人账户不为这种亲属支付。\nAccounts of the payer's region do not pay for this relation."
)
class RelationNotCovered(Refusal):
    relation: Relation = strawberry.field(
        description="该成员与账户所有人的关系。\nWhat the member is to the account holder."
    )
    covered: list[Relation] = strawberry.field(
        description="该地当日可以支付的关系。\nThe relations that are covered there on that day."
    )
    region: RegionCode = strawberry.field(
        description="规定共济范围的地区。\nRegion whose policy decides what is covered."
    )


@strawberry.type(description="已绑定该家庭成员。\nThe family member is bound already.")
class AlreadyBound(Refusal):
    binding: Annotated[FamilyBinding, strawberry.lazy("schema.family_bindings")] = strawberry.field(
        description="现有的有效绑定。\nThe binding in force."
    )


@strawberry.type(description="绑定人数已达上限。\nAs many family members are bound as may be.")
class TooManyBindings(Refusal):
    most: int = strawberry.field(
        description="一个账户最多可绑定的人数。\nHow many family members may be bound to one account."
    )


@strawberry.type(description="本人名下没有该有效绑定。\nThe applicant holds no such binding in force.")
class BindingNotFound(Refusal):
    pass


@strawberry.type(description="该人员已是缴费对象。\nThe person is a payee already.")
class AlreadyPayee(Refusal):
    payee: Annotated[Payee, strawberry.lazy("schema.payees")] = strawberry.field(
        description="现有的缴费对象。\nThe payee that is there."
    )


@strawberry.type(description="缴费对象已达上限。\nThere are as many payees as may be.")
class TooManyPayees(Refusal):
    most: int = strawberry.field(description="一人最多可添加的缴费对象数。\nHow many payees a person may have.")


@strawberry.type(description="本人没有该缴费对象。\nThe applicant has no such payee.")
class PayeeNotFound(Refusal):
    pass


@strawberry.type(
    description="没有该合作应用，或其未获准查看任何数据。\nThere is no such partner's app, or it was granted no data."
)
class PartnerNotFound(Refusal):
    pass


@strawberry.type(description="该合作应用未获准查看此类数据。\nThe partner's app was not granted this type of data.")
class DataTypeNotGranted(Refusal):
    data_type: DataType = strawberry.field(description="所选的数据类型。\nThe type of data that was chosen.")


@strawberry.type(description="本人已作此授权。\nThe applicant has given this consent already.")
class AlreadyConsented(Refusal):
    consent: Annotated[Consent, strawberry.lazy("schema.consents")] = strawberry.field(
        description="有效的授权。\nThe consent in force."
    )


@strawberry.type(description="本人没有该有效授权。\nThe applicant has no such consent in force.")
class ConsentNotFound(Refusal):
    pass


@strawberry.type(description="应用没有该事件推送。\nThe app has no such webhook.")
class WebhookNotFound(Refusal):
    pass


@strawberry.type(description="事件推送的状态不允许此操作。\nThe webhook's state does not allow this.")
class WebhookInAnotherState(Refusal):
    status: WebhookStatus = strawberry.field(description="现在的状态。\nThe state that it is in.")


@strawberry.type(description="应用的事件推送已达上限。\nThe app has as many webhooks as one may have.")
class TooManyWebhooks(Refusal):
    most: int = strawberry.field(description="每个应用的上限。\nHow many an app may have.")


@strawberry.type(description="一分钟内试推送已达上限。\nThe webhook was tested as often as may be in a minute.")
class TooManyWebhookTests(Refusal):
    most: int = strawberry.field(description="一分钟允许的次数。\nHow often it may be tested in a minute.")


@strawberry.type(description="推送地址不允许使用。\nNothing is delivered to such a URL.")
class WebhookUrlNotAllowed(Refusal):
    url_problem: WebhookUrlProblem = strawberry.field(description="有何问题。\nWhat is wrong with it.")


@strawberry.type(description="推送内容的选择集有误。\nThe selection is none that an event can be asked for.")
class WebhookSelectionNotValid(Refusal):
    explanation: str = strawberry.field(
        description="校验器的说明，供开发者查看。\nWhat the validator says, for developers."
    )


@strawberry.type(description="推送内容的选择集可能过大。\nWhat would be delivered could be too large.")
class WebhookSelectionTooDear(Refusal):
    cost: int = strawberry.field(
        description="一百个事件最多可能含有的值的个数。\nHow many values a hundred events could hold."
    )
    most: int = strawberry.field(description="允许的个数。\nHow many they may hold.")


@strawberry.type(description="应用看不到该事件。\nThe app sees no such event.")
class EventNotFound(Refusal):
    pass


@strawberry.type(
    description="未查询到由本单位参保的该人员；是否有此人不予告知。\n"
    "The unit enrols no such person as a resident; whether there is such a person is not told."
)
class NotAMember(Refusal):
    pass


@strawberry.type(description="名单中前面的一行是同一人。\nA line before this one names the same person.")
class ListedTwice(Refusal):
    pass


@strawberry.type(
    description="申请人不能为该人员支付：个人账户支付而未绑定，渠道缴费而既未绑定也未添加为缴费对象，"
    "或个人账户所在地与参保地不在可代缴的范围内。\n"
    "The applicant may not pay for this person: not bound, for an account to pay; neither bound nor added as a payee, "
    "for a channel; or the account is kept too far from the place of enrolment."
)
class NotThePayer(Refusal):
    account_area: RegionCode | None = strawberry.field(
        description="个人账户所在地；因未绑定或未添加而拒绝时为 null。\n"
        "Where the account is kept; null when the person is neither bound nor added."
    )
    enrolment_area: RegionCode | None = strawberry.field(
        description="该人员的参保地；因未绑定或未添加而拒绝时为 null。\n"
        "Where the person is enrolled; null when the person is neither bound nor added."
    )


@strawberry.type(
    description="该人员不是申请人本人，也不是其已绑定的家庭成员。\n"
    "The person is neither the applicant nor a family member whom the applicant has bound."
)
class NotOfYourFamily(Refusal):
    pass


@strawberry.type(description="医保平台没有该人员。\nThe insurance platform holds no such person.")
class PersonNotFound(Refusal):
    pass


@strawberry.type(
    description="没有可由申请人办理的该居民参保关系：由本人办理，未成年人由登记的父母办理，身故者由亲属办理终止；是否另有其人不会透露。\n"
    "There is no such resident enrolment for the applicant to act on: it is the person's own to change, a minor's "
    "registered parents', and to be terminated by relatives once the person has died; whether there is one is not told."
)
class EnrolmentNotFound(Refusal):
    pass


@strawberry.type(description="参保关系的状态不允许这样办理。\nThe enrolment is in another state than this needs.")
class EnrolmentInAnotherState(Refusal):
    status: EnrolmentStatus = strawberry.field(description="现在的状态。\nThe state that it is in.")


@strawberry.type(
    description="人口信息库的登记未显示所选的终止原因。\n"
    "The population register does not show the reason for the termination."
)
class TerminationReasonNotConfirmed(Refusal):
    reason: TerminationReason = strawberry.field(description="所选的原因。\nThe reason that was chosen.")


@strawberry.type(description="定点协议的状态不允许办理本业务。\nThe agreement is in a state in which this is not done.")
class AgreementInAnotherState(Refusal):
    status: AgreementStatus = strawberry.field(description="现在的状态。\nIts state.")


@strawberry.type(description="结算申请与账目不符。\nThe statement differs from the books.")
class StatementDiffers(Refusal):
    differences: int = strawberry.field(description="不一致的费用笔数。\nHow many claims they differ by.")


@strawberry.type(description="没有应付的款项，或已经支付。\nNothing is due, or it has been paid.")
class NothingToPay(Refusal):
    pass


@strawberry.type(
    description="该病种或药品已认定，未到可续期的日期。\n"
    "This disease or drug is recognised, and it is too early to renew that."
)
class EntitledAlready(Refusal):
    last_day: date = strawberry.field(description="有效期的末日。\nLast day on which it is in force.")
    renewable_from: date | None = strawberry.field(
        description="自何日起可申请续期；此前的答复未说明的为 null。\n"
        "First day on which it is renewed; null in an answer from before that was said."
    )


@strawberry.type(description="该笔结算已支付医疗救助。\nAssistance has paid of this claim.")
class AssistancePaidAlready(Refusal):
    amount: Fen = strawberry.field(description="已支付的医疗救助，元。\nWhat assistance has paid, in yuan.")


@strawberry.type(description="该笔缴费的资助补贴已拨付。\nAssistance has given back of this contribution.")
class ContributionSubsidised(Refusal):
    amount: Fen = strawberry.field(description="已拨付的补贴，元。\nWhat was given back, in yuan.")


@strawberry.type(description="没有该医药机构。\nThere is no such hospital or pharmacy.")
class InstitutionNotFound(Refusal):
    pass


@strawberry.type(description="没有可办理的这笔结算。\nThere is no such claim to act on.")
class ClaimNotFound(Refusal):
    pass


@strawberry.type(description="该笔结算已冲正。\nThe claim is reversed already.")
class ClaimAlreadyReversed(Refusal):
    reversed_at: Instant = strawberry.field(description="冲正时刻。\nWhen it was reversed.")


@strawberry.type(description="费用明细中的编码不在目录内。\nA cost names an item that the catalogue does not list.")
class ItemNotInCatalogue(Refusal):
    item: str = strawberry.field(description="该编码。\nThe code that was sent.")


@strawberry.type(description="同一机构的同一票据已结算。\nThe institution has settled this invoice already.")
class InvoiceAlreadySettled(Refusal):
    pass


@strawberry.type(description="已超过结算时限。\nThe time within which care is settled has passed.")
class ClaimTooOld(Refusal):
    last_day: date = strawberry.field(description="时限末日，含当日。\nLast day on which it could be settled.")


@strawberry.type(description="与已结算的另一次住院时间重叠。\nThe stay overlaps another one that is settled.")
class StaysOverlap(Refusal):
    admitted_on: date = strawberry.field(description="另一次住院的入院日。\nDay of admission of the other stay.")
    discharged_on: date = strawberry.field(description="另一次住院的出院日。\nDay of discharge of the other stay.")


@strawberry.type(
    description="当日没有生效的医保待遇：未缴费、已停保或待遇尚未开始。\n"
    "No insurance covers the day: not paid for, ended, or not begun."
)
class NotCovered(Refusal):
    on: date = strawberry.field(description="没有待遇的首日。\nThe first day without cover.")


@strawberry.type(description="就医日在待遇等待期内。\nA day of the care lies in the waiting period.")
class InWaitingPeriod(Refusal):
    on: date = strawberry.field(description="在等待期内的首日。\nThe first day that lies in it.")
    waiting_until: date = strawberry.field(description="等待期末日，含当日。\nLast day of the wait.")


@strawberry.type(
    description="职工医保费欠缴，待遇暂停。\nMonths of the employee scheme are in arrears, which suspends its benefits."
)
class InArrears(Refusal):
    month: int = strawberry.field(
        description="最早欠缴的月份，例如 202503。\nThe first month in arrears, such as 202503."
    )
    months: int = strawberry.field(description="欠缴的月数。\nHow many months are in arrears.")


@strawberry.type(
    description="不是医保定点医疗机构，费用不予报销。\nThe institution is not designated, and its care is not paid for."
)
class InstitutionNotDesignated(Refusal):
    pass


@strawberry.type(
    description="该险种没有该类待遇，或所需病种未认定。\n"
    "The scheme has no such benefit, or what it is for is not recognised."
)
class NotEntitledToCare(Refusal):
    care: CareKind = strawberry.field(description="所问的医疗类别。\nThe kind of care that was asked about.")


@strawberry.type(
    description="当日没有生效的职工医保和生育保险参保关系。\nNot under employee and maternity insurance on the day."
)
class NotInsuredForMaternity(Refusal):
    on: date = strawberry.field(description="当日。\nThe day.")


@strawberry.type(description="连续参加生育保险的月数不足。\nToo few months in a row under maternity insurance.")
class MaternityMonthsShort(Refusal):
    months: int = strawberry.field(description="至当月的连续月数。\nMonths in a row, up to that of the day.")
    required: int = strawberry.field(description="所需月数。\nMonths that are needed.")


@strawberry.type(
    description="该项生育待遇已支付，每次生育只支付一次。\nThe maternity benefit is paid already, and it is paid once."
)
class MaternityBenefitPaid(Refusal):
    benefit: MaternityBenefitKind = strawberry.field(description="待遇项目。\nThe benefit.")
    occurred_on: date = strawberry.field(
        description="已支付的分娩、流产或手术日期。\nDay of the birth, miscarriage or operation that it was paid for."
    )


@strawberry.type(
    description="单位没有申报工资，无法计算生育津贴。\n"
    "No wages of the unit are on record, by which the allowance is paid."
)
class UnitWagesNotOnRecord(Refusal):
    year: int = strawberry.field(description="上年度。\nThe year before.")


@strawberry.type(
    description="未查询到居民医疗参保信息，须先参保登记。\n"
    "No enrolment in the resident scheme was found; registration comes before payment."
)
class NotEnrolled(Refusal):
    pass


@strawberry.type(description="该人员已在当地参加居民医保。\nThe person is enrolled as a resident there already.")
class AlreadyEnrolled(Refusal):
    enrolment: Annotated[Enrolment, strawberry.lazy("schema.enrolments")] = strawberry.field(
        description="现有的参保关系。\nThe enrolment."
    )


@strawberry.type(
    description="该人员已在当地参加职工医保：由同一单位，或以灵活就业身份。\n"
    "The person is insured there in the employee scheme already: by the same unit, or as a flexible worker."
)
class AlreadyInsuredAsEmployee(Refusal):
    enrolment: Annotated[Enrolment, strawberry.lazy("schema.enrolments")] = strawberry.field(
        description="现有的参保关系。\nThe enrolment."
    )


@strawberry.type(
    description="该人员同时在别处或其他险种参保。\nThe person is insured in another scheme or place at the same time."
)
class EnrolledElsewhere(Refusal):
    region: RegionCode = strawberry.field(description="另一参保关系所在地。\nPlace of the other enrolment.")
    scheme: Scheme = strawberry.field(description="另一参保关系的险种。\nScheme of the other enrolment.")


@strawberry.type(
    description="原参保地的暂停或终止信息尚未上传，可届时用同一请求重试。\n"
    "The place of origin has not uploaded the suspension or termination yet; the same request may be sent again then."
)
class SuspensionNotYetSeen(Refusal):
    region: RegionCode = strawberry.field(description="原参保地。\nPlace of origin.")
    visible_at: Instant = strawberry.field(
        description="自何时起查得到（世界时间）。\nFrom when it is seen, in world time."
    )


@strawberry.type(description="该人员的医保电子凭证已激活。\nThe electronic certificate is active already.")
class CertificateAlreadyActive(Refusal):
    activated_at: Instant = strawberry.field(
        description="激活的时刻（世界时间）。\nWhen it was activated, in world time."
    )


@strawberry.type(
    description="该人员第一次在当地参保，须先激活医保电子凭证（去激活）。\n"
    "Enrolling there for the first time, the person must activate the electronic certificate first."
)
class CertificateRequired(Refusal):
    region: RegionCode = strawberry.field(description="参保地。\nPlace of enrolment.")


@strawberry.type(description="本人没有提交过该缴费申请。\nThe applicant has submitted no such contribution.")
class ContributionNotFound(Refusal):
    pass


@strawberry.type(
    description="没有本人正常参保的此灵活就业参保关系。\n"
    "The applicant has no such active enrolment as a flexible worker."
)
class NotFlexiblyEmployed(Refusal):
    pass


@strawberry.type(description="所选月份中有已经申报的。\nOne of the months stands declared already.")
class MonthAlreadyDeclared(Refusal):
    month: int = strawberry.field(description="最早的已申报月份，例如 202412。\nThe first such month, such as 202412.")


@strawberry.type(
    description="没有可由办理人办理的在职或灵活就业参保关系。\n"
    "The applicant has no such active enrolment of somebody who works to act on."
)
class NotInsuredAsWorking(Refusal):
    pass


@strawberry.type(description="未达退休年龄。\nThe person is not of retirement age.")
class NotOfAge(Refusal):
    retires_on: date = strawberry.field(
        description="达到退休年龄的日期。\nDay on which the person reaches retirement age."
    )


@strawberry.type(description="累计缴费年限不足。\nMonths of contribution are short.")
class YearsShort(Refusal):
    months: int = strawberry.field(description="还差的月数。\nHow many months are short.")
    due: Fen = strawberry.field(description="趸缴的金额，元。\nWhat settling them at once costs, in yuan.")


@strawberry.type(description="缴费年限已足，无须趸缴。\nNo month of contribution is short.")
class NothingShort(Refusal):
    pass


@strawberry.type(
    description="没有应由办理人或其单位支付的此缴费单。\nThe applicant, or the unit acted for, owes no such bill."
)
class EmployeeBillNotFound(Refusal):
    pass


@strawberry.type(
    description="缴费单已缴，或支付正在处理中。\nThe bill is paid already, or a payment of it is on its way."
)
class EmployeeBillNotDue(Refusal):
    status: EmployeeBillStatus = strawberry.field(description="缴费单的状态。\nState of the bill.")


@strawberry.type(description="本人已为该人员缴纳该年度费用。\nThe applicant has paid for this person and year already.")
class AlreadyPaid(Refusal):
    contribution: Annotated[ResidentContribution, strawberry.lazy("schema.resident_contributions")] = strawberry.field(
        description="已缴的那一笔。\nThe contribution that was paid."
    )


@strawberry.type(
    description="该人员该年度费用已由他人缴纳；由谁缴纳不会透露。\n"
    "Somebody else has paid for this person and year; who is not told."
)
class PaidByAnother(Refusal):
    pass


@strawberry.type(
    description="该笔缴费已退费，不能再缴费、完成或退费。\n"
    "The contribution has been refunded; it cannot be paid, finished or refunded again."
)
class AlreadyRefunded(Refusal):
    pass


@strawberry.type(description="该笔缴费的退费正在办理。\nA refund of the contribution is under way already.")
class RefundUnderWay(Refusal):
    refund: Annotated[Refund, strawberry.lazy("schema.refunds")] = strawberry.field(
        description="正在办理的退费。\nThe refund that is under way."
    )


@strawberry.type(
    description="该笔缴费的待遇享受期已开始，按规定不予退费。\n"
    "The cover that was paid for has begun, and from then on nothing is given back."
)
class CoverHasBegun(Refusal):
    coverage_from: date = strawberry.field(description="待遇享受的首日。\nFirst day of cover.")


@strawberry.type(
    description="平台和外部系统的记录未显示所选的退费情形。\n"
    "Neither the platform's records nor the outside parties' show the reason that was chosen."
)
class RefundReasonNotConfirmed(Refusal):
    reason: RefundReason = strawberry.field(description="所选的退费情形。\nThe reason that was chosen.")


@strawberry.type(description="该人员须走特殊缴费入口。\nThe person must pay through the special entrance.")
class SpecialPaymentRequired(Refusal):
    group: SpecialGroup | None = strawberry.field(
        description="认定的特殊群体；此人只是缴费对象、并非家庭成员时不告知，为 null。\n"
        "The recognised special group; null, because not told, where the person is a payee and no family."
    )


@strawberry.type(
    description="该人员该年度的一笔支付正在处理中，结果未明确；由谁支付不会透露。\n"
    "A payment for this person and year is on its way, its outcome open; by whom is not told."
)
class PaymentInProgress(Refusal):
    pass


@strawberry.type(description="参保地未开通此缴费渠道。\nThe place of enrolment does not collect through this channel.")
class ChannelNotOffered(Refusal):
    channel: PaymentChannel = strawberry.field(description="所选的渠道。\nThe channel that was chosen.")
    offered: list[PaymentChannel] = strawberry.field(
        description="当地开通的渠道。\nThe channels that the place offers."
    )
    region: RegionCode = strawberry.field(description="参保地。\nPlace of enrolment.")


@strawberry.type(description="参保登记信息尚未传递至税务部门。\nThe registration has not reached the tax bureau yet.")
class NotYetAtTaxBureau(Refusal):
    visible_at: Instant = strawberry.field(
        description="预计送达的时刻（世界时间）。\nWhen it will have got there, in world time."
    )


@strawberry.type(description="该年度集中征缴期尚未开始。\nCollection for this year has not begun.")
class CollectionWindowNotOpen(Refusal):
    opens_on: date = strawberry.field(description="征缴首日，含当日。\nFirst day of collection.")


@strawberry.type(
    description="该年度集中征缴期已结束，且当地未规定此后的价格。\n"
    "Collection for this year has ended, and the place states no price after it."
)
class CollectionWindowClosed(Refusal):
    closed_on: date = strawberry.field(description="征缴末日，含当日。\nLast day of collection.")


@strawberry.type(
    description="参保地月末对账，对账期内暂停缴费。\n"
    "The place of enrolment reconciles its accounts at the end of the month and takes no payments then."
)
class CollectionPaused(Refusal):
    reopens_on: date = strawberry.field(description="恢复缴费的首日，含当日。\nFirst day on which payments are taken.")


@strawberry.type(
    description="现在缴费的等待期要到该年度待遇结束之后才满，缴了也享受不到待遇，故不予受理。\n"
    "The wait of a payment now would outlast the year of cover; it would buy nothing and is not taken."
)
class CoverageYearTooShort(Refusal):
    waiting_until: date = strawberry.field(description="等待期末日，含当日。\nLast day of the wait.")
    year_ends_on: date = strawberry.field(description="该年度待遇末日，含当日。\nLast day of cover of that year.")


@strawberry.type(
    description="没有文件说明该地该日适用什么规定；本服务不作猜测。\n"
    "No document states what holds there on that day, and this service does not guess."
)
class PolicyNotStated(Refusal):
    name: str = strawberry.field(description="缺失的政策事实的名称。\nName of the fact that is missing.")
    region: RegionCode = strawberry.field(description="所问的地区。\nThe region asked about.")
    on: date = strawberry.field(description="所问的日期。\nThe day asked about.")
    coverage_year: int | None = strawberry.field(
        description="所问的参保年度；该事实与年度无关时为 null。\n"
        "The year of cover asked about; null when the fact does not depend on one."
    )


@strawberry.type(description="尚未缴费，不能办结或退费。\nNot paid yet, so it can be neither finished nor refunded.")
class NotYetPaid(Refusal):
    pass


@strawberry.type(
    description="该笔费用不是经本平台支付的，无法由本平台原路退回。\n"
    "The money did not pass through this platform, which therefore cannot give it back the way it came."
)
class NotPaidThroughPlatform(Refusal):
    pass


@strawberry.type(
    description="该笔缴费由医疗救助全额资助，个人没有出资。\n"
    "Medical assistance bore the whole contribution; there is nothing to give back."
)
class NothingToRefund(Refusal):
    pass


@strawberry.type(description="所选年度没有可查询到的缴费记录。\nNo payment for those years can be looked up.")
class NoPaymentToCertify(Refusal):
    pass


@strawberry.type(description="本人没有发起过该支付订单。\nThe applicant has started no such payment.")
class PaymentOrderNotFound(Refusal):
    pass


@strawberry.type(
    description="支付订单已有结果，或渠道仍在答复的时间内，不能作废。\n"
    "The order is settled, or its channel still has time to answer, so it cannot be given up."
)
class PaymentNotVoidable(Refusal):
    status: PaymentOrderStatus = strawberry.field(description="订单的状态。\nState of the order.")
    voidable_at: Instant | None = strawberry.field(
        description="从何时起可以作废；已有结果的为 null。\nFrom when it may be given up; null for one that is settled."
    )


@strawberry.type(
    description="没有正常参保的职工医保或居民医保关系。\nIn no active enrolment as an employee or as a resident."
)
class NotEnrolledAsEmployee(Refusal):
    pass


@strawberry.type(description="未查询到本人的该笔转移接续。\nThe applicant has no such transfer.")
class TransferNotFound(Refusal):
    pass


@strawberry.type(description="本人有一笔转移接续正在办理。\nA transfer of the applicant's is under way already.")
class TransferUnderWay(Refusal):
    transfer: Annotated[EnrolmentTransfer, strawberry.lazy("schema.transfers")] = strawberry.field(
        description="正在办理的转移接续。\nThe transfer that is under way."
    )


@strawberry.type(
    description="转出地的职工医保仍在参保。\nThe place that would be left has the person insured as an employee still."
)
class StillEnrolledThere(Refusal):
    region: RegionCode = strawberry.field(description="转出地（市）。\nThe city that would be left.")


@strawberry.type(
    description="转出地没有可转移的职工参保记录。\nThe place holds nothing of an employee's that could be transferred."
)
class NothingToTransfer(Refusal):
    region: RegionCode = strawberry.field(description="转出地（市）。\nThe city that was named.")


@strawberry.type(
    description="转移接续已办结或已撤销，不能再撤销。\n"
    "The transfer is done or withdrawn, and cannot be withdrawn any more."
)
class TransferNotWithdrawable(Refusal):
    status: TransferStatus = strawberry.field(description="办理状态。\nHow far it has come.")


@strawberry.type(
    description="未查询到该办件，或不在操作人的范围内。\nThere is no such filing within the reach of whoever asks."
)
class FilingNotFound(Refusal):
    pass


@strawberry.type(description="不属于该事项的服务对象。\nThe matter is for other kinds of applicants.")
class MayNotFile(Refusal):
    applicants: list[ApplicantKind] = strawberry.field(
        description="可以办理的申请人类型。\nKinds of applicants who may file it."
    )


@strawberry.type(description="办件所处状态不允许此操作。\nFrom where the filing stands, no such move leads on.")
class FilingInAnotherState(Refusal):
    status: FilingStatus = strawberry.field(description="办件状态。\nWhere it stands.")


@strawberry.type(
    description="办件在另一经办人员手中，或尚未领取。\nAnother clerk holds the filing, or nobody has claimed it."
)
class FilingNotInHand(Refusal):
    claimed: bool = strawberry.field(description="是否在他人手中。\nWhether somebody else holds it.")


@strawberry.type(
    description="所缺材料已一次性告知过，不得再次告知。\nAll that is missing was told, and it is told once."
)
class MaterialsRequestedAlready(Refusal):
    noticed_at: Instant = strawberry.field(description="告知的时刻。\nWhen it was told.")


@strawberry.type(description="材料齐全，没有可以告知的缺项。\nNothing is missing that could be told.")
class NothingIsMissing(Refusal):
    pass


@strawberry.type(description="办件材料不齐。\nMaterials of the filing are missing.")
class FilingMaterialsMissing(Refusal):
    missing: list[int] = strawberry.field(
        description="所缺材料在办件中的序号，最多 16 个。\nNumbers of those that are missing, at most 16."
    )


@strawberry.type(
    description="支付类事项以拨付结束，其他事项以办结结束。\nA matter that pays is paid out, any other is completed."
)
class FilingEndsOtherwise(Refusal):
    move: FilingMove = strawberry.field(description="结束该办件的操作。\nThe move that ends it.")


@strawberry.type(description="审核通过的人员不得拨付同一办件。\nWhoever approved a filing does not pay it out.")
class ApprovedByOneself(Refusal):
    pass


@strawberry.type(description="一件只评价一次。\nA filing is rated once.")
class FilingRatedAlready(Refusal):
    rated_at: Instant = strawberry.field(description="评价的时刻。\nWhen it was rated.")


@strawberry.type(description="填写的是本人证件，本人办理无需委托。\nThe document is the applicant's own.")
class CannotEntrustSelf(Refusal):
    pass


@strawberry.type(description="办件已委托代办人。\nThe filing has an agent already.")
class FilingEntrustedAlready(Refusal):
    pass


@strawberry.type(description="办件没有代办人。\nThe filing has no agent.")
class FilingNotEntrusted(Refusal):
    pass


@strawberry.type(description="没有待整改的差评。\nNo low rating of the filing waits to be put right.")
class NothingToRectify(Refusal):
    pass


@strawberry.type(
    description="办结须办理的业务未获通过，办件未办结。\n"
    "What completing would change is refused, and nothing was changed."
)
class FilingNotCompleted(Refusal):
    refused: RefusalCode = strawberry.field(description="该业务被拒绝的代码。\nCode of that refusal.")


@strawberry.type(description="申请人没有可用的职工医保个人账户。\nThe applicant has no personal account in use.")
class NoPersonalAccount(Refusal):
    pass


@strawberry.type(
    description="账户既不是本人的，也不是登记的死亡亲属的。\n"
    "The account is neither the applicant's nor that of a deceased relative."
)
class NotEntitledToWithdraw(Refusal):
    pass


@strawberry.type(description="个人账户已销户。\nThe personal account is closed.")
class AccountClosed(Refusal):
    pass


@strawberry.type(
    description="账户所有人的职工医保关系尚未终止。\nThe holder's enrolment in the employee scheme is not terminated."
)
class StillInsuredAsEmployee(Refusal):
    pass


@strawberry.type(
    description="人口信息库的登记未显示所选的支取原因。\n"
    "The population register does not show the reason for the withdrawal."
)
class WithdrawalReasonNotConfirmed(Refusal):
    reason: WithdrawalReason = strawberry.field(description="所选的原因。\nThe reason that was chosen.")


@strawberry.type(description="所交的材料不齐。\nNot everything that is needed was handed in.")
class MaterialsMissing(Refusal):
    missing: list[WithdrawalMaterial] = strawberry.field(
        description="还缺的全部材料。\nEverything that is still missing."
    )


@strawberry.type(description="个人账户没有余额。\nThe personal account holds nothing.")
class NothingToWithdraw(Refusal):
    pass


@strawberry.type(description="正在年度结息，账户总额尚未确定。\nThe interest of the year is being paid.")
class InterestBeingSettled(Refusal):
    pass


@strawberry.type(description="申请人的个人账户已冻结。\nThe applicant's personal account is frozen.")
class AccountFrozen(Refusal):
    pass


@strawberry.type(
    description="应缴金额与预期不同，未扣款。\nThe amount due differs from the one expected; nothing was paid."
)
class AmountChanged(Refusal):
    expected: Fen = strawberry.field(
        description="请求中预期的金额，元。\nThe amount that the request expected, in yuan."
    )
    due: Fen = strawberry.field(description="当日实际应缴的金额，元。\nThe amount due on that day, in yuan.")


@strawberry.type(
    description="个人账户余额不足；不部分支付，未扣款。\nThe account holds less than is due; nothing is paid in part."
)
class BalanceTooLow(Refusal):
    balance: Fen = strawberry.field(description="账户余额，元。\nBalance of the account, in yuan.")
    due: Fen = strawberry.field(description="应缴金额，元。\nThe amount due, in yuan.")


@strawberry.type(
    description="必须查询的外部系统暂时没有应答，可稍后用同一请求重试。\n"
    "An outside party that must be asked does not answer now; the same request may be sent again later."
)
class PartyDoesNotAnswer(Refusal):
    party: OutsideParty = strawberry.field(description="没有应答的外部系统。\nWho did not answer.")
