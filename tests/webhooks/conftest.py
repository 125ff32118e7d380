"""The worlds of the resolvers' tests, and receivers on real sockets."""

from collections.abc import AsyncIterator

import pytest

from tests.resolvers.conftest import (  # noqa: F401 - fixtures
    book,
    executor,
    machine,
    on_sqlite,
    opened,
    postgresql_template,
    sqlite_template,
    url_on_sqlite,
    world_url,
)
from tests.resolvers.opened import OpenedWorld
from tests.webhooks.apps import App, app_in
from tests.webhooks.receiving import Receiver, receiver


@pytest.fixture
async def target() -> AsyncIterator[Receiver]:
    """A receiver that takes everything."""
    async with receiver() as found:
        yield found


@pytest.fixture
async def app(opened: OpenedWorld) -> AsyncIterator[App]:  # noqa: F811
    """An app in a world of each engine."""
    async with app_in(opened) as found:
        yield found


@pytest.fixture
async def app_on_sqlite(on_sqlite: OpenedWorld) -> AsyncIterator[App]:  # noqa: F811
    """An app in a world on SQLite, for what knows no engine."""
    async with app_in(on_sqlite) as found:
        yield found
