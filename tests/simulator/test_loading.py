"""How a world's rows get into its database."""

import os
from pathlib import Path

import pytest

from simulator.loading import loading
from tests.databases import sqlite_url

fcntl = pytest.importorskip("fcntl", reason="Windows tells by refusing to flush")


async def test_a_new_world_is_flushed_through_a_descriptor_that_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to flush any other."""
    modes = []

    def noted(descriptor: int) -> None:
        modes.append(fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE)

    monkeypatch.setattr(os, "fsync", noted)
    async with loading(sqlite_url(tmp_path / "w.sqlite3")):
        assert modes == []
    assert set(modes) == {os.O_RDWR}
