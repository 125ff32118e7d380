"""The throwaway databases themselves: empty, outliving a kill, and on this machine only."""

import socket

import asyncpg
import pytest

from tests.conftest import OutsideConnectionRefused
from tests.databases import PostgresServer


@pytest.mark.postgresql
async def test_a_fresh_postgresql_database_is_empty_and_has_written_what_it_says_is_committed(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.create_database()
    connection = await asyncpg.connect(url)
    tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    written = await connection.fetchval("SHOW synchronous_commit")
    await connection.close()
    postgres_server.drop_database(url)
    assert (tables, written) == (0, "on")


@pytest.mark.postgresql
async def test_a_dropped_database_closes_its_connections(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    connection = await asyncpg.connect(url)
    postgres_server.drop_database(url)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await connection.fetchval("SELECT 1")


def test_every_test_gets_a_database_of_each_engine(engine_kind: str, database_url: str) -> None:
    assert database_url.startswith(f"{engine_kind}://")


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_a_test_cannot_connect_beyond_this_machine(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as outward, pytest.raises(OutsideConnectionRefused):
        outward.connect((address, 9))


def test_a_test_cannot_ask_for_the_address_of_another_host() -> None:
    with pytest.raises(OutsideConnectionRefused):
        socket.getaddrinfo("example.invalid", 443)


def test_a_test_cannot_listen_where_other_machines_could_connect() -> None:
    with socket.socket() as listener, pytest.raises(OutsideConnectionRefused):
        listener.bind(("0.0.0.0", 0))
