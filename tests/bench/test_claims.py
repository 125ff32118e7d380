"""`canbao bench claims`: what adjudicating costs, and no word about how fast this machine is."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from resolvers.bench.claims import CLAIMS_COLUMNS, ClaimsRow
from resolvers.cli.commands import app


def test_a_row_says_what_it_is_and_whether_it_is_as_wanted() -> None:
    rows = (ClaimsRow("c", 5_000.0, "u", 5_000), ClaimsRow("c", 4_999.9, "u", 5_000), ClaimsRow("c", 1.0, "u", None))
    assert [row.met for row in rows] == [True, False, None]
    assert all(len(row.cells()) == len(CLAIMS_COLUMNS) for row in rows)
    assert rows[0].cells() == ("c", "5,000.0", "u", ">= 5,000", "met")


def test_the_figures_are_printed() -> None:
    result = CliRunner().invoke(app, ["bench", "claims", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    bulk, again = json.loads(result.stdout)
    assert bulk["unit"] == "a second of a core"
    assert min(bulk["value"], again["value"]) > 0
    assert again["met"] is None
