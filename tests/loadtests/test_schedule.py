"""When people come: seeded, spread as a Poisson process, bounded."""

from itertools import pairwise
from statistics import mean, pvariance

import pytest

from loadtests.schedule import ErrandKind, Mix, ScheduleInvalid, Thinking, arrivals, child_seed, habits, poisson


def test_the_same_seed_gives_the_same_people_at_the_same_moments() -> None:
    assert arrivals(7, 10, 20, Mix()) == arrivals(7, 10, 20, Mix())
    assert arrivals(7, 10, 20, Mix()) != arrivals(8, 10, 20, Mix())


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
    moments = [arrival.at_seconds for arrival in arrivals(3, 20, 30, Mix())]
    assert moments == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] < 30


def test_gaps_are_those_of_a_poisson_process() -> None:
    """Mean 1/rate, variance 1/rate²: people bunch, where a fixed pace or a closed loop would not let them."""
    moments = poisson(11, "any", 50.0, 400.0)
    gaps = [after - before for before, after in pairwise(moments)]
    assert len(moments) == pytest.approx(20_000, rel=0.03)
    assert mean(gaps) == pytest.approx(1 / 50, rel=0.03)
    assert pvariance(gaps) == pytest.approx(1 / 50**2, rel=0.1)


def test_each_journey_has_a_number_of_its_own() -> None:
    journeys = [one.index for one in arrivals(5, 10, 20, Mix()) if one.kind is ErrandKind.PAY_FOR_A_RELATIVE]
    assert journeys == list(range(len(journeys)))


def test_passers_by_change_nothing_about_who_pays_and_when() -> None:
    def journeys(mix: Mix) -> list[float]:
        coming = arrivals(5, 10, 20, mix)
        return [one.at_seconds for one in coming if one.kind is ErrandKind.PAY_FOR_A_RELATIVE]

    assert journeys(Mix(look_ups_per_journey=0)) == journeys(Mix(look_ups_per_journey=3))


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
    everybody = [habits(1, index, Mix()) for index in range(5_000)]
    assert mean(one.watches for one in everybody) == pytest.approx(0.2, abs=0.02)
    assert mean(one.taps_twice for one in everybody) == pytest.approx(0.1, abs=0.02)
    assert mean(one.asks_again for one in everybody) == pytest.approx(0.1, abs=0.02)


def test_pauses_are_seeded_and_never_endless() -> None:
    def pauses() -> list[float]:
        thinking = Thinking(1, ErrandKind.PAY_FOR_A_RELATIVE, 4, Mix())
        return [pause for _ in range(1_000) for pause in (thinking.reading(), thinking.typing())]

    assert pauses() == pauses()
    assert max(pauses()[0::2]) <= 5 * Mix().reading_seconds
    assert max(pauses()[1::2]) <= 5 * Mix().typing_seconds


def test_a_mix_without_pauses_pauses_not() -> None:
    thinking = Thinking(1, ErrandKind.PAY_FOR_A_RELATIVE, 0, Mix(reading_seconds=0, typing_seconds=0))
    assert (thinking.reading(), thinking.typing()) == (0.0, 0.0)
