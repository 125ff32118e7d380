"""The command `canbao` (命令行): the place where worlds, policy, server and simulator are put together.

Commands import what they need when they run, so that asking for help costs nothing.
"""

from __future__ import annotations


def main() -> None:
    """Run the command that the arguments name, and end the process with its exit code."""
    from resolvers.cli.commands import app

    app()
