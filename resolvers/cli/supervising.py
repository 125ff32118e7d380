"""Several processes on one socket (多进程服务): started, watched, replaced when they die, and ended together.

Every worker is a process that runs `resolvers.cli.worker`, and so a server like that of `canbao serve` alone. All of
them accept from one queue of the kernel's, which this process holds open: nobody is refused while one is replaced.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from resolvers.cli.failures import CommandFailed, ExitCode

START_SECONDS: Final = 60.0
"""How long a worker may take until it serves."""
STOP_SECONDS: Final = 15.0
"""How long one that was told to end may take; its own graces are shorter."""
SETTLED_SECONDS: Final = 10.0
"""Who served for so long has started well: dying then does not count against its successor."""
PAUSES: Final = (0.1, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before a place is filled again, by how many of its workers have ended soon one after another."""
STARTS: Final = 5
"""How many starts in a row may fail while nobody serves; then the server gives up."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A worker that ended before it served: its exit code, negative for the signal that ended it."""

    code: int


@dataclass(eq=False, slots=True)
class Worker:
    """One process, in one of the places; `said` is what it told of its world when it began to serve."""

    process: asyncio.subprocess.Process
    control: socket.socket
    said: dict[str, Any] = field(default_factory=dict)
    serving_since: float = 0.0

    async def ended(self) -> int:
        """Its exit code, once it has one."""
        return await self.process.wait()

    def tell(self, number: signal.Signals) -> None:
        """It gets the signal, unless it has ended."""
        # By its number: `send_signal` would take note of an end that is not known yet, and nobody would hear the code.
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    async def stop(self) -> None:
        """It has ended: by itself after SIGTERM, or killed where it takes too long."""
        self.tell(signal.SIGTERM)
        try:
            await self.given_up()
        finally:
            self.control.close()

    async def given_up(self) -> int:
        """Its exit code, of its own making or killed where it takes too long."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                return await self.ended()
        except TimeoutError:
            self.tell(signal.SIGKILL)
            return await self.ended()


class Supervisor:
    """Keeps so many places filled. `command` gives a worker's arguments for its place and its end of the control.

    The control is a pair of connected sockets: the worker writes one line of JSON when it serves, and ends when the
    other side is gone, however this process ended.
    """

    def __init__(
        self,
        listener: socket.socket,
        workers: int,
        command: Callable[[int, int], Sequence[str]],
        say: Callable[[str], None],
    ) -> None:
        self._listener = listener
        self._command = command
        self._say = say
        self._held: list[Worker | None] = [None] * workers
        self._filling = [asyncio.Lock() for _ in range(workers)]
        self._failed_in_a_row = 0
        self._over: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._replacing: asyncio.Task[None] | None = None

    async def run(self, began: Callable[[dict[str, Any]], None]) -> int:
        """Serves until SIGTERM or SIGINT, and gives the exit code. `began` is called when they serve.

        SIGHUP replaces every worker, one after another.
        """
        loop = asyncio.get_running_loop()
        for number, code in ((signal.SIGTERM, ExitCode.DONE), (signal.SIGINT, ExitCode.INTERRUPTED)):
            loop.add_signal_handler(number, self._end, code)
        loop.add_signal_handler(signal.SIGHUP, self._replace)
        holding: list[asyncio.Task[None]] = []
        serving = asyncio.create_task(self._first(began, holding))
        try:
            await asyncio.wait((self._over, serving), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
            return await asyncio.shield(self._over)
        finally:
            await self._leave([serving, *holding, *([] if self._replacing is None else [self._replacing])])

    def _end(self, code: int) -> None:
        if not self._over.done():
            self._over.set_result(code)
        else:
            # Told twice: whoever is still at it is not waited for.
            for worker in self._held:
                if worker is not None:
                    worker.tell(signal.SIGKILL)

    async def _leave(self, tasks: list[asyncio.Task[None]]) -> None:
        # Nobody is let in any more who would not be answered.
        self._listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in self._held if worker is not None))

    async def _first(self, began: Callable[[dict[str, Any]], None], holding: list[asyncio.Task[None]]) -> None:
        """Every place is filled, by one worker before the others: what is wrong is then said once."""
        places = range(len(self._held))
        first = await self._fill(0)
        if isinstance(first, Failed):
            self._end(first.code if first.code > 0 else ExitCode.UNAVAILABLE)
            return
        await asyncio.gather(*(self._fill(place) for place in places[1:]))
        holding += [asyncio.create_task(self._hold(place)) for place in places]
        began(first.said)

    async def _fill(self, place: int) -> Worker | Failed:
        """A worker that serves, in its place; the failure of one that did not get so far."""
        ours, its = socket.socketpair()
        ours.setblocking(False)
        with its:
            process = await asyncio.create_subprocess_exec(
                *self._command(place, its.fileno()),
                pass_fds=(self._listener.fileno(), its.fileno()),
                stdin=subprocess.DEVNULL,
                # Ctrl-C in a terminal reaches this process alone, which tells the others.
                process_group=0,
            )
        worker = Worker(process, ours)
        try:
            said = await self._heard(worker)
        except BaseException:
            await worker.stop()
            raise
        if said is None:
            # It ends now at the latest: nobody is at the other side.
            ours.close()
            self._failed_in_a_row += 1
            return Failed(await worker.given_up())
        self._failed_in_a_row = 0
        worker.said = said
        worker.serving_since = asyncio.get_running_loop().time()
        self._held[place] = worker
        return worker

    async def _heard(self, worker: Worker) -> dict[str, Any] | None:
        """What the worker says when it serves; None for one that ends or takes too long."""
        line = b""
        try:
            async with asyncio.timeout(START_SECONDS):
                while not line.endswith(b"\n"):
                    part = await asyncio.get_running_loop().sock_recv(worker.control, 4096)
                    if not part:
                        return None
                    line += part
        except TimeoutError:
            self._say(f"a worker did not serve within {START_SECONDS:g} seconds")
            return None
        except ConnectionError:
            return None
        said: dict[str, Any] = json.loads(line)
        return said

    async def _hold(self, place: int) -> None:
        """Fills the place again whenever its worker has died, later the sooner its predecessors died."""
        now = asyncio.get_running_loop().time
        soon = 0
        while not self._over.done():
            worker = self._held[place]
            if worker is not None:
                code = await worker.ended()
                if self._held[place] is not worker:
                    continue
                self._held[place] = None
                worker.control.close()
                soon = 0 if now() - worker.serving_since >= SETTLED_SECONDS else soon + 1
                self._say(f"worker {place} (process {worker.process.pid}) {_how(code)}: another takes its place")
            await asyncio.sleep(PAUSES[min(soon, len(PAUSES) - 1)])
            async with self._filling[place]:
                if self._held[place] is not None:
                    continue
                filled = await self._fill(place)
            if isinstance(filled, Failed):
                soon += 1
                self._say(f"worker {place} {_how(filled.code)} before it served")
                self._give_up_if_hopeless(filled)

    def _give_up_if_hopeless(self, last: Failed) -> None:
        if self._failed_in_a_row < STARTS or any(worker is not None for worker in self._held):
            return
        self._say(
            f"no worker serves, and {self._failed_in_a_row} could not start one after another:"
            " the server gives up. What they said is above; correct it and serve again"
        )
        self._end(last.code if last.code > 0 else ExitCode.UNAVAILABLE)

    def _replace(self) -> None:
        if self._replacing is None or self._replacing.done():
            self._replacing = asyncio.create_task(self._replace_all())

    async def _replace_all(self) -> None:
        """Every worker is a new process. The old one goes when the new one serves, and stays where that fails."""
        for place in range(len(self._held)):
            async with self._filling[place]:
                old = self._held[place]
                filled = await self._fill(place)
                if isinstance(filled, Failed):
                    self._say(
                        f"the new worker {place} {_how(filled.code)} before it served: the old ones from there on stay"
                    )
                    return
                if old is not None:
                    await old.stop()
        self._say(f"{len(self._held)} workers were replaced")


def _how(code: int) -> str:
    return f"ended with exit code {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"


def run_supervised(
    listener: socket.socket,
    workers: int,
    say: Callable[[str], None],
    began: Callable[[dict[str, Any]], None],
) -> None:
    """Serve on a bound socket with so many processes, until Ctrl-C or SIGTERM. Raises `CommandFailed`, SystemExit."""
    with tempfile.TemporaryDirectory(prefix="canbao-") as folder:

        def command(place: int, control: int) -> Sequence[str]:
            given = (listener.fileno(), control, Path(folder), place, workers)
            return [sys.executable, "-m", "resolvers.cli.worker", *map(str, given)]

        async def supervised() -> int:
            return await Supervisor(listener, workers, command, say).run(began)

        try:
            code = asyncio.run(supervised())
        except OSError as error:
            raise CommandFailed(
                ExitCode.UNAVAILABLE,
                "no worker can be started",
                error.strerror or str(error),
                "See that the machine has room for another process, then try again",
            ) from error
    if code:
        raise SystemExit(int(code))
