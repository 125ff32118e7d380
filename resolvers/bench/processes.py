"""Processes that the bench starts and talks to over their pipes (基准测试的子进程)."""

from __future__ import annotations

import subprocess
from typing import IO, Final

END_SECONDS: Final = 10.0
"""How long a process has to end by itself, once its standard input has."""


def pipe(stream: IO[str] | None) -> IO[str]:
    """A stream that the process was started with."""
    if stream is None:
        raise AssertionError("the process was started without this pipe")
    return stream


def end(process: subprocess.Popen[str]) -> None:
    """The process has ended: by itself where it does when its standard input ends, else it is killed."""
    pipe(process.stdin).close()
    try:
        process.wait(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    pipe(process.stdout).close()
