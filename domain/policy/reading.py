"""Strict reading of the policy files (政策文件读取): a file is either right in every line or refused with the line.

YAML takes `no` for false, `22:00` for 1320 and `0123` for 83. Values are therefore read from the parsed nodes, each
by the one form its unit allows, and nothing is converted on the quiet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import NoReturn, TypeVar

import yaml

from domain.policy.facts import (
    Area,
    Assumption,
    ClockWindow,
    DateWindow,
    Document,
    Fact,
    FactDefinition,
    FactValue,
    Source,
    Synthetic,
    Unit,
)
from domain.vocabulary import NATION, RegionCode, RegionLevel, Relation, SpecialGroup, Word

AREAS = "areas.yaml"
DOCUMENTS = "documents.yaml"
SYNTHETIC_FILES = "synthetic_*.yaml"

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser is ten times faster and missing where PyYAML was built without libyaml; both parse alike."""

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_RULE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_WHOLE = re.compile(r"0|[1-9][0-9]*")
_RATIO = re.compile(r"0|1|0\.[0-9]+|1\.0+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_AREA = re.compile(r"[0-9]{6}")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

_W = TypeVar("_W", bound=Word)


class PolicyFileInvalid(ValueError):
    """A policy file cannot be believed: which file, fact and line, what is wrong, why, and what to do."""

    def __init__(self, file: str, fact: str, line: int, what: str, why: str, remedy: str) -> None:
        super().__init__(file, fact, line, what, why, remedy)
        self.file = file
        self.fact = fact
        self.line = line
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        subject = f" ({self.fact})" if self.fact else ""
        return f"{self.file}, line {self.line}{subject}: {self.what}. {self.why}. {self.remedy}."


@dataclass(frozen=True, slots=True)
class Library:
    """Everything the files of one folder say, checked: nothing overlaps, everything cited exists."""

    areas: Mapping[RegionCode, Area]
    documents: Mapping[str, Document]
    definitions: Mapping[str, FactDefinition]
    facts: tuple[Fact, ...]


def read_library(folder: Path) -> Library:
    """The policy files of a folder. PolicyFileInvalid at the first line that cannot be believed."""
    areas = _read_areas(folder / AREAS)
    documents = _read_documents(folder / DOCUMENTS)
    synthetic_files = sorted(folder.glob(SYNTHETIC_FILES))
    registers = {folder / AREAS, folder / DOCUMENTS}
    concept_files = [path for path in sorted(folder.glob("*.yaml")) if path not in registers | set(synthetic_files)]

    definitions: dict[str, FactDefinition] = {}
    placed: list[_Placed] = []
    for path in concept_files:
        for page, definition, values in _read_concept(path):
            definitions[definition.name] = definition
            placed.extend(_read_fact(page, definition, node, areas, documents) for node in values)
    for path in synthetic_files:
        for page, definition, values in _read_synthetic(path, definitions):
            placed.extend(_read_fact(page, definition, node, areas, documents) for node in values)

    placed.sort(key=lambda one: _order(one.fact))
    _refuse_overlaps(placed)
    return Library(areas, documents, definitions, tuple(one.fact for one in placed))


@dataclass(frozen=True, slots=True)
class _Page:
    """Where the reader is: the file, and the fact it is in."""

    file: str
    fact: str

    def refuse(self, node: yaml.Node | int, what: str, why: str, remedy: str) -> NoReturn:
        line = node if isinstance(node, int) else node.start_mark.line + 1
        raise PolicyFileInvalid(self.file, self.fact, line, what, why, remedy)

    def mapping(
        self, node: yaml.Node, required: Iterable[str] = (), optional: Iterable[str] | None = None
    ) -> dict[str, yaml.Node]:
        """Keys and values, in the file's order. `optional=None` leaves the keys open."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, "a mapping is missing", "Here stand keys with values", "Write them as `key: value`")
        found: dict[str, yaml.Node] = {}
        for key_node, value_node in node.value:
            key = self.text(key_node, "a key")
            if key in found:
                self.refuse(key_node, f"the key {key!r} stands twice", "Only one of them could count", "Remove one")
            found[key] = value_node
        if optional is not None:
            known = [*required, *optional]
            for key_node, _ in node.value:
                if key_node.value not in known:
                    self.refuse(
                        key_node,
                        f"the key {key_node.value!r} is unknown",
                        f"Known here: {', '.join(known)}",
                        "Correct the spelling or remove it",
                    )
        for key in required:
            if key not in found:
                self.refuse(node, f"the key {key!r} is missing", "A fact without it is incomplete", "Add it")
        return found

    def sequence(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(node, f"{what} is no list", "Several values are possible here", "Write `[a, b]` or `- a`")
        return list(node.value)

    def text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or node.tag != _tag("str") or not node.value.strip():
            self.refuse(
                node, f"{what} is no text", "YAML reads it as something else, or it is empty", "Put it in quotes"
            )
        return str(node.value)

    def whole(self, node: yaml.Node, what: str) -> int:
        if not _is_plain(node, "int") or not _WHOLE.fullmatch(node.value):
            self.refuse(
                node, f"{what} is no whole number", "Money is integer fen, counts are whole", "Write digits, no point"
            )
        return int(node.value)

    def flag(self, node: yaml.Node, what: str) -> bool:
        if not _is_plain(node, "bool") or node.value not in ("true", "false"):
            self.refuse(
                node, f"{what} is neither true nor false", "yes, no, on and off are refused", "Write true or false"
            )
        return bool(node.value == "true")

    def day(self, node: yaml.Node, what: str) -> date:
        if _is_plain(node, "timestamp") and _DAY.fullmatch(node.value):
            try:
                return date.fromisoformat(node.value)
            except ValueError:
                pass
        self.refuse(node, f"{what} is no calendar day", "Days are written year-month-day, unquoted", "Write 2025-02-28")

    def area(self, node: yaml.Node) -> RegionCode:
        if not isinstance(node, yaml.ScalarNode) or node.tag != _tag("str") or not _AREA.fullmatch(node.value):
            self.refuse(
                node, "the area is no region code", "A region code is six digits in quotes", 'Write it as "520400"'
            )
        return RegionCode(node.value)

    def year(self, node: yaml.Node) -> int:
        year = self.whole(node, "the benefit year")
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            self.refuse(
                node,
                f"the benefit year {year} is out of range",
                f"Years lie between {_FIRST_YEAR} and {_LAST_YEAR}",
                "Correct it",
            )
        return year

    def word(self, node: yaml.Node, words: type[_W], refused: Sequence[_W] = ()) -> _W:
        name = self.text(node, "the name")
        allowed = [word for word in words if word not in refused]
        for word in allowed:
            if word.name == name:
                return word
        self.refuse(
            node,
            f"{name!r} is no {words.__name__}",
            f"Known: {', '.join(word.name for word in allowed)}",
            "Use one of them",
        )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A fact and the line it stands on."""

    fact: Fact
    page: _Page
    line: int


def _tag(name: str) -> str:
    return f"tag:yaml.org,2002:{name}"


def _is_plain(node: yaml.Node, name: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _tag(name) and not node.style


def _order(fact: Fact) -> tuple[str, str, int, date]:
    return fact.name, fact.area, fact.benefit_year or 0, fact.valid_from


def _root(path: Path) -> yaml.Node:
    """The parsed file, with no floating-point number in it."""
    page = _Page(path.name, "")
    try:
        root = yaml.compose(path.read_bytes().decode("utf-8"), Loader=_LOADER)
    except FileNotFoundError:
        page.refuse(1, "the file is missing", "Every policy folder has it", "Restore it")
    except UnicodeDecodeError as error:
        page.refuse(1, f"the file is not UTF-8 at byte {error.start}", "It holds Chinese text", "Save it as UTF-8")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        problem = getattr(error, "problem", None) or "the text cannot be parsed"
        page.refuse(line, f"this is no YAML ({problem})", "The file cannot be read", "Correct the line")
    if root is None:
        page.refuse(1, "the file is empty", "A policy file says something", "Fill it or remove it")
    _refuse_floats(page, root)
    return root


def _refuse_floats(page: _Page, root: yaml.Node) -> None:
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            if node.tag == _tag("float"):
                page.refuse(
                    node,
                    f"{node.value} is a floating-point number",
                    "It cannot hold money or ratios exactly",
                    'Write money in fen (40000) and ratios in quotes ("0.85")',
                )
        elif isinstance(node, yaml.MappingNode):
            waiting.extend(part for pair in reversed(node.value) for part in reversed(pair))
        else:
            waiting.extend(reversed(node.value))


def _read_areas(path: Path) -> dict[RegionCode, Area]:
    areas: dict[RegionCode, Area] = {}
    page = _Page(path.name, "")
    root = _root(path)
    for node in page.sequence(root, "the list of areas"):
        parts = page.mapping(node, ["code", "name", "name_en", "level"], ["synthetic"])
        code = page.area(parts["code"])
        if code in areas:
            page.refuse(node, f"the area {code} stands twice", "Only one of them could count", "Remove one")
        areas[code] = Area(
            code=code,
            name_zh=page.text(parts["name"], "the name"),
            name_en=page.text(parts["name_en"], "the English name"),
            level=page.word(parts["level"], RegionLevel),
            synthetic="synthetic" in parts and page.flag(parts["synthetic"], "synthetic"),
        )
    if NATION not in areas:
        page.refuse(root, "the nation is missing", 'Every lookup ends at "000000"', "Add it")
    return areas


def _read_documents(path: Path) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    for key, node in _Page(path.name, "").mapping(_root(path)).items():
        page = _Page(path.name, key)
        parts = page.mapping(node, ["title", "issuer", "published_on"], ["number", "url", "remark"])
        undated = _is_plain(parts["published_on"], "null")
        documents[key] = Document(
            id=key,
            title=page.text(parts["title"], "the title"),
            number=_optional_text(page, parts, "number"),
            issuer=page.text(parts["issuer"], "the issuer"),
            published_on=None if undated else page.day(parts["published_on"], "published_on"),
            url=_optional_text(page, parts, "url"),
            remark=_optional_text(page, parts, "remark"),
            quote=None,
        )
        if undated and documents[key].remark is None:
            page.refuse(node, "an undated document has no remark", "The reader must learn why", "Add a remark")
    return documents


def _read_concept(path: Path) -> Iterable[tuple[_Page, FactDefinition, list[yaml.Node]]]:
    """The definitions of one concept file, each with its values."""
    for key, node in _Page(path.name, "").mapping(_root(path)).items():
        page = _Page(path.name, f"{path.stem}.{key}")
        if not _NAME.fullmatch(key):
            page.refuse(node, f"{key!r} is no fact name", "Names are lower_case_with_underscores", "Rename it")
        parts = page.mapping(node, ["term", "term_en", "unit", "values"], ["per_benefit_year", "choices"])
        unit = _read_unit(page, parts["unit"])
        definition = FactDefinition(
            name=page.fact,
            term_zh=page.text(parts["term"], "the term"),
            term_en=page.text(parts["term_en"], "the English term"),
            unit=unit,
            per_benefit_year="per_benefit_year" in parts and page.flag(parts["per_benefit_year"], "per_benefit_year"),
            choices=_read_choices(page, node, parts.get("choices"), unit),
        )
        yield page, definition, page.sequence(parts["values"], "values")


def _read_unit(page: _Page, node: yaml.Node) -> Unit:
    name = page.text(node, "the unit")
    for unit in Unit:
        if unit.name.lower() == name:
            return unit
    known = ", ".join(unit.name.lower() for unit in Unit)
    page.refuse(node, f"the unit {name!r} is unknown", f"Known: {known}", "Use one of them")


def _read_choices(
    page: _Page, definition: yaml.Node, node: yaml.Node | None, unit: Unit
) -> tuple[tuple[str, str], ...]:
    wanted = unit in (Unit.RULE, Unit.RULES)
    if wanted != (node is not None):
        page.refuse(
            node or definition,
            "choices are missing" if wanted else "choices are out of place",
            "Rules, and only rules, are chosen from a closed list",
            "List the rules with their Chinese meaning" if wanted else "Remove them",
        )
    if node is None:
        return ()
    choices: list[tuple[str, str]] = []
    for rule, meaning in page.mapping(node).items():
        if not _RULE.fullmatch(rule):
            page.refuse(meaning, f"{rule!r} is no rule name", "Names are UPPER_CASE_WITH_UNDERSCORES", "Rename it")
        choices.append((rule, page.text(meaning, "the meaning")))
    return tuple(choices)


def _read_synthetic(
    path: Path, definitions: Mapping[str, FactDefinition]
) -> Iterable[tuple[_Page, FactDefinition, list[yaml.Node]]]:
    """The values that a file for a simulated province adds to facts defined elsewhere."""
    for name, node in _Page(path.name, "").mapping(_root(path)).items():
        page = _Page(path.name, name)
        definition = definitions.get(name)
        if definition is None:
            page.refuse(
                node, f"no file defines {name}", "Only a concept file says what a fact means", "Define it there"
            )
        yield page, definition, page.sequence(node, "the values")


def _read_fact(
    page: _Page,
    definition: FactDefinition,
    node: yaml.Node,
    areas: Mapping[RegionCode, Area],
    documents: Mapping[str, Document],
) -> _Placed:
    required = ["area", "from", "value", "source"]
    parts = page.mapping(node, required, ["until", "benefit_year", "confirmed_on", "remark"])
    area = _read_known_area(page, parts["area"], areas)
    source = _read_source(page, parts["source"], documents)
    if isinstance(source, Synthetic) != area.synthetic:
        page.refuse(
            parts["source"],
            f"the source does not fit {area.name_zh}",
            "A simulated area has synthetic facts, a real one has none",
            "Cite a document or an assumption for a real area, and `synthetic` for a simulated one",
        )
    valid_from = page.day(parts["from"], "from")
    valid_until = _optional_day(page, parts, "until")
    if valid_until is not None and valid_until < valid_from:
        page.refuse(parts["until"], "until lies before from", "The fact would never be in force", "Correct one of them")
    confirmed_on = _optional_day(page, parts, "confirmed_on")
    if (valid_until is None) != (confirmed_on is not None):
        page.refuse(
            node,
            "a fact has either an end or a day of confirmation",
            "Last year's figure must not speak for this year unseen",
            "Give `until`, or `confirmed_on` where there is no end",
        )
    benefit_year = page.year(parts["benefit_year"]) if "benefit_year" in parts else None
    if definition.per_benefit_year != (benefit_year is not None):
        page.refuse(
            node,
            "the benefit year is missing" if definition.per_benefit_year else "the benefit year is out of place",
            "All values of a fact are stated per year of cover, or none is",
            "Set it in line with `per_benefit_year`",
        )
    fact = Fact(
        definition=definition,
        area=area.code,
        valid_from=valid_from,
        valid_until=valid_until,
        benefit_year=benefit_year,
        value=_read_value(page, definition, parts["value"]),
        source=source,
        confirmed_on=confirmed_on,
        remark=_optional_text(page, parts, "remark"),
    )
    return _Placed(fact, page, node.start_mark.line + 1)


def _read_known_area(page: _Page, node: yaml.Node, areas: Mapping[RegionCode, Area]) -> Area:
    code = page.area(node)
    if code not in areas:
        page.refuse(node, f"the area {code} is unknown", f"{AREAS} does not list it", "Correct it or add it there")
    return areas[code]


def _read_source(page: _Page, node: yaml.Node, documents: Mapping[str, Document]) -> Source:
    """A document with its words, an assumption with its reason, or a note on a simulated area."""
    parts = page.mapping(node, (), ["document", "quote", "assumed", "synthetic"])
    document = None
    if "document" in parts:
        key = page.text(parts["document"], "the document")
        if key not in documents:
            page.refuse(parts["document"], f"the document {key!r} is unknown", f"{DOCUMENTS} lacks it", "Add it there")
        document = replace(documents[key], quote=_optional_text(page, parts, "quote"))
    remedy = "Write {document, quote}, {assumed}, {assumed, document, quote} or {synthetic}"
    if "synthetic" in parts:
        if len(parts) > 1:
            page.refuse(node, "a synthetic source cites something", "It exists nowhere else", remedy)
        return Synthetic(page.text(parts["synthetic"], "the note"))
    if "assumed" in parts:
        if document is None and "quote" in parts:
            page.refuse(node, "a quote has no document", "Words come from somewhere", remedy)
        return Assumption(page.text(parts["assumed"], "the reason"), document)
    if document is None or document.quote is None:
        page.refuse(node, "no source stands behind the value", "A reader must be able to check it", remedy)
    return document


def _read_value(page: _Page, definition: FactDefinition, node: yaml.Node) -> FactValue:
    match definition.unit:
        case Unit.BOOLEAN:
            return page.flag(node, "the value")
        case Unit.RATIO:
            if not isinstance(node, yaml.ScalarNode) or node.tag != _tag("str") or not _RATIO.fullmatch(node.value):
                page.refuse(node, "the value is no ratio", "Ratios are exact, from 0 to 1", 'Write it as "0.85"')
            return Decimal(node.value)
        case Unit.DATE:
            return page.day(node, "the value")
        case Unit.DATE_WINDOW:
            first, last = (page.day(part, "a day of the window") for part in _pair(page, node))
            if last < first:
                page.refuse(node, "the window ends before it begins", "Both days are included", "Exchange them")
            return DateWindow(first, last)
        case Unit.CLOCK_WINDOW:
            first_time, until_time = (_read_time(page, part) for part in _pair(page, node))
            return ClockWindow(first_time, until_time)
        case Unit.RELATIONS:
            parts = page.sequence(node, "the value")
            if not parts:
                page.refuse(node, "no relation is listed", "An account pays for somebody", "List the relations")
            return _distinct(page, node, tuple(page.word(part, Relation, [Relation.OTHER]) for part in parts))
        case Unit.SPECIAL_GROUPS:
            groups = tuple(page.word(part, SpecialGroup) for part in page.sequence(node, "the value"))
            return _distinct(page, node, groups)
        case Unit.RULE:
            return _read_rule(page, definition, node)
        case Unit.RULES:
            rules = tuple(_read_rule(page, definition, part) for part in page.sequence(node, "the value"))
            return _distinct(page, node, rules)
        case Unit.TEXT:
            return page.text(node, "the value")
        case _:
            return page.whole(node, "the value")


def _pair(page: _Page, node: yaml.Node) -> list[yaml.Node]:
    parts = page.sequence(node, "the value")
    if len(parts) != 2:
        page.refuse(node, f"the window has {len(parts)} ends", "A window has two", "Write [first, last]")
    return parts


def _read_time(page: _Page, node: yaml.Node) -> time:
    if not isinstance(node, yaml.ScalarNode) or node.tag != _tag("str") or not _TIME_OF_DAY.fullmatch(node.value):
        page.refuse(node, "a time of day is wrong", "YAML reads 22:00 as a number", 'Write it in quotes, as "22:00"')
    return time.fromisoformat(node.value)


def _read_rule(page: _Page, definition: FactDefinition, node: yaml.Node) -> str:
    rule = page.text(node, "the rule")
    known = [name for name, _ in definition.choices]
    if rule not in known:
        page.refuse(node, f"the rule {rule!r} is unknown", f"Known: {', '.join(known)}", "Use one or add a choice")
    return rule


_T = TypeVar("_T")


def _distinct(page: _Page, node: yaml.Node, values: tuple[_T, ...]) -> tuple[_T, ...]:
    if len(set(values)) != len(values):
        page.refuse(node, "a value is listed twice", "A list names each once", "Remove one")
    return values


def _optional_text(page: _Page, parts: Mapping[str, yaml.Node], key: str) -> str | None:
    return page.text(parts[key], key) if key in parts else None


def _optional_day(page: _Page, parts: Mapping[str, yaml.Node], key: str) -> date | None:
    return page.day(parts[key], key) if key in parts else None


def _refuse_overlaps(placed: Sequence[_Placed]) -> None:
    """No day, area, name and benefit year has two facts. `placed` is in order."""
    for earlier, later in pairwise(placed):
        one, other = earlier.fact, later.fact
        if _order(one)[:3] != _order(other)[:3]:
            continue
        if one.valid_until is None or other.valid_from <= one.valid_until:
            verb = "duplicates" if one.valid_from == other.valid_from else "overlaps"
            later.page.refuse(
                later.line,
                f"the period {verb} that of {earlier.page.file}, line {earlier.line}",
                f"On {other.valid_from} two facts would be in force for {other.area}",
                "End the earlier one with `until` the day before, or remove one",
            )
