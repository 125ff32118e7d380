"""Finishing: who may, when, and the number on the slip."""

from dataclasses import dataclass

import pytest

from domain.decisions.finishing import finishable, receipt_number
from domain.refusals import AlreadyRefunded, ContributionNotFound, NotYetPaid
from domain.vocabulary import ContributionStatus, Id, RegionCode
from tests.domain.cases import PAYER, SOMEBODY_ELSE

UNIT = Id(520000000000000099)


@dataclass(frozen=True)
class Contribution:
    """A contribution that the payer has paid, unless told otherwise."""

    status: ContributionStatus = ContributionStatus.PAID
    payer_id: Id = PAYER
    unit_id: Id | None = None


@pytest.mark.parametrize("status", [ContributionStatus.PAID, ContributionStatus.FINISHED])
def test_what_is_paid_can_be_finished_however_often(status: ContributionStatus) -> None:
    assert finishable(PAYER, Contribution(status)) is None


def test_what_is_not_paid_cannot_be_finished() -> None:
    assert isinstance(finishable(PAYER, Contribution(ContributionStatus.SUBMITTED)), NotYetPaid)


def test_what_was_given_back_cannot_be_finished() -> None:
    assert isinstance(finishable(PAYER, Contribution(ContributionStatus.REFUNDED)), AlreadyRefunded)


def test_somebody_elses_contribution_is_not_found() -> None:
    assert isinstance(finishable(SOMEBODY_ELSE, Contribution()), ContributionNotFound)
    assert isinstance(finishable(PAYER, None), ContributionNotFound)


def test_the_officer_finishes_what_was_collected_for_the_unit_and_the_citizen_the_own() -> None:
    collected = Contribution(unit_id=UNIT)
    assert finishable(PAYER, collected, for_unit=True) is None
    assert isinstance(finishable(PAYER, collected), ContributionNotFound)
    assert isinstance(finishable(PAYER, Contribution(), for_unit=True), ContributionNotFound)


def test_a_slip_is_numbered_by_city_year_and_receipt() -> None:
    assert receipt_number(RegionCode("520402"), 2025, Id(520000000000001234)) == "52042025000000001234"
