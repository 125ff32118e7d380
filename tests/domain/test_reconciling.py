"""A statement agrees with the books where it says of each claim what is due for it, and nowhere else."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decisions.reconciling import (
    DuePosting,
    Statement,
    last_day_of,
    reconciled,
    wrong_statement,
)
from domain.refusals import InputProblem
from domain.vocabulary import Fen, Id

DUE = st.lists(
    st.builds(
        DuePosting,
        st.integers(1, 6).map(Id),
        st.integers(1, 3),
        st.integers(-500, 9_000).map(Fen),
    ),
    max_size=12,
    unique_by=lambda one: (one.claim_id, one.posting),
)


@settings(max_examples=100)
@given(DUE, st.integers(1, 7).map(Id), st.integers(-3, 3))
def test_what_the_books_say_agrees_and_any_other_amount_is_listed(due: list[DuePosting], of: Id, more: int) -> None:
    sums: dict[Id, Fen] = {}
    for one in due:
        sums[one.claim_id] = Fen(sums.get(one.claim_id, 0) + one.amount_fen)
    total = Fen(sum(sums.values()))
    right = Statement(202411, len(sums), total, tuple(sums.items()))
    found = reconciled(right, due)
    assert (found.agrees, found.total_fen, found.claims) == (True, total, len(sums))
    # Another amount for a claim, or one that is not due, differs even where the totals are said to agree.
    other = sums | {of: Fen(sums.get(of, 0) + more)}
    found = reconciled(Statement(202411, len(sums), total, tuple(other.items())), due)
    assert found.totals_agree
    assert [one.claim_id for one in found.differences] == ([of] if more or of not in sums else [])
    missing = Statement(202411, len(sums), total, tuple(list(sums.items())[1:]))
    assert len(reconciled(missing, due).differences) == min(1, len(sums))
    assert reconciled(Statement(202411, len(sums), Fen(total + 1), right.lines), due).agrees is False


def test_a_month_is_over_before_it_is_stated() -> None:
    assert last_day_of(202402) == date(2024, 2, 29)
    assert last_day_of(202412) == date(2024, 12, 31)
    problems = {
        (202413, ()): InputProblem.MONTH,
        (202412, ()): InputProblem.IN_THE_FUTURE,
        (202411, ((Id(1), Fen(1)), (Id(1), Fen(1)))): InputProblem.STATED_LINES,
    }
    for (month, lines), problem in problems.items():
        wrong = wrong_statement(Statement(month, 0, Fen(0), lines), date(2024, 12, 16))
        assert wrong is not None
        assert wrong.problem is problem
    assert wrong_statement(Statement(202411, 0, Fen(0), ()), date(2024, 12, 16)) is None
