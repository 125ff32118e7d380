"""Declare a month's wages for the people of a unit and pay the bill (单位缴费申报与缴费), as an employer does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from loadtests.answers import Data, at, fen, nodes, outcome, require
from loadtests.errands.paying_alone import until_confirmed
from loadtests.errands.visit import Visit, look_at_the_log
from loadtests.others import Employer
from loadtests.schedule import Habits, Thinking

CHANNEL: Final = "TAX_SYSTEM"
EVENTS: Final = ("WagesDeclaredEvent", "EmployeeBillPaidEvent")
"""What the log says of a bill, in this order."""
_LOWEST_WAGE_FEN: Final = 380_000
_WAGE_STEP_FEN: Final = 137_050
_STEPS: Final = 17


def declare_wages(visit: Visit, employer: Employer, month: int, habits: Habits, thinking: Thinking) -> None:
    """The month is declared for everybody, and its bill paid and told of once. Raises ErrandEnded, SentAway."""
    cursor = visit.ask("MyUnit", {"scheme": "EMPLOYEE"}, lambda data: _unit(data, employer))
    visit.think(thinking.typing())
    lines = [{"personId": person, "wage": _wage(place)} for place, person in enumerate(employer.members)]
    list_ = {"unitId": employer.unit_id, "month": month, "lines": lines}
    declaration = {"input": {"idempotencyKey": visit.key("declare"), **list_}}
    bill, total = visit.ask("DeclareWages", declaration, lambda data: _declared(data, lines, month))
    if habits.taps_twice:
        visit.ask(
            "DeclareWages",
            declaration,
            lambda data: require(_declared(data, lines, month) == (bill, total), "the same key gives another bill"),
            measured_as="DeclareWagesAgain",
        )
    if habits.asks_again:
        once_more = {"input": {"idempotencyKey": visit.key("once-more"), **list_}}
        visit.ask("DeclareWages", once_more, _stands, measured_as="DeclareWagesOnceMore", refusal="ALREADY_DECLARED")
    visit.think(thinking.reading())
    payment = {"idempotencyKey": visit.key("pay"), "billId": bill, "channel": CHANNEL, "expectedAmount": total}
    order = visit.ask("PayEmployeeBill", {"input": payment}, lambda data: _started(data, bill, total))
    until_confirmed(visit, order, thinking)
    visit.think(thinking.reading())
    look_at_the_log(
        visit,
        cursor,
        lambda data: _told_once(data, bill, total, len(lines)),
        lambda data: len(_told(data, bill)) >= len(EVENTS),
        thinking.typing,
        operation="UnitEventsSince",
    )


def _wage(place: int) -> str:
    wage = _LOWEST_WAGE_FEN + place % _STEPS * _WAGE_STEP_FEN
    return f"{wage // 100}.{wage % 100:02d}"


def _unit(data: Data, employer: Employer) -> str | None:
    require(at(data, "viewer.role") == "UNIT_OFFICER", "signed in as no officer of a unit")
    require(at(data, "viewer.unit.id") == employer.unit_id, "signed in for another unit")
    working = [one for one in nodes(data, "viewer.unit.members") if at(one, "personType") == "EMPLOYED"]
    require({at(one, "person.id") for one in working} == set(employer.members), "other people work there")
    cursor: str | None = at(data, "events.pageInfo").get("endCursor")
    return cursor


def _declared(data: Data, lines: Sequence[Mapping[str, Any]], month: int) -> tuple[str, str]:
    """The bill and its total, which are those of the lines."""
    found = outcome(data, "declareWages", "WagesDeclared")
    answers = at(found, "lines")
    require([at(one, "personId") for one in answers] == [one["personId"] for one in lines], "other lines are answered")
    require({at(one, "outcome") for one in answers} == {"RECORDED"}, "a line is not recorded")
    for one, line in zip(answers, lines, strict=True):
        require(at(one, "contribution.wage") == line["wage"], "another wage is recorded")
    bill = at(found, "bill")
    require(at(bill, "month") == month, "the bill is for another month")
    require(at(bill, "persons") == len(lines), "the bill is for more or fewer people")
    shares = ("unitShare", "personalShare", "maternityShare")
    for share in shares:
        of_lines = sum(fen(at(one, f"contribution.{share}"), share) for one in answers)
        require(fen(at(bill, share), share) == of_lines, f"{share} is not the sum of the lines")
    total: str = at(bill, "total")
    require(fen(total, "total") == sum(fen(at(bill, share), share) for share in shares), "the total is no sum")
    require(fen(total, "total") > 0, "nothing is due")
    return str(at(bill, "id")), total


def _stands(data: Data) -> None:
    found = outcome(data, "declareWages", "WagesDeclared")
    require(found.get("bill") is None, "the month makes a second bill")
    require({at(one, "outcome") for one in at(found, "lines")} == {"ALREADY_DECLARED"}, "a line is recorded twice")


def _started(data: Data, bill: str, total: str) -> str:
    found = outcome(data, "payEmployeeBill", "EmployeeBillPaymentStarted")
    require(at(found, "bill.id") == bill, "another bill is paid")
    require(at(found, "order.amount") == total, "the amount is not the bill's")
    return str(at(found, "order.id"))


def _told(data: Data, bill: str) -> list[Data]:
    return [event for event in nodes(data, "events") if at(event, "bill.id") == bill]


def _told_once(data: Data, bill: str, total: str, people: int) -> None:
    told = _told(data, bill)
    require(
        tuple(str(event.get("__typename")) for event in told) == EVENTS, "the bill is not told of once and in order"
    )
    for event in told:
        require(at(event, "amount") == total, "the amount is not the bill's")
        require(at(event, "persons") == people, "more or fewer people are told of")
