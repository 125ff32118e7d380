"""Many who follow the log at once: whatever happens when, each is told the log by its own filter, once and in order."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from time import perf_counter
from types import SimpleNamespace
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import apsw
import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.policy import PolicyBook
from domain.store.engine import StoreUnavailable
from domain.store.log import BEGINNING, Place, headers_after
from domain.store.statements import EngineKind
from domain.vocabulary import NATION, Id, Role, Viewer, region_chain
from resolvers.context import Request
from resolvers.fields.events import interest_of
from resolvers.following import hub, reader, telling
from resolvers.following.interest import Index
from resolvers.following.reader import Reader
from resolvers.plan.executor import Executor
from resolvers.service import Batch, BatchStream, GraphQLRequest
from tests.resolvers.opened import MachineTime, OpenedWorld, open_at

FOLLOW = """
subscription Follow($after: Cursor, $types: [EventType!]) {
  events(after: $after, types: $types) { __typename id cursor }
}
"""
TYPES = ("RETIRED", "WAGES_DECLARED", "ACCOUNT_CREDITED", "CONSENT_GIVEN", "UNIT_SUSPENDED")
PATIENCE_SECONDS = 20


class Event(NamedTuple):
    """An event as the log has it."""

    place: Place
    id: int
    type: str
    region: str
    actor_id: int
    subject_id: int


@dataclass(eq=False)
class Played:
    """A world that is open, in an event loop of its own, and who writes to its log from outside of this process."""

    runner: asyncio.Runner
    world: OpenedWorld
    persons: Sequence[int]
    numbers: Iterator[int] = field(default_factory=lambda: count(990_000_000))

    def run(self, work: Awaitable[Any]) -> Any:
        async def worked() -> Any:
            return await work

        return self.runner.run(worked())

    def insertion(self, chance: random.Random, transaction: str) -> str:
        """A statement that writes an event of random persons, region and type, that nobody may have read about."""
        person, actor = chance.choice(self.persons), chance.choice((0, *self.persons))
        region, type_ = chance.choice(("520402", "520403", "840102")), chance.choice(TYPES)
        unit = chance.choice((1, 2))
        return (
            "INSERT INTO events (transaction_id, id, type, version, region_code, occurred_at, actor_id, subject_id,"
            f" cause, payload) VALUES ({transaction}, {next(self.numbers)}, '{type_}', 1, '{region}', 0, {actor},"
            f""" {person}, 'played', '{{"unit_id": {unit}}}')"""
        )

    async def log(self) -> list[Event]:
        """All of the log, in order."""
        rows = await self.world.rows(
            "SELECT transaction_id, position, id, type, region_code, actor_id, subject_id FROM events"
            " ORDER BY transaction_id, position"
        )
        return [Event(Place(row[0], row[1]), *row[2:]) for row in rows]

    async def stream(self, viewer: Viewer, after: str | None, types: Sequence[str] | None) -> BatchStream:
        """A subscription, not asked for anything yet."""
        given: dict[str, Any] = {} if types is None else {"types": list(types)}
        if after is not None:
            given["after"] = after
        stream = await self.world.service.answer(GraphQLRequest(FOLLOW, given), viewer, "the-stream")
        assert isinstance(stream, BatchStream)
        return stream


def log_reader(stream: BatchStream) -> Reader:
    """What follows the log behind a subscription."""
    return cast("Reader", stream._responses)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def played(shared_url: str, executor: Executor, book: PolicyBook) -> Iterator[Played]:
    """One world for all examples, whose log grows from one to the next."""
    with asyncio.Runner() as runner:
        world = runner.run(open_at(shared_url, executor, book, MachineTime()))
        persons = [world.guide[name].person_id for name in ("employee", "employee-2", "employee-3")]
        yield Played(runner, world, persons)
        runner.run(world.close())


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds so small that everything meets them."""
    for name, value in {"BUFFERED": 3, "LEAST_PAGE": 1, "FIRST_PAGE": 2, "MOST_PAGE": 4}.items():
        monkeypatch.setattr(reader, name, value)
    monkeypatch.setattr(telling, "TOGETHER_BYTES", 600)
    for name, bound in {"AT_ONCE": 3, "MEMBERS_IN_A_TURN": 2, "LOOK_SECONDS": 0.03}.items():
        monkeypatch.setattr(hub, name, bound)


VIEWERS: Mapping[str, Callable[[Played], Viewer]] = {
    "operator": lambda played: Viewer(Role.OPERATOR, Id(0), NATION, "operator"),
    "clerk": lambda played: Viewer(Role.CLERK, Id(0), cast("Any", "520402"), "clerk"),
    "city clerk": lambda played: Viewer(Role.CLERK, Id(0), cast("Any", "520400"), "city"),
    "citizen": lambda played: Viewer(Role.CITIZEN, Id(played.persons[0]), NATION, "citizen"),
    "another": lambda played: Viewer(Role.CITIZEN, Id(played.persons[1]), NATION, "another"),
}


def concerns(viewer: Viewer, types: Sequence[str] | None, event: Event) -> bool:
    """Whether the event is told to the viewer, by the rule as people say it."""
    if types is not None and event.type not in types:
        return False
    if viewer.role is Role.CITIZEN:
        return viewer.person_id in (event.subject_id, event.actor_id)
    return viewer.role is Role.OPERATOR or viewer.region in region_chain(cast("Any", event.region))


@dataclass(eq=False)
class Follower:
    """A client: takes what comes while its gate is open, in either way, and keeps all of it."""

    viewer: Viewer
    types: Sequence[str] | None
    after: str | None
    stream: BatchStream
    takes_at_once: bool
    items: list[dict[str, Any]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self.gate.set()
        self.stream.push(self.take)
        self.task = asyncio.create_task(self._follow())

    def take(self, batch: Batch) -> bool:
        if not self.takes_at_once or not self.gate.is_set():
            return False
        self.at_once += 1
        self._keep(batch)
        return True

    async def _follow(self) -> None:
        while True:
            await self.gate.wait()
            batch = await self.stream.batch()
            assert batch is not None
            self._keep(batch)

    def _keep(self, batch: Batch) -> None:
        for item in batch.items:
            response = json.loads(item.body)
            assert item.id == response["data"]["events"]["cursor"] == response["extensions"]["cursor"]
            assert response["extensions"]["follows"] == self.last
            self.items.append(response["data"]["events"])

    @property
    def last(self) -> str | None:
        """The cursor of what it was told last."""
        return self.items[-1]["cursor"] if self.items else self.after

    async def end(self) -> None:
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.stream.aclose()

    @property
    def ids(self) -> list[int]:
        return [int(item["id"][4:]) for item in self.items]


ACTIONS, WEIGHTS = zip(
    *{
        "write": 30,
        "begin": 6,
        "commit": 5,
        "rollback": 2,
        "come": 10,
        "come back": 5,
        "slow down": 10,
        "hurry": 5,
        "pause": 15,
    }.items(),
    strict=True,
)


@dataclass(eq=False)
class Play:
    """One example: writers with open transactions, and followers that come, are slow, leave and come back."""

    played: Played
    chance: random.Random
    open: list[asyncpg.Connection[Any]] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)
    since: dict[Follower, tuple[Place, Place]] = field(default_factory=dict)
    """Of those who follow from now on, between which ends of the settled log they began."""

    @property
    def _kind(self) -> EngineKind:
        return self.played.world.kind

    async def settled(self) -> Place:
        return await self.played.world.service.world.hub.end(self.played.world.service.world)

    async def write(self, heard: bool) -> None:
        """Some events in a transaction, committed; in this process, which hears of it, or in another one."""
        statements = [self._statement() for _ in range(self.chance.randrange(1, 6))]
        if heard:
            world = self.played.world.service.world
            async with world.database.write() as connection:
                for statement in statements:
                    await connection.fetch_all_rendered(cast("Any", SimpleNamespace(sql=statement)), [])
            world.commits.happened()
        elif self._kind is EngineKind.SQLITE:
            plain = apsw.Connection(urlsplit(self.played.world.url).path)
            plain.set_busy_timeout(5_000)
            with plain:
                for statement in statements:
                    plain.execute(statement)
            plain.close()
        else:
            beside = await asyncpg.connect(self.played.world.url)
            async with beside.transaction():
                for statement in statements:
                    await beside.execute(statement)
            await beside.close()

    def _statement(self) -> str:
        transaction = "0" if self._kind is EngineKind.SQLITE else "pg_current_xact_id()::text::bigint"
        return self.played.insertion(self.chance, transaction)

    async def begin_transaction(self) -> None:
        """One that goes on while others are committed; on PostgreSQL only."""
        if self._kind is EngineKind.POSTGRESQL and len(self.open) < 3:
            connection = await asyncpg.connect(self.played.world.url)
            await connection.execute("BEGIN")
            await connection.execute(self._statement())
            self.open.append(connection)

    async def end_transaction(self, how: str) -> None:
        if self.open:
            connection = self.open.pop(self.chance.randrange(len(self.open)))
            await connection.execute(self._statement())
            await connection.execute(how)
            await connection.close()

    async def come(self, name: str, from_cursor: bool) -> None:
        """Somebody follows: from now on, or from a place in the past."""
        viewer = VIEWERS[name](self.played)
        types = self.chance.choice((None, None, TYPES[:2], TYPES[2:]))
        after = None
        if from_cursor:
            place = self.chance.choice((BEGINNING, *(event.place for event in (await self.played.log())[-30:])))
            if place > await self.settled():
                place = BEGINNING
            probe = await self.played.stream(viewer, None, types)
            after = log_reader(probe).telling.cursor(place)
            await probe.aclose()
        follower = Follower(
            viewer, types, after, await self.played.stream(viewer, after, types), self.chance.random() < 0.7
        )
        before = await self.settled()
        follower.begin()
        self.followers.append(follower)
        if after is None:
            behind = log_reader(follower.stream)
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not behind._live:  # noqa: ASYNC110 - nobody is told when a follower has begun
                    await asyncio.sleep(0.001)
            self.since[follower] = (before, await self.settled())

    async def leave_and_come_back(self) -> None:
        if self.followers:
            follower = self.chance.choice(self.followers)
            if follower.last is not None:
                await follower.end()
                follower.stream = await self.played.stream(follower.viewer, follower.last, follower.types)
                follower.begin()

    def slow_down(self) -> None:
        if self.followers:
            self.chance.choice(self.followers).gate.clear()

    def hurry(self) -> None:
        if self.followers:
            self.chance.choice(self.followers).gate.set()

    async def step(self, action: str) -> None:
        match action:
            case "write":
                await self.write(heard=self.chance.random() < 0.7)
            case "begin":
                await self.begin_transaction()
            case "commit" | "rollback":
                await self.end_transaction(action.upper())
            case "come":
                await self.come(self.chance.choice(list(VIEWERS)), from_cursor=self.chance.random() < 0.5)
            case "come back":
                await self.leave_and_come_back()
            case "slow down":
                self.slow_down()
            case "hurry":
                self.hurry()
            case "pause":
                await asyncio.sleep(self.chance.choice((0, 0.002, 0.04)))

    async def check(self) -> None:
        """In the end each was told the log by its filter, from where it began, once and in order."""
        while self.open:
            await self.end_transaction("COMMIT")
        log = await self.played.log()
        for follower in self.followers:
            follower.gate.set()
        for follower in self.followers:
            expected = [event for event in log if concerns(follower.viewer, follower.types, event)]
            ids = [event.id for event in expected]
            if follower.after is not None:
                tag = len(log_reader(follower.stream).telling.tag)
                parts = bytes.fromhex(follower.after[tag:]).decode().split("\x1f")
                start = Place(*map(int, parts))
                ids = [event.id for event in expected if event.place > start]
                await self._told(follower, len(ids))
                assert follower.ids == ids
            else:
                before, after = self.since[follower]
                must = [event.id for event in expected if event.place > after]
                may = [event.id for event in expected if event.place > before]
                await self._told(follower, len(must))
                assert follower.ids == may[len(may) - len(follower.ids) :]
                assert len(must) <= len(follower.ids) <= len(may)

    async def _told(self, follower: Follower, number: int) -> None:
        """Returns when the follower was told so many, and would have been told more; or when they do not come."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(follower.items) < number:  # noqa: ASYNC110 - followers signal nobody
                    await asyncio.sleep(0.002)
        except TimeoutError:
            return
        await asyncio.sleep(0.005)

    async def close(self) -> None:
        for connection in self.open:
            await connection.close()
        for follower in self.followers:
            await follower.end()


@given(seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_is_told_the_log_by_its_filter_whatever_happens_when(
    played: Played, small: None, taken: list[int], seed: int
) -> None:
    async def play() -> None:
        chance = random.Random(seed)
        example = Play(played, chance)
        try:
            await example.come("operator", from_cursor=True)
            for _ in range(chance.randrange(20, 90)):
                await example.step(chance.choices(ACTIONS, WEIGHTS)[0])
            await example.check()
        finally:
            await example.close()
        assert played.world.service.world.hub.groups == {}
        taken.append(sum(follower.at_once for follower in example.followers))

    played.run(play())


@pytest.fixture(scope="module")
def taken(played: Played) -> Iterator[list[int]]:
    """How many batches each example handed over at once. In the end all ways must have been gone."""
    found: list[int] = []
    yield found
    tailing = played.world.service.world.tallies.tailing
    assert sum(found) > 10
    assert tailing.fallbacks > 3
    assert tailing.passes > 100


# ---- whom an event may concern ---------------------------------------------------------------------------------------


OTHERS: Mapping[str, Callable[[Played], Viewer]] = {
    "officer": lambda played: Viewer(Role.UNIT_OFFICER, Id(played.persons[0]), NATION, "officer", unit_id=Id(1)),
    "auditor": lambda played: Viewer(Role.AUDITOR, Id(0), NATION, "auditor"),
    "partner": lambda played: Viewer(Role.PARTNER, Id(0), NATION, "app", client_id=Id(77)),
    "anonymous": lambda played: Viewer(Role.ANONYMOUS, Id(0), NATION, "anonymous"),
}


@given(seed=st.integers(0, 2**32))
@settings(max_examples=5, deadline=None)
def test_an_interest_covers_all_that_the_rule_lets_through(played: Played, seed: int) -> None:
    """Whoever asks, an event that their statement gives is one that they are found to be concerned by."""

    async def play() -> None:
        chance = random.Random(seed)
        example = Play(played, chance)
        for _ in range(15):
            await example.write(heard=True)
        world = played.world.service.world
        async with world.database.read() as connection:
            headers = await headers_after(connection, BEGINNING, 1_000_000)
        for name, viewer in {**VIEWERS, **OTHERS}.items():
            types = chance.choice((None, ("ACCOUNT_CREDITED", "RETIRED"), ()))
            stream = await played.stream(viewer(played), None, types)
            behind = log_reader(stream)
            interest = interest_of(viewer(played), None if types is None else frozenset(types))
            told = set((await behind.telling.on(BEGINNING, 1_000_000)).places)
            index: Index[str] = Index()
            index.add(name, interest)
            concerned = {event.place for event in headers if name in index.concerned(event)}
            assert told <= concerned, name
            assert bool(told) == (name != "anonymous" and types != ()), name
            index.remove(name, interest)
            assert not any(name in index.concerned(event) for event in headers)
            await stream.aclose()

    async def consented() -> None:
        await played.world.enter("app", Role.PARTNER, 77, ("ACCOUNT", "520000"), ("CONTRIBUTIONS", "840000"))
        rows = await played.world.rows("SELECT count(*) FROM consents WHERE client_id = 77")
        if rows == [(0,)]:
            await played.world.change(
                "INSERT INTO consents (id, client_id, person_id, data_type, given_at)"
                f" VALUES (1, 77, {played.persons[0]}, 'ACCOUNT', 0)"
            )

    played.run(consented())
    played.run(play())


# ---- many who are told the same -------------------------------------------------------------------------------------


def test_those_who_are_told_the_same_share_a_statement_and_the_bytes(played: Played) -> None:
    async def play() -> None:
        world = played.world.service.world
        example = Play(played, random.Random(1))
        viewer = VIEWERS["operator"](played)
        long = 1_000_000
        world.commits._since = perf_counter() - long
        begun = [await played.stream(viewer, None, None) for _ in range(50)]
        followers = [Follower(viewer, None, None, stream, takes_at_once=True) for stream in begun]
        seen: list[Batch] = []

        def kept(follower: Follower, batch: Batch) -> bool:
            seen.append(batch)
            return follower.take(batch)

        for follower in followers:
            follower.begin()
            follower.stream.push(partial(kept, follower))
        example.followers = followers
        await _until_all_follow(followers)
        assert [len(group.members) for group in world.hub.groups.values()] == [50]
        assert world.tallies.tailing.delays.total < long, "nobody waited for what was committed long before"
        before = world.tallies.tailing.statements
        await example.write(heard=True)
        for follower in followers:
            await example._told(follower, 1)
        # The first of a subscription says what it began from, which is the same for all; so all of it is shared.
        assert len({id(batch) for batch in seen}) * 50 == len(seen)
        looks = world.tallies.tailing.statements - before
        assert looks <= 6
        await example.close()

    played.run(play())


async def _until_all_follow(followers: Sequence[Follower]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not all(log_reader(follower.stream)._live for follower in followers):  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.001)


def test_an_event_costs_a_statement_for_each_whom_it_concerns_and_none_for_others(played: Played) -> None:
    """A thousand citizens follow; of an event about one of them the others' statements are not run."""

    async def play() -> None:
        world = played.world.service.world
        example = Play(played, random.Random(2))
        people = [row[0] for row in await played.world.rows("SELECT id FROM persons ORDER BY id LIMIT 300")]
        for person in people:
            viewer = Viewer(Role.CITIZEN, Id(person), NATION, f"citizen {person}")
            follower = Follower(viewer, None, None, await played.stream(viewer, None, None), takes_at_once=True)
            follower.begin()
            example.followers.append(follower)
        await _until_all_follow(example.followers)
        before = world.tallies.tailing.statements
        passes = world.tallies.tailing.passes
        transaction = "0" if played.world.kind is EngineKind.SQLITE else "pg_current_xact_id()::text::bigint"
        await played.world.change(
            "INSERT INTO events (transaction_id, id, type, version, region_code, occurred_at, actor_id, subject_id,"
            f" cause, payload) VALUES ({transaction}, {next(played.numbers)}, 'RETIRED', 1, '520402', 0, 0,"
            f" {people[7]}, 'played', '{{}}')"
        )
        world.commits.happened()
        await example._told(example.followers[7], 1)
        assert sum(len(follower.items) for follower in example.followers) == 1
        looks = world.tallies.tailing.passes - passes
        assert world.tallies.tailing.statements - before == looks + 1
        await example.close()

    played.run(play())


def test_a_group_that_cannot_be_told_ends_and_comes_back_and_the_others_go_on(
    played: Played, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def play() -> None:
        example = Play(played, random.Random(3))
        names = ("operator", "clerk", "city clerk")
        for name in names:
            await example.come(name, from_cursor=False)
        await _until_all_follow(example.followers)
        shown = telling.shown

        async def failing(request: Request, *rest: Any) -> list[bytes]:
            if request.viewer.role is Role.OPERATOR:
                raise StoreUnavailable("the disk is full")
            return await shown(request, *rest)

        monkeypatch.setattr(telling, "shown", failing)
        operator, *others = example.followers
        transaction = "0" if played.world.kind is EngineKind.SQLITE else "pg_current_xact_id()::text::bigint"
        event = (
            "INSERT INTO events (transaction_id, id, type, version, region_code, occurred_at, actor_id, subject_id,"
            f" cause, payload) VALUES ({transaction}, {next(played.numbers)}, 'RETIRED', 1, '520402', 0, 0,"
            f" {played.persons[0]}, 'played', '{{}}')"
        )
        operator.task.cancel()  # type: ignore[union-attr]
        await asyncio.sleep(0)
        await played.world.change(event)
        played.world.service.world.commits.happened()
        for follower in others:
            if follower.types is None:
                await example._told(follower, 1)
                assert len(follower.items) == 1
        last = await operator.stream.batch()
        assert last is not None
        assert b'"UNAVAILABLE"' in last.items[0].body
        assert await operator.stream.batch() is None
        monkeypatch.setattr(telling, "shown", shown)
        await example.close()

    played.run(play())


def test_what_another_process_commits_is_heard_of_long_before_the_next_look(
    played: Played, monkeypatch: pytest.MonkeyPatch, book: PolicyBook, executor: Executor
) -> None:
    monkeypatch.setattr(hub, "LOOK_SECONDS", 60.0)

    async def play() -> None:
        beside = await open_at(played.world.url, executor, book, MachineTime())
        example = Play(played, random.Random(4))
        viewer = VIEWERS["operator"](played)
        follower = Follower(viewer, None, None, await played.stream(viewer, None, None), takes_at_once=True)
        follower.begin()
        example.followers.append(follower)
        await _until_all_follow([follower])
        # It has to be known over there that somebody listens, which is looked for once a second.
        for number in range(1, 8):
            world = beside.service.world
            async with world.database.write() as connection:
                await connection.fetch_all_rendered(cast("Any", SimpleNamespace(sql=example._statement())), [])
            world.commits.happened()
            await asyncio.sleep(0.3)
            if len(follower.items) == number:
                break
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(follower.items) < number:  # noqa: ASYNC110 - followers signal nobody
                await asyncio.sleep(0.01)
        await example.close()
        await beside.close()

    played.run(play())
