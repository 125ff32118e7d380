"""`canbao load curve`: a place's season, told and drawn."""

from __future__ import annotations

import json
from pathlib import Path

from resolvers.cli.failures import ExitCode
from tests.cli.conftest import Canbao


def test_the_curve_of_a_place_is_told_and_drawn(canbao: Canbao, tmp_path: Path) -> None:
    page = tmp_path / "curve.html"
    result = canbao("load", "curve", "--region", "840000", "--persons", "60000000", "--html", str(page), "--json")
    told = json.loads(result.stdout)
    assert (told["format"], told["payers"]) == ("canbao-curve/1", 40_380_000)
    assert "<svg" in page.read_text(encoding="utf-8")
    said = canbao("load", "curve", "--region", "520000", "--year", "2025").stdout
    assert "price steps" in said


def test_a_season_that_is_not_stated_is_refused(canbao: Canbao, tmp_path: Path) -> None:
    assert canbao("load", "curve", "--region", "110000").exit_code == ExitCode.MISSING
    assert canbao("load", "curve", "--region", "510700").exit_code == ExitCode.REFUSED
    nowhere = tmp_path / "none" / "curve.png"
    # Without a browser it cannot be drawn anywhere.
    assert canbao("load", "curve", "--png", str(nowhere)).exit_code in (ExitCode.BAD_INPUT, ExitCode.UNAVAILABLE)
