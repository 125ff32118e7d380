"""What the figures of following the log say of themselves; that they are measured is tested with the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtests import subscribers
from resolvers.bench import events
from resolvers.bench.events import EVENTS_COLUMNS, EventsRow
from resolvers.bench.measuring import BenchFailed


def _row(value: float | None, *, met: bool | None, client_share: float = 0.1) -> EventsRow:
    return EventsRow("replay", "sqlite", 1, value, "/s", ">= 5", met, client_share, {"remarks": ["seen"]})


def test_a_row_says_whether_its_target_is_met() -> None:
    assert _row(51_234.5, met=True).cells() == ("replay", "sqlite", "1", "51,234 /s", ">= 5", "met", "seen")
    assert _row(2.0, met=False).cells()[5] == "NOT MET"
    assert _row(None, met=False).cells()[3] == "not all told"
    assert len(_row(1.0, met=None).cells()) == len(EVENTS_COLUMNS)
    assert "of a core" in _row(1.0, met=True, client_share=0.9).cells()[-1]


def test_more_connections_than_files_may_be_open_are_refused() -> None:
    with pytest.raises(BenchFailed, match="ulimit"), events.room_for(1 << 40):
        pass


def test_subscribers_without_people_are_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "nobody")
    assert subscribers.main(["--people", missing, "--own", missing, "--shared", missing]) == 2
    assert "nobody" in capsys.readouterr().err
