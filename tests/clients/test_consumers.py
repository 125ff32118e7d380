"""The consumers of docs/ against a real server with every fault switched on, which is killed in the middle."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from domain.ports import EventFault
from tests.clients.packages import ROOT, node
from tests.clients.served import Stage

PATIENCE_SECONDS = 60
QUIET_SECONDS = "1"
FAULTS = (
    "event-lost=0.15, event-duplicate=0.2, event-reordered=0.15, event-delayed=0.2:30ms, connection-cut=0.1, seed=proof"
)
PEOPLE = 12
PYTHON = ROOT / "docs" / "consumers" / "consumer.py"

pytestmark = pytest.mark.slow


class Consumer:
    """A consumer as a process, which may be killed and started again, and what it has booked."""

    def __init__(self, stage: Stage, folder: Path, name: str, command: Sequence[str]) -> None:
        self._command = command
        self._books = folder / f"{name}.sqlite3"
        self._log = folder / f"{name}.log"
        self._environment = {
            **stage.environment,
            "BOOKS": str(self._books),
            "FAULT": FAULTS,
            "QUIET_SECONDS": QUIET_SECONDS,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def has_come_to(self, cursor: str) -> None:
        """It has been here before, and booked all up to this cursor."""
        with closing(sqlite3.connect(self._books)) as books, books:
            books.execute("CREATE TABLE place (only INTEGER PRIMARY KEY CHECK (only = 1), cursor TEXT NOT NULL)")
            books.execute("INSERT INTO place VALUES (1, ?)", (cursor,))

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
    consumers = [
        Consumer(stage, tmp_path, "python", [sys.executable, str(PYTHON)]),
        Consumer(stage, tmp_path, "typescript", [node(), str(modules / "consumer.ts")]),
    ]
    [first, *people] = stage.people(PEOPLE + 1)
    stage.contribute(*first)
    for consumer in consumers:
        consumer.has_come_to(stage.log()[0][0])
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
        log = [(event, kind) for _, event, kind in stage.log()[1:]]
        assert len(log) == 3 * PEOPLE + 2
        for consumer in consumers:
            until(lambda: len(consumer.booked()) >= len(log), consumer.said)  # noqa: B023 - called before the next one
        befallen |= stage.befallen()
    for consumer in consumers:
        assert consumer.booked() == log, consumer.said()
    assert befallen == {fault.value for fault in EventFault}
