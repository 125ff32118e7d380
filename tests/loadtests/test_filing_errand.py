"""Who files an enquiry or checks last year catches every answer that is not as it must be. The server is a script."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from loadtests.errands.filing import (
    FOR_LONG,
    MATTER,
    PLEDGED,
    Stay,
    check_last_year,
    file_an_enquiry,
    file_care_elsewhere,
)
from loadtests.errands.visit import ErrandEnded
from loadtests.schedule import Thinking
from loadtests.season_plan import Resident
from tests.loadtests.mixes import MIX
from tests.loadtests.test_errands import RIGHT, Script

PAYER = Resident("t", "per_1", "840102", 2026)
PAUSES = Thinking(1, "FileAnEnquiry", 0, MIX)
DONE = {"submitFiling": {"__typename": "FilingMoved", "filing": {"id": "fil_1", "status": "COMPLETED"}}}
ANSWERS: dict[str, Any] = {
    "ActivateCertificate": {"activateElectronicCertificate": {"__typename": "ElectronicCertificateActivated"}},
    "DraftFiling": {
        "draftFiling": {
            "__typename": "FilingMoved",
            "filing": {"id": "fil_1", "matter": MATTER, "status": "DRAFTED", "person": {"id": "per_1"}},
        }
    },
    "SubmitFiling": DONE,
    "SubmitFilingAgain": copy.deepcopy(DONE),
    "LastYear": {
        "claims": {"edges": [{"node": {"id": "clm_1", "year": 2025, "person": {"id": "per_1"}, "cost": "10.00"}}]},
        "benefitYear": {
            "__typename": "BenefitYear",
            "person": {"id": "per_1"},
            "year": 2025,
            "cost": "10.00",
            "stays": 0,
        },
    },
}


def _carried_out(script: Script) -> None:
    file_an_enquiry(script, PAYER, PAUSES)
    check_last_year(script, PAYER)


def test_an_enquiry_is_done_at_once_and_once() -> None:
    script = Script(ANSWERS)
    _carried_out(script)
    assert script.asked == ["ActivateCertificate", "DraftFiling", "SubmitFiling", "SubmitFilingAgain", "LastYear"]
    assert script.variables["SubmitFiling"] == script.variables["SubmitFilingAgain"]


AWAY = Stay("840102", lambda: date(2025, 9, 9), for_long=True)
HANDED_IN = [
    {"__typename": "FilingMovedEvent", "filing": {"id": "fil_1"}, "move": move} for move in ("DRAFT", "SUBMIT", "CLAIM")
]


def _filed(moves: list[dict[str, Any]], matter: str = FOR_LONG, status: str = "SUBMITTED") -> Script:
    answers = copy.deepcopy(ANSWERS)
    answers["DraftFiling"]["draftFiling"]["filing"]["matter"] = matter
    for name in ("SubmitFiling", "SubmitFilingAgain"):
        answers[name]["submitFiling"]["filing"]["status"] = status
    answers |= {"MyFamily": RIGHT["MyFamily"], "EventsSince": {"events": {"edges": [{"node": one} for one in moves]}}}
    script = Script(answers)
    file_care_elsewhere(script, PAYER, AWAY, PAUSES)
    return script


def test_care_elsewhere_is_handed_in_and_told_of_once() -> None:
    script = _filed(HANDED_IN)
    assert script.asked[-3:] == ["SubmitFiling", "SubmitFilingAgain", "EventsSince"]
    draft = script.variables["DraftFiling"]["input"]
    assert draft["materials"] == [PLEDGED]
    form = {"personId": "per_1", "region": "520400", "firstDay": "2025-09-09"}
    assert draft["form"] == {"outOfArea": form}
    short = Stay("520402", AWAY.first_day, for_long=False)
    assert short.form(PAYER) == {**form, "region": "840100", "lastDay": "2025-10-09"}


@pytest.mark.parametrize(
    ("moves", "matter", "status", "step"),
    [
        (HANDED_IN, "TEMPORARY_TREATMENT_RECORD", "SUBMITTED", "DraftFiling"),
        (HANDED_IN, FOR_LONG, "COMPLETED", "SubmitFiling"),
        (HANDED_IN[1:], FOR_LONG, "SUBMITTED", "EventsSince"),
        (HANDED_IN[::-1], FOR_LONG, "SUBMITTED", "EventsSince"),
        ([*HANDED_IN, HANDED_IN[1]], FOR_LONG, "SUBMITTED", "EventsSince"),
    ],
)
def test_care_elsewhere_that_is_filed_otherwise_ends_it(
    moves: list[dict[str, Any]], matter: str, status: str, step: str
) -> None:
    with pytest.raises(ErrandEnded, match=f"^{step}: "):
        _filed(moves, matter, status)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ActivateCertificate.activateElectronicCertificate.__typename", "IdentityMismatch"),
        ("DraftFiling.draftFiling.__typename", "MayNotFile"),
        ("DraftFiling.draftFiling.filing.person.id", "per_2"),
        ("DraftFiling.draftFiling.filing.matter", "ELECTRONIC_CERTIFICATE"),
        ("SubmitFiling.submitFiling.filing.status", "FILED"),
        ("SubmitFilingAgain.submitFiling.filing.id", "fil_2"),
        ("LastYear.benefitYear.year", 2024),
        ("LastYear.benefitYear.person.id", "per_2"),
        ("LastYear.benefitYear.cost", "-1.00"),
        ("LastYear.claims.edges", [{"node": {"id": "clm_2", "year": 2025, "person": {"id": "per_2"}, "cost": "1.00"}}]),
        ("LastYear.claims.edges", [{"node": {"id": "clm_2", "year": 2024, "person": {"id": "per_1"}, "cost": "1.00"}}]),
    ],
)
def test_an_answer_that_is_not_as_it_must_be_ends_it(path: str, value: Any) -> None:
    answers = copy.deepcopy(ANSWERS)
    *way, last = path.split(".")
    place: Any = answers
    for name in way:
        place = place[name]
    place[last] = value
    with pytest.raises(ErrandEnded, match=f"^{way[0]}: "):
        _carried_out(Script(answers))
