"""What a load test is given (压测的世界与人群): a database, a world that is thrown away, and people with tokens."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import progress_of

if TYPE_CHECKING:
    from resolvers.settings import Settings
    from resolvers.world import World
    from simulator.auditor import Finding

START_SECONDS = 60.0
STOP_SECONDS = 20.0
AUDIT_SECONDS = 600.0
"""For how long one question of the auditor may take: nobody else waits for it."""
COMMIT_MICROSECONDS = 10_000
"""How long PostgreSQL waits with what is being committed, as a slow disk would let it: kills fall there too."""


class Engines(StrEnum):
    """Which databases a crash is tried on."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    BOTH = "both"


@contextmanager
def databases(engine: Engines, *, ours: bool, slow: bool = True) -> Iterator[tuple[str | None, int | None]]:
    """The server for PostgreSQL's worlds and its first process; nothing of both for SQLite.

    With `ours` it is one that was started for this, whose processes may be killed; one that is `slow` commits as on a
    slow disk.
    """
    if engine is Engines.SQLITE:
        yield None, None
        return
    from resolvers.bench.cluster import SETTINGS, TEST_SERVER, PostgresServer, PostgresUnavailable

    commits = {"commit_delay": str(COMMIT_MICROSECONDS), "commit_siblings": "0"} if slow else {}
    settings = {**SETTINGS, **commits}
    try:
        server = PostgresServer.start(named_by=() if ours else (TEST_SERVER,), settings=settings)
    except PostgresUnavailable as missing:
        remedy = "Install it, or give --engine sqlite"
        raise CommandFailed(ExitCode.UNAVAILABLE, "nothing was killed on PostgreSQL", str(missing), remedy) from missing
    with server:
        base = urlunsplit(urlsplit(server.admin_url)._replace(path=""))
        yield base, asyncio.run(_postmaster(server.admin_url)) if ours else None


async def _postmaster(url: str) -> int:
    import asyncpg

    from resolvers.bench.cpu import parent_of

    connection = await asyncpg.connect(url)
    try:
        return parent_of(await connection.fetchval("SELECT pg_backend_pid()"))
    finally:
        await connection.close()


def environment_of(settings: Settings) -> dict[str, str]:
    """What a server of these settings finds in its environment."""
    environment = {
        **os.environ,
        "CANBAO_HOME": str(settings.home),
        "CANBAO_WORLD": settings.default_world,
        "CANBAO_SANDBOX": "1",
        "CANBAO_GRAPHIQL": "0",
    }
    environment.pop("CANBAO_POSTGRES_URL", None)
    return (
        environment if settings.postgres_url is None else {**environment, "CANBAO_POSTGRES_URL": settings.postgres_url}
    )


@dataclass(frozen=True, slots=True)
class Served:
    """A server that has answered once, and its process."""

    port: int
    pid: int
    die: Callable[[float, float], None]
    """At a moment, in seconds since the epoch, it is killed, and another is started so many seconds later."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served(settings: Settings, log: Path) -> Iterator[Served]:
    """A server of these settings, which writes that log and ends with the block."""
    from resolvers.cli.serving import listening

    with listening("127.0.0.1", 0) as listener, log.open("a") as written:
        process = _Process(settings, listener, written)
        found = Served(listener.getsockname()[1], process.server.pid, process.die)
        try:
            _wait_until_ready(process.server, found.url, log)
            yield found
        finally:
            process.end()


class _Process:
    """A server on a socket that is not its own, so that whoever connects waits for the next one."""

    def __init__(self, settings: Settings, listener: socket.socket, log: IO[str]) -> None:
        self._settings = settings
        self._listener = listener
        self._log = log
        self._over = threading.Event()
        self._dying: threading.Thread | None = None
        self.server = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        number = self._listener.fileno()
        command = [sys.executable, "-m", "resolvers.cli", "serve", "--fd", str(number)]
        environment = environment_of(self._settings)
        return subprocess.Popen(
            command, pass_fds=[number], env=environment, stdout=subprocess.DEVNULL, stderr=self._log
        )

    def die(self, at: float, seconds: float) -> None:
        """See Served."""
        self._dying = threading.Thread(target=self._dies, args=(at, seconds), daemon=True)
        self._dying.start()

    def _dies(self, at: float, seconds: float) -> None:
        if not self._over.wait(max(0.0, at - time.time())):
            self.server.kill()
            self.server.wait()
            self._over.wait(seconds)
            self.server = self._started()

    def end(self) -> None:
        """It ends in good order, or is killed where it does not."""
        self._over.set()
        if self._dying is not None:
            self._dying.join()
        self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    # The environment's proxies are for other hosts than this one.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            with opener.open(f"{url}/readyz", timeout=START_SECONDS):
                return
        except (OSError, urllib.error.URLError) as error:
            why = str(error)
        if server.poll() is not None or time.monotonic() > until:
            said = log.read_text(encoding="utf-8", errors="replace")
            raise CommandFailed(
                ExitCode.UNAVAILABLE,
                "the server for the crowd did not start",
                (said.strip().splitlines() or [why])[-1].rstrip("."),
                "See that canbao serve works here",
            )
        time.sleep(0.1)


@contextmanager
def thrown_away(settings: Settings, persons: int, seed: int, *, quiet: bool) -> Iterator[None]:
    """The default world of these settings is there while the block lasts."""
    from resolvers.cli import keeping

    name = settings.default_world
    with progress_of("Making a world for the crowd", quiet=quiet) as progress:
        asyncio.run(keeping.create(settings, name, seed=seed, persons=persons, replace_old=False, progress=progress))
    try:
        yield
    finally:
        asyncio.run(keeping.drop(settings, name))


async def people_of(settings: Settings, most: int) -> str:
    """`crowd_of` the default world of these settings."""
    from resolvers.cli.keeping import open_alone

    # The world gets its key now: it is not served before the crowd has been written.
    async with open_alone(settings, settings.default_world) as world:
        return await crowd_of(world, most)


async def crowd_of(world: World, most: int) -> str:
    """People of a world with their tokens, at most so many, and a relative of each to pay for, as lines of JSON.

    Whoever kills servers has tokens beforehand: there may be no server that would give them.
    """
    from domain.policy import year_collected_on
    from domain.vocabulary import NATION, Id, Prefix, Role, Viewer, api_id, business_date
    from simulator.people import payers

    found = await payers(world.database, most)
    year = year_collected_on(business_date(world.record.clock_base))
    lines = []
    for payer in found:
        person = api_id(Prefix.PERSON, payer.person_id)
        member = payer.relatives[0].form()
        token = world.tokens.issued(Viewer(Role.CITIZEN, Id(payer.person_id), NATION, person))[0]
        line = {"token": token, "personId": person, "region": payer.region, "member": member, "coverageYear": year}
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    return "".join(lines)


async def units_of(world: World, most_payers: int, most: int) -> str:
    """Units with an officer's token each and people to collect from, as lines that `loadtests.people` reads.

    `most_payers` is how many people at most pay beside them; `most` is how many units there are at most.
    """
    from domain.policy import year_collected_on
    from domain.vocabulary import Id, Prefix, Role, Viewer, api_id
    from simulator.people import collecting_units, payers
    from simulator.staff import appoint, officer_of

    units = await collecting_units(world.database, most, await payers(world.database, most_payers))
    await world.ids.reserve(len(units))
    async with world.database.write() as connection:
        await appoint(connection, [officer_of(unit) for unit in units], world.ids.new)
    year = year_collected_on(world.setting(world.clock.now()).on)
    lines = []
    for unit in units:
        unit_id = api_id(Prefix.UNIT, unit.unit_id)
        viewer = Viewer(Role.UNIT_OFFICER, Id(unit.officer_id), unit.region, unit_id, unit_id=Id(unit.unit_id))
        line = {
            "token": world.tokens.issued(viewer)[0],
            "unitId": unit_id,
            "members": [api_id(Prefix.PERSON, member) for member in unit.members],
            "stranger": api_id(Prefix.PERSON, unit.stranger),
            "paid": None if unit.paid is None else api_id(Prefix.PERSON, unit.paid),
            "coverageYear": year,
        }
        lines.append(json.dumps(line) + "\n")
    return "".join(lines)


async def units_beside(settings: Settings, most_payers: int, most: int) -> str:
    """`units_of` the default world of these settings."""
    from resolvers.cli.keeping import open_alone

    async with open_alone(settings, settings.default_world) as world:
        return await units_of(world, most_payers, most)


async def audited(settings: Settings) -> list[Finding]:
    """What the auditor finds in the books of the default world of these settings, however long it looks."""
    from domain.store.engine import open_database
    from simulator.auditor import audit

    database = open_database(settings.world_url(settings.default_world), statement_seconds=AUDIT_SECONDS)
    try:
        return await audit(database)
    finally:
        await database.close()
