"""When people come: seeded, spread as a Poisson process, bounded."""

from dataclasses import replace
from itertools import pairwise
from statistics import mean, pvariance

import pytest

from loadtests.schedule import ScheduleInvalid, Thinking, child_seed, habits, poisson
from tests.loadtests.mixes import MIX


def test_the_same_seed_gives_the_same_people_at_the_same_moments() -> None:
    assert poisson(7, "any", 10, 20) == poisson(7, "any", 10, 20)
    assert poisson(7, "any", 10, 20) not in (poisson(8, "any", 10, 20), poisson(7, "another", 10, 20))


def test_the_schedule_is_the_same_on_every_machine() -> None:
    assert child_seed(1, "PayForARelative", 0) % 10**9 == 20799392
    moments = [round(moment, 6) for moment in poisson(1, "PayForARelative", 2.0, 2.0)]
    assert moments == [
        0.474893,
        0.684088,
        0.845902,
        1.365008,
    ]


def test_arrivals_come_in_order_and_inside_the_time() -> None:
    moments = poisson(3, "any", 20, 30)
    assert list(moments) == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] < 30


def test_gaps_are_those_of_a_poisson_process() -> None:
    """Mean 1/rate, variance 1/rate²: people bunch, where a fixed pace or a closed loop would not let them."""
    moments = poisson(11, "any", 50.0, 400.0)
    gaps = [after - before for before, after in pairwise(moments)]
    assert len(moments) == pytest.approx(20_000, rel=0.03)
    assert mean(gaps) == pytest.approx(1 / 50, rel=0.03)
    assert pvariance(gaps) == pytest.approx(1 / 50**2, rel=0.1)


@pytest.mark.parametrize(
    ("rate", "seconds"),
    [(-1, 10), (float("nan"), 10), (float("inf"), 10), (5, 0), (5, -1), (5, float("inf")), (1e9, 10)],
)
def test_a_schedule_without_bounds_is_refused(rate: float, seconds: float) -> None:
    with pytest.raises(ScheduleInvalid):
        poisson(1, "any", rate, seconds)


def test_nobody_comes_at_a_rate_of_nought() -> None:
    assert poisson(1, "any", 0, 10) == ()


def test_habits_are_shared_out_as_the_mix_says() -> None:
    everybody = [habits(1, index, MIX) for index in range(5_000)]
    assert mean(one.watches for one in everybody) == pytest.approx(MIX.watching, abs=0.02)
    assert mean(one.taps_twice for one in everybody) == pytest.approx(MIX.tapping_twice, abs=0.02)
    assert mean(one.asks_again for one in everybody) == pytest.approx(MIX.asking_again, abs=0.02)


def test_pauses_are_seeded_and_never_endless() -> None:
    def pauses() -> list[float]:
        thinking = Thinking(1, "PayForARelative", 4, MIX)
        return [pause for _ in range(1_000) for pause in (thinking.reading(), thinking.typing())]

    assert pauses() == pauses()
    assert max(pauses()[0::2]) <= 5 * MIX.reading_seconds
    assert max(pauses()[1::2]) <= 5 * MIX.typing_seconds


def test_a_mix_without_pauses_pauses_not() -> None:
    thinking = Thinking(1, "PayForARelative", 0, replace(MIX, reading_seconds=0, typing_seconds=0))
    assert (thinking.reading(), thinking.typing()) == (0.0, 0.0)
