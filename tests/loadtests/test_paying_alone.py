"""Who pays alone catches every answer that is not as it must be, and so does who only asks. The server is a script."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from loadtests.errands.paying_alone import MOST_CHECKS, Manner, ask_what_is_due, pay_for_myself
from loadtests.errands.resident_contribution import pay_for_a_relative
from loadtests.errands.visit import MOST_LOOKS, ErrandEnded, SentAway
from loadtests.schedule import Habits, Thinking
from loadtests.season_plan import Resident
from tests.loadtests.mixes import MIX
from tests.loadtests.test_errands import PERSON, RIGHT, Script

PAYER = Resident("t", "per_1", "840102", 2026)
PLAINLY = Manner("WECHAT", abandons=False, taps_thrice=False, asks_again=False, regrets=False)
PAUSES = Thinking(1, "PayForMyself", 0, MIX)
QUOTE = {"__typename": "ContributionQuote", "amount": "400.00", "windowUntil": "2026-02-28"}
STARTED = {"__typename": "PaymentStarted", "order": {"id": "ord_1", "amount": "400.00", "channel": "WECHAT"}}
TOLD = {"__typename": "ResidentContributionPaidEvent", "contribution": {"id": "con_1"}, "amount": "400.00"}
ANSWERS: dict[str, Any] = {
    "MyFamily": RIGHT["MyFamily"],
    "QuoteThroughChannel": {"contributionQuote": QUOTE},
    "SubmitResidentContribution": {
        "submitResidentContribution": {
            "__typename": "ResidentContributionSubmitted",
            "contribution": {"id": "con_1", "amount": "400.00", "person": {"id": "per_1"}},
        }
    },
    "StartPayment": {"startPayment": STARTED},
    "StartPaymentAgain": {"startPayment": copy.deepcopy(STARTED)},
    "CheckPayment": {"checkPayment": {"__typename": "PaymentChecked", "order": {"id": "ord_1", "status": "CONFIRMED"}}},
    "QuoteAfterPaying": {"contributionQuote": {"__typename": "AlreadyPaid", "contribution": {"id": "con_1"}}},
    "EventsSince": {"events": {"edges": [{"node": TOLD}]}},
    "RequestRefund": {"requestContributionRefund": {"__typename": "CoverHasBegun"}},
}


def _with(path: str, value: Any) -> dict[str, Any]:
    answers = copy.deepcopy(ANSWERS)
    *way, last = path.split(".")
    place: Any = answers
    for name in way:
        place = place[name]
    place[last] = value
    return answers


def _paid(script: Script, manner: Manner = PLAINLY) -> int:
    times: list[None] = []
    try:
        pay_for_myself(script, PAYER, manner, PAUSES, lambda: times.append(None))
    finally:
        assert len(times) == int("EventsSince" in script.asked or "QuoteAfterPaying" in script.asked)
    return len(times)


def test_the_journey_goes_from_the_quote_to_the_log() -> None:
    script = Script(ANSWERS)
    assert _paid(script, replace(PLAINLY, taps_thrice=True, asks_again=True)) == 1
    assert script.asked == [
        "MyFamily",
        "QuoteThroughChannel",
        "SubmitResidentContribution",
        "StartPayment",
        "StartPaymentAgain",
        "StartPaymentAgain",
        "CheckPayment",
        "QuoteAfterPaying",
        "EventsSince",
    ]
    assert script.variables["StartPayment"] == script.variables["StartPaymentAgain"]


def test_who_abandons_it_never_pays() -> None:
    script = Script(ANSWERS)
    assert _paid(script, replace(PLAINLY, abandons=True)) == 0
    assert script.asked[-1] == "SubmitResidentContribution"


@pytest.mark.parametrize(
    ("path", "value", "step"),
    [
        ("MyFamily.viewer.person.id", "per_2", "MyFamily"),
        ("QuoteThroughChannel.contributionQuote.amount", "0.00", "QuoteThroughChannel"),
        (
            "SubmitResidentContribution.submitResidentContribution.contribution.amount",
            "1070.00",
            "SubmitResidentContribution",
        ),
        ("StartPayment.startPayment.order.amount", "1070.00", "StartPayment"),
        ("StartPayment.startPayment.order.channel", "ALIPAY", "StartPayment"),
        ("StartPaymentAgain.startPayment.order.id", "ord_2", "StartPaymentAgain"),
        ("CheckPayment.checkPayment.order.id", "ord_2", "CheckPayment"),
        ("CheckPayment.checkPayment.order.status", "STARTED", "CheckPayment"),
        ("QuoteAfterPaying.contributionQuote.contribution.id", "con_2", "QuoteAfterPaying"),
        ("EventsSince.events.edges", [], "EventsSince"),
        ("EventsSince.events.edges", [{"node": TOLD}, {"node": TOLD}], "EventsSince"),
        ("EventsSince.events.edges", [{"node": {**TOLD, "amount": "1.00"}}], "EventsSince"),
        ("RequestRefund.requestContributionRefund.__typename", "ContributionRefundRequested", "RequestRefund"),
        ("RequestRefund.requestContributionRefund.__typename", "AlreadyRefunded", "RequestRefund"),
    ],
)
def test_an_answer_that_is_not_as_it_must_be_ends_it(path: str, value: Any, step: str) -> None:
    script = Script(_with(path, value))
    with pytest.raises(ErrandEnded, match=f"^{step}: "):
        _paid(script, replace(PLAINLY, taps_thrice=True, asks_again=True, regrets=True))
    if path.endswith("status"):
        assert script.asked.count("CheckPayment") == MOST_CHECKS
    if value == []:
        assert script.asked.count("EventsSince") == MOST_LOOKS


def test_money_is_not_given_back_without_a_ground() -> None:
    with pytest.raises(SentAway, match="CoverHasBegun"):
        _paid(Script(ANSWERS), replace(PLAINLY, regrets=True))


def _asks(answer: dict[str, Any], *, may: bool, must: bool) -> None:
    script = Script({"QuoteThroughChannel": {"contributionQuote": answer}})
    ask_what_is_due(script, PAYER, date(2026, 2, 28), lambda: may, lambda: must)


def test_what_is_due_depends_on_whether_it_is_paid() -> None:
    paid, on_its_way = {"__typename": "AlreadyPaid"}, {"__typename": "PaymentInProgress"}
    _asks(QUOTE, may=False, must=False)
    _asks(QUOTE, may=True, must=False)
    _asks(paid, may=True, must=False)
    _asks(on_its_way, may=True, must=False)
    _asks(paid, may=True, must=True)
    for answer, may, must in ((paid, False, False), (on_its_way, False, False), (QUOTE, True, True)):
        with pytest.raises(ErrandEnded):
            _asks(answer, may=may, must=must)
    with pytest.raises(ErrandEnded, match="another day"):
        _asks({**QUOTE, "windowUntil": "2026-02-27"}, may=False, must=False)


def test_an_account_may_be_credited_while_days_pass_and_only_then() -> None:
    answers = copy.deepcopy(RIGHT)
    paid = answers["PayResidentContribution"]["payResidentContribution"]
    paid["entry"]["balance"] = paid["account"]["balance"] = "700.00"
    plainly = Habits(watches=False, taps_twice=False, asks_again=False)
    pay_for_a_relative(Script(answers), PERSON, plainly, PAUSES, days_pass=True)
    with pytest.raises(ErrandEnded, match="poorer"):
        pay_for_a_relative(Script(answers), PERSON, plainly, PAUSES)
    # The account stands as it does now, in either answer.
    twice = Habits(watches=False, taps_twice=True, asks_again=False)
    later = copy.deepcopy(answers)
    later["PayResidentContributionAgain"]["payResidentContribution"] = {**paid, "account": {"balance": "750.00"}}
    pay_for_a_relative(Script(later), PERSON, twice, PAUSES, days_pass=True)
    later["PayResidentContributionAgain"]["payResidentContribution"]["entry"] = {"id": "ent_2"}
    with pytest.raises(ErrandEnded, match="another answer"):
        pay_for_a_relative(Script(later), PERSON, twice, PAUSES, days_pass=True)
    paid["entry"]["balance"] = "500.00"
    with pytest.raises(ErrandEnded, match="poorer"):
        pay_for_a_relative(Script(answers), PERSON, plainly, PAUSES, days_pass=True)


def test_a_balance_that_is_too_low_for_the_price_is_foreseen_and_any_other_is_not() -> None:
    plainly = Habits(watches=False, taps_twice=False, asks_again=False)
    answers = {**RIGHT, "PayResidentContribution": {"payResidentContribution": {"__typename": "BalanceTooLow"}}}
    with pytest.raises(ErrandEnded, match="BalanceTooLow"):
        pay_for_a_relative(Script(answers), PERSON, plainly, PAUSES, days_pass=True)
    poor = copy.deepcopy(answers)
    poor["MyFamily"]["viewer"]["person"]["account"]["balance"] = "399.99"
    with pytest.raises(SentAway, match="BalanceTooLow"):
        pay_for_a_relative(Script(poor), PERSON, plainly, PAUSES, days_pass=True)
