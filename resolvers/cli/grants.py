"""`canbao grant …` (授予合作应用的数据范围): which data of which provinces a partner's app may be let see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from resolvers.cli.clients import ClientArgument, WorldOption, no_client
from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table
from resolvers.cli.worlds import now_of

if TYPE_CHECKING:
    from domain.store.client_grants import Grant, StandingGrant
    from domain.store.engine import Connection
    from domain.vocabulary import DataType, Instant, RegionCode

ProvinceOption = Annotated[str, typer.Option(help="Province: two digits, or the six of its code.")]
TypesOption = Annotated[
    list[str], typer.Option("--type", help="ENROLMENTS, CONTRIBUTIONS or ACCOUNT; may be given several times.")
]
Change = Callable[["Connection", "Grant", "Instant"], Awaitable[bool]]


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    grant = typer.Typer(no_args_is_help=True, help="Grant data to partners' apps, list what was granted, take it back.")
    grant.command(epilog="Example: canbao grant add anshun-app --province 52 --type CONTRIBUTIONS")(add)
    grant.command(name="list", epilog="Example: canbao grant list --json")(list_grants)
    grant.command(epilog="Example: canbao grant remove anshun-app --province 52 --type CONTRIBUTIONS")(remove)
    app.add_typer(grant, name="grant", epilog="Example: canbao grant list")


def add(
    name: ClientArgument,
    province: ProvinceOption,
    types: TypesOption,
    world: WorldOption = None,
    as_json: JsonOption = False,
) -> None:
    """Grant an app types of data of a province: it sees them of who consents. What it was granted already stays."""
    from domain.store.client_grants import grant_once

    _change(world, name, province, types, grant_once, as_json)


def remove(
    name: ClientArgument,
    province: ProvinceOption,
    types: TypesOption,
    world: WorldOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take types of data of a province back from an app, which sees nothing by them any more; consents stay."""
    from domain.store.client_grants import ungrant

    async def taken(connection: Connection, grant: Grant, _: Instant) -> bool:
        return await ungrant(connection, grant)

    _change(world, name, province, types, taken, as_json)


def list_grants(world: WorldOption = None, as_json: JsonOption = False) -> None:
    """List what every app was granted."""
    from domain.store.client_grants import listed
    from domain.vocabulary import Prefix, api_id, iso_instant
    from resolvers.cli.keeping import opened
    from resolvers.settings import settings_from

    settings = settings_from()

    async def found() -> list[StandingGrant]:
        async with opened(settings, world or settings.default_world) as (database, _), database.read() as connection:
            return await listed(connection)

    rows = [
        (
            one.client,
            api_id(Prefix.CLIENT, one.grant.client_id),
            one.grant.region,
            one.grant.data_type.name,
            iso_instant(one.granted_at),
        )
        for one in asyncio.run(found())
    ]
    columns = ("client", "clientId", "province", "type", "granted")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(f"What apps were granted in {world or settings.default_world}", columns, rows)


def _change(world: str | None, name: str, province: str, types: list[str], change: Change, as_json: bool) -> None:
    from domain.store import clients
    from domain.store.client_grants import Grant, provinces
    from domain.vocabulary import Role
    from resolvers.cli.keeping import opened
    from resolvers.settings import settings_from

    region = _region(province)
    wanted = [_data_type(one) for one in types]
    settings = settings_from()
    of = world or settings.default_world

    async def changed() -> dict[DataType, bool]:
        async with opened(settings, of) as (database, record), database.write() as connection:
            client = await clients.by_name(connection, name)
            if client is None or client.role is not Role.PARTNER or client.disabled_at is not None:
                raise no_client(name, "app of a partner")
            known = await provinces(connection)
            if region not in known:
                raise CommandFailed(
                    ExitCode.MISSING,
                    f"{of} has no province {region}",
                    f"its provinces are {', '.join(known)}",
                    "Give one of them",
                )
            return {one: await change(connection, Grant(client.id, one, region), now_of(record)) for one in wanted}

    done = asyncio.run(changed())
    if as_json:
        print_json(
            [{"client": name, "province": region, "type": one.name, "changed": new} for one, new in done.items()]
        )
    else:
        for one, new in done.items():
            typer.echo(f"{name}: {one.name} of {region}, {'done' if new else 'as it was'}")


def _region(text: str) -> RegionCode:
    from domain.vocabulary import RegionCode

    if not (text.isascii() and text.isdigit() and (len(text) == 2 or (len(text) == 6 and text.endswith("0000")))):
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{text!r} is no province",
            "it is two digits, or six of which the last four are 0",
            "Write it as 52 or 520000",
        )
    return RegionCode(text if len(text) == 6 else f"{text}0000")


def _data_type(text: str) -> DataType:
    from domain.vocabulary import DataType

    try:
        return DataType.named(text)
    except KeyError:
        names = ", ".join(one.name for one in DataType)
        raise CommandFailed(
            ExitCode.BAD_INPUT, f"{text!r} is no type of data", f"the types are {names}", "Give one of them"
        ) from None
