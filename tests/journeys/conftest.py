"""The worlds of the resolvers' tests; the books of each are audited when the test has ended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from domain.policy import PolicyBook
from resolvers.plan.executor import Executor
from simulator.auditor import audit
from tests.resolvers.conftest import (  # noqa: F401 - fixtures
    book,
    executor,
    machine,
    postgresql_template,
    shared_url,
    sqlite_template,
    url_on_sqlite,
    world_url,
)
from tests.resolvers.opened import MachineTime, OpenedWorld, open_at
from tests.watched import watching


@asynccontextmanager
async def audited(url: str, executor: Executor, book: PolicyBook, machine: MachineTime) -> AsyncIterator[OpenedWorld]:  # noqa: F811
    """The world at a URL, on 16 December 2024, 9 o'clock, open.

    Its books must be right at the end, and nothing may have changed without an event that tells of it.
    """
    opened = await open_at(url, executor, book, machine)
    try:
        with watching(opened.service.world.database) as watched:
            yield opened
        findings = await audit(opened.service.world.database)
    finally:
        await opened.close()
    assert findings == []
    assert watched.untold == []


@pytest.fixture
async def opened(
    world_url: str,  # noqa: F811
    executor: Executor,  # noqa: F811
    book: PolicyBook,  # noqa: F811
    machine: MachineTime,  # noqa: F811
) -> AsyncIterator[OpenedWorld]:
    """A world of the test's own."""
    async with audited(world_url, executor, book, machine) as opened:
        yield opened


@pytest.fixture
async def on_sqlite(
    url_on_sqlite: str,  # noqa: F811
    executor: Executor,  # noqa: F811
    book: PolicyBook,  # noqa: F811
    machine: MachineTime,  # noqa: F811
) -> AsyncIterator[OpenedWorld]:
    """A world of the test's own on SQLite, for what knows no engine."""
    async with audited(url_on_sqlite, executor, book, machine) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    shared_url: str,  # noqa: F811
    executor: Executor,  # noqa: F811
    book: PolicyBook,  # noqa: F811
) -> AsyncIterator[OpenedWorld]:
    """A world for all tests of a module, each of which keeps to its own personas and leaves the clock alone."""
    async with audited(shared_url, executor, book, MachineTime()) as opened:
        yield opened
