"""A client's bucket: never more than it holds and what runs in meanwhile; whoever waits as long as told is given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vocabulary import ANONYMOUS, NATION, Id, Role, Viewer
from resolvers.buckets import Buckets, Meter, Rate, client_of

RATES = st.builds(Rate, capacity=st.integers(1_000, 1_000_000), refill=st.integers(1, 1_000_000))
ASKED = st.lists(st.tuples(st.floats(0, 5_000, allow_subnormal=False), st.integers(1, 1_000)), min_size=1, max_size=60)
"""Pauses and costs; no cost is more than any bucket holds."""
BEGIN = st.floats(0, 10_000_000)


@given(RATES, BEGIN, ASKED)
def test_nobody_is_given_more_than_a_full_bucket_and_what_runs_in_since(
    rate: Rate, begin: float, asked: list[tuple[float, int]]
) -> None:
    """In whatever stretch of time: the one that begins with any of the requests is looked at."""
    buckets = Buckets(rate)
    now = begin
    given: list[tuple[float, int]] = []
    for pause, cost in asked:
        now += pause
        if buckets.take("client", now, cost) == 0:
            given.append((now, cost))
        assert 0 <= buckets.remaining("client", now) <= rate.capacity
    for start in range(len(given)):
        total = 0
        for when, cost in given[start:]:
            total += cost
            # As many as a microsecond brings may be too many.
            assert total <= rate.capacity + (when - given[start][0] + 1e-5) * rate.refill + 1


@given(RATES, BEGIN, ASKED, st.integers(1, 1_000))
def test_whoever_waits_as_long_as_told_is_given(
    rate: Rate, begin: float, asked: list[tuple[float, int]], cost: int
) -> None:
    buckets = Buckets(rate)
    now = begin
    for pause, each in asked:
        now += pause / 1_000
        buckets.take("client", now, each)
    wait = buckets.take("client", now, cost)
    assert wait <= rate.capacity / rate.refill + 1
    if wait:
        assert buckets.take("client", now + wait, cost) == 0


@given(RATES, BEGIN)
def test_a_full_bucket_gives_all_that_it_holds_at_once_and_nothing_more(rate: Rate, begin: float) -> None:
    buckets = Buckets(rate)
    assert buckets.take("client", begin, rate.capacity) == 0
    assert buckets.take("client", begin, 1 + rate.refill // 1_000) > 0
    assert buckets.take("another", begin, 1) == 0


def test_no_more_buckets_are_kept_than_may_be_and_those_used_least_lately_go_first() -> None:
    buckets = Buckets(Rate(1_000, 1), remembered=3)
    for client in "abc":
        assert buckets.take(client, 0.0, 1_000) == 0
    assert buckets.take("a", 0.0, 1) == 1
    assert buckets.take("d", 0.0, 1_000) == 0
    assert len(buckets) == 3
    # Whoever goes on asking in vain is not forgotten for it.
    assert {client: buckets.remaining(client, 0.0) for client in "abcd"} == {"a": 0, "b": 1_000, "c": 0, "d": 0}


def test_a_meter_is_paid_once_and_at_least_the_least() -> None:
    buckets = Buckets(Rate(10, 2))
    meter = Meter(buckets, "client", 5.0)
    assert (meter.is_empty(), meter.paid, meter.take(0), meter.paid) == (0, False, 0, True)
    assert meter.told() == {"capacity": 10, "remaining": 9, "refillPerSecond": 2}
    assert Meter(buckets, "client", 5.0).take(10) == 1
    assert Meter(buckets, "client", 5.0).take(9) == 0
    assert Meter(buckets, "client", 5.0).is_empty() == 1
    assert Meter(buckets, "client", 6.0).is_empty() == 0


def viewer(person: int = 0, persona: int = 0, client: int = 0) -> Viewer:
    return Viewer(Role.CITIZEN, Id(person), NATION, "somebody", 1, Id(0), Id(persona), Id(client))


def test_whose_bucket_it_is() -> None:
    known = [
        client_of(viewer(person=1, persona=2, client=3), "one", "10.0.0.1"),
        client_of(viewer(person=1, persona=2), "one", "10.0.0.1"),
        client_of(viewer(persona=2), "one", "10.0.0.1"),
        client_of(viewer(persona=2), "two", "10.0.0.1"),
        client_of(ANONYMOUS, "one", "10.0.0.1"),
        client_of(ANONYMOUS, "one", "10.0.0.2"),
        client_of(ANONYMOUS, "one", None),
    ]
    assert len(set(known)) == len(known)
    assert client_of(viewer(client=3), "one", "10.0.0.9") == known[0]
    assert client_of(ANONYMOUS, "two", "10.0.0.1") == known[4]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("unix", "unix", True),
    ],
)
def test_addresses_of_one_subscriber_share_a_bucket(one: str, other: str, same: bool) -> None:
    assert (client_of(ANONYMOUS, "w", one) == client_of(ANONYMOUS, "w", other)) is same
