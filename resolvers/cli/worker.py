"""One of the processes of `canbao serve --workers` (工作进程). `resolvers.cli.supervising` starts it, nobody else."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path

from resolvers.cli.failures import failure_of


def main(arguments: list[str]) -> int:
    """Serves on a socket that was handed over until SIGTERM, or until who started it is gone."""
    listening, control, folder, place, workers = arguments
    try:
        _serve(socket.socket(fileno=int(listening)), int(control), Path(folder), int(place), int(workers))
    except Exception as error:
        failure = failure_of(error)
        if failure is None:
            raise
        sys.stderr.write(f"canbao: {failure}\n")
        return failure.code
    return 0


def _serve(listener: socket.socket, control: int, folder: Path, place: int, workers: int) -> None:
    from resolvers.cli.serving import run_server
    from resolvers.settings import settings_from
    from resolvers.workers import Workers

    def serving(record: dict[str, object]) -> None:
        os.write(control, json.dumps(record).encode() + b"\n")
        asyncio.get_running_loop().add_reader(control, _left_alone, control)

    run_server(settings_from(), listener, Workers(folder, place, workers), serving)


def _left_alone(control: int) -> None:
    """The supervisor writes nothing: whatever there is to read is its end."""
    asyncio.get_running_loop().remove_reader(control)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
