"""`canbao world report`: the marginals of a world, their distance to what was published, and the page of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.store.engine import open_database
from resolvers.cli.failures import ExitCode
from simulator.portrait import Marginal, portrait_of
from simulator.rates import Rate
from tests.cli.conftest import Canbao
from tests.resolvers.conftest import postgresql_template, sqlite_template, world_url  # noqa: F401 - fixtures

FIGURE = Rate(None, "a book", None)


def test_a_distance_is_nothing_where_shares_are_as_they_should_be_and_grows_from_there() -> None:
    target = {"a": 0.5, "b": 0.3, "c": 0.2}
    same = Marginal("x", {"a": 50, "b": 30, "c": 20}, target, FIGURE, ordered=True)
    assert same.chi_square() == 0
    assert same.kolmogorov_smirnov() == pytest.approx(0)
    other = Marginal("x", {"a": 40, "b": 30, "c": 30}, target, FIGURE, ordered=True)
    # (40 - 50)² / 50 + 0 + (30 - 20)² / 20
    assert other.chi_square() == pytest.approx(7)
    assert other.kolmogorov_smirnov() == pytest.approx(0.1)
    assert Marginal("x", {"a": 1}, target, FIGURE, ordered=False).kolmogorov_smirnov() is None


async def test_a_portrait_counts_everybody_once(world_url: str) -> None:  # noqa: F811
    database = open_database(world_url)
    try:
        told = await portrait_of(database)
    finally:
        await database.close()
    marginals = {one["name"]: one for one in told["marginals"]}
    living = sum(band["male"] + band["female"] for band in told["pyramid"])
    assert 0.95 * told["persons"] < living <= told["persons"]
    assert marginals["age_groups"]["total"] == marginals["enrolled"]["total"] == living
    assert marginals["cities"]["total"] == told["persons"]
    assert told["kinship"]["PARENT"] == told["kinship"]["CHILD"]
    for one in marginals.values():
        assert (one["source"] is None) != (one["assumed"] is None)
        assert sum(kind["count"] for kind in one["kinds"]) == one["total"] > 0
        assert sum(kind["target"] for kind in one["kinds"]) == pytest.approx(1, abs=1e-3)


def test_the_command_tells_and_draws(canbao: Canbao, demo: Path, tmp_path: Path) -> None:
    page = tmp_path / "demo.html"
    result = canbao("world", "report", "demo", "--html", str(page), "--json")
    assert result.exit_code == ExitCode.DONE
    told = json.loads(result.stdout)
    text = page.read_text("utf-8")
    assert text.count("<svg") == 2 + len(told["marginals"])
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    shown = canbao("world", "report", "demo").stdout
    assert all(one["name"] in shown for one in told["marginals"])
    assert canbao("world", "report", "nowhere").exit_code == ExitCode.MISSING
