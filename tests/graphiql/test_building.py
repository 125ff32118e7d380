"""The build: what it needs, what it leaves, and what it says when it cannot."""

import json
import os
import socket
import sqlite3
import sys
import threading
import time
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

from resolvers.graphiql import GraphiqlBuildFailed, ensure_built, sources_digest
from resolvers.graphiql.build import (
    NICENESS,
    SOURCES,
    Progress,
    built_folder,
    node_and_npm,
    run_step,
    source_paths,
)


def test_the_lock_file_pins_every_package_by_hash_and_names_no_address() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert len(packages) > 50
    assert all(entry["integrity"].startswith("sha512-") for entry in packages)
    assert not any("resolved" in entry for entry in packages)


def test_the_digest_depends_on_the_sources_alone() -> None:
    paths = {path.as_posix() for path in source_paths()}
    assert {"package-lock.json", "bundle.mjs", "page/main.jsx", "operations/page/sign-in.graphql"} <= paths
    assert not any("node_modules" in path or path.endswith(".py") for path in paths)
    assert sources_digest() == sources_digest()


@pytest.mark.usefixtures("built_site")
def test_what_has_been_built_is_there_at_once(graphiql_home: Path) -> None:
    said: list[str] = []
    began = time.monotonic()
    assert ensure_built(graphiql_home, said.append) == built_folder(graphiql_home)
    assert time.monotonic() - began < 0.5
    assert said == []


def test_a_registry_that_does_not_answer_is_said_in_npms_words_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        nobody = listening.getsockname()[1]
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{nobody}/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(GraphiqlBuildFailed) as raised:
        ensure_built(tmp_path, lambda line: None)
    assert "ECONNREFUSED" in raised.value.why
    assert "npm config set registry" in raised.value.remedy
    assert [path.name for path in (tmp_path / "graphiql").iterdir()] == ["build.lock"]


def test_a_second_builder_waits_and_what_a_dead_one_left_is_not_mistaken_for_a_build(tmp_path: Path) -> None:
    folder = tmp_path / "graphiql"
    (folder / "building-left" / "site").mkdir(parents=True)
    said: list[str] = []
    waiting, stopping = threading.Event(), threading.Event()
    outcome: list[GraphiqlBuildFailed] = []

    def progress(line: str) -> None:
        said.append(line)
        waiting.set()

    def second() -> None:
        try:
            ensure_built(tmp_path, progress, stopping)
        except GraphiqlBuildFailed as failure:
            outcome.append(failure)

    with closing(sqlite3.connect(folder / "build.lock", isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(10)
        stopping.set()
        thread.join()
    assert "waiting" in said[0]
    assert "stopped" in outcome[0].what
    assert not built_folder(tmp_path).exists()


def test_what_other_sources_gave_is_removed_after_a_build_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "graphiql"
    for name in ("0123456789abcdef", "notes"):
        (folder / name).mkdir(parents=True)

    def build_at_once(target: Path, progress: Progress, stopping: threading.Event | None = None) -> None:
        target.mkdir()
        (target / "index.html").write_text("built")

    # The package has a function of the module's name.
    monkeypatch.setattr(import_module("resolvers.graphiql.build"), "build", build_at_once)
    target = ensure_built(tmp_path, lambda line: None)
    assert {path.name for path in folder.iterdir()} == {target.name, "notes", "build.lock"}


@pytest.mark.skipif(sys.platform == "win32", reason="its priorities have no numbers")
def test_the_build_stands_back_for_the_server(tmp_path: Path) -> None:
    node, _ = node_and_npm()
    script = tmp_path / "say.mjs"
    script.write_text(
        "import os from 'node:os'; setTimeout(() => { console.log(os.getPriority()); process.exit(1); }, 50)"
    )
    with pytest.raises(GraphiqlBuildFailed) as raised:
        run_step("saying", [node, str(script)], tmp_path, 30, lambda line: None, None)
    assert int(raised.value.why) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
