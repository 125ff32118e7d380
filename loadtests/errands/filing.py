"""File a matter that is answered at once (办理即办件), and look at what was reimbursed last year (查询上年报销)."""

from __future__ import annotations

from typing import Final

from loadtests.answers import Data, at, fen, nodes, outcome, require
from loadtests.errands.paying_alone import Payer
from loadtests.errands.visit import Visit
from loadtests.schedule import Thinking

MATTER: Final = "PERSON_ENQUIRY"
"""参保人员参保信息查询 asks for no clerk."""


def file_an_enquiry(visit: Visit, payer: Payer, thinking: Thinking) -> None:
    """Drafted, handed in and done at once; handed in again under the same key it is the same. Raises ErrandEnded."""
    # An active certificate stands for the identity document that the matter asks for.
    activation = {"idempotencyKey": visit.key("activate"), "personId": payer.person_id}
    visit.ask("ActivateCertificate", {"input": activation}, _active)
    draft = {
        "idempotencyKey": visit.key("draft"),
        "matter": MATTER,
        "form": {"person": {"personId": payer.person_id}},
    }
    filing = visit.ask("DraftFiling", {"input": draft}, lambda data: _drafted(data, payer))
    visit.think(thinking.typing())
    submission = {"input": {"idempotencyKey": visit.key("submit"), "filingId": filing}}
    for name in ("SubmitFiling", "SubmitFilingAgain"):
        visit.ask("SubmitFiling", submission, lambda data: _done(data, filing), measured_as=name)


def check_last_year(visit: Visit, payer: Payer) -> None:
    """One's own claims of the year before, and what they come to. Raises ErrandEnded."""
    year = payer.coverage_year - 1
    visit.ask("LastYear", {"person": payer.person_id, "year": year}, lambda data: _reimbursed(data, payer, year))


def _active(data: Data) -> None:
    found = at(data, "activateElectronicCertificate.__typename")
    require(found in ("ElectronicCertificateActivated", "CertificateAlreadyActive"), "the certificate is not active")


def _drafted(data: Data, payer: Payer) -> str:
    filing = at(outcome(data, "draftFiling", "FilingMoved"), "filing")
    require(at(filing, "matter") == MATTER, "another matter was drafted")
    require(at(filing, "person.id") == payer.person_id, "it is about somebody else")
    return str(at(filing, "id"))


def _done(data: Data, filing: str) -> None:
    found = at(outcome(data, "submitFiling", "FilingMoved"), "filing")
    require(at(found, "id") == filing, "another filing was handed in")
    require(at(found, "status") == "COMPLETED", "it was not answered at once")


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
