"""Pay one's own resident contribution through a channel (本人经渠道缴费), and ask what is due (查询应缴)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from loadtests.answers import Data, Foreseen, Refused, Wrong, at, fen, nodes, outcome, require
from loadtests.errands.visit import Visit, look_at_the_log
from loadtests.schedule import Thinking

CHANNELS: Final = ("WECHAT", "TAX_SYSTEM", "ALIPAY")
"""Through which people pay, taking turns."""
MOST_CHECKS: Final = 20
"""How often a channel is asked what became of a payment."""
PAID_EVENT: Final = "ResidentContributionPaidEvent"
NO_GROUND: Final = frozenset({"RefundReasonNotConfirmed", "CoverHasBegun"})
"""What whoever wants the money back without a ground must hear, before cover begins and afterwards."""


class Payer(Protocol):
    """Who pays: `per_…`, and the year of cover."""

    @property
    def person_id(self) -> str: ...

    @property
    def coverage_year(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody goes about it."""

    channel: str
    abandons: bool
    taps_thrice: bool
    asks_again: bool
    regrets: bool
    """Whether they ask for the money back, for a reason that no record confirms."""


def signed_in_as(data: Data, payer: Payer) -> str | None:
    """Where the log ends for the person who is signed in, and must be this one. Raises Wrong."""
    require(at(data, "viewer.role") == "CITIZEN", "signed in as no insured person")
    require(at(data, "viewer.person.id") == payer.person_id, "signed in as somebody else")
    # Null where nothing about this person has happened yet.
    cursor: str | None = at(data, "events.pageInfo").get("endCursor")
    return cursor


def pay_for_myself(visit: Visit, payer: Payer, manner: Manner, thinking: Thinking, paid: Callable[[], None]) -> None:
    """The whole journey; `paid` is called once the channel has confirmed. Raises ErrandEnded, SentAway."""
    cursor = visit.ask("MyFamily", {}, lambda data: signed_in_as(data, payer))
    visit.think(thinking.reading())
    question = {"person": payer.person_id, "year": payer.coverage_year, "channel": manner.channel}
    amount = visit.ask("QuoteThroughChannel", question, _amount)

    visit.think(thinking.typing())
    submission = {
        "idempotencyKey": visit.key("submit"),
        "personId": payer.person_id,
        "coverageYear": payer.coverage_year,
        "kind": "ORDINARY",
        "channel": manner.channel,
        "expectedAmount": amount,
    }
    contribution = visit.ask(
        "SubmitResidentContribution", {"input": submission}, lambda data: _submitted(data, payer, amount)
    )
    if manner.abandons:
        return

    visit.think(thinking.reading())
    start = {
        "input": {
            "idempotencyKey": visit.key("start"),
            "contributionId": contribution,
            "expectedAmount": amount,
        }
    }
    order = visit.ask("StartPayment", start, lambda data: _started(data, manner.channel, amount))
    for _ in range(2 if manner.taps_thrice else 0):
        visit.ask(
            "StartPayment",
            start,
            lambda data: require(_started(data, manner.channel, amount) == order, "the same key gives another order"),
            measured_as="StartPaymentAgain",
        )
    until_confirmed(visit, order, thinking)
    paid()
    if manner.asks_again:
        visit.ask(
            "QuoteThroughChannel",
            question,
            lambda data: require(_paid_as(data) == contribution, "another contribution is said to be paid"),
            measured_as="QuoteAfterPaying",
            refusal="AlreadyPaid",
        )
    visit.think(thinking.reading())
    look_at_the_log(
        visit,
        cursor,
        lambda data: _told_once(data, contribution, amount),
        lambda data: bool(_told(data, contribution)),
        thinking.typing,
    )
    if manner.regrets:
        visit.think(thinking.typing())
        refund = {
            "idempotencyKey": visit.key("refund"),
            "contributionId": contribution,
            "reason": "MOVED_TO_EMPLOYEE",
        }
        visit.ask("RequestRefund", {"input": refund}, _not_given_back)


def until_confirmed(visit: Visit, order: str, thinking: Thinking) -> None:
    """The channel has collected what the order asks for. Raises ErrandEnded, SentAway."""
    for turn in range(MOST_CHECKS):
        visit.think(thinking.reading())
        check = {"idempotencyKey": visit.key(f"check-{turn}"), "orderId": order}
        last = turn == MOST_CHECKS - 1
        if visit.ask("CheckPayment", {"input": check}, lambda data: _confirmed(data, order, last)):  # noqa: B023
            return


def ask_what_is_due(
    visit: Visit, payer: Payer, window_until: date, may_be_paid: Callable[[], bool], must_be_paid: Callable[[], bool]
) -> None:
    """What is due and until when, or that it is paid. Raises ErrandEnded, SentAway."""
    must = must_be_paid()
    question = {"person": payer.person_id, "year": payer.coverage_year, "channel": CHANNELS[0]}

    def told(data: Data) -> str:
        quote = data.get("contributionQuote")
        kind = quote.get("__typename") if isinstance(quote, dict) else None
        if must or (may_be_paid() and kind in ("AlreadyPaid", "PaymentInProgress")):
            # While it is being paid for, both are right.
            return str(at(outcome(data, "contributionQuote", "AlreadyPaid" if must else str(kind)), "__typename"))
        found = outcome(data, "contributionQuote", "ContributionQuote")
        require(at(found, "windowUntil") == window_until.isoformat(), "the window ends on another day")
        return _amount(data)

    visit.ask("QuoteThroughChannel", question, told)


def _amount(data: Data) -> str:
    amount: str = at(outcome(data, "contributionQuote", "ContributionQuote"), "amount")
    require(fen(amount, "amount") > 0, "nothing is due")
    return amount


def _paid_as(data: Data) -> str:
    return str(at(outcome(data, "contributionQuote", "AlreadyPaid"), "contribution.id"))


def _submitted(data: Data, payer: Payer, amount: str) -> str:
    contribution = at(outcome(data, "submitResidentContribution", "ResidentContributionSubmitted"), "contribution")
    require(at(contribution, "person.id") == payer.person_id, "it is for somebody else")
    require(at(contribution, "amount") == amount, "the amount is not the one that was quoted")
    return str(at(contribution, "id"))


def _started(data: Data, channel: str, amount: str) -> str:
    order = at(outcome(data, "startPayment", "PaymentStarted"), "order")
    require(at(order, "amount") == amount, "the amount is not the one that was quoted")
    require(at(order, "channel") == channel, "another channel collects")
    return str(at(order, "id"))


def _not_given_back(data: Data) -> None:
    try:
        outcome(data, "requestContributionRefund", "ContributionRefundRequested")
    except Refused as refused:
        if str(refused) in NO_GROUND:
            raise Foreseen(str(refused)) from None
        raise
    raise Wrong("money is given back for a reason that no record confirms")


def _confirmed(data: Data, order: str, must: bool) -> bool:
    checked = outcome(data, "checkPayment", "PaymentChecked")
    require(at(checked, "order.id") == order, "another order was checked")
    is_so = str(at(checked, "order.status")) == "CONFIRMED"
    require(is_so or not must, "the channel has not confirmed")
    return is_so


def _told(data: Data, contribution: str) -> list[Data]:
    return [
        event
        for event in nodes(data, "events")
        if event.get("__typename") == PAID_EVENT and at(event, "contribution.id") == contribution
    ]


def _told_once(data: Data, contribution: str, amount: str) -> None:
    told = _told(data, contribution)
    require(len(told) == 1, "the payment is not told of once")
    require(at(told[0], "amount") == amount, "the amount is not the one that was quoted")
