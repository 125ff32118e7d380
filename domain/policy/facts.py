"""What a policy fact is (政策事实): a value, where and when it is in force, and who says so.

Three dates differ and are named: a document is `published_on`, a fact is in force from `valid_from` until
`valid_until` (both included), and `benefit_year` is the year of cover that a contribution buys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import TypeAlias, TypeVar, cast

from domain.vocabulary import Fen, RegionCode, RegionLevel, Relation, SpecialGroup, Word, yuan


class Unit(Word):
    """What the value of a fact is stated in (计量单位)."""

    FEN = "分", "fen, one hundredth of a yuan"
    DAYS = "日历天", "calendar days"
    WORKING_DAYS = "工作日", "working days"
    MONTHS = "月", "calendar months"
    YEARS = "年", "years"
    HOURS = "小时", "hours"
    MINUTES = "分钟", "minutes"
    COUNT = "次", "times"
    RATIO = "比例", "ratio between 0 and 1"
    BOOLEAN = "是否", "yes or no"
    DATE = "日期", "one calendar day"
    DATE_WINDOW = "起止日期", "first and last calendar day, both included"
    CLOCK_WINDOW = "起止时刻", "from one time of day until another"
    RELATIONS = "亲属关系", "what the family member is to the account holder"
    SPECIAL_GROUPS = "特殊群体", "recognised groups"
    RULE = "规则", "one rule by name"
    RULES = "规则（多项）", "rules by name"
    TEXT = "文字", "words as the document writes them"


class SourceKind(Word):
    """What stands behind a fact (依据类型)."""

    DOCUMENT = "文件", "a document says so"
    ASSUMPTION = "假定", "no document says so: our reading"
    SYNTHETIC = "模拟", "made up for the simulated province"


@dataclass(frozen=True, slots=True)
class Document:
    """A published document (文件依据) and the words in it. `published_on` is None where it bears no day.

    `paragraph` says where the words stand, None where that is not told.
    """

    id: str
    title: str
    number: str | None
    issuer: str
    published_on: date | None
    url: str | None
    remark: str | None
    paragraph: str | None
    quote: str | None

    @property
    def kind(self) -> SourceKind:
        """Always `DOCUMENT`."""
        return SourceKind.DOCUMENT


@dataclass(frozen=True, slots=True)
class Assumption:
    """A reading that no document states (假定), why it was taken, and the document it reads, if any."""

    why: str
    document: Document | None

    @property
    def kind(self) -> SourceKind:
        """Always `ASSUMPTION`."""
        return SourceKind.ASSUMPTION


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A rule of the simulated province (模拟省份), which exists nowhere else."""

    remark: str

    @property
    def kind(self) -> SourceKind:
        """Always `SYNTHETIC`."""
        return SourceKind.SYNTHETIC


Source: TypeAlias = Document | Assumption | Synthetic


@dataclass(frozen=True, slots=True, order=True)
class DateWindow:
    """Calendar days from `first` to `last`, both included (起止日期)."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class ClockWindow:
    """Times of day from `first` (included) until `until` (not included), over midnight where `until` is earlier."""

    first: time
    until: time

    def __contains__(self, moment: time) -> bool:
        if self.first <= self.until:
            return self.first <= moment < self.until
        return moment >= self.first or moment < self.until


FactValue: TypeAlias = (
    bool
    | int
    | Decimal
    | date
    | DateWindow
    | ClockWindow
    | tuple[Relation, ...]
    | tuple[SpecialGroup, ...]
    | str
    | tuple[str, ...]
)
Plain: TypeAlias = bool | int | str | list["Plain"] | dict[str, "Plain"] | None
"""What JSON can carry without loss."""

_T = TypeVar("_T")

_COUNTED_ZH = {Unit.DAYS: "天", Unit.WORKING_DAYS: "个工作日", Unit.MONTHS: "个月", Unit.HOURS: "小时"}


class PolicyUnknown(LookupError):
    """No fact answers: nothing is in force under that name there and then (政策依据缺失)."""

    def __init__(self, name: str, area: RegionCode, on: date, benefit_year: int | None) -> None:
        super().__init__(name, area, on, benefit_year)
        self.name = name
        self.area = area
        self.on = on
        self.benefit_year = benefit_year

    def __str__(self) -> str:
        year = "" if self.benefit_year is None else f" for benefit year {self.benefit_year}"
        return (
            f"{self.name} is unknown for {self.area} on {self.on}{year}: neither the area nor what contains it has a "
            f"fact in force. Add one with its document to domain/policy, or a marked assumption."
        )


class FactNameUndefined(LookupError):
    """No file defines a fact of that name: a slip in code or in a query, not a gap in policy."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"no policy file defines {self.name!r}; PolicyBook.names() lists the names there are"


class FactUnitMismatch(TypeError):
    """A fact was read in a unit it is not stated in."""


@dataclass(frozen=True, slots=True)
class Area:
    """A place that facts can be given for (适用地区)."""

    code: RegionCode
    name_zh: str
    name_en: str
    level: RegionLevel
    synthetic: bool


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """What a fact of this name means, wherever it is in force (事实定义).

    `choices` names the rules that a `RULE` or `RULES` fact may hold, each with its Chinese meaning.
    """

    name: str
    term_zh: str
    term_en: str
    unit: Unit
    per_benefit_year: bool
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One value in force in one area from one day on (政策事实).

    `valid_until` is None for a fact without an end; such a fact says when it was last `confirmed_on`.
    The typed readers (`fen`, `days`, `window` …) raise FactUnitMismatch where the fact has another unit.
    """

    definition: FactDefinition
    area: RegionCode
    valid_from: date
    valid_until: date | None
    benefit_year: int | None
    value: FactValue
    source: Source
    confirmed_on: date | None
    remark: str | None
    key: str = field(init=False)

    def __post_init__(self) -> None:
        parts = [self.name, self.area, self.valid_from.isoformat()]
        if self.benefit_year is not None:
            parts.append(str(self.benefit_year))
        object.__setattr__(self, "key", "~".join(parts))

    @property
    def name(self) -> str:
        """Concept and fact, as in `collection_window.window`."""
        return self.definition.name

    @property
    def term_zh(self) -> str:
        """The term of the field in Chinese."""
        return self.definition.term_zh

    @property
    def term_en(self) -> str:
        """The term of the field in English."""
        return self.definition.term_en

    @property
    def unit(self) -> Unit:
        """What `value` is stated in."""
        return self.definition.unit

    @property
    def document(self) -> Document | None:
        """The document that states the fact or that an assumption reads; None where there is none."""
        if isinstance(self.source, Document):
            return self.source
        return self.source.document if isinstance(self.source, Assumption) else None

    def in_force(self, on: date) -> bool:
        """Whether the fact speaks for that day; its first and last day are included."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    @property
    def fen(self) -> Fen:
        """Money in fen."""
        return Fen(self._whole(Unit.FEN))

    @property
    def days(self) -> int:
        """Calendar days."""
        return self._whole(Unit.DAYS)

    @property
    def working_days(self) -> int:
        """Days on which offices are open."""
        return self._whole(Unit.WORKING_DAYS)

    @property
    def months(self) -> int:
        """Calendar months."""
        return self._whole(Unit.MONTHS)

    @property
    def years(self) -> int:
        """Years."""
        return self._whole(Unit.YEARS)

    @property
    def hours(self) -> int:
        """Hours."""
        return self._whole(Unit.HOURS)

    @property
    def minutes(self) -> int:
        """Minutes."""
        return self._whole(Unit.MINUTES)

    @property
    def count(self) -> int:
        """How many times."""
        return self._whole(Unit.COUNT)

    @property
    def ratio(self) -> Decimal:
        """A ratio between 0 and 1, exact."""
        return self._of(Unit.RATIO, Decimal)

    @property
    def flag(self) -> bool:
        """Yes or no."""
        return self._of(Unit.BOOLEAN, bool)

    @property
    def day(self) -> date:
        """One calendar day."""
        return self._of(Unit.DATE, date)

    @property
    def window(self) -> DateWindow:
        """First and last calendar day, both included."""
        return self._of(Unit.DATE_WINDOW, DateWindow)

    @property
    def clock_window(self) -> ClockWindow:
        """Times of day."""
        return self._of(Unit.CLOCK_WINDOW, ClockWindow)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """What the family member may be to the account holder, in the document's order."""
        return cast("tuple[Relation, ...]", self._of(Unit.RELATIONS, tuple))

    @property
    def special_groups(self) -> tuple[SpecialGroup, ...]:
        """Recognised groups, in the document's order; may be none."""
        return cast("tuple[SpecialGroup, ...]", self._of(Unit.SPECIAL_GROUPS, tuple))

    @property
    def rule(self) -> str:
        """The name of the one rule in force, among the definition's choices."""
        return self._of(Unit.RULE, str)

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules in force, among the definition's choices."""
        return cast("tuple[str, ...]", self._of(Unit.RULES, tuple))

    @property
    def text(self) -> str:
        """Words as the document writes them."""
        return self._of(Unit.TEXT, str)

    def plain_value(self) -> Plain:
        """The value as JSON carries it: fen as an integer, ratios and days as text, enumerations by name."""
        match self.value:
            case bool() | int() | str():
                return self.value
            case DateWindow(first, last):
                return {"first": first.isoformat(), "last": last.isoformat()}
            case ClockWindow(opens, closes):
                return {"first": opens.isoformat("minutes"), "until": closes.isoformat("minutes")}
            case date():
                return self.value.isoformat()
            case Decimal():
                return str(self.value)
            case tuple():
                return [one if isinstance(one, str) else one.name for one in self.value]

    def value_zh(self) -> str:
        """The value as a Chinese reader is shown it: 400.00元, 90天, 2024-09-23至2025-02-28."""
        choices = dict(self.definition.choices)
        match self.value:
            case bool():
                return "是" if self.value else "否"
            case int() if self.unit is Unit.FEN:
                return f"{yuan(Fen(self.value))}元"
            case int():
                return f"{self.value}{_COUNTED_ZH.get(self.unit, self.unit.zh)}"
            case DateWindow(first, last):
                return f"{first}至{last}"
            case ClockWindow(opens, closes):
                return f"{opens:%H:%M}至{closes:%H:%M}"
            case str():
                return choices.get(self.value, self.value)
            case tuple():
                return "、".join(choices[one] if isinstance(one, str) else one.zh for one in self.value) or "无"
        return str(self.value)

    def value_en(self) -> str:
        """The value as an English reader is shown it: 400.00 yuan, 90 days, 2024-09-23 to 2025-02-28."""
        match self.value:
            case bool():
                return "yes" if self.value else "no"
            case int() if self.unit is Unit.FEN:
                return f"{yuan(Fen(self.value))} yuan"
            case int():
                words = "times" if self.unit is Unit.COUNT else self.unit.name.lower().replace("_", " ")
                return f"{self.value} {words.removesuffix('s') if self.value == 1 else words}"
            case DateWindow(first, last):
                return f"{first} to {last}"
            case ClockWindow(opens, closes):
                return f"{opens:%H:%M} to {closes:%H:%M}"
            case str():
                return self.value.lower().replace("_", " ") if self.definition.choices else self.value
            case tuple():
                words_of = (one.lower().replace("_", " ") if isinstance(one, str) else one.en for one in self.value)
                return ", ".join(words_of) or "none"
        return str(self.value)

    def _whole(self, unit: Unit) -> int:
        return self._of(unit, int)

    def _of(self, unit: Unit, kind: type[_T]) -> _T:
        if self.unit is not unit or not isinstance(self.value, kind):
            raise FactUnitMismatch(
                f"{self.key} is stated in {self.unit.name.lower()}, not in {unit.name.lower()}; "
                f"read it by the property for its unit"
            )
        return self.value
