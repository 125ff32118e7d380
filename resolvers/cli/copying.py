"""`canbao world fork`, `snapshot`, `snapshots` and `reset` (世界的复制、快照与重置)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.failures import ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table, progress_of

if TYPE_CHECKING:
    from domain.store.worlds import World
    from resolvers.shelf import Snapshot

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the world.")]
SnapshotArgument = Annotated[
    str, typer.Argument(metavar="SNAPSHOT", help="Name of the snapshot: a-z, then at most 14 of a-z, 0-9 and -.")
]


def add_to(world: typer.Typer) -> None:
    """The commands of this module, which belong to `canbao world`."""
    world.command(epilog="Example: canbao world fork demo team-a")(fork)
    world.command(epilog="Example: canbao world snapshot demo before-season")(snapshot)
    world.command(epilog="Example: canbao world snapshots demo --json")(snapshots)
    world.command(epilog="Example: canbao world reset demo --to before-season")(reset)


def fork(
    name: NameArgument,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Name of the world that is made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a world of that name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a world of another with all that it holds, while servers go on. From here each goes its own way.

    The new one has keys, cursors and webhooks of its own, and stands at this moment until it is served.
    """
    from resolvers.cli import keeping
    from resolvers.settings import settings_from
    from resolvers.shelf import Shelf

    settings = settings_from()
    keeping.checked_name(new)

    async def forked() -> World:
        async with keeping.opened(settings, name):
            pass
        return await Shelf(settings).fork(name, new, replace=replace, progress=progress)

    with progress_of(f"Forking {name}", quiet=as_json) as progress:
        record = asyncio.run(forked())
    told = told_of(record)
    if as_json:
        print_json(told)
    else:
        typer.echo(f"{new}: {record.persons:,} persons, forked from {name} at {told['now']}")


def told_of(record: World) -> dict[str, Any]:
    """What a world that stands still says of itself, as JSON carries it."""
    from domain.vocabulary import iso_instant

    return {
        "name": record.name,
        "seed": record.seed,
        "persons": record.persons,
        "fingerprint": record.fingerprint,
        "now": iso_instant(record.clock_base),
        **origin_of(record),
    }


def origin_of(record: World) -> dict[str, Any]:
    """From where and when a world was forked, as JSON carries it; null for one that was made of its seed."""
    from domain.vocabulary import iso_instant

    at = record.origin_at
    return {"forkedFrom": record.origin, "forkedAt": None if at is None else iso_instant(at)}


def snapshot(
    name: NameArgument,
    snapshot: SnapshotArgument,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of one of that name.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take none, and forget the one of that name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Keep a world as it is now under a name, while servers go on, or forget what was kept. It goes with its world."""
    from resolvers.cli import keeping
    from resolvers.settings import settings_from
    from resolvers.shelf import Shelf

    settings = settings_from()

    async def kept() -> Snapshot | None:
        shelf = Shelf(settings)
        if forget:
            await keeping.require_world(settings, name)
            await shelf.forget_snapshot(name, snapshot)
            return None
        async with keeping.opened(settings, name):
            pass
        return await shelf.take_snapshot(name, snapshot, replace=replace, progress=progress)

    with progress_of(f"Keeping {name}", quiet=as_json) as progress:
        taken = asyncio.run(kept())
    if as_json:
        print_json({"name": snapshot, "forgotten": True} if taken is None else _told(taken))
    elif taken is None:
        typer.echo(f"{name}: {snapshot} is forgotten")
    else:
        typer.echo(f"{name}: kept as {snapshot} at {_told(taken)['takenAt']}, {taken.bytes / 1e6:.1f} MB")


def _told(snapshot: Snapshot) -> dict[str, Any]:
    from domain.vocabulary import iso_instant

    return {"name": snapshot.name, "takenAt": iso_instant(snapshot.taken_at), "bytes": snapshot.bytes}


def snapshots(name: NameArgument, as_json: JsonOption = False) -> None:
    """List what was kept of a world, the oldest moment first."""
    from resolvers.cli import keeping
    from resolvers.settings import settings_from
    from resolvers.shelf import Shelf

    settings = settings_from()

    async def found() -> list[Snapshot]:
        await keeping.require_world(settings, name)
        return await Shelf(settings).snapshots(name)

    told = [_told(one) for one in asyncio.run(found())]
    if as_json:
        print_json(told)
        return
    print_table(
        f"Snapshots of {name}",
        ("snapshot", "taken at", "MB"),
        [[one["name"], one["takenAt"], f"{one['bytes'] / 1e6:.1f}"] for one in told],
    )


def reset(
    name: NameArgument,
    to: Annotated[
        str | None, typer.Option(help="Name of a snapshot; without it, what it was when it was made.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Set a world back to a snapshot, or to what it was when it was made or forked. Its snapshots stay.

    Everybody signs in again, and who follows its log begins anew. A world that a server has open is not reset.
    """
    from resolvers.cli import keeping
    from resolvers.settings import settings_from
    from resolvers.shelf import Shelf

    settings = settings_from()
    asyncio.run(keeping.require_world(settings, name))
    if not yes and not typer.confirm(f"Set the world {name} back, and lose what happened since?", err=True):
        raise typer.Exit(ExitCode.REFUSED)
    with progress_of(f"Resetting {name}", quiet=as_json) as progress:
        record = asyncio.run(Shelf(settings).reset(name, to, progress=progress))
    told = told_of(record)
    if as_json:
        print_json(told)
    else:
        typer.echo(f"{name}: {record.persons:,} persons, as it was at {told['now']}")
