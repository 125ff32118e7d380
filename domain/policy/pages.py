"""One YAML file of the policy, read strictly (政策文件页): a value is right in form, or refused with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import NoReturn, TypeVar

import yaml

from domain.vocabulary import RegionCode, Word

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C parser is ten times faster and missing where PyYAML was built without libyaml; both parse alike."""

_WHOLE = re.compile(r"0|[1-9][0-9]*")
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
class Page:
    """Where the reader is: the file, and the fact or matter it is in."""

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
        if not isinstance(node, yaml.ScalarNode) or node.tag != tag("str") or not node.value.strip():
            self.refuse(
                node, f"{what} is no text", "YAML reads it as something else, or it is empty", "Put it in quotes"
            )
        return str(node.value)

    def whole(self, node: yaml.Node, what: str) -> int:
        if not is_plain(node, "int") or not _WHOLE.fullmatch(node.value):
            self.refuse(
                node, f"{what} is no whole number", "Money is integer fen, counts are whole", "Write digits, no point"
            )
        return int(node.value)

    def flag(self, node: yaml.Node, what: str) -> bool:
        if not is_plain(node, "bool") or node.value not in ("true", "false"):
            self.refuse(
                node, f"{what} is neither true nor false", "yes, no, on and off are refused", "Write true or false"
            )
        return bool(node.value == "true")

    def day(self, node: yaml.Node, what: str) -> date:
        if is_plain(node, "timestamp") and _DAY.fullmatch(node.value):
            try:
                return date.fromisoformat(node.value)
            except ValueError:
                pass
        self.refuse(node, f"{what} is no calendar day", "Days are written year-month-day, unquoted", "Write 2025-02-28")

    def area(self, node: yaml.Node) -> RegionCode:
        if not isinstance(node, yaml.ScalarNode) or node.tag != tag("str") or not _AREA.fullmatch(node.value):
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

    def time_of_day(self, node: yaml.Node) -> time:
        if not isinstance(node, yaml.ScalarNode) or node.tag != tag("str") or not _TIME_OF_DAY.fullmatch(node.value):
            self.refuse(
                node, "a time of day is wrong", "YAML reads 22:00 as a number", 'Write it in quotes, as "22:00"'
            )
        return time.fromisoformat(node.value)

    def optional_text(self, parts: Mapping[str, yaml.Node], key: str) -> str | None:
        return self.text(parts[key], key) if key in parts else None

    def optional_day(self, parts: Mapping[str, yaml.Node], key: str) -> date | None:
        return self.day(parts[key], key) if key in parts else None

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


def tag(name: str) -> str:
    return f"tag:yaml.org,2002:{name}"


def is_plain(node: yaml.Node, name: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == tag(name) and not node.style


def root_of(path: Path) -> yaml.Node:
    """The parsed file, with no floating-point number in it."""
    page = Page(path.name, "")
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


def _refuse_floats(page: Page, root: yaml.Node) -> None:
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            if node.tag == tag("float"):
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
