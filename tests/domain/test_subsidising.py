"""Decisions about what assistance gives back of a contribution, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.decisions.subsidising import PaidInFull, subsidy
from domain.policy import PolicyBook
from domain.refusals import Refusal
from domain.vocabulary import Fen, Id, RegionCode, SpecialGroup

PAID = PaidInFull(Id(5), RegionCode("840102"), 2025, Fen(40_000), Fen(0), date(2024, 12, 16), None, None)
LATE = date(2025, 6, 2)
WHOLE, PART = SpecialGroup.EXTREME_POVERTY, SpecialGroup.MINIMUM_LIVING


@pytest.mark.parametrize(
    ("group", "given", "expected"),
    [
        pytest.param(WHOLE, {}, 40_000, id="the whole"),
        pytest.param(PART, {}, 30_000, id="a part"),
        pytest.param(PART, {"amount_fen": Fen(20_000)}, 20_000, id="no more than was paid"),
        pytest.param(PART, {"paid_on": LATE}, 30_000, id="after the window where it is borne then"),
        pytest.param(
            WHOLE, {"paid_on": LATE, "region": RegionCode("840201")}, "NothingToPay", id="after the window in vain"
        ),
        pytest.param(SpecialGroup.NEWBORN, {}, "MayNotFile", id="a group that is not assisted"),
        pytest.param(None, {}, "MayNotFile", id="nobody who is recognised"),
        pytest.param(PART, {"borne_fen": Fen(30_000)}, "NothingToPay", id="borne when it was paid"),
        pytest.param(PART, {"subsidised_fen": Fen(30_000)}, "ContributionSubsidised", id="given back already"),
        pytest.param(PART, {"under_way": Id(6)}, "RefundUnderWay", id="refunded meanwhile"),
        pytest.param(PART, {"region": RegionCode("510703")}, "PolicyNotStated", id="where nothing is stated"),
    ],
)
def test_assistance_gives_back_what_it_would_have_borne(
    book: PolicyBook, group: SpecialGroup | None, given: dict[str, Any], expected: int | str
) -> None:
    answer = subsidy(book, replace(PAID, **given), group)
    assert (type(answer).__name__ if isinstance(answer, Refusal) else answer) == expected


def test_what_nobody_has_paid_is_not_given_back(book: PolicyBook) -> None:
    assert type(subsidy(book, None, WHOLE)).__name__ == "NotYetPaid"
