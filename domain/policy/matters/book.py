"""Every edition of every place, and the one way to find a matter (事项查找)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import Final

from domain.policy.facts import PolicyUnknown
from domain.policy.matters.facts import Edition, Matter
from domain.vocabulary import MatterCode, RegionCode, region_chain

_PREFIX: Final = "service_matters."
EDITION: Final = _PREFIX + "edition"
OFFICE: Final = _PREFIX + "office"
AGENTS: Final = _PREFIX + "agents"
"""What is unknown, as `PolicyUnknown` names it: that a place has a guide, and that its guide names an office, or says
what an agent brings.
"""

_TERMS: Final = {
    EDITION: ("政务服务事项办事指南", "guide to service matters"),
    OFFICE: ("受理该地事项的经办机构", "office that handles matters of the place"),
    AGENTS: ("委托代办的规定", "rules for agents"),
    **{
        f"{_PREFIX}{code.name.lower()}": (f"{code.zh}的办理规定", f"rules for the matter: {code.en}")
        for code in MatterCode
    },
}


class MatterBook:
    """The guides of all places. Immutable; the matters of one edition are in the order of its numbers."""

    __slots__ = ("_by_area", "_by_key", "_editions", "_matters")

    def __init__(self, matters: Sequence[Matter]) -> None:
        self._matters = tuple(
            sorted(matters, key=lambda one: (one.edition.area, one.edition.valid_from, one.number)),
        )
        self._by_key = {matter.key: matter for matter in self._matters}
        self._editions: dict[str, tuple[Matter, ...]] = {}
        for matter in self._matters:
            self._editions[matter.edition.key] = (*self._editions.get(matter.edition.key, ()), matter)
        self._by_area: dict[str, list[Edition]] = {}
        for edition in (matters[0].edition for matters in self._editions.values()):
            self._by_area.setdefault(edition.area, []).append(edition)

    def edition(self, *, area: RegionCode | str, on: date) -> Edition:
        """The edition in force on that day: of the county, else the city, else the province, else the nation.

        Raises PolicyUnknown where none is.
        """
        for place in region_chain(RegionCode(area)):
            editions = self._by_area.get(place, ())
            position = bisect_right(editions, on, key=lambda edition: edition.valid_from)
            if position and editions[position - 1].in_force(on):
                return editions[position - 1]
        raise PolicyUnknown(EDITION, RegionCode(area), on, None)

    def matter(self, code: MatterCode, *, area: RegionCode | str, on: date) -> Matter:
        """The matter as the edition in force has it. Raises PolicyUnknown where there is no edition, or it lacks it."""
        found = self._by_key.get(f"{self.edition(area=area, on=on).key}~{code.name}")
        if found is None:
            raise PolicyUnknown(f"{_PREFIX}{code.name.lower()}", RegionCode(area), on, None)
        return found

    def matters_of(self, edition: Edition) -> tuple[Matter, ...]:
        """The matters of one edition, by number."""
        return self._editions[edition.key]

    def matters(self, *, on: date) -> tuple[Matter, ...]:
        """Every matter of every edition in force on that day, by area and number."""
        editions = [matters for matters in self._editions.values() if matters[0].edition.in_force(on)]
        return tuple(matter for matters in editions for matter in matters)

    def by_key(self, key: str) -> Matter | None:
        """The matter of that key (`area~from~CODE`), or None where there is none."""
        return self._by_key.get(key)

    def term(self, name: str) -> tuple[str, str] | None:
        """What messages call that which was unknown, in Chinese and English; None for a name of no guide."""
        return _TERMS.get(name)
