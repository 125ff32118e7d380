"""docs/season.md says what a season is: its errands, its figures, and the keys of curve and report."""

from __future__ import annotations

import re
from pathlib import Path

from domain.policy import PolicyBook
from domain.vocabulary import RegionCode
from loadtests.histograms import Histogram
from loadtests.season_plan import SeasonErrand, read_figures
from simulator.curves import FORMAT, curve_of
from simulator.places import places_of
from simulator.season import Shape

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "season.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split())


def test_the_page_names_every_errand_and_invents_none() -> None:
    named = re.findall(r"^\| `([A-Z]\w+)` \|", PAGE, flags=re.MULTILINE)
    assert sorted(named) == sorted(errand.value for errand in SeasonErrand)


def test_the_page_names_every_key_of_a_curve() -> None:
    told = curve_of(PolicyBook.load(), places_of(7), RegionCode("840000"), 2026).as_json(1)
    keys = [*told, *told["parts"][0]]
    assert [key for key in keys if f"`{key}`" not in PAGE and key not in ("format", "parts")] == []
    assert f"`{FORMAT}`" in PAGE


def test_the_months_and_the_mix_are_those_of_the_data() -> None:
    months = Shape.of(RegionCode("840100")).figures["months"].value
    said = "September {9}, October {10}, November {11}, December {12}, January {1}, February {2} per cent"
    assert re.sub(r"\{(\d+)\}", lambda found: str(months[int(found[1])]), said) in FLAT
    figures = read_figures()
    assert figures.per_payer[SeasonErrand.ASK_WHAT_IS_DUE] == 2
    assert "two for each who pays" in FLAT
    assert figures.per_payer[SeasonErrand.LOOK_SOMETHING_UP] == 1 / 4
    assert "one passer-by for every four who pay" in FLAT
    assert f"more than {figures.generator_share:.0%} of a core".replace("%", " %") in FLAT
    assert (figures.patience_seconds, figures.missed_share) == (5, 0.001)
    assert "within five seconds is counted as missed" in FLAT
    assert "more than one in a thousand fails the run" in FLAT


def test_a_histogram_has_the_digits_that_the_page_promises() -> None:
    assert Histogram.of([123.456]).written() == {"123": 1}
    assert "three significant digits" in FLAT
