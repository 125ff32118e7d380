"""Bind a relative and pay their resident contribution (绑定家庭成员并代缴城乡居民医保费), checked at every step.

What must be true: one amount from quote to receipt, the account poorer by exactly that, and four events, each once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final

from loadtests.answers import Data, Foreseen, Refused, at, fen, nodes, outcome, require
from loadtests.errands.visit import Visit, Watch, look_at_the_log
from loadtests.people import Person
from loadtests.schedule import Habits, Thinking

EVENTS: Final = (
    "FamilyMemberBoundEvent",
    "ResidentContributionSubmittedEvent",
    "ResidentContributionPaidEvent",
    "ResidentContributionFinishedEvent",
)
"""What the log says afterwards of one journey, in this order."""
PAID: Final = EVENTS[2]
TOO_LOW: Final = "BalanceTooLow"


@dataclass(frozen=True, slots=True)
class Before:
    """Where things stood: the account, and the end of the log as this person sees it."""

    balance_fen: int
    cursor: str | None
    only_grows: bool
    """Whether the account may be credited meanwhile, where the world's clock runs faster than the machine's."""

    def agrees(self, balance_fen: int, due_fen: int) -> bool:
        """Whether that may be what the account holds once so much was paid from it."""
        left = self.balance_fen - due_fen
        return balance_fen >= left if self.only_grows else balance_fen == left

    def same(self, again: Data, first: Data) -> bool:
        """Whether two answers to one key are one: the account stands as it does now, everything else as it did."""
        if self.only_grows:
            return {**again, "account": None} == {**first, "account": None}
        return again == first


@dataclass(frozen=True, slots=True)
class Bound:
    """The binding, and the relative's id, which only the binding tells."""

    binding_id: str
    member_id: str


def pay_for_a_relative(
    visit: Visit,
    person: Person,
    habits: Habits,
    thinking: Thinking,
    *,
    days_pass: bool = False,
    must_be: Callable[[Data], None] | None = None,
) -> None:
    """The whole journey. Raises ErrandEnded at the first step that is not as it must be.

    Where `days_pass` meanwhile, the account may be credited, and the price may have stepped beyond what it holds.
    `must_be` says what else must be true of the quote.
    """
    before = visit.ask("MyFamily", {}, lambda data: _before(data, person, only_grows=days_pass))
    watching = visit.watch(before.cursor, measured_as="OpenWatch") if habits.watches else nullcontext()
    with watching as watch:
        _pay(visit, person, habits, thinking, before, watch, must_be)


def _pay(
    visit: Visit,
    person: Person,
    habits: Habits,
    thinking: Thinking,
    before: Before,
    watch: Watch | None,
    must_be: Callable[[Data], None] | None,
) -> None:
    visit.think(thinking.typing())
    bound = visit.ask("BindFamilyMember", {"input": _binding_form(visit, person)}, _bound)

    visit.think(thinking.reading())
    question = {"person": bound.member_id, "year": person.coverage_year}
    amount = visit.ask("QuoteResidentContribution", question, lambda data: _quoted(data, must_be))

    visit.think(thinking.reading())
    submission = {
        "idempotencyKey": visit.key("submit"),
        "personId": bound.member_id,
        "coverageYear": person.coverage_year,
        "kind": "ORDINARY",
        "expectedAmount": amount,
    }
    contribution = visit.ask(
        "SubmitResidentContribution", {"input": submission}, lambda data: _submitted(data, bound.member_id, amount)
    )

    visit.think(thinking.reading())
    payment = {"idempotencyKey": visit.key("pay"), "contributionId": contribution, "expectedAmount": amount}
    tapped = visit.now()
    first = visit.ask(
        "PayResidentContribution", {"input": payment}, lambda data: _paid(data, contribution, amount, before)
    )
    if habits.taps_twice:
        visit.ask(
            "PayResidentContribution",
            {"input": payment},
            lambda data: require(
                before.same(outcome(data, "payResidentContribution", "ResidentContributionPaid"), first),
                "the same key again gives another answer",
            ),
            measured_as="PayResidentContributionAgain",
        )
    if habits.asks_again:
        visit.think(thinking.reading())
        visit.ask(
            "QuoteResidentContribution",
            question,
            lambda data: require(
                at(outcome(data, "contributionQuote", "AlreadyPaid"), "contribution.id") == contribution,
                "another contribution is said to be paid",
            ),
            measured_as="QuoteAfterPaying",
            refusal="AlreadyPaid",
        )

    visit.think(thinking.reading())
    finishing = {"idempotencyKey": visit.key("finish"), "contributionId": contribution}
    receipt = visit.ask("FinishResidentContribution", {"input": finishing}, lambda data: _finished(data, contribution))

    visit.think(thinking.reading())
    page, number = visit.ask(
        "Receipt", {"receipt": receipt}, lambda data: _receipt(data, contribution, bound.member_id, amount)
    )
    visit.open_page(page, lambda html: require(number in html, "the page lacks the number"), measured_as="ReceiptPage")

    visit.think(thinking.reading())
    about = (bound.binding_id, contribution)
    look_at_the_log(
        visit,
        before.cursor,
        lambda data: _told_once(nodes(data, "events"), about, amount),
        # Where no other change takes long, the log tells at once.
        lambda data: not before.only_grows or len(_of(nodes(data, "events"), about)) >= len(EVENTS),
        thinking.typing,
    )
    if watch is not None:
        _watched(visit, watch, tapped, about, amount)


def _binding_form(visit: Visit, person: Person) -> dict[str, object]:
    member = person.member
    return {
        "idempotencyKey": visit.key("bind"),
        **member.form(),
        "pledgeAccepted": True,
    }


def _before(data: Data, person: Person, *, only_grows: bool) -> Before:
    require(at(data, "viewer.role") == "CITIZEN", "signed in as no insured person")
    require(at(data, "viewer.person.id") == person.person_id, "signed in as somebody else")
    balance = fen(at(data, "viewer.person.account.balance"), "balance")
    page = at(data, "events.pageInfo")
    # Null where nothing about this person has happened yet.
    return Before(balance, page.get("endCursor"), only_grows)


def _bound(data: Data) -> Bound:
    binding = at(outcome(data, "bindFamilyMember", "FamilyMemberBound"), "binding")
    require(at(binding, "status") == "ACTIVE", "the binding is not active")
    return Bound(at(binding, "id"), at(binding, "member.id"))


def _quoted(data: Data, must_be: Callable[[Data], None] | None) -> str:
    quote = outcome(data, "contributionQuote", "ContributionQuote")
    amount: str = at(quote, "amount")
    require(fen(amount, "amount") > 0, "nothing is due")
    require(bool(at(quote, "facts")), "the quote names no policy")
    if must_be is not None:
        must_be(quote)
    return amount


def _submitted(data: Data, member_id: str, amount: str) -> str:
    outcome_ = outcome(data, "submitResidentContribution", "ResidentContributionSubmitted")
    contribution = at(outcome_, "contribution")
    require(at(contribution, "status") == "SUBMITTED", "it is not submitted")
    require(at(contribution, "person.id") == member_id, "it is for somebody else")
    require(at(contribution, "amount") == amount, "the amount is not the one that was quoted")
    contribution_id: str = at(contribution, "id")
    return contribution_id


def _paid(data: Data, contribution: str, amount: str, before: Before) -> Data:
    due = fen(amount, "amount")
    try:
        paid = outcome(data, "payResidentContribution", "ResidentContributionPaid")
    except Refused as refused:
        if str(refused) == TOO_LOW and before.only_grows and due > before.balance_fen:
            raise Foreseen(TOO_LOW) from None
        raise
    require(at(paid, "contribution.id") == contribution, "another contribution was paid")
    require(at(paid, "contribution.status") == "PAID", "it is not paid")
    require(at(paid, "contribution.amount") == amount, "the amount is not the one that was quoted")
    require(fen(at(paid, "entry.amount"), "entry.amount") == -due, "the entry is not the amount")
    for balance in ("entry.balance", "account.balance"):
        require(before.agrees(fen(at(paid, balance), balance), due), f"{balance} is not poorer by the amount")
    return paid


def _finished(data: Data, contribution: str) -> str:
    finished = outcome(data, "finishResidentContribution", "ResidentContributionFinished")
    require(at(finished, "contribution.id") == contribution, "another contribution was finished")
    require(at(finished, "contribution.status") == "FINISHED", "it is not finished")
    receipt_id: str = at(finished, "receipt.id")
    return receipt_id


def _receipt(data: Data, contribution: str, member_id: str, amount: str) -> tuple[str, str]:
    receipt = at(data, "receipt")
    require(at(receipt, "contribution.id") == contribution, "the receipt is for another contribution")
    require(at(receipt, "contribution.person.id") == member_id, "the receipt is for somebody else")
    require(at(receipt, "contribution.amount") == amount, "the amount is not the one that was quoted")
    return at(receipt, "printableUrl"), at(receipt, "number")


def _of(events: Sequence[Data], about: tuple[str, str]) -> list[Data]:
    """The events about this binding and contribution."""
    return [
        event
        for event in events
        if any(linked is not None and linked.get("id") in about for linked in (_link(event, name) for name in _LINKS))
    ]


_LINKS: Final = ("binding", "contribution")


def _link(event: Data, name: str) -> Data | None:
    linked = event.get(name)
    return linked if isinstance(linked, dict) else None


def _told_once(events: Sequence[Data], about: tuple[str, str], amount: str) -> None:
    """Each event of the journey once and in order, the payment with its amount."""
    told = _of(events, about)
    names = [str(event.get("__typename")) for event in told]
    for name in EVENTS:
        require(name in names, f"{name} is missing")
        require(names.count(name) == 1, f"{name} came more than once")
    require(tuple(names) == EVENTS, "the events came in another order")
    require(at(told[names.index(PAID)], "amount") == amount, "the amount is not the one that was quoted")


def _watched(visit: Visit, watch: Watch, tapped: float, about: tuple[str, str], amount: str) -> None:
    events = watch.received(lambda so_far: len(_of(so_far, about)) >= len(EVENTS))
    payments = [event for event in _of(events, about) if event.get("__typename") == PAID]
    came = watch.arrived(payments[0]) if payments else visit.now()
    visit.observed("EventDelivered", tapped, came, lambda: _told_once(events, about, amount))
