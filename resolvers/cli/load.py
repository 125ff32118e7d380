"""`canbao load` (压测): a world, a server and a crowd, and the books looked at afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.crowds import (
    Engines,
    audited,
    databases,
    environment_of,
    people_of,
    served,
    thrown_away,
    units_beside,
)
from resolvers.cli.failures import ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table
from resolvers.cli.season import compare, crowd, curve, run
from resolvers.cli.torture import torture

if TYPE_CHECKING:
    from resolvers.settings import Settings
    from simulator.auditor import Finding

MOST_PAYERS = 100_000
SHOWN_LINES = 30
KILLS_PER_WORLD = 10
PAYERS_PER_KILL = 40
UNITS_PER_KILL = 4
LEAST_CORES = 2
SETTLED_AFTER_SECONDS = 7_200
"""By then, in world time, every channel has said all that it has to say."""
TOKEN_MINUTES = 1_440
"""Whoever comes last comes with a token that was made before the first one came."""
_SUMMED = (
    "payments",
    "channel_payments",
    "lists",
    "lines",
    "answers",
    "cut_off",
    "lists_cut_off",
    "written_unanswered",
    "lists_written_unanswered",
    "came_second",
    "lines_came_second",
    "asked_again",
)
_SHOWN = tuple(name for name in _SUMMED if name != "answers")
_SUMMED_BOOKS = ("collections", "collected_fen", "given_back_fen", "booked_fen")


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    load = typer.Typer(no_args_is_help=True, help="Let simulated people use a server, and judge the answers.")
    load.callback()(_load)
    load.command(epilog="Example: canbao load crash --kills 20 --engine sqlite --json")(crash)
    load.command(epilog="Example: canbao load overload --times 3 --json")(overload)
    load.command(epilog="Example: canbao load curve --region 840000 --html curve.html")(curve)
    load.command(epilog="Example: canbao load run season --seconds 180 --html season.html")(run)
    load.command(epilog="Example: canbao load crowd demo crowd")(crowd)
    load.command(epilog="Example: canbao load compare before.json after.json")(compare)
    load.command(epilog="Example: canbao load torture --seconds 60 --engine sqlite")(torture)
    app.add_typer(load, name="load", epilog="Example: canbao load run smoke")


def _load() -> None:
    """Let simulated people use a server, and judge the answers."""


def overload(
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long each phase lasts.")] = 10,
    times: Annotated[float, typer.Option(min=1, max=20, help="How many times its peak the server is asked.")] = 3,
    engine: Annotated[Engines, typer.Option(help="Where the world is kept.")] = Engines.BOTH,
    persons: Annotated[int, typer.Option(min=500, max=10_000_000, help="How many persons the world has.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the world and of the moments.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """Ask a server more than it can do, and see that it does what it can, in time, and is soon itself again.

    People come several times as fast as the server can answer at its peak, whatever it answers. The exit code is 1 when
    it answers fewer than at its peak by a fifth, or late, or leaves somebody without an answer, or needs memory without
    a bound, or more than ten seconds to recover. World, server and a PostgreSQL are made for it and thrown away.
    """
    engines = [Engines.SQLITE, Engines.POSTGRESQL] if engine is Engines.BOTH else [engine]
    reports = []
    for each in engines:
        with _side_by_side() as core, databases(each, ours=True, slow=False) as (postgres_url, postmaster):
            report = _overloaded(postgres_url, postmaster, core, seconds, times, persons, seed, quiet=as_json)
        reports.append({"engine": each.value, **report})
    passed = all(report["passed"] for report in reports)
    if as_json:
        print_json({"format": "canbao-overloads/1", "passed": passed, "seed": seed, "engines": reports})
    if not passed:
        raise typer.Exit(ExitCode.REFUSED)


@contextmanager
def _side_by_side() -> Iterator[int | None]:
    """A core for whoever asks; what this process starts meanwhile has the others. None where there is only one.

    Clients stand for other machines, and must not take the processor of the server that they ask.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < LEAST_CORES:
        yield None
        return
    os.sched_setaffinity(0, cores[:-1])
    try:
        yield cores[-1]
    finally:
        os.sched_setaffinity(0, cores)


def _overloaded(
    postgres_url: str | None,
    postmaster: int | None,
    core: int | None,
    seconds: float,
    times: float,
    persons: int,
    seed: int,
    *,
    quiet: bool,
) -> dict[str, Any]:
    """The report of a run on one engine, shown unless it is to be quiet."""
    from resolvers.settings import settings_from

    with tempfile.TemporaryDirectory(prefix="canbao-load-") as folder:
        settings = replace(
            settings_from(),
            home=Path(folder),
            default_world=f"load-overload-{os.getpid()}",
            postgres_url=postgres_url,
            sandbox=True,
            graphiql=False,
        )
        people, report, log = (settings.home / name for name in ("people.jsonl", "report.json", "server.log"))
        with thrown_away(settings, persons, seed, quiet=quiet):
            people.write_text(asyncio.run(people_of(settings, MOST_PAYERS)))
            with served(settings, log) as server:
                command = [sys.executable, "-m", "loadtests.overload", "--host", server.url, "--people", str(people)]
                command += ["--seconds", str(seconds), "--times", str(times), "--seed", str(seed)]
                command += ["--report", str(report)] + (["--quiet"] if quiet else [])
                if core is not None:
                    watched = [server.pid] if postmaster is None else [server.pid, postmaster]
                    command += ["--core", str(core), *(f"--server-pid={pid}" for pid in watched)]
                code = subprocess.run(command, check=False).returncode
        if not report.exists():
            # What went wrong was said on standard error.
            raise typer.Exit(code or ExitCode.REFUSED)
        found: dict[str, Any] = json.loads(report.read_bytes())
        return found


def crash(
    kills: Annotated[int, typer.Option(min=1, max=10_000, help="How often, shared evenly by the engines.")] = 200,
    engine: Annotated[Engines, typer.Option(help="Where the world is kept.")] = Engines.BOTH,
    persons: Annotated[int, typer.Option(min=500, max=1_000_000, help="How many persons a world has.")] = 5_000,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the worlds and of the moments.")] = 7,
    servers: Annotated[int, typer.Option(min=1, max=8, help="How many serve one world; each kill takes one.")] = 1,
    kill_database: Annotated[
        bool, typer.Option("--kill-database", help="On PostgreSQL, let every other kill fall on one of its processes.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Kill the server at random moments while people pay, and see that each payment happened exactly once.

    Schools and villages pay for many in one list. Requests without an answer are sent again with their keys once the
    server is back on the same world. In the end answers, entries, balances and events are compared, and the books are
    audited. The exit code is 1 when anything is lost, doubled or answered in two ways. Worlds, servers and a PostgreSQL
    are made for it and thrown away.
    """
    engines = [Engines.SQLITE, Engines.POSTGRESQL] if engine is Engines.BOTH else [engine]
    rows = []
    for place, each in enumerate(engines):
        share = kills * (place + 1) // len(engines) - kills * place // len(engines)
        if share:
            with databases(each, ours=kill_database) as (postgres_url, postmaster):
                found = _Crashes(postgres_url, postmaster, servers, persons, seed, as_json).of(share)
            rows.append({"engine": each.value, **found})
    passed = all(not row["findings"] and not row["audit"] for row in rows)
    if as_json:
        print_json({"format": "canbao-crashes/1", "passed": passed, "seed": seed, "engines": rows})
    else:
        print_table(
            f"Seed {seed}: payments under kill -9",
            (
                "engine",
                "kills",
                "of the database",
                "payments",
                "by channel",
                "lists",
                "lines",
                "cut off",
                "lists cut off",
                "written, unanswered",
                "lists written, unanswered",
                "came second",
                "lines second",
                "asked again",
                "wrong",
            ),
            [
                [
                    row["engine"],
                    *(str(row[name]) for name in ("kills", "database_kills", *_SHOWN)),
                    str(len(row["findings"]) + len(row["audit"])),
                ]
                for row in rows
            ],
        )
        for row in rows:
            typer.echo("".join(f"✗ {row['engine']}: {what}\n" for what in (*row["findings"], *row["audit"])), nl=False)
        typer.echo("PASS 通过" if passed else "FAIL 未通过")
    if not passed:
        raise typer.Exit(ExitCode.REFUSED)


@dataclass(frozen=True, slots=True)
class _Crashes:
    """Kills on one engine, a few to a world."""

    postgres_url: str | None
    postmaster: int | None
    servers: int
    persons: int
    seed: int
    quiet: bool

    def of(self, kills: int) -> dict[str, Any]:
        """The figures of so many kills together, and everything that was wrong."""
        total: dict[str, Any] = dict.fromkeys(("kills", "database_kills", "worlds", *_SUMMED, *_SUMMED_BOOKS), 0)
        total |= {"findings": [], "audit": []}
        for first in range(0, kills, KILLS_PER_WORLD):
            report, books, findings = self._on_one_world(first, min(KILLS_PER_WORLD, kills - first))
            total["worlds"] += 1
            total["kills"] += len(report["kills"])
            total["database_kills"] += sum(kill["victim"] == "database" for kill in report["kills"])
            for name in _SUMMED:
                total[name] += report[name]
            for name in _SUMMED_BOOKS:
                total[name] += books[name]
            found = report["findings"]
            if books["collected_fen"] - books["given_back_fen"] != books["booked_fen"]:
                found.append("what the channel kept is not what is booked")
            total["findings"] += [f"kills {first} to {first + len(report['kills']) - 1}: {one}" for one in found]
            total["audit"] += [str(finding) for finding in findings]
        return total

    def _on_one_world(self, first: int, kills: int) -> tuple[dict[str, Any], dict[str, int], list[Finding]]:
        """What the crowd reports of the kills from `first` on, both sides' books then, and what is wrong in them."""
        from resolvers.settings import settings_from

        with tempfile.TemporaryDirectory(prefix="canbao-load-") as folder:
            settings = replace(
                settings_from(),
                home=Path(folder),
                default_world=f"load-crash-{os.getpid()}",
                postgres_url=self.postgres_url,
                sandbox=True,
                graphiql=False,
                token_minutes=TOKEN_MINUTES,
            )
            names = ("people.jsonl", "units.jsonl", "report.json", "server.log")
            people, units, report, log = (settings.home / name for name in names)
            with thrown_away(settings, self.persons, self.seed + first // KILLS_PER_WORLD, quiet=self.quiet):
                people.write_text(asyncio.run(people_of(settings, PAYERS_PER_KILL * kills)))
                units.write_text(asyncio.run(units_beside(settings, PAYERS_PER_KILL * kills, UNITS_PER_KILL * kills)))
                asyncio.run(_spoil_channels(settings))
                command = [sys.executable, "-m", "loadtests.crash", "--people", str(people), "--units", str(units)]
                command += ["--report", str(report), "--log", str(log), "--seed", str(self.seed)]
                command += ["--first", str(first), "--kills", str(kills)]
                command += ["--servers", str(self.servers)]
                command += [] if self.postmaster is None else ["--database-pid", str(self.postmaster)]
                command += ["--quiet"] if self.quiet or not sys.stderr.isatty() else []
                command += ["--", sys.executable, "-m", "resolvers.cli", "serve", "--fd", "{fd}"]
                code = subprocess.run(command, env=environment_of(settings), check=False).returncode
                if not report.exists():
                    # What went wrong was said on standard error.
                    raise typer.Exit(code or ExitCode.REFUSED)
                books = asyncio.run(_books_in_the_end(settings))
                return json.loads(report.read_bytes()), books, asyncio.run(audited(settings))


async def _spoil_channels(settings: Settings) -> None:
    """The channels that the crowd pays through are often slow, silent or failing, and often confirm twice."""
    from domain.decisions.faults import Delay, NewFault
    from domain.store import faults
    from domain.vocabulary import FaultKind, FaultParty, PaymentChannel
    from resolvers.cli.keeping import opened
    from resolvers.cli.worlds import now_of

    shares = {
        FaultKind.DELAY: 200,
        FaultKind.REFUSAL: 150,
        FaultKind.TIMEOUT_AFTER_EFFECT: 250,
        FaultKind.DUPLICATE_CONFIRMATION: 250,
    }
    async with opened(settings, settings.default_world) as (database, record), database.write() as connection:
        for channel in (PaymentChannel.WECHAT, PaymentChannel.TAX_SYSTEM):
            for kind, share in shares.items():
                delay = Delay(2, 2) if kind is FaultKind.DELAY else None
                new = NewFault(FaultParty.PAYMENT_CHANNEL, kind, channel=channel, per_mille=share, delay=delay)
                await faults.add(connection, new, now_of(record))


async def _books_in_the_end(settings: Settings) -> dict[str, int]:
    """The channels' books beside the platform's, when nothing is due any more."""
    from domain.vocabulary import Instant
    from resolvers.cli.keeping import open_alone
    from simulator.auditor import channel_books

    async with open_alone(settings, settings.default_world) as world:
        await world.advance(Instant(world.clock.now() + SETTLED_AFTER_SECONDS))
        return asdict(await channel_books(world.database))
