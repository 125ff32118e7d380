"""The cases of `cases.yaml`: what the documents say, on either side of every doubtful day, list and word."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.policy import PolicyBook, PolicyUnknown

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))

UNDECIDED_BY_FACTS = {
    "A6": "two ways through the same screens",
    "A9": "benefits, not contributions",
    "A11": "three labels of one field",
    "A13": "no refund rule, hence no fact",
    "A18": "two names of one payment channel",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]).replace(" ", "_"))
def test_the_book_answers_as_the_documents_say(case: dict[str, Any], book: PolicyBook) -> None:
    """Each case holds: a value, a day inside or outside a window, or a gap."""

    def asked() -> Any:
        return book.fact(case["fact"], area=case["area"], on=case["day"], benefit_year=case.get("benefit_year"))

    if case.get("unknown"):
        with pytest.raises(PolicyUnknown):
            asked()
    elif "holds_day" in case:
        assert case["holds_day"] in asked().window
    elif "lacks_day" in case:
        assert case["lacks_day"] not in asked().window
    else:
        expected = case["value"].isoformat() if isinstance(case["value"], date) else case["value"]
        assert asked().plain_value() == expected


def test_every_ambiguity_of_the_documents_has_a_case_or_a_reason_to_have_none() -> None:
    """A1 to A21 are all accounted for, none twice over."""
    decided = {case["ambiguity"] for case in CASES if "ambiguity" in case}
    assert decided | UNDECIDED_BY_FACTS.keys() == {f"A{number}" for number in range(1, 22)}
    assert not decided & UNDECIDED_BY_FACTS.keys()


def test_no_two_cases_ask_the_same() -> None:
    """A case says something new."""
    asked = [(case["fact"], case["area"], case["day"], case.get("benefit_year")) for case in CASES]
    assert len(set(asked)) == len(asked)
