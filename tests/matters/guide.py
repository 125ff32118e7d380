"""The guide of Mianyang as it is printed (`mianyang-2024.txt`), read by its headings, without any file of the product.

White space is left out everywhere: the text breaks lines inside words and has stray spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

TEXT = Path(__file__).with_name("mianyang-2024.txt")
_SECTION = re.compile(r"[一二三四五六七八九]、(.+)")
_NUMBERED = re.compile(r"(?:^|(?<=[；。]))(?:[0-9]\.|-[0-9])")
_PLACE, _TIME, _TELEPHONES, _COMPLAINTS = "办理地点：", "办理时间：", "咨询电话：", "投诉电话："


def tight(text: str) -> str:
    """A text without white space."""
    return re.sub(r"\s", "", text)


@dataclass(slots=True)
class Printed:
    """One matter as it is printed; `first` and `last` are its lines."""

    name: str
    first: int
    last: int = 0
    sections: dict[str, str] = field(default_factory=dict)
    place: str = ""
    hours: str = ""
    telephones: dict[str, list[str]] = field(default_factory=dict)
    complaints: str = ""

    def items(self, section: str) -> list[str]:
        """The numbered items of a section, or its whole text where it numbers none; none where it is not there."""
        return [part for part in _NUMBERED.split(self.sections.get(section, "")) if part]


def printed() -> list[Printed]:
    """Every matter, in order."""
    found: list[Printed] = []
    section = ""
    lines = TEXT.read_text("utf-8").split("\n")
    for index, line in enumerate(lines):
        text = tight(line)
        if index + 2 < len(lines) and tight(lines[index + 2]) == "一、事项名称" and text:
            if found:
                found[-1].last = index
            found.append(Printed(text, index + 1))
            section = ""
        elif not found or not text:
            continue
        elif heading := _SECTION.fullmatch(text):
            section = heading[1]
        elif text.startswith(_PLACE):
            found[-1].place = text.removeprefix(_PLACE)
        elif text.startswith(_TIME):
            found[-1].hours = text.removeprefix(_TIME)
        elif text.startswith(_COMPLAINTS):
            found[-1].complaints = text.removeprefix(_COMPLAINTS)
        elif text == _TELEPHONES:
            section = _TELEPHONES
        elif section == _TELEPHONES:
            place, _, numbers = line.partition("：")
            # A stray space stands inside some numbers, behind the dash, and a stray dash before one place; two numbers
            # are parted by a space.
            found[-1].telephones[tight(place).removeprefix("-")] = re.sub(r"-\s+", "-", numbers).split()
        elif section:
            found[-1].sections[section] = found[-1].sections.get(section, "") + text
    found[-1].last = len(lines)
    return found
