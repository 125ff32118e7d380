"""The worlds that flows are run in: both engines, and the books of each audited at the end."""

from tests.journeys.conftest import on_sqlite, opened, shared  # noqa: F401 - fixtures
from tests.resolvers.conftest import (  # noqa: F401 - fixtures
    book,
    executor,
    machine,
    postgresql_template,
    shared_url,
    sqlite_template,
    world_url,
)
