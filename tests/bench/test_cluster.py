"""The servers that tests and measurements start."""

import subprocess
import sys

import asyncpg
import pytest

from resolvers.bench.cluster import PostgresServer, PostgresUnavailable


def test_a_machine_without_unix_accounts_can_import_what_starts_postgresql() -> None:
    """Windows has no `pwd`; tests on SQLite and `canbao bench --help` run there all the same."""
    code = "import sys; sys.modules['pwd'] = None; import resolvers.bench.cluster, tests.databases"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.postgresql
async def test_a_server_that_is_started_to_be_measured_or_killed_is_durable() -> None:
    try:
        started = PostgresServer.start(named_by=())
    except PostgresUnavailable as missing:
        pytest.skip(str(missing))
    with started as server:
        connection = await asyncpg.connect(server.admin_url)
        found = [await connection.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit")]
        await connection.close()
    assert found == ["on", "on"]
