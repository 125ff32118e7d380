"""Finishing: who may, when, and the number on the slip."""

from dataclasses import replace

import pytest

from domain.decisions.finishing import finishable, receipt_number
from domain.refusals import ContributionNotFound, NotYetPaid
from domain.vocabulary import ContributionStatus, Id, RegionCode
from tests.domain.cases import PAYER, SOMEBODY_ELSE, submitted


@pytest.mark.parametrize("status", [ContributionStatus.PAID, ContributionStatus.FINISHED])
def test_what_is_paid_can_be_finished_however_often(status: ContributionStatus) -> None:
    assert finishable(PAYER, replace(submitted(), status=status)) is None


def test_what_is_not_paid_cannot_be_finished() -> None:
    assert isinstance(finishable(PAYER, submitted()), NotYetPaid)


def test_somebody_elses_contribution_is_not_found() -> None:
    assert isinstance(finishable(SOMEBODY_ELSE, submitted()), ContributionNotFound)
    assert isinstance(finishable(PAYER, None), ContributionNotFound)


def test_a_slip_is_numbered_by_city_year_and_receipt() -> None:
    assert receipt_number(RegionCode("520402"), 2025, Id(520000000000001234)) == "52042025000000001234"
