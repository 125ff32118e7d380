"""What can be read (查询)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from domain.vocabulary import Instant, RegionCode
from schema.account_withdrawals import AccountWithdrawal, AccountWithdrawalConnection
from schema.agencies import AgencyConnection, AgencyWhere
from schema.arguments import GRADE, REPAIR_YEARS
from schema.audit_trail import AccessRecord, AccessRecordConnection, AuditSealConnection, RecordsWhere
from schema.claims import CareInput, ClaimPreviewResult
from schema.consents import ConsentConnection
from schema.continuity import InsuranceContinuityResult
from schema.declarations import declared
from schema.disbursements import Disbursement, DisbursementConnection, DisbursementTrace
from schema.employee_contributions import (
    EmployeeBill,
    EmployeeBillConnection,
    EmployeeBillQuoteResult,
    EmployeeBillWhere,
)
from schema.enums import ApplicantKind, MatterCode, PaymentChannel
from schema.events import EventConnection, EventRegions, EventSubjects, EventTypes
from schema.faults import FaultConnection
from schema.filing_statistics import FIRST_DAY, LAST_DAY, REGION, FilingStatistics
from schema.filings import Filing, FilingConnection, FilingWhere, OrderFilings, TrackedFiling
from schema.institutions import InstitutionConnection, InstitutionWhere
from schema.keeping_worlds import KeptWorlds
from schema.payees import PayeeConnection
from schema.paying_forms import InstitutionStatementInput
from schema.payment_certificates import (
    PaymentCertificate,
    PaymentCertificateConnection,
    VerifiedPaymentCertificate,
)
from schema.payment_orders import PaymentOrder, PaymentOrderConnection, PaymentOrderWhere
from schema.personas import PersonaConnection
from schema.persons import OrderPersons, Person, PersonConnection, PersonWhere
from schema.policy import PolicyFactConnection, PolicyFactResult, PolicyFactWhere
from schema.receipts import Receipt
from schema.reconciliations import InstitutionReconciliationResult
from schema.refunds import Refund, RefundConnection, RefundWhere
from schema.regions import Region, RegionConnection, RegionWhere
from schema.relay import After, Before, First, Last, Node
from schema.request_journal import JournalledRequestConnection, RequestsWhere
from schema.resident_contributions import (
    ContributionQuoteResult,
    OrderResidentContributions,
    ResidentContribution,
    ResidentContributionConnection,
    ResidentContributionWhere,
)
from schema.retirement import ENROLMENT_ID, EmployeeArrearsResult, RetirementAssessmentResult
from schema.service_matters import (
    MATTER,
    ON,
    PLACE,
    ServiceMatterConnection,
    ServiceMatterResult,
    ServiceMatterWhere,
    WhereToFileResult,
)
from schema.settled_claims import BenefitYearResult, Claim, ClaimConnection, ClaimTrace, ClaimWhere
from schema.transfers import EnrolmentTransfer
from schema.units import Unit, UnitConnection, UnitWhere
from schema.webhooks import Webhook, WebhookConnection
from schema.working_days import WorkingDay
from schema.world import Viewer, World

CONDITIONS = "筛选条件。\nConditions."


@strawberry.type(
    description="可以读取的一切。看不到的对象等同不存在。\n"
    "All that can be read. What one may not see is as if not there."
)
class Query:
    world: World = strawberry.field(
        description="作答的世界，含其当前时刻。\nThe world that answers, with its present moment."
    )
    viewer: Viewer = strawberry.field(description="此请求的访问者。\nWho is asking.")

    @declared(
        "按标识取任何对象；没有，或访问者无权看到时为 null。\n"
        "Any object by its id; null when there is none or the viewer may not see it."
    )
    def node(
        self, id: Annotated[strawberry.ID, strawberry.argument(description="对象的标识。\nId of the object.")]
    ) -> Node | None: ...

    @declared(
        "此世界的演示身份，按标识排序；只有沙箱世界才有，不需要登录。\n"
        "The personas of this world, by id; sandbox worlds only, without signing in."
    )
    def personas(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> PersonaConnection: ...

    @declared(
        "此世界的外部故障，按标识排序；仅沙箱的运维人员可见。\n"
        "The faults of this world's outside parties, by id; for operators of a sandbox."
    )
    def faults(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> FaultConnection: ...

    @declared(
        "此世界最近被问过什么，最近的在前；仅沙箱的运维人员可见，约每秒写入一次。\n"
        "What this world was asked lately, the latest first; for operators of a sandbox, written about every second."
    )
    def request_journal(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: RequestsWhere = strawberry.UNSET,
    ) -> JournalledRequestConnection: ...

    @declared(
        "服务器上的各个世界；仅限沙箱中默认世界的运维人员，其他人看不到任何世界。\n"
        "The worlds of this server, to operators of its default world in a sandbox; everybody else is shown none."
    )
    def worlds(self) -> KeptWorlds: ...

    @declared(
        "按标识取参保人；没有，或访问者无权看到时为 null。\n"
        "A person by id; null when there is none or the viewer may not see them."
    )
    def person(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="参保人的标识（per_…）。\nId of the person (per_…).")
        ],
    ) -> Person | None: ...

    @declared(
        "参保人列表：参保人看到自己和已绑定的家庭成员，经办人员看到本地区，运维看到全部（掩码），未登录者看到空列表。\n"
        "Persons: citizens see themselves and the family they have bound, clerks their region, operators everybody "
        "masked; the list is empty without signing in."
    )
    def persons(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[PersonWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
        order_by: OrderPersons = strawberry.UNSET,
    ) -> PersonConnection: ...

    @declared("按标识取参保单位；没有时为 null。\nAn insured unit by id; null when there is none.")
    def unit(
        self,
        id: Annotated[strawberry.ID, strawberry.argument(description="单位的标识（uni_…）。\nId of the unit (uni_…).")],
    ) -> Unit | None: ...

    @declared("参保单位列表，按标识排序。\nInsured units, by id.")
    def units(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[UnitWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> UnitConnection: ...

    @declared("按代码取地区；此世界没有该地区时为 null。\nA region by code; null when this world has none.")
    def region(
        self, code: Annotated[RegionCode, strawberry.argument(description="六位区划代码。\nSix-digit region code.")]
    ) -> Region | None: ...

    @declared("地区列表，按代码排序。任何人可见。\nRegions, by code. Everybody may see them.")
    def regions(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[RegionWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> RegionConnection: ...

    @declared("医保经办机构列表，按标识排序。任何人可见。\nAgencies, by id. Everybody may see them.")
    def agencies(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[AgencyWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> AgencyConnection: ...

    @declared(
        "按标识取医保关系转移接续；没有，或访问者无权看到时为 null。\n"
        "A transfer of the insurance relation by id; null when there is none or the viewer may not see it."
    )
    def transfer(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="转移接续的标识（trf_…）。\nId of the transfer (trf_…).")
        ],
    ) -> EnrolmentTransfer | None: ...

    @declared(
        "从某日起若干个工作日后的日期：当日不计，按公布的节假日和调休上班日推算。任何人可见。\n"
        "The last day of a period in working days: the day it begins on does not count; announced holidays and "
        "weekends worked instead do. Everybody may ask."
    )
    def working_day(
        self,
        after: Annotated[
            date,
            strawberry.argument(description="起算日，当日不计。\nThe day it begins on, which does not count itself."),
        ],
        count: Annotated[
            int,
            strawberry.argument(
                description="工作日数，0 至 250；0 即起算日本身。\n"
                "How many working days, 0 to 250; none gives the day itself."
            ),
        ],
    ) -> WorkingDay: ...

    @declared(
        "按标识取居民缴费；没有，或访问者无权看到时为 null。\n"
        "A resident contribution by id; null when there is none or the viewer may not see it."
    )
    def resident_contribution(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="居民缴费的标识（con_…）。\nId of the contribution (con_…).")
        ],
    ) -> ResidentContribution | None: ...

    @declared(
        "居民缴费列表：参保人看到自己支付的和为自己缴的，经办人员看到本地区，运维看到全部；默认按标识排序。\n"
        "Resident contributions: citizens see those they pay or are insured by, clerks their region, operators all; "
        "by id unless ordered otherwise."
    )
    def resident_contributions(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[
            ResidentContributionWhere | None, strawberry.argument(description=CONDITIONS)
        ] = strawberry.UNSET,
        order_by: OrderResidentContributions = strawberry.UNSET,
    ) -> ResidentContributionConnection: ...

    @declared(
        "缴费记录：登录者支付的（含代他人缴费）和他人为登录者支付的居民缴费，不限渠道，到可查询时刻（recordVisibleAt，"
        "世界时间）起列出，按标识排序；没有时为空列表（未查询到账户授权记录）。\n"
        "Payment records of the signed-in person: what they have paid for anybody, and anybody for them, through "
        "whatever channel, from recordVisibleAt on in world time, by id; an empty list where there is none."
    )
    def contribution_records(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[
            ResidentContributionWhere | None, strawberry.argument(description=CONDITIONS)
        ] = strawberry.UNSET,
    ) -> ResidentContributionConnection: ...

    @declared(
        "按标识取缴费凭证；没有，或访问者无权看到时为 null。\n"
        "A receipt by id; null when there is none or the viewer may not see it."
    )
    def receipt(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="凭证的标识（rec_…）。\nId of the receipt (rec_…).")
        ],
    ) -> Receipt | None: ...

    @declared(
        "按标识取个人账户一次性支取；没有，或访问者无权看到时为 null。\n"
        "A withdrawal of a personal account, by id; null when there is none or the viewer may not see it."
    )
    def account_withdrawal(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="支取的标识（wdr_…）。\nId of the withdrawal (wdr_…).")
        ],
    ) -> AccountWithdrawal | None: ...

    @declared(
        "个人账户一次性支取列表：参保人看到自己账户的和自己申请的，经办人员看到本地区，运维看到全部；按标识排序。\n"
        "Withdrawals of personal accounts: citizens see those of their account and those they asked for, clerks their "
        "region, operators all; by id."
    )
    def account_withdrawals(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> AccountWithdrawalConnection: ...

    @declared(
        "按标识取办件；没有，或访问者无权看到时为 null。\n"
        "A filing by id; null when there is none or the viewer may not see it."
    )
    def filing(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="办件的标识（fil_…）。\nId of the filing (fil_…).")
        ],
    ) -> Filing | None: ...

    @declared(
        "办件列表：申请人看到自己的，经办人员看到本地区已提交的，审计人员看到全部。\n"
        "Filings: applicants see their own, clerks those of their region that are submitted, auditors all."
    )
    def filings(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[FilingWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
        order_by: OrderFilings = strawberry.UNSET,
    ) -> FilingConnection: ...

    @declared(
        "凭办件编号和申请人证件号码后四位查询进度，不需要登录；两者不符、没有此件或尚未提交时都为 null。"
        "每件每小时约 5 次。\n"
        "How far a filing has come, by its number and the last four characters of the applicant's identity number, "
        "without signing in; null where they do not fit, there is none, or it is not submitted. "
        "About five times an hour for each filing."
    )
    def tracked_filing(
        self,
        number: Annotated[
            str, strawberry.argument(description="办件编号，即其标识（fil_…）。\nNumber of the filing: its id (fil_…).")
        ],
        id_last_four: Annotated[
            str,
            strawberry.argument(
                description="申请人证件号码的后四位，不区分大小写。\n"
                "Last four characters of the applicant's identity number, in capitals or small letters."
            ),
        ],
    ) -> TrackedFiling | None: ...

    @declared(
        "经办人员的待办：本地区已提交而未结束的办件；其他人看到空列表。\n"
        "The clerks' queue: filings of their region that are submitted and have not ended; empty for everybody else."
    )
    def filing_queue(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[FilingWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
        order_by: OrderFilings = strawberry.UNSET,
    ) -> FilingConnection: ...

    @declared(
        "一个县（区）在一段时间内的办件统计，分事项：在办、按期、超期、所用工作日的中位数和评价；"
        "没有该县（区）时为 null。任何人可问，但件数过少的事项只对属地经办人员和审计人员列出。\n"
        "Figures about the filings of a county in a period, by matter: open, in time, overdue, the median of working "
        "days, and ratings; null where there is no such county. Everybody may ask; matters with few filings are told "
        "to clerks of the region and auditors only."
    )
    def filing_statistics(
        self,
        region: Annotated[RegionCode, strawberry.argument(description=REGION)],
        first_day: Annotated[date, strawberry.argument(description=FIRST_DAY)],
        last_day: Annotated[date, strawberry.argument(description=LAST_DAY)],
    ) -> FilingStatistics | None: ...

    @declared(
        "按标识取退费及其进度；没有，或访问者无权看到时为 null。\n"
        "A refund and how far it has come, by id; null when there is none or the viewer may not see it."
    )
    def refund(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="退费的标识（ref_…）。\nId of the refund (ref_…).")
        ],
    ) -> Refund | None: ...

    @declared(
        "退费列表：参保人看到自己支付的和为自己缴的，单位经办人员看到本单位的，经办人员看到本地区，运维看到全部；按标识排序。\n"
        ""
        "Refunds: citizens see those of what they paid or are insured by, officers their unit's, clerks their region, "
        "operators all; by id."
    )
    def refunds(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[RefundWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> RefundConnection: ...

    @declared(
        "按标识取访问留痕；没有，或访问者无权看到时为 null。\n"
        "An access record by id; null when there is none or the viewer may not see it."
    )
    def access_record(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="访问留痕的标识（acr_…）。\nId of the record (acr_…).")
        ],
    ) -> AccessRecord | None: ...

    @declared(
        "访问留痕，最近的在前：参保人看到他人查阅自己数据的记录，审计人员看到全部。\n"
        "Access records, the latest first: insured persons see who was shown their data, auditors see all."
    )
    def access_records(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: RecordsWhere = strawberry.UNSET,
    ) -> AccessRecordConnection: ...

    @declared(
        "对访问留痕和事件的封存，最近的在前；仅审计人员可见。\n"
        "Seals over access records and events, the latest first; seen by auditors alone."
    )
    def audit_seals(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> AuditSealConnection: ...

    @declared(
        "按标识取缴费证明；没有，或访问者无权看到时为 null。\n"
        "A payment certificate by id; null when there is none or the viewer may not see it."
    )
    def payment_certificate(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="缴费证明的标识（cer_…）。\nId of the certificate (cer_…).")
        ],
    ) -> PaymentCertificate | None: ...

    @declared(
        "缴费证明列表：参保人看到自己和已绑定的家庭成员的，经办人员看到本地区，运维看到全部；按标识排序。\n"
        "Payment certificates: citizens see their own and those of the family they have bound, clerks their region, "
        "operators all; by id."
    )
    def payment_certificates(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> PaymentCertificateConnection: ...

    @declared(
        "凭编号核验缴费证明，任何人可用：其内容，姓名掩码；没有此编号时为 null。\n"
        "Verify a payment certificate by its number, for everybody: what it says, with the name masked; "
        "null when there is none of that number."
    )
    def verify_payment_certificate(
        self,
        number: Annotated[
            str,
            strawberry.argument(
                description="证明编号，不区分大小写。\nNumber of the certificate, in capitals or small letters."
            ),
        ],
    ) -> VerifiedPaymentCertificate | None: ...

    @declared(
        "按标识取职工医保缴费单；没有，或访问者无权看到时为 null。\n"
        "A bill of the employee scheme, by id; null when there is none or the viewer may not see it."
    )
    def employee_bill(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="缴费单的标识（bil_…）。\nId of the bill (bil_…).")
        ],
    ) -> EmployeeBill | None: ...

    @declared(
        "职工医保缴费单：单位经办人员看到本单位的，经办人员看到本地区的，运维看到全部；按标识排序。\n"
        "Bills of the employee scheme: officers see their unit's, clerks their region's, operators all; by id."
    )
    def employee_bills(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[EmployeeBillWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> EmployeeBillConnection: ...

    @declared(
        "测算：今天（世界时间）为此人缴此年度应缴多少、何时生效，每一项都附依据。\n"
        "Quote: what is due today in world time for this person and year, and what it buys, each with its source."
    )
    def contribution_quote(
        self,
        person_id: Annotated[
            strawberry.ID,
            strawberry.argument(
                description="被参保人的标识（per_…），须为本人或本人已绑定的家庭成员。\n"
                "Id of the person to be insured (per_…): oneself or a family member one has bound."
            ),
        ],
        coverage_year: Annotated[
            int, strawberry.argument(description="参保年度，例如 2025。\nYear of cover, such as 2025.")
        ],
        grade: Annotated[int, strawberry.argument(description=GRADE)] = 1,
        repair_years: Annotated[int, strawberry.argument(description=REPAIR_YEARS)] = 0,
        channel: Annotated[
            PaymentChannel,
            strawberry.argument(
                description="缴费渠道，默认医保个人账户。\nChannel of payment, the personal account by default."
            ),
        ] = PaymentChannel.PERSONAL_ACCOUNT,
    ) -> ContributionQuoteResult: ...

    @declared(
        "本人的缴费对象，按标识排序，不含已移除的；只有本人可见，运维看到全部。\n"
        "The viewer's payees, by id, without those removed; seen by nobody else but operators, who see all."
    )
    def payees(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> PayeeConnection: ...

    @declared(
        "数据授权列表，含已撤回的，按标识排序：参保人看到自己给的，合作应用看到给它的，运维看到全部。\n"
        "Consents, withdrawn ones included, by id: citizens see those they gave, partners' apps those given to them, "
        "operators all."
    )
    def consents(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> ConsentConnection: ...

    @declared(
        "事件推送列表，不含已删除的，按标识排序：合作应用看到自己的，运维看到全部。\n"
        "Webhooks, removed ones left out, by id: partners' apps see their own, operators all."
    )
    def webhooks(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> WebhookConnection: ...

    @declared(
        "按标识取事件推送；没有，或访问者无权看到时为 null。\n"
        "A webhook by id; null when there is none or the viewer may not see it."
    )
    def webhook(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="事件推送的标识（whk_…）。\nId of the webhook (whk_…).")
        ],
    ) -> Webhook | None: ...

    @declared(
        "支付订单列表，按标识排序：参保人看到自己发起的，经办人员看到本地区，运维看到全部。\n"
        "Payment orders, by id: citizens see those they started, clerks their region, operators all."
    )
    def payment_orders(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[PaymentOrderWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> PaymentOrderConnection: ...

    @declared(
        "按标识取支付订单；没有，或访问者无权看到时为 null。\n"
        "A payment order by id; null when there is none or the viewer may not see it."
    )
    def payment_order(
        self,
        id: Annotated[
            strawberry.ID,
            strawberry.argument(description="支付订单的标识（pmt_…）。\nId of the payment order (pmt_…)."),
        ],
    ) -> PaymentOrder | None: ...

    @declared(
        "今天支付一张职工医保缴费单的应缴金额，含滞纳金；须为应由登录者经办的单位或本人支付的缴费单。\n"
        "What paying a bill of the employee scheme costs today, late fee included; for the officer of the unit, or the "
        "person, who owes it."
    )
    def employee_bill_quote(
        self,
        bill_id: Annotated[
            strawberry.ID, strawberry.argument(description="缴费单的标识（bil_…）。\nId of the bill (bil_…).")
        ],
    ) -> EmployeeBillQuoteResult: ...

    @declared(
        "退休时缴费年限的测算：达龄日期、已缴和所差月数、今天趸缴的金额；本人或单位经办人员可用。\n"
        "What retiring takes: the day of age, months contributed and short, what settling them costs today; "
        "for the person and the unit's officer."
    )
    def retirement_assessment(
        self, enrolment_id: Annotated[strawberry.ID, strawberry.argument(description=ENROLMENT_ID)]
    ) -> RetirementAssessmentResult: ...

    @declared(
        "一条在职参保关系的欠缴月份；本人或单位经办人员可用。\n"
        "Months of a working enrolment that are in arrears; for the person and the unit's officer."
    )
    def employee_arrears(
        self, enrolment_id: Annotated[strawberry.ID, strawberry.argument(description=ENROLMENT_ID)]
    ) -> EmployeeArrearsResult: ...

    @declared(
        "连续参保年数及其激励：至某年度止连续参保几年、大病保险限额因此提高多少。\n"
        "Years of insurance in a row up to a year of cover, and how far they raise the cap of critical illness "
        "insurance."
    )
    def insurance_continuity(
        self,
        person_id: Annotated[
            strawberry.ID,
            strawberry.argument(
                description="被参保人的标识（per_…），须为本人或本人已绑定的家庭成员。\n"
                "Id of the insured person (per_…): oneself or a family member one has bound."
            ),
        ],
        coverage_year: Annotated[
            int, strawberry.argument(description="参保年度，例如 2025。\nYear of cover, such as 2025.")
        ],
    ) -> InsuranceContinuityResult: ...

    @declared(
        "按标识取一笔费用结算；没有，或访问者无权看到时为 null。\n"
        "A claim by id; null when there is none or the viewer may not see it."
    )
    def claim(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="结算的标识（clm_…）。\nId of the claim (clm_…).")
        ],
    ) -> Claim | None: ...

    @declared(
        "费用结算列表：参保人看到本人和已绑定家庭成员的，机构看到本机构的，经办人员看到本地区的，运维和审计看到全部；"
        "按标识排序。\n"
        "Claims: citizens see their own and those of family members they have bound, institutions theirs, clerks those "
        "of their region, operators and auditors all; by id."
    )
    def claims(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[ClaimWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> ClaimConnection: ...

    @declared(
        "按标识取一笔拨付；没有，或访问者无权看到时为 null。\n"
        "A payment by an agency, by id; null when there is none or the viewer may not see it."
    )
    def disbursement(
        self,
        id: Annotated[
            strawberry.ID, strawberry.argument(description="拨付的标识（dis_…）。\nId of the payment (dis_…).")
        ],
    ) -> Disbursement | None: ...

    @declared(
        "拨付列表：参保人看到付给本人和已绑定家庭成员的，机构和单位经办人看到付给本机构、本单位的，经办人员看到本地区的，"
        "运维和审计看到全部；按标识排序。\n"
        "Payments by agencies: citizens see those to themselves and to family members they have bound, institutions "
        "and the officers of units those to themselves, clerks those of their region, operators and auditors "
        "all; by id."
    )
    def disbursements(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> DisbursementConnection: ...

    @declared(
        "一笔生育待遇的金额如何得出，每步注明依据；不是生育待遇，或访问者无权看到时为 null。\n"
        "How the amount of a maternity benefit came about, each step with its source; null for any other payment, or "
        "when the viewer may not see it."
    )
    def disbursement_trace(
        self,
        disbursement_id: Annotated[
            strawberry.ID, strawberry.argument(description="拨付的标识（dis_…）。\nId of the payment (dis_…).")
        ],
    ) -> DisbursementTrace | None: ...

    @declared(
        "本机构一个月的结算申请与账目的对账；只供医药机构。\n"
        "A month's statement of the institution that asks against the books; for institutions alone."
    )
    def institution_reconciliation(
        self,
        statement: Annotated[
            InstitutionStatementInput,
            strawberry.argument(description="拟提交的结算申请。\nThe statement that is to be filed."),
        ],
    ) -> InstitutionReconciliationResult: ...

    @declared(
        "一笔费用结算的核算过程，每步注明依据；没有，或访问者无权看到时为 null。\n"
        "How a claim came about, each step with its source; null when there is none or the viewer may not see it."
    )
    def claim_trace(
        self,
        claim_id: Annotated[
            strawberry.ID, strawberry.argument(description="结算的标识（clm_…）。\nId of the claim (clm_…).")
        ],
    ) -> ClaimTrace | None: ...

    @declared(
        "一个年度的待遇累计和各项限额的剩余。\nWhat a year has had so far, and what is left of each yearly limit."
    )
    def benefit_year(
        self,
        person_id: Annotated[
            strawberry.ID,
            strawberry.argument(
                description="参保人的标识（per_…），须为本人或本人已绑定的家庭成员。\n"
                "Id of the person (per_…): oneself or a family member one has bound."
            ),
        ],
        year: Annotated[int, strawberry.argument(description="年度，例如 2025。\nThe year, such as 2025.")],
    ) -> BenefitYearResult: ...

    @declared("医药机构列表，按标识排序。\nHospitals and pharmacies, by id.")
    def institutions(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[InstitutionWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> InstitutionConnection: ...

    @declared(
        "测算：某次就医的费用由基金、个人账户和个人各支付多少，每一步附依据；按现有参保和缴费情况核定，不写入任何内容。"
        "同一文档中以两个 on 提问即可比较两日的政策。\n"
        "Preview: what care would cost, by who pays it, each step with its source; insured as enrolments and "
        "contributions stand, and nothing is recorded. Ask with two values of on to compare the policy of two days."
    )
    def claim_preview(
        self,
        person_id: Annotated[
            strawberry.ID,
            strawberry.argument(
                description="就医人的标识（per_…），须为本人或本人已绑定的家庭成员。\n"
                "Id of the patient (per_…): oneself or a family member one has bound."
            ),
        ],
        care: Annotated[CareInput, strawberry.argument(description="就医情况。\nThe care that is asked about.")],
        on: Annotated[
            date | None,
            strawberry.argument(
                description="按哪一日的政策测算，默认为出院日；其年度即待遇年度。\n"
                "The day whose policy applies, that of discharge by default; its year is the year of cover."
            ),
        ] = strawberry.UNSET,
    ) -> ClaimPreviewResult: ...

    @declared(
        "某地某日生效的一条政策事实；依次在县、市、省、全国中查找，没有则答复政策未明确。\n"
        "The policy fact in force at a place on a day, looked up in county, city, province and nation in turn; "
        "a gap is answered as not stated."
    )
    def policy_fact(
        self,
        name: Annotated[
            str,
            strawberry.argument(
                description="事实的名称，例如 collection_window.window；没有此名称时答复政策未明确。\n"
                "Name of the fact, such as collection_window.window; a name that does not exist is not stated."
            ),
        ],
        region: Annotated[RegionCode, strawberry.argument(description="所问的地区。\nThe region asked about.")],
        on: Annotated[
            date | None,
            strawberry.argument(
                description="所问的日期，默认为世界的今天。\nThe day asked about, today in the world by default."
            ),
        ] = strawberry.UNSET,
        benefit_year: Annotated[
            int | None,
            strawberry.argument(
                description="待遇年度；只有与年度有关的事实才需要。\n"
                "Year of cover; needed only for facts that depend on it."
            ),
        ] = strawberry.UNSET,
    ) -> PolicyFactResult: ...

    @declared(
        "政策事实列表，按名称、地区、生效日排序。任何人可见。\n"
        "Policy facts, by name, region and first day in force. Everybody may see them."
    )
    def policy_facts(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[PolicyFactWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> PolicyFactConnection: ...

    @declared(
        "某地某日适用的一个政务服务事项；当地没有可依据的指南则答复政策未明确。任何人可见。\n"
        "A service matter as it holds at a place on a day; where no guide of the place has it, it is answered as not "
        "stated. Everybody may see it."
    )
    def service_matter(
        self,
        code: Annotated[MatterCode, strawberry.argument(description=MATTER)],
        region: Annotated[RegionCode, strawberry.argument(description=PLACE)],
        on: Annotated[date | None, strawberry.argument(description=ON)] = strawberry.UNSET,
    ) -> ServiceMatterResult: ...

    @declared(
        "政务服务事项列表，按地区和序号排序；不给日期时取今天适用的各版。任何人可见。\n"
        "Service matters, by region and number, of the editions in force today unless another day is given. Everybody "
        "may see them."
    )
    def service_matters(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        where: Annotated[ServiceMatterWhere | None, strawberry.argument(description=CONDITIONS)] = strawberry.UNSET,
    ) -> ServiceMatterConnection: ...

    @declared(
        "某地某时办理某事项：打什么电话、是否在办公、何时再办公、要带什么。任何人可问。\n"
        "Filing a matter at a place and a moment: whom to call, whether it is open, when it opens next, what to bring. "
        "Everybody may ask."
    )
    def where_to_file(
        self,
        matter: Annotated[MatterCode, strawberry.argument(description=MATTER)],
        region: Annotated[RegionCode, strawberry.argument(description=PLACE)],
        at: Annotated[
            Instant | None,
            strawberry.argument(
                description="所问的时刻，默认为世界的现在。\nThe moment asked about, now in the world by default."
            ),
        ] = strawberry.UNSET,
        applicant: Annotated[
            ApplicantKind | None,
            strawberry.argument(
                description="申请人类型；不给则列出全部。\nWho files; everything is listed when absent."
            ),
        ] = strawberry.UNSET,
    ) -> WhereToFileResult: ...

    @declared(
        "事件日志，按发生先后；游标与订阅通用。\n"
        "The log of events, in the order they came about; cursors are the same as those of the subscription."
    )
    def events(
        self,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        types: EventTypes = strawberry.UNSET,
        regions: EventRegions = strawberry.UNSET,
        subjects: EventSubjects = strawberry.UNSET,
    ) -> EventConnection: ...

    @declared(
        "连通性自检：原样返回文本，可查出网关、代理或客户端对字符编码的改动。任何人可用。\n"
        "Checks the way here: gives the text back as it was sent, so that a gateway, proxy or client that changes "
        "characters is found out. For everybody."
    )
    def echo(
        self,
        text: Annotated[
            str,
            strawberry.argument(
                description="任意文本，最长 1000 个字符，不含 U+0000。\n"
                "Any text of at most 1,000 characters, without U+0000."
            ),
        ],
    ) -> str: ...
