"""`canbao demo` and `canbao serve` (启动服务)."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from resolvers.cli.failures import CommandFailed, ExitCode
from resolvers.cli.output import notices, progress_of
from resolvers.settings import Metrics

if TYPE_CHECKING:
    from domain.store.worlds import World
    from resolvers.settings import Settings
    from resolvers.workers import Workers

DEMO_WORLD = "demo"
DEMO_SEED = 7
DEMO_PERSONS = 20_000
DEMO_PERSONA = "employee"
"""Who the journey of the README signs in as."""

MOST_WORKERS = 64
LINGER_SECONDS = 1.0
"""For how long a worker that is replaced waits for one more request on the connections that it has."""

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
    workers: Annotated[
        int, typer.Option(min=1, max=MOST_WORKERS, help="How many processes serve; SIGHUP replaces them one by one.")
    ] = 1,
) -> None:
    """Serve the worlds that there are. CANBAO_WORLD names the one at /graphql.

    Nothing is made: see canbao world create, or canbao demo. No sandbox unless CANBAO_SANDBOX=1 says so.
    """
    from resolvers.settings import settings_from

    settings = settings_from()
    with listening(host, port) if fd is None else _handed_over(fd) as listener:
        if workers == 1:
            run_server(settings, listener)
        else:
            _run_workers(settings, listener, workers)


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


def _run_workers(settings: Settings, listener: socket.socket, workers: int) -> None:
    if sys.platform == "win32":
        raise CommandFailed(
            ExitCode.BAD_INPUT,
            "several workers cannot be had here",
            "Windows hands no open socket to another process in the way that they share theirs",
            "Leave out --workers",
        )
    from resolvers.cli.supervising import run_supervised

    host, port = listener.getsockname()[:2]

    def say(line: str) -> None:
        notices().print(f"canbao: {line}.", markup=False)

    run_supervised(listener, workers, say, lambda world: _announce(settings, world, host, port, workers))


def run_server(
    settings: Settings,
    listener: socket.socket,
    workers: Workers | None = None,
    serving: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Serve on a bound socket until Ctrl-C or SIGTERM, and end what is under way.

    One of several `workers` says nothing of itself; `serving` is told of the world when it answers.
    """
    # Nearly all that a start makes stays: looking for what does not, again and again, would be a tenth of its work. The
    # server does so once, when it has started.
    gc.disable()

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
    if settings.postgres_url is not None:
        limits = limits.over(settings.postgres_connections)
    console = notices()
    app = create_app(
        settings, limits=limits, progress=lambda line: console.print(f"GraphiQL: {line}", markup=False), workers=workers
    )
    world = {"name": record.name, "persons": record.persons, "seed": record.seed}

    class Announcing(Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if serving is not None:
                serving(world)
            else:
                _announce(settings, world, host, port)

    # After it has ended everything, uvicorn raises the signal again: SIGTERM has then been obeyed.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    linger = 0.0 if workers is None else LINGER_SECONDS
    config = server_config(app, limits, capacity=app.capacity)
    Announcing(config, app.close, linger_seconds=linger).run(sockets=[listener])


def cautions(settings: Settings, host: str) -> list[str]:
    """What is unsafe about serving with these settings at this address, and what to do about it."""
    found = []
    reached = not _is_this_machine(host)
    if reached and settings.sandbox:
        found.append(f"{host} may be reached by others: serve without CANBAO_SANDBOX=1 to keep personas out")
    if reached and not settings.sandbox:
        found.append(
            f"{host} may be reached by others, and tokens go there as they are: have a proxy end TLS before it"
        )
    if reached and settings.metrics is Metrics.ON:
        found.append(f"/metrics answers whoever reaches {host}: leave out CANBAO_METRICS=on, or have a proxy keep it")
    if settings.sandbox:
        return found
    plain = [origin for origin in settings.origins if _is_plain(origin)]
    if plain:
        found.append(
            f"pages of {', '.join(plain)} may ask with tokens, and anybody on their way may change them: use https"
        )
    if settings.telemetry is not None and _is_plain(settings.telemetry):
        found.append(f"spans go to {settings.telemetry} unencrypted: give a collector with https, or on this machine")
    return found


def _is_plain(address: str) -> bool:
    """Whether what is sent there goes over a network as it is."""
    parts = urlsplit(address)
    return parts.scheme == "http" and not _is_this_machine(parts.hostname or "")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _announce(settings: Settings, world: dict[str, Any], host: str, port: int, workers: int = 1) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}"
    engine = "PostgreSQL" if settings.postgres_url is not None else "SQLite"
    lines = [
        f"参保 Canbao serves the world {world['name']}: {world['persons']:,} persons, seed {world['seed']}, {engine}",
        f"  GraphiQL and GraphQL  {url}/graphql",
        f"  any world             {url}/worlds/{{name}}/graphql",
    ]
    if settings.sandbox:
        lines.append(f"  sandbox               personas sign in without a password; begin as {DEMO_PERSONA}")
    else:
        lines.append("  no sandbox            whoever asks needs a token; CANBAO_SANDBOX=1 lets personas in")
    lines += [f"  ! {caution}" for caution in cautions(settings, host)]
    if workers > 1:
        lines.append(f"  {workers} workers             SIGHUP replaces them one by one")
    if settings.bucket is None:
        lines.append("  no limit              clients may ask as much as they like; CANBAO_RATE bounds them")
    else:
        lines.append(
            f"  limit                 cost {settings.bucket.refill:,} a second for each client of each process,"
            f" {settings.bucket.capacity:,} at once; CANBAO_RATE=0 lifts it"
        )
    lines.append("  Ctrl-C ends it")
    notices().print("\n".join(lines), markup=False)
