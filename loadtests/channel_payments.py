"""Payments that a channel collects (渠道支付): started until that is answered, then followed until it has said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from loadtests.answers import Data, Wrong, at, nodes, outcome
from loadtests.payments import PAID_EVENT, PAID_STATUSES, Client, key_of
from loadtests.people import Person

CHANNEL: Final = "WECHAT"


@dataclass(slots=True, eq=False)
class ChannelPayment:
    """One start of a payment that a channel is to collect once. What failed is started again, as another of these.

    `answer` is the first one that came, `written` the order that was found in the books before any had.
    """

    person: Person
    member: str
    """Whom it insures."""
    contribution: str
    amount: str
    cursor: str | None
    """The end of the payer's log before it."""
    failed: tuple[str, ...] = ()
    """The orders of the starts before, which the channel has not collected."""
    sent: bool = False
    answer: Data | None = None
    written: str | None = None
    status: str = ""
    """What is known of the money."""
    checks: int = 0
    contested: bool = False
    """Whether a unit's list names the same person, so that one of the two is to come second."""
    put_off: int = 0
    """How often it was refused because the other was on its way."""
    came_second: bool = False
    """Whether it was refused for good because the other was first."""

    @property
    def about(self) -> str:
        """By which a finding names it."""
        return self.contribution

    def ask(self, client: Client) -> Data:
        """The outcome of starting it, once more or for the first time. Raises NotAnswered, Refused, Wrong."""
        start = {
            "idempotencyKey": key_of(self.person, f"start-{len(self.failed)}-{self.put_off}"),
            "contributionId": self.contribution,
            "expectedAmount": self.amount,
        }
        return outcome(client.ask(self.person, "StartPayment", {"input": start}), "startPayment", "PaymentStarted")

    def stands(self, client: Client) -> str | None:
        """The order that the books hold for it. Raises NotAnswered, Wrong."""
        orders = [order["id"] for order in nodes(self._books(client), "paymentOrders")]
        return next((order for order in orders if order not in self.failed), None)

    @staticmethod
    def told(answer: Data) -> str:
        """The order that an answer names. Raises Wrong."""
        return str(at(answer, "order.id"))

    def is_settled(self) -> bool:
        """Its channel has said whether it collected."""
        return self.status in ("CONFIRMED", "FAILED")

    def follow(self, client: Client) -> ChannelPayment | None:
        """Asks what became of it; where it failed, the next start. Raises NotAnswered, Wrong."""
        order = self.told(at({"answer": self.answer}, "answer"))
        key = key_of(self.person, f"check-{len(self.failed)}-{self.checks}")
        data = client.ask(self.person, "CheckPayment", {"input": {"idempotencyKey": key, "orderId": order}})
        checked = outcome(data, "checkPayment", "PaymentChecked")
        self.checks += 1
        self.status = str(at(checked, "order.status"))
        if at(checked, "order.id") != order:
            raise Wrong("another order was checked")
        if self.status != "FAILED":
            return None
        return ChannelPayment(
            self.person,
            self.member,
            self.contribution,
            self.amount,
            self.cursor,
            (*self.failed, order),
            contested=self.contested,
        )

    def wrong(self, client: Client) -> list[str]:
        """What the books have wrong: collected once if it was started, nothing else if it never was.

        Of starts that failed the last one tells.
        """
        if self.status == "FAILED":
            return []
        found = self._books(client)
        orders = {order["id"]: order for order in nodes(found, "paymentOrders")}
        log = nodes(found, "events")
        told = {
            kind: sorted(at(event, "order.id") for event in log if event["__typename"] == kind)
            for kind in ("PaymentStartedEvent", "PaymentFailedEvent")
        }
        paid = [
            event
            for event in log
            if event["__typename"] == PAID_EVENT and at(event, "contribution.id") == self.contribution
        ]
        latest = [] if self.answer is None else [self.told(self.answer)]
        started = sorted([*self.failed, *latest])
        statuses = {order: orders[order]["status"] for order in orders}
        wrong = {
            "it was started and never answered": self.sent and self.answer is None,
            "its channel has not said what became of it": bool(latest) and not self.is_settled(),
            "the orders are not those that were answered": sorted(orders) != started,
            "an order that failed is told otherwise": any(statuses.get(order) != "FAILED" for order in self.failed),
            "an order that was collected is told otherwise": any(
                statuses.get(order) != "CONFIRMED" for order in latest
            ),
            "an order is of another amount": any(order["amount"] != self.amount for order in orders.values()),
            "the log does not tell of each start once": told["PaymentStartedEvent"] != started,
            "the log does not tell of each failure once": told["PaymentFailedEvent"] != sorted(self.failed),
            "the log does not tell of the payment once": len(paid) != len(latest),
            "the event is not the amount": any(event["amount"] != self.amount for event in paid),
            "the contribution is not what its order is": at(found, "residentContribution.status")
            not in (PAID_STATUSES if latest else ("SUBMITTED",)),
        }
        return [f"{self.contribution}: {what}" for what, is_so in wrong.items() if is_so]

    def paid(self, client: Client) -> list[tuple[str, str]]:
        """Who is paid for by it, and by which contribution. Raises NotAnswered, Wrong."""
        status = at(self._books(client), "residentContribution.status")
        return [(self.member, self.contribution)] if status in PAID_STATUSES else []

    def paid_otherwise(self) -> list[str]:
        """Who must be paid for by somebody else, since that was the answer."""
        return [self.member] if self.came_second else []

    def _books(self, client: Client) -> Data:
        given = {"after": self.cursor, "contribution": self.contribution}
        return client.ask(self.person, "MyChannelPayments", given)
