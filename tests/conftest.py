"""What every test gets: an empty database of each engine on request, and no way out of this machine."""

import gc
import ipaddress
import os
import socket
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.clients.packages import NOT_FETCHED
from tests.databases import NOT_INSTALLED, TEST_SETTINGS, PostgresServer, PostgresUnavailable, sqlite_url
from tests.resolvers.made import (  # noqa: F401 - fixtures
    small_world_on_postgresql,
    small_world_on_sqlite,
    small_worlds_executor,
)

# How long an example takes is for the benchmarks to say, not for the machine on which it happens to run.
settings.register_profile("canbao", deadline=None)
settings.load_profile("canbao")

IN_MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 4 << 30


class OutsideConnectionRefused(Exception):
    """A test tried to reach an address outside this machine."""


def _is_loopback(host: object) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse_the_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: connecting, binding, sending or resolving beyond loopback and Unix sockets raises."""
    if event in ("socket.connect", "socket.bind", "socket.sendto"):
        if arguments[0].family not in (socket.AF_INET, socket.AF_INET6):
            return
        host = arguments[1][0]
    elif event == "socket.getaddrinfo" and arguments[0]:
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
    else:
        return
    if not _is_loopback(host):
        # Not an OSError: no retry or fallback may swallow it.
        raise OutsideConnectionRefused(f"{event} to {host!r}: tests speak to this machine only")


def _keep_what_is_temporary_in_memory() -> None:
    """Unless TMPDIR says otherwise: to make a thousand databases on a disk costs ten times as much as in memory."""
    if "TMPDIR" in os.environ or not hasattr(os, "statvfs") or not os.access(IN_MEMORY, os.W_OK):
        return
    found = os.statvfs(IN_MEMORY)
    if found.f_bavail * found.f_frsize >= ENOUGH_BYTES and not found.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


def pytest_configure(config: pytest.Config) -> None:
    """The guard stands before any test module is imported, and cannot be taken down again."""
    sys.addaudithook(_refuse_the_outside)
    _keep_what_is_temporary_in_memory()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting makes stays until the end, and is not looked through for garbage again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line that nobody can overlook when half of the tests did not run, or those with other people's clients."""
    for what, why in (("ON POSTGRESQL", NOT_INSTALLED), ("WITH OTHER PEOPLE'S CLIENTS", NOT_FETCHED)):
        skipped = [report for report in terminalreporter.stats.get("skipped", []) if why in str(report.longrepr)]
        if skipped:
            terminalreporter.write_line(f"NOT TESTED {what}: {len(skipped)} tests. {why}", red=True, bold=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for this process's tests, started when the first of them asks for it."""
    try:
        server = PostgresServer.start(settings=TEST_SETTINGS)
    except PostgresUnavailable as missing:
        pytest.skip(str(missing))
    with server:
        yield server


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ]
)
def engine_kind(request: pytest.FixtureRequest) -> str:
    """The engine under test: a test that asks for it runs once on each."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of that engine that nobody has used: `sqlite:////…` or `postgresql://canbao@127.0.0.1:…`."""
    if engine_kind == "sqlite":
        yield sqlite_url(tmp_path / "world.sqlite3")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)
