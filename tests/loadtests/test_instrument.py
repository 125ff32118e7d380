"""The measuring instrument against a toy server that knows what it did: when each answer left, and what was planted."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from loadtests.percentiles import Spread

ROOT = Path(__file__).resolve().parents[2]
SECONDS, RATE, USERS = 6.0, 20.0, 14
USUALLY, SLOWLY = 0.5, 1.5
STALLS_AT, STALLED = 2.0, 1.0
"""Seconds after the first request, and how long the server then answers nobody."""
GOOD = {"data": {"region": {"name": "x", "agencies": {"edges": []}}, "policyFacts": {"edges": []}}}
PLANTED = {
    7: (500, b"no JSON", "HTTP 500, no JSON"),
    19: (503, b'{"errors":[{"extensions":{"code":"OVERLOADED"}}]}', "HTTP 503, errors: OVERLOADED"),
    31: (200, b'{"errors":[{"message":"x"}],"data":{}}', "HTTP 200, errors: without a code"),
    43: (200, b'{"data":{"region":{"name":null}}}', "region.name is null"),
    55: (200, b'{"data":', "HTTP 200, no JSON"),
}
"""By who asks: what they are answered, and as what it must be counted."""


class Toy:
    """Answers late, and keeps when each answer of AgenciesOfRegion left, by who asked."""

    def __init__(self) -> None:
        self.left: dict[int, float] = {}
        self.came: dict[int, float] = {}
        self._first: float | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                asked = json.loads(await reader.readexactly(int(lengths[0].partition(b":")[2])))
                await self._answer(asked, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        who, first_step = int(asked["variables"]["region"]), asked["operationName"] == "AgenciesOfRegion"
        came = time.perf_counter()
        self._first = came if self._first is None else self._first
        status, body = 200, json.dumps(GOOD).encode()
        if first_step:
            self.came[who] = came
            stall = self._first + STALLS_AT
            answers_at = came + (SLOWLY if who % 29 == 0 else USUALLY)
            if came < stall + STALLED and answers_at > stall:
                answers_at = max(answers_at, stall + STALLED)
            await asyncio.sleep(answers_at - time.perf_counter())
            if who in PLANTED:
                status, body, _ = PLANTED[who]
        head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        if first_step:
            self.left[who] = time.perf_counter()
        await writer.drain()


async def _carried_out(toy: Toy) -> dict[str, Any]:
    server = await asyncio.start_server(toy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    command = [sys.executable, "-m", "tests.loadtests.toy_run", f"http://127.0.0.1:{port}"]
    command += [str(SECONDS), str(RATE), str(USERS)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
    async with server, asyncio.timeout(100):
        said, _ = await process.communicate()
    assert process.returncode == 0
    told: dict[str, Any] = json.loads(said)
    return told


@pytest.fixture(scope="module")
def measured() -> tuple[Toy, dict[str, Any]]:
    toy = Toy()
    return toy, asyncio.run(_carried_out(toy))


def _truth(toy: Toy, told: dict[str, Any]) -> tuple[Spread, Spread]:
    """Response and service times as the toy knows them: both processes read the machine's one clock."""
    right = [who for who in toy.left if who not in PLANTED]
    response = [(toy.left[who] - told["began"] - told["moments"][who]) * 1000 for who in right]
    service = [(toy.left[who] - toy.came[who]) * 1000 for who in right]
    found = Spread.of(response), Spread.of(service)
    assert found[0] is not None
    assert found[1] is not None
    return found[0], found[1]


def test_percentiles_are_what_the_server_knows_within_three_per_cent(measured: tuple[Toy, dict[str, Any]]) -> None:
    toy, told = measured
    response, service = _truth(toy, told)
    told_response, told_service = Spread.of(told["response"]), Spread.of(told["service"])
    assert told_response is not None
    assert told_service is not None
    for part in ("p50", "p99"):
        assert getattr(told_response, part) == pytest.approx(getattr(response, part), rel=0.03)
        # Raw times begin when the client sends, which is before the server hears of it.
        assert getattr(told_service, part) >= 0.97 * getattr(service, part)


def test_a_stall_shows_for_everybody_who_meant_to_come_meanwhile(measured: tuple[Toy, dict[str, Any]]) -> None:
    toy, told = measured
    _, service = _truth(toy, told)
    longer = [
        sum(milliseconds > 1.5 * USUALLY * 1000 for milliseconds in told[kind]) for kind in ("response", "service")
    ]
    # Raw, only those are late who were being answered; the others waited for them, and had meant to come.
    assert longer[0] > 1.5 * longer[1] > 0
    told_response = Spread.of(told["response"])
    assert told_response is not None
    assert told_response.p95 > service.p50


def test_every_planted_fault_is_found_and_nothing_else(measured: tuple[Toy, dict[str, Any]]) -> None:
    _, told = measured
    faults = Counter({**told["errors"], **told["wrong"]})
    assert faults == Counter(kind for _, _, kind in PLANTED.values())
    assert told["succeeded"] == len(told["moments"]) - len(PLANTED) == len(told["response"])
    assert told["against"] == []
