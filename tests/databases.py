"""Empty databases for tests: SQLite files, and databases of a PostgreSQL that lives as long as the test run.

A PostgreSQL is taken from `CANBAO_TEST_POSTGRES_URL` or started from the installed programs on a free loopback port.
"""

from pathlib import Path

from resolvers.bench.cluster import TEST_SERVER, PostgresServer, PostgresUnavailable, not_installed

__all__ = ["NOT_INSTALLED", "PostgresServer", "PostgresUnavailable", "sqlite_url"]

NOT_INSTALLED = not_installed(TEST_SERVER)


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite database in a file that need not exist yet."""
    return f"sqlite:///{path}"
