"""Study away from home (异地就学参保): stop being insured at home, be insured where one studies, and pay there.

Each step waits for the one before it to be seen elsewhere. Whoever has done a step already goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from loadtests.answers import Data, Foreseen, at, nodes, outcome, require
from loadtests.errands.first_enrolment import REGISTERED, see_enrolment_told
from loadtests.errands.paying_alone import Manner, pay_for_myself, signed_in_as
from loadtests.errands.visit import Visit
from loadtests.others import Student
from loadtests.schedule import Thinking

SUSPENDED: Final = "EnrolmentSuspendedEvent"
NOT_YET_SEEN: Final = "SuspensionNotYetSeen"
NOT_YET_KNOWN: Final = "NotYetAtTaxBureau"

Wait = Callable[[str], float | None]
"""In how many seconds the world shows that moment; None where that is longer than anybody waits."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An enrolment: where it is, how it stands, and when others see that; None where they do."""

    id: str
    region: str
    status: str
    seen_at: str | None


def study_elsewhere(
    visit: Visit, student: Student, manner: Manner, wait: Wait, thinking: Thinking, paid: Callable[[], None]
) -> None:
    """As far as a visit leads; whoever comes too early hears so. Raises ErrandEnded, SentAway."""
    cursor = visit.ask("MyFamily", {}, lambda data: signed_in_as(data, student))
    mine = visit.ask("MyEnrolments", {"person": student.person_id}, _enrolments)
    there = _in(mine, student.region)
    if there is None:
        home = _in(mine, student.home)
        if home is not None and home.status == "ACTIVE":
            visit.think(thinking.typing())
            home = _suspend(visit, home)
            see_enrolment_told(visit, cursor, home.id, (SUSPENDED,), thinking)
        there = _register(visit, student, None if home is None else home.seen_at, wait, thinking)
        see_enrolment_told(visit, cursor, there.id, (REGISTERED,), thinking)
    visit.think(thinking.reading())
    _come_to_pay(visit, student, manner, there.seen_at, wait)
    pay_for_myself(visit, student, manner, thinking, paid)


def _in(mine: tuple[Enrolled, ...], region: str) -> Enrolled | None:
    return next((one for one in mine if one.region == region and one.status != "TERMINATED"), None)


def _enrolments(data: Data) -> tuple[Enrolled, ...]:
    return tuple(_enrolled(one) for one in nodes(data, "person.enrolments"))


def _enrolled(one: Data) -> Enrolled:
    seen_at = one.get("visibleToTaxAt") if at(one, "status") == "ACTIVE" else one.get("suspensionVisibleAt")
    return Enrolled(at(one, "id"), at(one, "region.code"), at(one, "status"), seen_at)


def _suspend(visit: Visit, home: Enrolled) -> Enrolled:
    suspension = {"input": {"idempotencyKey": visit.key("suspend"), "enrolmentId": home.id, "agreed": True}}

    def suspended(data: Data) -> Enrolled:
        found = _enrolled(at(outcome(data, "suspendEnrolment", "EnrolmentSuspended"), "enrolment"))
        require(found.id == home.id, "another enrolment is suspended")
        require(found.status == "SUSPENDED", "it is not suspended")
        require(found.seen_at is not None, "nobody is told when others see it")
        return found

    return visit.ask("SuspendEnrolment", suspension, suspended)


def _register(visit: Visit, student: Student, seen_at: str | None, wait: Wait, thinking: Thinking) -> Enrolled:
    registration = {
        "input": {
            "idempotencyKey": visit.key("register"),
            "personId": student.person_id,
            "region": student.region,
            "personType": "STUDENT",
            "schoolUnitId": student.school_unit_id,
        }
    }
    seconds = _waiting(seen_at, wait)
    visit.think(thinking.typing() if seconds is None else max(seconds, thinking.typing()))

    def registered(data: Data) -> Enrolled:
        if seconds is None:
            # The place of origin has not uploaded it.
            _too_early(data, "registerResidentEnrolment", NOT_YET_SEEN, seen_at)
        one = at(outcome(data, "registerResidentEnrolment", "ResidentEnrolmentRegistered"), "enrolment")
        require(at(one, "personType") == "STUDENT", "whoever studies is no student")
        require(at(one, "person.id") == student.person_id, "somebody else is enrolled")
        found = _enrolled(one)
        require((found.region, found.status) == (student.region, "ACTIVE"), "it is not in force there")
        return found

    return visit.ask("RegisterEnrolment", registration, registered)


def _come_to_pay(visit: Visit, student: Student, manner: Manner, known_at: str | None, wait: Wait) -> None:
    """Wait until the tax bureau knows the enrolment, or hear that it does not."""
    seconds = _waiting(known_at, wait)
    if seconds is not None:
        visit.think(seconds)
        return
    question = {"person": student.person_id, "year": student.coverage_year, "channel": manner.channel}
    visit.ask(
        "QuoteThroughChannel", question, lambda data: _too_early(data, "contributionQuote", NOT_YET_KNOWN, known_at)
    )


def _waiting(moment: str | None, wait: Wait) -> float | None:
    return 0.0 if moment is None else wait(moment)


def _too_early(data: Data, field: str, kind: str, moment: str | None) -> None:
    found = outcome(data, field, kind)
    require(at(found, "visibleAt") == moment, "another moment is told from which it is seen")
    raise Foreseen(kind)
