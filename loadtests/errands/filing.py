"""File matters (办件): one that is answered at once, and care away from home, which waits for a clerk (异地就医备案).

Beside them, look at what was reimbursed last year (查询上年报销).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from loadtests.answers import Data, at, fen, nodes, outcome, require
from loadtests.errands.paying_alone import Payer, signed_in_as
from loadtests.errands.visit import Visit, look_at_the_log
from loadtests.schedule import Thinking

MATTER: Final = "PERSON_ENQUIRY"
"""参保人员参保信息查询 asks for no clerk."""
FOR_A_TIME: Final = "TEMPORARY_TREATMENT_RECORD"
FOR_LONG: Final = "LONG_TERM_RESIDENT_RECORD"
PLEDGED: Final = {"number": 3, "pledged": True}
"""个人承诺书 in place of a residence permit, which whoever stays long is asked for."""
AWAY: Final = ("520400", "840100")
"""Cities of two provinces, one of which is away from anybody's home."""
_LASTS: Final = timedelta(days=30)
_HANDED_IN: Final = ("DRAFT", "SUBMIT")
"""What whoever files does, each of it once."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Care away from home: where home is, and whether it is for long.

    `first_day` is told when the form is filled in; it must still lie ahead when the form is handed in.
    """

    home: str
    first_day: Callable[[], date]
    for_long: bool

    @property
    def matter(self) -> str:
        """Which of the records it is."""
        return FOR_LONG if self.for_long else FOR_A_TIME

    def form(self, payer: Payer) -> Mapping[str, Any]:
        """The form: for a month at most where it is not for long."""
        first = self.first_day()
        last = {} if self.for_long else {"lastDay": (first + _LASTS).isoformat()}
        region = next(city for city in AWAY if city[:2] != self.home[:2])
        return {"personId": payer.person_id, "region": region, "firstDay": first.isoformat(), **last}


def file_an_enquiry(visit: Visit, payer: Payer, thinking: Thinking) -> None:
    """Drafted, handed in and done at once; handed in again under the same key it is the same. Raises ErrandEnded."""
    _handed_in(visit, payer, thinking, MATTER, lambda: {"person": {"personId": payer.person_id}}, [], "COMPLETED")


def file_care_elsewhere(visit: Visit, payer: Payer, stay: Stay, thinking: Thinking) -> None:
    """Drafted and handed in for a clerk to see; the log tells of both once. Raises ErrandEnded."""
    cursor = visit.ask("MyFamily", {}, lambda data: signed_in_as(data, payer))
    materials = [PLEDGED] if stay.for_long else []
    filing = _handed_in(
        visit, payer, thinking, stay.matter, lambda: {"outOfArea": stay.form(payer)}, materials, "SUBMITTED"
    )
    visit.think(thinking.reading())
    look_at_the_log(
        visit,
        cursor,
        lambda data: _handed_in_once(data, filing),
        lambda data: len(_moves(data, filing)) >= len(_HANDED_IN),
        thinking.typing,
    )


def _handed_in(
    visit: Visit,
    payer: Payer,
    thinking: Thinking,
    matter: str,
    form: Callable[[], Mapping[str, Any]],
    materials: Sequence[Mapping[str, Any]],
    status: str,
) -> str:
    """The filing, drafted and submitted twice under one key, which then stands in that state. Raises ErrandEnded."""
    # An active certificate stands for the identity document that the matters ask for.
    activation = {"idempotencyKey": visit.key("activate"), "personId": payer.person_id}
    visit.ask("ActivateCertificate", {"input": activation}, _active)
    draft = {"idempotencyKey": visit.key("draft"), "matter": matter, "form": form(), "materials": materials}
    filing = visit.ask("DraftFiling", {"input": draft}, lambda data: _drafted(data, payer, matter))
    visit.think(thinking.typing())
    submission = {"input": {"idempotencyKey": visit.key("submit"), "filingId": filing}}
    for name in ("SubmitFiling", "SubmitFilingAgain"):
        visit.ask("SubmitFiling", submission, lambda data: _submitted(data, filing, status), measured_as=name)
    return filing


def check_last_year(visit: Visit, payer: Payer) -> None:
    """One's own claims of the year before, and what they come to. Raises ErrandEnded."""
    year = payer.coverage_year - 1
    visit.ask("LastYear", {"person": payer.person_id, "year": year}, lambda data: _reimbursed(data, payer, year))


def _active(data: Data) -> None:
    found = at(data, "activateElectronicCertificate.__typename")
    require(found in ("ElectronicCertificateActivated", "CertificateAlreadyActive"), "the certificate is not active")


def _drafted(data: Data, payer: Payer, matter: str) -> str:
    filing = at(outcome(data, "draftFiling", "FilingMoved"), "filing")
    require(at(filing, "matter") == matter, "another matter was drafted")
    require(at(filing, "person.id") == payer.person_id, "it is about somebody else")
    return str(at(filing, "id"))


def _submitted(data: Data, filing: str, status: str) -> None:
    found = at(outcome(data, "submitFiling", "FilingMoved"), "filing")
    require(at(found, "id") == filing, "another filing was handed in")
    require(at(found, "status") == status, f"it is not {status}")


def _moves(data: Data, filing: str) -> list[str]:
    """What whoever files has done with it, as the log tells it; what a clerk did since is left out."""
    told = [event for event in nodes(data, "events") if event.get("__typename") == "FilingMovedEvent"]
    moves = [str(at(event, "move")) for event in told if at(event, "filing.id") == filing]
    return [move for move in moves if move in _HANDED_IN]


def _handed_in_once(data: Data, filing: str) -> None:
    require(tuple(_moves(data, filing)) == _HANDED_IN, "the filing is not told of once and in order")


def _reimbursed(data: Data, payer: Payer, year: int) -> None:
    claims = nodes(data, "claims")
    for claim in claims:
        require(at(claim, "person.id") == payer.person_id, "a claim is somebody else's")
        require(at(claim, "year") == year, "a claim is of another year")
        require(fen(at(claim, "cost"), "cost") >= 0, "care cost less than nothing")
    found = outcome(data, "benefitYear", "BenefitYear")
    require(at(found, "person.id") == payer.person_id, "the year is somebody else's")
    require(at(found, "year") == year, "another year was told of")
    require(fen(at(found, "cost"), "cost") >= 0, "the year cost less than nothing")
