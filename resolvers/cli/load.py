"""`canbao load` (压测): a world, a server and a crowd, and the books looked at afterwards."""

from __future__ import annotations

import asyncio
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json, progress_of

if TYPE_CHECKING:
    from resolvers.settings import Settings
    from simulator.auditor import Finding

START_SECONDS = 60.0
STOP_SECONDS = 20.0
MOST_PAYERS = 100_000
SHOWN_LINES = 30


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    load = typer.Typer(no_args_is_help=True, help="Let simulated people use a server, and judge the answers.")
    load.callback()(_load)
    load.command(epilog="Example: canbao load smoke --seconds 20 --json")(smoke)
    app.add_typer(load, name="load", epilog="Example: canbao load smoke")


def _load() -> None:
    """Let simulated people use a server, and judge the answers."""


def smoke(
    seconds: Annotated[float, typer.Option(min=1, max=3600, help="How long people keep coming.")] = 20,
    rate: Annotated[float, typer.Option(min=0.01, max=1000, help="Journeys that begin per second.")] = 5,
    users: Annotated[
        int | None, typer.Option(min=1, max=5000, help="Errands at once at most; by the rate without it.")
    ] = None,
    persons: Annotated[int, typer.Option(min=500, max=10_000_000, help="How many persons the world has.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of the world.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Let people bind a relative, pay and finish on a server of its own for a while, then audit the books.

    Prints a verdict for each operation. The exit code is 1 when an answer is wrong or late, or the books are. World
    and server are made for it and thrown away.
    """
    from resolvers.settings import settings_from

    given = settings_from()
    world = f"load-smoke-{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="canbao-load-") as folder:
        settings = replace(given, home=Path(folder), default_world=world, sandbox=True, graphiql=False)
        people = settings.home / "people.jsonl"
        report = settings.home / "report.json"
        log = settings.home / "server.log"
        with _thrown_away(settings, persons, seed, quiet=as_json):
            # The folder is its owner's alone.
            people.write_text(asyncio.run(_crowd_of(settings, min(MOST_PAYERS, math.ceil(seconds * rate * 2) + 50))))
            with _serving(settings, log) as url:
                code = _crowd(url, people, report, seconds, rate, users, quiet=as_json)
            findings = asyncio.run(_audited(settings))
        told = json.loads(report.read_bytes()) if report.exists() else None
        faults = log.read_text(encoding="utf-8", errors="replace").splitlines()[-SHOWN_LINES:]
    if told is None:
        # The crowd has said why on standard error.
        raise typer.Exit(code or ExitCode.REFUSED)
    passed = told["passed"] and not findings
    if as_json:
        audit = [{"rule": one.rule, "id": one.id, "found": list(one.found)} for one in findings]
        print_json({**told, "passed": passed, "audit": audit})
    elif findings:
        typer.echo("\n".join(["The books of the world are wrong:", *(f"✗ {finding}" for finding in findings)]))
    else:
        typer.echo("The books of the world are right.")
    if not passed:
        typer.echo("\n".join(["The last that the server logged:", *faults]), err=True)
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def _thrown_away(settings: Settings, persons: int, seed: int, *, quiet: bool) -> Iterator[None]:
    """The default world of these settings is there while the block lasts."""
    from resolvers.cli import keeping

    name = settings.default_world
    with progress_of("Making a world for the crowd", quiet=quiet) as progress:
        asyncio.run(keeping.create(settings, name, seed=seed, persons=persons, replace_old=False, progress=progress))
    try:
        yield
    finally:
        asyncio.run(keeping.drop(settings, name))


async def _crowd_of(settings: Settings, most: int) -> str:
    """People with a token each and a relative to pay for, as lines that `loadtests.people` reads; at most so many."""
    from domain.policy import year_collected_on
    from domain.store.worlds import begin_serving, read_world
    from domain.vocabulary import NATION, Id, Prefix, Role, Viewer, api_id, business_date
    from resolvers.cli.keeping import opened
    from resolvers.context import machine_clock, new_secret
    from resolvers.tokens import Tokens
    from simulator.people import payers

    async with opened(settings, settings.default_world) as (database, _):
        async with database.write() as connection:
            # Tokens need the key that the world gets when it is first served, which is about to happen.
            await begin_serving(connection, int(machine_clock()), new_secret(32))
            record = await read_world(connection)
        found = await payers(database, most)
    assert record.signing_key is not None
    tokens = Tokens(record.name, record.signing_key, machine_clock, sandbox=True)
    year = year_collected_on(business_date(record.clock_base))
    lines = []
    for payer in found:
        person = api_id(Prefix.PERSON, payer.person_id)
        relative = payer.relatives[0]
        token, _ = tokens.issued(Viewer(Role.CITIZEN, Id(payer.person_id), NATION, person))
        member = {
            "name": relative.name,
            "idType": relative.id_type,
            "idNumber": relative.id_number,
            "birthDate": relative.birth_date.isoformat(),
            "sex": relative.sex,
            "relation": relative.relation,
        }
        line = {"token": token, "personId": person, "region": payer.region, "member": member, "coverageYear": year}
        lines.append(json.dumps(line, ensure_ascii=False) + "\n")
    return "".join(lines)


@contextmanager
def _serving(settings: Settings, log: Path) -> Iterator[str]:
    """The address of a server of these settings, which has answered once, writes that log and ends with the block."""
    from resolvers.cli.serving import listening

    environment = {
        **os.environ,
        "CANBAO_HOME": str(settings.home),
        "CANBAO_WORLD": settings.default_world,
        "CANBAO_SANDBOX": "1",
        "CANBAO_GRAPHIQL": "0",
    }
    with listening("127.0.0.1", 0) as listener, log.open("w") as written:
        port = listener.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "resolvers.cli", "serve", "--fd", str(listener.fileno())],
            pass_fds=[listener.fileno()],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=written,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(server, url, log)
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


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


def _crowd(url: str, people: Path, report: Path, seconds: float, rate: float, users: int | None, *, quiet: bool) -> int:
    """The exit code of the load generator, which has written its report unless it could not begin."""
    # Locust patches sockets as it is imported, so it lives in a process of its own.
    command = [sys.executable, "-m", "loadtests.smoke", "--host", url, "--people", str(people)]
    command += ["--seconds", str(seconds), "--rate", str(rate), "--report", str(report)]
    command += ["--users", str(users)] if users is not None else []
    command += ["--quiet"] if quiet or not sys.stderr.isatty() else []
    return subprocess.run(command, stdout=subprocess.DEVNULL if quiet else None, check=False).returncode


async def _audited(settings: Settings) -> list[Finding]:
    from resolvers.cli.keeping import opened
    from simulator.auditor import audit

    async with opened(settings, settings.default_world) as (database, _):
        return await audit(database)
