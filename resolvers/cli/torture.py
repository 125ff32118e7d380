"""`canbao load torture` (事件日志的折磨测试): the log's writers and readers, and servers that are killed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.crowds import Engines, databases, environment_of, people_of, thrown_away, units_beside
from resolvers.cli.failures import ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table

if TYPE_CHECKING:
    from resolvers.settings import Settings
    from resolvers.world import World

MOST_WRITERS = 20_000
"""People who bind and pay at most; with fewer in the world, all of them."""
UNITS = 200
CLERKS = 6
TOKEN_MINUTES = 1_440
APPS = (("torture-app-a", ("ENROLMENTS", "CONTRIBUTIONS", "ACCOUNT")), ("torture-app-b", ("CONTRIBUTIONS",)))
"""Partners' apps that follow the log, and what each is granted in every province."""
COLUMNS = (
    *("engine", "kills", "changes", "sent again", "events", "connections", "told"),
    *("lost", "duplicated", "out of order", "not its own", "wrong changes", "p99 ms", "longest ms"),
)


def torture(
    seconds: Annotated[float, typer.Option(min=1, max=86_400, help="How long people write, on each engine.")] = 300,
    engine: Annotated[Engines, typer.Option(help="Where the world is kept.")] = Engines.BOTH,
    servers: Annotated[int, typer.Option(min=1, max=16, help="How many processes serve one world.")] = 4,
    writers: Annotated[int, typer.Option(min=1, max=200, help="How many write at once.")] = 16,
    readers: Annotated[int, typer.Option(min=1, max=5000, help="How many follow the log.")] = 200,
    per_second: Annotated[
        float | None, typer.Option(min=0.1, max=10_000, help="Changes a second at most; as many as may be without it.")
    ] = None,
    kill_seconds: Annotated[float, typer.Option(min=0.5, help="Seconds until the next kill -9, on average.")] = 6,
    persons: Annotated[int, typer.Option(min=500, max=1_000_000, help="How many persons the world has.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the world, the readers and the kills.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Follow the log of events while its servers are killed, and see that every reader was told exactly the log.

    Readers of every kind, over WebSocket and event streams, cut their connections at random and resume from their last
    cursor. In the end everybody's log is read from the beginning and compared with what each was told. The exit code is
    1 when anything is lost, told twice, out of order or to the wrong reader. Worlds, servers and a PostgreSQL are made
    for it and thrown away.
    """
    engines = [Engines.SQLITE, Engines.POSTGRESQL] if engine is Engines.BOTH else [engine]
    numbers = {"seconds": seconds, "servers": servers, "writers": writers, "readers": readers, "seed": seed}
    numbers |= {"kill-seconds": kill_seconds} | ({} if per_second is None else {"per-second": per_second})
    reports = []
    for each in engines:
        with databases(each, ours=False) as (postgres_url, _):
            reports.append({"engine": each.value, **_tortured(postgres_url, numbers, persons, seed, quiet=as_json)})
    passed = all(report["passed"] for report in reports)
    if as_json:
        print_json({"format": "canbao-tortures/1", "passed": passed, "seed": seed, "engines": reports})
    else:
        print_table(f"Seed {seed}: the log under kill -9", COLUMNS, [_cells(report) for report in reports])
        for report in reports:
            typer.echo("".join(f"✗ {report['engine']}: {what}\n" for what in report["findings"]), nl=False)
        typer.echo("PASS 通过" if passed else "FAIL 未通过")
    if not passed:
        raise typer.Exit(ExitCode.REFUSED)


def _cells(report: dict[str, Any]) -> list[str]:
    late = report["late_ms"] or {"p99": 0, "max": 0}
    numbers = [
        *(report["kills"], sum(report["changes"].values()), report["sent_again"], report["events"]),
        *(report["connections"], report["deliveries"], report["lost"], report["duplicated"], report["out_of_order"]),
        *(report["not_its_own"], report["wrong_changes"], late["p99"], late["max"]),
    ]
    return [report["engine"], *(f"{number:,}" for number in numbers)]


def _tortured(
    postgres_url: str | None, numbers: dict[str, float], persons: int, seed: int, *, quiet: bool
) -> dict[str, Any]:
    """The report of a run on one engine."""
    from resolvers.settings import settings_from

    with tempfile.TemporaryDirectory(prefix="canbao-load-") as folder:
        settings = replace(
            settings_from(),
            home=Path(folder),
            default_world=f"load-torture-{os.getpid()}",
            postgres_url=postgres_url,
            sandbox=True,
            graphiql=False,
            token_minutes=TOKEN_MINUTES,
        )
        names = ("people", "units", "viewers", "report", "log")
        files = {name: settings.home / f"{name}.json" for name in names}
        with thrown_away(settings, persons, seed, quiet=quiet):
            files["people"].write_text(asyncio.run(people_of(settings, MOST_WRITERS)))
            files["units"].write_text(asyncio.run(units_beside(settings, MOST_WRITERS, UNITS)))
            files["viewers"].write_text(asyncio.run(_viewers(settings)))
            command = [sys.executable, "-m", "loadtests.torture"]
            command += [word for name, path in files.items() for word in (f"--{name}", str(path))]
            command += [word for name, number in numbers.items() for word in (f"--{name}", str(number))]
            command += ["--quiet"] if quiet or not sys.stderr.isatty() else []
            command += ["--", sys.executable, "-m", "resolvers.cli", "serve", "--fd", "{fd}"]
            code = subprocess.run(command, env=environment_of(settings), check=False).returncode
        if not files["report"].exists():
            # What went wrong was said on standard error.
            raise typer.Exit(code or ExitCode.REFUSED)
        found: dict[str, Any] = json.loads(files["report"].read_bytes())
        return found


async def _viewers(settings: Settings) -> str:
    """Who follows the log beside the citizens, as lines that `loadtests.people` reads; the first sees everything."""
    from resolvers.cli.keeping import open_alone

    await _let_apps_in(settings)
    async with open_alone(settings, settings.default_world) as world:
        return await viewers_of(world)


async def _let_apps_in(settings: Settings) -> None:
    from domain.vocabulary import EVERY_OPERATION, Role
    from resolvers.cli.clients import added

    for name, _ in APPS:
        await added(settings, settings.default_world, name, role=Role.PARTNER, scopes=EVERY_OPERATION)


async def viewers_of(world: World) -> str:
    """The operator, the auditor, clerks of some counties, and the apps, to which half of the payers have consented.

    Each is a line of JSON with a token. The apps must be there already.
    """
    from domain.store import client_grants, clients, consents
    from domain.store.client_grants import Grant
    from domain.store.consents import NewConsent
    from domain.vocabulary import NATION, DataType, Id, Instant, RegionCode, Role, Viewer
    from simulator.people import payers

    people = await payers(world.database, MOST_WRITERS)
    now = Instant(world.clock.now())
    found = [Viewer(Role.OPERATOR, Id(0), NATION, "operator"), Viewer(Role.AUDITOR, Id(0), NATION, "auditor")]
    counties = sorted({RegionCode(payer.region) for payer in people})
    wide = [RegionCode(f"{counties[0][:4]}00"), *counties[1:CLERKS]]
    found += [Viewer(Role.CLERK, Id(0), region, f"clerk-{region}") for region in wide]
    consenting = sorted({of for payer in people[::2] for of in (payer.person_id, payer.relatives[0].person_id)})
    await world.ids.reserve(len(consenting) * sum(len(types) for _, types in APPS))
    async with world.database.write() as connection:
        provinces = await client_grants.provinces(connection)
        for name, types in APPS:
            app = await clients.by_name(connection, name)
            assert app is not None
            for data_type in (DataType.named(one) for one in types):
                for province in provinces:
                    await client_grants.grant_once(connection, Grant(app.id, data_type, province), now)
                await consents.give(
                    connection,
                    [NewConsent(world.ids.new(NATION), Id(one), app.id, data_type, now) for one in consenting],
                )
            found.append(Viewer(Role.PARTNER, Id(0), NATION, name, client_id=app.id, scopes=app.scopes))
    lines = []
    for viewer in found:
        token, _ = world.tokens.issued(viewer, viewer.name if viewer.client_id else "")
        lines.append(json.dumps({"token": token, "about": viewer.role.name.lower()}) + "\n")
    return "".join(lines)
