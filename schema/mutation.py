"""What can be done (办理): each takes one `input` and answers its outcome or a refusal."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.account_withdrawals import WithdrawAccountInput, WithdrawAccountResult
from schema.clocks import AdvanceClockInput, AdvanceClockResult, SetClockInput, SetClockResult
from schema.collecting import CollectResidentContributionsInput, CollectResidentContributionsResult
from schema.consents import (
    ConsentToPartnerInput,
    ConsentToPartnerResult,
    WithdrawConsentInput,
    WithdrawConsentResult,
)
from schema.declarations import declared
from schema.employee_contributions import (
    CorrectWagesInput,
    CorrectWagesResult,
    DeclareOwnMonthsInput,
    DeclareOwnMonthsResult,
    DeclareWagesInput,
    DeclareWagesResult,
    PayEmployeeBillInput,
    PayEmployeeBillResult,
)
from schema.employee_enrolments import (
    AddUnitMembersInput,
    AddUnitMembersResult,
    RegisterFlexibleWorkerInput,
    RegisterFlexibleWorkerResult,
    StopUnitMembersInput,
    StopUnitMembersResult,
)
from schema.family_bindings import (
    BindFamilyMemberInput,
    BindFamilyMemberResult,
    UnbindFamilyMemberInput,
    UnbindFamilyMemberResult,
)
from schema.faults import AddFaultInput, AddFaultResult, RemoveFaultInput, RemoveFaultResult
from schema.filings import (
    AcceptFilingInput,
    AcceptFilingResult,
    ApproveFilingInput,
    ApproveFilingResult,
    ClaimFilingInput,
    ClaimFilingResult,
    CompleteFilingInput,
    CompleteFilingResult,
    DeclineFilingInput,
    DeclineFilingResult,
    DenyFilingInput,
    DenyFilingResult,
    DisburseFilingInput,
    DisburseFilingResult,
    DraftFilingInput,
    DraftFilingResult,
    EntrustFilingInput,
    EntrustFilingResult,
    HandOverFilingInput,
    HandOverFilingResult,
    MoveFilingsInput,
    MoveFilingsResult,
    RateFilingInput,
    RateFilingResult,
    RectifyFilingInput,
    RectifyFilingResult,
    RequestFilingMaterialsInput,
    RequestFilingMaterialsResult,
    ReturnFilingInput,
    ReturnFilingResult,
    RevokeFilingAgentInput,
    RevokeFilingAgentResult,
    SubmitFilingInput,
    SubmitFilingResult,
    SupplementFilingInput,
    SupplementFilingResult,
    WithdrawFilingInput,
    WithdrawFilingResult,
)
from schema.identity import VerifyIdentityInput, VerifyIdentityResult
from schema.keeping_worlds import (
    CreateWorldInput,
    CreateWorldResult,
    DropWorldInput,
    DropWorldResult,
    ForkWorldInput,
    ForkWorldResult,
    ResetWorldInput,
    ResetWorldResult,
    SnapshotWorldInput,
    SnapshotWorldResult,
)
from schema.payees import AddPayeeInput, AddPayeeResult, RemovePayeeInput, RemovePayeeResult
from schema.payment_certificates import IssuePaymentCertificateInput, IssuePaymentCertificateResult
from schema.payment_orders import (
    CheckPaymentInput,
    CheckPaymentResult,
    StartPaymentInput,
    StartPaymentResult,
    VoidPaymentInput,
    VoidPaymentResult,
)
from schema.personas import SignInAsPersonaInput, SignInAsPersonaResult
from schema.refunds import RequestContributionRefundInput, RequestContributionRefundResult
from schema.resident_contributions import (
    FinishResidentContributionInput,
    FinishResidentContributionResult,
    PayResidentContributionInput,
    PayResidentContributionResult,
    PayResidentContributionsInput,
    PayResidentContributionsResult,
    SubmitResidentContributionInput,
    SubmitResidentContributionResult,
)
from schema.resident_enrolments import (
    ActivateElectronicCertificateInput,
    ActivateElectronicCertificateResult,
    RegisterResidentEnrolmentInput,
    RegisterResidentEnrolmentResult,
    ResumeEnrolmentInput,
    ResumeEnrolmentResult,
    SuspendEnrolmentElsewhereInput,
    SuspendEnrolmentElsewhereResult,
    SuspendEnrolmentInput,
    SuspendEnrolmentResult,
    TerminateEnrolmentInput,
    TerminateEnrolmentResult,
)
from schema.retirement import DeclareLumpSumInput, DeclareLumpSumResult, RetireInput, RetireResult
from schema.revealing import RevealIdentityInput, RevealIdentityResult
from schema.settled_claims import (
    PreSettleClaimInput,
    PreSettleClaimResult,
    ReverseClaimInput,
    ReverseClaimResult,
    SettleClaimInput,
    SettleClaimResult,
)
from schema.sign_in import SignInWithRealNameInput, SignInWithRealNameResult, SignOutInput, SignOutResult
from schema.transfers import (
    ApplyForTransferInput,
    ApplyForTransferResult,
    WithdrawTransferInput,
    WithdrawTransferResult,
)
from schema.unit_registration import (
    CancelUnitInput,
    CancelUnitResult,
    ChangeUnitInput,
    ChangeUnitResult,
    RegisterUnitInput,
    RegisterUnitResult,
    ResumeUnitInput,
    ResumeUnitResult,
    SuspendUnitInput,
    SuspendUnitResult,
)
from schema.webhooks import (
    PauseWebhookInput,
    PauseWebhookResult,
    RedeliverEventInput,
    RedeliverEventResult,
    RegisterWebhookInput,
    RegisterWebhookResult,
    RemoveWebhookInput,
    RemoveWebhookResult,
    ResumeWebhookInput,
    ResumeWebhookResult,
    RotateWebhookSecretInput,
    RotateWebhookSecretResult,
    TestWebhookInput,
    TestWebhookResult,
    UpdateWebhookInput,
    UpdateWebhookResult,
)

INPUT = "办理的内容。\nWhat is to be done."


@strawberry.type(
    description="可以办理的一切。每项在一个事务中办成，或被拒绝而什么都不改变；除登录外，个人业务须以参保人、单位业务须以单位经办人员、"
    "单位参保登记须以经办机构人员身份登录。\n"
    "All that can be done. Each is done in one transaction, or refused with nothing changed; all but signing in need "
    "whoever may do it signed in: the insured person, the officer of a unit, or a clerk of the agency."
)
class Mutation:
    @declared(
        "以演示身份登录，得到访问令牌；只有沙箱世界才有，不需要已登录。不写入任何内容，也不保存幂等键：每次都得到新令牌。\n"
        "Sign in as a persona and receive an access token; sandbox worlds only, without being signed in. Nothing is "
        "written and the idempotency key is not kept: every call gives a new token."
    )
    def sign_in_as_persona(
        self, input: Annotated[SignInAsPersonaInput, strawberry.argument(description=INPUT)]
    ) -> SignInAsPersonaResult: ...

    @declared(
        "实名登录：证件与姓名向人口信息库核验，并做人脸核验，得到访问令牌；不需要已登录，沙箱之外也可以。"
        "首次登录即完成实名认证；失败次数过多时暂时锁定。\n"
        "Sign in with one's real name and receive an access token: name and document are checked against the register, "
        "and the face by the face check. Without being signed in, and not in a sandbox only. The first time, the real "
        "name is verified with it; who fails too often is locked out for a while."
    )
    def sign_in_with_real_name(
        self, input: Annotated[SignInWithRealNameInput, strawberry.argument(description=INPUT)]
    ) -> SignInWithRealNameResult: ...

    @declared(
        "退出登录：本次请求所用的令牌立即失效，以它打开的订阅随之结束。\n"
        "Sign out: the token of this request is no good any more, and subscriptions that were opened with it end."
    )
    def sign_out(self, input: Annotated[SignOutInput, strawberry.argument(description=INPUT)]) -> SignOutResult: ...

    @declared(
        "绑定家庭成员，使本人的个人账户可以为其缴费；身份与亲属关系都向人口信息库核验。\n"
        "Bind a family member, so that the applicant's account may pay for them; "
        "identity and kinship are checked against the register."
    )
    def bind_family_member(
        self, input: Annotated[BindFamilyMemberInput, strawberry.argument(description=INPUT)]
    ) -> BindFamilyMemberResult: ...

    @declared("解除家庭绑定；立即生效，已缴的费用不受影响。\nEnd a family binding, at once; what was paid stays paid.")
    def unbind_family_member(
        self, input: Annotated[UnbindFamilyMemberInput, strawberry.argument(description=INPUT)]
    ) -> UnbindFamilyMemberResult: ...

    @declared(
        "居民参保登记：本人、未成年子女、已绑定的家庭成员，或首次登记的亲属（如新生儿）；身份向人口信息库核验，重复参保在全国查询。\n"
        "Register a resident: oneself, one's child under age, a bound family member, or a relative who comes to the "
        "platform by this, such as a newborn. Identity is checked against the register, and nobody is enrolled twice, "
        "here or in another province."
    )
    def register_resident_enrolment(
        self, input: Annotated[RegisterResidentEnrolmentInput, strawberry.argument(description=INPUT)]
    ) -> RegisterResidentEnrolmentResult: ...

    @declared(
        "激活医保电子凭证；姓名等与人口信息库核验。\n"
        "Activate an electronic certificate; the name is checked against the population register."
    )
    def activate_electronic_certificate(
        self, input: Annotated[ActivateElectronicCertificateInput, strawberry.argument(description=INPUT)]
    ) -> ActivateElectronicCertificateResult: ...

    @declared(
        "请其他省暂停在那里的居民参保，须本人同意；稍后才查得到，此前仍视为在当地参保。\n"
        "Have another province suspend a resident enrolment, to which the person agrees; it is seen some minutes "
        "later, and until then the person counts as enrolled there."
    )
    def suspend_enrolment_elsewhere(
        self, input: Annotated[SuspendEnrolmentElsewhereInput, strawberry.argument(description=INPUT)]
    ) -> SuspendEnrolmentElsewhereResult: ...

    @declared(
        "暂停一条居民或灵活就业参保关系，须本人同意；外地稍后才查得到，此前仍视为在当地参保。\n"
        "Suspend an enrolment as a resident or flexible worker, to which the person agrees; other places see it some "
        "minutes later, and until then take the person for enrolled there."
    )
    def suspend_enrolment(
        self, input: Annotated[SuspendEnrolmentInput, strawberry.argument(description=INPUT)]
    ) -> SuspendEnrolmentResult: ...

    @declared(
        "恢复一条已暂停的居民参保关系；此人不得另有正常的基本医疗保险。\n"
        "Resume a resident enrolment that is suspended; the person must be in no other basic scheme."
    )
    def resume_enrolment(
        self, input: Annotated[ResumeEnrolmentInput, strawberry.argument(description=INPUT)]
    ) -> ResumeEnrolmentResult: ...

    @declared(
        "终止一条居民或灵活就业参保关系；因死亡终止的，以人口信息库的登记为准。\n"
        "Terminate an enrolment as a resident or flexible worker; of a death, the population register's word counts."
    )
    def terminate_enrolment(
        self, input: Annotated[TerminateEnrolmentInput, strawberry.argument(description=INPUT)]
    ) -> TerminateEnrolmentResult: ...

    @declared(
        "实名认证：核验登录人的证件号码和姓名与人口信息库一致；只核验本人，他人的证件一律答复不一致。"
        "人脸识别由客户端完成。\n"
        "Verify who one is: number and name of the document of who is signed in, against the register. Another's "
        "document is answered like one that nobody has; the face is the client's to recognise."
    )
    def verify_identity(
        self, input: Annotated[VerifyIdentityInput, strawberry.argument(description=INPUT)]
    ) -> VerifyIdentityResult: ...

    @declared(
        "经办人员调取本地区参保人的完整姓名、证件号码或手机号码，须说明理由；每次调取均留痕，本人可见，一小时内次数有上限。\n"
        "A clerk is told the full name, identity number or telephone number of somebody of the region, with a reason; "
        "each time is recorded for the person to see, and there is a limit in an hour."
    )
    def reveal_identity(
        self, input: Annotated[RevealIdentityInput, strawberry.argument(description=INPUT)]
    ) -> RevealIdentityResult: ...

    @declared(
        "凭姓名和证件号码添加缴费对象，以便通过税务、微信、支付宝等渠道为其缴费；身份向人口信息库核验，不需要亲属关系。\n"
        "Add a payee by name and document number, to be paid for through a channel such as the tax system, WeChat or "
        "Alipay; identity is checked against the register, and no kinship is needed."
    )
    def add_payee(self, input: Annotated[AddPayeeInput, strawberry.argument(description=INPUT)]) -> AddPayeeResult: ...

    @declared("移除缴费对象；立即生效，已缴的费用不受影响。\nRemove a payee, at once; what was paid stays paid.")
    def remove_payee(
        self, input: Annotated[RemovePayeeInput, strawberry.argument(description=INPUT)]
    ) -> RemovePayeeResult: ...

    @declared(
        "允许合作应用查看本人的一类数据；只能为本人授权，随时可以撤回。\n"
        "Let a partner's app see one type of one's own data. Nobody consents for another; it may be withdrawn any time."
    )
    def consent_to_partner(
        self, input: Annotated[ConsentToPartnerInput, strawberry.argument(description=INPUT)]
    ) -> ConsentToPartnerResult: ...

    @declared(
        "撤回对合作应用的授权；立即生效，过去的事件也不再可见。\n"
        "Withdraw a consent to a partner's app, at once; past events are not seen any more either."
    )
    def withdraw_consent(
        self, input: Annotated[WithdrawConsentInput, strawberry.argument(description=INPUT)]
    ) -> WithdrawConsentResult: ...

    @declared(
        "提交一笔居民缴费申请；只记录应缴金额，不扣款。\n"
        "Submit a resident contribution; the amount due is recorded and no money moves."
    )
    def submit_resident_contribution(
        self, input: Annotated[SubmitResidentContributionInput, strawberry.argument(description=INPUT)]
    ) -> SubmitResidentContributionResult: ...

    @declared(
        "用本人的个人账户支付一笔已提交的居民缴费；按支付当日的政策重新核定，全额支付或完全不付。\n"
        "Pay a submitted contribution from the applicant's personal account; "
        "decided anew by the policy of the day, in full or not at all."
    )
    def pay_resident_contribution(
        self, input: Annotated[PayResidentContributionInput, strawberry.argument(description=INPUT)]
    ) -> PayResidentContributionResult: ...

    @declared(
        "请缴费渠道收取一笔已提交的居民缴费（微信、支付宝、皖事通、柜台、银行批扣等）；渠道收款与否以其答复为准。\n"
        "Have a channel collect a submitted contribution (WeChat, Alipay, Wanshitong, counter, bank …); "
        "whether it did is what the channel says."
    )
    def start_payment(
        self, input: Annotated[StartPaymentInput, strawberry.argument(description=INPUT)]
    ) -> StartPaymentResult: ...

    @declared(
        "向渠道查询一笔支付的结果；结果未知的支付只能这样明确，不作猜测。\n"
        "Ask the channel what became of a payment; an unknown outcome is settled by its word and never guessed."
    )
    def check_payment(
        self, input: Annotated[CheckPaymentInput, strawberry.argument(description=INPUT)]
    ) -> CheckPaymentResult: ...

    @declared(
        "作废尚未批扣的，或渠道久无答复的支付订单。\n"
        "Give up a payment that the bank has not taken yet, or whose channel has not answered for long."
    )
    def void_payment(
        self, input: Annotated[VoidPaymentInput, strawberry.argument(description=INPUT)]
    ) -> VoidPaymentResult: ...

    @declared(
        "一次支付多笔居民缴费，逐笔按顺序办理、逐笔答复。\n"
        "Pay several contributions at once, dealt with and answered one by one, in order."
    )
    def pay_resident_contributions(
        self, input: Annotated[PayResidentContributionsInput, strawberry.argument(description=INPUT)]
    ) -> PayResidentContributionsResult: ...

    @declared(
        "办结一笔已支付的居民缴费；支付时没有开具凭证的，此时开具。\n"
        "Finish a paid contribution, which issues its slip unless the payment did."
    )
    def finish_resident_contribution(
        self, input: Annotated[FinishResidentContributionInput, strawberry.argument(description=INPUT)]
    ) -> FinishResidentContributionResult: ...

    @declared(
        "为本人支付的一笔居民缴费申请退费：全额原路退回，退费情形以平台和外部系统的记录核实。\n"
        "Ask for a contribution back that the applicant has paid: the whole amount, the way it came, "
        "for a reason that the records show."
    )
    def request_contribution_refund(
        self, input: Annotated[RequestContributionRefundInput, strawberry.argument(description=INPUT)]
    ) -> RequestContributionRefundResult: ...

    @declared(
        "预结算：按现在的记录核算一笔费用，不写入任何内容，也不占用幂等键；由定点医药机构办理。\n"
        "What settling a claim would come to now. Nothing is recorded and no key is used up; for institutions."
    )
    def pre_settle_claim(
        self, input: Annotated[PreSettleClaimInput, strawberry.argument(description=INPUT)]
    ) -> PreSettleClaimResult: ...

    @declared(
        "结算一笔费用：核算、记账、扣个人账户一并完成；本年度其后的结算随之重新核算。由定点医药机构办理。\n"
        "Settle a claim: adjudicated, booked, and taken from the personal account at once; later claims of the year "
        "are adjudicated again. For institutions."
    )
    def settle_claim(
        self, input: Annotated[SettleClaimInput, strawberry.argument(description=INPUT)]
    ) -> SettleClaimResult: ...

    @declared(
        "冲正本机构的一笔结算：全部记账反向，个人账户退回；本年度其后的结算随之重新核算。\n"
        "Reverse a claim of the institution: every entry is taken back and the account gets back what it paid; "
        "later claims of the year are adjudicated again."
    )
    def reverse_claim(
        self, input: Annotated[ReverseClaimInput, strawberry.argument(description=INPUT)]
    ) -> ReverseClaimResult: ...

    @declared(
        "一次性支取个人账户：出国（境）定居或主动放弃职工医保的由本人支取，死亡人员的由登记的亲属支取；"
        "连同利息全部付至申请人的银行账户，账户随即销户。\n"
        "Draw a personal account in one sum: by its holder, who settles abroad or gave the employee scheme up, or by a "
        "registered relative of a deceased holder; everything goes to the applicant's bank and the account is closed."
    )
    def withdraw_account(
        self, input: Annotated[WithdrawAccountInput, strawberry.argument(description=INPUT)]
    ) -> WithdrawAccountResult: ...

    @declared(
        "开具缴费证明：证明本人或已绑定的家庭成员在几个参保年度已缴的居民医保费；第三方凭编号核验。\n"
        "Issue a certificate of what has been paid for the applicant or a bound family member in some years of cover; "
        "a third party verifies it by its number."
    )
    def issue_payment_certificate(
        self, input: Annotated[IssuePaymentCertificateInput, strawberry.argument(description=INPUT)]
    ) -> IssuePaymentCertificateResult: ...

    @declared(
        "单位参保登记，由经办人员在窗口办理：核对统一社会信用代码和经办人身份，登记后经办人可以登录办理本单位业务。\n"
        "Register a unit for insurance, done by a clerk at the window: its credit code and its officer's identity are "
        "checked, and the officer can sign in and act for it."
    )
    def register_unit(
        self, input: Annotated[RegisterUnitInput, strawberry.argument(description=INPUT)]
    ) -> RegisterUnitResult: ...

    @declared(
        "变更单位参保登记的名称、类型或本市内的县（区），由经办人员办理；统一社会信用代码不变。\n"
        "Change name, kind or county of a unit, done by a clerk; the credit code stays."
    )
    def change_unit(
        self, input: Annotated[ChangeUnitInput, strawberry.argument(description=INPUT)]
    ) -> ChangeUnitResult: ...

    @declared(
        "暂停单位参保，由经办人员办理；名下还有人正常参保的不予办理。\n"
        "Suspend a unit, done by a clerk; refused while anybody is insured by it."
    )
    def suspend_unit(
        self, input: Annotated[SuspendUnitInput, strawberry.argument(description=INPUT)]
    ) -> SuspendUnitResult: ...

    @declared("恢复单位参保，由经办人员办理。\nResume a suspended unit, done by a clerk.")
    def resume_unit(
        self, input: Annotated[ResumeUnitInput, strawberry.argument(description=INPUT)]
    ) -> ResumeUnitResult: ...

    @declared(
        "注销单位参保登记，由经办人员办理；名下还有人正常参保，或有未缴费用的不予办理。\n"
        "Cancel a unit, done by a clerk; refused while anybody is insured by it or it owes contributions."
    )
    def cancel_unit(
        self, input: Annotated[CancelUnitInput, strawberry.argument(description=INPUT)]
    ) -> CancelUnitResult: ...

    @declared(
        "学校、村（社区）为本单位参保的多名居民一次缴费：金额由政策决定，逐人答复，受理的合为一个支付订单；"
        "一人被拒绝不影响他人。\n"
        "Pay for many of a school's or village's people at once: policy decides the amounts, each line is answered on "
        "its own, and one payment order is made for those that are taken."
    )
    def collect_resident_contributions(
        self, input: Annotated[CollectResidentContributionsInput, strawberry.argument(description=INPUT)]
    ) -> CollectResidentContributionsResult: ...

    @declared(
        "单位新增参保职工：按姓名和证件向人口信息库核验，在全国查重，逐人答复；参加职工医保并同步参加生育保险。\n"
        "Enrol employees of a unit: checked by name and document against the register, and nationally for insurance "
        "elsewhere, each line answered on its own; in the employee scheme and in maternity insurance."
    )
    def add_unit_members(
        self, input: Annotated[AddUnitMembersInput, strawberry.argument(description=INPUT)]
    ) -> AddUnitMembersResult: ...

    @declared(
        "单位减少参保职工：离职的暂停参保，出国（境）定居或死亡的终止参保，逐人答复；此前各月仍可申报缴费。\n"
        "Stop employees of a unit: suspended after leaving, terminated after settling abroad or death, each line "
        "answered on its own; months until then can still be declared."
    )
    def stop_unit_members(
        self, input: Annotated[StopUnitMembersInput, strawberry.argument(description=INPUT)]
    ) -> StopUnitMembersResult: ...

    @declared(
        "灵活就业人员参加职工医保：由本人办理，即时办结；停保用 suspendEnrolment，再参保须重新登记。\n"
        "Be insured in the employee scheme as a flexible worker: by oneself and at once. suspendEnrolment stops it, "
        "and whoever would be insured again registers anew."
    )
    def register_flexible_worker(
        self, input: Annotated[RegisterFlexibleWorkerInput, strawberry.argument(description=INPUT)]
    ) -> RegisterFlexibleWorkerResult: ...

    @declared(
        "申报单位一个月的缴费工资：按当月的基数上下限和费率核定，逐人答复，形成一张缴费单；逾期申报的为补缴。\n"
        "Declare a unit's wages of a month: assessed by that month's floor, ceiling and rates, each line answered "
        "on its own, one bill for all; after the due day it is a back payment."
    )
    def declare_wages(
        self, input: Annotated[DeclareWagesInput, strawberry.argument(description=INPUT)]
    ) -> DeclareWagesResult: ...

    @declared(
        "更正单位已申报的缴费工资：按当月费率重新核定，差额形成一张补差缴费单，逐人答复；工资应更低的请向经办机构申请退回。\n"
        "Correct wages that a unit declared too low: assessed anew by that month's rates, the difference makes one "
        "bill, each line answered on its own. What was paid too much, the agency gives back."
    )
    def correct_wages(
        self, input: Annotated[CorrectWagesInput, strawberry.argument(description=INPUT)]
    ) -> CorrectWagesResult: ...

    @declared(
        "灵活就业人员申报本人的缴费月份：自选基数，单位和个人两部分由本人承担，一个月或数个月一并申报。\n"
        "Declare months of one's own as a flexible worker: on a base of one's choice, bearing both shares alone, "
        "one month or several at once."
    )
    def declare_own_months(
        self, input: Annotated[DeclareOwnMonthsInput, strawberry.argument(description=INPUT)]
    ) -> DeclareOwnMonthsResult: ...

    @declared(
        "申报趸缴：达到退休年龄而缴费年限不足的，把所差月数一次缴清，由本人支付。\n"
        "Settle the months that are short at retirement at once: for somebody of age, who pays the bill."
    )
    def declare_lump_sum(
        self, input: Annotated[DeclareLumpSumInput, strawberry.argument(description=INPUT)]
    ) -> DeclareLumpSumResult: ...

    @declared(
        "在职转退休：达到退休年龄且缴费年限已足（含已缴清的趸缴）的，转为退休人员，此后不再缴费。\n"
        "From work to retirement: somebody of age whose months are complete, settled ones included, becomes a "
        "pensioner, who contributes no more."
    )
    def retire(self, input: Annotated[RetireInput, strawberry.argument(description=INPUT)]) -> RetireResult: ...

    @declared(
        "请缴费渠道收取一张职工医保缴费单：全额，逾期的连同当日的滞纳金；渠道确认后，个人部分划入各人的个人账户。\n"
        "Have a channel collect a bill of the employee scheme: whole, and with the late fee of the day where it is "
        "overdue; once the channel confirms, everybody's personal account is credited."
    )
    def pay_employee_bill(
        self, input: Annotated[PayEmployeeBillInput, strawberry.argument(description=INPUT)]
    ) -> PayEmployeeBillResult: ...

    @declared(
        "申请医保关系转移接续：把以前在其他地方作为职工的缴费月数转入现参保地，个人账户随同转移。"
        "转出地受理后 10 个工作日内寄出信息表，转入地收到后 5 个工作日内办结。\n"
        "Apply for the transfer of the insurance relation: months as an employee at an earlier place are carried to "
        "the present one, and the personal account comes along. The old place sends its form within 10 working days of "
        "acceptance, the new one completes within 5 of receiving it."
    )
    def apply_for_transfer(
        self, input: Annotated[ApplyForTransferInput, strawberry.argument(description=INPUT)]
    ) -> ApplyForTransferResult: ...

    @declared(
        "撤销本人尚未办结的转移接续；什么都不会转移。\n"
        "Withdraw a transfer of the applicant's own that is not done; nothing is transferred."
    )
    def withdraw_transfer(
        self, input: Annotated[WithdrawTransferInput, strawberry.argument(description=INPUT)]
    ) -> WithdrawTransferResult: ...

    @declared(
        "登记事件推送：应用可见的事件逐个送往其网址，带签名，同一人的事件按次序，至少送达一次；仅限合作应用。\n"
        "Register a webhook: the events that the app sees are delivered to its URL, signed, those of one person in "
        "order. For partners' apps."
    )
    def register_webhook(
        self, input: Annotated[RegisterWebhookInput, strawberry.argument(description=INPUT)]
    ) -> RegisterWebhookResult: ...

    @declared(
        "修改本应用的事件推送；等待中的事件按新的设置推送。\n"
        "Change a webhook of the app's own; what waits is delivered by what it says then."
    )
    def update_webhook(
        self, input: Annotated[UpdateWebhookInput, strawberry.argument(description=INPUT)]
    ) -> UpdateWebhookResult: ...

    @declared(
        "暂停事件推送，在日志中的位置保留；运维人员可停用任何应用的。\n"
        "Pause a webhook, its place in the log kept; an operator may disable that of any app."
    )
    def pause_webhook(
        self, input: Annotated[PauseWebhookInput, strawberry.argument(description=INPUT)]
    ) -> PauseWebhookResult: ...

    @declared(
        "恢复事件推送，从停下的位置继续；由运维人员停用的，只能由运维人员恢复。\n"
        "Let a webhook go on where it stood; what an operator has disabled, an operator resumes."
    )
    def resume_webhook(
        self, input: Annotated[ResumeWebhookInput, strawberry.argument(description=INPUT)]
    ) -> ResumeWebhookResult: ...

    @declared(
        "删除本应用的事件推送，等待中的事件不再推送。\nRemove a webhook of the app's own; what waits is not delivered."
    )
    def remove_webhook(
        self, input: Annotated[RemoveWebhookInput, strawberry.argument(description=INPUT)]
    ) -> RemoveWebhookResult: ...

    @declared(
        "更换签名密钥；此后 24 小时内，前一密钥同时签名。\n"
        "Draw another secret for a webhook; for 24 hours the one before signs beside it."
    )
    def rotate_webhook_secret(
        self, input: Annotated[RotateWebhookSecretInput, strawberry.argument(description=INPUT)]
    ) -> RotateWebhookSecretResult: ...

    @declared(
        "重新推送一个事件，无论已送达还是已放弃；仍按同一人的次序。\n"
        "Deliver an event once more, whether it was delivered or given up, in the order of its person."
    )
    def redeliver_event(
        self, input: Annotated[RedeliverEventInput, strawberry.argument(description=INPUT)]
    ) -> RedeliverEventResult: ...

    @declared(
        "立即试推送一次，不计入次序：发送一个样例或应用可见的过去的事件，告知发送了什么、目标如何答复；"
        "每分钟最多 10 次。\n"
        "Send once now, outside of the order: a sample or a past event that the app sees. Tells what was sent and what "
        "the target answered; 10 times a minute at most."
    )
    def test_webhook(
        self, input: Annotated[TestWebhookInput, strawberry.argument(description=INPUT)]
    ) -> TestWebhookResult: ...

    @declared(
        "填写一个办件：指南所列材料中平台已有的不必再交。尚未提交，只有本人看得到。\n"
        "Draft a filing: of the materials that the guide lists, what the platform holds need "
        "not be handed in. Nobody else sees it until it is submitted."
    )
    def draft_filing(
        self, input: Annotated[DraftFilingInput, strawberry.argument(description=INPUT)]
    ) -> DraftFilingResult: ...

    @declared(
        "把本人填写的办件委托他人代办：凭姓名和证件号码指明代办人，指南要求代办的材料随之列入。"
        "代办人此后可见此办件，可提交、补正、撤回。\n"
        "Entrust a draft of the applicant's own to an agent, known by name and document number; what the guide wants "
        "of an agent is among its materials from then on. The agent sees the filing, and submits, supplements and "
        "withdraws it."
    )
    def entrust_filing(
        self, input: Annotated[EntrustFilingInput, strawberry.argument(description=INPUT)]
    ) -> EntrustFilingResult: ...

    @declared(
        "撤销尚未结束的办件的委托，由申请人或代办人进行。\n"
        "Revoke the agent of a filing that has not ended, as its applicant or as the agent."
    )
    def revoke_filing_agent(
        self, input: Annotated[RevokeFilingAgentInput, strawberry.argument(description=INPUT)]
    ) -> RevokeFilingAgentResult: ...

    @declared(
        "提交本人或所代办的办件；查询事项即时办结。\n"
        "Submit a filing of one's own, or as an agent; an enquiry is answered at once."
    )
    def submit_filing(
        self, input: Annotated[SubmitFilingInput, strawberry.argument(description=INPUT)]
    ) -> SubmitFilingResult: ...

    @declared(
        "补齐被告知所缺的材料；须一次补齐，时限自次日继续。\n"
        "Hand in what was told missing, all of it; the limit runs on from the next day."
    )
    def supplement_filing(
        self, input: Annotated[SupplementFilingInput, strawberry.argument(description=INPUT)]
    ) -> SupplementFilingResult: ...

    @declared("撤回本人尚未审核通过的办件。\nWithdraw a filing of the applicant's own that is not approved yet.")
    def withdraw_filing(
        self, input: Annotated[WithdrawFilingInput, strawberry.argument(description=INPUT)]
    ) -> WithdrawFilingResult: ...

    @declared(
        "经办人员领取本地区无人经办的办件；一件同时只在一人手中。\n"
        "Claim a filing of the clerk's region that nobody holds; one clerk holds it at a time."
    )
    def claim_filing(
        self, input: Annotated[ClaimFilingInput, strawberry.argument(description=INPUT)]
    ) -> ClaimFilingResult: ...

    @declared("把手中的办件退回待领。\nReturn a filing that one holds to the queue.")
    def return_filing(
        self, input: Annotated[ReturnFilingInput, strawberry.argument(description=INPUT)]
    ) -> ReturnFilingResult: ...

    @declared(
        "把手中的办件转交给同一地区的另一经办人员。\n"
        "Hand a filing that one holds over to another clerk of the same region."
    )
    def hand_over_filing(
        self, input: Annotated[HandOverFilingInput, strawberry.argument(description=INPUT)]
    ) -> HandOverFilingResult: ...

    @declared(
        "一次性告知所缺的全部材料，只能告知一次；补正期间时限停止计算。\n"
        "Tell all that is missing, which is done once; the limit stands until it is handed in."
    )
    def request_filing_materials(
        self, input: Annotated[RequestFilingMaterialsInput, strawberry.argument(description=INPUT)]
    ) -> RequestFilingMaterialsResult: ...

    @declared(
        "受理材料齐全的办件；办理时限自次日起算。\n"
        "Accept a filing whose materials are there; its time limit counts from the next day."
    )
    def accept_filing(
        self, input: Annotated[AcceptFilingInput, strawberry.argument(description=INPUT)]
    ) -> AcceptFilingResult: ...

    @declared("不予受理，须说明理由。\nDecline to accept a filing, with a reason.")
    def decline_filing(
        self, input: Annotated[DeclineFilingInput, strawberry.argument(description=INPUT)]
    ) -> DeclineFilingResult: ...

    @declared("审核通过。\nApprove a filing after review.")
    def approve_filing(
        self, input: Annotated[ApproveFilingInput, strawberry.argument(description=INPUT)]
    ) -> ApproveFilingResult: ...

    @declared("审核不通过，须说明理由。\nDeny a filing after review, with a reason.")
    def deny_filing(
        self, input: Annotated[DenyFilingInput, strawberry.argument(description=INPUT)]
    ) -> DenyFilingResult: ...

    @declared(
        "办结：事项的效果与办件一并成立，或都不成立。\n"
        "Complete a filing: what the matter changes is changed along with it, or neither is."
    )
    def complete_filing(
        self, input: Annotated[CompleteFilingInput, strawberry.argument(description=INPUT)]
    ) -> CompleteFilingResult: ...

    @declared(
        "拨付办结：支付类事项审核通过后，由另一名经办人员拨付。\n"
        "Pay a filing out: a matter that pays, once approved, is ended by another clerk than who approved it."
    )
    def disburse_filing(
        self, input: Annotated[DisburseFilingInput, strawberry.argument(description=INPUT)]
    ) -> DisburseFilingResult: ...

    @declared(
        "评价已结束的办件（好差评），一件一次；不满意和非常不满意的须在 rectifyBy 之前（含当日）整改。\n"
        "Rate a filing that has ended, once; what is rated low is to be put right by the day rectifyBy."
    )
    def rate_filing(
        self, input: Annotated[RateFilingInput, strawberry.argument(description=INPUT)]
    ) -> RateFilingResult: ...

    @declared(
        "经办人员对多件办件进行同一操作：领取、退回待领、审核通过或审核不通过；各件分别答复，一个幂等键对应整批。\n"
        "Make one move of many filings as their clerk: claim, return, approve or deny them. Each has its own answer, "
        "and the key stands for the whole list."
    )
    def move_filings(
        self, input: Annotated[MoveFilingsInput, strawberry.argument(description=INPUT)]
    ) -> MoveFilingsResult: ...

    @declared("整改差评，须说明如何整改。\nPut a low rating of a filing right, and say what was done.")
    def rectify_filing(
        self, input: Annotated[RectifyFilingInput, strawberry.argument(description=INPUT)]
    ) -> RectifyFilingResult: ...

    @declared(
        "推进世界时钟，可跨整个征缴季：期间到期的事项逐一在各自的时刻办理。仅限沙箱的运维人员。\n"
        "Advance the world's clock, by a whole season where that is wanted: what falls due is done at its own moment. "
        "For operators of a sandbox."
    )
    def advance_clock(
        self, input: Annotated[AdvanceClockInput, strawberry.argument(description=INPUT)]
    ) -> AdvanceClockResult: ...

    @declared(
        "设置世界时钟的快慢：静止、实时或加快。仅限沙箱的运维人员。\n"
        "Set how fast the world's clock runs: not at all, in real time or faster. For operators of a sandbox."
    )
    def set_clock(self, input: Annotated[SetClockInput, strawberry.argument(description=INPUT)]) -> SetClockResult: ...

    @declared(
        "添加外部故障：外部机构从此（或从给定时刻起）这样出错。仅限沙箱的运维人员。\n"
        "Add a fault of an outside party, which has it from now on or from a given moment. For operators of a sandbox."
    )
    def add_fault(self, input: Annotated[AddFaultInput, strawberry.argument(description=INPUT)]) -> AddFaultResult: ...

    @declared(
        "移除外部故障；已经办理的保持不变。仅限沙箱的运维人员。\n"
        "Remove a fault of an outside party; what it did stays done. For operators of a sandbox."
    )
    def remove_fault(
        self, input: Annotated[RemoveFaultInput, strawberry.argument(description=INPUT)]
    ) -> RemoveFaultResult: ...

    @declared(
        "创建一个世界。仅限沙箱中默认世界的运维人员；更大的世界用命令行 canbao world create。\n"
        "Create a world; larger ones are made with canbao world create. For operators of a sandbox's default world."
    )
    def create_world(
        self, input: Annotated[CreateWorldInput, strawberry.argument(description=INPUT)]
    ) -> CreateWorldResult: ...

    @declared(
        "复制一个世界的全部内容为新世界，服务不中断。仅限沙箱中默认世界的运维人员。\n"
        "Make a world of all that another holds, while it is served. For operators of a sandbox's default world."
    )
    def fork_world(
        self, input: Annotated[ForkWorldInput, strawberry.argument(description=INPUT)]
    ) -> ForkWorldResult: ...

    @declared(
        "为一个世界取快照，服务不中断。仅限沙箱中默认世界的运维人员。\n"
        "Keep a world as it is, while it is served. For operators of a sandbox's default world."
    )
    def snapshot_world(
        self, input: Annotated[SnapshotWorldInput, strawberry.argument(description=INPUT)]
    ) -> SnapshotWorldResult: ...

    @declared(
        "把一个世界重置到创建时或某个快照。仅限沙箱中默认世界的运维人员。\n"
        "Set a world back to what it was when it was made, or to a snapshot. For operators of the default world."
    )
    def reset_world(
        self, input: Annotated[ResetWorldInput, strawberry.argument(description=INPUT)]
    ) -> ResetWorldResult: ...

    @declared(
        "删除一个世界及其快照。仅限沙箱中默认世界的运维人员。\n"
        "Drop a world and its snapshots for good. For operators of a sandbox's default world."
    )
    def drop_world(
        self, input: Annotated[DropWorldInput, strawberry.argument(description=INPUT)]
    ) -> DropWorldResult: ...
