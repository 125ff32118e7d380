"""Percentiles are values that were measured, to three digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.percentiles import Spread, nearest_rank, three_digits


@pytest.mark.parametrize(("per_cent", "value"), [(1, 1.0), (50, 50.0), (95, 95.0), (99, 99.0), (100, 100.0)])
def test_the_percentile_of_a_hundred_values_is_the_value_of_that_rank(per_cent: int, value: float) -> None:
    assert nearest_rank([float(n) for n in range(1, 101)], per_cent) == value


def test_the_99th_percentile_of_few_values_is_the_largest() -> None:
    assert nearest_rank([1.0, 2.0, 3.0], 99) == 3.0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=300), st.integers(1, 100))
def test_enough_values_are_at_or_below_a_percentile_and_it_is_the_smallest_such(
    values: list[float], per_cent: int
) -> None:
    ascending = sorted(values)
    found = nearest_rank(ascending, per_cent)
    assert found in values
    assert 100 * sum(value <= found for value in values) >= per_cent * len(values)
    assert 100 * sum(value < found for value in values) < per_cent * len(values)


@pytest.mark.parametrize(
    ("value", "printed"), [(12.345, 12.3), (1234.5, 1230.0), (0.012345, 0.0123), (99.96, 100.0), (0.0, 0.0)]
)
def test_three_digits_are_kept(value: float, printed: float) -> None:
    assert three_digits(value) == printed


def test_nothing_has_no_spread() -> None:
    assert Spread.of([]) is None


def test_a_spread_needs_no_order() -> None:
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(2.0, 3.0, 3.0, 3.0)
