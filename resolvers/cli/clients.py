"""`canbao client …` (接入方的管理): who may sign in with credentials of their own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import JsonOption, print_json, print_table

if TYPE_CHECKING:
    from domain.store.clients import Client
    from domain.vocabulary import Id, Role, Scope
    from resolvers.settings import Settings

ClientArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the client: a-z, then a-z, 0-9 and -.")]
WorldOption = Annotated[str | None, typer.Option(help="Name of the world; without it the one that CANBAO_WORLD names.")]


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    client = typer.Typer(no_args_is_help=True, help="Let programs sign in: add, list, disable them, and their secrets.")
    client.command(epilog="Example: canbao client add anshun-app --role PARTNER --scope read --scope events")(add)
    client.command(name="list", epilog="Example: canbao client list --json")(list_clients)
    client.command(epilog="Example: canbao client disable anshun-app")(disable)
    client.command(epilog="Example: canbao client rotate anshun-app")(rotate)
    app.add_typer(client, name="client", epilog="Example: canbao client list")


def add(
    name: ClientArgument,
    role: Annotated[str, typer.Option(help="PARTNER for an app, HOSPITAL for a designated institution.")] = "PARTNER",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="read, write, events or impersonate, each by itself; read alone without it."),
    ] = None,
    institution: Annotated[
        str | None, typer.Option(help="Id of the hospital or pharmacy that it acts for (ins_…), for HOSPITAL.")
    ] = None,
    world: WorldOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a program sign in. Its secret is printed now and never again; only its SHA-256 is kept.

    The scope impersonate gets tokens for other people, in a sandbox only: it is for load generators.
    """
    from resolvers.settings import settings_from

    settings = settings_from()
    as_role, scopes = _role(role), _scopes(scope or ["read"])
    client, secret = asyncio.run(
        added(
            settings,
            world or settings.default_world,
            _checked(name),
            role=as_role,
            scopes=scopes,
            institution=_institution(institution, as_role),
        )
    )
    _tell_secret({**_described(client), "secret": secret}, as_json=as_json)


async def added(
    settings: Settings,
    world: str,
    name: str,
    *,
    role: Role,
    scopes: frozenset[Scope],
    institution: Id | None = None,
) -> tuple[Client, str]:
    """A new client of a world, and its secret, which is kept nowhere."""
    from domain.store import clients, institutions
    from domain.store.ids import BlockIds
    from domain.vocabulary import NATION
    from resolvers.cli.keeping import opened
    from resolvers.context import machine_clock, new_secret
    from resolvers.oauth import secret_digest

    secret, now = new_secret(32), int(machine_clock())
    async with opened(settings, world) as (database, _):
        ids = BlockIds(database, block=1)
        await ids.reserve(1)
        async with database.write() as connection:
            if await clients.by_name(connection, name) is not None:
                raise CommandFailed(
                    ExitCode.REFUSED,
                    f"a client called {name} is there already",
                    "a name is given once, also after its client was disabled",
                    "Choose another name, or give it a new secret with: canbao client rotate NAME",
                )
            if institution is not None and not await institutions.of_ids(connection, [institution]):
                raise _no_institution()
            client = clients.Client(
                ids.new(NATION),
                name,
                role,
                secret_digest(secret),
                scopes,
                created_at=now,
                secret_drawn_at=now,
                institution_id=institution,
            )
            await clients.add(connection, client)
    return client, secret


def list_clients(world: WorldOption = None, as_json: JsonOption = False) -> None:
    """List the clients of a world; their secrets are nowhere."""
    from domain.store import clients
    from resolvers.cli.keeping import opened
    from resolvers.settings import settings_from

    settings = settings_from()

    async def found() -> list[Client]:
        async with opened(settings, world or settings.default_world) as (database, _), database.read() as connection:
            return await clients.every_client(connection)

    rows = [_described(client) for client in asyncio.run(found())]
    if as_json:
        print_json(rows)
        return
    columns = ("name", "id", "role", "scopes", "createdAt", "secretDrawnAt", "disabledAt")
    print_table(
        f"Clients of {world or settings.default_world}", columns, [[str(row[c] or "") for c in columns] for row in rows]
    )


def disable(name: ClientArgument, world: WorldOption = None, as_json: JsonOption = False) -> None:
    """Shut a client out for good. A server ends its tokens and subscriptions within about a second."""
    from domain.store import clients
    from resolvers.cli.keeping import opened
    from resolvers.context import machine_clock
    from resolvers.settings import settings_from

    settings = settings_from()

    async def disabled() -> bool:
        async with opened(settings, world or settings.default_world) as (database, _), database.write() as connection:
            return await clients.disable(connection, _checked(name), int(machine_clock()))

    if not asyncio.run(disabled()):
        raise no_client(name)
    if as_json:
        print_json({"name": name, "disabled": True})
    else:
        typer.echo(f"{name}: disabled")


def rotate(name: ClientArgument, world: WorldOption = None, as_json: JsonOption = False) -> None:
    """Give a client a new secret. The one before is good for nothing from now on; tokens stay good until their end."""
    from domain.store import clients
    from resolvers.cli.keeping import opened
    from resolvers.context import machine_clock, new_secret
    from resolvers.oauth import secret_digest
    from resolvers.settings import settings_from

    settings = settings_from()
    secret, now = new_secret(32), int(machine_clock())

    async def rotated() -> Client | None:
        async with opened(settings, world or settings.default_world) as (database, _), database.write() as connection:
            if not await clients.set_secret(connection, _checked(name), secret_digest(secret), now):
                return None
            return await clients.by_name(connection, name)

    client = asyncio.run(rotated())
    if client is None:
        raise no_client(name)
    _tell_secret({**_described(client), "secret": secret}, as_json=as_json)


def _described(client: Client) -> dict[str, Any]:
    from domain.store.clients import scopes_text
    from domain.vocabulary import Instant, Prefix, api_id, iso_instant

    return {
        "id": api_id(Prefix.CLIENT, client.id),
        "name": client.name,
        "role": client.role.name,
        "scopes": scopes_text(client.scopes),
        "createdAt": iso_instant(Instant(client.created_at)),
        "secretDrawnAt": iso_instant(Instant(client.secret_drawn_at)),
        "disabledAt": None if client.disabled_at is None else iso_instant(Instant(client.disabled_at)),
    }


def _tell_secret(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    named = {"id": "id", "name": "client_id", "secret": "client_secret", "scopes": "scope"}
    typer.echo("\n".join(f"{label:<14} {told[key]}" for key, label in named.items()))
    typer.echo("The secret is not kept and will not be shown again.", err=True)


def _checked(name: str) -> str:
    from resolvers.oauth import CLIENT_NAME

    if not CLIENT_NAME.fullmatch(name):
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{name!r} is no name for a client",
            "a name begins with a letter a-z and goes on with at most 39 of a-z, 0-9 and -",
            "Choose another name",
        )
    return name


def _role(text: str) -> Role:
    from domain.vocabulary import Role

    roles = {role.name: role for role in (Role.PARTNER, Role.HOSPITAL)}
    if text not in roles:
        raise CommandFailed(
            ExitCode.BAD_INPUT, f"{text!r} is no role of a client", f"the roles are {', '.join(roles)}", "Give one"
        )
    return roles[text]


def _institution(text: str | None, role: Role) -> Id | None:
    from domain.vocabulary import Prefix, Role, parsed_api_id

    if text is None:
        return None
    found = parsed_api_id(text, Prefix.INSTITUTION)
    if role is not Role.HOSPITAL or found is None:
        raise _no_institution()
    return found


def _no_institution() -> CommandFailed:
    return CommandFailed(
        ExitCode.BAD_INPUT,
        "that client cannot act for that institution",
        "only a client with --role HOSPITAL acts for a hospital or pharmacy, by its id",
        "See their ids: canbao query '{ institutions { edges { node { id name } } } }'",
    )


def _scopes(words: list[str]) -> frozenset[Scope]:
    from domain.store.clients import scopes_of
    from domain.vocabulary import Scope

    try:
        return scopes_of(" ".join(words))
    except KeyError as unknown:
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{unknown} is no scope",
            f"the scopes are {', '.join(scope.text for scope in Scope)}",
            "Give each with a --scope of its own",
        ) from unknown


def no_client(name: str, kind: str = "client") -> CommandFailed:
    """Nobody of that name may sign in, or nobody of that kind."""
    return CommandFailed(
        ExitCode.MISSING,
        f"no {kind} that may sign in is called {name}",
        "there is none, or it is disabled",
        "See who there is: canbao client list",
    )
