"""The users of a load test (压测用户): each takes whoever comes next, runs the errand, and takes the next.

A person is not a Locust user: the pool of users only bounds how many errands run at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from locust import FastHttpUser, constant, task
from locust.contrib.fasthttp import FAILURE_EXCEPTIONS

from loadtests.run import Crowd
from loadtests.visits import ANSWER_SECONDS, Reply


class InsuredPerson(FastHttpUser):
    """One place in the pool. Every visit has a connection of its own, as every person has a telephone of their own."""

    current_run: ClassVar[Crowd]
    wait_time = constant(0)
    network_timeout = ANSWER_SECONDS
    connection_timeout = ANSWER_SECONDS

    @task
    def next_errand(self) -> None:
        """Whoever comes next."""
        try:
            self.current_run.serve_one(_Session(self))
        finally:
            self.client.client.clientpool.close()


class _Session:
    """Locust's HTTP session. It reports to Locust's statistics only when the answer has been read to its end."""

    def __init__(self, user: InsuredPerson) -> None:
        self._user = user

    def send(self, method: str, path: str, headers: Mapping[str, str], body: str | None, name: str) -> Reply:
        """See Web."""
        # Entered as a context manager it would report by itself, before anybody knows what the answer says.
        answer = self._user.client.request(
            method, path, name=name, data=body, headers=dict(headers), catch_response=True, allow_redirects=False
        )
        try:
            content = answer.content
        except FAILURE_EXCEPTIONS as error:
            return Reply(0, b"", f"no answer: {type(error).__name__}")
        if not answer.status_code:
            return Reply(0, b"", f"no answer: {type(answer.request_meta['exception']).__name__}")
        return Reply(answer.status_code, bytes(content or b""))

    def report(self, name: str, response_ms: float, size: int, failure: str | None) -> None:
        """See Web."""
        self._user.environment.events.request.fire(
            request_type="GraphQL",
            name=name,
            response_time=response_ms,
            response_length=size,
            exception=None if failure is None else RuntimeError(failure),
            context={},
        )
