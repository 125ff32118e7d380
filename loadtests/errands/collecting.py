"""Pay for the people of a village or a school in one list (村干部代收、学校代收): up to 300, each line answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final, Protocol

from loadtests.answers import Data, Foreseen, Refused, at, fen, nodes, outcome, require
from loadtests.errands.paying_alone import until_confirmed
from loadtests.errands.visit import MOST_LOOKS, SentAway, Visit
from loadtests.others import Collector
from loadtests.schedule import Thinking

CHANNEL: Final = "TAX_SYSTEM"
STRANGER: Final = "NotAMember"
TWICE: Final = "ListedTwice"
_LINE_REFUSED: Final = "LineRefused"


class Season(Protocol):
    """What holds for whoever the unit pays for, between a moment of `Visit.now` and now."""

    def prices(self, since: float) -> Set[int]:
        """The prices in fen."""
        ...

    def refusals(self, since: float) -> Set[str]:
        """The refusals that a line must expect."""
        ...


@dataclass(frozen=True, slots=True)
class Collected:
    """What a list came to: the order, its sum, its contributions each with its person, and why lines were refused."""

    order: str
    amount: str
    contributions: Mapping[str, str]
    refused: Sequence[str]


def collect_for_many(
    visit: Visit,
    collector: Collector,
    season: Season,
    thinking: Thinking,
    *,
    taps_twice: bool,
    paid: Callable[[], None],
) -> None:
    """The whole list is paid and told of once; `paid` is called for each contribution. Raises ErrandEnded, SentAway.

    Somebody who is none of the unit's stands in the list, and one of its people twice: both lines are refused.
    """
    cursor = visit.ask("MyUnit", {"scheme": "RESIDENT"}, lambda data: _unit(data, collector))
    visit.think(thinking.typing())
    persons = [*collector.members, collector.stranger, collector.members[0]]
    list_ = {
        "input": {
            "idempotencyKey": visit.key("collect"),
            "unitId": collector.unit_id,
            "coverageYear": collector.coverage_year,
            "channel": CHANNEL,
            "lines": [{"personId": person} for person in persons],
        }
    }
    sent = visit.now()
    found = visit.ask("CollectResidentContributions", list_, lambda data: _collected(data, persons, season, sent))
    if taps_twice:
        visit.ask(
            "CollectResidentContributions",
            list_,
            lambda data: require(_collected(data, persons, season, sent) == found, "the same key gives another answer"),
            measured_as="CollectResidentContributionsAgain",
        )
    for kind in found.refused:
        _count(visit, kind)
    until_confirmed(visit, found.order, thinking)
    visit.think(thinking.reading())
    _see_progress(visit, found)
    _see_the_log(visit, cursor, found, thinking)
    for _ in found.contributions:
        paid()


def _count(visit: Visit, kind: str) -> None:
    """Keep the refusal of a line, which is no answer of its own."""

    def refused() -> None:
        raise Foreseen(kind)

    try:
        visit.observed(_LINE_REFUSED, visit.now(), visit.now(), refused)
    except SentAway:
        return


def _unit(data: Data, collector: Collector) -> str | None:
    require(at(data, "viewer.role") == "UNIT_OFFICER", "signed in as no officer of a unit")
    require(at(data, "viewer.unit.id") == collector.unit_id, "signed in for another unit")
    seen = {at(one, "person.id") for one in nodes(data, "viewer.unit.members")}
    require(collector.stranger not in seen, "a stranger is one of the unit's people")
    cursor: str | None = at(data, "events.pageInfo").get("endCursor")
    return cursor


def _collected(data: Data, persons: Sequence[str], season: Season, sent: float) -> Collected:
    found = outcome(data, "collectResidentContributions", "CollectionStarted")
    lines = at(found, "lines")
    require(len(lines) == len(persons), "lines were lost")
    expected = [*[""] * (len(persons) - 2), STRANGER, TWICE]
    contributions: dict[str, str] = {}
    refused: list[str] = []
    total, prices, may_refuse = 0, season.prices(sent), season.refusals(sent)
    for line, person, kind in zip(lines, persons, expected, strict=True):
        said = str(at(line, "__typename"))
        if said != "LineAccepted":
            if said != kind and (kind or said not in may_refuse):
                raise Refused(said)
            refused.append(said)
            continue
        require(not kind, "a line was taken that must be refused")
        contribution = at(line, "contribution")
        require(at(contribution, "person.id") == person, "a line is for somebody else")
        price = fen(at(contribution, "amount"), "amount")
        require(price in prices, "the amount is not what policy asks for at that moment")
        contributions[str(at(contribution, "id"))] = person
        total += price
    if not contributions:
        raise Foreseen(refused[0])
    order = at(found, "order")
    require(fen(at(order, "amount"), "amount") == total, "the order is not the sum of its lines")
    return Collected(str(at(order, "id")), str(at(order, "amount")), contributions, refused)


def _see_progress(visit: Visit, collected: Collected) -> None:
    """Page by page, everybody on the list is paid for and nobody else."""
    paid: dict[str, str] = {}
    after: str | None = None
    while True:
        more, after = visit.ask(
            "CollectionProgress", {"order": collected.order, "after": after}, lambda data: _paid(data, collected, paid)
        )
        if not more:
            return


def _paid(data: Data, collected: Collected, paid: dict[str, str]) -> tuple[bool, str | None]:
    order = at(data, "paymentOrder")
    require(at(order, "status") == "CONFIRMED", "the order is not confirmed")
    require(at(order, "amount") == collected.amount, "the order is another sum")
    for one in nodes(order, "contributions"):
        require(at(one, "status") in ("PAID", "FINISHED"), "somebody on the list is not paid for")
        require(str(at(one, "id")) not in paid, "somebody is on the list twice")
        paid[str(at(one, "id"))] = str(at(one, "person.id"))
    page = at(order, "contributions.pageInfo")
    more = bool(at(page, "hasNextPage"))
    require(more or paid == collected.contributions, "the list is not who was taken")
    return more, page.get("endCursor")


def _see_the_log(visit: Visit, cursor: str | None, collected: Collected, thinking: Thinking) -> None:
    """The log tells of each payment once; it is told when all that began earlier has ended."""
    for look in range(MOST_LOOKS):
        told: list[str] = []
        after, more = cursor, True
        while more:
            more, after = visit.ask("PaidSince", {"after": after}, lambda data: _told(data, collected, told))  # noqa: B023
        if len(told) >= len(collected.contributions) or look == MOST_LOOKS - 1:
            break
        visit.think(thinking.typing())
    now = visit.now()
    visit.observed("ListToldOf", now, now, lambda: _each_once(told, collected))


def _told(data: Data, collected: Collected, told: list[str]) -> tuple[bool, str | None]:
    # Others of the unit's people may pay for themselves meanwhile.
    paid = (str(at(event, "contribution.id")) for event in nodes(data, "events"))
    told += [one for one in paid if one in collected.contributions]
    page = at(data, "events.pageInfo")
    return bool(at(page, "hasNextPage")), page.get("endCursor")


def _each_once(told: Sequence[str], collected: Collected) -> None:
    require(sorted(told) == sorted(collected.contributions), "the payments are not told of once each")
