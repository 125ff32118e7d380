"""Work a queue of filings (经办人员办理业务): claim one, look at it and decide it, while no other clerk holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from loadtests.answers import Data, Foreseen, Refused, at, nodes, outcome, require
from loadtests.errands.filing import FOR_A_TIME, FOR_LONG
from loadtests.errands.visit import SentAway, Visit, look_at_the_log
from loadtests.others import Clerk
from loadtests.schedule import Thinking

MATTERS: Final = (FOR_A_TIME, FOR_LONG)
"""What lies in the queue: what people of a run file."""
TAKEN: Final = frozenset({"FilingNotInHand", "FilingInAnotherState"})
"""What whoever comes second to a filing must hear, while the first holds it or afterwards."""
REASON: Final = "不符合备案条件"


class Verdict(StrEnum):
    """What becomes of a filing that was claimed."""

    APPROVE = "APPROVE"
    DENY = "DENY"
    RETURN = "RETURN"


_MOVES: Final[Mapping[Verdict, tuple[tuple[str, str], ...]]] = {
    Verdict.APPROVE: (("ACCEPT", "ACCEPTED"), ("APPROVE", "APPROVED"), ("COMPLETE", "COMPLETED")),
    Verdict.DENY: (("ACCEPT", "ACCEPTED"), ("DENY", "DENIED")),
    Verdict.RETURN: (("RETURN", "SUBMITTED"),),
}
"""The moves after the claim, each with the state that it leads to."""


def work_the_queue(visit: Visit, clerk: Clerk, verdict: Verdict, held: dict[str, object], thinking: Thinking) -> None:
    """The oldest filing that nobody holds is decided, where there is one. Raises ErrandEnded.

    `held` says which filings the clerks of this run hold, and no two of them hold one.
    """
    waiting, cursor = visit.ask("FilingQueue", {"matters": list(MATTERS)}, lambda data: _queue(data, clerk))
    for filing in waiting:
        visit.think(thinking.reading())
        try:
            _move(visit, filing, "CLAIM", "SUBMITTED", held)
        except SentAway as sent_away:
            if str(sent_away) not in TAKEN:
                raise
            continue
        _decide(visit, filing, verdict, held, thinking, cursor)
        return


def _decide(
    visit: Visit, filing: str, verdict: Verdict, held: dict[str, object], thinking: Thinking, cursor: str | None
) -> None:
    visit.ask("FilingInHand", {"filing": filing}, lambda data: _in_hand(data, filing))
    visit.think(thinking.typing())
    for move, status in _MOVES[verdict]:
        _move(visit, filing, move, status, held)
    done = ("CLAIM", *(move for move, _ in _MOVES[verdict]))
    look_at_the_log(
        visit,
        cursor,
        lambda data: require(_tells(data, filing, done), "what was done is not told of in order"),
        lambda data: _tells(data, filing, done),
        thinking.typing,
        operation="FilingMovesSince",
    )


def _move(visit: Visit, filing: str, move: str, status: str, held: dict[str, object]) -> None:
    given: dict[str, Any] = {"idempotencyKey": visit.key(f"{move}-{filing}"), "filingId": filing}
    if move == "DENY":
        given["reason"] = REASON
    if move in ("RETURN", "DENY", "COMPLETE"):
        # From the moment at which it is sent another clerk may hold the filing.
        held.pop(filing, None)
    visit.ask(f"{move.title()}Filing", {"input": given}, lambda data: _moved(data, filing, move, status, held))


def _queue(data: Data, clerk: Clerk) -> tuple[Sequence[str], str | None]:
    require(at(data, "viewer.role") == "CLERK", "signed in as no clerk")
    require(at(data, "viewer.region") == clerk.region, "signed in as a clerk of another place")
    waiting = nodes(data, "filingQueue")
    for filing in waiting:
        require(at(filing, "matter") in MATTERS, "another matter was asked for")
    cursor: str | None = at(data, "events.pageInfo").get("endCursor")
    return [
        str(at(one, "id")) for one in waiting if at(one, "status") == "SUBMITTED" and not at(one, "claimed")
    ], cursor


def _moved(data: Data, filing: str, move: str, status: str, held: dict[str, object]) -> None:
    try:
        found = at(outcome(data, f"{move.lower()}Filing", "FilingMoved"), "filing")
    except Refused as refused:
        if move == "CLAIM" and str(refused) in TAKEN:
            raise Foreseen(str(refused)) from None
        raise
    require(at(found, "id") == filing, "another filing was moved")
    if move == "CLAIM":
        mine = object()
        require(held.setdefault(filing, mine) is mine, "two clerks hold one filing")
    if move != "RETURN":
        # What was returned may be somebody else's already.
        require(at(found, "status") == status, f"it is not {status}")
        require(at(found, "inMyHands") or status in ("DENIED", "COMPLETED"), "whoever claimed it does not hold it")


def _in_hand(data: Data, filing: str) -> None:
    found = at(data, "filing")
    require(at(found, "id") == filing, "another filing is shown")
    require(bool(at(found, "inMyHands")), "whoever claimed it does not hold it")
    require("ACCEPT" in at(found, "nextActions"), "it cannot be accepted")
    require(bool(at(found, "treatmentRegion")), "it does not say where care is")
    for material in at(found, "materials"):
        require(material.get("way") is not None or not at(material, "needed"), "a material is missing")


def _tells(data: Data, filing: str, done: Sequence[str]) -> bool:
    """Whether the log tells of these moves of the filing one after another, others before or after them."""
    events = nodes(data, "events")
    # What is not handed in yet is not shown to a clerk.
    moves = [str(at(event, "move")) for event in events if (event.get("filing") or {}).get("id") == filing]
    return any(tuple(moves[place : place + len(done)]) == tuple(done) for place in range(len(moves)))
