"""A stage for each engine, and the consumers of `docs/consumers/` beside it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import PERSONS, Canbao, home, made_world, run
from tests.clients.packages import ROOT, installed
from tests.clients.served import Stage, staged
from tests.databases import PostgresServer

__all__ = ["canbao", "home", "made_world", "modules", "stage"]


@pytest.fixture
def canbao(home: Path, monkeypatch: pytest.MonkeyPatch) -> Canbao:
    """`canbao` in this process, for a sandbox without GraphiQL."""
    monkeypatch.setenv("CANBAO_GRAPHIQL", "0")
    monkeypatch.setenv("CANBAO_SANDBOX", "1")
    return run


@pytest.fixture(scope="session")
def packages() -> Path:
    """Where npm's clients are. Asked for before a test's own CANBAO_HOME is set."""
    return installed()


@pytest.fixture
def modules(packages: Path, tmp_path: Path) -> Path:
    """A folder of the test's own in which Node finds the clients."""
    folder = tmp_path / "node"
    folder.mkdir()
    (folder / "node_modules").symlink_to(packages / "node_modules", target_is_directory=True)
    shutil.copy(ROOT / "docs" / "consumers" / "consumer.ts", folder)
    return folder


@pytest.fixture
def stage(
    engine_kind: str,
    canbao: Canbao,
    home: Path,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    """A world `demo` of the test's own on each engine, served."""
    if engine_kind == "sqlite":
        made: Path = request.getfixturevalue("made_world")
        (home / "worlds").mkdir(parents=True)
        shutil.copy(made, home / "worlds" / "demo.sqlite3")
        with staged(canbao, tmp_path) as stage:
            yield stage
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    monkeypatch.setenv("CANBAO_POSTGRES_URL", server.admin_url.rsplit("/", 1)[0])
    assert canbao("world", "create", "demo", "--persons", str(PERSONS), "--replace").exit_code == 0
    with staged(canbao, tmp_path) as stage:
        yield stage
    assert canbao("world", "drop", "demo", "--yes").exit_code == 0
