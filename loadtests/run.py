"""One run (一次压测): people are let in at the moments when they mean to come, and the run ends when all have left.

Importing this module patches the process's sockets.
"""

from __future__ import annotations

import locust  # noqa: F401

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Final, Protocol, TypeVar

from locust.env import Environment

from loadtests.documents import prepared
from loadtests.errands.looking_up import look_something_up
from loadtests.errands.resident_contribution import pay_for_a_relative
from loadtests.errands.visit import ErrandEnded
from loadtests.measurements import Measurements
from loadtests.plan import Plan
from loadtests.schedule import GRACE_SECONDS, Arrival, ErrandKind, Thinking, habits
from loadtests.visits import NetworkVisit, Web

SPAWN_RATE: Final = 100
"""Users made per second; Locust calls more than that troublesome. Nobody is let in before all are there."""


class Crowd(Protocol):
    """People who come, as far as the pool of users knows them."""

    over: threading.Event

    @property
    def faults(self) -> Counter[str]:
        """Exceptions of the load generator itself, by type."""
        ...

    @property
    def host(self) -> str:
        """Where they come to."""
        ...

    def let_in(self) -> None:
        """Let everybody in, and set `over` when all have left."""
        ...

    def serve_one(self, web: Web) -> None:
        """Wait for somebody to come, and run their errand to its end."""
        ...


AnyCrowd = TypeVar("AnyCrowd", bound=Crowd)


@dataclass(slots=True)
class Run:
    """What a run is doing. Moments are seconds of `time.perf_counter`; the lists hold milliseconds."""

    plan: Plan
    measurements: Measurements = field(default_factory=Measurements)
    late: list[float] = field(default_factory=list)
    """How late each arrival was let in: the load generator's own fault."""
    waited: list[float] = field(default_factory=list)
    """How long each arrival, once let in, waited for a user of the pool to be free."""
    started: int = 0
    finished: int = 0
    failed: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    """Exceptions of the load generator itself, by type."""
    over: threading.Event = field(default_factory=threading.Event)
    began: float = 0.0
    ended: float = 0.0
    _door: SimpleQueue[tuple[Arrival, float, float]] = field(default_factory=SimpleQueue)
    _texts: Any = field(default_factory=prepared)

    @property
    def host(self) -> str:
        """See Crowd."""
        return self.plan.target.host

    def let_in(self) -> None:
        """Let everybody in, each at the intended moment, then wait until they have left or GRACE_SECONDS are over."""
        self.began = time.perf_counter()
        for arrival in self.plan.coming:
            intended = self.began + arrival.at_seconds
            time.sleep(max(0.0, intended - time.perf_counter()))
            let_in = time.perf_counter()
            self.late.append((let_in - intended) * 1000)
            self._door.put((arrival, intended, let_in))
        patience = time.perf_counter() + GRACE_SECONDS
        while self.finished < len(self.plan.coming) and time.perf_counter() < patience:
            time.sleep(0.02)
        self.ended = time.perf_counter()
        self.over.set()

    def serve_one(self, web: Web) -> None:
        """Wait for somebody to come, and run their errand to its end."""
        arrival, intended, let_in = self._door.get()
        self.waited.append((time.perf_counter() - let_in) * 1000)
        self.started += 1
        plan = self.plan
        person = plan.people[arrival.index % len(plan.people)]
        signed_in = arrival.kind is ErrandKind.PAY_FOR_A_RELATIVE
        visit = NetworkVisit(
            web,
            plan.target,
            self._texts,
            self.measurements,
            intended=intended,
            token=person.token if signed_in else None,
            key_seed=f"{plan.seed}/{person.token}",
        )
        thinking = Thinking(plan.seed, arrival.kind, arrival.index, plan.mix)
        failed: str | None = None
        try:
            if signed_in:
                pay_for_a_relative(visit, person, habits(plan.seed, arrival.index, plan.mix), thinking)
            else:
                look_something_up(visit, person.region, thinking)
        except ErrandEnded as ended:
            failed = str(ended)
            self.failed += 1
        finally:
            self.finished += 1
        visit.concluded(arrival.kind.value, failed)

    def against(self) -> tuple[str, ...]:
        """What speaks against the run as a whole: errands that never ended, faults of the load generator."""
        unfinished = len(self.plan.coming) - self.finished
        return (
            *(
                (f"{unfinished} errands had not ended {GRACE_SECONDS:g} seconds after the last arrival",)
                * bool(unfinished)
            ),
            *(f"the load generator failed {times} times: {kind}" for kind, times in self.faults.items()),
        )


def _let_in(run: Crowd) -> None:
    """Everybody is let in, or the run is over."""
    try:
        run.let_in()
    except Exception as error:
        run.faults[type(error).__name__] += 1
        raise
    finally:
        run.over.set()


def ready(environment: Environment, run: Crowd) -> threading.Event:
    """What is set when all users are there; from now on their faults are the run's."""
    events: Any = environment.events

    def user_error(user_instance: object, exception: BaseException, tb: object, **others: object) -> None:
        run.faults[type(exception).__name__] += 1

    events.user_error.add_listener(user_error)
    all_there = threading.Event()
    events.spawning_complete.add_listener(lambda user_count, **others: all_there.set())
    return all_there


def carried_out(run: AnyCrowd, user_class: Any, users: int, look: Callable[[AnyCrowd], None]) -> float:
    """Carry out a run with that many users; the processor seconds that it took. `look` is called while it lasts."""
    environment = Environment(user_classes=[user_class], host=run.host)
    user_class.current_run = run
    all_there = ready(environment, run)
    runner = environment.create_local_runner()
    runner.start(users, spawn_rate=min(users, SPAWN_RATE))
    all_there.wait()
    used_before = time.process_time()
    admission = threading.Thread(target=_let_in, args=(run,), daemon=True)
    admission.start()
    while not run.over.wait(timeout=0.25):
        look(run)
    look(run)
    used = time.process_time() - used_before
    runner.quit()
    return used
