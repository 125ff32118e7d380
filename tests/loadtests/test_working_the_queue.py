"""A clerk catches every answer that is not as it must be, a filing that two hold too. The server is a script."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from loadtests.errands.visit import ErrandEnded
from loadtests.errands.working_the_queue import REASON, Verdict, work_the_queue
from loadtests.others import Clerk
from loadtests.schedule import Thinking
from tests.loadtests.mixes import MIX
from tests.loadtests.test_errands import Script

CLERK = Clerk("t", "840100")
PAUSES = Thinking(1, "WorkTheQueue", 0, MIX)
WAITING = {"id": "fil_1", "matter": "TEMPORARY_TREATMENT_RECORD", "status": "SUBMITTED", "claimed": False}


def _moved(move: str, status: str, *, mine: bool = True) -> dict[str, Any]:
    filing = {"id": "fil_1", "status": status, "inMyHands": mine}
    return {f"{move}Filing": {"__typename": "FilingMoved", "filing": filing}}


def _told(*moves: str) -> dict[str, Any]:
    draft = {"filing": None, "move": "DRAFT"}
    return {
        "events": {"edges": [{"node": draft}, *({"node": {"filing": {"id": "fil_1"}, "move": one}} for one in moves)]}
    }


ANSWERS: dict[str, Any] = {
    "FilingQueue": {
        "viewer": {"role": "CLERK", "region": "840100"},
        "filingQueue": {"edges": [{"node": {**WAITING, "id": "fil_0", "claimed": True}}, {"node": WAITING}]},
        "events": {"pageInfo": {"endCursor": "c1"}},
    },
    "ClaimFiling": _moved("claim", "SUBMITTED"),
    "FilingInHand": {
        "filing": {
            "id": "fil_1",
            "inMyHands": True,
            "nextActions": ["RETURN", "ACCEPT"],
            "treatmentRegion": "520400",
            "materials": [{"needed": True, "way": "ON_RECORD"}, {"needed": False, "way": None}],
        }
    },
    "AcceptFiling": _moved("accept", "ACCEPTED"),
    "ApproveFiling": _moved("approve", "APPROVED"),
    "CompleteFiling": _moved("complete", "COMPLETED", mine=False),
    "DenyFiling": _moved("deny", "DENIED", mine=False),
    "ReturnFiling": _moved("return", "SUBMITTED", mine=False),
}
MOVES = {
    Verdict.APPROVE: ["CLAIM", "ACCEPT", "APPROVE", "COMPLETE"],
    Verdict.DENY: ["CLAIM", "ACCEPT", "DENY"],
    Verdict.RETURN: ["CLAIM", "RETURN"],
}


@pytest.mark.parametrize("verdict", Verdict)
def test_what_nobody_holds_is_claimed_looked_at_and_decided(verdict: Verdict) -> None:
    # Another clerk had returned it before.
    script = Script({**ANSWERS, "FilingMovesSince": _told("SUBMIT", "CLAIM", "RETURN", *MOVES[verdict], "CLAIM")})
    held: dict[str, object] = {}
    work_the_queue(script, CLERK, verdict, held, PAUSES)
    moves = [f"{move.title()}Filing" for move in MOVES[verdict]]
    assert script.asked == ["FilingQueue", moves[0], "FilingInHand", *moves[1:], "FilingMovesSince"]
    assert {script.variables[move]["input"]["filingId"] for move in moves} == {"fil_1"}
    assert held == {}
    if verdict is Verdict.DENY:
        assert script.variables["DenyFiling"]["input"]["reason"] == REASON


def test_whoever_comes_second_goes_on_to_the_next_and_an_empty_queue_is_no_work() -> None:
    for kind in ("FilingNotInHand", "FilingInAnotherState"):
        script = Script({**ANSWERS, "ClaimFiling": {"claimFiling": {"__typename": kind}}})
        work_the_queue(script, CLERK, Verdict.APPROVE, {}, PAUSES)
        assert script.asked == ["FilingQueue", "ClaimFiling"]
        assert script.refused == [kind]


def test_two_clerks_who_hold_one_filing_are_found_out() -> None:
    with pytest.raises(ErrandEnded, match="ClaimFiling: two clerks hold one filing"):
        work_the_queue(Script(ANSWERS), CLERK, Verdict.APPROVE, {"fil_1": object()}, PAUSES)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("FilingQueue.viewer.role", "CITIZEN"),
        ("FilingQueue.viewer.region", "840200"),
        ("FilingQueue.filingQueue.edges", [{"node": {**WAITING, "matter": "PERSON_ENQUIRY"}}]),
        ("ClaimFiling.claimFiling.__typename", "FilingNotFound"),
        ("ClaimFiling.claimFiling.filing.id", "fil_2"),
        ("ClaimFiling.claimFiling.filing.inMyHands", False),
        ("FilingInHand.filing.inMyHands", False),
        ("FilingInHand.filing.nextActions", ["RETURN"]),
        ("FilingInHand.filing.materials", [{"needed": True, "way": None}]),
        ("AcceptFiling.acceptFiling.__typename", "FilingNotInHand"),
        ("ApproveFiling.approveFiling.filing.status", "ACCEPTED"),
        ("CompleteFiling.completeFiling.__typename", "FilingNotCompleted"),
        ("FilingMovesSince.events.edges", _told("CLAIM", "ACCEPT", "APPROVE")["events"]["edges"]),
    ],
)
def test_an_answer_that_is_not_as_it_must_be_ends_it(path: str, value: Any) -> None:
    answers = copy.deepcopy({**ANSWERS, "FilingMovesSince": _told(*MOVES[Verdict.APPROVE])})
    *way, last = path.split(".")
    place: Any = answers
    for name in way:
        place = place[name]
    place[last] = value
    with pytest.raises(ErrandEnded, match=f"^{way[0]}: "):
        work_the_queue(Script(answers), CLERK, Verdict.APPROVE, {}, PAUSES)
