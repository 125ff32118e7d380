"""What schools and villages collect (代收名单): lists sent until they are answered, each followed as one payment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadtests.answers import Data, Wrong, at, fen, nodes, outcome, require
from loadtests.payments import IN_PROGRESS, PAID_EVENT, PAID_FOR, PAID_STATUSES, Client, key_of
from loadtests.people import Unit

CHANNEL: Final = "TAX_SYSTEM"
_TAKEN: Final = "LineAccepted"
_TOO_LATE: Final = "CoverageYearTooShort"
"""What policy says to some who have missed years: they would wait until the year is over."""
_MOST_PAGES: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """Whom a line names, and which types its answer may have."""

    person: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list was answered: its order, and for each contribution that it pays whom it insures and its amount."""

    order: str
    amount: str
    contributions: Mapping[str, tuple[str, str]]

    def mark(self) -> str:
        """The order and its contributions as one text."""
        return _mark(self.order, self.contributions)


def _mark(order: str, contributions: Collection[str]) -> str:
    return " ".join([order, *sorted(contributions)])


def lines_of(unit: Unit, contested: Collection[str]) -> tuple[Line, ...]:
    """The unit's members, and between them a stranger, one who is paid for, and the first of them once more.

    Of those who are contested, somebody else may be the first to pay.
    """
    alone = frozenset({_TAKEN, _TOO_LATE})
    second = alone | {IN_PROGRESS, *PAID_FOR}
    first, *others = [Line(member, second if member in contested else alone) for member in unit.members]
    paid = [] if unit.paid is None else [Line(unit.paid, PAID_FOR)]
    stranger, again = Line(unit.stranger, frozenset({"NotAMember"})), Line(first.person, frozenset({"ListedTwice"}))
    return (first, stranger, *others[:1], again, *paid, *others[1:])


@dataclass(slots=True, eq=False)
class CollectionList:
    """A unit's list, for which one order pays once. What failed is sent anew under another key, as another of these.

    `answer` is the first one that came, `written` what was found in the books before any had.
    """

    person: Unit
    lines: Sequence[Line]
    failed: tuple[Taken, ...] = ()
    """The lists before, which the channel has not collected."""
    sent: bool = False
    answer: Data | None = None
    written: str | None = None
    status: str = ""
    """What is known of the money."""
    checks: int = 0

    @property
    def about(self) -> str:
        """By which a finding names it."""
        return self.person.unit_id

    def input(self) -> Mapping[str, Any]:
        """The request's input, the same whenever it is sent."""
        return {
            "idempotencyKey": key_of(self.person, f"list-{len(self.failed)}"),
            "unitId": self.person.unit_id,
            "coverageYear": self.person.coverage_year,
            "channel": CHANNEL,
            "lines": [{"personId": line.person} for line in self.lines],
        }

    def ask(self, client: Client) -> Data:
        """The outcome of sending it, once more or for the first time. Raises NotAnswered, Refused, Wrong."""
        data = client.ask(self.person, "CollectResidentContributions", {"input": self.input()})
        answer = outcome(data, "collectResidentContributions", "CollectionStarted")
        given = at(answer, "lines")
        require(len(given) == len(self.lines), "not every line is answered")
        for number, (line, one) in enumerate(zip(self.lines, given, strict=True)):
            kind = at(one, "__typename")
            require(kind in line.answers, f"line {number} is answered with {kind}")
            if kind == _TAKEN:
                require(at(one, "contribution.person.id") == line.person, f"line {number} is somebody else's")
        taken = _taken(answer)
        require(_sum(taken) == fen(taken.amount, "amount"), "the order is not the sum of the lines")
        return answer

    def stands(self, client: Client) -> str | None:
        """The order that the books hold for it, and what that pays. Raises NotAnswered, Wrong."""
        before = {taken.order for taken in self.failed}
        orders = nodes(self._books(client), "paymentOrders")
        return next((_mark(one["id"], _paid_by(one)) for one in orders if one["id"] not in before), None)

    @staticmethod
    def told(answer: Data) -> str:
        """The order that an answer names, and what that pays. Raises Wrong."""
        return _taken(answer).mark()

    def is_settled(self) -> bool:
        """Its channel has said whether it collected."""
        return self.status in ("CONFIRMED", "FAILED")

    def follow(self, client: Client) -> CollectionList | None:
        """Asks what became of it; where it failed, the next list. Raises NotAnswered, Wrong."""
        taken = _taken(at({"answer": self.answer}, "answer"))
        key = key_of(self.person, f"check-{len(self.failed)}-{self.checks}")
        data = client.ask(self.person, "CheckPayment", {"input": {"idempotencyKey": key, "orderId": taken.order}})
        checked = outcome(data, "checkPayment", "PaymentChecked")
        self.checks += 1
        self.status = str(at(checked, "order.status"))
        require(at(checked, "order.id") == taken.order, "another order was checked")
        return CollectionList(self.person, self.lines, (*self.failed, taken)) if self.status == "FAILED" else None

    def wrong(self, client: Client) -> list[str]:
        """What the books have wrong: collected once if it was sent, nothing else if it never was.

        Of lists that failed the last one tells.
        """
        if self.status == "FAILED":
            return []
        found = self._books(client)
        orders = {order["id"]: order for order in nodes(found, "paymentOrders")}
        contributions = {one["id"]: one for one in nodes(found, "residentContributions")}
        latest = [] if self.answer is None else [_taken(self.answer)]
        lists = [*self.failed, *latest]
        collected = {number: line for taken in latest for number, line in taken.contributions.items()}
        expected = {number: line for taken in lists for number, line in taken.contributions.items()}
        paid = [one for one in nodes(found, "events") if one["__typename"] == PAID_EVENT]
        started = _each(lists)
        wrong = {
            "it was sent and never answered": self.sent and self.answer is None,
            "its channel has not said what became of it": bool(latest) and not self.is_settled(),
            "the orders are not those that were answered": sorted(orders) != sorted(taken.order for taken in lists),
            "an order that failed is told otherwise": any(
                _status(orders.get(taken.order)) != "FAILED" for taken in self.failed
            ),
            "an order that was collected is told otherwise": any(
                _status(orders.get(taken.order)) != "CONFIRMED" for taken in latest
            ),
            "an order is of another amount": any(
                orders[taken.order]["amount"] != taken.amount for taken in lists if taken.order in orders
            ),
            "an order pays other contributions than were answered": any(
                _paid_by(orders[taken.order]) != sorted(taken.contributions)
                for taken in latest
                if taken.order in orders
            ),
            "the contributions are not those that were answered": {
                number: (at(one, "person.id"), one["amount"]) for number, one in contributions.items()
            }
            != expected,
            "somebody is on two contributions": len({at(one, "person.id") for one in contributions.values()})
            != len(contributions),
            "a line that was collected is not paid": any(
                _status(contributions.get(number)) not in PAID_STATUSES for number in collected
            ),
            "a line that was not collected is paid": any(
                one["status"] != "SUBMITTED" for number, one in contributions.items() if number not in collected
            ),
            "the log does not tell of each start once": _told(found, "PaymentStartedEvent") != started,
            "the log does not tell of each failure once": _told(found, "PaymentFailedEvent") != _each(self.failed),
            "the log does not tell of each payment once": Counter(
                (at(event, "contribution.id"), event["amount"]) for event in paid
            )
            != Counter((number, amount) for number, (_, amount) in collected.items()),
        }
        return [f"{self.about}: {what}" for what, is_so in wrong.items() if is_so]

    def paid(self, client: Client) -> list[tuple[str, str]]:
        """Who is paid for by it, and by which contribution. Raises NotAnswered, Wrong."""
        return [
            (at(one, "person.id"), one["id"])
            for one in nodes(self._books(client), "residentContributions")
            if one["status"] in PAID_STATUSES
        ]

    def paid_otherwise(self) -> list[str]:
        """Who must be paid for by somebody else, since that was the answer to a line that might have been taken."""
        given = [] if self.answer is None else at(self.answer, "lines")
        return [
            line.person
            for line, one in zip(self.lines, given, strict=False)
            if one["__typename"] in PAID_FOR and _TAKEN in line.answers
        ]

    def _books(self, client: Client) -> Data:
        """The unit's orders and contributions, and all that its officer may see of the log."""
        edges: list[Data] = []
        after = None
        for _ in range(_MOST_PAGES):
            given = {"after": after, "year": self.person.coverage_year}
            found = client.ask(self.person, "MyCollections", given)
            edges += at(found, "events.edges")
            if not at(found, "events.pageInfo.hasNextPage"):
                return {**found, "events": {"edges": edges}}
            after = at(found, "events.pageInfo.endCursor")
        raise Wrong("the log of one unit does not end")


def _taken(answer: Data) -> Taken:
    """What an answer says that was taken. Raises Wrong."""
    lines = [at(line, "contribution") for line in at(answer, "lines") if line["__typename"] == _TAKEN]
    contributions = {at(one, "id"): (at(one, "person.id"), at(one, "amount")) for one in lines}
    require(len(contributions) == len(lines), "two lines are one contribution")
    return Taken(at(answer, "order.id"), at(answer, "order.amount"), contributions)


def _sum(taken: Taken) -> int:
    return sum(fen(amount, "amount") for _, amount in taken.contributions.values())


def _paid_by(order: Data) -> list[str]:
    return sorted(one["id"] for one in nodes(order, "contributions"))


def _status(one: Data | None) -> str:
    return "" if one is None else str(one["status"])


def _each(lists: Sequence[Taken]) -> Counter[tuple[str, str]]:
    """Order and amount of each contribution that lists pay."""
    return Counter((taken.order, amount) for taken in lists for _, amount in taken.contributions.values())


def _told(found: Data, kind: str) -> Counter[tuple[str, str]]:
    """Order and amount of each event of that type."""
    log = nodes(found, "events")
    return Counter((at(event, "order.id"), event["amount"]) for event in log if event["__typename"] == kind)
