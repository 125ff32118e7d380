"""Find the agency and the rules of a region (查询经办机构和政策), as anybody may without signing in."""

from __future__ import annotations

from loadtests.answers import Data, at, nodes, require
from loadtests.errands.visit import Visit
from loadtests.schedule import Thinking


def look_something_up(visit: Visit, region: str, thinking: Thinking) -> None:
    """Two questions with a pause. Raises ErrandEnded."""
    visit.ask("AgenciesOfRegion", {"region": region}, _agencies)
    visit.think(thinking.reading())
    visit.ask("PolicyOfRegion", {"region": region}, lambda data: len(nodes(data, "policyFacts")))


def _agencies(data: Data) -> int:
    require(bool(at(data, "region.name")), "the region has no name")
    found = nodes(data, "region.agencies")
    return len(found)
