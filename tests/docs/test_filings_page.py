"""What docs/filings.md shows is what the table of states and moves says."""

from __future__ import annotations

import re

from domain.decisions.filing_forms import FORMS
from domain.decisions.filings import MOVES
from domain.vocabulary import FilingStatus
from tests.docs.test_front_end import ROOT

PAGE = ROOT / "docs" / "filings.md"


def drawn() -> str:
    """The table as the page draws it."""
    lines = ["stateDiagram-v2"]
    for move, how in MOVES.items():
        lines += [
            f"    {'[*]' if before is None else before.name} --> {after.name}: {move.name} ({how.by.name.lower()})"
            for before, after in how.leads.items()
            if before is not after
        ]
    lines += [f"    {status.name} --> [*]" for status in FilingStatus if status.final]
    return "\n".join(lines)


def test_the_states_and_moves_are_drawn_from_the_table() -> None:
    found = re.search(r"```mermaid\n(.*?)\n```", PAGE.read_text("utf-8"), re.S)
    assert found is not None
    assert found[1] == drawn()


def test_every_state_is_reached_and_the_ended_are_left_by_nothing() -> None:
    reached = {after for how in MOVES.values() for after in how.leads.values()}
    left = {before for how in MOVES.values() for before, after in how.leads.items() if before is not after}
    assert reached == set(FilingStatus)
    assert set(FilingStatus) - left == {status for status in FilingStatus if status.final}


def test_the_page_names_the_matters_that_can_be_filed() -> None:
    named = re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text("utf-8"), re.M)
    assert set(named) == {code.name for code in FORMS}
