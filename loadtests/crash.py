"""Payments while the server is killed (崩溃测试): `python -m loadtests.crash --people FILE … -- SERVER --fd {fd}`.

People pay at once, from accounts and through a channel, and units for many in one list; the server is killed at moments
that are drawn from the seed, started again on the same world, and sent every unanswered payment and list again with its
key. In the end each is answered and settled, and stands in the books exactly once. Some people are on a list and paid
for by their family at the same moment: one of the two comes second.

Exit code 0: passed. 1: something was lost, doubled or answered differently. 2: bad input, or no server.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from loadtests.answers import Data, NotAnswered, Refused, Wrong
from loadtests.channel_payments import ChannelPayment
from loadtests.lists import CollectionList, lines_of
from loadtests.payments import IN_PROGRESS, PAID_FOR, Client, Payment, may_be_sent_again
from loadtests.people import PeopleFileInvalid, Person, Unit, read_people, read_units
from loadtests.report import write_report
from loadtests.schedule import child_seed
from loadtests.submitting import prepared

Paying = Payment | ChannelPayment | CollectionList

FORMAT: Final = "canbao-crash-report/1"
AT_ONCE: Final = 16
"""Payments in flight at most."""
MOST_ANSWERS: Final = 24
MOST_DELAY_MS: Final = 40.0
"""As long as payments that are committed together take, so that a kill may fall anywhere between two commits."""
_START_SECONDS: Final = 180.0
"""A start takes a second or two on a machine that has nothing else to do, and most of a minute on one that has."""
_NOT_NOW: Final = 4
"""The exit code of a server whose database is unreachable or still recovering."""
_ANSWERS_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0
SETTLE_SECONDS: Final = 10.0
"""How long the log may take to show what was committed before a server or a database died."""
_PAYERS_PER_KILL: Final = AT_ONCE + MOST_ANSWERS
_UNITS_PER_KILL: Final = 4
_ASKED_AGAIN_EVERY: Final = 4
"""Each fourth request is one that has been answered: its answer must be the same."""
_FOLLOWED_EVERY: Final = 3
"""Each third request asks what became of money that a channel is to collect."""
_MOST_ROUNDS: Final = 40
"""In the last life, which nobody ends, a payment is sent and followed so often and no more."""


class ExitCode(IntEnum):
    """How a run ends."""

    PASSED = 0
    FAILED = 1
    BAD_INPUT = 2


class Victim(StrEnum):
    """Who is killed: the server, or one process of the database, upon which all of them start anew."""

    SERVER = "server"
    DATABASE = "database"


class ServerFailed(Exception):
    """A server that does not start, or the database behind it does not come back."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a kill falls: after so many answers since the start, and that much later. `pick` chooses the process."""

    index: int
    victim: Victim
    answers: int
    delay_ms: float
    pick: float


def moment(seed: int, index: int, *, database: bool) -> Moment:
    """The moment of the kill of that index; `database` lets every second one, on average, fall on the database."""
    unit = Random(child_seed(seed, "kill", index)).random
    answers, delay_ms = int(unit() * (MOST_ANSWERS + 1)), round(unit() * MOST_DELAY_MS, 3)
    victim = Victim.DATABASE if database and unit() < 0.5 else Victim.SERVER
    return Moment(index, victim, answers, delay_ms, unit())


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill that happened: how many payments and lists it cut off from their answers, and how many of them lists."""

    index: int
    victim: Victim
    answers: int
    delay_ms: float
    cut_off: int
    lists_cut_off: int


class Server:
    """A server process on a socket that outlives it: who connects while it is down waits for the next one."""

    def __init__(self, command: Sequence[str], listener: socket.socket, log: Path) -> None:
        self._command = [word.replace("{fd}", str(listener.fileno())) for word in command]
        self._listener = listener
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.port: int = listener.getsockname()[1]

    def start(self) -> None:
        """It runs and is ready. Raises ServerFailed."""
        self._run()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """It says that it is, database included. Raises ServerFailed.

        One that ends because its database is not back yet is started again, as whatever looks after servers does.
        """
        assert self._process is not None
        until = time.perf_counter() + _START_SECONDS
        while not _ready(self.port):
            ended = self._process.poll()
            if ended not in (None, _NOT_NOW) or time.perf_counter() > until:
                said = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                raise ServerFailed(said[-1] if said else "the server did not start")
            if ended == _NOT_NOW:
                self._run()
            time.sleep(0.02)

    def _run(self) -> None:
        with self._log.open("ab") as written:
            self._process = subprocess.Popen(
                self._command, pass_fds=[self._listener.fileno()], stdout=subprocess.DEVNULL, stderr=written
            )

    def kill(self) -> None:
        """It is gone, without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """It has ended as it should, if it runs."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


def _ready(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=_ANSWERS_SECONDS / 10)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False


def kill_one_of(postmaster: int, pick: float) -> None:
    """One process of the PostgreSQL whose first process that is has been killed, and all of them have ended.

    It then starts all of them anew. Whoever killed the one that recovers what was written would end it for good.
    """
    before = _children(postmaster)
    if not before:
        raise ServerFailed("the database has no process to kill")
    os.kill(before[int(pick * len(before))], signal.SIGKILL)
    until = time.perf_counter() + _START_SECONDS
    while not set(before).isdisjoint(_children(postmaster)) and time.perf_counter() < until:
        time.sleep(0.02)


def _children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()]


class Crowd:
    """People and units who pay at once, over several lives of a server."""

    def __init__(self, payments: Sequence[Paying]) -> None:
        self.payments = list(payments)
        self.findings: list[str] = []
        self.answers = 0
        self.asked_again = 0
        self._fresh = deque(payments)
        self._unanswered: deque[Paying] = deque()
        self._unsettled: deque[Paying] = deque()
        self._answered: list[Paying] = []
        self._turns = 0
        self._over = False
        self._in_this_life = 0
        self._changed = threading.Condition()

    @contextmanager
    def paying(self, ports: Sequence[int]) -> Iterator[None]:
        """They pay at these servers until the block ends; then nobody is on the way any more.

        What one server leaves unanswered is sent again by whoever is free, to whichever server that one pays at.
        """
        self._over = False
        self._in_this_life = 0
        workers = [threading.Thread(target=self._work, args=(ports[place % len(ports)],)) for place in range(AT_ONCE)]
        for worker in workers:
            worker.start()
        try:
            yield
        finally:
            self._over = True
            for worker in workers:
                worker.join()

    def wait_for(self, answers: int) -> None:
        """So many answers have come since they began, or as many as come in a minute."""
        with self._changed:
            self._changed.wait_for(lambda: self._in_this_life >= answers, timeout=_ANSWERS_SECONDS)

    def stop_asking(self) -> None:
        """Nobody asks anything further; what is on the way stays on the way."""
        self._over = True

    def cut_off(self) -> list[Paying]:
        """What was sent and has no answer."""
        return [payment for payment in self.payments if payment.sent and payment.answer is None]

    def answered(self) -> list[Paying]:
        """What has its answer."""
        return [payment for payment in self.payments if payment.answer is not None]

    def settle(self, port: int) -> None:
        """Everything that was sent is answered, settled and asked once more, by a server that lives."""
        with closing(Client(port)) as client:
            for _ in range(_MOST_ROUNDS):
                for _ in range(len(self._unanswered)):
                    self._send(client, self._unanswered.popleft())
                for _ in range(len(self._unsettled)):
                    self._follow(client, self._unsettled.popleft())
                if not self._unanswered and not self._unsettled:
                    break
                time.sleep(SETTLE_SECONDS / _MOST_ROUNDS)
            for payment in list(self._answered):
                self._send(client, payment)

    def _work(self, port: int) -> None:
        with closing(Client(port)) as client:
            while not self._over:
                if (followed := self._next_to_follow()) is not None:
                    self._follow(client, followed)
                elif (payment := self._next()) is not None:
                    self._send(client, payment)
                else:
                    return

    def _next_to_follow(self) -> Paying | None:
        with self._changed:
            self._turns += 1
            if self._unsettled and self._turns % _FOLLOWED_EVERY == 0:
                return self._unsettled.popleft()
            return None

    def _next(self) -> Paying | None:
        with self._changed:
            if self._unanswered:
                return self._unanswered.popleft()
            if self._answered and (not self._fresh or self._turns % _ASKED_AGAIN_EVERY == 0):
                return self._answered[self._turns % len(self._answered)]
            return self._fresh.popleft() if self._fresh else None

    def _follow(self, client: Client, payment: Paying) -> None:
        if payment.answer is None:
            # It was put off while another payment for the same person was on its way.
            self._send(client, payment)
            return
        again: Paying | None = None
        try:
            again = payment.follow(client)
        except NotAnswered as reason:
            with self._changed:
                if not may_be_sent_again(reason):
                    self.findings.append(f"{payment.about}: {reason}")
        except (Refused, Wrong) as reason:
            with self._changed:
                self.findings.append(f"{payment.about}: {type(reason).__name__.lower()}: {reason}")
            return
        with self._changed:
            if again is not None:
                self.payments.append(again)
                self._unanswered.append(again)
            elif not payment.is_settled():
                self._unsettled.append(payment)

    def _send(self, client: Client, payment: Paying) -> None:
        try:
            if payment.sent and payment.answer is None and payment.written is None:
                # What the books say before it is sent again: money that has moved must not move once more.
                payment.written = payment.stands(client)
            payment.sent = True
            answer = payment.ask(client)
        except NotAnswered as reason:
            with self._changed:
                if not may_be_sent_again(reason):
                    self.findings.append(f"{payment.about}: {reason}")
                if payment.answer is None:
                    self._unanswered.append(payment)
        except (Refused, Wrong) as reason:
            with self._changed:
                if not self._comes_second(payment, reason):
                    self.findings.append(f"{payment.about}: {type(reason).__name__.lower()}: {reason}")
        else:
            self._take(payment, answer)

    def _comes_second(self, payment: Paying, reason: Exception) -> bool:
        """Whether it is refused because a list has the same person on it: then nothing of it may be in the books.

        It is tried again under another key while the list's payment is on its way.
        """
        if isinstance(payment, CollectionList) or not payment.contested or not isinstance(reason, Refused):
            return False
        if payment.answer is not None or payment.written is not None:
            return False
        if str(reason) == IN_PROGRESS:
            payment.put_off += 1
            self._unsettled.append(payment)
        elif str(reason) in PAID_FOR:
            payment.came_second = True
        else:
            return False
        payment.sent = False
        return True

    def _take(self, payment: Paying, answer: Data) -> None:
        with self._changed:
            if payment.answer is None:
                payment.answer = answer
                self._answered.append(payment)
                if not payment.is_settled():
                    self._unsettled.append(payment)
                if payment.written not in (None, payment.told(answer)):
                    self.findings.append(f"{payment.about}: paid once more under its key")
            else:
                self.asked_again += 1
                if answer != payment.answer:
                    self.findings.append(f"{payment.about}: the same key again gives another answer")
            self.answers += 1
            self._in_this_life += 1
            self._changed.notify_all()


def carried_out(
    servers: Sequence[Server],
    people: Sequence[Person],
    units: Sequence[Unit],
    moments: Sequence[Moment],
    postmaster: int | None,
    told: Callable[[Kill], None],
) -> tuple[Crowd, list[Kill]]:
    """The crowd after all kills, everything answered and compared with the books. Raises ServerFailed, Wrong."""
    kills: list[Kill] = []
    ports = [server.port for server in servers]
    try:
        for server in servers:
            server.start()
        # Every second one pays through a channel.
        chosen = list(zip(people, cycle((False, True)), strict=False))
        made = _together(ports[0], chosen, lambda client, one: prepared(client, one[0], by_channel=one[1]))
        payments = [payment for payment in made if payment is not None]
        if not payments:
            raise Wrong("nobody in the file can pay for anybody")
        crowd = Crowd(_in_turn(payments, units))
        for each in moments:
            with crowd.paying(ports):
                crowd.wait_for(each.answers)
                time.sleep(each.delay_ms / 1000)
                crowd.stop_asking()
                if each.victim is Victim.DATABASE:
                    assert postmaster is not None
                    kill_one_of(postmaster, each.pick)
                    for server in servers:
                        server.wait_until_ready()
                else:
                    server = servers[int(each.pick * len(servers))]
                    server.kill()
                    # Whoever had connected and was not let in yet is answered by the next server.
                    server.start()
            cut_off = crowd.cut_off()
            kills.append(
                Kill(each.index, each.victim, each.answers, each.delay_ms, len(cut_off), len(_lists_of(cut_off)))
            )
            told(kills[-1])
        crowd.settle(ports[0])
        crowd.findings += _compared(ports[0], crowd.payments)
    finally:
        for server in servers:
            server.stop()
    return crowd, kills


def _in_turn(payments: Sequence[Payment | ChannelPayment], units: Sequence[Unit]) -> list[Paying]:
    """The payments and the units' lists, in which order they begin.

    The lists are spread, and each is followed at once by what a family pays for somebody whom it names.
    """
    listed = {member for unit in units for member in unit.members}
    of_member = {payment.member: payment for payment in payments}
    for payment in payments:
        payment.contested = payment.member in listed
    alone = deque(payment for payment in payments if not payment.contested)
    between = len(alone) // (len(units) + 1)
    found: list[Paying] = []
    for unit in units:
        found += [alone.popleft() for _ in range(between)]
        found.append(CollectionList(unit, lines_of(unit, of_member)))
        found += [of_member[member] for member in unit.members if member in of_member]
    return [*found, *alone]


def _lists_of(payments: Sequence[Paying]) -> list[CollectionList]:
    return [payment for payment in payments if isinstance(payment, CollectionList)]


def _together(port: int, of: Sequence[Any], each: Callable[[Client, Any], Any]) -> list[Any]:
    """What `each` gives for every one, in order, so many at once as pay."""

    def some(place: int) -> list[Any]:
        with closing(Client(port)) as client:
            return [each(client, one) for one in of[place::AT_ONCE]]

    with ThreadPoolExecutor(AT_ONCE) as workers:
        found = list(workers.map(some, range(AT_ONCE)))
    return [found[place % AT_ONCE][place // AT_ONCE] for place in range(len(of))]


def _compared(port: int, payments: Sequence[Paying]) -> list[str]:
    """What the books have wrong, as soon as the log has had time to show everything."""
    until = time.perf_counter() + SETTLE_SECONDS
    while True:
        try:
            found = _together(port, payments, lambda client, payment: payment.wrong(client))
            wrong = [finding for findings in found for finding in findings] + paid_once(port, payments)
        except (NotAnswered, Wrong) as error:
            wrong = [f"the books cannot be read: {error}"]
        if not wrong or time.perf_counter() > until:
            return wrong
        time.sleep(0.5)


def paid_once(port: int, payments: Sequence[Paying]) -> list[str]:
    """Who is paid for by more than one contribution, or by none where somebody was refused because of one."""
    by_person: dict[str, set[str]] = defaultdict(set)
    for paid in _together(port, payments, lambda client, payment: payment.paid(client)):
        for person, contribution in paid:
            by_person[person].add(contribution)
    twice = [f"{' and '.join(sorted(by))}: one person is paid for twice" for by in by_person.values() if len(by) > 1]
    missing = [payment for payment in payments if not by_person.keys() >= set(payment.paid_otherwise())]
    return twice + [f"{payment.about}: refused as paid for by another, and nobody pays" for payment in missing]


def _report(seed: int, crowd: Crowd, kills: Sequence[Kill]) -> dict[str, Any]:
    answered = crowd.answered()
    lists = _lists_of(answered)
    return {
        "format": FORMAT,
        "passed": not crowd.findings,
        "seed": seed,
        "kills": [asdict(kill) for kill in kills],
        "payments": len(answered) - len(lists),
        "channel_payments": sum(isinstance(payment, ChannelPayment) for payment in answered),
        "lists": len(lists),
        "lines": sum(len(one.lines) for one in lists),
        "answers": crowd.answers,
        "cut_off": sum(kill.cut_off for kill in kills),
        "lists_cut_off": sum(kill.lists_cut_off for kill in kills),
        "written_unanswered": sum(payment.written is not None for payment in answered),
        "lists_written_unanswered": sum(one.written is not None for one in lists),
        "came_second": sum(len(one.paid_otherwise()) for one in crowd.payments if not isinstance(one, CollectionList)),
        "lines_came_second": sum(len(one.paid_otherwise()) for one in lists),
        "asked_again": crowd.asked_again,
        "findings": crowd.findings,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.crash",
        description="Let people pay, kill the server at random moments, and see that each payment happened once.",
        epilog="Exit code 0: passed; 1: lost, doubled or answered differently; 2: bad input. See docs/load.md.",
    )
    parser.add_argument("--people", type=Path, required=True, help="JSON lines, one person with a token each")
    parser.add_argument("--units", type=Path, required=True, help="JSON lines, one collecting unit each, with a token")
    parser.add_argument("--kills", type=int, default=10, help="how often the server is killed (default 10)")
    parser.add_argument("--first", type=int, default=0, help="index of the first kill among those of the seed")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default 1)")
    parser.add_argument("--servers", type=int, default=1, help="how many serve the world; one is killed (default 1)")
    parser.add_argument("--database-pid", type=int, default=None, help="PostgreSQL's first process: kill it too")
    parser.add_argument("--report", type=Path, required=True, help="write the report to this file")
    parser.add_argument("--log", type=Path, required=True, help="where the server's standard error goes")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.add_argument("server", nargs="+", help="the command that serves on the open socket {fd}")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with these command line arguments; the exit code."""
    options = _parser().parse_args(arguments)
    errors = Console(stderr=True, highlight=False)
    moments = [
        moment(options.seed, options.first + place, database=options.database_pid is not None)
        for place in range(options.kills)
    ]
    try:
        people = read_people(options.people, _PAYERS_PER_KILL * options.kills)
        if not people:
            raise PeopleFileInvalid("nobody is in the file, or nobody is killed")
        units = read_units(options.units, _UNITS_PER_KILL * options.kills)
        with ExitStack() as stack:
            listeners = [stack.enter_context(listening()) for _ in range(options.servers)]
            servers = [Server(options.server, listener, options.log) for listener in listeners]
            told = stack.enter_context(_told(errors, len(moments), quiet=options.quiet))
            crowd, kills = carried_out(servers, people, units, moments, options.database_pid, told)
    except (PeopleFileInvalid, ServerFailed, NotAnswered, Wrong, OSError) as error:
        errors.print(f"canbao load crash: {error}", markup=False)
        return ExitCode.BAD_INPUT
    write_report(options.report, _report(options.seed, crowd, kills))
    return ExitCode.FAILED if crowd.findings else ExitCode.PASSED


def listening() -> socket.socket:
    """A socket on a free port; whoever connects before anybody serves on it waits."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    return listener


@contextmanager
def _told(console: Console, kills: int, *, quiet: bool) -> Iterator[Callable[[Kill], None]]:
    """A bar that moves with every kill, and says how many payments the last one cut off."""
    if quiet:
        yield lambda kill: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[last]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("崩溃 kills", total=kills, last="")
        yield lambda kill: progress.update(
            task, advance=1, last=f"{kill.victim} killed, {kill.cut_off} payments cut off"
        )


if __name__ == "__main__":
    sys.exit(main())
