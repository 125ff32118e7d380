"""The consumers of docs/ against a real server with every fault switched on, which is killed in the middle."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from domain.ports import EventFault
from tests.clients.packages import ROOT, node
from tests.clients.scripted import Play, failed, refused, said, signed_out, told
from tests.clients.served import Stage, environment
from tests.transport.conftest import running as serving

PATIENCE_SECONDS = 60
QUIET_SECONDS = "1"
FAULTS = (
    "event-lost=0.15, event-duplicate=0.2, event-reordered=0.15, event-delayed=0.2:30ms, connection-cut=0.1, seed=proof"
)
PEOPLE = 12
COMMANDS: Mapping[str, Callable[[Path], Sequence[str]]] = {
    "python": lambda modules: [sys.executable, str(ROOT / "docs" / "consumers" / "consumer.py")],
    "typescript": lambda modules: [node(), str(modules / "consumer.ts")],
}

pytestmark = pytest.mark.slow


class Consumer:
    """A consumer as a process, which may be killed and started again, and what it has booked."""

    def __init__(self, environment: Mapping[str, str], folder: Path, name: str, modules: Path) -> None:
        self._command = COMMANDS[name](modules)
        self._books = folder / f"{name}.sqlite3"
        self._log = folder / f"{name}.log"
        self._environment = {
            **environment,
            "BOOKS": str(self._books),
            "QUIET_SECONDS": QUIET_SECONDS,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)

    def end(self) -> None:
        if self._process is not None:
            assert self._process.poll() is None, self.said()
            self._process.kill()
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def said(self) -> str:
        return self._log.read_text()

    def booked(self) -> list[tuple[str, str]]:
        """Id and type of each event, in the order in which they were booked."""
        with closing(sqlite3.connect(self._books, timeout=PATIENCE_SECONDS)) as books:
            return books.execute("SELECT event, type FROM booked ORDER BY rowid").fetchall()


@contextmanager
def running(*consumers: Consumer) -> Iterator[None]:
    for consumer in consumers:
        consumer.start()
    try:
        yield
    finally:
        for consumer in consumers:
            consumer.end()


def until(true: Callable[[], bool], said: Callable[[], str]) -> None:
    waiting = threading.Event()
    for _ in range(10 * PATIENCE_SECONDS):
        if true():
            return
        waiting.wait(0.1)
    raise AssertionError(said())


def test_what_they_have_booked_is_the_log_whatever_happened(stage: Stage, modules: Path, tmp_path: Path) -> None:
    """Servers and consumers are killed, and each fault befalls events: none is missed, booked twice or misplaced."""
    consumers = [Consumer({**stage.environment, "FAULT": FAULTS}, tmp_path, name, modules) for name in COMMANDS]
    people = list(stage.people(PEOPLE))
    befallen: set[str] = set()
    with running(*consumers):
        for number, (payer, member) in enumerate(people):
            stage.contribute(payer, member)
            if number == PEOPLE // 2:
                befallen |= stage.befallen()
                stage.end()
                stage.start()
            if number == PEOPLE - 2:
                for consumer in consumers:
                    consumer.end()
                    consumer.start()
        log = stage.log()
        assert len(log) == 3 * PEOPLE
        for consumer in consumers:
            until(lambda: len(consumer.booked()) >= len(log), consumer.said)  # noqa: B023 - called before the next one
        befallen |= stage.befallen()
    for consumer in consumers:
        assert consumer.booked() == log, consumer.said()
    assert befallen == {fault.value for fault in EventFault}


@pytest.mark.parametrize("name", COMMANDS)
def test_whatever_ends_a_subscription_they_come_back_to_where_they_were(
    name: str, modules: Path, tmp_path: Path
) -> None:
    """The server stops, finds them slow, ends their token, tells the past no more, leaves some out, and is silent."""
    play = Play(
        [
            said(told(1, None), told(2, "c1"), 1001),
            said(told(3, "c2"), told(3, "c2"), 4008),
            signed_out,
            said(refused("CURSOR_EXPIRED", startAfter="c6")),
            said(told(7, "c6"), told(9, "c8")),
            said(told(8, "c7"), told(8, "c7"), told(9, "c8"), 1011),
            said(refused("UNAVAILABLE")),
            said(told(11, "c10"), told(10, "c9")),
            said(told(10, "c9"), told(11, "c10"), None),
            said(*failed("CURSOR_EXPIRED", startAfter="c14")),
            said(told(15, "c14"), {"type": "complete"}),
        ]
    )
    with serving(play.app) as server:
        consumer = Consumer(environment(server.port, "whatever it is"), tmp_path, name, modules)
        with running(consumer):
            assert play.over.wait(PATIENCE_SECONDS), consumer.said()
    assert play.afters == [None, "c2", "c3", "c3", "c6", "c7", "c9", "c9", "c9", "c11", "c14", "c15"]
    assert [event for event, _ in consumer.booked()] == [f"evt_{number}" for number in (1, 2, 3, 7, 8, 9, 10, 11, 15)]
