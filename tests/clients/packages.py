"""Other people's clients of npm, as package-lock.json names them to the byte, and the Node that runs them."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from resolvers.graphiql.build import INSTALL_SECONDS, GraphiqlBuildFailed, node_and_npm, run_step

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = ("package.json", "package-lock.json")
NOT_FETCHED = "npm could not fetch other people's clients"


def installed() -> Path:
    """The folder with their `node_modules`, kept between runs. Skips the test where npm cannot reach its registry."""
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in SOURCES)).hexdigest()[:16]
    home = Path(os.environ.get("CANBAO_HOME", ROOT / ".canbao")).resolve()
    target = home / "clients" / digest
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="installing-", dir=target.parent) as folder:
            work = Path(folder) / "packages"
            work.mkdir()
            for name in SOURCES:
                shutil.copyfile(HERE / name, work / name)
            node, npm = node_and_npm()
            install = [node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
            try:
                run_step("npm ci", install, work, INSTALL_SECONDS, lambda said: None, None)
            except GraphiqlBuildFailed as failed:
                pytest.skip(f"{NOT_FETCHED}: {failed.why}")
            if not target.is_dir():
                _move(work, target)
    return target


def _move(work: Path, target: Path) -> None:
    """It appears complete or not at all; another process may have been quicker."""
    try:
        work.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def node() -> str:
    """Node's executable."""
    return node_and_npm()[0]
