"""How long is waited (等待时限): one timer for all who wait at the same place, instead of one for each."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self


class Patience:
    """A block ends with TimeoutError once so many seconds have passed in it. Several tasks may be in theirs at once.

    `asyncio.timeout` sets up a timer and takes it down for each block, which is a tenth of a short answer's cost.
    """

    __slots__ = ("_loop", "_out", "_seconds", "_since", "_timer")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[asyncio.Task[Any], float] = {}
        """When each who waits began, the first of them first."""
        self._out: dict[asyncio.Task[Any], int] = {}
        """Whose time is over, with how often it was to be cancelled for other reasons."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        loop = task.get_loop()
        self._since[task] = loop.time()
        if self._timer is None or self._loop is not loop:
            self._loop = loop
            self._timer = loop.call_later(self._seconds, self._look, loop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._since.pop(task, None)
        if self._out:
            cancelling = self._out.pop(task, None)
            if cancelling is not None and task.uncancel() <= cancelling and kind is asyncio.CancelledError:
                raise TimeoutError from error

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        for task, since in list(self._since.items()):
            left = since + self._seconds - loop.time()
            if left > 0:
                self._timer = loop.call_later(left, self._look, loop)
                break
            del self._since[task]
            self._out[task] = task.cancelling()
            task.cancel()
