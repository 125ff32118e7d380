"""The command `canbao` (命令行): the place where worlds, policy, server and simulator are put together.

Commands import what they need when they run, so that asking for help costs nothing.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn


def main() -> None:
    """Run the command that the arguments name, and end the process with its exit code."""
    # Exceptions, so that what is half done is undone. asyncio would hold back Python's own until the next wait.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)
    signal.signal(signal.SIGTERM, _terminated)

    from resolvers.cli.commands import app

    app()


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    from resolvers.cli.failures import ExitCode

    sys.exit(ExitCode.TERMINATED)
