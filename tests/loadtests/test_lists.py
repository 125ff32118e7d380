"""What is said of a unit's list: each line's answer, and whether the books hold it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from loadtests.answers import Data, Wrong
from loadtests.lists import CollectionList, Taken, lines_of
from loadtests.payments import Bearer, Client
from loadtests.people import Unit

UNIT = Unit("token", "uni_1", ("per_1", "per_2", "per_3"), "per_8", "per_9", 2025)
LINES = lines_of(UNIT, {"per_2"})
AMOUNTS = {"con_1": ("per_1", "400.00"), "con_2": ("per_2", "100.00"), "con_3": ("per_3", "400.00")}


def _line(contribution: str, **changes: str) -> dict[str, Any]:
    person, amount = AMOUNTS[contribution]
    made = {"id": contribution, "amount": amount, **changes}
    return {"__typename": "LineAccepted", "contribution": {**made, "person": {"id": changes.get("person", person)}}}


def _refusal(kind: str) -> dict[str, Any]:
    return {"__typename": kind, "code": kind}


ANSWERED = [
    *(_line("con_1"), _refusal("NotAMember"), _line("con_2"), _refusal("ListedTwice"), _refusal("PaidByAnother")),
    _line("con_3"),
]
ANSWER = {"order": {"id": "pay_2", "amount": "900.00"}, "lines": ANSWERED}


class Answering(Client):
    """A server that gives one answer to everything, the log page by page."""

    def __init__(self, answer: Data, pages: Sequence[Sequence[Data]] = ()) -> None:
        self._answer = answer
        self._pages = pages

    def ask(
        self, person: Bearer, operation: str, variables: Mapping[str, Any], *, request_id: str | None = None
    ) -> Data:
        place = int(variables.get("after") or 0)
        if not self._pages:
            return self._answer
        edges = [{"node": event} for event in self._pages[place]]
        info = {"hasNextPage": place + 1 < len(self._pages), "endCursor": str(place + 1)}
        return {**self._answer, "events": {"edges": edges, "pageInfo": info}}


def test_a_list_names_the_members_and_some_who_must_be_refused() -> None:
    assert [(line.person, sorted(line.answers)) for line in LINES] == [
        ("per_1", ["CoverageYearTooShort", "LineAccepted"]),
        ("per_8", ["NotAMember"]),
        ("per_2", ["AlreadyPaid", "CoverageYearTooShort", "LineAccepted", "PaidByAnother", "PaymentInProgress"]),
        ("per_1", ["ListedTwice"]),
        ("per_9", ["AlreadyPaid", "PaidByAnother"]),
        ("per_3", ["CoverageYearTooShort", "LineAccepted"]),
    ]


def _asked(**changes: Any) -> Data:
    answer = {"__typename": "CollectionStarted", **ANSWER, **changes}
    return CollectionList(UNIT, LINES).ask(Answering({"collectResidentContributions": answer}))


def _with(place: int, line: Data) -> list[Data]:
    return [line if number == place else one for number, one in enumerate(ANSWERED)]


def test_an_answer_to_every_line_and_an_order_over_their_sum_is_right() -> None:
    assert _asked()["order"] == ANSWER["order"]
    given = {"order": {"id": "pay_2", "amount": "800.00"}, "lines": _with(2, _refusal("PaymentInProgress"))}
    assert _asked(**given)["lines"] == given["lines"]


def test_only_a_line_that_might_have_been_taken_says_that_somebody_else_pays() -> None:
    assert CollectionList(UNIT, LINES, answer=ANSWER).paid_otherwise() == []
    second = {**ANSWER, "lines": _with(2, _refusal("PaidByAnother"))}
    assert CollectionList(UNIT, LINES, answer=second).paid_otherwise() == ["per_2"]
    assert CollectionList(UNIT, LINES).paid_otherwise() == []


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"lines": ANSWERED[:-1]}, "not every line"),
        ({"lines": _with(5, _refusal("PaymentInProgress"))}, "line 5 is answered with PaymentInProgress"),
        ({"lines": _with(1, _line("con_3"))}, "line 1 is answered with LineAccepted"),
        ({"lines": _with(5, _line("con_3", person="per_1"))}, "line 5 is somebody else's"),
        ({"lines": _with(5, _line("con_3", id="con_1"))}, "two lines are one"),
        ({"order": {"id": "pay_2", "amount": "800.00"}}, "not the sum"),
        ({"order": None}, "order.id is null"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_line_that_is_answered_otherwise_is_found(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(Wrong, match=what):
        _asked(**changes)


BEFORE = Taken("pay_1", "800.00", {number: AMOUNTS[number] for number in ("con_1", "con_3")})


def _order(number: str, status: str, amount: str, pays: Sequence[str]) -> dict[str, Any]:
    edges = [{"node": {"id": contribution}} for contribution in pays]
    return {"id": number, "status": status, "amount": amount, "contributions": {"edges": edges}}


FAILED_ORDER = _order("pay_1", "FAILED", "800.00", ())
ORDER = _order("pay_2", "CONFIRMED", "900.00", sorted(AMOUNTS))
CONTRIBUTIONS = [
    {"id": number, "status": "PAID", "amount": amount, "person": {"id": person}}
    for number, (person, amount) in AMOUNTS.items()
]


def _of_order(kind: str, order: str, amount: str) -> dict[str, Any]:
    return {"__typename": kind, "order": {"id": order}, "amount": amount}


STARTED_AGAIN = [_of_order("PaymentStartedEvent", "pay_2", amount) for _, amount in AMOUNTS.values()]
FAILED = [_of_order("PaymentFailedEvent", "pay_1", "400.00")] * 2
PAID = [
    {"__typename": "ResidentContributionPaidEvent", "contribution": {"id": number}, "amount": amount}
    for number, (_, amount) in AMOUNTS.items()
]
LOG = [*[_of_order("PaymentStartedEvent", "pay_1", "400.00")] * 2, *FAILED, *STARTED_AGAIN, *PAID]


def _books(
    orders: Sequence[Data] = (FAILED_ORDER, ORDER),
    contributions: Sequence[Data] = CONTRIBUTIONS,
    log: Sequence[Data] = LOG,
) -> Answering:
    found = {
        "paymentOrders": {"edges": [{"node": one} for one in orders]},
        "residentContributions": {"edges": [{"node": one} for one in contributions]},
    }
    return Answering(found, [log[:3], log[3:]])


def _collected(status: str = "CONFIRMED") -> CollectionList:
    """The list after one that failed, answered and followed."""
    return CollectionList(UNIT, LINES, (BEFORE,), sent=True, answer=ANSWER, status=status)


def test_a_list_that_stands_in_the_books_once_is_right() -> None:
    assert _collected().wrong(_books()) == []
    assert _collected().stands(_books()) == CollectionList.told(ANSWER) == "pay_2 con_1 con_2 con_3"
    assert _collected().paid(_books()) == [("per_1", "con_1"), ("per_2", "con_2"), ("per_3", "con_3")]


def test_a_list_that_was_never_sent_leaves_no_trace() -> None:
    never = CollectionList(UNIT, LINES)
    assert never.wrong(_books([], [], [])) == []
    assert never.stands(_books([], [], [])) is None
    assert never.wrong(_books())


@pytest.mark.parametrize(
    ("books", "what"),
    [
        ({"orders": [FAILED_ORDER]}, "the orders are not those that were answered"),
        ({"orders": [FAILED_ORDER, ORDER, {**ORDER, "id": "pay_3"}]}, "the orders are not those that were answered"),
        ({"orders": [{**FAILED_ORDER, "status": "CONFIRMED"}, ORDER]}, "that failed is told otherwise"),
        ({"orders": [FAILED_ORDER, {**ORDER, "status": "UNKNOWN"}]}, "that was collected is told otherwise"),
        ({"orders": [FAILED_ORDER, {**ORDER, "amount": "500.00"}]}, "of another amount"),
        ({"orders": [FAILED_ORDER, _order("pay_2", "CONFIRMED", "900.00", ["con_1"])]}, "pays other contributions"),
        ({"contributions": CONTRIBUTIONS[:2]}, "the contributions are not those that were answered"),
        ({"contributions": [*CONTRIBUTIONS, {**CONTRIBUTIONS[0], "id": "con_4"}]}, "somebody is on two contributions"),
        ({"contributions": [*CONTRIBUTIONS[:2], {**CONTRIBUTIONS[2], "status": "PAYING"}]}, "collected is not paid"),
        ({"contributions": [*CONTRIBUTIONS, {**CONTRIBUTIONS[0], "id": "con_4"}]}, "was not collected is paid"),
        ({"log": LOG[1:]}, "tell of each start once"),
        ({"log": [*LOG, STARTED_AGAIN[0]]}, "tell of each start once"),
        ({"log": [one for one in LOG if one not in FAILED]}, "tell of each failure once"),
        ({"log": LOG[:-1]}, "tell of each payment once"),
        ({"log": [*LOG, PAID[0]]}, "tell of each payment once"),
        ({"log": [*LOG[:-1], {**PAID[-1], "amount": "100.00"}]}, "tell of each payment once"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whatever_of_a_list_is_lost_or_doubled_is_found(books: dict[str, Any], what: str) -> None:
    assert [finding for finding in _collected().wrong(_books(**books)) if what in finding]


def test_a_list_without_its_answer_or_its_channels_word_is_found() -> None:
    silent = CollectionList(UNIT, LINES, (BEFORE,), sent=True)
    assert "uni_1: it was sent and never answered" in silent.wrong(_books())
    assert "uni_1: its channel has not said what became of it" in _collected("UNKNOWN").wrong(_books())


def test_a_list_that_failed_goes_out_again_under_another_key() -> None:
    first = CollectionList(UNIT, LINES, sent=True, answer=ANSWER)
    checked = {"__typename": "PaymentChecked", "order": {"id": "pay_2", "status": "FAILED"}}
    again = first.follow(Answering({"checkPayment": checked}))
    assert again is not None
    assert [taken.order for taken in again.failed] == ["pay_2"]
    assert first.is_settled()
    assert first.wrong(_books()) == []
    assert again.input()["idempotencyKey"] != first.input()["idempotencyKey"]
    assert again.input()["lines"] == first.input()["lines"]
    collected = {**checked, "order": {"id": "pay_2", "status": "CONFIRMED"}}
    assert first.follow(Answering({"checkPayment": collected})) is None
