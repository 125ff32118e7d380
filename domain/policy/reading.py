"""Strict reading of the policy files (政策文件读取): a file is either right in every line or refused with the line.

YAML takes `no` for false, `22:00` for 1320 and `0123` for 83. Values are therefore read from the parsed nodes, each
by the one form its unit allows, and nothing is converted on the quiet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

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
from domain.policy.matters.facts import Matter
from domain.policy.matters.reading import read_matters
from domain.policy.pages import Page, is_plain, root_of, tag
from domain.vocabulary import NATION, RegionCode, RegionLevel, Relation, SpecialGroup

AREAS = "areas.yaml"
DOCUMENTS = "documents.yaml"
SYNTHETIC_FILES = "synthetic_*.yaml"

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_RULE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_RATIO = re.compile(r"0|1|0\.[0-9]+|1\.0+")


@dataclass(frozen=True, slots=True)
class Library:
    """Everything the files of one folder say, checked: nothing overlaps, everything cited exists."""

    areas: Mapping[RegionCode, Area]
    documents: Mapping[str, Document]
    definitions: Mapping[str, FactDefinition]
    facts: tuple[Fact, ...]
    matters: tuple[Matter, ...]


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
    return Library(
        areas, documents, definitions, tuple(one.fact for one in placed), read_matters(folder, areas, documents)
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A fact and the line it stands on."""

    fact: Fact
    page: Page
    line: int


def _order(fact: Fact) -> tuple[str, str, int, date]:
    return fact.name, fact.area, fact.benefit_year or 0, fact.valid_from


def _read_areas(path: Path) -> dict[RegionCode, Area]:
    areas: dict[RegionCode, Area] = {}
    page = Page(path.name, "")
    root = root_of(path)
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
    for key, node in Page(path.name, "").mapping(root_of(path)).items():
        page = Page(path.name, key)
        parts = page.mapping(node, ["title", "issuer", "published_on"], ["number", "url", "remark"])
        undated = is_plain(parts["published_on"], "null")
        documents[key] = Document(
            id=key,
            title=page.text(parts["title"], "the title"),
            number=page.optional_text(parts, "number"),
            issuer=page.text(parts["issuer"], "the issuer"),
            published_on=None if undated else page.day(parts["published_on"], "published_on"),
            url=page.optional_text(parts, "url"),
            remark=page.optional_text(parts, "remark"),
            paragraph=None,
            quote=None,
        )
        if undated and documents[key].remark is None:
            page.refuse(node, "an undated document has no remark", "The reader must learn why", "Add a remark")
    return documents


def _read_concept(path: Path) -> Iterable[tuple[Page, FactDefinition, list[yaml.Node]]]:
    """The definitions of one concept file, each with its values."""
    for key, node in Page(path.name, "").mapping(root_of(path)).items():
        page = Page(path.name, f"{path.stem}.{key}")
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


def _read_unit(page: Page, node: yaml.Node) -> Unit:
    name = page.text(node, "the unit")
    for unit in Unit:
        if unit.name.lower() == name:
            return unit
    known = ", ".join(unit.name.lower() for unit in Unit)
    page.refuse(node, f"the unit {name!r} is unknown", f"Known: {known}", "Use one of them")


def _read_choices(page: Page, definition: yaml.Node, node: yaml.Node | None, unit: Unit) -> tuple[tuple[str, str], ...]:
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
) -> Iterable[tuple[Page, FactDefinition, list[yaml.Node]]]:
    """The values that a file for a simulated province adds to facts defined elsewhere."""
    for name, node in Page(path.name, "").mapping(root_of(path)).items():
        page = Page(path.name, name)
        definition = definitions.get(name)
        if definition is None:
            page.refuse(
                node, f"no file defines {name}", "Only a concept file says what a fact means", "Define it there"
            )
        yield page, definition, page.sequence(node, "the values")


def _read_fact(
    page: Page,
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
    valid_until = page.optional_day(parts, "until")
    if valid_until is not None and valid_until < valid_from:
        page.refuse(parts["until"], "until lies before from", "The fact would never be in force", "Correct one of them")
    confirmed_on = page.optional_day(parts, "confirmed_on")
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
        remark=page.optional_text(parts, "remark"),
    )
    return _Placed(fact, page, node.start_mark.line + 1)


def _read_known_area(page: Page, node: yaml.Node, areas: Mapping[RegionCode, Area]) -> Area:
    code = page.area(node)
    if code not in areas:
        page.refuse(node, f"the area {code} is unknown", f"{AREAS} does not list it", "Correct it or add it there")
    return areas[code]


def _read_source(page: Page, node: yaml.Node, documents: Mapping[str, Document]) -> Source:
    """A document with its words, an assumption with its reason, or a note on a simulated area."""
    parts = page.mapping(node, (), ["document", "paragraph", "quote", "assumed", "synthetic"])
    document = None
    if "document" in parts:
        key = page.text(parts["document"], "the document")
        if key not in documents:
            page.refuse(parts["document"], f"the document {key!r} is unknown", f"{DOCUMENTS} lacks it", "Add it there")
        document = replace(
            documents[key],
            paragraph=page.optional_text(parts, "paragraph"),
            quote=page.optional_text(parts, "quote"),
        )
    elif "paragraph" in parts:
        page.refuse(parts["paragraph"], "a paragraph has no document", "It is a place in one", "Name the document")
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


def _read_value(page: Page, definition: FactDefinition, node: yaml.Node) -> FactValue:
    match definition.unit:
        case Unit.BOOLEAN:
            return page.flag(node, "the value")
        case Unit.RATIO:
            if not isinstance(node, yaml.ScalarNode) or node.tag != tag("str") or not _RATIO.fullmatch(node.value):
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
            first_time, until_time = (page.time_of_day(part) for part in _pair(page, node))
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


def _pair(page: Page, node: yaml.Node) -> list[yaml.Node]:
    parts = page.sequence(node, "the value")
    if len(parts) != 2:
        page.refuse(node, f"the window has {len(parts)} ends", "A window has two", "Write [first, last]")
    return parts


def _read_rule(page: Page, definition: FactDefinition, node: yaml.Node) -> str:
    rule = page.text(node, "the rule")
    known = [name for name, _ in definition.choices]
    if rule not in known:
        page.refuse(node, f"the rule {rule!r} is unknown", f"Known: {', '.join(known)}", "Use one or add a choice")
    return rule


_T = TypeVar("_T")


def _distinct(page: Page, node: yaml.Node, values: tuple[_T, ...]) -> tuple[_T, ...]:
    if len(set(values)) != len(values):
        page.refuse(node, "a value is listed twice", "A list names each once", "Remove one")
    return values


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
