"""A run by several processes (多进程压测): Locust's master and workers, each of whom lets in its part of the people."""

from __future__ import annotations

import locust  # noqa: F401

# isort: split
# Locust patches sockets, threads and time; whatever takes names from those modules comes after it.
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from locust.env import Environment

from loadtests.records import Record
from loadtests.run import SPAWN_RATE, ready
from loadtests.schedule import GRACE_SECONDS
from loadtests.season_plan import SeasonPlan
from loadtests.season_run import SeasonRun
from loadtests.users import InsuredPerson
from loadtests.visits import Target

_MESSAGE: Final = "canbao_record"
_SHARES: Final = "canbao_shares"
_JOIN_SECONDS: Final = 60.0
"""How long workers may take to come, and again to tell what happened."""


class Spoilt(ValueError):
    """A run that says nothing; the argument is why."""


class Crowds:
    """The master of some workers, or one of them."""

    def __init__(self, plan: SeasonPlan, target: Target, world_now: Callable[[], int]) -> None:
        self._plan = plan
        self._target = target
        self._world_now = world_now
        self._told: dict[str, dict[str, Any]] = {}
        self._runner: Any = None

    @contextmanager
    def master(self, host: str, port: int) -> Iterator[int]:
        """The master listens while the block lasts; at which port."""
        port = port or _free_port()
        environment = Environment(user_classes=[InsuredPerson], host=self._target.host)
        self._runner = environment.create_master_runner(host, port)

        def told(environment: Any, msg: Any, **others: object) -> None:
            self._told[msg.node_id] = msg.data

        self._runner.register_message(_MESSAGE, told)
        try:
            yield port
        finally:
            self._runner.quit()

    def directed(self, workers: int, users: int) -> Record:
        """What so many workers saw together, with so many users. Raises Spoilt when one of them is lost."""
        runner = self._runner
        _wait(lambda: len(runner.clients.ready) == workers, _JOIN_SECONDS, f"{workers} workers did not come")
        for index, client in enumerate(runner.clients.ready):
            runner.send_message(_SHARES, {"index": index, "of": workers}, client.id)
        runner.start(users, spawn_rate=min(users, SPAWN_RATE))
        lasts = self._plan.seconds + GRACE_SECONDS + _JOIN_SECONDS
        _wait(lambda: len(self._told) == workers, lasts, "a worker was lost before it told what happened")
        return Record.together([self._told[name] for name in sorted(self._told)])

    def work(self, address: str) -> None:
        """Let in the part of the people that the master names, and tell it what happened."""
        host, _, port = address.rpartition(":")
        environment = Environment(user_classes=[InsuredPerson], host=self._target.host)
        run = SeasonRun(self._plan, self._target, self._world_now)
        # Users may be there before it is known whom they will serve.
        InsuredPerson.current_run = run
        runner = environment.create_worker_runner(host, int(port))
        all_there = ready(environment, run)
        shares: list[tuple[int, int]] = []

        def share(environment: Any, msg: Any, **others: object) -> None:
            shares.append((msg.data["index"], msg.data["of"]))

        runner.register_message(_SHARES, share)
        _wait(lambda: bool(shares), _JOIN_SECONDS, "the master named no part of the people")
        run.plan = self._plan.share(*shares[0])
        all_there.wait()
        run.let_in()
        assert run.clock is not None
        runner.send_message(_MESSAGE, run.record.written(run.clock.began))
        runner.greenlet.join()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _wait(until: Callable[[], bool], seconds: float, else_: str) -> None:
    patience = time.perf_counter() + seconds
    while not until():
        if time.perf_counter() > patience:
            raise Spoilt(else_)
        time.sleep(0.05)
