"""`canbao bench` (性能测量)."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resolvers.cli.crowds import Engines, crowd_of, databases, environment_of, served, thrown_away
from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, Stages, notices, print_json, print_table, progress_of

if TYPE_CHECKING:
    from resolvers.bench.cpu import Cluster
    from resolvers.bench.events import EventsEffort, EventsRow, Prepared, ServerProcess
    from resolvers.bench.worlds import WorldRow
    from resolvers.settings import Settings

MOST_WRITERS = 2_000
TOKEN_MINUTES = 1_440
SEED = 7


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    group = typer.Typer(
        invoke_without_command=True, help="Measure what an answer costs, following the log, a world, and claims."
    )
    group.callback(epilog="Example: canbao bench --quick --json")(bench)
    group.command(epilog="Example: canbao bench events --quick --engine sqlite")(events)
    group.command(epilog="Example: canbao bench world --quick --page worlds.html")(world)
    group.command(epilog="Example: canbao bench claims --quick")(claims)
    app.add_typer(group, name="bench", epilog="Example: canbao bench --quick --json")


def bench(
    context: typer.Context,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer rounds: under 45 seconds once the world is made.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure what an answer costs: our plans, hand-written endpoints over the same SQL, and the usual way.

    CPU microseconds per request of server and database, on each engine, over 100,000 persons. The world is made the
    first time and kept under CANBAO_HOME/bench.
    """
    if context.invoked_subcommand is not None:
        return
    from resolvers.bench import COLUMNS, FOOTNOTE, TITLE, comparisons, run_bench
    from resolvers.settings import settings_from

    settings = settings_from()
    console = notices()
    with progress_of("Measuring", quiet=as_json) as progress:
        rows = run_bench(
            quick=quick, progress=progress, home=settings.home, tell=lambda line: console.print(line, markup=False)
        )
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        print_table(TITLE, COLUMNS, [comparison.cells() for comparison in comparisons(rows)])
        typer.echo(FOOTNOTE)


def events(
    quick: Annotated[
        bool, typer.Option("--quick", help="Up to 1,000 subscribers and 100,000 events; some minutes.")
    ] = False,
    engine: Annotated[Engines, typer.Option(help="Where the world is kept.")] = Engines.BOTH,
    as_json: JsonOption = False,
) -> None:
    """Measure what following the log costs: delay, memory, deliveries, a reconnect storm, and a replay.

    Worlds, servers and a PostgreSQL are made for it and thrown away; a process of subscribers follows over WebSocket.
    Each figure stands beside its target.
    """
    from resolvers.bench.events import EVENTS_COLUMNS, EVENTS_TITLE, QUICK_EVENTS, WHOLE_EVENTS

    effort = QUICK_EVENTS if quick else WHOLE_EVENTS
    engines = [Engines.SQLITE, Engines.POSTGRESQL] if engine is Engines.BOTH else [engine]
    rows: list[EventsRow] = []
    for each in engines:
        with (
            databases(each, ours=False, slow=False) as (postgres_url, _),
            progress_of("Measuring", quiet=as_json) as progress,
        ):
            rows += _measured(each, postgres_url, effort, progress)
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        print_table(EVENTS_TITLE, EVENTS_COLUMNS, [row.cells() for row in rows])


def _measured(engine: Engines, postgres_url: str | None, effort: EventsEffort, progress: Stages) -> list[EventsRow]:
    """The figures of one engine, on a world of its own."""
    from resolvers.bench.events import EventsMeasurement
    from resolvers.settings import settings_from

    with tempfile.TemporaryDirectory(prefix="canbao-bench-") as folder:
        settings = replace(
            settings_from(),
            home=Path(folder),
            default_world=f"bench-events-{os.getpid()}",
            postgres_url=postgres_url,
            sandbox=True,
            graphiql=False,
            token_minutes=TOKEN_MINUTES,
        )
        with thrown_away(settings, effort.persons, SEED, quiet=True):
            progress(f"{engine.value}: tokens", 0, 1)
            most = max(*effort.delays, effort.idle, effort.storm)
            return EventsMeasurement(asyncio.run(_prepared(settings, most)), effort, progress, _tell).rows()


def _tell(row: EventsRow) -> None:
    """A figure on standard error as soon as it is known: the next one may take minutes."""
    notices().print("  ".join(cell for cell in row.cells() if cell), markup=False)


async def _prepared(settings: Settings, most: int) -> Prepared:
    """The world of these settings with so many citizens who may follow the log, those who write among them."""
    from sqlalchemy import select

    from domain.store.statements import Statement
    from domain.store.tables import persons
    from domain.vocabulary import NATION, Id, Instant, RegionCode, Role, Viewer
    from resolvers.bench.events import Prepared, ServerProcess
    from resolvers.cli.keeping import open_alone
    from simulator.people import payers

    living = Statement(
        select(persons.c.id, persons.c.id_number).where(persons.c.died_on.is_(None)).order_by(persons.c.id)
    )
    people, own, shared = (settings.home / f"{name}.jsonl" for name in ("people", "own", "shared"))
    async with open_alone(settings, settings.default_world) as world:
        people.write_text(await crowd_of(world, MOST_WRITERS))
        writers = await payers(world.database, MOST_WRITERS)
        async with world.database.read() as connection:
            rows = await connection.fetch_all(living, {})
        # Of a change its writer is told, and of the others only who sees everything: no relative follows.
        relatives = {writer.relatives[0].id_number for writer in writers}
        others = [number for number, id_number in rows if id_number not in relatives]
        numbers = list(dict.fromkeys([*(writer.person_id for writer in writers), *others]))[:most]
        # A writer who follows the log does so by the same token.
        tokens = [str(json.loads(line)["token"]) for line in people.read_text().splitlines()][: len(numbers)]
        for number in numbers[len(tokens) :]:
            tokens.append(world.tokens.issued(Viewer(Role.CITIZEN, Id(number), NATION, "bench"))[0])
        operator = world.tokens.issued(Viewer(Role.OPERATOR, Id(0), NATION, "bench"))[0]
        own.write_text("".join(_line(token, "citizen") for token in tokens))
        shared.write_text(_line(operator, "operator"))
        kind = world.database.kind
        now = Instant(world.clock.now())
        region = writers[0].region

    @contextmanager
    def serving() -> Iterator[ServerProcess]:
        with served(settings, settings.home / "server.log") as server:
            yield ServerProcess(server.port, server.pid)

    return Prepared(
        engine=kind,
        url=settings.world_url(settings.default_world),
        people=people,
        own=own,
        shared=shared,
        operator=operator,
        persons=[Id(number) for number in numbers],
        region=RegionCode(region),
        now=now,
        serving=serving,
        processes=await _processes(settings),
    )


def _line(token: str, about: str) -> str:
    return json.dumps({"token": token, "about": about}) + "\n"


async def _processes(settings: Settings) -> Cluster | None:
    """All processes of the PostgreSQL where the worlds are, if they run here."""
    from resolvers.bench.measuring import cluster_of

    if settings.postgres_url is None:
        return None
    return await cluster_of(settings.world_url(settings.default_world))


def world(
    quick: Annotated[bool, typer.Option("--quick", help="Up to 100,000 persons; about a minute.")] = False,
    engine: Annotated[Engines, typer.Option(help="Where the worlds are kept.")] = Engines.BOTH,
    sizes: Annotated[
        str | None, typer.Option(help="How many persons instead, separated by commas: 2000,20000.")
    ] = None,
    page: Annotated[Path | None, typer.Option(dir_okay=False, help="Draw the figures as a page of HTML.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure what a world costs by its size: time and memory to make it, room, and time to fork, keep and reset it.

    Worlds and a PostgreSQL are made for it and thrown away.
    """
    from resolvers.bench.worlds import QUICK_SIZES, WHOLE_SIZES, WORLDS_COLUMNS, WORLDS_TITLE, drawn

    wanted = _sizes(sizes) if sizes is not None else QUICK_SIZES if quick else WHOLE_SIZES
    engines = [Engines.SQLITE, Engines.POSTGRESQL] if engine is Engines.BOTH else [engine]
    rows: list[WorldRow] = []
    for each in engines:
        with (
            databases(each, ours=False, slow=False) as (postgres_url, _),
            progress_of("Measuring", quiet=as_json) as progress,
        ):
            rows += _measured_worlds(wanted, postgres_url, progress)
    if page is not None:
        page.write_text(drawn(rows), encoding="utf-8")
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        print_table(WORLDS_TITLE, WORLDS_COLUMNS, [row.cells() for row in rows])


def claims(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer claims; some seconds.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure what adjudicating claims costs: many at once, and a year again after its first claim is reversed.

    Processor time of this process; no database is asked.
    """
    from resolvers.bench.claims import CLAIMS_COLUMNS, CLAIMS_TITLE, measured_claims

    rows = measured_claims(quick=quick)
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        print_table(CLAIMS_TITLE, CLAIMS_COLUMNS, [row.cells() for row in rows])


def _sizes(text: str) -> tuple[int, ...]:
    from resolvers.cli.worlds import MOST_PERSONS
    from simulator.worlds import FEWEST_PERSONS

    given = text.split(",")
    if not all(one.isascii() and one.isdigit() and FEWEST_PERSONS <= int(one) <= MOST_PERSONS for one in given):
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{text!r} are no sizes of worlds",
            f"they are whole numbers from {FEWEST_PERSONS} to {MOST_PERSONS}, separated by commas",
            "Write them as 2000,20000",
        )
    return tuple(int(one) for one in given)


def _measured_worlds(sizes: tuple[int, ...], postgres_url: str | None, progress: Stages) -> list[WorldRow]:
    """The figures of one engine."""
    from resolvers.bench.measuring import cluster_of
    from resolvers.bench.worlds import measured_world
    from resolvers.settings import settings_from

    with tempfile.TemporaryDirectory(prefix="canbao-bench-") as folder:
        settings = replace(settings_from(), home=Path(folder), postgres_url=postgres_url)
        cluster = None if postgres_url is None else asyncio.run(cluster_of(f"{postgres_url}/postgres"))
        return [
            measured_world(
                settings,
                persons,
                seed=SEED,
                environment=environment_of(settings),
                database_ns=lambda: 0 if cluster is None else cluster.ns(),
                progress=progress,
            )
            for persons in sizes
        ]
