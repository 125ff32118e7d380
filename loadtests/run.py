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
from typing import Any, Final, Protocol, TypeVar

from locust.env import Environment

from loadtests.visits import Web

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
