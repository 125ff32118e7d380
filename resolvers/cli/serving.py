"""`canbao demo` and `canbao serve` (启动服务)."""

from __future__ import annotations

import asyncio
import signal
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import notices, progress_of

if TYPE_CHECKING:
    from domain.store.worlds import World
    from resolvers.settings import Settings

DEMO_WORLD = "demo"
DEMO_SEED = 7
DEMO_PERSONS = 20_000
DEMO_PERSONA = "employee"
"""Who the journey of the README signs in as."""

HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]


def add_to(app: typer.Typer) -> None:
    """The commands of this module."""
    app.command(epilog="Example: canbao demo --port 8080")(demo)
    app.command(epilog="Example: CANBAO_WORLD=anshun canbao serve --host 0.0.0.0 --port 8000")(serve)


def demo(port: PortOption = 8000, host: HostOption = "127.0.0.1") -> None:
    """Serve the world `demo` as a sandbox; it is made first where there is none (seed 7, 20,000 persons).

    Open the address in a browser for GraphiQL. Ctrl-C ends it; the world stays and is served again next time.
    """
    from resolvers.settings import settings_from

    settings = replace(settings_from(), default_world=DEMO_WORLD, sandbox=True)
    with listening(host, port) as listener:
        from resolvers.cli.keeping import create, world_exists

        if not asyncio.run(world_exists(settings, DEMO_WORLD)):
            with progress_of(f"Making the world {DEMO_WORLD}", quiet=False) as progress:
                asyncio.run(
                    create(
                        settings,
                        DEMO_WORLD,
                        seed=DEMO_SEED,
                        persons=DEMO_PERSONS,
                        replace_old=False,
                        progress=progress,
                    )
                )
        run_server(settings, listener)


def serve(
    port: PortOption = 8000,
    host: HostOption = "127.0.0.1",
    fd: Annotated[
        int | None, typer.Option(min=0, help="Listen on this open socket, which was handed over, and nowhere else.")
    ] = None,
) -> None:
    """Serve the worlds that there are. CANBAO_WORLD names the one at /graphql.

    Nothing is made: see canbao world create, or canbao demo. No sandbox unless CANBAO_SANDBOX=1 says so.
    """
    from resolvers.settings import settings_from

    settings = settings_from()
    with listening(host, port) if fd is None else _handed_over(fd) as listener:
        run_server(settings, listener)


def _handed_over(fd: int) -> socket.socket:
    try:
        return socket.socket(fileno=fd)
    except OSError as error:
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"file {fd} is no open socket",
            error.strerror or str(error),
            "Hand one over, or leave out --fd",
        ) from error


def listening(host: str, port: int) -> socket.socket:
    """A socket that is bound: whoever connects from now on waits rather than being refused."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            f"{host!r} is no address of this machine",
            error.strerror or str(error),
            "Give another --host",
        ) from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise CommandFailed(
            ExitCode.UNAVAILABLE,
            f"{host}:{port} cannot be listened on",
            error.strerror or str(error),
            "Give another --port, or end the program that has it",
        ) from error
    return listener


def run_server(settings: Settings, listener: socket.socket) -> None:
    """Serve on a bound socket until Ctrl-C or SIGTERM, and end what is under way."""
    from resolvers.cli.keeping import opened

    async def looked_at() -> World:
        async with opened(settings, settings.default_world) as (_, record):
            return record

    record = asyncio.run(looked_at())

    from resolvers.app import create_app
    from resolvers.logs import begin_logging
    from resolvers.transport.limits import TransportLimits
    from resolvers.transport.server import Server, server_config

    begin_logging(settings.log)
    host, port = listener.getsockname()[:2]
    limits = TransportLimits()
    console = notices()
    app = create_app(settings, limits=limits, progress=lambda line: console.print(f"GraphiQL: {line}", markup=False))

    class Announcing(Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            _announce(settings, record, host, port)

    # After it has ended everything, uvicorn raises the signal again: SIGTERM has then been obeyed.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    Announcing(server_config(app, limits, capacity=app.capacity), app.close).run(sockets=[listener])


def _announce(settings: Settings, record: World, host: str, port: int) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}"
    engine = "PostgreSQL" if settings.postgres_url is not None else "SQLite"
    lines = [
        f"参保 Canbao serves the world {record.name}: {record.persons:,} persons, seed {record.seed}, {engine}",
        f"  GraphiQL and GraphQL  {url}/graphql",
        f"  any world             {url}/worlds/{{name}}/graphql",
    ]
    if settings.sandbox:
        lines.append(f"  sandbox               personas sign in without a password; begin as {DEMO_PERSONA}")
        if host not in ("127.0.0.1", "::1"):
            lines.append(f"  ! {host} may be reached by others: serve without CANBAO_SANDBOX=1 to keep personas out")
    else:
        lines.append("  no sandbox            whoever asks needs a token; CANBAO_SANDBOX=1 lets personas in")
    lines.append("  Ctrl-C ends it")
    notices().print("\n".join(lines), markup=False)
