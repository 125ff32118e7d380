"""The curve as the load generator reads it, and its page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from domain.policy import PolicyBook
from domain.vocabulary import RegionCode
from loadtests.curves import Curve, CurveInvalid, charts, main, peak_per_second, read_curve
from loadtests.drawing import Chart, Series, nice_top
from simulator.curves import curve_of
from simulator.places import places_of


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("curve") / "curve.json"
    told = curve_of(PolicyBook.load(), places_of(7), RegionCode("840000"), 2026).as_json(40_350_000)
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def curve(written: Path) -> Curve:
    return read_curve(written)


def _moment(curve: Curve, days: int, hour: int = 12) -> int:
    """That hour of so many days into the window."""
    return curve.first + (days + 1) * 86_400 + hour * 3_600


def test_prices_step_and_what_must_be_refused_is_told(curve: Curve) -> None:
    part = curve.part_of("840202")
    assert part is not None
    opens = part.opens
    assert (part.refusal_at(opens - 1), part.refusal_at(opens)) == ("CollectionWindowNotOpen", None)
    assert (part.price_at(opens - 1), part.price_at(opens)) == (None, 40_000)
    day_26 = _moment(curve, 25)
    assert part.refusal_at(day_26) == "CollectionPaused"
    assert part.price_at(part.closes) == 110_000
    assert curve.part_of("110101") is None


def test_a_province_of_sixty_million_has_the_peak_of_the_estimate(curve: Curve) -> None:
    at, peak = peak_per_second(curve, curve.payers)
    # 12 to 121 persons a second in the busiest hour, 36 at its base.
    assert 25 < peak < 50
    assert curve.per_second(at, curve.payers) >= peak
    with pytest.raises(IndexError):
        curve.at(curve.first - 1)


def test_the_page_needs_nothing_else_and_says_what_is_assumed(written: Path, tmp_path: Path) -> None:
    assert main([str(written), str(tmp_path / "page.html")]) == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert re.findall(r"(?:src|href)=", page) == []
    assert "assumed" in page
    assert "price steps" in page


def test_every_chart_spans_the_season(curve: Curve) -> None:
    by_day, so_far, by_hour = charts(curve)
    assert (by_day.first, so_far.last) == (curve.first, curve.last)
    assert so_far.series[0].points[-1][1] == pytest.approx(100)
    assert len(by_hour.series) == 3


@pytest.mark.parametrize(
    "spoilt",
    [
        {"format": "another/1"},
        {"hours": []},
        {"hours": [[0, 0.5, 0.5, 0], [7200, 0, 0, 0]]},
        {"parts": [{"counties": []}]},
        {"payers": "many"},
    ],
    ids=repr,
)
def test_a_file_that_is_no_curve_is_refused(spoilt: dict[str, Any], written: Path, tmp_path: Path) -> None:
    path = tmp_path / "spoilt.json"
    path.write_text(json.dumps({**json.loads(written.read_text(encoding="utf-8")), **spoilt}), encoding="utf-8")
    with pytest.raises(CurveInvalid):
        read_curve(path)


def test_a_chart_leaves_gaps_open_and_holds_its_values() -> None:
    drawn = Chart(
        "a < b", "s", [Series("one", [(0, 1.0), (1, 3.0), (2, None), (3, 2.0)])], 0, 3, marks=[(1, "x"), (1.1, "y")]
    ).svg()
    assert drawn.count("<polyline") == 1
    assert drawn.count("<circle") == 1
    assert "a &lt; b" in drawn
    assert [nice_top(value) for value in (0, 0.03, 1, 3, 7, 81, 1300)] == [1, 0.04, 1, 4, 8, 100, 2000]
