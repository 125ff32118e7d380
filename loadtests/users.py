"""The users of a load test (压测用户): each takes whoever comes next, runs the errand, and takes the next.

A person is not a Locust user: the pool of users only bounds how many errands run at once.
"""

from __future__ import annotations

from typing import ClassVar

from locust import User, constant, task

from loadtests.run import Crowd
from loadtests.visits import ANSWER_SECONDS
from loadtests.wire import Reply, Wire


class InsuredPerson(User):
    """One place in the pool. Every visit has a connection of its own, as every person has a telephone of their own."""

    current_run: ClassVar[Crowd]
    wait_time = constant(0)

    @task
    def next_errand(self) -> None:
        """Whoever comes next."""
        session = _Session(self)
        try:
            self.current_run.serve_one(session)
        finally:
            session.wire.close()


class _Session:
    """A visit's connection. It reports to Locust's statistics only when the answer has been read to its end."""

    __slots__ = ("_fire", "wire")

    def __init__(self, user: InsuredPerson) -> None:
        self._fire = user.environment.events.request.fire
        self.wire = Wire(user.current_run.host, ANSWER_SECONDS)

    def send(self, request: bytes) -> Reply:
        """See Web."""
        return self.wire.exchange(request)

    def report(self, name: str, response_ms: float, size: int, failure: str | None) -> None:
        """See Web."""
        self._fire(
            request_type="GraphQL",
            name=name,
            response_time=response_ms,
            response_length=size,
            exception=None if failure is None else RuntimeError(failure),
            context={},
        )
