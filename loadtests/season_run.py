"""A run (压测): people are let in as planned, whatever becomes of those before them, and what happens is kept.

Importing this module patches the process's sockets.
"""

from __future__ import annotations

import locust  # noqa: F401

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection

from loadtests.answers import Data, Foreseen, NotAnswered, Refused, at, data_in, fen, require
from loadtests.curves import Part, local
from loadtests.documents import prepared
from loadtests.errands.collecting import collect_for_many
from loadtests.errands.declaring_wages import declare_wages
from loadtests.errands.filing import Stay, check_last_year, file_an_enquiry, file_care_elsewhere
from loadtests.errands.first_enrolment import enrol_a_newborn
from loadtests.errands.following_events import follow_the_log
from loadtests.errands.looking_up import look_something_up
from loadtests.errands.paying_alone import ask_what_is_due, pay_for_myself
from loadtests.errands.resident_contribution import pay_for_a_relative
from loadtests.errands.studying_elsewhere import study_elsewhere
from loadtests.errands.visit import ErrandEnded, SentAway
from loadtests.errands.working_the_queue import work_the_queue
from loadtests.gauges import Sample, look
from loadtests.others import Clerk, Collector, Employer, Parent, Student
from loadtests.people import Person
from loadtests.reaching import BadInput
from loadtests.records import Record
from loadtests.schedule import GRACE_SECONDS, Thinking, habits
from loadtests.season_plan import Coming, Resident, SeasonErrand, SeasonPlan
from loadtests.terms import SLACK_SECONDS, Away, SeasonClock, Terms
from loadtests.visits import EVENT_SECONDS, Interrupted, NetworkVisit, Target, Web

Found = TypeVar("Found")

SAMPLES: Final = 120
"""How many times a run is looked at, at least a second apart."""
BEGINNING_SECONDS: Final = 60.0
"""How long a server may not tell the world's time before a run."""
AWAY_SECONDS: Final = 30.0
"""assumed: how long after it died and was started again a server may take to answer."""
_CLOCK_SECONDS: Final = 2.0
"""How much earlier than it is thought to a server may die: its clock is told in whole seconds."""
_AGAIN_SECONDS: Final = 0.5
"""How long whoever got no answer waits before asking again."""
_AWAY_AFTER: Final = timedelta(days=7)
_QUOTES: Final = ("QuoteResidentContribution", "QuoteThroughChannel")
_TURNED_AWAY: Final = ("HTTP 503", "HTTP 429", "no answer")


class SeasonVisit(NetworkVisit):
    """A visit that knows what the season must answer: prices as they are then, and refusals that must come."""

    def __init__(self, run: SeasonRun, terms: Terms | None, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._run = run
        self._terms = terms
        self._errand_began = time.perf_counter()

    def ask(
        self,
        operation: str,
        variables: Mapping[str, Any],
        check: Callable[[Data], Found],
        *,
        measured_as: str | None = None,
        refusal: str | None = None,
    ) -> Found:
        """See Visit."""
        sent = time.perf_counter()

        def foreseeing(data: Data) -> Found:
            if self._terms is None:
                return check(data)
            now = time.perf_counter()
            try:
                found = check(data)
            except Refused as refused:
                if str(refused) in self._terms.refusals(self._errand_began, sent, now):
                    raise Foreseen(str(refused)) from None
                raise
            if operation in _QUOTES and refusal is None and isinstance(found, str) and found[:1].isdigit():
                priced = fen(found, "amount") in self._terms.prices(sent, now)
                require(priced, "the amount is not what policy asks for at that moment")
            return found

        while True:
            try:
                return super().ask(operation, variables, foreseeing, measured_as=measured_as, refusal=refusal)
            except Interrupted as interrupted:
                self._run.record.interrupted[str(interrupted)] += 1
                time.sleep(_AGAIN_SECONDS)

    def follow(self, after: str | None, until: float, then: Callable[[], Sequence[str]]) -> Sequence[str]:
        """See Follower."""
        told: list[str] = []
        cut: float | None = None
        expected: Sequence[str] | None = None
        while True:
            view = self._following(told[-1] if told else after, cut)
            try:
                while expected is None or not set(expected) <= set(told):
                    if expected is None and time.perf_counter() >= until:
                        self.think(max(0.0, time.perf_counter() - self._intended))
                        expected = then()
                        until += EVENT_SECONDS
                    elif expected is not None and time.perf_counter() >= until:
                        return told
                    told += _events_of(view, until)
            except ConnectionError:
                cut = time.perf_counter()
            else:
                return told
            finally:
                view.close()

    def _following(self, after: str | None, cut: float | None) -> ClientConnection:
        """A subscription, opened again and again while the server is away. Raises ErrandEnded."""
        while True:
            sent = time.perf_counter()
            try:
                view = self._subscribed(after)
            except NotAnswered as error:
                if not self._is_away(sent, time.perf_counter()):
                    self.observed("OpenWatch", sent, time.perf_counter(), partial(_raised, error))
                self._run.record.interrupted[str(error)] += 1
                time.sleep(_AGAIN_SECONDS)
                continue
            name, since = ("OpenWatch", sent) if cut is None else ("Reconnected", cut)
            self.observed(name, since, time.perf_counter(), _nothing)
            return view

    def _is_away(self, sent: float, answered: float) -> bool:
        away = self._run.away
        return away is not None and away.touches(sent, answered)

    def _is_turned_away(self, failure: str) -> bool:
        return self._run.plan.profile.finds_capacity and failure.startswith(_TURNED_AWAY)


def _raised(error: Exception) -> None:
    raise error


def _nothing() -> None:
    pass


def _events_of(view: ClientConnection, until: float) -> list[str]:
    """The cursors of what came until then, at most one event at a time. Raises ConnectionError."""
    try:
        read = json.loads(view.recv(timeout=max(0.0, until - time.perf_counter())))
    except TimeoutError:
        return []
    except WebSocketException:
        raise ConnectionResetError from None
    if read.get("type") == "ping":
        view.send('{"type":"pong"}')
        return []
    if read.get("type") != "next":
        raise ConnectionResetError
    return [str(at(data_in(at(read, "payload")), "events.cursor"))]


@dataclass(frozen=True, slots=True)
class _Season:
    """See Season. `began` is when the errand did."""

    terms: Terms
    began: float

    def prices(self, since: float) -> set[int]:
        return self.terms.prices(since, time.perf_counter())

    def refusals(self, since: float) -> set[str]:
        return self.terms.refusals(self.began, since, time.perf_counter())


@dataclass(slots=True)
class SeasonRun:
    """What a load generator is doing, for its part of a plan. Moments are seconds of `time.perf_counter`."""

    plan: SeasonPlan
    target: Target
    world_now: Callable[[], int]
    """The world's time as the server tells it, in seconds since the epoch."""
    record: Record = field(default_factory=Record)
    over: threading.Event = field(default_factory=threading.Event)
    clock: SeasonClock | None = None
    away: Away | None = None
    _door: SimpleQueue[tuple[Coming, float, float]] = field(default_factory=SimpleQueue)
    _paying: set[str] = field(default_factory=set)
    _paid: set[str] = field(default_factory=set)
    _held: dict[str, object] = field(default_factory=dict)
    """Which filings the clerks of the run hold."""
    _texts: Any = field(default_factory=prepared)

    @property
    def host(self) -> str:
        """See Crowd."""
        return self.target.host

    @property
    def faults(self) -> Any:
        """See Crowd."""
        return self.record.faults

    def let_in(self) -> None:
        """Let everybody in, each at the intended moment of the world, then wait until they have left."""
        record, plan = self.record, self.plan
        self.clock = season_begins(plan, self.world_now)
        began = self.clock.began
        outage = plan.profile.outage
        if outage is not None:
            since = began + outage.at * plan.seconds
            self.away = Away(since - _CLOCK_SECONDS, since + outage.seconds + AWAY_SECONDS)
        threading.Thread(target=self._spends, daemon=True).start()
        for coming in plan.coming:
            intended = began + coming.at_seconds
            time.sleep(max(0.0, intended - time.perf_counter()))
            let_in = time.perf_counter()
            record.late.append((let_in - intended) * 1000)
            self._door.put((coming, intended, let_in))
        ends = began + plan.seconds
        patience = max(time.perf_counter(), ends) + GRACE_SECONDS
        while time.perf_counter() < patience:
            if record.finished >= len(plan.coming) and time.perf_counter() >= ends:
                break
            time.sleep(0.02)
        record.spent.append((time.perf_counter(), time.process_time()))
        self.over.set()

    def _spends(self) -> None:
        while not self.over.is_set():
            self.record.spent.append((time.perf_counter(), time.process_time()))
            self.over.wait(pause_of(self.plan))

    def serve_one(self, web: Web) -> None:
        """Wait for somebody to come, and run their errand to its end."""
        coming, intended, let_in = self._door.get()
        record, now = self.record, time.perf_counter()
        record.waited.append((now - let_in) * 1000)
        if now - intended > self.plan.figures.patience_seconds:
            record.missed.append(now)
            record.finished += 1
            return
        record.started.append(now)
        failed: str | None = None
        visit = self._visit(web, coming, intended)
        try:
            self._carry_out(visit, coming)
        except SentAway as refusal:
            record.sent_away[str(refusal)] += 1
            return
        except ErrandEnded as ended:
            failed = str(ended)
            record.failed += 1
        finally:
            record.finished += 1
        visit.concluded(coming.errand.value, failed)

    def _visit(self, web: Web, coming: Coming, intended: float) -> SeasonVisit:
        assert self.clock is not None
        part = self.plan.part_of(coming)
        token = None if coming.errand is SeasonErrand.LOOK_SOMETHING_UP else self.plan.who(coming).token
        return SeasonVisit(
            self,
            None if part is None else Terms(part, self.clock),
            web,
            self.target,
            self._texts,
            self.record.measurements,
            intended=intended,
            token=token,
            key_seed=f"{self.plan.seed}/{coming.errand}/{coming.index}/{token}",
        )

    def _carry_out(self, visit: SeasonVisit, coming: Coming) -> None:
        plan, who = self.plan, self.plan.who(coming)
        thinking = Thinking(plan.seed, coming.errand, coming.index, plan.figures.mix)
        part = plan.part_of(coming)
        match who:
            case Person():
                manner = habits(plan.seed, coming.index, plan.figures.mix)
                pay_for_a_relative(visit, who, manner, thinking, days_pass=True)
                self._is_paid()
            case Clerk():
                work_the_queue(visit, who, plan.verdict(coming.index), self._held, thinking)
            case Employer():
                today = self._day()
                month = today.year * 100 + today.month
                declare_wages(visit, who, month, habits(plan.seed, coming.index, plan.figures.mix), thinking)
            case Collector():
                assert part is not None
                assert self.clock is not None
                season = _Season(Terms(part, self.clock), time.perf_counter())
                taps_twice = habits(plan.seed, coming.index, plan.figures.mix).taps_twice
                collect_for_many(visit, who, season, thinking, taps_twice=taps_twice, paid=self._is_paid)
            case Parent():
                enrol_a_newborn(visit, who, habits(plan.seed, coming.index, plan.figures.mix), thinking)
                self._is_paid()
            case Student():
                study_elsewhere(visit, who, plan.manner(coming.person), self._wait_for, thinking, self._is_paid)
            case Resident():
                self._carry_out_as_resident(visit, coming, who, part, thinking)

    def _carry_out_as_resident(
        self, visit: SeasonVisit, coming: Coming, person: Resident, part: Part | None, thinking: Thinking
    ) -> None:
        plan = self.plan
        match coming.errand:
            case SeasonErrand.LOOK_SOMETHING_UP:
                look_something_up(visit, person.region, thinking)
            case SeasonErrand.CHECK_LAST_YEAR:
                check_last_year(visit, person)
            case SeasonErrand.FILE_AN_ENQUIRY:
                file_an_enquiry(visit, person, thinking)
            case SeasonErrand.FILE_CARE_ELSEWHERE:
                stay = Stay(person.region, self._first_day_away, plan.stays_long(coming.index))
                file_care_elsewhere(visit, person, stay, thinking)
            case SeasonErrand.FOLLOW_THE_LOG:
                self._follow(visit)
            case SeasonErrand.PAY_FOR_MYSELF:
                self._paying.add(person.person_id)
                manner = plan.manner(coming.person)
                pay_for_myself(visit, person, manner, thinking, lambda: self._has_paid(person.person_id))
            case _:
                assert part is not None
                assert self.clock is not None
                ask_what_is_due(
                    visit,
                    person,
                    Terms(part, self.clock).last_day(),
                    lambda: person.person_id in self._paying,
                    lambda: person.person_id in self._paid,
                )

    def _day(self, seconds: float = 0.0) -> date:
        """The day in the world in so many seconds of the machine."""
        assert self.clock is not None
        return local(self.clock.world(time.perf_counter() + seconds)).date()

    def _first_day_away(self) -> date:
        """A week from now, and still ahead when the form has been handed in, however slowly."""
        return self._day(GRACE_SECONDS) + _AWAY_AFTER

    def _has_paid(self, person_id: str) -> None:
        self._paid.add(person_id)
        self._is_paid()

    def _is_paid(self) -> None:
        self.record.paid.append(time.perf_counter())

    def _wait_for(self, moment: str) -> float | None:
        """See Wait."""
        assert self.clock is not None
        shown_at = self.clock.machine(datetime.fromisoformat(moment).timestamp())
        seconds = max(0.0, shown_at + SLACK_SECONDS - time.perf_counter())
        return seconds if seconds <= self.plan.figures.waiting_seconds else None

    def _follow(self, visit: SeasonVisit) -> None:
        assert self.clock is not None
        follow_the_log(visit, self.clock.began + self.plan.seconds)


def season_begins(plan: SeasonPlan, world_now: Callable[[], int]) -> SeasonClock:
    """The world's clock once it has begun to run: where it is then, from the middle of the question."""
    patience = time.perf_counter() + BEGINNING_SECONDS
    while True:
        asked = time.perf_counter()
        try:
            now = world_now()
        except BadInput:
            # The server may be away before anybody came, where the machine is slow to bring them.
            if asked > patience:
                raise
            now = plan.first
        if now > plan.first:
            middle = (asked + time.perf_counter()) / 2
            if not plan.profile.by_curve:
                # Nobody comes by the world's time, so that they may begin to come when it is first told.
                return SeasonClock(now, plan.rate, middle)
            return SeasonClock(plan.first, plan.rate, middle - (now - plan.first) / plan.rate)
        time.sleep(0.02)


def pause_of(plan: SeasonPlan) -> float:
    """How long it is from one look at a run to the next, in seconds."""
    return max(1.0, plan.seconds / SAMPLES)


@dataclass(slots=True)
class Lookout:
    """Looks at the server while a run lasts, from the moment at which the world's clock begins to run."""

    plan: SeasonPlan
    target: Target
    world_now: Callable[[], int]
    samples: list[Sample] = field(default_factory=list)
    began: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look at it again and again until it is over."""
        self.began = season_begins(self.plan, self.world_now).began
        while not self.over.is_set():
            self.samples.append(Sample(time.perf_counter() - self.began, look(self.target.host)))
            self.over.wait(pause_of(self.plan))

    def last(self) -> None:
        """It is over."""
        self.over.set()
        self.samples.append(Sample(time.perf_counter() - self.began, look(self.target.host)))
