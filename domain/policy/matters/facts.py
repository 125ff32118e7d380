"""What a guide says of a service matter (政务服务事项): who files, where, with what, how long it takes, whom to call.

Words that the guide prints stand as it prints them, without its line breaks; the English beside them is ours.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from domain.policy.facts import Source, Synthetic
from domain.vocabulary import (
    ApplicantKind,
    MaterialForm,
    MaterialNeed,
    MatterAction,
    MatterCategory,
    MatterChannel,
    MatterCode,
    MatterStep,
    PhoneKind,
    RegionCode,
    RemarkKind,
    TimeLimitKind,
    TransferPhase,
    Word,
)

MOST_CHANNELS: Final = 12
MOST_MATERIALS: Final = 12
MOST_FILED_MATERIALS: Final = 16
MOST_ALTERNATIVES: Final = 6
MOST_SITUATIONS: Final = 6
MOST_SITUATION_MATERIALS: Final = 3
MOST_TIME_LIMITS: Final = 3
MOST_STEPS: Final = 5
MOST_REMARKS: Final = 6
MOST_ANOMALIES: Final = 6
MOST_OFFICES: Final = 16
MOST_TELEPHONES: Final = 3
MOST_SESSIONS: Final = 2
"""How long a guide's lists may be; a longer one is refused when it is read, and the contract says so.

`MOST_FILED_MATERIALS` is of a matter with its situations and of what agents bring, together.
"""


class MaterialProof(Word):
    """What stands in the place of a material without anybody's handing it in (数据共享、免交的依据)."""

    IDENTITY = "申请人已实名认证", "whoever applies has signed in by a face that the register confirmed"
    ELECTRONIC_CERTIFICATE = "申请人已激活医保电子凭证", "whoever applies has an active electronic certificate"
    FORM = "表单已填写", "the form that is filled in says it"


class MaterialCondition(Word):
    """A condition of a material or situation, where a form or what is on record decides it (可以判断的材料情形)."""

    GIVEN_UP = "主动放弃参加职工医保", "insurance in the employee scheme is given up"
    LICENCE_CHANGED = "中止协议期间证照信息发生变更", "the licence has changed while the agreement was suspended"
    OF_THE_DEAD = "因死亡办理", "it is filed because somebody has died"
    UNIT_ENDS = "办理单位注销登记", "the registration of a unit ends"
    OUTSIDE_PUBLIC_PAYROLL = (
        "财政供养单位的非财政供养人员",
        "public finance pays the unit, and not whom it is about",
    )
    KEY_INFORMATION = "变更关键信息", "what is changed is key information"
    EARLY_RETIREMENT = "未达到法定退休年龄提前退休", "somebody has retired before the statutory age"
    BY_AGENT = "委托办理", "an agent files for whoever applies"
    FROM_HONG_KONG_MACAO_TAIWAN = (
        "港澳台人员随用人单位参加职工医保",
        "a unit enrols somebody from Hong Kong, Macao or Taiwan",
    )
    FOREIGNER = "外国人参加职工医保", "a foreigner is enrolled in the employee scheme"
    ON_PUBLIC_PAYROLL = "机关事业单位的财政供养人员", "public finance pays the unit and whom it is about"
    RETIRES = "在职转退休", "somebody retires"
    SETTLES_ABROAD = "出国定居", "somebody settles abroad"
    DEATH_NOT_ON_RECORD = "因死亡办理而无法获取死亡信息", "it is filed because of a death that no register tells of"
    INJURY_WITHOUT_THIRD_PARTY = "意外伤害，无第三方责任人", "an injury for which no third party is liable"
    INJURY_BY_THIRD_PARTY = "意外伤害，有第三方责任人", "an injury for which a third party is liable"


@dataclass(frozen=True, slots=True)
class Text:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Telephone:
    """A number as the guide prints it (咨询电话). `e164` is None for a short hotline, which has no such form."""

    number: str
    kind: PhoneKind
    e164: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """One part of a working day (办公时段), from `opens` until `closes`, which does not belong to it."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Hours:
    """When offices are open on a working day (办理时间): parts of the day, in order."""

    text: str
    sessions: tuple[Session, ...]

    @property
    def closes(self) -> time:
        """When the last part of the day ends; what is handed in later counts as handed in on the next working day."""
        return self.sessions[-1].closes


@dataclass(frozen=True, slots=True)
class Edition:
    """One guide of one place (办事指南的一版), in force from `valid_from` until `valid_until`, both included.

    An edition without an end says when it was last `confirmed_on`. `offices` names the places that it prints
    telephones for; the edition of a simulated province prints none, its agencies are those of the world.
    """

    area: RegionCode
    valid_from: date
    valid_until: date | None
    confirmed_on: date | None
    source: Source
    remark: str | None
    hours: Hours
    complaints: Telephone | None
    hotline: Telephone | None
    offices: tuple[RegionCode, ...]
    anomalies: tuple[Text, ...]
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.area}~{self.valid_from}")

    @property
    def synthetic(self) -> bool:
        """Whether it was made up for a simulated province."""
        return isinstance(self.source, Synthetic)

    def in_force(self, on: date) -> bool:
        """Whether it speaks for that day; its first and last day are included."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to file (办理渠道); `applicants` are those whom it is limited to, none where it is for all."""

    channel: MatterChannel
    text: str
    applicants: tuple[ApplicantKind, ...]
    note: Text | None


@dataclass(frozen=True, slots=True)
class Material:
    """One material (办理材料). `applicants` are those who hand it in, none where all do; one of `one_of` is enough.

    Any of `satisfied_by` stands in its place. `needed_when` is its condition where the platform decides that, None
    where a clerk does. `pledge` says that a pledge is taken for it, `instead` that it is taken for the one before it.
    """

    name: Text
    need: MaterialNeed
    when: Text | None
    applicants: tuple[ApplicantKind, ...]
    one_of: tuple[str, ...]
    form: bool
    sealed: bool
    copies: MaterialForm | None
    note: Text | None
    satisfied_by: tuple[MaterialProof, ...]
    needed_when: MaterialCondition | None
    pledge: bool
    instead: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """Special people, or a special occasion, and what is handed in besides (特殊人群的材料).

    `holds_when` is the condition by which the platform decides that it holds.
    """

    name: Text
    holds_when: MaterialCondition
    materials: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long handling takes at most (办理时限): 0 working days where it is done at once.

    `applicants` are those for whom it holds, none where it holds for all; `phase` is the half of a transfer. What is
    handed in from `closes` on counts as handed in on the next working day.
    """

    kind: TimeLimitKind
    working_days: int
    closes: time
    applicants: tuple[ApplicantKind, ...]
    phase: TransferPhase | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Within how many working days of receiving the materials all that is missing is told, once (一次性告知).

    What is received from `closes` on counts as received on the next working day.
    """

    working_days: int
    closes: time
    text: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of handling (办理环节)."""

    step: MatterStep
    text: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Whom a matter pays, what, and into which account (拨付)."""

    payee: Text
    account: Text
    what: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody must tell or do within so many working days (告知义务)."""

    working_days: int
    who: str
    what: Text
    counted_from: Text


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark (备注). `number` is the matter that prints it; `holds_later`: for later ones too (下同)."""

    kind: RemarkKind
    text: str
    rule_en: str | None
    duty: Duty | None
    number: int
    holds_later: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where the matter is handled (办理地点)."""

    text: str
    agency: bool
    township_centre: bool


@dataclass(frozen=True, slots=True)
class Office:
    """The agency of one county, zone or municipal level, with its telephones for one matter (咨询电话)."""

    area: RegionCode
    name: Text
    telephones: tuple[Telephone, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """One service matter of one edition (政务服务事项).

    `lines` are the first and last line of the document's text, None for a simulated province. `adopted` are remarks of
    earlier matters that hold for this one too, `of_agents` what an agent brings, by its own remark or by one of these.
    `progress` and `rating` are None where the guide has no such section.
    """

    edition: Edition
    code: MatterCode
    number: int
    name: Text
    category: MatterCategory
    lines: tuple[int, int] | None
    service_object: Text
    applicants: tuple[ApplicantKind, ...]
    actions: tuple[MatterAction, ...]
    channels_text: tuple[str, ...]
    channels: tuple[Channel, ...]
    materials_text: str | None
    materials: tuple[Material, ...]
    situations: tuple[Situation, ...]
    of_agents: tuple[Material, ...]
    time_limit_text: str
    time_limits: tuple[TimeLimit, ...]
    includes: tuple[str, ...]
    notice: Notice | None
    steps: tuple[Step, ...]
    payment: Payment | None
    progress: str | None
    rating: str | None
    handled_at: Place
    remarks: tuple[Remark, ...]
    adopted: tuple[Remark, ...]
    anomalies: tuple[Text, ...]
    offices: tuple[Office, ...]
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.edition.key}~{self.code.name}")

    @property
    def duties(self) -> tuple[Duty, ...]:
        """What its remarks oblige somebody to tell."""
        return tuple(remark.duty for remark in self.remarks if remark.duty is not None)

    def materials_for(self, applicant: ApplicantKind | None) -> tuple[Material, ...]:
        """What an applicant of that kind hands in; all materials where none is given."""
        return tuple(
            material
            for material in self.materials
            if applicant is None or not material.applicants or applicant in material.applicants
        )

    def situation_materials(self, conditions: Collection[MaterialCondition]) -> tuple[Material, ...]:
        """What is handed in besides in the situations that hold under these conditions."""
        return tuple(
            material
            for situation in self.situations
            if situation.holds_when in conditions
            for material in situation.materials
        )

    def channels_for(self, applicant: ApplicantKind | None) -> tuple[Channel, ...]:
        """Where an applicant of that kind may file."""
        return tuple(
            channel
            for channel in self.channels
            if applicant is None or not channel.applicants or applicant in channel.applicants
        )

    def time_limits_for(self, applicant: ApplicantKind | None) -> tuple[TimeLimit, ...]:
        """How long handling takes at most for an applicant of that kind."""
        return tuple(
            limit
            for limit in self.time_limits
            if applicant is None or not limit.applicants or applicant in limit.applicants
        )
