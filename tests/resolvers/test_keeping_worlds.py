"""Operators of a server's default world make, fork, keep, set back and drop worlds through the API, while it serves."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.decisions import keeping_worlds
from domain.decisions.keeping_worlds import CREATION
from domain.operations import keep_worlds
from domain.policy import PolicyBook
from domain.store.engine import open_database
from domain.store.worlds import read_world
from domain.vocabulary import ANONYMOUS, Viewer
from resolvers import shelf as shelves
from resolvers.context import machine_clock
from resolvers.graphql import WorldService
from resolvers.plan.executor import Executor
from resolvers.service import Answer, GraphQLRequest
from resolvers.settings import Settings, database_of
from resolvers.shelf import Shelf
from resolvers.worlds import OpenWorlds
from simulator import worlds as simulated
from simulator.outside import outside
from tests.databases import PostgresServer
from tests.resolvers.opened import (
    CREATE_WORLD,
    DROP_WORLD,
    FORK_WORLD,
    RESET_WORLD,
    SNAPSHOT_WORLD,
    MachineTime,
    OpenedWorld,
    mutation_telling,
)

MAIN = "small"
TEAMS = ("team-a", "team-b", "team-c")
SET_CLOCK = mutation_telling("setClock")
LIST = "{ worlds { totalCount worlds { name isDefault persons tablesVersion snapshots { name } } } }"


@dataclass
class Server:
    """Two processes of one server, as it were, and a way to ask either of them as somebody of a world."""

    settings: Settings
    first: OpenWorlds
    second: OpenWorlds

    async def of(self, name: str | None = None, *, second: bool = False) -> OpenedWorld:
        found = await (self.second if second else self.first).service(name)
        assert isinstance(found, WorldService), found
        return OpenedWorld(self.settings.world_url(name or MAIN), found, MachineTime(), {})

    async def status(self, name: str, *, second: bool = False) -> int:
        """What somebody who comes anew is answered."""
        found = await (self.second if second else self.first).service(name)
        if isinstance(found, Answer):
            return found.status
        answer = await found.answer(GraphQLRequest("{ world { name } }"), ANONYMOUS, "r-1")
        assert isinstance(answer, Answer)
        return answer.status


@pytest.fixture
def settings(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Of a server whose default world is `small`, which is there."""
    if engine_kind == "postgresql":
        cluster: PostgresServer = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("postgresql_template")
        asyncio.run(_copied(cluster.admin_url, template))
        url = cluster.admin_url.rsplit("/", 1)[0]
        return Settings(home=tmp_path, default_world=MAIN, sandbox=True, postgres_url=url)
    settings = Settings(home=tmp_path, default_world=MAIN, sandbox=True)
    settings.worlds.mkdir()
    shutil.copyfile(request.getfixturevalue("sqlite_template"), settings.worlds / f"{MAIN}.sqlite3")
    return settings


async def _copied(url: str, template: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {database_of(MAIN)} TEMPLATE {template}")
    await connection.close()


@pytest.fixture
async def server(settings: Settings, executor: Executor, book: PolicyBook) -> AsyncIterator[Server]:
    """The server, of whose worlds none is left."""

    def process() -> OpenWorlds:
        return OpenWorlds(settings, executor=executor, policy=book, outside=outside, machine=machine_clock)

    server = Server(settings, process(), process())
    yield server
    await server.first.close()
    await server.second.close()
    shelf = Shelf(settings)
    for name in {MAIN, *TEAMS} & set(await shelf.names()):
        await shelf.drop(name)


async def names(world: OpenedWorld, persona: str | None = "operator") -> list[str]:
    found = (await world.data(LIST, None, persona))["worlds"]
    # Other tests make databases on the same server of PostgreSQL, which are no whole worlds at every moment.
    assert found["totalCount"] >= len(found["worlds"])
    # Other tests have databases of the same server.
    return [name for world in found["worlds"] if (name := world["name"]) in (MAIN, *TEAMS)]


async def rate(world: OpenedWorld) -> int:
    found: int = (await world.data("{ world { clockRate } }"))["world"]["clockRate"]
    return found


async def test_worlds_are_made_and_dropped_while_the_server_serves(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = await server.of()
    assert await names(main) == [MAIN]
    assert await server.status("team-a") == 404

    # A fork is there at once, here and elsewhere, once.
    given: dict[str, Any] = {"world": MAIN, "newWorld": "team-a", "idempotencyKey": "one-key-for-all"}
    made = (await main.mutate(FORK_WORLD, "operator", **given))["world"]
    assert (made["name"], made["address"], made["forkedFrom"]) == ("team-a", "/worlds/team-a/graphql", MAIN)
    assert (made["isDefault"], [one["name"] for one in made["snapshots"]]) == (False, [CREATION])
    assert (await main.mutate(FORK_WORLD, "operator", **given))["world"]["name"] == "team-a"
    other = await main.mutate(FORK_WORLD, "operator", **{**given, "newWorld": "team-b"})
    assert other["__typename"] == "IdempotencyKeyReused"
    assert [await server.status("team-a"), await server.status("team-a", second=True)] == [200, 200]

    # It is signed in to there: what one world gives out is good in no other, whoever holds it.
    team, beside = await server.of("team-a"), await server.of("team-a", second=True)
    of_main, of_team = await main.sign_in("operator"), await team.sign_in("operator")
    assert isinstance(team.service.authenticate(f"Bearer {of_team}"), Viewer)
    for world, token in ((main, of_team), (team, of_main)):
        refused = world.service.authenticate(f"Bearer {token}")
        assert isinstance(refused, Answer)
        assert refused.status == 401
    assert await names(team) == []
    assert (await team.mutate(DROP_WORLD, "operator", world=MAIN))["__typename"] == "WorldsKeptElsewhere"
    for persona in (None, "employee", "clerk-anshun", "auditor"):
        assert await names(main, persona) == []
        assert (await main.mutate(DROP_WORLD, persona, world="team-a"))["__typename"] == "NotSignedIn"

    # Kept, changed by somebody, and set back: each process has closed it, subscriptions have ended, tokens are void.
    await main.mutate(SNAPSHOT_WORLD, "operator", world="team-a", snapshot="before")
    await team.mutate(SET_CLOCK, "operator", rate=0)
    assert (await rate(team), await rate(main)) == (0, 1)
    stream = await beside.stream("subscription { events { cursor } }", None, "auditor")
    waiting = asyncio.ensure_future(anext(aiter(stream)))
    await asyncio.sleep(0)
    told = await main.mutate(RESET_WORLD, "operator", world="team-a", snapshot="before")
    assert {one["name"] for one in told["world"]["snapshots"]} == {CREATION, "before"}
    last = json.loads((await waiting).body)
    assert last["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert (team.service.world.is_closed, beside.service.world.is_closed) == (True, True)
    again = await server.of("team-a", second=True)
    assert [await rate(await server.of("team-a")), await rate(again)] == [1, 1]
    assert isinstance(again.service.authenticate(f"Bearer {of_team}"), Answer)
    assert b'"name":"team-a"' in (await beside.answer("{ world { name } }")).body, "a connection that has outlived it"

    # The server dies between the deed and its answer: whoever comes again under the key hears that it was done.
    kept = keep_worlds.end

    async def dies(connection: Any, order: Any, *rest: Any) -> None:
        if not order.mutation.endswith("begun"):
            raise ConnectionError
        await kept(connection, order, *rest)

    for document, asked, done in (
        (FORK_WORLD, {"world": "team-a", "newWorld": "team-b"}, "WorldForked"),
        (SNAPSHOT_WORLD, {"world": "team-b", "snapshot": "again"}, "WorldSnapshotTaken"),
        (RESET_WORLD, {"world": "team-b", "snapshot": "again"}, "WorldReset"),
        (DROP_WORLD, {"world": "team-b"}, "WorldDropped"),
    ):
        once = {"input": {**asked, "idempotencyKey": f"dies-{done}"}}
        monkeypatch.setattr(keep_worlds, "end", dies)
        cut = await main.answer(document, once, "operator")
        assert json.loads(cut.body)["errors"][0]["extensions"]["code"] == "INTERNAL"
        monkeypatch.setattr(keep_worlds, "end", kept)
        reused = await main.mutate(document, "operator", **{**once["input"], "world": "another"})
        assert reused["__typename"] == "IdempotencyKeyReused"
        assert [(await main.mutate(document, "operator", **once["input"]))["__typename"] for _ in range(2)] == [
            done
        ] * 2

    # Whoever does not let go keeps it as it is, and it is served on.
    monkeypatch.setattr(shelves, "FREED_SECONDS", 1.5)
    held = open_database(server.settings.world_url("team-a"))
    async with held.read() as connection:
        await read_world(connection)
        in_use = await main.mutate(DROP_WORLD, "operator", world="team-a")
    await held.close()
    assert (in_use["__typename"], in_use["retryable"]) == ("WorldInUse", True)
    assert await server.status("team-a") == 200
    async with Shelf(server.settings).alone():
        assert (await main.mutate(DROP_WORLD, "operator", world="team-a"))["__typename"] == "WorldInUse"
    monkeypatch.undo()

    # The default world stays; what goes is gone everywhere.
    for document in (DROP_WORLD, RESET_WORLD):
        assert (await main.mutate(document, "operator", world=MAIN))["__typename"] == "WorldIsDefault"
    assert await main.mutate(DROP_WORLD, "operator", world="team-a") == {"__typename": "WorldDropped", "name": "team-a"}
    assert [await server.status("team-a"), await server.status("team-a", second=True)] == [404, 404]
    assert (await main.mutate(FORK_WORLD, "operator", **given)) == {"__typename": "WorldForked", "world": None}

    # One of a seed is made in a process of its own, and again.
    seeded = (await main.mutate(CREATE_WORLD, "operator", world="team-c", seed=11, persons=600))["world"]
    assert (seeded["persons"], seeded["fingerprint"]) == (600, main.service.world.record.fingerprint)
    assert await server.status("team-c") == 200
    if main.kind.name == "SQLITE":
        assert (await main.mutate(RESET_WORLD, "operator", world="team-c"))["world"]["name"] == "team-c"
    assert await names(main) == [MAIN, "team-c"]

    # Who had what done is on record, and shows nobody.
    shown = "{ accessRecords(where: {kind: {eq: KEEPING}}) { edges { node { reader fields purpose persons } } } }"
    records = (await main.data(shown, None, "auditor"))["accessRecords"]["edges"]
    assert [each["node"]["purpose"] for each in records[-1:-4:-1]] == [
        "world fork small team-a",
        "world snapshot team-a before",
        "world reset team-a --to before",
    ]
    last_told = {"reader": "operator", "fields": ["Mutation.forkWorld"], "persons": 0}
    assert last_told.items() <= records[-1]["node"].items()


def test_the_smallest_world_is_as_small_as_one_can_be_made() -> None:
    assert keeping_worlds.FEWEST_PERSONS == simulated.FEWEST_PERSONS
