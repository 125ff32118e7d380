"""What an applicant may be told instead of an outcome (不予办理的情形): closed, typed, in order of precedence.

A refusal is expected, not a failure. When several apply, the applicant hears the first of `PRECEDENCE`, always.
Messages say what, why and what to do; they carry facts, but no identity number and nothing of another person's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol

from domain.vocabulary import (
    AgreementStatus,
    ApplicantKind,
    CareKind,
    DataType,
    EmployeeBillStatus,
    EnrolmentStatus,
    FaceFailure,
    Fen,
    FilingMove,
    FilingStatus,
    Id,
    Instant,
    MaternityBenefitKind,
    PaymentChannel,
    PaymentOrderStatus,
    RefundReason,
    RegionCode,
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
    Word,
    iso_instant,
    yuan,
)


class RefusalCode(Word):
    """Which refusal (办理结果代码), in order of precedence."""

    NOT_SIGNED_IN = "未登录", "not signed in as somebody who may do this"
    IDEMPOTENCY_KEY_REUSED = "幂等键重复使用", "idempotency key reused with other content"
    INPUT_NOT_ACCEPTABLE = "填写内容不符合要求", "input not acceptable"
    PERSONA_NOT_FOUND = "未查询到演示身份", "persona not found"
    CLOCK_IS_ADVANCING = "时钟正在推进", "the clock is being advanced"
    CLOCK_NEVER_GOES_BACK = "时钟不能倒退", "the clock never goes back"
    FAULT_NOT_POSSIBLE = "没有这样的故障", "no such fault is possible"
    TOO_MANY_FAULTS = "故障过多", "too many faults"
    FAULT_NOT_FOUND = "未查询到故障", "fault not found"
    WORLDS_KEPT_ELSEWHERE = "不在此世界管理世界", "worlds are kept elsewhere"
    WORLD_IN_USE = "世界正在使用", "the world is in use"
    WORLD_IS_DEFAULT = "默认世界不能重置或删除", "the default world stays"
    WORLD_NAME_TAKEN = "世界名称已被使用", "the world's name is taken"
    WORLD_NOT_FOUND = "没有该世界", "no such world"
    WORLD_NEEDS_UPGRADE = "世界须先升级", "the world must be upgraded first"
    WORLD_TOO_LARGE = "世界过大", "the world is too large for a request"
    SNAPSHOT_NAME_TAKEN = "快照名称已被使用", "the snapshot's name is taken"
    SNAPSHOT_NOT_FOUND = "没有该快照", "no such snapshot"
    SHELF_FULL = "世界或快照已达上限", "as many worlds or snapshots as may be"
    CREATION_NOT_KEPT = "无法恢复到创建时", "what it was when it was made cannot be made again"
    UNIT_NOT_FOUND = "非该单位经办人员", "not the officer of such a unit"
    OUTSIDE_YOUR_REGION = "不在经办的地区", "outside the clerk's region"
    NOT_A_COLLECTING_UNIT = "非代收单位", "not a unit that collects from its people"
    UNIT_ALREADY_REGISTERED = "单位已参保登记", "unit already registered"
    UNIT_IN_ANOTHER_STATE = "单位参保状态不允许办理", "the unit is in another state"
    UNIT_HAS_MEMBERS = "单位名下有参保人员", "the unit has insured members"
    UNIT_OWES_BILLS = "单位有未缴费用", "the unit owes contributions"
    PLEDGE_NOT_ACCEPTED = "未同意个人承诺书", "personal pledge not accepted"
    CONSENT_NOT_GIVEN = "未同意暂停参保", "consent to the suspension not given"
    CANNOT_BIND_SELF = "不能绑定本人", "cannot bind oneself"
    CANNOT_ADD_SELF = "本人无需添加", "oneself need not be added"
    CANNOT_ENTRUST_SELF = "不能委托本人", "one cannot be one's own agent"
    NOTHING_CHANGES = "没有变更", "nothing changes"
    TOO_MANY_ATTEMPTS = "当日核验不符次数已达上限", "not confirmed too often today"
    SIGN_IN_LOCKED = "登录失败次数过多，暂时锁定", "signing in failed too often"
    TOO_MANY_REVEALS = "一小时内调取次数已达上限", "full values revealed too often within the hour"
    IDENTITY_MISMATCH = "身份信息不一致", "identity does not match the register"
    PERSON_DECEASED = "人员已死亡", "person deceased"
    DOCUMENT_OF_ANOTHER = "证件已登记在他人名下", "the document is on record as another's"
    FACE_CHECK_FAILED = "人脸核验未通过", "face check failed"
    NOT_OF_WORKING_AGE = "未达就业年龄", "not of working age"
    RELATION_MISMATCH = "亲属关系与登记不符", "relation not as registered"
    RELATION_NOT_COVERED = "亲属关系不在共济范围", "relation not covered"
    ALREADY_BOUND = "已绑定", "already bound"
    TOO_MANY_BINDINGS = "绑定人数已达上限", "too many bindings"
    BINDING_NOT_FOUND = "未查询到绑定关系", "binding not found"
    ALREADY_PAYEE = "已是缴费对象", "a payee already"
    TOO_MANY_PAYEES = "缴费对象已达上限", "too many payees"
    PAYEE_NOT_FOUND = "未查询到缴费对象", "payee not found"
    PARTNER_NOT_FOUND = "未查询到合作应用", "partner not found"
    DATA_TYPE_NOT_GRANTED = "合作应用未获准查看此类数据", "the partner was not granted this type of data"
    ALREADY_CONSENTED = "已授权", "consent given already"
    CONSENT_NOT_FOUND = "未查询到有效的授权", "consent not found"
    WEBHOOK_NOT_FOUND = "未查询到事件推送", "webhook not found"
    WEBHOOK_IN_ANOTHER_STATE = "事件推送的状态不允许此操作", "the webhook is in another state"
    TOO_MANY_WEBHOOKS = "事件推送已达上限", "too many webhooks"
    TOO_MANY_WEBHOOK_TESTS = "试推送过于频繁", "tested too often"
    WEBHOOK_URL_NOT_ALLOWED = "推送地址不允许使用", "URL not allowed"
    WEBHOOK_SELECTION_NOT_VALID = "推送内容的选择集有误", "selection not valid"
    WEBHOOK_SELECTION_TOO_DEAR = "推送内容的选择集过大", "selection asks for too much"
    EVENT_NOT_FOUND = "未查询到事件", "event not found"
    NOT_A_MEMBER = "非本单位参保人员", "not enrolled by the unit"
    LISTED_TWICE = "名单重复", "listed twice"
    NOT_THE_PAYER = "非代缴人", "not entitled to pay for this person"
    NOT_OF_YOUR_FAMILY = "非本人或已绑定的家庭成员", "neither oneself nor a bound family member"
    NOT_ENTITLED_TO_WITHDRAW = "无权支取该个人账户", "not entitled to draw this account"
    PERSON_NOT_FOUND = "未查询到人员", "person not found"
    ENROLMENT_NOT_FOUND = "未查询到可由本人办理的参保关系", "no such enrolment to act on"
    ENROLMENT_IN_ANOTHER_STATE = "参保状态不符", "enrolment is in another state"
    TERMINATION_REASON_NOT_CONFIRMED = "终止参保原因未能核实", "reason for the termination not confirmed"
    INSTITUTION_NOT_FOUND = "未查询到该医药机构", "no such hospital or pharmacy"
    AGREEMENT_IN_ANOTHER_STATE = "定点协议状态不允许办理", "the agreement is in another state"
    STATEMENT_DIFFERS = "对账不符", "the statement differs from the books"
    NOTHING_TO_PAY = "没有应付款项", "nothing is due"
    CLAIM_NOT_FOUND = "未查询到可办理的结算", "no such claim to act on"
    CLAIM_ALREADY_REVERSED = "结算已冲正", "the claim is reversed already"
    ASSISTANCE_PAID_ALREADY = "医疗救助已支付", "assistance is paid already"
    ITEM_NOT_IN_CATALOGUE = "目录中没有该项目", "no such item in the catalogue"
    INVOICE_ALREADY_SETTLED = "票据已结算", "the invoice is settled already"
    CLAIM_TOO_OLD = "超过结算时限", "the time for settling it has passed"
    STAYS_OVERLAP = "住院时间重叠", "the stay overlaps another"
    NOT_COVERED = "不在待遇享受期", "not covered on the day"
    IN_WAITING_PERIOD = "待遇等待期内", "in the waiting period"
    IN_ARREARS = "欠缴职工医保费", "months of the employee scheme are in arrears"
    INSTITUTION_NOT_DESIGNATED = "非定点医疗机构", "institution not designated"
    NOT_ENTITLED_TO_CARE = "不享受该类待遇", "not entitled to that benefit"
    ENTITLED_ALREADY = "该病种或药品已认定", "recognised already"
    NOT_INSURED_FOR_MATERNITY = "当日未参加生育保险", "not under maternity insurance on the day"
    MATERNITY_MONTHS_SHORT = "连续参加生育保险月数不足", "too few months in a row under maternity insurance"
    MATERNITY_BENEFIT_PAID = "该项生育待遇已支付", "maternity benefit already paid"
    UNIT_WAGES_NOT_ON_RECORD = "单位没有申报工资", "no wages of the unit are on record"
    NOT_ENROLLED = "未查询到居民医疗参保信息", "not enrolled in the resident scheme"
    ALREADY_ENROLLED = "已在当地参保", "enrolled there already"
    ALREADY_INSURED_AS_EMPLOYEE = "已参加职工医保", "insured in the employee scheme already"
    ENROLLED_ELSEWHERE = "重复参保", "enrolled elsewhere"
    SUSPENSION_NOT_YET_SEEN = "停保信息尚未上传", "suspension not yet seen elsewhere"
    CERTIFICATE_ALREADY_ACTIVE = "医保电子凭证已激活", "electronic certificate active already"
    CERTIFICATE_REQUIRED = "须先激活医保电子凭证", "electronic certificate required first"
    CONTRIBUTION_NOT_FOUND = "未查询到缴费申请", "contribution not found"
    NOT_FLEXIBLY_EMPLOYED = "非灵活就业参保", "not insured as a flexible worker"
    MONTH_ALREADY_DECLARED = "该月已申报", "month declared already"
    NOT_INSURED_AS_WORKING = "非在职参保", "not insured as somebody who works"
    NOT_OF_AGE = "未达退休年龄", "not of retirement age"
    YEARS_SHORT = "缴费年限不足", "months of contribution are short"
    NOTHING_SHORT = "缴费年限已足", "no month of contribution is short"
    EMPLOYEE_BILL_NOT_FOUND = "未查询到缴费单", "bill not found"
    EMPLOYEE_BILL_NOT_DUE = "缴费单无须支付", "bill does not wait for payment"
    ALREADY_PAID = "已缴费", "already paid"
    PAID_BY_ANOTHER = "他人已代缴", "already paid by another"
    ALREADY_REFUNDED = "已退费", "already refunded"
    CONTRIBUTION_SUBSIDISED = "资助补贴已拨付", "subsidised already"
    REFUND_UNDER_WAY = "退费办理中", "refund under way"
    COVER_HAS_BEGUN = "待遇享受期已开始", "cover has begun"
    REFUND_REASON_NOT_CONFIRMED = "退费情形未能核实", "reason for the refund not confirmed"
    SPECIAL_PAYMENT_REQUIRED = "须使用特殊缴费", "special payment required"
    PAYMENT_IN_PROGRESS = "支付处理中", "a payment is on its way"
    CHANNEL_NOT_OFFERED = "缴费渠道未开通", "channel not offered"
    NOT_YET_AT_TAX_BUREAU = "参保信息尚未传递至税务", "not yet known to the tax bureau"
    COLLECTION_WINDOW_NOT_OPEN = "集中征缴期未开始", "collection window not open"
    COLLECTION_WINDOW_CLOSED = "集中征缴期已结束", "collection window closed"
    COLLECTION_PAUSED = "对账期暂停缴费", "collection paused for reconciliation"
    COVERAGE_YEAR_TOO_SHORT = "等待期满前年度已结束", "the wait outlasts the year of cover"
    POLICY_NOT_STATED = "政策未明确", "policy not stated"
    NOT_YET_PAID = "尚未缴费", "not yet paid"
    PAYMENT_ORDER_NOT_FOUND = "未查询到支付订单", "payment order not found"
    PAYMENT_NOT_VOIDABLE = "支付订单不能作废", "payment order cannot be given up"
    NOT_PAID_THROUGH_PLATFORM = "非经本平台缴费", "not paid through the platform"
    NOTHING_TO_REFUND = "个人未出资", "nothing to give back"
    NO_PAYMENT_TO_CERTIFY = "未查询到缴费记录", "no payment to certify"
    NOT_ENROLLED_AS_EMPLOYEE = "未在参加职工医保", "not enrolled as an employee"
    TRANSFER_NOT_FOUND = "未查询到转移接续", "transfer not found"
    TRANSFER_UNDER_WAY = "转移接续办理中", "transfer under way"
    STILL_ENROLLED_THERE = "转出地尚在参保", "still enrolled in the place that would be left"
    NOTHING_TO_TRANSFER = "没有可转移的参保记录", "nothing to transfer"
    TRANSFER_NOT_WITHDRAWABLE = "转移接续不能撤销", "transfer cannot be withdrawn"
    FILING_NOT_FOUND = "未查询到办件", "filing not found"
    MAY_NOT_FILE = "不属于该事项的服务对象", "may not file the matter"
    FILING_IN_ANOTHER_STATE = "办件状态不允许此操作", "the filing is in another state"
    FILING_ENTRUSTED_ALREADY = "办件已委托", "the filing is entrusted already"
    FILING_NOT_ENTRUSTED = "办件没有委托", "the filing is entrusted to nobody"
    FILING_NOT_IN_HAND = "办件不在您手中", "the filing is not in your hands"
    MATERIALS_REQUESTED_ALREADY = "已一次性告知过", "what is missing was told already"
    NOTHING_IS_MISSING = "材料齐全，无需告知", "nothing is missing"
    FILING_MATERIALS_MISSING = "办件材料不齐", "materials of the filing missing"
    FILING_ENDS_OTHERWISE = "该事项以另一种方式办结", "the matter ends in another way"
    APPROVED_BY_ONESELF = "审核与拨付须由两人办理", "approved by oneself"
    FILING_NOT_COMPLETED = "办件不能办结", "the filing cannot be completed"
    FILING_RATED_ALREADY = "办件已评价", "the filing is rated already"
    NOTHING_TO_RECTIFY = "没有待整改的评价", "no rating waits to be put right"
    NO_PERSONAL_ACCOUNT = "无个人账户", "no personal account"
    ACCOUNT_CLOSED = "个人账户已销户", "personal account closed"
    ACCOUNT_FROZEN = "个人账户已冻结", "personal account frozen"
    STILL_INSURED_AS_EMPLOYEE = "职工医保关系尚未终止", "still insured in the employee scheme"
    WITHDRAWAL_REASON_NOT_CONFIRMED = "支取原因未能核实", "reason for the withdrawal not confirmed"
    MATERIALS_MISSING = "材料不齐", "materials missing"
    NOTHING_TO_WITHDRAW = "个人账户无余额", "nothing to withdraw"
    INTEREST_BEING_SETTLED = "年度结息中", "interest is being settled"
    AMOUNT_CHANGED = "缴费金额已变化", "amount changed"
    BALANCE_TOO_LOW = "个人账户余额不足", "balance too low"
    PARTY_DOES_NOT_ANSWER = "外部系统暂不可用", "outside party does not answer"


class OutsideParty(Word):
    """Who did not answer (外部系统)."""

    IDENTITY_REGISTRY = "人口信息库", "population register"
    OTHER_PROVINCES = "全国参保信息查询", "national enrolment query"
    FACE_CHECK = "人脸核验服务", "face check"


class InputProblem(Word):
    """Why an input cannot be right (填写内容的问题)."""

    KEY_LENGTH = "应为 8 至 64 个字符", "has 8 to 64 characters"
    NAME_LENGTH = "应为 1 至 50 个字", "has 1 to 50 characters"
    NUMBER_SHAPE = "不是所选证件类型的号码", "is no number of the kind of document that was chosen"
    OLD_NUMBER = (
        "应为 18 位，15 位的是第一代身份证的旧号码",
        "has 18 characters; a number of 15 digits is of an old card and has been replaced",
    )
    NUMBER_DATE = "其中的出生日期不存在", "contains a day that no calendar has"
    CHECK_CHARACTER = "校验位不正确", "does not fit its own check character"
    CREDIT_CODE_SHAPE = (
        "不是 18 位统一社会信用代码（不使用字母 I、O、S、V、Z）",
        "is no unified social credit code: 18 characters, without the letters I, O, S, V and Z",
    )
    NOT_OF_THE_NUMBER = "与证件号码中的出生日期不一致", "is not the one in the identity number"
    IN_THE_FUTURE = "晚于今天", "lies in the future"
    NO_SPECIAL_GROUP = (
        "不适用：该人员不属于当地须特殊缴费的群体",
        "is not for this person, who is in no such group there",
    )
    CREDIT_CODE_KIND = (
        "的前两位应属于所选单位类型",
        "begins with the two characters of the kind of unit that was chosen",
    )
    KIND_OF_CODE = "应与统一社会信用代码的前两位相符", "fits the first two characters of the unit's credit code"
    OTHER_CITY = (
        "应在单位现登记的市内，跨市须注销后在当地重新登记",
        "lies in the city where the unit is registered; in another city it is registered anew",
    )
    YEAR = "应在 2000 年至后年之间", "lies between 2000 and the year after next"
    YEAR_SPAN = (
        "应不早于起始年度，且连同起始年度最多 20 个年度",
        "is no earlier than the first year and makes 20 years at most",
    )
    ORDER_COUNT = "应为 1 至 100 笔", "is a list of 1 to 100 orders"
    FILING_COUNT = "应为 1 至 50 件", "is a list of 1 to 50 filings"
    MONTH = "应为 202001 至本月之间的年月", "is a month from 202001 to the present one, such as 202412"
    LINE_COUNT = "应为 1 至 500 人", "is a list of 1 to 500 persons"
    ONE_WAY_OF_NAMING = (
        "各行应填写人员标识，或同时填写姓名和证件号码，二者取一",
        "names each person by id, or by name and identity number, and not by both",
    )
    OWN_MONTHS = (
        "应为连续 1 至 12 个月，不早于参保当月，不晚于本年 12 月",
        "begins 1 to 12 months in a row, none before the enrolment began or after December of this year",
    )
    WAGE = "含有不大于零的工资", "holds wages above zero only"
    CARD_DIGITS = "应为四位数字", "has four digits"
    ONE_PERSON = (
        "与首次登记人员信息须填且只填一项",
        "is given for somebody on the platform, and a description for anybody else, never both",
    )
    PLACE = "不是可办理参保的县（区）代码", "is the code of a county or district"
    PLACE_AWAY = "不是参保统筹地区以外的地区代码", "is the code of a region outside the pooling area of enrolment"
    BEFORE_ASKED = (
        "应不早于当日可以补办备案的最早日期",
        "is no earlier than a record that is asked for on that day may begin",
    )
    RECORD_END = (
        "应不早于首日；转诊和临时外出就医须填写，且不超过规定天数",
        "is no earlier than the first day, and needed within the days that hold for a referral or treatment for a time",
    )
    ENTITLEMENT_CODE = (
        "不是该事项可认定的病种或药品代码",
        "is no code of a disease or drug that the matter recognises",
    )
    PERSON_TYPE = "与年龄或学校不符，或不属于居民参保", "is a type of resident that fits age and school"
    SCHOOL = "不是该地区学校的标识，或大学生未选择学校", "is the id of a school of that region, needed for students"
    BASE = "应大于零", "is above zero"
    GRADE = "不是参保地设有的缴费档次", "is the number of no grade of the place of enrolment"
    REVEAL_FIELDS = "至少选择一项", "names one at least"
    EXPLANATION_LENGTH = "应为 6 至 200 个可见字符", "has 6 to 200 characters, all of them printable"
    EXPLANATION_NUMBER = "不得含证件号码等长号码", "holds no identity, telephone or card number"
    COMMENT_LENGTH = "应为 1 至 200 个可见字符", "has 1 to 200 characters, all of them printable"
    REGION_COUNT = "最多 50 个", "is a list of 50 regions at most"
    BEFORE_ADMISSION = (
        "应不早于就诊或入院日期，且不晚于其后 365 天",
        "is no earlier than the visit or admission and no more than 365 days later",
    )
    STAY = "只有住院才有晚于就诊日的出院日期", "is later than the visit for a stay only"
    NOT_DURING_CARE = "应在就诊或入院日期与出院日期之间", "lies between the visit or admission and the discharge"
    CHILDREN = "应为 1 至 9，流产的为 0", "is 1 to 9 for a birth, and 0 for a miscarriage"
    NOT_OF_THE_SEX = "与该人员的性别不符", "is one that can happen to this person"
    COST_COUNT = "应为 1 至 500 项", "is a list of 1 to 500 costs"
    COST = (
        "含有不大于零或超过 10000000.00 元的金额",
        "holds amounts above zero, 10,000,000.00 yuan each at most",
    )
    COST_NAMED = (
        "各项应填写目录类别或目录编码，二者取一",
        "names each cost by its class or by its code in the catalogue, and not by both",
    )
    INVOICE_LENGTH = "应为 1 至 40 个字母、数字或连字符", "has 1 to 40 letters, digits or hyphens"
    PAID_SO_FAR = (
        "含有小于零或超过 10000000.00 元的金额，或不在 0 至 365 之间的住院次数",
        "holds amounts from zero to 10,000,000.00 yuan each and from 0 to 365 stays",
    )
    FORM_OF_MATTER = (
        "应是所选事项的表单，且按办理情形填写齐全",
        "is the form of the matter that was chosen, with all that the action needs",
    )
    MATERIAL = (
        "应为该办件材料目录中的项，每项至多一次；提交文件的给出类型和 64 位小写十六进制 SHA-256，"
        "承诺书只用于允许承诺的材料",
        "names materials of the filing, each once: by kind and SHA-256 of 64 lower-case hexadecimal digits, or by a "
        "pledge where the guide takes one",
    )
    CLOCK_RATE = "应为 0 至 86400 的整数", "is a whole number from 0 to 86400"
    WORLD_NAME = (
        "应以 a-z 开头，其后至多 39 个 a-z、0-9 或连字符",
        "begins with a letter a-z and goes on with at most 39 of a-z, 0-9 and -",
    )
    SNAPSHOT_NAME = (
        "应以 a-z 开头，其后至多 14 个 a-z、0-9 或连字符，且不为 creation",
        "begins with a letter a-z, goes on with at most 14 of a-z, 0-9 and -, and is not creation",
    )
    SEED = "应不小于零", "is no less than zero"
    PERSON_COUNT = "应不少于 500 人", "is 500 or more"
    BEYOND_TIME = "应早于 2100 年", "lies before the year 2100, with which every world ends"
    PHONE = (
        "应为 11 位手机号码，或带区号的固定电话，例如 0816-2224302",
        "is a mobile number of 11 digits, or a landline with its area code, such as 0816-2224302",
    )
    INSTITUTION_NAME = "应为 2 至 120 个字符", "is 2 to 120 characters long"
    STATED_LINES = (
        "应为至多 2000 笔费用，每笔一次",
        "is a list of at most 2,000 claims, each once",
    )
    REPAIR_YEARS = (
        "应在 0 与补缴后可缩短等待期的断保年数之间",
        "lies between 0 and the number of missed years whose payment shortens the wait",
    )


class Names(Protocol):
    """What messages call places and policy facts (名称), each in Chinese and English."""

    def place(self, code: RegionCode) -> tuple[str, str]:
        """The city or province that the code lies in."""
        ...

    def term(self, name: str) -> tuple[str, str]:
        """The term of a policy fact."""
        ...


def _moment(at: Instant) -> str:
    """A moment as people write it: 2024-12-17 09:30, Asia/Shanghai."""
    return iso_instant(at)[:16].replace("T", " ")


def _zh(words: Iterable[Word]) -> str:
    return "、".join(word.zh for word in words)


def _en(words: Iterable[Word]) -> str:
    return ", ".join(word.en for word in words)


@dataclass(eq=False, kw_only=True)
class Refusal(Exception):
    """An expected answer that is no outcome (不予办理).

    `path` is the GraphQL input field at fault, empty for none. `basis` is the key of the policy fact behind it.
    `retryable` says that the same request with the same key may be sent again and is decided anew.
    """

    code: ClassVar[RefusalCode]
    retryable: ClassVar[bool] = False

    path: tuple[str, ...] = ()
    basis: str | None = None

    def zh(self, names: Names) -> str:
        """What, why and what to do, in Chinese."""
        raise NotImplementedError

    def en(self, names: Names) -> str:
        """What, why and what to do, in English."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.code.name


@dataclass(eq=False, kw_only=True)
class NotSignedIn(Refusal):
    """Nobody is signed in, or somebody in another capacity than the matter needs (未登录或身份不符)."""

    code = RefusalCode.NOT_SIGNED_IN

    def zh(self, names: Names) -> str:
        return (
            "未以可办理本业务的身份登录，个人业务须由参保人本人、单位业务须由单位经办人员、单位参保登记须由经办机构人员办理，"
            "请登录后重试。"
        )

    def en(self, names: Names) -> str:
        return (
            "You are not signed in as somebody who may do this: the insured person for their own matters, the officer "
            "for those of a unit, a clerk of the agency for the registration of units. Sign in and try again."
        )


@dataclass(eq=False, kw_only=True)
class IdempotencyKeyReused(Refusal):
    """The key already answered a request with other content (幂等键已用于其他内容)."""

    code = RefusalCode.IDEMPOTENCY_KEY_REUSED
    path: tuple[str, ...] = ("idempotencyKey",)

    def zh(self, names: Names) -> str:
        return "该幂等键已用于内容不同的请求，为避免重复办理不予受理，请为新的请求使用新的幂等键。"

    def en(self, names: Names) -> str:
        return (
            "This idempotency key already belongs to a request with other content, so nothing was done. "
            "Use a new key for a new request."
        )


@dataclass(eq=False, kw_only=True)
class InputNotAcceptable(Refusal):
    """A value that cannot be right whoever sends it (填写内容不符合要求). `field` is the input field."""

    code = RefusalCode.INPUT_NOT_ACCEPTABLE
    field: str
    problem: InputProblem

    def __post_init__(self) -> None:
        if not self.path:
            self.path = (self.field,)

    def zh(self, names: Names) -> str:
        return f"{_INPUT_FIELDS[self.field][0]}{self.problem.zh}，本次未办理，请核对后重新填写。"

    def en(self, names: Names) -> str:
        return (
            f"{_INPUT_FIELDS[self.field][1]} cannot be right: what belongs there {self.problem.en}. Nothing was done; "
            "check it and fill it in again."
        )


_INPUT_FIELDS = {
    "form": ("事项表单", "The form"),
    "materials": ("所提交的材料", "The list of materials"),
    "numbers": ("所要求的材料序号", "The list of numbers"),
    "comment": ("评价说明", "The comment"),
    "text": ("整改说明", "The account of what was done"),
    "reason": ("理由", "The reason"),
    "idempotencyKey": ("幂等键", "The idempotency key"),
    "name": ("姓名", "The name"),
    "unitName": ("单位名称", "The name of the unit"),
    "creditCode": ("统一社会信用代码", "The unified social credit code"),
    "unitKind": ("单位类型", "The kind of unit"),
    "region": ("参保登记地区", "The region"),
    "regions": ("推送的地区", "The list of regions"),
    "officerName": ("经办人姓名", "The officer's name"),
    "officerIdNumber": ("经办人证件号码", "The officer's identity number"),
    "idNumber": ("证件号码", "The identity number"),
    "phone": ("联系电话", "The telephone"),
    "birthDate": ("出生日期", "The date of birth"),
    "kind": ("特殊缴费", "The special payment"),
    "coverageYear": ("参保年度", "The year of cover"),
    "firstYear": ("起始年度", "The first year"),
    "lastYear": ("截止年度", "The last year"),
    "month": ("申报月份", "The month"),
    "lines": ("人员清单", "The list of persons"),
    "firstMonth": ("起始月份", "The first month"),
    "months": ("月数", "The number of months"),
    "base": ("缴费基数", "The base"),
    "orders": ("缴费清单", "The list of payments"),
    "filingIds": ("所列办件", "The list of filings"),
    "personId": ("参保人", "The id of the person"),
    "personType": ("参保身份", "The person type"),
    "schoolUnitId": ("学校", "The school"),
    "grade": ("缴费档次", "The grade of contribution"),
    "cardLastFour": ("银行卡号后四位", "The last four digits of the bank card"),
    "fields": ("调取的信息", "The list of what to reveal"),
    "explanation": ("理由说明", "The explanation"),
    "repairYears": ("补缴的断保年数", "The number of missed years to pay for"),
    "year": ("年度", "The year"),
    "invoice": ("票据号码", "The number of the invoice"),
    "admittedOn": ("就诊或入院日期", "The day of the visit or admission"),
    "dischargedOn": ("出院日期", "The day of discharge"),
    "children": ("婴儿数", "The number of children"),
    "occasion": ("生育情形", "The occasion"),
    "occurredOn": ("分娩、流产或手术日期", "The day of the birth, miscarriage or operation"),
    "treatmentRegion": ("就医地", "The region where care is sought"),
    "firstDay": ("备案首日", "The first day of the record"),
    "lastDay": ("备案末日", "The last day of the record"),
    "code": ("病种或药品代码", "The code of the disease or drug"),
    "on": ("政策日期", "The day of policy"),
    "costs": ("费用明细", "The list of costs"),
    "rate": ("时钟快慢", "The rate of the clock"),
    "to": ("时钟推进到的时刻", "The moment to which the clock is advanced"),
    "world": ("世界名称", "The name of the world"),
    "newWorld": ("新世界名称", "The name of the new world"),
    "snapshot": ("快照名称", "The name of the snapshot"),
    "seed": ("种子", "The seed"),
    "persons": ("人数", "The number of persons"),
    "yearSoFar": ("本年度已支付金额", "What the year is said to have paid so far"),
}


@dataclass(eq=False, kw_only=True)
class PersonaNotFound(Refusal):
    """The world has no persona of that name (未查询到演示身份)."""

    code = RefusalCode.PERSONA_NOT_FOUND
    path: tuple[str, ...] = ("persona",)

    def zh(self, names: Names) -> str:
        return "此世界没有该名称的演示身份，无法登录，请从演示身份列表中选择。"

    def en(self, names: Names) -> str:
        return "This world has no persona of that name, so nobody was signed in. Choose one from the list of personas."


@dataclass(eq=False, kw_only=True)
class ClockIsAdvancing(Refusal):
    """The world's clock is on its way to another moment (时钟正在推进)."""

    code = RefusalCode.CLOCK_IS_ADVANCING
    retryable = True
    until: Instant

    def zh(self, names: Names) -> str:
        return f"世界时钟正在推进至 {iso_instant(self.until)}，到达之前不能另行推进，请稍后用同一请求重试。"

    def en(self, names: Names) -> str:
        return (
            f"The world's clock is being advanced to {iso_instant(self.until)}, and is not sent elsewhere before it is "
            "there. Send the same request again later."
        )


@dataclass(eq=False, kw_only=True)
class ClockNeverGoesBack(Refusal):
    """The world's clock has passed that moment (时钟不能倒退)."""

    code = RefusalCode.CLOCK_NEVER_GOES_BACK
    path: tuple[str, ...] = ("to",)
    now: Instant

    def zh(self, names: Names) -> str:
        return f"世界时钟已到 {iso_instant(self.now)}，不能倒退，请给出更晚的时刻，或将世界重置到快照。"

    def en(self, names: Names) -> str:
        return (
            f"The world's clock shows {iso_instant(self.now)} and never goes back. Give a later moment, or reset the "
            "world to a snapshot."
        )


class FaultProblem(Word):
    """Why there can be no such fault (故障设置的问题)."""

    OPERATION = "该故障方没有这项操作", "the party has no such operation"
    KIND = "该操作不会发生这种故障", "this cannot befall what the party is asked for"
    CHANNEL = "只有缴费渠道可按外部渠道区分", "only payment channels outside the platform are told apart so"
    REGION = "该故障方不按地区区分", "the party does not tell regions apart"
    PERSON = "没有这个人", "nobody has that id"
    SHARE = "千分比应在 1 至 1000 之间", "the share lies between 1 and 1000 of a thousand"
    PERIOD = "结束时刻应晚于开始时刻", "it ends after it begins"
    DELAY = (
        "延迟、迟到、乱序和旧数据须给出时长，其他故障不须；最短不少于 1 秒，最长不超过 90 天",
        "a delay, a late or reordered confirmation and a stale read say for how long, of 1 second to 90 days, and "
        "nothing else does",
    )
    REASON = "该故障方不以此理由拒绝", "the party never refuses with that reason"
    HOURS = (
        "每日时段的开始应在 0 至 23 时、结束应在 1 至 24 时",
        "hours of the day begin at 0 to 23 and end at 1 to 24",
    )
    THROUGHPUT = "每分钟可承受的调用次数不能为负", "nobody manages less than no call a minute"


@dataclass(eq=False, kw_only=True)
class FaultNotPossible(Refusal):
    """No outside party can fail so (没有这样的故障)."""

    code = RefusalCode.FAULT_NOT_POSSIBLE
    fault_problem: FaultProblem

    def zh(self, names: Names) -> str:
        return f"没有这样的故障：{self.fault_problem.zh}。请修改后重试。"

    def en(self, names: Names) -> str:
        return f"There is no such fault: {self.fault_problem.en}. Change it and try again."


@dataclass(eq=False, kw_only=True)
class TooManyFaults(Refusal):
    """The world has as many faults as one may have (故障过多)."""

    code = RefusalCode.TOO_MANY_FAULTS
    most: int

    def zh(self, names: Names) -> str:
        return f"此世界已有 {self.most} 个故障，不能再加，请先移除一个。"

    def en(self, names: Names) -> str:
        return f"This world has {self.most} faults, the most that one may have. Remove one first."


@dataclass(eq=False, kw_only=True)
class FaultNotFound(Refusal):
    """The world has no fault of that id (未查询到故障)."""

    code = RefusalCode.FAULT_NOT_FOUND
    path: tuple[str, ...] = ("faultId",)

    def zh(self, names: Names) -> str:
        return "此世界没有该标识的故障，可能已被移除，请从故障列表中选择。"

    def en(self, names: Names) -> str:
        return "This world has no fault of that id; it may have been removed. Choose one from the list of faults."


@dataclass(eq=False, kw_only=True)
class WorldsKeptElsewhere(Refusal):
    """The server's worlds are kept from its default world (不在此世界管理世界)."""

    code = RefusalCode.WORLDS_KEPT_ELSEWHERE

    def zh(self, names: Names) -> str:
        return "服务器的各个世界只由默认世界的运维人员管理，请在 /graphql 登录后提交，或使用命令行 canbao world。"

    def en(self, names: Names) -> str:
        return (
            "The worlds of a server are kept by operators of its default world alone. Sign in at /graphql and send it "
            "there, or use the command line: canbao world."
        )


@dataclass(eq=False, kw_only=True)
class WorldInUse(Refusal):
    """Somebody has the world open, or works on the server's worlds (世界正在使用)."""

    code = RefusalCode.WORLD_IN_USE
    retryable = True

    def zh(self, names: Names) -> str:
        return "该世界正被其他进程使用，或另一项世界管理操作尚未结束，本次未办理，请稍后用同一请求重试。"

    def en(self, names: Names) -> str:
        return (
            "Another process has the world open, or is making, copying or dropping one, so nothing was done. Send the "
            "same request again later."
        )


@dataclass(eq=False, kw_only=True)
class WorldIsDefault(Refusal):
    """The server's default world is neither reset nor dropped while it serves (默认世界不能重置或删除)."""

    code = RefusalCode.WORLD_IS_DEFAULT
    path: tuple[str, ...] = ("world",)

    def zh(self, names: Names) -> str:
        return "这是服务器的默认世界，服务期间不能重置或删除，请复制出另一个世界，或停止服务后使用命令行 canbao world。"

    def en(self, names: Names) -> str:
        return (
            "This is the server's default world, which is neither reset nor dropped while it is served. Fork another "
            "world of it, or stop the server and use the command line: canbao world."
        )


@dataclass(eq=False, kw_only=True)
class WorldNameTaken(Refusal):
    """There is a world of that name (世界名称已被使用)."""

    code = RefusalCode.WORLD_NAME_TAKEN
    path: tuple[str, ...] = ("world",)

    def zh(self, names: Names) -> str:
        return "已有该名称的世界，不会被覆盖，请换一个名称，或先删除原有的世界。"

    def en(self, names: Names) -> str:
        return "A world of that name is there and would be lost. Choose another name, or drop that world first."


@dataclass(eq=False, kw_only=True)
class WorldNotFound(Refusal):
    """The server has no world of that name (没有该世界)."""

    code = RefusalCode.WORLD_NOT_FOUND
    path: tuple[str, ...] = ("world",)

    def zh(self, names: Names) -> str:
        return "服务器没有该名称的世界，请从世界列表中选择。"

    def en(self, names: Names) -> str:
        return "The server has no world of that name. Choose one from the list of worlds."


@dataclass(eq=False, kw_only=True)
class WorldNeedsUpgrade(Refusal):
    """The world's tables are of another version (世界须先升级)."""

    code = RefusalCode.WORLD_NEEDS_UPGRADE
    path: tuple[str, ...] = ("world",)

    def zh(self, names: Names) -> str:
        return "该世界的表结构属于另一版本，当前程序不能使用，请用命令行 canbao world migrate 升级后重新提交。"

    def en(self, names: Names) -> str:
        return (
            "The world's tables are of another version, which this program cannot use. Upgrade it with the command "
            "line, canbao world migrate, and send the request again."
        )


@dataclass(eq=False, kw_only=True)
class WorldTooLarge(Refusal):
    """The world is larger than what is made or copied within a request (世界过大)."""

    code = RefusalCode.WORLD_TOO_LARGE
    path: tuple[str, ...] = ("world",)
    persons: int
    most: int

    def zh(self, names: Names) -> str:
        return f"该世界有 {self.persons:,} 人，一次请求最多办理 {self.most:,} 人的世界，请减少人数或使用命令行。"

    def en(self, names: Names) -> str:
        return (
            f"The world has {self.persons:,} persons, and within a request this is done for {self.most:,} at most. Ask "
            "for fewer, or use the command line: canbao world."
        )


@dataclass(eq=False, kw_only=True)
class SnapshotNameTaken(Refusal):
    """The world has a snapshot of that name (快照名称已被使用)."""

    code = RefusalCode.SNAPSHOT_NAME_TAKEN
    path: tuple[str, ...] = ("snapshot",)

    def zh(self, names: Names) -> str:
        return "该世界已有此名称的快照，不会被覆盖，请换一个名称。"

    def en(self, names: Names) -> str:
        return "The world has a snapshot of that name, which would be lost. Choose another name."


@dataclass(eq=False, kw_only=True)
class SnapshotNotFound(Refusal):
    """The world has no snapshot of that name (没有该快照)."""

    code = RefusalCode.SNAPSHOT_NOT_FOUND
    path: tuple[str, ...] = ("snapshot",)

    def zh(self, names: Names) -> str:
        return "该世界没有此名称的快照，请从其快照列表中选择。"

    def en(self, names: Names) -> str:
        return "The world has no snapshot of that name. Choose one from its list of snapshots."


@dataclass(eq=False, kw_only=True)
class ShelfFull(Refusal):
    """There are as many worlds, or snapshots of the world, as requests may make (世界或快照已达上限)."""

    code = RefusalCode.SHELF_FULL
    most: int

    def zh(self, names: Names) -> str:
        return f"世界或该世界的快照已达 {self.most} 个的上限，请先删除不再使用的，或使用命令行 canbao world。"

    def en(self, names: Names) -> str:
        return (
            f"There are {self.most} worlds, or snapshots of the world, already, which is as many as may be made so. "
            "Drop those that nobody needs, or use the command line: canbao world."
        )


@dataclass(eq=False, kw_only=True)
class CreationNotKept(Refusal):
    """What the world was when it was made is not kept and cannot be made again (无法恢复到创建时)."""

    code = RefusalCode.CREATION_NOT_KEPT
    path: tuple[str, ...] = ("world",)

    def zh(self, names: Names) -> str:
        return "该世界创建时的状态没有保留，当前程序也不能由其种子重新生成，请重置到某个快照，或重新创建。"

    def en(self, names: Names) -> str:
        return (
            "What the world was when it was made is not kept, and this program does not make it again of its seed. "
            "Reset it to a snapshot, or create another."
        )


@dataclass(eq=False, kw_only=True)
class UnitNotFound(Refusal):
    """The officer acts for no such unit, or the clerk's region has none (非该单位经办人员)."""

    code = RefusalCode.UNIT_NOT_FOUND
    path: tuple[str, ...] = ("unitId",)

    def zh(self, names: Names) -> str:
        return "您不是该单位的经办人员，或该单位不在您经办的地区，不能为其办理，请核对单位标识后重新提交。"

    def en(self, names: Names) -> str:
        return (
            "You are no officer of such a unit, nor clerk of a region that has it, and cannot act for it. "
            "Check the unit's id and send it again."
        )


@dataclass(eq=False, kw_only=True)
class OutsideYourRegion(Refusal):
    """No county of that code lies in the clerk's region, which is `region` (不在经办的地区)."""

    code = RefusalCode.OUTSIDE_YOUR_REGION
    path: tuple[str, ...] = ("region",)
    region: RegionCode

    def zh(self, names: Names) -> str:
        return (
            f"单位须登记在您经办的地区之内的一个县（区），您经办的地区在{names.place(self.region)[0]}，所填地区不是，"
            "请改填县（区）代码，或由当地经办机构办理。"
        )

    def en(self, names: Names) -> str:
        return (
            f"A unit is registered in a county of your own region, which is in {names.place(self.region)[1]}; the code "
            "given is of none there. Give the code of a county there, or have its own agency do it."
        )


@dataclass(eq=False, kw_only=True)
class NotACollectingUnit(Refusal):
    """Units of this kind collect no resident contributions (非代收单位)."""

    code = RefusalCode.NOT_A_COLLECTING_UNIT
    path: tuple[str, ...] = ("unitId",)
    kind: UnitKind

    def zh(self, names: Names) -> str:
        return f"该单位的类型为“{self.kind.zh}”，居民医保费由学校、村（社区）代收，请由本人或家庭成员自行缴费。"

    def en(self, names: Names) -> str:
        return (
            f"This unit's kind is {self.kind.en}; resident contributions are collected by schools and villages. "
            "Have the persons or their families pay themselves."
        )


@dataclass(eq=False, kw_only=True)
class UnitAlreadyRegistered(Refusal):
    """A unit of that credit code is registered, be it cancelled (单位已参保登记)."""

    code = RefusalCode.UNIT_ALREADY_REGISTERED
    path: tuple[str, ...] = ("creditCode",)
    unit_id: Id

    def zh(self, names: Names) -> str:
        return "该统一社会信用代码的单位已办理参保登记，不能重复登记，请查询该单位；信息有变的请办理变更。"

    def en(self, names: Names) -> str:
        return (
            "A unit of this credit code is registered already, and none is registered twice. "
            "Look that unit up; if anything has changed, change its registration."
        )


@dataclass(eq=False, kw_only=True)
class UnitInAnotherState(Refusal):
    """What was asked for is not done in the unit's present state (单位参保状态不允许办理)."""

    code = RefusalCode.UNIT_IN_ANOTHER_STATE
    path: tuple[str, ...] = ("unitId",)
    status: UnitStatus

    def zh(self, names: Names) -> str:
        return f"该单位的参保状态为“{self.status.zh}”，不能办理本业务，{_IN_STATE[self.status][0]}"

    def en(self, names: Names) -> str:
        return f"The unit's registration is {self.status.en}, in which this is not done. {_IN_STATE[self.status][1]}"


_IN_STATE = {
    UnitStatus.ACTIVE: ("无需恢复，请核对单位标识。", "There is nothing to resume: check the unit's id."),
    UnitStatus.SUSPENDED: (
        "如需办理请先由经办机构恢复其参保登记。",
        "Have the agency resume its registration first, where it needs to be done.",
    ),
    UnitStatus.CANCELLED: (
        "注销不能撤销，请核对单位标识。",
        "A cancellation is not taken back: check the unit's id.",
    ),
}


@dataclass(eq=False, kw_only=True)
class UnitHasMembers(Refusal):
    """Persons are insured by the unit now (单位名下有参保人员). Nobody's insurance ends with the unit's."""

    code = RefusalCode.UNIT_HAS_MEMBERS
    path: tuple[str, ...] = ("unitId",)
    members: int

    def zh(self, names: Names) -> str:
        return f"该单位名下还有{self.members}名参保人员，单位暂停或注销不会连带停保，请先为这些人员办理减员后再办理。"

    def en(self, names: Names) -> str:
        return (
            f"The unit enrols {self.members} persons, and nobody's insurance ends silently with a unit's registration. "
            "Stop these members first, then send it again."
        )


@dataclass(eq=False, kw_only=True)
class UnitOwesBills(Refusal):
    """Contributions of the unit are declared and not paid (单位有未缴费用). The amount in fen."""

    code = RefusalCode.UNIT_OWES_BILLS
    path: tuple[str, ...] = ("unitId",)
    bills: int
    due_fen: Fen

    def zh(self, names: Names) -> str:
        return f"该单位有{self.bills}张缴费单未缴，合计{yuan(self.due_fen)}元，不能注销，请缴清后再办理。"

    def en(self, names: Names) -> str:
        return (
            f"The unit owes {self.bills} bills of {yuan(self.due_fen)} yuan together, so it cannot be cancelled. "
            "Have them paid first, then send it again."
        )


@dataclass(eq=False, kw_only=True)
class PledgeNotAccepted(Refusal):
    """The personal pledge was not accepted (未同意个人承诺书)."""

    code = RefusalCode.PLEDGE_NOT_ACCEPTED
    path: tuple[str, ...] = ("pledgeAccepted",)

    def zh(self, names: Names) -> str:
        return "未同意个人承诺书，绑定家庭成员须先作出承诺，请阅读并同意后提交。"

    def en(self, names: Names) -> str:
        return (
            "The personal pledge was not accepted, and binding a family member requires it. Read and accept it first."
        )


@dataclass(eq=False, kw_only=True)
class ConsentNotGiven(Refusal):
    """The consent to the suspension was not given (未同意暂停参保). `region` is where the person is enrolled."""

    code = RefusalCode.CONSENT_NOT_GIVEN
    path: tuple[str, ...] = ("agreed",)
    region: RegionCode

    def zh(self, names: Names) -> str:
        return (
            f"未勾选“我同意暂停{names.place(self.region)[0]}的城乡居民基本医疗保险”，暂停后当地不再提供医保待遇，"
            "请阅读并同意后提交。"
        )

    def en(self, names: Names) -> str:
        return (
            f"You have not agreed to suspend the resident insurance of {names.place(self.region)[1]}, after which it "
            "gives no benefits there. Read and agree first."
        )


@dataclass(eq=False, kw_only=True)
class CannotBindSelf(Refusal):
    """The document is the holder's own (不能绑定本人)."""

    code = RefusalCode.CANNOT_BIND_SELF
    path: tuple[str, ...] = ("idNumber",)

    def zh(self, names: Names) -> str:
        return "填写的是本人证件，家庭成员绑定不适用于本人，请填写家庭成员的证件信息。"

    def en(self, names: Names) -> str:
        return "This is your own document, and you are no family member of yourself. Fill in the family member's."


@dataclass(eq=False, kw_only=True)
class CannotAddSelf(Refusal):
    """The document is the payer's own (本人无需添加)."""

    code = RefusalCode.CANNOT_ADD_SELF
    path: tuple[str, ...] = ("idNumber",)

    def zh(self, names: Names) -> str:
        return "填写的是本人证件，为本人缴费无需添加缴费对象，请直接缴费，或填写他人的证件信息。"

    def en(self, names: Names) -> str:
        return "This is your own document, and you pay for yourself without being added. Pay, or fill in the other's."


@dataclass(eq=False, kw_only=True)
class NothingChanges(Refusal):
    """All that is to be on record is on record already (没有变更)."""

    code = RefusalCode.NOTHING_CHANGES

    def zh(self, names: Names) -> str:
        return "所填内容与现登记的信息相同，无需变更，请核对后填写变更后的内容。"

    def en(self, names: Names) -> str:
        return "All that you filled in is on record already, and nothing needs to be changed. State what is to change."


@dataclass(eq=False, kw_only=True)
class TooManyAttempts(Refusal):
    """The register has not confirmed what the applicant described too often this day (当日核验不符次数过多)."""

    code = RefusalCode.TOO_MANY_ATTEMPTS
    most: int

    def zh(self, names: Names) -> str:
        return (
            f"您当日填写的信息已有{self.most}次与登记不符，为保护他人信息不再核验，请核对证件后于次日重试，"
            "或到经办机构办理。"
        )

    def en(self, names: Names) -> str:
        return (
            f"What you described was not confirmed {self.most} times today, and to protect other people nothing more "
            "is checked. Compare it with the document and try again tomorrow, or go to an agency."
        )


@dataclass(eq=False, kw_only=True)
class SignInLocked(Refusal):
    """Signing in under this identity has failed too often (登录暂时锁定), whoever tried, and whether it exists or not.

    `until` is from when it may be tried again.
    """

    code = RefusalCode.SIGN_IN_LOCKED
    most: int
    until: Instant

    def zh(self, names: Names) -> str:
        return (
            f"该证件的登录已失败{self.most}次，为保护本人信息暂时锁定，请于{_moment(self.until)}之后重试，"
            "或到经办机构办理。"
        )

    def en(self, names: Names) -> str:
        return (
            f"Signing in under this document has failed {self.most} times and is locked to protect its holder. "
            f"Try again from {_moment(self.until)}, or go to an agency."
        )


@dataclass(eq=False, kw_only=True)
class TooManyReveals(Refusal):
    """The clerk was told full values of as many persons as may be within an hour (一小时内调取次数已达上限)."""

    code = RefusalCode.TOO_MANY_REVEALS
    retryable = True
    most: int

    def zh(self, names: Names) -> str:
        return f"您一小时内已调取{self.most}次完整信息，已达上限，为保护参保人信息暂不提供，请稍后重试。"

    def en(self, names: Names) -> str:
        return (
            f"You were told full values {self.most} times within an hour, as often as may be. To protect the insured "
            "nothing more is told now; try again later."
        )


@dataclass(eq=False, kw_only=True)
class IdentityMismatch(Refusal):
    """The register knows no such document, or records something else (身份信息不一致).

    Which, and what differs, is never told: the register would otherwise answer whether a number is somebody's, and
    confirm name, birth date and sex one by one.
    """

    code = RefusalCode.IDENTITY_MISMATCH

    def zh(self, names: Names) -> str:
        return (
            "证件信息与人口信息库登记不一致，无法确认身份，请按证件核对后重新填写；姓名含生僻字而无法通过的，"
            "请持证件到参保地医保经办机构更正，登记有误的请联系公安户籍部门。"
        )

    def en(self, names: Names) -> str:
        return (
            "The population register does not confirm the document as you described it. Compare every field with the "
            "document. If the name has a rare character, have it corrected by the agency of the place of enrolment; "
            "if the register is wrong, turn to the household registration office."
        )


@dataclass(eq=False, kw_only=True)
class PersonDeceased(Refusal):
    """The person is recorded as deceased (人员已死亡)."""

    code = RefusalCode.PERSON_DECEASED

    def zh(self, names: Names) -> str:
        return "该人员登记为已死亡，不能再办理绑定、缴费等业务，登记有误的请联系公安户籍部门更正。"

    def en(self, names: Names) -> str:
        return (
            "This person is recorded as deceased, so nothing can be bound, paid or otherwise done. "
            "If the record is wrong, turn to the household registration office."
        )


@dataclass(eq=False, kw_only=True)
class DocumentOfAnother(Refusal):
    """The register confirms the document, and somebody else is on record with it (证件已登记在他人名下)."""

    code = RefusalCode.DOCUMENT_OF_ANOTHER
    path: tuple[str, ...] = ("idNumber",)

    def zh(self, names: Names) -> str:
        return "该证件已登记在另一条人员信息名下，同一证件不能登记两次，请到参保地医保经办机构合并重复的人员信息。"

    def en(self, names: Names) -> str:
        return (
            "Another entry is on record with this document, and no document is recorded twice. Have the agency of the "
            "place of enrolment bring the two entries together."
        )


@dataclass(eq=False, kw_only=True)
class FaceCheckFailed(Refusal):
    """The face check does not confirm that the person is there (人脸核验未通过)."""

    code = RefusalCode.FACE_CHECK_FAILED
    path: tuple[str, ...] = ("face",)
    failure: FaceFailure

    def zh(self, names: Names) -> str:
        return (
            f"人脸核验未通过：{self.failure.zh}，未能登录；请本人在光线充足处正对镜头重试，"
            "多次未通过的请到经办机构办理。"
        )

    def en(self, names: Names) -> str:
        return (
            f"The face check did not pass: {self.failure.en}. Nobody was signed in. Try again yourself in good light, "
            "facing the camera, or go to an agency."
        )


@dataclass(eq=False, kw_only=True)
class NotOfWorkingAge(Refusal):
    """The person is too young to be employed (未达就业年龄). `years` is from which age on somebody may be."""

    code = RefusalCode.NOT_OF_WORKING_AGE
    years: int

    def zh(self, names: Names) -> str:
        return f"该人员未满{self.years}周岁，不能参加职工医保，请核对证件；可参加居民医保。"

    def en(self, names: Names) -> str:
        return (
            f"This person is not {self.years} yet and cannot be insured in the employee scheme. Check the document; "
            "the resident scheme is open to them."
        )


@dataclass(eq=False, kw_only=True)
class RelationMismatch(Refusal):
    """The register records another kinship, or none (亲属关系与登记不一致)."""

    code = RefusalCode.RELATION_MISMATCH
    path: tuple[str, ...] = ("relation",)

    def zh(self, names: Names) -> str:
        return "人口信息库没有登记您与该人员有所填写的亲属关系，请核对后重新选择，登记有误的请联系公安户籍部门更正。"

    def en(self, names: Names) -> str:
        return (
            "The population register does not record the kinship that you chose. Choose again; "
            "if the register is wrong, turn to the household registration office."
        )


@dataclass(eq=False, kw_only=True)
class RelationNotCovered(Refusal):
    """An account of the payer's city does not pay for this relation (亲属关系不在共济范围)."""

    code = RefusalCode.RELATION_NOT_COVERED
    path: tuple[str, ...] = ("relation",)
    relation: Relation
    covered: tuple[Relation, ...]
    region: RegionCode

    def zh(self, names: Names) -> str:
        return (
            f"{names.place(self.region)[0]}的职工个人账户家庭共济范围为{_zh(self.covered)}，不含{self.relation.zh}，"
            "该家庭成员请通过税务系统缴费。"
        )

    def en(self, names: Names) -> str:
        return (
            f"Accounts of {names.place(self.region)[1]} pay for: {_en(self.covered)}; not for: {self.relation.en}. "
            "Pay this person's contribution through the tax system instead."
        )


@dataclass(eq=False, kw_only=True)
class AlreadyBound(Refusal):
    """The holder has bound this family member already (已绑定). `binding_id` is the one in force."""

    code = RefusalCode.ALREADY_BOUND
    binding_id: Id

    def zh(self, names: Names) -> str:
        return "您已绑定该家庭成员，无需重复绑定，可直接办理缴费；如需更改关系，请先解除绑定。"

    def en(self, names: Names) -> str:
        return (
            "You have bound this family member already and may go on to pay. "
            "To change the relation, end the binding first."
        )


@dataclass(eq=False, kw_only=True)
class TooManyBindings(Refusal):
    """The holder has bound as many family members as the account's place allows (绑定人数已达上限)."""

    code = RefusalCode.TOO_MANY_BINDINGS
    most: int

    def zh(self, names: Names) -> str:
        return f"您名下有效绑定已达{self.most}人的上限，不能再绑定，请先解除不再需要的绑定后重新办理。"

    def en(self, names: Names) -> str:
        return (
            f"You have bound {self.most} family members, which is as many as may be bound to one account. "
            "End a binding that is no longer needed, then bind again."
        )


@dataclass(eq=False, kw_only=True)
class BindingNotFound(Refusal):
    """The holder has no such binding in force (未查询到有效的绑定关系)."""

    code = RefusalCode.BINDING_NOT_FOUND
    path: tuple[str, ...] = ("bindingId",)

    def zh(self, names: Names) -> str:
        return "未查询到您名下有效的该绑定关系，可能已解除，请在家庭成员列表中核对。"

    def en(self, names: Names) -> str:
        return "You hold no such binding; it may have been ended. Look it up in the list of your family members."


@dataclass(eq=False, kw_only=True)
class AlreadyPayee(Refusal):
    """The applicant has added this person already (已是缴费对象). `payee_id` is the payee that is there."""

    code = RefusalCode.ALREADY_PAYEE
    payee_id: Id

    def zh(self, names: Names) -> str:
        return "您已添加该人员为缴费对象，无需重复添加，可直接为其缴费。"

    def en(self, names: Names) -> str:
        return "You have added this person already and may go on to pay for them."


@dataclass(eq=False, kw_only=True)
class TooManyPayees(Refusal):
    """The applicant has as many payees as may be (缴费对象已达上限)."""

    code = RefusalCode.TOO_MANY_PAYEES
    most: int

    def zh(self, names: Names) -> str:
        return f"您的缴费对象已达{self.most}人的上限，不能再添加，请先移除不再需要的缴费对象后重新添加。"

    def en(self, names: Names) -> str:
        return f"You have {self.most} payees, which is as many as may be. Remove one that is no longer needed first."


@dataclass(eq=False, kw_only=True)
class PayeeNotFound(Refusal):
    """The applicant has no such payee (未查询到该缴费对象)."""

    code = RefusalCode.PAYEE_NOT_FOUND
    path: tuple[str, ...] = ("payeeId",)

    def zh(self, names: Names) -> str:
        return "未查询到您添加的该缴费对象，可能已移除，请在缴费对象列表中核对。"

    def en(self, names: Names) -> str:
        return "You have no such payee, who may have been removed. Look them up in the list of your payees."


@dataclass(eq=False, kw_only=True)
class PartnerNotFound(Refusal):
    """There is no partner's app of that id that was granted any data (未查询到该合作应用)."""

    code = RefusalCode.PARTNER_NOT_FOUND
    path: tuple[str, ...] = ("clientId",)

    def zh(self, names: Names) -> str:
        return "未查询到该合作应用，或其未获准查看任何数据，未授权，请核对应用标识。"

    def en(self, names: Names) -> str:
        return (
            "There is no such partner's app, or it was granted no data, so no consent was recorded. Check the app's id."
        )


@dataclass(eq=False, kw_only=True)
class DataTypeNotGranted(Refusal):
    """The operator has granted the partner's app no data of that type anywhere (合作应用未获准查看此类数据)."""

    code = RefusalCode.DATA_TYPE_NOT_GRANTED
    path: tuple[str, ...] = ("dataType",)
    data_type: DataType

    def zh(self, names: Names) -> str:
        return f"该合作应用未获准查看{self.data_type.zh}，授权不会生效，未授权，请选择其已获准的数据类型。"

    def en(self, names: Names) -> str:
        return (
            f"The partner's app was not granted {self.data_type.en}, so a consent would have no effect and none was "
            "recorded. Choose a type of data that it was granted."
        )


@dataclass(eq=False, kw_only=True)
class AlreadyConsented(Refusal):
    """The applicant lets this app see this type of data already (已授权). `consent_id` is the consent in force."""

    code = RefusalCode.ALREADY_CONSENTED
    consent_id: Id

    def zh(self, names: Names) -> str:
        return "您已授权该合作应用查看此类数据，无需重复授权；如不再同意，可撤回该授权。"

    def en(self, names: Names) -> str:
        return "You let this app see this type of data already. To end that, withdraw the consent."


@dataclass(eq=False, kw_only=True)
class ConsentNotFound(Refusal):
    """The applicant has no such consent in force (未查询到有效的授权)."""

    code = RefusalCode.CONSENT_NOT_FOUND
    path: tuple[str, ...] = ("consentId",)

    def zh(self, names: Names) -> str:
        return "未查询到您有效的该授权，可能已撤回，请在授权列表中核对。"

    def en(self, names: Names) -> str:
        return "You have no such consent in force; it may have been withdrawn. Look it up in the list of your consents."


@dataclass(eq=False, kw_only=True)
class WebhookNotFound(Refusal):
    """The app has no such webhook (未查询到事件推送)."""

    code = RefusalCode.WEBHOOK_NOT_FOUND
    path: tuple[str, ...] = ("webhookId",)

    def zh(self, names: Names) -> str:
        return "未查询到该事件推送，可能已删除，请在事件推送列表中核对。"

    def en(self, names: Names) -> str:
        return "There is no such webhook; it may have been removed. Look it up in the list of your webhooks."


@dataclass(eq=False, kw_only=True)
class WebhookInAnotherState(Refusal):
    """What was asked does not go with the webhook's state (事件推送的状态不允许此操作)."""

    code = RefusalCode.WEBHOOK_IN_ANOTHER_STATE
    path: tuple[str, ...] = ("webhookId",)
    status: WebhookStatus

    def zh(self, names: Names) -> str:
        return f"该事件推送{self.status.zh}，不能进行此操作；由运维人员停用的，请与运维人员联系。"

    def en(self, names: Names) -> str:
        return (
            f"The webhook's state does not allow this: {self.status.en}. Where an operator has disabled it, an "
            "operator has to resume it."
        )


@dataclass(eq=False, kw_only=True)
class TooManyWebhooks(Refusal):
    """The app has as many webhooks as one may have (事件推送已达上限)."""

    code = RefusalCode.TOO_MANY_WEBHOOKS
    most: int

    def zh(self, names: Names) -> str:
        return f"每个应用最多登记{self.most}个事件推送，已达上限，请先删除不再使用的。"

    def en(self, names: Names) -> str:
        return f"An app has {self.most} webhooks at most, and has them. Remove one that is not used any more first."


@dataclass(eq=False, kw_only=True)
class TooManyWebhookTests(Refusal):
    """The webhook was tested as often as may be within a minute (试推送过于频繁)."""

    code = RefusalCode.TOO_MANY_WEBHOOK_TESTS
    retryable = True
    most: int

    def zh(self, names: Names) -> str:
        return f"一分钟内最多试推送{self.most}次，已达上限，请稍后重试。"

    def en(self, names: Names) -> str:
        return f"A webhook is tested {self.most} times a minute at most. Try again in a minute."


@dataclass(eq=False, kw_only=True)
class WebhookUrlNotAllowed(Refusal):
    """Nothing is delivered to such a URL (推送地址不允许使用)."""

    code = RefusalCode.WEBHOOK_URL_NOT_ALLOWED
    path: tuple[str, ...] = ("url",)
    url_problem: WebhookUrlProblem

    def zh(self, names: Names) -> str:
        return f"推送地址{self.url_problem.zh}，未作更改，请改用公网可达的 https 地址。"

    def en(self, names: Names) -> str:
        return f"The URL {self.url_problem.en}. Nothing was changed; give an https URL that the public network reaches."


@dataclass(eq=False, kw_only=True)
class WebhookSelectionNotValid(Refusal):
    """The selection is none on an event (推送内容的选择集有误). `explanation` is a validator's."""

    code = RefusalCode.WEBHOOK_SELECTION_NOT_VALID
    path: tuple[str, ...] = ("selection",)
    explanation: str

    def zh(self, names: Names) -> str:
        return "推送内容的选择集不符合接口定义，未作更改；请先在订阅事件时试写，再连同花括号一起提交。"

    def en(self, names: Names) -> str:
        return (
            "The selection is none that an event can be asked for. Nothing was changed; try it in a subscription "
            "first, and give it with its braces."
        )


@dataclass(eq=False, kw_only=True)
class WebhookSelectionTooDear(Refusal):
    """What would be delivered could be too large (推送内容的选择集过大). In JSON values, for a hundred events."""

    code = RefusalCode.WEBHOOK_SELECTION_TOO_DEAR
    path: tuple[str, ...] = ("selection",)
    cost: int
    most: int

    def zh(self, names: Names) -> str:
        return f"一百个事件最多可能含{self.cost}个值，上限为{self.most}，未作更改，请少选字段或减小 first。"

    def en(self, names: Names) -> str:
        return (
            f"A hundred events could hold {self.cost} values, the limit is {self.most}. Nothing was changed; ask for "
            "fewer fields or smaller pages."
        )


@dataclass(eq=False, kw_only=True)
class EventNotFound(Refusal):
    """The app sees no such event (未查询到事件)."""

    code = RefusalCode.EVENT_NOT_FOUND
    path: tuple[str, ...] = ("eventId",)

    def zh(self, names: Names) -> str:
        return "未查询到该应用可见的此事件；授权撤回后，过去的事件也不再可见，请在 events 列表中核对。"

    def en(self, names: Names) -> str:
        return (
            "The app sees no such event; once a consent has ended, past events are not seen either. Look it up in the "
            "list of events."
        )


@dataclass(eq=False, kw_only=True)
class NotAMember(Refusal):
    """The unit enrols no such person in that scheme (非本单位参保人员). Whether there is such a person is not told."""

    code = RefusalCode.NOT_A_MEMBER

    def zh(self, names: Names) -> str:
        return "未查询到由本单位参保的该人员，单位只为本单位的参保人员办理，请核对人员信息，或由其本人自行办理。"

    def en(self, names: Names) -> str:
        return (
            "The unit enrols no such person in this scheme, and acts for its own people only. Check who is meant, or "
            "have them act themselves."
        )


@dataclass(eq=False, kw_only=True)
class ListedTwice(Refusal):
    """A line before this one names the same person (名单重复)."""

    code = RefusalCode.LISTED_TWICE

    def zh(self, names: Names) -> str:
        return "名单中前面已有该人员，每人只办理一次，本行未办理，请以前一行的结果为准。"

    def en(self, names: Names) -> str:
        return (
            "A line before this one names the same person, who is dealt with once, so this line was not taken. "
            "The answer to the earlier line counts."
        )


@dataclass(eq=False, kw_only=True)
class NotThePayer(Refusal):
    """The holder may not pay for this person (不能为其缴费).

    They have neither bound nor added the person, as the way of paying asks, or the account is kept too far from the
    place of enrolment; then both areas are given.
    """

    code = RefusalCode.NOT_THE_PAYER
    path: tuple[str, ...] = ("personId",)
    account_area: RegionCode | None = None
    enrolment_area: RegionCode | None = None

    def zh(self, names: Names) -> str:
        if self.account_area is not None and self.enrolment_area is not None:
            kept, enrolled = names.place(self.account_area)[0], names.place(self.enrolment_area)[0]
            return f"您的个人账户在{kept}，该人员在{enrolled}参保，不在可代缴的地区范围内，请通过税务系统缴费。"
        return (
            "您还不能为该人员缴费：用个人账户代缴的，请先绑定家庭成员；"
            "通过税务系统、微信、支付宝等渠道为他人缴费的，请先按姓名和证件号码添加缴费对象。"
        )

    def en(self, names: Names) -> str:
        if self.account_area is not None and self.enrolment_area is not None:
            kept, enrolled = names.place(self.account_area)[1], names.place(self.enrolment_area)[1]
            return (
                f"Your account is kept in {kept} and this person is enrolled in {enrolled}, "
                "beyond where accounts may pay. Pay through the tax system instead."
            )
        return (
            "You cannot pay for this person yet. For your personal account to pay, bind them as a family member first; "
            "to pay for anybody through the tax system, Weixin, Alipay or another channel, add them as a payee by name "
            "and document number first."
        )


@dataclass(eq=False, kw_only=True)
class NotOfYourFamily(Refusal):
    """The person is neither the applicant nor bound by them (非本人或已绑定的家庭成员).

    Whether there is such a person is not told.
    """

    code = RefusalCode.NOT_OF_YOUR_FAMILY
    path: tuple[str, ...] = ("personId",)

    def zh(self, names: Names) -> str:
        return "该人员不是您本人，也不是您已绑定的家庭成员，不能为其办理，请先绑定家庭成员。"

    def en(self, names: Names) -> str:
        return (
            "This person is neither you nor a family member whom you have bound, so nothing was done. Bind them first."
        )


@dataclass(eq=False, kw_only=True)
class PersonNotFound(Refusal):
    """The insurance platform holds no such person (医保平台未查询到该人员)."""

    code = RefusalCode.PERSON_NOT_FOUND

    def zh(self, names: Names) -> str:
        return "医保平台未查询到该人员，可能从未参保，请先到参保地医保经办机构办理参保登记。"

    def en(self, names: Names) -> str:
        return (
            "The insurance platform holds no such person, who may never have been insured. "
            "Register them with the agency of the place of enrolment first."
        )


@dataclass(eq=False, kw_only=True)
class EnrolmentNotFound(Refusal):
    """The applicant has no such enrolment to act on (未查询到可由本人办理的参保关系).

    As a resident or a flexible worker it is the person's own to change, a minor's parents', and the relatives' once the
    person has died. Whether there is such an enrolment is not told.
    """

    code = RefusalCode.ENROLMENT_NOT_FOUND
    path: tuple[str, ...] = ("enrolmentId",)

    def zh(self, names: Names) -> str:
        return (
            "未查询到可由您办理的该参保关系；居民和灵活就业参保由本人办理，未成年人由登记的父母办理，职工参保由单位办理，"
            "请在参保关系列表中核对。"
        )

    def en(self, names: Names) -> str:
        return (
            "There is no such enrolment for you to act on: as a resident or flexible worker it is the person's own to "
            "change, a registered parent's for a minor, and a unit's for its employees. Look it up in the list of "
            "enrolments."
        )


@dataclass(eq=False, kw_only=True)
class EnrolmentInAnotherState(Refusal):
    """The enrolment is not in the state that this needs (参保状态不符). `status` is the one that it is in."""

    code = RefusalCode.ENROLMENT_IN_ANOTHER_STATE
    path: tuple[str, ...] = ("enrolmentId",)
    status: EnrolmentStatus

    def zh(self, names: Names) -> str:
        return (
            f"该参保关系现为“{self.status.zh}”，不能这样办理：正常参保的可暂停，暂停的可恢复，未终止的可终止，"
            "请在参保关系列表中核对。"
        )

    def en(self, names: Names) -> str:
        return (
            f"This enrolment is {self.status.en} now: what is active is suspended, what is suspended is resumed, and "
            "what is terminated stays so. Look it up in the list of enrolments."
        )


@dataclass(eq=False, kw_only=True)
class TerminationReasonNotConfirmed(Refusal):
    """The register does not show why the enrolment is to be terminated (终止参保原因未能核实)."""

    code = RefusalCode.TERMINATION_REASON_NOT_CONFIRMED
    path: tuple[str, ...] = ("reason",)
    reason: TerminationReason

    def zh(self, names: Names) -> str:
        return (
            f"人口信息库没有登记“{self.reason.zh}”，不能以此终止参保，登记有误的请持证明材料到参保地医保经办机构办理。"
        )

    def en(self, names: Names) -> str:
        return (
            f"The population register does not show this reason: {self.reason.en}. If it is wrong, take your proof to "
            "the agency of the place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class InstitutionNotFound(Refusal):
    """There is no such hospital or pharmacy (未查询到该医药机构)."""

    code = RefusalCode.INSTITUTION_NOT_FOUND
    path: tuple[str, ...] = ("institutionId",)

    def zh(self, names: Names) -> str:
        return "未查询到该医药机构，请在医药机构列表中核对后重试。"

    def en(self, names: Names) -> str:
        return "There is no such hospital or pharmacy. Look it up in the list of institutions."


@dataclass(eq=False, kw_only=True)
class AgreementInAnotherState(Refusal):
    """What was asked for is not done in the agreement's present state (定点协议状态不允许办理)."""

    code = RefusalCode.AGREEMENT_IN_ANOTHER_STATE
    path: tuple[str, ...] = ("matter",)
    status: AgreementStatus

    def zh(self, names: Names) -> str:
        return f"本机构的定点协议为“{self.status.zh}”，不能办理本业务，请核对所选的事项。"

    def en(self, names: Names) -> str:
        return f"The institution's agreement is {self.status.en}, in which this is not done. Check which matter it is."


@dataclass(eq=False, kw_only=True)
class StatementDiffers(Refusal):
    """A month is paid where the statement and the books agree on every claim (对账不符)."""

    code = RefusalCode.STATEMENT_DIFFERS
    path: tuple[str, ...] = ("lines",)
    differences: int

    def zh(self, names: Names) -> str:
        return f"结算申请与账目不符，有 {self.differences} 笔费用不一致，请先对账，改正后重新申请。"

    def en(self, names: Names) -> str:
        return f"The statement differs from the books, by {self.differences} claims. Reconcile it, and file it anew."


@dataclass(eq=False, kw_only=True)
class NothingToPay(Refusal):
    """Nothing is due, or it has been paid (没有应付款项)."""

    code = RefusalCode.NOTHING_TO_PAY

    def zh(self, names: Names) -> str:
        return "没有应付的款项，或已经支付，请核对后再申请。"

    def en(self, names: Names) -> str:
        return "Nothing is due, or it has been paid already. Check what was filed."


@dataclass(eq=False, kw_only=True)
class ClaimNotFound(Refusal):
    """There is no such claim of the institution, or of the person whom a filing is about (未查询到可办理的结算)."""

    code = RefusalCode.CLAIM_NOT_FOUND
    path: tuple[str, ...] = ("claimId",)

    def zh(self, names: Names) -> str:
        return "未查询到可办理的这笔结算，请核对后重试。"

    def en(self, names: Names) -> str:
        return "There is no such claim to act on. Check which one it is."


@dataclass(eq=False, kw_only=True)
class ClaimAlreadyReversed(Refusal):
    """A claim is reversed once (结算已冲正)."""

    code = RefusalCode.CLAIM_ALREADY_REVERSED
    path: tuple[str, ...] = ("claimId",)
    reversed_at: Instant

    def zh(self, names: Names) -> str:
        return f"该笔结算已于 {_moment(self.reversed_at)} 冲正，无须再次办理；需要时可用同一票据重新结算。"

    def en(self, names: Names) -> str:
        return (
            f"This claim was reversed at {_moment(self.reversed_at)}, and nothing is left to do. The invoice may be "
            "settled anew."
        )


@dataclass(eq=False, kw_only=True)
class AssistancePaidAlready(Refusal):
    """Assistance has paid of the claim: it pays once, and what it has paid by a filing stays (医疗救助已支付)."""

    code = RefusalCode.ASSISTANCE_PAID_ALREADY
    path: tuple[str, ...] = ("claimId",)
    amount_fen: Fen

    def zh(self, names: Names) -> str:
        return f"该笔结算已支付医疗救助 {yuan(self.amount_fen)} 元，不再重复支付；经办件支付的，结算也不能冲正。"

    def en(self, names: Names) -> str:
        return (
            f"Assistance has paid {yuan(self.amount_fen)} yuan of this claim and pays once; where it was paid by a "
            "filing, the claim is not reversed any more."
        )


@dataclass(eq=False, kw_only=True)
class ItemNotInCatalogue(Refusal):
    """A cost names an item that the catalogue does not list (目录中没有该项目)."""

    code = RefusalCode.ITEM_NOT_IN_CATALOGUE
    path: tuple[str, ...] = ("costs",)
    item: str

    def zh(self, names: Names) -> str:
        return f"目录中没有编码为“{self.item}”的项目，请核对编码，或按目录外项目上传。"

    def en(self, names: Names) -> str:
        return (
            f'The catalogue has no item with the code "{self.item}". Check the code, or send the item as one outside '
            "the catalogue."
        )


@dataclass(eq=False, kw_only=True)
class InvoiceAlreadySettled(Refusal):
    """An invoice is settled once (票据已结算)."""

    code = RefusalCode.INVOICE_ALREADY_SETTLED
    path: tuple[str, ...] = ("invoice",)

    def zh(self, names: Names) -> str:
        return "本机构的这张票据已结算，不能重复结算；有误的请先冲正。"

    def en(self, names: Names) -> str:
        return "This invoice of the institution is settled already. If that was wrong, reverse it first."


@dataclass(eq=False, kw_only=True)
class ClaimTooOld(Refusal):
    """A claim is settled within a time after discharge (超过结算时限)."""

    code = RefusalCode.CLAIM_TOO_OLD
    path: tuple[str, ...] = ("dischargedOn",)
    last_day: date

    def zh(self, names: Names) -> str:
        return f"该次就医的结算时限为 {self.last_day.isoformat()}，已经超过，请联系参保地医保经办机构。"

    def en(self, names: Names) -> str:
        return (
            f"This care could be settled until {self.last_day.isoformat()}, which has passed. Ask the agency of the "
            "place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class StaysOverlap(Refusal):
    """Nobody lies in two hospitals at once (住院时间重叠). Both days are those of the other stay."""

    code = RefusalCode.STAYS_OVERLAP
    path: tuple[str, ...] = ("admittedOn",)
    admitted_on: date
    discharged_on: date

    def zh(self, names: Names) -> str:
        return (
            f"与已结算的另一次住院（{self.admitted_on.isoformat()} 至 {self.discharged_on.isoformat()}）时间重叠，"
            "请核对入院、出院日期。"
        )

    def en(self, names: Names) -> str:
        return (
            f"Another stay, from {self.admitted_on.isoformat()} to {self.discharged_on.isoformat()}, is settled for "
            "these days. Check the days of admission and discharge."
        )


@dataclass(eq=False, kw_only=True)
class NotCovered(Refusal):
    """No insurance covers the person on a day of the care (当日不在待遇享受期). `on` is the first such day."""

    code = RefusalCode.NOT_COVERED
    path: tuple[str, ...] = ("care", "admittedOn")
    on: date

    def zh(self, names: Names) -> str:
        return (
            f"{self.on.isoformat()}没有生效的医保待遇：当年度未缴费、已停保，或在待遇开始之前，该日费用不予报销，"
            "请核对参保和缴费情况。"
        )

    def en(self, names: Names) -> str:
        return (
            f"No insurance covers {self.on.isoformat()}: the year is not paid for, or cover had ended or not begun, so "
            "nothing is paid of that day's care. Check enrolment and contributions."
        )


@dataclass(eq=False, kw_only=True)
class InWaitingPeriod(Refusal):
    """A day of the care lies in the waiting period (待遇等待期内). `on` is the first such day."""

    code = RefusalCode.IN_WAITING_PERIOD
    path: tuple[str, ...] = ("care", "admittedOn")
    on: date
    waiting_until: date

    def zh(self, names: Names) -> str:
        return (
            f"{self.on.isoformat()}在待遇等待期内，等待期至{self.waiting_until.isoformat()}，期间发生的费用不予报销，"
            "请在期满后就医结算。"
        )

    def en(self, names: Names) -> str:
        return (
            f"{self.on.isoformat()} lies in the waiting period, which lasts until {self.waiting_until.isoformat()}, so "
            "its care is not paid for. Care after that day is."
        )


@dataclass(eq=False, kw_only=True)
class InArrears(Refusal):
    """Months of the employee scheme were due and are not paid, which suspends its benefits (欠缴期间暂停待遇).

    `month` is the first of them, written year × 100 + month.
    """

    code = RefusalCode.IN_ARREARS
    path: tuple[str, ...] = ("care", "admittedOn")
    month: int
    months: int

    def zh(self, names: Names) -> str:
        return (
            f"职工医保费自{self.month // 100}年{self.month % 100}月起欠缴{self.months}个月，欠缴期间暂停待遇，"
            "请由单位或本人补缴后再查询。"
        )

    def en(self, names: Names) -> str:
        return (
            f"{self.months} months of the employee scheme are in arrears, from {self.month // 100}-"
            f"{self.month % 100:02d} on, which suspends its benefits. Ask again once unit or person has paid them."
        )


@dataclass(eq=False, kw_only=True)
class InstitutionNotDesignated(Refusal):
    """Only designated institutions are paid for (非定点医疗机构)."""

    code = RefusalCode.INSTITUTION_NOT_DESIGNATED
    path: tuple[str, ...] = ("care", "designated")

    def zh(self, names: Names) -> str:
        return "该机构不是医保定点医疗机构，除急救等另有规定外费用不予报销，请到定点医疗机构就医。"

    def en(self, names: Names) -> str:
        return (
            "This institution is not designated, and its care is not paid for unless other rules say so, as in an "
            "emergency. Go to a designated one."
        )


@dataclass(eq=False, kw_only=True)
class NotEntitledToCare(Refusal):
    """The scheme pays for no such care, or what it is for is not recognised of the person (不享受该类待遇)."""

    code = RefusalCode.NOT_ENTITLED_TO_CARE
    path: tuple[str, ...] = ("care", "kind")
    care: CareKind

    def zh(self, names: Names) -> str:
        return f"“{self.care.zh}”不适用：险种没有该类待遇，或所需病种未认定，请先办理认定，或改按其他医疗类别查询。"

    def en(self, names: Names) -> str:
        return (
            f"There is no benefit here for {self.care.en}: the scheme has none, or what it is for is not recognised. "
            "Have it recognised first, or ask for another kind of care."
        )


@dataclass(eq=False, kw_only=True)
class EntitledAlready(Refusal):
    """What is asked for is recognised until `last_day`, and it is too early to renew it (已认定).

    `renewable_from` is the first day on which it is renewed, None in what was answered before that was said.
    """

    code = RefusalCode.ENTITLED_ALREADY
    path: tuple[str, ...] = ("code",)
    last_day: date
    renewable_from: date | None = None

    def zh(self, names: Names) -> str:
        again = self.renewable_from
        return (
            f"该病种或药品已认定，有效至 {self.last_day.isoformat()}，无须重复申请，"
            f"{'期满后可重新认定' if again is None else f'自 {again.isoformat()} 起可申请续期'}。"
        )

    def en(self, names: Names) -> str:
        again = self.renewable_from
        return (
            f"This disease or drug is recognised until {self.last_day.isoformat()} already, and nothing is left to do. "
            f"File it anew {'after that day' if again is None else f'from {again.isoformat()} on'}."
        )


@dataclass(eq=False, kw_only=True)
class NotInsuredForMaternity(Refusal):
    """Nobody insures the person for maternity on the day, or employs them (当日未参加生育保险)."""

    code = RefusalCode.NOT_INSURED_FOR_MATERNITY
    path: tuple[str, ...] = ("occurredOn",)
    on: date

    def zh(self, names: Names) -> str:
        return (
            f"{self.on.isoformat()}没有生效的职工医保和生育保险参保关系，不能享受生育待遇，请由单位核对参保情况；"
            "未参加职工医保的按居民医保待遇办理。"
        )

    def en(self, names: Names) -> str:
        return (
            f"On {self.on.isoformat()} the person was not under employee and maternity insurance, so its benefits are "
            "not paid. Have the unit check the enrolment; residents have the benefits of their own scheme."
        )


@dataclass(eq=False, kw_only=True)
class MaternityMonthsShort(Refusal):
    """Maternity benefits take months in a row under the insurance, that of the day among them (连续参保月数不足)."""

    code = RefusalCode.MATERNITY_MONTHS_SHORT
    path: tuple[str, ...] = ("occurredOn",)
    months: int
    required: int

    def zh(self, names: Names) -> str:
        return (
            f"至当月连续参加生育保险{self.months}个月，须满{self.required}个月方可享受生育待遇，"
            "参保记录有误的请由单位核对。"
        )

    def en(self, names: Names) -> str:
        return (
            f"Up to that month the person was under maternity insurance for {self.months} months in a row, and its "
            f"benefits take {self.required}. Have the unit check the enrolment if that is wrong."
        )


@dataclass(eq=False, kw_only=True)
class MaternityBenefitPaid(Refusal):
    """A maternity benefit is paid once for what it is for (该项生育待遇已支付). `occurred_on` is the day of that."""

    code = RefusalCode.MATERNITY_BENEFIT_PAID
    path: tuple[str, ...] = ("occurredOn",)
    benefit: MaternityBenefitKind
    occurred_on: date

    def zh(self, names: Names) -> str:
        return (
            f"{self.benefit.zh}已按{self.occurred_on.isoformat()}的生育支付，每次生育只支付一次，"
            "日期有误的请核对后重新填写。"
        )

    def en(self, names: Names) -> str:
        return (
            f"The benefit ({self.benefit.en}) is paid already, for {self.occurred_on.isoformat()}, and it is paid "
            "once. Check the day if it was for something else."
        )


@dataclass(eq=False, kw_only=True)
class UnitWagesNotOnRecord(Refusal):
    """The allowance goes by the wages that the unit has declared (单位没有申报工资). `year` is the year before."""

    code = RefusalCode.UNIT_WAGES_NOT_ON_RECORD
    path: tuple[str, ...] = ("occurredOn",)
    year: int

    def zh(self, names: Names) -> str:
        return f"单位{self.year}年度和次年截至当月都没有申报工资，无法计算生育津贴，请先申报缴费工资。"

    def en(self, names: Names) -> str:
        return (
            f"The unit has declared no wages of {self.year}, nor of the year after it up to that month, by which the "
            "allowance is paid. Declare them first."
        )


@dataclass(eq=False, kw_only=True)
class NotEnrolled(Refusal):
    """The person has no enrolment in the resident scheme (未查询到居民医疗参保信息)."""

    code = RefusalCode.NOT_ENROLLED
    path: tuple[str, ...] = ("personId",)

    def zh(self, names: Names) -> str:
        return "未查询到居民医疗参保信息，缴费前须先参保登记，请联系参保地医保局办理参保登记。"

    def en(self, names: Names) -> str:
        return (
            "No resident insurance was found, and registration comes before payment. "
            "Turn to the insurance bureau of the place of enrolment to register."
        )


@dataclass(eq=False, kw_only=True)
class AlreadyEnrolled(Refusal):
    """The person is enrolled as a resident at that place (已在当地参保). `enrolment_id` is the enrolment."""

    code = RefusalCode.ALREADY_ENROLLED
    path: tuple[str, ...] = ("personId",)
    enrolment_id: Id

    def zh(self, names: Names) -> str:
        return "该人员已在当地参加居民医保，无需重复登记，可直接缴费；已暂停的，请办理恢复参保。"

    def en(self, names: Names) -> str:
        return (
            "This person is enrolled as a resident there already and may go on to pay. "
            "If the enrolment is suspended, have it resumed."
        )


@dataclass(eq=False, kw_only=True)
class AlreadyInsuredAsEmployee(Refusal):
    """The person is insured there in the employee scheme, by the same unit or on their own (已参加职工医保)."""

    code = RefusalCode.ALREADY_INSURED_AS_EMPLOYEE
    enrolment_id: Id

    def zh(self, names: Names) -> str:
        return "该人员已在当地参加职工医保，无需重复登记，可直接申报缴费；情况有变的，请先办理暂停。"

    def en(self, names: Names) -> str:
        return (
            "This person is insured there in the employee scheme already: go on to declare and pay. "
            "Where something has changed, have that enrolment suspended first."
        )


@dataclass(eq=False, kw_only=True)
class EnrolledElsewhere(Refusal):
    """The person is insured in another scheme or place at the same time (重复参保)."""

    code = RefusalCode.ENROLLED_ELSEWHERE
    path: tuple[str, ...] = ("personId",)
    region: RegionCode
    scheme: Scheme

    def zh(self, names: Names) -> str:
        return (
            f"该人员已在{names.place(self.region)[0]}参加{self.scheme.zh}，不能重复参保，无需再缴纳居民医保费；"
            "确需改在此处参保的，请先在当地办理暂停参保。"
        )

    def en(self, names: Names) -> str:
        return (
            f"This person is in {self.scheme.en} in {names.place(self.region)[1]}, and nobody may be insured twice: "
            "nothing is due as a resident. Whoever would be insured here has that one suspended first."
        )


@dataclass(eq=False, kw_only=True)
class SuspensionNotYetSeen(Refusal):
    """The place of origin has not uploaded the suspension yet (停保信息尚未上传). It will have at `visible_at`."""

    code = RefusalCode.SUSPENSION_NOT_YET_SEEN
    retryable = True
    path: tuple[str, ...] = ("personId",)
    region: RegionCode
    visible_at: Instant

    def zh(self, names: Names) -> str:
        return (
            f"{names.place(self.region)[0]}的停保信息正在上传，预计{_moment(self.visible_at)}可查到，此前仍视为在当地参保，"
            "请届时再次办理。"
        )

    def en(self, names: Names) -> str:
        return (
            f"{names.place(self.region)[1]} is still uploading the suspension, which is seen from "
            f"{_moment(self.visible_at)} on; until then the person counts as enrolled there. Ask again then."
        )


@dataclass(eq=False, kw_only=True)
class CertificateAlreadyActive(Refusal):
    """The electronic certificate has been activated (医保电子凭证已激活), at `activated_at`."""

    code = RefusalCode.CERTIFICATE_ALREADY_ACTIVE
    path: tuple[str, ...] = ("personId",)
    activated_at: Instant

    def zh(self, names: Names) -> str:
        return f"该人员的医保电子凭证已于{_moment(self.activated_at)}激活，无需重复激活，可直接办理参保登记。"

    def en(self, names: Names) -> str:
        return (
            f"This person's electronic certificate was activated at {_moment(self.activated_at)}. "
            "Go on and register the enrolment."
        )


@dataclass(eq=False, kw_only=True)
class CertificateRequired(Refusal):
    """The place asks this person for the electronic certificate first (须先激活医保电子凭证)."""

    code = RefusalCode.CERTIFICATE_REQUIRED
    path: tuple[str, ...] = ("personId",)
    region: RegionCode

    def zh(self, names: Names) -> str:
        return (
            f"第一次在{names.place(self.region)[0]}参保须先激活医保电子凭证，本次未登记，"
            "请点击“去激活”，激活后重新提交。"
        )

    def en(self, names: Names) -> str:
        return (
            f"Whoever enrols in {names.place(self.region)[1]} for the first time activates the electronic certificate "
            "first; nothing was registered. Activate it and submit again."
        )


@dataclass(eq=False, kw_only=True)
class ContributionNotFound(Refusal):
    """The applicant has submitted no such contribution (未查询到该缴费申请)."""

    code = RefusalCode.CONTRIBUTION_NOT_FOUND
    path: tuple[str, ...] = ("contributionId",)

    def zh(self, names: Names) -> str:
        return "未查询到您提交的该缴费申请，请在缴费记录中核对后重试。"

    def en(self, names: Names) -> str:
        return "You have submitted no such contribution. Look it up among your contributions and try again."


@dataclass(eq=False, kw_only=True)
class NotFlexiblyEmployed(Refusal):
    """The applicant has no such active enrolment as a flexible worker (非灵活就业参保)."""

    code = RefusalCode.NOT_FLEXIBLY_EMPLOYED
    path: tuple[str, ...] = ("enrolmentId",)

    def zh(self, names: Names) -> str:
        return "未查询到您本人正常参保的该灵活就业参保关系；在职职工由单位申报缴费，请在参保关系列表中核对。"

    def en(self, names: Names) -> str:
        return (
            "You have no such active enrolment as a flexible worker; for employees their unit declares and pays. "
            "Look it up in the list of enrolments."
        )


@dataclass(eq=False, kw_only=True)
class MonthAlreadyDeclared(Refusal):
    """One of the months stands declared (该月已申报). `month` is the first, written year × 100 + month."""

    code = RefusalCode.MONTH_ALREADY_DECLARED
    path: tuple[str, ...] = ("firstMonth",)
    month: int

    def zh(self, names: Names) -> str:
        return f"{self.month // 100}年{self.month % 100}月已经申报，不能重复申报，请支付已有的缴费单，或改选其他月份。"

    def en(self, names: Names) -> str:
        return (
            f"{self.month // 100}-{self.month % 100:02d} stands declared and is not declared twice. "
            "Pay the bill that there is, or choose other months."
        )


@dataclass(eq=False, kw_only=True)
class NotInsuredAsWorking(Refusal):
    """The applicant has no such active enrolment of somebody who works to act on (非在职参保)."""

    code = RefusalCode.NOT_INSURED_AS_WORKING
    path: tuple[str, ...] = ("enrolmentId",)

    def zh(self, names: Names) -> str:
        return "未查询到可由您办理的在职或灵活就业职工参保关系，须为正常参保且尚未办理退休，请在参保关系列表中核对。"

    def en(self, names: Names) -> str:
        return (
            "There is no such enrolment for you to act on: it must be active in the employee scheme and not be a "
            "pensioner's already. Look it up in the list of enrolments."
        )


@dataclass(eq=False, kw_only=True)
class NotOfAge(Refusal):
    """The person does not reach retirement age before `retires_on` (未达退休年龄)."""

    code = RefusalCode.NOT_OF_AGE
    path: tuple[str, ...] = ("enrolmentId",)
    retires_on: date

    def zh(self, names: Names) -> str:
        return f"该人员于{self.retires_on.isoformat()}达到退休年龄，此前不能办理退休或趸缴，请届时再办理。"

    def en(self, names: Names) -> str:
        return (
            f"This person reaches retirement age on {self.retires_on.isoformat()}, and neither retires nor settles "
            "months at once before. Come back then."
        )


@dataclass(eq=False, kw_only=True)
class YearsShort(Refusal):
    """Months of contribution are short (缴费年限不足). `due_fen` is what settling them at once costs, in fen."""

    code = RefusalCode.YEARS_SHORT
    path: tuple[str, ...] = ("enrolmentId",)
    months: int
    due_fen: Fen

    def zh(self, names: Names) -> str:
        return (
            f"累计缴费年限还差{self.months}个月，可一次性趸缴{yuan(self.due_fen)}元，"
            "缴清后办理退休，也可继续缴费至规定年限。"
        )

    def en(self, names: Names) -> str:
        return (
            f"{self.months} months of contribution are short. Settle them at once for {yuan(self.due_fen)} yuan and "
            "retire then, or go on contributing until they are complete."
        )


@dataclass(eq=False, kw_only=True)
class NothingShort(Refusal):
    """No month of contribution is short (缴费年限已足)."""

    code = RefusalCode.NOTHING_SHORT
    path: tuple[str, ...] = ("enrolmentId",)

    def zh(self, names: Names) -> str:
        return "累计缴费年限已足，无须趸缴，请直接办理退休。"

    def en(self, names: Names) -> str:
        return "No month of contribution is short, so there is nothing to settle. Retire instead."


@dataclass(eq=False, kw_only=True)
class EmployeeBillNotFound(Refusal):
    """The applicant owes no such bill (未查询到缴费单). Whether there is one is not told."""

    code = RefusalCode.EMPLOYEE_BILL_NOT_FOUND
    path: tuple[str, ...] = ("billId",)

    def zh(self, names: Names) -> str:
        return "未查询到应由您或您经办的单位支付的该缴费单，请在缴费单列表中核对后重试。"

    def en(self, names: Names) -> str:
        return "Neither you nor the unit you act for owes such a bill. Look it up among the bills and try again."


@dataclass(eq=False, kw_only=True)
class EmployeeBillNotDue(Refusal):
    """The bill is paid, or a channel is collecting it (缴费单无须支付)."""

    code = RefusalCode.EMPLOYEE_BILL_NOT_DUE
    path: tuple[str, ...] = ("billId",)
    status: EmployeeBillStatus

    def zh(self, names: Names) -> str:
        return f"该缴费单状态为“{self.status.zh}”，不能再次支付，请查看缴费单；支付处理中的请先查询支付结果。"

    def en(self, names: Names) -> str:
        return (
            f"This bill does not wait for payment ({self.status.en}) and is not paid twice. "
            "Look at the bill; where a payment is on its way, look up its outcome first."
        )


@dataclass(eq=False, kw_only=True)
class AlreadyPaid(Refusal):
    """The applicant has paid for this person and year already (已缴费). `contribution_id` is the one paid."""

    code = RefusalCode.ALREADY_PAID
    contribution_id: Id

    def zh(self, names: Names) -> str:
        return "您已为该人员缴纳该年度居民医保费，无需重复缴费，可在缴费记录中查看。"

    def en(self, names: Names) -> str:
        return "You have paid this person's contribution for this year already. You find it among your contributions."


@dataclass(eq=False, kw_only=True)
class PaidByAnother(Refusal):
    """Somebody else has paid for this person and year (他人已代缴). Who is not told."""

    code = RefusalCode.PAID_BY_ANOTHER

    def zh(self, names: Names) -> str:
        return "该人员该年度居民医保费已由本人或他人缴纳，无需重复缴费，如有疑问请咨询参保地医保经办部门。"

    def en(self, names: Names) -> str:
        return (
            "This person's contribution for this year has been paid by themself or by somebody else. "
            "If that seems wrong, ask the agency of the place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class AlreadyRefunded(Refusal):
    """The contribution has been given back; whoever wants cover submits a new one (已退费)."""

    code = RefusalCode.ALREADY_REFUNDED
    path: tuple[str, ...] = ("contributionId",)

    def zh(self, names: Names) -> str:
        return "该笔缴费已退费，不能再办理完成、缴费或退费；如需参保，请重新提交缴费申请。"

    def en(self, names: Names) -> str:
        return (
            "This contribution has been refunded, so it cannot be paid, finished or refunded again. "
            "Whoever needs the cover submits a new one."
        )


@dataclass(eq=False, kw_only=True)
class ContributionSubsidised(Refusal):
    """Assistance has given back of the contribution: it does so once, and the rest stays paid (资助补贴已拨付)."""

    code = RefusalCode.CONTRIBUTION_SUBSIDISED
    path: tuple[str, ...] = ("contributionId",)
    amount_fen: Fen

    def zh(self, names: Names) -> str:
        return f"该笔缴费的资助补贴 {yuan(self.amount_fen)} 元已拨付，不再重复补贴，也不能退费，请联系经办机构。"

    def en(self, names: Names) -> str:
        return (
            f"Assistance has given back {yuan(self.amount_fen)} yuan of this contribution, which it does once, and the "
            "contribution is not refunded any more. Turn to the agency."
        )


@dataclass(eq=False, kw_only=True)
class RefundUnderWay(Refusal):
    """The contribution is being given back already (退费办理中). `refund_id` is the refund that is under way."""

    code = RefusalCode.REFUND_UNDER_WAY
    path: tuple[str, ...] = ("contributionId",)
    refund_id: Id

    def zh(self, names: Names) -> str:
        return "该笔缴费的退费正在办理，无需重复申请，请在退费进度中查看。"

    def en(self, names: Names) -> str:
        return "A refund of this contribution is under way already. Follow its progress among your refunds."


@dataclass(eq=False, kw_only=True)
class CoverHasBegun(Refusal):
    """The cover that was paid for has begun, and what is begun is not given back (待遇享受期已开始)."""

    code = RefusalCode.COVER_HAS_BEGUN
    path: tuple[str, ...] = ("contributionId",)
    coverage_from: date

    def zh(self, names: Names) -> str:
        return (
            f"该笔缴费的待遇享受期已于{self.coverage_from.isoformat()}开始，按规定不予退费，"
            "如有特殊情况请咨询参保地医保经办机构。"
        )

    def en(self, names: Names) -> str:
        return (
            f"The cover that it paid for began on {self.coverage_from.isoformat()}, and from then on nothing is given "
            "back. In a special case ask the agency of the place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class RefundReasonNotConfirmed(Refusal):
    """The records do not show what the refund is asked for (退费情形未能核实)."""

    code = RefusalCode.REFUND_REASON_NOT_CONFIRMED
    path: tuple[str, ...] = ("reason",)
    reason: RefundReason

    def zh(self, names: Names) -> str:
        return (
            f"医保平台的记录中没有查到“{self.reason.zh}”的情形，不能以此退费，"
            "请核对退费情形；记录有误的，请持证明材料到参保地医保经办机构办理。"
        )

    def en(self, names: Names) -> str:
        return (
            f"The records do not show this reason: {self.reason.en}. Check the reason; if the records are wrong, "
            "take your proof to the agency of the place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class SpecialPaymentRequired(Refusal):
    """The person's group pays through the special entrance (须使用特殊缴费).

    `group` is None where the applicant is not of the family: of what group somebody is, is not told to others.
    """

    code = RefusalCode.SPECIAL_PAYMENT_REQUIRED
    path: tuple[str, ...] = ("kind",)
    group: SpecialGroup | None

    def zh(self, names: Names) -> str:
        group = "须特殊缴费的人员" if self.group is None else self.group.zh
        return f"该人员属于{group}，享受参保资助，不能使用日常缴费，请选择特殊缴费。"

    def en(self, names: Names) -> str:
        group = "one of the groups that are assisted" if self.group is None else self.group.en
        return f"This person is recognised as: {group}; ordinary payment is not for them. Choose special payment."


@dataclass(eq=False, kw_only=True)
class PaymentInProgress(Refusal):
    """A payment for this person and year is on its way through a channel (支付处理中). By whom is not told."""

    code = RefusalCode.PAYMENT_IN_PROGRESS
    path: tuple[str, ...] = ("personId",)

    def zh(self, names: Names) -> str:
        return "该人员该年度的缴费正在支付处理中，结果未明确前不能重复支付，请先查询支付结果，支付失败或作废后再缴费。"

    def en(self, names: Names) -> str:
        return (
            "A payment for this person and year is on its way, and nobody pays twice while its outcome is open. "
            "Look up that payment first; pay again once it has failed or was given up."
        )


@dataclass(eq=False, kw_only=True)
class ChannelNotOffered(Refusal):
    """The place of enrolment does not collect through this channel (缴费渠道未开通)."""

    code = RefusalCode.CHANNEL_NOT_OFFERED
    path: tuple[str, ...] = ("channel",)
    channel: PaymentChannel
    offered: tuple[PaymentChannel, ...]
    region: RegionCode

    def zh(self, names: Names) -> str:
        return f"{names.place(self.region)[0]}未开通{self.channel.zh}，请改用其他缴费渠道：{_zh(self.offered)}。"

    def en(self, names: Names) -> str:
        return (
            f"{names.place(self.region)[1]} does not collect by: {self.channel.en}. "
            f"Choose another channel: {_en(self.offered)}."
        )


@dataclass(eq=False, kw_only=True)
class NotYetAtTaxBureau(Refusal):
    """The registration has not reached the tax bureau yet (参保信息尚未传递至税务). It will at `visible_at`."""

    code = RefusalCode.NOT_YET_AT_TAX_BUREAU
    path: tuple[str, ...] = ("personId",)
    visible_at: Instant

    def zh(self, names: Names) -> str:
        return f"参保登记信息由医保部门传递税务部门，预计{_moment(self.visible_at)}送达，此前查询不到，请届时再缴费。"

    def en(self, names: Names) -> str:
        return (
            "The registration is on its way from the insurance bureau to the tax bureau, which will have it by "
            f"{_moment(self.visible_at)}. Pay from then on."
        )


@dataclass(eq=False, kw_only=True)
class CollectionWindowNotOpen(Refusal):
    """The collection of this year's contributions has not begun (集中征缴期未开始)."""

    code = RefusalCode.COLLECTION_WINDOW_NOT_OPEN
    path: tuple[str, ...] = ("coverageYear",)
    opens_on: date

    def zh(self, names: Names) -> str:
        return f"该年度居民医保费自{self.opens_on.isoformat()}起缴纳，目前尚未开始，请届时再办理。"

    def en(self, names: Names) -> str:
        return f"Contributions for this year are collected from {self.opens_on.isoformat()} on. Come back then."


@dataclass(eq=False, kw_only=True)
class CollectionWindowClosed(Refusal):
    """The collection has ended, and the place takes no later payment (集中征缴期已结束)."""

    code = RefusalCode.COLLECTION_WINDOW_CLOSED
    path: tuple[str, ...] = ("coverageYear",)
    closed_on: date

    def zh(self, names: Names) -> str:
        return f"该年度居民医保费已于{self.closed_on.isoformat()}截止缴纳，如需补缴请咨询参保地医保经办机构。"

    def en(self, names: Names) -> str:
        return (
            f"Contributions for this year were collected until {self.closed_on.isoformat()}. "
            "For a later payment ask the agency of the place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class CollectionPaused(Refusal):
    """The month is being reconciled, and nothing is collected until the next begins (对账期暂停缴费)."""

    code = RefusalCode.COLLECTION_PAUSED
    reopens_on: date

    def zh(self, names: Names) -> str:
        return f"参保地每月月末对账，对账期内暂停缴费，请于{self.reopens_on.isoformat()}起缴费。"

    def en(self, names: Names) -> str:
        return (
            "The place of enrolment reconciles its accounts at the end of each month and takes no payments then. "
            f"Pay from {self.reopens_on.isoformat()} on."
        )


@dataclass(eq=False, kw_only=True)
class CoverageYearTooShort(Refusal):
    """The wait would outlast the year of cover, so that the payment would buy nothing (等待期满前年度已结束)."""

    code = RefusalCode.COVERAGE_YEAR_TOO_SHORT
    path: tuple[str, ...] = ("coverageYear",)
    waiting_until: date
    year_ends_on: date

    def zh(self, names: Names) -> str:
        return (
            f"现在缴费，待遇等待期至{self.waiting_until.isoformat()}，而该年度待遇至{self.year_ends_on.isoformat()}止，"
            "缴费后享受不到待遇，故不予受理，请缴纳下一年度的居民医保费。"
        )

    def en(self, names: Names) -> str:
        return (
            f"Whoever pays now waits until {self.waiting_until.isoformat()}, and cover for this year ends on "
            f"{self.year_ends_on.isoformat()}: the payment would buy nothing and is not taken. Pay for the next year."
        )


@dataclass(eq=False, kw_only=True)
class PolicyNotStated(Refusal):
    """No document says what holds here on that day (政策未明确). `name` is the fact that is missing.

    `coverage_year` is the year of cover that it is missing for, None for a fact that does not depend on one.
    """

    code = RefusalCode.POLICY_NOT_STATED
    name: str
    region: RegionCode
    on: date
    coverage_year: int | None = None

    def zh(self, names: Names) -> str:
        year = "" if self.coverage_year is None else f"{self.coverage_year}年度"
        return (
            f"没有文件写明{names.place(self.region)[0]}{year}在{self.on.isoformat()}的“{names.term(self.name)[0]}”，"
            "本平台不作猜测，请咨询参保地经办机构。"
        )

    def en(self, names: Names) -> str:
        year = "" if self.coverage_year is None else f" and the year of cover {self.coverage_year}"
        return (
            f"No document states the {names.term(self.name)[1]} for {names.place(self.region)[1]} on "
            f"{self.on.isoformat()}{year}, and nothing is guessed here. Ask the agency of the place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class NotYetPaid(Refusal):
    """A receipt or a refund is asked for before the payment (尚未缴费)."""

    code = RefusalCode.NOT_YET_PAID
    path: tuple[str, ...] = ("contributionId",)

    def zh(self, names: Names) -> str:
        return "该缴费申请尚未缴费，缴费成功后才能点击完成、开具凭证或申请退费，请先缴费。"

    def en(self, names: Names) -> str:
        return "This contribution is not yet paid: it can be finished, and its money given back, only after. Pay first."


@dataclass(eq=False, kw_only=True)
class NotPaidThroughPlatform(Refusal):
    """The money did not pass through this platform, and returns only the way it came (非经本平台缴费)."""

    code = RefusalCode.NOT_PAID_THROUGH_PLATFORM
    path: tuple[str, ...] = ("contributionId",)

    def zh(self, names: Names) -> str:
        return "该笔费用不是经本平台支付的，退费须原路退回，本平台无法办理，请向原缴费渠道或主管税务部门申请退费。"

    def en(self, names: Names) -> str:
        return (
            "This contribution was not paid through this platform, and money returns the way it came. "
            "Ask the channel that took it, or the tax bureau, for the refund."
        )


@dataclass(eq=False, kw_only=True)
class NothingToRefund(Refusal):
    """Medical assistance bore the whole contribution, so that nobody gets anything back (个人未出资)."""

    code = RefusalCode.NOTHING_TO_REFUND
    path: tuple[str, ...] = ("contributionId",)

    def zh(self, names: Names) -> str:
        return "该笔缴费由医疗救助全额资助，个人没有出资，无可退费用，如需停保请联系参保地医保经办机构。"

    def en(self, names: Names) -> str:
        return (
            "Medical assistance bore this contribution whole and nobody paid anything, so there is nothing to give "
            "back. To end the insurance, turn to the agency of the place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class NoPaymentToCertify(Refusal):
    """No payment for those years can be looked up yet (未查询到缴费记录)."""

    code = RefusalCode.NO_PAYMENT_TO_CERTIFY

    def zh(self, names: Names) -> str:
        return (
            "未查询到该人员所选年度的居民医保缴费记录，无法开具缴费证明，请核对年度；刚缴费的请待记录可查询后再开具。"
        )

    def en(self, names: Names) -> str:
        return (
            "No resident contribution of this person for these years is on record, so there is nothing to certify. "
            "Check the years; a payment of today may take a day to appear."
        )


@dataclass(eq=False, kw_only=True)
class PaymentOrderNotFound(Refusal):
    """The applicant has started no such payment (未查询到该支付订单)."""

    code = RefusalCode.PAYMENT_ORDER_NOT_FOUND
    path: tuple[str, ...] = ("orderId",)

    def zh(self, names: Names) -> str:
        return "未查询到您发起的该支付订单，请在支付订单列表中核对后重试。"

    def en(self, names: Names) -> str:
        return "You have started no such payment. Look it up among your payment orders and try again."


_OPEN = (PaymentOrderStatus.SENT, PaymentOrderStatus.UNKNOWN)


@dataclass(eq=False, kw_only=True)
class PaymentNotVoidable(Refusal):
    """The order is settled, or its channel may still answer (支付订单不能作废).

    `voidable_at` is from when it may be given up, None where that time does not come: a bill of the employee scheme
    cannot be declared anew, so what a channel may have collected for one is never given up.
    """

    code = RefusalCode.PAYMENT_NOT_VOIDABLE
    path: tuple[str, ...] = ("orderId",)
    status: PaymentOrderStatus
    voidable_at: Instant | None = None

    def zh(self, names: Names) -> str:
        if self.voidable_at is None and self.status in _OPEN:
            return "职工医保缴费已交渠道收款，结果未明确前不能作废，请查询支付结果，支付失败的可重新支付。"
        if self.voidable_at is None:
            return f"该支付订单状态为“{self.status.zh}”，已有结果，不能作废，请查看支付订单。"
        return f"缴费渠道尚未答复，{_moment(self.voidable_at)}以前不能作废，请先查询支付结果，届时仍无结果再作废。"

    def en(self, names: Names) -> str:
        if self.voidable_at is None and self.status in _OPEN:
            return (
                "A channel has been told to collect this bill, and the order stands until it says whether it did. "
                "Look up its outcome; the bill can be paid again once the payment has failed."
            )
        if self.voidable_at is None:
            return f"This payment order is settled ({self.status.en}) and cannot be given up. Look at the order."
        return (
            f"The channel may still answer: the order cannot be given up before {_moment(self.voidable_at)}. "
            "Look up its outcome first, and give it up then if there is none."
        )


@dataclass(eq=False, kw_only=True)
class NotEnrolledAsEmployee(Refusal):
    """The applicant is in no active enrolment, as an employee or as a resident (未在参加职工医保或居民医保)."""

    code = RefusalCode.NOT_ENROLLED_AS_EMPLOYEE

    def zh(self, names: Names) -> str:
        return (
            "您目前没有正常参保的职工医保或居民医保关系，以前的缴费月数无处转入，请先在现居住地或工作地参保后重新申请。"
        )

    def en(self, names: Names) -> str:
        return (
            "You are in no active enrolment as an employee or as a resident, so earlier months have nothing to be "
            "carried to. Have yourself enrolled in the place where you work or live now, then apply again."
        )


@dataclass(eq=False, kw_only=True)
class TransferNotFound(Refusal):
    """The applicant has no such transfer (未查询到该转移接续)."""

    code = RefusalCode.TRANSFER_NOT_FOUND
    path: tuple[str, ...] = ("transferId",)

    def zh(self, names: Names) -> str:
        return "未查询到您的该笔转移接续，只能撤销本人申请的，请核对标识后重新提交。"

    def en(self, names: Names) -> str:
        return "You have no such transfer, and may withdraw your own only. Check its id and send it again."


@dataclass(eq=False, kw_only=True)
class TransferUnderWay(Refusal):
    """A transfer of the applicant's is under way already (转移接续办理中). `transfer_id` is that one."""

    code = RefusalCode.TRANSFER_UNDER_WAY
    transfer_id: Id

    def zh(self, names: Names) -> str:
        return "您有一笔转移接续正在办理，同一时间只办理一笔，请待其办结，或撤销后重新申请。"

    def en(self, names: Names) -> str:
        return (
            "A transfer of yours is under way, and there is one at a time. Wait until it is done, or withdraw it first."
        )


@dataclass(eq=False, kw_only=True)
class StillEnrolledThere(Refusal):
    """The place that would be left has the person insured as an employee still (转出地尚在参保)."""

    code = RefusalCode.STILL_ENROLLED_THERE
    path: tuple[str, ...] = ("fromRegion",)
    region: RegionCode

    def zh(self, names: Names) -> str:
        return (
            f"您在{names.place(self.region)[0]}的职工医保仍在参保（停保信息上传也需要时间），"
            "停保后才能转出，请在当地办理停保后重新申请。"
        )

    def en(self, names: Names) -> str:
        return (
            f"You are insured as an employee in {names.place(self.region)[1]} still, or the end of it has not been "
            "uploaded yet, and only what has ended is transferred. Have it ended there, then apply again."
        )


@dataclass(eq=False, kw_only=True)
class NothingToTransfer(Refusal):
    """The place holds no ended enrolment as an employee that was not transferred before (没有可转移的参保记录)."""

    code = RefusalCode.NOTHING_TO_TRANSFER
    path: tuple[str, ...] = ("fromRegion",)
    region: RegionCode

    def zh(self, names: Names) -> str:
        return (
            f"在{names.place(self.region)[0]}没有查询到您可以转移的职工参保记录：没有参保、与现参保地同属一个统筹地区，"
            "或已经转移过，请核对转出地后重新申请。"
        )

    def en(self, names: Names) -> str:
        return (
            f"{names.place(self.region)[1]} holds nothing that could be transferred: you were not insured there as an "
            "employee, it is the area of your present place, or it was transferred before. Check the place and apply "
            "again."
        )


@dataclass(eq=False, kw_only=True)
class TransferNotWithdrawable(Refusal):
    """The transfer is done or withdrawn already (转移接续不能撤销)."""

    code = RefusalCode.TRANSFER_NOT_WITHDRAWABLE
    path: tuple[str, ...] = ("transferId",)
    status: TransferStatus

    def zh(self, names: Names) -> str:
        return f"该笔转移接续{self.status.zh}，只有未办结的可以撤销，请查询其办理状态。"

    def en(self, names: Names) -> str:
        return (
            f"This transfer is {self.status.en}, and only one under way can be withdrawn. Look up how far it has come."
        )


@dataclass(eq=False, kw_only=True)
class FilingNotFound(Refusal):
    """There is no such filing of the applicant's, for the agent, or of the clerk's agency (未查询到办件)."""

    code = RefusalCode.FILING_NOT_FOUND
    path: tuple[str, ...] = ("filingId",)

    def zh(self, names: Names) -> str:
        return (
            "未查询到该办件，申请人只能操作本人的办件，代办人只能提交、补正、撤回所代办的办件，"
            "经办人员只能操作本地区的办件，请核对标识后重新提交。"
        )

    def en(self, names: Names) -> str:
        return (
            "There is no such filing: applicants act on their own, agents submit, supplement and withdraw what is "
            "entrusted to them, and clerks act on those of their region. Check its id and send it again."
        )


@dataclass(eq=False, kw_only=True)
class MayNotFile(Refusal):
    """The matter is for other kinds of applicants, which are `applicants` (不属于该事项的服务对象)."""

    code = RefusalCode.MAY_NOT_FILE
    path: tuple[str, ...] = ("matter",)
    applicants: tuple[ApplicantKind, ...]

    def zh(self, names: Names) -> str:
        return f"该事项由{_zh(self.applicants)}办理，按参保记录您不属于其中，请核对参保信息或选择其他事项。"

    def en(self, names: Names) -> str:
        return (
            f"This matter is filed by others ({_en(self.applicants)}); by your enrolments you are none of them. Check "
            "how you are insured, or choose another matter."
        )


@dataclass(eq=False, kw_only=True)
class FilingInAnotherState(Refusal):
    """From where the filing stands, which is `status`, no such move leads on (办件状态不允许此操作)."""

    code = RefusalCode.FILING_IN_ANOTHER_STATE
    path: tuple[str, ...] = ("filingId",)
    status: FilingStatus

    def zh(self, names: Names) -> str:
        return f"该办件{self.status.zh}，此状态下不能进行此操作，请查询办件后按可进行的操作办理。"

    def en(self, names: Names) -> str:
        return (
            f"This filing cannot be moved so from where it stands ({self.status.en}). Look it up, and do what it says "
            "can be done next."
        )


@dataclass(eq=False, kw_only=True)
class CannotEntrustSelf(Refusal):
    """The document is the applicant's own (不能委托本人)."""

    code = RefusalCode.CANNOT_ENTRUST_SELF
    path: tuple[str, ...] = ("idNumber",)

    def zh(self, names: Names) -> str:
        return "填写的是本人证件，本人办理无需委托，请直接办理，或填写代办人的证件信息。"

    def en(self, names: Names) -> str:
        return "This is your own document, and you file without an agent. Go on, or fill in that of your agent."


@dataclass(eq=False, kw_only=True)
class FilingEntrustedAlready(Refusal):
    """A filing has one agent at a time, and this one has (办件已委托)."""

    code = RefusalCode.FILING_ENTRUSTED_ALREADY
    path: tuple[str, ...] = ("filingId",)

    def zh(self, names: Names) -> str:
        return "该办件已委托代办人，一件只委托一人，如需更换请先撤销委托。"

    def en(self, names: Names) -> str:
        return "This filing has an agent, and has one at a time. Revoke that first to name another."


@dataclass(eq=False, kw_only=True)
class FilingNotEntrusted(Refusal):
    """The filing has no agent (办件没有委托)."""

    code = RefusalCode.FILING_NOT_ENTRUSTED
    path: tuple[str, ...] = ("filingId",)

    def zh(self, names: Names) -> str:
        return "该办件没有委托代办人，或已撤销委托，无需再次撤销。"

    def en(self, names: Names) -> str:
        return "This filing has no agent, or none any more. Nothing needs to be revoked."


@dataclass(eq=False, kw_only=True)
class FilingNotInHand(Refusal):
    """Another clerk holds the filing (`claimed`), or nobody does and it must be claimed first (办件不在您手中)."""

    code = RefusalCode.FILING_NOT_IN_HAND
    path: tuple[str, ...] = ("filingId",)
    claimed: bool

    def zh(self, names: Names) -> str:
        if self.claimed:
            return "该办件正由其他经办人员办理，一件只在一人手中，请等待其退回或转交。"
        return "该办件尚未领取，须由经手的人员办理，请先领取。"

    def en(self, names: Names) -> str:
        if self.claimed:
            return (
                "Another clerk holds this filing, and only one does at a time. Wait until it is returned to the queue."
            )
        return "Nobody holds this filing yet, and it is handled by whoever does. Claim it first."


@dataclass(eq=False, kw_only=True)
class MaterialsRequestedAlready(Refusal):
    """All that is missing is told once, and that was done at `noticed_at` (已一次性告知过)."""

    code = RefusalCode.MATERIALS_REQUESTED_ALREADY
    path: tuple[str, ...] = ("filingId",)
    noticed_at: Instant

    def zh(self, names: Names) -> str:
        return (
            f"该办件已于 {_moment(self.noticed_at)} 一次性告知所缺材料，不得再次要求补正，"
            "请据现有材料受理或不予受理、审核通过或不通过。"
        )

    def en(self, names: Names) -> str:
        return (
            f"What is missing was told on {_moment(self.noticed_at)}, and it is told once. Decide on what is there: "
            "accept or decline, approve or deny."
        )


@dataclass(eq=False, kw_only=True)
class NothingIsMissing(Refusal):
    """Every material that was asked for is there already (材料齐全，无需告知)."""

    code = RefusalCode.NOTHING_IS_MISSING
    path: tuple[str, ...] = ("filingId",)

    def zh(self, names: Names) -> str:
        return "该办件所需材料已齐，没有可以告知的缺项，请直接受理或审核。"

    def en(self, names: Names) -> str:
        return "All that this filing needs is there, so nothing can be told missing. Accept or review it."


@dataclass(eq=False, kw_only=True)
class FilingMaterialsMissing(Refusal):
    """Materials that the filing needs are not there: `missing` are their numbers in it (办件材料不齐)."""

    code = RefusalCode.FILING_MATERIALS_MISSING
    path: tuple[str, ...] = ("filingId",)
    missing: tuple[int, ...]

    def zh(self, names: Names) -> str:
        numbers = "、".join(map(str, self.missing))
        return f"该办件还缺第 {numbers} 项材料，材料不齐不能继续，请补齐后再办理。"

    def en(self, names: Names) -> str:
        numbers = ", ".join(map(str, self.missing))
        return f"This filing lacks its materials number {numbers}, and goes no further without. Have them handed in."


@dataclass(eq=False, kw_only=True)
class FilingEndsOtherwise(Refusal):
    """A matter that pays is paid out, any other is completed: by `move` (该事项以另一种方式办结)."""

    code = RefusalCode.FILING_ENDS_OTHERWISE
    path: tuple[str, ...] = ("filingId",)
    move: FilingMove

    def zh(self, names: Names) -> str:
        return f"该事项审核通过后以“{self.move.zh}”结束，请改用该操作。"

    def en(self, names: Names) -> str:
        return f"Once it is approved, a filing of this matter ends by {self.move.name}. Use that instead."


@dataclass(eq=False, kw_only=True)
class ApprovedByOneself(Refusal):
    """Whoever approved what pays does not pay it out (审核与拨付须由两人办理)."""

    code = RefusalCode.APPROVED_BY_ONESELF
    path: tuple[str, ...] = ("filingId",)

    def zh(self, names: Names) -> str:
        return "该办件由您审核通过，拨付须由另一名经办人员办理，请转交或退回待领。"

    def en(self, names: Names) -> str:
        return "You have approved this filing, and another clerk pays it out. Hand it over, or return it to the queue."


@dataclass(eq=False, kw_only=True)
class FilingRatedAlready(Refusal):
    """A filing is rated once, and that was done at `rated_at` (办件已评价)."""

    code = RefusalCode.FILING_RATED_ALREADY
    path: tuple[str, ...] = ("filingId",)
    rated_at: Instant

    def zh(self, names: Names) -> str:
        return f"该办件已于 {_moment(self.rated_at)} 评价，一件只评一次，评价不可更改。"

    def en(self, names: Names) -> str:
        return (
            f"This filing was rated on {_moment(self.rated_at)}. A filing is rated once, and the rating is not changed."
        )


@dataclass(eq=False, kw_only=True)
class NothingToRectify(Refusal):
    """No low rating of the filing waits to be put right: it has none, or that was done (没有待整改的评价)."""

    code = RefusalCode.NOTHING_TO_RECTIFY
    path: tuple[str, ...] = ("filingId",)

    def zh(self, names: Names) -> str:
        return "该办件没有待整改的差评：尚未评价、评价不低，或已整改，无需办理。"

    def en(self, names: Names) -> str:
        return (
            "No low rating of this filing waits to be put right: it is not rated, not rated low, or was put right "
            "already. Nothing needs to be done."
        )


@dataclass(eq=False, kw_only=True)
class FilingNotCompleted(Refusal):
    """What completing would change cannot be changed now, for the reason `refused` (办件不能办结)."""

    code = RefusalCode.FILING_NOT_COMPLETED
    path: tuple[str, ...] = ("filingId",)
    refused: RefusalCode

    def zh(self, names: Names) -> str:
        return f"该办件办结时须办理的业务未获通过：{self.refused.zh}，请待情况消除后再办结。"

    def en(self, names: Names) -> str:
        return (
            f"What completing this filing would do is refused ({self.refused.en}). Complete it once that is no longer "
            "so."
        )


@dataclass(eq=False, kw_only=True)
class NoPersonalAccount(Refusal):
    """The applicant has no personal account in use (无职工医保个人账户)."""

    code = RefusalCode.NO_PERSONAL_ACCOUNT

    def zh(self, names: Names) -> str:
        return "没有可用的职工医保个人账户，不能从账户中付款，缴费请通过税务系统。"

    def en(self, names: Names) -> str:
        return "There is no personal account in use to pay from. Pay contributions through the tax system instead."


@dataclass(eq=False, kw_only=True)
class NotEntitledToWithdraw(Refusal):
    """The account is neither the applicant's nor a deceased relative's (无权支取). Whose it is, is not told."""

    code = RefusalCode.NOT_ENTITLED_TO_WITHDRAW
    path: tuple[str, ...] = ("personId",)

    def zh(self, names: Names) -> str:
        return "个人账户由本人支取，死亡人员的账户由人口信息库登记的亲属支取，您不能为该人员办理，请核对后重试。"

    def en(self, names: Names) -> str:
        return (
            "An account is drawn by its holder, that of a deceased person by a relative whom the population register "
            "records. You cannot do this for that person; check whom you named."
        )


@dataclass(eq=False, kw_only=True)
class AccountClosed(Refusal):
    """The account is closed, and no money goes into it or comes out of it (个人账户已销户)."""

    code = RefusalCode.ACCOUNT_CLOSED

    def zh(self, names: Names) -> str:
        return (
            "该个人账户已销户，账内资金已付清，不能再存入或支取，应退的款项请持银行账户信息到参保地医保经办机构办理。"
        )

    def en(self, names: Names) -> str:
        return (
            "The account is closed and all that it held was paid out; no money goes into it or comes out of it. For "
            "money that is due to you, take the details of a bank account to the agency of the place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class StillInsuredAsEmployee(Refusal):
    """The holder's enrolment in the employee scheme is not terminated (职工医保关系尚未终止)."""

    code = RefusalCode.STILL_INSURED_AS_EMPLOYEE
    path: tuple[str, ...] = ("reason",)

    def zh(self, names: Names) -> str:
        return "职工基本医疗保险关系尚未终止，个人账户仍在使用，不能一次性支取，请先终止职工医保关系。"

    def en(self, names: Names) -> str:
        return (
            "The enrolment in the employee scheme is not terminated, and the account goes with it. Have the enrolment "
            "terminated first."
        )


@dataclass(eq=False, kw_only=True)
class WithdrawalReasonNotConfirmed(Refusal):
    """The register does not show why the account is to be drawn (支取原因未能核实)."""

    code = RefusalCode.WITHDRAWAL_REASON_NOT_CONFIRMED
    path: tuple[str, ...] = ("reason",)
    reason: WithdrawalReason

    def zh(self, names: Names) -> str:
        return f"人口信息库没有登记“{self.reason.zh}”，不能以此支取，登记有误的请持证明材料到参保地医保经办机构办理。"

    def en(self, names: Names) -> str:
        return (
            f"The population register does not show this reason: {self.reason.en}. If it is wrong, take your proof to "
            "the agency of the place of enrolment."
        )


@dataclass(eq=False, kw_only=True)
class MaterialsMissing(Refusal):
    """Not all that the matter needs is handed in; everything that is missing is told at once (材料不齐)."""

    code = RefusalCode.MATERIALS_MISSING
    path: tuple[str, ...] = ("materials",)
    missing: tuple[WithdrawalMaterial, ...]

    def zh(self, names: Names) -> str:
        return f"材料不齐，本次未办理，还缺：{_zh(self.missing)}，请补齐后重新提交。"

    def en(self, names: Names) -> str:
        return (
            f"Not everything that is needed was handed in, so nothing was done. Still missing: {_en(self.missing)}. "
            "Send it again with them."
        )


@dataclass(eq=False, kw_only=True)
class NothingToWithdraw(Refusal):
    """The account holds nothing (个人账户无余额)."""

    code = RefusalCode.NOTHING_TO_WITHDRAW

    def zh(self, names: Names) -> str:
        return "个人账户没有余额，无可支取，无需办理。"

    def en(self, names: Names) -> str:
        return "The account holds nothing, so there is nothing to draw and nothing to do."


@dataclass(eq=False, kw_only=True)
class InterestBeingSettled(Refusal):
    """Last year's interest is being paid, and nobody knows yet what the whole account is (年度结息中)."""

    code = RefusalCode.INTEREST_BEING_SETTLED
    retryable = True

    def zh(self, names: Names) -> str:
        return "个人账户正在年度结息，结息完成前不办理一次性支取，请稍后用同一请求重试。"

    def en(self, names: Names) -> str:
        return (
            "The interest of the year is being paid, and no account is drawn before that is done. Send the same "
            "request again later."
        )


@dataclass(eq=False, kw_only=True)
class AccountFrozen(Refusal):
    """The applicant's personal account is frozen (个人账户已冻结)."""

    code = RefusalCode.ACCOUNT_FROZEN

    def zh(self, names: Names) -> str:
        return "您的医保个人账户已冻结，暂不能支付，请联系参保地医保经办机构解冻，或通过税务系统缴费。"

    def en(self, names: Names) -> str:
        return "Your personal account is frozen and cannot pay. Ask the agency, or pay through the tax system."


@dataclass(eq=False, kw_only=True)
class AmountChanged(Refusal):
    """The amount expected is not the amount due on that day (缴费金额已变化). Amounts in fen."""

    code = RefusalCode.AMOUNT_CHANGED
    path: tuple[str, ...] = ("expectedAmount",)
    expected_fen: Fen
    due_fen: Fen

    def zh(self, names: Names) -> str:
        return (
            f"当日应缴{yuan(self.due_fen)}元，与预期{yuan(self.expected_fen)}元不一致，未扣款，请确认金额后重新提交。"
        )

    def en(self, names: Names) -> str:
        return (
            f"{yuan(self.due_fen)} yuan are due today, not {yuan(self.expected_fen)} as expected; nothing was paid. "
            "Confirm the new amount and send it again."
        )


@dataclass(eq=False, kw_only=True)
class BalanceTooLow(Refusal):
    """The account holds less than the contribution; nothing is paid in part (个人账户余额不足). Amounts in fen."""

    code = RefusalCode.BALANCE_TOO_LOW
    balance_fen: Fen
    due_fen: Fen

    def zh(self, names: Names) -> str:
        return (
            f"个人账户余额{yuan(self.balance_fen)}元，不足以支付{yuan(self.due_fen)}元，未扣款，"
            "请待账户划入后再试，或通过税务系统缴费。"
        )

    def en(self, names: Names) -> str:
        return (
            f"The account holds {yuan(self.balance_fen)} yuan and {yuan(self.due_fen)} are due; nothing was paid. "
            "Try again after the next credit, or pay through the tax system."
        )


@dataclass(eq=False, kw_only=True)
class PartyDoesNotAnswer(Refusal):
    """An outside party that must be asked does not answer now (外部系统暂不可用)."""

    code = RefusalCode.PARTY_DOES_NOT_ANSWER
    retryable = True
    party: OutsideParty

    def zh(self, names: Names) -> str:
        return f"{self.party.zh}暂时没有应答，无法核验，本次未办理，请稍后用同一请求重试。"

    def en(self, names: Names) -> str:
        return f"The {self.party.en} does not answer now, so nothing was done. Send the same request again later."


PRECEDENCE: tuple[type[Refusal], ...] = (
    NotSignedIn,
    IdempotencyKeyReused,
    InputNotAcceptable,
    PersonaNotFound,
    ClockIsAdvancing,
    ClockNeverGoesBack,
    FaultNotPossible,
    TooManyFaults,
    FaultNotFound,
    WorldsKeptElsewhere,
    WorldInUse,
    WorldIsDefault,
    WorldNameTaken,
    WorldNotFound,
    WorldNeedsUpgrade,
    WorldTooLarge,
    SnapshotNameTaken,
    SnapshotNotFound,
    ShelfFull,
    CreationNotKept,
    UnitNotFound,
    OutsideYourRegion,
    NotACollectingUnit,
    UnitAlreadyRegistered,
    UnitInAnotherState,
    UnitHasMembers,
    UnitOwesBills,
    PledgeNotAccepted,
    ConsentNotGiven,
    CannotBindSelf,
    CannotAddSelf,
    CannotEntrustSelf,
    NothingChanges,
    TooManyAttempts,
    SignInLocked,
    TooManyReveals,
    IdentityMismatch,
    PersonDeceased,
    DocumentOfAnother,
    FaceCheckFailed,
    NotOfWorkingAge,
    RelationMismatch,
    RelationNotCovered,
    AlreadyBound,
    TooManyBindings,
    BindingNotFound,
    AlreadyPayee,
    TooManyPayees,
    PayeeNotFound,
    PartnerNotFound,
    DataTypeNotGranted,
    AlreadyConsented,
    ConsentNotFound,
    WebhookNotFound,
    WebhookInAnotherState,
    TooManyWebhooks,
    TooManyWebhookTests,
    WebhookUrlNotAllowed,
    WebhookSelectionNotValid,
    WebhookSelectionTooDear,
    EventNotFound,
    NotAMember,
    ListedTwice,
    NotThePayer,
    NotOfYourFamily,
    NotEntitledToWithdraw,
    PersonNotFound,
    EnrolmentNotFound,
    EnrolmentInAnotherState,
    TerminationReasonNotConfirmed,
    InstitutionNotFound,
    AgreementInAnotherState,
    StatementDiffers,
    NothingToPay,
    ClaimNotFound,
    ClaimAlreadyReversed,
    AssistancePaidAlready,
    ItemNotInCatalogue,
    InvoiceAlreadySettled,
    ClaimTooOld,
    StaysOverlap,
    NotCovered,
    InWaitingPeriod,
    InArrears,
    InstitutionNotDesignated,
    NotEntitledToCare,
    EntitledAlready,
    NotInsuredForMaternity,
    MaternityMonthsShort,
    MaternityBenefitPaid,
    UnitWagesNotOnRecord,
    NotEnrolled,
    AlreadyEnrolled,
    AlreadyInsuredAsEmployee,
    EnrolledElsewhere,
    SuspensionNotYetSeen,
    CertificateAlreadyActive,
    CertificateRequired,
    ContributionNotFound,
    NotFlexiblyEmployed,
    MonthAlreadyDeclared,
    NotInsuredAsWorking,
    NotOfAge,
    YearsShort,
    NothingShort,
    EmployeeBillNotFound,
    EmployeeBillNotDue,
    AlreadyPaid,
    PaidByAnother,
    AlreadyRefunded,
    ContributionSubsidised,
    RefundUnderWay,
    CoverHasBegun,
    RefundReasonNotConfirmed,
    SpecialPaymentRequired,
    PaymentInProgress,
    ChannelNotOffered,
    NotYetAtTaxBureau,
    CollectionWindowNotOpen,
    CollectionWindowClosed,
    CollectionPaused,
    CoverageYearTooShort,
    PolicyNotStated,
    NotYetPaid,
    PaymentOrderNotFound,
    PaymentNotVoidable,
    NotPaidThroughPlatform,
    NothingToRefund,
    NoPaymentToCertify,
    NotEnrolledAsEmployee,
    TransferNotFound,
    TransferUnderWay,
    StillEnrolledThere,
    NothingToTransfer,
    TransferNotWithdrawable,
    FilingNotFound,
    MayNotFile,
    FilingInAnotherState,
    FilingEntrustedAlready,
    FilingNotEntrusted,
    FilingNotInHand,
    MaterialsRequestedAlready,
    NothingIsMissing,
    FilingMaterialsMissing,
    FilingEndsOtherwise,
    ApprovedByOneself,
    FilingNotCompleted,
    FilingRatedAlready,
    NothingToRectify,
    NoPersonalAccount,
    AccountClosed,
    AccountFrozen,
    StillInsuredAsEmployee,
    WithdrawalReasonNotConfirmed,
    MaterialsMissing,
    NothingToWithdraw,
    InterestBeingSettled,
    AmountChanged,
    BalanceTooLow,
    PartyDoesNotAnswer,
)
"""Every refusal, the one that is told first first."""

_RANK = {refusal: rank for rank, refusal in enumerate(PRECEDENCE)}


def first_told(refusals: Iterable[Refusal]) -> Refusal | None:
    """The one that the applicant hears when all of these apply; None where none does."""
    return min(refusals, key=lambda refusal: _RANK[type(refusal)], default=None)
