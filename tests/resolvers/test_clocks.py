"""An operator of a sandbox advances the world's clock and sets how fast it runs, through the API."""

import asyncio
from typing import Any

import pytest

from domain.store.engine import open_database
from domain.store.worlds import begin_again
from resolvers.fields import clocks
from resolvers.world import open_world
from simulator.outside import outside
from tests.resolvers.opened import ADVANCE_CLOCK, OpenedWorld, mutation_telling

_WORLD = "world { now clockRate advancingTo }"
SET = mutation_telling("setClock", f"... on ClockSet {{ {_WORLD} }}")
KEY = "one-key-for-all"


async def advance(world: OpenedWorld, to: str, persona: str | None = "operator", **given: Any) -> dict[str, Any]:
    return await world.mutate(ADVANCE_CLOCK, persona, to=to, **given)


async def test_a_season_is_crossed_in_one_call_which_says_what_happened(opened: OpenedWorld) -> None:
    told = await advance(opened, "2025-03-01T00:00:00+08:00", idempotencyKey=KEY)
    made = told["advance"]
    assert (made["fromAt"], made["toAt"]) == ("2024-12-16T09:00:00+08:00", "2025-03-01T00:00:00+08:00")
    assert (made["isOver"], made["reachedAt"]) == (True, made["toAt"])
    happened = {each["type"]: each["count"] for each in made["happened"]}
    assert happened.keys() >= {"INTEREST_PAID", "ACCOUNT_CREDITED"}
    assert dict(await opened.rows("SELECT type, count(*) FROM events GROUP BY type")) == happened
    assert list(happened) == sorted(happened)
    assert made["timers"] > 3
    assert told["world"] == {"now": made["toAt"], "clockRate": 1, "advancingTo": None}

    # The same key gives the same answer, and what a key has said it says to nothing else.
    opened.machine.forward(seconds=60)
    again = await advance(opened, "2025-03-01T00:00:00+08:00", idempotencyKey=KEY)
    assert again["advance"] == made
    assert again["world"]["now"] == "2025-03-01T00:01:00+08:00"
    other = await advance(opened, "2025-03-02T00:00:00+08:00", idempotencyKey=KEY)
    assert other["__typename"] == "IdempotencyKeyReused"

    back = await advance(opened, "2025-03-01T00:01:00+08:00")
    assert (back["__typename"], back["now"]) == ("ClockNeverGoesBack", "2025-03-01T00:01:00+08:00")
    beyond = await advance(opened, "2100-01-01T00:00:00+08:00")
    assert (beyond["__typename"], beyond["problem"]) == ("InputNotAcceptable", "BEYOND_TIME")

    # A second one counts what it brought itself.
    second = await advance(opened, "2025-03-01T00:02:00+08:00")
    assert (second["advance"]["timers"], second["advance"]["happened"]) == (0, [])


async def test_who_waits_no_longer_asks_again_and_the_world_goes_on_meanwhile(
    opened: OpenedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = opened.service.world
    monkeypatch.setattr(clocks, "LONGEST_WAIT_SECONDS", 0.0)
    to = "2025-03-01T00:00:00+08:00"
    told = await advance(opened, to, idempotencyKey=KEY)
    assert not told["advance"]["isOver"]
    assert told["advance"]["happened"] == []
    assert told["world"]["advancingTo"] == to
    other = await advance(opened, "2025-04-01T00:00:00+08:00")
    assert (other["__typename"], other["until"], other["retryable"]) == ("ClockIsAdvancing", to, True)

    # Another process goes on too: each timer is counted once.
    url, machine = opened.url, opened.machine
    beside = await open_world(open_database(url), policy=world.policy, outside=outside(), machine=machine, sandbox=True)
    await asyncio.gather(beside.keep_up(), world.keep_up())
    await beside.close()
    monkeypatch.setattr(clocks, "LONGEST_WAIT_SECONDS", 20.0)
    over = (await advance(opened, to, idempotencyKey=KEY))["advance"]
    assert over["isOver"]
    happened = {each["type"]: each["count"] for each in over["happened"]}
    assert dict(await opened.rows("SELECT type, count(*) FROM events GROUP BY type")) == happened
    monkeypatch.setattr(clocks, "LONGEST_WAIT_SECONDS", 0.0)

    # A copy is on its way nowhere.
    await advance(opened, "2025-04-01T00:00:00+08:00", idempotencyKey="a-key-of-the-copy")
    assert world._going_on is not None
    world._going_on.cancel()
    async with world.database.write() as connection:
        await begin_again(connection, "small", world.clock.now(), "drawn")
    await world.read_clock()
    left = (await advance(opened, "2025-04-01T00:00:00+08:00", idempotencyKey="a-key-of-the-copy"))["advance"]
    assert left["isOver"]
    assert left["reachedAt"] < left["toAt"]


async def test_a_clock_stands_still_and_runs_as_it_is_told(opened: OpenedWorld) -> None:
    start = (await opened.mutate(SET, "operator", rate=0, idempotencyKey=KEY))["world"]
    assert start["clockRate"] == 0
    opened.machine.forward(seconds=100)
    fast = (await opened.mutate(SET, "operator", rate=86_400))["world"]
    assert (fast["now"], fast["clockRate"]) == (start["now"], 86_400)
    opened.machine.forward(seconds=2)
    assert (await opened.data(f"{{ {_WORLD} }}"))["world"]["now"][:10] == "2024-12-18"
    assert (await opened.mutate(SET, "operator", rate=0, idempotencyKey=KEY))["world"]["clockRate"] == 86_400
    for rate in (-1, 86_401):
        wrong = await opened.mutate(SET, "operator", rate=rate)
        assert (wrong["__typename"], wrong["field"], wrong["problem"]) == ("InputNotAcceptable", "rate", "CLOCK_RATE")

    # Nobody else, and nobody where the server is no sandbox.
    before = await opened.rows("SELECT clock_base, clock_rate FROM world")
    for persona in (None, "employee", "clerk-anshun"):
        assert (await opened.mutate(SET, persona, rate=1))["__typename"] == "NotSignedIn"
        assert (await advance(opened, "2025-01-01T00:00:00+08:00", persona))["__typename"] == "NotSignedIn"
    await opened.viewer("operator")
    opened.service.world.sandbox = False
    assert (await opened.mutate(SET, "operator", rate=1))["__typename"] == "NotSignedIn"
    assert await opened.rows("SELECT clock_base, clock_rate FROM world") == before
