"""A season's run (征缴季压测): people are let in by the curve while the world's clock runs through the season.

Importing this module patches the process's sockets.
"""

from __future__ import annotations

import locust  # noqa: F401

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from loadtests.answers import Data, Foreseen, Refused, fen, require
from loadtests.documents import prepared
from loadtests.errands.looking_up import look_something_up
from loadtests.errands.paying_alone import ask_what_is_due, pay_for_myself
from loadtests.errands.resident_contribution import pay_for_a_relative
from loadtests.errands.visit import ErrandEnded, SentAway
from loadtests.gauges import Gauges, look
from loadtests.measurements import Measurements
from loadtests.run import GRACE_SECONDS
from loadtests.schedule import Thinking, habits
from loadtests.season_plan import Coming, SeasonErrand, SeasonPlan
from loadtests.terms import SeasonClock, Terms
from loadtests.visits import NetworkVisit, Target, Web

Found = TypeVar("Found")

SAMPLES: Final = 120
"""How many times a run is looked at, at least a second apart."""
_QUOTES: Final = ("QuoteResidentContribution", "QuoteThroughChannel")


class SeasonVisit(NetworkVisit):
    """A visit that knows what the season must answer: prices as they are then, and refusals that must come."""

    def __init__(self, terms: Terms | None, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
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

        return super().ask(operation, variables, foreseeing, measured_as=measured_as, refusal=refusal)


@dataclass(frozen=True, slots=True)
class Sample:
    """The run at a moment, in seconds after its beginning; counts are of everything until then."""

    at_seconds: float
    started: int
    finished: int
    missed: int
    contributions: int
    refusals: Mapping[str, int]
    answers: Mapping[str, int]
    """How many right answers of each operation there were: between two samples are the answers of a stretch."""
    client_seconds: float
    server: Gauges | None


@dataclass(slots=True)
class SeasonRun:
    """What a run is doing. Moments are seconds of `time.perf_counter`; the lists hold milliseconds."""

    plan: SeasonPlan
    target: Target
    world_now: Callable[[], int]
    """The world's time as the server tells it, in seconds since the epoch."""
    measurements: Measurements = field(default_factory=Measurements)
    late: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    started: int = 0
    finished: int = 0
    failed: int = 0
    missed: int = 0
    sent_away: Counter[str] = field(default_factory=Counter)
    contributions: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    samples: list[Sample] = field(default_factory=list)
    clock: SeasonClock | None = None
    began: float = 0.0
    ended: float = 0.0
    _door: SimpleQueue[tuple[Coming, float, float]] = field(default_factory=SimpleQueue)
    _paying: set[str] = field(default_factory=set)
    _paid: set[str] = field(default_factory=set)
    _texts: Any = field(default_factory=prepared)

    @property
    def host(self) -> str:
        """See Crowd."""
        return self.target.host

    def let_in(self) -> None:
        """Let everybody in, each at the intended moment of the world, then wait until they have left."""
        self.clock = self._season_begins()
        self.began = self.clock.began
        sampler = threading.Thread(target=self._look_at_it, daemon=True)
        sampler.start()
        for coming in self.plan.coming:
            intended = self.began + coming.at_seconds
            time.sleep(max(0.0, intended - time.perf_counter()))
            let_in = time.perf_counter()
            self.late.append((let_in - intended) * 1000)
            self._door.put((coming, intended, let_in))
        patience = max(time.perf_counter(), self.began + self.plan.seconds) + GRACE_SECONDS
        while time.perf_counter() < patience:
            if self.finished >= len(self.plan.coming) and time.perf_counter() >= self.began + self.plan.seconds:
                break
            time.sleep(0.02)
        self.ended = time.perf_counter()
        self.samples.append(self._sample())
        self.over.set()

    def _season_begins(self) -> SeasonClock:
        """The world's clock once it has begun to run: where it is then, from the middle of the question."""
        first, rate = self.plan.curve.first, self.plan.rate
        while True:
            asked = time.perf_counter()
            now = self.world_now()
            if now > first:
                middle = (asked + time.perf_counter()) / 2
                return SeasonClock(first, rate, middle - (now - first) / rate)
            time.sleep(0.02)

    def _look_at_it(self) -> None:
        pause = max(1.0, self.plan.seconds / SAMPLES)
        while not self.over.is_set():
            self.samples.append(self._sample())
            self.over.wait(pause)

    def _sample(self) -> Sample:
        gauges = look(self.host)
        refusals: Counter[str] = Counter()
        for measured in self.measurements.by_operation.values():
            refusals += measured.expected_refusals
        return Sample(
            time.perf_counter() - self.began,
            self.started,
            self.finished,
            self.missed,
            self.contributions,
            dict(refusals),
            {name: len(measured.response) for name, measured in self.measurements.by_operation.items()},
            time.process_time(),
            gauges,
        )

    def serve_one(self, web: Web) -> None:
        """Wait for somebody to come, and run their errand to its end."""
        coming, intended, let_in = self._door.get()
        self.waited.append((time.perf_counter() - let_in) * 1000)
        if time.perf_counter() - intended > self.plan.figures.patience_seconds:
            self.missed += 1
            self.finished += 1
            return
        self.started += 1
        failed: str | None = None
        visit = self._visit(web, coming, intended)
        try:
            self._carry_out(visit, coming)
        except SentAway as refusal:
            self.sent_away[str(refusal)] += 1
            return
        except ErrandEnded as ended:
            failed = str(ended)
            self.failed += 1
        finally:
            self.finished += 1
        visit.concluded(coming.errand.value, failed)

    def _visit(self, web: Web, coming: Coming, intended: float) -> SeasonVisit:
        assert self.clock is not None
        part = self.plan.part_of(coming)
        token = None
        if coming.errand is not SeasonErrand.LOOK_SOMETHING_UP:
            of_family = coming.errand is SeasonErrand.PAY_FOR_A_RELATIVE
            token = (self.plan.families if of_family else self.plan.residents)[coming.person].token
        return SeasonVisit(
            None if part is None else Terms(part, self.clock),
            web,
            self.target,
            self._texts,
            self.measurements,
            intended=intended,
            token=token,
            key_seed=f"{self.plan.seed}/{coming.errand}/{coming.index}/{token}",
        )

    def _carry_out(self, visit: SeasonVisit, coming: Coming) -> None:
        plan = self.plan
        thinking = Thinking(plan.seed, coming.errand, coming.index, plan.figures.mix)
        if coming.errand is SeasonErrand.PAY_FOR_A_RELATIVE:
            family, manner = plan.families[coming.person], habits(plan.seed, coming.index, plan.figures.mix)
            pay_for_a_relative(visit, family, manner, thinking, days_pass=True)
            self.contributions += 1
            return
        person = plan.residents[coming.person]
        if coming.errand is SeasonErrand.LOOK_SOMETHING_UP:
            look_something_up(visit, person.region, thinking)
            return
        if coming.errand is SeasonErrand.PAY_FOR_MYSELF:
            self._paying.add(person.person_id)
            pay_for_myself(
                visit, person, plan.manner(coming.person), thinking, lambda: self._has_paid(person.person_id)
            )
            return
        part = plan.part_of(coming)
        assert part is not None
        assert self.clock is not None
        ask_what_is_due(
            visit,
            person,
            Terms(part, self.clock).last_day(),
            lambda: person.person_id in self._paying,
            lambda: person.person_id in self._paid,
        )

    def _has_paid(self, person_id: str) -> None:
        self._paid.add(person_id)
        self.contributions += 1

    def against(self) -> tuple[str, ...]:
        """What speaks against the run as a whole."""
        coming = len(self.plan.coming)
        unfinished = coming - self.finished
        found = []
        if unfinished:
            found.append(f"{unfinished} errands had not ended {GRACE_SECONDS:g} seconds after the last arrival")
        if self.missed > self.plan.figures.missed_share * coming:
            found.append(f"{self.missed} of {coming} who came could not be let in")
        share = busiest_share([(one.at_seconds, one.client_seconds) for one in self.samples], self.plan.seconds / 10)
        if share > self.plan.figures.generator_share:
            found.append(f"the load generator was saturated: {share:.0%} of a core; nothing can be said of the server")
        return (
            *found,
            *(f"the load generator failed {times} times: {kind}" for kind, times in self.faults.items()),
        )


def busiest_share(spent: list[tuple[float, float]], stretch: float) -> float:
    """The greatest part of a core that was used over any stretch of that length: moments with what was used by then."""
    shares = []
    start = 0
    for end in range(1, len(spent)):
        while spent[end][0] - spent[start + 1][0] >= stretch and start + 1 < end:
            start += 1
        elapsed = spent[end][0] - spent[start][0]
        if elapsed >= min(stretch, spent[-1][0] - spent[0][0]) * 0.99 and elapsed > 0:
            shares.append((spent[end][1] - spent[start][1]) / elapsed)
    return max(shares, default=0.0)
