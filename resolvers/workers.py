"""The processes that serve one socket together, as one of them sees the others (同一端口的多个工作进程).

Each has a Unix socket in a folder that only their user may enter, and writes its own page of metrics to whoever
connects there. So the one that a scrape happens to reach can show what all of them have counted.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

ANSWER_SECONDS: Final = 1.0
"""For how long a scrape waits for another process's page."""

Page = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Workers:
    """A process's own number among so many, counted from 0, and the folder where they find each other."""

    folder: Path
    number: int
    count: int

    def _address(self, number: int) -> Path:
        return self.folder / str(number)

    async def listen(self, page: Page) -> asyncio.Server:
        """Gives this process's page to the others from now on, in its predecessor's place."""

        async def told(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                writer.write(await page())
                await writer.drain()
            finally:
                writer.close()

        own = self.folder / f".{self.number}.{os.getpid()}"
        server = await asyncio.start_unix_server(told, own)
        own.replace(self._address(self.number))
        return server

    async def pages(self, own: Page) -> list[bytes | None]:
        """Everybody's page, by number; None for one that does not answer."""
        return await asyncio.gather(
            *(own() if number == self.number else self._asked(number) for number in range(self.count))
        )

    async def _asked(self, number: int) -> bytes | None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_unix_connection(self._address(number))
                try:
                    return await reader.read() or None
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return None


class Together(Collector):
    """The pages of several processes as one, each sample with the number of its process as `worker`."""

    def __init__(self, pages: Iterable[bytes | None]) -> None:
        self._pages = list(pages)

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily(
            "canbao_worker_up", "1 where the worker answered this scrape, else 0.", labels=["worker"]
        )
        families: dict[str, Metric] = {}
        for number, page in enumerate(self._pages):
            up.add_metric([str(number)], page is not None)
            for family in text_string_to_metric_families("" if page is None else page.decode()):
                found = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    found.samples.append(sample._replace(labels={"worker": str(number), **sample.labels}))
        yield up
        yield from families.values()
