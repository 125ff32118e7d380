"""The season's curve: shares that add up, days and hours as busy as they must be, the same whenever it is made."""

from __future__ import annotations

from datetime import date, timedelta
from math import isclose
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.policy import PolicyBook, PolicyUnknown
from domain.vocabulary import RegionCode, start_of_business_date
from simulator.curves import curve_of
from simulator.places import places_of
from simulator.rates import DATA
from simulator.season import (
    HOURS,
    Hour,
    Season,
    Shape,
    day_shares,
    hour_shares,
    hours,
    knocking_shares,
    storm,
    together,
)

BOOK = PolicyBook.load()
EVERYWHERE = Shape.of(RegionCode("840100"))
ONE_DAY = timedelta(days=1)
PROVINCE = RegionCode("840000")


def season(**changes: Any) -> Season:
    """The simulated province's, but for what is changed."""
    stated: dict[str, Any] = {
        "region": RegionCode("840100"),
        "year": 2026,
        "first": date(2025, 9, 1),
        "last": date(2026, 2, 28),
        "open_until": 31,
        "price_fen": 40_000,
        "late_fen": 110_000,
    }
    return Season(**{**stated, **changes})


seasons = st.builds(
    lambda first, days, open_until, late: season(
        first=first,
        last=first + timedelta(days=days),
        open_until=open_until,
        late_fen=110_000 if late else None,
        year=first.year + 1,
    ),
    st.dates(date(2019, 1, 1), date(2031, 12, 1)),
    st.integers(10, 250),
    st.integers(20, 31),
    st.booleans(),
)
regions = st.sampled_from([RegionCode("840100"), RegionCode("840302"), RegionCode("520402")])


@given(seasons, regions)
@settings(max_examples=40, deadline=None)
def test_shares_sum_to_one_are_never_negative_and_are_of_days_that_are_open(one: Season, region: RegionCode) -> None:
    shape = Shape.of(region)
    shares = day_shares(shape, one)
    if not shares:
        assert not any(one.is_open(day) for day in one.days())
        return
    assert isclose(sum(shares.values()), 1)
    assert min(shares.values()) > 0
    assert all(one.is_open(day) for day in shares)
    assert list(shares) == sorted(shares)
    knocking = knocking_shares(shape, one)
    assert min(knocking.values()) >= 0
    assert not any(one.is_open(day) for day in knocking)
    assert shares == day_shares(Shape.of(region), one)


@given(seasons)
@settings(max_examples=12, deadline=None)
def test_hours_hold_what_their_days_hold(one: Season) -> None:
    found = hours(EVERYWHERE, one)
    shares, knocking = day_shares(EVERYWHERE, one), knocking_shares(EVERYWHERE, one)
    assert isclose(sum(hour.channel + hour.account for hour in found), sum(shares.values()))
    assert isclose(sum(hour.knocking for hour in found), sum(knocking.values()))
    assert [hour.at for hour in found] == list(range(found[0].at, found[-1].at + 1, 3600))
    assert found[0].at == start_of_business_date(one.first - ONE_DAY)
    assert len(found) % HOURS == 0


@given(st.lists(st.tuples(st.floats(1, 1e9), seasons), min_size=1, max_size=3))
@settings(max_examples=6, deadline=None)
def test_places_together_pay_once_each_payer(of_places: list[tuple[float, Season]]) -> None:
    whole = together([(payers, hours(EVERYWHERE, one)) for payers, one in of_places])
    open_ones = sum(payers for payers, one in of_places if day_shares(EVERYWHERE, one))
    paid = sum(hour.channel + hour.account for hour in whole)
    assert isclose(paid * sum(payers for payers, _ in of_places), open_ones, abs_tol=1e-6)
    assert [hour.at for hour in whole] == sorted(hour.at for hour in whole)


def test_a_place_on_its_own_is_itself() -> None:
    alone = hours(EVERYWHERE, season())
    for one, other in zip(together([(5.0, alone)]), alone, strict=True):
        assert isinstance(one, Hour)
        assert one.at == other.at
        assert isclose(one.channel, other.channel)


def test_the_months_are_those_that_were_fitted() -> None:
    of_month: dict[int, float] = {}
    for day, share in day_shares(EVERYWHERE, season(late_fen=None)).items():
        of_month[day.month] = of_month.get(day.month, 0) + share
    assert {month: round(share * 100) for month, share in of_month.items()} == {
        9: 10,
        10: 15,
        11: 20,
        12: 36,
        1: 7,
        2: 12,
    }


def test_the_busiest_day_has_three_per_cent_and_its_busiest_hour_twelve_of_them() -> None:
    shares = day_shares(EVERYWHERE, season())
    busiest = max(shares, key=lambda day: shares[day])
    assert date(2025, 12, 25) <= busiest <= date(2025, 12, 31)
    assert 0.025 < shares[busiest] < 0.035
    of_day = hour_shares(EVERYWHERE, season(), busiest, transfers=False)
    assert 0.09 < max(of_day) < 0.18
    assert of_day.index(max(of_day)) == 10


def test_deadline_holidays_closures_and_step_show() -> None:
    shares = day_shares(EVERYWHERE, season())
    assert shares[date(2026, 2, 28)] > 3 * shares[date(2026, 2, 13)]
    assert sum(shares[date(2026, 2, 28) - ONE_DAY * ahead] for ahead in range(10)) > 0.05
    assert shares[date(2026, 2, 17)] < 0.3 * shares[date(2026, 2, 3)]
    assert shares[date(2025, 10, 1)] < 0.5 * shares[date(2025, 10, 15)]
    # A Sunday that is worked for a holiday is as busy as a Monday; another one is not.
    assert shares[date(2025, 9, 28)] > 1.3 * shares[date(2025, 9, 21)]
    assert shares[date(2025, 9, 1)] > 1.5 * shares[date(2025, 9, 8)]
    assert shares[date(2025, 11, 28)] > 1.3 * shares[date(2025, 11, 20)]
    assert 0 < shares[date(2026, 3, 1)] < 0.5 * shares[date(2026, 2, 28)]
    closed = season(open_until=25)
    assert date(2025, 11, 26) not in day_shares(EVERYWHERE, closed)
    assert knocking_shares(EVERYWHERE, closed)[date(2025, 11, 26)] > 0


def test_no_account_transfers_while_those_rest() -> None:
    of_day = hour_shares(EVERYWHERE, season(), date(2025, 11, 3), transfers=True)
    assert of_day[22:] + of_day[:6] == (0.0,) * 8
    assert isclose(sum(of_day), 1)


def test_the_first_morning_and_the_last_evening_are_busier() -> None:
    ordinary = hour_shares(EVERYWHERE, season(), date(2025, 11, 3), transfers=False)
    first = hour_shares(EVERYWHERE, season(), date(2025, 9, 1), transfers=False)
    last = hour_shares(EVERYWHERE, season(), date(2026, 2, 28), transfers=False)
    assert first[9] > 1.3 * ordinary[9]
    assert last[21] > 1.3 * ordinary[21]


@given(st.floats(0, 1e9))
def test_whoever_an_outage_turned_away_comes_back_and_tries_again(turned_away: float) -> None:
    quarters = storm(EVERYWHERE, turned_away)
    assert isclose(sum(quarters), 3 * turned_away, abs_tol=1e-9)
    assert all(quarter >= 0 for quarter in quarters)


def test_a_county_has_its_citys_own_figures() -> None:
    assert Shape.of(RegionCode("840321")).number("december_rush_days") == 12
    assert Shape.of(RegionCode("840121")).number("december_rush_days") == 7


def test_a_season_that_no_document_states_has_no_curve() -> None:
    with pytest.raises(PolicyUnknown):
        Season.of(BOOK, RegionCode("510700"), 2026)
    with pytest.raises(PolicyUnknown):
        curve_of(BOOK, places_of(7), RegionCode("510700"), 2026)
    with pytest.raises(KeyError):
        curve_of(BOOK, places_of(7), RegionCode("110000"), 2026)


def test_a_provinces_curve_is_its_cities_together() -> None:
    found = curve_of(BOOK, places_of(7), PROVINCE, 2026)
    told = found.as_json(1_000)
    assert isclose(sum(part["weight"] for part in told["parts"]), 1)
    assert sorted(county[:4] for part in told["parts"] for county in part["counties"]) == sorted(
        place.code[:4] for place in places_of(7) if place.weight and place.code.startswith("84")
    )
    assert isclose(sum(hour[1] + hour[2] for hour in told["hours"]), 1)
    assert [mark["en"] for mark in told["marks"]] == ["opening", "cover begins", "Spring Festival", "price steps"]
    assert {part["openUntilDay"] for part in told["parts"]} == {25, 31}


def test_every_figure_says_where_it_comes_from() -> None:
    read = yaml.safe_load((DATA / "season.yaml").read_text("utf-8"))
    for node in (read["everywhere"], *read["places"].values()):
        for name, figure in node.items():
            assert name in read["everywhere"]
            assert set(figure) in ({"value", "source"}, {"value", "assumed"}), name
            assert all(str(figure[key]).strip() for key in figure)
