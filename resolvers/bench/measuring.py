"""Measuring (测量): three servers over one world, asked the same in turns, and the CPU time that each answer took.

Before anything is timed, all three must have given the same data. Contenders take turns round by round, so that what
disturbs the machine disturbs all alike; a row is the median of its rounds.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import orjson

from domain.store.statements import EngineKind
from resolvers.bench import cluster
from resolvers.bench.cases import AT_ONCE, Case, Contender, Question
from resolvers.bench.client import Client, UnexpectedAnswer
from resolvers.bench.cpu import Cluster, can_measure, process_ns
from resolvers.bench.preparing import (
    WORLD_NAME,
    People,
    Questions,
    Stages,
    copied_to_postgresql,
    copied_to_sqlite,
    kept_world,
    people_of,
    questions_of,
)
from resolvers.bench.serving import Server, ServerNotStarted, Serving

log = logging.getLogger("canbao.bench")

BENCH_SERVER: Final = "CANBAO_BENCH_POSTGRES_URL"
"""Names the PostgreSQL to measure on: on this machine, with the right to create databases."""

_COMPARED: Final = 12
_SLICE: Final = 32
"""How many requests plan and floor are sent before it is another's turn."""
_SETTINGS: Final = {**cluster.SETTINGS, "shared_buffers": "512MB", "max_wal_size": "2GB"}


class BenchFailed(Exception):
    """What cannot be measured, or what makes the figures worthless."""


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One contender in one case on one engine: CPU microseconds per request, the median of `rounds`.

    `server_us` is the server process, `database_us` every process of the database: 0 where the engine runs inside the
    server, None where it runs on another machine. `server_us_least` and `server_us_most` are of single rounds.
    """

    case: str
    engine: str
    contender: str
    server_us: float
    database_us: float | None
    server_us_least: float
    server_us_most: float
    requests: int
    rounds: int
    persons: int

    @property
    def total_us(self) -> float:
        """Server and database together, as far as the latter is known."""
        return self.server_us + (self.database_us or 0.0)

    def as_json(self) -> dict[str, Any]:
        """The row as `canbao bench --json` prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is asked: rounds, and requests of a round by case for (plan and floor, stock).

    A payment is made once, and a world has so many: `rounds_of` are cases with other rounds. On a slow or busy machine,
    cases that come after `seconds` make do with `least_rounds`.
    """

    rounds: int
    requests: Mapping[Case, tuple[int, int]]
    warm_up: tuple[int, int]
    least_rounds: int = 3
    seconds: float = math.inf
    rounds_of: Mapping[Case, int] = field(default_factory=dict)

    def of(self, case: Case, contender: Contender) -> int:
        return self.requests[case][contender is Contender.STOCK]

    def rounds_for(self, case: Case) -> int:
        return self.rounds_of.get(case, self.rounds)

    def warm_up_of(self, case: Case, contender: Contender) -> int:
        """Requests before any is timed: enough that every connection has its statements planned for good."""
        wanted = self.warm_up[contender is Contender.STOCK]
        # The cases of payments after the first find everything as it has left it.
        few = case is Case.PAYMENT or case.submits or case.settles
        return wanted if case.reads else min(wanted, 6 * AT_ONCE) if few else 0

    def lists(self) -> dict[Case, int]:
        """How many lists of people each case takes of all contenders together."""
        return {
            case: sum(self.rounds_for(case) * self.of(case, contender) for contender in case.value.contenders)
            for case in Case
            if case.is_of_a_list
        }

    def payments(self) -> int:
        """How many payments that takes of all contenders together."""
        return sum(self._once_each(case) for case in Case if case.pays)

    def drafts(self) -> int:
        """How many filings are submitted by all contenders together."""
        return sum(self._once_each(case) for case in Case if case.submits)

    def claims(self) -> int:
        """How many claims are settled by all contenders together."""
        return sum(self._once_each(case) for case in Case if case.settles)

    def _once_each(self, case: Case) -> int:
        return sum(
            self.rounds_for(case) * self.of(case, contender) + self.warm_up_of(case, contender)
            for contender in case.value.contenders
        )


_FEW_ROUNDS: Final = MappingProxyType({Case.PAYMENT_OF_64: 3, Case.COLLECTING_UNIT_OF_500: 3, Case.SETTLING_500: 3})
QUICK: Final = Effort(
    7,
    MappingProxyType(
        {
            Case.PERSON: (256, 24),
            Case.NESTED: (160, 16),
            Case.PAGE: (32, 8),
            Case.CATALOGUE: (64, 0),
            Case.FILING_QUEUE: (32, 0),
            Case.SUBMITTING_FILING: (64, 0),
            Case.PREVIEWING_STAY: (64, 0),
            Case.YEAR_OF_200_CLAIMS: (32, 0),
            Case.SETTLING_CLAIM: (32, 0),
            Case.PAYMENT: (32, 16),
            Case.PAYMENT_ALONE: (8, 4),
            Case.PAYMENT_OF_64: (64, 64),
            Case.COLLECTING_UNIT_OF_500: (1, 0),
            Case.SETTLING_500: (1, 0),
        }
    ),
    (160, 16),
    seconds=24,
    rounds_of=_FEW_ROUNDS,
)
WHOLE: Final = Effort(
    15,
    MappingProxyType(
        {
            Case.PERSON: (800, 80),
            Case.NESTED: (480, 48),
            Case.PAGE: (96, 16),
            Case.CATALOGUE: (192, 0),
            Case.FILING_QUEUE: (96, 0),
            Case.SUBMITTING_FILING: (128, 0),
            Case.PREVIEWING_STAY: (192, 0),
            Case.YEAR_OF_200_CLAIMS: (96, 0),
            Case.SETTLING_CLAIM: (64, 0),
            Case.PAYMENT: (18, 9),
            Case.PAYMENT_ALONE: (6, 4),
            Case.PAYMENT_OF_64: (64, 64),
            Case.COLLECTING_UNIT_OF_500: (1, 0),
            Case.SETTLING_500: (1, 0),
        }
    ),
    (400, 48),
    rounds_of=_FEW_ROUNDS,
)


def run_bench(
    *,
    quick: bool,
    engines: Sequence[EngineKind] = (EngineKind.SQLITE, EngineKind.POSTGRESQL),
    progress: Stages,
    home: Path = Path(".canbao"),
    tell: Callable[[str], None] = log.warning,
    persons: int = 100_000,
    seed: int = 7,
    effort: Effort | None = None,
) -> list[BenchRow]:
    """Measure every case on the engines, in that order. What is missing, and how long preparing took, is told.

    The world is kept under `home`/bench for the next time. Raises BenchFailed where this machine does not tell other
    processes' CPU time, where a server does not start, and where the contenders do not answer alike.
    """
    if not can_measure():
        raise BenchFailed("CPU time of other processes is read as Linux tells it; this system is another one")
    chosen = effort or (QUICK if quick else WHOLE)
    began = time.perf_counter()
    kept = kept_world(home / "bench", persons=persons, seed=seed, progress=progress)
    if (took := time.perf_counter() - began) >= 1:
        tell(f"made a world of {persons} persons in {took:.1f} s; it is kept for the next time")
    return asyncio.run(_Run(chosen, progress, kept, tell, persons, time.perf_counter()).measured(engines))


@dataclass(frozen=True, slots=True)
class _Run:
    effort: Effort
    progress: Stages
    kept: Path
    tell: Callable[[str], None]
    persons: int
    began: float
    """When measuring began, on the clock that only counts."""

    def may_end(self, rounds: int) -> bool:
        """Whether so many rounds are enough by now."""
        return rounds >= self.effort.least_rounds and time.perf_counter() - self.began > self.effort.seconds

    async def measured(self, engines: Sequence[EngineKind]) -> list[BenchRow]:
        people = people_of(self.kept)
        rows: list[BenchRow] = []
        _remove_abandoned(self.kept.parent)
        # Beside the kept world, where there is room for another one.
        with tempfile.TemporaryDirectory(prefix=f"run-{os.getpid()}-", dir=self.kept.parent) as scratch:
            for engine in engines:
                if engine is EngineKind.SQLITE:
                    rows += await self._on_sqlite(people, Path(scratch))
                else:
                    rows += await self._on_postgresql(people, Path(scratch))
        return rows

    async def _on_sqlite(self, people: People, scratch: Path) -> list[BenchRow]:
        serving = Serving(Contender.PLAN, str(scratch), WORLD_NAME, None, AT_ONCE)

        async def prepare() -> None:
            copied_to_sqlite(self.kept, serving.settings.worlds / f"{WORLD_NAME}.sqlite3")

        return await self._on(EngineKind.SQLITE, serving, people, prepare)

    async def _on_postgresql(self, people: People, scratch: Path) -> list[BenchRow]:
        try:
            server = cluster.PostgresServer.start(named_by=(BENCH_SERVER, cluster.TEST_SERVER), settings=_SETTINGS)
        except cluster.PostgresUnavailable as missing:
            self.tell(f"NOT MEASURED ON POSTGRESQL: {missing}")
            return []
        with server:
            name = f"{WORLD_NAME}-{os.getpid()}"
            base = urlunsplit(urlsplit(server.admin_url)._replace(path=""))
            serving = Serving(Contender.PLAN, str(scratch), name, base, AT_ONCE)
            url = server.create_database(urlsplit(serving.url).path.removeprefix("/"))

            async def prepare() -> Cluster | None:
                began = time.perf_counter()
                await copied_to_postgresql(self.kept, url, self.progress)
                self.tell(f"copied the world to PostgreSQL in {time.perf_counter() - began:.1f} s")
                processes = await cluster_of(url)
                if processes is None:
                    self.tell("PostgreSQL runs on another machine: its CPU time is not known")
                return processes

            try:
                return await self._on(EngineKind.POSTGRESQL, serving, people, prepare)
            finally:
                server.drop_database(url)

    async def _on(
        self,
        engine: EngineKind,
        serving: Serving,
        people: People,
        prepare: Callable[[], Awaitable[Cluster | None]],
    ) -> list[BenchRow]:
        with ExitStack() as stack:
            # They open the world when they are first asked, so they start while it is prepared.
            servers = {
                contender: stack.enter_context(Server(replace(serving, contender=contender))) for contender in Contender
            }
            processes = await prepare()
            questions = await questions_of(
                serving.url,
                people,
                payments=self.effort.payments(),
                drafts=self.effort.drafts(),
                claims=self.effort.claims(),
                lists=self.effort.lists(),
            )
            try:
                ports = {contender: await asyncio.to_thread(_port_of, server) for contender, server in servers.items()}
            except ServerNotStarted as error:
                raise BenchFailed(f"a server did not start: {error}") from error
            clients = {contender: Client(port) for contender, port in ports.items()}
            try:
                return await _Measurement(self, engine, servers, clients, processes, questions).rows()
            except UnexpectedAnswer as error:
                raise BenchFailed(f"a server did not answer as it should: {error}") from error
            finally:
                for client in clients.values():
                    client.close()


def _remove_abandoned(folder: Path) -> None:
    """What measurements that were killed have left is gone."""
    for scratch in folder.glob("run-*-*"):
        try:
            process_ns(int(scratch.name.split("-")[1]))
        except ProcessLookupError:
            shutil.rmtree(scratch, ignore_errors=True)


def _port_of(server: Server) -> int:
    return server.port


async def cluster_of(url: str) -> Cluster | None:
    """All processes of the PostgreSQL of that database; None where they run on another machine."""
    connection = await asyncpg.connect(url)
    try:
        return Cluster.of_backend(await connection.fetchval("SELECT pg_backend_pid()"))
    finally:
        await connection.close()


@dataclass(frozen=True, slots=True)
class _Round:
    """CPU microseconds; the database's are None where nobody knows them."""

    server_us: float
    database_us: float | None

    def __add__(self, other: _Round) -> _Round:
        known = self.database_us is not None and other.database_us is not None
        database = (self.database_us or 0.0) + (other.database_us or 0.0) if known else None
        return _Round(self.server_us + other.server_us, database)

    def per(self, requests: int) -> _Round:
        """The share of one request."""
        database = None if self.database_us is None else self.database_us / requests
        return _Round(self.server_us / requests, database)


class _Measurement:
    """One engine's servers, running."""

    def __init__(
        self,
        run: _Run,
        engine: EngineKind,
        servers: Mapping[Contender, Server],
        clients: Mapping[Contender, Client],
        processes: Cluster | None,
        questions: Questions,
    ) -> None:
        self._run = run
        self._engine = engine
        self._servers = servers
        self._clients = clients
        self._processes = processes
        self._questions = questions
        self._payments = iter(questions.payments)
        self._drafts = iter(questions.drafts)
        self._claims = iter(questions.claims)
        self._lists = {case: iter(lists) for case, lists in questions.lists.items()}
        self._share = min(1.0, len(questions.payments) / run.effort.payments())

    def _scaled(self, case: Case, requests: int) -> int:
        """As many as the world has payments for."""
        return int(requests * self._share) if case.pays else requests

    async def rows(self) -> list[BenchRow]:
        found: list[BenchRow] = []
        payments = [case for case in Case if case.pays]
        if not all(self._scaled(case, self._run.effort.of(case, each)) for case in payments for each in Contender):
            raise BenchFailed("the world has too few people who can pay for one another: make a larger one")
        if self._share < 1:
            self._run.tell(
                f"{self._engine.value}: {len(self._questions.payments)} of {self._run.effort.payments()} payments "
                "can be made in this world; their rounds are shorter"
            )
        for done, case in enumerate(Case):
            self._run.progress(f"{self._engine.value}: {case.key}", done, len(Case))
            found += await self._case(case)
        self._run.progress(self._engine.value, len(Case), len(Case))
        return found

    async def _case(self, case: Case) -> list[BenchRow]:
        effort = self._run.effort
        contenders = case.value.contenders
        asking = {contender: self._asking(case) for contender in contenders}
        if case.reads:
            await self._compare(case, self._questions.reads[case])
        for contender in contenders:
            warm_up = self._scaled(case, effort.warm_up_of(case, contender))
            await self._ask(contender, case, list(islice(asking[contender], warm_up)))
        requests = {contender: self._scaled(case, effort.of(case, contender)) for contender in contenders}
        rounds: dict[Contender, list[_Round]] = {contender: [] for contender in contenders}
        for number in range(effort.rounds_for(case)):
            if self._run.may_end(number):
                break
            for contender, spent in (await self._round(number, case, asking, requests)).items():
                rounds[contender].append(spent)
        return [self._row(case, contender, requests[contender], rounds[contender]) for contender in contenders]

    async def _round(
        self,
        number: int,
        case: Case,
        asking: Mapping[Contender, Iterator[Question]],
        requests: Mapping[Contender, int],
    ) -> dict[Contender, _Round]:
        """One round, in slices so short that a neighbour's work on this machine falls on all contenders alike."""
        order = list(case.value.contenders)
        order = order[number % len(order) :] + order[: number % len(order)]
        slices = min(max(1, requests[Contender.PLAN] // max(_SLICE, case.value.at_once)), *requests.values())
        spent = dict.fromkeys(order, _Round(0.0, 0.0))
        answers = dict.fromkeys(order, 0)
        for place in range(slices):
            for contender in order:
                count = requests[contender] * (place + 1) // slices - requests[contender] * place // slices
                questions = list(islice(asking[contender], count))
                answers[contender] += sum(question.people for question in questions)
                spent[contender] += await self._slice(contender, case, questions)
        return {contender: spent[contender].per(answers[contender]) for contender in order}

    def _asking(self, case: Case) -> Iterator[Question]:
        """Questions without end; payments are made, filings submitted and claims settled once each, whoever does it."""
        if case.reads:
            return cycle(self._questions.reads[case])
        if case.submits:
            return self._drafts
        if case.settles:
            return self._claims
        return self._payments if case.pays else self._lists[case]

    async def _slice(self, contender: Contender, case: Case, questions: Sequence[Question]) -> _Round:
        pid = self._servers[contender].pid
        database = 0 if self._processes is None else self._processes.ns()
        server = process_ns(pid)
        await self._ask(contender, case, questions)
        server = process_ns(pid) - server
        if self._processes is not None:
            database = self._processes.ns() - database
        known = self._processes is not None or self._engine is EngineKind.SQLITE
        return _Round(server / 1000, database / 1000 if known else None)

    async def _ask(self, contender: Contender, case: Case, questions: Sequence[Question]) -> list[bytes]:
        """The answers, each a success."""
        answers = await self._clients[contender].ask(
            [question.request(contender) for question in questions], case.value.at_once
        )
        for question, answer in zip(questions, answers, strict=True):
            if question.case.reads:
                good = b'"errors"' not in answer and b":null}" not in answer[-8:]
            else:
                good = _GOOD[question.case](question, answer)
            if not good:
                raise BenchFailed(f"{contender.value} answers {question.case.key} with {answer[:600].decode()}")
        return answers

    async def _compare(self, case: Case, questions: Sequence[Question]) -> None:
        """All contenders give the same data to the same questions."""
        asked = questions[:: max(1, len(questions) // _COMPARED)]
        answers = {contender: await self._ask(contender, case, asked) for contender in case.value.contenders}
        for place, question in enumerate(asked):
            expected = orjson.loads(answers[Contender.PLAN][place])
            for contender in case.value.contenders:
                given = orjson.loads(answers[contender][place])
                if given != expected:
                    raise BenchFailed(
                        f"{self._engine.value}: plan and {contender.value} answer {question.case.key} differently: "
                        f"{expected} and {given}"
                    )

    def _row(self, case: Case, contender: Contender, requests: int, rounds: Sequence[_Round]) -> BenchRow:
        database = [each.database_us for each in rounds if each.database_us is not None]
        server = [each.server_us for each in rounds]
        return BenchRow(
            case=case.key,
            engine=self._engine.value,
            contender=contender.value,
            server_us=round(median(server), 1),
            database_us=round(median(database), 1) if database else None,
            server_us_least=round(min(server), 1),
            server_us_most=round(max(server), 1),
            requests=requests,
            rounds=len(rounds),
            persons=self._run.persons,
        )


def _is_submitted(question: Question, answer: bytes) -> bool:
    """The filing that was named is submitted."""
    data = orjson.loads(answer).get("data") or {}
    moved = data.get(question.case.value.root) or {}
    if moved.get("__typename") != "FilingMoved":
        return False
    filing = moved["filing"]
    return bool(filing["id"] == question.variables["filing"] and filing["status"] == "SUBMITTED")


def _is_settled_claim(question: Question, answer: bytes) -> bool:
    """A claim is settled, of the costs that were sent."""
    data = orjson.loads(answer).get("data") or {}
    settled = data.get(question.case.value.root) or {}
    if settled.get("__typename") != "ClaimSettled":
        return False
    claim, costs = settled["claim"], question.variables["input"]["costs"]
    return bool(claim["status"] == "SETTLED" and Decimal(claim["cost"]) == sum(Decimal(one["amount"]) for one in costs))


def _is_collected(question: Question, answer: bytes) -> bool:
    """Every line is on its way by one order over their sum."""
    data = orjson.loads(answer).get("data") or {}
    started = data.get(question.case.value.root) or {}
    if started.get("__typename") != "CollectionStarted":
        return False
    contributions = [line.get("contribution") for line in started["lines"]]
    return (
        len(contributions) == question.people
        and all(one is not None and one["status"] == "PAYING" for one in contributions)
        and Decimal(started["order"]["amount"]) == sum(Decimal(one["amount"]) for one in contributions)
    )


def _is_settled(question: Question, answer: bytes) -> bool:
    """The order that was named is confirmed."""
    data = orjson.loads(answer).get("data") or {}
    checked = data.get(question.case.value.root) or {}
    if checked.get("__typename") != "PaymentChecked":
        return False
    order = checked["order"]
    return bool(order["id"] == question.variables["order"] and order["status"] == "CONFIRMED")


def _is_paid(question: Question, answer: bytes) -> bool:
    """The contribution that was named is paid, by one entry of its amount that leaves the account with its balance."""
    data = orjson.loads(answer).get("data") or {}
    paid = data.get(Case.PAYMENT.value.root) or {}
    if paid.get("__typename") != "ResidentContributionPaid":
        return False
    contribution, entry, account = paid["contribution"], paid["entry"], paid["account"]
    return (
        contribution["id"] == question.variables["contribution"]
        and contribution["status"] == "PAID"
        and contribution["paidOn"] is not None
        and entry["amount"] == f"-{contribution['amount']}"
        and entry["balance"] == account["balance"]
    )


_GOOD: Final[Mapping[Case, Callable[[Question, bytes], bool]]] = {
    **{case: _is_paid for case in Case if case.pays},
    Case.SUBMITTING_FILING: _is_submitted,
    Case.SETTLING_CLAIM: _is_settled_claim,
    Case.COLLECTING_UNIT_OF_500: _is_collected,
    Case.SETTLING_500: _is_settled,
}
"""What is looked at in the answer of what writes."""
