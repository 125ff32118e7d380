"""Worlds that nobody asks for are closed, and opened anew for whoever does."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pytest

from domain.policy import PolicyBook
from domain.store.databases import drop_file
from domain.vocabulary import ANONYMOUS
from resolvers.context import machine_clock
from resolvers.graphql import WorldService
from resolvers.plan.executor import Executor
from resolvers.service import Answer, GraphQLRequest
from resolvers.settings import Settings
from resolvers.worlds import OpenWorlds
from simulator.outside import outside

LONG_AGO = 31 * 60


@dataclass
class Server:
    worlds: OpenWorlds
    folder: Path

    async def of(self, name: str) -> WorldService:
        found = await self.worlds.service(name)
        assert isinstance(found, WorldService)
        return found


@pytest.fixture
async def server(sqlite_template: Path, executor: Executor, book: PolicyBook, tmp_path: Path) -> AsyncIterator[Server]:
    """A server of the worlds `main`, which is its default one, and `other`."""
    folder = tmp_path / "worlds"
    folder.mkdir()
    for name in ("main", "other"):
        shutil.copy(sqlite_template, folder / f"{name}.sqlite3")
    worlds = OpenWorlds(
        Settings(home=tmp_path, default_world="main", sandbox=True),
        executor=executor,
        policy=book,
        outside=outside,
        machine=machine_clock,
    )
    yield Server(worlds, folder)
    await worlds.close()


def open_names(server: Server) -> set[str]:
    return {Path(getattr(world.database, "path")).stem for world in server.worlds.worlds()}  # noqa: B009


async def asked(service: WorldService) -> Answer:
    answer = await service.answer(GraphQLRequest("{ world { persons } }"), ANONYMOUS, "r-1")
    assert isinstance(answer, Answer)
    return answer


async def test_a_world_that_nobody_asks_for_is_closed_and_opened_again(server: Server) -> None:
    main, other = await server.of("main"), await server.of("other")
    await server.worlds.close_idle()
    assert open_names(server) == {"main", "other"}

    # Somebody follows it, or its webhooks are held here: it stays.
    long_ago = perf_counter() - LONG_AGO
    main.world.asked_at = other.world.asked_at = long_ago
    other.world.tallies.subscribers = 1
    await server.worlds.close_idle()
    other.world.tallies.subscribers, other.world.tallies.webhooks_held = 0, 1
    await server.worlds.close_idle()
    other.world.tallies.webhooks_held = 0
    assert open_names(server) == {"main", "other"}

    await server.worlds.close_idle()
    assert (open_names(server), other.world.is_closed) == ({"main"}, True)
    assert b'"persons":' in (await asked(other)).body, "a connection that has outlived it"
    assert open_names(server) == {"main", "other"}
    again = await server.of("other")
    assert again is not other
    assert again.world.asked_at > long_ago

    # Asking keeps it open.
    again.world.asked_at = long_ago
    await asked(again)
    await server.worlds.close_idle()
    assert not again.world.is_closed

    # And what is closed is nobody's: it can be dropped.
    again.world.asked_at = long_ago
    await server.worlds.close_idle()
    drop_file(server.folder / "other.sqlite3")
    assert (await asked(again)).status == 404
