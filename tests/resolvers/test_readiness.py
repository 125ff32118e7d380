"""/readyz: a server says that it serves its world only where it does, and why where it does not."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from domain.policy import PolicyBook
from resolvers.app import create_app
from resolvers.plan.executor import Executor
from resolvers.settings import Settings
from resolvers.worlds import OpenWorlds
from simulator.outside import outside
from tests.resolvers.living import living
from tests.resolvers.opened import OpenedWorld


@pytest.fixture
async def worlds(
    world_url: str, executor: Executor, book: PolicyBook, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OpenWorlds]:
    """A server's worlds; its default world is in the database under test."""
    monkeypatch.setattr(Settings, "world_url", lambda self, name: world_url)
    found = OpenWorlds(Settings(), executor=executor, policy=book, outside=outside, machine=lambda: 1_750_000_000.0)
    yield found
    tasks = [*found._timekeepers.values(), *([] if found._clocks is None else [found._clocks])]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for couriers in found._couriers.values():
        await couriers.close()
    for world in found.worlds():
        await world.close()


async def test_a_world_that_is_served_as_it_should_be(worlds: OpenWorlds) -> None:
    assert await worlds.trouble() is None


async def test_a_timekeeper_that_has_died(worlds: OpenWorlds) -> None:
    assert await worlds.trouble() is None
    [keeping] = worlds._timekeepers.values()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert await worlds.trouble() == "nothing that falls due is done"


async def test_nobody_who_delivers(worlds: OpenWorlds) -> None:
    assert await worlds.trouble() is None
    [couriers] = worlds._couriers.values()
    await couriers.close()
    assert await worlds.trouble() == "nothing is delivered to webhooks"


async def test_a_clock_that_nobody_follows(worlds: OpenWorlds) -> None:
    assert await worlds.trouble() is None
    assert worlds._clocks is not None
    worlds._clocks.cancel()
    await asyncio.gather(worlds._clocks, return_exceptions=True)
    assert await worlds.trouble() == "the clock is not followed"


async def test_tables_that_were_migrated_beneath_the_server(worlds: OpenWorlds, opened: OpenedWorld) -> None:
    assert await worlds.trouble() is None
    await opened.change("UPDATE alembic_version SET version_num = '9999'")
    assert await worlds.trouble() == "the tables are of another version"


async def test_a_database_that_is_gone(tmp_path: Path, executor: Executor, book: PolicyBook) -> None:
    nowhere = OpenWorlds(Settings(home=tmp_path), executor=executor, policy=book, outside=outside, machine=lambda: 0.0)
    assert await nowhere.trouble() == "the world does not open"


async def test_a_server_that_is_stopping_is_not_ready_and_lives(sqlite_template: Path, tmp_path: Path) -> None:
    (tmp_path / "worlds").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "worlds" / "small.sqlite3")
    app = create_app(Settings(home=tmp_path, default_world="small"))
    async with living(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server") as client:
        assert (await client.get("/readyz")).status_code == 200
        await app.close()
        answer = await client.get("/readyz")
        assert (answer.status_code, json.loads(answer.text)) == (503, {"status": "the server is stopping"})
        assert (await client.get("/healthz")).status_code == 200
