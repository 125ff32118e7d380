"""The journey catches every answer that is not as it must be. The server here is a script."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

from loadtests.answers import Data, Foreseen, Refused, Wrong
from loadtests.errands.looking_up import look_something_up
from loadtests.errands.resident_contribution import pay_for_a_relative
from loadtests.errands.visit import ErrandEnded, SentAway, Watch
from loadtests.people import Person, Relative
from loadtests.schedule import Habits, Thinking
from tests.loadtests.mixes import MIX

Found = TypeVar("Found")

PERSON = Person(
    token="t",
    person_id="per_1",
    region="520402",
    member=Relative("王秀英", "RESIDENT_ID_CARD", "240102195603150020", "1956-03-15", "FEMALE", "PARENT"),
    coverage_year=2025,
)
EVERYTHING = Habits(watches=True, taps_twice=True, asks_again=True)
PAUSES = Thinking(1, "PayForARelative", 0, MIX)
EVENTS: list[dict[str, Any]] = [
    {"__typename": "FamilyMemberBoundEvent", "cursor": "c1", "binding": {"id": "fam_1"}},
    {
        "__typename": "ResidentContributionSubmittedEvent",
        "cursor": "c2",
        "contribution": {"id": "con_1"},
        "amount": "400.00",
    },
    {
        "__typename": "ResidentContributionPaidEvent",
        "cursor": "c3",
        "contribution": {"id": "con_1"},
        "amount": "400.00",
    },
    {"__typename": "ResidentContributionFinishedEvent", "cursor": "c4", "contribution": {"id": "con_1"}},
]
PAID = {
    "__typename": "ResidentContributionPaid",
    "contribution": {"id": "con_1", "status": "PAID", "amount": "400.00"},
    "entry": {"id": "ent_1", "amount": "-400.00", "balance": "600.00"},
    "account": {"balance": "600.00"},
}
RIGHT: dict[str, Any] = {
    "MyFamily": {
        "viewer": {"role": "CITIZEN", "person": {"id": "per_1", "account": {"balance": "1000.00"}}},
        "events": {"pageInfo": {"endCursor": None}},
    },
    "BindFamilyMember": {
        "bindFamilyMember": {
            "__typename": "FamilyMemberBound",
            "binding": {"id": "fam_1", "status": "ACTIVE", "member": {"id": "per_2"}},
        }
    },
    "QuoteResidentContribution": {
        "contributionQuote": {"__typename": "ContributionQuote", "amount": "400.00", "facts": [{"role": "amount"}]}
    },
    "SubmitResidentContribution": {
        "submitResidentContribution": {
            "__typename": "ResidentContributionSubmitted",
            "contribution": {"id": "con_1", "status": "SUBMITTED", "amount": "400.00", "person": {"id": "per_2"}},
        }
    },
    "PayResidentContribution": {"payResidentContribution": PAID},
    "PayResidentContributionAgain": {"payResidentContribution": copy.deepcopy(PAID)},
    "QuoteAfterPaying": {"contributionQuote": {"__typename": "AlreadyPaid", "contribution": {"id": "con_1"}}},
    "FinishResidentContribution": {
        "finishResidentContribution": {
            "__typename": "ResidentContributionFinished",
            "contribution": {"id": "con_1", "status": "FINISHED"},
            "receipt": {"id": "rec_1", "number": "520420250001"},
        }
    },
    "Receipt": {
        "receipt": {
            "number": "520420250001",
            "printableUrl": "/worlds/demo/receipts/rec_1",
            "contribution": {"id": "con_1", "amount": "400.00", "person": {"id": "per_2"}},
        }
    },
    "ReceiptPage": "<p>520420250001</p>",
    "EventsSince": {"events": {"edges": [{"node": event} for event in EVENTS]}},
    "Watch": EVENTS,
}


class Script:
    """A visit whose answers are written down."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.variables: dict[str, Mapping[str, Any]] = {}

    def ask(
        self,
        operation: str,
        variables: Mapping[str, Any],
        check: Callable[[Data], Found],
        *,
        measured_as: str | None = None,
        refusal: str | None = None,
    ) -> Found:
        name = measured_as or operation
        self.variables[name] = variables
        return self._checked(name, lambda: check(self.answers[name]))

    def open_page(self, path: str, check: Callable[[str], None], *, measured_as: str) -> None:
        self._checked(measured_as, lambda: check(self.answers[measured_as]))

    @contextmanager
    def watch(self, after: str | None, *, measured_as: str) -> Iterator[Watch]:
        self.asked.append(measured_as)
        yield self

    def received(self, done: Callable[[Sequence[Data]], bool]) -> Sequence[Data]:
        events: Sequence[Data] = self.answers["Watch"]
        return events

    def arrived(self, event: Data) -> float:
        return 2.0

    def observed(self, measured_as: str, since: float, until: float, check: Callable[[], None]) -> None:
        self._checked(measured_as, check)

    def think(self, seconds: float) -> None:
        assert seconds >= 0

    def now(self) -> float:
        return 1.0

    def key(self, step: str) -> str:
        return f"key-of-{step}"

    def _checked(self, name: str, check: Callable[[], Found]) -> Found:
        self.asked.append(name)
        try:
            return check()
        except Foreseen as refused:
            self.refused.append(str(refused))
            raise SentAway(str(refused)) from refused
        except (Wrong, Refused) as failure:
            raise ErrandEnded(f"{name}: {failure}") from failure


def _with(path: str, value: Any) -> dict[str, Any]:
    """The right answers with one value changed; the path leads through objects and lists."""
    answers = copy.deepcopy(RIGHT)
    *way, last = path.split(".")
    place: Any = answers
    for name in way:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[int(last) if isinstance(place, list) else last] = value
    return answers


def test_the_journey_goes_from_the_family_to_the_log() -> None:
    script = Script(RIGHT)
    pay_for_a_relative(script, PERSON, EVERYTHING, PAUSES)
    assert script.asked == [
        "MyFamily",
        "OpenWatch",
        "BindFamilyMember",
        "QuoteResidentContribution",
        "SubmitResidentContribution",
        "PayResidentContribution",
        "PayResidentContributionAgain",
        "QuoteAfterPaying",
        "FinishResidentContribution",
        "Receipt",
        "ReceiptPage",
        "EventsSince",
        "EventDelivered",
    ]


def test_most_people_do_without_the_extras() -> None:
    script = Script(RIGHT)
    pay_for_a_relative(script, PERSON, Habits(watches=False, taps_twice=False, asks_again=False), PAUSES)
    extras = {"OpenWatch", "PayResidentContributionAgain", "QuoteAfterPaying", "EventDelivered"}
    assert extras.isdisjoint(script.asked)


def test_a_second_tap_sends_the_same_key_and_content() -> None:
    script = Script(RIGHT)
    pay_for_a_relative(script, PERSON, EVERYTHING, PAUSES)
    assert script.variables["PayResidentContributionAgain"] == script.variables["PayResidentContribution"]


@pytest.mark.parametrize(
    ("path", "value", "caught"),
    [
        ("MyFamily.viewer.person.id", "per_9", "MyFamily: signed in as somebody else"),
        ("MyFamily.viewer.role", "OPERATOR", "MyFamily: signed in as no insured person"),
        ("MyFamily.viewer.person", None, "MyFamily: viewer.person.id is null"),
        ("BindFamilyMember.bindFamilyMember.__typename", "AlreadyBound", "BindFamilyMember: AlreadyBound"),
        ("BindFamilyMember.bindFamilyMember.binding.status", "ENDED", "BindFamilyMember: the binding is not active"),
        (
            "QuoteResidentContribution.contributionQuote.__typename",
            "NotEnrolled",
            "QuoteResidentContribution: NotEnrolled",
        ),
        ("QuoteResidentContribution.contributionQuote.amount", "0.00", "QuoteResidentContribution: nothing is due"),
        (
            "SubmitResidentContribution.submitResidentContribution.contribution.amount",
            "400.01",
            "SubmitResidentContribution: the amount is not the one that was quoted",
        ),
        (
            "SubmitResidentContribution.submitResidentContribution.contribution.person.id",
            "per_9",
            "SubmitResidentContribution: it is for somebody else",
        ),
        (
            "PayResidentContribution.payResidentContribution.entry.amount",
            "400.00",
            "PayResidentContribution: the entry is not the amount",
        ),
        (
            "PayResidentContribution.payResidentContribution.account.balance",
            "1000.00",
            "PayResidentContribution: account.balance is not poorer by the amount",
        ),
        (
            "PayResidentContribution.payResidentContribution.contribution.status",
            "SUBMITTED",
            "PayResidentContribution: it is not paid",
        ),
        (
            "PayResidentContributionAgain.payResidentContribution.entry.id",
            "ent_2",
            "PayResidentContributionAgain: the same key again gives another answer",
        ),
        (
            "QuoteAfterPaying.contributionQuote.__typename",
            "ContributionQuote",
            "QuoteAfterPaying: ContributionQuote",
        ),
        (
            "FinishResidentContribution.finishResidentContribution.contribution.status",
            "PAID",
            "FinishResidentContribution: it is not finished",
        ),
        ("Receipt.receipt", None, "Receipt: receipt is null"),
        ("Receipt.receipt.contribution.amount", "380.00", "Receipt: the amount is not the one that was quoted"),
        ("ReceiptPage", "<p></p>", "ReceiptPage: the page lacks the number"),
        ("EventsSince.events.edges", [], "EventsSince: FamilyMemberBoundEvent is missing"),
        (
            "EventsSince.events.edges.2.node.contribution.id",
            "con_9",
            "EventsSince: ResidentContributionPaidEvent is missing",
        ),
        (
            "EventsSince.events.edges.2.node.amount",
            "1.00",
            "EventsSince: the amount is not the one that was quoted",
        ),
        ("Watch", [], "EventDelivered: FamilyMemberBoundEvent is missing"),
        ("Watch", [*EVENTS, EVENTS[2]], "EventDelivered: ResidentContributionPaidEvent came more than once"),
        ("Watch", [EVENTS[2], *EVENTS[:2], EVENTS[3]], "EventDelivered: the events came in another order"),
    ],
)
def test_an_answer_that_is_not_true_ends_the_errand_with_its_reason(path: str, value: Any, caught: str) -> None:
    with pytest.raises(ErrandEnded) as ended:
        pay_for_a_relative(Script(_with(path, value)), PERSON, EVERYTHING, PAUSES)
    assert str(ended.value) == caught


def test_a_passer_by_asks_for_agencies_and_policy() -> None:
    script = Script(
        {
            "AgenciesOfRegion": {"region": {"name": "西秀区", "agencies": {"edges": []}}},
            "PolicyOfRegion": {"policyFacts": {"edges": []}},
        }
    )
    look_something_up(script, "520402", PAUSES)
    assert script.asked == ["AgenciesOfRegion", "PolicyOfRegion"]


def test_a_region_that_is_not_there_is_wrong() -> None:
    with pytest.raises(ErrandEnded, match=r"AgenciesOfRegion: region\.name is null"):
        look_something_up(Script({"AgenciesOfRegion": {"region": None}}), "520402", PAUSES)
