"""A PostgreSQL that lives as long as what needs it (临时 PostgreSQL): for measuring here, and for the tests.

It is the server that an environment variable names, or one started from the installed programs on a free loopback port.
"""

from __future__ import annotations

import asyncio
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from resolvers.bench.processes import pipe

TEST_SERVER = "CANBAO_TEST_POSTGRES_URL"
"""Names the server whose databases tests may create and drop."""

START_ATTEMPTS = 3

# The shell outlives whoever started it: it waits for the end of its standard input, which comes when that process ends
# in any way, a SIGKILL included, then stops the server and removes its folder.
SUPERVISION = """
trap '' PIPE
trap 'exit 1' HUP INT TERM
trap '"$PROGRAMS/pg_ctl" --pgdata="$FOLDER/data" --mode=immediate --silent stop >/dev/null 2>&1; rm -rf "$FOLDER"' EXIT
"$PROGRAMS/initdb" --pgdata="$FOLDER/data" --username=canbao --auth=trust --encoding=UTF8 --locale=C --no-sync \
    >"$FOLDER/log" 2>&1 || { cat "$FOLDER/log"; exit 1; }
"$PROGRAMS/pg_ctl" --pgdata="$FOLDER/data" --log="$FOLDER/log" --wait --timeout=60 --silent --options="$OPTIONS" start \
    >>"$FOLDER/log" 2>&1 || { cat "$FOLDER/log"; exit 1; }
echo ready
read -r _
"""

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": "127.0.0.1",
        "max_connections": "200",
        "shared_buffers": "64MB",
        # Durability is part of what is tested, and of what is measured.
        "fsync": "on",
        "synchronous_commit": "on",
        "timezone": "UTC",
    }
)


class PostgresUnavailable(Exception):
    """No PostgreSQL is installed and none is named by the environment."""


def not_installed(variable: str | None = None) -> str:
    """What is missing, and what to do about it. `variable` could name a server instead."""
    install = "no PostgreSQL here: install Debian's package `postgresql`, put initdb and pg_ctl on PATH"
    return install if variable is None else f"{install}, or set {variable} to a server where databases may be created"


def programs_folder() -> Path | None:
    """The folder that holds initdb and pg_ctl: beside `pg_ctl` on PATH, Debian's newest, or where pg_config points."""
    candidates: list[Path] = []
    if on_path := shutil.which("pg_ctl"):
        candidates.append(Path(on_path).resolve().parent)
    versions = [Path(found) for found in glob.glob("/usr/lib/postgresql/*/bin")]
    candidates += sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    if pg_config := shutil.which("pg_config"):
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        if told.returncode == 0:
            candidates.append(Path(told.stdout.strip()))
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


class PostgresServer:
    """A running PostgreSQL that hands out empty databases. Use it as a context manager."""

    def __init__(self, admin_url: str, process: subprocess.Popen[str] | None = None) -> None:
        """Take a server by the URL of its maintenance database, and the process that keeps it if it is ours to stop."""
        self.admin_url = admin_url
        self._process = process
        self._created = 0

    @classmethod
    def start(cls, *, named_by: Sequence[str] = (TEST_SERVER,), settings: Mapping[str, str] = SETTINGS) -> Self:
        """The server that the first of these environment variables names, or a throwaway one with the settings.

        Raises `PostgresUnavailable` where there is none, and `RuntimeError` with the server's log where it won't start.
        """
        for variable in named_by:
            if told := os.environ.get(variable):
                return cls(told)
        programs = programs_folder()
        if programs is None:
            raise PostgresUnavailable(not_installed(*named_by[:1]))
        for attempt in range(1, START_ATTEMPTS + 1):
            process, port = _launched(programs, settings)
            answer = pipe(process.stdout).readline()
            if answer.strip() == "ready":
                return cls(f"postgresql://canbao@127.0.0.1:{port}/postgres", process)
            log = answer + pipe(process.stdout).read()
            process.wait()
            # Somebody else may have taken the free port between our look and the server's start.
            if attempt == START_ATTEMPTS or "Address already in use" not in log:
                raise RuntimeError(f"PostgreSQL did not start from {programs}:\n{log}")
        raise AssertionError("unreachable")

    def create_database(self, name: str | None = None, *, template: str | None = None) -> str:
        """The URL of a new, empty database (or a copy of `template`, which nobody may be connected to)."""
        if name is None:
            self._created += 1
            name = f"canbao_test_{os.getpid()}_{self._created}"
        self._run(_created(self.admin_url, name, template or "template1"))
        return urlunsplit(urlsplit(self.admin_url)._replace(path=f"/{name}"))

    def drop_database(self, url: str) -> None:
        """The database is gone, whoever is still connected to it."""
        name = urlsplit(url).path.removeprefix("/")
        self._run(_executed(self.admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    def stop(self) -> None:
        """The server is stopped and its folder removed, if it was started here."""
        if self._process is None:
            return
        process, self._process = self._process, None
        pipe(process.stdin).close()
        process.wait(timeout=60)
        pipe(process.stdout).close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        # In a thread of its own, so that it may be called with or without a running event loop.
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, work).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


async def _executed(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _created(url: str, name: str, template: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        # Copying files is several times as fast as writing each block to the log; before 15 there is no other way.
        by_files = " STRATEGY file_copy" if connection.get_server_version().major >= 15 else ""
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{by_files}')
    finally:
        await connection.close()


def _launched(programs: Path, settings: Mapping[str, str]) -> tuple[subprocess.Popen[str], int]:
    """The supervising shell of a server that is starting, and the port it will listen on."""
    folder = tempfile.mkdtemp(prefix="canbao-postgres-")
    account: _Account | None = None
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        account = _unprivileged_account()
        shutil.chown(folder, user=account.uid)
    port = _free_port()
    options = {**settings, "port": str(port), "unix_socket_directories": folder}
    process = subprocess.Popen(
        ["/bin/sh", "-c", SUPERVISION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        # A Ctrl-C is for the process that measures or tests; the shell learns of its end by its standard input.
        start_new_session=True,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": folder,
            "LC_ALL": "C",
            "FOLDER": folder,
            "PROGRAMS": str(programs),
            "OPTIONS": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    )
    return process, port


@dataclass(frozen=True, slots=True)
class _Account:
    """An account of this machine, by its numbers."""

    uid: int
    gid: int


def _unprivileged_account() -> _Account:
    # Only Unix has it, and only a Unix's root needs it; everybody imports this module.
    import pwd

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return _Account(found.pw_uid, found.pw_gid)
    raise PostgresUnavailable("PostgreSQL refuses to run as root, and this machine has no account postgres or nobody")


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
