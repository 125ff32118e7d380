"""`canbao world …` and `canbao people` (世界的管理)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli import copying, faults, journal, portraits
from resolvers.cli.failures import CommandFailed, ExitCode, failure_of
from resolvers.cli.output import JsonOption, notices, print_json, print_table, progress_of
from resolvers.cli.times import instant_of, seconds_of

if TYPE_CHECKING:
    from domain.store.signing_keys import SigningKey
    from domain.store.worlds import World
    from domain.vocabulary import Instant
    from resolvers.settings import Settings

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the world: a-z, then a-z, 0-9 and -.")]

LARGEST_SEED = 2**63 - 1
MOST_PERSONS = 100_000_000


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    world = typer.Typer(
        no_args_is_help=True,
        help="Make, fork, list, show, advance, keep, reset, migrate, audit, draw, back up, restore and drop worlds;"
        " read what was asked of them.",
    )
    world.command(epilog="Example: canbao world create anshun --seed 7 --persons 20000")(create)
    world.command(name="list", epilog="Example: canbao world list --json")(list_worlds)
    world.command(epilog="Example: canbao world show demo")(show)
    world.command(epilog="Example: canbao world advance demo --by 24h")(advance)
    world.command(epilog="Example: canbao world clock demo --rate 86400")(clock)
    world.command(epilog="Example: canbao world keys demo --rotate")(keys)
    world.command(epilog="Example: canbao world migrate demo")(migrate)
    world.command(epilog="Example: canbao world audit demo --json")(audit)
    world.command(epilog="Example: canbao world backup demo demo.canbao")(backup)
    world.command(epilog="Example: canbao world restore demo.canbao demo-2")(restore)
    world.command(epilog="Example: canbao world drop demo --yes")(drop)
    copying.add_to(world)
    portraits.add_to(world)
    faults.add_to(world)
    journal.add_to(world)
    app.add_typer(world, name="world", epilog="Example: canbao world create demo --seed 7")
    app.command(epilog="Example: canbao people demo --out people.jsonl --limit 1000")(people)


def create(
    name: NameArgument,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="The same seed makes the same world.")] = 7,
    persons: Annotated[int, typer.Option(min=1, max=MOST_PERSONS, help="How many persons live in it.")] = 20_000,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Processes that make it, which changes nothing of it.", show_default="cores"),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a world of that name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a world: people, families, enrolments, accounts and payments, all from one seed.

    It is there when it is complete, and not before; when this fails nothing is left behind.
    """
    from resolvers.cli import keeping
    from resolvers.settings import settings_from

    settings = settings_from()
    keeping.checked_name(name)
    with progress_of(f"Making the world {name}", quiet=as_json) as progress:
        summary = asyncio.run(
            keeping.create(
                settings,
                name,
                seed=seed,
                persons=persons,
                processes=workers,
                replace_old=replace,
                progress=progress,
            )
        )
    if as_json:
        print_json(
            {
                "name": summary.name,
                "seed": summary.seed,
                "persons": summary.persons,
                "fingerprint": summary.fingerprint,
                "rows": dict(summary.counts),
            }
        )
        return
    rows = sum(summary.counts.values())
    typer.echo(f"{name}: {summary.persons:,} persons, {rows:,} rows, fingerprint {summary.fingerprint}")


def list_worlds(as_json: JsonOption = False) -> None:
    """List all worlds: where their clocks stand, and which do not open."""
    from resolvers.cli.keeping import world_names
    from resolvers.settings import settings_from

    settings = settings_from()

    async def found() -> list[dict[str, Any]]:
        return [await _described(settings, name) for name in await world_names(settings)]

    worlds = asyncio.run(found())
    if as_json:
        print_json(worlds)
        return
    columns = ("world", "persons", "seed", "now", "forked from", "MB", "trouble")
    print_table(
        f"Worlds in {_where(settings)}",
        columns,
        [
            [
                world["name"],
                f"{world['persons']:,}" if "persons" in world else "",
                str(world.get("seed", "")),
                world.get("now", ""),
                world.get("forkedFrom") or "",
                f"{world['bytes'] / 1e6:.1f}" if "bytes" in world else "",
                world.get("trouble", ""),
            ]
            for world in worlds
        ],
    )


def show(name: NameArgument, as_json: JsonOption = False) -> None:
    """Show one world: size, seed, fingerprint, clock and version."""
    from resolvers.cli.keeping import require_world
    from resolvers.settings import settings_from

    settings = settings_from()

    async def found() -> dict[str, Any]:
        await require_world(settings, name)
        return await _described(settings, name)

    world = asyncio.run(found())
    if as_json:
        print_json(world)
    else:
        print_table(name, ("", ""), [[key, str(value)] for key, value in world.items() if key != "name"])
    if "trouble" in world:
        raise typer.Exit(ExitCode.REFUSED)


async def _described(settings: Settings, name: str) -> dict[str, Any]:
    """A world as JSON carries it; one that does not open has its trouble told."""
    from domain.store.versions import NEWEST
    from domain.vocabulary import iso_instant
    from resolvers.cli.keeping import opened
    from resolvers.shelf import Shelf

    try:
        async with opened(settings, name) as (_, record):
            return {
                "name": name,
                "engine": "sqlite" if settings.postgres_url is None else "postgresql",
                "persons": record.persons,
                "seed": record.seed,
                "fingerprint": record.fingerprint,
                "now": iso_instant(now_of(record)),
                "clockRate": record.clock_rate,
                "served": record.clock_real_base is not None,
                **copying.origin_of(record),
                "version": NEWEST,
                "bytes": await Shelf(settings).size(name),
            }
    except Exception as error:
        failure = failure_of(error)
        if failure is None:
            raise
        return {"name": name, "trouble": str(failure)}


def _where(settings: Settings) -> str:
    return str(settings.worlds) if settings.postgres_url is None else "PostgreSQL"


def now_of(record: World) -> Instant:
    """The present second of a world's clock; one that was never served stands still."""
    from resolvers.context import machine_clock
    from resolvers.world import WorldClock

    return WorldClock(record, machine_clock).now()


def advance(
    name: NameArgument,
    to: Annotated[
        str | None, typer.Option(help="Instant or day in ISO 8601; Asia/Shanghai where it names no offset.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="How much later: 90s, 30m, 24h, 3d.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Set a world's clock forward and do what falls due until then, in order and each at its own moment.

    It goes on from there; a server follows within a second. What is interrupted goes on when the world is served, or
    advanced again.
    """
    from domain.decisions.clocks import END_OF_TIME
    from domain.store.log import end_of_log, happened_since
    from domain.vocabulary import Instant, iso_instant
    from resolvers.cli.keeping import open_alone
    from resolvers.settings import settings_from

    if (to is None) == (by is None):
        raise CommandFailed(
            ExitCode.BAD_INPUT, "the time is not clear", "it takes --to or --by, one of the two", "Give one"
        )
    wanted = None if to is None else instant_of(to)
    seconds = 0 if by is None else seconds_of(by)
    settings = settings_from()

    async def advanced() -> tuple[Instant, Instant, int, dict[str, int]]:
        async with open_alone(settings, name) as world:
            before = world.clock.now()
            after = Instant(before + seconds) if wanted is None else wanted
            if after <= before:
                raise CommandFailed(
                    ExitCode.REFUSED,
                    "a world's clock never goes back",
                    f"it shows {iso_instant(before)}",
                    "Give a later time, or set the world back with: canbao world reset NAME",
                )
            if after >= END_OF_TIME:
                raise CommandFailed(
                    ExitCode.BAD_INPUT,
                    "the time is too far away",
                    "a world ends with 2099",
                    "Give an earlier time",
                )
            async with world.database.read() as connection:
                place = await end_of_log(connection)
            fired = await world.advance(after)
            async with world.database.read() as connection:
                happened = await happened_since(connection, place)
        return before, after, fired, happened

    with progress_of(f"Advancing {name}", quiet=as_json):
        before, after, fired, happened = asyncio.run(advanced())
    if as_json:
        print_json(
            {
                "name": name,
                "before": iso_instant(before),
                "now": iso_instant(after),
                "timers": fired,
                "happened": happened,
            }
        )
        return
    typer.echo(f"{name}: {iso_instant(before)} → {iso_instant(after)}, {fired} timers fired")
    for kind, count in happened.items():
        typer.echo(f"  {kind}: {count:,}")


MOST_RATE = 86_400


def clock(
    name: NameArgument,
    rate: Annotated[
        int | None,
        typer.Option(min=0, max=MOST_RATE, help="World seconds in a second: 0 stands still, 1 is real time."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a world's clock, or set how fast it runs from now on; 86400 is a day a second. A server follows at once."""
    from domain.store.worlds import read_world, set_rate
    from domain.vocabulary import iso_instant
    from resolvers.cli.keeping import opened
    from resolvers.context import machine_clock
    from resolvers.settings import settings_from

    settings = settings_from()

    async def found() -> World:
        async with opened(settings, name) as (database, record):
            if rate is None:
                return record
            async with database.write() as connection:
                await set_rate(connection, rate, now_of(await read_world(connection)), int(machine_clock()))
                return await read_world(connection)

    record = asyncio.run(found())
    until = record.clock_until
    told = {
        "name": name,
        "now": iso_instant(now_of(record)),
        "rate": record.clock_rate,
        "served": record.clock_real_base is not None,
        "advancingTo": None if until is None else iso_instant(until),
    }
    if as_json:
        print_json(told)
    else:
        print_table(f"Clock of {name}", ("", ""), [[key, str(value)] for key, value in told.items() if key != "name"])


def keys(
    name: NameArgument,
    rotate: Annotated[bool, typer.Option("--rotate", help="Sign with a new key from now on.")] = False,
    at_once: Annotated[
        bool,
        typer.Option("--at-once", help="With --rotate, end what older keys have signed: everybody signs in again."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the keys that a world's tokens are signed with, or have a new one sign; a server follows within a second.

    A key that signs no longer verifies what it has signed until that has ended. Keys of a sandbox and of a server that
    is none are told apart; each kind that is there is rotated.
    """
    from domain.store import signing_keys
    from resolvers.cli.keeping import opened
    from resolvers.context import machine_clock
    from resolvers.settings import settings_from
    from resolvers.world import new_key

    if at_once and not rotate:
        raise CommandFailed(
            ExitCode.BAD_INPUT, "no key is rotated", "--at-once says how --rotate is to do it", "Give --rotate too"
        )
    settings = settings_from()

    async def found() -> list[SigningKey]:
        now = int(machine_clock())
        # A server may sign with the old key until it has looked again.
        last_token_ends_at = now + settings.token_minutes * 60 + KEY_NOTICED_SECONDS
        async with opened(settings, name) as (database, _), database.write() as connection:
            signing = [key for key in await signing_keys.every_key(connection) if key.retired_at is None]
            for sandbox in sorted({key.sandbox for key in signing}) if rotate else ():
                await signing_keys.retire(connection, sandbox=sandbox, at=now, last_token_ends_at=last_token_ends_at)
                if at_once:
                    await signing_keys.end_retired(connection, sandbox=sandbox, at=now)
                await signing_keys.add(connection, new_key(now, sandbox=sandbox))
            return await signing_keys.every_key(connection)

    rows = [_described_key(key) for key in asyncio.run(found())]
    if as_json:
        print_json(rows)
        return
    columns = ("kid", "sandbox", "createdAt", "retiredAt", "verifiesUntil")
    print_table(
        f"Keys of {name}",
        columns,
        [["" if row[column] is None else str(row[column]) for column in columns] for row in rows],
    )


KEY_NOTICED_SECONDS = 60
"""How long after its rotation a key may still sign, on a server that was slow to notice."""


def _described_key(key: SigningKey) -> dict[str, Any]:
    from domain.vocabulary import Instant, iso_instant

    times = {"createdAt": key.created_at, "retiredAt": key.retired_at, "verifiesUntil": key.verifies_until}
    told = {name: None if at is None else iso_instant(Instant(at)) for name, at in times.items()}
    return {"kid": key.kid, "sandbox": key.sandbox, **told}


def migrate(name: NameArgument, as_json: JsonOption = False) -> None:
    """Bring a world's tables to this program's version, all in one transaction or not at all."""
    from domain.store.migrations import upgrade
    from resolvers.cli.keeping import require_world
    from resolvers.settings import settings_from

    settings = settings_from()

    async def migrated() -> tuple[str | None, str]:
        await require_world(settings, name)
        return await upgrade(settings.world_url(name))

    before, after = asyncio.run(migrated())
    if as_json:
        print_json({"name": name, "before": before, "version": after})
    elif before == after:
        typer.echo(f"{name}: version {after}, as it was")
    else:
        typer.echo(f"{name}: version {before or 'none'} → {after}")


def audit(name: NameArgument, as_json: JsonOption = False) -> None:
    """Check a world's books and its audit trail from its rows alone. The exit code is 1 when something is wrong."""
    from domain.store.seals import Seal, last_seal
    from resolvers.cli.keeping import opened
    from resolvers.settings import settings_from
    from simulator.auditor import Finding
    from simulator.auditor import audit as audited

    settings = settings_from()

    async def found() -> tuple[list[Finding], Seal | None]:
        async with opened(settings, name) as (database, _):
            async with database.read() as connection:
                newest = await last_seal(connection)
            return await audited(database), newest

    with progress_of(f"Auditing {name}", quiet=as_json):
        findings, newest = asyncio.run(found())
    if as_json:
        print_json([{"rule": one.rule, "id": one.id, "found": list(one.found)} for one in findings])
    elif findings:
        print_table(
            f"What the books of {name} get wrong",
            ("rule", "id", "figures"),
            [[one.rule, str(one.id), ", ".join(str(figure) for figure in one.found)] for one in findings],
        )
    else:
        typer.echo(f"{name}: the books are right")
        if newest is not None:
            typer.echo(f"The audit trail is sealed up to seal {newest.position}: {newest.digest}")
    if findings:
        raise typer.Exit(ExitCode.REFUSED)


def backup(
    name: NameArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="File to write, for its owner alone.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a file of that name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a world as it is at one moment into one file, while servers go on. Keep it as secret as the world.

    The file is there when it is complete, and not before.
    """
    from resolvers.cli.backups import back_up
    from resolvers.settings import settings_from

    settings = settings_from()
    with progress_of(f"Backing up {name}", quiet=as_json) as progress:
        manifest = asyncio.run(back_up(settings, name, file, replace=replace, progress=progress))
    told = manifest.told()
    if as_json:
        print_json({"file": str(file), "bytes": file.stat().st_size, **told})
    else:
        typer.echo(f"{file}: {name} at {told['takenAt']}, {file.stat().st_size / 1e6:.1f} MB")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="What canbao world backup wrote.")],
    name: NameArgument,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a world of that name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a world of a backup. It stands at the moment of the backup until it is served, and has keys of its own.

    It is there when it is complete, and not before; when this fails nothing is left behind.
    """
    from resolvers.cli import backups, keeping
    from resolvers.settings import settings_from

    settings = settings_from()
    keeping.checked_name(name)
    with progress_of(f"Restoring {name}", quiet=as_json) as progress:
        manifest = asyncio.run(backups.restore(settings, file, name, replace=replace, progress=progress))
    told = manifest.told()
    if as_json:
        print_json({"name": name, **told})
    else:
        typer.echo(f"{name}: {manifest.persons:,} persons, as {manifest.world} was at {told['takenAt']}")


def drop(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Drop a world for good. A world that a server has open is not dropped."""
    from resolvers.cli import keeping
    from resolvers.settings import settings_from

    settings = settings_from()
    asyncio.run(keeping.require_world(settings, name))
    if not yes and not typer.confirm(f"Drop the world {name} for good?", err=True):
        raise typer.Exit(ExitCode.REFUSED)
    asyncio.run(keeping.drop(settings, name))
    if as_json:
        print_json({"name": name, "dropped": True})
    else:
        typer.echo(f"{name}: dropped")


def people(
    name: NameArgument,
    out: Annotated[Path, typer.Option(dir_okay=False, help="File to write; only its owner may read it.")],
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 10_000,
    as_json: JsonOption = False,
) -> None:
    """Write employees and the relatives whom they could pay for, as lines of JSON. They carry identity numbers."""
    from resolvers.cli.keeping import opened
    from resolvers.settings import settings_from
    from simulator.people import write_people

    settings = settings_from()

    async def written() -> int:
        async with opened(settings, name) as (database, _):
            return await write_people(database, out, limit)

    count = asyncio.run(written())
    if as_json:
        print_json({"name": name, "people": count, "file": str(out)})
    else:
        notices().print(f"{out}: {count:,} people of {name}", markup=False)
