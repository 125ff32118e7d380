"""Enrol a newborn and pay for them (新生儿首次参保与缴费), as a parent does: the child comes to the platform by it."""

from __future__ import annotations

from typing import Final

from loadtests.answers import Data, at, fen, nodes, outcome, require
from loadtests.errands.paying_alone import signed_in_as
from loadtests.errands.resident_contribution import pay_for_a_relative
from loadtests.errands.visit import Visit, look_at_the_log
from loadtests.others import Parent
from loadtests.schedule import Habits, Thinking

REGISTERED: Final = "EnrolmentRegisteredEvent"


def enrol_a_newborn(visit: Visit, parent: Parent, habits: Habits, thinking: Thinking) -> None:
    """Registered, bound and paid for at the price of the file, covered from birth. Raises ErrandEnded, SentAway."""
    cursor = visit.ask("MyFamily", {}, lambda data: signed_in_as(data, parent))
    visit.think(thinking.typing())
    form = {"newPerson": parent.member.form(), "region": parent.region}
    registration = {"input": {"idempotencyKey": visit.key("register"), **form}}
    enrolment = visit.ask("RegisterEnrolment", registration, lambda data: _registered(data, parent))
    if habits.taps_twice:
        visit.ask(
            "RegisterEnrolment",
            registration,
            lambda data: require(_registered(data, parent) == enrolment, "the same key enrols twice"),
            measured_as="RegisterEnrolmentAgain",
        )
    if habits.asks_again:
        visit.ask(
            "RegisterEnrolment",
            {"input": {"idempotencyKey": visit.key("once-more"), **form}},
            lambda data: _stands(data, enrolment),
            measured_as="RegisterEnrolmentOnceMore",
            refusal="AlreadyEnrolled",
        )
    visit.think(thinking.reading())
    pay_for_a_relative(
        visit, parent.person, habits, thinking, days_pass=True, must_be=lambda quote: _as_stated(quote, parent)
    )
    # Only who has bound the child is shown the enrolment.
    see_enrolment_told(visit, cursor, enrolment, (REGISTERED,), thinking)


def see_enrolment_told(
    visit: Visit, cursor: str | None, enrolment: str, events: tuple[str, ...], thinking: Thinking
) -> None:
    """The log since a place tells of the enrolment by these events, in order. Raises ErrandEnded."""

    def told(data: Data) -> tuple[str, ...]:
        about = [event for event in nodes(data, "events") if (event.get("enrolment") or {}).get("id") == enrolment]
        return tuple(str(event.get("__typename")) for event in about)

    look_at_the_log(
        visit,
        cursor,
        lambda data: require(told(data) == events, "the enrolment is not told of once and in order"),
        lambda data: len(told(data)) >= len(events),
        thinking.typing,
        operation="EnrolmentsSince",
    )


def _registered(data: Data, parent: Parent) -> str:
    enrolment = at(outcome(data, "registerResidentEnrolment", "ResidentEnrolmentRegistered"), "enrolment")
    require(at(enrolment, "status") == "ACTIVE", "it is not in force")
    require(at(enrolment, "personType") == "NEWBORN", "the child is no newborn")
    require(at(enrolment, "region.code") == parent.region, "it is in another place")
    require(at(enrolment, "person.id") != parent.person_id, "the parent is enrolled instead")
    return str(at(enrolment, "id"))


def _stands(data: Data, enrolment: str) -> None:
    found = outcome(data, "registerResidentEnrolment", "AlreadyEnrolled")
    require(at(found, "enrolment.id") == enrolment, "another enrolment is said to stand")


def _as_stated(quote: Data, parent: Parent) -> None:
    require(fen(at(quote, "amount"), "amount") == parent.amount_fen, "the amount is not what policy asks for")
    require(at(quote, "coverageFrom") == parent.member.birth_date, "the child is not covered from birth")
