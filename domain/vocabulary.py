"""The words of public basic medical insurance, as the code says them.

| code | 中文 | code | 中文 |
|---|---|---|---|
| `personal_account` | 个人账户 | `pooling_area` | 统筹地区 |
| `family_binding` | 亲情账户绑定 | `family_mutual_aid` | 家庭共济 |
| `resident_contribution` | 城乡居民医保个人缴费 | `enrolment` | 参保关系 |
| `collection_window` | 集中征缴期 | `waiting_period` | 待遇等待期 |
| `coverage_year` | 参保年度 | `special_payment` | 特殊缴费 |
| `unit` | 参保单位 | `agency` | 医保经办机构 |
| `payee` | 缴费对象 | `consent` | 数据授权 |
| `webhook` | 事件推送 | `attempt` | 推送尝试 |
| `service_matter` | 政务服务事项 | `working_day` | 工作日 |
| `filing` | 业务办理（办件） | `full_notice` | 一次性告知 |
| `pooled_fund` | 统筹基金 | `critical_illness` | 大病保险 |
| `assistance` | 医疗救助 | `deductible` | 起付线 |
| `eligible_cost` | 政策范围内费用 | `first_share` | 先行自付 |

Every enumeration member carries its display text in Chinese and English; its name is what the database stores and
what the API says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Final, NewType, Self

Fen = NewType("Fen", int)
"""An amount of money in fen (分), one hundredth of a yuan."""

Instant = NewType("Instant", int)
"""A moment: whole seconds since 1970-01-01T00:00:00Z."""

Id = NewType("Id", int)
"""province × 10¹⁶ + number; the first two digits of GB/T 2260 lead, so that any id routes to its province."""

RegionCode = NewType("RegionCode", str)
"""Six digits of GB/T 2260 (行政区划代码), or the insurance platform's own code for zones and municipal levels."""

NATION = RegionCode("000000")

PROVINCES = {
    "11": ("北京市", "Beijing"), "12": ("天津市", "Tianjin"), "13": ("河北省", "Hebei"), "14": ("山西省", "Shanxi"),
    "15": ("内蒙古自治区", "Inner Mongolia"), "21": ("辽宁省", "Liaoning"), "22": ("吉林省", "Jilin"),
    "23": ("黑龙江省", "Heilongjiang"), "31": ("上海市", "Shanghai"), "32": ("江苏省", "Jiangsu"),
    "33": ("浙江省", "Zhejiang"), "34": ("安徽省", "Anhui"), "35": ("福建省", "Fujian"), "36": ("江西省", "Jiangxi"),
    "37": ("山东省", "Shandong"), "41": ("河南省", "Henan"), "42": ("湖北省", "Hubei"), "43": ("湖南省", "Hunan"),
    "44": ("广东省", "Guangdong"), "45": ("广西壮族自治区", "Guangxi"), "46": ("海南省", "Hainan"),
    "50": ("重庆市", "Chongqing"), "51": ("四川省", "Sichuan"), "52": ("贵州省", "Guizhou"), "53": ("云南省", "Yunnan"),
    "54": ("西藏自治区", "Tibet"), "61": ("陕西省", "Shaanxi"), "62": ("甘肃省", "Gansu"), "63": ("青海省", "Qinghai"),
    "64": ("宁夏回族自治区", "Ningxia"), "65": ("新疆维吾尔自治区", "Xinjiang"), "71": ("台湾省", "Taiwan"),
    "81": ("香港特别行政区", "Hong Kong"), "82": ("澳门特别行政区", "Macao"),
}  # fmt: skip
"""Names of the provinces by the first two digits of their codes (GB/T 2260), in Chinese and English."""
_AHEAD_SECONDS = 8 * 3600
SHANGHAI = timezone(timedelta(seconds=_AHEAD_SECONDS), "Asia/Shanghai")
_EPOCH = date(1970, 1, 1).toordinal()
NUMBERS_PER_PROVINCE = 10**16


def business_hour(at: Instant) -> int:
    """The hour of the day, 0 to 23, that an instant falls into."""
    return (at + _AHEAD_SECONDS) % 86_400 // 3_600


def business_date(at: Instant) -> date:
    """The Asia/Shanghai calendar day of a moment (业务日期)."""
    return date.fromordinal(_EPOCH + (at + _AHEAD_SECONDS) // 86_400)


def start_of_business_date(day: date) -> Instant:
    """The first second of an Asia/Shanghai calendar day."""
    return Instant(int(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).timestamp()))


def instant(moment: datetime) -> Instant:
    """The whole second of an aware datetime. A naive one is refused with ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs an offset")
    return Instant(int(moment.astimezone(UTC).timestamp()))


def iso_instant(at: Instant) -> str:
    """A moment as the API prints it: 2025-02-28T09:00:00+08:00."""
    return datetime.fromtimestamp(at, tz=SHANGHAI).isoformat()


def province_of(code: RegionCode) -> int:
    """The two leading digits of a region code, as they lead every id of that province."""
    return int(code[:2])


def yuan(amount: Fen) -> str:
    """An amount as people and the API write it: 40000 fen are 400.00."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def region_chain(code: RegionCode) -> tuple[RegionCode, ...]:
    """The region and what contains it, nearest first: county, city, province, nation."""
    chain = [code, RegionCode(code[:4] + "00"), RegionCode(code[:2] + "0000"), NATION]
    return tuple(dict.fromkeys(chain))


def pooling_area(region: RegionCode) -> RegionCode:
    """The city whose fund insures a county (统筹地区)."""
    return RegionCode(f"{region[:4]}00")


def region_span(code: RegionCode) -> tuple[RegionCode, RegionCode]:
    """The lowest and highest code inside a region, both included, for a range over an index."""
    if code == NATION:
        return RegionCode("000000"), RegionCode("999999")
    if code.endswith("0000"):
        return code, RegionCode(code[:2] + "9999")
    if code.endswith("00"):
        return code, RegionCode(code[:4] + "99")
    return code, code


def lies_in(code: str, region: RegionCode) -> bool:
    """Whether a region's code is that of a region or of one inside it."""
    low, high = region_span(region)
    return low <= code <= high


def id_span(code: RegionCode) -> tuple[Id, Id]:
    """The lowest and highest id of the region's province, both included; any id at all for the nation."""
    if code == NATION:
        return Id(0), Id(2**63 - 1)
    low = province_of(code) * NUMBERS_PER_PROVINCE
    return Id(low), Id(low + NUMBERS_PER_PROVINCE - 1)


class Word(Enum):
    """An enumeration whose members say themselves in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en

    @classmethod
    def named(cls, name: str) -> Self:
        """The member of that name; KeyError where there is none."""
        return cls[name]


class Prefix(Enum):
    """What an API id begins with: one kind of object each."""

    PERSON = "per"
    PAYMENT_ORDER = "pmt"
    UNIT = "uni"
    ENROLMENT = "enr"
    FAMILY_BINDING = "fam"
    PAYEE = "pye"
    PERSONAL_ACCOUNT = "acc"
    ACCOUNT_ENTRY = "ent"
    RESIDENT_CONTRIBUTION = "con"
    RECEIPT = "rec"
    REFUND = "ref"
    ACCOUNT_WITHDRAWAL = "wdr"
    PAYMENT_CERTIFICATE = "cer"
    TRANSFER = "trf"
    AGENCY = "age"
    REGION = "reg"
    EVENT = "evt"
    PERSONA = "psa"
    EMPLOYEE_BILL = "bil"
    EMPLOYEE_CONTRIBUTION = "emc"
    POLICY_FACT = "pol"
    CLIENT = "cli"
    CONSENT = "cst"
    ACCESS_RECORD = "acr"
    AUDIT_SEAL = "sea"
    WEBHOOK = "whk"
    WEBHOOK_ATTEMPT = "wha"
    WEBHOOK_DELIVERY = "whd"
    SERVICE_MATTER = "mtr"
    INSTITUTION = "ins"
    CLAIM = "clm"
    DISBURSEMENT = "dis"
    FILING = "fil"
    MATERIAL = "mat"
    ENTITLEMENT = "ttl"
    FAULT = "flt"
    JOURNALLED_REQUEST = "req"


_API_ID = re.compile(r"([a-z]{3})_([1-9][0-9]{0,18})")


def api_id(prefix: Prefix, number: int) -> str:
    """An id as the API prints it: per_510000000000000123."""
    return f"{prefix.value}_{number}"


def parsed_api_id(text: str, prefix: Prefix) -> Id | None:
    """The number of an API id, or None where the text is no id of that kind."""
    match = _API_ID.fullmatch(text)
    if match is None or match[1] != prefix.value:
        return None
    number = int(match[2])
    return Id(number) if number < 2**63 else None


class Scheme(Word):
    """Insurance scheme (险种)."""

    EMPLOYEE = "职工基本医疗保险", "employee basic medical insurance"
    RESIDENT = "城乡居民基本医疗保险", "resident basic medical insurance"
    MATERNITY = "生育保险", "maternity insurance"


class PersonType(Word):
    """Person type of an enrolment (人员类别)."""

    EMPLOYED = "在职", "employed"
    FLEXIBLE = "灵活就业", "flexibly employed"
    RETIRED = "退休", "retired"
    RESIDENT_ADULT = "居民（成年）", "adult resident"
    RESIDENT_MINOR = "居民（未成年）", "minor resident"
    RESIDENT_SENIOR = "居民（老年）", "senior resident"
    STUDENT = "大学生", "university student"
    NEWBORN = "新生儿", "newborn"


class EnrolmentStatus(Word):
    """State of an enrolment (参保状态)."""

    ACTIVE = "正常参保", "active"
    SUSPENDED = "暂停参保", "suspended"
    TERMINATED = "终止参保", "terminated"


class TerminationReason(Word):
    """Why an enrolment is terminated (终止参保原因)."""

    MOVED_ABROAD = "出国（境）定居", "settled abroad"
    GIVEN_UP = "本人不再参保", "insured no longer, by one's own wish"
    DECEASED = "死亡", "deceased"


class LeavingReason(Word):
    """Why a unit enrols somebody no longer (减员原因): the first suspends the enrolment, the others terminate it."""

    LEFT = "解除或终止劳动关系", "left the unit"
    SETTLED_ABROAD = "出国（境）定居", "settled abroad"
    DECEASED = "死亡", "deceased"


class IdType(Word):
    """Kind of identity document (证件类型), in the order of the national platform's codes 01 to 17, 90 and 99."""

    RESIDENT_ID_CARD = "居民身份证（户口簿）", "resident identity card (household register)"
    MILITARY_OFFICER_CARD = "军官证", "military officer's card"
    ARMED_POLICE_OFFICER_CARD = "武警警官证", "armed police officer's card"
    HONG_KONG_PERMIT = (
        "香港特区护照/港澳居民来往内地通行证",
        "Hong Kong passport, or mainland travel permit of a Hong Kong resident",
    )
    MACAO_PERMIT = (
        "澳门特区护照/港澳居民来往内地通行证",
        "Macao passport, or mainland travel permit of a Macao resident",
    )
    TAIWAN_PERMIT = "台湾居民来往大陆通行证", "mainland travel permit for Taiwan residents"
    FOREIGN_PERMANENT_RESIDENCE = "外国人永久居留证", "foreigner's permanent residence card"
    FOREIGN_PASSPORT = "外国人护照", "foreigner's passport"
    DISABILITY_CERTIFICATE = "残疾人证", "certificate of disability"
    MILITARY_FAMILY_CERTIFICATE = "军烈属证明", "certificate of a serviceman's or martyr's family"
    FOREIGN_WORK_PERMIT = "外国人就业证", "foreigner's work permit"
    FOREIGN_EXPERT_CARD = "外国专家证", "foreign expert's card"
    FOREIGN_CORRESPONDENT_CARD = "外国人常驻记者证", "resident foreign correspondent's card"
    HONG_KONG_MACAO_TAIWAN_WORK_PERMIT = (
        "台港澳人员就业证",
        "work permit for residents of Taiwan, Hong Kong and Macao",
    )
    SETTLED_EXPERT_CARD = "回国（来华）定居专家证", "card of an expert who settled in China"
    CHINESE_PASSPORT = "中国护照", "Chinese passport"
    HONG_KONG_MACAO_TAIWAN_RESIDENCE = (
        "港澳台居民居住证",
        "residence permit for residents of Hong Kong, Macao and Taiwan",
    )
    SOCIAL_SECURITY_CARD = "社会保障卡", "social security card"
    OTHER = "其他身份证件", "other identity document"


class Sex(Word):
    """Sex as the identity document states it (性别)."""

    MALE = "男", "male"
    FEMALE = "女", "female"


class Relation(Word):
    """What the family member is to the account holder (与账户所有人的关系)."""

    SPOUSE = "配偶", "spouse"
    PARENT = "父母", "parent"
    CHILD = "子女", "child"
    SIBLING = "兄弟姐妹", "sibling"
    PATERNAL_GRANDPARENT = "祖父母", "paternal grandparent"
    MATERNAL_GRANDPARENT = "外祖父母", "maternal grandparent"
    PATERNAL_GRANDCHILD = "孙子女", "son's child"
    MATERNAL_GRANDCHILD = "外孙子女", "daughter's child"
    OTHER = "其他", "other"


class SpecialGroup(Word):
    """Recognised group with rules of its own (特殊群体、医疗救助对象)."""

    NEWBORN = "新生儿", "newborn"
    EXTREME_POVERTY = "特困人员", "person in extreme poverty"
    MINIMUM_LIVING = "低保对象", "recipient of the minimum living allowance"
    MONITORED = "监测对象", "person monitored against falling back into poverty"
    SEVERELY_DISABLED = "重度残疾人", "severely disabled person"
    ORPHAN = "孤儿", "orphan"


class BindingStatus(Word):
    """State of a family binding (绑定状态)."""

    ACTIVE = "有效", "active"
    ENDED = "已解除", "ended"


class AccountStatus(Word):
    """State of a personal account (个人账户状态)."""

    OPEN = "正常", "open"
    FROZEN = "冻结", "frozen"
    CLOSED = "已销户", "closed"


class EntryKind(Word):
    """What moved money in a personal account (个人账户收支类型)."""

    OPENING = "上年结转", "carried over"
    MONTHLY_CREDIT = "划账", "monthly credit"
    PENSIONER_CREDIT = "退休人员划账", "a pensioner's monthly credit"
    INTEREST = "年度结息", "interest of a year"
    PROXY_CONTRIBUTION = "医保个人账户代缴费", "contribution paid from the account"
    REFUND = "医保退费", "contribution refunded"
    TRANSFERRED_IN = "转入", "transferred in from another province"
    WITHDRAWAL = "一次性支取", "the whole account, drawn in one sum"
    CARE = "就医结算", "what a person bears of care, paid from the account"
    CARE_RETURNED = "就医结算退回", "care that the account has paid for, given back"


class WithdrawalReason(Word):
    """Why a personal account is drawn in one sum (一次性支取原因)."""

    SETTLED_ABROAD = "出国（境）定居", "settled abroad"
    GIVEN_UP = "主动放弃职工基本医疗保险关系", "gave up the employee scheme"
    DECEASED = "死亡", "deceased; an heir draws it"


class WithdrawalMaterial(Word):
    """What is handed in for drawing an account in one sum (一次性支取材料)."""

    IDENTITY_DOCUMENT = (
        "有效身份证件或医保电子凭证或社会保障卡",
        "identity document, electronic certificate or social security card",
    )
    APPLICATION_FORM = "个人账户一次性支取申请表", "application form for the withdrawal"
    HEIR_IDENTITY_CARD = "继承人身份证", "identity card of the heir"
    BANK_ACCOUNT = "银行卡账户信息", "details of the bank account"
    RENUNCIATION = "主动放弃的情况说明", "statement of giving up the scheme"


class ContributionStatus(Word):
    """State of a resident contribution (缴费状态)."""

    SUBMITTED = "已提交待缴费", "submitted, not yet paid"
    PAYING = "支付处理中", "on its way: the channel has not told its outcome"
    PAID = "已缴费", "paid"
    FINISHED = "已完成", "paid and finished"
    REFUNDED = "已退费", "refunded"
    VOIDED = "已作废", "given up; its channel may still say that it was paid"


class RefundReason(Word):
    """Why money is given back (退费情形)."""

    DUPLICATE = "重复缴费", "paid for twice"
    MOVED_TO_EMPLOYEE = "转为职工参保", "moved to the employee scheme"
    DIED_BEFORE_COVER = "待遇享受期开始前死亡", "died before cover began"
    SUBSIDISED_LATER = "缴费后认定为资助对象", "recognised for a subsidy after paying"
    MOVED_REGION = "参保地变更", "moved to the resident scheme of another place"


class RefundStatus(Word):
    """How far a refund has come (退费进度)."""

    SENT = "已转缴费渠道退款", "the channel has been told to give it back"
    REFUNDED = "已退款", "the money is back with the payer"


class PaymentChannel(Word):
    """How a contribution is paid (缴费渠道)."""

    PERSONAL_ACCOUNT = "医保个人账户共济", "personal account of a family member"
    TAX_SYSTEM = "税务系统缴费", "tax system"
    WECHAT = "微信税务小程序", "tax bureau's mini program in Weixin"
    ALIPAY = "支付宝税务小程序", "tax bureau's mini program in Alipay"
    WANSHITONG = "皖事通", "Wanshitong, the app of Anhui's government"
    BANK_BATCH = "银行批量扣款", "batch deduction by the bank"
    COUNTER = "办税服务厅柜台", "counter of the tax office"
    FISCAL = "财政资助", "borne whole by medical assistance: no money moves"


class ReceiptKind(Word):
    """Kind of receipt (缴费凭证类型): the tax bureau's slip, or the receipt for what an account paid."""

    PAYMENT_SLIP = "电子缴款单", "electronic payment slip of the tax system"
    ACCOUNT_RECEIPT = "电子缴费票据", "electronic receipt for a payment from a personal account"


class PaymentOrderStatus(Word):
    """State of a payment order (支付订单状态): what is known of money that a channel was told to collect."""

    QUEUED = "待批扣", "on the list of the bank's next batch"
    SENT = "已发起", "on its way to the channel"
    UNKNOWN = "结果未知", "the channel has not said whether it collected"
    CONFIRMED = "支付成功", "collected"
    FAILED = "支付失败", "not collected"
    VOIDED = "已作废", "given up before the channel said anything"


class ChannelFailure(Word):
    """Why a channel did not collect (支付失败原因)."""

    NO_MONEY = "余额不足", "not enough money"
    CARD_FROZEN = "银行卡状态异常", "card frozen or no longer valid"
    NOT_AUTHORISED = "付款人取消或未授权", "cancelled or not authorised by the payer"


class FaceFailure(Word):
    """Why a face check did not confirm somebody (人脸核验未通过的原因)."""

    WRONG_PERSON = "与登记照片不是同一人", "not the face of the person on record"
    NOT_LIVE = "未通过活体检测", "a picture or a recording, not somebody who is there"
    UNREADABLE = "图像无法识别", "no face can be made out"


class FaultParty(Word):
    """Whose fault it is (故障方): an outside party that the platform asks or tells."""

    POPULATION_REGISTER = "人口库", "population register"
    OTHER_PROVINCES = "其他省份的医保平台", "platforms of other provinces"
    FACE_CHECK = "人脸核验服务", "face check"
    PAYMENT_CHANNEL = "缴费渠道", "payment channel"
    WEBHOOK_TARGET = "合作方应用的接收端", "targets of partners' webhooks"


class FaultOperation(Word):
    """What the party was asked for (故障操作)."""

    IDENTITIES = "核对身份", "who holds an identity document"
    KINSHIPS = "核对亲属关系", "what one is to another"
    ACTIVE_ENROLMENTS = "查询外省在保", "who is insured elsewhere"
    EMPLOYMENTS = "查询外省职工参保记录", "what a city elsewhere holds of an employee"
    SUSPEND = "外省停保", "suspending an enrolment elsewhere"
    COMPARE_FACES = "比对人脸", "comparing faces"
    COLLECT = "扣款", "collecting money"
    OUTCOMES = "查询扣款结果", "what became of a collection"
    GIVE_BACK = "退款", "giving money back"
    DELIVER = "推送事件", "taking an event that is delivered"


class FaultKind(Word):
    """What happens (故障类型)."""

    OUTAGE = "中断：不应答，也不办理", "outage: no answer, and nothing is done"
    TIMEOUT_BEFORE_EFFECT = "超时且未办理", "time-out before anything is done"
    TIMEOUT_AFTER_EFFECT = "超时但已办理", "time-out after all is done"
    DELAY = "延迟：过后才办理", "delay: it is done later, and not known before"
    REFUSAL = "拒绝", "refusal"
    DUPLICATE_CONFIRMATION = "重复确认或重复推送", "confirmed or delivered twice"
    LATE_CONFIRMATION = "确认迟到", "done at once, and confirmed late"
    REORDERED_CONFIRMATION = "确认乱序", "of those within a span, the last is confirmed first"
    LOST_CONFIRMATION = "确认或推送丢失：只有查询才知", "never confirmed or delivered: known to who asks"
    STALE_READ = "读到旧数据", "an earlier state is told"


class FaultRefusal(Word):
    """With which reason a party refuses (故障拒绝理由): a channel's, or a face check's."""

    NO_MONEY = "余额不足", "not enough money"
    CARD_FROZEN = "银行卡状态异常", "card frozen or no longer valid"
    NOT_AUTHORISED = "付款人取消或未授权", "cancelled or not authorised by the payer"
    WRONG_PERSON = "与登记照片不是同一人", "not the face of the person on record"
    NOT_LIVE = "未通过活体检测", "a picture or a recording, not somebody who is there"
    UNREADABLE = "图像无法识别", "no face can be made out"


class DelayShape(Word):
    """How delays are spread between the least and the most (延迟分布)."""

    EVEN = "均匀分布", "evenly"
    LONG_TAIL = "长尾分布：多数接近最短，少数接近最长", "most near the least, a few near the most"


class PaymentKind(Word):
    """Payment entrance (缴费类型)."""

    ORDINARY = "日常缴费", "ordinary payment"
    SPECIAL = "特殊缴费", "special payment"


class EmployeeContributionKind(Word):
    """What a contribution to the employee scheme is for (缴费类型)."""

    REGULAR = "正常缴费", "declared in time"
    BACK_PAYMENT = "补缴", "declared after the day on which it was due"
    CORRECTION = "补差", "what a wage that was declared too low falls short by"
    LUMP_SUM = "趸缴", "months that are short at retirement, settled at once"


class EmployeeBillStatus(Word):
    """State of a bill of the employee scheme and of its lines (缴费单状态)."""

    DUE = "待缴费", "declared, not yet paid"
    PAYING = "支付处理中", "on its way: the channel has not told its outcome"
    PAID = "已缴费", "paid"


class WageLineOutcome(Word):
    """What became of one line of a declaration of wages (逐人申报结果)."""

    RECORDED = "已申报", "recorded"
    LISTED_TWICE = "同一人重复列出", "listed twice; the first line counts"
    NOT_A_MEMBER = "该月未由本单位参加职工医保", "not enrolled by this unit as an employee in that month"
    ALREADY_DECLARED = "该月已申报", "declared for that month already"
    NOT_YET_AT_TAX_BUREAU = (
        "参保信息尚未传递至税务，请在其 visibleToTaxAt 之后申报",
        "not yet known to the tax bureau; declared once visibleToTaxAt of the enrolment has come",
    )
    NOT_DECLARED = "该月尚未由本单位申报", "not yet declared for that month by this unit"
    NOT_HIGHER = (
        "应缴金额没有增加，多缴的请向经办机构申请退回",
        "owes no more than declared; what was paid too much, the agency gives back",
    )


class CareKind(Word):
    """Kind of care (医疗类别)."""

    OUTPATIENT = "普通门诊", "general outpatient care"
    HYPERTENSION_DIABETES = "高血压、糖尿病门诊（两病）", "outpatient care for hypertension and diabetes"
    CHRONIC_DISEASE = "慢性病门诊", "outpatient care for a recognised chronic disease"
    SPECIAL_DISEASE = "特殊病门诊", "outpatient care for a recognised special disease"
    ANTENATAL = "产前检查", "antenatal care"
    INPATIENT = "住院", "a stay in hospital"


class InstitutionTier(Word):
    """Tier of a medical institution (医疗机构等级)."""

    VILLAGE = "村卫生室、社区卫生服务站", "village clinic or community health station"
    LEVEL_1 = (
        "乡镇卫生院、社区卫生服务中心、一级及未定级医疗机构",
        "township or community health centre, level 1 or ungraded institution",
    )
    LEVEL_2 = "二级医疗机构", "level 2 institution"
    LEVEL_3 = "三级医疗机构", "level 3 institution"


class CostClass(Word):
    """Class of a drug or service in the insurance catalogue (目录类别)."""

    A = "甲类，全部纳入政策范围", "class A: counts whole"
    B = "乙类，先行自付一定比例后纳入政策范围", "class B: counts after a share that the person bears first"
    C = "丙类（目录外），全部自费", "class C, outside the catalogue: borne by the person"


class RecognisedCondition(Word):
    """What is recognised of a person's health (认定的病种或情形)."""

    HYPERTENSION = "高血压", "hypertension"
    DIABETES = "糖尿病", "diabetes"
    TARGET_ORGAN_DAMAGE = "高血压、糖尿病已发生靶器官损害", "target organ damage by hypertension or diabetes"
    CHRONIC_DISEASE = "已认定的慢性病", "a recognised chronic disease"
    SPECIAL_DISEASE = "已认定的特殊病", "a recognised special disease"
    PREGNANCY = "孕期，本年度享受产前检查待遇", "pregnancy, with antenatal benefits in the year"


class EntitlementKind(Word):
    """What a filing has recognised of somebody (待遇认定的类别)."""

    CHRONIC_DISEASE = "门诊慢性病", "a chronic disease, for outpatient care"
    SPECIAL_DISEASE = "门诊特殊病", "a special disease, for outpatient care"
    SPECIAL_DRUG = "单行支付药品、高值药品", "a drug paid apart or of high value"


class BenefitCap(Word):
    """Yearly limit of a benefit (年度限额)."""

    OUTPATIENT = "普通门诊", "general outpatient care"
    HYPERTENSION_DIABETES = "高血压、糖尿病门诊", "hypertension and diabetes"
    CHRONIC_DISEASE = "慢性病门诊", "chronic diseases"
    ANTENATAL = "产前检查", "antenatal care"
    ANTENATAL_AND_OUTPATIENT = "产前检查与普通门诊合并", "antenatal and general outpatient care together"
    INPATIENT = "基本医保住院（含特殊病）", "stays and special diseases, of basic insurance"
    CRITICAL_ILLNESS = "大病保险", "critical illness insurance"
    ASSISTANCE = "医疗救助", "medical assistance"


class ClaimRule(Word):
    """Which step of adjudicating a claim it is (核算步骤)."""

    CLAIM = "费用合计", "the claim as a whole"
    SCOPE = "政策范围内费用", "what of the cost is eligible"
    CLASS_A = "甲类费用", "costs of class A"
    CLASS_B = "乙类费用", "costs of class B"
    CLASS_C = "丙类费用", "costs of class C"
    BASIC = "基本医疗保险", "basic insurance"
    DEDUCTIBLE = "起付线", "the deductible"
    ELSEWHERE = "异地就医未备案", "care elsewhere without a record: points are taken off the share"
    RECORDED_ELSEWHERE = "异地就医已备案", "care elsewhere for which a record was in force"
    RATIO = "支付比例", "the share that is paid"
    CAP = "年度限额", "a yearly limit"
    CRITICAL_ILLNESS = "大病保险", "critical illness insurance"
    CRITICAL_NOT_COUNTED = "不计入大病保险", "not counted for critical illness insurance"
    CRITICAL_BASE = "大病保险累计基数", "the year's base of critical illness insurance"
    CRITICAL_BRACKET = "大病保险分段", "a bracket of critical illness insurance"
    CRITICAL_ADDED = "大病保险本次增加", "what the claim adds to the year"
    ASSISTANCE = "医疗救助", "medical assistance"
    ASSISTANCE_NOT_GIVEN = "不享受医疗救助", "no medical assistance"
    ASSISTANCE_NOT_STATED = "医疗救助比例未明确", "the share of medical assistance is not stated"
    PERSONAL = "个人负担", "what the person bears"
    ACCOUNT = "个人账户支付", "paid from the personal account"
    CASH = "现金支付", "paid in cash"
    FROM_ACCOUNT = "个人账户已支付", "what the personal account has paid"
    MATERNITY_EXPENSES = "生育费用", "expenses that maternity insurance pays"
    MATERNITY_LIMIT = "生育费用限额", "the limit of what they were for"
    MATERNITY_ALLOWANCE = "生育津贴", "the allowance for the days of leave"
    AVERAGE_WAGE = "单位月平均工资", "the average monthly wage of the unit"


class InstitutionKind(Word):
    """Kind of designated institution (定点医药机构类型)."""

    HOSPITAL = "定点医疗机构", "medical institution"
    PHARMACY = "定点零售药店", "retail pharmacy"


class ClaimStatus(Word):
    """State of a claim (费用结算状态)."""

    SETTLED = "已结算", "settled"
    REVERSED = "已冲正", "reversed: nothing of it is paid any more"


class ClaimPayer(Word):
    """Account of the ledger that a claim is paid from, or to (基金及支付方)."""

    POOLED_FUND = "基本医保统筹基金", "pooled fund of basic insurance"
    CRITICAL_ILLNESS_INSURER = "大病保险承办机构", "insurer of critical illnesses"
    ASSISTANCE_FUND = "医疗救助基金", "medical assistance fund"
    PERSONAL_ACCOUNT = "个人账户", "personal account"
    CASH = "个人现金", "the person, in cash"
    INSTITUTION = "定点医药机构", "the institution, which is paid"
    REIMBURSED = "报销应付款", "the person, who is reimbursed of what was paid in cash"


class ClaimOrigin(Word):
    """Who brings a claim (结算方式)."""

    DIRECT = "联网结算", "the institution, which is paid"
    MANUAL = "手工报销", "the person, who has paid the institution in cash"


class AgreementStatus(Word):
    """State of an institution's agreement (定点协议状态)."""

    NONE = "未签订", "never signed"
    ACTIVE = "履行中", "in force"
    SUSPENDED = "中止", "suspended"
    ENDED = "终止", "ended"


class AgreementMove(Word):
    """What is done to an institution's agreement (定点协议的变化)."""

    SIGN = "签订", "it is signed"
    CHANGE = "信息变更", "what is on record of the institution is changed"
    SUSPEND = "中止", "it is suspended"
    RESUME = "恢复", "it is resumed"
    TERMINATE = "终止", "it is ended"


class DisbursementPurpose(Word):
    """What the agency pays out (拨付事由)."""

    REIMBURSEMENT = "手工报销", "reimbursement of what was paid in cash"
    ASSISTANCE = "医疗救助手工报销", "assistance of a claim that was settled without it"
    CONTRIBUTION_SUBSIDY = "救助对象个人缴费补贴", "subsidy of a contribution that was paid in full"
    INSTITUTION_SETTLEMENT = "医药机构月结", "monthly settlement with an institution"
    MATERNITY_BENEFIT = "生育待遇", "a maternity benefit"


class PaidInto(Word):
    """Which account of whoever is paid, as the guide names it (收款账户)."""

    BANK_ACCOUNT = "银行账户", "the bank account that was named"
    SOCIAL_SECURITY_CARD = "社会保障卡金融账户", "the financial account of the social security card"
    INSTITUTION_ACCOUNT = "医药机构指定的银行账户", "the bank account that the institution has named"
    UNIT_ACCOUNT = "参保单位银行账户", "the bank account of the unit, which the agency has on record"


class DisbursementAccount(Word):
    """Account of the ledger that money paid out is taken from, or goes to (拨付记账科目)."""

    REIMBURSED = "报销应付款", "what the funds owe to persons by their claims"
    INSTITUTION = "医药机构应付款", "what the funds and accounts owe to institutions by their claims"
    MATERNITY = "生育待遇支出", "what maternity insurance pays"
    ASSISTANCE_FUND = "医疗救助基金", "medical assistance fund"
    PAYEE = "收款人", "whoever is paid"


class MaternityBenefitKind(Word):
    """What maternity insurance pays (生育待遇项目)."""

    MEDICAL = "生育医疗费", "expenses of a birth or a miscarriage"
    FAMILY_PLANNING = "计划生育医疗费", "expenses of family planning"
    ALLOWANCE = "生育津贴", "allowance for the days of leave"
    ANTENATAL = "产前检查费", "expenses of antenatal examinations"


class InjuryLiability(Word):
    """Whether somebody else is liable for an accidental injury (意外伤害的第三方责任)."""

    NO_THIRD_PARTY = "无第三方责任人", "no third party is liable"
    THIRD_PARTY = "有第三方责任人", "a third party is liable"


class MaternityOccasion(Word):
    """What maternity insurance pays for (生育情形)."""

    VAGINAL_BIRTH = "顺产", "vaginal birth"
    ASSISTED_BIRTH = "难产（助娩产）", "assisted vaginal birth"
    CAESAREAN = "剖宫产", "caesarean section"
    EARLY_MISCARRIAGE = "妊娠未满4个月流产", "miscarriage before four months"
    LATE_MISCARRIAGE = "妊娠满4个月流产", "miscarriage after four months or more"
    DEVICE_INSERTION = "放置宫内节育器", "insertion of a contraceptive device"
    DEVICE_REMOVAL = "取出宫内节育器", "removal of a contraceptive device"
    TERMINATION = "终止妊娠手术", "termination of a pregnancy"
    STERILISATION = "绝育手术", "sterilisation"
    REVERSAL = "复通手术", "reversal of a sterilisation"
    ANTENATAL_EXAMINATIONS = "产前检查", "antenatal examinations"


class TreatmentPlace(Word):
    """Where somebody is treated, as seen from the place of enrolment (就医地)."""

    HOME = "参保地就医", "where the fund is that pays"
    ELSEWHERE = "异地就医", "in another pooling area"
    RECORDED = "备案异地就医", "in another pooling area, for which a record was in force"


class ClaimPosting(Word):
    """Why entries of a claim were posted (记账原因)."""

    SETTLEMENT = "结算", "the claim was settled"
    READJUDICATION = "重新核算", "an earlier claim of the year came or went"
    REVERSAL = "冲正", "the claim was reversed"
    ASSISTANCE = "医疗救助手工报销", "assistance was filed for afterwards"


class UnitStatus(Word):
    """State of an insured unit (单位参保状态)."""

    ACTIVE = "正常", "active"
    SUSPENDED = "暂停", "suspended"
    CANCELLED = "注销", "cancelled"


class UnitKind(Word):
    """Kind of insured unit (单位类型)."""

    ENTERPRISE = "企业", "enterprise"
    ORGAN = "机关", "government organ"
    INSTITUTION = "事业单位", "public institution"
    SCHOOL = "学校", "school"
    VILLAGE = "村（社区）", "village or community"
    PRIVATE_NON_ENTERPRISE = "民办非企业单位", "private non-enterprise"
    SOCIAL_ORGANISATION = "社会团体", "social organisation"


class RegionLevel(Word):
    """Level of a region (行政区划级别)."""

    NATION = "国家", "nation"
    PROVINCE = "省", "province"
    CITY = "市", "city"
    COUNTY = "县（区）", "county or district"


class Role(Word):
    """In what capacity somebody asks (访问身份)."""

    ANONYMOUS = "未登录", "not signed in"
    CITIZEN = "参保人", "insured person"
    CLERK = "经办人员", "agency clerk"
    OPERATOR = "平台运维", "operator of the world"
    UNIT_OFFICER = "单位经办人", "officer of an insured unit"
    PARTNER = "合作应用", "app of a partner"
    HOSPITAL = "定点医药机构", "designated hospital or pharmacy"
    AUDITOR = "审计人员", "auditor of the audit trail"


class AccessKind(Word):
    """How somebody's data was looked at (访问方式)."""

    READ = "查阅", "read, as far as the reader may see it"
    REVEAL = "调取完整信息", "full values asked for, with a reason"
    KEEPING = "管理世界", "a world made, copied, kept, set back or dropped"


class RequestEnding(Word):
    """How a request ended (请求的结局)."""

    ANSWERED = "已答复", "answered"
    REFUSED = "被拒绝", "a mutation was refused"
    FAILED = "出错", "its answer carries errors"
    OPENED = "已开始订阅", "a subscription was begun"
    GIVEN_UP = "已放弃", "its client went away before the answer"


class Transport(Word):
    """By what a request came (访问途径)."""

    HTTP = "HTTP 请求", "HTTP request"
    EVENT_STREAM = "服务器推送事件", "Server-Sent Events"
    WEBSOCKET = "WebSocket 连接", "WebSocket connection"
    PAGE = "打印页面", "page for printing"
    COMMAND_LINE = "命令行", "command line"
    WEBHOOK = "事件推送", "webhook"


class RevealField(Word):
    """What can be revealed of a person (可调取的完整信息)."""

    ID_NUMBER = "证件号码", "identity number"
    PHONE = "手机号码", "telephone number"
    NAME = "姓名", "name"


class RevealReason(Word):
    """Why full values are asked for (调取理由)."""

    APPLICANT_AT_THE_COUNTER = "为到场申请人核对身份", "the applicant is at the counter and is being identified"
    CORRECTION = "更正登记信息", "the record is being corrected"
    COMPLAINT = "办理投诉或举报", "a complaint is being dealt with"
    LAWFUL_REQUEST = "司法或监察机关依法调取", "a court or an authority asks for it by law"


class DataType(Word):
    """Kind of data that a partner's app may be granted, and that a person may let it see (授权数据类型)."""

    ENROLMENTS = "参保信息", "enrolments and their transfers"
    CONTRIBUTIONS = "缴费信息", "contributions and their receipts"
    ACCOUNT = "个人账户", "the personal account and its entries"
    CLAIMS = "费用结算", "claims and who paid what of them"


class WebhookStatus(Word):
    """Whether events are delivered to a webhook (事件推送的状态)."""

    ACTIVE = "推送中", "events are delivered"
    PAUSED = "已暂停", "paused: its place in the log is kept"
    DISABLED = "已停用", "disabled: its place in the log is kept"
    REMOVED = "已删除", "removed"


class WebhookStop(Word):
    """Why a webhook is not active (停止推送的原因)."""

    BY_THE_APP = "应用自行暂停", "paused by the app"
    TARGET_GONE = "目标答复 410，不再接收", "the target answered 410 Gone"
    BY_AN_OPERATOR = "运维人员停用", "disabled by an operator"
    SELECTION_NOT_VALID = "选择集在本版本中不再有效", "the selection is not valid in this version any more"
    WORLD_RESTORED = (
        "世界自备份恢复，须由应用确认后继续",
        "the world was restored from a backup: the app decides when to go on",
    )


class RetryClock(Word):
    """By which clock a delivery that failed is tried again (重试所依的时钟)."""

    REAL = "真实时间", "real time"
    WORLD = "世界时间", "the world's time"


class DeliveryStatus(Word):
    """What becomes of an event that is not delivered yet (待推送事件的状态)."""

    WAITING = "等待推送", "waits for its next attempt"
    GIVEN_UP = "已放弃，可重新推送", "given up; it may be redelivered"


class AttemptKind(Word):
    """What an event was sent for (推送的种类)."""

    DELIVERY = "推送", "delivery"
    TEST = "试推送，不计入次序", "test, outside of the order"


class AttemptOutcome(Word):
    """What became of an attempt to deliver (推送尝试的结果)."""

    DELIVERED = "已送达（2xx）", "delivered: the target answered 2xx"
    HTTP_ERROR = "目标以其他状态答复", "the target answered another status"
    REDIRECTED = "目标要求重定向，不予跟随", "the target redirects, which is never followed"
    GONE = "目标答复 410", "the target answered 410 Gone"
    TIMED_OUT = "目标未在时限内答复", "the target did not answer in time"
    UNREACHABLE = "无法连接目标", "the target cannot be reached"
    TLS_FAILED = "与目标的安全连接未能建立", "no secure connection with the target"
    NOT_HTTP = "目标的答复不是 HTTP", "the target's answer is no HTTP"
    NOT_ALLOWED = "目标的地址不允许推送", "the target's address is not allowed"


class WebhookUrlProblem(Word):
    """Why a webhook's URL cannot be used (事件推送地址的问题)."""

    SHAPE = "不是可用的网址", "is no URL that can be used"
    LENGTH = "长于 2000 个字符", "has more than 2000 characters"
    SCHEME = "须使用 https", "must begin with https://"
    USER_INFO = "不得含用户名或密码", "must hold no user name or password"
    FRAGMENT = "不得含 # 片段", "must hold no fragment"
    PORT = "只能使用 443 或 8443 端口", "must use port 443 or 8443"
    ADDRESS = "指向不允许推送的网络地址", "names an address to which nothing is delivered"


class TransferStatus(Word):
    """How far a transfer of the insurance relation has come (转移接续状态)."""

    UNTREATED = "未处理", "applied for: the old place has not sent its form"
    PROCESSING = "处理中", "the form is there: the new place completes it"
    DONE = "已办结", "done"
    WITHDRAWN = "已撤销", "withdrawn"


class DayCalendar(Word):
    """By what working days were counted (工作日的计算依据)."""

    OFFICIAL = "国务院办公厅公布的节假日安排", "the holidays that the State Council has announced"
    WEEKDAYS_ONLY = "节假日安排尚未公布，仅按周一至周五推算", "holidays not announced yet: Monday to Friday are counted"


class PhoneKind(Word):
    """Kind of telephone number (电话类型)."""

    LANDLINE = "固定电话", "landline"
    MOBILE = "手机", "mobile"
    HOTLINE = "热线", "hotline"


class AgencyKind(Word):
    """Kind of agency (机构类型)."""

    CITY_CENTRE = "市级医保经办机构", "municipal agency"
    COUNTY_BUREAU = "县（区）医保经办机构", "county agency"
    ZONE_OFFICE = "功能区医保工作部门", "development-zone office"
    CAMPUS_CONTACT = "高校医保咨询点", "campus contact for students, no insurance agency"


class MatterCode(Word):
    """Service matter of the agencies (政务服务事项), in the order of the guide of 34 matters."""

    UNIT_ENROLMENT = "单位参保登记", "enrolment of a unit"
    EMPLOYEE_ENROLMENT = "职工参保登记", "enrolment of an employee"
    RESIDENT_ENROLMENT = "城乡居民参保登记", "enrolment of a resident"
    UNIT_INFORMATION_CHANGE = "单位参保信息变更登记", "change of a unit's information"
    EMPLOYEE_INFORMATION_CHANGE = "职工参保信息变更登记", "change of an employee's information"
    RESIDENT_INFORMATION_CHANGE = "城乡居民参保信息变更登记", "change of a resident's information"
    LUMP_SUM_SETTLEMENT = "职工基本医疗保险费趸缴清算", "contributions that are short, settled in one sum"
    ELECTRONIC_CERTIFICATE = "医保电子凭证申领", "application for the electronic certificate"
    UNIT_ENQUIRY = "参保单位参保信息查询", "enquiry of a unit's enrolment"
    PERSON_ENQUIRY = "参保人员参保信息查询", "enquiry of a person's enrolment"
    ACCOUNT_WITHDRAWAL = "参保人员个人账户一次性支取", "withdrawal of a personal account in one sum"
    RELATION_TRANSFER = "基本医疗保险关系转移接续", "transfer of the insurance relation"
    RESETTLED_RETIREE_RECORD = "异地安置退休人员备案", "record of a retiree resettled elsewhere"
    LONG_TERM_RESIDENT_RECORD = "异地长期居住人员备案", "record of a long-term resident elsewhere"
    STATIONED_WORKER_RECORD = "常驻异地工作人员备案", "record of somebody stationed elsewhere for work"
    REFERRAL_RECORD = "异地转诊人员备案", "record of a patient referred elsewhere"
    TEMPORARY_TREATMENT_RECORD = "其他临时外出就医人员备案", "record of treatment elsewhere for a time"
    CHRONIC_DISEASE_ENTITLEMENT = "门诊慢特病病种待遇认定", "recognition of a chronic or special disease"
    SPECIAL_DRUG_ENTITLEMENT = "单行支付药品、高值药品待遇认定", "recognition for drugs paid apart or of high value"
    OUTPATIENT_REIMBURSEMENT = "门诊费用报销", "reimbursement of outpatient cost"
    INPATIENT_REIMBURSEMENT = "住院费用报销", "reimbursement of inpatient cost"
    ANTENATAL_PAYMENT = "产前检查费支付", "payment for antenatal examinations"
    MATERNITY_MEDICAL_PAYMENT = "生育医疗费支付", "payment for maternity treatment"
    FAMILY_PLANNING_PAYMENT = "计划生育医疗费支付", "payment for family planning treatment"
    MATERNITY_ALLOWANCE = "生育津贴支付", "payment of the maternity allowance"
    ASSISTED_CONTRIBUTION_SUBSIDY = "救助对象个人缴费补贴", "subsidy of an assisted person's contribution"
    ASSISTANCE_REIMBURSEMENT = "医疗救助对象手工（零星）报销", "manual reimbursement of an assisted person"
    HOSPITAL_DESIGNATION = "医疗机构申请定点协议管理", "designation of a medical institution"
    PHARMACY_DESIGNATION = "零售药店申请定点协议管理", "designation of a retail pharmacy"
    INSTITUTION_INFORMATION_CHANGE = "定点医药机构信息变更", "change of a designated institution's information"
    AGREEMENT_SUSPENSION = "定点医药机构申请中止/终止协议管理", "suspension or end of an agreement"
    AGREEMENT_RESUMPTION = "定点医药机构申请恢复协议管理", "resumption of an agreement"
    HOSPITAL_SETTLEMENT = "定点医疗机构费用结算", "settlement with a designated medical institution"
    PHARMACY_SETTLEMENT = "定点零售药店费用结算", "settlement with a designated pharmacy"


class MatterCategory(Word):
    """What a service matter is about (事项类别)."""

    ENROLMENT = "参保登记", "enrolment"
    INFORMATION_CHANGE = "信息变更", "change of information"
    CONTRIBUTION_SETTLEMENT = "缴费清算", "settlement of contributions"
    ELECTRONIC_CERTIFICATE = "医保电子凭证", "electronic certificate"
    ENQUIRY = "信息查询", "enquiry"
    PERSONAL_ACCOUNT = "个人账户", "personal account"
    RELATION_TRANSFER = "关系转移接续", "transfer of the insurance relation"
    OUT_OF_AREA_RECORD = "异地就医备案", "record of treatment elsewhere"
    ENTITLEMENT = "待遇认定", "recognition of an entitlement"
    MANUAL_REIMBURSEMENT = "手工报销", "manual reimbursement"
    MATERNITY = "生育待遇", "maternity"
    MEDICAL_ASSISTANCE = "医疗救助", "medical assistance"
    DESIGNATED_AGREEMENT = "定点协议管理", "agreement with a designated institution"
    PROVIDER_SETTLEMENT = "定点机构结算", "settlement with a designated institution"


class ApplicantKind(Word):
    """Who files a matter (申请人类型)."""

    UNIT = "用人单位", "unit"
    EMPLOYEE = "职工", "employee of a unit"
    FLEXIBLE_WORKER = "灵活就业人员", "flexible worker"
    RETIREE = "退休人员", "retiree of the employee scheme"
    RESIDENT = "城乡居民", "resident"
    HEIR = "继承人（代表人）", "heir, or the heirs' representative"
    MATERNITY_INSURED = "生育保险参保人员", "person under maternity insurance"
    ASSISTED_PERSON = "医疗救助对象", "recipient of medical assistance"
    HOSPITAL = "医疗机构", "medical institution"
    PHARMACY = "零售药店", "retail pharmacy"


class MatterChannel(Word):
    """Where a matter is filed (办理渠道)."""

    AGENCY_WINDOW = "经办机构窗口", "window of the agency"
    TOWNSHIP_CENTRE = "乡镇（街道）便民服务中心", "service centre of the township or subdistrict"
    VILLAGE_STATION = "村（社区）便民服务站", "service station of the village or community"
    VILLAGE_STATION_OR_PARTY_CENTRE = (
        "村（社区）便民服务站或党群服务中心",
        "service station or Party-masses centre of the village or community",
    )
    RECOGNISING_INSTITUTION = "医保部门确定的认定定点医疗机构", "medical institution appointed for recognition"
    SELF_SERVICE_TERMINAL = "医保业务综合服务终端", "self-service terminal, by face"
    PROVINCIAL_WEB_HALL = "省医保公共服务平台网上服务大厅", "web hall of the province's insurance platform"
    PROVINCIAL_GOVERNMENT_SITE = "省政务服务网", "the province's government services website"
    PROVINCIAL_APP = "省医保APP", "the province's insurance app"
    PROVINCIAL_MINI_PROGRAM = (
        "省医保公共服务平台微信/支付宝小程序",
        "mini program of the province's insurance platform in Weixin or Alipay",
    )
    NATIONAL_APP = "国家医保服务平台APP", "app of the national insurance platform"
    STATE_COUNCIL_MINI_PROGRAM = "国务院客户端小程序", "the State Council's mini program"
    ALIPAY_CERTIFICATE_MINI_PROGRAM = "支付宝医保电子凭证小程序", "mini program for the certificate in Alipay"
    WECHAT_CERTIFICATE_MINI_PROGRAM = "微信医保电子凭证小程序", "mini program for the certificate in Weixin"
    PARTNER_BANK = "合作银行等渠道", "partner banks and the like"
    NATIONAL_SITE = "国家医疗保障局官网", "website of the national administration"
    PROVINCIAL_PLATFORM = "省医疗保障信息平台", "the province's insurance information platform"
    OTHER_LOCAL = "当地医保部门公布的其他办理渠道", "other channels that the place announces"

    @property
    def online(self) -> bool:
        """Whether one need not go there, as the guide sorts its channels; the terminal counts as online."""
        return self not in _OFFLINE


_OFFLINE: Final = frozenset(
    {
        MatterChannel.AGENCY_WINDOW,
        MatterChannel.TOWNSHIP_CENTRE,
        MatterChannel.VILLAGE_STATION,
        MatterChannel.VILLAGE_STATION_OR_PARTY_CENTRE,
        MatterChannel.RECOGNISING_INSTITUTION,
    }
)


class MaterialNeed(Word):
    """When a material is handed in (材料要求)."""

    REQUIRED = "必须提供", "always"
    CONDITIONAL = "特定情形下提供", "where its condition holds"
    ALTERNATIVE = "可代替另一材料", "in place of another one"


class MaterialForm(Word):
    """In what form a material is handed in (材料形式)."""

    COPY = "复印件", "copy"
    ORIGINAL = "原件", "original"
    ORIGINAL_AND_COPY = "原件及复印件", "original and copy"
    ORIGINAL_AND_DUPLICATE = "正、副本", "original and duplicate"
    COPY_OR_SCAN = "复印件（扫描件）", "copy or scan"


class MatterStep(Word):
    """Step of handling a matter (办理环节)."""

    APPLY = "申请", "application"
    ACCEPT = "受理", "acceptance"
    REVIEW = "审核", "review"
    DISBURSE = "拨付", "disbursement"
    COMPLETE = "办结", "completion"


class PersonDetail(Word):
    """What is on record of a person and may be changed (可变更的人员信息)."""

    NAME = "姓名", "name"
    DOCUMENT = "证件", "identity document"
    SEX = "性别", "sex"
    BIRTH_DATE = "出生日期", "date of birth"
    PHONE = "联系电话", "telephone"


class MatterAction(Word):
    """What can be done under one matter (办理情形)."""

    NEW = "新参保", "new enrolment"
    ADD = "新增", "addition"
    SUSPEND = "暂停（中止）", "suspension"
    TERMINATE = "终止", "termination"
    RESUME = "恢复", "resumption"
    DEREGISTER = "注销登记", "deregistration"
    RETIRE = "在职转退休", "change from working to retired"


class RemarkKind(Word):
    """What a remark of the guide is about (备注类型)."""

    SCOPE = "事项范围", "what the matter takes in"
    CONDITIONAL_MATERIAL = "特定情形的材料", "materials of a condition"
    SPECIAL_POPULATION_MATERIALS = "特殊人群的材料", "materials of special groups"
    ALTERNATIVE_MATERIAL = "替代材料", "a material in place of another"
    WAIVER = "可不提供的材料", "a material that need not be handed in"
    DUTY = "告知义务", "a duty to tell the agency"
    DEADLINE = "时限", "a time limit"
    DEFINITION = "释义", "what a word means"
    RULE = "办理规则", "a rule"
    PRECONDITION = "前提条件", "what must come first"


class TimeLimitKind(Word):
    """How long handling takes at most (办理时限类型)."""

    IMMEDIATE = "即时办结", "done at once"
    WORKING_DAYS = "工作日", "so many working days"


class TransferPhase(Word):
    """Half of a transfer, each with a time limit of its own (转移接续阶段)."""

    TRANSFER_OUT = "关系转出", "relation sent by the old place"
    TRANSFER_IN = "关系转入", "relation taken in by the new place"


class FilingStatus(Word):
    """Where a filing stands (办件状态)."""

    DRAFT = "草稿", "drafted, not submitted"
    SUBMITTED = "已提交，待受理", "submitted: the agency is to accept it"
    SUPPLEMENTING = "待补正", "the applicant is to hand in what was told missing"
    ACCEPTED = "已受理，审核中", "accepted: under review"
    SUPPLEMENTING_IN_REVIEW = "审核中待补正", "accepted, and what was told missing is to be handed in"
    APPROVED = "审核通过，待办结", "approved: to be completed"
    COMPLETED = "已办结", "completed"
    DENIED = "审核不通过", "denied after review"
    DECLINED = "不予受理", "not accepted"
    WITHDRAWN = "已撤回", "withdrawn by the applicant"

    @property
    def final(self) -> bool:
        """Whether it has ended: it stands so for good, and is at most rated."""
        return self in _ENDED

    @property
    def open(self) -> bool:
        """Whether it is with the agency, or the agency waits for the applicant."""
        return not (self.final or self is FilingStatus.DRAFT)


_ENDED: Final = frozenset(
    {FilingStatus.COMPLETED, FilingStatus.DENIED, FilingStatus.DECLINED, FilingStatus.WITHDRAWN},
)


class FilingMove(Word):
    """What is done to a filing (办件操作)."""

    DRAFT = "填写", "drafted"
    SUBMIT = "提交", "submitted"
    ANSWER = "即时办结", "answered at once"
    SUPPLEMENT = "补正", "what was missing handed in"
    WITHDRAW = "撤回", "withdrawn"
    CLAIM = "领取", "claimed by a clerk"
    RETURN = "退回待领", "returned to the queue"
    HAND_OVER = "转交", "handed over to another clerk"
    REQUEST_MATERIALS = "一次性告知", "all that is missing told at once"
    ACCEPT = "受理", "accepted"
    DECLINE = "不予受理", "not accepted"
    APPROVE = "审核通过", "approved"
    DENY = "审核不通过", "denied"
    COMPLETE = "办结", "completed"
    DISBURSE = "拨付办结", "paid out by a second clerk"
    RATE = "评价", "rated by the applicant"
    RECTIFY = "整改", "put right after a low rating"
    ENTRUST = "委托代办", "entrusted to an agent"
    REVOKE = "撤销委托", "entrusted to nobody any more"


class FilingsMove(Word):
    """What is done to many filings at once (批量操作)."""

    CLAIM = FilingMove.CLAIM.value
    RETURN = FilingMove.RETURN.value
    APPROVE = FilingMove.APPROVE.value
    DENY = FilingMove.DENY.value


class FilingRating(Word):
    """How content somebody is with how a filing was handled (好差评)."""

    VERY_SATISFIED = "非常满意", "very satisfied"
    SATISFIED = "满意", "satisfied"
    BASICALLY_SATISFIED = "基本满意", "basically satisfied"
    DISSATISFIED = "不满意", "dissatisfied"
    VERY_DISSATISFIED = "非常不满意", "very dissatisfied"

    @property
    def low(self) -> bool:
        """Whether what it is about must be put right (差评)."""
        return self in (FilingRating.DISSATISFIED, FilingRating.VERY_DISSATISFIED)


class MaterialWay(Word):
    """How a material is there (材料的来源)."""

    ON_RECORD = "平台已有，免交", "the platform holds it: nobody hands it in"
    IN_THE_FORM = "随申请表填写", "the form that was filled in says it"
    HANDED_IN = "已提交", "handed in"
    PLEDGED = "以承诺书代替", "a pledge stands in its place"


class MaterialMedia(Word):
    """Kind of file that a material is handed in as (材料文件类型)."""

    PDF = "PDF 文件", "PDF"
    JPEG = "JPEG 图片", "JPEG image"
    PNG = "PNG 图片", "PNG image"


class Scope(Enum):
    """What a token is good for (令牌权限): the kinds of operation that it may ask. A word of OAuth, not of the API."""

    READ = "查询", "queries"
    WRITE = "办理", "mutations"
    EVENTS = "订阅", "subscriptions"
    IMPERSONATE = "在沙箱中代他人取得令牌", "tokens for other people, in a sandbox"

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en

    @property
    def text(self) -> str:
        """The scope as OAuth writes it."""
        return self.name.lower()


EVERY_OPERATION: Final = frozenset({Scope.READ, Scope.WRITE, Scope.EVENTS})
"""Scopes of whoever signs in as a person, and of who asks without a token."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The token that somebody showed (登录凭据): its own id, the key that signed it, and the client that got it.

    `client` is the client's name, empty where somebody signed in without one.
    """

    token_id: str
    key_id: str
    client: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a role, and the person, unit or region that it is bound to.

    `person_id` is the citizen or the officer, 0 for others; `unit_id` the officer's unit, 0 for others; `region`
    bounds a clerk and is the nation for others. `persona_id` is the persona that signed in, `client_id` the app or
    institution that did so with its own credentials, 0 where none did; `institution_id` is the hospital or pharmacy
    that either acts for, 0 for others. `until` is the machine's second at which the sign-in ends, None where nobody
    signed in; `sign_in` is the token that was shown, None where none was.
    """

    role: Role
    person_id: Id
    region: RegionCode
    name: str
    until: int | None = None
    unit_id: Id = Id(0)
    persona_id: Id = Id(0)
    client_id: Id = Id(0)
    scopes: frozenset[Scope] = EVERY_OPERATION
    sign_in: SignIn | None = None
    institution_id: Id = Id(0)


ANONYMOUS = Viewer(Role.ANONYMOUS, Id(0), NATION, "anonymous")
