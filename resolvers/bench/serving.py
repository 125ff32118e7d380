"""One contender as a server process (被测服务进程), on a port of 127.0.0.1.

The process is told what to serve by one JSON argument, writes its port to standard output when it listens, and ends
when its standard input does, so that nothing is left behind by a measurement that was killed.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, Self

import orjson

from resolvers.bench.cases import Contender
from resolvers.bench.processes import end, pipe
from resolvers.settings import Settings

_ROOT: Final = Path(__file__).resolve().parents[2]
_MAIN: Final = "from resolvers.bench.serving import main; main()"


@dataclass(frozen=True, slots=True)
class Serving:
    """What a server process is told. `connections` bounds those of the hand-written and the stock server."""

    contender: Contender
    home: str
    world: str
    postgres_url: str | None
    connections: int = 8

    @property
    def settings(self) -> Settings:
        return Settings(
            home=Path(self.home), default_world=self.world, postgres_url=self.postgres_url, sandbox=True, graphiql=False
        )

    @property
    def url(self) -> str:
        """The database of the world."""
        return self.settings.world_url(self.world)

    def told(self) -> str:
        return orjson.dumps({**asdict(self), "contender": self.contender.value}).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        told = orjson.loads(text)
        return cls(**{**told, "contender": Contender(told["contender"])})


class ServerNotStarted(Exception):
    """A server process that ended before it listened; the message is what it wrote."""


class Server:
    """A server process under measurement. Use it as a context manager."""

    def __init__(self, serving: Serving) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _MAIN, serving.told()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])},
        )
        self._port: int | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def port(self) -> int:
        """Where it listens; waits until it does. Raises ServerNotStarted."""
        if self._port is None:
            line = pipe(self._process.stdout).readline().strip()
            if not line.isdigit():
                self._process.wait()
                raise ServerNotStarted(line + pipe(self._process.stderr).read())
            self._port = int(line)
            # What it has to say from now on is for whoever watches, and may not fill a pipe that nobody empties.
            threading.Thread(target=_passed_on, args=(pipe(self._process.stderr),), daemon=True).start()
        return self._port

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)
        if self._port is None:
            pipe(self._process.stderr).close()


def _passed_on(lines: IO[str]) -> None:
    with lines:
        for line in lines:
            sys.stderr.write(line)


def _end_with_standard_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def serve(serving: Serving) -> None:
    """Serve until told to end."""
    # Each process imports its own contender and nothing of the others.
    import uvicorn
    from starlette.types import ASGIApp

    from resolvers.transport.server import OneWriteProtocol

    app: ASGIApp
    http: str | type[OneWriteProtocol] = "httptools"
    match serving.contender:
        case Contender.PLAN:
            from resolvers.app import create_app

            app = create_app(serving.settings)
            http = OneWriteProtocol
        case Contender.FLOOR:
            from resolvers.bench.floor import floor_app

            app = floor_app(serving.url, serving.connections)
        case Contender.STOCK:
            from resolvers.bench.stock import stock_app

            app = stock_app(serving.url, serving.connections)
    # The lifespan would begin to build GraphiQL beside what is measured.
    config = uvicorn.Config(
        app, http=http, loop="uvloop", lifespan="off", access_log=False, log_level="warning", server_header=False
    )
    gc.collect()
    gc.freeze()
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        threading.Thread(target=_end_with_standard_input, daemon=True).start()
        uvicorn.Server(config).run(sockets=[listening])


def main() -> None:
    """What the process runs."""
    serve(Serving.read(sys.argv[1]))
