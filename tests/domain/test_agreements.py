"""An institution's agreement counts by the day, whatever is done to it and in whatever order."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decisions.agreements import Details, Institution, agreement_moved
from domain.refusals import Refusal
from domain.vocabulary import AgreementMove, AgreementStatus, Id, InstitutionTier, RegionCode

FIRST = date(2024, 1, 1)
MOVES = st.lists(st.tuples(st.sampled_from(AgreementMove), st.integers(0, 20)), max_size=12)


@settings(max_examples=200)
@given(MOVES)
def test_it_is_designated_on_the_days_on_which_it_was_in_force_and_on_no_other(
    moves: list[tuple[AgreementMove, int]],
) -> None:
    found = Institution(Id(1), RegionCode("840102"), InstitutionTier.LEVEL_2, None, None)
    in_force, days = False, {}
    on = FIRST
    for move, later in moves:
        for _ in range(later):
            days[on] = in_force
            on += timedelta(days=1)
        before = found.agreement(on)
        answer = agreement_moved(found, move, on, Details(tier=InstitutionTier.LEVEL_3))
        if isinstance(answer, Refusal):
            assert answer.status is before  # type: ignore[attr-defined]
            continue
        found = answer
        assert found.tier is InstitutionTier.LEVEL_3
        in_force = found.agreement(on) is AgreementStatus.ACTIVE
        assert in_force == {
            AgreementMove.SIGN: True,
            AgreementMove.RESUME: True,
            AgreementMove.SUSPEND: False,
            AgreementMove.TERMINATE: False,
        }.get(move, before is AgreementStatus.ACTIVE)
    days[on] = in_force
    assert {day: found.designated(day, day) for day in days} == days
    for day in days:
        both = (day, day + timedelta(days=2))
        assert found.designated(*both) == all(days.get(day + timedelta(days=one), in_force) for one in range(3))
